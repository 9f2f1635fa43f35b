//! Which topics of a run are compacted, and how.
//!
//! Everything is drawn from a stream of its own, so that it disturbs no other draw. Lags are short beside the seconds that a
//! load takes, so that records are too young at one time and old enough at another.

use crate::random::{Ratio, Stream};

/// The smallest that a broker takes: some forty keys.
const MAP_BYTES_MIN: u64 = 1024;

/// How the first topics of a run are compacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compacted {
    /// How many.
    pub topics: u32,
    /// Different keys of their records.
    pub keys: u32,
    /// Whether what is old or too much is deleted too: `cleanup.policy=compact,delete`.
    pub delete: bool,
    /// `min.cleanable.dirty.ratio`, in hundredths.
    pub dirty_percent: u64,
    /// `min.compaction.lag.ms`.
    pub min_lag_ms: u64,
    /// `max.compaction.lag.ms`.
    pub max_lag_ms: Option<u64>,
    /// `delete.retention.ms`.
    pub delete_retention_ms: u64,
    /// `log.cleaner.backoff.ms`: how often the broker looks.
    pub backoff_ms: u64,
    /// `log.cleaner.dedupe.buffer.size`: so small that a pass may end before it has all keys.
    pub map_bytes: Option<u64>,
}

impl Compacted {
    /// A quarter of the runs have some.
    pub(super) fn draw(seed: u64, topics: u32, retention: bool) -> Option<Compacted> {
        let mut draw = Stream::split(seed, "trial", "compaction");
        if !draw.chance(Ratio::new(1, 4)) {
            return None;
        }
        let mut small = |low: u64, high: u64| u32::try_from(draw.range(low, high)).expect("a small range");
        let (topics, keys) = (small(1, topics.into()), small(1, 60));
        let min_lag_ms = if draw.chance(Ratio::new(1, 2)) { 0 } else { draw.range(50, 2_000) };
        let max_lag_ms = draw.chance(Ratio::new(1, 2)).then(|| min_lag_ms + draw.range(1, 2_000));
        let drawn = Compacted {
            topics,
            keys,
            delete: retention && draw.chance(Ratio::new(1, 2)),
            dirty_percent: draw.range(0, 50),
            min_lag_ms,
            max_lag_ms,
            delete_retention_ms: draw.range(0, 4_000),
            backoff_ms: draw.range(20, 1_000),
            map_bytes: None,
        };
        let map_bytes = draw.chance(Ratio::new(1, 2)).then_some(MAP_BYTES_MIN);
        Some(Compacted { map_bytes, ..drawn })
    }

    /// The configs of those topics, beyond the ones of all topics.
    pub(super) fn configs(self) -> Vec<(String, String)> {
        let mut configs = vec![
            ("cleanup.policy", if self.delete { "compact,delete".to_owned() } else { "compact".to_owned() }),
            ("min.cleanable.dirty.ratio", format!("0.{:02}", self.dirty_percent)),
            ("min.compaction.lag.ms", self.min_lag_ms.to_string()),
            ("delete.retention.ms", self.delete_retention_ms.to_string()),
        ];
        configs.extend(self.max_lag_ms.map(|max| ("max.compaction.lag.ms", max.to_string())));
        configs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_legal_and_cover_what_can_differ() {
        let drawn: Vec<Compacted> =
            (0..400).filter_map(|seed| Compacted::draw(seed, 2, seed % 2 == 0)).collect();
        assert!((60..140).contains(&drawn.len()), "{} of 400 runs are compacted", drawn.len());
        assert!(drawn.iter().all(|drawn| drawn.max_lag_ms.is_none_or(|max| max > drawn.min_lag_ms)));
        for delete in [false, true] {
            for lags in [false, true] {
                let is = |drawn: &&Compacted| drawn.delete == delete && (drawn.min_lag_ms > 0) == lags;
                assert!(drawn.iter().any(|drawn| is(&drawn)), "{delete} {lags} is never drawn");
            }
        }
        let configs = drawn[0].configs();
        let names: std::collections::BTreeSet<&String> = configs.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), configs.len());
    }
}
