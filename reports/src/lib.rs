//! Records in; pages for people and JSON for machines out.
//!
//! A page is one file: styles, drawings and a few lines of script are inline, and it loads nothing. The same
//! record gives the same bytes. Records are untrusted input, as stored histories come from anywhere: all text is
//! escaped, all lists are bounded, and no number breaks a drawing. A page's data lies beside it under the same
//! name. What a finding means is decided by the checkers; nothing here judges.

mod bugs;
mod campaign_page;
mod charts;
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
use tribunal_workloads::record::{CampaignRecord, RunRecord};

/// The name, without an ending, of the files that tell a run: `run-madsim-7`.
pub fn run_stem(engine: &str, seed: u64) -> String {
    // An engine's name comes from the record: nothing of it may lead out of the folder.
    let engine: String = engine
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() { character } else { '_' })
        .take(32)
        .collect();
    if engine.is_empty() { format!("run-{seed}") } else { format!("run-{engine}-{seed}") }
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
    write(dir, &run_stem(&run.engine, run.seed), run, &render_run(run))
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
