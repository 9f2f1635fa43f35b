//! A run of the whole broker is one run: alone, after others and beside others in its process.
//!
//! What a library draws from a place that all threads share moves with every run. So the runs in between are what finds it.

use super::{FaultClass, Scenario, Trial, TrialOptions, run};
use crate::{EngineKind, trace::first_difference};

/// Seed 10, of the workload and faults that once told two runs apart: many connections hear one stop signal.
fn restarted(engine: EngineKind) -> Trial {
    let mut options =
        TrialOptions::draw(10, &Scenario::Only(vec![FaultClass::CleanRestart, FaultClass::Kill]));
    options.fault_count = 4;
    options.engine.trace_events = usize::MAX;
    run(engine, 10, &options)
}

fn other(engine: EngineKind, seed: u64) {
    let mut options = TrialOptions::draw(seed, &Scenario::Only(vec![FaultClass::CleanRestart]));
    options.fault_count = 2;
    let _ran = run(engine, seed, &options);
}

fn assert_same(engine: EngineKind, when: &str, first: &Trial, again: &Trial) {
    let differs = first_difference(&first.trace, &again.trace);
    let name = engine.name();
    assert!(differs.is_none(), "{name}: a run {when} differs first at {differs:?}");
    assert_eq!(first.record.hash, again.record.hash, "{name}: a run {when}");
}

#[test]
fn a_run_is_the_same_after_others_and_beside_others() {
    for engine in EngineKind::available() {
        let first = restarted(*engine);
        assert!(first.trace.len() > 10_000, "the run did something");
        other(*engine, 3);
        assert_same(*engine, "after another", &first, &restarted(*engine));
        std::thread::scope(|scope| {
            let beside = scope.spawn(|| other(*engine, 4));
            let twins = [scope.spawn(|| restarted(*engine)), scope.spawn(|| restarted(*engine))];
            for twin in twins {
                assert_same(*engine, "beside others", &first, &twin.join().expect("it ran"));
            }
            beside.join().expect("it ran");
        });
    }
}
