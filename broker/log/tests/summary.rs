//! What a clean stop tells the next start of its partitions, and when that is not believed.

mod support;

use support::{Crash, MemoryDisk, World};
use tribunal_env::FileExt as _;
use tribunal_env::{Disk as _, OpenMode};
use tribunal_log::{
    DirectoryReport, LogDirectory, OpenOptions, Partition, PartitionConfig, PartitionSummaries,
    PartitionSummary,
};
use tribunal_wire::batch::{BatchBuilder, Headers};
use tribunal_wire::compression::Codec;
use tribunal_wire::types::{LeaderEpoch, Offset, PartitionIndex, TopicId};

const ROOT: &str = "data";
const TOPIC: &str = "orders";
const TOPIC_ID: TopicId = TopicId([7; 16]);

/// Appends three records, and stops in good order under broker epoch 12.
async fn write_and_stop(world: &World) -> PartitionSummary {
    let env = world.env();
    let (directory, _) = LogDirectory::open(&env, ROOT).await.expect("the directory opens");
    let options = OpenOptions::new(TOPIC_ID, 0, PartitionConfig::default());
    let (partition, _) =
        Partition::open(&env, &directory, TOPIC, options).await.expect("the partition opens");
    for time in [500, 700, 600] {
        let mut builder = BatchBuilder::new(Codec::None, None);
        builder.push(time, None, Some(b"value"), Headers::NONE);
        let _appended = partition.append(builder.build()).await;
    }
    let _start = partition.delete_records(1).await.expect("it is deleted");
    let bytes = partition.size_bytes();
    let summary = partition.close().await.expect("it closes");
    assert_eq!(
        summary,
        PartitionSummary {
            topic_id: TOPIC_ID,
            leader_epoch: LeaderEpoch(0),
            log_start: Offset(1),
            log_end: Offset(3),
            bytes,
            oldest_timestamp: 700
        }
    );
    let summaries = PartitionSummaries::from([((TOPIC.to_owned(), PartitionIndex(0)), summary)]);
    directory.close(12, Some(summaries)).await.expect("it closes");
    summary
}

/// Stops in good order, does `act` to the files, and says what the next start finds.
fn found_after(act: &impl AsyncFn(&MemoryDisk)) -> (PartitionSummary, DirectoryReport) {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    let summary = world.run(async {
        let summary = write_and_stop(&world).await;
        act(&disk).await;
        summary
    });
    drop(world);
    // All of it was made durable.
    disk.crash(Crash::Subset(1));
    let world = World::new(disk);
    let report =
        world.run(async { LogDirectory::open(&world.env(), ROOT).await.expect("the directory opens").1 });
    (summary, report)
}

async fn rewrite(disk: &MemoryDisk, name: &str, change: impl Fn(String) -> String) {
    let file = disk.open(&format!("{ROOT}/{name}"), OpenMode::ReadWrite).await.expect("it is there");
    let bytes = file.read_at(0, 1 << 16).await.expect("it can be read");
    let text = change(String::from_utf8(bytes.to_vec()).expect("it is text"));
    file.set_len(0).await.expect("it can be cut");
    file.write_all_at(0, &[text.into()]).await.expect("it can be written");
    file.sync().await.expect("it can be flushed");
}

#[test]
fn a_clean_stop_tells_of_its_partitions() {
    let (summary, report) = found_after(&async |_| ());
    let name = (TOPIC.to_owned(), PartitionIndex(0));
    assert!(report.clean);
    assert_eq!(report.summaries, PartitionSummaries::from([(name, summary)]));
}

#[test]
fn no_other_stop_does() {
    let nothing = |act: &dyn Fn(String) -> String, name: &str| {
        let (_, report) = found_after(&async |disk| rewrite(disk, name, act).await);
        assert_eq!(report.summaries, PartitionSummaries::new(), "after a change of {name}");
    };
    // Apache Kafka ran in between: it registered under another epoch.
    nothing(&|text| text.replace("12", "13"), ".kafka_cleanshutdown");
    nothing(&|text| text.replace("orders 0 3", "orders 0 4"), "recovery-point-offset-checkpoint");
    nothing(&|text| text.replace("orders", "others"), "clean-shutdown-summaries");
    let (_, report) = found_after(&async |disk| {
        disk.remove_file("data/.kafka_cleanshutdown").await.expect("it was there");
        disk.sync_dir(ROOT).await.expect("it can be flushed");
    });
    assert!(!report.clean);
    assert_eq!(report.summaries, PartitionSummaries::new());
}

#[test]
fn a_partition_whose_directory_is_gone_is_not_told_of() {
    let (_, report) = found_after(&async |disk| {
        disk.rename("data/orders-0", "data/orders-1").await.expect("it was there");
        disk.sync_dir(ROOT).await.expect("it can be flushed");
    });
    assert!(report.clean);
    assert_eq!(report.summaries, PartitionSummaries::new());
}
