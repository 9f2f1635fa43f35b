//! The floor program's command line: `floor --listen HOST:PORT`. The first line it prints names its address.

use clap::Parser;
use std::{path::PathBuf, process::ExitCode};
use tribunal_benches::floor::{FloorOptions, bind};

/// The least that a Kafka-wire server can do: every figure's lower limit. No broker: it checks and remembers nothing.
#[derive(Parser)]
#[command(name = "floor")]
struct Arguments {
    /// Where to listen; port 0 picks a free port
    #[arg(long, default_value = "127.0.0.1:0", value_name = "HOST:PORT")]
    listen: String,
    /// Where the files go (default: a fresh one below the temporary directory)
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,
    /// Threads (default: one for each core)
    #[arg(long)]
    threads: Option<usize>,
    /// Recent records kept in memory, in MiB for each topic
    #[arg(long, default_value_t = 64, value_name = "MIB")]
    tail: usize,
    /// Drop the records instead of writing them
    #[arg(long)]
    null: bool,
    /// Flush the file before each acknowledgement
    #[arg(long)]
    flush: bool,
    /// Send by sendfile what the tail does not hold, instead of reading it in large pieces
    #[arg(long)]
    sendfile: bool,
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a program's main speaks to people")]
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let directory = arguments.directory.unwrap_or_else(|| {
        std::env::temp_dir().join(format!("floor-{}", rustix::process::getpid().as_raw_nonzero()))
    });
    let options = FloorOptions {
        listen: arguments.listen,
        directory: directory.clone(),
        threads: arguments.threads.unwrap_or(cores),
        tail_bytes: arguments.tail << 20,
        null: arguments.null,
        flush: arguments.flush,
        sendfile: arguments.sendfile,
    };
    let listen = options.listen.clone();
    let bound = match bind(options) {
        Ok(bound) => bound,
        Err(error) => {
            eprintln!("floor: cannot listen on {listen} with files in {}: {error}", directory.display());
            return ExitCode::from(2);
        }
    };
    println!("{}", bound.address());
    match bound.serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("floor: accepting failed: {error}");
            ExitCode::from(2)
        }
    }
}
