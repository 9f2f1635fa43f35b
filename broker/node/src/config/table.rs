//! The table of broker properties: name, kind and legal range, default, what it does.

use tribunal_metadata::topic_config::ConfigType;

/// What a property's value must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number in a range, as Kafka's INT.
    Int(i64, i64),
    /// A whole number in a range, as Kafka's LONG.
    Long(i64, i64),
    /// -1 for no bound, or a whole number from 1, as Kafka's INT.
    BoundInt,
    /// -1 for no bound, or a whole number from 1, as Kafka's LONG.
    BoundLong,
    /// A decimal fraction from 0 to 1, as Kafka's DOUBLE.
    Ratio,
    /// A decimal number above 0, as Kafka's DOUBLE.
    Rate,
    /// `true` or `false`.
    Boolean,
    /// Any text.
    Text,
    /// Comma-separated texts.
    List,
    /// Comma-separated, each of these words.
    Members(&'static [&'static str]),
    /// One of these words.
    OneOf(&'static [&'static str]),
}

impl Kind {
    /// Checks a value.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what would be right.
    pub fn check(self, name: &str, value: &str) -> Result<(), String> {
        let value = value.trim();
        match self {
            Kind::Int(low, high) | Kind::Long(low, high) => match value.parse::<i64>() {
                Ok(number) if (low..=high).contains(&number) => Ok(()),
                _ => Err(format!("`{name}={value}`: must be a whole number from {low} to {high}")),
            },
            Kind::BoundInt | Kind::BoundLong => {
                let high = if self == Kind::BoundInt { INT_MAX } else { i64::MAX };
                match value.parse::<i64>() {
                    Ok(-1) => Ok(()),
                    Ok(number) if (1..=high).contains(&number) => Ok(()),
                    _ => Err(format!(
                        "`{name}={value}`: must be a whole number from 1 to {high}, or -1 for no bound"
                    )),
                }
            }
            Kind::Ratio => match decimal(value) {
                Some(number) if (0.0..=1.0).contains(&number) => Ok(()),
                _ => Err(format!("`{name}={value}`: must be a number from 0 to 1")),
            },
            Kind::Rate => match decimal(value) {
                Some(number) if number > 0.0 => Ok(()),
                _ => Err(format!("`{name}={value}`: must be a number above 0")),
            },
            Kind::Boolean if matches!(value.to_ascii_lowercase().as_str(), "true" | "false") => Ok(()),
            Kind::Boolean => Err(format!("`{name}={value}`: must be true or false")),
            Kind::OneOf(words) if words.contains(&value) => Ok(()),
            Kind::OneOf(words) => Err(format!("`{name}={value}`: must be one of {}", words.join(", "))),
            Kind::Members(words) => {
                let mut parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
                match parts.find(|part| !words.contains(part)) {
                    Some(_) => Err(format!("`{name}={value}`: must be a list of {}", words.join(", "))),
                    None => Ok(()),
                }
            }
            Kind::Text | Kind::List => Ok(()),
        }
    }
}

impl Kind {
    /// What DescribeConfigs calls it.
    pub(crate) fn config_type(self) -> ConfigType {
        match self {
            Kind::Int(..) | Kind::BoundInt => ConfigType::Int,
            Kind::Long(..) | Kind::BoundLong => ConfigType::Long,
            Kind::Ratio | Kind::Rate => ConfigType::Double,
            Kind::Boolean => ConfigType::Boolean,
            Kind::Text | Kind::OneOf(_) => ConfigType::String,
            Kind::List | Kind::Members(_) => ConfigType::List,
        }
    }
}

/// A decimal number, as far as it is finite.
pub(super) fn decimal(value: &str) -> Option<f64> {
    value.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// One broker property.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// Kafka's name for it.
    pub name: &'static str,
    /// Its kind and legal range.
    pub kind: Kind,
    /// Its default; `None` when it has none.
    pub default: Option<&'static str>,
    /// What it does, in a sentence.
    pub documentation: &'static str,
}

const fn property(
    name: &'static str,
    kind: Kind,
    default: Option<&'static str>,
    documentation: &'static str,
) -> Property {
    Property { name, kind, default, documentation }
}

const INT_MAX: i64 = i32::MAX as i64;
const POLICY: &str = "What happens to old segments: delete, compact, both, or nothing when empty.";
const CODECS: &[&str] = &["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"];

/// All properties, by name.
#[rustfmt::skip]
pub const PROPERTIES: &[Property] = &[
    property("advertised.listeners", Kind::List, None, "What clients are told to connect to; the bound addresses when unset."),
    property("auto.create.topics.enable", Kind::Boolean, Some("true"), "Whether asking for the metadata of a missing topic creates it."),
    property("broker.rack", Kind::Text, None, "The rack of this broker, told to clients."),
    property("compression.type", Kind::OneOf(CODECS), Some("producer"), "Default of the topic setting of this name."),
    property("connections.max.idle.ms", Kind::Long(100, i64::MAX), Some("600000"), "A connection without a request for this long is closed."),
    property("default.replication.factor", Kind::Int(1, 1), Some("1"), "Replicas of a topic that names no count."),
    property("fetch.max.bytes", Kind::Int(1024, INT_MAX), Some("57671680"), "The most bytes that one Fetch answers."),
    property("listeners", Kind::List, Some("PLAINTEXT://:9092"), "Where the broker listens: NAME://HOST:PORT, port 0 for any free one."),
    property("log.cleaner.backoff.ms", Kind::Long(0, i64::MAX), Some("15000"), "How long compaction pauses when no log is due."),
    property("log.cleaner.dedupe.buffer.size", Kind::Long(1024, i64::MAX), Some("134217728"), "Memory for the keys of one pass of compaction, 24 bytes each."),
    property("log.cleaner.delete.retention.ms", Kind::Long(0, i64::MAX), Some("86400000"), "How long a tombstone stays once everything that it shadows is compacted away."),
    property("log.cleaner.enable", Kind::Boolean, Some("true"), "Whether logs are compacted where their topics ask for it."),
    property("log.cleaner.io.buffer.load.factor", Kind::Ratio, Some("0.9"), "How full the memory for keys may be."),
    property("log.cleaner.io.max.bytes.per.second", Kind::Rate, Some("1.7976931348623157E308"), "Bytes that compaction reads and writes each second, at most."),
    property("log.cleaner.max.compaction.lag.ms", Kind::Long(1, i64::MAX), Some("9223372036854775807"), "The longest time that a record stays uncompacted, if it can be helped."),
    property("log.cleaner.min.cleanable.ratio", Kind::Ratio, Some("0.5"), "The share of a log that must be dirty before it is compacted."),
    property("log.cleaner.min.compaction.lag.ms", Kind::Long(0, i64::MAX), Some("0"), "The shortest time that a record stays uncompacted."),
    property("log.cleanup.policy", Kind::Members(&["compact", "delete"]), Some("delete"), POLICY),
    property("log.dir", Kind::Text, Some("tribunal-data"), "The data directory, when `log.dirs` is unset."),
    property("log.dirs", Kind::List, None, "The data directory."),
    property("log.flush.interval.messages", Kind::Long(1, i64::MAX), Some("9223372036854775807"), "1 flushes before each acknowledgement, many at once where many wait."),
    property("log.index.interval.bytes", Kind::Int(0, INT_MAX), Some("4096"), "Bytes of log for each entry of the offset index."),
    property("log.index.size.max.bytes", Kind::Int(4, INT_MAX), Some("10485760"), "The most bytes of an index."),
    property("log.initial.task.delay.ms", Kind::Long(0, i64::MAX), Some("30000"), "How long after a start retention is checked first."),
    property("log.message.timestamp.after.max.ms", Kind::Long(0, i64::MAX), Some("3600000"), "How far a record's timestamp may lie in the future."),
    property("log.message.timestamp.before.max.ms", Kind::Long(0, i64::MAX), Some("9223372036854775807"), "How far a record's timestamp may lie in the past."),
    property("log.message.timestamp.type", Kind::OneOf(&["CreateTime", "LogAppendTime"]), Some("CreateTime"), "Whether records carry the producer's time or the broker's."),
    property("log.retention.bytes", Kind::Long(-1, i64::MAX), Some("-1"), "Bytes of a partition that are kept: older segments go; -1 for no bound."),
    property("log.retention.check.interval.ms", Kind::Long(1, i64::MAX), Some("300000"), "How often all partitions are looked at for old segments."),
    property("log.retention.hours", Kind::BoundInt, Some("168"), "Age beyond which segments go, where the minutes are not given; -1 for no bound."),
    property("log.retention.minutes", Kind::BoundInt, None, "Age beyond which segments go, where the milliseconds are not given; -1 for no bound."),
    property("log.retention.ms", Kind::BoundLong, None, "Age of its newest record beyond which a segment goes; -1 for no bound."),
    property("log.roll.hours", Kind::Int(1, INT_MAX), Some("168"), "Age at which a segment is closed, where the milliseconds are not given."),
    property("log.roll.jitter.hours", Kind::Int(0, INT_MAX), Some("0"), "Random time by which that is earlier, where the milliseconds are not given."),
    property("log.roll.jitter.ms", Kind::Long(0, i64::MAX), None, "Random time by which the closing of a segment by age is moved forward."),
    property("log.roll.ms", Kind::Long(1, i64::MAX), None, "Age, by the timestamps of batches, at which an append closes a segment."),
    property("log.segment.bytes", Kind::Int(1_048_576, INT_MAX), Some("1073741824"), "The most bytes of a segment."),
    property("log.segment.delete.delay.ms", Kind::Long(0, i64::MAX), Some("60000"), "How long the files of a deleted segment stay under .deleted names."),
    property("max.connections", Kind::Int(0, INT_MAX), Some("2147483647"), "Connections at once; a further one is closed."),
    property("message.max.bytes", Kind::Int(0, INT_MAX), Some("1048588"), "The most bytes of a record batch."),
    property("node.id", Kind::Int(0, INT_MAX), Some("1"), "The number of this node in its cluster."),
    property("num.partitions", Kind::Int(1, INT_MAX), Some("1"), "Partitions of a topic that names no count."),
    property("process.roles", Kind::List, Some("broker,controller"), "One node is both, for now."),
    property("producer.id.expiration.check.interval.ms", Kind::Int(1, INT_MAX), Some("600000"), "How often silent producers are looked for."),
    property("producer.id.expiration.ms", Kind::Int(1, INT_MAX), Some("86400000"), "A partition forgets an idempotent producer whose newest batch is this old."),
    property("queued.max.request.bytes", Kind::Long(-1, i64::MAX), Some("-1"), "Memory that all requests under way may hold; -1 for no bound."),
    property("socket.request.max.bytes", Kind::Int(1, INT_MAX), Some("104857600"), "A request larger than this ends its connection."),
];

pub(super) fn find(name: &str) -> Option<&'static Property> {
    PROPERTIES.iter().find(|property| property.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_positive_or_none_and_members_are_known() {
        for (value, legal) in [("-1", true), ("0", false), ("1", true), ("-2", false), ("x", false)] {
            assert_eq!(Kind::BoundInt.check("a", value).is_ok(), legal, "{value}");
            assert_eq!(Kind::BoundLong.check("a", value).is_ok(), legal, "{value}");
        }
        assert!(Kind::BoundInt.check("a", "2147483648").is_err());
        for (value, legal) in [("", true), ("delete", true), ("compact, delete", true), ("purge", false)] {
            assert_eq!(Kind::Members(&["compact", "delete"]).check("a", value).is_ok(), legal, "{value}");
        }
    }

    #[test]
    fn the_table_is_sorted_and_its_defaults_are_legal() {
        assert!(PROPERTIES.windows(2).all(|pair| pair[0].name < pair[1].name));
        for property in PROPERTIES {
            if let Some(default) = property.default {
                assert_eq!(property.kind.check(property.name, default), Ok(()));
            }
        }
    }
}
