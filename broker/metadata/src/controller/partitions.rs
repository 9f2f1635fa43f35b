//! CreatePartitions: a topic may grow, never shrink; new partitions begin at leader epoch 0.

use super::placement::{check_assignment, new_partition, place};
use super::{ApiError, Decision, PARTITIONS_PER_REQUEST_MAX, duplicates};
use crate::image::{Image, Topic};
use crate::record::Record;
use tribunal_wire::{
    ErrorCode,
    message::{
        CreatePartitionsRequest,
        create_partitions::{CreatePartitionsTopic, CreatePartitionsTopicResult},
    },
};

/// Decides a CreatePartitions request. `draw` gives random bits for the placement.
#[must_use]
pub fn create_partitions(
    image: &Image,
    request: &CreatePartitionsRequest,
    draw: &mut dyn FnMut() -> u64,
) -> Decision<Vec<CreatePartitionsTopicResult>> {
    let repeated = duplicates(request.topics.iter().map(|topic| topic.name.as_str()));
    let mut records = Vec::new();
    let mut answer: Vec<CreatePartitionsTopicResult> = repeated
        .iter()
        .map(|name| result(name, Err(ApiError::new(ErrorCode::InvalidRequest, "Duplicate topic name."))))
        .collect();
    for topic in request.topics.iter().filter(|topic| !repeated.contains(topic.name.as_str())) {
        match grow(image, topic, records.len(), draw) {
            Ok(mut new) => {
                records.append(&mut new);
                answer.push(result(&topic.name, Ok(())));
            }
            Err(error) => answer.push(result(&topic.name, Err(error))),
        }
    }
    if request.validate_only {
        records.clear();
    }
    Decision { records, answer }
}

fn result(name: &str, outcome: Result<(), ApiError>) -> CreatePartitionsTopicResult {
    let (error_code, error_message) = match outcome {
        Ok(()) => (ErrorCode::None.code(), None),
        Err(error) => (error.code.code(), Some(error.message)),
    };
    CreatePartitionsTopicResult { name: name.to_owned(), error_code, error_message }
}

/// The records that give the topic its new partitions; `made` were made for the request already.
fn grow(
    image: &Image,
    asked: &CreatePartitionsTopic,
    made: usize,
    draw: &mut dyn FnMut() -> u64,
) -> Result<Vec<Record>, ApiError> {
    let topic = image.topic(&asked.name).ok_or(ErrorCode::UnknownTopicOrPartition)?;
    let additional = additional(topic, asked.count)?;
    if made.saturating_add(additional) > PARTITIONS_PER_REQUEST_MAX {
        return Err(ApiError::new(
            ErrorCode::PolicyViolation,
            "Excessively large number of partitions per request.",
        ));
    }
    let factor = topic.partitions.values().next().map_or(1, |partition| partition.replicas.len());
    let replicas = match &asked.assignments {
        Some(assignments) if assignments.len() != additional => {
            return Err(ApiError::new(
                ErrorCode::InvalidReplicaAssignment,
                format!(
                    "Attempted to add {additional} additional partition(s), but only {} assignment(s) were specified.",
                    assignments.len()
                ),
            ));
        }
        Some(assignments) => {
            for assignment in assignments {
                check_assignment(image, &assignment.broker_ids, Some(factor))?;
            }
            assignments.iter().map(|assignment| assignment.broker_ids.clone()).collect()
        }
        None => {
            let factor = i16::try_from(factor).expect("bounded by the brokers' number");
            place(image, additional, factor, draw())?
        }
    };
    let first = topic.partitions.len();
    replicas
        .into_iter()
        .zip(first..)
        .map(|(replicas, index)| {
            let partition = new_partition(image, index, replicas)?;
            let index = i32::try_from(index).expect("the count that was asked for is an i32");
            Ok(Record::from(partition.to_record(topic.id, index)))
        })
        .collect()
}

fn additional(topic: &Topic, count: i32) -> Result<usize, ApiError> {
    let current = topic.partitions.len();
    let wanted = usize::try_from(count).unwrap_or(0);
    if wanted == current {
        let message = format!("Topic already has {current} partition(s).");
        return Err(ApiError::new(ErrorCode::InvalidPartitions, message));
    }
    if wanted < current {
        let name = &topic.name;
        let message = format!(
            "The topic {name} currently has {current} partition(s); {count} would not be an increase."
        );
        return Err(ApiError::new(ErrorCode::InvalidPartitions, message));
    }
    Ok(wanted - current)
}
