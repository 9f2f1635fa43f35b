//! What a failed run leaves beside its page: its history, the last events of its trace, the last lines of its nodes.
//!
//! The history can be judged again by `tribunal workload check`, here or elsewhere; the trace is what two builds are
//! compared by when a replay has another hash.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};
use tribunal_sim::trial::Trial;
use tribunal_workloads::{history, record::Verdict};

/// Writes the run's page and record and, when it failed, the rest of the bundle. Returns the page's path.
pub(super) fn write(trial: &Trial, directory: &Path) -> io::Result<PathBuf> {
    let page = tribunal_reports::write_run(&trial.record, directory)?;
    if trial.record.verdict == Verdict::Pass {
        return Ok(page);
    }
    let stem = tribunal_reports::run_stem(&trial.record.engine, trial.record.seed);
    let beside = |ending: &str| directory.join(format!("{stem}.{ending}"));
    if let Some(history) = &trial.history {
        history::write(history, BufWriter::new(File::create(beside("history.jsonl"))?))?;
    }
    let mut trace = BufWriter::new(File::create(beside("trace.txt"))?);
    for event in &trial.trace {
        writeln!(trace, "{event}")?;
    }
    trace.flush()?;
    let mut lines = trial.lines.join("\n");
    lines.push('\n');
    fs::write(beside("lines.txt"), lines)?;
    Ok(page)
}
