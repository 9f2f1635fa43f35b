//! Batches that real clients sent, as Apache Kafka 4.3.1 stored them: each is read, and passes validation once it
//! is put back into the form in which a producer sends it.
//!
//! `batches/<client>-<codec>.batch` is one batch cut out of a segment file: kafka-clients 4.3.1 (java), librdkafka,
//! kafkajs, aiokafka and franz-go, each with its own idea of the codecs' framing.

use bytes::Bytes;
use tribunal_wire::batch::{
    Attributes, Batch, Batches, Compression, TimestampType, ValidationRules, validate_client_batch,
};
use tribunal_wire::compression::Codec;
use tribunal_wire::types::{LeaderEpoch, Offset};

macro_rules! stored {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_bytes!(concat!("batches/", $name, ".batch")).as_slice())),+]
    };
}

const RULES: ValidationRules = ValidationRules {
    max_message_bytes: 1 << 20,
    segment_bytes: 1 << 30,
    decompressed_bytes_max: 1 << 20,
    zstd_allowed: true,
    compacted: false,
    timestamp_type: TimestampType::CreateTime,
    timestamp_before_max_ms: i64::MAX,
    timestamp_after_max_ms: i64::MAX,
    compression: Compression::Producer,
    now_ms: 0,
};

#[test]
fn what_clients_sent_is_understood() {
    let all = stored![
        "aiokafka-gzip",
        "aiokafka-lz4",
        "aiokafka-snappy",
        "aiokafka-zstd",
        "franz-go-snappy",
        "java-gzip",
        "java-lz4",
        "java-none",
        "java-snappy",
        "java-zstd",
        "librdkafka-gzip",
        "librdkafka-lz4",
        "librdkafka-none",
        "librdkafka-snappy",
        "librdkafka-zstd",
    ];
    for (name, bytes) in all {
        let bytes = Bytes::from_static(bytes);
        let batches: Vec<Batch> =
            Batches::new(bytes.clone()).map(|batch| batch.expect("it was stored whole")).collect();
        let [batch] = &batches[..] else { panic!("{name} is not one batch") };
        assert_eq!(batch.to_bytes(), bytes, "{name} does not encode to itself");
        assert!(batch.crc_is_right(), "{name}");
        let codec = batch.header.attributes.codec().expect("a known codec");
        assert!(name.ends_with(codec.name()), "{name} says {codec:?}");
        let records = batch.records(1 << 20).expect("it can be opened");
        for (index, record) in records.iter().enumerate() {
            let record = record.unwrap_or_else(|error| panic!("{name}, record {index}: {error:?}"));
            assert_eq!(record.offset_delta as usize, index, "{name}");
        }
        check_as_sent(name, batch);
    }
}

/// A producer's batch has offset 0 and no epoch; LogAppendTime is the broker's doing.
fn check_as_sent(name: &str, batch: &Batch) {
    let mut sent = batch.clone();
    sent.place(Offset::ZERO, LeaderEpoch(-1));
    assert!(sent.crc_is_right(), "{name}: the CRC covers neither");
    let attributes: Attributes = sent.header.attributes;
    assert_eq!(attributes.timestamp_type(), TimestampType::CreateTime, "{name}");
    let valid = validate_client_batch(&sent.to_bytes(), &RULES)
        .unwrap_or_else(|rejection| panic!("{name} is refused: {rejection:?}"));
    assert_eq!(valid.batch, sent, "{name} is changed");
    for codec in Codec::ALL {
        let rules = ValidationRules { compression: Compression::Fixed(codec, None), ..RULES };
        let packed = validate_client_batch(&sent.to_bytes(), &rules).expect("it was valid before").batch;
        let (before, after) = (sent.records(1 << 20), packed.records(1 << 20));
        let (before, after) = (before.expect("it opens"), after.expect("it was just packed"));
        assert!(before.iter().eq(after.iter()), "{name} to {codec:?}");
    }
}
