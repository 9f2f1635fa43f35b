//! Producing: a window of requests on one connection, full at all times or filled by a schedule.

use super::{
    BenchError, BenchOptions,
    connection::Connection,
    frames::{self, Partition, ProduceFrame},
    pace::{Schedule, wait_until},
    result::Tally,
    setup::Topic,
    window::Window,
};
use bytes::Bytes;
use std::collections::VecDeque;
use tribunal_env::{Env, Instant};
use tribunal_wire::ErrorCode;

/// The requests of one connection that have no answer yet.
pub(super) struct Producer {
    connection: Connection,
    frame: ProduceFrame,
    next_correlation_id: i32,
    /// Correlation id and the time from which the latency counts, oldest first.
    unanswered: VecDeque<(i32, Instant)>,
    records: u64,
    record_bytes: u64,
}

impl Producer {
    pub(super) async fn open(
        env: &Env,
        options: &BenchOptions,
        topic: &Topic,
        partition: &Partition,
        leader: &str,
        batch_bytes: usize,
    ) -> Result<Producer, BenchError> {
        Ok(Producer {
            connection: Connection::open(env, leader).await?,
            frame: ProduceFrame::new(partition, topic.produce_version, options.acks.as_i16(), batch_bytes)?,
            next_correlation_id: 0,
            unanswered: VecDeque::new(),
            records: options.batch_records as u64,
            record_bytes: options.record_bytes as u64,
        })
    }

    pub(super) fn in_flight(&self) -> usize {
        self.unanswered.len()
    }

    pub(super) fn send(&mut self, since: Instant, batch: &Bytes) {
        self.frame.send(&mut self.connection, self.next_correlation_id, batch);
        self.unanswered.push_back((self.next_correlation_id, since));
        self.next_correlation_id = self.next_correlation_id.wrapping_add(1);
    }

    /// Waits for answers, not beyond `until`, and counts them.
    pub(super) async fn turn(
        &mut self,
        env: &Env,
        until: Option<Instant>,
        window: &Window,
        tally: &mut Tally,
    ) -> Result<(), BenchError> {
        match until {
            None => self.connection.turn().await?,
            Some(until) => {
                tokio::select! {
                    biased;
                    turned = self.connection.turn() => turned?,
                    () = wait_until(env, until) => return Ok(()),
                }
            }
        }
        let now = env.now();
        while let Some(answer) = self.connection.next_frame()? {
            let (correlation_id, error) = self.frame.read_answer(&answer)?;
            let expected = self.unanswered.pop_front();
            let Some((_, since)) = expected.filter(|(expected, _)| *expected == correlation_id) else {
                return Err(BenchError::Server(format!(
                    "answer {correlation_id} came, and {:?} was the next",
                    expected.map(|(id, _)| id)
                )));
            };
            if error != 0 {
                window.count_error();
                tally.error(ErrorCode::from_code(error));
                continue;
            }
            if window.count(now, self.records) {
                tally.answered(self.records, self.record_bytes);
            }
            if window.contains(since) {
                tally.request_latency(now.since(since));
            }
        }
        Ok(())
    }

    /// Waits for the answers that are missing.
    pub(super) async fn drain(
        &mut self,
        env: &Env,
        window: &Window,
        tally: &mut Tally,
    ) -> Result<(), BenchError> {
        while self.in_flight() > 0 {
            self.turn(env, None, window, tally).await?;
        }
        Ok(())
    }
}

/// Produces on connection `number` until the window ends.
pub(super) async fn run(
    env: &Env,
    options: &BenchOptions,
    topic: &Topic,
    window: &Window,
    number: usize,
) -> Result<Tally, BenchError> {
    let (partition, leader) = topic.partition(number);
    window.run(env, produce(env, options, topic, window, number, &partition, leader)).await
}

async fn produce(
    env: &Env,
    options: &BenchOptions,
    topic: &Topic,
    window: &Window,
    number: usize,
    partition: &Partition,
    leader: &str,
) -> Result<Tally, BenchError> {
    let batch = frames::batch(options.batch_records, options.record_bytes, env.wall().as_millis(), None);
    let mut producer = Producer::open(env, options, topic, partition, leader, batch.len()).await?;
    let mut tally = Tally::new();
    let schedule = |interval| Schedule::new(env.now(), interval, number, options.connections);
    let mut schedule = options.request_interval().map(schedule);
    loop {
        let now = env.now();
        if now >= window.end() || window.is_failed() {
            break;
        }
        let mut until = None;
        while producer.in_flight() < options.in_flight {
            match &mut schedule {
                None => producer.send(now, &batch),
                Some(schedule) if schedule.next() <= now => {
                    producer.send(schedule.next(), &batch);
                    schedule.advance();
                }
                Some(schedule) => {
                    until = Some(schedule.next());
                    break;
                }
            }
        }
        producer.turn(env, until, window, &mut tally).await?;
    }
    producer.drain(env, window, &mut tally).await?;
    Ok(tally)
}
