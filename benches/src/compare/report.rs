//! The table: medians, spread, and ratios taken round by round.

use super::{CompareOptions, figures};
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
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Comparison {
    /// The servers; ratios are against the first one.
    pub servers: Vec<String>,
    /// Rounds.
    pub rounds: usize,
    /// Seconds of each measured window.
    pub seconds: f64,
    /// One row for each metric of each figure.
    pub rows: Vec<Row>,
}

/// One metric of one figure.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// The figure.
    pub figure: String,
    /// What of it.
    pub metric: String,
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
    /// The median over the rounds of this server's median to the first server's.
    pub ratio: Option<f64>,
}

impl Comparison {
    pub(super) fn new(servers: Vec<String>, options: &CompareOptions) -> Comparison {
        Comparison {
            servers,
            rounds: options.rounds,
            seconds: options.duration.as_secs_f64(),
            rows: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, sample: Sample) {
        let place =
            self.rows.iter().position(|row| row.figure == sample.figure && row.metric == sample.metric);
        let place = place.unwrap_or_else(|| {
            self.rows.push(Row {
                figure: sample.figure.to_owned(),
                metric: sample.metric.to_owned(),
                cells: vec![None; self.servers.len()],
            });
            self.rows.len() - 1
        });
        let cells = &mut self.rows[place].cells;
        let cell = cells[sample.server].get_or_insert_default();
        cell.values.push((sample.round, sample.value));
        let mut values: Vec<f64> = cell.values.iter().map(|(_, value)| *value).collect();
        values.sort_by(f64::total_cmp);
        cell.median = median(&values);
        (cell.min, cell.max) = (values[0], values[values.len() - 1]);
        let ratios =
            cells[0].clone().map(|first| cells.iter().map(|cell| ratio(&first, cell.as_ref())).collect());
        let ratios: Vec<Option<f64>> = ratios.unwrap_or_default();
        for (cell, ratio) in cells.iter_mut().zip(ratios) {
            if let Some(cell) = cell {
                cell.ratio = ratio;
            }
        }
    }
}

/// The median over all rounds that both took.
fn ratio(first: &Cell, cell: Option<&Cell>) -> Option<f64> {
    let cell = cell?;
    let last = cell.values.iter().map(|(round, _)| *round).max()?;
    let in_round = |cell: &Cell, wanted: usize| {
        let mut values: Vec<f64> =
            cell.values.iter().filter(|(round, _)| *round == wanted).map(|(_, value)| *value).collect();
        values.sort_by(f64::total_cmp);
        (!values.is_empty()).then(|| median(&values))
    };
    let mut ratios: Vec<f64> = (0..=last)
        .filter_map(|round| Some(in_round(cell, round)? / in_round(first, round)?))
        .filter(|ratio| ratio.is_finite())
        .collect();
    ratios.sort_by(f64::total_cmp);
    (!ratios.is_empty()).then(|| median(&ratios))
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
            "Medians of {} interleaved rounds of {} s each (lowest - highest), and the ratio to {}. Under 15 % is a tie.",
            self.rounds,
            self.seconds,
            self.servers.first().map_or("-", String::as_str)
        )?;
        let mut figure = "";
        for row in &self.rows {
            if row.figure != figure {
                figure = &row.figure;
                let known = figures::ALL.iter().find(|known| known.name == figure);
                writeln!(formatter, "\n{figure}: {}", known.map_or("", |known| known.description))?;
            }
            for (server, cell) in self.servers.iter().zip(&row.cells) {
                let Some(cell) = cell else { continue };
                let spread = format!("({} - {})", short(cell.min), short(cell.max));
                let ratio = cell.ratio.map_or_else(String::new, |ratio| format!("{ratio:.2} x"));
                writeln!(
                    formatter,
                    "  {:<30} {server:<14} {:>10} {spread:<24} {ratio:>8}",
                    row.metric,
                    short(cell.median)
                )?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_taken_round_by_round() {
        let mut comparison = Comparison {
            servers: vec!["floor".into(), "ours".into()],
            rounds: 3,
            seconds: 1.0,
            rows: Vec::new(),
        };
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
    fn medians_of_even_counts_lie_between() {
        assert!((median(&[1.0, 2.0, 4.0, 8.0]) - 3.0).abs() < 1e-9);
    }
}
