//! Small text files that are replaced as a whole, in Kafka's formats.
//!
//! Offset checkpoints (`recovery-point-offset-checkpoint`, `log-start-offset-checkpoint`): a line `0`, a line
//! with the count, then `topic partition offset` lines. Leader epochs: the same with `epoch start-offset`
//! lines. `partition.metadata`: `version: 0` and `topic_id: <22 characters>`.
//!
//! Always holds: a file is written beside its place, flushed, renamed over it, and the directory is flushed;
//! so after a crash there is the old content or the new, never something else.

use crate::limits::SMALL_FILE_BYTES_MAX;
use crate::names::{self, join};
use bytes::Bytes;
use std::{collections::BTreeMap, fmt::Write as _, io};
use tribunal_env::{Disk, FileExt, OpenMode};
use tribunal_wire::types::{LeaderEpoch, Offset, PartitionIndex, TopicId};

/// Offsets by topic and partition.
pub type PartitionOffsets = BTreeMap<(String, PartitionIndex), Offset>;

/// The text of an offset checkpoint.
pub(crate) fn encode_offsets(offsets: &PartitionOffsets) -> String {
    let mut text = format!("0\n{}\n", offsets.len());
    for ((topic, partition), offset) in offsets {
        writeln!(text, "{topic} {} {}", partition.0, offset.0).expect("writing into memory does not fail");
    }
    text
}

/// What an offset checkpoint says; `None` when it is not one.
pub(crate) fn parse_offsets(text: &str) -> Option<PartitionOffsets> {
    let mut offsets = PartitionOffsets::new();
    for line in counted_lines(text)? {
        let (rest, offset) = line.rsplit_once(' ')?;
        let (topic, partition) = rest.rsplit_once(' ')?;
        let offset: i64 = offset.parse().ok().filter(|&offset| offset >= 0)?;
        offsets.insert((topic.to_owned(), PartitionIndex(partition.parse().ok()?)), Offset(offset));
    }
    Some(offsets)
}

/// The text of a leader epoch checkpoint.
pub(crate) fn encode_epochs(entries: &[(LeaderEpoch, Offset)]) -> String {
    let mut text = format!("0\n{}\n", entries.len());
    for (epoch, start) in entries {
        writeln!(text, "{} {}", epoch.0, start.0).expect("writing into memory does not fail");
    }
    text
}

/// What a leader epoch checkpoint says; `None` when it is not one.
pub(crate) fn parse_epochs(text: &str) -> Option<Vec<(LeaderEpoch, Offset)>> {
    counted_lines(text)?
        .map(|line| {
            let (epoch, start) = line.split_once(' ')?;
            let epoch: i32 = epoch.parse().ok().filter(|&epoch| epoch >= 0)?;
            let start: i64 = start.parse().ok().filter(|&start| start >= 0)?;
            Some((LeaderEpoch(epoch), Offset(start)))
        })
        .collect()
}

/// The lines after version and count, if both are right.
fn counted_lines(text: &str) -> Option<impl Iterator<Item = &str>> {
    let mut lines = text.lines();
    if lines.next()? != "0" {
        return None;
    }
    let count: usize = lines.next()?.parse().ok()?;
    (lines.clone().count() == count && text.ends_with('\n')).then_some(lines)
}

/// The text of `partition.metadata`.
pub(crate) fn encode_partition_metadata(topic_id: TopicId) -> String {
    format!("version: 0\ntopic_id: {topic_id}")
}

/// The topic id in a `partition.metadata`.
pub(crate) fn parse_partition_metadata(text: &str) -> Option<TopicId> {
    let mut lines = text.lines();
    (lines.next()? == "version: 0").then_some(())?;
    TopicId::parse(lines.next()?.strip_prefix("topic_id: ")?)
}

/// Replaces `directory/name` so that a crash leaves the old content or the new.
pub(crate) async fn replace(disk: &dyn Disk, directory: &str, name: &str, content: Bytes) -> io::Result<()> {
    prepare(disk, directory, name, content).await?;
    install(disk, directory, name).await
}

/// The first half of [`replace`]: the new content is durable beside its place. After an error the old one stands.
pub(crate) async fn prepare(disk: &dyn Disk, directory: &str, name: &str, content: Bytes) -> io::Result<()> {
    let temporary = format!("{}{}", join(directory, name), names::TEMPORARY_SUFFIX);
    let written = write_whole(disk, &temporary, content).await;
    if written.is_err() {
        // A full disk has no room for half of it. Where this fails too, a start removes it.
        let _left = disk.remove_file(&temporary).await;
    }
    written
}

async fn write_whole(disk: &dyn Disk, path: &str, content: Bytes) -> io::Result<()> {
    let file = disk.open(path, OpenMode::Create).await?;
    // A temporary file that a crash left behind may be longer than the new content.
    file.set_len(0).await?;
    file.write_all_at(0, &[content]).await?;
    file.sync().await
}

/// The second half of [`replace`]. After an error either content may stand.
pub(crate) async fn install(disk: &dyn Disk, directory: &str, name: &str) -> io::Result<()> {
    let path = join(directory, name);
    disk.rename(&format!("{path}{}", names::TEMPORARY_SUFFIX), &path).await?;
    disk.sync_dir(directory).await
}

/// The content of a small file; `None` when there is none.
pub(crate) async fn read_small(disk: &dyn Disk, path: &str) -> io::Result<Option<Bytes>> {
    let file = match disk.open(path, OpenMode::Read).await {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let size = file.size().await?;
    if size > SMALL_FILE_BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the file is too large to be a checkpoint"));
    }
    let size = usize::try_from(size).expect("the bound fits an address");
    Ok(Some(file.read_at(0, size).await?))
}

/// The text of a small file; `None` when there is none, or when it is no text.
pub(crate) async fn read_text(disk: &dyn Disk, path: &str) -> io::Result<Option<String>> {
    Ok(read_small(disk, path).await?.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offset_checkpoints_read_back_what_kafka_writes() {
        let text = "0\n2\na topic 3 17\ndeleted-records 0 13000\n";
        let offsets = parse_offsets(text).expect("it is well formed");
        assert_eq!(offsets[&("deleted-records".to_owned(), PartitionIndex(0))], Offset(13000));
        assert_eq!(encode_offsets(&offsets), text);
        assert_eq!(parse_offsets("0\n0\n"), Some(PartitionOffsets::new()));
        for bad in
            ["", "0\n", "1\n0\n", "0\n1\n", "0\n1\na 0\n", "0\n1\na 0 -1\n", "0\n1\na 0 1", "0\n0\nx 0 1\n"]
        {
            assert_eq!(parse_offsets(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn epoch_checkpoints_and_metadata_read_back() {
        let entries = vec![(LeaderEpoch(0), Offset(0)), (LeaderEpoch(2), Offset(12500))];
        assert_eq!(encode_epochs(&entries), "0\n2\n0 0\n2 12500\n");
        assert_eq!(parse_epochs(&encode_epochs(&entries)), Some(entries));
        assert_eq!(parse_epochs("0\n1\n0 0\n2 5\n"), None);
        let text = encode_partition_metadata(TopicId::METADATA);
        assert_eq!(text, "version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ");
        assert_eq!(parse_partition_metadata(&text), Some(TopicId::METADATA));
        assert_eq!(parse_partition_metadata("version: 0\n"), None);
    }
}
