//! The handle onto a cluster: connections, metadata, and requests to whichever node should answer them.
//!
//! A [`Client`] is cheap to clone. It holds one connection for each node and *lane*: answers on a connection
//! come in order, so a fetch that waits for records must not stand in front of a produce. Whoever does not care
//! uses the shared lane; producers and readers take one of their own.
//!
//! Always holds: every wait has a deadline; a node that cannot be reached is tried again after a back-off that
//! grows and is drawn from the environment's random stream; when no known broker can be reached, the bootstrap
//! addresses are tried again (the cluster may have moved).

mod pool;

use crate::{
    Connection, ConnectionConfig, RequestError,
    metadata::{Leader, Metadata},
    types::NodeId,
};
use pool::Pool;
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tribunal_env::{Env, Instant};
use tribunal_wire::{
    codec::Request,
    error::ErrorCode,
    message::{MetadataRequest, MetadataResponse, metadata::MetadataRequestTopic},
};

/// How a client behaves.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// Addresses (`host:port`) where the cluster is first asked for; they need not be all of its brokers.
    pub bootstrap: Vec<String>,
    /// What each connection is allowed.
    pub connection: ConnectionConfig,
    /// The wait before a node is connected to again; doubles with each failure.
    pub reconnect_backoff_min: Duration,
    /// The longest such wait.
    pub reconnect_backoff_max: Duration,
    /// The wait before a request is tried again; doubles with each failure.
    pub retry_backoff_min: Duration,
    /// The longest such wait.
    pub retry_backoff_max: Duration,
    /// Metadata older than this is asked for again.
    pub metadata_age_max: Duration,
    /// Whether asking for a topic's metadata may create it, where the cluster allows that.
    pub allow_auto_topic_creation: bool,
}

impl ClientConfig {
    /// The defaults, for a cluster at `bootstrap`.
    #[must_use]
    pub fn new(bootstrap: impl Into<String>) -> Self {
        ClientConfig {
            bootstrap: bootstrap.into().split(',').map(|address| address.trim().to_owned()).collect(),
            connection: ConnectionConfig::default(),
            reconnect_backoff_min: Duration::from_millis(50),
            reconnect_backoff_max: Duration::from_secs(1),
            retry_backoff_min: Duration::from_millis(100),
            retry_backoff_max: Duration::from_secs(1),
            metadata_age_max: Duration::from_secs(300),
            allow_auto_topic_creation: true,
        }
    }
}

/// Which of a client's connections to a node is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lane(u32);

impl Lane {
    /// The connection for whoever does not wait long for answers.
    pub const SHARED: Lane = Lane(0);
}

/// Who should answer a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Any broker.
    Any,
    /// The controller, or whoever passes requests on to it.
    Controller,
    /// This one.
    Node(NodeId),
}

/// A handle onto a cluster.
#[derive(Debug, Clone)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    env: Env,
    config: ClientConfig,
    pool: Pool,
    metadata: Mutex<Cache>,
    next_lane: AtomicU32,
}

#[derive(Debug, Default)]
struct Cache {
    metadata: Arc<Metadata>,
    updated_at: Option<Instant>,
}

impl Client {
    /// A client of the cluster that `config` names. Nothing is connected until something is asked.
    #[must_use]
    pub fn new(env: &Env, config: ClientConfig) -> Self {
        let pool = Pool::new(env.clone(), &config);
        Client(Arc::new(Inner {
            env: env.clone(),
            config,
            pool,
            metadata: Mutex::default(),
            next_lane: AtomicU32::new(1),
        }))
    }

    /// The environment that the client lives in.
    #[must_use]
    pub fn env(&self) -> &Env {
        &self.0.env
    }

    /// How the client was set up.
    #[must_use]
    pub fn config(&self) -> &ClientConfig {
        &self.0.config
    }

    /// Connections of one's own, for requests whose answers take long or must not wait behind others'.
    #[must_use]
    pub fn new_lane(&self) -> Lane {
        Lane(self.0.next_lane.fetch_add(1, Ordering::Relaxed))
    }

    /// When a request that starts now is given up.
    #[must_use]
    pub fn request_deadline(&self) -> Instant {
        self.0.env.now() + self.0.config.connection.request_timeout
    }

    /// Looks at the metadata as it is now.
    pub fn metadata<T>(&self, look: impl FnOnce(&Metadata) -> T) -> T {
        look(&self.metadata_now())
    }

    /// The metadata as it is now: what is learnt later does not change it.
    #[must_use]
    pub fn metadata_now(&self) -> Arc<Metadata> {
        self.cache().metadata.clone()
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, Cache> {
        // A panic while the lock was held ends the process or the simulated run anyway.
        self.0.metadata.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what an answer told about a leader.
    pub(crate) fn leader_told(&self, topic: &str, partition: i32, node: i32, epoch: i32) -> bool {
        // Nearly always there is nothing told, and then nothing is copied.
        epoch >= 0
            && Arc::make_mut(&mut self.cache().metadata).leader_told(topic, partition, NodeId(node), epoch)
    }

    /// A connection to `node`, made if there is none.
    ///
    /// # Errors
    /// When the node is unknown, or there is no connection before the deadline.
    pub async fn connection(
        &self,
        node: NodeId,
        lane: Lane,
        deadline: Instant,
    ) -> Result<Connection, RequestError> {
        if self.metadata(|metadata| metadata.broker(node).is_none()) {
            self.refresh_metadata(&[], deadline).await?;
        }
        let address = self.metadata(|metadata| metadata.broker(node).map(|broker| broker.address.clone()));
        let address = address.ok_or(RequestError::UnknownNode(node.0))?;
        self.0.pool.connection(&address, lane, deadline).await
    }

    /// A connection to any broker: one that lives already if there is one.
    ///
    /// # Errors
    /// When none can be reached before the deadline: the last reason.
    pub async fn any_connection(&self, deadline: Instant) -> Result<Connection, RequestError> {
        let mut addresses: Vec<String> =
            self.metadata(|metadata| metadata.brokers().map(|broker| broker.address.clone()).collect());
        if let Some(connection) =
            addresses.iter().find_map(|address| self.0.pool.living(address, Lane::SHARED))
        {
            return Ok(connection);
        }
        for address in &self.0.config.bootstrap {
            if let Some(connection) = self.0.pool.living(address, Lane::SHARED) {
                return Ok(connection);
            }
            if !addresses.contains(address) {
                addresses.push(address.clone());
            }
        }
        let mut last = RequestError::NotSent("there is no bootstrap address".to_owned());
        let mut attempt = 0;
        while self.0.env.now() < deadline {
            for address in &addresses {
                match self.0.pool.connection(address, Lane::SHARED, deadline).await {
                    Ok(connection) => return Ok(connection),
                    Err(error) => last = error,
                }
            }
            self.retry_pause(attempt, deadline).await;
            attempt += 1;
        }
        Err(last)
    }

    /// Waits before attempt number `attempt` + 1: exponential, with a fifth of jitter, never past the deadline.
    pub(crate) async fn retry_pause(&self, attempt: u32, deadline: Instant) {
        let config = &self.0.config;
        let pause = pool::backoff(
            &mut self.0.env.rng("client backoff"),
            config.retry_backoff_min,
            config.retry_backoff_max,
            attempt,
        );
        let until = (self.0.env.now() + pause).min(deadline);
        self.0.env.sleep_until(until).await;
    }

    /// Asks `target` in the highest version that both sides speak, and waits. One attempt, no retry.
    ///
    /// # Errors
    /// As [`RequestError`] says.
    pub async fn ask<R: Request>(&self, target: Target, request: &R) -> Result<R::Response, RequestError> {
        self.ask_until(target, request, self.request_deadline()).await
    }

    /// As [`Client::ask`], with a deadline of one's own.
    ///
    /// # Errors
    /// As [`RequestError`] says.
    pub async fn ask_until<R: Request>(
        &self,
        target: Target,
        request: &R,
        deadline: Instant,
    ) -> Result<R::Response, RequestError> {
        let connection = self.connection_to(target, deadline).await?;
        let version = connection.version_of::<R>()?;
        connection.start(request, version, deadline).await?.answer().await
    }

    /// A connection to whoever should answer.
    pub(crate) async fn connection_to(
        &self,
        target: Target,
        deadline: Instant,
    ) -> Result<Connection, RequestError> {
        match target {
            Target::Any => self.any_connection(deadline).await,
            Target::Node(node) => self.connection(node, Lane::SHARED, deadline).await,
            Target::Controller => {
                if self.metadata(|metadata| metadata.controller().is_none()) {
                    self.refresh_metadata(&[], deadline).await?;
                }
                match self.metadata(Metadata::controller) {
                    Some(node) => self.connection(node, Lane::SHARED, deadline).await,
                    None => self.any_connection(deadline).await,
                }
            }
        }
    }

    /// Asks one node in one version, whatever the versions that were agreed on. For tests of brokers.
    ///
    /// # Errors
    /// As [`RequestError`] says.
    pub async fn send<R: Request>(
        &self,
        node: NodeId,
        request: &R,
        version: i16,
    ) -> Result<R::Response, RequestError> {
        let deadline = self.request_deadline();
        let connection = self.connection(node, Lane::SHARED, deadline).await?;
        connection.start(request, version, deadline).await?.answer().await
    }

    /// Asks for the metadata of these topics, and of the brokers, and takes the answer in.
    ///
    /// # Errors
    /// As [`RequestError`] says.
    pub async fn refresh_metadata(&self, topics: &[Arc<str>], deadline: Instant) -> Result<(), RequestError> {
        let named = |name: &Arc<str>| MetadataRequestTopic {
            name: Some(name.to_string()),
            ..MetadataRequestTopic::default()
        };
        let request = MetadataRequest {
            topics: Some(topics.iter().map(named).collect()),
            allow_auto_topic_creation: self.0.config.allow_auto_topic_creation,
            ..MetadataRequest::default()
        };
        let answer = self.ask_metadata(&request, deadline).await?;
        self.take_in(&answer, false);
        Ok(())
    }

    /// Asks for the metadata of every topic.
    ///
    /// # Errors
    /// As [`RequestError`] says.
    pub async fn refresh_all_metadata(&self, deadline: Instant) -> Result<(), RequestError> {
        let request =
            MetadataRequest { topics: None, allow_auto_topic_creation: false, ..MetadataRequest::default() };
        let answer = self.ask_metadata(&request, deadline).await?;
        self.take_in(&answer, true);
        Ok(())
    }

    async fn ask_metadata(
        &self,
        request: &MetadataRequest,
        deadline: Instant,
    ) -> Result<MetadataResponse, RequestError> {
        let connection = self.any_connection(deadline).await?;
        let version = connection.version_of::<MetadataRequest>()?;
        connection.start(request, version, deadline).await?.answer().await
    }

    fn take_in(&self, answer: &MetadataResponse, all: bool) {
        let now = self.0.env.now();
        let mut cache = self.cache();
        Arc::make_mut(&mut cache.metadata).update(answer, all);
        cache.updated_at = Some(now);
    }

    /// Whether the metadata is older than it may be.
    pub(crate) fn metadata_is_stale(&self) -> bool {
        let now = self.0.env.now();
        self.cache().updated_at.is_none_or(|at| now.since(at) > self.0.config.metadata_age_max)
    }

    /// The partitions of a topic, asked for again and again until there are some or the deadline passes.
    ///
    /// # Errors
    /// Why there are none: the broker's word, or why no broker could be asked.
    pub async fn partition_count(&self, topic: &Arc<str>, deadline: Instant) -> Result<usize, TopicError> {
        let mut attempt = 0;
        loop {
            let known = self.metadata(|metadata| metadata.topic(topic).map(|topic| topic.partitions.len()));
            if let Some(count) = known.filter(|count| *count > 0) {
                return Ok(count);
            }
            let asked = self.refresh_metadata(std::slice::from_ref(topic), deadline).await;
            if self.metadata(|metadata| metadata.topic(topic).is_some()) {
                continue;
            }
            let error = match asked {
                Err(error) => TopicError::Request(error),
                Ok(()) => TopicError::Answer(
                    self.metadata(|metadata| metadata.topic_error(topic))
                        .unwrap_or(ErrorCode::UnknownTopicOrPartition),
                ),
            };
            if self.0.env.now() >= deadline || !error.is_retriable() {
                return Err(error);
            }
            self.retry_pause(attempt, deadline).await;
            attempt += 1;
        }
    }

    /// The leader of a partition, asked for again and again until there is one or the deadline passes.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn leader(
        &self,
        topic: &Arc<str>,
        partition: i32,
        deadline: Instant,
    ) -> Result<Leader, TopicError> {
        let mut attempt = 0;
        loop {
            if let Some(leader) = self.metadata(|metadata| metadata.leader(topic, partition)) {
                return Ok(leader);
            }
            let count = self.partition_count(topic, deadline).await?;
            let exists = usize::try_from(partition).is_ok_and(|index| index < count);
            let leader = self.metadata(|metadata| metadata.leader(topic, partition));
            if let (true, Some(leader)) = (exists, leader) {
                return Ok(leader);
            }
            if self.0.env.now() >= deadline {
                return Err(TopicError::Answer(ErrorCode::LeaderNotAvailable));
            }
            if attempt > 0 {
                self.retry_pause(attempt, deadline).await;
            }
            self.refresh_metadata(std::slice::from_ref(topic), deadline)
                .await
                .map_err(TopicError::Request)?;
            attempt += 1;
        }
    }
}

/// Why a topic cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TopicError {
    /// The broker said so.
    Answer(ErrorCode),
    /// No broker could be asked.
    Request(RequestError),
}

impl TopicError {
    fn is_retriable(&self) -> bool {
        match self {
            TopicError::Answer(error) => error.is_retriable(),
            TopicError::Request(error) => error.is_retriable(),
        }
    }
}

impl std::fmt::Display for TopicError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TopicError::Answer(error) => error.fmt(formatter),
            TopicError::Request(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for TopicError {}
