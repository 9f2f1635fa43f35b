//! One file of the simulated disk: what its node sees, what the platter holds, and what lies between.
//!
//! Rules kept here:
//! - A write changes the cache at once and joins the pending writes, in issue order.
//! - A successful sync brings the platter to the cache; a failed one brings a prefix and forgets the rest: those
//!   sectors are `lost`, look clean, and are only found out when the cache goes.
//! - A sync covers what was issued before it began, and nothing later.
//! - `firm` counts the bytes from the start that a successful sync covered and nothing cut since: no crash may put
//!   garbage there.

use super::content::{Content, SECTOR_BYTES};
use crate::random::Stream;
use bytes::Bytes;
use std::{collections::BTreeSet, ops::Range};

/// A write or a change of length that the platter does not have yet.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    /// Its place in the order of issue.
    pub(crate) issue: u64,
    /// The sectors it touched.
    pub(crate) sectors: Range<u64>,
    /// The file's length after it.
    pub(crate) bytes_after: u64,
}

/// A file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inode {
    /// The last name it had.
    pub(crate) path: String,
    pub(crate) cache: Content,
    pub(crate) platter: Content,
    /// In issue order, since the last sync.
    pub(crate) pending: Vec<Pending>,
    /// Byte ranges written and not made durable, neighbours joined, each with its last issue.
    unsynced: Vec<(u64, Range<u64>)>,
    /// A sync has begun since the last write: later writes join no earlier range.
    sealed: bool,
    /// Sectors that a failed or lying sync forgot.
    pub(crate) lost: BTreeSet<u64>,
    /// Sectors that cannot be read.
    pub(crate) bad: BTreeSet<u64>,
    /// Cache and platter differ outside the pending writes.
    pub(crate) diverged: bool,
    pub(crate) firm: u64,
    issued: u64,
    /// Names it has now, names it has on the platter or may get there, open handles.
    pub(crate) names: u32,
    pub(crate) durable_names: u32,
    pub(crate) handles: u32,
    /// Its space was given back: no name and no handle leads to it, but the platter may still bring it back.
    pub(crate) freed: bool,
}

pub(crate) fn sectors_of(from: u64, to: u64) -> Range<u64> {
    if from >= to { 0..0 } else { from / SECTOR_BYTES..to.div_ceil(SECTOR_BYTES) }
}

impl Inode {
    pub(crate) fn new(path: &str) -> Self {
        Inode { path: path.to_owned(), ..Inode::default() }
    }

    /// Writes the pieces into the cache, one after the other, up to `take` bytes.
    pub(crate) fn write(&mut self, offset: u64, pieces: &[Bytes], take: usize) {
        let (old, mut at, mut left) = (self.cache.bytes(), offset, take);
        for piece in pieces {
            let part = &piece[..piece.len().min(left)];
            self.cache.write(at, part);
            at += part.len() as u64;
            left -= part.len();
        }
        let sectors = sectors_of(offset, at);
        if !self.lost.is_empty() || !self.bad.is_empty() {
            for sector in sectors.clone() {
                self.lost.remove(&sector);
            }
            for sector in offset.div_ceil(SECTOR_BYTES)..at / SECTOR_BYTES {
                self.bad.remove(&sector);
            }
        }
        // A hole between the old end and the write is new as well.
        self.issue(sectors, offset.min(old)..at);
    }

    /// Lines a change up for the platter.
    fn issue(&mut self, sectors: Range<u64>, bytes: Range<u64>) {
        self.issued += 1;
        self.pending.push(Pending { issue: self.issued, sectors, bytes_after: self.cache.bytes() });
        match self.unsynced.last_mut() {
            Some((issue, last)) if !self.sealed && bytes.start >= last.start && bytes.start <= last.end => {
                (*issue, last.end) = (self.issued, last.end.max(bytes.end));
            }
            _ => self.unsynced.push((self.issued, bytes)),
        }
        self.sealed = false;
    }

    /// Cuts or grows the cache.
    pub(crate) fn set_bytes(&mut self, bytes: u64) {
        let old = self.cache.bytes();
        if bytes == old {
            return;
        }
        self.cache.set_bytes(bytes);
        self.firm = self.firm.min(bytes);
        self.lost.split_off(&bytes.div_ceil(SECTOR_BYTES));
        self.bad.split_off(&bytes.div_ceil(SECTOR_BYTES));
        let cuts_into = bytes < old && !bytes.is_multiple_of(SECTOR_BYTES);
        let edge = if cuts_into { sectors_of(bytes, bytes + 1) } else { 0..0 };
        self.issue(edge, bytes.min(old)..bytes.max(old));
    }

    /// A sync begins: what it covers.
    pub(crate) fn begin_sync(&mut self) -> u64 {
        self.sealed = true;
        self.issued
    }

    /// The first and last byte that wait for a sync.
    pub(crate) fn unsynced_span(&self) -> Range<u64> {
        let start = self.unsynced.iter().map(|(_, range)| range.start).min().unwrap_or(0);
        start..self.unsynced.iter().map(|(_, range)| range.end).max().unwrap_or(0)
    }

    /// Whether anything waits for a sync.
    pub(crate) fn is_dirty(&self) -> bool {
        !self.pending.is_empty()
    }

    pub(crate) fn is_pending(&self, sector: u64) -> bool {
        self.pending.iter().any(|pending| pending.sectors.contains(&sector))
    }

    /// Takes the pending changes issued up to `mark`.
    fn take_pending(&mut self, mark: u64) -> Vec<Pending> {
        let count = self.pending.partition_point(|pending| pending.issue <= mark);
        self.pending.drain(..count).collect()
    }

    /// Brings the platter to where the cache was at `mark`.
    pub(crate) fn persist(&mut self, mark: u64) {
        let part = self.take_pending(mark);
        let Some(last) = part.last() else { return };
        let bytes = last.bytes_after;
        let shortest = part.iter().map(|pending| pending.bytes_after).min().unwrap_or(bytes);
        self.platter.set_bytes(shortest.min(self.platter.bytes()));
        for pending in &part {
            if self.lost.is_empty() && !self.diverged {
                self.platter.share_pages(&self.cache, pending.sectors.start, pending.sectors.end);
            } else {
                self.platter.copy_sectors(&self.cache, pending.sectors.start, pending.sectors.end);
            }
        }
        self.platter.set_bytes(bytes);
        self.firm = self.pending.iter().map(|later| later.bytes_after).fold(bytes, u64::min);
        let lost = &self.lost;
        self.unsynced.retain(|(issue, range)| {
            *issue > mark || lost.range(sectors_of(range.start, range.end)).next().is_some()
        });
    }

    /// What was issued up to `mark` becomes lost.
    pub(crate) fn forget(&mut self, mark: u64) {
        for pending in self.take_pending(mark) {
            self.lost.extend(pending.sectors);
        }
        self.diverged = true;
    }

    /// A sync fails: the first `sectors` sectors get through, the rest becomes lost.
    pub(crate) fn persist_partly(&mut self, mark: u64, sectors: u64, changes: usize) {
        let part = self.take_pending(mark);
        let rest = self.persist_prefix(part, sectors, changes);
        self.lost.extend(rest);
        self.diverged = true;
    }

    /// Counts the sectors of all pending writes.
    pub(crate) fn pending_sectors(&self) -> u64 {
        self.pending.iter().map(|pending| pending.sectors.end - pending.sectors.start).sum()
    }

    /// Brings the first `sectors` sectors of `part` to the platter, in issue order, with the lengths that go with them.
    /// Returns what did not make it.
    pub(crate) fn persist_prefix(&mut self, part: Vec<Pending>, sectors: u64, changes: usize) -> Vec<u64> {
        let mut left = sectors;
        let mut rest = Vec::new();
        for (number, pending) in part.into_iter().enumerate() {
            let Range { start, end } = pending.sectors;
            let take = left.min(end - start);
            left -= take;
            if start == end {
                // A change of length alone is metadata: it is kept when its turn came.
                if number < changes && rest.is_empty() {
                    self.platter.set_bytes(pending.bytes_after);
                }
                continue;
            }
            if take > 0 {
                let before = self.platter.bytes();
                self.platter.copy_sectors(&self.cache, start, start + take);
                let reached = pending.bytes_after.min((start + take) * SECTOR_BYTES);
                let bytes = if pending.bytes_after < before && take == end - start {
                    pending.bytes_after
                } else {
                    before.max(reached)
                };
                self.platter.set_bytes(bytes);
            }
            rest.extend(start + take..end);
        }
        rest
    }

    /// Brings any subset of the pending sectors to the platter, and a length that the file had meanwhile.
    pub(crate) fn persist_subset(&mut self, stream: &mut Stream) {
        let pending = std::mem::take(&mut self.pending);
        let reached = stream.index(pending.len() + 1);
        let before = self.platter.bytes();
        let cut = pending[..reached].iter().map(|change| change.bytes_after).min().unwrap_or(before);
        self.platter.set_bytes(cut.min(before));
        let mut coins = 0_u64;
        let mut left = 0_u32;
        for sector in pending.iter().flat_map(|change| change.sectors.clone()) {
            if left == 0 {
                (coins, left) = (stream.next_u64(), 64);
            }
            if coins & 1 == 1 {
                self.platter.copy_sectors(&self.cache, sector, sector + 1);
            }
            coins >>= 1;
            left -= 1;
        }
        let bytes = if reached == 0 { before } else { pending[reached - 1].bytes_after };
        self.platter.set_bytes(bytes);
    }

    /// The cache goes: what is not pending is read from the platter again.
    pub(crate) fn evict(&mut self) {
        if self.lost.is_empty() && !self.diverged {
            return;
        }
        let old = std::mem::replace(&mut self.cache, self.platter.clone());
        for pending in &self.pending {
            self.cache.copy_sectors(&old, pending.sectors.start, pending.sectors.end);
        }
        self.cache.set_bytes(old.bytes());
        self.lost.clear();
        self.diverged = false;
    }

    /// The power comes back: all that is left is the platter.
    pub(crate) fn reload(&mut self) {
        self.cache = self.platter.clone();
        self.pending.clear();
        self.unsynced.clear();
        self.lost.clear();
        self.diverged = false;
        self.firm = self.cache.bytes();
    }

    /// Whether the platter holds these bytes as the node sees them.
    pub(crate) fn durable(&self, range: &Range<u64>) -> bool {
        range.end <= self.platter.bytes()
            && self.platter.same(&self.cache, range.start, range.end)
            && !self.unsynced.iter().any(|(_, open)| open.start < range.end && range.start < open.end)
    }

    /// The bytes that no successful sync covered: sorted, joined.
    pub(crate) fn unsynced_ranges(&self) -> Vec<Range<u64>> {
        let mut ranges: Vec<Range<u64>> = self.unsynced.iter().map(|(_, range)| range.clone()).collect();
        ranges.sort_unstable_by_key(|range| (range.start, range.end));
        let mut joined: Vec<Range<u64>> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match joined.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => joined.push(range),
            }
        }
        joined
    }
}
