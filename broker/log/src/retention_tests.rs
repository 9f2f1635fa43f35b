//! Each rule of retention, and all of them against a second opinion that reads like Kafka's.

use super::*;
use proptest::prelude::*;
use tribunal_env::SegmentDeletion::{LogStart, Size, Time};

/// A segment with its largest timestamp.
type Aged = (i64, u64, i64);

fn sweep(segments: &[Aged], bounds: (i64, i64, i64), keep: Keep, now_ms: i64) -> Vec<SegmentDeletion> {
    let outlines = segments.iter().map(|&(base, bytes, _)| Outline { base: Offset(base), bytes }).collect();
    let (log_start, high_watermark, log_end) = bounds;
    let bounds = Bounds {
        log_start: Offset(log_start),
        high_watermark: Offset(high_watermark),
        log_end: Offset(log_end),
    };
    let mut sweep = Sweep::new(outlines, bounds, keep, now_ms);
    while let Some(index) = sweep.question() {
        sweep.answer(segments[index].2);
    }
    sweep.verdict()
}

const LOG: [Aged; 3] = [(0, 100, 10), (10, 100, 20), (20, 50, 30)];
const WHOLE: (i64, i64, i64) = (0, 25, 25);

fn by_bytes(bytes: u64) -> Keep {
    Keep { bytes: Some(bytes), ms: None }
}

fn by_ms(ms: u64) -> Keep {
    Keep { bytes: None, ms: Some(ms) }
}

#[test]
fn at_least_the_bytes_to_keep_are_kept() {
    for (bytes, expected) in [(300, 0), (250, 0), (151, 0), (150, 1), (51, 1), (50, 2), (1, 2), (0, 3)] {
        assert_eq!(sweep(&LOG, WHOLE, by_bytes(bytes), 0), vec![Size; expected], "{bytes} bytes");
    }
}

#[test]
fn segments_go_once_their_newest_record_is_too_old() {
    for (now, expected) in [(15, 0), (16, 1), (25, 1), (26, 2), (35, 2), (36, 3)] {
        assert_eq!(sweep(&LOG, WHOLE, by_ms(5), now), vec![Time; expected], "at {now}");
    }
    // An old segment behind a younger one waits for it, and what comes from the future stays.
    assert_eq!(sweep(&[(0, 1, 90), (5, 1, 10), (9, 1, 10)], (0, 12, 12), by_ms(20), 100), []);
    assert_eq!(sweep(&[(0, 1, i64::MAX)], (0, 1, 1), by_ms(0), 5), []);
    assert_eq!(sweep(&[(0, 1, i64::MIN)], (0, 1, 1), by_ms(0), i64::MAX), [Time]);
}

#[test]
fn nothing_at_or_past_the_high_watermark_goes() {
    for (high_watermark, expected) in [(9, 0), (10, 1), (19, 1), (20, 2), (24, 2), (25, 3)] {
        for keep in [by_bytes(0), by_ms(0)] {
            let gone = sweep(&LOG, (0, high_watermark, 25), keep, 1000);
            assert_eq!(gone.len(), expected, "{high_watermark} {keep:?}");
        }
    }
}

#[test]
fn an_empty_active_segment_stays() {
    assert_eq!(sweep(&[(25, 0, -1)], (25, 25, 25), Keep { bytes: Some(0), ms: Some(0) }, 1000), []);
    assert_eq!(sweep(&[(0, 9, 1), (25, 0, -1)], (0, 25, 25), by_bytes(0), 1000), [Size]);
}

#[test]
fn what_lies_below_the_log_start_goes_under_any_policy() {
    for (log_start, expected) in [(9, 0), (10, 1), (19, 1), (20, 2), (25, 2)] {
        assert_eq!(sweep(&LOG, (log_start, 25, 25), Keep::default(), 0), vec![LogStart; expected]);
    }
    // What is gone already is not counted twice.
    assert_eq!(sweep(&LOG, (12, 25, 25), by_bytes(50), 0), [LogStart, Size]);
    assert_eq!(sweep(&LOG, (12, 25, 25), Keep { bytes: Some(50), ms: Some(1) }, 50), [LogStart, Size, Time]);
}

/// The three passes as Kafka writes them, each over what the one before it left.
fn second_opinion(segments: &[Aged], bounds: (i64, i64, i64), keep: Keep, now: i64) -> usize {
    let (log_start, high_watermark, log_end) = bounds;
    let pass = |from: usize, goes: &mut dyn FnMut(usize) -> bool| {
        let mut index = from;
        while index < segments.len() {
            let end = segments.get(index + 1).map_or(log_end, |next| next.0);
            let last_and_empty = index + 1 == segments.len() && segments[index].1 == 0;
            if high_watermark < end || !goes(index) || last_and_empty {
                break;
            }
            index += 1;
        }
        index
    };
    let mut from = pass(0, &mut |index| segments.get(index + 1).is_some_and(|next| next.0 <= log_start));
    if let Some(bytes) = keep.bytes {
        let size: u64 = segments[from..].iter().map(|segment| segment.1).sum();
        if size >= bytes {
            let mut excess = i128::from(size - bytes);
            from = pass(from, &mut |index| {
                excess -= i128::from(segments[index].1);
                excess >= 0
            });
        }
    }
    if let Some(ms) = keep.ms {
        from = pass(from, &mut |index| i128::from(now) - i128::from(segments[index].2) > i128::from(ms));
    }
    from
}

proptest! {
    #[test]
    fn the_sweep_agrees_with_kafkas_passes(
        sizes in prop::collection::vec((1..20i64, 1..200u64, 0..100i64), 1..12),
        empty_active in any::<bool>(),
        below in (0..100i64, 0..100i64),
        bytes in prop::option::of(0..1500u64),
        ms in prop::option::of(0..80u64),
        now in 0..200i64,
    ) {
        let mut end = 0;
        let mut segments: Vec<Aged> = Vec::new();
        for (records, bytes, timestamp) in sizes {
            segments.push((end, bytes, timestamp));
            end += records;
        }
        if empty_active {
            segments.push((end, 0, -1));
        }
        let high_watermark = end - below.0.min(end);
        let bounds = ((high_watermark - below.1).max(0), high_watermark, end);
        let keep = Keep { bytes, ms };
        let gone = sweep(&segments, bounds, keep, now);
        prop_assert_eq!(gone.len(), second_opinion(&segments, bounds, keep, now));
        let after = segments.get(gone.len()).map_or(end, |first| first.0);
        prop_assert!(after <= high_watermark.max(segments[0].0));
        if let (Some(bytes), true) = (bytes, gone.contains(&Size)) {
            let sized = gone.iter().filter(|reason| **reason != Time).count();
            let left: u64 = segments[sized..].iter().map(|segment| segment.1).sum();
            prop_assert!(left >= bytes);
        }
    }
}
