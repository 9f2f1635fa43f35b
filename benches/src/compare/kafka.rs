//! Apache Kafka as one of the servers, through the script of this repository that runs it.
//!
//! Always holds: where there is no Java, no Maven or no script, that is a reason that the report tells, not a failure.

use super::server::{Command, Launch, is_running};
use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

/// Its name in the table.
pub const NAME: &str = "Apache Kafka";
const SCRIPT: &str = "scripts/apache-kafka.sh";
/// Its own default, and not the smaller one of the script.
const HEAP: &str = "1g";
const HEAP_VARIABLE: &str = "KAFKA_HEAP";

/// How it is started, or why it cannot be. Fetches what it needs when it is not there.
///
/// # Errors
/// The reason, in words for the report.
pub fn find() -> Result<Command, String> {
    let script = script().ok_or_else(|| format!("{SCRIPT} was not found: run this in a checkout"))?;
    let jars = std::process::Command::new(&script).arg("jars").stdin(Stdio::null()).output();
    let jars = jars.map_err(|error| format!("{SCRIPT}: {error}"))?;
    if jars.status.success() {
        return Ok(Command { name: NAME.to_owned(), launch: Launch::ApacheKafka(script), floor: None });
    }
    let complaint = String::from_utf8_lossy(&jars.stderr);
    let line = complaint.lines().last().unwrap_or("it failed without a word");
    Err(line.trim_start_matches("apache-kafka.sh: ").to_owned())
}

/// The script, in the working directory or above this program.
fn script() -> Option<PathBuf> {
    let own = std::env::current_exe().ok();
    let here = std::env::current_dir().ok();
    let above = own.as_deref().into_iter().flat_map(Path::ancestors);
    let folders = here.as_deref().into_iter().chain(above);
    let mut scripts = folders.map(|folder| folder.join(SCRIPT));
    scripts.find(|script| script.is_file())
}

/// Starts it, formatting its folder the first time; ends when it accepts connections.
pub(super) fn start_command(script: &Path, folder: &Path, port: u16) -> std::process::Command {
    let mut command = std::process::Command::new(script);
    command.arg("start").arg(folder.join("node")).args(["--port", &port.to_string()]);
    command.args(["--set", super::compaction::BACKOFF]);
    if std::env::var_os(HEAP_VARIABLE).is_none() {
        command.env(HEAP_VARIABLE, HEAP);
    }
    command
}

/// Where its logs lie.
pub(super) fn data(folder: &Path) -> PathBuf {
    folder.join("node/1/data")
}

/// Its process, while it runs.
pub(super) fn pid(folder: &Path) -> Option<u32> {
    let pid = std::fs::read_to_string(folder.join("node/1/pid")).ok()?;
    pid.trim().parse().ok().filter(|pid| is_running(*pid))
}

/// Ends it with SIGKILL, if it runs.
pub(super) fn kill(script: &Path, folder: &Path) {
    if pid(folder).is_some() {
        let mut command = std::process::Command::new(script);
        command.arg("kill").arg(folder.join("node")).arg("1").stdin(Stdio::null());
        // It may have ended by itself meanwhile: then the script says so, and there is nothing left to do.
        let _ended = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
    // The script takes a process that ended and that nobody has asked after for one that runs.
    let _gone = std::fs::remove_file(folder.join("node/1/pid"));
}
