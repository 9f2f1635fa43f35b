//! Named random streams.

use crate::Env;

/// A random stream. All holders of a stream with one name on one node share its position.
#[derive(Clone, Debug)]
pub struct Rng {
    env: Env,
    stream: &'static str,
}

impl Rng {
    pub(crate) fn new(env: Env, stream: &'static str) -> Self {
        Rng { env, stream }
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.env.draw(self.stream)
    }

    /// A uniform integer in `low..=high`. Both ends are included.
    ///
    /// # Panics
    /// When `low` is above `high`.
    pub fn range(&mut self, low: u64, high: u64) -> u64 {
        assert!(low <= high, "an empty range has nothing to draw");
        let span = u128::from(high - low) + 1;
        // Widening multiply: the bias is below 2^-64 of the span, which no simulation can see.
        low + u64::try_from((u128::from(self.next_u64()) * span) >> 64)
            .expect("the product's high half is below the span")
    }

    /// True in `numerator` of `denominator` cases. Draws nothing when the answer is certain, so that a
    /// choice that is switched off leaves the stream where it was.
    pub fn chance(&mut self, numerator: u64, denominator: u64) -> bool {
        assert!(denominator > 0, "a ratio needs a denominator");
        match numerator {
            0 => false,
            n if n >= denominator => true,
            n => self.range(0, denominator - 1) < n,
        }
    }
}
