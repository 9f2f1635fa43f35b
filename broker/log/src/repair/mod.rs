//! Mends the files of a log directory while no broker uses it.
//!
//! | what is wrong | what is done |
//! | --- | --- |
//! | an index, a producer snapshot, the checkpoint of leader epochs is missing, torn, or contradicts the log | it is made again from the log |
//! | something was on its way out or in, or belongs to no segment | it is removed |
//! | a batch is damaged, or offsets are missing | it is kept and told of; or, if that is asked for, the log is cut there |
//! | a compaction has to be finished (`.swap`) | the partition is left to the next start |
//!
//! Why so: [`crate::inspect`] says what is wrong, and what is written is computed by the structs with which recovery and the
//! owner of a partition do it (`segment`, `producers`, `epochs`, `transactions`). What the inspection finds nothing about
//! stays as it is, for indexes of another `index.interval.bytes` are as right as ours. A dry run does the same deeds on a
//! `rehearsal`.
//!
//! Always holds: a file is replaced by a whole one or not at all, and in an order in which a crash leaves what a repair mends;
//! no byte of a log goes before a copy of it is durable; nothing that cannot be known from the log is written.
//!
//! Leaves out: damaged offset checkpoints, identities, foreign names, and whether a broker uses the directory.

mod caches;
mod checkpoints;
mod cut;
mod epochs;
mod leftovers;
mod rehearsal;
mod saved;
mod step;
mod transactions;

pub use step::{Act, Listener, Step};

use crate::inspect::{Around, Finding, Known, Place, Totals, Witness, name_of, parent_of, verify};
use crate::names::{self, join, parse_partition_directory};
use rehearsal::Rehearsal;
use std::io;
use tribunal_env::{Disk, EntryKind};
use tribunal_wire::types::Offset;

/// What is asked of a repair.
#[derive(Debug, Clone, Default)]
pub struct RepairOptions {
    /// Without it nothing is changed: what would be done is told.
    pub write: bool,
    /// A damaged log is cut where its damage begins. Of one partition only.
    pub truncate_at_damage: bool,
    /// Where what is cut off is saved; beside the log when it is not set.
    pub save: Option<String>,
}

/// What a repair came to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Repaired {
    /// Steps that were done.
    pub steps: u64,
    /// Problems that are left.
    pub left: u64,
    /// What the last look at the files saw.
    pub totals: Totals,
}

/// Repairs what `path` holds, as [`crate::inspect::place_of`] says: a log directory or a partition. An error ends it;
/// what was done by then stands, and the next repair goes on from there.
pub async fn repair(
    disk: &dyn Disk,
    path: &str,
    place: &Place,
    options: &RepairOptions,
    listener: &mut dyn Listener,
) -> io::Result<Repaired> {
    let mut journal = Journal { listener, steps: 0 };
    if options.write {
        return run(disk, path, place, options, &mut journal).await;
    }
    let rehearsal = Rehearsal::new(disk);
    run(&rehearsal, path, place, options, &mut journal).await
}

async fn run(
    disk: &dyn Disk,
    path: &str,
    place: &Place,
    options: &RepairOptions,
    journal: &mut Journal<'_>,
) -> io::Result<Repaired> {
    let mut sites = sites(disk, path, place).await?;
    if *place == Place::DataDirectory {
        leftovers::of_directory(disk, path, journal).await?;
    }
    for site in &sites {
        leftovers::of_partition(site, journal).await?;
    }
    if options.truncate_at_damage
        && let [site] = &mut sites[..]
    {
        cut::at_damage(site, options, journal).await?;
    }
    let (mut found, mut totals) = look(disk, path, place, journal).await?;
    let before = journal.steps;
    for site in &sites {
        caches::rebuild(site, &found, journal).await?;
    }
    if journal.steps > before {
        (found, totals) = look(disk, path, place, journal).await?;
    }
    let steps = journal.steps;
    found.into_iter().for_each(|finding| journal.listener.left(finding));
    Ok(Repaired { steps, left: totals.problems, totals })
}

/// A partition that is repaired.
struct Site<'a> {
    disk: &'a dyn Disk,
    directory: String,
    known: Known,
    /// The base offset of the segment that was cut.
    cut: Option<Offset>,
}

impl Site<'_> {
    fn path(&self, name: &str) -> String {
        join(&self.directory, name)
    }
}

async fn sites<'a>(disk: &'a dyn Disk, path: &str, place: &Place) -> io::Result<Vec<Site<'a>>> {
    let site = |directory: String, known| Site { disk, directory, known, cut: None };
    match place {
        Place::Partition => {
            let known = match (parent_of(path), parse_partition_directory(name_of(path))) {
                (Some(parent), Some((topic, index))) => Around::read(disk, parent).await.known(topic, index),
                _ => Known::default(),
            };
            Ok(vec![site(path.to_owned(), known)])
        }
        Place::DataDirectory => {
            let entries = disk.list(path).await?;
            let mut around = Around::read(disk, path).await;
            around.unclean = !entries.iter().any(|entry| entry.name == names::CLEAN_SHUTDOWN);
            let directories = entries.iter().filter(|entry| entry.kind == EntryKind::Directory);
            let known =
                |name: &str| parse_partition_directory(name).map(|(topic, index)| around.known(topic, index));
            Ok(directories
                .filter_map(|entry| Some(site(join(path, &entry.name), known(&entry.name)?)))
                .collect())
        }
        Place::File(_) => Err(io::Error::new(io::ErrorKind::InvalidInput, "a single file is not repaired")),
    }
}

/// Counts, and passes on.
struct Journal<'a> {
    listener: &'a mut dyn Listener,
    steps: u64,
}

impl Journal<'_> {
    fn done(&mut self, step: Step) {
        self.steps += 1;
        self.listener.done(step);
    }
}

/// An inspection of everything.
async fn look(
    disk: &dyn Disk,
    path: &str,
    place: &Place,
    journal: &mut Journal<'_>,
) -> io::Result<(Vec<Finding>, Totals)> {
    struct Notes<'a> {
        listener: &'a mut dyn Listener,
        found: Vec<Finding>,
    }
    impl Witness for Notes<'_> {
        fn found(&mut self, finding: Finding) {
            self.found.push(finding);
        }

        fn passed(&mut self, file: &str, totals: &Totals) {
            self.listener.passed(file, totals);
        }
    }
    let mut notes = Notes { listener: &mut *journal.listener, found: Vec::new() };
    let totals = verify(disk, path, place, &mut notes).await?;
    Ok((notes.found, totals))
}
