//! Writes the protocol's primitive types into pieces for one vectored write.
//!
//! Owns the rule that large byte fields are never copied: small things gather in one buffer, and a large [`Bytes`] is
//! noted with the place where it belongs. A fetch response thus costs its headers, whatever it carries.
//!
//! Always holds: splice points grow and lie within the buffer; `len()` is the sum of both.

use bytes::{BufMut, Bytes, BytesMut};

use crate::codec::EncodeError;
use crate::pieces::Pieces;

/// Byte fields from this size on are spliced; below, a copy is cheaper than one more piece.
const SPLICE_BYTES_MIN: usize = 1024;

/// Gathers an encoding.
#[derive(Debug, Default)]
pub struct Writer {
    buffer: BytesMut,
    /// Byte fields that stand in the encoding before the buffer's byte of that index.
    splices: Vec<(usize, Bytes)>,
    spliced_bytes: usize,
}

macro_rules! fixed_width {
    ($($name:ident $type:ty;)*) => {
        $(
            /// Writes one big-endian value of this type.
            #[inline]
            pub fn $name(&mut self, value: $type) {
                self.buffer.extend_from_slice(&value.to_be_bytes());
            }
        )*
    };
}

impl Writer {
    /// An empty writer. It allocates at the first write.
    #[must_use]
    pub fn new() -> Writer {
        Writer::default()
    }

    /// An empty writer with room for `bytes` bytes besides spliced ones.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Writer {
        Writer { buffer: BytesMut::with_capacity(bytes), ..Writer::default() }
    }

    /// How many bytes were written.
    #[must_use]
    pub fn len(&self) -> usize {
        self.buffer.len() + self.spliced_bytes
    }

    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The encoding, in order, as pieces for one vectored write. No piece is empty.
    #[must_use]
    pub fn into_pieces(self) -> Vec<Bytes> {
        let buffer = self.buffer.freeze();
        let mut pieces = Vec::with_capacity(2 * self.splices.len() + 1);
        let mut start = 0;
        for (place, bytes) in self.splices {
            if place > start {
                pieces.push(buffer.slice(start..place));
            }
            pieces.push(bytes);
            start = place;
        }
        if start < buffer.len() {
            pieces.push(buffer.slice(start..));
        }
        pieces
    }

    /// The encoding in one piece. Copies, unless nothing was spliced.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        if self.splices.is_empty() {
            return self.buffer.freeze();
        }
        let mut whole = BytesMut::with_capacity(self.len());
        for piece in self.into_pieces() {
            whole.extend_from_slice(&piece);
        }
        whole.freeze()
    }

    /// Writes `value` over the four bytes at `position` of the front part, before anything was spliced.
    pub(crate) fn patch_i32(&mut self, position: usize, value: i32) {
        assert!(self.splices.first().is_none_or(|(place, _)| position + 4 <= *place));
        self.buffer[position..position + 4].copy_from_slice(&value.to_be_bytes());
    }

    fixed_width! {
        put_i8 i8;
        put_u8 u8;
        put_i16 i16;
        put_u16 u16;
        put_i32 i32;
        put_u32 u32;
        put_i64 i64;
        put_f64 f64;
    }

    /// Writes a boolean as one byte.
    #[inline]
    pub fn put_bool(&mut self, value: bool) {
        self.buffer.put_u8(u8::from(value));
    }

    /// Writes the 16 bytes of a UUID.
    #[inline]
    pub fn put_uuid(&mut self, value: [u8; 16]) {
        self.buffer.extend_from_slice(&value);
    }

    /// Writes an unsigned integer in one to five bytes, seven bits each, low bits first.
    #[inline]
    pub fn put_unsigned_varint(&mut self, mut value: u32) {
        while value >= 0x80 {
            self.buffer.put_u8((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.buffer.put_u8(value as u8);
    }

    /// Writes bytes with no length before them: a splice when they are large.
    pub fn put_raw(&mut self, bytes: &Bytes) {
        if bytes.len() < SPLICE_BYTES_MIN {
            self.buffer.extend_from_slice(bytes);
        } else {
            self.spliced_bytes += bytes.len();
            self.splices.push((self.buffer.len(), bytes.clone()));
        }
    }

    /// Copies a slice in with no length before it.
    pub fn put_slice(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Writes a string.
    ///
    /// # Errors
    /// When it is longer than 32767 bytes.
    pub fn put_string(&mut self, value: &str, flexible: bool) -> Result<(), EncodeError> {
        let length = value.len();
        let short = i16::try_from(length).map_err(|_| EncodeError::TooLong { length })?;
        if flexible {
            self.put_unsigned_varint(u32::from(short.unsigned_abs()) + 1);
        } else {
            self.put_i16(short);
        }
        self.buffer.extend_from_slice(value.as_bytes());
        Ok(())
    }

    /// Writes a string or null.
    ///
    /// # Errors
    /// When it is longer than 32767 bytes.
    pub fn put_nullable_string(&mut self, value: Option<&str>, flexible: bool) -> Result<(), EncodeError> {
        match value {
            Some(value) => self.put_string(value, flexible)?,
            None if flexible => self.put_unsigned_varint(0),
            None => self.put_i16(-1),
        }
        Ok(())
    }

    /// Writes a byte field.
    ///
    /// # Errors
    /// When it is longer than `i32::MAX` bytes.
    pub fn put_bytes(&mut self, value: &Bytes, flexible: bool) -> Result<(), EncodeError> {
        self.put_length(value.len(), flexible)?;
        self.put_raw(value);
        Ok(())
    }

    /// Writes a byte field or null.
    ///
    /// # Errors
    /// When it is longer than `i32::MAX` bytes.
    pub fn put_nullable_bytes(&mut self, value: Option<&Bytes>, flexible: bool) -> Result<(), EncodeError> {
        match value {
            Some(value) => self.put_bytes(value, flexible)?,
            None => self.put_null(flexible),
        }
        Ok(())
    }

    /// Writes a byte field that stands in pieces.
    ///
    /// # Errors
    /// When it is longer than `i32::MAX` bytes.
    pub fn put_pieces(&mut self, value: &Pieces, flexible: bool) -> Result<(), EncodeError> {
        self.put_length(value.len(), flexible)?;
        value.as_slices().iter().for_each(|piece| self.put_raw(piece));
        Ok(())
    }

    /// The same, or null.
    ///
    /// # Errors
    /// When it is longer than `i32::MAX` bytes.
    pub fn put_nullable_pieces(&mut self, value: Option<&Pieces>, flexible: bool) -> Result<(), EncodeError> {
        match value {
            Some(value) => self.put_pieces(value, flexible)?,
            None => self.put_null(flexible),
        }
        Ok(())
    }

    /// Writes an array, element by element.
    ///
    /// # Errors
    /// When it has more than `i32::MAX` elements, or an element cannot be written.
    pub fn put_array<T>(
        &mut self,
        elements: &[T],
        flexible: bool,
        mut put_element: impl FnMut(&mut Writer, &T) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.put_length(elements.len(), flexible)?;
        for element in elements {
            put_element(self, element)?;
        }
        Ok(())
    }

    /// Writes an array or null; see [`Writer::put_array`].
    ///
    /// # Errors
    /// When it has more than `i32::MAX` elements, or an element cannot be written.
    pub fn put_nullable_array<T>(
        &mut self,
        elements: Option<&[T]>,
        flexible: bool,
        put_element: impl FnMut(&mut Writer, &T) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        match elements {
            Some(elements) => self.put_array(elements, flexible, put_element)?,
            None => self.put_null(flexible),
        }
        Ok(())
    }

    /// Writes a structure that may be null, behind its marker byte.
    ///
    /// # Errors
    /// When the structure cannot be written.
    pub fn put_nullable_struct<T>(
        &mut self,
        value: Option<&T>,
        put_struct: impl FnOnce(&mut Writer, &T) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        match value {
            Some(value) => {
                self.put_i8(1);
                put_struct(self, value)?;
            }
            None => self.put_i8(-1),
        }
        Ok(())
    }

    /// Writes the structure of a tagged field that may be null; see [`Reader::read_nullable_tagged_struct`].
    ///
    /// # Errors
    /// When the structure cannot be written.
    ///
    /// [`Reader::read_nullable_tagged_struct`]: crate::Reader::read_nullable_tagged_struct
    pub fn put_nullable_tagged_struct<T>(
        &mut self,
        value: Option<&T>,
        put_struct: impl FnOnce(&mut Writer, &T) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.put_unsigned_varint(u32::from(value.is_some()));
        value.map_or(Ok(()), |value| put_struct(self, value))
    }

    fn put_length(&mut self, length: usize, flexible: bool) -> Result<(), EncodeError> {
        let narrow = i32::try_from(length).map_err(|_| EncodeError::TooLong { length })?;
        if flexible {
            // One more than the length, so that 0 can mean null.
            self.put_unsigned_varint(narrow.unsigned_abs() + 1);
        } else {
            self.put_i32(narrow);
        }
        Ok(())
    }

    fn put_null(&mut self, flexible: bool) {
        if flexible {
            self.put_unsigned_varint(0);
        } else {
            self.put_i32(-1);
        }
    }

    fn append(&mut self, other: Writer) {
        let base = self.buffer.len();
        self.buffer.extend_from_slice(&other.buffer);
        self.spliced_bytes += other.spliced_bytes;
        self.splices.extend(other.splices.into_iter().map(|(place, bytes)| (base + place, bytes)));
    }
}

/// Gathers the tagged fields that are not at their defaults, in the order of their tags.
#[derive(Debug, Default)]
pub struct TaggedFields {
    fields: Vec<(u32, Writer)>,
}

impl TaggedFields {
    /// A section without fields. It allocates nothing until a field is added.
    #[must_use]
    pub fn new() -> TaggedFields {
        TaggedFields::default()
    }

    /// Adds a field; tags must grow.
    ///
    /// # Errors
    /// When the field cannot be written.
    pub fn add(
        &mut self,
        tag: u32,
        put_field: impl FnOnce(&mut Writer) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        assert!(self.fields.last().is_none_or(|(last, _)| *last < tag), "tags are written in order");
        let mut field = Writer::new();
        put_field(&mut field)?;
        self.fields.push((tag, field));
        Ok(())
    }

    /// Writes the section.
    ///
    /// # Errors
    /// When a field is longer than `i32::MAX` bytes.
    pub fn finish(self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.put_unsigned_varint(self.fields.len() as u32);
        for (tag, field) in self.fields {
            let length = field.len();
            let narrow = i32::try_from(length).map_err(|_| EncodeError::TooLong { length })?;
            writer.put_unsigned_varint(tag);
            writer.put_unsigned_varint(narrow.unsigned_abs());
            writer.append(field);
        }
        Ok(())
    }
}
