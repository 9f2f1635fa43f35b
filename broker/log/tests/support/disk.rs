//! The disk: what a process sees, what a power loss leaves, and faults on demand.

use bytes::Bytes;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use tribunal_env::{DirEntry, Disk, EntryKind, File, IoFuture, Lock, OpenMode};

const SECTOR: usize = 512;
const EIO: i32 = 5;
const ENOSPC: i32 = 28;

/// What a crash takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crash {
    /// The process dies; the page cache stays.
    Process,
    /// Everything that was not flushed is gone.
    DropUnsynced,
    /// Each unflushed sector survives or not, drawn from the seed.
    Subset(u64),
    /// The unflushed sectors survive up to one of them, drawn from the seed.
    Prefix(u64),
    /// As `Subset`, and each change of a name that was not flushed happened or not.
    Names(u64),
}

#[derive(Debug, Default)]
struct Inode {
    cached: Vec<u8>,
    durable: Vec<u8>,
    /// Sectors written since the last flush, in order of first writing.
    dirty: Vec<usize>,
}

#[derive(Debug, Default)]
struct State {
    inodes: Vec<Inode>,
    names: BTreeMap<String, Option<usize>>,
    durable_names: BTreeMap<String, Option<usize>>,
    room: Option<usize>,
    short_writes: bool,
    fail_writes: u32,
    fail_syncs: u32,
    /// Changes that still happen; then the disk takes none.
    changes_left: Option<u64>,
    unreadable: Option<(usize, usize)>,
    operations: u64,
    /// Changes of names that are not durable yet, in order.
    name_changes: Vec<NameChange>,
}

#[derive(Debug, Clone)]
enum NameChange {
    Made(String, usize),
    Removed(String),
    Renamed(String, String),
}

impl NameChange {
    fn path(&self) -> &str {
        match self {
            NameChange::Made(path, _) | NameChange::Removed(path) | NameChange::Renamed(path, _) => path,
        }
    }

    fn happen(self, names: &mut BTreeMap<String, Option<usize>>) {
        match self {
            NameChange::Made(path, inode) => drop(names.insert(path, Some(inode))),
            NameChange::Removed(path) => drop(names.remove(&path)),
            NameChange::Renamed(from, to) => {
                if let Some(target) = names.remove(&from) {
                    names.insert(to, target);
                }
            }
        }
    }
}

/// A disk in memory. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct MemoryDisk(Arc<Mutex<State>>);

impl MemoryDisk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no panic under this lock")
    }

    /// Leaves on the disk what `crash` leaves.
    pub fn crash(&self, crash: Crash) {
        let mut state = self.state();
        if crash == Crash::Process {
            return;
        }
        state.names = state.durable_names.clone();
        let mut seed = match crash {
            Crash::Subset(seed) | Crash::Prefix(seed) | Crash::Names(seed) => seed,
            _ => 0,
        };
        let mut draw = move || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            seed >> 33
        };
        let changes = std::mem::take(&mut state.name_changes);
        for change in changes.into_iter().filter(|_| matches!(crash, Crash::Names(_))) {
            if draw() % 2 == 0 {
                change.happen(&mut state.names);
            }
        }
        state.durable_names = state.names.clone();
        for inode in &mut state.inodes {
            let dirty = std::mem::take(&mut inode.dirty);
            let kept = draw() as usize % (dirty.len() + 1);
            for (index, sector) in dirty.into_iter().enumerate() {
                let survives = match crash {
                    Crash::Prefix(_) => index < kept,
                    Crash::Subset(_) | Crash::Names(_) => draw() % 2 == 0,
                    _ => false,
                };
                let (from, to) = (sector * SECTOR, ((sector + 1) * SECTOR).min(inode.cached.len()));
                if survives && from < to {
                    if inode.durable.len() < to {
                        inode.durable.resize(to, 0);
                    }
                    inode.durable[from..to].copy_from_slice(&inode.cached[from..to]);
                }
            }
            inode.cached = inode.durable.clone();
        }
    }

    /// From now on only `bytes` more may be written; `None` lifts the limit.
    pub fn set_room(&self, bytes: Option<usize>) {
        self.state().room = bytes;
    }

    /// Writes come back short now and then.
    pub fn set_short_writes(&self, short: bool) {
        self.state().short_writes = short;
    }

    /// The next `count` writes fail with EIO.
    pub fn fail_writes(&self, count: u32) {
        self.state().fail_writes = count;
    }

    /// The next `count` flushes fail, and what they should have made durable is lost.
    pub fn fail_syncs(&self, count: u32) {
        self.state().fail_syncs = count;
    }

    /// After `changes` more changes the disk takes none: what is on it is what a crash at that point finds. `None`
    /// lifts that.
    pub fn die_after(&self, changes: Option<u64>) {
        self.state().changes_left = changes;
    }

    /// Whether the disk has died.
    pub fn is_dead(&self) -> bool {
        self.state().changes_left == Some(0)
    }

    /// A name is gone, durably, behind everybody's back.
    pub fn forget(&self, path: &str) {
        let mut state = self.state();
        state.names.remove(path).expect("a file");
        state.durable_names.remove(path);
    }

    /// The sector of `path` that holds `at` cannot be read any more.
    pub fn make_unreadable(&self, path: &str, at: usize) {
        let mut state = self.state();
        let inode = state.names[path].expect("a file");
        state.unreadable = Some((inode, at / SECTOR));
    }

    /// Changes the bytes of a file behind everybody's back.
    pub fn damage(&self, path: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut state = self.state();
        let inode = state.names[path].expect("a file");
        change(&mut state.inodes[inode].cached);
        state.inodes[inode].durable = state.inodes[inode].cached.clone();
        state.inodes[inode].dirty.clear();
    }

    /// The bytes of a file.
    pub fn content(&self, path: &str) -> Option<Vec<u8>> {
        let state = self.state();
        let inode = (*state.names.get(path)?)?;
        Some(state.inodes[inode].cached.clone())
    }

    /// All paths that start with `prefix`.
    pub fn paths(&self, prefix: &str) -> Vec<String> {
        self.state().names.keys().filter(|path| path.starts_with(prefix)).cloned().collect()
    }

    /// Puts a file there, durably.
    pub fn plant(&self, path: &str, content: Vec<u8>) {
        let mut state = self.state();
        let inode = state.inodes.len();
        state.inodes.push(Inode { durable: content.clone(), cached: content, dirty: Vec::new() });
        let mut parent = String::new();
        for part in path.split('/') {
            if !parent.is_empty() {
                state.names.insert(parent.clone(), None);
                state.durable_names.insert(parent.clone(), None);
                parent.push('/');
            }
            parent.push_str(part);
        }
        state.names.insert(path.to_owned(), Some(inode));
        state.durable_names.insert(path.to_owned(), Some(inode));
    }

    fn io<T: Send + 'static>(&self, result: io::Result<T>) -> IoFuture<'static, T> {
        let operations = {
            let mut state = self.state();
            state.operations += 1;
            state.operations
        };
        if operations.is_multiple_of(3) {
            return IoFuture::pending(async move {
                tribunal_env::yield_now().await;
                result
            });
        }
        IoFuture::ready(result)
    }
}

impl State {
    /// Takes note of a change; an error when the disk takes none any more.
    fn change(&mut self) -> io::Result<()> {
        match &mut self.changes_left {
            Some(0) => Err(io::Error::from_raw_os_error(EIO)),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

fn not_found() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl Disk for MemoryDisk {
    fn open<'a>(&'a self, path: &'a str, mode: OpenMode) -> IoFuture<'a, Arc<dyn File>> {
        let opened = (|| {
            let mut state = self.state();
            let found = state.names.get(path).copied().flatten();
            let inode = match (found, mode) {
                (Some(_), OpenMode::CreateNew) => return Err(io::ErrorKind::AlreadyExists.into()),
                (Some(inode), _) => inode,
                (None, OpenMode::Read | OpenMode::ReadWrite) => return Err(not_found()),
                (None, _) => {
                    state.change()?;
                    if state.room == Some(0) {
                        return Err(io::Error::from_raw_os_error(ENOSPC));
                    }
                    state.inodes.push(Inode::default());
                    let inode = state.inodes.len() - 1;
                    state.names.insert(path.to_owned(), Some(inode));
                    state.name_changes.push(NameChange::Made(path.to_owned(), inode));
                    inode
                }
            };
            let file: Arc<dyn File> = Arc::new(MemoryFile { disk: self.clone(), inode });
            Ok(file)
        })();
        self.io(opened)
    }

    fn rename<'a>(&'a self, from: &'a str, to: &'a str) -> IoFuture<'a, ()> {
        let mut state = self.state();
        if let Err(dead) = state.change() {
            return IoFuture::ready(Err(dead));
        }
        let inside = format!("{from}/");
        let moved: Vec<String> =
            state.names.keys().filter(|path| *path == from || path.starts_with(&inside)).cloned().collect();
        let found = !moved.is_empty();
        if moved == [from] {
            state.name_changes.push(NameChange::Renamed(from.to_owned(), to.to_owned()));
        }
        for path in moved {
            let target = state.names.remove(&path).expect("it was listed");
            state.names.insert(format!("{to}{}", &path[from.len()..]), target);
        }
        drop(state);
        self.io(if found { Ok(()) } else { Err(not_found()) })
    }

    fn remove_file<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()> {
        let mut state = self.state();
        let removed =
            state.change().and_then(|()| state.names.remove(path).map(|_| ()).ok_or_else(not_found));
        if removed.is_ok() {
            state.name_changes.push(NameChange::Removed(path.to_owned()));
        }
        drop(state);
        self.io(removed)
    }

    fn create_dir_all<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()> {
        self.state().names.entry(path.to_owned()).or_insert(None);
        self.io(Ok(()))
    }

    fn remove_dir<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()> {
        let removed = self.state().names.remove(path).map(|_| ()).ok_or_else(not_found);
        self.io(removed)
    }

    fn list<'a>(&'a self, path: &'a str) -> IoFuture<'a, Vec<DirEntry>> {
        let state = self.state();
        let listed = if state.names.contains_key(path) {
            let inside = format!("{path}/");
            Ok(state
                .names
                .iter()
                .filter_map(|(name, inode)| {
                    let name = name.strip_prefix(&inside).filter(|name| !name.contains('/'))?;
                    let kind = if inode.is_some() { EntryKind::File } else { EntryKind::Directory };
                    let bytes = inode.map_or(0, |inode| state.inodes[inode].cached.len() as u64);
                    Some(DirEntry { name: name.to_owned(), kind, bytes })
                })
                .collect())
        } else {
            Err(not_found())
        };
        drop(state);
        self.io(listed)
    }

    fn sync_dir<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()> {
        let mut state = self.state();
        if let Err(dead) = state.change() {
            return IoFuture::ready(Err(dead));
        }
        let inside = format!("{path}/");
        let state = &mut *state;
        let child = |name: &str| name.strip_prefix(&inside).is_some_and(|name| !name.contains('/'));
        state.name_changes.retain(|change| !child(change.path()));
        // A renamed directory takes what is durable inside it along; that its old name is gone is enough here.
        let gone: Vec<String> = state
            .durable_names
            .keys()
            .filter(|name| child(name) && !state.names.contains_key(*name))
            .cloned()
            .collect();
        for name in gone {
            let below = format!("{name}/");
            state.durable_names.retain(|path, _| *path != name && !path.starts_with(&below));
        }
        for (name, inode) in state.names.iter().filter(|(name, _)| child(name)) {
            state.durable_names.insert(name.clone(), *inode);
        }
        if !path.is_empty() && state.names.contains_key(path) {
            state.durable_names.entry(path.to_owned()).or_insert(None);
        }
        let failed = state.fail_syncs > 0;
        state.fail_syncs = state.fail_syncs.saturating_sub(1);
        let result = if failed { Err(io::Error::from_raw_os_error(EIO)) } else { Ok(()) };
        IoFuture::ready(result)
    }

    fn lock<'a>(&'a self, _path: &'a str) -> IoFuture<'a, Box<dyn Lock>> {
        struct Nothing;
        impl Lock for Nothing {}
        IoFuture::ready(Ok(Box::new(Nothing)))
    }

    fn space<'a>(&'a self, _path: &'a str) -> IoFuture<'a, (u64, u64)> {
        IoFuture::ready(Ok((1 << 40, 1 << 40)))
    }
}

struct MemoryFile {
    disk: MemoryDisk,
    inode: usize,
}

impl MemoryFile {
    fn write(&self, offset: u64, pieces: &[Bytes]) -> io::Result<usize> {
        let mut state = self.disk.state();
        state.change()?;
        if state.fail_writes > 0 {
            state.fail_writes -= 1;
            return Err(io::Error::from_raw_os_error(EIO));
        }
        let data: Vec<u8> = pieces.iter().flat_map(|piece| piece.iter().copied()).collect();
        let mut length = data.len();
        if state.short_writes && length > 1 && state.operations.is_multiple_of(2) {
            length = length / 2 + 1;
        }
        let offset = usize::try_from(offset).expect("small files");
        let growth = (offset + length).saturating_sub(state.inodes[self.inode].cached.len());
        if let Some(room) = state.room {
            if growth > 0 && room == 0 {
                return Err(io::Error::from_raw_os_error(ENOSPC));
            }
            length -= growth.saturating_sub(room);
            state.room = Some(room.saturating_sub(growth));
        }
        let inode = &mut state.inodes[self.inode];
        if inode.cached.len() < offset + length {
            inode.cached.resize(offset + length, 0);
        }
        inode.cached[offset..offset + length].copy_from_slice(&data[..length]);
        for sector in offset / SECTOR..(offset + length).div_ceil(SECTOR) {
            if !inode.dirty.contains(&sector) {
                inode.dirty.push(sector);
            }
        }
        Ok(length)
    }
}

impl File for MemoryFile {
    fn size(&self) -> IoFuture<'_, u64> {
        let size = self.disk.state().inodes[self.inode].cached.len() as u64;
        IoFuture::ready(Ok(size))
    }

    fn read_at(&self, offset: u64, bytes: usize) -> IoFuture<'_, Bytes> {
        let state = self.disk.state();
        let content = &state.inodes[self.inode].cached;
        let from = usize::try_from(offset).expect("small files").min(content.len());
        let to = (from + bytes).min(content.len());
        let refused = state.unreadable.is_some_and(|(inode, sector)| {
            inode == self.inode && from < (sector + 1) * SECTOR && to > sector * SECTOR
        });
        let result = if refused {
            Err(io::Error::from_raw_os_error(EIO))
        } else {
            Ok(Bytes::copy_from_slice(&content[from..to]))
        };
        drop(state);
        self.disk.io(result)
    }

    fn write_at<'a>(&'a self, offset: u64, pieces: &'a [Bytes]) -> IoFuture<'a, usize> {
        let result = self.write(offset, pieces);
        self.disk.io(result)
    }

    fn set_len(&self, bytes: u64) -> IoFuture<'_, ()> {
        let mut state = self.disk.state();
        if let Err(dead) = state.change() {
            return IoFuture::ready(Err(dead));
        }
        let bytes = usize::try_from(bytes).expect("small files");
        if let Some(room) = state.room {
            let freed = state.inodes[self.inode].cached.len().saturating_sub(bytes);
            state.room = Some(room + freed);
        }
        let inode = &mut state.inodes[self.inode];
        inode.cached.resize(bytes, 0);
        inode.dirty.retain(|sector| sector * SECTOR < bytes);
        drop(state);
        self.disk.io(Ok(()))
    }

    fn sync(&self) -> IoFuture<'_, ()> {
        let mut state = self.disk.state();
        if let Err(dead) = state.change() {
            return IoFuture::ready(Err(dead));
        }
        let failed = state.fail_syncs > 0;
        state.fail_syncs = state.fail_syncs.saturating_sub(1);
        let inode = &mut state.inodes[self.inode];
        inode.dirty.clear();
        if !failed {
            inode.durable = inode.cached.clone();
        }
        drop(state);
        self.disk.io(if failed { Err(io::Error::from_raw_os_error(EIO)) } else { Ok(()) })
    }
}
