//! DescribeTopicPartitions (75), version 0.
//!
//! Behaviour: the topics that are asked for, or all, sorted by name, up to a number of partitions; the answer's cursor
//! says where to go on. A topic that is not there counts for no partition.
//! Gaps: none known.

use super::{
    RequestContext,
    metadata::{TOPIC_OPERATIONS, offline_replicas, partition_error},
};
use std::collections::BTreeSet;
use tribunal_metadata::{
    image::{Image, Topic},
    topic_name,
};
use tribunal_wire::{
    error::ErrorCode,
    message::{
        DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse,
        describe_topic_partitions::response::{
            Cursor, DescribeTopicPartitionsResponsePartition, DescribeTopicPartitionsResponseTopic,
        },
    },
};

/// Partitions in one answer, whatever is asked for.
const PARTITIONS_MAX: i32 = 2000;

pub(crate) async fn handle(
    context: &RequestContext,
    request: DescribeTopicPartitionsRequest,
) -> DescribeTopicPartitionsResponse {
    let image = context.broker.metadata.image();
    let (from, first_partition) = match &request.cursor {
        Some(cursor) => (cursor.topic_name.as_str(), cursor.partition_index),
        None => ("", 0),
    };
    let asked: BTreeSet<&str> = request.topics.iter().map(|topic| topic.name.as_str()).collect();
    if first_partition < 0 {
        return refused(&asked, ErrorCode::InvalidRequest);
    }
    let limit = request.response_partition_limit.clamp(1, PARTITIONS_MAX);
    let mut page = Page {
        image: &image,
        left: usize::try_from(limit).expect("clamped to a positive number"),
        answer: DescribeTopicPartitionsResponse::default(),
    };
    let begin = |name: &str| if name == from { first_partition } else { 0 };
    if asked.is_empty() {
        for topic in image.topics_from(from) {
            if !page.add(topic, begin(&topic.name)) {
                break;
            }
        }
    } else {
        for name in asked.range(from..) {
            let more = match image.topic(name) {
                Some(topic) => page.add(topic, begin(name)),
                None => page.add_missing(name),
            };
            if !more {
                break;
            }
        }
    }
    page.answer
}

fn missing(name: &str, error: ErrorCode) -> DescribeTopicPartitionsResponseTopic {
    DescribeTopicPartitionsResponseTopic {
        error_code: error.code(),
        name: Some(name.to_owned()),
        topic_authorized_operations: TOPIC_OPERATIONS,
        ..Default::default()
    }
}

fn refused(asked: &BTreeSet<&str>, error: ErrorCode) -> DescribeTopicPartitionsResponse {
    DescribeTopicPartitionsResponse {
        topics: asked.iter().map(|name| missing(name, error)).collect(),
        ..Default::default()
    }
}

/// An answer that fills up.
struct Page<'a> {
    image: &'a Image,
    /// Partitions that still fit.
    left: usize,
    answer: DescribeTopicPartitionsResponse,
}

impl Page<'_> {
    /// Adds a topic from one of its partitions on. False when the page is full: the cursor is set then.
    fn add(&mut self, topic: &Topic, first: i32) -> bool {
        if self.left == 0 {
            self.turn_at(&topic.name, 0);
            return false;
        }
        let mut partitions = topic.partitions.range(first..);
        let shown: Vec<_> = partitions
            .by_ref()
            .take(self.left)
            .map(|(index, state)| DescribeTopicPartitionsResponsePartition {
                error_code: partition_error(state).code(),
                partition_index: *index,
                leader_id: state.leader,
                leader_epoch: state.leader_epoch,
                replica_nodes: state.replicas.clone(),
                isr_nodes: state.isr.clone(),
                eligible_leader_replicas: Some(state.eligible_leader_replicas.clone()),
                last_known_elr: Some(state.last_known_elr.clone()),
                offline_replicas: offline_replicas(self.image, state),
            })
            .collect();
        self.left -= shown.len();
        self.answer.topics.push(DescribeTopicPartitionsResponseTopic {
            error_code: ErrorCode::None.code(),
            name: Some(topic.name.to_string()),
            topic_id: topic.id.0,
            is_internal: topic_name::is_internal(&topic.name),
            partitions: shown,
            topic_authorized_operations: TOPIC_OPERATIONS,
        });
        match partitions.next() {
            Some((index, _)) => {
                self.turn_at(&topic.name, *index);
                false
            }
            None => true,
        }
    }

    fn add_missing(&mut self, name: &str) -> bool {
        if self.left == 0 {
            self.turn_at(name, 0);
            return false;
        }
        let illegal = topic_name::validate(name).is_err();
        let error =
            if illegal { ErrorCode::InvalidTopicException } else { ErrorCode::UnknownTopicOrPartition };
        self.answer.topics.push(missing(name, error));
        true
    }

    fn turn_at(&mut self, topic: &str, partition_index: i32) {
        self.answer.next_cursor = Some(Cursor { topic_name: topic.to_owned(), partition_index });
    }
}
