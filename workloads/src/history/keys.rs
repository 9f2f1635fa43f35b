//! The keys of records that were sent to compacted topics.
//!
//! A table beside the columns, because most runs have no such topic and a column would cost every record its bytes. It is
//! in order of values: those are given out in order, so that writing it down is a push and looking up a search by halves.

use super::Value;

/// Keys are below this number: the bit above says whether the record is a tombstone.
pub const KEYS_MAX: u32 = 1 << 31;

/// A record's key, as a number of the workload's own, and whether the record deletes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeySent {
    /// Equal for equal keys, different for different ones; below [`KEYS_MAX`].
    pub key: u32,
    /// Whether the record has no value.
    pub tombstone: bool,
}

/// Value, and key with the tombstone's bit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys(Vec<(Value, u32)>);

impl Keys {
    /// Takes the key of a value that is larger than all before it.
    pub(crate) fn push(&mut self, value: Value, sent: KeySent) {
        assert!(sent.key < KEYS_MAX, "a key's number leaves room for the tombstone's bit");
        assert!(self.0.last().is_none_or(|&(last, _)| last < value), "values are given out in order");
        self.0.push((value, sent.key | if sent.tombstone { KEYS_MAX } else { 0 }));
    }

    pub(crate) fn get(&self, value: Value) -> Option<KeySent> {
        let index = self.0.binary_search_by_key(&value, |&(of, _)| of).ok()?;
        let packed = self.0[index].1;
        Some(KeySent { key: packed & !KEYS_MAX, tombstone: packed & KEYS_MAX != 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_by_value() {
        let mut keys = Keys::default();
        let sent = |key, tombstone| KeySent { key, tombstone };
        for (value, key) in [(3, sent(0, true)), (4, sent(KEYS_MAX - 1, false)), (9, sent(7, true))] {
            keys.push(value, key);
        }
        let found: Vec<Option<KeySent>> = [2, 3, 4, 5, 9, 10].map(|value| keys.get(value)).into();
        let expected =
            [None, Some(sent(0, true)), Some(sent(KEYS_MAX - 1, false)), None, Some(sent(7, true)), None];
        assert_eq!(found, expected);
    }
}
