//! Newtypes for what the protocol counts and names.
//!
//! Generated messages carry plain integers, as the wire does; code that decides something turns them into
//! these types at its edge, so that an epoch is never compared with an offset.

use std::fmt;

/// The position of one record in a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Offset(pub i64);

impl Offset {
    /// The first offset of an empty partition.
    pub const ZERO: Offset = Offset(0);

    /// The offset that lies `records` after this one.
    ///
    /// # Panics
    /// When the sum leaves the range of offsets: no log can grow that long.
    #[must_use]
    pub fn plus(self, records: i64) -> Offset {
        Offset(self.0.checked_add(records).expect("a log never reaches the end of the offset range"))
    }
}

/// A partition leader's term. Epochs only grow; -1 on the wire means that none is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LeaderEpoch(pub i32);

/// An idempotent or transactional producer's identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProducerId(pub i64);

/// The incarnation of a [`ProducerId`]; a higher one fences all lower ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProducerEpoch(pub i16);

/// A record's number within its producer and partition. It wraps from `i32::MAX` to 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sequence(pub i32);

impl Sequence {
    /// The sequence number `records` after this one, wrapping to 0 past `i32::MAX`.
    ///
    /// # Panics
    /// When either number is negative: such a sequence never left validation.
    #[must_use]
    pub fn plus(self, records: i32) -> Sequence {
        assert!(self.0 >= 0 && records >= 0, "sequence numbers count up from 0");
        let sum = i64::from(self.0) + i64::from(records);
        Sequence(i32::try_from(sum % (i64::from(i32::MAX) + 1)).expect("a remainder of 2^31 fits"))
    }

    /// The number that has to come next.
    #[must_use]
    pub fn next(self) -> Sequence {
        self.plus(1)
    }
}

/// A partition's index within its topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartitionIndex(pub i32);

/// A topic's identity: a re-created topic of the same name has another (KIP-516).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TopicId(pub [u8; 16]);

impl TopicId {
    /// The id that stands for none.
    pub const ZERO: TopicId = TopicId([0; 16]);
    /// The id of `__cluster_metadata`.
    pub const METADATA: TopicId = TopicId([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

    /// A random id (UUID version 4) from 128 random bits; never one of the reserved ids.
    #[must_use]
    pub fn from_random_bits(high: u64, low: u64) -> TopicId {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&high.to_be_bytes());
        bytes[8..].copy_from_slice(&low.to_be_bytes());
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        TopicId(bytes)
    }

    /// The id written as Kafka writes it: 22 characters of URL-safe Base64 without padding.
    ///
    /// `None` when the text is anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<TopicId> {
        if text.len() != 22 {
            return None;
        }
        let mut bits: u128 = 0;
        for (index, character) in text.bytes().enumerate() {
            let value = ALPHABET.iter().position(|&letter| letter == character)? as u128;
            if index < 21 {
                bits = (bits << 6) | value;
            } else {
                // The last character carries two bits; the rest of it is zero.
                if value & 0x0f != 0 {
                    return None;
                }
                bits = (bits << 2) | (value >> 4);
            }
        }
        Some(TopicId(bits.to_be_bytes()))
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl fmt::Display for TopicId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = u128::from_be_bytes(self.0);
        let mut text = String::with_capacity(22);
        for index in 0..22u32 {
            let value = if index < 21 { bits >> (122 - 6 * index) } else { bits << 4 };
            text.push(char::from(ALPHABET[(value & 0x3f) as usize]));
        }
        formatter.write_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topic_ids_read_back_what_they_write() {
        assert_eq!(TopicId::METADATA.to_string(), "AAAAAAAAAAAAAAAAAAAAAQ");
        for id in
            [TopicId::ZERO, TopicId::METADATA, TopicId::from_random_bits(0x0123_4567_89ab_cdef, u64::MAX)]
        {
            assert_eq!(TopicId::parse(&id.to_string()), Some(id));
        }
        assert_eq!(TopicId::parse("AAAAAAAAAAAAAAAAAAAAAR"), None);
        assert_eq!(TopicId::parse("too short"), None);
    }

    #[test]
    fn sequences_wrap_to_zero() {
        assert_eq!(Sequence(i32::MAX).next(), Sequence(0));
        assert_eq!(Sequence(i32::MAX - 2).plus(5), Sequence(2));
    }
}
