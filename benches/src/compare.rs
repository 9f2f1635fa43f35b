//! Several servers measured in turn, on one machine, in one run.
//!
//! Owns: starting and ending the servers ([`server`], [`kafka`]), what is measured ([`figures`], and [`recovery`], [`crowd`]
//! and [`compaction`] for those that are no load), the table of medians, spread and ratios ([`report`]), and what the
//! broker is held to ([`goals`]).
//!
//! Why so: a rate of one run says little on a machine that others share. Rounds go A B C A B C, each figure is the median of
//! them, the ratio is taken round by round against the floor program, and memory is touched before each run, because
//! pages that the host has taken back cost ten times as much as recycled ones.
//!
//! Always holds: a figure that could not be taken is missing from the table, with its reason, and never zero; servers
//! that were started here are ended here.

mod bare;
pub mod compaction;
pub mod crowd;
pub mod figures;
pub mod goals;
pub mod kafka;
pub mod recovery;
pub mod report;
pub mod server;

use crate::load::{self, BenchError};
use figures::{Figure, Kind};
use report::{Comparison, Machine, Missing, Sample};
use server::{Command, Launch, Server};
use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    io,
    time::Duration,
};
use tribunal_env::Env;

/// What a comparison is told to do.
#[derive(Debug, Clone)]
pub struct CompareOptions {
    /// Servers to start. Where none of them is a floor program, the first is what the others are compared with.
    pub commands: Vec<Command>,
    /// Servers that run already.
    pub running: Vec<Running>,
    /// Servers that cannot be had here, with the reason.
    pub missing: Vec<Missing>,
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

/// What is told while a comparison goes on.
pub enum Event<'a> {
    /// A line about a step.
    Line(&'a str),
    /// A figure was taken of all servers: everything until now.
    Figure(&'a Comparison),
}

/// Metrics by name, with what was measured.
type Metrics = Vec<(&'static str, f64)>;

/// Measures everything, telling `observer` of each step. What cannot be measured is among the missing of the result.
pub async fn run(env: &Env, options: &CompareOptions, observer: &mut dyn FnMut(Event<'_>)) -> Comparison {
    let mut lab = Lab::new(env, options, observer).await;
    for round in 0..options.rounds {
        for figure in &options.figures {
            for number in 0..lab.servers.len() {
                lab.measure(figure, number, round, observer).await;
            }
            observer(Event::Figure(&lab.comparison));
        }
        lab.comparison.rounds_done = round + 1;
        lab.comparison.machine.look();
        observer(Event::Figure(&lab.comparison));
    }
    lab.comparison
}

/// The servers, and what was made on some of them for later rounds.
struct Lab<'a> {
    env: &'a Env,
    options: &'a CompareOptions,
    servers: Vec<Server>,
    recovery: BTreeMap<usize, recovery::Staged>,
    crowd: BTreeMap<usize, crowd::Staged>,
    /// What failed once is not tried again.
    failed: BTreeSet<(&'static str, usize)>,
    comparison: Comparison,
}

impl<'a> Lab<'a> {
    async fn new(env: &'a Env, options: &'a CompareOptions, observer: &mut dyn FnMut(Event<'_>)) -> Lab<'a> {
        let mut comparison = Comparison {
            rounds: options.rounds,
            seconds: options.duration.as_secs_f64(),
            machine: Machine::here(),
            missing: options.missing.clone(),
            ..Comparison::default()
        };
        let mut servers = Vec::new();
        for command in &options.commands {
            if !options.figures.iter().any(|figure| figure.wants(command.floor)) {
                continue;
            }
            observer(Event::Line(&format!("starting {}", command.name)));
            match start(env, command).await {
                Ok(server) => servers.push(server),
                Err(error) => comparison.missing.push(Missing {
                    server: command.name.clone(),
                    figure: None,
                    reason: error.to_string(),
                }),
            }
        }
        servers.extend(options.running.iter().map(Server::running));
        comparison.servers = servers.iter().map(|server| server.name.clone()).collect();
        comparison.references =
            servers.iter().map(|server| floor(server).is_some_and(|floor| floor.is_reference())).collect();
        if !comparison.references.contains(&true)
            && let Some(first) = comparison.references.first_mut()
        {
            *first = true;
        }
        let (recovery, crowd, failed) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        Lab { env, options, servers, recovery, crowd, failed, comparison }
    }

    /// Takes one figure of one server, if that server takes part.
    async fn measure(
        &mut self,
        figure: &'static Figure,
        number: usize,
        round: usize,
        observer: &mut dyn FnMut(Event<'_>),
    ) {
        let floor = floor(&self.servers[number]);
        if !figure.wants(floor) || self.failed.contains(&(figure.name, number)) {
            return;
        }
        let name = self.servers[number].name.clone();
        let place = format!("round {} of {}: {}, {name}", round + 1, self.options.rounds, figure.name);
        touch(self.options.touch_bytes);
        match self.take(figure, number, round).await {
            Ok(samples) => {
                for (metric, value) in samples {
                    observer(Event::Line(&format!("{place}: {value:.3} {metric}")));
                    self.comparison.add(Sample { figure: figure.name, metric, server: number, round, value });
                }
            }
            Err(error) => {
                observer(Event::Line(&format!("{place}: not measured: {error}")));
                self.failed.insert((figure.name, number));
                self.comparison.missing.push(Missing {
                    server: name,
                    figure: Some(figure.name.to_owned()),
                    reason: error.to_string(),
                });
            }
        }
    }

    /// Metrics by name. None when this server cannot be measured so.
    async fn take(&mut self, figure: &Figure, number: usize, round: usize) -> io::Result<Metrics> {
        let env = self.env;
        let server = &self.servers[number];
        let is_floor = floor(server).is_some();
        let command = server.command().cloned();
        match (&figure.kind, command) {
            (Kind::Load { options, one_core }, _) => self.load(figure, server, *options, *one_core).await,
            // The others need a server that can be started, or whose files can be seen.
            (_, None) => Ok(Metrics::new()),
            (Kind::Start, Some(command)) => {
                let mut samples = Metrics::new();
                for _ in 0..self.options.starts.max(1) {
                    samples.extend(first_start(env, &command).await?);
                }
                Ok(samples)
            }
            (Kind::Recovery, _) if is_floor => recovery::floor(),
            (Kind::Compaction, _) if is_floor => compaction::floor(),
            (Kind::Compaction, _) => compaction::take(env, server, round).await,
            (Kind::Recovery, Some(command)) => {
                let staged = match self.recovery.entry(number) {
                    Entry::Occupied(staged) => staged.into_mut(),
                    Entry::Vacant(free) => free.insert(recovery::stage(env, &command).await?),
                };
                recovery::take(env, staged).await
            }
            // A minute each time, for a figure that does not change.
            (Kind::Crowd, Some(Command { launch: Launch::ApacheKafka(_), .. })) if round > 0 => {
                Ok(Metrics::new())
            }
            (Kind::Crowd, Some(command)) => {
                let staged = match self.crowd.entry(number) {
                    Entry::Occupied(staged) => staged.into_mut(),
                    Entry::Vacant(free) => free.insert(crowd::stage(env, &command).await?),
                };
                crowd::take(env, staged).await
            }
        }
    }

    async fn load(
        &self,
        figure: &Figure,
        server: &Server,
        make: fn(&str) -> load::BenchOptions,
        one_core: bool,
    ) -> io::Result<Metrics> {
        let pid = server.pid();
        let mut bench = make(&server.address);
        bench.duration = self.options.duration;
        bench.warmup = self.options.warmup;
        bench.broker_pid = pid;
        if one_core {
            let Some(pid) = pid else { return Ok(Metrics::new()) };
            pin(Some(pid), 1).and_then(|()| pin(None, 1))?;
        }
        let result = load::run(self.env, &bench, load::Control::silent()).await;
        if one_core {
            pin(pid, usize::MAX).and_then(|()| pin(None, usize::MAX))?;
        }
        let result = result.map_err(odd)?;
        if result.errors > 0 {
            let first = result.first_error.unwrap_or_default();
            return Err(io::Error::other(format!(
                "{} requests failed, the first with {first}",
                result.errors
            )));
        }
        Ok((figure.metrics)(&result))
    }
}

/// A server that accepts connections.
async fn start(env: &Env, command: &Command) -> io::Result<Server> {
    let mut server = Server::prepare(command)?;
    server.start(env).await?;
    Ok(server)
}

/// What kind of floor program it is, if it is one.
fn floor(server: &Server) -> Option<crate::floor::Variant> {
    server.command()?.floor
}

/// Starts a fresh server in an empty directory: milliseconds to its first acknowledged record, and what it holds then.
async fn first_start(env: &Env, command: &Command) -> io::Result<Metrics> {
    const IDLE: Duration = Duration::from_millis(500);
    let mut server = Server::prepare(command)?;
    let begun = env.now();
    server.spawn()?;
    recovery::ready(env, &mut server, None).await?;
    let acknowledged = env.now();
    let mut samples = vec![(figures::FIRST_ACKNOWLEDGED, acknowledged.since(begun).as_secs_f64() * 1e3)];
    if let Some(pid) = server.pid() {
        let usage = load::Usage::of(pid)?;
        samples.push((figures::WRITE_CALLS, usage.write_calls as f64));
        env.sleep(IDLE).await;
        samples
            .push((figures::IDLE_MEMORY, load::Usage::of(pid)?.resident_bytes as f64 / f64::from(1 << 20)));
    }
    Ok(samples)
}

/// Carries a failure of the load generator among those of processes and files.
fn odd(error: BenchError) -> io::Error {
    io::Error::other(error)
}

/// Lets a process, or this one, run on the first `cores` cores.
fn pin(pid: Option<u32>, cores: usize) -> io::Result<()> {
    let all = std::fs::read_dir("/sys/devices/system/cpu")?
        .filter_map(Result::ok)
        .filter_map(|entry| entry.file_name().to_str()?.strip_prefix("cpu")?.parse().ok())
        .collect::<BTreeSet<usize>>();
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
