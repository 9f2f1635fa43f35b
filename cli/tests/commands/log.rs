//! `tribunal log`: copies of a data directory, whole, damaged and repaired; the directory of a running broker; paths that
//! do not fit.

use crate::support::{Broker, Ended, Running, path, tribunal};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::{fs, path::Path, process::Command};

const LOG: &str = "orders-0/00000000000000000000.log";

/// A broker with a topic of `count` records, in at least four batches.
fn filled(count: usize) -> Broker {
    let broker = Broker::start();
    let lines: Vec<String> = (0..count).map(|number| format!("{{\"order\":{number}}}")).collect();
    let produce = ["produce", "--topic", "orders", "--header", "from=test"];
    broker.run(&["topic", "create", "orders"]).good();
    for part in lines.chunks(count.div_ceil(4)) {
        broker.feed(&produce, part.join("\n").as_bytes()).good();
    }
    broker
}

/// A copy of the broker's data directory.
fn copy(broker: &Broker, name: &str) -> String {
    fn walk(from: &Path, to: &Path) {
        fs::create_dir_all(to).expect("the folder can be written");
        for entry in fs::read_dir(from).expect("it is there") {
            let entry = entry.expect("it can be listed");
            let target = to.join(entry.file_name());
            if entry.path().is_dir() {
                walk(&entry.path(), &target);
            } else {
                fs::copy(entry.path(), target).expect("the folder can be written");
            }
        }
    }
    let to = broker.folder.path().join(name);
    walk(&broker.folder.path().join("data"), &to);
    path(broker.folder.path(), name)
}

fn lines(ended: &Ended) -> Vec<Value> {
    ended.output.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
}

fn of_type(lines: &[Value], kind: &str) -> Vec<Value> {
    lines.iter().filter(|line| line["type"] == kind).cloned().collect()
}

#[test]
fn a_whole_directory_is_clean_and_one_in_use_is_refused() {
    let broker = filled(100);
    let data = broker.path("data");
    tribunal(&["log", "verify", &data]).refused(&["in use by a running broker", "copy"]);
    tribunal(&["log", "verify", &format!("{data}/orders-0")]).refused(&["in use by a running broker"]);
    tribunal(&["log", "verify", &format!("{data}/{LOG}")]).refused(&["in use by a running broker"]);
    let dumped = tribunal(&["log", "dump", &format!("{data}/orders-0")]).good();
    dumped.said(&["in use by a running broker"]);
    assert!(dumped.output.contains("last-offset 99"), "{dumped:?}");

    let whole = copy(&broker, "whole");
    let told = tribunal(&["log", "verify", &whole]).good();
    assert!(told.output.starts_with("no problem in 2 partitions, 2 segments, "), "{told:?}");
    let told = tribunal(&["log", "verify", &format!("{whole}/orders-0"), "-o", "json"]).good().json();
    assert_eq!((&told["verdict"], &told["records"]), (&"clean".into(), &100.into()));
    tribunal(&["log", "verify", &format!("{whole}/{LOG}"), &format!("{whole}/meta.properties")]).good();
    assert_eq!(fs::read(format!("{whole}/{LOG}")).ok(), fs::read(format!("{data}/{LOG}")).ok());
}

#[test]
fn damage_is_told_with_its_place_and_its_cure() {
    let broker = filled(100);
    let damaged = copy(&broker, "damaged");
    let log = format!("{damaged}/{LOG}");
    let batches = lines(&tribunal(&["log", "dump", &log, "-o", "json"]).good());
    let (position, offset) = (batches[1]["position"].clone(), batches[1]["base_offset"].clone());
    let mut bytes = fs::read(&log).expect("it is there");
    let at = usize::try_from(position.as_u64().expect("a number")).expect("small") + 70;
    bytes[at] ^= 1;
    fs::write(&log, bytes).expect("the folder can be written");
    fs::write(format!("{damaged}/notes.txt"), "mine").expect("the folder can be written");
    fs::write(format!("{damaged}/meta.properties"), "version=1\n").expect("the folder can be written");

    let told = tribunal(&["log", "verify", &damaged, "-o", "json"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    let told = lines(&told);
    let problems = of_type(&told, "problem");
    let named: Vec<&Value> = problems.iter().map(|problem| &problem["problem"]).collect();
    assert_eq!(named, ["foreign-name", "damaged-batch", "meta-properties"]);
    let problem = &problems[1];
    assert_eq!(
        (&problem["file"], &problem["position"], &problem["offset"]),
        (&log.as_str().into(), &position, &offset)
    );
    assert_eq!((&told[3]["verdict"], &told[3]["problems"]), (&"problems".into(), &3.into()));

    let told = tribunal(&["log", "verify", &damaged]);
    let place = format!("{log}, byte {position}, offset {offset}: damaged-batch: the batch's CRC is wrong");
    let line = told.output.lines().find(|line| line.starts_with(&place));
    assert!(line.is_some_and(|line| line.contains("Recovery: ")), "{told:?}");
    assert!(told.output.contains("3 problems in 2 partitions"), "{told:?}");

    let dumped = tribunal(&["log", "dump", &log]);
    assert_eq!(dumped.code, Some(1), "{dumped:?}");
    assert!(dumped.output.contains(&format!("DAMAGED  expected-offset {offset}")), "{dumped:?}");
    assert!(dumped.output.contains("last-offset 99"), "what follows is shown: {dumped:?}");
}

#[test]
fn records_indexes_and_metadata_are_dumped() {
    let broker = filled(100);
    let whole = copy(&broker, "whole");
    let partition = format!("{whole}/orders-0");
    let dumped = lines(&tribunal(&["log", "dump", &partition, "--records", "-o", "json"]).good());
    let records = of_type(&dumped, "record");
    let values: Vec<String> =
        records.iter().map(|record| record["value"].as_str().unwrap_or_default().to_owned()).collect();
    let expected: Vec<String> = (0..100).map(|number| format!("{{\"order\":{number}}}")).collect();
    assert_eq!(values, expected);
    assert_eq!(records[7]["headers"], json!([{ "key": "from", "value": "test" }]));
    assert_eq!((&records[7]["offset"], &records[7]["key"]), (&7.into(), &Value::Null));
    assert_eq!(of_type(&dumped, "partition").len(), 1);
    assert_eq!(of_type(&dumped, "epoch")[0]["start_offset"], 0);
    let counted: i64 =
        of_type(&dumped, "batch").iter().map(|batch| batch["records"].as_i64().unwrap_or(0)).sum();
    assert_eq!(counted, 100);

    let part = tribunal(&["log", "dump", &partition, "--records", "--from", "30", "--to", "31"]).good();
    let shown: Vec<&str> =
        part.output.lines().map(str::trim).filter(|line| line.starts_with("offset 3")).collect();
    assert_eq!(shown.len(), 2, "{part:?}");
    assert!(shown[0].contains(r#"key null  value "{\"order\":30}"  headers "from"="test""#), "{part:?}");
    let short = tribunal(&[
        "log",
        "dump",
        &partition,
        "--records",
        "--from",
        "30",
        "--to",
        "30",
        "--max-value-bytes",
        "3",
    ]);
    assert!(short.good().output.contains(r#"value "{\"o" (of 12 bytes)"#));

    let metadata = format!("{whole}/__cluster_metadata-0");
    let dumped = tribunal(&["log", "dump", &metadata, &format!("{whole}/bootstrap.checkpoint"), "--records"]);
    let dumped = dumped.good();
    for word in ["TopicRecord", "\"orders\"", "control leader change", "control snapshot footer"] {
        assert!(dumped.output.contains(word), "{word} in {dumped:?}");
    }
    let everything = tribunal(&["log", "dump", &whole]).good();
    for word in ["cluster.id=", "who leads the metadata log", "leader-epoch 0  start-offset 0"] {
        assert!(everything.output.contains(word), "{word} in {everything:?}");
    }
}

#[test]
fn caches_are_repaired_once_the_broker_is_stopped() {
    let broker = filled(100);
    let data = broker.path("data");
    for write in [&[][..], &["--write"]] {
        let told = tribunal(&[&["log", "repair", &data], write].concat());
        told.refused(&["in use by a running broker", "copy"]);
        let partition = format!("{data}/orders-0");
        tribunal(&[&["log", "repair", &partition], write].concat()).refused(&["in use by a running broker"]);
    }
    let copied = copy(&broker, "copied");
    let whole = tribunal(&["log", "repair", &copied]).good();
    assert_eq!(whole.output, "nothing to do; no problem is left in 2 partitions\n");

    let epochs = format!("{copied}/orders-0/leader-epoch-checkpoint");
    let left_over = format!("{copied}/orders-0/00000000000000000009.index");
    fs::write(&epochs, "0\n1\nzero 0\n").expect("the folder can be written");
    fs::write(&left_over, "").expect("the folder can be written");
    let dry = tribunal(&["log", "repair", &copied]);
    assert_eq!(dry.code, Some(1), "{dry:?}");
    assert!(dry.output.contains(&format!("would be made again: {epochs}, byte 4: ")), "{dry:?}");
    assert!(dry.output.contains("a dry run: 2 steps to do, with --write; no problem is left"), "{dry:?}");
    assert!(fs::exists(&left_over).is_ok_and(|exists| exists));
    let done = lines(&tribunal(&["log", "repair", &copied, "--write", "-o", "json"]).good());
    let acts: Vec<Value> = of_type(&done, "step").iter().map(|step| step["act"].clone()).collect();
    assert_eq!(acts, ["remove", "rebuild"]);
    assert_eq!((&done[2]["verdict"], &done[2]["steps"]), (&"repaired".into(), &2.into()));
    tribunal(&["log", "verify", &copied]).good();
    tribunal(&["log", "repair", &copied, "--write"]).good();
}

#[test]
fn a_damaged_log_is_cut_only_when_that_is_asked() {
    let broker = filled(100);
    let damaged = copy(&broker, "damaged");
    let (log, partition) = (format!("{damaged}/{LOG}"), format!("{damaged}/orders-0"));
    let batches = lines(&tribunal(&["log", "dump", &log, "-o", "json"]).good());
    let (position, offset) = (batches[1]["position"].clone(), batches[1]["base_offset"].clone());
    let at = usize::try_from(position.as_u64().expect("a number")).expect("small");
    let mut bytes = fs::read(&log).expect("it is there");
    bytes[at + 70] ^= 1;
    fs::write(&log, &bytes).expect("the folder can be written");
    let kept = tribunal(&["log", "repair", &damaged, "--write"]);
    assert_eq!(kept.code, Some(1), "{kept:?}");
    assert!(
        kept.output.contains(&format!("left: {log}, byte {position}, offset {offset}: damaged-batch")),
        "{kept:?}"
    );
    assert_eq!(fs::read(&log).ok().as_ref(), Some(&bytes));

    tribunal(&["log", "repair", &damaged, "--truncate-at-damage"]).refused(&["name the partition"]);
    tribunal(&["log", "repair", &partition, "--save", "x"]).refused(&["--truncate-at-damage"]);
    tribunal(&["log", "repair", &log]).refused(&["neither a data directory"]);
    let saved = broker.path("saved");
    let cut = ["log", "repair", &partition, "--truncate-at-damage", "--save", &saved];
    let dry = tribunal(&cut);
    assert_eq!(dry.code, Some(1), "{dry:?}");
    assert!(!fs::exists(&saved).is_ok_and(|exists| exists));
    let done = tribunal(&[&cut[..], &["--write"]].concat()).good();
    assert!(done.output.contains(&format!("offsets are given up, {offset} to 99")), "{done:?}");
    assert_eq!(fs::read(&log).ok().as_deref(), Some(&bytes[..at]));
    let copy = format!("{saved}/orders-0/00000000000000000000.log.cut-{position}");
    assert_eq!(fs::read(&copy).ok().as_deref(), Some(&bytes[at..]));
    tribunal(&["log", "verify", &damaged]).good();
    let dumped = tribunal(&["log", "dump", &copy]);
    assert!(dumped.output.contains("DAMAGED") && dumped.output.contains("last-offset 99"), "{dumped:?}");
}

#[test]
fn paths_that_do_not_fit_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = path(folder.path(), "notes.txt");
    fs::write(&file, "mine").expect("the folder can be written");
    let here = folder.path().to_str().expect("a plain name");
    for command in ["dump", "verify", "repair"] {
        tribunal(&["log", command, &path(folder.path(), "absent")]).refused(&["absent", "check the path"]);
        tribunal(&["log", command, here]).refused(&["log.dirs", "orders-0"]);
        tribunal(&["log", command, ""]).refused(&["check the path"]);
        tribunal(&["log", command]).refused(&["PATH"]);
        tribunal(&["log", command, &format!("{file}/x")]).refused(&["check the path"]);
    }
    tribunal(&["log", "dump", &file]).refused(&["notes.txt has no name"]);
    let told = tribunal(&["log", "verify", &file]);
    assert_eq!(told.code, Some(1), "{told:?}");
    tribunal(&["log", "dump", &file, "--from", "5", "--to", "4"]).refused(&["--from"]);
    tribunal(&["log", "dump", &file, "--from=-1"]).refused(&["--from"]);
    for command in [&["dump", "--help"][..], &["verify", "--help"], &["repair", "--help"], &["--help"]] {
        assert!(tribunal(&[&["log"], command].concat()).good().output.contains("Example"));
    }
}

#[test]
fn what_was_found_before_an_interruption_is_told() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for partition in ["a-0", "b-0"] {
        fs::create_dir(folder.path().join(partition)).expect("the folder can be written");
    }
    fs::write(folder.path().join("a-0/00000000000000000000.log"), [7; 100])
        .expect("the folder can be written");
    // Nobody writes into this pipe: whoever opens it waits.
    let pipe = folder.path().join("b-0/00000000000000000000.log");
    assert!(Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()));
    let mut verify = Running::start(&["log", "verify", folder.path().to_str().expect("a plain name")]);
    let first = verify.line();
    verify.signal(Signal::INT);
    let ended = verify.end();
    assert!(first.contains("a-0"), "{first}");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.output.contains("INTERRUPTED, until then "), "{ended:?}");
}
