//! Writes records as fast as they are taken, and says what became of them.
//!
//! ```text
//! cargo run --release -p tribunal-client --example produce -- localhost:9092 TOPIC RECORDS BYTES
//! ```

use std::{error::Error, time::Duration};
use tribunal_client::{Client, ClientConfig, Outcome, Producer, ProducerConfig, ProducerRecord};
use tribunal_env::{Env, Level};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let bootstrap = arguments.next().unwrap_or_else(|| "localhost:9092".to_owned());
    let topic = arguments.next().unwrap_or_else(|| "tribunal-produce".to_owned());
    let records = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    let bytes = arguments.next().map_or(Ok(1000), |text| text.parse())?;
    tribunal_host::run(Level::Debug, |env| produce(env, bootstrap, topic, records, bytes))?
}

#[expect(clippy::print_stdout, reason = "an example shows what it does")]
async fn produce(
    env: Env,
    bootstrap: String,
    topic: String,
    records: usize,
    bytes: usize,
) -> Result<(), Box<dyn Error>> {
    let client = Client::new(&env, ClientConfig::new(bootstrap));
    let config = ProducerConfig {
        batch_bytes: 512 << 10,
        request_bytes_max: 4 << 20,
        linger: Duration::from_millis(5),
        ..ProducerConfig::default()
    };
    let producer = Producer::new(&client, config)?;
    let record = ProducerRecord::new(topic, vec![b'x'; bytes]);
    let start = env.now();
    let mut deliveries = Vec::with_capacity(records);
    for _ in 0..records {
        deliveries.push(producer.send(&record).await?);
    }
    producer.flush().await;
    let seconds = env.now().since(start).as_secs_f64();
    let (mut done, mut not_done, mut unknown) = (0, 0, 0);
    for delivery in &deliveries {
        match delivery.wait().await.outcome {
            Outcome::Done { .. } => done += 1,
            Outcome::NotDone(_) => not_done += 1,
            Outcome::Unknown(_) => unknown += 1,
        }
    }
    producer.close().await;
    println!("{done} done, {not_done} not done, {unknown} unknown, in {seconds:.2} s");
    println!("{:.1} MB/s", (records * bytes) as f64 / seconds / 1e6);
    Ok(())
}
