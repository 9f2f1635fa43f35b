//! The simulated disk, shared by both engines: page cache and platter apart, crash modes, faults, and answers for
//! those who judge.
//!
//! [`Model`] is pure and synchronous; [`SimDisk`] is the async half that a node holds as [`tribunal_env::Disk`]. A
//! disk belongs to a node's name and outlives its processes.

mod backend;
mod content;
mod crash;
mod fault;
mod inode;
mod model;
mod names;

pub use backend::{DiskOptions, DiskPort, Pace, SimDisk};
pub use content::SECTOR_BYTES;
pub use crash::{Crash, CrashReport, Stake};
pub use fault::{FaultKind, FaultRule, FileClass, Operation};
pub use model::{DiskEvent, EIO, ENOSPC, Model};

#[cfg(test)]
mod model_tests;
