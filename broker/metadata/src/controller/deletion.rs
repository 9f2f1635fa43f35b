//! DeleteTopics, by name or by id. Configs go with their topic when the record is replayed.

use super::{ApiError, Decision};
use crate::image::Image;
use crate::record::Record;
use std::collections::BTreeMap;
use tribunal_wire::{
    ErrorCode,
    message::{
        RemoveTopicRecord,
        delete_topics::{DeletableTopicResult, DeleteTopicState},
    },
    types::TopicId,
};

/// Decides a DeleteTopics request, whose names (before version 6) are given as states without ids.
#[must_use]
pub fn delete_topics(image: &Image, asked: &[DeleteTopicState]) -> Decision<Vec<DeletableTopicResult>> {
    let resolved: Vec<Result<(String, TopicId), ApiError>> =
        asked.iter().map(|state| resolve(image, state)).collect();
    let mut times: BTreeMap<TopicId, usize> = BTreeMap::new();
    for (_, id) in resolved.iter().flatten() {
        *times.entry(*id).or_default() += 1;
    }
    let mut records: Vec<Record> = Vec::new();
    let mut answer = Vec::new();
    for (state, found) in asked.iter().zip(resolved) {
        let found = match found {
            // Named more than once: refused once, and not deleted.
            Ok((_, id)) if times.get(&id) != Some(&1) => match times.insert(id, 0) {
                Some(0) => continue,
                _ => Err(duplicate(state)),
            },
            found => found,
        };
        answer.push(match found {
            Ok((name, id)) => {
                records.push(RemoveTopicRecord { topic_id: id.0 }.into());
                DeletableTopicResult {
                    name: Some(name),
                    topic_id: id.0,
                    error_code: ErrorCode::None.code(),
                    error_message: None,
                }
            }
            Err(error) => DeletableTopicResult {
                name: state.name.clone(),
                topic_id: state.topic_id,
                error_code: error.code.code(),
                error_message: Some(error.message),
            },
        });
    }
    Decision { records, answer }
}

fn duplicate(state: &DeleteTopicState) -> ApiError {
    let message = if state.name.is_some() { "Duplicate topic name." } else { "Duplicate topic id." };
    ApiError::new(ErrorCode::InvalidRequest, message)
}

fn resolve(image: &Image, state: &DeleteTopicState) -> Result<(String, TopicId), ApiError> {
    let id = TopicId(state.topic_id);
    match (&state.name, id) {
        (Some(name), TopicId::ZERO) => match image.topic(name) {
            Some(topic) => Ok((name.clone(), topic.id)),
            None => Err(ErrorCode::UnknownTopicOrPartition.into()),
        },
        (Some(_), _) => {
            Err(ApiError::new(ErrorCode::InvalidRequest, "You may not specify both topic name and topic id."))
        }
        (None, TopicId::ZERO) => {
            Err(ApiError::new(ErrorCode::InvalidRequest, "Neither topic name nor id were specified."))
        }
        (None, id) => match image.topic_by_id(id) {
            Some(topic) => Ok((topic.name.to_string(), id)),
            None => Err(ErrorCode::UnknownTopicId.into()),
        },
    }
}
