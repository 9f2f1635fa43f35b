//! `tribunal bench`: that it measures, stops, and says what is wrong. How fast anything was is nobody's business here.

use crate::support::{Broker, tribunal};
use rustix::process::Signal;

const SHORT: [&str; 5] = ["--seconds", "0.3", "--warmup", "0", "-o"];

#[test]
fn each_workload_measures_and_cleans_up() {
    let broker = Broker::start();
    let out = broker.path("out");
    for workload in ["produce", "consume", "latency"] {
        let mut arguments = vec!["bench", workload];
        arguments.extend(SHORT);
        arguments.extend(["json", "--consume-bytes", "1000000", "--report", &out]);
        let told = broker.run(&arguments).good();
        let result = told.json();
        assert_eq!((&result["workload"], &result["errors"]), (&workload.into(), &0.into()));
        assert_eq!(result["interrupted"], false);
        assert!(result["records"].as_u64().is_some_and(|records| records > 0), "{result}");
        assert!(result["request_latency"]["p99_us"].as_f64().is_some_and(|p99| p99 > 0.0), "{result}");
        assert_eq!(result["end_to_end_latency"].is_object(), workload == "latency", "{result}");
        told.said(&["report: "]);
        let page =
            std::fs::read_to_string(format!("{out}/bench-{workload}.html")).expect("it was just written");
        assert!(page.contains(&format!("Benchmark: {workload}")) && page.contains("p99"));
    }
    let topics = broker.run(&["topic", "list", "-o", "json"]).good().json();
    assert_eq!(topics["topics"], serde_json::json!([]), "the topics of the runs are gone");

    let pages = tribunal(&["report", &out, "--out", &broker.path("again"), "-o", "json"]).good().json();
    assert_eq!(pages["pages"].as_array().map(Vec::len), Some(3), "{pages}");
}

#[test]
fn an_interrupted_run_tells_what_it_measured() {
    let broker = Broker::start();
    let mut running = broker.start_command(&[
        "bench",
        "produce",
        "--seconds",
        "3600",
        "--warmup",
        "0",
        "--rate",
        "5000",
        "-o",
        "json",
    ]);
    while !running.error_line().contains("records/s") {}
    running.signal(Signal::INT);
    let result = running.ended().good().json();
    assert_eq!(result["interrupted"], true);
    assert!(result["records"].as_u64().is_some_and(|records| records > 0), "{result}");
    assert!(result["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0 && seconds < 3600.0), "{result}");
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let broker = Broker::start();
    let refused = |flags: &[&str], words: &[&str]| {
        let mut arguments = vec!["bench", "produce"];
        arguments.extend(flags);
        broker.run(&arguments).refused(words);
    };
    refused(&["--seconds", "0"], &["--seconds"]);
    refused(&["--batch-records", "100000"], &["--batch-records", "brokers take"]);
    refused(&["--rate", "0"], &["--rate", "at least 1"]);
    refused(&["--topic-config", "x"], &["--topic-config NAME=VALUE"]);
    refused(&["--broker-pid", "4294967295"], &["--broker-pid"]);
    refused(&["--topic", "absent"], &["absent", "UNKNOWN_TOPIC", "topic create absent"]);
    tribunal(&["bench", "consume", "--bootstrap", "127.0.0.1:1"])
        .refused(&["no broker was reached", "tribunal serve"]);
}
