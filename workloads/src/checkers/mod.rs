//! The checkers: one rule a file, walking the history in order.
//!
//! [`Judge`] takes events as they come ([`Judge::advance`], beside a running workload) or all at once ([`judge`],
//! afterwards, from a file): the same rules in the same order, so both say the same. What can be known at an event
//! is reported there; what needs the whole run (losses, holes, orders) when it is over.
//!
//! | file | checkers |
//! | --- | --- |
//! | `phantom` | C01 |
//! | `divergence` | C02 |
//! | `loss` | C03, C04 |
//! | `duplicates` | C05, with failed-but-visible and sequence numbers |
//! | `contiguity` | C06 |
//! | `order` | C07, C07b |
//! | `recency` | C10, C10b |
//! | `integrity` | C12 |
//! | `epochs` | C13 |
//! | `log_start` | C15 |
//! | `compaction` | C16 |
//! | `time` | C17 |
//! | `metadata` | C20 |
//! | `hang` | C22 |
//! | `probes` | W1, W5, W7 |

mod compaction;
mod contiguity;
mod divergence;
mod duplicates;
mod epochs;
mod findings;
mod hang;
mod integrity;
mod known;
mod log_start;
mod loss;
mod metadata;
mod offsets;
mod order;
mod phantom;
mod probes;
mod recency;
mod retention;
mod time;
mod words;

pub use findings::{Findings, Level, Violation};
pub use probes::{PlatterReading, Probe, judge_probes};

use crate::history::{History, Ordinal};
use compaction::Compaction;
use known::Known;

/// The rules and what they know so far.
#[derive(Debug, Default)]
pub struct Judge {
    done: usize,
    known: Known,
    contiguity: contiguity::Contiguity,
    producer_order: order::ProducerOrder,
    recency: recency::Recency,
    epochs: epochs::Epochs,
    log_start: log_start::LogStart,
    retention: retention::Retention,
    times: time::Times,
    findings: Findings,
}

impl Judge {
    /// A judge that has seen nothing.
    pub fn new() -> Judge {
        Judge::default()
    }

    /// Takes all events that came since the last call. Always the same history, grown.
    pub fn advance(&mut self, history: &History) {
        let events = history.events();
        while let Some(&event) = events.get(self.done) {
            let ordinal = self.done as Ordinal;
            self.done += 1;
            let Judge { known, findings, .. } = self;
            known.event(history, ordinal, event);
            phantom::event(history, known, ordinal, event, findings);
            divergence::event(history, known, ordinal, findings);
            duplicates::event(history, known, ordinal, findings);
            integrity::event(history, ordinal, event, findings);
            self.contiguity.event(history, ordinal, event, findings);
            self.producer_order.event(history, known, ordinal, event, findings);
            self.recency.event(history, known, ordinal, event, findings);
            self.epochs.event(history, known, ordinal, event, findings);
            self.log_start.event(history, known, ordinal, event, findings);
            self.retention.event(history, known, ordinal, event);
            self.times.event(history, known, ordinal, event, findings);
        }
    }

    /// What was found so far, for whoever wants to stop a run at the first violation.
    pub fn so_far(&self) -> &Findings {
        &self.findings
    }

    /// The run is over: takes what is left of it, and judges what needs all of it.
    pub fn finish(mut self, history: &History) -> Findings {
        self.advance(history);
        let Judge { known, contiguity, epochs, retention, times, mut findings, .. } = self;
        let (known, findings) = (&known, &mut findings);
        let compaction = &Compaction::new(history, known);
        let misplaced = divergence::finish(history, known, compaction, findings);
        let lost = loss::finish(history, known, compaction, findings);
        duplicates::finish(history, known, &misplaced, findings);
        integrity::finish(history, known, findings);
        contiguity.finish(history, known, compaction, &lost, findings);
        compaction.finish(history, known, contiguity.holes(), findings);
        order::finish(history, known, findings);
        epochs.finish(history, known, findings);
        retention.finish(history, known, compaction, findings);
        times.finish(history, known, compaction, findings);
        metadata::finish(history, findings);
        hang::finish(history, findings);
        findings.violations.sort();
        std::mem::take(findings)
    }
}

/// Judges a whole history.
pub fn judge(history: &History) -> Findings {
    Judge::new().finish(history)
}
