//! One partition on disk, in Apache Kafka's own format.
//!
//! Owns: segments with their offset, time and transaction index, producer state and its snapshots, the leader-epoch cache,
//! the checkpoints of a log directory, compaction, recovery from whatever a crash left, [`inspect`], which looks at all of it
//! and touches nothing, and [`repair`], which mends it offline.
//!
//! Why so: plain structs decide (`state`, `producers`, `epochs`, `index`, `segment`, `retention`, `compaction::plan` and
//! `compaction::rewrite`, the rules of `recovery`), without Env and without await; an async half (`owner`, `read`, `walk`, `directory`) waits for the disk. A
//! partition has one owner task; readers never go through it.
//!
//! Always holds: an acknowledged batch is as durable as the partition promises; bad bytes are never served, and
//! never cut where something durable stood; indexes and snapshots are caches, made again on any doubt.
//!
//! Leaves out, for the issues to come: truncation and appends of followers.
//! Somebody else keeps the time: retention, compaction and the expiry of producers happen when the broker asks for them.

mod checkpoint;
mod compaction;
mod config;
mod damage;
mod directory;
mod epochs;
mod index;
pub mod inspect;
pub mod limits;
mod names;
mod offsets;
mod owner;
mod partition;
mod producers;
mod read;
mod recovery;
pub mod repair;
mod retention;
mod segment;
mod seldom;
mod state;
mod store;
mod summary;
mod tail;
mod transactions;
mod turned_away;
mod walk;

pub use checkpoint::PartitionOffsets;
pub use compaction::{Compacted, CompactionNeed, Dirtiness, Effort, EffortConfig, Unfinished};
pub use config::{CompactionConfig, Durability, OpenOptions, OpenReport, PartitionConfig};
pub use directory::{DirectoryError, DirectoryReport, LogDirectory, RECOVERY_POINT_INTERVAL};
pub use epochs::LeaderEpochs;
pub use names::{deletion_directory, is_deletion_directory, parse_partition_directory, partition_directory};
pub use offsets::{HighWatermark, LastStableOffset, LogEndOffset, LogStartOffset, Watermarks};
pub use partition::{ChangeError, OpenError, Partition, Retained};
pub use producers::{ProducedBatch, ProducerState};
pub use read::{CommittedBatches, FoundRecord, ReadBatches, ReadError};
pub use segment::CorruptRange;
pub use seldom::Seldom;
pub use state::{AppendOutcome, Appended};
pub use summary::{PartitionSummaries, PartitionSummary};
pub use transactions::AbortedTransaction;
