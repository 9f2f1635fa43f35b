//! Bytes that mean harm: no decoder panics, and none allocates more than a small multiple of what it was given.
//!
//! One test, alone in its process: the allocator counts for all threads.

use std::alloc::{GlobalAlloc, Layout, System};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use tribunal_wire::frame::RequestFrame;
use tribunal_wire::message::*;
use tribunal_wire::{Message, Reader, for_each_message};
use tribunal_wire_generator::sample::{Choices, Options, encoding};
use tribunal_wire_generator::schema::{self, File};

/// What decoding may hold at once: this many bytes for each byte of input (a string of no bytes is one byte on the
/// wire and 24 in memory, and a growing array holds up to twice of it) ...
const BYTES_PER_INPUT_BYTE: usize = 64;
/// ... and this much besides, for what arrays reserve before their first element, at each depth.
const BYTES_BESIDES: usize = 80 * 1024;

struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn note(more: usize, less: usize) {
    let live = LIVE.fetch_add(more, Ordering::Relaxed) + more;
    LIVE.fetch_sub(less, Ordering::Relaxed);
    PEAK.fetch_max(live.saturating_sub(less), Ordering::Relaxed);
}

#[expect(
    unsafe_code,
    reason = "an allocator that counts can only be written so; it forwards to the system's"
)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size(), 0);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        note(bytes, layout.size());
        unsafe { System.realloc(pointer, layout, bytes) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The worst ratio seen, for the report of a failure.
#[derive(Default)]
struct Worst {
    inputs: u64,
    decoded: u64,
    peak: usize,
}

fn try_one<M: Message>(input: &[u8], version: i16, worst: &mut Worst) {
    let bytes = Bytes::copy_from_slice(input);
    let before = LIVE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let outcome = M::decode(&mut Reader::new(bytes), version);
    let peak = PEAK.load(Ordering::Relaxed) - before;
    let allowed = BYTES_BESIDES + BYTES_PER_INPUT_BYTE * input.len();
    assert!(
        peak <= allowed,
        "{} {version} holds {peak} bytes for {} of input: {input:02x?}",
        M::NAME,
        input.len()
    );
    worst.inputs += 1;
    worst.decoded += u64::from(outcome.is_ok());
    worst.peak = worst.peak.max(peak);
}

/// Changes a valid message: flips bits, plants lengths that lie, cuts, or doubles a part.
fn mutate(sample: &mut Vec<u8>, choices: &mut Choices) {
    for _ in 0..=choices.below(3) {
        let place = choices.below(sample.len() as u64 + 1) as usize;
        let lies: [&[u8]; 6] = [
            &[0x7f, 0xff, 0xff, 0xff],
            &[0xff, 0xff, 0xff, 0xff, 0x0f],
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
            &[0x7f, 0xff],
            &[0, 0, 0x10, 0],
            &[0x80, 0, 0, 0],
        ];
        match choices.below(5) {
            0 if place < sample.len() => sample[place] ^= 1 << choices.below(8),
            1 => sample.truncate(place),
            2 => sample.extend_from_within(place..),
            3 if place < sample.len() => sample[place] = choices.bits() as u8,
            _ => {
                let lie = lies[choices.below(lies.len() as u64) as usize];
                for (index, byte) in lie.iter().enumerate() {
                    match sample.get_mut(place + index) {
                        Some(there) => *there = *byte,
                        None => sample.push(*byte),
                    }
                }
            }
        }
    }
}

fn attack<M: Message>(files: &[File], worst: &mut Worst) {
    let named = |each: &&schema::Message| each.name == M::NAME;
    let schema = files.iter().flat_map(|file| &file.messages).find(named).expect("it has code");
    let mut choices = Choices::new(7);
    for version in M::MIN_VERSION..=M::MAX_VERSION {
        for round in 0..40 {
            let options = Options { unknown_tags: round % 2 == 0, small: round % 4 < 2 };
            let mut sample = encoding(schema, version, &mut choices, options);
            mutate(&mut sample, &mut choices);
            try_one::<M>(&sample, version, worst);
            let count = choices.below(200) as usize;
            let noise: Vec<u8> = (0..count).map(|_| choices.bits() as u8).collect();
            try_one::<M>(&noise, version, worst);
        }
        // One byte value all over: long arrays of the smallest elements.
        for fill in [0x00, 0x01, 0x02, 0x7f, 0x80, 0xff] {
            try_one::<M>(&[fill; 500], version, worst);
        }
        // A length that the input can just about back, at every place where the first length may stand.
        for place in 0..24 {
            let mut input = vec![1; 4096];
            input[..place].fill(0);
            input[place..place + 4].copy_from_slice(&3000_i32.to_be_bytes());
            try_one::<M>(&input, version, worst);
            input[place..place + 3].copy_from_slice(&[0xb8, 0x17, 1]);
            try_one::<M>(&input, version, worst);
        }
    }
}

#[test]
fn hostile_bytes_neither_panic_nor_allocate() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = tribunal_wire_generator::load(&root.join("schema")).expect("the schema parses");
    let mut worst = Worst::default();
    macro_rules! all {
        ($($message:ident,)*) => {
            $(attack::<$message>(&files, &mut worst);)*
        };
    }
    for_each_message!(all);
    assert!(worst.inputs > 50_000, "{} inputs", worst.inputs);
    assert!(worst.decoded > 1000, "{} decoded: the attacks never got far", worst.decoded);
    assert!(worst.peak > 10_000, "{} bytes at most: the attacks never got far", worst.peak);

    let mut choices = Choices::new(8);
    for _ in 0..20_000 {
        let count = choices.below(40) as usize;
        let noise: Vec<u8> = (0..count).map(|_| (choices.bits() % 20) as u8).collect();
        let _ = RequestFrame::parse(Bytes::from(noise));
    }
}
