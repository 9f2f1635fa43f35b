//! Before and after a run: which versions the server speaks, a topic to measure on, and where its leaders are.

use super::{
    BenchError, BenchOptions,
    connection::Connection,
    frames::{Partition, version_with_names},
};
use std::{collections::BTreeMap, time::Duration};
use tribunal_env::Env;
use tribunal_wire::{
    ErrorCode, Request,
    message::{
        ApiVersionsRequest, CreateTopicsRequest, DeleteTopicsRequest, FetchRequest, ListOffsetsRequest,
        MetadataRequest, ProduceRequest, create_topics, list_offsets, metadata,
    },
};

/// How long leaders may take to be elected.
const LEADER_WAIT: Duration = Duration::from_secs(15);
const LEADER_POLL: Duration = Duration::from_millis(5);
const TIMEOUT_MS: i32 = 15_000;

/// The topic that a run uses.
pub(super) struct Topic {
    name: String,
    /// Whether the run made it, and so deletes it.
    own: bool,
    /// The leader's address for each partition.
    leaders: Vec<String>,
    pub(super) produce_version: i16,
    pub(super) fetch_version: i16,
}

impl Topic {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether the run made it.
    pub(super) fn is_own(&self) -> bool {
        self.own
    }

    pub(super) fn partitions(&self) -> usize {
        self.leaders.len()
    }

    /// The partition of connection `number`, and its leader's address.
    pub(super) fn partition(&self, number: usize) -> (Partition, &str) {
        let index = number % self.leaders.len();
        let partition = Partition {
            topic: self.name.clone(),
            index: i32::try_from(index).expect("partitions are counted in an i32"),
        };
        (partition, &self.leaders[index])
    }
}

/// The highest version of each API that the server has, as far as we know them.
pub(super) struct Versions(BTreeMap<i16, i16>);

impl Versions {
    pub(super) async fn ask(env: &Env, connection: &mut Connection) -> Result<Versions, BenchError> {
        let answer = connection.call(env, 0, &ApiVersionsRequest::default()).await?;
        check("ApiVersions", answer.error_code)?;
        Ok(Versions(answer.api_keys.iter().map(|api| (api.api_key, api.max_version)).collect()))
    }

    fn of<R: Request>(&self) -> Option<i16> {
        self.0.get(&R::API_KEY.as_i16()).map(|max| (*max).min(R::MAX_VERSION))
    }

    pub(super) fn needed<R: Request>(&self) -> Result<i16, BenchError> {
        self.of::<R>().ok_or_else(|| BenchError::Server(format!("the server does not have {:?}", R::API_KEY)))
    }
}

/// Finds or makes the topic.
pub(super) async fn prepare(env: &Env, options: &BenchOptions) -> Result<Topic, BenchError> {
    let mut connection = Connection::open(env, &options.bootstrap).await?;
    let versions = Versions::ask(env, &mut connection).await?;
    let produce_version = version_with_names::<ProduceRequest>(versions.needed::<ProduceRequest>()?);
    let fetch_version = version_with_names::<FetchRequest>(versions.needed::<FetchRequest>()?);
    let name = match &options.topic {
        Some(name) => name.clone(),
        None => format!("tribunal-bench-{:016x}", env.rng("bench-topic").next_u64()),
    };
    let own = options.topic.is_none();
    if let (true, Some(version)) = (own, versions.of::<CreateTopicsRequest>()) {
        create(env, &mut connection, version, options, &name).await?;
    }
    let metadata_version = versions.needed::<MetadataRequest>()?;
    // A server without CreateTopics makes topics when they are asked for.
    let auto_create = own && versions.of::<CreateTopicsRequest>().is_none();
    let leaders = leaders(env, &mut connection, metadata_version, &name, auto_create).await?;
    Ok(Topic { name, own, leaders, produce_version, fetch_version })
}

async fn create(
    env: &Env,
    connection: &mut Connection,
    version: i16,
    options: &BenchOptions,
    name: &str,
) -> Result<(), BenchError> {
    let configs = options
        .topic_configs
        .iter()
        .map(|(name, value)| create_topics::CreatableTopicConfig {
            name: name.clone(),
            value: Some(value.clone()),
        })
        .collect();
    let request = CreateTopicsRequest {
        topics: vec![create_topics::CreatableTopic {
            name: name.to_owned(),
            num_partitions: options.partitions,
            replication_factor: options.replication_factor,
            configs,
            ..create_topics::CreatableTopic::default()
        }],
        timeout_ms: TIMEOUT_MS,
        ..CreateTopicsRequest::default()
    };
    let answer = connection.call(env, version, &request).await?;
    match answer.topics.first() {
        Some(topic) if topic.error_code != 0 => {
            let reason = topic.error_message.clone().unwrap_or_default();
            Err(BenchError::Server(format!(
                "the server did not create the topic: {} {reason}",
                ErrorCode::from_code(topic.error_code)
            )))
        }
        Some(_) => Ok(()),
        None => Err(BenchError::Server("the answer to CreateTopics names no topic".to_owned())),
    }
}

/// Waits until each partition has a leader; their addresses by partition.
async fn leaders(
    env: &Env,
    connection: &mut Connection,
    version: i16,
    name: &str,
    allow_auto_topic_creation: bool,
) -> Result<Vec<String>, BenchError> {
    let request = MetadataRequest {
        topics: Some(vec![metadata::MetadataRequestTopic {
            name: Some(name.to_owned()),
            ..metadata::MetadataRequestTopic::default()
        }]),
        allow_auto_topic_creation,
        ..MetadataRequest::default()
    };
    let deadline = env.now() + LEADER_WAIT;
    loop {
        let answer = connection.call(env, version, &request).await?;
        let brokers: BTreeMap<i32, String> = answer
            .brokers
            .iter()
            .map(|broker| (broker.node_id, format!("{}:{}", broker.host, broker.port)))
            .collect();
        let topic = answer.topics.into_iter().next();
        let error = topic.as_ref().map_or(0, |topic| topic.error_code);
        let mut partitions = topic.map(|topic| topic.partitions).unwrap_or_default();
        partitions.sort_by_key(|partition| partition.partition_index);
        let found: Vec<String> =
            partitions.iter().filter_map(|partition| brokers.get(&partition.leader_id)).cloned().collect();
        if error == 0 && !found.is_empty() && found.len() == partitions.len() {
            return Ok(found);
        }
        let error = ErrorCode::from_code(error);
        if env.now() >= deadline || (error != ErrorCode::None && !error.is_retriable()) {
            return Err(BenchError::Server(format!("the topic `{name}` has no leaders: {error}")));
        }
        env.sleep(LEADER_POLL).await;
    }
}

/// The first offset of a partition that can be read, and the one after the last.
pub(super) async fn offsets(
    env: &Env,
    partition: &Partition,
    leader: &str,
) -> Result<(i64, i64), BenchError> {
    const EARLIEST: i64 = -2;
    const LATEST: i64 = -1;
    let mut connection = Connection::open(env, leader).await?;
    let versions = Versions::ask(env, &mut connection).await?;
    let version = versions.needed::<ListOffsetsRequest>()?;
    let mut found = [0; 2];
    for (offset, timestamp) in found.iter_mut().zip([EARLIEST, LATEST]) {
        let request = ListOffsetsRequest {
            topics: vec![list_offsets::ListOffsetsTopic {
                name: partition.topic.clone(),
                partitions: vec![list_offsets::ListOffsetsPartition {
                    partition_index: partition.index,
                    timestamp,
                    ..list_offsets::ListOffsetsPartition::default()
                }],
            }],
            ..ListOffsetsRequest::default()
        };
        let answer = connection.call(env, version, &request).await?;
        let answer = answer.topics.first().and_then(|topic| topic.partitions.first());
        let answer = answer
            .ok_or_else(|| BenchError::Server("the answer to ListOffsets names no partition".to_owned()))?;
        check("ListOffsets", answer.error_code)?;
        *offset = answer.offset;
    }
    Ok((found[0], found[1]))
}

/// Deletes the topic, if the run made it and the server can.
pub(super) async fn clean_up(env: &Env, options: &BenchOptions, topic: &Topic) -> Result<(), BenchError> {
    if topic.own { delete(env, &options.bootstrap, &topic.name).await } else { Ok(()) }
}

/// Deletes a topic, if the server can.
pub(super) async fn delete(env: &Env, bootstrap: &str, topic: &str) -> Result<(), BenchError> {
    let mut connection = Connection::open(env, bootstrap).await?;
    let versions = Versions::ask(env, &mut connection).await?;
    // From version 6 on topics may be named by id as well, in another field; 5 does here.
    let Some(version) = versions.of::<DeleteTopicsRequest>().map(|max| max.min(5)) else { return Ok(()) };
    let request = DeleteTopicsRequest {
        topic_names: vec![topic.to_owned()],
        timeout_ms: TIMEOUT_MS,
        ..DeleteTopicsRequest::default()
    };
    let answer = connection.call(env, version, &request).await?;
    let code = answer.responses.first().map_or(0, |result| result.error_code);
    check("DeleteTopics", code)
}

pub(super) fn check(api: &str, error_code: i16) -> Result<(), BenchError> {
    match ErrorCode::from_code(error_code) {
        ErrorCode::None => Ok(()),
        error => Err(BenchError::Server(format!("the server answered {api} with {error}"))),
    }
}
