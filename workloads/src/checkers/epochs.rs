//! C13: leader epochs never decrease along a log, belong to one node each, and end where the broker says.
//!
//! After a loss that excuses, what is appended has a higher epoch than anything seen before it, so that a client
//! can tell the new records from the old.

use super::findings::{Findings, Told};
use super::known::Known;
use super::words::{name, place};
use crate::history::{
    BatchSeen, Event, History, MarkKind, NONE, OpId, OpKind, Ordinal, Outcome, PartitionId,
};
use std::collections::BTreeMap;

const MONOTONE: &str = "leader epochs never decrease from one offset to the next";
const ONE_LEADER: &str = "a leader epoch belongs to one node";
const AGREES: &str = "OffsetForLeaderEpoch agrees with the epochs in the log";
const RAISED: &str = "after a loss, new records have a higher leader epoch";

/// The rule's state.
#[derive(Debug, Default)]
pub(crate) struct Epochs {
    partitions: BTreeMap<PartitionId, PartitionEpochs>,
    /// For each question under way, the highest offset seen in epochs up to the one asked for.
    asked: BTreeMap<OpId, Option<i64>>,
}

#[derive(Debug, Default)]
struct PartitionEpochs {
    /// First and last offset seen of each epoch.
    seen: BTreeMap<i32, (i64, i64)>,
    nodes: BTreeMap<i32, i16>,
    answers: Vec<(OpId, i32, i64)>,
    /// A loss, and the highest epoch known before it.
    lost: Option<(Ordinal, i32)>,
}

impl Epochs {
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
            (OpKind::Send, true) => {
                let send = &history.sends()[op.row()];
                if send.outcome == Outcome::Ok && send.leader_epoch >= 0 && send.node >= 0 {
                    self.led(history, (ordinal, op, send.partition), send.leader_epoch, send.node, findings);
                }
            }
            (OpKind::Poll, true) => self.poll(history, known, ordinal, op, findings),
            (OpKind::EpochEnd, false) => {
                let asked = &history.epoch_ends()[op.row()];
                let highest =
                    self.partitions.entry(asked.partition).or_default().highest_to(asked.asked_epoch);
                self.asked.insert(op, highest);
            }
            (OpKind::EpochEnd, true) => self.answered(history, ordinal, op, findings),
            (OpKind::Mark, _) => {
                if let MarkKind::Disk { partition, .. } = history.marks()[op.row()].what {
                    let loss = known.partition(partition).losses.last();
                    if let Some(loss) = loss.filter(|loss| loss.mark as usize == op.row()) {
                        self.partitions.entry(partition).or_default().lose(ordinal, loss.from);
                        self.asked.retain(|op, _| history.epoch_ends()[op.row()].partition != partition);
                    }
                }
            }
            _ => (),
        }
    }

    fn led(
        &mut self,
        history: &History,
        (ordinal, op, partition): (Ordinal, OpId, PartitionId),
        epoch: i32,
        node: i16,
        findings: &mut Findings,
    ) {
        let first = *self.partitions.entry(partition).or_default().nodes.entry(epoch).or_insert(node);
        if first != node {
            findings.report("C13", "two-leaders", || {
                let headline = format!(
                    "TWO LEADERS: nodes {first} and {node} both led {} in epoch {epoch}.",
                    name(history, partition)
                );
                Told::new(ordinal, ONE_LEADER, headline).on(partition).ops(&[op])
            });
        }
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
        let batches = history.batches_seen(poll);
        if batches.is_empty() {
            return;
        }
        let state = self.partitions.entry(poll.partition).or_default();
        for batch in batches.iter().filter(|batch| batch.leader_epoch >= 0) {
            let stale = known.partition(poll.partition).loss_since(poll.invoke, batch.base_offset).is_some();
            if stale {
                continue;
            }
            if let Some(why) = state.raised(history, batch) {
                findings.report("C13", "epoch-not-raised", || {
                    let headline = format!(
                        "EPOCH NOT RAISED: the batch at {} was sent after the log had lost its tail, and has leader \
                         epoch {}; {why} was seen before the loss.",
                        place(history, poll.partition, batch.base_offset),
                        batch.leader_epoch
                    );
                    let told = Told::new(ordinal, RAISED, headline).on(poll.partition);
                    told.offsets(batch.base_offset, batch.last_offset()).ops(&[op])
                });
            }
            if let Some((epoch, offset)) = state.note(batch) {
                findings.report("C13", "epoch-went-back", || {
                    let headline = format!(
                        "EPOCH WENT BACK: {} has leader epoch {}, and offset {offset} has {epoch}.",
                        place(history, poll.partition, batch.base_offset),
                        batch.leader_epoch
                    );
                    let told = Told::new(ordinal, MONOTONE, headline).on(poll.partition);
                    told.offsets(batch.base_offset.min(offset), batch.base_offset.max(offset)).ops(&[op])
                });
            }
        }
    }

    fn answered(&mut self, history: &History, ordinal: Ordinal, op: OpId, findings: &mut Findings) {
        let asked = &history.epoch_ends()[op.row()];
        let Some(highest) = self.asked.remove(&op) else { return };
        if asked.outcome != Outcome::Ok || asked.error != 0 || asked.end_offset < 0 {
            return;
        }
        let state = self.partitions.entry(asked.partition).or_default();
        state.answers.push((op, asked.epoch, asked.end_offset));
        let too_high = asked.epoch > asked.asked_epoch;
        let too_early = highest.is_some_and(|highest| asked.end_offset <= highest);
        if too_high || too_early {
            findings.report("C13", "epoch-end-wrong", || {
                let headline = format!(
                    "EPOCH END WRONG: asked where epoch {} of {} ends, the broker said epoch {} ends at {}; {}.",
                    asked.asked_epoch,
                    name(history, asked.partition),
                    asked.epoch,
                    asked.end_offset,
                    match highest {
                        Some(highest) if too_early => format!("offset {highest} of such an epoch had been read"),
                        _ => "that epoch is higher than the one asked for".to_owned(),
                    }
                );
                let told = Told::new(ordinal, AGREES, headline).on(asked.partition);
                told.offsets(asked.end_offset, highest.unwrap_or(asked.end_offset)).ops(&[op])
            });
        }
    }

    /// An epoch's end, once answered, lies at or before the first offset of every higher epoch. Of an epoch whose
    /// records were all deleted a leader only knows that it ended no later than the log's start.
    pub(crate) fn finish(&self, history: &History, known: &Known, findings: &mut Findings) {
        for (&partition, state) in &self.partitions {
            for &(op, epoch, end) in &state.answers {
                let deleted = known.partition(partition).deletable_by(history, history.span(op).1);
                if end <= deleted || history.promise.retention {
                    continue;
                }
                let higher = state.seen.range(epoch.saturating_add(1)..).next();
                let Some((&higher, &(first, _))) = higher.filter(|(_, (first, _))| *first < end) else {
                    continue;
                };
                findings.report("C13", "epoch-end-wrong", || {
                    let headline = format!(
                        "EPOCH END WRONG: the broker said that epoch {epoch} of {} ends at {end}; epoch {higher} begins at \
                         {first}.",
                        name(history, partition)
                    );
                    let (_, complete) = history.span(op);
                    Told::new(complete, AGREES, headline).on(partition).offsets(first, end).ops(&[op])
                });
            }
        }
    }
}

impl PartitionEpochs {
    fn highest_to(&self, epoch: i32) -> Option<i64> {
        self.seen.range(..=epoch).map(|(_, &(_, last))| last).max()
    }

    /// Notes a batch; a contradiction is the other epoch and an offset of it.
    fn note(&mut self, batch: &BatchSeen) -> Option<(i32, i64)> {
        let (first, last) = (batch.base_offset, batch.last_offset());
        let span = self.seen.entry(batch.leader_epoch).or_insert((first, last));
        let known = span.0 <= first && last <= span.1 && *span != (first, last);
        *span = (span.0.min(first), span.1.max(last));
        if known {
            return None;
        }
        let (first, last) = *span;
        let below =
            self.seen.range(..batch.leader_epoch).next_back().filter(|(_, (_, below))| *below >= first);
        let above = self
            .seen
            .range(batch.leader_epoch.saturating_add(1)..)
            .next()
            .filter(|(_, (above, _))| *above <= last);
        let below = below.map(|(&epoch, &(_, below))| (epoch, below));
        below.or_else(|| above.map(|(&epoch, &(above, _))| (epoch, above)))
    }

    /// The highest epoch before the loss, when this batch was sent after it and does not exceed that.
    fn raised(&self, history: &History, batch: &BatchSeen) -> Option<i32> {
        let (lost, highest) = self.lost?;
        let sent = history.send_of(batch.first_value).filter(|_| batch.first_value != NONE)?;
        (sent.invoke > lost && batch.leader_epoch <= highest).then_some(highest)
    }

    fn lose(&mut self, at: Ordinal, from: i64) {
        let highest = self.seen.last_key_value().map_or(-1, |(&epoch, _)| epoch);
        let before = self.lost.map_or(-1, |(_, epoch)| epoch);
        self.lost = Some((at, highest.max(before)));
        self.seen.retain(|_, (first, _)| *first < from);
        self.seen.values_mut().for_each(|(_, last)| *last = (*last).min(from.saturating_sub(1)));
        self.answers.retain(|&(_, _, end)| end <= from);
    }
}
