//! The operating system's clocks and entropy.

use std::{
    future::Future,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tribunal_env::{Instant, Timestamp};

/// A strictly monotonic clock over the system's, which may return one instant twice.
pub(crate) struct Clock {
    origin: tokio::time::Instant,
    last_nanos: AtomicU64,
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the host is where the real clock is read")]
    pub(crate) fn new() -> Self {
        Clock { origin: tokio::time::Instant::now(), last_nanos: AtomicU64::new(0) }
    }

    #[expect(clippy::disallowed_methods, reason = "the host is where the real clock is read")]
    pub(crate) fn now(&self) -> Instant {
        let elapsed = tokio::time::Instant::now().duration_since(self.origin).as_nanos();
        let nanos = u64::try_from(elapsed).expect("a process runs for less than 584 years");
        let last = self.last_nanos.fetch_max(nanos, Ordering::Relaxed);
        if nanos > last {
            return Instant::from_nanos(nanos);
        }
        Instant::from_nanos(self.last_nanos.fetch_add(1, Ordering::Relaxed) + 1)
    }

    #[expect(clippy::disallowed_methods, reason = "the host is where the real clock is read")]
    pub(crate) fn wall(&self) -> Timestamp {
        let millis = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
        };
        Timestamp::from_millis(millis)
    }

    #[expect(clippy::disallowed_methods, reason = "the host is where real timers are set")]
    pub(crate) fn sleep_until(&self, deadline: Instant) -> impl Future<Output = ()> + Send + use<> {
        tokio::time::sleep_until(self.origin + Duration::from_nanos(deadline.as_nanos()))
    }
}

/// 64 bits from the operating system.
pub(crate) fn entropy() -> u64 {
    let mut bytes = [0; 8];
    let mut filled = 0;
    while filled < bytes.len() {
        filled += rustix::rand::getrandom(&mut bytes[filled..], rustix::rand::GetRandomFlags::empty())
            .expect("the kernel has entropy once user space runs");
    }
    u64::from_ne_bytes(bytes)
}
