//! The broker on trial: its life, and what the operator beside it does.
//!
//! The whole broker runs, from the accept loop to recovery; only the host is pretended. An operator restarts what
//! stopped by itself, what did not start, and what fenced a log, as a process supervisor would.

use super::{options::TrialOptions, platter::Platter};
use crate::{NodeId, NodeOptions, Status, World, disk::Model};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::oneshot;
use tribunal_env::{Env, Fact, PartitionKey, SegmentDeletion, Task};
use tribunal_node::{Broker, config::BrokerConfig};
use tribunal_workloads::checkers::{PlatterReading, Probe};

/// The broker's name, under which clients reach it.
pub(super) const BROKER: &str = "broker-1";
/// Where clients begin.
pub(super) const BOOTSTRAP: &str = "broker-1:9092";
/// Its data directory.
pub(super) const DATA: &str = "data";

/// What the broker's process is doing.
enum Life {
    Running { stop: oneshot::Sender<()>, ended: Task<Result<(), String>> },
    Down,
}

/// The broker and its operator.
pub(super) struct Cluster {
    world: World,
    node: NodeId,
    life: Life,
    facts: Arc<Mutex<Facts>>,
    platter: Arc<Mutex<Platter>>,
    /// The broker's properties beyond its addresses.
    settings: Vec<(&'static str, String)>,
}

/// What the broker told.
#[derive(Default)]
pub(super) struct Facts {
    /// In order.
    pub(super) probes: Vec<Probe>,
    /// Logs that were fenced since the last start.
    pub(super) fenced: u64,
    /// What the platter held at each acknowledgement that promised it.
    pub(super) readings: Vec<PlatterReading>,
    /// How often each thing happened that a campaign wants to see.
    pub(super) counts: BTreeMap<&'static str, u64>,
}

impl Facts {
    fn note(&mut self, probe: Probe) {
        let what = match &probe.fact {
            Fact::LogFenced { .. } => {
                self.fenced += 1;
                "fenced"
            }
            Fact::DuplicateAnswered { .. } => "duplicate",
            Fact::SegmentRolled { .. } => "rolled",
            Fact::SegmentDeleted { reason: SegmentDeletion::Size, .. } => "deleted by size",
            Fact::SegmentDeleted { reason: SegmentDeletion::Time, .. } => "deleted by age",
            Fact::PartitionOpened { cut_bytes, indexes_rebuilt, .. } => {
                *self.counts.entry("cut").or_default() += u64::from(*cut_bytes > 0);
                *self.counts.entry("rebuilt").or_default() += u64::from(*indexes_rebuilt);
                "opened"
            }
            _ => "other",
        };
        *self.counts.entry(what).or_default() += 1;
        self.probes.push(probe);
    }
}

fn config(settings: &[(&'static str, String)]) -> BrokerConfig {
    let given: BTreeMap<String, String> = [
        ("listeners", "PLAINTEXT://:9092"),
        ("advertised.listeners", "PLAINTEXT://broker-1:9092"),
        ("log.dirs", DATA),
    ]
    .into_iter()
    .chain(settings.iter().map(|(name, value)| (*name, value.as_str())))
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    BrokerConfig::from_properties(&given).expect("these properties are legal").config
}

async fn serve(
    env: Env,
    settings: Vec<(&'static str, String)>,
    stop: oneshot::Receiver<()>,
) -> Result<(), String> {
    let broker = Broker::start(env, config(&settings)).await.map_err(|error| error.0)?;
    // An operator who is gone asks for nothing: the broker serves on.
    if stop.await.is_err() {
        std::future::pending::<()>().await;
    }
    broker.stop().await;
    Ok(())
}

impl Cluster {
    /// Makes the broker's node and starts it as `options` have it.
    pub(super) async fn start(
        world: &World,
        sequence: impl Fn() -> u64 + Send + 'static,
        options: &TrialOptions,
    ) -> Cluster {
        let (durable, settings) = (options.flush_before_acknowledge, options.broker_settings());
        let node = world.node(BROKER, NodeOptions::default()).await;
        let facts = Arc::new(Mutex::new(Facts::default()));
        let platter = Arc::new(Mutex::new(Platter::except(options.mixed.compacted())));
        let (told, disks, followed) = (facts.clone(), world.clone(), platter.clone());
        world.observe(Box::new(move |observation| {
            if observation.node != node {
                return;
            }
            let sequence = sequence();
            let mut facts = told.lock().expect("no holder of this lock panics");
            if let Fact::Acknowledged { key, flushed_first, .. } = observation.fact
                && (durable || *flushed_first)
                && let Some(durable_end) = disks.with_disk(node, |disk| {
                    followed.lock().expect("no holder of this lock panics").durable_end(disk, *key)
                })
            {
                facts.readings.push(PlatterReading { sequence, durable_end });
            }
            facts.note(Probe { sequence, ns: observation.nanos, node: 1, fact: observation.fact.clone() });
        }));
        let mut cluster = Cluster { world: world.clone(), node, life: Life::Down, facts, platter, settings };
        cluster.run();
        cluster
    }

    /// The broker's node.
    pub(super) fn node(&self) -> NodeId {
        self.node
    }

    /// Takes what the broker told so far.
    pub(super) fn facts(&self) -> Arc<Mutex<Facts>> {
        self.facts.clone()
    }

    fn run(&mut self) {
        let (stop, stopped) = oneshot::channel();
        let settings = self.settings.clone();
        let ended = self.world.start(self.node, "broker", move |env| serve(env, settings, stopped));
        self.facts.lock().expect("no holder of this lock panics").fenced = 0;
        self.life = Life::Running { stop, ended };
    }

    /// Starts a broker that is down.
    pub(super) async fn restart(&mut self) {
        self.world.restart(self.node).await;
        self.run();
    }

    /// kill -9.
    pub(super) async fn kill(&mut self) {
        self.life = Life::Down;
        if self.world.status(self.node) == Status::Up {
            self.world.kill(self.node).await;
        }
    }

    /// The power goes.
    pub(super) async fn power_off(&mut self, mode: crate::disk::Crash) -> crate::disk::CrashReport {
        self.life = Life::Down;
        self.world.power_off(self.node, mode).await
    }

    /// A clean stop and a new start.
    pub(super) async fn clean_restart(&mut self) {
        if let Life::Running { stop, ended } = std::mem::replace(&mut self.life, Life::Down) {
            // A broker that is gone already needs no word.
            let _gone = stop.send(());
            let _too_slow = self.world.timeout(Duration::from_secs(30), ended).await;
        }
        self.kill().await;
        self.restart().await;
    }

    /// Does what an operator would: starts what stopped, restarts what did not start or fenced a log.
    pub(super) async fn attend(&mut self) -> Option<&'static str> {
        let stopped = self.world.status(self.node) != Status::Up;
        let failed = match &mut self.life {
            Life::Running { ended, .. } => self.world.timeout(Duration::from_nanos(1), ended).await.is_some(),
            Life::Down => true,
        };
        let fenced = self.facts.lock().expect("no holder of this lock panics").fenced > 0;
        if !(stopped || failed || fenced) {
            return None;
        }
        self.kill().await;
        self.restart().await;
        Some(if stopped {
            "stopped by itself"
        } else if failed {
            "did not start"
        } else {
            "fenced a log"
        })
    }

    /// Acts on the broker's disk behind its back. What is durable by then was noticed before.
    pub(super) fn damage<T>(&self, act: impl FnOnce(&mut Model) -> T) -> T {
        self.world.with_disk(self.node, |disk| {
            self.platter.lock().expect("no holder of this lock panics").follow_all(disk);
            act(disk)
        })
    }

    /// The first offset of each partition that a power loss now could take, from what the disk knows.
    pub(super) fn at_stake(&self) -> Vec<(String, PartitionKey, i64)> {
        super::stake::at_stake(&self.world, self.node)
    }
}
