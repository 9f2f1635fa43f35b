//! Generated from `schema/` by `tribunal-wire-generator`: API 69, ConsumerGroupDescribe. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `ConsumerGroupDescribeRequest`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupDescribeRequest {
    pub group_ids: Vec<String>,
    pub include_authorized_operations: bool,
}

impl Message for ConsumerGroupDescribeRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 1;
    const NAME: &'static str = "ConsumerGroupDescribeRequest";

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
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Request for ConsumerGroupDescribeRequest {
    const API_KEY: ApiKey = ApiKey::ConsumerGroupDescribe;
    type Response = crate::message::ConsumerGroupDescribeResponse;
}

/// Kafka's `ConsumerGroupDescribeResponse`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupDescribeResponse {
    pub throttle_time_ms: i32,
    pub groups: Vec<DescribedGroup>,
}

impl Message for ConsumerGroupDescribeResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 1;
    const NAME: &'static str = "ConsumerGroupDescribeResponse";

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

/// A structure of [`ConsumerGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct DescribedGroup {
    pub error_code: i16,
    pub error_message: Option<String>,
    pub group_id: String,
    pub group_state: String,
    pub group_epoch: i32,
    pub assignment_epoch: i32,
    pub assignor_name: String,
    pub members: Vec<Member>,
    pub authorized_operations: i32,
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
            assignor_name: String::new(),
            members: Vec::new(),
            authorized_operations: i32::MIN,
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
            assignor_name: reader.read_string(true)?,
            members: reader.read_array(true, 16, |reader| Member::decode(reader, version))?,
            authorized_operations: reader.read_i32()?,
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
        writer.put_string(&self.assignor_name, true)?;
        writer.put_array(&self.members, true, |writer, element| element.encode(writer, version))?;
        writer.put_i32(self.authorized_operations);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`ConsumerGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub member_id: String,
    pub instance_id: Option<String>,
    pub rack_id: Option<String>,
    pub member_epoch: i32,
    pub client_id: String,
    pub client_host: String,
    pub subscribed_topic_names: Vec<String>,
    pub subscribed_topic_regex: Option<String>,
    pub assignment: Assignment,
    pub target_assignment: Assignment,
    pub member_type: i8,
}

impl Default for Member {
    fn default() -> Member {
        Member {
            member_id: String::new(),
            instance_id: None,
            rack_id: None,
            member_epoch: 0,
            client_id: String::new(),
            client_host: String::new(),
            subscribed_topic_names: Vec::new(),
            subscribed_topic_regex: None,
            assignment: Assignment::default(),
            target_assignment: Assignment::default(),
            member_type: -1,
        }
    }
}

impl Member {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            member_id: reader.read_string(true)?,
            instance_id: reader.read_nullable_string(true)?,
            rack_id: reader.read_nullable_string(true)?,
            member_epoch: reader.read_i32()?,
            client_id: reader.read_string(true)?,
            client_host: reader.read_string(true)?,
            subscribed_topic_names: reader.read_array(true, 1, |reader| reader.read_string(true))?,
            subscribed_topic_regex: reader.read_nullable_string(true)?,
            assignment: Assignment::decode(reader, version)?,
            target_assignment: Assignment::decode(reader, version)?,
            member_type: if version == 1 {
                reader.read_i8()?
            } else {
                -1
            },
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.member_id, true)?;
        writer.put_nullable_string(self.instance_id.as_deref(), true)?;
        writer.put_nullable_string(self.rack_id.as_deref(), true)?;
        writer.put_i32(self.member_epoch);
        writer.put_string(&self.client_id, true)?;
        writer.put_string(&self.client_host, true)?;
        writer.put_array(&self.subscribed_topic_names, true, |writer, element| writer.put_string(element, true))?;
        writer.put_nullable_string(self.subscribed_topic_regex.as_deref(), true)?;
        self.assignment.encode(writer, version)?;
        self.target_assignment.encode(writer, version)?;
        if version == 1 {
            writer.put_i8(self.member_type);
        }
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`ConsumerGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assignment {
    pub topic_partitions: Vec<TopicPartitions>,
}

impl Assignment {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            topic_partitions: reader.read_array(true, 19, |reader| TopicPartitions::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_array(&self.topic_partitions, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`ConsumerGroupDescribeResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicPartitions {
    pub topic_id: [u8; 16],
    pub topic_name: String,
    pub partitions: Vec<i32>,
}

impl TopicPartitions {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            topic_id: reader.read_uuid()?,
            topic_name: reader.read_string(true)?,
            partitions: reader.read_array(true, 4, |reader| reader.read_i32())?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_uuid(self.topic_id);
        writer.put_string(&self.topic_name, true)?;
        writer.put_array(&self.partitions, true, |writer, element| Ok(writer.put_i32(*element)))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}
