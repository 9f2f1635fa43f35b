//! One log file, batch by batch, with what is damaged shown in its place.
//!
//! Always holds: what comes out covers the file from its beginning to its end, in order and without overlap.

use crate::limits::{INSPECT_BYTES_PER_TURN, SCAN_CHUNK_BYTES};
use crate::recovery::{Hole, HoleVerdict};
use crate::walk::{Step, Stretch, Walk};
use bytes::Bytes;
use std::fmt;
use tribunal_env::{File, yield_now};
use tribunal_wire::batch::{BatchHeader, HEADER_BYTES, MalformedBatch};
use tribunal_wire::types::Offset;

/// Why bytes are no valid batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The disk refuses to read them.
    Unreadable,
    /// A whole batch with a right CRC, whose base offset belongs elsewhere.
    OutOfPlace(Offset),
    /// Nothing but zeros where a batch should begin.
    Zeros,
    /// The file ends within the batch.
    CutShort,
    /// An impossible length.
    Length(i32),
    /// Another format than v2.
    Magic(i8),
    /// Impossible offsets.
    Offsets,
    /// The CRC in the header is not that of the bytes.
    Crc,
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Unreadable => formatter.write_str("the disk refuses to read it"),
            Cause::OutOfPlace(found) => {
                write!(formatter, "a whole batch stands here that says it begins at offset {}", found.0)
            }
            Cause::Zeros => formatter.write_str("zeros stand where a batch should begin"),
            Cause::CutShort => formatter.write_str("the file ends within the batch"),
            Cause::Length(length) => write!(formatter, "the batch declares the impossible length {length}"),
            Cause::Magic(magic) => write!(formatter, "the batch declares format v{magic}, not v2"),
            Cause::Offsets => formatter.write_str("the batch declares impossible offsets"),
            Cause::Crc => formatter.write_str("the batch's CRC is wrong"),
        }
    }
}

/// Bytes of a log file that are no valid batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damage {
    /// Where they begin.
    pub position: u64,
    /// Where the next valid batch begins, or the file's end.
    pub end: u64,
    /// The offset that should stand here.
    pub expected: Offset,
    /// The base offset of the next valid batch in the file.
    pub next: Option<Offset>,
    /// What is wrong with the first of them.
    pub cause: Cause,
    unreadable: bool,
    lost_bytes: bool,
}

impl Damage {
    /// Whether a recovery that scans the log would cut here. `recovery_point` is what was durable for certain, and
    /// `follows` says whether later segments hold anything.
    pub(super) fn would_be_cut(&self, recovery_point: Offset, follows: bool) -> bool {
        let hole = Hole {
            expected: self.expected,
            recovery_point,
            unreadable: self.unreadable,
            misplaced: matches!(self.cause, Cause::OutOfPlace(_)),
            valid_follows: self.next.is_some() || follows,
            lost_bytes: self.lost_bytes,
        };
        hole.judge() == HoleVerdict::Cut
    }
}

/// What stands next in a log file.
#[derive(Debug, Clone)]
pub enum SegmentStep {
    /// A batch with a right CRC: where it begins, its header, and all of its bytes.
    Batch(u64, BatchHeader, Bytes),
    /// Something else.
    Damage(Damage),
}

/// Reads a log file from its beginning.
pub struct SegmentReader<'a> {
    file: &'a dyn File,
    walk: Walk<'a>,
    end: u64,
    expected: Offset,
    turn: u64,
}

impl<'a> SegmentReader<'a> {
    /// Reads `bytes` bytes of `file`, the first of which should be a batch at offset `base`; `after` is where the
    /// segment behind it begins.
    #[must_use]
    pub fn new(file: &'a dyn File, bytes: u64, base: Offset, after: Option<Offset>) -> Self {
        let stretch = Stretch { position: 0, end: bytes, expected: Some(base), after };
        let walk = Walk::new(file, stretch, SCAN_CHUNK_BYTES);
        SegmentReader { file, walk, end: bytes, expected: base, turn: 0 }
    }

    /// The same reader, of a log that was compacted up to `until`: there a gap needs nobody's word.
    #[must_use]
    pub fn with_gaps(self, until: Offset) -> Self {
        SegmentReader { walk: self.walk.with_gaps(until), ..self }
    }

    /// The offset that the next batch should have: a higher one tells of offsets that are not there.
    #[must_use]
    pub fn expected(&self) -> Offset {
        self.expected
    }

    /// The next batch, or the damage in its place; `None` at the end.
    pub async fn next(&mut self) -> Option<SegmentStep> {
        let position = self.walk.position();
        if position >= self.turn + INSPECT_BYTES_PER_TURN {
            self.turn = position;
            yield_now().await;
        }
        match self.walk.next().await {
            Step::End => None,
            Step::Batch(header, bytes) => {
                self.expected = header.next_offset();
                Some(SegmentStep::Batch(position, header, bytes))
            }
            Step::Bad => Some(SegmentStep::Damage(self.damage(position).await)),
        }
    }

    async fn damage(&mut self, position: u64) -> Damage {
        let (expected, misplaced) = (self.expected, self.walk.misplaced());
        let next = self.walk.resync(expected).await.map(|header| header.base_offset);
        let end = self.walk.position();
        let lost_bytes = self.walk.has_lost_sector(position, end, expected).await
            || (next.is_none() && self.walk.ends_within_batch(position, expected).await);
        if let Some(next) = next {
            self.expected = next;
        }
        let unreadable = self.walk.is_unreadable(position, end);
        let cause = diagnose(self.file, position, self.end, misplaced).await;
        Damage { position, end, expected, next, cause, unreadable, lost_bytes }
    }
}

/// What is wrong with the batch that should stand at `position` of a file that ends at `end`.
async fn diagnose(file: &dyn File, position: u64, end: u64, misplaced: bool) -> Cause {
    let Ok(bytes) = file.read_at(position, HEADER_BYTES).await else { return Cause::Unreadable };
    if !bytes.is_empty() && bytes.iter().all(|&byte| byte == 0) {
        return Cause::Zeros;
    }
    match BatchHeader::parse(&bytes) {
        Err(MalformedBatch::Incomplete) => Cause::CutShort,
        Err(MalformedBatch::Length(length)) => Cause::Length(length),
        Err(MalformedBatch::Magic(magic)) => Cause::Magic(magic),
        Ok(header) if misplaced => Cause::OutOfPlace(header.base_offset),
        Ok(header) if !header.offsets_are_sane() => Cause::Offsets,
        Ok(header) if header.total_bytes() as u64 > end - position => Cause::CutShort,
        Ok(header) => match file.read_at(position, header.total_bytes()).await {
            Ok(_) => Cause::Crc,
            Err(_) => Cause::Unreadable,
        },
    }
}
