//! Counters of what must have happened at least once, or a campaign proves nothing.
//!
//! A campaign in which no unsynced byte was ever dropped while an acknowledgement was pending has not tried
//! durability, however green it is. Runs count, campaigns add up, and what stayed at zero fails the campaign.

use serde::{Deserialize, Serialize};

/// What must happen somewhere in a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Vacuity {
    /// A power loss dropped unsynced bytes while a producer waited for their acknowledgement.
    UnsyncedDroppedWhilePending,
    /// A response was lost after the records were appended.
    ResponseLostAfterAppend,
    /// A batch that was in the log already was answered as a duplicate.
    DuplicateAnswered,
    /// A segment was rolled.
    SegmentRolled,
    /// Recovery cut invalid bytes off a log's tail.
    TailCutByRecovery,
    /// Recovery made an index anew.
    IndexRebuilt,
    /// After a restart a reader began in the middle of a segment.
    MidSegmentReadAfterRestart,
    /// A record of a compacted topic was missing at the end, and rightly so.
    CompactedAway,
}

/// All counters, in the order of their declaration.
pub const ALL: [Vacuity; 8] = [
    Vacuity::UnsyncedDroppedWhilePending,
    Vacuity::ResponseLostAfterAppend,
    Vacuity::DuplicateAnswered,
    Vacuity::SegmentRolled,
    Vacuity::TailCutByRecovery,
    Vacuity::IndexRebuilt,
    Vacuity::MidSegmentReadAfterRestart,
    Vacuity::CompactedAway,
];

/// What must happen in a campaign: with compaction only where some run had compacted topics.
pub fn required(compacted: bool) -> &'static [Vacuity] {
    // It is the last one.
    if compacted { &ALL } else { &ALL[..Vacuity::CompactedAway as usize] }
}

impl Vacuity {
    /// The counter's name in words, for people.
    pub const fn title(self) -> &'static str {
        match self {
            Vacuity::UnsyncedDroppedWhilePending => {
                "unsynced bytes dropped while an acknowledgement was pending"
            }
            Vacuity::ResponseLostAfterAppend => "response lost after append",
            Vacuity::DuplicateAnswered => "duplicate answered",
            Vacuity::SegmentRolled => "segment rolled",
            Vacuity::TailCutByRecovery => "tail cut by recovery",
            Vacuity::IndexRebuilt => "index rebuilt",
            Vacuity::CompactedAway => "compacted records missing",
            Vacuity::MidSegmentReadAfterRestart => "read into the middle of a segment after a restart",
        }
    }
}

/// How often each happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<(Vacuity, u64)>", into = "Vec<(Vacuity, u64)>")]
pub struct VacuityCounters([u64; ALL.len()]);

impl VacuityCounters {
    /// Counts one more.
    pub fn count(&mut self, what: Vacuity) {
        self.0[what as usize] += 1;
    }

    /// How often it happened.
    pub fn get(&self, what: Vacuity) -> u64 {
        self.0[what as usize]
    }

    /// Adds another run's counters.
    pub fn add(&mut self, other: &VacuityCounters) {
        for (total, count) in self.0.iter_mut().zip(other.0) {
            *total += count;
        }
    }

    /// Those of `required` that never happened.
    pub fn missing(&self, required: &[Vacuity]) -> Vec<Vacuity> {
        required.iter().copied().filter(|&what| self.get(what) == 0).collect()
    }
}

impl From<Vec<(Vacuity, u64)>> for VacuityCounters {
    fn from(pairs: Vec<(Vacuity, u64)>) -> Self {
        let mut counters = VacuityCounters::default();
        for (what, count) in pairs {
            counters.0[what as usize] += count;
        }
        counters
    }
}

impl From<VacuityCounters> for Vec<(Vacuity, u64)> {
    fn from(counters: VacuityCounters) -> Self {
        ALL.into_iter().map(|what| (what, counters.get(what))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_happened_is_missing() {
        let mut counters = VacuityCounters::default();
        counters.count(Vacuity::SegmentRolled);
        assert_eq!(
            counters.missing(&[Vacuity::SegmentRolled, Vacuity::IndexRebuilt]),
            [Vacuity::IndexRebuilt]
        );
        assert_eq!(counters.missing(&ALL).len(), ALL.len() - 1);
        assert!(!required(false).contains(&Vacuity::CompactedAway), "no run could do it");
        assert_eq!(required(false).len() + 1, required(true).len());
    }

    #[test]
    fn counters_read_back_what_they_write() {
        let mut counters = VacuityCounters::default();
        for (times, what) in ALL.into_iter().enumerate() {
            (0..times).for_each(|_| counters.count(what));
        }
        let text = serde_json::to_string(&counters).expect("counters are plain data");
        assert_eq!(serde_json::from_str::<VacuityCounters>(&text).expect("it was just written"), counters);
        let mut twice = counters;
        twice.add(&counters);
        assert_eq!(twice.get(Vacuity::IndexRebuilt), 2 * counters.get(Vacuity::IndexRebuilt));
    }
}
