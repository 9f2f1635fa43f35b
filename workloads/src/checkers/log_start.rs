//! C15: a log's start only moves forward, only as far as somebody asked, never past its end; what lies before it
//! is not served, and what lies behind it is. How far it may move where records vanish by themselves is
//! judged in `retention`.

use super::findings::{Findings, Told};
use super::known::Known;
use super::words::{at, name, place};
use crate::history::{
    AdminAnswer, AdminCall, Event, History, List, ListWhat, OpId, OpKind, Ordinal, Outcome, PartitionId, Poll,
};
use std::collections::BTreeMap;

const MONOTONE: &str = "a log's start never goes back";
const ASKED: &str = "records vanish from the front of a log only when somebody asked for it";
const DELETED: &str = "a deleted record is not served, and asking for it is refused";
const WITHIN: &str = "a log's start is at most its end";
const IN_RANGE: &str = "an offset between a log's start and its end is not refused";

/// Error code of a fetch outside the log.
const OFFSET_OUT_OF_RANGE: i16 = 1;

/// The rule's state.
#[derive(Debug, Default)]
pub(crate) struct LogStart {
    partitions: BTreeMap<PartitionId, Start>,
    asked: BTreeMap<OpId, Asked>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Start {
    /// The highest start that was answered.
    highest: i64,
    /// The first start that was answered: what had been deleted before the run.
    baseline: Option<i64>,
}

/// What was known when a request was asked.
#[derive(Debug, Clone, Copy)]
struct Asked {
    /// The log starts here or later.
    start: i64,
    /// Deleted below this offset.
    deleted: i64,
    /// The log ends here or later.
    end: i64,
}

impl LogStart {
    pub(crate) fn event(
        &mut self,
        history: &History,
        known: &Known,
        ordinal: Ordinal,
        event: Event,
        findings: &mut Findings,
    ) {
        let op = event.op();
        match (op.kind(), event.is_completion()) {
            (OpKind::Poll, false) => self.ask(known, op, history.polls()[op.row()].partition),
            (OpKind::Poll, true) => self.poll(history, known, ordinal, op, findings),
            (OpKind::List, false) => {
                let list = &history.lists()[op.row()];
                if matches!(list.what, ListWhat::Earliest | ListWhat::Timestamp(_) | ListWhat::MaxTimestamp) {
                    self.ask(known, op, list.partition);
                }
            }
            (OpKind::List, true) => {
                let list = &history.lists()[op.row()];
                let Some(asked) = self.asked.remove(&op) else { return };
                let answered = list.outcome == Outcome::Ok && list.error == 0 && list.offset >= 0;
                if !answered || known.dying(list.partition, ordinal) {
                    return;
                }
                if list.what != ListWhat::Earliest {
                    found_by_time(history, (ordinal, op, list), asked, findings);
                } else {
                    self.answered(
                        history,
                        known,
                        (ordinal, op, list.partition),
                        asked,
                        list.offset,
                        findings,
                    );
                }
            }
            (OpKind::Admin, true) => delete_records(history, ordinal, op, findings),
            _ => (),
        }
    }

    fn ask(&mut self, known: &Known, op: OpId, partition: PartitionId) {
        let start = self.partitions.entry(partition).or_default().highest;
        let known = known.partition(partition);
        let asked =
            Asked { start: start.max(known.deleted_to), deleted: known.deleted_to, end: known.log.end() };
        self.asked.insert(op, asked);
    }

    fn poll(
        &mut self,
        history: &History,
        known: &Known,
        ordinal: Ordinal,
        op: OpId,
        findings: &mut Findings,
    ) {
        let poll = &history.polls()[op.row()];
        let Some(asked) = self.asked.remove(&op) else { return };
        if poll.outcome != Outcome::Ok || known.dying(poll.partition, ordinal) {
            return;
        }
        if poll.error == OFFSET_OUT_OF_RANGE {
            self.out_of_range(history, known, (ordinal, op, poll), asked, findings);
        }
        if poll.error != 0 {
            return;
        }
        let served = history.observed(poll).find(|&(offset, _)| offset < asked.deleted);
        if let Some((offset, value)) = served {
            findings.report("C15", "deleted-served", || {
                let headline = format!(
                    "DELETED AND SERVED: value {value} at {} was deleted and read {}.",
                    place(history, poll.partition, offset),
                    at(history, ordinal)
                );
                let told = Told::new(ordinal, DELETED, headline).on(poll.partition);
                told.offsets(offset, asked.deleted).values(&[value]).ops(&[op])
            });
        } else if poll.from_offset >= 0 && poll.from_offset < asked.deleted {
            findings.report("C15", "below-start-not-refused", || {
                let headline = format!(
                    "NOT REFUSED: {} lies below the log's start {}, and reading it was answered without an error.",
                    place(history, poll.partition, poll.from_offset),
                    asked.deleted
                );
                let told = Told::new(ordinal, DELETED, headline).on(poll.partition);
                told.offsets(poll.from_offset, asked.deleted).ops(&[op])
            });
        }
        if poll.log_start_offset < 0 {
            return;
        }
        if poll.high_watermark >= 0 && poll.log_start_offset > poll.high_watermark {
            findings.report("C15", "start-past-end", || {
                let headline = format!(
                    "START PAST END: {} starts at {} and ends at {}.",
                    name(history, poll.partition),
                    poll.log_start_offset,
                    poll.high_watermark
                );
                let told = Told::new(ordinal, WITHIN, headline).on(poll.partition);
                told.offsets(poll.high_watermark, poll.log_start_offset).ops(&[op])
            });
        }
        self.answered(history, known, (ordinal, op, poll.partition), asked, poll.log_start_offset, findings);
    }

    fn out_of_range(
        &mut self,
        history: &History,
        known: &Known,
        (ordinal, op, poll): (Ordinal, OpId, &Poll),
        asked: Asked,
        findings: &mut Findings,
    ) {
        let partition = known.partition(poll.partition);
        let lost = partition.loss_since(poll.invoke, poll.from_offset).is_some();
        let lowest = partition.lowest.max(partition.deletable_to());
        if history.promise.retention || lost || !(lowest..=asked.end).contains(&poll.from_offset) {
            return;
        }
        findings.report("C15", "refused-in-range", || {
            let headline = format!(
                "REFUSED IN RANGE: reading {} was answered OFFSET_OUT_OF_RANGE {}; the log was known to reach from {lowest} \
                 to {}.",
                place(history, poll.partition, poll.from_offset),
                at(history, ordinal),
                asked.end
            );
            let told = Told::new(ordinal, IN_RANGE, headline).on(poll.partition);
            told.offsets(poll.from_offset, poll.from_offset).ops(&[op])
        });
    }

    fn answered(
        &mut self,
        history: &History,
        known: &Known,
        (ordinal, op, partition): (Ordinal, OpId, PartitionId),
        asked: Asked,
        start: i64,
        findings: &mut Findings,
    ) {
        let state = self.partitions.entry(partition).or_default();
        let partition_known = known.partition(partition);
        // What was deleted before the run shows in the first answer, but not past a record of the run.
        let baseline = *state.baseline.get_or_insert(start.min(partition_known.lowest));
        state.highest = state.highest.max(start);
        if start < asked.start {
            findings.report("C15", "start-went-back", || {
                let headline = format!(
                    "START WENT BACK: {} started at {}, and {} at {start}.",
                    name(history, partition),
                    asked.start,
                    at(history, ordinal)
                );
                Told::new(ordinal, MONOTONE, headline).on(partition).offsets(start, asked.start).ops(&[op])
            });
        }
        let deletable = partition_known.deletable_to().max(baseline);
        if start > deletable && !history.promise.retention_is_free() {
            findings.report("C15", "vanished", || {
                let headline = format!(
                    "VANISHED: {} starts at {start} {}, and nobody asked to delete anything from {deletable} on.",
                    name(history, partition),
                    at(history, ordinal)
                );
                Told::new(ordinal, ASKED, headline).on(partition).offsets(deletable, start - 1).ops(&[op])
            });
        }
    }
}

/// A lookup by time finds nothing that was deleted before it was asked for.
fn found_by_time(
    history: &History,
    (ordinal, op, list): (Ordinal, OpId, &List),
    asked: Asked,
    findings: &mut Findings,
) {
    if list.offset >= asked.deleted {
        return;
    }
    findings.report("C15", "deleted-found", || {
        let headline = format!(
            "DELETED AND FOUND: asked for a time, the broker answered {}, which lies below the log's start {}.",
            place(history, list.partition, list.offset),
            asked.deleted
        );
        let told = Told::new(ordinal, DELETED, headline).on(list.partition);
        told.offsets(list.offset, asked.deleted).ops(&[op])
    });
}

fn delete_records(history: &History, ordinal: Ordinal, op: OpId, findings: &mut Findings) {
    let admin = &history.admins()[op.row()];
    let (&AdminCall::DeleteRecords { before, .. }, Some(partition)) = (&admin.call, admin.partition) else {
        return;
    };
    let AdminAnswer::LowWatermark { offset } = admin.answer else { return };
    if admin.outcome == Outcome::Ok && offset < before {
        findings.report("C15", "deleted-too-little", || {
            let headline = format!(
                "DELETED TOO LITTLE: {} was to start at {before}, and the broker answered that it starts at {offset}.",
                name(history, partition)
            );
            Told::new(ordinal, DELETED, headline).on(partition).offsets(offset, before).ops(&[op])
        });
    }
}
