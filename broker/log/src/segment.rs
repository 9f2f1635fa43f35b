//! One segment: its file, what is known of its content, and the decision when to start the next.
//!
//! Why so: [`SegmentState`] is plain data under a lock that is taken once between two awaits, because the owner
//! adds batches to the active segment while readers look positions up. The file is only ever appended to, so
//! a reader needs nothing but the length that the owner has published.
//!
//! Always holds: `bytes` covers whole batches and known corrupt ranges only.

use crate::config::PartitionConfig;
use crate::index::{OffsetIndex, TimeIndex};
use crate::transactions::{AbortedTransaction, TransactionIndex};
use std::sync::{Arc, Mutex, MutexGuard};
use tribunal_env::File;
use tribunal_wire::batch::BatchHeader;
use tribunal_wire::types::Offset;

/// Kafka reads positions and relative offsets as `i32`.
pub(crate) const SEGMENT_BYTES_MAX: u64 = i32::MAX as u64;

/// Offsets that are lost to bad bytes: from the first up to, not including, the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CorruptRange {
    /// The first offset that cannot be read.
    pub from: Offset,
    /// The first offset after it that can.
    pub to: Offset,
}

/// A segment's two indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Indexes {
    pub(crate) offsets: OffsetIndex,
    pub(crate) times: TimeIndex,
}

impl Indexes {
    pub(crate) fn new(base: Offset) -> Self {
        Indexes { offsets: OffsetIndex::new(base), times: TimeIndex::new(base) }
    }
}

/// How a segment's highest timestamp is known. Records are deleted by it, so an index file alone is not enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Times {
    /// At most from an index file.
    Unread,
    /// From the log itself.
    Seen,
    /// Not at all: something in the log cannot be read.
    Unclear,
}

/// What is known of a segment's content.
#[derive(Debug)]
pub(crate) struct SegmentState {
    /// Length of the file up to which it may be read.
    pub(crate) bytes: u64,
    /// The highest timestamp; -1 when there is none.
    pub(crate) max_timestamp: i64,
    /// Last offset of the batch that brought it.
    pub(crate) max_timestamp_offset: Offset,
    /// Max timestamp of the first batch.
    pub(crate) first_timestamp: Option<i64>,
    bytes_since_entry: u64,
    /// How `max_timestamp` is known.
    pub(crate) times: Times,
    /// Since when, by the broker's clock, a segment that has no timestamp to go by is known to stand as it does.
    pub(crate) unchanged_since: Option<i64>,
    /// `None` until a reader needs the indexes of a sealed segment.
    pub(crate) indexes: Option<Indexes>,
    /// The aborted transactions whose markers stand here; `None` until a reader needs those of a sealed segment.
    pub(crate) transactions: Option<TransactionIndex>,
    /// Ranges that hold bad bytes, ascending.
    pub(crate) corrupt: Vec<CorruptRange>,
}

impl SegmentState {
    /// An empty segment with empty indexes, to be filled batch by batch.
    pub(crate) fn empty(base: Offset) -> Self {
        SegmentState {
            bytes: 0,
            max_timestamp: -1,
            max_timestamp_offset: base,
            first_timestamp: None,
            bytes_since_entry: 0,
            times: Times::Seen,
            unchanged_since: None,
            indexes: Some(Indexes::new(base)),
            transactions: Some(TransactionIndex::default()),
            corrupt: Vec::new(),
        }
    }

    /// A sealed segment of which only the length is known yet.
    pub(crate) fn sealed(base: Offset, bytes: u64) -> Self {
        SegmentState {
            bytes,
            indexes: None,
            transactions: None,
            times: Times::Unread,
            ..SegmentState::empty(base)
        }
    }

    /// Takes a batch that stands at `position`.
    pub(crate) fn note_batch(&mut self, header: &BatchHeader, position: u64, index_interval_bytes: u64) {
        assert!(position >= self.bytes, "batches do not overlap");
        let indexes = self.indexes.as_mut().expect("only a segment with its indexes is written to");
        self.first_timestamp.get_or_insert(header.max_timestamp);
        self.unchanged_since = None;
        if header.max_timestamp > self.max_timestamp {
            self.max_timestamp = header.max_timestamp;
            self.max_timestamp_offset = header.last_offset();
        }
        if self.bytes_since_entry > index_interval_bytes {
            indexes.offsets.push(header.last_offset(), position);
            indexes.times.push(self.max_timestamp, self.max_timestamp_offset);
            self.bytes_since_entry = 0;
        }
        let bytes = header.total_bytes() as u64;
        self.bytes_since_entry += bytes;
        self.bytes = position + bytes;
    }

    /// Takes an aborted transaction whose marker was just noted.
    pub(crate) fn note_aborted(&mut self, aborted: AbortedTransaction) {
        let transactions = self.transactions.as_mut().expect("only a segment with its indexes is written to");
        transactions.push(aborted);
    }

    /// Closes the time index with the segment's highest timestamp, as Kafka does when it seals a segment.
    pub(crate) fn seal(&mut self) {
        let (timestamp, offset) = (self.max_timestamp, self.max_timestamp_offset);
        if let Some(indexes) = &mut self.indexes {
            indexes.times.push(timestamp, offset);
        }
    }

    /// Takes over what a walk through a sealed segment found to be its highest timestamp.
    pub(crate) fn set_max_timestamp(&mut self, timestamp: i64, last_offset: Offset) {
        if self.times == Times::Seen {
            return;
        }
        self.max_timestamp = timestamp;
        self.max_timestamp_offset = last_offset;
        self.times = Times::Seen;
    }

    /// The content of the index files, where the indexes are in memory.
    pub(crate) fn encode_indexes(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        self.indexes.as_ref().map(|indexes| (indexes.offsets.encode(), indexes.times.encode()))
    }

    /// Gives a sealed segment the indexes that were read from its files.
    pub(crate) fn set_indexes(&mut self, indexes: Indexes) {
        if let Some(last) = indexes.times.last()
            && self.times != Times::Seen
        {
            self.max_timestamp = last.timestamp;
            self.max_timestamp_offset = last.offset;
        }
        self.indexes = Some(indexes);
    }
}

/// One segment of a log.
pub(crate) struct Segment {
    pub(crate) base: Offset,
    pub(crate) file: Arc<dyn File>,
    state: Mutex<SegmentState>,
}

impl Segment {
    pub(crate) fn new(base: Offset, file: Arc<dyn File>, state: SegmentState) -> Arc<Segment> {
        Arc::new(Segment { base, file, state: Mutex::new(state) })
    }

    /// What is known of the content. The lock is never held across an await and never nested.
    pub(crate) fn state(&self) -> MutexGuard<'_, SegmentState> {
        self.state.lock().expect("no holder of this lock panics")
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.state().bytes
    }

    /// The corrupt range that holds `offset`.
    pub(crate) fn corrupt_at(&self, offset: Offset) -> Option<CorruptRange> {
        self.state().corrupt.iter().copied().find(|range| range.from <= offset && offset < range.to)
    }
}

impl std::fmt::Debug for Segment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Segment({})", self.base.0)
    }
}

/// What decides whether a batch still fits into the active segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fill {
    /// The segment's base offset.
    pub(crate) base: Offset,
    /// Bytes in it.
    pub(crate) bytes: u64,
    /// Max timestamp of its first batch.
    pub(crate) first_timestamp: Option<i64>,
    /// Entries in its offset index, with those that bytes not yet written will bring.
    pub(crate) index_entries: u64,
    /// By how much earlier than `segment.ms` says it is sealed.
    pub(crate) jitter_ms: i64,
    /// Its age by the broker's clock: what counts where its first batch has no timestamp.
    pub(crate) age_ms: i64,
}

impl Fill {
    /// Whether a batch that would end with `last_offset` has to go into a new segment.
    pub(crate) fn must_roll(
        &self,
        header: &BatchHeader,
        last_offset: Offset,
        config: &PartitionConfig,
    ) -> bool {
        if self.bytes == 0 {
            return false;
        }
        let bytes = self.bytes + header.total_bytes() as u64;
        let age_ms = match self.first_timestamp {
            Some(first) if first >= 0 => header.max_timestamp.saturating_sub(first),
            _ => self.age_ms,
        };
        let aged = age_ms > config.segment_ms - self.jitter_ms;
        bytes > config.segment_bytes.min(SEGMENT_BYTES_MAX)
            || last_offset.0 - self.base.0 > i64::from(i32::MAX)
            || (self.index_entries + 1) * 8 > config.segment_index_bytes
            || aged
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::TimeEntry;
    use tribunal_wire::batch::{BatchBuilder, Headers};
    use tribunal_wire::compression::Codec;

    fn header(timestamp: i64) -> BatchHeader {
        let mut builder = BatchBuilder::new(Codec::None, None);
        builder.push(timestamp, None, Some(b"value"), Headers::NONE);
        builder.build().header
    }

    #[test]
    fn segments_roll_by_size_age_offsets_and_index() {
        let config = PartitionConfig {
            segment_bytes: 1000,
            segment_ms: 50,
            segment_index_bytes: 80,
            ..PartitionConfig::default()
        };
        let fill = Fill {
            base: Offset(10),
            bytes: 500,
            first_timestamp: Some(100),
            index_entries: 3,
            jitter_ms: 0,
            age_ms: 900,
        };
        let rolls = |fill: Fill, time, last| fill.must_roll(&header(time), Offset(last), &config);
        assert!(!rolls(fill, 150, 11));
        assert!(rolls(fill, 151, 11));
        assert!(
            rolls(Fill { jitter_ms: 20, ..fill }, 131, 11) && !rolls(Fill { jitter_ms: 20, ..fill }, 130, 11)
        );
        let unstamped = Fill { first_timestamp: Some(-1), age_ms: 50, ..fill };
        assert!(rolls(Fill { age_ms: 51, ..unstamped }, -1, 11) && !rolls(unstamped, 999, 11));
        assert!(rolls(Fill { bytes: 950, ..fill }, 100, 11));
        assert!(
            !rolls(Fill { bytes: 0, index_entries: 99, ..fill }, 999, 11),
            "an empty segment takes anything"
        );
        assert!(rolls(fill, 100, 11 + i64::from(i32::MAX)));
        assert!(rolls(Fill { index_entries: 10, ..fill }, 100, 11));
    }

    #[test]
    fn index_entries_come_every_interval() {
        let mut state = SegmentState::empty(Offset(0));
        for index in 0..10i64 {
            let mut header = header(1000 - index);
            header.base_offset = Offset(index);
            let position = state.bytes;
            state.note_batch(&header, position, 200);
        }
        state.seal();
        let indexes = state.indexes.as_ref().expect("it has them");
        assert_eq!(indexes.offsets.len(), 3);
        assert_eq!(indexes.times.last(), Some(TimeEntry { timestamp: 1000, offset: Offset(0) }));
        assert_eq!(state.first_timestamp, Some(1000));
    }
}
