//! The Rust text of one schema file.
//!
//! Each structure becomes a struct with a decoder and an encoder that walk its fields in the order of the schema. A
//! condition on the version is written only where it can be both true and false. Messages whose structures share a
//! name with another message of the file stand in a module of their own.

mod decode;
mod defaults;
mod encode;
pub mod index;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::names;
use crate::schema::{Field, File, Kind, Message, Struct, Type, element_struct};
use crate::versions::{Condition, Versions};

/// Text with the indentation of generated code.
struct Code {
    text: String,
    depth: usize,
}

impl Code {
    fn line(&mut self, line: impl AsRef<str>) {
        let line = line.as_ref();
        if line.starts_with('}') || line.starts_with(')') {
            self.depth -= 1;
        }
        if line.is_empty() {
            self.text.push('\n');
        } else {
            let _ = writeln!(self.text, "{:width$}{line}", "", width = self.depth * 4);
        }
        if line.ends_with('{') || line.ends_with('(') {
            self.depth += 1;
        }
    }
}

/// What the code of one struct has to know: its message, and the versions in which it occurs.
struct Context<'a> {
    message: &'a Message,
    versions: Versions,
}

impl Context<'_> {
    /// Whether lengths are compact, as a Rust expression of type `bool`.
    fn flexible(&self) -> Condition {
        self.message.flexible.condition(self.versions)
    }

    /// How the code names that expression: a constant, or the local variable `flexible`.
    fn flexible_name(&self) -> &'static str {
        match self.flexible() {
            Condition::Always => "true",
            Condition::Never => "false",
            Condition::When(_) => "flexible",
        }
    }

    /// The same for a field that may have its own rule.
    fn field_flexible(&self, field: &Field) -> String {
        match field.flexible {
            Some(versions) => versions.condition(self.versions).expression().to_owned(),
            None if field.tag.is_some() => "true".to_owned(),
            None => self.flexible_name().to_owned(),
        }
    }

    /// The fields that some version has.
    fn live<'f>(&self, fields: &'f [Field]) -> Vec<&'f Field> {
        fields.iter().filter(|field| is_live(self.message, field)).collect()
    }
}

fn is_live(message: &Message, field: &Field) -> bool {
    !field.versions.intersect(message.versions).is_empty()
}

/// Whether the Rust type is an `Option`.
fn is_option(message: &Message, field: &Field) -> bool {
    field.kind == Type::Records
        || !field.nullable.intersect(field.versions).intersect(message.versions).is_empty()
}

fn rust_type(kind: &Type) -> String {
    match kind {
        Type::Bool => "bool".to_owned(),
        Type::Int8 => "i8".to_owned(),
        Type::Int16 => "i16".to_owned(),
        Type::Uint16 => "u16".to_owned(),
        Type::Int32 => "i32".to_owned(),
        Type::Uint32 => "u32".to_owned(),
        Type::Int64 => "i64".to_owned(),
        Type::Float64 => "f64".to_owned(),
        Type::Uuid => "[u8; 16]".to_owned(),
        Type::String => "String".to_owned(),
        Type::Bytes => "Bytes".to_owned(),
        Type::Records => "Pieces".to_owned(),
        Type::Struct(name) => name.clone(),
        Type::Array(element) => format!("Vec<{}>", rust_type(element)),
    }
}

/// The structures that a live field mentions, in the schema's order.
fn live_structs(message: &Message) -> Vec<&Struct> {
    let mut wanted: Vec<&str> = Vec::new();
    let mut queue: Vec<&[Field]> = vec![&message.fields];
    while let Some(fields) = queue.pop() {
        for name in fields
            .iter()
            .filter(|field| is_live(message, field))
            .filter_map(|field| element_struct(&field.kind))
        {
            if !wanted.contains(&name) {
                wanted.push(name);
                queue.push(&message.structure(name).fields);
            }
        }
    }
    message.structs.iter().filter(|each| wanted.contains(&each.name.as_str())).collect()
}

/// The module that a message stands in by itself, because one of its structures shares its name with another's.
pub(crate) fn own_module(file: &File, message: &Message) -> Option<String> {
    let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
    for each in &file.messages {
        for structure in live_structs(each) {
            *owners.entry(&structure.name).or_default() += 1;
        }
    }
    live_structs(message).iter().any(|structure| owners[structure.name.as_str()] > 1).then(|| {
        match message.kind {
            Kind::Request => "request".to_owned(),
            Kind::Response => "response".to_owned(),
            _ => names::snake_case(&message.name),
        }
    })
}

/// The Rust text of `file`.
#[must_use]
pub fn file(file: &File) -> String {
    let mut code = Code { text: String::new(), depth: 0 };
    code.line(format!(
        "//! Generated from `schema/` by `tribunal-wire-generator`: {}. Do not edit.",
        title(file)
    ));
    code.line("");
    code.line(
        "#![allow(missing_docs, reason = \"the names are Kafka's own, explained in its documentation\")]",
    );
    code.line("#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = \"generated\")]");
    code.line("");
    let modules: Vec<Option<String>> =
        file.messages.iter().map(|message| own_module(file, message)).collect();
    if modules.iter().any(Option::is_none) {
        let flat: String = file
            .messages
            .iter()
            .zip(&modules)
            .filter(|(_, own)| own.is_none())
            .map(|(m, _)| body(m))
            .collect();
        imports(&mut code, &flat);
        code.text.push_str(&flat);
    }
    for (each, module) in file.messages.iter().zip(&modules) {
        let Some(module) = module else { continue };
        code.line("");
        code.line(format!("/// `{}` and its structures.", each.name));
        code.line(format!("pub mod {module} {{"));
        let text = body(each);
        imports(&mut code, &text);
        for line in text.lines() {
            if line.is_empty() {
                code.text.push('\n');
            } else {
                let _ = writeln!(code.text, "    {line}");
            }
        }
        code.line("}");
        code.line("");
        code.line(format!("pub use {module}::{};", each.name));
    }
    code.text
}

fn title(file: &File) -> String {
    match file.messages.first() {
        Some(Message { kind: Kind::Request, key: Some(key), name, .. }) => {
            format!("API {key}, {}", name.trim_end_matches("Request"))
        }
        _ => file.name.replace('_', " "),
    }
}

fn imports(code: &mut Code, text: &str) {
    let mut traits = vec!["DecodeError", "EncodeError", "Message", "Reader"];
    for name in ["Record", "Request", "TaggedFields"] {
        let used = match name {
            "TaggedFields" => text.contains("TaggedFields::new"),
            _ => text.contains(&format!("impl {name} for")),
        };
        if used {
            traits.push(name);
        }
    }
    traits.push("Writer");
    traits.sort_unstable();
    if text.contains("Bytes") {
        code.line("use bytes::Bytes;");
        code.line("");
    }
    code.line(format!("use crate::codec::{{{}}};", traits.join(", ")));
    if text.contains("ApiKey::") {
        code.line("use crate::message::ApiKey;");
    }
    if text.contains("Pieces") {
        code.line("use crate::pieces::Pieces;");
    }
}

/// A message and its structures, without imports.
fn body(message: &Message) -> String {
    let mut code = Code { text: String::new(), depth: 0 };
    let context = Context { message, versions: message.versions };
    code.line("");
    code.line(format!("/// Kafka's `{}`, {}.", message.name, message.versions));
    definition(&mut code, &context, &message.name, &message.fields);
    message_impl(&mut code, &context);
    for structure in live_structs(message) {
        let context = Context { message, versions: structure.versions.intersect(message.versions) };
        code.line("");
        code.line(format!("/// A structure of [`{}`].", message.name));
        definition(&mut code, &context, &structure.name, &structure.fields);
        code.line("");
        code.line(format!("impl {} {{", structure.name));
        decode::function(&mut code, &context, &structure.fields, false);
        code.line("");
        encode::function(&mut code, &context, &structure.fields, false);
        code.line("}");
    }
    code.text
}

fn definition(code: &mut Code, context: &Context<'_>, name: &str, fields: &[Field]) {
    let live = context.live(fields);
    let natural = live.iter().all(|field| defaults::is_rust_default(context.message, field));
    code.line(format!("#[derive(Debug, Clone, PartialEq{})]", if natural { ", Default" } else { "" }));
    if live.is_empty() {
        code.line(format!("pub struct {name} {{}}"));
    } else {
        code.line(format!("pub struct {name} {{"));
        for field in &live {
            let kind = rust_type(&field.kind);
            let kind = if is_option(context.message, field) { format!("Option<{kind}>") } else { kind };
            code.line(format!("pub {}: {kind},", names::field(&field.name)));
        }
        code.line("}");
    }
    if !natural {
        code.line("");
        code.line(format!("impl Default for {name} {{"));
        code.line(format!("fn default() -> {name} {{"));
        code.line(format!("{name} {{"));
        for field in &live {
            code.line(format!(
                "{}: {},",
                names::field(&field.name),
                defaults::expression(context.message, field)
            ));
        }
        code.line("}");
        code.line("}");
        code.line("}");
    }
}

fn message_impl(code: &mut Code, context: &Context<'_>) {
    let message = context.message;
    let Message { name, versions, .. } = message;
    code.line("");
    code.line(format!("impl Message for {name} {{"));
    code.line(format!("const MIN_VERSION: i16 = {};", versions.lowest));
    code.line(format!("const MAX_VERSION: i16 = {};", versions.highest));
    code.line(format!("const NAME: &'static str = \"{name}\";"));
    code.line("");
    let flexible = context.flexible();
    let argument = if matches!(flexible, Condition::When(_)) { "version" } else { "_version" };
    code.line(format!("fn is_flexible({argument}: i16) -> bool {{"));
    code.line(flexible.expression());
    code.line("}");
    code.line("");
    decode::function(code, context, &message.fields, true);
    code.line("");
    encode::function(code, context, &message.fields, true);
    code.line("}");
    if let (Kind::Request, Some(_)) = (message.kind, message.key) {
        let api = name.trim_end_matches("Request");
        code.line("");
        code.line(format!("impl Request for {name} {{"));
        code.line(format!("const API_KEY: ApiKey = ApiKey::{api};"));
        code.line(format!("type Response = crate::message::{api}Response;"));
        code.line("}");
    }
    if let (Kind::Record | Kind::Key, Some(key)) = (message.kind, message.key) {
        code.line("");
        code.line(format!("impl Record for {name} {{"));
        code.line(format!("const RECORD_TYPE: i16 = {key};"));
        code.line("}");
    }
}
