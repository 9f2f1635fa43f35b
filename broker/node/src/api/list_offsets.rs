//! ListOffsets (2), versions 1 to 11.
//!
//! Behaviour: latest (-1), earliest (-2), the record with the largest timestamp (-3), earliest local (-4, the log
//! start: nothing is tiered), latest tiered (-5 and -6: there is none), and the first record at or after a timestamp.
//! To `read_committed` the log ends at the last stable offset. A question that the request's version does not know is
//! answered with UNSUPPORTED_VERSION, a partition that is asked for twice with INVALID_REQUEST, once.
//! Gaps: none for a broker without replicas and tiers.

use super::RequestContext;
use crate::partitions::LocalPartition;
use std::collections::{BTreeMap, BTreeSet};
use tribunal_log::{FoundRecord, ReadError};
use tribunal_wire::{
    error::ErrorCode,
    message::{
        ListOffsetsRequest, ListOffsetsResponse,
        list_offsets::{ListOffsetsPartition, ListOffsetsPartitionResponse, ListOffsetsTopicResponse},
    },
    types::Offset,
};

const LATEST: i64 = -1;
const EARLIEST: i64 = -2;
const MAX_TIMESTAMP: i64 = -3;
const EARLIEST_LOCAL: i64 = -4;
const LATEST_TIERED: i64 = -5;
const EARLIEST_PENDING_UPLOAD: i64 = -6;

/// The first version whose answer carries the epoch; an older answer may not even try.
const LEADER_EPOCH_FROM: i16 = 4;

pub(crate) async fn handle(context: &RequestContext, request: ListOffsetsRequest) -> ListOffsetsResponse {
    let mut response = ListOffsetsResponse::default();
    let read_committed = request.isolation_level == 1;
    let repeated = repeated(&request);
    let mut refused = BTreeSet::new();
    let partitions = &context.broker.partitions;
    let named = request.topics.iter().flat_map(|topic| topic.partitions.iter().map(|it| (&topic.name, it)));
    partitions.wake_all(named.map(|(topic, it)| partitions.find_by_name(topic, it.partition_index))).await;
    for topic in request.topics {
        let mut answers = ListOffsetsTopicResponse { name: topic.name, ..Default::default() };
        for asked in topic.partitions {
            let name = (answers.name.clone(), asked.partition_index);
            let answer = if repeated.contains(&name) {
                if !refused.insert(name) {
                    continue;
                }
                Err(ErrorCode::InvalidRequest)
            } else if !is_known(asked.timestamp, context.version) {
                Err(ErrorCode::UnsupportedVersion)
            } else {
                match partitions.by_name(&answers.name, asked.partition_index).await {
                    Ok(partition) => list(&partition, &asked, context.version, read_committed).await,
                    Err(error) => Err(error),
                }
            };
            answers.partitions.push(answer.unwrap_or_else(|error| ListOffsetsPartitionResponse {
                partition_index: asked.partition_index,
                error_code: error.code(),
                ..Default::default()
            }));
        }
        response.topics.push(answers);
    }
    response
}

/// The partitions that a request asks for more than once.
fn repeated(request: &ListOffsetsRequest) -> BTreeSet<(String, i32)> {
    let mut times: BTreeMap<(&str, i32), usize> = BTreeMap::new();
    for topic in &request.topics {
        for asked in &topic.partitions {
            *times.entry((&topic.name, asked.partition_index)).or_default() += 1;
        }
    }
    let repeated = times.into_iter().filter(|(_, times)| *times > 1);
    repeated.map(|((topic, index), _)| (topic.to_owned(), index)).collect()
}

async fn list(
    partition: &LocalPartition,
    asked: &ListOffsetsPartition,
    version: i16,
    read_committed: bool,
) -> Result<ListOffsetsPartitionResponse, ErrorCode> {
    let log = partition.checked(asked.current_leader_epoch)?;
    let watermarks = log.watermarks();
    let end = if read_committed { watermarks.last_stable.0 } else { watermarks.high_watermark.0 };
    let (offset, timestamp, leader_epoch) = match asked.timestamp {
        LATEST => (end.0, -1, log.leader_epoch().0),
        EARLIEST | EARLIEST_LOCAL => {
            let start = watermarks.log_start.0;
            (start.0, -1, log.leader_epochs().epoch_of(start).map_or(-1, |epoch| epoch.0))
        }
        LATEST_TIERED | EARLIEST_PENDING_UPLOAD => (-1, -1, -1),
        MAX_TIMESTAMP => found(log.max_timestamp().await.map_err(code)?, read_committed, end),
        time => found(log.offset_for_timestamp(time).await.map_err(code)?, read_committed, end),
    };
    Ok(ListOffsetsPartitionResponse {
        partition_index: asked.partition_index,
        offset,
        timestamp,
        leader_epoch: if version >= LEADER_EPOCH_FROM { leader_epoch } else { -1 },
        ..Default::default()
    })
}

fn code(error: ReadError) -> ErrorCode {
    ErrorCode::from_code(error.error_code())
}

/// What is told of a record. To readers of committed records nothing stands at or behind `end`.
fn found(record: Option<FoundRecord>, read_committed: bool, end: Offset) -> (i64, i64, i32) {
    record
        .filter(|record| !read_committed || record.offset < end)
        .map_or((-1, -1, -1), |record| (record.offset.0, record.timestamp, record.leader_epoch.0))
}

/// Whether a version knows what a timestamp stands for.
fn is_known(timestamp: i64, version: i16) -> bool {
    let from = match timestamp {
        LATEST | EARLIEST | 0.. => 1,
        MAX_TIMESTAMP => 7,
        EARLIEST_LOCAL => 8,
        LATEST_TIERED => 9,
        EARLIEST_PENDING_UPLOAD => 11,
        _ => return false,
    };
    version >= from
}
