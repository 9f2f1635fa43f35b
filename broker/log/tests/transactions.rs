//! Transactions in a log against a model: what a reader of committed records is told, over rolls, stops, crashes,
//! garbled indexes, repairs, deleted records and compaction.

mod support;

use bytes::Bytes;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use support::keyed::{DIRECTORY, Model, Running, config, effort, start};
use support::{Crash, Findings, MemoryDisk, World};
use tribunal_env::Timestamp;
use tribunal_log::inspect::{Finding, Place, Totals, verify};
use tribunal_log::repair::{Listener, RepairOptions, Step, repair};
use tribunal_log::{
    AppendOutcome, CompactionConfig, Durability, PartitionConfig, PartitionSummaries, Unfinished,
};
use tribunal_wire::batch::{Batch, BatchBuilder, Batches, Headers};
use tribunal_wire::compression::Codec;
use tribunal_wire::types::{Offset, ProducerEpoch, ProducerId};

const PRODUCERS: i64 = 4;

#[derive(Debug, Clone)]
enum Act {
    /// A producer's batch with so many records, in a transaction or, for producer 0, outside of any.
    Write(i64, u8),
    /// The producer's marker; an abort if set.
    End(i64, bool),
    Delete(prop::sample::Index),
    Compact(usize),
    /// Damages or removes the index of a sealed segment while nobody has it open, before a start that scans nothing.
    Garble(prop::sample::Index),
    /// Flips a byte of a cache, cuts it short or removes it after a stop, and has it repaired.
    Repair(prop::sample::Index, prop::sample::Index, u8),
    Stop,
    Crash(Crash),
}

/// What was written, in order: first offset, records, whose, and whether it is a marker.
#[derive(Debug, Default)]
struct Written {
    batches: Vec<(i64, i64, i64)>,
    markers: Vec<(i64, i64, bool)>,
    sequences: BTreeMap<i64, i32>,
    start: i64,
    end: i64,
}

impl Written {
    /// Where the producer's transaction begins that is open before `end`.
    fn open_before(&self, producer: i64, end: i64) -> Option<i64> {
        let ended = self.markers.iter().rfind(|(at, whose, _)| *whose == producer && *at < end);
        let since = ended.map_or(-1, |(at, ..)| *at);
        let first = |(base, _, whose): &&(i64, i64, i64)| *whose == producer && *base > since && *base < end;
        self.batches.iter().find(first).map(|(base, ..)| *base)
    }

    fn last_stable(&self) -> i64 {
        let open = (1..PRODUCERS).filter_map(|producer| self.open_before(producer, i64::MAX)).min();
        open.unwrap_or(self.end).max(self.start)
    }

    /// Offsets that a reader of committed records is given from `from` on.
    fn committed(&self, from: i64) -> BTreeSet<i64> {
        let stable = self.last_stable();
        let mut offsets = BTreeSet::new();
        for (base, count, whose) in &self.batches {
            let end = self.markers.iter().find(|(at, producer, _)| producer == whose && at > base);
            let aborted = *whose != 0 && end.is_some_and(|(.., abort)| *abort);
            if base + count <= stable && !aborted {
                offsets.extend((*base..base + count).filter(|offset| *offset >= from));
            }
        }
        offsets
    }
}

fn batch(producer: i64, sequence: i32, records: u8, base: i64) -> Batch {
    let mut builder =
        BatchBuilder::new(Codec::None, None).producer(ProducerId(producer), ProducerEpoch(0), sequence);
    if producer != 0 {
        builder = builder.transactional();
    }
    for record in 0..records {
        let key = (base + i64::from(record)).to_be_bytes();
        builder.push(1_700_000_000_000, Some(&key), Some(b"value"), Headers::NONE);
    }
    builder.build()
}

fn marker(producer: i64, abort: bool) -> Batch {
    let mut builder = BatchBuilder::new(Codec::None, None)
        .producer(ProducerId(producer), ProducerEpoch(0), -1)
        .transactional()
        .control();
    let key = [0, 0, 0, u8::from(!abort)];
    builder.push(1_700_000_000_000, Some(&key), Some(&[0, 0, 0, 0, 0, 1]), Headers::NONE);
    builder.build()
}

fn append(running: &Running, batch: Batch) -> i64 {
    match running.world.run(running.partition.append(batch)) {
        AppendOutcome::Appended(appended) => appended.base_offset.0,
        outcome => panic!("{outcome:?}"),
    }
}

/// Reads as a consumer of committed records does: a producer's records are passed over from where its aborted transaction
/// begins to the marker.
fn consume(running: &Running, from: i64) -> (BTreeSet<i64>, i64) {
    let (mut offsets, mut next) = (BTreeSet::new(), Offset(from));
    loop {
        let found = running.world.run(running.partition.read_committed(next, 300, true));
        let found = found.expect("everything is readable");
        let mut waiting = found.aborted.clone();
        waiting.sort_by_key(|aborted| aborted.first_offset);
        waiting.reverse();
        let mut aborting = BTreeSet::new();
        for batch in Batches::new(Bytes::from(found.read.pieces.concat())) {
            let batch = batch.expect("it is whole");
            let (header, id) = (batch.header, batch.header.producer_id.0);
            while let Some(aborted) = waiting.pop_if(|aborted| aborted.first_offset <= header.last_offset()) {
                aborting.insert(aborted.producer_id.0);
            }
            if header.attributes.is_control() {
                aborting.remove(&id);
            } else if !(header.attributes.is_transactional() && aborting.contains(&id)) {
                let records = batch.records(1 << 20).expect("they can be read");
                let offset = |delta: i32| header.base_offset.0 + i64::from(delta);
                let told = records.iter().map(|record| offset(record.expect("whole").offset_delta));
                offsets.extend(told.filter(|offset| *offset >= from));
            }
        }
        let stable = found.read.watermarks.last_stable.0;
        if found.read.next_offset == next {
            return (offsets, stable.0);
        }
        next = found.read.next_offset;
    }
}

impl Listener for Findings {
    fn done(&mut self, _step: Step) {}

    fn left(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    fn passed(&mut self, _file: &str, _totals: &Totals) {}
}

/// Has a stopped directory repaired, and says how many steps that took.
fn mend(disk: &MemoryDisk) -> u64 {
    let world = World::new(disk.clone());
    let mut findings = Findings::default();
    let options = RepairOptions { write: true, ..RepairOptions::default() };
    let files = world.env().disk();
    let repaired = world.run(repair(&*files, "data", &Place::DataDirectory, &options, &mut findings));
    assert_eq!(findings.0, [], "nothing is left");
    repaired.expect("nothing is in the way").steps
}

/// Damages one of the caches: flips bits of a byte, or cuts it short, or removes it. What was deleted or compacted is told by some
/// of them alone, so these stay then.
fn harm(
    disk: &MemoryDisk,
    which: prop::sample::Index,
    at: prop::sample::Index,
    harm: u8,
    is_compacted: bool,
) {
    let mut caches = disk.paths(DIRECTORY);
    let first = caches.iter().find(|path| path.ends_with(".log")).expect("a log has a segment");
    let inherited = first.replace(".log", ".snapshot");
    caches.retain(|path| {
        let is_cache = |end: &&str| path.ends_with(end);
        let alone = [".txnindex", ".snapshot"].iter().any(is_cache);
        let others = [".index", ".timeindex", "leader-epoch-checkpoint"];
        others.iter().any(is_cache) || (alone && !is_compacted && *path != inherited)
    });
    let path = &caches[which.index(caches.len())];
    if harm == 0 {
        return disk.forget(path);
    }
    disk.damage(path, |bytes| {
        let at = at.index(bytes.len() + 1);
        match bytes.get_mut(at) {
            Some(byte) if harm > 20 => *byte ^= harm,
            _ => bytes.truncate(at),
        }
    });
}

fn check(running: &Running, written: &Written) {
    for from in [written.start, i64::midpoint(written.start, written.end)] {
        let (offsets, stable) = consume(running, from);
        assert_eq!(offsets, written.committed(from), "committed records from {from}: {written:?}");
        assert_eq!(stable, written.last_stable(), "{written:?}");
    }
}

fn check_inspection(running: &Running) {
    let mut findings = Findings::default();
    let files = running.world.env().disk();
    let verified = verify(&*files, "data", &Place::DataDirectory, &mut findings);
    running.world.run(verified).expect("the directory can be read");
    assert_eq!(findings.0, []);
}

fn act() -> impl Strategy<Value = Act> {
    let crash = prop_oneof![Just(Crash::Process), any::<u64>().prop_map(Crash::Names)];
    prop_oneof![
        12 => (0..PRODUCERS, 1..4u8).prop_map(|(producer, records)| Act::Write(producer, records)),
        6 => (1..PRODUCERS, any::<bool>()).prop_map(|(producer, abort)| Act::End(producer, abort)),
        1 => any::<prop::sample::Index>().prop_map(Act::Delete),
        1 => any::<prop::sample::Index>().prop_map(Act::Garble),
        2 => (4..40usize).prop_map(Act::Compact),
        1 => (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>())
            .prop_map(|(which, at, harm)| Act::Repair(which, at, harm)),
        1 => Just(Act::Stop),
        1 => crash.prop_map(Act::Crash),
    ]
}

/// Stops the log in good order.
fn stop(running: &Running) {
    running.world.run(async {
        running.partition.close().await.expect("it closes");
        running.directory.close(0, Some(PartitionSummaries::new())).await.expect("the directory closes");
    });
}

fn restarted(disk: &MemoryDisk, model: &mut Model) -> Running {
    let (running, report) = start(disk, model);
    model.epoch = report.leader_epoch.0;
    running
}

fn perform(
    disk: &MemoryDisk,
    running: Running,
    model: &mut Model,
    written: &mut Written,
    act: &Act,
) -> Running {
    match *act {
        Act::Write(producer, records) => {
            let sequence = written.sequences.entry(producer).or_default();
            let base = append(&running, batch(producer, *sequence, records, written.end));
            *sequence += i32::from(records);
            assert_eq!(base, written.end);
            written.batches.push((base, i64::from(records), producer));
            written.end += i64::from(records);
        }
        Act::End(producer, abort) => {
            let base = append(&running, marker(producer, abort));
            written.markers.push((base, producer, abort));
            written.end += 1;
        }
        Act::Delete(at) => {
            let span = usize::try_from(written.end - written.start).expect("small");
            let before = written.start + i64::try_from(at.index(span + 1)).expect("small");
            running.world.run(running.partition.delete_records(before)).expect("it is in range");
            written.start = before;
        }
        Act::Compact(keys) => {
            let now = Timestamp::from_millis(1_700_000_000_000);
            let mut effort = effort(&running, keys);
            match running.world.run(running.partition.compact(now, &mut effort)) {
                Ok(_) | Err(Unfinished::Nothing) => {}
                Err(unfinished) => panic!("{unfinished:?}"),
            }
        }
        Act::Garble(at) => {
            stop(&running);
            drop(running);
            let mut indexes = disk.paths(DIRECTORY);
            indexes.retain(|path| {
                path.ends_with(".txnindex") && disk.content(path).is_some_and(|it| !it.is_empty())
            });
            if !indexes.is_empty() {
                let path = &indexes[at.index(indexes.len())];
                disk.damage(path, |bytes| bytes[1] ^= 0x40);
            }
            return restarted(disk, model);
        }
        Act::Repair(which, at, damage) => {
            stop(&running);
            drop(running);
            let _leftovers = mend(disk);
            assert_eq!(mend(disk), 0, "nothing is left to do");
            harm(disk, which, at, damage, model.config.compaction.is_some());
            mend(disk);
            assert_eq!(mend(disk), 0, "nothing is left to do");
            return restarted(disk, model);
        }
        Act::Stop => {
            stop(&running);
            check_inspection(&running);
            drop(running);
            return restarted(disk, model);
        }
        Act::Crash(crash) => {
            running.world.run(running.partition.flush()).expect("it flushes");
            drop(running);
            disk.crash(crash);
            return restarted(disk, model);
        }
    }
    running
}

fn run(config: PartitionConfig, acts: Vec<Act>) {
    let disk = MemoryDisk::default();
    let mut model = Model::new(config);
    let mut running = start(&disk, &model).0;
    let mut written = Written::default();
    for act in acts {
        running = perform(&disk, running, &mut model, &mut written, &act);
        check(&running, &written);
    }
}

fn uncompacted() -> PartitionConfig {
    PartitionConfig { compaction: None, ..config(400) }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200, failure_persistence: None, max_shrink_iters: 20_000, ..ProptestConfig::default()
    })]

    #[test]
    fn readers_of_committed_records_get_what_the_model_says(
        acts in prop::collection::vec(act(), 1..60),
        flush in any::<bool>(),
        tail in any::<bool>(),
    ) {
        let durability = if flush { Durability::FlushBeforeAcknowledge } else { Durability::PageCache };
        let tail_bytes = if tail { 1 << 20 } else { 0 };
        run(PartitionConfig { durability, tail_bytes, ..uncompacted() }, acts);
    }

    #[test]
    fn compaction_takes_no_committed_record_and_shows_no_aborted_one(
        acts in prop::collection::vec(act(), 1..60),
    ) {
        // Every record has a key of its own: nothing but aborted records and old markers may go.
        let compaction = CompactionConfig { min_cleanable_ratio: 0, delete_retention_ms: 0, ..CompactionConfig::default() };
        run(PartitionConfig { compaction: Some(compaction), ..uncompacted() }, acts);
    }
}

/// Compacts, in passes of so many keys, until the disk has taken `cut` changes; then comes the crash. Says whether it
/// came to that.
fn compact_until_cut(
    disk: &MemoryDisk,
    running: Running,
    passes: &[usize],
    (cut, crash): (u64, Crash),
) -> bool {
    disk.die_after(Some(cut));
    for keys in passes {
        let mut effort = effort(&running, *keys);
        let now = Timestamp::from_millis(1_700_000_000_000);
        let _cut_off = running.world.run(running.partition.compact(now, &mut effort));
    }
    let died = disk.is_dead();
    disk.die_after(None);
    drop(running);
    disk.crash(crash);
    died
}

#[test]
fn a_pass_that_is_cut_off_anywhere_hides_and_shows_nothing() {
    let compaction =
        CompactionConfig { min_cleanable_ratio: 0, delete_retention_ms: 0, ..CompactionConfig::default() };
    let config = PartitionConfig { compaction: Some(compaction), ..uncompacted() };
    let names = (1..=6).map(Crash::Names);
    for crash in [Crash::Process, Crash::DropUnsynced].into_iter().chain(names) {
        for cut in 0.. {
            let disk = MemoryDisk::default();
            let mut model = Model::new(config);
            let mut running = restarted(&disk, &mut model);
            let mut written = Written::default();
            for round in 0..24 {
                let producer = round % PRODUCERS;
                running = perform(&disk, running, &mut model, &mut written, &Act::Write(producer, 2));
                if round % 5 == 4 && producer != 0 {
                    let end = Act::End(producer, round % 2 == 0);
                    running = perform(&disk, running, &mut model, &mut written, &end);
                }
            }
            for producer in 1..PRODUCERS {
                let end = Act::End(producer, producer != 2);
                running = perform(&disk, running, &mut model, &mut written, &end);
            }
            running = perform(&disk, running, &mut model, &mut written, &Act::Write(0, 4));
            running.world.run(running.partition.flush()).expect("it flushes");
            // Two passes, so that the second finds markers whose time has come, and ends within a segment.
            let died = compact_until_cut(&disk, running, &[13, 9], (cut, crash));
            let mut running = restarted(&disk, &mut model);
            check(&running, &written);
            running = perform(&disk, running, &mut model, &mut written, &Act::Compact(40));
            check(&running, &written);
            stop(&running);
            check_inspection(&running);
            if !died {
                assert!(cut > 20, "two passes are more than {cut} changes");
                break;
            }
        }
    }
}

/// Writes outside of transactions until the first segment is sealed.
fn roll(disk: &MemoryDisk, mut running: Running, model: &mut Model, written: &mut Written) -> Running {
    let segments = || disk.paths(DIRECTORY).iter().filter(|path| path.ends_with(".log")).count();
    while segments() == 1 {
        running = perform(disk, running, model, written, &Act::Write(0, 3));
    }
    running
}

#[test]
fn an_index_of_a_tail_that_a_power_loss_took_does_not_come_back() {
    let mut stale = 0;
    for seed in 0..40 {
        let disk = MemoryDisk::default();
        let mut model = Model::new(uncompacted());
        let mut written = Written::default();
        let mut running = restarted(&disk, &mut model);
        running = perform(&disk, running, &mut model, &mut written, &Act::Write(1, 1));
        running.world.run(running.partition.flush()).expect("it flushes");
        running = perform(&disk, running, &mut model, &mut written, &Act::End(1, true));
        drop(roll(&disk, running, &mut model, &mut written));
        disk.crash(Crash::Subset(seed));
        let index = format!("{DIRECTORY}/{:020}.txnindex", 0);
        let has_entries = || disk.content(&index).is_some_and(|content| !content.is_empty());
        let is_stale = has_entries();
        running = restarted(&disk, &mut model);
        if running.partition.watermarks().log_end.0 != Offset(1) {
            continue;
        }
        stale += usize::from(is_stale);
        assert!(!has_entries(), "its marker is gone");
        written = Written { batches: vec![(0, 1, 1)], end: 1, ..Written::default() };
        running = perform(&disk, running, &mut model, &mut written, &Act::End(1, false));
        running = roll(&disk, running, &mut model, &mut written);
        assert!(!has_entries(), "nothing was aborted");
        check(&running, &written);
    }
    assert!(stale > 3, "{stale} indexes outlived what they tell of");
}

#[test]
fn a_transaction_whose_first_batch_a_full_disk_turned_away_can_be_ended() {
    let disk = MemoryDisk::default();
    let running = start(&disk, &Model::new(uncompacted())).0;
    let outcome = |batch| running.world.run(running.partition.append(batch));
    assert_eq!(append(&running, batch(0, 0, 1, 0)), 0);
    disk.set_room(Some(0));
    assert_eq!(outcome(batch(1, 0, 2, 0)), AppendOutcome::NoSpace);
    // A marker that finds no room either changes nothing.
    assert_eq!(outcome(marker(1, true)), AppendOutcome::NoSpace);
    disk.set_room(None);
    assert_eq!(outcome(batch(1, 2, 2, 0)), AppendOutcome::OutOfOrderSequence);
    assert_eq!(append(&running, marker(1, true)), 1);
    assert_eq!(append(&running, batch(1, 0, 2, 0)), 2);
    assert_eq!(append(&running, batch(1, 2, 2, 0)), 4);
}

#[test]
fn where_nobody_knows_what_was_compacted_the_walk_tells_what_was_aborted() {
    let index = format!("{DIRECTORY}/{:020}.txnindex", 0);
    for rolls in [false, true] {
        let disk = MemoryDisk::default();
        let mut model = Model::new(uncompacted());
        let mut written = Written::default();
        let mut running = restarted(&disk, &mut model);
        running = perform(&disk, running, &mut model, &mut written, &Act::Write(1, 2));
        running = perform(&disk, running, &mut model, &mut written, &Act::Stop);
        running = perform(&disk, running, &mut model, &mut written, &Act::End(1, true));
        running.world.run(running.partition.flush()).expect("it flushes");
        if rolls {
            running = roll(&disk, running, &mut model, &mut written);
            // The name was flushed, what stands in it was not.
            disk.damage(&index, Vec::clear);
        }
        drop(running);
        disk.plant("data/cleaner-offset-checkpoint", b"damaged".to_vec());
        running = restarted(&disk, &mut model);
        check(&running, &written);
        running = roll(&disk, running, &mut model, &mut written);
        stop(&running);
        drop(running);
        check(&restarted(&disk, &mut model), &written);
    }
}

/// A pass on a disk that dies after `cut` changes, a loss of power, and a start. Says whether the disk died.
fn passes_cut_off(segment_bytes: u64, keys: usize, seed: u64, cut: u64) -> bool {
    let compaction =
        CompactionConfig { min_cleanable_ratio: 0, delete_retention_ms: 0, ..CompactionConfig::default() };
    let config = PartitionConfig { compaction: Some(compaction), segment_bytes, ..uncompacted() };
    let disk = MemoryDisk::default();
    let mut model = Model::new(config);
    let mut running = restarted(&disk, &mut model);
    let mut written = Written::default();
    for act in [Act::Write(1, 1), Act::End(1, true), Act::Write(0, 1)].iter().cycle().take(15) {
        running = perform(&disk, running, &mut model, &mut written, act);
    }
    model.config.segment_bytes = 900;
    running.world.run(running.partition.set_config(model.config)).expect("it is taken");
    running.world.run(running.partition.flush()).expect("it flushes");
    let died = compact_until_cut(&disk, running, &[keys], (cut, Crash::Names(seed)));
    check(&restarted(&disk, &mut model), &written);
    died
}

#[test]
fn a_compacted_segment_never_stands_without_its_aborted_transactions() {
    // The pass ends within a segment, in front of aborted records; with the smaller ones, two become one.
    for segment_bytes in [400, 900] {
        for (keys, seed) in (2..5).flat_map(|keys| (0..30).map(move |seed| (keys, seed))) {
            let mut cut = 0;
            while passes_cut_off(segment_bytes, keys, seed, cut) {
                cut += 1;
            }
            assert!(cut > 20, "a pass is more than {cut} changes");
        }
    }
}
