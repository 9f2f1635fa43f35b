//! Retention of a real broker over TCP: settings that change while it runs, and what clients see of it.

use crate::support::{Client, with_broker};
use bytes::Bytes;
use tribunal_wire::message::{
    AlterConfigsRequest, DescribeLogDirsRequest, DescribeProducersRequest, FetchRequest,
    IncrementalAlterConfigsRequest, ListOffsetsRequest, alter_configs,
    describe_producers::TopicRequest,
    fetch::{FetchPartition, FetchTopic},
    incremental_alter_configs,
    list_offsets::{ListOffsetsPartition, ListOffsetsTopic},
};

const TOPIC: &str = "kept";
const RESOURCE_TOPIC: i8 = 2;
const LATEST: i64 = -1;
const EARLIEST: i64 = -2;
const EARLIEST_LOCAL: i64 = -4;
const SEGMENT_BYTES: i64 = 1024;
const RECORDS: i64 = 60;

async fn make_topic(client: &mut Client) {
    client.make_topic_of_small_segments(TOPIC, SEGMENT_BYTES).await;
}

/// Appends one record that is as old as now, as `sequence` of a producer unless that is negative. Its offset.
async fn append(client: &mut Client, sequence: i32) -> i64 {
    client.append_one(TOPIC, sequence).await
}

fn list(timestamp: i64) -> ListOffsetsRequest {
    let partitions = vec![ListOffsetsPartition { timestamp, current_leader_epoch: -1, ..Default::default() }];
    let topics = vec![ListOffsetsTopic { name: TOPIC.to_owned(), partitions }];
    ListOffsetsRequest { replica_id: -1, topics, ..Default::default() }
}

async fn offset(client: &mut Client, timestamp: i64) -> i64 {
    client.ask(&list(timestamp), 8).await.topics[0].partitions[0].offset
}

async fn size(client: &mut Client) -> i64 {
    let told = client.ask(&DescribeLogDirsRequest { topics: None }, 4).await;
    let topic = told.results[0].topics.iter().find(|topic| topic.name == TOPIC).expect("it is there");
    topic.partitions[0].partition_size
}

/// Error code, log start offset and records of a fetch.
async fn fetch(client: &mut Client, fetch_offset: i64) -> (i16, i64, Bytes) {
    let partition = FetchPartition { fetch_offset, partition_max_bytes: 1 << 20, ..Default::default() };
    let topics =
        vec![FetchTopic { topic: TOPIC.to_owned(), partitions: vec![partition], ..Default::default() }];
    let answer = client.ask(&FetchRequest { max_bytes: 1 << 20, topics, ..Default::default() }, 12).await;
    let partition = &answer.responses[0].partitions[0];
    let records = partition.records.clone().unwrap_or_default().into_bytes();
    (partition.error_code, partition.log_start_offset, records)
}

/// Sets one config of the topic, and leaves the others.
async fn set(client: &mut Client, name: &str, value: &str) {
    let config = incremental_alter_configs::AlterableConfig {
        name: name.to_owned(),
        config_operation: 0,
        value: Some(value.to_owned()),
    };
    let resource = incremental_alter_configs::AlterConfigsResource {
        resource_type: RESOURCE_TOPIC,
        resource_name: TOPIC.to_owned(),
        configs: vec![config],
    };
    let request = IncrementalAlterConfigsRequest { resources: vec![resource], validate_only: false };
    assert_eq!(client.ask(&request, 1).await.responses[0].error_code, 0);
}

/// Sets these configs of the topic, and no others.
async fn replace(client: &mut Client, configs: &[(&str, &str)]) {
    let configs = configs.iter().map(|(name, value)| alter_configs::AlterableConfig {
        name: (*name).to_owned(),
        value: Some((*value).to_owned()),
    });
    let resource = alter_configs::AlterConfigsResource {
        resource_type: RESOURCE_TOPIC,
        resource_name: TOPIC.to_owned(),
        configs: configs.collect(),
    };
    let request = AlterConfigsRequest { resources: vec![resource], validate_only: false };
    assert_eq!(client.ask(&request, 2).await.responses[0].error_code, 0);
}

const OFTEN: [(&str, &str); 3] = [
    ("log.initial.task.delay.ms", "0"),
    ("log.retention.check.interval.ms", "5"),
    ("log.segment.delete.delay.ms", "0"),
];

#[test]
fn bounds_that_are_set_while_the_broker_runs_move_the_log_start() {
    with_broker(&OFTEN, async |mut client| {
        make_topic(&mut client).await;
        for expected in 0..RECORDS {
            assert_eq!(append(&mut client, -1).await, expected);
        }
        let whole = size(&mut client).await;
        assert_eq!(offset(&mut client, EARLIEST).await, 0, "a week is kept, and any size");

        set(&mut client, "retention.bytes", "3000").await;
        let earliest =
            |told: &tribunal_wire::message::ListOffsetsResponse| told.topics[0].partitions[0].offset;
        let told = client.until(&list(EARLIEST), 8, |told| earliest(told) > 0).await;
        let start = earliest(&told);
        assert_eq!(offset(&mut client, EARLIEST_LOCAL).await, start);
        let left = size(&mut client).await;
        assert!((3000..3000 + SEGMENT_BYTES).contains(&left), "{left} of {whole} bytes are left");
        assert_eq!(fetch(&mut client, start - 1).await.0, 1, "OFFSET_OUT_OF_RANGE");
        let (error, log_start, records) = fetch(&mut client, start).await;
        assert_eq!((error, log_start, records.is_empty()), (0, start, false));

        let segment = SEGMENT_BYTES.to_string();
        replace(&mut client, &[("retention.ms", "1"), ("internal.segment.bytes", &segment)]).await;
        let _told = client.until(&list(EARLIEST), 8, |told| earliest(told) == RECORDS).await;
        assert_eq!(offset(&mut client, LATEST).await, RECORDS);
        assert_eq!(size(&mut client).await, 0);
        assert_eq!(append(&mut client, -1).await, RECORDS, "offsets go on");
        client
    });
}

#[test]
fn a_default_of_the_broker_bounds_its_topics() {
    let properties = [OFTEN[0], OFTEN[1], OFTEN[2], ("log.retention.bytes", "2000")];
    with_broker(&properties, async |mut client| {
        make_topic(&mut client).await;
        for expected in 0..RECORDS {
            assert_eq!(append(&mut client, -1).await, expected);
        }
        let earliest = client.until(&list(EARLIEST), 8, |told| told.topics[0].partitions[0].offset > 0).await;
        assert!(earliest.topics[0].partitions[0].offset < RECORDS);
        client
    });
}

#[test]
fn a_silent_producer_is_forgotten() {
    let properties = [("producer.id.expiration.ms", "1"), ("producer.id.expiration.check.interval.ms", "5")];
    with_broker(&properties, async |mut client| {
        make_topic(&mut client).await;
        assert_eq!(append(&mut client, 0).await, 0);
        let topics = vec![TopicRequest { name: TOPIC.to_owned(), partition_indexes: vec![0] }];
        let described = DescribeProducersRequest { topics };
        let _empty = client
            .until(&described, 0, |told| told.topics[0].partitions[0].active_producers.is_empty())
            .await;
        assert_eq!(append(&mut client, 41).await, 1, "an unknown producer may start anywhere");
        client
    });
}
