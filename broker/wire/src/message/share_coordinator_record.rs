//! Generated from `schema/` by `tribunal-wire-generator`: share coordinator record. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Record, Writer};

/// Kafka's `ShareSnapshotKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareSnapshotKey {
    pub group_id: String,
    pub topic_id: [u8; 16],
    pub partition: i32,
}

impl Message for ShareSnapshotKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ShareSnapshotKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
            topic_id: reader.read_uuid()?,
            partition: reader.read_i32()?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        writer.put_uuid(self.topic_id);
        writer.put_i32(self.partition);
        Ok(())
    }
}

impl Record for ShareSnapshotKey {
    const RECORD_TYPE: i16 = 0;
}

/// Kafka's `ShareUpdateKey`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShareUpdateKey {
    pub group_id: String,
    pub topic_id: [u8; 16],
    pub partition: i32,
}

impl Message for ShareUpdateKey {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ShareUpdateKey";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            group_id: reader.read_string(false)?,
            topic_id: reader.read_uuid()?,
            partition: reader.read_i32()?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_string(&self.group_id, false)?;
        writer.put_uuid(self.topic_id);
        writer.put_i32(self.partition);
        Ok(())
    }
}

impl Record for ShareUpdateKey {
    const RECORD_TYPE: i16 = 1;
}

/// `ShareSnapshotValue` and its structures.
pub mod share_snapshot_value {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, TaggedFields, Writer};

    /// Kafka's `ShareSnapshotValue`, version 0.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ShareSnapshotValue {
        pub snapshot_epoch: i32,
        pub state_epoch: i32,
        pub leader_epoch: i32,
        pub start_offset: i64,
        pub delivery_complete_count: i32,
        pub create_timestamp: i64,
        pub write_timestamp: i64,
        pub state_batches: Vec<StateBatch>,
    }

    impl Default for ShareSnapshotValue {
        fn default() -> ShareSnapshotValue {
            ShareSnapshotValue {
                snapshot_epoch: 0,
                state_epoch: 0,
                leader_epoch: 0,
                start_offset: 0,
                delivery_complete_count: -1,
                create_timestamp: 0,
                write_timestamp: 0,
                state_batches: Vec::new(),
            }
        }
    }

    impl Message for ShareSnapshotValue {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 0;
        const NAME: &'static str = "ShareSnapshotValue";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let mut message = Self {
                snapshot_epoch: reader.read_i32()?,
                state_epoch: reader.read_i32()?,
                leader_epoch: reader.read_i32()?,
                start_offset: reader.read_i64()?,
                create_timestamp: reader.read_i64()?,
                write_timestamp: reader.read_i64()?,
                state_batches: reader.read_array(true, 20, |reader| StateBatch::decode(reader, version))?,
                delivery_complete_count: -1,
            };
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 => message.delivery_complete_count = reader.read_i32()?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_i32(self.snapshot_epoch);
            writer.put_i32(self.state_epoch);
            writer.put_i32(self.leader_epoch);
            writer.put_i64(self.start_offset);
            writer.put_i64(self.create_timestamp);
            writer.put_i64(self.write_timestamp);
            writer.put_array(&self.state_batches, true, |writer, element| element.encode(writer, version))?;
            let mut fields = TaggedFields::new();
            if self.delivery_complete_count != -1 {
                fields.add(0, |writer| {
                    writer.put_i32(self.delivery_complete_count);
                    Ok(())
                })?;
            }
            fields.finish(writer)?;
            Ok(())
        }
    }

    /// A structure of [`ShareSnapshotValue`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct StateBatch {
        pub first_offset: i64,
        pub last_offset: i64,
        pub delivery_state: i8,
        pub delivery_count: i16,
    }

    impl StateBatch {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                first_offset: reader.read_i64()?,
                last_offset: reader.read_i64()?,
                delivery_state: reader.read_i8()?,
                delivery_count: reader.read_i16()?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i64(self.first_offset);
            writer.put_i64(self.last_offset);
            writer.put_i8(self.delivery_state);
            writer.put_i16(self.delivery_count);
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use share_snapshot_value::ShareSnapshotValue;

/// `ShareUpdateValue` and its structures.
pub mod share_update_value {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, TaggedFields, Writer};

    /// Kafka's `ShareUpdateValue`, version 0.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ShareUpdateValue {
        pub snapshot_epoch: i32,
        pub leader_epoch: i32,
        pub start_offset: i64,
        pub delivery_complete_count: i32,
        pub state_batches: Vec<StateBatch>,
    }

    impl Default for ShareUpdateValue {
        fn default() -> ShareUpdateValue {
            ShareUpdateValue {
                snapshot_epoch: 0,
                leader_epoch: 0,
                start_offset: 0,
                delivery_complete_count: -1,
                state_batches: Vec::new(),
            }
        }
    }

    impl Message for ShareUpdateValue {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 0;
        const NAME: &'static str = "ShareUpdateValue";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let mut message = Self {
                snapshot_epoch: reader.read_i32()?,
                leader_epoch: reader.read_i32()?,
                start_offset: reader.read_i64()?,
                state_batches: reader.read_array(true, 20, |reader| StateBatch::decode(reader, version))?,
                delivery_complete_count: -1,
            };
            reader.read_tagged_fields(|tag, reader| {
                match tag {
                    0 => message.delivery_complete_count = reader.read_i32()?,
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_i32(self.snapshot_epoch);
            writer.put_i32(self.leader_epoch);
            writer.put_i64(self.start_offset);
            writer.put_array(&self.state_batches, true, |writer, element| element.encode(writer, version))?;
            let mut fields = TaggedFields::new();
            if self.delivery_complete_count != -1 {
                fields.add(0, |writer| {
                    writer.put_i32(self.delivery_complete_count);
                    Ok(())
                })?;
            }
            fields.finish(writer)?;
            Ok(())
        }
    }

    /// A structure of [`ShareUpdateValue`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct StateBatch {
        pub first_offset: i64,
        pub last_offset: i64,
        pub delivery_state: i8,
        pub delivery_count: i16,
    }

    impl StateBatch {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                first_offset: reader.read_i64()?,
                last_offset: reader.read_i64()?,
                delivery_state: reader.read_i8()?,
                delivery_count: reader.read_i16()?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i64(self.first_offset);
            writer.put_i64(self.last_offset);
            writer.put_i8(self.delivery_state);
            writer.put_i16(self.delivery_count);
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use share_update_value::ShareUpdateValue;
