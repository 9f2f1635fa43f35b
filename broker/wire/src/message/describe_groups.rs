//! Generated from `schema/` by `tribunal-wire-generator`: API 15, DescribeGroups. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use bytes::Bytes;

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `DescribeGroupsRequest`, versions 0 to 6.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeGroupsRequest {
    pub groups: Vec<String>,
    pub include_authorized_operations: bool,
}

impl Message for DescribeGroupsRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 6;
    const NAME: &'static str = "DescribeGroupsRequest";

    fn is_flexible(version: i16) -> bool {
        version >= 5
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 5;
        let message = Self {
            groups: reader.read_array(flexible, 1, |reader| reader.read_string(flexible))?,
            include_authorized_operations: if version >= 3 {
                reader.read_bool()?
            } else {
                false
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
        let flexible = version >= 5;
        writer.put_array(&self.groups, flexible, |writer, element| writer.put_string(element, flexible))?;
        if version >= 3 {
            writer.put_bool(self.include_authorized_operations);
        } else if self.include_authorized_operations {
            return Err(EncodeError::FieldNotInVersion { field: "IncludeAuthorizedOperations", version });
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for DescribeGroupsRequest {
    const API_KEY: ApiKey = ApiKey::DescribeGroups;
    type Response = crate::message::DescribeGroupsResponse;
}

/// Kafka's `DescribeGroupsResponse`, versions 0 to 6.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeGroupsResponse {
    pub throttle_time_ms: i32,
    pub groups: Vec<DescribedGroup>,
}

impl Message for DescribeGroupsResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 6;
    const NAME: &'static str = "DescribeGroupsResponse";

    fn is_flexible(version: i16) -> bool {
        version >= 5
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 5;
        let message = Self {
            throttle_time_ms: if version >= 1 {
                reader.read_i32()?
            } else {
                0
            },
            groups: reader.read_array(flexible, 12, |reader| DescribedGroup::decode(reader, version))?,
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
        let flexible = version >= 5;
        if version >= 1 {
            writer.put_i32(self.throttle_time_ms);
        }
        writer.put_array(&self.groups, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`DescribeGroupsResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct DescribedGroup {
    pub error_code: i16,
    pub error_message: Option<String>,
    pub group_id: String,
    pub group_state: String,
    pub protocol_type: String,
    pub protocol_data: String,
    pub members: Vec<DescribedGroupMember>,
    pub authorized_operations: i32,
}

impl Default for DescribedGroup {
    fn default() -> DescribedGroup {
        DescribedGroup {
            error_code: 0,
            error_message: None,
            group_id: String::new(),
            group_state: String::new(),
            protocol_type: String::new(),
            protocol_data: String::new(),
            members: Vec::new(),
            authorized_operations: i32::MIN,
        }
    }
}

impl DescribedGroup {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let message = Self {
            error_code: reader.read_i16()?,
            error_message: if version == 6 {
                reader.read_nullable_string(flexible)?
            } else {
                None
            },
            group_id: reader.read_string(flexible)?,
            group_state: reader.read_string(flexible)?,
            protocol_type: reader.read_string(flexible)?,
            protocol_data: reader.read_string(flexible)?,
            members: reader.read_array(flexible, 7, |reader| DescribedGroupMember::decode(reader, version))?,
            authorized_operations: if version >= 3 {
                reader.read_i32()?
            } else {
                i32::MIN
            },
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        writer.put_i16(self.error_code);
        if version == 6 {
            writer.put_nullable_string(self.error_message.as_deref(), flexible)?;
        } else if self.error_message.is_some() {
            return Err(EncodeError::FieldNotInVersion { field: "ErrorMessage", version });
        }
        writer.put_string(&self.group_id, flexible)?;
        writer.put_string(&self.group_state, flexible)?;
        writer.put_string(&self.protocol_type, flexible)?;
        writer.put_string(&self.protocol_data, flexible)?;
        writer.put_array(&self.members, flexible, |writer, element| element.encode(writer, version))?;
        if version >= 3 {
            writer.put_i32(self.authorized_operations);
        } else if self.authorized_operations != i32::MIN {
            return Err(EncodeError::FieldNotInVersion { field: "AuthorizedOperations", version });
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`DescribeGroupsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribedGroupMember {
    pub member_id: String,
    pub group_instance_id: Option<String>,
    pub client_id: String,
    pub client_host: String,
    pub member_metadata: Bytes,
    pub member_assignment: Bytes,
}

impl DescribedGroupMember {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let message = Self {
            member_id: reader.read_string(flexible)?,
            group_instance_id: if version >= 4 {
                reader.read_nullable_string(flexible)?
            } else {
                None
            },
            client_id: reader.read_string(flexible)?,
            client_host: reader.read_string(flexible)?,
            member_metadata: reader.read_bytes(flexible)?,
            member_assignment: reader.read_bytes(flexible)?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        writer.put_string(&self.member_id, flexible)?;
        if version >= 4 {
            writer.put_nullable_string(self.group_instance_id.as_deref(), flexible)?;
        }
        writer.put_string(&self.client_id, flexible)?;
        writer.put_string(&self.client_host, flexible)?;
        writer.put_bytes(&self.member_metadata, flexible)?;
        writer.put_bytes(&self.member_assignment, flexible)?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}
