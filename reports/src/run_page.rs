//! A run's page: the verdict first, then for a failure its story, then what was tried and what it did.

use crate::charts::{Chart, Series};
use crate::html::{self, Html, Table};
use crate::operations::{Ending, Operation, operations};
use crate::parts;
use crate::timeline::Timeline;
use crate::words;
use tribunal_workloads::record::{OffsetTable, RunRecord, SeriesPoint, Verdict, ViolationRecord};

/// The page of a run.
pub(crate) fn render(run: &RunRecord, json: &str) -> String {
    let mut body = Html::new();
    header(&mut body, run);
    body.section("story", "What went wrong", &story(run));
    body.section("timeline", "Time line", &timelines(run));
    body.section("faults", "What was tried", &faults(run));
    body.section("load", "Load over time", &load(run));
    body.section("latency", "Latency", &parts::latencies(&run.latencies));
    body.section("promise", "What was promised", &promise(run));
    body.section("operations", "Operations", &parts::operation_counts(&run.operations));
    body.section("vacuity", "What has to happen somewhere", &parts::vacuity(&run.vacuity, None));
    body.section("options", "Options", &parts::pairs(&run.options));
    body.section("figures", "Other figures", &parts::figures(&run.figures));
    let title = format!("{}: {} seed {}", words::verdict(run.verdict), engine(run), run.seed);
    html::page(&title, &body, json)
}

fn engine(run: &RunRecord) -> &str {
    if run.engine.is_empty() { "run" } else { &run.engine }
}

fn headline(run: &RunRecord) -> String {
    if !run.headline.is_empty() {
        return run.headline.clone();
    }
    let told = match run.verdict {
        Verdict::Pass => "Everything that was checked is legal.",
        Verdict::Violation => "A promise was broken.",
        Verdict::Incomplete => "Nothing illegal was seen, but the run did not see enough.",
        Verdict::Crash => "A task panicked, or a node stopped in a way that no fault explains.",
        Verdict::Error => "The run could not be carried out.",
    };
    told.to_owned()
}

fn header(body: &mut Html, run: &RunRecord) {
    let seed =
        if run.seed == 0 && run.hash.is_empty() { String::new() } else { format!(", seed {}", run.seed) };
    body.push_markup("<header>\n");
    body.push(&parts::badge(run.verdict));
    body.push_markup("\n<h1>").push_text(&headline(run)).push_markup("</h1>\n");
    let mut facts = vec![format!("Run on {}{seed}", engine(run))];
    let named =
        [("target", &run.target), ("workload", &run.workload), ("build", &run.build), ("hash", &run.hash)];
    facts.extend(
        named.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name} {value}")),
    );
    body.note(&facts.join(" · "));
    if let Some(bug) = &run.planted {
        body.note(&format!("A bug was planted on purpose: {bug}."));
    }
    body.push(&html::copyable("Run it again", &run.replay));
    let counts = &run.operations;
    let requests = counts.sends + counts.polls + counts.others;
    let send = run.latencies.iter().find(|summary| summary.kind == "send");
    let p99 = send.and_then(|send| send.percentiles.iter().find(|(percentile, _)| *percentile == 99_000));
    let mut figures = vec![
        (
            if run.engine == "tcp" { "on the clock" } else { "of virtual time" },
            words::seconds(run.virtual_seconds),
        ),
        ("requests", words::count(requests)),
        ("records acknowledged", words::count(counts.records_ok)),
        ("records seen", words::count(counts.records_seen)),
    ];
    figures.extend(p99.map(|&(_, ns)| ("p99 of produce", words::nanoseconds(ns))));
    if run.cpu_seconds > 0.0 {
        figures.push(("of CPU time", words::seconds(run.cpu_seconds)));
    }
    body.push(&html::key_figures(&figures)).push_markup("</header>\n");
}

fn story(run: &RunRecord) -> Html {
    let mut out = Html::new();
    for violation in &run.violations {
        out.push(&one_story(violation));
    }
    if run.violation_counts.len() > 1 || run.violation_counts.iter().any(|(_, count)| *count > 1) {
        let mut table = Table::new("Everything that was found").words("Found").numbers("How often");
        for (name, count) in &run.violation_counts {
            table.row("", &[Html::code(name), Html::text(&words::count(*count))]);
        }
        out.push_markup("<h3>Everything that was found</h3>\n").push(&table.html());
    }
    out
}

fn one_story(violation: &ViolationRecord) -> Html {
    let mut out = Html::markup("<div class=\"story\">\n<h3>");
    out.push_text(&violation.headline).push_markup("</h3>\n");
    if !violation.promise.is_empty() {
        out.push_markup("<p>The promise that it breaks: ")
            .push_text(&violation.promise)
            .push_markup("</p>\n");
    }
    let place = violation.partition.as_ref().map_or_else(String::new, |name| format!(" · partition {name}"));
    out.note(&format!(
        "Checker {} · {}{place} · first known at {}",
        violation.checker,
        violation.anomaly,
        words::moment(violation.ns)
    ));
    if let Some(table) = &violation.offsets {
        let table = offsets(table);
        if !table.is_empty() {
            out.push_markup("<h4>What stands at each offset</h4>\n").push(&table);
        }
    }
    let rows = operations(&violation.history);
    if !rows.is_empty() {
        out.push_markup("<h4>The smallest history that shows it</h4>\n").push(&history(&rows));
    }
    out.push_markup("</div>\n");
    out
}

fn offsets(offsets: &OffsetTable) -> Html {
    let mut table = Table::new("What stands at each offset").numbers("Offset").words("");
    for column in &offsets.columns {
        table = table.words(column);
    }
    for row in &offsets.rows {
        let mark = if row.guilty { "<span class=\"mark\">◀ here</span>" } else { "" };
        let mut cells = vec![Html::text(&row.offset.to_string()), Html::markup(mark)];
        cells.extend((0..offsets.columns.len()).map(|column| {
            let cell = row.cells.get(column).map_or("", String::as_str);
            if cell == "-" {
                Html::markup("<span title=\"passed, and saw nothing\">– nothing</span>")
            } else {
                Html::text(cell)
            }
        }));
        table.row(if row.guilty { "guilty" } else { "" }, &cells);
    }
    table.html()
}

fn history(rows: &[Operation]) -> Html {
    let mut table = Table::new("Operations in order")
        .numbers("At (s)")
        .numbers("Took")
        .words("Who")
        .words("What")
        .words("Where")
        .words("Asked")
        .words("Came of it");
    for row in rows {
        let took = match row.to_ns {
            None => "never ended".to_owned(),
            Some(to) if to == row.from_ns => String::new(),
            Some(to) => words::nanoseconds(to.saturating_sub(row.from_ns)),
        };
        let class = if row.ending == Ending::Done { "" } else { "missing" };
        let cells = [
            &words::fine_moment(row.from_ns),
            &took,
            &row.lane,
            row.verb,
            &row.place,
            &row.detail,
            &row.result,
        ];
        table.row(class, &cells.map(Html::text));
    }
    let mut out = Html::markup("<div class=\"operations\">");
    out.push(&table.html()).push_markup("</div>\n");
    out
}

fn timelines(run: &RunRecord) -> Html {
    let first = run.violations.first();
    let rows = first.map(|violation| operations(&violation.history)).unwrap_or_default();
    let told = first
        .map(|violation| violation.ns)
        .or_else(|| run.events.iter().find(|event| event.verdict).map(|event| event.ns));
    let last = run_end(run, &rows);
    let draw = |title: &str, window: (u64, u64)| {
        let title = title.to_owned();
        let violation_ns = told;
        Timeline { title, window, faults: &run.faults, events: &run.events, operations: &rows, violation_ns }
            .html()
    };
    let mut out = draw("The whole run: faults above, and shaded behind whom they hit", (0, last));
    let from = rows.iter().filter(|row| row.verb != "session").map(|row| row.from_ns).min();
    let to = rows.iter().filter_map(|row| row.to_ns).chain(told).max();
    if let (Some(from), Some(to)) = (from, to) {
        let to = to.max(from);
        let margin = (to.saturating_sub(from) / 20).max(1_000);
        let window = (from.saturating_sub(margin), to.saturating_add(margin));
        if !rows.is_empty() && (window.1 - window.0) < last / 3 {
            out.push(&draw("Close up: the operations of the smallest history", window));
        }
    }
    if !run.events.is_empty() {
        let mut table = Table::new("Events").numbers("At").words("Where").words("What");
        for event in &run.events {
            let class = if event.verdict { "guilty" } else { "" };
            table.row(
                class,
                &[&words::moment(event.ns), &event.lane, &event.what].map(|text| Html::text(text)),
            );
        }
        out.push_markup("<details><summary>The same events as a table</summary>\n").push(&table.html());
        out.push_markup("</details>\n");
    }
    out
}

/// The last nanosecond that anything speaks of.
fn run_end(run: &RunRecord, rows: &[Operation]) -> u64 {
    // Saturates on nonsense: a float that is not a number becomes 0.
    let told = (run.virtual_seconds * 1e9) as u64;
    let events = run.events.iter().map(|event| event.ns);
    let faults = run.faults.iter().flat_map(|fault| fault.intervals.iter().map(|interval| interval.from_ns));
    let rows = rows.iter().map(|row| row.from_ns);
    events.chain(faults).chain(rows).chain([told, 1]).max().unwrap_or(1)
}

fn faults(run: &RunRecord) -> Html {
    let mut table =
        Table::new("Faults").words("Fault").numbers("Tried").numbers("Bit").words("Share that bit");
    let mut faults: Vec<_> = run.faults.iter().collect();
    faults.sort_by(|a, b| b.bit.cmp(&a.bit).then_with(|| a.class.cmp(&b.class)));
    for fault in faults {
        table.row(
            "",
            &[
                Html::code(&fault.class),
                Html::text(&words::count(fault.tried)),
                Html::text(&words::count(fault.bit)),
                html::bar(fault.bit, fault.tried),
            ],
        );
    }
    let mut out = table.html();
    if out.is_empty() {
        out.note("No fault was switched on.");
    }
    out
}

fn load(run: &RunRecord) -> Html {
    let points = &run.series;
    let step = points.windows(2).map(|pair| pair[1].ns.saturating_sub(pair[0].ns)).find(|&step| step > 0);
    let Some(step) = step else { return Html::new() };
    let step_seconds = step as f64 / 1e9;
    let time_axis = if run.engine == "tcp" { "seconds" } else { "virtual seconds" };
    let line = |name: &'static str, value: &dyn Fn(&SeriesPoint) -> Option<f64>| Series {
        name,
        points: points.iter().map(|point| (point.ns as f64 / 1e9, value(point))).collect(),
    };
    let rate = |number: u64| Some(number as f64 / step_seconds);
    let most = |value: &dyn Fn(&SeriesPoint) -> u64| points.iter().map(value).max().unwrap_or(0);
    let throughput = Chart {
        title: "Requests per second",
        summary: format!(
            "At most {} produce requests and {} polls a second.",
            words::number(most(&|point| point.sends) as f64 / step_seconds),
            words::number(most(&|point| point.polls) as f64 / step_seconds)
        ),
        time_axis,
        series: vec![
            line("produce", &|point| rate(point.sends)),
            line("poll", &|point| rate(point.polls)),
            line("error or silence", &|point| rate(point.errors)),
        ],
        logarithmic: false,
    };
    let ms = |ns: u64| (ns > 0).then_some(ns as f64 / 1e6);
    let latency = Chart {
        title: "Latency of produce, in milliseconds, by powers of ten",
        summary: format!("The longest took {}.", words::nanoseconds(most(&|point| point.max_ns))),
        time_axis,
        series: vec![
            line("median", &|point| ms(point.p50_ns)),
            line("p99", &|point| ms(point.p99_ns)),
            line("longest", &|point| ms(point.max_ns)),
        ],
        logarithmic: true,
    };
    let mut out = throughput.html();
    out.push(&latency.html());
    out
}

fn promise(run: &RunRecord) -> Html {
    let mut out = parts::pairs(&run.promise);
    if run.excuses_used.is_empty() {
        if !out.is_empty() {
            out.note("No excuse was needed.");
        }
        return out;
    }
    let mut table =
        Table::new("Excuses that were used").words("Partition").words("Why it is excused").numbers("Used");
    for excuse in &run.excuses_used {
        table.row(
            "",
            &[
                Html::code(&excuse.partition),
                Html::text(&excuse.reason),
                Html::text(&words::count(excuse.used)),
            ],
        );
    }
    out.push_markup("<h3>Excuses that were used</h3>\n").push(&table.html());
    out
}
