//! The load generator against the floor program, in one process: every workload runs to its end and counts what it did.
//! How fast anything was is nobody's business here.

use std::time::Duration;
use tribunal_benches::{
    floor::{FloorOptions, bind},
    load::{BenchError, BenchOptions, BenchResult, Control, run},
};
use tribunal_env::Level;

/// Starts a floor program on a thread that ends with the test's process; its address.
#[expect(clippy::disallowed_methods, reason = "the floor program brings its own runtime")]
fn floor(directory: &std::path::Path, flush: bool) -> String {
    let options = FloorOptions {
        listen: "127.0.0.1:0".to_owned(),
        directory: directory.to_owned(),
        threads: 1,
        tail_bytes: 1 << 20,
        null: false,
        flush,
        flush_at_once: false,
        sendfile: false,
    };
    let bound = bind(options).expect("a port and a temporary directory can be had");
    let address = bound.address().to_owned();
    std::thread::spawn(move || bound.serve());
    address
}

fn check(options: impl FnOnce(&str) -> BenchOptions) -> BenchResult {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let address = floor(directory.path(), false);
    let options =
        BenchOptions { warmup: Duration::ZERO, duration: Duration::from_millis(300), ..options(&address) };
    let result =
        tribunal_host::run(Level::Warn, |env| async move { run(&env, &options, Control::silent()).await });
    let result = result.expect("a runtime can be had").expect("the floor answers");
    assert_eq!((result.errors, result.interrupted), (0, false), "{result}");
    assert!(result.records > 0 && result.requests > 0, "{result}");
    assert_eq!(result.bytes, result.records * result.record_bytes as u64);
    let left = std::fs::read_dir(directory.path()).expect("it is there").count();
    assert_eq!(left, 0, "the run's topic was deleted");
    result
}

#[test]
fn produce_fills_its_windows() {
    let result = check(|address| BenchOptions { connections: 3, ..BenchOptions::produce(address) });
    assert_eq!(result.records, result.requests * 60);
    let pipelined = check(BenchOptions::pipelined);
    assert!(pipelined.request_latency.is_some_and(|latency| latency.count > 0));
}

#[test]
fn produce_keeps_to_its_rate() {
    let result = check(|address| BenchOptions {
        rate: Some(1000),
        batch_records: 1,
        record_bytes: 10,
        connections: 2,
        ..BenchOptions::produce(address)
    });
    // Intended times are fixed, so no more than these can fall into the window, however late they went out.
    assert!(result.request_latency.is_some_and(|latency| latency.count <= 302));
}

#[test]
fn consume_reads_tail_and_file() {
    // The floor keeps 1 MiB in memory, and the topic is longer.
    let result = check(|address| BenchOptions { consume_bytes: 3 << 20, ..BenchOptions::consume(address) });
    assert!(result.request_latency.is_some());
}

#[test]
fn latency_measures_both_ways() {
    let result = check(|address| BenchOptions { connections: 2, ..BenchOptions::latency(address) });
    let (request, end_to_end) = (result.request_latency, result.end_to_end_latency);
    let (Some(request), Some(end_to_end)) = (request, end_to_end) else { panic!("both are measured") };
    assert!(request.count > 0 && end_to_end.count > 0);
}

#[test]
fn flushes_before_acknowledging_still_acknowledge() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let address = floor(directory.path(), true);
    let options = BenchOptions { duration: Duration::from_millis(100), ..BenchOptions::round_trip(&address) };
    let result =
        tribunal_host::run(Level::Warn, |env| async move { run(&env, &options, Control::silent()).await });
    assert!(result.expect("a runtime can be had").expect("the floor answers").records > 0);
}

#[test]
fn a_missing_server_and_a_stop_are_told_apart() {
    let options = BenchOptions::produce("127.0.0.1:1");
    let result =
        tribunal_host::run(Level::Warn, |env| async move { run(&env, &options, Control::silent()).await });
    let error = result.expect("a runtime can be had").expect_err("nobody listens on port 1");
    assert!(matches!(&error, BenchError::Connect { .. }), "{error}");
    assert!(error.to_string().contains("127.0.0.1:1"));

    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let address = floor(directory.path(), false);
    let options = BenchOptions { duration: Duration::from_secs(3600), ..BenchOptions::produce(&address) };
    let mut control = Control::silent();
    let stop = control.stop.clone();
    // Stops once something was counted.
    control.progress = Box::new(move |progress| {
        if progress.records > 0 {
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    });
    let result = tribunal_host::run(Level::Warn, |env| async move { run(&env, &options, control).await });
    let result = result.expect("a runtime can be had").expect("the floor answers");
    assert!(result.interrupted && result.records > 0);
}
