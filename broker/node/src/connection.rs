//! One client's connection: frames in, answers out, in the order of the requests.
//!
//! Requests are begun one after the other and finish as they may: an append is handed to its partition before
//! the next request is looked at, so that the order of a client's requests is the order of its records, while many of
//! them wait for their answers together. Bounded: requests under way on a connection, bytes of all requests
//! under way on the broker, the size of a frame, and the time without a request.
//!
//! Both directions live in one task. When either ends, both end: nobody is left to half of a connection.

use crate::limits::{
    CONNECTION_REQUESTS_MAX, READ_BUFFER_BYTES, READ_BUFFER_GROWTH_BYTES, READ_BUFFER_ROOM_BYTES_MIN,
    REPLY_BATCH_MAX, REQUEST_MEMORY_UNIT_BYTES,
};
use bytes::{Buf, Bytes, BytesMut};
use std::{collections::VecDeque, io, io::IoSlice, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf},
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
};
use tribunal_env::{BoxFuture, Env, Stream, watch};

/// An encoded answer, in pieces that are written one after the other. No answer (to a Produce with acks=0) has none.
pub(crate) type Frame = Vec<Bytes>;

/// What became of a request once it was begun.
pub(crate) enum Reply {
    /// Its answer.
    Ready(Frame),
    /// Its answer comes later, or a reason to end the connection.
    Later(BoxFuture<'static, Result<Frame, String>>),
    /// The protocol leaves only one thing to do: end the connection, for this reason.
    Close(String),
}

impl From<Result<Frame, String>> for Reply {
    fn from(answer: Result<Frame, String>) -> Reply {
        answer.map_or_else(Reply::Close, Reply::Ready)
    }
}

/// How a request is begun.
pub(crate) enum Begin<'a> {
    /// It is.
    Done(Reply),
    /// It takes a while, and the next request waits for it.
    Waits(BoxFuture<'a, Reply>),
}

/// Begins requests. One for each connection.
pub(crate) trait Dispatch: Send + Sync {
    /// Begins the request in `frame` (without its length). Requests of a connection are begun in order.
    fn begin(&self, frame: Bytes) -> Begin<'_>;
}

/// What a connection may use.
#[derive(Clone)]
pub(crate) struct Limits {
    /// The largest frame.
    pub(crate) frame_bytes_max: usize,
    /// The longest time without a request.
    pub(crate) idle_max: Duration,
    /// Memory for requests under way, shared by all connections; `None` is unbounded.
    pub(crate) memory: Option<Arc<RequestMemory>>,
}

/// Memory for requests under way, in units that a semaphore can count.
pub(crate) struct RequestMemory {
    units: Arc<Semaphore>,
    units_max: u32,
}

impl RequestMemory {
    pub(crate) fn new(bytes_max: usize) -> Self {
        let units = bytes_max
            .div_ceil(REQUEST_MEMORY_UNIT_BYTES)
            .clamp(1, Semaphore::MAX_PERMITS.min(u32::MAX as usize));
        RequestMemory {
            units: Arc::new(Semaphore::new(units)),
            units_max: u32::try_from(units).expect("clamped to the range of u32"),
        }
    }

    /// Waits until `bytes` fit. A request above the whole bound takes all of it, so that it passes alone.
    async fn take(&self, bytes: usize) -> OwnedSemaphorePermit {
        let units = self.units_of(bytes);
        self.units.clone().acquire_many_owned(units).await.expect("the semaphore is never closed")
    }

    /// Takes what `bytes` need if it is there, and nobody waits for it.
    fn try_take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        self.units.clone().try_acquire_many_owned(self.units_of(bytes)).ok()
    }

    fn units_of(&self, bytes: usize) -> u32 {
        u32::try_from(bytes.div_ceil(REQUEST_MEMORY_UNIT_BYTES)).unwrap_or(u32::MAX).min(self.units_max)
    }
}

/// A begun request, in the order of arrival.
struct Pending {
    reply: Reply,
    _memory: Option<OwnedSemaphorePermit>,
}

/// Serves `stream` until the client ends it, breaks the protocol or is idle for too long, or until `stop` says so;
/// then what was begun is answered first. Returns why it ended, when that is worth a line in the log.
pub(crate) async fn serve(
    env: &Env,
    stream: Stream,
    dispatch: &dyn Dispatch,
    limits: &Limits,
    stop: watch::Receiver<bool>,
) -> Result<(), String> {
    let (reader, writer) = tokio::io::split(stream);
    let (sender, receiver) = mpsc::channel(CONNECTION_REQUESTS_MAX);
    let reading = read_requests(env, reader, dispatch, limits, stop, sender);
    let writing = write_answers(writer, receiver);
    tokio::pin!(reading, writing);
    tokio::select! {
        biased;
        // The writer ends first when the peer is gone, or was told to by a reply.
        written = &mut writing => written,
        // No more requests: answer those that were begun. The sender is gone, so the writer comes to an end.
        read = &mut reading => {
            let written = writing.await;
            read.and_then(|reader| {
                drop(reader);
                written
            })
        }
    }
}

/// Reads and begins requests. Returns the reading half when no more are wanted, so that the stream stays whole
/// until the last answer is out.
async fn read_requests(
    env: &Env,
    mut reader: ReadHalf<Stream>,
    dispatch: &dyn Dispatch,
    limits: &Limits,
    mut stop: watch::Receiver<bool>,
    sender: mpsc::Sender<Pending>,
) -> Result<ReadHalf<Stream>, String> {
    let mut buffer = BytesMut::with_capacity(READ_BUFFER_BYTES);
    loop {
        // What has come whole is begun; the stop is for what has not.
        let (frame, memory) = match whole_frame(&mut buffer, limits)? {
            Some(frame) => frame,
            None => tokio::select! {
                biased;
                _ = stop.wait_for(|stopped| *stopped) => return Ok(reader),
                frame = next_frame(env, &mut reader, &mut buffer, limits) => match frame? {
                    Some(frame) => frame,
                    None => return Ok(reader),
                },
            },
        };
        let reply = match dispatch.begin(frame) {
            Begin::Done(reply) => reply,
            Begin::Waits(reply) => reply.await,
        };
        let closing = matches!(reply, Reply::Close(_));
        let gone = match sender.try_send(Pending { reply, _memory: memory }) {
            Ok(()) => false,
            Err(mpsc::error::TrySendError::Full(pending)) => sender.send(pending).await.is_err(),
            Err(mpsc::error::TrySendError::Closed(_)) => true,
        };
        if closing || gone {
            return Ok(reader);
        }
    }
}

type FrameAndMemory = (Bytes, Option<OwnedSemaphorePermit>);

/// The next frame, when all of it has come and memory for it is there.
fn whole_frame(buffer: &mut BytesMut, limits: &Limits) -> Result<Option<FrameAndMemory>, String> {
    let Some(prefix) = buffer.first_chunk::<4>() else { return Ok(None) };
    let bytes = frame_bytes(*prefix, limits)?;
    if buffer.len() < 4 + bytes {
        return Ok(None);
    }
    let memory = match &limits.memory {
        Some(memory) => match memory.try_take(bytes) {
            Some(memory) => Some(memory),
            None => return Ok(None),
        },
        None => None,
    };
    buffer.advance(4);
    Ok(Some((buffer.split_to(bytes).freeze(), memory)))
}

/// The length that a frame announces, if that much is taken.
fn frame_bytes(prefix: [u8; 4], limits: &Limits) -> Result<usize, String> {
    let announced = i32::from_be_bytes(prefix);
    let bytes = usize::try_from(announced).ok().filter(|bytes| *bytes <= limits.frame_bytes_max);
    bytes.ok_or_else(|| {
        let hint =
            if announced == 0x4745_5420 || announced == 0x504f_5354 { " (this looks like HTTP)" } else { "" };
        format!(
            "it announced a request of {announced} bytes{hint}; at most {} are taken (socket.request.max.bytes)",
            limits.frame_bytes_max
        )
    })
}

/// The next whole frame; `None` when the client ended the connection between two frames.
async fn next_frame(
    env: &Env,
    reader: &mut ReadHalf<Stream>,
    buffer: &mut BytesMut,
    limits: &Limits,
) -> Result<Option<FrameAndMemory>, String> {
    if !fill(env, reader, buffer, 4, limits.idle_max).await? {
        return Ok(None);
    }
    let bytes = frame_bytes(*buffer.first_chunk().expect("four bytes were filled"), limits)?;
    let memory = match &limits.memory {
        Some(memory) => Some(memory.take(bytes).await),
        None => None,
    };
    buffer.advance(4);
    if !fill(env, reader, buffer, bytes, limits.idle_max).await? {
        return Err("it ended in the middle of a request".to_owned());
    }
    Ok(Some((buffer.split_to(bytes).freeze(), memory)))
}

/// Reads until `buffer` holds `bytes` bytes. False when the stream ended before the first of them.
async fn fill(
    env: &Env,
    reader: &mut ReadHalf<Stream>,
    buffer: &mut BytesMut,
    bytes: usize,
    idle_max: Duration,
) -> Result<bool, String> {
    while buffer.len() < bytes {
        let missing = bytes - buffer.len();
        if buffer.capacity() - buffer.len() < missing.max(READ_BUFFER_ROOM_BYTES_MIN) {
            buffer.reserve(missing.clamp(READ_BUFFER_BYTES, READ_BUFFER_GROWTH_BYTES));
        }
        match env.timeout(idle_max, reader.read_buf(buffer)).await {
            None => {
                return Err(format!(
                    "it sent nothing for {} ms (connections.max.idle.ms)",
                    idle_max.as_millis()
                ));
            }
            Some(Ok(0)) if buffer.is_empty() => return Ok(false),
            Some(Ok(0)) => return Err("it ended in the middle of a request".to_owned()),
            Some(Ok(_)) => {}
            Some(Err(error)) if is_disconnect(&error) => return Ok(false),
            Some(Err(error)) => return Err(format!("reading failed: {error}")),
        }
    }
    Ok(true)
}

fn is_disconnect(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof)
}

/// Writes answers in the order of their requests, gathering those that are ready into one write.
async fn write_answers(
    mut writer: WriteHalf<Stream>,
    mut receiver: mpsc::Receiver<Pending>,
) -> Result<(), String> {
    let mut batch = Vec::with_capacity(REPLY_BATCH_MAX);
    let mut pieces = VecDeque::new();
    while receiver.recv_many(&mut batch, REPLY_BATCH_MAX).await > 0 {
        for pending in batch.drain(..) {
            match pending.reply {
                Reply::Ready(frame) => pieces.extend(frame),
                Reply::Close(reason) => {
                    write_all(&mut writer, &mut pieces).await?;
                    return Err(reason);
                }
                Reply::Later(mut answer) => {
                    let frame = match poll_once(&mut answer).await {
                        Some(frame) => frame,
                        None => {
                            write_all(&mut writer, &mut pieces).await?;
                            answer.await
                        }
                    };
                    match frame {
                        Ok(frame) => pieces.extend(frame),
                        Err(reason) => {
                            write_all(&mut writer, &mut pieces).await?;
                            return Err(reason);
                        }
                    }
                }
            }
        }
        write_all(&mut writer, &mut pieces).await?;
    }
    Ok(())
}

/// The answer, if it is there already.
async fn poll_once<T>(answer: &mut BoxFuture<'static, T>) -> Option<T> {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(match answer.as_mut().poll(context) {
            std::task::Poll::Ready(frame) => Some(frame),
            std::task::Poll::Pending => None,
        })
    })
    .await
}

async fn write_all(
    writer: &mut (impl AsyncWrite + Unpin),
    pieces: &mut VecDeque<Bytes>,
) -> Result<(), String> {
    if pieces.is_empty() {
        return Ok(());
    }
    let failed = |error: io::Error| {
        if is_disconnect(&error) { String::new() } else { format!("writing failed: {error}") }
    };
    while !pieces.is_empty() {
        let slices: Vec<IoSlice<'_>> =
            pieces.iter().take(REPLY_BATCH_MAX).map(|piece| IoSlice::new(piece)).collect();
        let mut written = writer.write_vectored(&slices).await.map_err(failed)?;
        drop(slices);
        if written == 0 && pieces.iter().any(|piece| !piece.is_empty()) {
            return Err("the connection takes no more bytes".to_owned());
        }
        while let Some(piece) = pieces.front_mut() {
            if written < piece.len() {
                piece.advance(written);
                break;
            }
            written -= piece.len();
            pieces.pop_front();
        }
    }
    writer.flush().await.map_err(failed)
}

#[cfg(test)]
#[path = "connection_tests.rs"]
mod tests;
