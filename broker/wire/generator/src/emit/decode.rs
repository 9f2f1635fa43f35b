//! Decoders.

use super::{Code, Context, defaults, is_option};
use crate::names;
use crate::schema::{Field, Type};
use crate::versions::Condition;

/// Writes `fn decode`: as the trait's method with its version check, or as a private one of a structure.
pub(super) fn function(code: &mut Code, context: &Context<'_>, fields: &[Field], is_message: bool) {
    let live = context.live(fields);
    let (untagged, tagged): (Vec<&Field>, Vec<&Field>) = live.iter().partition(|field| field.tag.is_none());
    let mut body = Code { text: String::new(), depth: code.depth + 1 };
    let mutable = if tagged.is_empty() { "" } else { "mut " };
    let plain = tagged.is_empty() && context.flexible() == Condition::Never;
    body.line(if plain { "Ok(Self {".to_owned() } else { format!("let {mutable}message = Self {{") });
    for field in &untagged {
        field_value(&mut body, context, field);
    }
    for field in &tagged {
        body.line(format!(
            "{}: {},",
            names::field(&field.name),
            defaults::expression(context.message, field)
        ));
    }
    body.line(if plain { "})" } else { "};" });
    if !plain {
        tagged_section(&mut body, context, &tagged);
        body.line("Ok(message)");
    }
    code.line("fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {");
    if is_message {
        code.line("if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {");
        code.line("return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });");
        code.line("}");
    }
    if needs_flexible(&body.text, context) {
        code.line(format!("let flexible = {};", context.flexible().expression()));
    }
    code.text.push_str(&body.text);
    code.line("}");
}

fn needs_flexible(body: &str, context: &Context<'_>) -> bool {
    matches!(context.flexible(), Condition::When(_)) && body.contains("flexible")
}

/// One field of the struct literal.
fn field_value(code: &mut Code, context: &Context<'_>, field: &Field) {
    let name = names::field(&field.name);
    match field.versions.condition(context.versions) {
        Condition::Always => code.line(format!("{name}: {}?,", read_field(context, field))),
        Condition::Never => {
            code.line(format!("{name}: {},", defaults::expression(context.message, field)));
        }
        Condition::When(condition) => {
            code.line(format!("{name}: if {condition} {{"));
            code.line(format!("{}?", read_field(context, field)));
            code.line("} else {");
            code.line(defaults::expression(context.message, field));
            code.line("},");
        }
    }
}

/// An expression of type `Result<the field's type, DecodeError>`.
fn read_field(context: &Context<'_>, field: &Field) -> String {
    let flexible = context.field_flexible(field);
    let present =
        super::Context { message: context.message, versions: field.versions.intersect(context.versions) };
    if !is_option(context.message, field) {
        return read(&present, &field.kind, &flexible);
    }
    let nullable = match &field.kind {
        Type::Struct(name) if field.tag.is_some() => {
            format!("reader.read_nullable_tagged_struct(|reader| {name}::decode(reader, version))")
        }
        kind => read_nullable(&present, kind, &flexible),
    };
    match field.nullable.condition(present.versions) {
        Condition::Always => nullable,
        Condition::Never => format!("{}.map(Some)", read(&present, &field.kind, &flexible)),
        Condition::When(condition) => format!(
            "if {condition} {{ {nullable} }} else {{ {}.map(Some) }}",
            read(&present, &field.kind, &flexible)
        ),
    }
}

fn read(context: &Context<'_>, kind: &Type, flexible: &str) -> String {
    match kind {
        Type::Bool => "reader.read_bool()".to_owned(),
        Type::Int8 => "reader.read_i8()".to_owned(),
        Type::Int16 => "reader.read_i16()".to_owned(),
        Type::Uint16 => "reader.read_u16()".to_owned(),
        Type::Int32 => "reader.read_i32()".to_owned(),
        Type::Uint32 => "reader.read_u32()".to_owned(),
        Type::Int64 => "reader.read_i64()".to_owned(),
        Type::Float64 => "reader.read_f64()".to_owned(),
        Type::Uuid => "reader.read_uuid()".to_owned(),
        Type::String => format!("reader.read_string({flexible})"),
        Type::Bytes => format!("reader.read_bytes({flexible})"),
        Type::Records => format!("reader.read_bytes({flexible}).map(Pieces::from)"),
        Type::Struct(name) => format!("{name}::decode(reader, version)"),
        Type::Array(element) => format!("reader.read_array({})", array_arguments(context, element, flexible)),
    }
}

fn read_nullable(context: &Context<'_>, kind: &Type, flexible: &str) -> String {
    match kind {
        Type::Bytes => format!("reader.read_nullable_bytes({flexible})"),
        Type::Records => format!("reader.read_nullable_pieces({flexible})"),
        Type::Struct(name) => {
            format!("reader.read_nullable_struct(|reader| {name}::decode(reader, version))")
        }
        Type::Array(element) => {
            format!("reader.read_nullable_array({})", array_arguments(context, element, flexible))
        }
        _ => format!("reader.read_nullable_string({flexible})"),
    }
}

fn array_arguments(context: &Context<'_>, element: &Type, flexible: &str) -> String {
    let bytes_min = context.message.bytes_min(element, context.versions);
    format!("{flexible}, {bytes_min}, |reader| {}", read(context, element, flexible))
}

fn tagged_section(code: &mut Code, context: &Context<'_>, tagged: &[&Field]) {
    match context.flexible() {
        Condition::Never => return,
        Condition::Always => {}
        Condition::When(_) => code.line("if flexible {"),
    }
    if tagged.is_empty() {
        code.line("reader.skip_tagged_fields()?;");
    } else {
        let mut tagged = tagged.to_vec();
        tagged.sort_by_key(|field| field.tag);
        code.line("reader.read_tagged_fields(|tag, reader| {");
        code.line("match tag {");
        for field in tagged {
            let tag = field.tag.expect("the caller picked tagged fields");
            let guard = match field.versions.condition(context.message.flexible.intersect(context.versions)) {
                Condition::When(condition) => format!(" if {condition}"),
                _ => String::new(),
            };
            code.line(format!(
                "{tag}{guard} => message.{} = {}?,",
                names::field(&field.name),
                read_field(context, field)
            ));
        }
        code.line("_ => return Ok(false),");
        code.line("}");
        code.line("Ok(true)");
        code.line("})?;");
    }
    if let Condition::When(_) = context.flexible() {
        code.line("}");
    }
}
