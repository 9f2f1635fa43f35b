//! A value that one owner changes and many wait for: stop signals, watermarks, images.
//!
//! Owns the newest value and the queue of those who wait for the next. Why not tokio's own watch channel: to spread
//! load it draws each waiter's place from a generator that is seeded per process, so that the order of waking, and with it
//! everything after, would differ between two runs of one seed. The root `clippy.toml` bans that one.
//!
//! Always holds: who waits is woken in the order in which the waits began; a change that comes between looking at the
//! value and waiting for it is not missed; the value is never held locked while anyone waits. Leaves out history: a slow
//! receiver sees the newest value, not each.

use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::Notify;

/// A sender, and a receiver that has seen `value`.
pub fn channel<T: Clone>(value: T) -> (Sender<T>, Receiver<T>) {
    let sender = Sender::new(value);
    let receiver = sender.subscribe();
    (sender, receiver)
}

/// The sender is gone: the value stays as it is for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

#[derive(Debug)]
struct Latest<T> {
    value: T,
    version: u64,
    closed: bool,
}

#[derive(Debug)]
struct Shared<T> {
    latest: Mutex<Latest<T>>,
    changed: Notify,
}

impl<T> Shared<T> {
    fn latest(&self) -> MutexGuard<'_, Latest<T>> {
        self.latest.lock().expect("no holder of this lock panics")
    }
}

/// Changes the value. There is one; dropping it closes the channel.
#[derive(Debug)]
pub struct Sender<T>(Arc<Shared<T>>);

impl<T: Clone> Sender<T> {
    /// A sender without receivers.
    pub fn new(value: T) -> Self {
        let latest = Mutex::new(Latest { value, version: 0, closed: false });
        Sender(Arc::new(Shared { latest, changed: Notify::new() }))
    }

    /// Puts `value` in place of the last one, and wakes whoever waits.
    pub fn send(&self, value: T) {
        let old = {
            let mut latest = self.0.latest();
            latest.version += 1;
            std::mem::replace(&mut latest.value, value)
        };
        // Outside the lock: dropping it may run anything.
        drop(old);
        self.0.changed.notify_waiters();
    }

    /// A receiver that has seen the value of now.
    pub fn subscribe(&self) -> Receiver<T> {
        let seen = self.0.latest().version;
        Receiver { shared: Arc::clone(&self.0), seen }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.latest().closed = true;
        self.0.changed.notify_waiters();
    }
}

/// Sees the value and waits for it. A clone has seen what its original has.
#[derive(Debug)]
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
    seen: u64,
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        Receiver { shared: Arc::clone(&self.shared), seen: self.seen }
    }
}

impl<T: Clone> Receiver<T> {
    /// The newest value. It does not count as seen.
    pub fn get(&self) -> T {
        self.shared.latest().value.clone()
    }

    /// The newest value, which counts as seen.
    pub fn see(&mut self) -> T {
        let latest = self.shared.latest();
        self.seen = latest.version;
        latest.value.clone()
    }

    /// Waits until there is a value that this receiver has not seen, and returns it as seen.
    ///
    /// # Errors
    /// [`Closed`], when there is none and never will be.
    pub async fn changed(&mut self) -> Result<T, Closed> {
        let seen = self.seen;
        self.wait_until(|latest| latest.version != seen).await
    }

    /// Waits until `wanted` is true of the newest value, which may be now, and returns it as seen.
    ///
    /// # Errors
    /// [`Closed`], when it is not true and never will be.
    pub async fn wait_for(&mut self, mut wanted: impl FnMut(&T) -> bool) -> Result<T, Closed> {
        self.wait_until(|latest| wanted(&latest.value)).await
    }

    async fn wait_until(&mut self, mut wanted: impl FnMut(&Latest<T>) -> bool) -> Result<T, Closed> {
        loop {
            // Made before the look: it hears of every change from here on.
            let changed = self.shared.changed.notified();
            {
                let latest = self.shared.latest();
                if wanted(&latest) {
                    self.seen = latest.version;
                    return Ok(latest.value.clone());
                }
                if latest.closed {
                    return Err(Closed);
                }
            }
            changed.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        future::Future,
        pin::{Pin, pin},
        sync::atomic::{AtomicUsize, Ordering},
        task::{Context, Poll, Wake, Waker},
    };

    fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_change_is_seen_once_and_the_newest_is_seen() {
        let (sender, mut receiver) = channel(1);
        assert_eq!(receiver.get(), 1);
        assert!(poll(pin!(receiver.changed())).is_pending(), "what stood at the start is seen");
        sender.send(2);
        sender.send(3);
        assert_eq!(receiver.get(), 3, "a look leaves it unseen");
        assert_eq!(poll(pin!(receiver.clone().changed())), Poll::Ready(Ok(3)), "a clone has its own eyes");
        assert_eq!(poll(pin!(receiver.changed())), Poll::Ready(Ok(3)));
        assert!(poll(pin!(receiver.changed())).is_pending());
        assert!(poll(pin!(sender.subscribe().changed())).is_pending());
        sender.send(4);
        assert_eq!(receiver.see(), 4);
        assert!(poll(pin!(receiver.changed())).is_pending(), "what was looked at is seen");
    }

    #[test]
    fn a_wait_ends_with_the_value_or_with_the_sender() {
        let (sender, mut receiver) = channel(1);
        let mut other = receiver.clone();
        assert_eq!(poll(pin!(receiver.wait_for(|value| *value == 1))), Poll::Ready(Ok(1)));
        let mut waits = pin!(receiver.wait_for(|value| *value > 2));
        assert!(poll(waits.as_mut()).is_pending());
        sender.send(2);
        assert!(poll(waits.as_mut()).is_pending());
        sender.send(3);
        assert_eq!(poll(waits.as_mut()), Poll::Ready(Ok(3)));
        let mut never = pin!(other.wait_for(|value| *value > 3));
        assert!(poll(never.as_mut()).is_pending());
        drop(sender);
        assert_eq!(poll(never.as_mut()), Poll::Ready(Err(Closed)));
    }

    #[test]
    fn a_value_left_behind_is_seen_before_the_end() {
        let (sender, mut receiver) = channel(1);
        sender.send(2);
        drop(sender);
        assert_eq!(poll(pin!(receiver.changed())), Poll::Ready(Ok(2)));
        assert_eq!(poll(pin!(receiver.changed())), Poll::Ready(Err(Closed)));
        assert_eq!(poll(pin!(receiver.wait_for(|value| *value == 2))), Poll::Ready(Ok(2)));
    }

    /// Notes when it is woken.
    struct Turn {
        woken: Arc<AtomicUsize>,
        place: AtomicUsize,
    }

    impl Wake for Turn {
        fn wake(self: Arc<Self>) {
            self.place.store(self.woken.fetch_add(1, Ordering::SeqCst), Ordering::SeqCst);
        }
    }

    #[test]
    fn waiters_are_woken_in_the_order_of_their_waits() {
        let (sender, receiver) = channel(false);
        let woken = Arc::new(AtomicUsize::new(0));
        let mut receivers = vec![receiver; 100];
        let mut waits: Vec<_> =
            receivers.iter_mut().map(|receiver| Box::pin(receiver.wait_for(|stop| *stop))).collect();
        let turns: Vec<Arc<Turn>> = waits
            .iter_mut()
            .map(|wait| {
                let turn = Arc::new(Turn { woken: woken.clone(), place: AtomicUsize::new(usize::MAX) });
                let waker = Waker::from(turn.clone());
                assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
                turn
            })
            .collect();
        sender.send(true);
        let places: Vec<usize> = turns.iter().map(|turn| turn.place.load(Ordering::SeqCst)).collect();
        assert_eq!(places, (0..100).collect::<Vec<_>>());
    }
}
