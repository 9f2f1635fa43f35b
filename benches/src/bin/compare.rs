//! The comparison's command line: starts the floor program and the broker, measures them in turn, prints the table.

use clap::Parser;
use std::{path::PathBuf, process::ExitCode, time::Duration};
use tribunal_benches::compare::{
    CompareOptions, Running,
    figures::{self, Figure},
    report::Comparison,
    run,
    server::Command,
};
use tribunal_env::Level;

/// Measures servers in turn on this machine: the floor program, the broker, and others. Build all with --release.
#[derive(Parser)]
#[command(name = "compare")]
struct Arguments {
    /// A server to start: NAME=PROGRAM ARGUMENT..., with {port} and {dir} where they go. May be repeated. The first one
    /// is what the others are compared with. Default: floor and tribunal from this program's own directory
    #[arg(long = "start", value_name = "NAME=COMMAND")]
    start: Vec<String>,
    /// A server that runs already: NAME=HOST:PORT, or NAME=HOST:PORT,PID to measure its process too. May be repeated
    #[arg(long = "running", value_name = "NAME=HOST:PORT[,PID]")]
    running: Vec<String>,
    /// Rounds of everything
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of each measured window
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// Seconds before each window
    #[arg(long, default_value_t = 1.0)]
    warmup: f64,
    /// Take these figures only, separated by commas (see --list)
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Say which figures there are
    #[arg(long)]
    list: bool,
    /// Memory to touch before each run, in MiB
    #[arg(long, default_value_t = 1024, value_name = "MIB")]
    touch: usize,
    /// Starts of each server in a round
    #[arg(long, default_value_t = 4)]
    starts: usize,
    /// Write everything that was measured to this file as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a program's main speaks to people")]
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list {
        for figure in figures::ALL {
            println!("{:<20} {}", figure.name, figure.description);
        }
        return ExitCode::SUCCESS;
    }
    let json = arguments.json.clone();
    let compared = options(&arguments).and_then(|options| {
        let mut progress = |line: &str| eprintln!("{line}");
        let run = |env| async move { run(&env, &options, &mut progress).await };
        let compared = tribunal_host::run(Level::Warn, run);
        compared.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
    });
    match compared.and_then(|comparison| write(&comparison, json).map(|()| comparison)) {
        Ok(comparison) => {
            println!("{comparison}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("compare: {error}");
            ExitCode::from(2)
        }
    }
}

fn options(arguments: &Arguments) -> Result<CompareOptions, String> {
    let mut commands = Vec::new();
    for text in &arguments.start {
        commands.push(Command::parse(text)?);
    }
    if commands.is_empty() {
        commands = default_commands()?;
    }
    let running = arguments.running.iter().map(|text| parse_running(text)).collect::<Result<_, _>>()?;
    let seconds = |name: &str, seconds: f64| {
        Duration::try_from_secs_f64(seconds).map_err(|error| format!("--{name} {seconds}: {error}"))
    };
    if arguments.rounds == 0 {
        return Err("--rounds 0 measures nothing: give at least 1, and 5 for a figure to quote".to_owned());
    }
    Ok(CompareOptions {
        commands,
        running,
        rounds: arguments.rounds,
        duration: seconds("seconds", arguments.seconds)?,
        warmup: seconds("warmup", arguments.warmup)?,
        figures: chosen(&arguments.only)?,
        touch_bytes: arguments.touch << 20,
        starts: arguments.starts,
    })
}

fn chosen(only: &[String]) -> Result<Vec<&'static Figure>, String> {
    if let Some(unknown) = only.iter().find(|name| !figures::ALL.iter().any(|figure| figure.name == **name)) {
        return Err(format!("there is no figure `{unknown}`: --list names them"));
    }
    Ok(figures::ALL
        .iter()
        .filter(|figure| only.is_empty() || only.iter().any(|name| name == figure.name))
        .collect())
}

fn default_commands() -> Result<Vec<Command>, String> {
    let own =
        std::env::current_exe().map_err(|error| format!("where this program lies is unknown: {error}"))?;
    let beside = |name: &str| own.with_file_name(name);
    let floor = beside("floor");
    if !floor.exists() {
        return Err(format!("{} is not there: build with `cargo build --release --bins`", floor.display()));
    }
    let mut commands = vec![Command {
        name: "floor".to_owned(),
        words: [&floor.to_string_lossy(), "--listen", "127.0.0.1:{port}", "--directory", "{dir}"]
            .map(str::to_owned)
            .to_vec(),
    }];
    let broker = beside("tribunal");
    if broker.exists() {
        commands.push(Command {
            name: "tribunal".to_owned(),
            words: [
                &broker.to_string_lossy(),
                "serve",
                "--listeners",
                "PLAINTEXT://127.0.0.1:{port}",
                "--log.dirs",
                "{dir}",
            ]
            .map(str::to_owned)
            .to_vec(),
        });
    }
    Ok(commands)
}

fn parse_running(text: &str) -> Result<Running, String> {
    let wrong = || format!("`{text}` is not NAME=HOST:PORT or NAME=HOST:PORT,PID");
    let (name, place) = text.split_once('=').ok_or_else(wrong)?;
    let (address, pid) = match place.split_once(',') {
        None => (place, None),
        Some((address, pid)) => (address, Some(pid.parse().map_err(|_| wrong())?)),
    };
    Ok(Running { name: name.to_owned(), address: address.to_owned(), pid })
}

fn write(comparison: &Comparison, path: Option<PathBuf>) -> Result<(), String> {
    let Some(path) = path else { return Ok(()) };
    let json = serde_json::to_string_pretty(comparison).map_err(|error| error.to_string())?;
    std::fs::write(&path, json).map_err(|error| format!("{}: {error}", path.display()))
}
