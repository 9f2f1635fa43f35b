//! DescribeLogDirs (35), versions 1 to 5.
//!
//! Behaviour: the one data directory, the size of each asked partition in it (all of them when none is named), and the
//! space of its file system. Partitions that are not here are left out, as Kafka leaves them out.
//! Gaps: one data directory; a log that moves between directories does not exist.

use super::RequestContext;
use std::collections::{BTreeMap, BTreeSet};
use tribunal_wire::message::{
    DescribeLogDirsRequest, DescribeLogDirsResponse,
    describe_log_dirs::{DescribeLogDirsPartition, DescribeLogDirsResult, DescribeLogDirsTopic},
};

/// Says that the size of the file system is not known.
const UNKNOWN_BYTES: i64 = -1;

pub(crate) async fn handle(
    context: &RequestContext,
    request: DescribeLogDirsRequest,
) -> DescribeLogDirsResponse {
    let wanted: Option<BTreeSet<(String, i32)>> = request.topics.map(|topics| {
        let pairs = topics.into_iter().flat_map(|topic| {
            topic.partitions.into_iter().map(move |partition| (topic.topic.clone(), partition))
        });
        pairs.collect()
    });
    let mut topics: BTreeMap<String, Vec<DescribeLogDirsPartition>> = BTreeMap::new();
    for (topic, partition_index, partition) in context.broker.partitions.all() {
        let name = topic.to_string();
        if wanted.as_ref().is_some_and(|wanted| !wanted.contains(&(name.clone(), partition_index))) {
            continue;
        }
        let bytes = partition.size_bytes();
        topics.entry(name).or_default().push(DescribeLogDirsPartition {
            partition_index,
            partition_size: i64::try_from(bytes).unwrap_or(i64::MAX),
            ..Default::default()
        });
    }
    let log_dir = context.broker.config.log_dir.clone();
    let space = context.broker.env.disk().space(&log_dir).await.ok();
    let bytes =
        |count: Option<u64>| count.map_or(UNKNOWN_BYTES, |count| i64::try_from(count).unwrap_or(i64::MAX));
    DescribeLogDirsResponse {
        results: vec![DescribeLogDirsResult {
            log_dir,
            topics: topics
                .into_iter()
                .map(|(name, partitions)| DescribeLogDirsTopic { name, partitions })
                .collect(),
            total_bytes: bytes(space.map(|(total, _)| total)),
            usable_bytes: bytes(space.map(|(_, free)| free)),
            ..Default::default()
        }],
        ..Default::default()
    }
}
