//! `tribunal topic`.

use crate::support::Broker;

#[test]
fn a_topic_lives_from_create_to_delete() {
    let broker = Broker::start();
    let made = broker.run(&[
        "topic",
        "create",
        "orders",
        "--partitions",
        "3",
        "--replication-factor",
        "1",
        "--config",
        "flush.messages=1",
        "-o",
        "json",
    ]);
    let id = made.good().json()["topic_id"].clone();
    let listed = broker.run(&["topic", "list", "-o", "json"]).good().json();
    assert_eq!(listed["topics"][0]["name"], "orders");
    assert_eq!((&listed["topics"][0]["topic_id"], &listed["topics"][0]["partitions"]), (&id, &3.into()));

    let told = broker.run(&["topic", "describe", "orders", "-o", "json"]).good().json();
    assert_eq!(told["topic_id"], id);
    assert_eq!(told["partitions"].as_array().map(Vec::len), Some(3));
    let first = &told["partitions"][0];
    assert_eq!((&first["leader"], &first["begin"], &first["end"]), (&1.into(), &0.into(), &0.into()));
    assert_eq!(
        told["configs"],
        serde_json::json!([{ "name": "flush.messages", "value": "1", "set_on_topic": true }])
    );

    broker
        .run(&[
            "topic",
            "alter",
            "orders",
            "--partitions",
            "5",
            "--config",
            "retention.ms=1000",
            "--delete-config",
            "flush.messages",
        ])
        .good();
    let told = broker.run(&["topic", "describe", "orders", "-o", "json"]).good().json();
    assert_eq!(told["partitions"].as_array().map(Vec::len), Some(5));
    assert_eq!(told["configs"][0]["name"], "retention.ms");
    assert_eq!(told["configs"].as_array().map(Vec::len), Some(1));
    let all = broker.run(&["topic", "describe", "orders", "--all"]).good();
    assert!(all.output.contains("* retention.ms=1000") && all.output.contains("  flush.messages="));

    broker.run(&["topic", "delete", "orders"]).good();
    assert_eq!(broker.run(&["topic", "list", "-o", "json"]).good().json()["topics"], serde_json::json!([]));
}

#[test]
fn what_a_broker_refuses_is_told_with_advice() {
    let broker = Broker::start();
    broker.run(&["topic", "create", "there", "--partitions", "2"]).good();
    let refused = |arguments: &[&str], words: &[&str]| broker.run(arguments).refused(words);
    refused(&["topic", "create", "there"], &["TOPIC_ALREADY_EXISTS", "topic describe there"]);
    refused(&["topic", "create", "with space"], &["INVALID_TOPIC_EXCEPTION", "1 to 249"]);
    refused(&["topic", "create", "t", "--config", "no.such=1"], &["no.such", "--all"]);
    refused(&["topic", "create", "t", "--config", "retention.ms=soon"], &["soon", "retention.ms"]);
    refused(&["topic", "create", "t", "--config", "retention.ms"], &["--config NAME=VALUE"]);
    refused(&["topic", "create", "t", "--replication-factor", "7"], &["INVALID_REPLICATION_FACTOR", "leave"]);
    refused(&["topic", "create", "t", "--partitions", "0"], &["--partitions"]);
    refused(&["topic", "describe", "absent"], &["UNKNOWN_TOPIC", "topic create absent"]);
    refused(&["topic", "delete", "absent"], &["UNKNOWN_TOPIC", "topic list"]);
    refused(&["topic", "alter", "absent", "--partitions", "3"], &["UNKNOWN_TOPIC"]);
    refused(
        &["topic", "alter", "there", "--partitions", "1"],
        &["INVALID_PARTITIONS", "never be taken away"],
    );
    refused(&["topic", "alter", "there", "--config", "flush.messages=-1"], &["flush.messages"]);
    refused(&["topic", "alter", "there"], &["nothing to change", "--delete-config"]);
    let topics = broker.run(&["topic", "list", "-o", "json"]).good().json();
    assert_eq!(topics["topics"].as_array().map(Vec::len), Some(1), "nothing was made by mistake");
}
