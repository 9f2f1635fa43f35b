//! A violation told with its evidence: the smallest sub-history that shows it, and a table of what stood where.
//!
//! The sub-history holds what touches the partition within three offsets of the anomaly: the writers, who saw
//! it, who should have, deletions and losses. Polls are cut to those offsets, so it is for reading, not for
//! judging again.

use crate::checkers::Violation;
use crate::history::{History, Line, MarkKind, NEVER, NONE, OpId, OpKind, PartitionId, Poll, Value, line_of};
use crate::record::{OffsetRow, OffsetTable, ViolationRecord};
use std::collections::{BTreeMap, BTreeSet};

/// Offsets shown on either side of the anomaly.
const AROUND: i64 = 3;
/// Most operations of a sub-history.
const OPS_MAX: usize = 60;
/// Most rows of an offset table.
const ROWS_MAX: usize = 24;
/// Most readers of an offset table.
const READERS_MAX: usize = 8;

/// Tells a violation with its evidence.
pub fn tell(history: &History, violation: &Violation) -> ViolationRecord {
    let window = violation.offsets.map(|(first, last)| {
        let last = last.min(first.saturating_add(ROWS_MAX as i64));
        (first.saturating_sub(AROUND).max(0), last.saturating_add(AROUND))
    });
    let mut ops: BTreeSet<OpId> = violation.ops.iter().copied().collect();
    for &value in &violation.values {
        ops.extend(history.send_of(value).map(|_| send_op(history, value)));
    }
    let mut table = None;
    if let (Some(partition), Some(window)) = (violation.partition, window) {
        let polls = polls_in(history, partition, window);
        neighbours(history, partition, window, &polls, &mut ops);
        table = Some(offset_table(history, violation, (partition, window), &polls));
    }
    ViolationRecord {
        checker: violation.checker.to_owned(),
        anomaly: violation.anomaly.to_owned(),
        headline: violation.headline.clone(),
        promise: violation.promise.to_owned(),
        partition: violation.partition.map(|partition| {
            let partition = history.partition(partition);
            format!("{}-{}", partition.topic, partition.index)
        }),
        ns: history.moment(violation.at).map_or(0, |moment| moment.ns),
        history: lines(history, ops, violation, window),
        offsets: table,
    }
}

fn send_op(history: &History, value: Value) -> OpId {
    let row = history.send_index_of(value).expect("only sent values are asked for");
    OpId::new(OpKind::Send, row)
}

/// The polls that saw, or passed, an offset of the window: with the row of each.
fn polls_in(history: &History, partition: PartitionId, (first, last): (i64, i64)) -> Vec<(usize, &Poll)> {
    let polls = history.polls().iter().enumerate();
    polls
        .filter(|(_, poll)| poll.partition == partition && poll.complete != NEVER && poll.from_offset <= last)
        .filter(|(_, poll)| {
            let end = history.observed(poll).map(|(offset, _)| offset).max();
            end.is_some_and(|end| end >= first) || (first..=last).contains(&poll.from_offset)
        })
        .collect()
}

fn neighbours(
    history: &History,
    partition: PartitionId,
    (first, last): (i64, i64),
    polls: &[(usize, &Poll)],
    ops: &mut BTreeSet<OpId>,
) {
    for (row, send) in history.sends().iter().enumerate() {
        let end = send.base_offset.saturating_add(i64::from(send.count));
        if send.partition == partition && send.base_offset >= 0 && send.base_offset <= last && end > first {
            ops.insert(OpId::new(OpKind::Send, row));
        }
    }
    for &(row, poll) in polls.iter().take(OPS_MAX / 2) {
        ops.insert(OpId::new(OpKind::Poll, row));
        ops.insert(OpId::new(OpKind::Session, poll.session as usize));
        for (_, value) in history.observed(poll).filter(|(offset, _)| (first..=last).contains(offset)) {
            ops.extend(
                (value != NONE).then(|| history.send_of(value)).flatten().map(|_| send_op(history, value)),
            );
        }
    }
    for (row, admin) in history.admins().iter().enumerate() {
        if admin.partition == Some(partition) {
            ops.insert(OpId::new(OpKind::Admin, row));
        }
    }
    for (row, mark) in history.marks().iter().enumerate() {
        if matches!(mark.what, MarkKind::Disk { partition: of, .. } if of == partition) {
            ops.insert(OpId::new(OpKind::Mark, row));
        }
    }
}

/// The operations as lines, in order, those that the violation names first when there are too many.
fn lines(
    history: &History,
    mut ops: BTreeSet<OpId>,
    violation: &Violation,
    window: Option<(i64, i64)>,
) -> Vec<Line> {
    let sessions: Vec<OpId> = ops
        .iter()
        .filter(|op| op.kind() == OpKind::Poll)
        .map(|op| OpId::new(OpKind::Session, history.polls()[op.row()].session as usize))
        .collect();
    ops.extend(sessions);
    let named = |op: &OpId| violation.ops.contains(op);
    let mut ordered: Vec<OpId> = ops.into_iter().collect();
    ordered.sort_by_key(|op| (!named(op), history.span(*op).0));
    ordered.truncate(OPS_MAX);
    ordered.sort_by_key(|op| history.span(*op).0);
    ordered.into_iter().map(|op| cut(line_of(history, op), window)).collect()
}

fn cut(line: Line, window: Option<(i64, i64)>) -> Line {
    let (Line::Poll(mut poll), Some((first, last))) = (line.clone(), window) else { return line };
    poll.records.retain(|(offset, ..)| (first..=last).contains(offset));
    poll.batches.retain(|batch| batch.base_offset <= last && batch.last_offset() >= first);
    Line::Poll(poll)
}

fn offset_table(
    history: &History,
    violation: &Violation,
    (partition, (first, last)): (PartitionId, (i64, i64)),
    polls: &[(usize, &Poll)],
) -> OffsetTable {
    let mut acknowledged: BTreeMap<i64, Vec<Value>> = BTreeMap::new();
    for send in history.sends().iter().filter(|send| send.partition == partition && send.base_offset >= 0) {
        for value in send.values() {
            let offset = history.acked_offset(value).filter(|offset| (first..=last).contains(offset));
            acknowledged.entry(offset.unwrap_or(-1)).or_default().push(value);
        }
    }
    let mut readers: BTreeMap<u32, BTreeMap<i64, String>> = BTreeMap::new();
    for &(_, poll) in polls {
        let reader = readers.entry(poll.session).or_default();
        let records: Vec<(i64, Value)> = history.observed(poll).collect();
        let passed =
            records.iter().map(|&(offset, _)| offset).max().unwrap_or(poll.from_offset.saturating_sub(1));
        for offset in first.max(poll.from_offset)..=last.min(passed) {
            reader.entry(offset).or_insert_with(|| "-".to_owned());
        }
        for (offset, value) in records.into_iter().filter(|(offset, _)| (first..=last).contains(offset)) {
            let shown = if value == NONE { "?".to_owned() } else { value.to_string() };
            let cell = reader.entry(offset).or_default();
            match cell.as_str() {
                "-" | "" => *cell = shown,
                before if before != shown => *cell = format!("{before}, {shown}"),
                _ => (),
            }
        }
    }
    // The latest readers have seen most.
    let skip = readers.len().saturating_sub(READERS_MAX);
    let readers: Vec<(u32, BTreeMap<i64, String>)> = readers.into_iter().skip(skip).collect();
    let mut columns = vec!["acknowledged".to_owned()];
    columns.extend(readers.iter().map(|(session, _)| {
        format!("reader {} session {session}", history.sessions()[*session as usize].process)
    }));
    let guilty = violation.offsets.unwrap_or((-1, -1));
    let rows = (first..=last).take(ROWS_MAX + 2 * AROUND as usize).map(|offset| {
        let acked = acknowledged.get(&offset).map_or_else(String::new, |values| {
            values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        });
        let seen = readers.iter().map(|(_, cells)| cells.get(&offset).cloned().unwrap_or_default());
        OffsetRow {
            offset,
            cells: std::iter::once(acked).chain(seen).collect(),
            guilty: (guilty.0..=guilty.1).contains(&offset),
        }
    });
    OffsetTable { columns, rows: rows.collect() }
}
