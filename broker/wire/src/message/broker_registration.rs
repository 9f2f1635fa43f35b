//! Generated from `schema/` by `tribunal-wire-generator`: API 62, BrokerRegistration. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `BrokerRegistrationRequest`, versions 0 to 4.
#[derive(Debug, Clone, PartialEq)]
pub struct BrokerRegistrationRequest {
    pub broker_id: i32,
    pub cluster_id: String,
    pub incarnation_id: [u8; 16],
    pub listeners: Vec<Listener>,
    pub features: Vec<Feature>,
    pub rack: Option<String>,
    pub is_migrating_zk_broker: bool,
    pub log_dirs: Vec<[u8; 16]>,
    pub previous_broker_epoch: i64,
}

impl Default for BrokerRegistrationRequest {
    fn default() -> BrokerRegistrationRequest {
        BrokerRegistrationRequest {
            broker_id: 0,
            cluster_id: String::new(),
            incarnation_id: [0; 16],
            listeners: Vec::new(),
            features: Vec::new(),
            rack: Some(String::new()),
            is_migrating_zk_broker: false,
            log_dirs: Vec::new(),
            previous_broker_epoch: -1,
        }
    }
}

impl Message for BrokerRegistrationRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 4;
    const NAME: &'static str = "BrokerRegistrationRequest";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            broker_id: reader.read_i32()?,
            cluster_id: reader.read_string(true)?,
            incarnation_id: reader.read_uuid()?,
            listeners: reader.read_array(true, 7, |reader| Listener::decode(reader, version))?,
            features: reader.read_array(true, 6, |reader| Feature::decode(reader, version))?,
            rack: reader.read_nullable_string(true)?,
            is_migrating_zk_broker: if version >= 1 {
                reader.read_bool()?
            } else {
                false
            },
            log_dirs: if version >= 2 {
                reader.read_array(true, 16, |reader| reader.read_uuid())?
            } else {
                Vec::new()
            },
            previous_broker_epoch: if version >= 3 {
                reader.read_i64()?
            } else {
                -1
            },
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i32(self.broker_id);
        writer.put_string(&self.cluster_id, true)?;
        writer.put_uuid(self.incarnation_id);
        writer.put_array(&self.listeners, true, |writer, element| element.encode(writer, version))?;
        writer.put_array(&self.features, true, |writer, element| element.encode(writer, version))?;
        writer.put_nullable_string(self.rack.as_deref(), true)?;
        if version >= 1 {
            writer.put_bool(self.is_migrating_zk_broker);
        } else if self.is_migrating_zk_broker {
            return Err(EncodeError::FieldNotInVersion { field: "IsMigratingZkBroker", version });
        }
        if version >= 2 {
            writer.put_array(&self.log_dirs, true, |writer, element| Ok(writer.put_uuid(*element)))?;
        }
        if version >= 3 {
            writer.put_i64(self.previous_broker_epoch);
        }
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Request for BrokerRegistrationRequest {
    const API_KEY: ApiKey = ApiKey::BrokerRegistration;
    type Response = crate::message::BrokerRegistrationResponse;
}

/// A structure of [`BrokerRegistrationRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listener {
    pub name: String,
    pub host: String,
    pub port: u16,
    pub security_protocol: i16,
}

impl Listener {
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

/// A structure of [`BrokerRegistrationRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Feature {
    pub name: String,
    pub min_supported_version: i16,
    pub max_supported_version: i16,
}

impl Feature {
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

/// Kafka's `BrokerRegistrationResponse`, versions 0 to 4.
#[derive(Debug, Clone, PartialEq)]
pub struct BrokerRegistrationResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub broker_epoch: i64,
}

impl Default for BrokerRegistrationResponse {
    fn default() -> BrokerRegistrationResponse {
        BrokerRegistrationResponse {
            throttle_time_ms: 0,
            error_code: 0,
            broker_epoch: -1,
        }
    }
}

impl Message for BrokerRegistrationResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 4;
    const NAME: &'static str = "BrokerRegistrationResponse";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            throttle_time_ms: reader.read_i32()?,
            error_code: reader.read_i16()?,
            broker_epoch: reader.read_i64()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i32(self.throttle_time_ms);
        writer.put_i16(self.error_code);
        writer.put_i64(self.broker_epoch);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}
