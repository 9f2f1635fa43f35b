//! One end of a connection, as the node's code holds it.
//!
//! Each poll asks the network's state first and the engine second. On both engines a write leaves at once (madsim
//! would wait for a flush), gathered slices leave as one piece, and the end of the stream is the network's to tell.

use super::net::{ReadStep, WriteStep};
use crate::{NodeId, hash, run::Run, timers::VirtualSleep, trace::EventKind};
use std::{
    future::Future,
    io::{self, ErrorKind, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tribunal_env::Stream;

/// Bytes that are looked at in one go.
const FILTERED_BYTES: usize = 16_384;

/// A simulated stream.
pub(crate) struct SimStream {
    run: Arc<Run>,
    node: NodeId,
    index: usize,
    end: usize,
    engine: Stream,
    /// The engine said that nothing more will come.
    engine_ended: bool,
    read_gate: Option<VirtualSleep>,
    write_gate: Option<VirtualSleep>,
    scratch: Vec<u8>,
}

impl SimStream {
    pub(crate) fn new(run: Arc<Run>, node: NodeId, index: usize, end: usize, engine: Stream) -> Self {
        SimStream {
            run,
            node,
            index,
            end,
            engine,
            engine_ended: false,
            read_gate: None,
            write_gate: None,
            scratch: Vec::new(),
        }
    }

    /// Takes up to `bytes` bytes from the engine into `target`; says how many.
    fn take(&mut self, context: &mut Context<'_>, target: &mut [u8]) -> Poll<usize> {
        if self.engine_ended {
            return Poll::Ready(0);
        }
        let mut buffer = ReadBuf::new(target);
        match Pin::new(&mut self.engine).poll_read(context, &mut buffer) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(())) => {
                let count = buffer.filled().len();
                self.engine_ended = count == 0;
                Poll::Ready(count)
            }
            Poll::Ready(Err(_)) => {
                self.engine_ended = true;
                Poll::Ready(0)
            }
        }
    }

    fn record(&self, number: u64, bytes: &[u8]) {
        let numbers = [number * 2 + self.end as u64, bytes.len() as u64, hash::digest(bytes)];
        self.run.record(self.node, EventKind::Chunk, "chunk", numbers);
    }
}

/// Waits for `moment`; ready when it has come.
fn gate(
    run: &Arc<Run>,
    gate: &mut Option<VirtualSleep>,
    moment: Option<u64>,
    context: &mut Context<'_>,
) -> Poll<()> {
    let Some(moment) = moment else {
        *gate = None;
        return Poll::Pending;
    };
    if gate.as_ref().is_none_or(|sleep| sleep.deadline() != moment) {
        *gate = Some(VirtualSleep::new(Arc::clone(run), moment));
    }
    let polled = gate.as_mut().map_or(Poll::Pending, |sleep| Pin::new(sleep).poll(context));
    if polled.is_ready() {
        *gate = None;
    }
    polled
}

impl AsyncRead for SimStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        loop {
            let now = this.run.now();
            let step =
                this.run.net().begin_read(this.index, this.end, now, buffer.remaining(), context.waker());
            let look_again = match step {
                ReadStep::Stash => {
                    let bytes = this.run.net().read_stash(this.index, this.end, buffer.remaining());
                    buffer.put_slice(&bytes);
                    return Poll::Ready(Ok(()));
                }
                ReadStep::End => return Poll::Ready(Ok(())),
                ReadStep::Reset => return Poll::Ready(Err(ErrorKind::ConnectionReset.into())),
                ReadStep::Take { bytes, filtered: false } => {
                    let target = buffer.initialize_unfilled_to(bytes);
                    match this.take(context, target) {
                        Poll::Pending => None,
                        Poll::Ready(0) => {
                            this.run.net().broken(this.index, this.end, now);
                            None
                        }
                        Poll::Ready(count) => {
                            let number = this.run.net().took(this.index, this.end, &target[..count]);
                            this.record(number, &target[..count]);
                            buffer.advance(count);
                            return Poll::Ready(Ok(()));
                        }
                    }
                }
                ReadStep::Take { bytes, filtered: true } => {
                    let mut target = std::mem::take(&mut this.scratch);
                    target.resize(bytes.min(FILTERED_BYTES), 0);
                    let taken = this.take(context, &mut target);
                    if let Poll::Ready(count) = taken
                        && count > 0
                    {
                        let number =
                            this.run.net().took_filtered(this.index, this.end, &target[..count], now);
                        this.record(number, &target[..count]);
                    }
                    this.scratch = target;
                    match taken {
                        Poll::Pending => None,
                        Poll::Ready(0) => {
                            this.run.net().broken(this.index, this.end, now);
                            None
                        }
                        // What came of it shows at the next step.
                        Poll::Ready(_) => continue,
                    }
                }
                ReadStep::Idle(moment) => {
                    if !this.engine_ended {
                        // Only to be woken: nothing can be there.
                        let polled = this.take(context, &mut [0; 1]);
                        debug_assert!(!matches!(polled, Poll::Ready(1..)), "bytes that nobody wrote");
                    }
                    moment
                }
                ReadStep::Wait(moment) => moment,
            };
            if gate(&this.run, &mut this.read_gate, look_again, context).is_pending() {
                return Poll::Pending;
            }
        }
    }
}

impl AsyncWrite for SimStream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        loop {
            let now = this.run.now();
            let step = this.run.net().begin_write(this.index, this.end, now, bytes.len(), context.waker());
            match step {
                WriteStep::Reset => return Poll::Ready(Err(ErrorKind::ConnectionReset.into())),
                WriteStep::Closed => return Poll::Ready(Err(ErrorKind::BrokenPipe.into())),
                WriteStep::Void(count) => {
                    this.run.net().sent(this.index, this.end, now, count, true);
                    return Poll::Ready(Ok(count));
                }
                WriteStep::Send(count) => {
                    let sent = match Pin::new(&mut this.engine).poll_write(context, &bytes[..count]) {
                        Poll::Pending => return Poll::Pending,
                        // The engine knows before it could: the network tells when it is time.
                        Poll::Ready(Err(_)) => count,
                        Poll::Ready(Ok(sent)) => sent,
                    };
                    // madsim sends nothing before a flush.
                    let flushed = Pin::new(&mut this.engine).poll_flush(context);
                    debug_assert!(flushed.is_ready(), "an engine's flush does not wait");
                    this.run.net().sent(this.index, this.end, now, sent, false);
                    return Poll::Ready(Ok(sent));
                }
                WriteStep::Wait(moment) => {
                    if gate(&this.run, &mut this.write_gate, moment, context).is_pending() {
                        return Poll::Pending;
                    }
                }
            }
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut full = slices.iter().filter(|slice| !slice.is_empty());
        let (Some(first), second) = (full.next(), full.next()) else { return Poll::Ready(Ok(0)) };
        if second.is_none() {
            return self.poll_write(context, first);
        }
        let mut gathered = std::mem::take(&mut self.scratch);
        gathered.clear();
        for slice in slices {
            gathered.extend_from_slice(slice);
        }
        let polled = self.as_mut().poll_write(context, &gathered);
        self.scratch = gathered;
        polled
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The engines differ in what a half-close does; the network's own is the only one.
        self.run.net().shut_down(self.index, self.end, self.run.now());
        Poll::Ready(Ok(()))
    }
}

impl Drop for SimStream {
    fn drop(&mut self) {
        self.run.net().drop_end(self.index, self.end, self.run.now());
    }
}
