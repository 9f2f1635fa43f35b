//! C01: every observed value was sent before, to that partition, and its bytes are the ones that were sent.

use super::findings::{Findings, Told};
use super::known::Known;
use super::words::{at, place};
use crate::history::{Event, History, NONE, OpId, OpKind, Ordinal};

const PROMISE: &str = "a reader is shown what a producer sent, and nothing else";

pub(crate) fn event(
    history: &History,
    known: &Known,
    ordinal: Ordinal,
    event: Event,
    findings: &mut Findings,
) {
    for phantom in &known.phantoms {
        let (offset, value) = (phantom.offset, phantom.value);
        let name = place(history, phantom.partition, offset);
        let when = at(history, ordinal);
        let sent =
            if value == NONE { None } else { history.send_of(value).filter(|sent| sent.invoke < ordinal) };
        let (anomaly, story) = match sent {
            _ if value == NONE => ("garbage", format!("the record at {name} carries no value of this run")),
            Some(sent) if sent.partition != phantom.partition => {
                let home = history.partition(sent.partition);
                let story =
                    format!("value {value} was sent to {}-{} and stands at {name}", home.topic, home.index);
                ("wrong-partition", story)
            }
            _ => ("unsent", format!("value {value} at {name} had not been sent yet")),
        };
        findings.report("C01", anomaly, || {
            let mut ops = vec![phantom.op];
            if let Some(send) = history.send_index_of(value).filter(|_| value != NONE && sent.is_some()) {
                ops.push(OpId::new(OpKind::Send, send));
            }
            Told::new(ordinal, PROMISE, format!("PHANTOM: {story}, read {when}."))
                .on(phantom.partition)
                .offsets(offset, offset)
                .ops(&ops)
        });
    }
    let op = event.op();
    if op.kind() == OpKind::Poll && event.is_completion() {
        damaged(history, ordinal, op, findings);
    }
}

fn damaged(history: &History, ordinal: Ordinal, op: OpId, findings: &mut Findings) {
    let poll = &history.polls()[op.row()];
    for (index, hash) in history.damaged(poll) {
        let Some((offset, value)) = history.observed(poll).nth(index as usize) else { continue };
        findings.report("C01", "altered", || {
            let sent = history.values.hash[value as usize];
            let headline = format!(
                "ALTERED: value {value} at {} was sent with hash {sent:08x} and read with {hash:08x}, {}.",
                place(history, poll.partition, offset),
                at(history, ordinal)
            );
            let send = history.send_index_of(value).map(|row| OpId::new(OpKind::Send, row));
            Told::new(ordinal, PROMISE, headline)
                .on(poll.partition)
                .offsets(offset, offset)
                .values(&[value])
                .ops(&[op])
                .ops(send.as_slice())
        });
    }
}
