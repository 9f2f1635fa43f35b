//! Writes the generated codec: `tribunal-wire-generator SCHEMA_FOLDER OUTPUT_FOLDER`.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let folders: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [schema, output] = folders.as_slice() else {
        return Err("usage: tribunal-wire-generator SCHEMA_FOLDER OUTPUT_FOLDER".into());
    };
    fs::create_dir_all(output)?;
    for (name, text) in tribunal_wire_generator::generate(&tribunal_wire_generator::load(schema)?) {
        fs::write(output.join(name), text)?;
    }
    Ok(())
}
