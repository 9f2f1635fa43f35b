//! Measures: what a Kafka-wire server costs, beside what this machine allows.
//!
//! Owns: the load generator ([`load`]), which drives any server that speaks the protocol; the floor program
//! ([`floor`]), the least that such a server can do; and the comparison ([`compare`]) that runs several servers in turn.
//! The micro-benchmarks of the hot paths lie in `benches/`.
//!
//! Always holds: latency counts from the time at which a request was meant to be sent; a figure says how it was taken.
//! Nothing here is part of a broker, and no test depends on how fast anything was.

pub mod compare;
pub mod floor;
pub mod load;
