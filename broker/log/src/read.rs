//! Reads by offset, from the tail in memory or from disk. Lookups by time stand in `times`.
//!
//! Why so: whoever reads at the end of the log gets the very slices that were appended, with no copy. Older
//! batches are found through the offset index and read in large pieces; each has its CRC checked on the way, so
//! that rot is answered with an error and never served. An index that lies is dropped and made again.
//!
//! A reader of committed records gets the same batches, up to the last stable offset, and the aborted transactions that
//! they may belong to.
//!
//! Always holds: whole batches only, the first one holding the offset asked for, none of them at or past the
//! high watermark (or last stable offset) of the moment in which the read began.

mod indexes;
mod times;
mod transactions;

pub use times::FoundRecord;

use crate::index::Anchor;
use crate::limits::{READ_BYTES_MAX, READ_CHUNK_BYTES_MIN};
use crate::offsets::Watermarks;
use crate::partition::{Partition, Shared};
use crate::segment::{CorruptRange, Segment};
use crate::tail::Slices;
use crate::transactions::AbortedTransaction;
use crate::walk::{Step, Stretch, Walk};
use bytes::Bytes;
use indexes::{Start, rebuild_indexes};
use std::sync::Arc;
use tribunal_wire::batch::BatchHeader;
use tribunal_wire::types::Offset;

/// Whole batches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadBatches {
    /// The batches' bytes, in order, in as many pieces as they came in.
    pub pieces: Vec<Bytes>,
    /// Bytes in all pieces.
    pub bytes: usize,
    /// The offset to go on with.
    pub next_offset: Offset,
    /// The offsets that bounded the log when the read began.
    pub watermarks: Watermarks,
}

/// Batches of transactions that have ended, for readers of committed records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommittedBatches {
    /// The batches, those of aborted transactions among them, before the last stable offset.
    pub read: ReadBatches,
    /// The aborted transactions that the batches may belong to, in the order of their markers.
    pub aborted: Vec<AbortedTransaction>,
}

/// Why nothing could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadError {
    /// The offset lies before the log start or past the high watermark.
    OffsetOutOfRange(Watermarks),
    /// The batch that holds the offset is damaged. Offsets from `to` on may be readable.
    Corrupt(CorruptRange),
}

impl ReadError {
    /// The Kafka error code to answer with.
    #[must_use]
    pub const fn error_code(&self) -> i16 {
        match self {
            ReadError::OffsetOutOfRange(_) => 1,
            ReadError::Corrupt(_) => 2,
        }
    }
}

/// How far a reader may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Isolation {
    /// Up to the high watermark.
    Uncommitted,
    /// Up to the last stable offset.
    Committed,
}

/// What a read needs, taken at one moment.
struct Picture {
    watermarks: Watermarks,
    /// The offset that this reader may not reach.
    limit: Offset,
    segments: Arc<[Arc<Segment>]>,
    /// Before it offsets may be missing: the log was compacted.
    cleaned_until: Offset,
}

impl Picture {
    fn high_watermark(&self) -> Offset {
        self.watermarks.high_watermark.0
    }

    /// The offset at which what follows segment `index` begins.
    fn after(&self, index: usize) -> Offset {
        self.segments.get(index + 1).map_or(self.watermarks.log_end.0, |next| next.base)
    }

    /// The same, and the offset up to which compaction may have left gaps.
    fn around(&self, index: usize) -> (Offset, Offset) {
        (self.after(index), self.cleaned_until)
    }

    /// Whether segment `index` is the one that is appended to.
    fn is_written(&self, index: usize) -> bool {
        index + 1 == self.segments.len()
    }
}

impl Partition {
    /// Whole batches from the one that holds `offset` on, up to `max_bytes`; with `at_least_one` the first is
    /// there even when it is larger. Empty at the high watermark.
    pub async fn read(
        &self,
        offset: Offset,
        max_bytes: usize,
        at_least_one: bool,
    ) -> Result<ReadBatches, ReadError> {
        let asked = Asked { offset, max_bytes: max_bytes.min(READ_BYTES_MAX), at_least_one };
        self.read_as(asked, Isolation::Uncommitted).await.map(|(_, read)| read)
    }

    /// The same for readers of committed records: empty at the last stable offset.
    pub async fn read_committed(
        &self,
        offset: Offset,
        max_bytes: usize,
        at_least_one: bool,
    ) -> Result<CommittedBatches, ReadError> {
        let asked = Asked { offset, max_bytes: max_bytes.min(READ_BYTES_MAX), at_least_one };
        loop {
            let (picture, read) = self.read_as(asked, Isolation::Committed).await?;
            // Where segments were replaced meanwhile, it is told by those that stand now.
            if let Some(aborted) = self.shared.aborted_within(&picture, offset, read.next_offset).await {
                return Ok(CommittedBatches { read, aborted });
            }
        }
    }

    async fn read_as(&self, asked: Asked, isolation: Isolation) -> Result<(Picture, ReadBatches), ReadError> {
        let (picture, slices) = self.look(asked, isolation);
        let (offset, watermarks) = (asked.offset, picture.watermarks);
        if offset < watermarks.log_start.0 || offset > watermarks.high_watermark.0 {
            return Err(ReadError::OffsetOutOfRange(watermarks));
        }
        let Slices { pieces, bytes, next_offset } = match slices {
            Some(slices) => slices,
            None if offset >= picture.limit => Slices { next_offset: offset, ..Slices::default() },
            None => match self.shared.read_disk(&picture, asked).await {
                Ok(slices) => slices,
                Err(error) => {
                    if let ReadError::Corrupt(range) = error {
                        self.shared.tell_damage(&picture.segments, range).await;
                    }
                    return Err(error);
                }
            },
        };
        assert!(next_offset <= picture.limit.max(offset), "nothing past the limit is served");
        Ok((picture, ReadBatches { pieces, bytes, next_offset, watermarks }))
    }

    /// A picture of the log, and the answer itself when the tail has it: both of one moment.
    fn look(&self, asked: Asked, isolation: Isolation) -> (Picture, Option<Slices>) {
        let view = self.shared.view();
        let limit = match isolation {
            Isolation::Uncommitted => view.high_watermark,
            Isolation::Committed => view.last_stable,
        };
        let in_range = view.log_start <= asked.offset && asked.offset <= limit;
        let slices = if in_range {
            view.tail.read(asked.offset, limit, asked.max_bytes, asked.at_least_one)
        } else {
            None
        };
        let (segments, cleaned_until) = (Arc::clone(&view.segments), view.cleaned_until);
        (Picture { watermarks: view.watermarks(), limit, segments, cleaned_until }, slices)
    }

    fn picture(&self) -> Picture {
        let nothing = Asked { offset: Offset(-1), max_bytes: 0, at_least_one: false };
        self.look(nothing, Isolation::Uncommitted).0
    }
}

/// What a reader asks for.
#[derive(Debug, Clone, Copy)]
struct Asked {
    offset: Offset,
    max_bytes: usize,
    at_least_one: bool,
}

/// A walk from the batch that an index pointed at, or from the segment's beginning.
fn walk_from(
    segment: &Segment,
    start: Option<Anchor>,
    (after, gaps_until): (Offset, Offset),
    chunk_bytes: usize,
) -> Walk<'_> {
    let end = segment.bytes();
    let (position, expected) = match start {
        None => (0, Some(segment.base)),
        Some(anchor) => (anchor.position.min(end), None),
    };
    let stretch = Stretch { position, end, expected, after: Some(after) };
    Walk::new(&*segment.file, stretch, chunk_bytes).with_gaps(gaps_until)
}

impl Shared {
    /// Batches from `offset` on, out of the one segment that holds it, or the next one where compaction left nothing.
    async fn read_disk(&self, picture: &Picture, asked: Asked) -> Result<Slices, ReadError> {
        let Asked { offset, max_bytes, at_least_one } = asked;
        let after = picture.segments.partition_point(|segment| segment.base <= offset);
        let mut index = after.checked_sub(1).expect("the log starts in its first segment");
        loop {
            let next_base = picture.after(index);
            let read = SegmentRead {
                segment: &picture.segments[index],
                after: next_base,
                offset,
                cleaned_until: picture.cleaned_until,
                is_written: picture.is_written(index),
                limit: picture.limit,
                max_bytes,
                at_least_one,
            };
            match self.read_segment(read).await {
                Found::Slices(slices) => return Ok(slices),
                Found::Corrupt(to) => return Err(ReadError::Corrupt(CorruptRange { from: offset, to })),
                Found::Damaged(range) => return Err(ReadError::Corrupt(range)),
                // The segment ends before the offset: what was there is gone, or was compacted away.
                Found::IndexLies | Found::Past => {
                    if next_base > picture.cleaned_until {
                        return Err(ReadError::Corrupt(CorruptRange { from: offset, to: next_base }));
                    }
                    index += 1;
                    if index == picture.segments.len() {
                        return Ok(Slices { next_offset: next_base, ..Slices::default() });
                    }
                }
            }
        }
    }

    /// The part of the answer that one segment has. An index that lies is made again.
    async fn read_segment(&self, read: SegmentRead<'_>) -> Found {
        let SegmentRead { segment, after, offset, .. } = read;
        if let Some(range) = segment.corrupt_at(offset) {
            return Found::Damaged(range);
        }
        self.load_indexes(segment, after).await;
        let start = {
            let state = segment.state();
            state.indexes.as_ref().expect("they were just loaded").offsets.lookup(offset)
        };
        match read.run(start).await {
            Found::IndexLies => {
                if !read.is_written {
                    rebuild_indexes(segment, (after, self.cleaned_until())).await;
                }
                read.run(None).await
            }
            found => found,
        }
    }

    fn cleaned_until(&self) -> Offset {
        self.view().cleaned_until
    }
}

/// What a read of a segment came to.
enum Found {
    Slices(Slices),
    /// The batch is damaged; this offset is the next that can be read, as far as is known.
    Corrupt(Offset),
    /// The offset lies in a range that is known to be damaged.
    Damaged(CorruptRange),
    /// The position from the index cannot be right.
    IndexLies,
    /// The segment ends before the offset.
    Past,
}

struct SegmentRead<'a> {
    segment: &'a Arc<Segment>,
    after: Offset,
    offset: Offset,
    /// Before it offsets may be missing.
    cleaned_until: Offset,
    /// It is the one that is appended to: its indexes are its owner's.
    is_written: bool,
    limit: Offset,
    max_bytes: usize,
    at_least_one: bool,
}

impl SegmentRead<'_> {
    async fn run(&self, start: Option<Anchor>) -> Found {
        let chunk = self.max_bytes.max(READ_CHUNK_BYTES_MIN);
        let mut walk = walk_from(self.segment, start, (self.after, self.cleaned_until), chunk);
        let mut slices = Slices { next_offset: self.offset, ..Slices::default() };
        // The first batch must be the one that the index promised, or nothing that follows can be believed.
        let mut start = Start::new(start, None);
        loop {
            // What one read of the file brought is answer enough: another one may be for a batch that does not fit.
            if slices.bytes > 0 && !walk.has_batch_at_hand() {
                return Found::Slices(slices);
            }
            let at = walk.position();
            match walk.next().await {
                Step::End | Step::Bad if !start.is_settled() => return Found::IndexLies,
                Step::Batch(header, _) if !start.is_true_of(&header) => return Found::IndexLies,
                Step::Batch(header, bytes) => {
                    let before = slices.bytes;
                    if let Some(found) = self.take(&header, bytes, &mut slices) {
                        return found;
                    }
                    if before > 0
                        && let Some(whole) = walk.at_hand(at - before as u64, slices.bytes)
                    {
                        slices.pieces = vec![whole];
                    }
                }
                Step::End if slices.bytes == 0 => return Found::Past,
                Step::End => return Found::Slices(slices),
                Step::Bad if slices.bytes > 0 => return Found::Slices(slices),
                Step::Bad => match walk.resync(self.segment.base).await {
                    Some(header) if header.base_offset > self.offset => {
                        return Found::Corrupt(header.base_offset);
                    }
                    Some(_) => {}
                    // What stood there is not known, wherever compaction may have left gaps.
                    None => return Found::Corrupt(self.after),
                },
            }
        }
    }

    /// Takes the batch if it belongs to the answer. `Some` ends the read.
    fn take(&self, header: &BatchHeader, bytes: Bytes, slices: &mut Slices) -> Option<Found> {
        if header.last_offset() < slices.next_offset {
            return None;
        }
        if header.base_offset > slices.next_offset && header.base_offset > self.cleaned_until {
            // Offsets are missing here, and were not compacted away: that is damage.
            let none = slices.bytes == 0;
            return Some(if none {
                Found::Corrupt(header.base_offset)
            } else {
                Found::Slices(std::mem::take(slices))
            });
        }
        let fits = slices.bytes + bytes.len() <= self.max_bytes || (self.at_least_one && slices.bytes == 0);
        if header.last_offset() >= self.limit || !fits {
            return Some(Found::Slices(std::mem::take(slices)));
        }
        slices.next_offset = header.next_offset();
        slices.bytes += bytes.len();
        slices.pieces.push(bytes);
        None
    }
}
