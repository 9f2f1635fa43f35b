//! Generated from `schema/` by `tribunal-wire-generator`: API 41, DescribeDelegationToken. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use bytes::Bytes;

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `DescribeDelegationTokenRequest`, versions 1 to 3.
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeDelegationTokenRequest {
    pub owners: Option<Vec<DescribeDelegationTokenOwner>>,
}

impl Default for DescribeDelegationTokenRequest {
    fn default() -> DescribeDelegationTokenRequest {
        DescribeDelegationTokenRequest {
            owners: Some(Vec::new()),
        }
    }
}

impl Message for DescribeDelegationTokenRequest {
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 3;
    const NAME: &'static str = "DescribeDelegationTokenRequest";

    fn is_flexible(version: i16) -> bool {
        version >= 2
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 2;
        let message = Self {
            owners: reader.read_nullable_array(flexible, 3, |reader| DescribeDelegationTokenOwner::decode(reader, version))?,
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
        let flexible = version >= 2;
        writer.put_nullable_array(self.owners.as_deref(), flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for DescribeDelegationTokenRequest {
    const API_KEY: ApiKey = ApiKey::DescribeDelegationToken;
    type Response = crate::message::DescribeDelegationTokenResponse;
}

/// A structure of [`DescribeDelegationTokenRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeDelegationTokenOwner {
    pub principal_type: String,
    pub principal_name: String,
}

impl DescribeDelegationTokenOwner {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let message = Self {
            principal_type: reader.read_string(flexible)?,
            principal_name: reader.read_string(flexible)?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        writer.put_string(&self.principal_type, flexible)?;
        writer.put_string(&self.principal_name, flexible)?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// Kafka's `DescribeDelegationTokenResponse`, versions 1 to 3.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeDelegationTokenResponse {
    pub error_code: i16,
    pub tokens: Vec<DescribedDelegationToken>,
    pub throttle_time_ms: i32,
}

impl Message for DescribeDelegationTokenResponse {
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 3;
    const NAME: &'static str = "DescribeDelegationTokenResponse";

    fn is_flexible(version: i16) -> bool {
        version >= 2
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 2;
        let message = Self {
            error_code: reader.read_i16()?,
            tokens: reader.read_array(flexible, 30, |reader| DescribedDelegationToken::decode(reader, version))?,
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
        let flexible = version >= 2;
        writer.put_i16(self.error_code);
        writer.put_array(&self.tokens, flexible, |writer, element| element.encode(writer, version))?;
        writer.put_i32(self.throttle_time_ms);
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`DescribeDelegationTokenResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribedDelegationToken {
    pub principal_type: String,
    pub principal_name: String,
    pub token_requester_principal_type: String,
    pub token_requester_principal_name: String,
    pub issue_timestamp: i64,
    pub expiry_timestamp: i64,
    pub max_timestamp: i64,
    pub token_id: String,
    pub hmac: Bytes,
    pub renewers: Vec<DescribedDelegationTokenRenewer>,
}

impl DescribedDelegationToken {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let message = Self {
            principal_type: reader.read_string(flexible)?,
            principal_name: reader.read_string(flexible)?,
            token_requester_principal_type: if version == 3 {
                reader.read_string(flexible)?
            } else {
                String::new()
            },
            token_requester_principal_name: if version == 3 {
                reader.read_string(flexible)?
            } else {
                String::new()
            },
            issue_timestamp: reader.read_i64()?,
            expiry_timestamp: reader.read_i64()?,
            max_timestamp: reader.read_i64()?,
            token_id: reader.read_string(flexible)?,
            hmac: reader.read_bytes(flexible)?,
            renewers: reader.read_array(flexible, 3, |reader| DescribedDelegationTokenRenewer::decode(reader, version))?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        writer.put_string(&self.principal_type, flexible)?;
        writer.put_string(&self.principal_name, flexible)?;
        if version == 3 {
            writer.put_string(&self.token_requester_principal_type, flexible)?;
        } else if !self.token_requester_principal_type.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "TokenRequesterPrincipalType", version });
        }
        if version == 3 {
            writer.put_string(&self.token_requester_principal_name, flexible)?;
        } else if !self.token_requester_principal_name.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "TokenRequesterPrincipalName", version });
        }
        writer.put_i64(self.issue_timestamp);
        writer.put_i64(self.expiry_timestamp);
        writer.put_i64(self.max_timestamp);
        writer.put_string(&self.token_id, flexible)?;
        writer.put_bytes(&self.hmac, flexible)?;
        writer.put_array(&self.renewers, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`DescribeDelegationTokenResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribedDelegationTokenRenewer {
    pub principal_type: String,
    pub principal_name: String,
}

impl DescribedDelegationTokenRenewer {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let message = Self {
            principal_type: reader.read_string(flexible)?,
            principal_name: reader.read_string(flexible)?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        writer.put_string(&self.principal_type, flexible)?;
        writer.put_string(&self.principal_name, flexible)?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}
