//! Metadata records: the bytes of one change of the cluster's state.
//!
//! Owns [`Record`], the closed list of changes that this broker understands, its framing (frame version, type,
//! version, message; all three numbers unsigned varints), and [`MetadataVersion`], which decides the version in
//! which each record is written.
//!
//! Why a closed list: a record that is skipped is a change that one node has made and another has not. A type
//! that is not in the list is therefore an error that names it, never ignored.
//!
//! Leaves out: what the records mean; that is [`Image::apply`](crate::image::Image::apply).

use bytes::Bytes;
use std::{fmt, ops::RangeInclusive};
use tribunal_wire::{
    DecodeError, Message, Reader, Record as Typed, Writer,
    message::{
        AbortTransactionRecord, BeginTransactionRecord, BrokerRegistrationChangeRecord, ClearElrRecord,
        ConfigRecord, EndTransactionRecord, FeatureLevelRecord, FenceBrokerRecord, NoOpRecord,
        PartitionChangeRecord, PartitionRecord, ProducerIdsRecord, RegisterBrokerRecord,
        RegisterControllerRecord, RemoveTopicRecord, TopicRecord, UnfenceBrokerRecord,
        UnregisterBrokerRecord, UnregisterControllerRecord, ZkMigrationStateRecord,
    },
};

/// The name of the feature that [`MetadataVersion`] is the level of.
pub const METADATA_VERSION_FEATURE: &str = "metadata.version";

/// The features that exist here, with the levels that work.
pub const SUPPORTED_FEATURES: &[(&str, RangeInclusive<i16>)] =
    &[(METADATA_VERSION_FEATURE, MetadataVersion::MIN.0..=MetadataVersion::LATEST.0)];

const FRAME_VERSION: u32 = 1;

/// The level of the feature `metadata.version`: which records there are, and in which versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MetadataVersion(pub i16);

impl MetadataVersion {
    /// 3.3-IV3, the first that Kafka still reads.
    pub const MIN: MetadataVersion = MetadataVersion(7);
    /// 4.3-IV0, what a new cluster is made with, and the highest that this broker understands.
    pub const LATEST: MetadataVersion = MetadataVersion(30);
    const DIRECTORIES: MetadataVersion = MetadataVersion(17);
    const ELIGIBLE_LEADER_REPLICAS: MetadataVersion = MetadataVersion(23);

    fn register_broker(self) -> i16 {
        match self.0 {
            30.. => 4,
            17.. => 3,
            8.. => 2,
            _ => 1,
        }
    }

    fn partition(self) -> i16 {
        if self >= Self::ELIGIBLE_LEADER_REPLICAS { 2 } else { i16::from(self >= Self::DIRECTORIES) }
    }
}

impl fmt::Display for MetadataVersion {
    /// The names of the levels that a cluster is likely to have; others by their number.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            7 => formatter.write_str("3.3-IV3"),
            21 => formatter.write_str("3.9-IV0"),
            25 => formatter.write_str("4.0-IV3"),
            27 => formatter.write_str("4.1-IV1"),
            29 => formatter.write_str("4.2-IV1"),
            30 => formatter.write_str("4.3-IV0"),
            level => write!(formatter, "level {level}"),
        }
    }
}

/// Why bytes are no record that this broker can apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordError {
    /// The bytes are no frame of the known version.
    Frame,
    /// A record type that Kafka has and this broker does not understand, or a number that nobody knows.
    Unknown {
        /// The number in the frame.
        record_type: u32,
        /// Kafka's name for it.
        name: &'static str,
    },
    /// The message does not decode.
    Message {
        /// Kafka's name for the record.
        name: &'static str,
        /// What is wrong.
        error: DecodeError,
    },
}

impl fmt::Display for RecordError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecordError::Frame => formatter.write_str("the record is in no known frame"),
            RecordError::Unknown { record_type, name } => {
                write!(formatter, "records of type {record_type} ({name}) are not supported")
            }
            RecordError::Message { name, error } => write!(formatter, "{name}: {error}"),
        }
    }
}

impl std::error::Error for RecordError {}

macro_rules! records {
    ($($(#[$doc:meta])* $variant:ident($message:ident),)*) => {
        /// One change of the cluster's state.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Record {
            $($(#[$doc])* $variant($message),)*
        }

        impl Record {
            /// The number that names the record's type.
            #[must_use]
            pub fn record_type(&self) -> i16 {
                match self {
                    $(Record::$variant(_) => <$message as Typed>::RECORD_TYPE,)*
                }
            }

            /// Kafka's name of the record.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $(Record::$variant(_) => <$message as Message>::NAME,)*
                }
            }

            fn encode_message(&self, writer: &mut Writer, version: i16) -> Result<(), tribunal_wire::EncodeError> {
                match self {
                    $(Record::$variant(message) => message.encode(writer, version),)*
                }
            }

            fn decode_message(record_type: i16, reader: &mut Reader, version: i16) -> Result<Record, RecordError> {
                match record_type {
                    $(<$message as Typed>::RECORD_TYPE => $message::decode(reader, version)
                        .map(Record::$variant)
                        .map_err(|error| RecordError::Message { name: <$message as Message>::NAME, error }),)*
                    other => Err(unknown(u32::try_from(other).unwrap_or(u32::MAX))),
                }
            }
        }

        $(impl From<$message> for Record {
            fn from(message: $message) -> Record {
                Record::$variant(message)
            }
        })*
    };
}

records! {
    /// A broker introduces itself.
    RegisterBroker(RegisterBrokerRecord),
    /// A broker is gone for good.
    UnregisterBroker(UnregisterBrokerRecord),
    /// A topic exists.
    Topic(TopicRecord),
    /// A partition of a topic exists.
    Partition(PartitionRecord),
    /// A config is set, or with a null value removed.
    Config(ConfigRecord),
    /// A partition's replicas, leader or in-sync set change.
    PartitionChange(PartitionChangeRecord),
    /// A broker may not lead any more.
    FenceBroker(FenceBrokerRecord),
    /// A broker may lead again.
    UnfenceBroker(UnfenceBrokerRecord),
    /// A topic is gone, with its partitions and configs.
    RemoveTopic(RemoveTopicRecord),
    /// A feature has a level.
    FeatureLevel(FeatureLevelRecord),
    /// Producer ids below a number have been handed out.
    ProducerIds(ProducerIdsRecord),
    /// A part of a broker's registration changes.
    BrokerRegistrationChange(BrokerRegistrationChangeRecord),
    /// Nothing changes.
    NoOp(NoOpRecord),
    /// The records up to the end belong together.
    BeginTransaction(BeginTransactionRecord),
    /// The records since the beginning take effect.
    EndTransaction(EndTransactionRecord),
    /// The records since the beginning never happened.
    AbortTransaction(AbortTransactionRecord),
    /// A controller introduces itself.
    RegisterController(RegisterControllerRecord),
    /// Eligible leader replicas of one topic, or of all, are forgotten.
    ClearElr(ClearElrRecord),
    /// A controller is gone for good.
    UnregisterController(UnregisterControllerRecord),
    /// Left by clusters that once could have come from ZooKeeper; means nothing any more.
    ZkMigrationState(ZkMigrationStateRecord),
}

impl Record {
    /// The version in which the record is written at a level of `metadata.version`.
    #[must_use]
    pub fn version(&self, level: MetadataVersion) -> i16 {
        match self {
            Record::RegisterBroker(_) => level.register_broker(),
            Record::Partition(_) | Record::PartitionChange(_) => level.partition(),
            // The lowest version that carries the fields that are set.
            Record::BrokerRegistrationChange(change) if change.cordoned_log_dirs.is_some() => 3,
            Record::BrokerRegistrationChange(change) if !change.log_dirs.is_empty() => 2,
            Record::BrokerRegistrationChange(change) if change.in_controlled_shutdown != 0 => 1,
            _ => 0,
        }
    }

    /// The record's bytes, frame included.
    ///
    /// # Panics
    /// When a string or a list is longer than the protocol can say: decisions bound what they put into records.
    #[must_use]
    pub fn encode(&self, level: MetadataVersion) -> Bytes {
        let version = self.version(level);
        let mut writer = Writer::new();
        writer.put_unsigned_varint(FRAME_VERSION);
        writer.put_unsigned_varint(u32::try_from(self.record_type()).expect("record types are positive"));
        writer.put_unsigned_varint(u32::try_from(version).expect("versions are positive"));
        self.fit(version)
            .encode_message(&mut writer, version)
            .expect("decisions bound what they put into records, and `fit` drops what a version lacks");
        writer.into_bytes()
    }

    /// Reads a record with its frame.
    pub fn decode(bytes: &Bytes) -> Result<Record, RecordError> {
        let mut reader = Reader::new(bytes.clone());
        let mut number = || reader.read_unsigned_varint().map_err(|_| RecordError::Frame);
        let (frame, record_type, version) = (number()?, number()?, number()?);
        if frame != FRAME_VERSION {
            return Err(RecordError::Frame);
        }
        let short = i16::try_from(record_type).map_err(|_| unknown(record_type))?;
        let version = i16::try_from(version).map_err(|_| RecordError::Frame)?;
        let record = Record::decode_message(short, &mut reader, version)?;
        reader.finish().map_err(|error| RecordError::Message { name: record.name(), error })?;
        Ok(record)
    }

    /// The record without the fields that a low version cannot carry; none of them is needed at the levels that
    /// demand such a version.
    fn fit(&self, version: i16) -> Record {
        let mut record = self.clone();
        match &mut record {
            Record::RegisterBroker(broker) if version < 3 => broker.log_dirs.clear(),
            Record::Partition(partition) if version < 2 => {
                partition.eligible_leader_replicas = None;
                partition.last_known_elr = None;
                if version < 1 {
                    partition.directories.clear();
                }
            }
            Record::PartitionChange(change) if version < 2 => {
                change.eligible_leader_replicas = None;
                change.last_known_elr = None;
                if version < 1 {
                    change.directories = None;
                }
            }
            _ => {}
        }
        if let Record::RegisterBroker(broker) = &mut record
            && version < 4
        {
            broker.cordoned_log_dirs = None;
        }
        record
    }
}

/// Names a record type that has no variant.
fn unknown(record_type: u32) -> RecordError {
    let name = match record_type {
        10 => "DelegationTokenRecord",
        11 => "UserScramCredentialRecord",
        14 => "ClientQuotaRecord",
        18 => "AccessControlEntryRecord",
        19 => "RemoveAccessControlEntryRecord",
        22 => "RemoveUserScramCredentialRecord",
        26 => "RemoveDelegationTokenRecord",
        _ => "unknown",
    };
    RecordError::Unknown { record_type, name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_no_op_has_kafkas_bytes() {
        let bytes = Record::from(NoOpRecord {}).encode(MetadataVersion::LATEST);
        assert_eq!(bytes.as_ref(), [1, 20, 0, 0]);
        assert_eq!(Record::decode(&bytes), Ok(Record::NoOp(NoOpRecord {})));
    }

    #[test]
    fn levels_choose_versions_as_kafka_does() {
        // Level: RegisterBroker, Partition and PartitionChange, as Kafka 4.3.1 answers.
        for (level, broker, partition) in
            [(7, 1, 0), (8, 2, 0), (16, 2, 0), (17, 3, 1), (22, 3, 1), (23, 3, 2), (29, 3, 2), (30, 4, 2)]
        {
            let level = MetadataVersion(level);
            assert_eq!(Record::from(RegisterBrokerRecord::default()).version(level), broker);
            assert_eq!(Record::from(PartitionRecord::default()).version(level), partition);
            assert_eq!(Record::from(PartitionChangeRecord::default()).version(level), partition);
        }
    }

    #[test]
    fn a_registration_change_takes_the_lowest_version() {
        let version =
            |change: BrokerRegistrationChangeRecord| Record::from(change).version(MetadataVersion::LATEST);
        let plain = BrokerRegistrationChangeRecord { fenced: -1, ..Default::default() };
        assert_eq!(version(plain.clone()), 0);
        assert_eq!(version(BrokerRegistrationChangeRecord { in_controlled_shutdown: 1, ..plain.clone() }), 1);
        assert_eq!(version(BrokerRegistrationChangeRecord { log_dirs: vec![[1; 16]], ..plain.clone() }), 2);
        assert_eq!(
            version(BrokerRegistrationChangeRecord { cordoned_log_dirs: Some(Vec::new()), ..plain }),
            3
        );
    }

    #[test]
    fn unknown_records_are_named() {
        let error =
            Record::decode(&Bytes::from_static(&[1, 14, 0, 0])).expect_err("quotas are not supported");
        assert_eq!(error.to_string(), "records of type 14 (ClientQuotaRecord) are not supported");
        assert_eq!(
            Record::decode(&Bytes::from_static(&[1, 99, 0, 0])),
            Err(RecordError::Unknown { record_type: 99, name: "unknown" })
        );
    }

    #[test]
    fn broken_frames_are_errors() {
        for bytes in [&[][..], &[1], &[2, 20, 0, 0], &[1, 20, 0, 0, 7], &[1, 2, 0], &[1, 20, 9, 0]] {
            assert!(Record::decode(&Bytes::copy_from_slice(bytes)).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn old_levels_lose_only_what_they_cannot_carry() {
        let partition = PartitionRecord {
            partition_id: 3,
            replicas: vec![1],
            isr: vec![1],
            leader: 1,
            directories: vec![[7; 16]],
            eligible_leader_replicas: Some(vec![]),
            ..Default::default()
        };
        let bytes = Record::from(partition.clone()).encode(MetadataVersion(7));
        let Ok(Record::Partition(back)) = Record::decode(&bytes) else { panic!("a partition comes back") };
        assert_eq!((back.partition_id, back.leader, back.directories.len()), (3, 1, 0));
        let bytes = Record::from(partition.clone()).encode(MetadataVersion::LATEST);
        assert_eq!(Record::decode(&bytes), Ok(Record::Partition(partition)));
    }
}
