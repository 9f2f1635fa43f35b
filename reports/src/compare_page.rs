//! The page of a comparison: whether the goals were met first, then each figure of each server, then how it was taken.
//!
//! Always holds: bars of one metric share a scale, and their numbers stand beside them.

use crate::{
    html::{self, Html, Table, escape},
    parts, words,
};
use tribunal_benches::compare::report::{Cell, Comparison, Row};

/// The page of a comparison.
pub(crate) fn render(comparison: &Comparison, json: &str) -> String {
    let mut body = Html::new();
    header(&mut body, comparison);
    body.section("goals", "Goals", &goals(comparison));
    body.section("figures", "Figures", &figures(comparison));
    body.section("missing", "Not measured", &missing(comparison));
    body.section("how", "How it was measured", &parts::pairs(&circumstances(comparison)));
    html::page("Comparison", &body, json)
}

fn header(body: &mut Html, comparison: &Comparison) {
    body.push_markup("<header>\n<h1>").push_text("Comparison").push_markup("</h1>\n");
    body.note(&format!(
        "{}, measured in turn. Ratios are to the floor program, the least that a server can do on this machine.",
        comparison.servers.join(" · ")
    ));
    let met = comparison.goals.iter().filter(|goal| goal.met).count();
    let mut figures = Vec::new();
    if !comparison.goals.is_empty() {
        figures.push(("goals met", format!("{met} of {}", comparison.goals.len())));
    }
    figures.push(("rounds", format!("{} of {}", comparison.rounds_done, comparison.rounds)));
    body.push(&html::key_figures(&figures)).push_markup("</header>\n");
}

fn goals(comparison: &Comparison) -> Html {
    let table = Table::new("Goals of the broker").words("Figure").words("Metric").numbers("Median");
    let mut table = table.numbers("To the floor").words("Goal").words("");
    for goal in &comparison.goals {
        let (class, text) = if goal.met { ("pass", "✓ met") } else { ("violation", "✕ not met") };
        table.row(
            "",
            &[
                Html::text(&goal.figure),
                Html::text(&goal.metric),
                Html::text(&words::number(goal.measured)),
                Html::text(&ratio(goal.ratio)),
                Html::text(&goal.goal),
                Html::markup(format!("<span class=\"badge {class}\">{text}</span>")),
            ],
        );
    }
    table.html()
}

fn ratio(ratio: Option<f64>) -> String {
    ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{} ×", words::number(ratio)))
}

fn figures(comparison: &Comparison) -> Html {
    let mut out = Html::new();
    let mut rest = comparison.rows.as_slice();
    while let Some(first) = rest.first() {
        let count = rest.iter().take_while(|row| row.figure == first.figure).count();
        let (figure, others) = rest.split_at(count);
        rest = others;
        out.push_markup("<h3>").push_text(&first.figure).push_markup("</h3>\n");
        out.note(&first.description);
        let mut table = Table::new(&first.figure).words("Metric").words("Server").numbers("Median");
        table = table.numbers("Lowest – highest").words("").numbers("To the floor");
        for row in figure {
            rows(&mut table, comparison, row);
        }
        out.push(&table.html());
    }
    out
}

/// One line for each server that was measured.
fn rows(table: &mut Table, comparison: &Comparison, row: &Row) {
    let top = row.cells.iter().flatten().map(|cell| cell.max).fold(0.0, f64::max);
    let mut metric = row.metric.as_str();
    for (server, cell) in comparison.servers.iter().zip(&row.cells) {
        let Some(cell) = cell else { continue };
        table.row(
            "",
            &[
                Html::text(metric),
                Html::text(server),
                Html::text(&words::number(cell.median)),
                Html::text(&format!("{} – {}", words::number(cell.min), words::number(cell.max))),
                spread(cell, top),
                Html::text(&ratio(cell.ratio)),
            ],
        );
        // Said once: the lines below it are about the same.
        metric = "";
    }
}

/// The median as a bar, and a line from the lowest value to the highest.
fn spread(cell: &Cell, top: f64) -> Html {
    let share = |value: f64| {
        let share = value / top;
        if share.is_finite() { (share * 100.0).clamp(0.0, 100.0) } else { 0.0 }
    };
    let (low, median, high) = (share(cell.min), share(cell.median), share(cell.max));
    Html::markup(format!(
        "<svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"bar-back\" width=\"100\" height=\"8\"/><rect class=\"bar-fill\" width=\"{median:.1}\" height=\"8\"/>\
         <line class=\"bar-spread\" x1=\"{low:.1}\" x2=\"{high:.1}\" y1=\"4\" y2=\"4\"/></svg>"
    ))
}

fn missing(comparison: &Comparison) -> Html {
    let mut out = Html::new();
    for missing in &comparison.missing {
        let figure = missing.figure.as_deref().unwrap_or("everything");
        out.push_markup(&format!(
            "<p>{} of {}: {}</p>\n",
            escape(figure),
            escape(&missing.server),
            escape(&missing.reason)
        ));
    }
    out
}

fn circumstances(comparison: &Comparison) -> Vec<(String, String)> {
    let machine = &comparison.machine;
    let loads: Vec<String> = machine.load_averages.iter().map(|load| words::number(*load)).collect();
    [
        ("rounds, all servers in turn", comparison.rounds_done.to_string()),
        ("seconds of each window", words::number(comparison.seconds)),
        ("cores", machine.cores.to_string()),
        ("memory", format!("{} GB", words::number(machine.memory_bytes as f64 / 1e9))),
        ("load before, and after each round", loads.join(", ")),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}
