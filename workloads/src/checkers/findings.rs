//! What checkers find: violations, and the excuses that were needed.

use crate::history::{OpId, Ordinal, PartitionId, Value};
use std::collections::BTreeMap;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A promise is broken.
    Hard,
    /// The run did not see enough to say.
    Incomplete,
}

/// Something illegal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// When it could first be known.
    pub at: Ordinal,
    /// The checker, `C03`.
    pub checker: &'static str,
    /// The anomaly's name, `lost`.
    pub anomaly: &'static str,
    /// How grave it is.
    pub level: Level,
    /// One sentence: what, where, when.
    pub headline: String,
    /// The promise that it breaks.
    pub promise: &'static str,
    /// The partition that is concerned.
    pub partition: Option<PartitionId>,
    /// First and last offset that are concerned.
    pub offsets: Option<(i64, i64)>,
    /// The values that are concerned.
    pub values: Vec<Value>,
    /// The operations that show it.
    pub ops: Vec<OpId>,
}

/// How many violations of one kind are told in full.
const TOLD_OF_A_KIND: u64 = 20;

/// Everything that was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// The violations, at most a few of each kind.
    pub violations: Vec<Violation>,
    /// How often each kind was found.
    pub counts: BTreeMap<(&'static str, &'static str), u64>,
    /// How often each excuse was needed, by the row of its mark.
    pub excuses_used: BTreeMap<u32, u64>,
    /// Records of compacted topics that the final readers were rightly not shown.
    pub compacted_away: u64,
    /// Polls and end-offset requests that were answered with an end older than what had been acknowledged
    /// before they were asked, by the power of two of how many records they were behind.
    pub staleness: BTreeMap<u32, u64>,
}

impl Findings {
    /// Takes a violation; `tell` is called only when it is to be told in full.
    pub(crate) fn report(
        &mut self,
        checker: &'static str,
        anomaly: &'static str,
        tell: impl FnOnce() -> Told,
    ) {
        let count = self.counts.entry((checker, anomaly)).or_default();
        *count += 1;
        if *count > TOLD_OF_A_KIND {
            return;
        }
        let told = tell();
        self.violations.push(Violation {
            at: told.at,
            checker,
            anomaly,
            level: told.level,
            headline: told.headline,
            promise: told.promise,
            partition: told.partition,
            offsets: told.offsets,
            values: told.values,
            ops: told.ops,
        });
    }

    /// An excuse was needed.
    pub(crate) fn excuse(&mut self, mark: u32) {
        *self.excuses_used.entry(mark).or_default() += 1;
    }
}

/// A violation's particulars.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) at: Ordinal,
    pub(crate) level: Level,
    pub(crate) headline: String,
    pub(crate) promise: &'static str,
    pub(crate) partition: Option<PartitionId>,
    pub(crate) offsets: Option<(i64, i64)>,
    pub(crate) values: Vec<Value>,
    pub(crate) ops: Vec<OpId>,
}

impl Told {
    pub(crate) fn new(at: Ordinal, promise: &'static str, headline: String) -> Told {
        Told {
            at,
            level: Level::Hard,
            headline,
            promise,
            partition: None,
            offsets: None,
            values: Vec::new(),
            ops: Vec::new(),
        }
    }

    pub(crate) fn on(mut self, partition: PartitionId) -> Told {
        self.partition = Some(partition);
        self
    }

    pub(crate) fn offsets(mut self, first: i64, last: i64) -> Told {
        self.offsets = Some((first, last));
        self
    }

    pub(crate) fn values(mut self, values: &[Value]) -> Told {
        self.values.extend_from_slice(values);
        self
    }

    pub(crate) fn ops(mut self, ops: &[OpId]) -> Told {
        self.ops.extend_from_slice(ops);
        self
    }

    pub(crate) fn incomplete(mut self) -> Told {
        self.level = Level::Incomplete;
        self
    }
}
