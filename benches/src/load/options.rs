//! What a run is told to do, checked before anything is sent.

use std::{fmt, time::Duration};

/// What clients do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workload {
    /// Each connection produces.
    Produce,
    /// Each connection reads from the beginning, again and again. A topic of the run's own is filled first.
    Consume,
    /// Each connection produces records that carry their intended send time, and another one reads them: end to end.
    Latency,
}

impl Workload {
    /// The name that results carry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Workload::Produce => "produce",
            Workload::Consume => "consume",
            Workload::Latency => "latency",
        }
    }
}

/// When the server acknowledges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acks {
    /// Once the leader has the records.
    Leader,
    /// Once all in-sync replicas have them.
    All,
}

impl Acks {
    /// The number that a Produce request carries.
    #[must_use]
    pub const fn as_i16(self) -> i16 {
        match self {
            Acks::Leader => 1,
            Acks::All => -1,
        }
    }
}

/// A run's options. The constructors give sensible ones for each question; every field may be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BenchOptions {
    /// `host:port` of any broker of the cluster.
    pub bootstrap: String,
    /// What clients do.
    pub workload: Workload,
    /// An existing topic, which is kept; `None` makes a topic and deletes it afterwards.
    pub topic: Option<String>,
    /// Configs of the topic that is made, such as `flush.messages` = `1`.
    pub topic_configs: Vec<(String, String)>,
    /// Partitions of the topic that is made. Connections spread over the partitions.
    pub partitions: i32,
    /// Replicas of each partition; -1 takes the cluster's default.
    pub replication_factor: i16,
    /// Bytes of a record's value.
    pub record_bytes: usize,
    /// Records of one batch, and so of one Produce request.
    pub batch_records: usize,
    /// Connections (for latency: pairs of a producing and a consuming one).
    pub connections: usize,
    /// Requests of one connection that may be unanswered.
    pub in_flight: usize,
    /// When the server acknowledges.
    pub acks: Acks,
    /// Records a second over all connections; `None` sends as fast as the windows allow.
    pub rate: Option<u64>,
    /// Time before the measured window.
    pub warmup: Duration,
    /// The measured window.
    pub duration: Duration,
    /// How much the topic is filled with before it is consumed.
    pub consume_bytes: usize,
    /// What it is filled with behind that, and which is not read: it drives the rest out of the servers' own memory.
    pub buried_bytes: usize,
    /// What one Fetch may return, in bytes.
    pub fetch_bytes_max: usize,
    /// The server's process, if it runs on this machine: its processor time and memory become part of the result.
    pub broker_pid: Option<u32>,
}

/// An option with a value that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidOption {
    /// The option's name, with dashes as on a command line.
    pub option: &'static str,
    /// What is wrong with it, and what would be right.
    pub problem: String,
}

impl fmt::Display for InvalidOption {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.option, self.problem)
    }
}

impl std::error::Error for InvalidOption {}

/// No batch may be larger than brokers take by default.
const BATCH_BYTES_MAX: usize = 1_048_588;
/// The most that one record adds to its value, and a batch to its records.
const RECORD_OVERHEAD_MAX: usize = 24;
const BATCH_OVERHEAD: usize = 61;
/// A latency record carries its intended send time.
pub(super) const STAMP_BYTES: usize = 8;

impl BenchOptions {
    /// Full windows of batches of 60 records of 1 KiB on one connection.
    #[must_use]
    pub fn produce(bootstrap: &str) -> BenchOptions {
        BenchOptions {
            bootstrap: bootstrap.to_owned(),
            workload: Workload::Produce,
            topic: None,
            topic_configs: Vec::new(),
            partitions: 1,
            replication_factor: -1,
            record_bytes: 1024,
            batch_records: 60,
            connections: 1,
            in_flight: 8,
            acks: Acks::All,
            rate: None,
            warmup: Duration::from_secs(1),
            duration: Duration::from_secs(10),
            consume_bytes: 32 << 20,
            buried_bytes: 0,
            fetch_bytes_max: 1 << 20,
            broker_pid: None,
        }
    }

    /// One connection reads 32 MiB of records of 1 KiB again and again, a MiB at a time.
    #[must_use]
    pub fn consume(bootstrap: &str) -> BenchOptions {
        BenchOptions { workload: Workload::Consume, in_flight: 1, ..BenchOptions::produce(bootstrap) }
    }

    /// The same of records that lie in the tail of the log, which servers keep in memory.
    #[must_use]
    pub fn consume_tail(bootstrap: &str) -> BenchOptions {
        BenchOptions { consume_bytes: 880 << 10, ..BenchOptions::consume(bootstrap) }
    }

    /// The same of 256 MiB in closed segments: in the page cache, and in no server's own memory.
    #[must_use]
    pub fn consume_old(bootstrap: &str) -> BenchOptions {
        BenchOptions {
            consume_bytes: 256 << 20,
            buried_bytes: 96 << 20,
            topic_configs: vec![("segment.bytes".to_owned(), (64 << 20).to_string())],
            ..BenchOptions::consume(bootstrap)
        }
    }

    /// One request of one record of 1 KiB after the other on each of 64 connections, flushed before it is acknowledged.
    #[must_use]
    pub fn flushed(bootstrap: &str) -> BenchOptions {
        BenchOptions {
            record_bytes: 1024,
            connections: 64,
            topic_configs: vec![("flush.messages".to_owned(), "1".to_owned())],
            ..BenchOptions::round_trip(bootstrap)
        }
    }

    /// From the intended send time to the arrival at a consumer: records of 1 KiB, one a request, 2000 a second.
    #[must_use]
    pub fn latency(bootstrap: &str) -> BenchOptions {
        BenchOptions {
            workload: Workload::Latency,
            batch_records: 1,
            in_flight: 1000,
            rate: Some(2000),
            ..BenchOptions::produce(bootstrap)
        }
    }

    /// One request of one record of 128 bytes after the other: how long a round trip takes.
    #[must_use]
    pub fn round_trip(bootstrap: &str) -> BenchOptions {
        BenchOptions { record_bytes: 128, batch_records: 1, in_flight: 1, ..BenchOptions::produce(bootstrap) }
    }

    /// Requests of one record of 128 bytes, 64 of them in flight on one connection.
    #[must_use]
    pub fn pipelined(bootstrap: &str) -> BenchOptions {
        BenchOptions { in_flight: 64, ..BenchOptions::round_trip(bootstrap) }
    }

    /// Bytes of one batch, at most.
    pub(super) fn batch_bytes_max(&self) -> usize {
        self.record_bytes
            .saturating_add(RECORD_OVERHEAD_MAX)
            .saturating_mul(self.batch_records)
            .saturating_add(BATCH_OVERHEAD)
    }

    /// Requests a second on one connection, if there is a rate.
    pub(super) fn request_interval(&self) -> Option<Duration> {
        let rate = self.rate.filter(|rate| *rate > 0)?;
        let nanos =
            1_000_000_000_u128 * self.batch_records as u128 * self.connections as u128 / u128::from(rate);
        Some(Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)))
    }

    /// Says what makes no sense, the first such option.
    ///
    /// # Errors
    /// When there is one.
    pub fn validate(&self) -> Result<(), InvalidOption> {
        let port = self.bootstrap.rsplit_once(':').map(|(host, port)| (host, port.parse::<u16>()));
        if !matches!(port, Some((host, Ok(port))) if !host.is_empty() && port > 0) {
            return wrong(
                "bootstrap",
                format!("`{}` is no HOST:PORT, such as 127.0.0.1:9092", self.bootstrap),
            );
        }
        within("record-bytes", self.record_bytes, 1, BATCH_BYTES_MAX)?;
        within("batch-records", self.batch_records, 1, 1_000_000)?;
        if self.batch_bytes_max() > BATCH_BYTES_MAX {
            return wrong(
                "batch-records",
                format!(
                    "{} records of {} bytes make a batch of {} bytes, and brokers take {BATCH_BYTES_MAX}",
                    self.batch_records,
                    self.record_bytes,
                    self.batch_bytes_max()
                ),
            );
        }
        within("connections", self.connections, 1, 10_000)?;
        within("in-flight", self.in_flight, 1, 100_000)?;
        within("fetch-bytes", self.fetch_bytes_max, 1024, 1 << 30)?;
        within("seconds", usize::try_from(self.duration.as_millis()).unwrap_or(usize::MAX), 100, 86_400_000)
            .map_err(|_| InvalidOption {
                option: "seconds",
                problem: format!("{} is not within 0.1 and 86400", self.duration.as_secs_f64()),
            })?;
        if self.warmup > Duration::from_secs(3600) {
            return wrong("warmup", "an hour of warm-up is enough".to_owned());
        }
        match &self.topic {
            Some(name) if name.is_empty() || name.len() > 100 => {
                return wrong("topic", "a topic's name has 1 to 100 characters here".to_owned());
            }
            Some(_) if !self.topic_configs.is_empty() => {
                return wrong(
                    "topic-config",
                    "an existing topic keeps its configs: leave one of the two out".to_owned(),
                );
            }
            _ => within("partitions", usize::try_from(self.partitions).unwrap_or(0), 1, 10_000)?,
        }
        self.validate_workload()
    }

    fn validate_workload(&self) -> Result<(), InvalidOption> {
        match (self.rate, self.request_interval()) {
            (Some(0), _) => {
                return wrong("rate", "0 records a second send nothing: give at least 1".to_owned());
            }
            (Some(rate), Some(interval)) if interval.is_zero() => {
                return wrong(
                    "rate",
                    format!("{rate} records a second is more than a request each nanosecond"),
                );
            }
            _ => (),
        }
        match self.workload {
            Workload::Produce => Ok(()),
            Workload::Consume => {
                if self.rate.is_some() {
                    return wrong("rate", "consume reads as fast as it can: leave the rate out".to_owned());
                }
                if self.consume_bytes < self.batch_bytes_max() {
                    return wrong("consume-bytes", "the topic must hold at least one batch".to_owned());
                }
                Ok(())
            }
            Workload::Latency => {
                if self.rate.is_none() {
                    return wrong("rate", "latency needs the rate at which it is asked for".to_owned());
                }
                within("record-bytes", self.record_bytes, STAMP_BYTES, BATCH_BYTES_MAX)
            }
        }
    }
}

fn wrong(option: &'static str, problem: String) -> Result<(), InvalidOption> {
    Err(InvalidOption { option, problem })
}

fn within(option: &'static str, value: usize, low: usize, high: usize) -> Result<(), InvalidOption> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    wrong(option, format!("{value} is not within {low} and {high}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: impl FnOnce(&mut BenchOptions), expected: Option<&str>) {
        let mut options = BenchOptions::produce("127.0.0.1:9092");
        change(&mut options);
        assert_eq!(options.validate().err().map(|invalid| invalid.option), expected, "{options:?}");
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        check(|_| (), None);
        check(|options| options.bootstrap = "localhost".to_owned(), Some("bootstrap"));
        check(|options| options.bootstrap = ":9092".to_owned(), Some("bootstrap"));
        check(|options| options.record_bytes = 0, Some("record-bytes"));
        check(|options| options.batch_records = 2000, Some("batch-records"));
        check(|options| options.record_bytes = usize::MAX, Some("record-bytes"));
        check(|options| options.connections = 0, Some("connections"));
        check(|options| options.in_flight = 0, Some("in-flight"));
        check(|options| options.rate = Some(0), Some("rate"));
        check(|options| options.rate = Some(u64::MAX), Some("rate"));
        check(|options| options.duration = Duration::ZERO, Some("seconds"));
        check(|options| options.partitions = -1, Some("partitions"));
        check(|options| options.topic = Some(String::new()), Some("topic"));
        let configs = vec![("flush.messages".to_owned(), "1".to_owned())];
        check(
            |options| (options.topic, options.topic_configs) = (Some("there".to_owned()), configs),
            Some("topic-config"),
        );
    }

    #[test]
    fn presets_are_valid_and_workloads_have_rules() {
        let address = "[::1]:9092";
        for options in [
            BenchOptions::produce(address),
            BenchOptions::consume(address),
            BenchOptions::latency(address),
            BenchOptions::round_trip(address),
            BenchOptions::pipelined(address),
        ] {
            assert_eq!(options.validate(), Ok(()), "{options:?}");
        }
        let consume = BenchOptions { rate: Some(5), ..BenchOptions::consume(address) };
        assert_eq!(consume.validate().err().map(|invalid| invalid.option), Some("rate"));
        let latency = BenchOptions { rate: None, ..BenchOptions::latency(address) };
        assert_eq!(latency.validate().err().map(|invalid| invalid.option), Some("rate"));
    }

    #[test]
    fn a_rate_is_shared_by_connections_and_batches() {
        let options = BenchOptions {
            rate: Some(1000),
            batch_records: 10,
            connections: 2,
            ..BenchOptions::produce("127.0.0.1:9092")
        };
        assert_eq!(options.request_interval(), Some(Duration::from_millis(20)));
    }
}
