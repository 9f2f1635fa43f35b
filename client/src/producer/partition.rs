//! One partition of a producer: its batches, their order, and their numbers. Plain state.
//!
//! A batch moves like this:
//!
//! ```text
//! open --closed--> queue --next_batch--> in flight --answered--> resolved
//!                    ^                       |
//!                    +------- retried -------+
//! ```
//!
//! **Numbers.** A batch of an idempotent producer gets its sequence number when it first leaves, and keeps it for
//! every retry: a broker can only recognise what it already has by its number. Numbered batches that wait for a
//! retry go before all others, lowest first, one at a time.
//!
//! **After a batch fails for good** there is a hole, or there may be one, and nothing behind it can be appended
//! under the old numbers. The partition then *restarts*: what is on its way is waited for; what is certainly not
//! in the log loses its number; what may be in the log keeps it and is tried until its fate is known or is given
//! up as unknown; then the epoch is raised (KIP-360) and numbers start at 0. The new epoch fences whatever of the
//! old one may still be under way. After the last epoch a new producer id follows, which fences nothing: what was
//! given up as unknown under the old id may then still arrive, once, behind later records.
//!
//! **Before the first acknowledgement** under a producer id only one batch is in flight. A broker takes any number from
//! a producer that it does not know, so that a second batch could be appended while the first is refused for a
//! reason that passes, and the first could then never follow.
//!
//! Always holds: a batch that may be in the log never gets another number; queue and in-flight batches are in
//! order of their ordinals; numbers of consecutive numbered batches leave no gap except where one failed.

use super::{
    core::CoreConfig,
    outcome::{Appended, AttemptError, BatchResult, BatchTrace, FailureReason, OutcomeClass, Stamp},
};
use std::{collections::VecDeque, sync::Arc};
use tokio::sync::SetOnce;
use tribunal_env::Instant;
use tribunal_wire::{
    batch::{Batch as WireBatch, BatchBuilder},
    error::ErrorCode,
    types::{ProducerEpoch, ProducerId, Sequence, TopicId},
};

/// A producer id with its epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) id: ProducerId,
    pub(crate) epoch: ProducerEpoch,
}

/// The identity that new numbers are given under; `None` while one has to be asked for.
pub(crate) type CurrentIdentity = Option<Identity>;

/// What a batch holds.
#[derive(Debug)]
pub(crate) enum Content {
    /// Records, not yet compressed.
    Collected(BatchBuilder),
    /// Ready but for its numbers.
    Built(WireBatch),
    /// On its way: whoever sends it has it.
    Away,
}

/// A closed batch.
#[derive(Debug)]
pub(crate) struct Batch {
    /// Counts the partition's batches.
    pub(crate) ordinal: u64,
    pub(crate) content: Content,
    /// What it costs of the buffer.
    pub(crate) bytes: usize,
    /// When it is given up.
    pub(crate) deadline: Instant,
    pub(crate) trace: BatchTrace,
    /// Of the topic when it was numbered.
    pub(crate) topic_id: TopicId,
    /// The caller was told already that its fate is unknown.
    given_up: bool,
    result: Arc<SetOnce<BatchResult>>,
}

impl Batch {
    fn stamp(&self) -> Option<Stamp> {
        self.trace.stamp
    }

    fn may_be_in_the_log(&self) -> bool {
        self.trace.worst_attempt == Some(OutcomeClass::Unknown)
    }

    fn resolve(&mut self, outcome: Result<Appended, (OutcomeClass, FailureReason)>) {
        if !self.given_up {
            self.given_up = true;
            // Guarded by the flag: it is set once.
            drop(self.result.set(BatchResult { outcome, trace: self.trace.clone() }));
        }
    }
}

/// The batch that still takes records.
#[derive(Debug)]
pub(crate) struct OpenBatch {
    pub(crate) builder: BatchBuilder,
    pub(crate) bytes: usize,
    pub(crate) ready_at: Instant,
    pub(crate) deadline: Instant,
    pub(crate) result: Arc<SetOnce<BatchResult>>,
}

/// What an answer leaves to be done beyond the partition.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Effects {
    /// Bytes of the buffer that are free again.
    pub(crate) released_bytes: usize,
    /// The leader is in doubt.
    pub(crate) refresh_metadata: bool,
    /// This identity is fenced: another has to be asked for.
    pub(crate) fenced: Option<Identity>,
}

#[derive(Debug, Default)]
pub(crate) struct PartitionState {
    pub(crate) open: Option<OpenBatch>,
    queue: VecDeque<Batch>,
    in_flight: VecDeque<Batch>,
    next_ordinal: u64,
    identity: Option<Identity>,
    next_sequence: Option<Sequence>,
    /// It has had numbers before: only the very first may be another than 0.
    numbered: bool,
    /// The leader has acknowledged a batch of this producer id, so that it knows what has to come next.
    known_to_leader: bool,
    restart: bool,
    topic_id: TopicId,
    retry_at: Option<Instant>,
    failures: u32,
}

impl PartitionState {
    pub(crate) fn is_idle(&self) -> bool {
        self.open.is_none() && self.queue.is_empty() && self.in_flight.is_empty()
    }

    /// Closes the open batch: it waits to be sent from now on.
    pub(crate) fn close_open(&mut self) {
        let Some(open) = self.open.take() else { return };
        let ordinal = self.next_ordinal;
        self.next_ordinal += 1;
        let trace = BatchTrace {
            records_count: open.builder.records_count(),
            leader_epoch: -1,
            ..BatchTrace::default()
        };
        self.queue.push_back(Batch {
            ordinal,
            content: Content::Collected(open.builder),
            bytes: open.bytes,
            deadline: open.deadline,
            trace,
            topic_id: TopicId::ZERO,
            given_up: false,
            result: open.result,
        });
    }

    /// The results of all batches that are not resolved yet.
    pub(crate) fn unresolved(&self) -> impl Iterator<Item = Arc<SetOnce<BatchResult>>> {
        let closed = self.queue.iter().chain(&self.in_flight).filter(|batch| !batch.given_up);
        closed.map(|batch| batch.result.clone()).chain(self.open.iter().map(|open| open.result.clone()))
    }

    /// When something may have to be done without any event: a linger that ends, a retry, a deadline.
    ///
    /// What is past already waits for an event (an answer, a leader, an identity), and not for the clock; only
    /// deadlines are acted on whenever they pass.
    pub(crate) fn wake_at(&self, now: Instant) -> Option<Instant> {
        let deadlines = self.queue.iter().chain(&self.in_flight).filter(|batch| !batch.given_up);
        let first_deadline = deadlines.map(|batch| batch.deadline).min();
        let open = self.open.as_ref().map(|open| open.deadline);
        let linger = self.open.as_ref().map(|open| open.ready_at).filter(|at| *at > now);
        let retry = self.retry_at.filter(|at| *at > now && !self.queue.is_empty());
        [first_deadline, open, linger, retry].into_iter().flatten().min()
    }

    /// The topic has this id now. Another id than before means that it was deleted and made again: numbers start
    /// anew, and what may be in the old topic's log is not sent to the new one.
    pub(crate) fn topic_is(&mut self, topic_id: TopicId, effects: &mut Effects) {
        if topic_id == self.topic_id || topic_id == TopicId::ZERO {
            return;
        }
        let known = self.topic_id != TopicId::ZERO;
        self.topic_id = topic_id;
        if !known {
            return;
        }
        self.known_to_leader = false;
        if self.identity.is_some() {
            self.begin_restart();
        }
        for mut batch in std::mem::take(&mut self.queue) {
            if batch.may_be_in_the_log() {
                self.fail(&mut batch, FailureReason::TopicRecreated, effects);
            } else {
                self.queue.push_back(batch);
            }
        }
    }

    /// The next batch to send now, numbered if the producer numbers; it counts as in flight from now on. Its
    /// content goes with the caller.
    pub(crate) fn next_batch(
        &mut self,
        now: Instant,
        config: &CoreConfig,
        current: &mut CurrentIdentity,
    ) -> Option<(u64, Content, Option<Stamp>)> {
        if self.in_flight.len() >= config.in_flight_max || self.retry_at.is_some_and(|at| at > now) {
            return None;
        }
        let index =
            if config.idempotent { self.next_numbered(now, config, current)? } else { self.head(now)? };
        let mut batch = self.queue.remove(index).expect("the index was just found");
        let content = std::mem::replace(&mut batch.content, Content::Away);
        let (ordinal, stamp) = (batch.ordinal, batch.stamp());
        batch.topic_id = self.topic_id;
        let place = self.in_flight.partition_point(|other| other.ordinal < ordinal);
        self.in_flight.insert(place, batch);
        Some((ordinal, content, stamp))
    }

    /// The first batch of the queue, closing the open one if it is due.
    fn head(&mut self, now: Instant) -> Option<usize> {
        if self.queue.is_empty() {
            if self.open.as_ref().is_none_or(|open| open.ready_at > now) {
                return None;
            }
            self.close_open();
        }
        Some(0)
    }

    /// The next batch in the order that numbers demand, with its number.
    fn next_numbered(
        &mut self,
        now: Instant,
        config: &CoreConfig,
        current: &mut CurrentIdentity,
    ) -> Option<usize> {
        if !self.known_to_leader && !self.in_flight.is_empty() {
            return None;
        }
        if let Some(index) = self.queue.iter().position(|batch| batch.stamp().is_some()) {
            let ordinal = self.queue[index].ordinal;
            // A retry waits for whatever was numbered before it.
            let first = self.in_flight.front().is_none_or(|batch| batch.ordinal > ordinal);
            return first.then_some(index);
        }
        if self.restart {
            if !self.in_flight.is_empty() {
                return None;
            }
            self.finish_restart(current);
        }
        let index = self.head(now)?;
        if self.in_flight.is_empty() && self.identity != *current {
            let same_id = self.identity.map(|old| old.id) == current.map(|new| new.id);
            self.known_to_leader &= same_id;
            self.identity = *current;
            let first = if self.numbered { Sequence(0) } else { config.first_sequence };
            self.next_sequence = current.map(|_| first);
            self.numbered |= current.is_some();
        }
        let identity = self.identity?;
        let batch = &mut self.queue[index];
        let base_sequence = self.next_sequence.expect("whoever has an identity counts");
        batch.trace.stamp =
            Some(Stamp { producer_id: identity.id, producer_epoch: identity.epoch, base_sequence });
        self.next_sequence = Some(base_sequence.plus(batch.trace.records_count));
        Some(index)
    }

    /// Nothing may be appended under the present numbers any more, except what may be in the log already.
    fn begin_restart(&mut self) {
        self.restart = true;
        for batch in self.queue.iter_mut().filter(|batch| !batch.may_be_in_the_log()) {
            batch.trace.stamp = None;
        }
    }

    fn finish_restart(&mut self, current: &mut CurrentIdentity) {
        self.restart = false;
        if self.identity != *current {
            return;
        }
        if let Some(identity) = current {
            match identity.epoch.0.checked_add(1) {
                // The last epoch is never given to records, as in Kafka: it is kept for fencing.
                Some(epoch) if epoch < i16::MAX => identity.epoch = ProducerEpoch(epoch),
                _ => *current = None,
            }
        }
    }

    /// Takes in what became of an attempt. `content` comes back with it.
    pub(crate) fn answered(
        &mut self,
        ordinal: u64,
        content: Content,
        answer: Result<Appended, AttemptError>,
        now: Instant,
        config: &CoreConfig,
    ) -> Effects {
        let mut effects = Effects::default();
        let index = self.in_flight.iter().position(|batch| batch.ordinal == ordinal);
        let mut batch = index
            .and_then(|index| self.in_flight.remove(index))
            .expect("an attempt ends once, and its batch is in flight until then");
        batch.content = content;
        match answer {
            Ok(_) if !config.acknowledged => {
                batch.trace.worst_attempt = Some(OutcomeClass::Unknown);
                effects.released_bytes = batch.bytes;
                batch.resolve(Err((OutcomeClass::Unknown, FailureReason::NoAcknowledgement)));
            }
            Ok(appended) => {
                batch.trace.worst_attempt = batch.trace.worst_attempt.max(Some(OutcomeClass::Done));
                self.failures = 0;
                self.retry_at = None;
                self.known_to_leader |= batch.stamp().is_some() && batch.topic_id == self.topic_id;
                effects.released_bytes = batch.bytes;
                batch.resolve(Ok(appended));
            }
            Err(error) => self.attempt_failed(batch, error, now, config, &mut effects),
        }
        effects
    }

    fn attempt_failed(
        &mut self,
        mut batch: Batch,
        error: AttemptError,
        now: Instant,
        config: &CoreConfig,
        effects: &mut Effects,
    ) {
        let code = error.code().map(ErrorCode::from_code);
        effects.refresh_metadata = error.doubts_metadata();
        batch.trace.failed(error.clone());
        let fenced = matches!(code, Some(ErrorCode::InvalidProducerEpoch | ErrorCode::ProducerFenced));
        let identity = |stamp: Stamp| Identity { id: stamp.producer_id, epoch: stamp.producer_epoch };
        effects.fenced = batch.stamp().map(identity).filter(|_| fenced);
        if batch.given_up {
            let reason = FailureReason::Attempt(error);
            self.fail(&mut batch, reason, effects);
        } else if batch.may_be_in_the_log() && batch.topic_id != self.topic_id {
            self.fail(&mut batch, FailureReason::TopicRecreated, effects);
        } else if code == Some(ErrorCode::OutOfOrderSequenceNumber) && self.out_of_order_is_passing(&batch) {
            self.requeue(batch);
        } else if error.is_retriable() && batch.trace.attempts <= config.retries_max {
            self.retry_at = Some(now + config.backoff(self.failures));
            self.failures = self.failures.saturating_add(1);
            self.requeue(batch);
        } else {
            self.fail(&mut batch, FailureReason::Attempt(error), effects);
        }
    }

    /// Whether a batch is out of order only because of one before it, so that it is to be sent again: in its
    /// turn, or with another number if the one before it is lost and this one is certainly not in the log.
    fn out_of_order_is_passing(&self, batch: &Batch) -> bool {
        let before = |other: &Batch| other.stamp().is_some() && other.ordinal < batch.ordinal;
        self.in_flight.iter().chain(&self.queue).any(before) || (self.restart && !batch.may_be_in_the_log())
    }

    fn requeue(&mut self, mut batch: Batch) {
        if self.restart && !batch.may_be_in_the_log() {
            batch.trace.stamp = None;
        }
        let place = self.queue.partition_point(|other| other.ordinal < batch.ordinal);
        self.queue.insert(place, batch);
    }

    fn fail(&mut self, batch: &mut Batch, reason: FailureReason, effects: &mut Effects) {
        let class = if batch.may_be_in_the_log() { OutcomeClass::Unknown } else { OutcomeClass::NotDone };
        if batch.stamp().is_some() {
            self.begin_restart();
        }
        effects.released_bytes += batch.bytes;
        batch.resolve(Err((class, reason)));
    }

    /// An attempt may reach a broker from now on.
    pub(crate) fn attempt_begins(&mut self, ordinal: u64, describe: impl FnOnce(&mut BatchTrace)) {
        if let Some(batch) = self.in_flight.iter_mut().find(|batch| batch.ordinal == ordinal) {
            batch.trace.attempts += 1;
            describe(&mut batch.trace);
        }
    }

    /// Gives up what is overdue.
    pub(crate) fn expire(&mut self, now: Instant) -> Effects {
        let mut effects = Effects::default();
        if self.open.as_ref().is_some_and(|open| open.deadline <= now) {
            self.close_open();
        }
        while let Some(index) = self.queue.iter().position(|batch| batch.deadline <= now) {
            let mut batch = self.queue.remove(index).expect("the index was just found");
            let reason = FailureReason::DeliveryTimeout(batch.trace.errors.last().cloned());
            self.fail(&mut batch, reason, &mut effects);
        }
        for batch in self.in_flight.iter_mut().filter(|batch| batch.deadline <= now) {
            // Its attempt goes on, and what follows waits for the end of it; only the caller's wait is over.
            let reason = FailureReason::DeliveryTimeout(batch.trace.errors.last().cloned());
            batch.resolve(Err((OutcomeClass::Unknown, reason)));
        }
        effects
    }

    /// Gives up everything.
    pub(crate) fn close(&mut self) -> Effects {
        let mut effects = Effects::default();
        self.close_open();
        for mut batch in std::mem::take(&mut self.queue) {
            self.fail(&mut batch, FailureReason::Closed, &mut effects);
        }
        for batch in &mut self.in_flight {
            batch.resolve(Err((OutcomeClass::Unknown, FailureReason::Closed)));
        }
        effects
    }
}
