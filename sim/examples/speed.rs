//! How many round trips the bare engines carry: one server, four clients, five requests in flight each.
//!
//! `cargo run --release -p tribunal-sim --example speed -- turmoil 20000`; time it from outside, and divide.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tribunal_env::{Env, FileExt, OpenMode};
use tribunal_sim::{EngineKind, NodeOptions, Options, World, engine};

async fn serve(env: Env) {
    let mut listener = env.listen("0.0.0.0:9092").await.expect("the port is free");
    let file = env.disk().open("log", OpenMode::Create).await.expect("a file");
    let end = Arc::new(AtomicU64::new(0));
    loop {
        let (mut stream, _) = listener.accept().await.expect("connections arrive");
        let (file, end) = (Arc::clone(&file), Arc::clone(&end));
        drop(env.spawn("connection", async move {
            let mut frame = vec![0; 1_024];
            while stream.read_exact(&mut frame).await.is_ok() {
                let offset = end.fetch_add(1_000, Ordering::Relaxed);
                let batch = frame[24..].to_vec().into();
                file.write_all_at(offset, &[batch]).await.expect("a write");
                if stream.write_all(&frame[..64]).await.is_err() {
                    return;
                }
            }
        }));
    }
}

async fn drive(world: World, each: u64) -> u64 {
    let server = world.node("server", NodeOptions::default()).await;
    drop(world.start(server, "serve", serve));
    let mut clients = Vec::new();
    for name in ["a", "b", "c", "d"] {
        let shared = NodeOptions { host: Some("clients".to_owned()), ..NodeOptions::default() };
        let node = world.node(name, shared).await;
        clients.push(world.start(node, "client", move |env| async move {
            env.sleep(Duration::from_millis(20)).await;
            let mut stream = env.connect("server:9092").await.expect("the server listens");
            let mut request = vec![7; 1_024];
            request[..4].copy_from_slice(&1_020_u32.to_be_bytes());
            let (mut answer, mut sent) = ([0; 64], 0);
            for received in 0..each {
                while sent < each && sent < received + 5 {
                    let write = env.timeout(Duration::from_secs(30), stream.write_all(&request)).await;
                    write.expect("it is taken").expect("the server lives");
                    sent += 1;
                }
                let read = env.timeout(Duration::from_secs(30), stream.read_exact(&mut answer)).await;
                read.expect("it is answered").expect("the server lives");
            }
        }));
    }
    for client in clients {
        client.await.expect("each client ends");
    }
    4 * each
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let engine: EngineKind = arguments.next().as_deref().unwrap_or("turmoil").parse().expect("an engine");
    let each: u64 = arguments.next().as_deref().unwrap_or("20000").parse().expect("a number");
    let options = Options { virtual_limit: Duration::from_secs(100_000), ..Options::default() };
    let outcome = engine::run(engine, 1, options, move |world| drive(world, each));
    let text = format!(
        "{:?} round trips, {} virtual ms, {:?}, hash {}\n",
        outcome.result,
        outcome.virtual_nanos / 1_000_000,
        outcome.events,
        outcome.hash
    );
    std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes()).expect("standard output takes it");
}
