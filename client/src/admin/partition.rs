//! What a partition's leader knows, and what a broker's disks hold.

use super::{Admin, AdminError, answered};
use crate::{IsolationLevel, NodeId, OffsetSpec, client::Target, types::TopicPartition};
use tribunal_wire::{
    message::{
        DeleteRecordsRequest, DescribeLogDirsRequest, DescribeProducersRequest, ListOffsetsRequest,
        OffsetForLeaderEpochRequest,
        delete_records::{DeleteRecordsPartition, DeleteRecordsTopic},
        describe_producers,
        list_offsets::{ListOffsetsPartition, ListOffsetsTopic},
        offset_for_leader_epoch::{OffsetForLeaderPartition, OffsetForLeaderTopic},
    },
    types::{LeaderEpoch, Offset, ProducerId},
};

/// An offset as ListOffsets tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedOffset {
    /// The offset; `None` when no record is as asked for.
    pub offset: Option<Offset>,
    /// The timestamp of the record there, where it was asked for by timestamp.
    pub timestamp: Option<i64>,
    /// The leader epoch of the record there, where the broker knows it.
    pub leader_epoch: Option<LeaderEpoch>,
}

/// The end of a leader epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpochEnd {
    /// The largest epoch, not above the one asked for, that the leader knows; `None` when it knows none.
    pub epoch: Option<LeaderEpoch>,
    /// Where it ends; `None` with it.
    pub end_offset: Option<Offset>,
}

/// A producer that a partition remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProducerEntry {
    /// Its id.
    pub producer_id: ProducerId,
    /// Its epoch.
    pub producer_epoch: i32,
    /// Its last sequence number, -1 for none.
    pub last_sequence: i32,
    /// The timestamp of its last batch, -1 for none.
    pub last_timestamp: i64,
    /// First offset of its open transaction.
    pub transaction_start: Option<Offset>,
}

/// One partition's files on a broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplicaLog {
    /// Which partition.
    pub partition: TopicPartition,
    /// Bytes of its segments.
    pub bytes: i64,
    /// How far its end is behind the high watermark.
    pub offset_lag: i64,
}

/// One log directory of a broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogDirectory {
    /// Its path on the broker.
    pub path: String,
    /// What is wrong with it, 0 for nothing.
    pub error_code: i16,
    /// Size of its volume, -1 where not told.
    pub total_bytes: i64,
    /// Free space there, -1 where not told.
    pub usable_bytes: i64,
    /// The logs in it.
    pub logs: Vec<ReplicaLog>,
}

impl Admin {
    /// Asks the leader for an offset.
    ///
    /// # Errors
    /// As [`AdminError`] says.
    pub async fn list_offset(
        &self,
        partition: &TopicPartition,
        spec: OffsetSpec,
        isolation: IsolationLevel,
    ) -> Result<ListedOffset, AdminError> {
        let request = |leader: crate::Leader| ListOffsetsRequest {
            replica_id: -1,
            isolation_level: isolation.number(),
            topics: vec![ListOffsetsTopic {
                name: partition.topic.to_string(),
                partitions: vec![ListOffsetsPartition {
                    partition_index: partition.partition,
                    current_leader_epoch: leader.epoch,
                    timestamp: spec.number(),
                }],
            }],
            timeout_ms: self.timeout_ms(),
        };
        self.ask_leader(partition, request, |answer| {
            let found = answer.topics.first().and_then(|topic| topic.partitions.first());
            let found = found.ok_or(AdminError::NotMentioned)?;
            answered(found.error_code, None)?;
            Ok(ListedOffset {
                offset: (found.offset >= 0).then_some(Offset(found.offset)),
                timestamp: (found.timestamp >= 0).then_some(found.timestamp),
                leader_epoch: (found.leader_epoch >= 0).then_some(LeaderEpoch(found.leader_epoch)),
            })
        })
        .await
    }

    /// Deletes every record before `before`; `None` deletes up to the high watermark. Answers the new log start.
    ///
    /// # Errors
    /// As [`AdminError`] says.
    pub async fn delete_records(
        &self,
        partition: &TopicPartition,
        before: Option<Offset>,
    ) -> Result<Offset, AdminError> {
        let request = |_leader| DeleteRecordsRequest {
            topics: vec![DeleteRecordsTopic {
                name: partition.topic.to_string(),
                partitions: vec![DeleteRecordsPartition {
                    partition_index: partition.partition,
                    offset: before.map_or(-1, |offset| offset.0),
                }],
            }],
            timeout_ms: self.timeout_ms(),
        };
        self.ask_leader(partition, request, |answer| {
            let found = answer.topics.first().and_then(|topic| topic.partitions.first());
            let found = found.ok_or(AdminError::NotMentioned)?;
            answered(found.error_code, None)?;
            Ok(Offset(found.low_watermark))
        })
        .await
    }

    /// Asks the leader where an epoch ends (KIP-320).
    ///
    /// # Errors
    /// As [`AdminError`] says.
    pub async fn offset_for_leader_epoch(
        &self,
        partition: &TopicPartition,
        epoch: LeaderEpoch,
    ) -> Result<EpochEnd, AdminError> {
        let request = |leader: crate::Leader| OffsetForLeaderEpochRequest {
            // Consumers and tools are no replica.
            replica_id: -1,
            topics: vec![OffsetForLeaderTopic {
                topic: partition.topic.to_string(),
                partitions: vec![OffsetForLeaderPartition {
                    partition: partition.partition,
                    current_leader_epoch: leader.epoch,
                    leader_epoch: epoch.0,
                }],
            }],
        };
        self.ask_leader(partition, request, |answer| {
            let found = answer.topics.first().and_then(|topic| topic.partitions.first());
            let found = found.ok_or(AdminError::NotMentioned)?;
            answered(found.error_code, None)?;
            Ok(EpochEnd {
                epoch: (found.leader_epoch >= 0).then_some(LeaderEpoch(found.leader_epoch)),
                end_offset: (found.end_offset >= 0).then_some(Offset(found.end_offset)),
            })
        })
        .await
    }

    /// The producers that a partition's leader remembers.
    ///
    /// # Errors
    /// As [`AdminError`] says.
    pub async fn describe_producers(
        &self,
        partition: &TopicPartition,
    ) -> Result<Vec<ProducerEntry>, AdminError> {
        let request = |_leader| DescribeProducersRequest {
            topics: vec![describe_producers::TopicRequest {
                name: partition.topic.to_string(),
                partition_indexes: vec![partition.partition],
            }],
        };
        self.ask_leader(partition, request, |answer| {
            let found = answer.topics.first().and_then(|topic| topic.partitions.first());
            let found = found.ok_or(AdminError::NotMentioned)?;
            answered(found.error_code, found.error_message.as_deref())?;
            let entry = |producer: &describe_producers::ProducerState| ProducerEntry {
                producer_id: ProducerId(producer.producer_id),
                producer_epoch: producer.producer_epoch,
                last_sequence: producer.last_sequence,
                last_timestamp: producer.last_timestamp,
                transaction_start: (producer.current_txn_start_offset >= 0)
                    .then_some(Offset(producer.current_txn_start_offset)),
            };
            Ok(found.active_producers.iter().map(entry).collect())
        })
        .await
    }

    /// The log directories of a broker, with every log in them.
    ///
    /// # Errors
    /// As [`AdminError`] says.
    pub async fn describe_log_directories(&self, node: NodeId) -> Result<Vec<LogDirectory>, AdminError> {
        let request = DescribeLogDirsRequest { topics: None };
        let answer = self.ask(Target::Node(node), &request).await?;
        answered(answer.error_code, None)?;
        let directories = answer.results.into_iter().map(|directory| {
            let logs = directory.topics.iter().flat_map(|topic| {
                let name: std::sync::Arc<str> = topic.name.as_str().into();
                topic.partitions.iter().map(move |log| ReplicaLog {
                    partition: TopicPartition::new(name.clone(), log.partition_index),
                    bytes: log.partition_size,
                    offset_lag: log.offset_lag,
                })
            });
            LogDirectory {
                logs: logs.collect(),
                error_code: directory.error_code,
                total_bytes: directory.total_bytes,
                usable_bytes: directory.usable_bytes,
                path: directory.log_dir,
            }
        });
        Ok(directories.collect())
    }
}
