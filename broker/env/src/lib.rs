//! The seam: everything a node may know of the world outside itself.
//!
//! A node holds one cloneable [`Env`] and reaches time, tasks, randomness, the network and the disk
//! through it alone. Behind it stands a [`Backend`]: the real machine (`broker/host`), or a
//! simulated one (`sim`), in which all of these obey one seed. Nothing above this crate is generic
//! over the backend, so the broker compiles once and the code on trial is the code in service.
//!
//! Owns: the contract of each capability, written on the trait that names it, and the few helpers
//! that have one right implementation for every backend ([`Env::timeout`], [`FileExt::write_all_at`],
//! [`watch`]).
//!
//! Must never: touch the operating system, know a rule of the Kafka protocol, or hold global state.

#[cfg(feature = "conformance")]
pub mod conformance;
mod disk;
mod fact;
mod future;
mod log;
mod net;
mod rng;
mod task;
mod time;
pub mod watch;

pub use disk::{DirEntry, Disk, EntryKind, File, FileExt, Lock, OpenMode};
pub use fact::{Fact, PartitionKey, SegmentDeletion};
pub use future::{BoxFuture, IoFuture};
pub use log::Level;
pub use net::{Io, Listen, Listener, Stream};
pub use rng::Rng;
pub use task::{FatalReason, Gone, Task, catch_panic};
pub use time::{Instant, Timestamp};

use std::{future::Future, io, sync::Arc, task::Poll, time::Duration};
use tokio::sync::{mpsc, oneshot};

/// What a world must offer to a node. Object safe; implemented by `broker/host` and by the engines of `sim`.
///
/// All methods may be called from any task of the node. A backend belongs to one node: a simulated
/// cluster has one backend for each node and one for each client.
pub trait Backend: Send + Sync + 'static {
    /// Runs `future` as a task of this node. A panic inside it is never swallowed: a simulation fails with
    /// its seed, a real process says what happened and exits with [`FatalReason::Panic`].
    fn spawn(&self, name: &'static str, future: BoxFuture<'static, ()>);
    /// The node's monotonic clock. Two calls never return the same instant, and never go backwards.
    fn now(&self) -> Instant;
    /// The node's wall clock. It may jump in either direction.
    fn wall(&self) -> Timestamp;
    /// Completes once [`Backend::now`] is at or past `deadline`.
    fn sleep_until(&self, deadline: Instant) -> BoxFuture<'static, ()>;
    /// The next 64 random bits of the stream with this name. Streams are independent of each other:
    /// one more draw in one never moves another.
    fn draw(&self, stream: &'static str) -> u64;
    /// Binds `address` (`host:port`; port 0 picks a free one) and listens.
    fn listen<'a>(&'a self, address: &'a str) -> BoxFuture<'a, io::Result<Listener>>;
    /// Connects to `address` (`host:port`). It may hang for as long as a real connect would: use a timeout.
    fn connect<'a>(&'a self, address: &'a str) -> BoxFuture<'a, io::Result<Stream>>;
    /// The node's disk.
    fn disk(&self) -> Arc<dyn Disk>;
    /// Tells a fact to traces, metrics and white-box checks. Never influences what the node does.
    fn probe(&self, fact: &Fact);
    /// Whether lines of this level are kept. A caller may skip the work of making a line that is not.
    fn logs(&self, level: Level) -> bool;
    /// Writes a line for people: to the process's log, or into the trace of a simulation.
    fn log(&self, level: Level, line: std::fmt::Arguments<'_>);
    /// The node cannot go on in this world. A real process prints `message` and exits with the reason's
    /// code; a simulated node stops there and then, as if killed. No task of the node is polled again.
    fn fatal(&self, reason: FatalReason, message: &str);
}

/// The handle through which a node reaches the world. Cheap to clone.
#[derive(Clone)]
pub struct Env(Arc<dyn Backend>);

impl Env {
    /// A handle onto `backend`.
    pub fn new(backend: impl Backend) -> Self {
        Env(Arc::new(backend))
    }

    /// A handle onto a backend that others hold as well.
    pub fn from_arc(backend: Arc<dyn Backend>) -> Self {
        Env(backend)
    }

    /// Runs `future` as a task. Dropping the returned [`Task`] detaches it; it is not cancelled.
    ///
    /// `name` says what the task does; it appears in traces and must not vary between runs.
    pub fn spawn<F>(&self, name: &'static str, future: F) -> Task<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        self.0.spawn(
            name,
            Box::pin(async move {
                let output = future.await;
                // The receiver may be gone: a detached task has nobody to tell.
                let _detached = sender.send(output);
            }),
        );
        Task::new(receiver)
    }

    /// The monotonic clock; see [`Backend::now`].
    pub fn now(&self) -> Instant {
        self.0.now()
    }

    /// The wall clock; see [`Backend::wall`].
    pub fn wall(&self) -> Timestamp {
        self.0.wall()
    }

    /// Waits for `duration` of the node's monotonic time.
    pub fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.sleep_until(self.0.now() + duration)
    }

    /// Waits until the node's monotonic clock is at or past `deadline`.
    pub fn sleep_until(&self, deadline: Instant) -> BoxFuture<'static, ()> {
        self.0.sleep_until(deadline)
    }

    /// The output of `future`, or `None` when `duration` passes first. The future is dropped then.
    pub async fn timeout<F: Future>(&self, duration: Duration, future: F) -> Option<F::Output> {
        self.timeout_at(self.0.now() + duration, future).await
    }

    /// The output of `future`, or `None` when `deadline` passes first. The future is dropped then.
    pub async fn timeout_at<F: Future>(&self, deadline: Instant, future: F) -> Option<F::Output> {
        let mut future = std::pin::pin!(future);
        // A timer is made only for what is not there when it is first asked about.
        let mut sleep = None;
        std::future::poll_fn(|context| {
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                return Poll::Ready(Some(output));
            }
            let sleep = sleep.get_or_insert_with(|| self.0.sleep_until(deadline));
            sleep.as_mut().poll(context).map(|()| None)
        })
        .await
    }

    /// The random stream with this name; see [`Backend::draw`].
    pub fn rng(&self, stream: &'static str) -> Rng {
        Rng::new(self.clone(), stream)
    }

    /// Binds and listens; see [`Backend::listen`].
    pub async fn listen(&self, address: &str) -> io::Result<Listener> {
        self.0.listen(address).await
    }

    /// Connects; see [`Backend::connect`].
    pub async fn connect(&self, address: &str) -> io::Result<Stream> {
        self.0.connect(address).await
    }

    /// The node's disk.
    pub fn disk(&self) -> Arc<dyn Disk> {
        self.0.disk()
    }

    /// Tells a fact; see [`Backend::probe`].
    pub fn probe(&self, fact: &Fact) {
        self.0.probe(fact);
    }

    /// Writes a line for people; the macros [`error!`], [`warn!`], [`info!`] and [`debug!`] are shorter.
    pub fn log(&self, level: Level, line: std::fmt::Arguments<'_>) {
        if self.0.logs(level) {
            self.0.log(level, line);
        }
    }

    /// Stops the node; see [`Backend::fatal`]. The caller waits for ever: in a simulation no task of a dead
    /// node is polled again, in a real process there is none left.
    pub async fn fatal(&self, reason: FatalReason, message: &str) -> ! {
        self.0.fatal(reason, message);
        std::future::pending().await
    }

    pub(crate) fn draw(&self, stream: &'static str) -> u64 {
        self.0.draw(stream)
    }
}

impl std::fmt::Debug for Env {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Env")
    }
}

/// Ends a mailbox: what waits in it, or is on its way into it, is dropped, and with it the reply that its sender waits for.
///
/// Dropping the receiver is not enough. A send takes its place first and puts the message there after that; one that
/// comes between the two would stay in the channel for as long as its sender waits for an answer: for ever.
pub async fn end_mailbox<T>(mut mailbox: mpsc::Receiver<T>) {
    mailbox.close();
    while mailbox.recv().await.is_some() {}
}

/// Lets other tasks of this node run once before going on.
pub async fn yield_now() {
    let mut yielded = false;
    std::future::poll_fn(|context| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        pin::{Pin, pin},
        task::{Context, Waker},
    };

    fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_message_on_its_way_into_a_mailbox_that_ends_is_dropped() {
        let (sender, receiver) = mpsc::channel(2);
        let (waiting, waits) = oneshot::channel::<()>();
        sender.try_send(waiting).expect("there is room");
        let place = sender.try_reserve().expect("there is room");
        let mut ending = pin!(end_mailbox(receiver));
        assert!(poll(ending.as_mut()).is_pending(), "something is on its way");
        let (late, lates) = oneshot::channel::<()>();
        place.send(late);
        assert!(poll(ending.as_mut()).is_ready());
        for answer in [waits, lates] {
            assert!(matches!(poll(pin!(answer)), Poll::Ready(Err(_))));
        }
    }
}
