//! What a power loss may take, in offsets: from the simulated disk alone, never from the broker.
//!
//! The disk knows which bytes of which file no flush has covered. The files are Kafka's: the directory names topic and
//! partition, `partition.metadata` the topic id, the batch headers the offsets.

use crate::{NodeId, World, disk::Model};
use bytes::Bytes;
use std::collections::BTreeMap;
use tribunal_env::PartitionKey;
use tribunal_wire::{batch::Batches, types::TopicId};

/// For each partition with something unsynced: its topic, its key, and the first offset that may be lost.
pub(super) fn at_stake(world: &World, node: NodeId) -> Vec<(String, PartitionKey, i64)> {
    world.with_disk(node, |disk| {
        let mut first: BTreeMap<PartitionKey, (String, i64)> = BTreeMap::new();
        for (path, ranges) in disk.unsynced() {
            let Some((topic, key, base)) = segment(disk, &path) else { continue };
            let Some(from) = ranges.iter().map(|range| range.start).min() else { continue };
            let offset = disk.content(&path).map_or(base, |content| offset_at(content, from, base));
            let entry = first.entry(key).or_insert((topic, offset));
            entry.1 = entry.1.min(offset);
        }
        first.into_iter().map(|(key, (topic, offset))| (topic, key, offset)).collect()
    })
}

/// Topic, partition and base offset of a segment file of a topic; `None` for every other file.
pub(super) fn segment(disk: &Model, path: &str) -> Option<(String, PartitionKey, i64)> {
    let (directory, file) = path.rsplit_once('/')?;
    let base = file.strip_suffix(".log")?.parse().ok()?;
    let (topic, index) = directory.rsplit_once('/').map_or(directory, |(_, name)| name).rsplit_once('-')?;
    if topic.starts_with("__") {
        return None;
    }
    let topic_id = topic_id(disk, directory)?;
    Some((topic.to_owned(), PartitionKey { topic_id, partition: index.parse().ok()? }, base))
}

/// The topic id that a partition's directory names.
fn topic_id(disk: &Model, directory: &str) -> Option<[u8; 16]> {
    let metadata = disk.content(&format!("{directory}/partition.metadata"))?;
    let text = String::from_utf8(metadata).ok()?;
    let id = text.lines().find_map(|line| line.strip_prefix("topic_id: ").and_then(TopicId::parse))?;
    Some(id.0)
}

/// The directory of a partition below `data`.
pub(super) fn directory(disk: &Model, data: &str, key: PartitionKey) -> Option<String> {
    let ending = format!("-{}", key.partition);
    let mut directories: Vec<String> = disk
        .files()
        .iter()
        .filter_map(|path| path.strip_suffix("/partition.metadata"))
        .filter(|directory| directory.starts_with(data) && directory.ends_with(&ending))
        .map(str::to_owned)
        .collect();
    directories.retain(|directory| topic_id(disk, directory) == Some(key.topic_id));
    directories.pop()
}

/// The first offset of the batch that holds byte `at`; the end of the log when no batch does.
fn offset_at(content: Vec<u8>, at: u64, base: i64) -> i64 {
    let mut position = 0;
    let mut next = base;
    for batch in Batches::new(Bytes::from(content)) {
        let Ok(batch) = batch else { break };
        position += batch.total_bytes() as u64;
        if position > at {
            return batch.header.base_offset.0;
        }
        next = batch.header.last_offset().0 + 1;
    }
    next
}
