//! Configs of topics and brokers.

use super::{Admin, AdminError, answered};
use crate::{NodeId, client::Target};
use tribunal_wire::message::{
    DescribeConfigsRequest, IncrementalAlterConfigsRequest,
    describe_configs::DescribeConfigsResource,
    incremental_alter_configs::{AlterConfigsResource, AlterableConfig},
};

/// What has configs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigResource {
    /// A topic.
    Topic(String),
    /// A broker.
    Broker(NodeId),
    /// All brokers: what is changed for every one of them at once.
    AllBrokers,
}

impl ConfigResource {
    fn type_and_name(&self) -> (i8, String) {
        match self {
            ConfigResource::Topic(name) => (2, name.clone()),
            ConfigResource::Broker(node) => (4, node.0.to_string()),
            ConfigResource::AllBrokers => (4, String::new()),
        }
    }

    /// A broker's own configs are told and changed by itself, everything else by any or by the controller.
    fn target(&self, otherwise: Target) -> Target {
        match self {
            ConfigResource::Broker(node) => Target::Node(*node),
            ConfigResource::Topic(_) | ConfigResource::AllBrokers => otherwise,
        }
    }
}

/// One config as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigEntry {
    /// Its name.
    pub name: String,
    /// Its value; `None` when it is secret or not set.
    pub value: Option<String>,
    /// Where the value comes from, by the protocol's number: 1 topic, 2 and 3 brokers, 4 file, 5 default.
    pub source: i8,
    /// Whether it can be changed.
    pub read_only: bool,
    /// Whether it is secret.
    pub is_sensitive: bool,
}

/// A change of one config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigChange {
    /// Give it this value.
    Set(String, String),
    /// Give it back its default.
    Delete(String),
    /// Add to a list.
    Append(String, String),
    /// Take out of a list.
    Subtract(String, String),
}

impl ConfigChange {
    fn to_wire(&self) -> AlterableConfig {
        let (name, config_operation, value) = match self {
            ConfigChange::Set(name, value) => (name, 0, Some(value)),
            ConfigChange::Delete(name) => (name, 1, None),
            ConfigChange::Append(name, value) => (name, 2, Some(value)),
            ConfigChange::Subtract(name, value) => (name, 3, Some(value)),
        };
        AlterableConfig { name: name.clone(), config_operation, value: value.cloned() }
    }
}

impl Admin {
    /// The configs of a topic or broker.
    ///
    /// # Errors
    /// As [`AdminError`] says.
    pub async fn describe_configs(&self, resource: &ConfigResource) -> Result<Vec<ConfigEntry>, AdminError> {
        let (resource_type, resource_name) = resource.type_and_name();
        let request = DescribeConfigsRequest {
            resources: vec![DescribeConfigsResource {
                resource_type,
                resource_name,
                configuration_keys: None,
            }],
            include_synonyms: false,
            include_documentation: false,
        };
        let mut answer = self.ask(resource.target(Target::Any), &request).await?;
        let found = answer.results.pop().ok_or(AdminError::NotMentioned)?;
        answered(found.error_code, found.error_message.as_deref())?;
        let entries = found.configs.into_iter().map(|config| ConfigEntry {
            name: config.name,
            value: config.value,
            source: config.config_source,
            read_only: config.read_only,
            is_sensitive: config.is_sensitive,
        });
        Ok(entries.collect())
    }

    /// Changes configs; those not named stay as they are.
    ///
    /// # Errors
    /// As [`AdminError`] says.
    pub async fn alter_configs(
        &self,
        resource: &ConfigResource,
        changes: &[ConfigChange],
    ) -> Result<(), AdminError> {
        let (resource_type, resource_name) = resource.type_and_name();
        let request = IncrementalAlterConfigsRequest {
            resources: vec![AlterConfigsResource {
                resource_type,
                resource_name,
                configs: changes.iter().map(ConfigChange::to_wire).collect(),
            }],
            validate_only: false,
        };
        let mut answer = self.ask(resource.target(Target::Controller), &request).await?;
        let found = answer.responses.pop().ok_or(AdminError::NotMentioned)?;
        answered(found.error_code, found.error_message.as_deref())
    }
}
