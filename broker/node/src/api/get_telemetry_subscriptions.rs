//! GetTelemetrySubscriptions (71), version 0 (KIP-714).
//!
//! Behaviour: every client gets an id, and a subscription to nothing, so that clients that ask by default neither
//! fail nor push.
//! Gaps: no metrics are collected; PushTelemetry is not advertised.

use super::RequestContext;
use tribunal_wire::{
    message::{GetTelemetrySubscriptionsRequest, GetTelemetrySubscriptionsResponse},
    types::TopicId,
};

/// How long a client waits before it asks again: Kafka's own default.
const PUSH_INTERVAL_MS: i32 = 300_000;
/// The most bytes of a push, as Kafka's default says.
const TELEMETRY_BYTES_MAX: i32 = 1_048_576;

pub(crate) async fn handle(
    context: &RequestContext,
    request: GetTelemetrySubscriptionsRequest,
) -> GetTelemetrySubscriptionsResponse {
    let mut client_instance_id = request.client_instance_id;
    if client_instance_id == [0; 16] {
        let mut rng = context.broker.env.rng("client-instance-ids");
        client_instance_id = TopicId::from_random_bits(rng.next_u64(), rng.next_u64()).0;
    }
    GetTelemetrySubscriptionsResponse {
        client_instance_id,
        push_interval_ms: PUSH_INTERVAL_MS,
        telemetry_max_bytes: TELEMETRY_BYTES_MAX,
        delta_temporality: true,
        ..Default::default()
    }
}
