//! Says where a log is damaged: once for each damaged range that somebody wanted to read.
//!
//! Damage is met by whoever reads over it, again and again, and a range that was met once is not news any more. The
//! line names the file and the byte, which is what an operator needs to look at it or to restore it.

use crate::limits::{DAMAGES_TOLD_MAX, SCAN_CHUNK_BYTES};
use crate::names::{self, join, offset_file};
use crate::partition::Shared;
use crate::segment::{CorruptRange, Segment};
use crate::walk::{Step, Stretch, Walk};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};
use tribunal_env::warn;
use tribunal_wire::types::Offset;

/// The damaged ranges that were told of, by the offset behind them.
#[derive(Debug, Default)]
pub(crate) struct DamageTold(Mutex<BTreeSet<Offset>>);

impl DamageTold {
    fn is_news(&self, range: CorruptRange) -> bool {
        let mut told = self.0.lock().expect("no holder of this lock panics");
        told.len() < DAMAGES_TOLD_MAX && told.insert(range.to)
    }
}

impl Shared {
    /// Says that a range cannot be read, unless that was said before.
    pub(crate) async fn tell_damage(&self, segments: &[Arc<Segment>], range: CorruptRange) {
        if !self.damage_told.is_news(range) {
            return;
        }
        let after = segments.partition_point(|segment| segment.base <= range.from);
        let Some(segment) = after.checked_sub(1).map(|index| &segments[index]) else { return };
        let (from, position) = begin_of_damage(segment, range.from).await;
        warn!(
            self.env,
            "{} is damaged at byte {position}: offsets {} to {} cannot be read and answer CORRUPT_MESSAGE, all else is \
             served. Restore the file from a copy while the broker is stopped, or see `tribunal log repair`; `tribunal log \
             verify` looks for more",
            join(&self.path, &offset_file(segment.base, names::LOG)),
            from.0,
            range.to.0 - 1
        );
    }
}

/// The first offset of the damage that holds `offset`, and where it should stand: behind the last whole batch before it.
async fn begin_of_damage(segment: &Segment, offset: Offset) -> (Offset, u64) {
    let stretch = Stretch { position: 0, end: segment.bytes(), expected: Some(segment.base), after: None };
    let mut walk = Walk::new(&*segment.file, stretch, SCAN_CHUNK_BYTES).with_gaps(Offset(i64::MAX));
    let mut expected = segment.base;
    loop {
        let at = walk.position();
        match walk.next().await {
            Step::Batch(header, _) if header.base_offset <= offset => expected = header.next_offset(),
            Step::Bad => match walk.resync(expected).await {
                Some(header) if header.base_offset <= offset => expected = header.base_offset,
                _ => return (expected, at),
            },
            Step::Batch(..) | Step::End => return (expected, at),
        }
    }
}
