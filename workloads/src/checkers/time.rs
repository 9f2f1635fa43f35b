//! C17: ListOffsets by timestamp finds the first record that is late enough, and LogAppendTime is the broker's time.
//!
//! An answer is right when it is right for some length that the log had between question and answer: what was
//! known before the question must have been considered, what was known only later may have been.

use super::compaction::Compaction;
use super::findings::{Findings, Told};
use super::known::{Known, PartitionKnown};
use super::words::{name, place};
use crate::history::{
    DiskDamage, Event, History, List, ListWhat, MarkKind, NEVER, NONE, OpId, OpKind, Ordinal, Outcome,
    PartitionId, Value,
};
use std::collections::BTreeMap;

const FIRST: &str = "ListOffsets by timestamp gives the first record that is not older";
const CLOCK: &str = "LogAppendTime is the broker's clock at the append";
const FORWARD: &str = "LogAppendTime does not go back while the broker's clock does not";

/// Records between two summaries of their greatest timestamp.
const BLOCK: usize = 256;

/// What is known of append times.
#[derive(Debug, Default)]
pub(crate) struct Times {
    /// By partition and first offset.
    appended: BTreeMap<PartitionId, BTreeMap<i64, Appended>>,
}

#[derive(Debug, Clone, Copy)]
struct Appended {
    last_offset: i64,
    /// -1 when the records keep the producer's timestamps.
    timestamp: i64,
    leader_epoch: i32,
    /// The send's row, [`NONE`] when unknown.
    send: u32,
    op: OpId,
}

impl Times {
    pub(crate) fn event(
        &mut self,
        history: &History,
        known: &Known,
        ordinal: Ordinal,
        event: Event,
        findings: &mut Findings,
    ) {
        let op = event.op();
        match (op.kind(), event.is_completion()) {
            (OpKind::Send, true) => {
                let send = &history.sends()[op.row()];
                let lost = known.partition(send.partition).loss_since(send.invoke, send.base_offset);
                if send.outcome != Outcome::Ok || send.append_timestamp < 0 || lost.is_some() {
                    return;
                }
                let clock = clock(history, send.node, send.invoke, ordinal);
                check_clock(
                    history,
                    (op, send.invoke, ordinal),
                    send.append_timestamp,
                    clock,
                    send.partition,
                    findings,
                );
                let last_offset = send.base_offset.saturating_add(i64::from(send.count) - 1);
                let (timestamp, leader_epoch) = (send.append_timestamp, send.leader_epoch);
                let appended = Appended { last_offset, timestamp, leader_epoch, send: op.row() as u32, op };
                if send.base_offset >= 0 {
                    self.appended.entry(send.partition).or_default().insert(send.base_offset, appended);
                }
            }
            (OpKind::Poll, true) => self.poll(history, known, ordinal, op, findings),
            (OpKind::Mark, _) => {
                // Only a loss takes anything out of the log; other damage leaves it where it is.
                if let MarkKind::Disk { partition, damage: DiskDamage::LostFrom(_), .. } =
                    history.marks()[op.row()].what
                {
                    let loss = known.partition(partition).losses.last().copied();
                    let appended = self.appended.get_mut(&partition);
                    if let (Some(loss), Some(appended)) = (loss, appended) {
                        appended.retain(|_, batch| batch.last_offset < loss.from);
                    }
                }
            }
            _ => (),
        }
    }

    fn poll(
        &mut self,
        history: &History,
        known: &Known,
        ordinal: Ordinal,
        op: OpId,
        findings: &mut Findings,
    ) {
        let poll = &history.polls()[op.row()];
        for batch in history.batches_seen(poll).iter().filter(|batch| batch.append_time) {
            if known.partition(poll.partition).loss_since(poll.invoke, batch.base_offset).is_some() {
                continue;
            }
            let send = history.send_index_of(batch.first_value).filter(|_| batch.first_value != NONE);
            let send = send.filter(|&row| history.sends()[row].invoke < ordinal);
            let appended = Appended {
                last_offset: batch.last_offset(),
                timestamp: batch.max_timestamp,
                leader_epoch: batch.leader_epoch,
                send: send.map_or(NONE, |row| row as u32),
                op,
            };
            let batches = self.appended.entry(poll.partition).or_default();
            if let Some(before) = batches.insert(batch.base_offset, appended) {
                check_same(history, (poll.partition, batch.base_offset), (&before, &appended), findings);
                continue;
            }
            if let Some(row) = send {
                let invoke = history.sends()[row].invoke;
                let clock = clock(history, poll.node, invoke, ordinal);
                let span = (op, invoke, ordinal);
                check_clock(history, span, batch.max_timestamp, clock, poll.partition, findings);
            }
        }
    }

    pub(crate) fn finish(
        &self,
        history: &History,
        known: &Known,
        compaction: &Compaction,
        findings: &mut Findings,
    ) {
        for (&partition, batches) in &self.appended {
            forward(history, partition, batches, findings);
        }
        let mut columns: BTreeMap<PartitionId, Column> = BTreeMap::new();
        for (row, list) in history.lists().iter().enumerate() {
            let by_time = matches!(list.what, ListWhat::Timestamp(_) | ListWhat::MaxTimestamp);
            if !by_time
                || list.outcome != Outcome::Ok
                || list.error != 0
                || known.dying(list.partition, list.complete)
            {
                continue;
            }
            let partition = known.partition(list.partition);
            let column = columns
                .entry(list.partition)
                .or_insert_with(|| Column::new(history, partition, self.appended.get(&list.partition)));
            let op = OpId::new(OpKind::List, row);
            let query = Query { history, known, compaction, partition, column, list, op };
            query.judge(findings);
        }
    }
}

/// Least and greatest error of a node's wall clock within a span, in milliseconds.
pub(super) fn clock(history: &History, node: i16, from: Ordinal, to: Ordinal) -> (i64, i64) {
    let mut current = (0, 0);
    let mut bounds = None::<(i64, i64)>;
    for mark in history.marks().iter().take_while(|mark| mark.at < to) {
        let MarkKind::Clock { node: of, min_ms, max_ms } = mark.what else { continue };
        if of != node && of >= 0 && node >= 0 {
            continue;
        }
        if mark.at > from {
            let (least, most) = bounds.unwrap_or(current);
            bounds = Some((least.min(min_ms), most.max(max_ms)));
        } else {
            current = (min_ms, max_ms);
        }
    }
    bounds.unwrap_or(current)
}

fn check_clock(
    history: &History,
    (op, invoke, complete): (OpId, Ordinal, Ordinal),
    timestamp: i64,
    (least, most): (i64, i64),
    partition: PartitionId,
    findings: &mut Findings,
) {
    let error = history.promise.clock_error_ms;
    let wall =
        |ordinal| history.promise.wall_at_zero_ms.saturating_add((history.ns(ordinal) / 1_000_000) as i64);
    let from = wall(invoke).saturating_add(least).saturating_sub(error);
    let to = wall(complete).saturating_add(most).saturating_add(error);
    if (from..=to).contains(&timestamp) {
        return;
    }
    findings.report("C17", "append-time-off", || {
        let headline = format!(
            "APPEND TIME OFF: a batch of {} has LogAppendTime {timestamp}; by the broker's clock it was appended between \
             {from} and {to}.",
            name(history, partition)
        );
        Told::new(complete, CLOCK, headline).on(partition).ops(&[op])
    });
}

/// A batch has one LogAppendTime, whoever is told of it.
fn check_same(
    history: &History,
    (partition, offset): (PartitionId, i64),
    (before, after): (&Appended, &Appended),
    findings: &mut Findings,
) {
    if before.last_offset != after.last_offset || before.timestamp == after.timestamp {
        return;
    }
    findings.report("C17", "append-time-changed", || {
        let headline = format!(
            "APPEND TIME CHANGED: the batch at {} was told to have LogAppendTime {}, and has {} now.",
            place(history, partition, offset),
            before.timestamp,
            after.timestamp
        );
        let (_, complete) = history.span(after.op);
        let told = Told::new(complete, CLOCK, headline).on(partition);
        told.offsets(offset, after.last_offset).ops(&[before.op, after.op])
    });
}

fn forward(
    history: &History,
    partition: PartitionId,
    batches: &BTreeMap<i64, Appended>,
    findings: &mut Findings,
) {
    let mut before: Option<(&i64, &Appended)> = None;
    for (offset, batch) in batches {
        let pair = before.replace((offset, batch));
        let Some((earlier_offset, earlier)) =
            pair.filter(|(_, earlier)| earlier.leader_epoch == batch.leader_epoch)
        else {
            continue;
        };
        if earlier.timestamp <= batch.timestamp
            || earlier.send == NONE
            || clock_moved(history, earlier, batch)
        {
            continue;
        }
        findings.report("C17", "append-time-went-back", || {
            let headline = format!(
                "APPEND TIME WENT BACK: {} has LogAppendTime {}, and offset {offset} after it {}.",
                place(history, partition, *earlier_offset),
                earlier.timestamp,
                batch.timestamp
            );
            let (_, complete) = history.span(batch.op);
            let told = Told::new(complete, FORWARD, headline).on(partition);
            told.offsets(*earlier_offset, *offset).ops(&[earlier.op, batch.op])
        });
    }
}

/// Whether any clock was set between the first batch's sending and the second one's being known.
fn clock_moved(history: &History, first: &Appended, second: &Appended) -> bool {
    let from = history.sends()[first.send as usize].invoke;
    let (_, to) = history.span(second.op);
    let moved = |mark: &crate::history::Mark| matches!(mark.what, MarkKind::Clock { .. });
    history.marks().iter().any(|mark| moved(mark) && mark.at > from && mark.at < to)
}

/// A partition's records in order of offset, with the greatest timestamp of each block.
struct Column {
    records: Vec<(i64, i64, Value)>,
    greatest: Vec<i64>,
}

impl Column {
    fn new(history: &History, known: &PartitionKnown, appended: Option<&BTreeMap<i64, Appended>>) -> Column {
        let mut records: Vec<(i64, i64, Value)> = known
            .log
            .backwards()
            .map(|(offset, value)| {
                let batch = appended.and_then(|batches| batches.range(..=offset).next_back());
                let batch = batch.filter(|(_, batch)| offset <= batch.last_offset);
                let timestamp =
                    batch.map_or_else(|| history.create_timestamp(value), |(_, batch)| batch.timestamp);
                (offset, timestamp, value)
            })
            .collect();
        records.reverse();
        let greatest = records
            .chunks(BLOCK)
            .map(|block| block.iter().map(|&(_, timestamp, _)| timestamp).max().unwrap_or(i64::MIN))
            .collect();
        Column { records, greatest }
    }

    /// Records in `from..to` whose timestamp is at least `timestamp`, in order.
    fn at_least(&self, timestamp: i64, from: i64, to: i64) -> impl Iterator<Item = &(i64, i64, Value)> {
        let start = self.records.partition_point(|&(offset, ..)| offset < from);
        let end = self.records.partition_point(|&(offset, ..)| offset < to);
        let blocks = start / BLOCK..end.div_ceil(BLOCK);
        blocks.filter(move |&block| self.greatest[block] >= timestamp).flat_map(move |block| {
            let (first, last) = (start.max(block * BLOCK), end.min((block + 1) * BLOCK));
            self.records[first.min(last)..last].iter().filter(move |&&(_, found, _)| found >= timestamp)
        })
    }
}

struct Query<'a> {
    history: &'a History,
    known: &'a Known,
    compaction: &'a Compaction,
    partition: &'a PartitionKnown,
    column: &'a Column,
    list: &'a List,
    op: OpId,
}

impl Query<'_> {
    fn judge(&self, findings: &mut Findings) {
        let list = self.list;
        // Later losses took away what this question may have seen.
        let losses = self.partition.losses.iter().filter(|loss| loss.at > list.invoke);
        let intact = losses.map(|loss| loss.from).min().unwrap_or(i64::MAX);
        let start = self.partition.deletable_by(self.history, list.complete);
        let missed = match list.what {
            ListWhat::Timestamp(asked) if list.offset < 0 => self.known_before(asked, start, intact),
            ListWhat::Timestamp(asked) => {
                if list.timestamp < asked {
                    self.told_too_early(asked, findings);
                } else {
                    self.answer_itself(asked, intact, findings);
                }
                let mut found = self.column.at_least(asked, start, list.offset.min(intact));
                found.find(|&&(offset, _, value)| self.is_there(offset, value)).copied()
            }
            _ if list.offset < 0 => {
                let missed = self.known_before(i64::MIN + 1, start, intact);
                missed.filter(|&(_, timestamp, _)| !self.newer_is_under_way(timestamp))
            }
            _ => {
                self.answer_itself(list.timestamp, intact, findings);
                self.known_before(list.timestamp.saturating_add(1), start, intact)
            }
        };
        let Some((offset, timestamp, value)) = missed else { return };
        findings.report("C17", "timestamp-missed", || {
            let asked = match list.what {
                ListWhat::Timestamp(asked) => format!("timestamp {asked}"),
                _ => "the greatest timestamp".to_owned(),
            };
            let headline = format!(
                "TIMESTAMP MISSED: asked for {asked} in {}, the broker answered offset {}; offset {offset} has timestamp \
                 {timestamp}.",
                name(self.history, list.partition),
                list.offset
            );
            let told = Told::new(list.complete, FIRST, headline).on(list.partition);
            told.offsets(offset, list.offset.max(offset)).values(&[value]).ops(&[self.op])
        });
    }

    /// Whether a record that is not older was being appended meanwhile. Apache Kafka knows of it before readers may see it,
    /// and then answers that there is none.
    fn newer_is_under_way(&self, timestamp: i64) -> bool {
        let list = self.list;
        let mut sends = self.history.sends().iter().filter(|send| {
            let meanwhile = send.invoke < list.complete && send.complete > list.invoke;
            send.partition == list.partition && send.outcome != Outcome::Fail && meanwhile
        });
        sends.any(|send| {
            let created = send.values().map(|value| self.history.create_timestamp(value)).max();
            send.append_timestamp.max(created.unwrap_or(i64::MIN)) >= timestamp
        })
    }

    /// The first record from `start` on that is late enough and was known before the question. Of a record that stands
    /// twice, each copy is known since its own time: a plain producer's retry may append it again much later.
    fn known_before(&self, timestamp: i64, start: i64, to: i64) -> Option<(i64, i64, Value)> {
        let mut found = self.column.at_least(timestamp, start, to);
        let known_at = |offset, value| self.known.known_at(self.list.partition, offset, value);
        found
            .find(|&&(offset, _, value)| {
                known_at(offset, value) < self.list.invoke && self.is_there(offset, value)
            })
            .copied()
    }

    /// Whether the media could give the record back when the answer came, and no compaction may have taken it.
    fn is_there(&self, offset: i64, value: Value) -> bool {
        let mark = self.partition.unreadable_at(offset);
        mark.is_none_or(|mark| self.history.marks()[mark as usize].at > self.list.complete)
            && !self.compaction.may_be_gone(
                self.history,
                self.known,
                (self.list.partition, offset, value),
                self.list.complete,
            )
    }

    /// An offset is answered for a record that is late enough, and the answer says how late.
    fn told_too_early(&self, asked: i64, findings: &mut Findings) {
        let list = self.list;
        findings.report("C17", "timestamp-wrong", || {
            let headline = format!(
                "TIMESTAMP WRONG: asked for timestamp {asked}, the broker answered {} with timestamp {}.",
                place(self.history, list.partition, list.offset),
                list.timestamp
            );
            let told = Told::new(list.complete, FIRST, headline).on(list.partition);
            told.offsets(list.offset, list.offset).ops(&[self.op])
        });
    }

    /// The answered record has the answered timestamp, and it is late enough.
    fn answer_itself(&self, asked: i64, intact: i64, findings: &mut Findings) {
        let list = self.list;
        if list.offset >= intact {
            return;
        }
        let records = &self.column.records;
        let Ok(index) = records.binary_search_by_key(&list.offset, |&(offset, ..)| offset) else { return };
        let (offset, timestamp, value) = records[index];
        let told_otherwise = list.timestamp >= 0 && list.timestamp != timestamp;
        if timestamp >= asked && !told_otherwise || self.known.effective[value as usize] == NEVER {
            return;
        }
        findings.report("C17", "timestamp-wrong", || {
            let headline = format!(
                "TIMESTAMP WRONG: asked for timestamp {asked}, the broker answered {} with timestamp {}; the record there \
                 has {timestamp}.",
                place(self.history, list.partition, offset),
                list.timestamp
            );
            let told = Told::new(list.complete, FIRST, headline).on(list.partition);
            told.offsets(offset, offset).values(&[value]).ops(&[self.op])
        });
    }
}
