//! Judges one partition's directory: all of it, or one segment.
//!
//! One walk over the batches serves every judge. What damage makes unknowable is not judged after it, so that each
//! fault is told where it is, and once.

use super::batches::{Damage, SegmentReader, SegmentStep};
use super::content::{Malformed, read_content};
use super::epochs::EpochJudge;
use super::finding::{Finding, Problem, Reporter};
use super::indexes::IndexJudge;
use super::kind::{FileKind, Listing, is_removed_at_start, segment_file, swapped_in_at_start};
use super::records;
use super::snapshots::SnapshotJudge;
use super::transactions::TransactionJudge;
use crate::names::{self, join, offset_file};
use crate::producers::EndedTransaction;
use bytes::Bytes;
use std::io;
use tribunal_env::{Disk, EntryKind, File, OpenMode};
use tribunal_wire::batch::BatchHeader;
use tribunal_wire::types::Offset;

/// What the checkpoints of the log directory say of a partition.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Known {
    /// `None` when there is no log directory around the partition, or its checkpoint is silent.
    pub(crate) recovery_point: Option<Offset>,
    pub(crate) log_start: Option<Offset>,
    /// Before it offsets may be missing: the log was compacted.
    pub(crate) cleaned_until: Offset,
    /// Whether the last stop was no clean one. Then the index files of the active segment are those of an earlier stop,
    /// or none, and nobody reads them; and what was being replaced or deleted is no problem, for the start ends it.
    pub(crate) unclean: bool,
}

/// Judges the partition in `directory`; with `only`, the segment that begins there.
pub(crate) async fn verify(
    disk: &dyn Disk,
    directory: &str,
    known: Known,
    only: Option<Offset>,
    report: &mut Reporter<'_>,
) -> io::Result<()> {
    let mut listing = Listing::of(disk, directory).await?;
    report.totals.partitions += 1;
    if known.unclean {
        listing.forget_deletions(known.log_start.unwrap_or_default());
    }
    if let Some(only) = only {
        listing.snapshots.retain(|&offset| offset == only);
        if !listing.logs.iter().any(|log| log.0 == only) {
            let path = segment_file(directory, only, names::LOG);
            let meaning = "there is no such segment: nothing reads its index files";
            report.find(Finding::new(Problem::Leftover, &path, meaning, "they are left alone"));
        }
    } else {
        names_that_do_not_belong(directory, &listing, report);
        small_files(disk, directory, &listing, report).await;
    }
    if only.is_none() && listing.entries.iter().any(|entry| swapped_in_at_start(&entry.name).is_some()) {
        // Which segments stand for what is decided by the next start.
        report.settle();
        return Ok(());
    }
    let first = only.or(listing.logs.first().map(|log| log.0)).unwrap_or_default();
    let snapshots = std::mem::take(&mut listing.snapshots);
    let mut check = Check {
        disk,
        directory,
        known,
        epochs: EpochJudge::open(disk, directory, only.is_none() && !listing.logs.is_empty(), report).await,
        snapshots: SnapshotJudge::new(disk, directory, snapshots, first, known.cleaned_until),
        expected: first,
        end_is_known: true,
        listing: &listing,
    };
    for index in 0..listing.logs.len() {
        if only.is_none_or(|only| only == listing.logs[index].0) {
            check.segment(index, report).await;
        }
    }
    if only.is_none() {
        check.finish(report).await;
    } else {
        let Check { snapshots, expected, .. } = check;
        // Of a single segment the snapshot at its base alone was kept; only its checksum can be looked at.
        snapshots.finish(expected, report).await;
    }
    report.settle();
    Ok(())
}

fn names_that_do_not_belong(directory: &str, listing: &Listing, report: &mut Reporter<'_>) {
    for entry in &listing.entries {
        let path = join(directory, &entry.name);
        let kind = FileKind::of(&entry.name);
        if entry.kind == EntryKind::Directory || kind == FileKind::Foreign {
            let what = if entry.kind == EntryKind::Directory { "directory" } else { "file" };
            let meaning = format!("no partition holds a {what} of this name");
            let recovery = "nothing reads it; deleting the topic fails on a directory in here";
            report.find(Finding::new(Problem::ForeignName, &path, meaning, recovery));
        } else if entry.name.ends_with(names::DELETED_SUFFIX) {
            // A deleted segment whose time has not come: a stop does not wait for it.
        } else if kind == FileKind::Leftover {
            let meaning = "a replacement or removal that was not carried to its end";
            let recovery = if is_removed_at_start(&entry.name) {
                "it is removed"
            } else if entry.name.ends_with(names::SWAP_SUFFIX) {
                "it takes the place of the segments that it stands for, which are not judged here"
            } else {
                "it is left alone"
            };
            report.find(Finding::new(Problem::Leftover, &path, meaning, recovery));
        } else if !kind.belongs_to_partition() {
            let meaning = "this file belongs into the log directory, not into a partition's";
            report.find(Finding::new(Problem::ForeignName, &path, meaning, "nothing reads it here"));
        } else if let FileKind::OffsetIndex(base)
        | FileKind::TimeIndex(base)
        | FileKind::TransactionIndex(base) = kind
            && !listing.has(&offset_file(base, names::LOG))
        {
            let meaning = "an index without its segment: nothing reads it";
            report.find(Finding::new(Problem::Leftover, &path, meaning, "it is removed"));
        }
    }
}

/// What can be judged by itself.
async fn small_files(disk: &dyn Disk, directory: &str, listing: &Listing, report: &mut Reporter<'_>) {
    for entry in listing.entries.iter().filter(|entry| entry.kind == EntryKind::File) {
        let path = join(directory, &entry.name);
        let kind = FileKind::of(&entry.name);
        let (problem, recovery) = match kind {
            FileKind::PartitionMetadata => (Problem::PartitionMetadata, METADATA_RECOVERY),
            FileKind::MetadataSnapshot => {
                metadata_snapshot(disk, &path, report).await;
                continue;
            }
            _ => continue,
        };
        small_file(disk, &path, kind, problem, recovery, report).await;
    }
    if !listing.has(names::PARTITION_METADATA) {
        let path = join(directory, names::PARTITION_METADATA);
        let meaning = "it is missing: nothing in the directory says which topic's it is";
        report.find(Finding::new(Problem::PartitionMetadata, &path, meaning, METADATA_RECOVERY));
    }
}

const METADATA_RECOVERY: &str =
    "it is written again with the id that the metadata gives the topic of this name";

/// A small file that only has to be what its name says.
pub(super) async fn small_file(
    disk: &dyn Disk,
    path: &str,
    kind: FileKind,
    problem: Problem,
    recovery: &str,
    report: &mut Reporter<'_>,
) {
    match read_content(disk, path, kind).await {
        Ok(Ok(_)) => {}
        Ok(Err(Malformed { position, why })) => {
            report.find(Finding::new(problem, path, why, recovery).at(position));
        }
        Err(error) => report.find(unreadable(path, &error)),
    }
}

fn unreadable(path: &str, error: &io::Error) -> Finding {
    let recovery = "a start that needs the file fails: check the disk and the rights of the file";
    Finding::new(Problem::Unreadable, path, format!("the disk says: {error}"), recovery)
}

/// Batches of metadata records in a file of their own, at offsets from 0.
pub(super) async fn metadata_snapshot(disk: &dyn Disk, path: &str, report: &mut Reporter<'_>) {
    let opened = async {
        let file = disk.open(path, OpenMode::Read).await?;
        let bytes = file.size().await?;
        Ok::<_, io::Error>((file, bytes))
    };
    let (file, bytes) = match opened.await {
        Ok(opened) => opened,
        Err(error) => return report.find(unreadable(path, &error)),
    };
    let recovery = "a start is refused: restore the file from a copy";
    let mut reader = SegmentReader::new(&*file, bytes, Offset::ZERO, None);
    let mut last_is_control = false;
    while let Some(step) = reader.next().await {
        let wrong = match &step {
            SegmentStep::Batch(position, header, bytes) => {
                last_is_control = header.attributes.is_control();
                records::judge(header, bytes).err().map(|why| (*position, header.base_offset, why))
            }
            SegmentStep::Damage(damage) => Some((damage.position, damage.expected, damage.cause.to_string())),
        };
        if let Some((position, offset, why)) = wrong {
            let finding = Finding::new(Problem::MetadataSnapshot, path, why, recovery);
            report.find(finding.at(position).about(offset));
            return;
        }
    }
    if !last_is_control {
        let meaning = "the snapshot has no footer: it was not written to its end";
        report.find(Finding::new(Problem::MetadataSnapshot, path, meaning, recovery).at(bytes));
    }
}

struct Check<'a> {
    disk: &'a dyn Disk,
    directory: &'a str,
    known: Known,
    listing: &'a Listing,
    epochs: EpochJudge,
    snapshots: SnapshotJudge<'a>,
    /// The offset that should come next.
    expected: Offset,
    /// Whether `expected` is certain: not behind a damaged end.
    end_is_known: bool,
}

impl Check<'_> {
    async fn segment(&mut self, index: usize, report: &mut Reporter<'_>) {
        let (base, _) = self.listing.logs[index];
        let path = segment_file(self.directory, base, names::LOG);
        report.totals.segments += 1;
        report.pass(&path);
        if base < self.expected {
            let meaning = format!(
                "the segment begins at offset {}, and the one in front of it ends at {}",
                base.0, self.expected.0
            );
            let recovery = "a start that walks here is refused: move one of the two away";
            report
                .find(Finding::new(Problem::OverlappingSegments, &path, meaning, recovery).at(0).about(base));
            self.snapshots.lost();
        } else if base > self.expected && base <= self.known.cleaned_until {
            self.snapshots.compacted();
        } else if base > self.expected && self.end_is_known {
            self.missing(&path, 0, self.expected, base, report);
        }
        self.expected = base;
        self.end_is_known = true;
        self.snapshots.reached(base, report).await;
        let opened = async {
            let file = self.disk.open(&path, OpenMode::Read).await?;
            let bytes = file.size().await?;
            Ok::<_, io::Error>((file, bytes))
        };
        match opened.await {
            Ok((file, bytes)) => self.walk(index, &path, &*file, bytes, report).await,
            Err(error) => {
                report.find(unreadable(&path, &error));
                self.snapshots.lost();
                self.end_is_known = false;
            }
        }
        report.pass(&path);
    }

    async fn walk(
        &mut self,
        index: usize,
        path: &str,
        file: &dyn File,
        bytes: u64,
        report: &mut Reporter<'_>,
    ) {
        let base = self.listing.logs[index].0;
        let later = &self.listing.logs[index + 1..];
        let (after, follows) = (later.first().map(|log| log.0), later.iter().any(|log| log.1 > 0));
        let before = report.totals.bytes;
        let sealed = after.is_some();
        let (mut indexes, mut transactions) = if sealed || !self.known.unclean {
            (
                IndexJudge::open(self.disk, self.directory, base, sealed, report).await,
                TransactionJudge::open(self.disk, self.directory, base, report).await,
            )
        } else {
            (IndexJudge::of_nothing(base), TransactionJudge::of_nothing())
        };
        let mut reader = SegmentReader::new(file, bytes, base, after).with_gaps(self.known.cleaned_until);
        let mut told = 0;
        while let Some(step) = reader.next().await {
            let end = match step {
                SegmentStep::Batch(position, header, bytes) => {
                    indexes.batch(position, &header, report);
                    if header.base_offset > self.expected {
                        self.gap(path, position, header.base_offset, report).await;
                    }
                    let ended = self.batch(path, position, &header, &bytes, report);
                    if header.attributes.is_control() {
                        let aborted = ended.filter(|ended| ended.is_abort).map(|ended| ended.span);
                        transactions.marker(header.last_offset(), aborted);
                    }
                    self.snapshots.reached(self.expected, report).await;
                    position + bytes.len() as u64
                }
                SegmentStep::Damage(damage) => {
                    self.damage(path, &damage, after, follows, report);
                    indexes.damage(damage.position, damage.end, damage.next.or(after));
                    damage.end
                }
            };
            report.totals.bytes = before + end;
            if end >= told + crate::limits::INSPECT_BYTES_PER_TURN {
                told = end;
                report.pass(path);
            }
        }
        indexes.finish(bytes, report);
        if let Some(since) = self.snapshots.complete_since() {
            transactions.finish(base, since, self.known.cleaned_until, report);
        }
    }

    /// No batch has the offsets up to `next`. A snapshot that stands among them comes before what follows.
    async fn gap(&mut self, path: &str, position: u64, next: Offset, report: &mut Reporter<'_>) {
        if next <= self.known.cleaned_until {
            self.snapshots.compacted();
        } else {
            self.missing(path, position, self.expected, next, report);
        }
        self.snapshots.reached(next, report).await;
    }

    fn batch(
        &mut self,
        path: &str,
        position: u64,
        header: &BatchHeader,
        bytes: &Bytes,
        report: &mut Reporter<'_>,
    ) -> Option<EndedTransaction> {
        report.totals.batches += 1;
        report.totals.records += u64::try_from(header.records_count).unwrap_or(0);
        if let Err(why) = records::judge(header, bytes) {
            let meaning = format!("the batch has the right CRC, but {why}");
            let recovery =
                "none: the CRC is right, so the batch is kept and sent as it is, and its readers fail";
            let finding = Finding::new(Problem::MalformedRecords, path, meaning, recovery);
            report.find(finding.at(position).about(header.base_offset));
        }
        self.epochs.batch(path, position, header, report);
        self.expected = header.next_offset();
        self.snapshots.batch(header, bytes)
    }

    fn missing(&mut self, path: &str, position: u64, from: Offset, to: Offset, report: &mut Reporter<'_>) {
        let meaning = format!(
            "the offsets from {} to {} are in no batch, and the cleaner checkpoint knows of no compaction there",
            from.0,
            to.0 - 1
        );
        let recovery = if position == 0 && from >= self.known.recovery_point.unwrap_or_default() {
            "after an unclean stop this segment and all behind it are dropped; else reads of these offsets answer \
             CORRUPT_MESSAGE, and the rest is served"
        } else {
            "reads of these offsets answer CORRUPT_MESSAGE, and the rest is served"
        };
        let finding = Finding::new(Problem::MissingOffsets, path, meaning, recovery);
        report.find(finding.at(position).about(from));
        self.snapshots.lost();
    }

    fn damage(
        &mut self,
        path: &str,
        damage: &Damage,
        after: Option<Offset>,
        follows: bool,
        report: &mut Reporter<'_>,
    ) {
        let next = damage.next.or(after);
        let lost = match next {
            Some(next) if next > damage.expected => {
                format!("offsets {} to {} are lost", damage.expected.0, next.0 - 1)
            }
            Some(_) => "no offset is lost".to_owned(),
            None => format!("what was written from offset {} on is lost", damage.expected.0),
        };
        let bytes = damage.end - damage.position;
        let meaning = format!("{}; {bytes} bytes are no valid batch, and {lost}", damage.cause);
        let finding = Finding::new(Problem::DamagedBatch, path, meaning, self.verdict(damage, follows));
        report.find(finding.at(damage.position).about(damage.expected));
        self.snapshots.lost();
        if let Some(next) = damage.next {
            self.expected = self.expected.max(next);
        } else {
            self.end_is_known = false;
        }
    }

    fn verdict(&self, damage: &Damage, follows: bool) -> String {
        let point = self.known.recovery_point.unwrap_or_default();
        let known = match self.known.recovery_point {
            Some(point) => format!("the recovery point is {}", point.0),
            None => "no recovery point is known".to_owned(),
        };
        if damage.would_be_cut(point, follows) {
            format!(
                "a start cuts the log at byte {}, with all that follows: {known}, so nothing here was durable for \
                 certain",
                damage.position
            )
        } else {
            format!(
                "the bytes are kept ({known}); reads of them answer CORRUPT_MESSAGE, and the rest is served"
            )
        }
    }

    async fn finish(self, report: &mut Reporter<'_>) {
        let Check { directory, known, listing, epochs, snapshots, expected: end, end_is_known, .. } = self;
        if !end_is_known {
            // Where the end is damaged, what the other files say of it can be neither right nor wrong.
            return;
        }
        let log = listing
            .logs
            .last()
            .map_or_else(|| directory.to_owned(), |&(base, _)| segment_file(directory, base, names::LOG));
        if let Some(point) = known.recovery_point.filter(|&point| point > end) {
            let meaning = format!(
                "the log ends at offset {}, and was durable up to {}: the end of the file is gone",
                end.0, point.0
            );
            let recovery = format!(
                "offsets {} to {} answer CORRUPT_MESSAGE, and appends go on at {}",
                end.0,
                point.0 - 1,
                point.0
            );
            report.find(Finding::new(Problem::LogEnd, &log, meaning, recovery).about(end));
        } else if let Some(start) = known.log_start.filter(|&start| start > end) {
            let meaning = format!(
                "the log ends at offset {}, before its start at {}: all of it was deleted, and more is gone",
                end.0, start.0
            );
            let recovery = format!("the segments are removed, and the log begins anew at {}", start.0);
            report.find(Finding::new(Problem::LogEnd, &log, meaning, recovery).about(end));
        } else {
            epochs.finish(end, report);
            snapshots.finish(end, report).await;
        }
    }
}
