//! The lines of a sub-history as rows that people read: who asked what, where, and what came of it.

use crate::words;
use std::collections::BTreeMap;
use tribunal_wire::ErrorCode;
use tribunal_workloads::history::{
    AdminAnswer, AdminCall, DiskDamage, Line, ListWhat, Moment, Outcome, PartitionName, PollLine, SendLine,
    SessionLine, SessionStart, WorstError,
};

/// How an operation ended, for colour and sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It was answered, or it needs no answer.
    Done,
    /// It was refused.
    Refused,
    /// Nobody knows.
    Unknown,
}

/// An operation for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operation {
    /// When it began.
    pub(crate) from_ns: u64,
    /// When it ended; `None` when it never did, and for instants the same as its begin.
    pub(crate) to_ns: Option<u64>,
    /// The lane it belongs to.
    pub(crate) lane: String,
    /// What was asked, in one or two words.
    pub(crate) verb: &'static str,
    /// Where, or empty.
    pub(crate) place: String,
    /// Parameters.
    pub(crate) detail: String,
    /// What came of it.
    pub(crate) result: String,
    /// How it ended.
    pub(crate) ending: Ending,
}

/// All operations of a sub-history in order. Polls learn their reader and partition from their session's line.
pub(crate) fn operations(lines: &[Line]) -> Vec<Operation> {
    let sessions: BTreeMap<u64, &SessionLine> = lines
        .iter()
        .filter_map(|line| match line {
            Line::Session(session) => Some((session.session, session)),
            _ => None,
        })
        .collect();
    let mut operations: Vec<Operation> = lines.iter().filter_map(|line| operation(line, &sessions)).collect();
    operations.sort_by_key(|operation| operation.from_ns);
    operations
}

fn operation(line: &Line, sessions: &BTreeMap<u64, &SessionLine>) -> Option<Operation> {
    Some(match line {
        Line::History(_) => return None,
        Line::Send(send) => sent(send),
        Line::Session(session) => stayed(session),
        Line::Poll(poll) => polled(poll, sessions.get(&poll.session).copied()),
        Line::ListOffsets(list) => {
            let what = match list.what {
                ListWhat::Latest => "the end".to_owned(),
                ListWhat::Earliest => "the start".to_owned(),
                ListWhat::Timestamp(at) => format!("first at or after timestamp {at}"),
                ListWhat::MaxTimestamp => "the greatest timestamp".to_owned(),
            };
            let row = asked(list.invoke, list.complete, list.process, "list offsets", list.error);
            let result = answer(list.error, || format!("offset {}", list.offset));
            Operation { place: name(&list.at), detail: what, result, ..row }
        }
        Line::OffsetForLeaderEpoch(asked_epoch) => {
            let ask = asked_epoch;
            let row = asked(ask.invoke, ask.complete, ask.process, "end of epoch", ask.error);
            let result = answer(ask.error, || format!("epoch {} ends at {}", ask.epoch, ask.end_offset));
            Operation { place: name(&ask.at), detail: format!("epoch {}", ask.asked_epoch), result, ..row }
        }
        Line::Admin(admin) => {
            let (verb, place, detail) = call(&admin.call);
            let row = asked(admin.invoke, admin.complete, admin.process, verb, admin.error);
            let result = answer(admin.error, || admin_answer(&admin.answer));
            Operation { place, detail, result, ..row }
        }
        Line::InitProducerId(init) => {
            let row = asked(init.invoke, init.complete, init.process, "producer id", init.error);
            let result =
                answer(init.error, || format!("producer {} epoch {}", init.producer_id, init.producer_epoch));
            Operation { detail: init.transactional_id.clone(), result, ..row }
        }
        Line::Fault(fault) => {
            let detail = format!("{} {}", fault.fault.class, fault.fault.detail).trim().to_owned();
            let row = instant(fault.invoke, node(fault.fault.node), "fault", String::new(), detail);
            Operation { to_ns: fault.fault.until_ns.or(row.to_ns), ..row }
        }
        Line::Disk(disk) => {
            let detail = match disk.damage {
                DiskDamage::LostFrom(offset) => format!("unsynced from offset {offset} on: may be gone"),
                DiskDamage::Unreadable(first, last) => format!("offsets {first} to {last} cannot be read"),
            };
            instant(disk.invoke, node(disk.node), "disk", name(&disk.at), detail)
        }
        Line::Clock(clock) => {
            let detail = format!("wall clock off by {} to {} ms", clock.min_ms, clock.max_ms);
            instant(clock.invoke, node(clock.node), "clock", String::new(), detail)
        }
        Line::Healed(at) => {
            instant(at.invoke, "run".to_owned(), "healed", String::new(), "all faults have ended".to_owned())
        }
        Line::Ended(at) => instant(at.invoke, "run".to_owned(), "ended", String::new(), String::new()),
    })
}

fn sent(send: &SendLine) -> Operation {
    let values: Vec<(i64, Option<u64>)> =
        send.records.iter().enumerate().map(|(index, record)| (index as i64, Some(record.0))).collect();
    let acks = match send.acks {
        -1 => "acks all".to_owned(),
        other => format!("acks {other}"),
    };
    let mut detail = format!("{}, {acks}", value_spans(&values));
    if send.attempts > 1 {
        detail.push_str(&format!(", {} attempts", send.attempts));
    }
    if send.producer_id >= 0 {
        detail.push_str(&format!(", producer {} sequence {}", send.producer_id, send.base_sequence));
    }
    let mut result = answer(send.error, || match send.base_offset {
        ..0 => "acknowledged without an offset".to_owned(),
        offset => format!("acknowledged at offset {offset}{}", epoch(send.leader_epoch)),
    });
    match send.worst_error {
        Some(WorstError::Code(code)) => result.push_str(&format!("; earlier {}", error_name(code))),
        Some(WorstError::NoAnswer) => result.push_str("; earlier no answer"),
        None => {}
    }
    let row = asked(send.invoke, send.complete, send.process, "send", send.error);
    let ending = match (send.outcome, send.complete) {
        (_, None) | (Some(Outcome::Info), _) => Ending::Unknown,
        (Some(Outcome::Ok), _) => Ending::Done,
        (Some(Outcome::Fail), _) => Ending::Refused,
        (None, _) => row.ending,
    };
    Operation { place: name(&send.to), detail, result, ending, ..row }
}

fn stayed(session: &SessionLine) -> Operation {
    let from = match session.from {
        SessionStart::Seek => "an offset of its choice",
        SessionStart::Earliest => "the start",
        SessionStart::Latest => "the end",
        SessionStart::Timestamp => "a timestamp",
        SessionStart::Committed => "a committed offset",
    };
    let result = match (session.complete, session.reached_end) {
        (_, true) => "read until nothing was left",
        (Some(_), false) => "left before the end",
        (None, false) => "never ended",
    };
    Operation {
        place: name(&session.at),
        detail: format!("session {} from {from}, offset {}", session.session, session.start_offset),
        result: result.to_owned(),
        ..asked(session.invoke, session.complete, session.process, "session", Some(0))
    }
}

fn polled(poll: &PollLine, session: Option<&SessionLine>) -> Operation {
    let seen: Vec<(i64, Option<u64>)> =
        poll.records.iter().map(|&(offset, value, _)| (offset, value)).collect();
    let mut result = answer(poll.error, || match seen.is_empty() {
        true => "saw nothing here".to_owned(),
        false => format!("saw {}", spans(&seen)),
    });
    let damaged = poll.records.iter().filter(|record| record.2.is_some()).count();
    if damaged > 0 {
        result.push_str(&format!("; {damaged} not as sent"));
    }
    let lane = session
        .map_or_else(|| format!("session {}", poll.session), |session| format!("client {}", session.process));
    let mut detail = format!("from offset {}", poll.from_offset);
    if poll.high_watermark >= 0 {
        detail.push_str(&format!(", high watermark {}", poll.high_watermark));
    }
    let row = asked(poll.invoke, poll.complete, 0, "poll", poll.error);
    Operation {
        lane,
        place: session.map_or_else(String::new, |session| name(&session.at)),
        detail,
        result,
        ..row
    }
}

fn asked(
    invoke: Moment,
    complete: Option<Moment>,
    process: u16,
    verb: &'static str,
    error: Option<i16>,
) -> Operation {
    let ending = match (complete, error) {
        (None, _) | (_, None) => Ending::Unknown,
        (Some(_), Some(0)) => Ending::Done,
        (Some(_), Some(_)) => Ending::Refused,
    };
    Operation {
        from_ns: invoke.ns,
        to_ns: complete.map(|complete| complete.ns),
        lane: format!("client {process}"),
        verb,
        place: String::new(),
        detail: String::new(),
        result: String::new(),
        ending,
    }
}

fn instant(at: Moment, lane: String, verb: &'static str, place: String, detail: String) -> Operation {
    let result = String::new();
    Operation { from_ns: at.ns, to_ns: Some(at.ns), lane, verb, place, detail, result, ending: Ending::Done }
}

fn answer(error: Option<i16>, done: impl FnOnce() -> String) -> String {
    match error {
        None => "no answer".to_owned(),
        Some(0) => done(),
        Some(code) => error_name(code),
    }
}

fn error_name(code: i16) -> String {
    ErrorCode::known(code).map_or_else(|| format!("error {code}"), |error| error.name().to_owned())
}

fn epoch(epoch: i32) -> String {
    if epoch < 0 { String::new() } else { format!(", epoch {epoch}") }
}

fn node(node: i16) -> String {
    if node < 0 { "run".to_owned() } else { format!("node {node}") }
}

fn name(partition: &PartitionName) -> String {
    format!("{}-{}", partition.topic, partition.partition)
}

fn call(call: &AdminCall) -> (&'static str, String, String) {
    match call {
        AdminCall::CreateTopic { topic, partitions, .. } => {
            ("create topic", topic.clone(), words::counted((*partitions).max(0) as u64, "partition"))
        }
        AdminCall::DeleteTopic { topic } => ("delete topic", topic.clone(), String::new()),
        AdminCall::CreatePartitions { topic, count } => {
            ("create partitions", topic.clone(), format!("up to {count}"))
        }
        AdminCall::AlterConfig { topic, key, value } => {
            let value =
                value.as_ref().map_or_else(|| "back to its default".to_owned(), |value| format!("= {value}"));
            ("alter config", topic.clone(), format!("{key} {value}"))
        }
        AdminCall::DescribeTopic { topic } => ("describe topic", topic.clone(), String::new()),
        AdminCall::DescribeConfig { topic, key } => ("describe config", topic.clone(), key.clone()),
        AdminCall::DeleteRecords { topic, partition, before, .. } => {
            ("delete records", format!("{topic}-{partition}"), format!("before offset {before}"))
        }
    }
}

fn admin_answer(answer: &AdminAnswer) -> String {
    match answer {
        AdminAnswer::Nothing => "done".to_owned(),
        AdminAnswer::Topic { partitions, .. } => format!("there, with {partitions} partitions"),
        AdminAnswer::Config { value: Some(value) } => format!("= {value}"),
        AdminAnswer::Config { value: None } => "never set".to_owned(),
        AdminAnswer::LowWatermark { offset } => format!("log starts at {offset}"),
    }
}

/// Most spans that are spelt out in one cell.
const SPANS_MAX: usize = 8;

/// Runs of consecutive offsets and values: `10408–10410 → 8809–8811`.
fn spans(seen: &[(i64, Option<u64>)]) -> String {
    let told = group(seen).into_iter().map(|(first, last, value)| {
        let length = last.saturating_sub(first);
        let value = value.map_or_else(|| "no value".to_owned(), |value| span(value, length as u64));
        let offset = if length == 0 { format!("{first}") } else { format!("{first}–{last}") };
        format!("{offset} → {value}")
    });
    limited(told.collect())
}

/// Runs of consecutive values: `value 8812`, `values 8812–8815`.
fn value_spans(sent: &[(i64, Option<u64>)]) -> String {
    let groups = group(sent);
    let told: Vec<String> = groups
        .iter()
        .filter_map(|&(first, last, value)| Some(span(value?, last.saturating_sub(first) as u64)))
        .collect();
    format!("{} {}", if sent.len() == 1 { "value" } else { "values" }, limited(told))
}

fn span(first: u64, length: u64) -> String {
    if length == 0 { format!("{first}") } else { format!("{first}–{}", first.saturating_add(length)) }
}

fn limited(mut told: Vec<String>) -> String {
    let more = told.len().saturating_sub(SPANS_MAX);
    told.truncate(SPANS_MAX);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{more}", told.join(", "))
}

fn group(seen: &[(i64, Option<u64>)]) -> Vec<(i64, i64, Option<u64>)> {
    let mut groups: Vec<(i64, i64, Option<u64>)> = Vec::new();
    for &(offset, value) in seen {
        if let Some((first, last, start)) = groups.last_mut() {
            let next = start.map(|start| start.wrapping_add(offset.wrapping_sub(*first) as u64));
            if last.checked_add(1) == Some(offset) && value.is_some() && value == next {
                *last = offset;
                continue;
            }
        }
        groups.push((offset, offset, value));
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consecutive_records_are_told_as_one_span() {
        assert_eq!(
            spans(&[(7, Some(1)), (8, Some(2)), (10, Some(3)), (11, None)]),
            "7–8 → 1–2, 10 → 3, 11 → no value"
        );
        assert_eq!(value_spans(&[(0, Some(5))]), "value 5");
        assert_eq!(value_spans(&[(0, Some(5)), (1, Some(6))]), "values 5–6");
        let scattered: Vec<_> = (0..20).map(|index| (index * 2, Some(9))).collect();
        assert!(spans(&scattered).ends_with(" and 12 more"));
    }

    #[test]
    fn extreme_offsets_do_not_overflow() {
        assert_eq!(spans(&[(i64::MAX, Some(u64::MAX)), (i64::MIN, Some(0))]).matches('→').count(), 2);
    }

    #[test]
    fn a_poll_knows_its_reader_from_its_session() {
        let lines = [
            r#"{"op":"poll","invoke":[4,1000],"complete":[5,2000],"session":3,"from_offset":7,"error":0,"records":[[7,1,null]]}"#,
            r#"{"op":"session","invoke":[1,10],"process":6,"session":3,"at":{"topic":"orders","partition":2},"start_offset":7}"#,
            r#"{"op":"send","invoke":[2,50],"to":{"topic":"orders","partition":2},"acks":-1,"records":[[1,0,0]]}"#,
        ];
        let lines: Vec<Line> =
            lines.iter().map(|line| serde_json::from_str(line).expect("it is written above")).collect();
        let rows = operations(&lines);
        let told: Vec<_> = rows.iter().map(|row| (row.verb, row.lane.as_str(), row.place.as_str())).collect();
        assert_eq!(
            told,
            [
                ("session", "client 6", "orders-2"),
                ("send", "client 0", "orders-2"),
                ("poll", "client 6", "orders-2")
            ]
        );
        assert_eq!(rows[1].ending, Ending::Unknown);
        assert_eq!(rows[1].result, "no answer");
        assert_eq!(rows[2].result, "saw 7 → 1");
    }
}
