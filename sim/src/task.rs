//! Every task of every node runs inside this wrapper: it names, counts, pauses, delays and kills, and lets no panic pass.

use crate::{
    NodeId,
    engine::{Failure, panics},
    hash,
    run::{Run, Verdict},
};
use std::{
    future::Future,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tribunal_env::BoxFuture;

/// A task of a node.
pub(crate) struct SimTask {
    run: Arc<Run>,
    node: NodeId,
    incarnation: u32,
    /// Belongs to the node's operating system: a paused process does not stop it.
    kernel: bool,
    name: (&'static str, u64),
    slot: usize,
    future: Option<BoxFuture<'static, ()>>,
}

/// Starts `future` as a task of that process of the node. A process that has ended starts nothing.
pub(crate) fn spawn(
    run: &Arc<Run>,
    node: NodeId,
    incarnation: u32,
    kernel: bool,
    name: &'static str,
    future: BoxFuture<'static, ()>,
) {
    let (host, slot) = {
        let mut state = run.state();
        let of = &mut state.nodes[node.index()];
        if of.incarnation != incarnation {
            drop(state);
            drop(future);
            return;
        }
        (of.host, of.add_task())
    };
    let name = (name, hash::digest(name.as_bytes()));
    let task = SimTask { run: Arc::clone(run), node, incarnation, kernel, name, slot, future: Some(future) };
    run.engine.spawn(host, Box::pin(task));
}

impl SimTask {
    /// Runs what may panic.
    fn guard<T>(&self, act: impl FnOnce() -> T) -> Option<T> {
        match panics::catch(AssertUnwindSafe(act)) {
            Ok(output) => Some(output),
            Err(message) => {
                let node = self.run.state().nodes[self.node.index()].name.clone();
                self.run.fail(Failure::Panic { node, task: self.name.0, message });
                None
            }
        }
    }

    fn end(&mut self) {
        if let Some(future) = self.future.take() {
            self.guard(|| drop(future));
            self.run.state().nodes[self.node.index()].remove_task(self.slot);
        }
    }
}

impl Future for SimTask {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        let now = this.run.now();
        let which = (this.slot, this.incarnation, this.kernel);
        let verdict = this.run.state().before_poll(now, this.node, which, this.name, context.waker());
        match verdict {
            Verdict::Wait => return Poll::Pending,
            Verdict::Dead => {
                this.end();
                return Poll::Ready(());
            }
            Verdict::Run => {}
        }
        let Some(mut future) = this.future.take() else { return Poll::Ready(()) };
        let polled = this.guard(|| future.as_mut().poll(context));
        this.future = Some(future);
        if polled == Some(Poll::Pending) {
            return Poll::Pending;
        }
        this.end();
        Poll::Ready(())
    }
}

impl Drop for SimTask {
    fn drop(&mut self) {
        self.end();
    }
}
