//! Several servers measured in turn, on one machine, in one run.
//!
//! Owns: starting and ending the servers ([`server`]), what is measured ([`figures`]), and the table of medians, spread
//! and ratios ([`report`]).
//!
//! Why so: a rate of one run says little on a machine that others share. Rounds go A B A B, each figure is the median of
//! them, the ratio is taken round by round against the first server (the floor program), and memory is touched before
//! each run, because pages that the host has taken back cost ten times as much as recycled ones.
//!
//! Always holds: a figure that could not be taken is missing from the table, never zero; servers that were started here
//! are ended here.

pub mod figures;
pub mod report;
pub mod server;

use crate::load::{self, BenchError};
use figures::{Figure, Kind};
use report::{Comparison, Sample};
use server::{Command, Server};
use std::{fmt, io, time::Duration};
use tribunal_env::{Env, Instant};

/// What a comparison is told to do.
#[derive(Debug, Clone)]
pub struct CompareOptions {
    /// Servers to start, the first one being what the others are compared with.
    pub commands: Vec<Command>,
    /// Servers that run already.
    pub running: Vec<Running>,
    /// How often everything is measured.
    pub rounds: usize,
    /// The measured window of each run.
    pub duration: Duration,
    /// Time before each window.
    pub warmup: Duration,
    /// The figures to take.
    pub figures: Vec<&'static Figure>,
    /// Memory to touch before each run, in bytes.
    pub touch_bytes: usize,
    /// How often a server is started in each round, where starting is measured.
    pub starts: usize,
}

/// A server that somebody else started.
#[derive(Debug, Clone)]
pub struct Running {
    /// Its name in the table.
    pub name: String,
    /// `host:port`.
    pub address: String,
    /// Its process, if it runs here.
    pub pid: Option<u32>,
}

/// Why a comparison ended early.
#[derive(Debug)]
pub enum CompareError {
    /// A server could not be started or used.
    Server {
        /// Its name in the table.
        name: String,
        /// What went wrong.
        error: io::Error,
    },
    /// A run failed.
    Bench {
        /// The server's name in the table.
        name: String,
        /// The figure.
        figure: &'static str,
        /// What went wrong.
        error: BenchError,
    },
}

impl fmt::Display for CompareError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompareError::Server { name, error } => write!(formatter, "{name}: {error}"),
            CompareError::Bench { name, figure, error } => write!(formatter, "{name}, {figure}: {error}"),
        }
    }
}

impl std::error::Error for CompareError {}

/// Measures everything, calling `progress` with a line for each step.
///
/// # Errors
/// When a server cannot be started, or a run fails.
pub async fn run(
    env: &Env,
    options: &CompareOptions,
    progress: &mut dyn FnMut(&str),
) -> Result<Comparison, CompareError> {
    let mut servers = Vec::new();
    for command in &options.commands {
        let started = server::start(env, command).await;
        servers.push(started.map_err(|error| CompareError::Server { name: command.name.clone(), error })?);
    }
    servers.extend(options.running.iter().map(Server::running));
    let names = servers.iter().map(|server| server.name.clone()).collect();
    let mut comparison = Comparison::new(names, options);
    for round in 0..options.rounds {
        for figure in &options.figures {
            for (number, server) in servers.iter().enumerate() {
                touch(options.touch_bytes);
                let samples = take(env, options, figure, server).await?;
                for (metric, value) in samples {
                    progress(&format!(
                        "round {} of {}: {}, {}: {value:.3} {}",
                        round + 1,
                        options.rounds,
                        figure.name,
                        server.name,
                        metric
                    ));
                    comparison.add(Sample { figure: figure.name, metric, server: number, round, value });
                }
            }
        }
    }
    Ok(comparison)
}

/// Takes one figure of one server once: metrics by name. Nothing when this server cannot be measured so.
async fn take(
    env: &Env,
    options: &CompareOptions,
    figure: &Figure,
    server: &Server,
) -> Result<Vec<(&'static str, f64)>, CompareError> {
    let name = || server.name.clone();
    let odd = |error| CompareError::Server { name: name(), error };
    match figure.kind {
        Kind::Load { options: make, one_core } => {
            let mut bench = make(&server.address);
            bench.duration = options.duration;
            bench.warmup = options.warmup;
            bench.broker_pid = server.pid;
            if one_core {
                let Some(pid) = server.pid else { return Ok(Vec::new()) };
                pin(Some(pid), 1).and_then(|()| pin(None, 1)).map_err(odd)?;
            }
            let result = load::run(env, &bench, load::Control::silent()).await;
            if one_core {
                pin(server.pid, usize::MAX).and_then(|()| pin(None, usize::MAX)).map_err(odd)?;
            }
            let result =
                result.map_err(|error| CompareError::Bench { name: name(), figure: figure.name, error })?;
            if result.errors > 0 {
                let first = result.first_error.unwrap_or_default();
                let what = format!("{} requests failed, the first with {first}", result.errors);
                return Err(CompareError::Bench {
                    name: name(),
                    figure: figure.name,
                    error: BenchError::Server(what),
                });
            }
            Ok((figure.metrics)(&result))
        }
        Kind::Start => {
            let Some(command) = &server.command else { return Ok(Vec::new()) };
            let mut samples = Vec::new();
            for _ in 0..options.starts.max(1) {
                samples.extend(start(env, command).await.map_err(odd)?);
            }
            Ok(samples)
        }
    }
}

/// Starts a fresh server in an empty directory: milliseconds to its first acknowledged record, and what it holds then.
async fn start(env: &Env, command: &Command) -> io::Result<Vec<(&'static str, f64)>> {
    const IDLE: Duration = Duration::from_millis(500);
    let begun = env.now();
    let server = server::spawn(command)?;
    let acknowledged = first_acknowledged(env, &server.address, begun).await?;
    let mut samples = vec![(figures::FIRST_ACKNOWLEDGED, acknowledged.since(begun).as_secs_f64() * 1e3)];
    if let Some(pid) = server.pid {
        let usage = load::Usage::of(pid)?;
        samples.push((figures::WRITE_CALLS, usage.write_calls as f64));
        env.sleep(IDLE).await;
        samples
            .push((figures::IDLE_MEMORY, load::Usage::of(pid)?.resident_bytes as f64 / f64::from(1 << 20)));
    }
    Ok(samples)
}

async fn first_acknowledged(env: &Env, address: &str, begun: Instant) -> io::Result<Instant> {
    loop {
        match load::stage::acknowledged(env, address, None).await {
            Ok(()) => return Ok(env.now()),
            Err(error) if env.now().since(begun) > server::PATIENCE => return Err(io::Error::other(error)),
            Err(_) => env.sleep(Duration::from_millis(1)).await,
        }
    }
}

/// Lets a process, or this one, run on the first `cores` cores.
fn pin(pid: Option<u32>, cores: usize) -> io::Result<()> {
    let all = std::fs::read_dir("/sys/devices/system/cpu")?
        .filter_map(Result::ok)
        .filter_map(|entry| entry.file_name().to_str()?.strip_prefix("cpu")?.parse().ok())
        .collect::<std::collections::BTreeSet<usize>>();
    let cores: Vec<usize> = all.into_iter().take(cores).collect();
    load::pin(pid, &cores)
}

/// Makes the host back this much memory with pages, and gives them to whoever comes next.
fn touch(bytes: usize) {
    const PAGE_BYTES: usize = 4096;
    let mut memory = vec![0_u8; bytes];
    memory.iter_mut().step_by(PAGE_BYTES).for_each(|byte| *byte = 1);
    std::hint::black_box(&memory);
}
