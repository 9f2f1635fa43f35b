//! The cluster's state: metadata records, the image that they make, and the controller's decisions.
//!
//! Owns: topic configs and names ([`topic_config`], [`topic_name`]).
//!
//! Must never: know connections, requests of clients, or the data partitions' logs.

pub mod topic_config;
pub mod topic_name;
