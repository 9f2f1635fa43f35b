//! A process of a simulated node, as the code on trial sees it: [`tribunal_env::Backend`] over the run.

use crate::{
    NodeId, chaos,
    disk::{Crash, DiskPort, Operation, SimDisk},
    hash,
    run::{Line, Run, Status},
    task,
    timers::{NodeSleep, VirtualSleep},
    trace::EventKind,
};
use std::{
    io,
    sync::{Arc, PoisonError},
    time::Duration,
};
use tribunal_env::{
    Backend, BoxFuture, Disk, Fact, FatalReason, Instant, Level, Listener, Stream, Timestamp,
};

/// Lines for people that a run keeps.
const LINES_MAX: usize = 2_000;

/// One process of one node. After its end, all it can do is wait.
#[derive(Clone)]
pub(crate) struct Process {
    pub(crate) run: Arc<Run>,
    pub(crate) node: NodeId,
    pub(crate) incarnation: u32,
    disk: Arc<SimDisk>,
}

impl Process {
    /// The node's process of now.
    pub(crate) fn current(run: &Arc<Run>, node: NodeId) -> Self {
        let (incarnation, model) = {
            let state = run.state();
            let of = &state.nodes[node.index()];
            (of.incarnation, Arc::clone(&of.disk))
        };
        let port = Arc::new(Port { run: Arc::clone(run), node });
        Process { run: Arc::clone(run), node, incarnation, disk: Arc::new(SimDisk::new(model, port)) }
    }
}

/// What the disk needs of the run.
struct Port {
    run: Arc<Run>,
    node: NodeId,
}

impl DiskPort for Port {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        Box::pin(VirtualSleep::new(Arc::clone(&self.run), self.run.now().saturating_add(nanos)))
    }

    fn record(&self, operation: Operation, offset: u64, bytes: u64, digest: u64) {
        let name = match operation {
            Operation::Open => "open",
            Operation::Read => "read",
            Operation::Write => "write",
            Operation::SetLength => "set length",
            Operation::Sync => "sync",
            Operation::SyncDirectory => "sync directory",
            Operation::Rename => "rename",
            Operation::List => "list",
        };
        self.run.record(self.node, EventKind::Disk, name, [offset, bytes, digest]);
    }
}

impl Backend for Process {
    fn spawn(&self, name: &'static str, future: BoxFuture<'static, ()>) {
        task::spawn(&self.run, self.node, self.incarnation, false, name, future);
    }

    fn now(&self) -> Instant {
        let now = self.run.now();
        Instant::from_nanos(self.run.state().nodes[self.node.index()].clock.tick(now))
    }

    fn wall(&self) -> Timestamp {
        let now = self.run.now();
        let nanos = self.run.state().nodes[self.node.index()].clock.wall(now);
        Timestamp::from_millis(nanos.div_euclid(1_000_000))
    }

    fn sleep_until(&self, deadline: Instant) -> BoxFuture<'static, ()> {
        Box::pin(NodeSleep::new(Arc::clone(&self.run), self.node.index(), deadline.as_nanos()))
    }

    fn draw(&self, stream: &'static str) -> u64 {
        self.run.state().nodes[self.node.index()].draw(self.run.seed, stream)
    }

    fn listen<'a>(&'a self, address: &'a str) -> BoxFuture<'a, io::Result<Listener>> {
        Box::pin(chaos::dial::listen(self.clone(), address))
    }

    fn connect<'a>(&'a self, address: &'a str) -> BoxFuture<'a, io::Result<Stream>> {
        Box::pin(chaos::dial::connect(self.clone(), address))
    }

    fn disk(&self) -> Arc<dyn Disk> {
        Arc::clone(&self.disk) as Arc<dyn Disk>
    }

    fn probe(&self, fact: &Fact) {
        self.run.tell(self.node, fact);
    }

    fn logs(&self, level: Level) -> bool {
        level <= self.run.options.log_level
    }

    fn log(&self, level: Level, line: std::fmt::Arguments<'_>) {
        let line = Line { nanos: self.run.now(), node: self.node, level, text: line.to_string() };
        let mut state = self.run.state();
        if state.lines.len() == LINES_MAX {
            state.lines.pop_front();
        }
        state.lines.push_back(line);
    }

    fn fatal(&self, reason: FatalReason, message: &str) {
        let disk = {
            let state = self.run.state();
            let of = &state.nodes[self.node.index()];
            if of.incarnation != self.incarnation {
                return;
            }
            Arc::clone(&of.disk)
        };
        let digest = hash::digest(message.as_bytes());
        self.run.record(
            self.node,
            EventKind::Node,
            "fatal",
            [u64::from(reason.exit_code().unsigned_abs()), digest, 0],
        );
        disk.lock().unwrap_or_else(PoisonError::into_inner).crash(Crash::Process);
        self.run.end_process(self.node, Status::Stopped(reason, message.to_owned()));
    }
}
