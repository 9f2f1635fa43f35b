//! First batches of unknown producers that a full disk turned away.
//!
//! An unknown producer may start at any sequence number, so that the batches behind a refused first one would be taken
//! as its beginning, and the retry of the first be refused for ever. Until the batch that was turned away comes again,
//! the partition takes no other one of that producer and epoch. Batches without a sequence number do not wait, above all the
//! marker that ends the transaction of a client that has given up: behind it the log knows the producer.
//!
//! Always holds: at most [`TURNED_AWAY_MAX`] producers are remembered; none of them is in the log with that epoch.

use crate::limits::TURNED_AWAY_MAX;
use std::collections::BTreeMap;
use tribunal_wire::batch::BatchHeader;
use tribunal_wire::types::ProducerEpoch;

/// See the head of the file.
#[derive(Debug, Default)]
pub(crate) struct TurnedAway(BTreeMap<i64, (ProducerEpoch, i32)>);

impl TurnedAway {
    /// The batch of a producer that the log does not know was turned away.
    pub(crate) fn note(&mut self, header: &BatchHeader) {
        if !header.has_producer_id() || header.base_sequence < 0 {
            return;
        }
        let id = header.producer_id.0;
        match self.0.get(&id) {
            // The first one is the one to wait for.
            Some((epoch, _)) if *epoch >= header.producer_epoch => {}
            None if self.0.len() >= TURNED_AWAY_MAX => {}
            _ => drop(self.0.insert(id, (header.producer_epoch, header.base_sequence))),
        }
    }

    /// Whether the batch may be its producer's first one in the log.
    pub(crate) fn may_start(&self, header: &BatchHeader) -> bool {
        let waited_for = self.0.get(&header.producer_id.0).filter(|_| header.base_sequence >= 0);
        waited_for.is_none_or(|(epoch, sequence)| {
            *epoch != header.producer_epoch || *sequence == header.base_sequence
        })
    }

    /// The producer is in the log now.
    pub(crate) fn forget(&mut self, header: &BatchHeader) {
        if !self.0.is_empty() {
            self.0.remove(&header.producer_id.0);
        }
    }
}
