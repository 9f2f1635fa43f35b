//! Generated from `schema/` by `tribunal-wire-generator`: API 1, Fetch. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, TaggedFields, Writer};
use crate::message::ApiKey;
use crate::pieces::Pieces;

/// Kafka's `FetchRequest`, versions 4 to 18.
#[derive(Debug, Clone, PartialEq)]
pub struct FetchRequest {
    pub cluster_id: Option<String>,
    pub replica_id: i32,
    pub replica_state: ReplicaState,
    pub max_wait_ms: i32,
    pub min_bytes: i32,
    pub max_bytes: i32,
    pub isolation_level: i8,
    pub session_id: i32,
    pub session_epoch: i32,
    pub topics: Vec<FetchTopic>,
    pub forgotten_topics_data: Vec<ForgottenTopic>,
    pub rack_id: String,
}

impl Default for FetchRequest {
    fn default() -> FetchRequest {
        FetchRequest {
            cluster_id: None,
            replica_id: -1,
            replica_state: ReplicaState::default(),
            max_wait_ms: 0,
            min_bytes: 0,
            max_bytes: i32::MAX,
            isolation_level: 0,
            session_id: 0,
            session_epoch: -1,
            topics: Vec::new(),
            forgotten_topics_data: Vec::new(),
            rack_id: String::new(),
        }
    }
}

impl Message for FetchRequest {
    const MIN_VERSION: i16 = 4;
    const MAX_VERSION: i16 = 18;
    const NAME: &'static str = "FetchRequest";

    fn is_flexible(version: i16) -> bool {
        version >= 12
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 12;
        let mut message = Self {
            replica_id: if version <= 14 {
                reader.read_i32()?
            } else {
                -1
            },
            max_wait_ms: reader.read_i32()?,
            min_bytes: reader.read_i32()?,
            max_bytes: reader.read_i32()?,
            isolation_level: reader.read_i8()?,
            session_id: if version >= 7 {
                reader.read_i32()?
            } else {
                0
            },
            session_epoch: if version >= 7 {
                reader.read_i32()?
            } else {
                -1
            },
            topics: reader.read_array(flexible, 3, |reader| FetchTopic::decode(reader, version))?,
            forgotten_topics_data: if version >= 7 {
                reader.read_array(flexible, 3, |reader| ForgottenTopic::decode(reader, version))?
            } else {
                Vec::new()
            },
            rack_id: if version >= 11 {
                reader.read_string(flexible)?
            } else {
                String::new()
            },
            cluster_id: None,
            replica_state: ReplicaState::default(),
        };
        if flexible {
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 => message.cluster_id = reader.read_nullable_string(true)?,
                    1 if version >= 15 => message.replica_state = ReplicaState::decode(reader, version)?,
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
        let flexible = version >= 12;
        if version <= 14 {
            writer.put_i32(self.replica_id);
        } else if self.replica_id != -1 {
            return Err(EncodeError::FieldNotInVersion { field: "ReplicaId", version });
        }
        writer.put_i32(self.max_wait_ms);
        writer.put_i32(self.min_bytes);
        writer.put_i32(self.max_bytes);
        writer.put_i8(self.isolation_level);
        if version >= 7 {
            writer.put_i32(self.session_id);
        }
        if version >= 7 {
            writer.put_i32(self.session_epoch);
        }
        writer.put_array(&self.topics, flexible, |writer, element| element.encode(writer, version))?;
        if version >= 7 {
            writer.put_array(&self.forgotten_topics_data, flexible, |writer, element| element.encode(writer, version))?;
        } else if !self.forgotten_topics_data.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "ForgottenTopicsData", version });
        }
        if version >= 11 {
            writer.put_string(&self.rack_id, flexible)?;
        }
        if !(version >= 15) && self.replica_state != ReplicaState::default() {
            return Err(EncodeError::FieldNotInVersion { field: "ReplicaState", version });
        }
        if flexible {
            let mut fields = TaggedFields::new();
            if self.cluster_id.is_some() {
                fields.add(0, |writer| {
                    writer.put_nullable_string(self.cluster_id.as_deref(), true)?;
                    Ok(())
                })?;
            }
            if version >= 15 && self.replica_state != ReplicaState::default() {
                fields.add(1, |writer| {
                    self.replica_state.encode(writer, version)?;
                    Ok(())
                })?;
            }
            fields.finish(writer)?;
        }
        Ok(())
    }
}

impl Request for FetchRequest {
    const API_KEY: ApiKey = ApiKey::Fetch;
    type Response = crate::message::FetchResponse;
}

/// A structure of [`FetchRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicaState {
    pub replica_id: i32,
    pub replica_epoch: i64,
}

impl Default for ReplicaState {
    fn default() -> ReplicaState {
        ReplicaState {
            replica_id: -1,
            replica_epoch: -1,
        }
    }
}

impl ReplicaState {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            replica_id: reader.read_i32()?,
            replica_epoch: reader.read_i64()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i32(self.replica_id);
        writer.put_i64(self.replica_epoch);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`FetchRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FetchTopic {
    pub topic: String,
    pub topic_id: [u8; 16],
    pub partitions: Vec<FetchPartition>,
}

impl FetchTopic {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let message = Self {
            topic: if version <= 12 {
                reader.read_string(flexible)?
            } else {
                String::new()
            },
            topic_id: if version >= 13 {
                reader.read_uuid()?
            } else {
                [0; 16]
            },
            partitions: reader.read_array(flexible, 16, |reader| FetchPartition::decode(reader, version))?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        if version <= 12 {
            writer.put_string(&self.topic, flexible)?;
        }
        if version >= 13 {
            writer.put_uuid(self.topic_id);
        }
        writer.put_array(&self.partitions, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`FetchRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct FetchPartition {
    pub partition: i32,
    pub current_leader_epoch: i32,
    pub fetch_offset: i64,
    pub last_fetched_epoch: i32,
    pub log_start_offset: i64,
    pub partition_max_bytes: i32,
    pub replica_directory_id: [u8; 16],
    pub high_watermark: i64,
}

impl Default for FetchPartition {
    fn default() -> FetchPartition {
        FetchPartition {
            partition: 0,
            current_leader_epoch: -1,
            fetch_offset: 0,
            last_fetched_epoch: -1,
            log_start_offset: -1,
            partition_max_bytes: 0,
            replica_directory_id: [0; 16],
            high_watermark: i64::MAX,
        }
    }
}

impl FetchPartition {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let mut message = Self {
            partition: reader.read_i32()?,
            current_leader_epoch: if version >= 9 {
                reader.read_i32()?
            } else {
                -1
            },
            fetch_offset: reader.read_i64()?,
            last_fetched_epoch: if version >= 12 {
                reader.read_i32()?
            } else {
                -1
            },
            log_start_offset: if version >= 5 {
                reader.read_i64()?
            } else {
                -1
            },
            partition_max_bytes: reader.read_i32()?,
            replica_directory_id: [0; 16],
            high_watermark: i64::MAX,
        };
        if flexible {
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 if version >= 17 => message.replica_directory_id = reader.read_uuid()?,
                    1 if version == 18 => message.high_watermark = reader.read_i64()?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        writer.put_i32(self.partition);
        if version >= 9 {
            writer.put_i32(self.current_leader_epoch);
        }
        writer.put_i64(self.fetch_offset);
        if version >= 12 {
            writer.put_i32(self.last_fetched_epoch);
        } else if self.last_fetched_epoch != -1 {
            return Err(EncodeError::FieldNotInVersion { field: "LastFetchedEpoch", version });
        }
        if version >= 5 {
            writer.put_i64(self.log_start_offset);
        }
        writer.put_i32(self.partition_max_bytes);
        if flexible {
            let mut fields = TaggedFields::new();
            if version >= 17 && self.replica_directory_id != [0; 16] {
                fields.add(0, |writer| {
                    writer.put_uuid(self.replica_directory_id);
                    Ok(())
                })?;
            }
            if version == 18 && self.high_watermark != i64::MAX {
                fields.add(1, |writer| {
                    writer.put_i64(self.high_watermark);
                    Ok(())
                })?;
            }
            fields.finish(writer)?;
        }
        Ok(())
    }
}

/// A structure of [`FetchRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForgottenTopic {
    pub topic: String,
    pub topic_id: [u8; 16],
    pub partitions: Vec<i32>,
}

impl ForgottenTopic {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let message = Self {
            topic: if version <= 12 {
                reader.read_string(flexible)?
            } else {
                String::new()
            },
            topic_id: if version >= 13 {
                reader.read_uuid()?
            } else {
                [0; 16]
            },
            partitions: reader.read_array(flexible, 4, |reader| reader.read_i32())?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        if version <= 12 {
            writer.put_string(&self.topic, flexible)?;
        }
        if version >= 13 {
            writer.put_uuid(self.topic_id);
        }
        writer.put_array(&self.partitions, flexible, |writer, element| Ok(writer.put_i32(*element)))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// Kafka's `FetchResponse`, versions 4 to 18.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FetchResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub session_id: i32,
    pub responses: Vec<FetchableTopicResponse>,
    pub node_endpoints: Vec<NodeEndpoint>,
}

impl Message for FetchResponse {
    const MIN_VERSION: i16 = 4;
    const MAX_VERSION: i16 = 18;
    const NAME: &'static str = "FetchResponse";

    fn is_flexible(version: i16) -> bool {
        version >= 12
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 12;
        let mut message = Self {
            throttle_time_ms: reader.read_i32()?,
            error_code: if version >= 7 {
                reader.read_i16()?
            } else {
                0
            },
            session_id: if version >= 7 {
                reader.read_i32()?
            } else {
                0
            },
            responses: reader.read_array(flexible, 3, |reader| FetchableTopicResponse::decode(reader, version))?,
            node_endpoints: Vec::new(),
        };
        if flexible {
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 if version >= 16 => message.node_endpoints = reader.read_array(true, 11, |reader| NodeEndpoint::decode(reader, version))?,
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
        let flexible = version >= 12;
        writer.put_i32(self.throttle_time_ms);
        if version >= 7 {
            writer.put_i16(self.error_code);
        }
        if version >= 7 {
            writer.put_i32(self.session_id);
        } else if self.session_id != 0 {
            return Err(EncodeError::FieldNotInVersion { field: "SessionId", version });
        }
        writer.put_array(&self.responses, flexible, |writer, element| element.encode(writer, version))?;
        if !(version >= 16) && !self.node_endpoints.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "NodeEndpoints", version });
        }
        if flexible {
            let mut fields = TaggedFields::new();
            if version >= 16 && !self.node_endpoints.is_empty() {
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

/// A structure of [`FetchResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FetchableTopicResponse {
    pub topic: String,
    pub topic_id: [u8; 16],
    pub partitions: Vec<PartitionData>,
}

impl FetchableTopicResponse {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let message = Self {
            topic: if version <= 12 {
                reader.read_string(flexible)?
            } else {
                String::new()
            },
            topic_id: if version >= 13 {
                reader.read_uuid()?
            } else {
                [0; 16]
            },
            partitions: reader.read_array(flexible, 30, |reader| PartitionData::decode(reader, version))?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        if version <= 12 {
            writer.put_string(&self.topic, flexible)?;
        }
        if version >= 13 {
            writer.put_uuid(self.topic_id);
        }
        writer.put_array(&self.partitions, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`FetchResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionData {
    pub partition_index: i32,
    pub error_code: i16,
    pub high_watermark: i64,
    pub last_stable_offset: i64,
    pub log_start_offset: i64,
    pub diverging_epoch: EpochEndOffset,
    pub current_leader: LeaderIdAndEpoch,
    pub snapshot_id: SnapshotId,
    pub aborted_transactions: Option<Vec<AbortedTransaction>>,
    pub preferred_read_replica: i32,
    pub records: Option<Pieces>,
}

impl Default for PartitionData {
    fn default() -> PartitionData {
        PartitionData {
            partition_index: 0,
            error_code: 0,
            high_watermark: 0,
            last_stable_offset: -1,
            log_start_offset: -1,
            diverging_epoch: EpochEndOffset::default(),
            current_leader: LeaderIdAndEpoch::default(),
            snapshot_id: SnapshotId::default(),
            aborted_transactions: Some(Vec::new()),
            preferred_read_replica: -1,
            records: None,
        }
    }
}

impl PartitionData {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let mut message = Self {
            partition_index: reader.read_i32()?,
            error_code: reader.read_i16()?,
            high_watermark: reader.read_i64()?,
            last_stable_offset: reader.read_i64()?,
            log_start_offset: if version >= 5 {
                reader.read_i64()?
            } else {
                -1
            },
            aborted_transactions: reader.read_nullable_array(flexible, 16, |reader| AbortedTransaction::decode(reader, version))?,
            preferred_read_replica: if version >= 11 {
                reader.read_i32()?
            } else {
                -1
            },
            records: reader.read_nullable_pieces(flexible)?,
            diverging_epoch: EpochEndOffset::default(),
            current_leader: LeaderIdAndEpoch::default(),
            snapshot_id: SnapshotId::default(),
        };
        if flexible {
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 => message.diverging_epoch = EpochEndOffset::decode(reader, version)?,
                    1 => message.current_leader = LeaderIdAndEpoch::decode(reader, version)?,
                    2 => message.snapshot_id = SnapshotId::decode(reader, version)?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        writer.put_i32(self.partition_index);
        writer.put_i16(self.error_code);
        writer.put_i64(self.high_watermark);
        writer.put_i64(self.last_stable_offset);
        if version >= 5 {
            writer.put_i64(self.log_start_offset);
        }
        writer.put_nullable_array(self.aborted_transactions.as_deref(), flexible, |writer, element| element.encode(writer, version))?;
        if version >= 11 {
            writer.put_i32(self.preferred_read_replica);
        } else if self.preferred_read_replica != -1 {
            return Err(EncodeError::FieldNotInVersion { field: "PreferredReadReplica", version });
        }
        writer.put_nullable_pieces(self.records.as_ref(), flexible)?;
        if !(version >= 12) && self.diverging_epoch != EpochEndOffset::default() {
            return Err(EncodeError::FieldNotInVersion { field: "DivergingEpoch", version });
        }
        if !(version >= 12) && self.current_leader != LeaderIdAndEpoch::default() {
            return Err(EncodeError::FieldNotInVersion { field: "CurrentLeader", version });
        }
        if !(version >= 12) && self.snapshot_id != SnapshotId::default() {
            return Err(EncodeError::FieldNotInVersion { field: "SnapshotId", version });
        }
        if flexible {
            let mut fields = TaggedFields::new();
            if self.diverging_epoch != EpochEndOffset::default() {
                fields.add(0, |writer| {
                    self.diverging_epoch.encode(writer, version)?;
                    Ok(())
                })?;
            }
            if self.current_leader != LeaderIdAndEpoch::default() {
                fields.add(1, |writer| {
                    self.current_leader.encode(writer, version)?;
                    Ok(())
                })?;
            }
            if self.snapshot_id != SnapshotId::default() {
                fields.add(2, |writer| {
                    self.snapshot_id.encode(writer, version)?;
                    Ok(())
                })?;
            }
            fields.finish(writer)?;
        }
        Ok(())
    }
}

/// A structure of [`FetchResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct EpochEndOffset {
    pub epoch: i32,
    pub end_offset: i64,
}

impl Default for EpochEndOffset {
    fn default() -> EpochEndOffset {
        EpochEndOffset {
            epoch: -1,
            end_offset: -1,
        }
    }
}

impl EpochEndOffset {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            epoch: reader.read_i32()?,
            end_offset: reader.read_i64()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i32(self.epoch);
        writer.put_i64(self.end_offset);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`FetchResponse`].
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

/// A structure of [`FetchResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct SnapshotId {
    pub end_offset: i64,
    pub epoch: i32,
}

impl Default for SnapshotId {
    fn default() -> SnapshotId {
        SnapshotId {
            end_offset: -1,
            epoch: -1,
        }
    }
}

impl SnapshotId {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            end_offset: reader.read_i64()?,
            epoch: reader.read_i32()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i64(self.end_offset);
        writer.put_i32(self.epoch);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`FetchResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AbortedTransaction {
    pub producer_id: i64,
    pub first_offset: i64,
}

impl AbortedTransaction {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let message = Self {
            producer_id: reader.read_i64()?,
            first_offset: reader.read_i64()?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        writer.put_i64(self.producer_id);
        writer.put_i64(self.first_offset);
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`FetchResponse`].
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
