//! What one request costs before and after the log: decoding, validation, checksums, encoding.

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::{hint::black_box, time::Duration};
use tribunal_wire::{
    batch::{
        Batch, BatchBuilder, Compression, TimestampType, ValidationRules, crc_of_encoded,
        validate_client_batch,
    },
    compression::Codec,
    frame::{RequestFrame, decode_response, encode_request, encode_response},
    message::{FetchRequest, FetchResponse, ProduceRequest, RequestHeader, fetch, produce},
};

const NOW_MS: i64 = 1_700_000_000_000;
const FETCH_VERSION: i16 = 12;
const PRODUCE_VERSION: i16 = 12;

fn batch(records: usize, record_bytes: usize, codec: Codec) -> Batch {
    let mut builder = BatchBuilder::new(codec, None);
    let value: Vec<u8> = (0..record_bytes).map(|index| (index * 131 % 251) as u8).collect();
    for _ in 0..records {
        builder.push(NOW_MS, None, Some(&value), std::iter::empty());
    }
    builder.build()
}

fn rules() -> ValidationRules {
    ValidationRules {
        max_message_bytes: 1 << 21,
        segment_bytes: 1 << 30,
        decompressed_bytes_max: 1 << 26,
        zstd_allowed: true,
        compacted: false,
        timestamp_type: TimestampType::CreateTime,
        timestamp_before_max_ms: i64::MAX,
        timestamp_after_max_ms: 3_600_000,
        compression: Compression::Producer,
        now_ms: NOW_MS,
    }
}

fn produce_frame(records: Bytes) -> Bytes {
    let header = RequestHeader {
        request_api_key: 0,
        request_api_version: PRODUCE_VERSION,
        correlation_id: 1,
        client_id: Some("bench".to_owned()),
    };
    let request = ProduceRequest {
        acks: -1,
        timeout_ms: 30_000,
        topic_data: vec![produce::TopicProduceData {
            name: "topic".to_owned(),
            partition_data: vec![produce::PartitionProduceData { index: 0, records: Some(records.into()) }],
            ..produce::TopicProduceData::default()
        }],
        ..ProduceRequest::default()
    };
    let pieces = encode_request(&header, &request).expect("the version has all of it");
    Bytes::from(pieces.concat()).slice(4..)
}

fn decode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode produce request");
    for (name, records) in
        [("1 record of 128 B", batch(1, 128, Codec::None)), ("60 of 1 KiB", batch(60, 1024, Codec::None))]
    {
        let frame = produce_frame(records.to_bytes());
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut frame = RequestFrame::parse(frame.clone()).expect("it was just encoded");
                black_box(frame.decode::<ProduceRequest>().expect("it was just encoded"))
            });
        });
    }
    group.finish();
}

fn validate(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("validate a batch");
    let batches = [
        ("1 record of 128 B", batch(1, 128, Codec::None)),
        ("60 of 1 KiB", batch(60, 1024, Codec::None)),
        ("1000 of 100 B", batch(1000, 100, Codec::None)),
        ("60 of 1 KiB, lz4", batch(60, 1024, Codec::Lz4)),
        ("60 of 1 KiB, zstd", batch(60, 1024, Codec::Zstd)),
    ];
    for (name, batch) in batches {
        let records = batch.to_bytes();
        group.throughput(Throughput::Bytes(records.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| validate_client_batch(black_box(&records), &rules()).expect("it is valid"));
        });
    }
    group.finish();
}

fn checksum(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("crc-32c");
    for bytes in [256, 64 * 1024, 1024 * 1024] {
        let data: Vec<u8> = (0..bytes).map(|index| (index * 31 % 251) as u8).collect();
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(format!("{bytes} bytes"), |bencher| {
            bencher.iter(|| crc_of_encoded(black_box(&data)));
        });
    }
    group.finish();
}

fn build(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("build a batch");
    let value = vec![7; 1024];
    group.throughput(Throughput::Elements(60));
    group.bench_function("60 of 1 KiB", |bencher| {
        bencher.iter(|| {
            let mut builder = BatchBuilder::new(Codec::None, None);
            for _ in 0..60 {
                builder.push(NOW_MS, None, Some(black_box(&value)), std::iter::empty());
            }
            black_box(builder.build())
        });
    });
    group.finish();
}

fn fetch_response(records: Bytes) -> FetchResponse {
    FetchResponse {
        responses: vec![fetch::FetchableTopicResponse {
            topic: "topic".to_owned(),
            partitions: vec![fetch::PartitionData {
                high_watermark: 1_000_000,
                last_stable_offset: 1_000_000,
                log_start_offset: 0,
                records: Some(records.into()),
                ..fetch::PartitionData::default()
            }],
            ..fetch::FetchableTopicResponse::default()
        }],
        ..FetchResponse::default()
    }
}

fn fetch(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fetch response");
    for (name, bytes) in [("200 B", 200), ("1 MiB", 1 << 20)] {
        let response = fetch_response(Bytes::from(vec![1; bytes]));
        group.bench_function(format!("encode {name}"), |bencher| {
            bencher.iter(|| {
                encode_response(7, 1, black_box(&response), FETCH_VERSION).expect("it can be written")
            });
        });
        let frame = encode_response(7, 1, &response, FETCH_VERSION).expect("it can be written").concat();
        let frame = Bytes::from(frame).slice(4..);
        group.bench_function(format!("decode {name}"), |bencher| {
            bencher.iter(|| {
                decode_response::<FetchRequest>(frame.clone(), FETCH_VERSION).expect("it was just written")
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(600))
        .without_plots();
    targets = decode, validate, checksum, build, fetch
}
criterion_main!(benches);
