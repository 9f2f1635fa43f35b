//! Generated from `schema/` by `tribunal-wire-generator`: API 38, CreateDelegationToken. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use bytes::Bytes;

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `CreateDelegationTokenRequest`, versions 1 to 3.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateDelegationTokenRequest {
    pub owner_principal_type: Option<String>,
    pub owner_principal_name: Option<String>,
    pub renewers: Vec<CreatableRenewers>,
    pub max_lifetime_ms: i64,
}

impl Default for CreateDelegationTokenRequest {
    fn default() -> CreateDelegationTokenRequest {
        CreateDelegationTokenRequest {
            owner_principal_type: Some(String::new()),
            owner_principal_name: Some(String::new()),
            renewers: Vec::new(),
            max_lifetime_ms: 0,
        }
    }
}

impl Message for CreateDelegationTokenRequest {
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 3;
    const NAME: &'static str = "CreateDelegationTokenRequest";

    fn is_flexible(version: i16) -> bool {
        version >= 2
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 2;
        let message = Self {
            owner_principal_type: if version == 3 {
                reader.read_nullable_string(flexible)?
            } else {
                Some(String::new())
            },
            owner_principal_name: if version == 3 {
                reader.read_nullable_string(flexible)?
            } else {
                Some(String::new())
            },
            renewers: reader.read_array(flexible, 3, |reader| CreatableRenewers::decode(reader, version))?,
            max_lifetime_ms: reader.read_i64()?,
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
        if version == 3 {
            writer.put_nullable_string(self.owner_principal_type.as_deref(), flexible)?;
        } else if !self.owner_principal_type.as_ref().is_some_and(|value| value.is_empty()) {
            return Err(EncodeError::FieldNotInVersion { field: "OwnerPrincipalType", version });
        }
        if version == 3 {
            writer.put_nullable_string(self.owner_principal_name.as_deref(), flexible)?;
        } else if !self.owner_principal_name.as_ref().is_some_and(|value| value.is_empty()) {
            return Err(EncodeError::FieldNotInVersion { field: "OwnerPrincipalName", version });
        }
        writer.put_array(&self.renewers, flexible, |writer, element| element.encode(writer, version))?;
        writer.put_i64(self.max_lifetime_ms);
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for CreateDelegationTokenRequest {
    const API_KEY: ApiKey = ApiKey::CreateDelegationToken;
    type Response = crate::message::CreateDelegationTokenResponse;
}

/// A structure of [`CreateDelegationTokenRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreatableRenewers {
    pub principal_type: String,
    pub principal_name: String,
}

impl CreatableRenewers {
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

/// Kafka's `CreateDelegationTokenResponse`, versions 1 to 3.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreateDelegationTokenResponse {
    pub error_code: i16,
    pub principal_type: String,
    pub principal_name: String,
    pub token_requester_principal_type: String,
    pub token_requester_principal_name: String,
    pub issue_timestamp_ms: i64,
    pub expiry_timestamp_ms: i64,
    pub max_timestamp_ms: i64,
    pub token_id: String,
    pub hmac: Bytes,
    pub throttle_time_ms: i32,
}

impl Message for CreateDelegationTokenResponse {
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 3;
    const NAME: &'static str = "CreateDelegationTokenResponse";

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
            issue_timestamp_ms: reader.read_i64()?,
            expiry_timestamp_ms: reader.read_i64()?,
            max_timestamp_ms: reader.read_i64()?,
            token_id: reader.read_string(flexible)?,
            hmac: reader.read_bytes(flexible)?,
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
        writer.put_i64(self.issue_timestamp_ms);
        writer.put_i64(self.expiry_timestamp_ms);
        writer.put_i64(self.max_timestamp_ms);
        writer.put_string(&self.token_id, flexible)?;
        writer.put_bytes(&self.hmac, flexible)?;
        writer.put_i32(self.throttle_time_ms);
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}
