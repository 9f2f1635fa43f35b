//! Streams: bytes arrive whole and in order, a slow reader holds its writer, an end is seen, a closed port refuses.

use super::{Node, World, run};
use crate::{BoxFuture, Env, Listener, Stream};
use std::{
    future::Future,
    io::{ErrorKind, IoSlice},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::{Notify, oneshot},
};

/// Every check of this module.
pub async fn all(world: &Arc<dyn World>) {
    addresses_name_real_ports(world).await;
    bytes_arrive_in_order(world).await;
    a_flushed_write_needs_no_second(world).await;
    vectored_writes_arrive_in_order(world).await;
    both_directions_at_once(world).await;
    a_close_is_seen_after_the_data(world).await;
    writing_to_a_closed_peer_fails_in_the_end(world).await;
    a_closed_port_refuses(world).await;
    a_port_is_taken_once(world).await;
    a_slow_reader_holds_the_writer(world).await;
    connections_do_not_mix(world).await;
}

/// Long enough for anything that must happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// Listens on the first node, connects from the second, and runs one side on each.
async fn between<S, C, SF, CF>(world: &Arc<dyn World>, server: S, client: C)
where
    S: FnOnce(Env, Listener) -> SF + Send + 'static,
    C: FnOnce(Env, String) -> CF + Send + 'static,
    SF: Future<Output = ()> + Send,
    CF: Future<Output = ()> + Send,
{
    let (sender, receiver) = oneshot::channel();
    let (here, there) = (world.env(Node::First), world.env(Node::Second));
    let host = world.host(Node::First);
    let listening = run(world, Node::First, async move {
        let listener = here.listen("0.0.0.0:0").await.expect("a free port can be listened on");
        sender.send(port(&listener)).expect("the client waits");
        server(here, listener).await;
    });
    let connecting = run(world, Node::Second, async move {
        let port = receiver.await.expect("the server listens");
        client(there, format!("{host}:{port}")).await;
    });
    tokio::join!(listening, connecting);
}

fn port(listener: &Listener) -> u16 {
    let address = listener.local_address();
    let (_, port) = address.rsplit_once(':').expect("an address has a port");
    port.parse().expect("a port is a number")
}

async fn accept(listener: &mut Listener) -> Stream {
    listener.accept().await.expect("a connection arrives").0
}

async fn connect(env: &Env, address: &str) -> Stream {
    let outcome = env.timeout(PATIENCE, env.connect(address)).await;
    outcome.expect("a connect to a live node does not hang").expect("a listening port accepts")
}

/// Byte `index` of the test pattern: long period, so that lost and doubled pieces show.
fn pattern(index: usize) -> u8 {
    (index % 251) as u8 ^ (index / 65_521) as u8
}

/// Port 0 becomes a real one, peers have addresses, and two listeners differ.
pub async fn addresses_name_real_ports(world: &Arc<dyn World>) {
    between(
        world,
        |env, mut listener| async move {
            let other = env.listen("0.0.0.0:0").await.expect("a second free port");
            assert_ne!(port(&listener), 0);
            assert_ne!(port(&listener), port(&other));
            let (_stream, peer) = listener.accept().await.expect("a connection arrives");
            assert!(peer.rsplit_once(':').is_some(), "{peer} is not host:port");
        },
        |env, address| async move {
            let mut stream = connect(&env, &address).await;
            assert_eq!(stream.read(&mut [0; 8]).await.expect("the end is clean"), 0);
        },
    )
    .await;
}

/// Writes of all sizes arrive as one stream of bytes.
pub async fn bytes_arrive_in_order(world: &Arc<dyn World>) {
    const TOTAL: usize = 300_000;
    between(
        world,
        |_, mut listener| async move {
            let mut stream = accept(&mut listener).await;
            let mut buffer = vec![0; 7_001];
            let mut seen = 0;
            while seen < TOTAL {
                let count = stream.read(&mut buffer).await.expect("the writer lives");
                assert!(count > 0, "the stream ended after {seen} bytes");
                for (index, byte) in buffer[..count].iter().enumerate() {
                    assert_eq!(*byte, pattern(seen + index), "byte {} is another one", seen + index);
                }
                seen += count;
            }
            stream.write_all(b"thanks").await.expect("the writer reads");
            stream.flush().await.expect("the writer reads");
        },
        |env, address| async move {
            let mut stream = connect(&env, &address).await;
            let (mut sent, mut size) = (0, 1);
            while sent < TOTAL {
                let end = TOTAL.min(sent + size);
                let piece: Vec<u8> = (sent..end).map(pattern).collect();
                stream.write_all(&piece).await.expect("the reader lives");
                sent = end;
                size = size * 3 % 20_011 + 1;
            }
            stream.flush().await.expect("the reader lives");
            let mut answer = [0; 6];
            stream.read_exact(&mut answer).await.expect("the reader answers");
            assert_eq!(&answer, b"thanks");
        },
    )
    .await;
}

/// What was flushed reaches the peer without another call on the stream.
pub async fn a_flushed_write_needs_no_second(world: &Arc<dyn World>) {
    between(
        world,
        |env, mut listener| async move {
            let mut stream = accept(&mut listener).await;
            for round in 0..20_u8 {
                let mut byte = [0];
                let read = env.timeout(PATIENCE, stream.read_exact(&mut byte)).await;
                read.expect("a flushed byte arrives").expect("the writer lives");
                assert_eq!(byte, [round]);
                stream.write_all(&byte).await.expect("the peer reads");
                stream.flush().await.expect("the peer reads");
            }
        },
        |env, address| async move {
            let mut stream = connect(&env, &address).await;
            for round in 0..20_u8 {
                stream.write_all(&[round]).await.expect("the peer reads");
                stream.flush().await.expect("the peer reads");
                let mut byte = [0];
                let read = env.timeout(PATIENCE, stream.read_exact(&mut byte)).await;
                read.expect("a flushed byte arrives").expect("the peer lives");
                assert_eq!(byte, [round]);
            }
        },
    )
    .await;
}

/// A vectored write takes the slices one after the other, and says how much of them it took.
pub async fn vectored_writes_arrive_in_order(world: &Arc<dyn World>) {
    between(
        world,
        |_, mut listener| async move {
            let mut stream = accept(&mut listener).await;
            let mut seen = vec![0; 3_000];
            stream.read_exact(&mut seen).await.expect("all bytes arrive");
            assert!(seen.iter().enumerate().all(|(index, byte)| *byte == pattern(index)));
        },
        |env, address| async move {
            let mut stream = connect(&env, &address).await;
            let all: Vec<u8> = (0..3_000).map(pattern).collect();
            let mut sent = 0;
            while sent < all.len() {
                let rest = &all[sent..];
                let (front, back) = rest.split_at(rest.len() / 3);
                let slices = [IoSlice::new(front), IoSlice::new(&[]), IoSlice::new(back)];
                let count = stream.write_vectored(&slices).await.expect("the reader lives");
                assert!(count > 0 && count <= rest.len());
                sent += count;
            }
            stream.flush().await.expect("the reader lives");
            assert_eq!(stream.read(&mut [0]).await.expect("the end is clean"), 0);
        },
    )
    .await;
}

/// The halves of a stream, each in a task of its own, do not wait for each other.
pub async fn both_directions_at_once(world: &Arc<dyn World>) {
    const TOTAL: usize = 200_000;
    fn side(env: Env, stream: Stream) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            let (mut reader, mut writer) = tokio::io::split(stream);
            let writing = env.spawn("writer", async move {
                let all: Vec<u8> = (0..TOTAL).map(pattern).collect();
                writer.write_all(&all).await.expect("the peer reads");
                writer.flush().await.expect("the peer reads");
                writer
            });
            let mut seen = vec![0; TOTAL];
            reader.read_exact(&mut seen).await.expect("the peer writes");
            assert!(seen.iter().enumerate().all(|(index, byte)| *byte == pattern(index)));
            let writer = writing.await.expect("the writer ends");
            drop(reader.unsplit(writer));
        })
    }
    between(
        world,
        |env, mut listener| async move {
            let stream = accept(&mut listener).await;
            side(env, stream).await;
        },
        |env, address| async move {
            let stream = connect(&env, &address).await;
            side(env, stream).await;
        },
    )
    .await;
}

/// The end of a stream comes after all its bytes, once the peer dropped the whole stream.
pub async fn a_close_is_seen_after_the_data(world: &Arc<dyn World>) {
    between(
        world,
        |env, mut listener| async move {
            let mut stream = accept(&mut listener).await;
            let mut seen = Vec::new();
            let outcome = env.timeout(PATIENCE, stream.read_to_end(&mut seen)).await;
            let count = outcome.expect("the end is seen").expect("the end is clean");
            assert_eq!(count, 50_000);
            assert!(seen.iter().enumerate().all(|(index, byte)| *byte == pattern(index)));
        },
        |env, address| async move {
            let mut stream = connect(&env, &address).await;
            let all: Vec<u8> = (0..50_000).map(pattern).collect();
            stream.write_all(&all).await.expect("the reader lives");
            stream.flush().await.expect("the reader lives");
            stream.shutdown().await.expect("a shutdown of a live stream works");
            drop(stream);
        },
    )
    .await;
}

/// A writer learns that its peer has gone: not at once, but surely.
pub async fn writing_to_a_closed_peer_fails_in_the_end(world: &Arc<dyn World>) {
    between(
        world,
        |_, mut listener| async move {
            drop(accept(&mut listener).await);
        },
        |env, address| async move {
            let mut stream = connect(&env, &address).await;
            let attempt = async {
                loop {
                    if stream.write_all(&[0; 1_024]).await.is_err() || stream.flush().await.is_err() {
                        return;
                    }
                    env.sleep(Duration::from_millis(1)).await;
                }
            };
            env.timeout(PATIENCE, attempt).await.expect("a write to a closed peer fails in the end");
        },
    )
    .await;
}

/// A live node refuses a connect to a port that nobody listens on.
pub async fn a_closed_port_refuses(world: &Arc<dyn World>) {
    between(
        world,
        |_, listener| async move { drop(listener) },
        |env, address| async move {
            // The listener goes while we wait; a connection that it still took is not a failure.
            env.sleep(Duration::from_millis(20)).await;
            let outcome =
                env.timeout(PATIENCE, env.connect(&address)).await.expect("a refusal does not hang");
            let error = outcome.err().expect("nobody listens there");
            assert_eq!(error.kind(), ErrorKind::ConnectionRefused, "{error}");
        },
    )
    .await;
}

/// A port belongs to one listener, and is free again when that is dropped.
pub async fn a_port_is_taken_once(world: &Arc<dyn World>) {
    let env = world.env(Node::First);
    run(world, Node::First, async move {
        let listener = env.listen("0.0.0.0:0").await.expect("a free port");
        let address = format!("0.0.0.0:{}", port(&listener));
        let error = env.listen(&address).await.err().expect("the port is taken");
        assert_eq!(error.kind(), ErrorKind::AddrInUse, "{error}");
        drop(listener);
        drop(env.listen(&address).await.expect("the port is free again"));
    })
    .await;
}

/// A writer waits when its reader does not read, and loses nothing by it.
pub async fn a_slow_reader_holds_the_writer(world: &Arc<dyn World>) {
    let total = world.more_than_buffers();
    let (taken, held) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let (watched, go) = (Arc::clone(&taken), Arc::clone(&held));
    between(
        world,
        move |_, mut listener| async move {
            let mut stream = accept(&mut listener).await;
            go.notified().await;
            let mut buffer = vec![0; 65_536];
            let mut seen = 0;
            while seen < total {
                let count = stream.read(&mut buffer).await.expect("the writer lives");
                assert!(count > 0, "the stream ended after {seen} bytes");
                let matches =
                    buffer[..count].iter().enumerate().all(|(at, byte)| *byte == pattern(seen + at));
                assert!(matches, "bytes after {seen} are other ones");
                seen += count;
            }
        },
        move |env, address| async move {
            let mut stream = connect(&env, &address).await;
            let clock = env.clone();
            let watch = env.spawn("watch", async move {
                let mut before = 0;
                loop {
                    clock.sleep(Duration::from_millis(20)).await;
                    let now = watched.load(Ordering::Relaxed);
                    if now == before && now > 0 {
                        break;
                    }
                    before = now;
                }
                assert!(before < total, "{total} bytes were taken though nobody reads");
                held.notify_one();
            });
            let all: Vec<u8> = (0..total).map(pattern).collect();
            let mut sent = 0;
            while sent < total {
                let end = total.min(sent + 16_384);
                sent += stream.write(&all[sent..end]).await.expect("the reader lives");
                taken.store(sent, Ordering::Relaxed);
            }
            stream.flush().await.expect("the reader lives");
            watch.await.expect("the watch ends");
            assert_eq!(stream.read(&mut [0]).await.expect("the end is clean"), 0);
        },
    )
    .await;
}

/// Several connections between the same nodes carry each their own bytes.
pub async fn connections_do_not_mix(world: &Arc<dyn World>) {
    const CONNECTIONS: u8 = 8;
    between(
        world,
        |env, mut listener| async move {
            let mut tasks = Vec::new();
            for _ in 0..CONNECTIONS {
                let stream = accept(&mut listener).await;
                tasks.push(env.spawn("echo", async move {
                    let (mut reader, mut writer) = tokio::io::split(stream);
                    let mut buffer = [0; 512];
                    loop {
                        let count = reader.read(&mut buffer).await.expect("the client lives");
                        if count == 0 {
                            return;
                        }
                        writer.write_all(&buffer[..count]).await.expect("the client reads");
                        writer.flush().await.expect("the client reads");
                    }
                }));
            }
            for task in tasks {
                task.await.expect("each echo ends with its client");
            }
        },
        |env, address| async move {
            let clients: Vec<_> = (0..CONNECTIONS)
                .map(|number| {
                    let (env, address) = (env.clone(), address.clone());
                    let inner = env.clone();
                    inner.spawn("client", async move {
                        let mut stream = connect(&env, &address).await;
                        for round in 0..30_u8 {
                            let sent = [number, round, number ^ round];
                            stream.write_all(&sent).await.expect("the echo lives");
                            stream.flush().await.expect("the echo lives");
                            let mut answer = [0; 3];
                            stream.read_exact(&mut answer).await.expect("the echo answers");
                            assert_eq!(answer, sent);
                        }
                    })
                })
                .collect();
            for client in clients {
                client.await.expect("each client ends");
            }
        },
    )
    .await;
}
