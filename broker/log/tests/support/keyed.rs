//! A log of keyed records, and a model of what compaction may make of it.
//!
//! The model knows every record that was appended. Of those, a read shows a part: in order, each at its own offset and
//! as it was. The newest record of a key is always there, unless it is a tombstone that was compacted and then stayed
//! for its time; what it shadows never comes back.

use super::{Crash, MemoryDisk, World};
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use tribunal_env::{Timestamp, watch};
use tribunal_log::{
    AppendOutcome, Compacted, CompactionConfig, Durability, Effort, EffortConfig, LogDirectory, OpenOptions,
    OpenReport, Partition, PartitionConfig, Unfinished,
};
use tribunal_wire::batch::{Batch, BatchBuilder, Batches, Headers};
use tribunal_wire::compression::Codec;
use tribunal_wire::types::{
    LeaderEpoch, Offset, PartitionIndex, ProducerEpoch, ProducerId, Sequence, TopicId,
};

pub const TOPIC: &str = "t";
pub const TOPIC_ID: TopicId = TopicId([1; 16]);
pub const DIRECTORY: &str = "data/t-0";
pub const DELETE_RETENTION_MS: i64 = 1_000;
pub const PRODUCERS: usize = 3;

/// A record: its key, and whether it has a value.
pub type Entry = (Option<u8>, bool);

/// A record as it was appended, or as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub offset: i64,
    pub timestamp: i64,
    pub key: Option<u8>,
    pub value: Option<Vec<u8>>,
}

struct Written {
    base: i64,
    last: i64,
    producer: usize,
    batch: Batch,
}

pub struct Running {
    pub world: World,
    pub directory: LogDirectory,
    pub partition: Partition,
}

/// See the head of the file.
pub struct Model {
    pub config: PartitionConfig,
    pub now: i64,
    pub log_start: i64,
    pub epoch: i32,
    appended: Vec<Kept>,
    batches: Vec<Written>,
    sequences: [Sequence; PRODUCERS],
    /// Keys of which a tombstone was compacted, and since when it may go.
    buried: BTreeMap<i64, i64>,
    /// Everything before it was compacted.
    pub cleaned: i64,
}

pub fn config(segment_bytes: u64) -> PartitionConfig {
    PartitionConfig {
        segment_bytes,
        index_interval_bytes: 200,
        tail_bytes: 0,
        durability: Durability::PageCache,
        compaction: Some(CompactionConfig {
            min_cleanable_ratio: 0,
            delete_retention_ms: DELETE_RETENTION_MS,
            ..CompactionConfig::default()
        }),
        ..PartitionConfig::default()
    }
}

pub fn start(disk: &MemoryDisk, model: &Model) -> (Running, OpenReport) {
    start_with(disk, model, None)
}

/// Starts; with `dies_after` the disk takes so many changes of a first try to open the partition, and all of a second.
pub fn start_with(disk: &MemoryDisk, model: &Model, dies_after: Option<u64>) -> (Running, OpenReport) {
    let world = World::new(disk.clone());
    let (directory, partition, report) = world.run(async {
        let env = world.env();
        let (directory, found) = LogDirectory::open(&env, "data").await.expect("it opens");
        let index = PartitionIndex(0);
        let options = OpenOptions {
            clean: found.clean,
            recovery_point: found.recovery_point(TOPIC, index),
            log_start: found.log_start(TOPIC, index),
            first_dirty: found.first_dirty(TOPIC, index),
            cleaned_until: found.cleaned_until(TOPIC, index),
            leader_epoch: LeaderEpoch(model.epoch),
            ..OpenOptions::new(TOPIC_ID, 0, model.config)
        };
        if dies_after.is_some() {
            disk.die_after(dies_after);
            drop(Partition::open(&env, &directory, TOPIC, options).await);
            disk.die_after(None);
        }
        let (partition, report) = Partition::open(&env, &directory, TOPIC, options).await.expect("it opens");
        (directory, partition, report)
    });
    (Running { world, directory, partition }, report)
}

pub fn effort(running: &Running, keys: usize) -> Effort {
    let config = EffortConfig { map_bytes: keys * 24, ..EffortConfig::default() };
    Effort::new(&running.world.env(), config, watch::channel(false).1)
}

/// All records that can be read from `from` on.
pub async fn read(partition: &Partition, from: i64) -> Vec<Kept> {
    let mut all = Vec::new();
    let mut next = Offset(from);
    loop {
        let read = partition.read(next, 900, true).await.expect("everything is readable");
        for batch in Batches::new(Bytes::from(read.pieces.concat())) {
            let batch = batch.expect("it is whole");
            assert!(batch.crc_is_right() && batch.header.last_offset() >= next);
            for record in &batch.records(1 << 20).expect("they can be read") {
                let record = record.expect("it is whole");
                let kept = Kept {
                    offset: batch.header.base_offset.0 + i64::from(record.offset_delta),
                    timestamp: batch.header.base_timestamp.wrapping_add(record.timestamp_delta),
                    key: record.key.map(|key| key[0]),
                    value: record.value.map(<[u8]>::to_vec),
                };
                if kept.offset >= from && !batch.header.attributes.is_control() {
                    all.push(kept);
                }
            }
        }
        if read.next_offset == next {
            return all;
        }
        next = read.next_offset;
    }
}

impl Model {
    pub fn new(config: PartitionConfig) -> Model {
        Model {
            config,
            now: 1_700_000_000_000,
            log_start: 0,
            epoch: 0,
            appended: Vec::new(),
            batches: Vec::new(),
            sequences: [Sequence(0); PRODUCERS],
            buried: BTreeMap::new(),
            cleaned: 0,
        }
    }

    pub fn end(&self) -> i64 {
        self.batches.last().map_or(0, |batch| batch.last + 1).max(self.log_start)
    }

    /// Appends a batch; `producer` past the last one has no id.
    pub fn append(&mut self, running: &Running, producer: usize, codec: Codec, entries: &[Entry]) {
        let mut builder = BatchBuilder::new(codec, None);
        if producer < PRODUCERS {
            let id = ProducerId(i64::try_from(producer).expect("small"));
            builder = builder.producer(id, ProducerEpoch(0), self.sequences[producer].0);
        }
        self.now += 1;
        let base = self.end();
        for (offset, (key, has_value)) in (base..).zip(entries) {
            let value = has_value.then(|| format!("{offset}/{}", "x".repeat(40)).into_bytes());
            let key_bytes = key.map(|key| [key; 3]);
            let timestamp = self.now + offset % 3;
            builder.push(timestamp, key_bytes.as_ref().map(|key| &key[..]), value.as_deref(), Headers::NONE);
            self.appended.push(Kept { offset, timestamp, key: *key, value });
        }
        let batch = builder.build();
        let outcome = running.world.run(running.partition.append(batch.clone()));
        let AppendOutcome::Appended(done) = outcome else { panic!("{outcome:?}: producer {producer}") };
        assert_eq!(done.base_offset.0, base);
        if producer < PRODUCERS {
            self.sequences[producer] = self.sequences[producer].plus(batch.header.records_count);
        }
        self.batches.push(Written { base, last: done.last_offset.0, producer, batch });
    }

    /// Repeats the newest batch of a producer.
    pub fn repeat(&self, running: &Running, producer: usize) {
        let Some(newest) = self.batches.iter().rev().find(|batch| batch.producer == producer) else { return };
        if newest.base < self.log_start || producer >= PRODUCERS {
            return;
        }
        let outcome = running.world.run(running.partition.append(newest.batch.clone()));
        assert!(
            matches!(outcome, AppendOutcome::Duplicate(old) if old.base_offset.0 == newest.base),
            "{outcome:?} for producer {producer}"
        );
    }

    /// A pass. What it was allowed to take is allowed from now on.
    pub fn compact(&mut self, running: &Running, keys: usize) -> Result<Compacted, Unfinished> {
        let mut effort = effort(running, keys);
        let now = Timestamp::from_millis(self.now);
        let result = running.world.run(running.partition.compact(now, &mut effort));
        if let Ok(done) = &result {
            self.allow(done.to.0);
        }
        result
    }

    /// Everything before `to` may be compacted.
    pub fn allow(&mut self, to: i64) {
        self.cleaned = self.cleaned.max(to);
        for tombstone in self.appended.iter().filter(|kept| kept.value.is_none() && kept.offset < to) {
            self.buried.entry(tombstone.offset).or_insert(self.now);
        }
    }

    /// The log came back with this end.
    pub fn shrink_to(&mut self, end: i64) {
        self.batches.retain(|batch| batch.last < end);
        let written = self.batches.last().map_or(0, |batch| batch.last + 1);
        self.appended.retain(|kept| kept.offset < written);
        assert_eq!(self.end(), end.max(self.log_start), "the log ends with a whole batch");
        for producer in 0..PRODUCERS {
            let newest = self.batches.iter().rev().find(|batch| batch.producer == producer);
            self.sequences[producer] =
                newest.map_or(Sequence(0), |batch| Sequence(batch.batch.header.last_sequence()).next());
        }
    }

    /// The newest offset of each key before `end`.
    fn newest(&self, end: i64) -> BTreeMap<u8, i64> {
        let before = self.appended.iter().filter(|kept| kept.offset < end);
        before.filter_map(|kept| Some((kept.key?, kept.offset))).collect()
    }

    /// Holds what a read shows against the model.
    pub fn check(&self, found: &[Kept]) {
        let by_offset: BTreeMap<i64, &Kept> = self.appended.iter().map(|kept| (kept.offset, kept)).collect();
        assert!(found.windows(2).all(|pair| pair[0].offset < pair[1].offset), "offsets grow");
        for kept in found {
            assert_eq!(Some(&kept), by_offset.get(&kept.offset), "a record is what it was");
        }
        let there: BTreeSet<i64> = found.iter().map(|kept| kept.offset).collect();
        let newest_cleaned = self.newest(self.cleaned);
        let newest = self.newest(i64::MAX);
        for kept in self.appended.iter().filter(|kept| kept.offset >= self.log_start) {
            let is_there = there.contains(&kept.offset);
            let Some(key) = kept.key else {
                assert!(is_there || kept.offset < self.cleaned, "{kept:?} is gone too early");
                continue;
            };
            let may_go_at = self.buried.get(&kept.offset).map(|since| since + DELETE_RETENTION_MS);
            let expired = may_go_at.is_some_and(|time| time <= self.now);
            let shadowed = kept.offset < self.cleaned && newest_cleaned[&key] > kept.offset;
            assert!(is_there || shadowed || expired, "{kept:?} is lost (compacted up to {})", self.cleaned);
            if newest[&key] == kept.offset && !is_there {
                let older = found.iter().find(|other| other.key == Some(key));
                assert_eq!(older, None, "the tombstone {kept:?} is gone, and what it shadowed is not");
            }
        }
    }

    /// After a pass that came to its end: before it, each key has its newest record at most.
    pub fn check_clean(&self, found: &[Kept], end: i64) {
        let newest = self.newest(end);
        for kept in found.iter().filter(|kept| kept.offset < end) {
            let is_newest = kept.key.is_some_and(|key| newest[&key] == kept.offset);
            assert!(is_newest, "{kept:?} was to be compacted away");
        }
    }

    /// What every way of looking at the log shows.
    pub fn check_log(&self, running: &Running) -> Vec<Kept> {
        let found = running.world.run(read(&running.partition, self.log_start));
        self.check(&found);
        for from in (self.log_start..self.end()).step_by(3) {
            let part = running.world.run(read(&running.partition, from));
            let expected: Vec<Kept> = found.iter().filter(|kept| kept.offset >= from).cloned().collect();
            assert_eq!(part, expected, "a read from {from}");
        }
        let watermarks = running.partition.watermarks();
        assert_eq!((watermarks.log_start.0.0, watermarks.log_end.0.0), (self.log_start, self.end()));
        self.check_times(running, &found);
        self.check_producers(running);
        found
    }

    fn check_times(&self, running: &Running, found: &[Kept]) {
        let greatest = found.iter().map(|kept| kept.timestamp).max();
        let first = found.iter().find(|kept| Some(kept.timestamp) == greatest);
        let told = running.world.run(running.partition.max_timestamp()).expect("it can be read");
        assert_eq!(
            told.map(|told| (told.offset.0, told.timestamp)),
            first.map(|it| (it.offset, it.timestamp))
        );
        for asked in found.iter().step_by(4).map(|kept| kept.timestamp) {
            let first = found.iter().find(|kept| kept.timestamp >= asked).map(|kept| kept.offset);
            let told = running.world.run(running.partition.offset_for_timestamp(asked));
            assert_eq!(told.expect("it can be read").map(|told| told.offset.0), first, "the time {asked}");
        }
    }

    fn check_producers(&self, running: &Running) {
        let told = running.world.run(running.partition.describe_producers()).expect("it is open");
        for producer in 0..PRODUCERS {
            let newest = self.batches.iter().rev().find(|batch| batch.producer == producer);
            let Some(newest) = newest.filter(|batch| batch.base >= self.log_start) else { continue };
            let state = told.iter().find(|(id, _)| id.0 == i64::try_from(producer).expect("small"));
            let last = state.and_then(|(_, state)| state.last()).map(|last| last.last_sequence);
            assert_eq!(last, Some(newest.batch.header.last_sequence()), "producer {producer}");
        }
    }

    pub fn restart(&mut self, disk: &MemoryDisk, running: Running, stop: Option<Crash>) -> Running {
        if stop.is_none() {
            running.world.run(async {
                running.partition.close().await.expect("it closes");
                running
                    .directory
                    .close(0, Some(tribunal_log::PartitionSummaries::new()))
                    .await
                    .expect("it closes");
            });
        }
        drop(running);
        if let Some(crash) = stop {
            disk.crash(crash);
        }
        self.epoch += i32::from(stop.is_some());
        let (running, report) = start(disk, self);
        assert_eq!(report.corrupt_ranges, 0, "nothing was damaged");
        self.epoch = report.leader_epoch.0;
        let end = running.partition.watermarks().log_end.0.0;
        assert!(end >= self.cleaned, "what was compacted was durable");
        assert!(stop.is_some_and(|crash| crash != Crash::Process) || end == self.end());
        self.shrink_to(end);
        let left: Vec<String> = disk
            .paths(DIRECTORY)
            .into_iter()
            .filter(|path| [".cleaned", ".swap", ".deleted"].iter().any(|suffix| path.ends_with(suffix)))
            .collect();
        assert_eq!(left, [] as [String; 0], "a start leaves nothing half done");
        running
    }
}
