//! C02: an offset holds one value for ever, and a record stands where its acknowledgement says.

use super::compaction::Compaction;
use super::findings::{Findings, Told};
use super::known::Known;
use super::words::{at, name, place};
use crate::history::{History, NEVER, OpId, OpKind, Ordinal, Poll, Send, Value};
use std::collections::{BTreeMap, BTreeSet};

const PROMISE: &str = "an offset, once acknowledged or shown, holds the same record for ever";

pub(crate) fn event(history: &History, known: &Known, ordinal: Ordinal, findings: &mut Findings) {
    for conflict in &known.conflicts {
        let (first, second) = conflict.values;
        findings.report("C02", "diverged", || {
            let headline = format!(
                "DIVERGED: {} held value {first} and, {}, value {second}.",
                place(history, conflict.partition, conflict.offset),
                at(history, ordinal)
            );
            Told::new(ordinal, PROMISE, headline)
                .on(conflict.partition)
                .offsets(conflict.offset, conflict.offset)
                .values(&[first, second])
                .ops(&[conflict.op])
        });
    }
}

/// Values that stand elsewhere than was acknowledged, and nowhere else: reported here, and not as duplicates.
pub(crate) fn finish(
    history: &History,
    known: &Known,
    compaction: &Compaction,
    findings: &mut Findings,
) -> BTreeSet<Value> {
    let mut misplaced = BTreeSet::new();
    if known.extra.is_empty() {
        return misplaced;
    }
    let seen = observed_offsets(history, known);
    for (&value, offsets) in &seen {
        let Some(acked) = history.acked_offset(value) else { continue };
        if offsets.contains_key(&acked) || offsets.len() > 1 {
            continue;
        }
        let Some((&offset, &poll)) = offsets.first_key_value() else { continue };
        let Some(row) = history.send_index_of(value) else { continue };
        let send = &history.sends()[row];
        // What was seen may be the copy of an attempt without an answer, while nobody ever read as far as the other.
        let copied = !send.idempotent() && send.attempts > 1;
        if copied && !was_shown(history, known, send, acked) {
            continue;
        }
        // Of two copies compaction takes the first, be it the acknowledged one.
        let record = (send.partition, acked, value);
        if copied && compaction.may_be_gone(history, known, record, Ordinal::MAX - 1) {
            continue;
        }
        misplaced.insert(value);
        findings.report("C02", "wrong-offset-acknowledged", || {
            let headline = format!(
                "DIVERGED: value {value} was acknowledged as {} {} and stands at offset {offset} of {}.",
                place(history, send.partition, acked),
                at(history, send.complete),
                name(history, send.partition)
            );
            let (_, complete) = history.span(poll);
            Told::new(send.complete.max(complete), PROMISE, headline)
                .on(send.partition)
                .offsets(acked.min(offset), acked.max(offset))
                .values(&[value])
                .ops(&[OpId::new(OpKind::Send, row), poll])
        });
    }
    misplaced
}

/// Whether a reader was shown records up to or past the offset at which `send` was acknowledged, in an answer that began
/// before it. What stood there before a loss of power, or after one, says nothing of it.
fn was_shown(history: &History, known: &Known, send: &Send, acked: i64) -> bool {
    let losses = || known.partition(send.partition).losses.iter().filter(|loss| loss.from <= acked);
    let since = losses().map(|loss| loss.at).filter(|&at| at < send.complete).max().unwrap_or(0);
    let until = losses().map(|loss| loss.at).find(|&at| at > send.complete).unwrap_or(NEVER);
    let across = |poll: &Poll| history.observed(poll).any(|(seen, _)| seen >= acked);
    history.polls().iter().any(|poll| {
        poll.partition == send.partition
            && poll.from_offset <= acked
            && (since..until).contains(&poll.invoke)
            && poll.complete < until
            && across(poll)
    })
}

/// Where each value that is known at several offsets was seen by readers, and by which poll first.
fn observed_offsets(history: &History, known: &Known) -> BTreeMap<Value, BTreeMap<i64, OpId>> {
    let mut seen: BTreeMap<Value, BTreeMap<i64, OpId>> =
        known.extra.keys().map(|&value| (value, BTreeMap::new())).collect();
    for (row, poll) in history.polls().iter().enumerate().filter(|(_, poll)| poll.complete != NEVER) {
        for (offset, value) in history.observed(poll) {
            if let Some(offsets) = seen.get_mut(&value) {
                offsets.entry(offset).or_insert(OpId::new(OpKind::Poll, row));
            }
        }
    }
    seen
}
