//! The partitions that this broker holds, kept in step with the cluster's metadata.
//!
//! One task follows the metadata image: it opens the logs of new partitions, hands changed settings to those that
//! stand, and deletes what is gone. Requests look partitions up in an immutable table that the task replaces. A request
//! that changed the metadata is answered only once the table has followed, so that whoever reads the answer finds
//! the topic there, or gone.
//!
//! A log that the disk would not let be opened (it was full, for instance) answers KAFKA_STORAGE_ERROR and is tried again
//! every [`OPEN_RETRY_MS`], from what was known of it when the broker started.
//!
//! After a clean stop logs are left asleep until they are used: a start touches none of their files.

mod local;
mod opening;

use crate::{
    config::BrokerConfig,
    limits::{LOGS_AT_ONCE, OPEN_RETRY_MS},
    settings::PartitionSettings,
};
pub(crate) use local::{LocalPartition, PendingAppend};
use opening::{Known, Opener, Opening, Refused, at_once, unique};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, RwLock},
    time::Duration,
};
use tribunal_env::{Env, Fact, watch};
use tribunal_log::{DirectoryReport, LogDirectory, PartitionSummaries, PartitionSummary};
use tribunal_metadata::{
    Metadata,
    image::{Image, Topic},
    topic_config::{Configs, TopicSettings},
};
use tribunal_wire::{
    error::ErrorCode,
    types::{LeaderEpoch, PartitionIndex, TopicId},
};

/// The metadata log's own directory: not a topic of clients.
const METADATA_TOPIC: &str = "__cluster_metadata";

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
            opener: Arc::new(Opener::new(env, directory)),
            found: Some(report),
            unopened: BTreeMap::new(),
            undeleted: Vec::new(),
            static_configs: config.given.clone(),
            node_id: config.node_id,
            table: table.clone(),
        };
        keeper.set_strangers_aside(&image, metadata.removed_topics()).await;
        keeper.follow(&image).await;
        keeper.found = None;
        let (follow, followed) = watch::channel(image.offset());
        let (stop, stopped) = watch::channel(false);
        let _detached = env.spawn("partitions", keeper.run(image, images, follow, stopped));
        Partitions { env: env.clone(), table, followed, stop }
    }

    fn table(&self) -> Arc<Table> {
        self.table.read().expect("no holder of this lock panics").clone()
    }

    /// A partition by its topic's name. It is awake.
    pub(crate) async fn by_name(&self, topic: &str, index: i32) -> Result<Arc<LocalPartition>, ErrorCode> {
        let found = self.find_by_name(topic, index)?;
        let _awake = found.wake().await?;
        Ok(found)
    }

    /// A partition by its topic's name. It may be asleep.
    pub(crate) fn find_by_name(&self, topic: &str, index: i32) -> Result<Arc<LocalPartition>, ErrorCode> {
        let table = self.table();
        let id = *table.by_name.get(topic).ok_or(ErrorCode::UnknownTopicOrPartition)?;
        table.partition(id, index, ErrorCode::UnknownTopicOrPartition)
    }

    /// A partition by its topic's id. It may be asleep.
    pub(crate) fn find_by_id(&self, id: [u8; 16], index: i32) -> Result<Arc<LocalPartition>, ErrorCode> {
        self.table().partition(TopicId(id), index, ErrorCode::UnknownTopicId)
    }

    /// A partition by its topic's id. It is awake.
    pub(crate) async fn by_id(&self, id: [u8; 16], index: i32) -> Result<Arc<LocalPartition>, ErrorCode> {
        let found = self.find_by_id(id, index)?;
        let _awake = found.wake().await?;
        Ok(found)
    }

    /// Wakes those of these partitions that are asleep, several at a time: the first request of a client may name a
    /// thousand. What cannot be woken is left to who looks it up.
    pub(crate) fn wake_all<F>(&self, found: F) -> impl Future<Output = ()> + use<F>
    where
        F: Iterator<Item = Result<Arc<LocalPartition>, ErrorCode>>,
    {
        let asleep: Vec<_> = found.flatten().filter(|partition| partition.if_awake().is_none()).collect();
        let env = self.env.clone();
        async move {
            if asleep.len() > 1 {
                let wake = |partition: Arc<LocalPartition>| async move { partition.wake().await.is_ok() };
                let _woken = at_once(&env, LOGS_AT_ONCE, asleep, wake).await;
            }
        }
    }

    /// Every partition whose log is open, or asleep, with its topic's name and index, in order of the names.
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

    /// Stops following, and closes every log. What each is like then, when all of them closed in good order.
    pub(crate) async fn close(&self) -> Option<PartitionSummaries> {
        self.stop.send(true);
        let mut followed = self.followed.clone();
        while followed.changed().await.is_ok() {}
        let all = self.all();
        let closing = all.iter().map(|(.., partition)| partition.clone()).collect();
        let closed = at_once(&self.env, LOGS_AT_ONCE, closing, |partition: Arc<LocalPartition>| async move {
            partition.close().await
        });
        let mut summaries = PartitionSummaries::new();
        // What could not be opened was not looked at: the next start has to.
        let mut clean = self.table().by_id.values().all(|topic| topic.partitions.values().all(Result::is_ok));
        for ((topic, index, _), closed) in all.iter().zip(closed.await) {
            match closed {
                Ok(summary) => {
                    summaries.insert((topic.to_string(), PartitionIndex(*index)), summary);
                }
                Err(error) => {
                    tribunal_env::warn!(self.env, "{topic}-{index} did not close cleanly: {error:?}");
                    clean = false;
                }
            }
        }
        clean.then_some(summaries)
    }
}

/// The task that keeps the table in step.
struct Keeper {
    env: Env,
    opener: Arc<Opener>,
    /// What stood in the directory, while the broker starts.
    found: Option<DirectoryReport>,
    /// Logs that could not be opened, with what was known of them.
    unopened: BTreeMap<(TopicId, i32), (Known, Refused)>,
    /// Partitions of deleted topics whose files could not be removed.
    undeleted: Vec<(Arc<str>, i32, TopicId)>,
    static_configs: Configs,
    node_id: i32,
    table: SharedTable,
}

impl Keeper {
    /// Follows `images` from `image` on, the newest that `images` has seen.
    async fn run(
        mut self,
        mut image: Arc<Image>,
        mut images: watch::Receiver<Arc<Image>>,
        follow: watch::Sender<i64>,
        mut stopped: watch::Receiver<bool>,
    ) {
        let env = self.env.clone();
        loop {
            let waiting = !self.undeleted.is_empty()
                || self.unopened.values().any(|(_, refused)| *refused == Refused::ForNow);
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
    /// files go; then its files go, before those of a new topic of the same name are made.
    async fn follow(&mut self, image: &Image) {
        self.drop_gone(image).await;
        let old = self.table.read().expect("no holder of this lock panics").clone();
        let mut entries: Vec<(TopicId, TopicEntry)> = Vec::new();
        let mut openings = Vec::new();
        for topic in image.topics() {
            let settings = Arc::new(PartitionSettings::new(TopicSettings::resolve(&image.layers(
                &topic.name,
                self.node_id,
                &self.static_configs,
            ))));
            let known = old.by_id.get(&topic.id);
            entries.push((topic.id, self.follow_topic(topic, known, &settings, &mut openings).await));
        }
        let mut table = Table::default();
        let mut opened = self.open_all(&openings).await.into_iter().zip(&openings).peekable();
        for (id, mut entry) in entries {
            while let Some((log, opening)) = opened.next_if(|(_, opening)| opening.id == id) {
                entry.partitions.insert(opening.index, log);
            }
            table.by_name.insert(entry.name.clone(), id);
            table.by_id.insert(id, Arc::new(entry));
        }
        self.unopened.retain(|(id, _), _| table.by_id.contains_key(id));
        *self.table.write().expect("no holder of this lock panics") = Arc::new(table);
    }

    /// Deletes the topics that `image` does not have.
    async fn drop_gone(&mut self, image: &Image) {
        let there: BTreeSet<TopicId> = image.topics().map(|topic| topic.id).collect();
        let old = self.table.read().expect("no holder of this lock panics").clone();
        let mut table = Table::clone(&old);
        table.by_name.retain(|_, id| there.contains(id));
        table.by_id.retain(|id, _| there.contains(id));
        *self.table.write().expect("no holder of this lock panics") = Arc::new(table);
        self.delete_again().await;
        for (id, topic) in old.by_id.iter().filter(|(id, _)| !there.contains(*id)) {
            self.delete(*id, topic).await;
        }
    }

    /// The topic's partitions as far as they stand or may be left asleep; what has to be opened goes to `openings`.
    async fn follow_topic(
        &self,
        topic: &Topic,
        known: Option<&Arc<TopicEntry>>,
        settings: &Arc<PartitionSettings>,
        openings: &mut Vec<Opening>,
    ) -> TopicEntry {
        let mut partitions = BTreeMap::new();
        for (index, state) in &topic.partitions {
            if let Some(Ok(partition)) = known.and_then(|known| known.partitions.get(index)) {
                partition.change_settings(settings).await;
                partitions.insert(*index, Ok(partition.clone()));
                continue;
            }
            if matches!(self.unopened.get(&(topic.id, *index)), Some((_, Refused::ForGood))) {
                partitions.insert(*index, Err(ErrorCode::KafkaStorageError));
                continue;
            }
            let opening = self.plan(topic, *index, state.leader_epoch, settings);
            match self.summary(&opening) {
                Some(summary) => {
                    let partition = LocalPartition::asleep(&self.opener, opening, summary);
                    partitions.insert(*index, Ok(Arc::new(partition)));
                }
                None => openings.push(opening),
            }
        }
        TopicEntry { name: topic.name.clone(), partitions }
    }

    /// What is needed to open a partition, and whether it was not tried before.
    fn plan(
        &self,
        topic: &Topic,
        index: i32,
        leader_epoch: i32,
        settings: &Arc<PartitionSettings>,
    ) -> Opening {
        let tried = self.unopened.get(&(topic.id, index)).map(|(known, _)| *known);
        Opening {
            topic: topic.name.clone(),
            id: topic.id,
            index,
            leader_epoch: LeaderEpoch(leader_epoch),
            known: tried.unwrap_or_else(|| self.known(&topic.name, index)),
            first_try: tried.is_none(),
            settings: settings.clone(),
        }
    }

    /// What a clean stop knew of a partition, if that is enough to leave it alone until it is used.
    fn summary(&self, opening: &Opening) -> Option<PartitionSummary> {
        let name = (opening.topic.to_string(), PartitionIndex(opening.index));
        let summary = *self.found.as_ref()?.summaries.get(&name)?;
        let fits = summary.topic_id == opening.id && summary.leader_epoch <= opening.leader_epoch;
        (fits && opening.known.clean).then_some(summary)
    }

    /// Opens partitions, several at a time, and says how it went.
    async fn open_all(&mut self, openings: &[Opening]) -> Vec<Result<Arc<LocalPartition>, ErrorCode>> {
        let mut opened = Vec::with_capacity(openings.len());
        for (opening, result) in openings.iter().zip(self.opener.open_all(openings).await) {
            let name = (opening.id, opening.index);
            opened.push(match result {
                Ok(log) => {
                    self.unopened.remove(&name);
                    Ok(Arc::new(LocalPartition::awake(&self.opener, opening.clone(), log)))
                }
                Err(refused) => {
                    self.unopened.insert(name, (opening.known, refused));
                    Err(ErrorCode::KafkaStorageError)
                }
            });
        }
        opened
    }

    /// What the checkpoints say of a partition, while the broker starts; of one that is new there is nothing to know.
    fn known(&self, topic: &str, index: i32) -> Known {
        let (partition, nothing) = (PartitionIndex(index), Known { clean: true, ..Known::default() });
        self.found.as_ref().map_or(nothing, |found| Known {
            clean: found.clean,
            recovery_point: found.recovery_point(topic, partition),
            log_start: found.log_start(topic, partition),
            first_dirty: found.first_dirty(topic, partition),
            cleaned_until: found.cleaned_until(topic, partition),
        })
    }

    /// Directories of topics that the metadata does not have: left over from a deletion, or brought by somebody.
    async fn set_strangers_aside(&mut self, image: &Image, removed: &BTreeSet<TopicId>) {
        let found = self.found.as_ref().map(|found| found.partitions.clone()).unwrap_or_default();
        for (topic, partition) in found {
            let known = topic == METADATA_TOPIC
                || image.topic(&topic).is_some_and(|topic| topic.partitions.contains_key(&partition.0));
            if known {
                continue;
            }
            let id = self.opener.topic_id(&topic, partition).await;
            if let Some(id) = id.filter(|id| removed.contains(id)) {
                // The stop came between the deletion of the topic and that of its files.
                self.undeleted.push((topic.into(), partition.0, id));
                continue;
            }
            tribunal_env::warn!(
                self.env,
                "{topic}-{} is in the data directory and not in the metadata: it is set aside as a -stray directory",
                partition.0
            );
            self.opener.set_aside(&topic, partition).await;
        }
    }

    /// Removes the files of a topic that is gone.
    async fn delete(&mut self, id: TopicId, topic: &TopicEntry) {
        for (index, partition) in &topic.partitions {
            let log = match partition {
                Ok(partition) => {
                    let log = partition.wake().await.ok();
                    // Whoever still holds it must not open what may stand under its name later.
                    partition.give_up();
                    log
                }
                Err(_) => None,
            };
            if let Some(log) = log
                && log.delete(unique(&self.env)).await.is_ok()
            {
                self.env.probe(&Fact::PartitionDeleted { key: log.key() });
            } else if let Err(error) = self.opener.delete(&topic.name, *index, id).await {
                tribunal_env::warn!(
                    self.env,
                    "the files of the deleted {}-{index} could not be removed ({error}): it is tried again every \
                     {OPEN_RETRY_MS} ms, and the next start would set them aside as a -stray directory",
                    topic.name
                );
                self.undeleted.push((topic.name.clone(), *index, id));
            }
        }
    }

    /// Tries again to remove what could not be removed.
    async fn delete_again(&mut self) {
        for (topic, index, id) in std::mem::take(&mut self.undeleted) {
            if self.opener.delete(&topic, index, id).await.is_err() {
                self.undeleted.push((topic, index, id));
            }
        }
    }
}

#[cfg(test)]
#[path = "partitions_tests.rs"]
mod tests;
