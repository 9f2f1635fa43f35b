//! One connection: frames in, answers out in order; Produce and Fetch read by hand.
//!
//! Always holds: all frames that one read brought are handled before anything is written, unless a Fetch has to wait.

use super::{
    Floor,
    answer::{self, Unanswerable},
    log::Log,
    output::{Output, Piece},
};
use bytes::{Buf, BufMut, BytesMut};
use std::{io, sync::Arc, time::Duration};
use tokio::{io::AsyncReadExt, net::TcpStream};
use tribunal_wire::ApiKey;

/// Room for frames on a connection that has sent only small ones.
const SMALL_BYTES: usize = 16 * 1024;
/// Room for frames on one that has sent large ones: fewer of them are cut by the buffer's end, and copied.
const LARGE_BYTES: usize = 4 * 1024 * 1024;
/// No frame may be longer.
const FRAME_BYTES_MAX: usize = 128 * 1024 * 1024;
const UNKNOWN_TOPIC_OR_PARTITION: i16 = 3;
const OFFSET_OUT_OF_RANGE: i16 = 1;
const CORRUPT_MESSAGE: i16 = 2;

pub(super) async fn serve(mut stream: TcpStream, floor: Arc<Floor>) {
    // The client went away, or sent what the floor does not read: either way the connection ends.
    let _ended = frames(&mut stream, &floor).await;
}

async fn frames(stream: &mut TcpStream, floor: &Floor) -> io::Result<()> {
    let mut input = BytesMut::with_capacity(SMALL_BYTES);
    let mut output = Output::default();
    let mut room = SMALL_BYTES;
    loop {
        let mut needed = 1;
        while let Some(prefix) = input.first_chunk::<4>() {
            let length =
                usize::try_from(i32::from_be_bytes(*prefix)).map_err(|_| io::ErrorKind::InvalidData)?;
            if length > FRAME_BYTES_MAX {
                return Err(io::ErrorKind::InvalidData.into());
            }
            if input.len() < length + 4 {
                needed = length + 4 - input.len();
                break;
            }
            let mut frame = input.split_to(length + 4);
            frame.advance(4);
            handle(stream, floor, frame, &mut output).await.map_err(|_| io::ErrorKind::InvalidData)?;
        }
        output.write_to(stream).await?;
        if needed > SMALL_BYTES {
            room = LARGE_BYTES;
        }
        if input.capacity() - input.len() < needed {
            input.reserve(needed.max(room));
        }
        if stream.read_buf(&mut input).await? == 0 {
            return Ok(());
        }
    }
}

async fn handle(
    stream: &mut TcpStream,
    floor: &Floor,
    mut frame: BytesMut,
    output: &mut Output,
) -> Result<(), Unanswerable> {
    let api = frame.first_chunk::<2>().map(|key| i16::from_be_bytes(*key));
    let hot = api.filter(|key| [ApiKey::Produce.as_i16(), ApiKey::Fetch.as_i16()].contains(key));
    let Some(key) = hot else {
        output.whole(answer::answer(floor, frame.freeze())?);
        return Ok(());
    };
    frame.advance(2);
    let version = frame.try_get_i16()?;
    let correlation_id = frame.try_get_i32()?;
    string(&mut frame)?;
    if key == ApiKey::Produce.as_i16() {
        if !answer::is_offered(ApiKey::Produce, version) || version < 3 {
            return Err(Unanswerable::Unknown);
        }
        return produce(floor, version, correlation_id, frame, output).await;
    }
    if !answer::is_offered(ApiKey::Fetch, version) {
        return Err(Unanswerable::Unknown);
    }
    fetch(stream, floor, version, correlation_id, frame, output).await
}

async fn produce(
    floor: &Floor,
    version: i16,
    correlation_id: i32,
    mut body: BytesMut,
    output: &mut Output,
) -> Result<(), Unanswerable> {
    string(&mut body)?;
    let acks = body.try_get_i16()?;
    let _timeout_ms = body.try_get_i32()?;
    output.begin(correlation_id);
    let topics = body.try_get_i32()?;
    output.small.put_i32(topics);
    for _ in 0..topics {
        let name = string(&mut body)?;
        put_string(&name, output);
        let partitions = body.try_get_i32()?;
        output.small.put_i32(partitions);
        for _ in 0..partitions {
            let index = body.try_get_i32()?;
            let length = usize::try_from(body.try_get_i32()?).map_err(|_| Unanswerable::Malformed)?;
            if length > body.len() {
                return Err(Unanswerable::Malformed);
            }
            let records = body.split_to(length);
            let (error_code, base_offset) = append(floor, index, &name, records).await?;
            output.small.put_i32(index);
            output.small.put_i16(error_code);
            output.small.put_i64(base_offset);
            output.small.put_i64(-1);
            if version >= 5 {
                output.small.put_i64(0);
            }
            if version >= 8 {
                output.small.put_i32(0);
                output.small.put_i16(-1);
            }
        }
    }
    output.small.put_i32(0);
    if acks == 0 {
        output.abandon();
    } else {
        output.end(Vec::new());
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the floor program is measured against, not simulated")]
async fn append(
    floor: &Floor,
    index: i32,
    topic: &[u8],
    records: BytesMut,
) -> Result<(i16, i64), Unanswerable> {
    let log = floor.log(topic).map_err(|_| Unanswerable::Disk)?;
    if index != 0 {
        return Ok((UNKNOWN_TOPIC_OR_PARTITION, -1));
    }
    let appended = if floor.options.flush {
        let at_once = floor.options.flush_at_once;
        tokio::task::spawn_blocking(move || log.append_flushed(records, at_once)).await
    } else {
        Ok(log.append(records))
    };
    match appended {
        Ok(Ok(Some(base_offset))) => Ok((0, base_offset)),
        Ok(Ok(None)) => Ok((CORRUPT_MESSAGE, -1)),
        _ => Err(Unanswerable::Disk),
    }
}

/// One partition that a Fetch asks for.
struct Wanted {
    topic: BytesMut,
    partition: i32,
    offset: i64,
    bytes_max: usize,
    log: Option<Arc<Log>>,
}

/// What a Fetch asks for.
struct Fetch {
    wait_ms_max: u64,
    wanted: Vec<Wanted>,
}

fn read_fetch(floor: &Floor, version: i16, body: &mut BytesMut) -> Result<Fetch, Unanswerable> {
    let _replica_id = body.try_get_i32()?;
    let wait_ms_max = u64::try_from(body.try_get_i32()?).unwrap_or(0);
    let _min_bytes = body.try_get_i32()?;
    let mut left = usize::try_from(body.try_get_i32()?).unwrap_or(0);
    let _isolation_level = body.try_get_i8()?;
    if version >= 7 {
        let _session = (body.try_get_i32()?, body.try_get_i32()?);
    }
    let mut wanted = Vec::new();
    for _ in 0..body.try_get_i32()? {
        let topic = string(body)?;
        let log = floor.existing(&topic);
        for _ in 0..body.try_get_i32()? {
            let partition = body.try_get_i32()?;
            if version >= 9 {
                let _leader_epoch = body.try_get_i32()?;
            }
            let offset = body.try_get_i64()?;
            if version >= 5 {
                let _log_start_offset = body.try_get_i64()?;
            }
            let bytes_max = usize::try_from(body.try_get_i32()?).unwrap_or(0).min(left);
            left -= bytes_max;
            let log = log.clone().filter(|_| partition == 0);
            wanted.push(Wanted { topic: topic.clone(), partition, offset, bytes_max, log });
        }
    }
    Ok(Fetch { wait_ms_max, wanted })
}

async fn fetch(
    stream: &mut TcpStream,
    floor: &Floor,
    version: i16,
    correlation_id: i32,
    mut body: BytesMut,
    output: &mut Output,
) -> Result<(), Unanswerable> {
    let fetch = read_fetch(floor, version, &mut body)?;
    if fetch.wait_ms_max > 0 && fetch.wanted.iter().all(is_at_end) {
        output.write_to(stream).await.map_err(|_| Unanswerable::Disk)?;
        wait(&fetch).await;
    }
    output.begin(correlation_id);
    output.small.put_i32(0);
    if version >= 7 {
        output.small.put_i16(0);
        output.small.put_i32(0);
    }
    // Topics are answered one partition each: nothing forbids naming a topic twice, and floors have one partition.
    let topics = i32::try_from(fetch.wanted.len()).map_err(|_| Unanswerable::Malformed)?;
    output.small.put_i32(topics);
    let mut last = Vec::new();
    for (number, wanted) in fetch.wanted.iter().enumerate() {
        let found = match &wanted.log {
            None => None,
            Some(log) => Some(log.read(wanted.offset, wanted.bytes_max).map_err(|_| Unanswerable::Disk)?),
        };
        let (error_code, end_offset, batches) = match found {
            None => (UNKNOWN_TOPIC_OR_PARTITION, -1, Vec::new()),
            Some(found) => match found.end_offset {
                Ok(end_offset) => (0, end_offset, found.batches),
                Err(end_offset) => (OFFSET_OUT_OF_RANGE, end_offset, Vec::new()),
            },
        };
        put_string(&wanted.topic, output);
        output.small.put_i32(1);
        output.small.put_i32(wanted.partition);
        output.small.put_i16(error_code);
        output.small.put_i64(end_offset);
        output.small.put_i64(end_offset);
        if version >= 5 {
            output.small.put_i64(0);
        }
        output.small.put_i32(-1);
        if version >= 11 {
            output.small.put_i32(-1);
        }
        let length: usize = batches.iter().map(Piece::len).sum();
        output.small.put_i32(i32::try_from(length).map_err(|_| Unanswerable::Malformed)?);
        if number + 1 == fetch.wanted.len() {
            last = batches;
        } else {
            // Only the last partition's records go out without a copy; the others are rare.
            for batch in &batches {
                output.small.extend_from_slice(&batch.to_bytes().map_err(|_| Unanswerable::Disk)?);
            }
        }
    }
    output.end(last);
    Ok(())
}

fn is_at_end(wanted: &Wanted) -> bool {
    wanted.log.as_ref().is_some_and(|log| log.end_offset() == wanted.offset)
}

/// Waits until a partition grows, or the Fetch has waited long enough.
#[expect(clippy::disallowed_methods, reason = "the floor program is measured against, not simulated")]
async fn wait(fetch: &Fetch) {
    let deadline = tokio::time::sleep(Duration::from_millis(fetch.wait_ms_max));
    let mut deadline = std::pin::pin!(deadline);
    let mut grown: Vec<_> = fetch
        .wanted
        .iter()
        .filter_map(|wanted| wanted.log.as_ref())
        .map(|log| Box::pin(log.grown().notified()))
        .collect();
    // Registered first, looked at after: an append in between is not missed.
    let mut registered = false;
    std::future::poll_fn(|context| {
        let woken = grown.iter_mut().any(|grown| grown.as_mut().poll(context).is_ready());
        let late = deadline.as_mut().poll(context).is_ready();
        if woken || late || (!registered && !fetch.wanted.iter().all(is_at_end)) {
            return std::task::Poll::Ready(());
        }
        registered = true;
        std::task::Poll::Pending
    })
    .await;
}

/// Takes a string, null counting as empty.
fn string(body: &mut BytesMut) -> Result<BytesMut, Unanswerable> {
    let length = usize::try_from(body.try_get_i16()?).unwrap_or(0);
    if length > body.len() {
        return Err(Unanswerable::Malformed);
    }
    Ok(body.split_to(length))
}

fn put_string(text: &[u8], output: &mut Output) {
    output.small.put_i16(i16::try_from(text.len()).expect("it was read with such a length"));
    output.small.extend_from_slice(text);
}
