//! Generated from `schema/` by `tribunal-wire-generator`: API 10, FindCoordinator. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `FindCoordinatorRequest`, versions 0 to 6.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FindCoordinatorRequest {
    pub key: String,
    pub key_type: i8,
    pub coordinator_keys: Vec<String>,
}

impl Message for FindCoordinatorRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 6;
    const NAME: &'static str = "FindCoordinatorRequest";

    fn is_flexible(version: i16) -> bool {
        version >= 3
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 3;
        let message = Self {
            key: if version <= 3 {
                reader.read_string(flexible)?
            } else {
                String::new()
            },
            key_type: if version >= 1 {
                reader.read_i8()?
            } else {
                0
            },
            coordinator_keys: if version >= 4 {
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
        if version <= 3 {
            writer.put_string(&self.key, flexible)?;
        } else if !self.key.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "Key", version });
        }
        if version >= 1 {
            writer.put_i8(self.key_type);
        } else if self.key_type != 0 {
            return Err(EncodeError::FieldNotInVersion { field: "KeyType", version });
        }
        if version >= 4 {
            writer.put_array(&self.coordinator_keys, flexible, |writer, element| writer.put_string(element, flexible))?;
        } else if !self.coordinator_keys.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "CoordinatorKeys", version });
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for FindCoordinatorRequest {
    const API_KEY: ApiKey = ApiKey::FindCoordinator;
    type Response = crate::message::FindCoordinatorResponse;
}

/// Kafka's `FindCoordinatorResponse`, versions 0 to 6.
#[derive(Debug, Clone, PartialEq)]
pub struct FindCoordinatorResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub node_id: i32,
    pub host: String,
    pub port: i32,
    pub coordinators: Vec<Coordinator>,
}

impl Default for FindCoordinatorResponse {
    fn default() -> FindCoordinatorResponse {
        FindCoordinatorResponse {
            throttle_time_ms: 0,
            error_code: 0,
            error_message: Some(String::new()),
            node_id: 0,
            host: String::new(),
            port: 0,
            coordinators: Vec::new(),
        }
    }
}

impl Message for FindCoordinatorResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 6;
    const NAME: &'static str = "FindCoordinatorResponse";

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
            error_code: if version <= 3 {
                reader.read_i16()?
            } else {
                0
            },
            error_message: if (1..=3).contains(&version) {
                reader.read_nullable_string(flexible)?
            } else {
                Some(String::new())
            },
            node_id: if version <= 3 {
                reader.read_i32()?
            } else {
                0
            },
            host: if version <= 3 {
                reader.read_string(flexible)?
            } else {
                String::new()
            },
            port: if version <= 3 {
                reader.read_i32()?
            } else {
                0
            },
            coordinators: if version >= 4 {
                reader.read_array(flexible, 14, |reader| Coordinator::decode(reader, version))?
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
        if version >= 1 {
            writer.put_i32(self.throttle_time_ms);
        }
        if version <= 3 {
            writer.put_i16(self.error_code);
        } else if self.error_code != 0 {
            return Err(EncodeError::FieldNotInVersion { field: "ErrorCode", version });
        }
        if (1..=3).contains(&version) {
            writer.put_nullable_string(self.error_message.as_deref(), flexible)?;
        }
        if version <= 3 {
            writer.put_i32(self.node_id);
        } else if self.node_id != 0 {
            return Err(EncodeError::FieldNotInVersion { field: "NodeId", version });
        }
        if version <= 3 {
            writer.put_string(&self.host, flexible)?;
        } else if !self.host.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "Host", version });
        }
        if version <= 3 {
            writer.put_i32(self.port);
        } else if self.port != 0 {
            return Err(EncodeError::FieldNotInVersion { field: "Port", version });
        }
        if version >= 4 {
            writer.put_array(&self.coordinators, flexible, |writer, element| element.encode(writer, version))?;
        } else if !self.coordinators.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "Coordinators", version });
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`FindCoordinatorResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct Coordinator {
    pub key: String,
    pub node_id: i32,
    pub host: String,
    pub port: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
}

impl Default for Coordinator {
    fn default() -> Coordinator {
        Coordinator {
            key: String::new(),
            node_id: 0,
            host: String::new(),
            port: 0,
            error_code: 0,
            error_message: Some(String::new()),
        }
    }
}

impl Coordinator {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            key: reader.read_string(true)?,
            node_id: reader.read_i32()?,
            host: reader.read_string(true)?,
            port: reader.read_i32()?,
            error_code: reader.read_i16()?,
            error_message: reader.read_nullable_string(true)?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.key, true)?;
        writer.put_i32(self.node_id);
        writer.put_string(&self.host, true)?;
        writer.put_i32(self.port);
        writer.put_i16(self.error_code);
        writer.put_nullable_string(self.error_message.as_deref(), true)?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}
