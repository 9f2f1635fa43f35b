//! Generated from `schema/` by `tribunal-wire-generator`: API 16, ListGroups. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `ListGroupsRequest`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListGroupsRequest {
    pub states_filter: Vec<String>,
    pub types_filter: Vec<String>,
}

impl Message for ListGroupsRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 5;
    const NAME: &'static str = "ListGroupsRequest";

    fn is_flexible(version: i16) -> bool {
        version >= 3
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 3;
        let message = Self {
            states_filter: if version >= 4 {
                reader.read_array(flexible, 1, |reader| reader.read_string(flexible))?
            } else {
                Vec::new()
            },
            types_filter: if version == 5 {
                reader.read_array(flexible, 1, |reader| reader.read_string(flexible))?
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
        let flexible = version >= 3;
        if version >= 4 {
            writer.put_array(&self.states_filter, flexible, |writer, element| writer.put_string(element, flexible))?;
        } else if !self.states_filter.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "StatesFilter", version });
        }
        if version == 5 {
            writer.put_array(&self.types_filter, flexible, |writer, element| writer.put_string(element, flexible))?;
        } else if !self.types_filter.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "TypesFilter", version });
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for ListGroupsRequest {
    const API_KEY: ApiKey = ApiKey::ListGroups;
    type Response = crate::message::ListGroupsResponse;
}

/// Kafka's `ListGroupsResponse`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListGroupsResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub groups: Vec<ListedGroup>,
}

impl Message for ListGroupsResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 5;
    const NAME: &'static str = "ListGroupsResponse";

    fn is_flexible(version: i16) -> bool {
        version >= 3
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 3;
        let message = Self {
            throttle_time_ms: if version >= 1 {
                reader.read_i32()?
            } else {
                0
            },
            error_code: reader.read_i16()?,
            groups: reader.read_array(flexible, 3, |reader| ListedGroup::decode(reader, version))?,
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
        let flexible = version >= 3;
        if version >= 1 {
            writer.put_i32(self.throttle_time_ms);
        }
        writer.put_i16(self.error_code);
        writer.put_array(&self.groups, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`ListGroupsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListedGroup {
    pub group_id: String,
    pub protocol_type: String,
    pub group_state: String,
    pub group_type: String,
}

impl ListedGroup {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let message = Self {
            group_id: reader.read_string(flexible)?,
            protocol_type: reader.read_string(flexible)?,
            group_state: if version >= 4 {
                reader.read_string(flexible)?
            } else {
                String::new()
            },
            group_type: if version == 5 {
                reader.read_string(flexible)?
            } else {
                String::new()
            },
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        writer.put_string(&self.group_id, flexible)?;
        writer.put_string(&self.protocol_type, flexible)?;
        if version >= 4 {
            writer.put_string(&self.group_state, flexible)?;
        }
        if version == 5 {
            writer.put_string(&self.group_type, flexible)?;
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}
