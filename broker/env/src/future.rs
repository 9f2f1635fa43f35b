//! The two shapes in which a backend returns an asynchronous answer.
//!
//! [`BoxFuture`] for what is rare; [`IoFuture`] for file operations, which on the real machine are often
//! done by the time they are asked about (a write into the page cache), so that they need no allocation.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll},
};

/// An owned future of any kind.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A file operation under way, or already done.
pub enum IoFuture<'a, T> {
    /// Done when it was asked for. `None` once taken.
    Ready(Option<io::Result<T>>),
    /// Still to be waited for.
    Pending(BoxFuture<'a, io::Result<T>>),
}

impl<'a, T> IoFuture<'a, T> {
    /// An operation that is already done.
    pub fn ready(result: io::Result<T>) -> Self {
        IoFuture::Ready(Some(result))
    }

    /// An operation that has to be waited for.
    pub fn pending(future: impl Future<Output = io::Result<T>> + Send + 'a) -> Self {
        IoFuture::Pending(Box::pin(future))
    }
}

impl<T: Unpin> Future for IoFuture<'_, T> {
    type Output = io::Result<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            IoFuture::Ready(result) => {
                Poll::Ready(result.take().expect("an IoFuture is polled once to completion"))
            }
            IoFuture::Pending(future) => future.as_mut().poll(context),
        }
    }
}
