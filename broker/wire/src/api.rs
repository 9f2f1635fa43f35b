//! What an API key says beyond its number: header versions, the codec's range, and what the broker advertises.
//!
//! Owns the table of stable versions: those of Apache Kafka 4.3.1, the release that this broker compares itself with.
//! The codec knows more (the 4.4 line); raising the line means changing this one table.

use std::ops::RangeInclusive;

use crate::message::ApiKey;

impl ApiKey {
    /// The versions that the codec can read and write, unstable ones included.
    #[must_use]
    pub fn codec_versions(self) -> RangeInclusive<i16> {
        let (lowest, highest, _) = self.schema_versions();
        lowest..=highest
    }

    /// Whether this version of the API uses compact lengths and tagged fields.
    #[must_use]
    pub fn is_flexible(self, version: i16) -> bool {
        version >= self.schema_versions().2
    }

    /// The version of the header before a request. It needs no known version of the API: all headers start alike.
    #[must_use]
    pub fn request_header_version(self, version: i16) -> i16 {
        if self.is_flexible(version) { 2 } else { 1 }
    }

    /// The version of the header before a response. `ApiVersions` keeps the oldest for ever, so that a client can read
    /// the answer before it knows what the broker speaks.
    #[must_use]
    pub fn response_header_version(self, version: i16) -> i16 {
        i16::from(self != ApiKey::ApiVersions && self.is_flexible(version))
    }

    /// The stable versions of Apache Kafka 4.3.1, `None` for APIs that it does not have. These are what a broker
    /// advertises for the APIs it implements. `Produce` starts at 0 although only 3 and later work: librdkafka
    /// concludes from the range which record formats a broker knows.
    #[must_use]
    pub fn stable_versions(self) -> Option<RangeInclusive<i16>> {
        let (lowest, highest) = match self {
            ApiKey::ApiVersions => (0, 4),
            ApiKey::Produce => (0, 13),
            ApiKey::InitProducerId => (0, 5),
            ApiKey::TxnOffsetCommit => (0, 5),
            ApiKey::DeleteGroups => (0, 2),
            ApiKey::StreamsGroupHeartbeat | ApiKey::StreamsGroupDescribe => (0, 0),
            ApiKey::StreamsGroupTopologyDescriptionUpdate | ApiKey::UnregisterController => return None,
            _ => return Some(self.codec_versions()),
        };
        Some(lowest..=highest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_follow_flexibility_but_for_api_versions() {
        assert_eq!(ApiKey::Produce.request_header_version(8), 1);
        assert_eq!(ApiKey::Produce.request_header_version(9), 2);
        assert_eq!(ApiKey::Produce.response_header_version(8), 0);
        assert_eq!(ApiKey::Produce.response_header_version(9), 1);
        assert_eq!(ApiKey::ApiVersions.request_header_version(3), 2);
        assert_eq!(ApiKey::ApiVersions.response_header_version(3), 0);
        assert_eq!(ApiKey::SaslHandshake.request_header_version(1), 1);
    }

    #[test]
    fn what_is_stable_can_be_decoded() {
        for &key in ApiKey::ALL {
            let Some(stable) = key.stable_versions() else { continue };
            let codec = key.codec_versions();
            assert!(stable.end() <= codec.end(), "{key:?}");
            assert!(stable.start() >= codec.start() || key == ApiKey::Produce, "{key:?}");
            assert_eq!(ApiKey::from_i16(key.as_i16()), Some(key));
        }
    }
}
