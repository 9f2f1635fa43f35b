//! What every message of the protocol can do, and how decoding and encoding fail.
//!
//! Owns the traits that generated messages implement and the two error types. The bytes themselves are read by
//! [`Reader`] and written by [`Writer`]; which field exists in which version is the generated code's business.
//!
//! Always holds: an error names the place (position or field), and building one allocates nothing.

use std::fmt;

use crate::message::ApiKey;
pub use crate::reader::Reader;
pub use crate::writer::{TaggedFields, Writer};

/// A message or record of the protocol, readable and writable in a range of versions.
pub trait Message: Sized + Clone + fmt::Debug + PartialEq + Default {
    /// The lowest version of the schema.
    const MIN_VERSION: i16;
    /// The highest version of the schema, unstable ones included.
    const MAX_VERSION: i16;
    /// Kafka's name of the message.
    const NAME: &'static str;

    /// Whether this version uses compact lengths and tagged fields (KIP-482).
    #[must_use]
    fn is_flexible(version: i16) -> bool;

    /// Reads the message; bytes after it are left in the reader.
    ///
    /// # Errors
    /// When the version is unknown or the bytes are not an encoding of it.
    fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError>;

    /// Writes the message after what the writer holds already.
    ///
    /// # Errors
    /// When the version is unknown, or cannot carry what the message holds. The writer's content is then of no use.
    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError>;
}

/// A message that asks, and the one that answers it.
pub trait Request: Message {
    /// The API that the request belongs to.
    const API_KEY: ApiKey;
    /// What the peer answers.
    type Response: Message;
}

/// A record that carries its type as a number: metadata records, and the keys of coordinator records.
pub trait Record: Message {
    /// The number that stands before the record's own fields: a metadata record's type, a coordinator key's version.
    const RECORD_TYPE: i16;
}

/// Why bytes are not the message that they were said to be. Positions count from the start of the reader's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeError {
    /// The schema has no such version.
    UnsupportedVersion {
        /// Kafka's name of the message.
        message: &'static str,
        /// The version asked for.
        version: i16,
    },
    /// The bytes end inside a field.
    UnexpectedEnd {
        /// Where the field starts.
        position: usize,
        /// How many bytes it needs.
        needed: usize,
    },
    /// A length or a count is negative, or more than the bytes that remain could hold.
    InvalidLength {
        /// Where reading stood after the length.
        position: usize,
        /// The length found.
        length: i64,
    },
    /// A field that must not be null is null.
    UnexpectedNull {
        /// Where reading stood after the null.
        position: usize,
    },
    /// A string is not UTF-8.
    InvalidUtf8 {
        /// Where the string starts.
        position: usize,
    },
    /// A variable-length integer does not end within its range.
    InvalidVarint {
        /// Where it starts.
        position: usize,
    },
    /// The message ended, and bytes remain that nobody accounts for.
    TrailingBytes {
        /// Where the message ends.
        position: usize,
        /// How many bytes follow.
        remaining: usize,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnsupportedVersion { message, version } => {
                write!(formatter, "{message} has no version {version}")
            }
            Self::UnexpectedEnd { position, needed } => {
                write!(formatter, "the bytes end inside a field of {needed} bytes at {position}")
            }
            Self::InvalidLength { position, length } => {
                write!(formatter, "impossible length {length} before {position}")
            }
            Self::UnexpectedNull { position } => {
                write!(formatter, "null before {position}, in a field that cannot be null")
            }
            Self::InvalidUtf8 { position } => write!(formatter, "the string at {position} is not UTF-8"),
            Self::InvalidVarint { position } => {
                write!(formatter, "the variable-length integer at {position} is too long")
            }
            Self::TrailingBytes { position, remaining } => {
                write!(formatter, "{remaining} bytes follow the message's end at {position}")
            }
        }
    }
}

impl std::error::Error for DecodeError {}

/// Why a message cannot be written in a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EncodeError {
    /// The schema has no such version.
    UnsupportedVersion {
        /// Kafka's name of the message.
        message: &'static str,
        /// The version asked for.
        version: i16,
    },
    /// A field that the version does not have, and that the peer must not miss, is not at its default.
    FieldNotInVersion {
        /// The field.
        field: &'static str,
        /// The version asked for.
        version: i16,
    },
    /// A field is null that cannot be null in this version.
    UnexpectedNull {
        /// The field.
        field: &'static str,
        /// The version asked for.
        version: i16,
    },
    /// A string, a byte field or an array is longer than the protocol can say.
    TooLong {
        /// Its length.
        length: usize,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnsupportedVersion { message, version } => {
                write!(formatter, "{message} has no version {version}")
            }
            Self::FieldNotInVersion { field, version } => {
                write!(formatter, "{field} is set, and version {version} cannot carry it")
            }
            Self::UnexpectedNull { field, version } => {
                write!(formatter, "{field} is null, and cannot be in version {version}")
            }
            Self::TooLong { length } => {
                write!(formatter, "a field of {length} bytes or elements is too long")
            }
        }
    }
}

impl std::error::Error for EncodeError {}
