//! The two index files of a segment against its batches, in one pass over both.
//!
//! An entry is judged when the walk comes by the place that it points at. An entry that points into damage is not
//! judged: its batch may have stood there.

use super::finding::{Finding, Problem, Reporter};
use super::kind::segment_file;
use crate::checkpoint::read_small;
use crate::index::{OFFSET_ENTRY_BYTES, OffsetIndex, TIME_ENTRY_BYTES, TimeIndex};
use crate::names;
use bytes::Bytes;
use std::vec;
use tribunal_env::Disk;
use tribunal_wire::batch::BatchHeader;
use tribunal_wire::types::Offset;

/// A batch that begins behind the usual `index.interval.bytes` has an entry in the offset index, or one before it.
const INDEX_INTERVAL_BYTES: u64 = 4096;
const REBUILT: &str = "the index is dropped and made again from the log; no record is at stake";

/// Entries of one file that wait for the walk, each with the byte at which it stands.
struct Waiting<Entry> {
    path: String,
    /// There is no such file.
    missing: bool,
    /// Absent, or doubtful as a whole: nothing more is judged.
    settled: bool,
    entries: std::iter::Peekable<vec::IntoIter<(u64, Entry)>>,
}

impl<Entry: Copy> Waiting<Entry> {
    fn new(path: String, settled: bool, entries: Vec<(u64, Entry)>) -> Self {
        Waiting { path, missing: false, settled, entries: entries.into_iter().peekable() }
    }

    fn missing(path: String) -> Self {
        Waiting { missing: true, ..Waiting::new(path, true, Vec::new()) }
    }

    fn next_if(&mut self, test: impl Fn(Entry) -> bool) -> Option<(u64, Entry)> {
        self.entries.next_if(|&(_, entry)| test(entry))
    }
}

/// Judges the indexes of one segment.
pub(super) struct IndexJudge {
    base: Offset,
    sealed: bool,
    offsets: Waiting<(u32, u32)>,
    times: Waiting<(i64, u32)>,
    last_time: Option<i64>,
    max_timestamp: i64,
    /// Where the last batch begins.
    last_position: u64,
    /// Something before the walk's position is damaged: it may have been later than all that was seen.
    damaged: bool,
}

impl IndexJudge {
    /// Reads the index files of the segment at `base`. Those of the active segment may be missing.
    pub(super) async fn open(
        disk: &dyn Disk,
        directory: &str,
        base: Offset,
        sealed: bool,
        report: &mut Reporter<'_>,
    ) -> IndexJudge {
        let path = segment_file(directory, base, names::OFFSET_INDEX);
        let offsets = match read(disk, &path, Problem::OffsetIndex, report).await {
            Ok(Some(bytes)) => {
                let entries = entries(OffsetIndex::decode(&bytes), OFFSET_ENTRY_BYTES);
                let grows = |before: (u32, u32), entry: (u32, u32)| before.0 < entry.0 && before.1 < entry.1;
                let shape =
                    Shape { problem: Problem::OffsetIndex, entry_bytes: OFFSET_ENTRY_BYTES, zero: (0, 0) };
                grown(path, &bytes, entries, &shape, |entry| entry.0, grows, report)
            }
            Ok(None) => Waiting::missing(path),
            Err(Told) => Waiting::new(path, true, Vec::new()),
        };
        let path = segment_file(directory, base, names::TIME_INDEX);
        let times = match read(disk, &path, Problem::TimeIndex, report).await {
            Ok(Some(bytes)) => {
                let entries = entries(TimeIndex::decode(&bytes), TIME_ENTRY_BYTES);
                let grows = |before: (i64, u32), entry: (i64, u32)| before.0 < entry.0 && before.1 <= entry.1;
                let shape =
                    Shape { problem: Problem::TimeIndex, entry_bytes: TIME_ENTRY_BYTES, zero: (0, 0) };
                grown(path, &bytes, entries, &shape, |entry| entry.1, grows, report)
            }
            Ok(None) => Waiting::missing(path),
            Err(Told) => Waiting::new(path, true, Vec::new()),
        };
        IndexJudge { sealed, offsets, times, ..IndexJudge::of_nothing(base) }
    }

    /// Where no index file says anything.
    pub(super) fn of_nothing(base: Offset) -> IndexJudge {
        let (offsets, times) = (Waiting::missing(String::new()), Waiting::missing(String::new()));
        IndexJudge {
            base,
            sealed: false,
            offsets,
            times,
            last_time: None,
            max_timestamp: -1,
            last_position: 0,
            damaged: false,
        }
    }

    fn offset(&self, relative: u32) -> Offset {
        Offset(self.base.0.saturating_add(i64::from(relative)))
    }

    /// The walk comes by a batch at `position`.
    pub(super) fn batch(&mut self, position: u64, header: &BatchHeader, report: &mut Reporter<'_>) {
        while let Some(entry) = self.offsets.next_if(|entry| u64::from(entry.1) <= position) {
            self.judge_offset(entry, position, header, report);
        }
        self.last_position = position;
        self.max_timestamp = self.max_timestamp.max(header.max_timestamp);
        let (base, last) = (self.base, header.last_offset());
        while let Some(entry) =
            self.times.next_if(|entry| base.0.saturating_add(i64::from(entry.1)) <= last.0)
        {
            self.judge_time(entry, header, report);
        }
    }

    fn judge_offset(
        &self,
        (at, (relative, target)): (u64, (u32, u32)),
        position: u64,
        header: &BatchHeader,
        report: &mut Reporter<'_>,
    ) {
        let offset = self.offset(relative);
        let meaning = if u64::from(target) < position {
            format!("the entry for offset {} points at byte {target}, where no batch begins", offset.0)
        } else if offset != header.last_offset() {
            format!(
                "the entry for offset {} points at byte {target}, where the batch ends with offset {}",
                offset.0,
                header.last_offset().0
            )
        } else {
            return;
        };
        let meaning = format!("{meaning}: reads may be sent to the wrong place");
        let finding = Finding::new(Problem::OffsetIndex, &self.offsets.path, meaning, REBUILT);
        report.find(finding.at(at).about(offset));
    }

    fn judge_time(
        &mut self,
        (at, (timestamp, relative)): (u64, (i64, u32)),
        header: &BatchHeader,
        report: &mut Reporter<'_>,
    ) {
        let offset = self.offset(relative);
        self.last_time = Some(timestamp);
        let wrong = if self.damaged {
            self.max_timestamp > timestamp
        } else {
            self.max_timestamp != timestamp || header.max_timestamp != timestamp
        };
        let meaning = if offset < header.base_offset && !self.damaged {
            format!("the entry for timestamp {timestamp} names offset {}, which no batch holds", offset.0)
        } else if wrong {
            format!(
                "the entry says that {timestamp} is the latest timestamp up to offset {} and stands there; in the \
                 log the latest is {}, and that batch's {}",
                offset.0, self.max_timestamp, header.max_timestamp
            )
        } else {
            return;
        };
        let meaning = format!("{meaning}: lookups by time may miss records");
        let finding = Finding::new(Problem::TimeIndex, &self.times.path, meaning, REBUILT);
        report.find(finding.at(at).about(offset));
    }

    /// The walk passes damage from `position` to `end`, behind which offset `next` comes.
    pub(super) fn damage(&mut self, position: u64, end: u64, next: Option<Offset>) {
        self.damaged = true;
        while self
            .offsets
            .next_if(|entry| u64::from(entry.1) >= position && u64::from(entry.1) < end)
            .is_some()
        {}
        let base = self.base;
        let before =
            |entry: (i64, u32)| next.is_none_or(|next| base.0.saturating_add(i64::from(entry.1)) < next.0);
        while let Some((_, (timestamp, _))) = self.times.next_if(before) {
            self.last_time = Some(timestamp);
        }
    }

    /// The walk has come to the end of the segment, `log_bytes` long.
    pub(super) fn finish(mut self, log_bytes: u64, report: &mut Reporter<'_>) {
        while let Some((at, (relative, target))) = self.offsets.entries.next() {
            let offset = self.offset(relative);
            let where_to = if u64::from(target) < log_bytes {
                "where no batch begins".to_owned()
            } else {
                format!("past the end of the log at byte {log_bytes}")
            };
            let meaning = format!("the entry for offset {} points at byte {target}, {where_to}", offset.0);
            let finding = Finding::new(Problem::OffsetIndex, &self.offsets.path, meaning, REBUILT);
            report.find(finding.at(at).about(offset));
        }
        while let Some((at, (timestamp, relative))) = self.times.entries.next() {
            self.last_time = Some(timestamp);
            let offset = self.offset(relative);
            let meaning =
                format!("the entry for timestamp {timestamp} names offset {}, past the log's end", offset.0);
            let finding = Finding::new(Problem::TimeIndex, &self.times.path, meaning, REBUILT);
            report.find(finding.at(at).about(offset));
        }
        if self.sealed {
            self.finish_sealed(report);
        }
    }

    /// An index file may be missing where nothing would stand in it.
    fn finish_sealed(&self, report: &mut Reporter<'_>) {
        let missing = "the index of this sealed segment is missing: reads scan the log instead";
        if self.offsets.missing && self.last_position > INDEX_INTERVAL_BYTES {
            report.find(Finding::new(Problem::OffsetIndex, &self.offsets.path, missing, REBUILT));
        }
        let short = self.max_timestamp >= 0 && self.last_time.is_none_or(|last| last < self.max_timestamp);
        if self.times.missing && short {
            report.find(Finding::new(Problem::TimeIndex, &self.times.path, missing, REBUILT));
        } else if !self.times.settled && short {
            let meaning = format!(
                "the index of this sealed segment ends before the latest timestamp of the log, {}: a lookup for \
                 that time passes over the segment",
                self.max_timestamp
            );
            report.find(Finding::new(Problem::TimeIndex, &self.times.path, meaning, REBUILT));
        }
    }
}

/// What the two files do not share.
struct Shape<Entry> {
    problem: Problem,
    entry_bytes: usize,
    zero: Entry,
}

fn entries<Entry>(all: impl Iterator<Item = Entry>, entry_bytes: usize) -> Vec<(u64, Entry)> {
    all.enumerate().map(|(index, entry)| ((index * entry_bytes) as u64, entry)).collect()
}

/// The file's bytes, `Ok(None)` where there is none; one that cannot be read is told.
async fn read(
    disk: &dyn Disk,
    path: &str,
    problem: Problem,
    report: &mut Reporter<'_>,
) -> Result<Option<Bytes>, Told> {
    read_small(disk, path).await.map_err(|error| {
        let meaning = format!("the index cannot be read ({error})");
        report.find(Finding::new(problem, path, meaning, REBUILT));
        Told
    })
}

/// What there was to say has been said.
struct Told;

/// The entries up to the first that does not grow, which is told.
fn grown<Entry: Copy + PartialEq>(
    path: String,
    bytes: &[u8],
    mut entries: Vec<(u64, Entry)>,
    shape: &Shape<Entry>,
    relative: impl Fn(Entry) -> u32,
    grows: impl Fn(Entry, Entry) -> bool,
    report: &mut Reporter<'_>,
) -> Waiting<Entry> {
    let bad = (0..entries.len()).find(|&index| {
        let before = index.checked_sub(1).map(|before| entries[before].1);
        let too_far = relative(entries[index].1) > i32::MAX.unsigned_abs();
        too_far || before.is_some_and(|before| !grows(before, entries[index].1))
    });
    // The first entry of a preallocated file that was never filled does not fall yet.
    let bad = bad.map(|index| if index == 1 && entries[0].1 == shape.zero { 0 } else { index });
    let odd = bytes.len() % shape.entry_bytes;
    let (position, meaning) = match bad {
        Some(index) if entries[index..].iter().all(|&(_, entry)| entry == shape.zero) => (
            entries[index].0,
            "zeros follow to the end: room that was set aside and never filled, as a killed Apache Kafka leaves it"
                .to_owned(),
        ),
        Some(index) => (entries[index].0, "this entry does not follow the one before it".to_owned()),
        None if odd > 0 => {
            ((bytes.len() - odd) as u64, format!("{odd} bytes at the end are no whole entry"))
        }
        None => return Waiting::new(path, false, entries),
    };
    report.find(Finding::new(shape.problem, &path, meaning, REBUILT).at(position));
    entries.truncate(bad.unwrap_or(entries.len()));
    Waiting::new(path, true, entries)
}
