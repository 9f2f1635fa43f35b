//! The segment that a pass writes, under names that a start removes.
//!
//! Always holds: when it is finished, the log file and its indexes are durable, but not their names; the indexes are
//! those that an append of the same batches would have made.

use super::Unfinished;
use crate::names::{self, join, offset_file};
use crate::segment::{Segment, SegmentState};
use crate::store::remove_if_there;
use crate::transactions::AbortedTransaction;
use bytes::{Bytes, BytesMut};
use std::sync::Arc;
use tribunal_env::{Disk, File, FileExt, OpenMode};
use tribunal_wire::batch::BatchHeader;
use tribunal_wire::types::Offset;

/// Kafka reads positions as `i32`.
const SEGMENT_BYTES_MAX: u64 = i32::MAX as u64;
/// The files of a segment that compaction replaces. All of them are written, even where one has nothing to tell, so that
/// none of an old segment can be taken for one of the new.
pub(crate) const REPLACED_FILES: [&str; 4] =
    [names::TRANSACTION_INDEX, names::OFFSET_INDEX, names::TIME_INDEX, names::LOG];

/// See the head of the file.
pub(super) struct Output {
    disk: Arc<dyn Disk>,
    directory: String,
    base: Offset,
    index_interval_bytes: u64,
    file: Arc<dyn File>,
    state: SegmentState,
    /// What was taken in and is not written yet; it belongs at the file's end.
    buffer: BytesMut,
    written: u64,
    changed: bool,
}

impl Output {
    pub(super) async fn create(
        disk: Arc<dyn Disk>,
        directory: &str,
        base: Offset,
        index_interval_bytes: u64,
    ) -> Result<Output, Unfinished> {
        let path = cleaned(directory, base, names::LOG);
        let file = disk.open(&path, OpenMode::Create).await.map_err(Unfinished::Failed)?;
        let output = Output {
            directory: directory.to_owned(),
            base,
            index_interval_bytes,
            file: Arc::clone(&file),
            state: SegmentState::empty(base),
            buffer: BytesMut::new(),
            written: 0,
            changed: false,
            disk,
        };
        // A pass that ended early may have left a longer one.
        if let Err(error) = file.set_len(0).await {
            output.discard().await;
            return Err(Unfinished::Failed(error));
        }
        Ok(output)
    }

    /// Takes a batch in.
    pub(super) fn push(&mut self, header: &BatchHeader, bytes: &Bytes) {
        assert!(bytes.len() as u64 <= self.room(), "whoever takes batches in looks at the room first");
        let position = self.state.bytes;
        self.state.note_batch(header, position, self.index_interval_bytes);
        self.buffer.extend_from_slice(bytes);
    }

    /// Takes in what has to be known of an aborted transaction whose marker stays.
    pub(super) fn push_aborted(&mut self, aborted: AbortedTransaction) {
        self.state.note_aborted(aborted);
    }

    /// Notes that what comes out is not what went in.
    pub(super) fn note_change(&mut self) {
        self.changed = true;
    }

    pub(super) fn has_changes(&self) -> bool {
        self.changed
    }

    /// Bytes that still fit.
    pub(super) fn room(&self) -> u64 {
        SEGMENT_BYTES_MAX - self.state.bytes
    }

    /// Writes what was taken in. Says how many bytes that were.
    pub(super) async fn write(&mut self) -> Result<u64, Unfinished> {
        let bytes = self.buffer.split().freeze();
        let count = bytes.len() as u64;
        if count > 0 {
            self.file.write_all_at(self.written, &[bytes]).await.map_err(Unfinished::Failed)?;
            self.written += count;
        }
        Ok(count)
    }

    /// Makes the segment and its indexes durable.
    pub(super) async fn finish(&mut self) -> Result<Arc<Segment>, Unfinished> {
        assert!(self.buffer.is_empty(), "everything is written before the end");
        assert_eq!(self.written, self.state.bytes, "the file is what its state says");
        let mut state = std::mem::replace(&mut self.state, SegmentState::empty(self.base));
        state.seal();
        let indexes = state.indexes.as_ref().expect("a segment that was written has its indexes");
        let transactions = state.transactions.as_ref().expect("and its transactions").encode();
        let (offsets, times) = (indexes.offsets.encode(), indexes.times.encode());
        self.file.sync().await.map_err(Unfinished::Failed)?;
        for (extension, content) in [
            (names::TRANSACTION_INDEX, transactions),
            (names::OFFSET_INDEX, offsets),
            (names::TIME_INDEX, times),
        ] {
            let path = cleaned(&self.directory, self.base, extension);
            let file = crate::store::write_cache(&*self.disk, &path, content).await;
            file.map_err(Unfinished::Failed)?.sync().await.map_err(Unfinished::Failed)?;
        }
        Ok(Segment::new(self.base, Arc::clone(&self.file), state))
    }

    /// Removes the files. What cannot be removed is removed by the next start.
    pub(super) async fn discard(&self) {
        for extension in REPLACED_FILES {
            let _left = remove_if_there(&*self.disk, &cleaned(&self.directory, self.base, extension)).await;
        }
    }
}

/// The path of a file that a pass is writing.
pub(crate) fn cleaned(directory: &str, base: Offset, extension: &str) -> String {
    format!("{}{}", join(directory, &offset_file(base, extension)), names::CLEANED_SUFFIX)
}

/// The path of a file that is about to take the place of others.
pub(crate) fn swapped(directory: &str, base: Offset, extension: &str) -> String {
    format!("{}{}", join(directory, &offset_file(base, extension)), names::SWAP_SUFFIX)
}
