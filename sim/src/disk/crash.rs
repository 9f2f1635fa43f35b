//! What a crash leaves, what decays, and what those who judge may ask the disk.
//!
//! The promise that every mode keeps: bytes that a successful sync covered, and that nothing cut or overwrote since,
//! are there afterwards, under the name that a sync of the directory made durable. Excuses for lost records are
//! derived from [`CrashReport`], never from what the node says.

use super::{
    content::SECTOR_BYTES,
    model::Model,
    names::{Entry, normal},
};
use std::ops::Range;

/// How a node goes down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Crash {
    /// The process is killed: the operating system and its cache live on, nothing is lost.
    Process,
    /// Power loss: all that was not synced is gone.
    DropAll,
    /// Power loss: what was not synced reached the platter in issue order, up to some point.
    Prefix,
    /// Power loss: any of the unsynced sectors reached the platter, and the length raced them.
    Subset,
    /// As [`Crash::Subset`], and one sector in flight holds garbage beyond what was synced.
    Garbage,
}

/// What was at stake in one file when the power went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stake {
    /// The file's path as the node saw it.
    pub path: String,
    /// The length that the node saw.
    pub bytes: u64,
    /// Bytes that no successful sync covered. Everything else below `bytes` had to survive.
    pub unsynced: Vec<Range<u64>>,
    /// Whether the name survived. Only a name that was not made durable may be lost.
    pub name_kept: bool,
    /// The length that is left; 0 when the name is gone.
    pub bytes_left: u64,
    /// How many of the unsynced bytes are not there any more as they were.
    pub dropped: u64,
}

/// What a crash did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CrashReport {
    /// Files that had something at stake.
    pub stakes: Vec<Stake>,
    /// Pending changes of names that were lost.
    pub names_dropped: usize,
    /// The sector that holds garbage: path and byte range.
    pub torn: Option<(String, Range<u64>)>,
}

impl CrashReport {
    /// How many unsynced bytes were dropped.
    pub fn dropped(&self) -> u64 {
        self.stakes.iter().map(|stake| stake.dropped).sum()
    }
}

impl Model {
    /// The node goes down. All handles and locks are gone; what is left of the data depends on `mode`.
    pub fn crash(&mut self, mode: Crash) -> CrashReport {
        self.locks.clear();
        self.generation += 1;
        let numbers: Vec<u64> = self.inodes.keys().copied().collect();
        for number in &numbers {
            if let Some(inode) = self.inodes.get_mut(number) {
                inode.handles = 0;
            }
            self.collect(*number);
        }
        if mode == Crash::Process {
            return CrashReport::default();
        }
        let before: Vec<(u64, Stake, super::content::Content)> = self.stakes();
        let kept = match mode {
            Crash::DropAll => 0,
            _ => self.stream.index(self.pending_names.len() + 1),
        };
        let mut report =
            CrashReport { names_dropped: self.pending_names.len() - kept, ..CrashReport::default() };
        self.persist_names(kept);
        self.names_persisted += self.pending_names.len() as u64;
        self.pending_names.clear();
        self.names = self.durable_names.clone();
        self.keep_only_named();
        for inode in self.inodes.values_mut() {
            if !inode.is_dirty() {
                continue;
            }
            match mode {
                Crash::Process | Crash::DropAll => {}
                Crash::Prefix => {
                    let sectors = self.stream.range(0, inode.pending_sectors());
                    let changes = self.stream.index(inode.pending.len() + 1);
                    let all = std::mem::take(&mut inode.pending);
                    inode.persist_prefix(all, sectors, changes);
                }
                Crash::Subset => inode.persist_subset(&mut self.stream),
                Crash::Garbage => {}
            }
        }
        if mode == Crash::Garbage {
            report.torn = self.tear();
        }
        for inode in self.inodes.values_mut() {
            inode.reload();
        }
        self.used = self.inodes.values().map(|inode| inode.cache.bytes()).sum();
        self.settle_stakes(before, &mut report);
        report
    }

    /// Everything that is not durable, file by file.
    fn stakes(&self) -> Vec<(u64, Stake, super::content::Content)> {
        let named = self.names.files().collect::<std::collections::BTreeMap<_, _>>();
        let mut stakes = Vec::new();
        for (path, number) in named {
            let Some(inode) = self.inodes.get(&number) else { continue };
            let durable_name = self.durable_names.get(path) == Some(Entry::File(number));
            let unsynced = inode.unsynced_ranges();
            if unsynced.is_empty() && durable_name {
                continue;
            }
            let stake = Stake {
                path: path.to_owned(),
                bytes: inode.cache.bytes(),
                unsynced,
                name_kept: false,
                bytes_left: 0,
                dropped: 0,
            };
            stakes.push((number, stake, inode.cache.clone()));
        }
        stakes
    }

    /// Compares what was at stake with what is left.
    fn settle_stakes(&self, before: Vec<(u64, Stake, super::content::Content)>, report: &mut CrashReport) {
        for (number, mut stake, cache) in before {
            stake.name_kept = self.names.get(&stake.path) == Some(Entry::File(number));
            let left = self.inodes.get(&number).filter(|_| stake.name_kept);
            stake.bytes_left = left.map_or(0, |inode| inode.cache.bytes());
            for range in &stake.unsynced {
                let range = range.start.min(stake.bytes)..range.end.min(stake.bytes);
                let mut at = range.start;
                while at < range.end {
                    let end = range.end.min((at / SECTOR_BYTES + 1) * SECTOR_BYTES);
                    let same = left
                        .is_some_and(|inode| end <= inode.cache.bytes() && inode.cache.same(&cache, at, end));
                    if !same {
                        stake.dropped += end - at;
                    }
                    at = end;
                }
            }
            report.stakes.push(stake);
        }
        report.stakes.sort_by(|one, other| one.path.cmp(&other.path));
    }

    /// Files without a durable name are gone; the others are known by it.
    fn keep_only_named(&mut self) {
        let named: Vec<(String, u64)> =
            self.names.files().map(|(path, number)| (path.to_owned(), number)).collect();
        for inode in self.inodes.values_mut() {
            (inode.names, inode.durable_names, inode.freed) = (0, 0, false);
        }
        for (path, number) in named {
            if let Some(inode) = self.inodes.get_mut(&number) {
                inode.names += 1;
                inode.durable_names += 1;
                inode.path = path;
            }
        }
        self.inodes.retain(|_, inode| inode.names > 0);
    }

    /// Persists subsets everywhere, and leaves garbage in one sector that was in flight.
    fn tear(&mut self) -> Option<(String, Range<u64>)> {
        let in_flight: Vec<(u64, u64)> = self
            .inodes
            .iter()
            .flat_map(|(number, inode)| inode.pending.last().map(|last| (*number, last.sectors.clone())))
            .filter(|(_, sectors)| !sectors.is_empty())
            .map(|(number, sectors)| (number, sectors.end - 1))
            .collect();
        let chosen = (!in_flight.is_empty()).then(|| in_flight[self.stream.index(in_flight.len())]);
        for inode in self.inodes.values_mut().filter(|inode| inode.is_dirty()) {
            inode.persist_subset(&mut self.stream);
        }
        let (number, sector) = chosen?;
        let inode = self.inodes.get_mut(&number)?;
        let end = ((sector + 1) * SECTOR_BYTES).min(inode.cache.bytes());
        let start = (sector * SECTOR_BYTES).max(inode.firm);
        if start >= end {
            return None;
        }
        let start = self.stream.range(start, end - 1);
        let mut garbage = vec![0; usize::try_from(end - start).expect("at most a sector")];
        self.stream.fill(&mut garbage);
        inode.platter.write(start, &garbage);
        let path = inode.path.clone();
        self.note("sector torn", &path, start..end);
        Some((path, start..end))
    }

    /// The cache of all files goes: what a failed sync forgot, and what was damaged, comes to light.
    pub fn evict(&mut self) {
        for inode in self.inodes.values_mut() {
            inode.evict();
        }
    }

    /// Turns one bit of a file over, on the platter and in what the node reads. False when there is nothing to turn.
    pub fn rot(&mut self, path: &str, offset: u64) -> bool {
        match self.names.get(&normal(path)) {
            Some(Entry::File(number)) => self.rot_at(number, offset),
            _ => false,
        }
    }

    pub(crate) fn rot_at(&mut self, number: u64, offset: u64) -> bool {
        let bit = self.stream.range(0, 7);
        let Some(inode) = self.inodes.get_mut(&number) else { return false };
        if offset >= inode.platter.bytes().min(inode.cache.bytes()) || inode.is_pending(offset / SECTOR_BYTES)
        {
            return false;
        }
        let mut byte = [0];
        inode.platter.read(offset, &mut byte);
        byte[0] ^= 1 << bit;
        inode.platter.write(offset, &byte);
        inode.cache.write(offset, &byte);
        let path = inode.path.clone();
        self.damaged.push((path.clone(), offset..offset + 1));
        self.note("bit rot", &path, offset..offset + 1);
        true
    }

    /// Makes the sector at `offset` unreadable until it is written again. False when there is none.
    pub fn spoil(&mut self, path: &str, offset: u64) -> bool {
        match self.names.get(&normal(path)) {
            Some(Entry::File(number)) => self.spoil_at(number, offset),
            _ => false,
        }
    }

    pub(crate) fn spoil_at(&mut self, number: u64, offset: u64) -> bool {
        let sector = offset / SECTOR_BYTES;
        let Some(inode) = self.inodes.get_mut(&number) else { return false };
        if offset >= inode.platter.bytes() || inode.is_pending(sector) {
            return false;
        }
        inode.bad.insert(sector);
        let path = inode.path.clone();
        let range = sector * SECTOR_BYTES..(sector + 1) * SECTOR_BYTES;
        self.damaged.push((path.clone(), range.clone()));
        self.note("latent sector error", &path, range);
        true
    }

    /// Bytes that were meant for another place land in the sector at `offset`, on the platter alone: the node sees them
    /// once its cache is gone. False when there is no such sector, or when it waits to be written.
    pub fn stray(&mut self, path: &str, offset: u64, bytes: &[u8]) -> bool {
        let Some(Entry::File(number)) = self.names.get(&normal(path)) else { return false };
        let Some(inode) = self.inodes.get_mut(&number) else { return false };
        let (sector, end) = (offset / SECTOR_BYTES, offset + bytes.len() as u64);
        if end > inode.platter.bytes() || end > (sector + 1) * SECTOR_BYTES || inode.is_pending(sector) {
            return false;
        }
        inode.platter.write(offset, bytes);
        inode.diverged = true;
        let path = inode.path.clone();
        self.damaged.push((path.clone(), offset..end));
        self.note("write misdirected", &path, offset..end);
        true
    }

    /// The bytes damaged so far by rot, unreadable sectors and misdirected writes: path as it was, and range.
    pub fn damaged(&self) -> &[(String, Range<u64>)] {
        &self.damaged
    }

    /// Whether these bytes of a file, and its name, would survive any loss of power as the node sees them now.
    pub fn is_durable(&self, path: &str, range: &Range<u64>) -> bool {
        let path = normal(path);
        let Some(Entry::File(number)) = self.names.get(&path) else { return false };
        self.durable_names.get(&path) == Some(Entry::File(number))
            && self.inodes.get(&number).is_some_and(|inode| inode.durable(range))
    }

    /// What no successful sync covered: path and byte ranges, sorted by path.
    pub fn unsynced(&self) -> Vec<(String, Vec<Range<u64>>)> {
        let ranges =
            |number| self.inodes.get(&number).map_or(Vec::new(), super::inode::Inode::unsynced_ranges);
        self.names
            .files()
            .map(|(path, number)| (path.to_owned(), ranges(number)))
            .filter(|(_, ranges)| !ranges.is_empty())
            .collect()
    }

    /// The file as the platter holds it under its durable name.
    pub fn platter(&self, path: &str) -> Option<Vec<u8>> {
        match self.durable_names.get(&normal(path))? {
            Entry::File(number) => Some(self.inodes.get(&number)?.platter.to_vec()),
            Entry::Directory => None,
        }
    }

    /// Reads what the platter holds of a file under its durable name. `None` when it holds less.
    pub fn platter_range(&self, path: &str, range: &Range<u64>) -> Option<Vec<u8>> {
        let Entry::File(number) = self.durable_names.get(path)? else { return None };
        let platter = &self.inodes.get(&number)?.platter;
        if range.end > platter.bytes() {
            return None;
        }
        let mut bytes = vec![0; usize::try_from(range.end.checked_sub(range.start)?).ok()?];
        platter.read(range.start, &mut bytes);
        Some(bytes)
    }

    /// The file as the node sees it.
    pub fn content(&self, path: &str) -> Option<Vec<u8>> {
        match self.names.get(&normal(path))? {
            Entry::File(number) => Some(self.inodes.get(&number)?.cache.to_vec()),
            Entry::Directory => None,
        }
    }

    /// All files that the node sees, sorted by path.
    pub fn files(&self) -> Vec<String> {
        self.names.files().map(|(path, _)| path.to_owned()).collect()
    }

    /// The disk is replaced by an empty one of the same size.
    pub fn wipe(&mut self) {
        let all: Vec<String> = self.files();
        for path in all {
            self.note("wiped", &path, 0..0);
        }
        self.inodes.clear();
        self.names = super::names::Names::default();
        self.durable_names = super::names::Names::default();
        self.names_persisted += self.pending_names.len() as u64;
        self.pending_names.clear();
        self.locks.clear();
        self.generation += 1;
        self.used = 0;
    }
}
