//! C15 where records vanish by themselves: only those that the bounds of the run let go.
//!
//! A record may vanish when at least `retention_bytes` of log stand behind it, or when it is older than
//! `retention_ms` by the broker's clock. Whole segments go, so that both are what must hold of each record in one, not
//! all that must: what is behind is counted generously, and the clock may have been as far ahead as it ever was.

use super::compaction::Compaction;
use super::findings::{Findings, Told};
use super::known::Known;
use super::time::clock;
use super::words::{at, place};
use crate::history::{Event, History, ListWhat, OpId, OpKind, Ordinal, Outcome, PartitionId, Send, Value};
use std::collections::BTreeMap;

const PROMISE: &str =
    "a record vanishes by itself only when the log is larger, or the record older, than what is kept";

/// Bytes that a record and a batch may take beyond their payload.
const RECORD_BYTES: u64 = 96;
const BATCH_BYTES: u64 = 128;

/// Offsets that are looked at of one move: a log start far beyond what is known is another rule's matter.
const LOOKED_AT: i64 = 1 << 16;

/// A log start that was told, and is higher than any before it.
#[derive(Debug, Clone, Copy)]
struct Move {
    from: i64,
    to: i64,
    op: OpId,
    told: Ordinal,
}

/// The rule's state.
#[derive(Debug, Default)]
pub(crate) struct Retention {
    highest: BTreeMap<PartitionId, i64>,
    moves: Vec<(PartitionId, Move)>,
}

impl Retention {
    pub(crate) fn event(&mut self, history: &History, known: &Known, ordinal: Ordinal, event: Event) {
        if !history.promise.retention_is_bounded() || !event.is_completion() {
            return;
        }
        let op = event.op();
        let (partition, start) = match op.kind() {
            OpKind::Poll => {
                let poll = &history.polls()[op.row()];
                let told = poll.outcome == Outcome::Ok && poll.error == 0;
                (poll.partition, if told { poll.log_start_offset } else { -1 })
            }
            OpKind::List => {
                let list = &history.lists()[op.row()];
                let told = list.outcome == Outcome::Ok && list.error == 0 && list.what == ListWhat::Earliest;
                (list.partition, if told { list.offset } else { -1 })
            }
            _ => return,
        };
        let highest = self.highest.entry(partition).or_default();
        if start > *highest && !known.dying(partition, ordinal) {
            self.moves.push((partition, Move { from: *highest, to: start, op, told: ordinal }));
            *highest = start;
        }
    }

    /// Judges every move by what the whole run says of the log.
    pub(crate) fn finish(
        &self,
        history: &History,
        known: &Known,
        compaction: &Compaction,
        findings: &mut Findings,
    ) {
        for &(partition, told) in &self.moves {
            let asked = known.partition(partition).asked_to();
            let behind = Behind::new(history, partition, told.told);
            let from = told.from.max(asked);
            for offset in from..told.to.min(from.saturating_add(LOOKED_AT)) {
                let Some(value) = known.partition(partition).log.get(offset) else { continue };
                let over_size =
                    history.promise.retention_bytes.is_some_and(|keep| behind.bytes_after(offset) >= keep);
                if over_size
                    || is_old(history, (offset, value), told.told)
                    || compaction.may_be_gone(history, known, (partition, offset, value), told.told)
                {
                    continue;
                }
                findings.report("C15", "vanished-early", || {
                    let headline = format!(
                        "VANISHED EARLY: value {value} at {} had to be kept, and the log started behind it {}.",
                        place(history, partition, offset),
                        at(history, told.told)
                    );
                    let (from, to) = (offset, told.to - 1);
                    Told::new(told.told, PROMISE, headline).on(partition).offsets(from, to).ops(&[told.op])
                });
                break;
            }
        }
    }
}

/// Whether the record may have been too old by then, on a broker whose clock was as far ahead as it ever was.
fn is_old(history: &History, (offset, value): (i64, Value), by: Ordinal) -> bool {
    let Some(keep) = history.promise.retention_ms else { return false };
    age_max(history, (offset, value), by).is_none_or(|age| age > keep)
}

/// The most milliseconds that a record may have been old by then, by a broker whose clock was as far ahead as it ever
/// was; 0 for one of the future. `None`: nobody knows.
pub(super) fn age_max(history: &History, (offset, value): (i64, Value), by: Ordinal) -> Option<u64> {
    let send = history.send_of(value)?;
    let wall_at =
        |ordinal| history.promise.wall_at_zero_ms.saturating_add((history.ns(ordinal) / 1_000_000) as i64);
    let acknowledged = send.base_offset..send.base_offset.saturating_add(i64::from(send.count));
    let timestamp = match send.append_timestamp {
        stamped if stamped >= 0 && acknowledged.contains(&offset) => stamped,
        // An earlier copy of a plain producer's record has a time that nobody was told: any since it was sent.
        stamped if stamped >= 0 => wall_at(send.invoke),
        _ => history.create_timestamp(value),
    };
    let wall = wall_at(by);
    let ahead = clock(history, -1, 0, by).1.max(0).saturating_add(history.promise.clock_error_ms);
    let age = wall.saturating_add(ahead).saturating_sub(timestamp);
    Some(u64::try_from(age).unwrap_or(0))
}

/// How much log may stand behind an offset.
struct Behind {
    /// Last offset of each batch that has one, ascending, with the most bytes of it and all that follow.
    placed: Vec<(i64, u64)>,
    /// Most bytes of batches that may stand anywhere.
    anywhere: u64,
}

impl Behind {
    fn new(history: &History, partition: PartitionId, by: Ordinal) -> Behind {
        let sends = history.sends().iter().filter(|send| send.partition == partition && send.invoke < by);
        let mut behind = Behind { placed: Vec::new(), anywhere: 0 };
        for send in sends {
            let bytes = bytes_max(send);
            let is_placed = send.base_offset >= 0 && send.outcome == Outcome::Ok;
            if is_placed {
                behind.placed.push((send.base_offset.saturating_add(i64::from(send.count) - 1), bytes));
            }
            // Each attempt may have been appended, and where nobody was told where, a request that came twice once more.
            let attempts = u64::from(send.attempts);
            let copies = match (is_placed, send.idempotent()) {
                (true, true) => 0,
                (true, false) => attempts.saturating_sub(1),
                (false, _) => attempts.saturating_add(1),
            };
            behind.anywhere = behind.anywhere.saturating_add(bytes.saturating_mul(copies));
        }
        behind.placed.sort_unstable();
        let mut after = 0_u64;
        for (_, bytes) in behind.placed.iter_mut().rev() {
            after = after.saturating_add(*bytes);
            *bytes = after;
        }
        behind
    }

    fn bytes_after(&self, offset: i64) -> u64 {
        let first = self.placed.partition_point(|(last, _)| *last <= offset);
        self.placed.get(first).map_or(0, |(_, bytes)| *bytes).saturating_add(self.anywhere)
    }
}

/// The most bytes of log that a batch takes.
fn bytes_max(send: &Send) -> u64 {
    u64::from(send.bytes) + RECORD_BYTES * u64::from(send.count) + BATCH_BYTES
}
