//! The madsim engine: its executor picks among ready tasks at random, and time jumps to the next event.
//!
//! Traps that are stepped around, each with a test in `engine_tests`:
//! - Bytes leave only at a flush: the stream of the chaos layer flushes every write.
//! - A half-close does nothing, a kill tells the peers at once and through any cut, a connect to a cut-off node is
//!   refused: the chaos layer tells ends, and madsim's own faults are not used.
//! - There is no flow control: the chaos layer has windows.
//! - Each poll of a sleep adds a timer that stays: timers are ours, and one task moves them.
//! - Without `--cfg madsim` the crate is no simulator: the build fails.

use super::{Engine, EngineKind, EngineListener, Options, Outcome, outcome, supervise};
use crate::{World, run::Run};
use madsim::{
    net::{TcpListener, TcpStream},
    runtime::{Handle, NodeHandle, Runtime},
    time::TimeHandle,
};
use std::{
    future::Future,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
    time::Duration,
};
use tribunal_env::{BoxFuture, Stream};

struct MadsimEngine {
    handle: Handle,
    time: TimeHandle,
    begin: Duration,
    hosts: Mutex<Vec<NodeHandle>>,
}

fn ip(host: usize) -> IpAddr {
    let number = u32::try_from(host).expect("hosts are few") + 1;
    Ipv4Addr::from_bits(Ipv4Addr::new(192, 168, 0, 0).to_bits() + number).into()
}

impl MadsimEngine {
    fn hosts(&self) -> std::sync::MutexGuard<'_, Vec<NodeHandle>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine for MadsimEngine {
    fn now(&self) -> u64 {
        u64::try_from((self.time.elapsed() - self.begin).as_nanos()).expect("runs are short")
    }

    fn add_host<'a>(&'a self, name: &'a str) -> BoxFuture<'a, usize> {
        let mut hosts = self.hosts();
        let host = hosts.len();
        hosts.push(self.handle.create_node().name(name).ip(ip(host)).build());
        Box::pin(std::future::ready(host))
    }

    fn spawn(&self, host: usize, future: BoxFuture<'static, ()>) {
        let node = self.hosts()[host].clone();
        drop(node.spawn(future));
    }

    fn listen(&self, host: usize) -> BoxFuture<'static, io::Result<(Box<dyn EngineListener>, SocketAddr)>> {
        Box::pin(async move {
            let listener = TcpListener::bind("0.0.0.0:0").await?;
            let address = SocketAddr::new(ip(host), listener.local_addr()?.port());
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

/// Moves the run's timers: sleeps until the earliest, and fires what is due.
async fn pump(run: Arc<Run>, time: TimeHandle, begin: Duration) {
    let mut sleeping: Option<(u64, Pin<Box<madsim::time::Sleep>>)> = None;
    std::future::poll_fn(|context| {
        loop {
            let now = u64::try_from((time.elapsed() - begin).as_nanos()).expect("runs are short");
            let next = {
                let mut state = run.state();
                state.timers.fire(now);
                state.timers.arm(context.waker())
            };
            let Some(deadline) = next else {
                sleeping = None;
                return Poll::<()>::Pending;
            };
            // A sleep adds an engine timer each time it is polled: only a new one is.
            if sleeping.as_ref().is_some_and(|(armed, sleep)| *armed == deadline && !sleep.is_elapsed()) {
                return Poll::Pending;
            }
            let mut sleep = Box::pin(time.sleep(Duration::from_nanos(deadline - now)));
            let polled = sleep.as_mut().poll(context);
            sleeping = Some((deadline, sleep));
            if polled.is_pending() {
                return Poll::Pending;
            }
        }
    })
    .await;
}

pub(crate) fn execute<T, F, D>(seed: u64, options: Options, driver: F) -> Outcome<T>
where
    F: FnOnce(World) -> D,
    D: Future<Output = T>,
{
    let (least, most) = options.latency_ms;
    let mut config = madsim::Config::default();
    config.net.send_latency = Duration::from_millis(u64::from(least))
        ..Duration::from_millis(u64::from(most.max(least))) + Duration::from_nanos(1);
    let runtime = Runtime::with_seed_and_config(seed, config);
    let handle = runtime.handle().clone();
    runtime.block_on(async move {
        let time = TimeHandle::current();
        let begin = time.elapsed();
        let engine = MadsimEngine { handle, time: time.clone(), begin, hosts: Mutex::default() };
        let run = Run::new(seed, options, Box::new(engine));
        let pumping = madsim::task::spawn(pump(Arc::clone(&run), time, begin));
        let output = supervise(&run, driver(World::new(Arc::clone(&run)))).await;
        pumping.abort();
        let outcome = outcome(EngineKind::Madsim, &run, output);
        // The pump holds the run until its cancellation has been seen.
        let _cancelled = pumping.await;
        outcome
    })
}
