//! Waiting for points in time that lie closer together than a timer can tell apart.

use std::time::Duration;
use tribunal_env::{Env, Instant, yield_now};

/// Timers of a real backend count milliseconds and round up: from here on the task asks the clock instead.
const TIMER_SLACK: Duration = Duration::from_millis(2);

/// Waits until `deadline`, to the microsecond. Other tasks run meanwhile; a core is busy for the last two milliseconds.
pub(super) async fn wait_until(env: &Env, deadline: Instant) {
    let left = deadline.since(env.now());
    if left > TIMER_SLACK {
        env.sleep(left - TIMER_SLACK).await;
    }
    while env.now() < deadline {
        yield_now().await;
    }
}

/// Intended send times: one each interval, the first after the warm-up's start, connections staggered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schedule {
    first: Instant,
    interval: Duration,
    sent: u32,
    next: Instant,
}

impl Schedule {
    /// The schedule of connection `number` of `connections`.
    pub(super) fn new(now: Instant, interval: Duration, number: usize, connections: usize) -> Schedule {
        let share = interval.as_nanos() * number as u128 / connections as u128;
        let first = now + Duration::from_nanos(u64::try_from(share).unwrap_or(u64::MAX));
        Schedule { first, interval, sent: 0, next: first }
    }

    /// When the next request is meant to go out.
    pub(super) fn next(&self) -> Instant {
        self.next
    }

    /// The next one went out.
    pub(super) fn advance(&mut self) {
        if self.sent == u32::MAX {
            (self.first, self.sent) = (self.next, 0);
        }
        self.sent += 1;
        // Counted from the first, so that no rounding adds up.
        self.next = self.first + self.interval * self.sent;
    }
}

/// Points in time at which a run is looked at: each tick, and exactly at the window's edges.
pub(super) struct Ticker {
    last: Instant,
    start: Instant,
    tick: Duration,
}

impl Ticker {
    pub(super) fn new(now: Instant, start: Instant, tick: Duration) -> Ticker {
        Ticker { last: now, start, tick }
    }

    /// The next point, never beyond `end`.
    pub(super) fn next(&mut self, now: Instant, end: Instant) -> Instant {
        let mut next = self.last + self.tick;
        if now < self.start && next > self.start {
            next = self.start;
        }
        self.last = next.max(now);
        next.min(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: u64) -> Instant {
        Instant::from_nanos(millis * 1_000_000)
    }

    #[test]
    fn schedules_are_even_and_staggered() {
        let mut schedule = Schedule::new(at(100), Duration::from_millis(10), 1, 4);
        assert_eq!(schedule.next(), Instant::from_nanos(102_500_000));
        for _ in 0..100 {
            schedule.advance();
        }
        assert_eq!(schedule.next(), Instant::from_nanos(1_102_500_000));
    }

    #[test]
    fn ticks_meet_the_edges() {
        let mut ticker = Ticker::new(at(0), at(250), Duration::from_millis(200));
        assert_eq!(ticker.next(at(0), at(600)), at(200));
        assert_eq!(ticker.next(at(200), at(600)), at(250));
        assert_eq!(ticker.next(at(251), at(600)), at(450));
        assert_eq!(ticker.next(at(451), at(600)), at(600));
    }
}
