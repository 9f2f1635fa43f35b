//! Generated from `schema/` by `tribunal-wire-generator`: API 20, DeleteTopics. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `DeleteTopicsRequest`, versions 1 to 6.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteTopicsRequest {
    pub topics: Vec<DeleteTopicState>,
    pub topic_names: Vec<String>,
    pub timeout_ms: i32,
}

impl Message for DeleteTopicsRequest {
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 6;
    const NAME: &'static str = "DeleteTopicsRequest";

    fn is_flexible(version: i16) -> bool {
        version >= 4
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 4;
        let message = Self {
            topics: if version == 6 {
                reader.read_array(flexible, 18, |reader| DeleteTopicState::decode(reader, version))?
            } else {
                Vec::new()
            },
            topic_names: if version <= 5 {
                reader.read_array(flexible, 1, |reader| reader.read_string(flexible))?
            } else {
                Vec::new()
            },
            timeout_ms: reader.read_i32()?,
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
        let flexible = version >= 4;
        if version == 6 {
            writer.put_array(&self.topics, flexible, |writer, element| element.encode(writer, version))?;
        } else if !self.topics.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "Topics", version });
        }
        if version <= 5 {
            writer.put_array(&self.topic_names, flexible, |writer, element| writer.put_string(element, flexible))?;
        }
        writer.put_i32(self.timeout_ms);
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for DeleteTopicsRequest {
    const API_KEY: ApiKey = ApiKey::DeleteTopics;
    type Response = crate::message::DeleteTopicsResponse;
}

/// A structure of [`DeleteTopicsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteTopicState {
    pub name: Option<String>,
    pub topic_id: [u8; 16],
}

impl DeleteTopicState {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            name: reader.read_nullable_string(true)?,
            topic_id: reader.read_uuid()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_nullable_string(self.name.as_deref(), true)?;
        writer.put_uuid(self.topic_id);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// Kafka's `DeleteTopicsResponse`, versions 1 to 6.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeleteTopicsResponse {
    pub throttle_time_ms: i32,
    pub responses: Vec<DeletableTopicResult>,
}

impl Message for DeleteTopicsResponse {
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 6;
    const NAME: &'static str = "DeleteTopicsResponse";

    fn is_flexible(version: i16) -> bool {
        version >= 4
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 4;
        let message = Self {
            throttle_time_ms: reader.read_i32()?,
            responses: reader.read_array(flexible, 4, |reader| DeletableTopicResult::decode(reader, version))?,
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
        let flexible = version >= 4;
        writer.put_i32(self.throttle_time_ms);
        writer.put_array(&self.responses, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`DeleteTopicsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct DeletableTopicResult {
    pub name: Option<String>,
    pub topic_id: [u8; 16],
    pub error_code: i16,
    pub error_message: Option<String>,
}

impl Default for DeletableTopicResult {
    fn default() -> DeletableTopicResult {
        DeletableTopicResult {
            name: Some(String::new()),
            topic_id: [0; 16],
            error_code: 0,
            error_message: None,
        }
    }
}

impl DeletableTopicResult {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let message = Self {
            name: if version == 6 { reader.read_nullable_string(flexible) } else { reader.read_string(flexible).map(Some) }?,
            topic_id: if version == 6 {
                reader.read_uuid()?
            } else {
                [0; 16]
            },
            error_code: reader.read_i16()?,
            error_message: if version >= 5 {
                reader.read_nullable_string(flexible)?
            } else {
                None
            },
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        if self.name.is_none() && !(version == 6) {
            return Err(EncodeError::UnexpectedNull { field: "Name", version });
        }
        writer.put_nullable_string(self.name.as_deref(), flexible)?;
        if version == 6 {
            writer.put_uuid(self.topic_id);
        }
        writer.put_i16(self.error_code);
        if version >= 5 {
            writer.put_nullable_string(self.error_message.as_deref(), flexible)?;
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}
