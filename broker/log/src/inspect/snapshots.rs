//! Producer snapshots against what the batches before them say.

use super::content::parse_snapshot;
use super::finding::{Finding, Problem, Reporter};
use super::kind::segment_file;
use crate::checkpoint::read_small;
use crate::limits::PRODUCER_EXPIRATION_MS;
use crate::names;
use crate::producers::{EndedTransaction, ProducerState, Producers};
use crate::transactions::TransactionEnd;
use bytes::Bytes;
use tribunal_env::Disk;
use tribunal_wire::batch::BatchHeader;
use tribunal_wire::types::{Offset, ProducerId};

const DAMAGED: &str = "the snapshot is ignored, and producers are learnt from the batches of the log";
const DECEIVES: &str = "a start takes it as it is: a late retry of that producer may be refused, or be written twice; \
                        `tribunal log repair` makes it again from the log while the broker is stopped";

/// Follows the producers through a partition, and looks into each snapshot where the walk comes by.
pub(super) struct SnapshotJudge<'a> {
    disk: &'a dyn Disk,
    directory: &'a str,
    /// Those that the walk has not come to, ascending.
    waiting: std::iter::Peekable<std::vec::IntoIter<Offset>>,
    walked: Producers,
    /// Where the walk began.
    from: Offset,
    /// Transactions that began since then are known: all of them once a snapshot told which were open.
    since: Offset,
    /// Before it batches may have been compacted away, and a snapshot may have been made again without them.
    cleaned_until: Offset,
    /// Whether `walked` is all that producers did since.
    complete: bool,
    /// Whether batches were compacted away since the last snapshot: what it says is believed then.
    compacted: bool,
    latest: i64,
}

impl<'a> SnapshotJudge<'a> {
    /// `first` is where the walk will begin.
    pub(super) fn new(
        disk: &'a dyn Disk,
        directory: &'a str,
        snapshots: Vec<Offset>,
        first: Offset,
        cleaned_until: Offset,
    ) -> Self {
        SnapshotJudge {
            disk,
            directory,
            waiting: snapshots.into_iter().peekable(),
            walked: Producers::default(),
            from: first,
            since: first,
            cleaned_until,
            complete: true,
            compacted: false,
            latest: -1,
        }
    }

    fn path(&self, offset: Offset) -> String {
        segment_file(self.directory, offset, names::SNAPSHOT)
    }

    async fn read(&self, offset: Offset, report: &mut Reporter<'_>) -> Option<Producers> {
        let path = self.path(offset);
        let bytes = match read_small(self.disk, &path).await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return None,
            Err(error) => {
                report.find(Finding::new(
                    Problem::ProducerSnapshot,
                    &path,
                    format!("cannot be read: {error}"),
                    DAMAGED,
                ));
                return None;
            }
        };
        match parse_snapshot(&bytes) {
            Ok(producers) => Some(producers),
            Err(malformed) => {
                let finding = Finding::new(Problem::ProducerSnapshot, &path, malformed.why, DAMAGED);
                report.find(finding.at(malformed.position).about(offset));
                None
            }
        }
    }

    /// The walk stands before the batch at `offset`.
    pub(super) async fn reached(&mut self, offset: Offset, report: &mut Reporter<'_>) {
        while let Some(at) = self.waiting.next_if(|&at| at <= offset) {
            let read = self.read(at, report).await;
            let Some(snapshot) = read else { continue };
            if at == self.from || at <= self.cleaned_until || self.compacted {
                self.compacted = false;
                // What happened before the walk is known from here alone.
                self.walked = snapshot;
                self.since = Offset::ZERO;
            } else if at > self.from {
                self.compare(at, &snapshot, at == offset, report);
            }
        }
    }

    fn compare(&self, at: Offset, snapshot: &Producers, at_boundary: bool, report: &mut Reporter<'_>) {
        let mut differ = |id: ProducerId, difference: String| {
            let meaning = format!("producer {}: {difference}", id.0);
            let finding = Finding::new(Problem::ProducerSnapshot, &self.path(at), meaning, DECEIVES);
            report.find(finding.about(at));
        };
        for (id, state) in snapshot.iter() {
            if let Some(last) = state.last().filter(|last| last.last_offset >= at) {
                let said = last.last_offset.0;
                differ(id, format!("its last batch ends at offset {said}, behind the snapshot's own offset"));
            } else if self.complete
                && at_boundary
                && let Some(difference) = self.difference(id, state)
            {
                differ(id, difference);
            }
        }
        for (id, seen) in self.walked.iter().filter(|_| self.complete && at_boundary) {
            // A producer may be forgotten once it is old, or once its last batch is deleted.
            let youngest_to_forget = self.latest.saturating_sub(PRODUCER_EXPIRATION_MS);
            let recent = seen
                .last()
                .filter(|last| last.timestamp >= youngest_to_forget && last.first_offset() >= self.from);
            if let (None, Some(last)) = (snapshot.get(id), recent) {
                differ(
                    id,
                    format!("it is missing, and the log has its batch that ends at {}", last.last_offset.0),
                );
            }
        }
    }

    /// What the log says otherwise of a producer. What was written before the walk began is not known.
    fn difference(&self, id: ProducerId, state: &ProducerState) -> Option<String> {
        let Some(seen) = self.walked.get(id) else {
            let last = state.last().filter(|last| last.last_offset >= self.from)?;
            return Some(format!(
                "the log has no batch of it, and not the one that ends at {}",
                last.last_offset.0
            ));
        };
        if seen.epoch != state.epoch {
            return Some(format!("the snapshot says epoch {}, and the log {}", state.epoch.0, seen.epoch.0));
        }
        let numbers = |state: &ProducerState| {
            state.last().map(|last| (last.last_sequence, last.last_offset.0, last.offset_delta))
        };
        if numbers(state) != numbers(seen) && seen.last().is_some() {
            return Some(format!(
                "last sequence, last offset and records less one of its last batch are {}, and in the log {}",
                told(numbers(state)),
                told(numbers(seen))
            ));
        }
        let start = |state: &ProducerState| state.transaction_start.map_or(-1, |start| start.0);
        (start(state) != start(seen)).then(|| {
            format!("its open transaction begins at {}, and in the log at {}", start(state), start(seen))
        })
    }

    /// The walk comes by a batch.
    /// Says which transaction it ended.
    pub(super) fn batch(&mut self, header: &BatchHeader, bytes: &Bytes) -> Option<EndedTransaction> {
        self.latest = self.latest.max(header.max_timestamp);
        self.walked.apply(header, TransactionEnd::of_bytes(header, bytes)).ended
    }

    /// Whether the walk knows all transactions that began since this offset; `None` where something is missing.
    pub(super) fn complete_since(&self) -> Option<Offset> {
        self.complete.then_some(self.since)
    }

    /// Batches are missing by right: what producers did by then is known from the next snapshot alone.
    pub(super) fn compacted(&mut self) {
        self.compacted = true;
    }

    /// Batches are missing: what producers did is not known from here on.
    pub(super) fn lost(&mut self) {
        self.complete = false;
    }

    /// The walk has come to the end of the log.
    pub(super) async fn finish(mut self, end: Offset, report: &mut Reporter<'_>) {
        self.reached(end, report).await;
        while let Some(at) = self.waiting.next() {
            if self.read(at, report).await.is_some() && self.complete {
                let meaning =
                    format!("the snapshot stands at offset {}, past the end of the log at {}", at.0, end.0);
                let finding = Finding::new(
                    Problem::ProducerSnapshot,
                    &self.path(at),
                    meaning,
                    "the snapshot is removed",
                );
                report.find(finding.about(at));
            }
        }
    }
}

fn told(numbers: Option<(i32, i64, i32)>) -> String {
    numbers.map_or_else(
        || "none".to_owned(),
        |(sequence, offset, delta)| format!("{sequence}, {offset}, {delta}"),
    )
}
