//! One client of the workload and the requests that it makes, each written down before and after.

use super::{MixedOptions, Scribe};
use crate::history::{
    AdminAnswer, AdminCall, EpochDone, InitDone, ListDone, ListWhat, OpId, Outcome, PartitionId, hexadecimal,
};
use std::sync::Arc;
use tribunal_client::{
    Admin, AdminError, Client, ClientConfig, ConfigChange, ConfigResource, EpochEnd, IsolationLevel,
    ListedOffset, OffsetSpec, RequestError, Target, TopicPartition,
};
use tribunal_env::{Env, Instant, PartitionKey};
use tribunal_wire::{
    message::InitProducerIdRequest,
    types::{LeaderEpoch, Offset},
};

/// A partition as an actor uses it.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) to: TopicPartition,
    pub(crate) id: PartitionId,
    pub(crate) topic_id: [u8; 16],
    /// Whether its topic is compacted.
    pub(crate) compacted: bool,
}

/// A client with a number of its own.
#[derive(Clone)]
pub(crate) struct Asker {
    pub(crate) env: Env,
    pub(crate) client: Client,
    pub(crate) admin: Admin,
    pub(crate) scribe: Scribe,
    pub(crate) options: Arc<MixedOptions>,
    pub(crate) process: u16,
}

impl Asker {
    pub(crate) fn new(env: &Env, bootstrap: &str, options: &Arc<MixedOptions>, scribe: &Scribe) -> Asker {
        let process = scribe.new_process();
        let mut config = ClientConfig::new(bootstrap);
        config.allow_auto_topic_creation = false;
        config.connection.client_id = format!("mixed-{process}");
        config.connection.request_timeout = options.request_timeout();
        config.connection.connect_timeout = options.request_timeout();
        let client = Client::new(env, config);
        let admin = Admin::new(&client);
        Asker { env: env.clone(), client, admin, scribe: scribe.clone(), options: options.clone(), process }
    }

    /// Another client with the same number.
    pub(crate) fn again(&self) -> Asker {
        let client = Client::new(&self.env, self.client.config().clone());
        let admin = Admin::new(&client);
        Asker { client, admin, ..self.clone() }
    }

    /// The partition, once the cluster tells the topic's id.
    pub(crate) async fn place(
        &self,
        topic: &str,
        partition: i32,
        deadline: Instant,
    ) -> Result<Place, String> {
        let to = TopicPartition::new(topic, partition);
        let leader = self.client.leader(&to.topic, partition, deadline).await;
        let topic_id = leader.map_err(|error| format!("{to}: {error}"))?.topic_id.0;
        let id = self
            .scribe
            .with(|recorder, _| recorder.partition(&to.topic, PartitionKey { topic_id, partition }));
        let compacted = self.options.is_compacted(topic);
        Ok(Place { to, id, topic_id, compacted })
    }

    /// All partitions that stay for the whole run.
    pub(crate) async fn places(&self, deadline: Instant) -> Result<Vec<Place>, String> {
        let mut places = Vec::new();
        for (topic, partition) in self.options.partitions_of_topics() {
            places.push(self.place(&topic, partition, deadline).await?);
        }
        Ok(places)
    }

    /// Whether the topic is, as far as this client knows, still the one that it was.
    pub(crate) fn is_same(&self, place: &Place) -> bool {
        let id = self.client.metadata(|metadata| metadata.topic(&place.to.topic).map(|topic| topic.topic_id));
        id.is_none_or(|id| id.0 == place.topic_id)
    }

    pub(crate) async fn list(&self, place: &Place, spec: OffsetSpec) -> Result<ListedOffset, String> {
        let what = match spec {
            OffsetSpec::Earliest => ListWhat::Earliest,
            OffsetSpec::Latest => ListWhat::Latest,
            OffsetSpec::MaxTimestamp => ListWhat::MaxTimestamp,
            OffsetSpec::Timestamp(millis) => ListWhat::Timestamp(millis),
        };
        let op =
            self.scribe.with(|recorder, ns| recorder.invoke_list(ns, self.process, place.id, what, false));
        let answer = self.admin.list_offset(&place.to, spec, IsolationLevel::ReadUncommitted).await;
        // An answer about a topic that was made again under the name tells nothing about this one.
        let error = if self.is_same(place) { error_of(&answer) } else { None };
        let listed = answer.as_ref().ok();
        let done = ListDone {
            error,
            offset: listed.and_then(|listed| listed.offset).map_or(-1, |offset| offset.0),
            timestamp: listed.and_then(|listed| listed.timestamp).unwrap_or(-1),
            leader_epoch: listed.and_then(|listed| listed.leader_epoch).map_or(-1, |epoch| epoch.0),
        };
        self.scribe.with(|recorder, ns| recorder.complete_list(ns, op, &done));
        answer.map_err(|error| format!("{}: {error}", place.to))
    }

    /// As [`Asker::list`], for an offset that must be there.
    pub(crate) async fn list_some(&self, place: &Place, spec: OffsetSpec) -> Result<i64, String> {
        let listed = self.list(place, spec).await?;
        listed.offset.map(|offset| offset.0).ok_or_else(|| format!("{}: no offset was told", place.to))
    }

    pub(crate) async fn epoch_end(&self, place: &Place, epoch: i32) -> Result<EpochEnd, String> {
        let op =
            self.scribe.with(|recorder, ns| recorder.invoke_epoch_end(ns, self.process, place.id, epoch));
        let answer = self.admin.offset_for_leader_epoch(&place.to, LeaderEpoch(epoch)).await;
        let error = if self.is_same(place) { error_of(&answer) } else { None };
        let end = answer.as_ref().ok();
        let done = EpochDone {
            error,
            epoch: end.and_then(|end| end.epoch).map_or(-1, |epoch| epoch.0),
            end_offset: end.and_then(|end| end.end_offset).map_or(-1, |offset| offset.0),
        };
        self.scribe.with(|recorder, ns| recorder.complete_epoch_end(ns, op, &done));
        answer.map_err(|error| format!("{}: {error}", place.to))
    }

    /// The leader epoch that this client knows, 0 at least.
    pub(crate) fn known_epoch(&self, place: &Place) -> i32 {
        let leader = self.client.metadata(|metadata| metadata.leader(&place.to.topic, place.to.partition));
        leader.map_or(0, |leader| leader.epoch.max(0))
    }

    pub(crate) async fn delete_records(&self, place: &Place, before: i64) -> Result<Offset, AdminError> {
        let call = AdminCall::DeleteRecords {
            topic: place.to.topic.to_string(),
            partition: place.to.partition,
            topic_id: hexadecimal(&place.topic_id),
            before,
        };
        let op = self.invoke_admin(call, Some(place.id));
        let answer = self.admin.delete_records(&place.to, Some(Offset(before))).await;
        let told = answer
            .as_ref()
            .map_or(AdminAnswer::Nothing, |offset| AdminAnswer::LowWatermark { offset: offset.0 });
        self.complete_admin(op, &answer, told);
        answer
    }

    pub(crate) async fn describe(&self, topic: &str) -> Result<(), AdminError> {
        let op = self.invoke_admin(AdminCall::DescribeTopic { topic: topic.to_owned() }, None);
        let answer = self.admin.describe_topic(topic).await;
        let told = answer.as_ref().map_or(AdminAnswer::Nothing, |description| AdminAnswer::Topic {
            topic_id: hexadecimal(&description.topic.topic_id.0),
            partitions: i32::try_from(description.topic.partitions.len()).unwrap_or(-1),
        });
        self.complete_question(op, &answer, told);
        answer.map(|_| ())
    }

    /// A question has no effect of which one could be in doubt: an answer came, or none did.
    fn complete_question<T>(&self, op: OpId, answer: &Result<T, AdminError>, told: AdminAnswer) {
        let (outcome, error) = match answer {
            Ok(_) => (Outcome::Ok, 0),
            Err(error) => error.code().map_or((Outcome::Info, 0), |code| (Outcome::Ok, code)),
        };
        // Errors other than the topic's absence say nothing about it.
        let outcome = if matches!(error, 0 | 3) { outcome } else { Outcome::Info };
        self.scribe.with(|recorder, ns| recorder.complete_admin(ns, op, outcome, error, told));
    }

    /// Sets a topic's config, or gives it back its default.
    pub(crate) async fn alter_config(
        &self,
        topic: &str,
        key: &str,
        value: Option<String>,
    ) -> Result<(), AdminError> {
        let call =
            AdminCall::AlterConfig { topic: topic.to_owned(), key: key.to_owned(), value: value.clone() };
        let op = self.invoke_admin(call, None);
        let change = match value {
            Some(value) => ConfigChange::Set(key.to_owned(), value),
            None => ConfigChange::Delete(key.to_owned()),
        };
        let answer = self.admin.alter_configs(&ConfigResource::Topic(topic.to_owned()), &[change]).await;
        self.complete_admin(op, &answer, AdminAnswer::Nothing);
        answer
    }

    /// Asks for a topic's config as it was set for the topic itself.
    pub(crate) async fn describe_config(&self, topic: &str, key: &str) -> Result<(), AdminError> {
        const OF_THE_TOPIC: i8 = 1;
        let call = AdminCall::DescribeConfig { topic: topic.to_owned(), key: key.to_owned() };
        let op = self.invoke_admin(call, None);
        let answer = self.admin.describe_configs(&ConfigResource::Topic(topic.to_owned())).await;
        let told = answer.as_ref().map_or(AdminAnswer::Nothing, |entries| {
            let set = entries.iter().find(|entry| entry.name == key && entry.source == OF_THE_TOPIC);
            AdminAnswer::Config { value: set.and_then(|entry| entry.value.clone()) }
        });
        self.complete_question(op, &answer, told);
        answer.map(|_| ())
    }

    /// Raises the number of a topic's partitions.
    pub(crate) async fn create_partitions(&self, topic: &str, count: i32) -> Result<(), AdminError> {
        let op = self.invoke_admin(AdminCall::CreatePartitions { topic: topic.to_owned(), count }, None);
        let answer = self.admin.create_partitions(topic, count).await;
        self.complete_admin(op, &answer, AdminAnswer::Nothing);
        answer
    }

    /// Asks for a producer id that nobody uses: no two of them may be equal.
    pub(crate) async fn new_producer_id(&self) -> Result<(), RequestError> {
        let op = self.scribe.with(|recorder, ns| recorder.invoke_init(ns, self.process, ""));
        let request = InitProducerIdRequest {
            transactional_id: None,
            transaction_timeout_ms: 60_000,
            producer_id: -1,
            producer_epoch: -1,
            ..InitProducerIdRequest::default()
        };
        let answer = self.client.ask(Target::Any, &request).await;
        let done = InitDone {
            error: answer.as_ref().ok().map(|answer| answer.error_code),
            producer_id: answer.as_ref().map_or(-1, |answer| answer.producer_id),
            producer_epoch: answer.as_ref().map_or(-1, |answer| answer.producer_epoch),
        };
        self.scribe.with(|recorder, ns| recorder.complete_init(ns, op, &done));
        answer.map(|_| ())
    }

    pub(crate) fn invoke_admin(&self, call: AdminCall, partition: Option<PartitionId>) -> OpId {
        self.scribe.with(|recorder, ns| recorder.invoke_admin(ns, self.process, call, partition))
    }

    pub(crate) fn complete_admin<T>(&self, op: OpId, answer: &Result<T, AdminError>, told: AdminAnswer) {
        let outcome = match answer {
            Ok(_) => Outcome::Ok,
            Err(error) if error.may_have_happened() => Outcome::Info,
            Err(_) => Outcome::Fail,
        };
        let error = answer.as_ref().err().map_or(0, |error| error.code().unwrap_or(0));
        self.scribe.with(|recorder, ns| recorder.complete_admin(ns, op, outcome, error, told));
    }
}

/// The error code of an answer; `None` when none came.
fn error_of<T>(answer: &Result<T, AdminError>) -> Option<i16> {
    answer.as_ref().map_or_else(AdminError::code, |_| Some(0))
}
