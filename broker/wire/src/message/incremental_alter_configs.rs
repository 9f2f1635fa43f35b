//! Generated from `schema/` by `tribunal-wire-generator`: API 44, IncrementalAlterConfigs. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `IncrementalAlterConfigsRequest`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IncrementalAlterConfigsRequest {
    pub resources: Vec<AlterConfigsResource>,
    pub validate_only: bool,
}

impl Message for IncrementalAlterConfigsRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 1;
    const NAME: &'static str = "IncrementalAlterConfigsRequest";

    fn is_flexible(version: i16) -> bool {
        version == 1
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version == 1;
        let message = Self {
            resources: reader.read_array(flexible, 4, |reader| AlterConfigsResource::decode(reader, version))?,
            validate_only: reader.read_bool()?,
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
        let flexible = version == 1;
        writer.put_array(&self.resources, flexible, |writer, element| element.encode(writer, version))?;
        writer.put_bool(self.validate_only);
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for IncrementalAlterConfigsRequest {
    const API_KEY: ApiKey = ApiKey::IncrementalAlterConfigs;
    type Response = crate::message::IncrementalAlterConfigsResponse;
}

/// A structure of [`IncrementalAlterConfigsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterConfigsResource {
    pub resource_type: i8,
    pub resource_name: String,
    pub configs: Vec<AlterableConfig>,
}

impl AlterConfigsResource {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version == 1;
        let message = Self {
            resource_type: reader.read_i8()?,
            resource_name: reader.read_string(flexible)?,
            configs: reader.read_array(flexible, 4, |reader| AlterableConfig::decode(reader, version))?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version == 1;
        writer.put_i8(self.resource_type);
        writer.put_string(&self.resource_name, flexible)?;
        writer.put_array(&self.configs, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`IncrementalAlterConfigsRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct AlterableConfig {
    pub name: String,
    pub config_operation: i8,
    pub value: Option<String>,
}

impl Default for AlterableConfig {
    fn default() -> AlterableConfig {
        AlterableConfig {
            name: String::new(),
            config_operation: 0,
            value: Some(String::new()),
        }
    }
}

impl AlterableConfig {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version == 1;
        let message = Self {
            name: reader.read_string(flexible)?,
            config_operation: reader.read_i8()?,
            value: reader.read_nullable_string(flexible)?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version == 1;
        writer.put_string(&self.name, flexible)?;
        writer.put_i8(self.config_operation);
        writer.put_nullable_string(self.value.as_deref(), flexible)?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// Kafka's `IncrementalAlterConfigsResponse`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IncrementalAlterConfigsResponse {
    pub throttle_time_ms: i32,
    pub responses: Vec<AlterConfigsResourceResponse>,
}

impl Message for IncrementalAlterConfigsResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 1;
    const NAME: &'static str = "IncrementalAlterConfigsResponse";

    fn is_flexible(version: i16) -> bool {
        version == 1
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version == 1;
        let message = Self {
            throttle_time_ms: reader.read_i32()?,
            responses: reader.read_array(flexible, 6, |reader| AlterConfigsResourceResponse::decode(reader, version))?,
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
        let flexible = version == 1;
        writer.put_i32(self.throttle_time_ms);
        writer.put_array(&self.responses, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`IncrementalAlterConfigsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct AlterConfigsResourceResponse {
    pub error_code: i16,
    pub error_message: Option<String>,
    pub resource_type: i8,
    pub resource_name: String,
}

impl Default for AlterConfigsResourceResponse {
    fn default() -> AlterConfigsResourceResponse {
        AlterConfigsResourceResponse {
            error_code: 0,
            error_message: Some(String::new()),
            resource_type: 0,
            resource_name: String::new(),
        }
    }
}

impl AlterConfigsResourceResponse {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version == 1;
        let message = Self {
            error_code: reader.read_i16()?,
            error_message: reader.read_nullable_string(flexible)?,
            resource_type: reader.read_i8()?,
            resource_name: reader.read_string(flexible)?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version == 1;
        writer.put_i16(self.error_code);
        writer.put_nullable_string(self.error_message.as_deref(), flexible)?;
        writer.put_i8(self.resource_type);
        writer.put_string(&self.resource_name, flexible)?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}
