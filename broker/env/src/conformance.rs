//! One suite for every backend: what the traits of this crate promise, as checks that run.
//!
//! Owns: the checks, and [`World`], the little that a backend's tests must offer to be checked. The real
//! backend and the simulated ones run the same code, so that whoever writes against [`crate::Env`] may
//! rely on what is checked here and on nothing else.
//!
//! A check panics when the contract is broken. Checks use port 0, a directory of their own and waits of a few
//! milliseconds, and finish by themselves on a backend that keeps the contract.
//!
//! Leaves out: what a backend may do beyond the contract (crashes, faults, schedules): `sim` tests that itself.

pub mod clock;
pub mod disk;
pub mod network;
pub mod tasks;

use crate::{BoxFuture, Env};
use std::{future::Future, sync::Arc};
use tokio::sync::oneshot;

/// One of the two nodes of a [`World`]. On the real machine both may be the same process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node {
    /// Where checks of one node run, and where servers listen.
    First,
    /// Where clients connect from.
    Second,
}

/// What a backend's tests offer to the suite.
pub trait World: Send + Sync + 'static {
    /// The node's handle. Used only by futures that [`World::start`] runs on this node.
    fn env(&self, node: Node) -> Env;

    /// Runs `future` on the node, until its end. A panic inside it must fail the test.
    fn start(&self, node: Node, future: BoxFuture<'static, ()>);

    /// The host under which the other node reaches this one.
    fn host(&self, node: Node) -> String;

    /// A directory on the node's disk that exists, is empty, and is used by nobody else.
    fn directory(&self, node: Node) -> String;

    /// More bytes than a connection takes before its writer has to wait for the reader.
    fn more_than_buffers(&self) -> usize {
        16 << 20
    }

    /// Fills the node's disk, or frees it again. False when this world cannot.
    fn set_disk_full(&self, node: Node, full: bool) -> bool {
        let _not_possible = (node, full);
        false
    }
}

/// Every check, one after the other.
pub async fn all(world: &Arc<dyn World>) {
    clock::all(world).await;
    tasks::all(world).await;
    network::all(world).await;
    disk::all(world).await;
}

/// Runs `future` on `node` and waits for its output.
pub(crate) fn run<F>(
    world: &Arc<dyn World>,
    node: Node,
    future: F,
) -> impl Future<Output = F::Output> + use<F>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let (sender, receiver) = oneshot::channel();
    world.start(
        node,
        Box::pin(async move {
            // The check may have failed elsewhere and gone.
            let _abandoned = sender.send(future.await);
        }),
    );
    async move { receiver.await.expect("a check's future runs to its end, or has failed the test") }
}
