//! Generated from `schema/` by `tribunal-wire-generator`: API 18, ApiVersions. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, TaggedFields, Writer};
use crate::message::ApiKey;

/// Kafka's `ApiVersionsRequest`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiVersionsRequest {
    pub client_software_name: String,
    pub client_software_version: String,
    pub cluster_id: Option<String>,
    pub node_id: i32,
}

impl Default for ApiVersionsRequest {
    fn default() -> ApiVersionsRequest {
        ApiVersionsRequest {
            client_software_name: String::new(),
            client_software_version: String::new(),
            cluster_id: None,
            node_id: -1,
        }
    }
}

impl Message for ApiVersionsRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 5;
    const NAME: &'static str = "ApiVersionsRequest";

    fn is_flexible(version: i16) -> bool {
        version >= 3
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 3;
        let message = Self {
            client_software_name: if version >= 3 {
                reader.read_string(flexible)?
            } else {
                String::new()
            },
            client_software_version: if version >= 3 {
                reader.read_string(flexible)?
            } else {
                String::new()
            },
            cluster_id: if version == 5 {
                reader.read_nullable_string(flexible)?
            } else {
                None
            },
            node_id: if version == 5 {
                reader.read_i32()?
            } else {
                -1
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
        if version >= 3 {
            writer.put_string(&self.client_software_name, flexible)?;
        }
        if version >= 3 {
            writer.put_string(&self.client_software_version, flexible)?;
        }
        if version == 5 {
            writer.put_nullable_string(self.cluster_id.as_deref(), flexible)?;
        }
        if version == 5 {
            writer.put_i32(self.node_id);
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for ApiVersionsRequest {
    const API_KEY: ApiKey = ApiKey::ApiVersions;
    type Response = crate::message::ApiVersionsResponse;
}

/// Kafka's `ApiVersionsResponse`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiVersionsResponse {
    pub error_code: i16,
    pub api_keys: Vec<ApiVersion>,
    pub throttle_time_ms: i32,
    pub supported_features: Vec<SupportedFeatureKey>,
    pub finalized_features_epoch: i64,
    pub finalized_features: Vec<FinalizedFeatureKey>,
    pub zk_migration_ready: bool,
}

impl Default for ApiVersionsResponse {
    fn default() -> ApiVersionsResponse {
        ApiVersionsResponse {
            error_code: 0,
            api_keys: Vec::new(),
            throttle_time_ms: 0,
            supported_features: Vec::new(),
            finalized_features_epoch: -1,
            finalized_features: Vec::new(),
            zk_migration_ready: false,
        }
    }
}

impl Message for ApiVersionsResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 5;
    const NAME: &'static str = "ApiVersionsResponse";

    fn is_flexible(version: i16) -> bool {
        version >= 3
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 3;
        let mut message = Self {
            error_code: reader.read_i16()?,
            api_keys: reader.read_array(flexible, 6, |reader| ApiVersion::decode(reader, version))?,
            throttle_time_ms: if version >= 1 {
                reader.read_i32()?
            } else {
                0
            },
            supported_features: Vec::new(),
            finalized_features_epoch: -1,
            finalized_features: Vec::new(),
            zk_migration_ready: false,
        };
        if flexible {
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 => message.supported_features = reader.read_array(true, 6, |reader| SupportedFeatureKey::decode(reader, version))?,
                    1 => message.finalized_features_epoch = reader.read_i64()?,
                    2 => message.finalized_features = reader.read_array(true, 6, |reader| FinalizedFeatureKey::decode(reader, version))?,
                    3 => message.zk_migration_ready = reader.read_bool()?,
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
        let flexible = version >= 3;
        writer.put_i16(self.error_code);
        writer.put_array(&self.api_keys, flexible, |writer, element| element.encode(writer, version))?;
        if version >= 1 {
            writer.put_i32(self.throttle_time_ms);
        }
        if flexible {
            let mut fields = TaggedFields::new();
            if !self.supported_features.is_empty() {
                fields.add(0, |writer| {
                    writer.put_array(&self.supported_features, true, |writer, element| element.encode(writer, version))?;
                    Ok(())
                })?;
            }
            if self.finalized_features_epoch != -1 {
                fields.add(1, |writer| {
                    writer.put_i64(self.finalized_features_epoch);
                    Ok(())
                })?;
            }
            if !self.finalized_features.is_empty() {
                fields.add(2, |writer| {
                    writer.put_array(&self.finalized_features, true, |writer, element| element.encode(writer, version))?;
                    Ok(())
                })?;
            }
            if self.zk_migration_ready {
                fields.add(3, |writer| {
                    writer.put_bool(self.zk_migration_ready);
                    Ok(())
                })?;
            }
            fields.finish(writer)?;
        }
        Ok(())
    }
}

/// A structure of [`ApiVersionsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ApiVersion {
    pub api_key: i16,
    pub min_version: i16,
    pub max_version: i16,
}

impl ApiVersion {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let message = Self {
            api_key: reader.read_i16()?,
            min_version: reader.read_i16()?,
            max_version: reader.read_i16()?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        writer.put_i16(self.api_key);
        writer.put_i16(self.min_version);
        writer.put_i16(self.max_version);
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`ApiVersionsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SupportedFeatureKey {
    pub name: String,
    pub min_version: i16,
    pub max_version: i16,
}

impl SupportedFeatureKey {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            name: reader.read_string(true)?,
            min_version: reader.read_i16()?,
            max_version: reader.read_i16()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.name, true)?;
        writer.put_i16(self.min_version);
        writer.put_i16(self.max_version);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`ApiVersionsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FinalizedFeatureKey {
    pub name: String,
    pub max_version_level: i16,
    pub min_version_level: i16,
}

impl FinalizedFeatureKey {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            name: reader.read_string(true)?,
            max_version_level: reader.read_i16()?,
            min_version_level: reader.read_i16()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.name, true)?;
        writer.put_i16(self.max_version_level);
        writer.put_i16(self.min_version_level);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}
