//! Generated from `schema/` by `tribunal-wire-generator`: API 52, Vote. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]


/// `VoteRequest` and its structures.
pub mod request {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
    use crate::message::ApiKey;

    /// Kafka's `VoteRequest`, versions 0 to 2.
    #[derive(Debug, Clone, PartialEq)]
    pub struct VoteRequest {
        pub cluster_id: Option<String>,
        pub voter_id: i32,
        pub topics: Vec<TopicData>,
    }

    impl Default for VoteRequest {
        fn default() -> VoteRequest {
            VoteRequest {
                cluster_id: None,
                voter_id: -1,
                topics: Vec::new(),
            }
        }
    }

    impl Message for VoteRequest {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 2;
        const NAME: &'static str = "VoteRequest";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let message = Self {
                cluster_id: reader.read_nullable_string(true)?,
                voter_id: if version >= 1 {
                    reader.read_i32()?
                } else {
                    -1
                },
                topics: reader.read_array(true, 3, |reader| TopicData::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_nullable_string(self.cluster_id.as_deref(), true)?;
            if version >= 1 {
                writer.put_i32(self.voter_id);
            }
            writer.put_array(&self.topics, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    impl Request for VoteRequest {
        const API_KEY: ApiKey = ApiKey::Vote;
        type Response = crate::message::VoteResponse;
    }

    /// A structure of [`VoteRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicData {
        pub topic_name: String,
        pub partitions: Vec<PartitionData>,
    }

    impl TopicData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                topic_name: reader.read_string(true)?,
                partitions: reader.read_array(true, 25, |reader| PartitionData::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_string(&self.topic_name, true)?;
            writer.put_array(&self.partitions, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`VoteRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionData {
        pub partition_index: i32,
        pub replica_epoch: i32,
        pub replica_id: i32,
        pub replica_directory_id: [u8; 16],
        pub voter_directory_id: [u8; 16],
        pub last_offset_epoch: i32,
        pub last_offset: i64,
        pub pre_vote: bool,
    }

    impl PartitionData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                partition_index: reader.read_i32()?,
                replica_epoch: reader.read_i32()?,
                replica_id: reader.read_i32()?,
                replica_directory_id: if version >= 1 {
                    reader.read_uuid()?
                } else {
                    [0; 16]
                },
                voter_directory_id: if version >= 1 {
                    reader.read_uuid()?
                } else {
                    [0; 16]
                },
                last_offset_epoch: reader.read_i32()?,
                last_offset: reader.read_i64()?,
                pre_vote: if version == 2 {
                    reader.read_bool()?
                } else {
                    false
                },
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i32(self.partition_index);
            writer.put_i32(self.replica_epoch);
            writer.put_i32(self.replica_id);
            if version >= 1 {
                writer.put_uuid(self.replica_directory_id);
            }
            if version >= 1 {
                writer.put_uuid(self.voter_directory_id);
            }
            writer.put_i32(self.last_offset_epoch);
            writer.put_i64(self.last_offset);
            if version == 2 {
                writer.put_bool(self.pre_vote);
            } else if self.pre_vote {
                return Err(EncodeError::FieldNotInVersion { field: "PreVote", version });
            }
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use request::VoteRequest;

/// `VoteResponse` and its structures.
pub mod response {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, TaggedFields, Writer};

    /// Kafka's `VoteResponse`, versions 0 to 2.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct VoteResponse {
        pub error_code: i16,
        pub topics: Vec<TopicData>,
        pub node_endpoints: Vec<NodeEndpoint>,
    }

    impl Message for VoteResponse {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 2;
        const NAME: &'static str = "VoteResponse";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let mut message = Self {
                error_code: reader.read_i16()?,
                topics: reader.read_array(true, 3, |reader| TopicData::decode(reader, version))?,
                node_endpoints: Vec::new(),
            };
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 if version >= 1 => message.node_endpoints = reader.read_array(true, 8, |reader| NodeEndpoint::decode(reader, version))?,
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
            writer.put_i16(self.error_code);
            writer.put_array(&self.topics, true, |writer, element| element.encode(writer, version))?;
            if !(version >= 1) && !self.node_endpoints.is_empty() {
                return Err(EncodeError::FieldNotInVersion { field: "NodeEndpoints", version });
            }
            let mut fields = TaggedFields::new();
            if version >= 1 && !self.node_endpoints.is_empty() {
                fields.add(0, |writer| {
                    writer.put_array(&self.node_endpoints, true, |writer, element| element.encode(writer, version))?;
                    Ok(())
                })?;
            }
            fields.finish(writer)?;
            Ok(())
        }
    }

    /// A structure of [`VoteResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicData {
        pub topic_name: String,
        pub partitions: Vec<PartitionData>,
    }

    impl TopicData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                topic_name: reader.read_string(true)?,
                partitions: reader.read_array(true, 16, |reader| PartitionData::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_string(&self.topic_name, true)?;
            writer.put_array(&self.partitions, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`VoteResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionData {
        pub partition_index: i32,
        pub error_code: i16,
        pub leader_id: i32,
        pub leader_epoch: i32,
        pub vote_granted: bool,
    }

    impl PartitionData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                partition_index: reader.read_i32()?,
                error_code: reader.read_i16()?,
                leader_id: reader.read_i32()?,
                leader_epoch: reader.read_i32()?,
                vote_granted: reader.read_bool()?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i32(self.partition_index);
            writer.put_i16(self.error_code);
            writer.put_i32(self.leader_id);
            writer.put_i32(self.leader_epoch);
            writer.put_bool(self.vote_granted);
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`VoteResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct NodeEndpoint {
        pub node_id: i32,
        pub host: String,
        pub port: u16,
    }

    impl NodeEndpoint {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                node_id: reader.read_i32()?,
                host: reader.read_string(true)?,
                port: reader.read_u16()?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i32(self.node_id);
            writer.put_string(&self.host, true)?;
            writer.put_u16(self.port);
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use response::VoteResponse;
