//! The rare requests, answered through the broker's own codec: they cost nothing that is measured.

use super::Floor;
use bytes::Bytes;
use tribunal_wire::{
    ApiKey, DecodeError, EncodeError, Message, Request,
    frame::{RequestFrame, encode_response},
    message::{
        ApiVersionsResponse, DeleteTopicsRequest, DeleteTopicsResponse, InitProducerIdRequest,
        InitProducerIdResponse, ListOffsetsRequest, ListOffsetsResponse, MetadataRequest, MetadataResponse,
        api_versions, delete_topics, list_offsets, metadata,
    },
};

/// The versions on offer. Those of Produce and Fetch end before compact lengths, which keeps the hand-written readers
/// short; Metadata ends before topic ids.
const VERSIONS: &[(ApiKey, i16, i16)] = &[
    (ApiKey::Produce, 0, 8),
    (ApiKey::Fetch, 4, 11),
    (ApiKey::ListOffsets, 1, 5),
    (ApiKey::Metadata, 0, 9),
    (ApiKey::ApiVersions, 0, 3),
    (ApiKey::DeleteTopics, 1, 5),
    (ApiKey::InitProducerId, 0, 4),
];
const UNSUPPORTED_VERSION: i16 = 35;
const UNKNOWN_TOPIC_OR_PARTITION: i16 = 3;
const EARLIEST: i64 = -2;

/// Where clients find this server.
pub(super) struct Answers {
    pub(super) host: String,
    pub(super) port: i32,
}

/// Why a request has no answer; its connection is closed.
#[derive(Debug)]
pub(super) enum Unanswerable {
    Unknown,
    Malformed,
    Disk,
}

impl From<DecodeError> for Unanswerable {
    fn from(_: DecodeError) -> Self {
        Unanswerable::Malformed
    }
}

impl From<EncodeError> for Unanswerable {
    fn from(_: EncodeError) -> Self {
        Unanswerable::Unknown
    }
}

/// Whether this version is one of those on offer.
pub(super) fn is_offered(api: ApiKey, version: i16) -> bool {
    VERSIONS.iter().any(|(key, min, max)| *key == api && (*min..=*max).contains(&version))
}

/// The answer to anything but Produce and Fetch, its length in front.
pub(super) fn answer(floor: &Floor, frame: Bytes) -> Result<Vec<Bytes>, Unanswerable> {
    let mut frame = RequestFrame::parse(frame)?;
    let api = frame.api.ok_or(Unanswerable::Unknown)?;
    let version = frame.api_version;
    if api == ApiKey::ApiVersions {
        let known = is_offered(api, version);
        let response = versions(if known { 0 } else { UNSUPPORTED_VERSION });
        return Ok(encode_response(frame.correlation_id, 0, &response, if known { version } else { 0 })?);
    }
    if !is_offered(api, version) {
        return Err(Unanswerable::Unknown);
    }
    match api {
        ApiKey::Metadata => {
            let request = frame.decode::<MetadataRequest>()?;
            encode::<MetadataRequest>(&frame, &metadata(floor, &request)?)
        }
        ApiKey::ListOffsets => {
            let request = frame.decode::<ListOffsetsRequest>()?;
            encode::<ListOffsetsRequest>(&frame, &list_offsets(floor, &request))
        }
        ApiKey::DeleteTopics => {
            let request = frame.decode::<DeleteTopicsRequest>()?;
            encode::<DeleteTopicsRequest>(&frame, &delete_topics(floor, &request))
        }
        ApiKey::InitProducerId => {
            let response = InitProducerIdResponse {
                producer_id: floor.producer_id(),
                producer_epoch: 0,
                ..InitProducerIdResponse::default()
            };
            encode::<InitProducerIdRequest>(&frame, &response)
        }
        _ => Err(Unanswerable::Unknown),
    }
}

fn encode<R: Request>(frame: &RequestFrame, response: &R::Response) -> Result<Vec<Bytes>, Unanswerable>
where
    R::Response: Message,
{
    let version = frame.api_version;
    let header_version = R::API_KEY.response_header_version(version);
    Ok(encode_response(frame.correlation_id, header_version, response, version)?)
}

fn versions(error_code: i16) -> ApiVersionsResponse {
    let api_keys = VERSIONS
        .iter()
        .map(|(key, min_version, max_version)| api_versions::ApiVersion {
            api_key: key.as_i16(),
            min_version: *min_version,
            max_version: *max_version,
        })
        .collect();
    ApiVersionsResponse { error_code, api_keys, ..ApiVersionsResponse::default() }
}

/// Every topic that is asked for exists from then on.
fn metadata(floor: &Floor, request: &MetadataRequest) -> Result<MetadataResponse, Unanswerable> {
    let mut topics = Vec::new();
    for name in request.topics.iter().flatten().filter_map(|topic| topic.name.clone()) {
        floor.log(name.as_bytes()).map_err(|_| Unanswerable::Disk)?;
        topics.push(metadata::MetadataResponseTopic {
            name: Some(name),
            partitions: vec![metadata::MetadataResponsePartition {
                leader_id: 1,
                leader_epoch: 0,
                replica_nodes: vec![1],
                isr_nodes: vec![1],
                ..metadata::MetadataResponsePartition::default()
            }],
            ..metadata::MetadataResponseTopic::default()
        });
    }
    Ok(MetadataResponse {
        brokers: vec![metadata::MetadataResponseBroker {
            node_id: 1,
            host: floor.answers.host.clone(),
            port: floor.answers.port,
            rack: None,
        }],
        controller_id: 1,
        topics,
        ..MetadataResponse::default()
    })
}

/// Every timestamp but the earliest gets the end: the floor has no time index.
fn list_offsets(floor: &Floor, request: &ListOffsetsRequest) -> ListOffsetsResponse {
    let topics = request
        .topics
        .iter()
        .map(|topic| {
            let log = floor.existing(topic.name.as_bytes());
            let partitions = topic
                .partitions
                .iter()
                .map(|partition| list_offsets::ListOffsetsPartitionResponse {
                    partition_index: partition.partition_index,
                    error_code: if log.is_some() { 0 } else { UNKNOWN_TOPIC_OR_PARTITION },
                    offset: match &log {
                        Some(log) if partition.timestamp != EARLIEST => log.end_offset(),
                        _ => 0,
                    },
                    ..list_offsets::ListOffsetsPartitionResponse::default()
                })
                .collect();
            list_offsets::ListOffsetsTopicResponse { name: topic.name.clone(), partitions }
        })
        .collect();
    ListOffsetsResponse { topics, ..ListOffsetsResponse::default() }
}

fn delete_topics(floor: &Floor, request: &DeleteTopicsRequest) -> DeleteTopicsResponse {
    let responses = request
        .topic_names
        .iter()
        .map(|name| delete_topics::DeletableTopicResult {
            name: Some(name.clone()),
            error_code: if floor.delete(name.as_bytes()) { 0 } else { UNKNOWN_TOPIC_OR_PARTITION },
            ..delete_topics::DeletableTopicResult::default()
        })
        .collect();
    DeleteTopicsResponse { responses, ..DeleteTopicsResponse::default() }
}

impl From<bytes::TryGetError> for Unanswerable {
    fn from(_: bytes::TryGetError) -> Self {
        Unanswerable::Malformed
    }
}
