//! `tribunal produce`: every line is counted once, whatever becomes of it.

use crate::support::{Broker, Ended};
use rustix::process::Signal;
use serde_json::{Value, json};

/// The values of a topic, in order, one partition.
fn values(broker: &Broker, topic: &str) -> Vec<Value> {
    let read = broker.run(&["consume", "--topic", topic, "--until-end", "-o", "json"]).good();
    let records = read.output.lines().map(|line| serde_json::from_str::<Value>(line).expect("a JSON line"));
    records.map(|mut record| record["value"].take()).collect()
}

fn counts(ended: &Ended) -> [u64; 5] {
    let told = ended.json();
    ["lines", "acknowledged", "failed", "unknown", "not_sent"]
        .map(|name| told[name].as_u64().unwrap_or_else(|| panic!("{name} in {told}")))
}

#[test]
fn lines_arrive_in_order_with_every_codec_and_setting() {
    let broker = Broker::start();
    let lines: Vec<String> = (0..2000).map(|number| format!("line {number}")).collect();
    let input = lines.join("\n");
    let expected: Vec<Value> = lines.iter().map(|line| line.as_str().into()).collect();
    let check = |topic: &str, flags: &[&str]| {
        let mut arguments = vec!["produce", "--topic", topic, "-o", "json"];
        arguments.extend(flags);
        let told = broker.feed(&arguments, input.as_bytes()).good();
        assert_eq!(counts(&told), [2000, 2000, 0, 0, 0], "{topic}");
        let place = json!({ "records": 2000, "first_offset": 0, "last_offset": 1999 });
        assert_eq!(told.json()["partitions"]["0"], place, "{topic}");
        assert_eq!(values(&broker, topic), expected, "{topic}");
    };
    check("plain", &[]);
    for codec in ["gzip", "snappy", "lz4", "zstd"] {
        check(codec, &["--compression", codec, "--linger", "0"]);
    }
    check("leader", &["--acks", "1"]);
    check("unnumbered", &["--no-idempotence"]);

    let file = broker.path("lines.txt");
    std::fs::write(&file, &input).expect("the folder can be written");
    broker.run(&["produce", "--topic", "filed", "--file", &file]).good();
    assert_eq!(values(&broker, "filed"), expected);

    let unasked =
        broker.feed(&["produce", "--topic", "unasked", "--acks", "0", "-o", "json"], b"a\nb\n").good();
    assert_eq!((counts(&unasked), &unasked.json()["unacknowledged"]), ([2, 0, 0, 0, 0], &2.into()));
    assert_eq!(counts(&broker.run(&["produce", "--topic", "plain", "-o", "json"]).good()), [0; 5]);
}

#[test]
fn keys_headers_partitions_and_times_are_those_of_the_flags() {
    let broker = Broker::start();
    broker.run(&["topic", "create", "t", "--partitions", "3"]).good();
    broker
        .feed(
            &[
                "produce",
                "--topic",
                "t",
                "--key-separator",
                "=>",
                "--null",
                "NIL",
                "--header",
                "a=1",
                "--header",
                "b=x=y",
                "--partition",
                "2",
                "--timestamp",
                "1700000000123",
            ],
            b"k=>v\nNIL=>NIL\n\xff=>\xfe\n",
        )
        .good();
    let read =
        broker.run(&["consume", "--topic", "t", "--until-end", "--partition", "2", "-o", "json"]).good();
    let records: Vec<Value> =
        read.output.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect();
    let headers = json!([{ "key": "a", "value": "1" }, { "key": "b", "value": "x=y" }]);
    let record = |offset: i64| {
        json!({
            "topic": "t", "partition": 2, "offset": offset, "timestamp": 1_700_000_000_123_i64,
            "timestamp_type": "CreateTime", "headers": headers,
        })
    };
    let with = |mut record: Value, pairs: &[(&str, Value)]| {
        for (name, value) in pairs {
            record[*name] = value.clone();
        }
        record
    };
    assert_eq!(
        records,
        [
            with(record(0), &[("key", "k".into()), ("value", "v".into())]),
            with(record(1), &[("key", Value::Null), ("value", Value::Null)]),
            with(record(2), &[("key_base64", "/w==".into()), ("value_base64", "/g==".into())]),
        ]
    );
}

#[test]
fn what_is_not_acknowledged_is_named_and_nothing_is_lost() {
    let broker = Broker::start();
    let long = "x".repeat(2 << 20);
    let input = format!("first\n{long}\nlast\n");
    let told = broker.feed(&["produce", "--topic", "t", "-o", "json"], input.as_bytes());
    assert_eq!((told.code, counts(&told)), (Some(2), [3, 2, 1, 0, 0]));
    assert_eq!(
        (&told.json()["missing"][0]["line"], &told.json()["missing"][0]["outcome"]),
        (&2.into(), &"failed".into())
    );
    told.said(&["line 2: failed: the record is larger"]);
    assert_eq!(values(&broker, "t"), ["first", "last"]);

    let told = broker
        .feed(&["produce", "--topic", "keyed", "--key-separator", ":", "-o", "json"], b"a:1\nno key\nb:2\n");
    assert_eq!((told.code, counts(&told)), (Some(2), [3, 1, 0, 0, 2]));
    told.said(&["line 2", "there is no `:`"]);
    assert_eq!(values(&broker, "keyed"), ["1"]);

    // The broker refuses what its topic does not take, record by record.
    broker.run(&["topic", "create", "small", "--config", "max.message.bytes=200"]).good();
    let input = format!("{}\n", "y".repeat(1000));
    let told = broker.feed(&["produce", "--topic", "small", "-o", "json"], input.as_bytes());
    assert_eq!((told.code, counts(&told)), (Some(2), [1, 0, 1, 0, 0]));
    told.said(&["MESSAGE_TOO_LARGE"]);
}

#[test]
fn an_interrupted_produce_drains_and_says_what_was_acknowledged() {
    let broker = Broker::start();
    broker.run(&["topic", "create", "t"]).good();
    let mut producing = broker.start_command(&["produce", "--topic", "t", "-o", "json"]);
    producing.write(b"one\ntwo\nunfinished");
    // The two are acknowledged once they can be read; the third has no end yet, and is not sent as if it had.
    broker.run(&["consume", "--topic", "t", "--count", "2"]).good();
    producing.signal(Signal::INT);
    let told = producing.ended();
    assert_eq!((told.code, counts(&told)), (Some(2), [3, 2, 0, 0, 1]));
    assert_eq!(told.json()["interrupted"], true);
    told.said(&["no more lines are read"]);
    assert_eq!(values(&broker, "t"), ["one", "two"]);

    let mut producing = broker.start_command(&["produce", "--topic", "t"]);
    producing.write(b"three\n");
    broker.run(&["consume", "--topic", "t", "--count", "3"]).good();
    producing.signal(Signal::TERM);
    let told = producing.ended().good();
    assert!(told.output.starts_with("1 of 1 lines acknowledged"), "{told:?}");
}

#[test]
fn what_cannot_be_right_is_refused_before_a_line_is_read() {
    let broker = Broker::start();
    broker.run(&["topic", "create", "t", "--partitions", "2"]).good();
    let refused = |flags: &[&str], words: &[&str]| {
        let mut arguments = vec!["produce", "--topic", "t"];
        arguments.extend(flags);
        broker.run(&arguments).refused(words);
    };
    refused(&["--partition", "2"], &["no partition 2", "0 to 1", "topic alter t"]);
    refused(&["--file", &broker.path("absent.txt")], &["absent.txt", "check the path"]);
    refused(&["--file", &broker.path("")], &["is a folder"]);
    refused(&["--acks", "1", "--idempotent"], &["--idempotent needs --acks all"]);
    refused(&["--idempotent", "--no-idempotence"], &["cannot be used with"]);
    refused(&["--acks", "2"], &["--acks"]);
    refused(&["--compression", "rar"], &["gzip, snappy, lz4, zstd"]);
    refused(&["--header", "nothing"], &["--header NAME=VALUE"]);
    refused(&["--key-separator", ""], &["--key-separator is empty"]);
    broker.run(&["produce", "--topic", "no such name"]).refused(&["INVALID_TOPIC_EXCEPTION", "1 to 249"]);
}
