//! The nemesis: injects what the run's options allow, one fault after the other, and notes each in the history.
//!
//! Faults are budgeted, so that the promise still holds: a red run is always a bug.

use super::{
    cluster::Cluster,
    media,
    options::{FaultClass, TrialOptions},
};
use crate::{
    NodeId, Slowness, Status, World,
    chaos::{LinkDelay, RpcAction, RpcRule},
    disk::{Crash, FaultKind, FaultRule, FileClass, Operation},
    random::{Ratio, Stream},
};
use std::{collections::BTreeMap, time::Duration};
use tribunal_workloads::{
    history::{DiskDamage, Fault, MarkKind, NEVER},
    mixed::Scribe,
    vacuity::{Vacuity, VacuityCounters},
};

const PRODUCE: i16 = 0;
/// What the history calls the broker.
const BROKER_NODE: i16 = 1;

/// Injects faults into one run.
pub(super) struct Nemesis {
    world: World,
    clients: Vec<NodeId>,
    scribe: Scribe,
    draw: Stream,
    classes: Vec<FaultClass>,
    /// The class of the fault before.
    latest: Option<FaultClass>,
    pub(super) vacuity: VacuityCounters,
    /// How often each class changed something, as far as this file knows; network and disk count for themselves.
    bites: BTreeMap<&'static str, u64>,
    wall_error_ms: i64,
}

impl Nemesis {
    pub(super) fn new(world: &World, clients: Vec<NodeId>, scribe: &Scribe, options: &TrialOptions) -> Self {
        Nemesis {
            world: world.clone(),
            clients,
            scribe: scribe.clone(),
            draw: world.stream("nemesis"),
            classes: options.faults.clone(),
            latest: None,
            vacuity: VacuityCounters::default(),
            bites: BTreeMap::new(),
            wall_error_ms: 0,
        }
    }

    fn bit(&mut self, class: FaultClass, times: u64) {
        *self.bites.entry(class.name()).or_default() += times;
    }

    /// How often each fault class changed something: a request lost, a byte refused, a process ended.
    pub(super) fn bites(&self, cluster: &Cluster) -> BTreeMap<&'static str, u64> {
        let mut bites = self.bites.clone();
        let mut add = |class: FaultClass, times: u64| *bites.entry(class.name()).or_default() += times;
        for (what, ..) in self.world.take_network_bites() {
            match what {
                "response lost" => add(FaultClass::ResponseLost, 1),
                "request cut" | "response cut" => add(FaultClass::FrameCut, 1),
                "request held" => add(FaultClass::RequestHeld, 1),
                "request replayed" => add(FaultClass::Replay, 1),
                _ => {}
            }
        }
        self.world.with_disk(cluster.node(), |disk| {
            for (what, times) in disk.counts() {
                match *what {
                    "stalled" => add(FaultClass::DiskStall, *times),
                    "disk full" | "no space" => add(FaultClass::DiskFull, *times),
                    "short write" => add(FaultClass::ShortWrite, *times),
                    "input/output error" => add(FaultClass::WriteError, *times),
                    "sync failed" => add(FaultClass::SyncError, *times),
                    "bit rot" => add(FaultClass::Rot, *times),
                    "latent sector error" => add(FaultClass::LatentSector, *times),
                    "write misdirected" => add(FaultClass::Misdirected, *times),
                    _ => {}
                }
            }
        });
        bites
    }

    fn millis(&mut self, low: u64, high: u64) -> Duration {
        Duration::from_millis(self.draw.range(low, high))
    }

    /// Waits a while, injects one fault, and undoes it when its time is over.
    pub(super) async fn strike(&mut self, cluster: &mut Cluster) {
        // Bursts: what a fault leaves half done is what the next one finds.
        let burst = self.draw.chance(Ratio::new(1, 4));
        let pause = if burst { self.millis(0, 20) } else { self.millis(10, 400) };
        self.world.sleep(pause).await;
        if self.classes.is_empty() {
            return;
        }
        let class = self.choose();
        self.latest = Some(class);
        if class == FaultClass::PowerLoss {
            self.inject(class, cluster).await;
        } else {
            let mark = self.mark(class);
            self.inject(class, cluster).await;
            let now = self.world.now();
            self.scribe.with(|recorder, _| recorder.fault_ended(mark, now));
        }
        if let Some(_why) = cluster.attend().await {
            self.world.note("operator restarts", [0; 3]);
        }
    }

    /// The class of the next fault. Where both are drawn, a clean start is mostly the first, and a loss of power
    /// follows one, which must not look clean as well.
    fn choose(&mut self) -> FaultClass {
        let both =
            [FaultClass::CleanRestart, FaultClass::PowerLoss].iter().all(|it| self.classes.contains(it));
        if both && self.draw.chance(Ratio::new(3, 4)) {
            match self.latest {
                None => return FaultClass::CleanRestart,
                Some(FaultClass::CleanRestart) => return FaultClass::PowerLoss,
                Some(_) => (),
            }
        }
        self.classes[self.draw.index(self.classes.len())]
    }

    fn mark(&self, class: FaultClass) -> tribunal_workloads::history::OpId {
        self.world.note_fault(class.name(), NodeId::WORLD, [0; 3]);
        let fault = Fault {
            class: class.name().to_owned(),
            node: BROKER_NODE,
            until_ns: None,
            detail: String::new(),
        };
        self.scribe.with(|recorder, ns| recorder.mark(ns, MarkKind::Fault(fault)))
    }

    async fn inject(&mut self, class: FaultClass, cluster: &mut Cluster) {
        let node = cluster.node();
        let lasts = self.millis(50, 1_500);
        match class {
            // What these do is counted where it happens.
            FaultClass::PowerLoss
            | FaultClass::Reset
            | FaultClass::ResponseLost
            | FaultClass::FrameCut
            | FaultClass::RequestHeld
            | FaultClass::DiskStall
            | FaultClass::DiskFull
            | FaultClass::ShortWrite
            | FaultClass::WriteError
            | FaultClass::SyncError
            | FaultClass::Replay
            | FaultClass::Rot
            | FaultClass::LatentSector
            | FaultClass::Misdirected => {}
            FaultClass::Kill => self.bit(class, u64::from(self.world.status(node) == Status::Up)),
            _ => self.bit(class, 1),
        }
        match class {
            FaultClass::Kill => {
                cluster.kill().await;
                self.world.sleep(lasts).await;
                cluster.restart().await;
            }
            FaultClass::PowerLoss => {
                self.power_loss(cluster).await;
                self.world.sleep(lasts).await;
                cluster.restart().await;
            }
            FaultClass::CleanRestart => cluster.clean_restart().await,
            FaultClass::Pause => {
                self.world.pause(node);
                self.world.sleep(lasts).await;
                self.world.resume(node);
            }
            FaultClass::Slow => {
                let slowness = Slowness { chance: Ratio::new(1, 4), most_us: 20_000 };
                self.world.set_slowness(node, Some(slowness));
                self.world.sleep(lasts).await;
                self.world.set_slowness(node, None);
            }
            FaultClass::ClockJump | FaultClass::ClockDrift => self.clock(class, node, lasts).await,
            FaultClass::DiskStall
            | FaultClass::DiskFull
            | FaultClass::ShortWrite
            | FaultClass::WriteError
            | FaultClass::SyncError => self.disk(class, cluster, lasts).await,
            FaultClass::Rot | FaultClass::LatentSector | FaultClass::Misdirected => {
                self.media(class, cluster);
                self.world.sleep(lasts).await;
            }
            FaultClass::ShortIo => {
                self.world.set_short_io(Ratio::new(1, 2));
                self.world.sleep(lasts).await;
                self.world.set_short_io(Ratio::new(1, 8));
            }
            _ => self.network(class, node, lasts).await,
        }
    }

    /// Cuts the power. What the disk says was unsynced is what may be lost.
    pub(super) async fn power_loss(&mut self, cluster: &mut Cluster) {
        let modes = [Crash::DropAll, Crash::Prefix, Crash::Subset, Crash::Garbage];
        let mode = modes[self.draw.index(modes.len())];
        if self.draw.chance(Ratio::new(1, 2)) {
            self.await_stake(cluster).await;
        }
        let stake = cluster.at_stake();
        let pending = self
            .scribe
            .with(|recorder, _| recorder.history().sends().iter().any(|send| send.complete == NEVER));
        let report = cluster.power_off(mode).await;
        // An excuse rests on a power loss that the fault log has.
        let fault = Fault {
            class: FaultClass::PowerLoss.name().to_owned(),
            node: BROKER_NODE,
            until_ns: None,
            detail: format!("{mode:?}, {} unsynced bytes dropped", report.dropped()),
        };
        self.scribe.with(|recorder, ns| recorder.mark(ns, MarkKind::Fault(fault)));
        self.bit(FaultClass::PowerLoss, u64::from(report.dropped() > 0));
        if report.dropped() > 0 && pending {
            self.vacuity.count(Vacuity::UnsyncedDroppedWhilePending);
        }
        for (topic, key, from) in stake {
            let damage = DiskDamage::LostFrom(from);
            self.scribe.with(|recorder, ns| {
                let partition = recorder.partition(&topic, key);
                recorder.mark(ns, MarkKind::Disk { partition, node: BROKER_NODE, damage });
            });
        }
    }

    /// Waits until a log has bytes that no flush has covered: a loss of power bites most while a write is under way.
    async fn await_stake(&mut self, cluster: &Cluster) {
        for _ in 0..300 {
            if !cluster.at_stake().is_empty() {
                return;
            }
            let pause = Duration::from_micros(self.draw.range(200, 5_000));
            self.world.sleep(pause).await;
        }
    }

    async fn clock(&mut self, class: FaultClass, node: NodeId, lasts: Duration) {
        if class == FaultClass::ClockJump {
            let ahead = self.millis(0, 5_000);
            let by = i64::try_from(self.draw.range(0, 1_200_000)).expect("a small range") - 600_000;
            self.wall_error_ms += by;
            self.clock_mark(
                self.wall_error_ms.min(self.wall_error_ms - by),
                self.wall_error_ms.max(self.wall_error_ms - by),
            );
            self.world.jump(node, ahead, by);
        } else {
            let ppm =
                |draw: &mut Stream| i32::try_from(draw.range(0, 20_000)).expect("a small range") - 10_000;
            let (monotonic, wall) = (ppm(&mut self.draw), ppm(&mut self.draw));
            self.clock_mark(self.wall_error_ms - 100, self.wall_error_ms + 100);
            self.world.drift(node, monotonic, wall);
            self.world.sleep(lasts).await;
            self.world.drift(node, 0, 0);
        }
        self.clock_is(node);
    }

    fn clock_mark(&self, min_ms: i64, max_ms: i64) {
        self.scribe.with(|recorder, ns| {
            recorder.mark(ns, MarkKind::Clock { node: BROKER_NODE, min_ms: min_ms - 2, max_ms: max_ms + 2 });
        });
    }

    /// Measures the broker's wall clock against the run's own time.
    fn clock_is(&mut self, node: NodeId) {
        let true_ms = crate::Options::default().wall_start_ms
            + i64::try_from(self.world.now() / 1_000_000).expect("runs are short");
        self.wall_error_ms = self.world.wall_ms(node) - true_ms;
        self.clock_mark(self.wall_error_ms, self.wall_error_ms);
    }

    async fn network(&mut self, class: FaultClass, node: NodeId, lasts: Duration) {
        let client = self.clients[self.draw.index(self.clients.len())];
        let (from, to) = if self.draw.chance(Ratio::new(1, 2)) { (client, node) } else { (node, client) };
        match class {
            FaultClass::LinkDelay => {
                self.world.delay(from, to, LinkDelay { least_us: 5_000, most_us: 200_000 });
                self.world.sleep(lasts).await;
                self.world.delay(from, to, LinkDelay::default());
            }
            FaultClass::LinkCut => {
                self.world.cut(from, to);
                self.world.sleep(lasts * 4).await;
                self.world.heal(from, to);
            }
            FaultClass::Reset => {
                let count = self.world.reset(client, node);
                self.bit(class, count as u64);
            }
            FaultClass::ResponseLost => {
                let times = u32::try_from(self.draw.range(1, 3)).expect("a small range");
                let rule =
                    self.world.rpc(RpcRule::next(PRODUCE, RpcAction::LoseResponse).times(times).to(node));
                self.world.sleep(lasts).await;
                if self.world.rpc_hits(rule) > 0 {
                    self.vacuity.count(Vacuity::ResponseLostAfterAppend);
                }
            }
            FaultClass::FrameCut => {
                let action = if self.draw.chance(Ratio::new(1, 2)) {
                    RpcAction::CutRequest
                } else {
                    RpcAction::CutResponse
                };
                let skip = u32::try_from(self.draw.range(0, 20)).expect("a small range");
                let rule = RpcRule { api_key: None, ..RpcRule::next(PRODUCE, action).after(skip).to(node) };
                let _id = self.world.rpc(rule);
                self.world.sleep(lasts).await;
            }
            FaultClass::Replay => {
                let after_ms = u32::try_from(self.draw.range(0, 3_000)).expect("a small range");
                let times = u32::try_from(self.draw.range(1, 8)).expect("a small range");
                let rule = RpcRule::next(PRODUCE, RpcAction::Replay { after_ms }).times(times).to(node);
                let _id = self.world.rpc(rule);
                self.world.sleep(lasts).await;
            }
            _ => {
                let rule = self.world.rpc(RpcRule::next(PRODUCE, RpcAction::Hold).to(node));
                self.world.sleep(lasts).await;
                self.world.release(rule);
            }
        }
    }

    async fn disk(&mut self, class: FaultClass, cluster: &mut Cluster, lasts: Duration) {
        let node = cluster.node();
        let once = Ratio::new(1, 3);
        let rule = match class {
            FaultClass::DiskStall => {
                let operation =
                    if self.draw.chance(Ratio::new(1, 2)) { Operation::Sync } else { Operation::Write };
                FaultRule::new(operation, FaultKind::Stall(30), Ratio::new(1, 10))
            }
            FaultClass::ShortWrite => {
                FaultRule::new(Operation::Write, FaultKind::ShortWrite, Ratio::new(1, 4))
            }
            FaultClass::WriteError => FaultRule::new(Operation::Write, FaultKind::InputOutput, once)
                .on(FileClass::Segment)
                .at_most(1),
            FaultClass::SyncError => FaultRule::new(Operation::Sync, FaultKind::InputOutput, once)
                .on(FileClass::Segment)
                .at_most(1),
            _ => {
                self.world.with_disk(node, |disk| {
                    let used = disk.used();
                    disk.set_capacity(used + 2_000);
                });
                self.world.sleep(lasts).await;
                self.world.with_disk(node, |disk| disk.set_capacity(1 << 32));
                return;
            }
        };
        self.world.with_disk(node, |disk| disk.add_fault(rule));
        self.world.sleep(lasts).await;
        self.world.with_disk(node, |disk| disk.set_faults(Vec::new()));
        if class == FaultClass::SyncError {
            // What the failed flush left in the page cache is not to be trusted: the machine is power-cycled.
            self.power_loss(cluster).await;
            cluster.restart().await;
        }
    }

    /// Damages a few places, and says what cannot be read any more.
    fn media(&mut self, class: FaultClass, cluster: &Cluster) {
        let node = cluster.node();
        for _ in 0..self.draw.range(1, 4) {
            let draw = &mut self.draw;
            let Some(damage) = cluster.damage(|disk| media::damage(disk, draw, class)) else {
                continue;
            };
            self.world.note_fault(class.name(), node, [1, 0, 0]);
            let Some((topic, key, first, last)) = damage.unreadable else { continue };
            self.scribe.with(|recorder, ns| {
                let partition = recorder.partition(&topic, key);
                let damage = DiskDamage::Unreadable(first, last);
                recorder.mark(ns, MarkKind::Disk { partition, node: BROKER_NODE, damage });
            });
        }
        if self.draw.chance(Ratio::new(1, 2)) {
            self.world.with_disk(node, crate::disk::Model::evict);
        }
    }

    /// Ends every fault for good.
    pub(super) async fn heal(&mut self, cluster: &mut Cluster) {
        let node = cluster.node();
        self.world.heal_network();
        self.world.with_disk(node, |disk| {
            disk.set_faults(Vec::new());
            disk.set_capacity(1 << 32);
        });
        let _restarted = cluster.attend().await;
        self.scribe.with(|recorder, ns| recorder.mark(ns, MarkKind::Healed));
    }
}
