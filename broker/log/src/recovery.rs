//! Opens a partition's directory, whatever a crash left in it.
//!
//! The rule for bytes that are no valid batch, where `expected` is the offset that should stand there:
//!
//! | the first that is true of the hole | what happens |
//! | --- | --- |
//! | `expected` lies before the recovery point | kept: it was durable once, so this is damage, not a torn write |
//! | the disk refuses to read it | kept: unreadable is not torn |
//! | it has a sector of zeros, or the file ends within it | cut, with what follows: a power loss swallowed what was not flushed, and what a broker promises then is a prefix without holes |
//! | it is a whole batch out of place, or valid batches follow | kept: this is what rot looks like |
//! | nothing valid follows | cut: the torn end of a write that nobody was promised |
//!
//! A kept hole is a corrupt range: reads of it answer an error, the rest is served, appends go on after it.
//!
//! Always holds: nothing before the recovery point is ever cut; whatever was found is flushed before the log is
//! opened, so that no answer rests on bytes that a second crash could take.

mod producers;

use crate::checkpoint::{parse_epochs, read_small, read_text};
use crate::config::{OpenOptions, OpenReport};
use crate::epochs::LeaderEpochs;
use crate::limits::{REFILL_BYTES_MAX, SCAN_CHUNK_BYTES};
use crate::names::{self, join, offset_file};
use crate::partition::failed_flush;
use crate::producers::Producers;
use crate::segment::{CorruptRange, Segment, SegmentState};
use crate::store::{create_segment, remove_if_there, remove_segment, write_cache};
use crate::transactions::{TransactionEnd, TransactionIndex};
use crate::walk::{Step, Stretch, Walk};
use bytes::Bytes;
use std::{io, sync::Arc};
use tribunal_env::{Disk, EntryKind, OpenMode};
use tribunal_wire::batch::BatchHeader;
use tribunal_wire::types::{LeaderEpoch, Offset};

/// What recovery hands over.
pub(crate) struct Recovered {
    /// All segments, oldest first; the last one is active.
    pub(crate) segments: Vec<Arc<Segment>>,
    pub(crate) log_end: Offset,
    pub(crate) log_start: Offset,
    pub(crate) producers: Producers,
    pub(crate) epochs: LeaderEpochs,
    pub(crate) report: OpenReport,
}

/// What a hole turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HoleVerdict {
    Cut,
    Keep,
}

/// Bytes that are no valid batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hole {
    pub(crate) expected: Offset,
    pub(crate) recovery_point: Offset,
    pub(crate) unreadable: bool,
    pub(crate) misplaced: bool,
    pub(crate) valid_follows: bool,
    pub(crate) lost_bytes: bool,
}

impl Hole {
    pub(crate) fn judge(self) -> HoleVerdict {
        let torn = !self.valid_follows && !self.misplaced;
        if self.expected >= self.recovery_point && !self.unreadable && (torn || self.lost_bytes) {
            HoleVerdict::Cut
        } else {
            HoleVerdict::Keep
        }
    }
}

/// The files of a partition's directory.
#[derive(Debug, Default)]
struct Listing {
    /// Base offset and bytes of each `.log`, ascending.
    logs: Vec<(Offset, u64)>,
    /// Offsets of the producer snapshots, ascending.
    snapshots: Vec<Offset>,
    /// Offsets and names of the index files.
    indexes: Vec<(Offset, String)>,
}

/// Opens what is in `directory`.
pub(crate) async fn recover(
    disk: &dyn Disk,
    directory: &str,
    options: &OpenOptions,
    created: bool,
) -> io::Result<Recovered> {
    let mut listing = list(disk, directory).await?;
    let mut recovery = Recovery::new(disk, directory, *options, created);
    if created {
        recovery.options.recovery_point = Offset::ZERO;
        recovery.options.log_start = Offset::ZERO;
    }
    recovery.finish_deletions(&mut listing).await?;
    recovery.read_epochs().await;
    recovery.open_segments(&listing).await?;
    recovery.walk_segments(&listing).await?;
    recovery.finish(&listing).await
}

async fn list(disk: &dyn Disk, directory: &str) -> io::Result<Listing> {
    let mut listing = Listing::default();
    for entry in disk.list(directory).await? {
        if entry.kind != EntryKind::File {
            continue;
        }
        if entry.name.ends_with(names::TEMPORARY_SUFFIX) || entry.name.ends_with(names::DELETED_SUFFIX) {
            // Half of a replacement that never happened, or a deleted segment whose time had not come.
            disk.remove_file(&join(directory, &entry.name)).await?;
            continue;
        }
        match names::parse_offset_file(&entry.name) {
            Some((base, names::LOG)) => listing.logs.push((base, entry.bytes)),
            Some((offset, names::SNAPSHOT)) => listing.snapshots.push(offset),
            Some((base, names::OFFSET_INDEX | names::TIME_INDEX | names::TRANSACTION_INDEX)) => {
                listing.indexes.push((base, entry.name.clone()));
            }
            _ => {}
        }
    }
    listing.logs.sort_unstable();
    listing.snapshots.sort_unstable();
    Ok(listing)
}

struct Recovery<'a> {
    disk: &'a dyn Disk,
    directory: &'a str,
    options: OpenOptions,
    segments: Vec<Arc<Segment>>,
    /// The offset that the next batch of the walk should have.
    expected: Offset,
    producers: Producers,
    epochs: LeaderEpochs,
    report: OpenReport,
    /// Index of the first segment that was walked.
    walked_from: usize,
    /// A segment has to start here: what stands before it is damaged.
    fresh_segment: Option<Offset>,
    /// No checkpoint of epochs could be read.
    epochs_are_lost: bool,
    /// What producers did in segments that were deleted just now.
    inherited: Option<Producers>,
    /// The snapshot that a clean stop left, if it can be read.
    last_snapshot: Option<Producers>,
    changed_names: bool,
}

impl<'a> Recovery<'a> {
    fn new(disk: &'a dyn Disk, directory: &'a str, options: OpenOptions, created: bool) -> Self {
        Recovery {
            disk,
            directory,
            options,
            segments: Vec::new(),
            expected: options.log_start,
            producers: Producers::default(),
            epochs: LeaderEpochs::default(),
            report: OpenReport { created, ..OpenReport::default() },
            walked_from: 0,
            fresh_segment: None,
            epochs_are_lost: false,
            inherited: None,
            last_snapshot: None,
            changed_names: false,
        }
    }

    /// Goes on with deletions that a crash interrupted. Segments that lie wholly below the log start go before anything
    /// looks at them: their names may have gone in any order, and a hole that this left is no damage.
    async fn finish_deletions(&mut self, listing: &mut Listing) -> io::Result<()> {
        let log_start = self.options.log_start;
        let below = listing.logs.windows(2).take_while(|pair| pair[1].0 <= log_start).count();
        if below > 0 && self.read_snapshot(listing.logs[below].0).await.is_none() {
            self.save_producers(listing, below).await?;
        }
        for (base, _) in listing.logs.drain(..below) {
            remove_segment(self.disk, self.directory, base).await?;
            self.changed_names = true;
        }
        for (base, name) in listing.indexes.drain(..) {
            if listing.logs.binary_search_by_key(&base, |log| log.0).is_err() {
                remove_if_there(self.disk, &join(self.directory, &name)).await?;
                self.changed_names = true;
            }
        }
        Ok(())
    }

    /// Takes the checkpoint of epochs. Without one that can be read, the log has to be walked for them.
    async fn read_epochs(&mut self) {
        let text = read_text(self.disk, &join(self.directory, names::LEADER_EPOCHS)).await.unwrap_or(None);
        let epochs = text.as_deref().and_then(parse_epochs).and_then(LeaderEpochs::from_entries);
        self.epochs_are_lost = epochs.is_none();
        self.epochs = epochs.unwrap_or_default();
    }

    async fn open_segments(&mut self, listing: &Listing) -> io::Result<()> {
        for &(base, bytes) in &listing.logs {
            let path = join(self.directory, &offset_file(base, names::LOG));
            let file = self.disk.open(&path, OpenMode::ReadWrite).await?;
            self.segments.push(Segment::new(base, file, SegmentState::sealed(base, bytes)));
        }
        Ok(())
    }

    /// The first segment to walk: far enough back to refill the producers' windows, to cover everything after
    /// the recovery point, and to have a snapshot to start from.
    async fn first_to_walk(&mut self, listing: &Listing) -> usize {
        let Some(last) = self.segments.len().checked_sub(1) else { return 0 };
        let mut first = if self.epochs_are_lost { 0 } else { last };
        let mut bytes = self.segments[first].bytes();
        while first > 0 && bytes + self.segments[first - 1].bytes() <= REFILL_BYTES_MAX {
            first -= 1;
            bytes += self.segments[first].bytes();
        }
        // One before the recovery point, where a clean stop had come to, is not the one that it left.
        let least = self.segments[last].base.max(self.options.recovery_point);
        let newest = listing.snapshots.last().filter(|&&offset| offset >= least);
        if let (true, Some(&offset)) = (self.options.clean, newest) {
            self.last_snapshot = self.read_snapshot(offset).await;
            if self.last_snapshot.is_some() {
                return self.begin_at_a_snapshot(first, listing).await;
            }
        }
        // A recovery point that stands at a segment's beginning says nothing of the index files of the one before it:
        // they are written when that one is sealed, after its last batch was flushed.
        while first > 0 && self.segments[first].base >= self.options.recovery_point {
            first -= 1;
        }
        self.begin_at_a_snapshot(first, listing).await
    }

    async fn walk_segments(&mut self, listing: &Listing) -> io::Result<()> {
        self.walked_from = self.first_to_walk(listing).await;
        let Some(first) = self.segments.get(self.walked_from) else { return Ok(()) };
        self.expected = first.base;
        let mut index = self.walked_from;
        while index < self.segments.len() {
            let segment = Arc::clone(&self.segments[index]);
            if segment.base < self.expected {
                let line = format!(
                    "{}/{} begins before the segment in front of it ends, at offset {}: move one of them away",
                    self.directory,
                    offset_file(segment.base, names::LOG),
                    self.expected.0
                );
                return Err(io::Error::new(io::ErrorKind::InvalidData, line));
            }
            // Before the cleaner checkpoint a segment may have been compacted to its end.
            let is_gap = segment.base > self.expected && segment.base > self.options.cleaned_until;
            if is_gap && index > 0 {
                let before = Arc::clone(&self.segments[index - 1]);
                if !self.options.clean && self.expected >= self.options.recovery_point {
                    // The end of the segment before it is missing: nobody was promised what follows.
                    self.cut(index - 1, before.bytes(), before.bytes()).await?;
                    break;
                }
                self.note_corrupt(&before, segment.base);
            }
            self.expected = segment.base;
            if index > self.walked_from {
                if self.segments[index - 1].base < self.options.cleaned_until {
                    self.take_snapshot_behind_compaction(segment.base).await;
                }
                self.mend_snapshot(segment.base).await;
            }
            self.walk_segment(index, &segment).await?;
            index += 1;
        }
        Ok(())
    }

    async fn walk_segment(&mut self, index: usize, segment: &Arc<Segment>) -> io::Result<()> {
        let end = segment.bytes();
        let mut state = SegmentState::empty(segment.base);
        let after = self.segments.get(index + 1).map(|next| next.base);
        let stretch = Stretch { position: 0, end, expected: Some(segment.base), after };
        let mut walk =
            Walk::new(&*segment.file, stretch, SCAN_CHUNK_BYTES).with_gaps(self.options.cleaned_until);
        *segment.state() = SegmentState::empty(segment.base);
        loop {
            let at = walk.position();
            match walk.next().await {
                Step::End => break,
                Step::Batch(header, bytes) => self.take(&mut state, &header, &bytes, at),
                Step::Bad => {
                    let misplaced = walk.misplaced();
                    let next = walk.resync(self.expected).await;
                    let follows = next.is_some() || self.segments[index + 1..].iter().any(|s| s.bytes() > 0);
                    let lost_bytes = walk.has_lost_sector(at, walk.position(), self.expected).await
                        || (next.is_none() && walk.ends_within_batch(at, self.expected).await);
                    let verdict = Hole {
                        expected: self.expected,
                        recovery_point: self.options.recovery_point,
                        unreadable: walk.is_unreadable(at, walk.position()),
                        misplaced,
                        valid_follows: follows,
                        lost_bytes,
                    }
                    .judge();
                    if verdict == HoleVerdict::Cut {
                        self.install(segment, state, at);
                        return self.cut(index, at, walk.position()).await;
                    }
                    match next {
                        Some(header) => self.note_corrupt_in(&mut state, header.base_offset),
                        None => self.keep_damaged_end(index, &mut state, end - at),
                    }
                    state.bytes = walk.position();
                }
            }
        }
        self.report.scanned_bytes += end;
        self.install(segment, state, end);
        Ok(())
    }

    /// Takes a batch of the walk.
    fn take(&mut self, state: &mut SegmentState, header: &BatchHeader, bytes: &Bytes, at: u64) {
        // Whether the batches between were compacted away, the cleaner checkpoint tells.
        if header.base_offset > self.expected && header.base_offset > self.options.cleaned_until {
            self.note_corrupt_in(state, header.base_offset);
        }
        state.note_batch(header, at, self.options.config.index_interval_bytes);
        let ended = self.producers.apply(header, TransactionEnd::of_bytes(header, bytes)).ended;
        if let Some(ended) = ended.filter(|ended| ended.is_abort) {
            state.note_aborted(ended.span);
        }
        // The CRC does not cover the epoch: one that the cluster never gave out is damage.
        let epoch = header.partition_leader_epoch;
        if (0..=self.options.leader_epoch.0).contains(&epoch.0) {
            self.epochs.assign(epoch, header.base_offset);
        }
        self.expected = header.next_offset();
    }

    fn install(&self, segment: &Arc<Segment>, mut state: SegmentState, bytes: u64) {
        state.bytes = bytes;
        *segment.state() = state;
    }

    /// The end of a segment is damaged and kept: its offsets are lost up to where something else begins.
    fn keep_damaged_end(&mut self, index: usize, state: &mut SegmentState, bytes: u64) {
        if let Some(next) = self.segments.get(index + 1) {
            self.note_corrupt_in(state, next.base);
            return;
        }
        // A record takes more than one byte, so no record that stood there can have a higher offset.
        let most = self.expected.plus(i64::try_from(bytes).expect("a segment is far smaller"));
        let point = self.options.recovery_point;
        // After a clean stop the recovery point is the log's end: behind it nothing ever stood.
        let end = if self.options.clean && point > self.expected { point } else { most.max(point) };
        self.note_corrupt_in(state, end);
        self.fresh_segment = Some(end);
    }

    fn note_corrupt_in(&mut self, state: &mut SegmentState, to: Offset) {
        if to > self.expected {
            state.corrupt.push(CorruptRange { from: self.expected, to });
            self.report.corrupt_ranges += 1;
            self.expected = to;
        }
    }

    fn note_corrupt(&mut self, segment: &Arc<Segment>, to: Offset) {
        let range = CorruptRange { from: self.expected, to };
        segment.state().corrupt.push(range);
        self.report.corrupt_ranges += 1;
        self.expected = to;
    }

    /// Cuts the segment at `at` and drops all later ones. Bytes from `valid_from` on were whole batches.
    async fn cut(&mut self, index: usize, at: u64, valid_from: u64) -> io::Result<()> {
        let segment = Arc::clone(&self.segments[index]);
        let size = segment.file.size().await?;
        let later: u64 = self.segments[index + 1..].iter().map(|segment| segment.bytes()).sum();
        self.report.cut_bytes += size.saturating_sub(at) + later;
        self.report.cut_valid_bytes += size.saturating_sub(valid_from) + later;
        // Later segments go first: a crash in between leaves a hole at the end, which is cut again.
        for gone in self.segments.drain(index + 1..).rev() {
            remove_segment(self.disk, self.directory, gone.base).await?;
            self.changed_names = true;
        }
        if size != at {
            segment.file.set_len(at).await?;
            segment.file.sync().await.map_err(failed_flush)?;
        }
        segment.state().bytes = at;
        Ok(())
    }

    async fn finish(mut self, listing: &Listing) -> io::Result<Recovered> {
        let point = self.options.recovery_point;
        if self.expected < point && !self.segments.is_empty() {
            // The file ends before what was durable: its end is gone, and its offsets with it.
            let last = Arc::clone(self.segments.last().expect("there is one"));
            self.note_corrupt(&last, point);
            self.fresh_segment = Some(point);
        }
        if self.expected < self.options.log_start {
            // Everything before the log start was deleted on request, and the crash took the rest.
            for gone in std::mem::take(&mut self.segments) {
                remove_segment(self.disk, self.directory, gone.base).await?;
            }
            // What producers had written last is gone too: half of their state would refuse what comes next.
            self.producers = Producers::default();
            self.expected = self.options.log_start;
        }
        if self.segments.is_empty() {
            // Offsets that were durable once are never given out again, even when every file is gone.
            self.expected = self.expected.max(point);
        }
        self.epochs.truncate_from_end(self.expected);
        self.settle_producers(listing).await?;
        let walked_from = self.walked_from.min(self.segments.len());
        for index in walked_from..self.segments.len() {
            self.settle_segment(index).await?;
        }
        if self.segments.is_empty() || self.fresh_segment.is_some() {
            let base = self.fresh_segment.unwrap_or(self.expected);
            let segment = create_segment(self.disk, self.directory, base).await?;
            self.segments.push(segment);
            self.changed_names = true;
        }
        if self.changed_names || !self.options.clean {
            self.disk.sync_dir(self.directory).await.map_err(failed_flush)?;
        }
        let first = self.segments[0].base;
        let log_start = self.options.log_start.max(first);
        self.epochs.truncate_from_start(log_start);
        self.report.leader_epoch = self.next_epoch();
        Ok(Recovered {
            segments: self.segments,
            log_end: self.expected,
            log_start,
            producers: self.producers,
            epochs: self.epochs,
            report: self.report,
        })
    }

    /// The epoch of the next append: newer than any in the log when something may be gone that a client has seen. The
    /// metadata usually gives a newer one at each start; then that one is enough.
    fn next_epoch(&self) -> LeaderEpoch {
        let given = self.options.leader_epoch;
        let raise = !self.report.created && (!self.options.clean || self.report.cut_bytes > 0);
        match self.epochs.latest() {
            Some(latest) if raise && given <= latest => {
                LeaderEpoch(latest.0.checked_add(1).expect("epochs never run out"))
            }
            Some(latest) => latest.max(given),
            None => given,
        }
    }

    /// Makes a walked segment durable after an unclean stop, and its index files those that the walk found.
    async fn settle_segment(&mut self, index: usize) -> io::Result<()> {
        let segment = Arc::clone(&self.segments[index]);
        if !self.options.clean {
            segment.file.sync().await.map_err(failed_flush)?;
        }
        let sealed = index + 1 < self.segments.len() || self.fresh_segment.is_some();
        if segment.base < self.options.cleaned_until {
            self.take_compacted_transactions(index).await;
        }
        let (offsets, times, transactions) = {
            let mut state = segment.state();
            if sealed {
                state.seal();
            }
            let indexes = state.indexes.as_ref().expect("a walked segment has its indexes");
            let transactions = state.transactions.as_ref().expect("and its transactions");
            (indexes.offsets.encode(), indexes.times.encode(), transactions.encode())
        };
        for (extension, content) in [
            (names::OFFSET_INDEX, offsets),
            (names::TIME_INDEX, times),
            (names::TRANSACTION_INDEX, transactions),
        ] {
            let is_of_transactions = extension == names::TRANSACTION_INDEX;
            let path = join(self.directory, &offset_file(segment.base, extension));
            let found = read_small(self.disk, &path).await.unwrap_or(None);
            let same = match &found {
                // The active segment's time index has one entry more when the log was closed.
                Some(found) if !sealed && !is_of_transactions => found.starts_with(&content),
                Some(found) => **found == *content,
                // Apache Kafka's tools want the files of a sealed segment even where they are empty, but for this one.
                None => content.is_empty() && (!sealed || is_of_transactions),
            };
            if same {
                continue;
            }
            self.report.indexes_rebuilt += 1;
            // The active segment's is written when it is sealed: until then none may stand that tells of what a crash took.
            if is_of_transactions && (content.is_empty() || !sealed) {
                remove_if_there(self.disk, &path).await?;
                self.changed_names = true;
            } else if sealed {
                // The recovery point will pass this segment, and then nobody compares them again.
                write_cache(self.disk, &path, content).await?.sync().await?;
            }
        }
        Ok(())
    }

    /// What compaction left of a segment does not tell which transactions were aborted in it: its index does. Where nobody
    /// knows what was compacted, a segment that reaches the recovery point may never have been, and its index not be flushed:
    /// then what the walk found counts as well, and that alone in the active segment, which is never compacted.
    async fn take_compacted_transactions(&mut self, index: usize) {
        let segment = Arc::clone(&self.segments[index]);
        let next = self.segments.get(index + 1).map(|next| next.base);
        let end = next.unwrap_or(self.expected);
        let in_doubt = segment.base >= self.options.first_dirty && end >= self.options.recovery_point;
        if in_doubt && next.is_none() {
            return;
        }
        let path = join(self.directory, &offset_file(segment.base, names::TRANSACTION_INDEX));
        let found = match read_small(self.disk, &path).await {
            Ok(found) => TransactionIndex::parse(&found.unwrap_or_default(), segment.base, end),
            Err(_) => None,
        };
        if let Some(found) = found {
            let mut state = segment.state();
            let walked = state.transactions.take().filter(|_| in_doubt).unwrap_or_default();
            state.transactions = Some(found.or(&walked));
        }
    }
}
