//! The body of a Produce request, written without copying the records.
//!
//! The generated message holds each partition's records as one buffer; a batch is a header that was just stamped and
//! records that never move. This writes the two behind each other. A test holds it against the generated encoding in
//! every version.

use crate::types::TopicPartition;
use bytes::Bytes;
use std::{collections::BTreeMap, sync::Arc};
use tribunal_wire::{
    batch::{Batch, HEADER_BYTES},
    codec::{EncodeError, Writer},
    types::TopicId,
};

/// The last version of Produce that names topics.
pub(super) const LAST_VERSION_WITH_NAMES: i16 = 12;
const FIRST_FLEXIBLE_VERSION: i16 = 9;

/// One partition's batch: index, encoded header, records.
#[derive(Debug)]
struct PartitionData(i32, [u8; HEADER_BYTES], Bytes);

#[derive(Debug)]
pub(super) struct ProduceBody {
    acks: i16,
    timeout_ms: i32,
    topics: BTreeMap<(Arc<str>, TopicId), Vec<PartitionData>>,
}

impl ProduceBody {
    pub(super) fn new(acks: i16, timeout_ms: i32) -> Self {
        ProduceBody { acks, timeout_ms, topics: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, partition: &TopicPartition, topic_id: TopicId, batch: &Batch) {
        let data = PartitionData(partition.partition, batch.header.encode(), batch.payload.clone());
        self.topics.entry((partition.topic.clone(), topic_id)).or_default().push(data);
    }

    pub(super) fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= FIRST_FLEXIBLE_VERSION;
        let no_tagged_fields = |writer: &mut Writer| {
            if flexible {
                writer.put_unsigned_varint(0);
            }
        };
        // No transactional id.
        writer.put_nullable_string(None, flexible)?;
        writer.put_i16(self.acks);
        writer.put_i32(self.timeout_ms);
        let topics: Vec<_> = self.topics.iter().collect();
        writer.put_array(&topics, flexible, |writer, ((name, topic_id), partitions)| {
            if version > LAST_VERSION_WITH_NAMES {
                writer.put_uuid(topic_id.0);
            } else {
                writer.put_string(name, flexible)?;
            }
            writer.put_array(partitions, flexible, |writer, PartitionData(index, header, records)| {
                writer.put_i32(*index);
                put_records(writer, header, records, flexible)?;
                no_tagged_fields(writer);
                Ok(())
            })?;
            no_tagged_fields(writer);
            Ok(())
        })?;
        no_tagged_fields(writer);
        Ok(())
    }
}

fn put_records(
    writer: &mut Writer,
    header: &[u8],
    records: &Bytes,
    flexible: bool,
) -> Result<(), EncodeError> {
    let length = header.len() + records.len();
    let narrow = i32::try_from(length).map_err(|_| EncodeError::TooLong { length })?;
    if flexible {
        // One more than the length, so that 0 can mean null.
        writer.put_unsigned_varint(narrow.unsigned_abs() + 1);
    } else {
        writer.put_i32(narrow);
    }
    writer.put_slice(header);
    writer.put_raw(records);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tribunal_wire::{
        batch::{BatchBuilder, Headers},
        codec::Message,
        compression::Codec,
        message::{
            ProduceRequest,
            produce::{PartitionProduceData, TopicProduceData},
        },
    };

    fn batch(bytes: usize) -> Batch {
        let mut builder = BatchBuilder::new(Codec::None, None);
        builder.push(5, None, Some(&vec![7; bytes]), Headers::NONE);
        builder.build()
    }

    #[test]
    fn every_version_reads_as_the_generated_one() {
        let ids = [TopicId([3; 16]), TopicId([4; 16])];
        let batches = [(0, batch(3)), (2, batch(5000)), (9, batch(100))];
        let mut body = ProduceBody::new(-1, 1234);
        let mut request = ProduceRequest { acks: -1, timeout_ms: 1234, ..Default::default() };
        for (name, topic_id) in ["one", "two"].into_iter().zip(ids) {
            let mut topic = TopicProduceData { name: name.to_owned(), ..Default::default() };
            topic.topic_id = topic_id.0;
            for (index, batch) in &batches {
                body.add(&TopicPartition::new(name, *index), topic_id, batch);
                let records = Some(batch.to_bytes());
                topic
                    .partition_data
                    .push(PartitionProduceData { index: *index, records: records.map(Into::into) });
            }
            request.topic_data.push(topic);
        }
        for version in ProduceRequest::MIN_VERSION..=ProduceRequest::MAX_VERSION {
            let (mut ours, mut generated) = (Writer::new(), Writer::new());
            body.encode(&mut ours, version).expect("it fits");
            request.encode(&mut generated, version).expect("it fits");
            assert_eq!(ours.into_bytes(), generated.into_bytes(), "version {version}");
        }
    }

    #[test]
    fn large_records_are_not_copied() {
        let batch = batch(100_000);
        let mut body = ProduceBody::new(-1, 0);
        body.add(&TopicPartition::new("t", 0), TopicId::ZERO, &batch);
        let mut writer = Writer::new();
        body.encode(&mut writer, 12).expect("it fits");
        let pieces = writer.into_pieces();
        assert!(pieces.iter().any(|piece| piece.as_ptr() == batch.payload.as_ptr()));
    }
}
