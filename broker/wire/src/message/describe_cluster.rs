//! Generated from `schema/` by `tribunal-wire-generator`: API 60, DescribeCluster. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `DescribeClusterRequest`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeClusterRequest {
    pub include_cluster_authorized_operations: bool,
    pub endpoint_type: i8,
    pub include_fenced_brokers: bool,
}

impl Default for DescribeClusterRequest {
    fn default() -> DescribeClusterRequest {
        DescribeClusterRequest {
            include_cluster_authorized_operations: false,
            endpoint_type: 1,
            include_fenced_brokers: false,
        }
    }
}

impl Message for DescribeClusterRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 2;
    const NAME: &'static str = "DescribeClusterRequest";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            include_cluster_authorized_operations: reader.read_bool()?,
            endpoint_type: if version >= 1 {
                reader.read_i8()?
            } else {
                1
            },
            include_fenced_brokers: if version == 2 {
                reader.read_bool()?
            } else {
                false
            },
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_bool(self.include_cluster_authorized_operations);
        if version >= 1 {
            writer.put_i8(self.endpoint_type);
        } else if self.endpoint_type != 1 {
            return Err(EncodeError::FieldNotInVersion { field: "EndpointType", version });
        }
        if version == 2 {
            writer.put_bool(self.include_fenced_brokers);
        } else if self.include_fenced_brokers {
            return Err(EncodeError::FieldNotInVersion { field: "IncludeFencedBrokers", version });
        }
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Request for DescribeClusterRequest {
    const API_KEY: ApiKey = ApiKey::DescribeCluster;
    type Response = crate::message::DescribeClusterResponse;
}

/// Kafka's `DescribeClusterResponse`, versions 0 to 2.
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeClusterResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub error_message: Option<String>,
    pub endpoint_type: i8,
    pub cluster_id: String,
    pub controller_id: i32,
    pub brokers: Vec<DescribeClusterBroker>,
    pub cluster_authorized_operations: i32,
}

impl Default for DescribeClusterResponse {
    fn default() -> DescribeClusterResponse {
        DescribeClusterResponse {
            throttle_time_ms: 0,
            error_code: 0,
            error_message: None,
            endpoint_type: 1,
            cluster_id: String::new(),
            controller_id: -1,
            brokers: Vec::new(),
            cluster_authorized_operations: i32::MIN,
        }
    }
}

impl Message for DescribeClusterResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 2;
    const NAME: &'static str = "DescribeClusterResponse";

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
            error_message: reader.read_nullable_string(true)?,
            endpoint_type: if version >= 1 {
                reader.read_i8()?
            } else {
                1
            },
            cluster_id: reader.read_string(true)?,
            controller_id: reader.read_i32()?,
            brokers: reader.read_array(true, 11, |reader| DescribeClusterBroker::decode(reader, version))?,
            cluster_authorized_operations: reader.read_i32()?,
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
        writer.put_nullable_string(self.error_message.as_deref(), true)?;
        if version >= 1 {
            writer.put_i8(self.endpoint_type);
        } else if self.endpoint_type != 1 {
            return Err(EncodeError::FieldNotInVersion { field: "EndpointType", version });
        }
        writer.put_string(&self.cluster_id, true)?;
        writer.put_i32(self.controller_id);
        writer.put_array(&self.brokers, true, |writer, element| element.encode(writer, version))?;
        writer.put_i32(self.cluster_authorized_operations);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`DescribeClusterResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeClusterBroker {
    pub broker_id: i32,
    pub host: String,
    pub port: i32,
    pub rack: Option<String>,
    pub is_fenced: bool,
}

impl DescribeClusterBroker {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            broker_id: reader.read_i32()?,
            host: reader.read_string(true)?,
            port: reader.read_i32()?,
            rack: reader.read_nullable_string(true)?,
            is_fenced: if version == 2 {
                reader.read_bool()?
            } else {
                false
            },
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i32(self.broker_id);
        writer.put_string(&self.host, true)?;
        writer.put_i32(self.port);
        writer.put_nullable_string(self.rack.as_deref(), true)?;
        if version == 2 {
            writer.put_bool(self.is_fenced);
        } else if self.is_fenced {
            return Err(EncodeError::FieldNotInVersion { field: "IsFenced", version });
        }
        writer.put_unsigned_varint(0);
        Ok(())
    }
}
