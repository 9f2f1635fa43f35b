//! What a partition's log is told from outside: identity, settings, and what is known before it is opened.

use tribunal_env::PartitionKey;
use tribunal_wire::types::{LeaderEpoch, Offset, TopicId};

/// What an acknowledgement promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Kafka's own rule: the batch is in the page cache. Safe against a killed process; safe against power
    /// loss by replication only.
    #[default]
    PageCache,
    /// The batch is flushed. One flush serves all appends that wait for it. Readers see only what is flushed.
    FlushBeforeAcknowledge,
    /// An append promises nothing by itself: whoever owns the log flushes it before telling anybody. Readers see
    /// only what is flushed. For the metadata log, where one flush serves several appends.
    FlushOnRequest,
}

/// How a partition is compacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompactionConfig {
    /// `min.cleanable.dirty.ratio`, in billionths: the share of the log that must be dirty before a pass is worth it.
    pub min_cleanable_ratio: u64,
    /// `min.compaction.lag.ms`: younger records are left alone.
    pub min_lag_ms: i64,
    /// `max.compaction.lag.ms`: a record that has been dirty for longer is compacted whatever the share.
    pub max_lag_ms: i64,
    /// `delete.retention.ms`: how long a tombstone stays once everything that it shadows is gone.
    pub delete_retention_ms: i64,
}

impl Default for CompactionConfig {
    fn default() -> Self {
        CompactionConfig {
            min_cleanable_ratio: 500_000_000,
            min_lag_ms: 0,
            max_lag_ms: i64::MAX,
            delete_retention_ms: 24 * 3_600_000,
        }
    }
}

/// Settings of one partition, changeable while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartitionConfig {
    /// `segment.bytes`: a segment that would grow past it is sealed. 14 bytes to 2 GiB.
    pub segment_bytes: u64,
    /// `segment.ms`: a segment whose first batch is older, by the timestamps of batches, is sealed by the next append.
    pub segment_ms: i64,
    /// `segment.jitter.ms`: a new segment draws a time below it by which it is sealed earlier; 0 draws nothing.
    pub segment_jitter_ms: i64,
    /// `segment.index.bytes`: a segment whose offset index would grow past it is sealed.
    pub segment_index_bytes: u64,
    /// `index.interval.bytes`: about so many bytes of log have one index entry.
    pub index_interval_bytes: u64,
    /// `retention.ms`: segments go when their newest record is older; `None` where age deletes nothing.
    pub retention_ms: Option<u64>,
    /// `retention.bytes`: the oldest segments go as long as this much stays; `None` where size deletes nothing.
    pub retention_bytes: Option<u64>,
    /// `cleanup.policy` with `compact`: how; `None` where nothing is compacted.
    pub compaction: Option<CompactionConfig>,
    /// `file.delete.delay.ms`: how long the files of a deleted segment stay under their `.deleted` names.
    pub file_delete_delay_ms: u64,
    /// What an acknowledgement promises.
    pub durability: Durability,
    /// `flush.messages`: the append with which so many offsets are not flushed yet flushes them.
    pub flush_messages: u64,
    /// `flush.ms`: the longest time that an append stays without a flush; `None` for no bound.
    pub flush_ms: Option<u64>,
    /// Bytes of the newest batches that are kept in memory for readers at the end of the log.
    pub tail_bytes: usize,
}

impl Default for PartitionConfig {
    fn default() -> Self {
        PartitionConfig {
            segment_bytes: 1 << 30,
            segment_ms: 7 * 24 * 3_600_000,
            segment_jitter_ms: 0,
            segment_index_bytes: 10 << 20,
            index_interval_bytes: 4096,
            retention_ms: None,
            retention_bytes: None,
            compaction: None,
            file_delete_delay_ms: 60_000,
            durability: Durability::PageCache,
            flush_messages: u64::MAX,
            flush_ms: None,
            tail_bytes: 1 << 20,
        }
    }
}

/// What is known of a partition before its directory is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenOptions {
    /// Topic id and partition index.
    pub key: PartitionKey,
    /// Settings.
    pub config: PartitionConfig,
    /// The leader epoch that the cluster's metadata gives the partition. The log's own may be newer.
    pub leader_epoch: LeaderEpoch,
    /// Whether the last stop left the clean-shutdown mark. Without it the tail is scanned, and the epoch
    /// raised before the first append, so that clients can tell that something may be gone.
    pub clean: bool,
    /// Everything before this offset was durable at the last checkpoint: bad bytes there are never cut.
    pub recovery_point: Offset,
    /// The first offset that may be read, from the checkpoint.
    pub log_start: Offset,
    /// Everything before it was compacted, as the checkpoint says.
    pub first_dirty: Offset,
    /// Before it offsets may be missing by right. That is `first_dirty`, unless nobody knows it any more.
    pub cleaned_until: Offset,
}

impl OpenOptions {
    /// Options of a partition that is new or was stopped cleanly.
    #[must_use]
    pub fn new(topic_id: TopicId, partition: i32, config: PartitionConfig) -> Self {
        OpenOptions {
            key: PartitionKey { topic_id: topic_id.0, partition },
            config,
            leader_epoch: LeaderEpoch(0),
            clean: true,
            recovery_point: Offset::ZERO,
            log_start: Offset::ZERO,
            first_dirty: Offset::ZERO,
            cleaned_until: Offset::ZERO,
        }
    }
}

/// What opening a partition found and did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OpenReport {
    /// Bytes cut off the tail.
    pub cut_bytes: u64,
    /// Of those, bytes of whole batches that stood behind a hole which a power loss had left.
    pub cut_valid_bytes: u64,
    /// Index files made again from the log.
    pub indexes_rebuilt: u32,
    /// Ranges that hold bad bytes, are kept, and answer an error.
    pub corrupt_ranges: u32,
    /// Bytes walked through.
    pub scanned_bytes: u64,
    /// The epoch of the next append. Newer than the one given after an unclean stop: the metadata has to follow.
    pub leader_epoch: LeaderEpoch,
    /// Whether the partition's directory was made just now.
    pub created: bool,
}
