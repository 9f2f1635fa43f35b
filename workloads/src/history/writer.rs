//! Rows to lines. What is written reads back as the same history.

use super::format::{
    AdminLine, AtLine, ClockLine, DiskLine, EpochLine, FaultLine, HeaderLine, InitLine, Line, ListLine,
    PartitionName, PollLine, SendLine, SessionLine, WorstError,
};
use super::recorder::NO_ANSWER;
use super::{History, MarkKind, Moment, NONE, OpId, OpKind, Ordinal, PartitionId};
use std::io::{self, Write};

/// Writes a history as JSON Lines: the header, then one operation a line in order of invocation.
pub fn write(history: &History, mut output: impl Write) -> io::Result<()> {
    let header = Line::History(HeaderLine { version: 1, promise: history.promise.clone() });
    write_line(&mut output, &header)?;
    for event in history.events().iter().filter(|event| !event.is_completion()) {
        write_line(&mut output, &line_of(history, event.op()))?;
    }
    output.flush()
}

fn write_line(output: &mut impl Write, line: &Line) -> io::Result<()> {
    serde_json::to_writer(&mut *output, line)?;
    output.write_all(b"\n")
}

/// One operation as the line that stands for it.
pub fn line_of(history: &History, op: OpId) -> Line {
    let (invoke, complete) = history.span(op);
    let invoke = history.moment(invoke).unwrap_or_default();
    let complete = history.moment(complete);
    let row = op.row();
    match op.kind() {
        OpKind::Send => Line::Send(send_line(history, row, invoke, complete)),
        OpKind::Session => Line::Session(session_line(history, row, invoke, complete)),
        OpKind::Poll => Line::Poll(poll_line(history, row, invoke, complete)),
        OpKind::List => {
            let list = &history.lists[row];
            Line::ListOffsets(ListLine {
                invoke,
                complete,
                process: list.process,
                at: name(history, list.partition),
                what: list.what,
                read_committed: list.read_committed,
                error: answered(list.error, list.complete),
                offset: list.offset,
                timestamp: list.timestamp,
                leader_epoch: list.leader_epoch,
            })
        }
        OpKind::EpochEnd => {
            let asked = &history.epoch_ends[row];
            Line::OffsetForLeaderEpoch(EpochLine {
                invoke,
                complete,
                process: asked.process,
                at: name(history, asked.partition),
                asked_epoch: asked.asked_epoch,
                error: answered(asked.error, asked.complete),
                epoch: asked.epoch,
                end_offset: asked.end_offset,
            })
        }
        OpKind::Admin => {
            let admin = &history.admins[row];
            Line::Admin(AdminLine {
                invoke,
                complete,
                process: admin.process,
                call: admin.call.clone(),
                outcome: admin.outcome,
                error: answered(admin.error, admin.complete),
                answer: admin.answer.clone(),
            })
        }
        OpKind::Init => {
            let init = &history.inits[row];
            Line::InitProducerId(InitLine {
                invoke,
                complete,
                process: init.process,
                transactional_id: init.transactional_id.clone(),
                error: answered(init.error, init.complete),
                producer_id: init.producer_id,
                producer_epoch: init.producer_epoch,
            })
        }
        OpKind::Mark => mark_line(history, row, invoke),
    }
}

fn send_line(history: &History, row: usize, invoke: Moment, complete: Option<Moment>) -> SendLine {
    let send = &history.sends[row];
    let worst = match send.worst_error {
        0 => None,
        NO_ANSWER => Some(WorstError::NoAnswer),
        code => Some(WorstError::Code(code)),
    };
    let records = send.values().map(|value| {
        (u64::from(value), history.values.hash[value as usize], history.create_timestamp(value))
    });
    let keys = send.values().filter_map(|value| history.key_of(value)).map(|sent| (sent.key, sent.tombstone));
    SendLine {
        invoke,
        complete,
        process: send.process,
        to: name(history, send.partition),
        acks: send.acks,
        outcome: complete.is_some().then_some(send.outcome),
        error: answered(send.error, send.complete),
        worst_error: worst,
        attempts: send.attempts,
        base_offset: send.base_offset,
        append_timestamp: send.append_timestamp,
        leader_epoch: send.leader_epoch,
        node: send.node,
        producer_id: send.producer_id,
        producer_epoch: send.producer_epoch,
        base_sequence: send.base_sequence,
        bytes: send.bytes,
        records: records.collect(),
        keys: keys.collect(),
    }
}

fn session_line(history: &History, row: usize, invoke: Moment, complete: Option<Moment>) -> SessionLine {
    let session = &history.sessions[row];
    SessionLine {
        invoke,
        complete,
        process: session.process,
        session: row as u64,
        at: name(history, session.partition),
        from: session.from,
        start_offset: session.start_offset,
        read_committed: session.read_committed,
        reached_end: session.reached_end,
    }
}

fn poll_line(history: &History, row: usize, invoke: Moment, complete: Option<Moment>) -> PollLine {
    let poll = &history.polls[row];
    let records = history.observed(poll).enumerate().map(|(index, (offset, value))| {
        (offset, (value != NONE).then_some(u64::from(value)), history.damaged_hash(poll, index as u32))
    });
    PollLine {
        invoke,
        complete,
        session: u64::from(poll.session),
        from_offset: poll.from_offset,
        error: answered(poll.error, poll.complete),
        high_watermark: poll.high_watermark,
        last_stable_offset: poll.last_stable_offset,
        log_start_offset: poll.log_start_offset,
        leader_epoch: poll.leader_epoch,
        node: poll.node,
        records: records.collect(),
        batches: history.batches_seen(poll).to_vec(),
    }
}

fn mark_line(history: &History, row: usize, invoke: Moment) -> Line {
    match &history.marks[row].what {
        MarkKind::Fault(fault) => Line::Fault(FaultLine { invoke, fault: fault.clone() }),
        &MarkKind::Disk { partition, node, damage } => {
            Line::Disk(DiskLine { invoke, node, at: name(history, partition), damage })
        }
        &MarkKind::Clock { node, min_ms, max_ms } => Line::Clock(ClockLine { invoke, node, min_ms, max_ms }),
        MarkKind::Healed => Line::Healed(AtLine { invoke }),
        MarkKind::Ended => Line::Ended(AtLine { invoke }),
    }
}

/// The partition's name as lines carry it.
pub(crate) fn name(history: &History, partition: PartitionId) -> PartitionName {
    let partition = history.partition(partition);
    PartitionName {
        topic: partition.topic.clone(),
        id: hexadecimal(&partition.topic_id),
        partition: partition.index,
    }
}

/// 32 hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(*bytes))
}

fn answered(error: i16, complete: Ordinal) -> Option<i16> {
    (complete != super::NEVER && error != NO_ANSWER).then_some(error)
}
