//! The offsets that bound a partition, as types that cannot be confused.

use tribunal_wire::types::Offset;

/// The first offset that may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogStartOffset(pub Offset);

/// The offset that readers may not reach: what lies before it is as safe as the partition promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HighWatermark(pub Offset);

/// The offset that readers of committed records may not reach: before it every transaction has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LastStableOffset(pub Offset);

/// The offset of the next record that will be appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogEndOffset(pub Offset);

/// All of them, taken at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watermarks {
    /// The first offset that may be read.
    pub log_start: LogStartOffset,
    /// The offset that readers may not reach.
    pub high_watermark: HighWatermark,
    /// The offset that readers of committed records may not reach; at most the high watermark.
    pub last_stable: LastStableOffset,
    /// The offset of the next record.
    pub log_end: LogEndOffset,
}
