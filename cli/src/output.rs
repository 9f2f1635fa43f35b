//! What people and machines read: lines on standard output for results, on standard error for everything else.

use clap::{Arg, ArgMatches};
use serde::Serialize;
use serde_json::{Map, Value};
use std::{
    io::{self, BufWriter, Stdout, Write},
    process::ExitCode,
};

/// Version and commit of this build.
pub(crate) const BUILD: &str = env!("TRIBUNAL_BUILD");

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

/// `-o text|json`, for every command that prints a result.
pub(crate) fn output_argument() -> Arg {
    Arg::new("output")
        .short('o')
        .long("output")
        .value_name("FORMAT")
        .value_parser(["text", "json"])
        .default_value("text")
        .help("How the result is printed")
}

/// Whether `-o json` was given.
pub(crate) fn wants_json(matches: &ArgMatches) -> bool {
    matches.get_one::<String>("output").is_some_and(|output| output == "json")
}

/// Prints a result as one JSON object on one line.
pub(crate) fn json(result: &impl Serialize) -> Result<(), String> {
    let text = serde_json::to_string(result).map_err(|error| format!("the result is no JSON: {error}"))?;
    line(&text);
    Ok(())
}

/// Many result lines, written when there are enough of them. An error tells that nobody reads any more, or worse.
pub(crate) struct Lines(BufWriter<Stdout>);

impl Lines {
    /// Lines on standard output.
    pub(crate) fn new() -> Lines {
        Lines(BufWriter::new(io::stdout()))
    }

    /// Adds a line.
    pub(crate) fn put(&mut self, text: &str) -> io::Result<()> {
        self.0.write_all(text.as_bytes())?;
        self.0.write_all(b"\n")
    }

    /// Writes what waits.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Text as it is, null as null, and what is no text as base64 under a name that says so.
pub(crate) fn put(object: &mut Map<String, Value>, name: &str, bytes: Option<&[u8]>) {
    match bytes.map(|bytes| std::str::from_utf8(bytes).map_err(|_| base64(bytes))) {
        None => object.insert(name.to_owned(), Value::Null),
        Some(Ok(text)) => object.insert(name.to_owned(), text.into()),
        Some(Err(encoded)) => object.insert(format!("{name}_base64"), encoded.into()),
    };
}

/// Base64 as in RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for index in 0..4 {
            let digit = ALPHABET[(bits >> (18 - 6 * index) & 0x3f) as usize];
            text.push(if index <= group.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (text, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text.as_bytes()), expected);
        }
        assert_eq!(base64(&[0xff, 0xfe, 0xfd]), "//79");
    }
}
