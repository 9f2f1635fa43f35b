//! A node's two clocks, and what may be wrong with them.
//!
//! The monotonic clock may run fast or slow and may jump ahead; it never goes back and never stands still. The wall
//! clock may run fast or slow and may jump either way. The two are faulted separately.

/// Parts per million by which a clock may be set to run fast or slow.
pub const DRIFT_PPM_MAX: i32 = 200_000;

const MILLION: i128 = 1_000_000;

/// Both clocks of one node, as functions of virtual time.
#[derive(Debug, Clone)]
pub(crate) struct NodeClock {
    /// Virtual time at which the lines below begin.
    anchor: u64,
    monotonic: u64,
    monotonic_ppm: i32,
    wall: i64,
    wall_ppm: i32,
    /// What the monotonic clock said last.
    last: u64,
}

fn elapsed(virtual_nanos: u64, ppm: i32) -> i128 {
    i128::from(virtual_nanos) * (MILLION + i128::from(ppm)) / MILLION
}

impl NodeClock {
    /// Clocks that say `monotonic` and `wall` (nanoseconds) at virtual time `now` and run true.
    pub(crate) fn new(now: u64, monotonic: u64, wall: i64) -> Self {
        NodeClock { anchor: now, monotonic, monotonic_ppm: 0, wall, wall_ppm: 0, last: monotonic }
    }

    /// The monotonic clock, without asking it.
    pub(crate) fn monotonic(&self, now: u64) -> u64 {
        let passed = elapsed(now.saturating_sub(self.anchor), self.monotonic_ppm);
        self.monotonic + u64::try_from(passed).expect("no clock runs backwards")
    }

    /// The monotonic clock, asked: each answer is a new instant.
    pub(crate) fn tick(&mut self, now: u64) -> u64 {
        self.last = self.monotonic(now).max(self.last + 1);
        self.last
    }

    /// The wall clock, in nanoseconds since the Unix epoch.
    pub(crate) fn wall(&self, now: u64) -> i64 {
        let passed = elapsed(now.saturating_sub(self.anchor), self.wall_ppm);
        self.wall.saturating_add(i64::try_from(passed).unwrap_or(i64::MAX))
    }

    /// How long, in virtual time, until the monotonic clock reaches `deadline`. Zero when it has.
    pub(crate) fn until(&self, now: u64, deadline: u64) -> u64 {
        let missing = deadline.saturating_sub(self.monotonic(now));
        let rate = MILLION + i128::from(self.monotonic_ppm);
        let virtual_nanos = (i128::from(missing) * MILLION + rate - 1) / rate;
        u64::try_from(virtual_nanos).unwrap_or(u64::MAX)
    }

    fn anchor_at(&mut self, now: u64) {
        (self.monotonic, self.wall) = (self.monotonic(now), self.wall(now));
        self.anchor = now;
    }

    /// Sets how fast the clocks run, in parts per million off true.
    pub(crate) fn drift(&mut self, now: u64, monotonic_ppm: i32, wall_ppm: i32) {
        self.anchor_at(now);
        self.monotonic_ppm = monotonic_ppm.clamp(-DRIFT_PPM_MAX, DRIFT_PPM_MAX);
        self.wall_ppm = wall_ppm.clamp(-DRIFT_PPM_MAX, DRIFT_PPM_MAX);
    }

    /// Jumps: the monotonic clock ahead, the wall clock either way.
    pub(crate) fn jump(&mut self, now: u64, monotonic_ahead: u64, wall_by: i64) {
        self.anchor_at(now);
        self.monotonic = self.monotonic.saturating_add(monotonic_ahead);
        self.wall = self.wall.saturating_add(wall_by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_strictly_monotonic_whatever_happens() {
        let mut clock = NodeClock::new(0, 500, 0);
        let mut last = 500;
        for (step, now) in [10, 10, 10, 11, 5_000, 5_000, 9_000, 9_001].into_iter().enumerate() {
            clock.drift(now, if step % 2 == 0 { -150_000 } else { 90_000 }, 0);
            clock.jump(now, step as u64, -1_000_000);
            let next = clock.tick(now);
            assert!(next > last);
            last = next;
        }
    }

    #[test]
    fn drift_and_jumps_are_separate() {
        let mut clock = NodeClock::new(0, 0, 1_000);
        clock.drift(0, 100_000, -100_000);
        assert_eq!(clock.monotonic(1_000), 1_100);
        assert_eq!(clock.wall(1_000), 1_900);
        clock.jump(1_000, 50, -1_900);
        assert_eq!(clock.monotonic(1_000), 1_150);
        assert_eq!(clock.wall(1_000), 0);
        assert_eq!(clock.until(1_000, 1_260), 100);
        assert_eq!(clock.until(1_000, 1_150), 0);
    }

    #[test]
    fn waiting_as_long_as_told_is_long_enough() {
        let mut clock = NodeClock::new(0, 0, 0);
        for ppm in [-150_000, -7, 0, 13, 150_000] {
            clock.drift(0, ppm, 0);
            for deadline in [1, 999, 1_000_003] {
                let wait = clock.until(0, deadline);
                assert!(clock.monotonic(wait) >= deadline, "{ppm} {deadline}");
            }
        }
    }
}
