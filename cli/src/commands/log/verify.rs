//! `tribunal log verify`: one line a problem, and a summary.

use super::{Target, targets};
use crate::output::{Exit, json, line, note, wants_json};
use clap::ArgMatches;
use serde::Serialize;
use std::time::Duration;
use tribunal_env::{Disk, Env, Instant};
use tribunal_log::inspect::{
    Content, FileKind, Finding, Malformed, Place, Problem, Totals, Witness, read_content, verify,
};
use tribunal_metadata::meta_properties::{self, MetaProperties};

/// How often work that goes on says so.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(2);

/// Says now and then how far the work has come.
pub(super) struct Progress {
    env: Env,
    began: Instant,
    told: Instant,
}

impl Progress {
    pub(super) fn new(env: &Env) -> Progress {
        let now = env.now();
        Progress { env: env.clone(), began: now, told: now }
    }

    /// The work is at `file`.
    pub(super) fn passed(&mut self, file: &str, totals: &Totals) {
        let now = self.env.now();
        if now.since(self.told) < PROGRESS_INTERVAL {
            return;
        }
        self.told = now;
        note(&format!(
            "{:>4} s  {} segments  {}  {} problems  {file}",
            now.since(self.began).as_secs(),
            totals.segments,
            size(totals.bytes),
            totals.problems
        ));
    }
}

/// Prints what is found as it is found.
struct Printer {
    progress: Progress,
    json: bool,
    /// Of the paths that are done.
    before: Totals,
    /// Of the one at hand.
    now: Totals,
    listed: u64,
}

impl Printer {
    fn totals(&self) -> Totals {
        let (before, now) = (self.before, self.now);
        Totals {
            partitions: before.partitions + now.partitions,
            segments: before.segments + now.segments,
            batches: before.batches + now.batches,
            records: before.records + now.records,
            bytes: before.bytes + now.bytes,
            problems: before.problems + now.problems,
        }
    }
}

/// A problem, as it is printed.
#[derive(Serialize)]
pub(super) struct ProblemLine<'a> {
    r#type: &'static str,
    problem: &'static str,
    file: &'a str,
    position: Option<u64>,
    offset: Option<i64>,
    meaning: &'a str,
    recovery: &'a str,
}

impl<'a> ProblemLine<'a> {
    pub(super) fn of(finding: &'a Finding, kind: &'static str) -> ProblemLine<'a> {
        let Finding { problem, file, position, offset, meaning, recovery } = finding;
        let offset = offset.map(|offset| offset.0);
        let problem = problem.name();
        ProblemLine { r#type: kind, problem, file, position: *position, offset, meaning, recovery }
    }

    /// The line for people.
    pub(super) fn text(&self) -> String {
        let ProblemLine { problem, file, meaning, recovery, .. } = self;
        let position = self.position.map_or_else(String::new, |position| format!(", byte {position}"));
        let offset = self.offset.map_or_else(String::new, |offset| format!(", offset {offset}"));
        format!("{file}{position}{offset}: {problem}: {meaning}. Recovery: {recovery}.")
    }
}

impl Witness for Printer {
    fn found(&mut self, finding: Finding) {
        self.listed += u64::from(finding.problem != Problem::More);
        let told = ProblemLine::of(&finding, "problem");
        if !self.json {
            line(&told.text());
        } else if let Err(problem) = json(&told) {
            note(&problem);
        }
    }

    fn passed(&mut self, file: &str, totals: &Totals) {
        self.now = *totals;
        let totals = self.totals();
        self.progress.passed(file, &totals);
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{} KB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

/// A number of things, with its plural.
pub(super) fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Runs the command.
pub(super) async fn run(env: &Env, matches: &ArgMatches) -> Result<Exit, String> {
    let disk = env.disk();
    let targets = targets(&*disk, matches).await?;
    if let Some(busy) = targets.iter().find(|target| target.busy) {
        return Err(format!(
            "{} is in use by a running broker, and what it is writing would look damaged: stop it first, or verify a \
             copy",
            busy.path
        ));
    }
    let mut printer = Printer {
        progress: Progress::new(env),
        json: wants_json(matches),
        before: Totals::default(),
        now: Totals::default(),
        listed: 0,
    };
    let done = tokio::select! {
        biased;
        _ = tribunal_host::stop_requested() => None,
        done = all(&*disk, &targets, &mut printer) => Some(done),
    };
    if let Some(Err(problem)) = done {
        return Err(problem);
    }
    tell(&printer, done.is_none())
}

async fn all(disk: &dyn Disk, targets: &[Target], printer: &mut Printer) -> Result<(), String> {
    for target in targets {
        let Target { path, place, .. } = target;
        let totals = verify(disk, path, place, printer)
            .await
            .map_err(|error| format!("cannot look at {path}: {error}; check the path and your rights"))?;
        printer.now = totals;
        identity(disk, path, place, printer).await;
        printer.before = printer.totals();
        printer.now = Totals::default();
    }
    Ok(())
}

/// `meta.properties`, which the log itself knows nothing of.
async fn identity(disk: &dyn Disk, path: &str, place: &Place, printer: &mut Printer) {
    let file = match place {
        Place::DataDirectory => format!("{path}/{}", meta_properties::FILE_NAME),
        Place::File(FileKind::MetaProperties) => path.to_owned(),
        _ => return,
    };
    let wrong = match read_content(disk, &file, FileKind::MetaProperties).await {
        Ok(Ok(Content::Text(text))) => MetaProperties::parse(&text).err().map(|why| (None, why)),
        Ok(Ok(_)) => None,
        Ok(Err(Malformed { position, why })) => Some((Some(position), why)),
        Err(error) => Some((None, format!("it cannot be read ({error})"))),
    };
    if let Some((position, why)) = wrong {
        let meaning =
            format!("{why}: it cannot be told which node of which cluster the directory belongs to");
        let recovery = "a start is refused: restore the file";
        let finding = Finding::new(Problem::MetaProperties, &file, meaning, recovery);
        printer.now.problems += 1;
        printer.found(Finding { position, ..finding });
    }
}

#[derive(Serialize)]
struct Summary {
    r#type: &'static str,
    verdict: &'static str,
    problems: u64,
    partitions: u64,
    segments: u64,
    batches: u64,
    records: u64,
    bytes: u64,
}

fn tell(printer: &Printer, interrupted: bool) -> Result<Exit, String> {
    let totals = printer.totals();
    // What was found after the last count of an interrupted path was listed nevertheless.
    let problems = totals.problems.max(printer.listed);
    let verdict = match (problems, interrupted) {
        (_, true) => "interrupted",
        (0, false) => "clean",
        _ => "problems",
    };
    let Totals { partitions, segments, batches, records, bytes, .. } = totals;
    if printer.json {
        json(&Summary {
            r#type: "summary",
            verdict,
            problems,
            partitions,
            segments,
            batches,
            records,
            bytes,
        })?;
    } else {
        let head = if interrupted { "INTERRUPTED, until then " } else { "" };
        let found = if problems == 0 { "no problem".to_owned() } else { counted(problems, "problem") };
        let seen = [
            counted(partitions, "partition"),
            counted(segments, "segment"),
            if batches == 1 { "1 batch".to_owned() } else { format!("{batches} batches") },
            counted(records, "record"),
        ];
        line(&format!("{head}{found} in {}, {}", seen.join(", "), size(bytes)));
    }
    Ok(match (problems, interrupted) {
        (0, false) => Exit::Ok,
        (0, true) => Exit::Usage,
        _ => Exit::Violation,
    })
}
