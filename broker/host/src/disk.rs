//! Files of the operating system.
//!
//! Paths are taken as they are given: relative ones from the process's working directory.

use crate::buffers::{Buffer, Buffers};
use crate::open_files::{HeldFile, OpenFiles};
use bytes::Bytes;
use rustix::{
    fs::{FlockOperation, flock},
    io::{Errno, ReadWriteFlags, preadv2, pwritev},
};
use std::{
    fs, io,
    io::{IoSlice, IoSliceMut},
    os::unix::fs::FileExt as _,
    sync::Arc,
};
use tokio::runtime::Handle;
use tribunal_env::{DirEntry, Disk, EntryKind, File, IoFuture, Lock, OpenMode};

/// The most pieces that one `pwritev` takes (Linux's `IOV_MAX`).
const PIECES_MAX: usize = 1024;

/// The real disk.
pub struct RealDisk {
    pool: Handle,
    files: Arc<OpenFiles>,
    buffers: Arc<Buffers>,
}

impl RealDisk {
    /// A disk whose slow operations run on the blocking pool of `pool`, and whose idle files keep at most
    /// `descriptors_max` descriptors.
    pub fn new(pool: Handle, descriptors_max: usize) -> Self {
        RealDisk { pool, files: OpenFiles::new(descriptors_max), buffers: Arc::default() }
    }

    fn on_pool<'a, T: Send + Unpin + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> IoFuture<'a, T> {
        on_pool(&self.pool, work)
    }
}

/// Runs `work` where blocking is allowed.
fn on_pool<'a, T: Send + Unpin + 'static>(
    pool: &Handle,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> IoFuture<'a, T> {
    let running = pool.spawn_blocking(work);
    IoFuture::pending(async move {
        match running.await {
            Ok(result) => result,
            Err(ended) => match ended.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(io::Error::other("the process is shutting down")),
            },
        }
    })
}

impl Disk for RealDisk {
    fn open<'a>(&'a self, path: &'a str, mode: OpenMode) -> IoFuture<'a, Arc<dyn File>> {
        let (path, pool, buffers) = (path.to_owned(), self.pool.clone(), self.buffers.clone());
        let files = Arc::clone(&self.files);
        self.on_pool(move || {
            let held = files.open(path, mode)?;
            Ok(Arc::new(RealFile { held, pool, buffers }) as Arc<dyn File>)
        })
    }

    fn rename<'a>(&'a self, from: &'a str, to: &'a str) -> IoFuture<'a, ()> {
        let (from, to, files) = (from.to_owned(), to.to_owned(), Arc::clone(&self.files));
        self.on_pool(move || files.rename(&from, &to))
    }

    fn remove_file<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()> {
        let (path, files) = (path.to_owned(), Arc::clone(&self.files));
        self.on_pool(move || files.remove_file(&path))
    }

    fn create_dir_all<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()> {
        let path = path.to_owned();
        self.on_pool(move || fs::create_dir_all(path))
    }

    fn remove_dir<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()> {
        let path = path.to_owned();
        self.on_pool(move || fs::remove_dir(path))
    }

    fn list<'a>(&'a self, path: &'a str) -> IoFuture<'a, Vec<DirEntry>> {
        let path = path.to_owned();
        self.on_pool(move || {
            let mut entries =
                fs::read_dir(path)?.map(|entry| describe(&entry?)).collect::<io::Result<Vec<_>>>()?;
            entries.sort();
            Ok(entries)
        })
    }

    fn sync_dir<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()> {
        let path = if path.is_empty() { ".".to_owned() } else { path.to_owned() };
        self.on_pool(move || fs::File::open(path)?.sync_all())
    }

    fn lock<'a>(&'a self, path: &'a str) -> IoFuture<'a, Box<dyn Lock>> {
        let path = path.to_owned();
        self.on_pool(move || {
            let file =
                fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
            flock(&file, FlockOperation::NonBlockingLockExclusive)?;
            Ok(Box::new(RealLock { _file: file }) as Box<dyn Lock>)
        })
    }

    fn space<'a>(&'a self, path: &'a str) -> IoFuture<'a, (u64, u64)> {
        let path = path.to_owned();
        self.on_pool(move || {
            let stat = rustix::fs::statvfs(path)?;
            Ok((stat.f_blocks * stat.f_frsize, stat.f_bavail * stat.f_frsize))
        })
    }
}

fn describe(entry: &fs::DirEntry) -> io::Result<DirEntry> {
    let metadata = entry.metadata()?;
    let kind = if metadata.is_dir() { EntryKind::Directory } else { EntryKind::File };
    let bytes = if metadata.is_dir() { 0 } else { metadata.len() };
    Ok(DirEntry { name: entry.file_name().to_string_lossy().into_owned(), kind, bytes })
}

/// An advisory lock that the kernel drops with the file.
struct RealLock {
    _file: fs::File,
}

impl Lock for RealLock {}

struct RealFile {
    held: Arc<HeldFile>,
    pool: Handle,
    buffers: Arc<Buffers>,
}

impl RealFile {
    /// Runs `work` on the pool, with a descriptor that may have to be opened again.
    fn on_pool<'a, T: Send + Unpin + 'static>(
        &self,
        work: impl FnOnce(&fs::File) -> io::Result<T> + Send + 'static,
    ) -> IoFuture<'a, T> {
        let held = Arc::clone(&self.held);
        on_pool(&self.pool, move || work(&*held.reopened()?))
    }
}

impl File for RealFile {
    fn size(&self) -> IoFuture<'_, u64> {
        let size = |file: &fs::File| file.metadata().map(|metadata| metadata.len());
        match self.held.descriptor() {
            Some(file) => IoFuture::ready(size(&file)),
            None => self.on_pool(size),
        }
    }

    fn read_at(&self, offset: u64, bytes: usize) -> IoFuture<'_, Bytes> {
        let mut buffer = self.buffers.lend(bytes);
        let mut filled = 0;
        let Some(file) = self.held.descriptor() else {
            return self.on_pool(move |file| read_blocking(file, offset, buffer, filled));
        };
        while filled < bytes {
            let mut slices = [IoSliceMut::new(&mut buffer.bytes_mut()[filled..])];
            match preadv2(&file, &mut slices, offset + filled as u64, ReadWriteFlags::NOWAIT) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(Errno::INTR) => {}
                // Not in the page cache, or a file system that cannot tell: the pool waits for the disk.
                Err(Errno::AGAIN | Errno::OPNOTSUPP | Errno::NOSYS) => {
                    return on_pool(&self.pool, move || read_blocking(&file, offset, buffer, filled));
                }
                Err(error) => return IoFuture::ready(Err(error.into())),
            }
        }
        IoFuture::ready(Ok(buffer.into_bytes(filled)))
    }

    fn write_at<'a>(&'a self, offset: u64, pieces: &'a [Bytes]) -> IoFuture<'a, usize> {
        if pieces.iter().all(Bytes::is_empty) {
            return IoFuture::ready(Ok(0));
        }
        self.held.note_change();
        if let Some(file) = self.held.descriptor() {
            return IoFuture::ready(write_pieces(&file, offset, pieces));
        }
        let pieces = pieces.to_vec();
        self.on_pool(move |file| write_pieces(file, offset, &pieces))
    }

    fn set_len(&self, bytes: u64) -> IoFuture<'_, ()> {
        self.held.note_change();
        self.on_pool(move |file| file.set_len(bytes))
    }

    fn sync(&self) -> IoFuture<'_, ()> {
        let held = Arc::clone(&self.held);
        on_pool(&self.pool, move || held.flush())
    }
}

/// Writes as many of the pieces as one call takes.
fn write_pieces(file: &fs::File, offset: u64, pieces: &[Bytes]) -> io::Result<usize> {
    let slices: Vec<IoSlice<'_>> = pieces
        .iter()
        .filter(|piece| !piece.is_empty())
        .take(PIECES_MAX)
        .map(|piece| IoSlice::new(piece))
        .collect();
    loop {
        match pwritev(file, &slices, offset) {
            Err(Errno::INTR) => {}
            result => return result.map_err(io::Error::from),
        }
    }
}

/// Fills `buffer` from byte `filled` on, waiting for the disk; cuts it where the file ends.
fn read_blocking(file: &fs::File, offset: u64, mut buffer: Buffer, mut filled: usize) -> io::Result<Bytes> {
    let bytes = buffer.bytes_mut();
    while filled < bytes.len() {
        match file.read_at(&mut bytes[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(buffer.into_bytes(filled))
}
