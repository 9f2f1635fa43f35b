//! The table: medians, spread, and ratios taken round by round.

use super::{
    figures,
    goals::{self, Judged},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One value that was taken.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// The figure.
    pub figure: &'static str,
    /// What of it.
    pub metric: &'static str,
    /// The server's position.
    pub server: usize,
    /// The round, from 0.
    pub round: usize,
    /// The value.
    pub value: f64,
}

/// Everything that was taken.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The servers.
    pub servers: Vec<String>,
    /// Which of them ratios are against: the best of these.
    pub references: Vec<bool>,
    /// Rounds that were asked for.
    pub rounds: usize,
    /// Rounds that were measured to their end.
    pub rounds_done: usize,
    /// Seconds of each measured window.
    pub seconds: f64,
    /// Where it was measured.
    pub machine: Machine,
    /// One row for each metric of each figure.
    pub rows: Vec<Row>,
    /// What the broker is held to, as far as it was measured.
    pub goals: Vec<Judged>,
    /// What was to be measured and was not.
    pub missing: Vec<Missing>,
}

/// The machine, and how busy it was with other things.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// Processor cores.
    pub cores: usize,
    /// Memory in bytes.
    pub memory_bytes: u64,
    /// Load averages over a minute: before the first round, and after each round. The measurements themselves are in all but the first.
    pub load_averages: Vec<f64>,
}

/// A gap in the table, and its reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Missing {
    /// The server.
    pub server: String,
    /// The figure; `None` when it is the whole server.
    pub figure: Option<String>,
    /// Why.
    pub reason: String,
}

/// One metric of one figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The figure.
    pub figure: String,
    /// What is done for it.
    pub description: String,
    /// What of it.
    pub metric: String,
    /// Whether more is better.
    pub more_is_better: bool,
    /// One for each server; `None` where it could not be taken.
    pub cells: Vec<Option<Cell>>,
}

/// One metric of one server.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Every value: the round, and what was measured in it.
    pub values: Vec<(usize, f64)>,
    /// The median of all values.
    pub median: f64,
    /// The lowest.
    pub min: f64,
    /// The highest.
    pub max: f64,
    /// The median over the rounds of this server's median to the floor's.
    pub ratio: Option<f64>,
}

impl Machine {
    /// The one that this runs on.
    #[must_use]
    pub fn here() -> Machine {
        let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let kib = memory.lines().next().and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
        let mut machine = Machine {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_bytes: kib.unwrap_or(0) << 10,
            load_averages: Vec::new(),
        };
        machine.look();
        machine
    }

    /// Notes the load average.
    pub fn look(&mut self) {
        let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        self.load_averages.extend(text.split(' ').next().and_then(|load| load.parse::<f64>().ok()));
    }
}

impl Comparison {
    pub(super) fn add(&mut self, sample: Sample) {
        let place =
            self.rows.iter().position(|row| row.figure == sample.figure && row.metric == sample.metric);
        let place = place.unwrap_or_else(|| {
            let known = figures::Figure::named(sample.figure);
            self.rows.push(Row {
                figure: sample.figure.to_owned(),
                description: known.map_or("", |known| known.description).to_owned(),
                metric: sample.metric.to_owned(),
                more_is_better: figures::more_is_better(sample.metric),
                cells: vec![None; self.servers.len()],
            });
            self.rows.len() - 1
        });
        let row = &mut self.rows[place];
        row.cells[sample.server].get_or_insert_default().add(sample.round, sample.value);
        row.compare(&self.references);
        self.goals = goals::judge(self);
    }
}

impl Cell {
    fn add(&mut self, round: usize, value: f64) {
        self.values.push((round, value));
        let mut values: Vec<f64> = self.values.iter().map(|(_, value)| *value).collect();
        values.sort_by(f64::total_cmp);
        self.median = median(&values);
        (self.min, self.max) = (values[0], values[values.len() - 1]);
    }

    /// The median of one round.
    fn in_round(&self, wanted: usize) -> Option<f64> {
        let mut values: Vec<f64> =
            self.values.iter().filter(|(round, _)| *round == wanted).map(|(_, value)| *value).collect();
        values.sort_by(f64::total_cmp);
        (!values.is_empty()).then(|| median(&values))
    }
}

impl Row {
    /// Takes all ratios again.
    fn compare(&mut self, references: &[bool]) {
        let cells = self.cells.iter().zip(references);
        let floors: Vec<&Cell> =
            cells.filter(|(_, is_floor)| **is_floor).filter_map(|(cell, _)| cell.as_ref()).collect();
        let rounds = self.cells.iter().flatten().flat_map(|cell| &cell.values).map(|(round, _)| round + 1);
        let best = |round| {
            let values = floors.iter().filter_map(|cell| cell.in_round(round));
            values.reduce(if self.more_is_better { f64::max } else { f64::min })
        };
        let best: Vec<Option<f64>> = (0..rounds.max().unwrap_or(0)).map(best).collect();
        for cell in self.cells.iter_mut().flatten() {
            let ratios =
                best.iter().enumerate().filter_map(|(round, best)| Some(cell.in_round(round)? / (*best)?));
            let mut ratios: Vec<f64> = ratios.filter(|ratio| ratio.is_finite()).collect();
            ratios.sort_by(f64::total_cmp);
            cell.ratio = (!ratios.is_empty()).then(|| median(&ratios));
        }
    }
}

/// Of sorted values, at least one.
fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { f64::midpoint(sorted[middle - 1], sorted[middle]) }
}

/// A number with as many digits as a person reads.
fn short(value: f64) -> String {
    match value.abs() {
        large if large >= 1e6 => format!("{:.2} M", value / 1e6),
        large if large >= 1e4 => format!("{:.1} k", value / 1e3),
        large if large >= 100.0 => format!("{value:.0}"),
        large if large >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "Medians of {} interleaved rounds of {} s each (lowest - highest), and the ratio to the best floor. Under 15 % is a tie.",
            self.rounds_done.max(1),
            self.seconds,
        )?;
        let mut figure = "";
        for row in &self.rows {
            if row.figure != figure {
                figure = &row.figure;
                writeln!(formatter, "\n{figure}: {}", row.description)?;
            }
            for (server, cell) in self.servers.iter().zip(&row.cells) {
                let Some(cell) = cell else { continue };
                let spread = format!("({} - {})", short(cell.min), short(cell.max));
                let ratio = cell.ratio.map_or_else(String::new, |ratio| format!("{ratio:.2} x"));
                writeln!(
                    formatter,
                    "  {:<40} {server:<15} {:>10} {spread:<24} {ratio:>8}",
                    row.metric,
                    short(cell.median)
                )?;
            }
        }
        self.write_goals(formatter)
    }
}

impl Comparison {
    fn write_goals(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.goals.is_empty() {
            writeln!(formatter, "\nGoals of the broker:")?;
        }
        for goal in &self.goals {
            let ratio = goal.ratio.map_or_else(String::new, |ratio| format!(", {ratio:.2} x"));
            let met = if goal.met { "met" } else { "NOT MET" };
            let measured = short(goal.measured);
            writeln!(
                formatter,
                "  {met:<8} {:<16} {}: {measured}{ratio} (goal: {})",
                goal.figure, goal.metric, goal.goal
            )?;
        }
        for missing in &self.missing {
            let figure = missing.figure.as_deref().unwrap_or("everything");
            writeln!(formatter, "not measured: {figure} of {}: {}", missing.server, missing.reason)?;
        }
        writeln!(
            formatter,
            "Load averages, before and after each round (the measurements included): {:?}",
            self.machine.load_averages
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comparison(servers: &[&str], references: &[bool]) -> Comparison {
        Comparison {
            servers: servers.iter().map(|name| (*name).to_owned()).collect(),
            references: references.to_vec(),
            ..Comparison::default()
        }
    }

    #[test]
    fn ratios_are_taken_round_by_round() {
        let mut comparison = comparison(&["floor", "ours"], &[true, false]);
        // The machine slows down from round to round; the ratio does not.
        for (round, speed) in [100.0, 50.0, 10.0].into_iter().enumerate() {
            for (server, value) in [(0, speed), (1, speed / 2.0)] {
                comparison.add(Sample { figure: "produce-1k", metric: "records/s", server, round, value });
            }
        }
        comparison.add(Sample {
            figure: "start",
            metric: figures::IDLE_MEMORY,
            server: 1,
            round: 0,
            value: 4.0,
        });
        let cells = &comparison.rows[0].cells;
        let ours = cells[1].as_ref().expect("it was measured");
        assert_eq!((ours.median, ours.min, ours.max, ours.ratio), (25.0, 5.0, 50.0, Some(0.5)));
        assert_eq!(comparison.rows[1].cells[0], None);
        let text = comparison.to_string();
        assert!(text.contains("0.50 x") && text.contains("60 x 1 KiB"), "{text}");
    }

    #[test]
    fn the_better_floor_is_what_counts() {
        for (metric, expected) in [("records/s", 0.5), (figures::CPU, 2.0)] {
            let mut comparison = comparison(&["reads", "sendfile", "ours"], &[true, true, false]);
            for (server, value) in [(0, 10.0), (1, 40.0), (2, 20.0)] {
                comparison.add(Sample { figure: "consume-old", metric, server, round: 0, value });
            }
            let ratio = comparison.rows[0].cells[2].as_ref().and_then(|cell| cell.ratio);
            assert_eq!(ratio, Some(expected), "{metric}");
        }
    }

    #[test]
    fn medians_of_even_counts_lie_between() {
        assert!((median(&[1.0, 2.0, 4.0, 8.0]) - 3.0).abs() < 1e-9);
    }
}
