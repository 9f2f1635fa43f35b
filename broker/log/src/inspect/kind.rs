//! What a path holds, told by names: nothing is read here but lists of names.

use crate::names::{self, join};
use std::io;
use tribunal_env::{Disk, EntryKind, OpenMode};
use tribunal_wire::types::Offset;

const TRANSACTION_INDEX: &str = "txnindex";
/// Only Apache Kafka writes it.
pub(crate) const HIGH_WATERMARKS: &str = "replication-offset-checkpoint";
const META_PROPERTIES: &str = "meta.properties";
const BOOTSTRAP: &str = "bootstrap.checkpoint";
const QUORUM_STATE: &str = "quorum-state";
/// What a directory is called while a topic that nobody knows is kept for its owner.
const STRAY_SUFFIX: &str = "-stray";
/// What Kafka calls a replica that moves in from another log directory.
const FUTURE_SUFFIX: &str = "-future";
/// How files are called that are on their way out or in: by us, and by Kafka.
const PASSING_SUFFIXES: [&str; 5] =
    [names::TEMPORARY_SUFFIX, names::DELETED_SUFFIX, names::CLEANED_SUFFIX, names::SWAP_SUFFIX, ".part"];

/// A file, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A segment that begins at this offset.
    Log(Offset),
    /// A segment's offset index.
    OffsetIndex(Offset),
    /// A segment's time index.
    TimeIndex(Offset),
    /// A segment's index of aborted transactions.
    TransactionIndex(Offset),
    /// What was known of producers at this offset.
    Snapshot(Offset),
    /// Which leader epoch began where.
    LeaderEpochs,
    /// Whose partition it is.
    PartitionMetadata,
    /// Offsets by partition.
    OffsetCheckpoint,
    /// Which node and cluster the directory belongs to.
    MetaProperties,
    /// Metadata records as of an offset, or those that a cluster began with.
    MetadataSnapshot,
    /// Who leads the metadata log.
    QuorumState,
    /// The mark of a clean stop.
    CleanShutdown,
    /// What a clean stop knew of each partition.
    Summaries,
    /// The lock of the broker that uses the directory.
    Lock,
    /// What a repair cut off a segment, or a whole segment that stood behind the cut.
    Saved(Offset),
    /// Half of a replacement that never happened, or what Kafka had not removed yet.
    Leftover,
    /// Nothing that a log directory holds.
    Foreign,
}

impl FileKind {
    /// The kind of the file with this name, without its directory.
    #[must_use]
    pub fn of(name: &str) -> FileKind {
        match name {
            names::LEADER_EPOCHS => return FileKind::LeaderEpochs,
            names::PARTITION_METADATA => return FileKind::PartitionMetadata,
            names::RECOVERY_POINTS | names::LOG_STARTS | names::CLEANER_OFFSETS | HIGH_WATERMARKS => {
                return FileKind::OffsetCheckpoint;
            }
            names::CLEAN_SHUTDOWN => return FileKind::CleanShutdown,
            names::SUMMARIES => return FileKind::Summaries,
            names::LOCK => return FileKind::Lock,
            META_PROPERTIES => return FileKind::MetaProperties,
            BOOTSTRAP => return FileKind::MetadataSnapshot,
            QUORUM_STATE => return FileKind::QuorumState,
            _ => {}
        }
        if PASSING_SUFFIXES.iter().any(|suffix| name.ends_with(suffix)) {
            return FileKind::Leftover;
        }
        match names::parse_offset_file(name) {
            Some((base, names::LOG)) => FileKind::Log(base),
            Some((base, names::OFFSET_INDEX)) => FileKind::OffsetIndex(base),
            Some((base, names::TIME_INDEX)) => FileKind::TimeIndex(base),
            Some((base, TRANSACTION_INDEX)) => FileKind::TransactionIndex(base),
            Some((offset, names::SNAPSHOT)) => FileKind::Snapshot(offset),
            Some((base, extension)) if extension.starts_with(names::CUT_PREFIX) => FileKind::Saved(base),
            _ if is_metadata_snapshot(name) => FileKind::MetadataSnapshot,
            _ => FileKind::Foreign,
        }
    }

    /// Whether a partition's directory may hold it.
    pub(super) fn belongs_to_partition(self) -> bool {
        matches!(
            self,
            FileKind::Log(_)
                | FileKind::OffsetIndex(_)
                | FileKind::TimeIndex(_)
                | FileKind::TransactionIndex(_)
                | FileKind::Snapshot(_)
                | FileKind::LeaderEpochs
                | FileKind::PartitionMetadata
                | FileKind::MetadataSnapshot
                | FileKind::QuorumState
                | FileKind::Saved(_)
        )
    }

    /// Whether a log directory may hold it beside its partitions.
    pub(super) fn belongs_to_directory(self, name: &str) -> bool {
        match self {
            FileKind::MetadataSnapshot => name == BOOTSTRAP,
            FileKind::OffsetCheckpoint
            | FileKind::MetaProperties
            | FileKind::CleanShutdown
            | FileKind::Summaries
            | FileKind::Lock => true,
            _ => false,
        }
    }

    /// The offset in the name of a file that belongs to one segment.
    pub(super) fn segment(self) -> Option<Offset> {
        match self {
            FileKind::Log(base)
            | FileKind::OffsetIndex(base)
            | FileKind::TimeIndex(base)
            | FileKind::TransactionIndex(base)
            | FileKind::Snapshot(base) => Some(base),
            _ => None,
        }
    }
}

/// Whether a start removes a file that is on its way out or in.
pub(super) fn is_removed_at_start(name: &str) -> bool {
    [names::TEMPORARY_SUFFIX, names::DELETED_SUFFIX, names::CLEANED_SUFFIX]
        .iter()
        .any(|suffix| name.ends_with(suffix))
}

/// The segment that a finished compaction left beside those that it stands for, if the file is its log.
pub(crate) fn swapped_in_at_start(name: &str) -> Option<Offset> {
    match names::parse_offset_file(name.strip_suffix(names::SWAP_SUFFIX)?) {
        Some((base, names::LOG)) => Some(base),
        _ => None,
    }
}

/// `OFFSET-EPOCH.checkpoint`, with 20 and 10 digits.
fn is_metadata_snapshot(name: &str) -> bool {
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    name.strip_suffix(".checkpoint")
        .and_then(|rest| rest.split_once('-'))
        .is_some_and(|(offset, epoch)| digits(offset, 20) && digits(epoch, 10))
}

/// What a directory within a log directory is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DirectoryKind {
    Partition,
    Deleted,
    Stray,
    Future,
    Foreign,
}

impl DirectoryKind {
    pub(crate) fn of(name: &str) -> DirectoryKind {
        if names::parse_partition_directory(name).is_some() {
            DirectoryKind::Partition
        } else if names::is_deletion_directory(name) {
            DirectoryKind::Deleted
        } else if name.ends_with(STRAY_SUFFIX) {
            DirectoryKind::Stray
        } else if name.ends_with(FUTURE_SUFFIX) {
            DirectoryKind::Future
        } else {
            DirectoryKind::Foreign
        }
    }
}

/// What a path holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A log directory, with partitions.
    DataDirectory,
    /// The directory of one partition.
    Partition,
    /// A single file.
    File(FileKind),
}

/// The path's last name.
pub(crate) fn name_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The path's directory, if it names one.
pub(crate) fn parent_of(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(parent, _)| parent)
}

/// What `path` holds; `None` for a directory in which nothing belongs to a log.
pub async fn place_of(disk: &dyn Disk, path: &str) -> io::Result<Option<Place>> {
    let entries = match disk.list(path).await {
        Ok(entries) => entries,
        Err(error) => {
            // A directory that cannot be listed cannot be opened as a file either.
            let opened = disk.open(path, OpenMode::Read).await;
            return match opened {
                Ok(_) => Ok(Some(Place::File(FileKind::of(name_of(path))))),
                Err(_) if error.kind() == io::ErrorKind::NotADirectory => opened.map(|_| None),
                Err(_) => Err(error),
            };
        }
    };
    let is_file = |entry: &tribunal_env::DirEntry| entry.kind == EntryKind::File;
    let has = |test: &dyn Fn(FileKind, &str) -> bool| {
        entries.iter().any(|entry| is_file(entry) && test(FileKind::of(&entry.name), &entry.name))
    };
    if has(&|kind, _| kind.segment().is_some() || kind == FileKind::PartitionMetadata) {
        return Ok(Some(Place::Partition));
    }
    let partitions = entries.iter().any(|entry| {
        entry.kind == EntryKind::Directory && DirectoryKind::of(&entry.name) == DirectoryKind::Partition
    });
    if partitions || has(&|kind, name| kind.belongs_to_directory(name)) {
        return Ok(Some(Place::DataDirectory));
    }
    let named = names::parse_partition_directory(name_of(path)).is_some();
    Ok(named.then_some(Place::Partition))
}

/// The files of a partition's directory, and what else is there.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Base offset and bytes of each segment, ascending.
    pub(crate) logs: Vec<(Offset, u64)>,
    /// Offsets of the producer snapshots, ascending.
    pub(crate) snapshots: Vec<Offset>,
    /// Everything, in order of names.
    pub(crate) entries: Vec<tribunal_env::DirEntry>,
}

impl Listing {
    /// Lists `directory`.
    pub(crate) async fn of(disk: &dyn Disk, directory: &str) -> io::Result<Listing> {
        let mut listing = Listing { entries: disk.list(directory).await?, ..Listing::default() };
        for entry in listing.entries.iter().filter(|entry| entry.kind == EntryKind::File) {
            match FileKind::of(&entry.name) {
                FileKind::Log(base) => listing.logs.push((base, entry.bytes)),
                FileKind::Snapshot(offset) => listing.snapshots.push(offset),
                _ => {}
            }
        }
        listing.logs.sort_unstable();
        listing.snapshots.sort_unstable();
        Ok(listing)
    }

    /// Leaves out what a start after a crash takes for an interrupted deletion: segments that lie wholly below the log
    /// start, and index files without a segment.
    pub(crate) fn forget_deletions(&mut self, log_start: Offset) {
        let below = self.logs.windows(2).take_while(|pair| pair[1].0 <= log_start).count();
        self.logs.drain(..below);
        let logs = &self.logs;
        let has_segment = |base: Offset| logs.binary_search_by_key(&base, |log| log.0).is_ok();
        self.entries.retain(|entry| match FileKind::of(&entry.name) {
            FileKind::Log(base) | FileKind::OffsetIndex(base) | FileKind::TimeIndex(base) => {
                has_segment(base)
            }
            FileKind::Leftover => !is_removed_at_start(&entry.name),
            _ => true,
        });
    }

    /// Whether there is a file with this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.kind == EntryKind::File && entry.name == name)
    }
}

/// `<directory>/<offset>.<extension>`.
pub(crate) fn segment_file(directory: &str, base: Offset, extension: &str) -> String {
    join(directory, &names::offset_file(base, extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_files_are() {
        for (name, expected) in [
            ("00000000000000000007.log", FileKind::Log(Offset(7))),
            ("00000000000000000007.index", FileKind::OffsetIndex(Offset(7))),
            ("00000000000000000007.timeindex", FileKind::TimeIndex(Offset(7))),
            ("00000000000000000007.txnindex", FileKind::TransactionIndex(Offset(7))),
            ("00000000000000000007.snapshot", FileKind::Snapshot(Offset(7))),
            ("00000000000000000609-0000000002.checkpoint", FileKind::MetadataSnapshot),
            ("bootstrap.checkpoint", FileKind::MetadataSnapshot),
            ("leader-epoch-checkpoint", FileKind::LeaderEpochs),
            ("cleaner-offset-checkpoint", FileKind::OffsetCheckpoint),
            ("leader-epoch-checkpoint.tmp", FileKind::Leftover),
            ("00000000000000000007.log.deleted", FileKind::Leftover),
            ("00000000000000000007.log.cut-81", FileKind::Saved(Offset(7))),
            ("00000000000000000007.log.cut-81.tmp", FileKind::Leftover),
            ("7.log", FileKind::Foreign),
            ("notes.txt", FileKind::Foreign),
        ] {
            assert_eq!(FileKind::of(name), expected, "{name}");
        }
        assert_eq!(DirectoryKind::of("a-b-0"), DirectoryKind::Partition);
        assert_eq!(DirectoryKind::of("lost+found"), DirectoryKind::Foreign);
        assert_eq!(DirectoryKind::of("a-0.00000000000000000000000000000001-stray"), DirectoryKind::Stray);
    }
}
