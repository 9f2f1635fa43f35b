//! What becomes of one batch. No Env, no await.
//!
//! | the record | it stays |
//! | --- | --- |
//! | at or behind the first offset whose key the map has not | yes |
//! | of an aborted transaction, or without a key | no |
//! | older than the newest of its key | no |
//! | with a value | yes |
//! | without one (a tombstone) | until the batch's delete horizon, which it gets once the map has had all of its keys |
//!
//! | the batch | it becomes |
//! | --- | --- |
//! | keeps all of its records, and needs no horizon | the same bytes |
//! | keeps some | a batch with the same offsets, producer, sequence number and codec |
//! | keeps none | nothing; or an empty batch, where it is the last one of a live producer, or of its group |
//! | a marker | the same records, with a horizon once its transaction is gone; nothing once that has passed (KIP-534) |
//!
//! Why so: what is kept is copied as it stands. Only a batch that gets a horizon has its timestamp deltas written anew,
//! for they count from the base timestamp, in whose place the horizon stands.
//!
//! Always holds: offsets and order of what stays do not change; memory is bounded by one batch; nothing is allocated for
//! a record.

use super::offset_map::OffsetMap;
use super::transactions::TransactionFilter;
use crate::limits::LOOKUP_DECOMPRESSED_BYTES_MAX;
use crate::transactions::Marker;
use bytes::{Bytes, BytesMut};
use std::collections::BTreeMap;
use tribunal_wire::batch::{
    Attributes, BatchHeader, HEADER_BYTES, LENGTH_PREFIX_BYTES, RawRecords, TimestampType, crc_of_encoded,
};
use tribunal_wire::compression::{Codec, compress, decompress};
use tribunal_wire::types::{Offset, ProducerEpoch};

/// A whole batch whose records contradict its header: nobody may judge them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

/// The batches by which a live producer is known: they stay, empty if need be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LastBatches {
    /// Its newest batch with a sequence number, now, and as of the end of what is compacted.
    pub(crate) offsets: [Option<Offset>; 2],
    /// Its newest epoch: where it has written nothing else, the marker with it stays.
    pub(crate) epoch: ProducerEpoch,
}

impl LastBatches {
    fn include(&self, header: &BatchHeader) -> bool {
        if self.offsets == [None; 2] {
            return header.attributes.is_control() && header.producer_epoch == self.epoch;
        }
        !header.attributes.is_control() && self.offsets.contains(&Some(header.last_offset()))
    }
}

/// By what batches are judged.
pub(crate) struct Rules<'a> {
    /// The newest offset of each key that is newer than the first dirty offset.
    pub(crate) map: &'a OffsetMap,
    /// The map has the keys of all records before it. Batches that begin at or behind it are not touched.
    pub(crate) end: Offset,
    pub(crate) now_ms: i64,
    pub(crate) delete_retention_ms: i64,
    pub(crate) producers: &'a BTreeMap<i64, LastBatches>,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It stays, byte for byte.
    Same,
    Gone,
    /// This stands in its place.
    Changed(BatchHeader, Bytes),
}

/// Records that a pass has judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    pub(crate) kept: u64,
    pub(crate) dropped: u64,
}

/// Judges batches in order, and makes what replaces them.
pub(crate) struct Rewriter<'a> {
    rules: Rules<'a>,
    transactions: TransactionFilter,
    tally: Tally,
    /// Which bytes of the records stay: runs of records that follow each other.
    runs: Vec<std::ops::Range<usize>>,
    /// The records that stay.
    records: Vec<u8>,
}

/// What a look at a batch's records found.
struct Census {
    kept: i32,
    tombstones: bool,
    max_timestamp: i64,
}

impl<'a> Rewriter<'a> {
    pub(crate) fn new(rules: Rules<'a>, transactions: TransactionFilter) -> Rewriter<'a> {
        let tally = Tally::default();
        Rewriter { rules, transactions, tally, runs: Vec::new(), records: Vec::new() }
    }

    /// Records judged so far.
    pub(crate) fn tally(&self) -> Tally {
        self.tally
    }

    /// Judges the batch `bytes`. With `keep_batch` it stays even when it is empty; without `may_grow` it gets no delete
    /// horizon, which could make it larger than it was.
    pub(crate) fn judge(
        &mut self,
        header: &BatchHeader,
        bytes: &Bytes,
        keep_batch: bool,
        may_grow: bool,
    ) -> Result<Fate, Malformed> {
        assert_eq!(bytes.len(), header.total_bytes(), "a whole batch is judged");
        let count = u64::try_from(header.records_count).map_err(|_| Malformed)?;
        if header.base_offset >= self.rules.end {
            self.tally.kept += count;
            return Ok(Fate::Same);
        }
        let live = self.rules.producers.get(&header.producer_id.0);
        let keep_batch =
            keep_batch || (header.has_producer_id() && live.is_some_and(|batches| batches.include(header)));
        let fate = if header.attributes.is_control() {
            self.judge_marker(header, bytes, keep_batch, may_grow)?
        } else if self.transactions.is_aborted(header) || count == 0 {
            without_records(header, keep_batch)
        } else {
            self.judge_data(header, bytes, keep_batch, may_grow)?
        };
        let kept = match &fate {
            Fate::Same => count,
            Fate::Gone => 0,
            Fate::Changed(header, _) => u64::try_from(header.records_count).map_err(|_| Malformed)?,
        };
        assert!(kept <= count, "compaction makes no records");
        self.tally.kept += kept;
        self.tally.dropped += count - kept;
        Ok(fate)
    }

    fn judge_marker(
        &mut self,
        header: &BatchHeader,
        bytes: &Bytes,
        keep_batch: bool,
        may_grow: bool,
    ) -> Result<Fate, Malformed> {
        if header.records_count == 0 {
            return Ok(without_records(header, keep_batch));
        }
        let marker = marker_of(header, bytes)?;
        if !self.transactions.ends_nothing(header, marker) {
            return Ok(Fate::Same);
        }
        match header.delete_horizon_ms() {
            Some(horizon) if horizon <= self.rules.now_ms => Ok(without_records(header, keep_batch)),
            None if may_grow => {
                let records = uncompressed(header, bytes)?;
                self.runs.clear();
                self.runs.push(0..records.len());
                let census = Census {
                    kept: header.records_count,
                    tombstones: true,
                    max_timestamp: header.max_timestamp,
                };
                self.rebuild(header, &records, &census).map(|(header, bytes)| Fate::Changed(header, bytes))
            }
            _ => Ok(Fate::Same),
        }
    }

    fn judge_data(
        &mut self,
        header: &BatchHeader,
        bytes: &Bytes,
        keep_batch: bool,
        may_grow: bool,
    ) -> Result<Fate, Malformed> {
        let records = uncompressed(header, bytes)?;
        let mut census = self.sift(header, &records)?;
        // A tombstone whose time has not begun must not share a horizon with one whose time has.
        let all_mapped = header.last_offset() < self.rules.end;
        census.tombstones &= may_grow && all_mapped && header.delete_horizon_ms().is_none();
        if census.kept == 0 {
            return Ok(without_records(header, keep_batch));
        }
        if census.kept == header.records_count && !census.tombstones {
            return Ok(Fate::Same);
        }
        self.rebuild(header, &records, &census).map(|(header, bytes)| Fate::Changed(header, bytes))
    }

    /// Finds the records that stay.
    fn sift(&mut self, header: &BatchHeader, records: &Bytes) -> Result<Census, Malformed> {
        self.runs.clear();
        let mut census = Census { kept: 0, tombstones: false, max_timestamp: -1 };
        let expired = header.delete_horizon_ms().is_some_and(|horizon| horizon <= self.rules.now_ms);
        let (mut at, mut last_delta) = (0, -1);
        for record in RawRecords::new(header, records) {
            let record = record.map_err(|_| Malformed)?;
            if record.offset_delta <= last_delta || record.offset_delta > header.last_offset_delta {
                return Err(Malformed);
            }
            last_delta = record.offset_delta;
            let offset = header.base_offset.plus(i64::from(record.offset_delta));
            let mapped = offset < self.rules.end;
            let stays = !mapped
                || record.key.is_some_and(|key| {
                    let newest = self.rules.map.newest(key).is_none_or(|newest| newest <= offset);
                    newest && !(record.is_tombstone && expired)
                });
            let end = at + record.bytes.len();
            if stays {
                match self.runs.last_mut() {
                    Some(run) if run.end == at => run.end = end,
                    _ => self.runs.push(at..end),
                }
                census.kept += 1;
                census.tombstones |= record.is_tombstone;
                let timestamp = header.base_timestamp.wrapping_add(record.timestamp_delta);
                census.max_timestamp = census.max_timestamp.max(timestamp);
            }
            at = end;
        }
        Ok(census)
    }

    /// The batch with the records that stay, and with a delete horizon where there are new tombstones.
    fn rebuild(
        &mut self,
        header: &BatchHeader,
        records: &Bytes,
        census: &Census,
    ) -> Result<(BatchHeader, Bytes), Malformed> {
        let mut rebuilt = *header;
        rebuilt.records_count = census.kept;
        if header.attributes.timestamp_type() == TimestampType::CreateTime {
            rebuilt.max_timestamp = census.max_timestamp;
        }
        self.records.clear();
        if census.tombstones {
            let horizon = self.rules.now_ms.saturating_add(self.rules.delete_retention_ms);
            rebuilt.attributes = header.attributes.with_delete_horizon(true);
            rebuilt.base_timestamp = horizon;
            let moved = header.base_timestamp.wrapping_sub(horizon);
            for run in &self.runs {
                let mut rest = &records[run.clone()];
                while !rest.is_empty() {
                    let record = tribunal_wire::batch::RawRecord::split_from(&mut rest).ok_or(Malformed)?;
                    let delta = record.timestamp_delta.wrapping_add(moved);
                    record.put_with_timestamp_delta(delta, &mut self.records);
                }
            }
        } else {
            for run in &self.runs {
                self.records.extend_from_slice(&records[run.clone()]);
            }
        }
        match header.attributes.codec().ok_or(Malformed)? {
            Codec::None => Ok(seal(rebuilt, &self.records)),
            codec => Ok(seal(rebuilt, &compress(codec, None, &self.records))),
        }
    }
}

/// What stays of a batch that keeps no record.
fn without_records(header: &BatchHeader, keep_batch: bool) -> Fate {
    if !keep_batch {
        return Fate::Gone;
    }
    if header.records_count == 0 {
        return Fate::Same;
    }
    let attributes: Attributes = header.attributes.with_codec(Codec::None).with_delete_horizon(false);
    let empty = BatchHeader { attributes, base_timestamp: -1, records_count: 0, ..*header };
    let (header, bytes) = seal(empty, &[]);
    Fate::Changed(header, bytes)
}

/// What a control batch says.
pub(crate) fn marker_of(header: &BatchHeader, bytes: &Bytes) -> Result<Marker, Malformed> {
    if header.records_count == 0 {
        return Ok(Marker::Other);
    }
    let records = uncompressed(header, bytes)?;
    let first = RawRecords::new(header, &records).next().ok_or(Malformed)?.map_err(|_| Malformed)?;
    Ok(Marker::of(first.key))
}

/// The records of a batch; those that are not compressed are not copied.
pub(crate) fn uncompressed(header: &BatchHeader, bytes: &Bytes) -> Result<Bytes, Malformed> {
    let payload = bytes.slice(HEADER_BYTES..);
    match header.attributes.codec().ok_or(Malformed)? {
        Codec::None => Ok(payload),
        codec => {
            decompress(codec, &payload, LOOKUP_DECOMPRESSED_BYTES_MAX).map(Bytes::from).map_err(|_| Malformed)
        }
    }
}

/// The batch of `header` with `payload`, and the right length and CRC.
fn seal(mut header: BatchHeader, payload: &[u8]) -> (BatchHeader, Bytes) {
    let bytes = HEADER_BYTES + payload.len();
    header.length = i32::try_from(bytes - LENGTH_PREFIX_BYTES)
        .expect("no more than a batch that was read, and its deltas");
    let mut whole = BytesMut::with_capacity(bytes);
    whole.extend_from_slice(&header.encode());
    whole.extend_from_slice(payload);
    header.crc = crc_of_encoded(&whole);
    whole[..HEADER_BYTES].copy_from_slice(&header.encode());
    (header, whole.freeze())
}

#[cfg(test)]
#[path = "rewrite_tests.rs"]
mod tests;
