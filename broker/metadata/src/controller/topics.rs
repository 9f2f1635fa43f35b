//! CreateTopics: names, counts, assignments and configs are checked, then each topic is a Topic record, its Config
//! records and its Partition records, all topics of a request in one atomic append.

use super::placement::{check_assignment, new_partition, place};
use super::{ApiError, Decision, PARTITIONS_PER_REQUEST_MAX, STRING_BYTES_MAX, Settings, duplicates};
use crate::image::{Image, Partition, ResourceType};
use crate::record::Record;
use crate::topic_config::{self, Configs, Layers};
use crate::topic_name;
use std::collections::BTreeMap;
use tribunal_wire::{
    ErrorCode,
    message::{
        ConfigRecord, CreateTopicsRequest, TopicRecord,
        create_topics::{CreatableTopic, CreatableTopicConfigs, CreatableTopicResult},
    },
    types::TopicId,
};

/// Decides a CreateTopics request. `draw` gives random bits: two for each topic's id, one for its placement.
#[must_use]
pub fn create_topics(
    image: &Image,
    settings: &Settings,
    request: &CreateTopicsRequest,
    draw: &mut dyn FnMut() -> u64,
) -> Decision<Vec<CreatableTopicResult>> {
    let repeated = duplicates(request.topics.iter().map(|topic| topic.name.as_str()));
    let too_many = partitions_asked(request, settings) > PARTITIONS_PER_REQUEST_MAX;
    let mut taken = collisions(image);
    let mut records = Vec::new();
    let mut answer: Vec<CreatableTopicResult> =
        repeated.iter().map(|name| refused(name, duplicate_name())).collect();
    for topic in request.topics.iter().filter(|topic| !repeated.contains(topic.name.as_str())) {
        let made = if too_many {
            Err(ApiError::new(
                ErrorCode::PolicyViolation,
                "Excessively large number of partitions per request.",
            ))
        } else {
            check_name(image, &taken, &topic.name).and_then(|()| create(image, settings, topic, draw))
        };
        match made {
            Ok((mut new, mut result)) => {
                let _other = taken.insert(topic_name::collision_key(&topic.name), topic.name.clone());
                if request.validate_only {
                    // The id was drawn for a topic that will never be.
                    result.topic_id = TopicId::ZERO.0;
                }
                records.append(&mut new);
                answer.push(result);
            }
            Err(error) => answer.push(refused(&topic.name, error)),
        }
    }
    if request.validate_only {
        records.clear();
    }
    Decision { records, answer }
}

fn duplicate_name() -> ApiError {
    ApiError::new(ErrorCode::InvalidRequest, "Duplicate topic name.")
}

fn refused(name: &str, error: ApiError) -> CreatableTopicResult {
    CreatableTopicResult {
        name: name.to_owned(),
        error_code: error.code.code(),
        error_message: Some(error.message),
        num_partitions: -1,
        replication_factor: -1,
        configs: Some(Vec::new()),
        ..Default::default()
    }
}

fn partitions_asked(request: &CreateTopicsRequest, settings: &Settings) -> usize {
    let count = |topic: &CreatableTopic| match topic.num_partitions {
        _ if !topic.assignments.is_empty() => topic.assignments.len(),
        -1 => usize::try_from(settings.num_partitions).unwrap_or(1),
        count => usize::try_from(count).unwrap_or(0),
    };
    request.topics.iter().map(count).fold(0, usize::saturating_add)
}

/// Names that a new one could collide with, by what they share with it.
fn collisions(image: &Image) -> BTreeMap<String, String> {
    image
        .topics()
        .filter(|topic| topic_name::may_collide(&topic.name))
        .map(|topic| (topic_name::collision_key(&topic.name), topic.name.to_string()))
        .collect()
}

fn check_name(image: &Image, taken: &BTreeMap<String, String>, name: &str) -> Result<(), ApiError> {
    if name == topic_name::CLUSTER_METADATA {
        let message = format!("Creation of internal topic {name} is prohibited.");
        return Err(ApiError::new(ErrorCode::InvalidRequest, message));
    }
    topic_name::validate(name).map_err(|message| ApiError::new(ErrorCode::InvalidTopicException, message))?;
    if image.topic(name).is_some() {
        return Err(ApiError::new(ErrorCode::TopicAlreadyExists, format!("Topic '{name}' already exists.")));
    }
    match taken.get(&topic_name::collision_key(name)) {
        Some(other) => Err(ApiError::new(
            ErrorCode::InvalidTopicException,
            format!("Topic '{name}' collides with existing topic: {other}"),
        )),
        None => Ok(()),
    }
}

fn create(
    image: &Image,
    settings: &Settings,
    topic: &CreatableTopic,
    draw: &mut dyn FnMut() -> u64,
) -> Result<(Vec<Record>, CreatableTopicResult), ApiError> {
    let configs = check_configs(topic)?;
    let partitions = assign(image, settings, topic, draw)?;
    let id = TopicId::from_random_bits(draw(), draw());
    let replication_factor = partitions.first().map_or(0, |partition| partition.replicas.len());
    let mut records = vec![Record::from(TopicRecord { name: topic.name.clone(), topic_id: id.0 })];
    records.extend(configs.iter().map(|(name, value)| {
        Record::from(ConfigRecord {
            resource_type: ResourceType::Topic.code(),
            resource_name: topic.name.clone(),
            name: name.clone(),
            value: Some(value.clone()),
        })
    }));
    records.extend(
        partitions.iter().zip(0..).map(|(partition, index)| Record::from(partition.to_record(id, index))),
    );
    let layers =
        Layers { topic: &configs, ..image.layers(&topic.name, settings.node_id, &settings.static_broker) };
    let result = CreatableTopicResult {
        name: topic.name.clone(),
        topic_id: id.0,
        error_code: ErrorCode::None.code(),
        error_message: None,
        num_partitions: i32::try_from(partitions.len()).expect("bounded by the partitions of a request"),
        replication_factor: i16::try_from(replication_factor).expect("bounded by the brokers' number"),
        configs: Some(describe(&layers)),
        ..Default::default()
    };
    Ok((records, result))
}

/// The configs that a new topic has, as CreateTopics answers them.
fn describe(layers: &Layers<'_>) -> Vec<CreatableTopicConfigs> {
    topic_config::all()
        .iter()
        .filter(|config| !config.internal)
        .map(|config| {
            let effective = config.effective(layers);
            CreatableTopicConfigs {
                name: config.name.to_owned(),
                value: effective.value,
                read_only: false,
                config_source: effective.source as i8,
                is_sensitive: false,
            }
        })
        .collect()
}

fn check_configs(topic: &CreatableTopic) -> Result<Configs, ApiError> {
    let invalid = |message: String| ApiError::new(ErrorCode::InvalidConfig, message);
    let mut configs = Configs::new();
    for config in &topic.configs {
        let Some(value) = &config.value else {
            return Err(invalid(format!("Null value not supported for topic configs: {}", config.name)));
        };
        if value.len() > STRING_BYTES_MAX {
            return Err(invalid(format!("The value for configuration {} is too long", config.name)));
        }
        let _earlier = configs.insert(config.name.clone(), value.clone());
    }
    topic_config::validate(&configs).map_err(invalid)?;
    Ok(configs)
}

fn assign(
    image: &Image,
    settings: &Settings,
    topic: &CreatableTopic,
    draw: &mut dyn FnMut() -> u64,
) -> Result<Vec<Partition>, ApiError> {
    let replicas = if topic.assignments.is_empty() {
        let replication_factor = match topic.replication_factor {
            -1 => settings.default_replication_factor,
            factor if factor <= 0 => {
                return Err(ApiError::new(
                    ErrorCode::InvalidReplicationFactor,
                    "Replication factor must be larger than 0, or -1 to use the default value.",
                ));
            }
            factor => factor,
        };
        let count = match topic.num_partitions {
            -1 => settings.num_partitions,
            count if count <= 0 => {
                return Err(ApiError::new(
                    ErrorCode::InvalidPartitions,
                    "Number of partitions was set to an invalid non-positive value.",
                ));
            }
            count => count,
        };
        let count =
            usize::try_from(count).expect("positive: the request's is checked above, ours at the start");
        place(image, count, replication_factor, draw())?
    } else {
        chosen(image, topic)?
    };
    replicas.into_iter().enumerate().map(|(index, replicas)| new_partition(image, index, replicas)).collect()
}

/// The replicas that the request chose itself.
fn chosen(image: &Image, topic: &CreatableTopic) -> Result<Vec<Vec<i32>>, ApiError> {
    for (value, name) in
        [(i32::from(topic.replication_factor), "replication factor"), (topic.num_partitions, "numPartitions")]
    {
        if value != -1 {
            return Err(ApiError::new(
                ErrorCode::InvalidRequest,
                format!("A manual partition assignment was specified, but {name} was not set to -1."),
            ));
        }
    }
    let invalid = |message: String| ApiError::new(ErrorCode::InvalidReplicaAssignment, message);
    let mut by_index: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
    for assignment in &topic.assignments {
        let index = assignment.partition_index;
        if by_index.contains_key(&index) {
            return Err(invalid(format!(
                "Found multiple manual partition assignments for partition {index}"
            )));
        }
        let factor = by_index.values().next().map(Vec::len);
        check_assignment(image, &assignment.broker_ids, factor)?;
        let _none = by_index.insert(index, assignment.broker_ids.clone());
    }
    if by_index.keys().copied().ne(0..i32::try_from(by_index.len()).unwrap_or(i32::MAX)) {
        return Err(invalid("partitions should be a consecutive 0-based integer sequence".to_owned()));
    }
    Ok(by_index.into_values().collect())
}
