//! C03 and C04: what was acknowledged, or shown once, is still there for every complete reader that begins later.
//!
//! A complete reader is a session that read on until nothing was left. For each partition the last one that
//! began at the log's start decides: it came after everything, the final power cycle included. Values that no reader saw, in partitions where no
//! session was complete, are C04: the run did not look well enough to say.

use super::compaction::{Compaction, Fate, report_missing};
use super::findings::{Findings, Told};
use super::known::Known;
use super::words::{at, name, place};
use crate::history::{
    History, NEVER, NONE, OpId, OpKind, Ordinal, Outcome, Send, Session, SessionStart, Value,
};
use std::collections::BTreeSet;

const PROMISE: &str = "an acknowledged record is never lost";

/// Reports losses and returns the lost values.
pub(crate) fn finish(
    history: &History,
    known: &Known,
    compaction: &Compaction,
    findings: &mut Findings,
) -> BTreeSet<Value> {
    let last = last_complete_sessions(history, known);
    let shown = shown_by(history, &last);
    let mut lost = BTreeSet::new();
    let mut unseen = vec![(0_u64, NONE); history.partitions().len()];
    for (row, send) in history.sends().iter().enumerate() {
        let partition = usize::from(send.partition.0);
        if send.acks == 0 || known.dying(send.partition, Ordinal::MAX - 1) {
            continue;
        }
        let Some(session) = last[partition].map(|session| &history.sessions()[session]) else {
            if send.outcome == Outcome::Ok {
                let missing = send.values().filter(|&value| {
                    !known.seen(value) && !was_compacted(history, known, compaction, send, value)
                });
                missing.for_each(|value| {
                    unseen[partition].0 += 1;
                    unseen[partition].1 = unseen[partition].1.min(value);
                });
            }
            continue;
        };
        for value in send.values() {
            let is_shown = |value: Value| shown[value as usize / 64] >> (value % 64) & 1 == 1;
            if is_shown(value) || !must_be_there(known, send, session, value, is_shown) {
                continue;
            }
            if excused(history, known, send, session, value, findings) {
                continue;
            }
            let missing = Missing { history, known, compaction, session, row, send, value };
            if missing.judge(is_shown, findings) {
                lost.insert(value);
            }
        }
    }
    incomplete(history, &unseen, findings);
    count_cut(history, known, &shown, findings);
    lost
}

/// Whether a value that no reader saw may be compacted away.
fn was_compacted(
    history: &History,
    known: &Known,
    compaction: &Compaction,
    send: &Send,
    value: Value,
) -> bool {
    let offset = known.offset_of[value as usize];
    offset >= 0 && compaction.may_be_gone(history, known, (send.partition, offset, value), Ordinal::MAX - 1)
}

/// A value that the last complete reader of its partition was not shown.
struct Missing<'a> {
    history: &'a History,
    known: &'a Known,
    compaction: &'a Compaction,
    session: &'a Session,
    row: usize,
    send: &'a Send,
    value: Value,
}

impl Missing<'_> {
    /// Reports it, unless it is compacted away. Says whether it was reported.
    fn judge(&self, is_shown: impl Fn(Value) -> bool, findings: &mut Findings) -> bool {
        let Missing { history, known, session, send, value, .. } = *self;
        let offset = offset_of(history, known, send, value);
        // A record of which nobody knows where it stood may stand before everything that is known of its key.
        let record = (send.partition, offset.unwrap_or(-1), value);
        let fate = self.compaction.fate(history, known, record, session.end);
        match fate {
            Fate::Gone => {
                findings.compacted_away += 1;
                return false;
            }
            Fate::Excused(mark) => {
                findings.excuse(mark);
                return false;
            }
            Fate::TooYoung if offset.is_none() => return false,
            Fate::Kept | Fate::TooYoung => (),
        }
        let older = offset.and_then(|_| self.compaction.older_shown(history, record, is_shown));
        let reader = OpId::new(OpKind::Session, session_row(history, session));
        let noticed = (session.end, reader);
        if offset.is_none() || report_missing(history, record, (fate, older), noticed, findings).is_none() {
            report(history, known, (self.row, send), session, value, findings);
        }
        true
    }
}

/// For each partition the last complete session that began at the log's start, or else the last complete one.
fn last_complete_sessions(history: &History, known: &Known) -> Vec<Option<usize>> {
    let mut last: Vec<Option<(bool, usize)>> = vec![None; history.partitions().len()];
    for (row, session) in history.sessions().iter().enumerate() {
        if !session.reached_end || session.end == NEVER {
            continue;
        }
        let partition = known.partition(session.partition);
        let start = partition.lowest.max(partition.deletable_to());
        let whole = session.from == SessionStart::Earliest || session.start_offset <= start;
        let chosen = &mut last[usize::from(session.partition.0)];
        *chosen = (*chosen).max(Some((whole, row)));
    }
    last.into_iter().map(|chosen| chosen.map(|(_, row)| row)).collect()
}

/// One bit a value: whether its partition's last complete session showed it.
fn shown_by(history: &History, last: &[Option<usize>]) -> Vec<u64> {
    let mut shown = vec![0_u64; history.value_count().div_ceil(64)];
    for poll in history.polls() {
        if last[usize::from(poll.partition.0)] == Some(poll.session as usize) {
            for (_, value) in
                history.observed(poll).filter(|&(_, value)| (value as usize) < history.value_count())
            {
                shown[value as usize / 64] |= 1 << (value % 64);
            }
        }
    }
    shown
}

/// Known to be in the log before the session began: acknowledged, seen, or written together with one that was.
fn must_be_there(
    known: &Known,
    send: &Send,
    session: &Session,
    value: Value,
    is_shown: impl Fn(Value) -> bool,
) -> bool {
    let since = known.effective[value as usize];
    if since != NEVER {
        return since < session.start;
    }
    // A batch is appended whole or not at all.
    send.outcome != Outcome::Ok
        && send.values().any(|sibling| is_shown(sibling) || known.effective[sibling as usize] < session.start)
}

fn offset_of(history: &History, known: &Known, send: &Send, value: Value) -> Option<i64> {
    let own = known.offset_of[value as usize];
    let sibling = || {
        let sibling = send.values().find(|&sibling| known.offset_of[sibling as usize] >= 0)?;
        Some(known.offset_of[sibling as usize] + i64::from(value) - i64::from(sibling))
    };
    if own >= 0 { Some(own) } else { history.acked_offset(value).or_else(sibling) }
}

fn excused(
    history: &History,
    known: &Known,
    send: &Send,
    session: &Session,
    value: Value,
    findings: &mut Findings,
) -> bool {
    let partition = known.partition(send.partition);
    let Some(offset) = offset_of(history, known, send, value) else {
        // Nobody knows where it stood: whoever deleted anything may have deleted it, and whoever began late may
        // have begun after it.
        let whole = session.from == SessionStart::Earliest || session.start_offset <= 0;
        return partition.deletable_to() > 0 || history.promise.retention_is_free() || !whole;
    };
    if offset < session.start_offset {
        return true;
    }
    if let Some(mark) = partition.unreadable_at(offset) {
        findings.excuse(mark);
        return true;
    }
    offset < partition.deletable_to() || history.promise.retention_is_free()
}

fn report(
    history: &History,
    known: &Known,
    (row, send): (usize, &Send),
    session: &Session,
    value: Value,
    findings: &mut Findings,
) {
    let acked = send.outcome == Outcome::Ok;
    let torn = !acked && !known.seen(value);
    let anomaly = match (acked, torn) {
        (true, _) => "lost",
        (_, true) => "torn-batch",
        _ => "unread",
    };
    findings.report("C03", anomaly, || {
        let offset = offset_of(history, known, send, value);
        let place =
            offset.map_or_else(|| name(history, send.partition), |o| place(history, send.partition, o));
        let how = match anomaly {
            "lost" => format!("acknowledged {}", at(history, send.complete)),
            "torn-batch" => "whose batch was seen in part".to_owned(),
            _ => format!("seen {}", at(history, known.effective[value as usize])),
        };
        let reader = OpId::new(OpKind::Session, session_row(history, session));
        let headline = format!(
            "LOST: value {value} {how} ({place}) is absent for reader {} that read all of it from {} on.",
            session.process,
            at(history, session.start).trim_start_matches("at ")
        );
        let told = Told::new(session.end, PROMISE, headline)
            .on(send.partition)
            .values(&[value])
            .ops(&[OpId::new(OpKind::Send, row), reader]);
        offset.map_or(told.clone(), |offset| told.offsets(offset, offset))
    });
}

fn session_row(history: &History, session: &Session) -> usize {
    history.events()[session.start as usize].op().row()
}

fn incomplete(history: &History, unseen: &[(u64, Value)], findings: &mut Findings) {
    for (index, &(count, value)) in unseen.iter().enumerate().filter(|(_, (count, _))| *count > 0) {
        let Some(send) = history.send_of(value) else { continue };
        findings.report("C04", "unseen", || {
            let partition = &history.partitions()[index];
            let headline = format!(
                "UNSEEN: {count} acknowledged records of {}-{} were never read, value {value} first, and no reader \
                 came to the end of it: the drain did not finish.",
                partition.topic, partition.index
            );
            Told::new(send.complete, "a drain reads everything", headline)
                .on(send.partition)
                .values(&[value])
                .incomplete()
        });
    }
}

/// Counts the losses that were excused, and needed it.
fn count_cut(history: &History, known: &Known, shown: &[u64], findings: &mut Findings) {
    for &(value, mark) in known.partitions.iter().flat_map(|partition| &partition.cut) {
        let acked = history.send_of(value).is_some_and(|send| send.outcome == Outcome::Ok);
        let is_shown = shown[value as usize / 64] >> (value % 64) & 1 == 1;
        if acked && !is_shown && known.effective[value as usize] == NEVER {
            findings.excuse(mark);
        }
    }
}
