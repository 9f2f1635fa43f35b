//! One pass over a log: its dirty keys go into a map, then every segment before the end of what the map has is written
//! anew without what they shadow.
//!
//! Why so: all of it happens beside the partition's owner, on sealed segments, which nobody changes. The owner is asked
//! twice: for a picture to work on, and, group by group, to put the new segment in the place of the old ones. What it
//! finds changed by then (records deleted, the log closed, the policy another one) ends the pass, and nothing is lost.
//!
//! Always holds: groups are written from the front, and one is durably in its place before the next begins, so that a
//! tombstone never goes before what it shadows; a log with damage is left as it is; a pass that ends early leaves no file
//! behind, as far as the disk lets it.

use super::effort::Effort;
use super::offset_map::OffsetMap;
use super::output::Output;
use super::plan::{self, Outline};
use super::rewrite::{Fate, LastBatches, Malformed, Rewriter, Rules, Tally, marker_of, uncompressed};
use super::transactions::{Aborted, TransactionFilter, TransactionScan};
use super::{Compacted, Picture, Swap, Unfinished};
use crate::checkpoint::read_small;
use crate::limits::SCAN_CHUNK_BYTES;
use crate::names::{self, join, offset_file};
use crate::partition::{ChangeError, Partition};
use crate::producers::Producers;
use crate::segment::Segment;
use crate::transactions::AbortedTransaction;
use crate::walk::{Step, Stretch, Walk};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use tribunal_env::{Disk, Timestamp};
use tribunal_wire::batch::{BatchHeader, RawRecords};
use tribunal_wire::types::Offset;

/// A pass that is under way.
pub(super) struct Pass<'a> {
    partition: &'a Partition,
    disk: Arc<dyn Disk>,
    picture: Arc<Picture>,
    outlines: Vec<Outline>,
    uncleanable: Offset,
    now: Timestamp,
    effort: &'a mut Effort,
    done: Compacted,
}

/// The keys of what is dirty.
struct Keys {
    map: OffsetMap,
    /// The map has the keys of everything dirty before it.
    end: Offset,
    aborted: Vec<Aborted>,
}

/// Batches of a segment, each checked to stand where it belongs.
struct Batches<'a> {
    walk: Walk<'a>,
    expected: Offset,
    after: Offset,
    cleaned_until: Offset,
}

impl<'a> Batches<'a> {
    fn of(picture: &'a Picture, index: usize) -> Result<Batches<'a>, Unfinished> {
        let segment = &picture.segments[index];
        let after = picture.segments[index + 1].base;
        let end = {
            let state = segment.state();
            if let Some(range) = state.corrupt.first() {
                return Err(Unfinished::Damaged(range.from));
            }
            state.bytes
        };
        let stretch = Stretch { position: 0, end, expected: Some(segment.base), after: Some(after) };
        let walk = Walk::new(&*segment.file, stretch, SCAN_CHUNK_BYTES);
        Ok(Batches { walk, expected: segment.base, after, cleaned_until: picture.cleaned_until })
    }

    /// The next batch. Bytes that are none, and offsets that are missing where nothing was compacted, end the pass.
    async fn next(&mut self) -> Result<Option<(BatchHeader, Bytes)>, Unfinished> {
        let (next, base) = match self.walk.next().await {
            Step::Batch(header, bytes) => (Some((header, bytes)), header.base_offset),
            Step::End => (None, self.after),
            Step::Bad => return Err(Unfinished::Damaged(self.expected)),
        };
        if base > self.expected && base > self.cleaned_until {
            return Err(Unfinished::Damaged(self.expected));
        }
        if let Some((header, _)) = &next {
            self.expected = header.next_offset();
        }
        Ok(next)
    }
}

impl<'a> Pass<'a> {
    pub(super) async fn begin(
        partition: &'a Partition,
        now: Timestamp,
        effort: &'a mut Effort,
    ) -> Result<Pass<'a>, Unfinished> {
        let picture = partition.compaction_picture(true).await?.ok_or(Unfinished::Nothing)?;
        let shared = &partition.shared;
        let disk = shared.env.disk();
        let uncleanable = shared.first_uncleanable(&picture, now).await;
        if uncleanable <= picture.first_dirty {
            return Err(Unfinished::Nothing);
        }
        // The snapshots of producers are durable from here on: what is dropped below is told by them.
        disk.sync_dir(&shared.path).await.map_err(Unfinished::Failed)?;
        let outlines = outline(&*disk, &shared.path, &picture.segments).await?;
        let done = Compacted { from: picture.first_dirty, to: picture.first_dirty, ..Compacted::default() };
        let picture = Arc::new(picture);
        Ok(Pass { partition, disk, picture, outlines, uncleanable, now, effort, done })
    }

    pub(super) async fn run(mut self) -> Result<Compacted, Unfinished> {
        let producers = self.last_batches().await;
        let keys = self.read_keys().await?;
        if keys.end <= self.picture.first_dirty {
            return Err(Unfinished::Nothing);
        }
        let count = self.outlines.partition_point(|segment| segment.base < keys.end);
        let after = self.outlines[count].base;
        let rules = Rules {
            map: &keys.map,
            end: keys.end,
            now_ms: self.now.as_millis(),
            delete_retention_ms: self.picture.compaction.delete_retention_ms,
            producers: &producers,
        };
        let mut rewriter = Rewriter::new(rules, TransactionFilter::new(keys.aborted));
        for group in plan::groups(&self.outlines, count, after, &self.picture.config) {
            self.compact_group(group, keys.end, &mut rewriter).await?;
        }
        let Tally { kept, dropped } = rewriter.tally();
        Ok(Compacted { to: keys.end, records_kept: kept, records_dropped: dropped, ..self.done })
    }

    /// By which batches the live producers are known, now and as of the first offset that is left alone.
    async fn last_batches(&self) -> BTreeMap<i64, LastBatches> {
        let path = join(&self.partition.shared.path, &offset_file(self.uncleanable, names::SNAPSHOT));
        let snapshot = read_small(&*self.disk, &path).await.unwrap_or(None);
        let then = snapshot.and_then(|bytes| Producers::parse_snapshot(&bytes)).unwrap_or_default();
        let batches = self.picture.producers.iter().map(|(id, state)| {
            let earlier = then.get(*id).and_then(|state| state.last());
            let offsets = [state.last(), earlier].map(|batch| batch.map(|batch| batch.last_offset));
            (id.0, LastBatches { offsets, epoch: state.epoch })
        });
        batches.collect()
    }

    async fn spend(&mut self, bytes: u64) -> Result<(), Unfinished> {
        if self.partition.is_closed() {
            return Err(Unfinished::Superseded);
        }
        self.effort.spend(bytes).await
    }

    /// Reads the keys of what is dirty, as many as the map takes.
    async fn read_keys(&mut self) -> Result<Keys, Unfinished> {
        let first_dirty = self.picture.first_dirty;
        let keys_max = u64::try_from(self.uncleanable.0 - first_dirty.0).expect("there is something dirty");
        let mut rng = self.partition.shared.env.rng("compaction");
        let map = self.effort.new_map(keys_max, [rng.next_u64(), rng.next_u64()]);
        let mut keys = Keys { map, end: first_dirty, aborted: Vec::new() };
        let mut transactions: Option<TransactionFilter> = None;
        let mut limit = self.uncleanable;
        let picture = Arc::clone(&self.picture);
        let dirty = plan::dirty(&self.outlines, first_dirty, self.uncleanable);
        for index in dirty.clone() {
            let mut batches = Batches::of(&picture, index)?;
            let mut spent = 0;
            while let Some((header, bytes)) = batches.next().await? {
                spent += bytes.len() as u64;
                if spent >= SCAN_CHUNK_BYTES as u64 {
                    self.spend(std::mem::take(&mut spent)).await?;
                }
                if header.last_offset() < first_dirty {
                    continue;
                }
                if header.attributes.is_transactional() && transactions.is_none() {
                    let scan = self.scan_transactions(&picture, index..dirty.end, header.base_offset).await?;
                    limit = limit.min(scan.first_undecided().unwrap_or(limit));
                    keys.aborted = scan.into_aborted();
                    transactions = Some(TransactionFilter::new(keys.aborted.clone()));
                }
                if header.base_offset >= limit {
                    return Ok(keys);
                }
                if header.attributes.is_control() {
                    if let Some(transactions) = &mut transactions {
                        transactions
                            .ends_nothing(&header, self.readable(&header, marker_of(&header, &bytes))?);
                    }
                } else if !transactions.as_mut().is_some_and(|filter| filter.is_aborted(&header)) {
                    let full = take_keys(&mut keys.map, &header, &bytes, first_dirty);
                    if let Some(full) = self.readable(&header, full)? {
                        keys.end = full;
                        return Ok(keys);
                    }
                }
                keys.end = header.next_offset();
            }
            self.spend(spent).await?;
            keys.end = keys.end.max(batches.after).min(limit);
        }
        Ok(keys)
    }

    fn readable<T>(&self, header: &BatchHeader, result: Result<T, Malformed>) -> Result<T, Unfinished> {
        result.map_err(|Malformed| Unfinished::Damaged(header.base_offset))
    }

    /// Learns how the transactions ended that have batches at or behind `from`.
    async fn scan_transactions(
        &mut self,
        picture: &Picture,
        segments: Range<usize>,
        from: Offset,
    ) -> Result<TransactionScan, Unfinished> {
        let mut scan = TransactionScan::default();
        for index in segments {
            let mut batches = Batches::of(picture, index)?;
            while let Some((header, bytes)) = batches.next().await? {
                if header.base_offset < from {
                    continue;
                }
                let marker = match header.attributes.is_control() {
                    true => Some(self.readable(&header, marker_of(&header, &bytes))?),
                    false => None,
                };
                scan.batch(&header, marker);
            }
            self.spend(picture.segments[index].bytes()).await?;
        }
        Ok(scan)
    }

    /// Writes the segments of a group anew, as one, and has it put into their place.
    async fn compact_group(
        &mut self,
        group: Range<usize>,
        keys_end: Offset,
        rewriter: &mut Rewriter<'_>,
    ) -> Result<(), Unfinished> {
        let base = self.outlines[group.start].base;
        let bytes_before: u64 = self.outlines[group.clone()].iter().map(|segment| segment.bytes).sum();
        let path = self.partition.shared.path.clone();
        let interval = self.picture.config.index_interval_bytes;
        let aborted = self.aborted_behind(group.clone(), keys_end).await?;
        let mut output = Output::create(Arc::clone(&self.disk), &path, base, interval).await?;
        let finished = match self.write_group(group.clone(), bytes_before, rewriter, &mut output).await {
            Ok(()) => {
                aborted.into_iter().for_each(|aborted| output.push_aborted(aborted));
                output.finish().await
            }
            Err(unfinished) => Err(unfinished),
        };
        let first_dirty = keys_end.min(self.outlines[group.end].base).max(self.picture.first_dirty);
        let new = match finished {
            Ok(new) => new,
            Err(unfinished) => {
                output.discard().await;
                return Err(unfinished);
            }
        };
        self.done.bytes_before += bytes_before;
        self.done.bytes_after += new.bytes();
        // What nothing was taken from is not replaced; that it is clean now has to be told all the same.
        let replaces = group.len() > 1 || output.has_changes();
        let old = self.picture.segments[group].to_vec();
        let swap = Swap { old, new: replaces.then_some(new), first_dirty };
        let result = self.partition.swap(swap).await;
        if !replaces || result.is_err() {
            output.discard().await;
        }
        result
    }

    /// The aborted transactions of a group that readers still have to know of: no record of one that ended before `end`
    /// is left, and its marker may go; what stands behind `end` is left as it is.
    async fn aborted_behind(
        &self,
        group: Range<usize>,
        end: Offset,
    ) -> Result<Vec<AbortedTransaction>, Unfinished> {
        let (segments, mut aborted) = (&self.picture.segments, Vec::new());
        for index in group {
            let after = segments[index + 1].base;
            let known = self.partition.shared.transactions_of(segments, index, after).await;
            let entries = known.ok_or(Unfinished::Superseded)?;
            aborted.extend(entries.entries().iter().filter(|entry| entry.last_offset >= end));
        }
        Ok(aborted)
    }

    async fn write_group(
        &mut self,
        group: Range<usize>,
        bytes_before: u64,
        rewriter: &mut Rewriter<'_>,
        output: &mut Output,
    ) -> Result<(), Unfinished> {
        let picture = Arc::clone(&self.picture);
        let mut left = bytes_before;
        let mut spent = 0;
        // The last batch of the group stays, so that where it ends is told by the file itself.
        let mut held: Option<(BatchHeader, Bytes)> = None;
        for index in group {
            let mut batches = Batches::of(&picture, index)?;
            while let Some(next) = batches.next().await? {
                if let Some((header, bytes)) = held.replace(next) {
                    left -= bytes.len() as u64;
                    spent += bytes.len() as u64;
                    judge(rewriter, output, &header, &bytes, left, false)?;
                }
                if spent >= SCAN_CHUNK_BYTES as u64 {
                    let written = output.write().await?;
                    self.spend(std::mem::take(&mut spent) + written).await?;
                }
            }
        }
        if let Some((header, bytes)) = held {
            judge(rewriter, output, &header, &bytes, 0, true)?;
        }
        let written = output.write().await?;
        self.spend(spent + written).await
    }
}

/// Judges a batch behind which `left` bytes of the group wait, and puts what becomes of it into `output`.
fn judge(
    rewriter: &mut Rewriter<'_>,
    output: &mut Output,
    header: &BatchHeader,
    bytes: &Bytes,
    left: u64,
    is_last: bool,
) -> Result<(), Unfinished> {
    let room = output.room().saturating_sub(left);
    let may_grow = bytes.len() as u64 * 2 <= room;
    let fate = rewriter
        .judge(header, bytes, is_last, may_grow)
        .map_err(|Malformed| Unfinished::Damaged(header.base_offset))?;
    match fate {
        Fate::Gone => output.note_change(),
        Fate::Same => output.push(header, bytes),
        Fate::Changed(_, changed) if changed.len() as u64 > room => return Err(Unfinished::TooLarge),
        Fate::Changed(header, changed) => {
            output.note_change();
            output.push(&header, &changed);
        }
    }
    Ok(())
}

/// Puts the keys of a batch's records from `first_dirty` on into the map. The offset of the record for whose key there
/// was no room.
fn take_keys(
    map: &mut OffsetMap,
    header: &BatchHeader,
    bytes: &Bytes,
    first_dirty: Offset,
) -> Result<Option<Offset>, Malformed> {
    if header.records_count == 0 {
        return Ok(None);
    }
    let records = uncompressed(header, bytes)?;
    for record in RawRecords::new(header, &records) {
        let record = record.map_err(|_| Malformed)?;
        let offset = header.base_offset.plus(i64::from(record.offset_delta));
        if let Some(key) = record.key
            && offset >= first_dirty
            && map.insert(key, offset).is_err()
        {
            return Ok(Some(offset));
        }
    }
    Ok(None)
}

/// The segments with the bytes of their index files.
async fn outline(
    disk: &dyn Disk,
    directory: &str,
    segments: &[Arc<Segment>],
) -> Result<Vec<Outline>, Unfinished> {
    let listed = disk.list(directory).await.map_err(Unfinished::Failed)?;
    let mut index_bytes: BTreeMap<Offset, u64> = BTreeMap::new();
    for entry in listed {
        if let Some((base, names::OFFSET_INDEX | names::TIME_INDEX)) = names::parse_offset_file(&entry.name) {
            let bytes = index_bytes.entry(base).or_default();
            *bytes = (*bytes).max(entry.bytes);
        }
    }
    let outline = |segment: &Arc<Segment>| Outline {
        base: segment.base,
        bytes: segment.bytes(),
        index_bytes: index_bytes.get(&segment.base).copied().unwrap_or_default(),
    };
    Ok(segments.iter().map(outline).collect())
}

impl From<ChangeError> for Unfinished {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Closed | ChangeError::OffsetOutOfRange => Unfinished::Superseded,
            ChangeError::Storage => Unfinished::Superseded,
        }
    }
}
