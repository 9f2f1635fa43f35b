//! Reads a partition as it stands in the log: batches with their headers, and what the broker says around them.
//!
//! For checkers and tools. One fetch is one attempt: nothing is retried, hidden, filtered or checked, because
//! whoever judges a broker wants to see what it said. Only the way to the leader is found here.

use crate::{
    Client, NodeId, RequestError, TopicError,
    client::Lane,
    fetch::{self, FetchFrom, FetchLimits, LAST_VERSION_WITH_NAMES, RawFetch},
    metadata::Leader,
    producer::AttemptError,
    types::TopicPartition,
};
use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};
use tribunal_env::Instant;
use tribunal_wire::{
    codec::Message,
    message::FetchRequest,
    types::{Offset, TopicId},
};

/// Why a fetch has no answer about its partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// The leader could not be found.
    Topic(TopicError),
    /// No answer came.
    Request(RequestError),
    /// The whole answer is this error.
    Answer(i16),
    /// The answer leaves the partition out.
    NotMentioned,
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Topic(error) => error.fmt(formatter),
            ReadError::Request(error) => error.fmt(formatter),
            ReadError::Answer(code) => AttemptError::Answered(*code).fmt(formatter),
            ReadError::NotMentioned => formatter.write_str("the answer leaves the partition out"),
        }
    }
}

impl std::error::Error for ReadError {}

/// How a raw fetch differs from the usual.
#[derive(Debug, Clone, Default)]
pub struct RawFetchOptions {
    /// Isolation, waiting and sizes.
    pub limits: FetchLimits,
    /// Whom to ask instead of the leader.
    pub node: Option<NodeId>,
    /// Epoch of the last record read, so that the broker can tell a log that was cut.
    pub last_fetched_epoch: Option<i32>,
    /// Whether the known leader epoch goes with the request, so that the broker can refuse an old one.
    pub fenced_by_epoch: bool,
    /// The version to use, instead of the highest that both sides speak.
    pub version: Option<i16>,
}

/// Reads partitions raw, on connections of its own.
#[derive(Debug)]
pub struct RawReader {
    client: Client,
    lane: Lane,
    doubtful: AtomicBool,
}

impl RawReader {
    /// A reader on its own connections of `client`.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        RawReader { client: client.clone(), lane: client.new_lane(), doubtful: AtomicBool::new(false) }
    }

    /// Fetches once from `offset`.
    ///
    /// # Errors
    /// When there is no answer about the partition. An error that the broker tells about the partition is in the
    /// answer.
    pub async fn fetch(
        &self,
        partition: &TopicPartition,
        offset: Offset,
        options: &RawFetchOptions,
    ) -> Result<RawFetch, ReadError> {
        let deadline = self.client.request_deadline() + options.limits.wait_max;
        let fetched = self.fetch_until(partition, offset, options, deadline).await;
        let doubtful = match &fetched {
            Ok(answer) => AttemptError::Answered(answer.error_code).doubts_metadata(),
            Err(ReadError::Answer(code)) => AttemptError::Answered(*code).doubts_metadata(),
            Err(_) => true,
        };
        if doubtful {
            self.doubtful.store(true, Ordering::Relaxed);
        }
        fetched
    }

    async fn fetch_until(
        &self,
        partition: &TopicPartition,
        offset: Offset,
        options: &RawFetchOptions,
        deadline: Instant,
    ) -> Result<RawFetch, ReadError> {
        let topic = &partition.topic;
        if self.doubtful.swap(false, Ordering::Relaxed) {
            let asked = self.client.refresh_metadata(std::slice::from_ref(topic), deadline).await;
            asked.map_err(ReadError::Request)?;
        }
        let known = self.client.leader(topic, partition.partition, deadline).await;
        let leader = known.map_err(ReadError::Topic)?;
        let node = options.node.unwrap_or(leader.node);
        let epoch = if options.fenced_by_epoch { leader.epoch } else { -1 };
        let from = FetchFrom {
            partition: partition.clone(),
            offset,
            leader: Leader { epoch, ..leader },
            last_fetched_epoch: options.last_fetched_epoch.unwrap_or(-1),
        };
        let connection =
            self.client.connection(node, self.lane, deadline).await.map_err(ReadError::Request)?;
        let has_id = leader.topic_id != TopicId::ZERO;
        let most = if has_id { FetchRequest::MAX_VERSION } else { LAST_VERSION_WITH_NAMES };
        let version = match options.version {
            Some(version) => version,
            None => connection.versions().highest::<FetchRequest>(most).map_err(ReadError::Request)?,
        };
        let request = fetch::request(&[from], &options.limits, "");
        let pending = connection.start(&request, version, deadline).await.map_err(ReadError::Request)?;
        let mut response = pending.answer().await.map_err(ReadError::Request)?;
        if response.error_code != 0 {
            return Err(ReadError::Answer(response.error_code));
        }
        let answer = fetch::find(&mut response, version, partition, leader.topic_id);
        answer.map(|answer| RawFetch::new(node, version, offset, answer)).ok_or(ReadError::NotMentioned)
    }
}
