//! Generated from `schema/` by `tribunal-wire-generator`: API 3, Metadata. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `MetadataRequest`, versions 0 to 13.
#[derive(Debug, Clone, PartialEq)]
pub struct MetadataRequest {
    pub topics: Option<Vec<MetadataRequestTopic>>,
    pub allow_auto_topic_creation: bool,
    pub include_cluster_authorized_operations: bool,
    pub include_topic_authorized_operations: bool,
}

impl Default for MetadataRequest {
    fn default() -> MetadataRequest {
        MetadataRequest {
            topics: Some(Vec::new()),
            allow_auto_topic_creation: true,
            include_cluster_authorized_operations: false,
            include_topic_authorized_operations: false,
        }
    }
}

impl Message for MetadataRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 13;
    const NAME: &'static str = "MetadataRequest";

    fn is_flexible(version: i16) -> bool {
        version >= 9
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 9;
        let message = Self {
            topics: if version >= 1 { reader.read_nullable_array(flexible, 2, |reader| MetadataRequestTopic::decode(reader, version)) } else { reader.read_array(flexible, 2, |reader| MetadataRequestTopic::decode(reader, version)).map(Some) }?,
            allow_auto_topic_creation: if version >= 4 {
                reader.read_bool()?
            } else {
                true
            },
            include_cluster_authorized_operations: if (8..=10).contains(&version) {
                reader.read_bool()?
            } else {
                false
            },
            include_topic_authorized_operations: if version >= 8 {
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
        let flexible = version >= 9;
        if self.topics.is_none() && !(version >= 1) {
            return Err(EncodeError::UnexpectedNull { field: "Topics", version });
        }
        writer.put_nullable_array(self.topics.as_deref(), flexible, |writer, element| element.encode(writer, version))?;
        if version >= 4 {
            writer.put_bool(self.allow_auto_topic_creation);
        } else if !self.allow_auto_topic_creation {
            return Err(EncodeError::FieldNotInVersion { field: "AllowAutoTopicCreation", version });
        }
        if (8..=10).contains(&version) {
            writer.put_bool(self.include_cluster_authorized_operations);
        } else if self.include_cluster_authorized_operations {
            return Err(EncodeError::FieldNotInVersion { field: "IncludeClusterAuthorizedOperations", version });
        }
        if version >= 8 {
            writer.put_bool(self.include_topic_authorized_operations);
        } else if self.include_topic_authorized_operations {
            return Err(EncodeError::FieldNotInVersion { field: "IncludeTopicAuthorizedOperations", version });
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for MetadataRequest {
    const API_KEY: ApiKey = ApiKey::Metadata;
    type Response = crate::message::MetadataResponse;
}

/// A structure of [`MetadataRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct MetadataRequestTopic {
    pub topic_id: [u8; 16],
    pub name: Option<String>,
}

impl Default for MetadataRequestTopic {
    fn default() -> MetadataRequestTopic {
        MetadataRequestTopic {
            topic_id: [0; 16],
            name: Some(String::new()),
        }
    }
}

impl MetadataRequestTopic {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let message = Self {
            topic_id: if version >= 10 {
                reader.read_uuid()?
            } else {
                [0; 16]
            },
            name: if version >= 10 { reader.read_nullable_string(flexible) } else { reader.read_string(flexible).map(Some) }?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        if version >= 10 {
            writer.put_uuid(self.topic_id);
        }
        if self.name.is_none() && !(version >= 10) {
            return Err(EncodeError::UnexpectedNull { field: "Name", version });
        }
        writer.put_nullable_string(self.name.as_deref(), flexible)?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// Kafka's `MetadataResponse`, versions 0 to 13.
#[derive(Debug, Clone, PartialEq)]
pub struct MetadataResponse {
    pub throttle_time_ms: i32,
    pub brokers: Vec<MetadataResponseBroker>,
    pub cluster_id: Option<String>,
    pub controller_id: i32,
    pub topics: Vec<MetadataResponseTopic>,
    pub cluster_authorized_operations: i32,
    pub error_code: i16,
}

impl Default for MetadataResponse {
    fn default() -> MetadataResponse {
        MetadataResponse {
            throttle_time_ms: 0,
            brokers: Vec::new(),
            cluster_id: None,
            controller_id: -1,
            topics: Vec::new(),
            cluster_authorized_operations: i32::MIN,
            error_code: 0,
        }
    }
}

impl Message for MetadataResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 13;
    const NAME: &'static str = "MetadataResponse";

    fn is_flexible(version: i16) -> bool {
        version >= 9
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 9;
        let message = Self {
            throttle_time_ms: if version >= 3 {
                reader.read_i32()?
            } else {
                0
            },
            brokers: reader.read_array(flexible, 10, |reader| MetadataResponseBroker::decode(reader, version))?,
            cluster_id: if version >= 2 {
                reader.read_nullable_string(flexible)?
            } else {
                None
            },
            controller_id: if version >= 1 {
                reader.read_i32()?
            } else {
                -1
            },
            topics: reader.read_array(flexible, 8, |reader| MetadataResponseTopic::decode(reader, version))?,
            cluster_authorized_operations: if (8..=10).contains(&version) {
                reader.read_i32()?
            } else {
                i32::MIN
            },
            error_code: if version == 13 {
                reader.read_i16()?
            } else {
                0
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
        let flexible = version >= 9;
        if version >= 3 {
            writer.put_i32(self.throttle_time_ms);
        }
        writer.put_array(&self.brokers, flexible, |writer, element| element.encode(writer, version))?;
        if version >= 2 {
            writer.put_nullable_string(self.cluster_id.as_deref(), flexible)?;
        }
        if version >= 1 {
            writer.put_i32(self.controller_id);
        }
        writer.put_array(&self.topics, flexible, |writer, element| element.encode(writer, version))?;
        if (8..=10).contains(&version) {
            writer.put_i32(self.cluster_authorized_operations);
        } else if self.cluster_authorized_operations != i32::MIN {
            return Err(EncodeError::FieldNotInVersion { field: "ClusterAuthorizedOperations", version });
        }
        if version == 13 {
            writer.put_i16(self.error_code);
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`MetadataResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MetadataResponseBroker {
    pub node_id: i32,
    pub host: String,
    pub port: i32,
    pub rack: Option<String>,
}

impl MetadataResponseBroker {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let message = Self {
            node_id: reader.read_i32()?,
            host: reader.read_string(flexible)?,
            port: reader.read_i32()?,
            rack: if version >= 1 {
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
        let flexible = version >= 9;
        writer.put_i32(self.node_id);
        writer.put_string(&self.host, flexible)?;
        writer.put_i32(self.port);
        if version >= 1 {
            writer.put_nullable_string(self.rack.as_deref(), flexible)?;
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`MetadataResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct MetadataResponseTopic {
    pub error_code: i16,
    pub name: Option<String>,
    pub topic_id: [u8; 16],
    pub is_internal: bool,
    pub partitions: Vec<MetadataResponsePartition>,
    pub topic_authorized_operations: i32,
}

impl Default for MetadataResponseTopic {
    fn default() -> MetadataResponseTopic {
        MetadataResponseTopic {
            error_code: 0,
            name: Some(String::new()),
            topic_id: [0; 16],
            is_internal: false,
            partitions: Vec::new(),
            topic_authorized_operations: i32::MIN,
        }
    }
}

impl MetadataResponseTopic {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let message = Self {
            error_code: reader.read_i16()?,
            name: if version >= 12 { reader.read_nullable_string(flexible) } else { reader.read_string(flexible).map(Some) }?,
            topic_id: if version >= 10 {
                reader.read_uuid()?
            } else {
                [0; 16]
            },
            is_internal: if version >= 1 {
                reader.read_bool()?
            } else {
                false
            },
            partitions: reader.read_array(flexible, 18, |reader| MetadataResponsePartition::decode(reader, version))?,
            topic_authorized_operations: if version >= 8 {
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
        let flexible = version >= 9;
        writer.put_i16(self.error_code);
        if self.name.is_none() && !(version >= 12) {
            return Err(EncodeError::UnexpectedNull { field: "Name", version });
        }
        writer.put_nullable_string(self.name.as_deref(), flexible)?;
        if version >= 10 {
            writer.put_uuid(self.topic_id);
        }
        if version >= 1 {
            writer.put_bool(self.is_internal);
        }
        writer.put_array(&self.partitions, flexible, |writer, element| element.encode(writer, version))?;
        if version >= 8 {
            writer.put_i32(self.topic_authorized_operations);
        } else if self.topic_authorized_operations != i32::MIN {
            return Err(EncodeError::FieldNotInVersion { field: "TopicAuthorizedOperations", version });
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`MetadataResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct MetadataResponsePartition {
    pub error_code: i16,
    pub partition_index: i32,
    pub leader_id: i32,
    pub leader_epoch: i32,
    pub replica_nodes: Vec<i32>,
    pub isr_nodes: Vec<i32>,
    pub offline_replicas: Vec<i32>,
}

impl Default for MetadataResponsePartition {
    fn default() -> MetadataResponsePartition {
        MetadataResponsePartition {
            error_code: 0,
            partition_index: 0,
            leader_id: 0,
            leader_epoch: -1,
            replica_nodes: Vec::new(),
            isr_nodes: Vec::new(),
            offline_replicas: Vec::new(),
        }
    }
}

impl MetadataResponsePartition {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let message = Self {
            error_code: reader.read_i16()?,
            partition_index: reader.read_i32()?,
            leader_id: reader.read_i32()?,
            leader_epoch: if version >= 7 {
                reader.read_i32()?
            } else {
                -1
            },
            replica_nodes: reader.read_array(flexible, 4, |reader| reader.read_i32())?,
            isr_nodes: reader.read_array(flexible, 4, |reader| reader.read_i32())?,
            offline_replicas: if version >= 5 {
                reader.read_array(flexible, 4, |reader| reader.read_i32())?
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
        let flexible = version >= 9;
        writer.put_i16(self.error_code);
        writer.put_i32(self.partition_index);
        writer.put_i32(self.leader_id);
        if version >= 7 {
            writer.put_i32(self.leader_epoch);
        }
        writer.put_array(&self.replica_nodes, flexible, |writer, element| Ok(writer.put_i32(*element)))?;
        writer.put_array(&self.isr_nodes, flexible, |writer, element| Ok(writer.put_i32(*element)))?;
        if version >= 5 {
            writer.put_array(&self.offline_replicas, flexible, |writer, element| Ok(writer.put_i32(*element)))?;
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}
