//! What the machine allows where a server has no counterpart in the floor program: loops over files, in this process.
//!
//! Always holds: files are in the page cache when they are measured, and buffers are used again.

use crate::load::stage;
use rustix::time::{ClockId, clock_gettime};
use std::{
    fs::File,
    io::{self, Write},
    os::unix::fs::FileExt,
};
use tribunal_wire::batch::{crc_of_encoded, declared_bytes};

/// What is read at once: large enough for the system call not to matter, small enough for the cache.
const CHUNK_BYTES: usize = 256 << 10;

/// A file of batches that nothing else knows of.
pub(super) struct Batches {
    file: File,
    bytes: u64,
}

impl Batches {
    /// Writes about so many bytes of batches of 60 records of 1 KiB.
    pub(super) fn write(bytes: u64) -> io::Result<Batches> {
        let batch = stage::unkeyed(60, 1024, 0);
        let mut file = tempfile::tempfile()?;
        let count = bytes / batch.len() as u64;
        for _ in 0..count {
            file.write_all(&batch)?;
        }
        Ok(Batches { file, bytes: count * batch.len() as u64 })
    }

    /// Reads it once and checks the CRC of every batch: seconds of one core for each GB.
    pub(super) fn scan(&self) -> io::Result<f64> {
        let begun = core_seconds();
        let mut buffer = vec![0; CHUNK_BYTES];
        let mut at = 0;
        while at < self.bytes {
            let left = usize::try_from(self.bytes - at).map_or(CHUNK_BYTES, |left| left.min(CHUNK_BYTES));
            self.file.read_exact_at(&mut buffer[..left], at)?;
            let mut rest = &buffer[..left];
            while let Some(batch) = first_batch(rest) {
                let crc = u32::from_be_bytes(*batch[17..].first_chunk().expect("a batch has a header"));
                if crc_of_encoded(batch) != crc {
                    return Err(io::ErrorKind::InvalidData.into());
                }
                at += batch.len() as u64;
                rest = &rest[batch.len()..];
            }
        }
        Ok(per_gigabyte(core_seconds() - begun, self.bytes))
    }

    /// Reads it twice and writes one of `share` bytes, the least that compaction in two passes does: seconds of one core
    /// for each GB.
    pub(super) fn rewrite(&self, share: usize) -> io::Result<f64> {
        let mut output = tempfile::tempfile()?;
        let begun = core_seconds();
        let mut buffer = vec![0; CHUNK_BYTES];
        for pass in 0..2 {
            for at in (0..self.bytes / CHUNK_BYTES as u64).map(|chunk| chunk * CHUNK_BYTES as u64) {
                self.file.read_exact_at(&mut buffer, at)?;
                if pass == 1 {
                    output.write_all(&buffer[..CHUNK_BYTES / share])?;
                }
            }
        }
        Ok(per_gigabyte(core_seconds() - begun, self.bytes))
    }
}

fn first_batch(bytes: &[u8]) -> Option<&[u8]> {
    bytes.get(..declared_bytes(bytes).ok()??)
}

/// Seconds for each GB.
pub(super) fn per_gigabyte(seconds: f64, bytes: u64) -> f64 {
    seconds / (bytes as f64 / 1e9)
}

/// What this thread has used of its core.
fn core_seconds() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_read() {
        let batches = Batches::write(4 << 20).expect("there is a temporary folder");
        assert!(batches.bytes > 3 << 20);
        assert!(batches.scan().expect("the checksums are right") > 0.0);
        assert!(batches.rewrite(10).expect("there is room") > 0.0);
    }
}
