//! The history: everything that clients asked and saw, and the faults of the same time, on one clock.
//!
//! Rows are kept by kind in dense columns, and every invocation, completion and mark is one event in one
//! list, so that "before" is a comparison of two small integers and a checker walks the run in order. A record
//! is known by its *value*: a dense number that its payload carries, which is at once its row.
//!
//! Only a [`Recorder`] changes a history. It never judges: what a client saw goes in as it was seen, however
//! odd. Excuses for a loss are marks here, written from the fault log and the simulated disk, never by a broker.

mod format;
mod keys;
mod outcome;
mod reader;
mod recorder;
mod rows;
mod writer;

pub use format::{
    AdminLine, AtLine, ClockLine, DiskLine, EpochLine, FaultLine, HeaderLine, InitLine, Line, ListLine,
    Moment, PartitionName, PollLine, SendLine, SessionLine, WorstError,
};
pub use keys::{KEYS_MAX, KeySent};
pub use outcome::{Certainty, certainty};
pub use reader::{Limits, ReadError, read, read_with};
pub use recorder::{
    EpochDone, InitDone, ListDone, PollDone, RecordSeen, RecordSent, Recorder, SendDone, SendInvoke,
    SequenceSource,
};
pub use rows::*;
pub(crate) use writer::hexadecimal;
pub use writer::{line_of, write};

use crate::promise::{CompactedTopic, Promise};
use keys::Keys;
use std::collections::BTreeMap;
use tribunal_env::PartitionKey;

/// A run as its clients saw it.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// What was promised.
    pub promise: Promise,
    pub(crate) partitions: Vec<Partition>,
    pub(crate) partition_index: BTreeMap<PartitionKey, PartitionId>,
    pub(crate) values: Values,
    pub(crate) keys: Keys,
    pub(crate) sends: Vec<Send>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) polls: Vec<Poll>,
    pub(crate) observations: Observations,
    pub(crate) batches: Vec<BatchSeen>,
    pub(crate) lists: Vec<List>,
    pub(crate) epoch_ends: Vec<EpochEnd>,
    pub(crate) admins: Vec<Admin>,
    pub(crate) inits: Vec<Init>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) waits: BTreeMap<OpId, String>,
    pub(crate) event_sequence: Vec<u64>,
    pub(crate) event_ns: Vec<u64>,
    pub(crate) events: Vec<Event>,
}

/// One column an attribute of each record sent; the index is the value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Values {
    pub(crate) send: Vec<u32>,
    pub(crate) hash: Vec<u32>,
    pub(crate) timestamp_delta: Vec<i32>,
}

/// One column an attribute of each record seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Observations {
    pub(crate) offset_delta: Vec<u32>,
    pub(crate) value: Vec<u32>,
    /// Offsets that lie too far from, or before, the offset that was asked for.
    pub(crate) far: BTreeMap<u32, i64>,
    /// Hashes of payloads that are not what was sent, by observation.
    pub(crate) damaged: BTreeMap<u32, u32>,
}

/// Stands in the offset column for "see [`Observations::far`]".
pub(crate) const FAR: u32 = u32::MAX;

impl History {
    /// The partition with this key.
    pub fn partition_id(&self, key: PartitionKey) -> Option<PartitionId> {
        self.partition_index.get(&key).copied()
    }

    /// All partitions that were named.
    pub fn partitions(&self) -> &[Partition] {
        &self.partitions
    }

    /// A partition's name and identity.
    pub fn partition(&self, id: PartitionId) -> &Partition {
        &self.partitions[usize::from(id.0)]
    }

    /// How many records were sent: values are `0..value_count`.
    pub fn value_count(&self) -> usize {
        self.values.send.len()
    }

    /// The send that wrote a value, when there was one.
    pub fn send_of(&self, value: Value) -> Option<&Send> {
        self.send_index_of(value).map(|index| &self.sends[index])
    }

    pub(crate) fn send_index_of(&self, value: Value) -> Option<usize> {
        let send = *self.values.send.get(value as usize)?;
        (send != NONE).then_some(send as usize)
    }

    /// The timestamp that the producer gave to a value.
    pub fn create_timestamp(&self, value: Value) -> i64 {
        self.send_of(value).map_or(-1, |send| {
            send.base_timestamp.saturating_add(i64::from(self.values.timestamp_delta[value as usize]))
        })
    }

    /// The key that a record of a compacted topic was sent with.
    pub fn key_of(&self, value: Value) -> Option<KeySent> {
        self.keys.get(value)
    }

    /// What was promised of a partition's compaction, when its topic is compacted.
    pub fn compacted(&self, id: PartitionId) -> Option<&CompactedTopic> {
        let topics = &self.promise.compacted;
        if topics.is_empty() {
            return None;
        }
        let name = &self.partition(id).topic;
        topics.iter().find(|compacted| compacted.topic == *name)
    }

    /// The offset that was acknowledged for a value, when one was.
    pub fn acked_offset(&self, value: Value) -> Option<i64> {
        let send = self.send_of(value)?;
        (send.outcome == Outcome::Ok && send.base_offset >= 0)
            .then(|| send.base_offset.saturating_add(i64::from(value - send.first_value)))
    }

    /// All sends in order of invocation.
    pub fn sends(&self) -> &[Send] {
        &self.sends
    }

    /// All polls in order of invocation.
    pub fn polls(&self) -> &[Poll] {
        &self.polls
    }

    /// All sessions in order of their start.
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// All ListOffsets requests in order of invocation.
    pub fn lists(&self) -> &[List] {
        &self.lists
    }

    /// All OffsetForLeaderEpoch requests in order of invocation.
    pub fn epoch_ends(&self) -> &[EpochEnd] {
        &self.epoch_ends
    }

    /// All administrative requests in order of invocation.
    pub fn admins(&self) -> &[Admin] {
        &self.admins
    }

    /// All InitProducerId requests in order of invocation.
    pub fn inits(&self) -> &[Init] {
        &self.inits
    }

    /// All marks in order.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The records that a poll returned: offset and value ([`NONE`] where the payload carries none).
    pub fn observed(&self, poll: &Poll) -> impl ExactSizeIterator<Item = (i64, Value)> + '_ {
        let (start, end) = (poll.seen_start as usize, (poll.seen_start + poll.seen_count) as usize);
        let (base, first) = (poll.from_offset, poll.seen_start);
        self.observations.offset_delta[start..end]
            .iter()
            .zip(&self.observations.value[start..end])
            .enumerate()
            .map(move |(index, (&delta, &value))| {
                let offset = if delta == FAR {
                    self.observations.far[&(first + index as u32)]
                } else {
                    base + i64::from(delta)
                };
                (offset, value)
            })
    }

    /// The hash of an observed payload where it is not the one that was sent; `index` counts within the poll.
    pub fn damaged_hash(&self, poll: &Poll, index: u32) -> Option<u32> {
        self.observations.damaged.get(&(poll.seen_start + index)).copied()
    }

    /// The records of a poll whose payload is not the one that was sent: place within the poll, and hash.
    pub fn damaged(&self, poll: &Poll) -> impl Iterator<Item = (u32, u32)> + '_ {
        let start = poll.seen_start;
        self.observations
            .damaged
            .range(start..start + poll.seen_count)
            .map(move |(&index, &hash)| (index - start, hash))
    }

    /// The batch headers that a raw reader saw in a poll.
    pub fn batches_seen(&self, poll: &Poll) -> &[BatchSeen] {
        &self.batches[poll.batch_start as usize..(poll.batch_start + poll.batch_count) as usize]
    }

    /// All events in order; an event's place in this list is its ordinal.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// When an event happened. [`NEVER`] has no moment.
    pub fn moment(&self, ordinal: Ordinal) -> Option<Moment> {
        let index = ordinal as usize;
        Some(Moment { sequence: *self.event_sequence.get(index)?, ns: self.event_ns[index] })
    }

    /// Nanoseconds of an event, for arithmetic; the far future for [`NEVER`].
    pub fn ns(&self, ordinal: Ordinal) -> u64 {
        self.event_ns.get(ordinal as usize).copied().unwrap_or(u64::MAX)
    }

    /// What an unfinished operation waits for, when its workload said so.
    pub fn waits_for(&self, op: OpId) -> Option<&str> {
        self.waits.get(&op).map(String::as_str)
    }

    /// One more than the highest number of a client; 0 where there is none.
    pub fn processes(&self) -> u16 {
        let sends = self.sends.iter().map(|send| send.process);
        let sessions = self.sessions.iter().map(|session| session.process);
        let lists = self.lists.iter().map(|list| list.process);
        let epochs = self.epoch_ends.iter().map(|end| end.process);
        let admins = self.admins.iter().map(|admin| admin.process);
        let inits = self.inits.iter().map(|init| init.process);
        let all = sends.chain(sessions).chain(lists).chain(epochs).chain(admins).chain(inits);
        all.max().map_or(0, |last| last.saturating_add(1))
    }

    /// Whether the run came to its end, so that what is still pending then hangs.
    pub fn ended(&self) -> bool {
        self.marks.iter().rev().any(|mark| matches!(mark.what, MarkKind::Ended))
    }

    /// Invocation and completion of any operation.
    pub fn span(&self, op: OpId) -> (Ordinal, Ordinal) {
        let row = op.row();
        match op.kind() {
            OpKind::Send => (self.sends[row].invoke, self.sends[row].complete),
            OpKind::Poll => (self.polls[row].invoke, self.polls[row].complete),
            OpKind::List => (self.lists[row].invoke, self.lists[row].complete),
            OpKind::EpochEnd => (self.epoch_ends[row].invoke, self.epoch_ends[row].complete),
            OpKind::Admin => (self.admins[row].invoke, self.admins[row].complete),
            OpKind::Init => (self.inits[row].invoke, self.inits[row].complete),
            OpKind::Session => (self.sessions[row].start, self.sessions[row].end),
            OpKind::Mark => (self.marks[row].at, self.marks[row].at),
        }
    }
}
