//! Fetch (1), versions 4 to 18.
//!
//! Behaviour: whole batches from the one that holds the asked offset, up to the high watermark; at least one batch in the
//! first partition that has any, whatever the limits; `read_committed` reads up to the last stable offset, and is told which
//! transactions were aborted; long polls that wake on append, and that do not begin where more stands behind what was read
//! (in the next segment, say: a client in the backlog need not wait); divergence checks by the last
//! fetched epoch (KIP-320, KIP-595); sessionless (session id 0, as KIP-227 allows).
//! Gaps: fetches of followers are refused with REPLICA_NOT_AVAILABLE until there is replication.

use super::RequestContext;
use crate::{
    connection::{Begin, Reply},
    partitions::LocalPartition,
};
use std::{sync::Arc, task::Poll, time::Duration};
use tribunal_env::{BoxFuture, Instant};
use tribunal_log::{CommittedBatches, ReadBatches, ReadError, Watermarks};
use tribunal_wire::{
    error::ErrorCode,
    message::{
        FetchRequest, FetchResponse,
        fetch::{AbortedTransaction, EpochEndOffset, FetchPartition, FetchableTopicResponse, PartitionData},
    },
    pieces::Pieces,
    types::{LeaderEpoch, Offset},
};

/// The first version whose topics are named by id.
const TOPIC_IDS_FROM: i16 = 13;
/// The first version that puts the replica's id into a structure.
const REPLICA_STATE_FROM: i16 = 15;

/// One partition of the request, resolved.
struct Target {
    asked: FetchPartition,
    partition: Result<Arc<LocalPartition>, ErrorCode>,
}

/// The request, resolved.
struct Plan {
    topics: Vec<(String, [u8; 16], Vec<Target>)>,
    bytes_max: usize,
    bytes_min: usize,
    deadline: Instant,
    read_committed: bool,
}

pub(crate) fn begin(context: RequestContext, request: FetchRequest) -> Begin<'static> {
    if let Some(error) = refused(&context, &request) {
        let response = FetchResponse { error_code: error.code(), ..Default::default() };
        return Begin::Done(context.answer::<FetchRequest>(&response).into());
    }
    Begin::Done(Reply::Later(Box::pin(async move {
        let plan = plan(&context, request).await;
        let response = serve(&context, &plan).await;
        context.answer::<FetchRequest>(&response)
    })))
}

/// What makes the whole request impossible.
fn refused(context: &RequestContext, request: &FetchRequest) -> Option<ErrorCode> {
    let replica = if context.version >= REPLICA_STATE_FROM {
        request.replica_state.replica_id
    } else {
        request.replica_id
    };
    if replica >= 0 {
        return Some(ErrorCode::ReplicaNotAvailable);
    }
    // A session that this broker never gave out. A client then falls back to a full fetch.
    (request.session_id != 0).then_some(ErrorCode::FetchSessionIdNotFound)
}

async fn plan(context: &RequestContext, request: FetchRequest) -> Plan {
    let by_id = context.version >= TOPIC_IDS_FROM;
    let partitions = &context.broker.partitions;
    let named = request.topics.iter().flat_map(|topic| topic.partitions.iter().map(move |it| (topic, it)));
    let found = named.map(|(topic, it)| match by_id {
        true => partitions.find_by_id(topic.topic_id, it.partition),
        false => partitions.find_by_name(&topic.topic, it.partition),
    });
    partitions.wake_all(found).await;
    let mut topics = Vec::with_capacity(request.topics.len());
    for topic in request.topics {
        let mut targets = Vec::with_capacity(topic.partitions.len());
        for asked in topic.partitions {
            let partition = if by_id {
                partitions.by_id(topic.topic_id, asked.partition).await
            } else {
                partitions.by_name(&topic.topic, asked.partition).await
            };
            targets.push(Target { asked, partition });
        }
        topics.push((topic.topic, topic.topic_id, targets));
    }
    let bytes = |count: i32| usize::try_from(count).unwrap_or(0);
    let wait = Duration::from_millis(u64::try_from(request.max_wait_ms).unwrap_or(0));
    let bytes_max = bytes(request.max_bytes).min(context.broker.config.fetch_bytes_max);
    Plan {
        topics,
        bytes_max,
        // More than may be answered is not waited for.
        bytes_min: bytes(request.min_bytes).min(bytes_max),
        deadline: context.broker.env.now() + wait,
        read_committed: request.isolation_level == 1,
    }
}

async fn serve(context: &RequestContext, plan: &Plan) -> FetchResponse {
    let env = &context.broker.env;
    loop {
        let round = read_all(plan).await;
        if round.complete || round.bytes >= plan.bytes_min || env.now() >= plan.deadline {
            return round.response;
        }
        // Each wait is for an offset past the one that was just seen: an append in between is not missed.
        let mut changes = changes(plan, &round.seen);
        if env.timeout_at(plan.deadline, first_of(&mut changes)).await.is_none() {
            drop(changes);
            return read_all(plan).await.response;
        }
    }
}

/// Wakes when a partition of the request gets records past what was `seen` of it.
fn changes<'a>(plan: &'a Plan, seen: &[Offset]) -> Vec<BoxFuture<'a, ()>> {
    let targets = plan.topics.iter().flat_map(|(_, _, targets)| targets);
    let open = targets.filter_map(|target| target.partition.as_ref().ok());
    open.zip(seen)
        .map(|(partition, seen)| Box::pin(partition.log().wait_past(*seen)) as BoxFuture<'a, ()>)
        .collect()
}

async fn first_of(futures: &mut [BoxFuture<'_, ()>]) {
    std::future::poll_fn(|context| {
        let done = futures.iter_mut().any(|future| future.as_mut().poll(context).is_ready());
        if done { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// One pass over all partitions.
struct Round {
    response: FetchResponse,
    bytes: usize,
    /// Waiting would bring nothing that is worth it: there is an error or a divergence to tell, or more to be read.
    complete: bool,
    /// The high watermark of each open partition, in order.
    seen: Vec<Offset>,
}

async fn read_all(plan: &Plan) -> Round {
    let mut round = Round {
        response: FetchResponse::default(),
        bytes: 0,
        complete: plan.topics.is_empty(),
        seen: Vec::new(),
    };
    for (topic, topic_id, targets) in &plan.topics {
        let mut partitions = Vec::with_capacity(targets.len());
        for target in targets {
            let read = match &target.partition {
                Ok(partition) => {
                    round.seen.push(partition.log().watermarks().high_watermark.0);
                    read_partition(plan, partition, &target.asked, round.bytes).await
                }
                Err(error) => Err(*error),
            };
            let Told { data, complete } = read
                .unwrap_or_else(|error| Told { data: failed(target.asked.partition, error), complete: true });
            round.bytes += data.records.as_ref().map_or(0, Pieces::len);
            round.complete |= complete;
            partitions.push(data);
        }
        round.response.responses.push(FetchableTopicResponse {
            topic: topic.clone(),
            topic_id: *topic_id,
            partitions,
        });
    }
    round
}

fn failed(partition_index: i32, error: ErrorCode) -> PartitionData {
    PartitionData {
        partition_index,
        error_code: error.code(),
        high_watermark: -1,
        last_stable_offset: -1,
        log_start_offset: -1,
        records: Some(Pieces::default()),
        ..Default::default()
    }
}

/// A partition's part of the answer.
struct Told {
    data: PartitionData,
    /// It is not to be waited with.
    complete: bool,
}

async fn read_partition(
    plan: &Plan,
    partition: &LocalPartition,
    asked: &FetchPartition,
    bytes_so_far: usize,
) -> Result<Told, ErrorCode> {
    let log = partition.checked(asked.current_leader_epoch)?;
    if let Some(diverging_epoch) = diverging(partition, asked) {
        let watermarks = log.watermarks();
        let data = PartitionData { diverging_epoch, ..data(plan, asked, watermarks, Vec::new()) };
        return Ok(Told { data, complete: true });
    }
    let own_max = usize::try_from(asked.partition_max_bytes).unwrap_or(0);
    let bytes_max = own_max.min(plan.bytes_max.saturating_sub(bytes_so_far));
    let (offset, at_least_one) = (Offset(asked.fetch_offset), bytes_so_far == 0);
    let code = |error: ReadError| ErrorCode::from_code(error.error_code());
    if !plan.read_committed {
        let read = log.read(offset, bytes_max, at_least_one).await.map_err(code)?;
        let complete = more_stands_behind(&read, read.watermarks.high_watermark.0, bytes_max);
        return Ok(Told { data: data(plan, asked, read.watermarks, read.pieces), complete });
    }
    let CommittedBatches { read, mut aborted } =
        log.read_committed(offset, bytes_max, at_least_one).await.map_err(code)?;
    // Clients take them up as they come by their first records.
    aborted.sort_unstable_by_key(|aborted| (aborted.first_offset, aborted.producer_id));
    let told = |aborted: tribunal_log::AbortedTransaction| AbortedTransaction {
        producer_id: aborted.producer_id.0,
        first_offset: aborted.first_offset.0,
    };
    let aborted_transactions = Some(aborted.into_iter().map(told).collect());
    let complete = more_stands_behind(&read, read.watermarks.last_stable.0, bytes_max);
    let data = data(plan, asked, read.watermarks, read.pieces);
    Ok(Told { data: PartitionData { aborted_transactions, ..data }, complete })
}

/// Whether a read stopped before the `end` of what it may see, and not for want of room: at the end of a segment. Kafka too
/// answers at once who reads behind the newest segment.
fn more_stands_behind(read: &ReadBatches, end: Offset, bytes_max: usize) -> bool {
    read.next_offset < end && read.bytes < bytes_max
}

fn data(
    plan: &Plan,
    asked: &FetchPartition,
    watermarks: Watermarks,
    records: Vec<bytes::Bytes>,
) -> PartitionData {
    let high_watermark = watermarks.high_watermark.0;
    PartitionData {
        partition_index: asked.partition,
        high_watermark: high_watermark.0,
        last_stable_offset: watermarks.last_stable.0.0,
        log_start_offset: watermarks.log_start.0.0,
        aborted_transactions: plan.read_committed.then(Vec::new),
        records: Some(records.into()),
        ..Default::default()
    }
}

/// Where the client's log and this one part, when the epoch of its last record does not reach its fetch offset here.
fn diverging(partition: &LocalPartition, asked: &FetchPartition) -> Option<EpochEndOffset> {
    if asked.last_fetched_epoch < 0 {
        return None;
    }
    let (epoch, end) = partition.log().end_offset_for_epoch(LeaderEpoch(asked.last_fetched_epoch))?;
    let parted = epoch.0 != asked.last_fetched_epoch || end.0 < asked.fetch_offset;
    parted.then_some(EpochEndOffset { epoch: epoch.0, end_offset: end.0 })
}
