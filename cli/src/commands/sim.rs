//! `tribunal sim`: trials of the broker in the simulator. Built with the feature `sim` alone.

#![expect(
    clippy::disallowed_methods,
    reason = "the command line lives in the real world: wall time, threads, timers"
)]

use super::bundle;
use crate::output::{BUILD, Exit, fail, line, note};
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::{
    ops::RangeInclusive,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};
use tribunal_sim::{
    EngineKind,
    trial::{self, Campaign, FaultClass, Progress, Scenario, StopOn, Trial, TrialOptions},
};
use tribunal_workloads::record::{CampaignRecord, Verdict};

const EXAMPLES: &str = "\
Examples:
  cargo sim run --seed 7                             one run, its verdict and what it drew
  cargo sim run --seed 7 --fault power_loss --report out
  cargo sim replay --seed 7 --engine turmoil         the same run again, with the lines that its nodes wrote
  cargo sim campaign --seeds 1..300 --jobs 2 --report out
  cargo sim campaign --minutes 30
  cargo sim campaign --seeds 1..10000 --scenario disk   only what a disk, or a stop, can do
  cargo sim bugs                                     plant known bugs and see whether they are found
  cargo sim hash --seeds 1..20                       one hash a seed, to be compared between processes";

/// Set by Ctrl-C: campaigns end after the runs under way.
static STOP: AtomicBool = AtomicBool::new(false);

fn seed_argument() -> Arg {
    Arg::new("seed")
        .long("seed")
        .value_name("N")
        .required(true)
        .value_parser(clap::value_parser!(u64))
        .help("The run's seed")
}

fn common(command: Command) -> Command {
    command
        .arg(
            Arg::new("engine")
                .long("engine")
                .value_name("ENGINE")
                .default_value("madsim")
                .help("madsim or turmoil"),
        )
        .arg(
            Arg::new("fault")
                .long("fault")
                .value_name("CLASS")
                .action(ArgAction::Append)
                .help("Only this fault class (may be repeated); `none` for no faults"),
        )
        .arg(
            Arg::new("scenario")
                .long("scenario")
                .value_name("NAME")
                .value_parser(["mixed", "disk"])
                .default_value("mixed")
                .conflicts_with("fault")
                .help("What fault classes are drawn from: all of them, or those of the disk and of stops"),
        )
        .arg(Arg::new("report").long("report").value_name("DIR").help("Write pages and JSON there"))
        .arg(
            Arg::new("output")
                .short('o')
                .long("output")
                .value_name("FORMAT")
                .value_parser(["text", "json"])
                .default_value("text")
                .help("How the result is printed"),
        )
}

fn range_argument(default: Option<&'static str>) -> Arg {
    let argument = Arg::new("seeds").long("seeds").value_name("A..B").help("Seeds, both ends included");
    match default {
        Some(default) => argument.default_value(default),
        None => argument,
    }
}

/// The command's arguments.
pub(crate) fn command() -> Command {
    let jobs = Arg::new("jobs")
        .long("jobs")
        .value_name("J")
        .value_parser(clap::value_parser!(usize))
        .help("Runs at a time");
    let minutes = Arg::new("minutes")
        .long("minutes")
        .value_name("M")
        .value_parser(clap::value_parser!(u64))
        .conflicts_with("seeds")
        .help("Consecutive seeds for so long");
    Command::new("sim")
        .about("Put the broker on trial in the simulator")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(common(Command::new("run").about("One run").arg(seed_argument())))
        .subcommand(common(
            Command::new("replay").about("One run again, with what its nodes wrote").arg(seed_argument()),
        ))
        .subcommand(common(
            Command::new("campaign")
                .about("Many runs, judged together")
                .arg(range_argument(None))
                .arg(minutes)
                .arg(jobs)
                .arg(
                    Arg::new("stop-on-failure")
                        .long("stop-on-failure")
                        .action(ArgAction::SetTrue)
                        .help("End at the first failure"),
                )
                .arg(
                    Arg::new("until")
                        .long("until")
                        .value_name("CHECKER")
                        .value_delimiter(',')
                        .conflicts_with("stop-on-failure")
                        .help("End at the first violation by this checker (C03), or of this kind (C03/lost)"),
                )
                .arg(
                    Arg::new("allow-vacuous")
                        .long("allow-vacuous")
                        .action(ArgAction::SetTrue)
                        .help("Pass even if something that should have been tried never happened"),
                ),
        ))
        .subcommand(common(Command::new("hash").about("One hash a seed").arg(range_argument(Some("1..20")))))
        .subcommand(super::bugs::command())
}

/// Runs a subcommand.
pub(crate) fn run(matches: &ArgMatches) -> Exit {
    let Some((name, matches)) = matches.subcommand() else {
        return Exit::Usage;
    };
    if name == "bugs" {
        return super::bugs::run(matches);
    }
    let chosen = match Chosen::of(matches) {
        Ok(chosen) => chosen,
        Err(problem) => return fail(&problem),
    };
    match name {
        "campaign" => campaign(matches, &chosen),
        "hash" => hash(matches, &chosen),
        _ => single(matches, &chosen, name == "replay"),
    }
}

/// What all subcommands take.
struct Chosen {
    engine: EngineKind,
    scenario: Scenario,
    report: Option<String>,
    json: bool,
}

impl Chosen {
    fn of(matches: &ArgMatches) -> Result<Chosen, String> {
        let engine: EngineKind =
            matches.get_one::<String>("engine").map_or(Ok(EngineKind::Madsim), |name| name.parse())?;
        if !EngineKind::available().contains(&engine) {
            return Err(format!(
                "this build has no engine {}: use the cargo aliases `cargo sim` and `cargo trial`",
                engine.name()
            ));
        }
        let disk = matches.get_one::<String>("scenario").is_some_and(|name| name == "disk");
        let scenario = match matches.get_many::<String>("fault") {
            None if disk => Scenario::Disk,
            None => Scenario::Mixed,
            Some(names) => Scenario::Only(
                names
                    .filter(|name| *name != "none")
                    .map(|name| FaultClass::parse(name))
                    .collect::<Result<Vec<_>, _>>()?,
            ),
        };
        Ok(Chosen {
            engine,
            scenario,
            report: matches.get_one::<String>("report").cloned(),
            json: matches.get_one::<String>("output").is_some_and(|format| format == "json"),
        })
    }

    fn options(&self, seed: u64) -> TrialOptions {
        TrialOptions::draw(seed, &self.scenario)
    }
}

fn seeds(matches: &ArgMatches) -> Result<Option<RangeInclusive<u64>>, String> {
    matches.get_one::<String>("seeds").map(|text| range_of(text)).transpose()
}

/// The seeds of `A..B`, both ends included.
pub(super) fn range_of(text: &str) -> Result<RangeInclusive<u64>, String> {
    let wrong = || format!("`--seeds {text}` is not A..B with A at most B, such as 1..150");
    let (first, last) = text.split_once("..").ok_or_else(wrong)?;
    let (first, last) =
        (first.parse::<u64>().map_err(|_| wrong())?, last.parse::<u64>().map_err(|_| wrong())?);
    if first > last { Err(wrong()) } else { Ok(first..=last) }
}

fn exit(verdict: Verdict) -> Exit {
    match verdict {
        Verdict::Pass => Exit::Ok,
        Verdict::Error => Exit::Usage,
        _ => Exit::Violation,
    }
}

fn single(matches: &ArgMatches, chosen: &Chosen, with_lines: bool) -> Exit {
    let seed = matches.get_one::<u64>("seed").copied().unwrap_or_default();
    let mut trial = trial::run(chosen.engine, seed, &chosen.options(seed));
    trial.record.build = BUILD.to_owned();
    if with_lines {
        trial.lines.iter().for_each(|text| note(text));
    }
    if chosen.json {
        line(&serde_json::to_string(&trial.record).unwrap_or_default());
    } else {
        tell(&trial);
    }
    if let Some(directory) = &chosen.report {
        match bundle::write(&trial, Path::new(directory)) {
            Ok(page) => note(&format!("report: {}", page.display())),
            Err(error) => return fail(&format!("the report cannot be written to {directory}: {error}")),
        }
    }
    exit(trial.record.verdict)
}

fn tell(trial: &Trial) {
    let record = &trial.record;
    for (name, value) in &record.options {
        line(&format!("  {name}: {value}"));
    }
    let verdict = format!("{:?}", record.verdict).to_uppercase();
    line(&format!("{verdict} seed {} on {}: {}", record.seed, record.engine, record.headline));
    for (kind, count) in &record.violation_counts {
        line(&format!("  {kind}: {count}"));
    }
    for violation in record.violations.iter().take(5) {
        line(&format!("  {} {}: {}", violation.checker, violation.anomaly, violation.headline));
    }
    line(&format!(
        "  {} sends, {} polls, {} others, {} client RPCs in {:.1} virtual s, {:.2} CPU s; hash {}",
        record.operations.sends,
        record.operations.polls,
        record.operations.others,
        record.client_rpcs,
        record.virtual_seconds,
        record.cpu_seconds,
        record.hash
    ));
    if record.verdict != Verdict::Pass {
        line(&format!("replay: {}   # built from {}", record.replay, record.build));
    }
}

fn hash(matches: &ArgMatches, chosen: &Chosen) -> Exit {
    let range = match seeds(matches) {
        Ok(range) => range.unwrap_or(1..=20),
        Err(problem) => return fail(&problem),
    };
    for seed in range {
        let trial = trial::run(chosen.engine, seed, &chosen.options(seed));
        line(&format!("{seed} {}", trial.record.hash));
    }
    Exit::Ok
}

fn campaign(matches: &ArgMatches, chosen: &Chosen) -> Exit {
    let begun = Instant::now();
    let range = match seeds(matches) {
        Ok(range) => range,
        Err(problem) => return fail(&problem),
    };
    let minutes = matches.get_one::<u64>("minutes").copied();
    let jobs = matches.get_one::<usize>("jobs").copied();
    let plan = Campaign {
        engine: chosen.engine,
        seeds: range.clone().unwrap_or(1..=if minutes.is_some() { u64::MAX - 1 } else { 100 }),
        jobs: jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)),
        scenario: chosen.scenario.clone(),
        build: BUILD.to_owned(),
        stop: match matches.get_many::<String>("until") {
            Some(wanted) => StopOn::Finding(wanted.cloned().collect()),
            None if matches.get_flag("stop-on-failure") => StopOn::Failure,
            None => StopOn::Nothing,
        },
    };
    watch_for_the_end(minutes.map(|minutes| Duration::from_secs(minutes * 60)));
    let mut shown = Instant::now();
    let mut record = plan.run(&STOP, |progress| show(progress, &mut shown, chosen.report.as_deref()));
    record.wall_seconds = begun.elapsed().as_secs_f64();
    if minutes.is_some() {
        record.stopped_early = false;
    }
    finish(matches, chosen, &record)
}

/// Sets [`STOP`] on Ctrl-C, or when the time is over.
fn watch_for_the_end(limit: Option<Duration>) {
    std::thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async {
            let time = async {
                match limit {
                    Some(limit) => tokio::time::sleep(limit).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                _ = tribunal_host::stop_requested() => note("finishing the runs under way; the report will have what was done"),
                () = time => {}
            }
        });
        STOP.store(true, Ordering::Relaxed);
    });
}

fn show(progress: &Progress<'_>, shown: &mut Instant, report: Option<&str>) {
    let record = &progress.trial.record;
    if record.verdict != Verdict::Pass {
        note(&format!("{:?} seed {}: {}", record.verdict, record.seed, record.headline));
        note(&format!("replay: {}", record.replay));
        if let Some(directory) = report
            && let Err(error) = bundle::write(progress.trial, Path::new(directory))
        {
            note(&format!("the page of seed {} cannot be written: {error}", record.seed));
        }
    }
    if shown.elapsed() >= Duration::from_secs(5) {
        *shown = Instant::now();
        note(&format!("{} runs, {} failed", progress.done, progress.failed));
    }
}

fn finish(matches: &ArgMatches, chosen: &Chosen, record: &CampaignRecord) -> Exit {
    let directory = chosen.report.clone().unwrap_or_else(|| "target/trial-report".to_owned());
    match tribunal_reports::write_campaign(record, Path::new(&directory)) {
        Ok(page) => note(&format!("report: {}", page.display())),
        Err(error) => return fail(&format!("the report cannot be written to {directory}: {error}")),
    }
    let failed: usize = record.failures.iter().map(|group| group.seeds.len()).sum();
    if chosen.json {
        line(&serde_json::to_string(record).unwrap_or_default());
    } else {
        line(&format!(
            "{} runs on {}: {} passed, {failed} failed; {:.0} virtual s, {:.1} CPU s, {:.1} s",
            record.runs.len(),
            record.engine,
            record.runs.len() - failed,
            record.virtual_seconds,
            record.cpu_seconds,
            record.wall_seconds
        ));
        line(&format!(
            "  {} client RPCs, {:.0} per CPU second, {:.2} CPU s a run",
            record.client_rpcs,
            record.client_rpcs_per_cpu_second,
            record.cpu_seconds / record.runs.len().max(1) as f64
        ));
        for group in &record.failures {
            line(&format!("  {} ({} seeds): {}", group.signature, group.seeds.len(), group.headline));
            line(&format!("  {}", group.replay));
        }
        for what in &record.vacuous {
            line(&format!("  never happened: {}", what.title()));
        }
    }
    let vacuous = !record.vacuous.is_empty() && !matches.get_flag("allow-vacuous") && !record.stopped_early;
    if failed > 0 || vacuous { Exit::Violation } else { Exit::Ok }
}
