//! OffsetForLeaderEpoch (23), versions 2 to 4 (KIP-101, KIP-279, KIP-320).
//!
//! Behaviour: the largest known epoch that is not above the one asked for, and the offset at which it ended. The
//! client's own view of the leader epoch is checked first.
//! Gaps: none.

use super::RequestContext;
use tribunal_wire::{
    error::ErrorCode,
    message::{
        OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse,
        offset_for_leader_epoch::{EpochEndOffset, OffsetForLeaderPartition, OffsetForLeaderTopicResult},
    },
    types::LeaderEpoch,
};

pub(crate) async fn handle(
    context: &RequestContext,
    request: OffsetForLeaderEpochRequest,
) -> OffsetForLeaderEpochResponse {
    let mut response = OffsetForLeaderEpochResponse::default();
    for topic in request.topics {
        let mut partitions = Vec::with_capacity(topic.partitions.len());
        for asked in &topic.partitions {
            let answer = answer(context, &topic.topic, asked).await;
            partitions.push(answer.unwrap_or_else(|error| EpochEndOffset {
                error_code: error.code(),
                partition: asked.partition,
                ..Default::default()
            }));
        }
        response.topics.push(OffsetForLeaderTopicResult { topic: topic.topic, partitions });
    }
    response
}

async fn answer(
    context: &RequestContext,
    topic: &str,
    asked: &OffsetForLeaderPartition,
) -> Result<EpochEndOffset, ErrorCode> {
    let partition = context.broker.partitions.by_name(topic, asked.partition).await?;
    let log = partition.checked(asked.current_leader_epoch)?;
    let (leader_epoch, end_offset) = match log.end_offset_for_epoch(LeaderEpoch(asked.leader_epoch)) {
        Some((epoch, end)) => (epoch.0, end.0),
        None => (-1, -1),
    };
    Ok(EpochEndOffset { partition: asked.partition, leader_epoch, end_offset, ..Default::default() })
}
