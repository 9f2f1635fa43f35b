//! The one owner of the metadata log: decide, append, flush, replay, answer.
//!
//! [`Metadata`] is the handle that everybody holds. Its requests go to one task, which lets the controller decide
//! against the newest image, appends the records, and goes on with the next request that waits; one flush then serves
//! all of them. Only after the flush is the new image published and anything answered, so that nobody acts on a
//! change that a power loss could take back. What cannot be flushed ends the node: half a cluster's truth is none.
//!
//! Leaves out: every rule ([`crate::controller`]), and the quorum that will stand around this log.

use crate::batches;
use crate::controller::{self, ApiError, Decision, RaisedEpoch, Registration, ResourceOutcome, Settings};
use crate::files::{self, OpenError};
use crate::image::Image;
use crate::record::{METADATA_VERSION_FEATURE, MetadataVersion, Record};
use crate::replay::Replay;
use crate::topic_name::CLUSTER_METADATA as TOPIC_NAME;
use bytes::Bytes;
use std::{collections::BTreeSet, ops::Range, sync::Arc};
use tokio::sync::{mpsc, oneshot};
use tribunal_env::{Env, Fact, FatalReason, end_mailbox, warn, watch};
use tribunal_log::{
    AppendOutcome, DirectoryReport, Durability, LogDirectory, OpenOptions, Partition, PartitionConfig,
    ReadError, Seldom,
};
use tribunal_wire::{
    ErrorCode,
    batch::{Batch, Batches},
    message::{
        AbortTransactionRecord, AlterConfigsRequest, CreatePartitionsRequest, CreateTopicsRequest,
        IncrementalAlterConfigsRequest,
        create_partitions::CreatePartitionsTopicResult,
        create_topics::CreatableTopicResult,
        delete_topics::{DeletableTopicResult, DeleteTopicState},
    },
    types::{LeaderEpoch, Offset, PartitionIndex, TopicId},
};

/// Requests that wait for the owner, at most.
const MAILBOX_REQUESTS_MAX: usize = 1024;
/// Requests that share one flush, at most.
const GROUP_REQUESTS_MAX: usize = 256;
/// Bytes that the replay reads at once.
const REPLAY_BYTES: usize = 1 << 20;

/// What a decision may look at and draw from.
struct Table<'a> {
    image: &'a Image,
    settings: &'a Settings,
    draw: &'a mut dyn FnMut() -> u64,
}

/// Gives the answer: with what was decided, or with the reason for which nothing was.
type Release = Box<dyn FnOnce(Result<(), ErrorCode>) + Send>;
type Decide = Box<dyn FnOnce(&mut Table<'_>) -> (Vec<Record>, Release) + Send>;

enum Request {
    Decide(Decide),
    Close(oneshot::Sender<bool>),
}

/// The handle onto the cluster's metadata. Cheap to clone.
#[derive(Clone)]
pub struct Metadata {
    env: Env,
    mailbox: mpsc::Sender<Request>,
    images: watch::Receiver<Arc<Image>>,
    node_id: i32,
    broker_epoch: i64,
    directory_id: TopicId,
    removed: Arc<BTreeSet<TopicId>>,
}

impl Metadata {
    /// Opens the metadata of a log directory, which may be new, registers this node's broker, and starts the owner.
    /// When this returns, the registration is durable.
    pub async fn open(
        env: &Env,
        directory: &LogDirectory,
        report: &DirectoryReport,
        settings: Settings,
    ) -> Result<Metadata, OpenError> {
        let has_partitions = !report.partitions.is_empty();
        let identity = files::identify(env, directory.path(), &settings, has_partitions).await?;
        let log = open_log(env, directory, report, settings.node_id).await?;
        let replay = replay_log(env, &log, directory, &identity.cluster_id).await?;
        let end = log.watermarks().log_end.0;
        let mut owner = Owner {
            env: env.clone(),
            log,
            settings,
            image: replay.image().clone(),
            next_offset: end.0,
            // Nobody sees this one: it is replaced before the handle exists.
            images: watch::Sender::new(Arc::new(replay.image().clone())),
            full: Seldom::default(),
        };
        let broker_epoch = owner.begin(&replay, directory.path(), identity.directory_id).await?;
        let (mailbox, requests) = mpsc::channel(MAILBOX_REQUESTS_MAX);
        let metadata = Metadata {
            env: env.clone(),
            mailbox,
            images: owner.images.subscribe(),
            node_id: owner.settings.node_id,
            broker_epoch,
            directory_id: identity.directory_id,
            removed: Arc::new(replay.removed().clone()),
        };
        let _detached = env.spawn("metadata", owner.run(requests));
        Ok(metadata)
    }

    /// The newest image whose records are durable.
    #[must_use]
    pub fn image(&self) -> Arc<Image> {
        self.images.get()
    }

    /// Follows the image.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Arc<Image>> {
        self.images.clone()
    }

    /// The epoch of this node's registration.
    #[must_use]
    pub fn broker_epoch(&self) -> i64 {
        self.broker_epoch
    }

    /// The id of this node's log directory.
    #[must_use]
    pub fn directory_id(&self) -> TopicId {
        self.directory_id
    }

    /// The topics that had been removed when this broker started, as far as its log goes back.
    #[must_use]
    pub fn removed_topics(&self) -> &BTreeSet<TopicId> {
        &self.removed
    }

    /// Creates topics.
    pub async fn create_topics(
        &self,
        request: CreateTopicsRequest,
    ) -> Result<Vec<CreatableTopicResult>, ErrorCode> {
        self.decide(move |table| controller::create_topics(table.image, table.settings, &request, table.draw))
            .await
    }

    /// Deletes topics.
    pub async fn delete_topics(
        &self,
        asked: Vec<DeleteTopicState>,
    ) -> Result<Vec<DeletableTopicResult>, ErrorCode> {
        self.decide(move |table| controller::delete_topics(table.image, &asked)).await
    }

    /// Adds partitions to topics.
    pub async fn create_partitions(
        &self,
        request: CreatePartitionsRequest,
    ) -> Result<Vec<CreatePartitionsTopicResult>, ErrorCode> {
        self.decide(move |table| controller::create_partitions(table.image, &request, table.draw)).await
    }

    /// Changes configs one by one.
    pub async fn incremental_alter_configs(
        &self,
        request: IncrementalAlterConfigsRequest,
    ) -> Result<Vec<ResourceOutcome>, ErrorCode> {
        self.decide(move |table| controller::incremental_alter_configs(table.image, table.settings, &request))
            .await
    }

    /// Replaces the configs of resources.
    pub async fn alter_configs(
        &self,
        request: AlterConfigsRequest,
    ) -> Result<Vec<ResourceOutcome>, ErrorCode> {
        self.decide(move |table| controller::alter_configs(table.image, table.settings, &request)).await
    }

    /// Lets leader epochs follow those of this broker's logs.
    pub async fn raise_leader_epochs(&self, raised: Vec<RaisedEpoch>) -> Result<(), ErrorCode> {
        let _followed =
            self.decide(move |table| controller::raise_leader_epochs(table.image, &raised)).await?;
        Ok(())
    }

    /// Takes the next block of producer ids for this broker. When this returns, nobody else will ever get them.
    pub async fn allocate_producer_ids(&self) -> Result<Range<i64>, ErrorCode> {
        let (node_id, broker_epoch) = (self.node_id, self.broker_epoch);
        let outcome: Result<Range<i64>, ApiError> = self
            .decide(move |table| {
                match controller::allocate_producer_ids(table.image, node_id, broker_epoch) {
                    Ok(Decision { records, answer }) => Decision { records, answer: Ok(answer) },
                    Err(error) => Decision { records: Vec::new(), answer: Err(error) },
                }
            })
            .await?;
        let block = outcome.map_err(|error| error.code)?;
        let count = i32::try_from(block.end - block.start).expect("a block has a thousand ids");
        self.env.probe(&Fact::ProducerIdBlock { first: block.start, count });
        Ok(block)
    }

    /// Answers what was asked before, flushes and closes the log. Whether all of it went well.
    pub async fn close(&self) -> bool {
        let (reply, answer) = oneshot::channel();
        self.mailbox.send(Request::Close(reply)).await.is_ok() && answer.await.unwrap_or(false)
    }

    /// Has something decided, and waits until its records are durable. After [`Metadata::close`] there is no
    /// controller here.
    async fn decide<T: Send + 'static>(
        &self,
        decide: impl FnOnce(&mut Table<'_>) -> Decision<T> + Send + 'static,
    ) -> Result<T, ErrorCode> {
        let (reply, answer) = oneshot::channel();
        let decide: Decide = Box::new(move |table| {
            let Decision { records, answer } = decide(table);
            let release: Release = Box::new(move |outcome| {
                // Whoever asked may have gone away.
                let _gone = reply.send(outcome.map(|()| answer));
            });
            (records, release)
        });
        self.mailbox.send(Request::Decide(decide)).await.map_err(|_| ErrorCode::NotController)?;
        answer.await.unwrap_or(Err(ErrorCode::NotController))
    }
}

impl std::fmt::Debug for Metadata {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Metadata(node {} at offset {})", self.node_id, self.image().offset())
    }
}

/// The directory of the metadata log.
fn log_path(directory: &str) -> String {
    format!("{directory}/{TOPIC_NAME}-0")
}

async fn open_log(
    env: &Env,
    directory: &LogDirectory,
    report: &DirectoryReport,
    node_id: i32,
) -> Result<Partition, OpenError> {
    let topic = TOPIC_NAME;
    let index = PartitionIndex(0);
    let path = log_path(directory.path());
    let last_epoch = files::leader_epoch(env, &path).await?;
    // What a power loss may still take is no part of the cluster's state, for whoever reads this log.
    let config = PartitionConfig { durability: Durability::FlushOnRequest, ..PartitionConfig::default() };
    let options = OpenOptions {
        leader_epoch: LeaderEpoch(last_epoch.saturating_add(1)),
        clean: report.clean,
        recovery_point: report.recovery_point(topic, index),
        log_start: report.log_start(topic, index),
        ..OpenOptions::new(TopicId::METADATA, 0, config)
    };
    let (log, opened) = Partition::open(env, directory, topic, options)
        .await
        .map_err(|error| OpenError(format!("{path} cannot be opened: {error}")))?;
    files::begin_epoch(env, &path, node_id, opened.leader_epoch.0).await?;
    Ok(log)
}

/// The state that the log holds, from its newest snapshot on.
async fn replay_log(
    env: &Env,
    log: &Partition,
    directory: &LogDirectory,
    cluster_id: &str,
) -> Result<Replay, OpenError> {
    let path = log_path(directory.path());
    let mut replay = Replay::from_image(Image::empty(cluster_id));
    let mut offset = log.watermarks().log_start.0;
    if offset > Offset::ZERO {
        let Some((end, records)) = files::latest_snapshot(env, &path).await? else {
            return Err(OpenError(format!(
                "{path} begins at offset {}, and there is no snapshot of what was before: restore the snapshot",
                offset.0
            )));
        };
        take(&mut replay, &path, records, end - 1)?;
        offset = Offset(end).max(offset);
    }
    loop {
        let read = log.read(offset, REPLAY_BYTES, true).await.map_err(|error| match error {
            ReadError::Corrupt(range) => {
                OpenError(format!("{path} is damaged: {range:?}. Restore it from a copy"))
            }
            ReadError::OffsetOutOfRange(_) => {
                OpenError(format!("{path} ends before its snapshot: restore it"))
            }
        })?;
        if read.bytes == 0 {
            return Ok(replay);
        }
        let pieces = read.pieces;
        let whole = match pieces.len() {
            1 => pieces.into_iter().next().unwrap_or_default(),
            _ => Bytes::from(pieces.concat()),
        };
        for batch in Batches::new(whole) {
            let batch = batch.map_err(|error| OpenError(format!("{path} is damaged ({error:?})")))?;
            let records =
                batches::records_of(&batch).map_err(|error| OpenError(format!("{path}: {error}")))?;
            take(&mut replay, &path, records, batch.header.last_offset().0)?;
        }
        offset = read.next_offset;
    }
}

/// Applies records that end at an offset.
fn take(replay: &mut Replay, path: &str, records: Vec<Record>, last_offset: i64) -> Result<(), OpenError> {
    for record in records {
        if let Record::FeatureLevel(feature) = &record
            && feature.name == METADATA_VERSION_FEATURE
            && feature.feature_level > MetadataVersion::LATEST.0
        {
            return Err(OpenError(format!(
                "{path} was written with metadata.version {}, and this broker knows {} at most: use a newer broker",
                MetadataVersion(feature.feature_level),
                MetadataVersion::LATEST
            )));
        }
        let name = record.name();
        replay
            .apply(record)
            .map_err(|error| OpenError(format!("{path}: {name} before offset {last_offset}: {error}")))?;
    }
    replay.set_offset(last_offset);
    Ok(())
}

struct Owner {
    env: Env,
    log: Partition,
    settings: Settings,
    /// With everything that was appended, flushed or not.
    image: Image,
    next_offset: i64,
    images: watch::Sender<Arc<Image>>,
    full: Seldom,
}

/// What became of the records of one request.
enum Append {
    Appended,
    /// The disk is full: nothing of them is in the log.
    NoSpace,
    /// Nobody knows what is in the log.
    Failed,
}

impl Owner {
    /// Begins a leader's epoch: its first batch, the end of what a crash left open, the first records of a new
    /// cluster, and this node's registration, all durable with one flush. The broker's epoch.
    async fn begin(
        &mut self,
        replay: &Replay,
        directory: &str,
        directory_id: TopicId,
    ) -> Result<i64, OpenError> {
        let path = log_path(directory);
        let refused = || OpenError(format!("{path} cannot be written: check the disk's space and health"));
        let now = self.env.wall().as_millis();
        let first = batches::leader_change(self.settings.node_id, now);
        let mut appended = matches!(self.append_batches(vec![first]).await, Append::Appended);
        if replay.in_transaction() {
            let abort = AbortTransactionRecord { reason: Some("the controller restarted".to_owned()) };
            let batch = batches::of_records(&[abort.into()], self.image.metadata_version(), now);
            appended &= matches!(self.append_batches(batch).await, Append::Appended);
        }
        if self.image.features().is_empty() {
            let records = files::bootstrap_records(&self.env, directory).await?;
            let mut checked = Replay::from_image(self.image.clone());
            take(&mut checked, directory, records.clone(), self.next_offset)?;
            appended &= matches!(self.append(records).await, Append::Appended);
        }
        let registration = Registration {
            broker_id: self.settings.node_id,
            incarnation_id: files::random_id(&self.env).0,
            endpoints: self.settings.endpoints.clone(),
            rack: self.settings.rack.clone(),
            log_dirs: vec![directory_id.0],
        };
        let registered = controller::register_broker(&registration, self.next_offset);
        appended &= matches!(self.append(registered.records).await, Append::Appended);
        let unfenced = controller::unfence_broker(&self.image, self.settings.node_id, registered.answer);
        appended &= matches!(self.append(unfenced.records).await, Append::Appended);
        if !appended || self.log.flush().await.is_err() {
            return Err(refused());
        }
        self.publish();
        Ok(registered.answer)
    }

    async fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        while let Some(request) = requests.recv().await {
            let mut next = Some(request);
            let mut releases: Vec<(Release, Result<(), ErrorCode>)> = Vec::new();
            let mut close = None;
            let mut changed = false;
            while let Some(request) = next {
                match request {
                    Request::Decide(decide) => {
                        let (release, outcome) = self.decide(decide).await;
                        changed |= matches!(outcome, Ok(true));
                        releases.push((release, outcome.map(|_| ())));
                    }
                    Request::Close(reply) => close = Some(reply),
                }
                let more = close.is_none() && releases.len() < GROUP_REQUESTS_MAX;
                next = if more { requests.try_recv().ok() } else { None };
            }
            if changed {
                if self.log.flush().await.is_err() {
                    self.fail("flush").await;
                }
                self.publish();
            }
            for (release, outcome) in releases {
                release(outcome);
            }
            if let Some(reply) = close {
                let closed = self.log.close().await.is_ok();
                let _gone = reply.send(closed);
                return end_mailbox(requests).await;
            }
        }
    }

    /// Lets something be decided and appends its records; says whether there were any.
    async fn decide(&mut self, decide: Decide) -> (Release, Result<bool, ErrorCode>) {
        let (records, release) = {
            let mut rng = self.env.rng("metadata");
            let mut draw = || rng.next_u64();
            decide(&mut Table { image: &self.image, settings: &self.settings, draw: &mut draw })
        };
        if records.is_empty() {
            return (release, Ok(false));
        }
        match self.append(records).await {
            Append::Appended => (release, Ok(true)),
            Append::NoSpace => {
                if self.full.is_due(self.env.now()) {
                    warn!(
                        self.env,
                        "the disk of the metadata log is full: until there is room, changes of topics and configs answer \
                         KAFKA_STORAGE_ERROR"
                    );
                }
                (release, Err(ErrorCode::KafkaStorageError))
            }
            Append::Failed => self.fail("write").await,
        }
    }

    /// Appends one change and applies it to the owner's own image.
    async fn append(&mut self, records: Vec<Record>) -> Append {
        let now = self.env.wall().as_millis();
        let batches = batches::of_records(&records, self.image.metadata_version(), now);
        let mut image = Replay::from_image(self.image.clone());
        for record in records {
            image.apply(record).expect("what the controller decides fits the image that it looked at");
        }
        let appended = self.append_batches(batches).await;
        if matches!(appended, Append::Appended) {
            self.image = image.into_image();
            self.image.set_offset(self.next_offset - 1);
        }
        appended
    }

    async fn append_batches(&mut self, batches: Vec<Batch>) -> Append {
        for (index, batch) in batches.into_iter().enumerate() {
            let expected = self.next_offset;
            match self.log.append(batch).await {
                AppendOutcome::Appended(appended) => {
                    assert_eq!(appended.base_offset.0, expected, "nobody else appends to the metadata log");
                    self.next_offset = appended.last_offset.0 + 1;
                }
                // The first part of a change is in the log: only a restart can take it back.
                AppendOutcome::NoSpace if index == 0 => return Append::NoSpace,
                _ => return Append::Failed,
            }
        }
        Append::Appended
    }

    fn publish(&self) {
        self.images.send(Arc::new(self.image.clone()));
    }

    async fn fail(&self, what: &str) -> ! {
        let message = format!(
            "a {what} of the metadata log failed: what is durable is unknown. Check the disk, then start again"
        );
        self.env.fatal(FatalReason::MetadataLogFailed, &message).await
    }
}

#[cfg(test)]
#[path = "owner_tests.rs"]
mod tests;
