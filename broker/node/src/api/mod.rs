//! The registry: one row for each API that this broker serves.
//!
//! ApiVersions is answered from these rows, so that what is advertised and what is served cannot differ. A request
//! that no row serves is answered as Kafka answers it: an unknown version of ApiVersions with the versions that
//! there are (KIP-511), anything else by ending the connection.
//!
//! Most APIs are handled to their end before the next request of the connection is looked at. Those in which a client
//! waits (Produce, Fetch) are only begun in order: see [`crate::connection`].

mod alter_configs;
mod api_versions;
mod create_partitions;
mod create_topics;
mod delete_records;
mod delete_topics;
mod describe_cluster;
mod describe_configs;
mod describe_log_dirs;
mod describe_producers;
mod describe_topic_partitions;
mod fetch;
mod find_coordinator;
mod get_telemetry_subscriptions;
mod incremental_alter_configs;
mod init_producer_id;
mod list_offsets;
mod metadata;
mod offset_for_leader_epoch;
mod produce;

use crate::{
    broker::BrokerState,
    connection::{Begin, Dispatch, Frame, Reply},
};
use bytes::Bytes;
use std::sync::Arc;
use tribunal_metadata::image::Broker;
use tribunal_wire::{
    codec::{Reader, Request},
    frame,
    message::{self, ApiKey, metadata_record::BrokerEndpoint},
};

/// A request's surroundings.
pub(crate) struct RequestContext {
    /// The broker.
    pub(crate) broker: Arc<BrokerState>,
    /// The request's version, which is its answer's as well.
    pub(crate) version: i16,
    /// Repeated in the answer.
    pub(crate) correlation_id: i32,
    /// What the client calls itself.
    #[expect(dead_code, reason = "quotas and the request log read it once they exist")]
    pub(crate) client_id: Option<String>,
    /// The client's address.
    #[expect(dead_code, reason = "quotas and the request log read it once they exist")]
    pub(crate) peer: Arc<str>,
    /// The name of the listener that the client came in through.
    pub(crate) listener: Arc<str>,
}

impl RequestContext {
    fn decode<R: Request>(&self, mut body: Reader) -> Result<R, Reply> {
        R::decode(&mut body, self.version).map_err(|error| {
            Reply::Close(format!(
                "its {} request of version {} is malformed: {error}",
                R::API_KEY.name(),
                self.version
            ))
        })
    }

    /// Encodes an answer to the request `R`. What cannot be said in the request's version (a field that is too long,
    /// because a client's own words come back in it) ends that client's connection, and no one else's.
    pub(crate) fn answer<R: Request>(&self, response: &R::Response) -> Result<Frame, String> {
        let header_version = R::API_KEY.response_header_version(self.version);
        frame::encode_response(self.correlation_id, header_version, response, self.version).map_err(|error| {
            let (name, version) = (R::API_KEY.name(), self.version);
            let reason =
                format!("the answer to its {name} request of version {version} cannot be encoded: {error}");
            tribunal_env::error!(self.broker.env, "{reason}");
            reason
        })
    }
}

/// Where clients of a listener reach a broker: at its listener of the same name, else at its first.
pub(crate) fn endpoint_for<'a>(broker: &'a Broker, listener: &str) -> Option<&'a BrokerEndpoint> {
    let endpoints = &broker.registration.end_points;
    endpoints.iter().find(|endpoint| endpoint.name == listener).or(endpoints.first())
}

/// Waits until this broker's partitions are what the newest metadata says: for requests that may have changed it, so that
/// whoever reads their answer finds a topic there, or gone.
pub(crate) async fn follow_metadata(context: &RequestContext) {
    let offset = context.broker.metadata.image().offset();
    context.broker.partitions.followed(offset).await;
}

/// One row of the registry.
struct Api {
    key: ApiKey,
    begin: fn(RequestContext, Reader) -> Begin<'static>,
}

/// A row whose requests are handled to their end in order: `handle(&context, request) -> response`.
macro_rules! handled {
    ($request:ident, $handle:path) => {
        Api {
            key: <message::$request as Request>::API_KEY,
            begin: |context, body| match context.decode::<message::$request>(body) {
                Ok(request) => Begin::Waits(Box::pin(async move {
                    let response = $handle(&context, request).await;
                    context.answer::<message::$request>(&response).into()
                })),
                Err(reply) => Begin::Done(reply),
            },
        }
    };
}

/// A row whose requests are begun in order and finish later: `begin(context, request) -> Begin`.
macro_rules! begun {
    ($request:ident, $begin:path) => {
        Api {
            key: <message::$request as Request>::API_KEY,
            begin: |context, body| match context.decode::<message::$request>(body) {
                Ok(request) => $begin(context, request),
                Err(reply) => Begin::Done(reply),
            },
        }
    };
}

/// All rows, by key.
const APIS: &[Api] = &[
    begun!(ProduceRequest, produce::begin),
    begun!(FetchRequest, fetch::begin),
    handled!(ListOffsetsRequest, list_offsets::handle),
    handled!(MetadataRequest, metadata::handle),
    handled!(FindCoordinatorRequest, find_coordinator::handle),
    handled!(ApiVersionsRequest, api_versions::handle),
    handled!(CreateTopicsRequest, create_topics::handle),
    handled!(DeleteTopicsRequest, delete_topics::handle),
    handled!(DeleteRecordsRequest, delete_records::handle),
    handled!(InitProducerIdRequest, init_producer_id::handle),
    handled!(OffsetForLeaderEpochRequest, offset_for_leader_epoch::handle),
    handled!(DescribeConfigsRequest, describe_configs::handle),
    handled!(AlterConfigsRequest, alter_configs::handle),
    handled!(DescribeLogDirsRequest, describe_log_dirs::handle),
    handled!(CreatePartitionsRequest, create_partitions::handle),
    handled!(IncrementalAlterConfigsRequest, incremental_alter_configs::handle),
    handled!(DescribeClusterRequest, describe_cluster::handle),
    handled!(DescribeProducersRequest, describe_producers::handle),
    handled!(GetTelemetrySubscriptionsRequest, get_telemetry_subscriptions::handle),
    handled!(DescribeTopicPartitionsRequest, describe_topic_partitions::handle),
];

/// Begins the requests of one connection.
pub(crate) struct Dispatcher {
    broker: Arc<BrokerState>,
    peer: Arc<str>,
    listener: Arc<str>,
}

impl Dispatcher {
    /// For a connection of `peer` that came in through the listener of this name.
    pub(crate) fn new(broker: Arc<BrokerState>, peer: &str, listener: Arc<str>) -> Self {
        Dispatcher { broker, peer: peer.into(), listener }
    }
}

impl Dispatch for Dispatcher {
    fn begin(&self, bytes: Bytes) -> Begin<'_> {
        let request = match frame::RequestFrame::parse(bytes) {
            Ok(request) => request,
            Err(error) => {
                return close(format!("it sent something that is no request: {error}"));
            }
        };
        let key = request.api_key;
        let Some(api) = APIS.iter().find(|api| api.key.as_i16() == key) else {
            return close(format!("it asked for API {key}, which this broker does not serve"));
        };
        let context = RequestContext {
            broker: self.broker.clone(),
            version: request.api_version,
            correlation_id: request.correlation_id,
            client_id: request.client_id,
            peer: self.peer.clone(),
            listener: self.listener.clone(),
        };
        let range = api.key.stable_versions().unwrap_or(api.key.codec_versions());
        if range.contains(&request.api_version) && request.api_version >= served_from(api.key) {
            return (api.begin)(context, request.body);
        }
        if api.key == ApiKey::ApiVersions {
            return Begin::Done(Reply::Ready(api_versions::unsupported_version(&context)));
        }
        let (name, version) = (api.key.name(), request.api_version);
        close(format!("it asked for {name} version {version}, which this broker does not serve"))
    }
}

fn close<'a>(reason: String) -> Begin<'a> {
    Begin::Done(Reply::Close(reason))
}

/// The lowest version that is really served. Produce is advertised from version 0, because librdkafka reads
/// features from its range (KAFKA-18659), and served from 3.
fn served_from(key: ApiKey) -> i16 {
    if key == ApiKey::Produce { 3 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_are_sorted_and_unique() {
        assert!(APIS.windows(2).all(|pair| pair[0].key.as_i16() < pair[1].key.as_i16()));
    }
}
