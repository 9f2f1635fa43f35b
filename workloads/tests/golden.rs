//! Golden histories: for each anomaly the smallest history that shows it, and a legal twin that nearly does.
//!
//! `CHECKER-ANOMALY[.CASE].bad.jsonl` must be found guilty of exactly that, `….good.jsonl` of nothing. Each clause
//! of a rule has a history here that fails when the clause is taken out. And every one of them is read twice: at
//! once when it is complete, and event by event as it grows; both readings must agree.

use std::{collections::BTreeSet, fs, io::BufReader, path::PathBuf};
use tribunal_workloads::{
    checkers::{Findings, Judge, judge},
    history::{History, Limits, read, read_with, write},
};

fn goldens() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden");
    let entries = fs::read_dir(folder).expect("the golden histories are beside the tests");
    let mut goldens: Vec<_> = entries
        .map(|entry| entry.expect("the folder can be listed").path())
        .map(|path| {
            let name = path.file_name().expect("a listed file has a name").to_string_lossy().into_owned();
            (name, fs::read(path).expect("a golden history can be read"))
        })
        .collect();
    goldens.sort();
    goldens
}

fn history(name: &str, text: &[u8]) -> History {
    read(BufReader::new(text), Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn each_golden_history_gets_exactly_its_verdict() {
    let mut wrong = Vec::new();
    for (name, text) in goldens() {
        let findings = judge(&history(&name, &text));
        let found: BTreeSet<String> =
            findings.counts.keys().map(|(checker, anomaly)| format!("{checker}-{anomaly}")).collect();
        let expected: BTreeSet<String> = match name.split('.').collect::<Vec<_>>()[..] {
            [anomaly, .., "bad", "jsonl"] => [anomaly.to_owned()].into(),
            [_, .., "good", "jsonl"] => BTreeSet::new(),
            _ => panic!("{name} says neither good nor bad"),
        };
        if found != expected {
            wrong.push(format!("{name}: found {found:?}: {:#?}", findings.violations));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_anomaly_has_a_bad_history_and_a_legal_twin() {
    let names: Vec<String> = goldens().into_iter().map(|(name, _)| name).collect();
    let anomalies = |verdict: &str| -> BTreeSet<String> {
        let of = names.iter().filter(|name| name.ends_with(&format!(".{verdict}.jsonl")));
        of.filter_map(|name| name.split('.').next()).map(str::to_owned).collect()
    };
    let (bad, good) = (anomalies("bad"), anomalies("good"));
    assert!(bad.len() > 30, "the folder is there");
    // Headers are wrong in several ways, and right in one; nothing is nearly garbage.
    let alone = |name: &&String| !name.starts_with("C12") && *name != "C01-garbage";
    assert_eq!(bad.difference(&good).filter(alone).collect::<Vec<_>>(), Vec::<&String>::new());
    assert_eq!(good.difference(&bad).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn judging_along_the_way_and_afterwards_agree() {
    for (name, text) in goldens() {
        let mut online = Judge::new();
        let mut last = 0;
        let grown = read_with(BufReader::new(&text[..]), Limits::default(), |history| {
            assert_eq!(history.events().len(), last + 1, "{name} grows by one event at a time");
            last += 1;
            online.advance(history);
        })
        .unwrap_or_else(|error| panic!("{name}: {error}"));
        let online: Findings = online.finish(&grown);
        assert_eq!(online, judge(&history(&name, &text)), "{name}");
    }
}

#[test]
fn what_is_written_reads_back_as_the_same_history() {
    for (name, text) in goldens() {
        let first = history(&name, &text);
        let mut written = Vec::new();
        write(&first, &mut written).expect("a vector takes every byte");
        let second = history(&name, &written);
        let mut again = Vec::new();
        write(&second, &mut again).expect("a vector takes every byte");
        assert_eq!(String::from_utf8_lossy(&written), String::from_utf8_lossy(&again), "{name}");
        assert_eq!(judge(&first), judge(&second), "{name}");
    }
}
