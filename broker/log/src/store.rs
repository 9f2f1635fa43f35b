//! The few file operations that recovery and the owner share.

use crate::names::{self, join, offset_file};
use crate::segment::{Segment, SegmentState};
use bytes::Bytes;
use std::{io, sync::Arc};
use tribunal_env::{Disk, File, FileExt, OpenMode};
use tribunal_wire::types::Offset;

/// ENOSPC and EDQUOT: the disk, or the share of it that is ours, is full.
pub(crate) fn is_no_space(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
        || matches!(error.raw_os_error(), Some(28 | 122))
}

/// Replaces a file that can be made again. It is not durable until the returned handle is flushed, and a
/// crash may leave half of it: whoever reads it checks it.
pub(crate) async fn write_cache(disk: &dyn Disk, path: &str, content: Vec<u8>) -> io::Result<Arc<dyn File>> {
    let file = disk.open(path, OpenMode::Create).await?;
    file.set_len(0).await?;
    file.write_all_at(0, &[Bytes::from(content)]).await?;
    Ok(file)
}

/// Creates an empty segment. Its name is durable once the directory is flushed.
pub(crate) async fn create_segment(
    disk: &dyn Disk,
    directory: &str,
    base: Offset,
) -> io::Result<Arc<Segment>> {
    let path = join(directory, &offset_file(base, names::LOG));
    let file = disk.open(&path, OpenMode::CreateNew).await?;
    Ok(Segment::new(base, file, SegmentState::empty(base)))
}

/// The files of a segment, the log first: without it the rest is nothing.
const SEGMENT_FILES: [&str; 5] =
    [names::LOG, names::OFFSET_INDEX, names::TIME_INDEX, names::TRANSACTION_INDEX, names::SNAPSHOT];

/// Gives a segment's files their `.deleted` names, and returns these. The log comes first: without it the rest is
/// nothing. The change is durable once the directory is flushed.
pub(crate) async fn set_segment_aside(
    disk: &dyn Disk,
    directory: &str,
    base: Offset,
) -> io::Result<Vec<String>> {
    set_files_aside(disk, directory, base, &SEGMENT_FILES).await
}

/// Gives files of a segment their `.deleted` names, in the order of `extensions`, and returns these.
pub(crate) async fn set_files_aside(
    disk: &dyn Disk,
    directory: &str,
    base: Offset,
    extensions: &[&str],
) -> io::Result<Vec<String>> {
    let mut aside = Vec::with_capacity(extensions.len());
    for extension in extensions {
        let path = join(directory, &offset_file(base, extension));
        let deleted = format!("{path}{}", names::DELETED_SUFFIX);
        match disk.rename(&path, &deleted).await {
            Ok(()) => aside.push(deleted),
            // An index or a snapshot is a cache, and may never have been written.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(aside)
}

/// Removes a segment with its index files and snapshot. The log file goes first: without it the rest is nothing.
pub(crate) async fn remove_segment(disk: &dyn Disk, directory: &str, base: Offset) -> io::Result<()> {
    for extension in SEGMENT_FILES {
        remove_if_there(disk, &join(directory, &offset_file(base, extension))).await?;
    }
    Ok(())
}

/// Removes a file that may be gone already.
pub(crate) async fn remove_if_there(disk: &dyn Disk, path: &str) -> io::Result<()> {
    match disk.remove_file(path).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
