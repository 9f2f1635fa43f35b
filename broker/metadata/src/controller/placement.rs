//! Which brokers keep a partition.
//!
//! Replicas are dealt out in a ring over the active brokers, each partition starting one further on, so that
//! leaders and copies spread evenly. Racks are not looked at: they matter with more brokers than one.

use super::ApiError;
use crate::image::{Image, NO_LEADER, Partition};
use std::collections::BTreeSet;
use tribunal_wire::ErrorCode;

/// Places `count` partitions of `replication_factor` replicas; `start` turns the ring.
pub(super) fn place(
    image: &Image,
    count: usize,
    replication_factor: i16,
    start: u64,
) -> Result<Vec<Vec<i32>>, ApiError> {
    let invalid = |message: String| Err(ApiError::new(ErrorCode::InvalidReplicationFactor, message));
    let registered = image.brokers().len();
    let ring: Vec<i32> = image.brokers().keys().copied().filter(|id| image.is_active(*id)).collect();
    let replicas = usize::try_from(replication_factor).unwrap_or(0);
    if replicas > registered {
        return invalid(format!(
            "Unable to replicate the partition {replication_factor} time(s): The target replication factor of \
             {replication_factor} cannot be reached because only {registered} broker(s) are registered or some \
             brokers have all their log directories cordoned."
        ));
    }
    if replicas > ring.len() {
        return invalid(format!(
            "Unable to replicate the partition {replication_factor} time(s): only {} broker(s) are active.",
            ring.len()
        ));
    }
    let start = usize::try_from(start % ring.len().max(1) as u64).expect("a remainder of a usize fits");
    Ok((0..count)
        .map(|partition| {
            (0..replicas).map(|replica| ring[(start + partition + replica) % ring.len()]).collect()
        })
        .collect())
}

/// Checks replicas that somebody chose. All partitions of a topic have the same number of replicas.
pub(super) fn check_assignment(
    image: &Image,
    replicas: &[i32],
    replication_factor: Option<usize>,
) -> Result<(), ApiError> {
    let invalid = |message: String| Err(ApiError::new(ErrorCode::InvalidReplicaAssignment, message));
    if replicas.is_empty() {
        return invalid("The manual partition assignment includes an empty replica list.".to_owned());
    }
    let mut seen = BTreeSet::new();
    for broker in replicas {
        if !seen.insert(broker) {
            return invalid(format!(
                "The manual partition assignment includes the broker {broker} more than once."
            ));
        }
        if !image.brokers().contains_key(broker) {
            return invalid(format!(
                "The manual partition assignment includes broker {broker}, but no such broker is registered."
            ));
        }
    }
    match replication_factor {
        Some(expected) if expected != replicas.len() => invalid(format!(
            "The manual partition assignment includes a partition with {} replica(s), but this is not consistent \
             with previous partitions, which have {expected} replica(s).",
            replicas.len()
        )),
        _ => Ok(()),
    }
}

/// A new partition: the active replicas are in sync, and the first of them leads.
pub(super) fn new_partition(image: &Image, index: usize, replicas: Vec<i32>) -> Result<Partition, ApiError> {
    let isr: Vec<i32> = replicas.iter().copied().filter(|id| image.is_active(*id)).collect();
    let Some(leader) = isr.first().copied() else {
        return Err(ApiError::new(
            ErrorCode::InvalidReplicaAssignment,
            format!(
                "All brokers specified in the manual partition assignment for partition {index} are fenced or in \
                 controlled shutdown."
            ),
        ));
    };
    debug_assert_ne!(leader, NO_LEADER);
    let directories = replicas.iter().map(|id| directory_of(image, *id)).collect();
    Ok(Partition {
        replicas,
        directories,
        isr,
        removing_replicas: Vec::new(),
        adding_replicas: Vec::new(),
        eligible_leader_replicas: Vec::new(),
        last_known_elr: Vec::new(),
        leader,
        leader_recovery_state: 0,
        leader_epoch: 0,
        partition_epoch: 0,
    })
}

/// The only log directory of a broker, or the id that stands for "not yet assigned".
fn directory_of(image: &Image, broker: i32) -> [u8; 16] {
    match image.brokers().get(&broker).map(|broker| broker.registration.log_dirs.as_slice()) {
        Some([only]) => *only,
        _ => [0; 16],
    }
}
