//! Generated from `schema/` by `tribunal-wire-generator`: API 78, ShareFetch. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;
use crate::pieces::Pieces;

/// Kafka's `ShareFetchRequest`, versions 1 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct ShareFetchRequest {
    pub group_id: Option<String>,
    pub member_id: Option<String>,
    pub share_session_epoch: i32,
    pub max_wait_ms: i32,
    pub min_bytes: i32,
    pub max_bytes: i32,
    pub max_records: i32,
    pub batch_size: i32,
    pub share_acquire_mode: i8,
    pub is_renew_ack: bool,
    pub topics: Vec<FetchTopic>,
    pub forgotten_topics_data: Vec<ForgottenTopic>,
}

impl Default for ShareFetchRequest {
    fn default() -> ShareFetchRequest {
        ShareFetchRequest {
            group_id: None,
            member_id: Some(String::new()),
            share_session_epoch: 0,
            max_wait_ms: 0,
            min_bytes: 0,
            max_bytes: i32::MAX,
            max_records: 0,
            batch_size: 0,
            share_acquire_mode: 0,
            is_renew_ack: false,
            topics: Vec::new(),
            forgotten_topics_data: Vec::new(),
        }
    }
}

impl Message for ShareFetchRequest {
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 2;
    const NAME: &'static str = "ShareFetchRequest";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            group_id: reader.read_nullable_string(true)?,
            member_id: reader.read_nullable_string(true)?,
            share_session_epoch: reader.read_i32()?,
            max_wait_ms: reader.read_i32()?,
            min_bytes: reader.read_i32()?,
            max_bytes: reader.read_i32()?,
            max_records: reader.read_i32()?,
            batch_size: reader.read_i32()?,
            share_acquire_mode: if version == 2 {
                reader.read_i8()?
            } else {
                0
            },
            is_renew_ack: if version == 2 {
                reader.read_bool()?
            } else {
                false
            },
            topics: reader.read_array(true, 18, |reader| FetchTopic::decode(reader, version))?,
            forgotten_topics_data: reader.read_array(true, 18, |reader| ForgottenTopic::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_nullable_string(self.group_id.as_deref(), true)?;
        writer.put_nullable_string(self.member_id.as_deref(), true)?;
        writer.put_i32(self.share_session_epoch);
        writer.put_i32(self.max_wait_ms);
        writer.put_i32(self.min_bytes);
        writer.put_i32(self.max_bytes);
        writer.put_i32(self.max_records);
        writer.put_i32(self.batch_size);
        if version == 2 {
            writer.put_i8(self.share_acquire_mode);
        }
        if version == 2 {
            writer.put_bool(self.is_renew_ack);
        } else if self.is_renew_ack {
            return Err(EncodeError::FieldNotInVersion { field: "IsRenewAck", version });
        }
        writer.put_array(&self.topics, true, |writer, element| element.encode(writer, version))?;
        writer.put_array(&self.forgotten_topics_data, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Request for ShareFetchRequest {
    const API_KEY: ApiKey = ApiKey::ShareFetch;
    type Response = crate::message::ShareFetchResponse;
}

/// A structure of [`ShareFetchRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FetchTopic {
    pub topic_id: [u8; 16],
    pub partitions: Vec<FetchPartition>,
}

impl FetchTopic {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            topic_id: reader.read_uuid()?,
            partitions: reader.read_array(true, 6, |reader| FetchPartition::decode(reader, version))?,
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

/// A structure of [`ShareFetchRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FetchPartition {
    pub partition_index: i32,
    pub acknowledgement_batches: Vec<AcknowledgementBatch>,
}

impl FetchPartition {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            partition_index: reader.read_i32()?,
            acknowledgement_batches: reader.read_array(true, 18, |reader| AcknowledgementBatch::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i32(self.partition_index);
        writer.put_array(&self.acknowledgement_batches, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`ShareFetchRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AcknowledgementBatch {
    pub first_offset: i64,
    pub last_offset: i64,
    pub acknowledge_types: Vec<i8>,
}

impl AcknowledgementBatch {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            first_offset: reader.read_i64()?,
            last_offset: reader.read_i64()?,
            acknowledge_types: reader.read_array(true, 1, |reader| reader.read_i8())?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i64(self.first_offset);
        writer.put_i64(self.last_offset);
        writer.put_array(&self.acknowledge_types, true, |writer, element| Ok(writer.put_i8(*element)))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`ShareFetchRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForgottenTopic {
    pub topic_id: [u8; 16],
    pub partitions: Vec<i32>,
}

impl ForgottenTopic {
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

/// Kafka's `ShareFetchResponse`, versions 1 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareFetchResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub acquisition_lock_timeout_ms: i32,
    pub responses: Vec<ShareFetchableTopicResponse>,
    pub node_endpoints: Vec<NodeEndpoint>,
}

impl Message for ShareFetchResponse {
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 2;
    const NAME: &'static str = "ShareFetchResponse";

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
            acquisition_lock_timeout_ms: reader.read_i32()?,
            responses: reader.read_array(true, 18, |reader| ShareFetchableTopicResponse::decode(reader, version))?,
            node_endpoints: reader.read_array(true, 11, |reader| NodeEndpoint::decode(reader, version))?,
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
        writer.put_i32(self.acquisition_lock_timeout_ms);
        writer.put_array(&self.responses, true, |writer, element| element.encode(writer, version))?;
        writer.put_array(&self.node_endpoints, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`ShareFetchResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareFetchableTopicResponse {
    pub topic_id: [u8; 16],
    pub partitions: Vec<PartitionData>,
}

impl ShareFetchableTopicResponse {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            topic_id: reader.read_uuid()?,
            partitions: reader.read_array(true, 22, |reader| PartitionData::decode(reader, version))?,
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

/// A structure of [`ShareFetchResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionData {
    pub partition_index: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub acknowledge_error_code: i16,
    pub acknowledge_error_message: Option<String>,
    pub current_leader: LeaderIdAndEpoch,
    pub records: Option<Pieces>,
    pub acquired_records: Vec<AcquiredRecords>,
}

impl PartitionData {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            partition_index: reader.read_i32()?,
            error_code: reader.read_i16()?,
            error_message: reader.read_nullable_string(true)?,
            acknowledge_error_code: reader.read_i16()?,
            acknowledge_error_message: reader.read_nullable_string(true)?,
            current_leader: LeaderIdAndEpoch::decode(reader, version)?,
            records: reader.read_bytes(true).map(Pieces::from).map(Some)?,
            acquired_records: reader.read_array(true, 19, |reader| AcquiredRecords::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i32(self.partition_index);
        writer.put_i16(self.error_code);
        writer.put_nullable_string(self.error_message.as_deref(), true)?;
        writer.put_i16(self.acknowledge_error_code);
        writer.put_nullable_string(self.acknowledge_error_message.as_deref(), true)?;
        self.current_leader.encode(writer, version)?;
        if self.records.is_none() {
            return Err(EncodeError::UnexpectedNull { field: "Records", version });
        }
        writer.put_nullable_pieces(self.records.as_ref(), true)?;
        writer.put_array(&self.acquired_records, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`ShareFetchResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeaderIdAndEpoch {
    pub leader_id: i32,
    pub leader_epoch: i32,
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

/// A structure of [`ShareFetchResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AcquiredRecords {
    pub first_offset: i64,
    pub last_offset: i64,
    pub delivery_count: i16,
}

impl AcquiredRecords {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            first_offset: reader.read_i64()?,
            last_offset: reader.read_i64()?,
            delivery_count: reader.read_i16()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i64(self.first_offset);
        writer.put_i64(self.last_offset);
        writer.put_i16(self.delivery_count);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`ShareFetchResponse`].
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
