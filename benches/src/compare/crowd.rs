//! A start with many partitions after a clean stop, and what each of them holds in memory.

use super::{
    odd,
    recovery::ready,
    server::{Command, Server},
};
use crate::load::{
    Usage,
    stage::{self, NewTopic},
};
use std::{io, time::Duration};
use tribunal_env::Env;

/// From the start of the process to a record that is acknowledged in one of them.
pub const START: &str = "start, ms";
/// Memory beyond that of a server without any, before most of them are looked at.
pub const ASLEEP: &str = "resident, KiB a partition";
/// The same once each of them was asked for its end.
pub const LOOKED_UP: &str = "resident once looked up, KiB a partition";
/// From the start of the process until each of them has said where it ends, rests between the two not counted.
pub const ALL_ANSWER: &str = "until all answer, ms";
/// What it took to make them.
pub const CREATION: &str = "creation, s";

const TOPICS: i32 = 10;
const PARTITIONS: i32 = 1000;
const IDLE: Duration = Duration::from_millis(500);
const POLL: Duration = Duration::from_millis(20);

/// A server with many partitions, stopped in good order between rounds.
pub(super) struct Staged {
    server: Server,
    empty_bytes: u64,
    creation_seconds: f64,
}

fn name(topic: i32) -> String {
    format!("crowd-{topic}")
}

/// Makes the partitions.
pub(super) async fn stage(env: &Env, command: &Command) -> io::Result<Staged> {
    let mut server = Server::prepare(command)?;
    server.start(env).await?;
    ready(env, &mut server, None).await?;
    let empty_bytes = resident(env, &server).await?;
    let begun = env.now();
    for topic in 0..TOPICS {
        let topic = NewTopic { name: name(topic), partitions: PARTITIONS, configs: Vec::new() };
        stage::create_topic(env, &server.address, &topic).await.map_err(odd)?;
    }
    let creation_seconds = env.now().since(begun).as_secs_f64();
    server.stop(env).await?;
    Ok(Staged { server, empty_bytes, creation_seconds })
}

/// One start.
pub(super) async fn take(env: &Env, staged: &mut Staged) -> io::Result<Vec<(&'static str, f64)>> {
    let server = &mut staged.server;
    let begun = env.now();
    server.spawn()?;
    ready(env, server, Some(&name(0))).await?;
    let start_ms = env.now().since(begun).as_secs_f64() * 1e3;
    let each = |bytes: u64| {
        bytes.saturating_sub(staged.empty_bytes) as f64 / 1024.0 / f64::from(TOPICS * PARTITIONS)
    };
    let asleep = resident(env, server).await?;
    let begun = env.now();
    for topic in 0..TOPICS {
        look_up(env, server, &name(topic)).await?;
    }
    let all_answer_ms = start_ms + env.now().since(begun).as_secs_f64() * 1e3;
    let looked_up = resident(env, server).await?;
    server.stop(env).await?;
    Ok(vec![
        (START, start_ms),
        (ASLEEP, each(asleep)),
        (ALL_ANSWER, all_answer_ms),
        (LOOKED_UP, each(looked_up)),
        (CREATION, staged.creation_seconds),
    ])
}

/// Asks all partitions of a topic for their ends, until they know.
async fn look_up(env: &Env, server: &mut Server, topic: &str) -> io::Result<()> {
    let begun = env.now();
    while stage::look_up_all(env, &server.address, topic, PARTITIONS).await.is_err() {
        server.check_alive(env, begun)?;
        env.sleep(POLL).await;
    }
    Ok(())
}

/// Resident memory after a moment of rest.
async fn resident(env: &Env, server: &Server) -> io::Result<u64> {
    env.sleep(IDLE).await;
    let pid = server.pid().ok_or_else(|| io::Error::other("its process is not known"))?;
    Ok(Usage::of(pid)?.resident_bytes)
}
