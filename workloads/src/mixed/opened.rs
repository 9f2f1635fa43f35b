//! Batches that a reader has opened, so that the next reader of the same bytes need not open them again.
//!
//! What a batch shows depends on its bytes alone. A batch is known by its place and taken for known only when header
//! and payload are the same to the last byte; whatever differs, in one bit, is opened anew. A run reads its logs a dozen
//! times over, and decompressing is most of what reading costs.
//!
//! Leaves out: which records of a batch a reader wants.

use crate::history::{BatchSeen, PartitionId, RecordSeen};
use bytes::Bytes;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tribunal_wire::batch::{Batch, BatchHeader};

/// Bytes that are kept; when there would be more, all are forgotten.
const KEPT_BYTES_MAX: usize = 32 << 20;

/// All that a batch shows.
#[derive(Debug)]
pub(crate) struct Opened {
    header: BatchHeader,
    payload: Bytes,
    /// The batch itself.
    pub(crate) batch: BatchSeen,
    /// Every record in it that could be read.
    pub(crate) records: Vec<RecordSeen>,
}

impl Opened {
    pub(crate) fn new(of: &Batch, batch: BatchSeen, records: Vec<RecordSeen>) -> Opened {
        // A copy: the payload is a piece of an answer, which would all be kept with it.
        Opened { header: of.header, payload: Bytes::copy_from_slice(&of.payload), batch, records }
    }

    fn is(&self, batch: &Batch) -> bool {
        self.header == batch.header && self.payload == batch.payload
    }
}

/// The batches that were opened last at each place.
#[derive(Debug, Default)]
pub(crate) struct OpenedBatches(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    batches: BTreeMap<(PartitionId, i64), Arc<Opened>>,
    bytes: usize,
}

impl OpenedBatches {
    /// What `batch` shows, from memory if these very bytes were opened before.
    pub(crate) fn see(
        &self,
        partition: PartitionId,
        batch: &Batch,
        open: impl FnOnce() -> Opened,
    ) -> Arc<Opened> {
        let place = (partition, batch.header.base_offset.0);
        let known = self.kept().batches.get(&place).cloned();
        if let Some(known) = known.filter(|known| known.is(batch)) {
            return known;
        }
        let opened = Arc::new(open());
        let mut kept = self.kept();
        if kept.bytes + opened.payload.len() > KEPT_BYTES_MAX {
            *kept = Kept::default();
        }
        kept.bytes += opened.payload.len();
        if let Some(before) = kept.batches.insert(place, opened.clone()) {
            kept.bytes -= before.payload.len();
        }
        opened
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // What is kept is whole between two statements, and only saves work.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tribunal_wire::{
        batch::{BatchBuilder, Headers},
        compression::Codec,
    };

    fn batch(value: &[u8]) -> Batch {
        let mut builder = BatchBuilder::new(Codec::None, None);
        builder.push(5, None, Some(value), Headers::NONE);
        builder.build()
    }

    #[test]
    fn the_same_bytes_are_opened_once_and_others_every_time() {
        let (known, mut opens) = (OpenedBatches::default(), 0);
        let mut see = |partition: u16, batch: &Batch| {
            let before = opens;
            known.see(PartitionId(partition), batch, || {
                opens += 1;
                Opened::new(batch, BatchSeen::default(), Vec::new())
            });
            opens - before
        };
        let first = batch(b"first");
        assert_eq!((see(0, &first), see(0, &first.clone())), (1, 0));
        assert_eq!(see(1, &first), 1, "another partition");
        let mut moved = first.clone();
        moved.header.base_offset.0 = 7;
        assert_eq!(see(0, &moved), 1, "another place");
        let mut patched = first.clone();
        patched.header.partition_leader_epoch.0 += 1;
        assert_eq!((see(0, &patched), see(0, &patched)), (1, 0), "another header");
        let mut damaged = first.clone();
        let mut payload = damaged.payload.to_vec();
        *payload.last_mut().expect("a record has bytes") ^= 1;
        damaged.payload = payload.into();
        assert_eq!((see(0, &damaged), see(0, &first)), (1, 1), "one bit differs");
    }
}
