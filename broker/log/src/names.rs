//! The names of a partition's files and directories, as Kafka writes them.

use tribunal_wire::types::{Offset, PartitionIndex};

pub(crate) const LOG: &str = "log";
pub(crate) const OFFSET_INDEX: &str = "index";
pub(crate) const TIME_INDEX: &str = "timeindex";
pub(crate) const TRANSACTION_INDEX: &str = "txnindex";
pub(crate) const SNAPSHOT: &str = "snapshot";
pub(crate) const LEADER_EPOCHS: &str = "leader-epoch-checkpoint";
pub(crate) const PARTITION_METADATA: &str = "partition.metadata";
pub(crate) const RECOVERY_POINTS: &str = "recovery-point-offset-checkpoint";
pub(crate) const LOG_STARTS: &str = "log-start-offset-checkpoint";
pub(crate) const CLEANER_OFFSETS: &str = "cleaner-offset-checkpoint";
pub(crate) const CLEAN_SHUTDOWN: &str = ".kafka_cleanshutdown";
/// Ours alone; Apache Kafka ignores files that it does not know.
pub(crate) const SUMMARIES: &str = "clean-shutdown-summaries";
pub(crate) const LOCK: &str = ".lock";
pub(crate) const DELETE_SUFFIX: &str = "-delete";
/// What is appended to the name of a deleted segment's file while it waits for its removal.
pub(crate) const DELETED_SUFFIX: &str = ".deleted";
/// How the extension of a file begins that a repair cut off a segment; the byte of the cut follows.
pub(crate) const CUT_PREFIX: &str = "log.cut-";
/// What is appended to the name of a file that compaction is writing.
pub(crate) const CLEANED_SUFFIX: &str = ".cleaned";
/// What is appended to the name of a file that is about to take the place of others.
pub(crate) const SWAP_SUFFIX: &str = ".swap";
pub(crate) const TEMPORARY_SUFFIX: &str = ".tmp";

/// `<offset, 20 digits>.<extension>`.
pub(crate) fn offset_file(base: Offset, extension: &str) -> String {
    assert!(base.0 >= 0, "a segment starts at an offset");
    format!("{:020}.{extension}", base.0)
}

/// The offset and extension of a file named as [`offset_file`] names them.
pub(crate) fn parse_offset_file(name: &str) -> Option<(Offset, &str)> {
    let (digits, extension) = name.split_once('.')?;
    if digits.len() != 20 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((Offset(digits.parse().ok()?), extension))
}

/// `<directory>/<name>`.
pub(crate) fn join(directory: &str, name: &str) -> String {
    format!("{directory}/{name}")
}

/// The directory of a partition: `<topic>-<partition>`.
#[must_use]
pub fn partition_directory(topic: &str, partition: PartitionIndex) -> String {
    format!("{topic}-{}", partition.0)
}

/// The topic and partition of a directory name; `None` for names that are no partition's.
#[must_use]
pub fn parse_partition_directory(name: &str) -> Option<(&str, PartitionIndex)> {
    let (topic, digits) = name.rsplit_once('-')?;
    if topic.is_empty() || digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((topic, PartitionIndex(digits.parse().ok()?)))
}

/// The name of a partition's directory while it is being deleted: `<topic>-<partition>.<unique>-delete`, with
/// 32 hexadecimal digits and a topic that is shortened so that the whole stays within 255 bytes.
#[must_use]
pub fn deletion_directory(topic: &str, partition: PartitionIndex, unique: u128) -> String {
    let suffix = format!("-{}.{unique:032x}{DELETE_SUFFIX}", partition.0);
    let room = 255 - suffix.len();
    let topic = topic.get(..topic.len().min(room)).unwrap_or(topic);
    format!("{topic}{suffix}")
}

/// Whether a directory of this name was being deleted when the broker stopped.
#[must_use]
pub fn is_deletion_directory(name: &str) -> bool {
    name.strip_suffix(DELETE_SUFFIX).and_then(|rest| rest.rsplit_once('.')).is_some_and(
        |(directory, unique)| {
            unique.len() == 32
                && unique.bytes().all(|byte| byte.is_ascii_hexdigit())
                && parse_partition_directory(directory).is_some()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        let name = offset_file(Offset(6897), LOG);
        assert_eq!(name, "00000000000000006897.log");
        assert_eq!(parse_offset_file(&name), Some((Offset(6897), LOG)));
        for foreign in ["6897.log", "0000000000000000689x.log", "leader-epoch-checkpoint", "readme"] {
            assert_eq!(parse_offset_file(foreign), None);
        }
        assert_eq!(parse_partition_directory("a-b-12"), Some(("a-b", PartitionIndex(12))));
        for foreign in ["12", "-12", "a-", "a-b", "a-99999999999"] {
            assert_eq!(parse_partition_directory(foreign), None);
        }
        let deleted = deletion_directory("gone", PartitionIndex(0), 0xcd93);
        assert!(is_deletion_directory(&deleted) && parse_partition_directory(&deleted).is_none());
        assert_eq!(deletion_directory(&"x".repeat(249), PartitionIndex(10), 1).len(), 255);
        assert!(!is_deletion_directory("a-0-delete"));
    }
}
