//! Generated from `schema/` by `tribunal-wire-generator`: consumer protocol. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]


/// `ConsumerProtocolAssignment` and its structures.
pub mod consumer_protocol_assignment {
    use bytes::Bytes;

    use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

    /// Kafka's `ConsumerProtocolAssignment`, versions 0 to 3.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ConsumerProtocolAssignment {
        pub assigned_partitions: Vec<TopicPartition>,
        pub user_data: Option<Bytes>,
    }

    impl Message for ConsumerProtocolAssignment {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 3;
        const NAME: &'static str = "ConsumerProtocolAssignment";

        fn is_flexible(_version: i16) -> bool {
            false
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            Ok(Self {
                assigned_partitions: reader.read_array(false, 6, |reader| TopicPartition::decode(reader, version))?,
                user_data: reader.read_nullable_bytes(false)?,
            })
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_array(&self.assigned_partitions, false, |writer, element| element.encode(writer, version))?;
            writer.put_nullable_bytes(self.user_data.as_ref(), false)?;
            Ok(())
        }
    }

    /// A structure of [`ConsumerProtocolAssignment`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicPartition {
        pub topic: String,
        pub partitions: Vec<i32>,
    }

    impl TopicPartition {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            Ok(Self {
                topic: reader.read_string(false)?,
                partitions: reader.read_array(false, 4, |reader| reader.read_i32())?,
            })
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_string(&self.topic, false)?;
            writer.put_array(&self.partitions, false, |writer, element| Ok(writer.put_i32(*element)))?;
            Ok(())
        }
    }
}

pub use consumer_protocol_assignment::ConsumerProtocolAssignment;

/// `ConsumerProtocolSubscription` and its structures.
pub mod consumer_protocol_subscription {
    use bytes::Bytes;

    use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

    /// Kafka's `ConsumerProtocolSubscription`, versions 0 to 3.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ConsumerProtocolSubscription {
        pub topics: Vec<String>,
        pub user_data: Option<Bytes>,
        pub owned_partitions: Vec<TopicPartition>,
        pub generation_id: i32,
        pub rack_id: Option<String>,
    }

    impl Default for ConsumerProtocolSubscription {
        fn default() -> ConsumerProtocolSubscription {
            ConsumerProtocolSubscription {
                topics: Vec::new(),
                user_data: None,
                owned_partitions: Vec::new(),
                generation_id: -1,
                rack_id: None,
            }
        }
    }

    impl Message for ConsumerProtocolSubscription {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 3;
        const NAME: &'static str = "ConsumerProtocolSubscription";

        fn is_flexible(_version: i16) -> bool {
            false
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            Ok(Self {
                topics: reader.read_array(false, 2, |reader| reader.read_string(false))?,
                user_data: reader.read_nullable_bytes(false)?,
                owned_partitions: if version >= 1 {
                    reader.read_array(false, 6, |reader| TopicPartition::decode(reader, version))?
                } else {
                    Vec::new()
                },
                generation_id: if version >= 2 {
                    reader.read_i32()?
                } else {
                    -1
                },
                rack_id: if version == 3 {
                    reader.read_nullable_string(false)?
                } else {
                    None
                },
            })
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_array(&self.topics, false, |writer, element| writer.put_string(element, false))?;
            writer.put_nullable_bytes(self.user_data.as_ref(), false)?;
            if version >= 1 {
                writer.put_array(&self.owned_partitions, false, |writer, element| element.encode(writer, version))?;
            }
            if version >= 2 {
                writer.put_i32(self.generation_id);
            }
            if version == 3 {
                writer.put_nullable_string(self.rack_id.as_deref(), false)?;
            }
            Ok(())
        }
    }

    /// A structure of [`ConsumerProtocolSubscription`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicPartition {
        pub topic: String,
        pub partitions: Vec<i32>,
    }

    impl TopicPartition {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            Ok(Self {
                topic: reader.read_string(false)?,
                partitions: reader.read_array(false, 4, |reader| reader.read_i32())?,
            })
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_string(&self.topic, false)?;
            writer.put_array(&self.partitions, false, |writer, element| Ok(writer.put_i32(*element)))?;
            Ok(())
        }
    }
}

pub use consumer_protocol_subscription::ConsumerProtocolSubscription;
