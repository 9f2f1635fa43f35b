//! The records of one batch against its header.

use crate::limits::LOOKUP_DECOMPRESSED_BYTES_MAX;
use bytes::Bytes;
use tribunal_wire::batch::{Batch, BatchHeader, MalformedRecords, TimestampType};
use tribunal_wire::compression::DecompressError;

/// Bytes to which a batch may grow while its records are looked at: as in a broker.
#[must_use]
pub fn decompressed_bytes_max() -> usize {
    LOOKUP_DECOMPRESSED_BYTES_MAX
}

/// What is wrong with the records of a batch that is whole and has the right CRC.
pub(super) fn judge(header: &BatchHeader, bytes: &Bytes) -> Result<(), String> {
    let mut rest = bytes.clone();
    let batch = Batch::split_from(&mut rest).map_err(|error| format!("it does not parse: {error:?}"))?;
    let records = batch.records(LOOKUP_DECOMPRESSED_BYTES_MAX).map_err(|error| sentence(&error))?;
    let (mut count, mut last) = (0, -1);
    let mut latest = None;
    for record in &records {
        let record = record.map_err(|error| sentence(&error))?;
        if record.offset_delta <= last || record.offset_delta > header.last_offset_delta {
            return Err(format!(
                "record {count} has the offset delta {} behind {last}, in a batch that ends at delta {}",
                record.offset_delta, header.last_offset_delta
            ));
        }
        last = record.offset_delta;
        count += 1;
        latest = latest.max(Some(header.base_timestamp.wrapping_add(record.timestamp_delta)));
    }
    if count != header.records_count {
        return Err(format!("the header counts {} records, and there are {count}", header.records_count));
    }
    let create_time = header.attributes.timestamp_type() == TimestampType::CreateTime;
    match latest {
        Some(latest) if create_time && latest > header.max_timestamp => Err(format!(
            "a record has the timestamp {latest}, later than the batch's max timestamp {}",
            header.max_timestamp
        )),
        _ => Ok(()),
    }
}

fn sentence(error: &MalformedRecords) -> String {
    match error {
        MalformedRecords::UnknownCodec => "its attributes name no compression codec".to_owned(),
        MalformedRecords::Decompress(DecompressError::Malformed) => {
            "its records cannot be decompressed".to_owned()
        }
        MalformedRecords::Decompress(DecompressError::TooLarge) => {
            format!("its records would grow past {LOOKUP_DECOMPRESSED_BYTES_MAX} bytes when decompressed")
        }
        MalformedRecords::Record(index) => format!("record {index} does not fit its own length"),
        MalformedRecords::Missing => "there are fewer records than the header counts".to_owned(),
        MalformedRecords::Surplus => "bytes follow the last record that the header counts".to_owned(),
    }
}
