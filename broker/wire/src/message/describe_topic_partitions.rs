//! Generated from `schema/` by `tribunal-wire-generator`: API 75, DescribeTopicPartitions. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]


/// `DescribeTopicPartitionsRequest` and its structures.
pub mod request {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
    use crate::message::ApiKey;

    /// Kafka's `DescribeTopicPartitionsRequest`, version 0.
    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeTopicPartitionsRequest {
        pub topics: Vec<TopicRequest>,
        pub response_partition_limit: i32,
        pub cursor: Option<Cursor>,
    }

    impl Default for DescribeTopicPartitionsRequest {
        fn default() -> DescribeTopicPartitionsRequest {
            DescribeTopicPartitionsRequest {
                topics: Vec::new(),
                response_partition_limit: 2000,
                cursor: None,
            }
        }
    }

    impl Message for DescribeTopicPartitionsRequest {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 0;
        const NAME: &'static str = "DescribeTopicPartitionsRequest";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let message = Self {
                topics: reader.read_array(true, 2, |reader| TopicRequest::decode(reader, version))?,
                response_partition_limit: reader.read_i32()?,
                cursor: reader.read_nullable_struct(|reader| Cursor::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_array(&self.topics, true, |writer, element| element.encode(writer, version))?;
            writer.put_i32(self.response_partition_limit);
            writer.put_nullable_struct(self.cursor.as_ref(), |writer, value| value.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    impl Request for DescribeTopicPartitionsRequest {
        const API_KEY: ApiKey = ApiKey::DescribeTopicPartitions;
        type Response = crate::message::DescribeTopicPartitionsResponse;
    }

    /// A structure of [`DescribeTopicPartitionsRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicRequest {
        pub name: String,
    }

    impl TopicRequest {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                name: reader.read_string(true)?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_string(&self.name, true)?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`DescribeTopicPartitionsRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Cursor {
        pub topic_name: String,
        pub partition_index: i32,
    }

    impl Cursor {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                topic_name: reader.read_string(true)?,
                partition_index: reader.read_i32()?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_string(&self.topic_name, true)?;
            writer.put_i32(self.partition_index);
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use request::DescribeTopicPartitionsRequest;

/// `DescribeTopicPartitionsResponse` and its structures.
pub mod response {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

    /// Kafka's `DescribeTopicPartitionsResponse`, version 0.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeTopicPartitionsResponse {
        pub throttle_time_ms: i32,
        pub topics: Vec<DescribeTopicPartitionsResponseTopic>,
        pub next_cursor: Option<Cursor>,
    }

    impl Message for DescribeTopicPartitionsResponse {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 0;
        const NAME: &'static str = "DescribeTopicPartitionsResponse";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let message = Self {
                throttle_time_ms: reader.read_i32()?,
                topics: reader.read_array(true, 26, |reader| DescribeTopicPartitionsResponseTopic::decode(reader, version))?,
                next_cursor: reader.read_nullable_struct(|reader| Cursor::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_i32(self.throttle_time_ms);
            writer.put_array(&self.topics, true, |writer, element| element.encode(writer, version))?;
            writer.put_nullable_struct(self.next_cursor.as_ref(), |writer, value| value.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`DescribeTopicPartitionsResponse`].
    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeTopicPartitionsResponseTopic {
        pub error_code: i16,
        pub name: Option<String>,
        pub topic_id: [u8; 16],
        pub is_internal: bool,
        pub partitions: Vec<DescribeTopicPartitionsResponsePartition>,
        pub topic_authorized_operations: i32,
    }

    impl Default for DescribeTopicPartitionsResponseTopic {
        fn default() -> DescribeTopicPartitionsResponseTopic {
            DescribeTopicPartitionsResponseTopic {
                error_code: 0,
                name: Some(String::new()),
                topic_id: [0; 16],
                is_internal: false,
                partitions: Vec::new(),
                topic_authorized_operations: i32::MIN,
            }
        }
    }

    impl DescribeTopicPartitionsResponseTopic {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                error_code: reader.read_i16()?,
                name: reader.read_nullable_string(true)?,
                topic_id: reader.read_uuid()?,
                is_internal: reader.read_bool()?,
                partitions: reader.read_array(true, 20, |reader| DescribeTopicPartitionsResponsePartition::decode(reader, version))?,
                topic_authorized_operations: reader.read_i32()?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i16(self.error_code);
            writer.put_nullable_string(self.name.as_deref(), true)?;
            writer.put_uuid(self.topic_id);
            writer.put_bool(self.is_internal);
            writer.put_array(&self.partitions, true, |writer, element| element.encode(writer, version))?;
            writer.put_i32(self.topic_authorized_operations);
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`DescribeTopicPartitionsResponse`].
    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeTopicPartitionsResponsePartition {
        pub error_code: i16,
        pub partition_index: i32,
        pub leader_id: i32,
        pub leader_epoch: i32,
        pub replica_nodes: Vec<i32>,
        pub isr_nodes: Vec<i32>,
        pub eligible_leader_replicas: Option<Vec<i32>>,
        pub last_known_elr: Option<Vec<i32>>,
        pub offline_replicas: Vec<i32>,
    }

    impl Default for DescribeTopicPartitionsResponsePartition {
        fn default() -> DescribeTopicPartitionsResponsePartition {
            DescribeTopicPartitionsResponsePartition {
                error_code: 0,
                partition_index: 0,
                leader_id: 0,
                leader_epoch: -1,
                replica_nodes: Vec::new(),
                isr_nodes: Vec::new(),
                eligible_leader_replicas: None,
                last_known_elr: None,
                offline_replicas: Vec::new(),
            }
        }
    }

    impl DescribeTopicPartitionsResponsePartition {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                error_code: reader.read_i16()?,
                partition_index: reader.read_i32()?,
                leader_id: reader.read_i32()?,
                leader_epoch: reader.read_i32()?,
                replica_nodes: reader.read_array(true, 4, |reader| reader.read_i32())?,
                isr_nodes: reader.read_array(true, 4, |reader| reader.read_i32())?,
                eligible_leader_replicas: reader.read_nullable_array(true, 4, |reader| reader.read_i32())?,
                last_known_elr: reader.read_nullable_array(true, 4, |reader| reader.read_i32())?,
                offline_replicas: reader.read_array(true, 4, |reader| reader.read_i32())?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i16(self.error_code);
            writer.put_i32(self.partition_index);
            writer.put_i32(self.leader_id);
            writer.put_i32(self.leader_epoch);
            writer.put_array(&self.replica_nodes, true, |writer, element| Ok(writer.put_i32(*element)))?;
            writer.put_array(&self.isr_nodes, true, |writer, element| Ok(writer.put_i32(*element)))?;
            writer.put_nullable_array(self.eligible_leader_replicas.as_deref(), true, |writer, element| Ok(writer.put_i32(*element)))?;
            writer.put_nullable_array(self.last_known_elr.as_deref(), true, |writer, element| Ok(writer.put_i32(*element)))?;
            writer.put_array(&self.offline_replicas, true, |writer, element| Ok(writer.put_i32(*element)))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`DescribeTopicPartitionsResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Cursor {
        pub topic_name: String,
        pub partition_index: i32,
    }

    impl Cursor {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                topic_name: reader.read_string(true)?,
                partition_index: reader.read_i32()?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_string(&self.topic_name, true)?;
            writer.put_i32(self.partition_index);
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use response::DescribeTopicPartitionsResponse;
