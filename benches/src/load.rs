//! The load generator: drives any Kafka-wire server, and measures what a client of it would feel.
//!
//! Owns: the workloads ([`Workload`]), what is measured ([`BenchResult`]), and [`run`], the one way in.
//!
//! Why so: with a rate, requests have intended send times, and latency counts from them, so that a server that stalls
//! cannot hide it by slowing its client down. Without a rate each connection keeps its window full and latency counts
//! from the sending. Frames are built once, and only numbers are patched into them, so that the client is not the limit.
//! Each connection is one task that writes and reads, so that a small request costs no wake-up between tasks.
//!
//! Always holds: what counts falls into the window between warm-up and end; every answer was matched to its request.
//!
//! Leaves out: groups, transactions, idempotence, compression: this measures servers, and the client crate measures itself.

mod connection;
mod consume;
mod frames;
mod latency;
mod options;
mod pace;
mod process;
mod produce;
mod result;
mod setup;
pub mod stage;
mod window;

pub use options::{Acks, BenchOptions, InvalidOption, Workload};
pub use process::{Usage, pin};
pub use result::{BenchResult, BrokerCost, Latency};

use pace::Ticker;
use result::Tally;
use setup::Topic;
use std::{
    fmt, io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tribunal_env::{Env, Task};
use window::Window;

/// How often the progress callback is called, and the stop flag looked at.
const TICK: Duration = Duration::from_millis(200);

/// How long a single answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the callback is told while a run goes on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Seconds since the measured window began; negative during the warm-up.
    pub seconds: f64,
    /// Seconds that the window is to last.
    pub of_seconds: f64,
    /// Records that were acknowledged or read so far, in the window.
    pub records: u64,
    /// Records a second since the last call.
    pub records_per_second: f64,
    /// Requests that were answered with an error.
    pub errors: u64,
}

/// How a run is watched and stopped.
pub struct Control {
    /// Set to end the measurement early: the result then says so, and is good for what it covers.
    pub stop: Arc<AtomicBool>,
    /// Called a few times a second.
    pub progress: Box<dyn FnMut(&Progress) + Send>,
}

impl Control {
    /// Watched by nobody.
    #[must_use]
    pub fn silent() -> Control {
        Control { stop: Arc::new(AtomicBool::new(false)), progress: Box::new(|_| ()) }
    }
}

/// Why there is no result.
#[derive(Debug)]
pub enum BenchError {
    /// The options make no sense.
    Options(InvalidOption),
    /// The server could not be reached.
    Connect {
        /// Where it was looked for.
        address: String,
        /// What came back.
        error: io::Error,
    },
    /// A connection broke, or stayed silent for too long.
    Connection(io::Error),
    /// The server answered what makes a run impossible.
    Server(String),
}

impl fmt::Display for BenchError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BenchError::Options(invalid) => write!(formatter, "{invalid}"),
            BenchError::Connect { address, error } => {
                write!(
                    formatter,
                    "no server was reached at {address}: {error}; is it running, and is this its listener?"
                )
            }
            BenchError::Connection(error) => write!(formatter, "a connection to the server failed: {error}"),
            BenchError::Server(what) => formatter.write_str(what),
        }
    }
}

impl std::error::Error for BenchError {}

impl From<io::Error> for BenchError {
    fn from(error: io::Error) -> Self {
        BenchError::Connection(error)
    }
}

impl From<InvalidOption> for BenchError {
    fn from(invalid: InvalidOption) -> Self {
        BenchError::Options(invalid)
    }
}

/// Runs one workload against the server at `options.bootstrap`.
///
/// # Errors
/// When the options make no sense, the server cannot be used, or a connection breaks on the way. Requests that the
/// server refuses are no error: the result counts them, and carries the first reason.
pub async fn run(env: &Env, options: &BenchOptions, mut control: Control) -> Result<BenchResult, BenchError> {
    options.validate()?;
    let topic = Arc::new(setup::prepare(env, options).await?);
    let measured = measure(env, options, &topic, &mut control).await;
    // The topic goes even when the run failed: the next run should find the disk as this one did.
    let removed = setup::clean_up(env, options, &topic).await;
    let result = measured?;
    removed?;
    Ok(result)
}

async fn measure(
    env: &Env,
    options: &BenchOptions,
    topic: &Arc<Topic>,
    control: &mut Control,
) -> Result<BenchResult, BenchError> {
    if options.workload == Workload::Consume {
        consume::fill(env, options, topic).await?;
    }
    let window = Arc::new(Window::starting(env.now() + options.warmup, options.duration));
    let tasks = start(env, options, topic, &window);
    let samples = watch(env, options, &window, control).await;
    if samples.is_err() {
        window.fail();
    }
    let samples = samples?;
    let mut tally = Tally::new();
    for task in tasks {
        // A task that is gone without output was stopped with its runtime; there is nobody left to tell.
        let part = task.await.map_err(|_| io::Error::other("the run was stopped"))??;
        tally.add(&part);
    }
    let interrupted = control.stop.load(Ordering::Relaxed);
    Ok(BenchResult::new(options, topic.name(), &tally, &samples, interrupted))
}

type Part = Task<Result<Tally, BenchError>>;

fn start(env: &Env, options: &BenchOptions, topic: &Arc<Topic>, window: &Arc<Window>) -> Vec<Part> {
    let mut tasks = Vec::new();
    for number in 0..options.connections {
        let (env, options) = (env.clone(), options.clone());
        let (topic, window) = (topic.clone(), window.clone());
        let spawner = env.clone();
        match options.workload {
            Workload::Consume => {
                let run = async move { consume::run(&env, &options, &topic, &window, number).await };
                tasks.push(spawner.spawn("bench-consume", run));
            }
            Workload::Produce => {
                let run = async move { produce::run(&env, &options, &topic, &window, number).await };
                tasks.push(spawner.spawn("bench-produce", run));
            }
            Workload::Latency => {
                let (env2, options2, topic2, window2) =
                    (env.clone(), options.clone(), topic.clone(), window.clone());
                let (ready, begin) = tokio::sync::oneshot::channel();
                let reader =
                    async move { latency::consume(&env2, &options2, &topic2, &window2, number, ready).await };
                tasks.push(spawner.spawn("bench-latency-consume", reader));
                let writer =
                    async move { latency::produce(&env, &options, &topic, &window, number, begin).await };
                tasks.push(spawner.spawn("bench-latency-produce", writer));
            }
        }
    }
    tasks
}

/// What the watching task saw of the window.
struct Samples {
    seconds: f64,
    records_each_second: Vec<u64>,
    broker: Option<(Usage, Usage)>,
    client: (Usage, Usage),
}

/// Waits for the window to pass, telling of it, and measures the processes at its ends.
async fn watch(
    env: &Env,
    options: &BenchOptions,
    window: &Window,
    control: &mut Control,
) -> Result<Samples, BenchError> {
    let mut ticker = Ticker::new(env.now(), window.start(), TICK);
    let mut last = (env.now(), 0);
    let mut records_each_second = Vec::new();
    let mut counted = 0;
    let broker_usage = || options.broker_pid.map(Usage::of).transpose();
    let mut before = None;
    loop {
        env.sleep_until(ticker.next(env.now(), window.end())).await;
        let now = env.now();
        if before.is_none() && now >= window.start() {
            before = Some((now, broker_usage()?, Usage::own()?));
        }
        if control.stop.load(Ordering::Relaxed) {
            window.end_at(now);
        }
        let records = window.records();
        let passed = now.since(window.start());
        if now >= window.start() {
            while (records_each_second.len() as u64) < passed.as_secs() {
                records_each_second.push(records - counted);
                counted = records;
            }
        }
        let elapsed = now.since(last.0).as_secs_f64();
        let before_start = window.start().since(now).as_secs_f64();
        (control.progress)(&Progress {
            seconds: passed.as_secs_f64() - before_start,
            of_seconds: options.duration.as_secs_f64(),
            records,
            records_per_second: if elapsed > 0.0 { (records - last.1) as f64 / elapsed } else { 0.0 },
            errors: window.errors(),
        });
        last = (now, records);
        if now >= window.end() || window.is_failed() {
            let (start, broker, client) = match before {
                Some(before) => before,
                None => (now, broker_usage()?, Usage::own()?),
            };
            let broker = broker.zip(broker_usage()?);
            return Ok(Samples {
                seconds: now.since(start).as_secs_f64(),
                records_each_second,
                broker,
                client: (client, Usage::own()?),
            });
        }
    }
}
