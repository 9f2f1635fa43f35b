//! The pen that all actors of a workload share: the recorder and the run's clock under one lock.
//!
//! The clock is read under the lock, so that events and their times come in the same order. The lock is held for
//! single recorder calls and never across a wait.

use super::opened::OpenedBatches;
use crate::history::{History, Recorder};
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU16, Ordering},
};

/// Writes down what many tasks do. Cheap to clone.
#[derive(Clone)]
pub struct Scribe(Arc<Shared>);

struct Shared {
    recorder: Mutex<Recorder>,
    now_ns: Arc<dyn Fn() -> u64 + Send + Sync>,
    processes: AtomicU16,
    opened: OpenedBatches,
}

impl std::fmt::Debug for Scribe {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Scribe")
    }
}

impl Scribe {
    /// Writes with `recorder`, at the times that `now_ns` tells: nanoseconds since the run began.
    pub fn new(recorder: Recorder, now_ns: Arc<dyn Fn() -> u64 + Send + Sync>) -> Scribe {
        // Where a history goes on, nobody may be taken for somebody who was there before.
        let processes = recorder.history().processes();
        Scribe(Arc::new(Shared {
            recorder: Mutex::new(recorder),
            now_ns,
            processes: AtomicU16::new(processes),
            opened: OpenedBatches::default(),
        }))
    }

    /// Writes something down, at the time that it is given.
    pub fn with<T>(&self, write: impl FnOnce(&mut Recorder, u64) -> T) -> T {
        let mut recorder = self.recorder();
        let now = (self.0.now_ns)();
        write(&mut recorder, now)
    }

    /// A copy of the history as it stands. Whoever still writes goes on.
    pub fn take(&self) -> History {
        self.recorder().history().clone()
    }

    /// The history: moved out when nobody else writes any more, copied otherwise.
    pub fn into_history(self) -> History {
        match Arc::try_unwrap(self.0) {
            Ok(shared) => shared.recorder.into_inner().unwrap_or_else(PoisonError::into_inner).into_history(),
            Err(shared) => Scribe(shared).take(),
        }
    }

    /// A number for a client that was not there before.
    pub(crate) fn new_process(&self) -> u16 {
        self.0.processes.fetch_add(1, Ordering::Relaxed)
    }

    /// What the readers have opened so far.
    pub(crate) fn opened(&self) -> &OpenedBatches {
        &self.0.opened
    }

    fn recorder(&self) -> MutexGuard<'_, Recorder> {
        // A panic while the lock was held ends the process or the simulated run anyway.
        self.0.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
