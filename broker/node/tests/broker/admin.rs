//! The administration APIs of a real broker over TCP, in every version that it advertises.

use tribunal_wire::{
    ApiKey, ErrorCode,
    message::{
        AlterConfigsRequest, CreatePartitionsRequest, CreateTopicsRequest, DeleteTopicsRequest,
        DescribeClusterRequest, DescribeConfigsRequest, DescribeProducersRequest,
        DescribeTopicPartitionsRequest, IncrementalAlterConfigsRequest, MetadataRequest, alter_configs,
        create_partitions::CreatePartitionsTopic,
        create_topics::{CreatableTopic, CreatableTopicConfig},
        delete_topics::DeleteTopicState,
        describe_configs::{DescribeConfigsResource, DescribeConfigsResult},
        describe_producers,
        describe_topic_partitions::request::{Cursor, TopicRequest},
        incremental_alter_configs,
        metadata::{MetadataRequestTopic, MetadataResponse},
    },
};

use crate::support::{versions, with_broker, with_listeners};

const TOPIC: i8 = 2;
const BROKER: i8 = 4;

fn topic(name: &str, num_partitions: i32) -> CreatableTopic {
    CreatableTopic { name: name.to_owned(), num_partitions, replication_factor: 1, ..Default::default() }
}

fn named(name: &str) -> MetadataRequestTopic {
    MetadataRequestTopic { name: Some(name.to_owned()), ..Default::default() }
}

fn metadata_of(topics: Vec<MetadataRequestTopic>) -> MetadataRequest {
    MetadataRequest { topics: Some(topics), allow_auto_topic_creation: true, ..Default::default() }
}

fn codes(response: &MetadataResponse) -> Vec<(Option<&str>, ErrorCode, usize)> {
    response
        .topics
        .iter()
        .map(|topic| (topic.name.as_deref(), ErrorCode::from_code(topic.error_code), topic.partitions.len()))
        .collect()
}

#[test]
fn topics_are_made_shown_grown_and_removed_in_every_version() {
    with_broker(&[], async |mut client| {
        for version in versions(ApiKey::CreateTopics) {
            let name = format!("made-{version}");
            let config = CreatableTopicConfig { name: "retention.ms".into(), value: Some("9".into()) };
            let topics = vec![CreatableTopic { configs: vec![config], ..topic(&name, 2) }, topic("a/b", 1)];
            let made = client.ask(&CreateTopicsRequest { topics, ..Default::default() }, version).await;
            assert_eq!((made.topics[0].error_code, made.topics[1].error_code), (0, 17), "version {version}");
            assert!(made.topics[1].error_message.is_some());
            let configs = made.topics[0].configs.as_ref().map_or(0, Vec::len);
            assert_eq!(configs, if version >= 5 { 33 } else { 0 }, "version {version}");
            assert_eq!(made.topics[0].topic_id != [0; 16], version >= 7);
        }
        for version in versions(ApiKey::CreatePartitions) {
            let count = i32::from(version) + 3;
            let topics = vec![CreatePartitionsTopic { name: "made-7".into(), count, assignments: None }];
            let grown = client.ask(&CreatePartitionsRequest { topics, ..Default::default() }, version).await;
            assert_eq!(grown.results[0].error_code, 0, "version {version}");
        }
        let shown = client.ask(&metadata_of(vec![named("made-7")]), 13).await;
        assert_eq!(codes(&shown), [(Some("made-7"), ErrorCode::None, 6)]);
        for version in versions(ApiKey::DeleteTopics) {
            let name = format!("made-{}", version + 1);
            let request = if version >= 6 {
                let topics = vec![
                    DeleteTopicState { name: Some(name.clone()), topic_id: [0; 16] },
                    DeleteTopicState { name: None, topic_id: [7; 16] },
                ];
                DeleteTopicsRequest { topics, ..Default::default() }
            } else {
                let topic_names = vec![name.clone(), "nope".to_owned()];
                DeleteTopicsRequest { topic_names, ..Default::default() }
            };
            let gone = client.ask(&request, version).await;
            let first = if name == "made-1" { ErrorCode::UnknownTopicOrPartition } else { ErrorCode::None };
            let errors: Vec<_> =
                gone.responses.iter().map(|result| ErrorCode::from_code(result.error_code)).collect();
            if version == 1 {
                assert_eq!(errors, [ErrorCode::None, ErrorCode::UnknownTopicOrPartition]);
            } else if version >= 6 {
                assert_eq!(errors, [first, ErrorCode::UnknownTopicId]);
            } else {
                assert_eq!(errors, [first, ErrorCode::UnknownTopicOrPartition]);
            }
        }
        client
    });
}

#[test]
fn metadata_is_answered_in_every_version() {
    with_broker(&[("num.partitions", "3")], async |mut client| {
        for version in versions(ApiKey::Metadata) {
            let name = format!("auto-{version}");
            let asked = metadata_of(vec![named(&name), named("a/b"), named(&name)]);
            let shown = client.ask(&asked, version).await;
            let expected = [
                (Some(name.as_str()), ErrorCode::None, 3),
                (Some("a/b"), ErrorCode::InvalidTopicException, 0),
            ];
            assert_eq!(codes(&shown), expected, "version {version}");
            assert_eq!(shown.brokers.len(), 1);
            let all = MetadataRequest {
                topics: (version == 0).then(Vec::new),
                include_topic_authorized_operations: version >= 8,
                include_cluster_authorized_operations: (8..=10).contains(&version),
                allow_auto_topic_creation: true,
            };
            let shown = client.ask(&all, version).await;
            assert_eq!(shown.topics.len(), usize::try_from(version).expect("positive") + 1);
            assert_eq!(shown.topics[0].topic_authorized_operations == 3576, version >= 8);
            assert_eq!(shown.cluster_authorized_operations == 8096, (8..=10).contains(&version));
            assert_eq!(shown.cluster_id.is_some(), version >= 2);
            if version >= 1 {
                assert_eq!(shown.controller_id, 1);
                assert!(client.ask(&metadata_of(Vec::new()), version).await.topics.is_empty());
            }
            if version >= 4 {
                let asked =
                    MetadataRequest { allow_auto_topic_creation: false, ..metadata_of(vec![named("nope")]) };
                let shown = client.ask(&asked, version).await;
                assert_eq!(codes(&shown), [(Some("nope"), ErrorCode::UnknownTopicOrPartition, 0)]);
            }
        }
        client
    });
}

#[test]
fn topics_are_found_by_their_ids() {
    with_broker(&[], async |mut client| {
        let made =
            client.ask(&CreateTopicsRequest { topics: vec![topic("t", 1)], ..Default::default() }, 7).await;
        let by_id = |topic_id| MetadataRequestTopic { topic_id, name: None };
        let asked = metadata_of(vec![by_id(made.topics[0].topic_id), by_id([9; 16])]);
        for version in 12..=13 {
            let shown = client.ask(&asked, version).await;
            assert_eq!(
                codes(&shown),
                [(Some("t"), ErrorCode::None, 1), (None, ErrorCode::UnknownTopicId, 0)]
            );
        }
        client
    });
}

#[test]
fn missing_topics_stay_missing_where_nobody_may_make_them() {
    with_broker(&[("auto.create.topics.enable", "false")], async |mut client| {
        let shown = client.ask(&metadata_of(vec![named("t"), named("__consumer_offsets")]), 12).await;
        let missing = ErrorCode::UnknownTopicOrPartition;
        assert_eq!(codes(&shown), [(Some("t"), missing, 0), (Some("__consumer_offsets"), missing, 0)]);
        client
    });
}

#[test]
fn the_cluster_is_described_in_every_version() {
    with_broker(&[("broker.rack", "r1")], async |mut client| {
        for version in versions(ApiKey::DescribeCluster) {
            let asked = DescribeClusterRequest {
                include_cluster_authorized_operations: true,
                endpoint_type: 1,
                include_fenced_brokers: version >= 2,
            };
            let shown = client.ask(&asked, version).await;
            assert_eq!((shown.error_code, shown.controller_id), (0, 1));
            assert_eq!(shown.cluster_authorized_operations, 8096);
            assert_eq!(shown.brokers[0].rack.as_deref(), Some("r1"));
            if version >= 1 {
                for (endpoint_type, error) in
                    [(2, ErrorCode::MismatchedEndpointType), (9, ErrorCode::UnsupportedEndpointType)]
                {
                    let shown =
                        client.ask(&DescribeClusterRequest { endpoint_type, ..asked.clone() }, version).await;
                    assert_eq!((ErrorCode::from_code(shown.error_code), shown.controller_id), (error, -1));
                }
            }
        }
        client
    });
}

#[test]
fn clients_are_told_the_addresses_of_their_own_listener() {
    let properties = [
        ("listeners", "INSIDE://127.0.0.1:0,OUTSIDE://127.0.0.1:0"),
        ("advertised.listeners", "INSIDE://inside.example:0,OUTSIDE://outside.example:0"),
    ];
    with_listeners(&properties, async |mut client, bound| {
        let mut outside = client.at_port(bound[1].port).await;
        for (client, host, port) in
            [(&mut client, "inside.example", bound[0].port), (&mut outside, "outside.example", bound[1].port)]
        {
            let shown = client.ask(&metadata_of(Vec::new()), 12).await;
            assert_eq!((shown.brokers[0].host.as_str(), shown.brokers[0].port), (host, i32::from(port)));
            let shown =
                client.ask(&DescribeClusterRequest { endpoint_type: 1, ..Default::default() }, 2).await;
            assert_eq!((shown.brokers[0].host.as_str(), shown.brokers[0].port), (host, i32::from(port)));
        }
        client
    });
}

#[test]
fn partitions_are_described_page_by_page() {
    with_broker(&[], async |mut client| {
        let topics = vec![topic("b", 3), topic("a", 2), topic("c", 1)];
        let _made = client.ask(&CreateTopicsRequest { topics, ..Default::default() }, 7).await;
        for asked in [&["c", "b", "a", "nope"][..], &[]] {
            let mut cursor = None;
            let mut pages = Vec::new();
            loop {
                let request = DescribeTopicPartitionsRequest {
                    topics: asked.iter().map(|name| TopicRequest { name: (*name).to_owned() }).collect(),
                    response_partition_limit: 2,
                    cursor: cursor.take(),
                };
                let page = client.ask(&request, 0).await;
                let shown = |topic: &tribunal_wire::message::describe_topic_partitions::response::DescribeTopicPartitionsResponseTopic| {
                    let partitions: Vec<_> =
                        topic.partitions.iter().map(|partition| partition.partition_index.to_string()).collect();
                    format!("{}[{}]", topic.name.as_deref().unwrap_or_default(), partitions.join(","))
                };
                pages.push(page.topics.iter().map(shown).collect::<Vec<_>>().join(" "));
                match page.next_cursor {
                    Some(next) => {
                        cursor = Some(Cursor {
                            topic_name: next.topic_name,
                            partition_index: next.partition_index,
                        });
                    }
                    None => break,
                }
            }
            let last = if asked.is_empty() { "b[2] c[0]" } else { "b[2] c[0]|nope[]" };
            assert_eq!(pages.join("|"), format!("a[0,1]|b[0,1]|{last}"));
        }
        client
    });
}

fn shown<'a>(result: &'a DescribeConfigsResult, name: &str) -> Option<(Option<&'a str>, i8, bool)> {
    let config = result.configs.iter().find(|config| config.name == name)?;
    Some((config.value.as_deref(), config.config_source, config.read_only))
}

fn incremental(resources: &[(i8, &str, &str, i8, &str)]) -> IncrementalAlterConfigsRequest {
    let resource = |(kind, resource, name, operation, value): &(i8, &str, &str, i8, &str)| {
        let config = incremental_alter_configs::AlterableConfig {
            name: (*name).to_owned(),
            config_operation: *operation,
            value: Some((*value).to_owned()),
        };
        incremental_alter_configs::AlterConfigsResource {
            resource_type: *kind,
            resource_name: (*resource).to_owned(),
            configs: vec![config],
        }
    };
    IncrementalAlterConfigsRequest {
        resources: resources.iter().map(resource).collect(),
        validate_only: false,
    }
}

#[test]
fn configs_change_in_every_version() {
    with_broker(&[], async |mut client| {
        let _made =
            client.ask(&CreateTopicsRequest { topics: vec![topic("t", 1)], ..Default::default() }, 7).await;
        let request = incremental(&[
            (TOPIC, "t", "cleanup.policy", 2, "compact"),
            (TOPIC, "nope", "retention.ms", 0, "5"),
            (BROKER, "", "message.max.bytes", 0, "5000"),
            (BROKER, "1", "node.id", 0, "5"),
        ]);
        for version in versions(ApiKey::IncrementalAlterConfigs) {
            let changed = client.ask(&request, version).await;
            let codes: Vec<_> = changed.responses.iter().map(|answer| answer.error_code).collect();
            assert_eq!(codes, [0, 3, 0, 42], "version {version}");
        }
        for version in versions(ApiKey::AlterConfigs) {
            let config =
                alter_configs::AlterableConfig { name: "segment.ms".into(), value: Some("7".into()) };
            let resource = alter_configs::AlterConfigsResource {
                resource_type: TOPIC,
                resource_name: "t".into(),
                configs: vec![config],
            };
            let request = AlterConfigsRequest { resources: vec![resource], validate_only: false };
            assert_eq!(client.ask(&request, version).await.responses[0].error_code, 0, "version {version}");
        }
        client
    });
}

#[test]
fn configs_are_described_in_every_version() {
    with_broker(&[("log.segment.bytes", "2097152")], async |mut client| {
        let _made =
            client.ask(&CreateTopicsRequest { topics: vec![topic("t", 1)], ..Default::default() }, 7).await;
        let request = incremental(&[
            (TOPIC, "t", "cleanup.policy", 2, "compact"),
            (BROKER, "", "message.max.bytes", 0, "5000"),
        ]);
        let _changed = client.ask(&request, 1).await;
        for version in versions(ApiKey::DescribeConfigs) {
            let resource = |kind, name: &str| DescribeConfigsResource {
                resource_type: kind,
                resource_name: name.into(),
                configuration_keys: None,
            };
            let some = DescribeConfigsResource {
                configuration_keys: Some(vec!["segment.bytes".into()]),
                ..resource(TOPIC, "t")
            };
            let asked = [
                resource(TOPIC, "t"),
                some,
                resource(BROKER, "1"),
                resource(BROKER, ""),
                resource(TOPIC, "nope"),
                resource(0, "u"),
                resource(BROKER, "9"),
            ];
            let request = DescribeConfigsRequest {
                resources: asked.to_vec(),
                include_synonyms: true,
                include_documentation: version >= 3,
            };
            let all = client.ask(&request, version).await;
            let codes: Vec<_> = all.results.iter().map(|result| result.error_code).collect();
            assert_eq!(codes, [0, 0, 0, 0, 3, 42, 42], "version {version}");
            assert_eq!(all.results[0].configs.len(), 33);
            assert_eq!(shown(&all.results[0], "cleanup.policy"), Some((Some("delete,compact"), 1, false)));
            assert_eq!(shown(&all.results[0], "max.message.bytes"), Some((Some("5000"), 3, false)));
            assert_eq!(all.results[1].configs.len(), 1);
            assert_eq!(shown(&all.results[1], "segment.bytes"), Some((Some("2097152"), 4, false)));
            assert_eq!(all.results[1].configs[0].synonyms.len(), 2);
            assert_eq!(shown(&all.results[2], "node.id"), Some((Some("1"), 5, true)));
            assert_eq!(shown(&all.results[2], "log.segment.bytes"), Some((Some("2097152"), 4, false)));
            assert_eq!(shown(&all.results[3], "message.max.bytes"), Some((Some("5000"), 3, false)));
            assert_eq!(all.results[3].configs.len(), 1);
        }
        client
    });
}

#[test]
fn what_is_asked_for_twice_is_described_once() {
    with_broker(&[], async |mut client| {
        let _made =
            client.ask(&CreateTopicsRequest { topics: vec![topic("t", 1)], ..Default::default() }, 7).await;
        let resource = |kind, name: &str, keys: Option<&[&str]>| DescribeConfigsResource {
            resource_type: kind,
            resource_name: name.into(),
            configuration_keys: keys.map(|keys| keys.iter().map(|&key| key.to_owned()).collect()),
        };
        let resources = vec![
            resource(TOPIC, "t", None),
            resource(TOPIC, "t", Some(&[])),
            resource(TOPIC, "t", Some(&["segment.ms"])),
            resource(BROKER, "1", None),
            resource(BROKER, "+01", None),
            resource(TOPIC, "nope", None),
            resource(TOPIC, "nope", None),
        ];
        let told = client.ask(&DescribeConfigsRequest { resources, ..Default::default() }, 4).await;
        let names: Vec<_> = told
            .results
            .iter()
            .map(|result| (result.resource_name.as_str(), result.configs.len() == 1))
            .collect();
        assert_eq!(names, [("t", false), ("t", true), ("1", false), ("nope", false)]);

        let asked = |indexes: &[i32]| describe_producers::TopicRequest {
            name: "t".to_owned(),
            partition_indexes: indexes.to_vec(),
        };
        let topics = vec![asked(&[0, 0, 9]), asked(&[0])];
        let told = client.ask(&DescribeProducersRequest { topics }, 0).await;
        let indexes = |at: usize| -> Vec<_> {
            told.topics[at].partitions.iter().map(|partition| partition.partition_index).collect()
        };
        assert_eq!((indexes(0), indexes(1)), (vec![0, 9], vec![]));
        client
    });
}
