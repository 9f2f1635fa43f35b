//! Damage to the media, within what a single replica can promise.
//!
//! With one copy of each record nobody can repair anything, so the promise is: never served, never silently cut, the
//! rest is served. The budget leaves out what a lone disk cannot tell from a torn write or from honest data:
//!
//! | file | what may be damaged | why no more |
//! | --- | --- | --- |
//! | a topic's segment | durable batches with a durable batch behind them; not the leader epoch of a batch, and beside a gap that compaction left not its base offset | damage at the very end looks like a torn write; no checksum covers these two, and in a gap the order of offsets does not tell |
//! | offset index, time index, producer snapshot | anything | they are checked against the log, or carry a checksum |
//!
//! What cannot be read any more is told to the history, from the disk's knowledge alone. A misdirected write is the
//! second copy of an index's sector (the first one landed where it should), found in a segment.

use super::{options::FaultClass, stake};
use crate::{
    disk::{Model, SECTOR_BYTES},
    random::{Ratio, Stream},
};
use bytes::Bytes;
use std::ops::Range;
use tribunal_env::PartitionKey;
use tribunal_wire::batch::{Batch, Batches};

/// The bytes of a batch's leader epoch, from its beginning.
const LEADER_EPOCH: Range<u64> = 12..16;

/// The bytes of a batch's base offset, from its beginning.
const BASE_OFFSET: Range<u64> = 0..8;

/// What was damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Damage {
    /// For people.
    pub(super) detail: String,
    /// Topic, partition, first and last offset that cannot be read any more; `None` for a cache.
    pub(super) unreadable: Option<(String, PartitionKey, i64, i64)>,
}

/// A batch of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Placed {
    bytes: Range<u64>,
    first: i64,
    last: i64,
}

/// Damages something, if there is something that may be damaged.
pub(super) fn damage(disk: &mut Model, draw: &mut Stream, class: FaultClass) -> Option<Damage> {
    if class != FaultClass::Misdirected && draw.chance(Ratio::new(1, 3)) {
        return damage_cache(disk, draw, class);
    }
    let segments: Vec<String> =
        disk.files().into_iter().filter(|path| stake::segment(disk, path).is_some()).collect();
    // Some segments have too little in them: a few are tried.
    for _ in 0..8 {
        let path = segments.get(draw.index(segments.len().max(1)))?;
        if let Some(damage) = damage_segment(disk, draw, class, path) {
            return Some(damage);
        }
    }
    None
}

fn damage_cache(disk: &mut Model, draw: &mut Stream, class: FaultClass) -> Option<Damage> {
    let endings = [".index", ".timeindex", ".snapshot"];
    let chosen = |path: &String| endings.iter().any(|ending| path.ends_with(ending));
    let caches: Vec<String> = disk.files().into_iter().filter(chosen).collect();
    let path = caches.get(draw.index(caches.len().max(1)))?;
    let bytes = disk.content(path)?.len() as u64;
    let at = draw.range(0, bytes.checked_sub(1)?);
    let damaged = if class == FaultClass::Rot { disk.rot(path, at) } else { disk.spoil(path, at) };
    damaged.then(|| Damage { detail: format!("{path} at byte {at}"), unreadable: None })
}

fn damage_segment(disk: &mut Model, draw: &mut Stream, class: FaultClass, path: &str) -> Option<Damage> {
    let (topic, key, base) = stake::segment(disk, path)?;
    let content = disk.content(path)?;
    let batches = placed(&content);
    // The last batch stays whole: it is what tells damage from a torn end.
    let (last, others) = batches.split_last()?;
    let at = {
        let batch = others.get(draw.index(others.len().max(1)))?;
        draw.range(batch.bytes.start, batch.bytes.end - 1)
    };
    let hit = match class {
        FaultClass::Rot => at..at + 1,
        _ => at / SECTOR_BYTES * SECTOR_BYTES..(at / SECTOR_BYTES + 1) * SECTOR_BYTES,
    };
    if hit.end > last.bytes.start || !disk.is_durable(path, &(hit.start..last.bytes.end)) {
        return None;
    }
    let lost: Vec<&Placed> =
        others.iter().filter(|batch| batch.bytes.start < hit.end && hit.start < batch.bytes.end).collect();
    let damaged = match class {
        FaultClass::Rot => is_told(&batches, base, lost.first()?, at) && disk.rot(path, at),
        FaultClass::LatentSector => disk.spoil(path, at),
        _ => stray(disk, draw, path, &hit, &lost),
    };
    let (first, last) = (lost.first()?.first, lost.last()?.last);
    damaged.then(|| Damage {
        detail: format!("{path} at bytes {} to {}, offsets {first} to {last}", hit.start, hit.end - 1),
        unreadable: Some((topic, key, first, last)),
    })
}

/// Whether a broker can tell that a byte of a batch is not what was written.
fn is_told(batches: &[Placed], base: i64, hit: &Placed, at: u64) -> bool {
    let index = batches.partition_point(|batch| batch.first < hit.first);
    let before = index.checked_sub(1).map_or(base, |before| batches[before].last + 1);
    let after = batches.get(index + 1).map_or(hit.last + 1, |after| after.first);
    let beside_a_gap = before < hit.first || hit.last + 1 < after;
    let byte = at - hit.bytes.start;
    let untold = LEADER_EPOCH.contains(&byte) || (beside_a_gap && BASE_OFFSET.contains(&byte));
    !untold
}

/// Puts a sector of some index where a segment has one of its own.
fn stray(disk: &mut Model, draw: &mut Stream, path: &str, hit: &Range<u64>, lost: &[&Placed]) -> bool {
    let indexes: Vec<String> = disk.files().into_iter().filter(|path| path.ends_with("index")).collect();
    let Some(index) = indexes.get(draw.index(indexes.len().max(1))) else { return false };
    let Some(mut sector) = disk.content(index).filter(|content| !content.is_empty()) else { return false };
    sector.resize(usize::try_from(SECTOR_BYTES).expect("a sector is small"), 0);
    // Zeros from where a batch begins are the mark of a write that a power loss swallowed.
    let swallowed = lost.iter().any(|batch| {
        let from = batch.bytes.start.saturating_sub(hit.start).min(SECTOR_BYTES - 1);
        sector[usize::try_from(from).expect("a sector is small")..].iter().all(|&byte| byte == 0)
    });
    !swallowed && disk.stray(path, hit.start, &sector)
}

/// The whole batches at the beginning of a segment, up to the first place where something else stands.
fn placed(content: &[u8]) -> Vec<Placed> {
    let mut position = 0;
    let mut all = Vec::new();
    for batch in Batches::new(Bytes::copy_from_slice(content)) {
        let Some(batch) = batch.ok().filter(Batch::crc_is_right) else { break };
        let end = position + batch.total_bytes() as u64;
        all.push(Placed {
            bytes: position..end,
            first: batch.header.base_offset.0,
            last: batch.header.last_offset().0,
        });
        position = end;
    }
    all
}
