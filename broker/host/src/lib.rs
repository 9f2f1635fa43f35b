//! The real world: [`Env`] on tokio, sockets and files.
//!
//! Owns: threads, sockets, files, clocks and entropy of the operating system, and the decision which file
//! operations are cheap enough to run on a reactor thread.
//!
//! Measured, and therefore so: a write into the page cache runs where it is asked for (handing it to a pool
//! costs more than the write); a read runs there when the page cache has the bytes (`RWF_NOWAIT`) and on the
//! pool when it has not; flushes and work on directories run on the pool.
//!
//! Must never: know a rule of the Kafka protocol, or inject a fault.

mod buffers;
mod clock;
mod disk;
mod limits;
mod network;
mod open_files;

pub use disk::RealDisk;

use clock::Clock;
use std::{future::Future, io, sync::Arc};
use tokio::runtime::{Handle, Runtime};
use tribunal_env::{
    Backend, BoxFuture, Disk, Env, Fact, FatalReason, Instant, Level, Listener, Stream, Timestamp,
    catch_panic,
};

/// Where facts go in a real process: nowhere, unless somebody listens.
pub type FactSink = Arc<dyn Fn(&Fact) + Send + Sync>;

/// The real backend. One for each process, or one for each node of a test.
pub struct Host {
    runtime: Handle,
    clock: Clock,
    disk: Arc<RealDisk>,
    level: Level,
    facts: Option<FactSink>,
}

impl Host {
    /// A backend on `runtime` that keeps log lines of `level` and above.
    pub fn new(runtime: Handle, level: Level) -> Self {
        let disk = Arc::new(RealDisk::new(runtime.clone(), limits::descriptors_for_files()));
        Host { runtime, clock: Clock::new(), disk, level, facts: None }
    }

    /// Lets idle files keep at most `descriptors_max` descriptors.
    #[must_use]
    pub fn with_descriptors_max(mut self, descriptors_max: usize) -> Self {
        self.disk = Arc::new(RealDisk::new(self.runtime.clone(), descriptors_max));
        self
    }

    /// Sends every fact to `sink` as well.
    #[must_use]
    pub fn with_facts(mut self, sink: FactSink) -> Self {
        self.facts = Some(sink);
        self
    }

    /// The handle for the node.
    pub fn into_env(self) -> Env {
        Env::new(self)
    }
}

/// A tokio runtime as the broker wants it: one worker for each core.
///
/// # Errors
/// When the operating system refuses the threads.
pub fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("tribunal").build()
}

/// Runs `main` with an [`Env`] of this process to its end.
///
/// # Errors
/// When no runtime can be built.
pub fn run<F, T>(level: Level, main: impl FnOnce(Env) -> F) -> io::Result<T>
where
    F: Future<Output = T>,
{
    let runtime = runtime()?;
    let env = Host::new(runtime.handle().clone(), level).into_env();
    let output = runtime.block_on(main(env));
    runtime.shutdown_background();
    Ok(output)
}

/// Completes when the process is asked to stop: SIGTERM or Ctrl-C.
///
/// # Errors
/// When the signal handlers cannot be installed.
pub async fn stop_requested() -> io::Result<&'static str> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(tokio::select! {
        biased;
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "Ctrl-C",
    })
}

impl Backend for Host {
    fn spawn(&self, name: &'static str, future: BoxFuture<'static, ()>) {
        self.runtime.spawn(async move {
            if let Err(message) = catch_panic(future).await {
                exit(FatalReason::Panic, &format!("the task `{name}` panicked: {message}"));
            }
        });
    }

    fn now(&self) -> Instant {
        self.clock.now()
    }

    fn wall(&self) -> Timestamp {
        self.clock.wall()
    }

    fn sleep_until(&self, deadline: Instant) -> BoxFuture<'static, ()> {
        Box::pin(self.clock.sleep_until(deadline))
    }

    fn draw(&self, _stream: &'static str) -> u64 {
        clock::entropy()
    }

    fn listen<'a>(&'a self, address: &'a str) -> BoxFuture<'a, io::Result<Listener>> {
        Box::pin(network::listen(address))
    }

    fn connect<'a>(&'a self, address: &'a str) -> BoxFuture<'a, io::Result<Stream>> {
        Box::pin(network::connect(address))
    }

    fn disk(&self) -> Arc<dyn Disk> {
        self.disk.clone()
    }

    fn probe(&self, fact: &Fact) {
        if let Some(sink) = &self.facts {
            sink(fact);
        }
    }

    fn logs(&self, level: Level) -> bool {
        level <= self.level
    }

    fn log(&self, level: Level, line: std::fmt::Arguments<'_>) {
        say(format_args!("{level}: {line}"));
    }

    fn fatal(&self, reason: FatalReason, message: &str) {
        exit(reason, message);
    }
}

#[expect(clippy::print_stderr, reason = "the host is the one place that writes the process's log")]
fn say(line: std::fmt::Arguments<'_>) {
    eprintln!("{line}");
}

#[expect(clippy::disallowed_methods, reason = "the host is the one place that may end the process")]
fn exit(reason: FatalReason, message: &str) -> ! {
    say(format_args!("fatal: {message}"));
    std::process::exit(reason.exit_code());
}
