//! Which segments of a partition go, and why. No Env, no await.
//!
//! The rules, in Kafka's order; each goes on from where the one before it stopped, oldest segment first:
//!
//! | reason | a segment goes when |
//! | --- | --- |
//! | log start | the next one begins at or below the log start offset: whatever the cleanup policy |
//! | size | the log without it still has at least `retention.bytes` |
//! | time | its largest timestamp is more than `retention.ms` old |
//!
//! Always holds: what goes is a prefix of the log that ends at or below the high watermark; an empty active segment
//! stays; the log start that follows is where the first segment that stays begins, or the log end when none does.
//!
//! Why so: the largest timestamp of an old segment may have to be read from its files, so the sweep asks for one at a
//! time, and only for those that the answer can move.

use tribunal_env::SegmentDeletion;
use tribunal_wire::types::Offset;

/// What of a segment matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outline {
    pub(crate) base: Offset,
    pub(crate) bytes: u64,
}

/// The offsets that bound the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) log_start: Offset,
    pub(crate) high_watermark: Offset,
    pub(crate) log_end: Offset,
}

/// What is kept; `None` sets no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Keep {
    pub(crate) bytes: Option<u64>,
    pub(crate) ms: Option<u64>,
}

/// A decision that is being made.
#[derive(Debug)]
pub(crate) struct Sweep {
    segments: Vec<Outline>,
    bounds: Bounds,
    keep_ms: Option<u64>,
    now_ms: i64,
    /// Why each segment goes, oldest first.
    gone: Vec<SegmentDeletion>,
    settled: bool,
}

impl Sweep {
    /// Begins with the rules that need no timestamps. `segments` are all of the log, the active one last.
    pub(crate) fn new(segments: Vec<Outline>, bounds: Bounds, keep: Keep, now_ms: i64) -> Sweep {
        assert!(!segments.is_empty(), "a log has a segment");
        assert!(segments.windows(2).all(|pair| pair[0].base < pair[1].base), "segments are in order");
        assert!(bounds.high_watermark <= bounds.log_end, "readers see no more than there is");
        let mut sweep = Sweep {
            segments,
            bounds,
            keep_ms: keep.ms,
            now_ms,
            gone: Vec::new(),
            settled: keep.ms.is_none(),
        };
        sweep.take_below_log_start();
        if let Some(bytes) = keep.bytes {
            sweep.take_over_size(bytes);
        }
        sweep
    }

    fn take_below_log_start(&mut self) {
        while self.segments.get(self.gone.len() + 1).is_some_and(|next| next.base <= self.bounds.log_start) {
            self.gone.push(SegmentDeletion::LogStart);
        }
    }

    fn take_over_size(&mut self, keep_bytes: u64) {
        let left: u64 = self.segments[self.gone.len()..].iter().map(|segment| segment.bytes).sum();
        let Some(mut excess) = left.checked_sub(keep_bytes) else { return };
        while let Some(segment) = self.candidate() {
            let Some(rest) = excess.checked_sub(segment.bytes) else { return };
            excess = rest;
            self.gone.push(SegmentDeletion::Size);
        }
    }

    /// The oldest segment that stays so far, if it may go at all.
    fn candidate(&self) -> Option<Outline> {
        let index = self.gone.len();
        let segment = *self.segments.get(index)?;
        let next = self.segments.get(index + 1);
        let end = next.map_or(self.bounds.log_end, |next| next.base);
        let empty_and_active = next.is_none() && segment.bytes == 0;
        (end <= self.bounds.high_watermark && !empty_and_active).then_some(segment)
    }

    /// The index of the segment whose largest timestamp decides next; `None` when all is decided.
    pub(crate) fn question(&self) -> Option<usize> {
        (!self.settled && self.candidate().is_some()).then_some(self.gone.len())
    }

    /// Answers [`Sweep::question`].
    pub(crate) fn answer(&mut self, largest_timestamp: i64) {
        assert!(self.question().is_some(), "only what was asked is answered");
        let age = self.now_ms.saturating_sub(largest_timestamp);
        let expired = self.keep_ms.is_some_and(|keep| u64::try_from(age).is_ok_and(|age| age > keep));
        if expired {
            self.gone.push(SegmentDeletion::Time);
        } else {
            self.settled = true;
        }
    }

    /// Why each segment that goes does, oldest first.
    pub(crate) fn verdict(self) -> Vec<SegmentDeletion> {
        assert!(self.question().is_none(), "every question was answered");
        self.gone
    }
}

#[cfg(test)]
#[path = "retention_tests.rs"]
mod tests;
