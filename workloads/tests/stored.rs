//! Stored histories: whatever was recorded reads back the same and is judged the same; whatever else is in a file is
//! refused with the line and the reason, and costs no more than its size.

use proptest::prelude::*;
use std::io::BufReader;
use tribunal_env::PartitionKey;
use tribunal_workloads::{
    checkers::{Judge, judge},
    history::{
        AdminAnswer, AdminCall, BatchSeen, DiskDamage, EpochDone, Fault, History, InitDone, KeySent, Limits,
        ListDone, ListWhat, MarkKind, NONE, OpId, OpKind, Outcome, PollDone, RecordSeen, RecordSent,
        Recorder, SendDone, SendInvoke, SequenceSource, SessionStart, read, read_with, write,
    },
    promise::{Durability, Promise},
};

/// A small machine that turns numbers into a history, sensible or not.
struct Scribe {
    recorder: Recorder,
    ns: u64,
    pending: Vec<OpId>,
    sessions: Vec<OpId>,
}

impl Scribe {
    fn new(durability: Durability) -> Scribe {
        let promise = Promise { durability, ..Promise::default() };
        let mut scribe = Scribe {
            recorder: Recorder::new(promise, SequenceSource::default()),
            ns: 0,
            pending: Vec::new(),
            sessions: Vec::new(),
        };
        scribe.step((1, 0, 0));
        scribe
    }

    fn step(&mut self, (what, a, b): (u8, i64, i64)) {
        self.ns += a.unsigned_abs();
        let ns = self.ns;
        let key = PartitionKey { topic_id: [3; 16], partition: (b & 1) as i32 };
        let partition = self.recorder.partition("t", key);
        match what {
            0 => {
                let records: Vec<RecordSent> =
                    (0..=b & 3).map(|i| RecordSent { hash: i as u32, timestamp: a + i }).collect();
                let keys: Vec<KeySent> = if a & 8 == 0 {
                    Vec::new()
                } else {
                    records.iter().map(|record| KeySent { key: record.hash, tombstone: b & 4 == 0 }).collect()
                };
                let producer = if a & 1 == 0 { (-1, -1, -1) } else { (a, 0, b as i32) };
                let acks = (a % 3) as i8 - 1;
                let send = SendInvoke {
                    process: 1,
                    partition,
                    acks,
                    producer,
                    bytes: 9,
                    records: &records,
                    keys: &keys,
                };
                self.pending.push(self.recorder.invoke_send(ns, &send));
            }
            1 => {
                let from = if b & 1 == 0 { SessionStart::Earliest } else { SessionStart::Seek };
                self.sessions.push(self.recorder.start_session(ns, 2, partition, from, a / 2, b & 2 == 0));
            }
            2 => {
                let session = self.sessions[b as usize % self.sessions.len()];
                self.pending.push(self.recorder.invoke_poll(ns, session, a));
            }
            3 => {
                let what =
                    [ListWhat::Latest, ListWhat::Earliest, ListWhat::Timestamp(a), ListWhat::MaxTimestamp];
                self.pending.push(self.recorder.invoke_list(
                    ns,
                    3,
                    partition,
                    what[b as usize & 3],
                    a & 1 == 0,
                ));
            }
            4 => self.pending.push(self.recorder.invoke_epoch_end(ns, 3, partition, b as i32)),
            5 => {
                let topic = "t".to_owned();
                let call = match b & 3 {
                    0 => AdminCall::CreateTopic { topic, partitions: a as i32, configs: Vec::new() },
                    1 => AdminCall::DeleteTopic { topic },
                    2 => AdminCall::AlterConfig { topic, key: "k".to_owned(), value: Some("v".to_owned()) },
                    _ => {
                        let topic_id = "03".repeat(16);
                        AdminCall::DeleteRecords { topic, partition: key.partition, topic_id, before: a }
                    }
                };
                let of = matches!(call, AdminCall::DeleteRecords { .. }).then_some(partition);
                self.pending.push(self.recorder.invoke_admin(ns, 4, call, of));
            }
            6 => self.pending.push(self.recorder.invoke_init(ns, 5, "")),
            7 => self.mark(a, b),
            _ if !self.pending.is_empty() => {
                let op = self.pending.swap_remove(b as usize % self.pending.len());
                self.complete(op, a, b);
            }
            _ => (),
        }
    }

    fn mark(&mut self, a: i64, b: i64) {
        let partition = self.recorder.partition("t", PartitionKey { topic_id: [3; 16], partition: 0 });
        let what = match b & 3 {
            0 => {
                let (class, detail) = ("power_loss".to_owned(), String::new());
                MarkKind::Fault(Fault { class, node: 1, until_ns: None, detail })
            }
            1 => MarkKind::Disk { partition, node: 1, damage: DiskDamage::LostFrom(a) },
            2 => MarkKind::Disk { partition, node: 1, damage: DiskDamage::Unreadable(a, a + 1) },
            _ => MarkKind::Clock { node: 1, min_ms: -a, max_ms: a },
        };
        self.recorder.mark(self.ns, what);
    }

    fn complete(&mut self, op: OpId, a: i64, b: i64) {
        let ns = self.ns;
        let error = [Some(0), Some(0), Some(7), None][b as usize & 3];
        match op.kind() {
            OpKind::Send => {
                let earlier_doubt = (a & 4 == 0).then_some(Some(7));
                let done =
                    SendDone { error, earlier_doubt, attempts: 2, base_offset: a, ..SendDone::default() };
                self.recorder.complete_send(ns, op, &done);
            }
            OpKind::Poll => {
                let values = self.recorder.next_value();
                let records = (0..b & 7).map(|i| RecordSeen {
                    offset: a + i - (b & 8),
                    // What was never sent has no name in a file.
                    value: Some((a + i) as u32).filter(|&value| value < values).unwrap_or(NONE),
                    hash: i as u32 & 1,
                });
                let batch =
                    BatchSeen { base_offset: a, leader_epoch: (b & 3) as i32, ..BatchSeen::default() };
                let done = PollDone {
                    error,
                    watermarks: (a + 9, a + 9, b & 1),
                    leader_epoch: 1,
                    node: 1,
                    records: records.collect(),
                    batches: if b & 16 == 0 { vec![batch] } else { Vec::new() },
                };
                self.recorder.complete_poll(ns, op, &done);
            }
            OpKind::List => {
                let done = ListDone { error, offset: a, timestamp: b, leader_epoch: 0 };
                self.recorder.complete_list(ns, op, &done);
            }
            OpKind::EpochEnd => {
                self.recorder.complete_epoch_end(ns, op, &EpochDone { error, epoch: 1, end_offset: a });
            }
            OpKind::Admin => {
                let outcome = [Outcome::Ok, Outcome::Fail, Outcome::Info][a as usize % 3];
                let answer =
                    if b & 4 == 0 { AdminAnswer::LowWatermark { offset: a } } else { AdminAnswer::Nothing };
                self.recorder.complete_admin(ns, op, outcome, error.unwrap_or(3), answer);
            }
            _ => self.recorder.complete_init(ns, op, &InitDone { error, producer_id: a, producer_epoch: 0 }),
        }
    }
}

fn recorded(steps: &[(u8, i64, i64)], durability: Durability) -> History {
    let mut scribe = Scribe::new(durability);
    steps.iter().for_each(|&step| scribe.step(step));
    let (ns, last) = (scribe.ns, scribe.sessions.len() - 1);
    scribe.recorder.end_session(ns, scribe.sessions[last], true);
    scribe.recorder.mark(ns, MarkKind::Ended);
    scribe.recorder.into_history()
}

fn written(history: &History) -> Vec<u8> {
    let mut text = Vec::new();
    write(history, &mut text).expect("a vector takes every byte");
    text
}

proptest! {
    #[test]
    fn any_recorded_history_survives_storage_and_both_readings(
        steps in prop::collection::vec((0..14_u8, 0..12_i64, 0..32_i64), 0..80),
        cached in any::<bool>(),
    ) {
        let durability = if cached { Durability::PageCache } else { Durability::FlushBeforeAck };
        let history = recorded(&steps, durability);
        let text = written(&history);
        let mut online = Judge::new();
        let stored = read_with(BufReader::new(&text[..]), Limits::default(), |grown| online.advance(grown));
        let stored = stored.expect("what was written can be read");
        let again = written(&stored);
        prop_assert_eq!(String::from_utf8_lossy(&again), String::from_utf8_lossy(&text));
        let findings = judge(&history);
        prop_assert_eq!(&judge(&stored), &findings);
        prop_assert_eq!(&online.finish(&stored), &findings);
        for violation in &findings.violations {
            tribunal_workloads::story::tell(&history, violation);
        }
    }

    #[test]
    fn damaged_text_is_refused_or_read_but_never_panics(
        steps in prop::collection::vec((0..14_u8, 0..12_i64, 0..32_i64), 0..30),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut text = written(&recorded(&steps, Durability::PageCache));
        for (at, byte) in edits {
            let at = at.index(text.len());
            text[at] = byte;
        }
        if let Ok(history) = read(BufReader::new(&text[..]), Limits::default()) {
            judge(&history);
        }
    }
}

#[track_caller]
fn refused(text: &str, line: usize, reason: &str) {
    let limits = Limits { line_bytes: 400, lines: 4, records: 5, partitions: 2 };
    let error = read(BufReader::new(text.as_bytes()), limits).expect_err("this is no history");
    assert_eq!(error.line, line, "{error}");
    assert!(error.message.contains(reason), "{error}");
}

#[test]
fn what_is_no_history_is_refused_with_line_and_reason() {
    let head = "{\"op\":\"history\",\"version\":1}\n";
    let send = |from: u64, value: u64, partition: i32| {
        format!(
            "{{\"op\":\"send\",\"invoke\":[{from},1],\"to\":{{\"topic\":\"t\",\"partition\":{partition}}},\
             \"acks\":-1,\"records\":[[{value},1,1]]}}\n"
        )
    };
    refused("", 1, "empty");
    refused("nonsense\n", 1, "is no operation");
    refused(&send(1, 0, 0), 1, "the first line must be the header");
    refused(&format!("{head}{head}"), 2, "second header");
    refused("{\"op\":\"history\",\"version\":2}\n", 1, "version 2");
    refused(&format!("{head}{{\"op\":\"send\",\"colour\":1}}\n"), 2, "is no operation");
    refused(&format!("{head}{}", " ".repeat(500)), 2, "longer than 400 bytes");
    refused(&format!("{head}{}{}", send(1, 0, 0), send(1, 1, 0)), 3, "sequence 1 is used by line 2");
    refused(&format!("{head}{}\n{}", send(1, 7, 0), send(2, 7, 0)), 4, "value 7 is sent twice");
    refused(
        &format!("{head}{}{}{}", send(1, 0, 0), send(2, 1, 1), send(3, 2, 2)),
        4,
        "more than 2 partitions",
    );
    let many: String = (0..6).map(|i| send(i, i, 0)).collect();
    refused(&format!("{head}{many}"), 6, "larger than the reader's limits");
    refused(&format!("{head}{}", send(1, 0, 0).replace("[[0,1,1]]", "[]")), 2, "at least one record");
    refused(&format!("{head}{}", send(1, 0, 0).replace("\"acks\":-1", "\"acks\":5")), 2, "acks 5");
    let early = send(5, 0, 0).replace("\"to\"", "\"complete\":[4,2],\"to\"");
    refused(&format!("{head}{early}"), 2, "completes before it was invoked");
    let poll = "{\"op\":\"poll\",\"invoke\":[1,1],\"session\":9,\"from_offset\":0}\n";
    refused(&format!("{head}{poll}"), 2, "session 9 has not begun");
    let id = send(1, 0, 0).replace("\"topic\":\"t\"", "\"topic\":\"t\",\"id\":\"xyz\"");
    refused(&format!("{head}{id}"), 2, "32 hexadecimal digits");
}

#[test]
fn the_example_in_the_description_is_a_legal_history() {
    let description = include_str!("../HISTORY.md");
    let example = description.split("```json\n").nth(1).and_then(|rest| rest.split("```").next());
    let example = example.expect("the description shows an example");
    let history =
        read(BufReader::new(example.as_bytes()), Limits::default()).expect("the example can be read");
    let findings = judge(&history);
    assert!(findings.violations.is_empty(), "{:#?}", findings.violations);
    assert_eq!((history.sends().len(), history.polls().len(), history.ended()), (1, 1, true));
}
