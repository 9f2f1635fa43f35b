//! `tribunal report`: pages from what was stored: runs, campaigns, planted bugs, benchmarks, histories.
//!
//! Owns: telling by its fields what a file holds, and names that do not overwrite each other. A history is judged
//! again. Whatever the verdict, a page that was written is a success: `workload check` is there for verdicts.

use crate::output::{Exit, fail, json, line, note, output_argument, wants_json};
use clap::{Arg, ArgMatches, Command};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};
use tribunal_benches::{compare::report::Comparison, load::BenchResult};
use tribunal_reports::BugMatrix;
use tribunal_workloads::{
    history::Limits,
    record::{CampaignRecord, RunRecord},
    summary,
};

const EXAMPLES: &str = "\
Examples:
  tribunal report out                              the pages of everything in the folder out, written anew
  tribunal report out more/run-madsim-7.json --out pages
  tribunal report run.jsonl --out pages            a stored history: judged, and its page
  tribunal report result.json --out pages          what `tribunal bench ... -o json` printed

Files that are none of these are an error when they are named, and are left alone in a folder.";

/// The command's arguments.
pub(crate) fn command() -> Command {
    Command::new("report")
        .about("Write pages from stored runs, campaigns, benchmarks and histories")
        .after_help(EXAMPLES)
        .arg(
            Arg::new("input")
                .value_name("FILE|DIR")
                .required(true)
                .num_args(1..)
                .help("JSON of a run, campaign, hunt or benchmark, a history (.jsonl), or a folder of them"),
        )
        .arg(
            Arg::new("out")
                .long("out")
                .value_name("DIR")
                .help("Where the pages go [default: where the first input is]"),
        )
        .arg(output_argument())
}

/// What a file holds.
enum Held {
    Run(Box<RunRecord>),
    Campaign(Box<CampaignRecord>),
    Bugs(BugMatrix),
    Bench(Box<BenchResult>),
    Comparison(Box<Comparison>),
}

/// Runs the command.
pub(crate) fn run(matches: &ArgMatches) -> Exit {
    match report(matches) {
        Ok(exit) => exit,
        Err(problem) => fail(&problem),
    }
}

fn report(matches: &ArgMatches) -> Result<Exit, String> {
    let inputs: Vec<&Path> =
        matches.get_many::<String>("input").into_iter().flatten().map(Path::new).collect();
    let mut held = Vec::new();
    for input in &inputs {
        collect(input, &mut held)?;
    }
    if held.is_empty() {
        return Err(
            "nothing to report: no file there holds a run, campaign, hunt, benchmark or history".to_owned()
        );
    }
    let out = matches.get_one::<String>("out").map_or_else(|| beside(inputs[0]), PathBuf::from);
    let pages = write(&mut held, &out).map_err(|error| {
        format!(
            "the pages cannot be written to {}: {error}; name a folder that you may write to with --out",
            out.display()
        )
    })?;
    if wants_json(matches) {
        let pages: Vec<String> = pages.iter().map(|page| page.display().to_string()).collect();
        json(&serde_json::json!({ "pages": pages }))?;
    } else {
        for page in &pages {
            line(&page.display().to_string());
        }
    }
    Ok(Exit::Ok)
}

/// The folder itself, or the one that the file lies in.
fn beside(input: &Path) -> PathBuf {
    if input.is_dir() {
        return input.to_owned();
    }
    match input.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Adds what a file holds, or what the files of a folder hold, in the order of their names.
fn collect(input: &Path, held: &mut Vec<(PathBuf, Held)>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("cannot read {}: {error}; check the path", input.display());
    if !fs::metadata(input).map_err(failed)?.is_dir() {
        held.push((input.to_owned(), read(input)?));
        return Ok(());
    }
    let entries = fs::read_dir(input).map_err(failed)?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    let named = |file: &PathBuf| file.extension().is_some_and(|name| name == "json" || name == "jsonl");
    for file in files.into_iter().filter(|file| named(file) && file.is_file()) {
        match read(&file) {
            Ok(found) => held.push((file, found)),
            Err(problem) => note(&format!("left alone: {problem}")),
        }
    }
    Ok(())
}

fn read(file: &Path) -> Result<Held, String> {
    let name = file.display();
    let bytes =
        fs::read(file).map_err(|error| format!("cannot read {name}: {error}; check its permissions"))?;
    let Ok(value) = serde_json::from_slice::<Value>(&bytes) else {
        // More than one object: a history has one a line.
        let checked = summary::check(&*bytes, Limits::default()).map_err(|error| {
            format!("{name} is neither a record nor a history: line {}: {}", error.line, error.message)
        })?;
        let mut record = checked.record;
        record.replay = format!("tribunal workload check {name}");
        return Ok(Held::Run(Box::new(record)));
    };
    let has = |fields: &[&str]| fields.iter().all(|field| value.get(field).is_some());
    if has(&["runs", "failures"]) {
        parse(file, value).map(|record| Held::Campaign(Box::new(record)))
    } else if has(&["bugs", "budget"]) {
        parse(file, value).map(Held::Bugs)
    } else if has(&["verdict", "violations"]) {
        parse(file, value).map(|record| Held::Run(Box::new(record)))
    } else if has(&["workload", "records_each_second"]) {
        parse(file, value).map(|record| Held::Bench(Box::new(record)))
    } else if has(&["servers", "references", "rows"]) {
        parse(file, value).map(|record| Held::Comparison(Box::new(record)))
    } else {
        Err(format!(
            "{name} holds no run, campaign, hunt or benchmark; `-o json` and `--report` of the other commands write such files"
        ))
    }
}

fn parse<T: DeserializeOwned>(file: &Path, value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| {
        format!("{} cannot be understood: {error}; was it written by another version?", file.display())
    })
}

/// Writes all pages; those of campaigns last, because they link to those of runs.
fn write(held: &mut [(PathBuf, Held)], out: &Path) -> std::io::Result<Vec<PathBuf>> {
    held.sort_by_key(|(_, held)| matches!(held, Held::Campaign(_)));
    let mut used = BTreeSet::new();
    let mut pages = Vec::new();
    for (file, held) in held.iter() {
        let given =
            file.file_stem().map(|stem| tribunal_reports::plain(&stem.to_string_lossy())).unwrap_or_default();
        pages.push(match held {
            Held::Run(run) => {
                // Runs without a seed are told apart by their files.
                let own = tribunal_reports::run_stem(&run.engine, run.seed);
                let own =
                    if run.hash.is_empty() && !given.is_empty() { given.replace('_', "-") } else { own };
                tribunal_reports::write_run_as(run, out, &free(&own, &mut used))?
            }
            Held::Bench(result) => {
                let own = tribunal_reports::bench_stem(&result.workload);
                tribunal_reports::write_bench_as(result, out, &free(&own, &mut used))?
            }
            Held::Comparison(comparison) => {
                let own = tribunal_reports::COMPARISON_STEM;
                tribunal_reports::write_comparison_as(comparison, out, &free(own, &mut used))?
            }
            Held::Campaign(campaign) => tribunal_reports::write_campaign(campaign, out)?,
            Held::Bugs(matrix) => tribunal_reports::write_bugs(matrix, out)?,
        });
    }
    Ok(pages)
}

/// The name, or the name with a number where it is taken.
fn free(name: &str, used: &mut BTreeSet<String>) -> String {
    let mut free = name.to_owned();
    let mut number = 2;
    while !used.insert(free.clone()) {
        free = format!("{name}-{number}");
        number += 1;
    }
    free
}
