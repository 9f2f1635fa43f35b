//! Facts that a node tells about itself: for traces, metrics and white-box checks, never for excuses.
//!
//! Fields are plain numbers, so that whoever reads them (a trace, a checker, a metric) needs to know
//! nothing of the crate that told them.

/// A partition, named so that a deleted and re-created topic is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartitionKey {
    /// The topic's id.
    pub topic_id: [u8; 16],
    /// The partition's index.
    pub partition: i32,
}

/// Why a segment was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SegmentDeletion {
    /// It lay wholly below the log start offset.
    LogStart,
    /// The log was larger than it had to be.
    Size,
    /// All of its records were too old.
    Time,
}

/// Something that just happened on a node.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fact {
    /// A broker serves from now on.
    BrokerStarted {
        /// Whether the last stop left the clean-shutdown mark.
        clean: bool,
    },
    /// A broker stopped in good order.
    BrokerStopped,
    /// A partition's log was opened.
    PartitionOpened {
        /// Which.
        key: PartitionKey,
        /// First offset that can be read.
        log_start_offset: i64,
        /// Offset of the next record.
        log_end_offset: i64,
        /// Leader epoch of the next append.
        leader_epoch: i32,
        /// Bytes cut off the tail because no valid batch stood there.
        cut_bytes: u64,
        /// Index files made again from the log.
        indexes_rebuilt: u32,
    },
    /// A batch was appended: written, not yet promised to be durable.
    Appended {
        /// Which partition.
        key: PartitionKey,
        /// Offset of the batch's first record.
        base_offset: i64,
        /// Offset of the batch's last record.
        last_offset: i64,
        /// Leader epoch written into the batch.
        leader_epoch: i32,
        /// Producer id, -1 for none.
        producer_id: i64,
        /// Producer epoch, -1 for none.
        producer_epoch: i16,
        /// First sequence number, -1 for none.
        base_sequence: i32,
        /// The batch's CRC-32C.
        crc: u32,
    },
    /// The log is durable up to an offset.
    Flushed {
        /// Which partition.
        key: PartitionKey,
        /// First offset that is not known to be durable.
        up_to: i64,
    },
    /// A client is about to be told that its records are safe.
    Acknowledged {
        /// Which partition.
        key: PartitionKey,
        /// Offset of the first record.
        base_offset: i64,
        /// Offset of the last record.
        last_offset: i64,
        /// Whether the broker promised to flush first.
        flushed_first: bool,
    },
    /// A batch that was already in the log was answered with its first offset.
    DuplicateAnswered {
        /// Which partition.
        key: PartitionKey,
        /// Offset of the first record, from the first time.
        base_offset: i64,
    },
    /// The high watermark moved.
    HighWatermark {
        /// Which partition.
        key: PartitionKey,
        /// The new high watermark.
        offset: i64,
    },
    /// The log start offset moved.
    LogStart {
        /// Which partition.
        key: PartitionKey,
        /// The new log start offset.
        offset: i64,
    },
    /// A new segment became the active one.
    SegmentRolled {
        /// Which partition.
        key: PartitionKey,
        /// The new segment's base offset.
        base_offset: i64,
    },
    /// A segment was deleted from the front of a log. Its file goes later.
    SegmentDeleted {
        /// Which partition.
        key: PartitionKey,
        /// The segment's base offset.
        base_offset: i64,
        /// The offset at which what follows it begins.
        end_offset: i64,
        /// Bytes of its log file.
        bytes: u64,
        /// Why.
        reason: SegmentDeletion,
    },
    /// A pass of compaction came to its end.
    Compacted {
        /// Which partition.
        key: PartitionKey,
        /// The first offset that was dirty before.
        from: i64,
        /// The first offset that is dirty now.
        to: i64,
        /// Bytes of the segments that were compacted.
        bytes_before: u64,
        /// Bytes of those in their place.
        bytes_after: u64,
        /// Records that stay.
        records_kept: u64,
        /// Records that are gone.
        records_dropped: u64,
    },
    /// Idempotent producers that were silent for too long were forgotten.
    ProducersExpired {
        /// Which partition.
        key: PartitionKey,
        /// How many.
        count: u32,
    },
    /// A log accepts no more appends: a write or a flush failed.
    LogFenced {
        /// Which partition.
        key: PartitionKey,
    },
    /// A block of producer ids was taken from the metadata log.
    ProducerIdBlock {
        /// First id of the block.
        first: i64,
        /// Number of ids.
        count: i32,
    },
    /// A partition was deleted with its files.
    PartitionDeleted {
        /// Which.
        key: PartitionKey,
    },
}
