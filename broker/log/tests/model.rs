//! The whole partition against a plain model: append in groups, read, roll, delete, retain, stop, crash, recover.
//!
//! The model is a list of batches. What must hold after a stop of any kind: the log is a prefix of the list, it
//! holds everything that was acknowledged as durable, and a producer that goes on, or repeats one of its last
//! five batches, is understood.

mod support;

use bytes::Bytes;
use proptest::prelude::*;
use support::{Crash, Findings, MemoryDisk, World};
use tribunal_env::Timestamp;
use tribunal_log::inspect::{Place, Problem, verify};
use tribunal_log::{
    AppendOutcome, Durability, LogDirectory, OpenOptions, OpenReport, Partition, PartitionConfig,
    PartitionSummaries, ReadError,
};
use tribunal_wire::batch::{Batch, BatchBuilder, Batches, Headers};
use tribunal_wire::compression::Codec;
use tribunal_wire::types::{
    LeaderEpoch, Offset, PartitionIndex, ProducerEpoch, ProducerId, Sequence, TopicId,
};

const TOPIC: &str = "t";
const PRODUCERS: usize = 3;

#[derive(Debug, Clone)]
enum Act {
    /// Appends at once: (producer, records, bytes of each value).
    Append(Vec<(usize, i32, usize)>),
    /// Repeats a producer's batch of some age.
    Repeat(usize, usize),
    Read(prop::sample::Index, usize),
    Delete(prop::sample::Index),
    /// A step of retention that keeps so many bytes, or what is younger than what was appended so many batches ago.
    Retain(Option<u64>, Option<u64>),
    Flush,
    FullDisk(usize),
    Stop,
    Crash(Crash),
}

fn act() -> impl Strategy<Value = Act> {
    let append = (0..PRODUCERS, 1..5i32, 0..700usize);
    let crash = prop_oneof![
        Just(Crash::Process),
        Just(Crash::DropUnsynced),
        any::<u64>().prop_map(Crash::Prefix),
        any::<u64>().prop_map(Crash::Subset),
    ];
    prop_oneof![
        12 => prop::collection::vec(append, 1..6).prop_map(Act::Append),
        3 => (0..PRODUCERS, 0..8usize).prop_map(|(producer, age)| Act::Repeat(producer, age)),
        4 => (any::<prop::sample::Index>(), 1..5000usize).prop_map(|(at, most)| Act::Read(at, most)),
        1 => any::<prop::sample::Index>().prop_map(Act::Delete),
        2 => (prop::option::of(0..30_000u64), prop::option::of(0..40u64))
            .prop_map(|(bytes, age)| Act::Retain(bytes, age)),
        1 => Just(Act::Flush),
        1 => (0..600usize).prop_map(Act::FullDisk),
        1 => Just(Act::Stop),
        2 => crash.prop_map(Act::Crash),
    ]
}

/// A batch of the model: what was asked for, and where it stands.
#[derive(Debug, Clone)]
struct Written {
    batch: Batch,
    producer: usize,
    base: i64,
    last: i64,
}

struct Model {
    config: PartitionConfig,
    written: Vec<Written>,
    log_start: i64,
    /// Everything before this offset survives a power loss.
    durable: i64,
    /// Everything before this offset survives the death of the process.
    acknowledged: i64,
    sequences: [Sequence; PRODUCERS],
    /// The least epoch that the next open may report.
    epoch: i32,
    /// A number that no two batches share.
    serial: u64,
    /// The disk was full once: index files may be missing, and are made again.
    caches_missing: bool,
    /// The power was lost once: snapshots may be torn, and are passed over.
    snapshots_torn: bool,
}

impl Model {
    fn end(&self) -> i64 {
        self.written.last().map_or(0, |written| written.last + 1).max(self.log_start)
    }

    fn batch(&mut self, producer: usize, sequence: Sequence, records: i32, bytes: usize) -> Batch {
        self.serial += 1;
        let mut builder = BatchBuilder::new(Codec::None, None).producer(
            ProducerId(producer as i64),
            ProducerEpoch(0),
            sequence.0,
        );
        for record in 0..records {
            let mut value = format!("{}/{record}/", self.serial).into_bytes();
            value.resize(value.len() + bytes, b'x');
            builder.push(
                1_000 + i64::try_from(self.serial).expect("small"),
                None,
                Some(&value),
                Headers::NONE,
            );
        }
        builder.build()
    }

    fn flushes(&self) -> bool {
        self.config.durability == Durability::FlushBeforeAcknowledge
    }

    /// Checks one append's outcome and takes it over.
    fn took(&mut self, producer: usize, batch: Batch, outcome: AppendOutcome) {
        let AppendOutcome::Appended(appended) = outcome else { panic!("not appended: {outcome:?}") };
        assert_eq!(appended.base_offset.0, self.end());
        let last = appended.last_offset.0;
        self.sequences[producer] = self.sequences[producer].plus(batch.header.records_count);
        self.written.push(Written { batch, producer, base: appended.base_offset.0, last });
        self.acknowledged = last + 1;
        if self.flushes() {
            self.durable = last + 1;
        }
    }

    /// The log came back with this end: what is behind it is gone for good.
    fn shrink_to(&mut self, end: i64) {
        while self.written.last().is_some_and(|written| written.last >= end) {
            self.written.pop();
        }
        assert_eq!(self.end(), end, "the log is a prefix of whole batches");
        for producer in 0..PRODUCERS {
            let newest = self.written.iter().rev().find(|written| written.producer == producer);
            if let Some(written) = newest {
                self.sequences[producer] = Sequence(written.batch.header.last_sequence()).next();
            }
        }
        if end == 0 {
            // A log that was never written takes first sequence numbers only.
            self.sequences = [Sequence(0); PRODUCERS];
        }
        self.durable = end;
        self.acknowledged = end;
    }
}

struct Running {
    world: World,
    directory: LogDirectory,
    partition: Partition,
}

fn start(disk: &MemoryDisk, model: &Model) -> (Running, OpenReport) {
    let world = World::new(disk.clone());
    let (directory, partition, report) = world.run(async {
        let env = world.env();
        let (directory, found) = LogDirectory::open(&env, "data").await.expect("it opens");
        let mut options = OpenOptions::new(TopicId([1; 16]), 0, model.config);
        options.clean = found.clean;
        options.recovery_point = found.recovery_point(TOPIC, PartitionIndex(0));
        options.log_start = found.log_start(TOPIC, PartitionIndex(0));
        options.leader_epoch = LeaderEpoch(model.epoch);
        let (partition, report) = Partition::open(&env, &directory, TOPIC, options).await.expect("it opens");
        (directory, partition, report)
    });
    (Running { world, directory, partition }, report)
}

async fn read_everything(partition: &Partition, log_start: i64) -> Vec<Batch> {
    let mut all = Vec::new();
    let mut next = Offset(log_start);
    loop {
        let read = partition.read(next, 1500, true).await.expect("everything is readable");
        if read.bytes == 0 {
            return all;
        }
        all.extend(Batches::new(Bytes::from(read.pieces.concat())).map(|batch| batch.expect("whole")));
        next = read.next_offset;
    }
}

/// The log holds what the model holds, byte for byte but for the offset and epoch that the leader gave.
fn check_content(running: &Running, model: &Model) {
    let found = running.world.run(read_everything(&running.partition, model.log_start));
    let expected: Vec<&Written> =
        model.written.iter().filter(|written| written.last >= model.log_start).collect();
    assert_eq!(found.len(), expected.len());
    let mut epoch = LeaderEpoch(0);
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found.header.base_offset.0, expected.base);
        assert_eq!(found.payload, expected.batch.payload);
        assert_eq!(found.header.crc, expected.batch.header.crc);
        assert!(found.header.partition_leader_epoch >= epoch, "epochs never fall along the log");
        epoch = found.header.partition_leader_epoch;
    }
    let watermarks = running.partition.watermarks();
    assert_eq!(watermarks.log_start.0.0, model.log_start);
    assert_eq!(watermarks.log_end.0.0, model.end());
}

fn restart(disk: &MemoryDisk, mut running: Running, model: &mut Model, stop: Option<Crash>) -> Running {
    let least = match stop {
        None => {
            running.world.run(async {
                running.partition.close().await.expect("it closes");
                running.directory.close(0, Some(PartitionSummaries::new())).await.expect("it closes");
            });
            model.end()
        }
        Some(Crash::Process) => model.acknowledged,
        Some(_) => model.durable,
    };
    drop(running);
    if let Some(crash) = stop {
        model.snapshots_torn |= crash != Crash::Process;
        disk.crash(crash);
    }
    // The inspection agrees with the broker on what a stop in good order, or the death of the process, leaves.
    if matches!(stop, None | Some(Crash::Process)) {
        check_inspection(disk, model);
    }
    let epoch_before = model.epoch;
    // As the metadata does at a start that follows no clean stop.
    model.epoch += i32::from(stop.is_some());
    let report;
    (running, report) = start(disk, model);
    assert_eq!(report.corrupt_ranges, 0, "nothing was damaged");
    let end = running.partition.watermarks().log_end.0.0;
    assert!(end >= least.max(model.log_start), "the log ends at {end}, but {least} was promised");
    model.shrink_to(end);
    match stop {
        None => {
            assert_eq!(report.leader_epoch.0, model.epoch);
            assert!(report.indexes_rebuilt == 0 || model.caches_missing);
        }
        Some(_) => assert!(report.leader_epoch.0 > epoch_before, "what may be gone is told by a newer epoch"),
    }
    model.epoch = report.leader_epoch.0;
    check_content(&running, model);
    running
}

/// Index files that a full disk left out are made again when they are needed, and a snapshot that a power loss tore is
/// passed over by whoever reads it; nothing else is amiss.
fn check_inspection(disk: &MemoryDisk, model: &Model) {
    let world = World::new(disk.clone());
    let mut findings = Findings::default();
    let files = world.env().disk();
    let verified = verify(&*files, "data", &Place::DataDirectory, &mut findings);
    let totals = world.run(verified).expect("the directory can be read");
    let is_cache = |problem| matches!(problem, Problem::OffsetIndex | Problem::TimeIndex);
    findings.0.retain(|finding| {
        let torn = finding.problem == Problem::ProducerSnapshot && finding.position.is_some();
        !(model.caches_missing && is_cache(finding.problem) || model.snapshots_torn && torn)
    });
    assert_eq!(findings.0, [], "{totals:?}");
}

fn append(running: &Running, model: &mut Model, batches: Vec<(usize, i32, usize)>) {
    let mut group = Vec::new();
    let before = model.sequences;
    for (producer, records, bytes) in batches {
        let sequence = model.sequences[producer];
        group.push((producer, model.batch(producer, sequence, records, bytes)));
        model.sequences[producer] = sequence.plus(records);
    }
    model.sequences = before;
    let answers: Vec<_> = group
        .iter()
        .map(|(_, batch)| running.partition.try_append(batch.clone()).expect("there is room"))
        .collect();
    for ((producer, batch), answer) in group.into_iter().zip(answers) {
        let outcome = running.world.run(answer).expect("it answers");
        model.took(producer, batch, outcome);
    }
}

fn repeat(running: &Running, model: &Model, producer: usize, age: usize) {
    let old: Vec<&Written> =
        model.written.iter().rev().filter(|written| written.producer == producer).collect();
    // What was deleted may be forgotten.
    let Some(written) = old.get(age).filter(|written| written.base >= model.log_start) else { return };
    let outcome = running.world.run(running.partition.append(written.batch.clone()));
    if age < 5 {
        assert!(
            matches!(outcome, AppendOutcome::Duplicate(old) if old.base_offset.0 == written.base),
            "a batch of age {age} came back as {outcome:?}"
        );
    } else {
        assert_eq!(outcome, AppendOutcome::OutOfOrderSequence);
    }
}

fn read(running: &Running, model: &Model, at: &prop::sample::Index, most: usize) {
    let offset = i64::try_from(at.index(usize::try_from(model.end()).expect("small") + 2)).expect("small");
    let result = running.world.run(running.partition.read(Offset(offset), most, true));
    if offset < model.log_start || offset > model.end() {
        assert!(matches!(result, Err(ReadError::OffsetOutOfRange(_))));
        return;
    }
    let read = result.expect("it is in range");
    let batches: Vec<Batch> =
        Batches::new(Bytes::from(read.pieces.concat())).map(|batch| batch.expect("whole")).collect();
    assert_eq!(batches.is_empty(), offset == model.end());
    if let Some(first) = batches.first() {
        assert!(first.header.base_offset.0 <= offset && first.header.last_offset().0 >= offset);
        assert!(read.bytes <= most || batches.len() == 1);
    }
}

fn full_disk(disk: &MemoryDisk, running: &Running, model: &mut Model, room: usize) {
    disk.set_room(Some(room));
    model.caches_missing = true;
    let sequence = model.sequences[0];
    let batch = model.batch(0, sequence, 2, 400);
    let outcome = running.world.run(running.partition.append(batch.clone()));
    disk.set_room(None);
    match outcome {
        AppendOutcome::NoSpace => check_content(running, model),
        outcome => model.took(0, batch, outcome),
    }
}

/// The segments on disk: base offset and bytes.
fn segments(disk: &MemoryDisk) -> Vec<(i64, u64)> {
    let directory = format!("data/{TOPIC}-0/");
    let logs = disk.paths(&directory).into_iter().filter(|path| path.ends_with(".log"));
    logs.map(|path| {
        let base = path[directory.len()..].trim_end_matches(".log").parse().expect("an offset");
        (base, disk.content(&path).expect("it is there").len() as u64)
    })
    .collect()
}

/// Where the log has to start after a step of retention: what the disk holds, and the model's own timestamps, decide.
fn start_after(disk: &MemoryDisk, running: &Running, model: &Model, now: i64) -> i64 {
    let segments = segments(disk);
    let high_watermark = running.partition.watermarks().high_watermark.0.0;
    let end_of = |index: usize| segments.get(index + 1).map_or(model.end(), |next: &(i64, u64)| next.0);
    let may_go = |index: usize| {
        let active_and_empty = index + 1 == segments.len() && segments[index].1 == 0;
        end_of(index) <= high_watermark && !active_and_empty
    };
    let mut first = 0;
    if let Some(keep) = model.config.retention_bytes {
        let left = |first: usize| segments[first..].iter().map(|segment| segment.1).sum::<u64>();
        while first < segments.len() && may_go(first) && left(first + 1) >= keep {
            first += 1;
        }
    }
    if let Some(keep) = model.config.retention_ms {
        let newest = |index: usize| {
            let inside = |written: &&Written| (segments[index].0..end_of(index)).contains(&written.base);
            model.written.iter().filter(inside).map(|written| written.batch.header.max_timestamp).max()
        };
        let expired = |time: i64| now - time > i64::try_from(keep).expect("small");
        while first < segments.len() && may_go(first) && newest(first).is_some_and(expired) {
            first += 1;
        }
    }
    match first {
        0 => model.log_start,
        first => end_of(first - 1).max(model.log_start),
    }
}

fn retain(disk: &MemoryDisk, running: &Running, model: &mut Model, bytes: Option<u64>, age: Option<u64>) {
    model.config = PartitionConfig { retention_bytes: bytes, retention_ms: age, ..model.config };
    running.world.run(running.partition.set_config(model.config)).expect("it is taken");
    let now = 1_000 + i64::try_from(model.serial).expect("small");
    let expected = start_after(disk, running, model, now);
    let done = running.world.run(running.partition.retain(Timestamp::from_millis(now))).expect("it works");
    let start = running.partition.watermarks().log_start.0.0;
    // Where a full disk took no snapshot, what tells of the producers is kept for longer.
    assert!(start == expected || (start < expected && model.caches_missing), "{start} is not {expected}");
    assert!(!done.more && (done.segments > 0 || start == model.log_start));
    model.log_start = start;
    assert_eq!(segments(disk).len(), running.partition.segment_count());
}

fn perform(disk: &MemoryDisk, running: Running, model: &mut Model, act: Act) -> Running {
    match act {
        Act::Append(batches) => append(&running, model, batches),
        Act::Repeat(producer, age) => repeat(&running, model, producer, age),
        Act::Read(at, most) => read(&running, model, &at, most),
        Act::Delete(at) => {
            let before =
                i64::try_from(at.index(usize::try_from(model.end()).expect("small") + 1)).expect("small");
            let start = running.world.run(running.partition.delete_records(before)).expect("it is in range");
            model.log_start = model.log_start.max(before);
            assert_eq!(start.0.0, model.log_start);
        }
        Act::Retain(bytes, age) => retain(disk, &running, model, bytes, age),
        Act::Flush => {
            let up_to = running.world.run(running.partition.flush()).expect("it flushes");
            assert_eq!(up_to.0, model.end());
            model.durable = model.end();
        }
        Act::FullDisk(room) => full_disk(disk, &running, model, room),
        Act::Stop => return restart(disk, running, model, None),
        Act::Crash(crash) => return restart(disk, running, model, Some(crash)),
    }
    running
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        max_shrink_iters: 3000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_log_is_what_the_model_says(
        acts in prop::collection::vec(act(), 1..60),
        flush in any::<bool>(),
        segment_bytes in 2000..20_000u64,
        index_interval_bytes in 0..3000u64,
        tail_bytes in 0..4000usize,
        short_writes in any::<bool>(),
        first_sequence in prop_oneof![Just(0), Just(i32::MAX - 10)],
    ) {
        let durability = if flush { Durability::FlushBeforeAcknowledge } else { Durability::PageCache };
        let disk = MemoryDisk::default();
        disk.set_short_writes(short_writes);
        let config = PartitionConfig {
            segment_bytes,
            index_interval_bytes,
            tail_bytes,
            durability,
            ..PartitionConfig::default()
        };
        let mut model = Model {
            config,
            written: Vec::new(),
            log_start: 0,
            durable: 0,
            acknowledged: 0,
            sequences: [Sequence(0); PRODUCERS],
            epoch: 0,
            serial: 0,
            caches_missing: false,
            snapshots_torn: false,
        };
        let (mut running, _) = start(&disk, &model);
        // A partition that was never written takes first sequence 0 only; the others may start anywhere after.
        append(&running, &mut model, vec![(0, 1, 10)]);
        for sequence in &mut model.sequences[1..] {
            *sequence = Sequence(first_sequence);
        }
        for act in acts {
            running = perform(&disk, running, &mut model, act);
            prop_assert!(!running.partition.is_fenced());
        }
        check_content(&running, &model);
        restart(&disk, running, &mut model, Some(Crash::Process));
    }
}
