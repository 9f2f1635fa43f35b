//! An async Kafka client over [`Env`](tribunal_env::Env): the same code talks to a real cluster over TCP and to a
//! simulated one, and has no other way to the world.
//!
//! Start with a [`Client`], a cheap handle onto a cluster, and make what you need from it:
//!
//! - [`Producer`] writes records in batches and tells each record's fate: done, not done, or honestly *unknown*.
//! - [`Consumer`] reads assigned partitions in order, and notices when a log was cut behind its back.
//! - [`RawReader`] reads a log as it stands: batch headers, CRC, watermarks, errors. Checkers use it.
//! - [`Admin`] makes, deletes and describes topics, configs, offsets, producers, log directories.
//! - [`Client::ask`] and [`Client::send`] carry any request of the protocol; [`Connection`] is one TCP connection.
//!
//! `examples/` has a program for each.
//!
//! Owns: connections and their versions, metadata, retries and deadlines, and the rules of producing and consuming.
//!
//! Always holds: every wait on a peer has a deadline; a failure says whether the request may have had an effect;
//! one task owns each connection; nothing depends on the order of a hash map.
//!
//! Leaves out, for now: consumer groups, transactions, TLS and SASL.

mod admin;
mod client;
mod connection;
mod consumer;
mod error;
mod fetch;
mod metadata;
mod producer;
mod raw_reader;
mod types;
mod versions;

pub use admin::{
    Admin, AdminError, ClusterDescription, ConfigChange, ConfigEntry, ConfigResource, EpochEnd, ListedOffset,
    LogDirectory, NewTopic, ProducerEntry, ReplicaLog, TopicDescription, TopicName,
};
pub use client::{Client, ClientConfig, Lane, Target, TopicError};
pub use connection::{Connection, ConnectionConfig, Pending};
pub use consumer::{
    Consumer, ConsumerConfig, ConsumerRecord, PartitionFailure, Polled, Reset, Truncation, Watermarks,
};
pub use error::RequestError;
pub use fetch::{FetchLimits, RawBatch, RawBatches, RawFetch, RawRecord};
pub use metadata::{Broker, Leader, Metadata, PartitionMetadata, TopicMetadata};
pub use producer::{
    Acks, AttemptError, BatchTrace, Delivery, FailureReason, InvalidConfig, Outcome, OutcomeClass, Producer,
    ProducerConfig, ProducerRecord, Report, SendRefused, Stamp, class_of_code, partitioner_hash,
};
pub use raw_reader::{RawFetchOptions, RawReader, ReadError};
pub use types::{IsolationLevel, NodeId, OffsetSpec, TopicPartition};
pub use versions::ApiVersionRanges;
