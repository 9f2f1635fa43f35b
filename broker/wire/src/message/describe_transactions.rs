//! Generated from `schema/` by `tribunal-wire-generator`: API 65, DescribeTransactions. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::ApiKey;

/// Kafka's `DescribeTransactionsRequest`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeTransactionsRequest {
    pub transactional_ids: Vec<String>,
}

impl Message for DescribeTransactionsRequest {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "DescribeTransactionsRequest";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            transactional_ids: reader.read_array(true, 1, |reader| reader.read_string(true))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_array(&self.transactional_ids, true, |writer, element| writer.put_string(element, true))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

impl Request for DescribeTransactionsRequest {
    const API_KEY: ApiKey = ApiKey::DescribeTransactions;
    type Response = crate::message::DescribeTransactionsResponse;
}

/// Kafka's `DescribeTransactionsResponse`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DescribeTransactionsResponse {
    pub throttle_time_ms: i32,
    pub transaction_states: Vec<TransactionState>,
}

impl Message for DescribeTransactionsResponse {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "DescribeTransactionsResponse";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            throttle_time_ms: reader.read_i32()?,
            transaction_states: reader.read_array(true, 28, |reader| TransactionState::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i32(self.throttle_time_ms);
        writer.put_array(&self.transaction_states, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`DescribeTransactionsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TransactionState {
    pub error_code: i16,
    pub transactional_id: String,
    pub transaction_state: String,
    pub transaction_timeout_ms: i32,
    pub transaction_start_time_ms: i64,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub topics: Vec<TopicData>,
}

impl TransactionState {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            error_code: reader.read_i16()?,
            transactional_id: reader.read_string(true)?,
            transaction_state: reader.read_string(true)?,
            transaction_timeout_ms: reader.read_i32()?,
            transaction_start_time_ms: reader.read_i64()?,
            producer_id: reader.read_i64()?,
            producer_epoch: reader.read_i16()?,
            topics: reader.read_array(true, 3, |reader| TopicData::decode(reader, version))?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i16(self.error_code);
        writer.put_string(&self.transactional_id, true)?;
        writer.put_string(&self.transaction_state, true)?;
        writer.put_i32(self.transaction_timeout_ms);
        writer.put_i64(self.transaction_start_time_ms);
        writer.put_i64(self.producer_id);
        writer.put_i16(self.producer_epoch);
        writer.put_array(&self.topics, true, |writer, element| element.encode(writer, version))?;
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`DescribeTransactionsResponse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicData {
    pub topic: String,
    pub partitions: Vec<i32>,
}

impl TopicData {
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
