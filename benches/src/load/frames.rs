//! Requests that were built once, and answers that are read no further than needed.
//!
//! Always holds: the place of an answer's error code follows from the names in it, and the correlation id proves
//! that it is the answer which was waited for.

use super::{
    BenchError,
    connection::{Connection, header},
};
use bytes::Bytes;
use tribunal_wire::{
    ErrorCode, Message, Request,
    batch::{Batch, BatchBuilder, Batches},
    compression::Codec,
    frame::{decode_response, encode_request},
    message::{FetchRequest, ProduceRequest, fetch, produce},
};

/// Requests below this size are copied together, larger ones written as slices.
const COPY_BYTES_MAX: usize = 4 * 1024;
/// Where the correlation id stands in a frame with its length, and in an answer without.
const REQUEST_CORRELATION_AT: usize = 8;
const CORRELATION_BYTES: usize = 4;

/// A Produce request of one batch, up to the batch.
pub(super) struct ProduceFrame {
    head: Vec<u8>,
    tail: Vec<u8>,
    error_at: usize,
}

/// One partition of the topic, as a Produce or Fetch request names it.
#[derive(Debug, Clone)]
pub(super) struct Partition {
    pub(super) topic: String,
    pub(super) index: i32,
}

impl ProduceFrame {
    /// For batches of exactly `batch_bytes` bytes.
    pub(super) fn new(
        partition: &Partition,
        version: i16,
        acks: i16,
        batch_bytes: usize,
    ) -> Result<ProduceFrame, BenchError> {
        let records = Bytes::from(vec![0xa5; batch_bytes]);
        let request = ProduceRequest {
            acks,
            timeout_ms: 30_000,
            topic_data: vec![produce::TopicProduceData {
                name: partition.topic.clone(),
                partition_data: vec![produce::PartitionProduceData {
                    index: partition.index,
                    records: Some(records.clone().into()),
                }],
                ..produce::TopicProduceData::default()
            }],
            ..ProduceRequest::default()
        };
        let frame = encode_request(&header::<ProduceRequest>(version), &request)
            .map_err(|error| BenchError::Server(format!("version {version} of Produce: {error}")))?
            .concat();
        // Behind the records come at most the empty tagged fields of partition, topic and request.
        let tail = if ProduceRequest::is_flexible(version) { 3 } else { 0 };
        let (head, rest) = frame.split_at(frame.len() - tail - batch_bytes);
        assert_eq!(rest[..batch_bytes], records[..], "the records stand where they are looked for");
        // The answer: correlation id, topics, name, partitions, index; compact lengths take one byte, header tags one.
        let name_bytes = partition.topic.len();
        let error_at = if ProduceRequest::is_flexible(version) {
            CORRELATION_BYTES + 1 + 1 + 1 + name_bytes + 1 + 4
        } else {
            CORRELATION_BYTES + 4 + 2 + name_bytes + 4 + 4
        };
        Ok(ProduceFrame { head: head.to_vec(), tail: rest[batch_bytes..].to_vec(), error_at })
    }

    /// Queues the request with this batch.
    pub(super) fn send(&mut self, connection: &mut Connection, correlation_id: i32, batch: &Bytes) {
        self.head[REQUEST_CORRELATION_AT..REQUEST_CORRELATION_AT + CORRELATION_BYTES]
            .copy_from_slice(&correlation_id.to_be_bytes());
        connection.stage(&self.head);
        if batch.len() < COPY_BYTES_MAX {
            connection.stage(batch);
        } else {
            connection.push(batch.clone());
        }
        connection.stage(&self.tail);
    }

    /// The correlation id of an answer, and its partition's error code.
    pub(super) fn read_answer(&self, answer: &[u8]) -> Result<(i32, i16), BenchError> {
        let correlation = answer.first_chunk::<CORRELATION_BYTES>();
        let error = answer.get(self.error_at..).and_then(|rest| rest.first_chunk::<2>());
        match (correlation, error) {
            (Some(correlation), Some(error)) => {
                Ok((i32::from_be_bytes(*correlation), i16::from_be_bytes(*error)))
            }
            _ => Err(BenchError::Server("an answer to Produce is too short".to_owned())),
        }
    }
}

/// A sealed batch of `records` records with values of `record_bytes` bytes.
pub(super) fn batch(records: usize, record_bytes: usize, now_ms: i64, stamp: Option<u64>) -> Bytes {
    // Bytes that no codec or file system makes smaller.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut builder = BatchBuilder::new(Codec::None, None);
    let mut value = vec![0; record_bytes];
    for _ in 0..records {
        for chunk in value.chunks_mut(8) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            chunk.copy_from_slice(&state.to_be_bytes()[..chunk.len()]);
        }
        if let Some(stamp) = stamp {
            value[..8].copy_from_slice(&stamp.to_be_bytes());
        }
        builder.push(now_ms, None, Some(&value), std::iter::empty());
    }
    builder.build().to_bytes()
}

/// What a Fetch asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct FetchWish {
    pub(super) offset: i64,
    pub(super) bytes_max: usize,
    pub(super) wait_ms_max: i32,
}

/// Queues a Fetch of one partition, outside any session.
pub(super) fn send_fetch(
    connection: &mut Connection,
    partition: &Partition,
    version: i16,
    correlation_id: i32,
    wish: FetchWish,
) -> Result<(), BenchError> {
    let bytes_max = i32::try_from(wish.bytes_max).expect("checked with the options");
    let request = FetchRequest {
        max_wait_ms: wish.wait_ms_max,
        min_bytes: 1,
        max_bytes: bytes_max,
        topics: vec![fetch::FetchTopic {
            topic: partition.topic.clone(),
            partitions: vec![fetch::FetchPartition {
                partition: partition.index,
                fetch_offset: wish.offset,
                partition_max_bytes: bytes_max,
                ..fetch::FetchPartition::default()
            }],
            ..fetch::FetchTopic::default()
        }],
        ..FetchRequest::default()
    };
    let mut header = header::<FetchRequest>(version);
    header.correlation_id = correlation_id;
    let pieces = encode_request(&header, &request)
        .map_err(|error| BenchError::Server(format!("version {version} of Fetch: {error}")))?;
    for piece in pieces {
        connection.stage(&piece);
    }
    Ok(())
}

/// What a Fetch brought.
pub(super) struct Fetched {
    pub(super) correlation_id: i32,
    pub(super) error: ErrorCode,
    pub(super) records: Bytes,
}

/// Reads the answer to [`send_fetch`].
pub(super) fn read_fetch(answer: Bytes, version: i16) -> Result<Fetched, BenchError> {
    let (correlation_id, response) = decode_response::<FetchRequest>(answer, version)
        .map_err(|error| BenchError::Server(format!("an answer to Fetch cannot be read: {error}")))?;
    let whole = ErrorCode::from_code(response.error_code);
    let partition =
        response.responses.into_iter().next().and_then(|topic| topic.partitions.into_iter().next());
    match partition {
        Some(partition) => Ok(Fetched {
            correlation_id,
            error: ErrorCode::from_code(partition.error_code),
            records: partition.records.unwrap_or_default().into_bytes(),
        }),
        None if whole != ErrorCode::None => {
            Ok(Fetched { correlation_id, error: whole, records: Bytes::new() })
        }
        None => Err(BenchError::Server(format!("an answer to {} names no partition", FetchRequest::NAME))),
    }
}

/// The whole batches of a records field that hold `offset` or more. The last one may be cut, by the limits of the Fetch.
pub(super) fn whole_batches(records: Bytes, offset: i64) -> impl Iterator<Item = Batch> {
    Batches::new(records)
        .map_while(Result::ok)
        .filter(move |batch| batch.header.offsets_are_sane() && batch.header.next_offset().0 > offset)
}

/// The version of `R` to use with a server whose highest one is `server_max`. Names, not ids, stand in these.
pub(super) fn version_with_names<R: Request>(server_max: i16) -> i16 {
    const LAST_WITH_NAMES: i16 = 12;
    server_max.min(LAST_WITH_NAMES).min(R::MAX_VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tribunal_wire::{frame::encode_response, message::ProduceResponse};

    #[test]
    fn the_error_code_is_found_in_every_version() {
        let partition = Partition { topic: "bench".to_owned(), index: 3 };
        for version in 3..=12 {
            let batch = batch(2, 100, 0, None);
            let frame =
                ProduceFrame::new(&partition, version, -1, batch.len()).expect("all versions have names");
            let response = ProduceResponse {
                responses: vec![produce::TopicProduceResponse {
                    name: partition.topic.clone(),
                    partition_responses: vec![produce::PartitionProduceResponse {
                        index: 3,
                        error_code: 87,
                        base_offset: 5,
                        ..produce::PartitionProduceResponse::default()
                    }],
                    ..produce::TopicProduceResponse::default()
                }],
                ..ProduceResponse::default()
            };
            let header_version = ProduceRequest::API_KEY.response_header_version(version);
            let answer =
                encode_response(77, header_version, &response, version).expect("it has such fields").concat();
            assert_eq!(
                frame.read_answer(&answer[4..]).expect("it is long enough"),
                (77, 87),
                "version {version}"
            );
            assert!(frame.read_answer(&answer[4..12]).is_err());
        }
    }

    #[test]
    fn batches_are_valid_and_carry_their_stamp() {
        let whole = batch(3, 50, 1_000, Some(42));
        let cut = [&whole[..], &whole[..20]].concat();
        let batches: Vec<Batch> = whole_batches(Bytes::from(cut), 1).collect();
        assert_eq!(batches.len(), 1);
        assert!(batches[0].crc_is_right());
        let records = batches[0].records(1 << 20).expect("they are not compressed");
        let stamps: Vec<Vec<u8>> = records
            .iter()
            .map(|record| record.expect("it was built here").value.expect("it has a value")[..8].to_vec())
            .collect();
        assert_eq!(stamps, vec![42_u64.to_be_bytes().to_vec(); 3]);
        assert_eq!(whole_batches(whole, 3).count(), 0);
    }
}
