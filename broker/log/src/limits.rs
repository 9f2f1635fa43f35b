//! Every bound of this crate, with its reason.

/// Requests that may wait for a partition's owner. More callers wait in line before the mailbox.
pub const MAILBOX_REQUESTS_MAX: usize = 1024;
/// Appends that one write and one flush serve together.
pub const GROUP_REQUESTS_MAX: usize = 512;
/// Bytes that one vectored write carries.
pub const GROUP_BYTES_MAX: usize = 8 << 20;
/// Batches that the deduplication window holds per producer: the most that a producer has in flight.
pub const PRODUCER_WINDOW_BATCHES: usize = 5;
/// Bytes of log that are walked at a start to refill the windows of producers.
pub const REFILL_BYTES_MAX: u64 = 16 << 20;
/// Bytes that recovery reads at once.
pub const SCAN_CHUNK_BYTES: usize = 1 << 20;
/// Least bytes of a read from disk, so that small fetches of old data do not crawl.
pub const READ_CHUNK_BYTES_MIN: usize = 64 << 10;
/// Most bytes of one answer to a read, whatever its caller asks for.
pub const READ_BYTES_MAX: usize = 64 << 20;
/// Bytes to which one batch may grow when a lookup has to see its records.
pub const LOOKUP_DECOMPRESSED_BYTES_MAX: usize = 256 << 20;
/// Largest checkpoint, index or snapshot file that is read: a larger one is no such file.
pub const SMALL_FILE_BYTES_MAX: u64 = 256 << 20;
/// Requests that may wait for a log directory's owner.
pub const DIRECTORY_REQUESTS_MAX: usize = 1024;
/// Segments that one step of retention deletes: appends wait for a step.
pub const RETENTION_SEGMENTS_MAX: usize = 64;
/// The unit that a disk writes or loses as a whole.
pub const SECTOR_BYTES: u64 = 512;

const _: () = assert!((SCAN_CHUNK_BYTES as u64).is_multiple_of(SECTOR_BYTES), "chunks end with sectors");
const _: () = assert!(READ_CHUNK_BYTES_MIN <= READ_BYTES_MAX, "the least read is within the most");
/// Producers of which a partition remembers that a full disk turned their first batch away.
pub const TURNED_AWAY_MAX: usize = 1024;
/// Damaged ranges of a log that are told one by one.
pub const DAMAGES_TOLD_MAX: usize = 1000;
/// How often a line about a disk that stays full comes again.
pub const TOLD_AGAIN_MS: u64 = 60_000;
/// Problems of one file that an inspection lists one by one.
pub const FINDINGS_PER_FILE_MAX: u64 = 100;
/// Bytes of a log after which an inspection lets others run.
pub const INSPECT_BYTES_PER_TURN: u64 = 1 << 20;
/// Age at which a producer may be forgotten: Kafka's default of `producer.id.expiration.ms`.
pub const PRODUCER_EXPIRATION_MS: i64 = 24 * 3_600_000;
