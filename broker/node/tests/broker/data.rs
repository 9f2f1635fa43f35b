//! The data APIs of a real broker over TCP, in every version that it advertises, and requests that are up to no good.

use crate::support::{Client, versions, with_broker};
use bytes::Bytes;
use tribunal_wire::{
    ApiKey,
    batch::{Batch, BatchBuilder, Headers},
    compression::Codec,
    message::{
        ApiVersionsRequest, CreateTopicsRequest, DeleteRecordsRequest, DescribeLogDirsRequest,
        DescribeProducersRequest, FetchRequest, FindCoordinatorRequest, GetTelemetrySubscriptionsRequest,
        IncrementalAlterConfigsRequest, InitProducerIdRequest, ListOffsetsRequest, MetadataRequest,
        OffsetForLeaderEpochRequest, ProduceRequest,
        create_topics::{CreatableTopic, CreatableTopicConfig},
        delete_records::{DeleteRecordsPartition, DeleteRecordsTopic},
        describe_producers::TopicRequest,
        fetch::{FetchPartition, FetchTopic},
        incremental_alter_configs::{AlterConfigsResource, AlterableConfig},
        list_offsets::{ListOffsetsPartition, ListOffsetsTopic},
        metadata::MetadataRequestTopic,
        offset_for_leader_epoch::{OffsetForLeaderPartition, OffsetForLeaderTopic},
        produce::{PartitionProduceData, TopicProduceData},
    },
    types::{ProducerEpoch, ProducerId},
};

const TOPIC: &str = "data";

/// Makes the topic. Its id.
async fn make_topic(client: &mut Client) -> [u8; 16] {
    make_topic_with(client, &[]).await
}

/// Makes the topic with these configs. Its id.
async fn make_topic_with(client: &mut Client, configs: &[(&str, &str)]) -> [u8; 16] {
    let config = |(name, value): &(&str, &str)| CreatableTopicConfig {
        name: (*name).to_owned(),
        value: Some((*value).to_owned()),
    };
    let topics = vec![CreatableTopic {
        name: TOPIC.to_owned(),
        num_partitions: 1,
        replication_factor: 1,
        configs: configs.iter().map(config).collect(),
        ..Default::default()
    }];
    let made = client.ask(&CreateTopicsRequest { topics, ..Default::default() }, 7).await;
    assert_eq!(made.topics[0].error_code, 0);
    made.topics[0].topic_id
}

/// A Produce, as a version names topics.
fn produce(records: Option<Bytes>, topic_id: [u8; 16], version: i16) -> ProduceRequest {
    let by_id = version >= 13;
    ProduceRequest {
        transactional_id: None,
        acks: -1,
        timeout_ms: 1000,
        topic_data: vec![TopicProduceData {
            name: if by_id { String::new() } else { TOPIC.to_owned() },
            topic_id: if by_id { topic_id } else { [0; 16] },
            partition_data: vec![PartitionProduceData { index: 0, records: records.map(Into::into) }],
        }],
    }
}

fn batch(value: &str) -> Bytes {
    let mut builder = BatchBuilder::new(Codec::None, None);
    builder.push(1_700_000_000_000, None, Some(value.as_bytes()), Headers::NONE);
    let mut batch = builder.build();
    batch.seal();
    batch.to_bytes()
}

fn fetch(topic_id: [u8; 16], offset: i64, version: i16) -> FetchRequest {
    let by_id = version >= 13;
    FetchRequest {
        max_bytes: 1 << 20,
        topics: vec![FetchTopic {
            topic: if by_id { String::new() } else { TOPIC.to_owned() },
            topic_id: if by_id { topic_id } else { [0; 16] },
            partitions: vec![FetchPartition {
                fetch_offset: offset,
                partition_max_bytes: 1 << 20,
                ..Default::default()
            }],
        }],
        ..Default::default()
    }
}

#[test]
fn records_are_taken_and_given_in_every_version() {
    with_broker(&[], async |mut client| {
        let id = make_topic(&mut client).await;
        let mut end = 0;
        for version in 3..=*versions(ApiKey::Produce).end() {
            let value = format!("value {version}");
            let answer = client.ask(&produce(Some(batch(&value)), id, version), version).await;
            let partition = &answer.responses[0].partition_responses[0];
            assert_eq!((partition.error_code, partition.base_offset), (0, end), "version {version}");
            end += 1;
            let refused =
                client.ask(&produce(Some(Bytes::from_static(b"no batch")), id, version), version).await;
            let partition = &refused.responses[0].partition_responses[0];
            assert_eq!((partition.error_code, partition.base_offset), (2, -1), "version {version}");
        }
        for version in 4..=*versions(ApiKey::Fetch).end() {
            let answer = client.ask(&fetch(id, end - 1, version), version).await;
            let partition = &answer.responses[0].partitions[0];
            assert_eq!((partition.error_code, partition.high_watermark), (0, end), "version {version}");
            let mut records = partition.records.clone().expect("there is a record").into_bytes();
            let got = Batch::split_from(&mut records).expect("a whole batch");
            assert_eq!(got.header.base_offset.0, end - 1);
            let past = client.ask(&fetch(id, end + 5, version), version).await;
            let partition = &past.responses[0].partitions[0];
            assert_eq!((partition.error_code, partition.high_watermark), (1, -1), "version {version}");
        }
        client
    });
}

#[test]
fn no_more_replicas_are_asked_for_than_the_topic_has() {
    with_broker(&[], async |mut client| {
        let id = make_topic_with(&mut client, &[("min.insync.replicas", "2")]).await;
        let answer = client.ask(&produce(Some(batch("one")), id, 13), 13).await;
        let partition = &answer.responses[0].partition_responses[0];
        assert_eq!((partition.error_code, partition.base_offset), (0, 0));
        client
    });
}

#[test]
fn offsets_epochs_and_producers_are_told_in_every_version() {
    with_broker(&[], async |mut client| {
        let id = make_topic(&mut client).await;
        let taken = client.ask(&produce(Some(batch("one")), id, 13), 13).await;
        assert_eq!(taken.responses[0].partition_responses[0].error_code, 0);
        for version in versions(ApiKey::ListOffsets) {
            for (timestamp, offset, least) in [
                (-1, 1, 1),
                (-2, 0, 1),
                (5, 0, 1),
                (-3, 0, 7),
                (-4, 0, 8),
                (-5, -1, 9),
                (-6, -1, 11),
                (-7, 0, i16::MAX),
            ] {
                let expected = if version >= least { (0, offset) } else { (35, -1) };
                let partitions =
                    vec![ListOffsetsPartition { timestamp, current_leader_epoch: -1, ..Default::default() }];
                let topics = vec![ListOffsetsTopic { name: TOPIC.to_owned(), partitions }];
                let told = client
                    .ask(&ListOffsetsRequest { replica_id: -1, topics, ..Default::default() }, version)
                    .await;
                let partition = &told.topics[0].partitions[0];
                assert_eq!(
                    (partition.error_code, partition.offset),
                    expected,
                    "{timestamp} in version {version}"
                );
            }
        }
        for version in versions(ApiKey::OffsetForLeaderEpoch) {
            let partitions =
                vec![OffsetForLeaderPartition { partition: 0, current_leader_epoch: -1, leader_epoch: 0 }];
            let topics = vec![OffsetForLeaderTopic { topic: TOPIC.to_owned(), partitions }];
            let replica_id = if version >= 3 { -1 } else { -2 };
            let told = client.ask(&OffsetForLeaderEpochRequest { replica_id, topics }, version).await;
            let partition = &told.topics[0].partitions[0];
            assert_eq!((partition.error_code, partition.end_offset), (0, 1), "version {version}");
        }
        let mut ids = Vec::new();
        for version in versions(ApiKey::InitProducerId) {
            let request = InitProducerIdRequest {
                transactional_id: None,
                producer_id: -1,
                producer_epoch: -1,
                ..Default::default()
            };
            let given = client.ask(&request, version).await;
            assert_eq!(given.error_code, 0, "version {version}");
            ids.push(given.producer_id);
        }
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "no id is given twice");
        for (producer_id, producer_epoch, expected) in [(7, 0, 0), (7, -1, 42), (-1, 0, 42)] {
            let transactional_id = None;
            let request =
                InitProducerIdRequest { transactional_id, producer_id, producer_epoch, ..Default::default() };
            let given = client.ask(&request, 5).await;
            assert_eq!(given.error_code, expected, "{producer_id} {producer_epoch}");
            assert_eq!(given.producer_id < 0, expected != 0, "{producer_id} {producer_epoch}");
        }
        for version in versions(ApiKey::DescribeProducers) {
            let topics = vec![TopicRequest { name: TOPIC.to_owned(), partition_indexes: vec![0, 9] }];
            let told = client.ask(&DescribeProducersRequest { topics }, version).await;
            let codes: Vec<i16> =
                told.topics[0].partitions.iter().map(|partition| partition.error_code).collect();
            assert_eq!(codes, [0, 3], "version {version}");
        }
        client
    });
}

#[test]
fn partitions_that_are_asked_for_twice_are_answered_once() {
    with_broker(&[], async |mut client| {
        make_topic(&mut client).await;
        let asked = |partition_index| ListOffsetsPartition {
            partition_index,
            timestamp: -1,
            current_leader_epoch: -1,
        };
        let topic = |indexes: &[i32]| ListOffsetsTopic {
            name: TOPIC.to_owned(),
            partitions: indexes.iter().map(|index| asked(*index)).collect(),
        };
        let topics = vec![topic(&[0, 1, 1]), topic(&[1])];
        let told = client.ask(&ListOffsetsRequest { replica_id: -1, topics, ..Default::default() }, 11).await;
        let rows = told.topics.iter().flat_map(|topic| &topic.partitions);
        let rows: Vec<_> = rows.map(|row| (row.partition_index, row.error_code, row.offset)).collect();
        assert_eq!(rows, [(0, 0, 0), (1, 42, -1)]);
        client
    });
}

#[test]
fn the_other_apis_answer_in_every_version() {
    with_broker(&[], async |mut client| {
        let id = make_topic(&mut client).await;
        client.ask(&produce(Some(batch("one")), id, 13), 13).await;
        for version in versions(ApiKey::DescribeLogDirs) {
            let told = client.ask(&DescribeLogDirsRequest { topics: None }, version).await;
            assert_eq!(told.results[0].error_code, 0, "version {version}");
            assert!(told.results[0].topics.iter().any(|topic| topic.name == TOPIC));
        }
        for version in versions(ApiKey::FindCoordinator) {
            let asked = if version >= 4 {
                FindCoordinatorRequest { coordinator_keys: vec!["group".to_owned()], ..Default::default() }
            } else {
                FindCoordinatorRequest { key: "group".to_owned(), ..Default::default() }
            };
            let told = client.ask(&asked, version).await;
            let code = told.coordinators.first().map_or(told.error_code, |found| found.error_code);
            assert_eq!(code, 15, "version {version}");
        }
        for version in versions(ApiKey::GetTelemetrySubscriptions) {
            let told = client.ask(&GetTelemetrySubscriptionsRequest::default(), version).await;
            assert_eq!(told.error_code, 0, "version {version}");
        }
        for version in versions(ApiKey::ApiVersions) {
            let mut asked = ApiVersionsRequest::default();
            if version >= 3 {
                asked.client_software_name = "tester".to_owned();
                asked.client_software_version = "1".to_owned();
            }
            let told = client.ask(&asked, version).await;
            assert_eq!(told.error_code, 0, "version {version}");
            assert!(told.api_keys.iter().any(|key| key.api_key == 0 && key.max_version == 13));
        }
        for version in versions(ApiKey::DeleteRecords) {
            let partitions = vec![DeleteRecordsPartition { partition_index: 0, offset: -1 }];
            let topics = vec![DeleteRecordsTopic { name: TOPIC.to_owned(), partitions }];
            let done = client.ask(&DeleteRecordsRequest { topics, timeout_ms: 1000 }, version).await;
            let partition = &done.topics[0].partitions[0];
            assert_eq!((partition.error_code, partition.low_watermark), (0, 1), "version {version}");
        }
        client
    });
}

#[test]
fn what_the_log_refuses_without_an_answer_ends_the_connection() {
    with_broker(&[], async |mut client| {
        let id = make_topic(&mut client).await;
        let numbered = |sequence: i32| {
            let mut builder =
                BatchBuilder::new(Codec::None, None).producer(ProducerId(7), ProducerEpoch(0), sequence);
            builder.push(1_700_000_000_000, None, Some(b"numbered"), Headers::NONE);
            let mut batch = builder.build();
            batch.seal();
            ProduceRequest { acks: 0, ..produce(Some(batch.to_bytes()), id, 13) }
        };
        // Sent and taken, as the answer to the next request shows.
        client.send(&numbered(0), 13).await;
        assert_eq!(client.ask(&fetch(id, 0, 13), 13).await.responses[0].partitions[0].high_watermark, 1);
        // Out of order: the log says so, after the request was begun.
        let mut other = client.another().await;
        other.send(&numbered(5), 13).await;
        assert!(other.cut_off_by(&ApiVersionsRequest::default(), 0).await);
        client
    });
}

#[test]
fn what_cannot_be_answered_ends_one_connection_alone() {
    with_broker(&[], async |mut client| {
        make_topic(&mut client).await;
        // The refusal repeats the name, and is too long then for a string of the older encoding.
        let long = "n".repeat(usize::from(u16::MAX) / 2);
        let configs = vec![AlterableConfig { name: long, value: Some("1".to_owned()), ..Default::default() }];
        let resource = AlterConfigsResource { resource_type: 2, resource_name: TOPIC.to_owned(), configs };
        let request = IncrementalAlterConfigsRequest { resources: vec![resource], validate_only: false };
        assert!(client.another().await.cut_off_by(&request, 0).await);
        let topics = Some(vec![MetadataRequestTopic { name: Some(TOPIC.to_owned()), ..Default::default() }]);
        let shown = client.ask(&MetadataRequest { topics, ..Default::default() }, 13).await;
        assert_eq!(shown.topics[0].error_code, 0);
        client
    });
}
