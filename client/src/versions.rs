//! Which versions of which APIs both sides speak.

use crate::RequestError;
use bytes::Bytes;
use std::collections::BTreeMap;
use tribunal_wire::{
    codec::{Message, Reader, Request},
    error::ErrorCode,
    message::{ApiKey, ApiVersionsResponse},
};

/// What a broker serves, by API key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiVersionRanges {
    ranges: BTreeMap<i16, (i16, i16)>,
    features: BTreeMap<String, i16>,
}

impl ApiVersionRanges {
    /// The version in which a broker is asked first. Version 5 exists, but asks for the cluster's and the
    /// node's id, which the first connection cannot know.
    pub(crate) const FIRST_QUESTION: i16 = 4;

    /// Reads an answer to a question of version `version`: the ranges, or the version to ask again in.
    pub(crate) fn read_answer(body: Bytes, version: i16) -> Result<Result<Self, i16>, RequestError> {
        let error_code = Reader::new(body.clone()).read_i16()?;
        // A broker that does not know the version answers in version 0 (KIP-511).
        let refused = error_code == ErrorCode::UnsupportedVersion.code();
        let answer = ApiVersionsResponse::decode(&mut Reader::new(body), if refused { 0 } else { version })?;
        if refused {
            if version == 0 {
                return Err(RequestError::Unsupported("the broker refuses ApiVersions version 0".to_owned()));
            }
            let own = answer.api_keys.iter().find(|range| range.api_key == ApiKey::ApiVersions.as_i16());
            let next = own.map_or(0, |range| range.max_version).clamp(0, version - 1);
            return Ok(Err(next));
        }
        if error_code != 0 {
            return Err(RequestError::Unsupported(format!(
                "ApiVersions was answered with error {error_code}"
            )));
        }
        Ok(Ok(Self::from_answer(&answer)))
    }

    fn from_answer(answer: &ApiVersionsResponse) -> Self {
        ApiVersionRanges {
            ranges: answer
                .api_keys
                .iter()
                .map(|range| (range.api_key, (range.min_version, range.max_version)))
                .collect(),
            features: answer
                .finalized_features
                .iter()
                .map(|feature| (feature.name.clone(), feature.max_version_level))
                .collect(),
        }
    }

    /// The range that the broker serves of this API.
    #[must_use]
    pub fn range(&self, api_key: i16) -> Option<(i16, i16)> {
        self.ranges.get(&api_key).copied()
    }

    /// The level of a finalized feature.
    #[must_use]
    pub fn feature(&self, name: &str) -> Option<i16> {
        self.features.get(name).copied()
    }

    /// The highest version, at most `most`, that both sides speak.
    ///
    /// # Errors
    /// When there is none.
    pub fn highest<R: Request>(&self, most: i16) -> Result<i16, RequestError> {
        let most = most.min(R::MAX_VERSION);
        let Some((low, high)) = self.range(R::API_KEY.as_i16()) else {
            return Err(RequestError::Unsupported(format!("the broker does not serve {}", R::NAME)));
        };
        let version = high.min(most);
        if version < low.max(R::MIN_VERSION) {
            return Err(RequestError::Unsupported(format!(
                "{}: the broker serves {low} to {high}, this client {} to {most}",
                R::NAME,
                R::MIN_VERSION
            )));
        }
        Ok(version)
    }
}
