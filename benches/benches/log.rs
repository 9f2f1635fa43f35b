//! What a partition's log costs on a real disk: appends, reads from the tail, and reads by way of the indexes.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::{hint::black_box, path::Path, time::Duration};
use tribunal_env::{Env, Level, Timestamp, watch};
use tribunal_log::{
    AppendOutcome, CompactionConfig, Effort, EffortConfig, LogDirectory, OpenOptions, Partition,
    PartitionConfig,
};
use tribunal_wire::{
    batch::{Batch, BatchBuilder},
    compression::Codec,
    types::{Offset, TopicId},
};

const NOW_MS: i64 = 1_700_000_000_000;

fn batch(records: usize) -> Batch {
    let mut builder = BatchBuilder::new(Codec::None, None);
    for _ in 0..records {
        builder.push(NOW_MS, None, Some(&[7; 1024]), std::iter::empty());
    }
    builder.build()
}

async fn open(env: &Env, folder: &Path, config: PartitionConfig) -> Partition {
    let path = folder.to_string_lossy();
    let (directory, _) = LogDirectory::open(env, &path).await.expect("the folder is empty and ours");
    let options = OpenOptions::new(TopicId([1; 16]), 0, config);
    Partition::open(env, &directory, "bench", options).await.expect("a new partition").0
}

async fn append(partition: &Partition, batch: &Batch) {
    let outcome = partition.append(batch.clone()).await;
    assert!(matches!(outcome, AppendOutcome::Appended(_)), "{outcome:?}");
}

/// Runs `work` so often on a partition that holds `filled` batches of 16 records, and says how long that took.
fn timed(filled: usize, times: u64, work: &impl AsyncFn(&Partition, u64)) -> Duration {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    tribunal_host::run(Level::Error, async |env| {
        let partition = open(&env, folder.path(), PartitionConfig::default()).await;
        let content = batch(16);
        for _ in 0..filled {
            append(&partition, &content).await;
        }
        let begun = env.now();
        for number in 0..times {
            work(&partition, number).await;
        }
        env.now().since(begun)
    })
    .expect("a runtime")
}

fn appends(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("append");
    for records in [1, 60] {
        let content = batch(records);
        group.throughput(Throughput::Bytes(content.total_bytes() as u64));
        group.bench_function(format!("{records} x 1 KiB"), |bencher| {
            bencher.iter_custom(|times| {
                timed(0, times, &async |partition, _| append(partition, &content).await)
            });
        });
    }
    group.finish();
}

/// A pass over 64 MiB of 1 KiB records of which one in `share` is the newest of its key: the time in which it reads them
/// twice and writes what stays.
fn compaction(share: u64) -> Duration {
    const BATCHES: u64 = 4096;
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    tribunal_host::run(Level::Error, async |env| {
        let config = PartitionConfig {
            segment_bytes: 16 << 20,
            compaction: Some(CompactionConfig::default()),
            ..PartitionConfig::default()
        };
        let partition = open(&env, folder.path(), config).await;
        // A little more, so that what is counted is sealed.
        for number in 0..BATCHES + 1 {
            let mut builder = BatchBuilder::new(Codec::None, None);
            for record in 0..16 {
                let key = (number * 16 + record) % (BATCHES * 16 / share);
                builder.push(NOW_MS, Some(&key.to_be_bytes()), Some(&[7; 1008]), std::iter::empty());
            }
            append(&partition, &builder.build()).await;
        }
        partition.flush().await.expect("the disk has room");
        let mut effort = Effort::new(&env, EffortConfig::default(), watch::channel(false).1);
        let begun = env.now();
        black_box(partition.compact(Timestamp::from_millis(NOW_MS), &mut effort).await.expect("it is dirty"));
        env.now().since(begun)
    })
    .expect("a runtime")
}

fn compactions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compact 1 KiB records");
    group.throughput(Throughput::Bytes(64 << 20)).sample_size(10);
    for share in [1, 10] {
        group.bench_function(format!("1 of {share} stays"), |bencher| {
            bencher.iter_custom(|times| (0..times).map(|_| compaction(share)).sum());
        });
    }
    group.finish();
}

fn reads(criterion: &mut Criterion) {
    const BATCHES: usize = 2000;
    const END: u64 = BATCHES as u64 * 16;
    let mut group = criterion.benchmark_group("read 64 KiB");
    group.bench_function("from the tail", |bencher| {
        bencher.iter_custom(|times| {
            timed(BATCHES, times, &async |partition, _| {
                let offset = Offset(END as i64 - 48);
                black_box(partition.read(offset, 64 << 10, true).await.expect("it is there"));
            })
        });
    });
    group.bench_function("by the offset index", |bencher| {
        bencher.iter_custom(|times| {
            timed(BATCHES, times, &async |partition, number| {
                let offset = Offset((number * 7919 % (END - 2000)) as i64);
                black_box(partition.read(offset, 64 << 10, true).await.expect("it is there"));
            })
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(600))
        .without_plots();
    targets = appends, compactions, reads
}
criterion_main!(benches);
