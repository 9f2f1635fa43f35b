//! The two sparse indexes of a segment, as plain data.
//!
//! Owns: the offset index (8 bytes an entry: relative offset of a batch's last record u32, position u32) and
//! the time index (12 bytes: highest timestamp so far i64, relative offset of the batch that brought it u32).
//!
//! Why so: both are caches. The active segment's live in memory and are written when the segment is sealed
//! or the log closed; a file that is not exactly what this code would write is dropped and rebuilt.
//!
//! Always holds: entries strictly increase in every column but the time index's offset, which never falls.

use tribunal_wire::{batch::BatchHeader, types::Offset};

pub(crate) const OFFSET_ENTRY_BYTES: usize = 8;
pub(crate) const TIME_ENTRY_BYTES: usize = 12;

/// A batch that an index points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Anchor {
    /// The batch's last offset.
    pub(crate) last_offset: Offset,
    /// Where it begins.
    pub(crate) position: u64,
}

/// What a time index says of a batch: that it brought a timestamp higher than all before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimeEntry {
    /// The batch's highest timestamp.
    pub(crate) timestamp: i64,
    /// An offset of the batch: its last one here, that of the record itself in what some versions of Kafka wrote.
    pub(crate) offset: Offset,
}

impl TimeEntry {
    /// Whether the batch is the one that the entry speaks of, and the entry true.
    pub(crate) fn is_true_of(self, header: &BatchHeader) -> bool {
        let holds = header.base_offset <= self.offset && self.offset <= header.last_offset();
        holds && header.max_timestamp == self.timestamp
    }
}

/// Where batches stand in a segment's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OffsetIndex {
    base: Offset,
    entries: Vec<(u32, u32)>,
}

impl OffsetIndex {
    pub(crate) fn new(base: Offset) -> Self {
        OffsetIndex { base, entries: Vec::new() }
    }

    /// Notes that the batch which ends with `last_offset` begins at `position`.
    pub(crate) fn push(&mut self, last_offset: Offset, position: u64) {
        let entry = (relative(self.base, last_offset), small(position));
        if let Some(last) = self.entries.last() {
            assert!(last.0 < entry.0 && last.1 < entry.1, "an index grows with its log");
        }
        self.entries.push(entry);
    }

    /// The last batch in the index that ends at or before `offset`: its last offset and its position. `None`
    /// means the beginning of the segment.
    pub(crate) fn lookup(&self, offset: Offset) -> Option<Anchor> {
        let after = self.entries.partition_point(|entry| self.base.0 + i64::from(entry.0) <= offset.0);
        let (relative, position) = self.entries[after.checked_sub(1)?];
        Some(Anchor { last_offset: self.base.plus(i64::from(relative)), position: u64::from(position) })
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.entries.len() * OFFSET_ENTRY_BYTES);
        for (offset, position) in &self.entries {
            bytes.extend_from_slice(&offset.to_be_bytes());
            bytes.extend_from_slice(&position.to_be_bytes());
        }
        bytes
    }

    /// The whole entries in `bytes`, as they stand there: relative offset and position.
    pub(crate) fn decode(bytes: &[u8]) -> impl ExactSizeIterator<Item = (u32, u32)> {
        bytes.as_chunks::<OFFSET_ENTRY_BYTES>().0.iter().map(|entry| {
            let offset = u32::from_be_bytes(entry[..4].try_into().expect("four bytes"));
            (offset, u32::from_be_bytes(entry[4..].try_into().expect("four bytes")))
        })
    }

    /// The index in `bytes`, beside a log file of `log_bytes`; `None` on any doubt.
    pub(crate) fn parse(base: Offset, bytes: &[u8], log_bytes: u64) -> Option<OffsetIndex> {
        if !bytes.len().is_multiple_of(OFFSET_ENTRY_BYTES) {
            return None;
        }
        let entries = OffsetIndex::decode(bytes);
        let mut index = OffsetIndex { base, entries: Vec::with_capacity(entries.len()) };
        for (offset, position) in entries {
            let grows = index.entries.last().is_none_or(|last| last.0 < offset && last.1 < position);
            if !grows || offset > i32::MAX.unsigned_abs() || u64::from(position) >= log_bytes {
                return None;
            }
            index.entries.push((offset, position));
        }
        Some(index)
    }
}

/// How timestamps grow through a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TimeIndex {
    base: Offset,
    entries: Vec<(i64, u32)>,
}

impl TimeIndex {
    pub(crate) fn new(base: Offset) -> Self {
        TimeIndex { base, entries: Vec::new() }
    }

    /// Notes that no record up to and including the batch that ends with `last_offset` is later than
    /// `timestamp`, which that batch brought. Nothing is noted when time did not move.
    pub(crate) fn push(&mut self, timestamp: i64, last_offset: Offset) {
        if timestamp < 0 || self.entries.last().is_some_and(|last| last.0 >= timestamp) {
            return;
        }
        let offset = relative(self.base, last_offset);
        assert!(self.entries.last().is_none_or(|last| last.1 <= offset), "later maxima stand further on");
        self.entries.push((timestamp, offset));
    }

    /// The last entry that is not later than `timestamp`: every record before the batch that it names is older than
    /// that. `None` means that any record may be.
    pub(crate) fn lookup(&self, timestamp: i64) -> Option<TimeEntry> {
        let after = self.entries.partition_point(|entry| entry.0 <= timestamp);
        Some(self.entry(self.entries[after.checked_sub(1)?]))
    }

    /// The entry of the highest timestamp.
    pub(crate) fn last(&self) -> Option<TimeEntry> {
        self.entries.last().map(|&entry| self.entry(entry))
    }

    fn entry(&self, (timestamp, offset): (i64, u32)) -> TimeEntry {
        TimeEntry { timestamp, offset: self.base.plus(i64::from(offset)) }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.entries.len() * TIME_ENTRY_BYTES);
        for (timestamp, offset) in &self.entries {
            bytes.extend_from_slice(&timestamp.to_be_bytes());
            bytes.extend_from_slice(&offset.to_be_bytes());
        }
        bytes
    }

    /// The whole entries in `bytes`, as they stand there: timestamp and relative offset.
    pub(crate) fn decode(bytes: &[u8]) -> impl ExactSizeIterator<Item = (i64, u32)> {
        bytes.as_chunks::<TIME_ENTRY_BYTES>().0.iter().map(|entry| {
            let timestamp = i64::from_be_bytes(entry[..8].try_into().expect("eight bytes"));
            (timestamp, u32::from_be_bytes(entry[8..].try_into().expect("four bytes")))
        })
    }

    /// The index in `bytes`; `None` on any doubt.
    pub(crate) fn parse(base: Offset, bytes: &[u8]) -> Option<TimeIndex> {
        if !bytes.len().is_multiple_of(TIME_ENTRY_BYTES) {
            return None;
        }
        let entries = TimeIndex::decode(bytes);
        let mut index = TimeIndex { base, entries: Vec::with_capacity(entries.len()) };
        for (timestamp, offset) in entries {
            let grows = index.entries.last().is_none_or(|last| last.0 < timestamp && last.1 <= offset);
            if !grows || timestamp < 0 || offset > i32::MAX.unsigned_abs() {
                return None;
            }
            index.entries.push((timestamp, offset));
        }
        Some(index)
    }
}

fn relative(base: Offset, offset: Offset) -> u32 {
    assert!(offset >= base, "a segment holds no offset before its base");
    let relative = u32::try_from(offset.0 - base.0).expect("a segment rolls before offsets outgrow it");
    assert!(relative <= i32::MAX.unsigned_abs(), "Kafka reads relative offsets as i32");
    relative
}

fn small(position: u64) -> u32 {
    let position = u32::try_from(position).expect("a segment rolls before its file outgrows an i32");
    assert!(position <= i32::MAX.unsigned_abs(), "Kafka reads positions as i32");
    position
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lookups_agree_with_a_walk_and_files_read_back(
            steps in prop::collection::vec((1..50u32, 1..5000u32, 0..100i64), 0..60),
            ask in 0..4000i64,
        ) {
            let base = Offset(1000);
            let (mut offsets, mut times) = (OffsetIndex::new(base), TimeIndex::new(base));
            let (mut offset, mut position, mut time) = (base, 0u64, 5i64);
            let (mut expected_position, mut expected_offset) = (0, base);
            for (records, bytes, later) in steps {
                offset = offset.plus(i64::from(records));
                position += u64::from(bytes);
                offsets.push(offset, position);
                if offset.0 <= base.0 + ask { expected_position = position; }
                if later > 0 && time + later <= ask { expected_offset = offset; }
                time += later;
                times.push(time, offset);
            }
            let found = offsets.lookup(base.plus(ask)).map_or(0, |anchor| anchor.position);
            prop_assert_eq!(found, expected_position);
            if times.entries.first().is_none_or(|first| first.0 != 5 || ask < 5) {
                prop_assert_eq!(times.lookup(ask).map_or(base, |entry| entry.offset), expected_offset);
            }
            prop_assert_eq!(OffsetIndex::parse(base, &offsets.encode(), position + 1), Some(offsets.clone()));
            prop_assert_eq!(TimeIndex::parse(base, &times.encode()), Some(times));
            if offsets.len() > 0 {
                prop_assert_eq!(OffsetIndex::parse(base, &offsets.encode(), position), None);
            }
        }
    }

    #[test]
    fn doubtful_files_are_dropped() {
        let base = Offset(0);
        assert_eq!(OffsetIndex::parse(base, &[0; 7], 100), None);
        // What Kafka leaves when it is killed: a preallocated tail of zeros.
        assert_eq!(OffsetIndex::parse(base, &[0; 16], 100), None);
        assert_eq!(TimeIndex::parse(base, &[0; 24]), None);
        assert_eq!(TimeIndex::parse(base, &[0xff; 12]), None);
    }
}
