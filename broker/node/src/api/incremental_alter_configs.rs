//! IncrementalAlterConfigs (44), versions 0 to 1.
//!
//! Behaviour: topics and brokers; set, delete, append and subtract; each resource changes as a whole or not at all. Broker
//! configs that give topics their defaults take effect at once; broker configs that this broker does not know are
//! kept, as Kafka keeps them.
//! Gaps: no configs of groups, client metrics or loggers: INVALID_REQUEST.

use super::RequestContext;
use tribunal_metadata::controller::ResourceOutcome;
use tribunal_wire::{
    error::ErrorCode,
    message::{
        IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse,
        incremental_alter_configs::AlterConfigsResourceResponse,
    },
};

pub(crate) async fn handle(
    context: &RequestContext,
    request: IncrementalAlterConfigsRequest,
) -> IncrementalAlterConfigsResponse {
    let asked: Vec<(i8, String)> = request
        .resources
        .iter()
        .map(|resource| (resource.resource_type, resource.resource_name.clone()))
        .collect();
    let outcomes = context.broker.metadata.incremental_alter_configs(request).await;
    super::follow_metadata(context).await;
    let responses = outcomes.unwrap_or_else(|error| all_refused(asked, error)).into_iter().map(response);
    IncrementalAlterConfigsResponse { responses: responses.collect(), ..Default::default() }
}

/// The outcome of a request that could not be decided at all.
pub(super) fn all_refused(asked: Vec<(i8, String)>, error: ErrorCode) -> Vec<ResourceOutcome> {
    let refuse = |(resource_type, resource_name)| ResourceOutcome {
        resource_type,
        resource_name,
        error: Some(error.into()),
    };
    asked.into_iter().map(refuse).collect()
}

fn response(outcome: ResourceOutcome) -> AlterConfigsResourceResponse {
    let code = outcome.error.as_ref().map_or(ErrorCode::None, |error| error.code);
    AlterConfigsResourceResponse {
        error_code: code.code(),
        error_message: outcome.error.map(|error| error.message),
        resource_type: outcome.resource_type,
        resource_name: outcome.resource_name,
    }
}
