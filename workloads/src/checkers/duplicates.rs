//! C05: nothing is appended more often than was promised, nothing that failed is shown, and a producer that
//! numbers its batches correctly is never told that it does not.

use super::findings::{Findings, Told};
use super::known::Known;
use super::words::{at, name, place};
use crate::history::{History, NEVER, OpId, OpKind, Ordinal, Outcome, PartitionId, Send, Value};
use std::collections::{BTreeMap, BTreeSet};

const ONCE: &str = "an idempotent producer's record is appended once, a plain one's at most once an attempt";
const FAILED: &str = "a record whose send failed is never in the log";
const SEQUENCES: &str = "a producer that numbers its batches in order is not refused for their order";

pub(crate) fn event(history: &History, known: &Known, ordinal: Ordinal, findings: &mut Findings) {
    for &(value, offset, op) in &known.failed_seen {
        let Some(row) = history.send_index_of(value) else { continue };
        let send = &history.sends()[row];
        findings.report("C05", "failed-but-visible", || {
            let headline = format!(
                "FAILED BUT VISIBLE: value {value} was refused with error {} {} and stands at {}.",
                send.error,
                at(history, send.complete),
                place(history, send.partition, offset)
            );
            let told = Told::new(ordinal, FAILED, headline).on(send.partition).offsets(offset, offset);
            told.values(&[value]).ops(&[OpId::new(OpKind::Send, row), op])
        });
    }
}

pub(crate) fn finish(history: &History, known: &Known, misplaced: &BTreeSet<Value>, findings: &mut Findings) {
    for (&value, extra) in &known.extra {
        let Some(row) = history.send_index_of(value).filter(|_| !misplaced.contains(&value)) else {
            continue;
        };
        let send = &history.sends()[row];
        let found = extra.len() as u64 + 1;
        // A plain producer's pending send may have been sent any number of times.
        let allowed = match (send.idempotent(), send.complete) {
            (true, _) => 1,
            (false, NEVER) => u64::MAX,
            (false, _) => u64::from(send.attempts.max(1)),
        };
        if found <= allowed {
            continue;
        }
        // A copy that was damaged before the next attempt was answered is nothing that the broker could know of.
        let partition = known.partition(send.partition);
        let copies = extra.iter().copied().chain([known.offset_of[value as usize]]);
        let marks = copies.filter_map(|offset| partition.unreadable_at(offset));
        let damaged: Vec<u32> =
            marks.filter(|&mark| history.marks()[mark as usize].at < send.complete).collect();
        if send.attempts > 1 && found - damaged.len() as u64 <= allowed {
            damaged.into_iter().for_each(|mark| findings.excuse(mark));
            continue;
        }
        findings.report("C05", "duplicate", || {
            let first = known.offset_of[value as usize];
            let last = extra.iter().copied().max().unwrap_or(first);
            let headline = format!(
                "DUPLICATE: value {value} stands at {found} offsets of {}, first {first}, last {last}; {} allow {allowed}.",
                name(history, send.partition),
                if send.idempotent() { "idempotent sends".to_owned() } else { format!("{} attempts", send.attempts) }
            );
            let seen = known.effective[value as usize];
            let told = Told::new(seen, ONCE, headline).on(send.partition).offsets(first, last);
            told.values(&[value]).ops(&[OpId::new(OpKind::Send, row)])
        });
    }
    sequences(history, known, findings);
}

/// A producer's numbering in one partition and epoch.
struct Stream {
    /// Everything before was acknowledged by then; `NEVER` when something was not.
    settled: Ordinal,
    /// The sequence number that goes on from the last one; `None` once the order is not known any more.
    next: Option<i32>,
    began: Ordinal,
    sent: u32,
}

fn sequences(history: &History, known: &Known, findings: &mut Findings) {
    let mut streams: BTreeMap<(PartitionId, i64, i16), Stream> = BTreeMap::new();
    for (row, send) in history.sends().iter().enumerate().filter(|(_, send)| send.idempotent()) {
        let key = (send.partition, send.producer_id, send.producer_epoch);
        let stream =
            streams.entry(key).or_insert(Stream { settled: 0, next: Some(0), began: send.invoke, sent: 0 });
        let in_order = send.base_sequence >= 0 && stream.next == Some(send.base_sequence);
        let settled = stream.settled <= send.invoke;
        if in_order && settled && send.complete != NEVER {
            refused(history, known, row, send, stream, findings);
        }
        // A producer may begin at any number, where the partition was written before.
        let goes_on = in_order || (stream.sent == 0 && send.base_sequence >= 0);
        stream.next = if goes_on { Some(after(send.base_sequence, send.count)) } else { None };
        stream.sent += 1;
        let ok = send.outcome == Outcome::Ok;
        stream.settled = if ok { stream.settled.max(send.complete) } else { NEVER };
    }
}

/// The sequence number `count` after this one; it wraps to 0 past `i32::MAX`.
pub(crate) fn after(sequence: i32, count: u32) -> i32 {
    ((i64::from(sequence) + i64::from(count)) % (i64::from(i32::MAX) + 1)) as i32
}

/// Where the log is known to have reached before this was sent: no attempt of it stands below.
fn end_before(history: &History, send: &Send) -> i64 {
    let before = history.sends().iter().filter(|other| {
        other.partition == send.partition && other.outcome == Outcome::Ok && other.complete < send.invoke
    });
    before.map(|other| other.base_offset.saturating_add(i64::from(other.count))).max().unwrap_or(0)
}

fn refused(
    history: &History,
    known: &Known,
    row: usize,
    send: &Send,
    stream: &Stream,
    findings: &mut Findings,
) {
    let what = match send.error {
        45 => "OUT_OF_ORDER_SEQUENCE_NUMBER",
        59 => "UNKNOWN_PRODUCER_ID",
        47 => "INVALID_PRODUCER_EPOCH",
        _ => return,
    };
    let partition = known.partition(send.partition);
    if let Some(loss) = partition.losses.iter().find(|loss| loss.at > stream.began && loss.at < send.complete)
    {
        findings.excuse(loss.mark);
        return;
    }
    // A broker that cannot read a producer's last batch does not know how far it had come.
    let unreadable =
        partition.unreadable.iter().find(|(.., mark)| history.marks()[*mark as usize].at < send.complete);
    if let Some(&(.., mark)) = unreadable {
        findings.excuse(mark);
        return;
    }
    // Of a producer whose batches were deleted, a broker that starts again knows the newest one alone: that is all that
    // its snapshot holds. An older one that comes again, its first attempt among what was deleted, is out of order then.
    // Compaction keeps no more of a producer either.
    let again = send.attempts > 1;
    let forgotten = || {
        history.compacted(send.partition).is_some()
            || end_before(history, send) < partition.deletable_by(history, send.complete)
    };
    if again && forgotten() {
        return;
    }
    let fenced = history.inits().iter().any(|init| {
        init.producer_id == send.producer_id
            && init.producer_epoch > send.producer_epoch
            && init.invoke < send.complete
    });
    if fenced || known.dying(send.partition, send.complete) {
        return;
    }
    findings.report("C05", "refused-in-order", || {
        let headline = format!(
            "REFUSED IN ORDER: producer {} epoch {} sent sequence {} to {} after everything before it was \
             acknowledged, and was answered {what} {}.",
            send.producer_id,
            send.producer_epoch,
            send.base_sequence,
            name(history, send.partition),
            at(history, send.complete)
        );
        let values: Vec<Value> = send.values().take(1).collect();
        let told = Told::new(send.complete, SEQUENCES, headline).on(send.partition).values(&values);
        told.ops(&[OpId::new(OpKind::Send, row)])
    });
}
