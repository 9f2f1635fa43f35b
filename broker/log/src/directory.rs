//! One log directory: what all of its partitions share.
//!
//! Owns: the lock, the clean-shutdown mark, and the three offset checkpoints, each written by one task.
//!
//! Why so: a checkpoint file speaks for every partition, so one owner writes it, and one write serves all
//! partitions that wait for it. Log start offsets are durable before the deletion that moved them is answered,
//! or deleted records would come back; one that could not be written is taken back, or a later write for another
//! partition would delete what the client was told is still there. Recovery points are hints, written at most once an interval: the newer
//! the hint, the less of the log a start has to look at, and the more of it is known to have been durable.
//!
//! Always holds: the clean-shutdown mark is removed, and its removal durable, before anything else is read.

mod cleaner;

pub(crate) use cleaner::Raised;

use crate::checkpoint::{
    self, PartitionOffsets, encode_offsets, parse_offsets, parse_partition_metadata, read_text,
};
use crate::limits::DIRECTORY_REQUESTS_MAX;
use crate::names::{self, join};
use crate::seldom::Seldom;
use crate::summary::{self, PartitionSummaries};
use bytes::Bytes;
use cleaner::CleanerOffsets;
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::Arc,
    time::Duration,
};
use tokio::sync::{mpsc, oneshot};
use tribunal_env::{Disk, EntryKind, Env, Instant, Lock, end_mailbox, info, warn};
use tribunal_wire::types::{Offset, PartitionIndex, TopicId};

/// How often the recovery points are written while they move.
pub const RECOVERY_POINT_INTERVAL: Duration = Duration::from_secs(1);

/// What stood in a log directory.
#[derive(Debug, Clone, Default)]
pub struct DirectoryReport {
    /// Whether the last stop left the clean-shutdown mark.
    pub clean: bool,
    /// Up to where each partition was durable.
    pub recovery_points: PartitionOffsets,
    /// Where each partition begins, where that is not its first segment.
    pub log_starts: PartitionOffsets,
    /// Up to where each partition was compacted; `None` where the checkpoint that tells of it is damaged.
    pub cleaner_offsets: Option<PartitionOffsets>,
    /// The partitions that have a directory, by topic and index.
    pub partitions: Vec<(String, PartitionIndex)>,
    /// What a clean stop knew of partitions that have a directory: these need not be looked at before they are used.
    pub summaries: PartitionSummaries,
}

impl DirectoryReport {
    /// The recovery point of a partition.
    #[must_use]
    pub fn recovery_point(&self, topic: &str, partition: PartitionIndex) -> Offset {
        self.recovery_points.get(&(topic.to_owned(), partition)).copied().unwrap_or_default()
    }

    /// The offset up to which a partition was compacted.
    #[must_use]
    pub fn first_dirty(&self, topic: &str, partition: PartitionIndex) -> Offset {
        let offsets = self.cleaner_offsets.as_ref();
        offsets.and_then(|offsets| offsets.get(&(topic.to_owned(), partition))).copied().unwrap_or_default()
    }

    /// The offset before which records of a partition may be missing by right. Where nobody knows, that is so for
    /// everything that was durable.
    #[must_use]
    pub fn cleaned_until(&self, topic: &str, partition: PartitionIndex) -> Offset {
        match self.cleaner_offsets {
            Some(_) => self.first_dirty(topic, partition),
            None => self.recovery_point(topic, partition),
        }
    }

    /// The checkpointed log start offset of a partition.
    #[must_use]
    pub fn log_start(&self, topic: &str, partition: PartitionIndex) -> Offset {
        self.log_starts.get(&(topic.to_owned(), partition)).copied().unwrap_or_default()
    }
}

/// Why a log directory cannot be used.
#[derive(Debug)]
pub enum DirectoryError {
    /// Another process uses it.
    InUse,
    /// The disk says no.
    Io(io::Error),
}

impl From<io::Error> for DirectoryError {
    fn from(error: io::Error) -> Self {
        DirectoryError::Io(error)
    }
}

#[derive(Debug)]
enum Request {
    LogStart { topic: Arc<str>, partition: PartitionIndex, offset: Offset, reply: oneshot::Sender<bool> },
    RecoveryPoint { topic: Arc<str>, partition: PartitionIndex, offset: Offset },
    FirstDirty { topic: Arc<str>, partition: PartitionIndex, offset: Offset, reply: oneshot::Sender<Raised> },
    FirstDirtyNow { topic: Arc<str>, partition: PartitionIndex, reply: oneshot::Sender<Offset> },
    Forget { topic: Arc<str>, partition: PartitionIndex, reply: oneshot::Sender<bool> },
    Close { broker_epoch: i64, clean: Option<PartitionSummaries>, reply: oneshot::Sender<io::Result<()>> },
}

/// A handle onto an open log directory. Cheap to clone.
#[derive(Debug, Clone)]
pub struct LogDirectory {
    path: Arc<str>,
    sender: mpsc::Sender<Request>,
}

impl LogDirectory {
    /// Opens `path`, creating it when missing. Directories of partitions that were being deleted are removed.
    pub async fn open(env: &Env, path: &str) -> Result<(LogDirectory, DirectoryReport), DirectoryError> {
        let disk = env.disk();
        disk.create_dir_all(path).await?;
        let lock = disk.lock(&join(path, names::LOCK)).await.map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => DirectoryError::InUse,
            _ => DirectoryError::Io(error),
        })?;
        let mark = take_clean_mark(&*disk, path).await?;
        let mut report = DirectoryReport { clean: mark.is_some(), ..Default::default() };
        read_checkpoints(env, &*disk, path, &mut report).await?;
        report.cleaner_offsets = cleaner::read(env, &*disk, path).await?;
        for entry in disk.list(path).await? {
            if entry.kind != EntryKind::Directory {
                continue;
            }
            if names::is_deletion_directory(&entry.name) {
                let doomed = join(path, &entry.name);
                if let Err(error) = remove_tree(&*disk, &doomed).await {
                    warn!(env, "{doomed} is left of a deleted partition and could not be removed: {error}");
                }
            } else if let Some((topic, partition)) = names::parse_partition_directory(&entry.name) {
                report.partitions.push((topic.to_owned(), partition));
            }
        }
        if let Some(epoch) = mark.flatten().filter(|_| report.clean) {
            read_summaries(&*disk, path, epoch, &mut report).await;
        }
        let (sender, mailbox) = mpsc::channel(DIRECTORY_REQUESTS_MAX);
        let owner = Owner {
            env: env.clone(),
            disk,
            path: path.into(),
            log_starts: report.log_starts.clone(),
            recovery_points: report.recovery_points.clone(),
            cleaner_offsets: CleanerOffsets::new(report.cleaner_offsets.clone().unwrap_or_default()),
            due: None,
            unwritten: BTreeMap::new(),
            lock: Some(lock),
        };
        let _detached = env.spawn("log-directory", owner.run(mailbox));
        Ok((LogDirectory { path: path.into(), sender }, report))
    }

    /// The directory's path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Makes a partition's log start offset durable. `false` when the disk refused: then the old one stands again, but
    /// for a crash before the next write, which may find either.
    pub(crate) async fn set_log_start(
        &self,
        topic: &Arc<str>,
        partition: PartitionIndex,
        offset: Offset,
    ) -> bool {
        self.ask(|reply| Request::LogStart { topic: Arc::clone(topic), partition, offset, reply }).await
    }

    /// Notes that a partition is durable up to `offset`. A hint: it is written some time later.
    pub(crate) fn note_recovery_point(&self, topic: &Arc<str>, partition: PartitionIndex, offset: Offset) {
        // A full mailbox only means that the hint stays older for a while.
        let _dropped =
            self.sender.try_send(Request::RecoveryPoint { topic: Arc::clone(topic), partition, offset });
    }

    /// Like [`LogDirectory::note_recovery_point`], but waits for room: at a close the newest value has to arrive.
    pub(crate) async fn settle_recovery_point(
        &self,
        topic: &Arc<str>,
        partition: PartitionIndex,
        offset: Offset,
    ) {
        let request = Request::RecoveryPoint { topic: Arc::clone(topic), partition, offset };
        let _gone = self.sender.send(request).await;
    }

    /// Forgets a partition that is about to be deleted, durably, so that a new one of its name starts at 0.
    pub(crate) async fn forget(&self, topic: &Arc<str>, partition: PartitionIndex) -> bool {
        self.ask(|reply| Request::Forget { topic: Arc::clone(topic), partition, reply }).await
    }

    /// Renames the directory of a partition that nobody knows, so that nothing of it is lost and a new partition of
    /// its name can be made. `unique` tells it from others of the same name.
    pub async fn set_aside(
        &self,
        disk: &dyn Disk,
        topic: &str,
        partition: PartitionIndex,
        unique: u128,
    ) -> io::Result<()> {
        let name = names::partition_directory(topic, partition);
        let stray = format!("{name}.{unique:032x}-stray");
        disk.rename(&join(&self.path, &name), &join(&self.path, &stray)).await?;
        disk.sync_dir(&self.path).await?;
        match self.forget(&topic.into(), partition).await {
            true => Ok(()),
            false => Err(io::Error::other("the checkpoints of the log directory could not be written")),
        }
    }

    /// The topic that a partition's directory belongs to, if it says so.
    pub async fn topic_id(
        &self,
        disk: &dyn Disk,
        topic: &str,
        partition: PartitionIndex,
    ) -> io::Result<Option<TopicId>> {
        let path = join(&self.path, &names::partition_directory(topic, partition));
        topic_id(disk, &path).await
    }

    /// Removes the directory of a deleted partition whose log is not open: it could not be opened, or not be deleted
    /// before. A directory of another topic of this name stays.
    pub async fn delete(
        &self,
        disk: &dyn Disk,
        (topic, partition): (&str, PartitionIndex),
        id: TopicId,
        unique: u128,
    ) -> io::Result<()> {
        let path = join(&self.path, &names::partition_directory(topic, partition));
        if !belongs(disk, &path, id).await? {
            return Ok(());
        }
        if !self.forget(&topic.into(), partition).await {
            return Err(io::Error::other("the checkpoints of the log directory could not be written"));
        }
        let doomed = join(&self.path, &names::deletion_directory(topic, partition, unique));
        disk.rename(&path, &doomed).await?;
        disk.sync_dir(&self.path).await?;
        remove_tree(disk, &doomed).await
    }

    async fn ask(&self, request: impl FnOnce(oneshot::Sender<bool>) -> Request) -> bool {
        let (reply, answer) = oneshot::channel();
        self.sender.send(request(reply)).await.is_ok() && answer.await.unwrap_or(false)
    }

    /// Writes the checkpoints and, when every partition was closed in good order (`clean`, with what they are like then),
    /// the mark that says so. Close all partitions before. The directory's lock is released.
    pub async fn close(&self, broker_epoch: i64, clean: Option<PartitionSummaries>) -> io::Result<()> {
        let (reply, answer) = oneshot::channel();
        let gone = || io::Error::new(io::ErrorKind::BrokenPipe, "the log directory was closed before");
        self.sender.send(Request::Close { broker_epoch, clean, reply }).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

/// The broker epoch of the mark, if the mark was there and has one. It is gone, durably, when this returns.
async fn take_clean_mark(disk: &dyn Disk, path: &str) -> io::Result<Option<Option<i64>>> {
    let mark = join(path, names::CLEAN_SHUTDOWN);
    let epoch = read_text(disk, &mark).await.ok().flatten().and_then(|text| summary::epoch_of_mark(&text));
    let found = match disk.remove_file(&mark).await {
        Ok(()) => true,
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(error),
    };
    disk.sync_dir(path).await?;
    Ok(found.then_some(epoch))
}

/// Takes the summaries of the stop that left the mark. Where anything disagrees with them they are dropped: the
/// partitions are looked at, as they are after any other stop.
async fn read_summaries(disk: &dyn Disk, path: &str, epoch: i64, report: &mut DirectoryReport) {
    let text = read_text(disk, &join(path, names::SUMMARIES)).await.ok().flatten();
    let Some(mut summaries) = text.and_then(|text| summary::parse(&text, epoch)) else { return };
    let there: BTreeSet<_> = report.partitions.iter().cloned().collect();
    summaries.retain(|name, known| {
        there.contains(name)
            && report.recovery_points.get(name).copied().unwrap_or_default() == known.log_end
            && report.log_starts.get(name).copied().unwrap_or_default() <= known.log_start
    });
    report.summaries = summaries;
}

async fn read_checkpoints(
    env: &Env,
    disk: &dyn Disk,
    path: &str,
    report: &mut DirectoryReport,
) -> io::Result<()> {
    for (name, offsets) in
        [(names::RECOVERY_POINTS, &mut report.recovery_points), (names::LOG_STARTS, &mut report.log_starts)]
    {
        let Some(text) = read_text(disk, &join(path, name)).await? else { continue };
        match parse_offsets(&text) {
            Some(read) => *offsets = read,
            None => {
                warn!(env, "{path}/{name} is damaged and ignored: all logs are checked from their beginning");
                report.clean = false;
            }
        }
    }
    Ok(())
}

/// Whether a partition's directory is there, and that topic's. One that holds no log yet may lack the id.
async fn belongs(disk: &dyn Disk, path: &str, id: TopicId) -> io::Result<bool> {
    let entries = match disk.list(path).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    Ok(match topic_id(disk, path).await? {
        Some(found) => found == id,
        None => !entries
            .iter()
            .any(|entry| matches!(names::parse_offset_file(&entry.name), Some((_, names::LOG)))),
    })
}

async fn topic_id(disk: &dyn Disk, path: &str) -> io::Result<Option<TopicId>> {
    let text = read_text(disk, &join(path, names::PARTITION_METADATA)).await?;
    Ok(text.as_deref().and_then(parse_partition_metadata))
}

/// Removes a directory of plain files.
pub(crate) async fn remove_tree(disk: &dyn Disk, path: &str) -> io::Result<()> {
    for entry in disk.list(path).await? {
        if entry.kind == EntryKind::File {
            disk.remove_file(&join(path, &entry.name)).await?;
        }
    }
    disk.remove_dir(path).await
}

struct Owner {
    env: Env,
    disk: Arc<dyn Disk>,
    path: Arc<str>,
    log_starts: PartitionOffsets,
    recovery_points: PartitionOffsets,
    cleaner_offsets: CleanerOffsets,
    /// When the recovery points that moved are written.
    due: Option<Instant>,
    /// Checkpoints that could not be written.
    unwritten: BTreeMap<&'static str, Seldom>,
    /// Until the directory is closed.
    lock: Option<Box<dyn Lock>>,
}

impl Owner {
    async fn run(mut self, mut mailbox: mpsc::Receiver<Request>) {
        loop {
            let request = match self.due {
                None => mailbox.recv().await,
                Some(due) => {
                    let sleep = self.env.sleep_until(due);
                    tokio::select! { biased;
                        request = mailbox.recv() => request,
                        () = sleep => {
                            self.write_recovery_points().await;
                            continue;
                        }
                    }
                }
            };
            let Some(request) = request else { return };
            if self.serve(request, &mut mailbox).await {
                return end_mailbox(mailbox).await;
            }
        }
    }

    /// Serves a request and those that wait behind it. Says whether the directory is closed.
    async fn serve(&mut self, request: Request, mailbox: &mut mpsc::Receiver<Request>) -> bool {
        let (mut waiting, mut forgetting) = (Vec::new(), Vec::new());
        let mut moved = Vec::new();
        let mut next = Some(request);
        let mut close = None;
        while let Some(request) = next {
            match request {
                Request::LogStart { topic, partition, offset, reply } => {
                    let name = (topic.to_string(), partition);
                    let before = self.log_starts.insert(name.clone(), offset);
                    moved.push((name, before));
                    waiting.push(reply);
                }
                Request::RecoveryPoint { topic, partition, offset } => {
                    self.recovery_points.insert((topic.to_string(), partition), offset);
                    self.due.get_or_insert_with(|| self.env.now() + RECOVERY_POINT_INTERVAL);
                }
                Request::FirstDirty { topic, partition, offset, reply } => {
                    let name = (topic.to_string(), partition);
                    let (env, disk) = (&self.env, &*self.disk);
                    let raised = self.cleaner_offsets.raise(env, disk, &self.path, name, offset).await;
                    let _gone = reply.send(raised);
                }
                Request::FirstDirtyNow { topic, partition, reply } => {
                    let _gone = reply.send(self.cleaner_offsets.get(&(topic.to_string(), partition)));
                }
                Request::Forget { topic, partition, reply } => {
                    let name = (topic.to_string(), partition);
                    if !self.cleaner_offsets.forget(&self.env, &*self.disk, &self.path, &name).await {
                        let _gone = reply.send(false);
                        break;
                    }
                    self.log_starts.remove(&name);
                    self.recovery_points.remove(&name);
                    forgetting.push(reply);
                }
                Request::Close { broker_epoch, clean, reply } => close = Some((broker_epoch, clean, reply)),
            }
            next = if close.is_some() { None } else { mailbox.try_recv().ok() };
        }
        self.answer(waiting, forgetting, moved).await;
        let Some((broker_epoch, clean, reply)) = close else { return false };
        let is_clean = clean.is_some();
        let result = self.close(broker_epoch, clean).await;
        if result.is_ok() && is_clean {
            info!(self.env, "{} is closed in good order", self.path);
        }
        // Who hears of it may open the directory again at once.
        self.lock = None;
        let _gone = reply.send(result);
        true
    }

    /// One write serves everyone who waits, for a log start or for a partition to be forgotten. `moved` says what the log
    /// starts were before, in order of the moves.
    async fn answer(
        &mut self,
        waiting: Vec<oneshot::Sender<bool>>,
        forgetting: Vec<oneshot::Sender<bool>>,
        moved: Vec<((String, PartitionIndex), Option<Offset>)>,
    ) {
        if waiting.is_empty() && forgetting.is_empty() {
            return;
        }
        let durable = self.write(names::LOG_STARTS, encode_offsets(&self.log_starts)).await;
        if !durable {
            for (name, before) in moved.into_iter().rev() {
                match before {
                    Some(offset) => self.log_starts.insert(name, offset),
                    None => self.log_starts.remove(&name),
                };
            }
        }
        for reply in waiting {
            let _gone = reply.send(durable);
        }
        if forgetting.is_empty() {
            return;
        }
        // A forgotten partition must be forgotten by both files before it is answered.
        let forgotten = durable && self.write_recovery_points().await;
        for reply in forgetting {
            let _gone = reply.send(forgotten);
        }
    }

    async fn write_recovery_points(&mut self) -> bool {
        self.due = None;
        self.write(names::RECOVERY_POINTS, encode_offsets(&self.recovery_points)).await
    }

    async fn write(&mut self, name: &'static str, text: String) -> bool {
        match checkpoint::replace(&*self.disk, &self.path, name, Bytes::from(text)).await {
            Ok(()) => true,
            Err(error) => {
                if self.unwritten.entry(name).or_default().is_due(self.env.now()) {
                    warn!(
                        self.env,
                        "{}/{name} could not be written ({error}): what it said before still stands, and it is tried again; \
                         where the disk is full, free space on it",
                        self.path
                    );
                }
                false
            }
        }
    }

    async fn close(&mut self, broker_epoch: i64, clean: Option<PartitionSummaries>) -> io::Result<()> {
        for (name, offsets) in
            [(names::LOG_STARTS, &self.log_starts), (names::RECOVERY_POINTS, &self.recovery_points)]
        {
            checkpoint::replace(&*self.disk, &self.path, name, Bytes::from(encode_offsets(offsets))).await?;
        }
        if let Some(summaries) = clean {
            let text = summary::encode(broker_epoch, &summaries);
            // A cache: without it the next start looks at every partition.
            let _missed =
                checkpoint::replace(&*self.disk, &self.path, names::SUMMARIES, Bytes::from(text)).await;
            let mark = format!("{{\"version\":0,\"brokerEpoch\":{broker_epoch}}}");
            checkpoint::replace(&*self.disk, &self.path, names::CLEAN_SHUTDOWN, Bytes::from(mark)).await?;
        }
        Ok(())
    }
}
