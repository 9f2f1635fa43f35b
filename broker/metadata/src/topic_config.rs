//! Topic configs: which there are, what is legal, and which value is in force.
//!
//! Owns the table of Apache Kafka 4.3's topic configs (names, types, defaults, ranges, broker synonyms,
//! documentation), the check of a topic's overrides with Kafka's messages, and the order in which the layers
//! of configuration hide each other: topic, this broker (dynamic), all brokers (dynamic), the broker's file,
//! the default.
//!
//! It lives with the controller because the controller refuses what is illegal before it becomes a record;
//! the broker reads the same table to describe configs and to set up its logs. All legal configs are accepted
//! and kept. [`Effect`] says of each whether this broker acts on it: `segment.bytes` (and Kafka's own
//! `internal.segment.bytes` below its floor of 1 MiB), `index.interval.bytes`, `segment.index.bytes`,
//! `max.message.bytes`, `message.timestamp.type`, `message.timestamp.before.max.ms`,
//! `message.timestamp.after.max.ms`, `compression.type`, `flush.messages`, `flush.ms`, `segment.ms`,
//! `segment.jitter.ms`, `retention.ms`, `retention.bytes`, `file.delete.delay.ms`, `cleanup.policy`,
//! `min.cleanable.dirty.ratio`, `min.compaction.lag.ms`, `max.compaction.lag.ms`, `delete.retention.ms`,
//! `compression.gzip.level`, `compression.zstd.level` and `min.insync.replicas` are honoured; replication and tiering configs are stored until their parts exist.
//!
//! Leaves out: broker configs that are no topic's default, and acting on any of it.

mod table;

use std::collections::BTreeMap;
use table::TABLE;

/// Names and values, as a request or a layer of configuration gives them.
pub type Configs = BTreeMap<String, String>;

/// The type of a config's value. The numbers are those of DescribeConfigs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i8)]
pub enum ConfigType {
    /// `true` or `false`.
    Boolean = 1,
    /// Text.
    String = 2,
    /// 32 bits, signed.
    Int = 3,
    /// 16 bits, signed.
    Short = 4,
    /// 64 bits, signed.
    Long = 5,
    /// A decimal fraction.
    Double = 6,
    /// Texts between commas.
    List = 7,
    /// The name of a class.
    Class = 8,
    /// Text that is never shown.
    Password = 9,
}

/// Where a value in force comes from. The numbers are those of DescribeConfigs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i8)]
pub enum ConfigSource {
    /// Set for the topic.
    Topic = 1,
    /// Set at run time for one broker.
    DynamicBroker = 2,
    /// Set at run time for all brokers.
    DynamicDefaultBroker = 3,
    /// Given when the broker was started.
    StaticBroker = 4,
    /// Nobody set it.
    Default = 5,
}

/// Whether this broker acts on a config.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It does what its documentation says.
    Honoured,
    /// It is checked, kept and described, and changes nothing yet.
    Stored,
}

/// What values are legal beyond those of the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Legal {
    /// All of the type.
    Any,
    /// This and above.
    AtLeast(i64),
    /// Both ends included.
    Between(i64, i64),
    /// A range, or the one value that stands for "unset".
    BetweenOr {
        /// Smallest of the range.
        low: i64,
        /// Largest of the range.
        high: i64,
        /// Also legal.
        or: i64,
    },
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A list of these texts.
    Members(&'static [&'static str]),
    /// From 0 to 1.
    Ratio,
    /// `*`, or `partition:broker` pairs.
    ThrottledReplicas,
}

/// A broker config that gives a topic config its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Synonym {
    /// The broker config's name.
    pub name: &'static str,
    /// What its value is multiplied by: `log.retention.hours` counts hours, `retention.ms` milliseconds.
    pub scale: i64,
    /// Whether it can be changed while the broker runs.
    pub dynamic: bool,
}

/// One topic config.
#[derive(Debug, PartialEq, Eq)]
pub struct TopicConfig {
    /// Its name.
    pub name: &'static str,
    /// The type of its value.
    pub kind: ConfigType,
    /// The value when nobody set one; `None` when there is none.
    pub default: Option<&'static str>,
    /// The legal values.
    pub legal: Legal,
    /// Broker configs that set its default, the strongest first.
    pub synonyms: &'static [Synonym],
    /// Whether this broker acts on it.
    pub effect: Effect,
    /// What it does, for people.
    pub documentation: &'static str,
    /// Kafka's mark for configs meant for tests: accepted, not described.
    pub internal: bool,
}

/// The layers of configuration under one topic, the strongest first.
#[derive(Debug, Clone, Copy)]
pub struct Layers<'a> {
    /// Set for the topic.
    pub topic: &'a Configs,
    /// Set at run time for this broker.
    pub dynamic_broker: &'a Configs,
    /// Set at run time for all brokers.
    pub dynamic_default_broker: &'a Configs,
    /// Given when this broker was started.
    pub static_broker: &'a Configs,
}

/// A value under one of a config's names, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcedValue {
    /// The name under which it was set.
    pub name: &'static str,
    /// The value, as it was set.
    pub value: String,
    /// Who set it.
    pub source: ConfigSource,
}

/// The value in force, and those that it hides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// The value, in its plain form; `None` when there is no default either.
    pub value: Option<String>,
    /// Where it comes from.
    pub source: ConfigSource,
    /// All values that were set, and the default under the broker's name, the strongest first.
    pub synonyms: Vec<SourcedValue>,
}

/// Every topic config, sorted by name.
#[must_use]
pub fn all() -> &'static [TopicConfig] {
    TABLE
}

/// The topic config with this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static TopicConfig> {
    TABLE.binary_search_by(|config| config.name.cmp(name)).ok().map(|index| &TABLE[index])
}

/// The topic config whose default this broker config sets.
#[must_use]
pub fn of_broker_config(name: &str) -> Option<(&'static TopicConfig, Synonym)> {
    TABLE.iter().find_map(|config| {
        config.synonyms.iter().find(|synonym| synonym.name == name).map(|synonym| (config, *synonym))
    })
}

/// Checks a topic's overrides as a whole; the error is the message of INVALID_CONFIG.
pub fn validate(overrides: &Configs) -> Result<(), String> {
    for (name, value) in overrides {
        let config = find(name).ok_or_else(|| format!("Unknown topic config name: {name}"))?;
        config.check(name, value)?;
    }
    let lag = |name: &str| overrides.get(name).and_then(|value| parse_integer(value));
    if let (Some(min), Some(max)) = (lag("min.compaction.lag.ms"), lag("max.compaction.lag.ms"))
        && min > max
    {
        return Err(format!(
            "conflict topic config setting min.compaction.lag.ms ({min}) > max.compaction.lag.ms ({max})"
        ));
    }
    if overrides.get("remote.storage.enable").is_some_and(|value| plain_boolean(value) == Some(true)) {
        return Err(
            "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote \
                    log storage."
                .to_owned(),
        );
    }
    Ok(())
}

impl TopicConfig {
    /// Checks one value, given under `name` (this config's own, or a synonym's). The error is for people.
    pub fn check(&self, name: &str, value: &str) -> Result<(), String> {
        let invalid =
            |shown: &str, why: &str| Err(format!("Invalid value {shown} for configuration {name}: {why}"));
        let value = value.trim();
        match self.kind {
            ConfigType::Boolean if plain_boolean(value).is_none() => {
                return invalid(value, "Expected value to be either true or false");
            }
            ConfigType::Int if parse_integer(value).is_none_or(|number| i32::try_from(number).is_err()) => {
                return invalid(value, "Not a number of type INT");
            }
            ConfigType::Long if parse_integer(value).is_none() => {
                return invalid(value, "Not a number of type LONG");
            }
            ConfigType::Double if parse_ratio(value).is_none() => {
                return invalid(value, "Not a number of type DOUBLE");
            }
            _ => {}
        }
        // A topic may keep nothing, but that is no default to give to all of them.
        if self.name == "retention.ms" && name != self.name && parse_integer(value) == Some(0) {
            return Err(format!("{name} must be unlimited (-1) or, greater than or equal to 1"));
        }
        self.legal.check(name, value).or_else(|(shown, why)| invalid(&shown, &why))
    }

    /// The value in force under `layers`.
    #[must_use]
    pub fn effective(&self, layers: &Layers<'_>) -> Effective {
        let mut synonyms: Vec<SourcedValue> = Vec::new();
        let mut in_force: Option<String> = None;
        let mut add = |name: &'static str, value: &str, scale: i64, source: ConfigSource| {
            let _first = in_force.get_or_insert_with(|| self.scaled(value, scale));
            synonyms.push(SourcedValue { name, value: value.to_owned(), source });
        };
        let value = layers.topic.get(self.name);
        if let Some(value) = value.filter(|value| self.check(self.name, value).is_ok()) {
            add(self.name, &self.plain(value), 1, ConfigSource::Topic);
        }
        for (configs, source) in [
            (layers.dynamic_broker, ConfigSource::DynamicBroker),
            (layers.dynamic_default_broker, ConfigSource::DynamicDefaultBroker),
            (layers.static_broker, ConfigSource::StaticBroker),
        ] {
            for synonym in self.synonyms {
                // A log that another broker wrote may hold what is illegal here: as good as not set.
                let value = configs.get(synonym.name);
                if let Some(value) = value.filter(|value| self.check(synonym.name, value).is_ok()) {
                    add(synonym.name, value, synonym.scale, source);
                }
            }
        }
        // Kafka shows the default under the strongest broker config's name, and not at all where that has none:
        // `log.retention.hours` is not shown as what hides behind `retention.ms`.
        if let Some(synonym) = self.synonyms.first()
            && let Some(default) = self.broker_default(synonym)
        {
            add(synonym.name, &default, synonym.scale, ConfigSource::Default);
        }
        let source = synonyms.first().map_or(ConfigSource::Default, |first| first.source);
        Effective { value: in_force.or_else(|| self.default.map(str::to_owned)), source, synonyms }
    }

    /// The default of a broker config that sets this one's: of several, only the last has one, in its own unit.
    #[must_use]
    pub fn broker_default(&self, synonym: &Synonym) -> Option<String> {
        let default = self.default.filter(|_| self.synonyms.last() == Some(synonym))?;
        match (synonym.scale, parse_integer(default)) {
            (1, _) | (_, None) => Some(default.to_owned()),
            (scale, Some(number)) => Some((number / scale).to_string()),
        }
    }

    /// The type of a broker config that sets this one's default: hours and minutes are counted in an INT.
    #[must_use]
    pub fn broker_kind(&self, synonym: &Synonym) -> ConfigType {
        if synonym.scale == 1 { self.kind } else { ConfigType::Int }
    }

    /// The value without what the type ignores: spaces, a plus sign, upper case of a boolean.
    #[must_use]
    pub fn plain(&self, value: &str) -> String {
        let value = value.trim();
        match self.kind {
            ConfigType::Boolean => value.to_ascii_lowercase(),
            ConfigType::Int | ConfigType::Short | ConfigType::Long => {
                parse_integer(value).map_or_else(|| value.to_owned(), |number| number.to_string())
            }
            ConfigType::List => members(value).collect::<Vec<_>>().join(","),
            _ => value.to_owned(),
        }
    }

    fn scaled(&self, value: &str, scale: i64) -> String {
        match parse_integer(value) {
            // A negative value means "no bound" in every unit.
            Some(number) if scale != 1 && number >= 0 => number.saturating_mul(scale).to_string(),
            _ => self.plain(value),
        }
    }
}

impl Legal {
    /// `Err` carries the offending part and the reason.
    fn check(self, name: &str, value: &str) -> Result<(), (String, String)> {
        let number = parse_integer(value).unwrap_or(0);
        let (shown, why) = match self {
            Legal::AtLeast(low) if number < low => (value, format!("Value must be at least {low}")),
            Legal::Between(low, _) if number < low => (value, format!("Value must be at least {low}")),
            Legal::Between(_, high) if number > high => (value, format!("Value must be no more than {high}")),
            Legal::BetweenOr { low, high, or } if number != or && !(low..=high).contains(&number) => {
                (value, format!("Value must be between {low} and {high} or equal to {or}"))
            }
            Legal::OneOf(texts) if !texts.contains(&value) => {
                (value, format!("String must be one of: {}", texts.join(", ")))
            }
            Legal::Members(texts) => match members(value).find(|member| !texts.contains(member)) {
                Some(member) => (member, format!("String must be one of: {}", texts.join(", "))),
                None => return Ok(()),
            },
            Legal::Ratio => match parse_ratio(value) {
                Some(billionths) if billionths < 0 => (value, "Value must be at least 0".to_owned()),
                Some(billionths) if billionths > RATIO_ONE => {
                    (value, "Value must be no more than 1".to_owned())
                }
                _ => return Ok(()),
            },
            Legal::ThrottledReplicas if !throttled_replicas(value) => {
                let why = format!(
                    "{name} must be the literal '*' or a list of replicas in the following format: \
                     [partitionId]:[brokerId],[partitionId]:[brokerId],..."
                );
                return Err((format!("[{}]", members(value).collect::<Vec<_>>().join(", ")), why));
            }
            _ => return Ok(()),
        };
        Err((shown.to_owned(), why))
    }
}

/// What a log has to know of its topic's configs, as plain values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicSettings {
    /// `segment.bytes`, or `internal.segment.bytes` where that is set.
    pub segment_bytes: u32,
    /// `index.interval.bytes`.
    pub index_interval_bytes: u32,
    /// `segment.index.bytes`.
    pub segment_index_bytes: u32,
    /// `max.message.bytes`.
    pub max_message_bytes: u32,
    /// Whether `message.timestamp.type` is LogAppendTime.
    pub log_append_time: bool,
    /// `message.timestamp.before.max.ms`.
    pub timestamp_before_max_ms: i64,
    /// `message.timestamp.after.max.ms`.
    pub timestamp_after_max_ms: i64,
    /// `compression.type`.
    pub compression_type: CompressionType,
    /// `compression.gzip.level`, -1 for the codec's own.
    pub gzip_level: i32,
    /// `compression.zstd.level`.
    pub zstd_level: i32,
    /// `flush.messages`.
    pub flush_messages: i64,
    /// `flush.ms`.
    pub flush_ms: i64,
    /// Whether `cleanup.policy` contains compact.
    pub compact: bool,
    /// Whether `cleanup.policy` contains delete.
    pub delete: bool,
    /// `min.cleanable.dirty.ratio`, in billionths.
    pub min_cleanable_ratio: u64,
    /// `min.compaction.lag.ms`.
    pub min_compaction_lag_ms: i64,
    /// `max.compaction.lag.ms`.
    pub max_compaction_lag_ms: i64,
    /// `delete.retention.ms`.
    pub delete_retention_ms: i64,
    /// `retention.ms`, -1 for no bound.
    pub retention_ms: i64,
    /// `retention.bytes`, negative for no bound.
    pub retention_bytes: i64,
    /// `segment.ms`.
    pub segment_ms: i64,
    /// `segment.jitter.ms`.
    pub segment_jitter_ms: i64,
    /// `file.delete.delay.ms`.
    pub file_delete_delay_ms: i64,
    /// `min.insync.replicas`.
    pub min_insync_replicas: i32,
}

/// The values of `compression.type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompressionType {
    /// Keep the producer's codec.
    Producer,
    /// No compression.
    Uncompressed,
    /// gzip.
    Gzip,
    /// snappy.
    Snappy,
    /// LZ4.
    Lz4,
    /// Zstandard.
    Zstd,
}

impl TopicSettings {
    /// The values in force under `layers`.
    #[must_use]
    pub fn resolve(layers: &Layers<'_>) -> TopicSettings {
        let text = |name: &str| {
            let config = find(name).expect("the names below stand in the table");
            config.effective(layers).value
        };
        let long = |name: &str| {
            text(name).and_then(|value| parse_integer(&value)).expect("only legal values come into force")
        };
        let int = |name: &str| i32::try_from(long(name)).expect("the type is INT");
        let bytes = |name: &str| {
            u32::try_from(long(name)).expect("the ranges of byte counts exclude negative numbers")
        };
        let policy = text("cleanup.policy").unwrap_or_default();
        let internal_segment_bytes = text("internal.segment.bytes").and_then(|value| value.parse().ok());
        TopicSettings {
            segment_bytes: internal_segment_bytes.unwrap_or_else(|| bytes("segment.bytes")),
            index_interval_bytes: bytes("index.interval.bytes"),
            segment_index_bytes: bytes("segment.index.bytes"),
            max_message_bytes: bytes("max.message.bytes"),
            log_append_time: text("message.timestamp.type").as_deref() == Some("LogAppendTime"),
            timestamp_before_max_ms: long("message.timestamp.before.max.ms"),
            timestamp_after_max_ms: long("message.timestamp.after.max.ms"),
            compression_type: match text("compression.type").as_deref() {
                Some("uncompressed") => CompressionType::Uncompressed,
                Some("gzip") => CompressionType::Gzip,
                Some("snappy") => CompressionType::Snappy,
                Some("lz4") => CompressionType::Lz4,
                Some("zstd") => CompressionType::Zstd,
                _ => CompressionType::Producer,
            },
            gzip_level: int("compression.gzip.level"),
            zstd_level: int("compression.zstd.level"),
            flush_messages: long("flush.messages"),
            flush_ms: long("flush.ms"),
            compact: members(&policy).any(|member| member == "compact"),
            delete: members(&policy).any(|member| member == "delete"),
            min_cleanable_ratio: text("min.cleanable.dirty.ratio")
                .and_then(|value| parse_ratio(&value))
                .and_then(|ratio| u64::try_from(ratio).ok())
                .expect("the range excludes negative numbers"),
            min_compaction_lag_ms: long("min.compaction.lag.ms"),
            max_compaction_lag_ms: long("max.compaction.lag.ms"),
            delete_retention_ms: long("delete.retention.ms"),
            retention_ms: long("retention.ms"),
            retention_bytes: long("retention.bytes"),
            segment_ms: long("segment.ms"),
            segment_jitter_ms: long("segment.jitter.ms"),
            file_delete_delay_ms: long("file.delete.delay.ms"),
            min_insync_replicas: int("min.insync.replicas"),
        }
    }
}

/// The parts of a list value.
fn members(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(move |_| !value.trim().is_empty())
}

/// An integer as Java reads one: decimal digits with an optional sign.
fn parse_integer(value: &str) -> Option<i64> {
    value.trim().parse().ok()
}

fn plain_boolean(value: &str) -> Option<bool> {
    let value = value.trim();
    if value.eq_ignore_ascii_case("true") {
        Some(true)
    } else if value.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

const RATIO_ONE: i64 = 1_000_000_000;

/// A decimal fraction in billionths, so that nothing is decided in floating point. Far values saturate.
fn parse_ratio(value: &str) -> Option<i64> {
    let number: f64 = value.trim().parse().ok().filter(|number: &f64| number.is_finite())?;
    Some((number * RATIO_ONE as f64) as i64)
}

fn throttled_replicas(value: &str) -> bool {
    let value = value.trim();
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    value == "*"
        || members(value).all(|pair| {
            pair.split_once(':').is_some_and(|(partition, broker)| number(partition) && number(broker))
        })
}

#[cfg(test)]
#[path = "topic_config_tests.rs"]
mod tests;
