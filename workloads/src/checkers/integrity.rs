//! C12: batch headers are true: checksum, format, counts, greatest timestamp, and what can be read inside; and a log
//! that nothing damaged has no damage.
//!
//! The checksum itself is computed by the raw reader that records the header; here its word is judged. A broker that
//! notices a broken batch by itself answers `CORRUPT_MESSAGE` instead of serving it: that is honest, and it excuses
//! nothing. Only what the fault log says of the disk does.

use super::findings::{Findings, Told};
use super::known::Known;
use super::words::place;
use crate::history::{BatchSeen, Event, History, OpId, OpKind, Ordinal};

const PROMISE: &str = "a batch is served as it was written, and its header tells the truth";
/// The protocol's error code of a batch that is not what its checksum says.
const CORRUPT_MESSAGE: i16 = 2;

pub(crate) fn event(history: &History, ordinal: Ordinal, event: Event, findings: &mut Findings) {
    let op = event.op();
    if op.kind() != OpKind::Poll || !event.is_completion() {
        return;
    }
    let poll = &history.polls()[op.row()];
    for batch in history.batches_seen(poll) {
        let may_be_empty = history.compacted(poll.partition).is_some();
        let Some((anomaly, what)) = wrong(batch, may_be_empty) else { continue };
        findings.report("C12", anomaly, || {
            let headline = format!(
                "CORRUPT: the batch at {} {what}.",
                place(history, poll.partition, batch.base_offset)
            );
            let told = Told::new(ordinal, PROMISE, headline).on(poll.partition);
            told.offsets(batch.base_offset, batch.last_offset()).ops(&[op])
        });
    }
}

/// Answers that told of damage, against the whole run's fault log: who writes it may note a damage after it was seen.
pub(crate) fn finish(history: &History, known: &Known, findings: &mut Findings) {
    for (row, poll) in history.polls().iter().enumerate().filter(|(_, poll)| poll.error == CORRUPT_MESSAGE) {
        let partition = known.partition(poll.partition);
        // Where compaction made a gap beside the damage, nobody can tell where one ends and the other begins.
        let mark = match history.compacted(poll.partition) {
            Some(_) => partition.unreadable_within(0, i64::MAX),
            None => partition.unreadable_at(poll.from_offset),
        };
        if let Some(mark) = mark {
            findings.excuse(mark);
            continue;
        }
        findings.report("C12", "damaged", || {
            let headline = format!(
                "CORRUPT: asked for {}, the broker answered that it is damaged, and nothing had damaged its disk.",
                place(history, poll.partition, poll.from_offset)
            );
            let told = Told::new(poll.complete, PROMISE, headline).on(poll.partition);
            told.offsets(poll.from_offset, poll.from_offset).ops(&[OpId::new(OpKind::Poll, row)])
        });
    }
}

fn wrong(batch: &BatchSeen, may_be_empty: bool) -> Option<(&'static str, String)> {
    if !batch.crc_ok {
        return Some(("checksum", "does not have the checksum in its header".to_owned()));
    }
    if batch.magic != 2 {
        return Some(("magic", format!("has format version {}", batch.magic)));
    }
    if !batch.readable {
        return Some(("unreadable", "cannot be decompressed or ends within a record".to_owned()));
    }
    if batch.header_count != batch.record_count {
        return Some((
            "count",
            format!("says {} records and has {}", batch.header_count, batch.record_count),
        ));
    }
    // Compaction may take records out of a batch, never past its last offset.
    if batch.last_offset_delta < batch.record_count.saturating_sub(1) || batch.last_offset_delta < 0 {
        let (delta, count) = (batch.last_offset_delta, batch.record_count);
        return Some(("last-offset", format!("has {count} records and a last offset delta of {delta}")));
    }
    // A producer's last batch stays when compaction took all its records; its timestamps are nobody's then.
    if may_be_empty && batch.record_count == 0 {
        return None;
    }
    if batch.max_timestamp != batch.records_max_timestamp && !batch.append_time {
        let (header, records) = (batch.max_timestamp, batch.records_max_timestamp);
        return Some((
            "max-timestamp",
            format!("says that its greatest timestamp is {header}, and it is {records}"),
        ));
    }
    None
}
