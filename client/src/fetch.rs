//! Fetch requests and answers, as both the raw reader and the consumer need them.

use crate::{IsolationLevel, NodeId, metadata::Leader, types::TopicPartition};
use bytes::Bytes;
use std::{collections::BTreeMap, time::Duration};
use tribunal_wire::{
    batch::{Batch, Batches, MalformedBatch, MalformedRecords, Records},
    message::{
        FetchRequest, FetchResponse,
        fetch::{FetchPartition, FetchTopic, PartitionData},
    },
    types::{LeaderEpoch, Offset, ProducerId, TopicId},
};

/// The last version of Fetch that names topics.
pub(crate) const LAST_VERSION_WITH_NAMES: i16 = 12;

/// Limits of one fetch.
#[derive(Debug, Clone)]
pub struct FetchLimits {
    /// Which records are seen.
    pub isolation: IsolationLevel,
    /// How long the broker waits for `bytes_min`.
    pub wait_max: Duration,
    /// Bytes worth answering for before that.
    pub bytes_min: i32,
    /// Bytes of the whole answer, except that a first batch is always given whole.
    pub bytes_max: i32,
    /// Bytes of each partition, with the same exception.
    pub partition_bytes_max: i32,
}

impl Default for FetchLimits {
    fn default() -> Self {
        FetchLimits {
            isolation: IsolationLevel::ReadUncommitted,
            wait_max: Duration::from_millis(500),
            bytes_min: 1,
            bytes_max: 50 << 20,
            partition_bytes_max: 1 << 20,
        }
    }
}

/// One partition of a fetch.
#[derive(Debug, Clone)]
pub(crate) struct FetchFrom {
    pub(crate) partition: TopicPartition,
    pub(crate) offset: Offset,
    /// The leader as known; its epoch goes with the request (KIP-320) unless it is -1.
    pub(crate) leader: Leader,
    /// Epoch of the last record read, -1 for none: lets the broker tell that the log was cut (KIP-595).
    pub(crate) last_fetched_epoch: i32,
}

/// A request without a fetch session, for the partitions of one node.
pub(crate) fn request(from: &[FetchFrom], limits: &FetchLimits, rack: &str) -> FetchRequest {
    let mut topics: BTreeMap<(&str, TopicId), Vec<FetchPartition>> = BTreeMap::new();
    for one in from {
        topics.entry((&one.partition.topic, one.leader.topic_id)).or_default().push(FetchPartition {
            partition: one.partition.partition,
            current_leader_epoch: one.leader.epoch,
            fetch_offset: one.offset.0,
            last_fetched_epoch: one.last_fetched_epoch,
            partition_max_bytes: limits.partition_bytes_max,
            ..FetchPartition::default()
        });
    }
    FetchRequest {
        max_wait_ms: i32::try_from(limits.wait_max.as_millis()).unwrap_or(i32::MAX),
        min_bytes: limits.bytes_min,
        max_bytes: limits.bytes_max,
        isolation_level: limits.isolation.number(),
        session_id: 0,
        session_epoch: -1,
        topics: topics
            .into_iter()
            .map(|((topic, topic_id), partitions)| FetchTopic {
                topic: topic.to_owned(),
                topic_id: topic_id.0,
                partitions,
            })
            .collect(),
        rack_id: rack.to_owned(),
        ..FetchRequest::default()
    }
}

/// The answer for one partition, if there is one.
pub(crate) fn find<'a>(
    response: &'a mut FetchResponse,
    version: i16,
    partition: &TopicPartition,
    topic_id: TopicId,
) -> Option<&'a mut PartitionData> {
    let by_name = version <= LAST_VERSION_WITH_NAMES;
    response
        .responses
        .iter_mut()
        .filter(|topic| if by_name { *topic.topic == *partition.topic } else { topic.topic_id == topic_id.0 })
        .flat_map(|topic| topic.partitions.iter_mut())
        .find(|answer| answer.partition_index == partition.partition)
}

/// What a fetch said about one partition, batches as they stand in the log.
#[derive(Debug, Clone)]
pub struct RawFetch {
    /// The node that answered.
    pub node: NodeId,
    /// The version of Fetch that was used.
    pub api_version: i16,
    /// The offset that was asked for.
    pub fetch_offset: Offset,
    /// The error of this partition, 0 for none.
    pub error_code: i16,
    /// The high watermark, -1 where not told.
    pub high_watermark: i64,
    /// The last stable offset, -1 where not told.
    pub last_stable_offset: i64,
    /// The log start offset, -1 where not told.
    pub log_start_offset: i64,
    /// Where the log that was read before parts from the leader's: the largest common epoch and its end.
    pub diverging_epoch: Option<(LeaderEpoch, Offset)>,
    /// Who leads, where the broker corrects the client: node and epoch.
    pub current_leader: Option<(NodeId, LeaderEpoch)>,
    /// Aborted transactions in the range: producer and first offset.
    pub aborted_transactions: Vec<(ProducerId, Offset)>,
    /// The replica that the broker would rather see asked.
    pub preferred_read_replica: Option<NodeId>,
    /// The batches, as bytes.
    pub records: Bytes,
}

impl RawFetch {
    pub(crate) fn new(node: NodeId, api_version: i16, offset: Offset, answer: &mut PartitionData) -> Self {
        let diverging = &answer.diverging_epoch;
        let leader = &answer.current_leader;
        RawFetch {
            node,
            api_version,
            fetch_offset: offset,
            error_code: answer.error_code,
            high_watermark: answer.high_watermark,
            last_stable_offset: answer.last_stable_offset,
            log_start_offset: answer.log_start_offset,
            diverging_epoch: (diverging.epoch >= 0 || diverging.end_offset >= 0)
                .then_some((LeaderEpoch(diverging.epoch), Offset(diverging.end_offset))),
            current_leader: (leader.leader_id >= 0)
                .then_some((NodeId(leader.leader_id), LeaderEpoch(leader.leader_epoch))),
            aborted_transactions: answer
                .aborted_transactions
                .iter()
                .flatten()
                .map(|aborted| (ProducerId(aborted.producer_id), Offset(aborted.first_offset)))
                .collect(),
            preferred_read_replica: (answer.preferred_read_replica >= 0)
                .then_some(NodeId(answer.preferred_read_replica)),
            records: answer.records.take().unwrap_or_default().into_bytes(),
        }
    }

    /// The batches, in order. The last may be [`MalformedBatch::Incomplete`], cut by the size limit: that is no
    /// fault unless it is the only one.
    #[must_use]
    pub fn batches(&self) -> RawBatches {
        RawBatches(Batches::new(self.records.clone()))
    }
}

/// The batches of a fetch.
#[derive(Debug, Clone)]
pub struct RawBatches(Batches);

impl Iterator for RawBatches {
    type Item = Result<RawBatch, MalformedBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|batch| batch.map(RawBatch))
    }
}

/// One batch as it stands in the log: `header` has producer id, epoch, base sequence, leader epoch, attributes,
/// timestamps and counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawBatch(pub Batch);

impl std::ops::Deref for RawBatch {
    type Target = Batch;

    fn deref(&self) -> &Batch {
        &self.0
    }
}

/// One record with its offset and timestamp worked out.
#[derive(Debug, Clone)]
pub struct RawRecord<'a> {
    /// Its offset.
    pub offset: Offset,
    /// Its timestamp: the batch's where that is the time of append.
    pub timestamp: i64,
    /// Key, value and headers.
    pub record: tribunal_wire::batch::Record<'a>,
}

impl RawBatch {
    /// Decompresses the records, into at most `limit` bytes.
    ///
    /// # Errors
    /// When the codec or the records' format is broken. A broken CRC is not looked at here: see
    /// [`Batch::crc_is_right`].
    pub fn open(&self, limit: usize) -> Result<Records, MalformedRecords> {
        self.0.records(limit)
    }

    /// The records of an opened batch, with their places in the log.
    pub fn place<'a>(
        &self,
        records: &'a Records,
    ) -> impl Iterator<Item = Result<RawRecord<'a>, MalformedRecords>> + use<'a> {
        let header = self.0.header;
        let append_time =
            header.attributes.timestamp_type() == tribunal_wire::batch::TimestampType::LogAppendTime;
        records.iter().map(move |record| {
            record.map(|record| RawRecord {
                offset: Offset(header.base_offset.0.saturating_add(i64::from(record.offset_delta))),
                timestamp: if append_time {
                    header.max_timestamp
                } else {
                    header.base_timestamp.wrapping_add(record.timestamp_delta)
                },
                record,
            })
        })
    }
}
