//! DescribeProducers (61), version 0.
//!
//! Behaviour: the idempotent and transactional producers that a partition knows, with their last sequence number and the
//! beginning of their open transaction. A partition that is asked for twice is answered once: a small request could ask
//! for gigabytes.

use super::RequestContext;
use std::collections::BTreeSet;
use tribunal_wire::{
    error::ErrorCode,
    message::{
        DescribeProducersRequest, DescribeProducersResponse,
        describe_producers::{PartitionResponse, ProducerState, TopicResponse},
    },
};

pub(crate) async fn handle(
    context: &RequestContext,
    request: DescribeProducersRequest,
) -> DescribeProducersResponse {
    let mut response = DescribeProducersResponse::default();
    let mut seen = BTreeSet::new();
    for topic in request.topics {
        let mut answers = TopicResponse { name: topic.name, partitions: Vec::new() };
        for index in topic.partition_indexes {
            if !seen.insert((answers.name.clone(), index)) {
                continue;
            }
            let found = describe(context, &answers.name, index).await;
            answers.partitions.push(PartitionResponse {
                partition_index: index,
                error_code: found.as_ref().err().copied().unwrap_or(ErrorCode::None).code(),
                error_message: None,
                active_producers: found.unwrap_or_default(),
            });
        }
        response.topics.push(answers);
    }
    response
}

async fn describe(
    context: &RequestContext,
    topic: &str,
    index: i32,
) -> Result<Vec<ProducerState>, ErrorCode> {
    let partition = context.broker.partitions.by_name(topic, index).await?;
    let producers = partition
        .log()
        .describe_producers()
        .await
        .map_err(|error| ErrorCode::from_code(error.error_code()))?;
    Ok(producers
        .into_iter()
        .map(|(id, state)| ProducerState {
            producer_id: id.0,
            producer_epoch: i32::from(state.epoch.0),
            last_sequence: state.last().map_or(-1, |batch| batch.last_sequence),
            last_timestamp: state.last_timestamp,
            coordinator_epoch: state.coordinator_epoch,
            current_txn_start_offset: state.transaction_start.map_or(-1, |offset| offset.0),
        })
        .collect())
}
