//! DescribeCluster (60), versions 0 to 2.
//!
//! Behaviour: the brokers that serve, and from version 2 the fenced ones when asked for. Asked for controllers, a broker
//! answers MISMATCHED_ENDPOINT_TYPE. Clients are told the addresses of the listener that they came in through.
//! Gaps: none known.

use super::{
    RequestContext, endpoint_for,
    metadata::{CLUSTER_OPERATIONS, OPERATIONS_NOT_ASKED, controller_id},
};
use tribunal_metadata::image::Broker;
use tribunal_wire::{
    error::ErrorCode,
    message::{DescribeClusterRequest, DescribeClusterResponse, describe_cluster::DescribeClusterBroker},
};

const ENDPOINT_BROKER: i8 = 1;
const ENDPOINT_CONTROLLER: i8 = 2;

pub(crate) async fn handle(
    context: &RequestContext,
    request: DescribeClusterRequest,
) -> DescribeClusterResponse {
    let refused = |code: ErrorCode, message: String| DescribeClusterResponse {
        error_code: code.code(),
        error_message: Some(message),
        controller_id: -1,
        cluster_authorized_operations: OPERATIONS_NOT_ASKED,
        ..Default::default()
    };
    match request.endpoint_type {
        ENDPOINT_BROKER => {}
        ENDPOINT_CONTROLLER => {
            return refused(
                ErrorCode::MismatchedEndpointType,
                "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER"
                    .to_owned(),
            );
        }
        other => {
            return refused(ErrorCode::UnsupportedEndpointType, format!("Unsupported endpoint type {other}"));
        }
    }
    let image = context.broker.metadata.image();
    let shown =
        image.brokers().values().filter(|broker| broker.is_active() || request.include_fenced_brokers);
    DescribeClusterResponse {
        endpoint_type: ENDPOINT_BROKER,
        cluster_id: image.cluster_id().to_owned(),
        controller_id: controller_id(&image),
        brokers: shown.filter_map(|broker| describe(broker, &context.listener)).collect(),
        cluster_authorized_operations: if request.include_cluster_authorized_operations {
            CLUSTER_OPERATIONS
        } else {
            OPERATIONS_NOT_ASKED
        },
        ..Default::default()
    }
}

fn describe(broker: &Broker, listener: &str) -> Option<DescribeClusterBroker> {
    let endpoint = endpoint_for(broker, listener)?;
    Some(DescribeClusterBroker {
        broker_id: broker.registration.broker_id,
        host: endpoint.host.clone(),
        port: i32::from(endpoint.port),
        rack: broker.registration.rack.clone(),
        is_fenced: broker.registration.fenced,
    })
}
