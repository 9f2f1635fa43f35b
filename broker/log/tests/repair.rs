//! Repairs: whatever was damaged of a partition's caches is as good as before, what is left over goes, damage stays until
//! it is asked to be cut, and a repair that is cut off anywhere is one that can be repeated.

mod support;

use bytes::Bytes;
use proptest::prelude::*;
use std::collections::BTreeMap;
use support::filled::{PARTITION, ROOT, batches, config, logs, with, written};
use support::{Crash, MemoryDisk, World};
use tribunal_log::inspect::{Finding, Place, Problem, Totals, Witness, verify};
use tribunal_log::repair::{Act, Listener, RepairOptions, Repaired, Step, repair};
use tribunal_log::{LogDirectory, OpenOptions, Partition, ReadError};
use tribunal_wire::batch::Batches;
use tribunal_wire::types::{LeaderEpoch, Offset, PartitionIndex, TopicId};

#[derive(Default)]
struct Notes {
    steps: Vec<Step>,
    left: Vec<Finding>,
}

impl Listener for Notes {
    fn done(&mut self, step: Step) {
        assert!(!step.reason.is_empty(), "{step:?}");
        self.steps.push(step);
    }

    fn left(&mut self, finding: Finding) {
        self.left.push(finding);
    }

    fn passed(&mut self, _file: &str, _totals: &Totals) {}
}

impl Witness for Notes {
    fn found(&mut self, finding: Finding) {
        self.left.push(finding);
    }

    fn passed(&mut self, _file: &str, _totals: &Totals) {}
}

fn try_to_mend(
    disk: &MemoryDisk,
    path: &str,
    options: &RepairOptions,
) -> (Notes, Result<Repaired, std::io::Error>) {
    let world = World::new(disk.clone());
    let place = if path == ROOT { Place::DataDirectory } else { Place::Partition };
    let mut notes = Notes::default();
    let files = world.env().disk();
    let repaired = world.run(repair(&*files, path, &place, options, &mut notes));
    (notes, repaired)
}

/// A dry run and the real one tell the same; the dry one changes nothing.
fn mend(disk: &MemoryDisk, path: &str, options: &RepairOptions) -> Notes {
    let before = everything(disk);
    let (dry, repaired) = try_to_mend(disk, path, &RepairOptions { write: false, ..options.clone() });
    repaired.expect("nothing is in the way");
    assert_eq!(before, everything(disk), "a dry run changes nothing");
    let (notes, repaired) = try_to_mend(disk, path, &RepairOptions { write: true, ..options.clone() });
    let repaired = repaired.expect("nothing is in the way");
    assert_eq!(repaired.steps, notes.steps.len() as u64);
    assert_eq!((dry.steps, dry.left), (notes.steps.clone(), notes.left.clone()));
    assert_eq!(notes.left, problems(disk), "what is left is what an inspection finds");
    notes
}

fn everything(disk: &MemoryDisk) -> BTreeMap<String, Option<Vec<u8>>> {
    disk.paths("").into_iter().map(|path| (path.clone(), disk.content(&path))).collect()
}

fn problems(disk: &MemoryDisk) -> Vec<Finding> {
    let world = World::new(disk.clone());
    let mut notes = Notes::default();
    let files = world.env().disk();
    world.run(verify(&*files, ROOT, &Place::DataDirectory, &mut notes)).expect("the path can be read");
    notes.left
}

/// What a broker that starts on the directory serves: the offsets of all that can be read, and the log's end.
fn served(disk: &MemoryDisk) -> (Vec<i64>, i64) {
    let world = World::new(disk.clone());
    world.run(async {
        let env = world.env();
        let (directory, found) = LogDirectory::open(&env, ROOT).await.expect("the directory opens");
        let index = PartitionIndex(0);
        let options = OpenOptions {
            leader_epoch: LeaderEpoch(3),
            clean: found.clean,
            recovery_point: found.recovery_point("orders", index),
            log_start: found.log_start("orders", index),
            ..OpenOptions::new(TopicId([7; 16]), 0, config())
        };
        let (partition, _) =
            Partition::open(&env, &directory, "orders", options).await.expect("the partition opens");
        let (mut offsets, mut next) = (Vec::new(), partition.watermarks().log_start.0);
        let end = partition.watermarks().log_end.0;
        while next < end {
            match partition.read(next, 4000, true).await {
                Ok(read) => {
                    for batch in Batches::new(Bytes::from(read.pieces.concat())) {
                        let header = batch.expect("it is whole").header;
                        offsets.extend(header.base_offset.0..=header.last_offset().0);
                    }
                    next = read.next_offset;
                }
                Err(ReadError::Corrupt(range)) => next = range.to,
                Err(error) => panic!("{error:?}"),
            }
        }
        (offsets, end.0)
    })
}

fn write() -> RepairOptions {
    RepairOptions { write: true, ..RepairOptions::default() }
}

fn cut() -> RepairOptions {
    RepairOptions { truncate_at_damage: true, ..write() }
}

#[test]
fn there_is_nothing_to_do_where_nothing_is_wrong() {
    for clean in [true, false] {
        let disk = written(clean);
        for (path, options) in [(ROOT, write()), (PARTITION, write()), (PARTITION, cut())] {
            let before = everything(&disk);
            let notes = mend(&disk, path, &options);
            assert_eq!((notes.steps, notes.left), (Vec::new(), Vec::new()), "clean stop: {clean}");
            assert_eq!(before, everything(&disk));
        }
    }
}

/// Damages a cache; what it says afterwards is what it said before, and nothing else is touched.
fn restores(file: &str, change: impl Fn(&mut Vec<u8>)) {
    let disk = written(true);
    let before = everything(&disk);
    disk.damage(file, &change);
    let notes = mend(&disk, ROOT, &write());
    assert_eq!(notes.left, [], "{file}");
    let told: Vec<_> = notes.steps.iter().map(|step| (step.act, step.file.as_str())).collect();
    assert_eq!(told, [(Act::Rebuild, file)]);
    if !file.ends_with("index") {
        assert_eq!(before, everything(&disk), "{file}");
    }
    assert_eq!(served(&disk), ((0..120).collect(), 120));
}

#[test]
fn caches_are_made_again() {
    let log = &logs(&written(true))[1];
    let later = written(true).content(&with(&logs(&written(true))[2], ".snapshot")).expect("it is there");
    let (index, times, snapshot) = (with(log, ".index"), with(log, ".timeindex"), with(log, ".snapshot"));
    restores(&index, |bytes| bytes[8 + 7] += 1);
    restores(&index, |bytes| bytes[8 + 3] += 1);
    restores(&index, |bytes| bytes.extend_from_slice(&[0; 64]));
    restores(&index, |bytes| bytes.push(7));
    restores(&times, |bytes| bytes[11] += 1);
    restores(&times, |bytes| bytes[12 + 7] -= 1);
    restores(&times, |bytes| bytes.truncate(bytes.len() - 12));
    restores(&snapshot, |bytes| bytes[30] ^= 1);
    restores(&snapshot, Vec::clear);
    restores(&snapshot, |bytes| bytes.clone_from(&later));
    let epochs = format!("{PARTITION}/leader-epoch-checkpoint");
    for text in
        ["0\n2\n0 0\n3 64\n", "0\n3\n0 0\n3 60\n9 500\n", "0\n2\n3 60\n0 70\n", "0\n2\n0 0\nthree 60\n", ""]
    {
        restores(&epochs, |bytes| *bytes = text.as_bytes().to_vec());
    }
    let last = with(&logs(&written(true)).pop().expect("one"), ".index");
    restores(&last, |bytes| bytes.push(1));
    let end = format!("{PARTITION}/{:020}.snapshot", 120);
    restores(&end, |bytes| bytes[20] ^= 4);
}

#[test]
fn missing_caches_are_made_again() {
    for extension in [".index", ".timeindex", ".snapshot"] {
        let disk = written(true);
        let before = everything(&disk);
        let file = with(&logs(&disk)[1], extension);
        disk.forget(&file);
        let notes = mend(&disk, ROOT, &write());
        assert_eq!((notes.steps.len(), notes.left), (1, Vec::new()));
        assert_eq!((notes.steps[0].act, &notes.steps[0].file), (Act::Rebuild, &file));
        assert_eq!(before.keys().collect::<Vec<_>>(), everything(&disk).keys().collect::<Vec<_>>());
    }
    let disk = written(true);
    let before = everything(&disk);
    disk.forget(&format!("{PARTITION}/leader-epoch-checkpoint"));
    assert_eq!(mend(&disk, PARTITION, &write()).left, []);
    assert_eq!(before, everything(&disk));
}

#[test]
fn what_is_left_over_goes() {
    let names = [
        format!("{ROOT}/meta.properties.tmp"),
        format!("{ROOT}/gone-0.00000000000000000000000000000001-delete/x.log"),
        format!("{PARTITION}/leader-epoch-checkpoint.tmp"),
        format!("{PARTITION}/00000000000000000001.index"),
        format!("{PARTITION}/00000000000000000001.log.deleted"),
        format!("{PARTITION}/00000000000000000000.log.cleaned"),
        format!("{PARTITION}/00000000000000000500.snapshot"),
    ];
    for clean in [true, false] {
        let disk = written(clean);
        let before = everything(&disk);
        for name in &names {
            disk.plant(name, b"x".to_vec());
        }
        let notes = mend(&disk, ROOT, &write());
        assert_eq!((notes.steps.len(), notes.left), (names.len(), Vec::new()));
        assert!(notes.steps.iter().all(|step| step.act == Act::Remove));
        assert_eq!(before, everything(&disk));
    }
    // What a start has to finish is left to it.
    let disk = written(true);
    disk.plant(&format!("{PARTITION}/00000000000000000000.log.swap"), b"x".to_vec());
    let notes = mend(&disk, ROOT, &write());
    assert_eq!((notes.steps, notes.left.len()), (Vec::new(), 1));
}

#[test]
fn damage_is_kept_and_the_caches_beside_it_are_mended() {
    let disk = written(true);
    let log = &logs(&disk)[1];
    let (position, header) = batches(&disk, log)[3];
    disk.damage(log, |bytes| bytes[position + 70] ^= 1);
    disk.damage(&with(log, ".index"), |bytes| bytes.push(1));
    disk.damage(&with(&logs(&disk)[2], ".snapshot"), Vec::clear);
    let content = disk.content(log);
    let notes = mend(&disk, ROOT, &write());
    let acts: Vec<Act> = notes.steps.iter().map(|step| step.act).collect();
    assert_eq!(acts, [Act::Rebuild, Act::Remove], "what producers did in the damage is not known");
    assert_eq!((notes.left.len(), notes.left[0].problem), (1, Problem::DamagedBatch));
    assert_eq!(disk.content(log), content);
    let damaged = header.base_offset.0..=header.last_offset().0;
    assert_eq!(served(&disk), ((0..120).filter(|offset| !damaged.contains(offset)).collect(), 120));
}

#[test]
fn a_log_is_cut_where_its_damage_begins() {
    for (clean, save) in [(true, None), (false, None), (true, Some("backup".to_owned()))] {
        let disk = written(clean);
        let all = logs(&disk);
        let (position, header) = batches(&disk, &all[1])[3];
        disk.damage(&all[1], |bytes| bytes[position + 70] ^= 1);
        let whole: Vec<_> = all.iter().map(|log| disk.content(log).expect("it is there")).collect();
        let notes = mend(&disk, PARTITION, &RepairOptions { save: save.clone(), ..cut() });
        assert_eq!(notes.left, []);
        let step = notes.steps.iter().find(|step| step.act == Act::Cut).expect("it was cut");
        let end = header.base_offset.0;
        assert_eq!((step.position, step.offset), (Some(position as u64), Some(Offset(end))));
        let given_up = format!("{} offsets are given up, {end} to 119", 120 - end);
        assert!(step.reason.contains(&given_up), "{step:?}");
        assert_eq!(disk.content(&all[1]).expect("it is there"), whole[1][..position]);
        let folder = save.map_or(PARTITION.to_owned(), |save| format!("{save}/orders-0"));
        let saved = |log: &str, at| {
            let name = log.rsplit('/').next().expect("a name");
            disk.content(&format!("{folder}/{name}.cut-{at}")).expect("it is saved")
        };
        assert_eq!(saved(&all[1], position), whole[1][position..]);
        for (log, content) in all.iter().zip(&whole).skip(2) {
            assert_eq!(&saved(log, 0), content);
            assert_eq!(disk.content(log), None);
        }
        assert_eq!(served(&disk), ((0..end).collect(), end));
    }
}

#[test]
fn copies_of_earlier_cuts_stay() {
    let disk = written(true);
    let log = &logs(&disk)[1];
    let (position, _) = batches(&disk, log)[3];
    let copy = format!("{log}.cut-{position}");
    disk.plant(&copy, b"mine".to_vec());
    disk.damage(log, |bytes| bytes[position + 70] ^= 1);
    mend(&disk, PARTITION, &cut());
    assert_eq!(disk.content(&copy), Some(b"mine".to_vec()));
    assert!(disk.content(&format!("{copy}.2")).is_some_and(|bytes| bytes.len() > 100));
}

#[test]
fn an_end_that_is_gone_is_given_up_when_that_is_asked() {
    let disk = written(true);
    let log = &logs(&disk).pop().expect("one");
    let (position, header) = batches(&disk, log).pop().expect("one");
    disk.damage(log, |bytes| bytes.truncate(position));
    disk.damage(&with(log, ".timeindex"), Vec::clear);
    let notes = mend(&disk, PARTITION, &write());
    assert!(notes.left.iter().any(|finding| finding.problem == Problem::LogEnd));
    assert_eq!(mend(&disk, PARTITION, &cut()).left, []);
    assert_eq!(served(&disk), ((0..header.base_offset.0).collect(), header.base_offset.0));
}

#[test]
fn missing_segments_are_cut_at_and_overlapping_ones_set_aside() {
    let disk = written(true);
    let all = logs(&disk);
    for extension in [".log", ".index", ".timeindex", ".snapshot"] {
        disk.forget(&with(&all[1], extension));
    }
    let end = batches(&disk, &all[0]).last().expect("one").1.next_offset().0;
    assert_eq!(mend(&disk, PARTITION, &cut()).left, []);
    assert_eq!(served(&disk), ((0..end).collect(), end));

    let disk = written(true);
    let second = batches(&disk, &all[1])[0].1.base_offset.0;
    disk.plant(&format!("{PARTITION}/{:020}.log", second - 1), disk.content(&all[1]).expect("it is there"));
    assert_eq!(mend(&disk, PARTITION, &cut()).left, []);
    assert_eq!(served(&disk), ((0..second).collect(), second));
}

/// Damages of all kinds at once, with and without a cut, by a process that is killed anywhere.
#[test]
fn a_repair_that_is_cut_off_anywhere_is_repeated() {
    let names = (1..=6).map(Crash::Names);
    let crashes = [Crash::Process, Crash::DropUnsynced].into_iter().chain(names);
    for (crash, clean) in crashes.flat_map(|crash| [(crash, true), (crash, false)]) {
        for options in [write(), cut(), RepairOptions { save: Some("backup".to_owned()), ..cut() }] {
            for changes in 0.. {
                let disk = written(clean);
                for path in disk.paths(PARTITION) {
                    // What the process had not flushed has reached the platter meanwhile.
                    if let Some(content) = disk.content(&path) {
                        disk.plant(&path, content);
                    }
                }
                let all = logs(&disk);
                disk.damage(&with(&all[0], ".index"), |bytes| bytes.push(1));
                disk.damage(&with(&all[1], ".snapshot"), Vec::clear);
                disk.damage(&format!("{PARTITION}/leader-epoch-checkpoint"), Vec::clear);
                disk.plant(&format!("{PARTITION}/x.tmp"), b"x".to_vec());
                let (position, header) = batches(&disk, &all[2])[2];
                if options.truncate_at_damage {
                    disk.damage(&all[2], |bytes| bytes[position + 70] ^= 1);
                }
                let whole = disk.content(&all[2]).expect("it is there");
                disk.die_after(Some(changes));
                let (_, repaired) = try_to_mend(&disk, PARTITION, &options);
                let died = disk.is_dead();
                assert!(died || repaired.is_ok());
                disk.die_after(None);
                disk.crash(crash);
                let (notes, repaired) = try_to_mend(&disk, PARTITION, &options);
                repaired.expect("nothing is in the way any more");
                assert_eq!(notes.left, [], "{crash:?} after {changes} changes");
                assert_eq!(problems(&disk), [], "{crash:?} after {changes} changes");
                let end = if options.truncate_at_damage { header.base_offset.0 } else { 120 };
                if options.truncate_at_damage {
                    let saved =
                        disk.paths("").into_iter().filter(|path| path.ends_with(&format!("cut-{position}")));
                    let saved: Vec<_> = saved.filter_map(|path| disk.content(&path)).collect();
                    assert_eq!(saved, [whole[position..].to_vec()], "{crash:?} after {changes} changes");
                }
                assert_eq!(served(&disk), ((0..end).collect(), end), "{crash:?} after {changes} changes");
                if !died {
                    assert!(changes > 10);
                    break;
                }
            }
        }
    }
}

/// A way to damage a file.
#[derive(Debug, Clone, Copy)]
enum Harm {
    Flip(u8),
    Truncate,
    Remove,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_damage_of_one_cache_is_mended(
        clean in any::<bool>(),
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        harm in prop_oneof![(1..=255u8).prop_map(Harm::Flip), Just(Harm::Truncate), Just(Harm::Remove)],
    ) {
        let disk = written(clean);
        let caches = ["index", ".snapshot", "leader-epoch-checkpoint"];
        let mut files = disk.paths(PARTITION);
        files.retain(|path| caches.iter().any(|cache| path.ends_with(cache)));
        let file = &files[which.index(files.len())];
        match harm {
            Harm::Remove => disk.forget(file),
            _ => disk.damage(file, |bytes| match harm {
                Harm::Flip(flip) if !bytes.is_empty() => {
                    let at = at.index(bytes.len());
                    bytes[at] ^= flip;
                }
                _ => bytes.truncate(at.index(bytes.len() + 1)),
            }),
        }
        let notes = mend(&disk, ROOT, &write());
        prop_assert_eq!(notes.left, Vec::new());
        prop_assert_eq!(served(&disk), ((0..120).collect::<Vec<_>>(), 120));
    }

    /// Whatever stands in any file, a repair neither panics nor leaves more than an inspection finds, and a cut leaves nothing
    /// of the damage of a log.
    #[test]
    fn noise_in_any_file_is_mended_or_told(
        clean in any::<bool>(),
        which in any::<prop::sample::Index>(),
        noise in prop::collection::vec(any::<u8>(), 0..400),
        keep in any::<prop::sample::Index>(),
    ) {
        let disk = written(clean);
        let mut files = disk.paths(PARTITION);
        files.retain(|path| disk.content(path).is_some());
        let file = &files[which.index(files.len())];
        disk.damage(file, |bytes| {
            bytes.truncate(keep.index(bytes.len() + 1));
            bytes.extend_from_slice(&noise);
        });
        mend(&disk, ROOT, &write());
        let left = mend(&disk, PARTITION, &cut()).left;
        let is_identity = |finding: &Finding| finding.problem == Problem::PartitionMetadata;
        prop_assert!(left.iter().all(is_identity), "{:#?}", left);
        let _ends = served(&disk);
    }
}
