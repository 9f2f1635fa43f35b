//! A partition over a disk that fails in chosen ways: each promise of the crate has a test that can break it.
//!
//! Long because it is a list: each test stands alone, and all share the few helpers at the top.

mod support;

use bytes::Bytes;
use std::time::Duration;
use support::{Crash, MemoryDisk, World};
use tribunal_env::Fact;
use tribunal_log::{
    AppendOutcome, ChangeError, Durability, LogDirectory, OpenOptions, OpenReport, Partition,
    PartitionConfig, PartitionSummaries, ReadError,
};
use tribunal_wire::batch::{Batch, BatchBuilder, Batches, Headers, TimestampType};
use tribunal_wire::compression::Codec;
use tribunal_wire::types::{LeaderEpoch, Offset, PartitionIndex, ProducerEpoch, ProducerId, TopicId};

const TOPIC: &str = "orders";
const TOPIC_ID: TopicId = TopicId([7; 16]);
const ROOT: &str = "data";
const LOG_FILE: &str = "data/orders-0/00000000000000000000.log";
const TIME_INDEX_FILE: &str = "data/orders-0/00000000000000000000.timeindex";

fn config(durability: Durability) -> PartitionConfig {
    PartitionConfig {
        segment_bytes: 4000,
        index_interval_bytes: 300,
        tail_bytes: 500,
        durability,
        ..PartitionConfig::default()
    }
}

/// A batch of `records` records; without a producer when `sequence` is negative.
fn batch(sequence: i32, records: i64, time: i64) -> Batch {
    let mut builder = BatchBuilder::new(Codec::None, None);
    if sequence >= 0 {
        builder = builder.producer(ProducerId(1), ProducerEpoch(0), sequence);
    }
    for record in 0..records {
        builder.push(
            time + record,
            None,
            Some(format!("value {sequence} {record}").as_bytes()),
            Headers::NONE,
        );
    }
    builder.build()
}

async fn open_with(world: &World, config: PartitionConfig) -> (LogDirectory, Partition, OpenReport) {
    let env = world.env();
    let (directory, found) = LogDirectory::open(&env, ROOT).await.expect("the directory opens");
    let mut options = OpenOptions::new(TOPIC_ID, 0, config);
    options.clean = found.clean;
    options.recovery_point = found.recovery_point(TOPIC, PartitionIndex(0));
    options.log_start = found.log_start(TOPIC, PartitionIndex(0));
    let (partition, report) =
        Partition::open(&env, &directory, TOPIC, options).await.expect("the partition opens");
    (directory, partition, report)
}

async fn open(world: &World, durability: Durability) -> (LogDirectory, Partition, OpenReport) {
    open_with(world, config(durability)).await
}

fn base(outcome: AppendOutcome) -> i64 {
    match outcome {
        AppendOutcome::Appended(appended) => appended.base_offset.0,
        other => panic!("not appended: {other:?}"),
    }
}

async fn end(partition: &Partition) -> i64 {
    partition.watermarks().log_end.0.0
}

/// Every record from `from` on: (offset, value).
async fn read_all(partition: &Partition, from: i64) -> Result<Vec<(i64, Bytes)>, ReadError> {
    let mut found = Vec::new();
    let mut next = Offset(from);
    loop {
        let read = partition.read(next, 1000, true).await?;
        if read.bytes == 0 {
            return Ok(found);
        }
        let whole = Bytes::from(read.pieces.concat());
        assert_eq!(whole.len(), read.bytes);
        for batch in Batches::new(whole) {
            let batch = batch.expect("only whole batches are served");
            assert!(batch.crc_is_right());
            let records = batch.records(1 << 20).expect("they are not compressed");
            for record in &records {
                let record = record.expect("it was validated");
                let offset = batch.header.base_offset.0 + i64::from(record.offset_delta);
                if offset >= from {
                    found.push((offset, Bytes::copy_from_slice(record.value.expect("it has a value"))));
                }
            }
        }
        assert!(read.next_offset > next, "a read makes progress");
        next = read.next_offset;
    }
}

#[test]
fn appends_are_read_back_over_segments_and_restarts() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    let before = world.run(async {
        let (directory, partition, report) = open(&world, Durability::PageCache).await;
        assert!(report.created);
        for index in 0..100 {
            assert_eq!(
                base(partition.append(batch(index * 2, 2, 1000 + i64::from(index))).await),
                i64::from(index) * 2
            );
        }
        assert!(partition.segment_count() > 2);
        let all = read_all(&partition, 0).await.expect("it is readable");
        assert_eq!(all.len(), 200);
        for from in [1, 77, 120, 199, 200] {
            let part = read_all(&partition, from).await.expect("it is readable");
            assert_eq!(part, all[usize::try_from(from).expect("small")..]);
        }
        partition.close().await.expect("it closes");
        directory.close(3, Some(PartitionSummaries::new())).await.expect("it closes");
        all
    });
    drop(world);
    let world = World::new(disk);
    world.run(async {
        let (_directory, partition, report) = open(&world, Durability::PageCache).await;
        assert_eq!((report.indexes_rebuilt, report.cut_bytes, report.leader_epoch), (0, 0, LeaderEpoch(0)));
        assert_eq!(read_all(&partition, 0).await, Ok(before));
        // The window survives: the fifth last batch is a duplicate, the sixth is too old.
        let outcome = partition.append(batch(190, 2, 0)).await;
        assert!(
            matches!(outcome, AppendOutcome::Duplicate(old) if old.base_offset == Offset(190)),
            "{outcome:?}"
        );
        assert_eq!(partition.append(batch(188, 2, 0)).await, AppendOutcome::OutOfOrderSequence);
        assert_eq!(base(partition.append(batch(200, 1, 0)).await), 200);
    });
}

#[test]
fn a_group_shares_one_flush_and_no_answer_comes_before_it() {
    let world = World::new(MemoryDisk::default());
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::FlushBeforeAcknowledge).await;
        let answers: Vec<_> =
            (0..20).map(|index| partition.try_append(batch(index, 1, 0)).expect("room")).collect();
        for (index, answer) in (0i64..).zip(answers) {
            assert_eq!(base(answer.await.expect("it answers")), index);
        }
        assert_eq!(partition.watermarks().high_watermark.0, Offset(20));
    });
    let facts = world.facts();
    let flushes = facts.iter().filter(|fact| matches!(fact, Fact::Flushed { .. })).count();
    assert!(flushes <= 3, "20 appends took {flushes} flushes");
}

#[test]
fn a_failed_flush_fences_and_is_never_retried() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::FlushBeforeAcknowledge).await;
        assert_eq!(base(partition.append(batch(0, 1, 0)).await), 0);
        disk.fail_syncs(1);
        assert_eq!(partition.append(batch(1, 1, 0)).await, AppendOutcome::Fenced);
        assert_eq!(partition.append(batch(2, 1, 0)).await, AppendOutcome::Fenced);
        assert_eq!(partition.flush().await, Err(ChangeError::Storage));
        assert!(partition.is_fenced());
        assert_eq!(read_all(&partition, 0).await.expect("reads go on").len(), 1);
        assert_eq!(partition.close().await, Err(ChangeError::Storage));
    });
}

#[test]
fn a_failed_write_fences_the_appends_queued_behind_it() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::PageCache).await;
        assert_eq!(base(partition.append(batch(0, 1, 0)).await), 0);
        disk.fail_writes(1);
        let first = partition.try_append(batch(1, 1, 0)).expect("room");
        let second = partition.try_append(batch(2, 1, 0)).expect("room");
        assert_eq!(first.await, Ok(AppendOutcome::Fenced));
        assert_eq!(second.await, Ok(AppendOutcome::Fenced));
        assert_eq!(end(&partition).await, 1);
    });
    assert!(world.facts().iter().any(|fact| matches!(fact, Fact::LogFenced { .. })));
}

fn flushed(world: &World) -> Option<i64> {
    let up_to = |fact: &Fact| match fact {
        Fact::Flushed { up_to, .. } => Some(*up_to),
        _ => None,
    };
    world.facts().iter().filter_map(up_to).max()
}

#[test]
fn what_was_appended_is_flushed_by_time_and_by_count() {
    let disk = MemoryDisk::default();
    let world = World::new(disk);
    world.run(async {
        let settings = PartitionConfig { flush_ms: Some(50), ..config(Durability::PageCache) };
        let (_directory, partition, _) = open_with(&world, settings).await;
        base(partition.append(batch(0, 2, 0)).await);
        assert_eq!(flushed(&world), None, "an acknowledgement does not wait for it");
        world.env().sleep(Duration::from_millis(60)).await;
        assert_eq!(flushed(&world), Some(2));
        let settings = PartitionConfig { flush_messages: 3, ..config(Durability::PageCache) };
        partition.set_config(settings).await.expect("a config is always taken");
        base(partition.append(batch(2, 2, 0)).await);
        assert_eq!(flushed(&world), Some(2));
        base(partition.append(batch(4, 1, 0)).await);
        assert_eq!(flushed(&world), Some(5));
    });
}

#[test]
fn a_flush_that_is_due_and_fails_fences_the_log() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let settings = PartitionConfig { flush_ms: Some(50), ..config(Durability::PageCache) };
        let (_directory, partition, _) = open_with(&world, settings).await;
        base(partition.append(batch(0, 2, 0)).await);
        disk.fail_syncs(1);
        world.env().sleep(Duration::from_millis(60)).await;
        assert!(partition.is_fenced());
        assert_eq!(partition.append(batch(2, 2, 0)).await, AppendOutcome::Fenced);
    });
}

#[test]
fn what_a_failed_write_took_back_is_shown_by_no_change_of_config() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::PageCache).await;
        assert_eq!(base(partition.append(batch(0, 1, 0)).await), 0);
        disk.fail_writes(1);
        assert_eq!(partition.append(batch(1, 1, 0)).await, AppendOutcome::Fenced);
        partition.set_config(config(Durability::PageCache)).await.expect("a config is always taken");
        assert_eq!(end(&partition).await, 1);
    });
}

#[test]
fn an_unreadable_snapshot_is_made_again() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let (directory, partition, _) = open(&world, Durability::PageCache).await;
        for index in 0..100 {
            base(partition.append(batch(index, 1, 0)).await);
        }
        partition.close().await.expect("it closes");
        directory.close(0, Some(PartitionSummaries::new())).await.expect("it closes");
    });
    drop(world);
    let newest = disk.paths("data/orders-0/").into_iter().rfind(|path| path.ends_with(".snapshot"));
    disk.make_unreadable(&newest.expect("a clean stop leaves one"), 0);
    let world = World::new(disk);
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::PageCache).await;
        assert!(matches!(partition.append(batch(97, 1, 0)).await, AppendOutcome::Duplicate(_)));
        assert_eq!(base(partition.append(batch(100, 1, 0)).await), 100);
    });
}

#[test]
fn a_full_disk_refuses_and_recovers() {
    let disk = MemoryDisk::default();
    disk.set_short_writes(true);
    let world = World::new(disk.clone());
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::FlushBeforeAcknowledge).await;
        assert_eq!(base(partition.append(batch(0, 3, 0)).await), 0);
        let size = partition.size_bytes();
        disk.set_room(Some(50));
        assert_eq!(partition.append(batch(3, 3, 0)).await, AppendOutcome::NoSpace);
        assert_eq!(disk.content(LOG_FILE).map(|content| content.len() as u64), Some(size));
        assert_eq!(read_all(&partition, 0).await.expect("reads go on").len(), 3);
        disk.set_room(None);
        assert_eq!(base(partition.append(batch(3, 3, 0)).await), 3);
        assert_eq!(read_all(&partition, 0).await.expect("reads go on").len(), 6);
    });
}

#[test]
fn a_batch_that_came_twice_is_refused_twice_where_the_disk_took_neither() {
    for durability in [Durability::PageCache, Durability::FlushBeforeAcknowledge] {
        let disk = MemoryDisk::default();
        let world = World::new(disk.clone());
        world.run(async {
            let (_directory, partition, _) = open(&world, durability).await;
            let both = || [0, 0].map(|sequence| partition.try_append(batch(sequence, 2, 0)).expect("room"));
            disk.set_room(Some(0));
            for answer in both() {
                assert_eq!(answer.await, Ok(AppendOutcome::NoSpace));
            }
            disk.set_room(None);
            disk.fail_writes(1);
            for answer in both() {
                assert_eq!(answer.await, Ok(AppendOutcome::Fenced));
            }
        });
    }
}

#[test]
fn what_follows_a_first_batch_that_a_full_disk_turned_away_waits_for_it() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::PageCache).await;
        assert_eq!(base(partition.append(batch(-1, 1, 0)).await), 0);
        disk.set_room(Some(0));
        assert_eq!(partition.append(batch(0, 2, 0)).await, AppendOutcome::NoSpace);
        assert_eq!(partition.append(batch(2, 2, 0)).await, AppendOutcome::OutOfOrderSequence);
        disk.set_room(None);
        assert_eq!(partition.append(batch(4, 2, 0)).await, AppendOutcome::OutOfOrderSequence);
        for (sequence, offset) in [(0, 1), (2, 3), (4, 5)] {
            assert_eq!(base(partition.append(batch(sequence, 2, 0)).await), offset);
        }
    });
}

#[test]
fn a_full_disk_refuses_a_group_that_needs_more_than_one_segment() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::FlushBeforeAcknowledge).await;
        disk.set_room(Some(0));
        // The segment that the first of them would fill stays empty.
        let answers: Vec<_> = (0..60).map(|_| partition.try_append(batch(-1, 2, 0)).expect("room")).collect();
        for answer in answers {
            assert_eq!(answer.await, Ok(AppendOutcome::NoSpace));
        }
        disk.set_room(None);
        for index in 0..60 {
            assert_eq!(base(partition.append(batch(-1, 2, 0)).await), index * 2);
        }
        assert!(partition.segment_count() > 1);
    });
}

#[test]
fn deleted_records_stay_deleted() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::FlushBeforeAcknowledge).await;
        for index in 0..100 {
            base(partition.append(batch(index * 2, 2, 0)).await);
        }
        let segments = partition.segment_count();
        assert_eq!(partition.delete_records(201).await, Err(ChangeError::OffsetOutOfRange));
        let start = partition.delete_records(151).await.expect("it is in range");
        assert_eq!(start.0, Offset(151));
        assert!(partition.segment_count() < segments);
        assert_eq!(partition.delete_records(3).await, Ok(start));
        assert!(matches!(partition.read(Offset(150), 100, true).await, Err(ReadError::OffsetOutOfRange(_))));
        assert_eq!(read_all(&partition, 151).await.expect("the rest is there").len(), 49);
    });
    drop(world);
    disk.crash(Crash::DropUnsynced);
    let world = World::new(disk);
    world.run(async {
        let (_directory, partition, report) = open(&world, Durability::FlushBeforeAcknowledge).await;
        assert_eq!(report.leader_epoch, LeaderEpoch(1));
        assert_eq!(partition.watermarks().log_start.0, Offset(151));
        assert_eq!(read_all(&partition, 151).await.expect("the rest is there").len(), 49);
        assert_eq!(partition.delete_records(-1).await.expect("everything goes").0, Offset(200));
        assert_eq!(base(partition.append(batch(200, 1, 0)).await), 200);
    });
}

#[test]
fn names_that_went_in_another_order_than_they_were_removed_are_no_damage() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    let bases: Vec<i64> = world.run(async {
        let (directory, partition, _) = open(&world, Durability::FlushBeforeAcknowledge).await;
        for index in 0..300 {
            base(partition.append(batch(index, 1, 0)).await);
        }
        directory.close(0, None).await.expect("it closes");
        let logs = disk.paths("data/orders-0/").into_iter().filter(|path| path.ends_with(".log"));
        logs.map(|path| path["data/orders-0/".len()..][..20].parse().expect("an offset")).collect()
    });
    drop(world);
    assert!(bases.len() > 4);
    // The power went when three segments were to go: the log start was durable, and of the names the second one's end.
    disk.forget(&format!("data/orders-0/{:020}.log", bases[1]));
    let starts = format!("0\n1\n{TOPIC} 0 {}\n", bases[3]);
    disk.plant("data/log-start-offset-checkpoint", starts.into_bytes());
    // The recovery points are hints, and may be old.
    disk.forget("data/recovery-point-offset-checkpoint");
    let world = World::new(disk.clone());
    world.run(async {
        let (_directory, partition, report) = open(&world, Durability::FlushBeforeAcknowledge).await;
        assert_eq!((report.cut_bytes, report.corrupt_ranges, end(&partition).await), (0, 0, 300));
        assert_eq!(partition.watermarks().log_start.0, Offset(bases[3]));
        let rest = read_all(&partition, bases[3]).await.expect("the rest is there");
        assert_eq!(rest.len(), usize::try_from(300 - bases[3]).expect("small"));
        let below = format!("data/orders-0/{:020}", bases[3]);
        let left = disk.paths("data/orders-0/0").into_iter().filter(|path| *path < below);
        assert_eq!(left.collect::<Vec<_>>(), Vec::<String>::new());
    });
}

#[test]
fn producers_whose_batches_were_all_deleted_are_known_after_a_crash() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::FlushBeforeAcknowledge).await;
        for sequence in 0..3 {
            base(partition.append(batch(sequence, 1, 0)).await);
        }
        // Nothing of the producer is in the segment that stays.
        while partition.segment_count() < 3 {
            base(partition.append(batch(-1, 1, 0)).await);
        }
        partition.delete_records(-1).await.expect("it is in range");
        assert_eq!(partition.segment_count(), 1);
    });
    drop(world);
    disk.crash(Crash::DropUnsynced);
    let world = World::new(disk);
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::FlushBeforeAcknowledge).await;
        // A request that comes once more, late, is none that an unknown producer begins with.
        assert_eq!(partition.append(batch(1, 1, 0)).await, AppendOutcome::OutOfOrderSequence);
        assert!(matches!(partition.append(batch(2, 1, 0)).await, AppendOutcome::Duplicate(_)));
        assert_eq!(partition.append(batch(3, 1, 0)).await.error_code(), 0);
    });
}

#[test]
fn a_deletion_that_failed_does_not_come_true_later() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let (directory, partition, _) = open(&world, Durability::FlushBeforeAcknowledge).await;
        for index in 0..10 {
            base(partition.append(batch(index * 2, 2, 0)).await);
        }
        assert_eq!(partition.delete_records(4).await.expect("it is in range").0, Offset(4));
        disk.set_room(Some(0));
        assert_eq!(partition.delete_records(8).await, Err(ChangeError::Storage));
        assert_eq!(partition.watermarks().log_start.0, Offset(4));
        disk.set_room(None);
        partition.close().await.expect("there is room again");
        // Writes the log starts of all partitions.
        directory.close(1, Some(PartitionSummaries::new())).await.expect("there is room again");
    });
    drop(world);
    let world = World::new(disk);
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::FlushBeforeAcknowledge).await;
        assert_eq!(partition.watermarks().log_start.0, Offset(4));
        assert_eq!(read_all(&partition, 4).await.expect("they were not deleted").len(), 16);
    });
}

#[test]
fn a_torn_tail_is_cut_and_the_epoch_moves() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::PageCache).await;
        for index in 0..10 {
            base(partition.append(batch(index, 1, 0)).await);
        }
    });
    drop(world);
    disk.damage(LOG_FILE, |content| content.truncate(content.len() - 5));
    let world = World::new(disk);
    world.run(async {
        let (_directory, partition, report) = open(&world, Durability::PageCache).await;
        assert!(report.cut_bytes > 0 && report.corrupt_ranges == 0);
        assert_eq!(end(&partition).await, 9);
        assert_eq!(partition.leader_epoch(), LeaderEpoch(1));
        assert_eq!(partition.end_offset_for_epoch(LeaderEpoch(0)), Some((LeaderEpoch(0), Offset(9))));
        assert_eq!(base(partition.append(batch(9, 1, 0)).await), 9);
        assert_eq!(partition.end_offset_for_epoch(LeaderEpoch(1)), Some((LeaderEpoch(1), Offset(10))));
    });
}

/// Appends ten batches, stops cleanly, and damages the fourth.
fn damaged_in_the_middle(disk: &MemoryDisk) {
    let world = World::new(disk.clone());
    let at = world.run(async {
        let (directory, partition, _) = open(&world, Durability::PageCache).await;
        let mut at = 0;
        for index in 0..10 {
            if index == 3 {
                at = usize::try_from(partition.size_bytes()).expect("small") + 70;
            }
            base(partition.append(batch(index, 1, 0)).await);
        }
        partition.close().await.expect("it closes");
        directory.close(0, Some(PartitionSummaries::new())).await.expect("it closes");
        at
    });
    disk.damage(LOG_FILE, |content| content[at] ^= 1);
}

#[test]
fn rot_is_never_served_and_never_cut() {
    let disk = MemoryDisk::default();
    damaged_in_the_middle(&disk);
    let world = World::new(disk);
    world.run(async {
        let (_directory, partition, report) = open(&world, Durability::PageCache).await;
        assert_eq!((report.cut_bytes, report.corrupt_ranges), (0, 1));
        let read = partition.read(Offset(0), 10_000, true).await.expect("what is before it is served");
        assert_eq!(read.next_offset, Offset(3));
        let Err(ReadError::Corrupt(range)) = partition.read(Offset(3), 10_000, true).await else {
            panic!("rot was served");
        };
        assert_eq!((range.from, range.to), (Offset(3), Offset(4)));
        assert_eq!(read_all(&partition, 4).await.expect("what is after it is served").len(), 6);
        assert_eq!(base(partition.append(batch(10, 1, 0)).await), 10);
        assert_eq!(read_all(&partition, 4).await.expect("appends go on").len(), 7);
    });
}

#[test]
fn rot_that_comes_later_is_seen_by_the_read() {
    // The CRC field, the base offset (which no CRC covers), the length, a value.
    for within in [17, 7, 11, 75] {
        check_later_rot(77 * 4 + within);
    }
}

fn check_later_rot(at: usize) {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::PageCache).await;
        for index in 0..30 {
            base(partition.append(batch(index, 1, 0)).await);
        }
        disk.damage(LOG_FILE, |content| content[at] ^= 0x10);
        let mut corrupt = 0;
        for offset in 0..30 {
            match partition.read(Offset(offset), 1, true).await {
                Ok(read) => assert!(read.bytes > 0),
                Err(ReadError::Corrupt(_)) => corrupt += 1,
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(corrupt, 1, "damage at {at}");
        assert!(partition.read(Offset(4), 1, true).await.is_err());
    });
    let told: Vec<_> = world.lines().into_iter().filter(|line| line.contains("is damaged")).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    let place = format!("{LOG_FILE} is damaged at byte {}: offsets 4 to 4 cannot be read", 77 * 4);
    assert!(told[0].starts_with(&place), "{told:?}");
    drop(world);
    let world = World::new(disk);
    world.run(async {
        let (_directory, partition, report) = open(&world, Durability::PageCache).await;
        assert_eq!((report.cut_bytes, report.corrupt_ranges), (0, 1), "damage at {at}");
        assert_eq!(read_all(&partition, 5).await.map(|all| all.len()), Ok(25));
        assert_eq!(base(partition.append(batch(30, 1, 0)).await), 30);
    });
}

#[test]
fn an_unreadable_middle_does_not_keep_a_torn_end() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::PageCache).await;
        for index in 0..20 {
            base(partition.append(batch(index, 1, 0)).await);
        }
    });
    drop(world);
    let log = disk.paths("data/orders-0/").into_iter().find(|path| path.ends_with(".log"));
    let log = log.expect("there is a segment");
    let whole = disk.content(&log).expect("it is there").len();
    disk.damage(&log, |content| content.truncate(whole - 3));
    disk.make_unreadable(&log, 0);
    let world = World::new(disk);
    world.run(async {
        let (_directory, partition, report) = open(&world, Durability::PageCache).await;
        assert!(report.cut_bytes > 0, "the torn end goes: {report:?}");
        assert_eq!(base(partition.append(batch(-1, 1, 0)).await), 19);
    });
}

#[test]
fn damage_over_two_batches_gives_no_offset_that_what_follows_contradicts() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::PageCache).await;
        for index in 0..200 {
            base(partition.append(batch(index, 1, 0)).await);
        }
    });
    drop(world);
    let one = batch(0, 1, 0).total_bytes();
    // The end of one batch, and the base offset of the next one, which no checksum covers.
    disk.damage(LOG_FILE, |content| {
        content[5 * one - 1] ^= 1;
        content[5 * one + 4] ^= 9;
    });
    let world = World::new(disk);
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::PageCache).await;
        assert_eq!(read_all(&partition, 6).await.expect("it is readable").len(), 194);
        assert!(read_all(&partition, 4).await.is_err());
    });
}

#[test]
fn an_unreadable_end_is_kept_and_its_offsets_are_not_given_again() {
    let disk = MemoryDisk::default();
    damaged_in_the_middle(&disk);
    disk.damage(LOG_FILE, |content| content.truncate(900));
    let size = disk.content(LOG_FILE).expect("it is there").len();
    disk.make_unreadable(LOG_FILE, size - 1);
    let world = World::new(disk.clone());
    world.run(async {
        let (_directory, partition, report) = open(&world, Durability::PageCache).await;
        assert_eq!(report.cut_bytes, 0);
        let next = base(partition.append(batch(-1, 1, 0)).await);
        assert!(next >= 10, "offset {next} was given twice");
        assert!(read_all(&partition, next).await.is_ok());
        assert_eq!(disk.content(LOG_FILE).map(|content| content.len()), Some(size));
    });
}

#[test]
fn lying_indexes_and_snapshots_are_made_again() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    let all = world.run(async {
        let (directory, partition, _) = open(&world, Durability::PageCache).await;
        for index in 0..200 {
            base(partition.append(batch(index, 1, 0)).await);
        }
        let all = read_all(&partition, 0).await.expect("it is readable");
        partition.close().await.expect("it closes");
        directory.close(0, Some(PartitionSummaries::new())).await.expect("it closes");
        all
    });
    drop(world);
    for path in disk.paths("data/orders-0/") {
        if path.ends_with(".index") {
            // Well formed, but the positions point far behind where the batches are.
            disk.damage(&path, |content| {
                for entry in content.chunks_mut(8) {
                    entry[6] = entry[6].wrapping_add(2);
                }
            });
        } else if path.ends_with(".snapshot") {
            disk.damage(&path, |content| content[12] ^= 1);
        } else if path.ends_with(".timeindex") {
            disk.damage(&path, |content| content.push(1));
        }
    }
    let world = World::new(disk);
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::PageCache).await;
        for from in 0..200 {
            let part = read_all(&partition, from).await.expect("it is readable");
            assert_eq!(part, all[usize::try_from(from).expect("small")..]);
        }
        assert!(matches!(partition.append(batch(196, 1, 0)).await, AppendOutcome::Duplicate(_)));
        assert_eq!(base(partition.append(batch(200, 1, 0)).await), 200);
    });
}

#[test]
fn index_files_that_recovery_made_again_outlive_a_loss_of_power() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::FlushBeforeAcknowledge).await;
        for time in 0..100 {
            base(partition.append(batch(-1, 1, time)).await);
        }
        assert!(partition.segment_count() > 1);
    });
    drop(world);
    let right = disk.content(TIME_INDEX_FILE).expect("the first segment is sealed");
    // What it was when the segment was shorter: well formed, and wrong.
    disk.damage(TIME_INDEX_FILE, |content| content.truncate(12));
    let world = World::new(disk.clone());
    world.run(async {
        let (_directory, _partition, report) = open(&world, Durability::FlushBeforeAcknowledge).await;
        assert!(report.indexes_rebuilt > 0);
    });
    drop(world);
    disk.crash(Crash::DropUnsynced);
    assert_eq!(disk.content(TIME_INDEX_FILE), Some(right));
}

/// Segments larger than what is walked at every start.
fn large_segments() -> PartitionConfig {
    let durability = Durability::FlushBeforeAcknowledge;
    PartitionConfig { segment_bytes: 18 << 20, durability, ..PartitionConfig::default() }
}

/// A batch of a megabyte.
fn large(time: i64) -> Batch {
    let mut builder = BatchBuilder::new(Codec::None, None);
    builder.push(time, None, Some(&vec![7; 1 << 20]), Headers::NONE);
    builder.build()
}

#[test]
fn a_segment_sealed_just_before_the_power_went_has_its_times_found() {
    const BATCHES: i64 = 17;
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let (directory, partition, _) = open_with(&world, large_segments()).await;
        base(partition.append(batch(-1, 1, 100)).await);
        partition.close().await.expect("it closes");
        directory.close(0, Some(PartitionSummaries::new())).await.expect("it closes");
    });
    drop(world);
    let short = disk.content(TIME_INDEX_FILE).expect("a close writes it");
    let world = World::new(disk.clone());
    world.run(async {
        let (directory, partition, _) = open_with(&world, large_segments()).await;
        for offset in 1..=BATCHES + 1 {
            assert_eq!(base(partition.append(large(200 + offset)).await), offset);
        }
        assert_eq!(partition.segment_count(), 2);
        directory.close(0, None).await.expect("it closes");
    });
    drop(world);
    // The power goes between the new segment's making and its first batch: the index files are those of the close.
    let log_end = BATCHES + 1;
    disk.damage(&format!("data/orders-0/{log_end:020}.log"), |content| content.clear());
    disk.damage(TIME_INDEX_FILE, |content| *content = short);
    let point = format!("0\n1\n{TOPIC} 0 {log_end}\n");
    disk.damage("data/recovery-point-offset-checkpoint", |content| *content = point.into_bytes());
    let world = World::new(disk);
    world.run(async {
        let (_directory, partition, report) = open_with(&world, large_segments()).await;
        assert_eq!((report.cut_bytes, end(&partition).await), (0, log_end));
        let found = partition.offset_for_timestamp(205).await.expect("it is readable");
        assert_eq!(found.map(|found| found.offset), Some(Offset(5)));
    });
}

#[test]
fn times_are_found() {
    let world = World::new(MemoryDisk::default());
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::PageCache).await;
        assert_eq!(partition.max_timestamp().await, Ok(None));
        // 100, 101, 120, 121, 140, ... with one late batch in between.
        for index in 0..100i64 {
            let time = if index == 50 { 7 } else { 100 + index * 20 };
            base(partition.append(batch(-1, 2, time)).await);
        }
        for ask in 0..2200 {
            let expected = (0..200i64).find(|offset| {
                let index = offset / 2;
                let time = if index == 50 { 7 } else { 100 + index * 20 };
                time + offset % 2 >= ask
            });
            let found = partition.offset_for_timestamp(ask).await.expect("it is readable");
            assert_eq!(found.map(|found| found.offset.0), expected, "timestamp {ask}");
        }
        let newest = partition.max_timestamp().await.expect("it is readable").expect("there are records");
        assert_eq!((newest.offset, newest.timestamp), (Offset(199), 100 + 99 * 20 + 1));
    });
}

/// A batch of one record that has the time of its append.
fn stamped(time: i64) -> Batch {
    let mut builder = BatchBuilder::new(Codec::None, None).timestamp_type(TimestampType::LogAppendTime);
    builder.push(time, None, Some(b"value"), Headers::NONE);
    builder.build()
}

#[test]
fn the_greatest_timestamp_is_never_a_deleted_record_s() {
    for times in [batch as fn(i32, i64, i64) -> Batch, |_, _, time| stamped(time)] {
        let world = World::new(MemoryDisk::default());
        world.run(async {
            let (_directory, partition, _) = open(&world, Durability::PageCache).await;
            // The clock is set back by a lot after the third record.
            for time in [900, 901, 902, 100, 103, 102, 101] {
                base(partition.append(times(-1, 1, time)).await);
            }
            let greatest = async || {
                let found = partition.max_timestamp().await.expect("it is readable");
                found.map(|found| (found.offset.0, found.timestamp))
            };
            assert_eq!(greatest().await, Some((2, 902)));
            for (before, expected) in
                [(2, (2, 902)), (3, (4, 103)), (4, (4, 103)), (5, (5, 102)), (6, (6, 101))]
            {
                partition.delete_records(before).await.expect("it is in range");
                assert_eq!(greatest().await, Some(expected), "log start {before}");
                let found = partition.offset_for_timestamp(expected.1).await.expect("it is readable");
                assert_eq!(found.map(|found| found.offset.0), Some(expected.0), "log start {before}");
            }
            partition.delete_records(7).await.expect("it is in range");
            assert_eq!(greatest().await, None);
        });
    }
}

#[test]
fn readers_wake_when_the_high_watermark_moves() {
    let world = World::new(MemoryDisk::default());
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::FlushBeforeAcknowledge).await;
        let reader = partition.clone();
        let waiting = world.env().spawn("reader", async move {
            reader.wait_past(Offset(0)).await;
            reader.read(Offset(0), 100, true).await.expect("it is readable").bytes
        });
        base(partition.append(batch(0, 1, 0)).await);
        assert!(waiting.await.expect("it runs") > 0);
    });
}

#[test]
fn a_deleted_topic_of_the_same_name_starts_at_zero() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::FlushBeforeAcknowledge).await;
        for index in 0..10 {
            base(partition.append(batch(index, 1, 0)).await);
        }
        partition.delete_records(5).await.expect("it is in range");
        partition.delete(99).await.expect("it goes");
        assert_eq!(partition.append(batch(10, 1, 0)).await, AppendOutcome::Closed);
        assert_eq!(disk.paths("data/orders-0"), Vec::<String>::new());
    });
    drop(world);
    disk.crash(Crash::DropUnsynced);
    let world = World::new(disk);
    world.run(async {
        let (_directory, partition, report) = open(&world, Durability::PageCache).await;
        assert!(report.created);
        assert_eq!(base(partition.append(batch(0, 1, 0)).await), 0);
        assert_eq!(partition.watermarks().log_start.0, Offset(0));
    });
}

#[test]
fn another_incarnations_directory_is_refused() {
    let disk = MemoryDisk::default();
    disk.plant("data/orders-0/partition.metadata", b"version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ".to_vec());
    let world = World::new(disk);
    world.run(async {
        let (directory, _) = LogDirectory::open(&world.env(), ROOT).await.expect("it opens");
        let options = OpenOptions::new(TOPIC_ID, 0, config(Durability::PageCache));
        let refused = Partition::open(&world.env(), &directory, TOPIC, options).await;
        assert!(matches!(refused, Err(tribunal_log::OpenError::TopicIdMismatch { found }) if found == TopicId::METADATA));
    });
}

#[test]
fn a_first_batch_on_a_fresh_partition_starts_at_sequence_zero() {
    let world = World::new(MemoryDisk::default());
    world.run(async {
        let (_directory, partition, _) = open(&world, Durability::PageCache).await;
        assert_eq!(partition.append(batch(4, 1, 0)).await, AppendOutcome::OutOfOrderSequence);
        assert_eq!(base(partition.append(batch(-1, 1, 0)).await), 0);
        assert_eq!(base(partition.append(batch(4, 1, 0)).await), 1);
    });
}
