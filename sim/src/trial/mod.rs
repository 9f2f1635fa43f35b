//! A trial: one broker, its clients, faults, a drain, a cold power cycle, a verdict. All of it from one seed.
//!
//! The shape of a run: draw everything from the seed; set the topics up; load under faults; heal; drain with
//! independent readers; cut the power once more and drain again; judge. A run that does not end is a failure too: every
//! wait has a bound in virtual time, and what is still pending at the end is named.

mod campaign;
mod cluster;
mod compaction;
mod faults;
mod media;
mod options;
mod platter;
mod replays;
mod stake;

pub use campaign::{Campaign, Progress, StopOn};
pub use options::{DISK_CLASSES, FAULT_CLASSES, FaultClass, Scenario, TrialOptions};

use crate::{EngineKind, Failure, NodeId, NodeOptions, Outcome, World, engine};
use cluster::{BOOTSTRAP, Cluster, Facts};
use faults::Nemesis;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tribunal_env::{Env, watch};
use tribunal_workloads::{
    checkers::{Findings, judge, judge_probes},
    history::{History, MarkKind, Recorder, SequenceSource, SessionStart},
    mixed::{self, Scribe},
    promise::{Durability, Promise},
    record::{RunRecord, Verdict, ViolationRecord},
    summary::summarise,
    vacuity::{Vacuity, VacuityCounters},
};

/// Virtual time that setting up may take.
const SET_UP_MAX: Duration = Duration::from_secs(60);
/// Virtual time that a load may take, however many faults hold it up.
const LOAD_MAX: Duration = Duration::from_secs(600);
/// Virtual time that a drain may take.
const DRAIN_MAX: Duration = Duration::from_secs(120);

/// What the driver of a run brings home.
struct Driven {
    history: History,
    facts: Facts,
    vacuity: VacuityCounters,
    /// How often each fault class changed something.
    bites: BTreeMap<&'static str, u64>,
    waits_for: Vec<String>,
    /// Where in the history the cold power cycle was over.
    restarted: usize,
}

/// A finished run.
#[derive(Debug)]
pub struct Trial {
    /// For machines and reports.
    pub record: RunRecord,
    /// Everything that clients did and saw; `None` when the run did not come to its end.
    pub history: Option<History>,
    /// The last events, for the first one that differs.
    pub trace: Vec<crate::trace::Event>,
    /// The last lines that nodes wrote.
    pub lines: Vec<String>,
}

/// Runs one trial.
pub fn run(engine_kind: EngineKind, seed: u64, options: &TrialOptions) -> Trial {
    let begun = engine::thread_cpu();
    let drawn = options.clone();
    let outcome = engine::run(engine_kind, seed, options.engine.clone(), move |world| drive(world, drawn));
    let engine_cpu = outcome.cpu;
    let mut trial = judged(outcome, options);
    trial.record.cpu_seconds = (engine_cpu + engine::thread_cpu().saturating_sub(begun)).as_secs_f64();
    trial.record.replay =
        format!("cargo sim replay --seed {seed} --engine {}{}", engine_kind.name(), options.flags());
    trial
}

async fn drive(world: World, options: TrialOptions) -> Result<Driven, String> {
    let source = SequenceSource::default();
    let promise = Promise {
        durability: if options.flush_before_acknowledge {
            Durability::FlushBeforeAck
        } else {
            Durability::PageCache
        },
        retention: options.kept.is_some(),
        retention_bytes: options.kept.and_then(|kept| kept.bytes),
        retention_ms: options.kept.and_then(|kept| kept.ms),
        compacted: options.mixed.compacted(),
        wall_at_zero_ms: options.engine.wall_start_ms,
        ..Promise::default()
    };
    let clock = world.clone();
    let scribe = Scribe::new(Recorder::new(promise, source.clone()), Arc::new(move || clock.now()));
    let mut cluster = Cluster::start(&world, move || source.take(), &options).await;
    let mut clients = Vec::new();
    for number in 1..=options.clients {
        let host = NodeOptions { host: Some("clients".to_owned()), ..NodeOptions::default() };
        clients.push(world.node(&format!("client-{number}"), host).await);
    }
    let envs: Vec<Env> = clients.iter().map(|client| world.env(*client)).collect();
    set_up(&world, clients[0], &options, &scribe).await?;

    let mut nemesis = Nemesis::new(&world, clients.clone(), &scribe, &options);
    load_under_faults(&world, &mut cluster, &mut nemesis, &envs, &options, &scribe).await;
    nemesis.heal(&mut cluster).await;
    let mut waits_for = drain(&world, &mut cluster, clients[0], &options, &scribe).await;
    nemesis.power_loss(&mut cluster).await;
    cluster.restart().await;
    let restarted = scribe.with(|recorder, _| recorder.history().events().len());
    waits_for.extend(drain(&world, &mut cluster, clients[0], &options, &scribe).await);
    scribe.with(|recorder, ns| recorder.mark(ns, MarkKind::Ended));
    replays::note(&world, &scribe);

    let facts = cluster.facts();
    let facts = std::mem::take(&mut *facts.lock().expect("no holder of this lock panics"));
    let bites = nemesis.bites(&cluster);
    Ok(Driven { history: scribe.take(), facts, vacuity: nemesis.vacuity, bites, waits_for, restarted })
}

async fn set_up(
    world: &World,
    client: NodeId,
    options: &TrialOptions,
    scribe: &Scribe,
) -> Result<(), String> {
    let (mixed, scribe) = (options.mixed.clone(), scribe.clone());
    let task = world.start(client, "set-up", move |env| async move {
        mixed::set_up(&env, BOOTSTRAP, &mixed, &scribe).await
    });
    match world.timeout(SET_UP_MAX, task).await {
        Some(Ok(outcome)) => outcome,
        Some(Err(_gone)) => Err("the client that set the topics up is gone".to_owned()),
        None => Err("the topics could not be set up in time".to_owned()),
    }
}

async fn load_under_faults(
    world: &World,
    cluster: &mut Cluster,
    nemesis: &mut Nemesis,
    envs: &[Env],
    options: &TrialOptions,
    scribe: &Scribe,
) {
    let (stop, stopped) = watch::channel(false);
    let (envs, mixed, writer) = (envs.to_vec(), options.mixed.clone(), scribe.clone());
    let spawner = envs[0].clone();
    let mut load = spawner.spawn("load", async move {
        let _outcome = mixed::load(&envs, BOOTSTRAP, &mixed, &writer, stopped).await;
    });
    let mut strikes = 0;
    let deadline = world.now() + u64::try_from(LOAD_MAX.as_nanos()).expect("ten minutes fit");
    loop {
        if strikes < options.fault_count && !options.faults.is_empty() {
            nemesis.strike(cluster).await;
            strikes += 1;
        }
        let step =
            if strikes < options.fault_count { Duration::from_millis(1) } else { Duration::from_millis(200) };
        if world.timeout(step, &mut load).await.is_some() {
            return;
        }
        let _restarted = cluster.attend().await;
        if world.now() > deadline {
            break;
        }
    }
    stop.send(true);
    let _too_slow = world.timeout(DRAIN_MAX, load).await;
}

/// Reads everything there is. Returns what it still waits for when its time is over.
async fn drain(
    world: &World,
    cluster: &mut Cluster,
    client: NodeId,
    options: &TrialOptions,
    scribe: &Scribe,
) -> Vec<String> {
    let (mixed, writer) = (options.mixed.clone(), scribe.clone());
    let mut task = world.start(client, "drain", move |env| async move {
        mixed::drain(&env, BOOTSTRAP, &mixed, &writer, DRAIN_MAX).await
    });
    for _ in 0..(DRAIN_MAX.as_secs() * 2 + 60) {
        if let Some(outcome) = world.timeout(Duration::from_millis(500), &mut task).await {
            return match outcome {
                Ok(outcome) if outcome.complete => Vec::new(),
                Ok(outcome) => outcome.waits_for,
                Err(_gone) => vec!["the draining client is gone".to_owned()],
            };
        }
        let _restarted = cluster.attend().await;
    }
    vec!["the drain itself did not end".to_owned()]
}

fn judged(outcome: Outcome<Result<Driven, String>>, options: &TrialOptions) -> Trial {
    let mut history = None;
    let mut record = match outcome.result {
        Ok(Ok(driven)) => {
            let record = verdict(&driven);
            history = Some(driven.history);
            record
        }
        Ok(Err(problem)) => {
            RunRecord { verdict: Verdict::Violation, headline: problem, ..RunRecord::default() }
        }
        Err(failure) => RunRecord {
            verdict: if matches!(failure, Failure::NoSuchEngine(_)) {
                Verdict::Error
            } else {
                Verdict::Crash
            },
            headline: failure.to_string(),
            ..RunRecord::default()
        },
    };
    record.seed = outcome.seed;
    record.engine = outcome.engine.name().to_owned();
    record.target = "tribunal".to_owned();
    record.workload = "mixed".to_owned();
    record.hash = outcome.hash;
    record.virtual_seconds = Duration::from_nanos(outcome.virtual_nanos).as_secs_f64();
    record.options = options.pairs();
    record.client_rpcs = outcome.client_rpcs;
    record.figures.push(("client RPCs".to_owned(), count(outcome.client_rpcs)));
    for (kind, events) in outcome.events {
        record.figures.push((format!("events: {kind:?}"), count(events)));
    }
    let lines = outcome
        .lines
        .iter()
        .map(|line| {
            let seconds = Duration::from_nanos(line.nanos).as_secs_f64();
            format!("{seconds:>10.4} s  {}  {}: {}", outcome.nodes[line.node.index()], line.level, line.text)
        })
        .collect();
    Trial { record, history, trace: outcome.trace, lines }
}

/// A count as a figure.
fn count(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn verdict(driven: &Driven) -> RunRecord {
    let mut findings = judge(&driven.history);
    merge(&mut findings, judge_probes(&driven.history, &driven.facts.probes, &driven.facts.readings));
    let compacted_away = findings.compacted_away;
    let mut record = summarise(&driven.history, &findings);
    if !driven.waits_for.is_empty() {
        note_stuck(&mut record, &driven.waits_for);
    }
    record.vacuity = driven.vacuity;
    for fault in &mut record.faults {
        fault.bit = driven.bites.get(fault.class.as_str()).copied().unwrap_or(0);
    }
    let happened = |name| driven.facts.counts.get(name).copied().unwrap_or(0);
    for name in ["deleted by size", "deleted by age"] {
        let count = f64::from(u32::try_from(happened(name)).unwrap_or(u32::MAX));
        record.figures.push((format!("segments {name}"), count));
    }
    for (what, count) in [
        (Vacuity::DuplicateAnswered, happened("duplicate")),
        (Vacuity::SegmentRolled, happened("rolled")),
        (Vacuity::TailCutByRecovery, happened("cut")),
        (Vacuity::IndexRebuilt, happened("rebuilt")),
        (Vacuity::MidSegmentReadAfterRestart, mid_segment_reads(driven)),
        (Vacuity::CompactedAway, compacted_away),
    ] {
        for _ in 0..count {
            record.vacuity.count(what);
        }
    }
    record
}

/// A drain that came to no end is a hang like any other, with what it waits for.
fn note_stuck(record: &mut RunRecord, waits_for: &[String]) {
    let headline = format!("STUCK: after the heal the drain still waits for {}", waits_for.join("; "));
    if record.verdict == Verdict::Pass {
        record.verdict = Verdict::Violation;
        record.headline.clone_from(&headline);
    }
    record.violation_counts.push(("C22/stuck".to_owned(), waits_for.len() as u64));
    record.violations.push(ViolationRecord {
        checker: "C22".to_owned(),
        anomaly: "stuck".to_owned(),
        headline,
        promise: "once faults are healed, everything that may be read can be read".to_owned(),
        ..ViolationRecord::default()
    });
}

/// Readers that began inside the log after the cold power cycle.
fn mid_segment_reads(driven: &Driven) -> u64 {
    let inside = driven.history.sessions().iter().filter(|session| {
        session.start as usize >= driven.restarted
            && session.from == SessionStart::Seek
            && session.start_offset > 0
    });
    inside.count() as u64
}

fn merge(findings: &mut Findings, more: Findings) {
    findings.violations.extend(more.violations);
    for (name, count) in more.counts {
        *findings.counts.entry(name).or_default() += count;
    }
}

#[cfg(test)]
mod regression_tests;
#[cfg(test)]
mod repeat_tests;
