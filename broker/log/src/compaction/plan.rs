//! Which part of a log may be compacted, whether that is worth a pass, and which segments become one. No Env, no await.
//!
//! A log has three parts. What lies before the first dirty offset was compacted before, as far as the records behind it
//! were known then. What lies from there to the first uncleanable offset is dirty: the next pass will take its keys. What
//! follows is left alone: the active segment; what readers may not see yet; what is not known to be durable, for a record
//! that a power loss takes must not have shadowed one that was safe; transactions that have not ended; and segments with
//! a record that is younger than `min.compaction.lag.ms`.
//!
//! Always holds: the first uncleanable offset is where a segment begins; groups are consecutive and cover all segments
//! that they are made of; the segment that a group becomes is no larger, by the measures of its index and its offsets
//! too, than a segment may be.

use crate::config::PartitionConfig;
use std::ops::Range;
use tribunal_wire::types::Offset;

/// `min.cleanable.dirty.ratio` is counted in billionths.
const RATIO_ONE: u128 = 1_000_000_000;

/// What of a segment matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outline {
    pub(crate) base: Offset,
    pub(crate) bytes: u64,
    /// Bytes of the larger of its index files.
    pub(crate) index_bytes: u64,
}

/// The first offset that a pass may touch the segment of: the base of the last segment that begins at or before `safe`,
/// which is what readers see, what is durable and what transactions have left behind.
pub(crate) fn first_uncleanable(segments: &[Outline], safe: Offset) -> Offset {
    let after = segments.partition_point(|segment| segment.base <= safe);
    after.checked_sub(1).map_or(Offset::ZERO, |index| segments[index].base)
}

/// The segments from `first_dirty` to `uncleanable`, by index.
pub(crate) fn dirty(segments: &[Outline], first_dirty: Offset, uncleanable: Offset) -> Range<usize> {
    let end = segments.partition_point(|segment| segment.base < uncleanable);
    let start = segments.partition_point(|segment| segment.base <= first_dirty).saturating_sub(1);
    start.min(end)..end
}

/// How much of a log is clean, and how much the next pass could clean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dirtiness {
    /// Bytes of the segments that were compacted.
    pub clean_bytes: u64,
    /// Bytes of the segments that a pass would take the keys of.
    pub dirty_bytes: u64,
}

impl Dirtiness {
    pub(crate) fn of(segments: &[Outline], first_dirty: Offset, uncleanable: Offset) -> Dirtiness {
        let dirty = if uncleanable > first_dirty { dirty(segments, first_dirty, uncleanable) } else { 0..0 };
        let bytes = |segments: &[Outline]| segments.iter().map(|segment| segment.bytes).sum();
        // A segment that is clean up to its middle counts as dirty: that is what a pass does to it.
        let clean = match dirty.is_empty() {
            true => segments.partition_point(|segment| segment.base < first_dirty),
            false => dirty.start,
        };
        Dirtiness { clean_bytes: bytes(&segments[..clean]), dirty_bytes: bytes(&segments[dirty]) }
    }

    /// Whether the dirty share is above `ratio` billionths.
    #[must_use]
    pub fn exceeds(&self, ratio: u64) -> bool {
        let total = u128::from(self.clean_bytes) + u128::from(self.dirty_bytes);
        u128::from(self.dirty_bytes) * RATIO_ONE > total * u128::from(ratio)
    }

    /// Whether a larger share is dirty than of the other.
    #[must_use]
    pub fn is_above(&self, other: &Dirtiness) -> bool {
        let share = |own: &Dirtiness, other: &Dirtiness| {
            let total = u128::from(other.clean_bytes) + u128::from(other.dirty_bytes);
            u128::from(own.dirty_bytes) * total.max(1)
        };
        share(self, other) > share(other, self)
    }
}

/// Which of the `count` first segments become one together. `after` is where what follows them begins.
pub(crate) fn groups(
    segments: &[Outline],
    count: usize,
    after: Offset,
    config: &PartitionConfig,
) -> Vec<Range<usize>> {
    const SEGMENT_BYTES_MAX: u64 = i32::MAX as u64;
    let bytes_max = config.segment_bytes.min(SEGMENT_BYTES_MAX);
    let mut groups: Vec<Range<usize>> = Vec::new();
    let (mut bytes, mut index_bytes) = (0, 0);
    for (index, segment) in segments[..count].iter().enumerate() {
        let end = segments[..count].get(index + 1).map_or(after, |next| next.base);
        let fits = groups.last().is_some_and(|group| {
            let base = segments[group.start].base;
            bytes + segment.bytes <= bytes_max
                && index_bytes + segment.index_bytes <= config.segment_index_bytes
                && end.0 - 1 - base.0 <= i64::from(i32::MAX)
        });
        match groups.last_mut() {
            Some(group) if fits => group.end = index + 1,
            _ => {
                groups.push(index..index + 1);
                (bytes, index_bytes) = (0, 0);
            }
        }
        bytes += segment.bytes;
        index_bytes += segment.index_bytes;
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(outlines: &[(i64, u64)]) -> Vec<Outline> {
        outlines
            .iter()
            .map(|&(base, bytes)| Outline { base: Offset(base), bytes, index_bytes: bytes / 10 })
            .collect()
    }

    #[test]
    fn what_is_not_safe_is_left_alone_by_whole_segments() {
        let log = segments(&[(0, 100), (10, 100), (20, 100), (30, 5)]);
        for (safe, expected) in [(0, 0), (9, 0), (10, 10), (25, 20), (30, 30), (99, 30)] {
            assert_eq!(first_uncleanable(&log, Offset(safe)), Offset(expected), "{safe}");
        }
    }

    #[test]
    fn dirt_is_counted_by_segments() {
        let log = segments(&[(0, 100), (10, 50), (20, 25), (30, 5)]);
        let check = |first_dirty, uncleanable, clean_bytes, dirty_bytes| {
            let found = Dirtiness::of(&log, Offset(first_dirty), Offset(uncleanable));
            assert_eq!(found, Dirtiness { clean_bytes, dirty_bytes }, "{first_dirty}..{uncleanable}");
        };
        check(0, 30, 0, 175);
        check(10, 30, 100, 75);
        check(15, 30, 100, 75);
        check(20, 20, 150, 0);
        check(0, 0, 0, 0);
        // A pass that stopped within a segment: it is dirty as a whole.
        check(15, 20, 100, 50);
    }

    #[test]
    fn ratios_are_compared_without_rounding() {
        let half = Dirtiness { clean_bytes: 50, dirty_bytes: 50 };
        assert!(!half.exceeds(500_000_000) && half.exceeds(499_999_999));
        assert!(!Dirtiness::default().exceeds(0));
        let all = Dirtiness { clean_bytes: 0, dirty_bytes: 1 };
        assert!(all.is_above(&half) && !half.is_above(&all) && !half.is_above(&half));
        assert!(half.is_above(&Dirtiness::default()) && !Dirtiness::default().is_above(&half));
    }

    #[test]
    fn groups_stay_within_what_a_segment_may_be() {
        let config =
            PartitionConfig { segment_bytes: 100, segment_index_bytes: 1000, ..PartitionConfig::default() };
        let log = segments(&[(0, 60), (10, 40), (20, 1), (30, 99), (40, 0), (50, 200), (60, 10)]);
        let found = groups(&log, 6, Offset(60), &config);
        assert_eq!(found, [0..2, 2..5, 5..6]);
        let small_index = PartitionConfig { segment_index_bytes: 9, ..config };
        assert_eq!(groups(&log, 6, Offset(60), &small_index), [0..1, 1..3, 3..5, 5..6]);
        let far = segments(&[(0, 1), (10, 1), (i64::from(i32::MAX) + 1, 1), (i64::from(i32::MAX) + 9, 1)]);
        let end = Offset(i64::from(i32::MAX) + 9);
        assert_eq!(groups(&far, 3, end, &config), [0..2, 2..3]);
        assert_eq!(groups(&far, 0, Offset(0), &config), []);
    }
}
