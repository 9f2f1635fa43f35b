//! Records in; pages for people and JSON for machines out.
//!
//! A page is one file: styles, drawings and a few lines of script are inline, and it loads nothing. The same
//! record gives the same bytes. Records are untrusted input, as stored histories come from anywhere: all text is
//! escaped, all lists are bounded, and no number breaks a drawing. A page's data lies beside it under the same
//! name. What a finding means is decided by the checkers; nothing here judges.

mod bench_page;
mod bugs;
mod campaign_page;
mod charts;
mod compare_page;
mod html;
mod operations;
mod parts;
mod run_page;
mod timeline;
mod words;

pub use bugs::{BugMatrix, BugRow, BugVerdict};

use serde::Serialize;
use std::io;
use std::path::{Path, PathBuf};
use tribunal_benches::{compare::report::Comparison, load::BenchResult};
use tribunal_workloads::record::{CampaignRecord, RunRecord};

/// The name, without an ending, of the files that tell a comparison.
pub const COMPARISON_STEM: &str = "compare";

/// The name, without an ending, of the files that tell a run: `run-madsim-7`.
pub fn run_stem(engine: &str, seed: u64) -> String {
    let engine = plain(engine);
    if engine.is_empty() { format!("run-{seed}") } else { format!("run-{engine}-{seed}") }
}

/// The name, without an ending, of the files that tell a benchmark: `bench-produce`.
pub fn bench_stem(workload: &str) -> String {
    format!("bench-{}", plain(workload))
}

/// A name of which nothing leads out of a folder: records come from anywhere.
pub fn plain(name: &str) -> String {
    name.chars()
        .map(|character| if character.is_ascii_alphanumeric() { character } else { '_' })
        .take(32)
        .collect()
}

/// A run's page.
pub fn render_run(run: &RunRecord) -> String {
    run_page::render(run, &format!("{}.json", run_stem(&run.engine, run.seed)))
}

/// A campaign's page, without links to the pages of its runs.
pub fn render_campaign(campaign: &CampaignRecord) -> String {
    campaign_page::render(campaign, "index.json", &|_, _| None)
}

/// The page of the planted bugs.
pub fn render_bugs(matrix: &BugMatrix) -> String {
    bugs::render(matrix, "bugs.json")
}

/// Writes `run-<engine>-<seed>.html` and the record beside it, and returns the page's path. The folder is made
/// when it is missing.
pub fn write_run(run: &RunRecord, dir: &Path) -> io::Result<PathBuf> {
    write_run_as(run, dir, &run_stem(&run.engine, run.seed))
}

/// As [`write_run`], under another name: runs over TCP have no seed that tells them apart.
pub fn write_run_as(run: &RunRecord, dir: &Path, stem: &str) -> io::Result<PathBuf> {
    write(dir, stem, run, &run_page::render(run, &format!("{stem}.json")))
}

/// A benchmark's page.
pub fn render_bench(result: &BenchResult) -> String {
    bench_page::render(result, &format!("{}.json", bench_stem(&result.workload)))
}

/// Writes `bench-<workload>.html` and the result beside it, and returns the page's path.
pub fn write_bench(result: &BenchResult, dir: &Path) -> io::Result<PathBuf> {
    write_bench_as(result, dir, &bench_stem(&result.workload))
}

/// As [`write_bench`], under another name.
pub fn write_bench_as(result: &BenchResult, dir: &Path, stem: &str) -> io::Result<PathBuf> {
    write(dir, stem, result, &bench_page::render(result, &format!("{stem}.json")))
}

/// A comparison's page.
pub fn render_comparison(comparison: &Comparison) -> String {
    compare_page::render(comparison, &format!("{COMPARISON_STEM}.json"))
}

/// Writes `compare.html` and the comparison beside it, and returns the page's path.
pub fn write_comparison(comparison: &Comparison, dir: &Path) -> io::Result<PathBuf> {
    write_comparison_as(comparison, dir, COMPARISON_STEM)
}

/// As [`write_comparison`], under another name.
pub fn write_comparison_as(comparison: &Comparison, dir: &Path, stem: &str) -> io::Result<PathBuf> {
    write(dir, stem, comparison, &compare_page::render(comparison, &format!("{stem}.json")))
}

/// Writes `index.html` and the record beside it, and returns the page's path. Links to those runs whose pages lie
/// in the folder already: write runs first.
pub fn write_campaign(campaign: &CampaignRecord, dir: &Path) -> io::Result<PathBuf> {
    let page_of = |engine: &str, seed: u64| {
        let page = format!("{}.html", run_stem(engine, seed));
        dir.join(&page).is_file().then_some(page)
    };
    write(dir, "index", campaign, &campaign_page::render(campaign, "index.json", &page_of))
}

/// Writes `bugs.html` and the record beside it, and returns the page's path.
pub fn write_bugs(matrix: &BugMatrix, dir: &Path) -> io::Result<PathBuf> {
    write(dir, "bugs", matrix, &render_bugs(matrix))
}

fn write(dir: &Path, stem: &str, record: &impl Serialize, page: &str) -> io::Result<PathBuf> {
    std::fs::create_dir_all(dir)?;
    let mut json = serde_json::to_vec_pretty(record)?;
    json.push(b'\n');
    std::fs::write(dir.join(format!("{stem}.json")), json)?;
    let path = dir.join(format!("{stem}.html"));
    std::fs::write(&path, page)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_cannot_lead_out_of_the_folder() {
        assert_eq!(run_stem("madsim", 7), "run-madsim-7");
        assert_eq!(run_stem("../../etc/x", 7), "run-______etc_x-7");
        assert_eq!(run_stem("", 0), "run-0");
    }
}
