//! Records as slices of a batch, with as little taken apart as it needs to keep or drop them: for compaction.
//!
//! Why so: whoever only asks for a record's key, and whether it has a value, need not look at the value and the headers.
//! A record that is kept goes on as the bytes that it is; where the batch's base timestamp becomes another one, its
//! timestamp delta is written anew, and the rest is copied.
//!
//! Always holds: nothing is allocated for a record; nothing past the declared length of a record or field is looked at.

use super::{BatchHeader, MalformedRecords, varint};

/// One record, as it stands in its batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawRecord<'a> {
    /// The whole record, its length included.
    pub bytes: &'a [u8],
    /// Milliseconds after the batch's base timestamp.
    pub timestamp_delta: i64,
    /// Offset, counted from the batch's base offset.
    pub offset_delta: i32,
    /// Key, if any.
    pub key: Option<&'a [u8]>,
    /// Whether it has no value: whoever has the key may forget it.
    pub is_tombstone: bool,
    attributes: u8,
    /// What follows the timestamp delta.
    rest: &'a [u8],
}

impl<'a> RawRecord<'a> {
    /// Takes the first record off `bytes`, which are the records of a batch, uncompressed. `None` when there is none:
    /// then `bytes` are untouched.
    #[inline]
    pub fn split_from(bytes: &mut &'a [u8]) -> Option<RawRecord<'a>> {
        let mut after_length = *bytes;
        let length = usize::try_from(varint::take_i32(&mut after_length)?).ok()?;
        let (body, following) = after_length.split_at_checked(length)?;
        let whole = &bytes[..bytes.len() - following.len()];
        let (&attributes, mut rest) = body.split_first()?;
        let timestamp_delta = varint::take_i64(&mut rest)?;
        let from_offset = rest;
        let offset_delta = varint::take_i32(&mut rest)?;
        let key = match varint::take_i32(&mut rest)? {
            -1 => None,
            length => {
                let (key, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
                rest = after;
                Some(key)
            }
        };
        let value_length = varint::take_i32(&mut rest)?;
        if value_length < -1 || usize::try_from(value_length).is_ok_and(|length| length > rest.len()) {
            return None;
        }
        *bytes = following;
        Some(RawRecord {
            bytes: whole,
            timestamp_delta,
            offset_delta,
            key,
            is_tombstone: value_length == -1,
            attributes,
            rest: from_offset,
        })
    }

    /// Appends the record to `output` with another timestamp delta.
    ///
    /// # Panics
    /// When the record would outgrow an `i32`: the largest batch is far smaller.
    pub fn put_with_timestamp_delta(&self, timestamp_delta: i64, output: &mut Vec<u8>) {
        let length = 1 + varint::bytes_of(timestamp_delta) + self.rest.len();
        varint::put(i64::from(i32::try_from(length).expect("a record's length is an i32")), output);
        output.push(self.attributes);
        varint::put(timestamp_delta, output);
        output.extend_from_slice(self.rest);
    }
}

/// The records of a batch one after the other: exactly as many as `header` counts, or an error.
#[derive(Debug, Clone)]
pub struct RawRecords<'a> {
    rest: &'a [u8],
    index: usize,
    count: usize,
}

impl<'a> RawRecords<'a> {
    /// Iterates over `records`, the uncompressed records of the batch of `header`.
    #[must_use]
    pub fn new(header: &BatchHeader, records: &'a [u8]) -> Self {
        RawRecords { rest: records, index: 0, count: usize::try_from(header.records_count).unwrap_or(0) }
    }
}

impl<'a> Iterator for RawRecords<'a> {
    type Item = Result<RawRecord<'a>, MalformedRecords>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let error = if self.index == self.count {
            if self.rest.is_empty() {
                return None;
            }
            MalformedRecords::Surplus
        } else if let Some(record) = RawRecord::split_from(&mut self.rest) {
            self.index += 1;
            return Some(Ok(record));
        } else if self.rest.is_empty() {
            MalformedRecords::Missing
        } else {
            MalformedRecords::Record(self.index)
        };
        // It ends after an error.
        self.rest = &[];
        self.index = self.count;
        Some(Err(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{Batch, BatchBuilder, Header, Headers};
    use crate::compression::Codec;
    use bytes::Bytes;
    use proptest::prelude::*;

    fn batch() -> Batch {
        let mut builder = BatchBuilder::new(Codec::None, None);
        let header = Header { key: b"h", value: Some(b"x") };
        builder.push(1_000, Some(b"a"), Some(b"one"), [header].into_iter());
        builder.push(900, Some(b""), None, Headers::NONE);
        builder.push(5_000, None, Some(b""), Headers::NONE);
        builder.build()
    }

    #[test]
    fn keys_and_tombstones_are_seen_and_the_rest_is_left_alone() {
        let batch = batch();
        let found: Vec<_> = RawRecords::new(&batch.header, &batch.payload)
            .map(|record| record.expect("it is well formed"))
            .map(|record| (record.offset_delta, record.timestamp_delta, record.key, record.is_tombstone))
            .collect();
        let expected: [(i32, i64, Option<&[u8]>, bool); 3] =
            [(0, 0, Some(b"a"), false), (1, -100, Some(b""), true), (2, 4_000, None, false)];
        assert_eq!(found, expected);
        let pieces: Vec<&[u8]> = RawRecords::new(&batch.header, &batch.payload)
            .map(|record| record.expect("it is well formed").bytes)
            .collect();
        assert_eq!(pieces.concat(), batch.payload);
    }

    #[test]
    fn another_base_timestamp_changes_deltas_and_nothing_else() {
        let batch = batch();
        for base in [0, 1_000, 1_700_000_000_000, i64::MIN] {
            let mut moved = Vec::new();
            for record in RawRecords::new(&batch.header, &batch.payload) {
                let record = record.expect("it is well formed");
                let timestamp = batch.header.base_timestamp.wrapping_add(record.timestamp_delta);
                record.put_with_timestamp_delta(timestamp.wrapping_sub(base), &mut moved);
            }
            let mut header = batch.header;
            header.base_timestamp = base;
            let moved = Batch { header, payload: Bytes::from(moved) };
            let (moved_records, records) =
                (moved.records(1 << 20).expect("readable"), batch.records(1 << 20).expect("readable"));
            for (moved, record) in moved_records.iter().zip(records.iter()) {
                let (moved, mut record) = (moved.expect("it is whole"), record.expect("it is whole"));
                assert_eq!(
                    base.wrapping_add(moved.timestamp_delta),
                    batch.header.base_timestamp.wrapping_add(record.timestamp_delta)
                );
                record.timestamp_delta = moved.timestamp_delta;
                assert_eq!(format!("{moved:?}"), format!("{record:?}"));
            }
        }
    }

    proptest! {
        #[test]
        fn garbage_is_refused_in_good_order(bytes in prop::collection::vec(any::<u8>(), 0..80), count in 0..9i32) {
            let mut header = batch().header;
            header.records_count = count;
            let mut records = RawRecords::new(&header, &bytes);
            let taken = records.by_ref().take(100).count();
            prop_assert!(taken <= 10);
            prop_assert!(records.next().is_none());
        }
    }
}
