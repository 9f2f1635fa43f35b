//! A broker's life: start, serve, drain, stop.
//!
//! Start: the data directory is taken and checked, the metadata log replayed, the partitions opened, then the listeners.
//! Whatever goes wrong before the first listener stands is a [`StartError`] that says what to do. Stop: no new
//! connections or requests, answers for what was begun, logs flushed and closed, and the clean-shutdown mark last.

use crate::{
    api::Dispatcher,
    cleaner,
    config::{BrokerConfig, Listener, reachable_from_elsewhere},
    connection::{self, Limits, RequestMemory},
    limits::{ACCEPT_RETRY_MS, DRAIN_MS_MAX},
    partitions::Partitions,
    producer_ids::ProducerIds,
    upkeep,
};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::mpsc;
use tribunal_env::{Env, Fact, Task, watch};
use tribunal_log::{DirectoryError, LogDirectory};
use tribunal_metadata::Metadata;

/// Why a broker did not start: a sentence that says what is wrong and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartError(pub String);

impl fmt::Display for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

/// What all requests share.
pub(crate) struct BrokerState {
    pub(crate) env: Env,
    pub(crate) config: BrokerConfig,
    pub(crate) metadata: Metadata,
    pub(crate) partitions: Partitions,
    pub(crate) producer_ids: ProducerIds,
    /// What clients are told to connect to.
    pub(crate) advertised: Vec<Listener>,
}

/// A broker that serves.
pub struct Broker {
    state: Arc<BrokerState>,
    directory: LogDirectory,
    bound: Vec<Listener>,
    stop: watch::Sender<bool>,
    acceptors: Vec<Task<()>>,
    /// Looks after the logs.
    upkeep: Task<()>,
    /// Compacts them; `None` where the configuration says that nobody does.
    cleaner: Option<Task<()>>,
    /// Ends when the last connection does: each holds a sender.
    connections: mpsc::Receiver<()>,
}

impl Broker {
    /// Starts a broker on `env`.
    ///
    /// # Errors
    /// What stands in the way, and what to do about it.
    pub async fn start(env: Env, config: BrokerConfig) -> Result<Broker, StartError> {
        let (directory, report) = LogDirectory::open(&env, &config.log_dir)
            .await
            .map_err(|error| unusable(&config.log_dir, &error))?;
        let clean = report.clean;
        let mut listeners = Vec::new();
        for listener in &config.listeners {
            listeners.push((listener.clone(), bind(&env, listener).await?));
        }
        let bound: Vec<Listener> = listeners
            .iter()
            .map(|(configured, listening)| with_port(configured, &listening.local_address()))
            .collect();
        let advertised = advertise(&config, &bound);
        let metadata =
            Metadata::open(&env, &directory, &report, crate::settings::metadata(&config, &advertised))
                .await
                .map_err(|error| StartError(error.0))?;
        let partitions = Partitions::open(&env, &directory, report, &config, &metadata).await;
        let state = Arc::new(BrokerState {
            env: env.clone(),
            config,
            metadata,
            partitions,
            producer_ids: ProducerIds::new(),
            advertised,
        });
        env.probe(&Fact::BrokerStarted { clean });
        let (stop, stopped) = watch::channel(false);
        let (alive, connections) = mpsc::channel(1);
        let upkeep = env.spawn("upkeep", upkeep::run(state.clone(), stopped.clone()));
        let cleans = state.config.cleaner.enable;
        let cleaner = cleans.then(|| env.spawn("cleaner", cleaner::run(state.clone(), stopped.clone())));
        let acceptor = Acceptor::new(&state, stopped, alive);
        let acceptors = listeners
            .into_iter()
            .map(|(configured, listener)| {
                env.spawn("acceptor", acceptor.clone().run(listener, configured.name.into()))
            })
            .collect();
        Ok(Broker { state, directory, bound, stop, acceptors, upkeep, cleaner, connections })
    }

    /// The listeners with the ports that were bound.
    pub fn bound(&self) -> &[Listener] {
        &self.bound
    }

    /// The cluster's id.
    pub fn cluster_id(&self) -> String {
        self.state.metadata.image().cluster_id().to_owned()
    }

    /// Sentences that whoever starts the broker should read.
    pub fn advice(&self) -> Vec<String> {
        let mut advice = Vec::new();
        for (bound, advertised) in self.bound.iter().zip(&self.state.advertised) {
            let bound_to_all = matches!(bound.host.as_str(), "" | "0.0.0.0" | "::");
            if bound_to_all && !reachable_from_elsewhere(&advertised.host) {
                advice.push(format!(
                    "clients are told to connect to {advertised}, which works on this machine alone: \
                     set advertised.listeners to a name that the others can reach"
                ));
            }
        }
        advice
    }

    /// Serves until `stop` is called by [`Broker::stop`]'s caller; then drains and stops cleanly.
    pub async fn stop(mut self) {
        self.stop.send(true);
        for acceptor in self.acceptors {
            let _ended = acceptor.await;
        }
        let env = self.state.env.clone();
        let _ended = self.upkeep.await;
        if let Some(cleaner) = self.cleaner {
            let _ended = cleaner.await;
        }
        if env.timeout(Duration::from_millis(DRAIN_MS_MAX), self.connections.recv()).await.is_none() {
            tribunal_env::warn!(
                env,
                "some connections did not finish within {DRAIN_MS_MAX} ms and are cut off"
            );
        }
        let summaries = self.state.partitions.close().await;
        let metadata_is_clean = self.state.metadata.close().await;
        let clean = summaries.filter(|_| metadata_is_clean);
        if let Err(error) = self.directory.close(self.state.metadata.broker_epoch(), clean).await {
            tribunal_env::warn!(
                env,
                "the data directory could not be closed cleanly: {error}; the next start checks the logs"
            );
        }
        env.probe(&Fact::BrokerStopped);
    }
}

fn unusable(log_dir: &str, error: &DirectoryError) -> StartError {
    StartError(match error {
        DirectoryError::InUse => format!(
            "the data directory {log_dir} is in use by another process: stop that one, or name another directory with --log.dirs"
        ),
        DirectoryError::Io(error) => format!(
            "the data directory {log_dir} cannot be used: {error}; check that it is a directory which this user may write to and that the disk has room"
        ),
    })
}

async fn bind(env: &Env, listener: &Listener) -> Result<tribunal_env::Listener, StartError> {
    env.listen(&listener.bind_address()).await.map_err(|error| {
        let hint = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                "another process listens there: stop it, or choose another port in `listeners` (port 0 takes any free one)"
            }
            std::io::ErrorKind::PermissionDenied => "ports below 1024 need privileges: choose a higher one in `listeners`",
            std::io::ErrorKind::AddrNotAvailable => "this machine has no such address: correct the host in `listeners`",
            _ => "correct `listeners`",
        };
        StartError(format!("cannot listen on {listener}: {error}; {hint}"))
    })
}

/// The listener with the port that was really bound.
fn with_port(configured: &Listener, local_address: &str) -> Listener {
    let port = local_address.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or(configured.port);
    Listener { port, ..configured.clone() }
}

/// What clients are told: what was configured, else the bound listener, with a host that means something to a client.
fn advertise(config: &BrokerConfig, bound: &[Listener]) -> Vec<Listener> {
    bound
        .iter()
        .map(|listener| {
            let configured =
                config.advertised_listeners.iter().find(|advertised| advertised.name == listener.name);
            match configured {
                Some(advertised) if advertised.port == 0 => {
                    Listener { port: listener.port, ..advertised.clone() }
                }
                Some(advertised) => advertised.clone(),
                None if matches!(listener.host.as_str(), "" | "0.0.0.0" | "::") => {
                    Listener { host: "localhost".to_owned(), ..listener.clone() }
                }
                None => listener.clone(),
            }
        })
        .collect()
}

/// Accepts connections and serves each in a task of its own.
#[derive(Clone)]
struct Acceptor {
    state: Arc<BrokerState>,
    limits: Limits,
    open: Arc<AtomicUsize>,
    stopped: watch::Receiver<bool>,
    alive: mpsc::Sender<()>,
}

impl Acceptor {
    fn new(state: &Arc<BrokerState>, stopped: watch::Receiver<bool>, alive: mpsc::Sender<()>) -> Self {
        let config = &state.config;
        let limits = Limits {
            frame_bytes_max: config.request_bytes_max,
            idle_max: config.connection_idle_max,
            memory: config.request_memory_bytes_max.map(|bytes| Arc::new(RequestMemory::new(bytes))),
        };
        Acceptor { state: state.clone(), limits, open: Arc::new(AtomicUsize::new(0)), stopped, alive }
    }

    /// Accepts on `listener`, whose name is `name`.
    async fn run(mut self, mut listener: tribunal_env::Listener, name: Arc<str>) {
        let env = self.state.env.clone();
        let mut stopped = self.stopped.clone();
        loop {
            let accepted = tokio::select! {
                biased;
                _ = stopped.wait_for(|stopped| *stopped) => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => self.serve(stream, peer, name.clone()),
                Err(error) => {
                    tribunal_env::warn!(env, "accepting a connection failed: {error}");
                    env.sleep(Duration::from_millis(ACCEPT_RETRY_MS)).await;
                }
            }
        }
    }

    fn serve(&mut self, stream: tribunal_env::Stream, peer: String, listener: Arc<str>) {
        let env = self.state.env.clone();
        if self.open.fetch_add(1, Ordering::Relaxed) >= self.state.config.connections_max {
            self.open.fetch_sub(1, Ordering::Relaxed);
            tribunal_env::warn!(env, "{peer} is one connection too many (max.connections) and is closed");
            return;
        }
        let (open, alive, limits, stopped) =
            (self.open.clone(), self.alive.clone(), self.limits.clone(), self.stopped.clone());
        let dispatcher = Dispatcher::new(self.state.clone(), &peer, listener);
        env.clone().spawn("connection", async move {
            if let Err(reason) = connection::serve(&env, stream, &dispatcher, &limits, stopped).await
                && !reason.is_empty()
            {
                tribunal_env::warn!(env, "the connection of {peer} is closed: {reason}");
            }
            open.fetch_sub(1, Ordering::Relaxed);
            drop(alive);
        });
    }
}
