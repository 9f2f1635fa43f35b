//! Bytes in, bytes out: everything of the Kafka protocol that needs no state.
//!
//! Owns: the messages of every API and record (generated from `schema/`), frames and headers, error codes,
//! record batches of format v2, compression, and the newtypes that name offsets, epochs and ids.
//!
//! Always holds: no decoder allocates more than the bytes at hand justify, none panics on any input, and
//! records stay slices of the buffer that they came in.
//!
//! Must never: do input or output, know a clock, or hold state between two calls.

mod api;
pub mod batch;
pub mod codec;
pub mod compression;
pub mod error;
pub mod frame;
#[rustfmt::skip]
pub mod message;
pub mod pieces;
mod reader;
pub mod types;
mod writer;

pub use codec::{DecodeError, EncodeError, Message, Reader, Record, Request, Writer};
pub use error::ErrorCode;
pub use message::ApiKey;
