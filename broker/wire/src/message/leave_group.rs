//! Generated from `schema/` by `tribunal-wire-generator`: API 13, LeaveGroup. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `LeaveGroupRequest`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeaveGroupRequest {
    pub group_id: String,
    pub member_id: String,
    pub members: Vec<MemberIdentity>,
}

impl Message for LeaveGroupRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 5;
    const NAME: &'static str = "LeaveGroupRequest";

    fn is_flexible(version: i16) -> bool {
        version >= 4
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 4;
        let message = Self {
            group_id: reader.read_string(flexible)?,
            member_id: if version <= 2 {
                reader.read_string(flexible)?
            } else {
                String::new()
            },
            members: if version >= 3 {
                reader.read_array(flexible, 3, |reader| MemberIdentity::decode(reader, version))?
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
        let flexible = version >= 4;
        writer.put_string(&self.group_id, flexible)?;
        if version <= 2 {
            writer.put_string(&self.member_id, flexible)?;
        } else if !self.member_id.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "MemberId", version });
        }
        if version >= 3 {
            writer.put_array(&self.members, flexible, |writer, element| element.encode(writer, version))?;
        } else if !self.members.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "Members", version });
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for LeaveGroupRequest {
    const API_KEY: ApiKey = ApiKey::LeaveGroup;
    type Response = crate::message::LeaveGroupResponse;
}

/// A structure of [`LeaveGroupRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MemberIdentity {
    pub member_id: String,
    pub group_instance_id: Option<String>,
    pub reason: Option<String>,
}

impl MemberIdentity {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let message = Self {
            member_id: reader.read_string(flexible)?,
            group_instance_id: reader.read_nullable_string(flexible)?,
            reason: if version == 5 {
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
        let flexible = version >= 4;
        writer.put_string(&self.member_id, flexible)?;
        writer.put_nullable_string(self.group_instance_id.as_deref(), flexible)?;
        if version == 5 {
            writer.put_nullable_string(self.reason.as_deref(), flexible)?;
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// Kafka's `LeaveGroupResponse`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeaveGroupResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub members: Vec<MemberResponse>,
}

impl Message for LeaveGroupResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 5;
    const NAME: &'static str = "LeaveGroupResponse";

    fn is_flexible(version: i16) -> bool {
        version >= 4
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 4;
        let message = Self {
            throttle_time_ms: if version >= 1 {
                reader.read_i32()?
            } else {
                0
            },
            error_code: reader.read_i16()?,
            members: if version >= 3 {
                reader.read_array(flexible, 5, |reader| MemberResponse::decode(reader, version))?
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
        let flexible = version >= 4;
        if version >= 1 {
            writer.put_i32(self.throttle_time_ms);
        }
        writer.put_i16(self.error_code);
        if version >= 3 {
            writer.put_array(&self.members, flexible, |writer, element| element.encode(writer, version))?;
        } else if !self.members.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "Members", version });
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`LeaveGroupResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct MemberResponse {
    pub member_id: String,
    pub group_instance_id: Option<String>,
    pub error_code: i16,
}

impl Default for MemberResponse {
    fn default() -> MemberResponse {
        MemberResponse {
            member_id: String::new(),
            group_instance_id: Some(String::new()),
            error_code: 0,
        }
    }
}

impl MemberResponse {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let message = Self {
            member_id: reader.read_string(flexible)?,
            group_instance_id: reader.read_nullable_string(flexible)?,
            error_code: reader.read_i16()?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        writer.put_string(&self.member_id, flexible)?;
        writer.put_nullable_string(self.group_instance_id.as_deref(), flexible)?;
        writer.put_i16(self.error_code);
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}
