//! Producer state against the table of its header, against a model, and through its snapshot.

use super::*;
use proptest::prelude::*;
use tribunal_wire::batch::{Batch, BatchBuilder, Headers};
use tribunal_wire::compression::Codec;

fn batch(id: i64, epoch: i16, sequence: i32, records: i32, base_offset: i64) -> BatchHeader {
    let mut builder = BatchBuilder::new(Codec::None, None)
        .producer(ProducerId(id), ProducerEpoch(epoch), sequence)
        .base_offset(Offset(base_offset));
    for record in 0..records {
        builder.push(1000 + i64::from(record), None, Some(b"v"), Headers::NONE);
    }
    let batch: Batch = builder.build();
    batch.header
}

fn written(batches: &[BatchHeader]) -> Producers {
    let mut producers = Producers::default();
    for header in batches {
        producers.apply(header, None);
    }
    producers
}

#[test]
fn the_table_holds() {
    use SequenceVerdict as Verdict;
    let producers = written(&[batch(1, 3, 0, 2, 0), batch(1, 3, 2, 3, 2)]);
    let judge = |epoch, sequence, records| producers.judge(&batch(1, epoch, sequence, records, 0), false);
    assert_eq!(judge(3, 5, 1), Verdict::Next);
    assert_eq!(judge(3, 6, 1), Verdict::OutOfOrder);
    assert_eq!(judge(3, 4, 1), Verdict::OutOfOrder);
    assert!(matches!(judge(3, 0, 2), Verdict::Duplicate(old) if old.first_offset() == Offset(0)));
    assert!(matches!(judge(3, 2, 3), Verdict::Duplicate(old) if old.first_offset() == Offset(2)));
    assert_eq!(judge(3, 2, 2), Verdict::OutOfOrder);
    assert_eq!(judge(2, 5, 1), Verdict::OldEpoch);
    assert_eq!(judge(4, 0, 1), Verdict::Next);
    assert_eq!(judge(4, 5, 1), Verdict::OutOfOrder);
}

#[test]
fn unknown_producers_start_at_zero_only_where_nothing_was_written() {
    let producers = Producers::default();
    assert_eq!(producers.judge(&batch(9, 0, 7, 1, 0), false), SequenceVerdict::Next);
    assert_eq!(producers.judge(&batch(9, 0, 7, 1, 0), true), SequenceVerdict::OutOfOrder);
    assert_eq!(producers.judge(&batch(9, 0, 0, 1, 0), true), SequenceVerdict::Next);
    assert_eq!(producers.judge(&batch(-1, -1, -1, 1, 0), true), SequenceVerdict::Next);
}

#[test]
fn sequences_wrap_inside_and_between_batches() {
    let first = batch(1, 0, i32::MAX - 1, 3, 0);
    assert_eq!(first.last_sequence(), 0);
    let producers = written(&[first]);
    assert_eq!(producers.judge(&batch(1, 0, 1, 1, 0), false), SequenceVerdict::Next);
    assert!(matches!(producers.judge(&first, false), SequenceVerdict::Duplicate(_)));
    let producers = written(&[batch(1, 0, i32::MAX, 1, 0)]);
    assert_eq!(producers.judge(&batch(1, 0, 0, 1, 0), false), SequenceVerdict::Next);
}

#[test]
fn what_kafka_wrote_reads_back() {
    // Taken from a producer snapshot of Apache Kafka 4.3.1: version, CRC, one entry.
    let mut bytes = Producers::default().encode_snapshot();
    assert_eq!(bytes.len(), 10);
    bytes[9] = 1;
    bytes.extend_from_slice(&[0; 8]);
    bytes.extend_from_slice(&[0, 0, 0, 0, 0x09, 0xc3, 0, 0, 0, 0, 0, 0, 0x09, 0xc3, 0, 0, 0, 0]);
    bytes.extend_from_slice(&[0, 0, 0x01, 0xa2, 0x04, 0xca, 0xb7, 0x31]);
    bytes.extend_from_slice(&[0xff; 12]);
    let crc = crc_fast::crc32_iscsi(&bytes[6..]);
    bytes[2..6].copy_from_slice(&crc.to_be_bytes());
    let producers = Producers::parse_snapshot(&bytes).expect("it is Kafka's");
    let (id, state) = producers.iter().next().expect("one producer");
    assert_eq!((id, state.epoch, state.transaction_start), (ProducerId(0), ProducerEpoch(0), None));
    assert_eq!(state.last().map(|last| (last.last_sequence, last.last_offset)), Some((0x9c3, Offset(0x9c3))));
    assert_eq!(producers.encode_snapshot(), bytes);
}

proptest! {
    /// A producer that numbers correctly and repeats one of its last five batches is always told the old
    /// offset; anything else that it repeats is out of order; undoing gives back what was.
    #[test]
    fn the_window_is_five(
        start in prop_oneof![Just(0), Just(i32::MAX - 20), 0..1000i32],
        sizes in prop::collection::vec(1..6i32, 1..20),
        flip in 2..400usize,
    ) {
        let mut producers = Producers::default();
        let mut history: Vec<BatchHeader> = Vec::new();
        let (mut sequence, mut offset) = (Sequence(start), 0);
        for size in sizes {
            let header = batch(5, 0, sequence.0, size, offset);
            prop_assert_eq!(producers.judge(&header, false), SequenceVerdict::Next);
            let before = producers.clone();
            let undo = producers.apply(&header, None).undo.expect("it has a producer");
            let after = producers.clone();
            producers.undo(&undo);
            prop_assert_eq!(&producers, &before);
            producers = after;
            history.push(header);
            sequence = sequence.plus(size);
            offset += i64::from(size);
            for (age, old) in history.iter().rev().enumerate() {
                let verdict = producers.judge(old, false);
                if age < PRODUCER_WINDOW_BATCHES {
                    prop_assert!(matches!(verdict, SequenceVerdict::Duplicate(batch)
                        if batch.first_offset() == old.base_offset));
                } else {
                    prop_assert_eq!(verdict, SequenceVerdict::OutOfOrder);
                }
            }
        }
        let bytes = producers.encode_snapshot();
        let mut read = Producers::parse_snapshot(&bytes).expect("it was just written");
        read.refill_windows(&producers);
        prop_assert_eq!(&read, &producers);
        let mut damaged = bytes.clone();
        let at = flip % bytes.len();
        damaged[at] ^= 0x40;
        prop_assert_eq!(Producers::parse_snapshot(&damaged), None);
        prop_assert_eq!(Producers::parse_snapshot(&bytes[..bytes.len() - 1]), None);
    }
}

#[test]
fn silent_producers_expire_unless_a_transaction_is_open() {
    let mut producers = written(&[batch(1, 0, 0, 2, 0), batch(2, 0, 0, 5, 2), batch(3, 0, 0, 1, 7)]);
    producers.states.get_mut(&3).expect("it has written").transaction_start = Some(Offset(7));
    // Their newest timestamps are 1001, 1004 and 1000.
    assert_eq!((producers.expire(1100, 100), producers.states.len()), (0, 3));
    assert_eq!((producers.expire(1101, 100), producers.states.len()), (1, 2));
    assert_eq!((producers.expire(i64::MAX, 100), producers.states.len()), (1, 1));
    assert_eq!(producers.judge(&batch(1, 0, 9, 1, 0), false), SequenceVerdict::Next);
}
