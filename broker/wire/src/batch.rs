//! Record batches of format v2: what Kafka stores, sends and never takes apart without need.
//!
//! Owns: the 61-byte [`BatchHeader`], the [`Batch`] (header plus a slice of records), borrowed iteration over
//! batches and records, the [`BatchBuilder`], and [`validate_client_batch`], the whole table of what a broker
//! must check before it appends.
//!
//! Why so: base offset and leader epoch lie before the bytes that the CRC covers, so an append changes the
//! header alone. A [`Batch`] therefore holds its header parsed and its records as an untouched slice of the
//! buffer that they came in; writing it is one 61-byte piece and one slice.
//!
//! Always holds: encoding a parsed header gives the same 61 bytes; no iterator panics or allocates on any
//! input; nothing past the declared length of a batch, record or field is looked at.
//!
//! Leaves out: formats v0 and v1, and what control records say.

mod builder;
mod header;
mod raw;
mod record;
mod validate;
mod varint;

pub use builder::BatchBuilder;
pub use header::{Attributes, BatchHeader, HEADER_BYTES, LENGTH_PREFIX_BYTES, TimestampType, declared_bytes};
pub use raw::{RawRecord, RawRecords};
pub use record::{Header, Headers, Record, RecordIter, Records};
pub use validate::{
    Compression, Rejection, RejectionReason, ValidBatch, ValidationRules, validate_client_batch,
};

use crate::compression::DecompressError;
use crate::types::{LeaderEpoch, Offset};
use bytes::{Bytes, BytesMut};
use crc_fast::{CrcAlgorithm, Digest};

/// Why bytes are not a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MalformedBatch {
    /// The bytes end before the batch does: usual at the end of a fetch response, a torn tail in a log.
    Incomplete,
    /// The length field is below that of an empty batch.
    Length(i32),
    /// The format is not v2.
    Magic(i8),
}

/// Why the records inside a batch cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MalformedRecords {
    /// The attributes name no codec.
    UnknownCodec,
    /// The codec refused the bytes.
    Decompress(DecompressError),
    /// The record with this index does not fit its own length, or the batch's.
    Record(usize),
    /// There are fewer records than the header counts.
    Missing,
    /// Bytes follow the last record that the header counts.
    Surplus,
}

/// One batch: a header to read and patch, and records to leave alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The header, free to be changed. [`Batch::crc_is_right`] and [`Batch::seal`] speak about the CRC.
    pub header: BatchHeader,
    /// Everything after the header, as it came: records, perhaps compressed.
    pub payload: Bytes,
}

impl Batch {
    /// Takes the first batch off `bytes`, which keep what follows it. On an error they are untouched.
    pub fn split_from(bytes: &mut Bytes) -> Result<Batch, MalformedBatch> {
        let header = BatchHeader::parse(bytes)?;
        let total = header.total_bytes();
        if bytes.len() < total {
            return Err(MalformedBatch::Incomplete);
        }
        let mut whole = bytes.split_to(total);
        let payload = whole.split_off(HEADER_BYTES);
        Ok(Batch { header, payload })
    }

    /// Bytes of the batch on the wire and on disk.
    #[must_use]
    pub fn total_bytes(&self) -> usize {
        HEADER_BYTES + self.payload.len()
    }

    /// The CRC that the batch ought to carry.
    #[must_use]
    pub fn computed_crc(&self) -> u32 {
        let mut digest = Digest::new(CrcAlgorithm::Crc32Iscsi);
        digest.update(&self.header.encode()[header::CRC_FROM..]);
        digest.update(&self.payload);
        u32::try_from(digest.finalize()).expect("a CRC-32 has 32 bits")
    }

    /// Whether the batch carries the CRC that it ought to.
    #[must_use]
    pub fn crc_is_right(&self) -> bool {
        self.header.crc == self.computed_crc()
    }

    /// Puts the right length and CRC into the header.
    pub fn seal(&mut self) {
        self.header.length = i32::try_from(self.total_bytes() - LENGTH_PREFIX_BYTES)
            .expect("a batch is bounded by max.message.bytes, an i32");
        self.header.crc = self.computed_crc();
    }

    /// Gives the batch its place in a log. The CRC does not cover these two fields and stays right.
    pub fn place(&mut self, base_offset: Offset, leader_epoch: LeaderEpoch) {
        self.header.base_offset = base_offset;
        self.header.partition_leader_epoch = leader_epoch;
    }

    /// Turns the batch's timestamps into the time of its append, and seals it.
    pub fn stamp_log_append_time(&mut self, now_ms: i64) {
        self.header.attributes = self.header.attributes.with_timestamp_type(TimestampType::LogAppendTime);
        self.header.max_timestamp = now_ms;
        self.seal();
    }

    /// The records, decompressed if need be into at most `limit` bytes.
    pub fn records(&self, limit: usize) -> Result<Records, MalformedRecords> {
        Records::open(&self.header, &self.payload, limit)
    }

    /// The two pieces that a vectored write takes.
    #[must_use]
    pub fn to_pieces(&self) -> [Bytes; 2] {
        [Bytes::copy_from_slice(&self.header.encode()), self.payload.clone()]
    }

    /// The batch as one buffer. Copies the records: for tests, tools and small batches.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        let mut bytes = BytesMut::with_capacity(self.total_bytes());
        bytes.extend_from_slice(&self.header.encode());
        bytes.extend_from_slice(&self.payload);
        bytes.freeze()
    }
}

/// The CRC-32C of the part of an encoded batch that its CRC field covers.
///
/// # Panics
/// When `batch` is shorter than a header.
#[must_use]
pub fn crc_of_encoded(batch: &[u8]) -> u32 {
    assert!(batch.len() >= HEADER_BYTES, "only a whole batch has a CRC");
    crc_fast::crc32_iscsi(&batch[header::CRC_FROM..])
}

/// The batches of a `records` field, one after the other.
///
/// Ends after the first error. [`MalformedBatch::Incomplete`] is no fault in a fetch response, whose last
/// batch may be cut by the size limit of the request.
#[derive(Debug, Clone)]
pub struct Batches {
    rest: Bytes,
}

impl Batches {
    /// Iterates over the batches in `bytes`.
    #[must_use]
    pub fn new(bytes: Bytes) -> Self {
        Batches { rest: bytes }
    }

    /// What has not been looked at yet.
    #[must_use]
    pub fn rest(&self) -> &Bytes {
        &self.rest
    }
}

impl Iterator for Batches {
    type Item = Result<Batch, MalformedBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let batch = Batch::split_from(&mut self.rest);
        if batch.is_err() {
            self.rest = Bytes::new();
        }
        Some(batch)
    }
}

#[cfg(test)]
#[path = "batch/batch_tests.rs"]
mod tests;
