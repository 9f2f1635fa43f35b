//! What answers mean for an assigned partition.

use super::*;
use crate::NodeId;
use tribunal_wire::{
    batch::{BatchBuilder, Headers},
    compression::Codec,
    types::ProducerEpoch,
};

const RULES: Rules = Rules {
    isolation: IsolationLevel::ReadCommitted,
    reset: Some(OffsetSpec::Earliest),
    check_crc: true,
    decompressed_bytes_max: 1 << 20,
};
const BUFFERED_MAX: usize = 100;

fn now() -> Instant {
    Instant::from_nanos(1)
}

fn batch(base: i64, values: &[&str], epoch: i32) -> BatchBuilder {
    let mut builder =
        BatchBuilder::new(Codec::None, None).base_offset(Offset(base)).leader_epoch(LeaderEpoch(epoch));
    for value in values {
        builder.push(7, None, Some(value.as_bytes()), Headers::NONE);
    }
    builder
}

fn fetch(builders: Vec<BatchBuilder>) -> RawFetch {
    let records: Vec<u8> =
        builders.into_iter().flat_map(|builder| builder.build().to_bytes().to_vec()).collect();
    RawFetch {
        node: NodeId(1),
        api_version: 18,
        fetch_offset: Offset(0),
        error_code: 0,
        high_watermark: 10,
        last_stable_offset: 10,
        log_start_offset: 0,
        diverging_epoch: None,
        current_leader: None,
        aborted_transactions: Vec::new(),
        preferred_read_replica: None,
        records: records.into(),
    }
}

fn reading(offset: i64) -> PartitionState {
    let mut state = PartitionState::new(TopicPartition::new("t", 0), OffsetSpec::Earliest);
    state.offset_told(Some(Offset(offset)), 1);
    state
}

fn take(state: &mut PartitionState, count: usize) -> Vec<(i64, String)> {
    let mut records = Vec::new();
    state.take_records(count, &mut records);
    let text = |record: ConsumerRecord| {
        let value = record.value.expect("each has one");
        (record.offset.0, String::from_utf8(value.to_vec()).expect("text"))
    };
    records.into_iter().map(text).collect()
}

#[test]
fn records_before_the_position_are_left_out_and_a_cut_batch_is_waited_for() {
    let mut state = reading(1);
    let mut answer = fetch(vec![batch(0, &["a", "b", "c"], 1), batch(3, &["d"], 1)]);
    answer.records.truncate(answer.records.len() - 1);
    state.fetched(&answer, &RULES);
    assert_eq!(take(&mut state, 1), [(1, "b".to_owned())]);
    assert_eq!(state.position(), Some(Offset(2)));
    assert_eq!(take(&mut state, 9), [(2, "c".to_owned())]);
    assert_eq!(state.question(now(), 1, BUFFERED_MAX), Some(Question::Records { offset: Offset(3) }));
}

#[test]
fn a_grown_epoch_is_validated_and_a_truncation_reported() {
    let mut state = reading(0);
    state.fetched(&fetch(vec![batch(0, &["a", "b", "c"], 1)]), &RULES);
    assert_eq!(take(&mut state, 9).len(), 3);
    assert_eq!(state.question(now(), 2, BUFFERED_MAX), Some(Question::EpochEnd(LeaderEpoch(1))));
    state.epoch_end_told(Some((LeaderEpoch(1), Offset(2))), 2, &RULES);
    let truncation = state.take_truncation().expect("the log was cut");
    assert_eq!((truncation.position, truncation.diverging), (Offset(3), Offset(2)));
    assert_eq!(state.position(), Some(Offset(2)));
    assert_eq!(state.question(now(), 2, BUFFERED_MAX), Some(Question::Records { offset: Offset(2) }));
    // The same without a policy is for the application to decide.
    let mut state = reading(0);
    state.fetched(&fetch(vec![batch(0, &["a", "b", "c"], 1)]), &RULES);
    assert_eq!(take(&mut state, 9).len(), 3);
    let strict = Rules { reset: None, ..RULES };
    state.epoch_end_told(Some((LeaderEpoch(1), Offset(2))), 2, &strict);
    assert_eq!(state.take_failure(), Some(PartitionFailure::LogTruncated { diverging: Offset(2) }));
    assert_eq!(state.question(now(), 2, BUFFERED_MAX), None);
}

#[test]
fn what_was_fetched_and_then_cut_never_comes_out() {
    let mut state = reading(0);
    state.fetched(&fetch(vec![batch(0, &["a", "b", "c"], 1)]), &RULES);
    state.epoch_end_told(Some((LeaderEpoch(1), Offset(1))), 2, &RULES);
    assert_eq!(take(&mut state, 9), [(0, "a".to_owned())]);
    assert_eq!(state.take_truncation(), None, "nothing that came out was cut");
    assert_eq!(state.question(now(), 2, BUFFERED_MAX), Some(Question::Records { offset: Offset(1) }));
}

#[test]
fn out_of_range_follows_the_policy() {
    let mut state = reading(50);
    assert!(!state.refused(ErrorCode::OffsetOutOfRange.code(), &RULES, now()));
    assert_eq!(state.question(now(), 1, BUFFERED_MAX), Some(Question::Offset(OffsetSpec::Earliest)));
    state.offset_told(Some(Offset(60)), 1);
    let reset = state.take_reset().expect("the policy moved it");
    assert_eq!((reset.position, reset.to), (Offset(50), Offset(60)));
    let mut state = reading(50);
    state.refused(ErrorCode::OffsetOutOfRange.code(), &Rules { reset: None, ..RULES }, now());
    assert_eq!(state.take_failure(), Some(PartitionFailure::OffsetOutOfRange));
}

#[test]
fn a_broken_batch_stops_the_partition_where_it_stands() {
    let mut state = reading(0);
    let mut answer = fetch(vec![batch(0, &["a"], 1), batch(1, &["b"], 1)]);
    let mut bytes = answer.records.to_vec();
    *bytes.last_mut().expect("not empty") ^= 1;
    answer.records = bytes.into();
    state.fetched(&answer, &RULES);
    assert_eq!(take(&mut state, 9), [(0, "a".to_owned())]);
    assert!(matches!(state.take_failure(), Some(PartitionFailure::Corrupt(Offset(1), _))));
}

#[test]
fn aborted_records_and_markers_are_not_seen_and_the_position_passes_them() {
    let producer =
        |builder: BatchBuilder, id| builder.producer(ProducerId(id), ProducerEpoch(0), 0).transactional();
    let marker = |base, id, kind: u8| {
        let mut builder = producer(batch(base, &[], 1), id).control();
        builder.push(7, Some(&[0, 0, 0, kind]), Some(&[0; 6]), Headers::NONE);
        builder
    };
    let mut answer = fetch(vec![
        producer(batch(0, &["gone"], 1), 1),
        producer(batch(1, &["kept"], 1), 2),
        marker(2, 1, 0),
        producer(batch(3, &["later"], 1), 1),
        marker(4, 2, 1),
        marker(5, 1, 1),
    ]);
    answer.aborted_transactions = vec![(ProducerId(1), Offset(0))];
    let mut state = reading(0);
    state.fetched(&answer, &RULES);
    assert_eq!(take(&mut state, 9), [(1, "kept".to_owned()), (3, "later".to_owned())]);
    assert_eq!(state.position(), Some(Offset(6)));
    let mut state = reading(0);
    state.fetched(&answer, &Rules { isolation: IsolationLevel::ReadUncommitted, ..RULES });
    assert_eq!(take(&mut state, 9).len(), 3);
}

#[test]
fn a_seek_forgets_what_was_fetched() {
    let mut state = reading(0);
    state.fetched(&fetch(vec![batch(0, &["a", "b"], 1)]), &RULES);
    let before = state.generation;
    state.seek(Offset(1));
    assert!(state.generation > before);
    assert_eq!(take(&mut state, 9), []);
    assert_eq!(state.question(now(), 1, BUFFERED_MAX), Some(Question::Records { offset: Offset(1) }));
}
