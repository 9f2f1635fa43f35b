//! What the checkpoints of a log directory say of a partition whose log was cut.
//!
//! Always holds: the recovery point goes last. While it stands behind the log's end, an inspection says so, and the next
//! repair lowers whatever was not lowered.

use super::{Act, Journal, Site, Step};
use crate::checkpoint::{self, encode_offsets, parse_offsets, read_text};
use crate::inspect::{HIGH_WATERMARKS, name_of, parent_of};
use crate::names::{self, join, parse_partition_directory};
use bytes::Bytes;
use std::io;
use tribunal_wire::types::Offset;

/// Lowers all that is said of the partition to `end`.
pub(super) async fn lower(site: &Site<'_>, end: Offset, journal: &mut Journal<'_>) -> io::Result<()> {
    let (Some(directory), Some((topic, index))) =
        (parent_of(&site.directory), parse_partition_directory(name_of(&site.directory)))
    else {
        return Ok(());
    };
    for name in [HIGH_WATERMARKS, names::LOG_STARTS, names::CLEANER_OFFSETS, names::RECOVERY_POINTS] {
        let path = join(directory, name);
        let text = read_text(site.disk, &path).await?;
        let Some(mut offsets) = text.as_deref().and_then(parse_offsets) else { continue };
        let Some(offset) = offsets.get_mut(&(topic.to_owned(), index)).filter(|offset| **offset > end) else {
            continue;
        };
        let reason = format!("{topic}-{} stood at offset {}, behind the end of its log", index.0, offset.0);
        *offset = end;
        checkpoint::replace(site.disk, directory, name, Bytes::from(encode_offsets(&offsets))).await?;
        journal.done(Step::new(Act::Lower, &path, reason).about(end));
    }
    Ok(())
}

/// Takes the mark of a clean stop away: the next start is to look at what the log is now, and to lead under a newer epoch, by
/// which clients learn that records are gone.
pub(super) async fn mark_unclean(site: &Site<'_>, journal: &mut Journal<'_>) -> io::Result<()> {
    let Some(directory) = parent_of(&site.directory) else { return Ok(()) };
    if parse_partition_directory(name_of(&site.directory)).is_none() {
        return Ok(());
    }
    let mark = join(directory, names::CLEAN_SHUTDOWN);
    match site.disk.remove_file(&mark).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        removed => removed?,
    }
    site.disk.sync_dir(directory).await?;
    let reason = "the next start looks at what was cut, and tells clients by a newer leader epoch that records are gone";
    journal.done(Step::new(Act::Remove, &mark, reason));
    Ok(())
}
