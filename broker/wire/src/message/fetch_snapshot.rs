//! Generated from `schema/` by `tribunal-wire-generator`: API 59, FetchSnapshot. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]


/// `FetchSnapshotRequest` and its structures.
pub mod request {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, TaggedFields, Writer};
    use crate::message::ApiKey;

    /// Kafka's `FetchSnapshotRequest`, versions 0 to 1.
    #[derive(Debug, Clone, PartialEq)]
    pub struct FetchSnapshotRequest {
        pub cluster_id: Option<String>,
        pub replica_id: i32,
        pub max_bytes: i32,
        pub topics: Vec<TopicSnapshot>,
    }

    impl Default for FetchSnapshotRequest {
        fn default() -> FetchSnapshotRequest {
            FetchSnapshotRequest {
                cluster_id: None,
                replica_id: -1,
                max_bytes: i32::MAX,
                topics: Vec::new(),
            }
        }
    }

    impl Message for FetchSnapshotRequest {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 1;
        const NAME: &'static str = "FetchSnapshotRequest";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let mut message = Self {
                replica_id: reader.read_i32()?,
                max_bytes: reader.read_i32()?,
                topics: reader.read_array(true, 3, |reader| TopicSnapshot::decode(reader, version))?,
                cluster_id: None,
            };
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 => message.cluster_id = reader.read_nullable_string(true)?,
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
            writer.put_i32(self.replica_id);
            writer.put_i32(self.max_bytes);
            writer.put_array(&self.topics, true, |writer, element| element.encode(writer, version))?;
            let mut fields = TaggedFields::new();
            if self.cluster_id.is_some() {
                fields.add(0, |writer| {
                    writer.put_nullable_string(self.cluster_id.as_deref(), true)?;
                    Ok(())
                })?;
            }
            fields.finish(writer)?;
            Ok(())
        }
    }

    impl Request for FetchSnapshotRequest {
        const API_KEY: ApiKey = ApiKey::FetchSnapshot;
        type Response = crate::message::FetchSnapshotResponse;
    }

    /// A structure of [`FetchSnapshotRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicSnapshot {
        pub name: String,
        pub partitions: Vec<PartitionSnapshot>,
    }

    impl TopicSnapshot {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                name: reader.read_string(true)?,
                partitions: reader.read_array(true, 30, |reader| PartitionSnapshot::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_string(&self.name, true)?;
            writer.put_array(&self.partitions, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`FetchSnapshotRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionSnapshot {
        pub partition: i32,
        pub current_leader_epoch: i32,
        pub snapshot_id: SnapshotId,
        pub position: i64,
        pub replica_directory_id: [u8; 16],
    }

    impl PartitionSnapshot {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let mut message = Self {
                partition: reader.read_i32()?,
                current_leader_epoch: reader.read_i32()?,
                snapshot_id: SnapshotId::decode(reader, version)?,
                position: reader.read_i64()?,
                replica_directory_id: [0; 16],
            };
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 if version == 1 => message.replica_directory_id = reader.read_uuid()?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i32(self.partition);
            writer.put_i32(self.current_leader_epoch);
            self.snapshot_id.encode(writer, version)?;
            writer.put_i64(self.position);
            let mut fields = TaggedFields::new();
            if version == 1 && self.replica_directory_id != [0; 16] {
                fields.add(0, |writer| {
                    writer.put_uuid(self.replica_directory_id);
                    Ok(())
                })?;
            }
            fields.finish(writer)?;
            Ok(())
        }
    }

    /// A structure of [`FetchSnapshotRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct SnapshotId {
        pub end_offset: i64,
        pub epoch: i32,
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
}

pub use request::FetchSnapshotRequest;

/// `FetchSnapshotResponse` and its structures.
pub mod response {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, TaggedFields, Writer};
    use crate::pieces::Pieces;

    /// Kafka's `FetchSnapshotResponse`, versions 0 to 1.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct FetchSnapshotResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub topics: Vec<TopicSnapshot>,
        pub node_endpoints: Vec<NodeEndpoint>,
    }

    impl Message for FetchSnapshotResponse {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 1;
        const NAME: &'static str = "FetchSnapshotResponse";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let mut message = Self {
                throttle_time_ms: reader.read_i32()?,
                error_code: reader.read_i16()?,
                topics: reader.read_array(true, 3, |reader| TopicSnapshot::decode(reader, version))?,
                node_endpoints: Vec::new(),
            };
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 if version == 1 => message.node_endpoints = reader.read_array(true, 8, |reader| NodeEndpoint::decode(reader, version))?,
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
            writer.put_i32(self.throttle_time_ms);
            writer.put_i16(self.error_code);
            writer.put_array(&self.topics, true, |writer, element| element.encode(writer, version))?;
            if !(version == 1) && !self.node_endpoints.is_empty() {
                return Err(EncodeError::FieldNotInVersion { field: "NodeEndpoints", version });
            }
            let mut fields = TaggedFields::new();
            if version == 1 && !self.node_endpoints.is_empty() {
                fields.add(0, |writer| {
                    writer.put_array(&self.node_endpoints, true, |writer, element| element.encode(writer, version))?;
                    Ok(())
                })?;
            }
            fields.finish(writer)?;
            Ok(())
        }
    }

    /// A structure of [`FetchSnapshotResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicSnapshot {
        pub name: String,
        pub partitions: Vec<PartitionSnapshot>,
    }

    impl TopicSnapshot {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                name: reader.read_string(true)?,
                partitions: reader.read_array(true, 37, |reader| PartitionSnapshot::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_string(&self.name, true)?;
            writer.put_array(&self.partitions, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`FetchSnapshotResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionSnapshot {
        pub index: i32,
        pub error_code: i16,
        pub snapshot_id: SnapshotId,
        pub current_leader: LeaderIdAndEpoch,
        pub size: i64,
        pub position: i64,
        pub unaligned_records: Option<Pieces>,
    }

    impl PartitionSnapshot {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let mut message = Self {
                index: reader.read_i32()?,
                error_code: reader.read_i16()?,
                snapshot_id: SnapshotId::decode(reader, version)?,
                size: reader.read_i64()?,
                position: reader.read_i64()?,
                unaligned_records: reader.read_bytes(true).map(Pieces::from).map(Some)?,
                current_leader: LeaderIdAndEpoch::default(),
            };
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 => message.current_leader = LeaderIdAndEpoch::decode(reader, version)?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i32(self.index);
            writer.put_i16(self.error_code);
            self.snapshot_id.encode(writer, version)?;
            writer.put_i64(self.size);
            writer.put_i64(self.position);
            if self.unaligned_records.is_none() {
                return Err(EncodeError::UnexpectedNull { field: "UnalignedRecords", version });
            }
            writer.put_nullable_pieces(self.unaligned_records.as_ref(), true)?;
            let mut fields = TaggedFields::new();
            if self.current_leader != LeaderIdAndEpoch::default() {
                fields.add(0, |writer| {
                    self.current_leader.encode(writer, version)?;
                    Ok(())
                })?;
            }
            fields.finish(writer)?;
            Ok(())
        }
    }

    /// A structure of [`FetchSnapshotResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct SnapshotId {
        pub end_offset: i64,
        pub epoch: i32,
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

    /// A structure of [`FetchSnapshotResponse`].
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

    /// A structure of [`FetchSnapshotResponse`].
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

pub use response::FetchSnapshotResponse;
