//! Producer ids in blocks. A block is known to nobody before its record is durable, and what a broker does not use of
//! it is never used: so no id is handed out twice, not even after a power loss.

use super::{ApiError, Decision};
use crate::image::Image;
use crate::record::Record;
use std::ops::Range;
use tribunal_wire::{ErrorCode, message::ProducerIdsRecord};

/// Ids in one block.
pub const PRODUCER_ID_BLOCK: i64 = 1000;

/// Decides AllocateProducerIds: the next block belongs to this broker.
pub fn allocate_producer_ids(
    image: &Image,
    broker_id: i32,
    broker_epoch: i64,
) -> Result<Decision<Range<i64>>, ApiError> {
    match image.brokers().get(&broker_id) {
        None => return Err(ErrorCode::BrokerIdNotRegistered.into()),
        Some(broker) if broker.registration.broker_epoch != broker_epoch => {
            return Err(ErrorCode::StaleBrokerEpoch.into());
        }
        Some(_) => {}
    }
    let first = image.next_producer_id();
    let Some(next) = first.checked_add(PRODUCER_ID_BLOCK) else {
        return Err(ApiError::new(ErrorCode::UnknownServerError, "All producer ids have been handed out."));
    };
    let record = ProducerIdsRecord { broker_id, broker_epoch, next_producer_id: next };
    Ok(Decision { records: vec![Record::from(record)], answer: first..next })
}
