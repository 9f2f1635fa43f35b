//! The producer: takes records, sends them in batches, and tells each record's fate.
//!
//! [`Producer::send`] puts a record into its partition's open batch and returns at once (or waits for room);
//! a task of the producer sends batches when they are full or have lingered, several at a time, and retries until
//! the delivery timeout. The rules are in `core` and `partition`, plain structs; this file is the part that waits.
//!
//! What is promised:
//!
//! - Every record taken gets one [`Outcome`]: done, not done or *unknown*, at the latest when the delivery timeout
//!   has passed.
//! - With idempotence (the default) a record is in the log at most once, and records of one partition are there in
//!   the order in which they were sent, whatever was retried.
//! - Without it a record may be in the log as often as it was tried, and a retry may let later records pass earlier
//!   ones, unless `in_flight_max` is 1.
//!
//! The lock around the rules is taken once between two waits, by whoever sends and by the task.

mod body;
mod core;
mod outcome;
mod partition;
mod sender;

#[cfg(test)]
mod core_tests;

pub use outcome::{
    AttemptError, BatchTrace, Delivery, FailureReason, Outcome, OutcomeClass, Report, Stamp, class_of_code,
};

use self::core::{Core, CoreConfig, Fields, NotTaken};
use crate::{Client, TopicError, TopicPartition};
use bytes::Bytes;
use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::sync::Notify;
use tribunal_wire::{compression::Codec, types::Sequence};

/// Whose word a producer waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Acks {
    /// Nobody's: every outcome is unknown.
    None,
    /// The leader's.
    Leader,
    /// That of every replica in sync.
    All,
}

impl Acks {
    /// The number that the protocol uses.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Acks::None => 0,
            Acks::Leader => 1,
            Acks::All => -1,
        }
    }
}

/// How a producer behaves.
#[derive(Debug, Clone)]
pub struct ProducerConfig {
    /// Whose word is waited for. Idempotence needs [`Acks::All`].
    pub acks: Acks,
    /// Whether batches are numbered, so that a broker recognises a retry.
    pub idempotent: bool,
    /// Requests on their way to one node at once; 1 to 5 with idempotence, at least 1 without.
    pub in_flight_max: usize,
    /// The size at which a batch is full, uncompressed. A larger record travels alone.
    pub batch_bytes: usize,
    /// How long a batch that is not full waits for more records.
    pub linger: Duration,
    /// How batches are compressed.
    pub codec: Codec,
    /// How hard; `None` for the codec's default.
    pub compression_level: Option<i32>,
    /// The size of a request beyond which no further batch joins it; no record may be larger.
    pub request_bytes_max: usize,
    /// Bytes that records without a fate may take. More have to wait.
    pub buffer_bytes_max: usize,
    /// How long [`Producer::send`] waits for room or for a topic's partitions.
    pub block_max: Duration,
    /// How long after it was sent a record's fate is known at the latest.
    pub delivery_timeout: Duration,
    /// How long one attempt waits for its answer. Test range 100 ms to 30 s.
    pub request_timeout: Duration,
    /// How often a batch is tried again after an attempt that may have reached a broker.
    pub retries_max: u32,
    /// The wait before a partition is tried again; doubles with each failure.
    pub retry_backoff_min: Duration,
    /// The longest such wait.
    pub retry_backoff_max: Duration,
    /// For tests only: the first sequence number on each partition. A broker takes any from a producer that it
    /// does not know, except on a partition that was never written: write one plain batch there before, and again when the
    /// topic was made anew in between.
    pub first_sequence_for_tests: Sequence,
}

impl Default for ProducerConfig {
    fn default() -> Self {
        ProducerConfig {
            acks: Acks::All,
            idempotent: true,
            in_flight_max: 5,
            batch_bytes: 64 << 10,
            linger: Duration::from_millis(5),
            codec: Codec::None,
            compression_level: None,
            request_bytes_max: 1 << 20,
            buffer_bytes_max: 32 << 20,
            block_max: Duration::from_secs(60),
            delivery_timeout: Duration::from_secs(120),
            request_timeout: Duration::from_secs(30),
            retries_max: u32::MAX,
            retry_backoff_min: Duration::from_millis(100),
            retry_backoff_max: Duration::from_secs(1),
            first_sequence_for_tests: Sequence(0),
        }
    }
}

impl ProducerConfig {
    fn check(&self) -> Result<(), InvalidConfig> {
        if self.in_flight_max == 0 {
            return Err(InvalidConfig("in_flight_max must be at least 1"));
        }
        if self.idempotent && self.in_flight_max > 5 {
            return Err(InvalidConfig(
                "a broker remembers five batches: in_flight_max is 1 to 5 with idempotence",
            ));
        }
        if self.idempotent && self.acks != Acks::All {
            return Err(InvalidConfig("idempotence needs the word of all replicas in sync: acks all"));
        }
        if self.first_sequence_for_tests.0 < 0 {
            return Err(InvalidConfig("sequence numbers count up from 0"));
        }
        Ok(())
    }

    fn core(&self) -> CoreConfig {
        CoreConfig {
            batch_bytes: self.batch_bytes,
            linger: self.linger,
            codec: self.codec,
            compression_level: self.compression_level,
            acknowledged: self.acks != Acks::None,
            idempotent: self.idempotent,
            in_flight_max: self.in_flight_max,
            request_bytes_max: self.request_bytes_max,
            buffer_bytes_max: self.buffer_bytes_max,
            delivery_timeout: self.delivery_timeout,
            retries_max: self.retries_max,
            retry_backoff_min: self.retry_backoff_min,
            retry_backoff_max: self.retry_backoff_max,
            first_sequence: self.first_sequence_for_tests,
        }
    }
}

/// Settings that contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidConfig(pub &'static str);

impl fmt::Display for InvalidConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl std::error::Error for InvalidConfig {}

/// A record to be sent.
#[derive(Debug, Clone, Default)]
pub struct ProducerRecord {
    /// The topic.
    pub topic: Arc<str>,
    /// The partition; chosen by the key when `None`, or one after the other without a key.
    pub partition: Option<i32>,
    /// The key.
    pub key: Option<Bytes>,
    /// The value; `None` is a tombstone.
    pub value: Option<Bytes>,
    /// The headers, in order.
    pub headers: Vec<(Bytes, Option<Bytes>)>,
    /// The create time in milliseconds; now when `None`.
    pub timestamp: Option<i64>,
}

impl ProducerRecord {
    /// A record with a value and nothing else.
    #[must_use]
    pub fn new(topic: impl Into<Arc<str>>, value: impl Into<Bytes>) -> Self {
        ProducerRecord { topic: topic.into(), value: Some(value.into()), ..ProducerRecord::default() }
    }

    /// The same with a key.
    #[must_use]
    pub fn key(mut self, key: impl Into<Bytes>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The same for one partition.
    #[must_use]
    pub fn partition(mut self, partition: i32) -> Self {
        self.partition = Some(partition);
        self
    }
}

/// Why a record was not taken. It is not in any log and never will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendRefused {
    /// The buffer stayed full for as long as one may wait.
    BufferFull,
    /// The record is larger than a request may be.
    TooLarge,
    /// The topic's partitions could not be found out.
    Topic(TopicError),
    /// The producer is closed.
    Closed,
}

impl fmt::Display for SendRefused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SendRefused::BufferFull => formatter.write_str("the producer's buffer stayed full"),
            SendRefused::TooLarge => formatter.write_str("the record is larger than a request may be"),
            SendRefused::Topic(error) => write!(formatter, "the topic's partitions are not known: {error}"),
            SendRefused::Closed => formatter.write_str("the producer is closed"),
        }
    }
}

impl std::error::Error for SendRefused {}

/// Sends records. Cheap to clone; when the last handle is dropped, what is not resolved yet is given up: call
/// [`Producer::close`] first.
#[derive(Clone)]
pub struct Producer(Arc<Handle>);

struct Handle {
    client: Client,
    config: ProducerConfig,
    shared: Arc<Shared>,
    next_without_key: AtomicU32,
}

/// What the handles and the sending task have in common.
struct Shared {
    core: Mutex<Core>,
    /// There is something for the task to do.
    wake: Notify,
    /// There is room in the buffer again.
    room: Notify,
    closed: AtomicBool,
}

impl Shared {
    fn core(&self) -> MutexGuard<'_, Core> {
        // A panic while the lock was held ends the process or the simulated run anyway.
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Release);
        self.shared.wake.notify_one();
    }
}

impl fmt::Debug for Producer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Producer").field("config", &self.0.config).finish_non_exhaustive()
    }
}

impl Producer {
    /// A producer on its own connections of `client`.
    ///
    /// # Errors
    /// When the settings contradict each other.
    pub fn new(client: &Client, config: ProducerConfig) -> Result<Producer, InvalidConfig> {
        config.check()?;
        let shared = Arc::new(Shared {
            core: Mutex::new(Core::new(config.core())),
            wake: Notify::new(),
            room: Notify::new(),
            closed: AtomicBool::new(false),
        });
        let task = sender::run(client.clone(), config.clone(), shared.clone());
        drop(client.env().spawn("producer", task));
        let next_without_key = AtomicU32::new(0);
        Ok(Producer(Arc::new(Handle { client: client.clone(), config, shared, next_without_key })))
    }

    /// Takes a record, waiting for room if need be. What comes back tells the record's fate.
    ///
    /// # Errors
    /// When the record is not taken; it is in no log then.
    pub async fn send(&self, record: &ProducerRecord) -> Result<Delivery, SendRefused> {
        let partition = match record.partition {
            Some(partition) => partition,
            None => self.choose_partition(record).await?,
        };
        let handle = &*self.0;
        let env = handle.client.env();
        let mut deadline = None;
        loop {
            let room = handle.shared.room.notified();
            match self.try_send_to(record, partition) {
                Err(SendRefused::BufferFull) => {}
                taken => return taken,
            }
            // Whoever lingers for more records gets no more now.
            drop(handle.shared.core().flush());
            handle.shared.wake.notify_one();
            let until = *deadline.get_or_insert_with(|| env.now() + handle.config.block_max);
            if env.timeout_at(until, room).await.is_none() {
                return Err(SendRefused::BufferFull);
            }
        }
    }

    /// Takes a record if there is room now.
    ///
    /// # Errors
    /// When the record is not taken; it is in no log then. A record without a partition needs to wait where the
    /// topic's partitions are not known yet: that is [`SendRefused::Topic`] here.
    pub fn try_send(&self, record: &ProducerRecord) -> Result<Delivery, SendRefused> {
        let partition = match record.partition {
            Some(partition) => partition,
            None => self.known_partition(record).ok_or(SendRefused::Topic(TopicError::Answer(
                tribunal_wire::error::ErrorCode::LeaderNotAvailable,
            )))?,
        };
        self.try_send_to(record, partition)
    }

    fn try_send_to(&self, record: &ProducerRecord, partition: i32) -> Result<Delivery, SendRefused> {
        let handle = &*self.0;
        let env = handle.client.env();
        let fields = Fields {
            key: record.key.as_deref(),
            value: record.value.as_deref(),
            headers: &record.headers,
            timestamp: record.timestamp.unwrap_or_else(|| env.wall().as_millis()),
        };
        let now = env.now();
        let taken = {
            let mut core = handle.shared.core();
            if handle.shared.closed.load(Ordering::Acquire) {
                return Err(SendRefused::Closed);
            }
            core.append(now, &record.topic, partition, fields)
        };
        match taken {
            Ok((delivery, news)) => {
                if news {
                    handle.shared.wake.notify_one();
                }
                Ok(delivery)
            }
            Err(NotTaken::BufferFull) => Err(SendRefused::BufferFull),
            Err(NotTaken::TooLarge) => Err(SendRefused::TooLarge),
        }
    }

    /// Takes records for one partition as a batch of their own, all of them or none, if there is room now. The
    /// topics and partitions of the records themselves are not looked at.
    ///
    /// # Errors
    /// When the records are not taken; none of them is in any log then.
    pub fn try_send_batch(
        &self,
        to: &TopicPartition,
        records: &[ProducerRecord],
    ) -> Result<Vec<Delivery>, SendRefused> {
        let handle = &*self.0;
        let env = handle.client.env();
        let wall = env.wall().as_millis();
        let fields: Vec<Fields<'_>> = records
            .iter()
            .map(|record| Fields {
                key: record.key.as_deref(),
                value: record.value.as_deref(),
                headers: &record.headers,
                timestamp: record.timestamp.unwrap_or(wall),
            })
            .collect();
        let now = env.now();
        let taken = {
            let mut core = handle.shared.core();
            if handle.shared.closed.load(Ordering::Acquire) {
                return Err(SendRefused::Closed);
            }
            core.append_batch(now, &to.topic, to.partition, &fields)
        };
        handle.shared.wake.notify_one();
        taken.map_err(|error| match error {
            NotTaken::BufferFull => SendRefused::BufferFull,
            NotTaken::TooLarge => SendRefused::TooLarge,
        })
    }

    async fn choose_partition(&self, record: &ProducerRecord) -> Result<i32, SendRefused> {
        if let Some(partition) = self.known_partition(record) {
            return Ok(partition);
        }
        let handle = &*self.0;
        let deadline = handle.client.env().now() + handle.config.block_max;
        handle.client.partition_count(&record.topic, deadline).await.map_err(SendRefused::Topic)?;
        self.known_partition(record).ok_or(SendRefused::Topic(TopicError::Answer(
            tribunal_wire::error::ErrorCode::UnknownTopicOrPartition,
        )))
    }

    fn known_partition(&self, record: &ProducerRecord) -> Option<i32> {
        let handle = &*self.0;
        let count = handle
            .client
            .metadata(|metadata| metadata.topic(&record.topic).map(|topic| topic.partitions.len()))?;
        let count = u32::try_from(count).ok().filter(|count| *count > 0)?;
        let hash = match &record.key {
            Some(key) => partitioner_hash(key),
            // A batch's worth of records stays together; then the next partition has its turn.
            None => handle.next_without_key.fetch_add(1, Ordering::Relaxed) / 64,
        };
        i32::try_from(hash % count).ok()
    }

    /// Sends everything taken so far without lingering, and waits until the fate of each record is known.
    pub async fn flush(&self) {
        let unresolved = self.0.shared.core().flush();
        self.0.shared.wake.notify_one();
        for result in unresolved {
            // Bounded by the delivery timeout.
            result.wait().await;
        }
    }

    /// Flushes, and ends the producer: it takes no more records, through no handle.
    pub async fn close(&self) {
        self.flush().await;
        self.0.shared.closed.store(true, Ordering::Release);
        self.0.shared.wake.notify_one();
    }

    /// Bytes of records whose fate is not known yet.
    #[must_use]
    pub fn buffered_bytes(&self) -> usize {
        self.0.shared.core().buffered_bytes()
    }
}

/// Kafka's hash of a key (murmur2 with its seed), made positive: all clients that use it agree on partitions.
#[must_use]
pub fn partitioner_hash(key: &[u8]) -> u32 {
    const FACTOR: u32 = 0x5bd1_e995;
    let mut hash = 0x9747_b28c ^ u32::try_from(key.len()).unwrap_or(u32::MAX);
    let mut words = key.chunks_exact(4);
    for word in &mut words {
        let mut value = u32::from_le_bytes(word.try_into().expect("the chunks are of four bytes"));
        value = value.wrapping_mul(FACTOR);
        value ^= value >> 24;
        value = value.wrapping_mul(FACTOR);
        hash = hash.wrapping_mul(FACTOR) ^ value;
    }
    let rest = words.remainder();
    if !rest.is_empty() {
        for (index, byte) in rest.iter().enumerate() {
            hash ^= u32::from(*byte) << (8 * index);
        }
        hash = hash.wrapping_mul(FACTOR);
    }
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(FACTOR);
    hash ^= hash >> 15;
    hash & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_hash_as_kafkas_clients_hash_them() {
        // Values of Kafka's own test of its murmur2, with the sign bit taken off.
        for (key, expected) in [
            ("21", -973_932_308_i32),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
        ] {
            assert_eq!(partitioner_hash(key.as_bytes()), (expected as u32) & 0x7fff_ffff, "{key}");
        }
    }

    #[test]
    fn settings_that_contradict_each_other_are_refused() {
        let good = ProducerConfig::default();
        assert_eq!(good.check(), Ok(()));
        assert!(ProducerConfig { acks: Acks::Leader, ..good.clone() }.check().is_err());
        assert!(ProducerConfig { in_flight_max: 6, ..good.clone() }.check().is_err());
        assert!(ProducerConfig { in_flight_max: 0, idempotent: false, ..good }.check().is_err());
    }
}
