//! How a mixed run looks: plain data, so that it can be drawn from a seed, printed and stored.

use crate::history::{Admin, AdminCall, History};
use crate::promise::CompactedTopic;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tribunal_wire::compression::Codec;

/// What is done to the cluster. The default is a sensible run of a few seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MixedOptions {
    /// Topics are named after it: `mixed-0`, `mixed-1`.
    pub topic_prefix: String,
    /// Topics.
    pub topics: u32,
    /// Partitions of each.
    pub partitions: i32,
    /// Copies of each; -1 for the cluster's default.
    pub replication_factor: i16,
    /// Configs of each topic.
    pub topic_configs: Vec<(String, String)>,
    /// How many of the topics, from the first on, are compacted.
    pub compacted_topics: u32,
    /// Further configs of those; none of them may name another `cleanup.policy` than one with `compact`.
    pub compaction_configs: Vec<(String, String)>,
    /// Different keys of their records.
    pub keys: u32,
    /// Producers that number their batches.
    pub idempotent_producers: u32,
    /// Producers that do not.
    pub plain_producers: u32,
    /// Produce requests of all producers together.
    pub produce_requests: u64,
    /// Most records of one request; each draws its own number.
    pub records_per_batch_max: u32,
    /// Most bytes of one value.
    pub value_bytes_max: u32,
    /// Requests of one producer that wait for their outcome; 1 to 5.
    pub in_flight_max: u32,
    /// How batches are compressed.
    #[serde(with = "codec_name")]
    pub codec: Codec,
    /// What plain producers wait for: -1, 1 or 0. The others wait for all replicas.
    pub acks: i8,
    /// Most milliseconds that a producer pauses between two requests.
    pub pause_ms_max: u64,
    /// Readers that stay at the log's end.
    pub tailing_readers: u32,
    /// Readers that begin at the log's start, over and over.
    pub start_readers: u32,
    /// Readers that begin at a timestamp, over and over.
    pub time_readers: u32,
    /// Clients that ask for ends, starts, epochs and descriptions.
    pub probers: u32,
    /// The first sequence number of the first idempotent producer: near the greatest one tries the wrap.
    pub first_sequence: Option<i32>,
    /// Whether records are deleted from the front of logs.
    pub delete_records: bool,
    /// Whether one more topic is deleted and made again, over and over.
    pub recreate_topics: bool,
    /// How long one attempt waits for its answer.
    pub request_timeout_ms: u64,
    /// How long a producer tries.
    pub delivery_timeout_ms: u64,
}

impl Default for MixedOptions {
    fn default() -> Self {
        MixedOptions {
            topic_prefix: "mixed".to_owned(),
            topics: 2,
            partitions: 2,
            replication_factor: -1,
            topic_configs: Vec::new(),
            compacted_topics: 0,
            compaction_configs: Vec::new(),
            keys: 20,
            idempotent_producers: 2,
            plain_producers: 2,
            produce_requests: 3_000,
            records_per_batch_max: 8,
            value_bytes_max: 200,
            in_flight_max: 5,
            codec: Codec::None,
            acks: -1,
            pause_ms_max: 8,
            tailing_readers: 1,
            start_readers: 1,
            time_readers: 1,
            probers: 1,
            first_sequence: None,
            delete_records: false,
            recreate_topics: false,
            request_timeout_ms: 2_000,
            delivery_timeout_ms: 20_000,
        }
    }
}

impl MixedOptions {
    /// Name and value of each option, for reports.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let value = serde_json::to_value(self).unwrap_or_default();
        let text = |value: &serde_json::Value| match value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let fields = value.as_object().into_iter().flatten();
        fields.map(|(name, value)| (name.clone(), text(value))).collect()
    }

    /// Options for reading what a history wrote: its topics `PREFIX-0`, `PREFIX-1` and so on that nobody deleted, as many
    /// as there are, and the most partitions of any.
    pub fn of_history(history: &History) -> Option<MixedOptions> {
        let is_deleted = |topic: &str| {
            let deleted = |admin: &Admin| matches!(&admin.call, AdminCall::DeleteTopic { topic: gone } if gone == topic);
            history.admins().iter().any(deleted)
        };
        let kept = history.partitions().iter().filter(|partition| !is_deleted(&partition.topic));
        let mut options =
            MixedOptions { topic_prefix: String::new(), topics: 0, partitions: 0, ..MixedOptions::default() };
        for partition in kept {
            let Some((prefix, index)) = partition.topic.rsplit_once('-') else { continue };
            let Ok(index) = index.parse::<u32>() else { continue };
            options.topic_prefix = prefix.to_owned();
            options.topics = options.topics.max(index.saturating_add(1));
            options.partitions = options.partitions.max(partition.index.saturating_add(1));
        }
        options.compacted_topics = u32::try_from(history.promise.compacted.len()).unwrap_or(u32::MAX);
        (options.topics > 0).then_some(options)
    }

    pub(crate) fn topic(&self, index: u32) -> String {
        format!("{}-{index}", self.topic_prefix)
    }

    /// The topic that is deleted and made again.
    pub(crate) fn churned_topic(&self) -> String {
        format!("{}-churn", self.topic_prefix)
    }

    /// Name and index of every partition that stays for the whole run.
    pub(crate) fn partitions_of_topics(&self) -> Vec<(String, i32)> {
        let topics = (0..self.topics).map(|index| self.topic(index));
        topics.flat_map(|topic| (0..self.partitions).map(move |index| (topic.clone(), index))).collect()
    }

    /// Whether the topic is one of the compacted ones.
    pub(crate) fn is_compacted(&self, topic: &str) -> bool {
        (0..self.compacted_topics.min(self.topics)).any(|index| self.topic(index) == topic)
    }

    /// The configs that a topic is made with.
    pub(crate) fn configs_of(&self, topic: &str) -> Vec<(String, String)> {
        let mut configs = self.topic_configs.clone();
        if self.is_compacted(topic) {
            if !self.compaction_configs.iter().any(|(name, _)| name == "cleanup.policy") {
                configs.push(("cleanup.policy".to_owned(), "compact".to_owned()));
            }
            configs.extend(self.compaction_configs.iter().cloned());
        }
        configs
    }

    /// What the run promises of its compacted topics: what their configs say, and Kafka's defaults.
    pub fn compacted(&self) -> Vec<CompactedTopic> {
        const DELETE_RETENTION_MS: u64 = 86_400_000;
        let configs = self.topic_configs.iter().chain(&self.compaction_configs);
        let number = |name: &str, default| {
            let last = configs.clone().rfind(|(config, _)| config == name);
            last.and_then(|(_, value)| value.parse().ok()).unwrap_or(default)
        };
        let promise = |index| CompactedTopic {
            topic: self.topic(index),
            min_lag_ms: number("min.compaction.lag.ms", 0),
            delete_retention_ms: number("delete.retention.ms", DELETE_RETENTION_MS),
        };
        (0..self.compacted_topics.min(self.topics)).map(promise).collect()
    }

    /// Whether the topics' timestamps are the broker's.
    pub(crate) fn append_time(&self) -> bool {
        let last = self.topic_configs.iter().rfind(|(name, _)| name == "message.timestamp.type");
        last.is_some_and(|(_, value)| value == "LogAppendTime")
    }

    pub(crate) fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }

    pub(crate) fn delivery_timeout(&self) -> Duration {
        Duration::from_millis(self.delivery_timeout_ms)
    }
}

mod codec_name {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use tribunal_wire::compression::Codec;

    pub(super) fn serialize<S: Serializer>(codec: &Codec, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(codec.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Codec, D::Error> {
        let name = String::deserialize(deserializer)?;
        Codec::from_name(&name).ok_or_else(|| D::Error::custom(format!("`{name}` is no codec")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_read_back_and_are_told_by_name() {
        let options = MixedOptions { codec: Codec::Zstd, ..MixedOptions::default() };
        let text = serde_json::to_string(&options).expect("options are plain data");
        assert_eq!(serde_json::from_str::<MixedOptions>(&text).expect("it was just written"), options);
        let pairs = options.pairs();
        assert!(pairs.contains(&("codec".to_owned(), "zstd".to_owned())));
        assert!(pairs.contains(&("produce_requests".to_owned(), "3000".to_owned())));
    }

    #[test]
    fn compacted_topics_have_configs_and_a_promise_of_their_own() {
        let config = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let options = MixedOptions {
            topic_configs: vec![config("index.interval.bytes", "512")],
            compacted_topics: 1,
            compaction_configs: vec![config("min.compaction.lag.ms", "250")],
            ..MixedOptions::default()
        };
        assert_eq!(options.configs_of("mixed-1"), options.topic_configs);
        let configs = options.configs_of("mixed-0");
        assert!(configs.contains(&config("cleanup.policy", "compact")));
        assert!(configs.contains(&config("min.compaction.lag.ms", "250")));
        let promise = options.compacted();
        assert_eq!(promise.len(), 1);
        assert_eq!((promise[0].topic.as_str(), promise[0].min_lag_ms), ("mixed-0", 250));
        assert_eq!(promise[0].delete_retention_ms, 86_400_000);
    }
}
