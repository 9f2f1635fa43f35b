//! Compaction: of each key the newest record stays.
//!
//! Owns: the choice of what to compact (`plan`), the newest offsets of keys (`offset_map`), what becomes of a batch
//! (`rewrite`, `transactions`), the pass that reads and writes (`pass`, `output`), what it may cost (`effort`), and what
//! a start makes of files that a crash left (`resume`).
//!
//! Why so: sealed segments never change, so a pass works beside the partition's owner and only asks it to put a new
//! segment into the place of old ones. In this order, so that after a crash between any two steps the log holds the old
//! records or the new ones:
//!
//! | step | a crash after it leaves |
//! | --- | --- |
//! | the new segment is written as `.cleaned`, and flushed | the old ones; `.cleaned` is removed |
//! | it becomes `.swap`, and the directory is flushed | the new one: a start finishes what follows |
//! | the cleaner checkpoint is raised, durably | the same |
//! | the old files become `.deleted`, and the directory is flushed | the same |
//! | `.swap` loses its suffix, and the directory is flushed | the new one |
//!
//! Where names change, those of the indexes are flushed before the log's does: a log never stands without its index of
//! aborted transactions.
//!
//! Always holds: offsets are missing only before the cleaner checkpoint (the last batch of a new segment stays, empty if
//! need be), so that what is missing behind it is damage as ever; what the checkpoint says was compacted was compacted,
//! so that no tombstone goes before what it shadows.

mod effort;
mod offset_map;
mod output;
mod pass;
mod plan;
mod resume;
mod rewrite;
mod transactions;

pub use effort::{Effort, EffortConfig};
pub use plan::Dirtiness;

pub(crate) use output::{REPLACED_FILES, cleaned, swapped};
pub(crate) use resume::resume;

use crate::config::{CompactionConfig, PartitionConfig};
use crate::owner::{Change, Request};
use crate::partition::{ChangeError, Partition, Shared};
use crate::producers::ProducerState;
use crate::segment::Segment;
use crate::walk::{Step, Stretch, Walk};
use pass::Pass;
use plan::Outline;
use std::{io, sync::Arc};
use tokio::sync::oneshot;
use tribunal_env::{Fact, Timestamp, info};
use tribunal_wire::batch::HEADER_BYTES;
use tribunal_wire::types::{Offset, ProducerId};

/// What the owner tells of the log, all of one moment.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) config: PartitionConfig,
    pub(crate) compaction: CompactionConfig,
    /// Oldest first; the last one is active.
    pub(crate) segments: Arc<[Arc<Segment>]>,
    /// Everything before it may be read, is durable, and belongs to no transaction that has not ended.
    pub(crate) safe: Offset,
    /// Everything before it was compacted.
    pub(crate) first_dirty: Offset,
    /// Before it offsets may be missing.
    pub(crate) cleaned_until: Offset,
    /// The producers that the partition knows, if they were asked for.
    pub(crate) producers: Vec<(ProducerId, ProducerState)>,
}

/// What the owner is asked to put into the place of old segments.
#[derive(Debug)]
pub(crate) struct Swap {
    /// Consecutive segments of the log.
    pub(crate) old: Vec<Arc<Segment>>,
    /// What stands for them from now on, under `.cleaned` names; `None` when they are clean as they are.
    pub(crate) new: Option<Arc<Segment>>,
    /// Everything before it is compacted then.
    pub(crate) first_dirty: Offset,
}

/// What a pass did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Compacted {
    /// The first offset that was dirty before.
    pub from: Offset,
    /// The first offset that is dirty now.
    pub to: Offset,
    /// Bytes of the segments that were compacted.
    pub bytes_before: u64,
    /// Bytes of those in their place.
    pub bytes_after: u64,
    /// Records that stay.
    pub records_kept: u64,
    /// Records that are gone.
    pub records_dropped: u64,
}

/// Why a pass did not come to its end. What it had put in place by then stays.
#[derive(Debug)]
pub enum Unfinished {
    /// There is nothing to compact.
    Nothing,
    /// The log changed meanwhile, or was closed, or is not to be compacted any more.
    Superseded,
    /// Passes are to stop.
    Stopped,
    /// Something is wrong with the log at this offset: it is left as it is.
    Damaged(Offset),
    /// Compressed again, what stays is larger than a segment may be.
    TooLarge,
    /// The disk refused.
    Failed(io::Error),
}

/// Whether a log ought to be compacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompactionNeed {
    /// How much of it is dirty.
    pub dirtiness: Dirtiness,
    /// Whether a pass is due: by the dirty share, or because a record has been out of reach for too long.
    pub is_due: bool,
}

impl Partition {
    /// Whether the log ought to be compacted at `now`, the wall-clock time; `None` when it is not compacted at all.
    pub async fn compaction_need(&self, now: Timestamp) -> Result<Option<CompactionNeed>, ChangeError> {
        let Some(picture) = self.compaction_picture(false).await? else { return Ok(None) };
        let outlines = picture.outlines();
        let uncleanable = self.shared.first_uncleanable(&picture, now).await;
        let dirtiness = Dirtiness::of(&outlines, picture.first_dirty, uncleanable);
        let is_due = dirtiness.dirty_bytes > 0
            && (dirtiness.exceeds(picture.compaction.min_cleanable_ratio)
                || self.shared.is_overdue(&picture, now).await);
        Ok(Some(CompactionNeed { dirtiness, is_due }))
    }

    /// Compacts what can be compacted at `now`, the wall-clock time, as far as the memory for keys reaches.
    ///
    /// # Errors
    /// Why that did not come to its end. The log is as good as before in any case.
    pub async fn compact(&self, now: Timestamp, effort: &mut Effort) -> Result<Compacted, Unfinished> {
        let done = Pass::begin(self, now, effort).await?.run().await?;
        self.shared.env.probe(&Fact::Compacted {
            key: self.shared.key,
            from: done.from.0,
            to: done.to.0,
            bytes_before: done.bytes_before,
            bytes_after: done.bytes_after,
            records_kept: done.records_kept,
            records_dropped: done.records_dropped,
        });
        info!(
            self.shared.env,
            "{}: compacted offsets {} to {}: {} records stay and {} are gone, {} bytes became {}",
            self.shared.path,
            done.from.0,
            done.to.0 - 1,
            done.records_kept,
            done.records_dropped,
            done.bytes_before,
            done.bytes_after
        );
        Ok(done)
    }

    async fn compaction_picture(&self, with_producers: bool) -> Result<Option<Picture>, ChangeError> {
        self.ask(|reply| Change::CompactionPicture { with_producers, reply }).await
    }

    async fn swap(&self, swap: Swap) -> Result<(), Unfinished> {
        let (reply, answer) = oneshot::channel();
        let sent = self.mailbox.send(Request::Change(Box::new(Change::Swap { swap, reply }))).await;
        sent.map_err(|_| Unfinished::Superseded)?;
        answer.await.unwrap_or(Err(Unfinished::Superseded))
    }
}

impl Picture {
    fn outlines(&self) -> Vec<Outline> {
        let outline =
            |segment: &Arc<Segment>| Outline { base: segment.base, bytes: segment.bytes(), index_bytes: 0 };
        self.segments.iter().map(outline).collect()
    }

    /// The sealed segments that are dirty, by index.
    fn dirty(&self) -> std::ops::Range<usize> {
        let active = self.segments.last().expect("a log has a segment").base;
        plan::dirty(&self.outlines(), self.first_dirty, active)
    }
}

impl Shared {
    /// The first offset that a pass may not touch.
    async fn first_uncleanable(&self, picture: &Picture, now: Timestamp) -> Offset {
        let safe = plan::first_uncleanable(&picture.outlines(), picture.safe);
        let lag_ms = picture.compaction.min_lag_ms;
        if lag_ms <= 0 {
            return safe;
        }
        for index in picture.dirty() {
            let segment = &picture.segments[index];
            if segment.base >= safe {
                break;
            }
            let told = self.largest_timestamp(segment, picture.segments[index + 1].base).await;
            // Without a timestamp a record ages from when its segment was first seen as it is.
            let largest =
                told.unwrap_or_else(|| *segment.state().unchanged_since.get_or_insert(now.as_millis()));
            if largest > now.as_millis().saturating_sub(lag_ms) {
                return segment.base;
            }
        }
        safe
    }

    /// Whether a record that is dirty has been so for longer than `max.compaction.lag.ms`.
    async fn is_overdue(&self, picture: &Picture, now: Timestamp) -> bool {
        let latest = now.as_millis().saturating_sub(picture.compaction.max_lag_ms.max(0));
        if latest < 0 {
            return false;
        }
        for index in picture.dirty() {
            let first = first_timestamp(&picture.segments[index], picture.segments[index + 1].base).await;
            if first.is_some_and(|first| first > 0 && first < latest) {
                return true;
            }
        }
        false
    }
}

/// The max timestamp of a segment's first batch.
async fn first_timestamp(segment: &Segment, after: Offset) -> Option<i64> {
    let (known, end) = {
        let state = segment.state();
        (state.first_timestamp, state.bytes)
    };
    if known.is_some() {
        return known;
    }
    let stretch = Stretch { position: 0, end, expected: Some(segment.base), after: Some(after) };
    let step = Walk::new(&*segment.file, stretch, HEADER_BYTES).next().await;
    let Step::Batch(header, _) = step else { return None };
    segment.state().first_timestamp = Some(header.max_timestamp);
    Some(header.max_timestamp)
}
