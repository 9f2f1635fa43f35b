//! Tasks, their panics, and the reasons for which a node stops.

use std::{
    any::Any,
    future::Future,
    panic::AssertUnwindSafe,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::sync::oneshot;

/// A spawned task's output, to be awaited. Dropping it detaches the task.
#[derive(Debug)]
pub struct Task<T>(oneshot::Receiver<T>);

/// The task ended without an output: its node was killed or stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

impl<T> Task<T> {
    pub(crate) fn new(receiver: oneshot::Receiver<T>) -> Self {
        Task(receiver)
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, Gone>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|received| received.map_err(|_| Gone))
    }
}

/// Why a node cannot go on. Each reason has one exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FatalReason {
    /// A task panicked: a bug of ours.
    Panic,
    /// The disk under the metadata log failed a write or a flush; what is durable is unknown.
    MetadataLogFailed,
    /// Every log directory is gone.
    NoLogDirectory,
    /// Stored state contradicts itself in a way that no rule repairs.
    CorruptState,
}

impl FatalReason {
    /// The process's exit code. 0, 1 and 2 belong to the command line.
    pub const fn exit_code(self) -> i32 {
        match self {
            FatalReason::Panic => 70,
            FatalReason::MetadataLogFailed => 74,
            FatalReason::NoLogDirectory => 75,
            FatalReason::CorruptState => 76,
        }
    }
}

/// Runs `future`; a panic inside it becomes an error with the panic's message. For backends.
pub async fn catch_panic<F: Future>(future: F) -> Result<F::Output, String> {
    let mut future = Box::pin(future);
    std::future::poll_fn(move |context| {
        match std::panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(payload) => Poll::Ready(Err(panic_message(payload.as_ref()))),
        }
    })
    .await
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        return (*text).to_owned();
    }
    payload.downcast_ref::<String>().cloned().unwrap_or_else(|| "a panic without a message".to_owned())
}
