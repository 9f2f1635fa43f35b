//! C07 and C07b: what was known to be in the log before another record was sent stands before it, and an
//! idempotent producer's records stand in the order of their sequence numbers.

use super::duplicates::after;
use super::findings::{Findings, Told};
use super::known::Known;
use super::words::{at, name};
use crate::history::{Event, History, MarkKind, NEVER, NONE, OpId, OpKind, Ordinal, PartitionId, Send};
use std::collections::BTreeMap;

const REAL_TIME: &str = "a record that was acknowledged or seen before another was sent has the lower offset";
const PRODUCER: &str = "an idempotent producer's records stand in the order of their sequence numbers";

/// The state of C07b: what each session saw of each producer.
#[derive(Debug, Default)]
pub(crate) struct ProducerOrder {
    seen: BTreeMap<(u32, i64), SeenProducer>,
    /// When each partition was last seen to lose something.
    losses: BTreeMap<PartitionId, Ordinal>,
}

#[derive(Debug, Clone, Copy)]
struct SeenProducer {
    partition: PartitionId,
    epoch: i16,
    next: i32,
    last_offset: i64,
}

impl ProducerOrder {
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
            (OpKind::Poll, true) => self.poll(history, known, ordinal, op, findings),
            (OpKind::Session, true) => {
                let session = op.row() as u32;
                let gone: Vec<_> =
                    self.seen.range((session, i64::MIN)..=(session, i64::MAX)).map(|(&key, _)| key).collect();
                for key in gone {
                    self.seen.remove(&key);
                }
            }
            (OpKind::Mark, _) => {
                // A reader that goes on after a loss may meet other batches at offsets that it has passed.
                if let MarkKind::Disk { partition, .. } = history.marks()[op.row()].what {
                    self.seen.retain(|_, seen| seen.partition != partition);
                    self.losses.insert(partition, ordinal);
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
        for batch in history.batches_seen(poll).iter().filter(|batch| batch.producer_id >= 0) {
            let compacted = history.compacted(poll.partition).is_some();
            // Records that were compacted away still have their sequence numbers.
            let count =
                if compacted { batch.last_offset_delta.saturating_add(1) } else { batch.record_count };
            let now = SeenProducer {
                partition: poll.partition,
                epoch: batch.producer_epoch,
                next: after(batch.base_sequence.max(0), count.max(0) as u32),
                last_offset: batch.last_offset(),
            };
            let Some(before) = self.seen.insert((poll.session, batch.producer_id), now) else { continue };
            if batch.base_offset <= before.last_offset {
                // The same batch again: a poll that began in the middle of it.
                continue;
            }
            // Whole batches may be compacted away.
            let follows =
                batch.base_sequence == before.next || compacted && later(before.next, batch.base_sequence);
            let broken =
                batch.producer_epoch < before.epoch || batch.producer_epoch == before.epoch && !follows;
            if !broken {
                continue;
            }
            let between = before.last_offset.saturating_add(1);
            let partition = known.partition(poll.partition);
            if let Some(mark) = partition.unreadable_within(between, batch.base_offset) {
                // What cannot be read may have been the batch that belongs there.
                findings.excuse(mark);
                continue;
            }
            findings.report("C07b", "sequence-broken", || {
                let headline = format!(
                    "SEQUENCE BROKEN: in {} the batch of producer {} at offset {} has epoch {} and sequence {}, where \
                     epoch {} and sequence {} come next.",
                    name(history, poll.partition),
                    batch.producer_id,
                    batch.base_offset,
                    batch.producer_epoch,
                    batch.base_sequence,
                    before.epoch,
                    before.next
                );
                let told = Told::new(ordinal, PRODUCER, headline).on(poll.partition);
                told.offsets(before.last_offset, batch.last_offset()).ops(&[op])
            });
        }
        // The answer may have been on its way while the log lost what it shows.
        if self.losses.get(&poll.partition).is_some_and(|&loss| poll.invoke < loss) {
            self.seen.retain(|(session, _), _| *session != poll.session);
        }
    }
}

/// C07 for all partitions.
pub(crate) fn finish(history: &History, known: &Known, findings: &mut Findings) {
    for (index, partition) in known.partitions.iter().enumerate() {
        let id = PartitionId(index as u16);
        // The earliest moment at which any record of a higher offset was known to be in the log.
        let (mut earliest, mut which, mut where_) = (NEVER, NONE, 0);
        for (offset, value) in partition.log.backwards() {
            let Some(row) = history.send_index_of(value) else { continue };
            let send = &history.sends()[row];
            if earliest < send.invoke {
                report(history, id, (offset, value, row), (where_, which, earliest), findings);
            }
            let effective = known.effective[value as usize];
            // Of a record that stands twice, the first copy is the one that was known first.
            if effective < earliest && known.offset_of[value as usize] == offset {
                (earliest, which, where_) = (effective, value, offset);
            }
        }
    }
    producer_order(history, known, findings);
}

fn report(
    history: &History,
    id: PartitionId,
    (offset, value, row): (i64, u32, usize),
    (later_offset, earlier, effective): (i64, u32, Ordinal),
    findings: &mut Findings,
) {
    let send = &history.sends()[row];
    findings.report("C07", "reordered", || {
        let headline = format!(
            "REORDERED: value {earlier} was in {} at offset {later_offset} {}, before value {value} was sent {}, and yet \
             {value} stands before it at offset {offset}.",
            name(history, id),
            at(history, effective),
            at(history, send.invoke)
        );
        let mut ops = vec![OpId::new(OpKind::Send, row)];
        ops.extend(history.send_index_of(earlier).map(|row| OpId::new(OpKind::Send, row)));
        let told = Told::new(send.complete.min(effective.max(send.invoke)), REAL_TIME, headline).on(id);
        told.offsets(offset, later_offset).values(&[earlier, value]).ops(&ops)
    });
}

/// The highest sequence number of a producer so far: its send's row, and where it stands.
struct Highest {
    row: usize,
    sequence: i32,
    offset: i64,
}

fn producer_order(history: &History, known: &Known, findings: &mut Findings) {
    let mut streams: BTreeMap<(PartitionId, i64, i16), Highest> = BTreeMap::new();
    for (row, send) in history.sends().iter().enumerate() {
        if !send.idempotent() || send.base_sequence < 0 {
            continue;
        }
        let offset = known.offset_of[send.first_value as usize];
        if offset < 0 {
            continue;
        }
        let key = (send.partition, send.producer_id, send.producer_epoch);
        let Some(highest) = streams.get_mut(&key) else {
            streams.insert(key, Highest { row, sequence: send.base_sequence, offset });
            continue;
        };
        let before = &history.sends()[highest.row];
        let later = later(highest.sequence, send.base_sequence);
        if later && offset <= highest.offset && !in_real_time(before, send) {
            findings.report("C07b", "producer-reordered", || {
                let headline = format!(
                    "PRODUCER REORDERED: producer {} sent sequence {} after {} to {}, and they stand at offsets {offset} \
                     and {}.",
                    send.producer_id,
                    send.base_sequence,
                    highest.sequence,
                    name(history, send.partition),
                    highest.offset
                );
                let ops = [OpId::new(OpKind::Send, highest.row), OpId::new(OpKind::Send, row)];
                let told = Told::new(send.invoke, PRODUCER, headline).on(send.partition);
                told.offsets(offset, highest.offset).values(&[before.first_value, send.first_value]).ops(&ops)
            });
        }
        if later {
            *highest = Highest { row, sequence: send.base_sequence, offset };
        }
    }
}

/// C07 tells of such pairs.
fn in_real_time(first: &Send, second: &Send) -> bool {
    first.complete < second.invoke
}

/// Whether `second` comes after `first` in a numbering that wraps.
fn later(first: i32, second: i32) -> bool {
    let distance = (i64::from(second) - i64::from(first)).rem_euclid(1 << 31);
    distance != 0 && distance < 1 << 30
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_numbers_are_ordered_across_their_wrap() {
        assert!(later(5, 6) && !later(6, 5) && !later(5, 5));
        assert!(later(i32::MAX, 0) && !later(0, i32::MAX));
        assert_eq!(after(i32::MAX, 1), 0);
        assert_eq!(after(i32::MAX - 1, 4), 2);
    }
}
