//! What a run promised: the yardstick that decides whether a finding is a bug.
//!
//! What can differ between two records (acks, idempotence) is said with each send; this is what holds for
//! the whole run. The defaults are what a single, careful broker promises, so that a history which says
//! nothing is judged strictly.

use serde::{Deserialize, Serialize};

/// When an acknowledged record is on the platter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Durability {
    /// Acknowledged from the page cache: a power loss may take the log's unsynced tail.
    PageCache,
    /// Flushed before it is acknowledged or shown to a reader: a power loss takes nothing that anybody knew of.
    #[default]
    FlushBeforeAck,
}

/// What was promised of a topic with `cleanup.policy=compact`, alone or with `delete`. When at the latest something has
/// to vanish is promised nowhere, `max.compaction.lag.ms` included, so that it is not here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompactedTopic {
    /// Its name; one that was made again has the same promise.
    pub topic: String,
    /// `min.compaction.lag.ms`: neither a younger record nor one that only younger ones replace may vanish.
    #[serde(default)]
    pub min_lag_ms: u64,
    /// `delete.retention.ms`: a tombstone that nothing replaced stays at least so long.
    #[serde(default)]
    pub delete_retention_ms: u64,
}

/// What the system under test promised for a whole run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Promise {
    /// Replicas of each partition; 0: nobody knows.
    pub replicas: u16,
    /// Replicas that must hold a record before acks=all is answered.
    pub min_insync_replicas: u16,
    /// When an acknowledged record is durable.
    pub durability: Durability,
    /// Every offset between the log's start and its end holds a record that a reader is shown: no
    /// compaction, no transactions.
    pub dense_offsets: bool,
    /// Records may vanish from the front of the log without a DeleteRecords.
    pub retention: bool,
    /// With `retention`: a record may vanish when at least so many bytes of log stand behind it.
    pub retention_bytes: Option<u64>,
    /// With `retention`: a record may vanish when it is older than this. Neither bound given: whenever it likes.
    pub retention_ms: Option<u64>,
    /// Topics in which a record may vanish once a newer one of its key is there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compacted: Vec<CompactedTopic>,
    /// A description of a topic shows every change that was answered before it was asked for.
    pub metadata_linearizable: bool,
    /// After all faults have healed, an end offset is at most this many nanoseconds stale. `None`: only counted.
    pub recency_bound_ns: Option<u64>,
    /// How far a broker's wall clock may be from the history's, beyond what the fault log says, in milliseconds.
    pub clock_error_ms: i64,
    /// Wall-clock time, in milliseconds since the Unix epoch, at nanosecond 0 of the history.
    pub wall_at_zero_ms: i64,
}

impl Promise {
    /// Whether records may vanish by themselves, and a bound says which.
    pub(crate) fn retention_is_bounded(&self) -> bool {
        self.retention && (self.retention_bytes.is_some() || self.retention_ms.is_some())
    }

    /// Whether records may vanish by themselves whenever they like.
    pub(crate) fn retention_is_free(&self) -> bool {
        self.retention && !self.retention_is_bounded()
    }
}

impl Default for Promise {
    fn default() -> Self {
        Promise {
            replicas: 1,
            min_insync_replicas: 1,
            durability: Durability::FlushBeforeAck,
            dense_offsets: true,
            retention: false,
            retention_bytes: None,
            retention_ms: None,
            compacted: Vec::new(),
            metadata_linearizable: true,
            recency_bound_ns: None,
            clock_error_ms: 1_000,
            wall_at_zero_ms: 0,
        }
    }
}
