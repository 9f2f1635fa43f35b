//! One assigned partition: where reading stands, and what an answer means for it. Plain state.
//!
//! | from | when | to |
//! | --- | --- | --- |
//! | resetting | ListOffsets told the offset | reading |
//! | reading | the leader's epoch grew and the last record's epoch is known | validating |
//! | validating | the leader's log reaches the position | reading |
//! | validating | it ends before | reading from that end; the truncation is reported |
//! | reading, validating | OFFSET_OUT_OF_RANGE or a truncation, and no reset policy | failed |
//! | any | seek | resetting or reading |
//!
//! Always holds: records come out in the order of their offsets, each once between two seeks or truncations;
//! what was asked before a seek is not heard after it; the position is that of the next record to come out.

use crate::{
    IsolationLevel, OffsetSpec, RawFetch, fetch::RawBatch, producer::AttemptError, types::TopicPartition,
};
use bytes::Bytes;
use std::collections::{BTreeSet, VecDeque};
use tribunal_env::Instant;
use tribunal_wire::{
    batch::{MalformedBatch, TimestampType},
    error::ErrorCode,
    types::{LeaderEpoch, Offset, ProducerId},
};

/// A record as a consumer sees it. Key, value and headers are slices of what was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerRecord {
    /// Where it is from.
    pub partition: TopicPartition,
    /// Its offset.
    pub offset: Offset,
    /// Its timestamp in milliseconds.
    pub timestamp: i64,
    /// What the timestamp means.
    pub timestamp_type: TimestampType,
    /// The epoch of the leader that appended it.
    pub leader_epoch: LeaderEpoch,
    /// Its key.
    pub key: Option<Bytes>,
    /// Its value; `None` is a tombstone.
    pub value: Option<Bytes>,
    /// Its headers.
    pub headers: Vec<(Bytes, Option<Bytes>)>,
}

/// Why a partition gives no more records until it is sought or assigned anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartitionFailure {
    /// The position is outside of the log, and no reset policy says where to go.
    OffsetOutOfRange,
    /// The log was cut before the position, and no reset policy allows to go on from there.
    LogTruncated {
        /// Where the leader's log parts from what was read.
        diverging: Offset,
    },
    /// The broker refuses for good.
    Answered(i16),
    /// A batch at this offset is broken.
    Corrupt(Offset, String),
}

/// The log was cut before the position: reading goes on from where the logs part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truncation {
    /// Which partition.
    pub partition: TopicPartition,
    /// The position before.
    pub position: Offset,
    /// Where the leader's log parts from what was read.
    pub diverging: Offset,
}

/// The position was outside of the log, and the reset policy chose another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reset {
    /// Which partition.
    pub partition: TopicPartition,
    /// The position before.
    pub position: Offset,
    /// The position now.
    pub to: Offset,
}

/// What the last fetch said around the records; -1 where it did not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watermarks {
    /// The high watermark.
    pub high_watermark: i64,
    /// The last stable offset.
    pub last_stable_offset: i64,
    /// The log start offset.
    pub log_start_offset: i64,
}

/// What is to be asked for a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    Offset(OffsetSpec),
    EpochEnd(LeaderEpoch),
    Records { offset: Offset },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Resetting(OffsetSpec),
    Validating,
    Reading,
    Failed,
}

#[derive(Debug)]
pub(super) struct PartitionState {
    pub(super) name: TopicPartition,
    phase: Phase,
    /// The next record to come out, and the next to ask for.
    position: Offset,
    fetch_offset: Offset,
    /// Epoch of the last record before `fetch_offset`, and of the leader that was last known to agree with it.
    last_epoch: Option<LeaderEpoch>,
    agreed_epoch: i32,
    buffered: VecDeque<ConsumerRecord>,
    /// Counts seeks: an answer to a question of an earlier count is not heard.
    pub(super) generation: u64,
    pub(super) asking: bool,
    retry_at: Option<Instant>,
    watermarks: Option<Watermarks>,
    failure: Option<PartitionFailure>,
    truncation: Option<Truncation>,
    /// The position that was out of range, until the broker told another.
    out_of_range: Option<Offset>,
    reset: Option<Reset>,
}

/// The parameters of reading.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) isolation: IsolationLevel,
    pub(super) reset: Option<OffsetSpec>,
    pub(super) check_crc: bool,
    pub(super) decompressed_bytes_max: usize,
}

impl PartitionState {
    pub(super) fn new(name: TopicPartition, spec: OffsetSpec) -> Self {
        PartitionState {
            name,
            phase: Phase::Resetting(spec),
            position: Offset::ZERO,
            fetch_offset: Offset::ZERO,
            last_epoch: None,
            agreed_epoch: -1,
            buffered: VecDeque::new(),
            generation: 0,
            asking: false,
            retry_at: None,
            watermarks: None,
            failure: None,
            truncation: None,
            out_of_range: None,
            reset: None,
        }
    }

    pub(super) fn seek(&mut self, offset: Offset) {
        self.restart(Phase::Reading);
        self.position = offset;
        self.fetch_offset = offset;
    }

    pub(super) fn seek_to(&mut self, spec: OffsetSpec) {
        self.restart(Phase::Resetting(spec));
    }

    fn restart(&mut self, phase: Phase) {
        self.phase = phase;
        self.generation += 1;
        self.asking = false;
        self.buffered.clear();
        self.last_epoch = None;
        self.retry_at = None;
        self.failure = None;
        self.out_of_range = None;
    }

    pub(super) fn position(&self) -> Option<Offset> {
        (!matches!(self.phase, Phase::Resetting(_))).then_some(self.position)
    }

    pub(super) fn watermarks(&self) -> Option<Watermarks> {
        self.watermarks
    }

    pub(super) fn retry_at(&self) -> Option<Instant> {
        self.retry_at
    }

    pub(super) fn buffered_len(&self) -> usize {
        self.buffered.len()
    }

    pub(super) fn take_failure(&mut self) -> Option<PartitionFailure> {
        self.failure.take()
    }

    pub(super) fn take_truncation(&mut self) -> Option<Truncation> {
        self.truncation.take()
    }

    pub(super) fn take_reset(&mut self) -> Option<Reset> {
        self.reset.take()
    }

    /// Up to `count` records, which count as consumed.
    pub(super) fn take_records(&mut self, count: usize, into: &mut Vec<ConsumerRecord>) {
        let count = count.min(self.buffered.len());
        into.extend(self.buffered.drain(..count));
        if self.buffered.is_empty() {
            // Past control batches and aborted records too, which never come out.
            self.position = self.fetch_offset;
        } else if let Some(next) = self.buffered.front() {
            self.position = next.offset;
        }
    }

    /// What to ask now, given the leader's epoch (-1 where unknown). Asking is up to the caller.
    pub(super) fn question(
        &mut self,
        now: Instant,
        leader_epoch: i32,
        buffered_max: usize,
    ) -> Option<Question> {
        if self.asking || self.retry_at.is_some_and(|at| at > now) {
            return None;
        }
        match (self.phase, self.last_epoch) {
            (Phase::Failed, _) => None,
            (Phase::Resetting(spec), _) => Some(Question::Offset(spec)),
            (Phase::Validating, Some(epoch)) => Some(Question::EpochEnd(epoch)),
            (Phase::Reading, Some(epoch)) if leader_epoch > self.agreed_epoch => {
                self.phase = Phase::Validating;
                Some(Question::EpochEnd(epoch))
            }
            (Phase::Reading | Phase::Validating, _) => {
                let hungry = self.buffered.len() < buffered_max;
                hungry.then_some(Question::Records { offset: self.fetch_offset })
            }
        }
    }

    /// A question had no answer, or one that may be better next time.
    pub(super) fn try_again_at(&mut self, at: Instant) {
        self.retry_at = Some(at);
    }

    /// The broker answered with an error. True when the metadata is in doubt.
    pub(super) fn refused(&mut self, code: i16, rules: &Rules, retry_at: Instant) -> bool {
        let error = AttemptError::Answered(code);
        match ErrorCode::from_code(code) {
            // What was fetched before comes out before reading goes on elsewhere.
            ErrorCode::OffsetOutOfRange if !self.buffered.is_empty() => self.retry_at = Some(retry_at),
            ErrorCode::OffsetOutOfRange => match rules.reset {
                Some(spec) => {
                    self.out_of_range = Some(self.position);
                    self.phase = Phase::Resetting(spec);
                }
                None => self.fail(PartitionFailure::OffsetOutOfRange),
            },
            // Bytes that are broken on the broker stay broken; an error without a name may pass.
            ErrorCode::CorruptMessage => self.fail(PartitionFailure::Answered(code)),
            ErrorCode::UnknownServerError => self.retry_at = Some(retry_at),
            _ if error.is_retriable() => self.retry_at = Some(retry_at),
            _ => self.fail(PartitionFailure::Answered(code)),
        }
        error.doubts_metadata()
    }

    fn fail(&mut self, failure: PartitionFailure) {
        self.phase = Phase::Failed;
        self.failure = Some(failure);
    }

    /// ListOffsets answered. `None` means that no record is as asked for: reading starts at the end, which is
    /// asked for next.
    pub(super) fn offset_told(&mut self, offset: Option<Offset>, leader_epoch: i32) {
        match offset {
            None => self.phase = Phase::Resetting(OffsetSpec::Latest),
            Some(offset) => {
                self.phase = Phase::Reading;
                self.buffered.clear();
                self.reset = self.out_of_range.take().map(|position| Reset {
                    partition: self.name.clone(),
                    position,
                    to: offset,
                });
                self.position = offset;
                self.fetch_offset = offset;
                self.last_epoch = None;
                self.agreed_epoch = leader_epoch;
            }
        }
    }

    /// OffsetForLeaderEpoch answered with the largest epoch up to ours that the leader knows, and its end.
    pub(super) fn epoch_end_told(
        &mut self,
        end: Option<(LeaderEpoch, Offset)>,
        leader_epoch: i32,
        rules: &Rules,
    ) {
        self.phase = Phase::Reading;
        self.agreed_epoch = leader_epoch;
        // A leader that knows no such epoch has nothing to compare with: the fetch will tell.
        if let Some((epoch, end)) = end
            && (end < self.fetch_offset || Some(epoch) < self.last_epoch)
        {
            self.truncated(end.min(self.fetch_offset), epoch, rules);
        }
    }

    fn truncated(&mut self, diverging: Offset, epoch: LeaderEpoch, rules: &Rules) {
        // What was fetched and not yet given out may be gone from the log: it is fetched again.
        self.buffered.retain(|record| record.offset < diverging);
        if diverging < self.position {
            if rules.reset.is_none() {
                self.fail(PartitionFailure::LogTruncated { diverging });
                return;
            }
            self.truncation =
                Some(Truncation { partition: self.name.clone(), position: self.position, diverging });
            self.position = diverging;
        }
        self.fetch_offset = diverging;
        self.last_epoch = Some(epoch);
    }

    /// A fetch answered without an error.
    pub(super) fn fetched(&mut self, fetch: &RawFetch, rules: &Rules) {
        self.retry_at = None;
        self.watermarks = Some(Watermarks {
            high_watermark: fetch.high_watermark,
            last_stable_offset: fetch.last_stable_offset,
            log_start_offset: fetch.log_start_offset,
        });
        if let Some((epoch, end)) = fetch.diverging_epoch {
            self.truncated(end.min(self.fetch_offset), epoch, rules);
            return;
        }
        let mut aborted = Aborted::new(fetch, rules.isolation);
        for batch in fetch.batches() {
            let batch = match batch {
                Ok(batch) => batch,
                // The size limit cut the last one off: it comes whole next time.
                Err(MalformedBatch::Incomplete) => break,
                Err(error) => {
                    return self.fail(PartitionFailure::Corrupt(self.fetch_offset, format!("{error:?}")));
                }
            };
            if let Err(error) = self.take_batch(&batch, &mut aborted, rules) {
                return self.fail(PartitionFailure::Corrupt(batch.header.base_offset, error));
            }
        }
        if self.buffered.is_empty() {
            self.position = self.fetch_offset;
        }
    }

    fn take_batch(&mut self, batch: &RawBatch, aborted: &mut Aborted, rules: &Rules) -> Result<(), String> {
        let header = &batch.header;
        if !header.offsets_are_sane() {
            return Err("impossible offsets".to_owned());
        }
        if header.next_offset() <= self.fetch_offset {
            return Ok(());
        }
        if rules.check_crc && !batch.crc_is_right() {
            return Err("the CRC is wrong".to_owned());
        }
        if !aborted.hides(batch)? && !header.attributes.is_control() {
            let records = batch.open(rules.decompressed_bytes_max).map_err(|error| format!("{error:?}"))?;
            let slice = |bytes: &[u8]| records.bytes().slice_ref(bytes);
            for record in batch.place(&records) {
                let record = record.map_err(|error| format!("{error:?}"))?;
                if record.offset < self.fetch_offset {
                    continue;
                }
                let headers = record.record.headers;
                self.buffered.push_back(ConsumerRecord {
                    partition: self.name.clone(),
                    offset: record.offset,
                    timestamp: record.timestamp,
                    timestamp_type: header.attributes.timestamp_type(),
                    leader_epoch: header.partition_leader_epoch,
                    key: record.record.key.map(slice),
                    value: record.record.value.map(slice),
                    headers: headers.map(|header| (slice(header.key), header.value.map(slice))).collect(),
                });
            }
        }
        self.fetch_offset = header.next_offset();
        self.last_epoch = Some(header.partition_leader_epoch).filter(|epoch| epoch.0 >= 0);
        self.agreed_epoch = self.agreed_epoch.max(header.partition_leader_epoch.0);
        Ok(())
    }
}

/// The aborted transactions of one fetch: which batches must not be seen.
struct Aborted {
    filters: bool,
    /// Not yet begun, by first offset.
    upcoming: VecDeque<(ProducerId, Offset)>,
    open: BTreeSet<ProducerId>,
}

impl Aborted {
    fn new(fetch: &RawFetch, isolation: IsolationLevel) -> Self {
        let mut upcoming: Vec<_> = fetch.aborted_transactions.clone();
        upcoming.sort_by_key(|(_, first)| *first);
        let filters = isolation == IsolationLevel::ReadCommitted;
        Aborted { filters, upcoming: upcoming.into(), open: BTreeSet::new() }
    }

    /// Whether the batch belongs to an aborted transaction. An abort marker ends it.
    fn hides(&mut self, batch: &RawBatch) -> Result<bool, String> {
        let header = &batch.header;
        if !self.filters || !header.attributes.is_transactional() {
            return Ok(false);
        }
        while let Some((producer, _)) =
            self.upcoming.front().filter(|(_, first)| *first <= header.last_offset())
        {
            self.open.insert(*producer);
            self.upcoming.pop_front();
        }
        if header.attributes.is_control() {
            if is_abort_marker(batch)? {
                self.open.remove(&header.producer_id);
            }
            return Ok(false);
        }
        Ok(self.open.contains(&header.producer_id))
    }
}

/// A control record's key is a version and a type, and type 0 is an abort.
fn is_abort_marker(batch: &RawBatch) -> Result<bool, String> {
    const MARKER_BYTES_MAX: usize = 1 << 10;
    let records = batch.open(MARKER_BYTES_MAX).map_err(|error| format!("{error:?}"))?;
    let first =
        records.iter().next().ok_or("an empty control batch")?.map_err(|error| format!("{error:?}"))?;
    let key = first.key.ok_or("a control record without a key")?;
    Ok(key.get(2..4) == Some(&[0, 0]))
}

#[cfg(test)]
#[path = "partition_tests.rs"]
mod tests;
