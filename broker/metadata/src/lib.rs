//! The cluster's state: metadata records, the image that they make, and the controller's decisions.
//!
//! Owns: topic configs and names ([`topic_config`], [`topic_name`]), the bytes of a record ([`record`]), the
//! state that records make ([`image`], [`replay`]), and what may be done to it ([`controller`]).
//!
//! Must never: know connections, requests of clients, or the data partitions' logs.

pub mod controller;
pub mod image;
pub mod record;
pub mod replay;
pub mod topic_config;
pub mod topic_name;
