//! Connections by address and lane: made when asked for, shared while they live, made again with a back-off.
//!
//! Each slot has one attempt to connect under way at most; whoever asks meanwhile waits for its end. The lock
//! around the slots is never held across an `await`.

use super::{ClientConfig, Lane};
use crate::{Connection, ConnectionConfig, RequestError};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::SetOnce;
use tribunal_env::{Env, Instant, Rng};

type Attempt = Arc<SetOnce<Result<Connection, RequestError>>>;

#[derive(Debug, Default)]
struct Slot {
    connection: Option<Connection>,
    attempt: Option<Attempt>,
    failures: u32,
    retry_at: Option<Instant>,
}

#[derive(Debug)]
pub(super) struct Pool(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    env: Env,
    config: ConnectionConfig,
    backoff_min: Duration,
    backoff_max: Duration,
    slots: Mutex<BTreeMap<(String, Lane), Slot>>,
}

impl Pool {
    pub(super) fn new(env: Env, config: &ClientConfig) -> Self {
        Pool(Arc::new(Shared {
            env,
            config: config.connection.clone(),
            backoff_min: config.reconnect_backoff_min,
            backoff_max: config.reconnect_backoff_max,
            slots: Mutex::default(),
        }))
    }

    /// The connection to this address if it is there and not known to be dead.
    pub(super) fn living(&self, address: &str, lane: Lane) -> Option<Connection> {
        let slots = self.0.lock();
        let slot = slots.get(&(address.to_owned(), lane))?;
        slot.connection.clone().filter(|connection| !connection.is_closed())
    }

    /// A living connection, before the deadline.
    pub(super) async fn connection(
        &self,
        address: &str,
        lane: Lane,
        deadline: Instant,
    ) -> Result<Connection, RequestError> {
        let env = &self.0.env;
        loop {
            let step = self.0.step(address, lane);
            match step {
                Step::Living(connection) => return Ok(connection),
                Step::WaitUntil(at) => {
                    if at >= deadline {
                        return Err(RequestError::NotSent(format!(
                            "{address} is not to be connected to yet"
                        )));
                    }
                    env.sleep_until(at).await;
                }
                Step::Wait(attempt) => {
                    let Some(result) = env.timeout_at(deadline, attempt.wait()).await else {
                        return Err(RequestError::NoTime);
                    };
                    return result.clone();
                }
            }
        }
    }
}

/// What to do next for a connection.
enum Step {
    Living(Connection),
    WaitUntil(Instant),
    Wait(Attempt),
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<(String, Lane), Slot>> {
        // A panic while the lock was held ends the process or the simulated run anyway.
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn step(self: &Arc<Self>, address: &str, lane: Lane) -> Step {
        let now = self.env.now();
        let mut slots = self.lock();
        let slot = slots.entry((address.to_owned(), lane)).or_default();
        if let Some(connection) = &slot.connection {
            if !connection.is_closed() {
                return Step::Living(connection.clone());
            }
            slot.connection = None;
        }
        if let Some(attempt) = &slot.attempt {
            return Step::Wait(attempt.clone());
        }
        if let Some(at) = slot.retry_at.filter(|at| *at > now) {
            return Step::WaitUntil(at);
        }
        let attempt: Attempt = Arc::default();
        slot.attempt = Some(attempt.clone());
        let connecting = self.clone().connect(address.to_owned(), lane, attempt.clone());
        drop(slots);
        drop(self.env.spawn("client connect", connecting));
        Step::Wait(attempt)
    }

    async fn connect(self: Arc<Self>, address: String, lane: Lane, attempt: Attempt) {
        let result = Connection::open(&self.env, &address, self.config.clone()).await;
        let now = self.env.now();
        let mut rng = self.env.rng("client backoff");
        {
            let mut slots = self.lock();
            let slot = slots.entry((address, lane)).or_default();
            slot.attempt = None;
            match &result {
                Ok(connection) => {
                    slot.connection = Some(connection.clone());
                    slot.failures = 0;
                    slot.retry_at = None;
                }
                Err(_) => {
                    let pause = backoff(&mut rng, self.backoff_min, self.backoff_max, slot.failures);
                    slot.retry_at = Some(now + pause);
                    slot.failures = slot.failures.saturating_add(1);
                }
            }
        }
        // Only this task sets it, once.
        drop(attempt.set(result));
    }
}

/// An exponential pause with a fifth of jitter in either direction.
pub(super) fn backoff(rng: &mut Rng, least: Duration, most: Duration, failures: u32) -> Duration {
    let exponential = least.saturating_mul(1 << failures.min(16)).min(most);
    let micros = u64::try_from(exponential.as_micros()).unwrap_or(u64::MAX / 2);
    let fifth = micros / 5;
    Duration::from_micros(rng.range(micros - fifth, micros.saturating_add(fifth)))
}
