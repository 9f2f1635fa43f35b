//! Generated from `schema/` by `tribunal-wire-generator`: API 53, BeginQuorumEpoch. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]


/// `BeginQuorumEpochRequest` and its structures.
pub mod request {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
    use crate::message::ApiKey;

    /// Kafka's `BeginQuorumEpochRequest`, versions 0 to 1.
    #[derive(Debug, Clone, PartialEq)]
    pub struct BeginQuorumEpochRequest {
        pub cluster_id: Option<String>,
        pub voter_id: i32,
        pub topics: Vec<TopicData>,
        pub leader_endpoints: Vec<LeaderEndpoint>,
    }

    impl Default for BeginQuorumEpochRequest {
        fn default() -> BeginQuorumEpochRequest {
            BeginQuorumEpochRequest {
                cluster_id: None,
                voter_id: -1,
                topics: Vec::new(),
                leader_endpoints: Vec::new(),
            }
        }
    }

    impl Message for BeginQuorumEpochRequest {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 1;
        const NAME: &'static str = "BeginQuorumEpochRequest";

        fn is_flexible(version: i16) -> bool {
            version == 1
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let flexible = version == 1;
            let message = Self {
                cluster_id: reader.read_nullable_string(flexible)?,
                voter_id: if version == 1 {
                    reader.read_i32()?
                } else {
                    -1
                },
                topics: reader.read_array(flexible, 3, |reader| TopicData::decode(reader, version))?,
                leader_endpoints: if version == 1 {
                    reader.read_array(flexible, 5, |reader| LeaderEndpoint::decode(reader, version))?
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
            let flexible = version == 1;
            writer.put_nullable_string(self.cluster_id.as_deref(), flexible)?;
            if version == 1 {
                writer.put_i32(self.voter_id);
            }
            writer.put_array(&self.topics, flexible, |writer, element| element.encode(writer, version))?;
            if version == 1 {
                writer.put_array(&self.leader_endpoints, flexible, |writer, element| element.encode(writer, version))?;
            }
            if flexible {
                writer.put_unsigned_varint(0);
            }
            Ok(())
        }
    }

    impl Request for BeginQuorumEpochRequest {
        const API_KEY: ApiKey = ApiKey::BeginQuorumEpoch;
        type Response = crate::message::BeginQuorumEpochResponse;
    }

    /// A structure of [`BeginQuorumEpochRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicData {
        pub topic_name: String,
        pub partitions: Vec<PartitionData>,
    }

    impl TopicData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let flexible = version == 1;
            let message = Self {
                topic_name: reader.read_string(flexible)?,
                partitions: reader.read_array(flexible, 12, |reader| PartitionData::decode(reader, version))?,
            };
            if flexible {
                reader.skip_tagged_fields()?;
            }
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            let flexible = version == 1;
            writer.put_string(&self.topic_name, flexible)?;
            writer.put_array(&self.partitions, flexible, |writer, element| element.encode(writer, version))?;
            if flexible {
                writer.put_unsigned_varint(0);
            }
            Ok(())
        }
    }

    /// A structure of [`BeginQuorumEpochRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionData {
        pub partition_index: i32,
        pub voter_directory_id: [u8; 16],
        pub leader_id: i32,
        pub leader_epoch: i32,
    }

    impl PartitionData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let flexible = version == 1;
            let message = Self {
                partition_index: reader.read_i32()?,
                voter_directory_id: if version == 1 {
                    reader.read_uuid()?
                } else {
                    [0; 16]
                },
                leader_id: reader.read_i32()?,
                leader_epoch: reader.read_i32()?,
            };
            if flexible {
                reader.skip_tagged_fields()?;
            }
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            let flexible = version == 1;
            writer.put_i32(self.partition_index);
            if version == 1 {
                writer.put_uuid(self.voter_directory_id);
            }
            writer.put_i32(self.leader_id);
            writer.put_i32(self.leader_epoch);
            if flexible {
                writer.put_unsigned_varint(0);
            }
            Ok(())
        }
    }

    /// A structure of [`BeginQuorumEpochRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct LeaderEndpoint {
        pub name: String,
        pub host: String,
        pub port: u16,
    }

    impl LeaderEndpoint {
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

pub use request::BeginQuorumEpochRequest;

/// `BeginQuorumEpochResponse` and its structures.
pub mod response {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, TaggedFields, Writer};

    /// Kafka's `BeginQuorumEpochResponse`, versions 0 to 1.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct BeginQuorumEpochResponse {
        pub error_code: i16,
        pub topics: Vec<TopicData>,
        pub node_endpoints: Vec<NodeEndpoint>,
    }

    impl Message for BeginQuorumEpochResponse {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 1;
        const NAME: &'static str = "BeginQuorumEpochResponse";

        fn is_flexible(version: i16) -> bool {
            version == 1
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let flexible = version == 1;
            let mut message = Self {
                error_code: reader.read_i16()?,
                topics: reader.read_array(flexible, 3, |reader| TopicData::decode(reader, version))?,
                node_endpoints: Vec::new(),
            };
            if flexible {
                reader.read_tagged_fields(|tag, reader| {
                    match tag {
                        0 => message.node_endpoints = reader.read_array(true, 8, |reader| NodeEndpoint::decode(reader, version))?,
                        _ => return Ok(false),
                    }
                    Ok(true)
                })?;
            }
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let flexible = version == 1;
            writer.put_i16(self.error_code);
            writer.put_array(&self.topics, flexible, |writer, element| element.encode(writer, version))?;
            if !(version == 1) && !self.node_endpoints.is_empty() {
                return Err(EncodeError::FieldNotInVersion { field: "NodeEndpoints", version });
            }
            if flexible {
                let mut fields = TaggedFields::new();
                if !self.node_endpoints.is_empty() {
                    fields.add(0, |writer| {
                        writer.put_array(&self.node_endpoints, true, |writer, element| element.encode(writer, version))?;
                        Ok(())
                    })?;
                }
                fields.finish(writer)?;
            }
            Ok(())
        }
    }

    /// A structure of [`BeginQuorumEpochResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicData {
        pub topic_name: String,
        pub partitions: Vec<PartitionData>,
    }

    impl TopicData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let flexible = version == 1;
            let message = Self {
                topic_name: reader.read_string(flexible)?,
                partitions: reader.read_array(flexible, 14, |reader| PartitionData::decode(reader, version))?,
            };
            if flexible {
                reader.skip_tagged_fields()?;
            }
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            let flexible = version == 1;
            writer.put_string(&self.topic_name, flexible)?;
            writer.put_array(&self.partitions, flexible, |writer, element| element.encode(writer, version))?;
            if flexible {
                writer.put_unsigned_varint(0);
            }
            Ok(())
        }
    }

    /// A structure of [`BeginQuorumEpochResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionData {
        pub partition_index: i32,
        pub error_code: i16,
        pub leader_id: i32,
        pub leader_epoch: i32,
    }

    impl PartitionData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let flexible = version == 1;
            let message = Self {
                partition_index: reader.read_i32()?,
                error_code: reader.read_i16()?,
                leader_id: reader.read_i32()?,
                leader_epoch: reader.read_i32()?,
            };
            if flexible {
                reader.skip_tagged_fields()?;
            }
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            let flexible = version == 1;
            writer.put_i32(self.partition_index);
            writer.put_i16(self.error_code);
            writer.put_i32(self.leader_id);
            writer.put_i32(self.leader_epoch);
            if flexible {
                writer.put_unsigned_varint(0);
            }
            Ok(())
        }
    }

    /// A structure of [`BeginQuorumEpochResponse`].
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

pub use response::BeginQuorumEpochResponse;
