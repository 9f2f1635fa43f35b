//! A data directory with one partition, as a broker leaves it, to be damaged.

use super::{Crash, MemoryDisk, World};
use bytes::Bytes;
use tribunal_log::{
    AppendOutcome, LogDirectory, OpenOptions, Partition, PartitionConfig, PartitionSummaries,
};
use tribunal_wire::batch::{Batch, BatchBuilder, BatchHeader, Batches, Headers};
use tribunal_wire::compression::Codec;
use tribunal_wire::types::{LeaderEpoch, ProducerEpoch, ProducerId, TopicId};

pub const ROOT: &str = "data";
pub const PARTITION: &str = "data/orders-0";

fn batch(codec: Codec, sequence: i32, records: i64, time: i64) -> Batch {
    let mut builder = BatchBuilder::new(codec, None).producer(ProducerId(1), ProducerEpoch(0), sequence);
    for record in 0..records {
        let value = format!("value {sequence} {record} {}", "x".repeat(40));
        builder.push(time + record, None, Some(value.as_bytes()), Headers::NONE);
    }
    builder.build()
}

pub fn config() -> PartitionConfig {
    PartitionConfig { segment_bytes: 2500, index_interval_bytes: 300, ..PartitionConfig::default() }
}

/// A data directory with one partition of 60 batches of two records, as `stop` leaves it.
pub fn written(clean: bool) -> MemoryDisk {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world.run(async {
        let env = world.env();
        let (directory, _) = LogDirectory::open(&env, ROOT).await.expect("the directory opens");
        let options = OpenOptions::new(TopicId([7; 16]), 0, config());
        let (partition, _) =
            Partition::open(&env, &directory, "orders", options).await.expect("the partition opens");
        for index in 0..60 {
            let codec = Codec::ALL[usize::try_from(index).expect("small") % Codec::ALL.len()];
            if index == 30 {
                partition.become_leader(LeaderEpoch(3)).await.expect("it leads");
            }
            let outcome = partition.append(batch(codec, index * 2, 2, 1000 + i64::from(index) * 10)).await;
            assert!(matches!(outcome, AppendOutcome::Appended(_)), "{outcome:?}");
        }
        if clean {
            partition.close().await.expect("it closes");
            directory.close(1, Some(PartitionSummaries::new())).await.expect("it closes");
        }
    });
    drop(world);
    if !clean {
        disk.crash(Crash::Process);
    }
    disk
}

pub fn logs(disk: &MemoryDisk) -> Vec<String> {
    disk.paths(PARTITION).into_iter().filter(|path| path.ends_with(".log")).collect()
}

pub fn with(log: &str, extension: &str) -> String {
    log.replace(".log", extension)
}

/// Position and header of each batch of a log.
pub fn batches(disk: &MemoryDisk, log: &str) -> Vec<(usize, BatchHeader)> {
    let mut position = 0;
    let content = disk.content(log).expect("it is there");
    Batches::new(Bytes::from(content))
        .map(|batch| {
            let batch = batch.expect("it is whole");
            let at = position;
            position += batch.total_bytes();
            (at, batch.header)
        })
        .collect()
}
