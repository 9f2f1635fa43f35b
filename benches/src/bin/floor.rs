//! The floor program's command line: `floor --listen HOST:PORT`. The first line it prints names its address.

use clap::Parser;
use std::process::ExitCode;
use tribunal_benches::floor::FloorArguments;

/// The least that a Kafka-wire server can do: every figure's lower limit. No broker: it checks and remembers nothing.
#[derive(Parser)]
#[command(name = "floor")]
struct Arguments {
    #[command(flatten)]
    floor: FloorArguments,
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a program's main speaks to people")]
fn main() -> ExitCode {
    match Arguments::parse().floor.serve(|address| println!("{address}")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("floor: {error}");
            ExitCode::from(2)
        }
    }
}
