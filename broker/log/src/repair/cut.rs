//! Cuts a log where its damage begins.
//!
//! | in this order | a crash behind it leaves |
//! | --- | --- |
//! | the end of the damaged segment is copied | the damage |
//! | the segments behind it are set aside, the last one first | the damage |
//! | the mark of a clean stop goes | the damage |
//! | the segment is cut | checkpoints behind the log's end: what was cut is done, and they are lowered |
//! | the checkpoints are lowered, the recovery point last | what is in order |
//!
//! Damage that lies wholly before the log start is not cut at: nobody reads it.

use super::checkpoints::{lower, mark_unclean};
use super::leftovers::{self, waits_for_start};
use super::saved::Shelf;
use super::{Act, Journal, RepairOptions, Site, Step};
use crate::inspect::{Around, Listing, SegmentReader, SegmentStep, name_of, parent_of, segment_file};
use crate::names::{self, parse_partition_directory};
use std::io;
use tribunal_env::OpenMode;
use tribunal_wire::types::Offset;

/// Where a log is cut.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cut {
    /// The segment; none where all of them are gone.
    segment: Option<Offset>,
    position: u64,
    /// The log's new end.
    end: Offset,
    why: String,
}

/// Cuts the partition's log where the first damage is, if any is.
pub(super) async fn at_damage(
    site: &mut Site<'_>,
    options: &RepairOptions,
    journal: &mut Journal<'_>,
) -> io::Result<()> {
    let listing = Listing::of(site.disk, &site.directory).await?;
    if waits_for_start(&listing) {
        return Ok(());
    }
    let mut search = Search::new(site, &listing);
    search.run(journal).await?;
    let (old_end, batches) = (search.end, search.batches_behind);
    let Some(cut) = search.cut() else { return Ok(()) };
    let shelf = Shelf::new(site, options.save.as_deref(), options.write);
    if let Some(base) = cut.segment {
        shelf.save(base, cut.position, journal).await?;
    }
    let behind = listing.logs.iter().rev().take_while(|log| cut.segment.is_none_or(|base| log.0 > base));
    for &(base, _) in behind {
        shelf.set_aside(base, journal).await?;
    }
    site.disk.sync_dir(&site.directory).await?;
    mark_unclean(site, journal).await?;
    if let Some(base) = cut.segment {
        let path = segment_file(&site.directory, base, names::LOG);
        let file = site.disk.open(&path, OpenMode::ReadWrite).await?;
        if file.size().await? != cut.position {
            file.set_len(cut.position).await?;
            file.sync().await?;
        }
        let reason = told(&cut, old_end, batches);
        journal.done(Step::new(Act::Cut, &path, reason).at(cut.position).about(cut.end));
    }
    lower(site, cut.end, journal).await?;
    leftovers::of_partition(site, journal).await?;
    site.cut = cut.segment;
    if let (Some(parent), Some((topic, index))) =
        (parent_of(&site.directory), parse_partition_directory(name_of(&site.directory)))
    {
        let was_unclean = site.known.unclean;
        site.known = Around::read(site.disk, parent).await.known(topic, index);
        site.known.unclean |= was_unclean;
    }
    Ok(())
}

fn told(cut: &Cut, old_end: Offset, batches: u64) -> String {
    let end = cut.end.0;
    let given_up = match old_end.0 - end {
        ..=0 => "no offset that is known of is given up".to_owned(),
        1 => format!("1 offset is given up, {end}"),
        count => format!("{count} offsets are given up, {end} to {}", old_end.0 - 1),
    };
    format!(
        "{}; the log ends at offset {end} from now on: {given_up}, and with them {batches} whole batches",
        cut.why
    )
}

struct Search<'a> {
    site: &'a Site<'a>,
    listing: &'a Listing,
    found: Option<Cut>,
    /// Where the log ends, or ended.
    end: Offset,
    expected: Offset,
    /// The last segment, and its length.
    last: Option<(Offset, u64)>,
    batches_behind: u64,
}

impl<'a> Search<'a> {
    fn new(site: &'a Site<'_>, listing: &'a Listing) -> Search<'a> {
        let first = listing.logs.first().map_or(Offset::ZERO, |log| log.0);
        Search { site, listing, found: None, end: first, expected: first, last: None, batches_behind: 0 }
    }

    /// Looks at the whole log, and counts what stands behind the first damage.
    async fn run(&mut self, journal: &mut Journal<'_>) -> io::Result<()> {
        let mut totals = crate::inspect::Totals::default();
        for (index, &(base, bytes)) in self.listing.logs.iter().enumerate() {
            let path = segment_file(&self.site.directory, base, names::LOG);
            journal.listener.passed(&path, &totals);
            self.between(base);
            self.expected = base;
            self.last = Some((base, bytes));
            let after = self.listing.logs.get(index + 1).map(|next| next.0);
            self.segment(&path, base, bytes, after).await;
            totals.segments += 1;
            totals.bytes += bytes;
        }
        self.end = self.end.max(self.expected).max(self.site.known.recovery_point.unwrap_or_default());
        Ok(())
    }

    /// Something is wrong, unless what follows it at `next` still lies before the log start.
    fn find(&mut self, segment: (Offset, u64), end: Offset, next: Option<Offset>, why: impl Into<String>) {
        let is_deleted = next.is_some_and(|next| next <= self.site.known.log_start.unwrap_or_default());
        if self.found.is_none() && !is_deleted {
            let why = why.into();
            self.found = Some(Cut { segment: Some(segment.0), position: segment.1, end, why });
        }
    }

    /// The segment at `base` comes behind another.
    fn between(&mut self, base: Offset) {
        let Some(last) = self.last else { return };
        let expected = self.expected;
        if base < expected {
            let why = format!("the next segment begins at offset {}, before this one ends", base.0);
            self.find(last, expected, None, why);
        } else if base > expected && base > self.site.known.cleaned_until {
            let why = format!("the offsets from {} to {} are in no batch", expected.0, base.0 - 1);
            self.find(last, expected, Some(base), why);
        }
    }

    async fn segment(&mut self, path: &str, base: Offset, bytes: u64, after: Option<Offset>) {
        let file = match self.site.disk.open(path, OpenMode::Read).await {
            Ok(file) => file,
            Err(error) => return self.find((base, 0), base, after, format!("the disk says: {error}")),
        };
        let mut reader =
            SegmentReader::new(&*file, bytes, base, after).with_gaps(self.site.known.cleaned_until);
        while let Some(step) = reader.next().await {
            match step {
                SegmentStep::Damage(damage) => {
                    let next = damage.next.or(after);
                    self.find((base, damage.position), self.expected, next, damage.cause.to_string());
                    self.expected = self.expected.max(next.unwrap_or_default());
                }
                SegmentStep::Batch(position, header, _) => {
                    let next = header.base_offset;
                    if next > self.expected && next > self.site.known.cleaned_until {
                        let why =
                            format!("the offsets from {} to {} are in no batch", self.expected.0, next.0 - 1);
                        self.find((base, position), self.expected, Some(next), why);
                    }
                    self.expected = header.next_offset();
                    self.batches_behind += u64::from(self.found.is_some());
                }
            }
        }
    }

    /// The cut: where damage is, or else where the log ends, if anything is said to stand behind that.
    fn cut(self) -> Option<Cut> {
        let known = &self.site.known;
        let said = [
            known.recovery_point.unwrap_or_default(),
            known.log_start.unwrap_or_default(),
            known.cleaned_until,
        ];
        let furthest = said.into_iter().max().unwrap_or_default();
        let ends_early = || {
            let (segment, position) = self.last.map_or((None, 0), |(base, bytes)| (Some(base), bytes));
            let why = format!("the log ends here, and a checkpoint names offset {}", furthest.0);
            Cut { segment, position, end: self.expected, why }
        };
        self.found.clone().or_else(|| (furthest > self.expected).then(ends_early))
    }
}
