//! A start after a kill, beside one after a clean stop: what it costs to check a log from its beginning.
//!
//! Why so: the server is killed and its recovery points are taken away, the same file in all that keep Kafka's format. It then
//! trusts nothing, and has to read the log and its checksums. What it uses beyond a clean start in the same round is
//! the price of that. The log lies in the page cache, so the disk has no part in it.

use super::server::{Command, Server};
use super::{bare, odd};
use crate::load::{
    Usage,
    stage::{self, NewTopic},
};
use std::{io, time::Duration};
use tribunal_env::Env;

/// What checking costs, in seconds of one core for each GB.
pub const CPU: &str = "recovery CPU s/GB";
/// From the start of the process to an acknowledged record, after a kill.
pub const AFTER_KILL: &str = "start after a kill, ms";
/// The same after a clean stop, in another topic.
pub const AFTER_STOP: &str = "start after a clean stop, ms";
/// The first record into the log itself, after that.
pub const FIRST_TOUCH: &str = "first record into the log after it, ms";

const BYTES: u64 = 1 << 30;
const TOPIC: &str = "recovery";
/// A topic of no size: a server that opens logs when they are asked for has not looked at the other one then.
const ASIDE: &str = "aside";
const RECOVERY_POINTS: &str = "recovery-point-offset-checkpoint";
const POLL: Duration = Duration::from_millis(1);

/// A server with a log to check, stopped in good order between rounds.
pub(super) struct Staged {
    server: Server,
    bytes: u64,
}

/// Makes the log.
pub(super) async fn stage(env: &Env, command: &Command) -> io::Result<Staged> {
    let mut server = Server::prepare(command)?;
    server.start(env).await?;
    ready(env, &mut server, None).await?;
    for name in [ASIDE, TOPIC] {
        let topic = NewTopic { name: name.to_owned(), partitions: 1, configs: Vec::new() };
        stage::create_topic(env, &server.address, &topic).await.map_err(odd)?;
    }
    let batch = stage::unkeyed(60, 1024, env.wall().as_millis());
    let count = BYTES / batch.len() as u64;
    let bytes = count * batch.len() as u64;
    let batches = std::iter::repeat_n(batch, usize::try_from(count).expect("a GiB has few batches"));
    stage::fill(env, &server.address, TOPIC, batches).await.map_err(odd)?;
    server.stop(env).await?;
    Ok(Staged { server, bytes })
}

/// One start of each kind.
pub(super) async fn take(env: &Env, staged: &mut Staged) -> io::Result<Vec<(&'static str, f64)>> {
    let server = &mut staged.server;
    let (stopped_ms, stopped_seconds) = start(env, server, ASIDE).await?;
    let begun = env.now();
    stage::acknowledged(env, &server.address, Some(TOPIC)).await.map_err(odd)?;
    let touched_ms = env.now().since(begun).as_secs_f64() * 1e3;
    server.kill();
    let data = server.data().ok_or_else(|| io::Error::other("it has no directory"))?;
    std::fs::remove_file(data.join(RECOVERY_POINTS))?;
    let (killed_ms, killed_seconds) = start(env, server, TOPIC).await?;
    server.stop(env).await?;
    Ok(vec![
        (CPU, bare::per_gigabyte((killed_seconds - stopped_seconds).max(0.0), staged.bytes)),
        (AFTER_KILL, killed_ms),
        (AFTER_STOP, stopped_ms),
        (FIRST_TOUCH, touched_ms),
    ])
}

/// What reading a file of this size and its checksums costs.
pub(super) fn floor() -> io::Result<Vec<(&'static str, f64)>> {
    Ok(vec![(CPU, bare::Batches::write(BYTES)?.scan()?)])
}

/// Milliseconds and processor seconds until a record is acknowledged in `topic`.
async fn start(env: &Env, server: &mut Server, topic: &str) -> io::Result<(f64, f64)> {
    let begun = env.now();
    server.spawn()?;
    ready(env, server, Some(topic)).await?;
    let passed = env.now().since(begun);
    let pid = server.pid().ok_or_else(|| io::Error::other("its process is not known"))?;
    Ok((passed.as_secs_f64() * 1e3, Usage::of(pid)?.cpu_seconds))
}

/// Waits until the server acknowledges a record in `topic`, or in a new one.
pub(super) async fn ready(env: &Env, server: &mut Server, topic: Option<&str>) -> io::Result<()> {
    let begun = env.now();
    while stage::acknowledged(env, &server.address, topic).await.is_err() {
        server.check_alive(env, begun)?;
        env.sleep(POLL).await;
    }
    Ok(())
}
