//! `tribunal log dump`: what stands in each file, line by line.

use super::{Target, rows, rows::Row, targets};
use crate::output::{Exit, Lines, note, wants_json};
use bytes::Bytes;
use clap::ArgMatches;
use std::io;
use tribunal_env::{Disk, EntryKind, Env, OpenMode};
use tribunal_log::inspect::{
    FileKind, Malformed, Place, SegmentReader, SegmentStep, decompressed_bytes_max, read_content,
};
use tribunal_log::parse_partition_directory;
use tribunal_wire::batch::{Batch, BatchHeader};
use tribunal_wire::types::Offset;

/// How a dump ends before its end.
enum Stop {
    /// Nobody reads any more.
    Closed,
    /// The command fails.
    Problem(String),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Stop::Closed,
            _ => Stop::Problem(format!("the result cannot be written: {error}")),
        }
    }
}

struct Dump<'a> {
    disk: &'a dyn Disk,
    lines: Lines,
    json: bool,
    records: bool,
    from: i64,
    to: i64,
    value_bytes_max: usize,
    damaged: bool,
}

/// Runs the command.
pub(super) async fn run(env: &Env, matches: &ArgMatches) -> Result<Exit, String> {
    let disk = env.disk();
    let targets = targets(&*disk, matches).await?;
    for busy in targets.iter().filter(|target| target.busy) {
        note(&format!(
            "warn: {} is in use by a running broker: what it is writing may look damaged, and what it holds in memory \
             is missing",
            busy.path
        ));
    }
    let offset = |name: &str| matches.get_one::<i64>(name).copied();
    let most = matches.get_one::<u32>("max-value-bytes").copied().unwrap_or(256);
    let mut dump = Dump {
        disk: &*disk,
        lines: Lines::new(),
        json: wants_json(matches),
        records: matches.get_flag("records"),
        from: offset("from").unwrap_or(0),
        to: offset("to").unwrap_or(i64::MAX),
        value_bytes_max: usize::try_from(most).unwrap_or(usize::MAX),
        damaged: false,
    };
    if dump.from > dump.to {
        return Err("--from lies behind --to: nothing would be shown".to_owned());
    }
    let done = tokio::select! {
        biased;
        _ = tribunal_host::stop_requested() => None,
        done = dump.all(&targets) => Some(done),
    };
    let flushed = dump.lines.flush().map_err(Stop::from);
    match done.unwrap_or(Ok(())).and(flushed) {
        Ok(()) if dump.damaged => Ok(Exit::Violation),
        Ok(()) | Err(Stop::Closed) => Ok(Exit::Ok),
        Err(Stop::Problem(problem)) => Err(problem),
    }
}

impl Dump<'_> {
    async fn all(&mut self, targets: &[Target]) -> Result<(), Stop> {
        for target in targets {
            match target.place {
                Place::File(kind) => self.file(&target.path, kind, true).await?,
                Place::Partition => self.directory(&target.path).await?,
                Place::DataDirectory => {
                    self.directory(&target.path).await?;
                    for entry in self.list(&target.path).await? {
                        if entry.kind == EntryKind::Directory
                            && parse_partition_directory(&entry.name).is_some()
                        {
                            self.directory(&format!("{}/{}", target.path, entry.name)).await?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    async fn list(&self, path: &str) -> Result<Vec<tribunal_env::DirEntry>, Stop> {
        self.disk.list(path).await.map_err(|error| cannot_read(path, &error))
    }

    async fn directory(&mut self, path: &str) -> Result<(), Stop> {
        for entry in self.list(path).await?.into_iter().filter(|entry| entry.kind == EntryKind::File) {
            self.file(&format!("{path}/{}", entry.name), FileKind::of(&entry.name), false).await?;
        }
        Ok(())
    }

    /// One file; a foreign one is passed over unless it was asked for.
    async fn file(&mut self, path: &str, kind: FileKind, asked: bool) -> Result<(), Stop> {
        match kind {
            FileKind::Saved(_) if !asked => Ok(()),
            FileKind::Saved(base) => {
                self.title(path, &format!("cut off the segment that begins at offset {}", base.0))?;
                self.batches(path, base, false).await
            }
            FileKind::Log(base) => {
                self.title(path, &format!("segment that begins at offset {}", base.0))?;
                self.batches(path, base, false).await
            }
            FileKind::MetadataSnapshot => {
                self.title(path, "snapshot of the metadata")?;
                self.batches(path, Offset::ZERO, true).await
            }
            FileKind::Lock | FileKind::Leftover => Ok(()),
            FileKind::Foreign if asked => Err(Stop::Problem(format!(
                "{path} has no name of a log directory's file, such as 00000000000000000000.log"
            ))),
            FileKind::Foreign => Ok(()),
            _ => self.small(path, kind).await,
        }
    }

    fn title(&mut self, path: &str, what: &str) -> Result<(), Stop> {
        if !self.json {
            self.lines.put(&format!("{path}: {what}"))?;
        }
        Ok(())
    }

    fn put(&mut self, path: &str, indent: &str, row: Row) -> Result<(), Stop> {
        if self.json {
            self.lines.put(&row.json(path))?;
        } else {
            self.lines.put(&format!("{indent}{}", row.text()))?;
        }
        Ok(())
    }

    async fn small(&mut self, path: &str, kind: FileKind) -> Result<(), Stop> {
        let what = match kind {
            FileKind::OffsetIndex(_) => "offset index",
            FileKind::TimeIndex(_) => "time index",
            FileKind::TransactionIndex(_) => "aborted transactions",
            FileKind::Snapshot(_) => "producers",
            FileKind::LeaderEpochs => "leader epochs",
            FileKind::OffsetCheckpoint => "offsets by partition",
            FileKind::Summaries => "partitions as a clean stop left them",
            FileKind::PartitionMetadata => "whose partition it is",
            FileKind::MetaProperties => "whose directory it is",
            FileKind::QuorumState => "who leads the metadata log",
            _ => "the mark of a clean stop",
        };
        self.title(path, what)?;
        let rows = match read_content(self.disk, path, kind).await {
            Ok(Ok(content)) => rows::content(&content),
            Ok(Err(Malformed { position, why })) => {
                self.damaged = true;
                vec![rows::broken(position, &why)]
            }
            Err(error) => return Err(cannot_read(path, &error)),
        };
        for row in rows {
            self.put(path, "  ", row)?;
        }
        Ok(())
    }

    async fn batches(&mut self, path: &str, base: Offset, snapshot: bool) -> Result<(), Stop> {
        let after = self.after(path, base).await;
        if after.is_some_and(|after| after.0 <= self.from) || base.0 > self.to {
            return Ok(());
        }
        let opened = async {
            let file = self.disk.open(path, OpenMode::Read).await?;
            let bytes = file.size().await?;
            Ok::<_, io::Error>((file, bytes))
        };
        let (file, bytes) = opened.await.map_err(|error| cannot_read(path, &error))?;
        let metadata = snapshot || path.rsplit('/').nth(1).is_some_and(is_metadata_partition);
        let mut reader = SegmentReader::new(&*file, bytes, base, after);
        while let Some(step) = reader.next().await {
            match step {
                SegmentStep::Damage(damage) => {
                    self.damaged = true;
                    self.put(path, "  ", rows::damage(&damage))?;
                }
                SegmentStep::Batch(..) if reader.expected().0 <= self.from => {}
                SegmentStep::Batch(_, header, _) if header.base_offset.0 > self.to => break,
                SegmentStep::Batch(position, header, bytes) => {
                    self.put(path, "  ", rows::batch(position, &header))?;
                    if self.records {
                        self.batch_records(path, position, &header, bytes, metadata)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn batch_records(
        &mut self,
        path: &str,
        position: u64,
        header: &BatchHeader,
        mut bytes: Bytes,
        metadata: bool,
    ) -> Result<(), Stop> {
        let opened = Batch::split_from(&mut bytes)
            .map_err(|error| format!("{error:?}"))
            .and_then(|batch| batch.records(decompressed_bytes_max()).map_err(|error| format!("{error:?}")));
        let records = match opened {
            Ok(records) => records,
            Err(why) => return self.bad_records(path, position, &why),
        };
        let most = self.value_bytes_max;
        for record in &records {
            let record = match record {
                Ok(record) => record,
                Err(error) => return self.bad_records(path, position, &format!("{error:?}")),
            };
            let offset = header.base_offset.0.wrapping_add(i64::from(record.offset_delta));
            if offset < self.from || offset > self.to {
                continue;
            }
            let row = if header.attributes.is_control() {
                rows::control(header, &record, most)
            } else if metadata {
                let value = records.bytes().slice_ref(record.value.unwrap_or_default());
                rows::metadata(header, &record, &value, most)
            } else {
                rows::record(header, &record, most)
            };
            self.put(path, "    ", row)?;
        }
        Ok(())
    }

    fn bad_records(&mut self, path: &str, position: u64, why: &str) -> Result<(), Stop> {
        self.damaged = true;
        self.put(path, "    ", rows::broken(position, &format!("the records cannot be read: {why}")))
    }

    /// Where the segment behind this one begins.
    async fn after(&self, path: &str, base: Offset) -> Option<Offset> {
        let (directory, _) = path.rsplit_once('/')?;
        let entries = self.disk.list(directory).await.ok()?;
        let bases = entries.iter().filter_map(|entry| match FileKind::of(&entry.name) {
            FileKind::Log(other) if other > base => Some(other),
            _ => None,
        });
        bases.min()
    }
}

fn is_metadata_partition(directory: &str) -> bool {
    parse_partition_directory(directory).is_some_and(|(topic, _)| topic == tribunal_metadata::TOPIC_NAME)
}

fn cannot_read(path: &str, error: &io::Error) -> Stop {
    Stop::Problem(format!("cannot read {path}: {error}; check the disk and your rights"))
}
