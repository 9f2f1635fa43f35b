//! Requests that a middle box sent once more: each is an attempt that the client does not know of.
//!
//! A replay of an idempotent producer's request must change nothing. One of a plain producer's may append its records
//! again, so that the checkers have to count it among the attempts.

use crate::World;
use bytes::Bytes;
use tribunal_wire::{
    frame::{LENGTH_BYTES, RequestFrame},
    message::ProduceRequest,
    pieces::Pieces,
};
use tribunal_workloads::mixed::{Scribe, values_in};

/// Writes down every replay of the run so far.
pub(super) fn note(world: &World, scribe: &Scribe) {
    for frame in world.take_replayed() {
        for records in records_of(frame) {
            // One value tells the send that the batch belongs to.
            let value = values_in(records).into_iter().next();
            scribe.with(|recorder, _| value.into_iter().for_each(|value| recorder.sent_again(value)));
        }
    }
}

/// The batches of a Produce request.
fn records_of(frame: Vec<u8>) -> Vec<Bytes> {
    let body = Bytes::from(frame).slice(LENGTH_BYTES..);
    let request = RequestFrame::parse(body).and_then(|mut frame| frame.decode::<ProduceRequest>());
    let topics = request.map_or(Vec::new(), |request| request.topic_data);
    topics
        .into_iter()
        .flat_map(|topic| topic.partition_data)
        .filter_map(|partition| partition.records.map(Pieces::into_bytes))
        .collect()
}
