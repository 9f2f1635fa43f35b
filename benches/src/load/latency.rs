//! End to end: from the time at which a record was meant to be sent to its arrival at a consumer that waits for it.
//!
//! Why so: producer and consumer share this process's clock, and the record carries its intended send time, so no
//! offset has to be matched and no clock compared.

use super::{
    BenchError, BenchOptions,
    connection::Connection,
    frames::{self, FetchWish, read_fetch, send_fetch, whole_batches},
    options::STAMP_BYTES,
    pace::Schedule,
    produce::Producer,
    result::Tally,
    setup::Topic,
    window::Window,
};
use bytes::Bytes;
use std::time::Duration;
use tokio::sync::oneshot;
use tribunal_env::{Env, Instant};
use tribunal_wire::{ErrorCode, batch::Batch};

const WAIT_MS_MAX: i32 = 100;
/// How long the last records may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);
/// Records of this generator are not compressed; anything larger than a whole Fetch is not one of them.
const RECORDS_BYTES_MAX: usize = 1 << 30;

/// Produces stamped records by the schedule, once the consumer waits.
pub(super) async fn produce(
    env: &Env,
    options: &BenchOptions,
    topic: &Topic,
    window: &Window,
    number: usize,
    begin: oneshot::Receiver<()>,
) -> Result<Tally, BenchError> {
    if begin.await.is_err() {
        // The consumer failed, and says why.
        return Ok(Tally::new());
    }
    window.run(env, stamped(env, options, topic, window, number)).await
}

async fn stamped(
    env: &Env,
    options: &BenchOptions,
    topic: &Topic,
    window: &Window,
    number: usize,
) -> Result<Tally, BenchError> {
    let (partition, leader) = topic.partition(number);
    let now_ms = env.wall().as_millis();
    let bytes = |since: Instant| stamp(options, now_ms, since);
    let batch_bytes = bytes(env.now()).len();
    let mut producer = Producer::open(env, options, topic, &partition, leader, batch_bytes).await?;
    let mut tally = Tally::new();
    let interval = options.request_interval().expect("checked with the options: latency has a rate");
    let mut schedule = Schedule::new(env.now(), interval, number, options.connections);
    loop {
        let now = env.now();
        if now >= window.end() || window.is_failed() {
            break;
        }
        let mut until = Some(schedule.next());
        while schedule.next() <= now {
            if producer.in_flight() >= options.in_flight {
                until = None;
                break;
            }
            producer.send(schedule.next(), &bytes(schedule.next()));
            schedule.advance();
            until = Some(schedule.next());
        }
        producer.turn(env, until, window, &mut tally).await?;
    }
    producer.drain(env, window, &mut tally).await?;
    Ok(tally)
}

fn stamp(options: &BenchOptions, now_ms: i64, since: Instant) -> Bytes {
    frames::batch(options.batch_records, options.record_bytes, now_ms, Some(since.as_nanos()))
}

/// Reads what the producer of the same number sends, until all that was meant to be sent in the window has come.
pub(super) async fn consume(
    env: &Env,
    options: &BenchOptions,
    topic: &Topic,
    window: &Window,
    number: usize,
    ready: oneshot::Sender<()>,
) -> Result<Tally, BenchError> {
    window.run(env, arrivals(env, options, topic, window, number, ready)).await
}

async fn arrivals(
    env: &Env,
    options: &BenchOptions,
    topic: &Topic,
    window: &Window,
    number: usize,
    ready: oneshot::Sender<()>,
) -> Result<Tally, BenchError> {
    let (partition, leader) = topic.partition(number);
    let mut connection = Connection::open(env, leader).await?;
    let version = topic.fetch_version;
    let mut tally = Tally::new();
    let mut offset = 0;
    let mut correlation_id = 0;
    let mut ready = Some(ready);
    let started = env.now().as_nanos();
    let mut last_arrival = env.now();
    loop {
        let wish = FetchWish { offset, bytes_max: options.fetch_bytes_max, wait_ms_max: WAIT_MS_MAX };
        send_fetch(&mut connection, &partition, version, correlation_id, wish)?;
        if let Some(ready) = ready.take() {
            // The producer may be gone with a failed run.
            let _nobody = ready.send(());
        }
        let answer = loop {
            if let Some(answer) = connection.next_frame()? {
                break answer;
            }
            connection.turn().await?;
        };
        let now = env.now();
        let fetched = read_fetch(answer, version)?;
        if fetched.error != ErrorCode::None {
            return Err(BenchError::Server(format!("the server answered Fetch with {}", fetched.error)));
        }
        correlation_id += 1;
        let mut past_the_end = false;
        for batch in whole_batches(fetched.records, offset) {
            offset = batch.header.next_offset().0;
            last_arrival = now;
            let stamps = stamps(&batch)?;
            // An existing topic may hold stamps of an earlier process; they are older than this consumer.
            for since in stamps.into_iter().filter(|since| since.as_nanos() >= started) {
                past_the_end |= since >= window.end();
                if window.contains(since) {
                    tally.end_to_end_latency(now.since(since));
                }
            }
        }
        let waited = now.since(last_arrival.max(window.end()));
        // Another connection may share the partition, so the end shows in silence as well as in a late stamp.
        if window.is_failed() || past_the_end || (now >= window.end() && waited > silence(options)) {
            return Ok(tally);
        }
    }
}

/// How long nothing may come after the end before all is taken to be there.
fn silence(options: &BenchOptions) -> Duration {
    let interval = options.request_interval().unwrap_or_default();
    (interval * 4).max(Duration::from_millis(500)).min(PATIENCE)
}

fn stamps(batch: &Batch) -> Result<Vec<Instant>, BenchError> {
    let unreadable = |what| BenchError::Server(format!("a record that came back cannot be read: {what}"));
    let records = batch.records(RECORDS_BYTES_MAX).map_err(|error| unreadable(format!("{error:?}")))?;
    let mut stamps = Vec::new();
    for record in records.iter() {
        let record = record.map_err(|error| unreadable(format!("{error:?}")))?;
        let stamp = record.value.and_then(|value| value.first_chunk::<STAMP_BYTES>());
        let stamp = stamp.ok_or_else(|| unreadable("it has no stamp".to_owned()))?;
        stamps.push(Instant::from_nanos(u64::from_be_bytes(*stamp)));
    }
    Ok(stamps)
}
