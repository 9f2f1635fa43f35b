//! Generated from `schema/` by `tribunal-wire-generator`: API 27, WriteTxnMarkers. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `WriteTxnMarkersRequest`, versions 1 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WriteTxnMarkersRequest {
    pub markers: Vec<WritableTxnMarker>,
}

impl Message for WriteTxnMarkersRequest {
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 2;
    const NAME: &'static str = "WriteTxnMarkersRequest";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            markers: reader.read_array(true, 17, |reader| WritableTxnMarker::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_array(&self.markers, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Request for WriteTxnMarkersRequest {
    const API_KEY: ApiKey = ApiKey::WriteTxnMarkers;
    type Response = crate::message::WriteTxnMarkersResponse;
}

/// A structure of [`WriteTxnMarkersRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WritableTxnMarker {
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub transaction_result: bool,
    pub topics: Vec<WritableTxnMarkerTopic>,
    pub coordinator_epoch: i32,
    pub transaction_version: i8,
}

impl WritableTxnMarker {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            producer_id: reader.read_i64()?,
            producer_epoch: reader.read_i16()?,
            transaction_result: reader.read_bool()?,
            topics: reader.read_array(true, 3, |reader| WritableTxnMarkerTopic::decode(reader, version))?,
            coordinator_epoch: reader.read_i32()?,
            transaction_version: if version == 2 {
                reader.read_i8()?
            } else {
                0
            },
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i64(self.producer_id);
        writer.put_i16(self.producer_epoch);
        writer.put_bool(self.transaction_result);
        writer.put_array(&self.topics, true, |writer, element| element.encode(writer, version))?;
        writer.put_i32(self.coordinator_epoch);
        if version == 2 {
            writer.put_i8(self.transaction_version);
        }
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`WriteTxnMarkersRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WritableTxnMarkerTopic {
    pub name: String,
    pub partition_indexes: Vec<i32>,
}

impl WritableTxnMarkerTopic {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            name: reader.read_string(true)?,
            partition_indexes: reader.read_array(true, 4, |reader| reader.read_i32())?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.name, true)?;
        writer.put_array(&self.partition_indexes, true, |writer, element| Ok(writer.put_i32(*element)))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// Kafka's `WriteTxnMarkersResponse`, versions 1 to 2.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WriteTxnMarkersResponse {
    pub markers: Vec<WritableTxnMarkerResult>,
}

impl Message for WriteTxnMarkersResponse {
    const MIN_VERSION: i16 = 1;
    const MAX_VERSION: i16 = 2;
    const NAME: &'static str = "WriteTxnMarkersResponse";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            markers: reader.read_array(true, 10, |reader| WritableTxnMarkerResult::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_array(&self.markers, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`WriteTxnMarkersResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WritableTxnMarkerResult {
    pub producer_id: i64,
    pub topics: Vec<WritableTxnMarkerTopicResult>,
}

impl WritableTxnMarkerResult {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            producer_id: reader.read_i64()?,
            topics: reader.read_array(true, 3, |reader| WritableTxnMarkerTopicResult::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i64(self.producer_id);
        writer.put_array(&self.topics, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`WriteTxnMarkersResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WritableTxnMarkerTopicResult {
    pub name: String,
    pub partitions: Vec<WritableTxnMarkerPartitionResult>,
}

impl WritableTxnMarkerTopicResult {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            name: reader.read_string(true)?,
            partitions: reader.read_array(true, 7, |reader| WritableTxnMarkerPartitionResult::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.name, true)?;
        writer.put_array(&self.partitions, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`WriteTxnMarkersResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WritableTxnMarkerPartitionResult {
    pub partition_index: i32,
    pub error_code: i16,
}

impl WritableTxnMarkerPartitionResult {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            partition_index: reader.read_i32()?,
            error_code: reader.read_i16()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i32(self.partition_index);
        writer.put_i16(self.error_code);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}
