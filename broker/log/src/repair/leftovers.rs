//! What nothing needs any more: halves of replacements, files on their way out, index files and snapshots without a segment.
//!
//! Where a compaction has to be finished everything stays, for the start that finishes it knows which file is which.

use super::{Act, Journal, Site, Step};
use crate::directory::remove_tree;
use crate::inspect::{DirectoryKind, FileKind, Listing, swapped_in_at_start};
use crate::names::{self, join, offset_file};
use std::io;
use tribunal_env::{Disk, EntryKind};

/// Removes what is left over in a log directory, beside its partitions.
pub(super) async fn of_directory(disk: &dyn Disk, path: &str, journal: &mut Journal<'_>) -> io::Result<()> {
    let mut gone = false;
    for entry in disk.list(path).await? {
        let file = join(path, &entry.name);
        let reason = match entry.kind {
            EntryKind::Directory if DirectoryKind::of(&entry.name) == DirectoryKind::Deleted => {
                remove_tree(disk, &file).await?;
                "a partition whose deletion was not carried to its end"
            }
            EntryKind::File if FileKind::of(&entry.name) == FileKind::Leftover => {
                disk.remove_file(&file).await?;
                PASSING
            }
            _ => continue,
        };
        gone = true;
        journal.done(Step::new(Act::Remove, &file, reason));
    }
    if gone { disk.sync_dir(path).await } else { Ok(()) }
}

/// Removes what is left over in a partition.
pub(super) async fn of_partition(site: &Site<'_>, journal: &mut Journal<'_>) -> io::Result<()> {
    let listing = Listing::of(site.disk, &site.directory).await?;
    let needless = needless(&listing);
    for (name, reason) in &needless {
        let path = site.path(name);
        site.disk.remove_file(&path).await?;
        journal.done(Step::new(Act::Remove, &path, *reason));
    }
    if needless.is_empty() { Ok(()) } else { site.disk.sync_dir(&site.directory).await }
}

const PASSING: &str = "a replacement or removal that was not carried to its end";

/// Whether the next start has a compaction to finish.
pub(super) fn waits_for_start(listing: &Listing) -> bool {
    listing.entries.iter().any(|entry| swapped_in_at_start(&entry.name).is_some())
}

fn needless(listing: &Listing) -> Vec<(String, &'static str)> {
    if waits_for_start(listing) {
        return Vec::new();
    }
    let first = listing.logs.first().map(|log| log.0);
    let files = listing.entries.iter().filter(|entry| entry.kind == EntryKind::File);
    let reason = |name: &str| match FileKind::of(name) {
        FileKind::Leftover => Some(PASSING),
        FileKind::OffsetIndex(base) | FileKind::TimeIndex(base) | FileKind::TransactionIndex(base) => {
            let orphan = !listing.has(&offset_file(base, names::LOG));
            orphan.then_some("an index without its segment: nothing reads it")
        }
        FileKind::Snapshot(at) if first.is_none_or(|first| at < first) => {
            Some("a snapshot of producers in front of the log: nothing reads it")
        }
        _ => None,
    };
    files.filter_map(|entry| Some((entry.name.clone(), reason(&entry.name)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tribunal_env::DirEntry;
    use tribunal_wire::types::Offset;

    fn needless_of(names: &[&str]) -> Vec<String> {
        let mut listing = Listing::default();
        for name in names {
            listing.entries.push(DirEntry { name: (*name).to_owned(), kind: EntryKind::File, bytes: 1 });
            if let FileKind::Log(base) = FileKind::of(name) {
                listing.logs.push((base, 1));
            }
        }
        listing.logs.sort_unstable_by_key(|log: &(Offset, u64)| log.0);
        needless(&listing).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn only_what_nothing_needs_goes() {
        let log = "00000000000000000007.log";
        let kept = [log, "00000000000000000007.index", "00000000000000000009.snapshot", "notes.txt"];
        assert_eq!(needless_of(&kept), [] as [&str; 0]);
        for name in [
            "00000000000000000006.timeindex",
            "00000000000000000006.snapshot",
            "00000000000000000006.log.deleted",
            "00000000000000000006.index.swap",
            "leader-epoch-checkpoint.tmp",
            "00000000000000000007.log.cut-5.tmp",
        ] {
            assert_eq!(needless_of(&[log, name]), [name]);
        }
        assert_eq!(needless_of(&[log, "00000000000000000007.log.cut-5"]), [] as [&str; 0]);
        assert_eq!(needless_of(&[log, "00000000000000000000.log.swap", "a.tmp"]), [] as [&str; 0]);
    }
}
