//! The four codecs of record batches, each in the framing that Kafka clients write and expect.
//!
//! Owns: gzip (RFC 1952), snappy (Java's xerial framing written; xerial and raw read, since librdkafka and old
//! clients send raw blocks), lz4 (frames of independent 64 KiB blocks) and zstd (standard frames).
//!
//! Always holds: [`decompress`] never returns, and never fills, more than `limit` bytes, whatever the input
//! claims; nothing here panics on any input.
//!
//! Leaves out: choosing a codec, and the record format inside the bytes.

use std::{
    cell::RefCell,
    io::{self, Read, Write},
};
use zstd::zstd_safe::{CCtx, DCtx, DParameter, ResetDirective, compress_bound};

mod gzip;

thread_local! {
    /// To make a context costs more than to read a small batch. Reset before each frame, it remembers nothing.
    static ZSTD_CONTEXT: RefCell<Option<DCtx<'static>>> = const { RefCell::new(None) };
    /// As much for writing. Every frame begins with parameters of its own and an empty window.
    static ZSTD_WRITER: RefCell<Option<CCtx<'static>>> = const { RefCell::new(None) };
}

/// How the records of a batch are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Codec {
    /// Not at all.
    #[default]
    None,
    /// RFC 1952.
    Gzip,
    /// Snappy blocks in xerial's framing.
    Snappy,
    /// LZ4 frames.
    Lz4,
    /// Zstandard frames.
    Zstd,
}

impl Codec {
    /// Every codec, in the order of its number on the wire.
    pub const ALL: [Codec; 5] = [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd];

    /// The codec of a number in a batch's attributes; `None` for the numbers that mean nothing.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Codec> {
        Codec::ALL.get(usize::from(number)).copied()
    }

    /// The number in a batch's attributes.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Codec::None => 0,
            Codec::Gzip => 1,
            Codec::Snappy => 2,
            Codec::Lz4 => 3,
            Codec::Zstd => 4,
        }
    }

    /// The name in `compression.type`, where a topic may also say `producer`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Codec::None => "none",
            Codec::Gzip => "gzip",
            Codec::Snappy => "snappy",
            Codec::Lz4 => "lz4",
            Codec::Zstd => "zstd",
        }
    }

    /// The codec of this name. Kafka also takes `uncompressed` for none.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Codec> {
        if name == "uncompressed" {
            return Some(Codec::None);
        }
        Codec::ALL.into_iter().find(|codec| codec.name() == name)
    }
}

/// Why compressed bytes were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecompressError {
    /// The bytes are not what their codec writes.
    Malformed,
    /// They would have grown past the limit.
    TooLarge,
}

/// Java's header: `0x82 "SNAPPY" 0`, version 1, lowest compatible version 1.
const XERIAL_HEADER: [u8; 16] = [0x82, b'S', b'N', b'A', b'P', b'P', b'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1];
const XERIAL_MAGIC: [u8; 8] = [0x82, b'S', b'N', b'A', b'P', b'P', b'Y', 0];
/// What Java cuts its input into.
const XERIAL_BLOCK_BYTES: usize = 32 * 1024;
/// A snappy copy of 3 bytes stands for at most 64, so no honest block grows by more than this.
const SNAPPY_GROWTH_MAX: usize = 22;
/// The largest window that `zstd` writes at any level, and the one that Kafka's own reader accepts.
const ZSTD_WINDOW_LOG_MAX: u32 = 27;
/// A context whose last frame had a larger window is not kept.
const ZSTD_CONTEXT_BYTES_MAX: usize = 4 << 20;
const GZIP_LEVEL: u32 = 6;
const ZSTD_LEVEL: i32 = 3;

/// Compresses `bytes`. `level` is for gzip (1..=9) and zstd (1..=22), clamped to what the codec has; the
/// other codecs have no levels worth the name. `None` means the codec's usual one.
#[must_use]
pub fn compress(codec: Codec, level: Option<i32>, bytes: &[u8]) -> Vec<u8> {
    match codec {
        Codec::None => bytes.to_vec(),
        Codec::Gzip => {
            gzip::compress(level.map_or(GZIP_LEVEL, |level| level.clamp(1, 9).unsigned_abs()), bytes)
        }
        Codec::Snappy => compress_xerial(bytes),
        Codec::Lz4 => {
            const PROOF: &str = "writing into memory does not fail";
            let frame = lz4_flex::frame::FrameInfo::new()
                .block_size(lz4_flex::frame::BlockSize::Max64KB)
                .block_mode(lz4_flex::frame::BlockMode::Independent);
            let mut encoder = lz4_flex::frame::FrameEncoder::with_frame_info(frame, Vec::new());
            encoder.write_all(bytes).expect(PROOF);
            encoder.finish().expect(PROOF)
        }
        Codec::Zstd => compress_zstd(bytes, level.map_or(ZSTD_LEVEL, |level| level.clamp(1, 22))),
    }
}

/// The bytes that were compressed, if they are at most `limit`.
pub fn decompress(codec: Codec, bytes: &[u8], limit: usize) -> Result<Vec<u8>, DecompressError> {
    match codec {
        Codec::None if bytes.len() > limit => Err(DecompressError::TooLarge),
        Codec::None => Ok(bytes.to_vec()),
        Codec::Gzip => gzip::decompress(bytes, limit),
        Codec::Snappy if bytes.starts_with(&XERIAL_MAGIC) => decompress_xerial(bytes, limit),
        Codec::Snappy => {
            let mut output = Vec::new();
            append_snappy_block(bytes, limit, &mut output)?;
            Ok(output)
        }
        Codec::Lz4 => read_limited(lz4_flex::frame::FrameDecoder::new(bytes), bytes.len(), limit),
        Codec::Zstd => decompress_zstd(bytes, limit),
    }
}

fn compress_zstd(bytes: &[u8], level: i32) -> Vec<u8> {
    let mut context = ZSTD_WRITER.take().unwrap_or_else(CCtx::create);
    let mut output = Vec::with_capacity(compress_bound(bytes.len()));
    context.compress(&mut output, bytes, level).expect("there is room for the worst that can come out");
    if context.sizeof() <= ZSTD_CONTEXT_BYTES_MAX {
        ZSTD_WRITER.set(Some(context));
    }
    output
}

fn decompress_zstd(bytes: &[u8], limit: usize) -> Result<Vec<u8>, DecompressError> {
    let mut context = ZSTD_CONTEXT.take().unwrap_or_else(DCtx::create);
    let ready = context
        .reset(ResetDirective::SessionAndParameters)
        .and_then(|_| context.set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW_LOG_MAX)));
    ready.map_err(|_| DecompressError::Malformed)?;
    let decoder = zstd::stream::read::Decoder::with_context(bytes, &mut context);
    let output = read_limited(decoder, bytes.len(), limit);
    if context.sizeof() <= ZSTD_CONTEXT_BYTES_MAX {
        ZSTD_CONTEXT.set(Some(context));
    }
    output
}

/// All that `reader` has, when it is at most `limit` bytes. Memory grows with what really comes out.
fn read_limited(reader: impl Read, input_bytes: usize, limit: usize) -> Result<Vec<u8>, DecompressError> {
    let mut output = Vec::with_capacity(input_bytes.saturating_mul(3).min(limit));
    let one_too_many = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let read: io::Result<usize> = reader.take(one_too_many).read_to_end(&mut output);
    if output.len() > limit {
        return Err(DecompressError::TooLarge);
    }
    read.map_err(|_| DecompressError::Malformed)?;
    Ok(output)
}

fn compress_xerial(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = snap::raw::Encoder::new();
    let mut output = Vec::with_capacity(XERIAL_HEADER.len() + bytes.len() / 2 + 64);
    output.extend_from_slice(&XERIAL_HEADER);
    for block in bytes.chunks(XERIAL_BLOCK_BYTES) {
        let length_at = output.len();
        let room = snap::raw::max_compress_len(block.len());
        output.resize(length_at + 4 + room, 0);
        let written = encoder
            .compress(block, &mut output[length_at + 4..])
            .expect("the room is what the encoder asked for");
        let length = u32::try_from(written).expect("a block is 32 KiB");
        output[length_at..length_at + 4].copy_from_slice(&length.to_be_bytes());
        output.truncate(length_at + 4 + written);
    }
    output
}

fn decompress_xerial(bytes: &[u8], limit: usize) -> Result<Vec<u8>, DecompressError> {
    // The two version numbers are for people: every writer there ever was wrote the same blocks.
    let mut rest = bytes.get(XERIAL_HEADER.len()..).ok_or(DecompressError::Malformed)?;
    let mut output = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| DecompressError::Malformed)?;
        let block = after.get(..length).ok_or(DecompressError::Malformed)?;
        append_snappy_block(block, limit, &mut output)?;
        rest = &after[length..];
    }
    if rest.is_empty() { Ok(output) } else { Err(DecompressError::Malformed) }
}

fn append_snappy_block(block: &[u8], limit: usize, output: &mut Vec<u8>) -> Result<(), DecompressError> {
    let length = snap::raw::decompress_len(block).map_err(|_| DecompressError::Malformed)?;
    if length > limit - output.len() {
        return Err(DecompressError::TooLarge);
    }
    if length > block.len().saturating_mul(SNAPPY_GROWTH_MAX) {
        return Err(DecompressError::Malformed);
    }
    let start = output.len();
    output.resize(start + length, 0);
    let written = snap::raw::Decoder::new()
        .decompress(block, &mut output[start..])
        .map_err(|_| DecompressError::Malformed)?;
    assert_eq!(written, length, "a snappy block is as long as it says, or refused");
    assert!(output.len() <= limit, "the limit was checked before the block was opened");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_codec_gives_back_what_it_took(
            bytes in prop::collection::vec(prop_oneof![Just(7u8), any::<u8>()], 0..100_000),
            level in prop::option::of(-3..30i32),
        ) {
            for codec in Codec::ALL {
                let packed = compress(codec, level, &bytes);
                prop_assert_eq!(decompress(codec, &packed, bytes.len()), Ok(bytes.clone()));
                if !bytes.is_empty() {
                    prop_assert_eq!(
                        decompress(codec, &packed, bytes.len() - 1),
                        Err(DecompressError::TooLarge)
                    );
                }
            }
        }

        #[test]
        fn damaged_input_is_refused_or_read_but_never_grows(
            bytes in prop::collection::vec(any::<u8>(), 1..2000),
            codec in prop::sample::select(&Codec::ALL[..]),
            position in any::<prop::sample::Index>(),
            flip in 1..=255u8,
            keep in any::<prop::sample::Index>(),
        ) {
            let mut packed = compress(codec, None, &bytes);
            let position = position.index(packed.len());
            packed[position] ^= flip;
            packed.truncate(1 + keep.index(packed.len()));
            if let Ok(output) = decompress(codec, &packed, 4096) {
                prop_assert!(output.len() <= 4096);
            }
        }

        #[test]
        fn noise_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            for codec in Codec::ALL {
                let _judged = decompress(codec, &bytes, 1000);
            }
        }
    }

    #[test]
    fn a_broken_frame_leaves_nothing_behind() {
        let data: Vec<u8> = (0..20_000_u32).map(|index| (index * index % 251) as u8).collect();
        for codec in Codec::ALL {
            let whole = compress(codec, None, &data);
            for cut in [whole.len() / 2, whole.len() - 1, 5] {
                let _refused_or_short = decompress(codec, &whole[..cut], data.len());
                assert_eq!(decompress(codec, &whole, data.len()).as_ref(), Ok(&data), "{}", codec.name());
            }
            assert_eq!(decompress(codec, &whole, data.len() - 1), Err(DecompressError::TooLarge));
            assert_eq!(decompress(codec, &whole, data.len()).as_ref(), Ok(&data), "{}", codec.name());
        }
    }

    #[test]
    fn bombs_stop_at_the_limit() {
        let zeros = vec![0; 50 << 20];
        for codec in [Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
            let packed = compress(codec, None, &zeros);
            assert_eq!(decompress(codec, &packed, 1 << 20), Err(DecompressError::TooLarge), "{codec:?}");
        }
    }

    #[test]
    fn raw_snappy_is_read_too() {
        let packed = snap::raw::Encoder::new().compress_vec(b"plain old block").expect("it is short");
        assert_eq!(decompress(Codec::Snappy, &packed, 100).as_deref(), Ok(&b"plain old block"[..]));
    }

    #[test]
    fn a_snappy_length_that_lies_reserves_nothing() {
        // A varint of 2^31 and no data: the limit would allow it, the input does not justify it.
        let block = [0x80, 0x80, 0x80, 0x80, 0x08];
        assert_eq!(decompress(Codec::Snappy, &block, usize::MAX), Err(DecompressError::Malformed));
    }

    #[test]
    fn xerial_framing_is_what_java_writes() {
        let packed = compress(Codec::Snappy, None, &[1; 40_000]);
        assert_eq!(packed[..16], XERIAL_HEADER);
        let first = u32::from_be_bytes(packed[16..20].try_into().expect("four bytes")) as usize;
        assert_eq!(snap::raw::decompress_len(&packed[20..20 + first]).ok(), Some(XERIAL_BLOCK_BYTES));
    }

    #[test]
    fn names_and_numbers_agree() {
        for codec in Codec::ALL {
            assert_eq!(Codec::from_number(codec.number()), Some(codec));
            assert_eq!(Codec::from_name(codec.name()), Some(codec));
        }
        assert_eq!(Codec::from_number(5), None);
        assert_eq!(Codec::from_name("producer"), None);
    }
}
