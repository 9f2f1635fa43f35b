//! What damage to a cleanly stopped log costs: what was hit, and nothing that stood beside it or never stood there.

mod support;

use support::{MemoryDisk, World};
use tribunal_log::inspect::{Finding, Place, Totals, Witness, verify};
use tribunal_log::{
    CorruptRange, LogDirectory, OpenOptions, Partition, PartitionConfig, PartitionSummaries, ReadError,
};
use tribunal_wire::batch::{Batch, BatchBuilder, Headers};
use tribunal_wire::compression::Codec;
use tribunal_wire::types::{Offset, PartitionIndex, ProducerEpoch, ProducerId, TopicId};

const TOPIC: &str = "orders";
const FILES: &str = "data/orders-0/";

fn batch(sequence: i32) -> Batch {
    let mut builder =
        BatchBuilder::new(Codec::None, None).producer(ProducerId(1), ProducerEpoch(0), sequence);
    builder.push(0, None, Some(&[b'x'; 200]), Headers::NONE);
    builder.build()
}

async fn open(world: &World) -> (LogDirectory, Partition) {
    let config =
        PartitionConfig { segment_bytes: 4000, index_interval_bytes: 300, ..PartitionConfig::default() };
    open_with(world, config).await
}

async fn open_with(world: &World, config: PartitionConfig) -> (LogDirectory, Partition) {
    let env = world.env();
    let (directory, found) = LogDirectory::open(&env, "data").await.expect("the directory opens");
    let mut options = OpenOptions::new(TopicId([7; 16]), 0, config);
    options.clean = found.clean;
    options.recovery_point = found.recovery_point(TOPIC, PartitionIndex(0));
    let (partition, _) = Partition::open(&env, &directory, TOPIC, options).await.expect("it opens");
    (directory, partition)
}

/// Appends up to `to`, and stops in good order.
fn append_and_stop(disk: &MemoryDisk, from: i32, to: i32) {
    let world = World::new(disk.clone());
    world.run(async {
        let (directory, partition) = open(&world).await;
        for sequence in from..to {
            assert_eq!(partition.append(batch(sequence)).await.error_code(), 0);
        }
        partition.close().await.expect("it closes");
        directory.close(3, Some(PartitionSummaries::new())).await.expect("it closes");
    });
}

#[test]
fn an_end_that_is_cut_short_after_a_clean_stop_costs_what_stood_there() {
    let disk = MemoryDisk::default();
    append_and_stop(&disk, 0, 10);
    let log = format!("{FILES}{:020}.log", 0);
    disk.damage(&log, |content| content.truncate(content.len() - 50));
    let world = World::new(disk);
    world.run(async {
        let (_directory, partition) = open(&world).await;
        let range = CorruptRange { from: Offset(9), to: Offset(10) };
        assert_eq!(partition.read(Offset(9), 1000, true).await, Err(ReadError::Corrupt(range)));
        assert_eq!(partition.watermarks().log_end.0, Offset(10));
    });
}

#[test]
fn a_stop_without_its_snapshot_is_learnt_from_the_log() {
    let disk = MemoryDisk::default();
    append_and_stop(&disk, 0, 20);
    let snapshots = || disk.paths(FILES).into_iter().filter(|path| path.ends_with(".snapshot"));
    assert!(snapshots().count() > 1, "one stands before the last segment");
    disk.forget(&format!("{FILES}{:020}.snapshot", 20));
    append_and_stop(&disk, 20, 21);
}

#[derive(Default)]
struct Found(Vec<Finding>);

impl Witness for Found {
    fn found(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    fn passed(&mut self, _file: &str, _totals: &Totals) {}
}

#[test]
fn garbled_snapshots_are_made_again_after_a_clean_stop() {
    let disk = MemoryDisk::default();
    append_and_stop(&disk, 0, 60);
    let snapshots = || disk.paths(FILES).into_iter().filter(|path| path.ends_with(".snapshot"));
    assert!(snapshots().count() > 2);
    for path in snapshots() {
        disk.damage(&path, |content| content.fill(9));
    }
    append_and_stop(&disk, 60, 61);
    let world = World::new(disk.clone());
    let found = world.run(async {
        let mut found = Found::default();
        verify(&*world.env().disk(), "data", &Place::DataDirectory, &mut found)
            .await
            .expect("it can be read");
        found.0
    });
    assert_eq!(found, Vec::new());
}

/// Flips one bit of a file.
fn flip(disk: &MemoryDisk, path: &str, byte: usize, bit: u32) {
    disk.damage(path, |content| content[byte] ^= 1 << bit);
}

/// A batch of one record with a time, of about so many bytes.
fn timed(time: i64, bytes: usize) -> Batch {
    let mut builder = BatchBuilder::new(Codec::None, None);
    builder.push(time, None, Some(&vec![b'x'; bytes]), Headers::NONE);
    builder.build()
}

/// The offset at which a lookup of a time ends.
async fn offset_at(partition: &Partition, time: i64) -> Option<i64> {
    let found = partition.offset_for_timestamp(time).await.expect("it is readable");
    found.map(|found| found.offset.0)
}

#[test]
fn a_time_is_looked_up_past_a_batch_whose_offset_rotted() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let (_directory, partition) = open(&world).await;
        for time in 0..40 {
            assert_eq!(partition.append(timed(time, 200)).await.error_code(), 0);
        }
        let log = format!("{FILES}{:020}.log", 0);
        let batch_bytes = timed(0, 200).total_bytes();
        for (damaged, bit) in (0..10).flat_map(|batch| (0..4).map(move |bit| (batch, bit))) {
            // No checksum covers a batch's base offset.
            flip(&disk, &log, damaged * batch_bytes + 7, bit);
            for time in 0..40 {
                let there = if usize::try_from(time) == Ok(damaged) { time + 1 } else { time };
                let found = offset_at(&partition, time).await;
                assert_eq!(found, Some(there), "time {time}, batch {damaged}, bit {bit}");
            }
            flip(&disk, &log, damaged * batch_bytes + 7, bit);
        }
    });
}

#[test]
fn no_time_is_missed_by_indexes_that_rotted() {
    const BATCHES: i64 = 200;
    // More than is walked after a clean stop, so that the oldest segments' files are all that is known of them.
    const BYTES: usize = 100_000;
    let config =
        PartitionConfig { segment_bytes: 1_000_000, index_interval_bytes: 150_000, ..Default::default() };
    let disk = MemoryDisk::default();
    let time_of = |offset: i64| 1_000 + 10 * offset;
    let world = World::new(disk.clone());
    world.run(async {
        let (directory, partition) = open_with(&world, config).await;
        for offset in 0..BATCHES {
            assert_eq!(partition.append(timed(time_of(offset), BYTES)).await.error_code(), 0);
        }
        partition.close().await.expect("it closes");
        directory.close(3, Some(PartitionSummaries::new())).await.expect("it closes");
    });
    for ending in ["index", "timeindex"] {
        let path = format!("{FILES}{:020}.{ending}", 0);
        let bytes = disk.content(&path).expect("it is there").len();
        for (byte, bit) in (0..bytes).flat_map(|byte| (0..8).map(move |bit| (byte, bit))) {
            flip(&disk, &path, byte, bit);
            let world = World::new(disk.clone());
            world.run(async {
                let (directory, partition) = open_with(&world, config).await;
                for offset in 0..12 {
                    let found = offset_at(&partition, time_of(offset) - 5).await;
                    assert_eq!(found, Some(offset), "{ending}, byte {byte}, bit {bit}");
                }
                let newest = partition.max_timestamp().await.expect("it is readable").expect("there is one");
                assert_eq!(newest.offset.0, BATCHES - 1, "{ending}, byte {byte}, bit {bit}");
                partition.close().await.expect("it closes");
                directory.close(3, Some(PartitionSummaries::new())).await.expect("it closes");
            });
            flip(&disk, &path, byte, bit);
        }
    }
}

#[test]
fn a_log_that_is_read_where_it_rotted_goes_on_taking_appends() {
    const NEWEST: i64 = 5_000;
    let config = PartitionConfig { index_interval_bytes: 300, tail_bytes: 0, ..Default::default() };
    for rotten in 1..8 {
        let disk = MemoryDisk::default();
        let world = World::new(disk.clone());
        world.run(async {
            let (_directory, partition) = open_with(&world, config).await;
            // No later batch has a later time than the one that rots.
            let time_of = |offset| if offset == rotten { NEWEST } else { 100 + offset };
            for offset in 0..12 {
                assert_eq!(partition.append(timed(time_of(offset), 200)).await.error_code(), 0);
            }
            let batch_bytes = timed(0, 200).total_bytes();
            let at = batch_bytes * usize::try_from(rotten).expect("small") + batch_bytes - 9;
            flip(&disk, &format!("{FILES}{:020}.log", 0), at, 0);
            for offset in 0..12 {
                let read = partition.read(Offset(offset), 1_000, true).await;
                assert_eq!(read.is_err(), offset == rotten, "{read:?} at {offset}");
                let _found = partition.offset_for_timestamp(time_of(offset)).await;
            }
            for offset in 12..24 {
                assert_eq!(partition.append(timed(time_of(offset), 200)).await.error_code(), 0, "{rotten}");
            }
            partition.close().await.expect("it closes");
        });
    }
}

#[test]
fn a_deletion_leaves_alone_what_another_topic_has_under_the_name() {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let (directory, old) = open(&world).await;
        assert_eq!(old.append(batch(0)).await.error_code(), 0);
        let index = PartitionIndex(0);
        directory.set_aside(&*world.env().disk(), TOPIC, index, 1).await.expect("it is set aside");
        let options = OpenOptions::new(TopicId([8; 16]), 0, PartitionConfig::default());
        let (new, _) = Partition::open(&world.env(), &directory, TOPIC, options).await.expect("it opens");
        assert_eq!(new.append(batch(0)).await.error_code(), 0);
        old.delete(2).await.expect("nothing of it is there");
        let there = disk.paths(FILES).into_iter().filter(|path| path.ends_with(".log")).count();
        assert_eq!(there, 1, "the log of the new topic stands");
    });
}
