//! Generated from `schema/` by `tribunal-wire-generator`: API 34, AlterReplicaLogDirs. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `AlterReplicaLogDirsRequest`, versions 1 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterReplicaLogDirsRequest {
    pub dirs: Vec<AlterReplicaLogDir>,
}

impl Message for AlterReplicaLogDirsRequest {
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 2;
    const NAME: &'static str = "AlterReplicaLogDirsRequest";

    fn is_flexible(version: i16) -> bool {
        version == 2
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version == 2;
        let message = Self {
            dirs: reader.read_array(flexible, 3, |reader| AlterReplicaLogDir::decode(reader, version))?,
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
        let flexible = version == 2;
        writer.put_array(&self.dirs, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for AlterReplicaLogDirsRequest {
    const API_KEY: ApiKey = ApiKey::AlterReplicaLogDirs;
    type Response = crate::message::AlterReplicaLogDirsResponse;
}

/// A structure of [`AlterReplicaLogDirsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterReplicaLogDir {
    pub path: String,
    pub topics: Vec<AlterReplicaLogDirTopic>,
}

impl AlterReplicaLogDir {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version == 2;
        let message = Self {
            path: reader.read_string(flexible)?,
            topics: reader.read_array(flexible, 3, |reader| AlterReplicaLogDirTopic::decode(reader, version))?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version == 2;
        writer.put_string(&self.path, flexible)?;
        writer.put_array(&self.topics, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`AlterReplicaLogDirsRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterReplicaLogDirTopic {
    pub name: String,
    pub partitions: Vec<i32>,
}

impl AlterReplicaLogDirTopic {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version == 2;
        let message = Self {
            name: reader.read_string(flexible)?,
            partitions: reader.read_array(flexible, 4, |reader| reader.read_i32())?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version == 2;
        writer.put_string(&self.name, flexible)?;
        writer.put_array(&self.partitions, flexible, |writer, element| Ok(writer.put_i32(*element)))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// Kafka's `AlterReplicaLogDirsResponse`, versions 1 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterReplicaLogDirsResponse {
    pub throttle_time_ms: i32,
    pub results: Vec<AlterReplicaLogDirTopicResult>,
}

impl Message for AlterReplicaLogDirsResponse {
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 2;
    const NAME: &'static str = "AlterReplicaLogDirsResponse";

    fn is_flexible(version: i16) -> bool {
        version == 2
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version == 2;
        let message = Self {
            throttle_time_ms: reader.read_i32()?,
            results: reader.read_array(flexible, 3, |reader| AlterReplicaLogDirTopicResult::decode(reader, version))?,
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
        let flexible = version == 2;
        writer.put_i32(self.throttle_time_ms);
        writer.put_array(&self.results, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`AlterReplicaLogDirsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterReplicaLogDirTopicResult {
    pub topic_name: String,
    pub partitions: Vec<AlterReplicaLogDirPartitionResult>,
}

impl AlterReplicaLogDirTopicResult {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version == 2;
        let message = Self {
            topic_name: reader.read_string(flexible)?,
            partitions: reader.read_array(flexible, 6, |reader| AlterReplicaLogDirPartitionResult::decode(reader, version))?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version == 2;
        writer.put_string(&self.topic_name, flexible)?;
        writer.put_array(&self.partitions, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`AlterReplicaLogDirsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlterReplicaLogDirPartitionResult {
    pub partition_index: i32,
    pub error_code: i16,
}

impl AlterReplicaLogDirPartitionResult {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version == 2;
        let message = Self {
            partition_index: reader.read_i32()?,
            error_code: reader.read_i16()?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version == 2;
        writer.put_i32(self.partition_index);
        writer.put_i16(self.error_code);
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}
