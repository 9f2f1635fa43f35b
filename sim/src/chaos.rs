//! The chaos layer: what a real network does, above whichever engine carries the bytes.
//!
//! The engines' TCP carries bytes and their latency; everything else is decided here, so that both engines behave
//! alike and like a network: bounded windows with back-pressure, ends that are seen only when they could have
//! arrived, silence after a loss of power, connects that hang where nobody answers, and the faults of [`rpc`].
//!
//! How: both ends of a connection meet in one record (`pair`), which counts what was written and what was read. A
//! reader asks the record before it asks the engine, so a cut or delayed link simply keeps its bytes back. No fault of
//! an engine's own network is used, hence none of their traps is met: no dropped segment, no FIN at a crash, no
//! refused connect where a real one would wait.

pub(crate) mod dial;
pub(crate) mod frames;
pub(crate) mod net;
pub(crate) mod pair;
pub mod rpc;
pub(crate) mod stream;

pub use net::LinkDelay;
pub use rpc::{RpcAction, RpcId, RpcRule};

#[cfg(test)]
mod frames_tests;
