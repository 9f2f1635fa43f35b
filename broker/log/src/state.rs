//! A partition's log as a plain struct: what follows from an append, an epoch, a deletion. No Env, no await.
//!
//! | state | append | flush, roll | read |
//! | --- | --- | --- | --- |
//! | open | judged, given its offsets | yes | yes |
//! | fenced (a write or flush failed) | refused | refused | yes, up to the high watermark |
//!
//! A fenced log stays so until it is opened again: what a failed flush left on the disk is unknown.
//!
//! Always holds: `log_start <= high_watermark <= log_end`, `flushed <= log_end`, and each of them only grows
//! (an append that did not fit on the disk is taken back before anybody saw it).

use crate::config::{Durability, PartitionConfig};
use crate::epochs::LeaderEpochs;
use crate::producers::{EndedTransaction, ProducedBatch, Producers, SequenceVerdict, Undo};
use crate::segment::Fill;
use crate::transactions::TransactionEnd;
use crate::turned_away::TurnedAway;
use tribunal_wire::batch::{Batch, BatchHeader, TimestampType};
use tribunal_wire::types::{LeaderEpoch, Offset};

/// What became of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppendOutcome {
    /// It is in the log, as durable as the partition promises.
    Appended(Appended),
    /// It was in the log already, and is as durable as the partition promises.
    Duplicate(Appended),
    /// A batch before it is missing.
    OutOfOrderSequence,
    /// A newer incarnation of the producer has written.
    InvalidProducerEpoch,
    /// The disk is full. Nothing of the batch is in the log; it may fit later.
    NoSpace,
    /// A write or flush failed. Whether the batch is in the log is unknown until the log is opened again.
    Fenced,
    /// The partition is closed, or its owner is gone. As with [`AppendOutcome::Fenced`], nothing is known.
    Closed,
}

impl AppendOutcome {
    /// The Kafka error code to answer with; 0 for success.
    #[must_use]
    pub const fn error_code(&self) -> i16 {
        match self {
            AppendOutcome::Appended(_) | AppendOutcome::Duplicate(_) => 0,
            AppendOutcome::OutOfOrderSequence => 45,
            AppendOutcome::InvalidProducerEpoch => 47,
            AppendOutcome::NoSpace | AppendOutcome::Fenced | AppendOutcome::Closed => 56,
        }
    }
}

/// Where an appended batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Offset of the first record.
    pub base_offset: Offset,
    /// Offset of the last record.
    pub last_offset: Offset,
    /// The broker's time stamp; -1 when the producer's own were kept.
    pub log_append_time: i64,
    /// The first offset that may be read.
    pub log_start: Offset,
}

/// What to do with a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Append,
    Answer(AppendOutcome),
}

/// What follows from an append.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placement {
    pub(crate) appended: Appended,
    pub(crate) undo: UndoAppend,
    /// The transaction that ends with it.
    pub(crate) ended: Option<EndedTransaction>,
}

/// Takes back one append that did not reach the disk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UndoAppend {
    base_offset: Offset,
    producer: Option<Undo>,
}

/// The owner's state.
#[derive(Debug)]
pub(crate) struct LogState {
    pub(crate) config: PartitionConfig,
    pub(crate) log_start: Offset,
    pub(crate) high_watermark: Offset,
    pub(crate) log_end: Offset,
    /// Everything before it is known to be durable.
    pub(crate) flushed: Offset,
    pub(crate) leader_epoch: LeaderEpoch,
    pub(crate) epochs: LeaderEpochs,
    pub(crate) producers: Producers,
    /// Where transactions begin and end whose markers readers may not see yet: to them they are open.
    pub(crate) settling: Vec<(Offset, Offset)>,
    pub(crate) turned_away: TurnedAway,
    pub(crate) fenced: bool,
}

impl LogState {
    /// Judges a client's batch without changing anything.
    pub(crate) fn judge(&self, batch: &Batch) -> Verdict {
        if self.fenced {
            return Verdict::Answer(AppendOutcome::Fenced);
        }
        let never_written = self.log_end == Offset::ZERO;
        match self.producers.judge(&batch.header, never_written) {
            SequenceVerdict::Next if self.producers.knows(&batch.header) => Verdict::Append,
            SequenceVerdict::Next if !self.turned_away.may_start(&batch.header) => {
                Verdict::Answer(AppendOutcome::OutOfOrderSequence)
            }
            SequenceVerdict::Next => Verdict::Append,
            SequenceVerdict::Duplicate(old) => {
                Verdict::Answer(AppendOutcome::Duplicate(self.duplicate_of(&old, batch)))
            }
            SequenceVerdict::OutOfOrder => Verdict::Answer(AppendOutcome::OutOfOrderSequence),
            SequenceVerdict::OldEpoch => Verdict::Answer(AppendOutcome::InvalidProducerEpoch),
        }
    }

    fn duplicate_of(&self, old: &ProducedBatch, batch: &Batch) -> Appended {
        let stamped = batch.header.attributes.timestamp_type() == TimestampType::LogAppendTime;
        Appended {
            base_offset: old.first_offset(),
            last_offset: old.last_offset,
            log_append_time: if stamped { old.timestamp } else { -1 },
            log_start: self.log_start,
        }
    }

    /// Gives the batch its offsets. From here to the write nothing may come between.
    pub(crate) fn place(&mut self, batch: &mut Batch) -> Placement {
        assert!(!self.fenced, "a fenced log takes nothing");
        assert!(batch.header.last_offset_delta >= 0, "a batch without records never left validation");
        batch.place(self.log_end, self.leader_epoch);
        let applied = self.producers.apply(&batch.header, TransactionEnd::of(batch));
        let undo = UndoAppend { base_offset: self.log_end, producer: applied.undo };
        let (base_offset, last_offset) = (batch.header.base_offset, batch.header.last_offset());
        assert!(last_offset >= base_offset, "offsets count up");
        self.log_end = batch.header.next_offset();
        let stamped = batch.header.attributes.timestamp_type() == TimestampType::LogAppendTime;
        let log_append_time = if stamped { batch.header.max_timestamp } else { -1 };
        let appended = Appended { base_offset, last_offset, log_append_time, log_start: self.log_start };
        Placement { appended, undo, ended: applied.ended }
    }

    /// A full disk turned the batch away: if its producer is unknown, what comes behind it has to wait.
    pub(crate) fn turn_away(&mut self, header: &BatchHeader) {
        if !self.producers.knows(header) {
            self.turned_away.note(header);
        }
    }

    /// Takes appends back, newest first. Nobody has seen them.
    pub(crate) fn undo(&mut self, undo: &UndoAppend) {
        assert!(undo.base_offset < self.log_end, "appends are taken back newest first");
        assert!(self.high_watermark <= undo.base_offset, "what was seen is never taken back");
        self.log_end = undo.base_offset;
        if let Some(producer) = &undo.producer {
            self.producers.undo(producer);
        }
    }

    /// Whether the batch has to go into a new segment.
    pub(crate) fn must_roll(&self, fill: &Fill, batch: &Batch) -> bool {
        let last_offset = self.log_end.plus(i64::from(batch.header.last_offset_delta));
        fill.must_roll(&batch.header, last_offset, &self.config)
    }

    /// A transaction's marker is written.
    pub(crate) fn note_ended(&mut self, ended: &EndedTransaction) {
        self.settling.push((ended.span.first_offset, ended.span.last_offset));
    }

    /// The offset that readers of committed records may not reach: where the oldest transaction begins that is open to
    /// them.
    pub(crate) fn last_stable(&self) -> Offset {
        let settling = self.settling.iter().map(|(first, _)| *first).min();
        let undecided = self.producers.first_open().into_iter().chain(settling).min();
        undecided.map_or(self.high_watermark, |first| first.min(self.high_watermark).max(self.log_start))
    }

    /// Everything so far is written. Says whether the high watermark moved.
    pub(crate) fn written(&mut self) -> bool {
        match self.config.durability {
            Durability::PageCache => self.advance_high_watermark(self.log_end),
            Durability::FlushBeforeAcknowledge | Durability::FlushOnRequest => false,
        }
    }

    /// Everything before `up_to` is durable. Says whether the high watermark moved.
    pub(crate) fn note_flushed(&mut self, up_to: Offset) -> bool {
        assert!(up_to <= self.log_end, "only what is written can be flushed");
        self.flushed = self.flushed.max(up_to);
        match self.config.durability {
            Durability::PageCache => false,
            Durability::FlushBeforeAcknowledge | Durability::FlushOnRequest => {
                self.advance_high_watermark(up_to)
            }
        }
    }

    fn advance_high_watermark(&mut self, to: Offset) -> bool {
        let moved = to > self.high_watermark;
        self.high_watermark = self.high_watermark.max(to);
        self.settling.retain(|(_, last)| *last >= to);
        assert!(self.log_start <= self.high_watermark && self.high_watermark <= self.log_end);
        moved
    }

    /// Whether an answer about a batch that ends with `last_offset` has to wait for a flush.
    pub(crate) fn waits_for_flush(&self, last_offset: Offset) -> bool {
        self.config.durability == Durability::FlushBeforeAcknowledge && last_offset >= self.flushed
    }

    /// Whether so much is not flushed that `flush.messages` asks for it.
    pub(crate) fn flush_is_due(&self) -> bool {
        let unflushed =
            u64::try_from(self.log_end.0 - self.flushed.0).expect("only what is written is flushed");
        unflushed >= self.config.flush_messages
    }

    /// The log start that a request to delete everything before `before` asks for; -1 means everything that
    /// may be read. `None` when it lies past that.
    pub(crate) fn deletion_target(&self, before: i64) -> Option<Offset> {
        let target = if before == -1 { self.high_watermark } else { Offset(before) };
        (target.0 >= 0 && target <= self.high_watermark).then_some(target.max(self.log_start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tribunal_wire::batch::{BatchBuilder, Headers};
    use tribunal_wire::compression::Codec;
    use tribunal_wire::types::{ProducerEpoch, ProducerId};

    fn state(durability: Durability) -> LogState {
        LogState {
            config: PartitionConfig { durability, ..PartitionConfig::default() },
            log_start: Offset(0),
            high_watermark: Offset(0),
            log_end: Offset(0),
            flushed: Offset(0),
            leader_epoch: LeaderEpoch(4),
            epochs: LeaderEpochs::default(),
            producers: Producers::default(),
            settling: Vec::new(),
            turned_away: TurnedAway::default(),
            fenced: false,
        }
    }

    fn batch(sequence: i32) -> Batch {
        let mut builder =
            BatchBuilder::new(Codec::None, None).producer(ProducerId(1), ProducerEpoch(0), sequence);
        builder.push(7, None, Some(b"a"), Headers::NONE);
        builder.push(8, None, Some(b"b"), Headers::NONE);
        builder.build()
    }

    #[test]
    fn appends_that_found_no_room_leave_no_trace() {
        let mut state = state(Durability::PageCache);
        let (mut first, mut second) = (batch(0), batch(2));
        let Placement { appended, .. } = state.place(&mut first);
        assert_eq!((appended.base_offset, appended.last_offset), (Offset(0), Offset(1)));
        assert!(state.written());
        let Placement { undo, .. } = state.place(&mut second);
        state.undo(&undo);
        assert_eq!((state.log_end, state.high_watermark), (Offset(2), Offset(2)));
        assert_eq!(state.judge(&batch(2)), Verdict::Append);
        assert!(matches!(state.judge(&batch(0)), Verdict::Answer(AppendOutcome::Duplicate(_))));
    }

    #[test]
    fn the_high_watermark_follows_the_flush_where_flushes_are_promised() {
        let mut state = state(Durability::FlushBeforeAcknowledge);
        state.place(&mut batch(0));
        assert!(!state.written());
        assert_eq!(state.high_watermark, Offset(0));
        assert!(state.waits_for_flush(Offset(1)));
        assert!(state.note_flushed(Offset(2)));
        assert_eq!(state.high_watermark, Offset(2));
        assert!(!state.waits_for_flush(Offset(1)));
    }

    #[test]
    fn where_the_owner_flushes_no_append_waits_and_nothing_unflushed_is_read() {
        let mut state = state(Durability::FlushOnRequest);
        state.place(&mut batch(0));
        assert!(!state.written());
        assert!(!state.waits_for_flush(Offset(1)));
        assert_eq!(state.high_watermark, Offset(0));
        assert!(state.note_flushed(Offset(2)));
        assert_eq!(state.high_watermark, Offset(2));
    }

    fn marker() -> Batch {
        let mut builder = BatchBuilder::new(Codec::None, None)
            .producer(ProducerId(1), ProducerEpoch(0), -1)
            .transactional()
            .control();
        builder.push(9, Some(&[0, 0, 0, 0]), Some(&[0; 6]), Headers::NONE);
        builder.build()
    }

    #[test]
    fn a_transaction_is_open_to_readers_until_they_may_see_its_marker() {
        let mut state = state(Durability::FlushBeforeAcknowledge);
        let mut first = batch(0);
        first.header.attributes = first.header.attributes.with_transactional(true);
        state.place(&mut first);
        state.note_flushed(Offset(2));
        assert_eq!((state.high_watermark, state.last_stable()), (Offset(2), Offset(0)));
        let ended = state.place(&mut marker()).ended.expect("the marker ends it");
        assert!(ended.is_abort);
        assert_eq!((ended.span.first_offset, ended.span.last_offset), (Offset(0), Offset(2)));
        assert_eq!(ended.span.last_stable_offset, Offset(3));
        state.note_ended(&ended);
        assert_eq!(state.last_stable(), Offset(0), "the marker is not flushed");
        state.note_flushed(Offset(3));
        assert_eq!(state.last_stable(), Offset(3));
        assert_eq!(state.place(&mut marker()).ended, None, "there is nothing left to end");
    }

    #[test]
    fn a_marker_that_found_no_room_leaves_its_transaction_open() {
        let mut state = state(Durability::PageCache);
        let mut first = batch(0);
        first.header.attributes = first.header.attributes.with_transactional(true);
        state.place(&mut first);
        state.written();
        let Placement { undo, .. } = state.place(&mut marker());
        state.undo(&undo);
        assert_eq!((state.high_watermark, state.last_stable()), (Offset(2), Offset(0)));
    }

    #[test]
    fn a_flush_is_due_once_so_many_records_wait_for_it() {
        let mut state = state(Durability::PageCache);
        state.config.flush_messages = 3;
        state.place(&mut batch(0));
        state.written();
        assert!(!state.flush_is_due());
        state.place(&mut batch(2));
        state.written();
        assert!(state.flush_is_due());
        state.note_flushed(Offset(4));
        assert!(!state.flush_is_due());
    }

    #[test]
    fn deletions_stay_within_what_may_be_read() {
        let mut state = state(Durability::PageCache);
        state.place(&mut batch(0));
        assert_eq!(state.deletion_target(1), None);
        state.written();
        assert_eq!(state.deletion_target(1), Some(Offset(1)));
        assert_eq!(state.deletion_target(-1), Some(Offset(2)));
        assert_eq!(state.deletion_target(-2), None);
        state.log_start = Offset(2);
        assert_eq!(state.deletion_target(1), Some(Offset(2)));
    }

    #[test]
    fn a_fenced_log_refuses() {
        let mut state = state(Durability::PageCache);
        state.fenced = true;
        assert_eq!(state.judge(&batch(0)), Verdict::Answer(AppendOutcome::Fenced));
    }
}
