//! What a client knows about the cluster: brokers, topics, leaders. Plain state, no network.
//!
//! Always holds: a leader with an older epoch never replaces one with a newer epoch of the same topic id
//! (KIP-320): answers of brokers that lag behind would otherwise send requests back to a deposed leader. A
//! topic whose id changed was deleted and made again, and starts anew.

use crate::types::NodeId;
use std::{collections::BTreeMap, sync::Arc};
use tribunal_wire::{
    error::ErrorCode,
    message::{MetadataResponse, metadata::MetadataResponseTopic},
    types::TopicId,
};

/// A broker as the metadata tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broker {
    /// Its id.
    pub node: NodeId,
    /// Where it listens, `host:port`.
    pub address: String,
    /// Its rack.
    pub rack: Option<String>,
}

/// One partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionMetadata {
    /// The partition's index.
    pub partition: i32,
    /// Its leader; `None` while there is none.
    pub leader: Option<NodeId>,
    /// The leader's epoch, -1 where the broker did not tell.
    pub leader_epoch: i32,
    /// Where it is replicated, the preferred leader first.
    pub replicas: Vec<NodeId>,
    /// The replicas in sync.
    pub in_sync_replicas: Vec<NodeId>,
    /// What the broker says about it, 0 for nothing.
    pub error_code: i16,
}

/// One topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicMetadata {
    /// Its name.
    pub name: Arc<str>,
    /// Its id; zero where the broker did not tell.
    pub topic_id: TopicId,
    /// Whether the cluster made it for itself.
    pub is_internal: bool,
    /// Its partitions, in order from 0.
    pub partitions: Vec<PartitionMetadata>,
}

/// Where requests about a partition go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leader {
    /// The broker.
    pub node: NodeId,
    /// Its epoch, -1 where unknown.
    pub epoch: i32,
    /// The topic's id; zero where unknown.
    pub topic_id: TopicId,
}

/// What is known of the cluster.
#[derive(Debug, Clone, Default)]
pub struct Metadata {
    brokers: BTreeMap<NodeId, Broker>,
    topics: BTreeMap<Arc<str>, TopicMetadata>,
    /// Why a topic that was asked for is not there.
    errors: BTreeMap<Arc<str>, ErrorCode>,
    controller: Option<NodeId>,
    cluster_id: Option<String>,
    generation: u64,
}

impl Metadata {
    /// The brokers, by id.
    pub fn brokers(&self) -> impl Iterator<Item = &Broker> {
        self.brokers.values()
    }

    /// One broker.
    #[must_use]
    pub fn broker(&self, node: NodeId) -> Option<&Broker> {
        self.brokers.get(&node)
    }

    /// A topic, if it is known to exist.
    #[must_use]
    pub fn topic(&self, name: &str) -> Option<&TopicMetadata> {
        self.topics.get(name)
    }

    /// Every known topic, by name.
    pub fn topics(&self) -> impl Iterator<Item = &TopicMetadata> {
        self.topics.values()
    }

    /// Why the last answer about this topic did not describe it.
    #[must_use]
    pub fn topic_error(&self, name: &str) -> Option<ErrorCode> {
        self.errors.get(name).copied()
    }

    /// The broker that administrative requests go to.
    #[must_use]
    pub fn controller(&self) -> Option<NodeId> {
        self.controller
    }

    /// The cluster's id.
    #[must_use]
    pub fn cluster_id(&self) -> Option<&str> {
        self.cluster_id.as_deref()
    }

    /// Grows with every answer that was taken in.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The leader of a partition, if one is known.
    #[must_use]
    pub fn leader(&self, topic: &str, partition: i32) -> Option<Leader> {
        let topic = self.topics.get(topic)?;
        let partition = topic.partitions.get(usize::try_from(partition).ok()?)?;
        let node = partition.leader?;
        Some(Leader { node, epoch: partition.leader_epoch, topic_id: topic.topic_id })
    }

    /// Takes an answer in. `all` says that it was asked about every topic: others are gone then.
    pub fn update(&mut self, answer: &MetadataResponse, all: bool) {
        self.generation += 1;
        self.brokers = answer
            .brokers
            .iter()
            .map(|broker| {
                let node = NodeId(broker.node_id);
                let address = format!("{}:{}", broker.host, broker.port);
                (node, Broker { node, address, rack: broker.rack.clone() })
            })
            .collect();
        self.controller = (answer.controller_id >= 0).then_some(NodeId(answer.controller_id));
        self.cluster_id.clone_from(&answer.cluster_id);
        let mut known = std::mem::take(&mut self.topics);
        if all {
            self.errors.clear();
        }
        for topic in &answer.topics {
            let Some(name) = topic.name.as_deref() else { continue };
            let old = known.remove(name);
            self.update_topic(name, topic, old);
        }
        if !all {
            self.topics.append(&mut known);
        }
    }

    fn update_topic(&mut self, name: &str, answer: &MetadataResponseTopic, old: Option<TopicMetadata>) {
        let name = old.as_ref().map_or_else(|| Arc::from(name), |old| old.name.clone());
        match ErrorCode::from_code(answer.error_code) {
            ErrorCode::None => drop(self.errors.remove(&name)),
            error => {
                // A leader election is no reason to forget where the partitions are.
                if let (true, Some(old)) = (error == ErrorCode::LeaderNotAvailable, old) {
                    self.topics.insert(name.clone(), old);
                }
                self.errors.insert(name, error);
                return;
            }
        }
        let topic_id = TopicId(answer.topic_id);
        let old = old.filter(|old| old.topic_id == topic_id);
        let mut partitions: Vec<PartitionMetadata> = answer.partitions.iter().map(partition).collect();
        partitions.sort_by_key(|partition| partition.partition);
        for (index, partition) in partitions.iter_mut().enumerate() {
            let older = old.as_ref().and_then(|old| old.partitions.get(index));
            if let Some(older) = older.filter(|older| older.leader_epoch > partition.leader_epoch) {
                *partition = older.clone();
            }
        }
        let is_internal = answer.is_internal;
        self.topics.insert(name.clone(), TopicMetadata { name, topic_id, is_internal, partitions });
    }

    /// Takes in what an answer to another request told about a leader (KIP-951). True when it was news.
    pub fn leader_told(&mut self, topic: &str, partition: i32, node: NodeId, epoch: i32) -> bool {
        if epoch < 0 || node.0 < 0 || !self.brokers.contains_key(&node) {
            return false;
        }
        let Some(topic) = self.topics.get_mut(topic) else { return false };
        let index = usize::try_from(partition).unwrap_or(usize::MAX);
        let Some(partition) = topic.partitions.get_mut(index) else { return false };
        if partition.leader_epoch >= epoch {
            return false;
        }
        partition.leader = Some(node);
        partition.leader_epoch = epoch;
        true
    }
}

fn partition(answer: &tribunal_wire::message::metadata::MetadataResponsePartition) -> PartitionMetadata {
    PartitionMetadata {
        partition: answer.partition_index,
        leader: (answer.leader_id >= 0).then_some(NodeId(answer.leader_id)),
        leader_epoch: answer.leader_epoch,
        replicas: answer.replica_nodes.iter().copied().map(NodeId).collect(),
        in_sync_replicas: answer.isr_nodes.iter().copied().map(NodeId).collect(),
        error_code: answer.error_code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tribunal_wire::message::metadata::{MetadataResponseBroker, MetadataResponsePartition};

    fn answer(topic_id: u8, leader: i32, epoch: i32, error_code: i16) -> MetadataResponse {
        MetadataResponse {
            brokers: [1, 2]
                .map(|node_id| MetadataResponseBroker {
                    node_id,
                    host: "broker".to_owned(),
                    port: 9090 + node_id,
                    ..Default::default()
                })
                .to_vec(),
            controller_id: 1,
            topics: vec![MetadataResponseTopic {
                error_code,
                name: Some("t".to_owned()),
                topic_id: [topic_id; 16],
                partitions: vec![MetadataResponsePartition {
                    leader_id: leader,
                    leader_epoch: epoch,
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        }
    }

    fn leader(metadata: &Metadata) -> Option<(i32, i32)> {
        metadata.leader("t", 0).map(|leader| (leader.node.0, leader.epoch))
    }

    #[test]
    fn an_older_epoch_never_wins_but_a_new_topic_does() {
        let mut metadata = Metadata::default();
        metadata.update(&answer(7, 1, 5, 0), false);
        metadata.update(&answer(7, 2, 4, 0), false);
        assert_eq!(leader(&metadata), Some((1, 5)));
        metadata.update(&answer(7, 2, 6, 0), false);
        assert_eq!(leader(&metadata), Some((2, 6)));
        metadata.update(&answer(8, 1, 0, 0), false);
        assert_eq!(leader(&metadata), Some((1, 0)));
    }

    #[test]
    fn a_topic_is_forgotten_when_it_is_gone_but_not_while_it_elects() {
        let mut metadata = Metadata::default();
        metadata.update(&answer(7, 1, 5, 0), false);
        metadata.update(&answer(7, -1, -1, ErrorCode::LeaderNotAvailable.code()), false);
        assert_eq!(leader(&metadata), Some((1, 5)));
        metadata.update(&answer(7, -1, -1, ErrorCode::UnknownTopicOrPartition.code()), false);
        assert_eq!(leader(&metadata), None);
        assert_eq!(metadata.topic_error("t"), Some(ErrorCode::UnknownTopicOrPartition));
        metadata.update(&answer(7, 1, 5, 0), false);
        metadata.update(&MetadataResponse::default(), true);
        assert_eq!(leader(&metadata), None);
    }

    #[test]
    fn a_told_leader_counts_when_it_is_newer_and_known() {
        let mut metadata = Metadata::default();
        metadata.update(&answer(7, 1, 5, 0), false);
        assert!(!metadata.leader_told("t", 0, NodeId(2), 5));
        assert!(!metadata.leader_told("t", 0, NodeId(9), 6));
        assert!(metadata.leader_told("t", 0, NodeId(2), 6));
        assert_eq!(leader(&metadata), Some((2, 6)));
    }
}
