//! Lines to rows, for files that anybody may have written.
//!
//! Every line is read and bounded first; then the events of all lines are put in the order of their sequence
//! numbers and told to a [`Recorder`], as if the run happened again. So a stored history takes the same path as
//! a living one, and a judge can sit beside it and watch ([`read_with`]).

use super::format::{
    AdminLine, HeaderLine, Line, PartitionName, PollLine, SendLine, SessionLine, WorstError,
};
use super::recorder::NO_ANSWER;
use super::{
    AdminCall, EpochDone, History, InitDone, KEYS_MAX, KeySent, ListDone, MarkKind, Moment, NONE, OpId,
    PartitionId, PollDone, RecordSeen, RecordSent, Recorder, SendDone, SendInvoke, SequenceSource,
};
use std::{
    collections::BTreeMap,
    fmt,
    io::{BufRead, Read},
};
use tribunal_env::PartitionKey;

/// How much of a file is read before it is refused.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest line in bytes.
    pub line_bytes: usize,
    /// Most lines.
    pub lines: usize,
    /// Most records sent and seen, together.
    pub records: usize,
    /// Most partitions.
    pub partitions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { line_bytes: 16 << 20, lines: 50_000_000, records: 200_000_000, partitions: 60_000 }
    }
}

/// Why a file is no history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ReadError {}

/// Reads a stored history.
pub fn read(input: impl BufRead, limits: Limits) -> Result<History, ReadError> {
    read_with(input, limits, |_| ())
}

/// Reads a stored history, showing it to `watch` after each event: it then holds only what had happened by then.
pub fn read_with(
    input: impl BufRead,
    limits: Limits,
    mut watch: impl FnMut(&History),
) -> Result<History, ReadError> {
    let (header, lines) = parse(input, limits)?;
    let mut replay = Replay::new(header, &lines, limits)?;
    let order = order(&lines)?;
    for (sequence, index, completion) in order {
        replay.recorder.replay_at(sequence);
        replay.event(index, completion).map_err(|message| ReadError { line: lines[index].0, message })?;
        watch(replay.recorder.history());
    }
    Ok(replay.recorder.into_history())
}

type Numbered = (usize, Line);

fn parse(mut input: impl BufRead, limits: Limits) -> Result<(HeaderLine, Vec<Numbered>), ReadError> {
    let mut header = None;
    let mut lines = Vec::new();
    let mut records = 0;
    let mut buffer = Vec::new();
    for number in 1.. {
        let fail = |message: String| ReadError { line: number, message };
        buffer.clear();
        let bytes = (&mut input)
            .take(limits.line_bytes as u64 + 1)
            .read_until(b'\n', &mut buffer)
            .map_err(|error| fail(format!("cannot be read: {error}")))?;
        if bytes == 0 {
            break;
        }
        if bytes > limits.line_bytes {
            return Err(fail(format!("is longer than {} bytes", limits.line_bytes)));
        }
        if buffer.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let line: Line =
            serde_json::from_slice(&buffer).map_err(|error| fail(format!("is no operation: {error}")))?;
        match line {
            Line::History(line) if header.is_none() && lines.is_empty() => {
                if line.version != 1 {
                    return Err(fail(format!("format version {} is not known; 1 is", line.version)));
                }
                header = Some(line);
                continue;
            }
            Line::History(_) => return Err(fail("a second header".to_owned())),
            _ if header.is_none() => {
                return Err(fail(
                    r#"the first line must be the header, {"op":"history","version":1}"#.to_owned(),
                ));
            }
            Line::Send(ref line) => records += line.records.len(),
            Line::Poll(ref line) => records += line.records.len() + line.batches.len(),
            _ => (),
        }
        if lines.len() >= limits.lines || records > limits.records {
            return Err(fail("the history is larger than the reader's limits".to_owned()));
        }
        lines.push((number, line));
    }
    let header = header.ok_or(ReadError { line: 1, message: "the file is empty".to_owned() })?;
    Ok((header, lines))
}

/// All events, by sequence number.
fn order(lines: &[Numbered]) -> Result<Vec<(u64, usize, bool)>, ReadError> {
    let mut order = Vec::with_capacity(lines.len() * 2);
    for (index, (number, line)) in lines.iter().enumerate() {
        let Some((invoke, complete)) = line.moments() else { continue };
        order.push((invoke.sequence, index, false));
        if let Some(complete) = complete {
            if complete.sequence <= invoke.sequence || complete.ns < invoke.ns {
                let message = "completes before it was invoked".to_owned();
                return Err(ReadError { line: *number, message });
            }
            order.push((complete.sequence, index, true));
        }
    }
    order.sort_unstable();
    for pair in order.windows(2) {
        if pair[0].0 == pair[1].0 {
            let message = format!(
                "sequence {} is used by line {} as well: each event has its own",
                pair[0].0, lines[pair[0].1].0
            );
            return Err(ReadError { line: lines[pair[1].1].0, message });
        }
    }
    Ok(order)
}

struct Replay<'a> {
    recorder: Recorder,
    lines: &'a [Numbered],
    ops: Vec<Option<OpId>>,
    /// Values by the names that the file gives them, dense in order of invocation.
    values: BTreeMap<u64, u32>,
    sessions: BTreeMap<u64, OpId>,
    limits: Limits,
}

impl<'a> Replay<'a> {
    fn new(header: HeaderLine, lines: &'a [Numbered], limits: Limits) -> Result<Replay<'a>, ReadError> {
        let mut sends: Vec<(u64, usize, &SendLine)> = Vec::new();
        for (number, line) in lines {
            if let Line::Send(send) = line {
                if send.records.is_empty() {
                    return Err(ReadError {
                        line: *number,
                        message: "a send has at least one record".to_owned(),
                    });
                }
                sends.push((send.invoke.sequence, *number, send));
            }
        }
        sends.sort_unstable_by_key(|&(sequence, ..)| sequence);
        let mut values = BTreeMap::new();
        for &(_, number, send) in &sends {
            for &(name, ..) in &send.records {
                let dense = u32::try_from(values.len()).unwrap_or(NONE);
                if values.insert(name, dense).is_some() {
                    let message = format!("value {name} is sent twice: each record has a value of its own");
                    return Err(ReadError { line: number, message });
                }
            }
        }
        let recorder = Recorder::new(header.promise, SequenceSource::default());
        Ok(Replay {
            recorder,
            lines,
            ops: vec![None; lines.len()],
            values,
            sessions: BTreeMap::new(),
            limits,
        })
    }

    fn event(&mut self, index: usize, completion: bool) -> Result<(), String> {
        let lines = self.lines;
        let line = &lines[index].1;
        let (invoke, complete) = line.moments().unwrap_or_default();
        if completion {
            let op = self.ops[index].ok_or("completes before it was invoked")?;
            self.complete(line, op, complete.unwrap_or_default());
            return Ok(());
        }
        self.ops[index] = Some(self.invoke(line, invoke.ns)?);
        Ok(())
    }

    fn invoke(&mut self, line: &Line, ns: u64) -> Result<OpId, String> {
        Ok(match line {
            Line::History(_) => return Err("the header is no operation".to_owned()),
            Line::Send(line) => self.invoke_send(line, ns)?,
            Line::Session(line) => self.start_session(line, ns)?,
            Line::Poll(line) => {
                let session = self.sessions.get(&line.session);
                let session =
                    *session.ok_or_else(|| format!("session {} has not begun yet", line.session))?;
                self.recorder.invoke_poll(ns, session, line.from_offset)
            }
            Line::ListOffsets(line) => {
                let partition = self.partition(&line.at)?;
                self.recorder.invoke_list(ns, line.process, partition, line.what, line.read_committed)
            }
            Line::OffsetForLeaderEpoch(line) => {
                let partition = self.partition(&line.at)?;
                self.recorder.invoke_epoch_end(ns, line.process, partition, line.asked_epoch)
            }
            Line::Admin(line) => self.invoke_admin(line, ns)?,
            Line::InitProducerId(line) => self.recorder.invoke_init(ns, line.process, &line.transactional_id),
            Line::Fault(line) => self.recorder.mark(ns, MarkKind::Fault(line.fault.clone())),
            Line::Disk(line) => {
                let partition = self.partition(&line.at)?;
                self.recorder.mark(ns, MarkKind::Disk { partition, node: line.node, damage: line.damage })
            }
            Line::Clock(line) => {
                let (node, min_ms, max_ms) = (line.node, line.min_ms, line.max_ms);
                self.recorder.mark(ns, MarkKind::Clock { node, min_ms, max_ms })
            }
            Line::Healed(_) => self.recorder.mark(ns, MarkKind::Healed),
            Line::Ended(_) => self.recorder.mark(ns, MarkKind::Ended),
        })
    }

    fn invoke_send(&mut self, line: &SendLine, ns: u64) -> Result<OpId, String> {
        let partition = self.partition(&line.to)?;
        if !(-1..=1).contains(&line.acks) {
            return Err(format!("acks {} is none of -1, 0 and 1", line.acks));
        }
        let records: Vec<RecordSent> =
            line.records.iter().map(|&(_, hash, timestamp)| RecordSent { hash, timestamp }).collect();
        if !line.keys.is_empty() && line.keys.len() != line.records.len() {
            return Err(format!("has {} keys for {} records", line.keys.len(), line.records.len()));
        }
        if let Some((key, _)) = line.keys.iter().find(|(key, _)| *key >= KEYS_MAX) {
            return Err(format!("key {key} is not below 2^31"));
        }
        let keys: Vec<KeySent> =
            line.keys.iter().map(|&(key, tombstone)| KeySent { key, tombstone }).collect();
        let producer = (line.producer_id, line.producer_epoch, line.base_sequence);
        let (process, acks, bytes) = (line.process, line.acks, line.bytes);
        Ok(self.recorder.invoke_send(
            ns,
            &SendInvoke { process, partition, acks, producer, bytes, records: &records, keys: &keys },
        ))
    }

    fn start_session(&mut self, line: &SessionLine, ns: u64) -> Result<OpId, String> {
        let partition = self.partition(&line.at)?;
        let op = self.recorder.start_session(
            ns,
            line.process,
            partition,
            line.from,
            line.start_offset,
            line.read_committed,
        );
        if self.sessions.insert(line.session, op).is_some() {
            return Err(format!("session {} begins twice", line.session));
        }
        Ok(op)
    }

    fn invoke_admin(&mut self, line: &AdminLine, ns: u64) -> Result<OpId, String> {
        let partition = match &line.call {
            AdminCall::DeleteRecords { topic, partition, topic_id, .. } => {
                Some(self.partition(&PartitionName {
                    topic: topic.clone(),
                    id: topic_id.clone(),
                    partition: *partition,
                })?)
            }
            _ => None,
        };
        Ok(self.recorder.invoke_admin(ns, line.process, line.call.clone(), partition))
    }

    fn complete(&mut self, line: &Line, op: OpId, at: Moment) {
        let ns = at.ns;
        match line {
            Line::Send(line) => self.complete_send(line, op, ns),
            Line::Session(line) => self.recorder.end_session(ns, op, line.reached_end),
            Line::Poll(line) => self.complete_poll(line, op, ns),
            Line::ListOffsets(line) => {
                let (error, offset) = (line.error, line.offset);
                let (timestamp, leader_epoch) = (line.timestamp, line.leader_epoch);
                self.recorder.complete_list(ns, op, &ListDone { error, offset, timestamp, leader_epoch });
            }
            Line::OffsetForLeaderEpoch(line) => {
                let (error, epoch, end_offset) = (line.error, line.epoch, line.end_offset);
                self.recorder.complete_epoch_end(ns, op, &EpochDone { error, epoch, end_offset });
            }
            Line::Admin(line) => {
                let error = line.error.unwrap_or(NO_ANSWER);
                self.recorder.complete_admin(ns, op, line.outcome, error, line.answer.clone());
            }
            Line::InitProducerId(line) => {
                let (error, producer_id, producer_epoch) =
                    (line.error, line.producer_id, line.producer_epoch);
                self.recorder.complete_init(ns, op, &InitDone { error, producer_id, producer_epoch });
            }
            // Marks and the header have no completion.
            _ => (),
        }
    }

    fn complete_send(&mut self, line: &SendLine, op: OpId, ns: u64) {
        let earlier_doubt = line.worst_error.map(|worst| match worst {
            WorstError::Code(code) => Some(code),
            WorstError::NoAnswer => None,
        });
        let done = SendDone {
            error: line.error,
            earlier_doubt,
            attempts: line.attempts,
            base_offset: line.base_offset,
            append_timestamp: line.append_timestamp,
            leader_epoch: line.leader_epoch,
            node: line.node,
            producer: None,
        };
        self.recorder.complete_send(ns, op, &done);
        if let Some(outcome) = line.outcome {
            self.recorder.override_outcome(op, outcome);
        }
    }

    fn complete_poll(&mut self, line: &PollLine, op: OpId, ns: u64) {
        let history = self.recorder.history();
        let mut records = Vec::with_capacity(line.records.len());
        for &(offset, name, hash) in &line.records {
            let value = name.and_then(|name| self.values.get(&name).copied()).unwrap_or(NONE);
            let sent = history.values.hash.get(value as usize).copied().unwrap_or_default();
            records.push(RecordSeen { offset, value, hash: hash.unwrap_or(sent) });
        }
        let done = PollDone {
            error: line.error,
            watermarks: (line.high_watermark, line.last_stable_offset, line.log_start_offset),
            leader_epoch: line.leader_epoch,
            node: line.node,
            records,
            batches: line.batches.clone(),
        };
        self.recorder.complete_poll(ns, op, &done);
    }

    fn partition(&mut self, name: &PartitionName) -> Result<PartitionId, String> {
        let topic_id = topic_id(&name.topic, &name.id)?;
        let key = PartitionKey { topic_id, partition: name.partition };
        if self.recorder.history().partition_id(key).is_none()
            && self.recorder.history().partitions().len() >= self.limits.partitions
        {
            return Err(format!("names more than {} partitions", self.limits.partitions));
        }
        Ok(self.recorder.partition(&name.topic, key))
    }
}

/// The id that a line gives, or one made from the topic's name where there is none.
fn topic_id(topic: &str, id: &str) -> Result<[u8; 16], String> {
    if id.is_empty() {
        // FNV-1a over the name: two topics without ids must not be taken for one.
        let mut hash = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128;
        for byte in topic.bytes() {
            hash = (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
        return Ok(hash.to_be_bytes());
    }
    let digits = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let bits = u128::from_str_radix(id, 16).ok().filter(|_| digits);
    Ok(bits.ok_or_else(|| format!("topic id {id:?} is not 32 hexadecimal digits"))?.to_be_bytes())
}
