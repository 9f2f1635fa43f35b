//! C20: creating, deleting, growing and configuring a topic is linearizable, and no id is given out twice.
//!
//! Each topic name is a small state machine of its own. Its operations are put in an order, by search with
//! memory of what was tried, in which each follows what it was answered and none goes before an operation that
//! was answered before it was asked. Operations of unknown outcome may take effect at any later time, or never.

use super::findings::{Findings, Told};
use super::words::at;
use crate::history::{Admin, AdminAnswer, AdminCall, History, NEVER, OpId, OpKind, Ordinal, Outcome};
use std::collections::{BTreeMap, BTreeSet};

const LINEARIZABLE: &str = "changes of a topic take effect one after the other, between request and answer";
const UNIQUE: &str = "an id is given out once";

/// Steps of the search before it gives up on one topic.
const STEPS_MAX: usize = 200_000;

const UNKNOWN_TOPIC_OR_PARTITION: i16 = 3;
const TOPIC_ALREADY_EXISTS: i16 = 36;
const UNKNOWN_TOPIC_ID: i16 = 100;

pub(crate) fn finish(history: &History, findings: &mut Findings) {
    let mut by_topic: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (row, admin) in history.admins().iter().enumerate() {
        if let Some(topic) = topic(&admin.call) {
            by_topic.entry(topic).or_default().push(row);
        }
    }
    for (topic, rows) in by_topic {
        let created = |&row: &usize| matches!(history.admins()[row].call, AdminCall::CreateTopic { .. });
        // A topic that was there before the run has a state that nobody told.
        if rows.iter().any(created) {
            linearizable(history, topic, &rows, findings);
        }
    }
    unique_topic_ids(history, findings);
    unique_producer_ids(history, findings);
}

fn topic(call: &AdminCall) -> Option<&str> {
    match call {
        AdminCall::CreateTopic { topic, .. }
        | AdminCall::DeleteTopic { topic }
        | AdminCall::CreatePartitions { topic, .. }
        | AdminCall::AlterConfig { topic, .. }
        | AdminCall::DescribeTopic { topic }
        | AdminCall::DescribeConfig { topic, .. } => Some(topic),
        AdminCall::DeleteRecords { .. } => None,
    }
}

/// A topic that is there. What was not told yet is learned from the first answer that tells it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Topic {
    id: Option<String>,
    partitions: Option<i32>,
    configs: BTreeMap<String, String>,
}

type State = Option<Topic>;

/// The state after an operation, when its answer fits the state before.
fn step(state: &State, admin: &Admin) -> Option<State> {
    if admin.outcome == Outcome::Fail
        || admin.error == UNKNOWN_TOPIC_OR_PARTITION
        || admin.error == UNKNOWN_TOPIC_ID
    {
        return match admin.error {
            TOPIC_ALREADY_EXISTS => state.is_some().then(|| state.clone()),
            UNKNOWN_TOPIC_OR_PARTITION | UNKNOWN_TOPIC_ID => state.is_none().then_some(None),
            _ => Some(state.clone()),
        };
    }
    match &admin.call {
        AdminCall::CreateTopic { partitions, configs, .. } => {
            if state.is_some() {
                return None;
            }
            let asked = Topic {
                id: None,
                partitions: (*partitions >= 0).then_some(*partitions),
                configs: configs.iter().cloned().collect(),
            };
            told(asked, &admin.answer).map(Some)
        }
        AdminCall::DeleteTopic { .. } => state.is_some().then_some(None),
        AdminCall::CreatePartitions { count, .. } => {
            let mut topic = state.clone()?;
            let grows = topic.partitions.is_none_or(|partitions| partitions < *count);
            topic.partitions = Some(*count);
            grows.then_some(Some(topic))
        }
        AdminCall::AlterConfig { key, value, .. } => {
            let mut topic = state.clone()?;
            match value {
                Some(value) => drop(topic.configs.insert(key.clone(), value.clone())),
                None => drop(topic.configs.remove(key)),
            }
            Some(Some(topic))
        }
        AdminCall::DescribeTopic { .. } => told(state.clone()?, &admin.answer).map(Some),
        AdminCall::DescribeConfig { key, .. } => {
            let topic = state.as_ref()?;
            match &admin.answer {
                AdminAnswer::Config { value } => {
                    (topic.configs.get(key) == value.as_ref()).then(|| state.clone())
                }
                _ => Some(state.clone()),
            }
        }
        AdminCall::DeleteRecords { .. } => Some(state.clone()),
    }
}

/// Learns from an answer, unless it contradicts what is known.
fn told(mut topic: Topic, answer: &AdminAnswer) -> Option<Topic> {
    let AdminAnswer::Topic { topic_id, partitions } = answer else { return Some(topic) };
    if !topic_id.is_empty() {
        if topic.id.as_ref().is_some_and(|id| id != topic_id) {
            return None;
        }
        topic.id = Some(topic_id.clone());
    }
    if *partitions >= 0 {
        if topic.partitions.is_some_and(|known| known != *partitions) {
            return None;
        }
        topic.partitions = Some(*partitions);
    }
    Some(topic)
}

/// An operation as the search sees it.
struct Entry<'a> {
    row: usize,
    admin: &'a Admin,
    /// By when it took effect, if it did.
    by: Ordinal,
}

fn linearizable(history: &History, topic: &str, rows: &[usize], findings: &mut Findings) {
    let entries: Vec<Entry<'_>> = rows
        .iter()
        .map(|&row| (row, &history.admins()[row]))
        .filter(|(_, admin)| counts(history, admin))
        .map(|(row, admin)| {
            let definite = admin.outcome != Outcome::Info;
            Entry { row, admin, by: if definite { admin.complete } else { NEVER } }
        })
        .collect();
    let stuck = match search(&entries) {
        Search::Linearizable => return,
        Search::Stuck(index) => index,
        Search::GaveUp => {
            findings.report("C20", "undecided", || {
                let headline =
                    format!("UNDECIDED: topic {topic} has too many concurrent changes to be judged.");
                Told::new(0, LINEARIZABLE, headline).incomplete()
            });
            return;
        }
    };
    let admin = entries[stuck].admin;
    findings.report("C20", "not-linearizable", || {
        let headline = format!(
            "NOT LINEARIZABLE: no order of the changes of topic {topic} explains that {} was answered {} {}.",
            asked(&admin.call),
            answered(admin),
            at(history, admin.complete)
        );
        let ops: Vec<OpId> = entries.iter().map(|entry| OpId::new(OpKind::Admin, entry.row)).collect();
        Told::new(admin.complete, LINEARIZABLE, headline).ops(&ops)
    });
}

/// Whether an operation says or may change something.
fn counts(history: &History, admin: &Admin) -> bool {
    let describes = matches!(admin.call, AdminCall::DescribeTopic { .. } | AdminCall::DescribeConfig { .. });
    match (describes, admin.outcome) {
        (true, Outcome::Info) => false,
        (true, _) => history.promise.metadata_linearizable,
        (false, Outcome::Fail) => {
            matches!(admin.error, TOPIC_ALREADY_EXISTS | UNKNOWN_TOPIC_OR_PARTITION | UNKNOWN_TOPIC_ID)
        }
        (false, _) => true,
    }
}

fn asked(call: &AdminCall) -> String {
    match call {
        AdminCall::CreateTopic { partitions, .. } => format!("its creation with {partitions} partitions"),
        AdminCall::DeleteTopic { .. } => "its deletion".to_owned(),
        AdminCall::CreatePartitions { count, .. } => format!("its growth to {count} partitions"),
        AdminCall::AlterConfig { key, value: Some(value), .. } => format!("setting {key} to {value}"),
        AdminCall::AlterConfig { key, value: None, .. } => format!("taking {key} back to its default"),
        AdminCall::DescribeTopic { .. } => "the question for it".to_owned(),
        AdminCall::DescribeConfig { key, .. } => format!("the question for {key}"),
        AdminCall::DeleteRecords { .. } => "deleting records".to_owned(),
    }
}

fn answered(admin: &Admin) -> String {
    match &admin.answer {
        AdminAnswer::Topic { topic_id, partitions } => {
            format!("with id {topic_id:?} and {partitions} partitions")
        }
        AdminAnswer::Config { value: Some(value) } => format!("with {value}"),
        AdminAnswer::Config { value: None } => "with no value".to_owned(),
        _ => format!("with error {}", admin.error),
    }
}

enum Search {
    Linearizable,
    /// The operation that could not be placed after as many as possible had been.
    Stuck(usize),
    GaveUp,
}

fn search(entries: &[Entry<'_>]) -> Search {
    let definite = entries.iter().filter(|entry| entry.by != NEVER).count();
    let mut tried: BTreeSet<(Vec<u64>, State)> = BTreeSet::new();
    let mut open: Vec<(Vec<u64>, usize, State)> = vec![(vec![0; entries.len().div_ceil(64)], 0, None)];
    let mut best = (0, 0);
    while let Some((placed, count, state)) = open.pop() {
        if count == definite {
            return Search::Linearizable;
        }
        if tried.len() > STEPS_MAX {
            return Search::GaveUp;
        }
        let is_placed = |index: usize| placed[index / 64] >> (index % 64) & 1 == 1;
        let waiting = || (0..entries.len()).filter(|&index| !is_placed(index));
        let Some(next) = waiting().min_by_key(|&index| entries[index].by) else { continue };
        if count >= best.0 {
            best = (count, next);
        }
        let deadline = entries[next].by;
        // Later ones first: the search takes the last one pushed, so that it tries the order of invocation first.
        for index in waiting()
            .filter(|&index| entries[index].admin.invoke < deadline)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
        {
            let Some(after) = step(&state, entries[index].admin) else { continue };
            let mut placed = placed.clone();
            placed[index / 64] |= 1 << (index % 64);
            if tried.insert((placed.clone(), after.clone())) {
                open.push((placed, count + usize::from(entries[index].by != NEVER), after));
            }
        }
    }
    Search::Stuck(best.1)
}

fn unique_topic_ids(history: &History, findings: &mut Findings) {
    let mut given: BTreeMap<&str, usize> = BTreeMap::new();
    for (row, admin) in history.admins().iter().enumerate() {
        let AdminCall::CreateTopic { topic, .. } = &admin.call else { continue };
        let AdminAnswer::Topic { topic_id, .. } = &admin.answer else { continue };
        if admin.outcome != Outcome::Ok || topic_id.is_empty() {
            continue;
        }
        let Some(first) = given.insert(topic_id, row) else { continue };
        findings.report("C20", "topic-id-reused", || {
            let headline = format!(
                "TOPIC ID REUSED: {topic_id} was given to topic {topic} and to a topic created before it."
            );
            let ops = [OpId::new(OpKind::Admin, first), OpId::new(OpKind::Admin, row)];
            Told::new(admin.complete, UNIQUE, headline).ops(&ops)
        });
    }
}

fn unique_producer_ids(history: &History, findings: &mut Findings) {
    let mut given: BTreeMap<i64, usize> = BTreeMap::new();
    for (row, init) in history.inits().iter().enumerate() {
        if init.outcome != Outcome::Ok || init.producer_id < 0 || !init.transactional_id.is_empty() {
            continue;
        }
        let Some(first) = given.insert(init.producer_id, row) else { continue };
        // A producer may ask again with the id that it has, to raise its epoch.
        if history.inits()[first].producer_epoch < init.producer_epoch {
            continue;
        }
        findings.report("C20", "producer-id-reused", || {
            let headline = format!(
                "PRODUCER ID REUSED: {} was given out {} and again {}.",
                init.producer_id,
                at(history, history.inits()[first].complete),
                at(history, init.complete)
            );
            let ops = [OpId::new(OpKind::Init, first), OpId::new(OpKind::Init, row)];
            Told::new(init.complete, UNIQUE, headline).ops(&ops)
        });
    }
}
