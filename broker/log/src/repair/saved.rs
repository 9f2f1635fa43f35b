//! Copies of what a cut takes: `<segment>.log.cut-<byte>`, beside the log or in a folder of its own.
//!
//! Always holds: a copy is durable before this returns; a file that is there is never overwritten.

use super::{Act, Journal, Site, Step};
use crate::inspect::name_of;
use crate::limits::SCAN_CHUNK_BYTES;
use crate::names::{self, CUT_PREFIX, join, offset_file};
use crate::walk::read_tolerant;
use std::io;
use tribunal_env::{Disk, File, FileExt, OpenMode};
use tribunal_wire::types::Offset;

/// Where copies go.
pub(super) struct Shelf<'a> {
    site: &'a Site<'a>,
    /// A folder that was asked for, and whether copies are made or only told of.
    folder: Option<String>,
    write: bool,
}

impl<'a> Shelf<'a> {
    /// A shelf in `save`, or beside the log.
    pub(super) fn new(site: &'a Site<'a>, save: Option<&str>, write: bool) -> Shelf<'a> {
        let folder = save.map(|save| join(save, name_of(&site.directory)));
        Shelf { site, folder, write }
    }

    fn directory(&self) -> &str {
        self.folder.as_deref().unwrap_or(&self.site.directory)
    }

    /// Copies the end of a segment, from byte `position` on.
    pub(super) async fn save(
        &self,
        base: Offset,
        position: u64,
        journal: &mut Journal<'_>,
    ) -> io::Result<()> {
        let disk = self.site.disk;
        let log = self.site.path(&offset_file(base, names::LOG));
        let file = disk.open(&log, OpenMode::Read).await?;
        let bytes = file.size().await?;
        if position >= bytes {
            return Ok(());
        }
        let source = Source { file: &*file, from: position, to: bytes };
        self.make_folder().await?;
        let wanted = offset_file(base, &format!("{CUT_PREFIX}{position}"));
        let (name, is_there) = self.free_name(&wanted, Some(&source)).await?;
        let target = join(self.directory(), &name);
        let mut refused = 0;
        if self.write && !is_there {
            refused = source.copy(disk, self.directory(), &name).await?;
        }
        let unread = match refused {
            0 => String::new(),
            _ => format!(", of which the disk refuses {refused}, saved as bytes 0xff"),
        };
        let reason = format!("a copy of {} bytes of {log} from byte {position} on{unread}", bytes - position);
        journal.done(Step::new(Act::Save, &target, reason).about(base));
        Ok(())
    }

    /// Sets a whole segment aside.
    pub(super) async fn set_aside(&self, base: Offset, journal: &mut Journal<'_>) -> io::Result<()> {
        let disk = self.site.disk;
        let log = self.site.path(&offset_file(base, names::LOG));
        let mut reason = "the segment stands behind the cut".to_owned();
        if self.folder.is_some() {
            self.save(base, 0, journal).await?;
            disk.remove_file(&log).await?;
        } else {
            let (name, _) = self.free_name(&offset_file(base, &format!("{CUT_PREFIX}0")), None).await?;
            let target = self.site.path(&name);
            disk.rename(&log, &target).await?;
            reason = format!("{reason}; it is {target} now");
        }
        journal.done(Step::new(Act::Move, &log, reason).about(base));
        Ok(())
    }

    async fn make_folder(&self) -> io::Result<()> {
        let Some(folder) = self.folder.as_ref().filter(|_| self.write) else { return Ok(()) };
        let disk = self.site.disk;
        disk.create_dir_all(folder).await?;
        let save = folder.rsplit_once('/').map_or("", |(save, _)| save);
        disk.sync_dir(save).await?;
        let above = match save.rsplit_once('/') {
            Some(("", _)) => "/",
            above => above.map_or("", |(above, _)| above),
        };
        disk.sync_dir(above).await
    }

    /// The first name of this form that is free, or whose file holds the same already.
    async fn free_name(&self, wanted: &str, source: Option<&Source<'_>>) -> io::Result<(String, bool)> {
        let mut name = wanted.to_owned();
        for number in 2u32.. {
            let opened = self.site.disk.open(&join(self.directory(), &name), OpenMode::Read).await;
            let there = match opened {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((name, false)),
                opened => opened?,
            };
            if let Some(source) = source
                && source.is_same(&*there).await?
            {
                return Ok((name, true));
            }
            name = format!("{wanted}.{number}");
        }
        unreachable!("there are more numbers than files")
    }
}

/// Bytes of a file.
struct Source<'a> {
    file: &'a dyn File,
    from: u64,
    to: u64,
}

impl Source<'_> {
    /// Copies the bytes, durably, and says how many could not be read.
    async fn copy(&self, disk: &dyn Disk, directory: &str, name: &str) -> io::Result<u64> {
        let path = join(directory, name);
        let temporary = format!("{path}{}", names::TEMPORARY_SUFFIX);
        let target = disk.open(&temporary, OpenMode::Create).await?;
        target.set_len(0).await?;
        let (mut at, mut refused) = (self.from, Vec::new());
        while at < self.to {
            let piece = read_tolerant(self.file, at, self.room(at), &mut refused).await;
            if piece.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            target.write_all_at(at - self.from, std::slice::from_ref(&piece)).await?;
            at += piece.len() as u64;
        }
        target.sync().await?;
        disk.rename(&temporary, &path).await?;
        disk.sync_dir(directory).await?;
        Ok(refused.iter().map(|range| range.end - range.start).sum())
    }

    /// Whether `other` holds the same, as far as it can be read.
    async fn is_same(&self, other: &dyn File) -> io::Result<bool> {
        if other.size().await? != self.to - self.from {
            return Ok(false);
        }
        let (mut at, mut refused) = (self.from, Vec::new());
        while at < self.to {
            let piece = read_tolerant(self.file, at, self.room(at), &mut refused).await;
            let there = other.read_at(at - self.from, piece.len()).await?;
            if piece.is_empty() || piece != there {
                return Ok(false);
            }
            at += piece.len() as u64;
        }
        Ok(true)
    }

    fn room(&self, at: u64) -> usize {
        usize::try_from(self.to - at).unwrap_or(usize::MAX).min(SCAN_CHUNK_BYTES)
    }
}
