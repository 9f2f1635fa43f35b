//! What people and machines read: lines on standard output for results, on standard error for everything else.

use std::{io::Write as _, process::ExitCode};

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Success, or a trial that found nothing.
    Ok,
    /// A trial found a violation.
    Violation,
    /// Wrong usage, or an environment that does not fit.
    Usage,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        match exit {
            Exit::Ok => ExitCode::SUCCESS,
            Exit::Violation => ExitCode::from(1),
            Exit::Usage => ExitCode::from(2),
        }
    }
}

/// Prints a result line. A closed pipe is no error: the reader has seen enough.
pub(crate) fn line(text: &str) {
    let _closed_pipe = writeln!(std::io::stdout().lock(), "{text}");
}

/// Prints a line about the work itself: progress, warnings, errors.
pub(crate) fn note(text: &str) {
    let _closed_pipe = writeln!(std::io::stderr().lock(), "{text}");
}

/// Prints why a command failed, and returns the exit code for it.
pub(crate) fn fail(problem: &str) -> Exit {
    note(&format!("error: {problem}"));
    Exit::Usage
}
