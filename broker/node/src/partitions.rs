//! The partitions that this broker holds, kept in step with the cluster's metadata.
//!
//! One task follows the metadata image: it opens the logs of new partitions, hands changed settings to those that
//! stand, and deletes what is gone. Requests look partitions up in an immutable table that the task replaces. A request
//! that changed the metadata is answered only once the table has followed, so that whoever reads the answer finds
//! the topic there, or gone.
//!
//! A log that the disk would not let be opened (it was full, for instance) answers KAFKA_STORAGE_ERROR and is tried again
//! every [`OPEN_RETRY_MS`], from what was known of it when the broker started.

use crate::{config::BrokerConfig, limits::OPEN_RETRY_MS, settings::PartitionSettings};
use std::{
    collections::BTreeMap,
    sync::{Arc, RwLock},
    time::Duration,
};
use tokio::sync::oneshot;
use tribunal_env::{Env, Fact, PartitionKey, watch};
use tribunal_log::{
    AppendOutcome, DirectoryReport, LogDirectory, OpenError, OpenOptions, OpenReport, Partition,
};
use tribunal_metadata::{
    Metadata,
    image::{Image, Topic},
    topic_config::{Configs, TopicSettings},
};
use tribunal_wire::{
    batch::Batch,
    error::ErrorCode,
    types::{LeaderEpoch, Offset, PartitionIndex, TopicId},
};

/// The metadata log's own directory: not a topic of clients.
const METADATA_TOPIC: &str = "__cluster_metadata";

/// One partition of this broker.
pub(crate) struct LocalPartition {
    log: Partition,
    settings: RwLock<Arc<PartitionSettings>>,
}

/// What an append came to.
pub(crate) struct Acknowledged {
    pub(crate) base_offset: Offset,
    pub(crate) last_offset: Offset,
    /// The broker's time, where it replaced the producer's.
    pub(crate) log_append_time_ms: i64,
    pub(crate) log_start_offset: Offset,
    /// It was in the log before.
    pub(crate) duplicate: bool,
}

/// An append that the partition's owner has.
pub(crate) struct PendingAppend {
    pub(crate) key: PartitionKey,
    pub(crate) flushed_first: bool,
    outcome: oneshot::Receiver<AppendOutcome>,
}

impl PendingAppend {
    /// Waits until the log has what it promises, or says why it has not.
    pub(crate) async fn outcome(self) -> Result<Acknowledged, ErrorCode> {
        let outcome = self.outcome.await.unwrap_or(AppendOutcome::Closed);
        let (appended, duplicate) = match outcome {
            AppendOutcome::Appended(appended) => (appended, false),
            AppendOutcome::Duplicate(appended) => (appended, true),
            refused => return Err(ErrorCode::from_code(refused.error_code())),
        };
        Ok(Acknowledged {
            base_offset: appended.base_offset,
            last_offset: appended.last_offset,
            log_append_time_ms: appended.log_append_time,
            log_start_offset: appended.log_start,
            duplicate,
        })
    }
}

impl LocalPartition {
    /// The log.
    pub(crate) fn log(&self) -> &Partition {
        &self.log
    }

    /// The log, once the client's idea of the leader epoch (-1: it has none) is found to be ours (KIP-320).
    pub(crate) fn checked(&self, leader_epoch: i32) -> Result<&Partition, ErrorCode> {
        let own = self.log.leader_epoch();
        match LeaderEpoch(leader_epoch) {
            LeaderEpoch(-1) => Ok(&self.log),
            epoch if epoch < own => Err(ErrorCode::FencedLeaderEpoch),
            epoch if epoch > own => Err(ErrorCode::UnknownLeaderEpoch),
            _ => Ok(&self.log),
        }
    }

    /// The settings in force.
    pub(crate) fn settings(&self) -> Arc<PartitionSettings> {
        self.settings.read().expect("no holder of this lock panics").clone()
    }

    /// Hands a valid batch to the partition's owner. Returns once the owner has it: appends of one caller keep
    /// their order.
    pub(crate) async fn append(&self, batch: Batch) -> PendingAppend {
        let flushed_first = self.settings().flush_before_acknowledge();
        PendingAppend { key: self.log.key(), flushed_first, outcome: self.log.begin_append(batch).await }
    }

    /// Hands a valid batch to the partition's owner, or back when the owner has too much before it.
    pub(crate) fn try_append(&self, batch: Batch, flushed_first: bool) -> Result<PendingAppend, Batch> {
        let outcome = self.log.try_append(batch)?;
        Ok(PendingAppend { key: self.log.key(), flushed_first, outcome })
    }
}

/// A topic in the table.
struct TopicEntry {
    name: Arc<str>,
    /// `Err`: the log could not be opened.
    partitions: BTreeMap<i32, Result<Arc<LocalPartition>, ErrorCode>>,
}

/// All partitions, at one point of the metadata.
#[derive(Default, Clone)]
struct Table {
    by_name: BTreeMap<Arc<str>, TopicId>,
    by_id: BTreeMap<TopicId, Arc<TopicEntry>>,
}

impl Table {
    fn partition(
        &self,
        id: TopicId,
        index: i32,
        unknown: ErrorCode,
    ) -> Result<Arc<LocalPartition>, ErrorCode> {
        let topic = self.by_id.get(&id).ok_or(unknown)?;
        topic.partitions.get(&index).cloned().unwrap_or(Err(ErrorCode::UnknownTopicOrPartition))
    }
}

type SharedTable = Arc<RwLock<Arc<Table>>>;

/// The partitions of this broker.
pub(crate) struct Partitions {
    env: Env,
    table: SharedTable,
    /// The metadata offset that the table has followed.
    followed: watch::Receiver<i64>,
    stop: watch::Sender<bool>,
}

impl Partitions {
    /// Opens every partition of the image, and follows it from then on.
    pub(crate) async fn open(
        env: &Env,
        directory: &LogDirectory,
        report: DirectoryReport,
        config: &BrokerConfig,
        metadata: &Metadata,
    ) -> Partitions {
        let table = SharedTable::default();
        let mut images = metadata.watch();
        let image = images.see();
        let mut keeper = Keeper {
            env: env.clone(),
            directory: directory.clone(),
            found: Some(report),
            unopened: BTreeMap::new(),
            static_configs: config.given.clone(),
            node_id: config.node_id,
            table: table.clone(),
        };
        keeper.set_strangers_aside(&image).await;
        keeper.follow(&image).await;
        keeper.found = None;
        let (follow, followed) = watch::channel(image.offset());
        let (stop, stopped) = watch::channel(false);
        let _detached = env.spawn("partitions", keeper.run(images, follow, stopped));
        Partitions { env: env.clone(), table, followed, stop }
    }

    fn table(&self) -> Arc<Table> {
        self.table.read().expect("no holder of this lock panics").clone()
    }

    /// A partition by its topic's name.
    pub(crate) fn by_name(&self, topic: &str, index: i32) -> Result<Arc<LocalPartition>, ErrorCode> {
        let table = self.table();
        let id = *table.by_name.get(topic).ok_or(ErrorCode::UnknownTopicOrPartition)?;
        table.partition(id, index, ErrorCode::UnknownTopicOrPartition)
    }

    /// A partition by its topic's id.
    pub(crate) fn by_id(&self, id: [u8; 16], index: i32) -> Result<Arc<LocalPartition>, ErrorCode> {
        self.table().partition(TopicId(id), index, ErrorCode::UnknownTopicId)
    }

    /// Every partition whose log is open, with its topic's name and index, in order of the names.
    pub(crate) fn all(&self) -> Vec<(Arc<str>, i32, Arc<LocalPartition>)> {
        let table = self.table();
        let mut all = Vec::new();
        for id in table.by_name.values() {
            let Some(topic) = table.by_id.get(id) else { continue };
            for (index, partition) in &topic.partitions {
                if let Ok(partition) = partition {
                    all.push((topic.name.clone(), *index, partition.clone()));
                }
            }
        }
        all
    }

    /// Waits until the table has followed the metadata to `offset`.
    pub(crate) async fn followed(&self, offset: i64) {
        let mut followed = self.followed.clone();
        // The follower is gone when the broker stops: nothing to wait for then.
        let _stopped = followed.wait_for(|reached| *reached >= offset).await;
    }

    /// Stops following, and closes every log. True when all of them closed in good order.
    pub(crate) async fn close(&self) -> bool {
        self.stop.send(true);
        let mut followed = self.followed.clone();
        while followed.changed().await.is_ok() {}
        // What could not be opened was not looked at: the next start has to.
        let mut clean = self.table().by_id.values().all(|topic| topic.partitions.values().all(Result::is_ok));
        for (topic, index, partition) in self.all() {
            if let Err(error) = partition.log.close().await {
                tribunal_env::warn!(self.env, "{topic}-{index} did not close cleanly: {error:?}");
                clean = false;
            }
        }
        clean
    }
}

/// What the checkpoints told of a log when the broker started.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    clean: bool,
    recovery_point: Offset,
    log_start: Offset,
}

/// The task that keeps the table in step.
struct Keeper {
    env: Env,
    directory: LogDirectory,
    /// What stood in the directory, while the broker starts.
    found: Option<DirectoryReport>,
    /// Logs that could not be opened, with what was known of them.
    unopened: BTreeMap<(TopicId, i32), Known>,
    static_configs: Configs,
    node_id: i32,
    table: SharedTable,
}

impl Keeper {
    async fn run(
        mut self,
        mut images: watch::Receiver<Arc<Image>>,
        follow: watch::Sender<i64>,
        mut stopped: watch::Receiver<bool>,
    ) {
        let env = self.env.clone();
        let mut image = images.see();
        loop {
            let waiting = !self.unopened.is_empty();
            let again = async {
                match waiting {
                    true => env.sleep(Duration::from_millis(OPEN_RETRY_MS)).await,
                    false => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                _ = stopped.wait_for(|stopped| *stopped) => return,
                changed = images.changed() => match changed {
                    Ok(changed) => image = changed,
                    Err(watch::Closed) => return,
                },
                () = again => {}
            }
            self.follow(&image).await;
            follow.send(image.offset());
        }
    }

    /// Brings the table to what `image` says. What is gone leaves the table first, so that nobody finds it while its
    /// files go.
    async fn follow(&mut self, image: &Image) {
        let old = self.table.read().expect("no holder of this lock panics").clone();
        let mut table = Table::default();
        for topic in image.topics() {
            let settings = Arc::new(PartitionSettings::new(TopicSettings::resolve(&image.layers(
                &topic.name,
                self.node_id,
                &self.static_configs,
            ))));
            let entry = self.follow_topic(topic, old.by_id.get(&topic.id), &settings).await;
            table.by_name.insert(topic.name.clone(), topic.id);
            table.by_id.insert(topic.id, Arc::new(entry));
        }
        let gone: Vec<Arc<TopicEntry>> = old
            .by_id
            .iter()
            .filter(|(id, _)| !table.by_id.contains_key(*id))
            .map(|(_, topic)| topic.clone())
            .collect();
        self.unopened.retain(|(id, _), _| table.by_id.contains_key(id));
        *self.table.write().expect("no holder of this lock panics") = Arc::new(table);
        for topic in gone {
            self.delete(&topic).await;
        }
    }

    async fn follow_topic(
        &mut self,
        topic: &Topic,
        known: Option<&Arc<TopicEntry>>,
        settings: &Arc<PartitionSettings>,
    ) -> TopicEntry {
        let mut partitions = BTreeMap::new();
        for (index, state) in &topic.partitions {
            let partition = match known.and_then(|known| known.partitions.get(index)) {
                Some(Ok(partition)) => {
                    self.change_settings(partition, settings).await;
                    Ok(partition.clone())
                }
                Some(Err(_)) | None => self.open_partition(topic, *index, state.leader_epoch, settings).await,
            };
            partitions.insert(*index, partition);
        }
        TopicEntry { name: topic.name.clone(), partitions }
    }

    async fn open_partition(
        &mut self,
        topic: &Topic,
        index: i32,
        leader_epoch: i32,
        settings: &Arc<PartitionSettings>,
    ) -> Result<Arc<LocalPartition>, ErrorCode> {
        let known = self.unopened.get(&(topic.id, index)).copied();
        let first = known.is_none();
        let known = known.unwrap_or_else(|| self.known(&topic.name, index));
        match self.open_log(topic, index, LeaderEpoch(leader_epoch), settings, known).await {
            Ok((log, report)) => {
                self.unopened.remove(&(topic.id, index));
                self.tell(&topic.name, index, &report);
                if report.leader_epoch.0 != leader_epoch {
                    tribunal_env::error!(
                        self.env,
                        "{}-{index}: the log is at leader epoch {}, the metadata at {leader_epoch}; \
                         clients will find no leader: was the data directory put together from several?",
                        topic.name,
                        report.leader_epoch.0
                    );
                }
                Ok(Arc::new(LocalPartition { log, settings: RwLock::new(settings.clone()) }))
            }
            Err(error) => {
                if first {
                    tribunal_env::error!(
                        self.env,
                        "{}-{index} cannot be opened and answers KAFKA_STORAGE_ERROR ({error:?}); other partitions are \
                         served, and this one is tried again every {OPEN_RETRY_MS} ms",
                        topic.name
                    );
                }
                self.unopened.insert((topic.id, index), known);
                Err(ErrorCode::KafkaStorageError)
            }
        }
    }

    async fn open_log(
        &self,
        topic: &Topic,
        index: i32,
        leader_epoch: LeaderEpoch,
        settings: &PartitionSettings,
        known: Known,
    ) -> Result<(Partition, OpenReport), OpenError> {
        let partition = PartitionIndex(index);
        let Known { clean, recovery_point, log_start } = known;
        let options = OpenOptions {
            leader_epoch,
            clean,
            recovery_point,
            log_start,
            ..OpenOptions::new(topic.id, index, settings.log())
        };
        match Partition::open(&self.env, &self.directory, &topic.name, options).await {
            Err(OpenError::TopicIdMismatch { found }) => {
                tribunal_env::warn!(
                    self.env,
                    "the directory of {}-{index} belongs to an older topic of this name ({found}) and is set aside",
                    topic.name
                );
                self.set_aside(&topic.name, partition).await;
                let options =
                    OpenOptions { leader_epoch, ..OpenOptions::new(topic.id, index, settings.log()) };
                Partition::open(&self.env, &self.directory, &topic.name, options).await
            }
            opened => opened,
        }
    }

    /// What the checkpoints say of a partition, while the broker starts; of one that is new there is nothing to know.
    fn known(&self, topic: &str, index: i32) -> Known {
        let (partition, nothing) = (PartitionIndex(index), Known { clean: true, ..Known::default() });
        self.found.as_ref().map_or(nothing, |found| Known {
            clean: found.clean,
            recovery_point: found.recovery_point(topic, partition),
            log_start: found.log_start(topic, partition),
        })
    }

    /// Says what an operator wants to know of a log that was opened.
    fn tell(&self, topic: &str, index: i32, report: &OpenReport) {
        if report.cut_bytes > 0 {
            tribunal_env::info!(
                self.env,
                "{topic}-{index}: {} bytes of a torn tail are cut off",
                report.cut_bytes
            );
        }
        if report.corrupt_ranges > 0 {
            tribunal_env::error!(
                self.env,
                "{topic}-{index} has {} damaged ranges, which answer CORRUPT_MESSAGE; the rest is served. \
                 `tribunal log verify` tells where they are, while the broker is stopped or on a copy",
                report.corrupt_ranges
            );
        }
    }

    /// Directories of topics that the metadata does not have: left over from a deletion, or brought by somebody.
    async fn set_strangers_aside(&self, image: &Image) {
        let Some(found) = &self.found else { return };
        for (topic, partition) in &found.partitions {
            let known = topic == METADATA_TOPIC
                || image.topic(topic).is_some_and(|topic| topic.partitions.contains_key(&partition.0));
            if !known {
                tribunal_env::warn!(
                    self.env,
                    "{topic}-{} is in the data directory and not in the metadata: it is set aside as a -stray directory",
                    partition.0
                );
                self.set_aside(topic, *partition).await;
            }
        }
    }

    async fn set_aside(&self, topic: &str, partition: PartitionIndex) {
        let unique = unique(&self.env);
        if let Err(error) = self.directory.set_aside(&*self.env.disk(), topic, partition, unique).await {
            tribunal_env::error!(self.env, "{topic}-{} cannot be set aside: {error}", partition.0);
        }
    }

    async fn change_settings(&self, partition: &LocalPartition, settings: &Arc<PartitionSettings>) {
        if partition.settings() == *settings {
            return;
        }
        if let Err(error) = partition.log.set_config(settings.log()).await {
            tribunal_env::warn!(self.env, "changed settings did not reach a log: {error:?}");
        }
        *partition.settings.write().expect("no holder of this lock panics") = settings.clone();
    }

    async fn delete(&self, topic: &TopicEntry) {
        for (index, partition) in &topic.partitions {
            let Ok(partition) = partition else { continue };
            match partition.log.delete(unique(&self.env)).await {
                Ok(()) => self.env.probe(&Fact::PartitionDeleted { key: partition.log.key() }),
                Err(error) => tribunal_env::warn!(
                    self.env,
                    "the files of the deleted {}-{index} could not be removed now ({error:?}); the next start does it",
                    topic.name
                ),
            }
        }
    }
}

/// Tells directories of one name apart.
fn unique(env: &Env) -> u128 {
    let mut rng = env.rng("directories");
    (u128::from(rng.next_u64()) << 64) | u128::from(rng.next_u64())
}
