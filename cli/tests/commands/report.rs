//! `tribunal workload` with `--report`, and `tribunal report` on what is stored.

use crate::support::{Broker, path, tribunal};
use std::{fs, path::Path};

fn golden(name: &str) -> String {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("cli lies in the workspace");
    path(workspace, &format!("workloads/golden/{name}"))
}

#[test]
fn a_trial_over_tcp_leaves_a_page_and_a_history_that_can_be_judged_again() {
    let broker = Broker::start();
    let (out, history) = (broker.path("out"), broker.path("h.jsonl"));
    let told = broker.run(&[
        "workload",
        "run",
        "mixed",
        "--requests",
        "60",
        "--report",
        &out,
        "--history",
        &history,
        "-o",
        "json",
    ]);
    let told = told.good();
    assert_eq!((&told.json()["verdict"], &told.json()["engine"]), (&"pass".into(), &"tcp".into()));
    told.said(&["report: "]);
    let page = fs::read_to_string(format!("{out}/run-tcp-0.html")).expect("it was just written");
    assert!(page.contains("Latency") && page.contains(&broker.address));

    let checked =
        tribunal(&["workload", "check", &history, "--report", &broker.path("checked"), "-o", "json"]);
    assert_eq!(checked.good().json()["verdict"], "pass");
    let pages =
        tribunal(&["report", &out, &history, "--out", &broker.path("all"), "-o", "json"]).good().json();
    assert_eq!(pages["pages"].as_array().map(Vec::len), Some(2), "{pages}");
}

#[test]
fn stored_violations_keep_their_exit_code_and_get_their_pages() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let out = path(folder.path(), "out");
    let bad = golden("C03-lost.middle.bad.jsonl");
    let checked = tribunal(&["workload", "check", &bad, "--report", &out, "-o", "json"]);
    assert_eq!((checked.code, &checked.json()["verdict"]), (Some(1), &"violation".into()));
    // Pages of two histories do not overwrite each other, and a page that was written is a success.
    let good = golden("C03-lost.good.jsonl");
    let pages = tribunal(&["report", &bad, &good, &bad, "--out", &out]).good();
    let pages: Vec<&str> = pages.output.lines().collect();
    assert_eq!(pages.len(), 3);
    for (page, word) in pages.iter().zip(["LOST", "legal", "LOST"]) {
        let text = fs::read_to_string(page).expect("it was just written");
        assert!(text.contains(word), "{page} has no {word}");
    }
}

#[test]
fn what_cannot_be_reported_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("the folder can be written");
        path(folder.path(), name)
    };
    let refused = |input: &str, words: &[&str]| tribunal(&["report", input]).refused(words);
    refused(&path(folder.path(), "absent"), &["cannot read", "check the path"]);
    refused(folder.path().to_str().expect("a plain name"), &["nothing to report"]);
    refused(&file("other.json", "{\"a\":1}"), &["other.json holds no run", "--report"]);
    refused(&file("broken.json", "{\"a\":"), &["broken.json", "line 1"]);
    refused(&file("odd.json", "{\"verdict\":7,\"violations\":[]}"), &["odd.json", "another version"]);
    tribunal(&["report"]).refused(&["FILE|DIR"]);
    // A page cannot be written where a file stands.
    let (history, taken) = (golden("C03-lost.good.jsonl"), file("taken", ""));
    tribunal(&["report", &history, "--out", &taken]).refused(&["cannot be written", "--out"]);
    tribunal(&["workload", "check", &file("h.jsonl", "no json\n")]).refused(&["h.jsonl, line 1"]);
    tribunal(&["workload", "check", &path(folder.path(), "absent")]).refused(&["cannot open"]);
}
