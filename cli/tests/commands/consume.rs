//! `tribunal consume`: where it starts, where it stops, and what it prints.

use crate::support::{Broker, Running};
use rustix::process::Signal;

/// A topic of one partition with records 0 to 9, a second apart from 1000 s on.
fn ten(broker: &Broker) {
    for number in 0..10 {
        let (timestamp, line) = ((1000 + number) * 1000, format!("{number}\n"));
        broker
            .feed(&["produce", "--topic", "ten", "--timestamp", &timestamp.to_string()], line.as_bytes())
            .good();
    }
}

#[test]
fn reading_starts_and_stops_where_it_is_told_to() {
    let broker = Broker::start();
    ten(&broker);
    let check = |flags: &[&str], expected: &str| {
        let mut arguments = vec!["consume", "--topic", "ten"];
        arguments.extend(flags);
        assert_eq!(broker.run(&arguments).good().output.replace('\n', ""), expected, "{flags:?}");
    };
    check(&["--until-end"], "0123456789");
    check(&["--from", "beginning", "--count", "3"], "012");
    check(&["--from", "7", "--until-end"], "789");
    check(&["--from", "7", "--count", "1"], "7");
    check(&["--from", "10", "--until-end"], "");
    check(&["--from", "end", "--until-end"], "");
    check(&["--from", "@1004000", "--until-end"], "456789");
    check(&["--from", "@1004001", "--until-end"], "56789");
    check(&["--from", "1970-01-01T00:16:48Z", "--until-end"], "89");
    check(&["--from", "2200-01-01", "--until-end"], "");
    check(&["--partition", "0", "--until-end", "--committed"], "0123456789");
}

#[test]
fn records_of_all_partitions_come_out_with_their_keys() {
    let broker = Broker::start();
    broker.run(&["topic", "create", "t", "--partitions", "4"]).good();
    let input: String = (0..40).map(|number| format!("key {}:{number}\n", number % 7)).collect();
    broker.feed(&["produce", "--topic", "t", "--key-separator", ":"], input.as_bytes()).good();
    let read = broker.run(&[
        "consume",
        "--topic",
        "t",
        "--until-end",
        "--format",
        "key-value",
        "--key-separator",
        ":",
    ]);
    let read = read.good();
    let mut lines: Vec<&str> = read.output.lines().collect();
    // Records of one key stay in order; those of different partitions come as they come.
    for key in 0..7 {
        let of_key: Vec<&&str> =
            lines.iter().filter(|line| line.starts_with(&format!("key {key}:"))).collect();
        let sent: Vec<&str> = input.lines().filter(|line| line.starts_with(&format!("key {key}:"))).collect();
        assert!(of_key.iter().map(|line| **line).eq(sent), "{of_key:?}");
    }
    let mut sent: Vec<&str> = input.lines().collect();
    lines.sort_unstable();
    sent.sort_unstable();
    assert_eq!(lines, sent);
}

/// A consumer that has read what there is and waits for more.
fn waiting(broker: &Broker) -> Running {
    broker.feed(&["produce", "--topic", "t"], b"one\n").good();
    let mut consuming = broker.start_command(&["consume", "--topic", "t"]);
    assert_eq!(consuming.line(), "one\n");
    consuming
}

#[test]
fn new_records_come_as_they_are_written_until_a_signal() {
    let broker = Broker::start();
    let mut consuming = waiting(&broker);
    broker.feed(&["produce", "--topic", "t"], b"two\n").good();
    assert_eq!(consuming.line(), "two\n");
    consuming.signal(Signal::INT);
    let ended = consuming.end().good();
    ended.said(&["stopped after 2 records"]);
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let broker = Broker::start();
    let mut consuming = waiting(&broker);
    // No record comes any more: it is the closed pipe itself that is noticed.
    consuming.close_output();
    let ended = consuming.end().good();
    assert_eq!(ended.errors, "");
}

#[test]
fn places_that_are_not_there_are_refused() {
    let broker = Broker::start();
    ten(&broker);
    let refused = |flags: &[&str], words: &[&str]| {
        let mut arguments = vec!["consume", "--topic", "ten"];
        arguments.extend(flags);
        broker.run(&arguments).refused(words);
    };
    refused(&["--from", "11"], &["ten-0 has no offset 11", "0 to 10"]);
    refused(&["--from", "soon"], &["beginning, end, an offset"]);
    refused(&["--partition", "1"], &["no partition 1", "topic describe ten"]);
    refused(&["--count", "0"], &["--count"]);
    refused(&["--format", "xml"], &["value, key-value, json"]);
    broker.run(&["consume", "--topic", "absent"]).refused(&["UNKNOWN_TOPIC", "topic list"]);
    let topics = broker.run(&["topic", "list", "-o", "json"]).good().json();
    assert_eq!(topics["topics"].as_array().map(Vec::len), Some(1), "reading makes no topic");
}
