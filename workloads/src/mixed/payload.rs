//! What a record carries: its value's number, so that a reader can tell which record it sees, and bytes enough
//! to notice damage.
//!
//! The number stands twice, once inverted: bytes that are not ours are not taken for a value. A tombstone has no value
//! to carry it, so its first header does. Everything else is covered by [`hash`], which sender and reader compute over
//! key, headers and value.

use crate::history::{NONE, Value};
use bytes::Bytes;
use tribunal_env::Rng;

/// Before the number.
const MAGIC: [u8; 4] = *b"TrVa";
/// Magic, number, inverted number, partition.
pub(crate) const BYTES_MIN: usize = 16;

/// The bytes of a value.
pub(crate) fn bytes_of(value: Value, partition: i32, size: usize) -> Bytes {
    let mut bytes = Vec::with_capacity(size.max(BYTES_MIN));
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&value.to_le_bytes());
    bytes.extend_from_slice(&(!value).to_le_bytes());
    bytes.extend_from_slice(&partition.to_le_bytes());
    let mut state = value | 1;
    while bytes.len() < size {
        // Half of the filling repeats, so that codecs find something to do.
        state = state.wrapping_mul(0x915f_77f5).rotate_left(7);
        bytes.push(if bytes.len() % 32 < 16 { (state >> 24) as u8 } else { b'.' });
    }
    bytes.into()
}

/// The header of a tombstone that carries its number.
pub(crate) const TOMBSTONE_HEADER: &[u8] = b"tombstone";

/// The value that a record carries, or [`NONE`].
pub(crate) fn value_of<'a>(
    value: Option<&[u8]>,
    mut headers: impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)>,
) -> Value {
    match value {
        Some(_) => number_in(value),
        None => {
            headers.next().filter(|(key, _)| *key == TOMBSTONE_HEADER).map_or(NONE, |(_, it)| number_in(it))
        }
    }
}

/// The number that some bytes carry, or [`NONE`].
fn number_in(bytes: Option<&[u8]>) -> Value {
    let Some([a, b, c, d, rest @ ..]) = bytes else { return NONE };
    let word = |at: usize| rest.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes);
    match (word(0), word(4)) {
        (Some(value), Some(inverted)) if [*a, *b, *c, *d] == MAGIC && value == !inverted => value,
        _ => NONE,
    }
}

/// A hash of key, headers and value; absent fields differ from empty ones.
///
/// Every record of every reader passes here, so it goes word by word. Each step is a bijection of the state: one word
/// that differs is never lost before the end, where half of the state is given up.
pub(crate) fn hash<'a>(
    key: Option<&[u8]>,
    headers: impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)>,
    value: Option<&[u8]>,
) -> u32 {
    let mut state = 0x811c_9dc5_u64;
    field(&mut state, key);
    for (key, value) in headers {
        field(&mut state, Some(key));
        field(&mut state, value);
    }
    field(&mut state, value);
    // The upper half: only there does every bit of the last word show.
    (state >> 32) as u32
}

/// The length first: what is padded below is no other field's content.
fn field(state: &mut u64, field: Option<&[u8]>) {
    let mut take = |word: u64| {
        *state = (*state ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        *state ^= *state >> 32;
    };
    take(field.map_or(u64::MAX, |field| field.len() as u64));
    let mut words = field.unwrap_or_default().chunks_exact(8);
    for word in &mut words {
        take(u64::from_le_bytes(word.try_into().expect("eight bytes")));
    }
    let mut rest = [0; 8];
    rest[..words.remainder().len()].copy_from_slice(words.remainder());
    take(u64::from_le_bytes(rest));
}

/// A key: none, empty, or a few bytes.
pub(crate) fn random_key(rng: &mut Rng) -> Option<Bytes> {
    match rng.range(0, 3) {
        0 => None,
        1 if rng.chance(1, 8) => Some(Bytes::new()),
        _ => Some(Bytes::from(format!("key-{}", rng.range(0, 999)))),
    }
}

/// The key with this number, of a record in a compacted topic.
pub(crate) fn numbered_key(number: u32) -> Bytes {
    Bytes::from(format!("key-{number}"))
}

/// Headers: mostly none.
pub(crate) fn random_headers(rng: &mut Rng) -> Vec<(Bytes, Option<Bytes>)> {
    if !rng.chance(1, 4) {
        return Vec::new();
    }
    let header = |number: u64| match number % 3 {
        0 => (Bytes::from_static(b"trace"), Some(Bytes::from(number.to_string()))),
        1 => (Bytes::from_static(b"null"), None),
        _ => (Bytes::new(), Some(Bytes::new())),
    };
    (0..rng.range(1, 3)).map(|_| header(rng.range(0, 99))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_in_its_bytes_and_nowhere_else() {
        for value in [0, 1, 77, NONE - 1] {
            for size in [0, BYTES_MIN, 200] {
                let bytes = bytes_of(value, 3, size);
                assert_eq!(bytes.len(), size.max(BYTES_MIN));
                let none = || std::iter::empty();
                assert_eq!(value_of(Some(&bytes), none()), value);
                let header = |key| std::iter::once((key, Some(&bytes[..])));
                assert_eq!(value_of(None, header(TOMBSTONE_HEADER)), value);
                assert_eq!(value_of(None, header(&b"other"[..])), NONE);
                assert_eq!(value_of(Some(b"x"), header(TOMBSTONE_HEADER)), NONE);
                let mut damaged = bytes.to_vec();
                damaged[5] ^= 1;
                assert_eq!(value_of(Some(&damaged), none()), NONE);
            }
        }
        assert_eq!(value_of(None, std::iter::empty()), NONE);
        assert_eq!(value_of(Some(b"TrVa"), std::iter::empty()), NONE);
    }

    #[test]
    fn every_part_of_a_record_is_hashed() {
        let none = || std::iter::empty();
        let all = [
            hash(None, none(), Some(b"v")),
            hash(Some(b""), none(), Some(b"v")),
            hash(Some(b"k"), none(), Some(b"v")),
            hash(None, none(), Some(b"w")),
            hash(None, std::iter::once((&b"h"[..], None)), Some(b"v")),
            hash(None, std::iter::once((&b"h"[..], Some(&b""[..]))), Some(b"v")),
            hash(None, none(), Some(b"v\0")),
            hash(None, none(), Some(b"eight by")),
            hash(None, none(), Some(b"eight by\0")),
            hash(None, none(), Some(b"eight bytes and a few")),
            hash(None, none(), Some(b"Eight bytes and a few")),
            hash(None, none(), Some(b"eight bytes and a feW")),
        ];
        let distinct: std::collections::BTreeSet<u32> = all.into_iter().collect();
        assert_eq!(distinct.len(), all.len());
    }
}
