//! What an Apache Kafka 4.3.1 answered to the same values, and the order of the layers.

use super::*;

fn configs(pairs: &[(&str, &str)]) -> Configs {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// What [`validate`] says of one override.
fn verdict(name: &str, value: &str) -> String {
    match validate(&configs(&[(name, value)])) {
        Ok(()) => "ok".to_owned(),
        Err(message) => message,
    }
}

#[test]
fn the_table_is_sorted_and_complete() {
    let names: Vec<_> = all().iter().map(|config| config.name).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(names, sorted);
    assert_eq!(names.len(), 34);
    for config in all() {
        assert_eq!(find(config.name), Some(config));
        if let Some(default) = config.default {
            assert_eq!(config.check(config.name, default), Ok(()), "{}", config.name);
        }
    }
}

#[test]
fn values_get_kafkas_verdicts() {
    let at_least = |name: &str, value: &str, low: &str| {
        format!("Invalid value {value} for configuration {name}: Value must be at least {low}")
    };
    for (name, value, expected) in [
        ("no.such.config", "1", "Unknown topic config name: no.such.config".to_owned()),
        ("retention.ms", "abc", "Invalid value abc for configuration retention.ms: Not a number of type LONG".into()),
        ("retention.ms", "", "Invalid value  for configuration retention.ms: Not a number of type LONG".into()),
        ("retention.ms", "-2", at_least("retention.ms", "-2", "-1")),
        ("retention.ms", " 5 ", "ok".into()),
        ("retention.ms", "+5", "ok".into()),
        ("retention.bytes", "-5", "ok".into()),
        ("segment.bytes", "13", at_least("segment.bytes", "13", "1048576")),
        ("segment.bytes", "1048576", "ok".into()),
        (
            "segment.bytes",
            "2147483648",
            "Invalid value 2147483648 for configuration segment.bytes: Not a number of type INT".into(),
        ),
        ("internal.segment.bytes", "4096", "ok".into()),
        (
            "cleanup.policy",
            "purge",
            "Invalid value purge for configuration cleanup.policy: String must be one of: compact, delete".into(),
        ),
        ("cleanup.policy", " compact , delete ", "ok".into()),
        ("cleanup.policy", "", "ok".into()),
        (
            "compression.type",
            "GZIP",
            "Invalid value GZIP for configuration compression.type: String must be one of: uncompressed, zstd, lz4, \
             snappy, gzip, producer"
                .into(),
        ),
        (
            "compression.zstd.level",
            "99",
            "Invalid value 99 for configuration compression.zstd.level: Value must be no more than 22".into(),
        ),
        (
            "compression.gzip.level",
            "0",
            "Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1"
                .into(),
        ),
        ("compression.gzip.level", "-1", "ok".into()),
    ] {
        assert_eq!(verdict(name, value), expected, "{name}={value}");
    }
}

#[test]
fn values_of_rare_types_get_kafkas_verdicts() {
    for (name, value, expected) in [
        (
            "unclean.leader.election.enable",
            "maybe",
            "Invalid value maybe for configuration unclean.leader.election.enable: Expected value to be either true \
             or false"
                .to_owned(),
        ),
        ("unclean.leader.election.enable", " TRUE ", "ok".into()),
        (
            "min.cleanable.dirty.ratio",
            "2.0",
            "Invalid value 2.0 for configuration min.cleanable.dirty.ratio: Value must be no more than 1".into(),
        ),
        (
            "min.cleanable.dirty.ratio",
            "x",
            "Invalid value x for configuration min.cleanable.dirty.ratio: Not a number of type DOUBLE".into(),
        ),
        ("min.cleanable.dirty.ratio", "1e-1", "ok".into()),
        (
            "follower.replication.throttled.replicas",
            "x",
            "Invalid value [x] for configuration follower.replication.throttled.replicas: \
             follower.replication.throttled.replicas must be the literal '*' or a list of replicas in the following \
             format: [partitionId]:[brokerId],[partitionId]:[brokerId],..."
                .into(),
        ),
        ("leader.replication.throttled.replicas", "1:2,3:4", "ok".into()),
        ("leader.replication.throttled.replicas", "*", "ok".into()),
    ] {
        assert_eq!(verdict(name, value), expected, "{name}={value}");
    }
}

#[test]
fn overrides_are_checked_together() {
    assert_eq!(
        validate(&configs(&[("min.compaction.lag.ms", "10"), ("max.compaction.lag.ms", "5")])),
        Err("conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)".into())
    );
    assert!(verdict("remote.storage.enable", "true").starts_with("Tiered Storage functionality is disabled"));
    assert_eq!(verdict("remote.storage.enable", "false"), "ok");
}

#[test]
fn the_strongest_layer_wins_and_the_hidden_ones_are_named() {
    let empty = Configs::new();
    let topic = configs(&[("max.message.bytes", " 10 ")]);
    let dynamic = configs(&[("message.max.bytes", "20")]);
    let fixed = configs(&[("message.max.bytes", "30"), ("log.retention.hours", "2")]);
    let config = find("max.message.bytes").expect("in the table");
    let layers = Layers {
        topic: &topic,
        dynamic_broker: &dynamic,
        dynamic_default_broker: &empty,
        static_broker: &fixed,
    };
    let effective = config.effective(&layers);
    assert_eq!((effective.value.as_deref(), effective.source), (Some("10"), ConfigSource::Topic));
    let shown: Vec<_> = effective
        .synonyms
        .iter()
        .map(|synonym| (synonym.name, synonym.value.as_str(), synonym.source))
        .collect();
    assert_eq!(
        shown,
        [
            ("max.message.bytes", "10", ConfigSource::Topic),
            ("message.max.bytes", "20", ConfigSource::DynamicBroker),
            ("message.max.bytes", "30", ConfigSource::StaticBroker),
            ("message.max.bytes", "1048588", ConfigSource::Default),
        ]
    );
    let retention = find("retention.ms").expect("in the table").effective(&layers);
    assert_eq!((retention.value.as_deref(), retention.source), (Some("7200000"), ConfigSource::StaticBroker));
}

#[test]
fn defaults_show_the_synonyms_that_kafka_shows() {
    let empty = Configs::new();
    let layers = Layers {
        topic: &empty,
        dynamic_broker: &empty,
        dynamic_default_broker: &empty,
        static_broker: &empty,
    };
    let shown = |name: &str| {
        let effective = find(name).expect("in the table").effective(&layers);
        assert_eq!(effective.source, ConfigSource::Default);
        effective.synonyms.iter().map(|synonym| synonym.name).collect::<Vec<_>>()
    };
    assert_eq!(shown("segment.bytes"), ["log.segment.bytes"]);
    for name in ["flush.ms", "retention.ms", "segment.ms", "segment.jitter.ms", "remote.storage.enable"] {
        assert_eq!(shown(name), Vec::<&str>::new(), "{name}");
    }
}

#[test]
fn settings_take_the_internal_segment_size_where_it_is_set() {
    let empty = Configs::new();
    let topic = configs(&[
        ("internal.segment.bytes", "4096"),
        ("segment.bytes", "2097152"),
        ("cleanup.policy", "compact,delete"),
        ("compression.type", "zstd"),
        ("message.timestamp.type", "LogAppendTime"),
    ]);
    let layers = Layers {
        topic: &topic,
        dynamic_broker: &empty,
        dynamic_default_broker: &empty,
        static_broker: &empty,
    };
    let settings = TopicSettings::resolve(&layers);
    assert_eq!(settings.segment_bytes, 4096);
    assert!(settings.compact && settings.delete && settings.log_append_time);
    assert_eq!(settings.compression_type, CompressionType::Zstd);
    let plain = TopicSettings::resolve(&Layers { topic: &empty, ..layers });
    assert_eq!((plain.segment_bytes, plain.flush_messages), (1 << 30, i64::MAX));
    assert!(plain.delete && !plain.compact);
}

#[test]
fn broker_configs_have_kafkas_defaults() {
    for (name, default) in [
        ("log.retention.ms", None),
        ("log.retention.hours", Some("168")),
        ("log.roll.hours", Some("168")),
        ("log.roll.jitter.hours", Some("0")),
        ("log.flush.interval.ms", None),
        ("log.flush.scheduler.interval.ms", Some("9223372036854775807")),
        ("log.segment.bytes", Some("1073741824")),
    ] {
        let (config, synonym) = of_broker_config(name).expect("a synonym");
        assert_eq!(config.broker_default(&synonym).as_deref(), default, "{name}");
    }
}
