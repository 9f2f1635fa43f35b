//! The house rules that no compiler checks, as a test.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Crates from the lowest to the highest: an edge may only point to an earlier layer.
const LAYERS: &[&[&str]] = &[
    &["tribunal-env", "tribunal-wire-generator"],
    &["tribunal-wire"],
    &["tribunal-log", "tribunal-quorum", "tribunal-wire-differential"],
    &["tribunal-metadata"],
    &["tribunal-coordinator"],
    &["tribunal-node"],
    &["tribunal-host"],
    &["tribunal-client"],
    &["tribunal-workloads"],
    &["tribunal-registry", "tribunal-connect", "tribunal-rest", "tribunal-sql"],
    &["tribunal-sim"],
    &["tribunal-benches"],
    &["tribunal-reports"],
    &["tribunal"],
];

/// What the broker must never know of.
const BROKER: &[&str] = &[
    "tribunal-env",
    "tribunal-wire",
    "tribunal-log",
    "tribunal-quorum",
    "tribunal-metadata",
    "tribunal-coordinator",
    "tribunal-node",
    "tribunal-host",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("cli lies in the workspace").to_owned()
}

/// Every file that git tracks or would track.
fn files() -> Vec<PathBuf> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git is installed and this is its checkout");
    assert!(output.status.success(), "git ls-files failed");
    let text = String::from_utf8(output.stdout).expect("file names are UTF-8");
    text.lines().map(PathBuf::from).filter(|path| root().join(path).is_file()).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_default()
}

fn rust_files() -> Vec<PathBuf> {
    files().into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

fn is_generated(path: &Path) -> bool {
    path.starts_with("broker/wire/src/message")
}

fn fail_if_any(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}:\n{}", findings.join("\n"));
}

#[test]
fn crate_edges_point_down() {
    let layer = |name: &str| LAYERS.iter().position(|layer| layer.contains(&name));
    let mut findings = Vec::new();
    for path in
        files().into_iter().filter(|path| path.ends_with("Cargo.toml") && path != Path::new("Cargo.toml"))
    {
        let (name, dependencies) = manifest(&read(&path));
        if name.ends_with("-fuzz") {
            continue;
        }
        let Some(own) = layer(&name) else {
            findings.push(format!("{name} has no layer in this test"));
            continue;
        };
        for dependency in dependencies {
            let lower = layer(&dependency).is_some_and(|theirs| theirs < own);
            let same_house = !BROKER.contains(&name.as_str()) || BROKER.contains(&dependency.as_str());
            if !lower || !same_house {
                findings.push(format!("{name} -> {dependency}"));
            }
        }
    }
    fail_if_any("edges that point up or sideways", &findings);
}

/// A manifest's package name and its normal dependencies on crates of this workspace.
fn manifest(text: &str) -> (String, Vec<String>) {
    let (mut name, mut dependencies, mut section) = (String::new(), Vec::new(), String::new());
    for line in text.lines() {
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_end_matches(']').to_owned();
            if let Some(dependency) = section.strip_prefix("dependencies.") {
                dependencies.push(dependency.to_owned());
            }
        } else if section == "package" && line.starts_with("name") {
            line.split('"').nth(1).unwrap_or_default().clone_into(&mut name);
        } else if section == "dependencies" {
            let dependency = line.split(['.', ' ', '=']).next().unwrap_or_default();
            dependencies.push(dependency.to_owned());
        }
    }
    dependencies.retain(|dependency| dependency.starts_with("tribunal"));
    (name, dependencies)
}

#[test]
fn there_is_one_clippy_toml() {
    let found: Vec<String> = files()
        .iter()
        .filter(|path| path.file_name().is_some_and(|name| name == "clippy.toml" || name == ".clippy.toml"))
        .map(|path| path.display().to_string())
        .collect();
    assert_eq!(found, ["clippy.toml"]);
}

#[test]
fn files_are_of_readable_length() {
    let mut findings = Vec::new();
    for path in rust_files() {
        let name = path.to_string_lossy().into_owned();
        let sibling_test = name.ends_with("_tests.rs") || name.ends_with("_fuzz.rs");
        if is_generated(&path) || sibling_test {
            continue;
        }
        let text = read(&path);
        let lines = text.lines().count();
        let explains =
            text.lines().take_while(|line| line.starts_with("//!")).any(|line| line.contains("Long because"));
        if lines > 1000 {
            findings.push(format!("{name}: {lines} lines hold two owners"));
        } else if lines > 600 && !explains {
            findings
                .push(format!("{name}: {lines} lines, and the header has no sentence `Long because ...`"));
        }
    }
    fail_if_any("long files", &findings);
}

#[test]
fn every_file_says_what_it_owns() {
    let findings: Vec<String> = rust_files()
        .iter()
        .filter(|path| !read(path).trim_start_matches("#![no_main]\n").starts_with("//!"))
        .map(|path| path.display().to_string())
        .collect();
    fail_if_any("files without a header", &findings);
}

#[test]
fn no_folder_or_file_repeats_its_parent() {
    let mut findings = Vec::new();
    for path in rust_files() {
        let parent = path.parent().and_then(Path::file_name);
        if parent.is_some() && path.file_stem() == parent {
            findings.push(format!("{} repeats its folder's name", path.display()));
        }
        if read(&path).lines().count() < 2 {
            findings.push(format!("{} holds one line", path.display()));
        }
    }
    fail_if_any("empty rooms", &findings);
}

#[test]
fn every_api_file_is_in_the_registry() {
    let folder = Path::new("broker/node/src/api");
    let registry = read(&folder.join("mod.rs"));
    let mut findings = Vec::new();
    for path in rust_files().iter().filter(|path| path.parent() == Some(folder)) {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if name != "mod" && !registry.contains(&format!("{name}::")) {
            findings.push(format!("{} is not registered", path.display()));
        }
    }
    fail_if_any("APIs that nobody reaches", &findings);
}

/// Without `biased;` the branch that is looked at first is drawn per process.
#[test]
fn every_select_keeps_its_order() {
    let select = ["sele", "ct! {"].concat();
    let mut findings = Vec::new();
    for path in rust_files() {
        let text = read(&path);
        for (at, found) in text.match_indices(&select) {
            if !text[at + found.len()..].trim_start().starts_with("biased;") {
                let line = text[..at].lines().count();
                findings.push(format!("{}:{line}: say `biased;` first", path.display()));
            }
        }
    }
    fail_if_any("branches in a drawn order", &findings);
}

#[test]
fn nothing_left_for_later_and_no_foreign_places() {
    let marks: BTreeMap<&str, String> = BTreeMap::from([
        ("a mark for later", ["TO", "DO"].concat()),
        ("a mark for later ", ["FIX", "ME"].concat()),
        ("a skipped test", ["#[ign", "ore"].concat()),
        ("a path of one machine", ["/ro", "ot/"].concat()),
        ("a path of one machine ", ["/ho", "me/"].concat()),
        ("a path of one machine  ", ["/wo", "rk/"].concat()),
    ]);
    let mut findings = Vec::new();
    for path in files().iter().filter(|path| !path.ends_with("Cargo.lock") && !path.ends_with("LICENSE")) {
        for (number, line) in read(path).lines().enumerate() {
            for (what, mark) in &marks {
                if line.contains(mark.as_str()) {
                    findings.push(format!("{}:{}: {}: {line}", path.display(), number + 1, what.trim()));
                }
            }
        }
    }
    fail_if_any("left behind", &findings);
}
