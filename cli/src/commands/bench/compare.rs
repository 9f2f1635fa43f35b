//! `tribunal bench compare`: the broker beside the floor program and Apache Kafka, measured in turn; and
//! `tribunal bench floor`, so that one build carries all that is compared.
//!
//! Always holds: what was measured when somebody stops it is told and written; a server that cannot be had is a line of
//! the report, not a failure.

use crate::{
    cluster,
    output::{Exit, fail, json, line, note, output_argument, wants_json},
};
use clap::{
    Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, builder::RangedU64ValueParser, value_parser,
};
use std::{path::Path, time::Duration};
use tribunal_benches::{
    compare::{
        self, CompareOptions, Event, Running,
        figures::{self, Figure},
        goals, kafka,
        report::{Comparison, Missing},
        server,
    },
    floor::{FloorArguments, Variant},
};
use tribunal_env::Env;

const EXAMPLES: &str = "\
Examples:
  tribunal bench compare --report out                      everything, five rounds: three quarters of an hour
  tribunal bench compare --only goals --report out         what the broker is held to
  tribunal bench compare --only produce-1k,consume-old --rounds 3 --seconds 2 -o json
  tribunal bench compare --without-kafka --only recovery
  tribunal bench compare --running mine=127.0.0.1:29092,4711 --start 'floor=target/release/floor --listen 127.0.0.1:{port}'

Servers are started on empty directories below the temporary folder (TMPDIR) and measured in turn, A B C A B C. Ratios are
to the floor program, the least that a server can do, taken round by round. Apache Kafka needs a checkout, java 17 or
later and mvn; without them the report says so. Ctrl-C ends it, tells what was measured until then, and ends the
servers. With --report the page is written anew after each figure. Exit codes: 0 measured, 2 nothing measured.
A machine that does something else meanwhile gives no figures: benches/README.md has the other traps.";

/// The arguments of `compare`.
pub(super) fn command() -> Command {
    let number = |name: &'static str, value: &'static str, default: &'static str, help: &'static str| {
        let number = Arg::new(name).long(name).value_name(value).default_value(default);
        number.value_parser(RangedU64ValueParser::<usize>::new().range(1..)).help(help)
    };
    let seconds = |name: &'static str, default: &'static str, help: &'static str| {
        let seconds = Arg::new(name).long(name).value_name("SECONDS").default_value(default);
        seconds.value_parser(value_parser!(f64)).allow_negative_numbers(true).help(help)
    };
    let many = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).action(ArgAction::Append).help(help)
    };
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
    };
    Command::new("compare")
        .about("Measure the broker beside the floor program and Apache Kafka")
        .after_help(EXAMPLES)
        .arg(
            many("only", "FIGURE", "These figures only, separated by commas; `goals` are those with a goal")
                .value_delimiter(','),
        )
        .arg(flag("list", "Say which figures there are"))
        .arg(number("rounds", "N", "5", "Rounds of everything"))
        .arg(seconds("seconds", "3", "Seconds of each measured window"))
        .arg(seconds("warmup", "1", "Seconds before each window"))
        .arg(flag("without-kafka", "Leave Apache Kafka out"))
        .arg(many(
            "start",
            "NAME=COMMAND",
            "Start this instead of the usual servers, with {port} and {dir} where they go; may be repeated, the first is what the others are compared with",
        ))
        .arg(many(
            "running",
            "NAME=HOST:PORT[,PID]",
            "A server that runs already, with its process if that is to be measured too; may be repeated",
        ))
        .arg(number("touch", "MIB", "1024", "Memory to touch before each run"))
        .arg(number("starts", "N", "4", "Starts of each server in a round"))
        .arg(Arg::new("report").long("report").value_name("DIR").help("Write a page and JSON there"))
        .arg(output_argument())
}

/// The arguments of `floor`.
pub(super) fn floor_command() -> Command {
    let command = Command::new("floor")
        .about("Serve as the least that a Kafka-wire server can do: what figures are held against")
        .after_help("Example: tribunal bench floor --listen 127.0.0.1:9092\n\nIt prints its address, checks nothing and remembers nothing: it is no broker.");
    FloorArguments::augment_args(command)
}

/// Runs the floor program.
pub(super) fn floor(matches: &ArgMatches) -> Exit {
    let arguments = match FloorArguments::from_arg_matches(matches) {
        Ok(arguments) => arguments,
        Err(error) => return fail(&error.to_string()),
    };
    match arguments.serve(line) {
        Ok(()) => Exit::Ok,
        Err(problem) => fail(&format!("the floor program: {problem}")),
    }
}

/// Runs the comparison.
pub(super) fn run(matches: &ArgMatches) -> Exit {
    if matches.get_flag("list") {
        for figure in figures::ALL {
            let goal = if goals::has_goal(figure.name) { " (has a goal)" } else { "" };
            line(&format!("{:<20} {}{goal}", figure.name, figure.description));
        }
        return Exit::Ok;
    }
    cluster::run(|env| async move { measure(&env, matches).await })
}

async fn measure(env: &Env, matches: &ArgMatches) -> Result<Exit, String> {
    let options = options(matches)?;
    if cfg!(debug_assertions) {
        note(
            "warn: this is a development build, so that the figures are not worth much: build with --release",
        );
    }
    let report = matches.get_one::<String>("report").map(Path::new);
    let mut latest = Comparison::default();
    let mut observer = |event: Event<'_>| match event {
        Event::Line(text) => note(text),
        Event::Figure(comparison) => {
            comparison.clone_into(&mut latest);
            if let Some(Err(problem)) = report.map(|folder| write(comparison, folder)) {
                note(&format!("warn: {problem}"));
            }
        }
    };
    let run = compare::run(env, &options, &mut observer);
    let compared = tokio::select! {
        biased;
        _ = tribunal_host::stop_requested() => None,
        compared = run => Some(compared),
    };
    if let Some(compared) = compared {
        latest = compared;
    } else {
        note("stopped: this is what was measured until now");
    }
    if let Some(folder) = report {
        let page = write(&latest, folder)?;
        note(&format!("report: {page}"));
    }
    if wants_json(matches) {
        json(&latest)?;
    } else {
        line(latest.to_string().trim_end());
    }
    Ok(if latest.rows.is_empty() { Exit::Usage } else { Exit::Ok })
}

fn write(comparison: &Comparison, folder: &Path) -> Result<String, String> {
    let written = tribunal_reports::write_comparison(comparison, folder);
    written.map(|page| page.display().to_string()).map_err(|error| {
        format!(
            "the report cannot be written to {}: {error}; name a folder that you may write to",
            folder.display()
        )
    })
}

fn options(matches: &ArgMatches) -> Result<CompareOptions, String> {
    let number = |name: &str| *matches.get_one::<usize>(name).expect("it has a default");
    let seconds = |name: &str| {
        let given = *matches.get_one::<f64>(name).expect("it has a default");
        Duration::try_from_secs_f64(given)
            .map_err(|_| format!("--{name}: {given} is no time: give seconds, such as 3 or 0.5"))
    };
    let texts = |name: &str| matches.get_many::<String>(name).into_iter().flatten();
    let figures = chosen(&texts("only").map(String::as_str).collect::<Vec<_>>())?;
    let running = texts("running").map(|text| parse_running(text)).collect::<Result<_, _>>()?;
    let mut commands =
        texts("start").map(|text| server::Command::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let mut missing = Vec::new();
    if commands.is_empty() {
        commands = usual()?;
        if !matches.get_flag("without-kafka") {
            match kafka::find() {
                Ok(command) => commands.push(command),
                Err(reason) => {
                    missing.push(Missing { server: kafka::NAME.to_owned(), figure: None, reason });
                }
            }
        }
    }
    Ok(CompareOptions {
        commands,
        running,
        missing,
        rounds: number("rounds"),
        duration: seconds("seconds")?,
        warmup: seconds("warmup")?,
        figures,
        touch_bytes: number("touch") << 20,
        starts: number("starts"),
    })
}

fn chosen(only: &[&str]) -> Result<Vec<&'static Figure>, String> {
    if let Some(unknown) = only.iter().find(|name| **name != "goals" && Figure::named(name).is_none()) {
        return Err(format!("--only: there is no figure `{unknown}`; --list names them"));
    }
    let is_chosen = |figure: &&Figure| {
        let named = only.contains(&figure.name);
        only.is_empty() || named || (only.contains(&"goals") && goals::has_goal(figure.name))
    };
    Ok(figures::ALL.iter().filter(is_chosen).collect())
}

/// The floor program's variants and the broker, all of them this very program.
fn usual() -> Result<Vec<server::Command>, String> {
    let own = std::env::current_exe()
        .map_err(|error| format!("where this program lies is unknown: {error}; name servers with --start"))?;
    let program = |name: &str, floor: Option<Variant>, arguments: &[&str]| {
        let words = std::iter::once(own.to_string_lossy().into_owned());
        let words = words.chain(arguments.iter().map(|word| (*word).to_owned())).collect();
        server::Command { name: name.to_owned(), launch: server::Launch::Program(words), floor }
    };
    let floor = |variant: Variant| {
        let common = ["bench", "floor", "--listen", "127.0.0.1:{port}", "--directory", "{dir}"];
        program(variant.name(), Some(variant), &[&common, variant.arguments()].concat())
    };
    let mut commands: Vec<server::Command> =
        [Variant::Tail, Variant::Reads, Variant::Sendfile, Variant::Flush, Variant::FlushAtOnce]
            .map(floor)
            .into();
    let (flag, value) = compare::compaction::BACKOFF.split_once('=').expect("it is a setting");
    let flag = format!("--{flag}");
    let listeners = "PLAINTEXT://127.0.0.1:{port}";
    let serve = ["serve", "--listeners", listeners, "--log.dirs", "{dir}", &flag, value];
    commands.push(program(goals::SUBJECT, None, &serve));
    Ok(commands)
}

fn parse_running(text: &str) -> Result<Running, String> {
    let wrong = || format!("--running: `{text}` is not NAME=HOST:PORT or NAME=HOST:PORT,PID");
    let (name, place) = text.split_once('=').ok_or_else(wrong)?;
    let (address, pid) = match place.split_once(',') {
        None => (place, None),
        Some((address, pid)) => (address, Some(pid.parse().map_err(|_| wrong())?)),
    };
    Ok(Running { name: name.to_owned(), address: address.to_owned(), pid })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(flags: &[&str]) -> Result<CompareOptions, String> {
        let all = ["compare", "--without-kafka"].iter().chain(flags);
        options(&command().try_get_matches_from(all).expect("the arguments are known"))
    }

    #[test]
    fn figures_are_chosen_by_name_or_by_goal() {
        let all = parsed(&[]).expect("there are defaults");
        assert_eq!((all.figures.len(), all.rounds, all.commands.len()), (figures::ALL.len(), 5, 6));
        let some = parsed(&["--only", "goals,start", "--running", "x=h:1,2"]).expect("they are known");
        assert!(some.figures.iter().any(|figure| figure.name == "start"));
        assert!(some.figures.iter().all(|figure| figure.name == "start" || goals::has_goal(figure.name)));
        assert_eq!(some.running[0].pid, Some(2));
    }

    #[test]
    fn what_makes_no_sense_names_its_flag() {
        for (flags, word) in [
            (["--only", "nothing"], "--only"),
            (["--seconds", "-1"], "--seconds"),
            (["--running", "x"], "--running"),
            (["--start", "x=y"], "port"),
        ] {
            let problem = parsed(&flags).expect_err(word);
            assert!(problem.contains(word), "{problem}");
        }
    }
}
