//! Consuming: a topic of the run's own is filled, and then read from the beginning again and again, so that what is
//! measured does not depend on how long the run lasts. A topic that was there is read as it is.

use super::{
    BenchError, BenchOptions,
    connection::Connection,
    frames::{self, FetchWish, Partition, read_fetch, send_fetch, whole_batches},
    produce::Producer,
    result::Tally,
    setup::{self, Topic},
    window::Window,
};
use bytes::Bytes;
use std::{collections::VecDeque, time::Duration};
use tribunal_env::{Env, Instant};
use tribunal_wire::ErrorCode;

const WAIT_MS_MAX: i32 = 500;
/// Windows are no use while filling; a few batches in flight keep the server busy.
const FILL_IN_FLIGHT: usize = 8;

/// Fills each partition that will be read with `consume_bytes`, if the topic is the run's own.
pub(super) async fn fill(env: &Env, options: &BenchOptions, topic: &Topic) -> Result<(), BenchError> {
    if !topic.is_own() {
        return Ok(());
    }
    let batch = frames::batch(options.batch_records, options.record_bytes, env.wall().as_millis(), None);
    let requests = options.consume_bytes / batch.len() + options.buried_bytes / batch.len();
    for number in 0..options.connections.min(topic.partitions()) {
        let batches = std::iter::repeat_n(batch.clone(), requests);
        fill_partition(env, options, topic, number, batches).await?;
    }
    Ok(())
}

/// Sends batches, all of the same length, to the partition of connection `number`.
pub(super) async fn fill_partition(
    env: &Env,
    options: &BenchOptions,
    topic: &Topic,
    number: usize,
    batches: impl Iterator<Item = Bytes>,
) -> Result<(), BenchError> {
    // Nothing of it is measured: the window of this phase ends before it starts.
    let window = Window::starting(env.now(), Duration::ZERO);
    let (partition, leader) = topic.partition(number);
    let mut tally = Tally::new();
    let mut batches = batches.peekable();
    let Some(batch_bytes) = batches.peek().map(Bytes::len) else { return Ok(()) };
    let mut producer = Producer::open(env, options, topic, &partition, leader, batch_bytes).await?;
    for batch in batches {
        while producer.in_flight() >= FILL_IN_FLIGHT {
            producer.turn(env, None, &window, &mut tally).await?;
        }
        producer.send(env.now(), &batch);
    }
    producer.drain(env, &window, &mut tally).await?;
    match tally.first_error() {
        Some(error) => Err(BenchError::Server(format!("the topic could not be filled: {error}"))),
        None => Ok(()),
    }
}

/// Consumes on connection `number` until the window ends.
pub(super) async fn run(
    env: &Env,
    options: &BenchOptions,
    topic: &Topic,
    window: &Window,
    number: usize,
) -> Result<Tally, BenchError> {
    let (partition, leader) = topic.partition(number);
    window.run(env, consume(env, options, topic, window, &partition, leader)).await
}

async fn consume(
    env: &Env,
    options: &BenchOptions,
    topic: &Topic,
    window: &Window,
    partition: &Partition,
    leader: &str,
) -> Result<Tally, BenchError> {
    let (start, mut end) = setup::offsets(env, partition, leader).await?;
    if topic.is_own() && options.buried_bytes > 0 {
        // What was filled first is read, in whole batches as `fill` sent them.
        let batch = frames::batch(options.batch_records, options.record_bytes, 0, None);
        let read = options.consume_bytes / batch.len() * options.batch_records;
        end = end.min(start + i64::try_from(read).expect("a topic that fits a disk"));
    }
    if start >= end {
        let Partition { topic, index } = partition;
        return Err(BenchError::Server(format!(
            "partition {index} of `{topic}` is empty: there is nothing to consume"
        )));
    }
    let mut connection = Connection::open(env, leader).await?;
    let mut tally = Tally::new();
    let mut offset = start;
    let mut next_correlation_id = 0;
    // With more than one Fetch in flight, all of them ask for what the oldest one will bring: the same pages serve them.
    let mut unanswered: VecDeque<(i32, i64, Instant)> = VecDeque::new();
    loop {
        let now = env.now();
        if now >= window.end() || window.is_failed() {
            return Ok(tally);
        }
        while unanswered.len() < options.in_flight {
            let wish = FetchWish { offset, bytes_max: options.fetch_bytes_max, wait_ms_max: WAIT_MS_MAX };
            send_fetch(&mut connection, partition, topic.fetch_version, next_correlation_id, wish)?;
            unanswered.push_back((next_correlation_id, offset, now));
            next_correlation_id = next_correlation_id.wrapping_add(1);
        }
        connection.turn().await?;
        let now = env.now();
        while let Some(answer) = connection.next_frame()? {
            let fetched = read_fetch(answer, topic.fetch_version)?;
            let expected = unanswered.pop_front();
            let Some((_, asked, since)) = expected.filter(|(id, _, _)| *id == fetched.correlation_id) else {
                return Err(BenchError::Server("an answer to Fetch came out of order".to_owned()));
            };
            if fetched.error != ErrorCode::None {
                window.count_error();
                tally.error(fetched.error);
                return Err(BenchError::Server(format!("the server answered Fetch with {}", fetched.error)));
            }
            let mut next = asked;
            for batch in whole_batches(fetched.records, asked) {
                next = batch.header.next_offset().0;
            }
            let records = u64::try_from(next - asked).expect("batches before the offset are left out");
            if window.count(now, records) {
                tally.answered(records, options.record_bytes as u64);
            }
            if window.contains(since) {
                tally.request_latency(now.since(since));
            }
            offset = if next >= end { start } else { next };
        }
    }
}
