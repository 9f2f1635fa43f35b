//! What people and machines read: lines on standard output for results, on standard error for everything else.

use clap::{Arg, ArgMatches};
use serde::Serialize;
use std::{io::Write as _, process::ExitCode};

/// Version and commit of this build.
pub(crate) const BUILD: &str = env!("TRIBUNAL_BUILD");

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Success, or a trial that found nothing.
    Ok,
    /// A trial found a violation.
    Violation,
    /// Wrong usage, or an environment that does not fit.
    Usage,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        match exit {
            Exit::Ok => ExitCode::SUCCESS,
            Exit::Violation => ExitCode::from(1),
            Exit::Usage => ExitCode::from(2),
        }
    }
}

/// Prints a result line. A closed pipe is no error: the reader has seen enough.
pub(crate) fn line(text: &str) {
    let _closed_pipe = writeln!(std::io::stdout().lock(), "{text}");
}

/// Prints a line about the work itself: progress, warnings, errors.
pub(crate) fn note(text: &str) {
    let _closed_pipe = writeln!(std::io::stderr().lock(), "{text}");
}

/// Prints why a command failed, and returns the exit code for it.
pub(crate) fn fail(problem: &str) -> Exit {
    note(&format!("error: {problem}"));
    Exit::Usage
}

/// `-o text|json`, for every command that prints a result.
pub(crate) fn output_argument() -> Arg {
    Arg::new("output")
        .short('o')
        .long("output")
        .value_name("FORMAT")
        .value_parser(["text", "json"])
        .default_value("text")
        .help("How the result is printed")
}

/// Whether `-o json` was given.
pub(crate) fn wants_json(matches: &ArgMatches) -> bool {
    matches.get_one::<String>("output").is_some_and(|output| output == "json")
}

/// Prints a result as one JSON object on one line.
pub(crate) fn json(result: &impl Serialize) -> Result<(), String> {
    let text = serde_json::to_string(result).map_err(|error| format!("the result is no JSON: {error}"))?;
    line(&text);
    Ok(())
}
