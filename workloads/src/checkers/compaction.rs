//! C16: what compaction may take, and what it may not give back.
//!
//! In a compacted topic a record may vanish once a newer one of its key stands behind it, and a tombstone some time after
//! it was written. [`Compaction::fate`] says which of the two could be true of a record that a reader passed without being
//! shown it; the rules that look for missing records (C03, C04, C06, C15, C17) ask it, and tell in C16's name what only a
//! compaction can do wrong:
//!
//! | anomaly | what a reader saw |
//! | --- | --- |
//! | `stale-value` | the final reader is shown an older record of a key, and not its newest |
//! | `tombstone-missed` | a reader passes a tombstone that nothing replaced and that was not old enough to go |
//! | `dirty-tail-missing` | a record was replaced and is gone, and it or all that replace it were too young to be compacted |
//! | `resurrected` | a record is shown after another reader had passed it, or a newer one of its key, without being shown it |
//!
//! That the newest record of a key is simply gone is a loss like any other (C03). What vanishes is excused by what the
//! workload itself wrote and configured, never by what a broker says. Ages are judged by a broker whose clock was as far
//! ahead, or behind, as it ever was. With several replicas `resurrected` is not judged: each compacts its own log.

use super::contiguity::Hole;
use super::findings::{Findings, Told};
use super::known::{Known, PartitionKnown};
use super::retention::age_max;
use super::time::clock;
use super::words::{at, place};
use crate::history::{History, KeySent, NEVER, OpId, OpKind, Ordinal, Outcome, PartitionId, Send, Value};
use crate::promise::CompactedTopic;
use std::collections::BTreeMap;

const NEWEST: &str = "compaction keeps the newest record of each key";
const TOMBSTONE: &str = "a reader that keeps up is shown every tombstone";
const YOUNG: &str = "compaction leaves alone what is younger than min.compaction.lag.ms";
const GONE: &str = "what compaction removed does not come back";

/// Offsets of a hole that are looked at one by one.
const LOOKED_AT: i64 = 1 << 16;

/// What can have become of a record that was in a log and is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nothing that is known allowed it to go.
    Kept,
    /// It may be compacted away.
    Gone,
    /// It was replaced, but one of the two was too young for any compaction.
    TooYoung,
    /// What replaced it may be among what the media cannot give back: the mark that says so.
    Excused(u32),
}

/// The keys of all compacted partitions.
#[derive(Debug, Default)]
pub(crate) struct Compaction(BTreeMap<PartitionId, Keyed>);

/// The records of one partition, by key.
#[derive(Debug, Default)]
struct Keyed {
    min_lag_ms: u64,
    delete_retention_ms: u64,
    keys: BTreeMap<u32, Records>,
}

#[derive(Debug, Default)]
struct Records {
    /// Where records of the key are known to stand or to have stood, in order of offsets.
    placed: Vec<(i64, Value)>,
    /// Values that may stand elsewhere too, nobody knows where.
    loose: Vec<Value>,
}

impl Compaction {
    /// Takes what the whole run knows of compacted topics.
    pub(crate) fn new(history: &History, known: &Known) -> Compaction {
        let mut compaction = Compaction::default();
        for (index, partition) in known.partitions.iter().enumerate() {
            let id = PartitionId(index as u16);
            let Some(topic) = history.compacted(id) else { continue };
            compaction.0.insert(id, Keyed::new(history, topic, partition));
        }
        if !compaction.0.is_empty() {
            compaction.add_loose(history, known);
        }
        compaction
    }

    fn add_loose(&mut self, history: &History, known: &Known) {
        for send in history.sends().iter().filter(|send| may_stand_elsewhere(send)) {
            let Some(keyed) = self.0.get_mut(&send.partition) else { continue };
            // What an idempotent producer wrote and somebody saw stands where it was seen.
            let is_loose = |value: &Value| !send.idempotent() || known.offset_of[*value as usize] < 0;
            for value in send.values().filter(is_loose) {
                let Some(sent) = history.key_of(value) else { continue };
                keyed.keys.entry(sent.key).or_default().loose.push(value);
            }
        }
        // What a loss may have taken may also stand where it stood, seen by nobody since.
        for (id, keyed) in &mut self.0 {
            for &(value, _) in &known.partition(*id).cut {
                if let Some(sent) = history.key_of(value) {
                    keyed.keys.entry(sent.key).or_default().loose.push(value);
                }
            }
        }
    }

    /// What can have become of the record at this offset by then.
    pub(crate) fn fate(
        &self,
        history: &History,
        known: &Known,
        (partition, offset, value): (PartitionId, i64, Value),
        by: Ordinal,
    ) -> Fate {
        let found = self.0.get(&partition).zip(history.key_of(value));
        let Some((keyed, sent)) = found else { return Fate::Kept };
        let Some(records) = keyed.keys.get(&sent.key) else { return Fate::Kept };
        let asked = Asked { history, keyed, by };
        let next = records.placed.partition_point(|&(other, _)| other <= offset);
        let mut newer =
            records.placed[next..].iter().copied().filter(|&(_, value)| asked.sent(value)).peekable();
        let replaced = newer.peek().is_some();
        let is_old = asked.is_old((offset, value));
        if is_old && newer.any(|newer| asked.is_old(newer)) {
            return Fate::Gone;
        }
        if is_old && sent.tombstone && asked.is_expired(value) {
            return Fate::Gone;
        }
        let mut loose =
            records.loose.iter().copied().filter(|&other| other != value && asked.sent(other)).peekable();
        let damaged = loose.peek().and_then(|_| unreadable_after(known.partition(partition), offset));
        let is_tombstone = |value| history.key_of(value).is_some_and(|sent| sent.tombstone);
        if is_old && loose.any(|other| is_tombstone(other) && asked.is_expired(other)) {
            return Fate::Gone;
        }
        match damaged {
            Some(mark) => Fate::Excused(mark),
            None if replaced => Fate::TooYoung,
            None => Fate::Kept,
        }
    }

    /// Whether the record may have been compacted away by then.
    pub(crate) fn may_be_gone(
        &self,
        history: &History,
        known: &Known,
        record: (PartitionId, i64, Value),
        by: Ordinal,
    ) -> bool {
        matches!(self.fate(history, known, record, by), Fate::Gone | Fate::Excused(_))
    }

    /// An older record of the same key that `is_shown`.
    pub(crate) fn older_shown(
        &self,
        history: &History,
        (partition, offset, value): (PartitionId, i64, Value),
        is_shown: impl Fn(Value) -> bool,
    ) -> Option<(i64, Value)> {
        let sent = history.key_of(value)?;
        let placed = &self.0.get(&partition)?.keys.get(&sent.key)?.placed;
        let older = placed.iter().rev().skip_while(|&&(other, _)| other >= offset);
        older.copied().find(|&(_, value)| is_shown(value))
    }

    /// Looks for records that were shown after their removal had been noticed.
    pub(crate) fn finish(&self, history: &History, known: &Known, holes: &[Hole], findings: &mut Findings) {
        if history.promise.replicas != 1 || self.0.is_empty() {
            return;
        }
        let removed = Removed::new(history, known, self, holes);
        for (row, poll) in history.polls().iter().enumerate() {
            let noticed = removed.0.get(&poll.partition).filter(|_| poll.complete != NEVER);
            let Some(keys) = noticed else { continue };
            for (offset, value) in history.observed(poll) {
                let Some(sent) = known_key(history, value) else { continue };
                let Some(gone) = keys.get(&sent.key).and_then(|key| key.before(poll.invoke)) else {
                    continue;
                };
                if gone.offset < offset {
                    continue;
                }
                findings.report("C16", "resurrected", || {
                    let headline = format!(
                        "RESURRECTED: value {value} at {} was shown {}; a reader had passed offset {} of the same key {} \
                         without being shown it.",
                        place(history, poll.partition, offset),
                        at(history, poll.complete),
                        gone.offset,
                        at(history, gone.noticed),
                    );
                    let told = Told::new(poll.complete, GONE, headline).on(poll.partition).values(&[value]);
                    told.offsets(offset, gone.offset).ops(&[OpId::new(OpKind::Poll, row), gone.poll])
                });
            }
        }
    }
}

/// A value of a file may be any number.
fn known_key(history: &History, value: Value) -> Option<KeySent> {
    history.send_of(value).and_then(|_| history.key_of(value))
}

impl Keyed {
    fn new(history: &History, topic: &CompactedTopic, known: &PartitionKnown) -> Keyed {
        let mut keyed = Keyed {
            min_lag_ms: topic.min_lag_ms,
            delete_retention_ms: topic.delete_retention_ms,
            keys: BTreeMap::new(),
        };
        for (offset, value) in known.log.backwards() {
            if let Some(sent) = history.key_of(value) {
                keyed.keys.entry(sent.key).or_default().placed.push((offset, value));
            }
        }
        keyed.keys.values_mut().for_each(|records| records.placed.reverse());
        keyed
    }
}

/// Whether the records of a send may stand at offsets of which nobody was told.
fn may_stand_elsewhere(send: &Send) -> bool {
    let copied = !send.idempotent() && (send.attempts > 1 || send.complete == NEVER);
    send.outcome != Outcome::Fail && (send.outcome != Outcome::Ok || send.base_offset < 0 || copied)
}

/// Damage behind an offset, which may have hit what replaced the record there.
fn unreadable_after(known: &PartitionKnown, offset: i64) -> Option<u32> {
    known.unreadable.iter().find(|&&(_, last, _)| last > offset).map(|&(.., mark)| mark)
}

/// A question about one moment.
struct Asked<'a> {
    history: &'a History,
    keyed: &'a Keyed,
    by: Ordinal,
}

impl Asked<'_> {
    fn sent(&self, value: Value) -> bool {
        self.history.send_of(value).is_some_and(|send| send.invoke < self.by)
    }

    /// Whether the record may have been older than the minimal lag.
    fn is_old(&self, record: (i64, Value)) -> bool {
        let lag = self.keyed.min_lag_ms;
        lag == 0 || age_max(self.history, record, self.by).is_none_or(|age| age >= lag)
    }

    /// Whether a tombstone may have stood long enough: from when it was sent, on a clock that may have jumped since.
    fn is_expired(&self, value: Value) -> bool {
        let Some(send) = self.history.send_of(value) else { return true };
        let ms = |ordinal| (self.history.ns(ordinal) / 1_000_000) as i64;
        let (least, most) = clock(self.history, -1, send.invoke, self.by);
        let error = self.history.promise.clock_error_ms.saturating_mul(2);
        let stood = ms(self.by).saturating_sub(ms(send.invoke));
        let stood = stood.saturating_add(most).saturating_sub(least).saturating_add(error);
        u64::try_from(stood).is_ok_and(|stood| stood >= self.keyed.delete_retention_ms)
    }
}

/// A removal that a reader noticed.
#[derive(Debug, Clone, Copy)]
struct Passed {
    noticed: Ordinal,
    /// The highest offset that was known to be gone by then.
    offset: i64,
    poll: OpId,
}

/// The removals of one key, in the order in which they were noticed; offsets grow.
#[derive(Debug, Default)]
struct Noticed(Vec<Passed>);

impl Noticed {
    /// The highest offset that was known to be gone when something was asked.
    fn before(&self, invoke: Ordinal) -> Option<Passed> {
        let count = self.0.partition_point(|passed| passed.noticed < invoke);
        count.checked_sub(1).map(|last| self.0[last])
    }
}

/// What readers noticed to be gone, by partition and key.
struct Removed(BTreeMap<PartitionId, BTreeMap<u32, Noticed>>);

impl Removed {
    fn new(history: &History, known: &Known, compaction: &Compaction, holes: &[Hole]) -> Removed {
        let mut removed = Removed(BTreeMap::new());
        // Holes are in the order in which the polls that show them were answered.
        for hole in holes.iter().filter(|hole| compaction.0.contains_key(&hole.partition)) {
            let (_, noticed) = history.span(hole.poll);
            let partition = known.partition(hole.partition);
            if known.dying(hole.partition, noticed) {
                continue;
            }
            let from = hole.from.max(partition.deletable_by(history, noticed));
            for offset in from..hole.to.min(from.saturating_add(LOOKED_AT)) {
                let Some(value) = partition.log.get(offset) else { continue };
                let Some(sent) = known_key(history, value) else { continue };
                // What stands there now is not what the reader passed, or what it passed could not be read.
                let other = partition.loss_since(noticed, offset).is_some();
                if other || partition.unreadable_at(offset).is_some() {
                    continue;
                }
                let keys = removed.0.entry(hole.partition).or_default();
                let key = &mut keys.entry(sent.key).or_default().0;
                // What had no right to be missing was not removed: it was passed over, which other rules tell.
                let record = (hole.partition, offset, value);
                if key.last().is_none_or(|last| last.offset < offset)
                    && compaction.fate(history, known, record, noticed) == Fate::Gone
                {
                    key.push(Passed { noticed, offset, poll: hole.poll });
                }
            }
        }
        removed
    }
}

/// What is told of a record that had to be there, in a compacted topic, when a reader passed it. `None`: it is no matter
/// of compaction.
pub(crate) fn report_missing(
    history: &History,
    (partition, offset, value): (PartitionId, i64, Value),
    (fate, older): (Fate, Option<(i64, Value)>),
    (noticed, reader): (Ordinal, OpId),
    findings: &mut Findings,
) -> Option<()> {
    let sent = history.key_of(value).filter(|_| history.compacted(partition).is_some())?;
    let key = sent.key;
    let place = place(history, partition, offset);
    let when = at(history, noticed);
    let (anomaly, promise, headline) = if fate == Fate::TooYoung {
        let headline = format!(
            "DIRTY TAIL MISSING: value {value} of key {key} at {place} was replaced too lately to be compacted, and a \
             reader passed it {when} without being shown it."
        );
        ("dirty-tail-missing", YOUNG, headline)
    } else if let Some((shown, _)) = older {
        let headline = format!(
            "STALE VALUE: key {key} has value {value} at {place}, and a reader that came to the end {when} was shown \
             offset {shown} as its newest record."
        );
        ("stale-value", NEWEST, headline)
    } else if sent.tombstone {
        let headline = format!(
            "TOMBSTONE MISSED: value {value} at {place} deletes key {key}, nothing replaced it, and a reader passed it \
             {when} without being shown it."
        );
        ("tombstone-missed", TOMBSTONE, headline)
    } else {
        return None;
    };
    findings.report("C16", anomaly, || {
        let send = history.send_index_of(value).map(|row| OpId::new(OpKind::Send, row));
        let told = Told::new(noticed, promise, headline).on(partition).values(&[value]);
        told.values(older.map(|(_, value)| value).as_slice())
            .offsets(older.map_or(offset, |(older, _)| older), offset)
            .ops(send.as_slice())
            .ops(&[reader])
    });
    Some(())
}
