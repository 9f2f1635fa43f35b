//! The pretend world: engines, disk and network faults under which whole nodes run from one seed.
//!
//! Owns: the simulated [`disk`], the [`engine`]s behind [`tribunal_env::Backend`], the [`chaos`] layer above them, and
//! the [`random`] streams and running [`hash`] that make a run repeatable. [`engine::run`] runs a driver, which holds a
//! [`World`].
//!
//! What always holds: a run is a function of its seed, its options and its driver. Nothing here reads a clock, an
//! address, an environment variable or entropy of the machine.

pub mod chaos;
mod clock;
pub mod disk;
pub mod engine;
pub mod hash;
mod node;
pub mod planted;
pub mod random;
mod run;
mod task;
mod timers;
pub mod trace;
pub mod trial;
mod world;

#[cfg(test)]
mod world_tests;

pub use clock::DRIFT_PPM_MAX;
pub use engine::{EngineKind, Failure, Options, Outcome};
pub use run::{Line, Observation, Observer, Slowness, Status};
pub use world::{NodeOptions, World};

/// A node of a run, in the order of making. The world itself is the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u16);

impl NodeId {
    /// The run itself, as the owner of events that belong to no node.
    pub const WORLD: NodeId = NodeId(0);

    pub(crate) fn at(index: usize) -> Self {
        NodeId(u16::try_from(index).expect("a run has few nodes"))
    }

    /// Its place in the order of making.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}
