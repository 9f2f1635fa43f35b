//! The two engines under the simulated world, and how a run is run.
//!
//! An engine polls tasks, carries bytes and moves virtual time; all that makes a world of it is shared. A run has its
//! own operating-system thread: madsim seeds what std draws per thread, and a run must not see another's leftovers.

use crate::{
    World, disk::DiskOptions, random::Ratio, run::Line, run::Run, timers::VirtualSleep, trace::Event,
    trace::EventKind,
};
use std::{
    collections::BTreeMap,
    future::Future,
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
    time::Duration,
};
use tribunal_env::{BoxFuture, Level, Stream};

#[cfg(all(feature = "madsim", not(madsim)))]
compile_error!(
    "the feature `madsim` needs `--cfg madsim`, without which that crate is no simulator: use the cargo aliases, and \
     leave RUSTFLAGS alone"
);

#[cfg(all(feature = "madsim", madsim))]
mod madsim;
pub(crate) mod panics;
mod turmoil;

/// Which engine runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EngineKind {
    /// Random scheduling, time that jumps to the next event. Built only with the feature `madsim` and `--cfg madsim`.
    Madsim,
    /// The real tokio runtime, time in ticks.
    Turmoil,
}

impl EngineKind {
    /// The engines of this build.
    pub fn available() -> &'static [EngineKind] {
        if cfg!(all(feature = "madsim", madsim)) {
            &[EngineKind::Madsim, EngineKind::Turmoil]
        } else {
            &[EngineKind::Turmoil]
        }
    }

    /// The engine's name on command lines and in reports.
    pub fn name(self) -> &'static str {
        match self {
            EngineKind::Madsim => "madsim",
            EngineKind::Turmoil => "turmoil",
        }
    }
}

impl std::str::FromStr for EngineKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "madsim" => Ok(EngineKind::Madsim),
            "turmoil" => Ok(EngineKind::Turmoil),
            other => Err(format!("`{other}` is no engine: use madsim or turmoil")),
        }
    }
}

/// What a run's world is like, apart from its faults.
#[derive(Debug, Clone)]
pub struct Options {
    /// Network latency, least and most, in milliseconds.
    pub latency_ms: (u32, u32),
    /// Bytes on their way in one direction of a connection, least and most; drawn for each connection.
    pub window_bytes: (u32, u32),
    /// How often a task that is due waits for another turn first. turmoil needs it to try different orders.
    pub jitter: Ratio,
    /// How often a read or write takes only a part.
    pub short_io: Ratio,
    /// The disk of each node, unless the node asks for another.
    pub disk: DiskOptions,
    /// The wall clock at the start, in milliseconds since the Unix epoch.
    pub wall_start_ms: i64,
    /// turmoil's tick in milliseconds: longer is faster and coarser.
    pub tick_ms: u32,
    /// The run fails when it takes longer, in virtual time.
    pub virtual_limit: Duration,
    /// The run fails when tasks are polled more often.
    pub polls_max: u64,
    /// How many of the last events are kept for a trace; all of them when large enough.
    pub trace_events: usize,
    /// Lines of nodes up to this level are kept.
    pub log_level: Level,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            latency_ms: (1, 4),
            window_bytes: (4 << 10, 256 << 10),
            jitter: Ratio::new(1, 4),
            short_io: Ratio::ZERO,
            disk: DiskOptions::default(),
            wall_start_ms: 1_790_000_000_000,
            tick_ms: 1,
            virtual_limit: Duration::from_secs(600),
            polls_max: 200_000_000,
            trace_events: 4_096,
            log_level: Level::Info,
        }
    }
}

/// Why a run came to no end of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// A task panicked.
    Panic {
        /// Of which node; `driver` for the driver itself.
        node: String,
        /// The task.
        task: &'static str,
        /// What it said, and where.
        message: String,
    },
    /// The driver had not finished when the virtual time was up.
    TimeLimit,
    /// Tasks were polled without end.
    TooManyPolls {
        /// Of which node was the last.
        node: String,
        /// The last task.
        task: &'static str,
    },
    /// This build does not have the engine.
    NoSuchEngine(EngineKind),
    /// The engine itself gave up.
    Engine(String),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Panic { node, task, message } => {
                write!(formatter, "task `{task}` of {node} panicked: {message}")
            }
            Failure::TimeLimit => formatter.write_str("the run did not end within its virtual time"),
            Failure::TooManyPolls { node, task } => {
                write!(formatter, "tasks were polled without end, the last one was `{task}` of {node}")
            }
            Failure::NoSuchEngine(kind) => {
                write!(formatter, "this build has no engine {}: use the cargo aliases", kind.name())
            }
            Failure::Engine(message) => write!(formatter, "the engine gave up: {message}"),
        }
    }
}

/// What is left of a run.
#[derive(Debug)]
pub struct Outcome<T> {
    /// What the driver returned, or why it did not.
    pub result: Result<T, Failure>,
    /// The seed.
    pub seed: u64,
    /// The engine.
    pub engine: EngineKind,
    /// The hash over everything that happened.
    pub hash: String,
    /// Virtual nanoseconds that passed.
    pub virtual_nanos: u64,
    /// Processor time that the run took, for figures; no part of the hash.
    pub cpu: Duration,
    /// Client RPCs completed: requests whose answer came back whole to the end that connected.
    pub client_rpcs: u64,
    /// How many events of each kind there were.
    pub events: BTreeMap<EventKind, u64>,
    /// The last events.
    pub trace: Vec<Event>,
    /// The last lines that nodes wrote.
    pub lines: Vec<Line>,
    /// The names of the nodes, by index.
    pub nodes: Vec<String>,
    /// How often each random stream of each node was drawn from.
    pub draws: BTreeMap<String, u64>,
}

/// What an engine does for a run.
pub(crate) trait Engine: Send + Sync + 'static {
    /// Virtual nanoseconds since the run began.
    fn now(&self) -> u64;
    /// Makes a host. Called by the driver.
    fn add_host<'a>(&'a self, name: &'a str) -> BoxFuture<'a, usize>;
    /// Runs a task on a host.
    fn spawn(&self, host: usize, future: BoxFuture<'static, ()>);
    /// Listens on a port that the engine chooses. Called by a task of that host.
    fn listen(&self, host: usize) -> BoxFuture<'static, io::Result<(Box<dyn EngineListener>, SocketAddr)>>;
    /// Connects; the address is the local one. Called by a task of the connecting host.
    fn connect(&self, to: SocketAddr) -> BoxFuture<'static, io::Result<(Stream, SocketAddr)>>;
}

/// Accepts the engine's connections, with the address of the peer.
pub(crate) trait EngineListener: Send {
    fn accept(&mut self) -> BoxFuture<'_, io::Result<(Stream, SocketAddr)>>;
}

/// Runs `driver` in a fresh world. The same engine, seed, options and driver give the same outcome, hash included.
pub fn run<T, F, D>(kind: EngineKind, seed: u64, options: Options, driver: F) -> Outcome<T>
where
    T: Send + 'static,
    F: FnOnce(World) -> D + Send + 'static,
    D: Future<Output = T> + 'static,
{
    let thread = std::thread::Builder::new().name(format!("{} {seed}", kind.name())).stack_size(8 << 20);
    let running =
        thread.spawn(move || timed(kind, seed, options, driver)).expect("a run's thread can be made");
    running
        .join()
        .unwrap_or_else(|payload| lost(kind, seed, Failure::Engine(panics::message(payload.as_ref()))))
}

fn timed<T, F, D>(kind: EngineKind, seed: u64, options: Options, driver: F) -> Outcome<T>
where
    F: FnOnce(World) -> D,
    D: Future<Output = T>,
{
    let begun = thread_cpu();
    let mut outcome = execute(kind, seed, options, driver);
    outcome.cpu = thread_cpu().saturating_sub(begun);
    outcome
}

/// Processor time that this thread has used.
pub(crate) fn thread_cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn execute<T, F, D>(kind: EngineKind, seed: u64, options: Options, driver: F) -> Outcome<T>
where
    F: FnOnce(World) -> D,
    D: Future<Output = T>,
{
    match kind {
        EngineKind::Turmoil => turmoil::execute(seed, options, driver),
        #[cfg(all(feature = "madsim", madsim))]
        EngineKind::Madsim => madsim::execute(seed, options, driver),
        #[cfg(not(all(feature = "madsim", madsim)))]
        EngineKind::Madsim => lost(kind, seed, Failure::NoSuchEngine(kind)),
    }
}

fn lost<T>(engine: EngineKind, seed: u64, failure: Failure) -> Outcome<T> {
    Outcome {
        result: Err(failure),
        seed,
        engine,
        hash: String::new(),
        virtual_nanos: 0,
        cpu: Duration::ZERO,
        client_rpcs: 0,
        events: BTreeMap::new(),
        trace: Vec::new(),
        lines: Vec::new(),
        nodes: Vec::new(),
        draws: BTreeMap::new(),
    }
}

/// Drives the driver to its end or the run's failure, then ends all nodes. Run by each engine as its main future.
pub(crate) async fn supervise<T>(run: &Arc<Run>, driver: impl Future<Output = T>) -> Option<T> {
    let limit = u64::try_from(run.options.virtual_limit.as_nanos()).unwrap_or(u64::MAX);
    let mut limit = VirtualSleep::new(Arc::clone(run), limit);
    let output = {
        let mut driver = pin!(driver);
        std::future::poll_fn(|context| {
            {
                let mut state = run.state();
                if state.failure.is_some() {
                    return Poll::Ready(None);
                }
                state.supervisor = Some(context.waker().clone());
            }
            if Pin::new(&mut limit).poll(context).is_ready() {
                run.fail(Failure::TimeLimit);
                return Poll::Ready(None);
            }
            match panics::catch(std::panic::AssertUnwindSafe(|| driver.as_mut().poll(context))) {
                Ok(polled) => polled.map(Some),
                Err(message) => {
                    run.fail(Failure::Panic { node: "driver".to_owned(), task: "driver", message });
                    Poll::Ready(None)
                }
            }
        })
        .await
    };
    let count = run.state().nodes.len();
    for node in (0..count).map(crate::NodeId::at) {
        run.end_process(node, crate::Status::Down);
        run.all_gone(node).await;
    }
    output
}

/// Reads the outcome off a finished run.
pub(crate) fn outcome<T>(kind: EngineKind, run: &Arc<Run>, output: Option<T>) -> Outcome<T> {
    let draws = draws(run);
    for (name, count) in &draws {
        let digest = crate::hash::digest(name.as_bytes());
        run.record(crate::NodeId::WORLD, EventKind::Draws, "draws", [digest, *count, 0]);
    }
    let virtual_nanos = run.now();
    let client_rpcs = run.net().answered();
    let state = run.state();
    let kinds = [
        EventKind::Poll,
        EventKind::Chunk,
        EventKind::Connection,
        EventKind::Disk,
        EventKind::Fact,
        EventKind::Fault,
        EventKind::Node,
        EventKind::Note,
        EventKind::Draws,
    ];
    let counts = state.trace.counts();
    let result = match (state.failure.clone(), output) {
        (Some(failure), _) => Err(failure),
        (None, Some(output)) => Ok(output),
        (None, None) => Err(Failure::Engine("it ended before the driver did".to_owned())),
    };
    let outcome = Outcome {
        result,
        seed: run.seed,
        engine: kind,
        hash: state.trace.hash_text(),
        virtual_nanos,
        cpu: Duration::ZERO,
        client_rpcs,
        events: kinds.into_iter().zip(counts).collect(),
        trace: state.trace.kept(),
        lines: state.lines.iter().cloned().collect(),
        nodes: state.nodes.iter().map(|node| node.name.clone()).collect(),
        draws,
    };
    drop(state);
    run.clear();
    outcome
}

/// The count of draws of every stream, by the name of its owner and its own.
fn draws(run: &Arc<Run>) -> BTreeMap<String, u64> {
    let mut draws = BTreeMap::new();
    let mut disks = Vec::new();
    {
        let state = run.state();
        for node in &state.nodes {
            draws.extend(node.draws().map(|(name, count)| (format!("{}/{name}", node.name), count)));
            disks.push((format!("{}/disk", node.name), Arc::clone(&node.disk)));
        }
    }
    for (name, disk) in disks {
        draws.insert(name, disk.lock().unwrap_or_else(std::sync::PoisonError::into_inner).draws());
    }
    draws.extend(run.net().draws().map(|(name, count)| (format!("network/{name}"), count)));
    draws
}
