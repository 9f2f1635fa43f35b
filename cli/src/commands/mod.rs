//! One file for each command.

mod serve;
mod workload;

use crate::output::{Exit, fail};
use clap::{ArgMatches, Command};

/// All commands, as they appear in the help.
pub(crate) fn all() -> Vec<Command> {
    vec![serve::command(), workload::command()]
}

/// Runs the command `name`.
pub(crate) fn run(name: &str, matches: &ArgMatches) -> Exit {
    match name {
        "serve" => serve::run(matches),
        "workload" => workload::run(matches),
        other => fail(&format!("`{other}` is no command")),
    }
}
