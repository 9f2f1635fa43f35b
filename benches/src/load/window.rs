//! The measured stretch of time, and what all connections count in it.

use super::BenchError;
use std::{
    future::Future,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};
use tribunal_env::{Env, Instant};

/// How long answers may take to come after the end.
const PATIENCE: Duration = Duration::from_secs(20);

/// From warm-up to end. The end may be moved forward.
pub(super) struct Window {
    start: Instant,
    end_nanos: AtomicU64,
    records: AtomicU64,
    errors: AtomicU64,
    failed: AtomicBool,
}

impl Window {
    pub(super) fn starting(start: Instant, duration: Duration) -> Window {
        Window {
            start,
            end_nanos: AtomicU64::new((start + duration).as_nanos()),
            records: AtomicU64::new(0),
            errors: AtomicU64::new(0),
            failed: AtomicBool::new(false),
        }
    }

    pub(super) fn start(&self) -> Instant {
        self.start
    }

    pub(super) fn end(&self) -> Instant {
        Instant::from_nanos(self.end_nanos.load(Ordering::Relaxed))
    }

    /// Ends it now instead of later.
    pub(super) fn end_at(&self, now: Instant) {
        self.end_nanos.fetch_min(now.as_nanos(), Ordering::Relaxed);
    }

    pub(super) fn contains(&self, instant: Instant) -> bool {
        instant >= self.start && instant < self.end()
    }

    /// Counts records that were answered at `now`, if that lies in the window.
    pub(super) fn count(&self, now: Instant, records: u64) -> bool {
        let counts = self.contains(now);
        if counts {
            self.records.fetch_add(records, Ordering::Relaxed);
        }
        counts
    }

    pub(super) fn records(&self) -> u64 {
        self.records.load(Ordering::Relaxed)
    }

    pub(super) fn count_error(&self) {
        self.errors.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn errors(&self) -> u64 {
        self.errors.load(Ordering::Relaxed)
    }

    /// Runs the part of one connection. Its failure, or a server that falls silent, ends the whole run.
    pub(super) async fn run<T>(
        &self,
        env: &Env,
        part: impl Future<Output = Result<T, BenchError>>,
    ) -> Result<T, BenchError> {
        let late = || {
            let seconds = PATIENCE.as_secs();
            Err(BenchError::Server(format!(
                "the server left requests unanswered for {seconds} s after the run's end"
            )))
        };
        let done = env.timeout_at(self.end() + PATIENCE, part).await.unwrap_or_else(late);
        if done.is_err() {
            self.fail();
        }
        done
    }

    /// Says that a connection broke: there is no use in waiting for the end.
    pub(super) fn fail(&self) {
        self.failed.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_falls_into_it_counts() {
        let at = |seconds: u64| Instant::from_nanos(seconds * 1_000_000_000);
        let window = Window::starting(at(2), Duration::from_secs(3));
        assert!(!window.count(at(1), 10) && window.count(at(2), 20) && !window.count(at(5), 40));
        window.end_at(at(4));
        window.end_at(at(9));
        assert!(!window.contains(at(4)) && window.contains(at(3)));
        assert_eq!(window.records(), 20);
    }
}
