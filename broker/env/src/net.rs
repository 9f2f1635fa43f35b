//! Connections: boxed byte streams and the listeners that accept them.

use crate::BoxFuture;
use std::io;
use tokio::io::{AsyncRead, AsyncWrite};

/// A connected byte stream.
///
/// Rules that every user keeps, because not every backend behaves well without them: flush after each
/// answer; never rely on a half-close (the peer may see the end of the stream only when both halves are
/// dropped); wait on a peer only with a timeout; let one owner end both halves.
pub trait Io: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Io for T {}

/// An owned stream of any backend.
pub type Stream = Box<dyn Io>;

/// Accepts connections on a bound address.
pub trait Listen: Send {
    /// The next connection, and the peer's address (`host:port`) for logs and quotas.
    fn accept(&mut self) -> BoxFuture<'_, io::Result<(Stream, String)>>;
    /// The bound address (`host:port`), with the real port where 0 was asked for.
    fn local_address(&self) -> String;
}

/// An owned listener of any backend.
pub type Listener = Box<dyn Listen>;
