//! Makes a partition's caches again from its log: indexes, producer snapshots, the checkpoint of leader epochs.
//!
//! One walk over the batches serves all of them, and each segment's files are written when the walk has come to its end.
//!
//! Always holds: what an inspection finds nothing about is not touched; of producers only what is known since a whole
//! snapshot or the beginning of the log is written.

use super::epochs::SeenEpochs;
use super::leftovers::waits_for_start;
use super::transactions::Walked;
use super::{Act, Journal, Site, Step};
use crate::checkpoint::{self, encode_epochs, parse_epochs, read_small, read_text};
use crate::config::PartitionConfig;
use crate::epochs::LeaderEpochs;
use crate::inspect::{Finding, Listing, Problem, SegmentReader, SegmentStep};
use crate::names::{self, offset_file};
use crate::producers::Producers;
use crate::segment::{SEGMENT_BYTES_MAX, SegmentState};
use crate::transactions::{TransactionEnd, TransactionIndex};
use bytes::Bytes;
use std::{collections::BTreeMap, io, sync::Arc};
use tribunal_env::{File, OpenMode};
use tribunal_wire::batch::BatchHeader;
use tribunal_wire::types::Offset;

/// Makes again what `found` says is wrong, and what is missing.
pub(super) async fn rebuild(site: &Site<'_>, found: &[Finding], journal: &mut Journal<'_>) -> io::Result<()> {
    let mut listing = Listing::of(site.disk, &site.directory).await?;
    if waits_for_start(&listing) {
        return Ok(());
    }
    if site.known.unclean {
        listing.forget_deletions(site.known.log_start.unwrap_or_default());
    }
    let wrong = Wrong::of(site, found);
    if listing.logs.is_empty() || (wrong.is_nothing() && site.cut.is_none() && !lacks_files(&listing)) {
        return Ok(());
    }
    let first = listing.logs[0].0;
    let mut walk = Walk {
        site,
        listing: &listing,
        wrong,
        journal,
        producers: Producers::default(),
        complete_since: Some(first),
        expected: first,
        end_is_known: true,
        epochs: SeenEpochs::default(),
    };
    for index in 0..listing.logs.len() {
        walk.segment(index).await?;
    }
    walk.settle_snapshots().await?;
    walk.settle_epochs().await
}

/// The caches about which something was found, with the first of it.
struct Wrong<'a> {
    files: BTreeMap<&'a str, &'a Finding>,
    /// What was found of epochs, be it in their checkpoint or in batches.
    epochs: Option<&'a Finding>,
}

impl<'a> Wrong<'a> {
    fn of(site: &Site<'_>, found: &'a [Finding]) -> Wrong<'a> {
        let inside = format!("{}/", site.directory);
        let mut wrong = Wrong { files: BTreeMap::new(), epochs: None };
        for finding in found.iter().filter(|finding| finding.file.starts_with(&inside)) {
            match finding.problem {
                Problem::OffsetIndex
                | Problem::TimeIndex
                | Problem::TransactionIndex
                | Problem::ProducerSnapshot => {
                    wrong.files.entry(&finding.file).or_insert(finding);
                }
                Problem::EpochCheckpoint | Problem::LeaderEpoch => {
                    wrong.epochs.get_or_insert(finding);
                }
                _ => {}
            }
        }
        wrong
    }

    fn is_nothing(&self) -> bool {
        self.files.is_empty() && self.epochs.is_none()
    }
}

/// Whether a sealed segment has no index files, or no snapshot stands behind it.
fn lacks_files(listing: &Listing) -> bool {
    listing.logs.windows(2).any(|pair| {
        let (base, next) = (pair[0].0, pair[1].0);
        !listing.has(&offset_file(base, names::OFFSET_INDEX))
            || !listing.has(&offset_file(base, names::TIME_INDEX))
            || !listing.snapshots.contains(&next)
    })
}

struct Walk<'a, 'b> {
    site: &'a Site<'a>,
    listing: &'a Listing,
    wrong: Wrong<'a>,
    journal: &'a mut Journal<'b>,
    producers: Producers,
    /// Since when `producers` is all that they did; `None` where something is missing.
    complete_since: Option<Offset>,
    /// The offset that should come next.
    expected: Offset,
    /// Whether `expected` is certain: not behind a damaged end.
    end_is_known: bool,
    epochs: SeenEpochs,
}

impl Walk<'_, '_> {
    async fn segment(&mut self, index: usize) -> io::Result<()> {
        let (base, _) = self.listing.logs[index];
        if base != self.expected || !self.end_is_known {
            self.complete_since = None;
        }
        self.snapshot_at(index, base).await?;
        self.expected = base;
        let opened = async {
            let file =
                self.site.disk.open(&self.site.path(&offset_file(base, names::LOG)), OpenMode::Read).await?;
            let bytes = file.size().await?;
            Ok::<_, io::Error>((file, bytes))
        };
        match opened.await {
            Ok((file, bytes)) => self.walk(index, file, bytes).await,
            Err(_) => {
                self.complete_since = None;
                self.end_is_known = false;
                Ok(())
            }
        }
    }

    async fn walk(&mut self, index: usize, file: Arc<dyn File>, bytes: u64) -> io::Result<()> {
        let base = self.listing.logs[index].0;
        let after = self.listing.logs.get(index + 1).map(|next| next.0);
        let mut built =
            Built { base, state: SegmentState::empty(base), walked: Walked::default(), fits: true };
        let mut reader =
            SegmentReader::new(&*file, bytes, base, after).with_gaps(self.site.known.cleaned_until);
        self.end_is_known = true;
        while let Some(step) = reader.next().await {
            match step {
                SegmentStep::Batch(position, header, bytes) => {
                    self.batch(&mut built, position, &header, &bytes);
                }
                SegmentStep::Damage(damage) => {
                    self.complete_since = None;
                    let next = damage.next.or(after);
                    built.state.bytes = damage.end;
                    built.walked.damaged.push(self.expected..next.unwrap_or(Offset(i64::MAX)));
                    self.expected = self.expected.max(next.unwrap_or_default());
                    self.end_is_known = next.is_some();
                }
            }
        }
        built.walked.complete_since = self.complete_since;
        self.write_indexes(base, after.is_some(), built).await
    }

    fn batch(&mut self, built: &mut Built, position: u64, header: &BatchHeader, bytes: &Bytes) {
        if header.base_offset != self.expected {
            self.complete_since = None;
        }
        self.expected = header.next_offset();
        self.epochs.note(header.partition_leader_epoch, header.base_offset);
        built.note(position, header);
        let ended = self.producers.apply(header, TransactionEnd::of_bytes(header, bytes)).ended;
        if header.attributes.is_control() {
            built.walked.markers.insert(header.last_offset());
        }
        built.walked.aborted.extend(ended.filter(|ended| ended.is_abort).map(|ended| ended.span));
    }

    /// The walk stands before a segment: what producers had done by then may stand in a file.
    async fn snapshot_at(&mut self, index: usize, base: Offset) -> io::Result<()> {
        let name = offset_file(base, names::SNAPSHOT);
        let path = self.site.path(&name);
        let wrong = self.wrong.files.get(path.as_str()).copied();
        let bytes = read_small(self.site.disk, &path).await.unwrap_or(None);
        let whole = bytes.filter(|_| wrong.is_none()).and_then(|bytes| Producers::parse_snapshot(&bytes));
        if let Some(snapshot) = whole {
            if index == 0 || self.complete_since.is_none() {
                self.producers = snapshot;
                // It tells of open transactions where they began.
                self.complete_since = Some(Offset::ZERO);
            }
            return Ok(());
        }
        let missing =
            Step::new(Act::Rebuild, &path, "no snapshot of producers stands at this segment's beginning");
        let rebuild =
            wrong.map_or_else(|| missing.about(base), |wrong| Step::because(Act::Rebuild, &path, wrong));
        if index > 0 && self.complete_since.is_some() {
            self.put(&name, self.producers.encode_snapshot(), rebuild).await
        } else if let Some(wrong) = wrong {
            // What is not known is not written: the start learns what it can from the batches.
            self.remove(&path, Step::because(Act::Remove, &path, wrong)).await
        } else {
            Ok(())
        }
    }

    async fn write_indexes(&mut self, base: Offset, sealed: bool, mut built: Built) -> io::Result<()> {
        let was_cut = self.site.cut == Some(base);
        // After an unclean stop nobody reads those of the active segment.
        if !sealed && self.site.known.unclean && !was_cut {
            return Ok(());
        }
        if built.fits {
            built.state.seal();
            let (offsets, times) =
                built.state.encode_indexes().expect("an empty segment starts with its indexes");
            for (extension, content) in [(names::OFFSET_INDEX, offsets), (names::TIME_INDEX, times)] {
                let name = offset_file(base, extension);
                let path = self.site.path(&name);
                let missing = sealed && !self.listing.has(&name);
                let step = match self.wrong.files.get(path.as_str()) {
                    Some(wrong) => Step::because(Act::Rebuild, &path, wrong),
                    None if missing => {
                        Step::new(Act::Rebuild, &path, "a sealed segment has this index, be it empty")
                    }
                    None if was_cut && self.differs(&path, &content).await => {
                        Step::new(Act::Rebuild, &path, "the segment was cut")
                    }
                    None => continue,
                };
                self.put(&name, content, step).await?;
            }
        }
        self.write_transactions(base, &built.walked, was_cut).await
    }

    async fn write_transactions(&mut self, base: Offset, walked: &Walked, was_cut: bool) -> io::Result<()> {
        let name = offset_file(base, names::TRANSACTION_INDEX);
        let path = self.site.path(&name);
        let old = read_small(self.site.disk, &path).await.unwrap_or(None);
        let bytes = old.clone().unwrap_or_default();
        let wrong = self.wrong.files.get(path.as_str()).copied();
        let end = if self.end_is_known { self.expected } else { Offset(i64::MAX) };
        let reads = TransactionIndex::parse(&bytes, base, end).is_some();
        if wrong.is_none() && reads && !was_cut && (old.is_some() || walked.aborted.is_empty()) {
            return Ok(());
        }
        let content = walked.index(&bytes).encode();
        if old.as_ref().map_or(content.is_empty(), |old| **old == *content) {
            return Ok(());
        }
        let why = "it does not tell the aborted transactions of its segment in the order of their markers";
        let step =
            |act| wrong.map_or_else(|| Step::new(act, &path, why), |wrong| Step::because(act, &path, wrong));
        if content.is_empty() {
            // So recovery leaves it, and Apache Kafka takes a missing one for an empty one.
            return self.remove(&path, step(Act::Remove)).await;
        }
        self.put(&name, content, step(Act::Rebuild)).await
    }

    async fn differs(&self, path: &str, content: &[u8]) -> bool {
        let found = read_small(self.site.disk, path).await.unwrap_or(None);
        found.is_none_or(|found| *found != *content)
    }

    /// Snapshots that stand at no segment's beginning: those of a stop, and those that stand nowhere.
    async fn settle_snapshots(&mut self) -> io::Result<()> {
        let (listing, end) = (self.listing, self.expected);
        let at_base = |at: Offset| listing.logs.binary_search_by_key(&at, |log| log.0).is_ok();
        for &at in listing.snapshots.iter().filter(|&&at| !at_base(at)) {
            let name = offset_file(at, names::SNAPSHOT);
            let path = self.site.path(&name);
            let Some(wrong) = self.wrong.files.get(path.as_str()).copied() else { continue };
            if at == end && self.end_is_known && self.complete_since.is_some() {
                let content = self.producers.encode_snapshot();
                self.put(&name, content, Step::because(Act::Rebuild, &path, wrong)).await?;
            } else {
                self.remove(&path, Step::because(Act::Remove, &path, wrong)).await?;
            }
        }
        Ok(())
    }

    async fn settle_epochs(&mut self) -> io::Result<()> {
        let Some(wrong) = self.wrong.epochs else { return Ok(()) };
        let name = names::LEADER_EPOCHS;
        let path = self.site.path(name);
        let text = read_text(self.site.disk, &path).await.unwrap_or(None);
        let known = text.as_deref().and_then(parse_epochs).and_then(LeaderEpochs::from_entries);
        let first = self.listing.logs.first().map_or(Offset::ZERO, |log| log.0);
        let deleted = known.as_ref().and_then(|known| known.entries().first()).map(|entry| entry.1);
        let start = self.site.known.log_start.or(deleted).unwrap_or_default().max(first);
        let end = if self.end_is_known { self.expected } else { Offset(i64::MAX - 1) };
        let Some(epochs) = self.epochs.checkpoint(known.as_ref(), start, end) else { return Ok(()) };
        let content = encode_epochs(epochs.entries()).into_bytes();
        self.put(name, content, Step::because(Act::Rebuild, &path, wrong)).await
    }

    async fn put(&mut self, name: &str, content: Vec<u8>, step: Step) -> io::Result<()> {
        let (disk, directory) = (self.site.disk, &self.site.directory);
        checkpoint::replace(disk, directory, name, Bytes::from(content)).await?;
        self.journal.done(step);
        Ok(())
    }

    async fn remove(&mut self, path: &str, step: Step) -> io::Result<()> {
        self.site.disk.remove_file(path).await?;
        self.site.disk.sync_dir(&self.site.directory).await?;
        self.journal.done(step);
        Ok(())
    }
}

/// What a segment's index files should say.
struct Built {
    base: Offset,
    state: SegmentState,
    walked: Walked,
    /// Whether an index can name all of its offsets and positions.
    fits: bool,
}

impl Built {
    fn note(&mut self, position: u64, header: &BatchHeader) {
        let relative = header.last_offset().0 - self.base.0;
        self.fits &= position <= SEGMENT_BYTES_MAX && relative <= i64::from(i32::MAX);
        if self.fits {
            self.state.note_batch(header, position, PartitionConfig::default().index_interval_bytes);
        }
    }
}
