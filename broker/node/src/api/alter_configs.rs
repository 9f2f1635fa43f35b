//! AlterConfigs (33), versions 0 to 2.
//!
//! Behaviour: what a resource's list does not name is removed. Clients should use IncrementalAlterConfigs, which does not
//! forget what others have set.
//! Gaps: as those of IncrementalAlterConfigs.

use super::{RequestContext, incremental_alter_configs::all_refused};
use tribunal_metadata::controller::ResourceOutcome;
use tribunal_wire::{
    error::ErrorCode,
    message::{AlterConfigsRequest, AlterConfigsResponse, alter_configs::AlterConfigsResourceResponse},
};

pub(crate) async fn handle(context: &RequestContext, request: AlterConfigsRequest) -> AlterConfigsResponse {
    let asked: Vec<(i8, String)> = request
        .resources
        .iter()
        .map(|resource| (resource.resource_type, resource.resource_name.clone()))
        .collect();
    let outcomes = context.broker.metadata.alter_configs(request).await;
    super::follow_metadata(context).await;
    let responses = outcomes.unwrap_or_else(|error| all_refused(asked, error)).into_iter().map(response);
    AlterConfigsResponse { responses: responses.collect(), ..Default::default() }
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
