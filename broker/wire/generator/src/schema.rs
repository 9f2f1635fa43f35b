//! The schema language and its parser.
//!
//! A file holds messages, one paragraph each. The first line says what it is:
//!
//! ```text
//! request FetchRequest key=1 versions=4-18 flexible=12+ listeners=broker,controller
//! ```
//!
//! The kinds are `request`, `response`, `header`, `data`, `record` (of the metadata log), `key` and `value` (of a
//! coordinator's log). Indented lines are fields: name, type, versions, and what else holds:
//!
//! ```text
//!   Records records 0+ nullable=0+ default=null tag=1 ignorable key flexible=none
//! ```
//!
//! `nullable` names the versions in which null may stand, `default` differs from the natural one (0, false, empty),
//! `tag` makes it a tagged field, `ignorable` lets it fall silently in versions without it, `key` marks what a lookup
//! goes by, and `flexible=none` keeps an old length form in flexible versions. A field of a structure type is followed
//! by the structure's fields, indented once more; a structure used twice stands in a `struct Name versions` block.
//!
//! Always holds after parsing: every structure named exists, none contains itself, and what the code generator takes
//! for granted (see [`SchemaError`]) is true.

use std::fmt;

use crate::versions::Versions;

/// One schema file.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// The file's name without its ending; also the name of the Rust module.
    pub name: String,
    /// Its messages, in order.
    pub messages: Vec<Message>,
}

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What a client asks.
    Request,
    /// What it is answered.
    Response,
    /// What stands before either.
    Header,
    /// Anything that travels inside other fields.
    Data,
    /// A record of the metadata log.
    Record,
    /// The key of a coordinator's record.
    Key,
    /// The value of a coordinator's record.
    Value,
}

/// One message with its structures.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// What it is for.
    pub kind: Kind,
    /// Kafka's name.
    pub name: String,
    /// The API key, or the record's type.
    pub key: Option<i16>,
    /// The versions it has.
    pub versions: Versions,
    /// The versions that are flexible.
    pub flexible: Versions,
    /// Who listens for it.
    pub listeners: Vec<String>,
    /// Whether the highest version is still unstable.
    pub unstable: bool,
    /// Its own fields.
    pub fields: Vec<Field>,
    /// Its structures, in the order of their first mention.
    pub structs: Vec<Struct>,
}

/// A structure inside a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Struct {
    /// Kafka's name.
    pub name: String,
    /// The versions in which it occurs.
    pub versions: Versions,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// One field.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Kafka's name.
    pub name: String,
    /// What it holds.
    pub kind: Type,
    /// The versions that have it.
    pub versions: Versions,
    /// The versions in which it may be null.
    pub nullable: Versions,
    /// Its tag, if it is a tagged field.
    pub tag: Option<u32>,
    /// Its default where that is not the natural one.
    pub default: Option<String>,
    /// Whether it may fall silently in versions without it.
    pub ignorable: bool,
    /// Whether lookups go by it.
    pub is_key: bool,
    /// The versions in which its length is compact, where they are not the message's.
    pub flexible: Option<Versions>,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// One byte, 0 for false.
    Bool,
    /// A signed integer of one byte.
    Int8,
    /// A signed integer of two bytes.
    Int16,
    /// An unsigned integer of two bytes.
    Uint16,
    /// A signed integer of four bytes.
    Int32,
    /// An unsigned integer of four bytes.
    Uint32,
    /// A signed integer of eight bytes.
    Int64,
    /// A floating-point number of eight bytes.
    Float64,
    /// Sixteen bytes.
    Uuid,
    /// UTF-8 behind a length.
    String,
    /// Bytes behind a length.
    Bytes,
    /// Record batches behind a length.
    Records,
    /// A structure of the message.
    Struct(String),
    /// Elements behind their count.
    Array(Box<Type>),
}

/// What is wrong with a schema file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaError {
    file: String,
    line: usize,
    reason: String,
}

impl SchemaError {
    /// An error of `file` at `line`.
    #[must_use]
    pub fn new(file: &str, line: usize, reason: impl Into<String>) -> SchemaError {
        SchemaError { file: file.to_owned(), line, reason: reason.into() }
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.schema:{}: {}", self.file, self.line, self.reason)
    }
}

impl std::error::Error for SchemaError {}

impl Message {
    /// The structure of this name.
    ///
    /// # Panics
    /// When there is none, which parsing rules out.
    #[must_use]
    pub fn structure(&self, name: &str) -> &Struct {
        self.structs.iter().find(|each| each.name == name).expect("parsing found every structure")
    }

    /// The fewest bytes that a value of `kind` takes in any of `versions`, tagged fields left out.
    #[must_use]
    pub fn bytes_min(&self, kind: &Type, versions: Versions) -> usize {
        let versions = versions.intersect(self.versions);
        (versions.lowest..=versions.highest)
            .map(|version| self.bytes_min_at(kind, version))
            .min()
            .unwrap_or(0)
    }

    fn bytes_min_at(&self, kind: &Type, version: i16) -> usize {
        let flexible = self.flexible.contains(version);
        match kind {
            Type::Bool | Type::Int8 => 1,
            Type::Int16 | Type::Uint16 => 2,
            Type::Int32 | Type::Uint32 => 4,
            Type::Int64 | Type::Float64 => 8,
            Type::Uuid => 16,
            Type::String => {
                if flexible {
                    1
                } else {
                    2
                }
            }
            Type::Bytes | Type::Records | Type::Array(_) => {
                if flexible {
                    1
                } else {
                    4
                }
            }
            Type::Struct(name) => {
                let fields = self.structure(name).fields.iter();
                let present = fields.filter(|field| field.versions.contains(version) && field.tag.is_none());
                let bytes = present.map(|field| match &field.kind {
                    Type::Struct(_) if field.nullable.contains(version) => 1,
                    kind => self.bytes_min_at(kind, version),
                });
                bytes.sum::<usize>() + usize::from(flexible)
            }
        }
    }
}

/// Parses the text of the schema file `name`.
///
/// # Errors
/// When a line does not parse or breaks one of the rules above.
pub fn parse(name: &str, text: &str) -> Result<File, SchemaError> {
    let mut parser = Parser { file: name, messages: Vec::new(), scopes: Vec::new() };
    for (index, line) in text.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.is_empty() || words[0].starts_with('#') {
            continue;
        }
        let depth = (line.len() - line.trim_start().len()) / 2;
        parser.line(depth, &words).map_err(|reason| SchemaError::new(name, index + 1, reason))?;
    }
    let file = File { name: parser.file.to_owned(), messages: parser.messages };
    for message in &file.messages {
        check(message).map_err(|reason| SchemaError::new(name, 0, format!("{}: {reason}", message.name)))?;
    }
    Ok(file)
}

struct Parser<'a> {
    file: &'a str,
    messages: Vec<Message>,
    /// Where fields of each depth go: `None` for the message itself, else the structure's name.
    scopes: Vec<Option<String>>,
}

impl Parser<'_> {
    fn line(&mut self, depth: usize, words: &[&str]) -> Result<(), String> {
        if depth == 0 {
            self.messages.push(message(words)?);
            self.scopes = vec![None];
            return Ok(());
        }
        let message = self.messages.last_mut().ok_or("a field before any message")?;
        let scope = self.scopes.get(depth - 1).ok_or("indented too far")?.clone();
        self.scopes.truncate(depth);
        if let ["struct", name, versions] = words {
            let versions = Versions::parse(versions).ok_or("no range of versions")?;
            add_struct(message, name, versions)?;
            self.scopes.push(Some((*name).to_owned()));
            return Ok(());
        }
        let field = field(words)?;
        if let Some(name) = element_struct(&field.kind) {
            self.scopes.push(Some(name.to_owned()));
        }
        let versions = field.versions;
        let inline = element_struct(&field.kind).map(str::to_owned);
        match &scope {
            None => message.fields.push(field),
            Some(name) => {
                if !message.structs.iter().any(|each| each.name == *name) {
                    return Err(format!("the structure {name} was not opened"));
                }
                let target = message.structs.iter_mut().find(|each| each.name == *name);
                target.expect("looked for above").fields.push(field);
            }
        }
        // A structure with its own fields below, or one that stands in a `struct` block: then it is opened twice,
        // first by its mention. Only a block may add fields to a structure that is known already.
        if let Some(name) = inline
            && !message.structs.iter().any(|each| each.name == name)
        {
            message.structs.push(Struct { name, versions, fields: Vec::new() });
        }
        Ok(())
    }
}

fn add_struct(message: &mut Message, name: &str, versions: Versions) -> Result<(), String> {
    match message.structs.iter_mut().find(|each| each.name == name) {
        Some(known) if !known.fields.is_empty() => return Err(format!("the structure {name} stands twice")),
        Some(known) => known.versions = versions,
        None => message.structs.push(Struct { name: name.to_owned(), versions, fields: Vec::new() }),
    }
    Ok(())
}

/// The structure that a field holds, or an array of which it holds.
#[must_use]
pub fn element_struct(kind: &Type) -> Option<&str> {
    match kind {
        Type::Struct(name) => Some(name),
        Type::Array(element) => element_struct(element),
        _ => None,
    }
}

fn message(words: &[&str]) -> Result<Message, String> {
    let [kind, name, attributes @ ..] = words else { return Err("a message needs a name".to_owned()) };
    let kind = match *kind {
        "request" => Kind::Request,
        "response" => Kind::Response,
        "header" => Kind::Header,
        "data" => Kind::Data,
        "record" => Kind::Record,
        "key" => Kind::Key,
        "value" => Kind::Value,
        other => return Err(format!("unknown kind of message: {other}")),
    };
    let mut message = Message {
        kind,
        name: (*name).to_owned(),
        key: None,
        versions: Versions::NONE,
        flexible: Versions::NONE,
        listeners: Vec::new(),
        unstable: false,
        fields: Vec::new(),
        structs: Vec::new(),
    };
    for attribute in attributes {
        let (what, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        let range = || Versions::parse(value).ok_or_else(|| format!("no range of versions: {value}"));
        match what {
            "key" => message.key = Some(value.parse().map_err(|_| format!("no key: {value}"))?),
            "versions" => message.versions = range()?,
            "flexible" => message.flexible = range()?,
            "listeners" => message.listeners = value.split(',').map(str::to_owned).collect(),
            "unstable" => message.unstable = true,
            _ => return Err(format!("unknown attribute {attribute}")),
        }
    }
    Ok(message)
}

fn field(words: &[&str]) -> Result<Field, String> {
    let [name, kind, versions, attributes @ ..] = words else {
        return Err("a field needs a name, a type and versions".to_owned());
    };
    let mut field = Field {
        name: (*name).to_owned(),
        kind: parse_type(kind),
        versions: Versions::parse(versions).ok_or_else(|| format!("no range of versions: {versions}"))?,
        nullable: Versions::NONE,
        tag: None,
        default: None,
        ignorable: false,
        is_key: false,
        flexible: None,
    };
    for attribute in attributes {
        let (what, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        let range = || Versions::parse(value).ok_or_else(|| format!("no range of versions: {value}"));
        match what {
            "nullable" => field.nullable = range()?,
            "tag" => field.tag = Some(value.parse().map_err(|_| format!("no tag: {value}"))?),
            "default" => field.default = Some(value.to_owned()),
            "ignorable" => field.ignorable = true,
            "key" => field.is_key = true,
            "flexible" => field.flexible = Some(range()?),
            _ => return Err(format!("unknown attribute {attribute}")),
        }
    }
    Ok(field)
}

fn parse_type(text: &str) -> Type {
    if let Some(element) = text.strip_prefix("[]") {
        return Type::Array(Box::new(parse_type(element)));
    }
    match text {
        "bool" => Type::Bool,
        "int8" => Type::Int8,
        "int16" => Type::Int16,
        "uint16" => Type::Uint16,
        "int32" => Type::Int32,
        "uint32" => Type::Uint32,
        "int64" => Type::Int64,
        "float64" => Type::Float64,
        "uuid" => Type::Uuid,
        "string" => Type::String,
        "bytes" => Type::Bytes,
        "records" => Type::Records,
        name => Type::Struct(name.to_owned()),
    }
}

/// What the code generator takes for granted.
fn check(message: &Message) -> Result<(), String> {
    if message.versions.is_empty() {
        return Err("it has no versions".to_owned());
    }
    for structure in &message.structs {
        if structure.fields.is_empty() {
            return Err(format!("the structure {} has no fields", structure.name));
        }
        check_depth(message, structure, 0)?;
        check_fields(message, &structure.fields)?;
    }
    check_fields(message, &message.fields)
}

fn check_depth(message: &Message, structure: &Struct, depth: usize) -> Result<(), String> {
    if depth > message.structs.len() {
        return Err(format!("the structure {} contains itself", structure.name));
    }
    for name in structure.fields.iter().filter_map(|field| element_struct(&field.kind)) {
        check_depth(message, message.structure(name), depth + 1)?;
    }
    Ok(())
}

fn check_fields(message: &Message, fields: &[Field]) -> Result<(), String> {
    for field in fields {
        let fail = |reason: &str| Err(format!("{}: {reason}", field.name));
        let present = field.versions.intersect(message.versions);
        let nullable = field.nullable.intersect(present);
        match &field.kind {
            Type::Array(element) => {
                if matches!(**element, Type::Array(_) | Type::Bytes | Type::Records) {
                    return fail("an array of arrays or of byte fields");
                }
                if !present.is_empty() && message.bytes_min(element, present) == 0 {
                    return fail("an array of elements that may take no bytes");
                }
            }
            Type::Struct(_) if !nullable.is_empty() && nullable != present => {
                return fail("a structure that is nullable in some of its versions only");
            }
            _ => {}
        }
        if field.tag.is_some() && present.intersect(message.flexible) != present {
            return fail("a tagged field in a version that is not flexible");
        }
        if field.tag.is_some() && !nullable.is_empty() && nullable != present {
            return fail("a tagged field that is nullable in some of its versions only");
        }
    }
    Ok(())
}
