//! The name space of a simulated disk: paths to files and directories, as a flat map.
//!
//! The disk keeps two: the one its node sees, and the durable one that lags behind by the operations still pending.
//! The same [`NameChange`] is applied to both, first here and later there, so that the durable one is always some
//! earlier state of the other.

use std::{collections::BTreeMap, ops::Bound};

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// A file, by the number of its inode.
    File(u64),
    /// A directory.
    Directory,
}

/// A change of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NameChange {
    /// A file appears.
    Link(String, u64),
    /// A directory appears.
    MakeDirectory(String),
    /// A file or an empty directory goes.
    Remove(String),
    /// A file or directory, with all below it, moves and replaces what was there.
    Rename(String, String),
}

impl NameChange {
    /// Whether a sync of `directory` has to make this durable.
    pub(crate) fn concerns(&self, directory: &str) -> bool {
        match self {
            NameChange::Link(path, _) | NameChange::MakeDirectory(path) | NameChange::Remove(path) => {
                parent(path) == directory
            }
            NameChange::Rename(from, to) => parent(from) == directory || parent(to) == directory,
        }
    }
}

/// The path without slashes at its ends and doubled ones.
pub(crate) fn normal(path: &str) -> String {
    let mut normal = String::with_capacity(path.len());
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if !normal.is_empty() {
            normal.push('/');
        }
        normal.push_str(part);
    }
    normal
}

/// The directory that holds `path`; the root is empty.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// A name space.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names(BTreeMap<String, Entry>);

impl Names {
    pub(crate) fn get(&self, path: &str) -> Option<Entry> {
        if path.is_empty() { Some(Entry::Directory) } else { self.0.get(path).copied() }
    }

    pub(crate) fn is_directory(&self, path: &str) -> bool {
        self.get(path) == Some(Entry::Directory)
    }

    /// Everything strictly below `directory`, in order.
    pub(crate) fn below<'a>(&'a self, directory: &str) -> impl Iterator<Item = (&'a str, Entry)> + use<'a> {
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        self.0
            .range::<String, _>((Bound::Included(&prefix), Bound::Unbounded))
            .take_while({
                let prefix = prefix.clone();
                move |(path, _)| path.starts_with(&prefix)
            })
            .map(|(path, entry)| (path.as_str(), *entry))
    }

    /// The direct children of `directory`: name and entry, sorted by name.
    pub(crate) fn children<'a>(&'a self, directory: &str) -> Vec<(&'a str, Entry)> {
        let skip = if directory.is_empty() { 0 } else { directory.len() + 1 };
        let mut children: Vec<_> = self
            .below(directory)
            .map(|(path, entry)| (&path[skip..], entry))
            .filter(|(name, _)| !name.contains('/'))
            .collect();
        children.sort_unstable_by_key(|(name, _)| *name);
        children
    }

    /// All files: path and inode.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().filter_map(|(path, entry)| match entry {
            Entry::File(inode) => Some((path.as_str(), *inode)),
            Entry::Directory => None,
        })
    }

    /// Applies a change that is legal here. Returns the inodes that lost a name, and the one that got one.
    pub(crate) fn apply(&mut self, change: &NameChange) -> Vec<u64> {
        let mut lost = Vec::new();
        match change {
            NameChange::Link(path, inode) => {
                lost.extend(file_of(self.0.insert(path.clone(), Entry::File(*inode))));
            }
            NameChange::MakeDirectory(path) => {
                self.0.insert(path.clone(), Entry::Directory);
            }
            NameChange::Remove(path) => lost.extend(file_of(self.0.remove(path))),
            NameChange::Rename(from, to) => {
                let moved: Vec<(String, Entry)> =
                    self.below(from).map(|(path, entry)| (path.to_owned(), entry)).collect();
                for (path, entry) in moved {
                    self.0.remove(&path);
                    self.0.insert(format!("{to}{}", &path[from.len()..]), entry);
                }
                if let Some(entry) = self.0.remove(from) {
                    lost.extend(file_of(self.0.insert(to.clone(), entry)));
                }
            }
        }
        lost
    }
}

fn file_of(entry: Option<Entry>) -> Option<u64> {
    match entry {
        Some(Entry::File(inode)) => Some(inode),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_normal() {
        assert_eq!(normal("/a//b/./c/"), "a/b/c");
        assert_eq!(normal(""), "");
        assert_eq!(parent("a/b/c"), "a/b");
        assert_eq!(parent("a"), "");
    }

    #[test]
    fn a_renamed_directory_takes_all_below_and_no_neighbour() {
        let mut names = Names::default();
        for change in [
            NameChange::MakeDirectory("a".into()),
            NameChange::Link("a/one".into(), 1),
            NameChange::MakeDirectory("a/b".into()),
            NameChange::Link("a/b/two".into(), 2),
            NameChange::Link("ab".into(), 3),
        ] {
            assert!(names.apply(&change).is_empty());
        }
        names.apply(&NameChange::Rename("a".into(), "z".into()));
        let files: Vec<_> = names.files().collect();
        assert_eq!(files, [("ab", 3), ("z/b/two", 2), ("z/one", 1)]);
        assert_eq!(names.children("z"), [("b", Entry::Directory), ("one", Entry::File(1))]);
        assert_eq!(names.children("").len(), 2);
    }
}
