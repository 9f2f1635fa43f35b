//! DeleteTopics (20), versions 1 to 6.
//!
//! Behaviour: by name, and from version 6 by id; answered once the topic is gone from every table and its files are
//! on their way out.
//! Gaps: `timeoutMs` is not looked at; `delete.topic.enable` cannot be switched off.

use super::RequestContext;
use tribunal_wire::message::{
    DeleteTopicsRequest, DeleteTopicsResponse,
    delete_topics::{DeletableTopicResult, DeleteTopicState},
};

pub(crate) async fn handle(context: &RequestContext, request: DeleteTopicsRequest) -> DeleteTopicsResponse {
    let by_name = |name: String| DeleteTopicState { name: Some(name), topic_id: [0; 16] };
    let mut asked = request.topics;
    asked.extend(request.topic_names.into_iter().map(by_name));
    let responses = match context.broker.metadata.delete_topics(asked.clone()).await {
        Ok(responses) => responses,
        Err(error) => asked
            .into_iter()
            .map(|state| DeletableTopicResult {
                name: state.name,
                topic_id: state.topic_id,
                error_code: error.code(),
                error_message: Some(error.message().to_owned()),
            })
            .collect(),
    };
    super::follow_metadata(context).await;
    DeleteTopicsResponse { responses, ..Default::default() }
}
