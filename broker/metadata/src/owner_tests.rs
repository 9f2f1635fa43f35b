//! The owner on a disk that loses its power: what was answered is there, what was not may be.

use super::*;
use crate::controller::Endpoint;
use crate::image::Resource;
use crate::test_world::World;
use tribunal_env::FatalReason;
use tribunal_wire::message::create_topics::{CreatableTopic, CreatableTopicConfig};

fn settings() -> Settings {
    Settings {
        node_id: 1,
        endpoints: vec![Endpoint { name: "PLAINTEXT".into(), host: "localhost".into(), port: 9092 }],
        num_partitions: 1,
        default_replication_factor: 1,
        ..Default::default()
    }
}

async fn open(env: &Env, settings: Settings) -> Result<Metadata, OpenError> {
    let (directory, report) = LogDirectory::open(env, "data").await.expect("a directory in memory");
    Metadata::open(env, &directory, &report, settings).await
}

fn topics(names: &[&str]) -> CreateTopicsRequest {
    let topic = |name: &&str| CreatableTopic {
        name: (*name).to_owned(),
        num_partitions: 2,
        replication_factor: 1,
        configs: vec![CreatableTopicConfig { name: "retention.ms".into(), value: Some("7".into()) }],
        ..Default::default()
    };
    CreateTopicsRequest { topics: names.iter().map(topic).collect(), ..Default::default() }
}

#[test]
fn what_was_answered_survives_a_power_loss() {
    let world = World::default();
    let (cluster, id, block) = world.run(async |env| {
        let metadata = open(&env, settings()).await.expect("a new directory");
        let created = metadata.create_topics(topics(&["a", "b"])).await.expect("there is room");
        let block = metadata.allocate_producer_ids().await.expect("registered");
        let image = metadata.image();
        assert_eq!(image.topic("a").map(|topic| topic.id.0), Some(created[0].topic_id));
        (image.cluster_id().to_owned(), created[0].topic_id, block)
    });
    world.lose_power();
    world.run(async |env| {
        let metadata = open(&env, settings()).await.expect("our own directory");
        let image = metadata.image();
        assert_eq!(image.cluster_id(), cluster);
        let topic = image.topic("a").expect("it was answered");
        assert_eq!(topic.id.0, id);
        assert!(topic.partitions.values().all(|partition| partition.leader_epoch == 1));
        let configs = image.configs(&Resource::topic("b"));
        assert_eq!(configs.get("retention.ms").map(String::as_str), Some("7"));
        assert_eq!(metadata.allocate_producer_ids().await, Ok(block.end..block.end + 1000));
        assert!(metadata.close().await);
        assert_eq!(metadata.allocate_producer_ids().await, Err(ErrorCode::NotController));
    });
}

#[test]
fn a_leaders_epoch_is_never_used_twice() {
    let world = World::default();
    for epoch in 1..4 {
        world.run(async |env| open(&env, settings()).await.map(|_| ())).expect("our own directory");
        let text = world.text("data/__cluster_metadata-0/quorum-state").expect("written at each start");
        // The log raises the epoch by itself after an unclean stop, so that it may run ahead of the starts.
        assert!(quorum_state_epoch(&text) >= epoch, "{text}");
        world.lose_power();
    }
}

fn quorum_state_epoch(text: &str) -> i32 {
    crate::quorum_state::parse_epoch(text).expect("we wrote it")
}

#[test]
fn a_failed_flush_stops_the_node_before_it_answers() {
    let world = World::default();
    world.run(async |env| {
        let metadata = open(&env, settings()).await.expect("a new directory");
        let (readable, flushed) = world.told();
        assert_eq!(readable, flushed, "what is flushed is readable, and nothing else");
        world.refuse_syncs();
        let asked = metadata.create_topics(topics(&["a"]));
        let stopped = async {
            while world.fatal_reason().is_none() {
                tribunal_env::yield_now().await;
            }
        };
        tokio::select! { biased;
            answer = asked => panic!("answered without a flush: {answer:?}"),
            () = stopped => assert_eq!(world.fatal_reason(), Some(FatalReason::MetadataLogFailed)),
        }
        assert!(metadata.image().topic("a").is_none(), "nobody acts on what may be lost");
        assert_eq!(world.told(), (readable, flushed), "nobody reads what may be lost");
    });
}

#[test]
fn a_full_disk_refuses_changes_and_nothing_else() {
    let world = World::default();
    world.run(async |env| {
        let metadata = open(&env, settings()).await.expect("a new directory");
        world.set_full(true);
        assert_eq!(metadata.create_topics(topics(&["a"])).await, Err(ErrorCode::KafkaStorageError));
        world.set_full(false);
        let created = metadata.create_topics(topics(&["a"])).await.expect("there is room again");
        assert_eq!(created[0].error_code, 0);
    });
}

#[test]
fn changes_that_wait_together_share_a_flush() {
    let world = World::default();
    world.run(async |env| {
        let metadata = open(&env, settings()).await.expect("a new directory");
        let before = world.syncs();
        let mut asked = Vec::new();
        for index in 0..200 {
            let metadata = metadata.clone();
            let name = format!("t{index}");
            asked.push(env.spawn("asker", async move { metadata.create_topics(topics(&[&name])).await }));
        }
        for task in asked {
            assert_eq!(task.await.expect("it ends").expect("there is room")[0].error_code, 0);
        }
        let flushes = world.syncs() - before;
        assert!(flushes < 200, "{flushes} flushes for 200 changes");
        assert_eq!(metadata.image().topics().count(), 200);
    });
}

#[test]
fn foreign_directories_are_refused_with_advice() {
    let world = World::default();
    world.run(async |env| open(&env, settings()).await.map(|_| ())).expect("a new directory");
    let refusal = |settings: Settings| {
        world.run(async |env| open(&env, settings).await.map(|_| ())).expect_err("not ours").to_string()
    };
    let other = Settings { node_id: 2, ..settings() };
    assert!(refusal(other).contains("belongs to node 1"));
    let other = Settings { cluster_id: Some("elsewhere".into()), ..settings() };
    assert!(refusal(other).contains("and this node to cluster elsewhere"));
    let path = "data/meta.properties";
    let ours = world.text(path).expect("written at the first start");
    world.put(path, "\u{1}\u{2}");
    assert!(refusal(settings()).contains("no property"));
    world.remove(path);
    assert!(refusal(settings()).contains("holds partitions, and meta.properties is missing"));
    world.put(path, &ours);
    world.put("data/__cluster_metadata-0/quorum-state", "{}");
    assert!(refusal(settings()).contains("quorum-state is damaged"));
}

#[test]
fn a_newer_metadata_version_is_refused() {
    let world = World::default();
    world.run(async |env| {
        let metadata = open(&env, settings()).await.expect("a new directory");
        let outcome: Result<(), ErrorCode> = metadata
            .decide(|_| Decision {
                records: vec![
                    tribunal_wire::message::FeatureLevelRecord {
                        name: METADATA_VERSION_FEATURE.to_owned(),
                        feature_level: 33,
                    }
                    .into(),
                ],
                answer: (),
            })
            .await;
        assert_eq!(outcome, Ok(()));
    });
    let refusal = world.run(async |env| open(&env, settings()).await.map(|_| ())).expect_err("too new");
    assert!(refusal.to_string().contains("this broker knows 4.3-IV0 at most"), "{refusal}");
}
