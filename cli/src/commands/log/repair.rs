//! `tribunal log repair`: one line a step, one a problem that is left, and a summary.

use super::verify::{ProblemLine, Progress, counted};
use super::{log_directories, plain};
use crate::output::{Exit, json, line, note, wants_json};
use clap::ArgMatches;
use serde::Serialize;
use std::io;
use tribunal_env::{Disk, Env, Lock};
use tribunal_log::inspect::{Finding, Place, Totals, Use, place_of, probe_lock};
use tribunal_log::repair::{Act, Listener, RepairOptions, Repaired, Step, repair};

/// What a lock file is called.
const LOCK: &str = ".lock";

/// Prints what is done as it is done.
struct Printer {
    progress: Progress,
    json: bool,
    write: bool,
    steps: u64,
}

#[derive(Serialize)]
struct StepLine<'a> {
    r#type: &'static str,
    act: &'static str,
    done: bool,
    file: &'a str,
    position: Option<u64>,
    offset: Option<i64>,
    reason: &'a str,
}

impl Listener for Printer {
    fn done(&mut self, step: Step) {
        self.steps += 1;
        let Step { act, file, position, offset, reason } = &step;
        if self.json {
            let told = StepLine {
                r#type: "step",
                act: act.name(),
                done: self.write,
                file,
                position: *position,
                offset: offset.map(|offset| offset.0),
                reason,
            };
            if let Err(problem) = json(&told) {
                note(&problem);
            }
            return;
        }
        let position = position.map_or_else(String::new, |position| format!(", byte {position}"));
        let offset = offset.map_or_else(String::new, |offset| format!(", offset {}", offset.0));
        line(&format!("{}: {file}{position}{offset}: {reason}", words(*act, self.write)));
    }

    fn left(&mut self, finding: Finding) {
        if self.json {
            if let Err(problem) = json(&ProblemLine::of(&finding, "left")) {
                note(&problem);
            }
            return;
        }
        line(&format!("left: {}", ProblemLine::of(&finding, "left").text()));
    }

    fn passed(&mut self, file: &str, totals: &Totals) {
        self.progress.passed(file, totals);
    }
}

fn words(act: Act, done: bool) -> &'static str {
    match (act, done) {
        (Act::Rebuild, true) => "made again",
        (Act::Rebuild, false) => "would be made again",
        (Act::Remove, true) => "removed",
        (Act::Remove, false) => "would be removed",
        (Act::Save, true) => "saved",
        (Act::Save, false) => "would be saved",
        (Act::Move, true) => "set aside",
        (Act::Move, false) => "would be set aside",
        (Act::Cut, true) => "cut",
        (Act::Cut, false) => "would be cut",
        (Act::Lower, true) => "lowered",
        (Act::Lower, false) => "would be lowered",
    }
}

/// Runs the command.
pub(super) async fn run(env: &Env, matches: &ArgMatches) -> Result<Exit, String> {
    let disk = env.disk();
    let given = matches.get_one::<String>("path").map_or("", String::as_str);
    let options = RepairOptions {
        write: matches.get_flag("write"),
        truncate_at_damage: matches.get_flag("truncate-at-damage"),
        save: matches.get_one::<String>("save").map(|save| plain_folder(save)).transpose()?,
    };
    let (path, place) = target(&*disk, given, &options).await?;
    let mut locks = Vec::new();
    for directory in log_directories(&path, &place) {
        locks.extend(take_lock(&*disk, &directory, &place, &options).await?);
    }
    let mut printer =
        Printer { progress: Progress::new(env), json: wants_json(matches), write: options.write, steps: 0 };
    let done = tokio::select! {
        biased;
        _ = tribunal_host::stop_requested() => None,
        done = repair(&*disk, &path, &place, &options, &mut printer) => Some(done),
    };
    let steps = printer.steps;
    drop(locks);
    match done {
        Some(Ok(repaired)) => tell(&printer, &repaired),
        Some(Err(error)) => Err(format!(
            "the repair of {path} ended early, after {}: {error}; check the disk and your rights, and run it again: it goes on \
             from there",
            counted(steps, "step")
        )),
        None => {
            Err(format!("interrupted after {}: run it again, it goes on from there", counted(steps, "step")))
        }
    }
}

/// What is repaired, if that is something that can be.
async fn target(disk: &dyn Disk, given: &str, options: &RepairOptions) -> Result<(String, Place), String> {
    let path = plain(given)?;
    let place = place_of(disk, &path)
        .await
        .map_err(|error| format!("cannot look at {given}: {error}; check the path and your rights"))?;
    match place {
        Some(Place::DataDirectory) if options.truncate_at_damage => Err(format!(
            "{given} is a whole data directory: --truncate-at-damage gives records up, so name the partition, such as \
             {given}/orders-0"
        )),
        Some(place @ (Place::DataDirectory | Place::Partition)) => Ok((path, place)),
        _ => Err(format!(
            "{given} is neither a data directory (log.dirs of the broker) nor the directory of a partition such as orders-0"
        )),
    }
}

/// Has no broker use `directory` meanwhile. A dry run leaves no lock file behind that was not there.
async fn take_lock(
    disk: &dyn Disk,
    directory: &str,
    place: &Place,
    options: &RepairOptions,
) -> Result<Option<Box<dyn Lock>>, String> {
    let around = match place_of(disk, directory).await {
        Ok(Some(Place::DataDirectory)) => has_files(disk, directory).await,
        _ => false,
    };
    let found = if options.write && (around || *place == Place::DataDirectory) {
        match disk.lock(&format!("{directory}/{LOCK}")).await {
            Ok(lock) => Use::Free(Some(lock)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Use::Busy,
            Err(error) => Use::Unknown(error),
        }
    } else {
        probe_lock(disk, directory).await
    };
    match found {
        Use::Free(lock) => Ok(lock),
        Use::Busy => {
            Err(format!("{directory} is in use by a running broker: stop it first, or repair a copy"))
        }
        Use::Unknown(error) if options.write => {
            Err(format!("whether a broker uses {directory} cannot be told: {error}; nothing was changed"))
        }
        Use::Unknown(_) => Ok(None),
    }
}

/// Whether a directory with partitions in it is a broker's, and not a folder into which one was copied.
async fn has_files(disk: &dyn Disk, directory: &str) -> bool {
    let entries = disk.list(directory).await.unwrap_or_default();
    entries.iter().any(|entry| entry.name.ends_with("-checkpoint") || entry.name == "meta.properties")
}

/// The folder's path without a slash at its end.
fn plain_folder(given: &str) -> Result<String, String> {
    let trimmed = given.trim_end_matches('/');
    if trimmed.is_empty() {
        Err(format!("--save {given:?} is no folder that can be used"))
    } else {
        Ok(trimmed.to_owned())
    }
}

#[derive(Serialize)]
struct Summary {
    r#type: &'static str,
    verdict: &'static str,
    steps: u64,
    left: u64,
    partitions: u64,
    written: bool,
}

fn tell(printer: &Printer, repaired: &Repaired) -> Result<Exit, String> {
    let Repaired { steps, left, totals } = *repaired;
    let to_do = if printer.write { 0 } else { steps };
    let verdict = match (to_do, left, steps) {
        (0, 0, 0) => "clean",
        (0, 0, _) => "repaired",
        (0, ..) => "problems",
        _ => "to-do",
    };
    if printer.json {
        let partitions = totals.partitions;
        json(&Summary { r#type: "summary", verdict, steps, left, partitions, written: printer.write })?;
    } else {
        let done = match (steps, printer.write) {
            (0, _) => "nothing to do".to_owned(),
            (_, true) => format!("{} done", counted(steps, "step")),
            (_, false) => format!("a dry run: {} to do, with --write", counted(steps, "step")),
        };
        let left = if left == 0 {
            "no problem is left".to_owned()
        } else {
            format!("{} left", counted(left, "problem"))
        };
        line(&format!("{done}; {left} in {}", counted(totals.partitions, "partition")));
    }
    Ok(if to_do == 0 && left == 0 { Exit::Ok } else { Exit::Violation })
}
