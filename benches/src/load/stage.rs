//! What is done around a measurement and is not measured itself: topics made and filled, configs changed, partitions
//! looked up.
//!
//! Always holds: each function returns once the server has acknowledged what was asked for, or says why it did not.

use super::{
    BenchError, BenchOptions,
    connection::Connection,
    consume,
    produce::Producer,
    result::Tally,
    setup::{self, Topic, Versions, check},
    window::Window,
};
use bytes::Bytes;
use tribunal_env::Env;
use tribunal_wire::{
    batch::BatchBuilder,
    compression::Codec,
    message::{
        CreateTopicsRequest, IncrementalAlterConfigsRequest, ListOffsetsRequest, create_topics,
        incremental_alter_configs, list_offsets,
    },
};

const TIMEOUT_MS: i32 = 60_000;
const LATEST: i64 = -1;
const TOPIC_RESOURCE: i8 = 2;

/// A topic to be made.
#[derive(Debug, Clone)]
pub struct NewTopic {
    /// Its name.
    pub name: String,
    /// Its partitions.
    pub partitions: i32,
    /// Its configs.
    pub configs: Vec<(String, String)>,
}

/// Makes a topic that stays, and waits until all of its partitions have leaders.
///
/// # Errors
/// When the server cannot be reached, or does not make it.
pub async fn create_topic(env: &Env, bootstrap: &str, topic: &NewTopic) -> Result<(), BenchError> {
    let mut connection = Connection::open(env, bootstrap).await?;
    let version = Versions::ask(env, &mut connection).await?.needed::<CreateTopicsRequest>()?;
    let configs = topic.configs.iter().map(|(name, value)| create_topics::CreatableTopicConfig {
        name: name.clone(),
        value: Some(value.clone()),
    });
    let request = CreateTopicsRequest {
        topics: vec![create_topics::CreatableTopic {
            name: topic.name.clone(),
            num_partitions: topic.partitions,
            replication_factor: -1,
            configs: configs.collect(),
            ..create_topics::CreatableTopic::default()
        }],
        timeout_ms: TIMEOUT_MS,
        ..CreateTopicsRequest::default()
    };
    let answer = connection.call(env, version, &request).await?;
    check("CreateTopics", answer.topics.first().map_or(0, |topic| topic.error_code))?;
    setup::prepare(env, &on(bootstrap, &topic.name)).await?;
    Ok(())
}

/// Deletes a topic.
///
/// # Errors
/// When the server cannot be reached, or does not delete it.
pub async fn delete_topic(env: &Env, bootstrap: &str, topic: &str) -> Result<(), BenchError> {
    setup::delete(env, bootstrap, topic).await
}

/// Changes configs of a topic.
///
/// # Errors
/// When the server cannot be reached, or does not change them.
pub async fn alter_topic(
    env: &Env,
    bootstrap: &str,
    topic: &str,
    configs: &[(&str, &str)],
) -> Result<(), BenchError> {
    let mut connection = Connection::open(env, bootstrap).await?;
    let version = Versions::ask(env, &mut connection).await?.needed::<IncrementalAlterConfigsRequest>()?;
    let configs = configs.iter().map(|(name, value)| incremental_alter_configs::AlterableConfig {
        name: (*name).to_owned(),
        config_operation: 0,
        value: Some((*value).to_owned()),
    });
    let request = IncrementalAlterConfigsRequest {
        resources: vec![incremental_alter_configs::AlterConfigsResource {
            resource_type: TOPIC_RESOURCE,
            resource_name: topic.to_owned(),
            configs: configs.collect(),
        }],
        validate_only: false,
    };
    let answer = connection.call(env, version, &request).await?;
    check("IncrementalAlterConfigs", answer.responses.first().map_or(0, |resource| resource.error_code))
}

/// Sends batches, all of the same length, to the only partition of a topic that is there.
///
/// # Errors
/// When the server cannot be reached, or refuses one.
pub async fn fill(
    env: &Env,
    bootstrap: &str,
    topic: &str,
    batches: impl Iterator<Item = Bytes>,
) -> Result<(), BenchError> {
    let options = on(bootstrap, topic);
    let topic = setup::prepare(env, &options).await?;
    consume::fill_partition(env, &options, &topic, 0, batches).await
}

/// Produces one record, which the server acknowledges: into `topic`, which has to be there, or into a new one, which stays.
///
/// # Errors
/// When the server cannot be reached, or does not acknowledge the record.
pub async fn acknowledged(env: &Env, bootstrap: &str, topic: Option<&str>) -> Result<(), BenchError> {
    let options = BenchOptions { topic: topic.map(str::to_owned), ..BenchOptions::round_trip(bootstrap) };
    let topic: Topic = setup::prepare(env, &options).await?;
    let window = Window::starting(env.now(), super::PATIENCE);
    let mut tally = Tally::new();
    let (partition, leader) = topic.partition(0);
    let batch = unkeyed(1, options.record_bytes, env.wall().as_millis());
    let mut producer = Producer::open(env, &options, &topic, &partition, leader, batch.len()).await?;
    producer.send(env.now(), &batch);
    window.run(env, producer.drain(env, &window, &mut tally)).await?;
    match tally.first_error() {
        Some(error) => Err(BenchError::Server(format!("the server did not take the record: {error}"))),
        None => Ok(()),
    }
}

/// Asks for the end of every partition of a topic.
///
/// # Errors
/// When the server cannot be reached, or does not know one of them.
pub async fn look_up_all(env: &Env, bootstrap: &str, topic: &str, partitions: i32) -> Result<(), BenchError> {
    let mut connection = Connection::open(env, bootstrap).await?;
    let version = Versions::ask(env, &mut connection).await?.needed::<ListOffsetsRequest>()?;
    let partitions = (0..partitions).map(|index| list_offsets::ListOffsetsPartition {
        partition_index: index,
        timestamp: LATEST,
        ..list_offsets::ListOffsetsPartition::default()
    });
    let request = ListOffsetsRequest {
        topics: vec![list_offsets::ListOffsetsTopic {
            name: topic.to_owned(),
            partitions: partitions.collect(),
        }],
        ..ListOffsetsRequest::default()
    };
    let answer = connection.call(env, version, &request).await?;
    let codes = answer.topics.iter().flat_map(|topic| &topic.partitions).map(|found| found.error_code);
    codes.into_iter().try_for_each(|code| check("ListOffsets", code))
}

/// A batch of records without keys, as the load generator sends them.
#[must_use]
pub fn unkeyed(records: usize, record_bytes: usize, now_ms: i64) -> Bytes {
    super::frames::batch(records, record_bytes, now_ms, None)
}

/// A batch of records of `record_bytes` bytes each, keys of eight bytes included.
#[must_use]
pub fn keyed(keys: impl Iterator<Item = u64>, record_bytes: usize, now_ms: i64) -> Bytes {
    const KEY_BYTES: usize = 8;
    let value = vec![7; record_bytes.saturating_sub(KEY_BYTES)];
    let mut builder = BatchBuilder::new(Codec::None, None);
    for key in keys {
        builder.push(now_ms, Some(&key.to_be_bytes()), Some(&value), std::iter::empty());
    }
    builder.build().to_bytes()
}

/// Options for a topic that is there.
fn on(bootstrap: &str, topic: &str) -> BenchOptions {
    BenchOptions { topic: Some(topic.to_owned()), ..BenchOptions::produce(bootstrap) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyed_batches_have_one_length() {
        let length = |first: u64| keyed(first..first + 16, 1024, 0).len();
        assert_eq!(length(0), length(1 << 40));
        assert!(length(0) > 16 * 1024);
    }
}
