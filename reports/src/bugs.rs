//! The planted bugs: which were found, by whom, and how soon. A testbed is trusted for what it can find.

use crate::html::{self, Html, Table};
use crate::words;
use serde::{Deserialize, Serialize};

/// What became of the hunt for one planted bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BugVerdict {
    /// The expected checker found it.
    Found,
    /// It was found, but not by the checker that its page names.
    FoundByAnother,
    /// No run failed within the budget.
    #[default]
    Missed,
    /// It could not be planted or hunted.
    Error,
}

/// One planted bug.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BugRow {
    /// Its name, `B14`.
    pub bug: String,
    /// What the code does wrong, in a sentence.
    pub cause: String,
    /// The checker or signature that should find it, `C03/lost`.
    pub expected: String,
    /// The signature of the first failure; empty when there was none.
    pub found_by: String,
    /// The first failure's headline.
    pub headline: String,
    /// The seed that found it first.
    pub first_seed: Option<u64>,
    /// How many seeds were needed, that one included.
    pub seeds_to_first: Option<u64>,
    /// How many runs were made.
    pub runs: u64,
    /// CPU seconds that they cost.
    pub cpu_seconds: f64,
    /// What became of it.
    pub verdict: BugVerdict,
    /// The line that runs the first failure again.
    pub replay: String,
}

/// All planted bugs, and as many honest runs for comparison.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BugMatrix {
    /// `madsim` or `turmoil`.
    pub engine: String,
    /// Version and commit of the build.
    pub build: String,
    /// The line that starts the hunt again.
    pub replay: String,
    /// Most runs for each bug.
    pub budget: u64,
    /// Seconds on the wall.
    pub wall_seconds: f64,
    /// Runs of the honest build.
    pub clean_runs: u64,
    /// How many of them failed: each is a false alarm or a bug of ours.
    pub false_alarms: u64,
    /// One row a bug.
    pub bugs: Vec<BugRow>,
}

impl BugMatrix {
    fn found(&self) -> usize {
        let found = |row: &&BugRow| matches!(row.verdict, BugVerdict::Found | BugVerdict::FoundByAnother);
        self.bugs.iter().filter(found).count()
    }

    /// Whether every bug was found by the checker that should, and no honest run failed.
    pub fn passes(&self) -> bool {
        self.false_alarms == 0 && self.bugs.iter().all(|row| row.verdict == BugVerdict::Found)
    }
}

const fn dress(verdict: BugVerdict) -> (&'static str, &'static str, &'static str) {
    match verdict {
        BugVerdict::Found => ("pass", "✓", "Found"),
        BugVerdict::FoundByAnother => ("incomplete", "…", "By another"),
        BugVerdict::Missed => ("violation", "✕", "Missed"),
        BugVerdict::Error => ("error", "?", "Error"),
    }
}

fn badge((class, sign, word): (&str, &str, &str)) -> Html {
    Html::markup(format!(
        "<span class=\"badge {class}\"><span aria-hidden=\"true\">{sign} </span>{word}</span>"
    ))
}

/// The page of the planted bugs.
pub(crate) fn render(matrix: &BugMatrix, json: &str) -> String {
    let mut body = Html::markup("<header>\n");
    let word = match (matrix.bugs.is_empty(), matrix.passes()) {
        (true, _) => ("incomplete", "…", "Incomplete"),
        (false, true) => ("pass", "✓", "Pass"),
        (false, false) => ("violation", "✕", "Fail"),
    };
    body.push(&badge(word)).push_markup("\n<h1>").push_text(&headline(matrix)).push_markup("</h1>\n");
    let facts = [("Hunted on", &matrix.engine), ("build", &matrix.build)];
    let facts =
        facts.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name} {value}"));
    let facts: Vec<String> = facts.collect();
    if !facts.is_empty() {
        body.note(&facts.join(" · "));
    }
    body.push(&html::copyable("Hunt again", &matrix.replay));
    let runs = matrix.bugs.iter().fold(0u64, |sum, row| sum.saturating_add(row.runs));
    body.push(&html::key_figures(&[
        ("planted bugs", words::count(matrix.bugs.len() as u64)),
        ("found", words::count(matrix.found() as u64)),
        ("runs with a bug", words::count(runs)),
        ("runs without", words::count(matrix.clean_runs)),
        ("false alarms", words::count(matrix.false_alarms)),
        ("on the wall", words::seconds(matrix.wall_seconds)),
    ]));
    body.push_markup("</header>\n");
    body.section("bugs", "Planted bugs", &table(matrix));
    body.section("replay", "First failures", &replays(matrix));
    html::page(&format!("Planted bugs: {} of {} found", matrix.found(), matrix.bugs.len()), &body, json)
}

fn headline(matrix: &BugMatrix) -> String {
    let (found, all) = (matrix.found(), matrix.bugs.len());
    let alarms = match matrix.false_alarms {
        0 => String::new(),
        alarms => format!(", and {} without a bug failed", words::counted(alarms, "run")),
    };
    match all {
        0 => "No bug was planted.".to_owned(),
        _ if found == all => format!("All {} were found{alarms}.", words::counted(all as u64, "planted bug")),
        _ => format!("{found} of {} were found{alarms}.", words::counted(all as u64, "planted bug")),
    }
}

fn table(matrix: &BugMatrix) -> Html {
    let mut table = Table::new("Planted bugs")
        .words("Bug")
        .words("Verdict")
        .words("What the code does wrong")
        .words("Should be found by")
        .words("Was found by")
        .numbers("Seeds needed")
        .numbers("Runs")
        .numbers("CPU");
    for row in &matrix.bugs {
        let seeds = row.seeds_to_first.map_or_else(|| "–".to_owned(), words::count);
        let found_by = if row.found_by.is_empty() { Html::text("–") } else { Html::code(&row.found_by) };
        table.row(
            "",
            &[
                Html::text(&row.bug),
                badge(dress(row.verdict)),
                Html::text(&row.cause),
                Html::code(&row.expected),
                found_by,
                Html::text(&seeds),
                Html::text(&words::count(row.runs)),
                Html::text(&words::seconds(row.cpu_seconds)),
            ],
        );
    }
    table.html()
}

fn replays(matrix: &BugMatrix) -> Html {
    let mut out = Html::new();
    for row in matrix.bugs.iter().filter(|row| !row.replay.is_empty()) {
        out.push_markup("<h3>").push_text(&row.bug).push_markup("</h3>\n");
        if !row.headline.is_empty() {
            out.push_markup("<p>").push_text(&row.headline).push_markup("</p>\n");
        }
        let seed = row.first_seed.map_or_else(|| "Replay".to_owned(), |seed| format!("Seed {seed}"));
        out.push(&html::copyable(&seed, &row.replay));
    }
    out
}
