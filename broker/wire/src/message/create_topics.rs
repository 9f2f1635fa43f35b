//! Generated from `schema/` by `tribunal-wire-generator`: API 19, CreateTopics. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, TaggedFields, Writer};
use crate::message::ApiKey;

/// Kafka's `CreateTopicsRequest`, versions 2 to 7.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTopicsRequest {
    pub topics: Vec<CreatableTopic>,
    pub timeout_ms: i32,
    pub validate_only: bool,
}

impl Default for CreateTopicsRequest {
    fn default() -> CreateTopicsRequest {
        CreateTopicsRequest {
            topics: Vec::new(),
            timeout_ms: 60000,
            validate_only: false,
        }
    }
}

impl Message for CreateTopicsRequest {
    const MIN_VERSION: i16 = 2;
    const MAX_VERSION: i16 = 7;
    const NAME: &'static str = "CreateTopicsRequest";

    fn is_flexible(version: i16) -> bool {
        version >= 5
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 5;
        let message = Self {
            topics: reader.read_array(flexible, 10, |reader| CreatableTopic::decode(reader, version))?,
            timeout_ms: reader.read_i32()?,
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
        let flexible = version >= 5;
        writer.put_array(&self.topics, flexible, |writer, element| element.encode(writer, version))?;
        writer.put_i32(self.timeout_ms);
        writer.put_bool(self.validate_only);
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for CreateTopicsRequest {
    const API_KEY: ApiKey = ApiKey::CreateTopics;
    type Response = crate::message::CreateTopicsResponse;
}

/// A structure of [`CreateTopicsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreatableTopic {
    pub name: String,
    pub num_partitions: i32,
    pub replication_factor: i16,
    pub assignments: Vec<CreatableReplicaAssignment>,
    pub configs: Vec<CreatableTopicConfig>,
}

impl CreatableTopic {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let message = Self {
            name: reader.read_string(flexible)?,
            num_partitions: reader.read_i32()?,
            replication_factor: reader.read_i16()?,
            assignments: reader.read_array(flexible, 6, |reader| CreatableReplicaAssignment::decode(reader, version))?,
            configs: reader.read_array(flexible, 3, |reader| CreatableTopicConfig::decode(reader, version))?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        writer.put_string(&self.name, flexible)?;
        writer.put_i32(self.num_partitions);
        writer.put_i16(self.replication_factor);
        writer.put_array(&self.assignments, flexible, |writer, element| element.encode(writer, version))?;
        writer.put_array(&self.configs, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`CreateTopicsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreatableReplicaAssignment {
    pub partition_index: i32,
    pub broker_ids: Vec<i32>,
}

impl CreatableReplicaAssignment {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let message = Self {
            partition_index: reader.read_i32()?,
            broker_ids: reader.read_array(flexible, 4, |reader| reader.read_i32())?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        writer.put_i32(self.partition_index);
        writer.put_array(&self.broker_ids, flexible, |writer, element| Ok(writer.put_i32(*element)))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`CreateTopicsRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct CreatableTopicConfig {
    pub name: String,
    pub value: Option<String>,
}

impl Default for CreatableTopicConfig {
    fn default() -> CreatableTopicConfig {
        CreatableTopicConfig {
            name: String::new(),
            value: Some(String::new()),
        }
    }
}

impl CreatableTopicConfig {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let message = Self {
            name: reader.read_string(flexible)?,
            value: reader.read_nullable_string(flexible)?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        writer.put_string(&self.name, flexible)?;
        writer.put_nullable_string(self.value.as_deref(), flexible)?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// Kafka's `CreateTopicsResponse`, versions 2 to 7.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CreateTopicsResponse {
    pub throttle_time_ms: i32,
    pub topics: Vec<CreatableTopicResult>,
}

impl Message for CreateTopicsResponse {
    const MIN_VERSION: i16 = 2;
    const MAX_VERSION: i16 = 7;
    const NAME: &'static str = "CreateTopicsResponse";

    fn is_flexible(version: i16) -> bool {
        version >= 5
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 5;
        let message = Self {
            throttle_time_ms: reader.read_i32()?,
            topics: reader.read_array(flexible, 6, |reader| CreatableTopicResult::decode(reader, version))?,
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
        let flexible = version >= 5;
        writer.put_i32(self.throttle_time_ms);
        writer.put_array(&self.topics, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`CreateTopicsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct CreatableTopicResult {
    pub name: String,
    pub topic_id: [u8; 16],
    pub error_code: i16,
    pub error_message: Option<String>,
    pub topic_config_error_code: i16,
    pub num_partitions: i32,
    pub replication_factor: i16,
    pub configs: Option<Vec<CreatableTopicConfigs>>,
}

impl Default for CreatableTopicResult {
    fn default() -> CreatableTopicResult {
        CreatableTopicResult {
            name: String::new(),
            topic_id: [0; 16],
            error_code: 0,
            error_message: Some(String::new()),
            topic_config_error_code: 0,
            num_partitions: -1,
            replication_factor: -1,
            configs: Some(Vec::new()),
        }
    }
}

impl CreatableTopicResult {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let mut message = Self {
            name: reader.read_string(flexible)?,
            topic_id: if version == 7 {
                reader.read_uuid()?
            } else {
                [0; 16]
            },
            error_code: reader.read_i16()?,
            error_message: reader.read_nullable_string(flexible)?,
            num_partitions: if version >= 5 {
                reader.read_i32()?
            } else {
                -1
            },
            replication_factor: if version >= 5 {
                reader.read_i16()?
            } else {
                -1
            },
            configs: if version >= 5 {
                reader.read_nullable_array(flexible, 6, |reader| CreatableTopicConfigs::decode(reader, version))?
            } else {
                Some(Vec::new())
            },
            topic_config_error_code: 0,
        };
        if flexible {
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 => message.topic_config_error_code = reader.read_i16()?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        writer.put_string(&self.name, flexible)?;
        if version == 7 {
            writer.put_uuid(self.topic_id);
        }
        writer.put_i16(self.error_code);
        writer.put_nullable_string(self.error_message.as_deref(), flexible)?;
        if version >= 5 {
            writer.put_i32(self.num_partitions);
        }
        if version >= 5 {
            writer.put_i16(self.replication_factor);
        }
        if version >= 5 {
            writer.put_nullable_array(self.configs.as_deref(), flexible, |writer, element| element.encode(writer, version))?;
        }
        if flexible {
            let mut fields = TaggedFields::new();
            if self.topic_config_error_code != 0 {
                fields.add(0, |writer| {
                    writer.put_i16(self.topic_config_error_code);
                    Ok(())
                })?;
            }
            fields.finish(writer)?;
        }
        Ok(())
    }
}

/// A structure of [`CreateTopicsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct CreatableTopicConfigs {
    pub name: String,
    pub value: Option<String>,
    pub read_only: bool,
    pub config_source: i8,
    pub is_sensitive: bool,
}

impl Default for CreatableTopicConfigs {
    fn default() -> CreatableTopicConfigs {
        CreatableTopicConfigs {
            name: String::new(),
            value: Some(String::new()),
            read_only: false,
            config_source: -1,
            is_sensitive: false,
        }
    }
}

impl CreatableTopicConfigs {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            name: reader.read_string(true)?,
            value: reader.read_nullable_string(true)?,
            read_only: reader.read_bool()?,
            config_source: reader.read_i8()?,
            is_sensitive: reader.read_bool()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.name, true)?;
        writer.put_nullable_string(self.value.as_deref(), true)?;
        writer.put_bool(self.read_only);
        writer.put_i8(self.config_source);
        writer.put_bool(self.is_sensitive);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}
