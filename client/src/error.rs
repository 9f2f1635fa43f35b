//! Why a request has no answer, told so that the caller knows whether it may have had an effect.
//!
//! The one question that a client has to be honest about is whether a request *may* have reached the broker.
//! Every variant of [`RequestError`] answers it, and [`RequestError::may_have_arrived`] is the only place
//! where the answer is written down. An answer that carries an error code is no `RequestError`: it is an answer.

use std::fmt;
use tribunal_wire::codec::{DecodeError, EncodeError};

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// No connection could be made, or the one there was died before a byte of the request left.
    NotSent(String),
    /// The deadline passed before a byte of the request left.
    NoTime,
    /// Client and broker share no version of this API, or none that can carry what the request says.
    Unsupported(String),
    /// The cluster's metadata knows no such node.
    UnknownNode(i32),
    /// The deadline passed while the answer was awaited. The connection was closed: answers come in order.
    TimedOut,
    /// The connection died while the answer was awaited.
    Disconnected(String),
    /// The peer answered with something that is not the protocol.
    Malformed(String),
}

impl RequestError {
    /// Whether the peer may have received, and acted on, the request.
    #[must_use]
    pub fn may_have_arrived(&self) -> bool {
        match self {
            RequestError::NotSent(_)
            | RequestError::NoTime
            | RequestError::Unsupported(_)
            | RequestError::UnknownNode(_) => false,
            RequestError::TimedOut | RequestError::Disconnected(_) | RequestError::Malformed(_) => true,
        }
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub fn is_retriable(&self) -> bool {
        !matches!(self, RequestError::Unsupported(_))
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RequestError::NotSent(reason) => write!(formatter, "not sent: {reason}"),
            RequestError::NoTime => formatter.write_str("not sent: the deadline passed first"),
            RequestError::Unsupported(reason) => write!(formatter, "not supported: {reason}"),
            RequestError::UnknownNode(node) => write!(formatter, "no node {node} is known"),
            RequestError::TimedOut => formatter.write_str("no answer before the deadline"),
            RequestError::Disconnected(reason) => write!(formatter, "connection lost: {reason}"),
            RequestError::Malformed(reason) => write!(formatter, "malformed answer: {reason}"),
        }
    }
}

impl std::error::Error for RequestError {}

impl From<DecodeError> for RequestError {
    fn from(error: DecodeError) -> Self {
        RequestError::Malformed(error.to_string())
    }
}

impl From<EncodeError> for RequestError {
    fn from(error: EncodeError) -> Self {
        RequestError::Unsupported(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_left_may_have_arrived() {
        let left = [
            RequestError::TimedOut,
            RequestError::Disconnected("reset".into()),
            RequestError::Malformed("short".into()),
        ];
        let stayed = [
            RequestError::NotSent("refused".into()),
            RequestError::NoTime,
            RequestError::Unsupported("v9".into()),
            RequestError::UnknownNode(3),
        ];
        assert!(left.iter().all(RequestError::may_have_arrived));
        assert!(!stayed.iter().any(RequestError::may_have_arrived));
    }
}
