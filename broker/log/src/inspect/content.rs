//! The small files of a log directory, read whole.
//!
//! A file that is not what its name says yields the byte at which that shows, and a sentence.

use super::kind::FileKind;
use crate::checkpoint::{
    PartitionOffsets, parse_epochs, parse_offsets, parse_partition_metadata, read_small,
};
use crate::epochs::LeaderEpochs;
use crate::index::{OFFSET_ENTRY_BYTES, OffsetIndex, TIME_ENTRY_BYTES, TimeIndex};
use crate::producers::{MalformedSnapshot, ProducerState, Producers};
use crate::summary::{self, PartitionSummaries};
use crate::transactions::{AbortedTransaction, TRANSACTION_ENTRY_BYTES, TransactionIndex};
use bytes::Bytes;
use std::io;
use tribunal_env::Disk;
use tribunal_wire::types::{LeaderEpoch, Offset, ProducerId, TopicId};

/// An entry of an offset index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexEntry {
    /// The last offset of the batch.
    pub offset: Offset,
    /// Where it begins.
    pub position: u64,
}

/// An entry of a time index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeEntry {
    /// The highest timestamp so far.
    pub timestamp: i64,
    /// An offset of the batch that brought it.
    pub offset: Offset,
}

/// What a small file says.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// An offset index.
    OffsetIndex(Vec<IndexEntry>),
    /// A time index.
    TimeIndex(Vec<TimeEntry>),
    /// An index of aborted transactions.
    TransactionIndex(Vec<AbortedTransaction>),
    /// A producer snapshot.
    Snapshot(Vec<(ProducerId, ProducerState)>),
    /// A checkpoint of leader epochs.
    LeaderEpochs(Vec<(LeaderEpoch, Offset)>),
    /// An offset checkpoint.
    Offsets(PartitionOffsets),
    /// What a clean stop knew of each partition.
    Summaries(PartitionSummaries),
    /// `partition.metadata`.
    PartitionMetadata(TopicId),
    /// Lines for people and other readers.
    Text(String),
}

/// Why a file is not what its name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// The byte at which that shows.
    pub position: u64,
    /// A sentence without its subject.
    pub why: String,
}

impl Malformed {
    pub(super) fn new(position: usize, why: impl Into<String>) -> Self {
        Malformed { position: position as u64, why: why.into() }
    }
}

/// Reads the file at `path` as what `kind` says. The outer error is the disk's, the inner one the file's.
pub async fn read_content(
    disk: &dyn Disk,
    path: &str,
    kind: FileKind,
) -> io::Result<Result<Content, Malformed>> {
    let bytes = read_small(disk, path).await?.ok_or(io::ErrorKind::NotFound)?;
    Ok(parse(&bytes, kind))
}

fn parse(bytes: &Bytes, kind: FileKind) -> Result<Content, Malformed> {
    match kind {
        FileKind::OffsetIndex(base) => {
            whole_entries(bytes, OFFSET_ENTRY_BYTES)?;
            let entry = |(relative, position): (u32, u32)| IndexEntry {
                offset: at(base, relative),
                position: u64::from(position),
            };
            Ok(Content::OffsetIndex(OffsetIndex::decode(bytes).map(entry).collect()))
        }
        FileKind::TimeIndex(base) => {
            whole_entries(bytes, TIME_ENTRY_BYTES)?;
            let entry =
                |(timestamp, relative): (i64, u32)| TimeEntry { timestamp, offset: at(base, relative) };
            Ok(Content::TimeIndex(TimeIndex::decode(bytes).map(entry).collect()))
        }
        FileKind::TransactionIndex(_) => parse_transactions(bytes).map(Content::TransactionIndex),
        FileKind::Snapshot(_) => {
            let producers = parse_snapshot(bytes)?;
            Ok(Content::Snapshot(producers.iter().map(|(id, state)| (id, *state)).collect()))
        }
        FileKind::LeaderEpochs => {
            Ok(Content::LeaderEpochs(parse_leader_epochs(text(bytes)?)?.entries().to_vec()))
        }
        FileKind::OffsetCheckpoint => parse_offset_checkpoint(text(bytes)?).map(Content::Offsets),
        FileKind::Summaries => {
            let summaries =
                summary::parse_any(text(bytes)?).map(|(_, summaries)| Content::Summaries(summaries));
            summaries.ok_or_else(|| Malformed::new(0, "is not what its checksum says"))
        }
        FileKind::PartitionMetadata => {
            let id = parse_partition_metadata(text(bytes)?);
            let why = "has no lines `version: 0` and `topic_id: ` with an id of 22 characters";
            id.map(Content::PartitionMetadata).ok_or_else(|| Malformed::new(0, why))
        }
        _ => Ok(Content::Text(text(bytes)?.to_owned())),
    }
}

/// The offset that stands `relative` after a segment's base. A base from a name may be anything.
fn at(base: Offset, relative: u32) -> Offset {
    Offset(base.0.saturating_add(i64::from(relative)))
}

fn whole_entries(bytes: &[u8], entry_bytes: usize) -> Result<(), Malformed> {
    let rest = bytes.len() % entry_bytes;
    if rest == 0 {
        return Ok(());
    }
    let why = format!("ends with {rest} bytes that are no whole entry of {entry_bytes}");
    Err(Malformed::new(bytes.len() - rest, why))
}

pub(super) fn parse_transactions(bytes: &[u8]) -> Result<Vec<AbortedTransaction>, Malformed> {
    whole_entries(bytes, TRANSACTION_ENTRY_BYTES)?;
    TransactionIndex::decode(bytes)
        .map_err(|position| Malformed::new(position, "has an entry that contradicts itself"))
}

pub(super) fn parse_snapshot(bytes: &[u8]) -> Result<Producers, Malformed> {
    const CRC_AT: usize = 2;
    const COUNT_AT: usize = 6;
    Producers::read_snapshot(bytes).map_err(|error| match error {
        MalformedSnapshot::Version(version) => {
            Malformed::new(0, format!("is of version {version}, which is not known"))
        }
        MalformedSnapshot::Crc => Malformed::new(CRC_AT, "has a checksum that is not that of its bytes"),
        MalformedSnapshot::Length => {
            Malformed::new(COUNT_AT.min(bytes.len()), "has not the length of the entries which it counts")
        }
        MalformedSnapshot::Entry(position) => {
            Malformed::new(position, "has an entry that contradicts itself")
        }
    })
}

fn text(bytes: &[u8]) -> Result<&str, Malformed> {
    str::from_utf8(bytes).map_err(|error| Malformed::new(error.valid_up_to(), "is no text"))
}

pub(super) fn parse_leader_epochs(text: &str) -> Result<LeaderEpochs, Malformed> {
    let entries = parse_epochs(text)
        .ok_or_else(|| first_bad_line(text, "an epoch and an offset", |it| parse_epochs(it).is_some()))?;
    let falls = entries.windows(2).position(|pair| pair[0].0 >= pair[1].0 || pair[0].1 >= pair[1].1);
    LeaderEpochs::from_entries(entries).ok_or_else(|| {
        // Two lines stand before the first pair, of which the second entry is the one that falls.
        let line = falls.map_or(0, |index| index + 3);
        Malformed::new(position_of_line(text, line), "has epochs or offsets that do not grow")
    })
}

pub(super) fn parse_offset_checkpoint(text: &str) -> Result<PartitionOffsets, Malformed> {
    parse_offsets(text).ok_or_else(|| {
        first_bad_line(text, "a topic, a partition and an offset", |it| parse_offsets(it).is_some())
    })
}

fn position_of_line(text: &str, line: usize) -> usize {
    text.split_inclusive('\n').take(line).map(str::len).sum()
}

/// Where a checkpoint stops being one. `parses` says whether a checkpoint does.
fn first_bad_line(text: &str, content: &str, parses: impl Fn(&str) -> bool) -> Malformed {
    let mut lines = text.lines();
    if lines.next() != Some("0") {
        return Malformed::new(0, "does not begin with its version, a line `0`");
    }
    let Some(count) = lines.next().and_then(|line| line.parse::<usize>().ok()) else {
        return Malformed::new(position_of_line(text, 1), "has no count in its second line");
    };
    if let Some(bad) = lines.clone().position(|line| !parses(&format!("0\n1\n{line}\n"))) {
        return Malformed::new(position_of_line(text, bad + 2), format!("has a line that is not {content}"));
    }
    let found = lines.count();
    if found != count {
        return Malformed::new(
            position_of_line(text, 1),
            format!("counts {count} lines, and {found} follow"),
        );
    }
    Malformed::new(text.len(), "ends within a line")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_pointed_at() {
        for (text, position, word) in [
            ("1\n0\n", 0, "version"),
            ("0\nx\n", 2, "count"),
            ("0\n2\na 0 1\n", 2, "counts 2 lines, and 1"),
            ("0\n2\na 0 1\nb 0\n", 10, "not a topic"),
            ("0\n1\na 0 1", 9, "ends within"),
        ] {
            let malformed = parse_offset_checkpoint(text).expect_err("malformed");
            assert_eq!(malformed.position, position, "{text:?}");
            assert!(malformed.why.contains(word), "{malformed:?}");
        }
        let falls = parse_leader_epochs("0\n3\n0 0\n2 5\n1 9\n").expect_err("epochs fall");
        assert_eq!(falls.position, 12);
        assert_eq!(whole_entries(&[0; 19], 8).expect_err("odd").position, 16);
        let mut entry = [0; 34];
        assert!(parse_transactions(&entry).is_ok());
        entry[25] = 1;
        entry[17] = 2;
        assert_eq!(parse_transactions(&[[0; 34], entry].concat()).expect_err("backwards").position, 34);
    }
}
