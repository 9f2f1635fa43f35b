//! The disk of one simulated node: names and files, pure and synchronous.
//!
//! All that a node may do is here, each act with its faults; time, tasks and handles are the async half's. The model
//! outlives the node's process: [`Model::crash`] says what a kill or a loss of power leaves.
//!
//! Cost: an operation costs the sectors it touches.

use super::{
    backend::{Delay, DiskOptions, Pace},
    content::SECTOR_BYTES,
    fault::{FaultKind, FaultRule, Faults, FileClass, Operation},
    inode::{Inode, sectors_of},
    names::{Entry, NameChange, Names, normal, parent},
};
use crate::random::Stream;
use bytes::Bytes;
use std::{collections::BTreeMap, io, io::ErrorKind, ops::Range};
use tribunal_env::{DirEntry, EntryKind, OpenMode};

/// No file grows beyond this.
const FILE_BYTES_MAX: u64 = 1 << 32;

/// The operating system's number of an input/output error.
pub const EIO: i32 = 5;
/// The operating system's number of a full device.
pub const ENOSPC: i32 = 28;

/// A fault that bit, or a consequence of a crash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskEvent {
    /// What happened.
    pub what: &'static str,
    /// To which file.
    pub path: String,
    /// From which byte.
    pub offset: u64,
    /// Over how many bytes.
    pub bytes: u64,
}

/// The disk.
#[derive(Debug)]
pub struct Model {
    pub(crate) inodes: BTreeMap<u64, Inode>,
    pub(crate) names: Names,
    pub(crate) durable_names: Names,
    /// Changes of names that the platter does not have yet, in order.
    pub(crate) pending_names: Vec<NameChange>,
    /// How many changes left that list, durable or dropped.
    pub(crate) names_persisted: u64,
    pub(crate) locks: BTreeMap<String, u64>,
    next: u64,
    pub(crate) used: u64,
    capacity: u64,
    pace: Pace,
    paces: Stream,
    /// Grows with every crash: handles of before are dead.
    pub(crate) generation: u64,
    pub(crate) faults: Faults,
    pub(crate) stream: Stream,
    /// Bytes that were damaged behind the node's back, by path.
    pub(crate) damaged: Vec<(String, Range<u64>)>,
    pub(crate) events: Vec<DiskEvent>,
    counts: BTreeMap<&'static str, u64>,
}

fn errno(number: i32) -> io::Error {
    io::Error::from_raw_os_error(number)
}

impl Model {
    /// An empty disk. `owner` names the node in whose random streams it draws.
    pub fn new(seed: u64, owner: &str, options: DiskOptions) -> Self {
        let DiskOptions { capacity, pace, faults: rules } = options;
        let mut faults = Faults::default();
        faults.set(rules);
        Model {
            pace,
            paces: Stream::split(seed, owner, "disk pace"),
            generation: 0,
            inodes: BTreeMap::new(),
            names: Names::default(),
            durable_names: Names::default(),
            pending_names: Vec::new(),
            names_persisted: 0,
            locks: BTreeMap::new(),
            next: 1,
            used: 0,
            capacity,
            faults,
            stream: Stream::split(seed, owner, "disk faults"),
            damaged: Vec::new(),
            events: Vec::new(),
            counts: BTreeMap::new(),
        }
    }

    /// Replaces the rules of what goes wrong.
    pub fn set_faults(&mut self, rules: Vec<FaultRule>) {
        self.faults.set(rules);
    }

    /// Adds a rule behind those in force.
    pub fn add_fault(&mut self, rule: FaultRule) {
        self.faults.add(rule);
    }

    /// How many bytes the files may take together.
    pub fn set_capacity(&mut self, bytes: u64) {
        self.capacity = bytes;
    }

    /// How many bytes the files take.
    pub fn used(&self) -> u64 {
        self.used
    }

    /// How often each kind of event happened.
    pub fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.counts
    }

    /// The events since the last call.
    pub fn take_events(&mut self) -> Vec<DiskEvent> {
        std::mem::take(&mut self.events)
    }

    /// How many random numbers the disk has drawn.
    pub fn draws(&self) -> u64 {
        self.stream.draws() + self.paces.draws()
    }

    pub(crate) fn note(&mut self, what: &'static str, path: &str, range: Range<u64>) {
        *self.counts.entry(what).or_default() += 1;
        let (offset, bytes) = (range.start, range.end - range.start);
        self.events.push(DiskEvent { what, path: path.to_owned(), offset, bytes });
    }

    /// How long an operation takes.
    pub(crate) fn delay(&mut self, class: FileClass, operation: Operation) -> Delay {
        if let Some(stall) = self.faults.stall(&mut self.stream, class, operation) {
            self.note("stalled", "", 0..0);
            return Delay::Sleep(stall);
        }
        self.pace.delay(&mut self.paces, operation)
    }

    /// Replaces the disk's pace.
    pub fn set_pace(&mut self, pace: Pace) {
        self.pace = pace;
    }

    /// Asks the rules; EIO and ENOSPC become errors here.
    fn bite(&mut self, path: &str, operation: Operation) -> io::Result<Option<FaultKind>> {
        match self.faults.bite(&mut self.stream, FileClass::of(path), operation) {
            Some(FaultKind::InputOutput) if operation != Operation::Sync => {
                self.note("input/output error", path, 0..0);
                Err(errno(EIO))
            }
            Some(FaultKind::NoSpace) => {
                self.note("no space", path, 0..0);
                Err(errno(ENOSPC))
            }
            other => Ok(other),
        }
    }

    pub(crate) fn inode(&self, number: u64) -> io::Result<&Inode> {
        self.inodes.get(&number).ok_or_else(|| errno(EIO))
    }

    fn inode_mut(&mut self, number: u64) -> io::Result<&mut Inode> {
        self.inodes.get_mut(&number).ok_or_else(|| errno(EIO))
    }

    /// The class of an open file.
    pub fn class(&self, number: u64) -> FileClass {
        self.inodes.get(&number).map_or(FileClass::Other, |inode| FileClass::of(&inode.path))
    }

    /// Opens a file. The number stands for it until [`Model::close`].
    pub fn open(&mut self, path: &str, mode: OpenMode) -> io::Result<u64> {
        let path = normal(path);
        self.bite(&path, Operation::Open)?;
        let number = match self.names.get(&path) {
            Some(Entry::Directory) => return Err(ErrorKind::IsADirectory.into()),
            Some(Entry::File(_)) if mode == OpenMode::CreateNew => {
                return Err(ErrorKind::AlreadyExists.into());
            }
            Some(Entry::File(number)) => number,
            None if matches!(mode, OpenMode::Read | OpenMode::ReadWrite) => {
                return Err(ErrorKind::NotFound.into());
            }
            None => {
                if !self.names.is_directory(parent(&path)) {
                    return Err(ErrorKind::NotFound.into());
                }
                let number = self.next;
                self.next += 1;
                self.inodes.insert(number, Inode::new(&path));
                self.change(NameChange::Link(path, number));
                number
            }
        };
        self.inode_mut(number)?.handles += 1;
        Ok(number)
    }

    /// Ends what [`Model::open`] began.
    pub fn close(&mut self, number: u64) {
        if let Some(inode) = self.inodes.get_mut(&number) {
            inode.handles = inode.handles.saturating_sub(1);
        }
        self.collect(number);
    }

    /// Frees a file that nothing leads to.
    pub(crate) fn collect(&mut self, number: u64) {
        let Some(inode) = self.inodes.get_mut(&number) else { return };
        if inode.names > 0 || inode.handles > 0 {
            return;
        }
        if !inode.freed {
            inode.freed = true;
            self.used -= inode.cache.bytes();
        }
        if inode.durable_names == 0 {
            self.inodes.remove(&number);
        }
    }

    /// Applies a change to the names that the node sees, and lines it up for the platter.
    fn change(&mut self, change: NameChange) {
        if let NameChange::Link(_, number) = &change
            && let Some(inode) = self.inodes.get_mut(number)
        {
            inode.names += 1;
            // The platter may learn of it: until it has, and has forgotten again, the file is kept.
            inode.durable_names += 1;
        }
        let lost = self.names.apply(&change);
        if let NameChange::Rename(_, to) = &change {
            let moved: Vec<(String, u64)> = match self.names.get(to) {
                Some(Entry::File(number)) => vec![(to.clone(), number)],
                _ => self
                    .names
                    .below(to)
                    .filter_map(|(path, entry)| match entry {
                        Entry::File(number) => Some((path.to_owned(), number)),
                        Entry::Directory => None,
                    })
                    .collect(),
            };
            for (path, number) in moved {
                if let Some(inode) = self.inodes.get_mut(&number) {
                    inode.path = path;
                }
            }
        }
        self.pending_names.push(change);
        for number in lost {
            if let Some(inode) = self.inodes.get_mut(&number) {
                inode.names -= 1;
            }
            self.collect(number);
        }
    }

    /// Brings the first `count` pending changes of names to the platter.
    pub(crate) fn persist_names(&mut self, count: usize) {
        let changes: Vec<NameChange> = self.pending_names.drain(..count).collect();
        self.names_persisted += count as u64;
        for change in changes {
            for number in self.durable_names.apply(&change) {
                if let Some(inode) = self.inodes.get_mut(&number) {
                    inode.durable_names -= 1;
                }
                self.collect(number);
            }
        }
    }

    /// The length that the node sees.
    pub fn size(&self, number: u64) -> io::Result<u64> {
        Ok(self.inode(number)?.cache.bytes())
    }

    /// Reads up to `bytes` bytes.
    pub fn read(&mut self, number: u64, offset: u64, bytes: usize) -> io::Result<Bytes> {
        let end = self.inode(number)?.cache.bytes().min(offset.saturating_add(bytes as u64));
        if offset >= end {
            return Ok(Bytes::new());
        }
        let path = self.inode(number)?.path.clone();
        match self.bite(&path, Operation::Read)? {
            Some(FaultKind::Rot) => {
                let at = self.stream.range(offset, end - 1);
                self.rot_at(number, at);
            }
            Some(FaultKind::LatentSector) => {
                let at = self.stream.range(offset, end - 1);
                self.spoil_at(number, at);
            }
            _ => {}
        }
        let inode = self.inode(number)?;
        if inode.bad.range(sectors_of(offset, end)).next().is_some() {
            self.note("unreadable sector met", &path, offset..end);
            return Err(errno(EIO));
        }
        let count = usize::try_from(end - offset).expect("bounded by the usize that was asked for");
        let mut data = vec![0; count];
        inode.cache.read(offset, &mut data);
        Ok(data.into())
    }

    /// Writes the pieces one after the other and says how many bytes were taken.
    pub fn write(&mut self, number: u64, offset: u64, pieces: &[Bytes]) -> io::Result<usize> {
        let total: usize = pieces.iter().map(Bytes::len).sum();
        if total == 0 {
            return Ok(0);
        }
        let path = self.inode(number)?.path.clone();
        let mut take = total;
        if let Some(FaultKind::ShortWrite) = self.bite(&path, Operation::Write)?
            && total > 1
        {
            take = self.stream.index(total - 1) + 1;
            self.note("short write", &path, offset..offset + take as u64);
        }
        if offset.saturating_add(take as u64) > FILE_BYTES_MAX {
            return Err(ErrorKind::FileTooLarge.into());
        }
        let old = self.inode(number)?.cache.bytes();
        let free = self.capacity.saturating_sub(self.used);
        let growth = (offset + take as u64).saturating_sub(old);
        if growth > free {
            self.note("disk full", &path, offset..offset + take as u64);
            take = take.saturating_sub(usize::try_from(growth - free).unwrap_or(usize::MAX));
            if take == 0 {
                return Err(errno(ENOSPC));
            }
        }
        let inode = self.inode_mut(number)?;
        inode.write(offset, pieces, take);
        let grown = inode.cache.bytes() - old;
        self.used += grown;
        Ok(take)
    }

    /// Cuts or grows a file.
    pub fn set_length(&mut self, number: u64, bytes: u64) -> io::Result<()> {
        let path = self.inode(number)?.path.clone();
        self.bite(&path, Operation::SetLength)?;
        if bytes > FILE_BYTES_MAX {
            return Err(ErrorKind::FileTooLarge.into());
        }
        let old = self.inode(number)?.cache.bytes();
        if bytes > old && bytes - old > self.capacity.saturating_sub(self.used) {
            self.note("disk full", &path, old..bytes);
            return Err(errno(ENOSPC));
        }
        self.inode_mut(number)?.set_bytes(bytes);
        self.used = self.used + bytes - old;
        Ok(())
    }

    /// A sync begins. The mark says what it covers; `None` when there is nothing to do.
    pub fn begin_sync(&mut self, number: u64) -> io::Result<Option<u64>> {
        let inode = self.inode_mut(number)?;
        Ok(inode.is_dirty().then(|| inode.begin_sync()))
    }

    /// A sync ends: data and length as they were at `mark` are durable, or an error says that they may not be.
    pub fn end_sync(&mut self, number: u64, mark: u64) -> io::Result<()> {
        let inode = self.inode(number)?;
        let (path, covered) = (inode.path.clone(), inode.unsynced_span());
        match self.bite(&path, Operation::Sync)? {
            Some(FaultKind::InputOutput) => {
                self.note("sync failed", &path, covered);
                let inode = self.inodes.get_mut(&number).expect("looked up above");
                let kept = self.stream.range(0, inode.pending_sectors());
                let changes = self.stream.index(inode.pending.len() + 1);
                inode.persist_partly(mark, kept, changes);
                Err(errno(EIO))
            }
            Some(FaultKind::LyingSync) => {
                self.note("sync lied", &path, covered);
                self.inode_mut(number)?.forget(mark);
                Ok(())
            }
            Some(FaultKind::Misdirected) => {
                self.misdirect(number, mark);
                Ok(())
            }
            _ => {
                self.inode_mut(number)?.persist(mark);
                Ok(())
            }
        }
    }

    /// A sync in one step.
    pub fn sync(&mut self, number: u64) -> io::Result<()> {
        match self.begin_sync(number)? {
            Some(mark) => self.end_sync(number, mark),
            None => Ok(()),
        }
    }

    /// A sync in which one sector lands on another one.
    fn misdirect(&mut self, number: u64, mark: u64) {
        let inode = self.inodes.get_mut(&number).expect("the caller looked it up");
        let covered = inode.pending.iter().filter(|change| change.issue <= mark);
        let pending: Vec<u64> = covered.flat_map(|change| change.sectors.clone()).collect();
        let all = inode.cache.bytes().div_ceil(SECTOR_BYTES);
        if pending.is_empty() || all < 2 {
            inode.persist(mark);
            return;
        }
        let from = pending[self.stream.index(pending.len())];
        let to = (from + self.stream.range(1, all - 1)) % all;
        let path = inode.path.clone();
        let mut old = [0; SECTOR_BYTES as usize];
        inode.platter.read(from * SECTOR_BYTES, &mut old);
        let mut strayed = [0; SECTOR_BYTES as usize];
        inode.cache.read(from * SECTOR_BYTES, &mut strayed);
        inode.persist(mark);
        let bytes = inode.platter.bytes();
        inode.platter.write(from * SECTOR_BYTES, &old);
        inode.platter.write(to * SECTOR_BYTES, &strayed);
        inode.platter.set_bytes(bytes);
        inode.diverged = true;
        for sector in [from, to] {
            let range = sector * SECTOR_BYTES..((sector + 1) * SECTOR_BYTES).min(bytes);
            self.damaged.push((path.clone(), range.clone()));
            self.note("write misdirected", &path, range);
        }
    }

    /// Renames a file or directory.
    pub fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        let (from, to) = (normal(from), normal(to));
        self.bite(&from, Operation::Rename)?;
        let moved = self.names.get(&from).ok_or(ErrorKind::NotFound)?;
        if !self.names.is_directory(parent(&to)) {
            return Err(ErrorKind::NotFound.into());
        }
        if from == to {
            return Ok(());
        }
        if to.starts_with(&from) && to.as_bytes().get(from.len()) == Some(&b'/') {
            return Err(ErrorKind::InvalidInput.into());
        }
        match (moved, self.names.get(&to)) {
            (Entry::File(_), Some(Entry::Directory)) => return Err(ErrorKind::IsADirectory.into()),
            (Entry::Directory, Some(Entry::File(_))) => return Err(ErrorKind::NotADirectory.into()),
            (Entry::Directory, Some(Entry::Directory)) if self.names.below(&to).next().is_some() => {
                return Err(ErrorKind::DirectoryNotEmpty.into());
            }
            _ => {}
        }
        self.change(NameChange::Rename(from, to));
        Ok(())
    }

    /// Removes a file's name.
    pub fn remove_file(&mut self, path: &str) -> io::Result<()> {
        let path = normal(path);
        self.bite(&path, Operation::Rename)?;
        match self.names.get(&path) {
            None => Err(ErrorKind::NotFound.into()),
            Some(Entry::Directory) => Err(ErrorKind::IsADirectory.into()),
            Some(Entry::File(_)) => {
                self.change(NameChange::Remove(path));
                Ok(())
            }
        }
    }

    /// Creates a directory and its parents.
    pub fn create_dir_all(&mut self, path: &str) -> io::Result<()> {
        let path = normal(path);
        self.bite(&path, Operation::Open)?;
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for end in ends.filter(|end| *end > 0).collect::<Vec<_>>() {
            match self.names.get(&path[..end]) {
                Some(Entry::Directory) => {}
                Some(Entry::File(_)) => return Err(ErrorKind::NotADirectory.into()),
                None => self.change(NameChange::MakeDirectory(path[..end].to_owned())),
            }
        }
        Ok(())
    }

    /// Removes an empty directory.
    pub fn remove_dir(&mut self, path: &str) -> io::Result<()> {
        let path = normal(path);
        self.bite(&path, Operation::Rename)?;
        match self.names.get(&path) {
            None => Err(ErrorKind::NotFound.into()),
            Some(Entry::File(_)) => Err(ErrorKind::NotADirectory.into()),
            Some(Entry::Directory) if self.names.below(&path).next().is_some() => {
                Err(ErrorKind::DirectoryNotEmpty.into())
            }
            Some(Entry::Directory) => {
                self.change(NameChange::Remove(path));
                Ok(())
            }
        }
    }

    /// The entries of a directory, sorted by name.
    pub fn list(&mut self, path: &str) -> io::Result<Vec<DirEntry>> {
        let path = normal(path);
        self.bite(&path, Operation::List)?;
        self.must_be_directory(&path)?;
        let entry = |(name, entry): (&str, Entry)| match entry {
            Entry::Directory => DirEntry { name: name.to_owned(), kind: EntryKind::Directory, bytes: 0 },
            Entry::File(number) => {
                let bytes = self.inodes.get(&number).map_or(0, |inode| inode.cache.bytes());
                DirEntry { name: name.to_owned(), kind: EntryKind::File, bytes }
            }
        };
        Ok(self.names.children(&path).into_iter().map(entry).collect())
    }

    fn must_be_directory(&self, path: &str) -> io::Result<()> {
        match self.names.get(path) {
            Some(Entry::Directory) => Ok(()),
            Some(Entry::File(_)) => Err(ErrorKind::NotADirectory.into()),
            None => Err(ErrorKind::NotFound.into()),
        }
    }

    /// A sync of a directory begins: how many changes of names, from the disk's first, it covers.
    pub fn begin_sync_dir(&mut self, path: &str) -> io::Result<u64> {
        let path = normal(path);
        self.must_be_directory(&path)?;
        let last = self.pending_names.iter().rposition(|change| change.concerns(&path));
        Ok(last.map_or(0, |at| self.names_persisted + at as u64 + 1))
    }

    /// A sync of a directory ends: its names are durable, with all changes of names before them.
    pub fn end_sync_dir(&mut self, path: &str, mark: u64) -> io::Result<()> {
        self.bite(&normal(path), Operation::SyncDirectory)?;
        let count = mark.saturating_sub(self.names_persisted);
        self.persist_names(usize::try_from(count).expect("no more than are pending"));
        Ok(())
    }

    /// A sync of a directory in one step.
    pub fn sync_dir(&mut self, path: &str) -> io::Result<()> {
        let mark = self.begin_sync_dir(path)?;
        self.end_sync_dir(path, mark)
    }

    /// Takes the exclusive lock that `path` stands for. The number frees it.
    pub fn lock(&mut self, path: &str) -> io::Result<u64> {
        let number = self.open(path, OpenMode::Create)?;
        self.close(number);
        let path = normal(path);
        if self.locks.contains_key(&path) {
            return Err(ErrorKind::WouldBlock.into());
        }
        let ticket = self.next;
        self.next += 1;
        self.locks.insert(path, ticket);
        Ok(ticket)
    }

    /// Frees a lock, unless a crash did.
    pub fn unlock(&mut self, ticket: u64) {
        self.locks.retain(|_, held| *held != ticket);
    }

    /// Total and free bytes.
    pub fn space(&self) -> (u64, u64) {
        (self.capacity, self.capacity.saturating_sub(self.used))
    }
}
