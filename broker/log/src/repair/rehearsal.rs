//! A disk on which a repair is tried: what it changes is kept in memory, everything else is read from the real one.
//!
//! Why so: a dry run that does the very deeds tells exactly what they would be, and what an inspection would say then.
//!
//! Always holds: the real disk is read and never changed.
//!
//! Leaves out: writing into files that were there before, which no repair does. They are cut, renamed or removed.

use bytes::Bytes;
use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard},
};
use tribunal_env::{DirEntry, Disk, EntryKind, File, IoFuture, Lock, OpenMode};

/// What became of a name.
#[derive(Debug, Clone)]
enum Change {
    Gone,
    /// A file of the real disk, by its name there, up to this length.
    Kept(String, u64),
    Written(Arc<Mutex<Vec<u8>>>),
}

type Changes = Arc<Mutex<BTreeMap<String, Change>>>;

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no holder of this lock panics")
}

/// See the head of the file.
pub(super) struct Rehearsal<'a> {
    disk: &'a dyn Disk,
    changes: Changes,
}

impl<'a> Rehearsal<'a> {
    pub(super) fn new(disk: &'a dyn Disk) -> Self {
        Rehearsal { disk, changes: Changes::default() }
    }

    fn change(&self, path: &str) -> Option<Change> {
        locked(&self.changes).get(path).cloned()
    }

    fn set(&self, path: &str, change: Change) {
        locked(&self.changes).insert(path.to_owned(), change);
    }

    fn written(&self, path: &str, bytes: Arc<Mutex<Vec<u8>>>) -> Arc<dyn File> {
        self.set(path, Change::Written(Arc::clone(&bytes)));
        Arc::new(InMemory(bytes))
    }

    async fn open_kept(&self, path: &str, real: &str, bytes: Option<u64>) -> io::Result<Arc<dyn File>> {
        let file = self.disk.open(real, OpenMode::Read).await?;
        let bytes = match bytes {
            Some(bytes) => bytes,
            None => file.size().await?,
        };
        let (path, real, changes) = (path.to_owned(), real.to_owned(), Arc::clone(&self.changes));
        Ok(Arc::new(OnDisk { file, path, real, bytes: Mutex::new(bytes), changes }))
    }

    async fn open_changed(&self, path: &str, mode: OpenMode) -> io::Result<Arc<dyn File>> {
        let may_make = matches!(mode, OpenMode::Create | OpenMode::CreateNew);
        let found = match self.change(path) {
            Some(Change::Written(bytes)) => Ok(self.written(path, bytes)),
            Some(Change::Kept(real, bytes)) => self.open_kept(path, &real, Some(bytes)).await,
            Some(Change::Gone) => Err(io::ErrorKind::NotFound.into()),
            None => self.open_kept(path, path, None).await,
        };
        match found {
            Ok(_) if mode == OpenMode::CreateNew => Err(io::ErrorKind::AlreadyExists.into()),
            // Whoever makes a file writes all of it.
            Ok(_) if mode == OpenMode::Create => Ok(self.written(path, Arc::default())),
            Err(error) if error.kind() == io::ErrorKind::NotFound && may_make => {
                Ok(self.written(path, Arc::default()))
            }
            found => found,
        }
    }

    async fn moved(&self, from: &str, to: &str) -> io::Result<()> {
        let change = match self.change(from) {
            Some(Change::Gone) => return Err(io::ErrorKind::NotFound.into()),
            Some(change) => change,
            None => {
                let bytes = self.disk.open(from, OpenMode::Read).await?.size().await?;
                Change::Kept(from.to_owned(), bytes)
            }
        };
        self.set(from, Change::Gone);
        self.set(to, change);
        Ok(())
    }

    async fn gone(&self, path: &str) -> io::Result<()> {
        match self.change(path) {
            Some(Change::Gone) => return Err(io::ErrorKind::NotFound.into()),
            Some(_) => {}
            None => drop(self.disk.open(path, OpenMode::Read).await?),
        }
        self.set(path, Change::Gone);
        Ok(())
    }

    async fn listed(&self, path: &str) -> io::Result<Vec<DirEntry>> {
        if matches!(self.change(path), Some(Change::Gone)) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let real = self.disk.list(path).await?;
        let mut entries: BTreeMap<_, _> = real.into_iter().map(|entry| (entry.name.clone(), entry)).collect();
        for (name, change) in &*locked(&self.changes) {
            let Some((_, name)) = name.rsplit_once('/').filter(|(parent, _)| *parent == path) else {
                continue;
            };
            let bytes = match change {
                Change::Gone => {
                    entries.remove(name);
                    continue;
                }
                Change::Kept(_, bytes) => *bytes,
                Change::Written(bytes) => locked(bytes).len() as u64,
            };
            let entry = DirEntry { name: name.to_owned(), kind: EntryKind::File, bytes };
            entries.insert(name.to_owned(), entry);
        }
        Ok(entries.into_values().collect())
    }
}

impl Disk for Rehearsal<'_> {
    fn open<'a>(&'a self, path: &'a str, mode: OpenMode) -> IoFuture<'a, Arc<dyn File>> {
        IoFuture::pending(self.open_changed(path, mode))
    }

    fn rename<'a>(&'a self, from: &'a str, to: &'a str) -> IoFuture<'a, ()> {
        IoFuture::pending(self.moved(from, to))
    }

    fn remove_file<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()> {
        IoFuture::pending(self.gone(path))
    }

    fn create_dir_all<'a>(&'a self, _path: &'a str) -> IoFuture<'a, ()> {
        IoFuture::ready(Ok(()))
    }

    fn remove_dir<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()> {
        self.set(path, Change::Gone);
        IoFuture::ready(Ok(()))
    }

    fn list<'a>(&'a self, path: &'a str) -> IoFuture<'a, Vec<DirEntry>> {
        IoFuture::pending(self.listed(path))
    }

    fn sync_dir<'a>(&'a self, _path: &'a str) -> IoFuture<'a, ()> {
        IoFuture::ready(Ok(()))
    }

    fn lock<'a>(&'a self, _path: &'a str) -> IoFuture<'a, Box<dyn Lock>> {
        IoFuture::ready(Err(io::ErrorKind::Unsupported.into()))
    }

    fn space<'a>(&'a self, path: &'a str) -> IoFuture<'a, (u64, u64)> {
        self.disk.space(path)
    }
}

/// A file of the real disk, of which the end may have been cut off.
struct OnDisk {
    file: Arc<dyn File>,
    path: String,
    real: String,
    bytes: Mutex<u64>,
    changes: Changes,
}

impl File for OnDisk {
    fn size(&self) -> IoFuture<'_, u64> {
        IoFuture::ready(Ok(*locked(&self.bytes)))
    }

    fn read_at(&self, offset: u64, bytes: usize) -> IoFuture<'_, Bytes> {
        let room = locked(&self.bytes).saturating_sub(offset);
        self.file.read_at(offset, bytes.min(usize::try_from(room).unwrap_or(usize::MAX)))
    }

    fn write_at<'a>(&'a self, _offset: u64, _pieces: &'a [Bytes]) -> IoFuture<'a, usize> {
        IoFuture::ready(Err(io::ErrorKind::Unsupported.into()))
    }

    fn set_len(&self, bytes: u64) -> IoFuture<'_, ()> {
        *locked(&self.bytes) = bytes;
        locked(&self.changes).insert(self.path.clone(), Change::Kept(self.real.clone(), bytes));
        IoFuture::ready(Ok(()))
    }

    fn sync(&self) -> IoFuture<'_, ()> {
        IoFuture::ready(Ok(()))
    }
}

/// A file that was never written.
struct InMemory(Arc<Mutex<Vec<u8>>>);

impl File for InMemory {
    fn size(&self) -> IoFuture<'_, u64> {
        IoFuture::ready(Ok(locked(&self.0).len() as u64))
    }

    fn read_at(&self, offset: u64, bytes: usize) -> IoFuture<'_, Bytes> {
        let content = locked(&self.0);
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(content.len());
        let to = from.saturating_add(bytes).min(content.len());
        IoFuture::ready(Ok(Bytes::copy_from_slice(&content[from..to])))
    }

    fn write_at<'a>(&'a self, offset: u64, pieces: &'a [Bytes]) -> IoFuture<'a, usize> {
        let mut content = locked(&self.0);
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        if from != content.len() {
            return IoFuture::ready(Err(io::ErrorKind::Unsupported.into()));
        }
        pieces.iter().for_each(|piece| content.extend_from_slice(piece));
        IoFuture::ready(Ok(content.len() - from))
    }

    fn set_len(&self, bytes: u64) -> IoFuture<'_, ()> {
        locked(&self.0).resize(usize::try_from(bytes).unwrap_or(usize::MAX), 0);
        IoFuture::ready(Ok(()))
    }

    fn sync(&self) -> IoFuture<'_, ()> {
        IoFuture::ready(Ok(()))
    }
}
