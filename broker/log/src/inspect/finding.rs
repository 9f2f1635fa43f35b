//! What an inspection tells: problems, each with its place, its meaning and what recovery would do about it.

use crate::limits::FINDINGS_PER_FILE_MAX;
use tribunal_wire::types::Offset;

/// The kinds of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Problem {
    /// Bytes of a log that are no valid batch where one should stand.
    DamagedBatch,
    /// A whole batch with a right CRC, whose records do not agree with its header.
    MalformedRecords,
    /// Offsets that no batch holds.
    MissingOffsets,
    /// A segment begins before the one in front of it ends.
    OverlappingSegments,
    /// The log ends before something that was durable, or begins after its end.
    LogEnd,
    /// A batch's leader epoch is not the one that began before it.
    LeaderEpoch,
    /// The offset index is missing, malformed, or points where no batch begins.
    OffsetIndex,
    /// The time index is missing, malformed, or tells other times than the log.
    TimeIndex,
    /// The index of aborted transactions is malformed.
    TransactionIndex,
    /// A producer snapshot is damaged, or tells something else than the log.
    ProducerSnapshot,
    /// The checkpoint of leader epochs is damaged or contradicts itself.
    EpochCheckpoint,
    /// `partition.metadata` is missing or damaged.
    PartitionMetadata,
    /// An offset checkpoint is damaged, or names partitions that are not there.
    OffsetCheckpoint,
    /// The summaries of the latest clean stop are damaged.
    Summaries,
    /// `meta.properties` is missing or damaged.
    MetaProperties,
    /// A snapshot of the metadata is damaged.
    MetadataSnapshot,
    /// A name that no log directory holds.
    ForeignName,
    /// Something that was on its way out or in.
    Leftover,
    /// The disk refuses.
    Unreadable,
    /// A file has more problems than are listed.
    More,
}

impl Problem {
    /// The problem's name for machines: it does not change.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Problem::DamagedBatch => "damaged-batch",
            Problem::MalformedRecords => "malformed-records",
            Problem::MissingOffsets => "missing-offsets",
            Problem::OverlappingSegments => "overlapping-segments",
            Problem::LogEnd => "log-end",
            Problem::LeaderEpoch => "leader-epoch",
            Problem::OffsetIndex => "offset-index",
            Problem::TimeIndex => "time-index",
            Problem::TransactionIndex => "transaction-index",
            Problem::ProducerSnapshot => "producer-snapshot",
            Problem::EpochCheckpoint => "epoch-checkpoint",
            Problem::PartitionMetadata => "partition-metadata",
            Problem::OffsetCheckpoint => "offset-checkpoint",
            Problem::Summaries => "summaries",
            Problem::MetaProperties => "meta-properties",
            Problem::MetadataSnapshot => "metadata-snapshot",
            Problem::ForeignName => "foreign-name",
            Problem::Leftover => "leftover",
            Problem::Unreadable => "unreadable",
            Problem::More => "more",
        }
    }
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its kind.
    pub problem: Problem,
    /// The path of the file or directory.
    pub file: String,
    /// The byte at which it stands, where there is one.
    pub position: Option<u64>,
    /// The offset that it is about, where there is one.
    pub offset: Option<Offset>,
    /// What is wrong, and what that means.
    pub meaning: String,
    /// What the broker's recovery would do.
    pub recovery: String,
}

impl Finding {
    /// A problem of a whole file.
    #[must_use]
    pub fn new(
        problem: Problem,
        file: &str,
        meaning: impl Into<String>,
        recovery: impl Into<String>,
    ) -> Self {
        Finding {
            problem,
            file: file.to_owned(),
            position: None,
            offset: None,
            meaning: meaning.into(),
            recovery: recovery.into(),
        }
    }

    /// The same, at a byte of the file.
    #[must_use]
    pub fn at(mut self, position: u64) -> Self {
        self.position = Some(position);
        self
    }

    /// The same, about an offset.
    #[must_use]
    pub fn about(mut self, offset: Offset) -> Self {
        self.offset = Some(offset);
        self
    }
}

/// What was looked at so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Partitions.
    pub partitions: u64,
    /// Segments.
    pub segments: u64,
    /// Their valid batches.
    pub batches: u64,
    /// Their records.
    pub records: u64,
    /// Bytes of the segments.
    pub bytes: u64,
    /// Problems, those that are not listed included.
    pub problems: u64,
}

/// Who is told what an inspection finds, as it finds it.
pub trait Witness: Send {
    /// A problem.
    fn found(&mut self, finding: Finding);
    /// The inspection is going on, in `file`.
    fn passed(&mut self, file: &str, totals: &Totals);
}

/// Counts, and keeps one broken file from drowning the others.
pub(super) struct Reporter<'a> {
    witness: &'a mut dyn Witness,
    pub(super) totals: Totals,
    file: String,
    listed: u64,
}

impl<'a> Reporter<'a> {
    pub(super) fn new(witness: &'a mut dyn Witness) -> Self {
        Reporter { witness, totals: Totals::default(), file: String::new(), listed: 0 }
    }

    pub(super) fn find(&mut self, finding: Finding) {
        if finding.file != self.file {
            self.settle();
            self.file.clone_from(&finding.file);
        }
        self.totals.problems += 1;
        self.listed += 1;
        if self.listed <= FINDINGS_PER_FILE_MAX {
            self.witness.found(finding);
        }
    }

    /// Says how many problems of the last file were not listed.
    pub(super) fn settle(&mut self) {
        let more = self.listed.saturating_sub(FINDINGS_PER_FILE_MAX);
        self.listed = 0;
        if more > 0 {
            let meaning = format!("{more} more problems of this file are not listed");
            self.witness.found(Finding::new(Problem::More, &self.file, meaning, "as for those before it"));
        }
    }

    pub(super) fn pass(&mut self, file: &str) {
        self.witness.passed(file, &self.totals);
    }
}
