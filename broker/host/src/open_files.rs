//! Files that are held open, with or without a descriptor of the operating system.
//!
//! Why so: a broker holds a file for each segment, and descriptors are few. A held file that is not in use gives its
//! descriptor back, and is opened by its name when it is used again. Which one that is follows the clock algorithm: a file
//! that was used since the hand came by last is passed over once.
//!
//! Always holds: a file with bytes that were written and not flushed does not lose its descriptor before they are, for the
//! error of a flush is told to descriptors that were open when it happened; where that flush fails, so does the next one
//! that is asked for. A file that no name leads to any more keeps its descriptor. A name that leads to another file than
//! before is an error.
//!
//! Locks are taken in this order: `names`, `registry`, those of a file. None is held while a reactor thread waits.

use std::collections::{BTreeMap, VecDeque};
use std::os::unix::fs::MetadataExt as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, RwLock, Weak};
use std::time::Duration;
use std::{fs, io};
use tribunal_env::OpenMode;

/// How often it is tried to open a file while there is no descriptor left, waiting a millisecond longer each time.
const PATIENCE: u64 = 60;

/// All files that a disk holds open.
pub(crate) struct OpenFiles {
    /// Descriptors that idle files may keep.
    descriptors_max: usize,
    /// Held shared by who goes by a name, and alone by who changes one.
    names: RwLock<()>,
    registry: Mutex<Registry>,
}

#[derive(Default)]
struct Registry {
    by_name: BTreeMap<String, Vec<Weak<HeldFile>>>,
    /// Files with a descriptor, the next one that may lose it first.
    ring: VecDeque<Weak<HeldFile>>,
}

/// One file that is held open.
pub(crate) struct HeldFile {
    files: Arc<OpenFiles>,
    writable: bool,
    /// Device and inode.
    identity: (u64, u64),
    descriptor: Mutex<Option<Arc<fs::File>>>,
    /// `None` once no name leads to it.
    name: Mutex<Option<String>>,
    used: AtomicBool,
    /// No name leads to it any more, or soon none will: the descriptor stays.
    kept: AtomicBool,
    /// Counts changes, and of those the ones that are flushed.
    changes: AtomicU64,
    flushed: AtomicU64,
    /// A flush that nobody had asked for failed.
    lost: AtomicBool,
}

fn has_none_left(error: &io::Error) -> bool {
    const EMFILE: i32 = 24;
    const ENFILE: i32 = 23;
    matches!(error.raw_os_error(), Some(EMFILE | ENFILE))
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no holder of this lock panics")
}

fn identity(file: &fs::File) -> io::Result<(u64, u64)> {
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok((metadata.dev(), metadata.ino()))
}

impl OpenFiles {
    pub(crate) fn new(descriptors_max: usize) -> Arc<OpenFiles> {
        Arc::new(OpenFiles { descriptors_max, names: RwLock::new(()), registry: Mutex::default() })
    }

    /// Opens `path`. May block.
    pub(crate) fn open(self: &Arc<Self>, path: String, mode: OpenMode) -> io::Result<Arc<HeldFile>> {
        let _names = self.names.read().expect("no holder of this lock panics");
        let mut options = fs::OpenOptions::new();
        options.read(true);
        match mode {
            OpenMode::Read => &mut options,
            OpenMode::ReadWrite => options.write(true),
            OpenMode::Create => options.write(true).create(true).truncate(false),
            OpenMode::CreateNew => options.write(true).create_new(true),
        };
        let file = self.with_patience(|| options.open(&path))?;
        let held = Arc::new(HeldFile {
            files: Arc::clone(self),
            writable: mode != OpenMode::Read,
            identity: identity(&file)?,
            descriptor: Mutex::new(Some(Arc::new(file))),
            name: Mutex::new(Some(path.clone())),
            used: AtomicBool::new(true),
            kept: AtomicBool::new(false),
            changes: AtomicU64::new(0),
            flushed: AtomicU64::new(0),
            lost: AtomicBool::new(false),
        });
        locked(&self.registry).by_name.entry(path).or_default().push(Arc::downgrade(&held));
        self.note_descriptor(&held);
        Ok(held)
    }

    /// Where the process has no descriptor left, idle files give theirs back, and who is using one will soon not be.
    #[allow(clippy::disallowed_methods, reason = "on the pool a thread may wait")]
    fn with_patience(&self, open: impl Fn() -> io::Result<fs::File>) -> io::Result<fs::File> {
        for attempt in 0..PATIENCE {
            match open() {
                Err(error) if has_none_left(&error) => {
                    self.free_one();
                    std::thread::sleep(Duration::from_millis(attempt));
                }
                result => return result,
            }
        }
        open()
    }

    /// A file got a descriptor: idle ones give theirs back, if that is one too many. May block.
    fn note_descriptor(&self, held: &Arc<HeldFile>) {
        // Files are dropped behind the lock, for they take it themselves.
        let mut looked_at = Vec::new();
        let mut registry = locked(&self.registry);
        registry.ring.push_back(Arc::downgrade(held));
        let mut patience = registry.ring.len() * 2;
        while registry.ring.len() > self.descriptors_max && patience > 0 {
            patience -= 1;
            let Some(next) = registry.ring.pop_front() else { break };
            let Some(file) = next.upgrade() else { continue };
            if !file.give_back() {
                registry.ring.push_back(next);
            }
            looked_at.push(file);
        }
        let too_many = registry.ring.len() > self.descriptors_max;
        drop(registry);
        if too_many {
            self.free_one();
        }
    }

    /// Has the file that was idle for the longest give its descriptor back, flushed if need be. May block.
    fn free_one(&self) {
        let victim = locked(&self.registry).ring.pop_front();
        let Some(victim) = victim.and_then(|victim| victim.upgrade()) else { return };
        victim.flush_unasked();
        if !victim.give_back() {
            locked(&self.registry).ring.push_back(Arc::downgrade(&victim));
        }
    }

    /// Renames a file or a directory. May block.
    pub(crate) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let _names = self.names.write().expect("no holder of this lock panics");
        let (replaced, moved) = (self.held_at(to), self.held_under(from));
        replaced.iter().for_each(|file| file.keep());
        fs::rename(from, to)?;
        let mut registry = locked(&self.registry);
        registry.by_name.remove(to);
        for file in &replaced {
            *locked(&file.name) = None;
        }
        for (name, files) in &moved {
            registry.by_name.remove(name);
            let name = format!("{to}{}", &name[from.len()..]);
            for file in files {
                *locked(&file.name) = Some(name.clone());
            }
            registry.by_name.insert(name, files.iter().map(Arc::downgrade).collect());
        }
        drop(registry);
        Ok(())
    }

    /// Removes a file. May block.
    pub(crate) fn remove_file(&self, path: &str) -> io::Result<()> {
        let _names = self.names.write().expect("no holder of this lock panics");
        let gone = self.held_at(path);
        gone.iter().for_each(|file| file.keep());
        fs::remove_file(path)?;
        locked(&self.registry).by_name.remove(path);
        for file in &gone {
            *locked(&file.name) = None;
        }
        Ok(())
    }

    fn held_at(&self, name: &str) -> Vec<Arc<HeldFile>> {
        let registry = locked(&self.registry);
        registry.by_name.get(name).into_iter().flatten().filter_map(Weak::upgrade).collect()
    }

    /// Files of this name, and in the directory of this name.
    fn held_under(&self, name: &str) -> Vec<(String, Vec<Arc<HeldFile>>)> {
        let inside = format!("{name}/");
        let registry = locked(&self.registry);
        let itself = registry.by_name.get_key_value(name).into_iter();
        let within =
            registry.by_name.range(inside.clone()..).take_while(|(other, _)| other.starts_with(&inside));
        itself
            .chain(within)
            .map(|(name, files)| (name.clone(), files.iter().filter_map(Weak::upgrade).collect()))
            .collect()
    }
}

impl HeldFile {
    /// The descriptor, if the file has one now.
    pub(crate) fn descriptor(&self) -> Option<Arc<fs::File>> {
        self.used.store(true, Ordering::Relaxed);
        locked(&self.descriptor).clone()
    }

    /// The descriptor, for which the file is opened again if need be. May block.
    pub(crate) fn reopened(self: &Arc<Self>) -> io::Result<Arc<fs::File>> {
        if let Some(file) = self.descriptor() {
            return Ok(file);
        }
        let names = self.files.names.read().expect("no holder of this lock panics");
        let (file, is_new) = self.open_again()?;
        if is_new {
            self.files.note_descriptor(self);
        }
        drop(names);
        Ok(file)
    }

    /// Whoever calls holds `names`.
    fn open_again(&self) -> io::Result<(Arc<fs::File>, bool)> {
        let mut descriptor = locked(&self.descriptor);
        if let Some(file) = &*descriptor {
            return Ok((Arc::clone(file), false));
        }
        let name = locked(&self.name).clone();
        let name = name.ok_or_else(|| io::Error::other("the file has no name and no descriptor any more"))?;
        let mut options = fs::OpenOptions::new();
        options.read(true).write(self.writable);
        let file = self.files.with_patience(|| options.open(&name))?;
        if identity(&file)? != self.identity {
            return Err(io::Error::other(format!("{name} was replaced by another file while it was in use")));
        }
        let file = Arc::new(file);
        *descriptor = Some(Arc::clone(&file));
        Ok((file, true))
    }

    /// Sees to it that the file has a descriptor while its name goes. Where that fails, later uses say so.
    fn keep(&self) {
        self.kept.store(true, Ordering::SeqCst);
        let _told_later = self.open_again();
    }

    /// Gives the descriptor back unless the file needs it. Says whether it has none now.
    fn give_back(&self) -> bool {
        let mut descriptor = locked(&self.descriptor);
        let is_flushed = self.flushed.load(Ordering::SeqCst) == self.changes.load(Ordering::SeqCst);
        let was_used = self.used.swap(false, Ordering::Relaxed);
        if was_used || !is_flushed || self.kept.load(Ordering::SeqCst) {
            return false;
        }
        *descriptor = None;
        true
    }

    /// Something is about to be written.
    pub(crate) fn note_change(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }

    /// Makes what was written durable. May block.
    pub(crate) fn flush(self: &Arc<Self>) -> io::Result<()> {
        if self.lost.load(Ordering::SeqCst) {
            return Err(io::Error::other("what was written before could not be flushed"));
        }
        let changes = self.changes.load(Ordering::SeqCst);
        self.reopened()?.sync_data()?;
        self.flushed.fetch_max(changes, Ordering::SeqCst);
        Ok(())
    }

    /// The same so that the descriptor can be given back. Whoever asks for a flush next is told of a failure.
    fn flush_unasked(&self) {
        let changes = self.changes.load(Ordering::SeqCst);
        let Some(file) = locked(&self.descriptor).clone() else { return };
        match file.sync_data() {
            Ok(()) => drop(self.flushed.fetch_max(changes, Ordering::SeqCst)),
            Err(_) => self.lost.store(true, Ordering::SeqCst),
        }
    }
}

impl Drop for HeldFile {
    fn drop(&mut self) {
        let Some(name) = locked(&self.name).take() else { return };
        let mut registry = locked(&self.files.registry);
        if let Some(files) = registry.by_name.get_mut(&name) {
            files.retain(|file| file.strong_count() > 0);
            if files.is_empty() {
                registry.by_name.remove(&name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read as _, Write as _};
    use std::os::unix::fs::FileExt as _;

    fn world(descriptors_max: usize) -> (tempfile::TempDir, Arc<OpenFiles>) {
        (tempfile::tempdir().expect("a directory"), OpenFiles::new(descriptors_max))
    }

    fn path(directory: &tempfile::TempDir, name: &str) -> String {
        directory.path().join(name).to_str().expect("UTF-8").to_owned()
    }

    fn create(files: &Arc<OpenFiles>, path: &str, content: &str) -> Arc<HeldFile> {
        let held = files.open(path.to_owned(), OpenMode::Create).expect("it opens");
        held.note_change();
        held.reopened().expect("it is open").write_all_at(content.as_bytes(), 0).expect("it is written");
        held.flush().expect("it is flushed");
        held
    }

    fn content(held: &Arc<HeldFile>) -> io::Result<String> {
        let file = held.reopened()?;
        let mut bytes = [0; 32];
        let count = file.read_at(&mut bytes, 0)?;
        Ok(String::from_utf8_lossy(&bytes[..count]).into_owned())
    }

    fn open_count(held: &[Arc<HeldFile>]) -> usize {
        held.iter().filter(|held| locked(&held.descriptor).is_some()).count()
    }

    #[test]
    fn idle_files_give_their_descriptors_back_and_get_them_again() {
        let (directory, files) = world(3);
        let held: Vec<_> = (0..10)
            .map(|index| create(&files, &path(&directory, &format!("{index}")), &format!("{index}")))
            .collect();
        assert!(open_count(&held) <= 3, "{} are open", open_count(&held));
        for (index, held) in held.iter().enumerate() {
            assert_eq!(content(held).expect("it can be read"), index.to_string());
        }
        assert!(open_count(&held) <= 3);
    }

    #[test]
    fn what_is_not_flushed_is_before_its_descriptor_goes() {
        let (directory, files) = world(2);
        let dirty = files.open(path(&directory, "dirty"), OpenMode::CreateNew).expect("it opens");
        dirty.note_change();
        dirty.reopened().expect("it is open").write_all_at(b"x", 0).expect("it is written");
        assert!(!dirty.give_back() && !dirty.give_back(), "it is not flushed");
        let others: Vec<_> =
            (0..5).map(|index| create(&files, &path(&directory, &format!("{index}")), "")).collect();
        assert!(open_count(&others) <= 2);
        let is_flushed = dirty.flushed.load(Ordering::SeqCst) == dirty.changes.load(Ordering::SeqCst);
        assert!(is_flushed || locked(&dirty.descriptor).is_some());
        assert_eq!(content(&dirty).expect("it can be read"), "x");
    }

    #[test]
    fn a_flush_that_failed_unasked_is_told_to_the_next_who_asks() {
        let (directory, files) = world(2);
        let held = create(&files, &path(&directory, "log"), "x");
        held.lost.store(true, Ordering::SeqCst);
        assert!(held.flush().is_err() && held.flush().is_err());
    }

    #[test]
    fn names_may_change_and_go_while_a_file_is_held() {
        let (directory, files) = world(1);
        let inside = path(&directory, "partition");
        fs::create_dir(&inside).expect("it is made");
        let moved = create(&files, &format!("{inside}/log"), "moved");
        let replaced = create(&files, &format!("{inside}/other"), "replaced");
        let removed = create(&files, &format!("{inside}/third"), "removed");
        let replacing = create(&files, &format!("{inside}/new"), "replacing");
        files.rename(&format!("{inside}/new"), &format!("{inside}/other")).expect("it is renamed");
        files.remove_file(&format!("{inside}/third")).expect("it is removed");
        files.rename(&inside, &path(&directory, "deleted")).expect("it is renamed");
        let _others: Vec<_> =
            (0..3).map(|index| create(&files, &path(&directory, &format!("{index}")), "")).collect();
        for (held, expected) in
            [(&moved, "moved"), (&replaced, "replaced"), (&removed, "removed"), (&replacing, "replacing")]
        {
            assert_eq!(content(held).expect("it can be read"), expected);
        }
    }

    #[test]
    fn a_file_that_is_about_to_lose_its_name_keeps_its_descriptor() {
        let (directory, files) = world(5);
        let held = create(&files, &path(&directory, "log"), "x");
        held.keep();
        for _ in 0..3 {
            files.free_one();
        }
        assert!(locked(&held.descriptor).is_some());
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_an_error() {
        let (directory, files) = world(1);
        let name = path(&directory, "log");
        let held = create(&files, &name, "mine");
        let _others: Vec<_> =
            (0..3).map(|index| create(&files, &path(&directory, &format!("{index}")), "")).collect();
        assert!(locked(&held.descriptor).is_none());
        let foreign = path(&directory, "foreign");
        fs::File::create(&foreign).expect("it is made").write_all(b"foreign").expect("it is written");
        fs::rename(&foreign, &name).expect("behind the back of the disk");
        assert!(content(&held).expect_err("it is another file").to_string().contains("replaced"));
        let mut there = String::new();
        fs::File::open(&name).expect("it opens").read_to_string(&mut there).expect("it can be read");
        assert_eq!(there, "foreign");
    }

    #[test]
    fn nothing_is_kept_of_files_that_nobody_holds() {
        let (directory, files) = world(2);
        for index in 0..20 {
            drop(create(&files, &path(&directory, &format!("{index}")), ""));
        }
        let registry = locked(&files.registry);
        assert!(registry.by_name.is_empty() && registry.ring.len() <= 3);
    }
}
