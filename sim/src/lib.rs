//! The pretend world: engines, disk and network faults under which whole nodes run from one seed.
//!
//! Owns: the simulated [`disk`], the engines behind [`tribunal_env::Backend`], the chaos layer above them, and the
//! [`random`] streams and running [`hash`] that make a run repeatable.
//!
//! What always holds: a run is a function of its seed and options. Nothing here reads a clock, an address, an
//! environment variable or entropy of the machine.

pub mod disk;
pub mod hash;
pub mod random;
