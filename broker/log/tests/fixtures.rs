//! Partitions that Apache Kafka wrote: each opens, every record of it is read, and an inspection finds no fault.
//!
//! `fixtures/apache-kafka` holds them, made by `scripts/kafka-directory.sh fixtures`; its README says what is in each. What
//! is expected here was read from the same partitions by Kafka's own consumer.

mod support;

use bytes::Bytes;
use std::{
    fs,
    path::{Path, PathBuf},
};
use support::{MemoryDisk, World};
use tribunal_log::inspect::{Finding, Place, Totals, Witness, verify};
use tribunal_log::{LogDirectory, OpenOptions, OpenReport, Partition, PartitionConfig};
use tribunal_wire::batch::{Batch, Batches};
use tribunal_wire::compression::Codec;
use tribunal_wire::types::{Offset, PartitionIndex, TopicId};

const ROOT: &str = "data";
const OPENED_BYTES_MAX: usize = 1 << 20;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/apache-kafka")
}

/// A disk with one of the partitions on it, and the topic's id.
fn planted(name: &str) -> (MemoryDisk, TopicId) {
    let disk = MemoryDisk::default();
    let world = World::new(disk.clone());
    world
        .run(async {
            let disk = world.env().disk();
            disk.create_dir_all(ROOT).await?;
            disk.create_dir_all(&format!("{ROOT}/{name}")).await
        })
        .expect("an empty disk has room");
    let mut id = None;
    for entry in fs::read_dir(folder().join(name)).expect("the fixture is beside the test") {
        let path = entry.expect("the folder can be listed").path();
        let file = path.file_name().expect("a listed file has a name").to_string_lossy().into_owned();
        let content = fs::read(&path).expect("a fixture can be read");
        if file == "partition.metadata" {
            let text = String::from_utf8(content.clone()).expect("it is text");
            id = text.lines().find_map(|line| TopicId::parse(line.strip_prefix("topic_id: ")?));
        }
        disk.plant(&format!("{ROOT}/{name}/{file}"), content);
    }
    if name == "compacted-0" {
        // Beside its partitions Kafka tells how far its cleaner came: up to the newest segment.
        disk.plant(&format!("{ROOT}/cleaner-offset-checkpoint"), b"0\n1\ncompacted 0 140\n".to_vec());
    }
    (disk, id.expect("Kafka writes the topic's id"))
}

/// What was read of a partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Held {
    end: i64,
    /// Offsets of records, control records apart.
    offsets: Vec<i64>,
    keys: Vec<Option<Vec<u8>>>,
    values: Vec<Option<Vec<u8>>>,
    controls: usize,
    transactional: usize,
    codecs: Vec<Codec>,
}

fn count(batch: &Batch, held: &mut Held) {
    assert!(batch.crc_is_right(), "{:?}", batch.header);
    let codec = batch.header.attributes.codec().expect("a codec that is known");
    if !held.codecs.contains(&codec) {
        held.codecs.push(codec);
    }
    let opened = batch.records(OPENED_BYTES_MAX).expect("it can be decompressed");
    let mut records = Vec::new();
    for record in opened.iter() {
        let record = record.expect("it can be read");
        let offset = batch.header.base_offset.0 + i64::from(record.offset_delta);
        if !batch.header.attributes.is_control() {
            held.keys.push(record.key.map(<[u8]>::to_vec));
            held.values.push(record.value.map(<[u8]>::to_vec));
        }
        records.push(offset);
    }
    assert_eq!(records.len(), usize::try_from(batch.header.records_count).expect("a count"));
    match (batch.header.attributes.is_control(), batch.header.attributes.is_transactional()) {
        (true, _) => held.controls += records.len(),
        (false, transactional) => {
            held.transactional += if transactional { records.len() } else { 0 };
            held.offsets.extend(records);
        }
    }
}

/// Opens the partition as a broker does that takes the directory over after a clean stop, and reads it from its start to
/// its end; after any other stop it finds the same.
fn read(name: &str) -> (Held, OpenReport) {
    let (held, report) = read_after(name, true);
    let (after_kill, report_after_kill) = read_after(name, false);
    assert_eq!((after_kill, report_after_kill.cut_bytes), (held.clone(), 0), "{name} after an unclean stop");
    (held, report)
}

fn read_after(name: &str, clean: bool) -> (Held, OpenReport) {
    let (disk, topic_id) = planted(name);
    let world = World::new(disk);
    world.run(async {
        let env = world.env();
        let (directory, found) = LogDirectory::open(&env, ROOT).await.expect("the directory opens");
        let topic = name.strip_suffix("-0").expect("the first partition");
        let mut options = OpenOptions::new(topic_id, 0, PartitionConfig::default());
        options.clean = clean;
        options.first_dirty = found.first_dirty(topic, PartitionIndex(0));
        options.cleaned_until = found.cleaned_until(topic, PartitionIndex(0));
        let (partition, report) =
            Partition::open(&env, &directory, topic, options).await.expect("the partition opens");
        let end = partition.watermarks().log_end.0.0;
        let mut held = Held { end, ..Held::default() };
        let mut next = 0;
        while next < end {
            let answer = partition.read(Offset(next), 1 << 16, true).await;
            let answer = answer.unwrap_or_else(|error| panic!("{name} at {next}: {error:?}"));
            let bytes: Vec<u8> = answer.pieces.iter().flat_map(|piece| piece.iter().copied()).collect();
            for batch in Batches::new(Bytes::from(bytes)) {
                count(&batch.expect("whole batches are served"), &mut held);
            }
            assert!(answer.next_offset.0 > next, "{name} at {next}");
            next = answer.next_offset.0;
        }
        (held, report)
    })
}

#[derive(Default)]
struct Notes(Vec<Finding>);

impl Witness for Notes {
    fn found(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    fn passed(&mut self, _file: &str, _totals: &Totals) {}
}

fn findings(name: &str) -> Vec<Finding> {
    let (disk, _) = planted(name);
    let world = World::new(disk);
    let mut notes = Notes::default();
    let path = format!("{ROOT}/{name}");
    world
        .run(verify(&*world.env().disk(), &path, &Place::Partition, &mut notes))
        .expect("the path can be read");
    notes.0
}

#[test]
fn all_codecs_in_several_segments_are_read() {
    let (held, report) = read("codecs-0");
    assert_eq!(held.offsets, (0..100).collect::<Vec<i64>>());
    assert_eq!((held.end, held.controls, held.codecs.len()), (100, 0, Codec::ALL.len()));
    for ((number, key), value) in (0..100_usize).zip(&held.keys).zip(&held.values) {
        assert_eq!(key.as_deref(), Some(format!("key-{}", number % 10).as_bytes()));
        let expected = match (number % 13, number % 17) {
            (5, _) => None,
            (_, 3) => Some(Vec::new()),
            _ => Some((0..30).map(|at| (number * 31 + at * (at % 7)) as u8).collect()),
        };
        assert_eq!(*value, expected, "record {number}");
    }
    assert_eq!(report.cut_bytes, 0, "{report:?}");
    assert_eq!(findings("codecs-0"), []);
}

#[test]
fn transactions_that_committed_and_aborted_are_read() {
    let (held, report) = read("transactions-0");
    // Three transactions of five records and a plain record in each; what was aborted is in the log too.
    assert_eq!((held.end, held.offsets.len(), held.controls, held.transactional), (21, 18, 3, 15));
    assert_eq!(report.cut_bytes, 0, "{report:?}");
    assert_eq!(findings("transactions-0"), []);
}

#[test]
fn what_compaction_left_is_read() {
    let (held, report) = read("compacted-0");
    assert_eq!((held.end, held.offsets.len()), (200, 67));
    assert!(held.offsets.is_sorted());
    assert_eq!(report.cut_bytes, 0, "{report:?}");
    assert_eq!(findings("compacted-0"), []);
}
