//! The batch validator and the readers of batches and records.
//!
//! The first byte chooses the rules, and whether the bytes get a right length and CRC first: without that, hardly any
//! input would come past the checksum. What validation accepts must be readable to its last record.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use tribunal_wire::batch::{Batch, Batches, Compression, TimestampType, ValidationRules, validate_client_batch};
use tribunal_wire::batch::{BatchHeader, HEADER_BYTES};
use tribunal_wire::compression::Codec;

const DECOMPRESSED_BYTES_MAX: usize = 1 << 20;

fn rules(choice: u8) -> ValidationRules {
    ValidationRules {
        max_message_bytes: 1 << 20,
        segment_bytes: 1 << 20,
        decompressed_bytes_max: DECOMPRESSED_BYTES_MAX,
        zstd_allowed: choice & 2 == 0,
        compacted: choice & 4 != 0,
        timestamp_type: if choice & 8 == 0 { TimestampType::CreateTime } else { TimestampType::LogAppendTime },
        timestamp_before_max_ms: i64::MAX,
        timestamp_after_max_ms: i64::MAX,
        compression: match choice >> 4 & 3 {
            0 => Compression::Fixed(Codec::None, None),
            1 => Compression::Fixed(Codec::Lz4, None),
            _ => Compression::Producer,
        },
        now_ms: 1_700_000_000_000,
    }
}

/// The bytes as one batch of format v2 with a right length and CRC.
fn sealed(bytes: &[u8]) -> Option<Bytes> {
    let mut bytes = bytes.to_vec();
    let length = i32::try_from(bytes.len().checked_sub(12)?).ok()?;
    bytes.get_mut(8..12)?.copy_from_slice(&length.to_be_bytes());
    *bytes.get_mut(16)? = 2;
    bytes.get_mut(..8)?.fill(0);
    let header = BatchHeader::parse(&bytes).ok()?;
    let mut batch = Batch { header, payload: Bytes::copy_from_slice(bytes.get(HEADER_BYTES..)?) };
    batch.seal();
    Some(batch.to_bytes())
}

fuzz_target!(|input: &[u8]| {
    let [choice, rest @ ..] = input else { return };
    let bytes = if choice & 1 == 0 { sealed(rest) } else { None };
    let bytes = bytes.unwrap_or_else(|| Bytes::copy_from_slice(rest));
    for batch in Batches::new(bytes.clone()).flatten() {
        if let Ok(records) = batch.records(DECOMPRESSED_BYTES_MAX) {
            for record in records.iter().map_while(Result::ok) {
                for header in record.headers {
                    let _ = header;
                }
            }
        }
    }
    if let Ok(valid) = validate_client_batch(&bytes, &rules(*choice)) {
        assert!(valid.batch.crc_is_right());
        let records = valid.batch.records(DECOMPRESSED_BYTES_MAX).expect("validation opened it");
        let count = records.iter().map(|record| record.expect("validation read it")).count();
        assert_eq!(i32::try_from(count), Ok(valid.batch.header.records_count));
    }
});
