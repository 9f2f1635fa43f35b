//! CreateTopics (19), versions 2 to 7.
//!
//! Behaviour: as Kafka's controller; the answer carries each new topic's configs and waits until the partitions serve.
//! Gaps: `timeoutMs` is not looked at: the answer says what happened, however long that takes.

use super::RequestContext;
use tribunal_wire::message::{
    CreateTopicsRequest, CreateTopicsResponse,
    create_topics::{CreatableTopicConfigs, CreatableTopicResult},
};

pub(crate) async fn handle(context: &RequestContext, request: CreateTopicsRequest) -> CreateTopicsResponse {
    let names: Vec<String> = request.topics.iter().map(|topic| topic.name.clone()).collect();
    let topics = match context.broker.metadata.create_topics(request).await {
        Ok(topics) => topics,
        Err(error) => names
            .into_iter()
            .map(|name| CreatableTopicResult {
                name,
                error_code: error.code(),
                error_message: Some(error.message().to_owned()),
                num_partitions: -1,
                replication_factor: -1,
                configs: Some(Vec::<CreatableTopicConfigs>::new()),
                ..Default::default()
            })
            .collect(),
    };
    super::follow_metadata(context).await;
    CreateTopicsResponse { topics, ..Default::default() }
}
