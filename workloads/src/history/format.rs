//! The stored form of a history: one JSON object a line. `HISTORY.md` beside this crate describes it for people.
//!
//! These are plain carriers between text and rows; the reader decides what is acceptable. A line names its
//! partition in full, so that any few lines can be read on their own: reports carry them as the smallest
//! history that shows an anomaly.

use super::{AdminAnswer, AdminCall, BatchSeen, DiskDamage, Fault, ListWhat, Outcome, SessionStart};
use crate::promise::Promise;
use serde::{Deserialize, Serialize};

/// When something happened: written as `[sequence, ns]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(from = "(u64, u64)", into = "(u64, u64)")]
pub struct Moment {
    /// Place in the run's one order of events.
    pub sequence: u64,
    /// Nanoseconds since the run began.
    pub ns: u64,
}

impl From<(u64, u64)> for Moment {
    fn from((sequence, ns): (u64, u64)) -> Moment {
        Moment { sequence, ns }
    }
}

impl From<Moment> for (u64, u64) {
    fn from(moment: Moment) -> (u64, u64) {
        (moment.sequence, moment.ns)
    }
}

/// A line of a stored history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Line {
    /// The first line: format and promise.
    History(HeaderLine),
    /// Records sent.
    Send(SendLine),
    /// A reader's stay.
    Session(SessionLine),
    /// A read.
    Poll(PollLine),
    /// ListOffsets.
    ListOffsets(ListLine),
    /// OffsetForLeaderEpoch.
    OffsetForLeaderEpoch(EpochLine),
    /// An administrative request.
    Admin(AdminLine),
    /// InitProducerId.
    InitProducerId(InitLine),
    /// A fault.
    Fault(FaultLine),
    /// What a disk lost or spoilt.
    Disk(DiskLine),
    /// A wall clock's error from now on.
    Clock(ClockLine),
    /// All faults have ended.
    Healed(AtLine),
    /// The run came to its end.
    Ended(AtLine),
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderLine {
    /// The format's version: 1.
    pub version: u32,
    /// What was promised; what is left out has its default.
    #[serde(default)]
    pub promise: Promise,
}

/// A partition, in full.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartitionName {
    /// The topic's name.
    pub topic: String,
    /// The topic's id in 32 hexadecimal digits; left out when there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// The partition's index.
    pub partition: i32,
}

/// `op: "send"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendLine {
    /// When it was handed over.
    pub invoke: Moment,
    /// When the outcome was known; left out when it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complete: Option<Moment>,
    /// Who sent.
    #[serde(default)]
    pub process: u16,
    /// Where to.
    pub to: PartitionName,
    /// -1, 0 or 1.
    pub acks: i8,
    /// What became of it; derived from `error` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The last attempt's error code; null when no answer came.
    #[serde(default)]
    pub error: Option<i16>,
    /// The error code of an attempt that left doubt, null for none; `no_answer` for silence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst_error: Option<WorstError>,
    /// How often it was sent.
    #[serde(default = "one")]
    pub attempts: u8,
    /// Acknowledged offset of the first record; -1 for none.
    #[serde(default = "minus_one")]
    pub base_offset: i64,
    /// LogAppendTime as answered; -1 for none.
    #[serde(default = "minus_one")]
    pub append_timestamp: i64,
    /// Leader epoch as answered; -1 for none.
    #[serde(default = "minus_one_i32")]
    pub leader_epoch: i32,
    /// Node that answered; -1 for none.
    #[serde(default = "minus_one_i16")]
    pub node: i16,
    /// Producer id; -1 for a plain producer.
    #[serde(default = "minus_one")]
    pub producer_id: i64,
    /// Producer epoch; -1 for none.
    #[serde(default = "minus_one_i16")]
    pub producer_epoch: i16,
    /// First sequence number; -1 for none.
    #[serde(default = "minus_one_i32")]
    pub base_sequence: i32,
    /// Payload bytes of all records.
    #[serde(default)]
    pub bytes: u32,
    /// `[value, hash, timestamp]` of each record.
    pub records: Vec<(u64, u32, i64)>,
    /// `[key, tombstone]` of each record, where the topic is compacted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<(u32, bool)>,
}

/// The attempt that left the most doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorstError {
    /// It was answered with this error code.
    Code(i16),
    /// It was never answered.
    NoAnswer,
}

/// `op: "session"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionLine {
    /// When it began.
    pub invoke: Moment,
    /// When it ended; left out when it never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complete: Option<Moment>,
    /// The reader.
    #[serde(default)]
    pub process: u16,
    /// The name that its polls use.
    pub session: u64,
    /// Where.
    pub at: PartitionName,
    /// How it found its first offset.
    #[serde(default)]
    pub from: SessionStart,
    /// The first offset that it is to be shown.
    pub start_offset: i64,
    /// Whether only committed transactions are read.
    #[serde(default)]
    pub read_committed: bool,
    /// Whether it read on until nothing was left.
    #[serde(default)]
    pub reached_end: bool,
}

/// `op: "poll"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PollLine {
    /// When it was asked.
    pub invoke: Moment,
    /// When it ended; left out when it never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complete: Option<Moment>,
    /// The session it belongs to.
    pub session: u64,
    /// The offset that was asked for.
    pub from_offset: i64,
    /// Error code; null when no answer came.
    #[serde(default)]
    pub error: Option<i16>,
    /// High watermark; -1 for none.
    #[serde(default = "minus_one")]
    pub high_watermark: i64,
    /// Last stable offset; -1 for none.
    #[serde(default = "minus_one")]
    pub last_stable_offset: i64,
    /// Log start offset; -1 for none.
    #[serde(default = "minus_one")]
    pub log_start_offset: i64,
    /// Leader epoch; -1 for none.
    #[serde(default = "minus_one_i32")]
    pub leader_epoch: i32,
    /// Node that answered; -1 for none.
    #[serde(default = "minus_one_i16")]
    pub node: i16,
    /// `[offset, value, hash]` of each record; value null when the payload carries none, hash null when it is
    /// the one that was sent.
    #[serde(default)]
    pub records: Vec<(i64, Option<u64>, Option<u32>)>,
    /// Batch headers, from readers that see them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub batches: Vec<BatchSeen>,
}

/// `op: "list_offsets"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListLine {
    /// When it was asked.
    pub invoke: Moment,
    /// When it ended; left out when it never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complete: Option<Moment>,
    /// Who asked.
    #[serde(default)]
    pub process: u16,
    /// Where.
    pub at: PartitionName,
    /// What was asked.
    pub what: ListWhat,
    /// Whether only committed transactions count.
    #[serde(default)]
    pub read_committed: bool,
    /// Error code; null when no answer came.
    #[serde(default)]
    pub error: Option<i16>,
    /// The offset; -1 for none.
    #[serde(default = "minus_one")]
    pub offset: i64,
    /// The timestamp; -1 for none.
    #[serde(default = "minus_one")]
    pub timestamp: i64,
    /// The leader epoch; -1 for none.
    #[serde(default = "minus_one_i32")]
    pub leader_epoch: i32,
}

/// `op: "offset_for_leader_epoch"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EpochLine {
    /// When it was asked.
    pub invoke: Moment,
    /// When it ended; left out when it never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complete: Option<Moment>,
    /// Who asked.
    #[serde(default)]
    pub process: u16,
    /// Where.
    pub at: PartitionName,
    /// The epoch that was asked for.
    pub asked_epoch: i32,
    /// Error code; null when no answer came.
    #[serde(default)]
    pub error: Option<i16>,
    /// The answered epoch; -1 for none.
    #[serde(default = "minus_one_i32")]
    pub epoch: i32,
    /// The answered end offset; -1 for none.
    #[serde(default = "minus_one")]
    pub end_offset: i64,
}

/// `op: "admin"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdminLine {
    /// When it was asked.
    pub invoke: Moment,
    /// When it ended; left out when it never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complete: Option<Moment>,
    /// Who asked.
    #[serde(default)]
    pub process: u16,
    /// What was asked.
    pub call: AdminCall,
    /// What became of it.
    #[serde(default)]
    pub outcome: Outcome,
    /// Error code; null when no answer came.
    #[serde(default)]
    pub error: Option<i16>,
    /// What was answered.
    #[serde(default)]
    pub answer: AdminAnswer,
}

/// `op: "init_producer_id"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InitLine {
    /// When it was asked.
    pub invoke: Moment,
    /// When it ended; left out when it never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complete: Option<Moment>,
    /// Who asked.
    #[serde(default)]
    pub process: u16,
    /// The transactional id, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub transactional_id: String,
    /// Error code; null when no answer came.
    #[serde(default)]
    pub error: Option<i16>,
    /// The producer id; -1 for none.
    #[serde(default = "minus_one")]
    pub producer_id: i64,
    /// The producer epoch; -1 for none.
    #[serde(default = "minus_one_i16")]
    pub producer_epoch: i16,
}

/// `op: "fault"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultLine {
    /// When it began.
    pub invoke: Moment,
    /// The fault.
    pub fault: Fault,
}

/// `op: "disk"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiskLine {
    /// When.
    pub invoke: Moment,
    /// The node with that disk.
    pub node: i16,
    /// The partition.
    pub at: PartitionName,
    /// What happened.
    pub damage: DiskDamage,
}

/// `op: "clock"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockLine {
    /// From when on.
    pub invoke: Moment,
    /// The node.
    pub node: i16,
    /// Least error in milliseconds.
    pub min_ms: i64,
    /// Greatest error in milliseconds.
    pub max_ms: i64,
}

/// `op: "healed"` and `op: "ended"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtLine {
    /// When.
    pub invoke: Moment,
}

fn one() -> u8 {
    1
}

fn minus_one() -> i64 {
    -1
}

fn minus_one_i32() -> i32 {
    -1
}

fn minus_one_i16() -> i16 {
    -1
}

impl Line {
    /// Invocation and completion; none for the header.
    pub(crate) fn moments(&self) -> Option<(Moment, Option<Moment>)> {
        Some(match self {
            Line::History(_) => return None,
            Line::Send(line) => (line.invoke, line.complete),
            Line::Session(line) => (line.invoke, line.complete),
            Line::Poll(line) => (line.invoke, line.complete),
            Line::ListOffsets(line) => (line.invoke, line.complete),
            Line::OffsetForLeaderEpoch(line) => (line.invoke, line.complete),
            Line::Admin(line) => (line.invoke, line.complete),
            Line::InitProducerId(line) => (line.invoke, line.complete),
            Line::Fault(line) => (line.invoke, None),
            Line::Disk(line) => (line.invoke, None),
            Line::Clock(line) => (line.invoke, None),
            Line::Healed(line) | Line::Ended(line) => (line.invoke, None),
        })
    }
}
