//! Compaction of logs that somebody else wrote: transactions, gaps, and files that a crash left.

mod support;

use support::keyed::{DIRECTORY, Kept, Model, Running, config, effort, read, start};
use support::{Crash, MemoryDisk};
use tribunal_env::Timestamp;
use tribunal_log::{Compacted, ReadError, Unfinished};
use tribunal_wire::batch::{Batch, BatchBuilder, Headers};
use tribunal_wire::compression::Codec;
use tribunal_wire::types::{LeaderEpoch, Offset, ProducerEpoch, ProducerId};

const NOW: i64 = 1_700_000_000_000;

fn base(builder: BatchBuilder, offset: i64) -> BatchBuilder {
    builder.base_offset(Offset(offset)).leader_epoch(LeaderEpoch(0))
}

fn data(offset: i64, keys: &[u8]) -> BatchBuilder {
    let mut builder = base(BatchBuilder::new(Codec::None, None), offset);
    for key in keys {
        builder.push(NOW, Some(&[*key; 3]), Some(format!("{offset}").as_bytes()), Headers::NONE);
    }
    builder
}

fn transactional(offset: i64, producer: i64, sequence: i32, keys: &[u8]) -> Batch {
    let id = ProducerId(producer);
    data(offset, keys).producer(id, ProducerEpoch(0), sequence).transactional().build()
}

fn marker(offset: i64, producer: i64, kind: u8) -> Batch {
    let builder = BatchBuilder::new(Codec::None, None).producer(ProducerId(producer), ProducerEpoch(0), -1);
    let mut builder = base(builder.transactional().control(), offset);
    builder.push(NOW, Some(&[0, 0, 0, kind]), Some(&[0; 6]), Headers::NONE);
    builder.build()
}

fn bytes(batches: &[Batch]) -> Vec<u8> {
    batches.iter().flat_map(|batch| batch.to_bytes().to_vec()).collect()
}

fn log_file(offset: i64) -> String {
    format!("{DIRECTORY}/{offset:020}.log")
}

fn compact(running: &Running, now: i64) -> Result<Compacted, Unfinished> {
    let mut effort = effort(running, 100);
    running.world.run(running.partition.compact(Timestamp::from_millis(now), &mut effort))
}

fn offsets(running: &Running) -> Vec<(i64, u8)> {
    let found: Vec<Kept> = running.world.run(read(&running.partition, 0));
    found.iter().map(|kept| (kept.offset, kept.key.expect("all have keys"))).collect()
}

/// Batches in the file of the first segment: base offset and records.
fn first_file(disk: &MemoryDisk) -> Vec<(i64, i32)> {
    let content = disk.content(&log_file(0)).expect("it is there").into();
    tribunal_wire::batch::Batches::new(content)
        .map(|batch| batch.expect("it is whole").header)
        .map(|header| (header.base_offset.0, header.records_count))
        .collect()
}

#[test]
fn aborted_records_shadow_nothing_and_undecided_ones_are_left_alone() {
    let disk = MemoryDisk::default();
    let decided = [
        data(0, &[1, 2]).build(),
        transactional(2, 7, 0, &[1]),
        transactional(3, 8, 0, &[2]),
        marker(4, 7, 0),
        marker(5, 8, 1),
        transactional(6, 7, 1, &[9]),
        marker(7, 7, 1),
    ];
    disk.plant(&log_file(0), bytes(&decided));
    // A transaction begins here that has no end: what follows its first record may not be touched.
    disk.plant(&log_file(8), bytes(&[data(8, &[3]).build(), transactional(9, 8, 1, &[1])]));
    disk.plant(&log_file(10), bytes(&[data(10, &[3]).build()]));
    disk.plant(&log_file(11), bytes(&[data(11, &[4]).build()]));
    let model = Model::new(config(100));
    let (running, report) = start(&disk, &model);
    assert_eq!(report.corrupt_ranges, 0);
    let done = compact(&running, NOW).expect("there is something dirty");
    assert_eq!(done.to, Offset(8), "a segment that is not all decided stays");
    let kept = [(0, 1), (3, 2), (6, 9), (8, 3), (9, 1), (10, 3), (11, 4)];
    assert_eq!(offsets(&running), kept, "key 1 keeps what the aborted record would have shadowed");
    // Of the aborted batch nothing is left, for its producer has written more; its marker waits for a later pass.
    assert_eq!(first_file(&disk), [(0, 1), (3, 1), (4, 1), (5, 1), (6, 1), (7, 1)]);
}

#[test]
fn gaps_before_the_checkpoint_are_compacted_and_those_behind_it_are_damage() {
    for (checkpoint, legal) in [(None, false), (Some(4), false), (Some(8), true), (Some(10), true)] {
        let disk = MemoryDisk::default();
        // Offsets 2 to 3 are missing within a segment, 6 to 7 at its end.
        disk.plant(&log_file(0), bytes(&[data(0, &[1, 2]).build(), data(4, &[3, 4]).build()]));
        disk.plant(&log_file(8), bytes(&[data(8, &[5, 6]).build()]));
        disk.plant(&log_file(10), bytes(&[data(10, &[7]).build()]));
        if let Some(offset) = checkpoint {
            let text = format!("0\n1\nt 0 {offset}\n");
            disk.plant("data/cleaner-offset-checkpoint", text.into_bytes());
        }
        disk.plant("data/recovery-point-offset-checkpoint", b"0\n1\nt 0 11\n".to_vec());
        let (running, report) = start(&disk, &Model::new(config(10_000)));
        assert_eq!(report.corrupt_ranges == 0, legal, "{checkpoint:?}");
        for offset in [2, 6] {
            let read = running.world.run(running.partition.read(Offset(offset), 1 << 20, true));
            let is_gap = legal || checkpoint.is_some_and(|checkpoint| checkpoint >= offset + 2);
            match read {
                Ok(read) => assert!(is_gap && read.bytes > 0, "{checkpoint:?} at {offset}"),
                Err(error) => {
                    assert!(!is_gap && matches!(error, ReadError::Corrupt(_)), "{checkpoint:?} at {offset}");
                }
            }
        }
        if !legal {
            assert!(matches!(compact(&running, NOW), Err(Unfinished::Damaged(_))), "{checkpoint:?}");
        }
    }
}

#[test]
fn a_start_ends_what_a_crash_left_of_a_pass() {
    let disk = MemoryDisk::default();
    let old = [data(0, &[1, 2]).build(), data(2, &[1, 2]).build()];
    disk.plant(&log_file(0), bytes(&old[..1]));
    disk.plant(&log_file(2), bytes(&old[1..]));
    disk.plant(&log_file(4), bytes(&[data(4, &[3]).build()]));
    // One was not finished; the other was, and stands for the first two segments. The checkpoint knows of neither.
    disk.plant(&format!("{}.cleaned", log_file(2)), b"half".to_vec());
    disk.plant(&format!("{}.swap", log_file(0)), bytes(&old[1..]));
    disk.plant(&format!("{DIRECTORY}/{:020}.index.swap", 0), Vec::new());
    let mut model = Model::new(config(10_000));
    for crash in [Crash::DropUnsynced, Crash::Process, Crash::Names(1)] {
        let (running, report) = start(&disk, &model);
        assert_eq!((report.corrupt_ranges, report.cut_bytes), (0, 0));
        assert_eq!(offsets(&running), [(2, 1), (3, 2), (4, 3)]);
        let odd = |path: &String| path.ends_with(".cleaned") || path.ends_with(".swap");
        assert_eq!(disk.paths(DIRECTORY).iter().filter(|path| odd(path)).count(), 0);
        assert_eq!(disk.content(&log_file(2)), None);
        model.now += 1;
        drop(running);
        disk.crash(crash);
    }
}
