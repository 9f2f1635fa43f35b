//! FindCoordinator (10), versions 0 to 6.
//!
//! Behaviour: no group and no transaction has a coordinator here yet, so each key is answered with
//! COORDINATOR_NOT_AVAILABLE. It is advertised all the same: librdkafka compresses with LZ4 only if the server knows
//! this API, and sends plainly without a word otherwise; its consumer asks in the background even when partitions are
//! assigned by hand, and takes this error, unlike others, without raising it.
//! Gaps: consumer groups, transactions and share groups, that is all that a coordinator is for.

use super::RequestContext;
use tribunal_wire::{
    error::ErrorCode,
    message::{FindCoordinatorRequest, FindCoordinatorResponse, find_coordinator::Coordinator},
};

/// The first version that asks for several keys, and is answered for each.
const BATCHES_FROM: i16 = 4;
/// The first version whose one answer carries a message.
const MESSAGE_FROM: i16 = 1;

const REASON: &str = "this broker coordinates neither groups nor transactions yet";

pub(crate) async fn handle(
    context: &RequestContext,
    request: FindCoordinatorRequest,
) -> FindCoordinatorResponse {
    answer(request, context.version)
}

fn answer(request: FindCoordinatorRequest, version: i16) -> FindCoordinatorResponse {
    let error_code = ErrorCode::CoordinatorNotAvailable.code();
    if version >= BATCHES_FROM {
        let coordinator = |key| Coordinator {
            key,
            node_id: -1,
            port: -1,
            error_code,
            error_message: Some(REASON.to_owned()),
            ..Default::default()
        };
        return FindCoordinatorResponse {
            coordinators: request.coordinator_keys.into_iter().map(coordinator).collect(),
            ..Default::default()
        };
    }
    let error_message = if version >= MESSAGE_FROM { Some(REASON.to_owned()) } else { Some(String::new()) };
    FindCoordinatorResponse { error_code, error_message, node_id: -1, port: -1, ..Default::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tribunal_wire::{ApiKey, frame};

    #[test]
    fn every_version_says_that_there_is_no_coordinator() {
        for version in ApiKey::FindCoordinator.stable_versions().expect("it is among Kafka's stable APIs") {
            let request =
                FindCoordinatorRequest { coordinator_keys: vec!["group".to_owned()], ..Default::default() };
            let response = answer(request, version);
            let codes = match version {
                0..BATCHES_FROM => vec![response.error_code],
                _ => response.coordinators.iter().map(|coordinator| coordinator.error_code).collect(),
            };
            assert_eq!(codes, [ErrorCode::CoordinatorNotAvailable.code()], "version {version}");
            let header_version = ApiKey::FindCoordinator.response_header_version(version);
            frame::encode_response(1, header_version, &response, version)
                .expect("the version carries all of it");
        }
    }
}
