//! What the simulated disk promises and what it does not, crash mode by crash mode.

#![expect(clippy::single_range_in_vec_init, reason = "lists of one range are meant")]

use super::*;
use crate::random::{Ratio, Stream};
use bytes::Bytes;
use proptest::prelude::*;
use tribunal_env::OpenMode;

fn disk(seed: u64) -> Model {
    Model::new(seed, "node", DiskOptions::default())
}

fn bytes(data: &[u8]) -> [Bytes; 1] {
    [Bytes::copy_from_slice(data)]
}

fn create(model: &mut Model, path: &str, data: &[u8]) -> u64 {
    let number = model.open(path, OpenMode::Create).expect("a file can be made");
    assert_eq!(model.write(number, 0, &bytes(data)).expect("a write"), data.len());
    number
}

const POWER: [Crash; 4] = [Crash::DropAll, Crash::Prefix, Crash::Subset, Crash::Garbage];

#[test]
fn a_killed_process_loses_nothing() {
    let mut model = disk(1);
    create(&mut model, "file", b"never synced");
    let report = model.crash(Crash::Process);
    assert_eq!(report, CrashReport::default());
    assert_eq!(model.content("file").expect("the file"), b"never synced");
}

#[test]
fn power_loss_takes_what_was_not_synced() {
    let mut model = disk(1);
    let number = create(&mut model, "file", b"durable");
    model.sync(number).expect("a sync");
    model.sync_dir("").expect("a sync of the root");
    model.write(number, 7, &bytes(b" and not")).expect("a write");
    create(&mut model, "other", b"nameless");
    assert!(model.is_durable("file", &(0..7)));
    assert!(!model.is_durable("file", &(0..8)));
    assert_eq!(model.unsynced(), [("file".to_owned(), vec![7..15]), ("other".to_owned(), vec![0..8])]);
    let report = model.crash(Crash::DropAll);
    assert_eq!(model.content("file").expect("the file"), b"durable");
    assert_eq!(model.content("other"), None);
    assert_eq!(report.names_dropped, 1);
    let stake = &report.stakes[0];
    assert_eq!((stake.path.as_str(), stake.bytes, stake.bytes_left, stake.dropped), ("file", 15, 7, 8));
    assert_eq!(report.stakes[1].path, "other");
    assert!(!report.stakes[1].name_kept);
    assert_eq!(report.dropped(), 16);
}

#[test]
fn a_synced_file_without_a_durable_name_may_be_lost() {
    let mut lost = 0;
    for seed in 0..40 {
        let mut model = disk(seed);
        let number = create(&mut model, "file", b"content");
        model.sync(number).expect("a sync");
        assert!(!model.is_durable("file", &(0..7)), "the name is not durable");
        model.crash(Crash::Subset);
        match model.content("file") {
            None => lost += 1,
            Some(content) => assert_eq!(content, b"content"),
        }
    }
    assert!((1..40).contains(&lost), "{lost} of 40 were lost");
}

#[test]
fn a_rename_replaces_at_once_or_not_at_all() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..60 {
        let mut model = disk(seed);
        let old = create(&mut model, "file", b"old");
        model.sync(old).expect("a sync");
        model.sync_dir("").expect("a sync of the root");
        let new = create(&mut model, "file.tmp", b"new!");
        model.sync(new).expect("a sync");
        model.rename("file.tmp", "file").expect("a rename");
        model.crash(POWER[(seed % 4) as usize]);
        let content = model.content("file").expect("one of the two is there");
        seen.insert(content);
    }
    assert_eq!(seen, [b"old".to_vec(), b"new!".to_vec()].into());
}

#[test]
fn a_rename_without_a_sync_of_the_data_can_leave_nothing() {
    let empty = (0..60).filter(|seed| {
        let mut model = disk(*seed);
        create(&mut model, "file.tmp", b"new!");
        model.rename("file.tmp", "file").expect("a rename");
        model.crash(Crash::Prefix);
        model.content("file").is_some_and(|content| content.is_empty())
    });
    assert!(empty.count() > 0, "a careless replacement was never caught");
}

#[test]
fn a_removal_that_was_not_synced_comes_back() {
    let mut model = disk(3);
    let number = create(&mut model, "file", b"content");
    model.sync(number).expect("a sync");
    model.sync_dir("").expect("a sync of the root");
    model.close(number);
    model.remove_file("file").expect("a removal");
    assert_eq!(model.used(), 0, "its space is free at once");
    model.crash(Crash::DropAll);
    assert_eq!(model.content("file").expect("the removal was lost"), b"content");
    assert_eq!(model.used(), 7);
    model.remove_file("file").expect("a removal");
    model.sync_dir("").expect("a sync of the root");
    model.crash(Crash::DropAll);
    assert_eq!(model.content("file"), None);
    assert!(model.inodes.is_empty());
}

#[test]
fn a_prefix_of_appends_survives_in_order() {
    let mut lengths = std::collections::BTreeSet::new();
    for seed in 0..80 {
        let mut model = disk(seed);
        let number = create(&mut model, "file", &[]);
        model.sync_dir("").expect("a sync of the root");
        for part in 0..20_u8 {
            let data = vec![part + 1; 300];
            model.write(number, u64::from(part) * 300, &bytes(&data)).expect("a write");
        }
        model.crash(Crash::Prefix);
        let left = model.content("file").expect("the file");
        let right = left.iter().enumerate().all(|(at, byte)| usize::from(*byte) == at / 300 + 1);
        assert!(right, "a prefix in issue order has no hole");
        lengths.insert(left.len());
    }
    assert!(lengths.len() > 5, "{lengths:?}");
}

#[test]
fn a_subset_leaves_holes_sometimes() {
    let holes = (0..80).filter(|seed| {
        let mut model = disk(*seed);
        let number = create(&mut model, "file", &[]);
        model.sync_dir("").expect("a sync of the root");
        for part in 0..20 {
            model.write(number, part * 512, &bytes(&[7; 512])).expect("a write");
        }
        model.crash(Crash::Subset);
        model.content("file").expect("the file").contains(&0)
    });
    assert!(holes.count() > 10);
}

#[test]
fn garbage_stays_beyond_what_was_synced() {
    let mut torn = 0;
    for seed in 0..200 {
        let mut model = disk(seed);
        let number = create(&mut model, "file", &[1; 700]);
        model.sync(number).expect("a sync");
        model.sync_dir("").expect("a sync of the root");
        model.write(number, 700, &bytes(&[2; 150])).expect("a write");
        let report = model.crash(Crash::Garbage);
        let left = model.content("file").expect("the file");
        assert!(
            left.len() >= 700 && left[..700].iter().all(|byte| *byte == 1),
            "seed {seed}: synced bytes are hurt"
        );
        if let Some((path, range)) = report.torn {
            assert_eq!(path, "file");
            assert!(range.start >= 700 && range.end <= 850);
            torn += 1;
        }
    }
    assert!(torn > 100, "{torn} of 200 tore");
}

#[test]
fn a_failed_sync_is_followed_by_one_that_lies() {
    let mut gone = 0;
    for seed in 0..40 {
        let mut model = disk(seed);
        let number = create(&mut model, "file", b"");
        model.sync_dir("").expect("a sync of the root");
        model.write(number, 0, &bytes(&[5; 4_000])).expect("a write");
        model.add_fault(FaultRule::new(Operation::Sync, FaultKind::InputOutput, Ratio::ONE).at_most(1));
        let error = model.sync(number).expect_err("the sync fails");
        assert_eq!(error.raw_os_error(), Some(EIO));
        model.sync(number).expect("the next one says success");
        assert_eq!(model.content("file").expect("the file"), [5; 4_000], "the cache still has it");
        assert!(!model.unsynced().is_empty(), "the disk knows better");
        assert!(!model.is_durable("file", &(0..4_000)));
        let kept = model.platter("file").expect("the file");
        let mut other = disk(seed);
        std::mem::swap(&mut model, &mut other);
        other.crash(Crash::DropAll);
        assert_eq!(other.content("file").expect("the file"), kept);
        gone += usize::from(kept.len() < 4_000);
    }
    assert!(gone > 20, "{gone} of 40 lost something");
}

#[test]
fn eviction_brings_a_failed_sync_to_light() {
    let mut model = disk(11);
    let number = create(&mut model, "file", &[1; 2_048]);
    model.sync(number).expect("a sync");
    model.write(number, 0, &bytes(&[2; 2_048])).expect("a write");
    model.add_fault(FaultRule::new(Operation::Sync, FaultKind::LyingSync, Ratio::ONE).at_most(1));
    model.sync(number).expect("it lies");
    model.write(number, 1_024, &bytes(&[3; 512])).expect("a write");
    model.evict();
    let seen = model.read(number, 0, 2_048).expect("a read");
    assert!(seen[..1_024].iter().all(|byte| *byte == 1), "the lost sectors are the old ones again");
    assert!(seen[1_024..1_536].iter().all(|byte| *byte == 3), "what is dirty is not evicted");
    assert!(seen[1_536..].iter().all(|byte| *byte == 1));
}

#[test]
fn a_sync_covers_only_what_came_before_it() {
    let mut model = disk(5);
    let number = create(&mut model, "file", &[1; 600]);
    model.sync_dir("").expect("a sync of the root");
    let mark = model.begin_sync(number).expect("a file").expect("something to sync");
    model.write(number, 600, &bytes(&[2; 600])).expect("a write meanwhile");
    model.end_sync(number, mark).expect("a sync");
    assert!(model.is_durable("file", &(0..600)));
    assert!(!model.is_durable("file", &(0..601)));
    model.crash(Crash::DropAll);
    assert_eq!(model.content("file").expect("the file"), [1; 600]);
}

#[test]
fn a_full_disk_takes_what_fits_and_then_says_so() {
    let mut model = Model::new(1, "node", DiskOptions { capacity: 1_000, ..DiskOptions::default() });
    let number = create(&mut model, "file", &[1; 900]);
    assert_eq!(model.write(number, 900, &bytes(&[2; 500])).expect("a part fits"), 100);
    let error = model.write(number, 1_000, &bytes(&[2; 500])).expect_err("nothing fits");
    assert_eq!(error.raw_os_error(), Some(ENOSPC));
    assert_eq!(model.write(number, 0, &bytes(&[3; 500])).expect("overwriting needs no space"), 500);
    assert_eq!(model.space(), (1_000, 0));
    model.set_length(number, 100).expect("a cut");
    assert_eq!(model.space(), (1_000, 900));
    model.set_capacity(2_000);
    assert_eq!(model.write(number, 100, &bytes(&[2; 1_900])).expect("all fits"), 1_900);
}

#[test]
fn rot_sticks_and_unreadable_sectors_heal_when_written() {
    let mut model = disk(9);
    let number = create(&mut model, "file", &[0; 2_048]);
    assert!(!model.rot("file", 100), "what is not on the platter cannot rot there");
    model.sync(number).expect("a sync");
    assert!(model.rot("file", 100));
    let seen = model.read(number, 0, 2_048).expect("a read");
    assert_eq!(seen.iter().map(|byte| byte.count_ones()).sum::<u32>(), 1);
    assert_ne!(seen[100], 0);
    assert!(model.spoil("file", 600));
    let error = model.read(number, 0, 2_048).expect_err("a sector is unreadable");
    assert_eq!(error.raw_os_error(), Some(EIO));
    assert_eq!(model.read(number, 0, 512).expect("others are not").len(), 512);
    model.write(number, 512, &bytes(&[8; 512])).expect("a write");
    assert_eq!(model.read(number, 512, 512).expect("healed")[0], 8);
    assert_eq!(model.damaged().len(), 2);
    assert_eq!(model.counts().get("bit rot"), Some(&1));
}

#[test]
fn a_misdirected_write_hurts_two_places_once_the_cache_is_gone() {
    let mut model = disk(2);
    let number = create(&mut model, "file", &[1; 4_096]);
    model.sync(number).expect("a sync");
    model.sync_dir("").expect("a sync of the root");
    model.write(number, 4_096, &bytes(&[2; 1_024])).expect("a write");
    model.add_fault(FaultRule::new(Operation::Sync, FaultKind::Misdirected, Ratio::ONE).at_most(1));
    model.sync(number).expect("it says success");
    assert_eq!(model.damaged().len(), 2);
    model.crash(Crash::DropAll);
    let left = model.content("file").expect("the file");
    assert_eq!(left.len(), 5_120);
    let wrong = left.chunks(512).enumerate().filter(|(sector, data)| {
        let right = if *sector < 8 { 1 } else { 2 };
        data.iter().any(|byte| *byte != right)
    });
    assert!(wrong.count() >= 1);
}

#[test]
fn faults_that_are_off_draw_nothing() {
    let mut model = disk(4);
    model.set_faults(vec![
        FaultRule::new(Operation::Write, FaultKind::InputOutput, Ratio::ZERO),
        FaultRule::new(Operation::Sync, FaultKind::InputOutput, Ratio::ONE).on(FileClass::Index),
        FaultRule::new(Operation::Read, FaultKind::Rot, Ratio::ONE).at_most(0),
    ]);
    let number = create(&mut model, "orders-0/x.log".rsplit('/').next().expect("a name"), &[1; 100]);
    model.sync(number).expect("a sync");
    model.read(number, 0, 100).expect("a read");
    model.rename("x.log", "y.log").expect("a rename");
    assert_eq!(model.draws(), 0);
}

#[derive(Debug, Clone)]
enum Step {
    Append(usize),
    Overwrite(u64, usize),
    Cut(u64),
    Sync,
    SyncRoot,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (1..2_000_usize).prop_map(Step::Append),
        1 => (0..8_000_u64, 1..1_500_usize).prop_map(|(at, count)| Step::Overwrite(at, count)),
        1 => (0..8_000_u64).prop_map(Step::Cut),
        3 => Just(Step::Sync),
        1 => Just(Step::SyncRoot),
    ];
    proptest::collection::vec(step, 1..40)
}

proptest! {
    /// The promise of every crash mode: bytes that a successful sync covered, and that nothing touched since, are
    /// there. The model keeps, for each byte, whether it is promised.
    #[test]
    fn synced_bytes_survive_every_crash(seed in 0..1_000_u64, mode in 0..4_usize, steps in steps()) {
        let mut model = disk(seed);
        let number = create(&mut model, "file", &[]);
        model.sync_dir("").expect("a sync of the root");
        let mut values = Stream::split(seed, "test", "values");
        let mut promised: Vec<Option<u8>> = Vec::new();
        let mut seen: Vec<u8> = Vec::new();
        for step in steps {
            let write = match step {
                Step::Append(count) => Some((seen.len(), count)),
                Step::Overwrite(at, count) => {
                    let at = usize::try_from(at).expect("small").min(seen.len());
                    Some((at, count))
                }
                Step::Cut(at) => {
                    let at = usize::try_from(at).expect("small").min(seen.len());
                    model.set_length(number, at as u64).expect("a cut");
                    seen.truncate(at);
                    promised.truncate(at);
                    None
                }
                Step::Sync => {
                    model.sync(number).expect("a sync");
                    promised = seen.iter().copied().map(Some).collect();
                    None
                }
                Step::SyncRoot => {
                    model.sync_dir("").expect("a sync of the root");
                    None
                }
            };
            if let Some((at, count)) = write {
                let mut data = vec![0; count];
                values.fill(&mut data);
                model.write(number, at as u64, &bytes(&data)).expect("a write");
                seen.resize(seen.len().max(at + count), 0);
                seen[at..at + count].copy_from_slice(&data);
                for byte in promised.iter_mut().skip(at).take(count) {
                    *byte = None;
                }
            }
            prop_assert_eq!(model.content("file").expect("the file"), seen.clone());
        }
        let unsynced: Vec<_> = model.unsynced().into_iter().flat_map(|(_, ranges)| ranges).collect();
        for (at, byte) in promised.iter().enumerate() {
            if byte.is_none() {
                prop_assert!(unsynced.iter().any(|range| range.contains(&(at as u64))), "byte {} is not owned up to", at);
            }
        }
        model.crash(POWER[mode]);
        let left = model.content("file").expect("the name is durable");
        for (at, byte) in promised.iter().enumerate() {
            if let Some(byte) = byte {
                prop_assert_eq!(left.get(at), Some(byte), "synced byte {} is lost or changed", at);
            }
        }
    }
}

#[test]
fn appends_without_a_sync_stay_cheap() {
    let mut model = disk(1);
    let number = create(&mut model, "file", &[]);
    let data = bytes(&[9; 512]);
    for part in 0..100_000 {
        model.write(number, part * 512, &data).expect("a write");
    }
    assert_eq!(model.unsynced(), [("file".to_owned(), vec![0..51_200_000])]);
    model.sync(number).expect("a sync");
    assert!(model.unsynced().is_empty());
}
