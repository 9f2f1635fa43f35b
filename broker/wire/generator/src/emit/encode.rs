//! Encoders.

use super::{Code, Context, defaults, is_option};
use crate::names;
use crate::schema::{Field, Type};
use crate::versions::{Condition, Versions};

/// Writes `fn encode`: as the trait's method with its version check, or as a private one of a structure.
pub(super) fn function(code: &mut Code, context: &Context<'_>, fields: &[Field], is_message: bool) {
    let live = context.live(fields);
    let (untagged, tagged): (Vec<&Field>, Vec<&Field>) = live.iter().partition(|field| field.tag.is_none());
    let mut body = Code { text: String::new(), depth: code.depth + 1 };
    for field in &untagged {
        put_field(&mut body, context, field);
    }
    tagged_section(&mut body, context, &tagged);
    body.line("Ok(())");
    let needs_flexible = matches!(context.flexible(), Condition::When(_)) && body.text.contains("flexible");
    code.line("fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {");
    if is_message {
        code.line("if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {");
        code.line("return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });");
        code.line("}");
    }
    if needs_flexible {
        code.line(format!("let flexible = {};", context.flexible().expression()));
    }
    code.text.push_str(&body.text);
    code.line("}");
}

fn put_field(code: &mut Code, context: &Context<'_>, field: &Field) {
    let present = Context { message: context.message, versions: field.versions.intersect(context.versions) };
    let condition = field.versions.condition(context.versions);
    if let Condition::When(condition) = &condition {
        code.line(format!("if {condition} {{"));
    }
    if condition != Condition::Never {
        refuse_null(code, &present, field);
        code.line(put(&present, field, &context.field_flexible(field)));
    }
    refuse_absent(code, context, field, &condition, true);
}

/// A null in a version that has no null for the field is an error.
fn refuse_null(code: &mut Code, present: &Context<'_>, field: &Field) {
    if !is_option(present.message, field) {
        return;
    }
    let place = format!("self.{}", names::field(&field.name));
    let test = match field.nullable.condition(present.versions) {
        Condition::Always => return,
        Condition::Never => format!("if {place}.is_none() {{"),
        Condition::When(condition) => format!("if {place}.is_none() && !({condition}) {{"),
    };
    code.line(test);
    code.line(format!("return Err(EncodeError::UnexpectedNull {{ field: \"{}\", version }});", field.name));
    code.line("}");
}

/// Closes the block of a field that is not in every version; a field that is set and must not be missed is an error
/// in the others.
fn refuse_absent(
    code: &mut Code,
    context: &Context<'_>,
    field: &Field,
    condition: &Condition,
    is_open: bool,
) {
    let error =
        format!("return Err(EncodeError::FieldNotInVersion {{ field: \"{}\", version }});", field.name);
    let test = format!("{} {{", defaults::differs(context.message, field));
    match condition {
        Condition::Always => {}
        _ if field.ignorable => {
            if is_open && *condition != Condition::Never {
                code.line("}");
            }
        }
        Condition::Never => {
            code.line(format!("if {test}"));
            code.line(error);
            code.line("}");
        }
        Condition::When(condition) => {
            if is_open {
                code.line(format!("}} else if {test}"));
            } else {
                code.line(format!("if !({condition}) && {test}"));
            }
            code.line(error);
            code.line("}");
        }
    }
}

/// A statement that writes the field of `self`.
fn put(context: &Context<'_>, field: &Field, flexible: &str) -> String {
    let place = format!("self.{}", names::field(&field.name));
    let nullable = is_option(context.message, field);
    match &field.kind {
        Type::String if nullable => format!("writer.put_nullable_string({place}.as_deref(), {flexible})?;"),
        Type::Bytes if nullable => {
            format!("writer.put_nullable_bytes({place}.as_ref(), {flexible})?;")
        }
        Type::Records if nullable => {
            format!("writer.put_nullable_pieces({place}.as_ref(), {flexible})?;")
        }
        Type::Struct(_) if nullable => format!(
            "writer.put_nullable{}_struct({place}.as_ref(), |writer, value| value.encode(writer, version))?;",
            if field.tag.is_some() { "_tagged" } else { "" }
        ),
        Type::Array(element) if nullable => format!(
            "writer.put_nullable_array({place}.as_deref(), {flexible}, |writer, element| {})?;",
            put_element(element, flexible)
        ),
        Type::String => format!("writer.put_string(&{place}, {flexible})?;"),
        Type::Bytes => format!("writer.put_bytes(&{place}, {flexible})?;"),
        Type::Records => format!("writer.put_pieces(&{place}, {flexible})?;"),
        Type::Struct(_) => format!("{place}.encode(writer, version)?;"),
        Type::Array(element) => format!(
            "writer.put_array(&{place}, {flexible}, |writer, element| {})?;",
            put_element(element, flexible)
        ),
        kind => format!("writer.{}({place});", put_fixed(kind)),
    }
}

fn put_fixed(kind: &Type) -> &'static str {
    match kind {
        Type::Bool => "put_bool",
        Type::Int8 => "put_i8",
        Type::Int16 => "put_i16",
        Type::Uint16 => "put_u16",
        Type::Int32 => "put_i32",
        Type::Uint32 => "put_u32",
        Type::Int64 => "put_i64",
        Type::Float64 => "put_f64",
        _ => "put_uuid",
    }
}

/// An expression of type `Result<(), EncodeError>` that writes `element`.
fn put_element(kind: &Type, flexible: &str) -> String {
    match kind {
        Type::String => format!("writer.put_string(element, {flexible})"),
        Type::Struct(_) => "element.encode(writer, version)".to_owned(),
        kind => format!("Ok(writer.{}(*element))", put_fixed(kind)),
    }
}

fn tagged_section(code: &mut Code, context: &Context<'_>, tagged: &[&Field]) {
    let mut tagged = tagged.to_vec();
    tagged.sort_by_key(|field| field.tag);
    for field in &tagged {
        let condition = field.versions.condition(context.versions);
        refuse_absent(code, context, field, &condition, false);
    }
    let flexible = context.flexible();
    match flexible {
        Condition::Never => return,
        Condition::Always => {}
        Condition::When(_) => code.line("if flexible {"),
    }
    if tagged.is_empty() {
        code.line("writer.put_unsigned_varint(0);");
    } else {
        code.line("let mut fields = TaggedFields::new();");
        for field in tagged {
            let versions: Versions = context.message.flexible.intersect(context.versions);
            let present = match field.versions.condition(versions) {
                Condition::When(condition) => format!("{condition} && "),
                _ => String::new(),
            };
            code.line(format!("if {present}{} {{", defaults::differs(context.message, field)));
            code.line(format!(
                "fields.add({}, |writer| {{",
                field.tag.expect("the caller picked tagged fields")
            ));
            code.line(put(context, field, "true"));
            code.line("Ok(())");
            code.line("})?;");
            code.line("}");
        }
        code.line("fields.finish(writer)?;");
    }
    if let Condition::When(_) = flexible {
        code.line("}");
    }
}
