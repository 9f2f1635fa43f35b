//! The running hash of a run: 128 bits into which everything that happens is folded, in order.
//!
//! Fast rather than secure: it meets accidents, not adversaries. Each word is multiplied into one of two lanes and
//! the halves of the product are folded together; lengths are folded too, so that neighbours cannot trade bytes.

use std::hash::Hasher;

const FIRST: u64 = 0xA076_1D64_78BD_642F;
const SECOND: u64 = 0xE703_7ED1_A0B4_28DB;
const THIRD: u64 = 0x8EBC_6AF0_9C88_C6E3;

/// A hash that grows with the run.
#[derive(Debug, Clone)]
pub struct RunHash {
    one: u64,
    two: u64,
}

/// Multiplies and folds the halves of the product.
#[inline]
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    #[expect(clippy::cast_possible_truncation, reason = "folding takes both halves")]
    let halves = (product as u64) ^ ((product >> 64) as u64);
    halves
}

impl RunHash {
    /// A hash that starts from `seed`.
    pub fn new(seed: u64) -> Self {
        RunHash { one: fold(seed ^ FIRST, SECOND), two: fold(seed ^ THIRD, FIRST) ^ seed }
    }

    /// Folds a word in.
    #[inline]
    pub fn word(&mut self, word: u64) {
        // Rotating the first lane keeps a product of zero from forgetting what came before.
        self.one = fold(self.one ^ word, FIRST) ^ self.one.rotate_left(29);
        self.two = fold(self.two.wrapping_add(word) ^ SECOND, THIRD).wrapping_add(self.two.rotate_left(17));
    }

    /// Folds bytes and their count in.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.word(digest(bytes));
        self.word(bytes.len() as u64);
    }

    /// What was folded in so far.
    pub fn value(&self) -> (u64, u64) {
        (fold(self.one ^ THIRD, SECOND ^ self.two), fold(self.two ^ FIRST, THIRD ^ self.one.rotate_left(32)))
    }

    /// The value in hexadecimal.
    pub fn text(&self) -> String {
        let (one, two) = self.value();
        format!("{one:016x}{two:016x}")
    }
}

/// For values that derive [`std::hash::Hash`].
impl Hasher for RunHash {
    fn finish(&self) -> u64 {
        self.value().0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.bytes(bytes);
    }

    fn write_u64(&mut self, word: u64) {
        self.word(word);
    }

    fn write_i64(&mut self, word: i64) {
        self.word(word.cast_unsigned());
    }

    fn write_u32(&mut self, word: u32) {
        self.word(u64::from(word));
    }

    fn write_i32(&mut self, word: i32) {
        self.word(u64::from(word.cast_unsigned()));
    }

    fn write_usize(&mut self, word: usize) {
        self.word(word as u64);
    }

    fn write_isize(&mut self, word: isize) {
        self.word((word as i64).cast_unsigned());
    }
}

/// A hash of bytes alone.
pub fn digest(bytes: &[u8]) -> u64 {
    let (mut one, mut two) = (FIRST ^ bytes.len() as u64, SECOND);
    let mut chunks = bytes.chunks_exact(16);
    for chunk in &mut chunks {
        let (low, high) = chunk.split_at(8);
        one = fold(one ^ word(low), SECOND ^ word(high)).wrapping_add(two);
        two = two.rotate_left(23) ^ one;
    }
    let rest = chunks.remainder();
    let mut tail = [0; 16];
    tail[..rest.len()].copy_from_slice(rest);
    fold(one ^ word(&tail[..8]), THIRD ^ word(&tail[8..])) ^ two.rotate_left(31)
}

fn word(eight: &[u8]) -> u64 {
    u64::from_le_bytes(eight.try_into().expect("eight bytes were cut out"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_boundaries_matter() {
        let of = |pieces: &[&[u8]]| {
            let mut hash = RunHash::new(0);
            for piece in pieces {
                hash.bytes(piece);
            }
            hash.text()
        };
        assert_ne!(of(&[b"ab", b"c"]), of(&[b"a", b"bc"]));
        assert_ne!(of(&[b"a", b"b"]), of(&[b"b", b"a"]));
        assert_ne!(of(&[b""]), of(&[]));
        assert_ne!(of(&[b"\0"]), of(&[b""]));
        assert_eq!(of(&[b"same"]), of(&[b"same"]));
    }

    #[test]
    fn every_bit_of_a_digest_counts() {
        let base = vec![7_u8; 83];
        let mut seen = std::collections::BTreeSet::from([digest(&base)]);
        for position in 0..base.len() {
            for bit in 0..8 {
                let mut other = base.clone();
                other[position] ^= 1 << bit;
                assert!(seen.insert(digest(&other)), "byte {position}, bit {bit}");
            }
        }
    }

    #[test]
    fn words_of_zero_count_too() {
        let mut hash = RunHash::new(0);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..1_000 {
            assert!(seen.insert(hash.value()));
            hash.word(0);
        }
    }
}
