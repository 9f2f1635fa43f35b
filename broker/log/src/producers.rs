//! What a partition knows of its idempotent producers: the window of five batches, and its snapshot file.
//!
//! For a batch of a known producer, in this order:
//!
//! | the batch | the answer |
//! | --- | --- |
//! | same epoch, and first and last sequence of one of the last five batches | duplicate: the old offset |
//! | lower epoch | INVALID_PRODUCER_EPOCH |
//! | higher epoch | accepted when it starts at sequence 0, else OUT_OF_ORDER_SEQUENCE_NUMBER |
//! | same epoch | accepted when it goes on where the last batch ended (past `i32::MAX` comes 0), else out of order |
//!
//! An unknown producer may start anywhere (its state may have expired), except on a partition that was never
//! written: there it must start at 0, or a first batch that is still under way would be lost for good.
//!
//! Always holds: the state is a function of the batches in the log, so a replay of headers rebuilds it,
//! but for producers that were silent for long: they are forgotten, and a replay may bring them back.
//!
//! A transaction is open from its producer's first transactional batch to the next marker of that producer.

use crate::limits::PRODUCER_WINDOW_BATCHES;
use crate::transactions::{AbortedTransaction, TransactionEnd};
use std::collections::{BTreeMap, BTreeSet};
use tribunal_wire::batch::BatchHeader;
use tribunal_wire::types::{Offset, ProducerEpoch, ProducerId, Sequence};

const SNAPSHOT_VERSION: i16 = 1;
const SNAPSHOT_PREFIX_BYTES: usize = 10;
const SNAPSHOT_ENTRY_BYTES: usize = 46;

/// One batch that a producer appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProducedBatch {
    /// Its last sequence number; -1 when only a marker is known.
    pub last_sequence: i32,
    /// Its last offset.
    pub last_offset: Offset,
    /// Its records, less one.
    pub offset_delta: i32,
    /// Its max timestamp.
    pub timestamp: i64,
}

impl ProducedBatch {
    /// The offset of the batch's first record.
    #[must_use]
    pub fn first_offset(&self) -> Offset {
        Offset(self.last_offset.0 - i64::from(self.offset_delta))
    }

    /// The first sequence number, from the last one backwards around the wrap.
    fn first_sequence(&self) -> i32 {
        let first = i64::from(self.last_sequence) - i64::from(self.offset_delta);
        let wrapped = if first < 0 { first + i64::from(i32::MAX) + 1 } else { first };
        i32::try_from(wrapped).expect("a batch spans less than all sequence numbers")
    }

    fn of(header: &BatchHeader) -> ProducedBatch {
        ProducedBatch {
            last_sequence: header.last_sequence(),
            last_offset: header.last_offset(),
            offset_delta: header.last_offset_delta,
            timestamp: header.max_timestamp,
        }
    }
}

/// One producer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProducerState {
    /// Its newest epoch.
    pub epoch: ProducerEpoch,
    /// The epoch of the coordinator that wrote its last marker, -1 for none.
    pub coordinator_epoch: i32,
    /// Where its open transaction begins in this partition.
    pub transaction_start: Option<Offset>,
    /// Max timestamp of its newest batch or marker, -1 for none.
    pub last_timestamp: i64,
    window: [Option<ProducedBatch>; PRODUCER_WINDOW_BATCHES],
}

impl ProducerState {
    fn new(epoch: ProducerEpoch) -> Self {
        ProducerState {
            epoch,
            coordinator_epoch: -1,
            transaction_start: None,
            last_timestamp: -1,
            window: [None; PRODUCER_WINDOW_BATCHES],
        }
    }

    /// The newest batch.
    #[must_use]
    pub fn last(&self) -> Option<ProducedBatch> {
        self.window[0]
    }

    fn push(&mut self, batch: ProducedBatch) {
        self.window.rotate_right(1);
        self.window[0] = Some(batch);
    }

    fn apply(&mut self, header: &BatchHeader, end: Option<TransactionEnd>) {
        if header.producer_epoch != self.epoch {
            self.epoch = header.producer_epoch;
            self.window = [None; PRODUCER_WINDOW_BATCHES];
        }
        self.last_timestamp = header.max_timestamp;
        if header.attributes.is_control() {
            // A marker ends the transaction; it has no sequence number of its own.
            if let Some(end) = end {
                self.transaction_start = None;
                self.coordinator_epoch = end.coordinator_epoch;
            }
            return;
        }
        if header.base_sequence >= 0 {
            self.push(ProducedBatch::of(header));
        }
        if header.attributes.is_transactional() && self.transaction_start.is_none() {
            self.transaction_start = Some(header.base_offset);
        }
    }
}

/// What a batch's sequence number means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SequenceVerdict {
    /// It comes next, or numbers do not matter.
    Next,
    /// It is in the log already.
    Duplicate(ProducedBatch),
    /// Something before it is missing, or it is too old to be known.
    OutOfOrder,
    /// A newer incarnation of the producer has written.
    OldEpoch,
}

/// What a batch in the log changed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Applied {
    /// What was known before, for [`Producers::undo`].
    pub(crate) undo: Option<Undo>,
    /// The transaction that it ended.
    pub(crate) ended: Option<EndedTransaction>,
}

/// A transaction whose marker stands in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EndedTransaction {
    pub(crate) is_abort: bool,
    /// The entry that it has in the index, if it was aborted.
    pub(crate) span: AbortedTransaction,
}

/// Why a file is no producer snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MalformedSnapshot {
    /// Its length is not that of the entries which it counts.
    Length,
    /// A version that nobody knows.
    Version(i16),
    /// The checksum is another than its bytes have.
    Crc,
    /// The entry at this byte contradicts itself.
    Entry(usize),
}

/// All producers of a partition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Producers {
    states: BTreeMap<i64, ProducerState>,
    /// Where the open transactions begin, and whose they are.
    open: BTreeSet<(Offset, i64)>,
}

impl Producers {
    /// Judges a client's batch. `never_written` says that the partition never held a record.
    pub(crate) fn judge(&self, header: &BatchHeader, never_written: bool) -> SequenceVerdict {
        if !header.has_producer_id() || header.base_sequence < 0 {
            return SequenceVerdict::Next;
        }
        let Some(state) = self.states.get(&header.producer_id.0) else {
            let may_start = !never_written || header.base_sequence == 0;
            return if may_start { SequenceVerdict::Next } else { SequenceVerdict::OutOfOrder };
        };
        if header.producer_epoch < state.epoch {
            return SequenceVerdict::OldEpoch;
        }
        if header.producer_epoch > state.epoch {
            return if header.base_sequence == 0 {
                SequenceVerdict::Next
            } else {
                SequenceVerdict::OutOfOrder
            };
        }
        let duplicate = state.window.iter().flatten().find(|batch| {
            batch.first_sequence() == header.base_sequence && batch.last_sequence == header.last_sequence()
        });
        if let Some(&batch) = duplicate {
            return SequenceVerdict::Duplicate(batch);
        }
        let expected = state.last().map_or(0, |last| Sequence(last.last_sequence).next().0);
        if header.base_sequence == expected { SequenceVerdict::Next } else { SequenceVerdict::OutOfOrder }
    }

    /// Whether the batch's producer has written here.
    pub(crate) fn knows(&self, header: &BatchHeader) -> bool {
        self.states.contains_key(&header.producer_id.0)
    }

    /// Takes a batch that stands in the log; `end` is what it says if it is a marker.
    pub(crate) fn apply(&mut self, header: &BatchHeader, end: Option<TransactionEnd>) -> Applied {
        if !header.has_producer_id() {
            return Applied::default();
        }
        let id = header.producer_id;
        let before = self.states.get(&id.0).copied();
        let mut after = before.unwrap_or_else(|| ProducerState::new(header.producer_epoch));
        after.apply(header, end);
        self.put(id, Some(after));
        let start = before.and_then(|state| state.transaction_start);
        let ended = end.zip(start).map(|(end, first_offset)| {
            let last_offset = header.last_offset();
            let last_stable_offset = self.first_open().unwrap_or(last_offset.plus(1));
            let span = AbortedTransaction { producer_id: id, first_offset, last_offset, last_stable_offset };
            EndedTransaction { is_abort: end.is_abort, span }
        });
        Applied { undo: Some(Undo { producer_id: id, before }), ended }
    }

    /// Sets what is known of a producer.
    fn put(&mut self, id: ProducerId, state: Option<ProducerState>) {
        let start = |state: Option<ProducerState>| state.and_then(|state| state.transaction_start);
        let after = start(state);
        let before = start(match state {
            Some(state) => self.states.insert(id.0, state),
            None => self.states.remove(&id.0),
        });
        if before == after {
            return;
        }
        if let Some(start) = before {
            self.open.remove(&(start, id.0));
        }
        if let Some(start) = after {
            self.open.insert((start, id.0));
        }
    }

    /// Where the oldest open transaction begins.
    pub(crate) fn first_open(&self) -> Option<Offset> {
        self.open.first().map(|(start, _)| *start)
    }

    /// Takes back an [`Producers::apply`]; several are taken back newest first.
    pub(crate) fn undo(&mut self, undo: &Undo) {
        self.put(undo.producer_id, undo.before);
    }

    /// Fills the windows of a snapshot, which holds one batch a producer, from a walk over the batches
    /// before it.
    pub(crate) fn refill_windows(&mut self, walked: &Producers) {
        for (id, state) in &mut self.states {
            let Some(seen) = walked.states.get(id) else { continue };
            if seen.epoch == state.epoch && seen.last() == state.last() {
                state.window = seen.window;
            }
        }
    }

    /// Forgets producers whose newest batch or marker is `expiration_ms` old by its own timestamp, or older, and that have no
    /// open transaction. Says how many.
    pub(crate) fn expire(&mut self, now_ms: i64, expiration_ms: i64) -> usize {
        let before = self.states.len();
        self.states.retain(|_, state| {
            state.transaction_start.is_some() || now_ms.saturating_sub(state.last_timestamp) < expiration_ms
        });
        before - self.states.len()
    }

    /// Each producer with its state, by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (ProducerId, &ProducerState)> {
        self.states.iter().map(|(&id, state)| (ProducerId(id), state))
    }

    /// The snapshot file.
    pub(crate) fn encode_snapshot(&self) -> Vec<u8> {
        let count = i32::try_from(self.states.len()).expect("ids are bounded far below 2^31");
        let mut bytes = Vec::with_capacity(SNAPSHOT_PREFIX_BYTES + self.states.len() * SNAPSHOT_ENTRY_BYTES);
        bytes.extend_from_slice(&SNAPSHOT_VERSION.to_be_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&count.to_be_bytes());
        for (id, state) in &self.states {
            let none =
                ProducedBatch { last_sequence: -1, last_offset: Offset(-1), offset_delta: 0, timestamp: -1 };
            let last = state.last().unwrap_or(none);
            bytes.extend_from_slice(&id.to_be_bytes());
            bytes.extend_from_slice(&state.epoch.0.to_be_bytes());
            bytes.extend_from_slice(&last.last_sequence.to_be_bytes());
            bytes.extend_from_slice(&last.last_offset.0.to_be_bytes());
            bytes.extend_from_slice(&last.offset_delta.to_be_bytes());
            bytes.extend_from_slice(&state.last_timestamp.to_be_bytes());
            bytes.extend_from_slice(&state.coordinator_epoch.to_be_bytes());
            bytes.extend_from_slice(&state.transaction_start.map_or(-1, |start| start.0).to_be_bytes());
        }
        let crc = crc_fast::crc32_iscsi(&bytes[6..]);
        bytes[2..6].copy_from_slice(&crc.to_be_bytes());
        bytes
    }

    /// The producers of a snapshot file; `None` on any doubt.
    pub(crate) fn parse_snapshot(bytes: &[u8]) -> Option<Producers> {
        Producers::read_snapshot(bytes).ok()
    }

    /// The producers of a snapshot file, or what is wrong with it.
    pub(crate) fn read_snapshot(bytes: &[u8]) -> Result<Producers, MalformedSnapshot> {
        let prefix = bytes.first_chunk::<SNAPSHOT_PREFIX_BYTES>().ok_or(MalformedSnapshot::Length)?;
        let version = i16::from_be_bytes(prefix[..2].try_into().expect("two bytes"));
        let crc = u32::from_be_bytes(prefix[2..6].try_into().expect("four bytes"));
        let count = i32::from_be_bytes(prefix[6..].try_into().expect("four bytes"));
        if version != SNAPSHOT_VERSION {
            return Err(MalformedSnapshot::Version(version));
        }
        if crc != crc_fast::crc32_iscsi(&bytes[6..]) {
            return Err(MalformedSnapshot::Crc);
        }
        let (entries, rest) = bytes[SNAPSHOT_PREFIX_BYTES..].as_chunks::<SNAPSHOT_ENTRY_BYTES>();
        if !rest.is_empty() || usize::try_from(count).ok() != Some(entries.len()) {
            return Err(MalformedSnapshot::Length);
        }
        let mut producers = Producers::default();
        for (index, entry) in entries.iter().enumerate() {
            let malformed = MalformedSnapshot::Entry(SNAPSHOT_PREFIX_BYTES + index * SNAPSHOT_ENTRY_BYTES);
            let (id, state) = parse_entry(entry).ok_or(malformed)?;
            producers.put(ProducerId(id), Some(state));
        }
        Ok(producers)
    }

    /// What is known of one producer.
    pub(crate) fn get(&self, id: ProducerId) -> Option<&ProducerState> {
        self.states.get(&id.0)
    }
}

fn parse_entry(entry: &[u8; SNAPSHOT_ENTRY_BYTES]) -> Option<(i64, ProducerState)> {
    fn field<const WIDTH: usize>(entry: &[u8], at: usize) -> [u8; WIDTH] {
        entry[at..at + WIDTH].try_into().expect("the slice is as long as the field")
    }
    let id = i64::from_be_bytes(field(entry, 0));
    let mut state = ProducerState::new(ProducerEpoch(i16::from_be_bytes(field(entry, 8))));
    let last = ProducedBatch {
        last_sequence: i32::from_be_bytes(field(entry, 10)),
        last_offset: Offset(i64::from_be_bytes(field(entry, 14))),
        offset_delta: i32::from_be_bytes(field(entry, 22)),
        timestamp: i64::from_be_bytes(field(entry, 26)),
    };
    state.last_timestamp = last.timestamp;
    state.coordinator_epoch = i32::from_be_bytes(field(entry, 34));
    let transaction_start = i64::from_be_bytes(field(entry, 38));
    state.transaction_start = (transaction_start >= 0).then_some(Offset(transaction_start));
    if last.last_sequence >= 0 {
        if last.offset_delta < 0 || last.last_offset.0 < i64::from(last.offset_delta) {
            return None;
        }
        state.push(last);
    }
    (id >= 0).then_some((id, state))
}

/// Takes one [`Producers::apply`] back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Undo {
    producer_id: ProducerId,
    before: Option<ProducerState>,
}

#[cfg(test)]
#[path = "producers_tests.rs"]
mod tests;
