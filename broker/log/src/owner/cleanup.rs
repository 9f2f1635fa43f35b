//! What takes from the front of a log: DeleteRecords, retention, and the expiry of producers.
//!
//! The rules are in `retention`; here is what has to happen on disk, in this order: the snapshot of producers with which
//! the rest begins is durable; the log start offset is durable before readers see it; the segments leave the readers' picture; their files get `.deleted` names; after
//! `file.delete.delay.ms` they are removed.
//!
//! Always holds: after a crash between any two of these steps the log opens at the old log start or the new one. A
//! reader that took its picture before keeps the files that it has open, and needs no names.

use super::Owner;
use crate::limits::RETENTION_SEGMENTS_MAX;
use crate::names::{self, join, offset_file};
use crate::partition::{ChangeError, Retained};
use crate::retention::{Bounds, Keep, Outline, Sweep};
use crate::segment::Segment;
use crate::store::{remove_if_there, set_segment_aside, write_cache};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tribunal_env::{Fact, File, SegmentDeletion, Timestamp, info, warn};
use tribunal_wire::types::{Offset, PartitionIndex};

impl Owner {
    /// Moves the log start offset on request.
    pub(super) async fn delete_records(&mut self, before: i64) -> Result<Offset, ChangeError> {
        let target = self.state.deletion_target(before).ok_or(ChangeError::OffsetOutOfRange)?;
        if target == self.state.log_start {
            return Ok(target);
        }
        if first_kept(&self.shared.view().segments, target) > 0 {
            self.settle_snapshots().await?;
        }
        if !self.make_log_start_durable(target).await {
            self.make_room(target).await;
            return match self.state.log_start == target {
                true => Ok(target),
                false => Err(ChangeError::Storage),
            };
        }
        let gone = self.move_log_start(target);
        for segment in &gone {
            self.tell_deleted(segment, &gone, SegmentDeletion::LogStart);
        }
        self.settle_deletion(&gone).await;
        Ok(target)
    }

    /// A full disk refuses the checkpoint. The segments that lie wholly before `target` go nevertheless: whoever asks
    /// again once their files are removed finds room.
    async fn make_room(&mut self, target: Offset) {
        let segments = Arc::clone(&self.shared.view().segments);
        let mut reasons = vec![SegmentDeletion::LogStart; first_kept(&segments, target)];
        self.keep_up_to_a_snapshot(&mut reasons).await;
        if !reasons.is_empty() {
            // What cannot go stays, and the answer says that it does.
            let _gone = self.delete_oldest(&segments[..reasons.len()], &reasons).await;
        }
    }

    /// Deletes the segments that the settings do not keep at `now`, as many as one step may.
    pub(super) async fn retain(&mut self, now: Timestamp) -> Result<Retained, ChangeError> {
        if self.state.fenced {
            return Err(ChangeError::Storage);
        }
        let segments = Arc::clone(&self.shared.view().segments);
        let mut reasons = self.judge(&segments, now).await;
        let more = reasons.len() > RETENTION_SEGMENTS_MAX;
        reasons.truncate(RETENTION_SEGMENTS_MAX);
        if reasons.len() == segments.len() && self.roll().await.is_err() {
            if self.state.fenced {
                return Err(ChangeError::Storage);
            }
            // The disk is full: what can go without a new segment makes room.
            reasons.pop();
        }
        if reasons.is_empty() {
            return Ok(Retained::default());
        }
        self.settle_snapshots().await?;
        self.keep_up_to_a_snapshot(&mut reasons).await;
        if reasons.is_empty() {
            return Ok(Retained::default());
        }
        let gone = self.delete_oldest(&segments[..reasons.len()], &reasons).await?;
        Ok(Retained { segments: gone.len(), bytes: gone.iter().map(|segment| segment.bytes()).sum(), more })
    }

    /// Why each of the oldest segments goes.
    async fn judge(&self, segments: &[Arc<Segment>], now: Timestamp) -> Vec<SegmentDeletion> {
        let outlines =
            segments.iter().map(|segment| Outline { base: segment.base, bytes: segment.bytes() }).collect();
        let bounds = Bounds {
            log_start: self.state.log_start,
            high_watermark: self.state.high_watermark,
            log_end: self.state.log_end,
        };
        let keep = Keep { bytes: self.state.config.retention_bytes, ms: self.state.config.retention_ms };
        let mut sweep = Sweep::new(outlines, bounds, keep, now.as_millis());
        while let Some(index) = sweep.question() {
            let segment = &segments[index];
            let after = segments.get(index + 1).map_or(self.state.log_end, |next| next.base);
            let told = self.shared.largest_timestamp(segment, after).await;
            // Without a timestamp a segment ages from when it was first seen as it is. Kafka takes the file's own time
            // of change, which survives a restart; here a restart makes it young again, and nothing goes too early.
            let largest =
                told.unwrap_or_else(|| *segment.state().unchanged_since.get_or_insert(now.as_millis()));
            sweep.answer(largest);
        }
        sweep.verdict()
    }

    /// Deletes the oldest segments, durably, and says which of them are gone.
    async fn delete_oldest(
        &mut self,
        doomed: &[Arc<Segment>],
        reasons: &[SegmentDeletion],
    ) -> Result<Vec<Arc<Segment>>, ChangeError> {
        let start = self.base_after(doomed.len()).max(self.state.log_start);
        let durable = start == self.state.log_start || self.make_log_start_durable(start).await;
        let (start, already_aside) = if durable {
            (start, Vec::new())
        } else {
            let (count, aside) = self.set_aside_in_order(doomed).await;
            if count == 0 {
                return Err(ChangeError::Storage);
            }
            (self.base_after(count).max(self.state.log_start), aside)
        };
        let gone = self.move_log_start(start);
        for (segment, reason) in gone.iter().zip(reasons) {
            self.tell_deleted(segment, &gone, *reason);
        }
        info!(
            self.env,
            "{}: {} segments are deleted ({:?} first); the log starts at offset {}",
            self.shared.path,
            gone.len(),
            reasons[0],
            self.state.log_start.0
        );
        self.remove_later(already_aside);
        self.settle_deletion(&gone).await;
        Ok(gone)
    }

    /// Makes the snapshots of producers durable that were written when segments were sealed: without the batches before
    /// it, a snapshot is no cache any more.
    async fn settle_snapshots(&mut self) -> Result<(), ChangeError> {
        if self.sealed_flush.is_some() {
            self.settle_sealed_flush().await?;
        }
        self.disk.sync_dir(&self.shared.path).await.map_err(|error| {
            warn!(self.env, "{}: old segments are kept: {error}", self.shared.path);
            ChangeError::Storage
        })
    }

    /// Where a full disk took no snapshot, the segments before are all that tells of their producers: they wait until
    /// more can go with them.
    async fn keep_up_to_a_snapshot(&self, reasons: &mut Vec<SegmentDeletion>) {
        if self.state.producers.iter().next().is_none() {
            return;
        }
        let Ok(listed) = self.disk.list(&self.shared.path).await else { return reasons.clear() };
        let snapshots: BTreeSet<&str> = listed.iter().map(|entry| entry.name.as_str()).collect();
        while !reasons.is_empty() {
            let snapshot = offset_file(self.base_after(reasons.len()), names::SNAPSHOT);
            if snapshots.contains(snapshot.as_str()) {
                return;
            }
            reasons.pop();
        }
    }

    /// Where segment `index` begins.
    fn base_after(&self, index: usize) -> Offset {
        self.shared.view().segments[index].base
    }

    async fn make_log_start_durable(&self, start: Offset) -> bool {
        let index = PartitionIndex(self.shared.key.partition);
        self.directory.set_log_start(&self.shared.topic, index, start).await
    }

    /// Takes segments away without the checkpoint, which a full disk may refuse to hold: a log starts no earlier than its
    /// first segment. So each name is durably gone before the next one goes. Says how many are, and their new names.
    async fn set_aside_in_order(&self, doomed: &[Arc<Segment>]) -> (usize, Vec<String>) {
        let mut aside = Vec::new();
        for (index, segment) in doomed.iter().enumerate() {
            let result = async {
                aside.extend(set_segment_aside(&*self.disk, &self.shared.path, segment.base).await?);
                self.disk.sync_dir(&self.shared.path).await
            };
            if let Err(error) = result.await {
                warn!(self.env, "{}: an old segment could not be deleted: {error}", self.shared.path);
                return (index, aside);
            }
        }
        (doomed.len(), aside)
    }

    /// Shows readers the new log start, which is durable. The segments that this leaves without a reader.
    fn move_log_start(&mut self, start: Offset) -> Vec<Arc<Segment>> {
        assert!(start >= self.state.log_start, "the log start only grows");
        assert!(start <= self.state.high_watermark, "nothing is deleted that readers were not shown");
        let moved = start > self.state.log_start;
        self.state.log_start = start;
        let gone = {
            let mut view = self.shared.view();
            view.log_start = start;
            self.show_watermarks(&mut view);
            view.tail.drop_before(start);
            let keep = first_kept(&view.segments, start);
            let gone = view.segments[..keep].to_vec();
            view.segments = view.segments[keep..].into();
            gone
        };
        if moved {
            self.env.probe(&Fact::LogStart { key: self.shared.key, offset: start.0 });
        }
        gone
    }

    fn tell_deleted(&self, segment: &Segment, gone: &[Arc<Segment>], reason: SegmentDeletion) {
        let next = gone.iter().map(|other| other.base).find(|base| *base > segment.base);
        let end = next.unwrap_or_else(|| self.base_after(0));
        self.env.probe(&Fact::SegmentDeleted {
            key: self.shared.key,
            base_offset: segment.base.0,
            end_offset: end.0,
            bytes: segment.bytes(),
            reason,
        });
    }

    /// What follows a deletion that is durable already: whatever fails here is done again at the next start.
    async fn settle_deletion(&mut self, gone: &[Arc<Segment>]) {
        if self.state.epochs.truncate_from_start(self.state.log_start) {
            if let Err(error) = self.write_epochs().await {
                warn!(self.env, "{}: the epoch checkpoint is older than the log: {error}", self.shared.path);
            }
            self.publish_epochs();
        }
        if gone.is_empty() {
            return;
        }
        let mut aside = Vec::new();
        let renamed = async {
            for segment in gone {
                aside.extend(set_segment_aside(&*self.disk, &self.shared.path, segment.base).await?);
            }
            self.disk.sync_dir(&self.shared.path).await
        };
        if let Err(error) = renamed.await {
            warn!(self.env, "{}: a deleted segment could not be set aside: {error}", self.shared.path);
        }
        self.remove_later(aside);
    }

    /// Writes the index files that a full disk refused when their segments were sealed: after a clean stop nobody looks for
    /// what is missing.
    pub(super) async fn write_missing_indexes(&mut self) -> Vec<Arc<dyn File>> {
        let segments = Arc::clone(&self.shared.view().segments);
        let mut files = Vec::new();
        for segment in std::mem::take(&mut self.unindexed) {
            let stands = segments.iter().any(|other| Arc::ptr_eq(other, &segment));
            let Some((offsets, times)) = segment.state().encode_indexes().filter(|_| stands) else {
                continue;
            };
            for (extension, content) in [(names::OFFSET_INDEX, offsets), (names::TIME_INDEX, times)] {
                let path = join(&self.shared.path, &offset_file(segment.base, extension));
                match write_cache(&*self.disk, &path, content).await {
                    Ok(file) => files.push(file),
                    Err(error) => {
                        warn!(self.env, "{path} could not be written ({error}); reads do without it");
                        let _absent = self.disk.remove_file(&path).await;
                    }
                }
            }
        }
        files
    }

    /// Removes files once nobody should want them back. A stop before that leaves them to the next start.
    pub(super) fn remove_later(&self, paths: Vec<String>) {
        if paths.is_empty() {
            return;
        }
        let delay = Duration::from_millis(self.state.config.file_delete_delay_ms);
        let (env, disk) = (self.env.clone(), Arc::clone(&self.disk));
        let _detached = self.env.spawn("log-remove-deleted", async move {
            env.sleep(delay).await;
            for path in paths {
                if let Err(error) = remove_if_there(&*disk, &path).await {
                    warn!(env, "{path} could not be removed ({error}); the next start tries again");
                }
            }
        });
    }

    /// Forgets idempotent producers that were silent for `expiration_ms`.
    pub(super) fn expire_producers(&mut self, now: Timestamp, expiration_ms: i64) -> usize {
        let count = self.state.producers.expire(now.as_millis(), expiration_ms);
        if count > 0 {
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            self.env.probe(&Fact::ProducersExpired { key: self.shared.key, count });
        }
        count
    }
}

/// The first segment that still holds an offset at or after `log_start`; the active one always stays.
fn first_kept(segments: &[Arc<Segment>], log_start: Offset) -> usize {
    segments.windows(2).take_while(|pair| pair[1].base <= log_start).count()
}
