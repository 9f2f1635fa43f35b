//! Generated from `schema/` by `tribunal-wire-generator`: API 0, Produce. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, TaggedFields, Writer};
use crate::message::ApiKey;
use crate::pieces::Pieces;

/// Kafka's `ProduceRequest`, versions 3 to 13.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProduceRequest {
    pub transactional_id: Option<String>,
    pub acks: i16,
    pub timeout_ms: i32,
    pub topic_data: Vec<TopicProduceData>,
}

impl Message for ProduceRequest {
    const MIN_VERSION: i16 = 3;
    const MAX_VERSION: i16 = 13;
    const NAME: &'static str = "ProduceRequest";

    fn is_flexible(version: i16) -> bool {
        version >= 9
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 9;
        let message = Self {
            transactional_id: reader.read_nullable_string(flexible)?,
            acks: reader.read_i16()?,
            timeout_ms: reader.read_i32()?,
            topic_data: reader.read_array(flexible, 3, |reader| TopicProduceData::decode(reader, version))?,
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
        let flexible = version >= 9;
        writer.put_nullable_string(self.transactional_id.as_deref(), flexible)?;
        writer.put_i16(self.acks);
        writer.put_i32(self.timeout_ms);
        writer.put_array(&self.topic_data, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for ProduceRequest {
    const API_KEY: ApiKey = ApiKey::Produce;
    type Response = crate::message::ProduceResponse;
}

/// A structure of [`ProduceRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicProduceData {
    pub name: String,
    pub topic_id: [u8; 16],
    pub partition_data: Vec<PartitionProduceData>,
}

impl TopicProduceData {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let message = Self {
            name: if version <= 12 {
                reader.read_string(flexible)?
            } else {
                String::new()
            },
            topic_id: if version == 13 {
                reader.read_uuid()?
            } else {
                [0; 16]
            },
            partition_data: reader.read_array(flexible, 6, |reader| PartitionProduceData::decode(reader, version))?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        if version <= 12 {
            writer.put_string(&self.name, flexible)?;
        }
        if version == 13 {
            writer.put_uuid(self.topic_id);
        }
        writer.put_array(&self.partition_data, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`ProduceRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionProduceData {
    pub index: i32,
    pub records: Option<Pieces>,
}

impl PartitionProduceData {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let message = Self {
            index: reader.read_i32()?,
            records: reader.read_nullable_pieces(flexible)?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        writer.put_i32(self.index);
        writer.put_nullable_pieces(self.records.as_ref(), flexible)?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// Kafka's `ProduceResponse`, versions 3 to 13.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProduceResponse {
    pub responses: Vec<TopicProduceResponse>,
    pub throttle_time_ms: i32,
    pub node_endpoints: Vec<NodeEndpoint>,
}

impl Message for ProduceResponse {
    const MIN_VERSION: i16 = 3;
    const MAX_VERSION: i16 = 13;
    const NAME: &'static str = "ProduceResponse";

    fn is_flexible(version: i16) -> bool {
        version >= 9
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 9;
        let mut message = Self {
            responses: reader.read_array(flexible, 3, |reader| TopicProduceResponse::decode(reader, version))?,
            throttle_time_ms: reader.read_i32()?,
            node_endpoints: Vec::new(),
        };
        if flexible {
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 if version >= 10 => message.node_endpoints = reader.read_array(true, 11, |reader| NodeEndpoint::decode(reader, version))?,
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
        let flexible = version >= 9;
        writer.put_array(&self.responses, flexible, |writer, element| element.encode(writer, version))?;
        writer.put_i32(self.throttle_time_ms);
        if !(version >= 10) && !self.node_endpoints.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "NodeEndpoints", version });
        }
        if flexible {
            let mut fields = TaggedFields::new();
            if version >= 10 && !self.node_endpoints.is_empty() {
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

/// A structure of [`ProduceResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicProduceResponse {
    pub name: String,
    pub topic_id: [u8; 16],
    pub partition_responses: Vec<PartitionProduceResponse>,
}

impl TopicProduceResponse {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let message = Self {
            name: if version <= 12 {
                reader.read_string(flexible)?
            } else {
                String::new()
            },
            topic_id: if version == 13 {
                reader.read_uuid()?
            } else {
                [0; 16]
            },
            partition_responses: reader.read_array(flexible, 22, |reader| PartitionProduceResponse::decode(reader, version))?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        if version <= 12 {
            writer.put_string(&self.name, flexible)?;
        }
        if version == 13 {
            writer.put_uuid(self.topic_id);
        }
        writer.put_array(&self.partition_responses, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`ProduceResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionProduceResponse {
    pub index: i32,
    pub error_code: i16,
    pub base_offset: i64,
    pub log_append_time_ms: i64,
    pub log_start_offset: i64,
    pub record_errors: Vec<BatchIndexAndErrorMessage>,
    pub error_message: Option<String>,
    pub current_leader: LeaderIdAndEpoch,
}

impl Default for PartitionProduceResponse {
    fn default() -> PartitionProduceResponse {
        PartitionProduceResponse {
            index: 0,
            error_code: 0,
            base_offset: 0,
            log_append_time_ms: -1,
            log_start_offset: -1,
            record_errors: Vec::new(),
            error_message: None,
            current_leader: LeaderIdAndEpoch::default(),
        }
    }
}

impl PartitionProduceResponse {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let mut message = Self {
            index: reader.read_i32()?,
            error_code: reader.read_i16()?,
            base_offset: reader.read_i64()?,
            log_append_time_ms: reader.read_i64()?,
            log_start_offset: if version >= 5 {
                reader.read_i64()?
            } else {
                -1
            },
            record_errors: if version >= 8 {
                reader.read_array(flexible, 6, |reader| BatchIndexAndErrorMessage::decode(reader, version))?
            } else {
                Vec::new()
            },
            error_message: if version >= 8 {
                reader.read_nullable_string(flexible)?
            } else {
                None
            },
            current_leader: LeaderIdAndEpoch::default(),
        };
        if flexible {
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 if version >= 10 => message.current_leader = LeaderIdAndEpoch::decode(reader, version)?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        writer.put_i32(self.index);
        writer.put_i16(self.error_code);
        writer.put_i64(self.base_offset);
        writer.put_i64(self.log_append_time_ms);
        if version >= 5 {
            writer.put_i64(self.log_start_offset);
        }
        if version >= 8 {
            writer.put_array(&self.record_errors, flexible, |writer, element| element.encode(writer, version))?;
        }
        if version >= 8 {
            writer.put_nullable_string(self.error_message.as_deref(), flexible)?;
        }
        if !(version >= 10) && self.current_leader != LeaderIdAndEpoch::default() {
            return Err(EncodeError::FieldNotInVersion { field: "CurrentLeader", version });
        }
        if flexible {
            let mut fields = TaggedFields::new();
            if version >= 10 && self.current_leader != LeaderIdAndEpoch::default() {
                fields.add(0, |writer| {
                    self.current_leader.encode(writer, version)?;
                    Ok(())
                })?;
            }
            fields.finish(writer)?;
        }
        Ok(())
    }
}

/// A structure of [`ProduceResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BatchIndexAndErrorMessage {
    pub batch_index: i32,
    pub batch_index_error_message: Option<String>,
}

impl BatchIndexAndErrorMessage {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let message = Self {
            batch_index: reader.read_i32()?,
            batch_index_error_message: reader.read_nullable_string(flexible)?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        writer.put_i32(self.batch_index);
        writer.put_nullable_string(self.batch_index_error_message.as_deref(), flexible)?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`ProduceResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct LeaderIdAndEpoch {
    pub leader_id: i32,
    pub leader_epoch: i32,
}

impl Default for LeaderIdAndEpoch {
    fn default() -> LeaderIdAndEpoch {
        LeaderIdAndEpoch {
            leader_id: -1,
            leader_epoch: -1,
        }
    }
}

impl LeaderIdAndEpoch {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            leader_id: reader.read_i32()?,
            leader_epoch: reader.read_i32()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i32(self.leader_id);
        writer.put_i32(self.leader_epoch);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`ProduceResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NodeEndpoint {
    pub node_id: i32,
    pub host: String,
    pub port: i32,
    pub rack: Option<String>,
}

impl NodeEndpoint {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            node_id: reader.read_i32()?,
            host: reader.read_string(true)?,
            port: reader.read_i32()?,
            rack: reader.read_nullable_string(true)?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i32(self.node_id);
        writer.put_string(&self.host, true)?;
        writer.put_i32(self.port);
        writer.put_nullable_string(self.rack.as_deref(), true)?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}
