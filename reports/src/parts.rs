//! What several pages show alike: verdicts, latencies, counters, pairs.

use crate::html::{self, Html, Table};
use crate::words;
use std::collections::BTreeSet;
use tribunal_workloads::record::{LatencySummary, OperationCounts, Verdict};
use tribunal_workloads::vacuity::{self, Vacuity, VacuityCounters};

/// A verdict as sign, word and colour.
pub(crate) fn badge(verdict: Verdict) -> Html {
    Html::markup(format!(
        "<span class=\"badge {}\"><span aria-hidden=\"true\">{} </span>{}</span>",
        words::class(verdict),
        words::sign(verdict),
        words::verdict(verdict)
    ))
}

/// A table of percentiles, one row a kind of operation.
pub(crate) fn latencies(summaries: &[LatencySummary]) -> Html {
    let percentiles: BTreeSet<u32> = summaries
        .iter()
        .flat_map(|summary| summary.percentiles.iter().map(|&(percentile, _)| percentile))
        .collect();
    let mut table = Table::new("Latency by kind of operation").words("Operation").numbers("Count");
    for &percentile in &percentiles {
        table = table.numbers(&words::percentile(percentile));
    }
    for summary in summaries.iter().filter(|summary| summary.count > 0) {
        let mut cells = vec![Html::text(&summary.kind), Html::text(&words::count(summary.count))];
        cells.extend(percentiles.iter().map(|wanted| {
            let found = summary.percentiles.iter().find(|(percentile, _)| percentile == wanted);
            Html::text(&found.map_or_else(|| "–".to_owned(), |&(_, ns)| words::nanoseconds(ns)))
        }));
        table.row("", &cells);
    }
    table.html()
}

/// Operations by kind and outcome, or nothing when there were none.
pub(crate) fn operation_counts(counts: &OperationCounts) -> Html {
    if *counts == OperationCounts::default() {
        return Html::new();
    }
    let rows = [
        ("produce requests, by partition", counts.sends),
        ("records sent", counts.records_sent),
        ("records acknowledged", counts.records_ok),
        ("records refused", counts.records_failed),
        ("records of unknown fate", counts.records_unknown),
        ("polls, by partition", counts.polls),
        ("records seen, over all readers", counts.records_seen),
        ("other requests", counts.others),
    ];
    let rows = rows.map(|(name, number)| (name, words::count(number)));
    html::definitions(rows.iter().map(|(name, number)| (*name, number.as_str())))
}

/// How often each thing happened that must happen somewhere. `missing` marks what a campaign should have seen;
/// a single run owes nothing.
pub(crate) fn vacuity(counters: &VacuityCounters, missing: Option<&[Vacuity]>) -> Html {
    let mut table = Table::new("What has to happen somewhere").words("What").numbers("Times");
    if missing.is_some() {
        table = table.words("");
    }
    let mut any = missing.is_some_and(|missing| !missing.is_empty());
    for what in vacuity::ALL {
        let times = counters.get(what);
        any |= times > 0;
        let never = missing.is_some_and(|missing| missing.contains(&what));
        let mut cells = vec![Html::text(what.title()), Html::text(&words::count(times))];
        if missing.is_some() {
            cells.push(Html::text(if never { "✕ never, but had to" } else { "" }));
        }
        table.row(if never { "missing" } else { "" }, &cells);
    }
    if any { table.html() } else { Html::new() }
}

/// Names and values.
pub(crate) fn pairs(pairs: &[(String, String)]) -> Html {
    html::definitions(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

/// Names and numbers.
pub(crate) fn figures(figures: &[(String, f64)]) -> Html {
    let figures: Vec<_> = figures.iter().map(|(name, value)| (name.clone(), words::number(*value))).collect();
    pairs(&figures)
}
