//! The table keeps in step with the metadata, whenever its task gets to run.

use super::*;
use tribunal_env::Level;
use tribunal_host::{Host, runtime};
use tribunal_metadata::replay::Replay;
use tribunal_wire::{
    batch::{BatchBuilder, Headers},
    compression::Codec,
    message::metadata_record::{PartitionRecord, TopicRecord},
};

fn trial<F: Future<Output = ()>>(body: impl FnOnce(Env, Keeper, String) -> F) {
    let runtime = runtime().expect("threads can be had");
    let env = Host::new(runtime.handle().clone(), Level::Error).into_env();
    let path = tempfile::tempdir().expect("a temporary directory");
    let path = path.path().to_string_lossy().into_owned();
    runtime.block_on(async {
        let (directory, _) = LogDirectory::open(&env, &path).await.expect("it opens");
        let keeper = Keeper {
            env: env.clone(),
            opener: Arc::new(Opener::new(&env, &directory)),
            found: None,
            unopened: BTreeMap::new(),
            undeleted: Vec::new(),
            static_configs: Configs::default(),
            node_id: 1,
            table: SharedTable::default(),
        };
        body(env.clone(), keeper, path.clone()).await;
    });
}

/// A cluster with one topic.
fn image_of(topic: &str, id: u8) -> Image {
    let mut replay = Replay::from_image(Image::empty("trial"));
    let topic_id = [id; 16];
    let partition = PartitionRecord {
        partition_id: 0,
        topic_id,
        replicas: vec![1],
        isr: vec![1],
        leader: 1,
        leader_epoch: 0,
        partition_epoch: 0,
        ..Default::default()
    };
    let topic = TopicRecord { name: topic.to_owned(), topic_id };
    for record in [topic.into(), partition.into()] {
        replay.apply(record).expect("it fits");
    }
    replay.into_image()
}

#[test]
fn an_image_that_comes_before_the_keeper_s_first_turn_is_followed() {
    trial(async |env, keeper, _path| {
        let first = Arc::new(Image::empty("trial"));
        let (publish, images) = watch::channel(first.clone());
        let (follow, mut followed) = watch::channel(first.offset());
        let (_stop, stopped) = watch::channel(false);
        let mut next = Image::empty("trial");
        next.set_offset(first.offset() + 1);
        publish.send(Arc::new(next));
        let _detached = env.spawn("partitions", keeper.run(first.clone(), images, follow, stopped));
        let reached = followed.wait_for(|offset| *offset > first.offset());
        let reached = env.timeout(Duration::from_secs(60), reached).await;
        assert_eq!(reached, Some(Ok(first.offset() + 1)));
    });
}

#[test]
fn a_topic_that_takes_another_one_s_name_keeps_what_is_written_to_it() {
    trial(async |_env, mut keeper, path| {
        for id in 1..4 {
            keeper.follow(&image_of("t", id)).await;
            let table = keeper.table.read().expect("nobody panics with it").clone();
            let partition = table.partition(TopicId([id; 16]), 0, ErrorCode::UnknownTopicId);
            let partition = partition.expect("it is there");
            let log = partition.wake().await.expect("it opens");
            let mut builder = BatchBuilder::new(Codec::None, None);
            builder.push(0, None, Some(b"value"), Headers::NONE);
            assert_eq!(log.append(builder.build()).await.error_code(), 0);
            let log_file = format!("{path}/t-0/{:020}.log", 0);
            let bytes = std::fs::metadata(log_file).expect("its log is where it belongs").len();
            assert_eq!(bytes, log.size_bytes());
        }
    });
}
