//! What compaction costs a server: a topic of keyed records is filled, told to be compacted, and watched until it is.
//!
//! Why so: servers that keep Kafka's format write into one and the same file how far they have compacted. So it is
//! known, without asking them, when a pass over the closed segments is done. What the process used from the change
//! of the config on is the price; nothing else is asked of it meanwhile.

use super::{bare, figures, odd, server::Server};
use crate::load::{
    Usage,
    stage::{self, NewTopic},
};
use std::{io, path::Path, time::Duration};
use tribunal_env::Env;

/// A setting of the servers: how long they pause before they look for something to compact.
pub const BACKOFF: &str = "log.cleaner.backoff.ms=1000";

const SEGMENT_BYTES: u64 = 64 << 20;
const SEGMENTS: u64 = 8;
/// One record of so many is the newest of its key.
const SHARE: u64 = 10;
const BATCH_RECORDS: u64 = 60;
const RECORD_BYTES: usize = 1024;
const CHECKPOINT: &str = "cleaner-offset-checkpoint";
const POLL: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(120);

/// One pass over a new topic.
pub(super) async fn take(env: &Env, server: &Server, round: usize) -> io::Result<Vec<(&'static str, f64)>> {
    let unknown = || io::Error::other("its process or its directory is not known");
    let (pid, data) = server.pid().zip(server.data()).ok_or_else(unknown)?;
    let name = format!("compaction-{round}");
    let topic = NewTopic {
        name: name.clone(),
        partitions: 1,
        configs: vec![("segment.bytes".to_owned(), SEGMENT_BYTES.to_string())],
    };
    stage::create_topic(env, &server.address, &topic).await.map_err(odd)?;
    stage::fill(env, &server.address, &name, batches(env.wall().as_millis())).await.map_err(odd)?;
    let closed = closed_until(&data.join(format!("{name}-0")))?;
    let batch_bytes = batch(0, 0).len() as u64;
    let before = Usage::of(pid)?.cpu_seconds;
    let policy = [("cleanup.policy", "compact")];
    stage::alter_topic(env, &server.address, &name, &policy).await.map_err(odd)?;
    let begun = env.now();
    while compacted_until(&data, &name) < closed {
        if env.now().since(begun) > PATIENCE {
            return Err(io::Error::other(format!(
                "{name} was not compacted within {} s",
                PATIENCE.as_secs()
            )));
        }
        env.sleep(POLL).await;
    }
    let used = Usage::of(pid)?.cpu_seconds - before;
    stage::delete_topic(env, &server.address, &name).await.map_err(odd)?;
    Ok(vec![(figures::CPU, bare::per_gigabyte(used, closed / BATCH_RECORDS * batch_bytes))])
}

/// What reading and writing as much costs.
pub(super) fn floor() -> io::Result<Vec<(&'static str, f64)>> {
    let batches = bare::Batches::write(SEGMENTS * SEGMENT_BYTES)?;
    let share = usize::try_from(SHARE).expect("a small number");
    Ok(vec![(figures::CPU, batches.rewrite(share)?)])
}

fn batch(first: u64, now_ms: i64) -> bytes::Bytes {
    let keys = SEGMENTS * SEGMENT_BYTES / RECORD_BYTES as u64 / SHARE;
    stage::keyed((first..first + BATCH_RECORDS).map(|record| record % keys), RECORD_BYTES, now_ms)
}

/// A little more than what is measured, so that all of that is closed.
fn batches(now_ms: i64) -> impl Iterator<Item = bytes::Bytes> {
    let count = (SEGMENTS * SEGMENT_BYTES).div_ceil(BATCH_RECORDS * RECORD_BYTES as u64) + 1;
    (0..count).map(move |number| batch(number * BATCH_RECORDS, now_ms))
}

/// Where the segment begins that is written to.
fn closed_until(partition: &Path) -> io::Result<u64> {
    let bases = std::fs::read_dir(partition)?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".log")?.parse().ok());
    bases.max().ok_or_else(|| io::Error::other("it has no segments where they were looked for"))
}

/// Up to where the server has compacted the topic: lines of topic, partition and offset, after two of other kinds.
fn compacted_until(data: &Path, topic: &str) -> u64 {
    let text = std::fs::read_to_string(data.join(CHECKPOINT)).unwrap_or_default();
    let offset = |line: &str| line.strip_prefix(topic)?.strip_prefix(" 0 ")?.trim().parse().ok();
    text.lines().find_map(offset).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkpoint_tells_how_far_a_topic_is() {
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        assert_eq!(compacted_until(folder.path(), "a"), 0);
        std::fs::write(folder.path().join(CHECKPOINT), "0\n2\nab 0 7\na 0 12\n").expect("it is ours");
        assert_eq!(compacted_until(folder.path(), "a"), 12);
        std::fs::write(folder.path().join("00000000000000000042.log"), "").expect("it is ours");
        std::fs::write(folder.path().join("00000000000000000007.log"), "").expect("it is ours");
        assert_eq!(closed_until(folder.path()).expect("there are two"), 42);
    }

    #[test]
    fn keys_come_again_and_all_batches_have_one_length() {
        let mut lengths: Vec<usize> = batches(0).take(3).map(|batch| batch.len()).collect();
        lengths.dedup();
        assert_eq!(lengths.len(), 1);
    }
}
