//! A benchmark's page: the figures first, then how steady they were, then how the times are distributed, then what
//! was asked for, so that somebody else can ask the same.

use crate::{
    charts::{Chart, Series},
    html::{self, Html, Table},
    parts, words,
};
use tribunal_benches::load::{BenchResult, Latency};

/// The page of a benchmark.
pub(crate) fn render(result: &BenchResult, json: &str) -> String {
    let mut body = Html::new();
    header(&mut body, result);
    body.section("throughput", "Throughput over time", &throughput(result));
    body.section("latency", "Latency", &latency(result));
    body.section("cost", "What it cost", &parts::figures(&cost(result)));
    body.section("options", "What was asked for", &parts::pairs(&options(result)));
    html::page(&format!("Benchmark: {} on {}", result.workload, result.bootstrap), &body, json)
}

fn header(body: &mut Html, result: &BenchResult) {
    let early = if result.interrupted { ", stopped early" } else { "" };
    body.push_markup("<header>\n<h1>")
        .push_text(&format!("Benchmark: {}", result.workload))
        .push_markup("</h1>\n");
    body.note(&format!("{} for {}{early}", result.bootstrap, words::seconds(result.seconds)));
    if result.errors > 0 {
        let first = result.first_error.as_deref().unwrap_or("an error without a name");
        body.note(&format!("{} failed, the first with {first}.", words::counted(result.errors, "request")));
    }
    let mut figures = vec![
        ("records a second", words::number(result.records_per_second)),
        ("MB a second", words::number(result.megabytes_per_second)),
    ];
    let p99 = |latency: &Option<Latency>| latency.as_ref().map(|latency| microseconds(latency.p99_us));
    figures.extend(p99(&result.request_latency).map(|value| ("p99 of a request", value)));
    figures.extend(p99(&result.end_to_end_latency).map(|value| ("p99 end to end", value)));
    body.push(&html::key_figures(&figures)).push_markup("</header>\n");
}

fn microseconds(value: f64) -> String {
    // Saturates on nonsense: a float that is no number becomes 0.
    words::nanoseconds((value * 1000.0) as u64)
}

fn throughput(result: &BenchResult) -> Html {
    let points = result.records_each_second.iter().enumerate();
    let most = result.records_each_second.iter().max().copied().unwrap_or(0);
    let chart = Chart {
        title: "Records a second",
        summary: format!("At most {} in one second.", words::count(most)),
        time_axis: "seconds",
        series: vec![Series {
            name: "records",
            points: points.map(|(second, records)| (second as f64 + 1.0, Some(*records as f64))).collect(),
        }],
        logarithmic: false,
    };
    chart.html()
}

fn latency(result: &BenchResult) -> Html {
    let kinds =
        [("Request", result.request_latency.as_ref()), ("End to end", result.end_to_end_latency.as_ref())];
    let kinds: Vec<(&str, &Latency)> =
        kinds.into_iter().filter_map(|(name, latency)| Some((name, latency?))).collect();
    let Some((_, first)) = kinds.first() else { return Html::new() };
    let mut table = Table::new("Latency by percentile").words("Percentile");
    for (name, _) in &kinds {
        table = table.numbers(name);
    }
    for (percentile, _) in &first.percentiles_us {
        let mut cells = vec![Html::text(&format!("p{percentile}"))];
        cells.extend(kinds.iter().map(|(_, latency)| {
            let at = latency.percentiles_us.iter().find(|(other, _)| (other - percentile).abs() < 1e-9);
            Html::text(&at.map_or_else(|| "–".to_owned(), |(_, value)| microseconds(*value)))
        }));
        table.row("", &cells);
    }
    for (name, value) in
        [("mean", (|latency| latency.mean_us) as fn(&Latency) -> f64), ("max", |latency| latency.max_us)]
    {
        let mut cells = vec![Html::text(name)];
        cells.extend(kinds.iter().map(|(_, latency)| Html::text(&microseconds(value(latency)))));
        table.row("", &cells);
    }
    let mut out = Html::new();
    out.note(if result.rate.is_some() {
        "With a rate, a time counts from the moment at which the request was meant to be sent, so that a server that stalls cannot hide it."
    } else {
        "Without a rate, each connection keeps its window full, and a time counts from the sending: waiting in the window is part of it."
    });
    out.push(&table.html());
    out
}

fn cost(result: &BenchResult) -> Vec<(String, f64)> {
    let mut figures = vec![("CPU seconds of the load generator".to_owned(), result.client_cpu_seconds)];
    if let Some(broker) = &result.broker {
        figures.push(("CPU seconds of the server".to_owned(), broker.cpu_seconds));
        figures.extend(
            broker.cpu_seconds_per_gb.map(|cost| ("CPU seconds of the server for each GB".to_owned(), cost)),
        );
        figures.push(("resident MB of the server at the end".to_owned(), broker.resident_bytes as f64 / 1e6));
        figures.push(("MB that the server sent to storage".to_owned(), broker.written_bytes as f64 / 1e6));
    }
    figures
}

fn options(result: &BenchResult) -> Vec<(String, String)> {
    let rate = result
        .rate
        .map_or_else(|| "as fast as the windows allow".to_owned(), |rate| format!("{rate} records a second"));
    let acks = if result.acks < 0 { "all".to_owned() } else { result.acks.to_string() };
    [
        ("topic", result.topic.clone()),
        ("connections", result.connections.to_string()),
        ("requests in flight on each", result.in_flight.to_string()),
        ("records of a batch", result.batch_records.to_string()),
        ("bytes of a record", result.record_bytes.to_string()),
        ("acks", acks),
        ("rate", rate),
        ("requests answered", words::count(result.requests)),
        ("records", words::count(result.records)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}
