//! `tribunal workload read`: a stored history goes on with new readers, and only damage that is told of is excused.

use crate::support::Broker;

#[test]
fn what_a_history_wrote_is_read_again_and_judged_with_it() {
    let broker = Broker::start();
    let (history, both) = (broker.path("h.jsonl"), broker.path("both.jsonl"));
    let run = ["workload", "run", "mixed", "--requests", "60", "--set", "topic_prefix=again", "--history"];
    broker.run(&[&run[..], &[&history]].concat()).good();
    let read = |more: &[&str]| broker.run(&[&["workload", "read", &history][..], more].concat());

    let told = read(&["--history", &both, "-o", "json"]).good().json();
    assert_eq!((&told["verdict"], &told["excuses_used"]), (&"pass".into(), &serde_json::json!([])));
    let checked = broker.run(&["workload", "read", &both, "--damaged", "again-0-1:0..3", "-o", "json"]);
    // Damage that nobody meets excuses nothing.
    assert_eq!(checked.good().json()["excuses_used"], serde_json::json!([]));

    for wrong in ["again-0-1", "again-0-1:3", "again-7-1:0..3", "again-0-1:a..b"] {
        read(&["--damaged", wrong]).refused(&["--damaged", wrong, "PARTITION:FIRST..LAST"]);
    }
    read(&["--lost-from", "again-0-1:x"]).refused(&["--lost-from again-0-1:x", "PARTITION:OFFSET"]);
    broker.run(&["topic", "delete", "again-1"]).good();
    broker.run(&["topic", "create", "again-1", "--partitions", "2"]).good();
    let told = read(&["-o", "json"]);
    assert_eq!(
        told.code,
        Some(2),
        "another topic of the name is not the one that was written: {}",
        told.output
    );
}
