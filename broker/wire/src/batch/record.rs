//! Records inside a batch, borrowed from it.
//!
//! Record: length varint, then attributes i8, timestamp delta varlong, offset delta varint, key and value
//! (length varint, -1 for null, bytes), headers (count varint, each key length, key, value length, value).

use super::{BatchHeader, MalformedRecords, varint};
use crate::compression::{Codec, decompress};
use bytes::Bytes;

/// The records of one batch, uncompressed.
#[derive(Debug, Clone)]
pub struct Records {
    bytes: Bytes,
    count: usize,
}

impl Records {
    /// Opens the records of `header`'s batch; a compressed payload may grow to at most `limit` bytes.
    pub(super) fn open(
        header: &BatchHeader,
        payload: &Bytes,
        limit: usize,
    ) -> Result<Records, MalformedRecords> {
        let codec = header.attributes.codec().ok_or(MalformedRecords::UnknownCodec)?;
        let bytes = match codec {
            Codec::None => payload.clone(),
            _ => Bytes::from(decompress(codec, payload, limit).map_err(MalformedRecords::Decompress)?),
        };
        // A negative count has no records; validation refuses it by name.
        Ok(Records { bytes, count: usize::try_from(header.records_count).unwrap_or(0) })
    }

    /// The records one after the other, exactly as many as the header counts, or an error.
    #[must_use]
    pub fn iter(&self) -> RecordIter<'_> {
        RecordIter { rest: &self.bytes, index: 0, count: self.count, failed: false }
    }

    /// Bytes of the uncompressed records.
    #[must_use]
    pub fn len_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The uncompressed records. A record's key and value are subslices of it (`Bytes::slice_ref`).
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

impl<'a> IntoIterator for &'a Records {
    type Item = Result<Record<'a>, MalformedRecords>;
    type IntoIter = RecordIter<'a>;

    fn into_iter(self) -> RecordIter<'a> {
        self.iter()
    }
}

/// One record, borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// Unused by the protocol so far.
    pub attributes: i8,
    /// Milliseconds after the batch's base timestamp.
    pub timestamp_delta: i64,
    /// Offset, counted from the batch's base offset.
    pub offset_delta: i32,
    /// Key, if any.
    pub key: Option<&'a [u8]>,
    /// Value; none is a tombstone.
    pub value: Option<&'a [u8]>,
    /// Headers.
    pub headers: Headers<'a>,
}

/// One header of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header<'a> {
    /// Its key, UTF-8 by contract but not checked.
    pub key: &'a [u8],
    /// Its value, if any.
    pub value: Option<&'a [u8]>,
}

/// The headers of a record: iterates over slices that were checked when the record was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Headers<'a> {
    rest: &'a [u8],
    count: usize,
}

impl Headers<'_> {
    /// No headers.
    pub const NONE: Headers<'static> = Headers { rest: &[], count: 0 };
}

impl<'a> Iterator for Headers<'a> {
    type Item = Header<'a>;

    fn next(&mut self) -> Option<Header<'a>> {
        self.count = self.count.checked_sub(1)?;
        Some(take_header(&mut self.rest).expect("the record was checked when it was read"))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.count, Some(self.count))
    }
}

impl ExactSizeIterator for Headers<'_> {}

/// Iterates over [`Records`]. After an error it ends.
#[derive(Debug, Clone)]
pub struct RecordIter<'a> {
    rest: &'a [u8],
    index: usize,
    count: usize,
    failed: bool,
}

impl<'a> Iterator for RecordIter<'a> {
    type Item = Result<Record<'a>, MalformedRecords>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let result = if self.index == self.count {
            if self.rest.is_empty() {
                return None;
            }
            Err(MalformedRecords::Surplus)
        } else if self.rest.is_empty() {
            Err(MalformedRecords::Missing)
        } else {
            take_record(&mut self.rest).ok_or(MalformedRecords::Record(self.index))
        };
        self.failed = result.is_err();
        self.index += 1;
        Some(result)
    }
}

fn take_record<'a>(bytes: &mut &'a [u8]) -> Option<Record<'a>> {
    let length = usize::try_from(varint::take_i32(bytes)?).ok()?;
    let (mut body, after) = bytes.split_at_checked(length)?;
    let attributes = i8::from_be_bytes([*body.split_off_first()?]);
    let timestamp_delta = varint::take_i64(&mut body)?;
    let offset_delta = varint::take_i32(&mut body)?;
    let key = take_nullable(&mut body)?;
    let value = take_nullable(&mut body)?;
    let count = usize::try_from(varint::take_i32(&mut body)?).ok()?;
    let headers = Headers { rest: body, count };
    for _ in 0..count {
        take_header(&mut body)?;
    }
    if !body.is_empty() {
        return None;
    }
    *bytes = after;
    Some(Record { attributes, timestamp_delta, offset_delta, key, value, headers })
}

#[expect(clippy::option_option, reason = "outer: malformed; inner: the protocol's null")]
fn take_nullable<'a>(bytes: &mut &'a [u8]) -> Option<Option<&'a [u8]>> {
    let length = varint::take_i32(bytes)?;
    if length == -1 {
        return Some(None);
    }
    let (field, after) = bytes.split_at_checked(usize::try_from(length).ok()?)?;
    *bytes = after;
    Some(Some(field))
}

fn take_header<'a>(bytes: &mut &'a [u8]) -> Option<Header<'a>> {
    let key = take_nullable(bytes)??;
    let value = take_nullable(bytes)?;
    Some(Header { key, value })
}
