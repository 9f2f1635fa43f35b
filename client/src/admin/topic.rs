//! Topics and the cluster itself.

use super::{Admin, AdminError, answered};
use crate::{
    NodeId, TopicMetadata,
    client::Target,
    metadata::{Broker, PartitionMetadata},
};
use std::sync::Arc;
use tribunal_wire::{
    message::{
        CreatePartitionsRequest, CreateTopicsRequest, DeleteTopicsRequest, DescribeClusterRequest,
        DescribeTopicPartitionsRequest,
        create_partitions::CreatePartitionsTopic,
        create_topics::{CreatableTopic, CreatableTopicConfig},
        delete_topics::DeleteTopicState,
        describe_topic_partitions::{
            request::{Cursor, TopicRequest},
            response::DescribeTopicPartitionsResponseTopic,
        },
    },
    types::TopicId,
};

/// A topic to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTopic {
    /// Its name.
    pub name: String,
    /// Its partitions; -1 for the cluster's default.
    pub partitions: i32,
    /// Copies of each; -1 for the cluster's default.
    pub replication_factor: i16,
    /// Its configs.
    pub configs: Vec<(String, String)>,
}

impl NewTopic {
    /// A topic with this many partitions and the cluster's default of copies.
    #[must_use]
    pub fn new(name: impl Into<String>, partitions: i32) -> Self {
        NewTopic { name: name.into(), partitions, replication_factor: -1, configs: Vec::new() }
    }

    /// The same with a config.
    #[must_use]
    pub fn config(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.configs.push((name.into(), value.into()));
        self
    }
}

/// A topic by name or id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TopicName {
    /// By name.
    Name(String),
    /// By id: never a topic that was made again under the name.
    Id(TopicId),
}

/// What DescribeTopicPartitions says about a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicDescription {
    /// Name, id and partitions.
    pub topic: TopicMetadata,
    /// Replicas that may be elected although they are not in sync, for each partition.
    pub eligible_leader_replicas: Vec<Vec<NodeId>>,
}

/// The cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterDescription {
    /// Its id.
    pub cluster_id: String,
    /// Where administrative requests go.
    pub controller: Option<NodeId>,
    /// Its brokers.
    pub brokers: Vec<Broker>,
}

impl Admin {
    /// Makes a topic. Answers its id; zero where the broker does not tell.
    ///
    /// # Errors
    /// As [`AdminError`] says.
    pub async fn create_topic(&self, topic: &NewTopic) -> Result<TopicId, AdminError> {
        self.create_topic_or_validate(topic, false).await
    }

    /// Asks whether a topic could be made, without making it.
    ///
    /// # Errors
    /// As [`AdminError`] says.
    pub async fn validate_topic(&self, topic: &NewTopic) -> Result<(), AdminError> {
        self.create_topic_or_validate(topic, true).await.map(|_| ())
    }

    async fn create_topic_or_validate(
        &self,
        topic: &NewTopic,
        validate_only: bool,
    ) -> Result<TopicId, AdminError> {
        let configs = topic
            .configs
            .iter()
            .map(|(name, value)| CreatableTopicConfig { name: name.clone(), value: Some(value.clone()) });
        let request = CreateTopicsRequest {
            topics: vec![CreatableTopic {
                name: topic.name.clone(),
                num_partitions: topic.partitions,
                replication_factor: topic.replication_factor,
                assignments: Vec::new(),
                configs: configs.collect(),
            }],
            timeout_ms: self.timeout_ms(),
            validate_only,
        };
        let answer = self.ask(Target::Controller, &request).await?;
        let found = answer.topics.iter().find(|answer| answer.name == topic.name);
        let found = found.ok_or(AdminError::NotMentioned)?;
        answered(found.error_code, found.error_message.as_deref())?;
        Ok(TopicId(found.topic_id))
    }

    /// Deletes a topic.
    ///
    /// # Errors
    /// As [`AdminError`] says.
    pub async fn delete_topic(&self, topic: &TopicName) -> Result<(), AdminError> {
        let mut request = DeleteTopicsRequest { timeout_ms: self.timeout_ms(), ..Default::default() };
        // Old versions have a list of names, new ones a list of either: each version takes what it knows.
        request.topics = vec![match topic {
            TopicName::Name(name) => {
                request.topic_names = vec![name.clone()];
                DeleteTopicState { name: Some(name.clone()), ..Default::default() }
            }
            TopicName::Id(id) => DeleteTopicState { name: None, topic_id: id.0 },
        }];
        let deadline = self.client.request_deadline();
        let connection = self.client.connection_to(Target::Controller, deadline).await?;
        let version = connection.version_of::<DeleteTopicsRequest>()?;
        if version < 6 {
            request.topics.clear();
        }
        let answer = connection.start(&request, version, deadline).await?.answer().await?;
        let found = answer.responses.first().ok_or(AdminError::NotMentioned)?;
        answered(found.error_code, found.error_message.as_deref())
    }

    /// Raises the number of a topic's partitions to `count`.
    ///
    /// # Errors
    /// As [`AdminError`] says.
    pub async fn create_partitions(&self, topic: &str, count: i32) -> Result<(), AdminError> {
        let request = CreatePartitionsRequest {
            topics: vec![CreatePartitionsTopic { name: topic.to_owned(), count, assignments: None }],
            timeout_ms: self.timeout_ms(),
            validate_only: false,
        };
        let answer = self.ask(Target::Controller, &request).await?;
        let found = answer.results.iter().find(|answer| answer.name == topic);
        let found = found.ok_or(AdminError::NotMentioned)?;
        answered(found.error_code, found.error_message.as_deref())
    }

    /// Every topic, with its partitions.
    ///
    /// # Errors
    /// As [`AdminError`] says.
    pub async fn list_topics(&self) -> Result<Vec<TopicMetadata>, AdminError> {
        self.client.refresh_all_metadata(self.client.request_deadline()).await?;
        Ok(self.client.metadata(|metadata| metadata.topics().cloned().collect()))
    }

    /// One topic with all of its partitions, page by page if it is large.
    ///
    /// # Errors
    /// As [`AdminError`] says.
    pub async fn describe_topic(&self, topic: &str) -> Result<TopicDescription, AdminError> {
        let mut request = DescribeTopicPartitionsRequest {
            topics: vec![TopicRequest { name: topic.to_owned() }],
            ..Default::default()
        };
        let mut description: Option<TopicDescription> = None;
        loop {
            let mut answer = self.ask(Target::Any, &request).await?;
            let page = answer.topics.pop().ok_or(AdminError::NotMentioned)?;
            answered(page.error_code, None)?;
            let page = describe(&page);
            match &mut description {
                None => description = Some(page),
                Some(known) => {
                    known.topic.partitions.extend(page.topic.partitions);
                    known.eligible_leader_replicas.extend(page.eligible_leader_replicas);
                }
            }
            let Some(next) = answer.next_cursor else {
                return description.ok_or(AdminError::NotMentioned);
            };
            let moved =
                request.cursor.as_ref().is_none_or(|cursor| next.partition_index > cursor.partition_index);
            if !moved || next.topic_name != topic {
                return description.ok_or(AdminError::NotMentioned);
            }
            request.cursor =
                Some(Cursor { topic_name: next.topic_name, partition_index: next.partition_index });
        }
    }

    /// The cluster's id, controller and brokers.
    ///
    /// # Errors
    /// As [`AdminError`] says.
    pub async fn describe_cluster(&self) -> Result<ClusterDescription, AdminError> {
        let answer = self.ask(Target::Any, &DescribeClusterRequest::default()).await?;
        answered(answer.error_code, answer.error_message.as_deref())?;
        Ok(ClusterDescription {
            cluster_id: answer.cluster_id,
            controller: (answer.controller_id >= 0).then_some(NodeId(answer.controller_id)),
            brokers: answer
                .brokers
                .into_iter()
                .map(|broker| Broker {
                    node: NodeId(broker.broker_id),
                    address: format!("{}:{}", broker.host, broker.port),
                    rack: broker.rack,
                })
                .collect(),
        })
    }
}

fn describe(page: &DescribeTopicPartitionsResponseTopic) -> TopicDescription {
    let nodes = |ids: &[i32]| ids.iter().copied().map(NodeId).collect::<Vec<_>>();
    let eligible_leader_replicas = page
        .partitions
        .iter()
        .map(|partition| nodes(partition.eligible_leader_replicas.as_deref().unwrap_or_default()))
        .collect();
    let partitions = page.partitions.iter().map(|partition| PartitionMetadata {
        partition: partition.partition_index,
        leader: (partition.leader_id >= 0).then_some(NodeId(partition.leader_id)),
        leader_epoch: partition.leader_epoch,
        replicas: nodes(&partition.replica_nodes),
        in_sync_replicas: nodes(&partition.isr_nodes),
        error_code: partition.error_code,
    });
    let topic = TopicMetadata {
        name: Arc::from(page.name.as_deref().unwrap_or_default()),
        topic_id: TopicId(page.topic_id),
        is_internal: page.is_internal,
        partitions: partitions.collect(),
    };
    TopicDescription { topic, eligible_leader_replicas }
}
