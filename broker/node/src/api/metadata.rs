//! Metadata (3), versions 0 to 13.
//!
//! Behaviour: brokers, cluster id, and topics by name, by id (from version 12), or all. A missing topic is created
//! when the request, the name and `auto.create.topics.enable` allow it, and is answered there and then: Kafka answers
//! UNKNOWN_TOPIC_OR_PARTITION first, which clients have to try again. Without an authoriser every operation is allowed.
//! Clients are told the addresses of the listener that they came in through.
//! Gaps: REBOOTSTRAP_REQUIRED is never sent.

use super::{RequestContext, endpoint_for};
use std::collections::BTreeSet;
use tribunal_metadata::{
    image::{Broker, Image, NO_LEADER, Partition, Topic},
    topic_name,
};
use tribunal_wire::{
    error::ErrorCode,
    message::{
        CreateTopicsRequest, MetadataRequest, MetadataResponse,
        create_topics::CreatableTopic,
        metadata::{
            MetadataRequestTopic, MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic,
        },
    },
    types::TopicId,
};

/// The operations on a topic that a client without restrictions may do, as Kafka's bits.
pub(super) const TOPIC_OPERATIONS: i32 = 3576;
/// The operations on the cluster that a client without restrictions may do.
pub(super) const CLUSTER_OPERATIONS: i32 = 8096;
/// Nobody asked for the operations.
pub(super) const OPERATIONS_NOT_ASKED: i32 = i32::MIN;
/// The first version in which topics are asked for by id.
const TOPIC_IDS_FROM: i16 = 12;

pub(crate) async fn handle(context: &RequestContext, request: MetadataRequest) -> MetadataResponse {
    let operations = |asked: bool, all: i32| if asked { all } else { OPERATIONS_NOT_ASKED };
    let topic_operations = operations(request.include_topic_authorized_operations, TOPIC_OPERATIONS);
    let asked = match &request.topics {
        None => None,
        // In version 0 no list can be told from an empty one.
        Some(topics) if topics.is_empty() && context.version == 0 => None,
        Some(topics) => Some(distinct(topics)),
    };
    if request.allow_auto_topic_creation && context.broker.config.auto_create_topics {
        create_missing(context, asked.as_deref().unwrap_or_default()).await;
    }
    let image = context.broker.metadata.image();
    let topics: Vec<MetadataResponseTopic> = match asked {
        None => image.topics().map(|topic| describe(&image, topic)).collect(),
        Some(asked) => asked.into_iter().map(|topic| find(&image, topic, context.version)).collect(),
    };
    let with_operations = |topic: MetadataResponseTopic| MetadataResponseTopic {
        topic_authorized_operations: if topic.error_code == 0 {
            topic_operations
        } else {
            OPERATIONS_NOT_ASKED
        },
        ..topic
    };
    MetadataResponse {
        brokers: active_brokers(&image).filter_map(|it| broker(it, &context.listener)).collect(),
        cluster_id: Some(image.cluster_id().to_owned()),
        controller_id: controller_id(&image),
        topics: topics.into_iter().map(with_operations).collect(),
        cluster_authorized_operations: operations(
            request.include_cluster_authorized_operations,
            CLUSTER_OPERATIONS,
        ),
        ..Default::default()
    }
}

/// The topics, each once, in the order of the request.
fn distinct(topics: &[MetadataRequestTopic]) -> Vec<&MetadataRequestTopic> {
    let mut seen = BTreeSet::new();
    topics.iter().filter(|topic| seen.insert((&topic.name, topic.topic_id))).collect()
}

/// Creates the topics that are missing, as far as that is possible; what is missing then is answered as such.
async fn create_missing(context: &RequestContext, asked: &[&MetadataRequestTopic]) {
    let image = context.broker.metadata.image();
    let creatable = |name: &&String| {
        image.topic(name).is_none() && topic_name::validate(name).is_ok() && !topic_name::is_internal(name)
    };
    let topics: Vec<CreatableTopic> = asked
        .iter()
        .filter(|topic| topic.topic_id == TopicId::ZERO.0)
        .filter_map(|topic| topic.name.as_ref())
        .filter(creatable)
        .map(|name| CreatableTopic {
            name: name.clone(),
            num_partitions: -1,
            replication_factor: -1,
            ..Default::default()
        })
        .collect();
    if topics.is_empty() {
        return;
    }
    let request = CreateTopicsRequest { topics, ..Default::default() };
    match context.broker.metadata.create_topics(request).await {
        Ok(_) => super::follow_metadata(context).await,
        Err(error) => {
            tribunal_env::warn!(context.broker.env, "topics could not be created: {}", error.message());
        }
    }
}

/// A topic that was asked for.
fn find(image: &Image, asked: &MetadataRequestTopic, version: i16) -> MetadataResponseTopic {
    let id = TopicId(asked.topic_id);
    let by_id = id != TopicId::ZERO || asked.name.is_none();
    let (found, error) = if by_id && version < TOPIC_IDS_FROM {
        (None, ErrorCode::InvalidRequest)
    } else if by_id {
        (image.topic_by_id(id), ErrorCode::UnknownTopicId)
    } else {
        let name = asked.name.as_deref().unwrap_or_default();
        let illegal = topic_name::validate(name).is_err();
        let error =
            if illegal { ErrorCode::InvalidTopicException } else { ErrorCode::UnknownTopicOrPartition };
        (image.topic(name), error)
    };
    match found {
        Some(topic) => describe(image, topic),
        None => MetadataResponseTopic {
            error_code: error.code(),
            // Before topics had ids, an answer could not leave out the name.
            name: asked.name.clone().or_else(|| (version < TOPIC_IDS_FROM).then(String::new)),
            topic_id: asked.topic_id,
            ..Default::default()
        },
    }
}

fn describe(image: &Image, topic: &Topic) -> MetadataResponseTopic {
    MetadataResponseTopic {
        error_code: ErrorCode::None.code(),
        name: Some(topic.name.to_string()),
        topic_id: topic.id.0,
        is_internal: topic_name::is_internal(&topic.name),
        partitions: topic
            .partitions
            .iter()
            .map(|(index, state)| MetadataResponsePartition {
                error_code: partition_error(state).code(),
                partition_index: *index,
                leader_id: state.leader,
                leader_epoch: state.leader_epoch,
                replica_nodes: state.replicas.clone(),
                isr_nodes: state.isr.clone(),
                offline_replicas: offline_replicas(image, state),
            })
            .collect(),
        topic_authorized_operations: OPERATIONS_NOT_ASKED,
    }
}

/// What a client is told about a partition that nobody leads.
pub(super) fn partition_error(partition: &Partition) -> ErrorCode {
    if partition.leader == NO_LEADER { ErrorCode::LeaderNotAvailable } else { ErrorCode::None }
}

/// Replicas whose brokers do not serve.
pub(super) fn offline_replicas(image: &Image, partition: &Partition) -> Vec<i32> {
    partition.replicas.iter().copied().filter(|id| !image.is_active(*id)).collect()
}

/// Brokers that serve, by their ids.
fn active_brokers(image: &Image) -> impl Iterator<Item = &Broker> {
    image.brokers().values().filter(|broker| broker.is_active())
}

/// The broker that clients send requests for the controller to: any broker passes them on.
pub(super) fn controller_id(image: &Image) -> i32 {
    active_brokers(image).next().map_or(-1, |broker| broker.registration.broker_id)
}

fn broker(broker: &Broker, listener: &str) -> Option<MetadataResponseBroker> {
    let endpoint = endpoint_for(broker, listener)?;
    Some(MetadataResponseBroker {
        node_id: broker.registration.broker_id,
        host: endpoint.host.clone(),
        port: i32::from(endpoint.port),
        rack: broker.registration.rack.clone(),
    })
}
