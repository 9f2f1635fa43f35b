//! The committed codec is what the schema says, to the byte.

use std::fs;
use std::path::Path;

#[test]
fn the_committed_code_is_generated_from_the_committed_schema() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = tribunal_wire_generator::load(&root.join("schema")).expect("the schema parses");
    let generated = tribunal_wire_generator::generate(&files);
    let folder = root.join("src/message");
    let mut committed: Vec<String> = fs::read_dir(&folder)
        .expect("the code is committed")
        .map(|entry| entry.expect("a readable folder").file_name().into_string().expect("names are ASCII"))
        .collect();
    let mut expected: Vec<String> = generated.iter().map(|(name, _)| name.clone()).collect();
    committed.sort();
    expected.sort();
    assert_eq!(committed, expected, "src/message holds nothing but generated files");
    for (name, text) in generated {
        let committed = fs::read_to_string(folder.join(&name)).expect("listed above");
        assert!(committed == text, "{name} is stale: run tribunal-wire-generator (see schema/README.md)");
    }
}
