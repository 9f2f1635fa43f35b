//! The driver's handle onto a run: it makes nodes, starts and ends their processes, and does to them what a world does.
//!
//! Every act is noted in the run's trace, so that whoever judges can tell what was done, and when.

use crate::{
    NodeId,
    chaos::{LinkDelay, RpcId, RpcRule},
    disk::{Crash, CrashReport, DiskOptions, Model},
    node::Process,
    random::{Ratio, Stream},
    run::{NodeState, Observer, Run, Slowness, Status},
    task,
    timers::VirtualSleep,
    trace::EventKind,
};
use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tribunal_env::{Env, Task};

/// How a node begins.
#[derive(Debug, Clone, Default)]
pub struct NodeOptions {
    /// The engine's host on which it lives; a host of its own when absent. turmoil pays for every host at every tick,
    /// so clients share one.
    pub host: Option<String>,
    /// Its disk, when it is not the run's usual one.
    pub disk: Option<DiskOptions>,
}

/// The driver's handle onto a run.
#[derive(Clone)]
pub struct World {
    run: Arc<Run>,
    hosts: Arc<Mutex<Vec<(String, usize)>>>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "World({})", self.run.seed)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl World {
    pub(crate) fn new(run: Arc<Run>) -> Self {
        World { run, hosts: Arc::default() }
    }

    /// The run's seed.
    pub fn seed(&self) -> u64 {
        self.run.seed
    }

    /// Virtual nanoseconds since the run began.
    pub fn now(&self) -> u64 {
        self.run.now()
    }

    /// How many events there were so far: a total order over all nodes.
    pub fn sequence(&self) -> u64 {
        self.run.state().trace.sequence()
    }

    /// A random stream of the driver's own.
    pub fn stream(&self, name: &str) -> Stream {
        Stream::split(self.run.seed, "driver", name)
    }

    /// Waits in virtual time.
    pub async fn sleep(&self, duration: Duration) {
        VirtualSleep::new(Arc::clone(&self.run), self.run.now().saturating_add(nanos(duration))).await;
    }

    /// The output of `future`, or `None` when `duration` of virtual time passes first.
    pub async fn timeout<F: Future>(&self, duration: Duration, future: F) -> Option<F::Output> {
        tokio::select! { biased; output = future => Some(output), () = self.sleep(duration) => None }
    }

    /// Folds something that the driver did or saw into the run's hash. Returns its place in the run.
    pub fn note(&self, what: &'static str, numbers: [u64; 3]) -> u64 {
        self.run.record(NodeId::WORLD, EventKind::Note, what, numbers)
    }

    /// Notes a fault that is not one of this handle's own.
    pub fn note_fault(&self, what: &'static str, node: NodeId, numbers: [u64; 3]) -> u64 {
        self.run.record(node, EventKind::Fault, what, numbers)
    }

    /// `observer` sees every fact when it is told, in order.
    pub fn observe(&self, observer: Observer) {
        self.run.observe(observer);
    }

    // ----- nodes ----------------------------------------------------------------------------------------------------

    /// Makes a node, up and running nothing. Others reach it under its name.
    pub async fn node(&self, name: &str, options: NodeOptions) -> NodeId {
        let host_name = options.host.unwrap_or_else(|| name.to_owned());
        let known = locked(&self.hosts).iter().find(|(known, _)| *known == host_name).map(|(_, host)| *host);
        let host = match known {
            Some(host) => host,
            None => {
                let host = self.run.engine.add_host(&host_name).await;
                locked(&self.hosts).push((host_name, host));
                host
            }
        };
        let disk = options.disk.unwrap_or_else(|| self.run.options.disk.clone());
        let disk = Arc::new(Mutex::new(Model::new(self.run.seed, name, disk)));
        let state = NodeState::new(&self.run, name, host, disk);
        let node = {
            let mut shared = self.run.state();
            shared.nodes.push(state);
            NodeId::at(shared.nodes.len() - 1)
        };
        self.run.net().add_node(name);
        self.run.record(node, EventKind::Node, "made", [0; 3]);
        node
    }

    /// The handle of the node's process of now. It goes dead with that process.
    pub fn env(&self, node: NodeId) -> Env {
        Env::new(Process::current(&self.run, node))
    }

    /// Runs `main` as a task of the node's process of now.
    pub fn start<F, M>(&self, node: NodeId, name: &'static str, main: M) -> Task<F::Output>
    where
        M: FnOnce(Env) -> F,
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let env = self.env(node);
        let future = main(env.clone());
        env.spawn(name, future)
    }

    /// How the node stands.
    pub fn status(&self, node: NodeId) -> Status {
        self.run.state().nodes[node.index()].status.clone()
    }

    /// The address under which logs of others show the node.
    pub fn address(&self, node: NodeId) -> String {
        crate::chaos::net::Net::ip(node)
    }

    /// The node's disk, to be asked or hurt.
    pub fn disk(&self, node: NodeId) -> Arc<Mutex<Model>> {
        Arc::clone(&self.run.state().nodes[node.index()].disk)
    }

    /// Asks or hurts the node's disk.
    pub fn with_disk<T>(&self, node: NodeId, act: impl FnOnce(&mut Model) -> T) -> T {
        act(&mut locked(&self.disk(node)))
    }

    /// Kills the node's process: its memory is gone, its connections are closed by its operating system, its disk
    /// keeps all that was written. Completes when nothing of the process is left.
    pub async fn kill(&self, node: NodeId) {
        self.run.record(node, EventKind::Node, "killed", [0; 3]);
        self.with_disk(node, |disk| disk.crash(Crash::Process));
        self.run.end_process(node, Status::Down);
        self.run.all_gone(node).await;
    }

    /// Cuts the node's power: no peer hears of it, and the disk keeps what `mode` leaves.
    pub async fn power_off(&self, node: NodeId, mode: Crash) -> CrashReport {
        self.run.record(node, EventKind::Node, "power lost", [mode as u64, 0, 0]);
        self.run.net().power_off(node, self.run.now());
        let report = self.with_disk(node, |disk| disk.crash(mode));
        self.run.end_process(node, Status::Down);
        self.run.all_gone(node).await;
        self.run.record(
            node,
            EventKind::Node,
            "dropped bytes",
            [report.dropped(), report.names_dropped as u64, 0],
        );
        report
    }

    /// Gives a node that is down a new process, with power. What runs in it is started with [`World::start`].
    ///
    /// # Panics
    /// When the node is up.
    pub async fn restart(&self, node: NodeId) {
        assert!(self.status(node) != Status::Up, "a node that is up is not restarted");
        self.run.all_gone(node).await;
        self.run.record(node, EventKind::Node, "restarted", [0; 3]);
        self.run.state().nodes[node.index()].status = Status::Up;
        self.run.net().power_on(node, self.run.now());
    }

    /// Freezes the node's process. Its timers run on, its operating system still takes connections and bytes.
    pub fn pause(&self, node: NodeId) {
        self.run.record(node, EventKind::Fault, "paused", [0; 3]);
        self.run.state().nodes[node.index()].paused = true;
    }

    /// Lets a frozen process go on.
    pub fn resume(&self, node: NodeId) {
        self.run.record(node, EventKind::Fault, "resumed", [0; 3]);
        let mut state = self.run.state();
        state.nodes[node.index()].paused = false;
        state.nodes[node.index()].wake_all();
    }

    /// Starves the node of processor time, or stops doing so.
    pub fn set_slowness(&self, node: NodeId, slowness: Option<Slowness>) {
        self.run.record(node, EventKind::Fault, "slowed", [u64::from(slowness.is_some()), 0, 0]);
        self.run.state().nodes[node.index()].slowness = slowness;
    }

    /// How often the node's tasks wait for another turn first.
    pub fn set_jitter(&self, node: NodeId, jitter: Ratio) {
        self.run.state().nodes[node.index()].jitter = jitter;
    }

    /// Makes the node's clocks run fast or slow, in parts per million.
    pub fn drift(&self, node: NodeId, monotonic_ppm: i32, wall_ppm: i32) {
        let now = self.run.now();
        let numbers = [i64::from(monotonic_ppm), i64::from(wall_ppm), 0].map(i64::cast_unsigned);
        self.run.record(node, EventKind::Fault, "clock drifts", numbers);
        self.run.state().nodes[node.index()].clock.drift(now, monotonic_ppm, wall_ppm);
    }

    /// Makes the node's monotonic clock jump ahead, and its wall clock by so many milliseconds either way.
    pub fn jump(&self, node: NodeId, monotonic_ahead: Duration, wall_by_ms: i64) {
        let now = self.run.now();
        let numbers = [nanos(monotonic_ahead), wall_by_ms.cast_unsigned(), 0];
        self.run.record(node, EventKind::Fault, "clock jumps", numbers);
        let wall = wall_by_ms.saturating_mul(1_000_000);
        self.run.state().nodes[node.index()].clock.jump(now, nanos(monotonic_ahead), wall);
    }

    /// The node's wall clock as its faults make it, in milliseconds since the Unix epoch.
    pub fn wall_ms(&self, node: NodeId) -> i64 {
        let now = self.run.now();
        self.run.state().nodes[node.index()].clock.wall(now).div_euclid(1_000_000)
    }

    // ----- the network ----------------------------------------------------------------------------------------------

    /// Nothing gets from `from` to `to` any more: bytes and ends wait until it heals.
    pub fn cut(&self, from: NodeId, to: NodeId) {
        self.run.record(from, EventKind::Fault, "link cut", [to.index() as u64, 0, 0]);
        self.run.net().set_cut(from, to, true);
    }

    /// What waited from `from` to `to` arrives.
    pub fn heal(&self, from: NodeId, to: NodeId) {
        self.run.record(from, EventKind::Fault, "link healed", [to.index() as u64, 0, 0]);
        self.run.net().set_cut(from, to, false);
    }

    /// All links are whole and as fast as at first; nothing is held; no rule for requests is in force.
    pub fn heal_network(&self) {
        self.run.record(NodeId::WORLD, EventKind::Fault, "network healed", [0; 3]);
        let mut net = self.run.net();
        net.heal_all();
        net.release_all();
        net.set_short_io(self.run.options.short_io);
    }

    /// What is sent from `from` to `to` from now on takes longer.
    pub fn delay(&self, from: NodeId, to: NodeId, delay: LinkDelay) {
        let numbers = [to.index() as u64, u64::from(delay.least_us), u64::from(delay.most_us)];
        self.run.record(from, EventKind::Fault, "link delayed", numbers);
        self.run.net().set_delay(from, to, delay);
    }

    /// Resets all connections between two nodes, wherever in a frame they are. Says how many.
    pub fn reset(&self, one: NodeId, other: NodeId) -> usize {
        self.run.record(one, EventKind::Fault, "connections reset", [other.index() as u64, 0, 0]);
        self.run.net().reset_between(one, other, self.run.now())
    }

    /// How often reads and writes of all nodes take only a part.
    pub fn set_short_io(&self, ratio: Ratio) {
        self.run.net().set_short_io(ratio);
    }

    /// Puts a rule for single requests in force.
    pub fn rpc(&self, rule: RpcRule) -> RpcId {
        self.run.record(NodeId::WORLD, EventKind::Fault, "rule for requests", [0; 3]);
        self.run.net().add_rule(rule)
    }

    /// Lets go of what a rule held.
    pub fn release(&self, id: RpcId) {
        self.run.record(NodeId::WORLD, EventKind::Fault, "requests released", [0; 3]);
        self.run.net().release(id);
    }

    /// On how many requests a rule acted.
    pub fn rpc_hits(&self, id: RpcId) -> u32 {
        self.run.net().rules.hits(id)
    }

    /// The requests that were replayed since the last call, as whole frames.
    pub fn take_replayed(&self) -> Vec<Vec<u8>> {
        self.run.net().take_replayed()
    }

    /// Faults of the network that bit since the last call: what, from which node, to which.
    pub fn take_network_bites(&self) -> Vec<(&'static str, NodeId, NodeId)> {
        self.run.net().take_bites()
    }

    /// How many connections a node has.
    pub fn connections(&self, node: NodeId) -> usize {
        self.run.net().connections(node)
    }

    /// Runs a task that no fault of the node stops, as its operating system would.
    pub fn start_unpausable<F>(&self, node: NodeId, name: &'static str, future: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let incarnation = self.run.state().nodes[node.index()].incarnation;
        task::spawn(&self.run, node, incarnation, true, name, Box::pin(future));
    }
}
