//! A world for one log: a single-threaded executor, a virtual clock, and a disk that keeps page cache and
//! platter apart. Small on purpose; `sim` drives the log harder.

#![allow(unreachable_pub, reason = "a test support module is its own little crate")]
#![allow(dead_code, reason = "each test file uses its own part of the support")]

mod disk;
pub mod filled;
pub mod keyed;

#[allow(unused_imports, reason = "not every test file has crashes")]
pub use disk::{Crash, MemoryDisk};

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use tribunal_env::{
    Backend, BoxFuture, Disk, Env, Fact, FatalReason, Instant, Level, Listener, Stream, Timestamp,
};
use tribunal_log::inspect::{Finding, Totals, Witness};

/// What an inspection found.
#[derive(Default)]
pub struct Findings(pub Vec<Finding>);

impl Witness for Findings {
    fn found(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    fn passed(&mut self, _file: &str, _totals: &Totals) {}
}

/// A node's world. Dropping it kills the node's tasks; the disk stays.
pub struct World {
    backend: Arc<TestBackend>,
}

struct TestBackend {
    disk: MemoryDisk,
    tasks: Mutex<VecDeque<BoxFuture<'static, ()>>>,
    now: AtomicU64,
    timers: Arc<Mutex<BTreeMap<u64, Vec<Waker>>>>,
    facts: Mutex<Vec<Fact>>,
    lines: Mutex<Vec<String>>,
    draws: AtomicU64,
    spawned: AtomicBool,
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl World {
    pub fn new(disk: MemoryDisk) -> World {
        World {
            backend: Arc::new(TestBackend {
                disk,
                tasks: Mutex::default(),
                now: AtomicU64::new(1),
                timers: Arc::default(),
                facts: Mutex::default(),
                lines: Mutex::default(),
                draws: AtomicU64::new(1),
                spawned: AtomicBool::new(false),
            }),
        }
    }

    pub fn env(&self) -> Env {
        Env::from_arc(self.backend.clone())
    }

    pub fn facts(&self) -> Vec<Fact> {
        self.backend.facts.lock().expect("no panic").clone()
    }

    /// What the node wrote to its log.
    pub fn lines(&self) -> Vec<String> {
        self.backend.lines.lock().expect("no panic").clone()
    }

    /// Runs `future` and all tasks until `future` is done. Time moves when nothing else does.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        let flag = Arc::new(Flag(AtomicBool::new(true)));
        let waker = Waker::from(flag.clone());
        let mut context = Context::from_waker(&waker);
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return output;
            }
            self.poll_tasks(&mut context);
            let spawned = self.backend.spawned.swap(false, Ordering::SeqCst);
            if !flag.0.swap(false, Ordering::SeqCst) && !spawned {
                assert!(self.advance(), "everything waits and nothing will happen");
            }
        }
    }

    fn poll_tasks(&self, context: &mut Context<'_>) {
        let count = self.backend.tasks.lock().expect("no panic").len();
        for _ in 0..count {
            let task = self.backend.tasks.lock().expect("no panic").pop_front();
            let Some(mut task) = task else { return };
            if task.as_mut().poll(context).is_pending() {
                self.backend.tasks.lock().expect("no panic").push_back(task);
            }
        }
    }

    fn advance(&self) -> bool {
        let next = self.backend.timers.lock().expect("no panic").pop_first();
        let Some((at, wakers)) = next else { return false };
        self.backend.now.fetch_max(at, Ordering::SeqCst);
        wakers.into_iter().for_each(Waker::wake);
        true
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let tasks = std::mem::take(&mut *self.backend.tasks.lock().expect("no panic"));
        drop(tasks);
    }
}

impl Backend for TestBackend {
    fn spawn(&self, _name: &'static str, future: BoxFuture<'static, ()>) {
        self.tasks.lock().expect("no panic").push_back(future);
        self.spawned.store(true, Ordering::SeqCst);
    }

    fn now(&self) -> Instant {
        Instant::from_nanos(self.now.fetch_add(1, Ordering::SeqCst))
    }

    fn wall(&self) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000)
    }

    fn sleep_until(&self, deadline: Instant) -> BoxFuture<'static, ()> {
        let (at, timers) = (deadline.as_nanos(), Arc::clone(&self.timers));
        let mut asked = false;
        Box::pin(std::future::poll_fn(move |context| {
            let mut timers = timers.lock().expect("no panic");
            if asked && !timers.contains_key(&at) {
                return Poll::Ready(());
            }
            asked = true;
            timers.entry(at).or_default().push(context.waker().clone());
            Poll::Pending
        }))
    }

    fn draw(&self, _stream: &'static str) -> u64 {
        self.draws.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst)
    }

    fn listen<'a>(&'a self, _address: &'a str) -> BoxFuture<'a, io::Result<Listener>> {
        Box::pin(async { Err(io::ErrorKind::Unsupported.into()) })
    }

    fn connect<'a>(&'a self, _address: &'a str) -> BoxFuture<'a, io::Result<Stream>> {
        Box::pin(async { Err(io::ErrorKind::Unsupported.into()) })
    }

    fn disk(&self) -> Arc<dyn Disk> {
        Arc::new(self.disk.clone())
    }

    fn probe(&self, fact: &Fact) {
        self.facts.lock().expect("no panic").push(fact.clone());
    }

    fn logs(&self, level: Level) -> bool {
        level <= Level::Warn
    }

    fn log(&self, _level: Level, line: std::fmt::Arguments<'_>) {
        self.lines.lock().expect("no panic").push(line.to_string());
    }

    fn fatal(&self, reason: FatalReason, message: &str) {
        panic!("the node gave up: {reason:?}: {message}");
    }
}
