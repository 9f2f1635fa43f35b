//! From a judged history to the record that a run leaves behind, and from a stored one to its verdict.

use crate::checkers::{Findings, Judge, Level, judge};
use crate::history::{
    DiskDamage, Event, History, Limits, MarkKind, OpId, OpKind, Outcome, ReadError, read_with,
};
use crate::promise::{Durability, Promise};
use crate::record::{
    ExcuseRecord, FaultInterval, FaultRecord, LatencySummary, OperationCounts, RunRecord, SeriesPoint,
    TimelineEvent, Verdict,
};
use crate::story::tell;
use hdrhistogram::Histogram;
use std::{collections::BTreeMap, io::BufRead};

/// Steps of a run's throughput over time.
const STEPS: u64 = 120;
/// Most bars of one fault class on the time line.
const INTERVALS_MAX: usize = 300;
/// Percentiles of a latency summary, in thousandths of a percent.
const PERCENTILES: [u32; 6] = [50_000, 90_000, 99_000, 99_900, 99_990, 100_000];

/// A stored history, judged.
#[derive(Debug)]
pub struct Checked {
    /// The history.
    pub history: History,
    /// What was found.
    pub findings: Findings,
    /// Whether judging it event by event found the same as judging it whole. Anything else is a bug of ours.
    pub readings_agree: bool,
    /// Everything for the report. `seed`, `engine`, `replay` and the like are the caller's to fill in.
    pub record: RunRecord,
}

/// Reads a stored history and judges it, along the way and afterwards.
pub fn check(input: impl BufRead, limits: Limits) -> Result<Checked, ReadError> {
    let mut online = Judge::new();
    let history = read_with(input, limits, |history| online.advance(history))?;
    let online = online.finish(&history);
    let findings = judge(&history);
    let mut record = summarise(&history, &findings);
    record.engine = "tcp".to_owned();
    record.target = "file".to_owned();
    let readings_agree = online == findings;
    if !readings_agree {
        record.verdict = Verdict::Error;
        record.headline = "judging event by event and judging the whole history disagree".to_owned();
    }
    Ok(Checked { history, findings, readings_agree, record })
}

/// What a history and its findings say about a run. The caller adds what only the runner knows: seed, engine,
/// hash, CPU time, options drawn, how often each fault bit, vacuity counters and the replay line.
pub fn summarise(history: &History, findings: &Findings) -> RunRecord {
    let first = findings.violations.iter().min_by_key(|violation| (violation.level, violation.at));
    let last_ns = history.events().len().checked_sub(1).map_or(0, |last| history.ns(last as u32));
    let mut told: Vec<_> = findings.violations.iter().collect();
    told.sort_by_key(|violation| (violation.level, violation.at));
    RunRecord {
        verdict: match first.map(|violation| violation.level) {
            None => Verdict::Pass,
            Some(Level::Hard) => Verdict::Violation,
            Some(Level::Incomplete) => Verdict::Incomplete,
        },
        headline: first.map_or_else(String::new, |violation| violation.headline.clone()),
        virtual_seconds: last_ns as f64 / 1e9,
        promise: promise(&history.promise),
        faults: faults(history),
        events: events(history),
        violations: told.into_iter().map(|violation| tell(history, violation)).collect(),
        violation_counts: findings
            .counts
            .iter()
            .map(|((checker, anomaly), &count)| (format!("{checker}/{anomaly}"), count))
            .collect(),
        excuses_used: excuses(history, findings),
        operations: operations(history),
        series: series(history, last_ns),
        latencies: latencies(history),
        figures: figures(history, findings),
        ..RunRecord::default()
    }
}

/// The figure that says how many records the final readers were rightly not shown.
pub const COMPACTED_AWAY: &str = "records compacted away";

fn figures(history: &History, findings: &Findings) -> Vec<(String, f64)> {
    let behind = findings
        .staleness
        .iter()
        .map(|(power, &count)| (format!("answers at least {} records behind", 1_u64 << power), count as f64));
    // None at all is worth knowing too: nothing was tried then.
    let compacted = Some(findings.compacted_away).filter(|_| !history.promise.compacted.is_empty());
    let compacted = compacted.map(|count| (COMPACTED_AWAY.to_owned(), count as f64));
    behind.chain(compacted).collect()
}

fn promise(promise: &Promise) -> Vec<(String, String)> {
    let durability = match promise.durability {
        Durability::PageCache => "page cache",
        Durability::FlushBeforeAck => "flushed before it is acknowledged",
    };
    let mut promises = vec![
        ("durability".to_owned(), durability.to_owned()),
        ("replicas".to_owned(), promise.replicas.to_string()),
        ("min.insync.replicas".to_owned(), promise.min_insync_replicas.to_string()),
    ];
    for compacted in &promise.compacted {
        let (lag, retention) = (compacted.min_lag_ms, compacted.delete_retention_ms);
        let kept = format!("records for {lag} ms, tombstones for {retention} ms");
        promises.push((format!("compaction of {} keeps", compacted.topic), kept));
    }
    if let Some(bound) = promise.recency_bound_ns {
        promises.push(("end offsets at most stale by".to_owned(), format!("{} ms", bound / 1_000_000)));
    }
    promises
}

fn faults(history: &History) -> Vec<FaultRecord> {
    let mut classes: BTreeMap<&str, FaultRecord> = BTreeMap::new();
    for mark in history.marks() {
        let MarkKind::Fault(fault) = &mark.what else { continue };
        let record = classes
            .entry(&fault.class)
            .or_insert_with(|| FaultRecord { class: fault.class.clone(), ..FaultRecord::default() });
        record.tried += 1;
        record.bit += 1;
        let from_ns = history.ns(mark.at);
        if record.intervals.len() < INTERVALS_MAX {
            let (node, detail) = (fault.node, fault.detail.clone());
            record.intervals.push(FaultInterval {
                from_ns,
                to_ns: fault.until_ns.unwrap_or(from_ns),
                node,
                detail,
            });
        }
    }
    classes.into_values().collect()
}

fn events(history: &History) -> Vec<TimelineEvent> {
    let marks = history.marks().iter().filter_map(|mark| {
        let (lane, what) = match &mark.what {
            MarkKind::Disk { node, damage, partition } => {
                (format!("node {node}"), damaged(history, *partition, *damage))
            }
            MarkKind::Clock { node, min_ms, max_ms } => {
                (format!("node {node}"), format!("wall clock off by {min_ms} to {max_ms} ms"))
            }
            MarkKind::Healed => ("run".to_owned(), "healed".to_owned()),
            MarkKind::Ended => ("run".to_owned(), "ended".to_owned()),
            MarkKind::Fault(_) => return None,
        };
        Some(TimelineEvent { ns: history.ns(mark.at), lane, what, verdict: false })
    });
    marks.collect()
}

fn damaged(history: &History, partition: crate::history::PartitionId, damage: DiskDamage) -> String {
    let partition = history.partition(partition);
    let name = format!("{}-{}", partition.topic, partition.index);
    match damage {
        DiskDamage::LostFrom(offset) => format!("{name} was unsynced from offset {offset} on"),
        DiskDamage::Unreadable(first, last) => format!("{name} cannot be read from offset {first} to {last}"),
    }
}

fn excuses(history: &History, findings: &Findings) -> Vec<ExcuseRecord> {
    let used = findings.excuses_used.iter().filter_map(|(&row, &used)| {
        let mark = &history.marks()[row as usize];
        let MarkKind::Disk { partition, node, damage } = mark.what else { return None };
        let cause = match damage {
            DiskDamage::LostFrom(_) => "power loss",
            DiskDamage::Unreadable(..) => "media error",
        };
        let ms = history.ns(mark.at) / 1_000_000;
        let name = history.partition(partition);
        let reason = format!(
            "{cause} of node {node} at t+{}.{:03} s: {}",
            ms / 1_000,
            ms % 1_000,
            damaged(history, partition, damage)
        );
        Some(ExcuseRecord { partition: format!("{}-{}", name.topic, name.index), reason, used })
    });
    used.collect()
}

fn operations(history: &History) -> OperationCounts {
    let mut counts = OperationCounts {
        sends: history.sends().len() as u64,
        polls: history.polls().len() as u64,
        others: (history.lists().len()
            + history.epoch_ends().len()
            + history.admins().len()
            + history.inits().len()) as u64,
        records_seen: history.polls().iter().map(|poll| u64::from(poll.seen_count)).sum(),
        ..OperationCounts::default()
    };
    for send in history.sends() {
        let records = u64::from(send.count);
        counts.records_sent += records;
        match send.outcome {
            Outcome::Ok => counts.records_ok += records,
            Outcome::Fail => counts.records_failed += records,
            Outcome::Info => counts.records_unknown += records,
        }
    }
    counts
}

/// Completions with their latency, in order.
fn completions(history: &History) -> impl Iterator<Item = (OpId, u64, u64)> + '_ {
    let completed = history.events().iter().copied().filter(|event: &Event| event.is_completion());
    completed.map(Event::op).filter(|op| op.kind() != OpKind::Session).map(|op| {
        let (invoke, complete) = history.span(op);
        let (from, to) = (history.ns(invoke), history.ns(complete));
        (op, to, to.saturating_sub(from))
    })
}

fn histogram() -> Histogram<u64> {
    // Two digits tell percentiles within one percent and keep a histogram at a few kilobytes.
    // Its bounds are given, since a value beyond them is recorded as the nearest one: an hour is beyond any timeout.
    Histogram::new_with_bounds(1, 3_600_000_000_000, 2).expect("an hour at two digits is legal")
}

fn series(history: &History, last_ns: u64) -> Vec<SeriesPoint> {
    let step = (last_ns / STEPS).max(1_000_000);
    let mut points: Vec<SeriesPoint> = Vec::new();
    let mut latency = histogram();
    let close = |points: &mut Vec<SeriesPoint>, latency: &mut Histogram<u64>| {
        if let Some(point) = points.last_mut().filter(|_| !latency.is_empty()) {
            point.p50_ns = latency.value_at_quantile(0.5);
            point.p99_ns = latency.value_at_quantile(0.99);
            point.max_ns = latency.max();
        }
        latency.reset();
    };
    for (op, ns, took) in completions(history) {
        while points.last().is_none_or(|point| ns >= point.ns + step) {
            close(&mut points, &mut latency);
            let start = points.last().map_or(0, |point| point.ns + step);
            points.push(SeriesPoint { ns: start, ..SeriesPoint::default() });
        }
        let Some(point) = points.last_mut() else { continue };
        match op.kind() {
            OpKind::Send => {
                let send = &history.sends()[op.row()];
                point.sends += 1;
                latency.saturating_record(took);
                if send.outcome == Outcome::Ok {
                    point.bytes += u64::from(send.bytes);
                } else {
                    point.errors += 1;
                }
            }
            OpKind::Poll => {
                let poll = &history.polls()[op.row()];
                point.polls += 1;
                point.errors += u64::from(poll.outcome != Outcome::Ok || poll.error != 0);
            }
            _ => (),
        }
    }
    close(&mut points, &mut latency);
    points
}

fn latencies(history: &History) -> Vec<LatencySummary> {
    let kinds =
        [(OpKind::Send, "send"), (OpKind::Poll, "poll"), (OpKind::List, "list"), (OpKind::Admin, "admin")];
    let mut histograms: BTreeMap<OpKind, Histogram<u64>> = BTreeMap::new();
    for (op, _, took) in completions(history) {
        histograms.entry(op.kind()).or_insert_with(histogram).saturating_record(took);
    }
    let summaries = kinds.into_iter().filter_map(|(kind, name)| {
        let histogram = histograms.get(&kind)?;
        let value = |thousandths| histogram.value_at_quantile(f64::from(thousandths) / 100_000.0);
        Some(LatencySummary {
            kind: name.to_owned(),
            count: histogram.len(),
            percentiles: PERCENTILES.map(|thousandths| (thousandths, value(thousandths))).to_vec(),
        })
    });
    summaries.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOST: &str = include_str!("../golden/C03-lost.middle.bad.jsonl");
    const EXCUSED: &str = include_str!("../golden/C03-lost.excused.good.jsonl");

    fn checked(text: &str) -> Checked {
        check(text.as_bytes(), Limits::default()).expect("golden histories can be read")
    }

    #[test]
    fn a_loss_is_told_with_its_evidence() {
        let checked = checked(LOST);
        assert!(checked.readings_agree);
        let record = checked.record;
        assert_eq!((record.verdict, record.signature().as_str()), (Verdict::Violation, "C03/lost"));
        let violation = &record.violations[0];
        assert!(violation.headline.starts_with("LOST: value 1 acknowledged at t+"), "{}", violation.headline);
        assert_eq!(violation.partition.as_deref(), Some("t-0"));
        // Three sends, the reader's session and its poll.
        assert_eq!(violation.history.len(), 5);
        let table = violation.offsets.as_ref().expect("the offset is known");
        assert_eq!(table.columns, ["acknowledged", "reader 0 session 0"]);
        let guilty: Vec<_> = table.rows.iter().filter(|row| row.guilty).collect();
        assert_eq!((guilty.len(), guilty[0].offset), (1, 1));
        assert_eq!(guilty[0].cells, ["1", "-"]);
        assert_eq!(record.operations.records_ok, 3);
        assert_eq!(record.series.iter().map(|point| point.sends).sum::<u64>(), 3);
        assert_eq!(record.latencies[0].kind, "send");
    }

    #[test]
    fn an_excuse_that_was_needed_is_listed() {
        let record = checked(EXCUSED).record;
        assert_eq!(record.verdict, Verdict::Pass);
        assert_eq!(record.excuses_used.len(), 1);
        assert_eq!(record.excuses_used[0].used, 2);
        assert!(record.excuses_used[0].reason.contains("unsynced from offset 1 on"));
        assert_eq!(record.faults[0].class, "power_loss");
    }
}
