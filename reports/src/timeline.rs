//! The time line: a lane for each client and node, faults as bars behind, and a red mark where a violation is told.
//!
//! Drawn by hand rather than by plotters: its parts carry titles and use the page's own colours. What it shows is
//! also in tables, so it is an aid and never the only place of a fact.

use crate::html::{Html, escape};
use crate::operations::{Ending, Operation};
use crate::words;
use std::collections::BTreeSet;
use std::fmt::Write;
use tribunal_workloads::record::{FaultRecord, TimelineEvent};

const WIDTH: f64 = 1000.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = 20.0;
const FAULT_ROW: f64 = 18.0;
const LANE: f64 = 28.0;
/// Most lanes and most fault rows; a record that asks for more is cut.
const ROWS_MAX: usize = 24;

/// What a time line is drawn from.
#[derive(Debug)]
pub(crate) struct Timeline<'a> {
    /// What it shows.
    pub(crate) title: String,
    /// First and last nanosecond.
    pub(crate) window: (u64, u64),
    /// Faults with their intervals.
    pub(crate) faults: &'a [FaultRecord],
    /// Moments.
    pub(crate) events: &'a [TimelineEvent],
    /// Operations of a sub-history.
    pub(crate) operations: &'a [Operation],
    /// When the violation could first be known.
    pub(crate) violation_ns: Option<u64>,
}

impl Timeline<'_> {
    /// The figure, or nothing when there is neither event, fault nor operation in the window.
    pub(crate) fn html(&self) -> Html {
        let classes: Vec<&FaultRecord> = self
            .faults
            .iter()
            .filter(|fault| {
                fault.intervals.iter().any(|interval| self.overlaps(interval.from_ns, interval.to_ns))
            })
            .take(ROWS_MAX)
            .collect();
        let lanes = self.lanes();
        if classes.is_empty() && lanes.is_empty() {
            return Html::new();
        }
        let lanes_top = classes.len() as f64 * FAULT_ROW + 14.0;
        let bottom = lanes_top + lanes.len() as f64 * LANE + 4.0;
        let mut svg = String::new();
        self.axis(&mut svg, bottom);
        self.fault_bars(&mut svg, &classes, &lanes, lanes_top);
        for (index, lane) in lanes.iter().enumerate() {
            self.lane(&mut svg, lane, lanes_top + index as f64 * LANE);
        }
        if let Some(ns) = self.violation_ns.filter(|&ns| self.overlaps(ns, ns)) {
            self.verdict(&mut svg, ns, bottom);
        }
        let title = escape(&self.title);
        Html::markup(format!(
            "<figure>\n<figcaption>{title}</figcaption>\n<div class=\"scroll\" role=\"region\" aria-label=\"{title}\" tabindex=\"0\">\
             <svg class=\"timeline\" viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" font-size=\"12\"><title>{title}</title>\n{svg}</svg></div>\n</figure>\n",
            bottom + 28.0
        ))
    }

    fn overlaps(&self, from: u64, to: u64) -> bool {
        from <= self.window.1 && to >= self.window.0
    }

    fn x(&self, ns: u64) -> f64 {
        let (first, last) = self.window;
        let share = (ns.clamp(first, last) - first) as f64 / (last - first).max(1) as f64;
        LEFT + share * (WIDTH - LEFT - RIGHT)
    }

    /// Names of the lanes: clients, then sessions, nodes, and the run as a whole.
    fn lanes(&self) -> Vec<String> {
        let events = self.events.iter().filter(|event| self.overlaps(event.ns, event.ns));
        let operations =
            self.operations.iter().filter(|op| self.overlaps(op.from_ns, op.to_ns.unwrap_or(u64::MAX)));
        let names: BTreeSet<&str> =
            events.map(|event| event.lane.as_str()).chain(operations.map(|op| op.lane.as_str())).collect();
        let mut names: Vec<&str> = names.into_iter().collect();
        names.sort_by_key(|name| {
            let (word, number) = name.rsplit_once([' ', '-']).unwrap_or((name, ""));
            let rank = match word {
                "client" | "producer" | "reader" | "consumer" => 0,
                "session" => 1,
                "node" | "broker" => 2,
                _ => 3,
            };
            (rank, word.to_owned(), number.parse::<u64>().unwrap_or(u64::MAX), number.to_owned())
        });
        names.into_iter().take(ROWS_MAX).map(str::to_owned).collect()
    }

    fn axis(&self, svg: &mut String, bottom: f64) {
        let (first, last) = self.window;
        let step = step((last - first).max(1));
        let mut next = first.div_ceil(step).checked_mul(step);
        while let Some(at) = next.filter(|&at| at <= last) {
            let x = self.x(at);
            let label = words::axis_seconds(at, step);
            let _ = writeln!(
                svg,
                "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"4\" y2=\"{bottom:.0}\" stroke=\"var(--rule)\"/>\
                 <text x=\"{x:.1}\" y=\"{:.0}\" text-anchor=\"middle\" fill=\"var(--quiet)\">{label}</text>",
                bottom + 18.0
            );
            next = at.checked_add(step);
        }
    }

    /// A thin row a class, and the same time shaded through the lanes that it hit.
    fn fault_bars(&self, svg: &mut String, classes: &[&FaultRecord], lanes: &[String], lanes_top: f64) {
        for (index, fault) in classes.iter().enumerate() {
            let y = 4.0 + index as f64 * FAULT_ROW;
            label(svg, &fault.class, y + 11.0, "var(--quiet)");
            for interval in &fault.intervals {
                if !self.overlaps(interval.from_ns, interval.to_ns) {
                    continue;
                }
                let (x, end) = (self.x(interval.from_ns), self.x(interval.to_ns.max(interval.from_ns)));
                let width = (end - x).max(3.0);
                let hit = if interval.node < 0 { String::new() } else { format!(" node {}", interval.node) };
                let title = escape(&format!(
                    "{}{hit}, {} to {}. {}",
                    fault.class,
                    words::moment(interval.from_ns),
                    words::moment(interval.to_ns),
                    interval.detail
                ));
                let _ = writeln!(
                    svg,
                    "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"9\" rx=\"1.5\" fill=\"var(--band)\" opacity=\"0.85\"><title>{title}</title></rect>",
                    y + 2.0
                );
                let own = lanes.iter().position(|lane| *lane == format!("node {}", interval.node));
                let (top, height) = match own {
                    Some(lane) => (lanes_top + lane as f64 * LANE, LANE),
                    None => (lanes_top, lanes.len() as f64 * LANE),
                };
                let _ = writeln!(
                    svg,
                    "<rect x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"var(--band)\" opacity=\"0.13\"/>"
                );
            }
        }
    }

    fn lane(&self, svg: &mut String, lane: &str, top: f64) {
        let middle = top + LANE / 2.0;
        label(svg, lane, middle + 4.0, "var(--ink)");
        let _ = writeln!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{:.0}\" y1=\"{middle:.1}\" y2=\"{middle:.1}\" stroke=\"var(--rule)\"/>",
            WIDTH - RIGHT
        );
        for operation in self.operations.iter().filter(|operation| operation.lane == lane) {
            self.operation(svg, operation, middle);
        }
        let mut free_from = LEFT;
        for event in
            self.events.iter().filter(|event| event.lane == lane && self.overlaps(event.ns, event.ns))
        {
            let x = self.x(event.ns);
            let title = escape(&format!("{}: {}", words::moment(event.ns), event.what));
            let colour = if event.verdict { "var(--violation)" } else { "var(--ink)" };
            let _ = writeln!(
                svg,
                "<path d=\"M{x:.1} {:.1}l5 5-5 5-5-5z\" fill=\"{colour}\"><title>{title}</title></path>",
                middle - 5.0
            );
            // A label only where there is room: the table below has them all.
            let width = event.what.chars().count() as f64 * 6.4;
            if x >= free_from && x + 10.0 + width < WIDTH {
                let _ = writeln!(
                    svg,
                    "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"11\" fill=\"var(--quiet)\">{}</text>",
                    x + 8.0,
                    middle - 5.0,
                    escape(&event.what)
                );
                free_from = x + 14.0 + width;
            }
        }
    }

    fn operation(&self, svg: &mut String, operation: &Operation, middle: f64) {
        let end = operation.to_ns.unwrap_or(self.window.1);
        if !self.overlaps(operation.from_ns, end) {
            return;
        }
        let x = self.x(operation.from_ns);
        let width = (self.x(end.max(operation.from_ns)) - x).max(3.0);
        let title = escape(&format!(
            "{} {} {} {}: {}",
            words::moment(operation.from_ns),
            operation.verb,
            operation.place,
            operation.detail,
            operation.result
        ));
        // A session is a bracket around its polls; what nobody knows is hollow.
        let (height, paint) = match (operation.verb, operation.ending) {
            ("session", _) => (3.0, "fill=\"var(--quiet)\" opacity=\"0.6\""),
            (_, Ending::Unknown) => {
                (11.0, "fill=\"var(--paper)\" stroke=\"var(--incomplete)\" stroke-dasharray=\"3 2\"")
            }
            (_, Ending::Refused) => (11.0, "fill=\"var(--paper)\" stroke=\"var(--violation)\""),
            ("send", Ending::Done) => (11.0, "fill=\"var(--series-1)\""),
            (_, Ending::Done) => (11.0, "fill=\"var(--pass)\""),
        };
        let y = if operation.verb == "session" { middle + 7.0 } else { middle - height / 2.0 };
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height}\" rx=\"2\" {paint}><title>{title}</title></rect>"
        );
    }

    fn verdict(&self, svg: &mut String, ns: u64, bottom: f64) {
        let x = self.x(ns);
        let (anchor, text_x) = if x > WIDTH - 160.0 { ("end", x - 6.0) } else { ("start", x + 6.0) };
        let _ = writeln!(
            svg,
            "<g><title>the violation is told at {0}</title><line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"2\" y2=\"{bottom:.0}\" stroke=\"var(--violation)\" stroke-width=\"2\"/>\
             <path d=\"M{x:.1} 0l6 0-6 9-6-9z\" fill=\"var(--violation)\"/>\
             <text x=\"{text_x:.1}\" y=\"12\" text-anchor=\"{anchor}\" font-weight=\"600\" fill=\"var(--violation)\" paint-order=\"stroke\" stroke=\"var(--paper)\" stroke-width=\"4\">told {0}</text></g>",
            words::moment(ns)
        );
    }
}

fn label(svg: &mut String, text: &str, y: f64, colour: &str) {
    let mut short: String = text.chars().take(22).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.0}\" y=\"{y:.1}\" text-anchor=\"end\" fill=\"{colour}\">{}</text>",
        LEFT - 12.0,
        escape(&short)
    );
}

/// The distance of the axis' marks: 1, 2 or 5 of some power of ten, giving four to ten marks.
fn step(span: u64) -> u64 {
    let mut power = 1u64;
    loop {
        for factor in [1, 2, 5] {
            let step = power.saturating_mul(factor);
            if span / step <= 10 {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tribunal_workloads::record::FaultInterval;

    #[test]
    fn steps_are_round_and_few() {
        for span in [1, 9, 10, 11, 999, 60_000_000_000, u64::MAX] {
            let step = step(span);
            assert!(span / step <= 10 && (span < 10 || span / step >= 3), "{span} by {step}");
        }
    }

    #[test]
    fn lanes_come_in_order_and_faults_behind() {
        let event =
            |lane: &str| TimelineEvent { lane: lane.to_owned(), what: "x".to_owned(), ..Default::default() };
        let events = [event("run"), event("node 1"), event("client 10"), event("client 9")];
        let interval = FaultInterval { from_ns: 0, to_ns: u64::MAX, node: 1, detail: String::new() };
        let faults =
            [FaultRecord { class: "disk_slow".to_owned(), intervals: vec![interval], ..Default::default() }];
        let timeline = Timeline {
            title: "Run".to_owned(),
            window: (0, 1_000),
            faults: &faults,
            events: &events,
            operations: &[],
            violation_ns: Some(500),
        };
        assert_eq!(timeline.lanes(), ["client 9", "client 10", "node 1", "run"]);
        let html = timeline.html();
        assert!(html.as_str().contains("disk_slow") && html.as_str().contains("told t+0.000 s"));
    }

    #[test]
    fn nothing_gives_nothing() {
        let timeline = Timeline {
            title: String::new(),
            window: (5, 5),
            faults: &[],
            events: &[],
            operations: &[],
            violation_ns: Some(5),
        };
        assert!(timeline.html().is_empty());
    }
}
