//! Many trials, some at a time, each on a thread of its own.
//!
//! Runs are handed out in order of seeds and collected as they end; the campaign's record is the same for any number of
//! jobs, but for times. It can be stopped between two runs and is a usable record then.

use super::{Scenario, Trial, TrialOptions, run};
use crate::EngineKind;
use std::{
    ops::RangeInclusive,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};
use tribunal_workloads::{
    record::{CampaignRecord, RunRecord, Verdict},
    vacuity::{self, Vacuity},
};

/// What a campaign runs.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// The engine.
    pub engine: EngineKind,
    /// The seeds.
    pub seeds: RangeInclusive<u64>,
    /// Runs at a time.
    pub jobs: usize,
    /// What fault classes are drawn from.
    pub scenario: Scenario,
    /// Version and commit of the build, for the records.
    pub build: String,
    /// When it ends early.
    pub stop: StopOn,
}

/// What ends a campaign before its last seed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum StopOn {
    /// Nothing.
    #[default]
    Nothing,
    /// The first failure.
    Failure,
    /// The first violation by one of these checkers (`C03`) or of these signatures (`C03/lost`).
    Finding(Vec<String>),
}

impl StopOn {
    fn is_met(&self, record: &RunRecord) -> bool {
        match self {
            StopOn::Nothing => false,
            StopOn::Failure => record.verdict != Verdict::Pass,
            StopOn::Finding(wanted) => record.violation_counts.iter().any(|(signature, _)| {
                let checker = signature.split('/').next().unwrap_or_default();
                wanted.iter().any(|wanted| wanted == signature || wanted == checker)
            }),
        }
    }
}

/// What the workers of a campaign share.
struct Collected<F> {
    record: CampaignRecord,
    told: F,
    /// Whether any run had compacted topics.
    compacted: bool,
}

/// Told after each run.
#[derive(Debug)]
pub struct Progress<'a> {
    /// The run that ended.
    pub trial: &'a Trial,
    /// Runs that ended.
    pub done: u64,
    /// Of them, failures.
    pub failed: u64,
}

impl Campaign {
    /// Runs the seeds. `stop` ends it after the runs under way; `told` hears of each run that ended, one at a time.
    pub fn run(&self, stop: &AtomicBool, told: impl FnMut(&Progress<'_>) + Send) -> CampaignRecord {
        let next = AtomicU64::new(*self.seeds.start());
        let collected = Mutex::new(Collected {
            record: CampaignRecord {
                engine: self.engine.name().to_owned(),
                build: self.build.clone(),
                ..CampaignRecord::default()
            },
            told,
            compacted: false,
        });
        std::thread::scope(|scope| {
            for _ in 0..self.jobs.max(1) {
                scope.spawn(|| self.work(&next, stop, &collected));
            }
        });
        let Collected { mut record, .. } = collected.into_inner().expect("no worker panics with it");
        record.sort();
        let wanted = self.seeds.end().saturating_sub(*self.seeds.start()).saturating_add(1);
        record.stopped_early = (record.runs.len() as u64) < wanted;
        record
    }

    fn work<F: FnMut(&Progress<'_>)>(
        &self,
        next: &AtomicU64,
        stop: &AtomicBool,
        collected: &Mutex<Collected<F>>,
    ) {
        while !stop.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if !self.seeds.contains(&seed) {
                return;
            }
            let options = TrialOptions::draw(seed, &self.scenario);
            let mut trial = run(self.engine, seed, &options);
            trial.record.build.clone_from(&self.build);
            let mut collected = collected.lock().expect("no worker panics with it");
            let Collected { record, told, compacted } = &mut *collected;
            *compacted |= options.compacted.is_some();
            let mut required = vacuity::required(*compacted).to_vec();
            if self.scenario == Scenario::Disk {
                // A network that behaves loses no answers.
                required.retain(|what| *what != Vacuity::ResponseLostAfterAppend);
            }
            record.add(&trial.record, &required);
            let done = record.runs.len() as u64;
            let failed = record.failures.iter().map(|group| group.seeds.len() as u64).sum();
            told(&Progress { trial: &trial, done, failed });
            if self.stop.is_met(&trial.record) {
                stop.store(true, Ordering::Relaxed);
            }
        }
    }
}
