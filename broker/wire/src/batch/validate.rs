//! What a broker must check before it appends a producer's batch, in the order in which Kafka answers.
//!
//! Owns: every check that needs the batch and the topic's configuration alone. The checks that need the
//! partition's state (sequence numbers, epochs, transactions) belong to the log.
//!
//! Always holds: a [`ValidBatch`] has the right CRC, length and max timestamp, its records number 0..n
//! without gaps, and it is compressed as the topic asks. Its base offset and leader epoch are still open.

use super::{Batch, BatchBuilder, HEADER_BYTES, MalformedBatch, MalformedRecords, Records, TimestampType};
use crate::compression::{Codec, DecompressError};
use bytes::Bytes;

/// Record indexes listed in one rejection; the first ones tell the story.
const RECORD_ERRORS_MAX: usize = 100;

/// What `compression.type` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// As the producer sent it.
    Producer,
    /// Always this codec; batches of another one are compressed again.
    Fixed(Codec, Option<i32>),
}

/// The topic's configuration and the request, as far as they judge a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValidationRules {
    /// `max.message.bytes`: the whole batch, after recompression too.
    pub max_message_bytes: usize,
    /// `segment.bytes`: a batch never spans segments.
    pub segment_bytes: usize,
    /// Bytes to which compressed records may grow.
    pub decompressed_bytes_max: usize,
    /// Whether the request's version knows zstd (Produce v7 and later).
    pub zstd_allowed: bool,
    /// `cleanup.policy` contains `compact`: records without a key are refused.
    pub compacted: bool,
    /// `message.timestamp.type`.
    pub timestamp_type: TimestampType,
    /// `message.timestamp.before.max.ms`.
    pub timestamp_before_max_ms: i64,
    /// `message.timestamp.after.max.ms`.
    pub timestamp_after_max_ms: i64,
    /// `compression.type`.
    pub compression: Compression,
    /// The wall clock.
    pub now_ms: i64,
}

/// A batch that may be appended once it is given its offset and leader epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidBatch {
    /// The batch, sealed.
    pub batch: Batch,
    /// Whether the broker's clock replaced the timestamps.
    pub log_append_time: bool,
}

/// What was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RejectionReason {
    /// No batch at all, or bytes after the first one.
    NotOneBatch,
    /// The batch is cut off or its length is impossible.
    Torn,
    /// Message format v0 or v1.
    OldFormat,
    /// The CRC is wrong.
    Crc,
    /// Larger than `max.message.bytes`.
    TooLarge,
    /// Larger than a segment.
    LargerThanSegment,
    /// The attributes name no codec, or one that the request's version does not know.
    Codec,
    /// The base offset is not 0.
    BaseOffset,
    /// Last offset delta, records count and the records do not agree.
    Counts,
    /// A record does not fit, or cannot be decompressed.
    Records,
    /// The compressed records grow past the bound.
    Bomb,
    /// Control batches are the broker's own.
    Control,
    /// A producer id without a sequence number or epoch.
    NoSequence,
    /// Records without a key on a compacted topic.
    NoKey,
    /// The producer set the bit for log append time.
    LogAppendTimeBit,
    /// A timestamp out of the allowed range.
    Timestamp,
}

/// A refused batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// What was wrong.
    pub reason: RejectionReason,
    /// Indexes of the records at fault, where single records are (KIP-467); at most 100.
    pub records: Vec<i32>,
}

impl Rejection {
    fn of(reason: RejectionReason) -> Rejection {
        Rejection { reason, records: Vec::new() }
    }

    /// The Kafka error code to answer with.
    #[must_use]
    pub fn error_code(&self) -> i16 {
        const CORRUPT_MESSAGE: i16 = 2;
        const MESSAGE_TOO_LARGE: i16 = 10;
        const RECORD_LIST_TOO_LARGE: i16 = 18;
        const INVALID_TIMESTAMP: i16 = 32;
        const UNSUPPORTED_COMPRESSION_TYPE: i16 = 76;
        const INVALID_RECORD: i16 = 87;
        match self.reason {
            RejectionReason::Torn | RejectionReason::Crc => CORRUPT_MESSAGE,
            RejectionReason::TooLarge | RejectionReason::Bomb => MESSAGE_TOO_LARGE,
            RejectionReason::LargerThanSegment => RECORD_LIST_TOO_LARGE,
            RejectionReason::Codec => UNSUPPORTED_COMPRESSION_TYPE,
            RejectionReason::LogAppendTimeBit | RejectionReason::Timestamp => INVALID_TIMESTAMP,
            RejectionReason::NotOneBatch
            | RejectionReason::OldFormat
            | RejectionReason::BaseOffset
            | RejectionReason::Counts
            | RejectionReason::Records
            | RejectionReason::Control
            | RejectionReason::NoSequence
            | RejectionReason::NoKey => INVALID_RECORD,
        }
    }

    /// A sentence for the client's log.
    #[must_use]
    pub fn message(&self) -> &'static str {
        match self.reason {
            RejectionReason::NotOneBatch => "A partition's records must be exactly one batch.",
            RejectionReason::Torn => {
                "The batch ends before its declared length, or declares an impossible one."
            }
            RejectionReason::OldFormat => "Only record batches of format v2 are accepted.",
            RejectionReason::Crc => "The batch's checksum is wrong.",
            RejectionReason::TooLarge => "The batch is larger than max.message.bytes.",
            RejectionReason::LargerThanSegment => "The batch is larger than segment.bytes.",
            RejectionReason::Codec => "The compression type is unknown or too new for this request version.",
            RejectionReason::BaseOffset => "A producer's batch must have base offset 0.",
            RejectionReason::Counts => "The header's count of records does not match the records.",
            RejectionReason::Records => "A record inside the batch is malformed.",
            RejectionReason::Bomb => "The compressed records expand beyond what is accepted.",
            RejectionReason::Control => "Clients cannot write control records.",
            RejectionReason::NoSequence => "An idempotent producer's batch needs a sequence number.",
            RejectionReason::NoKey => "Compacted topic cannot accept message without key.",
            RejectionReason::LogAppendTimeBit => "Producers cannot set the timestamp type to LogAppendTime.",
            RejectionReason::Timestamp => "A record's timestamp is out of the allowed range.",
        }
    }
}

/// Checks the `records` of one partition in a Produce request, and makes of them what goes to the log.
pub fn validate_client_batch(records: &Bytes, rules: &ValidationRules) -> Result<ValidBatch, Rejection> {
    let mut batch = check_frame(records, rules).map_err(Rejection::of)?;
    check_header(&batch, rules).map_err(Rejection::of)?;
    let opened = batch.records(rules.decompressed_bytes_max).map_err(|error| {
        Rejection::of(match error {
            MalformedRecords::UnknownCodec => RejectionReason::Codec,
            MalformedRecords::Decompress(DecompressError::TooLarge) => RejectionReason::Bomb,
            _ => RejectionReason::Records,
        })
    })?;
    let walked = walk(&batch, &opened, rules)?;
    let recompress = match rules.compression {
        Compression::Producer => None,
        Compression::Fixed(codec, level) => {
            (batch.header.attributes.codec() != Some(codec)).then_some((codec, level))
        }
    };
    if recompress.is_some() || !walked.offsets_in_order {
        batch = rebuild(&batch, &opened, recompress);
        check_size(batch.total_bytes(), rules).map_err(Rejection::of)?;
    }
    let log_append_time = rules.timestamp_type == TimestampType::LogAppendTime;
    if log_append_time {
        batch.stamp_log_append_time(rules.now_ms);
    } else if batch.header.max_timestamp != walked.max_timestamp {
        batch.header.max_timestamp = walked.max_timestamp;
        batch.seal();
    }
    Ok(ValidBatch { batch, log_append_time })
}

fn check_frame(records: &Bytes, rules: &ValidationRules) -> Result<Batch, RejectionReason> {
    let mut rest = records.clone();
    if rest.is_empty() {
        return Err(RejectionReason::NotOneBatch);
    }
    // An old format has a shorter header, so its magic is looked at before the length is held against it.
    if rest.get(16).is_some_and(|&magic| magic < 2) {
        return Err(RejectionReason::OldFormat);
    }
    let batch = Batch::split_from(&mut rest).map_err(|error| match error {
        MalformedBatch::Incomplete | MalformedBatch::Length(_) => RejectionReason::Torn,
        MalformedBatch::Magic(_) => RejectionReason::OldFormat,
    })?;
    if !rest.is_empty() {
        return Err(if rest.len() < HEADER_BYTES {
            RejectionReason::Torn
        } else {
            RejectionReason::NotOneBatch
        });
    }
    check_size(batch.total_bytes(), rules)?;
    if !batch.crc_is_right() {
        return Err(RejectionReason::Crc);
    }
    Ok(batch)
}

fn check_size(bytes: usize, rules: &ValidationRules) -> Result<(), RejectionReason> {
    if bytes > rules.max_message_bytes {
        return Err(RejectionReason::TooLarge);
    }
    if bytes > rules.segment_bytes {
        return Err(RejectionReason::LargerThanSegment);
    }
    Ok(())
}

fn check_header(batch: &Batch, rules: &ValidationRules) -> Result<(), RejectionReason> {
    let header = &batch.header;
    match header.attributes.codec() {
        None => return Err(RejectionReason::Codec),
        Some(Codec::Zstd) if !rules.zstd_allowed => return Err(RejectionReason::Codec),
        Some(_) => {}
    }
    if header.base_offset.0 != 0 {
        return Err(RejectionReason::BaseOffset);
    }
    if header.records_count <= 0 || header.last_offset_delta != header.records_count - 1 {
        return Err(RejectionReason::Counts);
    }
    if header.attributes.is_control() {
        return Err(RejectionReason::Control);
    }
    if header.has_producer_id() && (header.base_sequence < 0 || header.producer_epoch.0 < 0) {
        return Err(RejectionReason::NoSequence);
    }
    // A transaction belongs to a producer; without an id nothing could ever end it.
    if header.attributes.is_transactional() && !header.has_producer_id() {
        return Err(RejectionReason::NoSequence);
    }
    if header.attributes.timestamp_type() == TimestampType::LogAppendTime {
        return Err(RejectionReason::LogAppendTimeBit);
    }
    Ok(())
}

struct Walked {
    max_timestamp: i64,
    offsets_in_order: bool,
}

fn walk(batch: &Batch, records: &Records, rules: &ValidationRules) -> Result<Walked, Rejection> {
    let mut walked = Walked { max_timestamp: -1, offsets_in_order: true };
    let check_time = rules.timestamp_type == TimestampType::CreateTime;
    let earliest = rules.now_ms.saturating_sub(rules.timestamp_before_max_ms);
    let latest = rules.now_ms.saturating_add(rules.timestamp_after_max_ms);
    let mut faulty: Option<(RejectionReason, Vec<i32>)> = None;
    for (index, record) in (0i32..).zip(records) {
        let record = record.map_err(|error| match error {
            MalformedRecords::Missing | MalformedRecords::Surplus => Rejection::of(RejectionReason::Counts),
            _ => Rejection { reason: RejectionReason::Records, records: vec![index] },
        })?;
        walked.offsets_in_order &= record.offset_delta == index;
        let timestamp = batch.header.base_timestamp.wrapping_add(record.timestamp_delta);
        walked.max_timestamp = walked.max_timestamp.max(timestamp);
        let fault = if rules.compacted && record.key.is_none() {
            Some(RejectionReason::NoKey)
        } else if check_time && timestamp != -1 && !(earliest..=latest).contains(&timestamp) {
            Some(RejectionReason::Timestamp)
        } else {
            None
        };
        if let Some(reason) = fault {
            let (_, indexes) = faulty.get_or_insert_with(|| (reason, Vec::new()));
            if indexes.len() < RECORD_ERRORS_MAX {
                indexes.push(index);
            }
        }
    }
    match faulty {
        Some((reason, records)) => Err(Rejection { reason, records }),
        None => Ok(walked),
    }
}

/// The same records in a batch of the right codec, numbered without gaps.
fn rebuild(batch: &Batch, records: &Records, recompress: Option<(Codec, Option<i32>)>) -> Batch {
    let kept = batch.header.attributes.codec().expect("the codec was checked");
    let (codec, level) = recompress.unwrap_or((kept, None));
    let header = &batch.header;
    let mut builder = BatchBuilder::new(codec, level).producer(
        header.producer_id,
        header.producer_epoch,
        header.base_sequence,
    );
    if header.attributes.is_transactional() {
        builder = builder.transactional();
    }
    for record in records {
        let record = record.expect("all records were walked before");
        let timestamp = header.base_timestamp.wrapping_add(record.timestamp_delta);
        builder.push(timestamp, record.key, record.value, record.headers);
    }
    let rebuilt = builder.build();
    assert_eq!(rebuilt.header.records_count, header.records_count, "no record is lost on the way");
    rebuilt
}
