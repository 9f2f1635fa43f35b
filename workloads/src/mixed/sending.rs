//! Producing: batches whose records are numbered before they leave, and whose fate is written down as it is told.
//!
//! Each batch is one operation of the history and one batch on the wire. Its outcome is what the client reports
//! over all attempts: whatever left doubt stays doubt.

use super::{
    Scribe,
    asker::{Asker, Place},
    payload,
};
use crate::history::{KEYS_MAX, KeySent, OpId, Outcome, RecordSent, SendDone, SendInvoke, Value, certainty};
use bytes::Bytes;
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use tribunal_client::{
    Acks, AttemptError, BatchTrace, FailureReason, OutcomeClass, Producer, ProducerConfig, ProducerRecord,
    Report,
};
use tribunal_env::Rng;
use tribunal_wire::types::Sequence;

/// Larger than any batch that is made here.
const BATCH_BYTES: usize = 8 << 20;

/// A producer of the workload.
pub(crate) struct Sender {
    pub(crate) asker: Asker,
    producer: Producer,
    acks: i8,
    permits: Arc<Semaphore>,
    permits_count: u32,
    append_time: bool,
    rng: Rng,
}

impl Sender {
    pub(crate) fn new(
        asker: &Asker,
        idempotent: bool,
        first_sequence: Option<i32>,
    ) -> Result<Sender, String> {
        let options = &asker.options;
        let acks = if idempotent { -1 } else { options.acks };
        let in_flight = options.in_flight_max.clamp(1, 5);
        let config = ProducerConfig {
            acks: match acks {
                0 => Acks::None,
                1 => Acks::Leader,
                _ => Acks::All,
            },
            idempotent,
            in_flight_max: in_flight as usize,
            batch_bytes: BATCH_BYTES,
            request_bytes_max: BATCH_BYTES,
            linger: Duration::ZERO,
            codec: options.codec,
            block_max: options.delivery_timeout(),
            delivery_timeout: options.delivery_timeout(),
            request_timeout: options.request_timeout(),
            first_sequence_for_tests: Sequence(first_sequence.unwrap_or(0)),
            ..ProducerConfig::default()
        };
        let producer = Producer::new(&asker.client, config).map_err(|error| error.to_string())?;
        let permits = Arc::new(Semaphore::new(in_flight as usize));
        let rng = asker.env.rng("mixed producer");
        let append_time = options.append_time();
        Ok(Sender {
            asker: asker.clone(),
            producer,
            acks,
            permits,
            permits_count: in_flight,
            append_time,
            rng,
        })
    }

    /// Sends one batch of random records, once there is room among those that wait for their outcome.
    pub(crate) async fn send(&mut self, place: &Place) {
        let Ok(permit) = self.permits.clone().acquire_owned().await else { return };
        let options = &self.asker.options;
        let count = self.rng.range(1, u64::from(options.records_per_batch_max.max(1)));
        let (bytes_max, keys) = (u64::from(options.value_bytes_max), options.keys);
        let shapes: Vec<Shape> = (0..count)
            .map(|_| {
                let shape = Shape::random(&mut self.rng, bytes_max);
                if place.compacted { shape.keyed(&mut self.rng, keys) } else { shape }
            })
            .collect();
        let wall = self.asker.env.wall().as_millis();
        let (op, records) = self.invoke(place, &shapes, wall);
        let scribe = self.asker.scribe.clone();
        match self.producer.try_send_batch(&place.to, &records) {
            Ok(deliveries) => {
                let Some(first) = deliveries.into_iter().next() else { return };
                // The client promises an outcome by then; what has none much later hangs, and is told so.
                let patience = options.delivery_timeout() * 2 + options.request_timeout();
                let (env, append_time) = (self.asker.env.clone(), self.append_time);
                let waiting = async move {
                    let _until_here = permit;
                    match env.timeout(patience, first.wait()).await {
                        Some(report) => write_down(&scribe, op, &report, append_time),
                        None => scribe.with(|recorder, _| recorder.waits_for(op, "the client's report")),
                    }
                };
                drop(self.asker.env.spawn("mixed outcome", waiting));
            }
            Err(refused) => {
                tribunal_env::warn!(self.asker.env, "a batch was not taken: {refused}");
                scribe.with(|recorder, ns| {
                    let done = SendDone { error: None, attempts: 0, ..SendDone::default() };
                    recorder.complete_send(ns, op, &done);
                    recorder.override_outcome(op, Outcome::Fail);
                });
            }
        }
    }

    /// Numbers the records and writes the send down before anything can leave.
    fn invoke(&self, place: &Place, shapes: &[Shape], wall: i64) -> (OpId, Vec<ProducerRecord>) {
        self.asker.scribe.with(|recorder, ns| {
            let first = recorder.next_value();
            let mut sent = Vec::with_capacity(shapes.len());
            let mut bytes = 0;
            let records: Vec<ProducerRecord> = (first..)
                .zip(shapes)
                .map(|(value, shape)| {
                    let record = shape.record(value, place, wall);
                    let headers = record.headers.iter().map(|(key, value)| (&key[..], value.as_deref()));
                    let hash = payload::hash(record.key.as_deref(), headers, record.value.as_deref());
                    sent.push(RecordSent { hash, timestamp: wall - shape.age_ms });
                    bytes += record.value.as_ref().map_or(0, |value| value.len());
                    bytes += record.key.as_ref().map_or(0, |key| key.len());
                    record
                })
                .collect();
            let keys: Vec<KeySent> = shapes
                .iter()
                .filter_map(|shape| Some(KeySent { key: shape.number?, tombstone: shape.tombstone }))
                .collect();
            let invoke = SendInvoke {
                process: self.asker.process,
                partition: place.id,
                acks: self.acks,
                producer: (-1, -1, -1),
                bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
                records: &sent,
                keys: &keys,
            };
            (recorder.invoke_send(ns, &invoke), records)
        })
    }

    /// Waits until no send is without an outcome.
    pub(crate) async fn settle(&self) {
        let patience = self.asker.options.delivery_timeout() * 2 + self.asker.options.request_timeout() * 2;
        let all = self.permits.acquire_many(self.permits_count);
        let _in_time = self.asker.env.timeout(patience, all).await;
    }

    /// Settles, and ends the producer.
    pub(crate) async fn close(self) {
        self.settle().await;
        let patience = self.asker.options.delivery_timeout() * 2;
        let _in_time = self.asker.env.timeout(patience, self.producer.close()).await;
    }
}

/// What a record looks like but for its number.
struct Shape {
    key: Option<Bytes>,
    /// The key's number, where the topic is compacted.
    number: Option<u32>,
    headers: Vec<(Bytes, Option<Bytes>)>,
    tombstone: bool,
    bytes: usize,
    age_ms: i64,
}

impl Shape {
    fn random(rng: &mut Rng, bytes_max: u64) -> Shape {
        let smallest = payload::BYTES_MIN as u64;
        let bytes = rng.range(smallest, bytes_max.max(smallest));
        // Most records are new; some come late, so that timestamps do not grow with offsets.
        let age_ms = if rng.chance(1, 5) { rng.range(1, 3_000) } else { 0 };
        Shape {
            key: payload::random_key(rng),
            number: None,
            headers: payload::random_headers(rng),
            tombstone: rng.chance(1, 12),
            bytes: usize::try_from(bytes).unwrap_or(payload::BYTES_MIN),
            age_ms: i64::try_from(age_ms).unwrap_or(0),
        }
    }

    /// The shape in a compacted topic: one of few keys, for a record without one would be refused, and more tombstones.
    fn keyed(self, rng: &mut Rng, keys: u32) -> Shape {
        let last = u64::from(keys.clamp(1, KEYS_MAX) - 1);
        // Some keys are written often and some hardly ever, so that both old and new records survive.
        let bound = if rng.chance(1, 2) { last / 4 } else { last };
        let number = u32::try_from(rng.range(0, bound)).unwrap_or(0);
        let tombstone = self.tombstone || rng.chance(1, 6);
        Shape { key: Some(payload::numbered_key(number)), number: Some(number), tombstone, ..self }
    }

    /// The record of this shape that carries `number`.
    fn record(&self, number: Value, place: &Place, wall: i64) -> ProducerRecord {
        let bytes = if self.tombstone { payload::BYTES_MIN } else { self.bytes };
        let payload = payload::bytes_of(number, place.to.partition, bytes);
        let mut headers = self.headers.clone();
        if self.tombstone {
            headers.insert(0, (Bytes::from_static(payload::TOMBSTONE_HEADER), Some(payload.clone())));
        }
        ProducerRecord {
            topic: place.to.topic.clone(),
            partition: Some(place.to.partition),
            key: self.key.clone(),
            value: (!self.tombstone).then_some(payload),
            headers,
            timestamp: Some(wall - self.age_ms),
        }
    }
}

fn write_down(scribe: &Scribe, op: OpId, report: &Report, append_time: bool) {
    let (done, outcome) = done(report, append_time);
    scribe.with(|recorder, ns| {
        recorder.complete_send(ns, op, &done);
        // What never left has no error code that could say so.
        if outcome == Outcome::Fail {
            recorder.override_outcome(op, outcome);
        }
    });
}

/// A client's report as the history has it.
fn done(report: &Report, append_time: bool) -> (SendDone, Outcome) {
    use tribunal_client::Outcome as Fate;
    let trace = &report.batch;
    let outcome = match report.outcome.class() {
        OutcomeClass::Done => Outcome::Ok,
        OutcomeClass::NotDone => Outcome::Fail,
        OutcomeClass::Unknown => Outcome::Info,
    };
    let (error, base_offset) = match &report.outcome {
        Fate::Done { offset: Some(offset), .. } => (Some(0), offset.0 - i64::from(report.index_in_batch)),
        // The broker only said that it has the batch already: DUPLICATE_SEQUENCE_NUMBER.
        Fate::Done { offset: None, .. } => (Some(46), -1),
        Fate::NotDone(reason) => (code_of(reason), -1),
        // An answer that is certain by itself, after one that was not, is kept; an uncertain attempt may still
        // be on its way when the patience ends, so that no code speaks for it.
        Fate::Unknown(FailureReason::Attempt(AttemptError::Answered(code))) => (Some(*code), -1),
        Fate::Unknown(_) => (None, -1),
    };
    let append_timestamp = match &report.outcome {
        Fate::Done { timestamp, .. } if append_time && base_offset >= 0 => *timestamp,
        _ => -1,
    };
    let done = SendDone {
        error,
        earlier_doubt: doubt_before_the_end(trace, error),
        attempts: u8::try_from(trace.attempts).unwrap_or(u8::MAX),
        base_offset,
        append_timestamp,
        leader_epoch: -1,
        node: trace.node.map_or(-1, |node| i16::try_from(node.0).unwrap_or(-1)),
        producer: trace
            .stamp
            .map(|stamp| (stamp.producer_id.0, stamp.producer_epoch.0, stamp.base_sequence.0)),
    };
    (done, outcome)
}

/// The first attempt that left doubt, unless it is the last one, which tells its own error.
fn doubt_before_the_end(trace: &BatchTrace, last: Option<i16>) -> Option<Option<i16>> {
    let doubtful = |error: &&AttemptError| error.class() == OutcomeClass::Unknown;
    let own = last.is_some_and(|code| certainty(code).outcome == Outcome::Info);
    let before = if own { trace.errors.len().saturating_sub(1) } else { trace.errors.len() };
    let first = trace.errors[..before].iter().find(doubtful).map(AttemptError::code);
    // Only the latest errors are kept: an older one may have been the doubtful one.
    let forgotten = || (!own && trace.worst_attempt == Some(OutcomeClass::Unknown)).then_some(None);
    first.or_else(forgotten)
}

fn code_of(reason: &FailureReason) -> Option<i16> {
    match reason {
        FailureReason::Attempt(error) | FailureReason::DeliveryTimeout(Some(error)) => error.code(),
        _ => None,
    }
}
