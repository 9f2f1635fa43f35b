//! Opens logs, several at a time, and says what there is to know of them.

use crate::{
    limits::{LOGS_AT_ONCE, OPEN_PROGRESS_MS, OPEN_RETRY_MS},
    settings::PartitionSettings,
};
use std::{
    future::Future,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tribunal_env::Env;
use tribunal_log::{LogDirectory, OpenError, OpenOptions, OpenReport, Partition};
use tribunal_wire::types::{LeaderEpoch, Offset, PartitionIndex, TopicId};

/// What the checkpoints told of a log when the broker started.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Known {
    pub(super) clean: bool,
    pub(super) recovery_point: Offset,
    pub(super) log_start: Offset,
    pub(super) first_dirty: Offset,
    pub(super) cleaned_until: Offset,
}

/// What is needed to open a partition.
#[derive(Debug, Clone)]
pub(super) struct Opening {
    pub(super) topic: Arc<str>,
    pub(super) id: TopicId,
    pub(super) index: i32,
    /// The epoch that the metadata gives it.
    pub(super) leader_epoch: LeaderEpoch,
    pub(super) known: Known,
    /// Whether a failure is news.
    pub(super) first_try: bool,
    pub(super) settings: Arc<PartitionSettings>,
}

/// Why a log is not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// The disk refused: another try may do better.
    ForNow,
    /// A flush failed: another try would take for durable what is not.
    ForGood,
}

/// Opens the logs of one directory.
pub(super) struct Opener {
    env: Env,
    directory: LogDirectory,
    opened: AtomicU64,
    scanned_bytes: AtomicU64,
}

impl Opener {
    pub(super) fn new(env: &Env, directory: &LogDirectory) -> Opener {
        Opener {
            env: env.clone(),
            directory: directory.clone(),
            opened: AtomicU64::new(0),
            scanned_bytes: AtomicU64::new(0),
        }
    }

    /// Opens all of them, several at a time, and tells from time to time how far that is.
    pub(super) async fn open_all(self: &Arc<Self>, openings: &[Opening]) -> Vec<Result<Partition, Refused>> {
        let (before, count) = (self.opened.load(Ordering::Relaxed), openings.len());
        let opener = self.clone();
        let all = at_once(&self.env, LOGS_AT_ONCE, openings.to_vec(), move |opening: Opening| {
            let opener = opener.clone();
            async move { opener.open(&opening).await }
        });
        let mut all = std::pin::pin!(all);
        loop {
            let pause = Duration::from_millis(OPEN_PROGRESS_MS);
            if let Some(opened) = self.env.timeout(pause, all.as_mut()).await {
                return opened;
            }
            tribunal_env::info!(
                self.env,
                "{} of {count} logs are open; {} MB of them were checked",
                self.opened.load(Ordering::Relaxed) - before,
                self.scanned_bytes.load(Ordering::Relaxed) / 1_000_000
            );
        }
    }

    /// Opens one, and tells what there is to tell.
    pub(super) async fn open(&self, opening: &Opening) -> Result<Partition, Refused> {
        let Opening { topic, index, leader_epoch, .. } = opening;
        match self.open_log(opening).await {
            Ok((log, report)) => {
                self.opened.fetch_add(1, Ordering::Relaxed);
                self.scanned_bytes.fetch_add(report.scanned_bytes, Ordering::Relaxed);
                self.tell(topic, *index, &report);
                if report.leader_epoch != *leader_epoch {
                    tribunal_env::error!(
                        self.env,
                        "{topic}-{index}: the log is at leader epoch {}, the metadata at {}; clients will find no \
                         leader: was the data directory put together from several?",
                        report.leader_epoch.0,
                        leader_epoch.0
                    );
                }
                Ok(log)
            }
            Err(OpenError::Flush(error)) => {
                tribunal_env::error!(
                    self.env,
                    "{topic}-{index} cannot be opened and answers KAFKA_STORAGE_ERROR: a flush failed ({error}), and what the \
                     disk has is unknown now; check the disk, and restart the machine"
                );
                Err(Refused::ForGood)
            }
            Err(error) => {
                if opening.first_try {
                    tribunal_env::error!(
                        self.env,
                        "{topic}-{index} cannot be opened and answers KAFKA_STORAGE_ERROR: {error}. Other partitions are \
                         served, and this one is tried again every {OPEN_RETRY_MS} ms, or when it is needed"
                    );
                }
                Err(Refused::ForNow)
            }
        }
    }

    async fn open_log(&self, opening: &Opening) -> Result<(Partition, OpenReport), OpenError> {
        let Opening { topic, id, index, leader_epoch, known, settings, .. } = opening;
        let fresh =
            OpenOptions { leader_epoch: *leader_epoch, ..OpenOptions::new(*id, *index, settings.log()) };
        let Known { clean, recovery_point, log_start, first_dirty, cleaned_until } = *known;
        let options = OpenOptions { clean, recovery_point, log_start, first_dirty, cleaned_until, ..fresh };
        match Partition::open(&self.env, &self.directory, topic, options).await {
            Err(OpenError::TopicIdMismatch { found }) => {
                tribunal_env::warn!(
                    self.env,
                    "the directory of {topic}-{index} belongs to an older topic of this name ({found}) and is set aside"
                );
                self.set_aside(topic, PartitionIndex(*index)).await;
                Partition::open(&self.env, &self.directory, topic, fresh).await
            }
            opened => opened,
        }
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

    pub(super) async fn set_aside(&self, topic: &str, partition: PartitionIndex) {
        let unique = unique(&self.env);
        if let Err(error) = self.directory.set_aside(&*self.env.disk(), topic, partition, unique).await {
            tribunal_env::error!(self.env, "{topic}-{} cannot be set aside: {error}", partition.0);
        }
    }

    /// The topic that a partition's directory belongs to, if it can be told.
    pub(super) async fn topic_id(&self, topic: &str, partition: PartitionIndex) -> Option<TopicId> {
        self.directory.topic_id(&*self.env.disk(), topic, partition).await.ok().flatten()
    }

    /// Removes what is left of a deleted partition whose log is not open.
    pub(super) async fn delete(&self, topic: &str, index: i32, id: TopicId) -> io::Result<()> {
        let place = (topic, PartitionIndex(index));
        self.directory.delete(&*self.env.disk(), place, id, unique(&self.env)).await
    }

    pub(super) fn warn(&self, line: &str) {
        tribunal_env::warn!(self.env, "{line}");
    }
}

/// Does `act` for each item, at most `most` at a time, and gives the results in the order of the items.
pub(super) async fn at_once<T, R, F>(
    env: &Env,
    most: usize,
    items: Vec<T>,
    act: impl Fn(T) -> F + Clone + Send + 'static,
) -> Vec<R>
where
    T: Send + 'static,
    R: Send + 'static,
    F: Future<Output = R> + Send + 'static,
{
    let count = items.len();
    let queue = Arc::new(Mutex::new(items.into_iter().enumerate()));
    let mut results: Vec<(usize, R)> = Vec::with_capacity(count);
    let workers: Vec<_> = (0..most.min(count))
        .map(|_| {
            let (queue, act) = (queue.clone(), act.clone());
            env.spawn("at-once", async move {
                let mut done = Vec::new();
                loop {
                    let next = queue.lock().expect("no holder of this lock panics").next();
                    let Some((index, item)) = next else { return done };
                    done.push((index, act(item).await));
                }
            })
        })
        .collect();
    for worker in workers {
        results.extend(worker.await.expect("a worker ends when its queue is empty"));
    }
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Tells directories of one name apart.
pub(super) fn unique(env: &Env) -> u128 {
    let mut rng = env.rng("directories");
    (u128::from(rng.next_u64()) << 64) | u128::from(rng.next_u64())
}
