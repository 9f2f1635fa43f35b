//! What a Fetch of a real broker waits for, and what it does not: each request may wait for weeks, and is answered at once.

use crate::support::{Client, in_directory, with_broker};
use tribunal_wire::{
    batch::Batch,
    message::{
        FetchRequest, FetchResponse,
        fetch::{FetchPartition, FetchTopic},
    },
};

const TOPIC: &str = "polled";
const RECORDS: i64 = 40;

/// Makes a topic of several segments, each of a few records.
async fn fill(client: &mut Client) {
    client.make_topic_of_small_segments(TOPIC, 1024).await;
    for _ in 0..RECORDS {
        let _offset = client.append_one(TOPIC, -1).await;
    }
}

fn fetch(fetch_offset: i64, min_bytes: i32, max_bytes: i32, isolation_level: i8) -> FetchRequest {
    let partition = FetchPartition { fetch_offset, partition_max_bytes: 1 << 20, ..Default::default() };
    let topics =
        vec![FetchTopic { topic: TOPIC.to_owned(), partitions: vec![partition], ..Default::default() }];
    FetchRequest {
        max_wait_ms: i32::MAX,
        min_bytes,
        max_bytes,
        isolation_level,
        topics,
        ..Default::default()
    }
}

/// Bytes and records of an answer.
fn got(answer: &FetchResponse) -> (usize, i64) {
    let mut records = answer.responses[0].partitions[0].records.clone().unwrap_or_default().into_bytes();
    let (bytes, mut count) = (records.len(), 0);
    while !records.is_empty() {
        let _batch = Batch::split_from(&mut records).expect("whole batches");
        count += 1;
    }
    (bytes, count)
}

#[test]
fn a_client_in_the_backlog_does_not_wait_at_the_end_of_a_segment() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    in_directory(directory.path(), async |mut client| {
        fill(&mut client).await;
        client
    });
    // After the stop nothing of the log is in memory, where it has no segments.
    in_directory(directory.path(), async |mut client| {
        for isolation_level in [0, 1] {
            let (mut offset, mut answers) = (0, 0);
            while RECORDS - offset > 10 {
                let request = fetch(offset, 1 << 20, 1 << 20, isolation_level);
                let (_, count) = got(&client.until(&request, 12, |_| true).await);
                assert!(count > 0, "nothing at offset {offset}");
                offset += count;
                answers += 1;
            }
            assert!(answers > 1, "there are several segments");
        }
        client
    });
}

#[test]
fn no_more_is_waited_for_than_may_be_answered() {
    with_broker(&[], async |mut client| {
        fill(&mut client).await;
        let one = got(&client.until(&fetch(RECORDS - 1, 1, 1 << 20, 0), 12, |_| true).await);
        let bytes_max = i32::try_from(one.0).expect("a small batch");
        let answer = client.until(&fetch(RECORDS - 1, i32::MAX, bytes_max, 0), 12, |_| true).await;
        assert_eq!(got(&answer), one);
        client
    });
}
