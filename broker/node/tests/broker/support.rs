//! A real broker over TCP, and a connection to it that speaks raw requests.

use bytes::Bytes;
use std::{collections::BTreeMap, future::Future, path::Path, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tribunal_env::{Env, Level, Stream};
use tribunal_node::{
    Broker,
    config::{BrokerConfig, Listener},
};
use tribunal_wire::{
    ApiKey, Request,
    batch::{BatchBuilder, Headers},
    compression::Codec,
    frame,
    message::{
        CreateTopicsRequest, ProduceRequest, RequestHeader,
        create_topics::{CreatableTopic, CreatableTopicConfig},
        produce::{PartitionProduceData, TopicProduceData},
    },
    types::{ProducerEpoch, ProducerId},
};

/// A connection that asks one thing after the other.
pub(crate) struct Client {
    env: Env,
    address: String,
    stream: Stream,
    asked: i32,
}

impl Client {
    async fn connect(env: Env, address: String) -> Client {
        let stream = env.connect(&address).await.expect("it listens");
        Client { env, address, stream, asked: 0 }
    }

    /// Another connection to the same broker.
    pub(crate) async fn another(&self) -> Client {
        Client::connect(self.env.clone(), self.address.clone()).await
    }

    /// A connection to another port of the same broker.
    pub(crate) async fn at_port(&self, port: u16) -> Client {
        Client::connect(self.env.clone(), format!("127.0.0.1:{port}")).await
    }

    /// The wall-clock time.
    pub(crate) fn now_ms(&self) -> i64 {
        self.env.wall().as_millis()
    }

    /// Asks over and over, until the answer is what is waited for.
    pub(crate) async fn until<R: Request>(
        &mut self,
        request: &R,
        version: i16,
        wanted: impl Fn(&R::Response) -> bool,
    ) -> R::Response {
        let env = self.env.clone();
        let asking = async {
            loop {
                let answer = self.ask(request, version).await;
                if wanted(&answer) {
                    return answer;
                }
                tribunal_env::yield_now().await;
            }
        };
        env.timeout(Duration::from_secs(60), asking).await.expect("it happens within a minute")
    }

    /// Makes a topic of one partition whose segments are that small.
    pub(crate) async fn make_topic_of_small_segments(&mut self, name: &str, segment_bytes: i64) {
        let segment = CreatableTopicConfig {
            name: "internal.segment.bytes".into(),
            value: Some(segment_bytes.to_string()),
        };
        let topics = vec![CreatableTopic {
            name: name.to_owned(),
            num_partitions: 1,
            replication_factor: 1,
            configs: vec![segment],
            ..Default::default()
        }];
        let made = self.ask(&CreateTopicsRequest { topics, ..Default::default() }, 7).await;
        assert_eq!(made.topics[0].error_code, 0);
    }

    /// Appends one record that is as old as now, as `sequence` of a producer unless that is negative. Its offset.
    pub(crate) async fn append_one(&mut self, topic: &str, sequence: i32) -> i64 {
        let mut builder = BatchBuilder::new(Codec::None, None);
        if sequence >= 0 {
            builder = builder.producer(ProducerId(7), ProducerEpoch(0), sequence);
        }
        builder.push(self.now_ms(), None, Some(&[b'x'; 100]), Headers::NONE);
        let mut batch = builder.build();
        batch.seal();
        let partition_data = vec![PartitionProduceData { index: 0, records: Some(batch.to_bytes().into()) }];
        let topic_data = vec![TopicProduceData { name: topic.to_owned(), topic_id: [0; 16], partition_data }];
        let request = ProduceRequest { transactional_id: None, acks: -1, timeout_ms: 1000, topic_data };
        let answer = self.ask(&request, 9).await;
        let partition = &answer.responses[0].partition_responses[0];
        assert_eq!(partition.error_code, 0);
        partition.base_offset
    }

    /// Sends a request, and says whether the broker ends the connection over it.
    pub(crate) async fn cut_off_by<R: Request>(mut self, request: &R, version: i16) -> bool {
        self.send(request, version).await;
        self.stream.read(&mut [0; 1]).await.map_or(true, |read| read == 0)
    }

    /// Sends a request, and waits for nothing.
    pub(crate) async fn send<R: Request>(&mut self, request: &R, version: i16) {
        self.asked += 1;
        let header = RequestHeader {
            request_api_key: R::API_KEY.as_i16(),
            request_api_version: version,
            correlation_id: self.asked,
            client_id: Some("tester".to_owned()),
        };
        for piece in frame::encode_request(&header, request).expect("the version carries the request") {
            self.stream.write_all(&piece).await.expect("the broker listens");
        }
        self.stream.flush().await.expect("the broker listens");
    }

    /// Asks in one version; the broker must answer.
    pub(crate) async fn ask<R: Request>(&mut self, request: &R, version: i16) -> R::Response {
        self.send(request, version).await;
        let mut length = [0; 4];
        let _read = self.stream.read_exact(&mut length).await.expect("the broker answers");
        let mut body = vec![0; usize::try_from(i32::from_be_bytes(length)).expect("a length")];
        let _read = self.stream.read_exact(&mut body).await.expect("the broker answers");
        let (correlation_id, response) =
            frame::decode_response::<R>(Bytes::from(body), version).expect("an answer in the asked version");
        assert_eq!(correlation_id, self.asked);
        response
    }
}

/// The stable versions of an API.
pub(crate) fn versions(key: ApiKey) -> std::ops::RangeInclusive<i16> {
    key.stable_versions().expect("served")
}

/// Runs `main` against a new broker, with an open connection.
pub(crate) fn with_broker<F: Future<Output = Client>>(
    properties: &[(&str, &str)],
    main: impl FnOnce(Client) -> F,
) {
    with_listeners(properties, |client, _bound| main(client));
}

/// As [`with_broker`]; `main` is told the listeners too.
pub(crate) fn with_listeners<F: Future<Output = Client>>(
    properties: &[(&str, &str)],
    main: impl FnOnce(Client, Vec<Listener>) -> F,
) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut given = BTreeMap::from([
        ("listeners".to_owned(), "PLAINTEXT://127.0.0.1:0".to_owned()),
        ("log.dirs".to_owned(), directory.path().to_string_lossy().into_owned()),
    ]);
    given.extend(properties.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let config = BrokerConfig::from_properties(&given).expect("legal properties").config;
    let run = async |env: Env| with_config(env, config, main).await;
    tribunal_host::run(Level::Error, run).expect("a runtime");
}

/// As [`with_broker`], against a directory that outlives the broker.
pub(crate) fn in_directory<F: Future<Output = Client>>(path: &Path, main: impl FnOnce(Client) -> F) {
    let given = BTreeMap::from([
        ("listeners".to_owned(), "PLAINTEXT://127.0.0.1:0".to_owned()),
        ("log.dirs".to_owned(), path.to_string_lossy().into_owned()),
    ]);
    let config = BrokerConfig::from_properties(&given).expect("legal properties").config;
    let run = async |env: Env| with_config(env, config, |client, _bound| main(client)).await;
    tribunal_host::run(Level::Error, run).expect("a runtime");
}

async fn with_config<F: Future<Output = Client>>(
    env: Env,
    config: BrokerConfig,
    main: impl FnOnce(Client, Vec<Listener>) -> F,
) {
    let broker = Broker::start(env.clone(), config).await.expect("it starts");
    let address = format!("127.0.0.1:{}", broker.bound()[0].port);
    drop(main(Client::connect(env, address).await, broker.bound().to_vec()).await);
    broker.stop().await;
}
