//! C06: inside a session offsets strictly increase, and nothing that is known to stand between is left out.
//!
//! Holes are noted when they are seen and judged at the end, when more is known of what should have been there.

use super::findings::{Findings, Told};
use super::known::{Known, PartitionKnown};
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

#[derive(Debug, Clone, Copy)]
struct Hole {
    poll: OpId,
    partition: PartitionId,
    from: i64,
    to: i64,
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
        lost: &BTreeSet<Value>,
        findings: &mut Findings,
    ) {
        for hole in &self.holes {
            let (_, complete) = history.span(hole.poll);
            if known.dying(hole.partition, complete) {
                continue;
            }
            judge(history, known.partition(hole.partition), *hole, complete, lost, findings);
        }
    }
}

fn judge(
    history: &History,
    known: &PartitionKnown,
    hole: Hole,
    complete: Ordinal,
    lost: &BTreeSet<Value>,
    findings: &mut Findings,
) {
    let mut from = hole.from.max(known.deletable_by(history, complete));
    if history.promise.retention {
        from = from.max(history.polls()[hole.poll.row()].log_start_offset);
    }
    let mut unexplained = None;
    for offset in from..hole.to.min(from.saturating_add(LOOKED_AT)) {
        if let Some(mark) = known.unreadable_at(offset) {
            findings.excuse(mark);
            continue;
        }
        match known.log.get(offset) {
            Some(value) if lost.contains(&value) => return,
            Some(value) => {
                let headline =
                    format!("SKIPPED: value {value} at {} was passed by a reader and not shown.", {
                        place(history, hole.partition, offset)
                    });
                findings.report("C06", "skipped", || {
                    let told = Told::new(complete, PROMISE, headline).on(hole.partition);
                    told.offsets(offset, offset).values(&[value]).ops(&[hole.poll])
                });
                return;
            }
            None => unexplained = unexplained.or(Some(offset)),
        }
    }
    let (Some(offset), true, false) = (unexplained, history.promise.dense_offsets, history.promise.retention)
    else {
        return;
    };
    // What a loss took out of the log may be a hole in the eyes of a reader that was there before and after it.
    if let Some(loss) = known.losses.iter().find(|loss| loss.from <= offset) {
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
