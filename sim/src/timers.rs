//! Timers in virtual time, for both engines.
//!
//! Ours rather than the engines': one entry for each sleep however often it is polled, gone when the sleep is dropped,
//! fired in the order of deadlines and then of their making. madsim adds an entry at each poll and keeps it until it
//! fires; a long time limit around every request would drown it.

use crate::run::Run;
use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

/// Who waits for when.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    waiting: BTreeMap<(u64, u64), Waker>,
    next: u64,
    /// The engine has promised to come back by then.
    armed: Option<u64>,
    /// Wakes whoever promised, when that is too late.
    pump: Option<Waker>,
}

impl Timers {
    /// Adds a timer. Its key removes it.
    pub(crate) fn add(&mut self, deadline: u64, waker: Waker) -> (u64, u64) {
        self.next += 1;
        let key = (deadline, self.next);
        self.waiting.insert(key, waker);
        if self.armed.is_none_or(|armed| deadline < armed)
            && let Some(pump) = self.pump.take()
        {
            pump.wake();
        }
        key
    }

    fn renew(&mut self, key: (u64, u64), waker: &Waker) {
        if let Some(kept) = self.waiting.get_mut(&key)
            && !kept.will_wake(waker)
        {
            kept.clone_from(waker);
        }
    }

    fn remove(&mut self, key: (u64, u64)) {
        self.waiting.remove(&key);
    }

    /// Wakes all that are due.
    pub(crate) fn fire(&mut self, now: u64) {
        while let Some(first) = self.waiting.first_entry()
            && first.key().0 <= now
        {
            first.remove().wake();
        }
    }

    /// The earliest deadline, for an engine whose time jumps. `pump` is woken when an earlier one appears.
    #[cfg(all(feature = "madsim", madsim))]
    pub(crate) fn arm(&mut self, pump: &Waker) -> Option<u64> {
        self.pump = Some(pump.clone());
        self.armed = self.waiting.first_key_value().map(|(key, _)| key.0);
        self.armed
    }

    pub(crate) fn clear(&mut self) -> BTreeMap<(u64, u64), Waker> {
        self.pump = None;
        std::mem::take(&mut self.waiting)
    }
}

/// Waits for a point in virtual time.
pub(crate) struct VirtualSleep {
    run: Arc<Run>,
    deadline: u64,
    key: Option<(u64, u64)>,
}

impl VirtualSleep {
    pub(crate) fn new(run: Arc<Run>, deadline: u64) -> Self {
        VirtualSleep { run, deadline, key: None }
    }

    pub(crate) fn deadline(&self) -> u64 {
        self.deadline
    }
}

impl Future for VirtualSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        if this.run.now() >= this.deadline {
            return Poll::Ready(());
        }
        let mut state = this.run.state();
        match this.key {
            Some(key) => state.timers.renew(key, context.waker()),
            None => this.key = Some(state.timers.add(this.deadline, context.waker().clone())),
        }
        Poll::Pending
    }
}

impl Drop for VirtualSleep {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.run.state().timers.remove(key);
        }
    }
}

/// Waits for a point on a node's monotonic clock, which may not run true.
pub(crate) struct NodeSleep {
    run: Arc<Run>,
    node: usize,
    deadline: u64,
    key: Option<(u64, u64)>,
}

impl NodeSleep {
    pub(crate) fn new(run: Arc<Run>, node: usize, deadline: u64) -> Self {
        NodeSleep { run, node, deadline, key: None }
    }
}

impl Future for NodeSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        let now = this.run.now();
        let mut state = this.run.state();
        let wait = state.nodes[this.node].clock.until(now, this.deadline);
        if wait == 0 {
            if let Some(key) = this.key.take() {
                state.timers.remove(key);
            }
            return Poll::Ready(());
        }
        let due = now.saturating_add(wait);
        match this.key {
            // A clock that was slowed down fires too early: then the timer is set anew.
            Some(key) if key.0 > now && key.0 <= due => state.timers.renew(key, context.waker()),
            old => {
                if let Some(key) = old {
                    state.timers.remove(key);
                }
                this.key = Some(state.timers.add(due, context.waker().clone()));
            }
        }
        Poll::Pending
    }
}

impl Drop for NodeSleep {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.run.state().timers.remove(key);
        }
    }
}
