//! The index of aborted transactions of a segment against its markers.
//!
//! A file that is missing has no entries. Of a segment that was compacted only the markers can be looked for: where its
//! transactions began is gone.

use super::content::{Malformed, parse_transactions};
use super::finding::{Finding, Problem, Reporter};
use super::kind::segment_file;
use crate::checkpoint::read_small;
use crate::names;
use crate::transactions::{AbortedTransaction, TRANSACTION_ENTRY_BYTES};
use std::collections::BTreeSet;
use tribunal_env::Disk;
use tribunal_wire::types::Offset;

const REBUILT: &str = "the index is made again from the log when it is needed";
const HIDES: &str = "a start takes the file as it is, and readers of committed records miss records of that producer: \
                     `tribunal log repair` makes it again from the log while the broker is stopped";
const SHOWS: &str = "a start takes the file as it is, and readers of committed records are given aborted ones: \
                     `tribunal log repair` makes it again from the log while the broker is stopped";

/// Judges the index of one segment.
pub(super) struct TransactionJudge {
    path: String,
    /// `None` where nothing is judged: there is no file that counts, or its damage is told.
    entries: Option<Vec<AbortedTransaction>>,
    aborted: Vec<AbortedTransaction>,
    markers: BTreeSet<Offset>,
}

impl TransactionJudge {
    /// Reads the file of the segment at `base`.
    pub(super) async fn open(
        disk: &dyn Disk,
        directory: &str,
        base: Offset,
        report: &mut Reporter<'_>,
    ) -> TransactionJudge {
        let path = segment_file(directory, base, names::TRANSACTION_INDEX);
        let read = read_small(disk, &path).await.unwrap_or(None).unwrap_or_default();
        let entries = match parse_transactions(&read) {
            Ok(entries) => Some(entries),
            Err(Malformed { position, why }) => {
                report.find(Finding::new(Problem::TransactionIndex, &path, why, REBUILT).at(position));
                None
            }
        };
        TransactionJudge { path, entries, ..TransactionJudge::of_nothing() }
    }

    /// Where no file says anything.
    pub(super) fn of_nothing() -> TransactionJudge {
        TransactionJudge { path: String::new(), entries: None, aborted: Vec::new(), markers: BTreeSet::new() }
    }

    /// The walk comes by a control batch that ends at `offset`, and with it perhaps a transaction.
    pub(super) fn marker(&mut self, offset: Offset, aborted: Option<AbortedTransaction>) {
        self.markers.insert(offset);
        self.aborted.extend(aborted);
    }

    /// The walk has come to the end of the segment at `base`. Given where it has begun, all is known that producers did
    /// since, but for batches before `cleaned_until`, which may be gone.
    pub(super) fn finish(
        self,
        base: Offset,
        since: Offset,
        cleaned_until: Offset,
        report: &mut Reporter<'_>,
    ) {
        let Some(entries) = &self.entries else { return };
        let is_compacted = base < cleaned_until;
        // Where compaction came by, what had begun by then is not told by the log any more.
        let agree = |entry: &AbortedTransaction, seen: &AbortedTransaction| {
            let same_marker = (entry.producer_id, entry.last_offset) == (seen.producer_id, seen.last_offset);
            let same_start = entry.first_offset == seen.first_offset
                || entry.first_offset < since
                || entry.first_offset.min(seen.first_offset) < cleaned_until;
            let same_stable = entry.last_stable_offset == seen.last_stable_offset
                || entry.last_stable_offset < since
                || cleaned_until > Offset::ZERO;
            same_marker && same_start && same_stable
        };
        for (index, entry) in entries.iter().enumerate() {
            let known = match is_compacted {
                true => self.markers.contains(&entry.last_offset),
                false => entry.first_offset < since || self.aborted.iter().any(|seen| agree(entry, seen)),
            };
            if !known {
                let meaning = format!(
                    "the entry says that producer {} aborted what it wrote from offset {} to {}, and the log says otherwise",
                    entry.producer_id.0, entry.first_offset.0, entry.last_offset.0
                );
                let finding = Finding::new(Problem::TransactionIndex, &self.path, meaning, HIDES);
                report.find(finding.at((index * TRANSACTION_ENTRY_BYTES) as u64).about(entry.first_offset));
            }
        }
        // Of a transaction that began where compaction came by nothing may be left.
        let is_missing = |seen: &&AbortedTransaction| {
            seen.first_offset >= cleaned_until && !entries.iter().any(|entry| agree(entry, seen))
        };
        for missing in self.aborted.iter().filter(|_| !is_compacted).filter(is_missing) {
            let meaning = format!(
                "producer {} aborted what it wrote from offset {} to {}, and no entry says so",
                missing.producer_id.0, missing.first_offset.0, missing.last_offset.0
            );
            let finding = Finding::new(Problem::TransactionIndex, &self.path, meaning, SHOWS);
            report.find(finding.about(missing.first_offset));
        }
    }
}
