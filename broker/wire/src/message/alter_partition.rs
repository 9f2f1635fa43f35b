//! Generated from `schema/` by `tribunal-wire-generator`: API 56, AlterPartition. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]


/// `AlterPartitionRequest` and its structures.
pub mod request {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
    use crate::message::ApiKey;

    /// Kafka's `AlterPartitionRequest`, versions 2 to 3.
    #[derive(Debug, Clone, PartialEq)]
    pub struct AlterPartitionRequest {
        pub broker_id: i32,
        pub broker_epoch: i64,
        pub topics: Vec<TopicData>,
    }

    impl Default for AlterPartitionRequest {
        fn default() -> AlterPartitionRequest {
            AlterPartitionRequest {
                broker_id: 0,
                broker_epoch: -1,
                topics: Vec::new(),
            }
        }
    }

    impl Message for AlterPartitionRequest {
        const MIN_VERSION: i16 = 2;
        const MAX_VERSION: i16 = 3;
        const NAME: &'static str = "AlterPartitionRequest";

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
                topics: reader.read_array(true, 18, |reader| TopicData::decode(reader, version))?,
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
            writer.put_array(&self.topics, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    impl Request for AlterPartitionRequest {
        const API_KEY: ApiKey = ApiKey::AlterPartition;
        type Response = crate::message::AlterPartitionResponse;
    }

    /// A structure of [`AlterPartitionRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicData {
        pub topic_id: [u8; 16],
        pub partitions: Vec<PartitionData>,
    }

    impl TopicData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                topic_id: reader.read_uuid()?,
                partitions: reader.read_array(true, 15, |reader| PartitionData::decode(reader, version))?,
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

    /// A structure of [`AlterPartitionRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionData {
        pub partition_index: i32,
        pub leader_epoch: i32,
        pub new_isr: Vec<i32>,
        pub new_isr_with_epochs: Vec<BrokerState>,
        pub leader_recovery_state: i8,
        pub partition_epoch: i32,
    }

    impl PartitionData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                partition_index: reader.read_i32()?,
                leader_epoch: reader.read_i32()?,
                new_isr: if version == 2 {
                    reader.read_array(true, 4, |reader| reader.read_i32())?
                } else {
                    Vec::new()
                },
                new_isr_with_epochs: if version == 3 {
                    reader.read_array(true, 13, |reader| BrokerState::decode(reader, version))?
                } else {
                    Vec::new()
                },
                leader_recovery_state: reader.read_i8()?,
                partition_epoch: reader.read_i32()?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i32(self.partition_index);
            writer.put_i32(self.leader_epoch);
            if version == 2 {
                writer.put_array(&self.new_isr, true, |writer, element| Ok(writer.put_i32(*element)))?;
            } else if !self.new_isr.is_empty() {
                return Err(EncodeError::FieldNotInVersion { field: "NewIsr", version });
            }
            if version == 3 {
                writer.put_array(&self.new_isr_with_epochs, true, |writer, element| element.encode(writer, version))?;
            } else if !self.new_isr_with_epochs.is_empty() {
                return Err(EncodeError::FieldNotInVersion { field: "NewIsrWithEpochs", version });
            }
            writer.put_i8(self.leader_recovery_state);
            writer.put_i32(self.partition_epoch);
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`AlterPartitionRequest`].
    #[derive(Debug, Clone, PartialEq)]
    pub struct BrokerState {
        pub broker_id: i32,
        pub broker_epoch: i64,
    }

    impl Default for BrokerState {
        fn default() -> BrokerState {
            BrokerState {
                broker_id: 0,
                broker_epoch: -1,
            }
        }
    }

    impl BrokerState {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                broker_id: reader.read_i32()?,
                broker_epoch: reader.read_i64()?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i32(self.broker_id);
            writer.put_i64(self.broker_epoch);
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use request::AlterPartitionRequest;

/// `AlterPartitionResponse` and its structures.
pub mod response {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

    /// Kafka's `AlterPartitionResponse`, versions 2 to 3.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AlterPartitionResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub topics: Vec<TopicData>,
    }

    impl Message for AlterPartitionResponse {
        const MIN_VERSION: i16 = 2;
        const MAX_VERSION: i16 = 3;
        const NAME: &'static str = "AlterPartitionResponse";

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
                topics: reader.read_array(true, 18, |reader| TopicData::decode(reader, version))?,
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
            writer.put_array(&self.topics, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`AlterPartitionResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicData {
        pub topic_id: [u8; 16],
        pub partitions: Vec<PartitionData>,
    }

    impl TopicData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                topic_id: reader.read_uuid()?,
                partitions: reader.read_array(true, 21, |reader| PartitionData::decode(reader, version))?,
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

    /// A structure of [`AlterPartitionResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionData {
        pub partition_index: i32,
        pub error_code: i16,
        pub leader_id: i32,
        pub leader_epoch: i32,
        pub isr: Vec<i32>,
        pub leader_recovery_state: i8,
        pub partition_epoch: i32,
    }

    impl PartitionData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                partition_index: reader.read_i32()?,
                error_code: reader.read_i16()?,
                leader_id: reader.read_i32()?,
                leader_epoch: reader.read_i32()?,
                isr: reader.read_array(true, 4, |reader| reader.read_i32())?,
                leader_recovery_state: reader.read_i8()?,
                partition_epoch: reader.read_i32()?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i32(self.partition_index);
            writer.put_i16(self.error_code);
            writer.put_i32(self.leader_id);
            writer.put_i32(self.leader_epoch);
            writer.put_array(&self.isr, true, |writer, element| Ok(writer.put_i32(*element)))?;
            writer.put_i8(self.leader_recovery_state);
            writer.put_i32(self.partition_epoch);
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use response::AlterPartitionResponse;
