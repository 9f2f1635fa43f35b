//! Compaction by a real broker over TCP: what becomes of keys, of tombstones, and of records that have no key.

use crate::support::{Client, with_broker};
use tribunal_wire::{
    batch::{Batch, BatchBuilder, Batches, Headers},
    compression::Codec,
    message::{
        AlterConfigsRequest, CreateTopicsRequest, FetchRequest, ListOffsetsRequest, ProduceRequest,
        alter_configs,
        create_topics::{CreatableTopic, CreatableTopicConfig},
        fetch::{FetchPartition, FetchTopic},
        list_offsets::{ListOffsetsPartition, ListOffsetsTopic},
        produce::{PartitionProduceData, PartitionProduceResponse, TopicProduceData},
    },
};

const TOPIC: &str = "keyed";
const RESOURCE_TOPIC: i8 = 2;
const KEYS: u8 = 5;
const OFTEN: [(&str, &str); 2] = [("log.cleaner.backoff.ms", "5"), ("log.segment.delete.delay.ms", "0")];
const CONFIGS: [(&str, &str); 4] = [
    ("cleanup.policy", "compact"),
    ("internal.segment.bytes", "1024"),
    ("min.cleanable.dirty.ratio", "0.01"),
    ("delete.retention.ms", "1"),
];

async fn make_topic(client: &mut Client, configs: &[(&str, &str)]) {
    let config = |(name, value): &(&str, &str)| CreatableTopicConfig {
        name: (*name).to_owned(),
        value: Some((*value).to_owned()),
    };
    let topics = vec![CreatableTopic {
        name: TOPIC.to_owned(),
        num_partitions: 1,
        replication_factor: 1,
        configs: configs.iter().map(config).collect(),
        ..Default::default()
    }];
    let made = client.ask(&CreateTopicsRequest { topics, ..Default::default() }, 7).await;
    assert_eq!(made.topics[0].error_code, 0);
}

async fn produce(client: &mut Client, batch: &Batch) -> PartitionProduceResponse {
    let partition_data = vec![PartitionProduceData { index: 0, records: Some(batch.to_bytes().into()) }];
    let topic_data = vec![TopicProduceData { name: TOPIC.to_owned(), topic_id: [0; 16], partition_data }];
    let request = ProduceRequest { transactional_id: None, acks: -1, timeout_ms: 1000, topic_data };
    client.ask(&request, 9).await.responses[0].partition_responses[0].clone()
}

/// Appends a record of a key, with a value or without. Its offset.
async fn append(client: &mut Client, key: u8, has_value: bool) -> i64 {
    let mut builder = BatchBuilder::new(Codec::None, None);
    let value = [b'x'; 100];
    builder.push(client.now_ms(), Some(&[key]), has_value.then_some(&value[..]), Headers::NONE);
    let told = produce(client, &builder.build()).await;
    assert_eq!(told.error_code, 0);
    told.base_offset
}

fn fetch(fetch_offset: i64) -> FetchRequest {
    let partition = FetchPartition { fetch_offset, partition_max_bytes: 1 << 20, ..Default::default() };
    let topics =
        vec![FetchTopic { topic: TOPIC.to_owned(), partitions: vec![partition], ..Default::default() }];
    FetchRequest { max_bytes: 1 << 20, topics, ..Default::default() }
}

/// Offset and key of each record from `from` on, and whether it has a value.
async fn everything(client: &mut Client, from: i64) -> Vec<(i64, u8, bool)> {
    let (mut told, mut next) = (Vec::new(), from);
    loop {
        let response = client.ask(&fetch(next), 12).await;
        let partition = &response.responses[0].partitions[0];
        assert_eq!(partition.error_code, 0);
        let before = next;
        for batch in
            Batches::new(partition.records.clone().unwrap_or_default().into_bytes()).map_while(Result::ok)
        {
            for record in &batch.records(1 << 20).expect("they can be read") {
                let record = record.expect("it is whole");
                let offset = batch.header.base_offset.0 + i64::from(record.offset_delta);
                told.push((offset, record.key.expect("all have keys")[0], record.value.is_some()));
            }
            // Of a batch whose records are all gone, its offsets may be what is left.
            next = batch.header.next_offset().0;
        }
        if next == before {
            return told;
        }
    }
}

/// Reads over and over, until what is there is what is waited for.
async fn until(client: &mut Client, wanted: impl Fn(&[(i64, u8, bool)]) -> bool) -> Vec<(i64, u8, bool)> {
    for _ in 0..100_000 {
        let told = everything(client, 0).await;
        if wanted(&told) {
            return told;
        }
        tribunal_env::yield_now().await;
    }
    panic!("it happens soon enough");
}

/// Whether no key stands there twice, but for those of the last records, which no pass has come to.
fn is_compacted(told: &[(i64, u8, bool)]) -> bool {
    let touched: Vec<_> = told.iter().filter(|record| record.0 < 45).collect();
    touched.iter().all(|record| touched.iter().filter(|it| it.1 == record.1).count() == 1)
}

#[test]
fn each_key_keeps_its_newest_record_and_offsets_stay() {
    with_broker(&OFTEN, async |mut client| {
        make_topic(&mut client, &CONFIGS).await;
        for round in 0..60 {
            assert_eq!(append(&mut client, round % KEYS, true).await, i64::from(round));
        }
        let told = until(&mut client, is_compacted).await;
        assert!(told[0].0 > 3, "the first records are gone");
        assert_eq!(told.last().map(|it| it.0), Some(59));
        // A reader who stands at an offset that is gone is given what follows it.
        assert_eq!(everything(&mut client, 3).await.last(), told.last());

        append(&mut client, 0, false).await;
        let mut offset = 0;
        let mut is_gone = false;
        while !is_gone {
            // A pass needs something dirty.
            offset = append(&mut client, 1 + (offset % i64::from(KEYS - 1)) as u8, true).await;
            is_gone = everything(&mut client, 0).await.iter().all(|it| it.1 != 0);
            assert!(offset < 10_000, "the tombstone goes when its time has come");
        }

        let partitions =
            vec![ListOffsetsPartition { timestamp: -2, current_leader_epoch: -1, ..Default::default() }];
        let topics = vec![ListOffsetsTopic { name: TOPIC.to_owned(), partitions }];
        let list = ListOffsetsRequest { replica_id: -1, topics, ..Default::default() };
        assert_eq!(client.ask(&list, 8).await.topics[0].partitions[0].offset, 0, "the log start stays");

        // Where nothing is compacted any more, what was is no damage.
        let config = |(name, value): &(&str, &str)| alter_configs::AlterableConfig {
            name: (*name).to_owned(),
            value: Some((*value).to_owned()),
        };
        let resource = alter_configs::AlterConfigsResource {
            resource_type: RESOURCE_TOPIC,
            resource_name: TOPIC.to_owned(),
            configs: CONFIGS[1..].iter().map(config).collect(),
        };
        let request = AlterConfigsRequest { resources: vec![resource], validate_only: false };
        assert_eq!(client.ask(&request, 2).await.responses[0].error_code, 0);
        assert!(!everything(&mut client, 0).await.is_empty());
        client
    });
}

#[test]
fn records_without_a_key_are_refused_one_by_one() {
    with_broker(&[], async |mut client| {
        make_topic(&mut client, &CONFIGS).await;
        let mut builder = BatchBuilder::new(Codec::None, None);
        for key in [Some(&b"a"[..]), None, Some(&b""[..]), None] {
            builder.push(client.now_ms(), key, Some(b"v"), Headers::NONE);
        }
        let answer = produce(&mut client, &builder.build()).await;
        let at_fault: Vec<i32> = answer.record_errors.iter().map(|error| error.batch_index).collect();
        assert_eq!((answer.error_code, at_fault), (87, vec![1, 3]));
        client
    });
}

#[test]
fn a_broker_that_is_told_so_compacts_nothing() {
    let properties = [OFTEN[0], OFTEN[1], ("log.cleaner.enable", "false")];
    with_broker(&properties, async |mut client| {
        make_topic(&mut client, &CONFIGS).await;
        for round in 0..30 {
            append(&mut client, round % KEYS, true).await;
        }
        assert_eq!(everything(&mut client, 0).await.len(), 30);
        client
    });
}
