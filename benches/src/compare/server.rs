//! Servers as processes: started from a command line with a free port and an empty directory, ended when dropped.

use super::Running;
use std::{
    io,
    net::TcpListener,
    process::{Child, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use tribunal_env::Env;

/// How long a server may take to start.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How a server is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Its name in the table.
    pub name: String,
    /// The program and its arguments; `{port}` and `{dir}` are replaced.
    pub words: Vec<String>,
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
        Ok(Command { name: name.to_owned(), words })
    }
}

/// A server that can be measured.
pub struct Server {
    /// Its name in the table.
    pub name: String,
    /// `host:port`.
    pub address: String,
    /// Its process, if it is known.
    pub pid: Option<u32>,
    /// How to start another one.
    pub command: Option<Command>,
    child: Option<Child>,
    /// Removed after the process has ended.
    _directory: Option<TempDir>,
}

impl Server {
    /// A server that somebody else started, and will end.
    #[must_use]
    pub fn running(running: &Running) -> Server {
        Server {
            name: running.name.clone(),
            address: running.address.clone(),
            pid: running.pid,
            command: None,
            child: None,
            _directory: None,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It may have ended by itself; either way nobody is left behind.
            let _ended = child.kill();
            let _status = child.wait();
        }
    }
}

/// Starts a server, without waiting for it.
///
/// # Errors
/// When the program cannot be run.
pub fn spawn(command: &Command) -> io::Result<Server> {
    let directory = tempfile::Builder::new().prefix("compare-").tempdir()?;
    let path =
        directory.path().to_str().ok_or_else(|| io::Error::other("the temporary directory is not UTF-8"))?;
    // Somebody else may take the port in between; then the server says so and the comparison ends.
    let port = free_port()?.to_string();
    let words: Vec<String> =
        command.words.iter().map(|word| word.replace("{port}", &port).replace("{dir}", path)).collect();
    let (program, arguments) =
        words.split_first().ok_or_else(|| io::Error::other("there is no program to start"))?;
    let child = std::process::Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|error| io::Error::new(error.kind(), format!("{program}: {error}")))?;
    Ok(Server {
        name: command.name.clone(),
        address: format!("127.0.0.1:{port}"),
        pid: Some(child.id()),
        command: Some(command.clone()),
        child: Some(child),
        _directory: Some(directory),
    })
}

/// Starts a server and waits until it accepts connections.
///
/// # Errors
/// When the program cannot be run, ends, or accepts nothing for a minute.
pub async fn start(env: &Env, command: &Command) -> io::Result<Server> {
    let mut server = spawn(command)?;
    let deadline = env.now() + PATIENCE;
    loop {
        if env.connect(&server.address).await.is_ok() {
            return Ok(server);
        }
        if let Some(status) = server.child.as_mut().map(Child::try_wait).transpose()?.flatten() {
            return Err(io::Error::other(format!("it ended before it accepted connections: {status}")));
        }
        if env.now() >= deadline {
            return Err(io::Error::other("it accepted no connection within a minute"));
        }
        env.sleep(Duration::from_millis(2)).await;
    }
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
        assert_eq!((command.name.as_str(), command.words.len()), ("floor", 3));
        for wrong in ["floor", "=x {port}", "floor=", "floor=x --listen 9092"] {
            assert!(Command::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let command = Command::parse("x=/no/such/program {port}").expect("it is whole");
        let error = spawn(&command).err().expect("it cannot be run");
        assert!(error.to_string().contains("/no/such/program"));
    }
}
