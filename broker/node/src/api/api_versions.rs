//! ApiVersions (18), versions 0 to 4.
//!
//! Behaviour: the rows of the registry with the stable versions of Apache Kafka 4.3; the features that exist here
//! (`metadata.version`). The answer's header is always of version 0, and a request of an unknown version is answered
//! in version 0 with UNSUPPORTED_VERSION and the range that is served (KIP-511). A client's software name and
//! version are checked as Kafka checks them.
//! Gaps: no `transaction.version`, `group.version` or `share.version`: those parts do not exist yet.

use super::{APIS, RequestContext};
use crate::connection::Frame;
use tribunal_metadata::{Image, record::SUPPORTED_FEATURES};
use tribunal_wire::{
    error::ErrorCode,
    frame,
    message::{
        ApiVersionsRequest, ApiVersionsResponse,
        api_versions::{ApiVersion, FinalizedFeatureKey, SupportedFeatureKey},
    },
};

pub(crate) async fn handle(context: &RequestContext, request: ApiVersionsRequest) -> ApiVersionsResponse {
    let named = |text: &str| is_software_name(text);
    if context.version >= 3
        && !(named(&request.client_software_name) && named(&request.client_software_version))
    {
        return ApiVersionsResponse { error_code: ErrorCode::InvalidRequest.code(), ..Default::default() };
    }
    ApiVersionsResponse { api_keys: api_keys(), ..features(&context.broker.metadata.image()) }
}

/// The answer to a version that is not served: in version 0, so that every client can read it.
pub(super) fn unsupported_version(context: &RequestContext) -> Frame {
    let response = ApiVersionsResponse {
        error_code: ErrorCode::UnsupportedVersion.code(),
        api_keys: api_keys().into_iter().filter(|api| api.api_key == 18).collect(),
        ..Default::default()
    };
    frame::encode_response(context.correlation_id, 0, &response, 0)
        .expect("version 0 carries an error and keys")
}

fn api_keys() -> Vec<ApiVersion> {
    APIS.iter()
        .map(|api| {
            let versions = api.key.stable_versions().unwrap_or(api.key.codec_versions());
            ApiVersion {
                api_key: api.key.as_i16(),
                min_version: *versions.start(),
                max_version: *versions.end(),
            }
        })
        .collect()
}

fn features(image: &Image) -> ApiVersionsResponse {
    let mut response = ApiVersionsResponse { finalized_features_epoch: image.offset(), ..Default::default() };
    for (name, levels) in SUPPORTED_FEATURES {
        response.supported_features.push(SupportedFeatureKey {
            name: (*name).to_owned(),
            min_version: *levels.start(),
            max_version: *levels.end(),
        });
        // A directory that another broker made may name features that do not exist here: clients must not use them.
        if let Some(level) = image.features().get(*name) {
            response.finalized_features.push(FinalizedFeatureKey {
                name: (*name).to_owned(),
                max_version_level: *level,
                min_version_level: *level,
            });
        }
    }
    response
}

/// Kafka's rule (KIP-511): letters, digits, `-` and `.`, beginning and ending with a letter or a digit.
fn is_software_name(text: &str) -> bool {
    let inner = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '.');
    let edge = |character: Option<char>| character.is_some_and(|character| character.is_ascii_alphanumeric());
    edge(text.chars().next()) && edge(text.chars().last()) && text.chars().all(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn software_names_follow_the_rule() {
        for good in ["apache-kafka-java", "4.3.1", "a"] {
            assert!(is_software_name(good), "{good}");
        }
        for bad in ["", "-a", "a.", "a b", "ü"] {
            assert!(!is_software_name(bad), "{bad}");
        }
    }
}
