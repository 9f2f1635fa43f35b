//! Probe logs, each with the one verdict it must get, and legal twins.

use super::*;
use crate::history::{Fault, Recorder, SequenceSource};
use crate::promise::Promise;

const KEY: PartitionKey = PartitionKey { topic_id: [1; 16], partition: 0 };

/// A probe log in the making, on the history's own sequence.
struct Log {
    source: SequenceSource,
    recorder: Recorder,
    probes: Vec<Probe>,
    platter: Vec<PlatterReading>,
}

impl Log {
    fn new(durability: Durability) -> Log {
        let source = SequenceSource::default();
        let recorder = Recorder::new(Promise { durability, ..Promise::default() }, source.clone());
        Log { source, recorder, probes: Vec::new(), platter: Vec::new() }
    }

    fn tell(&mut self, fact: Fact) -> u64 {
        let sequence = self.source.take();
        self.probes.push(Probe { sequence, ns: sequence, node: 1, fact });
        sequence
    }

    fn open(&mut self, log_start_offset: i64, log_end_offset: i64) {
        self.tell(Fact::PartitionOpened {
            key: KEY,
            log_start_offset,
            log_end_offset,
            leader_epoch: 0,
            cut_bytes: 0,
            indexes_rebuilt: 0,
        });
    }

    fn append(&mut self, base_offset: i64, last_offset: i64, crc: u32) {
        self.tell(Fact::Appended {
            key: KEY,
            base_offset,
            last_offset,
            leader_epoch: 0,
            producer_id: -1,
            producer_epoch: -1,
            base_sequence: -1,
            crc,
        });
    }

    fn acknowledge(&mut self, base_offset: i64, last_offset: i64, flushed_first: bool, durable_end: i64) {
        let sequence = self.tell(Fact::Acknowledged { key: KEY, base_offset, last_offset, flushed_first });
        self.platter.push(PlatterReading { sequence, durable_end });
    }

    fn power_loss(&mut self, from: i64) {
        let fault = Fault { class: "power_loss".to_owned(), node: 1, until_ns: None, detail: String::new() };
        self.recorder.mark(0, MarkKind::Fault(fault));
        let partition = self.recorder.partition("t", KEY);
        let damage = DiskDamage::LostFrom(from);
        self.recorder.mark(0, MarkKind::Disk { partition, node: 1, damage });
    }

    #[track_caller]
    fn check(self, expected: &[(&'static str, &'static str)]) {
        let findings = judge_probes(self.recorder.history(), &self.probes, &self.platter);
        let found: Vec<_> = findings.counts.keys().copied().collect();
        assert_eq!(found, expected, "{:#?}", findings.violations);
    }
}

fn log() -> Log {
    let mut log = Log::new(Durability::FlushBeforeAck);
    log.open(0, 0);
    log.append(0, 1, 11);
    log.acknowledge(0, 1, true, 2);
    log
}

#[test]
fn an_orderly_log_is_legal() {
    let mut log = log();
    log.tell(Fact::HighWatermark { key: KEY, offset: 2 });
    log.tell(Fact::LogStart { key: KEY, offset: 1 });
    log.open(1, 2);
    log.append(2, 2, 12);
    log.tell(Fact::HighWatermark { key: KEY, offset: 3 });
    log.check(&[]);
}

#[test]
fn what_was_acknowledged_is_there_when_the_log_is_opened_again() {
    let mut shorter = log();
    shorter.open(0, 1);
    shorter.check(&[("W1", "committed-lost")]);
    let mut above_the_watermark = log();
    above_the_watermark.append(2, 2, 12);
    above_the_watermark.open(0, 2);
    above_the_watermark.check(&[]);
    let mut below_the_watermark = log();
    below_the_watermark.append(2, 2, 12);
    below_the_watermark.tell(Fact::HighWatermark { key: KEY, offset: 3 });
    below_the_watermark.open(0, 2);
    below_the_watermark.check(&[("W1", "committed-lost")]);
}

#[test]
fn a_power_loss_excuses_only_what_the_mode_allows() {
    for (durability, from, expected) in [
        (Durability::PageCache, 1, &[][..]),
        (Durability::PageCache, 2, &[("W1", "committed-lost")][..]),
        (Durability::FlushBeforeAck, 1, &[("W1", "committed-lost")][..]),
    ] {
        let mut log = Log::new(durability);
        log.open(0, 0);
        log.append(0, 1, 11);
        log.acknowledge(0, 1, false, 2);
        log.power_loss(from);
        log.open(0, 1);
        log.check(expected);
    }
}

#[test]
fn what_was_promised_is_not_replaced() {
    let mut replaced = log();
    replaced.append(1, 1, 99);
    replaced.check(&[("W1", "committed-replaced"), ("W5", "append-inside-log")]);
    let mut overwritten_after_a_loss = Log::new(Durability::PageCache);
    overwritten_after_a_loss.open(0, 0);
    overwritten_after_a_loss.append(0, 0, 11);
    overwritten_after_a_loss.acknowledge(0, 0, false, 0);
    overwritten_after_a_loss.power_loss(0);
    overwritten_after_a_loss.open(0, 0);
    overwritten_after_a_loss.append(0, 0, 12);
    overwritten_after_a_loss.check(&[]);
}

#[test]
fn only_what_was_appended_is_acknowledged() {
    let mut beyond = log();
    beyond.acknowledge(2, 2, true, 3);
    beyond.check(&[("W1", "acknowledged-not-appended")]);
    let mut before = log();
    before.acknowledge(-1, -1, true, 2);
    before.check(&[("W1", "acknowledged-not-appended")]);
}

#[test]
fn watermarks_and_starts_only_go_forward_and_stay_within_the_log() {
    let mut back = log();
    back.tell(Fact::HighWatermark { key: KEY, offset: 2 });
    back.tell(Fact::HighWatermark { key: KEY, offset: 1 });
    back.check(&[("W5", "high-watermark")]);
    let mut beyond = log();
    beyond.tell(Fact::HighWatermark { key: KEY, offset: 3 });
    beyond.check(&[("W5", "high-watermark")]);
    let mut start_back = log();
    start_back.tell(Fact::LogStart { key: KEY, offset: 1 });
    start_back.open(0, 2);
    start_back.check(&[("W5", "log-start")]);
    let mut start_beyond = log();
    start_beyond.tell(Fact::LogStart { key: KEY, offset: 3 });
    start_beyond.check(&[("W5", "log-start")]);
    let mut start_again = log();
    start_again.tell(Fact::LogStart { key: KEY, offset: 1 });
    start_again.tell(Fact::LogStart { key: KEY, offset: 0 });
    start_again.check(&[("W5", "log-start")]);
}

#[test]
fn a_deleted_partition_begins_anew() {
    let mut log = log();
    log.tell(Fact::PartitionDeleted { key: KEY });
    log.open(0, 0);
    log.append(0, 0, 5);
    log.check(&[]);
}

#[test]
fn an_append_before_a_deletion_may_be_acknowledged_after_it() {
    let mut log = log();
    log.tell(Fact::PartitionDeleted { key: KEY });
    log.acknowledge(0, 1, true, 0);
    log.check(&[]);
}

#[test]
fn acknowledging_waits_for_the_platter_where_that_was_promised() {
    let mut early = log();
    early.append(2, 3, 12);
    early.acknowledge(2, 3, false, 3);
    early.check(&[("W7", "acknowledged-not-durable")]);
    for (flushed_first, expected) in [(true, &[("W7", "acknowledged-not-durable")][..]), (false, &[])] {
        let mut cached = Log::new(Durability::PageCache);
        cached.open(0, 0);
        cached.append(0, 1, 11);
        cached.acknowledge(0, 1, flushed_first, 1);
        cached.check(expected);
    }
}
