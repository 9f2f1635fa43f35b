//! A connection's promises: order, bounds, and how it ends.

use super::*;
use std::{
    future::Future,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{io::DuplexStream, sync::oneshot};
use tribunal_env::Level;
use tribunal_host::{Host, runtime};

/// Echoes a frame; `L` waits for the gate, `N` has no answer, `C` closes, `F` fails once it is looked at.
struct Echo {
    gate: Mutex<Option<oneshot::Receiver<()>>>,
    begun: AtomicUsize,
}

impl Dispatch for Echo {
    fn begin(&self, frame: Bytes) -> Begin<'_> {
        self.begun.fetch_add(1, Ordering::Relaxed);
        let gate = self.gate.lock().expect("no test panics with it").take();
        let reply = match frame[0] {
            b'L' => Reply::Later(Box::pin(async move {
                if let Some(gate) = gate {
                    let _opened = gate.await;
                }
                Ok(vec![frame])
            })),
            b'N' => Reply::Ready(Frame::new()),
            b'F' => Reply::Later(Box::pin(async { Err("failed".to_owned()) })),
            b'C' => Reply::Close("asked to".to_owned()),
            _ => return Begin::Waits(Box::pin(async move { Reply::Ready(vec![frame]) })),
        };
        Begin::Done(reply)
    }
}

struct Trial {
    client: DuplexStream,
    gate: oneshot::Sender<()>,
    stop: watch::Sender<bool>,
    echo: Arc<Echo>,
    ended: tribunal_env::Task<Result<(), String>>,
}

fn limits(memory: Option<usize>) -> Limits {
    Limits {
        frame_bytes_max: 100,
        idle_max: Duration::from_secs(60),
        memory: memory.map(|bytes| Arc::new(RequestMemory::new(bytes))),
    }
}

fn trial<F: Future<Output = ()>>(limits: Limits, body: impl FnOnce(Trial) -> F) {
    let runtime = runtime().expect("threads can be had");
    let env = Host::new(runtime.handle().clone(), Level::Error).into_env();
    let (client, server) = tokio::io::duplex(64 * 1024);
    let (gate, gate_opens) = oneshot::channel();
    let (stop, stopped) = watch::channel(false);
    let echo = Arc::new(Echo { gate: Mutex::new(Some(gate_opens)), begun: AtomicUsize::new(0) });
    let (served, dispatch) = (env.clone(), echo.clone());
    let ended = env.spawn("connection", async move {
        serve(&served, Box::new(server), dispatch.as_ref(), &limits, stopped).await
    });
    runtime.block_on(body(Trial { client, gate, stop, echo, ended }));
}

async fn send(client: &mut DuplexStream, payload: &[u8]) {
    let length = i32::try_from(payload.len()).expect("test frames are small");
    client.write_all(&length.to_be_bytes()).await.expect("the server reads");
    client.write_all(payload).await.expect("the server reads");
}

async fn expect(client: &mut DuplexStream, expected: &[u8]) {
    let mut got = vec![0; expected.len()];
    client.read_exact(&mut got).await.expect("the server answers");
    assert_eq!(got, expected);
}

#[test]
fn answers_keep_the_order_of_the_requests() {
    trial(limits(None), async |mut trial| {
        send(&mut trial.client, b"L1").await;
        send(&mut trial.client, b"N").await;
        send(&mut trial.client, b"a2").await;
        send(&mut trial.client, b"b3").await;
        while trial.echo.begun.load(Ordering::Relaxed) < 4 {
            tribunal_env::yield_now().await;
        }
        trial.gate.send(()).expect("the first answer waits");
        expect(&mut trial.client, b"L1a2b3").await;
    });
}

#[test]
fn what_stands_before_a_failure_is_answered() {
    trial(limits(None), async |mut trial| {
        send(&mut trial.client, b"L1").await;
        send(&mut trial.client, b"a2").await;
        send(&mut trial.client, b"F").await;
        while trial.echo.begun.load(Ordering::Relaxed) < 3 {
            tribunal_env::yield_now().await;
        }
        trial.gate.send(()).expect("the first answer waits");
        expect(&mut trial.client, b"L1a2").await;
        assert_eq!(trial.ended.await.expect("the task ends"), Err("failed".to_owned()));
    });
}

#[test]
fn a_frame_that_is_too_large_ends_the_connection() {
    trial(limits(None), async |mut trial| {
        trial.client.write_all(&101i32.to_be_bytes()).await.expect("the server reads");
        let reason = trial.ended.await.expect("the task ends").expect_err("it is a breach");
        assert!(reason.contains("101 bytes") && reason.contains("socket.request.max.bytes"), "{reason}");
    });
}

#[test]
fn a_negative_length_and_http_are_told_apart() {
    trial(limits(None), async |mut trial| {
        trial.client.write_all(b"GET / HTTP/1.1\r\n\r\n").await.expect("the server reads");
        let reason = trial.ended.await.expect("the task ends").expect_err("it is a breach");
        assert!(reason.contains("HTTP"), "{reason}");
    });
    trial(limits(None), async |mut trial| {
        trial.client.write_all(&(-1i32).to_be_bytes()).await.expect("the server reads");
        let reason = trial.ended.await.expect("the task ends").expect_err("it is a breach");
        assert!(reason.contains("-1 bytes"), "{reason}");
    });
}

#[test]
fn an_end_between_frames_is_quiet_and_one_inside_is_not() {
    trial(limits(None), async |mut trial| {
        send(&mut trial.client, b"a").await;
        expect(&mut trial.client, b"a").await;
        drop(trial.client);
        assert_eq!(trial.ended.await, Ok(Ok(())));
    });
    trial(limits(None), async |mut trial| {
        trial.client.write_all(&[0, 0, 0, 5, 1]).await.expect("the server reads");
        drop(trial.client);
        let reason = trial.ended.await.expect("the task ends").expect_err("half a frame is told");
        assert!(reason.contains("in the middle"), "{reason}");
    });
}

#[test]
fn stopping_answers_what_was_begun() {
    trial(limits(None), async |mut trial| {
        send(&mut trial.client, b"L").await;
        while trial.echo.begun.load(Ordering::Relaxed) < 1 {
            tribunal_env::yield_now().await;
        }
        trial.stop.send(true);
        trial.gate.send(()).expect("the answer waits");
        expect(&mut trial.client, b"L").await;
        assert_eq!(trial.ended.await, Ok(Ok(())));
    });
}

#[test]
fn a_breach_is_answered_by_closing_after_earlier_answers() {
    trial(limits(None), async |mut trial| {
        send(&mut trial.client, b"a").await;
        send(&mut trial.client, b"C").await;
        expect(&mut trial.client, b"a").await;
        assert_eq!(trial.ended.await, Ok(Err("asked to".to_owned())));
    });
}

#[test]
fn what_was_begun_before_a_broken_frame_is_answered() {
    trial(limits(None), async |mut trial| {
        send(&mut trial.client, b"L").await;
        trial.client.write_all(&(-1i32).to_be_bytes()).await.expect("the server reads");
        while trial.echo.begun.load(Ordering::Relaxed) < 1 {
            tribunal_env::yield_now().await;
        }
        trial.gate.send(()).expect("the answer waits");
        expect(&mut trial.client, b"L").await;
        let reason = trial.ended.await.expect("the task ends").expect_err("it is a breach");
        assert!(reason.contains("-1 bytes"), "{reason}");
    });
}

#[test]
fn a_request_above_the_whole_memory_passes_alone() {
    trial(limits(Some(10)), async |mut trial| {
        for _ in 0..3 {
            send(&mut trial.client, &[b'a'; 90]).await;
        }
        expect(&mut trial.client, &[b'a'; 270]).await;
    });
}
