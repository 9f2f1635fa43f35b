//! Metadata records as the batches of a log or of a snapshot file.
//!
//! Owns: how a change becomes batches (one where it fits, a bracketed transaction of several where it does not),
//! the control records that begin a leader's epoch and frame a snapshot, and the way back.
//!
//! Always holds: a batch holds at most [`BATCH_BYTES_MAX`] bytes of records unless a single record is larger.

use crate::record::{MetadataVersion, Record, RecordError};
use bytes::Bytes;
use std::fmt;
use tribunal_wire::{
    Message, Reader, Writer,
    batch::{Batch, BatchBuilder, Batches, MalformedBatch, MalformedRecords},
    compression::Codec,
    message::{
        BeginTransactionRecord, ControlRecordTypeSchema, EndTransactionRecord, LeaderChangeMessage,
        SnapshotFooterRecord, SnapshotHeaderRecord, control_record::leader_change_message::Voter,
    },
    types::Offset,
};

/// Bytes of records that one batch takes; Kafka's bound for atomic changes.
pub(crate) const BATCH_BYTES_MAX: usize = 8 << 20;

const CONTROL_LEADER_CHANGE: i16 = 2;
const CONTROL_SNAPSHOT_HEADER: i16 = 3;
const CONTROL_SNAPSHOT_FOOTER: i16 = 4;

/// The batches of one change, in order.
pub(crate) fn of_records(records: &[Record], level: MetadataVersion, now_ms: i64) -> Vec<Batch> {
    let frames: Vec<Bytes> = records.iter().map(|record| record.encode(level)).collect();
    let total: usize = frames.iter().map(Bytes::len).sum();
    if total <= BATCH_BYTES_MAX {
        return pack(frames, now_ms);
    }
    let begin = Record::from(BeginTransactionRecord { name: Some("large change".to_owned()) });
    let end = Record::from(EndTransactionRecord {});
    let bracketed =
        [begin.encode(level)].into_iter().chain(frames).chain([end.encode(level)]).collect::<Vec<_>>();
    pack(bracketed, now_ms)
}

fn pack(frames: Vec<Bytes>, now_ms: i64) -> Vec<Batch> {
    let mut batches = Vec::new();
    let mut builder = BatchBuilder::new(Codec::None, None);
    for frame in frames {
        if builder.records_count() > 0 && builder.uncompressed_bytes() + frame.len() > BATCH_BYTES_MAX {
            batches.push(builder.build());
            builder = BatchBuilder::new(Codec::None, None);
        }
        builder.push(now_ms, None, Some(&frame), std::iter::empty());
    }
    if builder.records_count() > 0 {
        batches.push(builder.build());
    }
    batches
}

/// The first batch of a leader's epoch.
pub(crate) fn leader_change(node_id: i32, now_ms: i64) -> Batch {
    let voter = || vec![Voter { voter_id: node_id, ..Default::default() }];
    let message =
        LeaderChangeMessage { leader_id: node_id, voters: voter(), granting_voters: voter(), version: 0 };
    control(CONTROL_LEADER_CHANGE, &message, now_ms)
}

fn control<M: Message>(kind: i16, message: &M, now_ms: i64) -> Batch {
    let encode = |write: &dyn Fn(&mut Writer) -> Result<(), tribunal_wire::EncodeError>| {
        let mut writer = Writer::new();
        write(&mut writer).expect("control records have a version 0 and no long fields");
        writer.into_bytes()
    };
    let mut key = Writer::new();
    key.put_i16(0);
    key.put_i16(kind);
    let value = encode(&|writer| message.encode(writer, 0));
    let mut builder = BatchBuilder::new(Codec::None, None).control();
    builder.push(now_ms, Some(&key.into_bytes()), Some(&value), std::iter::empty());
    builder.build()
}

/// A snapshot file: header, records, footer, at offsets from 0.
pub(crate) fn snapshot(records: &[Record], level: MetadataVersion, now_ms: i64) -> Bytes {
    let header = SnapshotHeaderRecord { version: 0, last_contained_log_timestamp: 0 };
    let footer = SnapshotFooterRecord { version: 0 };
    let mut batches = vec![control(CONTROL_SNAPSHOT_HEADER, &header, now_ms)];
    batches.extend(pack(records.iter().map(|record| record.encode(level)).collect(), now_ms));
    batches.push(control(CONTROL_SNAPSHOT_FOOTER, &footer, now_ms));
    let mut offset = Offset::ZERO;
    let mut bytes = Vec::new();
    for mut batch in batches {
        batch.place(offset, tribunal_wire::types::LeaderEpoch(0));
        offset = batch.header.next_offset();
        bytes.extend_from_slice(&batch.to_bytes());
    }
    Bytes::from(bytes)
}

/// Why the batches of a log or file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BatchError {
    /// The bytes are no batch.
    Batch(MalformedBatch),
    /// The CRC is another than the batch's bytes have.
    Crc { offset: Offset },
    /// The records inside cannot be read.
    Records { offset: Offset, error: MalformedRecords },
    /// A record cannot be understood.
    Record { offset: Offset, error: RecordError },
    /// A snapshot without its footer: it was not written to its end.
    NoFooter,
}

impl fmt::Display for BatchError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BatchError::Batch(error) => write!(formatter, "it is damaged ({error:?})"),
            BatchError::Crc { offset } => {
                write!(formatter, "the batch at offset {} has a wrong CRC", offset.0)
            }
            BatchError::Records { offset, error } => {
                write!(formatter, "the batch at offset {} is damaged ({error:?})", offset.0)
            }
            BatchError::Record { offset, error } => {
                write!(formatter, "record at offset {}: {error}", offset.0)
            }
            BatchError::NoFooter => formatter.write_str("it was not written to its end"),
        }
    }
}

/// The metadata records of a batch; none for control records, which the log itself is about.
pub(crate) fn records_of(batch: &Batch) -> Result<Vec<Record>, BatchError> {
    let offset = batch.header.base_offset;
    if !batch.crc_is_right() {
        return Err(BatchError::Crc { offset });
    }
    if batch.header.attributes.is_control() {
        return Ok(Vec::new());
    }
    let malformed = |error| BatchError::Records { offset, error };
    let records = batch.records(BATCH_BYTES_MAX * 2).map_err(malformed)?;
    let mut decoded = Vec::new();
    for (record, offset) in records.iter().zip(offset.0..) {
        let value = record.map_err(malformed)?.value.unwrap_or_default();
        let value = records.bytes().slice_ref(value);
        decoded.push(
            Record::decode(&value).map_err(|error| BatchError::Record { offset: Offset(offset), error })?,
        );
    }
    Ok(decoded)
}

/// The records of a snapshot file.
pub(crate) fn read_snapshot(bytes: Bytes) -> Result<Vec<Record>, BatchError> {
    let mut records = Vec::new();
    let mut complete = false;
    for batch in Batches::new(bytes) {
        let batch = batch.map_err(BatchError::Batch)?;
        records.extend(records_of(&batch)?);
        complete = is_footer(&batch);
    }
    if complete { Ok(records) } else { Err(BatchError::NoFooter) }
}

fn is_footer(batch: &Batch) -> bool {
    if !batch.header.attributes.is_control() {
        return false;
    }
    let Ok(records) = batch.records(1024) else { return false };
    let Some(Ok(record)) = records.iter().next() else { return false };
    let key = record.key.map(|key| records.bytes().slice_ref(key)).unwrap_or_default();
    let mut reader = Reader::new(key);
    // The key is a version, then the type in that version.
    let Ok(version) = reader.read_i16() else { return false };
    ControlRecordTypeSchema::decode(&mut reader, version)
        .is_ok_and(|key| key.r#type == CONTROL_SNAPSHOT_FOOTER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tribunal_wire::message::{ConfigRecord, FeatureLevelRecord, NoOpRecord};

    fn level(feature_level: i16) -> Record {
        FeatureLevelRecord { name: "metadata.version".to_owned(), feature_level }.into()
    }

    #[test]
    fn a_snapshot_reads_back_and_has_kafkas_shape() {
        let records = [level(30), NoOpRecord {}.into()];
        let bytes = snapshot(&records, MetadataVersion::LATEST, 5);
        assert_eq!(read_snapshot(bytes.clone()), Ok(records.to_vec()));
        let batches: Vec<Batch> = Batches::new(bytes.clone()).map(|batch| batch.expect("whole")).collect();
        let shape: Vec<_> = batches
            .iter()
            .map(|batch| (batch.header.base_offset.0, batch.header.attributes.is_control()))
            .collect();
        assert_eq!(shape, [(0, true), (1, false), (3, true)]);
        // Sizes of a real bootstrap.checkpoint's control batches.
        assert_eq!((batches[0].total_bytes(), batches[2].total_bytes()), (83, 75));
        let cut = bytes.slice(..bytes.len() - batches[2].total_bytes());
        assert_eq!(read_snapshot(cut), Err(BatchError::NoFooter));
        let mut bad = bytes.to_vec();
        bad[150] ^= 1;
        assert!(matches!(read_snapshot(Bytes::from(bad)), Err(BatchError::Crc { .. })));
    }

    #[test]
    fn a_leader_change_has_kafkas_size() {
        let batch = leader_change(1, 7);
        assert_eq!(batch.total_bytes(), 91);
        assert_eq!(records_of(&batch), Ok(Vec::new()));
    }

    #[test]
    fn a_large_change_becomes_a_transaction_of_several_batches() {
        let value = Some("x".repeat(30_000));
        let config = ConfigRecord {
            resource_type: 2,
            resource_name: "t".into(),
            name: "c".into(),
            value: value.clone(),
        };
        let records: Vec<Record> = (0..600).map(|_| config.clone().into()).collect();
        let batches = of_records(&records, MetadataVersion::LATEST, 0);
        assert!(batches.len() > 1);
        assert_eq!(batches.iter().map(|batch| batch.header.records_count).sum::<i32>(), 602);
        let read: Vec<Record> =
            batches.iter().flat_map(|batch| records_of(batch).expect("we wrote it")).collect();
        assert!(
            matches!(read[0], Record::BeginTransaction(_)) && matches!(read[601], Record::EndTransaction(_))
        );
        assert_eq!(of_records(&records[..3], MetadataVersion::LATEST, 0).len(), 1);
        assert!(of_records(&[], MetadataVersion::LATEST, 0).is_empty());
    }
}
