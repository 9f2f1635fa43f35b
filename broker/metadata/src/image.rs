//! The cluster's state at one point of the metadata log.
//!
//! An [`Image`] is a value: cheap to clone, never changed behind a reader's back. [`Image::apply`] is the only
//! way from one image to the next, so that every node that reads the same records holds the same image. Parts
//! that a record does not touch are shared between the two.
//!
//! Always holds: a topic's name and id point at each other; a partition belongs to a topic that exists; configs
//! of topics belong to topics that exist or were set before them; producer ids only grow.
//!
//! Leaves out: where records come from, transactions over several batches ([`crate::replay`]), and what may be
//! asked for ([`crate::controller`]).
//!
//! Long because every record type is applied in one place, in one match that the compiler checks.

use crate::record::{METADATA_VERSION_FEATURE, MetadataVersion, Record};
use crate::topic_config::{Configs, Layers};
use std::{collections::BTreeMap, fmt, sync::Arc};
use tribunal_wire::{
    message::{
        BrokerRegistrationChangeRecord, ClearElrRecord, ConfigRecord, FeatureLevelRecord,
        PartitionChangeRecord, PartitionRecord, ProducerIdsRecord, RegisterBrokerRecord,
        RegisterControllerRecord, TopicRecord,
    },
    types::TopicId,
};

/// The leader of a partition that has none.
pub const NO_LEADER: i32 = -1;
/// In a PartitionChange record: the leader stays.
pub const NO_LEADER_CHANGE: i32 = -2;

/// What a config belongs to. The numbers are the protocol's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i8)]
pub enum ResourceType {
    /// A topic, by its name.
    Topic = 2,
    /// A broker, by its id; with an empty name, all brokers.
    Broker = 4,
    /// A broker's loggers.
    BrokerLogger = 8,
    /// A subscription to clients' metrics.
    ClientMetrics = 16,
    /// A consumer group.
    Group = 32,
}

impl ResourceType {
    /// The type of this number.
    #[must_use]
    pub const fn from_code(code: i8) -> Option<ResourceType> {
        match code {
            2 => Some(ResourceType::Topic),
            4 => Some(ResourceType::Broker),
            8 => Some(ResourceType::BrokerLogger),
            16 => Some(ResourceType::ClientMetrics),
            32 => Some(ResourceType::Group),
            _ => None,
        }
    }

    /// Its number in the protocol.
    #[must_use]
    pub const fn code(self) -> i8 {
        self as i8
    }
}

/// Something that has configs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    /// Its type.
    pub kind: ResourceType,
    /// Its name.
    pub name: String,
}

impl Resource {
    /// A topic.
    #[must_use]
    pub fn topic(name: &str) -> Resource {
        Resource { kind: ResourceType::Topic, name: name.to_owned() }
    }

    /// One broker.
    #[must_use]
    pub fn broker(id: i32) -> Resource {
        Resource { kind: ResourceType::Broker, name: id.to_string() }
    }

    /// All brokers.
    #[must_use]
    pub fn all_brokers() -> Resource {
        Resource { kind: ResourceType::Broker, name: String::new() }
    }
}

/// A partition as the cluster knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// Brokers that keep it, the preferred leader first.
    pub replicas: Vec<i32>,
    /// The log directory of each replica.
    pub directories: Vec<[u8; 16]>,
    /// Replicas in sync.
    pub isr: Vec<i32>,
    /// Replicas that a reassignment takes away.
    pub removing_replicas: Vec<i32>,
    /// Replicas that a reassignment adds.
    pub adding_replicas: Vec<i32>,
    /// Replicas out of the in-sync set that still have all committed records (KIP-966).
    pub eligible_leader_replicas: Vec<i32>,
    /// The last members of the in-sync set before it became too small (KIP-966).
    pub last_known_elr: Vec<i32>,
    /// The leader's broker, or [`NO_LEADER`].
    pub leader: i32,
    /// 1 while the leader recovers after an unclean election.
    pub leader_recovery_state: i8,
    /// Counts changes of the leader.
    pub leader_epoch: i32,
    /// Counts all changes.
    pub partition_epoch: i32,
}

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its name.
    pub name: Arc<str>,
    /// Its id; a topic of the same name that is made later has another.
    pub id: TopicId,
    /// Its partitions by index.
    pub partitions: BTreeMap<i32, Partition>,
}

/// A broker's registration.
#[derive(Debug, Clone, PartialEq)]
pub struct Broker {
    /// As the broker introduced itself, with later changes.
    pub registration: RegisterBrokerRecord,
}

impl Broker {
    /// Whether partitions may be led by it.
    #[must_use]
    pub fn is_active(&self) -> bool {
        !self.registration.fenced && !self.registration.in_controlled_shutdown
    }
}

/// Why a record does not fit the image. The log and the code disagree: nothing can be done but stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApplyError {
    /// The topic is not there.
    UnknownTopic {
        /// The record's name.
        record: &'static str,
        /// The id it names.
        id: TopicId,
    },
    /// The partition is not there.
    UnknownPartition {
        /// The topic.
        id: TopicId,
        /// The partition.
        partition: i32,
    },
    /// A topic of that name or id is there already.
    TopicExists {
        /// The name.
        name: String,
    },
    /// The broker is not registered, or with another epoch.
    UnknownBroker {
        /// The record's name.
        record: &'static str,
        /// The broker.
        id: i32,
    },
    /// The resource type has no meaning here.
    UnknownResourceType(i8),
    /// Producer ids went backwards.
    ProducerIds {
        /// The next id so far.
        next: i64,
        /// The next id of the record.
        record: i64,
    },
    /// The record is part of the log's framing and belongs to the replay.
    Transaction,
}

impl fmt::Display for ApplyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ApplyError::UnknownTopic { record, id } => write!(formatter, "{record}: there is no topic {id}"),
            ApplyError::UnknownPartition { id, partition } => {
                write!(formatter, "topic {id} has no partition {partition}")
            }
            ApplyError::TopicExists { name } => write!(formatter, "topic {name} is there already"),
            ApplyError::UnknownBroker { record, id } => {
                write!(formatter, "{record}: broker {id} is not registered with that epoch")
            }
            ApplyError::UnknownResourceType(code) => {
                write!(formatter, "configs of resource type {code} are not supported")
            }
            ApplyError::ProducerIds { next, record } => {
                write!(formatter, "producer ids went back from {next} to {record}")
            }
            ApplyError::Transaction => {
                formatter.write_str("a transaction's bounds are no change by themselves")
            }
        }
    }
}

impl std::error::Error for ApplyError {}

/// The cluster's state. See the module for what always holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    cluster_id: Arc<str>,
    last_offset: Option<i64>,
    topics: Arc<BTreeMap<TopicId, Arc<Topic>>>,
    ids: Arc<BTreeMap<Arc<str>, TopicId>>,
    configs: Arc<BTreeMap<Resource, Arc<Configs>>>,
    features: Arc<BTreeMap<String, i16>>,
    brokers: Arc<BTreeMap<i32, Broker>>,
    controllers: Arc<BTreeMap<i32, RegisterControllerRecord>>,
    next_producer_id: i64,
}

static NO_CONFIGS: Configs = Configs::new();

impl Image {
    /// The image before the first record.
    #[must_use]
    pub fn empty(cluster_id: &str) -> Image {
        Image {
            cluster_id: Arc::from(cluster_id),
            last_offset: None,
            topics: Arc::default(),
            ids: Arc::default(),
            configs: Arc::default(),
            features: Arc::default(),
            brokers: Arc::default(),
            controllers: Arc::default(),
            next_producer_id: 0,
        }
    }

    /// The id of the cluster: it comes from `meta.properties`, not from a record.
    #[must_use]
    pub fn cluster_id(&self) -> &str {
        &self.cluster_id
    }

    /// Where in the metadata log the image stands: the offset of the last record that it knows, -1 for none.
    #[must_use]
    pub fn offset(&self) -> i64 {
        self.last_offset.unwrap_or(-1)
    }

    /// Notes where in the log the image stands. For whoever reads the log.
    pub fn set_offset(&mut self, offset: i64) {
        assert!(self.last_offset <= Some(offset), "a log is read forwards");
        self.last_offset = Some(offset);
    }

    /// The topic with this name.
    #[must_use]
    pub fn topic(&self, name: &str) -> Option<&Arc<Topic>> {
        self.ids.get(name).and_then(|id| self.topics.get(id))
    }

    /// The topic with this id.
    #[must_use]
    pub fn topic_by_id(&self, id: TopicId) -> Option<&Arc<Topic>> {
        self.topics.get(&id)
    }

    /// All topics, sorted by name.
    pub fn topics(&self) -> impl Iterator<Item = &Arc<Topic>> {
        self.ids.values().filter_map(|id| self.topics.get(id))
    }

    /// All topics whose names are not below `name`, sorted by name.
    pub fn topics_from(&self, name: &str) -> impl Iterator<Item = &Arc<Topic>> {
        let bounds = (std::ops::Bound::Included(name), std::ops::Bound::Unbounded);
        self.ids.range::<str, _>(bounds).filter_map(|(_, id)| self.topics.get(id))
    }

    /// Whether nothing of a topic changed from `earlier` to this image: the same value, not only an equal one.
    #[must_use]
    pub fn topics_are_unchanged_since(&self, earlier: &Image) -> bool {
        Arc::ptr_eq(&self.topics, &earlier.topics) && Arc::ptr_eq(&self.configs, &earlier.configs)
    }

    /// The configs that were set for a resource.
    #[must_use]
    pub fn configs(&self, resource: &Resource) -> &Configs {
        self.configs.get(resource).map_or(&NO_CONFIGS, |configs| configs)
    }

    /// The layers of configuration under a topic (by its name) on one broker.
    #[must_use]
    pub fn layers<'a>(&'a self, topic: &str, node_id: i32, static_broker: &'a Configs) -> Layers<'a> {
        Layers {
            topic: self.configs(&Resource::topic(topic)),
            dynamic_broker: self.configs(&Resource::broker(node_id)),
            dynamic_default_broker: self.configs(&Resource::all_brokers()),
            static_broker,
        }
    }

    /// The features that are on, with their levels.
    #[must_use]
    pub fn features(&self) -> &BTreeMap<String, i16> {
        &self.features
    }

    /// The level of `metadata.version`; the lowest there is before the log names one.
    #[must_use]
    pub fn metadata_version(&self) -> MetadataVersion {
        self.features
            .get(METADATA_VERSION_FEATURE)
            .map_or(MetadataVersion::MIN, |level| MetadataVersion(*level))
    }

    /// Registered brokers by id.
    #[must_use]
    pub fn brokers(&self) -> &BTreeMap<i32, Broker> {
        &self.brokers
    }

    /// Whether a broker may lead.
    #[must_use]
    pub fn is_active(&self, broker: i32) -> bool {
        self.brokers.get(&broker).is_some_and(Broker::is_active)
    }

    /// The lowest producer id that was never handed out.
    #[must_use]
    pub fn next_producer_id(&self) -> i64 {
        self.next_producer_id
    }

    /// Makes one change. On an error the image is as it was.
    pub fn apply(&mut self, record: &Record) -> Result<(), ApplyError> {
        match record {
            Record::Topic(topic) => self.add_topic(topic),
            Record::RemoveTopic(remove) => self.remove_topic(TopicId(remove.topic_id)),
            Record::Partition(partition) => self.put_partition(partition),
            Record::PartitionChange(change) => self.change_partition(change),
            Record::ClearElr(clear) => self.clear_elr(clear),
            Record::Config(config) => self.set_config(config),
            Record::FeatureLevel(feature) => {
                self.set_feature(feature);
                Ok(())
            }
            Record::RegisterBroker(broker) => {
                let broker = Broker { registration: broker.clone() };
                let _replaced =
                    Arc::make_mut(&mut self.brokers).insert(broker.registration.broker_id, broker);
                Ok(())
            }
            Record::UnregisterBroker(gone) => {
                let _broker = self.registered("UnregisterBrokerRecord", gone.broker_id, gone.broker_epoch)?;
                let _removed = Arc::make_mut(&mut self.brokers).remove(&gone.broker_id);
                Ok(())
            }
            Record::FenceBroker(fence) => self.fence("FenceBrokerRecord", fence.id, fence.epoch, true),
            Record::UnfenceBroker(unfence) => {
                self.fence("UnfenceBrokerRecord", unfence.id, unfence.epoch, false)
            }
            Record::BrokerRegistrationChange(change) => self.change_registration(change),
            Record::RegisterController(controller) => {
                let controllers = Arc::make_mut(&mut self.controllers);
                let _replaced = controllers.insert(controller.controller_id, controller.clone());
                Ok(())
            }
            Record::UnregisterController(gone) => {
                let _removed = Arc::make_mut(&mut self.controllers).remove(&gone.controller_id);
                Ok(())
            }
            Record::ProducerIds(ids) => self.hand_out(ids),
            Record::NoOp(_) | Record::ZkMigrationState(_) => Ok(()),
            Record::BeginTransaction(_) | Record::EndTransaction(_) | Record::AbortTransaction(_) => {
                Err(ApplyError::Transaction)
            }
        }
    }

    /// Records that make this image out of an empty one: what a snapshot holds.
    #[must_use]
    pub fn to_records(&self) -> Vec<Record> {
        let mut records = Vec::new();
        // The level of the metadata comes first, because it decides how the rest is written.
        let level = |(name, level): (&String, &i16)| {
            Record::from(FeatureLevelRecord { name: name.clone(), feature_level: *level })
        };
        let (first, rest): (Vec<_>, Vec<_>) =
            self.features.iter().partition(|(name, _)| *name == METADATA_VERSION_FEATURE);
        records.extend(first.into_iter().chain(rest).map(level));
        records.extend(self.controllers.values().cloned().map(Record::from));
        records.extend(self.brokers.values().map(|broker| Record::from(broker.registration.clone())));
        for topic in self.topics() {
            records.push(TopicRecord { name: topic.name.to_string(), topic_id: topic.id.0 }.into());
            records.extend(
                topic
                    .partitions
                    .iter()
                    .map(|(index, partition)| Record::from(partition.to_record(topic.id, *index))),
            );
        }
        for (resource, configs) in self.configs.iter() {
            records.extend(configs.iter().map(|(name, value)| {
                Record::from(ConfigRecord {
                    resource_type: resource.kind.code(),
                    resource_name: resource.name.clone(),
                    name: name.clone(),
                    value: Some(value.clone()),
                })
            }));
        }
        if self.next_producer_id > 0 {
            records.push(
                ProducerIdsRecord {
                    broker_id: -1,
                    broker_epoch: -1,
                    next_producer_id: self.next_producer_id,
                }
                .into(),
            );
        }
        records
    }

    fn add_topic(&mut self, record: &TopicRecord) -> Result<(), ApplyError> {
        let id = TopicId(record.topic_id);
        if self.ids.contains_key(record.name.as_str()) || self.topics.contains_key(&id) {
            return Err(ApplyError::TopicExists { name: record.name.clone() });
        }
        let name: Arc<str> = Arc::from(record.name.as_str());
        let topic = Topic { name: Arc::clone(&name), id, partitions: BTreeMap::new() };
        let _none = Arc::make_mut(&mut self.ids).insert(name, id);
        let _none = Arc::make_mut(&mut self.topics).insert(id, Arc::new(topic));
        Ok(())
    }

    fn remove_topic(&mut self, id: TopicId) -> Result<(), ApplyError> {
        if !self.topics.contains_key(&id) {
            return Err(ApplyError::UnknownTopic { record: "RemoveTopicRecord", id });
        }
        let topic = Arc::make_mut(&mut self.topics).remove(&id).expect("looked up just now");
        let removed = Arc::make_mut(&mut self.ids).remove(&topic.name);
        assert_eq!(removed, Some(id), "a topic's name and id point at each other");
        let resource = Resource::topic(&topic.name);
        if self.configs.contains_key(&resource) {
            let _configs = Arc::make_mut(&mut self.configs).remove(&resource);
        }
        Ok(())
    }

    fn topic_mut(&mut self, record: &'static str, id: TopicId) -> Result<&mut Topic, ApplyError> {
        if !self.topics.contains_key(&id) {
            return Err(ApplyError::UnknownTopic { record, id });
        }
        let topic = Arc::make_mut(&mut self.topics).get_mut(&id).expect("looked up just now");
        Ok(Arc::make_mut(topic))
    }

    fn put_partition(&mut self, record: &PartitionRecord) -> Result<(), ApplyError> {
        let topic = self.topic_mut("PartitionRecord", TopicId(record.topic_id))?;
        let _replaced = topic.partitions.insert(record.partition_id, Partition::from_record(record));
        Ok(())
    }

    fn change_partition(&mut self, change: &PartitionChangeRecord) -> Result<(), ApplyError> {
        let id = TopicId(change.topic_id);
        let known =
            self.topics.get(&id).is_none_or(|topic| topic.partitions.contains_key(&change.partition_id));
        if !known {
            return Err(ApplyError::UnknownPartition { id, partition: change.partition_id });
        }
        let topic = self.topic_mut("PartitionChangeRecord", id)?;
        topic.partitions.get_mut(&change.partition_id).expect("looked up just now").change(change);
        Ok(())
    }

    fn clear_elr(&mut self, clear: &ClearElrRecord) -> Result<(), ApplyError> {
        let ids: Vec<TopicId> = if clear.topic_name.is_empty() {
            self.ids.values().copied().collect()
        } else {
            self.ids.get(clear.topic_name.as_str()).copied().into_iter().collect()
        };
        for id in ids {
            for partition in self.topic_mut("ClearElrRecord", id)?.partitions.values_mut() {
                partition.eligible_leader_replicas.clear();
                partition.last_known_elr.clear();
            }
        }
        Ok(())
    }

    fn set_config(&mut self, record: &ConfigRecord) -> Result<(), ApplyError> {
        let kind = ResourceType::from_code(record.resource_type)
            .ok_or(ApplyError::UnknownResourceType(record.resource_type))?;
        let resource = Resource { kind, name: record.resource_name.clone() };
        let all = Arc::make_mut(&mut self.configs);
        let configs = Arc::make_mut(all.entry(resource.clone()).or_default());
        match &record.value {
            Some(value) => drop(configs.insert(record.name.clone(), value.clone())),
            None => drop(configs.remove(&record.name)),
        }
        if configs.is_empty() {
            let _empty = all.remove(&resource);
        }
        Ok(())
    }

    fn set_feature(&mut self, feature: &FeatureLevelRecord) {
        let features = Arc::make_mut(&mut self.features);
        // Level 0 is how a feature is switched off.
        if feature.feature_level == 0 {
            let _removed = features.remove(&feature.name);
        } else {
            let _replaced = features.insert(feature.name.clone(), feature.feature_level);
        }
    }

    fn registered(&self, record: &'static str, id: i32, epoch: i64) -> Result<&Broker, ApplyError> {
        self.brokers
            .get(&id)
            .filter(|broker| broker.registration.broker_epoch == epoch)
            .ok_or(ApplyError::UnknownBroker { record, id })
    }

    fn fence(&mut self, record: &'static str, id: i32, epoch: i64, fenced: bool) -> Result<(), ApplyError> {
        let mut broker = self.registered(record, id, epoch)?.clone();
        broker.registration.fenced = fenced;
        let _replaced = Arc::make_mut(&mut self.brokers).insert(id, broker);
        Ok(())
    }

    fn change_registration(&mut self, change: &BrokerRegistrationChangeRecord) -> Result<(), ApplyError> {
        let name = "BrokerRegistrationChangeRecord";
        let mut broker = self.registered(name, change.broker_id, change.broker_epoch)?.clone();
        let registration = &mut broker.registration;
        match change.fenced {
            1 => registration.fenced = true,
            -1 => registration.fenced = false,
            _ => {}
        }
        if change.in_controlled_shutdown == 1 {
            registration.in_controlled_shutdown = true;
        }
        if !change.log_dirs.is_empty() {
            registration.log_dirs.clone_from(&change.log_dirs);
        }
        if change.cordoned_log_dirs.is_some() {
            registration.cordoned_log_dirs.clone_from(&change.cordoned_log_dirs);
        }
        let _replaced = Arc::make_mut(&mut self.brokers).insert(change.broker_id, broker);
        Ok(())
    }

    fn hand_out(&mut self, ids: &ProducerIdsRecord) -> Result<(), ApplyError> {
        if ids.next_producer_id <= self.next_producer_id {
            return Err(ApplyError::ProducerIds {
                next: self.next_producer_id,
                record: ids.next_producer_id,
            });
        }
        self.next_producer_id = ids.next_producer_id;
        Ok(())
    }
}

impl Partition {
    fn from_record(record: &PartitionRecord) -> Partition {
        Partition {
            replicas: record.replicas.clone(),
            directories: record.directories.clone(),
            isr: record.isr.clone(),
            removing_replicas: record.removing_replicas.clone(),
            adding_replicas: record.adding_replicas.clone(),
            eligible_leader_replicas: record.eligible_leader_replicas.clone().unwrap_or_default(),
            last_known_elr: record.last_known_elr.clone().unwrap_or_default(),
            leader: record.leader,
            leader_recovery_state: record.leader_recovery_state,
            leader_epoch: record.leader_epoch,
            partition_epoch: record.partition_epoch,
        }
    }

    /// The record that makes this partition.
    #[must_use]
    pub fn to_record(&self, topic: TopicId, index: i32) -> PartitionRecord {
        let some = |replicas: &Vec<i32>| (!replicas.is_empty()).then(|| replicas.clone());
        PartitionRecord {
            partition_id: index,
            topic_id: topic.0,
            replicas: self.replicas.clone(),
            isr: self.isr.clone(),
            removing_replicas: self.removing_replicas.clone(),
            adding_replicas: self.adding_replicas.clone(),
            leader: self.leader,
            leader_recovery_state: self.leader_recovery_state,
            leader_epoch: self.leader_epoch,
            partition_epoch: self.partition_epoch,
            directories: self.directories.clone(),
            eligible_leader_replicas: some(&self.eligible_leader_replicas),
            last_known_elr: some(&self.last_known_elr),
        }
    }

    fn change(&mut self, change: &PartitionChangeRecord) {
        let set = |field: &mut Vec<i32>, to: &Option<Vec<i32>>| {
            if let Some(to) = to {
                field.clone_from(to);
            }
        };
        set(&mut self.replicas, &change.replicas);
        set(&mut self.isr, &change.isr);
        set(&mut self.removing_replicas, &change.removing_replicas);
        set(&mut self.adding_replicas, &change.adding_replicas);
        set(&mut self.eligible_leader_replicas, &change.eligible_leader_replicas);
        set(&mut self.last_known_elr, &change.last_known_elr);
        if let Some(directories) = &change.directories {
            self.directories.clone_from(directories);
        }
        if change.leader_recovery_state != -1 {
            self.leader_recovery_state = change.leader_recovery_state;
        }
        // Naming the same leader again is a change: its epoch is raised.
        if change.leader != NO_LEADER_CHANGE {
            self.leader = change.leader;
            self.leader_epoch = next_epoch(self.leader_epoch);
        }
        self.partition_epoch = next_epoch(self.partition_epoch);
    }
}

/// The epoch after this one.
pub(crate) fn next_epoch(epoch: i32) -> i32 {
    epoch.checked_add(1).expect("an epoch is raised by elections and changes, far fewer than 2^31")
}

#[cfg(test)]
#[path = "image_tests.rs"]
mod tests;
