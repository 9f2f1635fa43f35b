//! Looks at the files of a log directory without touching them: for tools, offline.
//!
//! Owns: what a path holds ([`place_of`], [`FileKind`]), a walk through one log file that shows what is damaged
//! ([`SegmentReader`]), the content of the small files ([`read_content`]), and the judgement of all of it together
//! ([`verify`]).
//!
//! Why so: what is judged here is what recovery and readers rely on, by the same code (`walk`, `index`, `producers`,
//! `epochs`, `recovery`), so that a verdict of a tool and the deeds of a broker cannot differ. Caches are compared with
//! the log, never the other way round; where the log itself is damaged, what cannot be known is not judged.
//!
//! Always holds: nothing is written; bytes from disk are never trusted; memory is bounded by one chunk or batch of
//! a log, one small file, and what the broker itself would hold of a partition's producers and epochs.
//!
//! Leaves out: what records mean, and anything that would repair: that is [`crate::repair`].

mod batches;
mod content;
mod directory;
mod epochs;
mod finding;
mod indexes;
mod kind;
mod partition;
mod records;
mod snapshots;
mod transactions;

pub use batches::{Cause, Damage, SegmentReader, SegmentStep};
pub use content::{Content, IndexEntry, Malformed, TimeEntry, read_content};
pub use directory::{Use, probe_lock, verify};
pub use finding::{Finding, Problem, Totals, Witness};
pub use kind::{FileKind, Place, place_of};
pub use records::decompressed_bytes_max;

pub(crate) use directory::Around;
pub(crate) use kind::{
    DirectoryKind, HIGH_WATERMARKS, Listing, name_of, parent_of, segment_file, swapped_in_at_start,
};
pub(crate) use partition::Known;
