//! The rows of a history: one struct an operation's kind, plain fields, no rule.

use serde::{Deserialize, Serialize};

/// A record's identity: dense, in the order in which records were handed to a producer.
pub type Value = u32;

/// An event's place in the history's one order.
pub type Ordinal = u32;

/// No value, no row.
pub const NONE: u32 = u32::MAX;

/// The ordinal of what did not happen (yet).
pub const NEVER: Ordinal = u32::MAX;

/// A partition of the history's own table. A re-created topic has other ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartitionId(pub u16);

/// A partition's name and identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// The topic's name.
    pub topic: String,
    /// The topic's id; zero when the system under test has none.
    pub topic_id: [u8; 16],
    /// The partition's index.
    pub index: i32,
}

/// The kinds of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum OpKind {
    /// A batch of records sent to one partition.
    Send = 0,
    /// A read.
    Poll = 1,
    /// ListOffsets for one partition.
    List = 2,
    /// OffsetForLeaderEpoch for one partition.
    EpochEnd = 3,
    /// A change or description of a topic, a config or a log's start.
    Admin = 4,
    /// InitProducerId.
    Init = 5,
    /// A reader's stay at one partition: its start and its end are its two events.
    Session = 6,
    /// Something that happened without being asked for.
    Mark = 7,
}

/// An operation: its kind and its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId(u32);

const ROW_BITS: u32 = 28;
const ROW_MASK: u32 = (1 << ROW_BITS) - 1;
const COMPLETION: u32 = 1 << 31;

impl OpId {
    pub(crate) fn new(kind: OpKind, row: usize) -> OpId {
        let row = u32::try_from(row).ok().filter(|&row| row <= ROW_MASK);
        OpId((kind as u32) << ROW_BITS | row.expect("a history ends below 2^28 rows of a kind"))
    }

    /// The operation's kind.
    pub fn kind(self) -> OpKind {
        match self.0 >> ROW_BITS & 7 {
            0 => OpKind::Send,
            1 => OpKind::Poll,
            2 => OpKind::List,
            3 => OpKind::EpochEnd,
            4 => OpKind::Admin,
            5 => OpKind::Init,
            6 => OpKind::Session,
            _ => OpKind::Mark,
        }
    }

    /// The operation's row among those of its kind.
    pub fn row(self) -> usize {
        (self.0 & ROW_MASK) as usize
    }
}

/// An invocation, a completion, or a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event(u32);

impl Event {
    pub(crate) fn invoke(op: OpId) -> Event {
        Event(op.0)
    }

    pub(crate) fn complete(op: OpId) -> Event {
        Event(op.0 | COMPLETION)
    }

    /// Whose event it is.
    pub fn op(self) -> OpId {
        OpId(self.0 & !COMPLETION)
    }

    /// Whether it is the completion (or a session's end).
    pub fn is_completion(self) -> bool {
        self.0 & COMPLETION != 0
    }
}

/// What became of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It took effect.
    Ok,
    /// It certainly took no effect.
    Fail,
    /// Nobody knows.
    #[default]
    Info,
}

/// Records sent to one partition in one batch (or a single record, when the batch is not known).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Send {
    /// When it was handed over.
    pub invoke: Ordinal,
    /// When the outcome was known.
    pub complete: Ordinal,
    /// The producer's timestamp of the first record.
    pub base_timestamp: i64,
    /// Acknowledged offset of the first record; -1 when none was told.
    pub base_offset: i64,
    /// LogAppendTime as answered; -1 for none.
    pub append_timestamp: i64,
    /// Producer id; -1 for a plain producer.
    pub producer_id: i64,
    /// The first record's value; the others follow.
    pub first_value: Value,
    /// Number of records.
    pub count: u32,
    /// Payload bytes of all records.
    pub bytes: u32,
    /// Sequence number of the first record; -1 for none.
    pub base_sequence: i32,
    /// Leader epoch as answered; -1 for none.
    pub leader_epoch: i32,
    /// Where to.
    pub partition: PartitionId,
    /// Who sent it.
    pub process: u16,
    /// Error code of the last attempt.
    pub error: i16,
    /// Error code of the attempt that leaves the most doubt; 0 when none does.
    pub worst_error: i16,
    /// Producer epoch; -1 for none.
    pub producer_epoch: i16,
    /// Node that answered; -1 when none did.
    pub node: i16,
    /// What became of it, over all attempts.
    pub outcome: Outcome,
    /// How often it was sent, at most 255.
    pub attempts: u8,
    /// What the producer waited for: -1 all replicas, 1 the leader, 0 nothing.
    pub acks: i8,
}

impl Send {
    /// Whether a producer id and sequence number protect it from being appended twice.
    pub fn idempotent(&self) -> bool {
        self.producer_id >= 0
    }

    /// The values it wrote.
    pub fn values(&self) -> std::ops::Range<Value> {
        self.first_value..self.first_value + self.count
    }
}

/// Where a session began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionStart {
    /// At an offset that the reader chose.
    #[default]
    Seek,
    /// At the log's first offset.
    Earliest,
    /// At the log's end.
    Latest,
    /// At the offset that ListOffsets gave for a timestamp.
    Timestamp,
    /// At a committed offset.
    Committed,
}

/// A reader's uninterrupted stay at one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// When it began.
    pub start: Ordinal,
    /// When it ended.
    pub end: Ordinal,
    /// The first offset that it was to be shown.
    pub start_offset: i64,
    /// Where.
    pub partition: PartitionId,
    /// The reader.
    pub process: u16,
    /// How it found its first offset.
    pub from: SessionStart,
    /// Whether only committed transactions are read.
    pub read_committed: bool,
    /// Said at the end: it read on until no offset was left that it had not been shown. Such a session is a
    /// *complete reader* of everything that was written before it began.
    pub reached_end: bool,
}

/// One read of one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// When it was asked.
    pub invoke: Ordinal,
    /// When it was answered.
    pub complete: Ordinal,
    /// The offset that was asked for.
    pub from_offset: i64,
    /// High watermark as answered; -1 for none.
    pub high_watermark: i64,
    /// Last stable offset as answered; -1 for none.
    pub last_stable_offset: i64,
    /// Log start offset as answered; -1 for none.
    pub log_start_offset: i64,
    /// The session it belongs to.
    pub session: u32,
    /// First observation.
    pub seen_start: u32,
    /// Number of observations.
    pub seen_count: u32,
    /// First batch header.
    pub batch_start: u32,
    /// Number of batch headers; 0 also when the reader shows none.
    pub batch_count: u32,
    /// Leader epoch as answered; -1 for none.
    pub leader_epoch: i32,
    /// Where.
    pub partition: PartitionId,
    /// Error code.
    pub error: i16,
    /// Node that answered; -1 when none did.
    pub node: i16,
    /// Ok when an answer came, whatever its error code.
    pub outcome: Outcome,
}

/// A record batch's header as a raw reader saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BatchSeen {
    /// Offset of the first record.
    pub base_offset: i64,
    /// Last offset minus first offset, as the header has it.
    pub last_offset_delta: i32,
    /// The leader epoch in the header.
    pub leader_epoch: i32,
    /// The format's version: 2.
    pub magic: i8,
    /// Whether the checksum holds.
    pub crc_ok: bool,
    /// Whether the records could be decompressed and read to the last byte.
    pub readable: bool,
    /// Whether the timestamps are the broker's (LogAppendTime).
    pub append_time: bool,
    /// The header's base timestamp.
    pub base_timestamp: i64,
    /// The header's greatest timestamp.
    pub max_timestamp: i64,
    /// The greatest timestamp of the records themselves.
    pub records_max_timestamp: i64,
    /// Producer id; -1 for none.
    pub producer_id: i64,
    /// Producer epoch; -1 for none.
    pub producer_epoch: i16,
    /// First sequence number; -1 for none.
    pub base_sequence: i32,
    /// The header's number of records.
    pub header_count: i32,
    /// How many records were in it.
    pub record_count: i32,
    /// The first record that is a value of ours; [`NONE`] when there is none.
    #[serde(skip)]
    pub first_value: Value,
}

impl Default for BatchSeen {
    fn default() -> Self {
        BatchSeen {
            base_offset: 0,
            last_offset_delta: 0,
            leader_epoch: -1,
            magic: 2,
            crc_ok: true,
            readable: true,
            append_time: false,
            base_timestamp: -1,
            max_timestamp: -1,
            records_max_timestamp: -1,
            producer_id: -1,
            producer_epoch: -1,
            base_sequence: -1,
            header_count: 1,
            record_count: 1,
            first_value: NONE,
        }
    }
}

impl BatchSeen {
    /// Offset of the last record.
    pub fn last_offset(&self) -> i64 {
        self.base_offset.saturating_add(i64::from(self.last_offset_delta))
    }
}

/// What ListOffsets asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListWhat {
    /// The log's end.
    Latest,
    /// The log's start.
    Earliest,
    /// The first record at or after a time.
    Timestamp(i64),
    /// The record with the greatest timestamp.
    MaxTimestamp,
}

/// ListOffsets for one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// When it was asked.
    pub invoke: Ordinal,
    /// When it was answered.
    pub complete: Ordinal,
    /// What was asked.
    pub what: ListWhat,
    /// The answered offset; -1 for none.
    pub offset: i64,
    /// The answered timestamp; -1 for none.
    pub timestamp: i64,
    /// The answered leader epoch; -1 for none.
    pub leader_epoch: i32,
    /// Where.
    pub partition: PartitionId,
    /// Who asked.
    pub process: u16,
    /// Error code.
    pub error: i16,
    /// Whether only committed transactions count.
    pub read_committed: bool,
    /// Ok when an answer came, whatever its error code.
    pub outcome: Outcome,
}

/// OffsetForLeaderEpoch for one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochEnd {
    /// When it was asked.
    pub invoke: Ordinal,
    /// When it was answered.
    pub complete: Ordinal,
    /// The answered end offset; -1 for none.
    pub end_offset: i64,
    /// The epoch that was asked for.
    pub asked_epoch: i32,
    /// The answered epoch; -1 for none.
    pub epoch: i32,
    /// Where.
    pub partition: PartitionId,
    /// Who asked.
    pub process: u16,
    /// Error code.
    pub error: i16,
    /// Ok when an answer came, whatever its error code.
    pub outcome: Outcome,
}

/// What an administrative request asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AdminCall {
    /// Create a topic.
    CreateTopic {
        /// Its name.
        topic: String,
        /// Its number of partitions; -1 for the default.
        partitions: i32,
        /// Its configs.
        #[serde(default)]
        configs: Vec<(String, String)>,
    },
    /// Delete a topic.
    DeleteTopic {
        /// Its name.
        topic: String,
    },
    /// Raise a topic's number of partitions.
    CreatePartitions {
        /// Its name.
        topic: String,
        /// The new number.
        count: i32,
    },
    /// Set a topic's config, or take it back to the default.
    AlterConfig {
        /// The topic's name.
        topic: String,
        /// The config's name.
        key: String,
        /// Its new value; `None` takes it back.
        value: Option<String>,
    },
    /// Ask whether a topic is there, and how many partitions it has.
    DescribeTopic {
        /// Its name.
        topic: String,
    },
    /// Ask for a topic's config as it was set.
    DescribeConfig {
        /// The topic's name.
        topic: String,
        /// The config's name.
        key: String,
    },
    /// Delete all records before an offset.
    DeleteRecords {
        /// The topic's name.
        topic: String,
        /// The partition's index.
        partition: i32,
        /// The topic's id in hexadecimal, or empty.
        #[serde(default)]
        topic_id: String,
        /// The first offset to stay; -1 for the log's end.
        before: i64,
    },
}

/// What an administrative request was answered with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AdminAnswer {
    /// Only its error code.
    #[default]
    Nothing,
    /// A topic that is there.
    Topic {
        /// Its id in hexadecimal, or empty.
        topic_id: String,
        /// Its number of partitions; -1 when not told.
        partitions: i32,
    },
    /// A config's value; `None` when it was never set.
    Config {
        /// The value.
        value: Option<String>,
    },
    /// A log's new start.
    LowWatermark {
        /// Its first offset.
        offset: i64,
    },
}

/// An administrative request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admin {
    /// When it was asked.
    pub invoke: Ordinal,
    /// When it was answered.
    pub complete: Ordinal,
    /// What was asked.
    pub call: AdminCall,
    /// What was answered.
    pub answer: AdminAnswer,
    /// The partition of a DeleteRecords.
    pub partition: Option<PartitionId>,
    /// Who asked.
    pub process: u16,
    /// Error code.
    pub error: i16,
    /// What became of it.
    pub outcome: Outcome,
}

/// InitProducerId.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Init {
    /// When it was asked.
    pub invoke: Ordinal,
    /// When it was answered.
    pub complete: Ordinal,
    /// The transactional id, or empty.
    pub transactional_id: String,
    /// The answered producer id; -1 for none.
    pub producer_id: i64,
    /// The answered producer epoch; -1 for none.
    pub producer_epoch: i16,
    /// Who asked.
    pub process: u16,
    /// Error code.
    pub error: i16,
    /// What became of it.
    pub outcome: Outcome,
}

/// What a disk may have done to a partition, as the simulated disk knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiskDamage {
    /// A power loss found everything from this offset on unsynced: it may be gone.
    LostFrom(i64),
    /// The media cannot give back, or would give back wrong, what lies in these offsets, both included.
    Unreadable(i64, i64),
}

/// Something that happened without being asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarkKind {
    /// A fault began, and ended when `until` says so.
    Fault(Fault),
    /// The disk under a partition lost or spoilt something.
    Disk {
        /// Where.
        partition: PartitionId,
        /// The node with that disk.
        node: i16,
        /// What.
        damage: DiskDamage,
    },
    /// From now on a node's wall clock is off by something within these bounds.
    Clock {
        /// The node.
        node: i16,
        /// Least error in milliseconds.
        min_ms: i64,
        /// Greatest error in milliseconds.
        max_ms: i64,
    },
    /// All faults have ended, for good.
    Healed,
    /// The run came to its end: what is pending now hangs.
    Ended,
}

/// An entry of the fault log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The class, as the catalogue of faults names it. `power_loss` and `kill` matter to excuses.
    pub class: String,
    /// The node it hit; -1 for none or several.
    #[serde(default = "no_node")]
    pub node: i16,
    /// Nanosecond at which it ended; `None` for an instant or a fault that stayed.
    #[serde(default)]
    pub until_ns: Option<u64>,
    /// Parameters, for people.
    #[serde(default)]
    pub detail: String,
}

fn no_node() -> i16 {
    -1
}

/// A mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// When.
    pub at: Ordinal,
    /// What.
    pub what: MarkKind,
}
