//! The producer's rules without its world: what is collected, what goes when to whom, what an answer means.
//!
//! Owns every partition's state, the identity under which batches are numbered, the buffer's account and the
//! requests in flight. It is told the time, the leaders and the answers; it says what to send.
//!
//! Always holds: no more than `in_flight_max` requests to a node, and batches of a partition, are in flight; the
//! buffer's account is the sum of the unresolved batches (and of resolved ones still on their way); every record
//! taken is resolved once.

use super::{
    outcome::{Appended, AttemptError, BatchResult, Delivery, Stamp},
    partition::{Content, CurrentIdentity, Effects, Identity, OpenBatch, PartitionState},
};
use crate::{
    metadata::Leader,
    types::{NodeId, TopicPartition},
};
use bytes::Bytes;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tokio::sync::SetOnce;
use tribunal_env::Instant;
use tribunal_wire::{
    batch::{BatchBuilder, Header},
    compression::Codec,
    types::Sequence,
};

/// The rules' parameters.
#[derive(Debug, Clone)]
pub(crate) struct CoreConfig {
    pub(crate) batch_bytes: usize,
    pub(crate) linger: Duration,
    pub(crate) codec: Codec,
    pub(crate) compression_level: Option<i32>,
    /// Whether answers tell what was done; with acks=0 they do not.
    pub(crate) acknowledged: bool,
    pub(crate) idempotent: bool,
    pub(crate) in_flight_max: usize,
    pub(crate) request_bytes_max: usize,
    pub(crate) buffer_bytes_max: usize,
    pub(crate) delivery_timeout: Duration,
    pub(crate) retries_max: u32,
    pub(crate) retry_backoff_min: Duration,
    pub(crate) retry_backoff_max: Duration,
    pub(crate) first_sequence: Sequence,
}

impl CoreConfig {
    pub(crate) fn backoff(&self, failures: u32) -> Duration {
        self.retry_backoff_min.saturating_mul(1 << failures.min(16)).min(self.retry_backoff_max)
    }
}

/// A record's fields, borrowed for as long as they are copied into a batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a> {
    pub(crate) key: Option<&'a [u8]>,
    pub(crate) value: Option<&'a [u8]>,
    pub(crate) headers: &'a [(Bytes, Option<Bytes>)],
    pub(crate) timestamp: i64,
}

impl Fields<'_> {
    /// No less than what the record takes in a batch.
    pub(crate) fn bytes_max(&self) -> usize {
        let headers =
            self.headers.iter().map(|(key, value)| 10 + key.len() + value.as_ref().map_or(0, Bytes::len));
        32 + self.key.map_or(0, <[u8]>::len) + self.value.map_or(0, <[u8]>::len) + headers.sum::<usize>()
    }
}

/// Why a record was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// The buffer is full for now.
    BufferFull,
    /// No request could ever carry it.
    TooLarge,
}

/// One batch of a request.
#[derive(Debug)]
pub(crate) struct SentBatch {
    pub(crate) slot: usize,
    pub(crate) ordinal: u64,
    pub(crate) partition: TopicPartition,
    pub(crate) leader: Leader,
    pub(crate) content: Content,
    pub(crate) stamp: Option<Stamp>,
}

/// A request to be sent.
#[derive(Debug)]
pub(crate) struct ToSend {
    pub(crate) node: NodeId,
    pub(crate) batches: Vec<SentBatch>,
}

/// What the shell has to see to besides sending.
#[derive(Debug, Default)]
pub(crate) struct Wants {
    /// Topics that have no known leader for what is to be sent.
    pub(crate) leaders_of: BTreeSet<Arc<str>>,
    /// A producer id.
    pub(crate) identity: bool,
}

struct Partition {
    name: TopicPartition,
    state: PartitionState,
}

pub(crate) struct Core {
    config: CoreConfig,
    identity: CurrentIdentity,
    partitions: Vec<Partition>,
    /// Slots of `partitions`, by topic and index.
    slots: BTreeMap<Arc<str>, BTreeMap<i32, usize>>,
    /// Slots that have a batch.
    active: BTreeSet<usize>,
    /// Where the next round starts, so that no partition waits for ever behind the others.
    next_slot: usize,
    in_flight: BTreeMap<NodeId, usize>,
    buffered_bytes: usize,
}

impl Core {
    pub(crate) fn new(config: CoreConfig) -> Self {
        Core {
            config,
            identity: None,
            partitions: Vec::new(),
            slots: BTreeMap::new(),
            active: BTreeSet::new(),
            next_slot: 0,
            in_flight: BTreeMap::new(),
            buffered_bytes: 0,
        }
    }

    pub(crate) fn buffered_bytes(&self) -> usize {
        self.buffered_bytes
    }

    fn slot(&mut self, topic: &Arc<str>, partition: i32) -> usize {
        if let Some(slot) = self.slots.get(topic).and_then(|slots| slots.get(&partition)) {
            return *slot;
        }
        let slot = self.partitions.len();
        let name = TopicPartition { topic: topic.clone(), partition };
        self.partitions.push(Partition { name, state: PartitionState::default() });
        self.slots.entry(topic.clone()).or_default().insert(partition, slot);
        slot
    }

    /// Takes a record. The flag says that there is something new to send or to wait for.
    pub(crate) fn append(
        &mut self,
        now: Instant,
        topic: &Arc<str>,
        partition: i32,
        fields: Fields<'_>,
    ) -> Result<(Delivery, bool), NotTaken> {
        let bytes = fields.bytes_max();
        if bytes + tribunal_wire::batch::HEADER_BYTES > self.config.request_bytes_max {
            return Err(NotTaken::TooLarge);
        }
        if self.buffered_bytes + bytes > self.config.buffer_bytes_max && self.buffered_bytes > 0 {
            return Err(NotTaken::BufferFull);
        }
        let slot = self.slot(topic, partition);
        let state = &mut self.partitions[slot].state;
        let mut news = false;
        let overflows =
            |open: &OpenBatch| open.builder.uncompressed_bytes() + bytes > self.config.batch_bytes;
        if state.open.as_ref().is_some_and(overflows) {
            state.close_open();
            news = true;
        }
        let config = &self.config;
        let open = state.open.get_or_insert_with(|| {
            news = true;
            OpenBatch {
                builder: BatchBuilder::new(config.codec, config.compression_level),
                bytes: 0,
                ready_at: now + config.linger,
                deadline: now + config.delivery_timeout,
                result: Arc::new(SetOnce::new()),
            }
        });
        let delivery = Delivery {
            result: open.result.clone(),
            partition,
            index_in_batch: open.builder.records_count(),
            timestamp: fields.timestamp,
        };
        let headers =
            fields.headers.iter().map(|(key, value)| Header { key: key.as_ref(), value: value.as_deref() });
        open.builder.push(fields.timestamp, fields.key, fields.value, headers);
        open.bytes += bytes;
        self.buffered_bytes += bytes;
        if open.builder.uncompressed_bytes() >= self.config.batch_bytes {
            state.close_open();
            news = true;
        }
        self.active.insert(slot);
        Ok((delivery, news))
    }

    /// Takes records as one batch of their own, all of them or none. The batch is due at once.
    pub(crate) fn append_batch(
        &mut self,
        now: Instant,
        topic: &Arc<str>,
        partition: i32,
        records: &[Fields<'_>],
    ) -> Result<Vec<Delivery>, NotTaken> {
        let bytes: usize = records.iter().map(Fields::bytes_max).sum();
        let whole = bytes + tribunal_wire::batch::HEADER_BYTES;
        if whole > self.config.request_bytes_max.min(self.config.batch_bytes) {
            return Err(NotTaken::TooLarge);
        }
        if self.buffered_bytes + bytes > self.config.buffer_bytes_max && self.buffered_bytes > 0 {
            return Err(NotTaken::BufferFull);
        }
        let slot = self.slot(topic, partition);
        self.partitions[slot].state.close_open();
        let mut deliveries = Vec::with_capacity(records.len());
        for fields in records {
            // There is room for all of them: an empty buffer takes even what is larger than itself.
            let buffered = std::mem::take(&mut self.buffered_bytes);
            let taken = self.append(now, topic, partition, *fields);
            self.buffered_bytes += buffered;
            deliveries.push(taken?.0);
        }
        self.partitions[slot].state.close_open();
        Ok(deliveries)
    }

    /// Makes every record taken so far due at once, and gives the results of all that are not resolved.
    pub(crate) fn flush(&mut self) -> Vec<Arc<SetOnce<BatchResult>>> {
        let mut results = Vec::new();
        for slot in &self.active {
            let state = &mut self.partitions[*slot].state;
            results.extend(state.unresolved());
            state.close_open();
        }
        results
    }

    /// A producer id was given.
    pub(crate) fn identity_given(&mut self, identity: Identity) {
        self.identity = Some(identity);
    }

    /// What is to be sent now, and what else is wanted for more.
    pub(crate) fn drain(
        &mut self,
        now: Instant,
        mut leader_of: impl FnMut(&TopicPartition) -> Option<Leader>,
    ) -> (Vec<ToSend>, Wants) {
        let mut wants = Wants::default();
        let mut requests = Vec::new();
        let from = self.next_slot;
        let order: Vec<usize> = self.active.range(from..).chain(self.active.range(..from)).copied().collect();
        let mut leaders = Vec::with_capacity(order.len());
        let mut released = 0;
        for slot in order {
            let partition = &mut self.partitions[slot];
            let Some(leader) = leader_of(&partition.name) else {
                wants.leaders_of.insert(partition.name.topic.clone());
                continue;
            };
            let mut effects = Effects::default();
            partition.state.topic_is(leader.topic_id, &mut effects);
            released += effects.released_bytes;
            leaders.push((slot, leader));
        }
        self.buffered_bytes -= released;
        // Each round makes one request a node at most, with one batch a partition at most.
        while self.drain_round(now, &leaders, &mut requests) {}
        wants.identity = self.config.idempotent && self.identity.is_none() && !self.active.is_empty();
        (requests, wants)
    }

    fn drain_round(&mut self, now: Instant, leaders: &[(usize, Leader)], requests: &mut Vec<ToSend>) -> bool {
        let mut round: BTreeMap<NodeId, (usize, Vec<SentBatch>)> = BTreeMap::new();
        for (slot, leader) in leaders {
            if self.in_flight.get(&leader.node).copied().unwrap_or(0) >= self.config.in_flight_max {
                continue;
            }
            let (bytes, batches) = round.entry(leader.node).or_default();
            if *bytes >= self.config.request_bytes_max {
                continue;
            }
            let partition = &mut self.partitions[*slot];
            let Some((ordinal, content, stamp)) =
                partition.state.next_batch(now, &self.config, &mut self.identity)
            else {
                continue;
            };
            *bytes += match &content {
                Content::Collected(builder) => builder.uncompressed_bytes(),
                Content::Built(batch) => batch.total_bytes(),
                Content::Away => unreachable!("only what waits in the queue is sent"),
            };
            let partition = partition.name.clone();
            batches.push(SentBatch { slot: *slot, ordinal, partition, leader: *leader, content, stamp });
            self.next_slot = slot + 1;
        }
        let mut any = false;
        for (node, (_, batches)) in round {
            if !batches.is_empty() {
                *self.in_flight.entry(node).or_default() += 1;
                requests.push(ToSend { node, batches });
                any = true;
            }
        }
        any
    }

    /// The request with this batch leaves now.
    pub(crate) fn attempt_begins(
        &mut self,
        slot: usize,
        ordinal: u64,
        node: NodeId,
        epoch: i32,
        version: i16,
    ) {
        self.partitions[slot].state.attempt_begins(ordinal, |trace| {
            trace.node = Some(node);
            trace.leader_epoch = epoch;
            trace.api_version = version;
        });
    }

    /// A request ended: each of its batches with its answer. True when metadata is in doubt.
    pub(crate) fn request_ended(
        &mut self,
        node: NodeId,
        batches: impl IntoIterator<Item = (SentBatch, Result<Appended, AttemptError>)>,
        now: Instant,
    ) -> bool {
        let count = self.in_flight.get_mut(&node).expect("a request that ends was in flight");
        *count -= 1;
        let mut refresh = false;
        for (batch, answer) in batches {
            let state = &mut self.partitions[batch.slot].state;
            let effects = state.answered(batch.ordinal, batch.content, answer, now, &self.config);
            if state.is_idle() {
                self.active.remove(&batch.slot);
            }
            self.buffered_bytes -= effects.released_bytes;
            refresh |= effects.refresh_metadata;
            if effects.fenced.is_some() && effects.fenced == self.identity {
                self.identity = None;
            }
        }
        refresh
    }

    /// Gives up what is overdue.
    pub(crate) fn expire(&mut self, now: Instant) {
        self.for_active(|state| state.expire(now));
    }

    /// Gives up everything.
    pub(crate) fn close(&mut self) {
        self.for_active(PartitionState::close);
    }

    fn for_active(&mut self, mut act: impl FnMut(&mut PartitionState) -> Effects) {
        let mut released = 0;
        let partitions = &mut self.partitions;
        self.active.retain(|slot| {
            let state = &mut partitions[*slot].state;
            released += act(state).released_bytes;
            !state.is_idle()
        });
        self.buffered_bytes -= released;
    }

    /// When something may have to be done without any event.
    pub(crate) fn wake_at(&self, now: Instant) -> Option<Instant> {
        let times = self.active.iter().filter_map(|slot| self.partitions[*slot].state.wake_at(now));
        times.min()
    }
}

impl Drop for Core {
    /// Nobody waits for ever for a record of a producer that is gone.
    fn drop(&mut self) {
        self.close();
    }
}
