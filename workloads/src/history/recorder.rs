//! The recorder: what a workload calls while it runs. Each call is one event, in the order of the calls.
//!
//! `invoke_*` before the request leaves, `complete_*` when its outcome is known; an operation that is never
//! completed stays pending, which a run that came to its end may not have. The recorder refuses to complete an
//! operation twice, and judges nothing else.

use super::outcome::over_attempts;
use super::{
    Admin, AdminAnswer, AdminCall, BatchSeen, EpochEnd, Event, FAR, History, Init, KeySent, List, ListWhat,
    Mark, MarkKind, NEVER, NONE, OpId, OpKind, Ordinal, Outcome, Partition, PartitionId, Poll, Send, Session,
    SessionStart, Value, certainty,
};
use crate::promise::Promise;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tribunal_env::PartitionKey;

/// The run's one event counter, shared by the history, the probe log and the fault log.
#[derive(Debug, Clone, Default)]
pub struct SequenceSource(Arc<AtomicU64>);

impl SequenceSource {
    /// The next sequence number.
    pub fn take(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }

    /// Makes sure that the next number is at least `at_least`.
    fn raise(&self, at_least: u64) {
        self.0.fetch_max(at_least, Ordering::Relaxed);
    }
}

/// A record as it is handed to a producer.
#[derive(Debug, Clone, Copy)]
pub struct RecordSent {
    /// Hash of key, headers and value.
    pub hash: u32,
    /// The producer's timestamp.
    pub timestamp: i64,
}

/// A send as it is invoked.
#[derive(Debug, Clone)]
pub struct SendInvoke<'a> {
    /// Who sends.
    pub process: u16,
    /// Where to.
    pub partition: PartitionId,
    /// -1, 0 or 1.
    pub acks: i8,
    /// Producer id, epoch and first sequence number where they are known already; -1 each otherwise.
    pub producer: (i64, i16, i32),
    /// Payload bytes of all records.
    pub bytes: u32,
    /// The records. Their values are `first..first + records.len()`, with `first` from [`Recorder::next_value`].
    pub records: &'a [RecordSent],
    /// Their keys, where the topic is compacted; empty elsewhere.
    pub keys: &'a [KeySent],
}

/// How a send ended.
#[derive(Debug, Clone, Copy)]
pub struct SendDone {
    /// The last attempt's error code; `None` when no answer came.
    pub error: Option<i16>,
    /// The error code of an earlier attempt that left doubt: an answer's, or `None` inside for no answer.
    pub earlier_doubt: Option<Option<i16>>,
    /// How often it was sent.
    pub attempts: u8,
    /// Acknowledged offset of the first record; -1 for none.
    pub base_offset: i64,
    /// LogAppendTime as answered; -1 for none.
    pub append_timestamp: i64,
    /// Leader epoch as answered; -1 for none.
    pub leader_epoch: i32,
    /// Node that answered; -1 for none.
    pub node: i16,
    /// Producer id, epoch and first sequence number, where only the completion tells.
    pub producer: Option<(i64, i16, i32)>,
}

impl Default for SendDone {
    fn default() -> Self {
        SendDone {
            error: Some(0),
            earlier_doubt: None,
            attempts: 1,
            base_offset: -1,
            append_timestamp: -1,
            leader_epoch: -1,
            node: -1,
            producer: None,
        }
    }
}

/// A record as a reader saw it. A reader drops what lies before the offset it asked for.
#[derive(Debug, Clone, Copy)]
pub struct RecordSeen {
    /// Its offset.
    pub offset: i64,
    /// The value that its payload carries; [`NONE`] when it carries none.
    pub value: Value,
    /// Hash of key, headers and value.
    pub hash: u32,
}

/// How a poll ended.
#[derive(Debug, Clone, Default)]
pub struct PollDone {
    /// Error code; `None` when no answer came.
    pub error: Option<i16>,
    /// High watermark, last stable offset and log start offset as answered; -1 each for none.
    pub watermarks: (i64, i64, i64),
    /// Leader epoch as answered; -1 for none.
    pub leader_epoch: i32,
    /// Node that answered; -1 for none.
    pub node: i16,
    /// The records, in the order in which they were returned.
    pub records: Vec<RecordSeen>,
    /// The batch headers, from readers that see them.
    pub batches: Vec<BatchSeen>,
}

/// How ListOffsets ended.
#[derive(Debug, Clone, Copy)]
pub struct ListDone {
    /// Error code; `None` when no answer came.
    pub error: Option<i16>,
    /// The offset; -1 for none.
    pub offset: i64,
    /// The timestamp; -1 for none.
    pub timestamp: i64,
    /// The leader epoch; -1 for none.
    pub leader_epoch: i32,
}

/// How OffsetForLeaderEpoch ended.
#[derive(Debug, Clone, Copy)]
pub struct EpochDone {
    /// Error code; `None` when no answer came.
    pub error: Option<i16>,
    /// The epoch; -1 for none.
    pub epoch: i32,
    /// The end offset; -1 for none.
    pub end_offset: i64,
}

/// How InitProducerId ended.
#[derive(Debug, Clone, Copy)]
pub struct InitDone {
    /// Error code; `None` when no answer came.
    pub error: Option<i16>,
    /// The producer id; -1 for none.
    pub producer_id: i64,
    /// The producer epoch; -1 for none.
    pub producer_epoch: i16,
}

/// Writes a history, event by event.
#[derive(Debug, Default)]
pub struct Recorder {
    history: History,
    source: SequenceSource,
    replayed_sequence: Option<u64>,
}

impl Recorder {
    /// An empty history of a run that promised `promise`, counting events with `source`.
    pub fn new(promise: Promise, source: SequenceSource) -> Recorder {
        Recorder { history: History { promise, ..History::default() }, source, replayed_sequence: None }
    }

    /// Goes on with a history that was written before.
    pub fn resume(history: History) -> Recorder {
        let source = SequenceSource::default();
        if let Some(last) = history.event_sequence.iter().max() {
            source.raise(last.saturating_add(1));
        }
        Recorder { history, source, replayed_sequence: None }
    }

    /// The history so far.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The history, when nothing more will happen.
    pub fn into_history(self) -> History {
        self.history
    }

    /// The partition's id in this history; named on first use.
    ///
    /// # Panics
    /// When a run names more than 65,535 partitions.
    pub fn partition(&mut self, topic: &str, key: PartitionKey) -> PartitionId {
        if let Some(id) = self.history.partition_id(key) {
            return id;
        }
        let id =
            u16::try_from(self.history.partitions.len()).expect("a run has fewer than 65,536 partitions");
        self.history.partitions.push(Partition {
            topic: topic.to_owned(),
            topic_id: key.topic_id,
            index: key.partition,
        });
        self.history.partition_index.insert(key, PartitionId(id));
        PartitionId(id)
    }

    /// The value of the next record to be sent. Its payload must carry it.
    pub fn next_value(&self) -> Value {
        u32::try_from(self.history.values.send.len())
            .ok()
            .filter(|&next| next != NONE)
            .expect("a run stays below 2^32 records")
    }

    /// Uses this sequence number for the next event, instead of drawing one: for reading stored histories.
    pub(crate) fn replay_at(&mut self, sequence: u64) {
        self.replayed_sequence = Some(sequence);
        self.source.raise(sequence.saturating_add(1));
    }

    fn event(&mut self, ns: u64, event: Event) -> Ordinal {
        let ordinal = u32::try_from(self.history.events.len()).ok().filter(|&ordinal| ordinal != NEVER);
        let sequence = self.replayed_sequence.take().unwrap_or_else(|| self.source.take());
        self.history.events.push(event);
        self.history.event_sequence.push(sequence);
        self.history.event_ns.push(ns);
        ordinal.expect("a run stays below 2^32 events")
    }

    /// Records are handed to a producer. Their values are consecutive from [`Recorder::next_value`].
    ///
    /// # Panics
    /// When there is no record, or more than a `u32` counts, or keys for some records only.
    pub fn invoke_send(&mut self, ns: u64, send: &SendInvoke<'_>) -> OpId {
        let first_value = self.next_value();
        let count = u32::try_from(send.records.len()).ok().filter(|&count| count > 0);
        let row = self.history.sends.len();
        let base_timestamp = send.records.first().map_or(-1, |record| record.timestamp);
        for record in send.records {
            self.history.values.send.push(row as u32);
            self.history.values.hash.push(record.hash);
            let delta = record.timestamp.saturating_sub(base_timestamp);
            self.history.values.timestamp_delta.push(delta.clamp(i32::MIN.into(), i32::MAX.into()) as i32);
        }
        assert!(
            send.keys.is_empty() || send.keys.len() == send.records.len(),
            "each record has a key, or none"
        );
        for (value, &key) in (first_value..).zip(send.keys) {
            self.history.keys.push(value, key);
        }
        let op = OpId::new(OpKind::Send, row);
        let invoke = self.event(ns, Event::invoke(op));
        self.history.sends.push(Send {
            invoke,
            complete: NEVER,
            base_timestamp,
            base_offset: -1,
            append_timestamp: -1,
            producer_id: send.producer.0,
            first_value,
            count: count.expect("a send has between 1 and 2^32 records"),
            bytes: send.bytes,
            base_sequence: send.producer.2,
            leader_epoch: -1,
            partition: send.partition,
            process: send.process,
            error: 0,
            worst_error: 0,
            producer_epoch: send.producer.1,
            node: -1,
            outcome: Outcome::Info,
            attempts: 0,
            acks: send.acks,
        });
        op
    }

    /// The outcome of a send is known. With acks=0 only a failure before the request left is definite.
    pub fn complete_send(&mut self, ns: u64, op: OpId, done: &SendDone) {
        let complete = self.completion(ns, op, OpKind::Send);
        let send = &mut self.history.sends[op.row()];
        send.complete = complete;
        let last = done.error.map_or(Outcome::Info, |error| certainty(error).outcome);
        let last = if send.acks == 0 && last == Outcome::Ok { Outcome::Info } else { last };
        send.outcome = over_attempts(last, done.earlier_doubt.is_some());
        send.error = done.error.unwrap_or(NO_ANSWER);
        send.worst_error = match (last, done.earlier_doubt) {
            (Outcome::Info, _) => send.error,
            (_, Some(doubt)) => doubt.unwrap_or(NO_ANSWER),
            (_, None) => 0,
        };
        send.attempts = done.attempts;
        send.base_offset = if done.error == Some(0) { done.base_offset } else { -1 };
        send.append_timestamp = done.append_timestamp;
        send.leader_epoch = done.leader_epoch;
        send.node = done.node;
        if let Some((producer_id, producer_epoch, base_sequence)) = done.producer {
            send.producer_id = producer_id;
            send.producer_epoch = producer_epoch;
            send.base_sequence = base_sequence;
        }
    }

    /// A stored history may say itself what became of a send.
    pub(crate) fn override_outcome(&mut self, op: OpId, outcome: Outcome) {
        let send = &mut self.history.sends[op.row()];
        send.outcome = if send.acks == 0 && outcome == Outcome::Ok { Outcome::Info } else { outcome };
    }

    /// The request that carried this value arrived once more behind its client's back: one attempt more.
    pub fn sent_again(&mut self, value: Value) {
        let Some(row) = self.history.send_index_of(value) else { return };
        let send = &mut self.history.sends[row];
        // Without an outcome it may have been sent any number of times anyway.
        if send.complete != NEVER {
            send.attempts = send.attempts.saturating_add(1);
        }
    }

    /// A reader settles at a partition; `start_offset` is the first offset that it is to be shown.
    pub fn start_session(
        &mut self,
        ns: u64,
        process: u16,
        partition: PartitionId,
        from: SessionStart,
        start_offset: i64,
        read_committed: bool,
    ) -> OpId {
        let op = OpId::new(OpKind::Session, self.history.sessions.len());
        let start = self.event(ns, Event::invoke(op));
        self.history.sessions.push(Session {
            start,
            end: NEVER,
            start_offset,
            partition,
            process,
            from,
            read_committed,
            reached_end: false,
        });
        op
    }

    /// A reader leaves; `reached_end` says that nothing was left for it to read.
    pub fn end_session(&mut self, ns: u64, op: OpId, reached_end: bool) {
        let end = self.completion(ns, op, OpKind::Session);
        let session = &mut self.history.sessions[op.row()];
        session.end = end;
        session.reached_end = reached_end;
    }

    /// A reader asks for records of its session from `from_offset` on.
    pub fn invoke_poll(&mut self, ns: u64, session: OpId, from_offset: i64) -> OpId {
        assert_eq!(session.kind(), OpKind::Session, "a poll belongs to a session");
        let op = OpId::new(OpKind::Poll, self.history.polls.len());
        let invoke = self.event(ns, Event::invoke(op));
        let partition = self.history.sessions[session.row()].partition;
        let (seen_start, batch_start) = (self.history.observations.value.len(), self.history.batches.len());
        self.history.polls.push(Poll {
            invoke,
            complete: NEVER,
            from_offset,
            high_watermark: -1,
            last_stable_offset: -1,
            log_start_offset: -1,
            session: session.row() as u32,
            seen_start: seen_start as u32,
            seen_count: 0,
            batch_start: batch_start as u32,
            batch_count: 0,
            leader_epoch: -1,
            partition,
            error: 0,
            node: -1,
            outcome: Outcome::Info,
        });
        op
    }

    /// A poll ended, with records or without.
    pub fn complete_poll(&mut self, ns: u64, op: OpId, done: &PollDone) {
        let complete = self.completion(ns, op, OpKind::Poll);
        let history = &mut self.history;
        let poll = &mut history.polls[op.row()];
        poll.complete = complete;
        poll.outcome = if done.error.is_some() { Outcome::Ok } else { Outcome::Info };
        poll.error = done.error.unwrap_or(NO_ANSWER);
        (poll.high_watermark, poll.last_stable_offset, poll.log_start_offset) = done.watermarks;
        poll.leader_epoch = done.leader_epoch;
        poll.node = done.node;
        poll.seen_start =
            u32::try_from(history.observations.value.len()).expect("fewer than 2^32 observations");
        poll.seen_count = done.records.len() as u32;
        for record in &done.records {
            let seen = &mut history.observations;
            let index = seen.value.len() as u32;
            let delta =
                record.offset.checked_sub(poll.from_offset).and_then(|delta| u32::try_from(delta).ok());
            let delta = delta.filter(|&delta| delta != FAR).unwrap_or_else(|| {
                seen.far.insert(index, record.offset);
                FAR
            });
            seen.offset_delta.push(delta);
            seen.value.push(record.value);
            if history.values.hash.get(record.value as usize).is_some_and(|&sent| sent != record.hash) {
                seen.damaged.insert(index, record.hash);
            }
        }
        poll.batch_start = history.batches.len() as u32;
        poll.batch_count = done.batches.len() as u32;
        let mut records = done.records.iter().peekable();
        for batch in &done.batches {
            while records.next_if(|record| record.offset < batch.base_offset).is_some() {}
            let first = records.peek().filter(|record| record.offset <= batch.last_offset());
            history
                .batches
                .push(BatchSeen { first_value: first.map_or(NONE, |record| record.value), ..batch.clone() });
        }
    }

    /// A client asks for an offset.
    pub fn invoke_list(
        &mut self,
        ns: u64,
        process: u16,
        partition: PartitionId,
        what: ListWhat,
        read_committed: bool,
    ) -> OpId {
        let op = OpId::new(OpKind::List, self.history.lists.len());
        let invoke = self.event(ns, Event::invoke(op));
        self.history.lists.push(List {
            invoke,
            complete: NEVER,
            what,
            offset: -1,
            timestamp: -1,
            leader_epoch: -1,
            partition,
            process,
            error: 0,
            read_committed,
            outcome: Outcome::Info,
        });
        op
    }

    /// ListOffsets ended.
    pub fn complete_list(&mut self, ns: u64, op: OpId, done: &ListDone) {
        let complete = self.completion(ns, op, OpKind::List);
        let list = &mut self.history.lists[op.row()];
        list.complete = complete;
        list.outcome = if done.error.is_some() { Outcome::Ok } else { Outcome::Info };
        list.error = done.error.unwrap_or(NO_ANSWER);
        (list.offset, list.timestamp, list.leader_epoch) = (done.offset, done.timestamp, done.leader_epoch);
    }

    /// A client asks where a leader epoch ended.
    pub fn invoke_epoch_end(
        &mut self,
        ns: u64,
        process: u16,
        partition: PartitionId,
        asked_epoch: i32,
    ) -> OpId {
        let op = OpId::new(OpKind::EpochEnd, self.history.epoch_ends.len());
        let invoke = self.event(ns, Event::invoke(op));
        self.history.epoch_ends.push(EpochEnd {
            invoke,
            complete: NEVER,
            end_offset: -1,
            asked_epoch,
            epoch: -1,
            partition,
            process,
            error: 0,
            outcome: Outcome::Info,
        });
        op
    }

    /// OffsetForLeaderEpoch ended.
    pub fn complete_epoch_end(&mut self, ns: u64, op: OpId, done: &EpochDone) {
        let complete = self.completion(ns, op, OpKind::EpochEnd);
        let row = &mut self.history.epoch_ends[op.row()];
        row.complete = complete;
        row.outcome = if done.error.is_some() { Outcome::Ok } else { Outcome::Info };
        row.error = done.error.unwrap_or(NO_ANSWER);
        (row.epoch, row.end_offset) = (done.epoch, done.end_offset);
    }

    /// A client asks for a change or a description. `partition` is that of a DeleteRecords.
    pub fn invoke_admin(
        &mut self,
        ns: u64,
        process: u16,
        call: AdminCall,
        partition: Option<PartitionId>,
    ) -> OpId {
        let op = OpId::new(OpKind::Admin, self.history.admins.len());
        let invoke = self.event(ns, Event::invoke(op));
        self.history.admins.push(Admin {
            invoke,
            complete: NEVER,
            call,
            answer: AdminAnswer::Nothing,
            partition,
            process,
            error: 0,
            outcome: Outcome::Info,
        });
        op
    }

    /// An administrative request ended: `outcome` says whether it took effect (for a description: whether an
    /// answer came), `error` is the code that said so.
    pub fn complete_admin(&mut self, ns: u64, op: OpId, outcome: Outcome, error: i16, answer: AdminAnswer) {
        let complete = self.completion(ns, op, OpKind::Admin);
        let row = &mut self.history.admins[op.row()];
        row.complete = complete;
        (row.outcome, row.error, row.answer) = (outcome, error, answer);
    }

    /// A client asks for a producer id.
    pub fn invoke_init(&mut self, ns: u64, process: u16, transactional_id: &str) -> OpId {
        let op = OpId::new(OpKind::Init, self.history.inits.len());
        let invoke = self.event(ns, Event::invoke(op));
        self.history.inits.push(Init {
            invoke,
            complete: NEVER,
            transactional_id: transactional_id.to_owned(),
            producer_id: -1,
            producer_epoch: -1,
            process,
            error: 0,
            outcome: Outcome::Info,
        });
        op
    }

    /// InitProducerId ended.
    pub fn complete_init(&mut self, ns: u64, op: OpId, done: &InitDone) {
        let complete = self.completion(ns, op, OpKind::Init);
        let row = &mut self.history.inits[op.row()];
        row.complete = complete;
        row.outcome = match done.error {
            Some(0) => Outcome::Ok,
            Some(_) => Outcome::Fail,
            None => Outcome::Info,
        };
        row.error = done.error.unwrap_or(NO_ANSWER);
        (row.producer_id, row.producer_epoch) = (done.producer_id, done.producer_epoch);
    }

    /// A fault, a loss on the disk, a clock error, the end of all faults, or the end of the run.
    pub fn mark(&mut self, ns: u64, what: MarkKind) -> OpId {
        let op = OpId::new(OpKind::Mark, self.history.marks.len());
        let at = self.event(ns, Event::invoke(op));
        self.history.marks.push(Mark { at, what });
        op
    }

    /// Says when a fault that was marked before has ended.
    ///
    /// # Panics
    /// When `op` is no fault's mark.
    pub fn fault_ended(&mut self, op: OpId, ns: u64) {
        match &mut self.history.marks[op.row()].what {
            MarkKind::Fault(fault) if op.kind() == OpKind::Mark => fault.until_ns = Some(ns),
            _ => panic!("only a fault's mark has an end"),
        }
    }

    /// Says what a pending operation waits for: shown when it hangs.
    pub fn waits_for(&mut self, op: OpId, what: &str) {
        self.history.waits.insert(op, what.to_owned());
    }

    fn completion(&mut self, ns: u64, op: OpId, kind: OpKind) -> Ordinal {
        assert_eq!(op.kind(), kind, "an operation is completed as what it is");
        assert_eq!(self.history.span(op).1, NEVER, "an operation is completed once");
        self.history.waits.remove(&op);
        self.event(ns, Event::complete(op))
    }
}

/// Stands in error columns for "no answer came".
pub(crate) const NO_ANSWER: i16 = i16::MIN;
