//! Reading: sessions that see batches as they stand, and write down every record with the number it carries.

use super::{
    asker::{Asker, Place},
    opened::{Opened, OpenedBatches},
    payload,
};
use crate::history::{BatchSeen, NONE, OpId, PartitionId, PollDone, RecordSeen, SessionStart, Value};
use bytes::Bytes;
use std::time::Duration;
use tribunal_client::{FetchLimits, RawBatch, RawFetch, RawFetchOptions, RawReader};
use tribunal_wire::{
    batch::{Batches, MalformedBatch, TimestampType},
    types::Offset,
};

/// Larger than any batch of the workload.
const OPENED_BYTES_MAX: usize = 64 << 20;

/// What a poll came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Polled {
    /// Records, or none; the end as the broker told it.
    Read {
        /// The high watermark.
        end: i64,
        /// Whether there was no batch at all, not even an empty one.
        nothing: bool,
    },
    /// The broker refused the offset.
    OutOfRange,
    /// The broker has the offset, and cannot give it back undamaged.
    Damaged,
    /// Another error, or no answer.
    Failed(String),
}

/// A stay at one partition. It has to be ended.
pub(crate) struct Stay<'a> {
    asker: &'a Asker,
    raw: &'a RawReader,
    place: &'a Place,
    session: OpId,
    pub(crate) next: i64,
}

impl<'a> Stay<'a> {
    pub(crate) fn begin(
        asker: &'a Asker,
        raw: &'a RawReader,
        place: &'a Place,
        from: SessionStart,
        offset: i64,
    ) -> Stay<'a> {
        let session = asker
            .scribe
            .with(|recorder, ns| recorder.start_session(ns, asker.process, place.id, from, offset, false));
        Stay { asker, raw, place, session, next: offset }
    }

    pub(crate) fn end(self, reached_end: bool) {
        self.asker.scribe.with(|recorder, ns| recorder.end_session(ns, self.session, reached_end));
    }

    /// Passes an offset that cannot be given back. The checkers see the hole, and ask the disk whether it is one.
    pub(crate) fn pass(&mut self) {
        self.next = self.next.saturating_add(1);
    }

    /// Passes what lies before `offset`: nothing of it is left in a compacted topic. What ought to be is judged.
    pub(crate) fn pass_to(&mut self, offset: i64) {
        self.next = self.next.max(offset);
    }

    /// Asks once.
    pub(crate) async fn poll(&mut self, bytes_max: i32, wait_max: Duration) -> Polled {
        let from = self.next;
        let op = self.asker.scribe.with(|recorder, ns| recorder.invoke_poll(ns, self.session, from));
        let limits =
            FetchLimits { wait_max, bytes_max, partition_bytes_max: bytes_max, ..FetchLimits::default() };
        let options = RawFetchOptions { limits, ..RawFetchOptions::default() };
        let answer = self.raw.fetch(&self.place.to, Offset(from), &options).await;
        let (done, polled) = match answer {
            // What another topic of the same name answered says nothing about this one.
            _ if !self.asker.is_same(self.place) => {
                (PollDone::default(), Polled::Failed(format!("{} was made again", self.place.to)))
            }
            Err(error) => (no_answer(&error), Polled::Failed(format!("{}: {error}", self.place.to))),
            Ok(answer) => {
                let done = seen(self.asker.scribe.opened(), self.place.id, &answer, from);
                let polled = match answer.error_code {
                    0 => {
                        let nothing = done.batches.is_empty();
                        Polled::Read { end: answer.high_watermark, nothing }
                    }
                    1 => Polled::OutOfRange,
                    2 => Polled::Damaged,
                    code => Polled::Failed(format!("{}: error code {code}", self.place.to)),
                };
                (done, polled)
            }
        };
        if let Some(last) = done.records.iter().map(|record| record.offset).max() {
            self.next = self.next.max(last.saturating_add(1));
        }
        if self.place.compacted {
            // A batch reaches to its last offset, whatever compaction left in it.
            let whole = done.batches.iter().filter(|batch| batch.crc_ok && batch.readable);
            let next = whole.map(|batch| batch.last_offset().saturating_add(1)).max();
            self.next = self.next.max(next.unwrap_or(0));
        }
        self.asker.scribe.with(|recorder, ns| recorder.complete_poll(ns, op, &done));
        polled
    }
}

fn no_answer(error: &tribunal_client::ReadError) -> PollDone {
    let code = match error {
        tribunal_client::ReadError::Answer(code) => Some(*code),
        _ => None,
    };
    PollDone { error: code, watermarks: (-1, -1, -1), leader_epoch: -1, node: -1, ..PollDone::default() }
}

/// Everything that an answer shows.
fn seen(known: &OpenedBatches, partition: PartitionId, answer: &RawFetch, from: i64) -> PollDone {
    let mut done = PollDone {
        error: Some(answer.error_code),
        watermarks: (answer.high_watermark, answer.last_stable_offset, answer.log_start_offset),
        leader_epoch: -1,
        node: i16::try_from(answer.node.0).unwrap_or(-1),
        ..PollDone::default()
    };
    let mut next = from;
    for batch in answer.batches() {
        match batch {
            Ok(batch) => {
                next = batch.header.next_offset().0;
                let opened = known.see(partition, &batch, || open(&batch));
                done.batches.push(opened.batch.clone());
                done.records.extend(opened.records.iter().filter(|record| record.offset >= from));
            }
            // Cut by the size limit: the next poll begins there.
            Err(MalformedBatch::Incomplete) => (),
            Err(malformed) => done.batches.push(BatchSeen {
                base_offset: next,
                magic: if let MalformedBatch::Magic(magic) = malformed { magic } else { 2 },
                readable: false,
                ..BatchSeen::default()
            }),
        }
    }
    done
}

/// The batch and every record in it.
fn open(batch: &RawBatch) -> Opened {
    let header = batch.header;
    let mut records = Vec::new();
    let mut seen = BatchSeen {
        base_offset: header.base_offset.0,
        last_offset_delta: header.last_offset_delta,
        leader_epoch: header.partition_leader_epoch.0,
        magic: 2,
        crc_ok: batch.crc_is_right(),
        readable: true,
        append_time: header.attributes.timestamp_type() == TimestampType::LogAppendTime,
        base_timestamp: header.base_timestamp,
        max_timestamp: header.max_timestamp,
        records_max_timestamp: -1,
        producer_id: header.producer_id.0,
        producer_epoch: header.producer_epoch.0,
        base_sequence: header.base_sequence,
        header_count: header.records_count,
        record_count: 0,
        first_value: NONE,
    };
    let opened = match batch.open(OPENED_BYTES_MAX) {
        Ok(opened) => opened,
        Err(_) => return Opened::new(batch, BatchSeen { readable: false, ..seen }, records),
    };
    for record in batch.place(&opened) {
        let Ok(placed) = record else {
            seen.readable = false;
            break;
        };
        seen.record_count += 1;
        seen.records_max_timestamp = seen.records_max_timestamp.max(placed.timestamp);
        let headers = placed.record.headers.map(|header| (header.key, header.value));
        records.push(RecordSeen {
            offset: placed.offset.0,
            value: payload::value_of(placed.record.value, headers.clone()),
            hash: payload::hash(placed.record.key, headers, placed.record.value),
        });
    }
    Opened::new(batch, seen, records)
}

/// The values that the batches in these bytes carry, whatever their offsets.
pub fn values_in(records: Bytes) -> Vec<Value> {
    let records = Batches::new(records).flatten().flat_map(|batch| open(&RawBatch(batch)).records);
    records.map(|record| record.value).filter(|&value| value != NONE).collect()
}
