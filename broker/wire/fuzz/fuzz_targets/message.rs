//! Every decoder: the first three bytes choose message and version, the rest is the encoding.
//!
//! What decodes must encode again in the same version, and the second encoding must be a fixed point. The same bytes
//! also go through the frame parser.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use tribunal_wire::frame::RequestFrame;
use tribunal_wire::message::*;
use tribunal_wire::{Message, Reader, Writer, for_each_message};

fn one<M: Message>(version: u8, bytes: Bytes) {
    let versions = M::MAX_VERSION - M::MIN_VERSION + 1;
    let version = M::MIN_VERSION + i16::from(version) % versions;
    let Ok(message) = M::decode(&mut Reader::new(bytes), version) else { return };
    let written = write(&message, version);
    let mut reader = Reader::new(written.clone());
    let again = M::decode(&mut reader, version).expect("our own encoding decodes");
    reader.finish().expect("our own encoding has nothing after it");
    assert_eq!(write(&again, version), written);
}

fn write<M: Message>(message: &M, version: i16) -> Bytes {
    let mut writer = Writer::new();
    message.encode(&mut writer, version).expect("what was read in a version can be written in it");
    let length = writer.len();
    let bytes = writer.into_bytes();
    assert_eq!(bytes.len(), length);
    bytes
}

macro_rules! table {
    ($($message:ident,)*) => {
        const TARGETS: &[fn(u8, Bytes)] = &[$(one::<$message>),*];
    };
}
for_each_message!(table);

fuzz_target!(|input: &[u8]| {
    let [high, low, version, rest @ ..] = input else { return };
    let target = usize::from(u16::from_be_bytes([*high, *low])) % TARGETS.len();
    TARGETS[target](*version, Bytes::copy_from_slice(rest));
    let _ = RequestFrame::parse(Bytes::copy_from_slice(input));
});
