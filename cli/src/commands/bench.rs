//! `tribunal bench`: the load generator on a running cluster; and comparisons, in [`compare`].
//!
//! Always holds: what is measured is the window between warm-up and end, and a run that was stopped early says so.

mod compare;

use crate::{
    cluster,
    output::{Exit, json, line, note, output_argument, wants_json},
};
use clap::{Arg, ArgAction, ArgMatches, Command, builder::RangedU64ValueParser, value_parser};
use std::{path::Path, sync::atomic::Ordering, time::Duration};
use tribunal_benches::load::{self, Acks, BenchOptions, BenchResult, Control, Progress, Usage};
use tribunal_client::{Admin, ConfigResource};
use tribunal_env::Env;

const PRODUCE_EXAMPLES: &str = "\
Examples:
  tribunal bench produce --bootstrap localhost:9092
  tribunal bench produce --bootstrap localhost:9092 --connections 4 --partitions 4 --seconds 30 --report out
  tribunal bench produce --bootstrap localhost:9092 --batch-records 1 --record-bytes 128 --in-flight 1
  tribunal bench produce --bootstrap localhost:9092 --rate 50000 --topic-config flush.messages=1 -o json";

const CONSUME_EXAMPLES: &str = "\
Examples:
  tribunal bench consume --bootstrap localhost:9092
  tribunal bench consume --bootstrap localhost:9092 --consume-bytes 268435456 --connections 2 --report out";

const LATENCY_EXAMPLES: &str = "\
Examples:
  tribunal bench latency --bootstrap localhost:9092
  tribunal bench latency --bootstrap localhost:9092 --rate 10000 --connections 4 --broker-pid \"$(pidof -s tribunal)\"

A time counts from the moment at which the record was meant to be sent: a server that stalls cannot hide it.";

const COMMON: &str = "

The topic is made for the run and deleted after it, unless --topic names one. Ctrl-C ends the measurement early and
tells what was measured until then; a second one gives up. Exit codes: 0 measured, 2 not measured or requests failed.
Figures mean something from a release build alone, beside those of the floor program: see benches/README.md.";

/// How often progress is told.
const PROGRESS_EVERY_SECONDS: f64 = 1.0;

/// The command's arguments.
pub(crate) fn command() -> Command {
    let subcommand = |name: &'static str, about: &'static str, examples: &str| {
        common(Command::new(name).about(about).after_help(format!("{examples}{COMMON}")))
    };
    Command::new("bench")
        .about("Measure a running cluster, or several servers in turn")
        .after_help(
            "Example: tribunal bench compare --report out\nMore of them: tribunal bench produce --help",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(subcommand("produce", "How fast records are taken", PRODUCE_EXAMPLES))
        .subcommand(subcommand("consume", "How fast records are given back", CONSUME_EXAMPLES))
        .subcommand(subcommand(
            "latency",
            "How long a record takes from producer to consumer",
            LATENCY_EXAMPLES,
        ))
        .subcommand(compare::command())
        .subcommand(compare::floor_command())
}

fn common(command: Command) -> Command {
    let number = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name(value)
            .value_parser(RangedU64ValueParser::<usize>::new())
            .help(help)
    };
    let seconds = |name: &'static str, help: &'static str| {
        let seconds = Arg::new(name).long(name).value_name("SECONDS").value_parser(value_parser!(f64));
        // A negative one is refused in words, and not as a flag that nobody knows.
        seconds.allow_negative_numbers(true).help(help)
    };
    let [bootstrap, timeout] = cluster::arguments();
    command
        .args([bootstrap, timeout])
        .arg(Arg::new("topic").long("topic").value_name("TOPIC").help("Measure on this topic, which is kept"))
        .arg(
            Arg::new("topic-config")
                .long("topic-config")
                .value_name("NAME=VALUE")
                .action(ArgAction::Append)
                .help("A config of the topic that is made; may be repeated"),
        )
        .arg(
            Arg::new("partitions")
                .long("partitions")
                .value_name("N")
                .value_parser(value_parser!(i32).range(1..))
                .help("Partitions of the topic that is made [default: 1]"),
        )
        .arg(number("record-bytes", "BYTES", "Size of a record's value [default: 1024]"))
        .arg(number("batch-records", "N", "Records of a request [default: 60, latency: 1]"))
        .arg(number("connections", "N", "Connections, spread over the partitions [default: 1]"))
        .arg(number(
            "in-flight",
            "N",
            "Requests of a connection without answer [default: 8, consume: 1, latency: 1000]",
        ))
        .arg(
            Arg::new("acks")
                .long("acks")
                .value_name("ACKS")
                .value_parser(["1", "all", "-1"])
                .allow_hyphen_values(true)
                .help("Who has to have a record: 1 the leader, all [default: all]"),
        )
        .arg(
            Arg::new("rate")
                .long("rate")
                .value_name("N")
                .value_parser(value_parser!(u64))
                .help("Records a second [default: as fast as it goes, latency: 2000]"),
        )
        .arg(seconds("seconds", "How long is measured [default: 10]"))
        .arg(seconds("warmup", "How long is waited before [default: 1]"))
        .arg(number(
            "consume-bytes",
            "BYTES",
            "What the topic is filled with before it is read [default: 32 MiB]",
        ))
        .arg(number("fetch-bytes", "BYTES", "What one fetch may return [default: 1 MiB]"))
        .arg(
            Arg::new("broker-pid")
                .long("broker-pid")
                .value_name("PID")
                .value_parser(value_parser!(u32))
                .help("The server's process, where it runs on this machine: what it cost is told too"),
        )
        .arg(Arg::new("report").long("report").value_name("DIR").help("Write a page and JSON there"))
        .arg(output_argument())
}

/// Runs a subcommand.
pub(crate) fn run(matches: &ArgMatches) -> Exit {
    let Some((name, matches)) = matches.subcommand() else { return Exit::Usage };
    match name {
        "compare" => return compare::run(matches),
        "floor" => return compare::floor(matches),
        _ => {}
    }
    cluster::run(|env| async move { measure(&env, name, matches).await })
}

fn options(name: &str, matches: &ArgMatches) -> Result<BenchOptions, String> {
    // The load generator asks one broker; the others are for the case that it is not there.
    let first = cluster::bootstrap(matches).split(',').next().unwrap_or_default().trim();
    let mut options = match name {
        "consume" => BenchOptions::consume(first),
        "latency" => BenchOptions::latency(first),
        _ => BenchOptions::produce(first),
    };
    let number = |name: &str, to: &mut usize| {
        if let Some(given) = matches.get_one::<usize>(name) {
            *to = *given;
        }
    };
    number("record-bytes", &mut options.record_bytes);
    number("batch-records", &mut options.batch_records);
    number("connections", &mut options.connections);
    number("in-flight", &mut options.in_flight);
    number("consume-bytes", &mut options.consume_bytes);
    number("fetch-bytes", &mut options.fetch_bytes_max);
    for (name, to) in [("seconds", &mut options.duration), ("warmup", &mut options.warmup)] {
        if let Some(given) = matches.get_one::<f64>(name) {
            *to = Duration::try_from_secs_f64(*given)
                .map_err(|_| format!("--{name}: {given} is no time: give seconds, such as 10 or 0.5"))?;
        }
    }
    options.topic = matches.get_one::<String>("topic").cloned();
    for config in matches.get_many::<String>("topic-config").into_iter().flatten() {
        let (name, value) = config
            .split_once('=')
            .ok_or_else(|| format!("`{config}` is no config: write --topic-config NAME=VALUE"))?;
        options.topic_configs.push((name.to_owned(), value.to_owned()));
    }
    if let Some(partitions) = matches.get_one::<i32>("partitions") {
        options.partitions = *partitions;
    }
    if matches.get_one::<String>("acks").is_some_and(|acks| acks == "1") {
        options.acks = Acks::Leader;
    }
    options.rate = matches.get_one::<u64>("rate").copied().or(options.rate);
    options.broker_pid = matches.get_one::<u32>("broker-pid").copied();
    options.validate().map_err(|invalid| format!("--{invalid}"))?;
    if let Some(pid) = options.broker_pid {
        Usage::of(pid)
            .map_err(|error| format!("--broker-pid: the process {pid} cannot be looked at: {error}"))?;
    }
    Ok(options)
}

async fn measure(env: &Env, name: &str, matches: &ArgMatches) -> Result<Exit, String> {
    let options = options(name, matches)?;
    // A clear word about an address that does not fit comes from here.
    let client = cluster::reach(env, matches).await?;
    if let Some(topic) = &options.topic {
        let found = Admin::new(&client).describe_configs(&ConfigResource::Topic(topic.clone())).await;
        found.map_err(|error| {
            cluster::explain(&format!("topic `{topic}` cannot be measured on"), topic, &error)
        })?;
    }
    if cfg!(debug_assertions) {
        note(
            "warn: this is a development build, so that the figures are not worth much: build with --release",
        );
    }
    let mut told = 0.0;
    let control =
        Control { progress: Box::new(move |progress| tell(progress, &mut told)), ..Control::silent() };
    let stop = control.stop.clone();
    let result = tokio::select! {
        biased;
        result = load::run(env, &options, control) => result,
        () = async {
            let _first = tribunal_host::stop_requested().await;
            note("stopping: what was measured until now will be told; once more gives up");
            stop.store(true, Ordering::Relaxed);
            let _second = tribunal_host::stop_requested().await;
        } => {
            return Err("given up; the topic of the run may still be there: `tribunal topic list` shows it".to_owned());
        }
    };
    finish(matches, &result.map_err(|error| error.to_string())?)
}

fn tell(progress: &Progress, told: &mut f64) {
    if progress.seconds - *told < PROGRESS_EVERY_SECONDS {
        return;
    }
    *told = progress.seconds;
    let errors = if progress.errors > 0 { format!("  {} errors", progress.errors) } else { String::new() };
    note(&format!(
        "{:>4.0} of {:.0} s  {:>10.0} records/s{errors}",
        progress.seconds, progress.of_seconds, progress.records_per_second
    ));
}

fn finish(matches: &ArgMatches, result: &BenchResult) -> Result<Exit, String> {
    if let Some(directory) = matches.get_one::<String>("report") {
        let page = tribunal_reports::write_bench(result, Path::new(directory)).map_err(|error| {
            format!(
                "the report cannot be written to {directory}: {error}; name a folder that you may write to"
            )
        })?;
        note(&format!("report: {}", page.display()));
    }
    if wants_json(matches) {
        json(result)?;
    } else {
        line(result.to_string().trim_end());
    }
    Ok(if result.errors > 0 { Exit::Usage } else { Exit::Ok })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(name: &str, flags: &[&str]) -> Result<BenchOptions, String> {
        let mut all = vec!["bench", name, "--bootstrap", "h:1,h:2"];
        all.extend(flags);
        let matches = command().try_get_matches_from(all).expect("the arguments are known");
        options(name, matches.subcommand_matches(name).expect("it was given"))
    }

    #[test]
    fn flags_win_over_presets() {
        assert_eq!(parsed("produce", &[]), Ok(BenchOptions::produce("h:1")));
        assert_eq!(parsed("consume", &[]), Ok(BenchOptions::consume("h:1")));
        assert_eq!(parsed("latency", &[]), Ok(BenchOptions::latency("h:1")));
        let given =
            parsed("produce", &["--rate", "7", "--seconds", "0.5", "--in-flight", "3", "--acks", "1"]);
        let expected = BenchOptions {
            rate: Some(7),
            duration: Duration::from_millis(500),
            in_flight: 3,
            acks: Acks::Leader,
            ..BenchOptions::produce("h:1")
        };
        assert_eq!(given, Ok(expected));
    }

    #[test]
    fn what_makes_no_sense_names_its_flag() {
        for (flags, word) in [
            (["--seconds", "-1"], "--seconds"),
            (["--seconds", "0"], "--seconds"),
            (["--record-bytes", "0"], "--record-bytes"),
            (["--rate", "0"], "--rate"),
            (["--topic-config", "x"], "--topic-config"),
            (["--broker-pid", "4294967295"], "--broker-pid"),
        ] {
            let problem = parsed("produce", &flags).expect_err(word);
            assert!(problem.contains(word), "{problem}");
        }
    }
}
