//! The checkpoint of leader epochs against the epochs in the batches.

use super::content::parse_leader_epochs;
use super::finding::{Finding, Problem, Reporter};
use crate::checkpoint::read_small;
use crate::epochs::LeaderEpochs;
use crate::names::{self, join};
use tribunal_env::Disk;
use tribunal_wire::batch::BatchHeader;
use tribunal_wire::types::{LeaderEpoch, Offset};

const WALKED: &str = "the log is walked from its beginning for the epochs of its batches";
const KEPT: &str = "the checkpoint stands until the log is walked; followers and consumers that ask where an epoch \
                    ended are told what it says";

/// Follows the epochs through a partition.
pub(super) struct EpochJudge {
    path: String,
    checkpoint: Option<LeaderEpochs>,
    newest: LeaderEpoch,
    /// What was told last, so that a stretch of batches is told once.
    told: Option<(LeaderEpoch, Option<LeaderEpoch>)>,
}

impl EpochJudge {
    /// Reads the checkpoint. Without one that can be read, epochs may at least not fall.
    pub(super) async fn open(
        disk: &dyn Disk,
        directory: &str,
        required: bool,
        report: &mut Reporter<'_>,
    ) -> EpochJudge {
        let path = join(directory, names::LEADER_EPOCHS);
        let mut checkpoint = None;
        match read_small(disk, &path).await {
            Ok(None) if !required => {}
            Ok(None) => report.find(Finding::new(Problem::EpochCheckpoint, &path, "it is missing", WALKED)),
            Err(error) => {
                report.find(Finding::new(
                    Problem::EpochCheckpoint,
                    &path,
                    format!("cannot be read: {error}"),
                    WALKED,
                ));
            }
            Ok(Some(bytes)) => match parse_leader_epochs(&String::from_utf8_lossy(&bytes)) {
                Ok(epochs) => checkpoint = Some(epochs),
                Err(malformed) => {
                    let finding = Finding::new(Problem::EpochCheckpoint, &path, malformed.why, WALKED);
                    report.find(finding.at(malformed.position));
                }
            },
        }
        EpochJudge { path, checkpoint, newest: LeaderEpoch(-1), told: None }
    }

    /// The walk comes by a batch of `file`, at `position`.
    pub(super) fn batch(
        &mut self,
        file: &str,
        position: u64,
        header: &BatchHeader,
        report: &mut Reporter<'_>,
    ) {
        let epoch = header.partition_leader_epoch;
        let Some(checkpoint) = &self.checkpoint else {
            if epoch < self.newest {
                let newest = self.newest;
                self.tell(file, position, header, Some(newest), report);
            }
            self.newest = self.newest.max(epoch);
            return;
        };
        let first = checkpoint.entries().first().map(|entry| entry.1);
        let expected = checkpoint.epoch_of(header.base_offset);
        // What lies before the first entry was deleted, and may still stand in its segment.
        let before = first.is_some_and(|first| header.base_offset < first);
        if before || expected == Some(epoch) {
            self.told = None;
        } else {
            self.tell(file, position, header, expected, report);
        }
    }

    fn tell(
        &mut self,
        file: &str,
        position: u64,
        header: &BatchHeader,
        expected: Option<LeaderEpoch>,
        report: &mut Reporter<'_>,
    ) {
        let epoch = header.partition_leader_epoch;
        if self.told.replace((epoch, expected)) == Some((epoch, expected)) {
            return;
        }
        let expected = match expected {
            Some(expected) if self.checkpoint.is_some() => format!("{} by {}", expected.0, self.path),
            Some(expected) => format!("at least {}, as in batches before it", expected.0),
            None => format!("unknown to {}", self.path),
        };
        let meaning = format!(
            "the batch says leader epoch {}, and the epoch at its offset is {expected}; the CRC does not cover the \
             epoch in a batch",
            epoch.0
        );
        let finding = Finding::new(Problem::LeaderEpoch, file, meaning, KEPT);
        report.find(finding.at(position).about(header.base_offset));
    }

    /// The walk has come to the end of the log.
    pub(super) fn finish(self, end: Offset, report: &mut Reporter<'_>) {
        let past =
            self.checkpoint.iter().flat_map(|checkpoint| checkpoint.entries()).find(|entry| entry.1 > end);
        if let Some((epoch, start)) = past {
            let meaning = format!(
                "epoch {} begins at offset {}, past the end of the log at {}",
                epoch.0, start.0, end.0
            );
            let finding = Finding::new(
                Problem::EpochCheckpoint,
                &self.path,
                meaning,
                "the entries past the end are dropped",
            );
            report.find(finding.about(*start));
        }
    }
}
