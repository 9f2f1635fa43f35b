//! Generated from `schema/` by `tribunal-wire-generator`: API 32, DescribeConfigs. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `DescribeConfigsRequest`, versions 1 to 4.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeConfigsRequest {
    pub resources: Vec<DescribeConfigsResource>,
    pub include_synonyms: bool,
    pub include_documentation: bool,
}

impl Message for DescribeConfigsRequest {
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 4;
    const NAME: &'static str = "DescribeConfigsRequest";

    fn is_flexible(version: i16) -> bool {
        version == 4
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version == 4;
        let message = Self {
            resources: reader.read_array(flexible, 4, |reader| DescribeConfigsResource::decode(reader, version))?,
            include_synonyms: reader.read_bool()?,
            include_documentation: if version >= 3 {
                reader.read_bool()?
            } else {
                false
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
        let flexible = version == 4;
        writer.put_array(&self.resources, flexible, |writer, element| element.encode(writer, version))?;
        writer.put_bool(self.include_synonyms);
        if version >= 3 {
            writer.put_bool(self.include_documentation);
        } else if self.include_documentation {
            return Err(EncodeError::FieldNotInVersion { field: "IncludeDocumentation", version });
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for DescribeConfigsRequest {
    const API_KEY: ApiKey = ApiKey::DescribeConfigs;
    type Response = crate::message::DescribeConfigsResponse;
}

/// A structure of [`DescribeConfigsRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeConfigsResource {
    pub resource_type: i8,
    pub resource_name: String,
    pub configuration_keys: Option<Vec<String>>,
}

impl Default for DescribeConfigsResource {
    fn default() -> DescribeConfigsResource {
        DescribeConfigsResource {
            resource_type: 0,
            resource_name: String::new(),
            configuration_keys: Some(Vec::new()),
        }
    }
}

impl DescribeConfigsResource {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version == 4;
        let message = Self {
            resource_type: reader.read_i8()?,
            resource_name: reader.read_string(flexible)?,
            configuration_keys: reader.read_nullable_array(flexible, 1, |reader| reader.read_string(flexible))?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version == 4;
        writer.put_i8(self.resource_type);
        writer.put_string(&self.resource_name, flexible)?;
        writer.put_nullable_array(self.configuration_keys.as_deref(), flexible, |writer, element| writer.put_string(element, flexible))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// Kafka's `DescribeConfigsResponse`, versions 1 to 4.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeConfigsResponse {
    pub throttle_time_ms: i32,
    pub results: Vec<DescribeConfigsResult>,
}

impl Message for DescribeConfigsResponse {
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 4;
    const NAME: &'static str = "DescribeConfigsResponse";

    fn is_flexible(version: i16) -> bool {
        version == 4
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version == 4;
        let message = Self {
            throttle_time_ms: reader.read_i32()?,
            results: reader.read_array(flexible, 7, |reader| DescribeConfigsResult::decode(reader, version))?,
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
        let flexible = version == 4;
        writer.put_i32(self.throttle_time_ms);
        writer.put_array(&self.results, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`DescribeConfigsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeConfigsResult {
    pub error_code: i16,
    pub error_message: Option<String>,
    pub resource_type: i8,
    pub resource_name: String,
    pub configs: Vec<DescribeConfigsResourceResult>,
}

impl Default for DescribeConfigsResult {
    fn default() -> DescribeConfigsResult {
        DescribeConfigsResult {
            error_code: 0,
            error_message: Some(String::new()),
            resource_type: 0,
            resource_name: String::new(),
            configs: Vec::new(),
        }
    }
}

impl DescribeConfigsResult {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version == 4;
        let message = Self {
            error_code: reader.read_i16()?,
            error_message: reader.read_nullable_string(flexible)?,
            resource_type: reader.read_i8()?,
            resource_name: reader.read_string(flexible)?,
            configs: reader.read_array(flexible, 9, |reader| DescribeConfigsResourceResult::decode(reader, version))?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version == 4;
        writer.put_i16(self.error_code);
        writer.put_nullable_string(self.error_message.as_deref(), flexible)?;
        writer.put_i8(self.resource_type);
        writer.put_string(&self.resource_name, flexible)?;
        writer.put_array(&self.configs, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`DescribeConfigsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeConfigsResourceResult {
    pub name: String,
    pub value: Option<String>,
    pub read_only: bool,
    pub config_source: i8,
    pub is_sensitive: bool,
    pub synonyms: Vec<DescribeConfigsSynonym>,
    pub config_type: i8,
    pub documentation: Option<String>,
}

impl Default for DescribeConfigsResourceResult {
    fn default() -> DescribeConfigsResourceResult {
        DescribeConfigsResourceResult {
            name: String::new(),
            value: Some(String::new()),
            read_only: false,
            config_source: -1,
            is_sensitive: false,
            synonyms: Vec::new(),
            config_type: 0,
            documentation: Some(String::new()),
        }
    }
}

impl DescribeConfigsResourceResult {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version == 4;
        let message = Self {
            name: reader.read_string(flexible)?,
            value: reader.read_nullable_string(flexible)?,
            read_only: reader.read_bool()?,
            config_source: reader.read_i8()?,
            is_sensitive: reader.read_bool()?,
            synonyms: reader.read_array(flexible, 4, |reader| DescribeConfigsSynonym::decode(reader, version))?,
            config_type: if version >= 3 {
                reader.read_i8()?
            } else {
                0
            },
            documentation: if version >= 3 {
                reader.read_nullable_string(flexible)?
            } else {
                Some(String::new())
            },
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version == 4;
        writer.put_string(&self.name, flexible)?;
        writer.put_nullable_string(self.value.as_deref(), flexible)?;
        writer.put_bool(self.read_only);
        writer.put_i8(self.config_source);
        writer.put_bool(self.is_sensitive);
        writer.put_array(&self.synonyms, flexible, |writer, element| element.encode(writer, version))?;
        if version >= 3 {
            writer.put_i8(self.config_type);
        }
        if version >= 3 {
            writer.put_nullable_string(self.documentation.as_deref(), flexible)?;
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`DescribeConfigsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeConfigsSynonym {
    pub name: String,
    pub value: Option<String>,
    pub source: i8,
}

impl Default for DescribeConfigsSynonym {
    fn default() -> DescribeConfigsSynonym {
        DescribeConfigsSynonym {
            name: String::new(),
            value: Some(String::new()),
            source: 0,
        }
    }
}

impl DescribeConfigsSynonym {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version == 4;
        let message = Self {
            name: reader.read_string(flexible)?,
            value: reader.read_nullable_string(flexible)?,
            source: reader.read_i8()?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version == 4;
        writer.put_string(&self.name, flexible)?;
        writer.put_nullable_string(self.value.as_deref(), flexible)?;
        writer.put_i8(self.source);
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}
