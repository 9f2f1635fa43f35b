//! `tribunal log`: looks at the files of a data directory, offline, and mends them if it is told to.
//!
//! Owns the arguments, and what all commands do first: find out what a path holds, and whether a broker uses it.

mod dump;
mod repair;
mod rows;
mod verify;

use crate::{
    cluster,
    output::{Exit, note, output_argument},
};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::path::{Component, Path};
use tribunal_env::{Disk, Lock};
use tribunal_log::inspect::{Place, Use, place_of, probe_lock};

const DUMP_EXAMPLES: &str = "\
Examples:
  tribunal log dump tribunal-data/orders-0                          every file of a partition, one line a batch
  tribunal log dump tribunal-data/orders-0/00000000000000000000.log --records
  tribunal log dump tribunal-data/orders-0 --records --from 1200 --to 1210 --max-value-bytes 40
  tribunal log dump tribunal-data/__cluster_metadata-0 --records    metadata records, decoded
  tribunal log dump tribunal-data -o json | jq -c 'select(.type == \"batch\" and .records > 100)'

With -o json every line is an object: `file` says where it comes from, `type` what it is.
Exit codes: 0 all of it was readable, 1 something is damaged (it is shown in its place), 2 nothing to look at.";

const VERIFY_EXAMPLES: &str = "\
Examples:
  tribunal log verify tribunal-data                   everything: stop the broker first, or verify a copy
  tribunal log verify tribunal-data/orders-0 tribunal-data/orders-1
  tribunal log verify tribunal-data -o json | jq -r 'select(.type == \"problem\") | .problem'

One line a problem: where it is, what it means, and what a start of the broker would do about it.
Ctrl-C ends with what was found until then. `tribunal log repair` mends what can be mended.
Exit codes: 0 clean, 1 problems found, 2 wrong usage, an environment that does not fit, or interrupted before one was.";

const REPAIR_EXAMPLES: &str = "\
Examples:
  tribunal log repair tribunal-data                   what would be done: nothing is changed
  tribunal log repair tribunal-data --write           do it; the broker has to be stopped
  tribunal log repair tribunal-data/orders-0 --write -o json
  tribunal log repair tribunal-data/orders-0 --truncate-at-damage             where the log would be cut, and what that costs
  tribunal log repair tribunal-data/orders-0 --truncate-at-damage --write --save /backup/cut

Made again from the log are indexes, producer snapshots and the leader epoch checkpoint that are missing, torn, or contradict
it; removed is what was on its way out or in. Damaged batches are kept (reads of them answer CORRUPT_MESSAGE, all else is
served) unless the log is to be cut where they begin: then what stands behind, whole batches too, is given up, and its
offsets are given to new records. The bytes are saved first, as <segment>.log.cut-<byte>.
A broker that uses the directory is noticed, but not an Apache Kafka that does.
Exit codes: 0 nothing to do or all of it done, 1 something to do or problems left, 2 it cannot be done, or was interrupted.";

/// The command's arguments.
pub(crate) fn command() -> Command {
    let paths = || {
        Arg::new("path")
            .value_name("PATH")
            .required(true)
            .action(ArgAction::Append)
            .num_args(1..)
            .help("A data directory, the directory of a partition, or single files of one")
    };
    let offset = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("OFFSET").value_parser(value_parser!(i64).range(0..)).help(help)
    };
    let dump = Command::new("dump")
        .about("Print batches, records, indexes, producers, epochs and checkpoints as they stand on disk")
        .after_help(DUMP_EXAMPLES)
        .arg(paths())
        .arg(Arg::new("records").long("records").action(ArgAction::SetTrue).help("Print every record"))
        .arg(offset("from", "Leave out batches and records before this offset"))
        .arg(offset("to", "Leave out batches and records after this offset"))
        .arg(
            Arg::new("max-value-bytes")
                .long("max-value-bytes")
                .value_name("N")
                .default_value("256")
                .value_parser(value_parser!(u32))
                .help("Print at most so many bytes of a key, a value or a header"),
        )
        .arg(output_argument());
    let verify = Command::new("verify")
        .about("Check logs, indexes, snapshots, checkpoints and names against each other")
        .after_help(VERIFY_EXAMPLES)
        .arg(paths())
        .arg(output_argument());
    Command::new("log")
        .about("Look at the files of a data directory, and mend them, offline")
        .after_help("Example: tribunal log verify ./tribunal-data\nMore of them: tribunal log verify --help")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(dump)
        .subcommand(verify)
        .subcommand(repair_command())
}

fn repair_command() -> Command {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
    };
    Command::new("repair")
        .about(
            "Make caches again from the log, remove leftovers, cut a damaged log; a dry run without --write",
        )
        .after_help(REPAIR_EXAMPLES)
        .arg(
            Arg::new("path")
                .value_name("PATH")
                .required(true)
                .help("A data directory, or the directory of a partition"),
        )
        .arg(flag("write", "Do it: without this flag it is only told what would be done"))
        .arg(flag("truncate-at-damage", "Cut the log of the partition where its first damage is"))
        .arg(Arg::new("save").long("save").value_name("DIR").requires("truncate-at-damage").help(
            "Where what is cut off is saved, in a folder of the partition's name [default: beside the log]",
        ))
        .arg(output_argument())
}

/// Runs a subcommand.
pub(crate) fn run(matches: &ArgMatches) -> Exit {
    let Some((name, matches)) = matches.subcommand() else { return Exit::Usage };
    cluster::run(|env| async move {
        match name {
            "dump" => dump::run(&env, matches).await,
            "repair" => repair::run(&env, matches).await,
            _ => verify::run(&env, matches).await,
        }
    })
}

/// A path to look at.
struct Target {
    path: String,
    place: Place,
    /// Whether a running broker uses it.
    busy: bool,
    /// No broker starts on it meanwhile.
    _locks: Vec<Box<dyn Lock>>,
}

/// What the paths of the arguments hold. A problem of one of them is told before anything is looked at.
async fn targets(disk: &dyn Disk, matches: &ArgMatches) -> Result<Vec<Target>, String> {
    let mut targets: Vec<Target> = Vec::new();
    for given in matches.get_many::<String>("path").into_iter().flatten() {
        let path = plain(given)?;
        let place = place_of(disk, &path)
            .await
            .map_err(|error| format!("cannot look at {given}: {error}; check the path and your rights"))?
            .ok_or_else(|| {
                format!(
                    "nothing in {given} belongs to a log: give the data directory (log.dirs of the broker), the \
                     directory of a partition such as orders-0, or single files of one"
                )
            })?;
        let (mut busy, mut locks) = (false, Vec::new());
        for directory in log_directories(&path, &place) {
            // Another path of the arguments may lie in the same directory, and its lock is ours then.
            if targets.iter().any(|target| log_directories(&target.path, &target.place).contains(&directory))
            {
                continue;
            }
            match probe_lock(disk, &directory).await {
                Use::Free(lock) => locks.extend(lock),
                Use::Busy => busy = true,
                Use::Unknown(error) => note(&format!(
                    "warn: whether a broker uses {directory} cannot be told: {error}; if one does, what it is writing \
                     looks damaged"
                )),
            }
        }
        targets.push(Target { path, place, busy, _locks: locks });
    }
    Ok(targets)
}

/// The directories whose lock a broker that uses the path would hold.
fn log_directories(path: &str, place: &Place) -> Vec<String> {
    let above = |steps: usize| Path::new(path).ancestors().nth(steps).and_then(Path::to_str);
    let steps: &[usize] = match place {
        Place::DataDirectory => &[0],
        Place::Partition => &[1],
        Place::File(_) => &[1, 2],
    };
    steps.iter().filter_map(|&step| above(step)).filter(|path| !path.is_empty()).map(str::to_owned).collect()
}

/// The path in a form in which every file's directory can be told from it.
fn plain(given: &str) -> Result<String, String> {
    let trimmed = if given.len() > 1 { given.trim_end_matches('/') } else { given };
    let path = Path::new(trimmed);
    let odd = path.components().any(|part| part == Component::ParentDir) || path.file_name().is_none();
    if odd {
        let whole = std::fs::canonicalize(path)
            .map_err(|error| format!("cannot look at {given}: {error}; check the path and your rights"))?;
        return whole
            .to_str()
            .map(str::to_owned)
            .ok_or_else(|| format!("{given} has a name that is no text"));
    }
    Ok(if trimmed.contains('/') { trimmed.to_owned() } else { format!("./{trimmed}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_keep_their_form_and_show_their_directory() {
        assert_eq!(plain("data/orders-0/").as_deref(), Ok("data/orders-0"));
        assert_eq!(plain("orders-0").as_deref(), Ok("./orders-0"));
        assert_eq!(plain("/").as_deref(), Ok("/"));
        assert!(plain(".").expect("it is there").starts_with('/'));
        assert!(plain("../no/such/../folder").is_err());
        assert_eq!(log_directories("./orders-0", &Place::Partition), ["."]);
        assert_eq!(log_directories("/d/t-0", &Place::Partition), ["/d"]);
    }
}
