//! Planted bugs: patches that break the broker or the client on purpose, so that the checkers are tried as well.
//!
//! A bug is one file of `sim/bugs`: header lines (`Bug`, `Cause`, `Source`, `Expected`, `Scenario`), an empty line, and
//! a patch that adds `if planted("B14") { wrong } else { right }`. All of them are applied together to one scratch copy
//! of the tree, which is built once; an environment variable says which one is live. `sim/bugs/base/planted.patch`
//! brings the function that the others call.
//!
//! Why so: production code carries no trace of a bug, and a patch that no longer applies fails a test, so that the
//! bank cannot rot unseen.
//!
//! Always holds: files of the scratch copy that do not change are not written again, so that a build after a small
//! change is a small build.

use diffy::patch_set::{FileOperation, ParseOptions, PatchSet};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Where the bugs are kept, below the root of the workspace.
pub const BUGS: &str = "sim/bugs";
/// The environment variable that says which bug is live.
pub const VARIABLE: &str = "TRIBUNAL_PLANTED";

/// Folders that no build needs.
const LEFT_OUT: [&str; 3] = ["target", ".git", ".clients"];

/// A bug that can be planted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlantedBug {
    /// Its name, which is its file's.
    pub name: String,
    /// What the code does wrong, in a sentence.
    pub cause: String,
    /// Whose bug it was.
    pub source: String,
    /// The checkers, or signatures (`C03/lost`), one of which should find it.
    pub expected: Vec<String>,
    /// What has to happen for it to bite.
    pub scenario: String,
    patch: String,
}

impl PlantedBug {
    /// Reads a bug's file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(name: &str, text: &str) -> Result<PlantedBug, String> {
        let (header, patch) = text
            .split_once("\n\n")
            .ok_or_else(|| format!("{name}: between header and patch there is an empty line"))?;
        let fields: BTreeMap<&str, &str> = header
            .lines()
            .filter_map(|line| line.split_once(": "))
            .map(|(key, value)| (key, value.trim()))
            .collect();
        let field = |key: &str| {
            fields
                .get(key)
                .map(|value| (*value).to_owned())
                .ok_or_else(|| format!("{name}: the header has no line `{key}: ...`"))
        };
        if field("Bug")? != name {
            return Err(format!("{name}: the header is that of {}", field("Bug")?));
        }
        if !patch.contains(&format!("planted(\"{name}\")")) {
            return Err(format!("{name}: the patch never asks `planted(\"{name}\")`"));
        }
        Ok(PlantedBug {
            name: name.to_owned(),
            cause: field("Cause")?,
            source: field("Source")?,
            expected: field("Expected")?.split_whitespace().map(str::to_owned).collect(),
            scenario: field("Scenario")?,
            patch: patch.to_owned(),
        })
    }

    /// Whether a violation of this kind (`C03/lost`) is what should find the bug.
    pub fn expects(&self, signature: &str) -> bool {
        let checker = signature.split('/').next().unwrap_or_default();
        self.expected.iter().any(|expected| expected == signature || expected == checker)
    }
}

/// Reads all bugs of a checkout, in order of their names.
///
/// # Errors
/// What cannot be read.
pub fn read_all(root: &Path) -> Result<Vec<PlantedBug>, String> {
    let mut bugs = Vec::new();
    for path in patches(&root.join(BUGS))? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        bugs.push(PlantedBug::parse(&name, &read(&path)?)?);
    }
    Ok(bugs)
}

/// Brings `scratch` into the state of the checkout at `root` with all bugs planted.
///
/// # Errors
/// The patch that no longer applies, or what the disk says.
pub fn plant(root: &Path, bugs: &[PlantedBug], scratch: &Path) -> Result<(), String> {
    let mut patched = BTreeMap::new();
    for path in patches(&root.join(BUGS).join("base"))? {
        apply(root, &path.to_string_lossy(), &read(&path)?, &mut patched)?;
    }
    for bug in bugs {
        apply(root, &bug.name, &bug.patch, &mut patched)?;
    }
    let mut kept = Vec::new();
    copy(root, root, scratch, &patched, &mut kept)?;
    for (path, content) in &patched {
        write_if_changed(&scratch.join(path), content.as_bytes())?;
        kept.push(scratch.join(path));
    }
    kept.sort_unstable();
    remove_others(scratch, &kept)
}

/// The patches of a folder, sorted.
fn patches(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries =
        fs::read_dir(folder).map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "patch"))
        .collect();
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

/// Applies one patch onto the checkout and what earlier patches made of it.
fn apply(
    root: &Path,
    name: &str,
    patch: &str,
    patched: &mut BTreeMap<PathBuf, String>,
) -> Result<(), String> {
    for file in PatchSet::parse(patch, ParseOptions::gitdiff()) {
        let file = file.map_err(|error| format!("the patch of {name} cannot be read: {error}"))?;
        let (path, created) = match file.operation() {
            FileOperation::Create(path) => (path.as_ref(), true),
            FileOperation::Modify { modified, .. } => (modified.as_ref(), false),
            _ => return Err(format!("the patch of {name} does more than change and create files")),
        };
        let path = PathBuf::from(path.strip_prefix("b/").unwrap_or(path));
        let before = match patched.remove(&path) {
            Some(content) => content,
            None if created => String::new(),
            None => read(&root.join(&path))?,
        };
        let text = file.patch().as_text().ok_or_else(|| format!("the patch of {name} is binary"))?;
        let after = diffy::apply(&before, text).map_err(|error| {
            format!(
                "the patch of {name} no longer applies to {}: {error}; make it again for the code as it is",
                path.display()
            )
        })?;
        patched.insert(path, after);
    }
    Ok(())
}

/// Copies what the patches leave alone.
fn copy(
    root: &Path,
    folder: &Path,
    scratch: &Path,
    patched: &BTreeMap<PathBuf, String>,
    kept: &mut Vec<PathBuf>,
) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{} cannot be copied: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
        if LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if kind.is_dir() {
            copy(root, &path, scratch, patched, kept)?;
        } else if kind.is_file() {
            let below = path.strip_prefix(root).map_err(|error| error.to_string())?;
            if !patched.contains_key(below) {
                write_if_changed(&scratch.join(below), &fs::read(&path).map_err(failed)?)?;
                kept.push(scratch.join(below));
            }
        }
    }
    Ok(())
}

fn write_if_changed(path: &Path, content: &[u8]) -> Result<(), String> {
    if fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    let failed = |error: std::io::Error| format!("{} cannot be written: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, content).map_err(failed)
}

/// Removes files of an earlier copy that the checkout has no more. `kept` is sorted.
fn remove_others(folder: &Path, kept: &[PathBuf]) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{} cannot be cleaned: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        if LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if entry.file_type().map_err(failed)?.is_dir() {
            remove_others(&path, kept)?;
        } else if kept.binary_search(&path).is_err() {
            fs::remove_file(&path).map_err(failed)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("sim lies in the workspace").to_owned()
    }

    #[test]
    fn every_bug_can_be_planted_beside_all_others() {
        let bugs = read_all(&root()).expect("every bug can be read");
        let folder = tempfile::tempdir().expect("there is room for a copy of the tree");
        let scratch = folder.path().join("scratch");
        plant(&root(), &bugs, &scratch).expect("every patch applies");
        let planted =
            fs::read_to_string(scratch.join("broker/env/src/planted.rs")).expect("the base brings it");
        assert!(planted.contains(VARIABLE));

        let old = scratch.join("broker/gone.rs");
        fs::write(&old, "what the checkout has no more").expect("the copy can be written to");
        let unchanged = scratch.join("Cargo.lock");
        let written = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).expect("it is there");
        let before = written(&unchanged);
        plant(&root(), &bugs, &scratch).expect("every patch applies again");
        assert!(!old.exists());
        assert_eq!(written(&unchanged), before, "what does not change is not written");
    }

    #[test]
    fn checkers_and_signatures_are_told_apart() {
        let text =
            "Bug: B1\nCause: a\nSource: b\nExpected: C03 C05/duplicate\nScenario: c\n\nif planted(\"B1\")";
        let bug = PlantedBug::parse("B1", text).expect("the header is whole");
        assert!(bug.expects("C03/lost") && bug.expects("C05/duplicate") && !bug.expects("C05/other"));
        assert!(PlantedBug::parse("B2", text).is_err(), "a file is named as its bug");
        let without = text.replace("Scenario: c\n", "");
        assert!(PlantedBug::parse("B1", &without).is_err_and(|error| error.contains("Scenario")));
    }

    #[test]
    fn a_patch_for_other_code_is_refused() {
        let patch = "diff --git a/LICENSE b/LICENSE\n--- a/LICENSE\n+++ b/LICENSE\n@@ -1 +1 @@\n-what never stood there\n+planted(\"B1\")\n";
        let refused = apply(&root(), "B1", patch, &mut BTreeMap::new());
        assert!(refused.is_err_and(|error| error.contains("no longer applies")));
    }
}
