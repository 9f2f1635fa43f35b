//! How a mixed run looks: plain data, so that it can be drawn from a seed, printed and stored.

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
}
