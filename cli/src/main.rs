//! The `tribunal` binary: one program to serve, to use, to try and to measure.
//!
//! Owns: arguments, what is printed, and exit codes. Each command is a file in `commands/` and calls a crate that
//! does the work.
//!
//! Exit codes: 0 success or a passed trial, 1 a violation found, 2 wrong usage or an environment that does not fit.
//! `serve` adds those of [`tribunal_env::FatalReason`].

mod cluster;
mod commands;
mod input;
mod moment;
mod output;

use clap::Command;
use output::Exit;
use std::process::ExitCode;

fn main() -> ExitCode {
    let matches = match command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            // Help and version are no mistakes; clap knows which stream each belongs to.
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Ok };
            let _closed_pipe = error.print();
            return exit.into();
        }
    };
    let Some((name, matches)) = matches.subcommand() else {
        return Exit::Usage.into();
    };
    commands::run(name, matches).into()
}

fn command() -> Command {
    Command::new("tribunal")
        .version(output::BUILD)
        .about("A Kafka-compatible streaming platform that was built to be put on trial")
        .after_help("Every command has examples: tribunal COMMAND --help")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(commands::all())
}
