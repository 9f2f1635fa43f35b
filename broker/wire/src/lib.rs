//! Bytes in, bytes out: everything of the Kafka protocol that needs no state.
//!
//! Owns: the messages of every API and record (generated from `schema/`), frames and headers, error codes,
//! record batches of format v2, compression, and the newtypes that name offsets, epochs and ids.
//!
//! Always holds: no decoder allocates more than the bytes at hand justify, none panics on any input, and
//! records stay slices of the buffer that they came in.
//!
//! Must never: do input or output, know a clock, or hold state between two calls.

pub mod batch;
pub mod compression;
pub mod types;
