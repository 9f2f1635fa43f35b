//! The one task that changes a partition: it drains its mailbox, writes, flushes, and only then answers.
//!
//! A round: everything that waits in the mailbox becomes one vectored write (or one per segment, when the group
//! crosses into a new one), then one flush serves all who were promised one, then the answers go out. Appends
//! that arrive meanwhile are the next group: that is all there is to group commit.
//!
//! Always holds: offsets are given between two awaits, by this task alone; an answer follows the write, and the
//! flush if one is promised; after a failed write or flush nothing is appended until the log is opened again;
//! a batch for which the disk had no room leaves no trace.
//!
//! Long because all of it is one owner: each request is one method, and none decides anything
//! that `state` could decide without the disk. What takes from the front of the log stands in `cleanup`.
//!
//! What compaction asks for, which replaces segments through this task, stands in `compaction`.

mod cleanup;
mod compaction;

use crate::checkpoint::{
    self, encode_epochs, encode_partition_metadata, parse_partition_metadata, read_text,
};
use crate::compaction::{Picture, Swap, Unfinished, resume};
use crate::config::{Durability, OpenOptions, OpenReport, PartitionConfig};
use crate::directory::{LogDirectory, remove_tree};
use crate::limits::{GROUP_BYTES_MAX, GROUP_REQUESTS_MAX};
use crate::names::{self, join, offset_file};
use crate::partition::{ChangeError, OpenError, Retained, Shared, View};
use crate::producers::{EndedTransaction, ProducerState};
use crate::recovery::{Recovered, recover};
use crate::segment::{Fill, Segment};
use crate::seldom::Seldom;
use crate::state::{AppendOutcome, Appended, LogState, Placement, UndoAppend, Verdict};
use crate::store::{create_segment, is_no_space, remove_if_there, write_cache};
use crate::summary::PartitionSummary;
use crate::tail::Tail;
use crate::transactions::TransactionIndex;
use crate::turned_away::TurnedAway;
use bytes::{Bytes, BytesMut};
use std::collections::VecDeque;
use std::{io, sync::Arc, time::Duration};
use tokio::sync::{mpsc, oneshot};
use tribunal_env::{Disk, Env, Fact, File, FileExt, Instant, Task, Timestamp, end_mailbox, error, warn};
use tribunal_wire::batch::{Batch, BatchHeader, HEADER_BYTES};
use tribunal_wire::types::{LeaderEpoch, Offset, PartitionIndex, ProducerId, TopicId};

type Reply<T> = oneshot::Sender<Result<T, ChangeError>>;

/// What the owner is asked for. Two boxes: a mailbox has room for many requests before there is any.
pub(crate) enum Request {
    Append(Box<Append>),
    Change(Box<Change>),
}

/// Anything but an append.
pub(crate) enum Change {
    Flush { reply: Reply<Offset> },
    DeleteRecords { before: i64, reply: Reply<Offset> },
    Retain { now: Timestamp, reply: Reply<Retained> },
    ExpireProducers { now: Timestamp, expiration_ms: i64, reply: Reply<usize> },
    SetConfig { config: PartitionConfig, reply: Reply<()> },
    CompactionPicture { with_producers: bool, reply: Reply<Option<Picture>> },
    Swap { swap: Swap, reply: oneshot::Sender<Result<(), Unfinished>> },
    BecomeLeader { epoch: LeaderEpoch, reply: Reply<()> },
    DescribeProducers { reply: Reply<Vec<(ProducerId, ProducerState)>> },
    Close { reply: Reply<PartitionSummary> },
    Delete { unique: u128, reply: Reply<()> },
}

/// A batch to append, and who waits for it.
pub(crate) struct Append {
    pub(crate) batch: Batch,
    pub(crate) reply: oneshot::Sender<AppendOutcome>,
}

/// An answer that waits for the end of its group.
struct Answer {
    reply: oneshot::Sender<AppendOutcome>,
    outcome: AppendOutcome,
}

/// A batch that has its offsets and is about to be written.
struct Placed {
    header: BatchHeader,
    payload: Bytes,
    undo: UndoAppend,
    appended: Appended,
    ended: Option<EndedTransaction>,
    reply: oneshot::Sender<AppendOutcome>,
}

/// Segments that were sealed and are being flushed beside the appends; the offset up to which they reach.
type SealedFlush = Task<io::Result<Offset>>;

/// What an owner wakes for.
enum Event {
    /// `None` once nobody holds the partition any more.
    Request(Option<Request>),
    SealedFlushed(io::Result<Offset>),
    /// `flush.ms` have passed.
    FlushDue,
}

/// See the head of the file.
pub(crate) struct Owner {
    env: Env,
    disk: Arc<dyn Disk>,
    directory: LogDirectory,
    shared: Arc<Shared>,
    state: LogState,
    active: Arc<Segment>,
    /// When the active segment was made, or found.
    active_since: Timestamp,
    /// By how much earlier than `segment.ms` says it is sealed.
    active_jitter_ms: i64,
    sealed_flush: Option<SealedFlush>,
    /// Since when something is not flushed.
    unflushed_since: Option<Instant>,
    /// Whether a close has anything to write: not if the directory is as a clean stop left it.
    unsettled: bool,
    /// Everything before it is compacted.
    first_dirty: Offset,
    /// What stands on the disk of a new segment is not known: nothing is compacted until the log is opened again.
    swap_is_stuck: bool,
    /// That the disk is full.
    full: Seldom,
    /// Sealed segments of which the disk took no index files.
    unindexed: Vec<Arc<Segment>>,
}

impl Owner {
    /// Opens the partition at `path`; see [`crate::partition::Partition::open`].
    pub(crate) async fn open(
        env: &Env,
        directory: &LogDirectory,
        topic: &str,
        path: String,
        mut options: OpenOptions,
    ) -> Result<(Owner, Arc<Shared>, OpenReport), OpenError> {
        let disk = env.disk();
        let created = open_directory(&*disk, directory.path(), &path, TopicId(options.key.topic_id)).await?;
        begin_where_compaction_ended(env, directory, topic, &path, &mut options, created).await?;
        let recovered = recover(&*disk, &path, &options, created).await?;
        let report = recovered.report;
        let (state, view) = begin(&options, &recovered);
        let shared = Shared::new(env, options.key, topic, path, view);
        let mut owner = Owner {
            env: env.clone(),
            disk,
            directory: directory.clone(),
            active: Arc::clone(recovered.segments.last().expect("a log has a segment")),
            active_since: env.wall(),
            active_jitter_ms: draw_jitter(env, &options.config),
            shared: Arc::clone(&shared),
            state,
            sealed_flush: None,
            unflushed_since: None,
            unsettled: !options.clean || report.cut_bytes > 0 || report.indexes_rebuilt > 0,
            first_dirty: options.first_dirty,
            swap_is_stuck: false,
            full: Seldom::default(),
            unindexed: Vec::new(),
        };
        owner.settle_open(&options, &report).await?;
        Ok((owner, shared, report))
    }

    /// What has to be durable before the first append, and the fact that tells of the open.
    async fn settle_open(&mut self, options: &OpenOptions, report: &OpenReport) -> io::Result<()> {
        let before = self.state.epochs.clone();
        self.state.epochs.assign(report.leader_epoch, self.state.log_end);
        if before != self.state.epochs || !options.clean {
            self.write_epochs().await?;
        }
        self.publish_epochs();
        if self.state.flushed > options.recovery_point {
            self.note_recovery_point();
        }
        self.env.probe(&Fact::PartitionOpened {
            key: self.shared.key,
            log_start_offset: self.state.log_start.0,
            log_end_offset: self.state.log_end.0,
            leader_epoch: self.state.leader_epoch.0,
            cut_bytes: report.cut_bytes,
            indexes_rebuilt: report.indexes_rebuilt,
        });
        if report.cut_bytes > 0 || report.corrupt_ranges > 0 {
            warn!(
                self.env,
                "{}: after an unclean stop {} bytes were cut off its end ({} of them whole batches behind a hole), and \
                 {} damaged ranges are kept and answer an error",
                self.shared.path,
                report.cut_bytes,
                report.cut_valid_bytes,
                report.corrupt_ranges
            );
        }
        Ok(())
    }

    /// Serves requests until the partition is closed, or nobody holds it any more.
    ///
    /// Boxed: a future holds what it takes by value twice, and there is one of these for each partition.
    pub(crate) async fn run(mut self: Box<Self>, mut mailbox: mpsc::Receiver<Request>) {
        loop {
            let mut next = match self.next_event(&mut mailbox).await {
                Event::Request(None) => return,
                Event::Request(request) => request,
                Event::SealedFlushed(done) => {
                    self.sealed_flush = None;
                    self.sealed_flushed(done);
                    continue;
                }
                Event::FlushDue => {
                    // Where it fails the log is fenced, and says so.
                    let _fenced = Box::pin(self.flush()).await;
                    continue;
                }
            };
            while let Some(request) = next.take() {
                match request {
                    Request::Append(append) => {
                        let (group, after) = gather(*append, &mut mailbox);
                        self.serve_group(group).await;
                        next = after;
                    }
                    Request::Change(change) => {
                        if Box::pin(self.serve(*change)).await {
                            return end_mailbox(mailbox).await;
                        }
                    }
                }
            }
        }
    }

    async fn next_event(&mut self, mailbox: &mut mpsc::Receiver<Request>) -> Event {
        let due = self.flush_deadline();
        if self.sealed_flush.is_none() && due.is_none() {
            return Event::Request(mailbox.recv().await);
        }
        let (env, sealed_flush) = (&self.env, &mut self.sealed_flush);
        let flushed = async {
            match sealed_flush {
                Some(flush) => flush.await.unwrap_or_else(|_| Err(io::ErrorKind::Interrupted.into())),
                None => std::future::pending().await,
            }
        };
        let due = async {
            match due {
                Some(due) => env.sleep_until(due).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! { biased;
            done = flushed => Event::SealedFlushed(done),
            () = due => Event::FlushDue,
            request = mailbox.recv() => Event::Request(request),
        }
    }

    /// When `flush.ms` asks for a flush.
    fn flush_deadline(&self) -> Option<Instant> {
        let (since, bound) = (self.unflushed_since?, self.state.config.flush_ms?);
        (!self.state.fenced).then(|| since + Duration::from_millis(bound))
    }

    /// Serves anything but an append. Says whether the partition is closed.
    async fn serve(&mut self, change: Change) -> bool {
        match change {
            Change::Flush { reply } => answer(reply, self.flush().await.map(|()| self.state.flushed)),
            Change::DeleteRecords { before, reply } => {
                let result = self.delete_records(before).await;
                answer(reply, result);
            }
            Change::Retain { now, reply } => {
                let result = self.retain(now).await;
                answer(reply, result);
            }
            Change::ExpireProducers { now, expiration_ms, reply } => {
                answer(reply, Ok(self.expire_producers(now, expiration_ms)));
            }
            Change::SetConfig { config, reply } => {
                let result = self.set_config(config).await;
                answer(reply, result);
            }
            Change::CompactionPicture { with_producers, reply } => {
                answer(reply, Ok(self.compaction_picture(with_producers)));
            }
            Change::Swap { swap, reply } => {
                // Whoever asked may have gone.
                let _gone = reply.send(self.swap(swap).await);
            }
            Change::BecomeLeader { epoch, reply } => {
                let result = self.become_leader(epoch).await;
                answer(reply, result);
            }
            Change::DescribeProducers { reply } => {
                answer(reply, Ok(self.state.producers.iter().map(|(id, state)| (id, *state)).collect()));
            }
            Change::Close { reply } => {
                let result = self.close().await;
                answer(reply, result);
                return true;
            }
            Change::Delete { unique, reply } => {
                let result = self.delete(unique).await;
                answer(reply, result);
                return true;
            }
        }
        false
    }

    async fn serve_group(&mut self, mut group: VecDeque<Append>) {
        let mut answers = Vec::with_capacity(group.len());
        while !group.is_empty() {
            let (run, must_roll) = self.plan(&mut group, &mut answers);
            if !run.is_empty() && !self.write(run, &mut answers).await {
                // What the plan rested on was taken back: the segment may have room, or be empty, and then never rolls.
                continue;
            }
            if must_roll
                && !self.state.fenced
                && let Err(refused) = Box::pin(self.roll()).await
            {
                self.refuse(&mut group, refused, &mut answers);
            }
        }
        let promised = |outcome: &AppendOutcome| match outcome {
            AppendOutcome::Appended(appended) | AppendOutcome::Duplicate(appended) => {
                Some(appended.last_offset)
            }
            _ => None,
        };
        let newest = answers.iter().filter_map(|answer| promised(&answer.outcome)).max();
        let waits = newest.is_some_and(|newest| self.state.waits_for_flush(newest));
        if (waits || self.state.flush_is_due()) && self.flush().await.is_err() {
            for answer in &mut answers {
                if promised(&answer.outcome).is_some_and(|last| last >= self.state.flushed) {
                    answer.outcome = AppendOutcome::Fenced;
                }
            }
        }
        for Answer { reply, outcome } in answers {
            if let AppendOutcome::Duplicate(appended) = outcome {
                self.env.probe(&Fact::DuplicateAnswered {
                    key: self.shared.key,
                    base_offset: appended.base_offset.0,
                });
            }
            // Whoever asked may have gone; the batch stays.
            let _gone = reply.send(outcome);
        }
    }

    /// Answers what is left of a group for which there is no segment.
    fn refuse(&mut self, group: &mut VecDeque<Append>, refused: AppendOutcome, answers: &mut Vec<Answer>) {
        for Append { batch, reply } in group.drain(..) {
            if refused == AppendOutcome::NoSpace {
                self.state.turn_away(&batch.header);
            }
            answers.push(Answer { reply, outcome: refused });
        }
    }

    /// Takes appends that go into the active segment off the group, and gives them their offsets. The second
    /// value says that the next one needs a new segment.
    fn plan(&mut self, group: &mut VecDeque<Append>, answers: &mut Vec<Answer>) -> (Vec<Placed>, bool) {
        let mut fill = self.fill();
        let mut run = Vec::with_capacity(group.len());
        while let Some(Append { mut batch, reply }) = group.pop_front() {
            match self.state.judge(&batch) {
                Verdict::Answer(outcome) => answers.push(Answer { reply, outcome }),
                Verdict::Append if self.state.must_roll(&fill, &batch) => {
                    group.push_front(Append { batch, reply });
                    return (run, true);
                }
                Verdict::Append => {
                    let Placement { appended, undo, ended } = self.state.place(&mut batch);
                    fill.bytes += batch.total_bytes() as u64;
                    fill.index_entries += 1;
                    fill.first_timestamp.get_or_insert(batch.header.max_timestamp);
                    let Batch { header, payload } = batch;
                    run.push(Placed { header, payload, undo, appended, ended, reply });
                }
            }
        }
        (run, false)
    }

    fn fill(&self) -> Fill {
        let mut fill = {
            let state = self.active.state();
            let indexes = state.indexes.as_ref().expect("the active segment has its indexes");
            Fill {
                base: self.active.base,
                bytes: state.bytes,
                first_timestamp: state.first_timestamp,
                index_entries: indexes.offsets.len().max(indexes.times.len()) as u64,
                jitter_ms: self.active_jitter_ms,
                age_ms: 0,
            }
        };
        if fill.first_timestamp.is_some_and(|first| first < 0) {
            fill.age_ms = self.env.wall().as_millis().saturating_sub(self.active_since.as_millis());
        }
        fill
    }

    /// Writes a run of batches to the end of the active segment. Says whether it stands there.
    async fn write(&mut self, run: Vec<Placed>, answers: &mut Vec<Answer>) -> bool {
        let mut headers = BytesMut::with_capacity(run.len() * HEADER_BYTES);
        let mut pieces = Vec::with_capacity(run.len() * 2);
        for placed in &run {
            headers.extend_from_slice(&placed.header.encode());
            pieces.push(headers.split().freeze());
            pieces.push(placed.payload.clone());
        }
        let at = self.active.bytes();
        self.unsettled = true;
        match self.active.file.write_all_at(at, &pieces).await {
            Ok(()) => {
                self.publish_run(run, &mut pieces, at, answers);
                true
            }
            Err(error) => {
                let outcome = self.write_failed(&error, at, &run).await;
                self.take_back_duplicates(answers, outcome);
                answers.extend(run.into_iter().map(|placed| Answer { reply: placed.reply, outcome }));
                false
            }
        }
    }

    /// A batch may have come twice in one group: what the second was told of the first is not so any more.
    fn take_back_duplicates(&self, answers: &mut [Answer], outcome: AppendOutcome) {
        for answer in answers {
            let AppendOutcome::Duplicate(appended) = answer.outcome else { continue };
            if appended.last_offset >= self.state.log_end {
                answer.outcome = outcome;
            }
        }
    }

    /// The run is taken back: what follows must not rest on offsets that nobody may see. After a full disk the log goes
    /// on; anything else fences it.
    async fn write_failed(&mut self, error: &io::Error, at: u64, run: &[Placed]) -> AppendOutcome {
        for placed in run.iter().rev() {
            self.state.undo(&placed.undo);
        }
        if is_no_space(error) && self.active.file.set_len(at).await.is_ok() {
            self.tell_full();
            for placed in run {
                self.state.turn_away(&placed.header);
            }
            return AppendOutcome::NoSpace;
        }
        self.fence("write", error);
        AppendOutcome::Fenced
    }

    fn tell_full(&mut self) {
        if self.full.is_due(self.env.now()) {
            warn!(
                self.env,
                "{}: the disk is full: appends answer KAFKA_STORAGE_ERROR, which clients try again, and reads go on. Free \
                 space on the disk, or let retention or DeleteRecords do it: appends are taken again by themselves",
                self.shared.path
            );
        }
    }

    /// The run is in the file: readers may see it, or will once it is flushed.
    fn publish_run(&mut self, run: Vec<Placed>, pieces: &mut Vec<Bytes>, at: u64, answers: &mut Vec<Answer>) {
        {
            let mut segment = self.active.state();
            let mut position = at;
            for placed in &run {
                segment.note_batch(&placed.header, position, self.state.config.index_interval_bytes);
                position += placed.header.total_bytes() as u64;
                if let Some(ended) = placed.ended.filter(|ended| ended.is_abort) {
                    segment.note_aborted(ended.span);
                }
            }
        }
        for ended in run.iter().filter_map(|placed| placed.ended.as_ref()) {
            self.state.note_ended(ended);
        }
        if self.state.config.flush_ms.is_some() {
            self.unflushed_since.get_or_insert_with(|| self.env.now());
        }
        let moved = self.state.written();
        {
            let mut view = self.shared.view();
            let mut pieces = pieces.drain(..);
            for placed in &run {
                let header = pieces.next().expect("each batch has two pieces");
                let payload = pieces.next().expect("each batch has two pieces");
                view.tail.push(&placed.header, [header, payload], self.state.config.tail_bytes);
            }
            view.log_end = self.state.log_end;
            self.show_watermarks(&mut view);
        }
        for placed in run {
            self.state.turned_away.forget(&placed.header);
            self.env.probe(&Fact::Appended {
                key: self.shared.key,
                base_offset: placed.appended.base_offset.0,
                last_offset: placed.appended.last_offset.0,
                leader_epoch: placed.header.partition_leader_epoch.0,
                producer_id: placed.header.producer_id.0,
                producer_epoch: placed.header.producer_epoch.0,
                base_sequence: placed.header.base_sequence,
                crc: placed.header.crc,
            });
            answers.push(Answer { reply: placed.reply, outcome: AppendOutcome::Appended(placed.appended) });
        }
        if moved {
            self.tell_high_watermark();
        }
    }

    /// Shows readers how far they may read.
    fn show_watermarks(&self, view: &mut View) {
        view.high_watermark = self.state.high_watermark;
        view.last_stable = self.state.last_stable();
    }

    fn tell_high_watermark(&self) {
        let offset = self.state.high_watermark;
        self.env.probe(&Fact::HighWatermark { key: self.shared.key, offset: offset.0 });
        self.shared.high_watermark.send(offset);
    }

    /// Makes everything that is written durable. A failure fences the log: it is never tried again.
    async fn flush(&mut self) -> Result<(), ChangeError> {
        if self.state.fenced {
            return Err(ChangeError::Storage);
        }
        self.settle_sealed_flush().await?;
        let up_to = self.state.log_end;
        if let Err(error) = self.active.file.sync().await {
            self.fence("flush", &error);
            return Err(ChangeError::Storage);
        }
        self.flushed(up_to);
        Ok(())
    }

    fn flushed(&mut self, up_to: Offset) {
        let moved = self.state.note_flushed(up_to);
        if up_to == self.state.log_end {
            self.unflushed_since = None;
        }
        self.env.probe(&Fact::Flushed { key: self.shared.key, up_to: self.state.flushed.0 });
        self.note_recovery_point();
        if moved {
            self.show_watermarks(&mut self.shared.view());
            self.tell_high_watermark();
        }
    }

    fn note_recovery_point(&self) {
        let index = PartitionIndex(self.shared.key.partition);
        self.directory.note_recovery_point(&self.shared.topic, index, self.state.flushed);
    }

    async fn settle_sealed_flush(&mut self) -> Result<(), ChangeError> {
        if let Some(flush) = self.sealed_flush.take() {
            let done = flush.await.unwrap_or_else(|_| Err(io::ErrorKind::Interrupted.into()));
            self.sealed_flushed(done);
        }
        if self.state.fenced { Err(ChangeError::Storage) } else { Ok(()) }
    }

    fn sealed_flushed(&mut self, done: io::Result<Offset>) {
        match done {
            Ok(up_to) => self.flushed(up_to),
            Err(error) => self.fence("flush", &error),
        }
    }

    fn fence(&mut self, act: &str, error: &io::Error) {
        if self.state.fenced {
            return;
        }
        error!(
            self.env,
            "{}: a {act} failed ({error}); what is on the disk is unknown, so the log takes no appends until it is \
             opened again",
            self.shared.path
        );
        self.state.fenced = true;
        self.shared.view().fenced = true;
        self.env.probe(&Fact::LogFenced { key: self.shared.key });
    }

    /// Seals the active segment and starts the next one at the log end offset.
    async fn roll(&mut self) -> Result<(), AppendOutcome> {
        self.unsettled = true;
        let base = self.state.log_end;
        assert!(base > self.active.base, "only a segment with records is sealed");
        if self.state.config.durability == Durability::FlushBeforeAcknowledge {
            self.flush().await.map_err(|_| AppendOutcome::Fenced)?;
        }
        self.settle_sealed_flush().await.map_err(|_| AppendOutcome::Fenced)?;
        let transactions = self.write_transactions().await.map_err(|error| self.refused("index", &error))?;
        let path = self.shared.path.clone();
        let created = create_segment(&*self.disk, &path, base).await;
        let next = created.map_err(|error| self.refused("new segment", &error))?;
        if let Err(error) = self.disk.sync_dir(&path).await {
            self.fence("directory flush", &error);
            return Err(AppendOutcome::Fenced);
        }
        let mut caches = self.write_caches(base).await;
        caches.extend(transactions);
        let sealed = std::mem::replace(&mut self.active, next);
        self.active_since = self.env.wall();
        self.active_jitter_ms = draw_jitter(&self.env, &self.state.config);
        {
            let mut view = self.shared.view();
            view.segments = view.segments.iter().cloned().chain([Arc::clone(&self.active)]).collect();
        }
        self.env.probe(&Fact::SegmentRolled { key: self.shared.key, base_offset: base.0 });
        self.sealed_flush = Some(self.env.spawn("log-flush-sealed", async move {
            sealed.file.sync().await?;
            for cache in caches {
                cache.sync().await?;
            }
            Ok(base)
        }));
        Ok(())
    }

    /// What a roll comes to that the disk refused: a full one may have room later, anything else fences the log.
    fn refused(&mut self, act: &str, error: &io::Error) -> AppendOutcome {
        if is_no_space(error) {
            self.tell_full();
            return AppendOutcome::NoSpace;
        }
        self.fence(act, error);
        AppendOutcome::Fenced
    }

    /// Writes the active segment's index of aborted transactions, if it has any. Unlike the other indexes it must be
    /// there: without it, readers would take aborted records for committed ones.
    async fn write_transactions(&self) -> io::Result<Option<Arc<dyn File>>> {
        let content = self.active.state().transactions.as_ref().map(TransactionIndex::encode);
        let path = join(&self.shared.path, &offset_file(self.active.base, names::TRANSACTION_INDEX));
        let Some(content) = content.filter(|content| !content.is_empty()) else {
            // One that is there tells of what the log does not hold.
            return remove_if_there(&*self.disk, &path).await.map(|()| None);
        };
        write_cache(&*self.disk, &path, content).await.map(Some)
    }

    /// Writes the active segment's indexes and the producer snapshot at `offset`. Where the disk refuses they
    /// are left out: all of it can be made again from the log.
    async fn write_caches(&mut self, offset: Offset) -> Vec<Arc<dyn File>> {
        let (offsets, times) = {
            let mut state = self.active.state();
            state.seal();
            let indexes = state.indexes.as_ref().expect("the active segment has its indexes");
            (indexes.offsets.encode(), indexes.times.encode())
        };
        let base = self.active.base;
        let mut caches = vec![
            (offset_file(base, names::OFFSET_INDEX), offsets),
            (offset_file(base, names::TIME_INDEX), times),
        ];
        if offset == base {
            self.replace_snapshot().await;
        } else {
            caches.push((offset_file(offset, names::SNAPSHOT), self.state.producers.encode_snapshot()));
        }
        let mut files = Vec::with_capacity(caches.len());
        for (name, content) in caches {
            let path = join(&self.shared.path, &name);
            match write_cache(&*self.disk, &path, content).await {
                Ok(file) => files.push(file),
                Err(error) => {
                    warn!(
                        self.env,
                        "{path} could not be written ({error}); it is made again when it is needed"
                    );
                    // Half a file is worse than none only if it is taken for a whole one; its readers check.
                    let _absent = self.disk.remove_file(&path).await;
                    self.unindexed.push(Arc::clone(&self.active));
                }
            }
        }
        files
    }

    /// Writes the producer snapshot at the beginning of the active segment, which is empty. There stands one already, and
    /// where everything before it is deleted nothing else tells of the producers: it stays until the new one is whole.
    async fn replace_snapshot(&self) {
        let name = offset_file(self.active.base, names::SNAPSHOT);
        let content = Bytes::from(self.state.producers.encode_snapshot());
        if let Err(error) = checkpoint::replace(&*self.disk, &self.shared.path, &name, content).await {
            warn!(self.env, "{}/{name} could not be replaced ({error})", self.shared.path);
        }
    }

    async fn set_config(&mut self, config: PartitionConfig) -> Result<(), ChangeError> {
        self.state.config = config;
        if config.flush_ms.is_some() && self.state.flushed < self.state.log_end {
            self.unflushed_since.get_or_insert_with(|| self.env.now());
        }
        if self.state.written() {
            self.show_watermarks(&mut self.shared.view());
            self.tell_high_watermark();
        }
        Ok(())
    }

    async fn become_leader(&mut self, epoch: LeaderEpoch) -> Result<(), ChangeError> {
        if epoch <= self.state.leader_epoch {
            return Ok(());
        }
        let before = self.state.epochs.clone();
        self.state.epochs.assign(epoch, self.state.log_end);
        if let Err(error) = self.write_epochs().await {
            warn!(self.env, "{}: epoch {} could not be made durable: {error}", self.shared.path, epoch.0);
            self.state.epochs = before;
            return Err(ChangeError::Storage);
        }
        self.state.leader_epoch = epoch;
        self.shared.view().leader_epoch = epoch;
        self.publish_epochs();
        Ok(())
    }

    async fn write_epochs(&self) -> io::Result<()> {
        let text = encode_epochs(self.state.epochs.entries());
        checkpoint::replace(&*self.disk, &self.shared.path, names::LEADER_EPOCHS, Bytes::from(text)).await
    }

    fn publish_epochs(&self) {
        self.shared.view().epochs = Arc::new(self.state.epochs.clone());
    }

    /// Leaves the directory so that the next start has nothing to look for.
    async fn close(&mut self) -> Result<PartitionSummary, ChangeError> {
        if self.state.fenced {
            return Err(ChangeError::Storage);
        }
        if self.unsettled {
            self.flush().await?;
            let mut caches = self.write_missing_indexes().await;
            caches.extend(self.write_caches(self.state.log_end).await);
            caches.extend(self.write_transactions().await.map_err(|_| ChangeError::Storage)?);
            for cache in caches {
                cache.sync().await.map_err(|_| ChangeError::Storage)?;
            }
            self.disk.sync_dir(&self.shared.path).await.map_err(|_| ChangeError::Storage)?;
        }
        let index = PartitionIndex(self.shared.key.partition);
        self.directory.settle_recovery_point(&self.shared.topic, index, self.state.flushed).await;
        Ok(self.summary().await)
    }

    async fn summary(&self) -> PartitionSummary {
        let segments = Arc::clone(&self.shared.view().segments);
        let after = segments.get(1).map_or(self.state.log_end, |next| next.base);
        let oldest = self.shared.largest_timestamp(&segments[0], after).await;
        PartitionSummary {
            topic_id: TopicId(self.shared.key.topic_id),
            leader_epoch: self.state.leader_epoch,
            log_start: self.state.log_start,
            log_end: self.state.log_end,
            bytes: segments.iter().map(|segment| segment.bytes()).sum(),
            oldest_timestamp: oldest.unwrap_or(-1),
        }
    }

    async fn delete(&mut self, unique: u128) -> Result<(), ChangeError> {
        let _fenced = self.settle_sealed_flush().await;
        let index = PartitionIndex(self.shared.key.partition);
        match self.directory.topic_id(&*self.disk, &self.shared.topic, index).await {
            // Another topic of this name stands there by now.
            Ok(Some(found)) if found.0 != self.shared.key.topic_id => return Ok(()),
            Ok(_) => {}
            Err(_) => return Err(ChangeError::Storage),
        }
        if !self.directory.forget(&self.shared.topic, index).await {
            return Err(ChangeError::Storage);
        }
        let doomed =
            join(self.directory.path(), &names::deletion_directory(&self.shared.topic, index, unique));
        let renamed = async {
            self.disk.rename(&self.shared.path, &doomed).await?;
            self.disk.sync_dir(self.directory.path()).await
        };
        renamed.await.map_err(|error: io::Error| {
            warn!(self.env, "{} could not be deleted: {error}", self.shared.path);
            ChangeError::Storage
        })?;
        self.env.probe(&Fact::PartitionDeleted { key: self.shared.key });
        if let Err(error) = remove_tree(&*self.disk, &doomed).await {
            warn!(self.env, "{doomed} could not be removed ({error}); the next start tries again");
        }
        Ok(())
    }
}

fn answer<T>(reply: Reply<T>, result: Result<T, ChangeError>) {
    // Whoever asked may have gone.
    let _gone = reply.send(result);
}

/// All appends that wait behind the first, up to the bounds of a group, and the request that ended it.
fn gather(first: Append, mailbox: &mut mpsc::Receiver<Request>) -> (VecDeque<Append>, Option<Request>) {
    let mut bytes = first.batch.total_bytes();
    let mut group = VecDeque::from([first]);
    while group.len() < GROUP_REQUESTS_MAX && bytes < GROUP_BYTES_MAX {
        match mailbox.try_recv() {
            Ok(Request::Append(append)) => {
                bytes += append.batch.total_bytes();
                group.push_back(*append);
            }
            Ok(other) => return (group, Some(other)),
            Err(_) => break,
        }
    }
    (group, None)
}

/// What a new segment draws of `segment.jitter.ms`.
fn draw_jitter(env: &Env, config: &PartitionConfig) -> i64 {
    match u64::try_from(config.segment_jitter_ms.min(config.segment_ms)) {
        Ok(bound @ 1..) => {
            let drawn = env.rng("segment-jitter").range(0, bound - 1);
            i64::try_from(drawn).expect("it is below an i64")
        }
        _ => 0,
    }
}

/// Ends what a crash interrupted of a compaction, and takes for durable what was compacted.
async fn begin_where_compaction_ended(
    env: &Env,
    directory: &LogDirectory,
    topic: &str,
    path: &str,
    options: &mut OpenOptions,
    created: bool,
) -> io::Result<()> {
    let topic: Arc<str> = topic.into();
    if created {
        // What was compacted is gone with the files: a log that begins anew has no gaps.
        if options.cleaned_until > Offset::ZERO {
            let index = PartitionIndex(options.key.partition);
            let _warned = directory.raise_first_dirty(&topic, index, Offset::ZERO).await;
        }
        (options.first_dirty, options.cleaned_until) = (Offset::ZERO, Offset::ZERO);
        return Ok(());
    }
    // An earlier try to open it may have ended after it had finished a compaction.
    let known = directory.first_dirty(&topic, PartitionIndex(options.key.partition)).await;
    options.cleaned_until = options.cleaned_until.max(known);
    options.first_dirty = options.first_dirty.max(known);
    resume(env, directory, &topic, path, options).await?;
    options.recovery_point = options.recovery_point.max(options.cleaned_until);
    Ok(())
}

fn begin(options: &OpenOptions, recovered: &Recovered) -> (LogState, View) {
    let report = &recovered.report;
    let state = LogState {
        config: options.config,
        log_start: recovered.log_start,
        high_watermark: recovered.log_end,
        log_end: recovered.log_end,
        // Recovery flushed what it found; a clean stop had flushed everything before.
        flushed: recovered.log_end,
        leader_epoch: report.leader_epoch,
        epochs: recovered.epochs.clone(),
        producers: recovered.producers.clone(),
        settling: Vec::new(),
        turned_away: TurnedAway::default(),
        fenced: false,
    };
    let view = View {
        log_start: state.log_start,
        high_watermark: state.high_watermark,
        last_stable: state.last_stable(),
        log_end: state.log_end,
        cleaned_until: options.cleaned_until,
        leader_epoch: state.leader_epoch,
        epochs: Arc::new(state.epochs.clone()),
        segments: recovered.segments.clone().into(),
        tail: Tail::default(),
        fenced: false,
    };
    (state, view)
}

/// Makes sure that the directory is there and belongs to the topic. Says whether it was made just now.
async fn open_directory(
    disk: &dyn Disk,
    parent: &str,
    path: &str,
    topic_id: TopicId,
) -> Result<bool, OpenError> {
    let metadata = match disk.list(path).await {
        Ok(_) => read_text(disk, &join(path, names::PARTITION_METADATA)).await?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    if let Some(found) = metadata.as_deref().and_then(parse_partition_metadata) {
        return if found == topic_id { Ok(false) } else { Err(OpenError::TopicIdMismatch { found }) };
    }
    disk.create_dir_all(path).await?;
    disk.sync_dir(parent).await?;
    let had_segments = disk
        .list(path)
        .await?
        .iter()
        .any(|entry| matches!(names::parse_offset_file(&entry.name), Some((_, names::LOG))));
    let text = encode_partition_metadata(topic_id);
    checkpoint::replace(disk, path, names::PARTITION_METADATA, Bytes::from(text)).await?;
    Ok(!had_segments)
}
