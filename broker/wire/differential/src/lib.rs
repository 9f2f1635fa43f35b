//! Holds the generated codec against other implementations of the protocol, byte for byte.
//!
//! Owns the comparison; the implementations themselves (kafka-protocol, MIT or Apache-2.0; kafka-wire, Apache-2.0) are
//! dependencies of the tests alone, and this crate stands apart so that `tribunal-wire` builds without them. Random
//! encodings come from the schema. Our codec and the other one each read the same bytes and write them again: what
//! both wrote must agree.
//!
//! Always holds: each known difference is listed with its reason, and one that is gone fails the test as well.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;

use bytes::Bytes;
use tribunal_wire::{Message, Reader, Writer};
use tribunal_wire_generator::sample::{Choices, Options, encoding};
use tribunal_wire_generator::schema::{self, File};

/// How many random values of each version are compared.
pub const SAMPLES_PER_VERSION: u64 = 60;

/// A message that another implementation is known to treat otherwise.
#[derive(Debug)]
pub struct Known {
    /// Kafka's name of the message.
    pub message: &'static str,
    /// The versions that differ.
    pub versions: RangeInclusive<i16>,
    /// Why, and who is right.
    pub reason: &'static str,
}

/// What a comparison found.
#[derive(Debug)]
pub struct Comparison {
    files: Vec<File>,
    /// How many values were compared.
    pub values: u64,
    /// The (message, version) pairs compared.
    pub pairs: u64,
    differences: BTreeMap<(&'static str, i16), String>,
    absent: BTreeMap<&'static str, RangeInclusive<i16>>,
}

impl Default for Comparison {
    fn default() -> Comparison {
        Comparison::new()
    }
}

impl Comparison {
    /// A comparison that has seen nothing.
    ///
    /// # Panics
    /// When the committed schema does not parse.
    #[must_use]
    pub fn new() -> Comparison {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
        let files = tribunal_wire_generator::load(&folder).expect("the committed schema parses");
        Comparison { files, values: 0, pairs: 0, differences: BTreeMap::new(), absent: BTreeMap::new() }
    }

    /// Compares the message in all versions that both sides have. `rewrite` reads the bytes with the other
    /// implementation and writes them again; an error says what it could not do.
    ///
    /// # Panics
    /// When our own codec does not write the bytes it read.
    pub fn message<M: Message>(
        &mut self,
        theirs: RangeInclusive<i16>,
        rewrite: impl Fn(Bytes, i16) -> Result<Bytes, String>,
    ) {
        let named = |each: &&schema::Message| each.name == M::NAME;
        let messages = self.files.iter().flat_map(|file| &file.messages);
        let message = messages.clone().find(named).expect("every message has a schema");
        if (M::MIN_VERSION, M::MAX_VERSION) != (*theirs.start(), *theirs.end()) {
            self.absent.insert(M::NAME, theirs.clone());
        }
        let lowest = M::MIN_VERSION.max(*theirs.start());
        let highest = M::MAX_VERSION.min(*theirs.end());
        for version in lowest..=highest {
            self.pairs += 1;
            for seed in 0..SAMPLES_PER_VERSION {
                let sample = encoding(message, version, &mut Choices::new(seed), Options::default());
                let sample = Bytes::from(sample);
                assert_eq!(ours::<M>(sample.clone(), version), sample, "{} {version}: ours", M::NAME);
                self.values += 1;
                let difference = match rewrite(sample.clone(), version) {
                    Ok(written) if written == sample => continue,
                    Ok(written) => format!("{} became {}", hexadecimal(&sample), hexadecimal(&written)),
                    Err(error) => format!("{}: {error}", hexadecimal(&sample)),
                };
                self.differences.entry((M::NAME, version)).or_insert(difference);
            }
        }
    }

    /// Holds what was found against what is known: messages that differ, and messages of other version ranges.
    ///
    /// # Panics
    /// When there is a difference that is not known, or a known one is gone.
    pub fn judge(mut self, known: &[Known], ranges: &[(&str, RangeInclusive<i16>)]) {
        let found: Vec<(&str, RangeInclusive<i16>)> = self.absent.into_iter().collect();
        assert_eq!(found, ranges, "messages whose versions are not ours");
        let mut gone = Vec::new();
        for each in known {
            for version in each.versions.clone() {
                if self.differences.remove(&(each.message, version)).is_none() {
                    gone.push(format!("{} {version} ({})", each.message, each.reason));
                }
            }
        }
        let new: Vec<String> = self
            .differences
            .iter()
            .map(|((name, version), what)| format!("{name} {version}: {what}"))
            .collect();
        assert!(new.is_empty(), "{} unknown differences:\n{}", new.len(), new.join("\n"));
        assert!(gone.is_empty(), "differences that are gone:\n{}", gone.join("\n"));
    }
}

fn ours<M: Message>(sample: Bytes, version: i16) -> Bytes {
    let mut reader = Reader::new(sample);
    let message = M::decode(&mut reader, version).expect("the schema made it");
    reader.finish().expect("the schema made it");
    let mut writer = Writer::new();
    message.encode(&mut writer, version).expect("it was read in this version");
    writer.into_bytes()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
