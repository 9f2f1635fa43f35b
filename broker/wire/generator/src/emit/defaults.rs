//! Defaults of fields, and the test whether a field differs from its own.

use super::{is_option, rust_type};
use crate::names;
use crate::schema::{Field, Message, Type};

/// Whether Rust's own default for the field's type is the schema's.
pub(super) fn is_rust_default(message: &Message, field: &Field) -> bool {
    match (is_option(message, field), field.default.as_deref()) {
        (true, Some("null")) => true,
        (true, None) => field.kind == Type::Records,
        (false, default) => default.is_none(),
        (true, Some(_)) => false,
    }
}

/// The default as a Rust expression.
pub(super) fn expression(message: &Message, field: &Field) -> String {
    let is_null = field.default.as_deref() == Some("null") || field.kind == Type::Records;
    if is_option(message, field) {
        if is_null { "None".to_owned() } else { format!("Some({})", plain(field)) }
    } else {
        plain(field)
    }
}

fn plain(field: &Field) -> String {
    match (&field.kind, field.default.as_deref()) {
        (Type::Int32, Some("-2147483648")) => "i32::MIN".to_owned(),
        (Type::Int32, Some("2147483647")) => "i32::MAX".to_owned(),
        (Type::Int64, Some("9223372036854775807")) => "i64::MAX".to_owned(),
        (Type::String, Some(text)) => format!("{text:?}.to_owned()"),
        (_, Some(value)) => value.to_owned(),
        (Type::Bool, None) => "false".to_owned(),
        (Type::Float64, None) => "0.0".to_owned(),
        (Type::Uuid, None) => "[0; 16]".to_owned(),
        (Type::String, None) => "String::new()".to_owned(),
        (Type::Bytes, None) => "Bytes::new()".to_owned(),
        (Type::Records, None) => "Pieces::default()".to_owned(),
        (Type::Struct(name), None) => format!("{name}::default()"),
        (Type::Array(_), None) => "Vec::new()".to_owned(),
        (kind, None) => {
            debug_assert!(!rust_type(kind).is_empty());
            "0".to_owned()
        }
    }
}

/// A Rust condition that is true when the field of `self` is not at its default.
pub(super) fn differs(message: &Message, field: &Field) -> String {
    let place = format!("self.{}", names::field(&field.name));
    if is_option(message, field) {
        if expression(message, field) == "None" {
            return format!("{place}.is_some()");
        }
        return match &field.kind {
            Type::String if field.default.is_some() => format!("{place} != {}", expression(message, field)),
            Type::Struct(_) => format!("{place} != {}", expression(message, field)),
            _ => format!("!{place}.as_ref().is_some_and(|value| value.is_empty())"),
        };
    }
    match (&field.kind, field.default.as_deref()) {
        (Type::Bool, None) => place,
        (Type::Bool, Some(_)) => format!("!{place}"),
        (Type::String, Some(text)) => format!("{place} != {text:?}"),
        (Type::String | Type::Bytes | Type::Array(_), None) => format!("!{place}.is_empty()"),
        _ => format!("{place} != {}", plain(field)),
    }
}
