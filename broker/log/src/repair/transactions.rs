//! What the index of aborted transactions of a segment should say.
//!
//! The walk over the log tells, but for what it cannot know: transactions that began before the walk knew its producers, or
//! whose batches compaction or damage took. Of these the old index is believed where a marker stands, or may have stood.

use crate::transactions::{AbortedTransaction, TRANSACTION_ENTRY_BYTES, TransactionIndex};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use tribunal_wire::types::Offset;

/// What a walk through a segment knows of transactions.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// Those that were aborted.
    pub(super) aborted: Vec<AbortedTransaction>,
    /// Where markers stand.
    pub(super) markers: BTreeSet<Offset>,
    /// Where they may have stood.
    pub(super) damaged: Vec<Range<Offset>>,
    /// Since when all is known that producers did; `None` where something is missing.
    pub(super) complete_since: Option<Offset>,
}

impl Walked {
    /// The index, given what stands in the old file.
    pub(super) fn index(&self, old: &[u8]) -> TransactionIndex {
        let mut entries: BTreeMap<Offset, AbortedTransaction> =
            self.aborted.iter().map(|entry| (entry.last_offset, *entry)).collect();
        for entry in readable(old) {
            let stood = self.markers.contains(&entry.last_offset)
                || self.damaged.iter().any(|range| range.contains(&entry.last_offset));
            let is_known = self.complete_since.is_some_and(|since| entry.first_offset >= since);
            if stood && !is_known {
                entries.insert(entry.last_offset, entry);
            }
        }
        let mut index = TransactionIndex::default();
        entries.into_values().for_each(|entry| index.push(entry));
        index
    }
}

/// The entries before the first that is none.
fn readable(old: &[u8]) -> Vec<AbortedTransaction> {
    let whole = old.len() / TRANSACTION_ENTRY_BYTES * TRANSACTION_ENTRY_BYTES;
    let good = match TransactionIndex::decode(&old[..whole]) {
        Ok(entries) => return entries,
        Err(position) => position,
    };
    TransactionIndex::decode(&old[..good]).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tribunal_wire::types::ProducerId;

    fn entry(producer: i64, first: i64, last: i64) -> AbortedTransaction {
        AbortedTransaction {
            producer_id: ProducerId(producer),
            first_offset: Offset(first),
            last_offset: Offset(last),
            last_stable_offset: Offset(last + 1),
        }
    }

    fn index(entries: &[AbortedTransaction]) -> TransactionIndex {
        let mut index = TransactionIndex::default();
        entries.iter().for_each(|entry| index.push(*entry));
        index
    }

    #[test]
    fn the_old_index_is_believed_where_the_log_cannot_tell() {
        let mut walked = Walked {
            aborted: vec![entry(1, 20, 24)],
            markers: BTreeSet::from([Offset(12), Offset(24)]),
            damaged: Vec::new(),
            complete_since: Some(Offset(10)),
        };
        let old = index(&[entry(2, 5, 12), entry(3, 6, 15), entry(9, 11, 24)]).encode();
        assert_eq!(walked.index(&old), index(&[entry(2, 5, 12), entry(1, 20, 24)]));
        walked.damaged.push(Offset(14)..Offset(16));
        let expected = [entry(2, 5, 12), entry(3, 6, 15), entry(1, 20, 24)];
        assert_eq!(walked.index(&old), index(&expected));
        walked.complete_since = None;
        let expected = [entry(2, 5, 12), entry(3, 6, 15), entry(9, 11, 24)];
        assert_eq!(walked.index(&old), index(&expected));
        assert_eq!(walked.index(&old[..40]), index(&[entry(2, 5, 12), entry(1, 20, 24)]));
        assert_eq!(walked.index(&[]), index(&[entry(1, 20, 24)]));
    }
}
