//! Lines from a file or from standard input, handed on as soon as they are there.
//!
//! A thread reads, because reading a terminal or a pipe blocks and cannot be called off; it ends with the process.
//! What it has read waits in a short queue, so that a slow cluster stops the reading and not the memory.
//!
//! Always holds: a line is the bytes up to a newline, whatever they are; the last one needs none.

use bytes::{Bytes, BytesMut};
use std::{
    fs::File,
    io,
    io::Read,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::mpsc;

/// The longest line: far above what any broker takes as one record.
const LINE_BYTES_MAX: usize = 64 << 20;
/// Bytes asked for at once.
const READ_BYTES: usize = 64 << 10;
/// Pieces of lines that wait.
const QUEUE_MAX: usize = 16;

/// Whole lines, one after the other, each with its newline except perhaps the very last.
type Piece = io::Result<Bytes>;

/// Lines, as they come.
pub(crate) struct Lines {
    pieces: mpsc::Receiver<Piece>,
    current: Bytes,
    taken: u64,
    read: Arc<AtomicU64>,
}

impl Lines {
    /// Reads from the file at `path`, or from standard input.
    pub(crate) fn open(path: Option<&str>) -> Result<Lines, String> {
        match path {
            Some(path) => {
                let failed = |error: io::Error| {
                    format!("cannot read {path}: {error}; check the path and its permissions")
                };
                let file = File::open(path).map_err(failed)?;
                if file.metadata().map_err(failed)?.is_dir() {
                    return Err(format!("{path} is a folder: name a file"));
                }
                Ok(Lines::read(file))
            }
            None => Ok(Lines::read(io::stdin())),
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the command line reads the real standard input, which blocks"
    )]
    fn read(mut input: impl Read + Send + 'static) -> Lines {
        let (sender, pieces) = mpsc::channel(QUEUE_MAX);
        let read = Arc::new(AtomicU64::new(0));
        let counter = read.clone();
        std::thread::spawn(move || {
            let mut cutter = Cutter::default();
            let mut buffer = vec![0; READ_BYTES];
            loop {
                let piece = match input.read(&mut buffer) {
                    Ok(0) => {
                        let rest = cutter.rest();
                        if !rest.is_empty() {
                            // Whoever asked may be gone: then nobody needs it.
                            let _asked = sender.blocking_send(Ok(rest));
                        }
                        return;
                    }
                    Ok(length) => cutter.take(&buffer[..length]),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => Err(error),
                };
                // Counted before anybody can take them, so that there are never fewer than were taken.
                counter.store(cutter.lines(), Ordering::Release);
                let failed = piece.is_err();
                let empty = piece.as_ref().is_ok_and(Bytes::is_empty);
                if !empty && (sender.blocking_send(piece).is_err() || failed) {
                    return;
                }
            }
        });
        Lines { pieces, current: Bytes::new(), taken: 0, read }
    }

    /// The next line without its newline; `None` at the end. Nothing is lost when it is dropped before it completes.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Bytes>> {
        if self.current.is_empty() {
            match self.pieces.recv().await {
                Some(piece) => self.current = piece?,
                None => return Ok(None),
            }
        }
        let (line, rest) = match self.current.iter().position(|byte| *byte == b'\n') {
            Some(end) => (self.current.slice(..end), self.current.slice(end + 1..)),
            None => (self.current.clone(), Bytes::new()),
        };
        self.current = rest;
        self.taken += 1;
        Ok(Some(line))
    }

    /// Lines that were read until now and not asked for, one that has no end yet included.
    pub(crate) fn left(&self) -> u64 {
        self.read.load(Ordering::Acquire).saturating_sub(self.taken)
    }
}

/// Cuts what is read into whole lines.
#[derive(Default)]
struct Cutter {
    pending: BytesMut,
    /// Lines so far that have an end.
    ended: u64,
}

impl Cutter {
    fn take(&mut self, read: &[u8]) -> io::Result<Bytes> {
        let end = read.iter().rposition(|byte| *byte == b'\n').map(|at| self.pending.len() + at + 1);
        self.ended += read.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.pending.extend_from_slice(read);
        if let Some(end) = end {
            return Ok(self.pending.split_to(end).freeze());
        }
        if self.pending.len() > LINE_BYTES_MAX {
            return Err(io::Error::other(format!("a line is longer than {LINE_BYTES_MAX} bytes")));
        }
        Ok(Bytes::new())
    }

    /// Lines so far, the one that has no end yet included. To be asked before [`Cutter::rest`].
    fn lines(&self) -> u64 {
        self.ended + u64::from(!self.pending.is_empty())
    }

    fn rest(&mut self) -> Bytes {
        self.pending.split().freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its pieces one after the other, as a pipe does.
    struct Pieces(Vec<&'static [u8]>);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Ok(0);
            }
            let piece = self.0.remove(0);
            buffer[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }

    fn check(pieces: &[&'static [u8]], expected: &[&[u8]]) {
        let mut lines = Lines::read(Pieces(pieces.to_vec()));
        let runtime = tribunal_host::runtime().expect("threads can be had");
        let mut found = Vec::new();
        while let Some(line) = runtime.block_on(lines.next()).expect("it can be read") {
            found.push(line.to_vec());
        }
        assert_eq!(found, expected, "{pieces:?}");
    }

    #[test]
    fn lines_are_whole_however_they_come() {
        check(&[], &[]);
        check(&[b"a\nb\n"], &[b"a", b"b"]);
        // A read of nothing is the end.
        check(&[b"a", b"b\nc", b"", b"d"], &[b"ab", b"c"]);
        check(&[b"a", b"b\nc", b"d"], &[b"ab", b"cd"]);
        check(&[b"\n\n", b"\n"], &[b"", b"", b""]);
        check(&[b"\xff\0\r\n"], &[b"\xff\0\r"]);
    }

    #[test]
    fn what_was_not_asked_for_is_counted() {
        let mut cutter = Cutter::default();
        let mut check = |read: &[u8], expected: u64| {
            let _lines = cutter.take(read).expect("it is short");
            assert_eq!(cutter.lines(), expected, "{read:?}");
        };
        check(b"a", 1);
        check(b"b\n", 1);
        check(b"\n\nc\nd", 5);
        check(b"e", 5);
        check(b"\n", 5);
    }
}
