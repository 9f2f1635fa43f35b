//! Generated from `schema/` by `tribunal-wire-generator`: API 26, EndTxn. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `EndTxnRequest`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EndTxnRequest {
    pub transactional_id: String,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub committed: bool,
}

impl Message for EndTxnRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 5;
    const NAME: &'static str = "EndTxnRequest";

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
            committed: reader.read_bool()?,
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
        writer.put_bool(self.committed);
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for EndTxnRequest {
    const API_KEY: ApiKey = ApiKey::EndTxn;
    type Response = crate::message::EndTxnResponse;
}

/// Kafka's `EndTxnResponse`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq)]
pub struct EndTxnResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub producer_id: i64,
    pub producer_epoch: i16,
}

impl Default for EndTxnResponse {
    fn default() -> EndTxnResponse {
        EndTxnResponse {
            throttle_time_ms: 0,
            error_code: 0,
            producer_id: -1,
            producer_epoch: -1,
        }
    }
}

impl Message for EndTxnResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 5;
    const NAME: &'static str = "EndTxnResponse";

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
            producer_id: if version == 5 {
                reader.read_i64()?
            } else {
                -1
            },
            producer_epoch: if version == 5 {
                reader.read_i16()?
            } else {
                -1
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
        let flexible = version >= 3;
        writer.put_i32(self.throttle_time_ms);
        writer.put_i16(self.error_code);
        if version == 5 {
            writer.put_i64(self.producer_id);
        }
        if version == 5 {
            writer.put_i16(self.producer_epoch);
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}
