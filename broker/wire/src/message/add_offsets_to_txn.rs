//! Generated from `schema/` by `tribunal-wire-generator`: API 25, AddOffsetsToTxn. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `AddOffsetsToTxnRequest`, versions 0 to 4.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddOffsetsToTxnRequest {
    pub transactional_id: String,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub group_id: String,
}

impl Message for AddOffsetsToTxnRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 4;
    const NAME: &'static str = "AddOffsetsToTxnRequest";

    fn is_flexible(version: i16) -> bool {
        version >= 3
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 3;
        let message = Self {
            transactional_id: reader.read_string(flexible)?,
            producer_id: reader.read_i64()?,
            producer_epoch: reader.read_i16()?,
            group_id: reader.read_string(flexible)?,
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
        let flexible = version >= 3;
        writer.put_string(&self.transactional_id, flexible)?;
        writer.put_i64(self.producer_id);
        writer.put_i16(self.producer_epoch);
        writer.put_string(&self.group_id, flexible)?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for AddOffsetsToTxnRequest {
    const API_KEY: ApiKey = ApiKey::AddOffsetsToTxn;
    type Response = crate::message::AddOffsetsToTxnResponse;
}

/// Kafka's `AddOffsetsToTxnResponse`, versions 0 to 4.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddOffsetsToTxnResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
}

impl Message for AddOffsetsToTxnResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 4;
    const NAME: &'static str = "AddOffsetsToTxnResponse";

    fn is_flexible(version: i16) -> bool {
        version >= 3
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 3;
        let message = Self {
            throttle_time_ms: reader.read_i32()?,
            error_code: reader.read_i16()?,
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
        let flexible = version >= 3;
        writer.put_i32(self.throttle_time_ms);
        writer.put_i16(self.error_code);
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}
