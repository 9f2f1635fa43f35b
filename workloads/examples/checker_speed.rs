//! How fast and how large the checkers are: 10 million sends, 20 million observations, all rules but C12's bytes.
//!
//! `cargo run --release -p tribunal-workloads --example checker_speed [MILLIONS_OF_SENDS]`
//!
//! The history is synthetic: 64 partitions, 100 producers of which half are idempotent, batches of 1 to 7 records
//! (4 on average), two readers a partition that poll about 50 records at a time, one of them raw, with batch headers.

use std::{
    fs,
    io::{Write, stdout},
};
use tribunal_env::PartitionKey;
use tribunal_workloads::{
    checkers::judge,
    history::{
        BatchSeen, History, MarkKind, OpId, PartitionId, PollDone, RecordSeen, RecordSent, Recorder,
        SendDone, SendInvoke, SequenceSource, SessionStart,
    },
    promise::Promise,
};

const PARTITIONS: usize = 64;
const PRODUCERS: u64 = 100;
const READERS: usize = 2;

/// A small generator: the shape of the history matters here, not its randomness.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

#[derive(Default)]
struct Log {
    /// Value of each record, and the batches: base offset, count, producer, sequence.
    values: Vec<u32>,
    batches: Vec<(i64, u32, i64, i32)>,
    pending: Option<(OpId, i64)>,
    readers: [Option<(OpId, usize, usize)>; READERS],
    sequences: Vec<i32>,
}

fn hash(value: u32) -> u32 {
    value.wrapping_mul(0x9e37_79b9)
}

fn generate(records: u64) -> History {
    let mut recorder = Recorder::new(Promise::default(), SequenceSource::default());
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut ns = 0;
    let mut logs: Vec<Log> =
        (0..PARTITIONS).map(|_| Log { sequences: vec![0; PRODUCERS as usize], ..Log::default() }).collect();
    let ids: Vec<PartitionId> = (0..PARTITIONS)
        .map(|index| recorder.partition("speed", PartitionKey { topic_id: [7; 16], partition: index as i32 }))
        .collect();
    for (log, &id) in logs.iter_mut().zip(&ids) {
        for reader in 0..READERS {
            let session =
                recorder.start_session(ns, 1000 + reader as u16, id, SessionStart::Earliest, 0, false);
            log.readers[reader] = Some((session, 0, 0));
        }
    }
    let mut turn = 0;
    while u64::from(recorder.next_value()) < records {
        turn = (turn + 1 + random.below(7) as usize) % PARTITIONS;
        ns += 1_000;
        send(&mut recorder, &mut logs[turn], ids[turn], &mut random, ns);
        for reader in 0..READERS {
            let behind = logs[turn].readers[reader].map_or(0, |(_, next, _)| logs[turn].values.len() - next);
            if behind >= 50 {
                poll(&mut recorder, &mut logs[turn], reader, ns);
            }
        }
    }
    for log in &mut logs {
        if let Some((op, base_offset)) = log.pending.take() {
            recorder.complete_send(ns, op, &SendDone { base_offset, ..SendDone::default() });
        }
        for reader in 0..READERS {
            poll(&mut recorder, log, reader, ns);
            if let Some((session, ..)) = log.readers[reader] {
                recorder.end_session(ns, session, true);
            }
        }
    }
    recorder.mark(ns, MarkKind::Ended);
    recorder.into_history()
}

fn send(recorder: &mut Recorder, log: &mut Log, id: PartitionId, random: &mut Random, ns: u64) {
    let producer = random.below(PRODUCERS);
    let count = 1 + random.below(7) as u32;
    let first = recorder.next_value();
    let records: Vec<RecordSent> = (first..first + count)
        .map(|value| RecordSent { hash: hash(value), timestamp: (ns / 1_000) as i64 })
        .collect();
    let sequence = &mut log.sequences[producer as usize];
    let identity = if producer.is_multiple_of(2) { (producer as i64, 0, *sequence) } else { (-1, -1, -1) };
    *sequence += count as i32;
    let invoke = SendInvoke {
        process: producer as u16,
        partition: id,
        acks: -1,
        producer: identity,
        bytes: 100 * count,
        records: &records,
        keys: &[],
    };
    let op = recorder.invoke_send(ns, &invoke);
    let base = log.values.len() as i64;
    log.values.extend(first..first + count);
    log.batches.push((base, count, identity.0, identity.2));
    // One send of a partition overlaps the next one.
    if let Some((op, base_offset)) = log.pending.replace((op, base)) {
        recorder.complete_send(
            ns,
            op,
            &SendDone { base_offset, leader_epoch: 3, node: 1, ..SendDone::default() },
        );
    }
}

fn poll(recorder: &mut Recorder, log: &mut Log, reader: usize, ns: u64) {
    let Some((session, next, batch)) = log.readers[reader] else { return };
    let end = log.values.len();
    let op = recorder.invoke_poll(ns, session, next as i64);
    let records = (next..end)
        .map(|offset| RecordSeen {
            offset: offset as i64,
            value: log.values[offset],
            hash: hash(log.values[offset]),
        })
        .collect();
    let raw = reader == 0;
    let batches = log.batches[batch..].iter().filter(|_| raw).map(
        |&(base_offset, count, producer_id, base_sequence)| BatchSeen {
            base_offset,
            last_offset_delta: count as i32 - 1,
            leader_epoch: 3,
            producer_id,
            producer_epoch: if producer_id < 0 { -1 } else { 0 },
            base_sequence,
            header_count: count as i32,
            record_count: count as i32,
            ..BatchSeen::default()
        },
    );
    let done = PollDone {
        error: Some(0),
        watermarks: (end as i64, end as i64, 0),
        leader_epoch: 3,
        node: 1,
        records,
        batches: batches.collect(),
    };
    log.readers[reader] = Some((session, end, log.batches.len()));
    recorder.complete_poll(ns, op, &done);
}

/// CPU seconds of this process so far, where the system tells them.
fn cpu_seconds() -> f64 {
    let text = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or_default() / 1e9
}

/// Megabytes of the named line of the process's status, where the system tells it.
fn megabytes(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    let kibibytes = line.trim_matches(|character: char| !character.is_ascii_digit()).parse::<u64>();
    kibibytes.unwrap_or_default() * 1024 / 1_000_000
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures on the real clock")]
fn main() {
    let millions = std::env::args().nth(1).and_then(|text| text.parse::<u64>().ok()).unwrap_or(10);
    let history = generate(millions * 1_000_000);
    let seen: u64 = history.polls().iter().map(|poll| u64::from(poll.seen_count)).sum();
    let size = megabytes("VmRSS:");
    let (start, cpu) = (std::time::Instant::now(), cpu_seconds());
    let findings = judge(&history);
    let (seconds, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    assert!(findings.violations.is_empty(), "the history is legal: {:#?}", findings.violations);
    let report = writeln!(
        stdout(),
        "{} records in {} batches, {seen} observations in {} polls: history {size} MB, judged in {seconds:.2} s \
         ({cpu:.2} CPU seconds); the process never had more than {} MB",
        history.value_count(),
        history.sends().len(),
        history.polls().len(),
        megabytes("VmHWM:"),
    );
    report.expect("standard output takes a line");
}
