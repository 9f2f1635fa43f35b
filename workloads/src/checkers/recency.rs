//! C10 and C10b: how old an answered end offset may be.
//!
//! An end that is older than what had been acknowledged when the question was asked is counted; it is a violation
//! when the run promised a bound and all faults had healed. The latest offset itself never goes back in real time
//! (KIP-207), but for what a disk lost: an excused power loss from an offset on takes every end back to it that was
//! told before, or that was asked for before and told later, because such an answer may be of the time before.

use super::findings::{Findings, Told};
use super::known::Known;
use super::words::{at, name};
use crate::history::{
    Event, History, List, ListWhat, MarkKind, NEVER, OpId, OpKind, Ordinal, Outcome, PartitionId,
};
use std::collections::{BTreeMap, VecDeque};

const BOUND: &str = "after all faults have healed, an answered end is no older than the promised bound";
const MONOTONE: &str = "the latest offset never goes back";

/// The state of both rules.
#[derive(Debug, Default)]
pub(crate) struct Recency {
    partitions: BTreeMap<PartitionId, Ends>,
    /// What each request under way must be answered with at least: (end acknowledged, end bound, latest answered).
    asked: BTreeMap<OpId, Asked>,
    healed: bool,
}

#[derive(Debug, Default)]
struct Ends {
    /// The highest acknowledged end.
    acked: i64,
    /// Acknowledgements after healing, younger than the bound: nanosecond and end.
    young: VecDeque<(u64, i64)>,
    /// The highest acknowledged end after healing that is older than the bound.
    settled: i64,
    /// The highest answered latest offset, by isolation.
    latest: [i64; 2],
}

#[derive(Debug, Clone, Copy)]
struct Asked {
    partition: PartitionId,
    acked: i64,
    settled: i64,
    latest: i64,
}

impl Recency {
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
            (OpKind::Send, true) => self.acknowledged(history, known, ordinal, op),
            (OpKind::Poll, false) => self.asked(history, ordinal, op, history.polls()[op.row()].partition, 0),
            (OpKind::List, false) => {
                let list = &history.lists()[op.row()];
                if list.what == ListWhat::Latest {
                    self.asked(history, ordinal, op, list.partition, usize::from(list.read_committed));
                }
            }
            (OpKind::Poll, true) => {
                let poll = &history.polls()[op.row()];
                let Some(asked) = self.asked.remove(&op) else { return };
                let answered = poll.outcome == Outcome::Ok && poll.error == 0 && poll.high_watermark >= 0;
                if answered && !known.dying(poll.partition, ordinal) {
                    stale(history, op, asked, poll.high_watermark, ordinal, findings);
                }
            }
            (OpKind::List, true) => self.listed(history, known, ordinal, op, findings),
            (OpKind::Mark, _) => self.mark(history, known, op),
            _ => (),
        }
    }

    fn acknowledged(&mut self, history: &History, known: &Known, ordinal: Ordinal, op: OpId) {
        let send = &history.sends()[op.row()];
        let lost = || known.partition(send.partition).loss_since(send.invoke, send.base_offset);
        if send.outcome != Outcome::Ok || send.base_offset < 0 || lost().is_some() {
            return;
        }
        let end = send.base_offset.saturating_add(i64::from(send.count));
        let ends = self.partitions.entry(send.partition).or_default();
        ends.acked = ends.acked.max(end);
        if self.healed && history.promise.recency_bound_ns.is_some() {
            ends.young.push_back((history.ns(ordinal), end));
        }
    }

    fn asked(
        &mut self,
        history: &History,
        ordinal: Ordinal,
        op: OpId,
        partition: PartitionId,
        isolation: usize,
    ) {
        let ends = self.partitions.entry(partition).or_default();
        if let Some(bound) = history.promise.recency_bound_ns {
            let old = history.ns(ordinal).saturating_sub(bound);
            while let Some((_, end)) = ends.young.pop_front_if(|&mut (ns, _)| ns < old) {
                ends.settled = ends.settled.max(end);
            }
        }
        let (acked, settled, latest) = (ends.acked, ends.settled, ends.latest[isolation]);
        self.asked.insert(op, Asked { partition, acked, settled, latest });
    }

    fn listed(
        &mut self,
        history: &History,
        known: &Known,
        ordinal: Ordinal,
        op: OpId,
        findings: &mut Findings,
    ) {
        let list: &List = &history.lists()[op.row()];
        let Some(asked) = self.asked.remove(&op) else { return };
        if list.outcome != Outcome::Ok
            || list.error != 0
            || list.offset < 0
            || known.dying(list.partition, ordinal)
        {
            return;
        }
        stale(history, op, asked, list.offset, ordinal, findings);
        let latest =
            &mut self.partitions.entry(list.partition).or_default().latest[usize::from(list.read_committed)];
        let losses = known.partition(list.partition).losses.iter().rev();
        let lost = losses.take_while(|loss| loss.at > list.invoke).map(|loss| loss.from).min();
        *latest = list.offset.min(lost.unwrap_or(i64::MAX)).max(*latest);
        if list.offset < asked.latest {
            findings.report("C10b", "end-went-back", || {
                let headline = format!(
                    "END WENT BACK: the latest offset of {} was {} and then, asked {}, {}.",
                    name(history, list.partition),
                    asked.latest,
                    at(history, list.invoke),
                    list.offset
                );
                let told = Told::new(ordinal, MONOTONE, headline).on(list.partition);
                told.offsets(list.offset, asked.latest).ops(&[op])
            });
        }
    }

    fn mark(&mut self, history: &History, known: &Known, op: OpId) {
        match history.marks()[op.row()].what {
            MarkKind::Healed => self.healed = true,
            MarkKind::Disk { partition, .. } => {
                let loss = known.partition(partition).losses.last();
                let Some(loss) = loss.filter(|loss| loss.mark as usize == op.row()) else { return };
                let ends = self.partitions.entry(partition).or_default();
                let cut = |end: &mut i64| *end = loss.from.min(*end);
                cut(&mut ends.acked);
                cut(&mut ends.settled);
                ends.latest.iter_mut().for_each(cut);
                ends.young.iter_mut().for_each(|(_, end)| cut(end));
                for asked in self.asked.values_mut().filter(|asked| asked.partition == partition) {
                    cut(&mut asked.acked);
                    cut(&mut asked.settled);
                    cut(&mut asked.latest);
                }
            }
            _ => (),
        }
    }
}

fn stale(
    history: &History,
    op: OpId,
    asked: Asked,
    answered: i64,
    ordinal: Ordinal,
    findings: &mut Findings,
) {
    if answered < asked.acked {
        let behind = asked.acked.saturating_sub(answered).unsigned_abs();
        *findings.staleness.entry(behind.ilog2()).or_default() += 1;
    }
    debug_assert_ne!(ordinal, NEVER, "an answer has a moment");
    if answered >= asked.settled {
        return;
    }
    findings.report("C10", "stale-end", || {
        let headline = format!(
            "STALE END: {} was known to end at {} or later for longer than the promised bound, and {} its end was \
             given as {answered}.",
            name(history, asked.partition),
            asked.settled,
            at(history, ordinal)
        );
        let told = Told::new(ordinal, BOUND, headline).on(asked.partition);
        told.offsets(answered, asked.settled).ops(&[op])
    });
}
