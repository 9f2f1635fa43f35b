//! Memory for large reads, used again.
//!
//! Why so: a buffer for a read is overwritten at once, so zeroing it first is a pass over memory for nothing; and fresh
//! memory from the operating system costs more than what is read into it.
//!
//! Always holds: a buffer is lent to one read at a time, and comes back when the last slice of it is dropped; what is kept
//! for later is bounded.

use bytes::Bytes;
use std::sync::{Arc, Mutex, PoisonError};

/// Smaller reads are not worth a detour.
const POOLED_BYTES_MIN: usize = 64 << 10;
/// Larger buffers are not kept.
const POOLED_BYTES_MAX: usize = 2 << 20;
/// Buffers that wait for their next read.
const WAITING_MAX: usize = 8;

/// Buffers that wait for their next read.
#[derive(Default)]
pub(crate) struct Buffers(Mutex<Vec<Vec<u8>>>);

/// A buffer on loan.
pub(crate) struct Buffer {
    memory: Vec<u8>,
    length: usize,
    home: Arc<Buffers>,
}

impl Buffers {
    /// A buffer of `length` bytes, whose content is left over from whatever it held before.
    pub(crate) fn lend(self: &Arc<Self>, length: usize) -> Buffer {
        let pooled = (POOLED_BYTES_MIN..=POOLED_BYTES_MAX).contains(&length);
        let waiting = if pooled { self.0.lock().unwrap_or_else(PoisonError::into_inner).pop() } else { None };
        let mut memory = waiting.unwrap_or_default();
        if memory.len() < length {
            // Not grown in place: that would copy what nobody wants.
            memory = vec![0; length];
        }
        Buffer { memory, length, home: Arc::clone(self) }
    }
}

impl Buffer {
    /// The bytes to read into.
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.memory[..self.length]
    }

    /// Its first `filled` bytes, which were read.
    pub(crate) fn into_bytes(mut self, filled: usize) -> Bytes {
        assert!(filled <= self.length, "no more was read than there is room for");
        self.length = filled;
        if self.memory.len() < POOLED_BYTES_MIN {
            let mut memory = std::mem::take(&mut self.memory);
            memory.truncate(filled);
            return Bytes::from(memory);
        }
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.memory[..self.length]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if (POOLED_BYTES_MIN..=POOLED_BYTES_MAX).contains(&self.memory.len()) {
            let mut waiting = self.home.0.lock().unwrap_or_else(PoisonError::into_inner);
            if waiting.len() < WAITING_MAX {
                waiting.push(std::mem::take(&mut self.memory));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(buffers: &Buffers) -> usize {
        buffers.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    #[test]
    fn a_buffer_comes_back_with_its_last_slice() {
        let buffers = Arc::new(Buffers::default());
        let mut buffer = buffers.lend(1 << 20);
        buffer.bytes_mut()[..3].copy_from_slice(b"abc");
        let whole = buffer.into_bytes(3);
        let slice = whole.slice(1..);
        drop(whole);
        assert_eq!((&slice[..], waiting(&buffers)), (&b"bc"[..], 0));
        drop(slice);
        assert_eq!(waiting(&buffers), 1);
        // A larger one takes its place, a smaller read uses it.
        drop(buffers.lend(POOLED_BYTES_MAX));
        drop(buffers.lend(POOLED_BYTES_MIN).into_bytes(10));
        assert_eq!(waiting(&buffers), 1);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let buffers = Arc::new(Buffers::default());
        drop((0..2 * WAITING_MAX).map(|_| buffers.lend(POOLED_BYTES_MIN)).collect::<Vec<_>>());
        assert_eq!(waiting(&buffers), WAITING_MAX);
        drop(buffers.lend(POOLED_BYTES_MAX + 1));
        assert_eq!(buffers.lend(100).into_bytes(50).len(), 50);
        assert_eq!(waiting(&buffers), WAITING_MAX);
    }
}
