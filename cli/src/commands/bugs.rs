//! `tribunal sim bugs`: plants the bugs of `sim/bugs` in one scratch build and hunts each, to try the checkers.
//!
//! The scratch copy, its build and what is found lie under `target/planted`. The build has a folder of its own: cargo
//! tells packages of a workspace apart by their place in it, so that two copies of one would take each other's crates.

#![expect(clippy::disallowed_methods, reason = "the command line lives in the real world: wall time")]

use crate::output::{BUILD, Exit, fail, line, note};
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Instant,
};
use tribunal_reports::{BugMatrix, BugRow, BugVerdict};
use tribunal_sim::planted::{self, PlantedBug};
use tribunal_workloads::record::{CampaignRecord, RunSummary, Verdict};

const EXAMPLES: &str = "\
Examples:
  cargo sim bugs                        plant all bugs, hunt each for up to 300 seeds, print the table
  cargo sim bugs B14 B20 --jobs 2       only these
  cargo sim bugs --list                 what there is to plant
  cargo sim bugs B14 --seed 12          one run with a planted bug, again";

/// The command's arguments.
pub(super) fn command() -> Command {
    Command::new("bugs")
        .about("Plant known bugs and see whether the checkers find them")
        .after_help(EXAMPLES)
        .arg(Arg::new("name").value_name("NAME").num_args(0..).help("Bugs to hunt; all when none is named"))
        .arg(Arg::new("list").long("list").action(ArgAction::SetTrue).help("Print the bugs and end"))
        .arg(
            Arg::new("seed")
                .long("seed")
                .value_name("N")
                .value_parser(clap::value_parser!(u64))
                .conflicts_with("seeds")
                .help("Run this seed alone, with the one bug that is named"),
        )
        .arg(
            Arg::new("seeds")
                .long("seeds")
                .value_name("A..B")
                .default_value("1..300")
                .help("Seeds to hunt with, both ends included"),
        )
        .arg(
            Arg::new("jobs")
                .long("jobs")
                .value_name("J")
                .value_parser(clap::value_parser!(usize))
                .help("Runs at a time"),
        )
        .arg(
            Arg::new("engine")
                .long("engine")
                .value_name("ENGINE")
                .value_parser(["madsim", "turmoil"])
                .default_value("madsim")
                .help("The engine"),
        )
        .arg(
            Arg::new("report")
                .long("report")
                .value_name("DIR")
                .help("Where pages and JSON go; target/planted/report when not given"),
        )
        .arg(
            Arg::new("output")
                .short('o')
                .long("output")
                .value_name("FORMAT")
                .value_parser(["text", "json"])
                .default_value("text")
                .help("How the result is printed"),
        )
}

/// Runs the command.
pub(super) fn run(matches: &ArgMatches) -> Exit {
    let prepared = root().and_then(|root| Ok((chosen(matches, &root)?, root)));
    let (bugs, root) = match prepared {
        Ok(prepared) => prepared,
        Err(problem) => return fail(&problem),
    };
    if matches.get_flag("list") {
        for bug in &bugs {
            line(&format!("{:<14} {:<16} {}", bug.name, bug.expected.join(" "), bug.cause));
        }
        return Exit::Ok;
    }
    let seed = matches.get_one::<u64>("seed").copied();
    if seed.is_some() && bugs.len() != 1 {
        return fail("`--seed` runs one planted bug: name it, as in `cargo sim bugs B14 --seed 12`");
    }
    let binary = match build(&root) {
        Ok(binary) => binary,
        Err(problem) => return fail(&problem),
    };
    let hunt = Hunt { binary, root, matches };
    match seed {
        Some(seed) => hunt.again(&bugs[0], seed),
        None => hunt.all(&bugs),
    }
}

/// The checkout that this is run in.
fn root() -> Result<PathBuf, String> {
    let here =
        std::env::current_dir().map_err(|error| format!("the current folder is not readable: {error}"))?;
    let found = here.ancestors().find(|folder| folder.join(planted::BUGS).is_dir());
    found.map(Path::to_owned).ok_or_else(|| {
        format!(
            "there is no {} here or above: bugs are planted from within a checkout of Tribunal",
            planted::BUGS
        )
    })
}

fn chosen(matches: &ArgMatches, root: &Path) -> Result<Vec<PlantedBug>, String> {
    let mut bugs = planted::read_all(root)?;
    let Some(names) = matches.get_many::<String>("name") else { return Ok(bugs) };
    let names: Vec<&String> = names.collect();
    if let Some(unknown) = names.iter().find(|name| !bugs.iter().any(|bug| bug.name == ***name)) {
        return Err(format!("there is no planted bug `{unknown}`: `cargo sim bugs --list` prints them"));
    }
    bugs.retain(|bug| names.contains(&&bug.name));
    Ok(bugs)
}

/// Plants all bugs, whichever are hunted, and builds them: one build serves every hunt.
fn build(root: &Path) -> Result<PathBuf, String> {
    let scratch = root.join("target/planted/tree");
    planted::plant(root, &planted::read_all(root)?, &scratch)?;
    let target = root.join("target/planted/build");
    note("building the planted bugs, with what they depend on the first time: some minutes");
    let built = std::process::Command::new("cargo")
        .current_dir(&scratch)
        .env_remove("RUSTFLAGS")
        .args(["--config", "build.rustflags=['--cfg','madsim']", "build", "--quiet", "--locked"])
        .args(["--profile", "sim", "-p", "tribunal", "--features", "sim", "--target-dir"])
        .arg(&target)
        .status()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    if built.success() {
        Ok(target.join("sim/tribunal"))
    } else {
        Err(format!("the planted tree in {} does not build", scratch.display()))
    }
}

struct Hunt<'a> {
    binary: PathBuf,
    root: PathBuf,
    matches: &'a ArgMatches,
}

impl Hunt<'_> {
    fn text(&self, name: &str) -> &str {
        self.matches.get_one::<String>(name).map_or("", String::as_str)
    }

    fn report(&self) -> PathBuf {
        self.matches
            .get_one::<String>("report")
            .map_or_else(|| self.root.join("target/planted/report"), PathBuf::from)
    }

    fn planted(&self, bug: &PlantedBug) -> std::process::Command {
        let mut command = std::process::Command::new(&self.binary);
        command.env(planted::VARIABLE, &bug.name).arg("sim");
        command
    }

    /// One run, again.
    fn again(&self, bug: &PlantedBug, seed: u64) -> Exit {
        let status = self
            .planted(bug)
            .args(["replay", "--seed", &seed.to_string(), "--engine", self.text("engine")])
            .args(["-o", self.text("output")])
            .status();
        match status.map(|status| status.code()) {
            Ok(Some(0)) => Exit::Ok,
            Ok(Some(1)) => Exit::Violation,
            Ok(_) => Exit::Usage,
            Err(error) => fail(&format!("{} cannot be started: {error}", self.binary.display())),
        }
    }

    fn all(&self, bugs: &[PlantedBug]) -> Exit {
        let begun = Instant::now();
        let mut matrix = BugMatrix {
            engine: self.text("engine").to_owned(),
            build: BUILD.to_owned(),
            replay: "cargo sim bugs".to_owned(),
            budget: super::sim::range_of(self.text("seeds")).map_or(0, |seeds| seeds.count() as u64),
            ..BugMatrix::default()
        };
        if let Err(problem) = super::sim::range_of(self.text("seeds")) {
            return fail(&problem);
        }
        for bug in bugs {
            note(&format!("{}: {}", bug.name, bug.cause));
            let row = self.one(bug);
            note(&format!("{}: {}", bug.name, told(&row)));
            matrix.bugs.push(row);
            // What was hunted so far stays readable if the rest is interrupted.
            if let Err(problem) = self.write(&mut matrix, begun) {
                return fail(&problem);
            }
        }
        if let Err(problem) = self.without(&mut matrix).and_then(|()| self.write(&mut matrix, begun)) {
            return fail(&problem);
        }
        self.print(&matrix);
        note(&format!("report: {}", self.report().join("bugs.html").display()));
        if matrix.passes() { Exit::Ok } else { Exit::Violation }
    }

    fn write(&self, matrix: &mut BugMatrix, begun: Instant) -> Result<(), String> {
        matrix.wall_seconds = begun.elapsed().as_secs_f64();
        let written = tribunal_reports::write_bugs(matrix, &self.report());
        written
            .map(|_| ())
            .map_err(|error| format!("the report cannot be written to {}: {error}", self.report().display()))
    }

    /// Runs the same build with no bug planted, over the longest hunt's seeds: what fails there is a false alarm.
    fn without(&self, matrix: &mut BugMatrix) -> Result<(), String> {
        let seeds = super::sim::range_of(self.text("seeds"))?;
        let longest = matrix.bugs.iter().map(|row| row.runs).max().unwrap_or(0);
        if longest == 0 {
            return Ok(());
        }
        note(&format!("the same build with no bug, {longest} runs"));
        let seeds = format!("{}..{}", seeds.start(), seeds.start() + longest - 1);
        let mut command = std::process::Command::new(&self.binary);
        command.env_remove(planted::VARIABLE).args(["sim", "campaign"]);
        let record = self.campaign(&mut command, &seeds, "none")?;
        matrix.clean_runs = record.runs.len() as u64;
        let failed = record.runs.iter().filter(|run| run.verdict != Verdict::Pass).count();
        matrix.false_alarms = failed as u64;
        note(&format!("without a bug: {} runs, {failed} failed", record.runs.len()));
        Ok(())
    }

    fn print(&self, matrix: &BugMatrix) {
        if self.text("output") == "json" {
            line(&serde_json::to_string(&matrix).unwrap_or_default());
        } else {
            line(&format!(
                "{:<14} {:<16} {:<34} {:>5} {:>6} {:>8}",
                "bug", "expected", "found by", "seed", "runs", "CPU s"
            ));
            for row in &matrix.bugs {
                let seed = row.first_seed.map_or_else(|| "-".to_owned(), |seed| seed.to_string());
                let by = if row.found_by.is_empty() { "nobody" } else { &row.found_by };
                line(&format!(
                    "{:<14} {:<16} {by:<34} {seed:>5} {:>6} {:>8.1}",
                    row.bug, row.expected, row.runs, row.cpu_seconds
                ));
            }
            line(&format!("without a bug: {} runs, {} failed", matrix.clean_runs, matrix.false_alarms));
        }
    }

    /// Hunts one bug until the checker that should find it does, or the seeds are over.
    fn one(&self, bug: &PlantedBug) -> BugRow {
        let mut row = BugRow {
            bug: bug.name.clone(),
            cause: bug.cause.clone(),
            expected: bug.expected.join(" "),
            ..BugRow::default()
        };
        let mut command = self.planted(bug);
        command.args(["campaign", "--until", &bug.expected.join(",")]);
        let record = self.campaign(&mut command, self.text("seeds"), &bug.name);
        match record {
            Ok(record) => self.fill(&mut row, bug, &record),
            Err(problem) => {
                row.verdict = BugVerdict::Error;
                row.headline = format!("the hunt could not be carried out: {problem}");
            }
        }
        row
    }

    /// Runs a campaign of the planted build to its end.
    fn campaign(
        &self,
        command: &mut std::process::Command,
        seeds: &str,
        folder: &str,
    ) -> Result<CampaignRecord, String> {
        command
            .args(["--allow-vacuous", "-o", "json", "--engine", self.text("engine"), "--seeds", seeds])
            .arg("--report")
            .arg(self.report().join(folder))
            .stderr(Stdio::null());
        if let Some(jobs) = self.matches.get_one::<usize>("jobs") {
            command.args(["--jobs", &jobs.to_string()]);
        }
        let output = command.output().map_err(|error| error.to_string())?;
        serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
    }

    fn fill(&self, row: &mut BugRow, bug: &PlantedBug, record: &CampaignRecord) {
        (row.runs, row.cpu_seconds) = (record.runs.len() as u64, record.cpu_seconds);
        let by_expected = |run: &&RunSummary| run.findings.iter().any(|signature| bug.expects(signature));
        let expected = record.runs.iter().find(by_expected);
        let any = expected.or_else(|| record.runs.iter().find(|run| run.verdict != Verdict::Pass));
        row.verdict = match (expected, any) {
            (Some(_), _) => BugVerdict::Found,
            (None, Some(_)) => BugVerdict::FoundByAnother,
            (None, None) => BugVerdict::Missed,
        };
        let Some(run) = any else { return };
        let signature = run.findings.iter().find(|signature| bug.expects(signature));
        row.found_by = signature.unwrap_or(&run.signature).clone();
        let group = record.failures.iter().find(|group| group.seeds.contains(&run.seed));
        row.headline = group.map(|group| group.headline.clone()).unwrap_or_default();
        row.first_seed = Some(run.seed);
        let first = record.runs.first().map_or(run.seed, |first| first.seed);
        row.seeds_to_first = Some(run.seed - first + 1);
        let engine = if self.text("engine") == "madsim" { "" } else { " --engine turmoil" };
        row.replay = format!("cargo sim bugs {} --seed {}{engine}", bug.name, run.seed);
    }
}

fn told(row: &BugRow) -> String {
    match (row.verdict, row.first_seed) {
        (BugVerdict::Found, Some(seed)) => {
            format!("found by {} with seed {seed}; {}", row.found_by, row.replay)
        }
        (BugVerdict::FoundByAnother, Some(seed)) => {
            format!("found by {} with seed {seed}, but {} should find it", row.found_by, row.expected)
        }
        (BugVerdict::Error, _) => row.headline.clone(),
        _ => format!("not found in {} runs", row.runs),
    }
}
