//! What judging a history costs: a legal one, of sends that succeed and of two readers that see every record.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::{hint::black_box, time::Duration};
use tribunal_env::PartitionKey;
use tribunal_workloads::{
    checkers::judge,
    history::{
        History, PollDone, RecordSeen, RecordSent, Recorder, SendDone, SendInvoke, SequenceSource,
        SessionStart,
    },
    promise::Promise,
};

const RECORDS_EACH_SEND: usize = 1;
const RECORDS_EACH_POLL: usize = 100;
const READERS: u16 = 2;
const PARTITIONS: i32 = 4;

/// A history of `records` sends of one record, and of readers that see each of them.
fn legal(records: usize) -> History {
    let mut recorder = Recorder::new(Promise::default(), SequenceSource::default());
    let mut ns = 0;
    let mut tick = || {
        ns += 1000;
        ns
    };
    for index in 0..PARTITIONS {
        let partition = recorder.partition("topic", PartitionKey { topic_id: [1; 16], partition: index });
        let first = recorder.next_value();
        let of_partition = records / PARTITIONS as usize;
        for offset in 0..of_partition {
            let value = recorder.next_value();
            let sent = [RecordSent { hash: value, timestamp: 0 }; RECORDS_EACH_SEND];
            let send = SendInvoke {
                process: 1,
                partition,
                acks: -1,
                producer: (i64::from(index), 0, offset as i32),
                bytes: 100,
                records: &sent,
                keys: &[],
            };
            let op = recorder.invoke_send(tick(), &send);
            let done =
                SendDone { base_offset: offset as i64, node: 1, leader_epoch: 0, ..SendDone::default() };
            recorder.complete_send(tick(), op, &done);
        }
        for reader in 0..READERS {
            let session =
                recorder.start_session(tick(), 100 + reader, partition, SessionStart::Earliest, 0, false);
            for from in (0..of_partition).step_by(RECORDS_EACH_POLL) {
                let to = (from + RECORDS_EACH_POLL).min(of_partition);
                let poll = recorder.invoke_poll(tick(), session, from as i64);
                let seen = |offset: usize| {
                    let value = first + offset as u32;
                    RecordSeen { offset: offset as i64, value, hash: value }
                };
                let end = of_partition as i64;
                let done = PollDone {
                    error: Some(0),
                    watermarks: (end, end, 0),
                    leader_epoch: 0,
                    node: 1,
                    records: (from..to).map(seen).collect(),
                    batches: Vec::new(),
                };
                recorder.complete_poll(tick(), poll, &done);
            }
            recorder.end_session(tick(), session, true);
        }
    }
    recorder.into_history()
}

fn checkers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("judge a history");
    for records in [10_000, 300_000] {
        let history = legal(records);
        let findings = judge(&history);
        assert!(findings.violations.is_empty(), "the history is legal: {:#?}", findings.violations.first());
        // Operations: each send, and each record that a reader sees.
        group.throughput(Throughput::Elements((records * (1 + usize::from(READERS))) as u64));
        let name = format!("{records} sends, {} observations", records * usize::from(READERS));
        group.bench_function(name, |bencher| bencher.iter(|| judge(black_box(&history))));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2))
        .without_plots();
    targets = checkers
}
criterion_main!(benches);
