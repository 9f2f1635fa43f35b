//! The words in which violations are told.

use crate::history::{History, Ordinal, PartitionId};

/// `orders-3 @ 10411`.
pub(crate) fn place(history: &History, partition: PartitionId, offset: i64) -> String {
    format!("{} @ {offset}", name(history, partition))
}

/// `orders-3`.
pub(crate) fn name(history: &History, partition: PartitionId) -> String {
    let partition = history.partition(partition);
    format!("{}-{}", partition.topic, partition.index)
}

/// `at t+41.203 s`.
pub(crate) fn at(history: &History, ordinal: Ordinal) -> String {
    history.moment(ordinal).map_or_else(
        || "never".to_owned(),
        |moment| format!("at t+{}.{:03} s", moment.ns / 1_000_000_000, moment.ns / 1_000_000 % 1_000),
    )
}
