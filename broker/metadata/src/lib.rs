//! The cluster's state: metadata records, the image that they make, and the controller's decisions.
//!
//! Owns: topic configs and names ([`topic_config`], [`topic_name`]), the bytes of a record ([`record`]), the
//! state that records make ([`image`], [`replay`]), what may be done to it ([`controller`]), the identity of a log
//! directory ([`meta_properties`]), and the one owner of the metadata log ([`Metadata`]).
//!
//! Always holds: state changes by replaying records alone; an answer that promises something waits for the flush of
//! the records that it promises.
//!
//! Must never: know connections, requests of clients, or the data partitions' logs.

mod batches;
pub mod controller;
mod files;
pub mod image;
pub mod meta_properties;
mod owner;
mod quorum_state;
pub mod record;
pub mod replay;
#[cfg(test)]
mod test_world;
pub mod topic_config;
pub mod topic_name;

pub use controller::{RaisedEpoch, Settings};
pub use files::OpenError;
pub use image::Image;
pub use owner::Metadata;
pub use topic_name::CLUSTER_METADATA as TOPIC_NAME;
