//! Judges a whole log directory, or whatever else a path holds, and tells whether a broker uses it.

use super::content::{Malformed, parse_offset_checkpoint};
use super::finding::{Finding, Problem, Reporter, Totals, Witness};
use super::kind::{DirectoryKind, FileKind, HIGH_WATERMARKS, Listing, Place, name_of, parent_of};
use super::partition::{self, Known, metadata_snapshot, small_file};
use crate::checkpoint::{PartitionOffsets, read_small};
use crate::names::{self, join};
use std::io;
use tribunal_env::{Disk, EntryKind, Lock};
use tribunal_wire::types::{Offset, PartitionIndex};

/// Whether somebody uses a log directory.
pub enum Use {
    /// Nobody. Where there is a lock file, its lock is held, so that no broker starts meanwhile.
    Free(Option<Box<dyn Lock>>),
    /// A broker.
    Busy,
    /// It cannot be told.
    Unknown(io::Error),
}

/// Tries the lock of the log directory `path`. The lock file is never made.
pub async fn probe_lock(disk: &dyn Disk, path: &str) -> Use {
    match disk.list(path).await {
        Ok(entries) if entries.iter().any(|entry| entry.name == names::LOCK) => {}
        Ok(_) => return Use::Free(None),
        Err(error) => return Use::Unknown(error),
    }
    match disk.lock(&join(path, names::LOCK)).await {
        Ok(lock) => Use::Free(Some(lock)),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Use::Busy,
        Err(error) => Use::Unknown(error),
    }
}

/// Judges what `path` holds, as [`super::place_of`] says, and tells `witness` of each problem as it is found. An error
/// is the disk's, about `path` itself.
pub async fn verify(
    disk: &dyn Disk,
    path: &str,
    place: &Place,
    witness: &mut dyn Witness,
) -> io::Result<Totals> {
    let mut report = Reporter::new(witness);
    match *place {
        Place::DataDirectory => data_directory(disk, path, &mut report).await?,
        Place::Partition => {
            let known = known_around(disk, path).await;
            partition::verify(disk, path, known, None, &mut report).await?;
        }
        Place::File(kind) => file(disk, path, kind, &mut report).await?,
    }
    report.settle();
    report.pass(path);
    Ok(report.totals)
}

async fn file(disk: &dyn Disk, path: &str, kind: FileKind, report: &mut Reporter<'_>) -> io::Result<()> {
    let mut small = async |problem| {
        small_file(disk, path, kind, problem, "as for the whole partition", report).await;
    };
    match kind {
        FileKind::Log(base) | FileKind::OffsetIndex(base) | FileKind::TimeIndex(base) => {
            let Some(directory) = parent_of(path) else { return Err(io::ErrorKind::NotFound.into()) };
            let known = known_around(disk, directory).await;
            partition::verify(disk, directory, known, Some(base), report).await?;
        }
        FileKind::TransactionIndex(_) => small(Problem::TransactionIndex).await,
        FileKind::Snapshot(_) => small(Problem::ProducerSnapshot).await,
        FileKind::LeaderEpochs => small(Problem::EpochCheckpoint).await,
        FileKind::PartitionMetadata => small(Problem::PartitionMetadata).await,
        FileKind::OffsetCheckpoint if is_empty_by_right(disk, path).await => {}
        FileKind::OffsetCheckpoint => small(Problem::OffsetCheckpoint).await,
        FileKind::Summaries => summaries(disk, path, report).await,
        FileKind::MetadataSnapshot => metadata_snapshot(disk, path, report).await,
        FileKind::MetaProperties | FileKind::QuorumState | FileKind::CleanShutdown | FileKind::Lock => {}
        FileKind::Saved(_) => {}
        FileKind::Leftover | FileKind::Foreign => {
            let meaning = "no file of a log directory has this name";
            report.find(Finding::new(Problem::ForeignName, path, meaning, "nothing reads it"));
        }
    }
    Ok(())
}

/// What the log directory around a partition's says of it, if there is one.
async fn known_around(disk: &dyn Disk, partition: &str) -> Known {
    let (Some(directory), Some((topic, index))) =
        (parent_of(partition), names::parse_partition_directory(name_of(partition)))
    else {
        return Known::default();
    };
    Around::read(disk, directory).await.known(topic, index)
}

/// What a log directory says of its partitions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Around {
    recovery_points: PartitionOffsets,
    log_starts: PartitionOffsets,
    cleaner_offsets: PartitionOffsets,
    /// Whether the last stop was no clean one.
    pub(crate) unclean: bool,
}

impl Around {
    /// Reads the checkpoints of `directory`. One that cannot be read is as good as none.
    pub(crate) async fn read(disk: &dyn Disk, directory: &str) -> Around {
        let read = async |name: &str| {
            let bytes = read_small(disk, &join(directory, name)).await.ok()??;
            parse_offset_checkpoint(str::from_utf8(&bytes).ok()?).ok()
        };
        // A directory that was copied out of its log directory tells nothing of the stop before.
        let listing = Listing::of(disk, directory).await.unwrap_or_default();
        Around {
            recovery_points: read(names::RECOVERY_POINTS).await.unwrap_or_default(),
            log_starts: read(names::LOG_STARTS).await.unwrap_or_default(),
            cleaner_offsets: read(names::CLEANER_OFFSETS).await.unwrap_or_default(),
            unclean: listing.has(names::RECOVERY_POINTS) && !listing.has(names::CLEAN_SHUTDOWN),
        }
    }

    /// What it says of one of them.
    pub(crate) fn known(&self, topic: &str, index: PartitionIndex) -> Known {
        let name = (topic.to_owned(), index);
        Known {
            cleaned_until: self.cleaner_offsets.get(&name).copied().unwrap_or_default(),
            recovery_point: self.recovery_points.get(&name).copied(),
            log_start: self.log_starts.get(&name).copied(),
            unclean: self.unclean,
        }
    }
}

async fn data_directory(disk: &dyn Disk, path: &str, report: &mut Reporter<'_>) -> io::Result<()> {
    let listing = Listing::of(disk, path).await?;
    let mut partitions = Vec::new();
    for entry in listing.entries.iter().filter(|entry| entry.kind == EntryKind::Directory) {
        match names::parse_partition_directory(&entry.name) {
            Some((topic, index)) => partitions.push((topic.to_owned(), index)),
            None => odd_directory(path, &entry.name, report),
        }
    }
    for entry in listing.entries.iter().filter(|entry| entry.kind == EntryKind::File) {
        odd_file(path, &entry.name, report);
    }
    let bootstrap = listing.entries.iter().filter(|entry| entry.kind == EntryKind::File);
    for entry in bootstrap.filter(|entry| FileKind::of(&entry.name) == FileKind::MetadataSnapshot) {
        metadata_snapshot(disk, &join(path, &entry.name), report).await;
    }
    if listing.has(names::SUMMARIES) {
        summaries(disk, &join(path, names::SUMMARIES), report).await;
    }
    let mut recovery_points = PartitionOffsets::new();
    let mut log_starts = PartitionOffsets::new();
    let mut cleaner_offsets = PartitionOffsets::new();
    for entry in &listing.entries {
        if FileKind::of(&entry.name) == FileKind::OffsetCheckpoint {
            let offsets = checkpoint(disk, &join(path, &entry.name), &partitions, report).await;
            match entry.name.as_str() {
                names::RECOVERY_POINTS => recovery_points = offsets,
                names::LOG_STARTS => log_starts = offsets,
                names::CLEANER_OFFSETS => cleaner_offsets = offsets,
                _ => {}
            }
        }
    }
    for name in partitions {
        let directory = join(path, &names::partition_directory(&name.0, name.1));
        let known = Known {
            recovery_point: recovery_points.get(&name).copied(),
            log_start: log_starts.get(&name).copied(),
            cleaned_until: cleaner_offsets.get(&name).copied().unwrap_or_default(),
            unclean: !listing.has(names::CLEAN_SHUTDOWN),
        };
        if let Err(error) = partition::verify(disk, &directory, known, None, report).await {
            let meaning = format!("the directory cannot be listed: {error}");
            let recovery = "the partition is offline: check the disk and the rights of the directory";
            report.find(Finding::new(Problem::Unreadable, &directory, meaning, recovery));
        }
    }
    Ok(())
}

async fn summaries(disk: &dyn Disk, path: &str, report: &mut Reporter<'_>) {
    let recovery = "after a clean stop the next start looks at every partition, which takes longer";
    small_file(disk, path, FileKind::Summaries, Problem::Summaries, recovery, report).await;
}

/// Whether an offset checkpoint is empty because Apache Kafka made it and was killed before it had something to say.
/// In a directory that is none of Kafka's, one that our broker writes was damaged.
async fn is_empty_by_right(disk: &dyn Disk, path: &str) -> bool {
    if !matches!(read_small(disk, path).await, Ok(Some(bytes)) if bytes.is_empty()) {
        return false;
    }
    let is_ours = [names::RECOVERY_POINTS, names::LOG_STARTS].contains(&name_of(path));
    let listing = Listing::of(disk, parent_of(path).unwrap_or_default()).await;
    !is_ours || listing.is_ok_and(|listing| listing.has(HIGH_WATERMARKS))
}

/// Reads an offset checkpoint, and says which of its partitions are not there.
async fn checkpoint(
    disk: &dyn Disk,
    path: &str,
    partitions: &[(String, PartitionIndex)],
    report: &mut Reporter<'_>,
) -> PartitionOffsets {
    // The other checkpoint is Apache Kafka's own: high watermarks.
    let is_ours = [names::RECOVERY_POINTS, names::LOG_STARTS].contains(&name_of(path));
    let ignored = if name_of(path) == names::CLEANER_OFFSETS {
        "the file is ignored: logs are compacted from their beginning, and offsets that are missing in what was durable \
         are taken for compacted ones"
    } else if is_ours {
        "the file is ignored: all logs are checked from their beginning, and what was deleted by DeleteRecords may \
         come back"
    } else {
        "nothing reads it but Apache Kafka"
    };
    let problem = Problem::OffsetCheckpoint;
    let bytes = match read_small(disk, path).await {
        Ok(bytes) => bytes.unwrap_or_default(),
        Err(error) => {
            report.find(Finding::new(problem, path, format!("cannot be read: {error}"), ignored));
            return PartitionOffsets::new();
        }
    };
    if bytes.is_empty() {
        if !is_empty_by_right(disk, path).await {
            let why =
                "is empty: no broker leaves it so but Apache Kafka, and nothing else here is of its making";
            report.find(Finding::new(problem, path, why, ignored).at(0));
        }
        return PartitionOffsets::new();
    }
    let text = str::from_utf8(&bytes).map_err(|error| Malformed::new(error.valid_up_to(), "is no text"));
    let offsets = match text.and_then(parse_offset_checkpoint) {
        Ok(offsets) => offsets,
        Err(Malformed { position, why }) => {
            report.find(Finding::new(problem, path, why, ignored).at(position));
            return PartitionOffsets::new();
        }
    };
    for ((topic, index), offset) in &offsets {
        let present = partitions.iter().any(|(name, partition)| name == topic && partition == index);
        if !present && *offset > Offset::ZERO {
            let meaning = format!(
                "it names {topic}-{} at offset {}, and there is no such directory: the partition is gone",
                index.0, offset.0
            );
            let recovery = "where the topic still exists, the partition is made anew, empty, from offset 0";
            report.find(Finding::new(problem, path, meaning, recovery).about(*offset));
        }
    }
    offsets
}

fn odd_directory(path: &str, name: &str, report: &mut Reporter<'_>) {
    let (problem, meaning, recovery) = match DirectoryKind::of(name) {
        DirectoryKind::Partition => return,
        DirectoryKind::Deleted => {
            (Problem::Leftover, "a partition whose deletion was not carried to its end", "it is removed")
        }
        DirectoryKind::Stray => (
            Problem::Leftover,
            "a partition of a topic that the metadata did not have, set aside",
            "it is left alone: remove it, or look into it with `tribunal log dump`",
        ),
        DirectoryKind::Future => (
            Problem::Leftover,
            "a replica that Apache Kafka was moving in from another log directory",
            "it is left alone",
        ),
        DirectoryKind::Foreign => {
            (Problem::ForeignName, "no log directory holds a directory of this name", "it is left alone")
        }
    };
    report.find(Finding::new(problem, &join(path, name), meaning, recovery));
}

fn odd_file(path: &str, name: &str, report: &mut Reporter<'_>) {
    let kind = FileKind::of(name);
    if kind.belongs_to_directory(name) {
        return;
    }
    let (problem, meaning) = match kind {
        FileKind::Leftover => (Problem::Leftover, "a replacement that was not carried to its end"),
        FileKind::Foreign => (Problem::ForeignName, "no log directory holds a file of this name"),
        _ => (Problem::ForeignName, "this file belongs into a partition's directory"),
    };
    let recovery = match problem {
        Problem::Leftover => "it is left alone; `tribunal log repair` removes it",
        _ => "it is left alone",
    };
    report.find(Finding::new(problem, &join(path, name), meaning, recovery));
}
