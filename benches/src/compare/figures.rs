//! What a comparison measures: each figure's load, and the metrics that are read off its result.

use crate::{
    floor::Variant,
    load::{BenchOptions, BenchResult},
};

const TAIL: &[Variant] = &[Variant::Tail];

/// Processor time of the server for each GB of records that it moved.
pub const CPU: &str = "server CPU s/GB";
/// Requests that were answered each second.
pub const REQUESTS: &str = "requests/s";
/// Milliseconds from the start of the process to the first acknowledged record, on an empty directory.
pub const FIRST_ACKNOWLEDGED: &str = "first acknowledged record, ms";
/// System calls of the write family up to then. Flushes are not counted by the kernel for each process.
pub const WRITE_CALLS: &str = "write calls until then";
/// Resident memory half a second later.
pub const IDLE_MEMORY: &str = "idle memory, MiB";

/// One line of the plan.
pub struct Figure {
    /// What it is called, on the command line too.
    pub name: &'static str,
    /// What is done.
    pub description: &'static str,
    /// How.
    pub kind: Kind,
    /// Which variants of the floor program take part.
    pub floors: &'static [Variant],
    /// What is read off a run of the load generator.
    pub metrics: fn(&BenchResult) -> Vec<(&'static str, f64)>,
}

/// How a figure is taken.
pub enum Kind {
    /// By a run of the load generator.
    Load {
        /// Options for a server's address.
        options: fn(&str) -> BenchOptions,
        /// Whether server and client share one core. Only for servers whose process is known.
        one_core: bool,
    },
    /// By starting the server anew.
    Start,
    /// By starting it after it was killed, so that it checks its log. See [`super::recovery`].
    Recovery,
    /// By starting it where it has many partitions. See [`super::crowd`].
    Crowd,
    /// By having it compact a topic. See [`super::compaction`].
    Compaction,
}

impl Figure {
    /// The figure of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Figure> {
        ALL.iter().find(|figure| figure.name == name)
    }

    /// Whether a server takes part; `floor` is what kind of floor program it is, if it is one.
    #[must_use]
    pub fn wants(&self, floor: Option<Variant>) -> bool {
        floor.is_none_or(|variant| self.floors.contains(&variant))
    }
}

/// Whether more of a metric is better.
#[must_use]
pub fn more_is_better(metric: &str) -> bool {
    metric.ends_with("/s")
}

impl std::fmt::Debug for Figure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

/// Every figure, in the order in which they are taken.
pub const ALL: &[Figure] = &[
    Figure {
        name: "produce-1k",
        description: "60 x 1 KiB a request, 8 in flight, one connection",
        kind: Kind::Load { options: BenchOptions::produce, one_core: false },
        floors: TAIL,
        metrics: throughput,
    },
    Figure {
        name: "produce-1k-full",
        description: "1000 x 1 KiB a request, 4 in flight, one connection: full batches, as clients under load send them",
        kind: Kind::Load { options: produce_full, one_core: false },
        floors: TAIL,
        metrics: throughput,
    },
    Figure {
        name: "produce-100b",
        description: "8000 x 100 B a request, 4 in flight, one connection",
        kind: Kind::Load { options: produce_small, one_core: false },
        floors: TAIL,
        metrics: throughput,
    },
    Figure {
        name: "consume-1k",
        description: "32 MiB of 1 KiB records read again and again, 1 MiB a Fetch, one connection",
        kind: Kind::Load { options: BenchOptions::consume, one_core: false },
        floors: TAIL,
        metrics: throughput,
    },
    Figure {
        name: "consume-tail",
        description: "the last 880 KiB of a log read again and again, in one Fetch: what servers keep in memory",
        kind: Kind::Load { options: BenchOptions::consume_tail, one_core: false },
        floors: TAIL,
        metrics: throughput,
    },
    Figure {
        name: "consume-old",
        description: "256 MiB of 1 KiB records in closed segments, 1 MiB a Fetch, one connection: what only the page cache has",
        kind: Kind::Load { options: BenchOptions::consume_old, one_core: false },
        floors: &[Variant::Reads, Variant::Sendfile],
        metrics: throughput,
    },
    Figure {
        name: "flush-64",
        description: "64 connections, each one record of 1 KiB after the other, flushed before it is acknowledged; the floor flushes for one request after the other, or for all at once",
        kind: Kind::Load { options: BenchOptions::flushed, one_core: false },
        floors: &[Variant::Flush, Variant::FlushAtOnce],
        metrics: requests,
    },
    Figure {
        name: "pipelined",
        description: "one record of 128 B a request, 64 in flight, one connection",
        kind: Kind::Load { options: BenchOptions::pipelined, one_core: false },
        floors: TAIL,
        metrics: requests,
    },
    Figure {
        name: "round-trip",
        description: "one record of 128 B a request, one after the other",
        kind: Kind::Load { options: BenchOptions::round_trip, one_core: false },
        floors: TAIL,
        metrics: request_latency,
    },
    Figure {
        name: "round-trip-one-core",
        description: "the same, server and client on one core",
        kind: Kind::Load { options: BenchOptions::round_trip, one_core: true },
        floors: TAIL,
        metrics: request_latency,
    },
    Figure {
        name: "latency-2k",
        description: "end to end from the intended send time, 2000 one-record requests of 1 KiB a second",
        kind: Kind::Load { options: BenchOptions::latency, one_core: false },
        floors: TAIL,
        metrics: end_to_end,
    },
    Figure {
        name: "latency-10k",
        description: "the same at 10000 a second",
        kind: Kind::Load { options: latency_fast, one_core: false },
        floors: TAIL,
        metrics: end_to_end,
    },
    Figure {
        name: "start",
        description: "a fresh process on an empty directory; a topic is created and one record acknowledged",
        kind: Kind::Start,
        floors: TAIL,
        metrics: |_| Vec::new(),
    },
    Figure {
        name: "recovery",
        description: "a log of 1 GiB in the page cache, checked from its beginning after a kill; the floor reads a file and its checksums",
        kind: Kind::Recovery,
        floors: TAIL,
        metrics: |_| Vec::new(),
    },
    Figure {
        name: "partitions-10k",
        description: "a start after a clean stop, with 10,000 partitions (Apache Kafka in the first round only)",
        kind: Kind::Crowd,
        floors: &[],
        metrics: |_| Vec::new(),
    },
    Figure {
        name: "compaction",
        description: "512 MiB of 1 KiB records, of which one in ten stays; the floor reads them twice and writes a tenth",
        kind: Kind::Compaction,
        floors: TAIL,
        metrics: |_| Vec::new(),
    },
];

fn produce_full(bootstrap: &str) -> BenchOptions {
    BenchOptions { batch_records: 1000, in_flight: 4, ..BenchOptions::produce(bootstrap) }
}

fn produce_small(bootstrap: &str) -> BenchOptions {
    BenchOptions { record_bytes: 100, batch_records: 8000, in_flight: 4, ..BenchOptions::produce(bootstrap) }
}

fn latency_fast(bootstrap: &str) -> BenchOptions {
    BenchOptions { rate: Some(10_000), ..BenchOptions::latency(bootstrap) }
}

fn throughput(result: &BenchResult) -> Vec<(&'static str, f64)> {
    let mut metrics = vec![("records/s", result.records_per_second), ("MB/s", result.megabytes_per_second)];
    metrics.extend(cost(result));
    metrics
}

fn requests(result: &BenchResult) -> Vec<(&'static str, f64)> {
    let mut metrics = vec![(REQUESTS, result.requests_per_second)];
    metrics.extend(request_latency(result));
    metrics
}

fn request_latency(result: &BenchResult) -> Vec<(&'static str, f64)> {
    let latency = result.request_latency.as_ref();
    latency.map(|latency| vec![("p50, us", latency.p50_us), ("p99, us", latency.p99_us)]).unwrap_or_default()
}

fn end_to_end(result: &BenchResult) -> Vec<(&'static str, f64)> {
    let latency = result.end_to_end_latency.as_ref();
    latency.map(|latency| vec![("p50, us", latency.p50_us), ("p99, us", latency.p99_us)]).unwrap_or_default()
}

fn cost(result: &BenchResult) -> Option<(&'static str, f64)> {
    Some((CPU, result.broker.as_ref()?.cpu_seconds_per_gb?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_loads_are_valid() {
        for figure in ALL {
            if let Kind::Load { options, .. } = &figure.kind {
                assert_eq!(options("127.0.0.1:9092").validate(), Ok(()), "{}", figure.name);
            }
        }
    }
}
