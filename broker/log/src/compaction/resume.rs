//! What a start makes of the files that a crash left of a pass.
//!
//! A `.cleaned` file was not finished: it goes. A `.swap` log was: the segments that it stands for go, and it takes their
//! place. Whether the cleaner checkpoint had been raised cannot be told, so it is raised here as far as the new segment's
//! own gaps reach: that much, and no more, must be known as compacted before the old segments go.
//!
//! Always holds: the `.swap` name is the last to go, so that a crash in here is followed by the same again.

use super::output::swapped;
use crate::checkpoint::{self, read_small};
use crate::config::OpenOptions;
use crate::directory::{LogDirectory, Raised};
use crate::limits::SCAN_CHUNK_BYTES;
use crate::names::{self, join, offset_file};
use crate::segment::SegmentState;
use crate::store::{remove_if_there, remove_segment, write_cache};
use crate::transactions::TransactionIndex;
use crate::walk::{Step, Stretch, Walk};
use bytes::Bytes;
use std::{collections::BTreeSet, io, sync::Arc};
use tribunal_env::{Disk, EntryKind, Env, OpenMode, info};
use tribunal_wire::types::{Offset, PartitionIndex};

/// Ends what a crash interrupted in the partition's directory `path`, before anything else looks at it.
pub(crate) async fn resume(
    env: &Env,
    directory: &LogDirectory,
    topic: &Arc<str>,
    path: &str,
    options: &mut OpenOptions,
) -> io::Result<()> {
    let disk = env.disk();
    let (mut logs, mut swaps, mut doomed, mut transactions) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for entry in disk.list(path).await?.into_iter().filter(|entry| entry.kind == EntryKind::File) {
        if let Some((base, names::LOG)) = names::parse_offset_file(&entry.name) {
            logs.push(base);
        } else if let Some(name) = entry.name.strip_suffix(names::SWAP_SUFFIX) {
            match names::parse_offset_file(name) {
                Some((base, names::LOG)) => swaps.push(base),
                // It cannot be made again: of the aborted records it speaks of, some are gone.
                Some((_, names::TRANSACTION_INDEX)) => transactions.push(entry.name),
                // Indexes are made again.
                _ => doomed.push(entry.name),
            }
        } else if entry.name.ends_with(names::CLEANED_SUFFIX) {
            doomed.push(entry.name);
        }
    }
    transactions.retain(|name| !swaps.iter().any(|&base| name.starts_with(&offset_file(base, ""))));
    for name in doomed.into_iter().chain(transactions) {
        disk.remove_file(&join(path, &name)).await?;
    }
    for base in swaps {
        let found = look(&*disk, path, base, options.config.index_interval_bytes).await?;
        if found.gaps_until > options.cleaned_until {
            let index = PartitionIndex(options.key.partition);
            match directory.raise_first_dirty(topic, index, found.gaps_until).await {
                Raised::Durable => options.cleaned_until = found.gaps_until,
                Raised::Refused | Raised::Unknown => {
                    return Err(io::Error::other("the cleaner checkpoint could not be written"));
                }
            }
            options.first_dirty = options.first_dirty.max(found.gaps_until);
        }
        put_in_place(&*disk, path, base, &logs, found).await?;
        info!(env, "{path}: a compaction that a stop interrupted is finished from offset {}", base.0);
    }
    Ok(())
}

/// What a segment holds that is to take the place of others.
struct Found {
    state: SegmentState,
    /// Where it ends.
    end: Offset,
    /// No offset is missing in it from here on.
    gaps_until: Offset,
    /// Where its control batches end.
    markers: BTreeSet<Offset>,
    damaged: bool,
}

async fn look(disk: &dyn Disk, path: &str, base: Offset, index_interval_bytes: u64) -> io::Result<Found> {
    let file = disk.open(&swapped(path, base, names::LOG), OpenMode::Read).await?;
    let bytes = file.size().await?;
    // What follows is not known, and contradicts nothing.
    let stretch = Stretch { position: 0, end: bytes, expected: Some(base), after: Some(Offset(i64::MAX)) };
    let mut walk = Walk::new(&*file, stretch, SCAN_CHUNK_BYTES);
    let state = SegmentState::empty(base);
    let markers = BTreeSet::new();
    let mut found = Found { state, end: base, gaps_until: Offset::ZERO, markers, damaged: false };
    loop {
        let position = walk.position();
        match walk.next().await {
            Step::End => return Ok(found),
            Step::Batch(header, _) => {
                if header.base_offset > found.end {
                    found.gaps_until = header.base_offset;
                }
                found.state.note_batch(&header, position, index_interval_bytes);
                found.end = header.next_offset();
                if header.attributes.is_control() {
                    found.markers.insert(header.last_offset());
                }
            }
            Step::Bad => {
                found.damaged = true;
                let Some(header) = walk.resync(found.end).await else { return Ok(found) };
                found.end = header.base_offset;
            }
        }
    }
}

/// Removes the segments that `found` stands for, and gives it its name.
async fn put_in_place(
    disk: &dyn Disk,
    path: &str,
    base: Offset,
    logs: &[Offset],
    mut found: Found,
) -> io::Result<()> {
    put_transactions_in_place(disk, path, base, &found).await?;
    for extension in [names::OFFSET_INDEX, names::TIME_INDEX, names::LOG] {
        remove_if_there(disk, &join(path, &offset_file(base, extension))).await?;
    }
    for &old in logs.iter().filter(|&&old| old > base && old < found.end) {
        remove_segment(disk, path, old).await?;
    }
    if !found.damaged {
        found.state.seal();
        let indexes = found.state.indexes.as_ref().expect("an empty segment starts with its indexes");
        let (offsets, times) = (indexes.offsets.encode(), indexes.times.encode());
        for (extension, content) in [(names::OFFSET_INDEX, offsets), (names::TIME_INDEX, times)] {
            write_cache(disk, &join(path, &offset_file(base, extension)), content).await?.sync().await?;
        }
    }
    disk.sync_dir(path).await?;
    disk.rename(&swapped(path, base, names::LOG), &join(path, &offset_file(base, names::LOG))).await?;
    disk.sync_dir(path).await
}

/// Gives the index of aborted transactions its name. Where there is none to rename, an earlier start was interrupted behind
/// this, or Apache Kafka left the files, which writes none that would be empty: then what has the name may belong to an
/// old segment, and keeps what it says of markers that still stand.
async fn put_transactions_in_place(
    disk: &dyn Disk,
    path: &str,
    base: Offset,
    found: &Found,
) -> io::Result<()> {
    let name = offset_file(base, names::TRANSACTION_INDEX);
    match disk.rename(&swapped(path, base, names::TRANSACTION_INDEX), &join(path, &name)).await {
        Ok(()) => return disk.sync_dir(path).await,
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Err(_) => {}
    }
    let Some(bytes) = read_small(disk, &join(path, &name)).await? else { return Ok(()) };
    let mut kept = TransactionIndex::default();
    for entry in TransactionIndex::decode(&bytes).unwrap_or_default() {
        if found.markers.contains(&entry.last_offset) {
            kept.push(entry);
        }
    }
    let kept = kept.encode();
    if *kept == *bytes { Ok(()) } else { checkpoint::replace(disk, path, &name, Bytes::from(kept)).await }
}
