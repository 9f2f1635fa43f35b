//! What happened, in order: the events of a run, the hash over all of them, and the last ones for a trace.
//!
//! An event is a few numbers and a name that is compiled in; no path, address or formatted text gets here, so that two
//! runs of one seed can be compared event by event.

use crate::{NodeId, hash::RunHash};
use std::collections::VecDeque;

/// The kinds of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    /// A task was polled. The name is the task's.
    Poll,
    /// Bytes reached a reader: connection and direction, count, digest.
    Chunk,
    /// A connection was made, closed or reset.
    Connection,
    /// A disk operation: offset, bytes and digest.
    Disk,
    /// A node told a fact: its digest.
    Fact,
    /// A fault began, ended or bit.
    Fault,
    /// A node was started, killed, paused.
    Node,
    /// Something that the driver noted, such as an operation of the workload.
    Note,
    /// At the end: how often a random stream was drawn from.
    Draws,
}

impl EventKind {
    /// How many kinds there are.
    pub const COUNT: usize = 9;
}

/// One event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Its place in the run.
    pub sequence: u64,
    /// Virtual nanoseconds since the run began.
    pub nanos: u64,
    /// Where.
    pub node: NodeId,
    /// What kind.
    pub kind: EventKind,
    /// What, in words that are compiled in.
    pub name: &'static str,
    /// Numbers that the kind explains.
    pub numbers: [u64; 3],
}

impl std::fmt::Display for Event {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [one, two, three] = self.numbers;
        write!(
            formatter,
            "#{} {}.{:09}s node {} {:?} {} {one} {two} {three:x}",
            self.sequence,
            self.nanos / 1_000_000_000,
            self.nanos % 1_000_000_000,
            self.node.index(),
            self.kind,
            self.name,
        )
    }
}

/// The place of the first event that differs between two runs, with both events. `None` when they agree.
pub fn first_difference(one: &[Event], other: &[Event]) -> Option<(usize, Option<Event>, Option<Event>)> {
    let at = one.iter().zip(other).position(|(left, right)| left != right);
    let at = at.or_else(|| (one.len() != other.len()).then(|| one.len().min(other.len())))?;
    Some((at, one.get(at).copied(), other.get(at).copied()))
}

/// The events of a run under way.
#[derive(Debug)]
pub(crate) struct Trace {
    hash: RunHash,
    sequence: u64,
    kept: VecDeque<Event>,
    keep: usize,
    counts: [u64; EventKind::COUNT],
}

impl Trace {
    /// Keeps the last `keep` events.
    pub(crate) fn new(seed: u64, keep: usize) -> Self {
        let kept = VecDeque::with_capacity(keep.min(1 << 12));
        Trace { hash: RunHash::new(seed), sequence: 0, kept, keep, counts: [0; EventKind::COUNT] }
    }

    /// Notes an event. `tag` is the digest of `name`, which callers keep.
    pub(crate) fn record(
        &mut self,
        nanos: u64,
        node: NodeId,
        kind: EventKind,
        (name, tag): (&'static str, u64),
        numbers: [u64; 3],
    ) -> u64 {
        self.sequence += 1;
        self.counts[kind as usize] += 1;
        self.hash.word(nanos ^ ((kind as u64) << 60) ^ ((node.index() as u64) << 44));
        self.hash.word(tag);
        if kind != EventKind::Poll {
            for number in numbers {
                self.hash.word(number);
            }
        }
        if self.keep > 0 {
            if self.kept.len() == self.keep {
                self.kept.pop_front();
            }
            self.kept.push_back(Event { sequence: self.sequence, nanos, node, kind, name, numbers });
        }
        self.sequence
    }

    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }

    pub(crate) fn counts(&self) -> [u64; EventKind::COUNT] {
        self.counts
    }

    pub(crate) fn hash_text(&self) -> String {
        self.hash.text()
    }

    pub(crate) fn kept(&self) -> Vec<Event> {
        self.kept.iter().copied().collect()
    }
}
