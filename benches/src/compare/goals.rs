//! What the broker is held to, and whether it was reached.

use super::{crowd, figures, recovery, report::Comparison};
use serde::{Deserialize, Serialize};

/// Who is held to them.
pub const SUBJECT: &str = "tribunal";

/// A bound on one metric of one figure.
struct Goal {
    figure: &'static str,
    metric: &'static str,
    bound: Bound,
    words: &'static str,
}

#[derive(Clone, Copy)]
enum Bound {
    /// At most so many times what the floor takes.
    TimesFloor(f64),
    /// At least so many times what the floor reaches.
    TimesFloorAtLeast(f64),
    /// At most this.
    AtMost(f64),
}

const GOALS: &[Goal] = &[
    Goal {
        figure: "produce-1k",
        metric: figures::CPU,
        bound: Bound::TimesFloor(1.25),
        words: "at most 1.25 x the floor program",
    },
    Goal {
        figure: "consume-tail",
        metric: figures::CPU,
        bound: Bound::TimesFloor(1.3),
        words: "at most 1.3 x writing the same memory to a socket",
    },
    Goal {
        figure: "consume-old",
        metric: figures::CPU,
        bound: Bound::TimesFloor(1.3),
        words: "at most 1.3 x the better of sendfile and large reads",
    },
    Goal {
        figure: "flush-64",
        metric: figures::REQUESTS,
        bound: Bound::TimesFloorAtLeast(10.0),
        words: "at least 10 x one flush for each request",
    },
    Goal {
        figure: "recovery",
        metric: recovery::CPU,
        bound: Bound::AtMost(0.2),
        words: "at most 0.2: 5 GB/s of one core",
    },
    Goal {
        figure: "partitions-10k",
        metric: crowd::START,
        bound: Bound::AtMost(1000.0),
        words: "at most 1 s",
    },
    Goal {
        figure: "partitions-10k",
        metric: crowd::LOOKED_UP,
        bound: Bound::AtMost(8.0),
        words: "at most 8 KiB",
    },
    Goal {
        figure: "compaction",
        metric: figures::CPU,
        bound: Bound::AtMost(2.0),
        words: "at most 2: 500 MB/s of one core",
    },
];

/// One goal, and what was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The figure.
    pub figure: String,
    /// What of it.
    pub metric: String,
    /// The goal, in words.
    pub goal: String,
    /// The median.
    pub measured: f64,
    /// Its ratio to the floor, where there is one.
    pub ratio: Option<f64>,
    /// Whether the goal was reached.
    pub met: bool,
}

/// Whether any goal is set on this figure.
#[must_use]
pub fn has_goal(figure: &str) -> bool {
    GOALS.iter().any(|goal| goal.figure == figure)
}

/// Judges what was measured until now. What was not measured is left out.
pub(super) fn judge(comparison: &Comparison) -> Vec<Judged> {
    let Some(subject) = comparison.servers.iter().position(|server| server == SUBJECT) else {
        return Vec::new();
    };
    let judged = |goal: &Goal| {
        let is_meant = |figure: &str, metric: &str| figure == goal.figure && metric == goal.metric;
        let row = comparison.rows.iter().find(|row| is_meant(&row.figure, &row.metric))?;
        let cell = row.cells.get(subject)?.as_ref()?;
        let met = match goal.bound {
            Bound::AtMost(most) => cell.median <= most,
            Bound::TimesFloor(most) => cell.ratio? <= most,
            Bound::TimesFloorAtLeast(least) => cell.ratio? >= least,
        };
        Some(Judged {
            figure: goal.figure.to_owned(),
            metric: goal.metric.to_owned(),
            goal: goal.words.to_owned(),
            measured: cell.median,
            ratio: cell.ratio,
            met,
        })
    };
    GOALS.iter().filter_map(judged).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{figures::Figure, report::Sample};

    #[test]
    fn goals_are_set_on_figures_that_there_are() {
        for goal in GOALS {
            assert!(Figure::named(goal.figure).is_some(), "{}", goal.figure);
        }
    }

    #[test]
    fn a_goal_is_met_or_not_and_what_is_missing_is_left_out() {
        let servers = vec!["floor".to_owned(), SUBJECT.to_owned()];
        let mut comparison = Comparison { servers, references: vec![true, false], ..Comparison::default() };
        for (figure, metric, values) in
            [("produce-1k", figures::CPU, [0.4, 0.6]), ("flush-64", figures::REQUESTS, [1000.0, 12_000.0])]
        {
            for (server, value) in values.into_iter().enumerate() {
                comparison.add(Sample { figure, metric, server, round: 0, value });
            }
        }
        comparison.add(Sample { figure: "recovery", metric: recovery::CPU, server: 1, round: 0, value: 0.1 });
        let met: Vec<(&str, bool)> =
            comparison.goals.iter().map(|goal| (goal.figure.as_str(), goal.met)).collect();
        assert_eq!(met, [("produce-1k", false), ("flush-64", true), ("recovery", true)]);
    }
}
