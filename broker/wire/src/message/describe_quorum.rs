//! Generated from `schema/` by `tribunal-wire-generator`: API 55, DescribeQuorum. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]


/// `DescribeQuorumRequest` and its structures.
pub mod request {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
    use crate::message::ApiKey;

    /// Kafka's `DescribeQuorumRequest`, versions 0 to 2.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeQuorumRequest {
        pub topics: Vec<TopicData>,
    }

    impl Message for DescribeQuorumRequest {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 2;
        const NAME: &'static str = "DescribeQuorumRequest";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let message = Self {
                topics: reader.read_array(true, 3, |reader| TopicData::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_array(&self.topics, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    impl Request for DescribeQuorumRequest {
        const API_KEY: ApiKey = ApiKey::DescribeQuorum;
        type Response = crate::message::DescribeQuorumResponse;
    }

    /// A structure of [`DescribeQuorumRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicData {
        pub topic_name: String,
        pub partitions: Vec<PartitionData>,
    }

    impl TopicData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                topic_name: reader.read_string(true)?,
                partitions: reader.read_array(true, 5, |reader| PartitionData::decode(reader, version))?,
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

    /// A structure of [`DescribeQuorumRequest`].
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

pub use request::DescribeQuorumRequest;

/// `DescribeQuorumResponse` and its structures.
pub mod response {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

    /// Kafka's `DescribeQuorumResponse`, versions 0 to 2.
    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeQuorumResponse {
        pub error_code: i16,
        pub error_message: Option<String>,
        pub topics: Vec<TopicData>,
        pub nodes: Vec<Node>,
    }

    impl Default for DescribeQuorumResponse {
        fn default() -> DescribeQuorumResponse {
            DescribeQuorumResponse {
                error_code: 0,
                error_message: Some(String::new()),
                topics: Vec::new(),
                nodes: Vec::new(),
            }
        }
    }

    impl Message for DescribeQuorumResponse {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 2;
        const NAME: &'static str = "DescribeQuorumResponse";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let message = Self {
                error_code: reader.read_i16()?,
                error_message: if version == 2 {
                    reader.read_nullable_string(true)?
                } else {
                    Some(String::new())
                },
                topics: reader.read_array(true, 3, |reader| TopicData::decode(reader, version))?,
                nodes: if version == 2 {
                    reader.read_array(true, 6, |reader| Node::decode(reader, version))?
                } else {
                    Vec::new()
                },
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_i16(self.error_code);
            if version == 2 {
                writer.put_nullable_string(self.error_message.as_deref(), true)?;
            }
            writer.put_array(&self.topics, true, |writer, element| element.encode(writer, version))?;
            if version == 2 {
                writer.put_array(&self.nodes, true, |writer, element| element.encode(writer, version))?;
            } else if !self.nodes.is_empty() {
                return Err(EncodeError::FieldNotInVersion { field: "Nodes", version });
            }
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`DescribeQuorumResponse`].
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

    /// A structure of [`DescribeQuorumResponse`].
    #[derive(Debug, Clone, PartialEq)]
    pub struct PartitionData {
        pub partition_index: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub leader_id: i32,
        pub leader_epoch: i32,
        pub high_watermark: i64,
        pub current_voters: Vec<ReplicaState>,
        pub observers: Vec<ReplicaState>,
    }

    impl Default for PartitionData {
        fn default() -> PartitionData {
            PartitionData {
                partition_index: 0,
                error_code: 0,
                error_message: Some(String::new()),
                leader_id: 0,
                leader_epoch: 0,
                high_watermark: 0,
                current_voters: Vec::new(),
                observers: Vec::new(),
            }
        }
    }

    impl PartitionData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                partition_index: reader.read_i32()?,
                error_code: reader.read_i16()?,
                error_message: if version == 2 {
                    reader.read_nullable_string(true)?
                } else {
                    Some(String::new())
                },
                leader_id: reader.read_i32()?,
                leader_epoch: reader.read_i32()?,
                high_watermark: reader.read_i64()?,
                current_voters: reader.read_array(true, 13, |reader| ReplicaState::decode(reader, version))?,
                observers: reader.read_array(true, 13, |reader| ReplicaState::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i32(self.partition_index);
            writer.put_i16(self.error_code);
            if version == 2 {
                writer.put_nullable_string(self.error_message.as_deref(), true)?;
            }
            writer.put_i32(self.leader_id);
            writer.put_i32(self.leader_epoch);
            writer.put_i64(self.high_watermark);
            writer.put_array(&self.current_voters, true, |writer, element| element.encode(writer, version))?;
            writer.put_array(&self.observers, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`DescribeQuorumResponse`].
    #[derive(Debug, Clone, PartialEq)]
    pub struct ReplicaState {
        pub replica_id: i32,
        pub replica_directory_id: [u8; 16],
        pub log_end_offset: i64,
        pub last_fetch_timestamp: i64,
        pub last_caught_up_timestamp: i64,
    }

    impl Default for ReplicaState {
        fn default() -> ReplicaState {
            ReplicaState {
                replica_id: 0,
                replica_directory_id: [0; 16],
                log_end_offset: 0,
                last_fetch_timestamp: -1,
                last_caught_up_timestamp: -1,
            }
        }
    }

    impl ReplicaState {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                replica_id: reader.read_i32()?,
                replica_directory_id: if version == 2 {
                    reader.read_uuid()?
                } else {
                    [0; 16]
                },
                log_end_offset: reader.read_i64()?,
                last_fetch_timestamp: if version >= 1 {
                    reader.read_i64()?
                } else {
                    -1
                },
                last_caught_up_timestamp: if version >= 1 {
                    reader.read_i64()?
                } else {
                    -1
                },
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i32(self.replica_id);
            if version == 2 {
                writer.put_uuid(self.replica_directory_id);
            } else if self.replica_directory_id != [0; 16] {
                return Err(EncodeError::FieldNotInVersion { field: "ReplicaDirectoryId", version });
            }
            writer.put_i64(self.log_end_offset);
            if version >= 1 {
                writer.put_i64(self.last_fetch_timestamp);
            }
            if version >= 1 {
                writer.put_i64(self.last_caught_up_timestamp);
            }
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`DescribeQuorumResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Node {
        pub node_id: i32,
        pub listeners: Vec<Listener>,
    }

    impl Node {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                node_id: reader.read_i32()?,
                listeners: reader.read_array(true, 5, |reader| Listener::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i32(self.node_id);
            writer.put_array(&self.listeners, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`DescribeQuorumResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Listener {
        pub name: String,
        pub host: String,
        pub port: u16,
    }

    impl Listener {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                name: reader.read_string(true)?,
                host: reader.read_string(true)?,
                port: reader.read_u16()?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_string(&self.name, true)?;
            writer.put_string(&self.host, true)?;
            writer.put_u16(self.port);
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use response::DescribeQuorumResponse;
