//! Generated from `schema/` by `tribunal-wire-generator`: group coordinator record. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use bytes::Bytes;

use crate::codec::{DecodeError, EncodeError, Message, Reader, Record, TaggedFields, Writer};

/// Kafka's `LegacyOffsetCommitKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LegacyOffsetCommitKey {
    pub group: String,
    pub topic: String,
    pub partition: i32,
}

impl Message for LegacyOffsetCommitKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "LegacyOffsetCommitKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group: reader.read_string(false)?,
            topic: reader.read_string(false)?,
            partition: reader.read_i32()?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group, false)?;
        writer.put_string(&self.topic, false)?;
        writer.put_i32(self.partition);
        Ok(())
    }
}

impl Record for LegacyOffsetCommitKey {
    const RECORD_TYPE: i16 = 0;
}

/// Kafka's `LegacyOffsetCommitValue`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LegacyOffsetCommitValue {
    pub offset: i64,
    pub metadata: String,
    pub commit_timestamp: i64,
}

impl Message for LegacyOffsetCommitValue {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "LegacyOffsetCommitValue";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            offset: reader.read_i64()?,
            metadata: reader.read_string(false)?,
            commit_timestamp: reader.read_i64()?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i64(self.offset);
        writer.put_string(&self.metadata, false)?;
        writer.put_i64(self.commit_timestamp);
        Ok(())
    }
}

/// Kafka's `OffsetCommitKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OffsetCommitKey {
    pub group: String,
    pub topic: String,
    pub partition: i32,
}

impl Message for OffsetCommitKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "OffsetCommitKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group: reader.read_string(false)?,
            topic: reader.read_string(false)?,
            partition: reader.read_i32()?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group, false)?;
        writer.put_string(&self.topic, false)?;
        writer.put_i32(self.partition);
        Ok(())
    }
}

impl Record for OffsetCommitKey {
    const RECORD_TYPE: i16 = 1;
}

/// Kafka's `OffsetCommitValue`, versions 0 to 4.
#[derive(Debug, Clone, PartialEq)]
pub struct OffsetCommitValue {
    pub offset: i64,
    pub leader_epoch: i32,
    pub metadata: String,
    pub commit_timestamp: i64,
    pub expire_timestamp: i64,
    pub topic_id: [u8; 16],
}

impl Default for OffsetCommitValue {
    fn default() -> OffsetCommitValue {
        OffsetCommitValue {
            offset: 0,
            leader_epoch: -1,
            metadata: String::new(),
            commit_timestamp: 0,
            expire_timestamp: -1,
            topic_id: [0; 16],
        }
    }
}

impl Message for OffsetCommitValue {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 4;
    const NAME: &'static str = "OffsetCommitValue";

    fn is_flexible(version: i16) -> bool {
        version == 4
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version == 4;
        let mut message = Self {
            offset: reader.read_i64()?,
            leader_epoch: if version >= 3 {
                reader.read_i32()?
            } else {
                -1
            },
            metadata: reader.read_string(flexible)?,
            commit_timestamp: reader.read_i64()?,
            expire_timestamp: if version == 1 {
                reader.read_i64()?
            } else {
                -1
            },
            topic_id: [0; 16],
        };
        if flexible {
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 => message.topic_id = reader.read_uuid()?,
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
        let flexible = version == 4;
        writer.put_i64(self.offset);
        if version >= 3 {
            writer.put_i32(self.leader_epoch);
        }
        writer.put_string(&self.metadata, flexible)?;
        writer.put_i64(self.commit_timestamp);
        if version == 1 {
            writer.put_i64(self.expire_timestamp);
        }
        if flexible {
            let mut fields = TaggedFields::new();
            if self.topic_id != [0; 16] {
                fields.add(0, |writer| {
                    writer.put_uuid(self.topic_id);
                    Ok(())
                })?;
            }
            fields.finish(writer)?;
        }
        Ok(())
    }
}

/// Kafka's `GroupMetadataKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GroupMetadataKey {
    pub group: String,
}

impl Message for GroupMetadataKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "GroupMetadataKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group, false)?;
        Ok(())
    }
}

impl Record for GroupMetadataKey {
    const RECORD_TYPE: i16 = 2;
}

/// Kafka's `GroupMetadataValue`, versions 0 to 4.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupMetadataValue {
    pub protocol_type: String,
    pub generation: i32,
    pub protocol: Option<String>,
    pub leader: Option<String>,
    pub current_state_timestamp: i64,
    pub members: Vec<MemberMetadata>,
}

impl Default for GroupMetadataValue {
    fn default() -> GroupMetadataValue {
        GroupMetadataValue {
            protocol_type: String::new(),
            generation: 0,
            protocol: Some(String::new()),
            leader: Some(String::new()),
            current_state_timestamp: -1,
            members: Vec::new(),
        }
    }
}

impl Message for GroupMetadataValue {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 4;
    const NAME: &'static str = "GroupMetadataValue";

    fn is_flexible(version: i16) -> bool {
        version == 4
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version == 4;
        let message = Self {
            protocol_type: reader.read_string(flexible)?,
            generation: reader.read_i32()?,
            protocol: reader.read_nullable_string(flexible)?,
            leader: reader.read_nullable_string(flexible)?,
            current_state_timestamp: if version >= 2 {
                reader.read_i64()?
            } else {
                -1
            },
            members: reader.read_array(flexible, 15, |reader| MemberMetadata::decode(reader, version))?,
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
        let flexible = version == 4;
        writer.put_string(&self.protocol_type, flexible)?;
        writer.put_i32(self.generation);
        writer.put_nullable_string(self.protocol.as_deref(), flexible)?;
        writer.put_nullable_string(self.leader.as_deref(), flexible)?;
        if version >= 2 {
            writer.put_i64(self.current_state_timestamp);
        }
        writer.put_array(&self.members, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`GroupMetadataValue`].
#[derive(Debug, Clone, PartialEq)]
pub struct MemberMetadata {
    pub member_id: String,
    pub group_instance_id: Option<String>,
    pub client_id: String,
    pub client_host: String,
    pub rebalance_timeout: i32,
    pub session_timeout: i32,
    pub subscription: Bytes,
    pub assignment: Bytes,
}

impl Default for MemberMetadata {
    fn default() -> MemberMetadata {
        MemberMetadata {
            member_id: String::new(),
            group_instance_id: None,
            client_id: String::new(),
            client_host: String::new(),
            rebalance_timeout: -1,
            session_timeout: 0,
            subscription: Bytes::new(),
            assignment: Bytes::new(),
        }
    }
}

impl MemberMetadata {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version == 4;
        let message = Self {
            member_id: reader.read_string(flexible)?,
            group_instance_id: if version >= 3 {
                reader.read_nullable_string(flexible)?
            } else {
                None
            },
            client_id: reader.read_string(flexible)?,
            client_host: reader.read_string(flexible)?,
            rebalance_timeout: if version >= 1 {
                reader.read_i32()?
            } else {
                -1
            },
            session_timeout: reader.read_i32()?,
            subscription: reader.read_bytes(flexible)?,
            assignment: reader.read_bytes(flexible)?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version == 4;
        writer.put_string(&self.member_id, flexible)?;
        if version >= 3 {
            writer.put_nullable_string(self.group_instance_id.as_deref(), flexible)?;
        }
        writer.put_string(&self.client_id, flexible)?;
        writer.put_string(&self.client_host, flexible)?;
        if version >= 1 {
            writer.put_i32(self.rebalance_timeout);
        }
        writer.put_i32(self.session_timeout);
        writer.put_bytes(&self.subscription, flexible)?;
        writer.put_bytes(&self.assignment, flexible)?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// Kafka's `ConsumerGroupMetadataKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupMetadataKey {
    pub group_id: String,
}

impl Message for ConsumerGroupMetadataKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ConsumerGroupMetadataKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        Ok(())
    }
}

impl Record for ConsumerGroupMetadataKey {
    const RECORD_TYPE: i16 = 3;
}

/// Kafka's `ConsumerGroupMetadataValue`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupMetadataValue {
    pub epoch: i32,
    pub metadata_hash: i64,
}

impl Message for ConsumerGroupMetadataValue {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ConsumerGroupMetadataValue";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let mut message = Self {
            epoch: reader.read_i32()?,
            metadata_hash: 0,
        };
        reader.read_tagged_fields(|tag, reader| {
            match tag {
                0 => message.metadata_hash = reader.read_i64()?,
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
        writer.put_i32(self.epoch);
        let mut fields = TaggedFields::new();
        if self.metadata_hash != 0 {
            fields.add(0, |writer| {
                writer.put_i64(self.metadata_hash);
                Ok(())
            })?;
        }
        fields.finish(writer)?;
        Ok(())
    }
}

/// Kafka's `ConsumerGroupPartitionMetadataKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupPartitionMetadataKey {
    pub group_id: String,
}

impl Message for ConsumerGroupPartitionMetadataKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ConsumerGroupPartitionMetadataKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        Ok(())
    }
}

impl Record for ConsumerGroupPartitionMetadataKey {
    const RECORD_TYPE: i16 = 4;
}

/// Kafka's `ConsumerGroupPartitionMetadataValue`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupPartitionMetadataValue {
    pub topics: Vec<TopicMetadata>,
}

impl Message for ConsumerGroupPartitionMetadataValue {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ConsumerGroupPartitionMetadataValue";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            topics: reader.read_array(true, 23, |reader| TopicMetadata::decode(reader, version))?,
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

/// A structure of [`ConsumerGroupPartitionMetadataValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicMetadata {
    pub topic_id: [u8; 16],
    pub topic_name: String,
    pub num_partitions: i32,
    pub partition_metadata: Vec<PartitionMetadata>,
}

impl TopicMetadata {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            topic_id: reader.read_uuid()?,
            topic_name: reader.read_string(true)?,
            num_partitions: reader.read_i32()?,
            partition_metadata: reader.read_array(true, 6, |reader| PartitionMetadata::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_uuid(self.topic_id);
        writer.put_string(&self.topic_name, true)?;
        writer.put_i32(self.num_partitions);
        writer.put_array(&self.partition_metadata, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`ConsumerGroupPartitionMetadataValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionMetadata {
    pub partition: i32,
    pub racks: Vec<String>,
}

impl PartitionMetadata {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            partition: reader.read_i32()?,
            racks: reader.read_array(true, 1, |reader| reader.read_string(true))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i32(self.partition);
        writer.put_array(&self.racks, true, |writer, element| writer.put_string(element, true))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// Kafka's `ConsumerGroupMemberMetadataKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupMemberMetadataKey {
    pub group_id: String,
    pub member_id: String,
}

impl Message for ConsumerGroupMemberMetadataKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ConsumerGroupMemberMetadataKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
            member_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        writer.put_string(&self.member_id, false)?;
        Ok(())
    }
}

impl Record for ConsumerGroupMemberMetadataKey {
    const RECORD_TYPE: i16 = 5;
}

/// Kafka's `ConsumerGroupMemberMetadataValue`, version 0.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsumerGroupMemberMetadataValue {
    pub instance_id: Option<String>,
    pub rack_id: Option<String>,
    pub client_id: String,
    pub client_host: String,
    pub subscribed_topic_names: Vec<String>,
    pub subscribed_topic_regex: Option<String>,
    pub rebalance_timeout_ms: i32,
    pub server_assignor: Option<String>,
    pub classic_member_metadata: Option<ClassicMemberMetadata>,
}

impl Default for ConsumerGroupMemberMetadataValue {
    fn default() -> ConsumerGroupMemberMetadataValue {
        ConsumerGroupMemberMetadataValue {
            instance_id: Some(String::new()),
            rack_id: Some(String::new()),
            client_id: String::new(),
            client_host: String::new(),
            subscribed_topic_names: Vec::new(),
            subscribed_topic_regex: Some(String::new()),
            rebalance_timeout_ms: -1,
            server_assignor: Some(String::new()),
            classic_member_metadata: Some(ClassicMemberMetadata::default()),
        }
    }
}

impl Message for ConsumerGroupMemberMetadataValue {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ConsumerGroupMemberMetadataValue";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let mut message = Self {
            instance_id: reader.read_nullable_string(true)?,
            rack_id: reader.read_nullable_string(true)?,
            client_id: reader.read_string(true)?,
            client_host: reader.read_string(true)?,
            subscribed_topic_names: reader.read_array(true, 1, |reader| reader.read_string(true))?,
            subscribed_topic_regex: reader.read_nullable_string(true)?,
            rebalance_timeout_ms: reader.read_i32()?,
            server_assignor: reader.read_nullable_string(true)?,
            classic_member_metadata: Some(ClassicMemberMetadata::default()),
        };
        reader.read_tagged_fields(|tag, reader| {
            match tag {
                0 => message.classic_member_metadata = reader.read_nullable_tagged_struct(|reader| ClassicMemberMetadata::decode(reader, version))?,
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
        writer.put_nullable_string(self.instance_id.as_deref(), true)?;
        writer.put_nullable_string(self.rack_id.as_deref(), true)?;
        writer.put_string(&self.client_id, true)?;
        writer.put_string(&self.client_host, true)?;
        writer.put_array(&self.subscribed_topic_names, true, |writer, element| writer.put_string(element, true))?;
        writer.put_nullable_string(self.subscribed_topic_regex.as_deref(), true)?;
        writer.put_i32(self.rebalance_timeout_ms);
        writer.put_nullable_string(self.server_assignor.as_deref(), true)?;
        let mut fields = TaggedFields::new();
        if self.classic_member_metadata != Some(ClassicMemberMetadata::default()) {
            fields.add(0, |writer| {
                writer.put_nullable_tagged_struct(self.classic_member_metadata.as_ref(), |writer, value| value.encode(writer, version))?;
                Ok(())
            })?;
        }
        fields.finish(writer)?;
        Ok(())
    }
}

/// A structure of [`ConsumerGroupMemberMetadataValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClassicMemberMetadata {
    pub session_timeout_ms: i32,
    pub supported_protocols: Vec<ClassicProtocol>,
}

impl ClassicMemberMetadata {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            session_timeout_ms: reader.read_i32()?,
            supported_protocols: reader.read_array(true, 3, |reader| ClassicProtocol::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i32(self.session_timeout_ms);
        writer.put_array(&self.supported_protocols, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`ConsumerGroupMemberMetadataValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClassicProtocol {
    pub name: String,
    pub metadata: Bytes,
}

impl ClassicProtocol {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            name: reader.read_string(true)?,
            metadata: reader.read_bytes(true)?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.name, true)?;
        writer.put_bytes(&self.metadata, true)?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// Kafka's `ConsumerGroupTargetAssignmentMetadataKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupTargetAssignmentMetadataKey {
    pub group_id: String,
}

impl Message for ConsumerGroupTargetAssignmentMetadataKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ConsumerGroupTargetAssignmentMetadataKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        Ok(())
    }
}

impl Record for ConsumerGroupTargetAssignmentMetadataKey {
    const RECORD_TYPE: i16 = 6;
}

/// Kafka's `ConsumerGroupTargetAssignmentMetadataValue`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupTargetAssignmentMetadataValue {
    pub assignment_epoch: i32,
    pub assignment_timestamp: i64,
}

impl Message for ConsumerGroupTargetAssignmentMetadataValue {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ConsumerGroupTargetAssignmentMetadataValue";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let mut message = Self {
            assignment_epoch: reader.read_i32()?,
            assignment_timestamp: 0,
        };
        reader.read_tagged_fields(|tag, reader| {
            match tag {
                0 => message.assignment_timestamp = reader.read_i64()?,
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
        writer.put_i32(self.assignment_epoch);
        let mut fields = TaggedFields::new();
        if self.assignment_timestamp != 0 {
            fields.add(0, |writer| {
                writer.put_i64(self.assignment_timestamp);
                Ok(())
            })?;
        }
        fields.finish(writer)?;
        Ok(())
    }
}

/// Kafka's `ConsumerGroupTargetAssignmentMemberKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupTargetAssignmentMemberKey {
    pub group_id: String,
    pub member_id: String,
}

impl Message for ConsumerGroupTargetAssignmentMemberKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ConsumerGroupTargetAssignmentMemberKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
            member_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        writer.put_string(&self.member_id, false)?;
        Ok(())
    }
}

impl Record for ConsumerGroupTargetAssignmentMemberKey {
    const RECORD_TYPE: i16 = 7;
}

/// Kafka's `ConsumerGroupCurrentMemberAssignmentKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupCurrentMemberAssignmentKey {
    pub group_id: String,
    pub member_id: String,
}

impl Message for ConsumerGroupCurrentMemberAssignmentKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ConsumerGroupCurrentMemberAssignmentKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
            member_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        writer.put_string(&self.member_id, false)?;
        Ok(())
    }
}

impl Record for ConsumerGroupCurrentMemberAssignmentKey {
    const RECORD_TYPE: i16 = 8;
}

/// Kafka's `ShareGroupMemberMetadataKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareGroupMemberMetadataKey {
    pub group_id: String,
    pub member_id: String,
}

impl Message for ShareGroupMemberMetadataKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ShareGroupMemberMetadataKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
            member_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        writer.put_string(&self.member_id, false)?;
        Ok(())
    }
}

impl Record for ShareGroupMemberMetadataKey {
    const RECORD_TYPE: i16 = 10;
}

/// Kafka's `ShareGroupMemberMetadataValue`, version 0.
#[derive(Debug, Clone, PartialEq)]
pub struct ShareGroupMemberMetadataValue {
    pub rack_id: Option<String>,
    pub client_id: String,
    pub client_host: String,
    pub subscribed_topic_names: Vec<String>,
}

impl Default for ShareGroupMemberMetadataValue {
    fn default() -> ShareGroupMemberMetadataValue {
        ShareGroupMemberMetadataValue {
            rack_id: Some(String::new()),
            client_id: String::new(),
            client_host: String::new(),
            subscribed_topic_names: Vec::new(),
        }
    }
}

impl Message for ShareGroupMemberMetadataValue {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ShareGroupMemberMetadataValue";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            rack_id: reader.read_nullable_string(true)?,
            client_id: reader.read_string(true)?,
            client_host: reader.read_string(true)?,
            subscribed_topic_names: reader.read_array(true, 1, |reader| reader.read_string(true))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_nullable_string(self.rack_id.as_deref(), true)?;
        writer.put_string(&self.client_id, true)?;
        writer.put_string(&self.client_host, true)?;
        writer.put_array(&self.subscribed_topic_names, true, |writer, element| writer.put_string(element, true))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// Kafka's `ShareGroupMetadataKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareGroupMetadataKey {
    pub group_id: String,
}

impl Message for ShareGroupMetadataKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ShareGroupMetadataKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        Ok(())
    }
}

impl Record for ShareGroupMetadataKey {
    const RECORD_TYPE: i16 = 11;
}

/// Kafka's `ShareGroupMetadataValue`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareGroupMetadataValue {
    pub epoch: i32,
    pub metadata_hash: i64,
}

impl Message for ShareGroupMetadataValue {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ShareGroupMetadataValue";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            epoch: reader.read_i32()?,
            metadata_hash: reader.read_i64()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i32(self.epoch);
        writer.put_i64(self.metadata_hash);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// Kafka's `ShareGroupTargetAssignmentMetadataKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareGroupTargetAssignmentMetadataKey {
    pub group_id: String,
}

impl Message for ShareGroupTargetAssignmentMetadataKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ShareGroupTargetAssignmentMetadataKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        Ok(())
    }
}

impl Record for ShareGroupTargetAssignmentMetadataKey {
    const RECORD_TYPE: i16 = 12;
}

/// Kafka's `ShareGroupTargetAssignmentMetadataValue`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareGroupTargetAssignmentMetadataValue {
    pub assignment_epoch: i32,
    pub assignment_timestamp: i64,
}

impl Message for ShareGroupTargetAssignmentMetadataValue {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ShareGroupTargetAssignmentMetadataValue";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let mut message = Self {
            assignment_epoch: reader.read_i32()?,
            assignment_timestamp: 0,
        };
        reader.read_tagged_fields(|tag, reader| {
            match tag {
                0 => message.assignment_timestamp = reader.read_i64()?,
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
        writer.put_i32(self.assignment_epoch);
        let mut fields = TaggedFields::new();
        if self.assignment_timestamp != 0 {
            fields.add(0, |writer| {
                writer.put_i64(self.assignment_timestamp);
                Ok(())
            })?;
        }
        fields.finish(writer)?;
        Ok(())
    }
}

/// Kafka's `ShareGroupTargetAssignmentMemberKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareGroupTargetAssignmentMemberKey {
    pub group_id: String,
    pub member_id: String,
}

impl Message for ShareGroupTargetAssignmentMemberKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ShareGroupTargetAssignmentMemberKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
            member_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        writer.put_string(&self.member_id, false)?;
        Ok(())
    }
}

impl Record for ShareGroupTargetAssignmentMemberKey {
    const RECORD_TYPE: i16 = 13;
}

/// Kafka's `ShareGroupCurrentMemberAssignmentKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareGroupCurrentMemberAssignmentKey {
    pub group_id: String,
    pub member_id: String,
}

impl Message for ShareGroupCurrentMemberAssignmentKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ShareGroupCurrentMemberAssignmentKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
            member_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        writer.put_string(&self.member_id, false)?;
        Ok(())
    }
}

impl Record for ShareGroupCurrentMemberAssignmentKey {
    const RECORD_TYPE: i16 = 14;
}

/// Kafka's `ShareGroupStatePartitionMetadataKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareGroupStatePartitionMetadataKey {
    pub group_id: String,
}

impl Message for ShareGroupStatePartitionMetadataKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ShareGroupStatePartitionMetadataKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        Ok(())
    }
}

impl Record for ShareGroupStatePartitionMetadataKey {
    const RECORD_TYPE: i16 = 15;
}

/// Kafka's `ConsumerGroupRegularExpressionKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupRegularExpressionKey {
    pub group_id: String,
    pub regular_expression: String,
}

impl Message for ConsumerGroupRegularExpressionKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ConsumerGroupRegularExpressionKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
            regular_expression: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        writer.put_string(&self.regular_expression, false)?;
        Ok(())
    }
}

impl Record for ConsumerGroupRegularExpressionKey {
    const RECORD_TYPE: i16 = 16;
}

/// Kafka's `ConsumerGroupRegularExpressionValue`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupRegularExpressionValue {
    pub topics: Vec<String>,
    pub version: i64,
    pub timestamp: i64,
}

impl Message for ConsumerGroupRegularExpressionValue {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ConsumerGroupRegularExpressionValue";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            topics: reader.read_array(true, 1, |reader| reader.read_string(true))?,
            version: reader.read_i64()?,
            timestamp: reader.read_i64()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_array(&self.topics, true, |writer, element| writer.put_string(element, true))?;
        writer.put_i64(self.version);
        writer.put_i64(self.timestamp);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// Kafka's `StreamsGroupMetadataKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StreamsGroupMetadataKey {
    pub group_id: String,
}

impl Message for StreamsGroupMetadataKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "StreamsGroupMetadataKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        Ok(())
    }
}

impl Record for StreamsGroupMetadataKey {
    const RECORD_TYPE: i16 = 17;
}

/// Kafka's `StreamsGroupMetadataValue`, version 0.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamsGroupMetadataValue {
    pub epoch: i32,
    pub metadata_hash: i64,
    pub validated_topology_epoch: i32,
    pub last_assignment_configs: Option<Vec<LastAssignmentConfig>>,
    pub stored_description_topology_epoch: i32,
    pub failed_description_topology_epoch: i32,
}

impl Default for StreamsGroupMetadataValue {
    fn default() -> StreamsGroupMetadataValue {
        StreamsGroupMetadataValue {
            epoch: 0,
            metadata_hash: 0,
            validated_topology_epoch: -1,
            last_assignment_configs: Some(Vec::new()),
            stored_description_topology_epoch: -1,
            failed_description_topology_epoch: -1,
        }
    }
}

impl Message for StreamsGroupMetadataValue {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "StreamsGroupMetadataValue";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let mut message = Self {
            epoch: reader.read_i32()?,
            metadata_hash: reader.read_i64()?,
            validated_topology_epoch: -1,
            last_assignment_configs: Some(Vec::new()),
            stored_description_topology_epoch: -1,
            failed_description_topology_epoch: -1,
        };
        reader.read_tagged_fields(|tag, reader| {
            match tag {
                0 => message.validated_topology_epoch = reader.read_i32()?,
                1 => message.last_assignment_configs = reader.read_nullable_array(true, 3, |reader| LastAssignmentConfig::decode(reader, version))?,
                2 => message.stored_description_topology_epoch = reader.read_i32()?,
                3 => message.failed_description_topology_epoch = reader.read_i32()?,
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
        writer.put_i32(self.epoch);
        writer.put_i64(self.metadata_hash);
        let mut fields = TaggedFields::new();
        if self.validated_topology_epoch != -1 {
            fields.add(0, |writer| {
                writer.put_i32(self.validated_topology_epoch);
                Ok(())
            })?;
        }
        if !self.last_assignment_configs.as_ref().is_some_and(|value| value.is_empty()) {
            fields.add(1, |writer| {
                writer.put_nullable_array(self.last_assignment_configs.as_deref(), true, |writer, element| element.encode(writer, version))?;
                Ok(())
            })?;
        }
        if self.stored_description_topology_epoch != -1 {
            fields.add(2, |writer| {
                writer.put_i32(self.stored_description_topology_epoch);
                Ok(())
            })?;
        }
        if self.failed_description_topology_epoch != -1 {
            fields.add(3, |writer| {
                writer.put_i32(self.failed_description_topology_epoch);
                Ok(())
            })?;
        }
        fields.finish(writer)?;
        Ok(())
    }
}

/// A structure of [`StreamsGroupMetadataValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LastAssignmentConfig {
    pub key: String,
    pub value: String,
}

impl LastAssignmentConfig {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            key: reader.read_string(true)?,
            value: reader.read_string(true)?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.key, true)?;
        writer.put_string(&self.value, true)?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// Kafka's `StreamsGroupMemberMetadataKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StreamsGroupMemberMetadataKey {
    pub group_id: String,
    pub member_id: String,
}

impl Message for StreamsGroupMemberMetadataKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "StreamsGroupMemberMetadataKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
            member_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        writer.put_string(&self.member_id, false)?;
        Ok(())
    }
}

impl Record for StreamsGroupMemberMetadataKey {
    const RECORD_TYPE: i16 = 19;
}

/// Kafka's `StreamsGroupMemberMetadataValue`, version 0.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamsGroupMemberMetadataValue {
    pub instance_id: Option<String>,
    pub rack_id: Option<String>,
    pub client_id: String,
    pub client_host: String,
    pub rebalance_timeout_ms: i32,
    pub topology_epoch: i32,
    pub process_id: String,
    pub user_endpoint: Option<Endpoint>,
    pub client_tags: Vec<KeyValue>,
}

impl Default for StreamsGroupMemberMetadataValue {
    fn default() -> StreamsGroupMemberMetadataValue {
        StreamsGroupMemberMetadataValue {
            instance_id: Some(String::new()),
            rack_id: Some(String::new()),
            client_id: String::new(),
            client_host: String::new(),
            rebalance_timeout_ms: -1,
            topology_epoch: 0,
            process_id: String::new(),
            user_endpoint: None,
            client_tags: Vec::new(),
        }
    }
}

impl Message for StreamsGroupMemberMetadataValue {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "StreamsGroupMemberMetadataValue";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            instance_id: reader.read_nullable_string(true)?,
            rack_id: reader.read_nullable_string(true)?,
            client_id: reader.read_string(true)?,
            client_host: reader.read_string(true)?,
            rebalance_timeout_ms: reader.read_i32()?,
            topology_epoch: reader.read_i32()?,
            process_id: reader.read_string(true)?,
            user_endpoint: reader.read_nullable_struct(|reader| Endpoint::decode(reader, version))?,
            client_tags: reader.read_array(true, 3, |reader| KeyValue::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_nullable_string(self.instance_id.as_deref(), true)?;
        writer.put_nullable_string(self.rack_id.as_deref(), true)?;
        writer.put_string(&self.client_id, true)?;
        writer.put_string(&self.client_host, true)?;
        writer.put_i32(self.rebalance_timeout_ms);
        writer.put_i32(self.topology_epoch);
        writer.put_string(&self.process_id, true)?;
        writer.put_nullable_struct(self.user_endpoint.as_ref(), |writer, value| value.encode(writer, version))?;
        writer.put_array(&self.client_tags, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`StreamsGroupMemberMetadataValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Endpoint {
    pub host: String,
    pub port: u16,
}

impl Endpoint {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            host: reader.read_string(true)?,
            port: reader.read_u16()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.host, true)?;
        writer.put_u16(self.port);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`StreamsGroupMemberMetadataValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KeyValue {
    pub key: String,
    pub value: String,
}

impl KeyValue {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            key: reader.read_string(true)?,
            value: reader.read_string(true)?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.key, true)?;
        writer.put_string(&self.value, true)?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// Kafka's `StreamsGroupTargetAssignmentMetadataKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StreamsGroupTargetAssignmentMetadataKey {
    pub group_id: String,
}

impl Message for StreamsGroupTargetAssignmentMetadataKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "StreamsGroupTargetAssignmentMetadataKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        Ok(())
    }
}

impl Record for StreamsGroupTargetAssignmentMetadataKey {
    const RECORD_TYPE: i16 = 20;
}

/// Kafka's `StreamsGroupTargetAssignmentMetadataValue`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StreamsGroupTargetAssignmentMetadataValue {
    pub assignment_epoch: i32,
    pub assignment_timestamp: i64,
}

impl Message for StreamsGroupTargetAssignmentMetadataValue {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "StreamsGroupTargetAssignmentMetadataValue";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let mut message = Self {
            assignment_epoch: reader.read_i32()?,
            assignment_timestamp: 0,
        };
        reader.read_tagged_fields(|tag, reader| {
            match tag {
                0 => message.assignment_timestamp = reader.read_i64()?,
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
        writer.put_i32(self.assignment_epoch);
        let mut fields = TaggedFields::new();
        if self.assignment_timestamp != 0 {
            fields.add(0, |writer| {
                writer.put_i64(self.assignment_timestamp);
                Ok(())
            })?;
        }
        fields.finish(writer)?;
        Ok(())
    }
}

/// Kafka's `StreamsGroupTargetAssignmentMemberKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StreamsGroupTargetAssignmentMemberKey {
    pub group_id: String,
    pub member_id: String,
}

impl Message for StreamsGroupTargetAssignmentMemberKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "StreamsGroupTargetAssignmentMemberKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
            member_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        writer.put_string(&self.member_id, false)?;
        Ok(())
    }
}

impl Record for StreamsGroupTargetAssignmentMemberKey {
    const RECORD_TYPE: i16 = 21;
}

/// Kafka's `StreamsGroupCurrentMemberAssignmentKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StreamsGroupCurrentMemberAssignmentKey {
    pub group_id: String,
    pub member_id: String,
}

impl Message for StreamsGroupCurrentMemberAssignmentKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "StreamsGroupCurrentMemberAssignmentKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
            member_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        writer.put_string(&self.member_id, false)?;
        Ok(())
    }
}

impl Record for StreamsGroupCurrentMemberAssignmentKey {
    const RECORD_TYPE: i16 = 22;
}

/// Kafka's `StreamsGroupTopologyKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StreamsGroupTopologyKey {
    pub group_id: String,
}

impl Message for StreamsGroupTopologyKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "StreamsGroupTopologyKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        Ok(())
    }
}

impl Record for StreamsGroupTopologyKey {
    const RECORD_TYPE: i16 = 23;
}

/// `ConsumerGroupTargetAssignmentMemberValue` and its structures.
pub mod consumer_group_target_assignment_member_value {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

    /// Kafka's `ConsumerGroupTargetAssignmentMemberValue`, version 0.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ConsumerGroupTargetAssignmentMemberValue {
        pub topic_partitions: Vec<TopicPartition>,
    }

    impl Message for ConsumerGroupTargetAssignmentMemberValue {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 0;
        const NAME: &'static str = "ConsumerGroupTargetAssignmentMemberValue";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let message = Self {
                topic_partitions: reader.read_array(true, 18, |reader| TopicPartition::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_array(&self.topic_partitions, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`ConsumerGroupTargetAssignmentMemberValue`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicPartition {
        pub topic_id: [u8; 16],
        pub partitions: Vec<i32>,
    }

    impl TopicPartition {
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

pub use consumer_group_target_assignment_member_value::ConsumerGroupTargetAssignmentMemberValue;

/// `ConsumerGroupCurrentMemberAssignmentValue` and its structures.
pub mod consumer_group_current_member_assignment_value {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, TaggedFields, Writer};

    /// Kafka's `ConsumerGroupCurrentMemberAssignmentValue`, version 0.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ConsumerGroupCurrentMemberAssignmentValue {
        pub member_epoch: i32,
        pub previous_member_epoch: i32,
        pub state: i8,
        pub assigned_partitions: Vec<TopicPartitions>,
        pub partitions_pending_revocation: Vec<TopicPartitions>,
    }

    impl Message for ConsumerGroupCurrentMemberAssignmentValue {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 0;
        const NAME: &'static str = "ConsumerGroupCurrentMemberAssignmentValue";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let message = Self {
                member_epoch: reader.read_i32()?,
                previous_member_epoch: reader.read_i32()?,
                state: reader.read_i8()?,
                assigned_partitions: reader.read_array(true, 18, |reader| TopicPartitions::decode(reader, version))?,
                partitions_pending_revocation: reader.read_array(true, 18, |reader| TopicPartitions::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_i32(self.member_epoch);
            writer.put_i32(self.previous_member_epoch);
            writer.put_i8(self.state);
            writer.put_array(&self.assigned_partitions, true, |writer, element| element.encode(writer, version))?;
            writer.put_array(&self.partitions_pending_revocation, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`ConsumerGroupCurrentMemberAssignmentValue`].
    #[derive(Debug, Clone, PartialEq)]
    pub struct TopicPartitions {
        pub topic_id: [u8; 16],
        pub partitions: Vec<i32>,
        pub assignment_epochs: Option<Vec<i32>>,
    }

    impl Default for TopicPartitions {
        fn default() -> TopicPartitions {
            TopicPartitions {
                topic_id: [0; 16],
                partitions: Vec::new(),
                assignment_epochs: Some(Vec::new()),
            }
        }
    }

    impl TopicPartitions {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let mut message = Self {
                topic_id: reader.read_uuid()?,
                partitions: reader.read_array(true, 4, |reader| reader.read_i32())?,
                assignment_epochs: Some(Vec::new()),
            };
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 => message.assignment_epochs = reader.read_nullable_array(true, 4, |reader| reader.read_i32())?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_uuid(self.topic_id);
            writer.put_array(&self.partitions, true, |writer, element| Ok(writer.put_i32(*element)))?;
            let mut fields = TaggedFields::new();
            if !self.assignment_epochs.as_ref().is_some_and(|value| value.is_empty()) {
                fields.add(0, |writer| {
                    writer.put_nullable_array(self.assignment_epochs.as_deref(), true, |writer, element| Ok(writer.put_i32(*element)))?;
                    Ok(())
                })?;
            }
            fields.finish(writer)?;
            Ok(())
        }
    }
}

pub use consumer_group_current_member_assignment_value::ConsumerGroupCurrentMemberAssignmentValue;

/// `ShareGroupTargetAssignmentMemberValue` and its structures.
pub mod share_group_target_assignment_member_value {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

    /// Kafka's `ShareGroupTargetAssignmentMemberValue`, version 0.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareGroupTargetAssignmentMemberValue {
        pub topic_partitions: Vec<TopicPartition>,
    }

    impl Message for ShareGroupTargetAssignmentMemberValue {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 0;
        const NAME: &'static str = "ShareGroupTargetAssignmentMemberValue";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let message = Self {
                topic_partitions: reader.read_array(true, 18, |reader| TopicPartition::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_array(&self.topic_partitions, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`ShareGroupTargetAssignmentMemberValue`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicPartition {
        pub topic_id: [u8; 16],
        pub partitions: Vec<i32>,
    }

    impl TopicPartition {
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

pub use share_group_target_assignment_member_value::ShareGroupTargetAssignmentMemberValue;

/// `ShareGroupCurrentMemberAssignmentValue` and its structures.
pub mod share_group_current_member_assignment_value {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

    /// Kafka's `ShareGroupCurrentMemberAssignmentValue`, version 0.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareGroupCurrentMemberAssignmentValue {
        pub member_epoch: i32,
        pub previous_member_epoch: i32,
        pub state: i8,
        pub assigned_partitions: Vec<TopicPartitions>,
    }

    impl Message for ShareGroupCurrentMemberAssignmentValue {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 0;
        const NAME: &'static str = "ShareGroupCurrentMemberAssignmentValue";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let message = Self {
                member_epoch: reader.read_i32()?,
                previous_member_epoch: reader.read_i32()?,
                state: reader.read_i8()?,
                assigned_partitions: reader.read_array(true, 18, |reader| TopicPartitions::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_i32(self.member_epoch);
            writer.put_i32(self.previous_member_epoch);
            writer.put_i8(self.state);
            writer.put_array(&self.assigned_partitions, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`ShareGroupCurrentMemberAssignmentValue`].
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

pub use share_group_current_member_assignment_value::ShareGroupCurrentMemberAssignmentValue;

/// `ShareGroupStatePartitionMetadataValue` and its structures.
pub mod share_group_state_partition_metadata_value {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

    /// Kafka's `ShareGroupStatePartitionMetadataValue`, version 0.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareGroupStatePartitionMetadataValue {
        pub initializing_topics: Vec<TopicPartitionsInfo>,
        pub initialized_topics: Vec<TopicPartitionsInfo>,
        pub deleting_topics: Vec<TopicInfo>,
    }

    impl Message for ShareGroupStatePartitionMetadataValue {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 0;
        const NAME: &'static str = "ShareGroupStatePartitionMetadataValue";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let message = Self {
                initializing_topics: reader.read_array(true, 19, |reader| TopicPartitionsInfo::decode(reader, version))?,
                initialized_topics: reader.read_array(true, 19, |reader| TopicPartitionsInfo::decode(reader, version))?,
                deleting_topics: reader.read_array(true, 18, |reader| TopicInfo::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_array(&self.initializing_topics, true, |writer, element| element.encode(writer, version))?;
            writer.put_array(&self.initialized_topics, true, |writer, element| element.encode(writer, version))?;
            writer.put_array(&self.deleting_topics, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`ShareGroupStatePartitionMetadataValue`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicPartitionsInfo {
        pub topic_id: [u8; 16],
        pub topic_name: String,
        pub partitions: Vec<i32>,
    }

    impl TopicPartitionsInfo {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                topic_id: reader.read_uuid()?,
                topic_name: reader.read_string(true)?,
                partitions: reader.read_array(true, 4, |reader| reader.read_i32())?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_uuid(self.topic_id);
            writer.put_string(&self.topic_name, true)?;
            writer.put_array(&self.partitions, true, |writer, element| Ok(writer.put_i32(*element)))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`ShareGroupStatePartitionMetadataValue`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicInfo {
        pub topic_id: [u8; 16],
        pub topic_name: String,
    }

    impl TopicInfo {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                topic_id: reader.read_uuid()?,
                topic_name: reader.read_string(true)?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_uuid(self.topic_id);
            writer.put_string(&self.topic_name, true)?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use share_group_state_partition_metadata_value::ShareGroupStatePartitionMetadataValue;

/// `StreamsGroupTargetAssignmentMemberValue` and its structures.
pub mod streams_group_target_assignment_member_value {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

    /// Kafka's `StreamsGroupTargetAssignmentMemberValue`, version 0.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct StreamsGroupTargetAssignmentMemberValue {
        pub active_tasks: Vec<TaskIds>,
        pub standby_tasks: Vec<TaskIds>,
        pub warmup_tasks: Vec<TaskIds>,
    }

    impl Message for StreamsGroupTargetAssignmentMemberValue {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 0;
        const NAME: &'static str = "StreamsGroupTargetAssignmentMemberValue";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let message = Self {
                active_tasks: reader.read_array(true, 3, |reader| TaskIds::decode(reader, version))?,
                standby_tasks: reader.read_array(true, 3, |reader| TaskIds::decode(reader, version))?,
                warmup_tasks: reader.read_array(true, 3, |reader| TaskIds::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_array(&self.active_tasks, true, |writer, element| element.encode(writer, version))?;
            writer.put_array(&self.standby_tasks, true, |writer, element| element.encode(writer, version))?;
            writer.put_array(&self.warmup_tasks, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`StreamsGroupTargetAssignmentMemberValue`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TaskIds {
        pub subtopology_id: String,
        pub partitions: Vec<i32>,
    }

    impl TaskIds {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                subtopology_id: reader.read_string(true)?,
                partitions: reader.read_array(true, 4, |reader| reader.read_i32())?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_string(&self.subtopology_id, true)?;
            writer.put_array(&self.partitions, true, |writer, element| Ok(writer.put_i32(*element)))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use streams_group_target_assignment_member_value::StreamsGroupTargetAssignmentMemberValue;

/// `StreamsGroupCurrentMemberAssignmentValue` and its structures.
pub mod streams_group_current_member_assignment_value {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, TaggedFields, Writer};

    /// Kafka's `StreamsGroupCurrentMemberAssignmentValue`, version 0.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct StreamsGroupCurrentMemberAssignmentValue {
        pub member_epoch: i32,
        pub previous_member_epoch: i32,
        pub state: i8,
        pub active_tasks: Vec<TaskIds>,
        pub standby_tasks: Vec<TaskIds>,
        pub warmup_tasks: Vec<TaskIds>,
        pub active_tasks_pending_revocation: Vec<TaskIds>,
        pub standby_tasks_pending_revocation: Vec<TaskIds>,
        pub warmup_tasks_pending_revocation: Vec<TaskIds>,
    }

    impl Message for StreamsGroupCurrentMemberAssignmentValue {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 0;
        const NAME: &'static str = "StreamsGroupCurrentMemberAssignmentValue";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let message = Self {
                member_epoch: reader.read_i32()?,
                previous_member_epoch: reader.read_i32()?,
                state: reader.read_i8()?,
                active_tasks: reader.read_array(true, 3, |reader| TaskIds::decode(reader, version))?,
                standby_tasks: reader.read_array(true, 3, |reader| TaskIds::decode(reader, version))?,
                warmup_tasks: reader.read_array(true, 3, |reader| TaskIds::decode(reader, version))?,
                active_tasks_pending_revocation: reader.read_array(true, 3, |reader| TaskIds::decode(reader, version))?,
                standby_tasks_pending_revocation: reader.read_array(true, 3, |reader| TaskIds::decode(reader, version))?,
                warmup_tasks_pending_revocation: reader.read_array(true, 3, |reader| TaskIds::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_i32(self.member_epoch);
            writer.put_i32(self.previous_member_epoch);
            writer.put_i8(self.state);
            writer.put_array(&self.active_tasks, true, |writer, element| element.encode(writer, version))?;
            writer.put_array(&self.standby_tasks, true, |writer, element| element.encode(writer, version))?;
            writer.put_array(&self.warmup_tasks, true, |writer, element| element.encode(writer, version))?;
            writer.put_array(&self.active_tasks_pending_revocation, true, |writer, element| element.encode(writer, version))?;
            writer.put_array(&self.standby_tasks_pending_revocation, true, |writer, element| element.encode(writer, version))?;
            writer.put_array(&self.warmup_tasks_pending_revocation, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`StreamsGroupCurrentMemberAssignmentValue`].
    #[derive(Debug, Clone, PartialEq)]
    pub struct TaskIds {
        pub subtopology_id: String,
        pub partitions: Vec<i32>,
        pub assignment_epochs: Option<Vec<i32>>,
    }

    impl Default for TaskIds {
        fn default() -> TaskIds {
            TaskIds {
                subtopology_id: String::new(),
                partitions: Vec::new(),
                assignment_epochs: Some(Vec::new()),
            }
        }
    }

    impl TaskIds {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let mut message = Self {
                subtopology_id: reader.read_string(true)?,
                partitions: reader.read_array(true, 4, |reader| reader.read_i32())?,
                assignment_epochs: Some(Vec::new()),
            };
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 => message.assignment_epochs = reader.read_nullable_array(true, 4, |reader| reader.read_i32())?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_string(&self.subtopology_id, true)?;
            writer.put_array(&self.partitions, true, |writer, element| Ok(writer.put_i32(*element)))?;
            let mut fields = TaggedFields::new();
            if !self.assignment_epochs.as_ref().is_some_and(|value| value.is_empty()) {
                fields.add(0, |writer| {
                    writer.put_nullable_array(self.assignment_epochs.as_deref(), true, |writer, element| Ok(writer.put_i32(*element)))?;
                    Ok(())
                })?;
            }
            fields.finish(writer)?;
            Ok(())
        }
    }
}

pub use streams_group_current_member_assignment_value::StreamsGroupCurrentMemberAssignmentValue;

/// `StreamsGroupTopologyValue` and its structures.
pub mod streams_group_topology_value {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

    /// Kafka's `StreamsGroupTopologyValue`, version 0.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct StreamsGroupTopologyValue {
        pub epoch: i32,
        pub subtopologies: Vec<Subtopology>,
    }

    impl Message for StreamsGroupTopologyValue {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 0;
        const NAME: &'static str = "StreamsGroupTopologyValue";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let message = Self {
                epoch: reader.read_i32()?,
                subtopologies: reader.read_array(true, 8, |reader| Subtopology::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_i32(self.epoch);
            writer.put_array(&self.subtopologies, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`StreamsGroupTopologyValue`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Subtopology {
        pub subtopology_id: String,
        pub source_topics: Vec<String>,
        pub source_topic_regex: Vec<String>,
        pub state_changelog_topics: Vec<TopicInfo>,
        pub repartition_sink_topics: Vec<String>,
        pub repartition_source_topics: Vec<TopicInfo>,
        pub copartition_groups: Vec<CopartitionGroup>,
    }

    impl Subtopology {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                subtopology_id: reader.read_string(true)?,
                source_topics: reader.read_array(true, 1, |reader| reader.read_string(true))?,
                source_topic_regex: reader.read_array(true, 1, |reader| reader.read_string(true))?,
                state_changelog_topics: reader.read_array(true, 9, |reader| TopicInfo::decode(reader, version))?,
                repartition_sink_topics: reader.read_array(true, 1, |reader| reader.read_string(true))?,
                repartition_source_topics: reader.read_array(true, 9, |reader| TopicInfo::decode(reader, version))?,
                copartition_groups: reader.read_array(true, 4, |reader| CopartitionGroup::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_string(&self.subtopology_id, true)?;
            writer.put_array(&self.source_topics, true, |writer, element| writer.put_string(element, true))?;
            writer.put_array(&self.source_topic_regex, true, |writer, element| writer.put_string(element, true))?;
            writer.put_array(&self.state_changelog_topics, true, |writer, element| element.encode(writer, version))?;
            writer.put_array(&self.repartition_sink_topics, true, |writer, element| writer.put_string(element, true))?;
            writer.put_array(&self.repartition_source_topics, true, |writer, element| element.encode(writer, version))?;
            writer.put_array(&self.copartition_groups, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`StreamsGroupTopologyValue`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicInfo {
        pub name: String,
        pub partitions: i32,
        pub replication_factor: i16,
        pub topic_configs: Vec<TopicConfig>,
    }

    impl TopicInfo {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                name: reader.read_string(true)?,
                partitions: reader.read_i32()?,
                replication_factor: reader.read_i16()?,
                topic_configs: reader.read_array(true, 3, |reader| TopicConfig::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_string(&self.name, true)?;
            writer.put_i32(self.partitions);
            writer.put_i16(self.replication_factor);
            writer.put_array(&self.topic_configs, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`StreamsGroupTopologyValue`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct CopartitionGroup {
        pub source_topics: Vec<i16>,
        pub source_topic_regex: Vec<i16>,
        pub repartition_source_topics: Vec<i16>,
    }

    impl CopartitionGroup {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                source_topics: reader.read_array(true, 2, |reader| reader.read_i16())?,
                source_topic_regex: reader.read_array(true, 2, |reader| reader.read_i16())?,
                repartition_source_topics: reader.read_array(true, 2, |reader| reader.read_i16())?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_array(&self.source_topics, true, |writer, element| Ok(writer.put_i16(*element)))?;
            writer.put_array(&self.source_topic_regex, true, |writer, element| Ok(writer.put_i16(*element)))?;
            writer.put_array(&self.repartition_source_topics, true, |writer, element| Ok(writer.put_i16(*element)))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`StreamsGroupTopologyValue`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicConfig {
        pub key: String,
        pub value: String,
    }

    impl TopicConfig {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                key: reader.read_string(true)?,
                value: reader.read_string(true)?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_string(&self.key, true)?;
            writer.put_string(&self.value, true)?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use streams_group_topology_value::StreamsGroupTopologyValue;
