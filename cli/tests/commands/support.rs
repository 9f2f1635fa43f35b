//! The programs under test: one that is waited for, one that runs meanwhile, and a broker.

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio},
};
use tempfile::TempDir;

/// What a program left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) output: String,
    pub(crate) errors: String,
}

impl Ended {
    /// The one JSON object that it printed.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.output).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// It succeeded.
    #[track_caller]
    pub(crate) fn good(self) -> Ended {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// It failed with exit code 2, printed no result, and said this.
    #[track_caller]
    pub(crate) fn refused(&self, words: &[&str]) {
        assert_eq!((self.code, self.output.as_str()), (Some(2), ""), "{self:?}");
        self.said(words);
    }

    /// It wrote this to standard error.
    #[track_caller]
    pub(crate) fn said(&self, words: &[&str]) {
        for word in words {
            assert!(self.errors.contains(word), "`{word}` is missing in {self:?}");
        }
    }
}

/// A program that runs; it is killed when the test is done with it.
pub(crate) struct Running {
    child: Child,
    input: Option<ChildStdin>,
    output: Option<BufReader<ChildStdout>>,
    errors: BufReader<ChildStderr>,
}

impl Running {
    /// Starts `tribunal` with these arguments.
    pub(crate) fn start(arguments: &[&str]) -> Running {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tribunal"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("cargo has built the binary");
        let (input, output) = (child.stdin.take(), child.stdout.take().map(BufReader::new));
        let errors = BufReader::new(child.stderr.take().expect("it is a pipe"));
        Running { child, input, output, errors }
    }

    /// Writes to its standard input, which stays open.
    pub(crate) fn write(&mut self, text: &[u8]) {
        let input = self.input.as_mut().expect("it is open");
        input.write_all(text).and_then(|()| input.flush()).expect("the program reads");
    }

    /// Waits for a line of its standard output.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        let output = self.output.as_mut().expect("it is open");
        let _length = output.read_line(&mut line).expect("a line of UTF-8");
        line
    }

    /// Waits for a line of its standard error.
    pub(crate) fn error_line(&mut self) -> String {
        let mut line = String::new();
        let length = self.errors.read_line(&mut line).expect("a line of UTF-8");
        assert!(length > 0, "it has ended");
        line
    }

    /// Closes its standard output, as `head` does when it has seen enough.
    pub(crate) fn close_output(&mut self) {
        self.output = None;
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a living process");
        kill_process(pid, signal).expect("it is ours");
    }

    /// Closes its standard input and waits for its end.
    pub(crate) fn end(mut self) -> Ended {
        self.input = None;
        self.ended()
    }

    /// Waits for its end, with its standard input still open.
    pub(crate) fn ended(mut self) -> Ended {
        let (mut output, mut errors) = (Vec::new(), String::new());
        // What is under test writes little to standard error: the pipe holds it while the output is read.
        if let Some(reader) = &mut self.output {
            let _length = reader.read_to_end(&mut output).expect("its output can be read");
        }
        let _length = self.errors.read_to_string(&mut errors).expect("it writes UTF-8");
        let code = self.child.wait().expect("it is our child").code();
        Ended { code, output: String::from_utf8_lossy(&output).into_owned(), errors }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _code = self.child.wait();
    }
}

/// Runs `tribunal` to its end, without input.
pub(crate) fn tribunal(arguments: &[&str]) -> Ended {
    Running::start(arguments).end()
}

/// A broker on a free port, with its data in a temporary folder.
pub(crate) struct Broker {
    pub(crate) address: String,
    pub(crate) folder: TempDir,
    _serve: Running,
}

impl Broker {
    pub(crate) fn start() -> Broker {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let data = folder.path().join("data");
        let mut serve = Running::start(&[
            "serve",
            "--listeners",
            "PLAINTEXT://127.0.0.1:0",
            "--log.dirs",
            data.to_str().expect("temporary folders have plain names"),
        ]);
        let ready = serve.line();
        let address = ready.trim().rsplit('/').next().unwrap_or_default().to_owned();
        assert!(ready.starts_with("ready: ") && address.contains(':'), "{ready}");
        Broker { address, folder, _serve: serve }
    }

    /// A path in the broker's folder, beside its data.
    pub(crate) fn path(&self, name: &str) -> String {
        path(self.folder.path(), name)
    }

    /// Starts a command with `--bootstrap` of this broker.
    pub(crate) fn start_command(&self, arguments: &[&str]) -> Running {
        let mut all = arguments.to_vec();
        all.extend(["--bootstrap", &self.address]);
        Running::start(&all)
    }

    /// Runs a command with `--bootstrap` of this broker to its end, without input.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.start_command(arguments).end()
    }

    /// Runs a command with this input.
    pub(crate) fn feed(&self, arguments: &[&str], input: &[u8]) -> Ended {
        let mut running = self.start_command(arguments);
        running.write(input);
        running.end()
    }
}

/// A path as an argument.
pub(crate) fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().expect("temporary folders have plain names").to_owned()
}
