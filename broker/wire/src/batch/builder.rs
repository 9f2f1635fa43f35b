//! Builds a batch record by record.
//!
//! Records are encoded as they come, so that the builder can tell how full it is; the codec runs once, at the
//! end. Offsets count up from the base offset without gaps.

use super::{Attributes, Batch, BatchHeader, Header, TimestampType, varint};
use crate::compression::{Codec, compress};
use crate::types::{LeaderEpoch, Offset, ProducerEpoch, ProducerId};
use bytes::Bytes;

/// Collects records into one [`Batch`].
#[derive(Debug, Clone)]
pub struct BatchBuilder {
    codec: Codec,
    level: Option<i32>,
    header: BatchHeader,
    records: Vec<u8>,
}

impl BatchBuilder {
    /// An empty batch that will be compressed with `codec`; `level` as in [`compress`].
    #[must_use]
    pub fn new(codec: Codec, level: Option<i32>) -> Self {
        let header = BatchHeader {
            base_offset: Offset::ZERO,
            length: 0,
            partition_leader_epoch: LeaderEpoch(-1),
            crc: 0,
            attributes: Attributes::default().with_codec(codec),
            last_offset_delta: -1,
            base_timestamp: -1,
            max_timestamp: -1,
            producer_id: ProducerId(-1),
            producer_epoch: ProducerEpoch(-1),
            base_sequence: -1,
            records_count: 0,
        };
        BatchBuilder { codec, level, header, records: Vec::new() }
    }

    /// Names the idempotent producer and the sequence number of the first record.
    #[must_use]
    pub fn producer(mut self, id: ProducerId, epoch: ProducerEpoch, base_sequence: i32) -> Self {
        self.header.producer_id = id;
        self.header.producer_epoch = epoch;
        self.header.base_sequence = base_sequence;
        self
    }

    /// Sets the offset of the first record: for logs; a producer leaves it at 0.
    #[must_use]
    pub fn base_offset(mut self, offset: Offset) -> Self {
        self.header.base_offset = offset;
        self
    }

    /// Sets the epoch of the leader that appends: for logs; a producer leaves it at -1.
    #[must_use]
    pub fn leader_epoch(mut self, epoch: LeaderEpoch) -> Self {
        self.header.partition_leader_epoch = epoch;
        self
    }

    /// Marks the batch as part of a transaction.
    #[must_use]
    pub fn transactional(mut self) -> Self {
        self.header.attributes = self.header.attributes.with_transactional(true);
        self
    }

    /// Marks the batch as one of control records.
    #[must_use]
    pub fn control(mut self) -> Self {
        self.header.attributes = self.header.attributes.with_control(true);
        self
    }

    /// Says what the timestamps mean; create time unless told otherwise.
    #[must_use]
    pub fn timestamp_type(mut self, kind: TimestampType) -> Self {
        self.header.attributes = self.header.attributes.with_timestamp_type(kind);
        self
    }

    /// Adds a record.
    ///
    /// # Panics
    /// When a field or the batch outgrows an `i32`: its caller bounds what it takes in.
    pub fn push<'a>(
        &mut self,
        timestamp: i64,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        headers: impl ExactSizeIterator<Item = Header<'a>> + Clone,
    ) {
        if self.header.records_count == 0 {
            self.header.base_timestamp = timestamp;
            self.header.max_timestamp = timestamp;
        }
        self.header.max_timestamp = self.header.max_timestamp.max(timestamp);
        let offset_delta = i64::from(self.header.records_count);
        // Wrapping, because a reader adds the delta the same way: even wild timestamps come back as they were.
        let timestamp_delta = timestamp.wrapping_sub(self.header.base_timestamp);
        let header_count = headers.len() as i64;
        let mut length = 1 + varint::bytes_of(timestamp_delta) + varint::bytes_of(offset_delta);
        length += nullable_bytes(key) + nullable_bytes(value) + varint::bytes_of(header_count);
        length += headers
            .clone()
            .map(|header| nullable_bytes(Some(header.key)) + nullable_bytes(header.value))
            .sum::<usize>();
        assert!(i32::try_from(length).is_ok(), "a record's length is an i32");
        varint::put(length as i64, &mut self.records);
        let start = self.records.len();
        self.records.push(0);
        varint::put(timestamp_delta, &mut self.records);
        varint::put(offset_delta, &mut self.records);
        put_nullable(key, &mut self.records);
        put_nullable(value, &mut self.records);
        varint::put(header_count, &mut self.records);
        for header in headers {
            put_nullable(Some(header.key), &mut self.records);
            put_nullable(header.value, &mut self.records);
        }
        assert_eq!(self.records.len() - start, length, "the length was counted as it was written");
        self.header.last_offset_delta = self.header.records_count;
        self.header.records_count =
            self.header.records_count.checked_add(1).expect("a batch counts its records in an i32");
    }

    /// Records so far.
    #[must_use]
    pub fn records_count(&self) -> i32 {
        self.header.records_count
    }

    /// Bytes of the batch if it were not compressed.
    #[must_use]
    pub fn uncompressed_bytes(&self) -> usize {
        super::HEADER_BYTES + self.records.len()
    }

    /// The finished batch.
    ///
    /// # Panics
    /// When there is no record in it.
    #[must_use]
    pub fn build(self) -> Batch {
        assert!(self.header.records_count > 0, "a batch has at least one record");
        let payload = match self.codec {
            Codec::None => self.records,
            codec => compress(codec, self.level, &self.records),
        };
        let mut batch = Batch { header: self.header, payload: Bytes::from(payload) };
        batch.seal();
        batch
    }
}

fn nullable_bytes(field: Option<&[u8]>) -> usize {
    field.map_or(1, |field| varint::bytes_of(field.len() as i64) + field.len())
}

fn put_nullable(field: Option<&[u8]>, output: &mut Vec<u8>) {
    match field {
        None => varint::put(-1, output),
        Some(field) => {
            varint::put(field.len() as i64, output);
            output.extend_from_slice(field);
        }
    }
}
