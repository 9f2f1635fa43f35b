//! Brokers register, and lead again.
//!
//! A registration's epoch is the offset of its record, so that it only grows. A broker that has just registered
//! is fenced; when it is unfenced, the partitions that it can lead get it as their leader with a raised leader
//! epoch. That holds for partitions which it led before as well: after a restart the log's tail may have been cut,
//! and only a new epoch lets consumers see it.

use super::Decision;
use crate::image::{Image, NO_LEADER, NO_LEADER_CHANGE, Partition, next_epoch};
use crate::record::{Record, SUPPORTED_FEATURES};
use std::ops::RangeInclusive;
use tribunal_wire::{
    message::{
        BrokerRegistrationChangeRecord, PartitionChangeRecord, RegisterBrokerRecord,
        metadata_record::{BrokerEndpoint, BrokerFeature},
    },
    types::{LeaderEpoch, PartitionIndex, TopicId},
};

/// PLAINTEXT, in the protocol's numbers.
const SECURITY_PROTOCOL_PLAINTEXT: i16 = 0;

/// Where clients find a broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The listener's name.
    pub name: String,
    /// The host that clients are told.
    pub host: String,
    /// The port that clients are told.
    pub port: u16,
}

/// A broker that introduces itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// `node.id`.
    pub broker_id: i32,
    /// Random, new at each start.
    pub incarnation_id: [u8; 16],
    /// What clients are told to connect to.
    pub endpoints: Vec<Endpoint>,
    /// `broker.rack`.
    pub rack: Option<String>,
    /// The ids of its log directories.
    pub log_dirs: Vec<[u8; 16]>,
}

/// Decides a registration whose record will stand at `offset`; the answer is the broker's epoch.
#[must_use]
pub fn register_broker(registration: &Registration, offset: i64) -> Decision<i64> {
    let endpoint = |endpoint: &Endpoint| BrokerEndpoint {
        name: endpoint.name.clone(),
        host: endpoint.host.clone(),
        port: endpoint.port,
        security_protocol: SECURITY_PROTOCOL_PLAINTEXT,
    };
    let feature = |(name, levels): &(&str, RangeInclusive<i16>)| BrokerFeature {
        name: (*name).to_owned(),
        min_supported_version: *levels.start(),
        max_supported_version: *levels.end(),
    };
    let record = RegisterBrokerRecord {
        broker_id: registration.broker_id,
        is_migrating_zk_broker: false,
        incarnation_id: registration.incarnation_id,
        broker_epoch: offset,
        end_points: registration.endpoints.iter().map(endpoint).collect(),
        features: SUPPORTED_FEATURES.iter().map(feature).collect(),
        rack: registration.rack.clone(),
        fenced: true,
        in_controlled_shutdown: false,
        log_dirs: registration.log_dirs.clone(),
        cordoned_log_dirs: None,
    };
    Decision { records: vec![record.into()], answer: offset }
}

/// Decides that a registered broker may lead. The answer is the number of partitions that it leads from now on.
#[must_use]
pub fn unfence_broker(image: &Image, broker_id: i32, broker_epoch: i64) -> Decision<usize> {
    let unfence =
        BrokerRegistrationChangeRecord { broker_id, broker_epoch, fenced: -1, ..Default::default() };
    let mut records = vec![Record::from(unfence)];
    for topic in image.topics() {
        records.extend(topic.partitions.iter().filter_map(|(index, partition)| {
            let change = lead(partition, broker_id)?;
            Some(Record::from(PartitionChangeRecord { partition_id: *index, topic_id: topic.id.0, ..change }))
        }));
    }
    let answer = records.len() - 1;
    Decision { records, answer }
}

/// A partition whose log is ahead of the cluster's state: an unclean start raised its epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RaisedEpoch {
    /// The partition's topic.
    pub topic_id: TopicId,
    /// The partition.
    pub partition: PartitionIndex,
    /// The epoch of its log.
    pub leader_epoch: LeaderEpoch,
}

/// Decides that leader epochs follow those of the logs. What is gone, or as far already, is left out; the answer is
/// the number of partitions that follow.
#[must_use]
pub fn raise_leader_epochs(image: &Image, raised: &[RaisedEpoch]) -> Decision<usize> {
    let follow = |raised: &RaisedEpoch| {
        let index = raised.partition.0;
        let partition = image.topic_by_id(raised.topic_id)?.partitions.get(&index)?;
        if partition.leader_epoch >= raised.leader_epoch.0 {
            return None;
        }
        // A change record raises an epoch by one; the whole partition is written where it has to jump.
        let mut record = partition.to_record(raised.topic_id, index);
        record.leader_epoch = raised.leader_epoch.0;
        record.partition_epoch = next_epoch(record.partition_epoch);
        Some(Record::from(record))
    };
    let records: Vec<Record> = raised.iter().filter_map(follow).collect();
    let answer = records.len();
    Decision { records, answer }
}

/// The change that makes `broker` the leader of a partition that has no other, where it is allowed to be.
fn lead(partition: &Partition, broker: i32) -> Option<PartitionChangeRecord> {
    let again = partition.leader == broker;
    let in_sync = partition.isr.contains(&broker);
    let eligible = partition.isr.is_empty() && partition.eligible_leader_replicas.contains(&broker);
    if !again && (partition.leader != NO_LEADER || !(in_sync || eligible)) {
        return None;
    }
    let mut change = PartitionChangeRecord { leader: broker, ..Default::default() };
    debug_assert_eq!(PartitionChangeRecord::default().leader, NO_LEADER_CHANGE);
    if !in_sync {
        change.isr = Some(vec![broker]);
    }
    if !partition.eligible_leader_replicas.is_empty() {
        change.eligible_leader_replicas = Some(Vec::new());
    }
    if !partition.last_known_elr.is_empty() {
        change.last_known_elr = Some(Vec::new());
    }
    Some(change)
}
