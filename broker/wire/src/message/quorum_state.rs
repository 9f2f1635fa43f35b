//! Generated from `schema/` by `tribunal-wire-generator`: quorum state. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]

use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

/// Kafka's `QuorumStateData`, versions 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct QuorumStateData {
    pub cluster_id: String,
    pub leader_id: i32,
    pub leader_epoch: i32,
    pub voted_id: i32,
    pub voted_directory_id: [u8; 16],
    pub applied_offset: i64,
    pub current_voters: Option<Vec<Voter>>,
}

impl Default for QuorumStateData {
    fn default() -> QuorumStateData {
        QuorumStateData {
            cluster_id: String::new(),
            leader_id: -1,
            leader_epoch: -1,
            voted_id: -1,
            voted_directory_id: [0; 16],
            applied_offset: 0,
            current_voters: Some(Vec::new()),
        }
    }
}

impl Message for QuorumStateData {
    const MIN_VERSION: i16 = 0;
    const MAX_VERSION: i16 = 1;
    const NAME: &'static str = "QuorumStateData";

    fn is_flexible(_version: i16) -> bool {
        true
    }

    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        let message = Self {
            cluster_id: if version == 0 {
                reader.read_string(true)?
            } else {
                String::new()
            },
            leader_id: reader.read_i32()?,
            leader_epoch: reader.read_i32()?,
            voted_id: reader.read_i32()?,
            voted_directory_id: if version == 1 {
                reader.read_uuid()?
            } else {
                [0; 16]
            },
            applied_offset: if version == 0 {
                reader.read_i64()?
            } else {
                0
            },
            current_voters: if version == 0 {
                reader.read_nullable_array(true, 5, |reader| Voter::decode(reader, version))?
            } else {
                Some(Vec::new())
            },
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
            return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
        }
        if version == 0 {
            writer.put_string(&self.cluster_id, true)?;
        } else if !self.cluster_id.is_empty() {
            return Err(EncodeError::FieldNotInVersion { field: "ClusterId", version });
        }
        writer.put_i32(self.leader_id);
        writer.put_i32(self.leader_epoch);
        writer.put_i32(self.voted_id);
        if version == 1 {
            writer.put_uuid(self.voted_directory_id);
        } else if self.voted_directory_id != [0; 16] {
            return Err(EncodeError::FieldNotInVersion { field: "VotedDirectoryId", version });
        }
        if version == 0 {
            writer.put_i64(self.applied_offset);
        } else if self.applied_offset != 0 {
            return Err(EncodeError::FieldNotInVersion { field: "AppliedOffset", version });
        }
        if version == 0 {
            writer.put_nullable_array(self.current_voters.as_deref(), true, |writer, element| element.encode(writer, version))?;
        } else if !self.current_voters.as_ref().is_some_and(|value| value.is_empty()) {
            return Err(EncodeError::FieldNotInVersion { field: "CurrentVoters", version });
        }
        writer.put_unsigned_varint(0);
        Ok(())
    }
}

/// A structure of [`QuorumStateData`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Voter {
    pub voter_id: i32,
}

impl Voter {
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
        let message = Self {
            voter_id: reader.read_i32()?,
        };
        reader.skip_tagged_fields()?;
        Ok(message)
    }

    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        writer.put_i32(self.voter_id);
        writer.put_unsigned_varint(0);
        Ok(())
    }
}
