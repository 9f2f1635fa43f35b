//! The consumer by assignment: reads the partitions that it is told to, in order, from where it is told to.
//!
//! [`Consumer::poll`] gives what has arrived and waits if nothing has; the next fetches are on their way while the
//! application works on what it got. The rules of one partition are in `partition`, a plain struct; this file asks
//! the questions and carries the answers.
//!
//! What is promised: between two seeks a partition's records come out in order, each once, none left out that was
//! visible, except where the log was cut before the position, which is reported as a [`Truncation`] (KIP-320).
//!
//! Leaves out, for now: groups, committed offsets, fetching from the nearest replica.

mod partition;

pub use partition::{ConsumerRecord, PartitionFailure, Reset, Truncation, Watermarks};

use crate::{
    Admin, AdminError, Client, EpochEnd, FetchLimits, ListedOffset, NodeId, OffsetSpec, RawFetch,
    RequestError,
    client::Lane,
    fetch::{self, FetchFrom, LAST_VERSION_WITH_NAMES},
    metadata::Leader,
    types::TopicPartition,
};
use partition::{PartitionState, Question, Rules};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tokio::sync::mpsc;
use tribunal_env::Instant;
use tribunal_wire::{
    codec::Message,
    message::FetchRequest,
    types::{Offset, TopicId},
};

/// How a consumer behaves.
#[derive(Debug, Clone)]
pub struct ConsumerConfig {
    /// Isolation, waiting and sizes of each fetch.
    pub limits: FetchLimits,
    /// Where reading starts, and goes on when its position is outside of the log or was cut off it. With `None`
    /// reading starts at the first offset, and the rest is a [`PartitionFailure`].
    pub offset_reset: Option<OffsetSpec>,
    /// The most records that one poll gives.
    pub poll_records_max: usize,
    /// A partition with this many records waiting is not fetched further.
    pub buffered_records_max: usize,
    /// Whether the CRC of each batch is checked.
    pub check_crc: bool,
    /// What a batch may grow to when it is decompressed.
    pub decompressed_bytes_max: usize,
}

impl Default for ConsumerConfig {
    fn default() -> Self {
        ConsumerConfig {
            limits: FetchLimits::default(),
            offset_reset: Some(OffsetSpec::Earliest),
            poll_records_max: 500,
            buffered_records_max: 10_000,
            check_crc: true,
            decompressed_bytes_max: 256 << 20,
        }
    }
}

/// What a poll gave.
#[derive(Debug, Default)]
pub struct Polled {
    /// Records, in order within each partition.
    pub records: Vec<ConsumerRecord>,
    /// Partitions whose log was cut before their position; the records follow from there.
    pub truncations: Vec<Truncation>,
    /// Partitions whose position was outside of the log; the records follow from where the policy says.
    pub resets: Vec<Reset>,
    /// Partitions that give nothing more until they are sought or assigned anew.
    pub failures: Vec<(TopicPartition, PartitionFailure)>,
}

impl Polled {
    /// Whether nothing happened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
            && self.truncations.is_empty()
            && self.resets.is_empty()
            && self.failures.is_empty()
    }
}

/// An answer to a question about partitions.
enum Event {
    /// A fetch from a node: what was asked, and the answer for each partition that it mentions.
    Fetched(NodeId, Vec<(TopicPartition, u64)>, Result<Vec<(TopicPartition, RawFetch)>, Failed>),
    Offset(TopicPartition, u64, i32, Result<ListedOffset, AdminError>),
    EpochEnd(TopicPartition, u64, i32, Result<EpochEnd, AdminError>),
    Refreshed,
}

/// Why a whole fetch failed.
enum Failed {
    Request(RequestError),
    Answer(i16),
}

/// Reads assigned partitions.
pub struct Consumer {
    client: Client,
    config: ConsumerConfig,
    lane: Lane,
    partitions: BTreeMap<TopicPartition, PartitionState>,
    /// The partition after which the next poll starts to look, so that each has its turn.
    last: Option<TopicPartition>,
    fetching: BTreeSet<NodeId>,
    refreshing: bool,
    refresh_at: Option<Instant>,
    wants_refresh: bool,
    generation: u64,
    sender: mpsc::UnboundedSender<Event>,
    events: mpsc::UnboundedReceiver<Event>,
}

impl Consumer {
    /// A consumer on its own connections of `client`, with nothing assigned.
    #[must_use]
    pub fn new(client: &Client, config: ConsumerConfig) -> Self {
        let (sender, events) = mpsc::unbounded_channel();
        Consumer {
            client: client.clone(),
            config,
            lane: client.new_lane(),
            partitions: BTreeMap::new(),
            last: None,
            fetching: BTreeSet::new(),
            refreshing: false,
            refresh_at: None,
            wants_refresh: false,
            generation: 0,
            sender,
            events,
        }
    }

    /// Assigns exactly these partitions. Those that were assigned before keep their position.
    pub fn assign(&mut self, partitions: impl IntoIterator<Item = TopicPartition>) {
        let mut old = std::mem::take(&mut self.partitions);
        for name in partitions {
            let state = old.remove(&name).unwrap_or_else(|| {
                let spec = self.config.offset_reset.unwrap_or(OffsetSpec::Earliest);
                let mut state = PartitionState::new(name.clone(), spec);
                // Answers to an earlier life of the assignment are not for this one.
                self.generation += 1 << 32;
                state.generation = self.generation;
                state
            });
            self.partitions.insert(name, state);
        }
    }

    /// What is assigned.
    pub fn assignment(&self) -> impl Iterator<Item = &TopicPartition> {
        self.partitions.keys()
    }

    /// Goes on reading at `offset`. False when the partition is not assigned.
    pub fn seek(&mut self, partition: &TopicPartition, offset: Offset) -> bool {
        let state = self.partitions.get_mut(partition);
        state.map(|state| state.seek(offset)).is_some()
    }

    /// Goes on reading at an offset that the broker is asked for. False when the partition is not assigned.
    pub fn seek_to(&mut self, partition: &TopicPartition, spec: OffsetSpec) -> bool {
        let state = self.partitions.get_mut(partition);
        state.map(|state| state.seek_to(spec)).is_some()
    }

    /// The offset of the next record; `None` while it is still asked for, or when the partition is not assigned.
    #[must_use]
    pub fn position(&self, partition: &TopicPartition) -> Option<Offset> {
        self.partitions.get(partition)?.position()
    }

    /// What the last fetch said about the partition.
    #[must_use]
    pub fn watermarks(&self, partition: &TopicPartition) -> Option<Watermarks> {
        self.partitions.get(partition)?.watermarks()
    }

    /// Gives what has arrived; waits up to `timeout` if nothing has.
    pub async fn poll(&mut self, timeout: Duration) -> Polled {
        let env = self.client.env().clone();
        let deadline = env.now() + timeout;
        loop {
            while let Ok(event) = self.events.try_recv() {
                self.take_event(event);
            }
            let now = env.now();
            let wake_at = self.ask(now).map_or(deadline, |at| at.min(deadline));
            let polled = self.collect();
            if !polled.is_empty() || now >= deadline {
                // What came out made room: what follows it is on its way while the application works.
                self.ask(env.now());
                return polled;
            }
            if let Some(event) = env.timeout_at(wake_at, self.events.recv()).await {
                self.take_event(event.expect("the consumer holds a sender itself"));
            }
        }
    }

    fn collect(&mut self) -> Polled {
        let mut polled = Polled::default();
        for (name, state) in &mut self.partitions {
            polled.truncations.extend(state.take_truncation());
            polled.resets.extend(state.take_reset());
            // Records that were fetched before a failure come out first.
            if state.buffered_len() == 0 {
                polled.failures.extend(state.take_failure().map(|failure| (name.clone(), failure)));
            }
        }
        let names: Vec<TopicPartition> = match &self.last {
            None => self.partitions.keys().cloned().collect(),
            Some(last) => {
                let after = self.partitions.keys().filter(|name| *name > last);
                after.chain(self.partitions.keys().filter(|name| *name <= last)).cloned().collect()
            }
        };
        for name in names {
            let room = self.config.poll_records_max.saturating_sub(polled.records.len());
            if room == 0 {
                break;
            }
            let state = self.partitions.get_mut(&name).expect("the names are those of the map");
            let before = polled.records.len();
            state.take_records(room, &mut polled.records);
            if polled.records.len() > before {
                self.last = Some(name);
            }
        }
        polled
    }

    fn rules(&self) -> Rules {
        Rules {
            isolation: self.config.limits.isolation,
            reset: self.config.offset_reset,
            check_crc: self.config.check_crc,
            decompressed_bytes_max: self.config.decompressed_bytes_max,
        }
    }

    /// Asks whatever is to be asked now; says when the clock matters next.
    fn ask(&mut self, now: Instant) -> Option<Instant> {
        let metadata = self.client.metadata_now();
        let mut fetches: BTreeMap<NodeId, Vec<(FetchFrom, u64)>> = BTreeMap::new();
        let mut others = Vec::new();
        let mut wake_at: Option<Instant> = None;
        for (name, state) in &mut self.partitions {
            let Some(leader) = metadata.leader(&name.topic, name.partition) else {
                self.wants_refresh = true;
                continue;
            };
            if let Some(at) = state.retry_at().filter(|at| *at > now) {
                wake_at = Some(wake_at.map_or(at, |other| other.min(at)));
            }
            match state.question(now, leader.epoch, self.config.buffered_records_max) {
                None => {}
                // One fetch a node at a time: it may wait long, and others would wait behind it.
                Some(Question::Records { .. }) if self.fetching.contains(&leader.node) => {}
                Some(Question::Records { offset }) => {
                    state.asking = true;
                    let from = FetchFrom { partition: name.clone(), offset, leader, last_fetched_epoch: -1 };
                    fetches.entry(leader.node).or_default().push((from, state.generation));
                }
                Some(question) => {
                    state.asking = true;
                    others.push((name.clone(), state.generation, leader, question));
                }
            }
        }
        for (node, from) in fetches {
            self.fetching.insert(node);
            self.fetch(node, from);
        }
        for (name, generation, leader, question) in others {
            self.ask_leader(name, generation, leader, question);
        }
        let refresh_at = self.refresh(now);
        [wake_at, refresh_at].into_iter().flatten().min()
    }

    fn fetch(&self, node: NodeId, from: Vec<(FetchFrom, u64)>) {
        let (client, lane, sender) = (self.client.clone(), self.lane, self.sender.clone());
        let limits = self.config.limits.clone();
        drop(self.client.env().spawn("consumer fetch", async move {
            let asked = from.iter().map(|(from, generation)| (from.partition.clone(), *generation)).collect();
            let from: Vec<FetchFrom> = from.into_iter().map(|(from, _)| from).collect();
            let fetched = fetch_once(&client, lane, node, &from, &limits).await;
            // The consumer may be gone: then nobody needs the answer.
            drop(sender.send(Event::Fetched(node, asked, fetched)));
        }));
    }

    fn ask_leader(&self, name: TopicPartition, generation: u64, leader: Leader, question: Question) {
        let (admin, sender) = (Admin::new(&self.client), self.sender.clone());
        let isolation = self.config.limits.isolation;
        drop(self.client.env().spawn("consumer question", async move {
            let event = match question {
                Question::EpochEnd(epoch) => {
                    let answer = admin.offset_for_leader_epoch(&name, epoch).await;
                    Event::EpochEnd(name, generation, leader.epoch, answer)
                }
                Question::Offset(spec) => {
                    let answer = admin.list_offset(&name, spec, isolation).await;
                    Event::Offset(name, generation, leader.epoch, answer)
                }
                Question::Records { .. } => unreachable!("records are fetched by node"),
            };
            // The consumer may be gone: then nobody needs the answer.
            drop(sender.send(event));
        }));
    }

    /// Asks for metadata if it is wanted and not too soon; else says when it will be.
    fn refresh(&mut self, now: Instant) -> Option<Instant> {
        let wanted = self.wants_refresh || self.client.metadata_is_stale();
        if !wanted || self.refreshing || self.partitions.is_empty() {
            return None;
        }
        if let Some(at) = self.refresh_at.filter(|at| *at > now) {
            return Some(at);
        }
        self.wants_refresh = false;
        self.refreshing = true;
        self.refresh_at = Some(now + self.client.config().retry_backoff_min);
        let topics: BTreeSet<Arc<str>> = self.partitions.keys().map(|name| name.topic.clone()).collect();
        let topics: Vec<Arc<str>> = topics.into_iter().collect();
        let (client, sender) = (self.client.clone(), self.sender.clone());
        drop(self.client.env().spawn("consumer metadata", async move {
            let deadline = client.request_deadline();
            if let Err(error) = client.refresh_metadata(&topics, deadline).await {
                tribunal_env::debug!(client.env(), "a consumer cannot refresh its metadata: {error}");
            }
            // The consumer may be gone: then nobody needs the news.
            drop(sender.send(Event::Refreshed));
        }));
        None
    }

    /// The state that an answer is for, unless it was sought or assigned anew meanwhile.
    fn addressed(&mut self, name: &TopicPartition, generation: u64) -> Option<&mut PartitionState> {
        let state = self.partitions.get_mut(name).filter(|state| state.generation == generation)?;
        state.asking = false;
        Some(state)
    }

    fn take_event(&mut self, event: Event) {
        let rules = self.rules();
        let retry_at = self.client.env().now() + self.client.config().retry_backoff_min;
        match event {
            Event::Refreshed => self.refreshing = false,
            Event::Fetched(node, asked, fetched) => {
                self.fetching.remove(&node);
                self.take_fetched(&asked, fetched, &rules, retry_at);
            }
            Event::Offset(name, generation, epoch, answer) => {
                let Some(state) = self.addressed(&name, generation) else { return };
                match answer {
                    Ok(listed) => state.offset_told(listed.offset, epoch),
                    Err(error) => self.not_told(&name, &error, &rules, retry_at),
                }
            }
            Event::EpochEnd(name, generation, epoch, answer) => {
                let Some(state) = self.addressed(&name, generation) else { return };
                match answer {
                    Ok(end) => state.epoch_end_told(end.epoch.zip(end.end_offset), epoch, &rules),
                    Err(error) => self.not_told(&name, &error, &rules, retry_at),
                }
            }
        }
    }

    fn not_told(&mut self, name: &TopicPartition, error: &AdminError, rules: &Rules, retry_at: Instant) {
        let Some(state) = self.partitions.get_mut(name) else { return };
        self.wants_refresh |= match error.code() {
            Some(code) => state.refused(code, rules, retry_at),
            None => {
                state.try_again_at(retry_at);
                true
            }
        };
    }

    fn take_fetched(
        &mut self,
        asked: &[(TopicPartition, u64)],
        fetched: Result<Vec<(TopicPartition, RawFetch)>, Failed>,
        rules: &Rules,
        retry_at: Instant,
    ) {
        let mut wants_refresh = false;
        let mut answers: BTreeMap<TopicPartition, RawFetch> = BTreeMap::new();
        let mut refused = None;
        match fetched {
            Ok(all) => answers.extend(all),
            Err(Failed::Answer(code)) => refused = Some(code),
            Err(Failed::Request(error)) => {
                tribunal_env::debug!(self.client.env(), "a fetch failed, trying again: {error}");
                wants_refresh = true;
            }
        }
        for (name, generation) in asked {
            let client = self.client.clone();
            let Some(state) = self.addressed(name, *generation) else { continue };
            let answer = answers.remove(name);
            if let Some((node, epoch)) = answer.as_ref().and_then(|answer| answer.current_leader) {
                client.leader_told(&name.topic, name.partition, node.0, epoch.0);
            }
            match (answer, refused) {
                (Some(answer), _) if answer.error_code == 0 => state.fetched(&answer, rules),
                (Some(answer), _) => wants_refresh |= state.refused(answer.error_code, rules, retry_at),
                (None, Some(code)) => wants_refresh |= state.refused(code, rules, retry_at),
                (None, None) => {
                    state.try_again_at(retry_at);
                    wants_refresh = true;
                }
            }
        }
        self.wants_refresh |= wants_refresh;
    }
}

impl std::fmt::Debug for Consumer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Consumer").field("partitions", &self.partitions).finish_non_exhaustive()
    }
}

async fn fetch_once(
    client: &Client,
    lane: Lane,
    node: NodeId,
    from: &[FetchFrom],
    limits: &FetchLimits,
) -> Result<Vec<(TopicPartition, RawFetch)>, Failed> {
    let deadline = client.request_deadline() + limits.wait_max;
    let connection = client.connection(node, lane, deadline).await.map_err(Failed::Request)?;
    let topics_have_ids = from.iter().all(|from| from.leader.topic_id != TopicId::ZERO);
    let most = if topics_have_ids { FetchRequest::MAX_VERSION } else { LAST_VERSION_WITH_NAMES };
    let version = connection.versions().highest::<FetchRequest>(most).map_err(Failed::Request)?;
    let request = fetch::request(from, limits, "");
    let pending = connection.start(&request, version, deadline).await.map_err(Failed::Request)?;
    let mut response = pending.answer().await.map_err(Failed::Request)?;
    if response.error_code != 0 {
        return Err(Failed::Answer(response.error_code));
    }
    let answers = from.iter().filter_map(|from| {
        let answer = fetch::find(&mut response, version, &from.partition, from.leader.topic_id)?;
        Some((from.partition.clone(), RawFetch::new(node, version, from.offset, answer)))
    });
    Ok(answers.collect())
}
