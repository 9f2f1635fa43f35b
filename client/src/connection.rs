//! One TCP connection to one broker: requests in, answers out, in order.
//!
//! A connection is a handle onto one task that owns the stream, both halves of it. Requests are encoded by
//! whoever asks and pipelined by the task, up to a bound; beyond it callers wait, with their deadline running.
//! The task is one hand-written poll loop, because reading must go on while writing is blocked: two peers that
//! both only write are a deadlock.
//!
//! Always holds: every request is answered, with an error if need be; answers come in the order of the
//! requests, and one that does not ends the connection; a request that times out ends the connection too,
//! since the answers behind it can no longer be trusted to be near; a request of which no byte left is told
//! apart from one that may have arrived.
//!
//! Leaves out: TLS and SASL, which come with the security part of the broker.

mod driver;
mod pending;

pub(crate) use pending::Answer;
pub(crate) use pending::ReplyTo;

use crate::{RequestError, versions::ApiVersionRanges};
use bytes::Bytes;
use driver::{Command, Driver};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
    time::Duration,
};
use tokio::sync::{mpsc, oneshot};
use tribunal_env::{Env, Instant};
use tribunal_wire::{
    codec::{EncodeError, Message, Reader, Request, Writer},
    frame::encode_request_with,
    message::{ApiKey, ApiVersionsRequest, RequestHeader},
};

/// What a connection is allowed.
#[derive(Debug, Clone)]
pub struct ConnectionConfig {
    /// The name that this client gives itself in requests; brokers log it and count quotas by it.
    pub client_id: String,
    /// How long connecting, and agreeing on versions after it, may take. Test range 10 ms to 30 s.
    pub connect_timeout: Duration,
    /// How long an answer is awaited where a request says nothing else.
    pub request_timeout: Duration,
    /// Requests on their way at once, at least 1. More callers wait.
    pub in_flight_max: usize,
    /// The largest answer that is read. A longer one ends the connection.
    pub response_bytes_max: usize,
}

impl Default for ConnectionConfig {
    fn default() -> Self {
        ConnectionConfig {
            client_id: "tribunal".to_owned(),
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            in_flight_max: 64,
            response_bytes_max: 256 << 20,
        }
    }
}

/// A handle onto one connection. Cheap to clone; the connection closes when the last handle is gone and
/// nothing is awaited any more, or when it fails.
#[derive(Debug, Clone)]
pub struct Connection(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    env: Env,
    commands: mpsc::Sender<Command>,
    correlation: AtomicI32,
    config: ConnectionConfig,
    versions: ApiVersionRanges,
}

/// A request on its way, and how to read its answer.
#[derive(Debug)]
pub struct Pending<R: Request> {
    receiver: oneshot::Receiver<Answer>,
    version: i16,
    request: std::marker::PhantomData<fn() -> R>,
}

impl<R: Request> Pending<R> {
    /// Waits for the answer. It comes before the request's deadline, or an error does.
    ///
    /// # Errors
    /// As [`RequestError`] says.
    pub async fn answer(self) -> Result<R::Response, RequestError> {
        let body = self.receiver.await.unwrap_or_else(|_| Err(stopped()))?;
        decode_answer::<R>(body, self.version)
    }
}

fn stopped() -> RequestError {
    RequestError::Disconnected("the client was stopped".to_owned())
}

impl Connection {
    /// Connects to `address` (`host:port`) and agrees on versions.
    ///
    /// # Errors
    /// When nothing listens there, or what listens does not speak the protocol.
    pub async fn open(
        env: &Env,
        address: &str,
        config: ConnectionConfig,
    ) -> Result<Connection, RequestError> {
        let deadline = env.now() + config.connect_timeout;
        let stream = env
            .timeout_at(deadline, env.connect(address))
            .await
            .ok_or_else(|| RequestError::NotSent(format!("connecting to {address} took too long")))?
            .map_err(|error| RequestError::NotSent(format!("cannot connect to {address}: {error}")))?;
        let (commands, receiver) = mpsc::channel(config.in_flight_max.max(1));
        let driver = Driver::new(env.clone(), stream, receiver, &config);
        drop(env.spawn("client connection", driver.run()));
        let mut shared = Shared {
            env: env.clone(),
            commands,
            correlation: AtomicI32::new(0),
            config,
            versions: ApiVersionRanges::default(),
        };
        // Nothing asked for has left before this is done, whatever became of the question about versions.
        shared.versions = shared.ask_versions(deadline).await.map_err(|error| {
            RequestError::NotSent(format!("{address} did not tell its versions: {error}"))
        })?;
        Ok(Connection(Arc::new(shared)))
    }

    /// What the broker serves.
    #[must_use]
    pub fn versions(&self) -> &ApiVersionRanges {
        &self.0.versions
    }

    /// Whether the connection is known to be dead. A connection that looks alive may fail at the next use.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.commands.is_closed()
    }

    /// The highest version of the request that both sides speak.
    ///
    /// # Errors
    /// When there is none.
    pub fn version_of<R: Request>(&self) -> Result<i16, RequestError> {
        self.0.versions.highest::<R>(R::MAX_VERSION)
    }

    /// Asks and waits, with the highest version that both sides speak.
    ///
    /// # Errors
    /// As [`RequestError`] says.
    pub async fn send<R: Request>(&self, request: &R) -> Result<R::Response, RequestError> {
        let version = self.version_of::<R>()?;
        let deadline = self.0.env.now() + self.0.config.request_timeout;
        self.start(request, version, deadline).await?.answer().await
    }

    /// Hands a request over. It is on its way, behind all that were handed over before it, when this returns.
    ///
    /// # Errors
    /// When it could not be handed over: none of these errors means that it may have arrived.
    pub async fn start<R: Request>(
        &self,
        request: &R,
        version: i16,
        deadline: Instant,
    ) -> Result<Pending<R>, RequestError> {
        let (sender, receiver) = oneshot::channel();
        let put_body = |writer: &mut Writer| request.encode(writer, version);
        self.0.hand_over(R::API_KEY, version, deadline, ReplyTo::One(sender), true, put_body).await?;
        Ok(Pending { receiver, version, request: std::marker::PhantomData })
    }

    /// Hands a request over whose body the caller writes, and whose answer goes, undecoded, wherever `reply` says.
    /// With `answered` false the peer will not answer (Produce with acks=0): the reply is empty and comes once the
    /// request has left.
    pub(crate) async fn start_with(
        &self,
        api: ApiKey,
        version: i16,
        deadline: Instant,
        reply: ReplyTo,
        answered: bool,
        put_body: impl FnOnce(&mut Writer) -> Result<(), EncodeError>,
    ) -> Result<(), RequestError> {
        self.0.hand_over(api, version, deadline, reply, answered, put_body).await
    }
}

impl Shared {
    async fn hand_over(
        &self,
        api: ApiKey,
        version: i16,
        deadline: Instant,
        reply: ReplyTo,
        answered: bool,
        put_body: impl FnOnce(&mut Writer) -> Result<(), EncodeError>,
    ) -> Result<(), RequestError> {
        let permit = match self.commands.try_reserve() {
            Ok(permit) => permit,
            Err(mpsc::error::TrySendError::Closed(())) => return Err(closed()),
            Err(mpsc::error::TrySendError::Full(())) => {
                match self.env.timeout_at(deadline, self.commands.reserve()).await {
                    None => return Err(RequestError::NoTime),
                    Some(Err(_)) => return Err(closed()),
                    Some(Ok(permit)) => permit,
                }
            }
        };
        let correlation_id = self.correlation.fetch_add(1, Ordering::Relaxed);
        let header = RequestHeader {
            request_api_key: api.as_i16(),
            request_api_version: version,
            correlation_id,
            client_id: Some(self.config.client_id.clone()),
        };
        let pieces = encode_request_with(api, &header, put_body)?;
        let response_header_version = api.response_header_version(version);
        permit.send(Command { correlation_id, pieces, response_header_version, deadline, reply, answered });
        Ok(())
    }

    /// Asks with the newest version; a broker that does not know it answers in version 0 with its ranges
    /// (KIP-511), and is asked again in a version that it does know.
    async fn ask_versions(&self, deadline: Instant) -> Result<ApiVersionRanges, RequestError> {
        let mut version = ApiVersionRanges::FIRST_QUESTION;
        loop {
            let request = ApiVersionsRequest {
                client_software_name: "tribunal".to_owned(),
                client_software_version: env!("CARGO_PKG_VERSION").to_owned(),
                ..ApiVersionsRequest::default()
            };
            let (sender, receiver) = oneshot::channel();
            let put_body = |writer: &mut Writer| request.encode(writer, version);
            let api = ApiKey::ApiVersions;
            self.hand_over(api, version, deadline, ReplyTo::One(sender), true, put_body).await?;
            let body = receiver.await.unwrap_or_else(|_| Err(stopped()))?;
            match ApiVersionRanges::read_answer(body, version)? {
                Ok(ranges) => return Ok(ranges),
                Err(next) => version = next,
            }
        }
    }
}

fn closed() -> RequestError {
    RequestError::NotSent("the connection is closed".to_owned())
}

/// Reads an answer's body.
pub(crate) fn decode_answer<R: Request>(body: Bytes, version: i16) -> Result<R::Response, RequestError> {
    let mut reader = Reader::new(body);
    let answer = R::Response::decode(&mut reader, version)?;
    reader.finish()?;
    Ok(answer)
}
