//! The producer's task: asks the rules what to send, sends it, and gives them the answers.
//!
//! One task owns the order: requests to a node leave in the order in which the rules gave them, because each node
//! has one lane task that connects if need be and hands requests over one by one. The answers come back to the
//! first task as events.

use super::{
    Acks, ProducerConfig, Shared,
    body::{LAST_VERSION_WITH_NAMES, ProduceBody},
    core::{SentBatch, ToSend},
    outcome::{Appended, AttemptError},
    partition::{Content, Identity},
};
use crate::{
    Client, RequestError,
    client::Lane,
    connection::{ReplyTo, decode_answer},
    types::NodeId,
};
use bytes::Bytes;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::Ordering},
};
use tokio::sync::mpsc;
use tribunal_env::Instant;
use tribunal_wire::{
    batch::Batch,
    codec::{Message, Writer},
    error::ErrorCode,
    message::{
        ApiKey, InitProducerIdRequest, ProduceRequest, ProduceResponse, produce::PartitionProduceResponse,
    },
    types::{Offset, ProducerEpoch, ProducerId, TopicId},
};

/// What the task is told by its helpers.
enum Event {
    /// A request ended: version and undecoded answer.
    Ended(u64, i16, Result<Bytes, RequestError>),
    /// A producer id, or none yet.
    Identity(Option<Identity>),
    /// The metadata was asked for.
    Refreshed,
}

/// A request for a node's lane.
struct Job {
    id: u64,
    body: ProduceBody,
    topics_have_ids: bool,
    batches: Vec<(usize, u64, i32)>,
}

struct Sender {
    client: Client,
    config: ProducerConfig,
    shared: Arc<Shared>,
    events: mpsc::UnboundedSender<Event>,
    connections: Lane,
    lanes: BTreeMap<NodeId, mpsc::UnboundedSender<Job>>,
    in_flight: BTreeMap<u64, ToSend>,
    next_id: u64,
    asking_identity: bool,
    asking_metadata: bool,
    metadata_wanted: bool,
    topics: BTreeSet<Arc<str>>,
    /// When metadata may be asked for again; failures in a row to find what was missing.
    metadata_at: Option<Instant>,
    metadata_failures: u32,
}

/// Runs until the producer is closed.
pub(super) async fn run(client: Client, config: ProducerConfig, shared: Arc<Shared>) {
    let (events, mut received) = mpsc::unbounded_channel();
    let connections = client.new_lane();
    let mut sender = Sender {
        client,
        config,
        shared,
        events,
        connections,
        lanes: BTreeMap::new(),
        in_flight: BTreeMap::new(),
        next_id: 0,
        asking_identity: false,
        asking_metadata: false,
        metadata_wanted: false,
        topics: BTreeSet::new(),
        metadata_at: None,
        metadata_failures: 0,
    };
    loop {
        while let Ok(event) = received.try_recv() {
            sender.take_event(event);
        }
        if sender.shared.closed.load(Ordering::Acquire) {
            sender.shared.core().close();
            return;
        }
        let wake_at = sender.work();
        let env = sender.client.env().clone();
        let shared = sender.shared.clone();
        let sleep = async {
            match wake_at {
                Some(at) => env.sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            event = received.recv() => {
                sender.take_event(event.expect("the task holds a sender itself"));
            }
            () = shared.wake.notified() => {}
            () = sleep => {}
        }
    }
}

impl Sender {
    /// Sends what can be sent; says when the clock matters next.
    fn work(&mut self) -> Option<Instant> {
        let env = self.client.env().clone();
        let now = env.now();
        let metadata = self.client.metadata_now();
        let (requests, wants, wake_at, room) = {
            let mut core = self.shared.core();
            let buffered = core.buffered_bytes();
            core.expire(now);
            let (requests, wants) = core.drain(now, |name| metadata.leader(&name.topic, name.partition));
            (requests, wants, core.wake_at(now), core.buffered_bytes() < buffered)
        };
        if room {
            self.shared.room.notify_waiters();
        }
        for request in requests {
            self.send(request);
        }
        if wants.identity && !self.asking_identity {
            self.asking_identity = true;
            drop(env.spawn("producer id", ask_identity(self.client.clone(), self.events.clone())));
        }
        let missing = !wants.leaders_of.is_empty();
        self.topics.extend(wants.leaders_of);
        let metadata_at = self.refresh_metadata(now, missing);
        [wake_at, metadata_at].into_iter().flatten().min()
    }

    /// Asks for metadata if it is wanted and not too soon; else says when it will be.
    fn refresh_metadata(&mut self, now: Instant, missing: bool) -> Option<Instant> {
        let wanted =
            missing || self.metadata_wanted || self.client.metadata_is_stale() && !self.topics.is_empty();
        if !wanted || self.asking_metadata {
            return None;
        }
        if let Some(at) = self.metadata_at.filter(|at| *at > now) {
            return Some(at);
        }
        self.metadata_wanted = false;
        self.asking_metadata = true;
        let pause = self
            .config
            .retry_backoff_min
            .saturating_mul(1 << self.metadata_failures.min(16))
            .min(self.config.retry_backoff_max);
        self.metadata_failures = if missing { self.metadata_failures.saturating_add(1) } else { 0 };
        self.metadata_at = Some(now + pause);
        let topics: Vec<Arc<str>> = self.topics.iter().cloned().collect();
        let (client, events) = (self.client.clone(), self.events.clone());
        drop(self.client.env().spawn("producer metadata", async move {
            let deadline = client.request_deadline();
            if let Err(error) = client.refresh_metadata(&topics, deadline).await {
                tribunal_env::debug!(client.env(), "a producer cannot refresh its metadata: {error}");
            }
            // The task may be gone: then nobody needs the news.
            drop(events.send(Event::Refreshed));
        }));
        None
    }

    /// Builds a request and gives it to its node's lane.
    fn send(&mut self, mut request: ToSend) {
        let id = self.next_id;
        self.next_id += 1;
        let timeout_ms = i32::try_from(self.config.request_timeout.as_millis()).unwrap_or(i32::MAX);
        let mut body = ProduceBody::new(self.config.acks.number(), timeout_ms);
        let mut batches = Vec::with_capacity(request.batches.len());
        let mut topics_have_ids = true;
        for sent in &mut request.batches {
            let batch = build(sent);
            topics_have_ids &= sent.leader.topic_id != TopicId::ZERO;
            body.add(&sent.partition, sent.leader.topic_id, &batch);
            batches.push((sent.slot, sent.ordinal, sent.leader.epoch));
            if !self.topics.contains(&sent.partition.topic) {
                self.topics.insert(sent.partition.topic.clone());
            }
            sent.content = Content::Built(batch);
        }
        let node = request.node;
        self.in_flight.insert(id, request);
        let lane = self.lanes.entry(node).or_insert_with(|| {
            let (sender, jobs) = mpsc::unbounded_channel();
            let lane = NodeLane {
                client: self.client.clone(),
                config: self.config.clone(),
                shared: self.shared.clone(),
                events: self.events.clone(),
                connections: self.connections,
                node,
            };
            drop(self.client.env().spawn("producer lane", lane.run(jobs)));
            sender
        });
        let job = Job { id, body, topics_have_ids, batches };
        lane.send(job).expect("a lane lives as long as its sender");
    }

    fn take_event(&mut self, event: Event) {
        match event {
            Event::Identity(identity) => {
                self.asking_identity = false;
                if let Some(identity) = identity {
                    self.shared.core().identity_given(identity);
                }
            }
            Event::Refreshed => self.asking_metadata = false,
            Event::Ended(id, version, answer) => self.request_ended(id, version, answer),
        }
    }

    fn request_ended(&mut self, id: u64, version: i16, answer: Result<Bytes, RequestError>) {
        let request = self.in_flight.remove(&id).expect("a request ends once");
        let acks = self.config.acks;
        let results = match answer {
            Ok(_) if acks == Acks::None => {
                let silent = |batch| (batch, Ok(NOT_SAID));
                request.batches.into_iter().map(silent).collect()
            }
            Ok(body) => match decode_answer::<ProduceRequest>(body, version) {
                Ok(response) => self.match_answers(request.batches, &response, version),
                Err(error) => failed(request.batches, &error),
            },
            Err(error) => failed(request.batches, &error),
        };
        let now = self.client.env().now();
        let (refresh, room) = {
            let mut core = self.shared.core();
            let buffered = core.buffered_bytes();
            let refresh = core.request_ended(request.node, results, now);
            (refresh, core.buffered_bytes() < buffered)
        };
        self.metadata_wanted |= refresh;
        if room {
            self.shared.room.notify_waiters();
        }
    }

    /// Finds each batch's answer, and takes in what the answers tell about leaders (KIP-951).
    fn match_answers(
        &self,
        batches: Vec<SentBatch>,
        response: &ProduceResponse,
        version: i16,
    ) -> Vec<(SentBatch, Result<Appended, AttemptError>)> {
        let mut by_name: BTreeMap<(&str, i32), &PartitionProduceResponse> = BTreeMap::new();
        let mut by_id: BTreeMap<([u8; 16], i32), &PartitionProduceResponse> = BTreeMap::new();
        for topic in &response.responses {
            for partition in &topic.partition_responses {
                if version > LAST_VERSION_WITH_NAMES {
                    by_id.insert((topic.topic_id, partition.index), partition);
                } else {
                    by_name.insert((topic.name.as_str(), partition.index), partition);
                }
            }
        }
        let find = |batch: SentBatch| {
            let (topic, index) = (&batch.partition.topic, batch.partition.partition);
            let found =
                by_id.get(&(batch.leader.topic_id.0, index)).or_else(|| by_name.get(&(&**topic, index)));
            let answer = match found {
                None => Err(AttemptError::NotMentioned),
                Some(answer) => read_answer(answer),
            };
            if let Some(leader) = found.map(|answer| &answer.current_leader) {
                self.client.leader_told(topic, index, leader.leader_id, leader.leader_epoch);
            }
            (batch, answer)
        };
        batches.into_iter().map(find).collect()
    }
}

/// With acks=0 there is nothing to say: the rules turn this into an unknown outcome.
const NOT_SAID: Appended = Appended { base_offset: None, log_append_time: None };

fn failed(batches: Vec<SentBatch>, error: &RequestError) -> Vec<(SentBatch, Result<Appended, AttemptError>)> {
    batches.into_iter().map(|batch| (batch, Err(AttemptError::Request(error.clone())))).collect()
}

fn read_answer(answer: &PartitionProduceResponse) -> Result<Appended, AttemptError> {
    let duplicate = answer.error_code == ErrorCode::DuplicateSequenceNumber.code();
    if answer.error_code != 0 && !duplicate {
        return Err(AttemptError::Answered(answer.error_code));
    }
    Ok(Appended {
        base_offset: (answer.base_offset >= 0).then_some(Offset(answer.base_offset)),
        log_append_time: (answer.log_append_time_ms >= 0).then_some(answer.log_append_time_ms),
    })
}

/// The batch with its numbers. Compression happens here, outside of the lock; numbers cost one CRC.
fn build(sent: &mut SentBatch) -> Batch {
    let mut batch = match std::mem::replace(&mut sent.content, Content::Away) {
        Content::Collected(builder) => builder.build(),
        Content::Built(batch) => batch,
        Content::Away => unreachable!("a batch to be sent comes with its content"),
    };
    if let Some(stamp) = sent.stamp {
        batch.header.producer_id = stamp.producer_id;
        batch.header.producer_epoch = stamp.producer_epoch;
        batch.header.base_sequence = stamp.base_sequence.0;
        batch.seal();
    }
    batch
}

async fn ask_identity(client: Client, events: mpsc::UnboundedSender<Event>) {
    let deadline = client.request_deadline();
    let request = InitProducerIdRequest {
        transactional_id: None,
        transaction_timeout_ms: i32::MAX,
        producer_id: -1,
        producer_epoch: -1,
        ..InitProducerIdRequest::default()
    };
    let answer = client.ask_until(crate::Target::Any, &request, deadline).await;
    let identity = match answer {
        Ok(answer) if answer.error_code == 0 => {
            Some(Identity { id: ProducerId(answer.producer_id), epoch: ProducerEpoch(answer.producer_epoch) })
        }
        Ok(answer) => {
            let error = ErrorCode::from_code(answer.error_code);
            tribunal_env::warn!(client.env(), "no producer id, asking again: {error}");
            None
        }
        Err(error) => {
            tribunal_env::debug!(client.env(), "no producer id, asking again: {error}");
            None
        }
    };
    if identity.is_none() {
        client.retry_pause(0, client.request_deadline()).await;
    }
    // The task may be gone: then nobody needs the news.
    drop(events.send(Event::Identity(identity)));
}

/// Hands the requests of one node over, in order.
struct NodeLane {
    client: Client,
    config: ProducerConfig,
    shared: Arc<Shared>,
    events: mpsc::UnboundedSender<Event>,
    connections: Lane,
    node: NodeId,
}

impl NodeLane {
    async fn run(self, mut jobs: mpsc::UnboundedReceiver<Job>) {
        while let Some(job) = jobs.recv().await {
            let id = job.id;
            if let Err(error) = self.hand_over(job).await {
                drop(self.events.send(Event::Ended(id, 0, Err(error))));
            }
        }
    }

    /// None of the errors means that the request may have arrived.
    async fn hand_over(&self, job: Job) -> Result<(), RequestError> {
        let deadline = self.client.env().now() + self.config.request_timeout;
        let connection = self.client.connection(self.node, self.connections, deadline).await?;
        let most = if job.topics_have_ids { ProduceRequest::MAX_VERSION } else { LAST_VERSION_WITH_NAMES };
        let version = connection.versions().highest::<ProduceRequest>(most)?;
        {
            let mut core = self.shared.core();
            for (slot, ordinal, epoch) in &job.batches {
                core.attempt_begins(*slot, *ordinal, self.node, *epoch, version);
            }
        }
        let (events, id) = (self.events.clone(), job.id);
        // The task may be gone: then nobody needs the answer.
        let reply =
            ReplyTo::Call(Box::new(move |answer| drop(events.send(Event::Ended(id, version, answer)))));
        let answered = self.config.acks != Acks::None;
        let put_body = |writer: &mut Writer| job.body.encode(writer, version);
        connection.start_with(ApiKey::Produce, version, deadline, reply, answered, put_body).await
    }
}
