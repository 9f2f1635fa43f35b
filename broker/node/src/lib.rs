//! The broker: connections in, one file for each API, partitions kept in step with the metadata.
//!
//! Owns: the life of a broker ([`Broker`]), its settings under Kafka's names ([`config`]), the registry of APIs, and
//! the table of partitions.
//!
//! Must never: hold a rule of the log or of the cluster's state (those live in `log` and `metadata`), or reach the
//! world other than through `Env`.

mod api;
mod broker;
mod cleaner;
pub mod config;
mod connection;
mod limits;
mod partitions;
mod producer_ids;
mod settings;
mod upkeep;

pub use broker::{Broker, StartError};
