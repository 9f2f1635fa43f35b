//! gzip (RFC 1952) around deflate, with states that serve many batches.
//!
//! The states are larger than most batches, and making one costs more than the batch: each thread keeps its own, reset
//! before each use. The frame around deflate is written and read here, because a reset makes deflate raw.
//!
//! Always holds: a frame's bytes depend on level and content alone; output never goes more than one byte past the limit.

use super::DecompressError;
use crc_fast::crc32_iso_hdlc;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use std::cell::RefCell;

thread_local! {
    static DEFLATE: RefCell<Option<(u32, Compress)>> = const { RefCell::new(None) };
    static INFLATE: RefCell<Option<Decompress>> = const { RefCell::new(None) };
}

/// Deflate, no name, no time, written on an unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
const HEADER_CHECKSUM: u8 = 1 << 1;
const EXTRA_FIELD: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0b1110_0000;
/// CRC and length, both modulo 2^32.
const TRAILER_BYTES: usize = 8;
/// A first guess at how much comes out, where the input claims more.
const GROWTH_GUESS: usize = 8;
/// Room past the end, in which inflating need not look where it steps.
const SLACK_BYTES: usize = 300;

/// One frame.
pub(super) fn compress(level: u32, bytes: &[u8]) -> Vec<u8> {
    let mut state = match DEFLATE.take() {
        Some((known, mut state)) if known == level => {
            state.reset();
            state
        }
        _ => Compress::new(Compression::new(level), false),
    };
    let mut output = Vec::with_capacity(HEADER.len() + bytes.len() / 2 + 64);
    output.extend_from_slice(&HEADER);
    loop {
        let rest = &bytes[taken(state.total_in())..];
        let status = state.compress_vec(rest, &mut output, FlushCompress::Finish);
        match status.expect("a new state takes any bytes") {
            Status::StreamEnd => break,
            Status::Ok | Status::BufError => output.reserve(output.len().max(256)),
        }
    }
    output.extend_from_slice(&trailer(bytes));
    DEFLATE.set(Some((level, state)));
    output
}

/// What all frames in `bytes` hold, one after the other, if it is at most `limit` bytes.
pub(super) fn decompress(bytes: &[u8], limit: usize) -> Result<Vec<u8>, DecompressError> {
    let mut state = INFLATE.take().unwrap_or_else(|| Decompress::new(false));
    let output = read_frames(&mut state, bytes, limit);
    INFLATE.set(Some(state));
    output
}

fn read_frames(state: &mut Decompress, bytes: &[u8], limit: usize) -> Result<Vec<u8>, DecompressError> {
    let mut output = Vec::with_capacity(first_room(bytes).min(limit.saturating_add(1)));
    let mut rest = bytes;
    loop {
        let body = after_header(rest).ok_or(DecompressError::Malformed)?;
        let start = output.len();
        state.reset(false);
        let used = inflate(state, body, &mut output, limit)?;
        let (found, after) =
            body[used..].split_first_chunk::<TRAILER_BYTES>().ok_or(DecompressError::Malformed)?;
        if *found != trailer(&output[start..]) {
            return Err(DecompressError::Malformed);
        }
        if after.is_empty() {
            return Ok(output);
        }
        rest = after;
    }
}

/// Inflates one stream to its end; says how many bytes of `body` it took.
fn inflate(
    state: &mut Decompress,
    body: &[u8],
    output: &mut Vec<u8>,
    limit: usize,
) -> Result<usize, DecompressError> {
    loop {
        let rest = &body[taken(state.total_in())..];
        let status = state.decompress_vec(rest, output, FlushDecompress::Finish);
        let status = status.map_err(|_| DecompressError::Malformed)?;
        if output.len() > limit {
            return Err(DecompressError::TooLarge);
        }
        match status {
            Status::StreamEnd => return Ok(taken(state.total_in())),
            Status::Ok | Status::BufError if output.len() < output.capacity() => {
                return Err(DecompressError::Malformed);
            }
            Status::Ok | Status::BufError => {
                let room = limit.saturating_add(1) - output.len();
                output.reserve_exact(room.min(output.len().max(1024)));
            }
        }
    }
}

/// What the last frame says of its length, as far as that can be believed.
fn first_room(bytes: &[u8]) -> usize {
    let claimed = bytes.last_chunk::<4>().map_or(0, |length| u32::from_le_bytes(*length));
    let believed = bytes.len().saturating_mul(GROWTH_GUESS);
    usize::try_from(claimed).unwrap_or(usize::MAX).min(believed).saturating_add(SLACK_BYTES)
}

/// What follows a frame's header. `None` when it is none.
fn after_header(bytes: &[u8]) -> Option<&[u8]> {
    let (header, mut rest) = bytes.split_first_chunk::<10>()?;
    let flags = header[3];
    if header[..3] != HEADER[..3] || flags & RESERVED != 0 {
        return None;
    }
    if flags & EXTRA_FIELD != 0 {
        let (length, after) = rest.split_first_chunk::<2>()?;
        rest = after.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let end = rest.iter().position(|byte| *byte == 0)?;
            rest = &rest[end + 1..];
        }
    }
    if flags & HEADER_CHECKSUM != 0 {
        let (found, after) = rest.split_first_chunk::<2>()?;
        let expected = crc32_iso_hdlc(&bytes[..bytes.len() - rest.len()]) & 0xffff;
        if u32::from(u16::from_le_bytes(*found)) != expected {
            return None;
        }
        rest = after;
    }
    Some(rest)
}

fn trailer(content: &[u8]) -> [u8; TRAILER_BYTES] {
    #[expect(clippy::cast_possible_truncation, reason = "the format has the length modulo 2^32")]
    let length = content.len() as u32;
    let mut trailer = [0; TRAILER_BYTES];
    trailer[..4].copy_from_slice(&crc32_iso_hdlc(content).to_le_bytes());
    trailer[4..].copy_from_slice(&length.to_le_bytes());
    trailer
}

fn taken(total: u64) -> usize {
    usize::try_from(total).expect("no more is taken than a slice has")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};

    fn bytes(count: u32) -> Vec<u8> {
        (0..count).map(|index| (u64::from(index).pow(2) % 251) as u8).collect()
    }

    #[test]
    fn a_state_remembers_nothing_and_others_read_what_it_writes() {
        for level in [1, 6, 9, 6, 1] {
            for count in [0, 1, 70, 5_000, 200_000, 70] {
                let content = bytes(count);
                let ours = compress(level, &content);
                DEFLATE.set(None);
                assert_eq!(ours, compress(level, &content), "level {level}, {count} bytes");
                let mut back = Vec::new();
                flate2::read::GzDecoder::new(&ours[..]).read_to_end(&mut back).expect("it is gzip");
                assert_eq!(back, content);
                let mut theirs = flate2::write::GzEncoder::new(Vec::new(), Compression::new(level));
                theirs.write_all(&content).expect("memory takes it");
                let theirs = theirs.finish().expect("memory takes it");
                assert_eq!(decompress(&theirs, content.len()), Ok(content));
            }
        }
    }

    #[test]
    fn several_frames_are_one_content() {
        let (one, two) = (bytes(9_000), bytes(70));
        let mut both = compress(6, &one);
        both.extend_from_slice(&compress(1, &two));
        let whole = [one, two].concat();
        assert_eq!(decompress(&both, whole.len()), Ok(whole.clone()));
        assert_eq!(decompress(&both, whole.len() - 1), Err(DecompressError::TooLarge));
        both.push(0);
        assert_eq!(decompress(&both, usize::MAX), Err(DecompressError::Malformed));
    }

    #[test]
    fn every_field_of_a_header_is_passed_over() {
        let content = bytes(300);
        let mut written = flate2::GzBuilder::new()
            .extra(vec![1, 2, 3])
            .filename("a name")
            .comment("a comment")
            .mtime(77)
            .write(Vec::new(), Compression::new(6));
        written.write_all(&content).expect("memory takes it");
        let mut framed = written.finish().expect("memory takes it");
        assert_eq!(decompress(&framed, 300), Ok(content.clone()));
        // With a checksum of the header, which few write.
        let fields = after_header(&framed).expect("a header").as_ptr().addr() - framed.as_ptr().addr();
        framed[3] |= HEADER_CHECKSUM;
        let sum = (crc32_iso_hdlc(&framed[..fields]) & 0xffff).to_le_bytes();
        framed.splice(fields..fields, [sum[0], sum[1]]);
        assert_eq!(decompress(&framed, 300), Ok(content));
        framed[fields] ^= 1;
        assert_eq!(decompress(&framed, 300), Err(DecompressError::Malformed));
    }

    #[test]
    fn what_is_cut_or_bent_is_refused() {
        let content = bytes(3_000);
        let whole = compress(6, &content);
        for cut in 0..whole.len() {
            assert_eq!(decompress(&whole[..cut], 3_000), Err(DecompressError::Malformed), "cut at {cut}");
        }
        for at in whole.len() - TRAILER_BYTES..whole.len() {
            let mut bent = whole.clone();
            bent[at] ^= 0x10;
            assert_eq!(decompress(&bent, 3_000), Err(DecompressError::Malformed), "bent at {at}");
        }
        assert_eq!(decompress(&whole, 3_000), Ok(content));
    }
}
