//! What may be done to the cluster, and which records do it.
//!
//! Each decision is a plain function of the image, the request and what the caller drew (random topic ids): it
//! returns records to append and an answer to give once they are durable. Nothing changes here; the change is
//! the replay of the records. Error codes are those of Apache Kafka 4.3.1,
//! and so are the messages that people search for.
//!
//! Leaves out: authorisation, quotas, and everything that needs a second broker (elections among several
//! replicas, reassignment); their decisions join these.

mod brokers;
mod configs;
mod deletion;
mod partitions;
mod placement;
mod producer_ids;
mod topics;

pub use brokers::{
    Endpoint, RaisedEpoch, Registration, raise_leader_epochs, register_broker, unfence_broker,
};
pub use configs::{ResourceOutcome, alter_configs, incremental_alter_configs};
pub use deletion::delete_topics;
pub use partitions::create_partitions;
pub use producer_ids::{PRODUCER_ID_BLOCK, allocate_producer_ids};
pub use topics::create_topics;

use crate::record::Record;
use crate::topic_config::Configs;
use tribunal_wire::ErrorCode;

/// Partitions that one request may create.
pub const PARTITIONS_PER_REQUEST_MAX: usize = 10_000;

/// Broker configs that this broker does not know and keeps nevertheless, of one resource. Kafka sets no bound; whoever
/// brings configs of plug-ins along has some dozens.
const UNKNOWN_CONFIGS_MAX: usize = 1_000;

/// Bytes of the longest string that a record can carry.
const STRING_BYTES_MAX: usize = 32_767;

/// What the controller needs to know of the broker that it runs in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// `node.id`.
    pub node_id: i32,
    /// The cluster that this node must belong to, where somebody said so; a new directory gets a random one else.
    pub cluster_id: Option<String>,
    /// `broker.rack`.
    pub rack: Option<String>,
    /// What clients are told to connect to.
    pub endpoints: Vec<Endpoint>,
    /// `num.partitions`.
    pub num_partitions: i32,
    /// `default.replication.factor`.
    pub default_replication_factor: i16,
    /// Broker configs that were given at the start, under Kafka's names, checked: the defaults of topic configs.
    pub static_broker: Configs,
    /// Names of broker configs that exist and cannot be changed while the broker runs. Those that give topics their
    /// defaults may be among them: the table of topic configs says which of them can.
    pub fixed_configs: std::collections::BTreeSet<String>,
}

/// An error code with its sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// What the client decides on.
    pub code: ErrorCode,
    /// What people read.
    pub message: String,
}

impl ApiError {
    /// An error with a message of its own.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> ApiError {
        ApiError { code, message: message.into() }
    }
}

impl From<ErrorCode> for ApiError {
    /// The error with its usual message.
    fn from(code: ErrorCode) -> ApiError {
        ApiError { code, message: code.message().to_owned() }
    }
}

/// Records to append as one, and the answer to give when they are durable.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision<T> {
    /// All of them take effect, or none.
    pub records: Vec<Record>,
    /// The answer.
    pub answer: T,
}

/// The names that stand more than once in a request.
fn duplicates<'a>(names: impl Iterator<Item = &'a str>) -> std::collections::BTreeSet<&'a str> {
    let mut seen = std::collections::BTreeSet::new();
    names.filter(|name| !seen.insert(*name)).collect()
}

#[cfg(test)]
#[path = "controller_tests.rs"]
mod tests;
