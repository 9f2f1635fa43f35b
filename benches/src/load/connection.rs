//! One connection: pieces to write, frames that came, and one wait that drives both directions.

use super::BenchError;
use bytes::{Bytes, BytesMut};
use std::{
    collections::VecDeque,
    future::{Future, poll_fn},
    io::{self, IoSlice},
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};
use tokio::io::{AsyncReadExt, AsyncWrite};
use tribunal_env::{Env, Stream};
use tribunal_wire::{
    Request,
    frame::{LENGTH_BYTES, decode_response, encode_request, frame_length},
    message::RequestHeader,
};

/// How long a server may take to accept, or to answer during set-up.
const PATIENCE: Duration = Duration::from_secs(20);
const PIECES_MAX: usize = 64;
/// Room for answers on a connection that has seen only small ones.
const SMALL_BYTES: usize = 64 * 1024;
/// Room on one that has seen large ones.
const LARGE_BYTES: usize = 4 * 1024 * 1024;
const FRAME_BYTES_MAX: usize = (1 << 30) + (1 << 20);

/// What the load generator calls itself.
pub(super) const CLIENT_ID: &str = "tribunal-bench";

/// A connection, with what is still to be written and what has been read.
pub(super) struct Connection {
    stream: Stream,
    staged: BytesMut,
    outgoing: VecDeque<Bytes>,
    unflushed: bool,
    input: BytesMut,
    room: usize,
    needed: usize,
}

impl Connection {
    pub(super) async fn open(env: &Env, address: &str) -> Result<Connection, BenchError> {
        let late = || Err(io::Error::new(io::ErrorKind::TimedOut, "nobody accepted within 20 seconds"));
        let stream = env.timeout(PATIENCE, env.connect(address)).await.unwrap_or_else(late);
        let stream = stream.map_err(|error| BenchError::Connect { address: address.to_owned(), error })?;
        Ok(Connection {
            stream,
            staged: BytesMut::new(),
            outgoing: VecDeque::new(),
            unflushed: false,
            input: BytesMut::new(),
            room: SMALL_BYTES,
            needed: 1,
        })
    }

    /// Queues bytes by copying them: what is small travels together.
    pub(super) fn stage(&mut self, bytes: &[u8]) {
        self.staged.extend_from_slice(bytes);
    }

    /// Queues bytes as they are.
    pub(super) fn push(&mut self, bytes: Bytes) {
        self.stage_done();
        self.outgoing.push_back(bytes);
    }

    fn stage_done(&mut self) {
        if !self.staged.is_empty() {
            self.outgoing.push_back(self.staged.split().freeze());
        }
    }

    /// Writes what is queued, and completes once something has been read. Nothing is lost when it is dropped.
    pub(super) async fn turn(&mut self) -> io::Result<()> {
        self.stage_done();
        poll_fn(|context| self.poll_turn(context)).await
    }

    fn poll_turn(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_write(context)?;
        if self.input.capacity() - self.input.len() < self.needed {
            self.input.reserve(self.needed.max(self.room));
        }
        let read = pin!(self.stream.read_buf(&mut self.input)).poll(context)?;
        match read {
            Poll::Pending => Poll::Pending,
            Poll::Ready(0) => {
                let ended = "the server closed the connection";
                Poll::Ready(Err(io::Error::new(io::ErrorKind::UnexpectedEof, ended)))
            }
            Poll::Ready(_) => Poll::Ready(Ok(())),
        }
    }

    fn poll_write(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        while !self.outgoing.is_empty() {
            let mut slices = [IoSlice::new(&[]); PIECES_MAX];
            for (slice, piece) in slices.iter_mut().zip(&self.outgoing) {
                *slice = IoSlice::new(piece);
            }
            let count = self.outgoing.len().min(PIECES_MAX);
            match Pin::new(&mut self.stream).poll_write_vectored(context, &slices[..count])? {
                Poll::Pending => return Ok(()),
                Poll::Ready(0) => return Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(written) => self.written(written),
            }
            self.unflushed = true;
        }
        if self.unflushed && Pin::new(&mut self.stream).poll_flush(context)?.is_ready() {
            self.unflushed = false;
        }
        Ok(())
    }

    fn written(&mut self, mut bytes: usize) {
        while let Some(first) = self.outgoing.front_mut() {
            if first.len() > bytes {
                let _sent = first.split_to(bytes);
                return;
            }
            bytes -= first.len();
            self.outgoing.pop_front();
        }
    }

    /// The next whole answer that has been read, without its length.
    pub(super) fn next_frame(&mut self) -> io::Result<Option<Bytes>> {
        self.needed = 1;
        let Some(prefix) = self.input.first_chunk::<LENGTH_BYTES>() else { return Ok(None) };
        let length = frame_length(*prefix, FRAME_BYTES_MAX)
            .map_err(|invalid| io::Error::other(format!("the server sent a frame of {} bytes", invalid.0)))?;
        let whole = length + LENGTH_BYTES;
        if self.input.len() < whole {
            self.needed = whole - self.input.len();
            if self.needed > SMALL_BYTES {
                self.room = LARGE_BYTES;
            }
            return Ok(None);
        }
        Ok(Some(self.input.split_to(whole).freeze().slice(LENGTH_BYTES..)))
    }

    /// Sends a request and waits for its answer: for set-up, with nothing else in flight.
    pub(super) async fn call<R: Request>(
        &mut self,
        env: &Env,
        version: i16,
        request: &R,
    ) -> Result<R::Response, BenchError> {
        let header = header::<R>(version);
        let pieces = encode_request(&header, request)
            .map_err(|error| BenchError::Server(format!("version {version} of {}: {error}", R::NAME)))?;
        pieces.into_iter().for_each(|piece| self.push(piece));
        let answer = async {
            loop {
                if let Some(frame) = self.next_frame()? {
                    return Ok::<Bytes, io::Error>(frame);
                }
                self.turn().await?;
            }
        };
        let late = || {
            Err(io::Error::new(io::ErrorKind::TimedOut, format!("no answer to {} in 20 seconds", R::NAME)))
        };
        let frame = env.timeout(PATIENCE, answer).await.unwrap_or_else(late)?;
        let (_correlation_id, response) = decode_response::<R>(frame, version).map_err(|error| {
            BenchError::Server(format!("the answer to {} cannot be read: {error}", R::NAME))
        })?;
        Ok(response)
    }
}

/// A header of a request to `R`, to be patched with a correlation id.
pub(super) fn header<R: Request>(version: i16) -> RequestHeader {
    RequestHeader {
        request_api_key: R::API_KEY.as_i16(),
        request_api_version: version,
        correlation_id: 0,
        client_id: Some(CLIENT_ID.to_owned()),
    }
}
