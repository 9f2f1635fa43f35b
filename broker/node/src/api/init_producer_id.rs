//! InitProducerId (22), versions 0 to 5.
//!
//! Behaviour: an idempotent producer gets an id that no producer ever had, with epoch 0. Ids come in blocks that the
//! metadata log makes durable before the first of them is used. An id without an epoch, or an epoch without an id, is
//! INVALID_REQUEST.
//! Gaps: there are no transactions yet: a transactional id is answered with COORDINATOR_NOT_AVAILABLE.

use super::RequestContext;
use tribunal_wire::{
    error::ErrorCode,
    message::{InitProducerIdRequest, InitProducerIdResponse},
};

const NO_PRODUCER_ID: i64 = -1;
const NO_PRODUCER_EPOCH: i16 = -1;

pub(crate) async fn handle(
    context: &RequestContext,
    request: InitProducerIdRequest,
) -> InitProducerIdResponse {
    let refused = |error: ErrorCode| InitProducerIdResponse {
        error_code: error.code(),
        producer_id: -1,
        producer_epoch: -1,
        ..Default::default()
    };
    if (request.producer_id == NO_PRODUCER_ID) != (request.producer_epoch == NO_PRODUCER_EPOCH) {
        return refused(ErrorCode::InvalidRequest);
    }
    if request.transactional_id.is_some() {
        return refused(ErrorCode::CoordinatorNotAvailable);
    }
    match context.broker.producer_ids.next(&context.broker.metadata).await {
        Ok(producer_id) => InitProducerIdResponse { producer_id: producer_id.0, ..Default::default() },
        Err(error) => refused(error),
    }
}
