//! Files by path, with exactly the promises a careful log may rely on.
//!
//! The contract, kept by the real disk and tried by the simulated one:
//!
//! - A write is visible to every later read of the node at once, and durable only after [`File::sync`].
//! - [`File::write_at`] may write less than it was given; [`FileExt::write_all_at`] goes on until all is written or
//!   an error says why not. After an error any part of the data may be in the file.
//! - A created, renamed or removed name is durable only after [`Disk::sync_dir`] of its directory.
//! - A failed [`File::sync`] loses what was not yet durable: a later success proves nothing. Never retry it.
//! - Errors carry the operating system's number (`raw_os_error`) where there is one: EIO and ENOSPC differ.
//!
//! Paths are `/`-separated, relative to what the backend was given or absolute, and never contain `..`.

use crate::IoFuture;
use bytes::Bytes;
use std::{future::Future, io, sync::Arc};

/// How a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// The file must exist; writing fails.
    Read,
    /// The file must exist.
    ReadWrite,
    /// Created when missing, kept when there.
    Create,
    /// Must not exist yet.
    CreateNew,
}

/// What a directory entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
}

/// One name in a directory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DirEntry {
    /// The name, without its directory.
    pub name: String,
    /// File or directory.
    pub kind: EntryKind,
    /// Length in bytes; 0 for a directory.
    pub bytes: u64,
}

/// Held for as long as a directory is in use; released when dropped, and when the process dies.
pub trait Lock: Send + Sync {}

/// A node's disk.
pub trait Disk: Send + Sync {
    /// Opens a file. `NotFound` and `AlreadyExists` mean what they say.
    fn open<'a>(&'a self, path: &'a str, mode: OpenMode) -> IoFuture<'a, Arc<dyn File>>;
    /// Renames a file or directory, replacing a file of the new name.
    fn rename<'a>(&'a self, from: &'a str, to: &'a str) -> IoFuture<'a, ()>;
    /// Removes a file. Handles that are open stay readable.
    fn remove_file<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()>;
    /// Creates a directory and its parents where missing.
    fn create_dir_all<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()>;
    /// Removes an empty directory.
    fn remove_dir<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()>;
    /// The entries of a directory, sorted by name.
    fn list<'a>(&'a self, path: &'a str) -> IoFuture<'a, Vec<DirEntry>>;
    /// Makes the names in a directory durable.
    fn sync_dir<'a>(&'a self, path: &'a str) -> IoFuture<'a, ()>;
    /// Takes the exclusive lock that `path` (a file, created when missing) stands for.
    /// `WouldBlock` when another process holds it.
    fn lock<'a>(&'a self, path: &'a str) -> IoFuture<'a, Box<dyn Lock>>;
    /// Total and free bytes of the file system that holds `path`.
    fn space<'a>(&'a self, path: &'a str) -> IoFuture<'a, (u64, u64)>;
}

/// An open file. Several operations may be under way at once; the caller orders those that overlap.
pub trait File: Send + Sync {
    /// Length in bytes.
    fn size(&self) -> IoFuture<'_, u64>;
    /// Up to `bytes` bytes from `offset`; less only where the file ends.
    fn read_at(&self, offset: u64, bytes: usize) -> IoFuture<'_, Bytes>;
    /// Writes the pieces one after the other at `offset`, growing the file as needed, and says how many bytes
    /// were written. Zero only when all pieces are empty.
    fn write_at<'a>(&'a self, offset: u64, pieces: &'a [Bytes]) -> IoFuture<'a, usize>;
    /// Cuts the file, or grows it with zeros.
    fn set_len(&self, bytes: u64) -> IoFuture<'_, ()>;
    /// Makes the data and the length durable.
    fn sync(&self) -> IoFuture<'_, ()>;
}

/// What every file can do, written once.
pub trait FileExt {
    /// Writes all pieces at `offset`, or says why not. Short writes are carried on with.
    fn write_all_at(&self, offset: u64, pieces: &[Bytes]) -> impl Future<Output = io::Result<()>> + Send;
}

impl FileExt for dyn File {
    async fn write_all_at(&self, mut offset: u64, pieces: &[Bytes]) -> io::Result<()> {
        let total: usize = pieces.iter().map(Bytes::len).sum();
        let mut written = self.write_at(offset, pieces).await?;
        if written == total {
            return Ok(());
        }
        let mut rest = pieces.to_vec();
        loop {
            advance(&mut rest, written);
            if rest.is_empty() {
                return Ok(());
            }
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            offset += written as u64;
            written = self.write_at(offset, &rest).await?;
        }
    }
}

/// Drops the first `count` bytes of `pieces`, and pieces that are empty then.
fn advance(pieces: &mut Vec<Bytes>, mut count: usize) {
    pieces.retain_mut(|piece| {
        let step = count.min(piece.len());
        let _gone = piece.split_to(step);
        count -= step;
        !piece.is_empty()
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advance_drops_whole_and_partial_pieces() {
        let mut pieces = vec![Bytes::from_static(b"ab"), Bytes::new(), Bytes::from_static(b"cdef")];
        advance(&mut pieces, 3);
        assert_eq!(pieces, [Bytes::from_static(b"def")]);
    }
}
