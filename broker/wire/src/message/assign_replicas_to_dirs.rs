//! Generated from `schema/` by `tribunal-wire-generator`: API 73, AssignReplicasToDirs. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]


/// `AssignReplicasToDirsRequest` and its structures.
pub mod request {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
    use crate::message::ApiKey;

    /// Kafka's `AssignReplicasToDirsRequest`, version 0.
    #[derive(Debug, Clone, PartialEq)]
    pub struct AssignReplicasToDirsRequest {
        pub broker_id: i32,
        pub broker_epoch: i64,
        pub directories: Vec<DirectoryData>,
    }

    impl Default for AssignReplicasToDirsRequest {
        fn default() -> AssignReplicasToDirsRequest {
            AssignReplicasToDirsRequest {
                broker_id: 0,
                broker_epoch: -1,
                directories: Vec::new(),
            }
        }
    }

    impl Message for AssignReplicasToDirsRequest {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 0;
        const NAME: &'static str = "AssignReplicasToDirsRequest";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let message = Self {
                broker_id: reader.read_i32()?,
                broker_epoch: reader.read_i64()?,
                directories: reader.read_array(true, 18, |reader| DirectoryData::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_i32(self.broker_id);
            writer.put_i64(self.broker_epoch);
            writer.put_array(&self.directories, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    impl Request for AssignReplicasToDirsRequest {
        const API_KEY: ApiKey = ApiKey::AssignReplicasToDirs;
        type Response = crate::message::AssignReplicasToDirsResponse;
    }

    /// A structure of [`AssignReplicasToDirsRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DirectoryData {
        pub id: [u8; 16],
        pub topics: Vec<TopicData>,
    }

    impl DirectoryData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                id: reader.read_uuid()?,
                topics: reader.read_array(true, 18, |reader| TopicData::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_uuid(self.id);
            writer.put_array(&self.topics, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`AssignReplicasToDirsRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicData {
        pub topic_id: [u8; 16],
        pub partitions: Vec<PartitionData>,
    }

    impl TopicData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                topic_id: reader.read_uuid()?,
                partitions: reader.read_array(true, 5, |reader| PartitionData::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_uuid(self.topic_id);
            writer.put_array(&self.partitions, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`AssignReplicasToDirsRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionData {
        pub partition_index: i32,
    }

    impl PartitionData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                partition_index: reader.read_i32()?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i32(self.partition_index);
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use request::AssignReplicasToDirsRequest;

/// `AssignReplicasToDirsResponse` and its structures.
pub mod response {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

    /// Kafka's `AssignReplicasToDirsResponse`, version 0.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AssignReplicasToDirsResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub directories: Vec<DirectoryData>,
    }

    impl Message for AssignReplicasToDirsResponse {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 0;
        const NAME: &'static str = "AssignReplicasToDirsResponse";

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
                directories: reader.read_array(true, 18, |reader| DirectoryData::decode(reader, version))?,
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
            writer.put_array(&self.directories, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`AssignReplicasToDirsResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DirectoryData {
        pub id: [u8; 16],
        pub topics: Vec<TopicData>,
    }

    impl DirectoryData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                id: reader.read_uuid()?,
                topics: reader.read_array(true, 18, |reader| TopicData::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_uuid(self.id);
            writer.put_array(&self.topics, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`AssignReplicasToDirsResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicData {
        pub topic_id: [u8; 16],
        pub partitions: Vec<PartitionData>,
    }

    impl TopicData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                topic_id: reader.read_uuid()?,
                partitions: reader.read_array(true, 7, |reader| PartitionData::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_uuid(self.topic_id);
            writer.put_array(&self.partitions, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`AssignReplicasToDirsResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionData {
        pub partition_index: i32,
        pub error_code: i16,
    }

    impl PartitionData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                partition_index: reader.read_i32()?,
                error_code: reader.read_i16()?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i32(self.partition_index);
            writer.put_i16(self.error_code);
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use response::AssignReplicasToDirsResponse;
