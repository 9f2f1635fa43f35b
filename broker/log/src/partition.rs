//! The handle onto an open partition: what the rest of the broker sees of a log.
//!
//! Appends and other changes go through a bounded mailbox to the partition's one owner. Reads never do: they
//! take a picture of segments, tail and watermarks under a lock that is held between two awaits only.

use crate::config::{OpenOptions, OpenReport, PartitionConfig};
use crate::damage::DamageTold;
use crate::directory::LogDirectory;
use crate::epochs::LeaderEpochs;
use crate::limits::MAILBOX_REQUESTS_MAX;
use crate::names::{self, join};
use crate::offsets::{HighWatermark, LastStableOffset, LogEndOffset, LogStartOffset, Watermarks};
use crate::owner::{Append, Change, Owner, Request};
use crate::producers::ProducerState;
use crate::segment::Segment;
use crate::state::AppendOutcome;
use crate::store::is_no_space;
use crate::summary::PartitionSummary;
use crate::tail::Tail;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::{mpsc, oneshot};
use tribunal_env::{Env, PartitionKey, Timestamp, watch};
use tribunal_wire::batch::Batch;
use tribunal_wire::types::{LeaderEpoch, Offset, PartitionIndex, ProducerId, TopicId};

/// Why a partition cannot be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The directory belongs to another incarnation of the topic.
    TopicIdMismatch {
        /// The id in the directory.
        found: TopicId,
    },
    /// The disk says no, or the files contradict each other.
    Io(io::Error),
    /// A flush failed. What the page cache shows and what the disk has may differ from now on, and no later flush will
    /// tell: the log must not be opened again before the machine has been restarted.
    Flush(io::Error),
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            OpenError::TopicIdMismatch { found } => {
                write!(formatter, "its directory belongs to another topic of this name, with id {found}")
            }
            OpenError::Io(error) if is_no_space(error) => {
                write!(formatter, "the disk is full ({error}): free space on it")
            }
            OpenError::Io(error) => error.fmt(formatter),
            OpenError::Flush(error) => write!(
                formatter,
                "a flush failed ({error}), and what the disk has is unknown now: check the disk, and restart the machine"
            ),
        }
    }
}

impl std::error::Error for OpenError {}

/// The mark by which the error of a failed flush is known. See [`OpenError::Flush`].
#[derive(Debug)]
struct FailedFlush(io::Error);

impl std::fmt::Display for FailedFlush {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "a flush failed: {}", self.0)
    }
}

impl std::error::Error for FailedFlush {}

/// Marks an error as that of a failed flush.
pub(crate) fn failed_flush(error: io::Error) -> io::Error {
    io::Error::new(error.kind(), FailedFlush(error))
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        match error.downcast::<FailedFlush>() {
            Ok(FailedFlush(error)) => OpenError::Flush(error),
            Err(error) => OpenError::Io(error),
        }
    }
}

/// Why a change other than an append did not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeError {
    /// The offset lies outside of what may be read.
    OffsetOutOfRange,
    /// The disk refused. Nothing changed, or the log is fenced now.
    Storage,
    /// The partition is closed.
    Closed,
}

impl ChangeError {
    /// The Kafka error code to answer with.
    #[must_use]
    pub const fn error_code(self) -> i16 {
        match self {
            ChangeError::OffsetOutOfRange => 1,
            ChangeError::Storage | ChangeError::Closed => 56,
        }
    }
}

/// What a step of retention did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retained {
    /// Segments deleted.
    pub segments: usize,
    /// Bytes of their log files.
    pub bytes: u64,
    /// Whether more have to go: another step will take them.
    pub more: bool,
}

/// What readers see, replaced or amended by the owner.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) log_start: Offset,
    pub(crate) high_watermark: Offset,
    pub(crate) last_stable: Offset,
    pub(crate) log_end: Offset,
    /// Before it offsets may be missing: the log was compacted.
    pub(crate) cleaned_until: Offset,
    pub(crate) leader_epoch: LeaderEpoch,
    pub(crate) epochs: Arc<LeaderEpochs>,
    /// Oldest first; never empty.
    pub(crate) segments: Arc<[Arc<Segment>]>,
    pub(crate) tail: Tail,
    pub(crate) fenced: bool,
}

impl View {
    pub(crate) fn watermarks(&self) -> Watermarks {
        Watermarks {
            log_start: LogStartOffset(self.log_start),
            high_watermark: HighWatermark(self.high_watermark),
            last_stable: LastStableOffset(self.last_stable),
            log_end: LogEndOffset(self.log_end),
        }
    }
}

/// What the owner and all handles share.
pub(crate) struct Shared {
    pub(crate) env: Env,
    pub(crate) key: PartitionKey,
    pub(crate) topic: Arc<str>,
    pub(crate) path: String,
    view: Mutex<View>,
    pub(crate) high_watermark: watch::Sender<Offset>,
    pub(crate) damage_told: DamageTold,
}

impl Shared {
    /// The readers' picture. The lock is never held across an await and never nested.
    pub(crate) fn view(&self) -> MutexGuard<'_, View> {
        self.view.lock().expect("no holder of this lock panics")
    }
}

/// One partition's log. Cheap to clone.
#[derive(Clone)]
pub struct Partition {
    pub(crate) shared: Arc<Shared>,
    pub(crate) mailbox: mpsc::Sender<Request>,
}

impl Partition {
    /// Opens the partition in `directory`, creating it when missing, and starts its owner.
    pub async fn open(
        env: &Env,
        directory: &LogDirectory,
        topic: &str,
        options: OpenOptions,
    ) -> Result<(Partition, OpenReport), OpenError> {
        let index = PartitionIndex(options.key.partition);
        let path = join(directory.path(), &names::partition_directory(topic, index));
        let (owner, shared, report) = Owner::open(env, directory, topic, path, options).await?;
        let (mailbox, requests) = mpsc::channel(MAILBOX_REQUESTS_MAX);
        let _detached = env.spawn("partition", Box::new(owner).run(requests));
        Ok((Partition { shared, mailbox }, report))
    }

    /// Appends a validated batch. The answer comes once the batch is as durable as the partition promises.
    pub async fn append(&self, batch: Batch) -> AppendOutcome {
        let (reply, answer) = oneshot::channel();
        if self.mailbox.send(Request::Append(Box::new(Append { batch, reply }))).await.is_err() {
            return AppendOutcome::Closed;
        }
        answer.await.unwrap_or(AppendOutcome::Closed)
    }

    /// Hands a validated batch to the owner and returns at once with the answer to come: for callers that must
    /// keep the order of several appends and yet wait for them together.
    ///
    /// # Errors
    /// The batch, when the mailbox is full.
    pub fn try_append(&self, batch: Batch) -> Result<oneshot::Receiver<AppendOutcome>, Batch> {
        let (reply, answer) = oneshot::channel();
        match self.mailbox.try_send(Request::Append(Box::new(Append { batch, reply }))) {
            Err(mpsc::error::TrySendError::Full(Request::Append(append))) => Err(append.batch),
            // The answer's sender is gone with the request: the receiver says closed.
            Ok(()) | Err(_) => Ok(answer),
        }
    }

    /// Hands a validated batch to the owner, waiting for room in its mailbox, and returns the answer to come: for
    /// callers that must keep the order of several appends and yet wait for them together.
    pub async fn begin_append(&self, batch: Batch) -> oneshot::Receiver<AppendOutcome> {
        let (reply, answer) = oneshot::channel();
        // When the owner is gone the answer's sender is dropped with the request: the receiver says closed.
        let _closed = self.mailbox.send(Request::Append(Box::new(Append { batch, reply }))).await;
        answer
    }

    /// Makes everything that was appended before durable. The offset before which everything is.
    pub async fn flush(&self) -> Result<Offset, ChangeError> {
        self.ask(|reply| Change::Flush { reply }).await
    }

    /// Moves the log start offset to `before` (-1: to the high watermark), durably, and removes whole segments
    /// that lie before it. The new log start offset; an offset below the current one changes nothing.
    pub async fn delete_records(&self, before: i64) -> Result<LogStartOffset, ChangeError> {
        self.ask(|reply| Change::DeleteRecords { before, reply }).await.map(LogStartOffset)
    }

    /// Deletes the oldest segments as far as `retention.bytes`, `retention.ms` and the log start offset say at `now`, the
    /// wall-clock time: one bounded step.
    pub async fn retain(&self, now: Timestamp) -> Result<Retained, ChangeError> {
        self.ask(|reply| Change::Retain { now, reply }).await
    }

    /// Forgets the idempotent producers that have written nothing for `expiration_ms` at `now`. Says how many.
    pub async fn expire_producers(&self, now: Timestamp, expiration_ms: i64) -> Result<usize, ChangeError> {
        self.ask(|reply| Change::ExpireProducers { now, expiration_ms, reply }).await
    }

    /// Changes the settings, from the next append on.
    pub async fn set_config(&self, config: PartitionConfig) -> Result<(), ChangeError> {
        self.ask(|reply| Change::SetConfig { config, reply }).await
    }

    /// Starts a new leader epoch at the log end offset, durably. One that is not newer changes nothing.
    pub async fn become_leader(&self, epoch: LeaderEpoch) -> Result<(), ChangeError> {
        self.ask(|reply| Change::BecomeLeader { epoch, reply }).await
    }

    /// The producers that the partition knows, by id.
    pub async fn describe_producers(&self) -> Result<Vec<(ProducerId, ProducerState)>, ChangeError> {
        self.ask(|reply| Change::DescribeProducers { reply }).await
    }

    /// Flushes and closes the log; later requests are answered with `Closed`. An error means that the next
    /// start must not be taken for a clean one.
    pub async fn close(&self) -> Result<PartitionSummary, ChangeError> {
        self.ask(|reply| Change::Close { reply }).await
    }

    /// Closes the log and removes its directory: renamed first, so that a crash leaves nothing half deleted.
    /// `unique` tells this deletion from others of the same name.
    pub async fn delete(&self, unique: u128) -> Result<(), ChangeError> {
        self.ask(|reply| Change::Delete { unique, reply }).await
    }

    /// Whether the log is closed, or its owner gone.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.mailbox.is_closed()
    }

    pub(crate) async fn ask<T>(
        &self,
        change: impl FnOnce(oneshot::Sender<Result<T, ChangeError>>) -> Change,
    ) -> Result<T, ChangeError> {
        let (reply, answer) = oneshot::channel();
        let request = Request::Change(Box::new(change(reply)));
        self.mailbox.send(request).await.map_err(|_| ChangeError::Closed)?;
        answer.await.unwrap_or(Err(ChangeError::Closed))
    }

    /// Topic id and partition index.
    #[must_use]
    pub fn key(&self) -> PartitionKey {
        self.shared.key
    }

    /// The offsets that bound the log, taken at one moment.
    #[must_use]
    pub fn watermarks(&self) -> Watermarks {
        self.shared.view().watermarks()
    }

    /// Wakes whoever waits for records: changes with the high watermark.
    #[must_use]
    pub fn watch_high_watermark(&self) -> watch::Receiver<Offset> {
        self.shared.high_watermark.subscribe()
    }

    /// Waits until the high watermark is past `offset`. That may never be: wait with a timeout.
    pub async fn wait_past(&self, offset: Offset) {
        let mut watch = self.shared.high_watermark.subscribe();
        let _closed = watch.wait_for(|high_watermark| *high_watermark > offset).await;
    }

    /// The epoch of the next append.
    #[must_use]
    pub fn leader_epoch(&self) -> LeaderEpoch {
        self.shared.view().leader_epoch
    }

    /// Whether a write or flush failed, so that appends are refused until the partition is opened again.
    #[must_use]
    pub fn is_fenced(&self) -> bool {
        self.shared.view().fenced
    }

    /// The epochs of the log and where they begin.
    #[must_use]
    pub fn leader_epochs(&self) -> Arc<LeaderEpochs> {
        Arc::clone(&self.shared.view().epochs)
    }

    /// Where `epoch` ended, with the epoch that this is about; see [`LeaderEpochs::end_offset_for`].
    #[must_use]
    pub fn end_offset_for_epoch(&self, epoch: LeaderEpoch) -> Option<(LeaderEpoch, Offset)> {
        let view = self.shared.view();
        // What lies past the high watermark may still be lost: no client is told of it.
        let (found, end) = view.epochs.end_offset_for(epoch, view.log_end)?;
        Some((found, end.min(view.high_watermark)))
    }

    /// Bytes of the log files.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        let segments = Arc::clone(&self.shared.view().segments);
        segments.iter().map(|segment| segment.bytes()).sum()
    }

    /// Segments in the log.
    #[must_use]
    pub fn segment_count(&self) -> usize {
        self.shared.view().segments.len()
    }
}

impl std::fmt::Debug for Partition {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Partition({})", self.shared.path)
    }
}

impl Shared {
    pub(crate) fn new(env: &Env, key: PartitionKey, topic: &str, path: String, view: View) -> Arc<Shared> {
        let high_watermark = watch::Sender::new(view.high_watermark);
        Arc::new(Shared {
            env: env.clone(),
            key,
            topic: topic.into(),
            path,
            view: Mutex::new(view),
            high_watermark,
            damage_told: DamageTold::default(),
        })
    }
}
