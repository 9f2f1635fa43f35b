//! Random encodings of a message, made from the schema alone.
//!
//! A second reading of the schema, for tests: it writes bytes directly, where the generated code goes through values,
//! so that a mistake of one is not repeated by the other. The encodings are canonical (booleans are 0 or 1, a tagged
//! field at its default is left out), hence a codec that is right reads them and writes the same bytes again.

use crate::schema::{Field, Message, Type};

/// What a sample may hold besides the canonical encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Put tagged fields in that the schema does not know. Readers must skip them.
    pub unknown_tags: bool,
    /// Keep arrays without their elements and byte fields small.
    pub small: bool,
}

/// A stream of choices from one seed.
#[derive(Debug, Clone)]
pub struct Choices {
    state: u64,
}

impl Choices {
    /// The stream of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Choices {
        Choices { state: seed }
    }

    /// The next 64 bits (SplitMix64).
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number from 0 to `count - 1`.
    pub fn below(&mut self, count: u64) -> u64 {
        self.bits() % count.max(1)
    }

    /// True once in `of` times.
    pub fn once_in(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }
}

/// One random encoding of `message` in `version`.
#[must_use]
pub fn encoding(message: &Message, version: i16, choices: &mut Choices, options: Options) -> Vec<u8> {
    let mut sampler =
        Sampler { message, version, flexible: message.flexible.contains(version), choices, options };
    let mut bytes = Vec::new();
    sampler.structure(&message.fields, 0, &mut bytes);
    bytes
}

struct Sampler<'a> {
    message: &'a Message,
    version: i16,
    flexible: bool,
    choices: &'a mut Choices,
    options: Options,
}

impl Sampler<'_> {
    fn structure(&mut self, fields: &[Field], depth: u64, bytes: &mut Vec<u8>) {
        let present = |field: &&Field| field.versions.contains(self.version);
        let (tagged, untagged): (Vec<&Field>, Vec<&Field>) =
            fields.iter().filter(present).partition(|field| field.tag.is_some());
        for field in untagged {
            self.field(field, depth, bytes);
        }
        if self.flexible {
            self.tagged_section(tagged, depth, bytes);
        }
    }

    fn tagged_section(&mut self, mut tagged: Vec<&Field>, depth: u64, bytes: &mut Vec<u8>) {
        tagged.sort_by_key(|field| field.tag);
        let mut written: Vec<(u32, Vec<u8>)> = Vec::new();
        for field in tagged {
            let mut value = Vec::new();
            self.field(field, depth, &mut value);
            let tag = field.tag.unwrap_or_default();
            if self.choices.once_in(2) && value != self.default_encoding(field) {
                written.push((tag, value));
            }
        }
        if self.options.unknown_tags && self.choices.once_in(2) {
            let length = self.choices.below(20) as usize;
            written.push((1000 + self.choices.below(1 << 20) as u32, vec![0xa5; length]));
        }
        unsigned_varint(bytes, written.len() as u32);
        for (tag, value) in written {
            unsigned_varint(bytes, tag);
            unsigned_varint(bytes, value.len() as u32);
            bytes.extend(value);
        }
    }

    fn field(&mut self, field: &Field, depth: u64, bytes: &mut Vec<u8>) {
        let flexible = field.flexible.map_or(self.flexible, |versions| versions.contains(self.version));
        let nullable = field.nullable.contains(self.version);
        let is_null = nullable && self.choices.once_in(4);
        match &field.kind {
            Type::Struct(_) if is_null => bytes.push(if field.tag.is_some() { 0 } else { 0xff }),
            kind if is_null => null(kind, flexible, bytes),
            kind => {
                if nullable && matches!(kind, Type::Struct(_)) {
                    bytes.push(1);
                }
                self.value(kind, flexible, depth, bytes);
            }
        }
    }

    fn value(&mut self, kind: &Type, flexible: bool, depth: u64, bytes: &mut Vec<u8>) {
        match kind {
            Type::Bool => bytes.push(self.choices.below(2) as u8),
            Type::Int8 => self.integer(1, bytes),
            Type::Int16 | Type::Uint16 => self.integer(2, bytes),
            Type::Int32 | Type::Uint32 => self.integer(4, bytes),
            Type::Int64 => self.integer(8, bytes),
            // A quotient of small integers: never NaN, which equals nothing.
            Type::Float64 => {
                let value = self.choices.below(1 << 20) as f64 / 8.0 - 1000.0;
                bytes.extend(value.to_be_bytes());
            }
            Type::Uuid => {
                self.integer(8, bytes);
                self.integer(8, bytes);
            }
            Type::String => {
                let text = self.text();
                length(text.len(), flexible, 2, bytes);
                bytes.extend(text.as_bytes());
            }
            Type::Bytes | Type::Records => {
                let large = !self.options.small && self.choices.once_in(8);
                let count = self.choices.below(if large { 3000 } else { 40 }) as usize;
                length(count, flexible, 4, bytes);
                bytes.extend((0..count).map(|index| index as u8 ^ 0x5a));
            }
            Type::Struct(name) => {
                let message = self.message;
                self.structure(&message.structure(name).fields, depth, bytes);
            }
            Type::Array(element) => {
                let most = if self.options.small { 2 } else { 4 };
                let count = self.choices.below(if depth < 2 { most } else { 3 });
                length(count as usize, flexible, 4, bytes);
                for _ in 0..count {
                    self.value(element, flexible, depth + 1, bytes);
                }
            }
        }
    }

    /// Edges of the range, small numbers and any number, in equal parts.
    fn integer(&mut self, width: usize, bytes: &mut Vec<u8>) {
        let bits = width as u32 * 8;
        let value = match self.choices.below(4) {
            0 => [0, u64::MAX, 1 << (bits - 1), (1 << (bits - 1)) - 1][self.choices.below(4) as usize],
            1 => self.choices.below(100),
            _ => self.choices.bits(),
        };
        bytes.extend(&value.to_be_bytes()[8 - width..]);
    }

    fn text(&mut self) -> String {
        let count = self.choices.below(if self.choices.state.is_multiple_of(16) { 300 } else { 12 });
        let letters = ['a', 'b', 'Z', '0', '-', '.', '_', 'ä', '水', '𝄞'];
        (0..count).map(|_| letters[self.choices.below(letters.len() as u64) as usize]).collect()
    }

    /// What the field's default looks like: a tagged field that holds it is not written.
    fn default_encoding(&self, field: &Field) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.default_value(field, &mut bytes);
        bytes
    }

    fn default_value(&self, field: &Field, bytes: &mut Vec<u8>) {
        let flexible = field.flexible.map_or(self.flexible, |versions| versions.contains(self.version));
        let default = field.default.as_deref();
        let number = || -> i64 { default.map_or(0, |text| text.parse().unwrap_or_default()) };
        match &field.kind {
            Type::Struct(_) if default == Some("null") => {
                bytes.push(if field.tag.is_some() { 0 } else { 0xff });
            }
            kind if default == Some("null") => null(kind, flexible, bytes),
            Type::Records => null(&field.kind, flexible, bytes),
            Type::Bool => bytes.push(u8::from(default == Some("true"))),
            Type::Int8 => bytes.extend(&number().to_be_bytes()[7..]),
            Type::Int16 | Type::Uint16 => bytes.extend(&number().to_be_bytes()[6..]),
            Type::Int32 | Type::Uint32 => bytes.extend(&number().to_be_bytes()[4..]),
            Type::Int64 => bytes.extend(number().to_be_bytes()),
            Type::Float64 => bytes.extend([0; 8]),
            Type::Uuid => bytes.extend([0; 16]),
            Type::String => {
                let text = default.unwrap_or_default();
                length(text.len(), flexible, 2, bytes);
                bytes.extend(text.as_bytes());
            }
            Type::Bytes | Type::Array(_) => length(0, flexible, 4, bytes),
            Type::Struct(name) => {
                if field.nullable.contains(self.version) {
                    bytes.push(1);
                }
                let fields = self.message.structure(name).fields.iter();
                let present = fields.filter(|each| each.versions.contains(self.version));
                for each in present.filter(|each| each.tag.is_none()) {
                    self.default_value(each, bytes);
                }
                if self.flexible {
                    bytes.push(0);
                }
            }
        }
    }
}

fn null(kind: &Type, flexible: bool, bytes: &mut Vec<u8>) {
    match kind {
        _ if flexible => bytes.push(0),
        Type::String => bytes.extend([0xff; 2]),
        _ => bytes.extend([0xff; 4]),
    }
}

fn length(length: usize, flexible: bool, width: usize, bytes: &mut Vec<u8>) {
    if flexible {
        unsigned_varint(bytes, length as u32 + 1);
    } else {
        bytes.extend(&(length as u64).to_be_bytes()[8 - width..]);
    }
}

fn unsigned_varint(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}
