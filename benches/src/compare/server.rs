//! Servers as processes: a directory and a port of their own, started, stopped, killed, and ended when dropped.
//!
//! Always holds: a server that was started here does not outlive its [`Server`]; a Ctrl-C at the terminal reaches this
//! program alone, which ends its servers itself.

use super::{Running, kafka};
use crate::floor::Variant;
use std::{
    fs::File,
    io,
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use tribunal_env::{Env, Instant};

/// How long a server may take to start, or to stop.
pub const PATIENCE: Duration = Duration::from_secs(180);
const POLL: Duration = Duration::from_millis(2);
/// What a server keeps, and what it says, in its folder.
const DATA: &str = "data";
const OUTPUT: &str = "output.log";

/// How a server is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Its name in the table.
    pub name: String,
    /// What is run.
    pub launch: Launch,
    /// Set for the floor program: figures say which of its variants they want.
    pub floor: Option<Variant>,
}

/// What is run to start a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Launch {
    /// A program and its arguments; `{port}` and `{dir}` are replaced.
    Program(Vec<String>),
    /// Apache Kafka, by the script that lies here.
    ApacheKafka(PathBuf),
}

impl Command {
    /// Reads `NAME=PROGRAM ARGUMENT...`; words are separated by spaces.
    ///
    /// # Errors
    /// When there is no name or no program, or no `{port}`.
    pub fn parse(text: &str) -> Result<Command, String> {
        let Some((name, line)) = text.split_once('=') else {
            return Err(format!("`{text}` has no name: write NAME=PROGRAM ARGUMENT..."));
        };
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        if name.is_empty() || words.is_empty() {
            return Err(format!("`{text}` lacks a name or a program: write NAME=PROGRAM ARGUMENT..."));
        }
        if !words.iter().any(|word| word.contains("{port}")) {
            return Err(format!("`{line}` does not say where {{port}} goes"));
        }
        Ok(Command { name: name.to_owned(), launch: Launch::Program(words), floor: None })
    }
}

/// A server that can be measured.
pub struct Server {
    /// Its name in the table.
    pub name: String,
    /// `host:port`.
    pub address: String,
    known_pid: Option<u32>,
    home: Option<Home>,
}

/// What a server that is started here has.
struct Home {
    command: Command,
    port: u16,
    process: Option<Child>,
    /// Removed after the process has ended.
    directory: TempDir,
}

impl Server {
    /// A server that somebody else started, and will end.
    #[must_use]
    pub fn running(running: &Running) -> Server {
        Server {
            name: running.name.clone(),
            address: running.address.clone(),
            known_pid: running.pid,
            home: None,
        }
    }

    /// A directory and a port for a server that is to be started.
    ///
    /// # Errors
    /// When there is no such directory or port to be had.
    pub fn prepare(command: &Command) -> io::Result<Server> {
        let directory = tempfile::Builder::new().prefix("compare-").tempdir()?;
        std::fs::create_dir(directory.path().join(DATA))?;
        // Somebody else may take the port in between; then the server says so.
        let port = free_port()?;
        Ok(Server {
            name: command.name.clone(),
            address: format!("127.0.0.1:{port}"),
            known_pid: None,
            home: Some(Home { command: command.clone(), port, process: None, directory }),
        })
    }

    /// Starts it, without waiting for it.
    ///
    /// # Errors
    /// When the program cannot be run.
    pub fn spawn(&mut self) -> io::Result<()> {
        let home = self.home.as_mut().ok_or_else(foreign)?;
        let path = home.directory.path();
        let output = File::options().create(true).append(true).open(path.join(OUTPUT))?;
        let mut command = match &home.command.launch {
            Launch::ApacheKafka(script) => kafka::start_command(script, path, home.port),
            Launch::Program(words) => {
                let data = path.join(DATA);
                let folder = data.to_str().ok_or_else(|| io::Error::other("the directory is not UTF-8"))?;
                let port = home.port.to_string();
                let mut words =
                    words.iter().map(|word| word.replace("{port}", &port).replace("{dir}", folder));
                let mut command = std::process::Command::new(words.next().ok_or_else(foreign)?);
                command.args(words);
                command
            }
        };
        let program = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(output).process_group(0);
        let child =
            command.spawn().map_err(|error| io::Error::new(error.kind(), format!("{program}: {error}")))?;
        home.process = Some(child);
        Ok(())
    }

    /// Starts it, and waits until it accepts connections.
    ///
    /// # Errors
    /// When the program cannot be run, ends, or accepts nothing for long.
    pub async fn start(&mut self, env: &Env) -> io::Result<()> {
        self.spawn()?;
        let begun = env.now();
        while env.connect(&self.address).await.is_err() {
            self.check_alive(env, begun)?;
            env.sleep(POLL).await;
        }
        Ok(())
    }

    /// Says why there is no use in waiting any longer.
    ///
    /// # Errors
    /// When the process has ended, or was started too long ago.
    pub fn check_alive(&mut self, env: &Env, begun: Instant) -> io::Result<()> {
        if env.now().since(begun) > PATIENCE {
            return Err(io::Error::other(format!("it did not start within {} s", PATIENCE.as_secs())));
        }
        let Some(home) = &mut self.home else { return Ok(()) };
        let ended = home.process.as_mut().map(Child::try_wait).transpose()?.flatten();
        match ended {
            // The script that starts Apache Kafka ends when that is done.
            Some(status) if status.success() && home.is_apache_kafka() => Ok(()),
            Some(status) => {
                let output = std::fs::read_to_string(home.directory.path().join(OUTPUT)).unwrap_or_default();
                let last = output.lines().last().unwrap_or("it said nothing");
                Err(io::Error::other(format!("it ended while it started: {status}: {last}")))
            }
            None => Ok(()),
        }
    }

    /// Its process, if it is known and runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        match &self.home {
            None => self.known_pid,
            Some(home) if home.is_apache_kafka() => kafka::pid(home.directory.path()),
            Some(home) => home.process.as_ref().map(Child::id),
        }
    }

    /// Where its logs lie, if it was started here.
    #[must_use]
    pub fn data(&self) -> Option<PathBuf> {
        let home = self.home.as_ref()?;
        let path = home.directory.path();
        Some(if home.is_apache_kafka() { kafka::data(path) } else { path.join(DATA) })
    }

    /// How it was started, if that happened here.
    #[must_use]
    pub fn command(&self) -> Option<&Command> {
        Some(&self.home.as_ref()?.command)
    }

    /// Ends it in good order.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn stop(&mut self, env: &Env) -> io::Result<()> {
        let pid = self.pid().and_then(|pid| rustix::process::Pid::from_raw(i32::try_from(pid).ok()?));
        if let Some(pid) = pid {
            // It may have ended by itself.
            let _sent = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        let begun = env.now();
        while self.runs()? {
            if env.now().since(begun) > PATIENCE {
                return Err(io::Error::other("it does not stop"));
            }
            env.sleep(POLL).await;
        }
        self.kill();
        Ok(())
    }

    /// Ends it as a loss of power would.
    pub fn kill(&mut self) {
        let Some(home) = &mut self.home else { return };
        if let Some(mut child) = home.process.take() {
            // It may have ended by itself; either way nobody is left behind.
            let _ended = child.kill();
            let _status = child.wait();
        }
        if let Launch::ApacheKafka(script) = &home.command.launch {
            kafka::kill(script, home.directory.path());
        }
    }

    fn runs(&mut self) -> io::Result<bool> {
        let Some(home) = &mut self.home else { return Ok(false) };
        if home.is_apache_kafka() {
            return Ok(kafka::pid(home.directory.path()).is_some());
        }
        Ok(home.process.as_mut().map(Child::try_wait).transpose()?.is_some_and(|ended| ended.is_none()))
    }
}

impl Home {
    fn is_apache_kafka(&self) -> bool {
        matches!(self.command.launch, Launch::ApacheKafka(_))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn foreign() -> io::Error {
    io::Error::other("somebody else started it")
}

/// Whether a process of this number runs, dead ones that nobody has asked after not counted.
pub(super) fn is_running(pid: u32) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat"));
    stat.is_ok_and(|stat| !stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z')))
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_name_their_port() {
        let command =
            Command::parse("floor=target/release/floor --listen 127.0.0.1:{port}").expect("it is whole");
        let Launch::Program(words) = &command.launch else { panic!("a program") };
        assert_eq!((command.name.as_str(), words.len()), ("floor", 3));
        for wrong in ["floor", "=x {port}", "floor=", "floor=x --listen 9092"] {
            assert!(Command::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let command = Command::parse("x=/no/such/program {port}").expect("it is whole");
        let mut server = Server::prepare(&command).expect("there is a temporary folder");
        let error = server.spawn().expect_err("it cannot be run");
        assert!(error.to_string().contains("/no/such/program"));
    }

    #[test]
    fn this_process_runs_and_another_does_not() {
        let own = u32::try_from(rustix::process::getpid().as_raw_nonzero().get()).expect("ids are positive");
        assert!(is_running(own) && !is_running(u32::MAX));
    }
}
