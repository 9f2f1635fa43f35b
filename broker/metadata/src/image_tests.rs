//! Images against a naive model, and the laws of replay: determinism, prefixes, snapshots.

use super::*;
use crate::record::MetadataVersion;
use proptest::prelude::*;
use tribunal_wire::message::{
    FenceBrokerRecord, NoOpRecord, RemoveTopicRecord, UnfenceBrokerRecord, UnregisterBrokerRecord,
};

/// One random change; small ranges, so that changes meet each other.
#[derive(Debug, Clone)]
enum Change {
    Topic(u8),
    RemoveTopic(u8),
    Partition(u8, i32, i32),
    Leader(u8, i32, i32),
    ClearElr(u8),
    Config(u8, u8, Option<u8>),
    Feature(u8, i16),
    Register(i32, i64),
    Fence(i32, i64, bool),
    Cordon(i32, i64),
    Unregister(i32, i64),
    ProducerIds(i64),
    NoOp,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (0..6u8).prop_map(Change::Topic),
        2 => (0..6u8).prop_map(Change::RemoveTopic),
        4 => (0..6u8, 0..3i32, 0..3i32).prop_map(|(topic, index, leader)| Change::Partition(topic, index, leader)),
        4 => (0..6u8, 0..3i32, -2..3i32).prop_map(|(topic, index, leader)| Change::Leader(topic, index, leader)),
        1 => (0..7u8).prop_map(Change::ClearElr),
        4 => (0..6u8, 0..3u8, proptest::option::of(0..3u8)).prop_map(|(topic, name, to)| Change::Config(topic, name, to)),
        1 => (0..2u8, 0..3i16).prop_map(|(name, level)| Change::Feature(name, level)),
        2 => (0..3i32, 0..2i64).prop_map(|(id, epoch)| Change::Register(id, epoch)),
        2 => (0..3i32, 0..2i64, any::<bool>()).prop_map(|(id, epoch, on)| Change::Fence(id, epoch, on)),
        1 => (0..3i32, 0..2i64).prop_map(|(id, epoch)| Change::Cordon(id, epoch)),
        1 => (0..3i32, 0..2i64).prop_map(|(id, epoch)| Change::Unregister(id, epoch)),
        1 => (0..5000i64).prop_map(Change::ProducerIds),
        1 => Just(Change::NoOp),
    ]
}

fn id(topic: u8) -> [u8; 16] {
    [topic + 1; 16]
}

fn record(change: &Change) -> Record {
    match *change {
        Change::Topic(topic) => TopicRecord { name: format!("t{topic}"), topic_id: id(topic) }.into(),
        Change::RemoveTopic(topic) => RemoveTopicRecord { topic_id: id(topic) }.into(),
        Change::Partition(topic, partition_id, leader) => PartitionRecord {
            partition_id,
            topic_id: id(topic),
            replicas: vec![leader, leader + 1],
            isr: vec![leader],
            leader,
            leader_epoch: 0,
            partition_epoch: 0,
            directories: vec![[9; 16], [8; 16]],
            eligible_leader_replicas: Some(vec![leader + 1]),
            ..Default::default()
        }
        .into(),
        Change::Leader(topic, partition_id, leader) => PartitionChangeRecord {
            partition_id,
            topic_id: id(topic),
            leader,
            isr: (leader >= 0).then(|| vec![leader]),
            last_known_elr: (leader == NO_LEADER).then(|| vec![7]),
            ..Default::default()
        }
        .into(),
        Change::ClearElr(topic) => {
            ClearElrRecord { topic_name: if topic == 6 { String::new() } else { format!("t{topic}") } }.into()
        }
        Change::Config(topic, name, value) => ConfigRecord {
            resource_type: if topic == 0 { 4 } else { 2 },
            resource_name: if topic == 0 { String::new() } else { format!("t{topic}") },
            name: format!("c{name}"),
            value: value.map(|value| format!("v{value}")),
        }
        .into(),
        Change::Feature(name, feature_level) => {
            let name = if name == 0 { METADATA_VERSION_FEATURE.to_owned() } else { "other".to_owned() };
            FeatureLevelRecord { name, feature_level: feature_level + 28 * i16::from(feature_level > 0) }
                .into()
        }
        Change::Register(broker_id, broker_epoch) => {
            RegisterBrokerRecord { broker_id, broker_epoch, rack: None, ..Default::default() }.into()
        }
        Change::Fence(id, epoch, true) => FenceBrokerRecord { id, epoch }.into(),
        Change::Fence(id, epoch, false) => UnfenceBrokerRecord { id, epoch }.into(),
        Change::Cordon(broker_id, broker_epoch) => BrokerRegistrationChangeRecord {
            broker_id,
            broker_epoch,
            fenced: -1,
            cordoned_log_dirs: Some(vec![[3; 16]]),
            ..Default::default()
        }
        .into(),
        Change::Unregister(broker_id, broker_epoch) => {
            UnregisterBrokerRecord { broker_id, broker_epoch }.into()
        }
        Change::ProducerIds(next_producer_id) => {
            ProducerIdsRecord { broker_id: 0, broker_epoch: 0, next_producer_id }.into()
        }
        Change::NoOp => NoOpRecord {}.into(),
    }
}

/// Applies what fits, checks that an error changes nothing, and returns the records that fitted.
fn build(changes: &[Change]) -> (Image, Vec<Record>) {
    let mut image = Image::empty("c");
    let mut fitted = Vec::new();
    for change in changes {
        let record = record(change);
        let before = image.clone();
        match image.apply(&record) {
            Ok(()) => fitted.push(record),
            Err(_) => assert_eq!(image, before, "an error changes nothing"),
        }
    }
    (image, fitted)
}

fn replay(image: &mut Image, records: &[Record]) {
    for record in records {
        image.apply(record).expect("it fitted before");
    }
}

proptest! {
    #[test]
    fn replay_is_deterministic_and_survives_its_bytes(changes in proptest::collection::vec(change(), 0..80)) {
        let (image, records) = build(&changes);
        let mut again = Image::empty("c");
        for record in &records {
            let bytes = record.encode(MetadataVersion::LATEST);
            let decoded = Record::decode(&bytes).expect("we wrote it");
            prop_assert_eq!(&decoded, record);
            again.apply(&decoded).expect("it fitted before");
        }
        prop_assert_eq!(again, image);
    }

    #[test]
    fn a_prefix_and_its_rest_make_the_whole(
        changes in proptest::collection::vec(change(), 0..80), cut in any::<proptest::sample::Index>(),
    ) {
        let (image, records) = build(&changes);
        let cut = cut.index(records.len() + 1);
        let mut prefix = Image::empty("c");
        replay(&mut prefix, &records[..cut]);
        let snapshot = prefix.clone();
        replay(&mut prefix, &records[cut..]);
        prop_assert_eq!(&prefix, &image);
        // The image taken in between is a value of its own: what came later did not reach it.
        let mut fresh = Image::empty("c");
        replay(&mut fresh, &records[..cut]);
        prop_assert_eq!(fresh, snapshot);
    }

    #[test]
    fn a_snapshot_makes_the_same_image(changes in proptest::collection::vec(change(), 0..80)) {
        let (image, _) = build(&changes);
        let mut restored = Image::empty("c");
        for record in image.to_records() {
            let bytes = record.encode(MetadataVersion::LATEST);
            restored.apply(&Record::decode(&bytes).expect("we wrote it")).expect("a snapshot is consistent");
        }
        prop_assert_eq!(restored, image);
    }

    #[test]
    fn topics_and_configs_agree_with_a_naive_model(changes in proptest::collection::vec(change(), 0..80)) {
        let mut topics: BTreeMap<String, BTreeMap<i32, (i32, i32, i32)>> = BTreeMap::new();
        let mut configs: BTreeMap<(String, String), String> = BTreeMap::new();
        for change in &changes {
            match *change {
                Change::Topic(topic) => drop(topics.entry(format!("t{topic}")).or_default()),
                Change::RemoveTopic(topic) if topics.remove(&format!("t{topic}")).is_some() => {
                    configs.retain(|(resource, _), _| *resource != format!("t{topic}"));
                }
                Change::Partition(topic, index, leader) => {
                    if let Some(partitions) = topics.get_mut(&format!("t{topic}")) {
                        partitions.insert(index, (leader, 0, 0));
                    }
                }
                Change::Leader(topic, index, leader) => {
                    let partition = topics.get_mut(&format!("t{topic}")).and_then(|topic| topic.get_mut(&index));
                    if let Some((current, leader_epoch, partition_epoch)) = partition {
                        *partition_epoch += 1;
                        if leader != NO_LEADER_CHANGE {
                            *current = leader;
                            *leader_epoch += 1;
                        }
                    }
                }
                Change::Config(topic, name, ref value) => {
                    let resource = if topic == 0 { String::new() } else { format!("t{topic}") };
                    let key = (resource, format!("c{name}"));
                    match value {
                        Some(value) => drop(configs.insert(key, format!("v{value}"))),
                        None => drop(configs.remove(&key)),
                    }
                }
                _ => {}
            }
        }
        let (image, _) = build(&changes);
        let seen: BTreeMap<String, BTreeMap<i32, (i32, i32, i32)>> = image
            .topics()
            .map(|topic| {
                let partitions = topic.partitions.iter();
                let partitions = partitions
                    .map(|(index, partition)| {
                        (*index, (partition.leader, partition.leader_epoch, partition.partition_epoch))
                    })
                    .collect();
                (topic.name.to_string(), partitions)
            })
            .collect();
        prop_assert_eq!(seen, topics);
        let mut seen = BTreeMap::new();
        for resource in (0..6).map(|topic| {
            if topic == 0 { Resource::all_brokers() } else { Resource::topic(&format!("t{topic}")) }
        }) {
            for (name, value) in image.configs(&resource) {
                seen.insert((resource.name.clone(), name.clone()), value.clone());
            }
        }
        prop_assert_eq!(seen, configs);
    }
}

#[test]
fn names_and_ids_point_at_each_other() {
    let (image, _) =
        build(&[Change::Topic(1), Change::Topic(2), Change::RemoveTopic(1), Change::Partition(2, 0, 1)]);
    assert!(image.topic("t1").is_none());
    let topic = image.topic("t2").expect("made above");
    assert_eq!(image.topic_by_id(topic.id), Some(topic));
    assert_eq!(image.topics_from("t0").count(), 1);
    assert_eq!(image.topics_from("t3").count(), 0);
}

#[test]
fn producer_ids_never_go_back() {
    let (mut image, _) = build(&[Change::ProducerIds(1000)]);
    for record in [Change::ProducerIds(1000), Change::ProducerIds(10)].iter().map(record) {
        assert!(matches!(image.apply(&record), Err(ApplyError::ProducerIds { next: 1000, .. })));
    }
    assert_eq!(image.next_producer_id(), 1000);
}

#[test]
fn an_unchanged_image_says_so() {
    let (image, _) = build(&[Change::Topic(1), Change::Config(1, 1, Some(1))]);
    let mut next = image.clone();
    next.apply(&record(&Change::ProducerIds(7))).expect("fits");
    assert!(next.topics_are_unchanged_since(&image));
    next.apply(&record(&Change::Config(1, 1, Some(2)))).expect("fits");
    assert!(!next.topics_are_unchanged_since(&image));
}
