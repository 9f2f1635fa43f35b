//! The floor program: the least that a server can do and still be taken for a Kafka broker.
//!
//! Owns: one append-only file and one memory tail for each topic, the seven requests without which clients do not
//! run, and nothing else. Produce and Fetch are read by hand, so that no codec of the broker is part of the floor.
//!
//! Why so: a figure of the broker means something beside what sockets, files and memory of the same machine allow in
//! the same minute. The floor validates nothing, remembers nothing across restarts, and trusts its clients with offsets;
//! it refuses only what it cannot read. It is no broker.
//!
//! Leaves out: partitions beyond the first, groups, transactions, CRC checks, retention, replication.

mod answer;
mod arguments;
mod connection;
mod log;
mod output;

pub use arguments::FloorArguments;

use answer::Answers;
use log::Log;
use std::{
    collections::BTreeMap,
    io,
    path::PathBuf,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};
use tokio::{
    net::TcpListener,
    runtime::{Builder, Runtime},
};

/// How a floor program runs.
#[derive(Debug, Clone)]
pub struct FloorOptions {
    /// `host:port` to listen on; port 0 picks a free one.
    pub listen: String,
    /// Where the files go. Created when missing; files of an earlier run are overwritten.
    pub directory: PathBuf,
    /// Threads; 1 runs everything on one.
    pub threads: usize,
    /// Bytes of recent records kept in memory for each topic.
    pub tail_bytes: usize,
    /// Drops records instead of writing them: what sockets alone allow. Only the tail can be read then.
    pub null: bool,
    /// Flushes the file before each acknowledgement, for one request after the other.
    pub flush: bool,
    /// Flushes of several requests may be under way at the same time.
    pub flush_at_once: bool,
    /// Has the kernel send from the file what the tail does not hold; else it is read in large pieces and written.
    pub sendfile: bool,
}

/// The floor program as one thing or another is the least of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// Answers from memory what it has there.
    Tail,
    /// Reads from the file in large pieces.
    Reads,
    /// Has the kernel send from the file.
    Sendfile,
    /// Flushes once for each request, one after the other.
    Flush,
    /// The same, all at once: the kernel may serve several with one write to the disk.
    FlushAtOnce,
}

/// What all connections share.
struct Floor {
    options: FloorOptions,
    answers: Answers,
    logs: RwLock<BTreeMap<Vec<u8>, Arc<Log>>>,
    next_file: AtomicU64,
    next_producer_id: AtomicI64,
}

impl Floor {
    fn existing(&self, topic: &[u8]) -> Option<Arc<Log>> {
        self.logs.read().unwrap_or_else(PoisonError::into_inner).get(topic).cloned()
    }

    /// The topic's log, made when it is first named.
    fn log(&self, topic: &[u8]) -> io::Result<Arc<Log>> {
        if let Some(log) = self.existing(topic) {
            return Ok(log);
        }
        let mut logs = self.logs.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(log) = logs.get(topic) {
            return Ok(log.clone());
        }
        // Names come from clients, so files are numbered instead of named.
        let number = self.next_file.fetch_add(1, Ordering::Relaxed);
        let log = Arc::new(Log::create(&self.options, number)?);
        logs.insert(topic.to_vec(), log.clone());
        Ok(log)
    }

    fn delete(&self, topic: &[u8]) -> bool {
        let removed = self.logs.write().unwrap_or_else(PoisonError::into_inner).remove(topic);
        removed.is_some_and(|log| log.remove().is_ok())
    }

    fn producer_id(&self) -> i64 {
        self.next_producer_id.fetch_add(1, Ordering::Relaxed)
    }
}

/// A bound floor program.
pub struct Bound {
    runtime: Runtime,
    listener: TcpListener,
    floor: Arc<Floor>,
    address: String,
}

/// Binds the socket and makes the directory, but accepts nobody yet.
///
/// # Errors
/// When the address or the directory cannot be had.
#[expect(clippy::disallowed_methods, reason = "the floor program is measured against, not simulated")]
pub fn bind(options: FloorOptions) -> io::Result<Bound> {
    let mut builder =
        if options.threads <= 1 { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    let runtime = builder.worker_threads(options.threads.max(1)).enable_all().build()?;
    std::fs::create_dir_all(&options.directory)?;
    let listener = runtime.block_on(TcpListener::bind(&options.listen))?;
    let local = listener.local_addr()?;
    let answers = Answers { host: local.ip().to_string(), port: i32::from(local.port()) };
    let floor = Floor {
        options,
        answers,
        logs: RwLock::new(BTreeMap::new()),
        next_file: AtomicU64::new(0),
        next_producer_id: AtomicI64::new(0),
    };
    Ok(Bound { runtime, listener, floor: Arc::new(floor), address: local.to_string() })
}

impl Bound {
    /// `host:port` that clients reach it under.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Serves until the process ends, or accepting fails.
    ///
    /// # Errors
    /// When accepting fails.
    #[expect(clippy::disallowed_methods, reason = "the floor program is measured against, not simulated")]
    pub fn serve(self) -> io::Result<()> {
        let Bound { runtime, listener, floor, .. } = self;
        let accept = async move {
            loop {
                let (stream, _peer) = listener.accept().await?;
                stream.set_nodelay(true)?;
                // A connection that ends badly is its client's affair.
                tokio::spawn(connection::serve(stream, floor.clone()));
            }
        };
        // On several threads the accepting task must be spawned: the blocked thread is no worker.
        let accepted: io::Result<()> = match runtime.block_on(runtime.spawn(accept)) {
            Ok(ended) => ended,
            Err(panicked) => Err(io::Error::other(panicked)),
        };
        accepted
    }
}
