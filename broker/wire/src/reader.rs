//! Reads the protocol's primitive types from a buffer.
//!
//! Owns the rule that nothing is believed: each length and count is held against the bytes that remain before
//! anything is allocated for it, and what is allocated up front is capped besides. Byte fields are slices of the
//! buffer, never copies.
//!
//! Always holds: `position <= bytes.len()`; a failed read leaves a reader that can be dropped or read on, and never
//! panics.

use bytes::Bytes;

use crate::codec::DecodeError;
use crate::pieces::Pieces;

/// What an array may reserve before its first element is read, in bytes of memory. Larger ones grow as they arrive.
const RESERVED_BYTES_MAX: usize = 16 * 1024;

/// Reads the protocol's primitive types, front to back.
#[derive(Debug, Clone)]
pub struct Reader {
    bytes: Bytes,
    position: usize,
}

macro_rules! fixed_width {
    ($($name:ident $type:ty;)*) => {
        $(
            /// Reads one big-endian value of this type.
            ///
            /// # Errors
            /// When the bytes end first.
            #[inline]
            pub fn $name(&mut self) -> Result<$type, DecodeError> {
                Ok(<$type>::from_be_bytes(self.read_fixed()?))
            }
        )*
    };
}

impl Reader {
    /// A reader at the start of `bytes`.
    #[must_use]
    pub fn new(bytes: Bytes) -> Reader {
        Reader { bytes, position: 0 }
    }

    /// How many bytes are left.
    #[must_use]
    #[inline]
    pub fn remaining(&self) -> usize {
        self.bytes.len() - self.position
    }

    /// How many bytes were read.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// The bytes that are left, as a slice of the buffer; the reader stands at its end after that.
    #[must_use]
    pub fn take_remaining(&mut self) -> Bytes {
        let rest = self.bytes.slice(self.position..);
        self.position = self.bytes.len();
        rest
    }

    /// Says that the message ends here.
    ///
    /// # Errors
    /// When bytes are left.
    pub fn finish(&self) -> Result<(), DecodeError> {
        match self.remaining() {
            0 => Ok(()),
            remaining => Err(DecodeError::TrailingBytes { position: self.position, remaining }),
        }
    }

    fixed_width! {
        read_i8 i8;
        read_u8 u8;
        read_i16 i16;
        read_u16 u16;
        read_i32 i32;
        read_u32 u32;
        read_i64 i64;
        read_f64 f64;
    }

    /// Reads a boolean: any byte but 0 is true.
    ///
    /// # Errors
    /// When the bytes end first.
    #[inline]
    pub fn read_bool(&mut self) -> Result<bool, DecodeError> {
        Ok(self.read_u8()? != 0)
    }

    /// Reads the 16 bytes of a UUID.
    ///
    /// # Errors
    /// When the bytes end first.
    #[inline]
    pub fn read_uuid(&mut self) -> Result<[u8; 16], DecodeError> {
        self.read_fixed()
    }

    /// Reads an unsigned integer of one to five bytes, seven bits each, low bits first.
    ///
    /// # Errors
    /// When the bytes end first, or the value needs more than 32 bits.
    #[inline]
    pub fn read_unsigned_varint(&mut self) -> Result<u32, DecodeError> {
        let position = self.position;
        let first = self.read_u8()?;
        if first < 0x80 {
            return Ok(u32::from(first));
        }
        let mut value = u32::from(first & 0x7f);
        for shift in [7, 14, 21, 28] {
            let byte = self.read_u8()?;
            let bits = u32::from(byte & 0x7f);
            if shift == 28 && byte > 0x0f {
                break;
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(DecodeError::InvalidVarint { position })
    }

    /// Reads a string.
    ///
    /// # Errors
    /// When it is null, not UTF-8, or longer than the bytes that remain.
    pub fn read_string(&mut self, flexible: bool) -> Result<String, DecodeError> {
        let position = self.position;
        self.read_nullable_string(flexible)?.ok_or(DecodeError::UnexpectedNull { position })
    }

    /// Reads a string that may be null.
    ///
    /// # Errors
    /// When it is not UTF-8, or longer than the bytes that remain.
    pub fn read_nullable_string(&mut self, flexible: bool) -> Result<Option<String>, DecodeError> {
        let length =
            if flexible { self.read_compact_length()? } else { Self::nullable(self.read_i16()?.into()) };
        let Some(length) = length else { return Ok(None) };
        if length > i64::from(i16::MAX) {
            return Err(DecodeError::InvalidLength { position: self.position, length });
        }
        let range = self.claim(length)?;
        let position = range.start;
        match std::str::from_utf8(&self.bytes[range]) {
            Ok(text) => Ok(Some(text.to_owned())),
            Err(_) => Err(DecodeError::InvalidUtf8 { position }),
        }
    }

    /// Reads a byte field, as a slice of the buffer.
    ///
    /// # Errors
    /// When it is null, or longer than the bytes that remain.
    pub fn read_bytes(&mut self, flexible: bool) -> Result<Bytes, DecodeError> {
        let position = self.position;
        self.read_nullable_bytes(flexible)?.ok_or(DecodeError::UnexpectedNull { position })
    }

    /// Reads a byte field that may be null, as a slice of the buffer.
    ///
    /// # Errors
    /// When it is longer than the bytes that remain.
    pub fn read_nullable_bytes(&mut self, flexible: bool) -> Result<Option<Bytes>, DecodeError> {
        let Some(length) = self.read_length(flexible)? else { return Ok(None) };
        let range = self.claim(length)?;
        Ok(Some(self.bytes.slice(range)))
    }

    /// The same, as one piece.
    ///
    /// # Errors
    /// When it is longer than the bytes that remain.
    pub fn read_nullable_pieces(&mut self, flexible: bool) -> Result<Option<Pieces>, DecodeError> {
        Ok(self.read_nullable_bytes(flexible)?.map(Pieces::from))
    }

    /// Reads an array whose elements take at least `element_bytes_min` bytes each.
    ///
    /// # Errors
    /// When it is null, counts more elements than the bytes that remain could hold, or an element is malformed.
    pub fn read_array<T>(
        &mut self,
        flexible: bool,
        element_bytes_min: usize,
        read_element: impl FnMut(&mut Reader) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let position = self.position;
        self.read_nullable_array(flexible, element_bytes_min, read_element)?
            .ok_or(DecodeError::UnexpectedNull { position })
    }

    /// Reads an array that may be null; see [`Reader::read_array`].
    ///
    /// # Errors
    /// When it counts more elements than the bytes that remain could hold, or an element is malformed.
    pub fn read_nullable_array<T>(
        &mut self,
        flexible: bool,
        element_bytes_min: usize,
        mut read_element: impl FnMut(&mut Reader) -> Result<T, DecodeError>,
    ) -> Result<Option<Vec<T>>, DecodeError> {
        let Some(length) = self.read_length(flexible)? else { return Ok(None) };
        let impossible = DecodeError::InvalidLength { position: self.position, length };
        let count = usize::try_from(length).map_err(|_| impossible)?;
        if count.checked_mul(element_bytes_min.max(1)).is_none_or(|needed| needed > self.remaining()) {
            return Err(impossible);
        }
        let reserved = count.min(RESERVED_BYTES_MAX / size_of::<T>().max(1));
        let mut elements = Vec::with_capacity(reserved);
        for _ in 0..count {
            elements.push(read_element(self)?);
        }
        Ok(Some(elements))
    }

    /// Reads a structure that a marker byte says to be there or not.
    ///
    /// # Errors
    /// When the structure is malformed.
    pub fn read_nullable_struct<T>(
        &mut self,
        read_struct: impl FnOnce(&mut Reader) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        if self.read_i8()? < 0 { Ok(None) } else { read_struct(self).map(Some) }
    }

    /// Reads the structure of a tagged field that may be null. Unlike elsewhere its marker is 0 for null and 1 for a
    /// structure, as an unsigned variable-length integer.
    ///
    /// # Errors
    /// When the structure is malformed.
    pub fn read_nullable_tagged_struct<T>(
        &mut self,
        read_struct: impl FnOnce(&mut Reader) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        if self.read_unsigned_varint()? == 0 { Ok(None) } else { read_struct(self).map(Some) }
    }

    /// Reads a section of tagged fields. `read_field` gets each tag with a reader of just that field's bytes, and
    /// answers whether it knew the tag; unknown ones are skipped.
    ///
    /// # Errors
    /// When a size exceeds the bytes that remain, or a known field is malformed.
    pub fn read_tagged_fields(
        &mut self,
        mut read_field: impl FnMut(u32, &mut Reader) -> Result<bool, DecodeError>,
    ) -> Result<(), DecodeError> {
        let count = self.read_unsigned_varint()?;
        for _ in 0..count {
            let tag = self.read_unsigned_varint()?;
            let size = self.read_unsigned_varint()?;
            let end = self.claim(size.into())?.end;
            let mut field = Reader { bytes: self.bytes.slice(..end), position: end - size as usize };
            if read_field(tag, &mut field)? {
                field.finish()?;
            }
        }
        Ok(())
    }

    /// Skips a section of tagged fields, none of which are known.
    ///
    /// # Errors
    /// When a size exceeds the bytes that remain.
    #[inline]
    pub fn skip_tagged_fields(&mut self) -> Result<(), DecodeError> {
        let count = self.read_unsigned_varint()?;
        for _ in 0..count {
            let _tag = self.read_unsigned_varint()?;
            let size = self.read_unsigned_varint()?;
            self.claim(size.into())?;
        }
        Ok(())
    }

    #[inline]
    fn read_fixed<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        match self.bytes[self.position..].first_chunk::<N>() {
            Some(bytes) => {
                self.position += N;
                Ok(*bytes)
            }
            None => Err(DecodeError::UnexpectedEnd { position: self.position, needed: N }),
        }
    }

    /// The length of a byte field or array, `None` for null.
    #[inline]
    fn read_length(&mut self, flexible: bool) -> Result<Option<i64>, DecodeError> {
        if flexible { self.read_compact_length() } else { Ok(Self::nullable(self.read_i32()?.into())) }
    }

    #[inline]
    fn read_compact_length(&mut self) -> Result<Option<i64>, DecodeError> {
        Ok(Self::nullable(i64::from(self.read_unsigned_varint()?) - 1))
    }

    /// Any negative length means null, as in Kafka's own reader.
    #[inline]
    fn nullable(length: i64) -> Option<i64> {
        (length >= 0).then_some(length)
    }

    /// Moves past `length` bytes and gives their range.
    #[inline]
    fn claim(&mut self, length: i64) -> Result<std::ops::Range<usize>, DecodeError> {
        let start = self.position;
        let needed = usize::try_from(length)
            .map_err(|_| DecodeError::InvalidLength { position: self.position, length })?;
        if needed > self.remaining() {
            return Err(DecodeError::UnexpectedEnd { position: start, needed });
        }
        self.position += needed;
        Ok(start..self.position)
    }
}
