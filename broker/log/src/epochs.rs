//! The leader-epoch cache: which epoch began at which offset.
//!
//! Always holds: epochs and start offsets strictly increase. An epoch that got no record is replaced by the
//! next one that starts at the same offset.

use tribunal_wire::types::{LeaderEpoch, Offset};

/// Epochs and where they began, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeaderEpochs {
    entries: Vec<(LeaderEpoch, Offset)>,
}

impl LeaderEpochs {
    /// From a checkpoint; `None` when it contradicts itself.
    #[must_use]
    pub fn from_entries(entries: Vec<(LeaderEpoch, Offset)>) -> Option<Self> {
        let grows = entries.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1);
        grows.then_some(LeaderEpochs { entries })
    }

    /// The entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[(LeaderEpoch, Offset)] {
        &self.entries
    }

    /// The newest epoch.
    #[must_use]
    pub fn latest(&self) -> Option<LeaderEpoch> {
        self.entries.last().map(|entry| entry.0)
    }

    /// Notes that `epoch` began at `start`; says whether that was news. An epoch below the newest one is
    /// none: the log holds only what leaders of growing epochs wrote.
    pub fn assign(&mut self, epoch: LeaderEpoch, start: Offset) -> bool {
        assert!(epoch.0 >= 0, "an epoch counts from 0");
        if self.latest().is_some_and(|latest| latest >= epoch) {
            return false;
        }
        while self.entries.last().is_some_and(|last| last.1 >= start) {
            self.entries.pop();
        }
        self.entries.push((epoch, start));
        true
    }

    /// Forgets what began at or after `end`: the log was cut there. Says whether anything was.
    pub fn truncate_from_end(&mut self, end: Offset) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.1 < end);
        self.entries.len() != before
    }

    /// Forgets what ended before `start`, and lets the epoch at `start` begin there. Says whether anything
    /// changed.
    pub fn truncate_from_start(&mut self, start: Offset) -> bool {
        let keep = self.entries.partition_point(|entry| entry.1 <= start);
        let Some(first) = keep.checked_sub(1) else { return false };
        if first == 0 && self.entries[0].1 == start {
            return false;
        }
        self.entries.drain(..first);
        self.entries[0].1 = start;
        true
    }

    /// Where the newest epoch that is at most `asked` ended, with that epoch: the start of the one after it,
    /// or `log_end` (KIP-101, KIP-279). An epoch older than all that are known ended where they begin. `None`
    /// when the log knows no epoch as new as `asked`.
    #[must_use]
    pub fn end_offset_for(&self, asked: LeaderEpoch, log_end: Offset) -> Option<(LeaderEpoch, Offset)> {
        let after = self.entries.partition_point(|entry| entry.0 <= asked);
        // A question about an epoch that is not there yet has no answer.
        if after == self.entries.len() && self.latest().is_none_or(|latest| latest < asked) {
            return None;
        }
        let epoch = after.checked_sub(1).map_or(asked, |index| self.entries[index].0);
        let end = self.entries.get(after).map_or(log_end, |next| next.1);
        Some((epoch, end))
    }

    /// The epoch of the record at `offset`.
    #[must_use]
    pub fn epoch_of(&self, offset: Offset) -> Option<LeaderEpoch> {
        let after = self.entries.partition_point(|entry| entry.1 <= offset);
        after.checked_sub(1).map(|index| self.entries[index].0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epochs(entries: &[(i32, i64)]) -> LeaderEpochs {
        let entries = entries.iter().map(|&(epoch, start)| (LeaderEpoch(epoch), Offset(start))).collect();
        LeaderEpochs::from_entries(entries).expect("the entries grow")
    }

    #[test]
    fn epochs_without_records_are_replaced() {
        let mut cache = LeaderEpochs::default();
        assert!(cache.assign(LeaderEpoch(0), Offset(0)));
        assert!(!cache.assign(LeaderEpoch(0), Offset(5)));
        assert!(cache.assign(LeaderEpoch(2), Offset(10)));
        assert!(cache.assign(LeaderEpoch(3), Offset(10)));
        assert!(!cache.assign(LeaderEpoch(1), Offset(20)));
        assert_eq!(cache, epochs(&[(0, 0), (3, 10)]));
        assert_eq!(
            LeaderEpochs::from_entries(vec![(LeaderEpoch(1), Offset(3)), (LeaderEpoch(1), Offset(4))]),
            None
        );
    }

    #[test]
    fn ends_are_those_of_the_epoch_asked_for_or_an_older_one() {
        let cache = epochs(&[(1, 0), (3, 10), (5, 20)]);
        let ask =
            |epoch| cache.end_offset_for(LeaderEpoch(epoch), Offset(30)).map(|(epoch, end)| (epoch.0, end.0));
        assert_eq!(ask(0), Some((0, 0)));
        assert_eq!(ask(1), Some((1, 10)));
        assert_eq!(ask(2), Some((1, 10)));
        assert_eq!(ask(3), Some((3, 20)));
        assert_eq!(ask(5), Some((5, 30)));
        assert_eq!(ask(6), None);
        assert_eq!(LeaderEpochs::default().end_offset_for(LeaderEpoch(0), Offset(0)), None);
    }

    #[test]
    fn truncation_keeps_what_the_log_keeps() {
        let mut cache = epochs(&[(1, 0), (3, 10), (5, 20)]);
        assert!(cache.truncate_from_end(Offset(20)));
        assert!(!cache.truncate_from_end(Offset(20)));
        assert_eq!(cache, epochs(&[(1, 0), (3, 10)]));
        assert!(cache.truncate_from_start(Offset(12)));
        assert!(!cache.truncate_from_start(Offset(12)));
        assert_eq!(cache, epochs(&[(3, 12)]));
        assert_eq!(cache.epoch_of(Offset(11)), None);
        assert_eq!(cache.epoch_of(Offset(12)), Some(LeaderEpoch(3)));
    }
}
