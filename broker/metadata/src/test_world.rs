//! A world for tests: real tasks and clocks, and a disk in memory that can lose its power.
//!
//! Written data survives [`World::lose_power`] only where it was flushed. Names are durable at once: the order in
//! which names become durable is the simulator's to try, with every other fault.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use tribunal_env::{
    Backend, BoxFuture, DirEntry, Disk, EntryKind, Env, Fact, FatalReason, File, Instant, IoFuture, Level,
    Listener, Lock, OpenMode, Stream, Timestamp,
};

/// What the disk holds and what it has been told to refuse.
#[derive(Default)]
struct Platter {
    files: BTreeMap<String, Arc<Mutex<Content>>>,
    directories: BTreeMap<String, ()>,
    refuse_syncs: bool,
    full: bool,
    syncs: usize,
}

#[derive(Default, Clone)]
struct Content {
    now: Vec<u8>,
    durable: Vec<u8>,
}

/// One node's world.
#[derive(Clone, Default)]
pub(crate) struct World {
    platter: Arc<Mutex<Platter>>,
    fatal: Arc<Mutex<Option<FatalReason>>>,
    /// How far the log is told to be readable, and how far to be flushed.
    told: Arc<Mutex<(i64, i64)>>,
}

fn hold<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().expect("no test holds a lock and panics")
}

impl World {
    /// Runs `main` on this world.
    pub(crate) fn run<F: Future<Output = T>, T>(&self, main: impl FnOnce(Env) -> F) -> T {
        let world = self.clone();
        tribunal_host::run(Level::Error, |env| main(Env::new(Node { env, world }))).expect("a runtime")
    }

    /// Everything that was not flushed is gone.
    pub(crate) fn lose_power(&self) {
        for file in hold(&self.platter).files.values() {
            let mut content = hold(file);
            content.now = content.durable.clone();
        }
    }

    pub(crate) fn refuse_syncs(&self) {
        hold(&self.platter).refuse_syncs = true;
    }

    pub(crate) fn set_full(&self, full: bool) {
        hold(&self.platter).full = full;
    }

    pub(crate) fn fatal_reason(&self) -> Option<FatalReason> {
        *hold(&self.fatal)
    }

    /// The high watermark and the flushed offset that the log told last.
    pub(crate) fn told(&self) -> (i64, i64) {
        *hold(&self.told)
    }

    pub(crate) fn syncs(&self) -> usize {
        hold(&self.platter).syncs
    }

    pub(crate) fn text(&self, path: &str) -> Option<String> {
        let platter = hold(&self.platter);
        let content = hold(platter.files.get(path)?);
        Some(String::from_utf8_lossy(&content.now).into_owned())
    }

    pub(crate) fn put(&self, path: &str, text: &str) {
        let bytes = text.as_bytes().to_vec();
        let content = Content { now: bytes.clone(), durable: bytes };
        let _old = hold(&self.platter).files.insert(path.to_owned(), Arc::new(Mutex::new(content)));
    }

    pub(crate) fn remove(&self, path: &str) {
        let _old = hold(&self.platter).files.remove(path);
    }
}

struct Node {
    env: Env,
    world: World,
}

impl Backend for Node {
    fn spawn(&self, name: &'static str, future: BoxFuture<'static, ()>) {
        let _detached = self.env.spawn(name, future);
    }

    fn now(&self) -> Instant {
        self.env.now()
    }

    fn wall(&self) -> Timestamp {
        self.env.wall()
    }

    fn sleep_until(&self, deadline: Instant) -> BoxFuture<'static, ()> {
        self.env.sleep_until(deadline)
    }

    fn draw(&self, stream: &'static str) -> u64 {
        self.env.rng(stream).next_u64()
    }

    fn listen<'a>(&'a self, address: &'a str) -> BoxFuture<'a, io::Result<Listener>> {
        Box::pin(self.env.listen(address))
    }

    fn connect<'a>(&'a self, address: &'a str) -> BoxFuture<'a, io::Result<Stream>> {
        Box::pin(self.env.connect(address))
    }

    fn disk(&self) -> Arc<dyn Disk> {
        Arc::new(self.world.clone())
    }

    fn probe(&self, fact: &Fact) {
        match fact {
            Fact::HighWatermark { offset, .. } => hold(&self.world.told).0 = *offset,
            Fact::Flushed { up_to, .. } => hold(&self.world.told).1 = *up_to,
            _ => {}
        }
    }

    fn logs(&self, _level: Level) -> bool {
        false
    }

    fn log(&self, _level: Level, _line: std::fmt::Arguments<'_>) {}

    fn fatal(&self, reason: FatalReason, _message: &str) {
        *hold(&self.world.fatal) = Some(reason);
    }
}

struct OpenFile {
    world: World,
    content: Arc<Mutex<Content>>,
}

struct NoLock;

impl Lock for NoLock {}

fn not_found<T>() -> io::Result<T> {
    Err(io::ErrorKind::NotFound.into())
}

impl Disk for World {
    fn open<'a>(&'a self, path: &'a str, mode: OpenMode) -> IoFuture<'a, Arc<dyn File>> {
        let mut platter = hold(&self.platter);
        let known = platter.files.get(path).cloned();
        let content = match (known, mode) {
            (Some(_), OpenMode::CreateNew) => {
                return IoFuture::ready(Err(io::ErrorKind::AlreadyExists.into()));
            }
            (Some(content), _) => content,
            (None, OpenMode::Create | OpenMode::CreateNew) => {
                platter.files.entry(path.to_owned()).or_default().clone()
            }
            (None, _) => return IoFuture::ready(not_found()),
        };
        IoFuture::ready(Ok(Arc::new(OpenFile { world: self.clone(), content })))
    }

    fn rename<'a>(&'a self, from: &'a str, to: &'a str) -> IoFuture<'a, ()> {
        let mut platter = hold(&self.platter);
        let Some(content) = platter.files.remove(from) else { return IoFuture::ready(not_found()) };
        let _replaced = platter.files.insert(to.to_owned(), content);
        IoFuture::ready(Ok(()))
    }

    fn remove_file<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()> {
        let removed = hold(&self.platter).files.remove(path);
        IoFuture::ready(removed.map_or_else(not_found, |_| Ok(())))
    }

    fn create_dir_all<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()> {
        let _again = hold(&self.platter).directories.insert(path.to_owned(), ());
        IoFuture::ready(Ok(()))
    }

    fn remove_dir<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()> {
        let _removed = hold(&self.platter).directories.remove(path);
        IoFuture::ready(Ok(()))
    }

    fn list<'a>(&'a self, path: &'a str) -> IoFuture<'a, Vec<DirEntry>> {
        let platter = hold(&self.platter);
        let inside = |full: &str| {
            let name = full.strip_prefix(path)?.strip_prefix('/')?;
            (!name.contains('/')).then(|| name.to_owned())
        };
        let files = platter.files.iter().filter_map(|(full, content)| {
            Some(DirEntry {
                name: inside(full)?,
                kind: EntryKind::File,
                bytes: hold(content).now.len() as u64,
            })
        });
        let directories = platter
            .directories
            .keys()
            .filter_map(|full| Some(DirEntry { name: inside(full)?, kind: EntryKind::Directory, bytes: 0 }));
        let mut entries: Vec<DirEntry> = files.chain(directories).collect();
        entries.sort();
        IoFuture::ready(Ok(entries))
    }

    fn sync_dir<'a>(&'a self, _path: &'a str) -> IoFuture<'a, ()> {
        let mut platter = hold(&self.platter);
        platter.syncs += 1;
        IoFuture::ready(Ok(()))
    }

    fn lock<'a>(&'a self, _path: &'a str) -> IoFuture<'a, Box<dyn Lock>> {
        IoFuture::ready(Ok(Box::new(NoLock)))
    }

    fn space<'a>(&'a self, _path: &'a str) -> IoFuture<'a, (u64, u64)> {
        IoFuture::ready(Ok((1 << 40, 1 << 40)))
    }
}

impl File for OpenFile {
    fn size(&self) -> IoFuture<'_, u64> {
        IoFuture::ready(Ok(hold(&self.content).now.len() as u64))
    }

    fn read_at(&self, offset: u64, bytes: usize) -> IoFuture<'_, bytes::Bytes> {
        let content = hold(&self.content);
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(content.now.len());
        let to = from.saturating_add(bytes).min(content.now.len());
        IoFuture::ready(Ok(bytes::Bytes::copy_from_slice(&content.now[from..to])))
    }

    fn write_at<'a>(&'a self, offset: u64, pieces: &'a [bytes::Bytes]) -> IoFuture<'a, usize> {
        if hold(&self.world.platter).full {
            return IoFuture::ready(Err(io::Error::from_raw_os_error(28)));
        }
        let mut content = hold(&self.content);
        let mut at = usize::try_from(offset).expect("tests write little");
        let start = at;
        for piece in pieces {
            let end = at + piece.len();
            if content.now.len() < end {
                content.now.resize(end, 0);
            }
            content.now[at..end].copy_from_slice(piece);
            at = end;
        }
        IoFuture::ready(Ok(at - start))
    }

    fn set_len(&self, bytes: u64) -> IoFuture<'_, ()> {
        hold(&self.content).now.resize(usize::try_from(bytes).expect("tests write little"), 0);
        IoFuture::ready(Ok(()))
    }

    fn sync(&self) -> IoFuture<'_, ()> {
        let mut platter = hold(&self.world.platter);
        if platter.refuse_syncs {
            return IoFuture::ready(Err(io::Error::from_raw_os_error(5)));
        }
        platter.syncs += 1;
        let mut content = hold(&self.content);
        content.durable = content.now.clone();
        IoFuture::ready(Ok(()))
    }
}
