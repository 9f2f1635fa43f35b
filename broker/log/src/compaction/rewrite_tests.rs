//! What becomes of batches, one by one.

use super::*;
use crate::compaction::offset_map::LOAD_ONE;
use crate::compaction::transactions::TransactionScan;
use tribunal_wire::batch::{Batch, BatchBuilder, Headers};
use tribunal_wire::types::ProducerId;

const NOW: i64 = 1_700_000_000_000;
const RETENTION: i64 = 1_000;

type Entry = (i64, Option<&'static str>, Option<&'static str>);

fn builder(codec: Codec) -> BatchBuilder {
    BatchBuilder::new(codec, None).base_offset(Offset(100))
}

fn filled(mut builder: BatchBuilder, records: &[Entry]) -> Batch {
    for (time, key, value) in records {
        builder.push(*time, key.map(str::as_bytes), value.map(str::as_bytes), Headers::NONE);
    }
    builder.build()
}

fn marker(kind: u8) -> Batch {
    let mut builder = builder(Codec::None).producer(ProducerId(7), ProducerEpoch(3), -1).transactional();
    builder = builder.control();
    builder.push(NOW, Some(&[0, 0, 0, kind]), Some(&[0; 6]), Headers::NONE);
    builder.build()
}

/// Judges batches with a map that knows of newer offsets of `shadowed`.
struct Bench {
    map: OffsetMap,
    end: Offset,
    now_ms: i64,
    producers: BTreeMap<i64, LastBatches>,
    transactions: TransactionFilter,
}

impl Bench {
    fn new(shadowed: &[&str]) -> Bench {
        let mut map = OffsetMap::new(1 << 12, LOAD_ONE / 2, 100, [3, 4]);
        for key in shadowed {
            map.insert(key.as_bytes(), Offset(500)).expect("there is room");
        }
        Bench {
            map,
            end: Offset(1_000),
            now_ms: NOW,
            producers: BTreeMap::new(),
            transactions: TransactionFilter::default(),
        }
    }

    fn judge(&self, batch: &Batch, keep_batch: bool, may_grow: bool) -> Result<Fate, Malformed> {
        let rules = Rules {
            map: &self.map,
            end: self.end,
            now_ms: self.now_ms,
            delete_retention_ms: RETENTION,
            producers: &self.producers,
        };
        let mut rewriter = Rewriter::new(rules, self.transactions.clone());
        rewriter.judge(&batch.header, &batch.to_bytes(), keep_batch, may_grow)
    }

    fn fate(&self, batch: &Batch) -> Fate {
        self.judge(batch, false, true).expect("the batch is well formed")
    }
}

fn changed(fate: Fate) -> Batch {
    let Fate::Changed(header, mut bytes) = fate else { panic!("the batch changes, and is not {fate:?}") };
    let batch = Batch::split_from(&mut bytes).expect("it is whole");
    assert!(bytes.is_empty() && batch.header == header && batch.crc_is_right());
    batch
}

/// Offset delta, time, key and value of each record.
fn records(batch: &Batch) -> Vec<(i32, i64, Option<String>, Option<String>)> {
    let text = |bytes: Option<&[u8]>| bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let records = batch.records(1 << 20).expect("they can be read");
    let told = |record: Result<tribunal_wire::batch::Record<'_>, _>| {
        let record = record.expect("it is whole");
        let time = batch.header.base_timestamp.wrapping_add(record.timestamp_delta);
        (record.offset_delta, time, text(record.key), text(record.value))
    };
    records.iter().map(told).collect()
}

fn told(delta: i32, time: i64, key: &str, value: Option<&str>) -> (i32, i64, Option<String>, Option<String>) {
    (delta, time, Some(key.to_owned()), value.map(str::to_owned))
}

#[test]
fn what_nothing_shadows_stays_byte_for_byte() {
    let bench = Bench::new(&["other"]);
    let batch = filled(builder(Codec::None), &[(5, Some("a"), Some("1")), (6, Some("b"), Some("2"))]);
    assert_eq!(bench.fate(&batch), Fate::Same);
    let beyond = Bench { end: Offset(100), ..Bench::new(&["a"]) };
    let unkeyed = filled(builder(Codec::None), &[(5, None, Some("1")), (6, Some("a"), Some("2"))]);
    assert_eq!(beyond.fate(&unkeyed), Fate::Same);
}

#[test]
fn shadowed_and_unkeyed_records_go_and_the_others_keep_their_place() {
    let bench = Bench::new(&["a"]);
    let entries: [Entry; 5] = [
        (50, Some("a"), Some("1")),
        (40, Some("b"), Some("2")),
        (90, None, Some("3")),
        (10, Some("c"), Some("4")),
        (60, Some("a"), Some("5")),
    ];
    for codec in [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
        let producer = builder(codec).producer(ProducerId(9), ProducerEpoch(2), 30);
        let batch = filled(producer.leader_epoch(tribunal_wire::types::LeaderEpoch(4)), &entries);
        let found = changed(bench.fate(&batch));
        assert_eq!(records(&found), [told(1, 40, "b", Some("2")), told(3, 10, "c", Some("4"))]);
        let expected = BatchHeader {
            length: found.header.length,
            crc: found.header.crc,
            max_timestamp: 40,
            records_count: 2,
            ..batch.header
        };
        assert_eq!(found.header, expected, "{codec:?}");
    }
}

#[test]
fn tombstones_get_a_horizon_and_go_once_it_has_passed() {
    let mut bench = Bench::new(&["a"]);
    let entries: [Entry; 3] =
        [(50, Some("a"), Some("1")), (NOW - 7, Some("b"), None), (NOW, Some("c"), Some("x"))];
    for codec in [Codec::None, Codec::Zstd] {
        bench.now_ms = NOW;
        let batch = filled(builder(codec), &entries);
        let marked = changed(bench.fate(&batch));
        assert_eq!(marked.header.delete_horizon_ms(), Some(NOW + RETENTION));
        assert_eq!(records(&marked), [told(1, NOW - 7, "b", None), told(2, NOW, "c", Some("x"))]);
        assert_eq!((marked.header.max_timestamp, marked.header.last_offset_delta), (NOW, 2));
        for (now, fate) in [(NOW + 1, Fate::Same), (NOW + RETENTION - 1, Fate::Same)] {
            bench.now_ms = now;
            assert_eq!(bench.fate(&marked), fate);
        }
        bench.now_ms = NOW + RETENTION;
        let rest = changed(bench.fate(&marked));
        assert_eq!(records(&rest), [told(2, NOW, "c", Some("x"))]);
        assert_eq!(rest.header.delete_horizon_ms(), Some(NOW + RETENTION));
    }
    // A tombstone that is shadowed goes at once, and gives no horizon.
    let batch = filled(builder(Codec::None), &[(1, Some("a"), None), (2, Some("b"), Some("1"))]);
    assert_eq!(changed(bench.fate(&batch)).header.delete_horizon_ms(), None);
    // Where there is no room for longer deltas the horizon waits.
    let batch = filled(builder(Codec::None), &[(1, Some("b"), None)]);
    assert_eq!(bench.judge(&batch, false, false), Ok(Fate::Same));
}

#[test]
fn records_behind_the_end_of_the_map_stay() {
    let bench = Bench { end: Offset(102), ..Bench::new(&["a"]) };
    let entries: [Entry; 4] =
        [(1, Some("a"), Some("1")), (2, Some("b"), None), (3, Some("a"), None), (4, None, Some("4"))];
    let found = changed(bench.fate(&filled(builder(Codec::None), &entries)));
    assert_eq!(found.header.delete_horizon_ms(), None);
    let deltas: Vec<i32> = records(&found).iter().map(|record| record.0).collect();
    assert_eq!(deltas, [1, 2, 3]);
}

#[test]
fn empty_batches_stay_for_the_sake_of_their_producer_or_their_place() {
    let mut bench = Bench::new(&["a"]);
    let producer = |codec| builder(codec).producer(ProducerId(9), ProducerEpoch(2), i32::MAX);
    let batch = filled(producer(Codec::Lz4), &[(5, Some("a"), Some("1")), (9, Some("a"), None)]);
    assert_eq!(bench.fate(&batch), Fate::Gone);
    let kept = changed(bench.judge(&batch, true, true).expect("it is well formed"));
    assert_eq!(kept.total_bytes(), HEADER_BYTES);
    let expected = BatchHeader {
        length: kept.header.length,
        crc: kept.header.crc,
        attributes: batch.header.attributes.with_codec(Codec::None),
        base_timestamp: -1,
        records_count: 0,
        ..batch.header
    };
    assert_eq!(kept.header, expected);
    assert_eq!(kept.header.last_sequence(), batch.header.last_sequence());
    for (offsets, fate) in [
        ([Some(Offset(101)), None], Some(&kept)),
        ([Some(Offset(900)), Some(Offset(101))], Some(&kept)),
        ([Some(Offset(900)), Some(Offset(800))], None),
    ] {
        bench.producers.insert(9, LastBatches { offsets, epoch: ProducerEpoch(2) });
        match fate {
            Some(kept) => assert_eq!(changed(bench.fate(&batch)), *kept),
            None => assert_eq!(bench.fate(&batch), Fate::Gone),
        }
        let again = if fate.is_some() { Fate::Same } else { Fate::Gone };
        assert_eq!(bench.fate(&kept), again);
    }
}

#[test]
fn markers_stay_until_their_transaction_is_gone_and_their_horizon_has_passed() {
    let mut bench = Bench::new(&["\0\0\0\0", "\0\0\0\u{1}"]);
    for kind in [0, 1] {
        bench.now_ms = NOW;
        let marked = changed(bench.fate(&marker(kind)));
        assert_eq!(marked.header.delete_horizon_ms(), Some(NOW + RETENTION));
        assert!(marked.header.attributes.is_control() && marked.header.records_count == 1);
        assert_eq!(bench.fate(&marked), Fate::Same);
        bench.now_ms = NOW + RETENTION;
        assert_eq!(bench.fate(&marked), Fate::Gone);
        // A producer that has written nothing else is known by its marker.
        let live = LastBatches { offsets: [None; 2], epoch: ProducerEpoch(3) };
        bench.producers.insert(7, live);
        assert_eq!(changed(bench.fate(&marked)).header.records_count, 0);
        bench.producers.insert(7, LastBatches { epoch: ProducerEpoch(4), ..live });
        assert_eq!(bench.fate(&marked), Fate::Gone);
    }
    // What is no end of a transaction is never judged.
    assert_eq!(bench.fate(&marker(2)), Fate::Same);
}

#[test]
fn aborted_records_go_at_once_and_their_marker_later() {
    let mut bench = Bench::new(&[]);
    let transactional = builder(Codec::None).producer(ProducerId(7), ProducerEpoch(3), 0).transactional();
    let batch = filled(transactional, &[(5, Some("a"), Some("1"))]);
    let mut scan = TransactionScan::default();
    scan.batch(&batch.header, None);
    scan.batch(&marker(0).header, Some(Marker::Abort));
    bench.transactions = TransactionFilter::new(scan.into_aborted());
    assert_eq!(bench.fate(&batch), Fate::Gone);
    bench.transactions.is_aborted(&batch.header);
    assert_eq!(bench.fate(&marker(0)), Fate::Same);
}

#[test]
fn log_append_times_stay_with_their_batch() {
    let bench = Bench::new(&["a"]);
    let stamped = builder(Codec::None).timestamp_type(TimestampType::LogAppendTime);
    let mut batch =
        filled(stamped, &[(1, Some("a"), Some("1")), (2, Some("b"), Some("2")), (3, Some("c"), None)]);
    batch.header.max_timestamp = NOW;
    batch.seal();
    let found = changed(bench.fate(&batch));
    assert_eq!((found.header.max_timestamp, found.header.records_count), (NOW, 2));
    assert_eq!(found.header.attributes.timestamp_type(), TimestampType::LogAppendTime);
}

#[test]
fn batches_that_contradict_themselves_are_not_judged() {
    let bench = Bench::new(&["a"]);
    let good = filled(builder(Codec::None), &[(5, Some("a"), Some("1")), (9, Some("a"), None)]);
    let mut spoil = vec![good.clone(), good.clone(), good.clone()];
    spoil[0].header.records_count = 3;
    spoil[1].header.last_offset_delta = 0;
    spoil[2].header.records_count = -1;
    let mut codec = good;
    codec.header.attributes = codec.header.attributes.with_codec(Codec::Zstd);
    spoil.push(codec);
    for mut batch in spoil {
        batch.seal();
        assert_eq!(bench.judge(&batch, false, true), Err(Malformed), "{:?}", batch.header);
    }
}
