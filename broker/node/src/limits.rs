//! Every bound of this crate, in one place, with its reason.

/// Requests of one connection that may be under way at once. Kafka answers one at a time; clients keep at
/// most a few hundred in flight.
pub(crate) const CONNECTION_REQUESTS_MAX: usize = 256;

/// Bytes read from a socket at once when no larger frame is announced.
pub(crate) const READ_BUFFER_BYTES: usize = 64 * 1024;

/// A read buffer with less room than this gets new room before the next read. Frames under way hold on to the old one.
pub(crate) const READ_BUFFER_ROOM_BYTES_MIN: usize = 8 * 1024;

/// Bytes by which a read buffer grows while a large frame arrives: memory follows bytes that came, not bytes that
/// were announced.
pub(crate) const READ_BUFFER_GROWTH_BYTES: usize = 1024 * 1024;

/// Answers that are gathered into one write.
pub(crate) const REPLY_BATCH_MAX: usize = 64;

/// The unit in which request memory is counted.
pub(crate) const REQUEST_MEMORY_UNIT_BYTES: usize = 1024;

/// How long a stopping broker waits for connections to finish what they began.
pub(crate) const DRAIN_MS_MAX: u64 = 5_000;

/// The pause after a failed accept (out of file descriptors, say), so that the loop does not spin.
pub(crate) const ACCEPT_RETRY_MS: u64 = 50;

/// Between two tries to open a log that the disk would not let be opened.
pub(crate) const OPEN_RETRY_MS: u64 = 1_000;

/// Logs that are opened, or closed, at the same time: disks like company, and each has a buffer.
pub(crate) const LOGS_AT_ONCE: usize = 16;

/// How often a start that takes long tells how far it is.
pub(crate) const OPEN_PROGRESS_MS: u64 = 1_000;

const _: () =
    assert!(READ_BUFFER_BYTES <= READ_BUFFER_GROWTH_BYTES, "a buffer grows by at least what it starts with");
const _: () = assert!(READ_BUFFER_ROOM_BYTES_MIN < READ_BUFFER_BYTES, "a new buffer has room");
const _: () = assert!(REPLY_BATCH_MAX <= CONNECTION_REQUESTS_MAX, "no more answers than requests");
