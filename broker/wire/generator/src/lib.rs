//! Turns the protocol's schema text into the Rust code of the message codec.
//!
//! Owns the schema language ([`schema`]), the rules that the text must keep ([`schema::parse`] refuses the rest), and
//! the shape of the generated code ([`generate`]). Written as a library so that a test can ask whether the committed
//! code is what the schema says, and so that tests can walk the schema by themselves.
//!
//! Always holds: the same text gives the same code, byte for byte.
//!
//! Leaves out: comments and field descriptions of the original definitions, which are not facts of the wire.

pub mod emit;
pub mod names;
pub mod sample;
pub mod schema;
pub mod versions;

use std::fs;
use std::io;
use std::path::Path;

use schema::{File, SchemaError};

/// Reads every schema file below `folder` (`api/` and `record/`), in the order of their names.
///
/// # Errors
/// When a file cannot be read or does not parse.
pub fn load(folder: &Path) -> Result<Vec<File>, SchemaError> {
    let mut files = Vec::new();
    for part in ["api", "record"] {
        let unreadable = |error: io::Error| SchemaError::new(part, 0, error.to_string());
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder.join(part)).map_err(unreadable)? {
            paths.push(entry.map_err(unreadable)?.path());
        }
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "schema")) {
            let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let text = fs::read_to_string(path).map_err(unreadable)?;
            files.push(schema::parse(name, &text)?);
        }
    }
    Ok(files)
}

/// The Rust files of the codec: names below `src/message` and their text.
#[must_use]
pub fn generate(files: &[File]) -> Vec<(String, String)> {
    let mut output: Vec<(String, String)> =
        files.iter().map(|file| (format!("{}.rs", file.name), emit::file(file))).collect();
    output.push(("api_key.rs".to_owned(), emit::index::api_keys(files)));
    output.push(("mod.rs".to_owned(), emit::index::module(files)));
    output
}
