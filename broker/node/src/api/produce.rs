//! Produce (0), served from version 3 to 13, advertised from 0 (KAFKA-18659).
//!
//! Behaviour: acks 0, 1 and all; idempotent producers; by name, from version 13 by topic id. Each partition's batch is
//! checked and handed to the partition's owner before the connection's next request is looked at; the answer follows
//! when the log has what it promises: in the page cache, or flushed (`flush.messages=1`). With acks=0 there is no answer;
//! what is refused then, by the log too, ends the connection in its turn, which is all that the client can notice.
//! Gaps: no transactions: a transactional batch is refused with INVALID_TXN_STATE. Without replication this broker is the
//! only replica in sync: acks=all is acks=1, and NOT_ENOUGH_REPLICAS where a partition was given several replicas, and
//! `min.insync.replicas` asks for more than one of them.

use super::RequestContext;
use crate::{
    connection::{Begin, Frame, Reply},
    partitions::{LocalPartition, PendingAppend},
};
use std::sync::Arc;
use tribunal_env::Fact;
use tribunal_wire::{
    batch::{Batch, validate_client_batch},
    error::ErrorCode,
    message::{
        ProduceRequest, ProduceResponse,
        produce::{
            BatchIndexAndErrorMessage, PartitionProduceData, PartitionProduceResponse, TopicProduceData,
            TopicProduceResponse,
        },
    },
    types::TopicId,
};

/// The first version whose topics are named by id.
const TOPIC_IDS_FROM: i16 = 13;
/// The first version that may carry zstd (KIP-110).
const ZSTD_FROM: i16 = 7;
/// The version from which records of one batch are blamed one by one (KIP-467).
const RECORD_ERRORS_FROM: i16 = 8;

/// A partition's share of the request, begun.
enum Begun {
    /// The owner has it.
    Waiting(i32, PendingAppend),
    /// It was refused.
    Refused(PartitionProduceResponse),
}

/// A request of which some batches are with their owners.
struct Beginning {
    context: RequestContext,
    acks: i16,
    topics: Vec<TopicProduceData>,
    /// For each topic, what became of its partitions so far.
    begun: Vec<Vec<Begun>>,
}

/// What has to be waited for before the next batch is handed over.
enum Stuck {
    /// The owner of this batch has too much before it.
    Full { topic: usize, index: i32, partition: Arc<LocalPartition>, batch: Batch },
    /// Nobody has used this partition since the start.
    Asleep { topic: usize, index: i32, partition: Arc<LocalPartition> },
}

pub(crate) fn begin(context: RequestContext, request: ProduceRequest) -> Begin<'static> {
    let topics = request.topic_data;
    let begun = topics.iter().map(|topic| Vec::with_capacity(topic.partition_data.len())).collect();
    let mut beginning = Beginning { context, acks: request.acks, topics, begun };
    let Some(mut stuck) = beginning.hand_over() else { return Begin::Done(beginning.reply()) };
    Begin::Waits(Box::pin(async move {
        loop {
            beginning.get_on(stuck).await;
            match beginning.hand_over() {
                Some(next) => stuck = next,
                None => return beginning.reply(),
            }
        }
    }))
}

impl Beginning {
    /// Hands batch after batch over, to the last of them or to one that has to wait.
    fn hand_over(&mut self) -> Option<Stuck> {
        for (at, (topic, begun)) in self.topics.iter().zip(&mut self.begun).enumerate() {
            for data in &topic.partition_data[begun.len()..] {
                let index = data.index;
                let checked = find_partition(&self.context, topic, data).map_err(Refusal::from);
                let checked = checked.and_then(|partition| match partition.if_awake() {
                    None => Ok(Err(partition)),
                    Some(_) => check_partition(&self.context, self.acks, partition, data).map(Ok),
                });
                let (partition, batch, flushed_first) = match checked {
                    Ok(Ok(checked)) => checked,
                    Ok(Err(partition)) => return Some(Stuck::Asleep { topic: at, index, partition }),
                    Err(refusal) => {
                        begun.push(Begun::Refused(refusal.into_response(index, self.context.version)));
                        continue;
                    }
                };
                match partition.try_append(batch, flushed_first) {
                    Ok(pending) => begun.push(Begun::Waiting(index, pending)),
                    Err(batch) => return Some(Stuck::Full { topic: at, index, partition, batch }),
                }
            }
        }
        None
    }

    /// Waits for what is in the way of the next batch.
    async fn get_on(&mut self, stuck: Stuck) {
        match stuck {
            Stuck::Full { topic, index, partition, batch } => {
                let pending = partition.append(batch).await;
                self.begun[topic].push(Begun::Waiting(index, pending));
            }
            Stuck::Asleep { topic, index, partition } => {
                self.wake_all_from(topic).await;
                if let Err(error) = partition.wake().await {
                    let response = Refusal::from(error).into_response(index, self.context.version);
                    self.begun[topic].push(Begun::Refused(response));
                }
            }
        }
    }

    /// Wakes the partitions of what is not handed over yet.
    async fn wake_all_from(&self, topic: usize) {
        let topics = self.topics[topic..].iter().zip(&self.begun[topic..]);
        let left = topics.flat_map(|(topic, begun)| {
            topic.partition_data[begun.len()..].iter().map(move |data| (topic, data))
        });
        let found = left.map(|(topic, data)| find_partition(&self.context, topic, data));
        self.context.broker.partitions.wake_all(found).await;
    }

    fn reply(self) -> Reply {
        let Beginning { context, acks, topics, begun } = self;
        if acks == 0 {
            return without_answer(begun);
        }
        let named = topics.into_iter().map(|topic| (topic.name, topic.topic_id));
        let topics: Vec<_> = named.zip(begun).collect();
        Reply::Later(Box::pin(async move {
            let mut responses = Vec::with_capacity(topics.len());
            for ((name, topic_id), begun) in topics {
                let mut partition_responses = Vec::with_capacity(begun.len());
                for partition in begun {
                    partition_responses.push(finish_partition(&context, partition).await);
                }
                responses.push(TopicProduceResponse { name, topic_id, partition_responses });
            }
            context.answer::<ProduceRequest>(&ProduceResponse { responses, ..Default::default() })
        }))
    }
}

/// Nobody is told how the appends went, but that one did not: by the end of the connection, in its turn.
fn without_answer(begun: Vec<Vec<Begun>>) -> Reply {
    let close = |error: ErrorCode| format!("its Produce with acks=0 was refused with {}", error.name());
    let mut waiting = Vec::new();
    for begun in begun.into_iter().flatten() {
        match begun {
            Begun::Refused(response) => {
                return Reply::Close(close(ErrorCode::from_code(response.error_code)));
            }
            Begun::Waiting(_, pending) => waiting.push(pending),
        }
    }
    Reply::Later(Box::pin(async move {
        for pending in waiting {
            let _appended = pending.outcome().await.map_err(close)?;
        }
        Ok(Frame::new())
    }))
}

/// Why a partition's records were refused.
struct Refusal {
    error: ErrorCode,
    message: Option<&'static str>,
    records: Vec<i32>,
}

impl From<ErrorCode> for Refusal {
    fn from(error: ErrorCode) -> Self {
        Refusal { error, message: None, records: Vec::new() }
    }
}

impl Refusal {
    fn into_response(self, index: i32, version: i16) -> PartitionProduceResponse {
        let mut response = PartitionProduceResponse {
            index,
            error_code: self.error.code(),
            base_offset: -1,
            log_append_time_ms: -1,
            log_start_offset: -1,
            ..Default::default()
        };
        if version >= RECORD_ERRORS_FROM {
            response.error_message = self.message.map(str::to_owned);
            response.record_errors = self
                .records
                .into_iter()
                .map(|batch_index| BatchIndexAndErrorMessage {
                    batch_index,
                    batch_index_error_message: self.message.map(str::to_owned),
                })
                .collect();
        }
        response
    }
}

fn find_partition(
    context: &RequestContext,
    topic: &TopicProduceData,
    data: &PartitionProduceData,
) -> Result<Arc<LocalPartition>, ErrorCode> {
    if context.version >= TOPIC_IDS_FROM {
        context.broker.partitions.find_by_id(topic.topic_id, data.index)
    } else {
        context.broker.partitions.find_by_name(&topic.name, data.index)
    }
}

/// The partition and the batch for it, and whether it is flushed before it is acknowledged.
fn check_partition(
    context: &RequestContext,
    acks: i16,
    partition: Arc<LocalPartition>,
    data: &PartitionProduceData,
) -> Result<(Arc<LocalPartition>, Batch, bool), Refusal> {
    if !(-1..=1).contains(&acks) {
        return Err(ErrorCode::InvalidRequiredAcks.into());
    }
    let settings = partition.settings();
    if acks == -1 && settings.min_insync_replicas() > 1 {
        let replicas = replicas(context, &partition);
        if effective_min_isr(settings.min_insync_replicas(), replicas) > 1 {
            return Err(ErrorCode::NotEnoughReplicas.into());
        }
    }
    let records = data.records.clone().ok_or(ErrorCode::InvalidRecord)?.into_bytes();
    let rules = settings.validation_rules(context.version >= ZSTD_FROM, context.broker.env.wall());
    let valid = validate_client_batch(&records, &rules).map_err(|rejection| Refusal {
        error: ErrorCode::from_code(rejection.error_code()),
        message: Some(rejection.message()),
        records: rejection.records,
    })?;
    if valid.batch.header.attributes.is_transactional() {
        let message = Some("This broker has no transactions yet: produce without a transactional id.");
        return Err(Refusal { error: ErrorCode::InvalidTxnState, message, records: Vec::new() });
    }
    let flushed_first = settings.flush_before_acknowledge();
    Ok((partition, valid.batch, flushed_first))
}

/// How many replicas the metadata gives a partition.
fn replicas(context: &RequestContext, partition: &LocalPartition) -> usize {
    let key = partition.key();
    let image = context.broker.metadata.image();
    let topic = image.topic_by_id(TopicId(key.topic_id));
    topic.and_then(|topic| topic.partitions.get(&key.partition)).map_or(1, |known| known.replicas.len())
}

/// How many replicas have to be in sync: no more are asked for than there are, as in Kafka.
fn effective_min_isr(min_insync_replicas: i32, replicas: usize) -> usize {
    usize::try_from(min_insync_replicas).unwrap_or(0).min(replicas)
}

async fn finish_partition(context: &RequestContext, begun: Begun) -> PartitionProduceResponse {
    let (index, pending) = match begun {
        Begun::Refused(response) => return response,
        Begun::Waiting(index, pending) => (index, pending),
    };
    let key = pending.key;
    let flushed_first = pending.flushed_first;
    match pending.outcome().await {
        Ok(done) => {
            if !done.duplicate {
                context.broker.env.probe(&Fact::Acknowledged {
                    key,
                    base_offset: done.base_offset.0,
                    last_offset: done.last_offset.0,
                    flushed_first,
                });
            }
            PartitionProduceResponse {
                index,
                base_offset: done.base_offset.0,
                log_append_time_ms: done.log_append_time_ms,
                log_start_offset: done.log_start_offset.0,
                ..Default::default()
            }
        }
        Err(error) => Refusal::from(error).into_response(index, context.version),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_replicas_have_to_be_in_sync_than_there_are() {
        let cases = [(1, 1, 1), (2, 1, 1), (2, 3, 2), (3, 3, 3), (i32::MAX, 2, 2)];
        for (configured, replicas, expected) in cases {
            assert_eq!(effective_min_isr(configured, replicas), expected, "{configured} of {replicas}");
        }
    }
}
