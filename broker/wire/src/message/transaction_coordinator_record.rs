//! Generated from `schema/` by `tribunal-wire-generator`: transaction coordinator record. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Record, TaggedFields, Writer};

/// Kafka's `TransactionLogKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TransactionLogKey {
    pub transactional_id: String,
}

impl Message for TransactionLogKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "TransactionLogKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            transactional_id: reader.read_string(false)?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.transactional_id, false)?;
        Ok(())
    }
}

impl Record for TransactionLogKey {
    const RECORD_TYPE: i16 = 0;
}

/// Kafka's `TransactionLogValue`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct TransactionLogValue {
    pub producer_id: i64,
    pub previous_producer_id: i64,
    pub next_producer_id: i64,
    pub producer_epoch: i16,
    pub next_producer_epoch: i16,
    pub transaction_timeout_ms: i32,
    pub transaction_status: i8,
    pub transaction_partitions: Option<Vec<PartitionsSchema>>,
    pub transaction_last_update_timestamp_ms: i64,
    pub transaction_start_timestamp_ms: i64,
    pub client_transaction_version: i16,
}

impl Default for TransactionLogValue {
    fn default() -> TransactionLogValue {
        TransactionLogValue {
            producer_id: 0,
            previous_producer_id: -1,
            next_producer_id: -1,
            producer_epoch: 0,
            next_producer_epoch: -1,
            transaction_timeout_ms: 0,
            transaction_status: 0,
            transaction_partitions: Some(Vec::new()),
            transaction_last_update_timestamp_ms: 0,
            transaction_start_timestamp_ms: 0,
            client_transaction_version: 0,
        }
    }
}

impl Message for TransactionLogValue {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 1;
    const NAME: &'static str = "TransactionLogValue";

    fn is_flexible(version: i16) -> bool {
        version == 1
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let flexible = version == 1;
        let mut message = Self {
            producer_id: reader.read_i64()?,
            producer_epoch: reader.read_i16()?,
            transaction_timeout_ms: reader.read_i32()?,
            transaction_status: reader.read_i8()?,
            transaction_partitions: reader.read_nullable_array(flexible, 3, |reader| PartitionsSchema::decode(reader, version))?,
            transaction_last_update_timestamp_ms: reader.read_i64()?,
            transaction_start_timestamp_ms: reader.read_i64()?,
            previous_producer_id: -1,
            next_producer_id: -1,
            next_producer_epoch: -1,
            client_transaction_version: 0,
        };
        if flexible {
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 => message.previous_producer_id = reader.read_i64()?,
                    1 => message.next_producer_id = reader.read_i64()?,
                    2 => message.client_transaction_version = reader.read_i16()?,
                    3 => message.next_producer_epoch = reader.read_i16()?,
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
        let flexible = version == 1;
        writer.put_i64(self.producer_id);
        writer.put_i16(self.producer_epoch);
        writer.put_i32(self.transaction_timeout_ms);
        writer.put_i8(self.transaction_status);
        writer.put_nullable_array(self.transaction_partitions.as_deref(), flexible, |writer, element| element.encode(writer, version))?;
        writer.put_i64(self.transaction_last_update_timestamp_ms);
        writer.put_i64(self.transaction_start_timestamp_ms);
        if !(version == 1) && self.previous_producer_id != -1 {
            return Err(EncodeError::FieldNotInVersion { field: "PreviousProducerId", version });
        }
        if !(version == 1) && self.next_producer_id != -1 {
            return Err(EncodeError::FieldNotInVersion { field: "NextProducerId", version });
        }
        if !(version == 1) && self.client_transaction_version != 0 {
            return Err(EncodeError::FieldNotInVersion { field: "ClientTransactionVersion", version });
        }
        if !(version == 1) && self.next_producer_epoch != -1 {
            return Err(EncodeError::FieldNotInVersion { field: "NextProducerEpoch", version });
        }
        if flexible {
            let mut fields = TaggedFields::new();
            if self.previous_producer_id != -1 {
                fields.add(0, |writer| {
                    writer.put_i64(self.previous_producer_id);
                    Ok(())
                })?;
            }
            if self.next_producer_id != -1 {
                fields.add(1, |writer| {
                    writer.put_i64(self.next_producer_id);
                    Ok(())
                })?;
            }
            if self.client_transaction_version != 0 {
                fields.add(2, |writer| {
                    writer.put_i16(self.client_transaction_version);
                    Ok(())
                })?;
            }
            if self.next_producer_epoch != -1 {
                fields.add(3, |writer| {
                    writer.put_i16(self.next_producer_epoch);
                    Ok(())
                })?;
            }
            fields.finish(writer)?;
        }
        Ok(())
    }
}

/// A structure of [`TransactionLogValue`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartitionsSchema {
    pub topic: String,
    pub partition_ids: Vec<i32>,
}

impl PartitionsSchema {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let flexible = version == 1;
        let message = Self {
            topic: reader.read_string(flexible)?,
            partition_ids: reader.read_array(flexible, 4, |reader| reader.read_i32())?,
        };
        if flexible {
            reader.skip_tagged_fields()?;
        }
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version == 1;
        writer.put_string(&self.topic, flexible)?;
        writer.put_array(&self.partition_ids, flexible, |writer, element| Ok(writer.put_i32(*element)))?;
        if flexible {
            writer.put_unsigned_varint(0);
        }
        Ok(())
    }
}
