//! What every engine must do under the chaos layer: the conformance suite, repeatability, exploration of orders, and
//! for each trap of an engine that is stepped around a test that would see it return.

use crate::{
    EngineKind, Failure, NodeId, NodeOptions, Options, Outcome, Status, World,
    chaos::{LinkDelay, RpcAction, RpcRule},
    disk::{Crash, DiskOptions, Pace},
    engine,
    random::Ratio,
    trace::{EventKind, first_difference},
};
use std::{
    collections::BTreeSet,
    future::Future,
    io::ErrorKind,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tribunal_env::{BoxFuture, Env, FatalReason, FileExt, OpenMode, Stream, conformance, yield_now};

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn run<T, F, D>(engine: EngineKind, seed: u64, driver: F) -> Outcome<T>
where
    T: Send + 'static,
    F: FnOnce(World) -> D + Send + 'static,
    D: Future<Output = T> + 'static,
{
    engine::run(engine, seed, Options::default(), driver)
}

fn passed<T>(outcome: Outcome<T>) -> T {
    match outcome.result {
        Ok(output) => output,
        Err(failure) => panic!("{} seed {}: {failure}", outcome.engine.name(), outcome.seed),
    }
}

/// Runs `driver` on every engine.
fn everywhere<F, D>(driver: F)
where
    F: FnOnce(World, NodeId, NodeId) -> D + Send + Clone + 'static,
    D: Future<Output = ()> + 'static,
{
    for engine in EngineKind::available() {
        for seed in 1..=3 {
            let driver = driver.clone();
            passed(run(*engine, seed, |world| async move {
                let server = world.node("server", NodeOptions::default()).await;
                let client = world.node("client", NodeOptions::default()).await;
                driver(world, server, client).await;
            }));
        }
    }
}

/// A server that answers each byte with the next one, for ever.
async fn echo(env: Env) {
    let mut listener = env.listen("0.0.0.0:9092").await.expect("the port is free");
    loop {
        let (stream, _) = listener.accept().await.expect("connections arrive");
        drop(env.spawn("echo", async move {
            let (mut reader, mut writer) = tokio::io::split(stream);
            let mut byte = [0];
            while reader.read_exact(&mut byte).await.is_ok() {
                byte[0] = byte[0].wrapping_add(1);
                if writer.write_all(&byte).await.is_err() {
                    return;
                }
            }
        }));
    }
}

async fn dial(env: &Env) -> Stream {
    loop {
        match env.connect("server:9092").await {
            Ok(stream) => return stream,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
                env.sleep(ms(5)).await;
            }
        }
    }
}

/// One byte there and back; the error's kind when that fails, `None` when it takes too long.
async fn ask(env: &Env, stream: &mut Stream, limit: Duration) -> Option<Result<u8, ErrorKind>> {
    let asking = async {
        stream.write_all(&[7]).await.map_err(|error| error.kind())?;
        let mut byte = [0];
        stream.read_exact(&mut byte).await.map_err(|error| error.kind())?;
        Ok(byte[0])
    };
    env.timeout(limit, asking).await
}

// ----- conformance ------------------------------------------------------------------------------------------------------

struct Conforming {
    world: World,
    nodes: [NodeId; 2],
}

impl Conforming {
    fn node(&self, node: conformance::Node) -> NodeId {
        self.nodes[usize::from(node == conformance::Node::Second)]
    }
}

impl conformance::World for Conforming {
    fn env(&self, node: conformance::Node) -> Env {
        self.world.env(self.node(node))
    }

    fn start(&self, node: conformance::Node, future: BoxFuture<'static, ()>) {
        drop(self.world.env(self.node(node)).spawn("check", future));
    }

    fn host(&self, node: conformance::Node) -> String {
        if node == conformance::Node::First { "server" } else { "client" }.to_owned()
    }

    fn directory(&self, _node: conformance::Node) -> String {
        "data".to_owned()
    }

    fn more_than_buffers(&self) -> usize {
        1 << 20
    }

    fn set_disk_full(&self, node: conformance::Node, full: bool) -> bool {
        self.world
            .with_disk(self.node(node), |disk| disk.set_capacity(if full { disk.used() } else { 1 << 30 }));
        true
    }
}

fn conforms(options: &Options) {
    for engine in EngineKind::available() {
        for seed in 1..=4 {
            passed(engine::run(*engine, seed, options.clone(), |world| async move {
                let server = world.node("server", NodeOptions::default()).await;
                let client = world.node("client", NodeOptions::default()).await;
                let world: Arc<dyn conformance::World> =
                    Arc::new(Conforming { world, nodes: [server, client] });
                conformance::all(&world).await;
            }));
        }
    }
}

#[test]
fn engines_conform() {
    conforms(&Options::default());
}

#[test]
fn engines_conform_on_an_instant_disk_with_small_windows_and_short_reads() {
    let disk = DiskOptions { pace: Pace::INSTANT, ..DiskOptions::default() };
    let window_bytes = (4_096, 8_192);
    conforms(&Options {
        disk,
        window_bytes,
        short_io: Ratio::new(1, 3),
        jitter: Ratio::new(1, 2),
        ..Options::default()
    });
}

#[test]
fn nodes_on_one_host_conform_with_one_apart() {
    for engine in EngineKind::available() {
        passed(run(*engine, 9, |world| async move {
            let server = world.node("server", NodeOptions::default()).await;
            let shared = NodeOptions { host: Some("clients".to_owned()), ..NodeOptions::default() };
            let _first = world.node("first client", shared.clone()).await;
            let client = world.node("client", shared).await;
            let world: Arc<dyn conformance::World> = Arc::new(Conforming { world, nodes: [server, client] });
            conformance::network::all(&world).await;
        }));
    }
}

// ----- repeatability ----------------------------------------------------------------------------------------------------

/// A bit of everything: connections, disk, random draws, a kill, a loss of power, a cut.
async fn busy(world: World) -> u64 {
    let server = world.node("server", NodeOptions::default()).await;
    drop(world.start(server, "serve", echo));
    let answers = Arc::new(AtomicU32::new(0));
    let mut clients = Vec::new();
    for name in ["a", "b", "c"] {
        let shared = NodeOptions { host: Some("clients".to_owned()), ..NodeOptions::default() };
        let node = world.node(name, shared).await;
        clients.push(node);
        let answers = Arc::clone(&answers);
        drop(world.start(node, "ask", |env| async move {
            let file = env.disk().open("file", OpenMode::Create).await.expect("a file");
            let mut random = env.rng("waits");
            loop {
                let mut stream = dial(&env).await;
                while let Some(Ok(answer)) = ask(&env, &mut stream, ms(200)).await {
                    let count = answers.fetch_add(1, Ordering::Relaxed);
                    let line = vec![answer; usize::try_from(random.range(1, 900)).expect("small")];
                    file.write_all_at(u64::from(count) * 64, &[line.into()]).await.expect("a write");
                    if random.chance(1, 4) {
                        file.sync().await.expect("a sync");
                    }
                    env.sleep(Duration::from_micros(random.range(0, 9_000))).await;
                }
            }
        }));
    }
    world.sleep(ms(700)).await;
    world.cut(clients[0], server);
    world.sleep(ms(300)).await;
    world.heal(clients[0], server);
    world.power_off(clients[1], Crash::Garbage).await;
    world.kill(server).await;
    world.sleep(ms(100)).await;
    world.restart(server).await;
    drop(world.start(server, "serve", echo));
    world.sleep(ms(500)).await;
    u64::from(answers.load(Ordering::Relaxed))
}

fn traced(engine: EngineKind, seed: u64) -> Outcome<u64> {
    engine::run(engine, seed, Options { trace_events: 1 << 20, ..Options::default() }, busy)
}

#[test]
fn one_seed_is_one_run_and_two_seeds_are_two() {
    for engine in EngineKind::available() {
        let mut hashes = BTreeSet::new();
        for seed in 0..6 {
            let (one, other) = (traced(*engine, seed), traced(*engine, seed));
            if let Some((at, left, right)) = first_difference(&one.trace, &other.trace) {
                panic!("{} seed {seed}: event {at} is {left:?} and {right:?}", engine.name());
            }
            assert_eq!(one.hash, other.hash);
            assert_eq!(one.draws, other.draws);
            let hash = one.hash.clone();
            assert!(passed(one) > 50, "the run did something");
            assert!(hashes.insert(hash), "seed {seed} repeats another");
        }
    }
}

/// Prints hashes for [`two_processes_agree`], which runs it in another process.
#[test]
fn hashes_for_another_process() {
    use std::io::Write;
    let mut text = String::new();
    for engine in EngineKind::available() {
        for seed in 0..3 {
            text.push_str(&format!("hash {} {seed} {}\n", engine.name(), traced(*engine, seed).hash));
        }
    }
    std::io::stdout().lock().write_all(text.as_bytes()).expect("standard output takes it");
}

#[test]
fn two_processes_agree() {
    let program = std::env::current_exe().expect("this program is a file");
    let mut command = std::process::Command::new(program);
    command.args(["--exact", "world_tests::hashes_for_another_process", "--nocapture"]);
    let output = command.output().expect("it runs");
    let said = String::from_utf8(output.stdout).expect("text");
    let there: Vec<&str> = said.lines().filter_map(|line| line.find("hash ").map(|at| &line[at..])).collect();
    let mut here = Vec::new();
    for engine in EngineKind::available() {
        for seed in 0..3 {
            here.push(format!("hash {} {seed} {}", engine.name(), traced(*engine, seed).hash));
        }
    }
    assert_eq!(here, there);
}

/// The order in which four tasks take four steps each.
async fn lock_step(world: World) -> Vec<u8> {
    let node = world.node("node", NodeOptions::default()).await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let probe = Arc::clone(&order);
    let main = world.start(node, "probe", |env| async move {
        let tasks: Vec<_> = (0..4_u8)
            .map(|number| {
                let order = Arc::clone(&probe);
                env.spawn("step", async move {
                    for _ in 0..4 {
                        order.lock().expect("no panic").push(number);
                        yield_now().await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("each ends");
        }
    });
    main.await.expect("the probe ends");
    std::mem::take(&mut *order.lock().expect("no panic"))
}

#[test]
fn both_engines_try_many_orders() {
    for engine in EngineKind::available() {
        let orders: BTreeSet<Vec<u8>> = (0..200).map(|seed| passed(run(*engine, seed, lock_step))).collect();
        assert!(orders.len() > 150, "{}: {} orders in 200 runs", engine.name(), orders.len());
    }
}

#[test]
fn without_jitter_turmoil_knows_one_order() {
    // The trap that the jitter is there for. When this fails, the jitter may not be needed any more.
    let options = Options { jitter: Ratio::ZERO, ..Options::default() };
    let order = |seed| passed(engine::run(EngineKind::Turmoil, seed, options.clone(), lock_step));
    assert!((0..20).map(order).collect::<BTreeSet<_>>().len() == 1);
}

#[test]
fn an_idle_world_costs_nothing_where_time_can_jump() {
    for engine in EngineKind::available().iter().filter(|engine| **engine == EngineKind::Madsim) {
        let options = Options { virtual_limit: Duration::from_secs(1_000_000), ..Options::default() };
        let outcome = engine::run(*engine, 1, options, |world| async move {
            let node = world.node("node", NodeOptions::default()).await;
            drop(world.start(node, "serve", echo));
            world.sleep(Duration::from_secs(500_000)).await;
        });
        assert!(outcome.virtual_nanos >= 500_000_000_000_000);
        assert!(outcome.events[&EventKind::Poll] < 100, "{:?}", outcome.events);
        passed(outcome);
    }
}

// ----- failures ---------------------------------------------------------------------------------------------------------

#[test]
fn a_panic_in_any_task_fails_the_run() {
    for engine in EngineKind::available() {
        let outcome = run(*engine, 1, |world| async move {
            let node = world.node("node", NodeOptions::default()).await;
            drop(world.start(node, "outer", |env| async move {
                let inner = env.clone();
                drop(env.spawn("inner", async move {
                    inner.sleep(ms(20)).await;
                    panic!("planted");
                }));
            }));
            world.sleep(Duration::from_secs(10)).await;
        });
        match outcome.result {
            Err(Failure::Panic { node, task, message }) => {
                assert_eq!((node.as_str(), task), ("node", "inner"));
                assert!(message.starts_with("planted (at "), "{message}");
            }
            other => panic!("{}: {other:?}", engine.name()),
        }
        assert!(outcome.virtual_nanos < 1_000_000_000, "the run ends there");
    }
}

#[test]
fn a_panic_of_the_driver_and_a_driver_without_end_fail_the_run() {
    for engine in EngineKind::available() {
        let outcome = run(*engine, 1, |_world| async move { panic!("driver") });
        let result: Result<(), Failure> = outcome.result;
        assert!(matches!(result, Err(Failure::Panic { node, .. }) if node == "driver"));
        let options = Options { virtual_limit: Duration::from_secs(5), ..Options::default() };
        let outcome = engine::run(*engine, 1, options, |_world| std::future::pending::<()>());
        assert_eq!(outcome.result, Err(Failure::TimeLimit));
        let options = Options { polls_max: 10_000, ..Options::default() };
        let outcome = engine::run(*engine, 1, options, |world| async move {
            let node = world.node("node", NodeOptions::default()).await;
            let spin = world.start(node, "spin", |_env| async move {
                loop {
                    yield_now().await;
                }
            });
            let _never: Result<(), _> = spin.await;
        });
        assert!(matches!(outcome.result, Err(Failure::TooManyPolls { task: "spin", .. })));
    }
}

#[test]
fn a_fatal_node_stops_there_and_then() {
    everywhere(|world, server, _| async move {
        let after = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&after);
        drop(world.start(server, "main", |env| async move {
            let ticking = env.clone();
            drop(env.spawn("ticks", async move {
                loop {
                    ticking.sleep(ms(1)).await;
                    seen.fetch_add(1, Ordering::Relaxed);
                }
            }));
            env.sleep(ms(30)).await;
            env.fatal(FatalReason::CorruptState, "enough").await
        }));
        world.sleep(ms(200)).await;
        let ticks = after.load(Ordering::Relaxed);
        assert!(ticks > 3);
        assert_eq!(world.status(server), Status::Stopped(FatalReason::CorruptState, "enough".to_owned()));
        world.sleep(ms(100)).await;
        assert_eq!(after.load(Ordering::Relaxed), ticks, "no task of the node is polled again");
        world.restart(server).await;
        assert_eq!(world.start(server, "again", |_| async { 5 }).await, Ok(5));
    });
}

// ----- processes --------------------------------------------------------------------------------------------------------

#[test]
fn a_killed_process_closes_its_connections_and_frees_its_port() {
    everywhere(|world, server, client| async move {
        drop(world.start(server, "serve", echo));
        let env = world.env(client);
        let asked = world.start(client, "ask", |env| async move {
            let mut stream = dial(&env).await;
            assert_eq!(ask(&env, &mut stream, ms(500)).await, Some(Ok(8)));
            let begin = env.now();
            let outcome = env
                .timeout(Duration::from_secs(30), stream.read(&mut [0; 4]))
                .await
                .expect("the end is seen");
            assert!(
                matches!(&outcome, Ok(0))
                    || outcome.is_err_and(|error| error.kind() == ErrorKind::ConnectionReset)
            );
            env.now().since(begin)
        });
        world.sleep(ms(300)).await;
        world.kill(server).await;
        let waited = asked.await.expect("the client ends");
        assert!(waited < ms(400), "the peer hears of it after a network's while: {waited:?}");
        let refused =
            world.start(client, "refused", |env| async move { env.connect("server:9092").await.err() });
        let error = refused.await.expect("the client ends").expect("nobody listens");
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        world.restart(server).await;
        drop(world.start(server, "serve", echo));
        let again = world.start(client, "again", |env| async move {
            let mut stream = dial(&env).await;
            ask(&env, &mut stream, ms(500)).await
        });
        assert_eq!(again.await, Ok(Some(Ok(8))));
        drop(env);
    });
}

#[test]
fn a_loss_of_power_is_silent_until_the_node_is_back() {
    everywhere(|world, server, client| async move {
        drop(world.start(server, "serve", echo));
        let reading = world.start(client, "read", |env| async move {
            let mut stream = dial(&env).await;
            assert_eq!(ask(&env, &mut stream, ms(500)).await, Some(Ok(8)));
            let silence = env.timeout(Duration::from_secs(5), stream.read(&mut [0; 4])).await;
            assert!(silence.is_none(), "a node without power said {silence:?}");
            assert_eq!(ask(&env, &mut stream, Duration::from_secs(5)).await, None, "nor does it answer");
            stream
        });
        let connecting = world.start(client, "connect", |env| async move {
            env.sleep(ms(400)).await;
            let hangs = env.timeout(Duration::from_secs(5), env.connect("server:9092")).await;
            assert!(hangs.is_none(), "a connect to a node without power does not hang");
        });
        world.sleep(ms(300)).await;
        world.power_off(server, Crash::DropAll).await;
        connecting.await.expect("it ends");
        let mut stream = reading.await.expect("it ends");
        world.restart(server).await;
        drop(world.start(server, "serve", echo));
        let told = world.start(client, "told", |env| async move {
            let outcome = ask(&env, &mut stream, Duration::from_secs(20)).await;
            assert!(matches!(outcome, Some(Err(ErrorKind::ConnectionReset))), "{outcome:?}");
            let mut stream = dial(&env).await;
            ask(&env, &mut stream, ms(500)).await
        });
        assert_eq!(told.await, Ok(Some(Ok(8))));
    });
}

#[test]
fn connections_meet_their_own_peers_however_often_the_listener_goes() {
    const CLIENTS: usize = 8;
    everywhere(|world, server, client| async move {
        for round in 0..20_u64 {
            drop(world.start(server, "serve", echo));
            // Connects without a pause, so that some are under way or wait to be accepted.
            let connecting: Vec<_> = (0..CLIENTS)
                .map(|_| {
                    world.start(client, "connect", |env| async move {
                        let connects = async {
                            loop {
                                drop(env.connect("server:9092").await);
                                yield_now().await;
                            }
                        };
                        env.timeout(ms(10), connects).await
                    })
                })
                .collect();
            world.sleep(Duration::from_micros(5_000 + round)).await;
            world.kill(server).await;
            for connects in connecting {
                assert_eq!(connects.await, Ok(None));
            }
            world.restart(server).await;
            drop(world.start(server, "serve", echo));
            // All at once: each has the addresses of one of those before.
            let asking: Vec<_> = (0..CLIENTS)
                .map(|_| {
                    world.start(client, "ask", |env| async move {
                        let mut stream = dial(&env).await;
                        let answer = ask(&env, &mut stream, ms(500)).await;
                        env.sleep(ms(500)).await;
                        answer
                    })
                })
                .collect();
            for asked in asking {
                assert_eq!(asked.await, Ok(Some(Ok(8))), "round {round}");
            }
            world.kill(server).await;
            world.restart(server).await;
        }
    });
}

#[test]
fn a_paused_process_answers_late_and_still_takes_connections() {
    everywhere(|world, server, client| async move {
        drop(world.start(server, "serve", echo));
        world.sleep(ms(50)).await;
        world.pause(server);
        let asked = world.start(client, "ask", |env| async move {
            let begin = env.now();
            let mut stream = dial(&env).await;
            let connected = env.now().since(begin);
            assert!(connected < ms(100), "the operating system takes connections: {connected:?}");
            assert_eq!(ask(&env, &mut stream, ms(500)).await, None);
            let mut late = [0];
            let read = env.timeout(Duration::from_secs(5), stream.read_exact(&mut late)).await;
            read.expect("it goes on").expect("the answer comes");
            late[0]
        });
        world.sleep(Duration::from_secs(1)).await;
        world.resume(server);
        assert_eq!(asked.await, Ok(8));
    });
}

// ----- the network ------------------------------------------------------------------------------------------------------

#[test]
fn a_connection_outlives_a_cut() {
    everywhere(|world, server, client| async move {
        drop(world.start(server, "serve", echo));
        let asked = world.start(client, "ask", |env| async move {
            let mut stream = dial(&env).await;
            env.sleep(ms(200)).await;
            let begin = env.now();
            let answer = ask(&env, &mut stream, Duration::from_secs(60)).await;
            (answer, env.now().since(begin))
        });
        world.sleep(ms(150)).await;
        world.cut(client, server);
        let hangs = world.start(client, "hangs", |env| async move {
            env.timeout(Duration::from_secs(2), env.connect("server:9092")).await.is_none()
        });
        world.sleep(Duration::from_secs(3)).await;
        assert_eq!(hangs.await, Ok(true), "a connect over a cut link does not hang");
        world.heal(client, server);
        let (answer, took) = asked.await.expect("it ends");
        assert_eq!(answer, Some(Ok(8)));
        assert!(took > Duration::from_secs(2), "{took:?}");
    });
}

#[test]
fn a_kill_behind_a_cut_is_not_heard_of() {
    everywhere(|world, server, client| async move {
        drop(world.start(server, "serve", echo));
        let reading = world.start(client, "read", |env| async move {
            let mut stream = dial(&env).await;
            env.sleep(ms(100)).await;
            let silence = env.timeout(Duration::from_secs(2), stream.read(&mut [0; 4])).await;
            assert!(silence.is_none(), "through a cut came {silence:?}");
            env.timeout(Duration::from_secs(20), stream.read(&mut [0; 4]))
                .await
                .expect("it is heard of after the cut")
        });
        world.sleep(ms(100)).await;
        world.cut(server, client);
        world.kill(server).await;
        world.sleep(Duration::from_secs(3)).await;
        world.heal(server, client);
        let outcome = reading.await.expect("it ends");
        assert!(matches!(&outcome, Ok(0)) || outcome.is_err());
    });
}

#[test]
fn a_delayed_link_is_late_in_one_direction_and_keeps_order() {
    everywhere(|world, server, client| async move {
        drop(world.start(server, "serve", echo));
        world.delay(server, client, LinkDelay { least_us: 300_000, most_us: 400_000 });
        let asked = world.start(client, "ask", |env| async move {
            let mut stream = dial(&env).await;
            let begin = env.now();
            assert_eq!(ask(&env, &mut stream, Duration::from_secs(5)).await, Some(Ok(8)));
            let took = env.now().since(begin);
            assert!(took >= ms(300) && took < ms(600), "{took:?}");
            for byte in 0..50 {
                stream.write_all(&[byte]).await.expect("the server lives");
                env.sleep(ms(1)).await;
            }
            let mut answers = [0; 50];
            stream.read_exact(&mut answers).await.expect("the server lives");
            assert!(answers.iter().zip(1..).all(|(answer, expected)| *answer == expected));
        });
        asked.await.expect("it ends");
    });
}

#[test]
fn resets_reach_both_ends() {
    everywhere(|world, server, client| async move {
        let serving = world.start(server, "serve", |env| async move {
            let mut listener = env.listen("0.0.0.0:9092").await.expect("the port is free");
            let (mut stream, _) = listener.accept().await.expect("a connection arrives");
            stream.read(&mut [0; 4]).await.err().map(|error| error.kind())
        });
        let asking = world.start(client, "ask", |env| async move {
            let mut stream = dial(&env).await;
            stream.read(&mut [0; 4]).await.err().map(|error| error.kind())
        });
        world.sleep(ms(100)).await;
        assert_eq!(world.connections(server), 1);
        assert_eq!(world.reset(client, server), 1);
        assert_eq!(serving.await, Ok(Some(ErrorKind::ConnectionReset)));
        assert_eq!(asking.await, Ok(Some(ErrorKind::ConnectionReset)));
        assert_eq!(world.connections(server), 0);
    });
}

#[test]
fn a_crowd_at_one_listener_waits_and_gets_in() {
    everywhere(|world, server, client| async move {
        let connecting = world.start(client, "crowd", |env| async move {
            env.sleep(ms(20)).await;
            let tasks: Vec<_> = (0..200)
                .map(|_| {
                    let inner = env.clone();
                    env.spawn("one", async move { inner.connect("server:9092").await.map(|_| ()) })
                })
                .collect();
            for task in tasks {
                task.await.expect("each ends").expect("each gets in");
            }
        });
        let serving = world.start(server, "serve", |env| async move {
            let mut listener = env.listen("0.0.0.0:9092").await.expect("the port is free");
            // Nobody is accepted for a while: more than turmoil's backlog knock.
            env.sleep(ms(500)).await;
            for _ in 0..200 {
                listener.accept().await.expect("a connection arrives");
            }
        });
        connecting.await.expect("it ends");
        serving.await.expect("it ends");
    });
}

#[test]
fn a_write_needs_no_flush_and_a_half_close_is_seen() {
    everywhere(|world, server, client| async move {
        let serving = world.start(server, "serve", |env| async move {
            let mut listener = env.listen("0.0.0.0:9092").await.expect("the port is free");
            let (mut stream, _) = listener.accept().await.expect("a connection arrives");
            let mut all = Vec::new();
            stream.read_to_end(&mut all).await.expect("the end is clean");
            stream.write_all(b"after the half-close").await.expect("the other half is open");
            assert_eq!(stream.read(&mut [0]).await.expect("still the end"), 0);
            all
        });
        let asking = world.start(client, "ask", |env| async move {
            let mut stream = dial(&env).await;
            stream.write_all(b"never flushed").await.expect("the server lives");
            stream.shutdown().await.expect("a live stream");
            let mut answer = [0; 20];
            stream.read_exact(&mut answer).await.expect("the server answers");
            answer
        });
        assert_eq!(serving.await, Ok(b"never flushed".to_vec()));
        assert_eq!(
            asking.await.as_ref().map(|answer| answer.as_slice()),
            Ok(b"after the half-close".as_slice())
        );
    });
}

#[test]
fn windows_are_bounded() {
    for engine in EngineKind::available() {
        let options = Options { window_bytes: (5_000, 6_000), ..Options::default() };
        passed(engine::run(*engine, 1, options, |world| async move {
            let server = world.node("server", NodeOptions::default()).await;
            let client = world.node("client", NodeOptions::default()).await;
            let idle = world.start(server, "idle", |env| async move {
                let mut listener = env.listen("0.0.0.0:9092").await.expect("the port is free");
                let kept = listener.accept().await;
                env.sleep(Duration::from_secs(100)).await;
                drop(kept);
            });
            let taken = world.start(client, "write", |env| async move {
                let mut stream = dial(&env).await;
                let mut taken = 0;
                while let Some(count) = env.timeout(ms(500), stream.write(&[1; 700])).await {
                    taken += count.expect("the server lives");
                }
                taken
            });
            let taken = taken.await.expect("it ends");
            assert!((5_000..=6_000).contains(&taken), "{taken} bytes were taken");
            drop(idle);
        }));
    }
}

#[test]
fn long_time_limits_leave_nothing_behind() {
    // madsim would keep a timer for each poll of each sleep, and wake tasks for years of virtual time.
    for engine in EngineKind::available() {
        let outcome = run(*engine, 1, |world| async move {
            let node = world.node("node", NodeOptions::default()).await;
            let main = world.start(node, "main", |env| async move {
                for _ in 0..200 {
                    let short = env.sleep(ms(1));
                    env.timeout(Duration::from_secs(100), short).await.expect("the short one ends first");
                }
            });
            main.await.expect("it ends");
            world.sleep(Duration::from_secs(150)).await;
        });
        assert!(outcome.events[&EventKind::Poll] < 1_500, "{:?}", outcome.events);
        passed(outcome);
    }
}

#[test]
fn clocks_drift_and_jump_apart_and_never_back() {
    everywhere(|world, server, client| async move {
        world.drift(server, 100_000, 0);
        world.jump(client, Duration::ZERO, -3_600_000);
        let probe = |env: Env| async move {
            let (begin, wall) = (env.now(), env.wall());
            env.sleep(Duration::from_secs(11)).await;
            (env.now().since(begin), env.wall().as_millis() - wall.as_millis(), wall.as_millis())
        };
        let began = world.now();
        let fast = world.start(server, "fast", probe);
        let (by_its_own, wall, _) = fast.await.expect("it ends");
        let took = Duration::from_nanos(world.now() - began);
        assert!(by_its_own >= Duration::from_secs(11));
        assert!(took < Duration::from_millis(10_100), "a fast clock's sleep is short: {took:?}");
        assert!((9_900..10_100).contains(&wall), "its wall clock runs true: {wall}");
        let jumped = world.start(client, "jumped", probe).await.expect("it ends");
        assert!(jumped.2 < Options::default().wall_start_ms - 3_500_000);
        let env = world.env(client);
        let before = env.now();
        world.jump(client, Duration::from_secs(5), 0);
        assert!(env.now().since(before) >= Duration::from_secs(5));
    });
}

// ----- single requests --------------------------------------------------------------------------------------------------

const PRODUCE: i16 = 0;
const FETCH: i16 = 1;

fn request(api_key: i16, correlation_id: i32) -> Vec<u8> {
    let mut frame = 20_u32.to_be_bytes().to_vec();
    frame.extend_from_slice(&api_key.to_be_bytes());
    frame.extend_from_slice(&9_i16.to_be_bytes());
    frame.extend_from_slice(&correlation_id.to_be_bytes());
    frame.extend_from_slice(&[b'x'; 12]);
    frame
}

/// A server of frames: counts the requests of each API, and answers with the correlation id and the count.
fn frames(counts: Arc<Mutex<Vec<i16>>>) -> impl FnOnce(Env) -> BoxFuture<'static, ()> {
    move |env| {
        Box::pin(async move {
            let mut listener = env.listen("0.0.0.0:9092").await.expect("the port is free");
            loop {
                let (mut stream, _) = listener.accept().await.expect("connections arrive");
                let counts = Arc::clone(&counts);
                drop(env.spawn("frames", async move {
                    let mut frame = [0; 24];
                    while stream.read_exact(&mut frame).await.is_ok() {
                        counts.lock().expect("no panic").push(i16::from_be_bytes([frame[4], frame[5]]));
                        let mut answer = 8_u32.to_be_bytes().to_vec();
                        answer.extend_from_slice(&frame[8..12]);
                        answer.extend_from_slice(&[1, 2, 3, 4]);
                        if stream.write_all(&answer).await.is_err() {
                            return;
                        }
                    }
                }));
            }
        })
    }
}

/// Sends a request and reads its answer's correlation id.
async fn call(env: &Env, stream: &mut Stream, api_key: i16, id: i32) -> Option<Result<i32, ErrorKind>> {
    let calling = async {
        stream.write_all(&request(api_key, id)).await.map_err(|error| error.kind())?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.map_err(|error| error.kind())?;
        Ok(i32::from_be_bytes([answer[4], answer[5], answer[6], answer[7]]))
    };
    env.timeout(Duration::from_secs(2), calling).await
}

type Calls = Vec<Option<Result<i32, ErrorKind>>>;

/// Four calls under one rule, on new connections where one broke: what came of them, and what the server saw.
fn calls_under(rule: RpcRule, judge: impl Fn(&Calls, &[i16], u32) + Clone + Send + 'static) {
    everywhere(move |world, server, client| async move {
        let counts = Arc::new(Mutex::new(Vec::new()));
        drop(world.start(server, "serve", frames(Arc::clone(&counts))));
        let id = world.rpc(rule);
        let calling = world.start(client, "call", |env| async move {
            let mut outcomes = Vec::new();
            let mut stream = dial(&env).await;
            for (number, api_key) in [FETCH, PRODUCE, PRODUCE, FETCH].into_iter().enumerate() {
                let outcome = call(&env, &mut stream, api_key, i32::try_from(number).expect("small")).await;
                if !matches!(outcome, Some(Ok(_))) {
                    stream = dial(&env).await;
                }
                outcomes.push(outcome);
            }
            env.sleep(ms(700)).await;
            drop(stream);
            outcomes
        });
        let outcomes = calling.await.expect("it ends");
        let counts = counts.lock().expect("no panic").clone();
        judge(&outcomes, &counts, world.rpc_hits(id));
    });
}

const RESET: Option<Result<i32, ErrorKind>> = Some(Err(ErrorKind::ConnectionReset));

#[test]
fn a_response_is_lost_after_the_request_arrived() {
    calls_under(RpcRule::next(PRODUCE, RpcAction::LoseResponse), |calls, seen, hits| {
        assert_eq!(*calls, [Some(Ok(0)), RESET, Some(Ok(2)), Some(Ok(3))]);
        assert_eq!((seen, hits), ([FETCH, PRODUCE, PRODUCE, FETCH].as_slice(), 1));
    });
}

#[test]
fn a_request_is_lost_with_its_connection() {
    calls_under(RpcRule::next(PRODUCE, RpcAction::LoseRequest).after(1), |calls, seen, _| {
        assert_eq!(*calls, [Some(Ok(0)), Some(Ok(1)), RESET, Some(Ok(3))]);
        assert_eq!(seen, [FETCH, PRODUCE, FETCH]);
    });
}

#[test]
fn a_frame_is_cut_in_the_middle() {
    calls_under(RpcRule::next(PRODUCE, RpcAction::CutRequest), |calls, seen, _| {
        assert_eq!(*calls, [Some(Ok(0)), RESET, Some(Ok(2)), Some(Ok(3))]);
        assert_eq!(seen, [FETCH, PRODUCE, FETCH], "half a request is none");
    });
    calls_under(RpcRule::next(PRODUCE, RpcAction::CutResponse), |calls, seen, _| {
        assert_eq!(*calls, [Some(Ok(0)), RESET, Some(Ok(2)), Some(Ok(3))]);
        assert_eq!(seen, [FETCH, PRODUCE, PRODUCE, FETCH]);
    });
}

#[test]
fn a_request_vanishes() {
    calls_under(RpcRule::next(PRODUCE, RpcAction::Drop), |calls, seen, _| {
        assert_eq!(*calls, [Some(Ok(0)), None, Some(Ok(2)), Some(Ok(3))]);
        assert_eq!(seen, [FETCH, PRODUCE, FETCH]);
    });
}

#[test]
fn a_request_arrives_twice_and_is_answered_once() {
    calls_under(RpcRule::next(PRODUCE, RpcAction::Replay { after_ms: 300 }), |calls, seen, _| {
        assert_eq!(*calls, [Some(Ok(0)), Some(Ok(1)), Some(Ok(2)), Some(Ok(3))]);
        let mut seen = seen.to_vec();
        seen.sort_unstable();
        assert_eq!(seen, [PRODUCE, PRODUCE, PRODUCE, FETCH, FETCH]);
    });
}

#[test]
fn a_request_is_held_and_let_go() {
    everywhere(|world, server, client| async move {
        let counts = Arc::new(Mutex::new(Vec::new()));
        drop(world.start(server, "serve", frames(Arc::clone(&counts))));
        let id = world.rpc(RpcRule::next(PRODUCE, RpcAction::Hold).to(server).from(client));
        let calling = world.start(client, "call", |env| async move {
            let mut stream = dial(&env).await;
            assert_eq!(call(&env, &mut stream, FETCH, 1).await, Some(Ok(1)));
            assert_eq!(call(&env, &mut stream, PRODUCE, 2).await, None);
            stream.write_all(&request(FETCH, 3)).await.expect("the connection lives");
            let mut answers = [0; 24];
            stream.read_exact(&mut answers).await.expect("all is answered in the end");
            [answers[7], answers[19]]
        });
        world.sleep(Duration::from_secs(5)).await;
        assert_eq!(*counts.lock().expect("no panic"), [FETCH]);
        assert_eq!(world.rpc_hits(id), 1);
        world.release(id);
        assert_eq!(calling.await, Ok([2, 3]));
        let bites = world.take_network_bites();
        assert_eq!(bites, [("request held", client, server)]);
    });
}
