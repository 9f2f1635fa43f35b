//! Generated from `schema/` by `tribunal-wire-generator`: metadata record. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use bytes::Bytes;

use crate::codec::{DecodeError, EncodeError, Message, Reader, Record, TaggedFields, Writer};

/// Kafka's `RegisterBrokerRecord`, versions 0 to 4.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisterBrokerRecord {
    pub broker_id: i32,
    pub is_migrating_zk_broker: bool,
    pub incarnation_id: [u8; 16],
    pub broker_epoch: i64,
    pub end_points: Vec<BrokerEndpoint>,
    pub features: Vec<BrokerFeature>,
    pub rack: Option<String>,
    pub fenced: bool,
    pub in_controlled_shutdown: bool,
    pub log_dirs: Vec<[u8; 16]>,
    pub cordoned_log_dirs: Option<Vec<[u8; 16]>>,
}

impl Default for RegisterBrokerRecord {
    fn default() -> RegisterBrokerRecord {
        RegisterBrokerRecord {
            broker_id: 0,
            is_migrating_zk_broker: false,
            incarnation_id: [0; 16],
            broker_epoch: 0,
            end_points: Vec::new(),
            features: Vec::new(),
            rack: Some(String::new()),
            fenced: true,
            in_controlled_shutdown: false,
            log_dirs: Vec::new(),
            cordoned_log_dirs: None,
        }
    }
}

impl Message for RegisterBrokerRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 4;
    const NAME: &'static str = "RegisterBrokerRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let mut message = Self {
            broker_id: reader.read_i32()?,
            is_migrating_zk_broker: if version >= 2 {
                reader.read_bool()?
            } else {
                false
            },
            incarnation_id: reader.read_uuid()?,
            broker_epoch: reader.read_i64()?,
            end_points: reader.read_array(true, 7, |reader| BrokerEndpoint::decode(reader, version))?,
            features: reader.read_array(true, 6, |reader| BrokerFeature::decode(reader, version))?,
            rack: reader.read_nullable_string(true)?,
            fenced: reader.read_bool()?,
            in_controlled_shutdown: if version >= 1 {
                reader.read_bool()?
            } else {
                false
            },
            log_dirs: Vec::new(),
            cordoned_log_dirs: None,
        };
        reader.read_tagged_fields(|tag, reader| {
            match tag {
                0 if version >= 3 => message.log_dirs = reader.read_array(true, 16, |reader| reader.read_uuid())?,
                1 if version == 4 => message.cordoned_log_dirs = reader.read_nullable_array(true, 16, |reader| reader.read_uuid())?,
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
        writer.put_i32(self.broker_id);
        if version >= 2 {
            writer.put_bool(self.is_migrating_zk_broker);
        } else if self.is_migrating_zk_broker {
            return Err(EncodeError::FieldNotInVersion { field: "IsMigratingZkBroker", version });
        }
        writer.put_uuid(self.incarnation_id);
        writer.put_i64(self.broker_epoch);
        writer.put_array(&self.end_points, true, |writer, element| element.encode(writer, version))?;
        writer.put_array(&self.features, true, |writer, element| element.encode(writer, version))?;
        writer.put_nullable_string(self.rack.as_deref(), true)?;
        writer.put_bool(self.fenced);
        if version >= 1 {
            writer.put_bool(self.in_controlled_shutdown);
        } else if self.in_controlled_shutdown {
            return Err(EncodeError::FieldNotInVersion { field: "InControlledShutdown", version });
        }
        if !(version >= 3) && !self.log_dirs.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "LogDirs", version });
        }
        if !(version == 4) && self.cordoned_log_dirs.is_some() {
            return Err(EncodeError::FieldNotInVersion { field: "CordonedLogDirs", version });
        }
        let mut fields = TaggedFields::new();
        if version >= 3 && !self.log_dirs.is_empty() {
            fields.add(0, |writer| {
                writer.put_array(&self.log_dirs, true, |writer, element| Ok(writer.put_uuid(*element)))?;
                Ok(())
            })?;
        }
        if version == 4 && self.cordoned_log_dirs.is_some() {
            fields.add(1, |writer| {
                writer.put_nullable_array(self.cordoned_log_dirs.as_deref(), true, |writer, element| Ok(writer.put_uuid(*element)))?;
                Ok(())
            })?;
        }
        fields.finish(writer)?;
        Ok(())
    }
}

impl Record for RegisterBrokerRecord {
    const RECORD_TYPE: i16 = 0;
}

/// A structure of [`RegisterBrokerRecord`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BrokerEndpoint {
    pub name: String,
    pub host: String,
    pub port: u16,
    pub security_protocol: i16,
}

impl BrokerEndpoint {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            name: reader.read_string(true)?,
            host: reader.read_string(true)?,
            port: reader.read_u16()?,
            security_protocol: reader.read_i16()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.name, true)?;
        writer.put_string(&self.host, true)?;
        writer.put_u16(self.port);
        writer.put_i16(self.security_protocol);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`RegisterBrokerRecord`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BrokerFeature {
    pub name: String,
    pub min_supported_version: i16,
    pub max_supported_version: i16,
}

impl BrokerFeature {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            name: reader.read_string(true)?,
            min_supported_version: reader.read_i16()?,
            max_supported_version: reader.read_i16()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.name, true)?;
        writer.put_i16(self.min_supported_version);
        writer.put_i16(self.max_supported_version);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// Kafka's `UnregisterBrokerRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnregisterBrokerRecord {
    pub broker_id: i32,
    pub broker_epoch: i64,
}

impl Message for UnregisterBrokerRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "UnregisterBrokerRecord";

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
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for UnregisterBrokerRecord {
    const RECORD_TYPE: i16 = 1;
}

/// Kafka's `TopicRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicRecord {
    pub name: String,
    pub topic_id: [u8; 16],
}

impl Message for TopicRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "TopicRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            name: reader.read_string(true)?,
            topic_id: reader.read_uuid()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.name, true)?;
        writer.put_uuid(self.topic_id);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for TopicRecord {
    const RECORD_TYPE: i16 = 2;
}

/// Kafka's `PartitionRecord`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionRecord {
    pub partition_id: i32,
    pub topic_id: [u8; 16],
    pub replicas: Vec<i32>,
    pub isr: Vec<i32>,
    pub removing_replicas: Vec<i32>,
    pub adding_replicas: Vec<i32>,
    pub leader: i32,
    pub leader_recovery_state: i8,
    pub leader_epoch: i32,
    pub partition_epoch: i32,
    pub directories: Vec<[u8; 16]>,
    pub eligible_leader_replicas: Option<Vec<i32>>,
    pub last_known_elr: Option<Vec<i32>>,
}

impl Default for PartitionRecord {
    fn default() -> PartitionRecord {
        PartitionRecord {
            partition_id: -1,
            topic_id: [0; 16],
            replicas: Vec::new(),
            isr: Vec::new(),
            removing_replicas: Vec::new(),
            adding_replicas: Vec::new(),
            leader: -1,
            leader_recovery_state: 0,
            leader_epoch: -1,
            partition_epoch: -1,
            directories: Vec::new(),
            eligible_leader_replicas: None,
            last_known_elr: None,
        }
    }
}

impl Message for PartitionRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 2;
    const NAME: &'static str = "PartitionRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let mut message = Self {
            partition_id: reader.read_i32()?,
            topic_id: reader.read_uuid()?,
            replicas: reader.read_array(true, 4, |reader| reader.read_i32())?,
            isr: reader.read_array(true, 4, |reader| reader.read_i32())?,
            removing_replicas: reader.read_array(true, 4, |reader| reader.read_i32())?,
            adding_replicas: reader.read_array(true, 4, |reader| reader.read_i32())?,
            leader: reader.read_i32()?,
            leader_epoch: reader.read_i32()?,
            partition_epoch: reader.read_i32()?,
            directories: if version >= 1 {
                reader.read_array(true, 16, |reader| reader.read_uuid())?
            } else {
                Vec::new()
            },
            leader_recovery_state: 0,
            eligible_leader_replicas: None,
            last_known_elr: None,
        };
        reader.read_tagged_fields(|tag, reader| {
            match tag {
                0 => message.leader_recovery_state = reader.read_i8()?,
                1 if version == 2 => message.eligible_leader_replicas = reader.read_nullable_array(true, 4, |reader| reader.read_i32())?,
                2 if version == 2 => message.last_known_elr = reader.read_nullable_array(true, 4, |reader| reader.read_i32())?,
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
        writer.put_i32(self.partition_id);
        writer.put_uuid(self.topic_id);
        writer.put_array(&self.replicas, true, |writer, element| Ok(writer.put_i32(*element)))?;
        writer.put_array(&self.isr, true, |writer, element| Ok(writer.put_i32(*element)))?;
        writer.put_array(&self.removing_replicas, true, |writer, element| Ok(writer.put_i32(*element)))?;
        writer.put_array(&self.adding_replicas, true, |writer, element| Ok(writer.put_i32(*element)))?;
        writer.put_i32(self.leader);
        writer.put_i32(self.leader_epoch);
        writer.put_i32(self.partition_epoch);
        if version >= 1 {
            writer.put_array(&self.directories, true, |writer, element| Ok(writer.put_uuid(*element)))?;
        } else if !self.directories.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "Directories", version });
        }
        if !(version == 2) && self.eligible_leader_replicas.is_some() {
            return Err(EncodeError::FieldNotInVersion { field: "EligibleLeaderReplicas", version });
        }
        if !(version == 2) && self.last_known_elr.is_some() {
            return Err(EncodeError::FieldNotInVersion { field: "LastKnownElr", version });
        }
        let mut fields = TaggedFields::new();
        if self.leader_recovery_state != 0 {
            fields.add(0, |writer| {
                writer.put_i8(self.leader_recovery_state);
                Ok(())
            })?;
        }
        if version == 2 && self.eligible_leader_replicas.is_some() {
            fields.add(1, |writer| {
                writer.put_nullable_array(self.eligible_leader_replicas.as_deref(), true, |writer, element| Ok(writer.put_i32(*element)))?;
                Ok(())
            })?;
        }
        if version == 2 && self.last_known_elr.is_some() {
            fields.add(2, |writer| {
                writer.put_nullable_array(self.last_known_elr.as_deref(), true, |writer, element| Ok(writer.put_i32(*element)))?;
                Ok(())
            })?;
        }
        fields.finish(writer)?;
        Ok(())
    }
}

impl Record for PartitionRecord {
    const RECORD_TYPE: i16 = 3;
}

/// Kafka's `ConfigRecord`, version 0.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigRecord {
    pub resource_type: i8,
    pub resource_name: String,
    pub name: String,
    pub value: Option<String>,
}

impl Default for ConfigRecord {
    fn default() -> ConfigRecord {
        ConfigRecord {
            resource_type: 0,
            resource_name: String::new(),
            name: String::new(),
            value: Some(String::new()),
        }
    }
}

impl Message for ConfigRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ConfigRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            resource_type: reader.read_i8()?,
            resource_name: reader.read_string(true)?,
            name: reader.read_string(true)?,
            value: reader.read_nullable_string(true)?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i8(self.resource_type);
        writer.put_string(&self.resource_name, true)?;
        writer.put_string(&self.name, true)?;
        writer.put_nullable_string(self.value.as_deref(), true)?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for ConfigRecord {
    const RECORD_TYPE: i16 = 4;
}

/// Kafka's `PartitionChangeRecord`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionChangeRecord {
    pub partition_id: i32,
    pub topic_id: [u8; 16],
    pub isr: Option<Vec<i32>>,
    pub leader: i32,
    pub replicas: Option<Vec<i32>>,
    pub removing_replicas: Option<Vec<i32>>,
    pub adding_replicas: Option<Vec<i32>>,
    pub leader_recovery_state: i8,
    pub directories: Option<Vec<[u8; 16]>>,
    pub eligible_leader_replicas: Option<Vec<i32>>,
    pub last_known_elr: Option<Vec<i32>>,
}

impl Default for PartitionChangeRecord {
    fn default() -> PartitionChangeRecord {
        PartitionChangeRecord {
            partition_id: -1,
            topic_id: [0; 16],
            isr: None,
            leader: -2,
            replicas: None,
            removing_replicas: None,
            adding_replicas: None,
            leader_recovery_state: -1,
            directories: None,
            eligible_leader_replicas: None,
            last_known_elr: None,
        }
    }
}

impl Message for PartitionChangeRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 2;
    const NAME: &'static str = "PartitionChangeRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let mut message = Self {
            partition_id: reader.read_i32()?,
            topic_id: reader.read_uuid()?,
            isr: None,
            leader: -2,
            replicas: None,
            removing_replicas: None,
            adding_replicas: None,
            leader_recovery_state: -1,
            directories: None,
            eligible_leader_replicas: None,
            last_known_elr: None,
        };
        reader.read_tagged_fields(|tag, reader| {
            match tag {
                0 => message.isr = reader.read_nullable_array(true, 4, |reader| reader.read_i32())?,
                1 => message.leader = reader.read_i32()?,
                2 => message.replicas = reader.read_nullable_array(true, 4, |reader| reader.read_i32())?,
                3 => message.removing_replicas = reader.read_nullable_array(true, 4, |reader| reader.read_i32())?,
                4 => message.adding_replicas = reader.read_nullable_array(true, 4, |reader| reader.read_i32())?,
                5 => message.leader_recovery_state = reader.read_i8()?,
                6 if version == 2 => message.eligible_leader_replicas = reader.read_nullable_array(true, 4, |reader| reader.read_i32())?,
                7 if version == 2 => message.last_known_elr = reader.read_nullable_array(true, 4, |reader| reader.read_i32())?,
                8 if version >= 1 => message.directories = reader.read_nullable_array(true, 16, |reader| reader.read_uuid())?,
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
        writer.put_i32(self.partition_id);
        writer.put_uuid(self.topic_id);
        if !(version == 2) && self.eligible_leader_replicas.is_some() {
            return Err(EncodeError::FieldNotInVersion { field: "EligibleLeaderReplicas", version });
        }
        if !(version == 2) && self.last_known_elr.is_some() {
            return Err(EncodeError::FieldNotInVersion { field: "LastKnownElr", version });
        }
        if !(version >= 1) && self.directories.is_some() {
            return Err(EncodeError::FieldNotInVersion { field: "Directories", version });
        }
        let mut fields = TaggedFields::new();
        if self.isr.is_some() {
            fields.add(0, |writer| {
                writer.put_nullable_array(self.isr.as_deref(), true, |writer, element| Ok(writer.put_i32(*element)))?;
                Ok(())
            })?;
        }
        if self.leader != -2 {
            fields.add(1, |writer| {
                writer.put_i32(self.leader);
                Ok(())
            })?;
        }
        if self.replicas.is_some() {
            fields.add(2, |writer| {
                writer.put_nullable_array(self.replicas.as_deref(), true, |writer, element| Ok(writer.put_i32(*element)))?;
                Ok(())
            })?;
        }
        if self.removing_replicas.is_some() {
            fields.add(3, |writer| {
                writer.put_nullable_array(self.removing_replicas.as_deref(), true, |writer, element| Ok(writer.put_i32(*element)))?;
                Ok(())
            })?;
        }
        if self.adding_replicas.is_some() {
            fields.add(4, |writer| {
                writer.put_nullable_array(self.adding_replicas.as_deref(), true, |writer, element| Ok(writer.put_i32(*element)))?;
                Ok(())
            })?;
        }
        if self.leader_recovery_state != -1 {
            fields.add(5, |writer| {
                writer.put_i8(self.leader_recovery_state);
                Ok(())
            })?;
        }
        if version == 2 && self.eligible_leader_replicas.is_some() {
            fields.add(6, |writer| {
                writer.put_nullable_array(self.eligible_leader_replicas.as_deref(), true, |writer, element| Ok(writer.put_i32(*element)))?;
                Ok(())
            })?;
        }
        if version == 2 && self.last_known_elr.is_some() {
            fields.add(7, |writer| {
                writer.put_nullable_array(self.last_known_elr.as_deref(), true, |writer, element| Ok(writer.put_i32(*element)))?;
                Ok(())
            })?;
        }
        if version >= 1 && self.directories.is_some() {
            fields.add(8, |writer| {
                writer.put_nullable_array(self.directories.as_deref(), true, |writer, element| Ok(writer.put_uuid(*element)))?;
                Ok(())
            })?;
        }
        fields.finish(writer)?;
        Ok(())
    }
}

impl Record for PartitionChangeRecord {
    const RECORD_TYPE: i16 = 5;
}

/// Kafka's `FenceBrokerRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FenceBrokerRecord {
    pub id: i32,
    pub epoch: i64,
}

impl Message for FenceBrokerRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "FenceBrokerRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            id: reader.read_i32()?,
            epoch: reader.read_i64()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i32(self.id);
        writer.put_i64(self.epoch);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for FenceBrokerRecord {
    const RECORD_TYPE: i16 = 7;
}

/// Kafka's `UnfenceBrokerRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnfenceBrokerRecord {
    pub id: i32,
    pub epoch: i64,
}

impl Message for UnfenceBrokerRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "UnfenceBrokerRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            id: reader.read_i32()?,
            epoch: reader.read_i64()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i32(self.id);
        writer.put_i64(self.epoch);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for UnfenceBrokerRecord {
    const RECORD_TYPE: i16 = 8;
}

/// Kafka's `RemoveTopicRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RemoveTopicRecord {
    pub topic_id: [u8; 16],
}

impl Message for RemoveTopicRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "RemoveTopicRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            topic_id: reader.read_uuid()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_uuid(self.topic_id);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for RemoveTopicRecord {
    const RECORD_TYPE: i16 = 9;
}

/// Kafka's `DelegationTokenRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DelegationTokenRecord {
    pub owner: String,
    pub requester: String,
    pub renewers: Vec<String>,
    pub issue_timestamp: i64,
    pub max_timestamp: i64,
    pub expiration_timestamp: i64,
    pub token_id: String,
}

impl Message for DelegationTokenRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "DelegationTokenRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            owner: reader.read_string(true)?,
            requester: reader.read_string(true)?,
            renewers: reader.read_array(true, 1, |reader| reader.read_string(true))?,
            issue_timestamp: reader.read_i64()?,
            max_timestamp: reader.read_i64()?,
            expiration_timestamp: reader.read_i64()?,
            token_id: reader.read_string(true)?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.owner, true)?;
        writer.put_string(&self.requester, true)?;
        writer.put_array(&self.renewers, true, |writer, element| writer.put_string(element, true))?;
        writer.put_i64(self.issue_timestamp);
        writer.put_i64(self.max_timestamp);
        writer.put_i64(self.expiration_timestamp);
        writer.put_string(&self.token_id, true)?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for DelegationTokenRecord {
    const RECORD_TYPE: i16 = 10;
}

/// Kafka's `UserScramCredentialRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UserScramCredentialRecord {
    pub name: String,
    pub mechanism: i8,
    pub salt: Bytes,
    pub stored_key: Bytes,
    pub server_key: Bytes,
    pub iterations: i32,
}

impl Message for UserScramCredentialRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "UserScramCredentialRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            name: reader.read_string(true)?,
            mechanism: reader.read_i8()?,
            salt: reader.read_bytes(true)?,
            stored_key: reader.read_bytes(true)?,
            server_key: reader.read_bytes(true)?,
            iterations: reader.read_i32()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.name, true)?;
        writer.put_i8(self.mechanism);
        writer.put_bytes(&self.salt, true)?;
        writer.put_bytes(&self.stored_key, true)?;
        writer.put_bytes(&self.server_key, true)?;
        writer.put_i32(self.iterations);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for UserScramCredentialRecord {
    const RECORD_TYPE: i16 = 11;
}

/// Kafka's `FeatureLevelRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FeatureLevelRecord {
    pub name: String,
    pub feature_level: i16,
}

impl Message for FeatureLevelRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "FeatureLevelRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            name: reader.read_string(true)?,
            feature_level: reader.read_i16()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.name, true)?;
        writer.put_i16(self.feature_level);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for FeatureLevelRecord {
    const RECORD_TYPE: i16 = 12;
}

/// Kafka's `ClientQuotaRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClientQuotaRecord {
    pub entity: Vec<EntityData>,
    pub key: String,
    pub value: f64,
    pub remove: bool,
}

impl Message for ClientQuotaRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ClientQuotaRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            entity: reader.read_array(true, 3, |reader| EntityData::decode(reader, version))?,
            key: reader.read_string(true)?,
            value: reader.read_f64()?,
            remove: reader.read_bool()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_array(&self.entity, true, |writer, element| element.encode(writer, version))?;
        writer.put_string(&self.key, true)?;
        writer.put_f64(self.value);
        writer.put_bool(self.remove);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for ClientQuotaRecord {
    const RECORD_TYPE: i16 = 14;
}

/// A structure of [`ClientQuotaRecord`].
#[derive(Debug, Clone, PartialEq)]
pub struct EntityData {
    pub entity_type: String,
    pub entity_name: Option<String>,
}

impl Default for EntityData {
    fn default() -> EntityData {
        EntityData {
            entity_type: String::new(),
            entity_name: Some(String::new()),
        }
    }
}

impl EntityData {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            entity_type: reader.read_string(true)?,
            entity_name: reader.read_nullable_string(true)?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.entity_type, true)?;
        writer.put_nullable_string(self.entity_name.as_deref(), true)?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// Kafka's `ProducerIdsRecord`, version 0.
#[derive(Debug, Clone, PartialEq)]
pub struct ProducerIdsRecord {
    pub broker_id: i32,
    pub broker_epoch: i64,
    pub next_producer_id: i64,
}

impl Default for ProducerIdsRecord {
    fn default() -> ProducerIdsRecord {
        ProducerIdsRecord {
            broker_id: 0,
            broker_epoch: -1,
            next_producer_id: 0,
        }
    }
}

impl Message for ProducerIdsRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ProducerIdsRecord";

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
            next_producer_id: reader.read_i64()?,
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
        writer.put_i64(self.next_producer_id);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for ProducerIdsRecord {
    const RECORD_TYPE: i16 = 15;
}

/// Kafka's `BrokerRegistrationChangeRecord`, versions 0 to 3.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BrokerRegistrationChangeRecord {
    pub broker_id: i32,
    pub broker_epoch: i64,
    pub fenced: i8,
    pub in_controlled_shutdown: i8,
    pub log_dirs: Vec<[u8; 16]>,
    pub cordoned_log_dirs: Option<Vec<[u8; 16]>>,
}

impl Message for BrokerRegistrationChangeRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 3;
    const NAME: &'static str = "BrokerRegistrationChangeRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let mut message = Self {
            broker_id: reader.read_i32()?,
            broker_epoch: reader.read_i64()?,
            fenced: 0,
            in_controlled_shutdown: 0,
            log_dirs: Vec::new(),
            cordoned_log_dirs: None,
        };
        reader.read_tagged_fields(|tag, reader| {
            match tag {
                0 => message.fenced = reader.read_i8()?,
                1 if version >= 1 => message.in_controlled_shutdown = reader.read_i8()?,
                2 if version >= 2 => message.log_dirs = reader.read_array(true, 16, |reader| reader.read_uuid())?,
                3 if version == 3 => message.cordoned_log_dirs = reader.read_nullable_array(true, 16, |reader| reader.read_uuid())?,
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
        writer.put_i32(self.broker_id);
        writer.put_i64(self.broker_epoch);
        if !(version >= 1) && self.in_controlled_shutdown != 0 {
            return Err(EncodeError::FieldNotInVersion { field: "InControlledShutdown", version });
        }
        if !(version >= 2) && !self.log_dirs.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "LogDirs", version });
        }
        if !(version == 3) && self.cordoned_log_dirs.is_some() {
            return Err(EncodeError::FieldNotInVersion { field: "CordonedLogDirs", version });
        }
        let mut fields = TaggedFields::new();
        if self.fenced != 0 {
            fields.add(0, |writer| {
                writer.put_i8(self.fenced);
                Ok(())
            })?;
        }
        if version >= 1 && self.in_controlled_shutdown != 0 {
            fields.add(1, |writer| {
                writer.put_i8(self.in_controlled_shutdown);
                Ok(())
            })?;
        }
        if version >= 2 && !self.log_dirs.is_empty() {
            fields.add(2, |writer| {
                writer.put_array(&self.log_dirs, true, |writer, element| Ok(writer.put_uuid(*element)))?;
                Ok(())
            })?;
        }
        if version == 3 && self.cordoned_log_dirs.is_some() {
            fields.add(3, |writer| {
                writer.put_nullable_array(self.cordoned_log_dirs.as_deref(), true, |writer, element| Ok(writer.put_uuid(*element)))?;
                Ok(())
            })?;
        }
        fields.finish(writer)?;
        Ok(())
    }
}

impl Record for BrokerRegistrationChangeRecord {
    const RECORD_TYPE: i16 = 17;
}

/// Kafka's `AccessControlEntryRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AccessControlEntryRecord {
    pub id: [u8; 16],
    pub resource_type: i8,
    pub resource_name: String,
    pub pattern_type: i8,
    pub principal: String,
    pub host: String,
    pub operation: i8,
    pub permission_type: i8,
}

impl Message for AccessControlEntryRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "AccessControlEntryRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            id: reader.read_uuid()?,
            resource_type: reader.read_i8()?,
            resource_name: reader.read_string(true)?,
            pattern_type: reader.read_i8()?,
            principal: reader.read_string(true)?,
            host: reader.read_string(true)?,
            operation: reader.read_i8()?,
            permission_type: reader.read_i8()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_uuid(self.id);
        writer.put_i8(self.resource_type);
        writer.put_string(&self.resource_name, true)?;
        writer.put_i8(self.pattern_type);
        writer.put_string(&self.principal, true)?;
        writer.put_string(&self.host, true)?;
        writer.put_i8(self.operation);
        writer.put_i8(self.permission_type);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for AccessControlEntryRecord {
    const RECORD_TYPE: i16 = 18;
}

/// Kafka's `RemoveAccessControlEntryRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RemoveAccessControlEntryRecord {
    pub id: [u8; 16],
}

impl Message for RemoveAccessControlEntryRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "RemoveAccessControlEntryRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            id: reader.read_uuid()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_uuid(self.id);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for RemoveAccessControlEntryRecord {
    const RECORD_TYPE: i16 = 19;
}

/// Kafka's `NoOpRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NoOpRecord {}

impl Message for NoOpRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "NoOpRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for NoOpRecord {
    const RECORD_TYPE: i16 = 20;
}

/// Kafka's `ZkMigrationStateRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ZkMigrationStateRecord {
    pub zk_migration_state: i8,
}

impl Message for ZkMigrationStateRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ZkMigrationStateRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            zk_migration_state: reader.read_i8()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i8(self.zk_migration_state);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for ZkMigrationStateRecord {
    const RECORD_TYPE: i16 = 21;
}

/// Kafka's `RemoveUserScramCredentialRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RemoveUserScramCredentialRecord {
    pub name: String,
    pub mechanism: i8,
}

impl Message for RemoveUserScramCredentialRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "RemoveUserScramCredentialRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            name: reader.read_string(true)?,
            mechanism: reader.read_i8()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.name, true)?;
        writer.put_i8(self.mechanism);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for RemoveUserScramCredentialRecord {
    const RECORD_TYPE: i16 = 22;
}

/// Kafka's `BeginTransactionRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BeginTransactionRecord {
    pub name: Option<String>,
}

impl Message for BeginTransactionRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "BeginTransactionRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let mut message = Self {
            name: None,
        };
        reader.read_tagged_fields(|tag, reader| {
            match tag {
                0 => message.name = reader.read_nullable_string(true)?,
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
        let mut fields = TaggedFields::new();
        if self.name.is_some() {
            fields.add(0, |writer| {
                writer.put_nullable_string(self.name.as_deref(), true)?;
                Ok(())
            })?;
        }
        fields.finish(writer)?;
        Ok(())
    }
}

impl Record for BeginTransactionRecord {
    const RECORD_TYPE: i16 = 23;
}

/// Kafka's `EndTransactionRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EndTransactionRecord {}

impl Message for EndTransactionRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "EndTransactionRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for EndTransactionRecord {
    const RECORD_TYPE: i16 = 24;
}

/// Kafka's `AbortTransactionRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AbortTransactionRecord {
    pub reason: Option<String>,
}

impl Message for AbortTransactionRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "AbortTransactionRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let mut message = Self {
            reason: None,
        };
        reader.read_tagged_fields(|tag, reader| {
            match tag {
                0 => message.reason = reader.read_nullable_string(true)?,
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
        let mut fields = TaggedFields::new();
        if self.reason.is_some() {
            fields.add(0, |writer| {
                writer.put_nullable_string(self.reason.as_deref(), true)?;
                Ok(())
            })?;
        }
        fields.finish(writer)?;
        Ok(())
    }
}

impl Record for AbortTransactionRecord {
    const RECORD_TYPE: i16 = 25;
}

/// Kafka's `RemoveDelegationTokenRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RemoveDelegationTokenRecord {
    pub token_id: String,
}

impl Message for RemoveDelegationTokenRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "RemoveDelegationTokenRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            token_id: reader.read_string(true)?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.token_id, true)?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for RemoveDelegationTokenRecord {
    const RECORD_TYPE: i16 = 26;
}

/// Kafka's `RegisterControllerRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RegisterControllerRecord {
    pub controller_id: i32,
    pub incarnation_id: [u8; 16],
    pub zk_migration_ready: bool,
    pub end_points: Vec<ControllerEndpoint>,
    pub features: Vec<ControllerFeature>,
}

impl Message for RegisterControllerRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "RegisterControllerRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            controller_id: reader.read_i32()?,
            incarnation_id: reader.read_uuid()?,
            zk_migration_ready: reader.read_bool()?,
            end_points: reader.read_array(true, 7, |reader| ControllerEndpoint::decode(reader, version))?,
            features: reader.read_array(true, 6, |reader| ControllerFeature::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i32(self.controller_id);
        writer.put_uuid(self.incarnation_id);
        writer.put_bool(self.zk_migration_ready);
        writer.put_array(&self.end_points, true, |writer, element| element.encode(writer, version))?;
        writer.put_array(&self.features, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for RegisterControllerRecord {
    const RECORD_TYPE: i16 = 27;
}

/// A structure of [`RegisterControllerRecord`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ControllerEndpoint {
    pub name: String,
    pub host: String,
    pub port: u16,
    pub security_protocol: i16,
}

impl ControllerEndpoint {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            name: reader.read_string(true)?,
            host: reader.read_string(true)?,
            port: reader.read_u16()?,
            security_protocol: reader.read_i16()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.name, true)?;
        writer.put_string(&self.host, true)?;
        writer.put_u16(self.port);
        writer.put_i16(self.security_protocol);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`RegisterControllerRecord`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ControllerFeature {
    pub name: String,
    pub min_supported_version: i16,
    pub max_supported_version: i16,
}

impl ControllerFeature {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            name: reader.read_string(true)?,
            min_supported_version: reader.read_i16()?,
            max_supported_version: reader.read_i16()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.name, true)?;
        writer.put_i16(self.min_supported_version);
        writer.put_i16(self.max_supported_version);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// Kafka's `ClearElrRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClearElrRecord {
    pub topic_name: String,
}

impl Message for ClearElrRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ClearElrRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            topic_name: reader.read_string(true)?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.topic_name, true)?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for ClearElrRecord {
    const RECORD_TYPE: i16 = 28;
}

/// Kafka's `UnregisterControllerRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnregisterControllerRecord {
    pub controller_id: i32,
}

impl Message for UnregisterControllerRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "UnregisterControllerRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            controller_id: reader.read_i32()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i32(self.controller_id);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Record for UnregisterControllerRecord {
    const RECORD_TYPE: i16 = 29;
}
