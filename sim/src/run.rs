//! What all nodes of a run share: the trace, the nodes and their tasks, the timers, the first failure.
//!
//! One lock for all of it. A run lives on one thread, so the lock is never waited for; it is never held while a
//! future is polled or dropped, nor together with the lock of the network or of a disk.

use crate::{
    NodeId,
    chaos::net::Net,
    clock::NodeClock,
    disk::Model,
    engine::{Engine, Failure, Options},
    hash,
    random::{Ratio, Stream},
    timers::Timers,
    trace::{EventKind, Trace},
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Waker,
};
use tribunal_env::{Fact, FatalReason, Level};

/// How a node stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Its process runs (or is paused).
    Up,
    /// It was killed, or lost power.
    Down,
    /// It stopped itself.
    Stopped(FatalReason, String),
}

/// One line that a node wrote for people.
#[derive(Debug, Clone)]
pub struct Line {
    /// Virtual nanoseconds.
    pub nanos: u64,
    /// Who.
    pub node: NodeId,
    /// How much it matters.
    pub level: Level,
    /// The line.
    pub text: String,
}

/// What an observer of facts is told.
#[derive(Debug, Clone, Copy)]
pub struct Observation<'a> {
    /// The event's place in the run.
    pub sequence: u64,
    /// Virtual nanoseconds.
    pub nanos: u64,
    /// Who told it.
    pub node: NodeId,
    /// What.
    pub fact: &'a Fact,
}

/// Sees every fact when it is told.
pub type Observer = Box<dyn FnMut(Observation<'_>) + Send>;

/// A task of a node, while it lives.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) waker: Waker,
    /// Polls before this moment do nothing: the node's processor is busy elsewhere.
    not_before: u64,
}

/// Polls that are held back for a while, as on a starved machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Slowness {
    /// How many polls are held back.
    pub chance: Ratio,
    /// For how many microseconds at most.
    pub most_us: u32,
}

/// A node.
#[derive(Debug)]
pub(crate) struct NodeState {
    pub(crate) name: String,
    pub(crate) host: usize,
    pub(crate) status: Status,
    pub(crate) incarnation: u32,
    pub(crate) paused: bool,
    pub(crate) jitter: Ratio,
    pub(crate) slowness: Option<Slowness>,
    pub(crate) clock: NodeClock,
    pub(crate) disk: Arc<Mutex<Model>>,
    streams: Vec<(&'static str, Stream)>,
    schedule: Stream,
    slots: Vec<Option<Slot>>,
    free: Vec<usize>,
    pub(crate) live: usize,
    gone: Vec<Waker>,
}

/// What a task's poll comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Run,
    /// Later: the task has been woken, or will be.
    Wait,
    Dead,
}

/// Under the lock.
pub(crate) struct State {
    pub(crate) trace: Trace,
    pub(crate) nodes: Vec<NodeState>,
    pub(crate) timers: Timers,
    pub(crate) failure: Option<Failure>,
    pub(crate) lines: VecDeque<Line>,
    /// The driver waits here for a failure or for a node to stop.
    pub(crate) supervisor: Option<Waker>,
    polls_left: u64,
}

/// A run.
pub(crate) struct Run {
    pub(crate) seed: u64,
    pub(crate) options: Options,
    pub(crate) engine: Box<dyn Engine>,
    state: Mutex<State>,
    net: Mutex<Net>,
    observers: Mutex<Vec<Observer>>,
}

impl Run {
    pub(crate) fn new(seed: u64, options: Options, engine: Box<dyn Engine>) -> Arc<Self> {
        let state = State {
            trace: Trace::new(seed, options.trace_events),
            nodes: Vec::new(),
            timers: Timers::default(),
            failure: None,
            lines: VecDeque::new(),
            supervisor: None,
            polls_left: options.polls_max,
        };
        let net = Net::new(seed, &options);
        let run = Run {
            seed,
            options,
            engine,
            state: Mutex::new(state),
            net: Mutex::new(net),
            observers: Mutex::default(),
        };
        let world = NodeState::new(
            &run,
            "world",
            usize::MAX,
            Arc::new(Mutex::new(Model::new(0, "world", crate::disk::DiskOptions::default()))),
        );
        run.state().nodes.push(world);
        run.net().add_node("world");
        Arc::new(run)
    }

    /// Virtual nanoseconds since the run began.
    pub(crate) fn now(&self) -> u64 {
        self.engine.now()
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // A panic under the lock fails the run; whoever cleans up still needs the state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn net(&self) -> MutexGuard<'_, Net> {
        self.net.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn record(&self, node: NodeId, kind: EventKind, name: &'static str, numbers: [u64; 3]) -> u64 {
        let tag = hash::digest(name.as_bytes());
        self.state().trace.record(self.now(), node, kind, (name, tag), numbers)
    }

    /// The run is lost: no task is polled any more, and the driver ends. The first failure counts.
    pub(crate) fn fail(&self, failure: Failure) {
        let mut state = self.state();
        state.failure.get_or_insert(failure);
        if let Some(waker) = state.supervisor.take() {
            waker.wake();
        }
    }

    pub(crate) fn observe(&self, observer: Observer) {
        self.observers.lock().unwrap_or_else(PoisonError::into_inner).push(observer);
    }

    pub(crate) fn tell(&self, node: NodeId, fact: &Fact) {
        use std::hash::{Hash, Hasher};
        let mut digest = hash::RunHash::new(0);
        fact.hash(&mut digest);
        let sequence = self.record(node, EventKind::Fact, "fact", [digest.finish(), 0, 0]);
        let observation = Observation { sequence, nanos: self.now(), node, fact };
        for observer in self.observers.lock().unwrap_or_else(PoisonError::into_inner).iter_mut() {
            observer(observation);
        }
    }

    /// Ends a node's process: none of its tasks is polled again; each is dropped when its turn comes.
    pub(crate) fn end_process(&self, node: NodeId, status: Status) {
        let mut state = self.state();
        let ended = &mut state.nodes[node.index()];
        ended.status = status;
        ended.paused = false;
        ended.incarnation += 1;
        ended.wake_all();
        if let Some(waker) = state.supervisor.take() {
            waker.wake();
        }
    }

    /// Completes when no task of the node's earlier processes is left.
    pub(crate) async fn all_gone(&self, node: NodeId) {
        std::future::poll_fn(|context| {
            let mut state = self.state();
            let node = &mut state.nodes[node.index()];
            if node.live == 0 {
                return std::task::Poll::Ready(());
            }
            node.gone.push(context.waker().clone());
            std::task::Poll::Pending
        })
        .await;
    }

    /// Lets go of everything that could keep tasks alive in a circle.
    pub(crate) fn clear(&self) {
        let timers = self.state().timers.clear();
        drop(timers);
        let (supervisor, slots): (_, Vec<_>) = {
            let mut state = self.state();
            let slots = state
                .nodes
                .iter_mut()
                .map(|node| (std::mem::take(&mut node.slots), std::mem::take(&mut node.gone)));
            let slots = slots.collect();
            (state.supervisor.take(), slots)
        };
        drop((supervisor, slots));
        let wakers = self.net().clear();
        drop(wakers);
        let observers = std::mem::take(&mut *self.observers.lock().unwrap_or_else(PoisonError::into_inner));
        drop(observers);
    }
}

impl NodeState {
    pub(crate) fn new(run: &Run, name: &str, host: usize, disk: Arc<Mutex<Model>>) -> Self {
        let mut clocks = Stream::split(run.seed, name, "clock");
        let now = run.now();
        // Each node's origin is its own, so that an instant carried to another node shows.
        let origin = clocks.range(1, 1 << 40);
        let wall = run
            .options
            .wall_start_ms
            .saturating_mul(1_000_000)
            .saturating_add(i64::try_from(now).unwrap_or(0));
        NodeState {
            name: name.to_owned(),
            host,
            status: Status::Up,
            incarnation: 1,
            paused: false,
            jitter: run.options.jitter,
            slowness: None,
            clock: NodeClock::new(now, origin, wall),
            disk,
            streams: Vec::new(),
            schedule: Stream::split(run.seed, name, "schedule"),
            slots: Vec::new(),
            free: Vec::new(),
            live: 0,
            gone: Vec::new(),
        }
    }

    pub(crate) fn wake_all(&self) {
        for slot in self.slots.iter().flatten() {
            slot.waker.wake_by_ref();
        }
    }

    /// A new task's place.
    pub(crate) fn add_task(&mut self) -> usize {
        self.live += 1;
        let slot = Some(Slot { waker: Waker::noop().clone(), not_before: 0 });
        match self.free.pop() {
            Some(index) => {
                self.slots[index] = slot;
                index
            }
            None => {
                self.slots.push(slot);
                self.slots.len() - 1
            }
        }
    }

    /// A task is gone.
    pub(crate) fn remove_task(&mut self, index: usize) {
        if self.slots.get_mut(index).and_then(Option::take).is_some() {
            self.free.push(index);
            self.live -= 1;
            if self.live == 0 {
                for waker in self.gone.drain(..) {
                    waker.wake();
                }
            }
        }
    }

    /// The next number of a named stream.
    pub(crate) fn draw(&mut self, seed: u64, name: &'static str) -> u64 {
        if let Some((_, stream)) = self.streams.iter_mut().find(|(known, _)| *known == name) {
            return stream.next_u64();
        }
        let mut stream = Stream::split(seed, &self.name, name);
        let drawn = stream.next_u64();
        self.streams.push((name, stream));
        drawn
    }

    /// How often each stream was drawn from.
    pub(crate) fn draws(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        let named = self.streams.iter().map(|(name, stream)| (*name, stream.draws()));
        named.chain([("schedule", self.schedule.draws())])
    }
}

impl State {
    /// Decides what a task's poll comes to, and notes it when it runs.
    pub(crate) fn before_poll(
        &mut self,
        now: u64,
        node: NodeId,
        (slot, incarnation, kernel): (usize, u32, bool),
        name: (&'static str, u64),
        waker: &Waker,
    ) -> Verdict {
        let state = &mut self.nodes[node.index()];
        if state.incarnation != incarnation {
            return Verdict::Dead;
        }
        let Some(kept) = state.slots[slot].as_mut() else { return Verdict::Dead };
        if !kept.waker.will_wake(waker) {
            kept.waker.clone_from(waker);
        }
        if self.failure.is_some() || (state.paused && !kernel) {
            return Verdict::Wait;
        }
        if self.polls_left == 0 {
            self.failure = Some(Failure::TooManyPolls { node: state.name.clone(), task: name.0 });
            if let Some(waker) = self.supervisor.take() {
                waker.wake();
            }
            return Verdict::Wait;
        }
        self.polls_left -= 1;
        if now < kept.not_before {
            return Verdict::Wait;
        }
        if state.schedule.chance(state.jitter) {
            waker.wake_by_ref();
            return Verdict::Wait;
        }
        if let Some(slowness) = state.slowness
            && kept.not_before == 0
            && state.schedule.chance(slowness.chance)
        {
            kept.not_before = now + 1_000 * state.schedule.range(1, u64::from(slowness.most_us).max(1));
            self.timers.add(kept.not_before, waker.clone());
            return Verdict::Wait;
        }
        kept.not_before = 0;
        self.trace.record(now, node, EventKind::Poll, name, [0; 3]);
        Verdict::Run
    }
}
