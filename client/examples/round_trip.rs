//! Makes a topic, writes a few records to it, reads them back as they stand in the log, deletes the topic.
//!
//! ```text
//! cargo run -p tribunal-client --example round_trip -- localhost:9092
//! ```

use std::error::Error;
use tribunal_client::{
    Admin, Client, ClientConfig, IsolationLevel, NewTopic, OffsetSpec, Outcome, Producer, ProducerConfig,
    ProducerRecord, RawFetchOptions, RawReader, TopicName, TopicPartition,
};
use tribunal_env::{Env, Level};
use tribunal_wire::types::Offset;

const TOPIC: &str = "tribunal-round-trip";

fn main() -> Result<(), Box<dyn Error>> {
    let bootstrap = std::env::args().nth(1).unwrap_or_else(|| "localhost:9092".to_owned());
    tribunal_host::run(Level::Info, |env| round_trip(env, bootstrap))?
}

#[expect(clippy::print_stdout, reason = "an example shows what it does")]
async fn round_trip(env: Env, bootstrap: String) -> Result<(), Box<dyn Error>> {
    let client = Client::new(&env, ClientConfig::new(bootstrap));
    let admin = Admin::new(&client);
    let cluster = admin.describe_cluster().await?;
    println!("cluster {} with {} brokers", cluster.cluster_id, cluster.brokers.len());
    let topic_id = admin.create_topic(&NewTopic::new(TOPIC, 1)).await?;
    println!("made topic {TOPIC}, id {topic_id}");

    let producer = Producer::new(&client, ProducerConfig::default())?;
    let mut deliveries = Vec::new();
    for number in 0..10 {
        let record = ProducerRecord::new(TOPIC, format!("value {number}")).key(format!("key {}", number % 3));
        deliveries.push(producer.send(&record).await?);
    }
    for delivery in deliveries {
        match delivery.wait().await.outcome {
            Outcome::Done { offset, .. } => println!("written at {offset:?}"),
            Outcome::NotDone(reason) => println!("not written: {reason}"),
            Outcome::Unknown(reason) => println!("perhaps written: {reason}"),
        }
    }
    producer.close().await;

    let partition = TopicPartition::new(TOPIC, 0);
    let end = admin.list_offset(&partition, OffsetSpec::Latest, IsolationLevel::ReadUncommitted).await?;
    println!("the log ends at {:?}", end.offset);
    let reader = RawReader::new(&client);
    let fetched = reader.fetch(&partition, Offset::ZERO, &RawFetchOptions::default()).await?;
    for batch in fetched.batches() {
        let batch = batch.map_err(|error| format!("{error:?}"))?;
        println!("{:?}, CRC right: {}", batch.header, batch.crc_is_right());
        let records = batch.open(1 << 20).map_err(|error| format!("{error:?}"))?;
        for record in batch.place(&records) {
            let record = record.map_err(|error| format!("{error:?}"))?;
            let text = |bytes: Option<&[u8]>| bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            println!(
                "  {:?}: {:?} = {:?}",
                record.offset,
                text(record.record.key),
                text(record.record.value)
            );
        }
    }
    admin.delete_topic(&TopicName::Name(TOPIC.to_owned())).await?;
    Ok(())
}
