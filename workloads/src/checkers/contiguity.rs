//! C06: inside a session offsets strictly increase, and nothing that is known to stand between is left out.
//!
//! Holes are noted when they are seen and judged at the end, when more is known of what should have been there.

use super::compaction::{Compaction, Fate, report_missing};
use super::findings::{Findings, Told};
use super::known::Known;
use super::words::{name, place};
use crate::history::{Event, History, OpId, OpKind, Ordinal, PartitionId, Value};
use std::collections::BTreeSet;

const PROMISE: &str = "a reader is shown every record once, in order, from where it began";

/// Offsets of a hole that are looked at one by one.
const LOOKED_AT: i64 = 1 << 16;

/// The rule's state.
#[derive(Debug, Default)]
pub(crate) struct Contiguity {
    /// The next offset of each session.
    next: Vec<i64>,
    holes: Vec<Hole>,
}

/// Offsets that a reader passed without being shown a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hole {
    /// The poll that showed what comes after.
    pub(crate) poll: OpId,
    pub(crate) partition: PartitionId,
    pub(crate) from: i64,
    /// The first offset that was shown again.
    pub(crate) to: i64,
}

impl Contiguity {
    pub(crate) fn event(
        &mut self,
        history: &History,
        ordinal: Ordinal,
        event: Event,
        findings: &mut Findings,
    ) {
        let op = event.op();
        match (op.kind(), event.is_completion()) {
            (OpKind::Session, false) => self.next.push(history.sessions()[op.row()].start_offset),
            (OpKind::Poll, true) => self.poll(history, ordinal, op, findings),
            _ => (),
        }
    }

    fn poll(&mut self, history: &History, ordinal: Ordinal, op: OpId, findings: &mut Findings) {
        let poll = &history.polls()[op.row()];
        let mut next = self.next[poll.session as usize];
        for (offset, value) in history.observed(poll) {
            if offset < next {
                let before = next;
                findings.report("C06", "not-increasing", || {
                    let headline = format!(
                        "NOT INCREASING: a reader of {} that was to be shown offset {before} next was shown {offset}.",
                        name(history, poll.partition)
                    );
                    let told = Told::new(ordinal, PROMISE, headline).on(poll.partition);
                    told.offsets(offset, before).values(&[value]).ops(&[op])
                });
                continue;
            }
            if offset > next && next >= 0 {
                self.holes.push(Hole { poll: op, partition: poll.partition, from: next, to: offset });
            }
            next = offset.saturating_add(1);
        }
        self.next[poll.session as usize] = next;
    }

    pub(crate) fn finish(
        &self,
        history: &History,
        known: &Known,
        compaction: &Compaction,
        lost: &BTreeSet<Value>,
        findings: &mut Findings,
    ) {
        for hole in &self.holes {
            let (_, complete) = history.span(hole.poll);
            if known.dying(hole.partition, complete) {
                continue;
            }
            judge(history, (known, compaction), *hole, complete, lost, findings);
        }
    }

    /// All holes, in the order in which they were seen.
    pub(crate) fn holes(&self) -> &[Hole] {
        &self.holes
    }
}

fn judge(
    history: &History,
    (all, compaction): (&Known, &Compaction),
    hole: Hole,
    complete: Ordinal,
    lost: &BTreeSet<Value>,
    findings: &mut Findings,
) {
    let known = all.partition(hole.partition);
    let mut from = hole.from.max(known.deletable_by(history, complete));
    if history.promise.retention {
        from = from.max(history.polls()[hole.poll.row()].log_start_offset);
    }
    let compacted = history.compacted(hole.partition).is_some();
    let mut unexplained = None;
    for offset in from..hole.to.min(from.saturating_add(LOOKED_AT)) {
        if let Some(mark) = known.unreadable_at(offset) {
            findings.excuse(mark);
            continue;
        }
        // Where compaction makes holes, what stands there since a loss is not what the reader passed.
        if let (true, Some(loss)) = (compacted, known.loss_since(complete, offset)) {
            findings.excuse(loss.mark);
            continue;
        }
        match known.log.get(offset) {
            Some(value) if lost.contains(&value) => return,
            Some(value) => {
                let record = (hole.partition, offset, value);
                match compaction.fate(history, all, record, complete) {
                    Fate::Gone => (),
                    Fate::Excused(mark) => findings.excuse(mark),
                    fate => {
                        let noticed = (complete, hole.poll);
                        if report_missing(history, record, (fate, None), noticed, findings).is_none() {
                            skipped(history, record, complete, hole.poll, findings);
                        }
                        return;
                    }
                }
            }
            None => unexplained = unexplained.or(Some(offset)),
        }
    }
    let dense = history.promise.dense_offsets && !compacted;
    let (Some(offset), true, false) = (unexplained, dense, history.promise.retention) else {
        return;
    };
    // What a loss took out of the log may be a hole in the eyes of a reader that was there before and after it.
    let began = history.sessions()[history.polls()[hole.poll.row()].session as usize].start;
    if let Some(loss) = known.losses.iter().find(|loss| loss.from <= offset && loss.at > began) {
        findings.excuse(loss.mark);
        return;
    }
    findings.report("C06", "hole", || {
        let headline = format!(
            "HOLE: a reader of {} was shown offset {} after {}; nothing is known to stand between, and nothing \
             explains the gap.",
            name(history, hole.partition),
            hole.to,
            hole.from - 1
        );
        Told::new(complete, PROMISE, headline).on(hole.partition).offsets(offset, hole.to - 1).ops(&[hole.poll])
    });
}

fn skipped(
    history: &History,
    (partition, offset, value): (PartitionId, i64, Value),
    complete: Ordinal,
    poll: OpId,
    findings: &mut Findings,
) {
    findings.report("C06", "skipped", || {
        let headline = format!(
            "SKIPPED: value {value} at {} was passed by a reader and not shown.",
            place(history, partition, offset)
        );
        let told = Told::new(complete, PROMISE, headline).on(partition);
        told.offsets(offset, offset).values(&[value]).ops(&[poll])
    });
}
