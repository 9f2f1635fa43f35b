//! Compaction against a model: random logs, passes that the map cuts short, tombstones whose time comes, stops and crashes.

mod support;

use proptest::prelude::*;
use support::keyed::{
    DIRECTORY, Entry, Model, PRODUCERS, Running, TOPIC, TOPIC_ID, config, start, start_with,
};
use support::{Crash, Findings, MemoryDisk};
use tribunal_log::inspect::{Place, Problem, verify};
use tribunal_log::{ChangeError, CompactionConfig, PartitionConfig, ReadError, Unfinished};
use tribunal_wire::batch::Batches;
use tribunal_wire::compression::Codec;
use tribunal_wire::types::PartitionIndex;

#[derive(Debug, Clone)]
enum Act {
    Append(usize, Codec, Vec<Entry>),
    /// A pass with room for so many keys.
    Compact(usize),
    Repeat(usize),
    /// So many milliseconds pass.
    Wait(i64),
    Delete(prop::sample::Index),
    Flush,
    /// `min.compaction.lag.ms`.
    Lag(i64),
    Stop,
    Crash(Crash),
}

fn act() -> impl Strategy<Value = Act> {
    let codec = prop_oneof![
        4 => Just(Codec::None), 1 => Just(Codec::Gzip), 1 => Just(Codec::Snappy), 1 => Just(Codec::Lz4),
        1 => Just(Codec::Zstd),
    ];
    let entry = (prop::option::weighted(0.95, 0..12u8), prop::bool::weighted(0.7));
    let crash = prop_oneof![
        Just(Crash::Process),
        Just(Crash::DropUnsynced),
        any::<u64>().prop_map(Crash::Prefix),
        any::<u64>().prop_map(Crash::Names),
    ];
    prop_oneof![
        16 => (0..=PRODUCERS, codec, prop::collection::vec(entry, 1..8))
            .prop_map(|(producer, codec, entries)| Act::Append(producer, codec, entries)),
        6 => (1..30usize).prop_map(Act::Compact),
        2 => (0..PRODUCERS).prop_map(Act::Repeat),
        2 => (0..1_500i64).prop_map(Act::Wait),
        1 => any::<prop::sample::Index>().prop_map(Act::Delete),
        1 => Just(Act::Flush),
        1 => prop_oneof![Just(0), 1..20i64].prop_map(Act::Lag),
        1 => Just(Act::Stop),
        2 => crash.prop_map(Act::Crash),
    ]
}

fn perform(disk: &MemoryDisk, running: Running, model: &mut Model, act: Act) -> Running {
    match act {
        Act::Append(producer, codec, entries) => model.append(&running, producer, codec, &entries),
        Act::Compact(keys) => match model.compact(&running, keys) {
            Ok(done) => {
                assert!(done.to > done.from, "a pass makes progress");
                let found = model.check_log(&running);
                model.check_clean(&found, done.to.0);
            }
            Err(Unfinished::Nothing) => {}
            Err(unfinished) => panic!("{unfinished:?}"),
        },
        Act::Repeat(producer) => model.repeat(&running, producer),
        Act::Wait(millis) => model.now += millis,
        Act::Delete(at) => {
            let before = at.index(usize::try_from(model.end()).expect("small") + 1);
            let before = i64::try_from(before).expect("small");
            running.world.run(running.partition.delete_records(before)).expect("it is in range");
            model.log_start = model.log_start.max(before);
        }
        Act::Flush => drop(running.world.run(running.partition.flush()).expect("it flushes")),
        Act::Lag(millis) => {
            let compaction = model.config.compaction.expect("the log is compacted");
            model.config.compaction = Some(CompactionConfig { min_lag_ms: millis, ..compaction });
            running.world.run(running.partition.set_config(model.config)).expect("it is taken");
        }
        Act::Stop => {
            let running = model.restart(disk, running, None);
            check_inspection(&running);
            return running;
        }
        Act::Crash(crash) => return model.restart(disk, running, Some(crash)),
    }
    running
}

/// The inspection takes what was compacted for what it is.
fn check_inspection(running: &Running) {
    let mut findings = Findings::default();
    let files = running.world.env().disk();
    let verified = verify(&*files, "data", &Place::DataDirectory, &mut findings);
    running.world.run(verified).expect("the directory can be read");
    // A snapshot that a power loss tore is passed over by whoever reads it.
    findings.0.retain(|finding| finding.problem != Problem::ProducerSnapshot || finding.position.is_none());
    assert_eq!(findings.0, []);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        max_shrink_iters: 3000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_compacted_log_is_what_the_model_allows(
        acts in prop::collection::vec(act(), 1..70),
        segment_bytes in 300..2_000u64,
        tail_bytes in 0..3_000usize,
        short_writes in any::<bool>(),
    ) {
        let disk = MemoryDisk::default();
        disk.set_short_writes(short_writes);
        let mut model = Model::new(PartitionConfig { tail_bytes, ..config(segment_bytes) });
        let (mut running, _) = start(&disk, &model);
        for act in acts {
            running = perform(&disk, running, &mut model, act);
            prop_assert!(!running.partition.is_fenced());
        }
        model.check_log(&running);
        let running = model.restart(&disk, running, Some(Crash::Process));
        model.check_log(&running);
    }
}

/// A log with several segments of which most can be compacted away.
fn prepared(disk: &MemoryDisk) -> (Running, Model) {
    let mut model = Model::new(config(500));
    let (running, _) = start(disk, &model);
    for round in 0..30u8 {
        let entries = [(Some(round % 5), true), (Some(round % 3 + 10), round % 7 != 0), (Some(round), true)];
        let codec = if round % 4 == 0 { Codec::Lz4 } else { Codec::None };
        model.append(&running, usize::from(round) % (PRODUCERS + 1), codec, &entries);
    }
    running.world.run(running.partition.flush()).expect("it flushes");
    // Several of these segments become one.
    model.config = config(1_700);
    running.world.run(running.partition.set_config(model.config)).expect("it is taken");
    (running, model)
}

#[test]
fn a_pass_that_is_cut_off_anywhere_leaves_the_old_log_or_the_new_one() {
    let names = (1..=8).map(Crash::Names);
    for crash in [Crash::Process, Crash::DropUnsynced].into_iter().chain(names) {
        for cut in 0.. {
            let disk = MemoryDisk::default();
            let (running, mut model) = prepared(&disk);
            let active = running.partition.watermarks().log_end.0.0;
            disk.die_after(Some(cut));
            let result = model.compact(&running, 1_000);
            let died = disk.is_dead();
            disk.die_after(None);
            let mut running = model.restart(&disk, running, Some(crash));
            // Nobody knows how far it came.
            model.allow(active);
            model.check_log(&running);
            let again = model.compact(&running, 1_000);
            assert!(matches!(again, Ok(_) | Err(Unfinished::Nothing)), "{again:?}");
            model.now += 5_000;
            model.append(&running, 0, Codec::None, &[(Some(1), true); 30]);
            model.append(&running, 1, Codec::None, &[(Some(1), true)]);
            running.world.run(running.partition.flush()).expect("it flushes");
            let done = model.compact(&running, 1_000).expect("the log is as good as ever");
            let found = model.check_log(&running);
            model.check_clean(&found, done.to.0);
            running = model.restart(&disk, running, Some(Crash::DropUnsynced));
            model.check_log(&running);
            if !died {
                assert!(result.is_ok() && cut > 20, "{result:?} after {cut} changes");
                break;
            }
        }
    }
}

#[test]
fn a_swap_that_a_failed_start_had_finished_leaves_no_damage_to_the_next_try() {
    for (cut, dies_after) in (10..50).flat_map(|cut| (20..60).map(move |most| (cut, most))) {
        let disk = MemoryDisk::default();
        let (running, mut model) = prepared(&disk);
        let active = running.partition.watermarks().log_end.0.0;
        disk.die_after(Some(cut));
        let _cut_off = model.compact(&running, 1_000);
        disk.die_after(None);
        drop(running);
        disk.crash(Crash::Process);
        let (running, report) = start_with(&disk, &model, Some(dies_after));
        assert_eq!(report.corrupt_ranges, 0, "after {cut} changes of a pass and {dies_after} of a start");
        model.allow(active);
        model.check_log(&running);
    }
}

#[test]
fn what_rotted_at_the_end_of_a_compacted_segment_is_told() {
    let disk = MemoryDisk::default();
    let (running, mut model) = prepared(&disk);
    model.compact(&running, 1_000).expect("there is something to do");
    let path = format!("{DIRECTORY}/{:020}.log", 0);
    let content = disk.content(&path).expect("it is there");
    let last = Batches::new(content.into()).map(|batch| batch.expect("it is whole").header).last();
    let last = last.expect("something is left").last_offset();
    disk.damage(&path, |content| *content.last_mut().expect("it is not empty") ^= 1);
    let read = running.world.run(running.partition.read(last, 1_000, true));
    assert!(matches!(read, Err(ReadError::Corrupt(range)) if range.from == last), "{read:?}");
}

#[test]
fn a_full_or_failing_disk_ends_the_pass_and_nothing_else() {
    for failure in 0..30 {
        let disk = MemoryDisk::default();
        let (running, mut model) = prepared(&disk);
        match failure {
            0..10 => disk.set_room(Some(failure * 40)),
            10..20 => disk.fail_writes(1),
            _ => disk.fail_syncs(1),
        }
        let result = model.compact(&running, 1_000);
        assert!(matches!(result, Err(Unfinished::Failed(_))), "{result:?} at {failure}");
        disk.set_room(None);
        let left = disk.paths(DIRECTORY).into_iter().filter(|path| path.contains(".cleaned")).count();
        assert_eq!(left, 0, "nothing is left of a pass that failed");
        assert!(!running.partition.is_fenced());
        // Groups that were in their place by then stay there.
        model.allow(model.end());
        model.check_log(&running);
        model.append(&running, 0, Codec::None, &[(Some(1), true)]);
        model.compact(&running, 1_000).expect("it is tried again");
        let running = model.restart(&disk, running, Some(Crash::Process));
        model.check_log(&running);
    }
}

#[test]
fn a_snapshot_behind_what_was_compacted_has_every_producer() {
    let plain = (None, true);
    let keyed = |key: u8, has_value: bool| (Some(key), has_value);
    let acts = vec![
        Act::Append(0, Codec::None, vec![plain]),
        Act::Append(1, Codec::None, vec![plain, plain]),
        Act::Append(
            1,
            Codec::None,
            vec![plain, keyed(4, false), keyed(7, false), plain, plain, keyed(0, true)],
        ),
        Act::Append(
            1,
            Codec::None,
            vec![keyed(0, false), keyed(5, true), keyed(8, true), keyed(9, true), keyed(1, true)],
        ),
        Act::Crash(Crash::Process),
        Act::Append(1, Codec::None, vec![keyed(3, false), keyed(2, true)]),
        Act::Append(0, Codec::None, vec![keyed(0, true), keyed(0, false)]),
        Act::Append(0, Codec::None, vec![plain, plain]),
        Act::Append(0, Codec::Snappy, vec![keyed(0, true)]),
        Act::Append(0, Codec::None, vec![plain, plain]),
        Act::Compact(1),
        Act::Crash(Crash::DropUnsynced),
        Act::Stop,
    ];
    let disk = MemoryDisk::default();
    let mut model = Model::new(PartitionConfig { tail_bytes: 0, ..config(300) });
    let (mut running, _) = start(&disk, &model);
    for act in acts {
        running = perform(&disk, running, &mut model, act);
    }
    model.check_log(&running);
}

#[test]
fn a_deletion_that_is_tried_again_forgets_what_was_compacted() {
    let checkpoint = "data/cleaner-offset-checkpoint";
    let disk = MemoryDisk::default();
    let (running, mut model) = prepared(&disk);
    model.compact(&running, 1_000).expect("there is something to do");
    let line = format!("\n{TOPIC} 0 ");
    let names_it =
        || disk.content(checkpoint).is_some_and(|text| String::from_utf8_lossy(&text).contains(&line));
    assert!(names_it());
    let Running { world, directory, partition } = running;
    world.run(async {
        disk.set_room(Some(0));
        assert_eq!(partition.delete(1).await, Err(ChangeError::Storage));
        disk.set_room(None);
        let name = (TOPIC, PartitionIndex(0));
        directory.delete(&*world.env().disk(), name, TOPIC_ID, 2).await.expect("it is deleted");
    });
    assert!(!names_it(), "a new partition of this name would begin with gaps");
}
