//! Generated from `schema/` by `tribunal-wire-generator`: API 89, StreamsGroupDescribe. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `StreamsGroupDescribeRequest`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StreamsGroupDescribeRequest {
    pub group_ids: Vec<String>,
    pub include_authorized_operations: bool,
    pub include_topology_description: bool,
}

impl Message for StreamsGroupDescribeRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 1;
    const NAME: &'static str = "StreamsGroupDescribeRequest";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            group_ids: reader.read_array(true, 1, |reader| reader.read_string(true))?,
            include_authorized_operations: reader.read_bool()?,
            include_topology_description: if version == 1 {
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
        writer.put_array(&self.group_ids, true, |writer, element| writer.put_string(element, true))?;
        writer.put_bool(self.include_authorized_operations);
        if version == 1 {
            writer.put_bool(self.include_topology_description);
        } else if self.include_topology_description {
            return Err(EncodeError::FieldNotInVersion { field: "IncludeTopologyDescription", version });
        }
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Request for StreamsGroupDescribeRequest {
    const API_KEY: ApiKey = ApiKey::StreamsGroupDescribe;
    type Response = crate::message::StreamsGroupDescribeResponse;
}

/// Kafka's `StreamsGroupDescribeResponse`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StreamsGroupDescribeResponse {
    pub throttle_time_ms: i32,
    pub groups: Vec<DescribedGroup>,
}

impl Message for StreamsGroupDescribeResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 1;
    const NAME: &'static str = "StreamsGroupDescribeResponse";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            throttle_time_ms: reader.read_i32()?,
            groups: reader.read_array(true, 20, |reader| DescribedGroup::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i32(self.throttle_time_ms);
        writer.put_array(&self.groups, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct DescribedGroup {
    pub error_code: i16,
    pub error_message: Option<String>,
    pub group_id: String,
    pub group_state: String,
    pub group_epoch: i32,
    pub assignment_epoch: i32,
    pub topology: Option<Topology>,
    pub members: Vec<Member>,
    pub authorized_operations: i32,
    pub topology_description: Option<TopologyDescription>,
    pub topology_description_status: i8,
    pub assignor_name: Option<String>,
}

impl Default for DescribedGroup {
    fn default() -> DescribedGroup {
        DescribedGroup {
            error_code: 0,
            error_message: None,
            group_id: String::new(),
            group_state: String::new(),
            group_epoch: 0,
            assignment_epoch: 0,
            topology: None,
            members: Vec::new(),
            authorized_operations: i32::MIN,
            topology_description: None,
            topology_description_status: 0,
            assignor_name: None,
        }
    }
}

impl DescribedGroup {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            error_code: reader.read_i16()?,
            error_message: reader.read_nullable_string(true)?,
            group_id: reader.read_string(true)?,
            group_state: reader.read_string(true)?,
            group_epoch: reader.read_i32()?,
            assignment_epoch: reader.read_i32()?,
            topology: reader.read_nullable_struct(|reader| Topology::decode(reader, version))?,
            members: reader.read_array(true, 28, |reader| Member::decode(reader, version))?,
            authorized_operations: reader.read_i32()?,
            topology_description: if version == 1 {
                reader.read_nullable_struct(|reader| TopologyDescription::decode(reader, version))?
            } else {
                None
            },
            topology_description_status: if version == 1 {
                reader.read_i8()?
            } else {
                0
            },
            assignor_name: if version == 1 {
                reader.read_nullable_string(true)?
            } else {
                None
            },
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i16(self.error_code);
        writer.put_nullable_string(self.error_message.as_deref(), true)?;
        writer.put_string(&self.group_id, true)?;
        writer.put_string(&self.group_state, true)?;
        writer.put_i32(self.group_epoch);
        writer.put_i32(self.assignment_epoch);
        writer.put_nullable_struct(self.topology.as_ref(), |writer, value| value.encode(writer, version))?;
        writer.put_array(&self.members, true, |writer, element| element.encode(writer, version))?;
        writer.put_i32(self.authorized_operations);
        if version == 1 {
            writer.put_nullable_struct(self.topology_description.as_ref(), |writer, value| value.encode(writer, version))?;
        } else if self.topology_description.is_some() {
            return Err(EncodeError::FieldNotInVersion { field: "TopologyDescription", version });
        }
        if version == 1 {
            writer.put_i8(self.topology_description_status);
        } else if self.topology_description_status != 0 {
            return Err(EncodeError::FieldNotInVersion { field: "TopologyDescriptionStatus", version });
        }
        if version == 1 {
            writer.put_nullable_string(self.assignor_name.as_deref(), true)?;
        }
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Topology {
    pub epoch: i32,
    pub subtopologies: Option<Vec<Subtopology>>,
}

impl Topology {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            epoch: reader.read_i32()?,
            subtopologies: reader.read_nullable_array(true, 6, |reader| Subtopology::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i32(self.epoch);
        writer.put_nullable_array(self.subtopologies.as_deref(), true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Subtopology {
    pub subtopology_id: String,
    pub source_topics: Vec<String>,
    pub repartition_sink_topics: Vec<String>,
    pub state_changelog_topics: Vec<TopicInfo>,
    pub repartition_source_topics: Vec<TopicInfo>,
}

impl Subtopology {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            subtopology_id: reader.read_string(true)?,
            source_topics: reader.read_array(true, 1, |reader| reader.read_string(true))?,
            repartition_sink_topics: reader.read_array(true, 1, |reader| reader.read_string(true))?,
            state_changelog_topics: reader.read_array(true, 9, |reader| TopicInfo::decode(reader, version))?,
            repartition_source_topics: reader.read_array(true, 9, |reader| TopicInfo::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.subtopology_id, true)?;
        writer.put_array(&self.source_topics, true, |writer, element| writer.put_string(element, true))?;
        writer.put_array(&self.repartition_sink_topics, true, |writer, element| writer.put_string(element, true))?;
        writer.put_array(&self.state_changelog_topics, true, |writer, element| element.encode(writer, version))?;
        writer.put_array(&self.repartition_source_topics, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicInfo {
    pub name: String,
    pub partitions: i32,
    pub replication_factor: i16,
    pub topic_configs: Vec<KeyValue>,
}

impl TopicInfo {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            name: reader.read_string(true)?,
            partitions: reader.read_i32()?,
            replication_factor: reader.read_i16()?,
            topic_configs: reader.read_array(true, 3, |reader| KeyValue::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.name, true)?;
        writer.put_i32(self.partitions);
        writer.put_i16(self.replication_factor);
        writer.put_array(&self.topic_configs, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Member {
    pub member_id: String,
    pub member_epoch: i32,
    pub instance_id: Option<String>,
    pub rack_id: Option<String>,
    pub client_id: String,
    pub client_host: String,
    pub topology_epoch: i32,
    pub process_id: String,
    pub user_endpoint: Option<Endpoint>,
    pub client_tags: Vec<KeyValue>,
    pub task_offsets: Vec<TaskOffset>,
    pub task_end_offsets: Vec<TaskOffset>,
    pub assignment: Assignment,
    pub target_assignment: Assignment,
    pub is_classic: bool,
}

impl Member {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            member_id: reader.read_string(true)?,
            member_epoch: reader.read_i32()?,
            instance_id: reader.read_nullable_string(true)?,
            rack_id: reader.read_nullable_string(true)?,
            client_id: reader.read_string(true)?,
            client_host: reader.read_string(true)?,
            topology_epoch: reader.read_i32()?,
            process_id: reader.read_string(true)?,
            user_endpoint: reader.read_nullable_struct(|reader| Endpoint::decode(reader, version))?,
            client_tags: reader.read_array(true, 3, |reader| KeyValue::decode(reader, version))?,
            task_offsets: reader.read_array(true, 14, |reader| TaskOffset::decode(reader, version))?,
            task_end_offsets: reader.read_array(true, 14, |reader| TaskOffset::decode(reader, version))?,
            assignment: Assignment::decode(reader, version)?,
            target_assignment: Assignment::decode(reader, version)?,
            is_classic: reader.read_bool()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.member_id, true)?;
        writer.put_i32(self.member_epoch);
        writer.put_nullable_string(self.instance_id.as_deref(), true)?;
        writer.put_nullable_string(self.rack_id.as_deref(), true)?;
        writer.put_string(&self.client_id, true)?;
        writer.put_string(&self.client_host, true)?;
        writer.put_i32(self.topology_epoch);
        writer.put_string(&self.process_id, true)?;
        writer.put_nullable_struct(self.user_endpoint.as_ref(), |writer, value| value.encode(writer, version))?;
        writer.put_array(&self.client_tags, true, |writer, element| element.encode(writer, version))?;
        writer.put_array(&self.task_offsets, true, |writer, element| element.encode(writer, version))?;
        writer.put_array(&self.task_end_offsets, true, |writer, element| element.encode(writer, version))?;
        self.assignment.encode(writer, version)?;
        self.target_assignment.encode(writer, version)?;
        writer.put_bool(self.is_classic);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Endpoint {
    pub host: String,
    pub port: u16,
}

impl Endpoint {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            host: reader.read_string(true)?,
            port: reader.read_u16()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.host, true)?;
        writer.put_u16(self.port);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KeyValue {
    pub key: String,
    pub value: String,
}

impl KeyValue {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            key: reader.read_string(true)?,
            value: reader.read_string(true)?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.key, true)?;
        writer.put_string(&self.value, true)?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TaskOffset {
    pub subtopology_id: String,
    pub partition: i32,
    pub offset: i64,
}

impl TaskOffset {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            subtopology_id: reader.read_string(true)?,
            partition: reader.read_i32()?,
            offset: reader.read_i64()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.subtopology_id, true)?;
        writer.put_i32(self.partition);
        writer.put_i64(self.offset);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assignment {
    pub active_tasks: Vec<TaskIds>,
    pub standby_tasks: Vec<TaskIds>,
    pub warmup_tasks: Vec<TaskIds>,
}

impl Assignment {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            active_tasks: reader.read_array(true, 3, |reader| TaskIds::decode(reader, version))?,
            standby_tasks: reader.read_array(true, 3, |reader| TaskIds::decode(reader, version))?,
            warmup_tasks: reader.read_array(true, 3, |reader| TaskIds::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_array(&self.active_tasks, true, |writer, element| element.encode(writer, version))?;
        writer.put_array(&self.standby_tasks, true, |writer, element| element.encode(writer, version))?;
        writer.put_array(&self.warmup_tasks, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopologyDescription {
    pub subtopologies: Vec<TopologyDescriptionSubtopology>,
    pub global_stores: Vec<TopologyDescriptionGlobalStore>,
}

impl TopologyDescription {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            subtopologies: reader.read_array(true, 3, |reader| TopologyDescriptionSubtopology::decode(reader, version))?,
            global_stores: reader.read_array(true, 15, |reader| TopologyDescriptionGlobalStore::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_array(&self.subtopologies, true, |writer, element| element.encode(writer, version))?;
        writer.put_array(&self.global_stores, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TaskIds {
    pub subtopology_id: String,
    pub partitions: Vec<i32>,
}

impl TaskIds {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            subtopology_id: reader.read_string(true)?,
            partitions: reader.read_array(true, 4, |reader| reader.read_i32())?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.subtopology_id, true)?;
        writer.put_array(&self.partitions, true, |writer, element| Ok(writer.put_i32(*element)))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopologyDescriptionSubtopology {
    pub subtopology_id: String,
    pub nodes: Vec<TopologyDescriptionNode>,
}

impl TopologyDescriptionSubtopology {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            subtopology_id: reader.read_string(true)?,
            nodes: reader.read_array(true, 7, |reader| TopologyDescriptionNode::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.subtopology_id, true)?;
        writer.put_array(&self.nodes, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopologyDescriptionGlobalStore {
    pub source: TopologyDescriptionNode,
    pub processor: TopologyDescriptionNode,
}

impl TopologyDescriptionGlobalStore {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            source: TopologyDescriptionNode::decode(reader, version)?,
            processor: TopologyDescriptionNode::decode(reader, version)?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        self.source.encode(writer, version)?;
        self.processor.encode(writer, version)?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`StreamsGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopologyDescriptionNode {
    pub name: String,
    pub node_type: i8,
    pub source_topics: Vec<String>,
    pub sink_topic: Option<String>,
    pub stores: Vec<String>,
    pub successors: Vec<String>,
}

impl TopologyDescriptionNode {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            name: reader.read_string(true)?,
            node_type: reader.read_i8()?,
            source_topics: reader.read_array(true, 1, |reader| reader.read_string(true))?,
            sink_topic: reader.read_nullable_string(true)?,
            stores: reader.read_array(true, 1, |reader| reader.read_string(true))?,
            successors: reader.read_array(true, 1, |reader| reader.read_string(true))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.name, true)?;
        writer.put_i8(self.node_type);
        writer.put_array(&self.source_topics, true, |writer, element| writer.put_string(element, true))?;
        writer.put_nullable_string(self.sink_topic.as_deref(), true)?;
        writer.put_array(&self.stores, true, |writer, element| writer.put_string(element, true))?;
        writer.put_array(&self.successors, true, |writer, element| writer.put_string(element, true))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}
