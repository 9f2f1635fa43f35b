//! The broker's settings, under Kafka's property names.
//!
//! Parsed once and validated once, into plain values. Every problem of a configuration is told at once, each
//! with what to write instead. Settings that Kafka has and this broker does not yet use are accepted with a
//! warning, so that a `server.properties` can be brought along.

mod listeners;
mod properties;
mod table;

pub use listeners::{Listener, reachable_from_elsewhere};
pub use properties::parse_properties;
pub use table::{Kind, PROPERTIES, Property};

use std::{collections::BTreeMap, fmt, time::Duration};
use tribunal_log::EffortConfig;

/// What is wrong with a configuration: one sentence for each problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The problems, in the order of the property names.
    pub problems: Vec<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.problems.join("\n"))
    }
}

impl std::error::Error for ConfigError {}

/// How the broker compacts logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CleanerConfig {
    /// `log.cleaner.enable`.
    pub enable: bool,
    /// `log.cleaner.backoff.ms`: the pause when no log is due.
    pub backoff: Duration,
    /// What passes may cost.
    pub effort: EffortConfig,
}

/// A validated configuration.
#[derive(Debug, Clone)]
pub struct BrokerConfig {
    /// `node.id`.
    pub node_id: i32,
    /// `listeners`: where the broker listens.
    pub listeners: Vec<Listener>,
    /// `advertised.listeners`: what clients are told; same names as `listeners`. Empty: the bound addresses.
    pub advertised_listeners: Vec<Listener>,
    /// `log.dirs` (one directory for now).
    pub log_dir: String,
    /// `broker.rack`.
    pub rack: Option<String>,
    /// `auto.create.topics.enable`.
    pub auto_create_topics: bool,
    /// `num.partitions`: partitions of a topic that names no count.
    pub partitions_default: i32,
    /// `socket.request.max.bytes`: a larger frame ends its connection.
    pub request_bytes_max: usize,
    /// `queued.max.request.bytes`: memory that requests under way may hold together; `None` is unbounded.
    pub request_memory_bytes_max: Option<usize>,
    /// `max.connections`.
    pub connections_max: usize,
    /// `connections.max.idle.ms`.
    pub connection_idle_max: Duration,
    /// `fetch.max.bytes`: the most that one Fetch answers, whatever it asks for.
    pub fetch_bytes_max: usize,
    /// `log.initial.task.delay.ms`: from the start to the first look for old segments.
    pub retention_first_after: Duration,
    /// `log.retention.check.interval.ms`: from one look for old segments to the next.
    pub retention_check_interval: Duration,
    /// Compaction, for all topics that ask for it.
    pub cleaner: CleanerConfig,
    /// `producer.id.expiration.check.interval.ms`: from one look for silent producers to the next.
    pub producer_expiration_check_interval: Duration,
    /// `producer.id.expiration.ms`: how long a partition remembers a silent producer.
    pub producer_expiration_ms: i64,
    /// The properties that were given and that this broker uses, as text.
    pub given: BTreeMap<String, String>,
}

/// A configuration, and what should be said about it.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The configuration.
    pub config: BrokerConfig,
    /// Sentences for people: settings that are accepted and not used.
    pub warnings: Vec<String>,
}

impl BrokerConfig {
    /// Validates `given` properties.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn from_properties(given: &BTreeMap<String, String>) -> Result<Parsed, ConfigError> {
        let mut problems = Vec::new();
        let mut warnings = Vec::new();
        for (name, value) in given {
            match table::find(name) {
                Some(property) => problems.extend(property.kind.check(name, value).err()),
                None => warnings.push(format!(
                    "`{name}` is not a setting that this broker uses; it is ignored. `tribunal serve --help` lists those that are"
                )),
            }
        }
        let values = Values { given };
        let listeners = listeners::parse("listeners", values.text("listeners"), &mut problems);
        let advertised = match values.optional("advertised.listeners") {
            Some(text) => listeners::parse("advertised.listeners", text, &mut problems),
            None => Vec::new(),
        };
        listeners::check_names(&listeners, &advertised, &mut problems);
        let log_dir = values.log_dir(&mut problems);
        if !problems.is_empty() {
            return Err(ConfigError { problems });
        }
        let memory = values.number("queued.max.request.bytes");
        let config = BrokerConfig {
            node_id: i32::try_from(values.number("node.id")).expect("checked against the table's range"),
            listeners,
            advertised_listeners: advertised,
            log_dir,
            rack: values.optional("broker.rack").map(str::to_owned),
            auto_create_topics: values.boolean("auto.create.topics.enable"),
            partitions_default: i32::try_from(values.number("num.partitions"))
                .expect("checked against the table's range"),
            request_bytes_max: values.count("socket.request.max.bytes"),
            request_memory_bytes_max: usize::try_from(memory).ok(),
            connections_max: values.count("max.connections"),
            connection_idle_max: values.millis("connections.max.idle.ms"),
            fetch_bytes_max: values.count("fetch.max.bytes"),
            retention_first_after: values.millis("log.initial.task.delay.ms"),
            retention_check_interval: values.millis("log.retention.check.interval.ms"),
            cleaner: values.cleaner(),
            producer_expiration_check_interval: values.millis("producer.id.expiration.check.interval.ms"),
            producer_expiration_ms: values.number("producer.id.expiration.ms"),
            given: given.iter().filter(|(name, _)| table::find(name).is_some()).map(owned).collect(),
        };
        Ok(Parsed { config, warnings })
    }

    /// The value in force of a property of the table, as text; `None` when it is unset and has no default.
    pub fn effective(&self, name: &str) -> Option<String> {
        self.given.get(name).cloned().or_else(|| table::find(name)?.default.map(str::to_owned))
    }
}

fn owned((name, value): (&String, &String)) -> (String, String) {
    (name.clone(), value.clone())
}

/// Reads values that the table has already found legal.
struct Values<'a> {
    given: &'a BTreeMap<String, String>,
}

impl<'a> Values<'a> {
    fn optional(&self, name: &str) -> Option<&'a str> {
        let value = self.given.get(name).map(String::as_str).or_else(|| table::find(name)?.default);
        value.map(str::trim).filter(|text| !text.is_empty())
    }

    fn text(&self, name: &str) -> &'a str {
        self.optional(name).unwrap_or("")
    }

    fn number(&self, name: &str) -> i64 {
        self.text(name).parse().unwrap_or_default()
    }

    fn count(&self, name: &str) -> usize {
        usize::try_from(self.number(name)).unwrap_or_default()
    }

    fn millis(&self, name: &str) -> Duration {
        Duration::from_millis(u64::try_from(self.number(name)).unwrap_or_default())
    }

    fn boolean(&self, name: &str) -> bool {
        self.text(name).eq_ignore_ascii_case("true")
    }

    fn cleaner(&self) -> CleanerConfig {
        const UNBOUNDED: u64 = u64::MAX;
        let rate = table::decimal(self.text("log.cleaner.io.max.bytes.per.second")).unwrap_or(f64::MAX);
        // Both are taken out of the decimal here, once: nothing is decided in floating point.
        let bytes_per_second = Some(rate as u64).filter(|&rate| rate < UNBOUNDED);
        let load = table::decimal(self.text("log.cleaner.io.buffer.load.factor")).unwrap_or(1.0);
        CleanerConfig {
            enable: self.boolean("log.cleaner.enable"),
            backoff: self.millis("log.cleaner.backoff.ms"),
            effort: EffortConfig {
                map_bytes: self.count("log.cleaner.dedupe.buffer.size"),
                map_load: ((load * 1e9) as u64).clamp(1, 1_000_000_000),
                bytes_per_second,
            },
        }
    }

    fn log_dir(&self, problems: &mut Vec<String>) -> String {
        let text =
            if self.given.contains_key("log.dirs") { self.text("log.dirs") } else { self.text("log.dir") };
        if text.contains(',') {
            problems.push(format!("`log.dirs={text}` names several directories; this broker keeps its data in one for now: name one"));
        }
        if text.split('/').any(|part| part == "..") {
            problems.push(format!("`log.dirs={text}` contains `..`: write the directory without it"));
        }
        text.trim_end_matches('/').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> Result<Parsed, ConfigError> {
        BrokerConfig::from_properties(
            &pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        )
    }

    #[test]
    fn defaults_are_legal() {
        let parsed = parse(&[]).expect("the defaults are legal");
        assert_eq!(parsed.config.listeners[0].port, 9092);
        assert_eq!(parsed.config.request_memory_bytes_max, None);
        assert!(parsed.warnings.is_empty());
    }

    #[test]
    fn every_problem_is_told() {
        let error = parse(&[
            ("node.id", "-4"),
            ("num.partitions", "many"),
            ("listeners", "SSL://:9093"),
            ("log.dirs", "/a,/b"),
        ])
        .expect_err("four problems");
        assert_eq!(error.problems.len(), 4, "{error}");
    }

    #[test]
    fn unknown_names_are_warned_about() {
        let parsed = parse(&[("zookeeper.connect", "localhost:2181")]).expect("an unknown name is no error");
        assert_eq!(parsed.warnings.len(), 1);
        assert!(parsed.config.given.is_empty());
    }
}
