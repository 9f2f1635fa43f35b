//! Listening and connecting, as a node's operating system does them.
//!
//! A port belongs to a node, not to the engine's host: several nodes may share a host, so each bound port stands for
//! one that the engine chose. A task of the node's operating system takes connections from the engine at once and
//! queues them, so that a connect completes whether or not the process accepts (a paused one does not), and turmoil's
//! bounded backlog, which ends the whole simulation when it is full, never fills.

use super::{
    net::{Net, Side},
    stream::SimStream,
};
use crate::{
    NodeId, engine::EngineListener, node::Process, run::Run, task, timers::VirtualSleep, trace::EventKind,
};
use std::{
    collections::VecDeque,
    io::{self, ErrorKind},
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
};
use tokio::sync::Notify;
use tribunal_env::{BoxFuture, Listen, Listener, Stream};

/// Connections that may wait to be accepted; further ones wait to connect.
const BACKLOG: usize = 24;

fn parse(address: &str) -> io::Result<(&str, u16)> {
    let parsed = address.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
    parsed.ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, format!("`{address}` is not host:port")))
}

/// What the listener and the task that feeds it share.
#[derive(Default)]
struct Queue {
    arrived: Mutex<VecDeque<(usize, u16, Stream)>>,
    changed: Notify,
    closed: Notify,
}

struct SimListener {
    process: Process,
    port: u16,
    ticket: u64,
    address: String,
    queue: Arc<Queue>,
}

pub(crate) async fn listen(process: Process, address: &str) -> io::Result<Listener> {
    let (host, port) = parse(address)?;
    let run = Arc::clone(&process.run);
    if run.net().resolve(process.node, host) != Some(process.node) {
        return Err(ErrorKind::AddrNotAvailable.into());
    }
    let (port, ticket) = run.net().bind(process.node, port).ok_or(ErrorKind::AddrInUse)?;
    let queue = Arc::new(Queue::default());
    let listener = SimListener {
        process: process.clone(),
        port,
        ticket,
        address: format!("{}:{port}", Net::ip(process.node)),
        queue: Arc::clone(&queue),
    };
    let host = run.state().nodes[process.node.index()].host;
    let (engine, engine_address) = run.engine.listen(host).await?;
    run.net().bound_at(process.node, port, ticket, engine_address);
    let feed = feed(Arc::clone(&run), process.node, engine, engine_address, queue);
    task::spawn(&run, process.node, process.incarnation, true, "operating system", Box::pin(feed));
    Ok(Box::new(listener))
}

/// Takes what arrives from the engine until the listener is closed.
async fn feed(
    run: Arc<Run>,
    node: NodeId,
    mut engine: Box<dyn EngineListener>,
    address: SocketAddr,
    queue: Arc<Queue>,
) {
    loop {
        let arrived = tokio::select! {
            biased;
            () = queue.closed.notified() => return,
            arrived = engine.accept() => arrived,
        };
        let Ok((stream, peer)) = arrived else { return };
        let index = run.net().join((peer, address), Side::Accepted, (NodeId::WORLD, node), run.now());
        let stream: Stream =
            Box::new(SimStream::new(Arc::clone(&run), node, index, Side::Accepted as usize, stream));
        queue.arrived.lock().unwrap_or_else(PoisonError::into_inner).push_back((index, peer.port(), stream));
        queue.changed.notify_one();
    }
}

impl SimListener {
    /// The first connection whose other end is known, too.
    fn take(&self, waker: &std::task::Waker) -> Option<(usize, u16, Stream, NodeId)> {
        let mut arrived = self.queue.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        let mut net = self.process.run.net();
        let found = arrived.iter().position(|(index, _, _)| net.peer(*index).is_some());
        let Some(at) = found else {
            if !arrived.is_empty() {
                net.wait_for_change(waker);
            }
            return None;
        };
        let (index, port, stream) = arrived.remove(at).expect("just found there");
        let peer = net.peer(index).expect("just looked at");
        net.accepted(self.process.node, self.port, self.ticket);
        Some((index, port, stream, peer))
    }
}

impl Listen for SimListener {
    fn accept(&mut self) -> BoxFuture<'_, io::Result<(Stream, String)>> {
        Box::pin(async move {
            loop {
                let changed = self.queue.changed.notified();
                tokio::pin!(changed);
                let taken = std::future::poll_fn(|context| {
                    if let Some(taken) = self.take(context.waker()) {
                        return Poll::Ready(Some(taken));
                    }
                    changed.as_mut().poll(context).map(|()| None)
                });
                if let Some((_, port, stream, peer)) = taken.await {
                    return Ok((stream, format!("{}:{port}", Net::ip(peer))));
                }
            }
        })
    }

    fn local_address(&self) -> String {
        self.address.clone()
    }
}

impl Drop for SimListener {
    fn drop(&mut self) {
        let now = self.process.run.now();
        self.process.run.net().unbind(self.process.node, self.port, self.ticket, now);
        self.queue.closed.notify_one();
        let waiting = std::mem::take(&mut *self.queue.arrived.lock().unwrap_or_else(PoisonError::into_inner));
        drop(waiting);
    }
}

/// A place in the queue of a listener, while a connect is under way.
struct Place {
    run: Arc<Run>,
    node: NodeId,
    port: u16,
    ticket: u64,
    kept: bool,
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.kept {
            self.run.net().accepted(self.node, self.port, self.ticket);
        }
    }
}

/// What a handshake meets.
enum Met {
    Listener(SocketAddr, u64),
    Nobody,
}

/// Waits until the handshake gets through, for ever if it never does.
async fn reach(run: &Arc<Run>, from: NodeId, to: NodeId, port: u16) -> Met {
    std::future::poll_fn(|context| {
        let mut net = run.net();
        if !net.can_reach(from, to, context.waker()) {
            return Poll::Pending;
        }
        match net.bound(to, port) {
            None => Poll::Ready(Met::Nobody),
            Some(bound) if bound.waiting >= BACKLOG => {
                net.wait_for_change(context.waker());
                Poll::Pending
            }
            Some(bound) => {
                bound.waiting += 1;
                let (engine, ticket) =
                    (bound.engine.expect("bound() shows only what the engine has"), bound.ticket());
                Poll::Ready(Met::Listener(engine, ticket))
            }
        }
    })
    .await
}

pub(crate) async fn connect(process: Process, address: &str) -> io::Result<Stream> {
    let (host, port) = parse(address)?;
    let Process { run, node, .. } = process;
    let target = run.net().resolve(node, host);
    let target =
        target.ok_or_else(|| io::Error::new(ErrorKind::NotFound, format!("no host is called `{host}`")))?;
    let (engine_address, ticket) = match reach(&run, node, target, port).await {
        Met::Listener(engine, ticket) => (engine, ticket),
        Met::Nobody => {
            let there_and_back = 2 * u64::from(run.options.latency_ms.0.max(1)) * 1_000_000;
            VirtualSleep::new(Arc::clone(&run), run.now() + there_and_back).await;
            return Err(ErrorKind::ConnectionRefused.into());
        }
    };
    let mut place = Place { run: Arc::clone(&run), node: target, port, ticket, kept: false };
    let (stream, local) = run.engine.connect(engine_address).await?;
    place.kept = true;
    let index = run.net().join((local, engine_address), Side::Connected, (node, target), run.now());
    run.record(node, EventKind::Connection, "connected", [target.index() as u64, 0, 0]);
    let stream = SimStream::new(Arc::clone(&run), node, index, Side::Connected as usize, stream);
    // The network may have been cut while the handshake was under way.
    std::future::poll_fn(|context| match run.net().can_reach(node, target, context.waker()) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    })
    .await;
    Ok(Box::new(stream))
}
