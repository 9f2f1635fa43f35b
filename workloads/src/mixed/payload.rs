//! What a record carries: its value's number, so that a reader can tell which record it sees, and bytes enough
//! to notice damage.
//!
//! The number stands twice, once inverted: bytes that are not ours are not taken for a value. Everything else is
//! covered by [`hash`], which sender and reader compute over key, headers and value.

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

/// The value that some bytes carry, or [`NONE`].
pub(crate) fn value_of(bytes: Option<&[u8]>) -> Value {
    let Some([a, b, c, d, rest @ ..]) = bytes else { return NONE };
    let word = |at: usize| rest.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes);
    match (word(0), word(4)) {
        (Some(value), Some(inverted)) if [*a, *b, *c, *d] == MAGIC && value == !inverted => value,
        _ => NONE,
    }
}

/// A hash of key, headers and value (FNV-1a); absent fields differ from empty ones.
pub(crate) fn hash<'a>(
    key: Option<&[u8]>,
    headers: impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)>,
    value: Option<&[u8]>,
) -> u32 {
    let mut state = 0x811c_9dc5_u32;
    let mut take = |bytes: &[u8]| {
        for &byte in bytes {
            state = (state ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
    };
    let mut field = |field: Option<&[u8]>| {
        take(&field.map_or(-1, |field| i64::try_from(field.len()).unwrap_or(i64::MAX)).to_le_bytes());
        take(field.unwrap_or_default());
    };
    field(key);
    for (key, value) in headers {
        field(Some(key));
        field(value);
    }
    field(value);
    state
}

/// A key: none, empty, or a few bytes.
pub(crate) fn random_key(rng: &mut Rng) -> Option<Bytes> {
    match rng.range(0, 3) {
        0 => None,
        1 if rng.chance(1, 8) => Some(Bytes::new()),
        _ => Some(Bytes::from(format!("key-{}", rng.range(0, 999)))),
    }
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
                assert_eq!(value_of(Some(&bytes)), value);
                let mut damaged = bytes.to_vec();
                damaged[5] ^= 1;
                assert_eq!(value_of(Some(&damaged)), NONE);
            }
        }
        assert_eq!(value_of(None), NONE);
        assert_eq!(value_of(Some(b"TrVa")), NONE);
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
        ];
        let distinct: std::collections::BTreeSet<u32> = all.into_iter().collect();
        assert_eq!(distinct.len(), all.len());
    }
}
