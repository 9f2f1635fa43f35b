//! The newest offset of each key, in a bound amount of memory.
//!
//! Why so: a key is known by 128 bits of a keyed hash, so that an entry takes 24 bytes whatever the key is. SipHash is
//! keyed anew for each pass by whoever makes the map: nobody can choose keys that collide, and two keys do so by chance
//! only with a probability far below that of a disk returning wrong bytes unnoticed. Apache Kafka takes MD5, for which
//! collisions can be made.
//!
//! Always holds: never more keys than the load factor allows, so that a search soon meets an empty slot; offsets of a
//! key only grow.

use siphasher::sip128::SipHasher24;
use tribunal_wire::types::Offset;

/// Marks a slot that is free: no record has it.
const FREE: i64 = -1;
/// A load factor of all.
pub(crate) const LOAD_ONE: u64 = 1_000_000_000;

#[derive(Debug, Clone, Copy)]
struct Slot {
    hash: [u64; 2],
    offset: i64,
}

/// See the head of the file.
pub(crate) struct OffsetMap {
    slots: Vec<Slot>,
    hasher: SipHasher24,
    used: usize,
    used_max: usize,
}

/// The map is full, and the key is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

impl OffsetMap {
    /// A map of at most `bytes` bytes, of whose slots at most `load` billionths are used, for no more than `keys_max`
    /// keys. It holds at least one key.
    pub(crate) fn new(bytes: usize, load: u64, keys_max: u64, hash_keys: [u64; 2]) -> OffsetMap {
        assert!((1..=LOAD_ONE).contains(&load), "a load factor lies above 0 and not above 1");
        let most = (bytes / size_of::<Slot>()) as u64;
        // Some room more than the load factor asks for, so that rounding never takes a key away.
        let needed = (u128::from(keys_max) * u128::from(LOAD_ONE) / u128::from(load)).saturating_add(2);
        let slots = most.min(u64::try_from(needed).unwrap_or(u64::MAX)).max(2);
        let used_max = u128::from(slots) * u128::from(load) / u128::from(LOAD_ONE);
        let used_max = u64::try_from(used_max).expect("it is below the slots").clamp(1, slots - 1);
        let count = |number: u64| usize::try_from(number).expect("it is bounded by memory");
        let free = Slot { hash: [0; 2], offset: FREE };
        OffsetMap {
            slots: vec![free; count(slots)],
            hasher: SipHasher24::new_with_keys(hash_keys[0], hash_keys[1]),
            used: 0,
            used_max: count(used_max),
        }
    }

    /// Notes that `key` stands at `offset`.
    pub(crate) fn insert(&mut self, key: &[u8], offset: Offset) -> Result<(), Full> {
        assert!(offset.0 >= 0, "records have offsets");
        let hash = self.hash(key);
        let index = self.find(hash);
        let slot = &mut self.slots[index];
        if slot.offset == FREE {
            if self.used == self.used_max {
                return Err(Full);
            }
            self.used += 1;
            *slot = Slot { hash, offset: offset.0 };
        } else {
            slot.offset = slot.offset.max(offset.0);
        }
        Ok(())
    }

    /// The newest offset of `key`.
    pub(crate) fn newest(&self, key: &[u8]) -> Option<Offset> {
        if self.used == 0 {
            return None;
        }
        let slot = self.slots[self.find(self.hash(key))];
        (slot.offset != FREE).then_some(Offset(slot.offset))
    }

    fn hash(&self, key: &[u8]) -> [u64; 2] {
        let hash = self.hasher.hash(key);
        [hash.h1, hash.h2]
    }

    /// The slot that holds `hash`, or the free one in which it belongs.
    fn find(&self, hash: [u64; 2]) -> usize {
        let count = self.slots.len();
        // The upper half of a product spreads a hash evenly over any number of slots.
        let start = (u128::from(hash[0]) * count as u128) >> 64;
        let mut index = usize::try_from(start).expect("it is below the count");
        loop {
            let slot = &self.slots[index];
            if slot.offset == FREE || slot.hash == hash {
                return index;
            }
            index = if index + 1 == count { 0 } else { index + 1 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const LOAD: u64 = LOAD_ONE / 10 * 9;

    #[test]
    fn a_full_map_takes_known_keys_only() {
        let mut map = OffsetMap::new(10 * 24, LOAD, u64::MAX, [1, 2]);
        for number in 0..9u8 {
            assert_eq!(map.insert(&[number], Offset(i64::from(number))), Ok(()));
        }
        assert_eq!(map.insert(b"new", Offset(20)), Err(Full));
        assert_eq!(map.insert(&[3], Offset(21)), Ok(()));
        assert_eq!((map.newest(&[3]), map.newest(b"new")), (Some(Offset(21)), None));
        assert_eq!(map.used, 9);
    }

    #[test]
    fn the_smallest_map_holds_a_key_and_the_largest_no_more_than_needed() {
        let mut map = OffsetMap::new(0, 1, u64::MAX, [0, 0]);
        assert_eq!(map.insert(b"", Offset(0)), Ok(()));
        assert_eq!(map.insert(b"a", Offset(1)), Err(Full));
        let mut map = OffsetMap::new(1 << 40, LOAD, 100, [0, 0]);
        assert!(map.slots.len() < 120);
        for number in 0..100u8 {
            assert_eq!(map.insert(&[number], Offset(0)), Ok(()));
        }
    }

    proptest! {
        #[test]
        fn it_is_a_map(
            bytes in 0..2_000usize,
            inserts in prop::collection::vec((0..60u8, 0..5usize), 0..300),
        ) {
            let mut map = OffsetMap::new(bytes, LOAD, 1_000, [7, 8]);
            let mut model = BTreeMap::new();
            for (offset, (key, more)) in (0..).zip(inserts) {
                let key = vec![key; more + 1];
                match map.insert(&key, Offset(offset)) {
                    Ok(()) => drop(model.insert(key, Offset(offset))),
                    Err(Full) => prop_assert!(!model.contains_key(&key)),
                }
            }
            prop_assert_eq!(map.used, model.len());
            for key in (0..60u8).flat_map(|key| (0..5usize).map(move |more| vec![key; more + 1])) {
                prop_assert_eq!(map.newest(&key), model.get(&key).copied());
            }
        }
    }
}
