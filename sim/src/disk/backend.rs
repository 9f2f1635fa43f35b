//! The async half of the simulated disk: handles, and the time that operations take.
//!
//! A write is in the cache when it is issued; a read sees the cache at that moment; a sync covers what was issued
//! before it began and takes effect when it ends. Most operations are done when asked about, as on a real machine;
//! the others make their caller wait, so that tasks interleave.

use super::{
    fault::{FaultRule, FileClass, Operation},
    model::{EIO, Model},
};
use crate::{
    hash,
    random::{Ratio, Stream},
};
use bytes::Bytes;
use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tribunal_env::{BoxFuture, DirEntry, Disk, File, IoFuture, Lock, OpenMode};

/// How a disk begins.
#[derive(Debug, Clone)]
pub struct DiskOptions {
    /// Bytes that the files may take together.
    pub capacity: u64,
    /// How long operations take.
    pub pace: Pace,
    /// What goes wrong.
    pub faults: Vec<FaultRule>,
}

impl Default for DiskOptions {
    fn default() -> Self {
        DiskOptions { capacity: 1 << 32, pace: Pace::default(), faults: Vec::new() }
    }
}

/// How long operations take when nothing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Pace {
    /// How often an operation other than a sync lets other tasks run before it answers.
    pub yields: Ratio,
    /// How often an operation other than a sync takes time.
    pub waits: Ratio,
    /// How long it takes then, in microseconds, least and most.
    pub wait_us: (u32, u32),
    /// How long a sync takes, in microseconds, least and most.
    pub sync_us: (u32, u32),
}

impl Default for Pace {
    fn default() -> Self {
        Pace {
            yields: Ratio::new(1, 8),
            waits: Ratio::new(1, 64),
            wait_us: (1_000, 3_000),
            sync_us: (1_000, 4_000),
        }
    }
}

impl Pace {
    /// Everything is done when it is asked about.
    pub const INSTANT: Pace =
        Pace { yields: Ratio::ZERO, waits: Ratio::ZERO, wait_us: (0, 0), sync_us: (0, 0) };

    pub(crate) fn delay(&self, stream: &mut Stream, operation: Operation) -> Delay {
        let micros = |stream: &mut Stream, (least, most): (u32, u32)| {
            Duration::from_micros(stream.range(u64::from(least), u64::from(most)))
        };
        if matches!(operation, Operation::Sync | Operation::SyncDirectory) {
            return match micros(stream, self.sync_us) {
                Duration::ZERO => Delay::None,
                time => Delay::Sleep(time),
            };
        }
        if stream.chance(self.waits) {
            return Delay::Sleep(micros(stream, self.wait_us));
        }
        if stream.chance(self.yields) { Delay::Yield } else { Delay::None }
    }
}

/// What an operation's caller has to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delay {
    None,
    Yield,
    Sleep(Duration),
}

/// What the disk needs of the world around it.
pub trait DiskPort: Send + Sync + 'static {
    /// Waits.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
    /// Notes an operation: which, where in the file, over how many bytes, and a digest of the data.
    fn record(&self, operation: Operation, offset: u64, bytes: u64, digest: u64);
}

/// A node's disk, as the node holds it.
#[derive(Clone)]
pub struct SimDisk {
    model: Arc<Mutex<Model>>,
    port: Arc<dyn DiskPort>,
}

impl std::fmt::Debug for SimDisk {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SimDisk")
    }
}

impl SimDisk {
    /// A handle onto `model`.
    pub fn new(model: Arc<Mutex<Model>>, port: Arc<dyn DiskPort>) -> Self {
        SimDisk { model, port }
    }

    fn model(&self) -> MutexGuard<'_, Model> {
        // A panic under this lock fails the run anyway.
        self.model.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn wait(&self, delay: Delay) {
        match delay {
            Delay::None => {}
            Delay::Yield => tribunal_env::yield_now().await,
            Delay::Sleep(time) => self.port.sleep(time).await,
        }
    }

    /// An operation that is done now and answered after its delay.
    fn now_then<T: Send + Unpin + 'static>(
        &self,
        class: FileClass,
        operation: Operation,
        act: impl FnOnce(&mut Model) -> io::Result<T>,
    ) -> IoFuture<'static, T> {
        let (result, delay) = {
            let mut model = self.model();
            let delay = model.delay(class, operation);
            (act(&mut model), delay)
        };
        match delay {
            Delay::None => IoFuture::ready(result),
            delay => {
                let disk = self.clone();
                IoFuture::pending(async move {
                    disk.wait(delay).await;
                    result
                })
            }
        }
    }

    /// An operation on a path, recorded with the path's length: paths themselves stay out of the hash.
    fn on_path<T: Send + Unpin + 'static>(
        &self,
        path: &str,
        operation: Operation,
        act: impl FnOnce(&mut Model) -> io::Result<T>,
    ) -> IoFuture<'static, T> {
        self.port.record(operation, 0, 0, 0);
        self.now_then(FileClass::of(path), operation, act)
    }
}

impl Disk for SimDisk {
    fn open<'a>(&'a self, path: &'a str, mode: OpenMode) -> IoFuture<'a, Arc<dyn File>> {
        let disk = self.clone();
        self.on_path(path, Operation::Open, move |model| {
            let number = model.open(path, mode)?;
            let generation = model.generation;
            let file: Arc<dyn File> =
                Arc::new(SimFile { disk, number, generation, writable: mode != OpenMode::Read });
            Ok(file)
        })
    }

    fn rename<'a>(&'a self, from: &'a str, to: &'a str) -> IoFuture<'a, ()> {
        self.on_path(from, Operation::Rename, |model| model.rename(from, to))
    }

    fn remove_file<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()> {
        self.on_path(path, Operation::Rename, |model| model.remove_file(path))
    }

    fn create_dir_all<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()> {
        self.on_path(path, Operation::Open, |model| model.create_dir_all(path))
    }

    fn remove_dir<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()> {
        self.on_path(path, Operation::Rename, |model| model.remove_dir(path))
    }

    fn list<'a>(&'a self, path: &'a str) -> IoFuture<'a, Vec<DirEntry>> {
        self.on_path(path, Operation::List, |model| model.list(path))
    }

    fn sync_dir<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()> {
        self.port.record(Operation::SyncDirectory, 0, 0, 0);
        let (begun, delay) = {
            let mut model = self.model();
            let delay = model.delay(FileClass::of(path), Operation::SyncDirectory);
            (model.begin_sync_dir(path), delay)
        };
        match (begun, delay) {
            (Err(error), _) => IoFuture::ready(Err(error)),
            (Ok(mark), Delay::None) => IoFuture::ready(self.model().end_sync_dir(path, mark)),
            (Ok(mark), delay) => IoFuture::pending(async move {
                self.wait(delay).await;
                self.model().end_sync_dir(path, mark)
            }),
        }
    }

    fn lock<'a>(&'a self, path: &'a str) -> IoFuture<'a, Box<dyn Lock>> {
        let disk = self.clone();
        self.on_path(path, Operation::Open, move |model| {
            let ticket = model.lock(path)?;
            let lock: Box<dyn Lock> = Box::new(SimLock { disk, ticket });
            Ok(lock)
        })
    }

    fn space<'a>(&'a self, _path: &'a str) -> IoFuture<'a, (u64, u64)> {
        IoFuture::ready(Ok(self.model().space()))
    }
}

struct SimLock {
    disk: SimDisk,
    ticket: u64,
}

impl Lock for SimLock {}

impl Drop for SimLock {
    fn drop(&mut self) {
        self.disk.model().unlock(self.ticket);
    }
}

struct SimFile {
    disk: SimDisk,
    number: u64,
    generation: u64,
    writable: bool,
}

impl SimFile {
    /// The operation, unless the node that opened the file is dead.
    fn act<T: Send + Unpin + 'static>(
        &self,
        operation: Operation,
        act: impl FnOnce(&mut Model) -> io::Result<T>,
    ) -> IoFuture<'static, T> {
        let class = self.disk.model().class(self.number);
        self.disk.now_then(class, operation, |model| {
            if model.generation == self.generation {
                act(model)
            } else {
                Err(io::Error::from_raw_os_error(EIO))
            }
        })
    }

    fn refuse_read_only(&self) -> io::Result<()> {
        if self.writable { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
    }
}

impl File for SimFile {
    fn size(&self) -> IoFuture<'_, u64> {
        IoFuture::ready(self.disk.model().size(self.number))
    }

    fn read_at(&self, offset: u64, bytes: usize) -> IoFuture<'_, Bytes> {
        self.disk.port.record(Operation::Read, offset, bytes as u64, 0);
        self.act(Operation::Read, |model| model.read(self.number, offset, bytes))
    }

    fn write_at<'a>(&'a self, offset: u64, pieces: &'a [Bytes]) -> IoFuture<'a, usize> {
        if let Err(error) = self.refuse_read_only() {
            return IoFuture::ready(Err(error));
        }
        let digest = pieces.iter().fold(0, |all, piece| all ^ hash::digest(piece).rotate_left(7));
        let bytes: usize = pieces.iter().map(Bytes::len).sum();
        self.disk.port.record(Operation::Write, offset, bytes as u64, digest);
        self.act(Operation::Write, |model| model.write(self.number, offset, pieces))
    }

    fn set_len(&self, bytes: u64) -> IoFuture<'_, ()> {
        if let Err(error) = self.refuse_read_only() {
            return IoFuture::ready(Err(error));
        }
        self.disk.port.record(Operation::SetLength, bytes, 0, 0);
        self.act(Operation::SetLength, |model| model.set_length(self.number, bytes))
    }

    fn sync(&self) -> IoFuture<'_, ()> {
        self.disk.port.record(Operation::Sync, 0, 0, 0);
        let (begun, delay) = {
            let mut model = self.disk.model();
            if model.generation != self.generation {
                return IoFuture::ready(Err(io::Error::from_raw_os_error(EIO)));
            }
            let class = model.class(self.number);
            match model.begin_sync(self.number) {
                Ok(Some(mark)) => (Ok(mark), model.delay(class, Operation::Sync)),
                Ok(None) => return IoFuture::ready(Ok(())),
                Err(error) => (Err(error), Delay::None),
            }
        };
        match (begun, delay) {
            (Err(error), _) => IoFuture::ready(Err(error)),
            (Ok(mark), Delay::None) => IoFuture::ready(self.disk.model().end_sync(self.number, mark)),
            (Ok(mark), delay) => IoFuture::pending(async move {
                self.disk.wait(delay).await;
                self.disk.model().end_sync(self.number, mark)
            }),
        }
    }
}

impl Drop for SimFile {
    fn drop(&mut self) {
        let mut model = self.disk.model();
        if model.generation == self.generation {
            model.close(self.number);
        }
    }
}
