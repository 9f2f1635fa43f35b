//! The inspection of a log directory: what a broker leaves is clean, and each planted fault is told exactly where it is.
//!
//! Long because it is a list: each test plants one kind of fault, and all share the few helpers at the top.

mod support;

use bytes::Bytes;
use proptest::prelude::*;
use support::filled::{PARTITION, ROOT, batches, config, logs, with, written};
use support::{MemoryDisk, World};
use tribunal_log::inspect::{
    Content, FileKind, Finding, Place, Problem, SegmentReader, SegmentStep, Totals, Witness, read_content,
    verify,
};
use tribunal_log::{LogDirectory, OpenOptions, OpenReport, Partition};
use tribunal_wire::batch::Batch;
use tribunal_wire::compression::Codec;
use tribunal_wire::types::{LeaderEpoch, Offset, PartitionIndex, TopicId};

#[derive(Default)]
struct Notes {
    findings: Vec<Finding>,
}

impl Witness for Notes {
    fn found(&mut self, finding: Finding) {
        assert!(!finding.meaning.is_empty() && !finding.recovery.is_empty(), "{finding:?}");
        self.findings.push(finding);
    }

    fn passed(&mut self, _file: &str, _totals: &Totals) {}
}

fn inspect(disk: &MemoryDisk, path: &str, place: &Place) -> (Vec<Finding>, Totals) {
    let world = World::new(disk.clone());
    let mut notes = Notes::default();
    let totals =
        world.run(verify(&*world.env().disk(), path, place, &mut notes)).expect("the path can be read");
    (notes.findings, totals)
}

fn problems(disk: &MemoryDisk) -> Vec<Finding> {
    inspect(disk, ROOT, &Place::DataDirectory).0
}

/// What is wrong is one thing, and it is this.
#[track_caller]
fn only(
    disk: &MemoryDisk,
    problem: Problem,
    file: &str,
    position: Option<u64>,
    offset: Option<i64>,
) -> Finding {
    let mut found = problems(disk);
    assert_eq!(found.len(), 1, "{found:#?}");
    let finding = found.remove(0);
    assert_eq!(
        (finding.problem, finding.file.as_str(), finding.position, finding.offset),
        (problem, file, position, offset.map(Offset)),
        "{finding:?}"
    );
    finding
}

/// Puts another batch in the place of the one at `position`, with a right CRC, at the same offsets.
fn replace_batch(disk: &MemoryDisk, log: &str, position: usize, change: impl FnOnce(&mut Batch)) {
    disk.damage(log, |bytes| {
        let mut rest = Bytes::copy_from_slice(&bytes[position..]);
        let mut batch = Batch::split_from(&mut rest).expect("it is whole");
        let length = batch.total_bytes();
        change(&mut batch);
        batch.seal();
        assert_eq!(batch.total_bytes(), length, "what follows stays where it is");
        bytes[position..position + length].copy_from_slice(&batch.to_bytes());
    });
}

#[test]
fn what_a_broker_leaves_is_clean() {
    for clean in [true, false] {
        let disk = written(clean);
        let before: Vec<_> = disk.paths("").iter().map(|path| disk.content(path)).collect();
        let (found, totals) = inspect(&disk, ROOT, &Place::DataDirectory);
        assert_eq!(found, [], "clean stop: {clean}");
        assert!(totals.segments > 2);
        assert_eq!((totals.partitions, totals.batches, totals.records), (1, 60, 120));
        let (found, _) = inspect(&disk, PARTITION, &Place::Partition);
        assert_eq!(found, []);
        for log in logs(&disk) {
            let kind = FileKind::of(log.rsplit('/').next().expect("a name"));
            assert_eq!(inspect(&disk, &log, &Place::File(kind)).0, []);
        }
        let after: Vec<_> = disk.paths("").iter().map(|path| disk.content(path)).collect();
        assert_eq!(before, after, "nothing is touched");
    }
}

#[test]
fn damaged_batches_are_told_with_what_recovery_does() {
    let disk = written(true);
    let log = &logs(&disk)[1];
    let (position, header) = batches(&disk, log)[3];
    disk.damage(log, |bytes| bytes[position + 70] ^= 1);
    let offset = header.base_offset.0;
    let finding = only(&disk, Problem::DamagedBatch, log, Some(position as u64), Some(offset));
    assert!(finding.meaning.contains("CRC is wrong"), "{finding:?}");
    assert!(finding.meaning.contains(&format!("{offset} to {}", offset + 1)), "{finding:?}");
    assert!(finding.recovery.contains("kept (the recovery point is 120)"), "{finding:?}");

    // A base offset is not covered by the CRC.
    let disk = written(true);
    disk.damage(log, |bytes| bytes[position + 5] ^= 1);
    let finding = only(&disk, Problem::DamagedBatch, log, Some(position as u64), Some(offset));
    assert!(finding.meaning.contains("says it begins at offset"), "{finding:?}");

    let disk = written(true);
    disk.make_unreadable(log, position);
    let found = problems(&disk);
    assert!(found.iter().all(|finding| finding.problem == Problem::DamagedBatch), "{found:#?}");
    assert!(found[0].meaning.contains("refuses"), "{found:#?}");
}

#[test]
fn torn_ends_are_told_from_lost_ones() {
    let disk = written(false);
    let log = logs(&disk).pop().expect("there is one");
    let (position, header) = batches(&disk, &log).pop().expect("there is one");
    disk.damage(&log, |bytes| bytes.truncate(position + 80));
    let finding = only(&disk, Problem::DamagedBatch, &log, Some(position as u64), Some(header.base_offset.0));
    assert!(finding.meaning.contains("ends within the batch"), "{finding:?}");
    assert!(finding.recovery.contains(&format!("cuts the log at byte {position}")), "{finding:?}");

    let disk = written(true);
    disk.damage(&log, |bytes| bytes.truncate(position));
    disk.damage(&with(&log, ".timeindex"), |bytes| bytes.clear());
    let found = problems(&disk);
    let end = found.iter().find(|finding| finding.problem == Problem::LogEnd).expect("the end is gone");
    assert_eq!((end.file.as_str(), end.offset), (log.as_str(), Some(header.base_offset)));
    assert!(end.recovery.contains("appends go on at 120"), "{end:?}");
}

#[test]
fn records_that_contradict_their_header_are_told() {
    let disk = written(true);
    let log = &logs(&disk)[0];
    for index in 0..5 {
        let disk = written(true);
        let (position, header) = batches(&disk, log)[index];
        replace_batch(&disk, log, position, |batch| batch.header.records_count = 3);
        let (at, offset) = (Some(position as u64), Some(header.base_offset.0));
        let finding = only(&disk, Problem::MalformedRecords, log, at, offset);
        assert!(finding.meaning.contains("fewer records"), "{finding:?}");
    }
    let (position, header) = batches(&disk, log)[1];
    assert_eq!(header.attributes.codec(), Some(Codec::Gzip));
    replace_batch(&disk, log, position, |batch| {
        let mut payload = batch.payload.to_vec();
        payload[0] ^= 0xff;
        batch.payload = Bytes::from(payload);
    });
    let finding = only(&disk, Problem::MalformedRecords, log, Some(position as u64), Some(2));
    assert!(finding.meaning.contains("cannot be decompressed"), "{finding:?}");
}

#[test]
fn offsets_across_segments_are_followed() {
    let disk = written(true);
    let names = logs(&disk);
    let second = batches(&disk, &names[1])[0].1.base_offset;
    let copy = disk.content(&names[1]).expect("it is there");
    let moved = format!("{PARTITION}/{:020}.log", second.0 - 1);
    disk.plant(&moved, copy);
    let found = problems(&disk);
    let overlap = found.iter().find(|it| it.problem == Problem::OverlappingSegments).expect("they overlap");
    assert!(overlap.recovery.contains("move one of the two away"), "{overlap:?}");

    let disk = written(true);
    let third = batches(&disk, &names[2])[0].1.base_offset;
    for extension in [".log", ".index", ".timeindex", ".snapshot"] {
        let world = World::new(disk.clone());
        world.run(async {
            world.env().disk().remove_file(&with(&names[1], extension)).await.expect("it is there");
        });
    }
    let finding = only(&disk, Problem::MissingOffsets, &names[2], Some(0), Some(second.0));
    assert!(finding.meaning.contains(&format!("{} to {}", second.0, third.0 - 1)), "{finding:?}");
}

#[test]
fn index_entries_are_followed_into_the_log() {
    let log = &logs(&written(true))[1];
    let index = with(log, ".index");
    let at = |entry: u64, bytes: u64| Some(entry * bytes);
    let offset_of = |disk: &MemoryDisk, entry: usize| {
        let base: i64 = log.rsplit('/').next().and_then(|name| name[..20].parse().ok()).expect("digits");
        let bytes = disk.content(&index).expect("it is there");
        base + i64::from(u32::from_be_bytes(bytes[entry * 8..entry * 8 + 4].try_into().expect("four")))
    };
    let plant = |change: &dyn Fn(&mut Vec<u8>)| {
        let disk = written(true);
        disk.damage(&index, change);
        disk
    };
    let disk = plant(&|bytes| bytes[8 + 7] += 1);
    let finding = only(&disk, Problem::OffsetIndex, &index, at(1, 8), Some(offset_of(&disk, 1)));
    assert!(finding.meaning.contains("no batch begins"), "{finding:?}");
    let disk = plant(&|bytes| bytes[8 + 3] += 1);
    let finding = only(&disk, Problem::OffsetIndex, &index, at(1, 8), Some(offset_of(&disk, 1)));
    assert!(finding.meaning.contains("ends with offset"), "{finding:?}");
    let disk = plant(&|bytes| bytes.extend_from_slice(&[0, 0, 0x40, 0, 0, 1, 0, 0]));
    let last = disk.content(&index).expect("it is there").len() / 8 - 1;
    let finding = only(&disk, Problem::OffsetIndex, &index, at(last as u64, 8), Some(offset_of(&disk, last)));
    assert!(finding.meaning.contains("past the end"), "{finding:?}");
    let disk = plant(&|bytes| bytes[2 * 8..3 * 8].copy_from_slice(&[0; 8]));
    only(&disk, Problem::OffsetIndex, &index, at(2, 8), None);
    let disk = plant(&|bytes| bytes.extend_from_slice(&[0; 64]));
    let finding = only(&disk, Problem::OffsetIndex, &index, at(last as u64, 8), None);
    assert!(finding.meaning.contains("zeros follow"), "{finding:?}");
    let disk = plant(&|bytes| bytes.push(7));
    only(&disk, Problem::OffsetIndex, &index, at(last as u64, 8), None);
}

#[test]
fn time_index_entries_are_followed_into_the_log() {
    let log = &logs(&written(true))[1];
    let index = with(log, ".timeindex");
    let disk = written(true);
    disk.damage(&index, |bytes| bytes[12 + 7] -= 1);
    let finding = problems(&disk).remove(0);
    assert_eq!((finding.problem, finding.position), (Problem::TimeIndex, Some(12)), "{finding:?}");
    let disk = written(true);
    disk.damage(&index, |bytes| bytes[11] += 1);
    let finding = problems(&disk).remove(0);
    assert_eq!((finding.problem, finding.position), (Problem::TimeIndex, Some(0)), "{finding:?}");
    let disk = written(true);
    disk.damage(&index, |bytes| bytes.truncate(bytes.len() - 12));
    let finding = only(&disk, Problem::TimeIndex, &index, None, None);
    assert!(finding.meaning.contains("ends before the latest timestamp"), "{finding:?}");
    let world = World::new(disk.clone());
    world.run(async { world.env().disk().remove_file(&index).await.expect("it is there") });
    let finding = only(&disk, Problem::TimeIndex, &index, None, None);
    assert!(finding.meaning.contains("missing"), "{finding:?}");
}

#[test]
fn snapshots_are_compared_with_the_log() {
    let log = &logs(&written(true))[1];
    let snapshot = with(log, ".snapshot");
    let base: i64 = log.rsplit('/').next().and_then(|name| name[..20].parse().ok()).expect("digits");
    let disk = written(true);
    disk.damage(&snapshot, |bytes| bytes[30] ^= 1);
    only(&disk, Problem::ProducerSnapshot, &snapshot, Some(2), Some(base));

    // A later snapshot under an earlier name: whole, and untrue.
    let disk = written(true);
    let later = disk.content(&with(&logs(&disk)[2], ".snapshot")).expect("it is there");
    disk.damage(&snapshot, |bytes| *bytes = later);
    let finding = only(&disk, Problem::ProducerSnapshot, &snapshot, None, Some(base));
    assert!(finding.meaning.contains("behind the snapshot's own offset"), "{finding:?}");

    // An earlier one under a later name.
    let disk = written(true);
    let earlier = disk.content(&snapshot).expect("it is there");
    let third = with(&logs(&disk)[2], ".snapshot");
    disk.damage(&third, |bytes| *bytes = earlier);
    let finding = problems(&disk).remove(0);
    assert_eq!((finding.problem, finding.file), (Problem::ProducerSnapshot, third));
    assert!(finding.meaning.contains("and in the log"), "{}", finding.meaning);

    let disk = written(true);
    disk.damage(&snapshot, |bytes| {
        bytes.truncate(10);
        bytes[6..10].fill(0);
        let crc = crc_fast::crc32_iscsi(&bytes[6..]);
        bytes[2..6].copy_from_slice(&crc.to_be_bytes());
    });
    let finding = only(&disk, Problem::ProducerSnapshot, &snapshot, None, Some(base));
    assert!(finding.meaning.contains("it is missing"), "{finding:?}");
}

#[test]
fn epochs_are_compared_with_the_log() {
    let checkpoint = format!("{PARTITION}/leader-epoch-checkpoint");
    let disk = written(true);
    let text = String::from_utf8(disk.content(&checkpoint).expect("it is there")).expect("text");
    assert_eq!(text, "0\n2\n0 0\n3 60\n");
    disk.damage(&checkpoint, |bytes| *bytes = b"0\n2\n0 0\n3 64\n".to_vec());
    let mut found = problems(&disk);
    assert_eq!(found.len(), 1, "a stretch is told once: {found:#?}");
    let finding = found.remove(0);
    assert_eq!((finding.problem, finding.offset), (Problem::LeaderEpoch, Some(Offset(60))));
    assert!(finding.meaning.contains("says leader epoch 3"), "{finding:?}");

    disk.damage(&checkpoint, |bytes| *bytes = b"0\n3\n0 0\n3 60\n9 500\n".to_vec());
    only(&disk, Problem::EpochCheckpoint, &checkpoint, None, Some(500));
    disk.damage(&checkpoint, |bytes| *bytes = b"0\n2\n3 60\n0 70\n".to_vec());
    only(&disk, Problem::EpochCheckpoint, &checkpoint, Some(9), None);
    disk.damage(&checkpoint, |bytes| *bytes = b"0\n2\n0 0\nthree 60\n".to_vec());
    only(&disk, Problem::EpochCheckpoint, &checkpoint, Some(8), None);

    // An epoch in a batch, which no CRC covers.
    let disk = written(true);
    let log = &logs(&disk)[0];
    let (position, header) = batches(&disk, log)[2];
    disk.damage(log, |bytes| bytes[position + 15] = 2);
    only(&disk, Problem::LeaderEpoch, log, Some(position as u64), Some(header.base_offset.0));
}

#[test]
fn checkpoints_and_names_are_compared_with_the_partitions() {
    let points = format!("{ROOT}/recovery-point-offset-checkpoint");
    let disk = written(true);
    disk.damage(&points, |bytes| *bytes = b"0\n2\ngone 0 7\norders 0 120\n".to_vec());
    let finding = only(&disk, Problem::OffsetCheckpoint, &points, None, Some(7));
    assert!(finding.meaning.contains("gone-0"), "{finding:?}");
    disk.damage(&points, |bytes| *bytes = b"0\n2\norders 0 120\n".to_vec());
    only(&disk, Problem::OffsetCheckpoint, &points, Some(2), None);
    disk.damage(&points, |bytes| *bytes = b"0\n1\norders 0 200\n".to_vec());
    let finding = only(&disk, Problem::LogEnd, &logs(&disk).pop().expect("one"), None, Some(120));
    assert!(finding.recovery.contains("go on at 200"), "{finding:?}");

    disk.damage(&points, |bytes| bytes.clear());
    let finding = only(&disk, Problem::OffsetCheckpoint, &points, Some(0), None);
    assert!(finding.meaning.contains("is empty"), "{finding:?}");
    let disk = written(true);
    disk.plant(&format!("{ROOT}/cleaner-offset-checkpoint"), Vec::new());
    assert_eq!(problems(&disk), [], "Apache Kafka leaves it so");
    // What only Apache Kafka writes says that it made the others too, and was killed.
    disk.damage(&points, |bytes| bytes.clear());
    disk.plant(&format!("{ROOT}/replication-offset-checkpoint"), Vec::new());
    assert_eq!(problems(&disk), [], "a killed Apache Kafka leaves it so");
    for name in ["recovery-point", "replication", "cleaner"] {
        let file = format!("{ROOT}/{name}-offset-checkpoint");
        assert_eq!(inspect(&disk, &file, &Place::File(FileKind::OffsetCheckpoint)).0, [], "{file}");
    }

    let metadata = format!("{PARTITION}/partition.metadata");
    for (path, problem) in [
        (format!("{ROOT}/notes.txt"), Problem::ForeignName),
        (format!("{ROOT}/{}", "00000000000000000000.log"), Problem::ForeignName),
        (format!("{ROOT}/meta.properties.tmp"), Problem::Leftover),
        (format!("{PARTITION}/notes.txt"), Problem::ForeignName),
        (format!("{PARTITION}/meta.properties"), Problem::ForeignName),
        (format!("{PARTITION}/leader-epoch-checkpoint.tmp"), Problem::Leftover),
        (format!("{PARTITION}/00000000000000000001.index"), Problem::Leftover),
    ] {
        let disk = written(true);
        disk.plant(&path, b"x".to_vec());
        only(&disk, problem, &path, None, None);
    }
    let disk = written(true);
    disk.damage(&metadata, |bytes| bytes.truncate(5));
    only(&disk, Problem::PartitionMetadata, &metadata, Some(0), None);
    let disk = written(true);
    disk.plant(&format!("{ROOT}/lost+found/x"), Vec::new());
    only(&disk, Problem::ForeignName, &format!("{ROOT}/lost+found"), None, None);
}

#[test]
fn an_index_without_its_segment_is_told() {
    let disk = written(true);
    let index = format!("{PARTITION}/00000000000000000001.index");
    disk.plant(&index, Vec::new());
    let (found, _) = inspect(&disk, &index, &Place::File(FileKind::OffsetIndex(Offset(1))));
    assert_eq!((found.len(), found[0].problem), (1, Problem::Leftover));
}

#[test]
fn one_broken_file_does_not_drown_the_others() {
    let disk = written(true);
    let text: String = (0..500).map(|index| format!("gone {index} 1\n")).collect();
    let points = format!("{ROOT}/recovery-point-offset-checkpoint");
    disk.damage(&points, |bytes| *bytes = format!("0\n500\n{text}").into_bytes());
    let (found, totals) = inspect(&disk, ROOT, &Place::DataDirectory);
    assert_eq!((found.len(), totals.problems), (101, 500));
    assert_eq!(found[100].problem, Problem::More);
    assert!(found[100].meaning.starts_with("400 more"));
}

#[test]
fn small_files_are_read_for_people() {
    let disk = written(true);
    let world = World::new(disk.clone());
    let read = |path: String| {
        let kind = FileKind::of(path.rsplit('/').next().expect("a name"));
        world.run(read_content(&*world.env().disk(), &path, kind)).expect("it is there").expect("it is whole")
    };
    let log = &logs(&disk)[1];
    assert!(matches!(read(with(log, ".index")), Content::OffsetIndex(entries) if entries.len() > 2));
    assert!(matches!(read(with(log, ".timeindex")), Content::TimeIndex(entries) if entries.len() > 2));
    assert!(matches!(read(with(log, ".snapshot")), Content::Snapshot(producers) if producers.len() == 1));
    let epochs = read(format!("{PARTITION}/leader-epoch-checkpoint"));
    assert_eq!(
        epochs,
        Content::LeaderEpochs(vec![(LeaderEpoch(0), Offset(0)), (LeaderEpoch(3), Offset(60))])
    );
    let id = read(format!("{PARTITION}/partition.metadata"));
    assert_eq!(id, Content::PartitionMetadata(TopicId([7; 16])));
}

/// A way to damage a file.
#[derive(Debug, Clone, Copy)]
enum Harm {
    Flip(u8),
    Truncate,
    ZeroSector,
    Insert,
}

fn harm() -> impl Strategy<Value = Harm> {
    prop_oneof![
        (1..=255u8).prop_map(Harm::Flip),
        Just(Harm::Truncate),
        Just(Harm::ZeroSector),
        Just(Harm::Insert)
    ]
}

impl Harm {
    fn strike(self, bytes: &mut Vec<u8>, at: usize) {
        match self {
            Harm::Flip(flip) => bytes[at] ^= flip,
            Harm::Truncate => bytes.truncate(at),
            Harm::ZeroSector => {
                let from = at / 512 * 512;
                let to = (from + 512).min(bytes.len());
                bytes[from..to].fill(0);
            }
            Harm::Insert => bytes.insert(at, 9),
        }
    }
}

/// Starts a log on the directory, as a broker does; `None` when it is refused.
fn start(disk: &MemoryDisk) -> Option<OpenReport> {
    let world = World::new(disk.clone());
    world.run(async {
        let env = world.env();
        let (directory, found) = LogDirectory::open(&env, ROOT).await.expect("the directory opens");
        let mut options = OpenOptions::new(TopicId([7; 16]), 0, config());
        options.leader_epoch = LeaderEpoch(3);
        options.clean = found.clean;
        options.recovery_point = found.recovery_point("orders", PartitionIndex(0));
        options.log_start = found.log_start("orders", PartitionIndex(0));
        Partition::open(&env, &directory, "orders", options).await.ok().map(|opened| opened.1)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Any change of any byte of a log is told, and what is told first is at the batch that holds the byte. What the
    /// reader shows covers the file whatever stands in it.
    #[test]
    fn any_damage_of_a_log_is_found(
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        flip in 1..=255u8,
    ) {
        let disk = written(true);
        let names = logs(&disk);
        let log = &names[which.index(names.len())];
        let at = at.index(disk.content(log).expect("it is there").len());
        let hit = batches(&disk, log).into_iter().rfind(|batch| batch.0 <= at).expect("one");
        disk.damage(log, |bytes| bytes[at] ^= flip);
        let found = problems(&disk);
        prop_assert!(!found.is_empty());
        prop_assert_eq!(&found[0].file, log);
        prop_assert_eq!(found[0].position, Some(hit.0 as u64));
        prop_assert!(covers(&disk, log));
    }

    /// What is said of damage is what a start then does: cut there, or keep it and answer errors.
    #[test]
    fn what_recovery_does_is_what_was_said(
        clean in any::<bool>(),
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        harm in harm(),
    ) {
        let disk = written(clean);
        let names = logs(&disk);
        let log = &names[which.index(names.len())];
        disk.damage(log, |bytes| harm.strike(bytes, at.index(bytes.len())));
        let found = problems(&disk);
        let damage: Vec<&Finding> =
            found.iter().filter(|finding| finding.problem == Problem::DamagedBatch).collect();
        let cut = damage.iter().any(|finding| finding.recovery.contains("cuts the log"));
        let dropped = found.iter().any(|finding| finding.recovery.contains("all behind it are dropped"));
        let lost = found.iter().any(|finding| {
            finding.problem == Problem::DamagedBatch && !finding.meaning.contains("no offset is lost")
                || [Problem::MissingOffsets, Problem::LogEnd].contains(&finding.problem)
        });
        let Some(report) = start(&disk) else {
            prop_assert!(found.iter().any(|finding| finding.recovery.contains("is refused")), "{:#?}", found);
            return Ok(());
        };
        prop_assert_eq!(report.cut_bytes > 0, cut || dropped && !clean, "{:?} {:#?}", report, found);
        if report.cut_bytes == 0 {
            prop_assert_eq!(report.corrupt_ranges > 0, lost, "{:?} {:#?}", report, found);
        }
    }

    #[test]
    fn noise_in_any_file_never_panics(
        which in any::<prop::sample::Index>(),
        noise in prop::collection::vec(any::<u8>(), 0..400),
        keep in any::<prop::sample::Index>(),
    ) {
        let disk = written(true);
        let files: Vec<String> =
            disk.paths(PARTITION).into_iter().filter(|path| disk.content(path).is_some()).collect();
        let file = &files[which.index(files.len())];
        disk.damage(file, |bytes| {
            bytes.truncate(keep.index(bytes.len() + 1));
            bytes.extend_from_slice(&noise);
        });
        let _told = problems(&disk);
        for log in logs(&disk) {
            prop_assert!(covers(&disk, &log));
        }
    }
}

/// Whether the steps of a reader follow each other from the file's beginning to its end.
fn covers(disk: &MemoryDisk, log: &str) -> bool {
    let world = World::new(disk.clone());
    world.run(async {
        let file = world.env().disk().open(log, tribunal_env::OpenMode::Read).await.expect("it is there");
        let bytes = file.size().await.expect("it has a size");
        let base: i64 = log.rsplit('/').next().and_then(|name| name[..20].parse().ok()).expect("digits");
        let mut reader = SegmentReader::new(&*file, bytes, Offset(base), None);
        let mut position = 0;
        while let Some(step) = reader.next().await {
            let (from, to) = match step {
                SegmentStep::Batch(at, _, bytes) => (at, at + bytes.len() as u64),
                SegmentStep::Damage(damage) => (damage.position, damage.end),
            };
            assert_eq!(from, position);
            assert!(to > from, "it goes forward");
            position = to;
        }
        position == bytes
    })
}
