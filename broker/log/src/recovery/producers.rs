//! What a start learns of producers: from snapshots, and from the batches behind them.
//!
//! Always holds: a snapshot that cannot be read is as good as none; where nothing but batches tells of a producer, they are
//! walked before they go.

use super::{Listing, Recovery};
use crate::checkpoint::read_small;
use crate::limits::SCAN_CHUNK_BYTES;
use crate::names::{self, join, offset_file};
use crate::partition::failed_flush;
use crate::producers::Producers;
use crate::store::{remove_if_there, write_cache};
use crate::transactions::TransactionEnd;
use crate::walk::{Stretch, Walk};
use std::io;
use tribunal_env::OpenMode;
use tribunal_wire::types::Offset;

impl Recovery<'_> {
    /// The first `below` segments are about to go, and nothing but their batches tells what producers did: a crash took the
    /// snapshot, or a full disk refused it. It is made again.
    pub(super) async fn save_producers(&mut self, listing: &mut Listing, below: usize) -> io::Result<()> {
        let mut producers = Producers::default();
        for (index, &(base, bytes)) in listing.logs[..below].iter().enumerate() {
            if let Some(snapshot) = self.read_snapshot(base).await {
                producers = snapshot;
            }
            let path = join(self.directory, &offset_file(base, names::LOG));
            let file = self.disk.open(&path, OpenMode::Read).await?;
            let after = Some(listing.logs[index + 1].0);
            let stretch = Stretch { position: 0, end: bytes, expected: Some(base), after };
            // Of segments that were being deleted some may be gone.
            let walk = Walk::new(&*file, stretch, SCAN_CHUNK_BYTES).with_gaps(Offset(i64::MAX));
            walk.visit(|header, bytes| {
                producers.apply(header, TransactionEnd::of_bytes(header, bytes));
            })
            .await;
        }
        let base = listing.logs[below].0;
        if self.write_snapshot(base, &producers).await {
            self.disk.sync_dir(self.directory).await.map_err(failed_flush)?;
            listing.snapshots.push(base);
            listing.snapshots.sort_unstable();
            listing.snapshots.dedup();
        }
        self.inherited = Some(producers);
        Ok(())
    }

    /// The last segment up to `first` at whose beginning a snapshot tells what producers had done by then.
    pub(super) async fn begin_at_a_snapshot(&mut self, mut first: usize, listing: &Listing) -> usize {
        loop {
            let base = self.segments[first].base;
            let snapshot =
                if listing.snapshots.contains(&base) { self.read_snapshot(base).await } else { None };
            // The first segment has one, too, where what was before it is deleted.
            if snapshot.is_some() || first == 0 {
                self.producers = snapshot.or(self.inherited.take()).unwrap_or_default();
                return first;
            }
            first -= 1;
        }
    }

    /// What compaction took, markers of transactions above all, is told by the snapshot behind it: that was durable before.
    pub(super) async fn take_snapshot_behind_compaction(&mut self, base: Offset) {
        if let Some(mut snapshot) = self.read_snapshot(base).await {
            snapshot.refill_windows(&self.producers);
            self.producers = snapshot;
        }
    }

    /// A snapshot that a crash or damage took is made again: once the segments before it are deleted, nothing else tells of their
    /// producers. Where the disk refuses, these segments stay for longer.
    pub(super) async fn mend_snapshot(&mut self, base: Offset) {
        if self.last_snapshot.is_some() || self.read_snapshot(base).await.is_some() {
            return;
        }
        let producers = std::mem::take(&mut self.producers);
        let _refused = self.write_snapshot(base, &producers).await;
        self.producers = producers;
    }

    /// Writes a snapshot, and says whether it is durable but for its name.
    pub(super) async fn write_snapshot(&mut self, base: Offset, producers: &Producers) -> bool {
        let path = join(self.directory, &offset_file(base, names::SNAPSHOT));
        let written =
            async { write_cache(self.disk, &path, producers.encode_snapshot()).await?.sync().await };
        let is_written = written.await.is_ok();
        if !is_written {
            let _absent = self.disk.remove_file(&path).await;
        }
        self.changed_names = true;
        is_written
    }

    /// A snapshot is a cache: one that cannot be read is as good as none.
    pub(super) async fn read_snapshot(&self, offset: Offset) -> Option<Producers> {
        let path = join(self.directory, &offset_file(offset, names::SNAPSHOT));
        let bytes = read_small(self.disk, &path).await.unwrap_or(None)?;
        Producers::parse_snapshot(&bytes)
    }

    /// After a clean stop the newest snapshot is complete but for the windows, which the walk has seen.
    pub(super) async fn settle_producers(&mut self, listing: &Listing) -> io::Result<()> {
        // Damage behind it moves the log's end, and changes nothing of what producers had done by then.
        let reached = listing.snapshots.last().is_some_and(|&newest| newest <= self.expected);
        if let Some(mut producers) = self.last_snapshot.take().filter(|_| reached) {
            producers.refill_windows(&self.producers);
            self.producers = producers;
        }
        for &offset in &listing.snapshots {
            let useful =
                offset <= self.expected && self.segments.iter().any(|segment| segment.base == offset);
            let at_end = offset == self.expected && self.read_snapshot(offset).await.is_some();
            if !useful && !at_end {
                remove_if_there(self.disk, &join(self.directory, &offset_file(offset, names::SNAPSHOT)))
                    .await?;
                self.changed_names = true;
            }
        }
        Ok(())
    }
}
