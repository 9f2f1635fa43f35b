//! Generated from `schema/` by `tribunal-wire-generator`: API 82, UpdateRaftVoter. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, TaggedFields, Writer};
use crate::message::ApiKey;

/// Kafka's `UpdateRaftVoterRequest`, version 0.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateRaftVoterRequest {
    pub cluster_id: Option<String>,
    pub current_leader_epoch: i32,
    pub voter_id: i32,
    pub voter_directory_id: [u8; 16],
    pub listeners: Vec<Listener>,
    pub kraft_version_feature: KRaftVersionFeature,
}

impl Default for UpdateRaftVoterRequest {
    fn default() -> UpdateRaftVoterRequest {
        UpdateRaftVoterRequest {
            cluster_id: Some(String::new()),
            current_leader_epoch: 0,
            voter_id: 0,
            voter_directory_id: [0; 16],
            listeners: Vec::new(),
            kraft_version_feature: KRaftVersionFeature::default(),
        }
    }
}

impl Message for UpdateRaftVoterRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "UpdateRaftVoterRequest";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            cluster_id: reader.read_nullable_string(true)?,
            current_leader_epoch: reader.read_i32()?,
            voter_id: reader.read_i32()?,
            voter_directory_id: reader.read_uuid()?,
            listeners: reader.read_array(true, 5, |reader| Listener::decode(reader, version))?,
            kraft_version_feature: KRaftVersionFeature::decode(reader, version)?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_nullable_string(self.cluster_id.as_deref(), true)?;
        writer.put_i32(self.current_leader_epoch);
        writer.put_i32(self.voter_id);
        writer.put_uuid(self.voter_directory_id);
        writer.put_array(&self.listeners, true, |writer, element| element.encode(writer, version))?;
        self.kraft_version_feature.encode(writer, version)?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Request for UpdateRaftVoterRequest {
    const API_KEY: ApiKey = ApiKey::UpdateRaftVoter;
    type Response = crate::message::UpdateRaftVoterResponse;
}

/// A structure of [`UpdateRaftVoterRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listener {
    pub name: String,
    pub host: String,
    pub port: u16,
}

impl Listener {
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

/// A structure of [`UpdateRaftVoterRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KRaftVersionFeature {
    pub min_supported_version: i16,
    pub max_supported_version: i16,
}

impl KRaftVersionFeature {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            min_supported_version: reader.read_i16()?,
            max_supported_version: reader.read_i16()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i16(self.min_supported_version);
        writer.put_i16(self.max_supported_version);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// Kafka's `UpdateRaftVoterResponse`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UpdateRaftVoterResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub current_leader: CurrentLeader,
}

impl Message for UpdateRaftVoterResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "UpdateRaftVoterResponse";

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
            current_leader: CurrentLeader::default(),
        };
        reader.read_tagged_fields(|tag, reader| {
            match tag {
                0 => message.current_leader = CurrentLeader::decode(reader, version)?,
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
        let mut fields = TaggedFields::new();
        if self.current_leader != CurrentLeader::default() {
            fields.add(0, |writer| {
                self.current_leader.encode(writer, version)?;
                Ok(())
            })?;
        }
        fields.finish(writer)?;
        Ok(())
    }
}

/// A structure of [`UpdateRaftVoterResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct CurrentLeader {
    pub leader_id: i32,
    pub leader_epoch: i32,
    pub host: String,
    pub port: i32,
}

impl Default for CurrentLeader {
    fn default() -> CurrentLeader {
        CurrentLeader {
            leader_id: -1,
            leader_epoch: -1,
            host: String::new(),
            port: 0,
        }
    }
}

impl CurrentLeader {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            leader_id: reader.read_i32()?,
            leader_epoch: reader.read_i32()?,
            host: reader.read_string(true)?,
            port: reader.read_i32()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i32(self.leader_id);
        writer.put_i32(self.leader_epoch);
        writer.put_string(&self.host, true)?;
        writer.put_i32(self.port);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}
