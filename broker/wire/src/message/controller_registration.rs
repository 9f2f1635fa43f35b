//! Generated from `schema/` by `tribunal-wire-generator`: API 70, ControllerRegistration. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `ControllerRegistrationRequest`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ControllerRegistrationRequest {
    pub controller_id: i32,
    pub incarnation_id: [u8; 16],
    pub zk_migration_ready: bool,
    pub listeners: Vec<Listener>,
    pub features: Vec<Feature>,
}

impl Message for ControllerRegistrationRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ControllerRegistrationRequest";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            controller_id: reader.read_i32()?,
            incarnation_id: reader.read_uuid()?,
            zk_migration_ready: reader.read_bool()?,
            listeners: reader.read_array(true, 7, |reader| Listener::decode(reader, version))?,
            features: reader.read_array(true, 6, |reader| Feature::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i32(self.controller_id);
        writer.put_uuid(self.incarnation_id);
        writer.put_bool(self.zk_migration_ready);
        writer.put_array(&self.listeners, true, |writer, element| element.encode(writer, version))?;
        writer.put_array(&self.features, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Request for ControllerRegistrationRequest {
    const API_KEY: ApiKey = ApiKey::ControllerRegistration;
    type Response = crate::message::ControllerRegistrationResponse;
}

/// A structure of [`ControllerRegistrationRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listener {
    pub name: String,
    pub host: String,
    pub port: u16,
    pub security_protocol: i16,
}

impl Listener {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            name: reader.read_string(true)?,
            host: reader.read_string(true)?,
            port: reader.read_u16()?,
            security_protocol: reader.read_i16()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.name, true)?;
        writer.put_string(&self.host, true)?;
        writer.put_u16(self.port);
        writer.put_i16(self.security_protocol);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`ControllerRegistrationRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Feature {
    pub name: String,
    pub min_supported_version: i16,
    pub max_supported_version: i16,
}

impl Feature {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            name: reader.read_string(true)?,
            min_supported_version: reader.read_i16()?,
            max_supported_version: reader.read_i16()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.name, true)?;
        writer.put_i16(self.min_supported_version);
        writer.put_i16(self.max_supported_version);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// Kafka's `ControllerRegistrationResponse`, version 0.
#[derive(Debug, Clone, PartialEq)]
pub struct ControllerRegistrationResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
}

impl Default for ControllerRegistrationResponse {
    fn default() -> ControllerRegistrationResponse {
        ControllerRegistrationResponse {
            throttle_time_ms: 0,
            error_code: 0,
            error_message: Some(String::new()),
        }
    }
}

impl Message for ControllerRegistrationResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ControllerRegistrationResponse";

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
            error_message: reader.read_nullable_string(true)?,
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
        writer.put_nullable_string(self.error_message.as_deref(), true)?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}
