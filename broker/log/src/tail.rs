//! The newest batches of a partition, kept in memory as the slices that they came in.
//!
//! Always holds: the batches follow each other without a gap and end at the log end offset; they are at most
//! the configured bytes, except that one batch larger than that is kept alone.

use bytes::Bytes;
use std::collections::VecDeque;
use tribunal_wire::batch::BatchHeader;
use tribunal_wire::types::Offset;

#[derive(Debug)]
struct TailBatch {
    base: Offset,
    last: Offset,
    bytes: usize,
    pieces: [Bytes; 2],
}

/// A ring of recent batches.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    batches: VecDeque<TailBatch>,
    bytes: usize,
}

/// Whole batches, ready for a vectored write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Slices {
    pub(crate) pieces: Vec<Bytes>,
    pub(crate) bytes: usize,
    /// The offset after the last batch.
    pub(crate) next_offset: Offset,
}

impl Tail {
    /// Adds the batch that was just written; drops old ones beyond `limit` bytes.
    pub(crate) fn push(&mut self, header: &BatchHeader, pieces: [Bytes; 2], limit: usize) {
        assert!(
            self.batches.back().is_none_or(|last| last.last.plus(1) == header.base_offset),
            "the tail has no gaps"
        );
        let bytes = header.total_bytes();
        assert_eq!(bytes, pieces[0].len() + pieces[1].len(), "the pieces are the whole batch");
        self.bytes += bytes;
        self.batches.push_back(TailBatch {
            base: header.base_offset,
            last: header.last_offset(),
            bytes,
            pieces,
        });
        while self.bytes > limit && self.batches.len() > 1 {
            let dropped = self.batches.pop_front().expect("there is more than one");
            self.bytes -= dropped.bytes;
        }
    }

    /// Drops the batches that lie before `log_start`: nobody may read them.
    pub(crate) fn drop_before(&mut self, log_start: Offset) {
        while self.batches.front().is_some_and(|batch| batch.last < log_start) {
            let dropped = self.batches.pop_front().expect("there is a front");
            self.bytes -= dropped.bytes;
        }
    }

    /// Batches from the one that holds `offset`, all of which end before `limit`. `None` when the tail does not
    /// reach back that far.
    pub(crate) fn read(
        &self,
        offset: Offset,
        limit: Offset,
        max_bytes: usize,
        at_least_one: bool,
    ) -> Option<Slices> {
        if self.batches.front().is_none_or(|first| first.base > offset) {
            return None;
        }
        let first = self.batches.partition_point(|batch| batch.last < offset);
        let mut slices = Slices { next_offset: offset, ..Slices::default() };
        for batch in self.batches.range(first..) {
            let fits = slices.bytes + batch.bytes <= max_bytes || (at_least_one && slices.bytes == 0);
            if batch.last >= limit || !fits {
                break;
            }
            slices.pieces.extend_from_slice(&batch.pieces);
            slices.bytes += batch.bytes;
            slices.next_offset = batch.last.plus(1);
        }
        Some(slices)
    }
}
