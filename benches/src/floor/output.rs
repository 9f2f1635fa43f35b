//! What a connection has still to write: small answers side by side in one buffer, records as slices between them.

use bytes::{BufMut, Bytes, BytesMut};
use std::io::{self, IoSlice};
use tokio::{io::AsyncWriteExt, net::TcpStream};

/// Pieces handed to one vectored write.
const PIECES_MAX: usize = 64;

/// Answers that were not written yet, in order.
#[derive(Default)]
pub(super) struct Output {
    pieces: Vec<Bytes>,
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
    pub(super) fn end(&mut self, records: Vec<Bytes>) {
        let spliced: usize = records.iter().map(Bytes::len).sum();
        let length = self.small.len() - self.start - 4 + spliced;
        let length = i32::try_from(length).expect("answers are bounded by what a Fetch asks for, an i32");
        self.small[self.start..self.start + 4].copy_from_slice(&length.to_be_bytes());
        if spliced > 0 {
            self.pieces.push(self.small.split().freeze());
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
            self.pieces.push(self.small.split().freeze());
        }
        let mut pieces = self.pieces.as_mut_slice();
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
        self.pieces.clear();
        Ok(())
    }
}
