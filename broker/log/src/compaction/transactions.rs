//! What compaction makes of transactions. No Env, no await.
//!
//! Records of an aborted transaction are no data: they shadow nothing, and go at once. A marker goes once none of its
//! transaction's batches is left and the delete horizon that it was given then has passed, so that a reader who has seen
//! the records sees their marker.
//!
//! Two walks: [`TransactionScan`] goes ahead through what is dirty and learns how each transaction ended; a transaction
//! that has not ended there must not be touched, and neither must what follows its first record. [`TransactionFilter`]
//! then judges batch by batch, in order, from the beginning of the log.
//!
//! Always holds: a marker never goes before the last batch of its transaction.
//!
//! Leaves out: the index of aborted transactions, which is for readers; what is needed here is learnt from the markers.

use crate::transactions::Marker;
use std::collections::{BTreeMap, BTreeSet};
use tribunal_wire::batch::BatchHeader;
use tribunal_wire::types::Offset;

/// A transaction that was aborted, as far as the scan saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Aborted {
    producer_id: i64,
    first_offset: Offset,
}

/// Learns how transactions ended. See the head of the file.
#[derive(Debug, Default)]
pub(crate) struct TransactionScan {
    open: BTreeMap<i64, Offset>,
    aborted: Vec<Aborted>,
}

impl TransactionScan {
    /// Takes the next batch; `marker` is what it says if it is a control batch.
    pub(crate) fn batch(&mut self, header: &BatchHeader, marker: Option<Marker>) {
        let producer_id = header.producer_id.0;
        match marker {
            None if header.attributes.is_transactional() => {
                self.open.entry(producer_id).or_insert(header.base_offset);
            }
            None | Some(Marker::Other) => {}
            Some(end) => {
                if let Some(first_offset) = self.open.remove(&producer_id)
                    && end == Marker::Abort
                {
                    self.aborted.push(Aborted { producer_id, first_offset });
                }
            }
        }
    }

    /// Where the oldest transaction begins that did not end.
    pub(crate) fn first_undecided(&self) -> Option<Offset> {
        self.open.values().min().copied()
    }

    /// The aborted transactions, by their first offset.
    pub(crate) fn into_aborted(mut self) -> Vec<Aborted> {
        self.aborted.sort_unstable_by_key(|aborted| (aborted.first_offset, aborted.producer_id));
        self.aborted
    }
}

/// Judges batches in order. See the head of the file.
#[derive(Debug, Clone, Default)]
pub(crate) struct TransactionFilter {
    /// Those that the walk has not come to, the next one last.
    waiting: Vec<Aborted>,
    /// Producers within an aborted transaction, and whether a batch of it was seen.
    aborting: BTreeMap<i64, bool>,
    /// Producers with a batch of a transaction that was not aborted.
    committing: BTreeSet<i64>,
}

impl TransactionFilter {
    pub(crate) fn new(mut aborted: Vec<Aborted>) -> TransactionFilter {
        aborted.reverse();
        TransactionFilter { waiting: aborted, ..TransactionFilter::default() }
    }

    fn begin_up_to(&mut self, offset: Offset) {
        while let Some(next) = self.waiting.pop_if(|next| next.first_offset <= offset) {
            self.aborting.entry(next.producer_id).or_insert(false);
        }
    }

    /// Whether the records of a batch that is no control batch were aborted.
    pub(crate) fn is_aborted(&mut self, header: &BatchHeader) -> bool {
        if !header.attributes.is_transactional() {
            return false;
        }
        self.begin_up_to(header.last_offset());
        if let Some(seen) = self.aborting.get_mut(&header.producer_id.0) {
            *seen = true;
            return true;
        }
        self.committing.insert(header.producer_id.0);
        false
    }

    /// Whether no batch is left of the transaction that a control batch ends.
    pub(crate) fn ends_nothing(&mut self, header: &BatchHeader, marker: Marker) -> bool {
        self.begin_up_to(header.last_offset());
        match marker {
            Marker::Abort => !self.aborting.remove(&header.producer_id.0).unwrap_or(false),
            Marker::Commit => !self.committing.remove(&header.producer_id.0),
            Marker::Other => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tribunal_wire::batch::{BatchBuilder, Headers};
    use tribunal_wire::compression::Codec;
    use tribunal_wire::types::{ProducerEpoch, ProducerId};

    fn data(producer: i64, base: i64) -> BatchHeader {
        let mut builder = BatchBuilder::new(Codec::None, None)
            .producer(ProducerId(producer), ProducerEpoch(0), 0)
            .transactional()
            .base_offset(Offset(base));
        builder.push(1, Some(b"k"), Some(b"v"), Headers::NONE);
        builder.build().header
    }

    #[test]
    fn a_scan_tells_what_was_aborted_and_what_has_not_ended() {
        let mut scan = TransactionScan::default();
        scan.batch(&data(1, 0), None);
        scan.batch(&data(2, 1), None);
        scan.batch(&data(3, 2), None);
        scan.batch(&data(2, 3), Some(Marker::Abort));
        scan.batch(&data(1, 4), Some(Marker::Commit));
        scan.batch(&data(1, 5), None);
        assert_eq!(scan.first_undecided(), Some(Offset(2)));
        scan.batch(&data(3, 6), Some(Marker::Abort));
        scan.batch(&data(9, 7), Some(Marker::Abort));
        assert_eq!(scan.first_undecided(), Some(Offset(5)));
        let first = |producer_id, offset| Aborted { producer_id, first_offset: Offset(offset) };
        assert_eq!(scan.into_aborted(), [first(2, 1), first(3, 2)]);
    }

    #[test]
    fn markers_wait_for_the_last_batch_of_their_transaction() {
        let aborted = vec![Aborted { producer_id: 2, first_offset: Offset(1) }];
        let mut filter = TransactionFilter::new(aborted);
        assert!(!filter.is_aborted(&data(1, 0)));
        assert!(filter.is_aborted(&data(2, 1)));
        assert!(!filter.ends_nothing(&data(2, 2), Marker::Abort));
        // The next transaction of that producer is another one.
        assert!(!filter.is_aborted(&data(2, 3)));
        assert!(!filter.ends_nothing(&data(2, 4), Marker::Commit));
        assert!(!filter.ends_nothing(&data(1, 5), Marker::Commit));
        assert!(filter.ends_nothing(&data(1, 6), Marker::Commit));
        assert!(filter.ends_nothing(&data(7, 7), Marker::Abort));
        assert!(!filter.ends_nothing(&data(7, 8), Marker::Other));
    }
}
