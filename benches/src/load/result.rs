//! What a run found, as people and machines read it.

use super::{BenchOptions, Samples, Usage};
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use std::{fmt, time::Duration};
use tribunal_wire::ErrorCode;

/// Percentiles that results list.
const PERCENTILES: [f64; 12] = [1.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 99.99, 99.999, 100.0];
const GIGABYTE: f64 = 1e9;
const MEGABYTE: f64 = 1e6;

/// Counts of one connection, and later of all.
pub(super) struct Tally {
    requests: u64,
    records: u64,
    bytes: u64,
    errors: u64,
    first_error: Option<ErrorCode>,
    request: Histogram<u64>,
    end_to_end: Histogram<u64>,
}

impl Tally {
    pub(super) fn new() -> Tally {
        let histogram = || Histogram::new(3).expect("three digits are within what a histogram can keep");
        Tally {
            requests: 0,
            records: 0,
            bytes: 0,
            errors: 0,
            first_error: None,
            request: histogram(),
            end_to_end: histogram(),
        }
    }

    pub(super) fn answered(&mut self, records: u64, record_bytes: u64) {
        self.requests += 1;
        self.records += records;
        self.bytes += records * record_bytes;
    }

    pub(super) fn error(&mut self, error: ErrorCode) {
        self.errors += 1;
        self.first_error.get_or_insert(error);
    }

    pub(super) fn first_error(&self) -> Option<ErrorCode> {
        self.first_error
    }

    pub(super) fn request_latency(&mut self, latency: Duration) {
        record(&mut self.request, latency);
    }

    pub(super) fn end_to_end_latency(&mut self, latency: Duration) {
        record(&mut self.end_to_end, latency);
    }

    pub(super) fn add(&mut self, other: &Tally) {
        self.requests += other.requests;
        self.records += other.records;
        self.bytes += other.bytes;
        self.errors += other.errors;
        self.first_error = self.first_error.or(other.first_error);
        self.request.add(&other.request).expect("a histogram that resizes takes every value");
        self.end_to_end.add(&other.end_to_end).expect("a histogram that resizes takes every value");
    }
}

fn record(histogram: &mut Histogram<u64>, latency: Duration) {
    let nanos = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX).max(1);
    histogram.record(nanos).expect("a histogram that resizes takes every value");
}

/// A distribution of times, in microseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// How many times were measured.
    pub count: u64,
    /// The mean.
    pub mean_us: f64,
    /// Half of all were at most this long.
    pub p50_us: f64,
    /// 90 of 100 were at most this long.
    pub p90_us: f64,
    /// 99 of 100 were at most this long.
    pub p99_us: f64,
    /// 999 of 1000 were at most this long.
    pub p999_us: f64,
    /// The longest.
    pub max_us: f64,
    /// The curve: percentile, and the time that it lies at.
    pub percentiles_us: Vec<(f64, f64)>,
}

impl Latency {
    fn of(histogram: &Histogram<u64>) -> Option<Latency> {
        if histogram.is_empty() {
            return None;
        }
        let at = |percentile| histogram.value_at_percentile(percentile) as f64 / 1000.0;
        Some(Latency {
            count: histogram.len(),
            mean_us: histogram.mean() / 1000.0,
            p50_us: at(50.0),
            p90_us: at(90.0),
            p99_us: at(99.0),
            p999_us: at(99.9),
            max_us: histogram.max() as f64 / 1000.0,
            percentiles_us: PERCENTILES.iter().map(|percentile| (*percentile, at(*percentile))).collect(),
        })
    }
}

/// What the server's process used during the window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BrokerCost {
    /// Processor time in seconds.
    pub cpu_seconds: f64,
    /// Processor time for each gigabyte (10^9) of record values; absent when none were moved.
    pub cpu_seconds_per_gb: Option<f64>,
    /// Resident memory at the window's end.
    pub resident_bytes: u64,
    /// Bytes that it caused to be sent to storage.
    pub written_bytes: u64,
}

/// What a run found. Everything counts the measured window alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BenchResult {
    /// `produce`, `consume` or `latency`.
    pub workload: String,
    /// The server.
    pub bootstrap: String,
    /// The topic.
    pub topic: String,
    /// Bytes of a record's value.
    pub record_bytes: usize,
    /// Records of one batch.
    pub batch_records: usize,
    /// Connections.
    pub connections: usize,
    /// Requests of one connection that may be unanswered.
    pub in_flight: usize,
    /// The `acks` of Produce requests.
    pub acks: i16,
    /// The rate that was asked for, in records a second.
    pub rate: Option<u64>,
    /// Whether the run was stopped before its end.
    pub interrupted: bool,
    /// How long was measured.
    pub seconds: f64,
    /// Requests that were answered without an error.
    pub requests: u64,
    /// Records that were acknowledged or read.
    pub records: u64,
    /// Bytes of their values.
    pub bytes: u64,
    /// Requests that were answered with an error, at any time of the run.
    pub errors: u64,
    /// The first error's name.
    pub first_error: Option<String>,
    /// Requests a second.
    pub requests_per_second: f64,
    /// Records a second.
    pub records_per_second: f64,
    /// Megabytes (10^6) of record values a second.
    pub megabytes_per_second: f64,
    /// Records of each second of the window.
    pub records_each_second: Vec<u64>,
    /// From the intended sending of a request (without a rate: the sending) to its answer.
    pub request_latency: Option<Latency>,
    /// From the intended sending of a record to its arrival at the consumer.
    pub end_to_end_latency: Option<Latency>,
    /// The server's process, if it was named.
    pub broker: Option<BrokerCost>,
    /// Processor time of the process that generated the load, in seconds.
    pub client_cpu_seconds: f64,
}

impl BenchResult {
    pub(super) fn new(
        options: &BenchOptions,
        topic: &str,
        tally: &Tally,
        samples: &Samples,
        interrupted: bool,
    ) -> BenchResult {
        let rate = |count: f64| if samples.seconds > 0.0 { count / samples.seconds } else { 0.0 };
        let cpu = |(before, after): &(Usage, Usage)| after.cpu_seconds - before.cpu_seconds;
        let broker = samples.broker.as_ref().map(|usage| BrokerCost {
            cpu_seconds: cpu(usage),
            cpu_seconds_per_gb: (tally.bytes > 0).then(|| cpu(usage) / (tally.bytes as f64 / GIGABYTE)),
            resident_bytes: usage.1.resident_bytes,
            written_bytes: usage.1.written_bytes - usage.0.written_bytes,
        });
        BenchResult {
            workload: options.workload.name().to_owned(),
            bootstrap: options.bootstrap.clone(),
            topic: topic.to_owned(),
            record_bytes: options.record_bytes,
            batch_records: options.batch_records,
            connections: options.connections,
            in_flight: options.in_flight,
            acks: options.acks.as_i16(),
            rate: options.rate,
            interrupted,
            seconds: samples.seconds,
            requests: tally.requests,
            records: tally.records,
            bytes: tally.bytes,
            errors: tally.errors,
            first_error: tally.first_error.map(|error| error.name().to_owned()),
            requests_per_second: rate(tally.requests as f64),
            records_per_second: rate(tally.records as f64),
            megabytes_per_second: rate(tally.bytes as f64 / MEGABYTE),
            records_each_second: samples.records_each_second.clone(),
            request_latency: Latency::of(&tally.request),
            end_to_end_latency: Latency::of(&tally.end_to_end),
            broker,
            client_cpu_seconds: cpu(&samples.client),
        }
    }
}

/// A few lines for people.
impl fmt::Display for BenchResult {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{} on {} for {:.1} s: {} connection(s), {} in flight, {} record(s) of {} bytes a batch{}",
            self.workload,
            self.bootstrap,
            self.seconds,
            self.connections,
            self.in_flight,
            self.batch_records,
            self.record_bytes,
            if self.interrupted { " (stopped early)" } else { "" }
        )?;
        writeln!(
            formatter,
            "  {:.0} records/s, {:.1} MB/s, {:.0} requests/s",
            self.records_per_second, self.megabytes_per_second, self.requests_per_second
        )?;
        for (name, latency) in
            [("request latency", &self.request_latency), ("end to end", &self.end_to_end_latency)]
        {
            if let Some(latency) = latency {
                writeln!(
                    formatter,
                    "  {name}: p50 {:.1} us, p90 {:.1} us, p99 {:.1} us, p99.9 {:.1} us, max {:.1} us",
                    latency.p50_us, latency.p90_us, latency.p99_us, latency.p999_us, latency.max_us
                )?;
            }
        }
        if let Some(broker) = &self.broker {
            let per_gb =
                broker.cpu_seconds_per_gb.map_or_else(|| "-".to_owned(), |cost| format!("{cost:.2}"));
            writeln!(
                formatter,
                "  server: {:.2} CPU s, {per_gb} CPU s/GB, {:.1} MB resident",
                broker.cpu_seconds,
                broker.resident_bytes as f64 / MEGABYTE
            )?;
        }
        if self.errors > 0 {
            let first = self.first_error.as_deref().unwrap_or("unknown");
            writeln!(formatter, "  {} requests failed, the first with {first}", self.errors)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tallies_add_up_and_results_read_back() {
        let mut total = Tally::new();
        for micros in 1..=100 {
            let mut part = Tally::new();
            part.answered(10, 100);
            part.request_latency(Duration::from_micros(micros));
            total.add(&part);
        }
        total.error(ErrorCode::NotLeaderOrFollower);
        total.error(ErrorCode::CorruptMessage);
        let usage = |cpu_seconds| Usage { cpu_seconds, resident_bytes: 7, written_bytes: 0, write_calls: 0 };
        let samples = Samples {
            seconds: 2.0,
            records_each_second: vec![400, 600],
            broker: Some((usage(1.0), usage(1.5))),
            client: (usage(0.0), usage(0.25)),
        };
        let result = BenchResult::new(&BenchOptions::produce("a:1"), "t", &total, &samples, false);
        assert_eq!((result.requests, result.records, result.bytes, result.errors), (100, 1000, 100_000, 2));
        assert_eq!(result.first_error.as_deref(), Some("NOT_LEADER_OR_FOLLOWER"));
        let latency = result.request_latency.clone().expect("100 were recorded");
        assert!((latency.p50_us - 50.0).abs() < 0.1 && (latency.p99_us - 99.0).abs() < 0.1, "{latency:?}");
        let cost =
            result.broker.clone().and_then(|broker| broker.cpu_seconds_per_gb).expect("bytes were moved");
        assert!((cost - 5000.0).abs() < 1e-6, "{cost}");
        let json = serde_json::to_string(&result).expect("it has no maps with odd keys");
        assert_eq!(serde_json::from_str::<BenchResult>(&json).expect("it was just written"), result);
        assert!(result.to_string().contains("500 records/s"));
    }
}
