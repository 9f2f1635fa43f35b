//! C12: batch headers are true: checksum, format, counts, greatest timestamp, and what can be read inside.
//!
//! The checksum itself is computed by the raw reader that records the header; here its word is judged.

use super::findings::{Findings, Told};
use super::words::place;
use crate::history::{BatchSeen, Event, History, OpKind, Ordinal};

const PROMISE: &str = "a batch is served as it was written, and its header tells the truth";

pub(crate) fn event(history: &History, ordinal: Ordinal, event: Event, findings: &mut Findings) {
    let op = event.op();
    if op.kind() != OpKind::Poll || !event.is_completion() {
        return;
    }
    let poll = &history.polls()[op.row()];
    for batch in history.batches_seen(poll) {
        let Some((anomaly, what)) = wrong(batch) else { continue };
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

fn wrong(batch: &BatchSeen) -> Option<(&'static str, String)> {
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
    if batch.max_timestamp != batch.records_max_timestamp && !batch.append_time {
        let (header, records) = (batch.max_timestamp, batch.records_max_timestamp);
        return Some((
            "max-timestamp",
            format!("says that its greatest timestamp is {header}, and it is {records}"),
        ));
    }
    None
}
