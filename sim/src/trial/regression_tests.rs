//! Seeds that found something once, run again: whatever else changes, what they met is met again in some run like theirs.

use super::{Scenario, TrialOptions, run};
use crate::EngineKind;
use tribunal_workloads::record::Verdict;

const SEEDS: &str = include_str!("../../seeds/regressions.txt");

#[test]
fn seeds_that_found_something_pass() {
    let rows: Vec<&str> = SEEDS.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(!rows.is_empty(), "the list is there");
    let mut failed = Vec::new();
    for row in rows {
        let words: Vec<&str> = row.splitn(3, ' ').collect();
        let [engine, seed, found] = words[..] else { panic!("engine, seed, finding: {row}") };
        let engine: EngineKind = engine.parse().expect("the list names engines");
        let seed = seed.parse().expect("the list names seeds");
        if !EngineKind::available().contains(&engine) {
            continue;
        }
        let record = run(engine, seed, &TrialOptions::draw(seed, &Scenario::Mixed)).record;
        if record.verdict != Verdict::Pass {
            failed.push(format!(
                "{} seed {seed}: {} (it once found {found})",
                engine.name(),
                record.headline
            ));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
