//! Generated from `schema/` by `tribunal-wire-generator`: API 36, SaslAuthenticate. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use bytes::Bytes;

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `SaslAuthenticateRequest`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SaslAuthenticateRequest {
    pub auth_bytes: Bytes,
}

impl Message for SaslAuthenticateRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 2;
    const NAME: &'static str = "SaslAuthenticateRequest";

    fn is_flexible(version: i16) -> bool {
        version == 2
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version == 2;
        let message = Self {
            auth_bytes: reader.read_bytes(flexible)?,
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
        writer.put_bytes(&self.auth_bytes, flexible)?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for SaslAuthenticateRequest {
    const API_KEY: ApiKey = ApiKey::SaslAuthenticate;
    type Response = crate::message::SaslAuthenticateResponse;
}

/// Kafka's `SaslAuthenticateResponse`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct SaslAuthenticateResponse {
    pub error_code: i16,
    pub error_message: Option<String>,
    pub auth_bytes: Bytes,
    pub session_lifetime_ms: i64,
}

impl Default for SaslAuthenticateResponse {
    fn default() -> SaslAuthenticateResponse {
        SaslAuthenticateResponse {
            error_code: 0,
            error_message: Some(String::new()),
            auth_bytes: Bytes::new(),
            session_lifetime_ms: 0,
        }
    }
}

impl Message for SaslAuthenticateResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 2;
    const NAME: &'static str = "SaslAuthenticateResponse";

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
            error_message: reader.read_nullable_string(flexible)?,
            auth_bytes: reader.read_bytes(flexible)?,
            session_lifetime_ms: if version >= 1 {
                reader.read_i64()?
            } else {
                0
            },
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
        writer.put_nullable_string(self.error_message.as_deref(), flexible)?;
        writer.put_bytes(&self.auth_bytes, flexible)?;
        if version >= 1 {
            writer.put_i64(self.session_lifetime_ms);
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}
