//! DescribeConfigs (32), versions 1 to 4.
//!
//! Behaviour: topics with every topic config, its source, its synonyms and what this broker does with it; this broker with
//! every config that it knows; all brokers (an empty name) with what was set for all at run time. What a broker does
//! not know and keeps nevertheless is shown without its value, as Kafka does it. What is asked for twice is answered once:
//! clients put the answers into a map, and a small request could ask for gigabytes.
//! Gaps: no configs of groups and client metrics: INVALID_REQUEST; no loggers: none are listed.

use super::RequestContext;
use crate::config::{BrokerConfig, PROPERTIES};
use std::collections::{BTreeMap, BTreeSet};
use tribunal_metadata::{
    controller::ApiError,
    image::{Image, Resource, ResourceType},
    topic_config::{self, ConfigSource, ConfigType, Configs, SourcedValue},
    topic_name,
};
use tribunal_wire::{
    error::ErrorCode,
    message::{
        DescribeConfigsRequest, DescribeConfigsResponse,
        describe_configs::{
            DescribeConfigsResource, DescribeConfigsResourceResult, DescribeConfigsResult,
            DescribeConfigsSynonym,
        },
    },
};

/// The type of a config that this broker does not know.
const TYPE_UNKNOWN: i8 = 0;

pub(crate) async fn handle(
    context: &RequestContext,
    request: DescribeConfigsRequest,
) -> DescribeConfigsResponse {
    let image = context.broker.metadata.image();
    let mut seen = BTreeSet::new();
    let distinct = request.resources.iter().filter(|resource| seen.insert(what_is_asked(resource)));
    let results = distinct.map(|resource| {
        let described = describe(&image, &context.broker.config, resource);
        let (error, configs) = match described {
            Ok(rows) => (None, rows.into_iter().map(|row| row.answer(&request)).collect()),
            Err(error) => (Some(error), Vec::new()),
        };
        DescribeConfigsResult {
            error_code: error.as_ref().map_or(ErrorCode::None, |error| error.code).code(),
            error_message: error.map(|error| error.message),
            resource_type: resource.resource_type,
            resource_name: resource.resource_name.clone(),
            configs,
        }
    });
    DescribeConfigsResponse { results: results.collect(), ..Default::default() }
}

/// What tells a resource of the request from another: its type, its name (a broker's id has several spellings), and which of
/// its configs are asked for.
fn what_is_asked(resource: &DescribeConfigsResource) -> (i8, String, BTreeSet<&str>) {
    let (kind, name) = (resource.resource_type, &resource.resource_name);
    let of_broker =
        matches!(ResourceType::from_code(kind), Some(ResourceType::Broker | ResourceType::BrokerLogger));
    let id = if of_broker { name.parse::<i32>().ok() } else { None };
    let keys = resource.configuration_keys.iter().flatten().map(String::as_str).collect();
    (kind, id.map_or_else(|| name.clone(), |id| id.to_string()), keys)
}

/// One config, as far as it can be said.
struct Row {
    name: String,
    value: Option<String>,
    source: ConfigSource,
    synonyms: Vec<(String, Option<String>, ConfigSource)>,
    read_only: bool,
    /// `None`: this broker does not know the config.
    kind: Option<ConfigType>,
    documentation: Option<&'static str>,
}

impl Row {
    fn answer(self, request: &DescribeConfigsRequest) -> DescribeConfigsResourceResult {
        let sensitive = self.kind.is_none();
        let synonyms = if request.include_synonyms { self.synonyms } else { Vec::new() };
        DescribeConfigsResourceResult {
            name: self.name,
            value: self.value.filter(|_| !sensitive),
            read_only: self.read_only,
            config_source: self.source as i8,
            is_sensitive: sensitive,
            synonyms: synonyms
                .into_iter()
                .map(|(name, value, source)| DescribeConfigsSynonym {
                    name,
                    value: value.filter(|_| !sensitive),
                    source: source as i8,
                })
                .collect(),
            config_type: self.kind.map_or(TYPE_UNKNOWN, |kind| kind as i8),
            documentation: self.documentation.filter(|_| request.include_documentation).map(str::to_owned),
        }
    }
}

fn describe(
    image: &Image,
    config: &BrokerConfig,
    resource: &DescribeConfigsResource,
) -> Result<Vec<Row>, ApiError> {
    let name = &resource.resource_name;
    let mut rows = match ResourceType::from_code(resource.resource_type) {
        Some(ResourceType::Topic) => topic_rows(image, config, name)?,
        Some(ResourceType::Broker) if name.is_empty() => all_brokers_rows(image),
        Some(ResourceType::Broker) => {
            check_own_id(config, name)?;
            broker_rows(image, config)
        }
        Some(ResourceType::BrokerLogger) => {
            check_own_id(config, name)?;
            Vec::new()
        }
        Some(ResourceType::ClientMetrics | ResourceType::Group) | None => {
            let message =
                format!("This broker keeps no configs of resource type {}.", resource.resource_type);
            return Err(ApiError::new(ErrorCode::InvalidRequest, message));
        }
    };
    // An empty list asks for all, as a missing one does.
    if let Some(keys) = resource.configuration_keys.as_ref().filter(|keys| !keys.is_empty()) {
        let keys: BTreeSet<&String> = keys.iter().collect();
        rows.retain(|row| keys.contains(&row.name));
    }
    Ok(rows)
}

fn check_own_id(config: &BrokerConfig, name: &str) -> Result<(), ApiError> {
    let invalid = |message: String| Err(ApiError::new(ErrorCode::InvalidRequest, message));
    let node_id = config.node_id;
    match name.parse::<i32>() {
        Err(_) => invalid(format!("Broker id must be an integer, but it is: {name}")),
        Ok(id) if id != node_id => {
            invalid(format!("Unexpected broker id, expected {node_id} or empty string, but received {name}"))
        }
        Ok(_) => Ok(()),
    }
}

fn topic_rows(image: &Image, config: &BrokerConfig, name: &str) -> Result<Vec<Row>, ApiError> {
    topic_name::validate(name).map_err(|message| ApiError::new(ErrorCode::InvalidTopicException, message))?;
    if image.topic(name).is_none() {
        return Err(ErrorCode::UnknownTopicOrPartition.into());
    }
    let layers = image.layers(name, config.node_id, &config.given);
    let synonym = |hidden: SourcedValue| (hidden.name.to_owned(), Some(hidden.value), hidden.source);
    // Configs meant for tests are shown where somebody set them.
    let shown = topic_config::all()
        .iter()
        .filter(|config| !config.internal || layers.topic.contains_key(config.name));
    Ok(shown
        .map(|config| {
            let effective = config.effective(&layers);
            Row {
                name: config.name.to_owned(),
                value: effective.value,
                source: effective.source,
                synonyms: effective.synonyms.into_iter().map(synonym).collect(),
                read_only: false,
                kind: Some(config.kind),
                documentation: Some(config.documentation),
            }
        })
        .collect())
}

/// What is known of a broker config without looking at its value.
struct Known {
    kind: ConfigType,
    default: Option<String>,
    documentation: &'static str,
}

/// Every broker config that this broker knows: its own, and those that give topics their defaults.
fn known_broker_configs() -> BTreeMap<&'static str, Known> {
    let mut known = BTreeMap::new();
    for config in topic_config::all() {
        for synonym in config.synonyms {
            let row = Known {
                kind: config.broker_kind(synonym),
                default: config.broker_default(synonym),
                documentation: config.documentation,
            };
            let _none = known.insert(synonym.name, row);
        }
    }
    for property in PROPERTIES {
        let row = Known {
            kind: property.kind.config_type(),
            default: property.default.map(str::to_owned),
            documentation: property.documentation,
        };
        let _same = known.insert(property.name, row);
    }
    known
}

/// Whether a broker config can be changed while the broker runs: those that give topics their defaults, and those that
/// it does not know.
fn is_dynamic(name: &str) -> bool {
    match topic_config::of_broker_config(name) {
        Some((_, synonym)) => synonym.dynamic,
        None => !PROPERTIES.iter().any(|property| property.name == name),
    }
}

fn broker_rows(image: &Image, config: &BrokerConfig) -> Vec<Row> {
    let known = known_broker_configs();
    let own = Resource::broker(config.node_id);
    let all = Resource::all_brokers();
    let layers: [(&Configs, ConfigSource); 3] = [
        (image.configs(&own), ConfigSource::DynamicBroker),
        (image.configs(&all), ConfigSource::DynamicDefaultBroker),
        (&config.given, ConfigSource::StaticBroker),
    ];
    let mut names: BTreeSet<&str> = known.keys().copied().collect();
    names.extend(layers.iter().flat_map(|(configs, _)| configs.keys().map(String::as_str)));
    let row = |name: &str| {
        let known = known.get(name);
        let set = layers.iter().filter_map(|(configs, source)| Some((configs.get(name)?.clone(), *source)));
        let default =
            known.and_then(|known| known.default.clone()).map(|value| (value, ConfigSource::Default));
        let values: Vec<(String, ConfigSource)> = set.chain(default).collect();
        Row {
            name: name.to_owned(),
            value: values.first().map(|(value, _)| value.clone()),
            source: values.first().map_or(ConfigSource::Default, |(_, source)| *source),
            synonyms: values
                .into_iter()
                .map(|(value, source)| (name.to_owned(), Some(value), source))
                .collect(),
            read_only: !is_dynamic(name),
            kind: known.map(|known| known.kind),
            documentation: known.map(|known| known.documentation),
        }
    };
    names.into_iter().map(row).collect()
}

/// What was set at run time for all brokers.
fn all_brokers_rows(image: &Image) -> Vec<Row> {
    let known = known_broker_configs();
    let source = ConfigSource::DynamicDefaultBroker;
    let row = |(name, value): (&String, &String)| {
        let known = known.get(name.as_str());
        Row {
            name: name.clone(),
            value: Some(value.clone()),
            source,
            synonyms: vec![(name.clone(), Some(value.clone()), source)],
            read_only: !is_dynamic(name),
            kind: known.map(|known| known.kind),
            documentation: known.map(|known| known.documentation),
        }
    };
    image.configs(&Resource::all_brokers()).iter().map(row).collect()
}
