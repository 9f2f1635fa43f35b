//! W1, W5 and W7: what the brokers say of themselves, and what their platters hold, against what was promised.
//!
//! These need probes, and for W7 a platter that can be read: only runs in the simulator have both. A violation
//! here is found at the event that causes it, long before a client can know. What excuses a loss comes from the
//! history's marks, as everywhere.

use super::findings::{Findings, Told};
use super::known::excuses_power_loss;
use super::words::name;
use crate::history::{DiskDamage, History, MarkKind, Ordinal};
use crate::promise::Durability;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use tribunal_env::{Fact, PartitionKey};

const COMMITTED: &str = "what was acknowledged or lies below the high watermark never changes";
const MONOTONE: &str =
    "high watermark and log start never go back while a broker runs, and lie within the log";
const DURABLE: &str = "what is acknowledged after a flush is on the platter";

/// A fact, who told it, and when.
#[derive(Debug, Clone)]
pub struct Probe {
    /// Place in the run's one order of events.
    pub sequence: u64,
    /// Nanoseconds since the run began.
    pub ns: u64,
    /// The node that told it.
    pub node: i16,
    /// What it told.
    pub fact: Fact,
}

/// What a node's platter held at the moment of an [`Fact::Acknowledged`], read from the simulated disk.
#[derive(Debug, Clone, Copy)]
pub struct PlatterReading {
    /// The probe's sequence number.
    pub sequence: u64,
    /// First offset of that partition that the platter does not hold whole.
    pub durable_end: i64,
}

/// Judges a probe log, in order of sequence. `platter` is in the same order; acknowledgements without a reading are
/// not judged by W7.
pub fn judge_probes(history: &History, probes: &[Probe], platter: &[PlatterReading]) -> Findings {
    let mut judge = Judge {
        history,
        findings: Findings::default(),
        partitions: BTreeMap::new(),
        replicas: BTreeMap::new(),
        deleted: BTreeSet::new(),
        losses: losses(history),
    };
    let mut platter = platter.iter().peekable();
    for probe in probes {
        judge.lose_until(probe.sequence);
        judge.probe(probe);
        while platter.next_if(|reading| reading.sequence < probe.sequence).is_some() {}
        if let Some(reading) = platter.next_if(|reading| reading.sequence == probe.sequence) {
            judge.durable(probe, *reading);
        }
    }
    judge.findings
}

struct PowerLoss {
    sequence: u64,
    key: PartitionKey,
    from: i64,
    mark: u32,
}

fn losses(history: &History) -> VecDeque<PowerLoss> {
    let mut power_losses = Vec::new();
    let mut losses = VecDeque::new();
    for (row, mark) in history.marks().iter().enumerate() {
        match &mark.what {
            MarkKind::Fault(fault) if fault.class == "power_loss" => power_losses.push(fault.node),
            &MarkKind::Disk { partition, node, damage: DiskDamage::LostFrom(from) } => {
                let partition = history.partition(partition);
                let key = PartitionKey { topic_id: partition.topic_id, partition: partition.index };
                if excuses_power_loss(&history.promise, &power_losses, node) {
                    let sequence = history.moment(mark.at).unwrap_or_default().sequence;
                    losses.push_back(PowerLoss { sequence, key, from, mark: row as u32 });
                }
            }
            _ => (),
        }
    }
    losses
}

/// What is promised of a partition, wherever it lies.
#[derive(Debug, Default)]
struct Committed {
    /// One past the last promised offset.
    end: i64,
    /// Last offset and checksum of each batch, by first offset.
    batches: BTreeMap<i64, (i64, u32)>,
    /// The mark of a loss that cut the promise, until the log is opened again.
    cut_by: Option<u32>,
}

/// One node's log of a partition.
#[derive(Debug, Default)]
struct Replica {
    high_watermark: i64,
    log_start: i64,
    log_end: i64,
}

struct Judge<'a> {
    history: &'a History,
    findings: Findings,
    partitions: BTreeMap<PartitionKey, Committed>,
    replicas: BTreeMap<(i16, PartitionKey), Replica>,
    /// Partitions that are gone, by node. Their ids never come back.
    deleted: BTreeSet<(i16, PartitionKey)>,
    losses: VecDeque<PowerLoss>,
}

impl Judge<'_> {
    fn lose_until(&mut self, sequence: u64) {
        while let Some(loss) = self.losses.pop_front_if(|loss| loss.sequence < sequence) {
            let committed = self.partitions.entry(loss.key).or_default();
            if committed.end > loss.from {
                committed.end = loss.from;
                committed.cut_by = Some(loss.mark);
            }
            committed.batches.split_off(&loss.from);
        }
    }

    fn probe(&mut self, probe: &Probe) {
        match probe.fact {
            Fact::PartitionOpened { key, log_start_offset, log_end_offset, .. } => {
                self.opened(probe, key, log_start_offset, log_end_offset);
            }
            Fact::Appended { key, base_offset, last_offset, crc, .. } => {
                self.appended(probe, key, (base_offset, last_offset, crc));
            }
            // The log went between the append and the answer, which tells of it all the same.
            Fact::Acknowledged { key, .. } if self.deleted.contains(&(probe.node, key)) => (),
            Fact::Acknowledged { key, base_offset, last_offset, .. } => {
                let log_end = self.replicas.entry((probe.node, key)).or_default().log_end;
                if base_offset < 0 || last_offset >= log_end {
                    self.report(
                        probe,
                        key,
                        "W1",
                        "acknowledged-not-appended",
                        COMMITTED,
                        (base_offset, last_offset),
                        || format!("was acknowledged, and the log ends at {log_end}"),
                    );
                }
                let committed = self.partitions.entry(key).or_default();
                committed.end = committed.end.max(last_offset.saturating_add(1));
            }
            Fact::HighWatermark { key, offset } => self.high_watermark(probe, key, offset),
            Fact::LogStart { key, offset } => {
                let replica = self.replicas.entry((probe.node, key)).or_default();
                let (before, end) = (replica.log_start, replica.log_end);
                replica.log_start = before.max(offset);
                if offset < before || offset > end {
                    self.report(probe, key, "W5", "log-start", MONOTONE, (offset, before), || {
                        format!(
                            "moved the log's start from {before} to {offset}, with the log ending at {end}"
                        )
                    });
                }
            }
            Fact::PartitionDeleted { key } => {
                self.partitions.remove(&key);
                self.replicas.remove(&(probe.node, key));
                self.deleted.insert((probe.node, key));
            }
            _ => (),
        }
    }

    fn opened(&mut self, probe: &Probe, key: PartitionKey, log_start: i64, log_end: i64) {
        let replica = self.replicas.entry((probe.node, key)).or_default();
        let before = replica.log_start;
        *replica = Replica { high_watermark: log_start, log_start: log_start.max(before), log_end };
        if log_start < before {
            self.report(probe, key, "W5", "log-start", MONOTONE, (log_start, before), || {
                format!("was opened with its start at {log_start}, after it had been at {before}")
            });
        }
        let committed = self.partitions.entry(key).or_default();
        let end = committed.end;
        if let Some(mark) = committed.cut_by.take() {
            self.findings.excuse(mark);
        }
        // With several replicas another one may hold the rest.
        if log_end < end && self.history.promise.replicas == 1 {
            self.report(probe, key, "W1", "committed-lost", COMMITTED, (log_end, end - 1), || {
                format!("was opened and ends at {log_end}; everything below {end} had been promised")
            });
        }
    }

    fn appended(&mut self, probe: &Probe, key: PartitionKey, (base, last, crc): (i64, i64, u32)) {
        let replica = self.replicas.entry((probe.node, key)).or_default();
        let expected = replica.log_end;
        replica.log_end = last.saturating_add(1);
        if base < expected {
            self.report(probe, key, "W5", "append-inside-log", MONOTONE, (base, last), || {
                format!("was appended at {base}, and the log ended at {expected} already")
            });
        }
        let committed = self.partitions.entry(key).or_default();
        let end = committed.end;
        let before = committed.batches.range(..=last).next_back().map(|(&base, &batch)| (base, batch));
        let other =
            before.filter(|&(first, (until, sum))| until >= base && (first, until, sum) != (base, last, crc));
        if other.is_some() && base < end {
            self.report(probe, key, "W1", "committed-replaced", COMMITTED, (base, last), || {
                format!("replaces what had been promised up to {end}")
            });
        }
        self.partitions.entry(key).or_default().batches.insert(base, (last, crc));
    }

    fn high_watermark(&mut self, probe: &Probe, key: PartitionKey, offset: i64) {
        let replica = self.replicas.entry((probe.node, key)).or_default();
        let (before, end) = (replica.high_watermark, replica.log_end);
        replica.high_watermark = offset.max(before);
        if offset < before || offset > end {
            self.report(probe, key, "W5", "high-watermark", MONOTONE, (offset, before), || {
                format!("moved its high watermark from {before} to {offset}, with the log ending at {end}")
            });
        }
        let committed = self.partitions.entry(key).or_default();
        committed.end = committed.end.max(offset.min(end));
    }

    fn durable(&mut self, probe: &Probe, reading: PlatterReading) {
        let Fact::Acknowledged { key, base_offset, last_offset, flushed_first } = probe.fact else { return };
        if self.deleted.contains(&(probe.node, key)) {
            return;
        }
        let promised = flushed_first || self.history.promise.durability == Durability::FlushBeforeAck;
        if promised && reading.durable_end <= last_offset {
            self.report(
                probe,
                key,
                "W7",
                "acknowledged-not-durable",
                DURABLE,
                (base_offset, last_offset),
                || format!("was acknowledged, and the platter holds the log up to {}", reading.durable_end),
            );
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a private helper that only passes on what it is told")]
    fn report(
        &mut self,
        probe: &Probe,
        key: PartitionKey,
        checker: &'static str,
        anomaly: &'static str,
        promise: &'static str,
        (first, last): (i64, i64),
        story: impl FnOnce() -> String,
    ) {
        let history = self.history;
        self.findings.report(checker, anomaly, || {
            let id = history.partition_id(key);
            let partition = id.map_or_else(|| format!("partition {}", key.partition), |id| name(history, id));
            let headline = format!(
                "{}: {partition} on node {}, offsets {first} to {last}, {} at t+{}.{:03} s.",
                anomaly.to_uppercase().replace('-', " "),
                probe.node,
                story(),
                probe.ns / 1_000_000_000,
                probe.ns / 1_000_000 % 1_000
            );
            let told = Told::new(ordinal_at(history, probe.sequence), promise, headline).offsets(first, last);
            id.map_or(told.clone(), |id| told.on(id))
        });
    }
}

/// The history's first event at or after a sequence number.
fn ordinal_at(history: &History, sequence: u64) -> Ordinal {
    history.event_sequence.partition_point(|&other| other < sequence) as Ordinal
}

#[cfg(test)]
#[path = "probes_tests.rs"]
mod tests;
