//! The turmoil engine: the real tokio runtime, one for each host, driven tick by tick.
//!
//! Traps that are stepped around, each with a test in `engine_tests`:
//! - Tasks of a host run first in, first out: the task wrapper's jitter makes other orders.
//! - A tick that is no whole number of milliseconds runs the clocks wrong: ticks are counted in milliseconds.
//! - The default epoch is the machine's clock: it is set, and nobody asks for it.
//! - A dropped segment ends a connection for good, a crash says goodbye to its peers, a cut link refuses at once:
//!   turmoil's own faults are not used.
//! - A full backlog ends the simulation: the operating system's task drains it.
//! - Timers are ours, so that they work wherever they are polled.

use super::{Engine, EngineKind, EngineListener, Failure, Options, Outcome, outcome, supervise};
use crate::{World, run::Run};
use std::{
    future::Future,
    io,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::{Duration, SystemTime},
};
use tribunal_env::{BoxFuture, Stream};
use turmoil::net::{TcpListener, TcpStream};

/// Segments that a socket holds. The window of the chaos layer is reached first.
const TCP_CAPACITY: usize = 16_384;

/// What the engine's handle and the loop share.
#[derive(Default)]
struct Shared {
    now: AtomicU64,
    hosts: Mutex<Hosts>,
}

#[derive(Default)]
struct Hosts {
    runtimes: Vec<Option<tokio::runtime::Handle>>,
    wanted: Vec<usize>,
    waiting: Vec<Waker>,
}

impl Shared {
    fn hosts(&self) -> std::sync::MutexGuard<'_, Hosts> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct TurmoilEngine(Arc<Shared>);

fn host_name(host: usize) -> String {
    format!("host-{host}")
}

impl Engine for TurmoilEngine {
    fn now(&self) -> u64 {
        self.0.now.load(Ordering::Relaxed)
    }

    fn add_host<'a>(&'a self, _name: &'a str) -> BoxFuture<'a, usize> {
        let host = {
            let mut hosts = self.0.hosts();
            hosts.runtimes.push(None);
            let host = hosts.runtimes.len() - 1;
            hosts.wanted.push(host);
            host
        };
        Box::pin(std::future::poll_fn(move |context| {
            let mut hosts = self.0.hosts();
            if hosts.runtimes[host].is_some() {
                return Poll::Ready(host);
            }
            hosts.waiting.push(context.waker().clone());
            Poll::Pending
        }))
    }

    fn spawn(&self, host: usize, future: BoxFuture<'static, ()>) {
        let runtime = self.0.hosts().runtimes.get(host).cloned().flatten();
        let runtime = runtime.expect("nodes are made after their hosts");
        drop(runtime.spawn(future));
    }

    fn listen(&self, host: usize) -> BoxFuture<'static, io::Result<(Box<dyn EngineListener>, SocketAddr)>> {
        Box::pin(async move {
            let listener = TcpListener::bind(("0.0.0.0", 0)).await?;
            let port = listener.local_addr()?.port();
            let address = SocketAddr::new(turmoil::lookup(host_name(host)), port);
            Ok((Box::new(Accepting(listener)) as Box<dyn EngineListener>, address))
        })
    }

    fn connect(&self, to: SocketAddr) -> BoxFuture<'static, io::Result<(Stream, SocketAddr)>> {
        Box::pin(async move {
            let stream = TcpStream::connect(to).await?;
            let local = stream.local_addr()?;
            Ok((Box::new(stream) as Stream, local))
        })
    }
}

struct Accepting(TcpListener);

impl EngineListener for Accepting {
    fn accept(&mut self) -> BoxFuture<'_, io::Result<(Stream, SocketAddr)>> {
        Box::pin(async move {
            let (stream, peer) = self.0.accept().await?;
            Ok((Box::new(stream) as Stream, peer))
        })
    }
}

/// Set when the driver is to be polled.
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn build(seed: u64, options: &Options) -> turmoil::Sim<'static> {
    let (least, most) = options.latency_ms;
    turmoil::Builder::new()
        .rng_seed(seed)
        .epoch(SystemTime::UNIX_EPOCH)
        .tick_duration(Duration::from_millis(u64::from(options.tick_ms.max(1))))
        .simulation_duration(Duration::from_secs(1 << 32))
        .min_message_latency(Duration::from_millis(u64::from(least)))
        .max_message_latency(Duration::from_millis(u64::from(most.max(least))))
        .tcp_capacity(TCP_CAPACITY)
        .enable_random_order()
        .build()
}

pub(crate) fn execute<T, F, D>(seed: u64, options: Options, driver: F) -> Outcome<T>
where
    F: FnOnce(World) -> D,
    D: Future<Output = T>,
{
    let tick = u64::from(options.tick_ms.max(1)) * 1_000_000;
    let shared = Arc::new(Shared::default());
    let mut sim = build(seed, &options);
    let run = Run::new(seed, options, Box::new(TurmoilEngine(Arc::clone(&shared))));
    let output = {
        let mut driver = pin!(supervise(&run, driver(World::new(Arc::clone(&run)))));
        let flag = Arc::new(Flag(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&flag));
        loop {
            if flag.0.swap(false, Ordering::Relaxed) {
                match driver.as_mut().poll(&mut Context::from_waker(&waker)) {
                    Poll::Ready(output) => break output,
                    Poll::Pending => continue,
                }
            }
            make_hosts(&mut sim, &shared);
            if let Err(error) = sim.step() {
                run.fail(Failure::Engine(error.to_string()));
                break None;
            }
            let now = shared.now.fetch_add(tick, Ordering::Relaxed) + tick;
            run.state().timers.fire(now);
            let waiting = std::mem::take(&mut shared.hosts().waiting);
            waiting.into_iter().for_each(Waker::wake);
        }
    };
    let outcome = outcome(EngineKind::Turmoil, &run, output);
    shared.hosts().runtimes.clear();
    outcome
}

fn make_hosts(sim: &mut turmoil::Sim<'static>, shared: &Arc<Shared>) {
    let wanted = std::mem::take(&mut shared.hosts().wanted);
    for host in wanted {
        let shared = Arc::clone(shared);
        sim.host(host_name(host), move || {
            let shared = Arc::clone(&shared);
            async move {
                shared.hosts().runtimes[host] = Some(tokio::runtime::Handle::current());
                std::future::pending().await
            }
        });
    }
}
