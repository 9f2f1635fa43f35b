//! Connections and the pool against brokers that misbehave, over real sockets.
//!
//! Each test scripts its broker: what it does with each connection, request by request.

use std::{future::Future, sync::Arc, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tribunal_client::{Client, ClientConfig, Connection, ConnectionConfig, RequestError, Target};
use tribunal_env::{Env, Level, Stream};
use tribunal_wire::{
    error::ErrorCode,
    frame::{RequestFrame, encode_response, frame_length},
    message::{
        ApiKey, ApiVersionsRequest, ApiVersionsResponse, DescribeClusterRequest, DescribeClusterResponse,
        api_versions::ApiVersion,
    },
};

/// A broker's end of one connection.
struct Peer {
    stream: Stream,
    /// The highest version of ApiVersions that it knows.
    api_versions_max: i16,
}

impl Peer {
    async fn read(&mut self) -> Option<RequestFrame> {
        let mut prefix = [0; 4];
        self.stream.read_exact(&mut prefix).await.ok()?;
        let mut frame = vec![0; frame_length(prefix, 1 << 20).expect("requests are small")];
        self.stream.read_exact(&mut frame).await.ok()?;
        Some(RequestFrame::parse(frame.into()).expect("the client writes headers"))
    }

    async fn write(&mut self, pieces: Vec<bytes::Bytes>) {
        for piece in pieces {
            // The client may be gone already.
            if self.stream.write_all(&piece).await.is_err() {
                return;
            }
        }
        drop(self.stream.flush().await);
    }

    /// Answers questions about versions until one is in a version that it knows.
    async fn agree_on_versions(&mut self) -> Vec<i16> {
        let mut asked = Vec::new();
        loop {
            let Some(mut request) = self.read().await else { return asked };
            assert_eq!(request.api, Some(ApiKey::ApiVersions));
            let version = request.api_version;
            asked.push(version);
            let range =
                |key: ApiKey, max_version| ApiVersion { api_key: key.as_i16(), min_version: 0, max_version };
            let mut answer = ApiVersionsResponse {
                api_keys: vec![
                    range(ApiKey::ApiVersions, self.api_versions_max),
                    range(ApiKey::DescribeCluster, 1),
                    range(ApiKey::Metadata, 12),
                ],
                ..ApiVersionsResponse::default()
            };
            if version > self.api_versions_max {
                answer.error_code = ErrorCode::UnsupportedVersion.code();
                self.write(encode_response(request.correlation_id, 0, &answer, 0).expect("plain")).await;
                continue;
            }
            request.decode::<ApiVersionsRequest>().expect("in a version that both know");
            self.write(encode_response(request.correlation_id, 0, &answer, version).expect("plain")).await;
            return asked;
        }
    }

    async fn answer_cluster(&mut self, request: &RequestFrame, correlation_id: i32) {
        assert_eq!(request.api, Some(ApiKey::DescribeCluster));
        let answer = DescribeClusterResponse {
            cluster_id: request.correlation_id.to_string(),
            ..DescribeClusterResponse::default()
        };
        let header_version = ApiKey::DescribeCluster.response_header_version(request.api_version);
        let pieces = encode_response(correlation_id, header_version, &answer, request.api_version);
        self.write(pieces.expect("plain")).await;
    }
}

/// Runs `test` with the address of a broker that does `script` with each connection, by number.
fn with_broker<S, F, T, G>(script: S, test: T)
where
    S: Fn(u32, Peer) -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
    T: FnOnce(Env, String) -> G,
    G: Future<Output = ()>,
{
    let run = |env: Env| async move {
        let mut listener = env.listen("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_address();
        let broker = env.clone();
        drop(env.spawn("broker", async move {
            let mut number = 0;
            while let Ok((stream, _)) = listener.accept().await {
                drop(broker.spawn("peer", script(number, Peer { stream, api_versions_max: 4 })));
                number += 1;
            }
        }));
        let done = env.timeout(Duration::from_secs(60), test(env.clone(), address)).await;
        assert!(done.is_some(), "the test ends");
    };
    tribunal_host::run(Level::Warn, run).expect("a runtime");
}

fn patient() -> ConnectionConfig {
    ConnectionConfig { request_timeout: Duration::from_secs(30), ..ConnectionConfig::default() }
}

const QUESTION: DescribeClusterRequest = DescribeClusterRequest {
    include_cluster_authorized_operations: false,
    endpoint_type: 1,
    include_fenced_brokers: false,
};

#[test]
fn a_broker_that_knows_only_old_api_versions_is_asked_again() {
    let script = |_, mut peer: Peer| async move {
        peer.api_versions_max = 1;
        assert_eq!(peer.agree_on_versions().await, [4, 1]);
        let request = peer.read().await.expect("a request");
        peer.answer_cluster(&request, request.correlation_id).await;
    };
    with_broker(script, |env, address| async move {
        let connection = Connection::open(&env, &address, patient()).await.expect("it is a broker");
        assert_eq!(connection.versions().range(ApiKey::ApiVersions.as_i16()), Some((0, 1)));
        assert_eq!(connection.version_of::<DescribeClusterRequest>(), Ok(1));
        assert!(connection.send(&QUESTION).await.is_ok());
    });
}

#[test]
fn requests_are_pipelined_up_to_the_bound_and_answered_in_order() {
    const IN_FLIGHT: usize = 8;
    const REQUESTS: usize = 100;
    let script = |_, mut peer: Peer| async move {
        peer.agree_on_versions().await;
        let mut answered = 0;
        while answered < REQUESTS {
            // Nothing is answered before as many as may be on their way have come.
            let mut requests = Vec::new();
            for _ in 0..IN_FLIGHT.min(REQUESTS - answered) {
                requests.push(peer.read().await.expect("the client pipelines"));
            }
            for request in &requests {
                peer.answer_cluster(request, request.correlation_id).await;
            }
            answered += requests.len();
        }
    };
    with_broker(script, |env, address| async move {
        let config = ConnectionConfig { in_flight_max: IN_FLIGHT, ..patient() };
        let connection = Connection::open(&env, &address, config).await.expect("it is a broker");
        let deadline = env.now() + Duration::from_secs(30);
        let mut tasks = Vec::new();
        for _ in 0..REQUESTS {
            let connection = connection.clone();
            tasks.push(env.spawn("ask", async move {
                let pending = connection.start(&QUESTION, 1, deadline).await.expect("it is alive");
                pending.answer().await.expect("it is answered").cluster_id
            }));
        }
        let mut ids = Vec::new();
        for task in tasks {
            ids.push(task.await.expect("it ran").parse::<i32>().expect("a correlation id"));
        }
        ids.sort_unstable();
        // Each caller got the answer to its own request; the first id went to the question about versions.
        assert_eq!(ids, (1..=100).collect::<Vec<_>>());
    });
}

#[test]
fn an_answer_to_another_request_ends_the_connection() {
    let script = |_, mut peer: Peer| async move {
        peer.agree_on_versions().await;
        let request = peer.read().await.expect("a request");
        peer.answer_cluster(&request, request.correlation_id + 1).await;
        // It stays open: the client has to close it.
        assert!(peer.read().await.is_none());
    };
    with_broker(script, |env, address| async move {
        let connection = Connection::open(&env, &address, patient()).await.expect("it is a broker");
        let error = connection.send(&QUESTION).await.expect_err("nothing was answered");
        assert!(matches!(error, RequestError::Disconnected(_)), "{error:?}");
        assert!(error.may_have_arrived());
        assert!(connection.is_closed());
        let error = connection.send(&QUESTION).await.expect_err("it is closed");
        assert!(!error.may_have_arrived(), "{error:?}");
    });
}

#[test]
fn a_connection_that_dies_fails_everything_that_waits() {
    let script = |_, mut peer: Peer| async move {
        peer.agree_on_versions().await;
        for _ in 0..3 {
            peer.read().await.expect("the client pipelines");
        }
    };
    with_broker(script, |env, address| async move {
        let connection = Connection::open(&env, &address, patient()).await.expect("it is a broker");
        let deadline = env.now() + Duration::from_secs(30);
        let mut waiting = Vec::new();
        for _ in 0..3 {
            waiting.push(connection.start(&QUESTION, 1, deadline).await.expect("it is alive"));
        }
        for pending in waiting {
            let error = pending.answer().await.expect_err("it was cut");
            assert!(error.may_have_arrived(), "{error:?}");
        }
    });
}

#[test]
fn silence_ends_at_the_deadline_and_takes_the_connection_with_it() {
    let script = |_, mut peer: Peer| async move {
        peer.agree_on_versions().await;
        while peer.read().await.is_some() {}
    };
    with_broker(script, |env, address| async move {
        let connection = Connection::open(&env, &address, patient()).await.expect("it is a broker");
        let soon = env.now() + Duration::from_millis(50);
        let later = env.now() + Duration::from_secs(30);
        let patient = connection.start(&QUESTION, 1, later).await.expect("it is alive");
        let hasty = connection.start(&QUESTION, 1, soon).await.expect("it is alive");
        assert_eq!(hasty.answer().await, Err(RequestError::TimedOut));
        assert!(env.now() >= soon);
        assert!(matches!(patient.answer().await, Err(RequestError::Disconnected(_))));
        assert!(connection.is_closed());
    });
}

#[test]
fn an_answer_longer_than_allowed_is_not_read() {
    let script = |_, mut peer: Peer| async move {
        peer.agree_on_versions().await;
        peer.read().await.expect("a request");
        peer.write(vec![bytes::Bytes::copy_from_slice(&i32::MAX.to_be_bytes())]).await;
        assert!(peer.read().await.is_none());
    };
    with_broker(script, |env, address| async move {
        let config = ConnectionConfig { response_bytes_max: 1 << 20, ..patient() };
        let connection = Connection::open(&env, &address, config).await.expect("it is a broker");
        assert!(matches!(connection.send(&QUESTION).await, Err(RequestError::Disconnected(_))));
    });
}

#[test]
fn what_is_no_broker_was_sent_nothing_that_matters() {
    let script = |_, mut peer: Peer| async move {
        peer.write(vec![bytes::Bytes::from_static(b"HTTP/1.1 400 Bad Request\r\n\r\n")]).await;
        while peer.read().await.is_some() {}
    };
    with_broker(script, |env, address| async move {
        let error = Connection::open(&env, &address, patient()).await.expect_err("it is no broker");
        assert!(matches!(error, RequestError::NotSent(_)), "{error:?}");
    });
}

#[test]
fn a_client_connects_again_after_losing_a_connection() {
    let script = |number, mut peer: Peer| async move {
        peer.agree_on_versions().await;
        let request = peer.read().await.expect("a request");
        if number > 0 {
            peer.answer_cluster(&request, request.correlation_id).await;
            assert!(peer.read().await.is_none());
        }
    };
    with_broker(script, |env, address| async move {
        let client = Client::new(&env, ClientConfig::new(address));
        let first = client.ask(Target::Any, &QUESTION).await.expect_err("it was cut");
        assert!(first.may_have_arrived());
        assert!(client.ask(Target::Any, &QUESTION).await.is_ok());
    });
}

#[test]
fn callers_that_come_while_a_connection_is_made_share_it() {
    let connections = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let counted = connections.clone();
    let script = move |_, mut peer: Peer| {
        counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        async move {
            peer.agree_on_versions().await;
            while let Some(request) = peer.read().await {
                peer.answer_cluster(&request, request.correlation_id).await;
            }
        }
    };
    with_broker(script, |env, address| async move {
        let client = Client::new(&env, ClientConfig::new(address));
        let mut tasks = Vec::new();
        for _ in 0..20 {
            let client = client.clone();
            tasks.push(env.spawn("ask", async move { client.ask(Target::Any, &QUESTION).await.is_ok() }));
        }
        for task in tasks {
            assert_eq!(task.await, Ok(true));
        }
        assert_eq!(connections.load(std::sync::atomic::Ordering::SeqCst), 1);
    });
}

#[test]
fn a_dead_bootstrap_address_is_passed_over() {
    let script = |_, mut peer: Peer| async move {
        peer.agree_on_versions().await;
        let request = peer.read().await.expect("a request");
        peer.answer_cluster(&request, request.correlation_id).await;
    };
    with_broker(script, |env, address| async move {
        // The port of a listener that is gone again refuses connections.
        let dead = env.listen("127.0.0.1:0").await.expect("a free port").local_address();
        let client = Client::new(&env, ClientConfig::new(format!("{dead},{address}")));
        assert!(client.ask(Target::Any, &QUESTION).await.is_ok());
        let client = Client::new(&env, ClientConfig::new(dead));
        let deadline = env.now() + Duration::from_millis(200);
        let error = client.ask_until(Target::Any, &QUESTION, deadline).await.expect_err("nobody is there");
        assert!(!error.may_have_arrived(), "{error:?}");
    });
}
