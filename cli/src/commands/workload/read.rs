//! `tribunal workload read`: goes on with a stored history, once more reads everything that it wrote, and judges all of it.
//!
//! Between the two the cluster may have been killed, restored or damaged. What is known to be damaged is said with
//! flags, and written into the history as a simulated disk would write it: exactly that is excused, and no more.

use super::{DRAIN_LIMIT, finish, judge, store};
use crate::output::{Exit, fail, note, output_argument};
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::{fs::File, io::BufReader, sync::Arc};
use tribunal_env::{Env, Level};
use tribunal_workloads::{
    history::{DiskDamage, Fault, History, Limits, MarkKind, PartitionId, Recorder},
    mixed::{self, DrainOutcome, LoadOutcome, MixedOptions, Scribe},
};

const EXAMPLES: &str = "\
Examples:
  tribunal workload read run.jsonl --bootstrap 127.0.0.1:9092
  tribunal workload read run.jsonl --bootstrap 127.0.0.1:9092 --damaged mixed-0-1:120..127 --history again.jsonl
  tribunal workload read run.jsonl --bootstrap 127.0.0.1:9092 --lost-from mixed-0-1:4711

run.jsonl is what `tribunal workload run mixed --history run.jsonl` left. A record outside of what is said to be damaged
or lost has to be there, as it was written. `excused N times` counts the records that were not, and answers that said so.
Exit codes: 0 nothing illegal was seen, 1 a promise was broken, 2 the cluster could not be read to the end.";

pub(super) fn command(report: Arg) -> Command {
    let damage = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).action(ArgAction::Append).help(help)
    };
    Command::new("read")
        .about("Read again what a stored history wrote, and judge both")
        .after_help(EXAMPLES)
        .arg(Arg::new("file").value_name("FILE").required(true).help("The history to go on with"))
        .arg(
            Arg::new("bootstrap")
                .long("bootstrap")
                .value_name("HOST:PORT")
                .required(true)
                .help("Where the cluster is asked for, one address or several with commas"),
        )
        .arg(damage(
            "damaged",
            "PARTITION:FIRST..LAST",
            "These offsets cannot be read any more, both included; may be repeated",
        ))
        .arg(damage(
            "lost-from",
            "PARTITION:OFFSET",
            "A power loss may have taken everything from this offset on; may be repeated",
        ))
        .arg(Arg::new("history").long("history").value_name("FILE").help("Store both in FILE"))
        .arg(report)
        .arg(output_argument())
}

pub(super) fn run(matches: &ArgMatches) -> Exit {
    match tribunal_host::run(Level::Error, |env| read(env, matches)) {
        Ok(exit) => exit,
        Err(error) => fail(&format!("the operating system gives no threads: {error}")),
    }
}

async fn read(env: Env, matches: &ArgMatches) -> Exit {
    let (scribe, options) = match begin(&env, matches) {
        Ok(begun) => begun,
        Err(problem) => return fail(&problem),
    };
    let bootstrap = matches.get_one::<String>("bootstrap").expect("clap demands it");
    note(&format!("reading everything of {} topics to its end", options.topics));
    let before = scribe.with(|recorder, _| recorder.history().sessions().len());
    let mut drained = tokio::select! {
        biased;
        outcome = mixed::drain(&env, bootstrap, &options, &scribe, DRAIN_LIMIT) => outcome,
        _ = tribunal_host::stop_requested() => {
            DrainOutcome { complete: false, waits_for: vec!["the reading was interrupted".to_owned()] }
        }
    };
    scribe.with(|recorder, ns| recorder.mark(ns, MarkKind::Ended));
    let history = scribe.into_history();
    if let Some(path) = matches.get_one::<String>("history") {
        if let Err(error) = store(&history, path) {
            return fail(&format!("cannot write {path}: {error}"));
        }
        note(&format!("the history is in {path}"));
    }
    drained.waits_for.extend(unread(&history, before, &options.topic_prefix));
    let mut record = judge(&history, &LoadOutcome::default(), &drained);
    record.target.clone_from(bootstrap);
    record.options = options.pairs();
    finish(&record, matches)
}

/// The history so far with its known damage, and how to read what it wrote.
fn begin(env: &Env, matches: &ArgMatches) -> Result<(Scribe, MixedOptions), String> {
    let path = matches.get_one::<String>("file").expect("clap demands it");
    let file = File::open(path).map_err(|error| format!("cannot open {path}: {error}"))?;
    let history = tribunal_workloads::history::read(BufReader::new(file), Limits::default())
        .map_err(|error| format!("{path}, line {}: {}", error.line, error.message))?;
    let options = MixedOptions::of_history(&history)
        .ok_or_else(|| format!("{path} names no topics of a mixed workload that are still there"))?;
    let damage = damage(matches, &history)?;
    // The run's clock goes on, by the wall clock that its timestamps are of.
    let before = history.events().len().checked_sub(1).map_or(0, |last| history.ns(last as u32));
    let since_zero = env.wall().as_millis().saturating_sub(history.promise.wall_at_zero_ms);
    let base = u64::try_from(since_zero).unwrap_or(0).saturating_mul(1_000_000).max(before);
    let (clock, began) = (env.clone(), env.now());
    let now_ns = Arc::new(move || base + clock.now().since(began).as_nanos() as u64);
    let scribe = Scribe::new(Recorder::resume(history), now_ns);
    for what in damage {
        scribe.with(|recorder, ns| recorder.mark(ns, what));
    }
    Ok((scribe, options))
}

/// Partitions of the workload's topics that nobody read to the end from session `before` on: behind their names stand
/// other ones now.
fn unread(history: &History, before: usize, prefix: &str) -> Vec<String> {
    let is_read = |index: usize| {
        let mut sessions = history.sessions()[before..].iter();
        sessions.any(|session| usize::from(session.partition.0) == index && session.reached_end)
    };
    let topic_number = |topic: &str| topic.strip_prefix(prefix)?.strip_prefix('-')?.parse::<u32>().ok();
    let partitions = history.partitions().iter().enumerate();
    partitions
        .filter(|(index, partition)| topic_number(&partition.topic).is_some() && !is_read(*index))
        .map(|(_, partition)| {
            format!("{}-{}: what the history wrote is not there", partition.topic, partition.index)
        })
        .collect()
}

/// What the flags say is damaged or lost, as marks.
fn damage(matches: &ArgMatches, history: &History) -> Result<Vec<MarkKind>, String> {
    let mut marks = Vec::new();
    for text in matches.get_many::<String>("damaged").into_iter().flatten() {
        let range = place(text, history).and_then(|(partition, rest)| {
            let (first, last) = rest.split_once("..")?;
            Some((partition, DiskDamage::Unreadable(first.parse().ok()?, last.parse().ok()?)))
        });
        let (partition, damage) =
            range.ok_or_else(|| format!("--damaged {text} is no PARTITION:FIRST..LAST of the history"))?;
        marks.push(MarkKind::Disk { partition, node: -1, damage });
    }
    for text in matches.get_many::<String>("lost-from").into_iter().flatten() {
        let from = place(text, history)
            .and_then(|(partition, rest)| Some((partition, DiskDamage::LostFrom(rest.parse().ok()?))));
        let (partition, damage) =
            from.ok_or_else(|| format!("--lost-from {text} is no PARTITION:OFFSET of the history"))?;
        let class = "power_loss".to_owned();
        marks.push(MarkKind::Fault(Fault { class, node: -1, until_ns: None, detail: String::new() }));
        marks.push(MarkKind::Disk { partition, node: -1, damage });
    }
    Ok(marks)
}

/// `TOPIC-INDEX:REST`: the partition, the newest of this name, and the rest.
fn place<'a>(text: &'a str, history: &History) -> Option<(PartitionId, &'a str)> {
    let (name, rest) = text.rsplit_once(':')?;
    let (topic, index) = name.rsplit_once('-')?;
    let index = index.parse::<i32>().ok()?;
    let found = history.partitions().iter().rposition(|it| it.topic == topic && it.index == index)?;
    Some((PartitionId(u16::try_from(found).ok()?), rest))
}
