//! The task that owns one stream: writes what is asked, reads what is answered, watches the deadlines.
//!
//! One poll function drives both directions, so that neither starves nor blocks the other, and no lock is
//! needed to share the stream. Small requests of several callers leave in one vectored write.

use super::{
    ConnectionConfig,
    pending::{PendingRequests, ReplyTo, Waiting},
};
use crate::RequestError;
use bytes::{Buf, Bytes, BytesMut};
use std::{
    collections::VecDeque,
    future::Future,
    io::IoSlice,
    pin::{Pin, pin},
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncReadExt, AsyncWrite},
    sync::mpsc,
};
use tribunal_env::{BoxFuture, Env, Instant, Stream};
use tribunal_wire::{
    codec::{Message, Reader},
    message::ResponseHeader,
};

/// Pieces given to one vectored write.
const PIECES_MAX: usize = 64;
/// Room made for a read before the length of the answer is known.
const READ_BYTES: usize = 16 << 10;
/// With less room than this, new room is made before a read: answers that are held keep the old one.
const ROOM_BYTES_MIN: usize = 2 << 10;
/// Room made at once for an announced answer: a peer that announces much and sends little costs no more.
const RESERVE_BYTES_MAX: usize = 4 << 20;

/// A request to be written.
pub(super) struct Command {
    pub(super) correlation_id: i32,
    pub(super) pieces: Vec<Bytes>,
    pub(super) response_header_version: i16,
    pub(super) deadline: Instant,
    pub(super) reply: ReplyTo,
    pub(super) answered: bool,
}

/// How a connection ended.
enum End {
    /// Nobody holds a handle and nothing is awaited.
    Unused,
    /// It failed.
    Failed(RequestError),
}

/// How far the commands were taken.
enum Taken {
    /// As many as may be in flight; there may be more.
    UpToTheBound,
    /// All that there were.
    All,
    /// All, and every handle is gone.
    AllThereWillBe,
}

pub(super) struct Driver {
    env: Env,
    stream: Stream,
    commands: mpsc::Receiver<Command>,
    in_flight_max: usize,
    response_bytes_max: usize,
    pending: PendingRequests,
    outgoing: VecDeque<Bytes>,
    /// Bytes taken into `outgoing`, and bytes that the stream took from it, since the connection began.
    queued: u64,
    written: u64,
    must_flush: bool,
    incoming: BytesMut,
    timer: Option<(Instant, BoxFuture<'static, ()>)>,
}

impl Driver {
    pub(super) fn new(
        env: Env,
        stream: Stream,
        commands: mpsc::Receiver<Command>,
        config: &ConnectionConfig,
    ) -> Self {
        Driver {
            env,
            stream,
            commands,
            in_flight_max: config.in_flight_max.max(1),
            response_bytes_max: config.response_bytes_max,
            pending: PendingRequests::default(),
            outgoing: VecDeque::new(),
            queued: 0,
            written: 0,
            must_flush: false,
            incoming: BytesMut::new(),
            timer: None,
        }
    }

    /// Runs the connection to its end, and answers everything that is still asked then.
    pub(super) async fn run(mut self) {
        let end = std::future::poll_fn(|context| self.poll(context)).await;
        self.commands.close();
        let reason = match end {
            End::Unused => RequestError::NotSent("the connection is no longer used".to_owned()),
            End::Failed(reason) => reason,
        };
        self.pending.fail_all(self.env.now(), self.written, &reason);
        while let Some(command) = self.commands.recv().await {
            command.reply.give(Err(RequestError::NotSent(format!("the connection ended: {reason}"))));
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<End> {
        loop {
            let taken = self.poll_commands(context);
            if let Poll::Ready(error) = self.poll_write(context) {
                return Poll::Ready(End::Failed(error));
            }
            if let Poll::Ready(error) = self.poll_read(context) {
                return Poll::Ready(End::Failed(error));
            }
            match taken {
                // Answers made room again, and the channel wakes nobody for what it held all along.
                Taken::UpToTheBound if self.pending.len() < self.in_flight_max => {}
                Taken::UpToTheBound | Taken::All => break,
                Taken::AllThereWillBe => {
                    if self.pending.is_empty() && self.outgoing.is_empty() {
                        return Poll::Ready(End::Unused);
                    }
                    break;
                }
            }
        }
        self.poll_deadline(context).map(End::Failed)
    }

    /// Takes commands while there is room.
    fn poll_commands(&mut self, context: &mut Context<'_>) -> Taken {
        while self.pending.len() < self.in_flight_max {
            let command = match self.commands.poll_recv(context) {
                Poll::Pending => return Taken::All,
                Poll::Ready(None) => return Taken::AllThereWillBe,
                Poll::Ready(Some(command)) => command,
            };
            let start = self.queued;
            for piece in command.pieces {
                self.queued += piece.len() as u64;
                self.outgoing.push_back(piece);
            }
            if self.timer.as_ref().is_none_or(|(at, _)| command.deadline < *at) {
                self.timer = Some((command.deadline, self.env.sleep_until(command.deadline)));
            }
            self.pending.push(Waiting {
                correlation_id: command.correlation_id,
                response_header_version: command.response_header_version,
                deadline: command.deadline,
                reply: command.reply,
                answered: command.answered,
                start,
                end: self.queued,
            });
        }
        Taken::UpToTheBound
    }

    /// Writes and flushes; ready only when the stream failed.
    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<RequestError> {
        while !self.outgoing.is_empty() {
            let mut slices = [IoSlice::new(&[]); PIECES_MAX];
            let count = self.outgoing.len().min(PIECES_MAX);
            for (slice, piece) in slices.iter_mut().zip(&self.outgoing) {
                *slice = IoSlice::new(piece);
            }
            let written = match Pin::new(&mut self.stream).poll_write_vectored(context, &slices[..count]) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(0)) => return Poll::Ready(lost("the peer takes no more bytes")),
                Poll::Ready(Ok(written)) => written,
                Poll::Ready(Err(error)) => return Poll::Ready(lost(&error.to_string())),
            };
            self.written += written as u64;
            self.must_flush = true;
            self.drop_written(written);
            self.pending.complete_unanswered(self.written);
        }
        if self.must_flush {
            match Pin::new(&mut self.stream).poll_flush(context) {
                Poll::Pending => {}
                Poll::Ready(Ok(())) => self.must_flush = false,
                Poll::Ready(Err(error)) => return Poll::Ready(lost(&error.to_string())),
            }
        }
        Poll::Pending
    }

    fn drop_written(&mut self, mut count: usize) {
        while count > 0 {
            let piece = self.outgoing.front_mut().expect("no more is written than was queued");
            let step = count.min(piece.len());
            piece.advance(step);
            count -= step;
            if piece.is_empty() {
                self.outgoing.pop_front();
            }
        }
    }

    /// Reads answers; ready only when the stream ended or does not speak the protocol.
    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<RequestError> {
        loop {
            let wanted = match self.take_answers() {
                Ok(wanted) => wanted,
                Err(error) => return Poll::Ready(error),
            };
            if self.incoming.capacity() - self.incoming.len() < wanted.max(ROOM_BYTES_MIN) {
                self.incoming.reserve(wanted.clamp(READ_BYTES, RESERVE_BYTES_MAX));
            }
            match pin!(self.stream.read_buf(&mut self.incoming)).poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(0)) => return Poll::Ready(lost("the peer closed it")),
                Poll::Ready(Ok(_)) => {}
                Poll::Ready(Err(error)) => return Poll::Ready(lost(&error.to_string())),
            }
        }
    }

    /// Hands out every whole answer that is there; says how many bytes the next one still wants.
    fn take_answers(&mut self) -> Result<usize, RequestError> {
        loop {
            let Some(prefix) = self.incoming.first_chunk::<4>() else { return Ok(0) };
            let declared = i32::from_be_bytes(*prefix);
            let length = usize::try_from(declared).ok().filter(|length| *length <= self.response_bytes_max);
            let Some(length) = length else {
                return Err(RequestError::Malformed(format!("an answer of {declared} bytes")));
            };
            if self.incoming.len() < 4 + length {
                return Ok(4 + length - self.incoming.len());
            }
            self.incoming.advance(4);
            let mut reader = Reader::new(self.incoming.split_to(length).freeze());
            let correlation_id = reader.clone().read_i32()?;
            let request = self.pending.take(correlation_id)?;
            match ResponseHeader::decode(&mut reader, request.response_header_version) {
                Ok(_header) => request.reply.give(Ok(reader.take_remaining())),
                Err(error) => {
                    request.reply.give(Err(error.into()));
                    return Err(error.into());
                }
            }
        }
    }

    /// Ready when a deadline passed. The timer may stand for a request that is answered: then it is set anew.
    fn poll_deadline(&mut self, context: &mut Context<'_>) -> Poll<RequestError> {
        loop {
            let Some((_, sleep)) = &mut self.timer else { return Poll::Pending };
            if sleep.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            let now = self.env.now();
            self.timer = None;
            if let Some(deadline) = self.pending.next_deadline() {
                if deadline <= now {
                    return Poll::Ready(RequestError::TimedOut);
                }
                self.timer = Some((deadline, self.env.sleep_until(deadline)));
            }
        }
    }
}

fn lost(reason: &str) -> RequestError {
    RequestError::Disconnected(reason.to_owned())
}
