//! Generated from `schema/` by `tribunal-wire-generator`: API 40, ExpireDelegationToken. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use bytes::Bytes;

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `ExpireDelegationTokenRequest`, versions 1 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExpireDelegationTokenRequest {
    pub hmac: Bytes,
    pub expiry_time_period_ms: i64,
}

impl Message for ExpireDelegationTokenRequest {
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 2;
    const NAME: &'static str = "ExpireDelegationTokenRequest";

    fn is_flexible(version: i16) -> bool {
        version == 2
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version == 2;
        let message = Self {
            hmac: reader.read_bytes(flexible)?,
            expiry_time_period_ms: reader.read_i64()?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version == 2;
        writer.put_bytes(&self.hmac, flexible)?;
        writer.put_i64(self.expiry_time_period_ms);
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for ExpireDelegationTokenRequest {
    const API_KEY: ApiKey = ApiKey::ExpireDelegationToken;
    type Response = crate::message::ExpireDelegationTokenResponse;
}

/// Kafka's `ExpireDelegationTokenResponse`, versions 1 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExpireDelegationTokenResponse {
    pub error_code: i16,
    pub expiry_timestamp_ms: i64,
    pub throttle_time_ms: i32,
}

impl Message for ExpireDelegationTokenResponse {
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 2;
    const NAME: &'static str = "ExpireDelegationTokenResponse";

    fn is_flexible(version: i16) -> bool {
        version == 2
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version == 2;
        let message = Self {
            error_code: reader.read_i16()?,
            expiry_timestamp_ms: reader.read_i64()?,
            throttle_time_ms: reader.read_i32()?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version == 2;
        writer.put_i16(self.error_code);
        writer.put_i64(self.expiry_timestamp_ms);
        writer.put_i32(self.throttle_time_ms);
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}
