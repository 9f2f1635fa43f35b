//! DeleteRecords (21), versions 0 to 2.
//!
//! Behaviour: moves the log start offset up (-1: to the high watermark), durably before the answer. Below the log start
//! nothing happens and the log start is told; beyond the high watermark is OFFSET_OUT_OF_RANGE. Topics that are compacted
//! and not deleted from refuse with POLICY_VIOLATION.
//! Gaps: the request's timeout is not needed: nothing is waited for but this broker's own disk.

use super::RequestContext;
use tribunal_wire::{
    error::ErrorCode,
    message::{
        DeleteRecordsRequest, DeleteRecordsResponse,
        delete_records::{DeleteRecordsPartitionResult, DeleteRecordsTopicResult},
    },
    types::Offset,
};

pub(crate) async fn handle(context: &RequestContext, request: DeleteRecordsRequest) -> DeleteRecordsResponse {
    let mut response = DeleteRecordsResponse::default();
    for topic in request.topics {
        let mut result = DeleteRecordsTopicResult { name: topic.name, ..Default::default() };
        for asked in topic.partitions {
            let outcome = delete(context, &result.name, asked.partition_index, asked.offset).await;
            result.partitions.push(DeleteRecordsPartitionResult {
                partition_index: asked.partition_index,
                low_watermark: outcome.map_or(-1, |offset| offset.0),
                error_code: outcome.err().unwrap_or(ErrorCode::None).code(),
            });
        }
        response.topics.push(result);
    }
    response
}

async fn delete(context: &RequestContext, topic: &str, index: i32, offset: i64) -> Result<Offset, ErrorCode> {
    let partition = context.broker.partitions.by_name(topic, index).await?;
    if partition.settings().compacted_only() {
        return Err(ErrorCode::PolicyViolation);
    }
    let start = partition.log().delete_records(offset).await;
    start.map(|start| start.0).map_err(|error| ErrorCode::from_code(error.error_code()))
}
