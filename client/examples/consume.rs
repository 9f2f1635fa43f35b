//! Reads every partition of a topic from its start until nothing more comes, and counts.
//!
//! ```text
//! cargo run --release -p tribunal-client --example consume -- localhost:9092 TOPIC
//! ```

use std::{error::Error, sync::Arc, time::Duration};
use tribunal_client::{Client, ClientConfig, Consumer, ConsumerConfig, TopicPartition};
use tribunal_env::{Env, Level};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let bootstrap = arguments.next().unwrap_or_else(|| "localhost:9092".to_owned());
    let topic = arguments.next().unwrap_or_else(|| "tribunal-produce".to_owned());
    tribunal_host::run(Level::Debug, |env| consume(env, bootstrap, topic.into()))?
}

#[expect(clippy::print_stdout, reason = "an example shows what it does")]
async fn consume(env: Env, bootstrap: String, topic: Arc<str>) -> Result<(), Box<dyn Error>> {
    let client = Client::new(&env, ClientConfig::new(bootstrap));
    let count = client.partition_count(&topic, client.request_deadline()).await?;
    let mut consumer = Consumer::new(&client, ConsumerConfig::default());
    let partitions = 0..i32::try_from(count)?;
    consumer.assign(partitions.map(|partition| TopicPartition::new(topic.clone(), partition)));
    let start = env.now();
    let (mut records, mut bytes, mut last) = (0u64, 0u64, start);
    loop {
        let polled = consumer.poll(Duration::from_secs(2)).await;
        for truncation in &polled.truncations {
            println!("cut: {truncation:?}");
        }
        for (partition, failure) in &polled.failures {
            println!("{partition} stopped: {failure:?}");
        }
        if polled.records.is_empty() {
            break;
        }
        records += polled.records.len() as u64;
        bytes += polled
            .records
            .iter()
            .map(|record| record.value.as_ref().map_or(0, |v| v.len() as u64))
            .sum::<u64>();
        last = env.now();
    }
    let seconds = last.since(start).as_secs_f64();
    println!("{records} records, {bytes} bytes of values, in {seconds:.2} s");
    for partition in consumer.assignment() {
        println!(
            "{partition}: next is {:?}, {:?}",
            consumer.position(partition),
            consumer.watermarks(partition)
        );
    }
    Ok(())
}
