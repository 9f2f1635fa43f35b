//! Batches: round trips, damage, and each row of the validation table.

use super::*;
use crate::compression::Codec;
use crate::types::{ProducerEpoch, ProducerId};
use proptest::prelude::*;

const NOW_MS: i64 = 1_700_000_000_000;

type OwnedHeaders = Vec<(Vec<u8>, Option<Vec<u8>>)>;

#[derive(Debug, Clone)]
struct OwnedRecord {
    timestamp: i64,
    key: Option<Vec<u8>>,
    value: Option<Vec<u8>>,
    headers: OwnedHeaders,
}

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..most)
}

fn record() -> impl Strategy<Value = OwnedRecord> {
    let headers = prop::collection::vec((bytes(8), prop::option::of(bytes(8))), 0..4);
    (-1000..1000i64, prop::option::of(bytes(40)), prop::option::of(bytes(200)), headers).prop_map(
        |(delta, key, value, headers)| OwnedRecord { timestamp: NOW_MS + delta, key, value, headers },
    )
}

fn borrow(headers: &OwnedHeaders) -> Vec<Header<'_>> {
    headers.iter().map(|(key, value)| Header { key, value: value.as_deref() }).collect()
}

fn build(codec: Codec, records: &[OwnedRecord]) -> Batch {
    let mut builder = BatchBuilder::new(codec, None).producer(ProducerId(7), ProducerEpoch(1), 40);
    for record in records {
        let headers = borrow(&record.headers);
        builder.push(
            record.timestamp,
            record.key.as_deref(),
            record.value.as_deref(),
            headers.iter().copied(),
        );
    }
    builder.build()
}

fn simple(codec: Codec) -> Batch {
    let mut builder = BatchBuilder::new(codec, None);
    for index in 0..3u8 {
        builder.push(NOW_MS + i64::from(index), Some(&[index]), Some(b"value"), Headers::NONE);
    }
    builder.build()
}

fn rules() -> ValidationRules {
    ValidationRules {
        max_message_bytes: 1 << 20,
        segment_bytes: 1 << 30,
        decompressed_bytes_max: 1 << 20,
        zstd_allowed: true,
        compacted: false,
        timestamp_type: TimestampType::CreateTime,
        timestamp_before_max_ms: i64::MAX,
        timestamp_after_max_ms: 3_600_000,
        compression: Compression::Producer,
        now_ms: NOW_MS,
    }
}

/// `change` damages a good batch; the rejection must be `reason`.
fn check(reason: RejectionReason, rules: &ValidationRules, change: impl FnOnce(&mut Batch)) {
    let mut batch = simple(Codec::None);
    change(&mut batch);
    batch.seal();
    let rejection = validate_client_batch(&batch.to_bytes(), rules).expect_err("the batch is bad");
    assert_eq!(rejection.reason, reason);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn built_batches_read_back(
        records in prop::collection::vec(record(), 1..20),
        codec in prop::sample::select(&Codec::ALL[..]),
    ) {
        let batch = build(codec, &records);
        let encoded = batch.to_bytes();
        prop_assert_eq!(batch.header.crc, crc32c::crc32c(&encoded[21..]));
        prop_assert_eq!(crc_of_encoded(&encoded), batch.computed_crc());
        let read: Vec<_> = Batches::new(encoded).collect();
        prop_assert_eq!(&read, &vec![Ok(batch.clone())]);
        let opened = batch.records(1 << 20).expect("it was just built");
        prop_assert_eq!(opened.iter().count(), records.len());
        for (index, (record, owned)) in opened.iter().zip(&records).enumerate() {
            let record = record.expect("it was just built");
            prop_assert_eq!(record.offset_delta as usize, index);
            prop_assert_eq!(batch.header.base_timestamp + record.timestamp_delta, owned.timestamp);
            prop_assert_eq!(record.key, owned.key.as_deref());
            prop_assert_eq!(record.value, owned.value.as_deref());
            prop_assert_eq!(record.headers.collect::<Vec<_>>(), borrow(&owned.headers));
        }
        let valid = validate_client_batch(&batch.to_bytes(), &rules()).expect("a good batch passes");
        prop_assert_eq!(valid.batch, batch);
    }

    #[test]
    fn placing_a_batch_keeps_its_crc(base in 0..i64::MAX / 2, epoch in 0..i32::MAX) {
        let mut batch = simple(Codec::Lz4);
        batch.place(Offset(base), LeaderEpoch(epoch));
        prop_assert!(batch.crc_is_right());
        let read = Batch::split_from(&mut batch.to_bytes()).expect("whole");
        prop_assert_eq!(read.header.base_offset, Offset(base));
        prop_assert_eq!(read.header.partition_leader_epoch, LeaderEpoch(epoch));
    }

    #[test]
    fn recompression_changes_the_codec_alone(
        records in prop::collection::vec(record(), 1..20),
        from in prop::sample::select(&Codec::ALL[..]),
        to in prop::sample::select(&Codec::ALL[..]),
    ) {
        let batch = build(from, &records);
        let rules = ValidationRules { compression: Compression::Fixed(to, None), ..rules() };
        let valid = validate_client_batch(&batch.to_bytes(), &rules).expect("a good batch passes").batch;
        prop_assert!(valid.crc_is_right());
        prop_assert_eq!(valid.header.attributes.codec(), Some(to));
        prop_assert_eq!(valid.header.base_sequence, 40);
        let before = batch.records(1 << 20).expect("it was just built");
        let after = valid.records(1 << 20).expect("it was just built");
        prop_assert_eq!(before.iter().collect::<Vec<_>>(), after.iter().collect::<Vec<_>>());
    }

    #[test]
    fn any_damage_is_seen(at in any::<prop::sample::Index>(), flip in 1..=255u8) {
        let batch = simple(Codec::None);
        let mut damaged = batch.to_bytes().to_vec();
        let at = at.index(damaged.len());
        damaged[at] ^= flip;
        match validate_client_batch(&Bytes::from(damaged), &rules()) {
            // The leader writes its own epoch over the producer's, so that damage there harms nobody.
            Ok(valid) => prop_assert!((12..16).contains(&at), "{:?}", valid),
            Err(rejection) => prop_assert!([2, 10, 18, 87].contains(&rejection.error_code())),
        }
    }

    #[test]
    fn nothing_panics_on_sealed_nonsense(
        payload in bytes(300),
        counts in any::<(i32, i32)>(),
        attributes in any::<i16>(),
        times in any::<(i64, i64)>(),
    ) {
        let mut batch = simple(Codec::None);
        batch.payload = Bytes::from(payload);
        batch.header.records_count = if counts.0 % 2 == 0 { counts.0 } else { counts.0 % 5 };
        batch.header.last_offset_delta =
            if counts.1 % 2 == 0 { counts.1 } else { batch.header.records_count.wrapping_sub(1) };
        batch.header.attributes = Attributes(attributes);
        batch.header.base_timestamp = times.0;
        batch.header.max_timestamp = times.1;
        batch.seal();
        let _judged = validate_client_batch(&batch.to_bytes(), &rules());
        if let Ok(records) = batch.records(1000) {
            let _read = records.iter().count();
        }
    }

    #[test]
    fn noise_never_panics(noise in bytes(200)) {
        let noise = Bytes::from(noise);
        let _judged = validate_client_batch(&noise, &rules());
        let _counted = Batches::new(noise.clone()).count();
        let _declared = declared_bytes(&noise);
    }
}

#[test]
fn a_blob_of_several_batches_ends_with_its_torn_tail() {
    let first = simple(Codec::None);
    let mut second = simple(Codec::Gzip);
    second.place(Offset(3), LeaderEpoch(2));
    let mut blob = BytesMut::new();
    blob.extend_from_slice(&first.to_bytes());
    blob.extend_from_slice(&second.to_bytes());
    blob.extend_from_slice(&first.to_bytes()[..70]);
    let read: Vec<_> = Batches::new(blob.freeze()).collect();
    assert_eq!(read, [Ok(first), Ok(second), Err(MalformedBatch::Incomplete)]);
}

#[test]
fn each_row_of_the_table_has_its_answer() {
    use RejectionReason as Reason;
    let rules = rules();
    check(Reason::BaseOffset, &rules, |batch| batch.header.base_offset = Offset(1));
    check(Reason::Counts, &rules, |batch| batch.header.records_count = 4);
    check(Reason::Counts, &rules, |batch| {
        batch.header.records_count = 4;
        batch.header.last_offset_delta = 3;
    });
    check(Reason::Counts, &rules, |batch| {
        batch.header.records_count = 2;
        batch.header.last_offset_delta = 1;
    });
    check(Reason::Counts, &rules, |batch| {
        batch.header.records_count = 0;
        batch.header.last_offset_delta = -1;
    });
    check(Reason::Control, &rules, |batch| {
        batch.header.attributes = batch.header.attributes.with_control(true);
    });
    check(Reason::NoSequence, &rules, |batch| batch.header.producer_id = ProducerId(1));
    check(Reason::NoSequence, &rules, |batch| {
        batch.header.attributes = batch.header.attributes.with_transactional(true);
    });
    check(Reason::Codec, &rules, |batch| batch.header.attributes = Attributes(5));
    check(Reason::Codec, &ValidationRules { zstd_allowed: false, ..rules }, |batch| {
        *batch = simple(Codec::Zstd);
    });
    check(Reason::LogAppendTimeBit, &rules, |batch| {
        batch.header.attributes = batch.header.attributes.with_timestamp_type(TimestampType::LogAppendTime);
    });
    check(Reason::Timestamp, &rules, |batch| batch.header.base_timestamp += 3_600_001);
    check(Reason::Timestamp, &ValidationRules { timestamp_before_max_ms: 10, ..rules }, |batch| {
        batch.header.base_timestamp -= 12;
    });
    check(Reason::TooLarge, &ValidationRules { max_message_bytes: 70, ..rules }, |_| {});
    check(Reason::LargerThanSegment, &ValidationRules { segment_bytes: 70, ..rules }, |_| {});
    check(Reason::Bomb, &ValidationRules { decompressed_bytes_max: 10, ..rules }, |batch| {
        *batch = simple(Codec::Gzip);
    });
    check(Reason::Records, &rules, |batch| {
        batch.payload = Bytes::from_static(&[2, 0]);
        batch.header.records_count = 1;
        batch.header.last_offset_delta = 0;
    });
}

#[test]
fn frames_that_are_no_batch_are_refused() {
    use RejectionReason as Reason;
    let refuse = |bytes: Vec<u8>| {
        validate_client_batch(&Bytes::from(bytes), &rules()).expect_err("no single good batch").reason
    };
    let good = simple(Codec::None).to_bytes().to_vec();
    assert_eq!(refuse(Vec::new()), Reason::NotOneBatch);
    assert_eq!(refuse([good.clone(), good.clone()].concat()), Reason::NotOneBatch);
    assert_eq!(refuse([good.clone(), vec![0; 5]].concat()), Reason::Torn);
    assert_eq!(refuse(good[..good.len() - 1].to_vec()), Reason::Torn);
    let mut old = good.clone();
    old[16] = 1;
    assert_eq!(refuse(old), Reason::OldFormat);
    let mut newer = good.clone();
    newer[16] = 3;
    assert_eq!(refuse(newer), Reason::OldFormat);
    let mut flipped = good;
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    assert_eq!(refuse(flipped), Reason::Crc);
}

#[test]
fn compacted_topics_name_the_records_without_key() {
    let mut builder = BatchBuilder::new(Codec::None, None);
    for key in [Some(&b"k"[..]), None, Some(b"k"), None] {
        builder.push(NOW_MS, key, None, Headers::NONE);
    }
    let rules = ValidationRules { compacted: true, ..rules() };
    let rejection = validate_client_batch(&builder.build().to_bytes(), &rules).expect_err("keys miss");
    assert_eq!(rejection, Rejection { reason: RejectionReason::NoKey, records: vec![1, 3] });
    assert_eq!(rejection.error_code(), 87);
}

#[test]
fn log_append_time_stamps_and_seals() {
    let rules = ValidationRules { timestamp_type: TimestampType::LogAppendTime, ..rules() };
    let mut old = simple(Codec::Zstd);
    old.header.base_timestamp = 5;
    old.seal();
    let valid = validate_client_batch(&old.to_bytes(), &rules).expect("the producer's clock is not asked");
    assert!(valid.log_append_time && valid.batch.crc_is_right());
    assert_eq!(valid.batch.header.max_timestamp, NOW_MS);
    assert_eq!(valid.batch.header.attributes.timestamp_type(), TimestampType::LogAppendTime);
    assert_eq!(valid.batch.payload, old.payload);
}

#[test]
fn a_max_timestamp_that_lies_is_mended() {
    let honest = simple(Codec::None);
    let mut lying = honest.clone();
    lying.header.max_timestamp += 77;
    lying.seal();
    let valid = validate_client_batch(&lying.to_bytes(), &rules()).expect("mended, not refused");
    assert_eq!(valid.batch, honest);
}

#[test]
fn wrong_offset_deltas_are_renumbered() {
    let good = simple(Codec::None);
    let mut wrong = good.clone();
    let mut payload = good.payload.to_vec();
    // Length, attributes, timestamp delta, then the first record's offset delta: zigzag 5 for 0.
    assert_eq!(payload[3], 0);
    payload[3] = 10;
    wrong.payload = Bytes::from(payload);
    wrong.seal();
    let valid = validate_client_batch(&wrong.to_bytes(), &rules()).expect("renumbered, not refused");
    assert_eq!(valid.batch, good);
}
