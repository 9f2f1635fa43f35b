//! Translations between the settings of one layer and those of the next.

use crate::config::{BrokerConfig, Listener, PROPERTIES};
use tribunal_env::Timestamp;
use tribunal_log::{CompactionConfig, Durability, PartitionConfig};
use tribunal_metadata::{
    controller::Endpoint,
    topic_config::{CompressionType, TopicSettings},
};
use tribunal_wire::{
    batch::{Compression, TimestampType, ValidationRules},
    compression::Codec,
};

/// How far compressed records may unfold: as far as the largest batch could, at a ratio no honest data reaches.
const UNFOLD_RATIO_MAX: usize = 256;
/// And at least this far, so that small limits do not refuse ordinary batches.
const UNFOLD_BYTES_MIN: usize = 16 << 20;
/// And never further.
const UNFOLD_BYTES_MAX: usize = 256 << 20;

/// What this broker makes of a topic's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PartitionSettings {
    topic: TopicSettings,
}

impl PartitionSettings {
    pub(crate) fn new(topic: TopicSettings) -> Self {
        PartitionSettings { topic }
    }

    /// `flush.messages=1`: a flush before each acknowledgement.
    pub(crate) fn flush_before_acknowledge(&self) -> bool {
        self.topic.flush_messages == 1
    }

    /// `min.insync.replicas`.
    pub(crate) fn min_insync_replicas(&self) -> i32 {
        self.topic.min_insync_replicas
    }

    /// Compacted, and not deleted from.
    pub(crate) fn compacted_only(&self) -> bool {
        self.topic.compact && !self.topic.delete
    }

    /// Compacted, deleted from or not.
    pub(crate) fn is_compacted(&self) -> bool {
        self.topic.compact
    }

    fn compaction(&self) -> CompactionConfig {
        CompactionConfig {
            min_cleanable_ratio: self.topic.min_cleanable_ratio,
            min_lag_ms: self.topic.min_compaction_lag_ms,
            max_lag_ms: self.topic.max_compaction_lag_ms,
            delete_retention_ms: self.topic.delete_retention_ms,
        }
    }

    /// A segment of a compacted topic is closed in time for `max.compaction.lag.ms`: an active one is never compacted.
    fn segment_ms(&self) -> i64 {
        let lag = if self.topic.compact { self.topic.max_compaction_lag_ms } else { i64::MAX };
        self.topic.segment_ms.min(lag)
    }

    /// A bound of retention: there is none where it is negative, or where the cleanup policy does not delete.
    fn kept(&self, bound: i64) -> Option<u64> {
        u64::try_from(bound).ok().filter(|_| self.topic.delete)
    }

    /// What the log is told.
    pub(crate) fn log(&self) -> PartitionConfig {
        PartitionConfig {
            segment_bytes: u64::from(self.topic.segment_bytes),
            segment_ms: self.segment_ms(),
            segment_jitter_ms: self.topic.segment_jitter_ms,
            segment_index_bytes: u64::from(self.topic.segment_index_bytes),
            index_interval_bytes: u64::from(self.topic.index_interval_bytes),
            retention_ms: self.kept(self.topic.retention_ms),
            retention_bytes: self.kept(self.topic.retention_bytes),
            compaction: self.topic.compact.then(|| self.compaction()),
            file_delete_delay_ms: u64::try_from(self.topic.file_delete_delay_ms).unwrap_or_default(),
            durability: if self.flush_before_acknowledge() {
                Durability::FlushBeforeAcknowledge
            } else {
                Durability::PageCache
            },
            flush_messages: u64::try_from(self.topic.flush_messages).unwrap_or(u64::MAX),
            flush_ms: u64::try_from(self.topic.flush_ms).ok().filter(|&bound| bound != u64::MAX >> 1),
            ..PartitionConfig::default()
        }
    }

    /// What a client's batch is held against.
    pub(crate) fn validation_rules(&self, zstd_allowed: bool, now: Timestamp) -> ValidationRules {
        let max_message_bytes = self.topic.max_message_bytes as usize;
        let fixed = |codec| Compression::Fixed(codec, None);
        let leveled = |codec, level| Compression::Fixed(codec, Some(level));
        ValidationRules {
            max_message_bytes,
            segment_bytes: self.topic.segment_bytes as usize,
            decompressed_bytes_max: max_message_bytes
                .saturating_mul(UNFOLD_RATIO_MAX)
                .clamp(UNFOLD_BYTES_MIN, UNFOLD_BYTES_MAX),
            zstd_allowed,
            compacted: self.topic.compact,
            timestamp_type: if self.topic.log_append_time {
                TimestampType::LogAppendTime
            } else {
                TimestampType::CreateTime
            },
            timestamp_before_max_ms: self.topic.timestamp_before_max_ms,
            timestamp_after_max_ms: self.topic.timestamp_after_max_ms,
            compression: match self.topic.compression_type {
                CompressionType::Producer => Compression::Producer,
                CompressionType::Uncompressed => fixed(Codec::None),
                CompressionType::Gzip => match self.topic.gzip_level {
                    -1 => fixed(Codec::Gzip),
                    level => leveled(Codec::Gzip, level),
                },
                CompressionType::Snappy => fixed(Codec::Snappy),
                CompressionType::Lz4 => fixed(Codec::Lz4),
                CompressionType::Zstd => leveled(Codec::Zstd, self.topic.zstd_level),
            },
            now_ms: now.as_millis(),
        }
    }
}

/// What the controller is told of this broker.
pub(crate) fn metadata(config: &BrokerConfig, advertised: &[Listener]) -> tribunal_metadata::Settings {
    tribunal_metadata::Settings {
        node_id: config.node_id,
        cluster_id: None,
        rack: config.rack.clone(),
        endpoints: advertised
            .iter()
            .map(|listener| Endpoint {
                name: listener.name.clone(),
                host: listener.host.clone(),
                port: listener.port,
            })
            .collect(),
        num_partitions: config.partitions_default,
        default_replication_factor: 1,
        static_broker: config.given.clone(),
        fixed_configs: PROPERTIES.iter().map(|property| property.name.to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tribunal_metadata::topic_config::{Configs, Layers};

    fn log(topic: &[(&str, &str)], broker: &[(&str, &str)]) -> PartitionConfig {
        let configs = |pairs: &[(&str, &str)]| -> Configs {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let (topic, broker, none) = (configs(topic), configs(broker), Configs::new());
        let layers = Layers {
            topic: &topic,
            dynamic_broker: &none,
            dynamic_default_broker: &none,
            static_broker: &broker,
        };
        PartitionSettings::new(TopicSettings::resolve(&layers)).log()
    }

    #[test]
    fn retention_is_bounded_where_the_policy_deletes_and_a_bound_is_set() {
        const WEEK: Option<u64> = Some(604_800_000);
        type Pairs = &'static [(&'static str, &'static str)];
        type Case = (Pairs, Pairs, (Option<u64>, Option<u64>));
        let cases: [Case; 9] = [
            (&[], &[], (WEEK, None)),
            (&[("retention.ms", "-1")], &[], (None, None)),
            (&[("retention.ms", "0"), ("retention.bytes", "0")], &[], (Some(0), Some(0))),
            (&[("cleanup.policy", "compact"), ("retention.bytes", "5")], &[], (None, None)),
            (&[("cleanup.policy", ""), ("retention.bytes", "5")], &[], (None, None)),
            (&[("cleanup.policy", "compact,delete"), ("retention.bytes", "5")], &[], (WEEK, Some(5))),
            (&[], &[("log.retention.hours", "2"), ("log.retention.bytes", "9")], (Some(7_200_000), Some(9))),
            (&[], &[("log.retention.hours", "2"), ("log.retention.minutes", "-1")], (None, None)),
            (&[], &[("log.retention.minutes", "3"), ("log.retention.ms", "4")], (Some(4), None)),
        ];
        for (topic, broker, expected) in cases {
            let config = log(topic, broker);
            let found = (config.retention_ms, config.retention_bytes);
            assert_eq!(found, expected, "{topic:?} over {broker:?}");
        }
        let config = log(&[("segment.jitter.ms", "7")], &[("log.segment.delete.delay.ms", "8")]);
        assert_eq!((config.segment_jitter_ms, config.file_delete_delay_ms), (7, 8));
    }

    #[test]
    fn flushes_are_asked_for_by_count_and_by_time() {
        let bounds = |topic: &[(&str, &str)], broker: &[(&str, &str)]| {
            let config = log(topic, broker);
            (config.durability, config.flush_messages, config.flush_ms)
        };
        let never = i64::MAX.unsigned_abs();
        assert_eq!(bounds(&[], &[]), (Durability::PageCache, never, None));
        assert_eq!(bounds(&[("flush.messages", "1")], &[]), (Durability::FlushBeforeAcknowledge, 1, None));
        let both = [("log.flush.interval.messages", "9"), ("log.flush.scheduler.interval.ms", "7")];
        assert_eq!(bounds(&[], &both), (Durability::PageCache, 9, Some(7)));
        assert_eq!(bounds(&[("flush.ms", "0")], &both), (Durability::PageCache, 9, Some(0)));
    }

    #[test]
    fn compaction_is_set_where_the_policy_compacts() {
        let default = CompactionConfig::default();
        assert_eq!(log(&[], &[]).compaction, None);
        assert_eq!(log(&[("cleanup.policy", "compact,delete")], &[]).compaction, Some(default));
        let topic = [
            ("cleanup.policy", "compact"),
            ("min.cleanable.dirty.ratio", "0.01"),
            ("min.compaction.lag.ms", "5"),
            ("max.compaction.lag.ms", "6"),
            ("delete.retention.ms", "7"),
        ];
        let expected = CompactionConfig {
            min_cleanable_ratio: 10_000_000,
            min_lag_ms: 5,
            max_lag_ms: 6,
            delete_retention_ms: 7,
        };
        let config = log(&topic, &[("log.cleaner.delete.retention.ms", "8")]);
        assert_eq!((config.compaction, config.segment_ms), (Some(expected), 6));
        let broker = [("log.cleaner.min.cleanable.ratio", "1"), ("log.cleaner.delete.retention.ms", "8")];
        let expected =
            CompactionConfig { min_cleanable_ratio: 1_000_000_000, delete_retention_ms: 8, ..default };
        assert_eq!(log(&[("cleanup.policy", "compact")], &broker).compaction, Some(expected));
    }
}
