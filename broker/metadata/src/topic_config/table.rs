//! The table of topic configs of Apache Kafka 4.3: one row for each, in the order of their names.
//!
//! It is data, kept apart from the rules that read it. Names, types, defaults, ranges and broker synonyms are
//! Kafka's; a test in the parent compares the list of names. The documentation is ours, and says what this
//! broker does with the config. Rows whose [`Effect`] is `Stored` are validated, kept and described like all
//! others and change nothing yet.

use super::{ConfigType, Effect, Legal, Synonym, TopicConfig};
use ConfigType::{Boolean, Double, Int, List, Long, String};
use Effect::{Honoured, Stored};

const I64_MAX: &str = "9223372036854775807";
const MILLIS_PER_HOUR: i64 = 3_600_000;

const fn row(
    name: &'static str,
    kind: ConfigType,
    default: Option<&'static str>,
    legal: Legal,
    synonyms: &'static [Synonym],
    effect: Effect,
    documentation: &'static str,
) -> TopicConfig {
    TopicConfig { name, kind, default, legal, synonyms, effect, documentation, internal: false }
}

const fn same(name: &'static str) -> Synonym {
    Synonym { name, scale: 1, dynamic: true }
}

/// Every topic config, sorted by name.
pub(super) const TABLE: &[TopicConfig] = &[
    row(
        "cleanup.policy",
        List,
        Some("delete"),
        Legal::Members(&["compact", "delete"]),
        &[same("log.cleanup.policy")],
        Honoured,
        "What happens to old segments: delete drops them by age and size, compact keeps the latest record of each \
         key, both together do both, and none keeps all.",
    ),
    row(
        "compression.gzip.level",
        Int,
        Some("-1"),
        Legal::BetweenOr { low: 1, high: 9, or: -1 },
        &[same("compression.gzip.level")],
        Honoured,
        "The level at which the broker compresses with gzip when compression.type is gzip; -1 is the codec's own.",
    ),
    row(
        "compression.lz4.level",
        Int,
        Some("9"),
        Legal::Between(1, 17),
        &[same("compression.lz4.level")],
        Stored,
        "The level at which the broker compresses with lz4 when compression.type is lz4. This broker has one level of lz4, \
         the fast one.",
    ),
    row(
        "compression.type",
        String,
        Some("producer"),
        Legal::OneOf(&["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]),
        &[same("compression.type")],
        Honoured,
        "The codec in which batches are kept. With producer they stay as they came; with any other, batches in \
         another codec are compressed again when they are appended.",
    ),
    row(
        "compression.zstd.level",
        Int,
        Some("3"),
        Legal::Between(-131_072, 22),
        &[same("compression.zstd.level")],
        Honoured,
        "The level at which the broker compresses with zstd when compression.type is zstd.",
    ),
    row(
        "delete.retention.ms",
        Long,
        Some("86400000"),
        Legal::AtLeast(0),
        &[same("log.cleaner.delete.retention.ms")],
        Honoured,
        "How long a tombstone stays once compaction has taken everything that it shadows, so that a reader who started \
         at the beginning can still see it.",
    ),
    row(
        "file.delete.delay.ms",
        Long,
        Some("60000"),
        Legal::AtLeast(0),
        &[same("log.segment.delete.delay.ms")],
        Honoured,
        "How long a segment that was dropped stays on disk under its .deleted name.",
    ),
    row(
        "flush.messages",
        Long,
        Some(I64_MAX),
        Legal::AtLeast(1),
        &[same("log.flush.interval.messages")],
        Honoured,
        "Records after which the log is flushed. 1 means that every append is durable before it is acknowledged; \
         appends that wait together share one flush.",
    ),
    row(
        "flush.ms",
        Long,
        Some(I64_MAX),
        Legal::AtLeast(0),
        &[
            same("log.flush.interval.ms"),
            Synonym { name: "log.flush.scheduler.interval.ms", scale: 1, dynamic: false },
        ],
        Honoured,
        "The longest time that appended records stay without a flush.",
    ),
    row(
        "follower.replication.throttled.replicas",
        List,
        Some(""),
        Legal::ThrottledReplicas,
        &[],
        Stored,
        "Replicas whose fetching is throttled, as partition:broker pairs, or * for all.",
    ),
    row(
        "index.interval.bytes",
        Int,
        Some("4096"),
        Legal::AtLeast(0),
        &[same("log.index.interval.bytes")],
        Honoured,
        "Bytes of log between two entries of the offset index.",
    ),
    TopicConfig {
        name: "internal.segment.bytes",
        kind: Int,
        default: None,
        legal: Legal::AtLeast(1024),
        synonyms: &[],
        effect: Honoured,
        documentation: "For tests: a segment size below the floor of segment.bytes. It wins over segment.bytes \
                        where it is set.",
        internal: true,
    },
    row(
        "leader.replication.throttled.replicas",
        List,
        Some(""),
        Legal::ThrottledReplicas,
        &[],
        Stored,
        "Replicas to which sending is throttled, as partition:broker pairs, or * for all.",
    ),
    row(
        "local.retention.bytes",
        Long,
        Some("-2"),
        Legal::AtLeast(-2),
        &[same("log.local.retention.bytes")],
        Stored,
        "Bytes of a tiered partition that stay on local disk; -2 takes the value of retention.bytes.",
    ),
    row(
        "local.retention.ms",
        Long,
        Some("-2"),
        Legal::AtLeast(-2),
        &[same("log.local.retention.ms")],
        Stored,
        "Time for which a tiered segment stays on local disk; -2 takes the value of retention.ms.",
    ),
    row(
        "max.compaction.lag.ms",
        Long,
        Some(I64_MAX),
        Legal::AtLeast(1),
        &[same("log.cleaner.max.compaction.lag.ms")],
        Honoured,
        "The longest time for which a record of a compacted topic stays uncompacted: its segment is closed by then, and \
         compacted whatever the dirty share.",
    ),
    row(
        "max.message.bytes",
        Int,
        Some("1048588"),
        Legal::AtLeast(0),
        &[same("message.max.bytes")],
        Honoured,
        "The largest record batch that is accepted, in bytes, as it is stored.",
    ),
    row(
        "message.timestamp.after.max.ms",
        Long,
        Some("3600000"),
        Legal::AtLeast(0),
        &[same("log.message.timestamp.after.max.ms")],
        Honoured,
        "How far a producer's timestamp may lie ahead of the broker's clock. Ignored with LogAppendTime.",
    ),
    row(
        "message.timestamp.before.max.ms",
        Long,
        Some(I64_MAX),
        Legal::AtLeast(0),
        &[same("log.message.timestamp.before.max.ms")],
        Honoured,
        "How far a producer's timestamp may lie behind the broker's clock. Ignored with LogAppendTime.",
    ),
    row(
        "message.timestamp.type",
        String,
        Some("CreateTime"),
        Legal::OneOf(&["CreateTime", "LogAppendTime"]),
        &[same("log.message.timestamp.type")],
        Honoured,
        "Whose time a record carries: the producer's, or the broker's at the append.",
    ),
    row(
        "min.cleanable.dirty.ratio",
        Double,
        Some("0.5"),
        Legal::Ratio,
        &[same("log.cleaner.min.cleanable.ratio")],
        Honoured,
        "The share of a compacted log that must be dirty before it is compacted again.",
    ),
    row(
        "min.compaction.lag.ms",
        Long,
        Some("0"),
        Legal::AtLeast(0),
        &[same("log.cleaner.min.compaction.lag.ms")],
        Honoured,
        "The shortest time for which a record of a compacted topic stays out of compaction's reach.",
    ),
    row(
        "min.insync.replicas",
        Int,
        Some("1"),
        Legal::AtLeast(1),
        &[same("min.insync.replicas")],
        Honoured,
        "Replicas that must be in sync for a produce request with acks=all to be accepted, or all of them where a \
         partition has fewer. Without replication one is in sync.",
    ),
    row(
        "preallocate",
        Boolean,
        Some("false"),
        Legal::Any,
        &[same("log.preallocate")],
        Stored,
        "Whether a new segment's file takes its full length at once.",
    ),
    row(
        "remote.log.copy.disable",
        Boolean,
        Some("false"),
        Legal::Any,
        &[],
        Stored,
        "Whether copying to remote storage is stopped for a tiered topic.",
    ),
    row(
        "remote.log.delete.on.disable",
        Boolean,
        Some("false"),
        Legal::Any,
        &[],
        Stored,
        "Whether remote data is deleted when tiered storage is switched off for a topic.",
    ),
    row(
        "remote.storage.enable",
        Boolean,
        Some("false"),
        Legal::Any,
        &[],
        Stored,
        "Tiered storage. This broker has none, so that true is refused.",
    ),
    row(
        "retention.bytes",
        Long,
        Some("-1"),
        Legal::Any,
        &[same("log.retention.bytes")],
        Honoured,
        "Bytes of a partition that are kept: its oldest segments are dropped as long as so much is left without them. \
         -1 sets no bound.",
    ),
    row(
        "retention.ms",
        Long,
        Some("604800000"),
        Legal::AtLeast(-1),
        &[
            same("log.retention.ms"),
            Synonym { name: "log.retention.minutes", scale: 60_000, dynamic: false },
            Synonym { name: "log.retention.hours", scale: MILLIS_PER_HOUR, dynamic: false },
        ],
        Honoured,
        "Age of a segment's newest record beyond which the segment is dropped; -1 sets no bound.",
    ),
    row(
        "segment.bytes",
        Int,
        Some("1073741824"),
        Legal::AtLeast(1_048_576),
        &[same("log.segment.bytes")],
        Honoured,
        "Size at which a segment is closed and the next one begun.",
    ),
    row(
        "segment.index.bytes",
        Int,
        Some("10485760"),
        Legal::AtLeast(4),
        &[same("log.index.size.max.bytes")],
        Honoured,
        "Largest size of a segment's offset index; a segment is closed when its index is full.",
    ),
    row(
        "segment.jitter.ms",
        Long,
        Some("0"),
        Legal::AtLeast(0),
        &[
            same("log.roll.jitter.ms"),
            Synonym { name: "log.roll.jitter.hours", scale: MILLIS_PER_HOUR, dynamic: false },
        ],
        Honoured,
        "Random time by which the closing of a segment by age is moved forward.",
    ),
    row(
        "segment.ms",
        Long,
        Some("604800000"),
        Legal::AtLeast(1),
        &[same("log.roll.ms"), Synonym { name: "log.roll.hours", scale: MILLIS_PER_HOUR, dynamic: false }],
        Honoured,
        "Age at which a segment is closed even when it is not full: by the next append, and by the timestamps of \
         batches.",
    ),
    row(
        "unclean.leader.election.enable",
        Boolean,
        Some("false"),
        Legal::Any,
        &[same("unclean.leader.election.enable")],
        Stored,
        "Whether a replica that may miss acknowledged records can become leader when no other is left.",
    ),
];
