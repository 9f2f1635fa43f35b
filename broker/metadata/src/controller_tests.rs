//! The controller's answers against those of an Apache Kafka 4.3.1 with one broker, asked the same.

use super::*;
use crate::image::{Image, NO_LEADER, Resource};
use tribunal_wire::message::{
    AlterConfigsRequest, CreatePartitionsRequest, CreateTopicsRequest, FeatureLevelRecord,
    IncrementalAlterConfigsRequest, PartitionChangeRecord,
    alter_configs::{AlterConfigsResource as ReplacedResource, AlterableConfig as ReplacedConfig},
    create_partitions::{CreatePartitionsAssignment, CreatePartitionsTopic},
    create_topics::{CreatableReplicaAssignment, CreatableTopic, CreatableTopicConfig, CreatableTopicResult},
    delete_topics::DeleteTopicState,
    incremental_alter_configs::{AlterConfigsResource, AlterableConfig},
};
use tribunal_wire::types::{LeaderEpoch, PartitionIndex, TopicId};

/// A cluster of one broker, without a log: what is decided is applied at once.
struct Cluster {
    image: Image,
    settings: Settings,
    draws: u64,
    offset: i64,
}

impl Cluster {
    fn new() -> Cluster {
        let settings =
            Settings { node_id: 1, num_partitions: 2, default_replication_factor: 1, ..Default::default() };
        let mut cluster = Cluster { image: Image::empty("c"), settings, draws: 0, offset: 0 };
        let level = FeatureLevelRecord { name: "metadata.version".to_owned(), feature_level: 30 };
        cluster.apply(&[level.into()]);
        cluster.start_broker();
        cluster
    }

    fn apply(&mut self, records: &[Record]) {
        for record in records {
            self.image.apply(record).expect("the controller's records fit");
            self.offset += 1;
        }
    }

    fn start_broker(&mut self) -> (i64, usize) {
        let registration = Registration {
            broker_id: 1,
            incarnation_id: [1; 16],
            endpoints: vec![Endpoint { name: "PLAINTEXT".into(), host: "h".into(), port: 9092 }],
            rack: None,
            log_dirs: vec![[5; 16]],
        };
        let registered = register_broker(&registration, self.offset);
        self.apply(&registered.records);
        let unfenced = unfence_broker(&self.image, 1, registered.answer);
        self.apply(&unfenced.records);
        (registered.answer, unfenced.answer)
    }

    fn create_all(&mut self, topics: Vec<CreatableTopic>, validate_only: bool) -> Vec<CreatableTopicResult> {
        let request = CreateTopicsRequest { topics, validate_only, ..Default::default() };
        let draws = &mut self.draws;
        let mut draw = || {
            *draws += 1;
            *draws
        };
        let decision = create_topics(&self.image, &self.settings, &request, &mut draw);
        self.apply(&decision.records);
        decision.answer
    }

    fn create(&mut self, topic: CreatableTopic) -> String {
        let answer = self.create_all(vec![topic], false);
        assert_eq!(answer.len(), 1);
        said(answer[0].error_code, answer[0].error_message.as_deref())
    }

    fn grow(&mut self, name: &str, count: i32, assignments: Option<&[&[i32]]>) -> String {
        let assignments = assignments.map(|all| {
            all.iter().map(|ids| CreatePartitionsAssignment { broker_ids: ids.to_vec() }).collect()
        });
        let topics = vec![CreatePartitionsTopic { name: name.to_owned(), count, assignments }];
        let request = CreatePartitionsRequest { topics, ..Default::default() };
        let decision = create_partitions(&self.image, &request, &mut || 0);
        self.apply(&decision.records);
        said(decision.answer[0].error_code, decision.answer[0].error_message.as_deref())
    }

    fn alter(&mut self, kind: i8, name: &str, changes: &[(&str, i8, Option<&str>)]) -> String {
        let configs = changes.iter().map(|(name, config_operation, value)| AlterableConfig {
            name: (*name).to_owned(),
            config_operation: *config_operation,
            value: value.map(str::to_owned),
        });
        let resource = AlterConfigsResource {
            resource_type: kind,
            resource_name: name.to_owned(),
            configs: configs.collect(),
        };
        let request = IncrementalAlterConfigsRequest { resources: vec![resource], validate_only: false };
        let decision = incremental_alter_configs(&self.image, &self.settings, &request);
        self.apply(&decision.records);
        outcome(&decision.answer[0])
    }
}

fn said(code: i16, message: Option<&str>) -> String {
    match ErrorCode::from_code(code) {
        ErrorCode::None => "ok".to_owned(),
        error => format!("{}: {}", error.name(), message.unwrap_or("(none)")),
    }
}

fn outcome(outcome: &ResourceOutcome) -> String {
    match &outcome.error {
        None => "ok".to_owned(),
        Some(error) => format!("{}: {}", error.code.name(), error.message),
    }
}

fn topic(name: &str, num_partitions: i32, replication_factor: i16) -> CreatableTopic {
    CreatableTopic { name: name.to_owned(), num_partitions, replication_factor, ..Default::default() }
}

fn assigned(name: &str, assignments: &[(i32, &[i32])]) -> CreatableTopic {
    let assignments = assignments
        .iter()
        .map(|(partition_index, ids)| CreatableReplicaAssignment {
            partition_index: *partition_index,
            broker_ids: ids.to_vec(),
        })
        .collect();
    CreatableTopic { assignments, ..topic(name, -1, -1) }
}

fn configured(name: &str, configs: &[(&str, Option<&str>)]) -> CreatableTopic {
    let configs = configs
        .iter()
        .map(|(name, value)| CreatableTopicConfig {
            name: (*name).to_owned(),
            value: value.map(str::to_owned),
        })
        .collect();
    CreatableTopic { configs, ..topic(name, 1, 1) }
}

#[test]
fn names_counts_and_factors_are_answered_as_kafka_does() {
    let mut cluster = Cluster::new();
    for (asked, expected) in [
        (topic("plain", 1, 1), "ok"),
        (topic("plain", 1, 1), "TOPIC_ALREADY_EXISTS: Topic 'plain' already exists."),
        (
            topic("a/b", 1, 1),
            "INVALID_TOPIC_EXCEPTION: Topic name is invalid: 'a/b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
        ),
        (topic("a.b", 1, 1), "ok"),
        (topic("a_b", 1, 1), "INVALID_TOPIC_EXCEPTION: Topic 'a_b' collides with existing topic: a.b"),
        (
            topic("__cluster_metadata", 1, 1),
            "INVALID_REQUEST: Creation of internal topic __cluster_metadata is prohibited.",
        ),
        (
            topic("bad", 0, 1),
            "INVALID_PARTITIONS: Number of partitions was set to an invalid non-positive value.",
        ),
        (
            topic("bad", -2, 1),
            "INVALID_PARTITIONS: Number of partitions was set to an invalid non-positive value.",
        ),
        (topic("bad", 20_000, 1), "POLICY_VIOLATION: Excessively large number of partitions per request."),
        (
            topic("bad", 1, 2),
            "INVALID_REPLICATION_FACTOR: Unable to replicate the partition 2 time(s): The target replication factor of 2 cannot be reached because only 1 broker(s) are registered or some brokers have all their log directories cordoned.",
        ),
        (
            topic("bad", 1, 0),
            "INVALID_REPLICATION_FACTOR: Replication factor must be larger than 0, or -1 to use the default value.",
        ),
        (topic("defaults", -1, -1), "ok"),
    ] {
        assert_eq!(cluster.create(asked.clone()), expected, "{asked:?}");
    }
    assert_eq!(cluster.image.topic("defaults").map(|topic| topic.partitions.len()), Some(2));
}

#[test]
fn assignments_are_answered_as_kafka_does() {
    let mut cluster = Cluster::new();
    for (asked, expected) in [
        (assigned("assigned", &[(0, &[1]), (1, &[1])]), "ok"),
        (
            assigned("bad", &[(0, &[9])]),
            "INVALID_REPLICA_ASSIGNMENT: The manual partition assignment includes broker 9, but no such broker is registered.",
        ),
        (
            assigned("bad", &[(0, &[1, 1])]),
            "INVALID_REPLICA_ASSIGNMENT: The manual partition assignment includes the broker 1 more than once.",
        ),
        (
            assigned("bad", &[(1, &[1])]),
            "INVALID_REPLICA_ASSIGNMENT: partitions should be a consecutive 0-based integer sequence",
        ),
        (
            assigned("bad", &[(0, &[])]),
            "INVALID_REPLICA_ASSIGNMENT: The manual partition assignment includes an empty replica list.",
        ),
        (
            assigned("bad", &[(0, &[1]), (0, &[1])]),
            "INVALID_REPLICA_ASSIGNMENT: Found multiple manual partition assignments for partition 0",
        ),
        (
            CreatableTopic { replication_factor: 1, ..assigned("bad", &[(0, &[1])]) },
            "INVALID_REQUEST: A manual partition assignment was specified, but replication factor was not set to -1.",
        ),
        (
            CreatableTopic { num_partitions: 1, ..assigned("bad", &[(0, &[1])]) },
            "INVALID_REQUEST: A manual partition assignment was specified, but numPartitions was not set to -1.",
        ),
    ] {
        assert_eq!(cluster.create(asked.clone()), expected, "{asked:?}");
    }
}

#[test]
fn a_created_topic_answers_its_configs_and_records_its_partitions() {
    let mut cluster = Cluster::new();
    let answer = cluster.create_all(vec![configured("c", &[("retention.ms", Some("5000"))])], false);
    let configs = answer[0].configs.as_ref().expect("never null on success");
    assert_eq!(configs.len(), 33);
    let retention = configs.iter().find(|config| config.name == "retention.ms").expect("listed");
    assert_eq!((retention.value.as_deref(), retention.config_source), (Some("5000"), 1));
    assert!(configs.iter().all(|config| config.name == "retention.ms" || config.config_source == 5));
    let topic = cluster.image.topic("c").expect("made");
    assert_eq!(
        (topic.id.0, answer[0].num_partitions, answer[0].replication_factor),
        (answer[0].topic_id, 1, 1)
    );
    let partition = &topic.partitions[&0];
    assert_eq!((partition.leader, partition.leader_epoch, partition.partition_epoch), (1, 0, 0));
    assert_eq!((&partition.isr, &partition.directories), (&vec![1], &vec![[5; 16]]));
}

#[test]
fn configs_of_new_topics_are_checked() {
    let mut cluster = Cluster::new();
    for (config, value, expected) in [
        ("no.such.config", Some("1"), "INVALID_CONFIG: Unknown topic config name: no.such.config"),
        (
            "segment.bytes",
            Some("1000"),
            "INVALID_CONFIG: Invalid value 1000 for configuration segment.bytes: Value must be at least 1048576",
        ),
        ("retention.ms", None, "INVALID_CONFIG: Null value not supported for topic configs: retention.ms"),
    ] {
        assert_eq!(cluster.create(configured("c", &[(config, value)])), expected);
    }
    let long = "x".repeat(40_000);
    assert!(cluster.create(configured("c", &[("retention.ms", Some(&long))])).contains("too long"));
}

#[test]
fn validation_changes_nothing_and_duplicates_are_refused() {
    let mut cluster = Cluster::new();
    let before = cluster.image.clone();
    let answer = cluster.create_all(vec![topic("a", 1, 1)], true);
    assert_eq!((answer[0].error_code, answer[0].topic_id), (0, [0; 16]));
    assert_eq!(cluster.image, before);
    let answer = cluster.create_all(vec![topic("a", 1, 1), topic("b", 1, 1), topic("a", 1, 1)], false);
    let answers: Vec<_> = answer
        .iter()
        .map(|result| (result.name.as_str(), said(result.error_code, result.error_message.as_deref())))
        .collect();
    assert_eq!(answers, [("a", "INVALID_REQUEST: Duplicate topic name.".to_owned()), ("b", "ok".to_owned())]);
    // Two names of one request that collide with each other: the second is refused.
    let answer = cluster.create_all(vec![topic("x.y", 1, 1), topic("x_y", 1, 1)], false);
    assert_eq!((answer[0].error_code, answer[1].error_code), (0, ErrorCode::InvalidTopicException.code()));
}

#[test]
fn topics_are_deleted_by_name_or_id() {
    let mut cluster = Cluster::new();
    for name in ["a", "b", "c"] {
        assert_eq!(cluster.create(configured(name, &[("retention.ms", Some("1"))])), "ok");
    }
    let id = cluster.image.topic("b").expect("made").id;
    let by_name = |name: &str| DeleteTopicState { name: Some(name.to_owned()), topic_id: [0; 16] };
    let by_id = |topic_id: [u8; 16]| DeleteTopicState { name: None, topic_id };
    let both = DeleteTopicState { name: Some("a".to_owned()), topic_id: id.0 };
    let asked = [
        by_name("a"),
        by_id(id.0),
        by_name("nope"),
        by_id([9; 16]),
        by_name("c"),
        by_name("c"),
        both,
        by_id([0; 16]),
    ];
    let decision = delete_topics(&cluster.image, &asked);
    cluster.apply(&decision.records);
    let answers: Vec<String> = decision
        .answer
        .iter()
        .map(|result| {
            let name = result.name.as_deref().unwrap_or("-");
            format!("{name} {}", said(result.error_code, result.error_message.as_deref()))
        })
        .collect();
    assert_eq!(
        answers,
        [
            "a ok",
            "b ok",
            "nope UNKNOWN_TOPIC_OR_PARTITION: the server does not host this topic or partition",
            "- UNKNOWN_TOPIC_ID: the server does not host a topic of this id",
            "c INVALID_REQUEST: Duplicate topic name.",
            "a INVALID_REQUEST: You may not specify both topic name and topic id.",
            "- INVALID_REQUEST: Neither topic name nor id were specified.",
        ]
    );
    assert!(cluster.image.topic("a").is_none() && cluster.image.configs(&Resource::topic("a")).is_empty());
    assert!(cluster.image.topic("c").is_some());
}

#[test]
fn topics_grow_and_never_shrink() {
    let mut cluster = Cluster::new();
    assert_eq!(cluster.create(topic("plain", 3, 1)), "ok");
    for (count, assignments, expected) in [
        (3, None, "INVALID_PARTITIONS: Topic already has 3 partition(s)."),
        (
            2,
            None,
            "INVALID_PARTITIONS: The topic plain currently has 3 partition(s); 2 would not be an increase.",
        ),
        (
            -1,
            None,
            "INVALID_PARTITIONS: The topic plain currently has 3 partition(s); -1 would not be an increase.",
        ),
        (
            4,
            Some(&[&[1][..], &[1]][..]),
            "INVALID_REPLICA_ASSIGNMENT: Attempted to add 1 additional partition(s), but only 2 assignment(s) were specified.",
        ),
        (
            4,
            Some(&[&[9][..]]),
            "INVALID_REPLICA_ASSIGNMENT: The manual partition assignment includes broker 9, but no such broker is registered.",
        ),
        (20_000, None, "POLICY_VIOLATION: Excessively large number of partitions per request."),
        (4, Some(&[&[1][..]]), "ok"),
        (6, None, "ok"),
    ] {
        assert_eq!(cluster.grow("plain", count, assignments), expected, "{count}");
    }
    assert!(cluster.grow("nope", 5, None).starts_with("UNKNOWN_TOPIC_OR_PARTITION"));
    assert_eq!(
        cluster.grow("plain", 6 + 10_001, Some(&vec![&[1][..]; 10_001])),
        "POLICY_VIOLATION: Excessively large number of partitions per request."
    );
    let indexes: Vec<i32> = cluster.image.topic("plain").expect("made").partitions.keys().copied().collect();
    assert_eq!(indexes, [0, 1, 2, 3, 4, 5]);
}

const SET: i8 = 0;
const DELETE: i8 = 1;
const APPEND: i8 = 2;
const SUBTRACT: i8 = 3;
const TOPIC: i8 = 2;
const BROKER: i8 = 4;

#[test]
fn topic_configs_change_as_in_kafka() {
    let mut cluster = Cluster::new();
    assert_eq!(cluster.create(topic("plain", 1, 1)), "ok");
    for (name, changes, expected) in [
        (
            "plain",
            &[("retention.ms", SET, Some("abc"))][..],
            "INVALID_CONFIG: Invalid value abc for configuration retention.ms: Not a number of type LONG",
        ),
        ("plain", &[("no.such", SET, Some("1"))], "INVALID_CONFIG: Unknown topic config name: no.such"),
        (
            "plain",
            &[("retention.ms", APPEND, Some("1"))],
            "INVALID_CONFIG: Can't APPEND to key retention.ms because its type is not LIST.",
        ),
        (
            "plain",
            &[("retention.ms", SET, None)],
            "INVALID_REQUEST: Null value not supported for : retention.ms",
        ),
        (
            "nope",
            &[("retention.ms", SET, Some("1"))],
            "UNKNOWN_TOPIC_OR_PARTITION: The topic 'nope' does not exist.",
        ),
        (
            "",
            &[("retention.ms", SET, Some("1"))],
            "INVALID_REQUEST: Default topic resources are not allowed.",
        ),
        (
            "plain",
            &[("retention.ms", SET, Some("5")), ("retention.ms", SET, Some("6"))],
            "INVALID_REQUEST: Error due to duplicate config keys",
        ),
        ("plain", &[("retention.ms", 9, Some("5"))], "INVALID_REQUEST: Unknown op type 9"),
        ("plain", &[("retention.ms", SET, Some("5")), ("cleanup.policy", APPEND, Some("compact"))], "ok"),
    ] {
        assert_eq!(cluster.alter(TOPIC, name, changes), expected, "{name} {changes:?}");
    }
    let configs = |cluster: &Cluster| cluster.image.configs(&Resource::topic("plain")).clone();
    assert_eq!(configs(&cluster).get("cleanup.policy").map(String::as_str), Some("delete,compact"));
    assert_eq!(cluster.alter(TOPIC, "plain", &[("cleanup.policy", SUBTRACT, Some("delete"))]), "ok");
    assert_eq!(cluster.alter(TOPIC, "plain", &[("retention.ms", DELETE, None)]), "ok");
    assert_eq!(
        configs(&cluster).iter().collect::<Vec<_>>(),
        [(&"cleanup.policy".to_owned(), &"compact".to_owned())]
    );
}

#[test]
fn alter_configs_removes_what_it_does_not_name() {
    let mut cluster = Cluster::new();
    assert_eq!(
        cluster.create(configured("t", &[("retention.ms", Some("1")), ("segment.ms", Some("2"))])),
        "ok"
    );
    let config = ReplacedConfig { name: "retention.ms".to_owned(), value: Some("7".to_owned()) };
    let resource =
        ReplacedResource { resource_type: TOPIC, resource_name: "t".to_owned(), configs: vec![config] };
    let request = AlterConfigsRequest { resources: vec![resource.clone()], validate_only: false };
    let decision = alter_configs(&cluster.image, &cluster.settings, &request);
    assert_eq!(outcome(&decision.answer[0]), "ok");
    cluster.apply(&decision.records);
    let left = cluster.image.configs(&Resource::topic("t"));
    assert_eq!(left.iter().collect::<Vec<_>>(), [(&"retention.ms".to_owned(), &"7".to_owned())]);
    let twice = AlterConfigsRequest { resources: vec![resource.clone(), resource], validate_only: false };
    let decision = alter_configs(&cluster.image, &cluster.settings, &twice);
    assert!(decision.records.is_empty());
    assert_eq!(outcome(&decision.answer[0]), "INVALID_REQUEST: Each resource must appear at most once.");
}

#[test]
fn broker_configs_change_where_kafka_lets_them() {
    let mut cluster = Cluster::new();
    cluster.settings.fixed_configs.insert("node.id".to_owned());
    for (name, config, value, expected) in [
        ("1", "node.id", "5", "INVALID_REQUEST: Cannot update these configs dynamically: [node.id]"),
        (
            "1",
            "log.retention.hours",
            "5",
            "INVALID_REQUEST: Cannot update these configs dynamically: [log.retention.hours]",
        ),
        ("1", "no.such", "3", "ok"),
        (
            "",
            "log.segment.bytes",
            "3",
            "INVALID_REQUEST: Invalid value 3 for configuration log.segment.bytes: Value must be at least 1048576",
        ),
        ("", "log.segment.bytes", "2097152", "ok"),
        (
            "",
            "log.retention.ms",
            "0",
            "INVALID_REQUEST: log.retention.ms must be unlimited (-1) or, greater than or equal to 1",
        ),
        ("", "log.retention.ms", "1", "ok"),
        ("1", "log.retention.ms", "-1", "ok"),
        ("9", "message.max.bytes", "5", "BROKER_ID_NOT_REGISTERED: No broker with id 9 found."),
        ("x", "message.max.bytes", "5", "INVALID_REQUEST: Broker id must be an integer, but it is: x"),
    ] {
        assert_eq!(cluster.alter(BROKER, name, &[(config, SET, Some(value))]), expected, "{name} {config}");
    }
    assert_eq!(cluster.alter(0, "u", &[("a", SET, Some("b"))]), "INVALID_REQUEST: Unknown resource type 0");
    assert!(cluster.alter(32, "g", &[("a", SET, Some("b"))]).starts_with("INVALID_REQUEST"));
    let layers = cluster.image.layers("any", 1, &cluster.settings.static_broker);
    assert_eq!(crate::topic_config::TopicSettings::resolve(&layers).segment_bytes, 2 << 20);
}

#[test]
fn broker_configs_that_nobody_knows_are_kept_up_to_a_bound() {
    let mut cluster = Cluster::new();
    let names: Vec<String> = (0..=UNKNOWN_CONFIGS_MAX).map(|index| format!("no.such.{index}")).collect();
    let set: Vec<_> = names.iter().map(|name| (name.as_str(), SET, Some("1"))).collect();
    let refused = "POLICY_VIOLATION: At most 1000 configs that this broker does not know are kept.";
    assert_eq!(cluster.alter(BROKER, "1", &set), refused);
    assert_eq!(cluster.alter(BROKER, "1", &set[1..]), "ok");
    assert_eq!(cluster.alter(BROKER, "1", &set[..1]), refused);
    assert_eq!(cluster.alter(BROKER, "1", &[("message.max.bytes", SET, Some("5000"))]), "ok");
    assert_eq!(cluster.alter(BROKER, "1", &[(&names[1], DELETE, None), (&names[0], SET, Some("1"))]), "ok");
}

#[test]
fn producer_id_blocks_follow_each_other() {
    let mut cluster = Cluster::new();
    let epoch = cluster.image.brokers()[&1].registration.broker_epoch;
    for expected in [0..1000, 1000..2000] {
        let decision = allocate_producer_ids(&cluster.image, 1, epoch).expect("registered");
        assert_eq!(decision.answer, expected);
        cluster.apply(&decision.records);
    }
    let code = |outcome: Result<Decision<_>, ApiError>| outcome.expect_err("refused").code;
    assert_eq!(code(allocate_producer_ids(&cluster.image, 1, epoch + 1)), ErrorCode::StaleBrokerEpoch);
    assert_eq!(code(allocate_producer_ids(&cluster.image, 2, epoch)), ErrorCode::BrokerIdNotRegistered);
}

#[test]
fn a_restart_raises_the_leader_epoch_of_every_partition() {
    let mut cluster = Cluster::new();
    assert_eq!(cluster.create(topic("t", 3, 1)), "ok");
    let first = cluster.image.brokers()[&1].registration.broker_epoch;
    let (epoch, led) = cluster.start_broker();
    assert!(epoch > first);
    assert_eq!(led, 3);
    let topic = cluster.image.topic("t").expect("made");
    for partition in topic.partitions.values() {
        assert_eq!((partition.leader, partition.leader_epoch, partition.partition_epoch), (1, 1, 1));
    }
}

#[test]
fn leader_epochs_follow_the_logs() {
    let mut cluster = Cluster::new();
    assert_eq!(cluster.create(topic("t", 2, 1)), "ok");
    let topic_id = cluster.image.topic("t").expect("made").id;
    let raised = |topic_id, partition, epoch| RaisedEpoch {
        topic_id,
        partition: PartitionIndex(partition),
        leader_epoch: LeaderEpoch(epoch),
    };
    let gone = TopicId([9; 16]);
    let all = [raised(topic_id, 0, 5), raised(topic_id, 1, 0), raised(topic_id, 7, 3), raised(gone, 0, 3)];
    let decision = raise_leader_epochs(&cluster.image, &all);
    assert_eq!(decision.answer, 1);
    cluster.apply(&decision.records);
    let epochs: Vec<_> = cluster
        .image
        .topic("t")
        .expect("made")
        .partitions
        .values()
        .map(|partition| (partition.leader, partition.leader_epoch, partition.partition_epoch))
        .collect();
    assert_eq!(epochs, [(1, 5, 1), (1, 0, 0)]);
}

#[test]
fn a_cluster_that_kafka_stopped_cleanly_finds_its_leaders_again() {
    let mut cluster = Cluster::new();
    assert_eq!(cluster.create(topic("t", 1, 1)), "ok");
    let topic_id = cluster.image.topic("t").expect("made").id.0;
    let stopped = PartitionChangeRecord {
        partition_id: 0,
        topic_id,
        isr: Some(Vec::new()),
        leader: NO_LEADER,
        eligible_leader_replicas: Some(vec![1]),
        last_known_elr: Some(vec![1]),
        ..Default::default()
    };
    cluster.apply(&[stopped.into()]);
    assert_eq!(cluster.start_broker().1, 1);
    let partition = &cluster.image.topic("t").expect("made").partitions[&0];
    assert_eq!((partition.leader, partition.leader_epoch, &partition.isr), (1, 2, &vec![1]));
    assert!(partition.eligible_leader_replicas.is_empty() && partition.last_known_elr.is_empty());
}
