//! Generated from `schema/` by `tribunal-wire-generator`: API 11, JoinGroup. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use bytes::Bytes;

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `JoinGroupRequest`, versions 0 to 9.
#[derive(Debug, Clone, PartialEq)]
pub struct JoinGroupRequest {
    pub group_id: String,
    pub session_timeout_ms: i32,
    pub rebalance_timeout_ms: i32,
    pub member_id: String,
    pub group_instance_id: Option<String>,
    pub protocol_type: String,
    pub protocols: Vec<JoinGroupRequestProtocol>,
    pub reason: Option<String>,
}

impl Default for JoinGroupRequest {
    fn default() -> JoinGroupRequest {
        JoinGroupRequest {
            group_id: String::new(),
            session_timeout_ms: 0,
            rebalance_timeout_ms: -1,
            member_id: String::new(),
            group_instance_id: None,
            protocol_type: String::new(),
            protocols: Vec::new(),
            reason: None,
        }
    }
}

impl Message for JoinGroupRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 9;
    const NAME: &'static str = "JoinGroupRequest";

    fn is_flexible(version: i16) -> bool {
        version >= 6
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 6;
        let message = Self {
            group_id: reader.read_string(flexible)?,
            session_timeout_ms: reader.read_i32()?,
            rebalance_timeout_ms: if version >= 1 {
                reader.read_i32()?
            } else {
                -1
            },
            member_id: reader.read_string(flexible)?,
            group_instance_id: if version >= 5 {
                reader.read_nullable_string(flexible)?
            } else {
                None
            },
            protocol_type: reader.read_string(flexible)?,
            protocols: reader.read_array(flexible, 3, |reader| JoinGroupRequestProtocol::decode(reader, version))?,
            reason: if version >= 8 {
                reader.read_nullable_string(flexible)?
            } else {
                None
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
        let flexible = version >= 6;
        writer.put_string(&self.group_id, flexible)?;
        writer.put_i32(self.session_timeout_ms);
        if version >= 1 {
            writer.put_i32(self.rebalance_timeout_ms);
        }
        writer.put_string(&self.member_id, flexible)?;
        if version >= 5 {
            writer.put_nullable_string(self.group_instance_id.as_deref(), flexible)?;
        } else if self.group_instance_id.is_some() {
            return Err(EncodeError::FieldNotInVersion { field: "GroupInstanceId", version });
        }
        writer.put_string(&self.protocol_type, flexible)?;
        writer.put_array(&self.protocols, flexible, |writer, element| element.encode(writer, version))?;
        if version >= 8 {
            writer.put_nullable_string(self.reason.as_deref(), flexible)?;
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for JoinGroupRequest {
    const API_KEY: ApiKey = ApiKey::JoinGroup;
    type Response = crate::message::JoinGroupResponse;
}

/// A structure of [`JoinGroupRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JoinGroupRequestProtocol {
    pub name: String,
    pub metadata: Bytes,
}

impl JoinGroupRequestProtocol {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let message = Self {
            name: reader.read_string(flexible)?,
            metadata: reader.read_bytes(flexible)?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        writer.put_string(&self.name, flexible)?;
        writer.put_bytes(&self.metadata, flexible)?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// Kafka's `JoinGroupResponse`, versions 0 to 9.
#[derive(Debug, Clone, PartialEq)]
pub struct JoinGroupResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub generation_id: i32,
    pub protocol_type: Option<String>,
    pub protocol_name: Option<String>,
    pub leader: String,
    pub skip_assignment: bool,
    pub member_id: String,
    pub members: Vec<JoinGroupResponseMember>,
}

impl Default for JoinGroupResponse {
    fn default() -> JoinGroupResponse {
        JoinGroupResponse {
            throttle_time_ms: 0,
            error_code: 0,
            generation_id: -1,
            protocol_type: None,
            protocol_name: Some(String::new()),
            leader: String::new(),
            skip_assignment: false,
            member_id: String::new(),
            members: Vec::new(),
        }
    }
}

impl Message for JoinGroupResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 9;
    const NAME: &'static str = "JoinGroupResponse";

    fn is_flexible(version: i16) -> bool {
        version >= 6
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 6;
        let message = Self {
            throttle_time_ms: if version >= 2 {
                reader.read_i32()?
            } else {
                0
            },
            error_code: reader.read_i16()?,
            generation_id: reader.read_i32()?,
            protocol_type: if version >= 7 {
                reader.read_nullable_string(flexible)?
            } else {
                None
            },
            protocol_name: if version >= 7 { reader.read_nullable_string(flexible) } else { reader.read_string(flexible).map(Some) }?,
            leader: reader.read_string(flexible)?,
            skip_assignment: if version == 9 {
                reader.read_bool()?
            } else {
                false
            },
            member_id: reader.read_string(flexible)?,
            members: reader.read_array(flexible, 4, |reader| JoinGroupResponseMember::decode(reader, version))?,
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
        let flexible = version >= 6;
        if version >= 2 {
            writer.put_i32(self.throttle_time_ms);
        }
        writer.put_i16(self.error_code);
        writer.put_i32(self.generation_id);
        if version >= 7 {
            writer.put_nullable_string(self.protocol_type.as_deref(), flexible)?;
        }
        if self.protocol_name.is_none() && !(version >= 7) {
            return Err(EncodeError::UnexpectedNull { field: "ProtocolName", version });
        }
        writer.put_nullable_string(self.protocol_name.as_deref(), flexible)?;
        writer.put_string(&self.leader, flexible)?;
        if version == 9 {
            writer.put_bool(self.skip_assignment);
        } else if self.skip_assignment {
            return Err(EncodeError::FieldNotInVersion { field: "SkipAssignment", version });
        }
        writer.put_string(&self.member_id, flexible)?;
        writer.put_array(&self.members, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`JoinGroupResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JoinGroupResponseMember {
    pub member_id: String,
    pub group_instance_id: Option<String>,
    pub metadata: Bytes,
}

impl JoinGroupResponseMember {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let message = Self {
            member_id: reader.read_string(flexible)?,
            group_instance_id: if version >= 5 {
                reader.read_nullable_string(flexible)?
            } else {
                None
            },
            metadata: reader.read_bytes(flexible)?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        writer.put_string(&self.member_id, flexible)?;
        if version >= 5 {
            writer.put_nullable_string(self.group_instance_id.as_deref(), flexible)?;
        }
        writer.put_bytes(&self.metadata, flexible)?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}
