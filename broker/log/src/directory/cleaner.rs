//! The cleaner checkpoint of a log directory: up to where each partition was compacted.
//!
//! Why so: before these offsets records may be missing by right, and behind them never. So the file is written before
//! segments are replaced, and whoever replaces them has to know what a failed write left: the old file for certain, or
//! either of the two.
//!
//! Always holds: what is in memory is in the file, but for a write whose outcome is not known.

use super::LogDirectory;
use crate::checkpoint::{self, PartitionOffsets, encode_offsets, parse_offsets, read_text};
use crate::names::{self, join};
use bytes::Bytes;
use std::{io, sync::Arc};
use tokio::sync::oneshot;
use tribunal_env::{Disk, Env, warn};
use tribunal_wire::types::{Offset, PartitionIndex};

/// What became of an offset that was to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Raised {
    Durable,
    /// The old one stands.
    Refused,
    /// A crash may find either.
    Unknown,
}

/// See the head of the file.
#[derive(Debug, Clone, Default)]
pub(super) struct CleanerOffsets(PartitionOffsets);

impl CleanerOffsets {
    pub(super) fn new(offsets: PartitionOffsets) -> CleanerOffsets {
        CleanerOffsets(offsets)
    }

    /// The offset of one partition.
    pub(super) fn get(&self, name: &(String, PartitionIndex)) -> Offset {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// Writes the offset of one partition.
    pub(super) async fn raise(
        &mut self,
        env: &Env,
        disk: &dyn Disk,
        directory: &str,
        name: (String, PartitionIndex),
        offset: Offset,
    ) -> Raised {
        let before = self.0.insert(name.clone(), offset);
        let raised = self.write(env, disk, directory).await;
        if raised == Raised::Refused {
            match before {
                Some(before) => self.0.insert(name, before),
                None => self.0.remove(&name),
            };
        }
        raised
    }

    /// Forgets a partition. True when that is durable.
    pub(super) async fn forget(
        &mut self,
        env: &Env,
        disk: &dyn Disk,
        directory: &str,
        name: &(String, PartitionIndex),
    ) -> bool {
        let Some(before) = self.0.remove(name) else { return true };
        let is_durable = self.write(env, disk, directory).await == Raised::Durable;
        if !is_durable {
            // Whoever tries again must not find it forgotten.
            self.0.insert(name.clone(), before);
        }
        is_durable
    }

    async fn write(&self, env: &Env, disk: &dyn Disk, directory: &str) -> Raised {
        let name = names::CLEANER_OFFSETS;
        let content = Bytes::from(encode_offsets(&self.0));
        let (raised, error) = match checkpoint::prepare(disk, directory, name, content).await {
            Err(error) => (Raised::Refused, error),
            Ok(()) => match checkpoint::install(disk, directory, name).await {
                Ok(()) => return Raised::Durable,
                Err(error) => (Raised::Unknown, error),
            },
        };
        warn!(env, "{directory}/{name} could not be written: {error}");
        raised
    }
}

/// The checkpoint; `None` where it is damaged.
pub(super) async fn read(
    env: &Env,
    disk: &dyn Disk,
    directory: &str,
) -> io::Result<Option<PartitionOffsets>> {
    let name = names::CLEANER_OFFSETS;
    let Some(text) = read_text(disk, &join(directory, name)).await? else {
        return Ok(Some(PartitionOffsets::new()));
    };
    // So Apache Kafka makes it; it fills it when there is something to say.
    if text.is_empty() {
        return Ok(Some(PartitionOffsets::new()));
    }
    let offsets = parse_offsets(&text);
    if offsets.is_none() {
        warn!(
            env,
            "{directory}/{name} is damaged and ignored: logs are compacted from their beginning, and offsets that \
             are missing in them are taken for compacted ones"
        );
    }
    Ok(offsets)
}

impl LogDirectory {
    /// Makes it durable that everything before `offset` of a partition is compacted.
    pub(crate) async fn raise_first_dirty(
        &self,
        topic: &Arc<str>,
        partition: PartitionIndex,
        offset: Offset,
    ) -> Raised {
        let (reply, answer) = oneshot::channel();
        let request = super::Request::FirstDirty { topic: Arc::clone(topic), partition, offset, reply };
        if self.sender.send(request).await.is_err() {
            return Raised::Refused;
        }
        answer.await.unwrap_or(Raised::Unknown)
    }

    /// Everything before this offset of a partition is compacted, as far as is known now.
    pub(crate) async fn first_dirty(&self, topic: &Arc<str>, partition: PartitionIndex) -> Offset {
        let (reply, answer) = oneshot::channel();
        let request = super::Request::FirstDirtyNow { topic: Arc::clone(topic), partition, reply };
        let _gone = self.sender.send(request).await;
        answer.await.unwrap_or_default()
    }
}
