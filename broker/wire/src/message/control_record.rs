//! Generated from `schema/` by `tribunal-wire-generator`: control record. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

/// Kafka's `ControlRecordTypeSchema`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ControlRecordTypeSchema {
    pub r#type: i16,
}

impl Message for ControlRecordTypeSchema {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "ControlRecordTypeSchema";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            r#type: reader.read_i16()?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i16(self.r#type);
        Ok(())
    }
}

/// Kafka's `EndTxnMarker`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EndTxnMarker {
    pub coordinator_epoch: i32,
}

impl Message for EndTxnMarker {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "EndTxnMarker";

    fn is_flexible(_version: i16) -> bool {
        false
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        Ok(Self {
            coordinator_epoch: reader.read_i32()?,
        })
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i32(self.coordinator_epoch);
        Ok(())
    }
}

/// Kafka's `KRaftVersionRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KRaftVersionRecord {
    pub version: i16,
    pub kraft_version: i16,
}

impl Message for KRaftVersionRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "KRaftVersionRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            version: reader.read_i16()?,
            kraft_version: reader.read_i16()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i16(self.version);
        writer.put_i16(self.kraft_version);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// Kafka's `SnapshotFooterRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotFooterRecord {
    pub version: i16,
}

impl Message for SnapshotFooterRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "SnapshotFooterRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            version: reader.read_i16()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i16(self.version);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// Kafka's `SnapshotHeaderRecord`, version 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotHeaderRecord {
    pub version: i16,
    pub last_contained_log_timestamp: i64,
}

impl Message for SnapshotHeaderRecord {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 0;
    const NAME: &'static str = "SnapshotHeaderRecord";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            version: reader.read_i16()?,
            last_contained_log_timestamp: reader.read_i64()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        writer.put_i16(self.version);
        writer.put_i64(self.last_contained_log_timestamp);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// `LeaderChangeMessage` and its structures.
pub mod leader_change_message {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

    /// Kafka's `LeaderChangeMessage`, versions 0 to 1.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct LeaderChangeMessage {
        pub version: i16,
        pub leader_id: i32,
        pub voters: Vec<Voter>,
        pub granting_voters: Vec<Voter>,
    }

    impl Message for LeaderChangeMessage {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 1;
        const NAME: &'static str = "LeaderChangeMessage";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let message = Self {
                version: reader.read_i16()?,
                leader_id: reader.read_i32()?,
                voters: reader.read_array(true, 5, |reader| Voter::decode(reader, version))?,
                granting_voters: reader.read_array(true, 5, |reader| Voter::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_i16(self.version);
            writer.put_i32(self.leader_id);
            writer.put_array(&self.voters, true, |writer, element| element.encode(writer, version))?;
            writer.put_array(&self.granting_voters, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`LeaderChangeMessage`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Voter {
        pub voter_id: i32,
        pub voter_directory_id: [u8; 16],
    }

    impl Voter {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                voter_id: reader.read_i32()?,
                voter_directory_id: if version == 1 {
                    reader.read_uuid()?
                } else {
                    [0; 16]
                },
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i32(self.voter_id);
            if version == 1 {
                writer.put_uuid(self.voter_directory_id);
            } else if self.voter_directory_id != [0; 16] {
                return Err(EncodeError::FieldNotInVersion { field: "VoterDirectoryId", version });
            }
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use leader_change_message::LeaderChangeMessage;

/// `VotersRecord` and its structures.
pub mod voters_record {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

    /// Kafka's `VotersRecord`, version 0.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct VotersRecord {
        pub version: i16,
        pub voters: Vec<Voter>,
    }

    impl Message for VotersRecord {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 0;
        const NAME: &'static str = "VotersRecord";

        fn is_flexible(_version: i16) -> bool {
            true
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let message = Self {
                version: reader.read_i16()?,
                voters: reader.read_array(true, 27, |reader| Voter::decode(reader, version))?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            writer.put_i16(self.version);
            writer.put_array(&self.voters, true, |writer, element| element.encode(writer, version))?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`VotersRecord`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Voter {
        pub voter_id: i32,
        pub voter_directory_id: [u8; 16],
        pub endpoints: Vec<Endpoint>,
        pub kraft_version_feature: KRaftVersionFeature,
    }

    impl Voter {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                voter_id: reader.read_i32()?,
                voter_directory_id: reader.read_uuid()?,
                endpoints: reader.read_array(true, 5, |reader| Endpoint::decode(reader, version))?,
                kraft_version_feature: KRaftVersionFeature::decode(reader, version)?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i32(self.voter_id);
            writer.put_uuid(self.voter_directory_id);
            writer.put_array(&self.endpoints, true, |writer, element| element.encode(writer, version))?;
            self.kraft_version_feature.encode(writer, version)?;
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`VotersRecord`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Endpoint {
        pub name: String,
        pub host: String,
        pub port: u16,
    }

    impl Endpoint {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                name: reader.read_string(true)?,
                host: reader.read_string(true)?,
                port: reader.read_u16()?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_string(&self.name, true)?;
            writer.put_string(&self.host, true)?;
            writer.put_u16(self.port);
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }

    /// A structure of [`VotersRecord`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct KRaftVersionFeature {
        pub min_supported_version: i16,
        pub max_supported_version: i16,
    }

    impl KRaftVersionFeature {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let message = Self {
                min_supported_version: reader.read_i16()?,
                max_supported_version: reader.read_i16()?,
            };
            reader.skip_tagged_fields()?;
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            writer.put_i16(self.min_supported_version);
            writer.put_i16(self.max_supported_version);
            writer.put_unsigned_varint(0);
            Ok(())
        }
    }
}

pub use voters_record::VotersRecord;
