//! Lines that would come again with every request: each is told once an interval.
//!
//! A full disk refuses everything for as long as nobody makes room. Whoever reads the log then needs one line a minute,
//! not one a request.

use crate::limits::TOLD_AGAIN_MS;
use std::time::Duration;
use tribunal_env::Instant;

/// When something was told last.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seldom(Option<Instant>);

impl Seldom {
    /// Whether it may be told now: then it counts as told.
    pub fn is_due(&mut self, now: Instant) -> bool {
        let again = Duration::from_millis(TOLD_AGAIN_MS);
        let due = self.0.is_none_or(|told| now.since(told) >= again);
        if due {
            self.0 = Some(now);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_told_once_an_interval() {
        let (mut seldom, start) = (Seldom::default(), Instant::from_nanos(7));
        let mut due_after = |ms| seldom.is_due(start + Duration::from_millis(ms));
        let expected = [(0, true), (1, false), (TOLD_AGAIN_MS - 1, false), (TOLD_AGAIN_MS, true)];
        for (ms, due) in expected {
            assert_eq!(due_after(ms), due, "after {ms} ms");
        }
        assert!(!due_after(TOLD_AGAIN_MS + 1), "the interval begins anew");
    }
}
