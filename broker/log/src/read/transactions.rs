//! Which aborted transactions a reader has to know of.
//!
//! A segment's index of them is read when it is needed, and made again from the log on any doubt: from the nearest
//! snapshot of producers in front of it, which tells what was open there.

use super::{Picture, walk_from};
use crate::checkpoint::read_small;
use crate::limits::SCAN_CHUNK_BYTES;
use crate::names::{self, join, offset_file};
use crate::partition::Shared;
use crate::producers::Producers;
use crate::segment::Segment;
use crate::transactions::{AbortedTransaction, TransactionEnd, TransactionIndex};
use std::sync::Arc;
use tribunal_wire::types::Offset;

impl Shared {
    /// The aborted transactions that records from `from` to before `until` may belong to; `None` where a segment is not in
    /// the log any more, whose index may be another's by now.
    pub(super) async fn aborted_within(
        &self,
        picture: &Picture,
        from: Offset,
        until: Offset,
    ) -> Option<Vec<AbortedTransaction>> {
        let mut found = Vec::new();
        if from >= until {
            return Some(found);
        }
        let first = picture.segments.partition_point(|segment| segment.base <= from).saturating_sub(1);
        for index in first..picture.segments.len() {
            let transactions = self.transactions_of(&picture.segments, index, picture.after(index)).await?;
            if transactions.collect(from, until, &mut found) {
                break;
            }
        }
        Some(found)
    }

    /// The aborted transactions whose markers stand in segment `index`, which ends at `after`; `None` where it left the
    /// log meanwhile.
    pub(crate) async fn transactions_of(
        &self,
        segments: &[Arc<Segment>],
        index: usize,
        after: Offset,
    ) -> Option<TransactionIndex> {
        let segment = &segments[index];
        if let Some(known) = &segment.state().transactions {
            return Some(known.clone());
        }
        let path = join(&self.path, &offset_file(segment.base, names::TRANSACTION_INDEX));
        let read = match read_small(&*self.env.disk(), &path).await {
            Ok(None) => Some(TransactionIndex::default()),
            Ok(Some(bytes)) => TransactionIndex::parse(&bytes, segment.base, after),
            Err(_) => None,
        };
        let transactions = match read {
            Some(transactions) => transactions,
            None => self.transactions_by_walk(segments, index, after).await,
        };
        // Files change their names after readers were shown other segments: what is still shown was read right.
        let is_shown = self.view().segments.iter().any(|shown| Arc::ptr_eq(shown, segment));
        is_shown.then(|| segment.state().transactions.insert(transactions).clone())
    }

    async fn transactions_by_walk(
        &self,
        segments: &[Arc<Segment>],
        index: usize,
        after: Offset,
    ) -> TransactionIndex {
        let (first, mut producers) = self.producers_before(segments, index).await;
        for before in first..index {
            let _only_producers = self.walk_transactions(segments, before, after, &mut producers).await;
        }
        self.walk_transactions(segments, index, after, &mut producers).await
    }

    /// The last segment up to `index` with a snapshot of producers at its beginning, and that.
    async fn producers_before(&self, segments: &[Arc<Segment>], index: usize) -> (usize, Producers) {
        for first in (0..=index).rev() {
            let path = join(&self.path, &offset_file(segments[first].base, names::SNAPSHOT));
            let snapshot = read_small(&*self.env.disk(), &path).await.unwrap_or(None);
            if let Some(producers) = snapshot.and_then(|bytes| Producers::parse_snapshot(&bytes)) {
                return (first, producers);
            }
        }
        (0, Producers::default())
    }

    async fn walk_transactions(
        &self,
        segments: &[Arc<Segment>],
        index: usize,
        after: Offset,
        producers: &mut Producers,
    ) -> TransactionIndex {
        let segment = &segments[index];
        let after = segments.get(index + 1).map_or(after, |next| next.base);
        let walk = walk_from(segment, None, (after, self.cleaned_until()), SCAN_CHUNK_BYTES);
        let mut transactions = TransactionIndex::default();
        walk.visit(|header, bytes| {
            let applied = producers.apply(header, TransactionEnd::of_bytes(header, bytes));
            if let Some(ended) = applied.ended.filter(|ended| ended.is_abort) {
                transactions.push(ended.span);
            }
        })
        .await;
        transactions
    }
}
