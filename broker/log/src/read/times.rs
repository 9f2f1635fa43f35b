//! Lookups by time.
//!
//! The time index says where to begin; the record itself is found by reading on from there, for an index has an entry every
//! few batches only.
//!
//! Always holds: what is found lies before the high watermark, and is not deleted; an entry that the batch it names does
//! not bear out decides nothing.

use super::indexes::{Start, rebuild_indexes};
use super::{Picture, ReadError, walk_from};
use crate::index::TimeEntry;
use crate::limits::{LOOKUP_DECOMPRESSED_BYTES_MAX, SCAN_CHUNK_BYTES};
use crate::partition::Partition;
use crate::segment::{CorruptRange, Indexes, Segment};
use crate::walk::Step;
use bytes::Bytes;
use tribunal_wire::batch::{Batch, BatchHeader, TimestampType};
use tribunal_wire::types::{LeaderEpoch, Offset};

/// A record found by its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundRecord {
    /// Its offset.
    pub offset: Offset,
    /// Its timestamp.
    pub timestamp: i64,
    /// The epoch of the leader that appended it.
    pub leader_epoch: LeaderEpoch,
}

impl Partition {
    /// The first record, by offset, whose timestamp is at least `timestamp`.
    pub async fn offset_for_timestamp(&self, timestamp: i64) -> Result<Option<FoundRecord>, ReadError> {
        let picture = self.picture();
        for (index, segment) in picture.segments.iter().enumerate() {
            let after = picture.after(index);
            self.shared.confirm_times(segment, after).await;
            let has_later = segment.state().max_timestamp >= timestamp;
            if !has_later {
                continue;
            }
            self.shared.load_indexes(segment, after).await;
            let start = start_of(segment, |indexes| indexes.times.lookup(timestamp));
            let wanted = |time: i64| time >= timestamp;
            if let Some(found) = find_record(&picture, index, start, timestamp, wanted).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The first record that has the highest timestamp of all.
    pub async fn max_timestamp(&self) -> Result<Option<FoundRecord>, ReadError> {
        let picture = self.picture();
        let mut newest: Option<(TimeEntry, usize)> = None;
        for (index, segment) in picture.segments.iter().enumerate() {
            self.shared.confirm_times(segment, picture.after(index)).await;
            let state = segment.state();
            let newer = newest.is_none_or(|(entry, _)| state.max_timestamp > entry.timestamp);
            if newer && state.max_timestamp >= 0 {
                let (timestamp, offset) = (state.max_timestamp, state.max_timestamp_offset);
                newest = Some((TimeEntry { timestamp, offset }, index));
            }
        }
        let Some((entry, index)) = newest else { return Ok(None) };
        let TimeEntry { timestamp, .. } = entry;
        self.shared.load_indexes(&picture.segments[index], picture.after(index)).await;
        let start = start_of(&picture.segments[index], |_| Some(entry));
        match find_record(&picture, index, start, timestamp, |time| time == timestamp).await? {
            Some(found) => Ok(Some(found)),
            // What the segment remembers lies past the high watermark (a flush is under way), or is deleted.
            None => greatest_readable(&picture).await,
        }
    }
}

/// Where to look on in a segment whose indexes were just loaded, by an entry for its times.
fn start_of(segment: &Segment, entry: impl FnOnce(&Indexes) -> Option<TimeEntry>) -> Start {
    let state = segment.state();
    let indexes = state.indexes.as_ref().expect("they were just loaded");
    let entry = entry(indexes);
    Start::new(indexes.offsets.lookup(entry.map_or(segment.base, |entry| entry.offset)), entry)
}

/// The first record that has the highest timestamp of those that can be read, found by looking at every batch.
async fn greatest_readable(picture: &Picture) -> Result<Option<FoundRecord>, ReadError> {
    let mut best: Option<FoundRecord> = None;
    for (index, segment) in picture.segments.iter().enumerate() {
        let mut walk = walk_from(segment, None, picture.around(index), SCAN_CHUNK_BYTES);
        let mut expected = segment.base;
        loop {
            match walk.next().await {
                Step::End => break,
                Step::Bad => match walk.resync(expected).await {
                    Some(header) => expected = header.base_offset,
                    None => break,
                },
                Step::Batch(header, _) if header.last_offset() >= picture.high_watermark() => {
                    return Ok(best);
                }
                Step::Batch(header, bytes) => {
                    expected = header.next_offset();
                    while header.max_timestamp > best.map_or(i64::MIN, |found| found.timestamp) {
                        let above = best.map_or(i64::MIN, |found| found.timestamp);
                        match find_in_batch(picture, &header, bytes.clone(), &|time| time > above)? {
                            Some(found) => best = Some(found),
                            None => break,
                        }
                    }
                }
            }
        }
    }
    Ok(best)
}

/// The first readable record of segment `index`, from `start` on, whose timestamp is `wanted`, in a batch that
/// reaches `least`. Indexes that lie are made again.
async fn find_record(
    picture: &Picture,
    index: usize,
    start: Start,
    least: i64,
    wanted: impl Fn(i64) -> bool,
) -> Result<Option<FoundRecord>, ReadError> {
    if let Search::Done(found) = search(picture, index, start, least, &wanted).await? {
        return Ok(found);
    }
    if !picture.is_written(index) {
        rebuild_indexes(&picture.segments[index], picture.around(index)).await;
    }
    match search(picture, index, Start::default(), least, &wanted).await? {
        Search::Done(found) => Ok(found),
        Search::IndexLies => unreachable!("no index was asked"),
    }
}

/// What a search through a segment came to.
enum Search {
    Done(Option<FoundRecord>),
    /// What the indexes said is not so.
    IndexLies,
}

async fn search(
    picture: &Picture,
    index: usize,
    mut start: Start,
    least: i64,
    wanted: &impl Fn(i64) -> bool,
) -> Result<Search, ReadError> {
    let segment = &picture.segments[index];
    let mut walk = walk_from(segment, start.anchor, picture.around(index), SCAN_CHUNK_BYTES);
    let mut expected = segment.base;
    loop {
        match walk.next().await {
            Step::End | Step::Bad if !start.is_settled() => return Ok(Search::IndexLies),
            Step::Batch(header, _) if !start.is_true_of(&header) => return Ok(Search::IndexLies),
            Step::End => return Ok(Search::Done(None)),
            Step::Bad => match walk.resync(expected).await {
                Some(header) => expected = header.base_offset,
                None => return Ok(Search::Done(None)),
            },
            Step::Batch(header, bytes) => {
                if header.last_offset() >= picture.high_watermark() {
                    return Ok(Search::Done(None));
                }
                expected = header.next_offset();
                if header.max_timestamp >= least
                    && let Some(found) = find_in_batch(picture, &header, bytes, wanted)?
                {
                    return Ok(Search::Done(Some(found)));
                }
            }
        }
    }
}

/// The first record of a batch that is not deleted and whose timestamp is `wanted`.
fn find_in_batch(
    picture: &Picture,
    header: &BatchHeader,
    mut bytes: Bytes,
    wanted: &impl Fn(i64) -> bool,
) -> Result<Option<FoundRecord>, ReadError> {
    let log_start = picture.watermarks.log_start.0;
    if header.last_offset() < log_start {
        return Ok(None);
    }
    let leader_epoch = header.partition_leader_epoch;
    if header.records_count == 0 {
        return Ok(None);
    }
    let is_whole = i64::from(header.records_count) == i64::from(header.last_offset_delta) + 1;
    if header.attributes.timestamp_type() == TimestampType::LogAppendTime && is_whole {
        // One time stands for all records.
        let offset = header.base_offset.max(log_start);
        let found = FoundRecord { offset, timestamp: header.max_timestamp, leader_epoch };
        return Ok(wanted(header.max_timestamp).then_some(found));
    }
    let corrupt = ReadError::Corrupt(CorruptRange { from: header.base_offset, to: header.next_offset() });
    let batch = Batch::split_from(&mut bytes).map_err(|_| corrupt)?;
    let records = batch.records(LOOKUP_DECOMPRESSED_BYTES_MAX).map_err(|_| corrupt)?;
    for record in &records {
        let record = record.map_err(|_| corrupt)?;
        let offset = header.base_offset.plus(i64::from(record.offset_delta));
        let timestamp = match header.attributes.timestamp_type() {
            TimestampType::CreateTime => header.base_timestamp.wrapping_add(record.timestamp_delta),
            TimestampType::LogAppendTime => header.max_timestamp,
        };
        if offset >= log_start && wanted(timestamp) {
            return Ok(Some(FoundRecord { offset, timestamp, leader_epoch }));
        }
    }
    Ok(None)
}
