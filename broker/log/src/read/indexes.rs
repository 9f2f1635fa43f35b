//! The indexes of sealed segments: taken from their files, held against the log, and made again.
//!
//! Why so: index files are caches with no checksum. A bit of rot can leave one that looks sane, so whoever follows an
//! entry holds it against the batch that it names.

use super::walk_from;
use crate::index::{Anchor, OffsetIndex, TimeEntry, TimeIndex};
use crate::limits::{READ_CHUNK_BYTES_MIN, SCAN_CHUNK_BYTES};
use crate::names::{self, join, offset_file};
use crate::partition::Shared;
use crate::segment::{Indexes, Segment, SegmentState, Times};
use crate::walk::Step;
use std::sync::Arc;
use tribunal_wire::batch::BatchHeader;
use tribunal_wire::types::Offset;

/// Where a walk begins by the word of an index, and what has to be true of the batches there.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Start {
    /// Where it begins; `None` is the segment's beginning.
    pub(super) anchor: Option<Anchor>,
    promised: Option<Offset>,
    claim: Option<TimeEntry>,
}

impl Start {
    pub(super) fn new(anchor: Option<Anchor>, claim: Option<TimeEntry>) -> Start {
        Start { anchor, promised: anchor.map(|anchor| anchor.last_offset), claim }
    }

    /// Holds the next batch of the walk against what the indexes said.
    pub(super) fn is_true_of(&mut self, header: &BatchHeader) -> bool {
        let promised = self.promised.take().is_none_or(|last| last == header.last_offset());
        let claim = self.claim.take_if(|claim| claim.offset <= header.last_offset());
        promised && claim.is_none_or(|claim| claim.is_true_of(header))
    }

    /// Whether everything that the indexes said was found to be true.
    pub(super) fn is_settled(&self) -> bool {
        self.promised.is_none() && self.claim.is_none()
    }
}

impl Shared {
    /// Makes sure that a sealed segment has its indexes: from its files, or from the log on any doubt.
    pub(crate) async fn load_indexes(&self, segment: &Arc<Segment>, after: Offset) {
        if segment.state().indexes.is_some() {
            return;
        }
        match self.read_indexes(segment).await {
            Some(indexes) => segment.state().set_indexes(indexes),
            None => rebuild_indexes(segment, (after, self.cleaned_until())).await,
        }
    }

    /// The largest timestamp of a segment; `None` where it has none, or where damage leaves that open.
    pub(crate) async fn largest_timestamp(&self, segment: &Arc<Segment>, after: Offset) -> Option<i64> {
        self.confirm_times(segment, after).await;
        let state = segment.state();
        let told = state.times == Times::Seen && state.corrupt.is_empty() && state.max_timestamp >= 0;
        told.then_some(state.max_timestamp)
    }

    /// Makes sure that what is known of a segment's largest timestamp is what its log says, as far as that can be read.
    ///
    /// Records are deleted by it, so an index file is believed only where the batch that it names agrees, and the end
    /// of the log, which no entry speaks for yet, has nothing later. The index is not kept: retention asks once for
    /// each segment.
    pub(super) async fn confirm_times(&self, segment: &Arc<Segment>, after: Offset) {
        let unread = segment.state().times == Times::Unread;
        if unread {
            match self.confirmed_times(segment, after).await {
                Some(last) => segment.state().set_max_timestamp(last.timestamp, last.offset),
                None => rebuild_indexes(segment, (after, self.cleaned_until())).await,
            }
        }
    }

    /// The last entry of a segment's time index, if the log agrees with it.
    async fn confirmed_times(&self, segment: &Arc<Segment>, after: Offset) -> Option<TimeEntry> {
        let indexes = self.read_indexes(segment).await?;
        let last = indexes.times.last()?;
        let around = (after, self.cleaned_until());
        let mut start = Start::new(indexes.offsets.lookup(last.offset), Some(last));
        let mut walk = walk_from(segment, start.anchor, around, READ_CHUNK_BYTES_MIN);
        while !start.is_settled() {
            let Step::Batch(header, _) = walk.next().await else { return None };
            if !start.is_true_of(&header) {
                return None;
            }
        }
        let mut start = Start::new(indexes.offsets.lookup(Offset(i64::MAX)), None);
        let mut walk = walk_from(segment, start.anchor, around, READ_CHUNK_BYTES_MIN);
        loop {
            match walk.next().await {
                Step::End => return start.is_settled().then_some(last),
                Step::Batch(header, _)
                    if start.is_true_of(&header) && header.max_timestamp <= last.timestamp => {}
                Step::Batch(..) | Step::Bad => return None,
            }
        }
    }

    /// A sealed segment's indexes as its files have them; `None` on any doubt.
    async fn read_indexes(&self, segment: &Arc<Segment>) -> Option<Indexes> {
        let bytes = segment.bytes();
        let disk = self.env.disk();
        let path = |extension| join(&self.path, &offset_file(segment.base, extension));
        let offsets = crate::checkpoint::read_small(&*disk, &path(names::OFFSET_INDEX)).await;
        let times = crate::checkpoint::read_small(&*disk, &path(names::TIME_INDEX)).await;
        if let (Ok(Some(offsets)), Ok(Some(times))) = (offsets, times) {
            let offsets = OffsetIndex::parse(segment.base, &offsets, bytes);
            let times = TimeIndex::parse(segment.base, &times);
            return Some(Indexes { offsets: offsets?, times: times? });
        }
        None
    }
}

/// Makes the indexes of a segment again from its batches. `around` is the offset at which the next one begins, and the
/// one up to which compaction may have left gaps.
pub(super) async fn rebuild_indexes(segment: &Arc<Segment>, around: (Offset, Offset)) {
    const INTERVAL_BYTES: u64 = 4096;
    let mut rebuilt = SegmentState::empty(segment.base);
    let mut walk = walk_from(segment, None, around, SCAN_CHUNK_BYTES);
    let mut expected = segment.base;
    let mut damaged = false;
    loop {
        let at = walk.position();
        match walk.next().await {
            Step::End => break,
            Step::Bad => {
                damaged = true;
                if walk.resync(expected).await.is_none() {
                    break;
                }
            }
            Step::Batch(header, _) => {
                rebuilt.note_batch(&header, at, INTERVAL_BYTES);
                expected = header.next_offset();
            }
        }
    }
    rebuilt.seal();
    let mut state = segment.state();
    if damaged && state.times == Times::Unread {
        state.times = Times::Unclear;
    } else if !damaged {
        state.set_max_timestamp(rebuilt.max_timestamp, rebuilt.max_timestamp_offset);
    }
    state.set_indexes(rebuilt.indexes.take().expect("an empty segment starts with its indexes"));
}
