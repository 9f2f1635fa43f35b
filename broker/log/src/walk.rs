//! Walks over the batches of a segment's file, trusting nothing.
//!
//! Why so: the CRC does not cover a batch's base offset. A batch whose base offset does not follow from the one
//! before it is believed only when what comes after it agrees; else it is damage like any other.
//!
//! Always holds: a batch that is handed out had its CRC and its place in the order of offsets checked; bytes
//! that cannot be read are bad bytes, not the end of the walk; memory is bounded by one chunk or one batch.

use crate::limits::{SCAN_CHUNK_BYTES, SECTOR_BYTES};
use bytes::{Bytes, BytesMut};
use std::ops::Range;
use tribunal_env::File;
use tribunal_wire::batch::{BatchHeader, HEADER_BYTES, LENGTH_PREFIX_BYTES, crc_of_encoded};
use tribunal_wire::types::Offset;

/// Stands in for sectors that could not be read: never a valid batch, and not the zeros of a lost write.
const UNREADABLE: u8 = 0xff;

/// What stands at a walk's position.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// A whole batch with the right CRC: its header, and all of its bytes.
    Batch(BatchHeader, Bytes),
    /// Something else, or a batch that does not belong here. The position has not moved.
    Bad,
    /// Nothing: the end.
    End,
}

/// A walk through a file.
pub(crate) struct Walk<'a> {
    file: &'a dyn File,
    position: u64,
    end: u64,
    chunk_bytes: usize,
    chunk: Bytes,
    chunk_at: u64,
    /// The offset that the next batch should have; `None` when the walk began in the middle.
    expected: Option<Offset>,
    /// The offset at which what follows the file begins, when that is known.
    after: Option<Offset>,
    /// What the disk refused to read.
    unreadable: Vec<Range<u64>>,
    misplaced: bool,
    /// Up to here compaction may have left gaps.
    gaps_until: Offset,
}

/// Which part of a file is walked, and what is known of the offsets around it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    /// Where the walk begins.
    pub(crate) position: u64,
    /// The walk never looks at or past this.
    pub(crate) end: u64,
    /// The offset that the first batch should have; `None` when that is not known.
    pub(crate) expected: Option<Offset>,
    /// The offset at which what follows the file begins, when that is known.
    pub(crate) after: Option<Offset>,
}

impl<'a> Walk<'a> {
    /// Walks through `stretch` of `file`, reading about `chunk_bytes` at once.
    pub(crate) fn new(file: &'a dyn File, stretch: Stretch, chunk_bytes: usize) -> Self {
        let Stretch { position, end, expected, after } = stretch;
        assert!(position <= end, "a walk goes forward");
        Walk {
            file,
            position,
            end,
            chunk_bytes: chunk_bytes.clamp(HEADER_BYTES, SCAN_CHUNK_BYTES),
            chunk: Bytes::new(),
            chunk_at: position,
            expected,
            after,
            unreadable: Vec::new(),
            misplaced: false,
            gaps_until: Offset::ZERO,
        }
    }

    /// The same walk, through a log that was compacted up to `until`: there a gap needs nobody's word.
    pub(crate) fn with_gaps(self, until: Offset) -> Self {
        Walk { gaps_until: until, ..self }
    }

    /// Where the walk stands.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Whether the disk refused to read something from `from` to `to`.
    pub(crate) fn is_unreadable(&self, from: u64, to: u64) -> bool {
        self.unreadable.iter().any(|range| range.start < to && from < range.end)
    }

    /// Whether a whole batch stands at the position, where it does not belong.
    pub(crate) fn misplaced(&self) -> bool {
        self.misplaced
    }

    /// Whether the next batch can be taken without another read of the file.
    pub(crate) fn has_batch_at_hand(&self) -> bool {
        self.at_hand(self.position, HEADER_BYTES)
            .and_then(|header| BatchHeader::parse(&header).ok())
            .is_some_and(|header| self.at_hand(self.position, header.total_bytes()).is_some())
    }

    /// Bytes of the file that were read last, as one slice; `None` when some of them were not.
    pub(crate) fn at_hand(&self, at: u64, bytes: usize) -> Option<Bytes> {
        let from = usize::try_from(at.checked_sub(self.chunk_at)?).ok()?;
        let to = from.checked_add(bytes)?;
        (to <= self.chunk.len()).then(|| self.chunk.slice(from..to))
    }

    /// Visits every batch from here to the end that can be read.
    pub(crate) async fn visit(mut self, mut visit: impl FnMut(&BatchHeader, &Bytes)) {
        let mut expected = self.expected.unwrap_or_default();
        loop {
            match self.next().await {
                Step::End => return,
                Step::Bad => match self.resync(expected).await {
                    Some(header) => expected = header.base_offset,
                    None => return,
                },
                Step::Batch(header, bytes) => {
                    expected = header.next_offset();
                    visit(&header, &bytes);
                }
            }
        }
    }

    /// Takes the batch at the position, and moves past it.
    pub(crate) async fn next(&mut self) -> Step {
        self.misplaced = false;
        if self.position == self.end {
            return Step::End;
        }
        let Some((header, bytes)) = self.batch_at(self.position).await else { return Step::Bad };
        let next = self.position + bytes.len() as u64;
        if !self.belongs(&header, next).await {
            self.misplaced = true;
            return Step::Bad;
        }
        self.position = next;
        self.expected = Some(header.next_offset());
        Step::Batch(header, bytes)
    }

    /// Whether a valid batch stands where its base offset says: right after the one before it, or behind a gap
    /// that what follows (at `next`) confirms, or that compaction may have left and nothing contradicts.
    async fn belongs(&mut self, header: &BatchHeader, next: u64) -> bool {
        let Some(expected) = self.expected else { return true };
        if header.base_offset <= expected {
            return header.base_offset == expected;
        }
        if header.base_offset <= self.gaps_until {
            return self.goes_before(header, next).await;
        }
        let follows =
            if next == self.end { self.after } else { self.batch_at(next).await.map(|it| it.0.base_offset) };
        follows.is_some_and(|follows| follows >= header.next_offset())
    }

    /// Whether nothing at `next`, behind this batch, contradicts its offsets.
    async fn goes_before(&mut self, header: &BatchHeader, next: u64) -> bool {
        let follows =
            if next == self.end { self.after } else { self.batch_at(next).await.map(|it| it.0.base_offset) };
        follows.is_none_or(|follows| follows >= header.next_offset())
    }

    /// Moves from a bad position to the next valid batch whose base offset is at least `least`. Without one it
    /// moves to the end and says `None`.
    pub(crate) async fn resync(&mut self, least: Offset) -> Option<BatchHeader> {
        let mut at = self.position + 1;
        while at + HEADER_BYTES as u64 <= self.end {
            let window = self.window(at, HEADER_BYTES).await?;
            // As many candidates as the window holds, before it is read again.
            let last = window.len() - HEADER_BYTES;
            let candidate = (0..=last).find(|&index| plausible(&window[index..], least));
            let Some(index) = candidate else {
                at += last as u64 + 1;
                continue;
            };
            at += index as u64;
            if let Some((header, bytes)) = self.batch_at(at).await
                && self.goes_before(&header, at + bytes.len() as u64).await
            {
                self.position = at;
                self.expected = Some(header.base_offset);
                return Some(header);
            }
            at += 1;
        }
        self.position = self.end;
        None
    }

    /// Whether, between `from` (where the batch with offset `expected` should begin) and `to`, a sector, or the part
    /// of one that was newly written, is nothing but zeros: the mark of a write that a power loss swallowed,
    /// which rot does not leave.
    pub(crate) async fn has_lost_sector(&mut self, from: u64, to: u64, expected: Offset) -> bool {
        let mut at = from;
        while at < to {
            let sector_end = (at / SECTOR_BYTES + 1) * SECTOR_BYTES;
            // Of a sector in which the next valid batch begins, that beginning counts too: lost, its first bytes
            // would be zeros, which they may be by right, and the batch would still be valid.
            let length = usize::try_from(sector_end.min(self.end) - at).expect("a sector is small");
            let Some(window) = self.window(at, length).await else { return false };
            // A batch begins with its offset, whose first bytes are zero by right.
            let by_right = at == from
                && length < LENGTH_PREFIX_BYTES
                && expected.0.to_be_bytes().iter().take(length).all(|&byte| byte == 0);
            if !by_right && window[..length].iter().all(|&byte| byte == 0) {
                return true;
            }
            at = sector_end;
        }
        false
    }

    /// Whether the file ends within the batch that begins at `at`: the mark of a length that a power loss took.
    pub(crate) async fn ends_within_batch(&mut self, at: u64, expected: Offset) -> bool {
        match self.window(at, HEADER_BYTES).await {
            None => true,
            Some(window) => BatchHeader::parse(&window).is_ok_and(|header| {
                header.base_offset == expected && header.total_bytes() as u64 > self.end - at
            }),
        }
    }

    async fn batch_at(&mut self, at: u64) -> Option<(BatchHeader, Bytes)> {
        let window = self.window(at, HEADER_BYTES).await?;
        let header = BatchHeader::parse(&window).ok()?;
        let total = header.total_bytes();
        if !header.offsets_are_sane() || total as u64 > self.end - at {
            return None;
        }
        let bytes = self.window(at, total).await?.slice(..total);
        (crc_of_encoded(&bytes) == header.crc).then_some((header, bytes))
    }

    /// At least `bytes` bytes from `at`, or `None` past the end.
    async fn window(&mut self, at: u64, bytes: usize) -> Option<Bytes> {
        if at + bytes as u64 > self.end {
            return None;
        }
        let cached = at >= self.chunk_at && at + bytes as u64 <= self.chunk_at + self.chunk.len() as u64;
        if !cached {
            let room = usize::try_from(self.end - at).unwrap_or(usize::MAX);
            let bytes = self.chunk_bytes.max(bytes).min(room);
            self.chunk = read_tolerant(self.file, at, bytes, &mut self.unreadable).await;
            self.chunk_at = at;
        }
        let from = usize::try_from(at - self.chunk_at).expect("the window lies in the chunk");
        let window = self.chunk.slice(from..);
        (window.len() >= bytes).then_some(window)
    }
}

/// Whether these bytes may be a header, as far as that costs next to nothing.
fn plausible(bytes: &[u8], least: Offset) -> bool {
    const MAGIC_AT: usize = 16;
    bytes[MAGIC_AT] == 2
        && BatchHeader::parse(bytes).is_ok_and(|header| {
            header.offsets_are_sane()
                && header.base_offset >= least
                && header.base_offset.0 - least.0 <= i64::from(i32::MAX)
                && header.attributes.codec().is_some()
        })
}

/// Reads; sectors that the disk refuses come back as [`UNREADABLE`] bytes, and are added to `refused`.
pub(crate) async fn read_tolerant(
    file: &dyn File,
    at: u64,
    bytes: usize,
    refused: &mut Vec<Range<u64>>,
) -> Bytes {
    if let Ok(chunk) = file.read_at(at, bytes).await {
        return chunk;
    }
    let mut whole = BytesMut::with_capacity(bytes);
    let end = at + bytes as u64;
    let mut from = at;
    while from < end {
        let to = ((from / SECTOR_BYTES + 1) * SECTOR_BYTES).min(end);
        let length = usize::try_from(to - from).expect("a sector is small");
        match file.read_at(from, length).await {
            Ok(sector) => {
                whole.extend_from_slice(&sector);
                if sector.len() < length {
                    break;
                }
            }
            Err(_) => {
                whole.resize(whole.len() + length, UNREADABLE);
                if !refused.contains(&(from..to)) {
                    refused.push(from..to);
                }
            }
        }
        from = to;
    }
    whole.freeze()
}
