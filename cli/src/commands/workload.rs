//! `tribunal workload`: puts a running cluster on trial over TCP, or judges a history that was stored before.

mod read;

use crate::output::{BUILD, Exit, fail, line, note, output_argument, wants_json};
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::{
    fs::File,
    io::{BufReader, BufWriter},
    path::Path,
    sync::Arc,
    time::Duration,
};
use tribunal_env::{Env, Level, watch};
use tribunal_workloads::{
    checkers,
    history::{History, Limits, MarkKind, Recorder, SequenceSource, write},
    mixed::{self, DrainOutcome, LoadOutcome, MixedOptions, Scribe},
    promise::{Durability, Promise},
    record::{RunRecord, Verdict},
    summary,
};

const RUN_EXAMPLES: &str = "\
Examples:
  tribunal workload run mixed --bootstrap 127.0.0.1:9092
  tribunal workload run mixed --bootstrap 127.0.0.1:9092 --seconds 60 --history run.jsonl --report out
  tribunal workload run mixed --bootstrap 127.0.0.1:9092 --set delete_records=true --set codec=zstd -o json

Brokers may be killed and started again meanwhile: what they acknowledged has to be there at the end.
Ctrl-C stops the load, reads everything that is there and judges it; a second one stops the reading too.
Exit codes: 0 nothing illegal was seen, 1 a promise was broken, 2 the cluster could not be tried to the end.";

const CHECK_EXAMPLES: &str = "\
Examples:
  tribunal workload check run.jsonl
  tribunal workload check run.jsonl --report out
  tribunal workload check run.jsonl -o json | jq .violations

workloads/HISTORY.md describes the format: any harness can write it.";

/// How long the readers may take at the end.
const DRAIN_LIMIT: Duration = Duration::from_secs(120);
/// Violations that are told in full on the terminal.
const TOLD_MAX: usize = 10;

pub(crate) fn command() -> Command {
    let number = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("N").value_parser(clap::value_parser!(u64)).help(help)
    };
    let report = || {
        Arg::new("report").long("report").value_name("DIR").help("Write the run's page and its JSON there")
    };
    let run = Command::new("run")
        .about("Try a running cluster with a workload and judge what was seen")
        .after_help(RUN_EXAMPLES)
        .arg(Arg::new("name").value_name("NAME").required(true).value_parser(["mixed"]).help("The workload"))
        .arg(
            Arg::new("bootstrap")
                .long("bootstrap")
                .value_name("HOST:PORT")
                .required(true)
                .help("Where the cluster is asked for, one address or several with commas"),
        )
        .arg(Arg::new("history").long("history").value_name("FILE").help("Store what was seen in FILE"))
        .arg(report())
        .arg(number("seconds", "Produce for this long").conflicts_with("requests"))
        .arg(number("requests", "Make this many produce requests [default: 3000]"))
        .arg(
            Arg::new("set")
                .long("set")
                .value_name("OPTION=VALUE")
                .action(ArgAction::Append)
                .help("Set an option of the workload; a wrong name lists them"),
        )
        .arg(Arg::new("linearizable-metadata").long("linearizable-metadata").action(ArgAction::SetTrue).help(
            "Demand that every broker shows each change of a topic at once; Apache Kafka does not promise it",
        ))
        .arg(output_argument());
    let check = Command::new("check")
        .about("Judge a stored history")
        .after_help(CHECK_EXAMPLES)
        .arg(Arg::new("file").value_name("FILE").required(true).help("The history"))
        .arg(report())
        .arg(output_argument());
    Command::new("workload")
        .about("Put a cluster, or a stored history, on trial")
        .after_help("Example: tribunal workload run mixed --bootstrap localhost:9092\nMore of them: tribunal workload run --help")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(run)
        .subcommand(read::command(report()))
        .subcommand(check)
}

pub(crate) fn run(matches: &ArgMatches) -> Exit {
    match matches.subcommand() {
        Some(("run", matches)) => try_cluster(matches),
        Some(("read", matches)) => read::run(matches),
        Some(("check", matches)) => check(matches),
        _ => fail("`workload` needs `run`, `read` or `check`"),
    }
}

fn check(matches: &ArgMatches) -> Exit {
    let Some(path) = matches.get_one::<String>("file") else { return fail("a file is needed") };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => return fail(&format!("cannot open {path}: {error}")),
    };
    match summary::check(BufReader::new(file), Limits::default()) {
        Ok(mut checked) => {
            checked.record.replay = format!("tribunal workload check {path}");
            finish(&checked.record, matches)
        }
        Err(error) => fail(&format!("{path}, line {}: {}", error.line, error.message)),
    }
}

fn try_cluster(matches: &ArgMatches) -> Exit {
    match tribunal_host::run(Level::Error, |env| tried(env, matches)) {
        Ok(exit) => exit,
        Err(error) => fail(&format!("the operating system gives no threads: {error}")),
    }
}

async fn tried(env: Env, matches: &ArgMatches) -> Exit {
    let options = match options(matches, env.wall().as_millis()) {
        Ok(options) => options,
        Err(problem) => return fail(&problem),
    };
    let Some(bootstrap) = matches.get_one::<String>("bootstrap") else {
        return fail("--bootstrap is needed");
    };
    let began = env.now();
    let promise = Promise {
        // Only a power loss could tell the two apart, and nobody tells of one here.
        durability: Durability::PageCache,
        // A cluster's default is not known here.
        replicas: u16::try_from(options.replication_factor).unwrap_or(0),
        compacted: options.compacted(),
        metadata_linearizable: matches.get_flag("linearizable-metadata"),
        wall_at_zero_ms: env.wall().as_millis(),
        ..Promise::default()
    };
    let clock = env.clone();
    let now_ns = Arc::new(move || clock.now().since(began).as_nanos() as u64);
    let scribe = Scribe::new(Recorder::new(promise, SequenceSource::default()), now_ns);

    note(&format!("making {} topics named {}-N at {bootstrap}", options.topics, options.topic_prefix));
    if let Err(problem) = mixed::set_up(&env, bootstrap, &options, &scribe).await {
        return fail(&format!("{problem}; is a broker listening at {bootstrap}?"));
    }
    let loaded = load(&env, bootstrap, &options, &scribe, matches.get_one::<u64>("seconds").copied()).await;
    note(&format!("{} produce requests made; reading everything to its end", loaded.requests));
    let drained = drain(&env, bootstrap, &options, &scribe).await;
    scribe.with(|recorder, ns| recorder.mark(ns, MarkKind::Ended));
    let history = scribe.into_history();
    if let Some(path) = matches.get_one::<String>("history") {
        if let Err(error) = store(&history, path) {
            return fail(&format!("cannot write {path}: {error}"));
        }
        note(&format!("the history is in {path}"));
    }
    let mut record = judge(&history, &loaded, &drained);
    record.target.clone_from(bootstrap);
    record.options = options.pairs();
    record.wall_seconds = env.now().since(began).as_secs_f64();
    record.replay = replay(matches, bootstrap);
    finish(&record, matches)
}

/// The defaults, and over them what the flags say.
fn options(matches: &ArgMatches, wall_ms: i64) -> Result<MixedOptions, String> {
    // Each run has topics of its own, so that nothing of an earlier one is in the way.
    let mut options = MixedOptions { topic_prefix: format!("mixed-{wall_ms}"), ..MixedOptions::default() };
    if let Some(requests) = matches.get_one::<u64>("requests") {
        options.produce_requests = *requests;
    }
    if matches.contains_id("seconds") {
        options.produce_requests = u64::MAX >> 8;
    }
    let mut value = serde_json::to_value(&options).map_err(|error| error.to_string())?;
    for setting in matches.get_many::<String>("set").into_iter().flatten() {
        let (name, text) =
            setting.split_once('=').ok_or_else(|| format!("`{setting}` is not of the form OPTION=VALUE"))?;
        // What is no JSON is a word: codec=zstd.
        value[name] = serde_json::from_str(text).unwrap_or_else(|_| text.into());
    }
    serde_json::from_value(value).map_err(|error| format!("in --set: {error}"))
}

/// Runs the load until it is done, the time is over, or Ctrl-C.
async fn load(
    env: &Env,
    bootstrap: &str,
    options: &MixedOptions,
    scribe: &Scribe,
    seconds: Option<u64>,
) -> LoadOutcome {
    let (stop, stopped) = watch::channel(false);
    let envs = [env.clone()];
    let work = mixed::load(&envs, bootstrap, options, scribe, stopped);
    tokio::pin!(work);
    let began = env.now();
    let mut asked = std::pin::pin!(tribunal_host::stop_requested());
    let mut is_asked = false;
    loop {
        tokio::select! {
            biased;
            outcome = &mut work => return outcome,
            signal = &mut asked, if !is_asked => {
                is_asked = true;
                let signal = signal.unwrap_or("a signal that cannot be received");
                note(&format!("{signal}: no more requests; what is under way is waited for"));
                stop.send(true);
            }
            () = env.sleep(Duration::from_secs(1)) => {
                let elapsed = env.now().since(began).as_secs();
                if seconds.is_some_and(|seconds| elapsed >= seconds) {
                    stop.send(true);
                }
                let (sends, polls) =
                    scribe.with(|recorder, _| (recorder.history().sends().len(), recorder.history().polls().len()));
                note(&format!("{elapsed:>4} s  {sends} produce requests  {polls} reads"));
            }
        }
    }
}

async fn drain(env: &Env, bootstrap: &str, options: &MixedOptions, scribe: &Scribe) -> DrainOutcome {
    tokio::select! {
        biased;
        outcome = mixed::drain(env, bootstrap, options, scribe, DRAIN_LIMIT) => outcome,
        _ = tribunal_host::stop_requested() => {
            DrainOutcome { complete: false, waits_for: vec!["the drain was interrupted".to_owned()] }
        }
    }
}

fn store(history: &History, path: &str) -> std::io::Result<()> {
    write(history, BufWriter::new(File::create(path)?))
}

fn judge(history: &History, loaded: &LoadOutcome, drained: &DrainOutcome) -> RunRecord {
    let mut record = summary::summarise(history, &checkers::judge(history));
    record.engine = "tcp".to_owned();
    record.workload = "mixed".to_owned();
    record.build = BUILD.to_owned();
    let missing: Vec<&String> = loaded.gave_up.iter().chain(&drained.waits_for).collect();
    if let (Verdict::Pass, Some(first)) = (record.verdict, missing.first()) {
        record.verdict = Verdict::Incomplete;
        record.headline = format!("INCOMPLETE: {first} ({} such)", missing.len());
    }
    record
}

fn replay(matches: &ArgMatches, bootstrap: &str) -> String {
    let mut line = format!("tribunal workload run mixed --bootstrap {bootstrap}");
    for name in ["seconds", "requests"] {
        if let Some(number) = matches.get_one::<u64>(name) {
            line += &format!(" --{name} {number}");
        }
    }
    for setting in matches.get_many::<String>("set").into_iter().flatten() {
        line += &format!(" --set {setting}");
    }
    if matches.get_flag("linearizable-metadata") {
        line += " --linearizable-metadata";
    }
    line
}

/// Writes the page, if one was asked for, and tells the verdict in any case.
fn finish(record: &RunRecord, matches: &ArgMatches) -> Exit {
    let written = match matches.get_one::<String>("report") {
        None => Exit::Ok,
        Some(directory) => match tribunal_reports::write_run(record, Path::new(directory)) {
            Ok(page) => {
                note(&format!("report: {}", page.display()));
                Exit::Ok
            }
            Err(error) => fail(&format!(
                "the report cannot be written to {directory}: {error}; name a folder that you may write to"
            )),
        },
    };
    match tell(record, wants_json(matches)) {
        Exit::Ok => written,
        verdict => verdict,
    }
}

fn tell(record: &RunRecord, json: bool) -> Exit {
    if json {
        match serde_json::to_string(record) {
            Ok(text) => line(&text),
            Err(error) => return fail(&format!("the record cannot be written: {error}")),
        }
    } else {
        tell_text(record);
    }
    match record.verdict {
        Verdict::Pass => Exit::Ok,
        Verdict::Violation => Exit::Violation,
        Verdict::Incomplete | Verdict::Crash | Verdict::Error => Exit::Usage,
    }
}

fn tell_text(record: &RunRecord) {
    let counts = &record.operations;
    line(match record.verdict {
        Verdict::Pass => "PASS: nothing illegal was seen",
        Verdict::Violation => "VIOLATION",
        Verdict::Incomplete => "INCOMPLETE",
        Verdict::Crash => "CRASH",
        Verdict::Error => "ERROR",
    });
    if !record.headline.is_empty() {
        line(&record.headline);
    }
    line(&format!(
        "{} produce requests of {} records: {} acknowledged, {} refused, {} unknown",
        counts.sends, counts.records_sent, counts.records_ok, counts.records_failed, counts.records_unknown
    ));
    line(&format!(
        "{} reads of {} records, {} other requests, {:.1} s",
        counts.polls, counts.records_seen, counts.others, record.virtual_seconds
    ));
    if let Some((what, count)) = record.figures.iter().find(|(what, _)| what == summary::COMPACTED_AWAY) {
        line(&format!("{what}: {count}"));
    }
    for excuse in &record.excuses_used {
        line(&format!("excused {} times: {}", excuse.used, excuse.reason));
    }
    for (what, count) in &record.violation_counts {
        line(&format!("{what}: {count}"));
    }
    for violation in record.violations.iter().skip(1).take(TOLD_MAX) {
        line(&format!("  {}/{} {}", violation.checker, violation.anomaly, violation.headline));
    }
}
