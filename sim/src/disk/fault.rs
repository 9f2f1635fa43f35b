//! What may go wrong with a disk: which operation, on which kind of file, how often, and what then.
//!
//! A rule that never applies draws nothing. Rules are asked in order; the first that bites decides.

use crate::random::{Ratio, Stream};
use std::time::Duration;

/// The kinds of file that a node keeps, as faults tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum FileClass {
    /// A segment of a partition's log.
    Segment,
    /// An offset, time or transaction index.
    Index,
    /// A snapshot of producer state.
    Snapshot,
    /// A checkpoint, a properties file or a mark: small files that are replaced as a whole.
    Checkpoint,
    /// A segment of the metadata log.
    MetadataLog,
    /// Anything else, and directories.
    Other,
}

impl FileClass {
    /// The class of the file at `path`.
    pub fn of(path: &str) -> FileClass {
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        let name = name.strip_suffix(".deleted").unwrap_or(name);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let metadata =
            directory.rsplit('/').next().is_some_and(|last| last.starts_with("__cluster_metadata-"));
        match extension {
            "log" if metadata => FileClass::MetadataLog,
            "log" => FileClass::Segment,
            "index" | "timeindex" | "txnindex" => FileClass::Index,
            "snapshot" => FileClass::Snapshot,
            "properties" | "metadata" | "tmp" | "checkpoint" | "kafka_cleanshutdown" => FileClass::Checkpoint,
            _ if name.contains("checkpoint") => FileClass::Checkpoint,
            _ => FileClass::Other,
        }
    }
}

/// The operations that faults are aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Operation {
    /// Opening or creating.
    Open,
    /// Reading.
    Read,
    /// Writing.
    Write,
    /// Cutting or growing.
    SetLength,
    /// Making data durable.
    Sync,
    /// Making names durable.
    SyncDirectory,
    /// Renaming or removing.
    Rename,
    /// Listing a directory.
    List,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum FaultKind {
    /// EIO. A failed sync loses what was not yet durable: pages turn clean, the next sync answers success, and the
    /// data is gone once the cache is.
    InputOutput,
    /// ENOSPC.
    NoSpace,
    /// Only a part of a write is taken.
    ShortWrite,
    /// One bit of what is read turns over, on the platter and for good.
    Rot,
    /// The sector that is read cannot be read any more until it is written again.
    LatentSector,
    /// One sector of a sync lands at another place of the same file.
    Misdirected,
    /// The sync says success and did nothing.
    LyingSync,
    /// The operation takes this many milliseconds longer.
    Stall(u32),
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FaultRule {
    /// Only files of this class; all when absent.
    pub class: Option<FileClass>,
    /// The operation.
    pub operation: Operation,
    /// What happens.
    pub kind: FaultKind,
    /// How often.
    pub chance: Ratio,
    /// How often at most, over the rule's life.
    pub limit: u32,
}

impl FaultRule {
    /// A rule for all files, without a limit.
    pub fn new(operation: Operation, kind: FaultKind, chance: Ratio) -> Self {
        FaultRule { class: None, operation, kind, chance, limit: u32::MAX }
    }

    /// Only for files of one class.
    #[must_use]
    pub fn on(mut self, class: FileClass) -> Self {
        self.class = Some(class);
        self
    }

    /// At most `limit` times.
    #[must_use]
    pub fn at_most(mut self, limit: u32) -> Self {
        self.limit = limit;
        self
    }
}

/// The rules in force.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults {
    rules: Vec<FaultRule>,
}

impl Faults {
    pub(crate) fn set(&mut self, rules: Vec<FaultRule>) {
        self.rules = rules;
    }

    pub(crate) fn add(&mut self, rule: FaultRule) {
        self.rules.push(rule);
    }

    /// What goes wrong this time. Stalls are told apart by [`Faults::stall`].
    pub(crate) fn bite(
        &mut self,
        stream: &mut Stream,
        class: FileClass,
        operation: Operation,
    ) -> Option<FaultKind> {
        self.ask(stream, class, operation, |kind| !matches!(kind, FaultKind::Stall(_)))
    }

    /// How much longer it takes this time.
    pub(crate) fn stall(
        &mut self,
        stream: &mut Stream,
        class: FileClass,
        operation: Operation,
    ) -> Option<Duration> {
        match self.ask(stream, class, operation, |kind| matches!(kind, FaultKind::Stall(_))) {
            Some(FaultKind::Stall(millis)) => Some(Duration::from_millis(u64::from(millis))),
            _ => None,
        }
    }

    fn ask(
        &mut self,
        stream: &mut Stream,
        class: FileClass,
        operation: Operation,
        wanted: impl Fn(&FaultKind) -> bool,
    ) -> Option<FaultKind> {
        let rule = self.rules.iter_mut().find(|rule| {
            rule.operation == operation
                && wanted(&rule.kind)
                && rule.limit > 0
                && rule.class.is_none_or(|only| only == class)
                && stream.chance(rule.chance)
        })?;
        rule.limit -= 1;
        Some(rule.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_classes() {
        let check = |path, class| assert_eq!(FileClass::of(path), class, "{path}");
        check("data/orders-0/00000000000000000000.log", FileClass::Segment);
        check("data/__cluster_metadata-0/00000000000000000000.log", FileClass::MetadataLog);
        check("data/orders-0/00000000000000000000.timeindex", FileClass::Index);
        check("data/orders-0/00000000000000000123.snapshot", FileClass::Snapshot);
        check("data/recovery-point-offset-checkpoint", FileClass::Checkpoint);
        check("data/orders-0/leader-epoch-checkpoint", FileClass::Checkpoint);
        check("data/orders-0/leader-epoch-checkpoint.tmp", FileClass::Checkpoint);
        check("data/orders-0/partition.metadata", FileClass::Checkpoint);
        check("data/.lock", FileClass::Other);
        check("data/.kafka_cleanshutdown", FileClass::Checkpoint);
    }

    #[test]
    fn rules_bite_where_they_aim_and_stop_at_their_limit() {
        let mut stream = Stream::split(1, "node", "disk");
        let mut faults = Faults::default();
        faults.add(FaultRule::new(Operation::Write, FaultKind::NoSpace, Ratio::ZERO));
        faults.add(
            FaultRule::new(Operation::Write, FaultKind::InputOutput, Ratio::ONE)
                .on(FileClass::Index)
                .at_most(2),
        );
        assert_eq!(faults.bite(&mut stream, FileClass::Segment, Operation::Write), None);
        assert_eq!(faults.bite(&mut stream, FileClass::Index, Operation::Read), None);
        for _ in 0..2 {
            let bitten = faults.bite(&mut stream, FileClass::Index, Operation::Write);
            assert_eq!(bitten, Some(FaultKind::InputOutput));
        }
        assert_eq!(faults.bite(&mut stream, FileClass::Index, Operation::Write), None);
        assert_eq!(stream.draws(), 0, "certain and impossible rules draw nothing");
    }
}
