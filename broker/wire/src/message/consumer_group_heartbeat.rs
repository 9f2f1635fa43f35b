//! Generated from `schema/` by `tribunal-wire-generator`: API 68, ConsumerGroupHeartbeat. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]


/// `ConsumerGroupHeartbeatRequest` and its structures.
pub mod request {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
    use crate::message::ApiKey;

    /// Kafka's `ConsumerGroupHeartbeatRequest`, versions 0 to 1.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ConsumerGroupHeartbeatRequest {
        pub group_id: String,
        pub member_id: String,
        pub member_epoch: i32,
        pub instance_id: Option<String>,
        pub rack_id: Option<String>,
        pub rebalance_timeout_ms: i32,
        pub subscribed_topic_names: Option<Vec<String>>,
        pub subscribed_topic_regex: Option<String>,
        pub server_assignor: Option<String>,
        pub topic_partitions: Option<Vec<TopicPartitions>>,
    }

    impl Default for ConsumerGroupHeartbeatRequest {
        fn default() -> ConsumerGroupHeartbeatRequest {
            ConsumerGroupHeartbeatRequest {
                group_id: String::new(),
                member_id: String::new(),
                member_epoch: 0,
                instance_id: None,
                rack_id: None,
                rebalance_timeout_ms: -1,
                subscribed_topic_names: None,
                subscribed_topic_regex: None,
                server_assignor: None,
                topic_partitions: None,
            }
        }
    }

    impl Message for ConsumerGroupHeartbeatRequest {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 1;
        const NAME: &'static str = "ConsumerGroupHeartbeatRequest";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let message = Self {
                group_id: reader.read_string(true)?,
                member_id: reader.read_string(true)?,
                member_epoch: reader.read_i32()?,
                instance_id: reader.read_nullable_string(true)?,
                rack_id: reader.read_nullable_string(true)?,
                rebalance_timeout_ms: reader.read_i32()?,
                subscribed_topic_names: reader.read_nullable_array(true, 1, |reader| reader.read_string(true))?,
                subscribed_topic_regex: if version == 1 {
                    reader.read_nullable_string(true)?
                } else {
                    None
                },
                server_assignor: reader.read_nullable_string(true)?,
                topic_partitions: reader.read_nullable_array(true, 18, |reader| TopicPartitions::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_string(&self.group_id, true)?;
            writer.put_string(&self.member_id, true)?;
            writer.put_i32(self.member_epoch);
            writer.put_nullable_string(self.instance_id.as_deref(), true)?;
            writer.put_nullable_string(self.rack_id.as_deref(), true)?;
            writer.put_i32(self.rebalance_timeout_ms);
            writer.put_nullable_array(self.subscribed_topic_names.as_deref(), true, |writer, element| writer.put_string(element, true))?;
            if version == 1 {
                writer.put_nullable_string(self.subscribed_topic_regex.as_deref(), true)?;
            } else if self.subscribed_topic_regex.is_some() {
                return Err(EncodeError::FieldNotInVersion { field: "SubscribedTopicRegex", version });
            }
            writer.put_nullable_string(self.server_assignor.as_deref(), true)?;
            writer.put_nullable_array(self.topic_partitions.as_deref(), true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    impl Request for ConsumerGroupHeartbeatRequest {
        const API_KEY: ApiKey = ApiKey::ConsumerGroupHeartbeat;
        type Response = crate::message::ConsumerGroupHeartbeatResponse;
    }

    /// A structure of [`ConsumerGroupHeartbeatRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicPartitions {
        pub topic_id: [u8; 16],
        pub partitions: Vec<i32>,
    }

    impl TopicPartitions {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                topic_id: reader.read_uuid()?,
                partitions: reader.read_array(true, 4, |reader| reader.read_i32())?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_uuid(self.topic_id);
            writer.put_array(&self.partitions, true, |writer, element| Ok(writer.put_i32(*element)))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use request::ConsumerGroupHeartbeatRequest;

/// `ConsumerGroupHeartbeatResponse` and its structures.
pub mod response {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

    /// Kafka's `ConsumerGroupHeartbeatResponse`, versions 0 to 1.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ConsumerGroupHeartbeatResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub member_id: Option<String>,
        pub member_epoch: i32,
        pub heartbeat_interval_ms: i32,
        pub assignment: Option<Assignment>,
    }

    impl Message for ConsumerGroupHeartbeatResponse {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 1;
        const NAME: &'static str = "ConsumerGroupHeartbeatResponse";

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
                error_message: reader.read_nullable_string(true)?,
                member_id: reader.read_nullable_string(true)?,
                member_epoch: reader.read_i32()?,
                heartbeat_interval_ms: reader.read_i32()?,
                assignment: reader.read_nullable_struct(|reader| Assignment::decode(reader, version))?,
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
            writer.put_nullable_string(self.error_message.as_deref(), true)?;
            writer.put_nullable_string(self.member_id.as_deref(), true)?;
            writer.put_i32(self.member_epoch);
            writer.put_i32(self.heartbeat_interval_ms);
            writer.put_nullable_struct(self.assignment.as_ref(), |writer, value| value.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`ConsumerGroupHeartbeatResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Assignment {
        pub topic_partitions: Vec<TopicPartitions>,
    }

    impl Assignment {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                topic_partitions: reader.read_array(true, 18, |reader| TopicPartitions::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_array(&self.topic_partitions, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`ConsumerGroupHeartbeatResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicPartitions {
        pub topic_id: [u8; 16],
        pub partitions: Vec<i32>,
    }

    impl TopicPartitions {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                topic_id: reader.read_uuid()?,
                partitions: reader.read_array(true, 4, |reader| reader.read_i32())?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_uuid(self.topic_id);
            writer.put_array(&self.partitions, true, |writer, element| Ok(writer.put_i32(*element)))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use response::ConsumerGroupHeartbeatResponse;
