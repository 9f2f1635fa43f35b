//! Retention of a partition on disk: what goes, what stays, and what a crash or a full disk at any point leaves.
//!
//! Long because it is a list: each test stands alone, and all share the few helpers at the top.

mod support;

use support::{Crash, MemoryDisk, World};
use tribunal_env::{Fact, SegmentDeletion, Timestamp};
use tribunal_log::{
    AppendOutcome, ChangeError, Durability, LogDirectory, OpenOptions, Partition, PartitionConfig,
    PartitionSummaries, ReadError,
};
use tribunal_wire::batch::{Batch, BatchBuilder, Headers};
use tribunal_wire::compression::Codec;
use tribunal_wire::types::{LeaderEpoch, Offset, PartitionIndex, ProducerEpoch, ProducerId, TopicId};

const TOPIC: &str = "orders";
const FILES: &str = "data/orders-0/";
/// Batches that the log of a test begins with: one record each, at times 0, 10, 20, ...
const BATCHES: i64 = 60;

fn keeping(bytes: Option<u64>, ms: Option<u64>) -> PartitionConfig {
    PartitionConfig {
        segment_bytes: 1000,
        index_interval_bytes: 200,
        tail_bytes: 300,
        retention_bytes: bytes,
        retention_ms: ms,
        file_delete_delay_ms: 1000,
        durability: Durability::FlushBeforeAcknowledge,
        ..PartitionConfig::default()
    }
}

fn batch(sequence: i32, time: i64) -> Batch {
    let mut builder = BatchBuilder::new(Codec::None, None);
    if sequence >= 0 {
        builder = builder.producer(ProducerId(1), ProducerEpoch(0), sequence);
    }
    builder.push(time, None, Some(b"a value that is not short"), Headers::NONE);
    builder.build()
}

struct Log {
    directory: LogDirectory,
    partition: Partition,
}

async fn open(world: &World, config: PartitionConfig) -> Log {
    let env = world.env();
    let (directory, found) = LogDirectory::open(&env, "data").await.expect("the directory opens");
    let mut options = OpenOptions::new(TopicId([7; 16]), 0, config);
    options.clean = found.clean;
    options.recovery_point = found.recovery_point(TOPIC, PartitionIndex(0));
    options.log_start = found.log_start(TOPIC, PartitionIndex(0));
    let (partition, report) =
        Partition::open(&env, &directory, TOPIC, options).await.expect("the partition opens");
    assert_eq!((report.corrupt_ranges, report.cut_valid_bytes), (0, 0), "nothing was damaged");
    Log { directory, partition }
}

async fn fill(partition: &Partition, from: i64, to: i64) {
    for index in from..to {
        let sequence = i32::try_from(index).expect("small");
        let outcome = partition.append(batch(sequence, index * 10)).await;
        assert!(matches!(outcome, AppendOutcome::Appended(it) if it.base_offset.0 == index), "{outcome:?}");
    }
}

async fn filled(world: &World, config: PartitionConfig) -> Log {
    let log = open(world, config).await;
    fill(&log.partition, 0, BATCHES).await;
    log
}

async fn close(log: &Log) {
    log.partition.close().await.expect("it closes");
    log.directory.close(0, Some(PartitionSummaries::new())).await.expect("it closes");
}

async fn retain_at(partition: &Partition, now: i64) -> usize {
    let done = partition.retain(Timestamp::from_millis(now)).await.expect("the disk works");
    assert!(!done.more);
    done.segments
}

fn start(partition: &Partition) -> i64 {
    partition.watermarks().log_start.0.0
}

fn end(partition: &Partition) -> i64 {
    partition.watermarks().log_end.0.0
}

/// Base offset and bytes of each segment on disk.
fn segments(disk: &MemoryDisk) -> Vec<(i64, u64)> {
    let logs = disk.paths(FILES).into_iter().filter(|path| path.ends_with(".log"));
    logs.map(|path| {
        let base = path[FILES.len()..].trim_end_matches(".log").parse().expect("an offset");
        (base, disk.content(&path).expect("it is there").len() as u64)
    })
    .collect()
}

fn deleted_files(disk: &MemoryDisk) -> usize {
    disk.paths(FILES).iter().filter(|path| path.ends_with(".deleted")).count()
}

/// Reads everything from the log start to the end, and checks that nothing before it is given.
async fn check_readable(partition: &Partition) {
    let (start, end) = (start(partition), end(partition));
    let mut next = Offset(start);
    while next.0 < end {
        let read = partition.read(next, 500, true).await.expect("it is in range");
        assert!(read.next_offset > next);
        next = read.next_offset;
    }
    if start > 0 {
        let refused = partition.read(Offset(start - 1), 500, true).await;
        assert!(matches!(refused, Err(ReadError::OffsetOutOfRange(_))), "{refused:?}");
    }
}

#[test]
fn old_segments_go_by_size_and_at_least_that_much_stays() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let log = filled(&world, keeping(Some(2500), None)).await;
        let before = segments(&disk);
        assert!(before.len() > 4);
        let gone = retain_at(&log.partition, 0).await;
        let first = before[gone];
        assert_eq!(start(&log.partition), first.0);
        let left = log.partition.size_bytes();
        assert!(left >= 2500 && left < 2500 + before[gone - 1].1, "{left} bytes are left");
        assert_eq!(segments(&disk), before[gone..], "the files have other names");
        check_readable(&log.partition).await;
        assert_eq!(retain_at(&log.partition, 0).await, 0, "nothing more");
        fill(&log.partition, BATCHES, BATCHES + 5).await;
    });
    let deleted: Vec<_> = world
        .facts()
        .into_iter()
        .filter_map(|fact| match fact {
            Fact::SegmentDeleted { base_offset, end_offset, reason, .. } => {
                assert_eq!(reason, SegmentDeletion::Size);
                Some((base_offset, end_offset))
            }
            _ => None,
        })
        .collect();
    assert!(deleted[0].0 == 0 && deleted.windows(2).all(|pair| pair[0].1 == pair[1].0), "{deleted:?}");
}

#[test]
fn old_segments_go_by_their_newest_timestamp() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let log = filled(&world, keeping(None, Some(100))).await;
        let before = segments(&disk);
        // The newest record of the second segment has this time.
        let newest = (before[2].0 - 1) * 10;
        assert_eq!(retain_at(&log.partition, newest + 100).await, 1);
        assert_eq!(start(&log.partition), before[1].0);
        assert_eq!(retain_at(&log.partition, newest + 101).await, 1);
        assert_eq!(start(&log.partition), before[2].0);
        check_readable(&log.partition).await;
    });
}

/// A log of large segments, of which a start does not look at the first: offsets 0 to 8 at times 0 to 80.
fn open_large(disk: &MemoryDisk, change: impl FnOnce()) -> (World, Log) {
    let config = PartitionConfig { segment_bytes: 9 << 20, ..keeping(None, Some(100)) };
    let world = World::new(disk.clone());
    world.run(async {
        let log = open(&world, config).await;
        for index in 0..30 {
            let mut builder = BatchBuilder::new(Codec::None, None);
            builder.push(index * 10, None, Some(&vec![7; 1_000_000]), Headers::NONE);
            assert_eq!(log.partition.append(builder.build()).await.error_code(), 0);
        }
        assert_eq!(segments(disk)[1].0, 9);
        close(&log).await;
    });
    drop(world);
    change();
    let world = World::new(disk.clone());
    let log = world.run(open(&world, config));
    (world, log)
}

#[test]
fn timestamps_come_from_the_index_files_after_a_start() {
    let index = format!("{FILES}{:020}.timeindex", 0);
    let offsets = format!("{FILES}{:020}.index", 0);
    let disk = MemoryDisk::default();
    let whole = || {};
    // The first entries alone: well formed, and older than the segment's end.
    let short = || disk.damage(&index, |content| content.truncate(36));
    let both_short = || {
        disk.damage(&index, |content| content.truncate(36));
        disk.damage(&offsets, |content| content.truncate(24));
    };
    let earlier = || disk.damage(&index, |content| *content.iter_mut().rev().nth(4).expect("long") -= 5);
    let gone = || disk.forget(&index);
    let changes: [&dyn Fn(); 5] = [&whole, &short, &both_short, &earlier, &gone];
    for (number, change) in changes.into_iter().enumerate() {
        for path in disk.paths("") {
            if path.starts_with(FILES) || path.ends_with("checkpoint") {
                disk.forget(&path);
            }
        }
        let (world, log) = open_large(&disk, change);
        world.run(async {
            assert_eq!(retain_at(&log.partition, 180).await, 0, "change {number}");
            assert_eq!(retain_at(&log.partition, 181).await, 1, "change {number}");
            assert_eq!(start(&log.partition), 9);
        });
    }
}

#[test]
fn a_segment_that_cannot_be_read_ages_from_when_it_was_seen() {
    let disk = MemoryDisk::default();
    let log_file = format!("{FILES}{:020}.log", 0);
    let index = format!("{FILES}{:020}.timeindex", 0);
    let (world, log) = open_large(&disk, || {
        disk.forget(&index);
        disk.make_unreadable(&log_file, 8_500_000);
    });
    world.run(async {
        assert_eq!(retain_at(&log.partition, 5000).await, 0, "what cannot be read may be young");
        assert_eq!(retain_at(&log.partition, 5101).await, 4, "the younger ones waited for it");
    });
}

#[test]
fn a_log_of_which_all_is_expired_begins_anew() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let log = filled(&world, keeping(None, Some(100))).await;
        let before = segments(&disk).len();
        assert_eq!(retain_at(&log.partition, 1_000_000).await, before);
        assert_eq!((start(&log.partition), end(&log.partition)), (BATCHES, BATCHES));
        assert_eq!((log.partition.segment_count(), log.partition.size_bytes()), (1, 0));
        assert_eq!(retain_at(&log.partition, 2_000_000).await, 0, "an empty log stays as it is");
        // The producer is known although all of its batches are gone.
        let again = log.partition.append(batch(BATCHES as i32 - 1, 0)).await;
        assert!(matches!(again, AppendOutcome::Duplicate(_)), "{again:?}");
        fill(&log.partition, BATCHES, BATCHES + 3).await;
        check_readable(&log.partition).await;
        close(&log).await;
    });
    drop(world);
    let world = World::new(disk);
    world.run(async {
        let log = open(&world, keeping(None, Some(100))).await;
        assert_eq!((start(&log.partition), end(&log.partition)), (BATCHES, BATCHES + 3));
        fill(&log.partition, BATCHES + 3, BATCHES + 5).await;
    });
}

#[test]
fn what_is_not_flushed_where_flushes_are_promised_stays() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let config = PartitionConfig { durability: Durability::FlushOnRequest, ..keeping(Some(0), None) };
        let log = filled(&world, config).await;
        let sealed_and_flushed = log.partition.watermarks().high_watermark.0.0;
        retain_at(&log.partition, 0).await;
        assert!(start(&log.partition) <= sealed_and_flushed && sealed_and_flushed < BATCHES);
        log.partition.flush().await.expect("it flushes");
        retain_at(&log.partition, 0).await;
        assert_eq!(start(&log.partition), BATCHES);
    });
}

#[test]
fn files_are_kept_for_a_while_and_removed_then_or_at_the_next_start() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let log = filled(&world, keeping(Some(2500), None)).await;
        let gone = retain_at(&log.partition, 0).await;
        assert_eq!(
            deleted_files(&disk),
            gone * 3 + gone - 1,
            "log, two indexes, and a snapshot but for the first"
        );
        world.env().sleep(std::time::Duration::from_millis(999)).await;
        assert!(deleted_files(&disk) > 0);
        world.env().sleep(std::time::Duration::from_millis(2)).await;
        tribunal_env::yield_now().await;
        assert_eq!(deleted_files(&disk), 0);
        fill(&log.partition, BATCHES, 2 * BATCHES).await;
        assert!(retain_at(&log.partition, 0).await > 0 && deleted_files(&disk) > 0);
        close(&log).await;
    });
    drop(world);
    let world = World::new(disk.clone());
    world.run(async {
        let log = open(&world, keeping(Some(2500), None)).await;
        assert_eq!(deleted_files(&disk), 0);
        assert_eq!(segments(&disk).len(), log.partition.segment_count());
    });
}

#[test]
fn a_reader_that_holds_deleted_segments_is_served() {
    let disk = MemoryDisk::default();
    let mut world = World::new(disk.clone());
    let log = world.run(filled(&world, keeping(Some(0), None)));
    world.run(close(&log));
    drop(world);
    // After a start the indexes are still in their files.
    world = World::new(disk.clone());
    world.run(async {
        let log = open(&world, keeping(Some(0), None)).await;
        for offset in 0..BATCHES {
            let reader = log.partition.clone();
            let reading =
                world.env().spawn("reader", async move { reader.read(Offset(offset), 200, true).await });
            tribunal_env::yield_now().await;
            if offset == 3 {
                retain_at(&log.partition, 0).await;
            }
            match reading.await.expect("it runs") {
                Ok(read) => assert!(read.bytes > 0),
                Err(error) => {
                    assert!(matches!(error, ReadError::OffsetOutOfRange(_)) && offset >= 3, "{error:?}");
                }
            }
        }
    });
}

#[test]
fn settings_that_change_are_those_of_the_next_step() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let log = filled(&world, keeping(None, None)).await;
        assert_eq!(retain_at(&log.partition, i64::MAX).await, 0, "nothing is bounded");
        log.partition.set_config(keeping(Some(3000), None)).await.expect("it is taken");
        assert!(retain_at(&log.partition, 0).await > 0);
        let by_size = start(&log.partition);
        log.partition.set_config(keeping(None, Some(5))).await.expect("it is taken");
        assert!(retain_at(&log.partition, BATCHES * 10).await > 0);
        assert!(start(&log.partition) > by_size);
    });
}

#[test]
fn an_active_segment_below_the_log_start_goes_once_it_is_sealed() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let log = open(&world, keeping(None, None)).await;
        fill(&log.partition, 0, 4).await;
        log.partition.delete_records(-1).await.expect("it is in range");
        // Of a shorter segment length the next append makes a new segment.
        let config = PartitionConfig { segment_bytes: 100, ..keeping(None, None) };
        log.partition.set_config(config).await.expect("it is taken");
        fill(&log.partition, 4, 6).await;
        assert_eq!(segments(&disk)[0].0, 0);
        assert_eq!(retain_at(&log.partition, 0).await, 1);
        assert_eq!((start(&log.partition), segments(&disk)[0].0), (4, 4));
    });
}

#[test]
fn segments_without_timestamps_age_from_when_they_were_seen() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let log = open(&world, keeping(None, Some(100))).await;
        for _ in 0..40 {
            assert_eq!(log.partition.append(batch(-1, -1)).await.error_code(), 0);
        }
        let count = segments(&disk).len();
        assert!(count > 1);
        assert_eq!(retain_at(&log.partition, 5000).await, 0, "seen for the first time");
        assert_eq!(retain_at(&log.partition, 5100).await, 0);
        assert_eq!(retain_at(&log.partition, 5101).await, 1, "the next one is seen now");
        assert_eq!(start(&log.partition), segments(&disk)[0].0);
    });
}

#[test]
fn the_epochs_of_deleted_segments_go_with_them() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let log = open(&world, keeping(Some(0), None)).await;
        for epoch in 1..6 {
            log.partition.become_leader(LeaderEpoch(epoch)).await.expect("it is newer");
            fill(&log.partition, i64::from(epoch - 1) * 20, i64::from(epoch) * 20).await;
        }
        retain_at(&log.partition, 0).await;
        assert_eq!(log.partition.leader_epochs().entries(), [(LeaderEpoch(5), Offset(100))]);
        let text = disk.content(&format!("{FILES}leader-epoch-checkpoint")).expect("it is there");
        assert_eq!(text, b"0\n1\n5 100\n");
    });
}

#[test]
fn retention_makes_room_on_a_full_disk() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let log = filled(&world, keeping(Some(0), None)).await;
        let count = segments(&disk).len();
        disk.set_room(Some(0));
        // Neither a new segment nor the checkpoint finds room; the sealed segments go all the same.
        assert_eq!(retain_at(&log.partition, 0).await, count - 1);
        assert!(!log.partition.is_fenced());
        check_readable(&log.partition).await;
        disk.set_room(None);
        fill(&log.partition, BATCHES, BATCHES + 1).await;
    });
    let (_, before) = (drop(world), segments(&disk));
    disk.crash(Crash::DropUnsynced);
    let world = World::new(disk);
    world.run(async {
        let log = open(&world, keeping(Some(0), None)).await;
        assert_eq!((start(&log.partition), end(&log.partition)), (before[0].0, BATCHES + 1));
    });
}

#[test]
fn deleting_records_makes_room_on_a_full_disk() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let log = filled(&world, keeping(None, None)).await;
        let before = segments(&disk);
        disk.set_room(Some(0));
        // The checkpoint finds no room. Up to the last segment that is whole, records go all the same.
        let last = before[before.len() - 1].0;
        assert_eq!(log.partition.delete_records(last + 1).await, Err(ChangeError::Storage));
        assert_eq!((start(&log.partition), segments(&disk).len()), (last, 1));
        check_readable(&log.partition).await;
        disk.set_room(None);
        assert_eq!(
            log.partition.delete_records(last + 1).await,
            Ok(tribunal_log::LogStartOffset(Offset(last + 1)))
        );
        fill(&log.partition, BATCHES, BATCHES + 1).await;
    });
}

#[test]
fn a_clean_stop_writes_the_index_files_that_a_full_disk_refused() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let log = open(&world, keeping(None, None)).await;
        while segments(&disk).len() < 2 {
            disk.set_room(None);
            assert_eq!(log.partition.append(batch(-1, 0)).await.error_code(), 0);
            // No room for a batch, nor for all that is written when a segment is sealed.
            disk.set_room(Some(20));
            assert_eq!(log.partition.append(batch(-1, 0)).await, AppendOutcome::NoSpace);
        }
        let indexes = || disk.paths(FILES).iter().filter(|path| path.ends_with("index")).count();
        assert_eq!(indexes(), 0, "none found room");
        disk.set_room(None);
        log.partition.close().await.expect("the disk works");
        assert_eq!(indexes(), 4);
        let log = open(&world, keeping(None, None)).await;
        check_readable(&log.partition).await;
    });
}

#[test]
fn a_log_that_a_full_disk_refused_to_open_is_deleted_like_any_other() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let env = world.env();
        let (directory, _) = LogDirectory::open(&env, "data").await.expect("the directory opens");
        let (id, place) = (TopicId([7; 16]), (TOPIC, PartitionIndex(0)));
        let open = || Partition::open(&env, &directory, TOPIC, OpenOptions::new(id, 0, keeping(None, None)));
        disk.set_room(Some(0));
        assert!(open().await.is_err_and(|error| error.to_string().contains("the disk is full")));
        let files = env.disk();
        let listed = || files.list("data/orders-0");
        assert!(listed().await.is_ok());
        assert!(directory.delete(&*files, place, id, 1).await.is_err(), "the checkpoints find no room");
        disk.set_room(None);
        directory.delete(&*files, place, id, 1).await.expect("there is room");
        assert!(listed().await.is_err());
        // Of another topic's directory nothing goes.
        open().await.expect("it opens");
        directory.delete(&*files, place, TopicId([8; 16]), 1).await.expect("nothing is to be done");
        assert!(listed().await.is_ok());
    });
}

#[test]
fn a_fenced_log_deletes_nothing() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let log = filled(&world, keeping(Some(0), None)).await;
        disk.fail_syncs(1);
        assert_eq!(log.partition.append(batch(BATCHES as i32, 0)).await, AppendOutcome::Fenced);
        assert_eq!(log.partition.retain(Timestamp::from_millis(0)).await, Err(ChangeError::Storage));
        assert_eq!(start(&log.partition), 0);
    });
}

#[test]
fn steps_are_bounded() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let config = PartitionConfig { segment_bytes: 100, ..keeping(Some(0), None) };
        let log = open(&world, config).await;
        fill(&log.partition, 0, 150).await;
        let mut steps = Vec::new();
        loop {
            let done = log.partition.retain(Timestamp::from_millis(0)).await.expect("the disk works");
            steps.push(done.segments);
            if !done.more {
                break;
            }
        }
        assert_eq!(steps, [64, 64, 22]);
        assert_eq!(start(&log.partition), 150);
    });
}

#[test]
fn producers_are_forgotten_once_they_were_silent_for_long() {
    let world = World::new(MemoryDisk::default());
    world.run(async {
        let log = open(&world, keeping(None, None)).await;
        fill(&log.partition, 0, 3).await;
        let forgotten = async |now| {
            log.partition.expire_producers(Timestamp::from_millis(now), 1000).await.expect("it is open")
        };
        assert_eq!(forgotten(1019).await, 0);
        assert!(matches!(log.partition.append(batch(2, 0)).await, AppendOutcome::Duplicate(_)));
        assert_eq!(forgotten(1020).await, 1);
        assert_eq!(log.partition.describe_producers().await.map(|all| all.len()), Ok(0));
        // Unknown now, so that it may begin anywhere.
        assert_eq!(log.partition.append(batch(77, 30)).await.error_code(), 0);
    });
    assert!(world.facts().iter().any(|fact| matches!(fact, Fact::ProducersExpired { count: 1, .. })));
}

/// A step of retention on a disk that dies after `changes`, a crash, and a start. Says whether the disk died.
fn crash_after(changes: u64, crash: Crash, keep: PartitionConfig, now: i64) -> bool {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    let log = world.run(filled(&world, keep));
    let bases: Vec<i64> = segments(&disk).iter().map(|segment| segment.0).chain([BATCHES]).collect();
    disk.die_after(Some(changes));
    let _refused = world.run(log.partition.retain(Timestamp::from_millis(now)));
    world.run(world.env().sleep(std::time::Duration::from_secs(5)));
    let told = start(&log.partition);
    let died = disk.is_dead();
    disk.die_after(None);
    drop((log, world));
    disk.crash(crash);
    let world = World::new(disk.clone());
    world.run(async {
        let log = open(&world, keep).await;
        let found = start(&log.partition);
        assert!(found >= told, "the log started at {told}, and starts at {found}");
        assert!(bases.contains(&found), "{found} is where no segment begins");
        assert_eq!(end(&log.partition), BATCHES, "all of it was durable");
        check_readable(&log.partition).await;
        assert_eq!(deleted_files(&disk), 0);
        // A request that comes once more, late: its producer is known, though all of its batches may be gone.
        assert_eq!(log.partition.append(batch(5, 0)).await, AppendOutcome::OutOfOrderSequence);
        let _segments = retain_at(&log.partition, now).await;
        fill(&log.partition, BATCHES, BATCHES + 3).await;
        check_readable(&log.partition).await;
        let left: Vec<i64> = segments(&disk).iter().map(|segment| segment.0).collect();
        assert_eq!(left.len(), log.partition.segment_count(), "no segment is left over");
        let strangers = disk.paths(FILES).into_iter().filter(|path| {
            let name = &path[FILES.len()..];
            let base: Option<i64> = name.get(..20).and_then(|digits| digits.parse().ok());
            !name.ends_with(".deleted") && base.is_some_and(|base| base < left[0])
        });
        assert_eq!(strangers.collect::<Vec<_>>(), Vec::<String>::new());
    });
    died
}

#[test]
fn a_crash_at_any_point_leaves_a_log_that_starts_right() {
    for crash in [Crash::Process, Crash::DropUnsynced, Crash::Subset(3), Crash::Prefix(4)] {
        for (keep, now) in [
            (keeping(Some(2500), None), 0),
            (keeping(Some(0), None), 0),
            (keeping(None, Some(100)), 1_000_000),
        ] {
            let mut changes = 0;
            while crash_after(changes, crash, keep, now) {
                changes += 1;
            }
            assert!(changes > 10, "the disk died in {changes} places");
        }
    }
}

/// Whether the newest batch of a log of which everything is expired is known after a stop that `harm` comes in the way of,
/// and whether the disk died.
fn remembers_after(disk: &MemoryDisk, crash: Crash, harm: impl FnOnce()) -> (bool, bool) {
    let world = World::new(disk.clone());
    world.run(async {
        let log = filled(&world, keeping(None, Some(1))).await;
        retain_at(&log.partition, 1_000_000).await;
        assert_eq!(start(&log.partition), BATCHES);
        harm();
        let _cut_off = log.partition.close().await;
        let _cut_off = log.directory.close(0, Some(PartitionSummaries::new())).await;
    });
    drop(world);
    let died = disk.is_dead();
    disk.die_after(None);
    disk.set_room(None);
    disk.crash(crash);
    let (world, last) = (World::new(disk.clone()), i32::try_from(BATCHES).expect("small") - 1);
    let remembers = world.run(async {
        let log = open(&world, keeping(None, Some(1))).await;
        matches!(log.partition.append(batch(last, 0)).await, AppendOutcome::Duplicate(_))
    });
    (remembers, died)
}

#[test]
fn a_stop_never_loses_the_producers_of_deleted_segments() {
    for crash in [Crash::Process, Crash::DropUnsynced, Crash::Subset(1), Crash::Names(1), Crash::Names(2)] {
        for changes in 0.. {
            let disk = MemoryDisk::default();
            let (remembers, died) = remembers_after(&disk, crash, || disk.die_after(Some(changes)));
            assert!(remembers, "{crash:?} after {changes} changes");
            if !died {
                assert!(changes > 5, "a stop is more than {changes} changes");
                break;
            }
        }
    }
    let disk = MemoryDisk::default();
    assert!(remembers_after(&disk, Crash::Process, || disk.set_room(Some(0))).0, "the disk is full");
}

#[test]
fn segments_are_sealed_by_age_and_earlier_by_what_they_draw() {
    for jitter in [0, 1000] {
        let disk = MemoryDisk::default();
        let world = World::new(disk.clone());
        world.run(async {
            let config = PartitionConfig {
                segment_bytes: 1 << 20,
                segment_ms: 1000,
                segment_jitter_ms: jitter,
                durability: Durability::PageCache,
                ..keeping(None, None)
            };
            let log = open(&world, config).await;
            for index in 0..300 {
                assert_eq!(log.partition.append(batch(-1, index * 10)).await.error_code(), 0);
            }
            let lengths: Vec<i64> = segments(&disk).windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
            if jitter == 0 {
                assert_eq!(lengths, [101, 101]);
            } else {
                assert!(lengths.iter().all(|length| *length <= 101), "{lengths:?}");
                assert!(lengths.iter().any(|length| *length != lengths[0]), "{lengths:?}");
            }
        });
    }
}
