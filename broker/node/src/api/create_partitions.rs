//! CreatePartitions (37), versions 0 to 3.
//!
//! Behaviour: as Kafka's controller; the answer waits until the new partitions serve. More than 10,000 new partitions in
//! one request are refused with POLICY_VIOLATION, where Kafka 4.3 answers UNKNOWN_SERVER_ERROR.
//! Gaps: `timeoutMs` is not looked at.

use super::RequestContext;
use tribunal_wire::message::{
    CreatePartitionsRequest, CreatePartitionsResponse, create_partitions::CreatePartitionsTopicResult,
};

pub(crate) async fn handle(
    context: &RequestContext,
    request: CreatePartitionsRequest,
) -> CreatePartitionsResponse {
    let names: Vec<String> = request.topics.iter().map(|topic| topic.name.clone()).collect();
    let results = match context.broker.metadata.create_partitions(request).await {
        Ok(results) => results,
        Err(error) => names
            .into_iter()
            .map(|name| CreatePartitionsTopicResult {
                name,
                error_code: error.code(),
                error_message: Some(error.message().to_owned()),
            })
            .collect(),
    };
    super::follow_metadata(context).await;
    CreatePartitionsResponse { results, ..Default::default() }
}
