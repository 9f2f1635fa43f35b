//! What the platter holds of each partition, read from the simulated disk when a broker acknowledges: for W7.
//!
//! A reading goes on where the last one ended, so that a run pays for each durable byte once. What was durable stays
//! so in the runs that are read here (flush before acknowledge), but for damage behind everybody's back: before it is
//! done, all is followed that it may hit. A log that is shorter than it was is read again from its beginning.

use super::{cluster::DATA, stake};
use crate::disk::Model;
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use tribunal_env::PartitionKey;
use tribunal_wire::batch::{BatchHeader, HEADER_BYTES, crc_of_encoded};
use tribunal_workloads::promise::CompactedTopic;

/// How far the platter's copy of one partition was followed.
#[derive(Debug)]
struct Followed {
    directory: String,
    segment: String,
    base: i64,
    position: u64,
    /// First offset that the platter does not hold whole.
    next: i64,
    /// Where the batches of this segment end, with the offset behind each.
    ends: Vec<(u64, i64)>,
}

impl Followed {
    fn new(directory: String) -> Followed {
        let segment = path(&directory, 0);
        Followed { directory, segment, base: 0, position: 0, next: 0, ends: Vec::new() }
    }

    /// Takes every whole batch that the platter has beyond what was followed.
    fn advance(&mut self, disk: &Model) {
        // A segment that is gone was deleted from the log's front: nothing of it is waited for.
        let there =
            |disk: &Model, segment: &str, bytes| disk.platter_range(segment, &(bytes..bytes)).is_some();
        while self.position > 0 && there(disk, &self.segment, 0) && !there(disk, &self.segment, self.position)
        {
            self.ends.pop();
            (self.position, self.next) = self.ends.last().copied().unwrap_or((0, self.base));
        }
        loop {
            while self.take_batch(disk).is_some() {}
            let next = path(&self.directory, self.next);
            if next != self.segment && there(disk, &next, 0) {
                self.begin_at(self.next);
            } else if there(disk, &self.segment, 0) || !self.skip_deleted(disk) {
                return;
            }
        }
    }

    fn begin_at(&mut self, base: i64) {
        (self.segment, self.base, self.position, self.next) = (path(&self.directory, base), base, 0, base);
        self.ends.clear();
    }

    /// Goes on with the first segment that there is, where all before it are gone: retention may delete a segment
    /// between two readings. One that is missing in the middle is waited for.
    fn skip_deleted(&mut self, disk: &Model) -> bool {
        let prefix = format!("{}/", self.directory);
        let bases = disk.files().into_iter().filter_map(|file| {
            file.strip_prefix(&prefix)?.strip_suffix(".log").and_then(|base| base.parse::<i64>().ok())
        });
        match bases.min().filter(|base| *base > self.next) {
            Some(first) => {
                self.begin_at(first);
                true
            }
            None => false,
        }
    }

    fn take_batch(&mut self, disk: &Model) -> Option<()> {
        let header_end = self.position + HEADER_BYTES as u64;
        let bytes = disk.platter_range(&self.segment, &(self.position..header_end))?;
        let header = BatchHeader::parse(&bytes).ok().filter(|header| header.base_offset.0 == self.next)?;
        let end = self.position + header.total_bytes() as u64;
        let bytes = disk.platter_range(&self.segment, &(self.position..end))?;
        if crc_of_encoded(&Bytes::from(bytes)) != header.crc {
            return None;
        }
        (self.position, self.next) = (end, header.next_offset().0);
        self.ends.push((self.position, self.next));
        Some(())
    }
}

fn path(directory: &str, base: i64) -> String {
    format!("{directory}/{base:020}.log")
}

/// Follows all partitions of a disk but those of compacted topics: there segments are written anew, with gaps, so that
/// nothing can be followed from where it ended.
#[derive(Debug, Default)]
pub(super) struct Platter {
    followed: BTreeMap<PartitionKey, Followed>,
    compacted: Vec<CompactedTopic>,
}

impl Platter {
    /// Follows all but these topics.
    pub(super) fn except(compacted: Vec<CompactedTopic>) -> Platter {
        Platter { compacted, ..Platter::default() }
    }

    fn is_compacted(&self, directory: &str) -> bool {
        let name = directory.rsplit_once('/').map_or(directory, |(_, name)| name);
        let topic = name.rsplit_once('-').map_or(name, |(topic, _)| topic);
        self.compacted.iter().any(|compacted| compacted.topic == topic)
    }

    /// Follows every partition that the disk has.
    pub(super) fn follow_all(&mut self, disk: &mut Model) {
        let keys: BTreeSet<PartitionKey> =
            disk.files().iter().filter_map(|path| Some(stake::segment(disk, path)?.1)).collect();
        for key in keys {
            let _end = self.durable_end(disk, key);
        }
    }

    /// First offset of the partition that the platter does not hold whole; `None` when it knows no such partition, or
    /// does not follow it.
    pub(super) fn durable_end(&mut self, disk: &mut Model, key: PartitionKey) -> Option<i64> {
        if !self.followed.contains_key(&key) {
            let directory = stake::directory(disk, DATA, key).filter(|found| !self.is_compacted(found))?;
            self.followed.insert(key, Followed::new(directory));
        }
        let followed = self.followed.get_mut(&key)?;
        followed.advance(disk);
        Some(followed.next)
    }
}
