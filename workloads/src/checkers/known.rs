//! What is known so far: which value stands at which offset, since when each is known, what may have been lost.
//!
//! All checkers lean on this one reconstruction. It takes only *certain* evidence: an acknowledgement or an
//! observation whose request was under way when a disk lost the offset in question proves nothing about the log
//! as it is now, and is left out. A loss that excuses takes its offsets out again; what is seen there
//! afterwards is new knowledge. So an excused loss needs no second mention in the rules that follow.

use super::offsets::OffsetMap;
use crate::history::{
    Admin, AdminAnswer, AdminCall, DiskDamage, Event, History, ListWhat, MarkKind, NEVER, NONE, OpId, OpKind,
    Ordinal, Outcome, PartitionId, Poll, Send, Value,
};
use crate::promise::{Durability, Promise};
use std::collections::BTreeMap;

/// A power loss that may have taken everything from an offset on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Loss {
    /// The row of its mark.
    pub(crate) mark: u32,
    pub(crate) at: Ordinal,
    pub(crate) from: i64,
}

/// What is known of one partition.
#[derive(Debug, Clone)]
pub(crate) struct PartitionKnown {
    pub(crate) log: OffsetMap,
    /// Excusing losses, in order.
    pub(crate) losses: Vec<Loss>,
    /// Offsets that the media cannot give back: first, last, row of the mark.
    pub(crate) unreadable: Vec<(i64, i64, u32)>,
    /// Values that a loss took out, with the row of its mark.
    pub(crate) cut: Vec<(Value, u32)>,
    /// Acknowledged without an offset.
    unplaced: Vec<Value>,
    /// DeleteRecords that may have taken effect: row, and the offset below which nothing need be left.
    deletes: Vec<(usize, i64)>,
    /// The highest low watermark that a DeleteRecords was answered with.
    pub(crate) deleted_to: i64,
    /// The highest end of the log that was told.
    told_end: Option<i64>,
    /// The most records that can have been appended.
    appended_max: i64,
    /// The highest log start that was told in a run whose records may vanish by a rule.
    retained_from: i64,
    /// Lowest offset known to have held a record.
    pub(crate) lowest: i64,
    /// When the topic's deletion was asked for.
    pub(crate) dying_from: Ordinal,
    dying_by: usize,
    used: bool,
}

impl Default for PartitionKnown {
    fn default() -> Self {
        PartitionKnown {
            log: OffsetMap::default(),
            losses: Vec::new(),
            unreadable: Vec::new(),
            cut: Vec::new(),
            unplaced: Vec::new(),
            deletes: Vec::new(),
            deleted_to: 0,
            told_end: None,
            appended_max: 0,
            retained_from: 0,
            lowest: i64::MAX,
            dying_from: NEVER,
            dying_by: 0,
            used: false,
        }
    }
}

impl PartitionKnown {
    /// A loss after `since` that may have taken this offset.
    pub(crate) fn loss_since(&self, since: Ordinal, offset: i64) -> Option<Loss> {
        self.losses.iter().rev().take_while(|loss| loss.at > since).find(|loss| loss.from <= offset).copied()
    }

    /// Below this offset nothing need be left: somebody asked for its deletion.
    pub(crate) fn asked_to(&self) -> i64 {
        self.effective_deletes().map(|(_, to)| to).max().unwrap_or(0)
    }

    /// The deletions without those past any end that the log can have had: these are refused, answered or not.
    fn effective_deletes(&self) -> impl Iterator<Item = (usize, i64)> {
        let end = self.told_end.map_or(i64::MAX, |end| end.saturating_add(self.appended_max));
        let end = end.max(self.deleted_to);
        self.deletes.iter().copied().filter(move |&(_, to)| to <= end || to == i64::MAX)
    }

    /// Below this offset nothing need be left: somebody asked for its deletion, or it vanished by itself in a run where
    /// it may. Whether it had to stay is judged apart.
    pub(crate) fn deletable_to(&self) -> i64 {
        self.asked_to().max(self.retained_from)
    }

    /// The same, counting only what was asked for before then. What vanished by itself may have done so at any time.
    pub(crate) fn deletable_by(&self, history: &History, by: Ordinal) -> i64 {
        let asked = self.effective_deletes().filter(|&(row, _)| history.admins()[row].invoke < by);
        asked.map(|(_, to)| to).max().unwrap_or(0).max(self.retained_from)
    }

    /// The mark that excuses that something from `from` to `to` (exclusive) cannot be read.
    pub(crate) fn unreadable_within(&self, from: i64, to: i64) -> Option<u32> {
        let range = self.unreadable.iter().find(|&&(first, last, _)| first < to && from <= last);
        range.map(|&(.., mark)| mark)
    }

    /// The mark that excuses an offset which cannot be read.
    pub(crate) fn unreadable_at(&self, offset: i64) -> Option<u32> {
        let range = self.unreadable.iter().find(|&&(first, last, _)| (first..=last).contains(&offset));
        range.map(|&(.., mark)| mark)
    }
}

/// Two values at one offset.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Conflict {
    pub(crate) partition: PartitionId,
    pub(crate) offset: i64,
    pub(crate) values: (Value, Value),
    pub(crate) op: OpId,
}

/// An observation that no send explains.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Phantom {
    pub(crate) partition: PartitionId,
    pub(crate) offset: i64,
    pub(crate) value: Value,
    pub(crate) op: OpId,
}

/// The reconstruction.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) partitions: Vec<PartitionKnown>,
    /// First offset of each value; -1 for none.
    pub(crate) offset_of: Vec<i64>,
    /// Since when each value is known to be in the log.
    pub(crate) effective: Vec<Ordinal>,
    seen: Vec<u64>,
    /// Further offsets of values that stand at more than one.
    pub(crate) extra: BTreeMap<Value, Vec<i64>>,
    /// Since when a value is known to stand at an offset too, where it was known at another one before.
    copied: BTreeMap<(PartitionId, i64), Ordinal>,
    /// Found by the latest event.
    pub(crate) conflicts: Vec<Conflict>,
    /// Found by the latest event.
    pub(crate) phantoms: Vec<Phantom>,
    /// Found by the latest event: a failed value, where, and by which poll.
    pub(crate) failed_seen: Vec<(Value, i64, OpId)>,
    power_losses: Vec<i16>,
}

impl Known {
    pub(crate) fn partition(&self, id: PartitionId) -> &PartitionKnown {
        &self.partitions[usize::from(id.0)]
    }

    /// Whether any reader saw the value.
    pub(crate) fn seen(&self, value: Value) -> bool {
        self.seen[value as usize / 64] >> (value % 64) & 1 == 1
    }

    /// Since when the value is known to stand at this offset, which is one of its own.
    pub(crate) fn known_at(&self, partition: PartitionId, offset: i64, value: Value) -> Ordinal {
        self.copied.get(&(partition, offset)).copied().unwrap_or(self.effective[value as usize])
    }

    /// Whether the topic's deletion had been asked for by then.
    pub(crate) fn dying(&self, id: PartitionId, by: Ordinal) -> bool {
        self.partition(id).dying_from <= by
    }

    /// Takes one event, and everything of the history that it completes.
    pub(crate) fn event(&mut self, history: &History, ordinal: Ordinal, event: Event) {
        self.conflicts.clear();
        self.phantoms.clear();
        self.failed_seen.clear();
        let op = event.op();
        let row = op.row();
        match (op.kind(), event.is_completion()) {
            (OpKind::Send, false) => {
                let send = &history.sends()[row];
                let records = send.values().end as usize;
                self.offset_of.resize(records, -1);
                self.effective.resize(records, NEVER);
                self.seen.resize(records.div_ceil(64), 0);
                self.used(history, send.partition);
                self.appended(send.partition, send.count.into());
            }
            (OpKind::Send, true) => self.send_completed(history, ordinal, op),
            (OpKind::Poll, true) => self.poll_completed(history, ordinal, op),
            (OpKind::Session, false) => self.used(history, history.sessions()[row].partition),
            (OpKind::List, false) => self.used(history, history.lists()[row].partition),
            (OpKind::List, true) => self.list_completed(history, row),
            (OpKind::EpochEnd, false) => self.used(history, history.epoch_ends()[row].partition),
            (OpKind::Admin, false) => self.admin_invoked(history, ordinal, row),
            (OpKind::Admin, true) => self.admin_completed(history, row),
            (OpKind::Mark, _) => self.mark(history, ordinal, row),
            _ => (),
        }
    }

    fn used(&mut self, history: &History, id: PartitionId) {
        if self.partitions.len() < history.partitions().len() {
            self.partitions.resize_with(history.partitions().len(), PartitionKnown::default);
        }
        self.partitions[usize::from(id.0)].used = true;
    }

    /// So many records more may stand in the log.
    fn appended(&mut self, id: PartitionId, most: i64) {
        let known = &mut self.partitions[usize::from(id.0)];
        known.appended_max = known.appended_max.saturating_add(most);
    }

    /// A log was said to end here.
    fn ended(&mut self, id: PartitionId, end: i64) {
        let known = &mut self.partitions[usize::from(id.0)];
        known.told_end = known.told_end.max(Some(end)).filter(|end| *end >= 0);
    }

    fn send_completed(&mut self, history: &History, ordinal: Ordinal, op: OpId) {
        let send = &history.sends()[op.row()];
        self.appended(send.partition, i64::from(send.count).saturating_mul(send.attempts.into()));
        if send.outcome == Outcome::Fail {
            let seen = send.values().filter(|&value| self.seen(value));
            self.failed_seen = seen.map(|value| (value, self.offset_of[value as usize], op)).collect();
        }
        if send.outcome != Outcome::Ok {
            return;
        }
        for (value, index) in send.values().zip(0..) {
            let known = &mut self.partitions[usize::from(send.partition.0)];
            if send.base_offset < 0 {
                if known.losses.last().is_none_or(|loss| loss.at < send.invoke) {
                    known.unplaced.push(value);
                    self.effective(value, ordinal);
                }
                continue;
            }
            let offset = send.base_offset.saturating_add(index);
            if let Some(loss) = known.loss_since(send.invoke, offset) {
                known.cut.push((value, loss.mark));
                continue;
            }
            self.place(send.partition, offset, value, (ordinal, op));
            self.effective(value, ordinal);
        }
    }

    fn list_completed(&mut self, history: &History, row: usize) {
        let list = &history.lists()[row];
        if list.outcome != Outcome::Ok || list.error != 0 {
            return;
        }
        match list.what {
            ListWhat::Earliest => self.started(history, list.partition, list.offset),
            ListWhat::Latest => self.ended(list.partition, list.offset),
            _ => (),
        }
    }

    /// A log was said to start here.
    fn started(&mut self, history: &History, partition: PartitionId, start: i64) {
        if history.promise.retention_is_bounded() {
            let known = &mut self.partitions[usize::from(partition.0)];
            known.retained_from = known.retained_from.max(start);
        }
    }

    fn poll_completed(&mut self, history: &History, ordinal: Ordinal, op: OpId) {
        let poll = &history.polls()[op.row()];
        if poll.outcome == Outcome::Ok && poll.error == 0 {
            self.started(history, poll.partition, poll.log_start_offset);
            self.ended(poll.partition, poll.high_watermark);
        }
        let unsettled =
            self.partition(poll.partition).losses.last().is_some_and(|loss| loss.at > poll.invoke);
        for (offset, value) in history.observed(poll) {
            let Some(send) = written(history, poll, value) else {
                self.phantoms.push(Phantom { partition: poll.partition, offset, value, op });
                continue;
            };
            if send.complete <= ordinal && send.outcome == Outcome::Fail {
                self.failed_seen.push((value, offset, op));
            }
            self.seen[value as usize / 64] |= 1 << (value % 64);
            if unsettled && self.partition(poll.partition).loss_since(poll.invoke, offset).is_some() {
                continue;
            }
            self.place(poll.partition, offset, value, (ordinal, op));
            self.effective(value, ordinal);
        }
    }

    fn effective(&mut self, value: Value, ordinal: Ordinal) {
        let effective = &mut self.effective[value as usize];
        *effective = ordinal.min(*effective);
    }

    fn place(&mut self, partition: PartitionId, offset: i64, value: Value, (at, op): (Ordinal, OpId)) {
        if offset < 0 {
            return;
        }
        let known = &mut self.partitions[usize::from(partition.0)];
        match known.log.get(offset) {
            Some(other) if other == value => return,
            Some(other) => {
                self.conflicts.push(Conflict { partition, offset, values: (other, value), op });
                return;
            }
            None => (),
        }
        known.log.set(offset, value);
        known.lowest = known.lowest.min(offset);
        let first = &mut self.offset_of[value as usize];
        if *first < 0 {
            *first = offset;
        } else if *first != offset {
            let (low, high) = (offset.min(*first), offset.max(*first));
            *first = low;
            self.extra.entry(value).or_default().push(high);
            self.copied.insert((partition, offset), at);
        }
    }

    fn admin_invoked(&mut self, history: &History, ordinal: Ordinal, row: usize) {
        let admin = &history.admins()[row];
        match (&admin.call, admin.partition) {
            (&AdminCall::DeleteRecords { before, .. }, Some(id)) => {
                self.used(history, id);
                let to = if before < 0 { i64::MAX } else { before };
                self.partitions[usize::from(id.0)].deletes.push((row, to));
            }
            (AdminCall::DeleteTopic { topic }, _) => {
                for (known, partition) in self.partitions.iter_mut().zip(history.partitions()) {
                    if known.used && partition.topic == *topic && known.dying_from == NEVER {
                        (known.dying_from, known.dying_by) = (ordinal, row);
                    }
                }
            }
            _ => (),
        }
    }

    fn admin_completed(&mut self, history: &History, row: usize) {
        let admin: &Admin = &history.admins()[row];
        match (&admin.call, admin.partition, admin.outcome) {
            (AdminCall::DeleteRecords { .. }, Some(id), Outcome::Fail) => {
                self.partitions[usize::from(id.0)].deletes.retain(|&(other, _)| other != row);
            }
            (&AdminCall::DeleteRecords { before, .. }, Some(id), Outcome::Ok) => {
                let known = &mut self.partitions[usize::from(id.0)];
                let AdminAnswer::LowWatermark { offset } = admin.answer else { return };
                known.deleted_to = known.deleted_to.max(offset);
                let entry = known.deletes.iter_mut().find(|(other, _)| *other == row);
                if let Some((_, to)) = entry.filter(|_| before < 0) {
                    *to = offset;
                }
            }
            (AdminCall::DeleteTopic { .. }, _, Outcome::Fail) => {
                for known in &mut self.partitions {
                    if known.dying_from != NEVER && known.dying_by == row {
                        known.dying_from = NEVER;
                    }
                }
            }
            _ => (),
        }
    }

    fn mark(&mut self, history: &History, ordinal: Ordinal, row: usize) {
        match &history.marks()[row].what {
            MarkKind::Fault(fault) if fault.class == "power_loss" => self.power_losses.push(fault.node),
            &MarkKind::Disk { partition, node, damage } => {
                self.used(history, partition);
                let mark = row as u32;
                match damage {
                    DiskDamage::Unreadable(first, last) => {
                        self.partitions[usize::from(partition.0)].unreadable.push((first, last, mark));
                    }
                    DiskDamage::LostFrom(from) => {
                        if excuses_power_loss(&history.promise, &self.power_losses, node) {
                            self.lose(partition, Loss { mark, at: ordinal, from });
                        }
                    }
                }
            }
            _ => (),
        }
    }

    fn lose(&mut self, partition: PartitionId, loss: Loss) {
        let known = &mut self.partitions[usize::from(partition.0)];
        known.losses.push(loss);
        let unplaced = std::mem::take(&mut known.unplaced);
        let cut = known.log.cut(loss.from);
        self.copied.retain(|&(of, offset), _| of != partition || offset < loss.from);
        for &(offset, value) in &cut {
            let extra = self.extra.get_mut(&value);
            let first = &mut self.offset_of[value as usize];
            match extra {
                None => *first = -1,
                Some(offsets) => {
                    offsets.retain(|&other| other != offset);
                    if *first == offset {
                        *first = offsets.pop().unwrap_or(-1);
                    }
                    if offsets.is_empty() {
                        self.extra.remove(&value);
                    }
                }
            }
        }
        for value in cut.into_iter().map(|(_, value)| value).chain(unplaced) {
            if self.offset_of[value as usize] < 0 {
                self.effective[value as usize] = NEVER;
                known.cut.push((value, loss.mark));
            }
        }
    }
}

/// The send that explains an observation: of this partition, and invoked before the poll was answered.
pub(crate) fn written<'a>(history: &'a History, poll: &Poll, value: Value) -> Option<&'a Send> {
    if value == NONE {
        return None;
    }
    let send = history.send_of(value)?;
    (send.partition == poll.partition && send.invoke < poll.complete).then_some(send)
}

/// Only a power loss of that node may take unsynced bytes, and only where an acknowledgement does not wait for
/// the platter. The fault log has to say so: a disk that loses bytes by itself excuses nothing.
pub(crate) fn excuses_power_loss(promise: &Promise, power_losses: &[i16], node: i16) -> bool {
    promise.durability == Durability::PageCache && power_losses.iter().any(|&lost| lost == node || lost < 0)
}
