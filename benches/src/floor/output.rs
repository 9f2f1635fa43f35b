//! What a connection has still to write: small answers side by side in one buffer, records as slices between them.

use bytes::{BufMut, Bytes, BytesMut};
use rustix::{fs::sendfile, io::Errno};
use std::{
    fs::File,
    io::{self, IoSlice},
    os::unix::fs::FileExt,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    io::{AsyncWriteExt, Interest},
    net::TcpStream,
};

/// Pieces handed to one vectored write.
const PIECES_MAX: usize = 64;
/// Buffers that wait for the next read.
const BUFFERS_MAX: usize = 16;

/// Records on their way out.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    /// From memory.
    Memory(Bytes),
    /// From a file, without a stop in our memory.
    File { file: Arc<File>, at: u64, length: usize },
}

impl Piece {
    pub(super) fn len(&self) -> usize {
        match self {
            Piece::Memory(bytes) => bytes.len(),
            Piece::File { length, .. } => *length,
        }
    }

    /// Its content, read if need be.
    pub(super) fn to_bytes(&self) -> io::Result<Bytes> {
        match self {
            Piece::Memory(bytes) => Ok(bytes.clone()),
            Piece::File { file, at, length } => {
                let mut content = vec![0; *length];
                file.read_exact_at(&mut content, *at)?;
                Ok(content.into())
            }
        }
    }
}

/// Memory for reads from files, used again: fresh memory costs more than the reading.
#[derive(Debug, Clone, Default)]
pub(super) struct Buffers(Arc<Mutex<Vec<Vec<u8>>>>);

/// A buffer that goes back when nobody needs its content any more.
struct Lent {
    buffer: Vec<u8>,
    length: usize,
    buffers: Buffers,
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.buffer[..self.length]
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut waiting = self.buffers.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < BUFFERS_MAX {
            waiting.push(std::mem::take(&mut self.buffer));
        }
    }
}

impl Buffers {
    /// Reads so many bytes of a file.
    pub(super) fn read(&self, file: &File, at: u64, length: usize) -> io::Result<Bytes> {
        let mut buffer = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        if buffer.len() < length {
            buffer.resize(length, 0);
        }
        file.read_exact_at(&mut buffer[..length], at)?;
        Ok(Bytes::from_owner(Lent { buffer, length, buffers: self.clone() }))
    }
}

/// Answers that were not written yet, in order.
#[derive(Default)]
pub(super) struct Output {
    pieces: Vec<Piece>,
    /// What follows the pieces.
    pub(super) small: BytesMut,
    /// Where the answer that is being put together starts in `small`.
    start: usize,
}

impl Output {
    /// Starts an answer: leaves room for its length, and names the request.
    pub(super) fn begin(&mut self, correlation_id: i32) {
        self.start = self.small.len();
        self.small.put_i32(0);
        self.small.put_i32(correlation_id);
    }

    /// Fills in the answer's length. `records` follow what is in `small`; nothing of the answer may follow them.
    pub(super) fn end(&mut self, records: Vec<Piece>) {
        let spliced: usize = records.iter().map(Piece::len).sum();
        let length = self.small.len() - self.start - 4 + spliced;
        let length = i32::try_from(length).expect("answers are bounded by what a Fetch asks for, an i32");
        self.small[self.start..self.start + 4].copy_from_slice(&length.to_be_bytes());
        if spliced > 0 {
            self.pieces.push(Piece::Memory(self.small.split().freeze()));
            self.pieces.extend(records);
        }
    }

    /// Forgets the answer that was begun.
    pub(super) fn abandon(&mut self) {
        self.small.truncate(self.start);
    }

    /// Adds pieces of a whole answer.
    pub(super) fn whole(&mut self, pieces: Vec<Bytes>) {
        for piece in pieces {
            self.small.extend_from_slice(&piece);
        }
    }

    /// Writes everything.
    pub(super) async fn write_to(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        if self.pieces.is_empty() {
            stream.write_all(&self.small).await?;
            self.small.clear();
            return Ok(());
        }
        if !self.small.is_empty() {
            self.pieces.push(Piece::Memory(self.small.split().freeze()));
        }
        let mut memory = Vec::with_capacity(self.pieces.len());
        for piece in self.pieces.drain(..) {
            match piece {
                Piece::Memory(bytes) => memory.push(bytes),
                Piece::File { file, at, length } => {
                    write_memory(stream, &mut memory).await?;
                    send(stream, &file, at, length).await?;
                }
            }
        }
        write_memory(stream, &mut memory).await
    }
}

/// Writes slices, as many at a time as a system call takes.
async fn write_memory(stream: &mut TcpStream, memory: &mut Vec<Bytes>) -> io::Result<()> {
    let mut pieces = memory.as_mut_slice();
    while let Some(first) = pieces.first() {
        if first.is_empty() {
            pieces = &mut pieces[1..];
            continue;
        }
        let mut slices = [IoSlice::new(&[]); PIECES_MAX];
        for (slice, piece) in slices.iter_mut().zip(pieces.iter()) {
            *slice = IoSlice::new(piece);
        }
        let count = pieces.len().min(PIECES_MAX);
        let mut written = stream.write_vectored(&slices[..count]).await?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        for piece in pieces.iter_mut() {
            let step = written.min(piece.len());
            let _sent = piece.split_to(step);
            written -= step;
            if written == 0 {
                break;
            }
        }
    }
    memory.clear();
    Ok(())
}

/// Has the kernel send a part of a file.
async fn send(stream: &TcpStream, file: &File, mut at: u64, length: usize) -> io::Result<()> {
    let end = at + length as u64;
    while at < end {
        let left = usize::try_from(end - at).expect("what is left of a usize");
        let step = || match sendfile(stream, file, Some(&mut at), left) {
            Err(Errno::INTR) => Ok(1),
            sent => sent.map_err(io::Error::from),
        };
        if stream.async_io(Interest::WRITABLE, step).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}
