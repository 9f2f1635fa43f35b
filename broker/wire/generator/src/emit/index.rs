//! The files that name every message: the module list with its registry, and the API keys.

use std::fmt::Write as _;

use super::own_module;
use crate::schema::{File, Kind, Message};

/// `mod.rs`: the modules, the messages re-exported, and a macro that lists them.
pub(crate) fn module(files: &[File]) -> String {
    let mut text = String::new();
    text.push_str("//! Generated from `schema/` by `tribunal-wire-generator`: every message of the protocol. Do not edit.\n");
    text.push_str("//!\n//! A message stands in the module of its API or group, with its structures; each message is also here by\n");
    text.push_str("//! its own name. Where two messages of a module name a structure alike, each has a module inside that one\n");
    text.push_str("//! (`request` and `response`).\n\n");
    text.push_str("mod api_key;\n");
    for file in files {
        let _ = writeln!(text, "/// {}", module_doc(file));
        let _ = writeln!(text, "pub mod {};", file.name);
    }
    text.push_str("\npub use api_key::ApiKey;\n");
    for file in files {
        let names: Vec<&str> = file.messages.iter().map(|message| message.name.as_str()).collect();
        match names.as_slice() {
            [name] => {
                let _ = writeln!(text, "pub use {}::{name};", file.name);
            }
            _ => {
                let _ = writeln!(text, "pub use {}::{{{}}};", file.name, names.join(", "));
            }
        }
    }
    text.push_str(
        "\n/// Calls a macro with the list of all message types: `callback!(AddOffsetsToTxnRequest, ...)`.\n",
    );
    text.push_str("#[macro_export]\nmacro_rules! for_each_message {\n    ($callback:ident) => {\n        $callback! {\n");
    for message in files.iter().flat_map(|file| &file.messages) {
        let _ = writeln!(text, "            {},", message.name);
    }
    text.push_str("        }\n    };\n}\n");
    text.push_str(
        "\n/// Calls a macro with the list of all request types: `callback!(AddOffsetsToTxnRequest, ...)`.\n",
    );
    text.push_str("#[macro_export]\nmacro_rules! for_each_request {\n    ($callback:ident) => {\n        $callback! {\n");
    for (_, message) in requests(files) {
        let _ = writeln!(text, "            {},", message.name);
    }
    text.push_str("        }\n    };\n}\n");
    text
}

fn module_doc(file: &File) -> String {
    let nested = file.messages.iter().any(|message| own_module(file, message).is_some());
    match &file.messages[0] {
        Message { kind: Kind::Request, key: Some(key), name, .. } => format!(
            "API {key}, {}{}.",
            name.trim_end_matches("Request"),
            if nested { "; request and response in modules of their own" } else { "" }
        ),
        _ => format!("What the protocol calls {}.", file.name.replace('_', " ")),
    }
}

fn requests(files: &[File]) -> Vec<(i16, &Message)> {
    let mut requests: Vec<(i16, &Message)> = files
        .iter()
        .flat_map(|file| &file.messages)
        .filter(|message| message.kind == Kind::Request)
        .filter_map(|message| message.key.map(|key| (key, message)))
        .collect();
    requests.sort_by_key(|(key, _)| *key);
    requests
}

/// `api_key.rs`: the enum of API keys with names and version ranges.
pub(crate) fn api_keys(files: &[File]) -> String {
    let requests = requests(files);
    let mut text = String::new();
    text.push_str(
        "//! Generated from `schema/` by `tribunal-wire-generator`: the API keys. Do not edit.\n\n",
    );
    text.push_str("#![allow(clippy::too_many_lines, reason = \"generated: one line per API\")]\n\n");
    text.push_str("/// The APIs of the protocol by their keys, as far as the current protocol has them.\n");
    text.push_str("#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]\n#[repr(i16)]\npub enum ApiKey {\n");
    for (key, message) in &requests {
        let api = message.name.trim_end_matches("Request");
        let _ = writeln!(text, "    /// API {key}, {}.", message.versions);
        let _ = writeln!(text, "    {api} = {key},");
    }
    text.push_str("}\n\nimpl ApiKey {\n    /// Every API, in the order of the keys.\n    pub const ALL: &'static [ApiKey] = &[\n");
    for (_, message) in &requests {
        let _ = writeln!(text, "        ApiKey::{},", message.name.trim_end_matches("Request"));
    }
    text.push_str("    ];\n\n    /// The API of this key.\n    #[must_use]\n    pub fn from_i16(key: i16) -> Option<ApiKey> {\n        match key {\n");
    for (key, message) in &requests {
        let _ = writeln!(
            text,
            "            {key} => Some(ApiKey::{}),",
            message.name.trim_end_matches("Request")
        );
    }
    text.push_str("            _ => None,\n        }\n    }\n\n    /// The key.\n    #[must_use]\n    pub fn as_i16(self) -> i16 {\n        self as i16\n    }\n");
    text.push_str("\n    /// Kafka's name of the API.\n    #[must_use]\n    pub fn name(self) -> &'static str {\n        match self {\n");
    for (_, message) in &requests {
        let api = message.name.trim_end_matches("Request");
        let _ = writeln!(text, "            ApiKey::{api} => \"{api}\",");
    }
    text.push_str("        }\n    }\n\n    /// The lowest and highest version that the codec has, unstable ones included, and the first flexible one.\n");
    text.push_str("    pub(crate) fn schema_versions(self) -> (i16, i16, i16) {\n        match self {\n");
    for (_, message) in &requests {
        let api = message.name.trim_end_matches("Request");
        let flexible = if message.flexible.is_empty() { i16::MAX } else { message.flexible.lowest };
        let _ = writeln!(
            text,
            "            ApiKey::{api} => ({}, {}, {flexible}),",
            message.versions.lowest, message.versions.highest
        );
    }
    text.push_str("        }\n    }\n}\n");
    text
}
