//! What the checkpoint of leader epochs should say.
//!
//! The epochs in the batches tell, but no CRC covers them. So an epoch that a single batch has, and that no whole checkpoint
//! knows, is taken for damage of that batch; and where epochs fall on the way through the log, a whole checkpoint stays.

use crate::epochs::LeaderEpochs;
use std::collections::BTreeMap;
use tribunal_wire::types::{LeaderEpoch, Offset};

/// Stretches of one epoch that are remembered: far more than a log without damage has.
const STRETCHES_MAX: usize = 1 << 20;

/// The epochs of the batches, as a walk comes by.
#[derive(Debug, Default)]
pub(super) struct SeenEpochs {
    stretches: Vec<(LeaderEpoch, Offset)>,
    batches: BTreeMap<LeaderEpoch, u64>,
}

impl SeenEpochs {
    /// A batch that begins at `offset`.
    pub(super) fn note(&mut self, epoch: LeaderEpoch, offset: Offset) {
        *self.batches.entry(epoch).or_default() += 1;
        if self.stretches.last().is_none_or(|last| last.0 != epoch) && self.stretches.len() < STRETCHES_MAX {
            self.stretches.push((epoch, offset));
        }
    }

    /// The checkpoint of a log from `start` to `end`, given the one that there is, if it is whole; `None` where that stays.
    pub(super) fn checkpoint(
        &self,
        known: Option<&LeaderEpochs>,
        start: Offset,
        end: Offset,
    ) -> Option<LeaderEpochs> {
        let is_known =
            |epoch| known.is_some_and(|known| known.entries().iter().any(|entry| entry.0 == epoch));
        let is_lone = |epoch| self.batches.get(&epoch) == Some(&1) && !is_known(epoch);
        let all = self.stretches.iter().filter(|stretch| stretch.0.0 >= 0);
        let falls =
            |stretches: &[(LeaderEpoch, Offset)]| stretches.windows(2).any(|pair| pair[1].0 < pair[0].0);
        let mut believed: Vec<_> = all.copied().collect();
        if known.is_some() || falls(&believed) {
            believed.retain(|stretch| !is_lone(stretch.0));
        }
        if known.is_some() && falls(&believed) {
            believed.clear();
            believed.extend(known.into_iter().flat_map(LeaderEpochs::entries));
        }
        let mut epochs = LeaderEpochs::default();
        for (epoch, offset) in believed {
            epochs.assign(epoch, offset);
        }
        // An epoch that got no record is told by nothing else.
        for (epoch, at) in known.into_iter().flat_map(LeaderEpochs::entries) {
            if *at == end {
                epochs.assign(*epoch, *at);
            }
        }
        epochs.truncate_from_end(end.plus(1));
        epochs.truncate_from_start(start);
        (known != Some(&epochs)).then_some(epochs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epochs(entries: &[(i32, i64)]) -> LeaderEpochs {
        let entries = entries.iter().map(|&(epoch, start)| (LeaderEpoch(epoch), Offset(start))).collect();
        LeaderEpochs::from_entries(entries).expect("the entries grow")
    }

    /// The log has these epochs at offsets 0, 1, 2 and so on.
    fn check(log: &[i32], known: Option<&[(i32, i64)]>, expected: Option<&[(i32, i64)]>) {
        let mut seen = SeenEpochs::default();
        for (offset, &epoch) in (0..).zip(log) {
            seen.note(LeaderEpoch(epoch), Offset(offset));
        }
        let end = Offset(i64::try_from(log.len()).expect("small"));
        let told = seen.checkpoint(known.map(epochs).as_ref(), Offset(0), end);
        assert_eq!(told, expected.map(epochs), "{log:?} {known:?}");
    }

    #[test]
    fn batches_tell_the_epochs() {
        check(&[0, 0, 3, 3], Some(&[(0, 0), (3, 2)]), None);
        check(&[0, 0, 3, 3], Some(&[(0, 0), (3, 3)]), Some(&[(0, 0), (3, 2)]));
        check(&[0, 0, 3, 3], None, Some(&[(0, 0), (3, 2)]));
        check(&[0, 0, 3], None, Some(&[(0, 0), (3, 2)]));
        check(&[], None, Some(&[]));
    }

    #[test]
    fn an_epoch_of_a_single_batch_is_no_proof() {
        check(&[0, 0, 1, 3, 3], Some(&[(0, 0), (3, 3)]), None);
        check(&[0, 9, 0, 3, 3], Some(&[(0, 0), (3, 3)]), None);
        check(&[0, 9, 0, 3, 3], None, Some(&[(0, 0), (3, 3)]));
        check(&[0, 5, 5, 0, 3], Some(&[(0, 0), (3, 4)]), None);
    }

    #[test]
    fn an_epoch_without_records_stays() {
        check(&[0, 0], Some(&[(0, 0), (4, 2)]), None);
        check(&[0, 0], Some(&[(0, 0), (4, 2), (5, 3)]), Some(&[(0, 0), (4, 2)]));
    }

    #[test]
    fn what_was_deleted_is_forgotten() {
        let mut seen = SeenEpochs::default();
        seen.note(LeaderEpoch(1), Offset(4));
        seen.note(LeaderEpoch(2), Offset(8));
        let told = seen.checkpoint(None, Offset(6), Offset(9));
        assert_eq!(told, Some(epochs(&[(1, 6), (2, 8)])));
    }
}
