//! The small files beside the metadata log: `meta.properties`, `bootstrap.checkpoint`, `quorum-state`, snapshots.
//!
//! Owns the order in which a new directory comes to be: the identity and the first records are durable before
//! the metadata log's directory exists, so that a directory with partitions and without an identity was never
//! left behind by a crash; it was tampered with, and is refused.

use crate::batches::{self, BatchError};
use crate::controller::Settings;
use crate::meta_properties::{self, MetaProperties};
use crate::quorum_state;
use crate::record::{METADATA_VERSION_FEATURE, MetadataVersion, Record};
use bytes::Bytes;
use std::{fmt, io};
use tribunal_env::{Disk, Env, FileExt, OpenMode};
use tribunal_wire::{message::FeatureLevelRecord, types::TopicId};

/// The file of the records that a new cluster begins with.
const BOOTSTRAP_CHECKPOINT: &str = "bootstrap.checkpoint";
/// The most bytes of a file that is read whole: a snapshot of a very large cluster.
const FILE_BYTES_MAX: u64 = 1 << 30;

/// Why the metadata cannot be opened: a sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenError(pub String);

impl fmt::Display for OpenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for OpenError {}

/// An error of the disk about a path.
fn storage(path: &str, error: &io::Error) -> OpenError {
    OpenError(format!("{path}: {error}: check the disk and the rights of the directory"))
}

/// Reads or makes the directory's identity. A new directory gets its first records as well.
pub(crate) async fn identify(
    env: &Env,
    directory: &str,
    settings: &Settings,
    has_partitions: bool,
) -> Result<MetaProperties, OpenError> {
    let disk = env.disk();
    let path = format!("{directory}/{}", meta_properties::FILE_NAME);
    if let Some(bytes) = read(&*disk, &path).await? {
        let refuse = |problem: String| {
            OpenError(format!(
                "{path} {problem}: this is no log directory that this broker can use; set log.dirs to another one, \
                 or restore the file"
            ))
        };
        let text = std::str::from_utf8(&bytes).map_err(|_| refuse("is no text".to_owned()))?;
        let mut found = MetaProperties::parse(text).map_err(refuse)?;
        found.check(directory, settings.node_id, settings.cluster_id.as_deref()).map_err(OpenError)?;
        if found.directory_id == TopicId::ZERO {
            // Directories of old clusters have no id of their own; other nodes know them by it from now on.
            found.directory_id = random_id(env);
            let text = Bytes::from(found.to_text());
            replace(&*disk, directory, &[(meta_properties::FILE_NAME, text)]).await?;
        }
        return Ok(found);
    }
    if has_partitions {
        return Err(OpenError(format!(
            "{directory} holds partitions, and {} is missing: it cannot be told whose they are. Restore the file, or \
             set log.dirs to a new directory",
            meta_properties::FILE_NAME
        )));
    }
    let made = MetaProperties {
        node_id: settings.node_id,
        cluster_id: settings.cluster_id.clone().unwrap_or_else(|| random_id(env).to_string()),
        directory_id: random_id(env),
    };
    let bootstrap = batches::snapshot(&first_records(), MetadataVersion::LATEST, env.wall().as_millis());
    let text = Bytes::from(made.to_text());
    replace(&*disk, directory, &[(BOOTSTRAP_CHECKPOINT, bootstrap), (meta_properties::FILE_NAME, text)])
        .await?;
    Ok(made)
}

pub(crate) fn random_id(env: &Env) -> TopicId {
    let mut rng = env.rng("metadata");
    TopicId::from_random_bits(rng.next_u64(), rng.next_u64())
}

/// What a new cluster begins with: only features that exist.
fn first_records() -> Vec<Record> {
    let feature_level = MetadataVersion::LATEST.0;
    vec![FeatureLevelRecord { name: METADATA_VERSION_FEATURE.to_owned(), feature_level }.into()]
}

/// The records of `bootstrap.checkpoint`; those of a new cluster when there is none.
pub(crate) async fn bootstrap_records(env: &Env, directory: &str) -> Result<Vec<Record>, OpenError> {
    let path = format!("{directory}/{BOOTSTRAP_CHECKPOINT}");
    match read(&*env.disk(), &path).await? {
        Some(bytes) => batches::read_snapshot(bytes).map_err(|error| unreadable(&path, &error)),
        None => Ok(first_records()),
    }
}

fn unreadable(path: &str, error: &BatchError) -> OpenError {
    OpenError(format!(
        "{path} cannot be used: {error}. Restore it from a copy, or set log.dirs to a new directory"
    ))
}

/// The epoch that `quorum-state` names; 0 when the log is new.
pub(crate) async fn leader_epoch(env: &Env, log_directory: &str) -> Result<i32, OpenError> {
    let path = format!("{log_directory}/{}", quorum_state::FILE_NAME);
    let Some(bytes) = read(&*env.disk(), &path).await? else { return Ok(0) };
    let epoch = std::str::from_utf8(&bytes).ok().and_then(quorum_state::parse_epoch);
    epoch.ok_or_else(|| OpenError(format!("{path} is damaged: restore it from a copy")))
}

/// Makes an epoch durable before anything is written in it.
pub(crate) async fn begin_epoch(
    env: &Env,
    log_directory: &str,
    node_id: i32,
    epoch: i32,
) -> Result<(), OpenError> {
    let text = Bytes::from(quorum_state::to_text(node_id, epoch));
    replace(&*env.disk(), log_directory, &[(quorum_state::FILE_NAME, text)]).await
}

/// The newest snapshot in the log's directory: its records, and the offset at which it ends.
pub(crate) async fn latest_snapshot(
    env: &Env,
    log_directory: &str,
) -> Result<Option<(i64, Vec<Record>)>, OpenError> {
    let disk = env.disk();
    let entries = disk.list(log_directory).await.map_err(|error| storage(log_directory, &error))?;
    let newest = entries.iter().filter_map(|entry| Some((snapshot_end(&entry.name)?, &entry.name))).max();
    let Some((end, name)) = newest else { return Ok(None) };
    let path = format!("{log_directory}/{name}");
    let bytes = read(&*disk, &path).await?.unwrap_or_default();
    let records = batches::read_snapshot(bytes).map_err(|error| unreadable(&path, &error))?;
    Ok(Some((end, records)))
}

/// The end offset in a snapshot's name, `OFFSET-EPOCH.checkpoint`.
fn snapshot_end(name: &str) -> Option<i64> {
    let (end, epoch) = name.strip_suffix(".checkpoint")?.split_once('-')?;
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(end, 20) && digits(epoch, 10) { end.parse().ok() } else { None }
}

async fn read(disk: &dyn Disk, path: &str) -> Result<Option<Bytes>, OpenError> {
    let file = match disk.open(path, OpenMode::Read).await {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(storage(path, &error)),
    };
    let bytes = file.size().await.map_err(|error| storage(path, &error))?;
    if bytes > FILE_BYTES_MAX {
        return Err(OpenError(format!("{path} has {bytes} bytes: it is not what its name says")));
    }
    let length = usize::try_from(bytes).expect("bounded above");
    file.read_at(0, length).await.map(Some).map_err(|error| storage(path, &error))
}

/// Replaces files of one directory: each is there whole, old or new, whatever happens; all are durable at the end.
async fn replace(disk: &dyn Disk, directory: &str, files: &[(&str, Bytes)]) -> Result<(), OpenError> {
    for (name, content) in files {
        let path = format!("{directory}/{name}");
        replace_one(disk, &path, content).await.map_err(|error| storage(&path, &error))?;
    }
    disk.sync_dir(directory).await.map_err(|error| storage(directory, &error))
}

async fn replace_one(disk: &dyn Disk, path: &str, content: &Bytes) -> io::Result<()> {
    let temporary = format!("{path}.tmp");
    let file = disk.open(&temporary, OpenMode::Create).await?;
    file.set_len(0).await?;
    file.write_all_at(0, std::slice::from_ref(content)).await?;
    file.sync().await?;
    disk.rename(&temporary, path).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snapshot_names_are_kafkas() {
        assert_eq!(snapshot_end("00000000000000000609-0000000002.checkpoint"), Some(609));
        for name in
            ["bootstrap.checkpoint", "609-2.checkpoint", "00000000000000000609-0000000002.checkpoint.part"]
        {
            assert_eq!(snapshot_end(name), None, "{name}");
        }
    }
}
