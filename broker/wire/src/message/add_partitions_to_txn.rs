//! Generated from `schema/` by `tribunal-wire-generator`: API 24, AddPartitionsToTxn. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `AddPartitionsToTxnRequest`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnRequest {
    pub transactions: Vec<AddPartitionsToTxnTransaction>,
    pub v3_and_below_transactional_id: String,
    pub v3_and_below_producer_id: i64,
    pub v3_and_below_producer_epoch: i16,
    pub v3_and_below_topics: Vec<AddPartitionsToTxnTopic>,
}

impl Message for AddPartitionsToTxnRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 5;
    const NAME: &'static str = "AddPartitionsToTxnRequest";

    fn is_flexible(version: i16) -> bool {
        version >= 3
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 3;
        let message = Self {
            transactions: if version >= 4 {
                reader.read_array(flexible, 14, |reader| AddPartitionsToTxnTransaction::decode(reader, version))?
            } else {
                Vec::new()
            },
            v3_and_below_transactional_id: if version <= 3 {
                reader.read_string(flexible)?
            } else {
                String::new()
            },
            v3_and_below_producer_id: if version <= 3 {
                reader.read_i64()?
            } else {
                0
            },
            v3_and_below_producer_epoch: if version <= 3 {
                reader.read_i16()?
            } else {
                0
            },
            v3_and_below_topics: if version <= 3 {
                reader.read_array(flexible, 3, |reader| AddPartitionsToTxnTopic::decode(reader, version))?
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
            writer.put_array(&self.transactions, flexible, |writer, element| element.encode(writer, version))?;
        } else if !self.transactions.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "Transactions", version });
        }
        if version <= 3 {
            writer.put_string(&self.v3_and_below_transactional_id, flexible)?;
        } else if !self.v3_and_below_transactional_id.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "V3AndBelowTransactionalId", version });
        }
        if version <= 3 {
            writer.put_i64(self.v3_and_below_producer_id);
        } else if self.v3_and_below_producer_id != 0 {
            return Err(EncodeError::FieldNotInVersion { field: "V3AndBelowProducerId", version });
        }
        if version <= 3 {
            writer.put_i16(self.v3_and_below_producer_epoch);
        } else if self.v3_and_below_producer_epoch != 0 {
            return Err(EncodeError::FieldNotInVersion { field: "V3AndBelowProducerEpoch", version });
        }
        if version <= 3 {
            writer.put_array(&self.v3_and_below_topics, flexible, |writer, element| element.encode(writer, version))?;
        } else if !self.v3_and_below_topics.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "V3AndBelowTopics", version });
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

impl Request for AddPartitionsToTxnRequest {
    const API_KEY: ApiKey = ApiKey::AddPartitionsToTxn;
    type Response = crate::message::AddPartitionsToTxnResponse;
}

/// A structure of [`AddPartitionsToTxnRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnTransaction {
    pub transactional_id: String,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub verify_only: bool,
    pub topics: Vec<AddPartitionsToTxnTopic>,
}

impl AddPartitionsToTxnTransaction {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            transactional_id: reader.read_string(true)?,
            producer_id: reader.read_i64()?,
            producer_epoch: reader.read_i16()?,
            verify_only: reader.read_bool()?,
            topics: reader.read_array(true, 3, |reader| AddPartitionsToTxnTopic::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.transactional_id, true)?;
        writer.put_i64(self.producer_id);
        writer.put_i16(self.producer_epoch);
        writer.put_bool(self.verify_only);
        writer.put_array(&self.topics, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`AddPartitionsToTxnRequest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnTopic {
    pub name: String,
    pub partitions: Vec<i32>,
}

impl AddPartitionsToTxnTopic {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let message = Self {
            name: reader.read_string(flexible)?,
            partitions: reader.read_array(flexible, 4, |reader| reader.read_i32())?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        writer.put_string(&self.name, flexible)?;
        writer.put_array(&self.partitions, flexible, |writer, element| Ok(writer.put_i32(*element)))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// Kafka's `AddPartitionsToTxnResponse`, versions 0 to 5.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnResponse {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub results_by_transaction: Vec<AddPartitionsToTxnResult>,
    pub results_by_topic_v3_and_below: Vec<AddPartitionsToTxnTopicResult>,
}

impl Message for AddPartitionsToTxnResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 5;
    const NAME: &'static str = "AddPartitionsToTxnResponse";

    fn is_flexible(version: i16) -> bool {
        version >= 3
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version >= 3;
        let message = Self {
            throttle_time_ms: reader.read_i32()?,
            error_code: if version >= 4 {
                reader.read_i16()?
            } else {
                0
            },
            results_by_transaction: if version >= 4 {
                reader.read_array(flexible, 3, |reader| AddPartitionsToTxnResult::decode(reader, version))?
            } else {
                Vec::new()
            },
            results_by_topic_v3_and_below: if version <= 3 {
                reader.read_array(flexible, 3, |reader| AddPartitionsToTxnTopicResult::decode(reader, version))?
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
        writer.put_i32(self.throttle_time_ms);
        if version >= 4 {
            writer.put_i16(self.error_code);
        }
        if version >= 4 {
            writer.put_array(&self.results_by_transaction, flexible, |writer, element| element.encode(writer, version))?;
        } else if !self.results_by_transaction.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "ResultsByTransaction", version });
        }
        if version <= 3 {
            writer.put_array(&self.results_by_topic_v3_and_below, flexible, |writer, element| element.encode(writer, version))?;
        } else if !self.results_by_topic_v3_and_below.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "ResultsByTopicV3AndBelow", version });
        }
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`AddPartitionsToTxnResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnResult {
    pub transactional_id: String,
    pub topic_results: Vec<AddPartitionsToTxnTopicResult>,
}

impl AddPartitionsToTxnResult {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            transactional_id: reader.read_string(true)?,
            topic_results: reader.read_array(true, 3, |reader| AddPartitionsToTxnTopicResult::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_string(&self.transactional_id, true)?;
        writer.put_array(&self.topic_results, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`AddPartitionsToTxnResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnTopicResult {
    pub name: String,
    pub results_by_partition: Vec<AddPartitionsToTxnPartitionResult>,
}

impl AddPartitionsToTxnTopicResult {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let message = Self {
            name: reader.read_string(flexible)?,
            results_by_partition: reader.read_array(flexible, 6, |reader| AddPartitionsToTxnPartitionResult::decode(reader, version))?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        writer.put_string(&self.name, flexible)?;
        writer.put_array(&self.results_by_partition, flexible, |writer, element| element.encode(writer, version))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}

/// A structure of [`AddPartitionsToTxnResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AddPartitionsToTxnPartitionResult {
    pub partition_index: i32,
    pub partition_error_code: i16,
}

impl AddPartitionsToTxnPartitionResult {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let message = Self {
            partition_index: reader.read_i32()?,
            partition_error_code: reader.read_i16()?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        writer.put_i32(self.partition_index);
        writer.put_i16(self.partition_error_code);
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}
