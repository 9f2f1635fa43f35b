//! IncrementalAlterConfigs and AlterConfigs, for topics and brokers.
//!
//! A resource's changes are checked as a whole and take effect as a whole; resources of one request are
//! independent of each other. Broker configs that give topics their defaults can be changed at run time where
//! Kafka allows it; configs that this broker does not know are kept, as Kafka keeps them, but no more than a bound.

use super::{ApiError, Decision, STRING_BYTES_MAX, Settings, UNKNOWN_CONFIGS_MAX, duplicates};
use crate::image::{Image, Resource, ResourceType};
use crate::record::Record;
use crate::topic_config::{self, Configs};
use crate::topic_name;
use tribunal_wire::{
    ErrorCode,
    message::{AlterConfigsRequest, ConfigRecord, IncrementalAlterConfigsRequest},
};

/// What happened to one resource of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceOutcome {
    /// The type that was asked for.
    pub resource_type: i8,
    /// The name that was asked for.
    pub resource_name: String,
    /// Why nothing of it changes; `None` when all of it does.
    pub error: Option<ApiError>,
}

/// One change of one config, before it is looked at.
struct Change<'a> {
    name: &'a str,
    operation: Operation,
    value: Option<&'a str>,
}

/// The operations of IncrementalAlterConfigs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Set,
    Delete,
    Append,
    Subtract,
}

impl Operation {
    fn from_code(code: i8) -> Option<Operation> {
        match code {
            0 => Some(Operation::Set),
            1 => Some(Operation::Delete),
            2 => Some(Operation::Append),
            3 => Some(Operation::Subtract),
            _ => None,
        }
    }
}

/// Decides an IncrementalAlterConfigs request.
#[must_use]
pub fn incremental_alter_configs(
    image: &Image,
    settings: &Settings,
    request: &IncrementalAlterConfigsRequest,
) -> Decision<Vec<ResourceOutcome>> {
    let asked = request.resources.iter().map(|resource| Asked {
        kind: resource.resource_type,
        name: &resource.resource_name,
        changes: resource
            .configs
            .iter()
            .map(|config| {
                let code = config.config_operation;
                let operation =
                    Operation::from_code(code).ok_or_else(|| invalid(format!("Unknown op type {code}")))?;
                Ok(Change { name: &config.name, operation, value: config.value.as_deref() })
            })
            .collect(),
    });
    decide(image, settings, asked.collect(), false, request.validate_only)
}

/// Decides an AlterConfigs request: what it does not name is removed.
#[must_use]
pub fn alter_configs(
    image: &Image,
    settings: &Settings,
    request: &AlterConfigsRequest,
) -> Decision<Vec<ResourceOutcome>> {
    let asked = request.resources.iter().map(|resource| Asked {
        kind: resource.resource_type,
        name: &resource.resource_name,
        changes: Ok(resource
            .configs
            .iter()
            .map(|config| Change {
                name: &config.name,
                operation: Operation::Set,
                value: config.value.as_deref(),
            })
            .collect()),
    });
    decide(image, settings, asked.collect(), true, request.validate_only)
}

struct Asked<'a> {
    kind: i8,
    name: &'a str,
    changes: Result<Vec<Change<'a>>, ApiError>,
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::InvalidRequest, message)
}

fn decide(
    image: &Image,
    settings: &Settings,
    asked: Vec<Asked<'_>>,
    replace: bool,
    validate_only: bool,
) -> Decision<Vec<ResourceOutcome>> {
    let keys: Vec<String> = asked.iter().map(|asked| format!("{} {}", asked.kind, asked.name)).collect();
    let repeated = duplicates(keys.iter().map(String::as_str));
    let mut records = Vec::new();
    let mut answer = Vec::new();
    for (asked, key) in asked.into_iter().zip(&keys) {
        let (resource_type, resource_name) = (asked.kind, asked.name.to_owned());
        let outcome = if repeated.contains(key.as_str()) {
            Err(invalid("Each resource must appear at most once."))
        } else {
            alter(image, settings, asked, replace)
        };
        let error = match outcome {
            Ok(mut new) => {
                records.append(&mut new);
                None
            }
            Err(error) => Some(error),
        };
        answer.push(ResourceOutcome { resource_type, resource_name, error });
    }
    if validate_only {
        records.clear();
    }
    Decision { records, answer }
}

fn alter(
    image: &Image,
    settings: &Settings,
    asked: Asked<'_>,
    replace: bool,
) -> Result<Vec<Record>, ApiError> {
    let kind = ResourceType::from_code(asked.kind)
        .ok_or_else(|| invalid(format!("Unknown resource type {}", asked.kind)))?;
    let changes = asked.changes?;
    check_shape(&changes)?;
    let resource = Resource { kind, name: asked.name.to_owned() };
    let before = image.configs(&resource);
    let mut after = if replace { Configs::new() } else { before.clone() };
    for change in &changes {
        match value_after(&resource, &after, change)? {
            Some(value) => drop(after.insert(change.name.to_owned(), value)),
            None => drop(after.remove(change.name)),
        }
    }
    match kind {
        ResourceType::Topic => check_topic(image, &resource, &after)?,
        ResourceType::Broker => check_broker(image, settings, &resource, &changes, &after)?,
        ResourceType::BrokerLogger | ResourceType::ClientMetrics | ResourceType::Group => {
            return Err(invalid(format!("This broker keeps no configs of resource type {}.", asked.kind)));
        }
    }
    let record = |name: &str, value: Option<&String>| {
        Record::from(ConfigRecord {
            resource_type: kind.code(),
            resource_name: resource.name.clone(),
            name: name.to_owned(),
            value: value.cloned(),
        })
    };
    let removed = before.keys().filter(|name| !after.contains_key(*name)).map(|name| record(name, None));
    let set = after
        .iter()
        .filter(|(name, value)| before.get(*name) != Some(value))
        .map(|(name, value)| record(name, Some(value)));
    Ok(removed.chain(set).collect())
}

/// What can be said of the changes without knowing what they are about.
fn check_shape(changes: &[Change<'_>]) -> Result<(), ApiError> {
    if !duplicates(changes.iter().map(|change| change.name)).is_empty() {
        return Err(invalid("Error due to duplicate config keys"));
    }
    let nulls: Vec<&str> = changes
        .iter()
        .filter(|change| change.value.is_none() && change.operation != Operation::Delete)
        .map(|change| change.name)
        .collect();
    if !nulls.is_empty() {
        return Err(invalid(format!("Null value not supported for : {}", nulls.join(","))));
    }
    match changes.iter().find(|change| change.name.len() > STRING_BYTES_MAX) {
        Some(_) => Err(invalid("A config's name is too long.")),
        None => Ok(()),
    }
}

/// The value that a change leaves behind.
fn value_after(
    resource: &Resource,
    current: &Configs,
    change: &Change<'_>,
) -> Result<Option<String>, ApiError> {
    let value = match (change.operation, change.value) {
        (Operation::Delete, _) | (_, None) => return Ok(None),
        (Operation::Set, Some(value)) => value.to_owned(),
        (operation @ (Operation::Append | Operation::Subtract), Some(value)) => {
            let config = match resource.kind {
                ResourceType::Topic => topic_config::find(change.name),
                _ => topic_config::of_broker_config(change.name).map(|(config, _)| config),
            };
            let Some(config) = config.filter(|config| config.kind == topic_config::ConfigType::List) else {
                let word = if operation == Operation::Append { "APPEND" } else { "SUBTRACT" };
                return Err(ApiError::new(
                    ErrorCode::InvalidConfig,
                    format!("Can't {word} to key {} because its type is not LIST.", change.name),
                ));
            };
            let old = current.get(change.name).map(String::as_str).or(config.default).unwrap_or("");
            let mut parts: Vec<&str> = old.split(',').filter(|part| !part.is_empty()).collect();
            for part in value.split(',') {
                match (operation, parts.iter().position(|known| *known == part)) {
                    (Operation::Append, None) => parts.push(part),
                    (Operation::Subtract, Some(index)) => drop(parts.remove(index)),
                    _ => {}
                }
            }
            parts.join(",")
        }
    };
    if value.len() > STRING_BYTES_MAX {
        return Err(invalid(format!("The value for configuration {} is too long", change.name)));
    }
    Ok(Some(value))
}

fn check_topic(image: &Image, resource: &Resource, after: &Configs) -> Result<(), ApiError> {
    if resource.name.is_empty() {
        return Err(invalid("Default topic resources are not allowed."));
    }
    topic_name::validate(&resource.name)
        .map_err(|message| ApiError::new(ErrorCode::InvalidTopicException, message))?;
    topic_config::validate(after).map_err(|message| ApiError::new(ErrorCode::InvalidConfig, message))?;
    match image.topic(&resource.name) {
        Some(_) => Ok(()),
        None => Err(ApiError::new(
            ErrorCode::UnknownTopicOrPartition,
            format!("The topic '{}' does not exist.", resource.name),
        )),
    }
}

fn check_broker(
    image: &Image,
    settings: &Settings,
    resource: &Resource,
    changes: &[Change<'_>],
    after: &Configs,
) -> Result<(), ApiError> {
    if !resource.name.is_empty() {
        let id: i32 = resource
            .name
            .parse()
            .map_err(|_| invalid(format!("Broker id must be an integer, but it is: {}", resource.name)))?;
        if !image.brokers().contains_key(&id) {
            return Err(ApiError::new(
                ErrorCode::BrokerIdNotRegistered,
                format!("No broker with id {id} found."),
            ));
        }
    }
    let fixed: Vec<&str> = changes
        .iter()
        .map(|change| change.name)
        .filter(|name| match topic_config::of_broker_config(name) {
            Some((_, synonym)) => !synonym.dynamic,
            None => settings.fixed_configs.contains(*name),
        })
        .collect();
    if !fixed.is_empty() {
        return Err(invalid(format!("Cannot update these configs dynamically: [{}]", fixed.join(", "))));
    }
    for (name, value) in after {
        if let Some((config, _)) = topic_config::of_broker_config(name) {
            config.check(name, value).map_err(invalid)?;
        }
    }
    check_unknown(image.configs(resource), after)
}

/// What nobody here reads may not grow without bound. A log that another broker wrote may hold more, and may shrink.
fn check_unknown(before: &Configs, after: &Configs) -> Result<(), ApiError> {
    let unknown = |configs: &Configs| {
        configs.keys().filter(|name| topic_config::of_broker_config(name).is_none()).count()
    };
    let kept = unknown(after);
    if kept > UNKNOWN_CONFIGS_MAX && kept > unknown(before) {
        return Err(ApiError::new(
            ErrorCode::PolicyViolation,
            format!("At most {UNKNOWN_CONFIGS_MAX} configs that this broker does not know are kept."),
        ));
    }
    Ok(())
}
