//! Producer ids, handed out one by one from blocks of the metadata log.
//!
//! A block is durable in the metadata log before it arrives here, and is forgotten when the broker stops: what was
//! not used of it is never used by anyone. So no id is handed out twice, not even across a power loss.

use std::{ops::Range, sync::Mutex};
use tribunal_metadata::Metadata;
use tribunal_wire::{error::ErrorCode, types::ProducerId};

/// The rest of the current block.
pub(crate) struct ProducerIds {
    rest: Mutex<Range<i64>>,
}

impl ProducerIds {
    pub(crate) fn new() -> Self {
        ProducerIds { rest: Mutex::new(0..0) }
    }

    /// An id that nobody else has.
    ///
    /// # Errors
    /// What the metadata log answers when it gives no block.
    pub(crate) async fn next(&self, metadata: &Metadata) -> Result<ProducerId, ErrorCode> {
        loop {
            if let Some(id) = self.take() {
                return Ok(ProducerId(id));
            }
            let block = metadata.allocate_producer_ids().await?;
            let mut rest = self.rest.lock().expect("no holder of this lock panics");
            // Another request may have brought a block meanwhile: one of the two is dropped, unused.
            if rest.is_empty() {
                *rest = block;
            }
        }
    }

    fn take(&self) -> Option<i64> {
        self.rest.lock().expect("no holder of this lock panics").next()
    }
}
