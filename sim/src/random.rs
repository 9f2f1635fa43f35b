//! Random streams split from one seed by name, and the integer ratios by which choices are made.
//!
//! Each stream is independent: one more draw in one never moves another. A choice that is certain draws nothing, so
//! that switching a fault off leaves everything else where it was. Every stream counts its draws; the counts are part
//! of a run's hash.

use crate::hash;

/// A probability as an integer ratio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Ratio {
    /// How many cases.
    pub numerator: u32,
    /// Of how many.
    pub denominator: u32,
}

impl Ratio {
    /// Never.
    pub const ZERO: Ratio = Ratio { numerator: 0, denominator: 1 };
    /// Always.
    pub const ONE: Ratio = Ratio { numerator: 1, denominator: 1 };

    /// `numerator` of `denominator` cases.
    ///
    /// # Panics
    /// When `denominator` is zero.
    pub const fn new(numerator: u32, denominator: u32) -> Self {
        assert!(denominator > 0, "a ratio needs a denominator");
        Ratio { numerator, denominator }
    }

    /// Whether it never happens.
    pub const fn is_zero(self) -> bool {
        self.numerator == 0
    }
}

impl Default for Ratio {
    fn default() -> Self {
        Ratio::ZERO
    }
}

/// A stream of random numbers (SplitMix64), with the count of its draws.
#[derive(Debug, Clone)]
pub struct Stream {
    state: u64,
    draws: u64,
}

impl Stream {
    /// The stream called `name` of the run with this seed. `owner` is the node (or part) that draws from it.
    pub fn split(seed: u64, owner: &str, name: &str) -> Self {
        let mut hasher = hash::RunHash::new(seed);
        hasher.bytes(owner.as_bytes());
        hasher.bytes(name.as_bytes());
        let (state, _) = hasher.value();
        Stream { state, draws: 0 }
    }

    /// How many numbers were drawn.
    pub fn draws(&self) -> u64 {
        self.draws
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.draws += 1;
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A uniform integer in `low..=high`. Draws nothing when there is only one.
    ///
    /// # Panics
    /// When `low` is above `high`.
    pub fn range(&mut self, low: u64, high: u64) -> u64 {
        assert!(low <= high, "an empty range has nothing to draw");
        if low == high {
            return low;
        }
        let span = u128::from(high - low) + 1;
        low + u64::try_from((u128::from(self.next_u64()) * span) >> 64)
            .expect("the product's high half is below the span")
    }

    /// An index below `count`.
    ///
    /// # Panics
    /// When `count` is zero.
    pub fn index(&mut self, count: usize) -> usize {
        assert!(count > 0, "nothing to choose from");
        usize::try_from(self.range(0, count as u64 - 1)).expect("below a usize")
    }

    /// True in that ratio of cases. Draws nothing when the answer is certain.
    pub fn chance(&mut self, ratio: Ratio) -> bool {
        if ratio.numerator == 0 {
            return false;
        }
        if ratio.numerator >= ratio.denominator {
            return true;
        }
        self.range(0, u64::from(ratio.denominator) - 1) < u64::from(ratio.numerator)
    }

    /// Fills `bytes` with random ones.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(8) {
            let drawn = self.next_u64().to_le_bytes();
            piece.copy_from_slice(&drawn[..piece.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_told_apart_by_seed_owner_and_name() {
        let first = |seed, owner, name| Stream::split(seed, owner, name).next_u64();
        let base = first(1, "node", "disk");
        assert_eq!(base, first(1, "node", "disk"));
        assert_ne!(base, first(2, "node", "disk"));
        assert_ne!(base, first(1, "edon", "disk"));
        assert_ne!(base, first(1, "node", "clock"));
        assert_ne!(first(1, "ab", "c"), first(1, "a", "bc"));
    }

    #[test]
    fn certain_choices_draw_nothing() {
        let mut stream = Stream::split(7, "node", "faults");
        assert!(!stream.chance(Ratio::ZERO));
        assert!(stream.chance(Ratio::ONE));
        assert_eq!(stream.range(5, 5), 5);
        assert_eq!(stream.draws(), 0);
        assert!((0..64).any(|_| stream.chance(Ratio::new(1, 4))));
        assert!(stream.draws() == 64 || stream.draws() > 0);
    }

    #[test]
    fn ranges_reach_both_ends() {
        let mut stream = Stream::split(7, "node", "faults");
        let drawn: std::collections::BTreeSet<u64> = (0..200).map(|_| stream.range(3, 6)).collect();
        assert_eq!(drawn, [3, 4, 5, 6].into());
        let quarter = (0..4_000).filter(|_| stream.chance(Ratio::new(1, 4))).count();
        assert!((800..1_200).contains(&quarter), "{quarter} of 4,000");
    }
}
