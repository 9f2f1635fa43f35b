//! One partition of this broker: its settings, and its log, which sleeps until somebody uses it.
//!
//! Always holds: a partition is woken when it is looked up, so whoever has looked it up finds its log. A log that could
//! not be opened is tried again by the next who needs it.

use super::opening::{Opener, Opening, Refused};
use crate::settings::PartitionSettings;
use std::sync::{
    Arc, RwLock,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::{OnceCell, oneshot};
use tribunal_env::PartitionKey;
use tribunal_log::{AppendOutcome, ChangeError, Partition, PartitionSummary};
use tribunal_wire::{
    batch::Batch,
    error::ErrorCode,
    types::{LeaderEpoch, Offset},
};

/// One partition of this broker.
pub(crate) struct LocalPartition {
    opener: Arc<Opener>,
    opening: Opening,
    /// What a clean stop knew of it.
    summary: Option<Box<PartitionSummary>>,
    log: OnceCell<Partition>,
    settings: RwLock<Arc<PartitionSettings>>,
    /// Settings changed while the log was being opened, and may not have reached it.
    unsettled: AtomicBool,
    /// The latest try to wake it failed, and was told.
    refused: AtomicBool,
    /// No further try may be made.
    given_up: AtomicBool,
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
    /// A partition whose log is open.
    pub(super) fn awake(opener: &Arc<Opener>, opening: Opening, log: Partition) -> LocalPartition {
        LocalPartition { log: OnceCell::new_with(Some(log)), ..LocalPartition::new(opener, opening, None) }
    }

    /// A partition that a clean stop left as `summary` says, and that nobody has used since.
    pub(super) fn asleep(
        opener: &Arc<Opener>,
        opening: Opening,
        summary: PartitionSummary,
    ) -> LocalPartition {
        LocalPartition::new(opener, opening, Some(Box::new(summary)))
    }

    fn new(opener: &Arc<Opener>, opening: Opening, summary: Option<Box<PartitionSummary>>) -> LocalPartition {
        let settings = RwLock::new(opening.settings.clone());
        LocalPartition {
            opener: opener.clone(),
            opening,
            summary,
            log: OnceCell::new(),
            settings,
            unsettled: AtomicBool::new(false),
            refused: AtomicBool::new(false),
            given_up: AtomicBool::new(false),
        }
    }

    /// The log of a partition that was looked up.
    pub(crate) fn log(&self) -> &Partition {
        self.log.get().expect("a partition is woken when it is looked up")
    }

    /// The log, if it was used since the start, and has the settings that it should.
    pub(crate) fn if_awake(&self) -> Option<&Partition> {
        self.log.get().filter(|_| !self.unsettled.load(Ordering::SeqCst))
    }

    /// What is known of a log that nobody has used.
    pub(crate) fn if_asleep(&self) -> Option<&PartitionSummary> {
        self.summary.as_deref().filter(|_| self.log.get().is_none())
    }

    /// Topic id and index.
    pub(crate) fn key(&self) -> PartitionKey {
        PartitionKey { topic_id: self.opening.id.0, partition: self.opening.index }
    }

    /// Whether there may be something to compact: not in a log that sleeps, and was compacted to its end.
    pub(crate) fn may_be_dirty(&self) -> bool {
        self.if_asleep().is_none_or(|summary| summary.log_end > self.opening.known.first_dirty)
    }

    /// Bytes of the log files.
    pub(crate) fn size_bytes(&self) -> u64 {
        match (self.if_asleep(), self.log.get()) {
            (Some(summary), _) => summary.bytes,
            (None, log) => log.map_or(0, Partition::size_bytes),
        }
    }

    /// The log, opened if it was not. Whoever comes meanwhile waits for the same.
    pub(crate) async fn wake(&self) -> Result<&Partition, ErrorCode> {
        if let Some(log) = self.if_awake() {
            return Ok(log);
        }
        let log = self
            .log
            .get_or_try_init(|| async {
                if self.given_up.load(Ordering::Relaxed) {
                    return Err(ErrorCode::KafkaStorageError);
                }
                let settings = self.settings();
                let first_try = !self.refused.load(Ordering::Relaxed);
                let opening = Opening { settings: settings.clone(), first_try, ..self.opening.clone() };
                let opened = self.opener.open(&opening).await;
                self.refused.store(opened.is_err(), Ordering::Relaxed);
                self.given_up.store(matches!(opened, Err(Refused::ForGood)), Ordering::Relaxed);
                opened.map_err(|_| ErrorCode::KafkaStorageError)
            })
            .await?;
        while self.unsettled.load(Ordering::SeqCst) {
            let settings = self.settings();
            self.settle_settings(log, &settings).await;
            // They may have changed again, and what was sent last counts.
            self.unsettled.store(settings != self.settings(), Ordering::SeqCst);
        }
        Ok(log)
    }

    /// It is not opened any more if it is not open.
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    /// Takes new settings.
    pub(super) async fn change_settings(&self, settings: &Arc<PartitionSettings>) {
        if self.settings() == *settings {
            return;
        }
        *self.settings.write().expect("no holder of this lock panics") = settings.clone();
        match self.log.get() {
            Some(log) => self.settle_settings(log, settings).await,
            // Whoever opens the log may have looked before.
            None => self.unsettled.store(true, Ordering::SeqCst),
        }
    }

    async fn settle_settings(&self, log: &Partition, settings: &PartitionSettings) {
        if let Err(error) = log.set_config(settings.log()).await {
            self.opener.warn(&format!("changed settings did not reach a log: {error:?}"));
        }
    }

    /// Flushes and closes the log, and says what it is like then.
    pub(super) async fn close(&self) -> Result<PartitionSummary, ChangeError> {
        if self.given_up.load(Ordering::Relaxed) {
            return Err(ChangeError::Storage);
        }
        match (self.if_asleep(), self.log.get()) {
            (Some(summary), _) => Ok(*summary),
            (None, Some(log)) => log.close().await,
            (None, None) => Err(ChangeError::Closed),
        }
    }

    /// The log, once the client's idea of the leader epoch (-1: it has none) is found to be ours (KIP-320).
    pub(crate) fn checked(&self, leader_epoch: i32) -> Result<&Partition, ErrorCode> {
        let log = self.log();
        let own = log.leader_epoch();
        match LeaderEpoch(leader_epoch) {
            LeaderEpoch(-1) => Ok(log),
            epoch if epoch < own => Err(ErrorCode::FencedLeaderEpoch),
            epoch if epoch > own => Err(ErrorCode::UnknownLeaderEpoch),
            _ => Ok(log),
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
        PendingAppend { key: self.log().key(), flushed_first, outcome: self.log().begin_append(batch).await }
    }

    /// Hands a valid batch to the partition's owner, or back when the owner has too much before it.
    pub(crate) fn try_append(&self, batch: Batch, flushed_first: bool) -> Result<PendingAppend, Batch> {
        let outcome = self.log().try_append(batch)?;
        Ok(PendingAppend { key: self.log().key(), flushed_first, outcome })
    }
}
