//! Generated from `schema/` by `tribunal-wire-generator`: API 9, OffsetFetch. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `OffsetFetchRequest`, versions 1 to 10.
#[derive(Debug, Clone, PartialEq)]
pub struct OffsetFetchRequest {
    pub group_id: String,
    pub topics: Option<Vec<OffsetFetchRequestTopic>>,
    pub groups: Vec<OffsetFetchRequestGroup>,
    pub require_stable: bool,
}

impl Default for OffsetFetchRequest {
    fn default() -> OffsetFetchRequest {
        OffsetFetchRequest {
            group_id: String::new(),
            topics: Some(Vec::new()),
            groups: Vec::new(),
            require_stable: false,
        }
    }
}

impl Message for OffsetFetchRequest {
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 10;
    const NAME: &'static str = "OffsetFetchRequest";

    fn is_flexible(version: i16) -> bool {
        version >= 6
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 6;
        let message = Self {
            group_id: if version <= 7 {
                reader.read_string(flexible)?
            } else {
                String::new()
            },
            topics: if version <= 7 {
                if version >= 2 { reader.read_nullable_array(flexible, 3, |reader| OffsetFetchRequestTopic::decode(reader, version)) } else { reader.read_array(flexible, 3, |reader| OffsetFetchRequestTopic::decode(reader, version)).map(Some) }?
            } else {
                Some(Vec::new())
            },
            groups: if version >= 8 {
                reader.read_array(flexible, 3, |reader| OffsetFetchRequestGroup::decode(reader, version))?
            } else {
                Vec::new()
            },
            require_stable: if version >= 7 {
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
        let flexible = version >= 6;
        if version <= 7 {
            writer.put_string(&self.group_id, flexible)?;
        } else if !self.group_id.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "GroupId", version });
        }
        if version <= 7 {
            if self.topics.is_none() && !(version >= 2) {
                return Err(EncodeError::UnexpectedNull { field: "Topics", version });
            }
            writer.put_nullable_array(self.topics.as_deref(), flexible, |writer, element| element.encode(writer, version))?;
        } else if !self.topics.as_ref().is_some_and(|value| value.is_empty()) {
            return Err(EncodeError::FieldNotInVersion { field: "Topics", version });
        }
        if version >= 8 {
            writer.put_array(&self.groups, flexible, |writer, element| element.encode(writer, version))?;
        } else if !self.groups.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "Groups", version });
        }
        if version >= 7 {
            writer.put_bool(self.require_stable);
        } else if self.require_stable {
            return Err(EncodeError::FieldNotInVersion { field: "RequireStable", version });
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for OffsetFetchRequest {
    const API_KEY: ApiKey = ApiKey::OffsetFetch;
    type Response = crate::message::OffsetFetchResponse;
}

/// A structure of [`OffsetFetchRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetFetchRequestTopic {
    pub name: String,
    pub partition_indexes: Vec<i32>,
}

impl OffsetFetchRequestTopic {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let message = Self {
            name: reader.read_string(flexible)?,
            partition_indexes: reader.read_array(flexible, 4, |reader| reader.read_i32())?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        writer.put_string(&self.name, flexible)?;
        writer.put_array(&self.partition_indexes, flexible, |writer, element| Ok(writer.put_i32(*element)))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`OffsetFetchRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct OffsetFetchRequestGroup {
    pub group_id: String,
    pub member_id: Option<String>,
    pub member_epoch: i32,
    pub topics: Option<Vec<OffsetFetchRequestTopics>>,
}

impl Default for OffsetFetchRequestGroup {
    fn default() -> OffsetFetchRequestGroup {
        OffsetFetchRequestGroup {
            group_id: String::new(),
            member_id: None,
            member_epoch: -1,
            topics: Some(Vec::new()),
        }
    }
}

impl OffsetFetchRequestGroup {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            group_id: reader.read_string(true)?,
            member_id: if version >= 9 {
                reader.read_nullable_string(true)?
            } else {
                None
            },
            member_epoch: if version >= 9 {
                reader.read_i32()?
            } else {
                -1
            },
            topics: reader.read_nullable_array(true, 3, |reader| OffsetFetchRequestTopics::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.group_id, true)?;
        if version >= 9 {
            writer.put_nullable_string(self.member_id.as_deref(), true)?;
        }
        if version >= 9 {
            writer.put_i32(self.member_epoch);
        }
        writer.put_nullable_array(self.topics.as_deref(), true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`OffsetFetchRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetFetchRequestTopics {
    pub name: String,
    pub topic_id: [u8; 16],
    pub partition_indexes: Vec<i32>,
}

impl OffsetFetchRequestTopics {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            name: if version <= 9 {
                reader.read_string(true)?
            } else {
                String::new()
            },
            topic_id: if version == 10 {
                reader.read_uuid()?
            } else {
                [0; 16]
            },
            partition_indexes: reader.read_array(true, 4, |reader| reader.read_i32())?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version <= 9 {
            writer.put_string(&self.name, true)?;
        }
        if version == 10 {
            writer.put_uuid(self.topic_id);
        }
        writer.put_array(&self.partition_indexes, true, |writer, element| Ok(writer.put_i32(*element)))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// Kafka's `OffsetFetchResponse`, versions 1 to 10.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetFetchResponse {
    pub throttle_time_ms: i32,
    pub topics: Vec<OffsetFetchResponseTopic>,
    pub error_code: i16,
    pub groups: Vec<OffsetFetchResponseGroup>,
}

impl Message for OffsetFetchResponse {
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 10;
    const NAME: &'static str = "OffsetFetchResponse";

    fn is_flexible(version: i16) -> bool {
        version >= 6
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 6;
        let message = Self {
            throttle_time_ms: if version >= 3 {
                reader.read_i32()?
            } else {
                0
            },
            topics: if version <= 7 {
                reader.read_array(flexible, 3, |reader| OffsetFetchResponseTopic::decode(reader, version))?
            } else {
                Vec::new()
            },
            error_code: if (2..=7).contains(&version) {
                reader.read_i16()?
            } else {
                0
            },
            groups: if version >= 8 {
                reader.read_array(flexible, 5, |reader| OffsetFetchResponseGroup::decode(reader, version))?
            } else {
                Vec::new()
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
        let flexible = version >= 6;
        if version >= 3 {
            writer.put_i32(self.throttle_time_ms);
        }
        if version <= 7 {
            writer.put_array(&self.topics, flexible, |writer, element| element.encode(writer, version))?;
        } else if !self.topics.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "Topics", version });
        }
        if (2..=7).contains(&version) {
            writer.put_i16(self.error_code);
        }
        if version >= 8 {
            writer.put_array(&self.groups, flexible, |writer, element| element.encode(writer, version))?;
        } else if !self.groups.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "Groups", version });
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`OffsetFetchResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetFetchResponseTopic {
    pub name: String,
    pub partitions: Vec<OffsetFetchResponsePartition>,
}

impl OffsetFetchResponseTopic {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let message = Self {
            name: reader.read_string(flexible)?,
            partitions: reader.read_array(flexible, 16, |reader| OffsetFetchResponsePartition::decode(reader, version))?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        writer.put_string(&self.name, flexible)?;
        writer.put_array(&self.partitions, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`OffsetFetchResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct OffsetFetchResponsePartition {
    pub partition_index: i32,
    pub committed_offset: i64,
    pub committed_leader_epoch: i32,
    pub metadata: Option<String>,
    pub error_code: i16,
}

impl Default for OffsetFetchResponsePartition {
    fn default() -> OffsetFetchResponsePartition {
        OffsetFetchResponsePartition {
            partition_index: 0,
            committed_offset: 0,
            committed_leader_epoch: -1,
            metadata: Some(String::new()),
            error_code: 0,
        }
    }
}

impl OffsetFetchResponsePartition {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let message = Self {
            partition_index: reader.read_i32()?,
            committed_offset: reader.read_i64()?,
            committed_leader_epoch: if version >= 5 {
                reader.read_i32()?
            } else {
                -1
            },
            metadata: reader.read_nullable_string(flexible)?,
            error_code: reader.read_i16()?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        writer.put_i32(self.partition_index);
        writer.put_i64(self.committed_offset);
        if version >= 5 {
            writer.put_i32(self.committed_leader_epoch);
        }
        writer.put_nullable_string(self.metadata.as_deref(), flexible)?;
        writer.put_i16(self.error_code);
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`OffsetFetchResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetFetchResponseGroup {
    pub group_id: String,
    pub topics: Vec<OffsetFetchResponseTopics>,
    pub error_code: i16,
}

impl OffsetFetchResponseGroup {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            group_id: reader.read_string(true)?,
            topics: reader.read_array(true, 3, |reader| OffsetFetchResponseTopics::decode(reader, version))?,
            error_code: reader.read_i16()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.group_id, true)?;
        writer.put_array(&self.topics, true, |writer, element| element.encode(writer, version))?;
        writer.put_i16(self.error_code);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`OffsetFetchResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetFetchResponseTopics {
    pub name: String,
    pub topic_id: [u8; 16],
    pub partitions: Vec<OffsetFetchResponsePartitions>,
}

impl OffsetFetchResponseTopics {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            name: if version <= 9 {
                reader.read_string(true)?
            } else {
                String::new()
            },
            topic_id: if version == 10 {
                reader.read_uuid()?
            } else {
                [0; 16]
            },
            partitions: reader.read_array(true, 20, |reader| OffsetFetchResponsePartitions::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if version <= 9 {
            writer.put_string(&self.name, true)?;
        }
        if version == 10 {
            writer.put_uuid(self.topic_id);
        }
        writer.put_array(&self.partitions, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`OffsetFetchResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct OffsetFetchResponsePartitions {
    pub partition_index: i32,
    pub committed_offset: i64,
    pub committed_leader_epoch: i32,
    pub metadata: Option<String>,
    pub error_code: i16,
}

impl Default for OffsetFetchResponsePartitions {
    fn default() -> OffsetFetchResponsePartitions {
        OffsetFetchResponsePartitions {
            partition_index: 0,
            committed_offset: 0,
            committed_leader_epoch: -1,
            metadata: Some(String::new()),
            error_code: 0,
        }
    }
}

impl OffsetFetchResponsePartitions {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            partition_index: reader.read_i32()?,
            committed_offset: reader.read_i64()?,
            committed_leader_epoch: reader.read_i32()?,
            metadata: reader.read_nullable_string(true)?,
            error_code: reader.read_i16()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i32(self.partition_index);
        writer.put_i64(self.committed_offset);
        writer.put_i32(self.committed_leader_epoch);
        writer.put_nullable_string(self.metadata.as_deref(), true)?;
        writer.put_i16(self.error_code);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}
