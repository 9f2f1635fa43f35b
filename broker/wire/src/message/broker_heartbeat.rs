//! Generated from `schema/` by `tribunal-wire-generator`: API 63, BrokerHeartbeat. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, TaggedFields, Writer};
use crate::message::ApiKey;

/// Kafka's `BrokerHeartbeatRequest`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct BrokerHeartbeatRequest {
    pub broker_id: i32,
    pub broker_epoch: i64,
    pub current_metadata_offset: i64,
    pub want_fence: bool,
    pub want_shut_down: bool,
    pub offline_log_dirs: Vec<[u8; 16]>,
    pub cordoned_log_dirs: Option<Vec<[u8; 16]>>,
}

impl Default for BrokerHeartbeatRequest {
    fn default() -> BrokerHeartbeatRequest {
        BrokerHeartbeatRequest {
            broker_id: 0,
            broker_epoch: -1,
            current_metadata_offset: 0,
            want_fence: false,
            want_shut_down: false,
            offline_log_dirs: Vec::new(),
            cordoned_log_dirs: None,
        }
    }
}

impl Message for BrokerHeartbeatRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 2;
    const NAME: &'static str = "BrokerHeartbeatRequest";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let mut message = Self {
            broker_id: reader.read_i32()?,
            broker_epoch: reader.read_i64()?,
            current_metadata_offset: reader.read_i64()?,
            want_fence: reader.read_bool()?,
            want_shut_down: reader.read_bool()?,
            offline_log_dirs: Vec::new(),
            cordoned_log_dirs: None,
        };
        reader.read_tagged_fields(|tag, reader| {
            match tag {
                0 if version >= 1 => message.offline_log_dirs = reader.read_array(true, 16, |reader| reader.read_uuid())?,
                1 if version == 2 => message.cordoned_log_dirs = reader.read_nullable_array(true, 16, |reader| reader.read_uuid())?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i32(self.broker_id);
        writer.put_i64(self.broker_epoch);
        writer.put_i64(self.current_metadata_offset);
        writer.put_bool(self.want_fence);
        writer.put_bool(self.want_shut_down);
        if !(version >= 1) && !self.offline_log_dirs.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "OfflineLogDirs", version });
        }
        if !(version == 2) && self.cordoned_log_dirs.is_some() {
            return Err(EncodeError::FieldNotInVersion { field: "CordonedLogDirs", version });
        }
        let mut fields = TaggedFields::new();
        if version >= 1 && !self.offline_log_dirs.is_empty() {
            fields.add(0, |writer| {
                writer.put_array(&self.offline_log_dirs, true, |writer, element| Ok(writer.put_uuid(*element)))?;
                Ok(())
            })?;
        }
        if version == 2 && self.cordoned_log_dirs.is_some() {
            fields.add(1, |writer| {
                writer.put_nullable_array(self.cordoned_log_dirs.as_deref(), true, |writer, element| Ok(writer.put_uuid(*element)))?;
                Ok(())
            })?;
        }
        fields.finish(writer)?;
        Ok(())
    }
}

impl Request for BrokerHeartbeatRequest {
    const API_KEY: ApiKey = ApiKey::BrokerHeartbeat;
    type Response = crate::message::BrokerHeartbeatResponse;
}

/// Kafka's `BrokerHeartbeatResponse`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct BrokerHeartbeatResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub is_caught_up: bool,
    pub is_fenced: bool,
    pub should_shut_down: bool,
}

impl Default for BrokerHeartbeatResponse {
    fn default() -> BrokerHeartbeatResponse {
        BrokerHeartbeatResponse {
            throttle_time_ms: 0,
            error_code: 0,
            is_caught_up: false,
            is_fenced: true,
            should_shut_down: false,
        }
    }
}

impl Message for BrokerHeartbeatResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 2;
    const NAME: &'static str = "BrokerHeartbeatResponse";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            throttle_time_ms: reader.read_i32()?,
            error_code: reader.read_i16()?,
            is_caught_up: reader.read_bool()?,
            is_fenced: reader.read_bool()?,
            should_shut_down: reader.read_bool()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i32(self.throttle_time_ms);
        writer.put_i16(self.error_code);
        writer.put_bool(self.is_caught_up);
        writer.put_bool(self.is_fenced);
        writer.put_bool(self.should_shut_down);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}
