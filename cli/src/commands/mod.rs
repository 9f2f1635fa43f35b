//! One file for each command.

mod bench;
#[cfg(feature = "sim")]
mod bugs;
#[cfg(feature = "sim")]
mod bundle;
mod consume;
mod log;
mod produce;
mod report;
mod serve;
#[cfg(feature = "sim")]
mod sim;
mod topic;
mod workload;

use crate::output::{Exit, fail};
use clap::{ArgMatches, Command};

/// All commands, as they appear in the help.
pub(crate) fn all() -> Vec<Command> {
    vec![
        serve::command(),
        topic::command(),
        produce::command(),
        consume::command(),
        log::command(),
        sim_command(),
        workload::command(),
        bench::command(),
        report::command(),
    ]
}

/// Runs the command `name`.
pub(crate) fn run(name: &str, matches: &ArgMatches) -> Exit {
    match name {
        "serve" => serve::run(matches),
        "produce" => produce::run(matches),
        "consume" => consume::run(matches),
        "log" => log::run(matches),
        "bench" => bench::run(matches),
        "report" => report::run(matches),
        "topic" => topic::run(matches),
        "workload" => workload::run(matches),
        "sim" => sim_run(matches),
        other => fail(&format!("`{other}` is no command")),
    }
}

#[cfg(feature = "sim")]
use sim::{command as sim_command, run as sim_run};

/// Where the simulator is, for a build that does not carry it.
#[cfg(not(feature = "sim"))]
fn sim_command() -> Command {
    Command::new("sim")
        .about("Put the broker on trial in the simulator (`cargo sim`)")
        .arg(clap::Arg::new("rest").num_args(0..).trailing_var_arg(true).allow_hyphen_values(true))
}

#[cfg(not(feature = "sim"))]
fn sim_run(_matches: &ArgMatches) -> Exit {
    fail(
        "this build carries nothing of the simulator: run `cargo sim ...` in a checkout, or `cargo trial` for a campaign",
    )
}
