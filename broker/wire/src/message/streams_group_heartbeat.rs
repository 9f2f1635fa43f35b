//! Generated from `schema/` by `tribunal-wire-generator`: API 88, StreamsGroupHeartbeat. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]


/// `StreamsGroupHeartbeatRequest` and its structures.
pub mod request {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
    use crate::message::ApiKey;

    /// Kafka's `StreamsGroupHeartbeatRequest`, versions 0 to 1.
    #[derive(Debug, Clone, PartialEq)]
    pub struct StreamsGroupHeartbeatRequest {
        pub group_id: String,
        pub member_id: String,
        pub member_epoch: i32,
        pub endpoint_information_epoch: i32,
        pub instance_id: Option<String>,
        pub rack_id: Option<String>,
        pub rebalance_timeout_ms: i32,
        pub topology: Option<Topology>,
        pub active_tasks: Option<Vec<TaskIds>>,
        pub standby_tasks: Option<Vec<TaskIds>>,
        pub warmup_tasks: Option<Vec<TaskIds>>,
        pub process_id: Option<String>,
        pub user_endpoint: Option<Endpoint>,
        pub client_tags: Option<Vec<KeyValue>>,
        pub task_offsets: Option<Vec<TaskOffset>>,
        pub task_end_offsets: Option<Vec<TaskOffset>>,
        pub shutdown_application: bool,
    }

    impl Default for StreamsGroupHeartbeatRequest {
        fn default() -> StreamsGroupHeartbeatRequest {
            StreamsGroupHeartbeatRequest {
                group_id: String::new(),
                member_id: String::new(),
                member_epoch: 0,
                endpoint_information_epoch: 0,
                instance_id: None,
                rack_id: None,
                rebalance_timeout_ms: -1,
                topology: None,
                active_tasks: None,
                standby_tasks: None,
                warmup_tasks: None,
                process_id: None,
                user_endpoint: None,
                client_tags: None,
                task_offsets: None,
                task_end_offsets: None,
                shutdown_application: false,
            }
        }
    }

    impl Message for StreamsGroupHeartbeatRequest {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 1;
        const NAME: &'static str = "StreamsGroupHeartbeatRequest";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let message = Self {
                group_id: reader.read_string(true)?,
                member_id: reader.read_string(true)?,
                member_epoch: reader.read_i32()?,
                endpoint_information_epoch: reader.read_i32()?,
                instance_id: reader.read_nullable_string(true)?,
                rack_id: reader.read_nullable_string(true)?,
                rebalance_timeout_ms: reader.read_i32()?,
                topology: reader.read_nullable_struct(|reader| Topology::decode(reader, version))?,
                active_tasks: reader.read_nullable_array(true, 3, |reader| TaskIds::decode(reader, version))?,
                standby_tasks: reader.read_nullable_array(true, 3, |reader| TaskIds::decode(reader, version))?,
                warmup_tasks: reader.read_nullable_array(true, 3, |reader| TaskIds::decode(reader, version))?,
                process_id: reader.read_nullable_string(true)?,
                user_endpoint: reader.read_nullable_struct(|reader| Endpoint::decode(reader, version))?,
                client_tags: reader.read_nullable_array(true, 3, |reader| KeyValue::decode(reader, version))?,
                task_offsets: reader.read_nullable_array(true, 14, |reader| TaskOffset::decode(reader, version))?,
                task_end_offsets: reader.read_nullable_array(true, 14, |reader| TaskOffset::decode(reader, version))?,
                shutdown_application: reader.read_bool()?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_string(&self.group_id, true)?;
            writer.put_string(&self.member_id, true)?;
            writer.put_i32(self.member_epoch);
            writer.put_i32(self.endpoint_information_epoch);
            writer.put_nullable_string(self.instance_id.as_deref(), true)?;
            writer.put_nullable_string(self.rack_id.as_deref(), true)?;
            writer.put_i32(self.rebalance_timeout_ms);
            writer.put_nullable_struct(self.topology.as_ref(), |writer, value| value.encode(writer, version))?;
            writer.put_nullable_array(self.active_tasks.as_deref(), true, |writer, element| element.encode(writer, version))?;
            writer.put_nullable_array(self.standby_tasks.as_deref(), true, |writer, element| element.encode(writer, version))?;
            writer.put_nullable_array(self.warmup_tasks.as_deref(), true, |writer, element| element.encode(writer, version))?;
            writer.put_nullable_string(self.process_id.as_deref(), true)?;
            writer.put_nullable_struct(self.user_endpoint.as_ref(), |writer, value| value.encode(writer, version))?;
            writer.put_nullable_array(self.client_tags.as_deref(), true, |writer, element| element.encode(writer, version))?;
            writer.put_nullable_array(self.task_offsets.as_deref(), true, |writer, element| element.encode(writer, version))?;
            writer.put_nullable_array(self.task_end_offsets.as_deref(), true, |writer, element| element.encode(writer, version))?;
            writer.put_bool(self.shutdown_application);
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    impl Request for StreamsGroupHeartbeatRequest {
        const API_KEY: ApiKey = ApiKey::StreamsGroupHeartbeat;
        type Response = crate::message::StreamsGroupHeartbeatResponse;
    }

    /// A structure of [`StreamsGroupHeartbeatRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Topology {
        pub epoch: i32,
        pub subtopologies: Vec<Subtopology>,
    }

    impl Topology {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                epoch: reader.read_i32()?,
                subtopologies: reader.read_array(true, 8, |reader| Subtopology::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i32(self.epoch);
            writer.put_array(&self.subtopologies, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`StreamsGroupHeartbeatRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Subtopology {
        pub subtopology_id: String,
        pub source_topics: Vec<String>,
        pub source_topic_regex: Vec<String>,
        pub state_changelog_topics: Vec<TopicInfo>,
        pub repartition_sink_topics: Vec<String>,
        pub repartition_source_topics: Vec<TopicInfo>,
        pub copartition_groups: Vec<CopartitionGroup>,
    }

    impl Subtopology {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                subtopology_id: reader.read_string(true)?,
                source_topics: reader.read_array(true, 1, |reader| reader.read_string(true))?,
                source_topic_regex: reader.read_array(true, 1, |reader| reader.read_string(true))?,
                state_changelog_topics: reader.read_array(true, 9, |reader| TopicInfo::decode(reader, version))?,
                repartition_sink_topics: reader.read_array(true, 1, |reader| reader.read_string(true))?,
                repartition_source_topics: reader.read_array(true, 9, |reader| TopicInfo::decode(reader, version))?,
                copartition_groups: reader.read_array(true, 4, |reader| CopartitionGroup::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_string(&self.subtopology_id, true)?;
            writer.put_array(&self.source_topics, true, |writer, element| writer.put_string(element, true))?;
            writer.put_array(&self.source_topic_regex, true, |writer, element| writer.put_string(element, true))?;
            writer.put_array(&self.state_changelog_topics, true, |writer, element| element.encode(writer, version))?;
            writer.put_array(&self.repartition_sink_topics, true, |writer, element| writer.put_string(element, true))?;
            writer.put_array(&self.repartition_source_topics, true, |writer, element| element.encode(writer, version))?;
            writer.put_array(&self.copartition_groups, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`StreamsGroupHeartbeatRequest`].
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

    /// A structure of [`StreamsGroupHeartbeatRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct CopartitionGroup {
        pub source_topics: Vec<i16>,
        pub source_topic_regex: Vec<i16>,
        pub repartition_source_topics: Vec<i16>,
    }

    impl CopartitionGroup {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                source_topics: reader.read_array(true, 2, |reader| reader.read_i16())?,
                source_topic_regex: reader.read_array(true, 2, |reader| reader.read_i16())?,
                repartition_source_topics: reader.read_array(true, 2, |reader| reader.read_i16())?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_array(&self.source_topics, true, |writer, element| Ok(writer.put_i16(*element)))?;
            writer.put_array(&self.source_topic_regex, true, |writer, element| Ok(writer.put_i16(*element)))?;
            writer.put_array(&self.repartition_source_topics, true, |writer, element| Ok(writer.put_i16(*element)))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`StreamsGroupHeartbeatRequest`].
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

    /// A structure of [`StreamsGroupHeartbeatRequest`].
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

    /// A structure of [`StreamsGroupHeartbeatRequest`].
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

    /// A structure of [`StreamsGroupHeartbeatRequest`].
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
}

pub use request::StreamsGroupHeartbeatRequest;

/// `StreamsGroupHeartbeatResponse` and its structures.
pub mod response {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

    /// Kafka's `StreamsGroupHeartbeatResponse`, versions 0 to 1.
    #[derive(Debug, Clone, PartialEq)]
    pub struct StreamsGroupHeartbeatResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub member_id: String,
        pub member_epoch: i32,
        pub heartbeat_interval_ms: i32,
        pub acceptable_recovery_lag_legacy: i32,
        pub task_offset_interval_ms: i32,
        pub acceptable_recovery_lag: i64,
        pub status: Option<Vec<Status>>,
        pub active_tasks: Option<Vec<TaskIds>>,
        pub standby_tasks: Option<Vec<TaskIds>>,
        pub warmup_tasks: Option<Vec<TaskIds>>,
        pub topology_description_required: bool,
        pub endpoint_information_epoch: i32,
        pub partitions_by_user_endpoint: Option<Vec<EndpointToPartitions>>,
    }

    impl Default for StreamsGroupHeartbeatResponse {
        fn default() -> StreamsGroupHeartbeatResponse {
            StreamsGroupHeartbeatResponse {
                throttle_time_ms: 0,
                error_code: 0,
                error_message: None,
                member_id: String::new(),
                member_epoch: 0,
                heartbeat_interval_ms: 0,
                acceptable_recovery_lag_legacy: 0,
                task_offset_interval_ms: 0,
                acceptable_recovery_lag: -1,
                status: Some(Vec::new()),
                active_tasks: None,
                standby_tasks: None,
                warmup_tasks: None,
                topology_description_required: false,
                endpoint_information_epoch: 0,
                partitions_by_user_endpoint: None,
            }
        }
    }

    impl Message for StreamsGroupHeartbeatResponse {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 1;
        const NAME: &'static str = "StreamsGroupHeartbeatResponse";

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
                member_id: reader.read_string(true)?,
                member_epoch: reader.read_i32()?,
                heartbeat_interval_ms: reader.read_i32()?,
                acceptable_recovery_lag_legacy: if version == 0 {
                    reader.read_i32()?
                } else {
                    0
                },
                task_offset_interval_ms: reader.read_i32()?,
                acceptable_recovery_lag: if version == 1 {
                    reader.read_i64()?
                } else {
                    -1
                },
                status: reader.read_nullable_array(true, 3, |reader| Status::decode(reader, version))?,
                active_tasks: reader.read_nullable_array(true, 3, |reader| TaskIds::decode(reader, version))?,
                standby_tasks: reader.read_nullable_array(true, 3, |reader| TaskIds::decode(reader, version))?,
                warmup_tasks: reader.read_nullable_array(true, 3, |reader| TaskIds::decode(reader, version))?,
                topology_description_required: if version == 1 {
                    reader.read_bool()?
                } else {
                    false
                },
                endpoint_information_epoch: reader.read_i32()?,
                partitions_by_user_endpoint: reader.read_nullable_array(true, 7, |reader| EndpointToPartitions::decode(reader, version))?,
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
            writer.put_string(&self.member_id, true)?;
            writer.put_i32(self.member_epoch);
            writer.put_i32(self.heartbeat_interval_ms);
            if version == 0 {
                writer.put_i32(self.acceptable_recovery_lag_legacy);
            } else if self.acceptable_recovery_lag_legacy != 0 {
                return Err(EncodeError::FieldNotInVersion { field: "AcceptableRecoveryLagLegacy", version });
            }
            writer.put_i32(self.task_offset_interval_ms);
            if version == 1 {
                writer.put_i64(self.acceptable_recovery_lag);
            }
            writer.put_nullable_array(self.status.as_deref(), true, |writer, element| element.encode(writer, version))?;
            writer.put_nullable_array(self.active_tasks.as_deref(), true, |writer, element| element.encode(writer, version))?;
            writer.put_nullable_array(self.standby_tasks.as_deref(), true, |writer, element| element.encode(writer, version))?;
            writer.put_nullable_array(self.warmup_tasks.as_deref(), true, |writer, element| element.encode(writer, version))?;
            if version == 1 {
                writer.put_bool(self.topology_description_required);
            } else if self.topology_description_required {
                return Err(EncodeError::FieldNotInVersion { field: "TopologyDescriptionRequired", version });
            }
            writer.put_i32(self.endpoint_information_epoch);
            writer.put_nullable_array(self.partitions_by_user_endpoint.as_deref(), true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`StreamsGroupHeartbeatResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Status {
        pub status_code: i8,
        pub status_detail: String,
    }

    impl Status {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                status_code: reader.read_i8()?,
                status_detail: reader.read_string(true)?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i8(self.status_code);
            writer.put_string(&self.status_detail, true)?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`StreamsGroupHeartbeatResponse`].
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

    /// A structure of [`StreamsGroupHeartbeatResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct EndpointToPartitions {
        pub user_endpoint: Endpoint,
        pub active_partitions: Vec<TopicPartition>,
        pub standby_partitions: Vec<TopicPartition>,
    }

    impl EndpointToPartitions {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                user_endpoint: Endpoint::decode(reader, version)?,
                active_partitions: reader.read_array(true, 3, |reader| TopicPartition::decode(reader, version))?,
                standby_partitions: reader.read_array(true, 3, |reader| TopicPartition::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            self.user_endpoint.encode(writer, version)?;
            writer.put_array(&self.active_partitions, true, |writer, element| element.encode(writer, version))?;
            writer.put_array(&self.standby_partitions, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`StreamsGroupHeartbeatResponse`].
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

    /// A structure of [`StreamsGroupHeartbeatResponse`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicPartition {
        pub topic: String,
        pub partitions: Vec<i32>,
    }

    impl TopicPartition {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                topic: reader.read_string(true)?,
                partitions: reader.read_array(true, 4, |reader| reader.read_i32())?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_string(&self.topic, true)?;
            writer.put_array(&self.partitions, true, |writer, element| Ok(writer.put_i32(*element)))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use response::StreamsGroupHeartbeatResponse;
