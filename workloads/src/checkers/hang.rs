//! C22: when the run has come to its end, nothing is pending.

use super::findings::{Findings, Told};
use super::words::{at, name};
use crate::history::{History, NEVER, OpId, OpKind, PartitionId};

const PROMISE: &str = "after all faults have healed, every request is answered";

pub(crate) fn finish(history: &History, findings: &mut Findings) {
    if !history.ended() {
        return;
    }
    let end = history.events().len() as u32 - 1;
    for op in history.events().iter().filter(|event| !event.is_completion()).map(|event| event.op()) {
        let (invoke, complete) = history.span(op);
        if complete != NEVER || op.kind() == OpKind::Mark {
            continue;
        }
        let (what, partition) = describe(history, op);
        findings.report("C22", "hang", || {
            let on =
                partition.map_or_else(String::new, |partition| format!(" on {}", name(history, partition)));
            let headline = format!(
                "HANG: {what}{on}, begun {}, was still pending when the run ended; it waits for {}.",
                at(history, invoke),
                history.waits_for(op).unwrap_or("what nobody said")
            );
            let told = Told::new(end, PROMISE, headline).ops(&[op]);
            partition.map_or(told.clone(), |partition| told.on(partition))
        });
    }
}

fn describe(history: &History, op: OpId) -> (&'static str, Option<PartitionId>) {
    let row = op.row();
    match op.kind() {
        OpKind::Send => ("a send", Some(history.sends()[row].partition)),
        OpKind::Poll => ("a poll", Some(history.polls()[row].partition)),
        OpKind::List => ("ListOffsets", Some(history.lists()[row].partition)),
        OpKind::EpochEnd => ("OffsetForLeaderEpoch", Some(history.epoch_ends()[row].partition)),
        OpKind::Admin => ("an administrative request", history.admins()[row].partition),
        OpKind::Init => ("InitProducerId", None),
        OpKind::Session => ("a reader's session", Some(history.sessions()[row].partition)),
        OpKind::Mark => ("a mark", None),
    }
}
