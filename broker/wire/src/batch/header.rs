//! The fixed part of a batch: 61 bytes, big endian.
//!
//! | at | field | at | field |
//! | --- | --- | --- | --- |
//! | 0 | base offset i64 | 23 | last offset delta i32 |
//! | 8 | length i32 (of what follows it) | 27 | base timestamp i64 |
//! | 12 | partition leader epoch i32 | 35 | max timestamp i64 |
//! | 16 | magic i8, always 2 | 43 | producer id i64 |
//! | 17 | CRC-32C u32 of everything from 21 | 51 | producer epoch i16 |
//! | 21 | attributes i16 | 53 | base sequence i32 |
//! | | | 57 | records count i32 |

use super::MalformedBatch;
use crate::compression::Codec;
use crate::types::{LeaderEpoch, Offset, ProducerEpoch, ProducerId};

/// Bytes of a batch before its records.
pub const HEADER_BYTES: usize = 61;
/// Bytes before those that a batch's length field counts.
pub const LENGTH_PREFIX_BYTES: usize = 12;
/// Where the bytes under the CRC begin.
pub(super) const CRC_FROM: usize = 21;
const MAGIC: i8 = 2;
const LENGTH_MIN: i32 = (HEADER_BYTES - LENGTH_PREFIX_BYTES) as i32;

/// What the timestamps of a batch mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TimestampType {
    /// The producer's word.
    #[default]
    CreateTime,
    /// The broker's clock at the append: the batch's max timestamp stands for all of its records.
    LogAppendTime,
}

/// A batch's attribute bits: 0-2 codec, 3 log append time, 4 transactional, 5 control, 6 delete horizon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Attributes(pub i16);

impl Attributes {
    const CODEC: i16 = 0x07;
    const LOG_APPEND_TIME: i16 = 0x08;
    const TRANSACTIONAL: i16 = 0x10;
    const CONTROL: i16 = 0x20;
    const DELETE_HORIZON: i16 = 0x40;

    /// The codec; `None` for a number that names none.
    #[must_use]
    pub fn codec(self) -> Option<Codec> {
        Codec::from_number((self.0 & Self::CODEC) as u8)
    }

    /// What the timestamps mean.
    #[must_use]
    pub const fn timestamp_type(self) -> TimestampType {
        if self.0 & Self::LOG_APPEND_TIME == 0 {
            TimestampType::CreateTime
        } else {
            TimestampType::LogAppendTime
        }
    }

    /// Whether the batch belongs to a transaction.
    #[must_use]
    pub const fn is_transactional(self) -> bool {
        self.0 & Self::TRANSACTIONAL != 0
    }

    /// Whether the batch holds control records, which no consumer sees.
    #[must_use]
    pub const fn is_control(self) -> bool {
        self.0 & Self::CONTROL != 0
    }

    /// Whether the base timestamp is the time from which compaction may drop tombstones and markers.
    #[must_use]
    pub const fn has_delete_horizon(self) -> bool {
        self.0 & Self::DELETE_HORIZON != 0
    }

    /// These bits with another codec.
    #[must_use]
    pub const fn with_codec(self, codec: Codec) -> Attributes {
        Attributes((self.0 & !Self::CODEC) | codec.number() as i16)
    }

    /// These bits with another timestamp type.
    #[must_use]
    pub const fn with_timestamp_type(self, kind: TimestampType) -> Attributes {
        match kind {
            TimestampType::CreateTime => Attributes(self.0 & !Self::LOG_APPEND_TIME),
            TimestampType::LogAppendTime => Attributes(self.0 | Self::LOG_APPEND_TIME),
        }
    }

    /// These bits, transactional or not.
    #[must_use]
    pub const fn with_transactional(self, set: bool) -> Attributes {
        Attributes(if set { self.0 | Self::TRANSACTIONAL } else { self.0 & !Self::TRANSACTIONAL })
    }

    /// These bits, with a delete horizon in the base timestamp or without.
    #[must_use]
    pub const fn with_delete_horizon(self, set: bool) -> Attributes {
        Attributes(if set { self.0 | Self::DELETE_HORIZON } else { self.0 & !Self::DELETE_HORIZON })
    }

    /// These bits, control or not.
    #[must_use]
    pub const fn with_control(self, set: bool) -> Attributes {
        Attributes(if set { self.0 | Self::CONTROL } else { self.0 & !Self::CONTROL })
    }
}

/// The header of one batch, every field as it stands on the wire; the magic is always 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchHeader {
    /// Offset of the first record; 0 from a producer, given by the leader. Outside the CRC.
    pub base_offset: Offset,
    /// Bytes that follow this field. At least 49.
    pub length: i32,
    /// Epoch of the leader that appended the batch; -1 from a producer. Outside the CRC.
    pub partition_leader_epoch: LeaderEpoch,
    /// CRC-32C of everything after it.
    pub crc: u32,
    /// Codec and kind.
    pub attributes: Attributes,
    /// Offset of the last record, counted from the first. Compaction keeps it when it removes records.
    pub last_offset_delta: i32,
    /// What the records' timestamps count from, in milliseconds.
    pub base_timestamp: i64,
    /// The highest timestamp of the batch, or the time of its append.
    pub max_timestamp: i64,
    /// The idempotent producer, -1 for none.
    pub producer_id: ProducerId,
    /// The producer's epoch, -1 for none.
    pub producer_epoch: ProducerEpoch,
    /// Sequence number of the first record, -1 for none.
    pub base_sequence: i32,
    /// Records in the batch.
    pub records_count: i32,
}

/// The length of the encoded batch at the front of `bytes`, by its own length field; `None` when the bytes
/// end before that field does. A negative or too small length is an error.
pub fn declared_bytes(bytes: &[u8]) -> Result<Option<usize>, MalformedBatch> {
    let Some(prefix) = bytes.first_chunk::<LENGTH_PREFIX_BYTES>() else { return Ok(None) };
    let length = i32::from_be_bytes(field(prefix, 8));
    if length < LENGTH_MIN {
        return Err(MalformedBatch::Length(length));
    }
    Ok(Some(LENGTH_PREFIX_BYTES + usize::try_from(length).expect("it is not negative")))
}

impl BatchHeader {
    /// The header at the front of `bytes`. The records need not be there.
    pub fn parse(bytes: &[u8]) -> Result<BatchHeader, MalformedBatch> {
        let header = bytes.first_chunk::<HEADER_BYTES>().ok_or(MalformedBatch::Incomplete)?;
        let length = i32::from_be_bytes(field(header, 8));
        if length < LENGTH_MIN {
            return Err(MalformedBatch::Length(length));
        }
        let magic = i8::from_be_bytes(field(header, 16));
        if magic != MAGIC {
            return Err(MalformedBatch::Magic(magic));
        }
        Ok(BatchHeader {
            base_offset: Offset(i64::from_be_bytes(field(header, 0))),
            length,
            partition_leader_epoch: LeaderEpoch(i32::from_be_bytes(field(header, 12))),
            crc: u32::from_be_bytes(field(header, 17)),
            attributes: Attributes(i16::from_be_bytes(field(header, 21))),
            last_offset_delta: i32::from_be_bytes(field(header, 23)),
            base_timestamp: i64::from_be_bytes(field(header, 27)),
            max_timestamp: i64::from_be_bytes(field(header, 35)),
            producer_id: ProducerId(i64::from_be_bytes(field(header, 43))),
            producer_epoch: ProducerEpoch(i16::from_be_bytes(field(header, 51))),
            base_sequence: i32::from_be_bytes(field(header, 53)),
            records_count: i32::from_be_bytes(field(header, 57)),
        })
    }

    /// The 61 bytes. What [`BatchHeader::parse`] read comes back the same.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[0..8].copy_from_slice(&self.base_offset.0.to_be_bytes());
        bytes[8..12].copy_from_slice(&self.length.to_be_bytes());
        bytes[12..16].copy_from_slice(&self.partition_leader_epoch.0.to_be_bytes());
        bytes[16..17].copy_from_slice(&MAGIC.to_be_bytes());
        bytes[17..21].copy_from_slice(&self.crc.to_be_bytes());
        bytes[21..23].copy_from_slice(&self.attributes.0.to_be_bytes());
        bytes[23..27].copy_from_slice(&self.last_offset_delta.to_be_bytes());
        bytes[27..35].copy_from_slice(&self.base_timestamp.to_be_bytes());
        bytes[35..43].copy_from_slice(&self.max_timestamp.to_be_bytes());
        bytes[43..51].copy_from_slice(&self.producer_id.0.to_be_bytes());
        bytes[51..53].copy_from_slice(&self.producer_epoch.0.to_be_bytes());
        bytes[53..57].copy_from_slice(&self.base_sequence.to_be_bytes());
        bytes[57..61].copy_from_slice(&self.records_count.to_be_bytes());
        bytes
    }

    /// Bytes of the whole batch.
    #[must_use]
    pub fn total_bytes(&self) -> usize {
        LENGTH_PREFIX_BYTES + usize::try_from(self.length).expect("a parsed length is at least 49")
    }

    /// Offset of the last record.
    ///
    /// # Panics
    /// When base offset and delta leave the range of offsets: whoever reads headers that nobody vouches for
    /// asks [`BatchHeader::offsets_are_sane`] first.
    #[must_use]
    pub fn last_offset(&self) -> Offset {
        self.base_offset.plus(i64::from(self.last_offset_delta))
    }

    /// Offset of the record that comes after this batch. Panics as [`BatchHeader::last_offset`] does.
    #[must_use]
    pub fn next_offset(&self) -> Offset {
        self.last_offset().plus(1)
    }

    /// Whether the offsets of the batch are ones that a log can hold.
    #[must_use]
    pub fn offsets_are_sane(&self) -> bool {
        self.base_offset.0 >= 0
            && self.last_offset_delta >= 0
            && self.base_offset.0.checked_add(i64::from(self.last_offset_delta) + 1).is_some()
    }

    /// When compaction may drop the batch's tombstones and marker, if it has said so.
    #[must_use]
    pub const fn delete_horizon_ms(&self) -> Option<i64> {
        if self.attributes.has_delete_horizon() { Some(self.base_timestamp) } else { None }
    }

    /// Whether an idempotent producer sent the batch.
    #[must_use]
    pub const fn has_producer_id(&self) -> bool {
        self.producer_id.0 >= 0
    }

    /// Sequence number of the last record, wrapped past `i32::MAX`; -1 when the batch has no sequence.
    #[must_use]
    pub fn last_sequence(&self) -> i32 {
        if self.base_sequence < 0 || self.last_offset_delta < 0 {
            return -1;
        }
        crate::types::Sequence(self.base_sequence).plus(self.last_offset_delta).0
    }
}

fn field<const WIDTH: usize>(bytes: &[u8], at: usize) -> [u8; WIDTH] {
    bytes[at..at + WIDTH].try_into().expect("the slice is as long as the field")
}
