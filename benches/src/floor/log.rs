//! One topic: a file that grows, a sparse index into it, and the latest batches in memory.
//!
//! Always holds: offsets follow from the batch headers alone; whatever the tail holds lies in the file as well, unless
//! the floor runs with `null`.

use super::{
    FloorOptions,
    output::{Buffers, Piece},
};
use bytes::{Bytes, BytesMut};
use std::{
    collections::VecDeque,
    fs::{File, OpenOptions},
    io,
    os::unix::fs::FileExt,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// Bytes of the file between two index entries, at least.
const INDEX_INTERVAL: u64 = 64 * 1024;
/// Slices below this size are copied together: one system call takes only so many pieces.
const SLICE_BYTES_MIN: usize = 4 * 1024;
/// Where a batch's length, and the delta of its last offset, stand.
const LENGTH_AT: usize = 8;
const LAST_OFFSET_DELTA_AT: usize = 23;
const HEADER_BYTES: usize = 61;

/// What was appended together.
struct Appended {
    base_offset: i64,
    next_offset: i64,
    batches: Bytes,
}

struct State {
    end_offset: i64,
    file_bytes: u64,
    indexed_bytes: u64,
    index: Vec<(i64, u64)>,
    tail: VecDeque<Appended>,
    tail_bytes: usize,
}

/// One topic's only partition.
pub(super) struct Log {
    file: Arc<File>,
    path: PathBuf,
    null: bool,
    sendfile: bool,
    tail_bytes_max: usize,
    buffers: Buffers,
    state: Mutex<State>,
    flushing: Mutex<()>,
    grown: Notify,
}

/// What a fetch finds.
pub(super) struct Found {
    /// The end of the log, or that the offset lies outside it.
    pub(super) end_offset: Result<i64, i64>,
    /// Whole batches, the last one perhaps cut.
    pub(super) batches: Vec<Piece>,
}

impl Log {
    pub(super) fn create(options: &FloorOptions, number: u64) -> io::Result<Log> {
        let path = options.directory.join(format!("{number:08}.floor"));
        let file = OpenOptions::new().create(true).truncate(true).read(true).write(true).open(&path)?;
        let state = State {
            end_offset: 0,
            file_bytes: 0,
            indexed_bytes: 0,
            index: vec![(0, 0)],
            tail: VecDeque::new(),
            tail_bytes: 0,
        };
        Ok(Log {
            file: Arc::new(file),
            path,
            null: options.null,
            sendfile: options.sendfile,
            buffers: Buffers::default(),
            tail_bytes_max: options.tail_bytes,
            state: Mutex::new(state),
            flushing: Mutex::new(()),
            grown: Notify::new(),
        })
    }

    pub(super) fn remove(&self) -> io::Result<()> {
        std::fs::remove_file(&self.path)
    }

    /// Woken by every append.
    pub(super) fn grown(&self) -> &Notify {
        &self.grown
    }

    pub(super) fn end_offset(&self) -> i64 {
        self.lock().end_offset
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the batches their offsets and appends them. The offset of the first record, or `None` when these are no
    /// whole batches.
    pub(super) fn append(&self, mut batches: BytesMut) -> io::Result<Option<i64>> {
        let mut state = self.lock();
        let base_offset = state.end_offset;
        let Some(next_offset) = place(&mut batches, base_offset) else { return Ok(None) };
        let batches = batches.freeze();
        let length = batches.len();
        if !self.null {
            self.file.write_all_at(&batches, state.file_bytes)?;
        }
        if state.file_bytes >= state.indexed_bytes + INDEX_INTERVAL {
            let entry = (base_offset, state.file_bytes);
            state.index.push(entry);
            state.indexed_bytes = entry.1;
        }
        state.file_bytes += length as u64;
        state.end_offset = next_offset;
        state.tail.push_back(Appended { base_offset, next_offset, batches });
        state.tail_bytes += length;
        while state.tail_bytes > self.tail_bytes_max && state.tail.len() > 1 {
            let oldest = state.tail.pop_front().map_or(0, |appended| appended.batches.len());
            state.tail_bytes -= oldest;
        }
        drop(state);
        self.grown.notify_waiters();
        Ok(Some(base_offset))
    }

    /// Appends, and flushes the file: alone, so that each flush is for what was appended right before it, or together
    /// with others.
    pub(super) fn append_flushed(&self, batches: BytesMut, at_once: bool) -> io::Result<Option<i64>> {
        let _alone = (!at_once).then(|| self.flushing.lock().unwrap_or_else(PoisonError::into_inner));
        let appended = self.append(batches)?;
        self.file.sync_data()?;
        Ok(appended)
    }

    /// Batches from the one that holds `offset`, up to about `bytes_max`, at least one.
    pub(super) fn read(&self, offset: i64, bytes_max: usize) -> io::Result<Found> {
        let state = self.lock();
        let end_offset = state.end_offset;
        if offset < 0 || offset > end_offset {
            return Ok(Found { end_offset: Err(end_offset), batches: Vec::new() });
        }
        if offset == end_offset {
            return Ok(Found { end_offset: Ok(end_offset), batches: Vec::new() });
        }
        if state.tail.front().is_some_and(|oldest| oldest.base_offset <= offset) {
            return Ok(Found { end_offset: Ok(end_offset), batches: state.read_tail(offset, bytes_max) });
        }
        let entry = state.index.partition_point(|(first, _)| *first <= offset) - 1;
        let indexed_at = state.index[entry].1;
        let file_bytes = state.file_bytes;
        drop(state);
        let at = self.find(offset, indexed_at, file_bytes)?;
        let length = usize::try_from(file_bytes - at).map_or(bytes_max, |left| left.min(bytes_max));
        // A batch that is longer than what was asked for goes out whole.
        let length = length.max(self.batch_at(at)?.0);
        let piece = if self.sendfile {
            Piece::File { file: self.file.clone(), at, length }
        } else {
            Piece::Memory(self.buffers.read(&self.file, at, length)?)
        };
        Ok(Found { end_offset: Ok(end_offset), batches: vec![piece] })
    }

    /// Where the batch begins that holds `offset`, from a place before it on.
    fn find(&self, offset: i64, mut at: u64, file_bytes: u64) -> io::Result<u64> {
        while at < file_bytes {
            let (length, next_offset) = self.batch_at(at)?;
            if next_offset > offset {
                return Ok(at);
            }
            at += length as u64;
        }
        Err(io::ErrorKind::UnexpectedEof.into())
    }

    /// Length and next offset of the batch that begins at `at`.
    fn batch_at(&self, at: u64) -> io::Result<(usize, i64)> {
        let mut header = [0; HEADER_BYTES];
        self.file.read_exact_at(&mut header, at)?;
        let (length, records) = extent(&header).ok_or(io::ErrorKind::InvalidData)?;
        let base = i64::from_be_bytes(*header.first_chunk().expect("a header is longer"));
        Ok((length, base + records))
    }
}

impl State {
    fn read_tail(&self, offset: i64, bytes_max: usize) -> Vec<Piece> {
        let start = self.tail.partition_point(|appended| appended.next_offset <= offset);
        let mut found = Vec::new();
        let mut small = BytesMut::new();
        let mut total = 0;
        for appended in self.tail.range(start..) {
            total += appended.batches.len();
            if total > bytes_max && total > appended.batches.len() {
                break;
            }
            if appended.batches.len() < SLICE_BYTES_MIN {
                small.extend_from_slice(&appended.batches);
                continue;
            }
            if !small.is_empty() {
                found.push(Piece::Memory(small.split().freeze()));
            }
            found.push(Piece::Memory(appended.batches.clone()));
        }
        if !small.is_empty() {
            found.push(Piece::Memory(small.freeze()));
        }
        found
    }
}

/// Numbers the batches from `base_offset`; the offset after the last one, or `None` when they are not whole.
fn place(batches: &mut [u8], base_offset: i64) -> Option<i64> {
    let mut offset = base_offset;
    let mut rest = batches;
    while !rest.is_empty() {
        let (length, records) = extent(rest)?;
        let (batch, after) = rest.split_at_mut_checked(length)?;
        batch[..LENGTH_AT].copy_from_slice(&offset.to_be_bytes());
        offset = offset.checked_add(records)?;
        rest = after;
    }
    Some(offset)
}

/// Length and number of offsets of the batch at the front of `bytes`, by its own header.
fn extent(bytes: &[u8]) -> Option<(usize, i64)> {
    if bytes.len() < HEADER_BYTES {
        return None;
    }
    let length = i32::from_be_bytes(*bytes[LENGTH_AT..].first_chunk()?);
    let delta = i32::from_be_bytes(*bytes[LAST_OFFSET_DELTA_AT..].first_chunk()?);
    let length = usize::try_from(length).ok()? + LENGTH_AT + 4;
    (length >= HEADER_BYTES && delta >= 0).then_some((length, i64::from(delta) + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(records: i32, length: usize) -> BytesMut {
        let mut batch = BytesMut::zeroed(length);
        let declared = i32::try_from(length - 12).expect("tests build small batches");
        batch[LENGTH_AT..LENGTH_AT + 4].copy_from_slice(&declared.to_be_bytes());
        batch[LAST_OFFSET_DELTA_AT..LAST_OFFSET_DELTA_AT + 4].copy_from_slice(&(records - 1).to_be_bytes());
        batch
    }

    fn log(directory: &std::path::Path, tail_bytes: usize, sendfile: bool) -> Log {
        let options = FloorOptions {
            listen: String::new(),
            directory: directory.to_owned(),
            threads: 1,
            tail_bytes,
            null: false,
            flush: false,
            flush_at_once: false,
            sendfile,
        };
        Log::create(&options, 0).expect("the directory is there")
    }

    fn base_offsets(found: &Found) -> Vec<i64> {
        let joined: Vec<u8> = found
            .batches
            .iter()
            .flat_map(|piece| piece.to_bytes().expect("the file is there").to_vec())
            .collect();
        let mut rest = joined.as_slice();
        let mut bases = Vec::new();
        while let Some((length, _)) = extent(rest).filter(|(length, _)| *length <= rest.len()) {
            bases.push(i64::from_be_bytes(*rest.first_chunk().expect("a whole batch is longer")));
            rest = &rest[length..];
        }
        bases
    }

    #[test]
    fn tail_and_file_serve_the_same_batches() {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        // Long batches make index entries; a tail of one batch leaves the rest to the file.
        for (tail_bytes, sendfile) in [(1, false), (1, true), (usize::MAX, false)] {
            let log = log(directory.path(), tail_bytes, sendfile);
            for number in 0..20_i64 {
                let base = log.append(batch(3, 20_000)).expect("the disk has room");
                assert_eq!(base, Some(number * 3));
            }
            for offset in 0..60 {
                let found = log.read(offset, 50_000).expect("the file is there");
                assert_eq!(found.end_offset, Ok(60));
                let bases = base_offsets(&found);
                assert_eq!(bases.first(), Some(&(offset / 3 * 3)), "tail {tail_bytes}, offset {offset}");
                assert!(bases.windows(2).all(|pair| pair[0] + 3 == pair[1]));
                let short = log.read(offset, 1).expect("the file is there");
                assert_eq!(base_offsets(&short), [offset / 3 * 3], "at least one batch comes whole");
            }
            assert!(log.read(60, 1).expect("no file is touched").batches.is_empty());
            assert_eq!(log.read(61, 1).expect("no file is touched").end_offset, Err(60));
        }
    }

    #[test]
    fn torn_batches_are_refused() {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let log = log(directory.path(), 1000, false);
        let mut torn = batch(1, 100);
        torn.truncate(99);
        assert_eq!(log.append(torn).expect("nothing is written"), None);
        assert_eq!(log.append(BytesMut::zeroed(60)).expect("nothing is written"), None);
        assert_eq!(log.end_offset(), 0);
    }
}
