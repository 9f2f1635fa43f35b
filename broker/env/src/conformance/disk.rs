//! Files and directories: what is written is read, names behave, locks exclude, errors say which they are.

use super::{Node, World, run};
use crate::{DirEntry, Disk, EntryKind, File, FileExt, OpenMode};
use bytes::Bytes;
use std::{future::Future, io::ErrorKind, sync::Arc};

/// The number of "no space left on device" on Linux.
const ENOSPC: i32 = 28;

/// Every check of this module.
pub async fn all(world: &Arc<dyn World>) {
    open_modes_mean_what_they_say(world).await;
    reads_and_writes_are_positional(world).await;
    pieces_are_written_one_after_the_other(world).await;
    lengths_can_be_set(world).await;
    handles_see_each_other(world).await;
    many_operations_at_once(world).await;
    rename_replaces(world).await;
    directories_are_renamed_whole(world).await;
    removed_files_stay_readable(world).await;
    directories_are_made_listed_and_removed(world).await;
    syncs_answer(world).await;
    a_lock_excludes(world).await;
    space_is_told(world).await;
    a_full_disk_says_so(world).await;
}

/// Runs `check` on the first node, in a fresh directory named `name`.
async fn on_disk<C, F>(world: &Arc<dyn World>, name: &str, check: C)
where
    C: FnOnce(Arc<dyn Disk>, String) -> F + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let env = world.env(Node::First);
    let directory = format!("{}/{name}", world.directory(Node::First));
    run(world, Node::First, async move {
        let disk = env.disk();
        disk.create_dir_all(&directory).await.expect("a directory can be made");
        check(disk, directory).await;
    })
    .await;
}

async fn create(disk: &Arc<dyn Disk>, path: &str, content: &[u8]) -> Arc<dyn File> {
    let file = disk.open(path, OpenMode::Create).await.expect("a file can be made");
    file.write_all_at(0, &[Bytes::copy_from_slice(content)]).await.expect("a file can be written");
    file
}

async fn content(disk: &Arc<dyn Disk>, path: &str) -> Bytes {
    let file = disk.open(path, OpenMode::Read).await.expect("the file is there");
    file.read_at(0, 1 << 20).await.expect("the file can be read")
}

async fn open_error(disk: &Arc<dyn Disk>, path: &str, mode: OpenMode) -> ErrorKind {
    disk.open(path, mode).await.err().expect("the file cannot be opened like this").kind()
}

/// Each mode demands and makes what it says.
pub async fn open_modes_mean_what_they_say(world: &Arc<dyn World>) {
    on_disk(world, "modes", |disk, at| async move {
        let path = format!("{at}/file");
        assert_eq!(open_error(&disk, &path, OpenMode::Read).await, ErrorKind::NotFound);
        assert_eq!(open_error(&disk, &path, OpenMode::ReadWrite).await, ErrorKind::NotFound);
        let file = disk.open(&path, OpenMode::CreateNew).await.expect("a new file");
        file.write_all_at(0, &[Bytes::from_static(b"kept")]).await.expect("a new file is writable");
        assert_eq!(open_error(&disk, &path, OpenMode::CreateNew).await, ErrorKind::AlreadyExists);
        let again = disk.open(&path, OpenMode::Create).await.expect("an old file");
        assert_eq!(again.size().await.expect("a size"), 4, "Create keeps what is there");
        let both = disk.open(&path, OpenMode::ReadWrite).await.expect("an old file");
        both.write_all_at(4, &[Bytes::from_static(b"!")]).await.expect("ReadWrite writes");
        assert_eq!(content(&disk, &path).await, "kept!");
        let read_only = disk.open(&path, OpenMode::Read).await.expect("an old file");
        assert!(read_only.write_at(0, &[Bytes::from_static(b"no")]).await.is_err(), "Read does not write");
        assert!(read_only.set_len(0).await.is_err(), "Read does not cut");
        assert_eq!(content(&disk, &path).await, "kept!");
        let lost = format!("{at}/nowhere/file");
        assert_eq!(open_error(&disk, &lost, OpenMode::Create).await, ErrorKind::NotFound);
        assert!(disk.open(&at, OpenMode::ReadWrite).await.is_err(), "a directory is not a file");
    })
    .await;
}

/// Offsets are absolute, holes are zero, and only the end of a file shortens a read.
pub async fn reads_and_writes_are_positional(world: &Arc<dyn World>) {
    on_disk(world, "positional", |disk, at| async move {
        let file = create(&disk, &format!("{at}/file"), b"0123456789").await;
        assert_eq!(file.read_at(0, 4).await.expect("a read"), "0123");
        assert_eq!(file.read_at(7, 100).await.expect("a read"), "789", "shorter at the end");
        assert!(file.read_at(10, 5).await.expect("a read at the end").is_empty());
        assert!(file.read_at(1 << 40, 5).await.expect("a read beyond the end").is_empty());
        assert!(file.read_at(3, 0).await.expect("an empty read").is_empty());
        file.write_all_at(3, &[Bytes::from_static(b"abc")]).await.expect("an overwrite");
        assert_eq!(file.read_at(0, 10).await.expect("a read"), "012abc6789");
        assert_eq!(file.size().await.expect("a size"), 10, "an overwrite does not grow");
        file.write_all_at(5_000, &[Bytes::from_static(b"far")]).await.expect("a write beyond the end");
        assert_eq!(file.size().await.expect("a size"), 5_003);
        let all = file.read_at(0, 10_000).await.expect("a read");
        assert_eq!(all.len(), 5_003);
        assert!(all[10..5_000].iter().all(|byte| *byte == 0), "a hole is zeros");
        assert_eq!(&all[5_000..], b"far");
        assert_eq!(file.write_at(0, &[Bytes::new()]).await.expect("an empty write"), 0);
    })
    .await;
}

/// A gathered write is the pieces in order; what it counts is there.
pub async fn pieces_are_written_one_after_the_other(world: &Arc<dyn World>) {
    on_disk(world, "pieces", |disk, at| async move {
        let path = format!("{at}/file");
        let file = disk.open(&path, OpenMode::Create).await.expect("a file can be made");
        let pieces = [
            Bytes::from_static(b"one "),
            Bytes::new(),
            Bytes::from_static(b"two "),
            vec![b'x'; 9_000].into(),
        ];
        let count = file.write_at(2, &pieces).await.expect("a write");
        assert!((1..=9_008).contains(&count), "{count} bytes of 9,008 were written");
        assert_eq!(file.size().await.expect("a size"), 2 + count as u64);
        file.write_all_at(2, &pieces).await.expect("a whole write");
        let all = file.read_at(0, 20_000).await.expect("a read");
        assert_eq!(&all[..10], b"\0\0one two ");
        assert_eq!(all.len(), 9_010);
        assert!(all[10..].iter().all(|byte| *byte == b'x'));
    })
    .await;
}

/// Cutting forgets, and growing gives zeros, also where there once was data.
pub async fn lengths_can_be_set(world: &Arc<dyn World>) {
    on_disk(world, "lengths", |disk, at| async move {
        let file = create(&disk, &format!("{at}/file"), &[b'd'; 3_000]).await;
        file.set_len(1_000).await.expect("a cut");
        assert_eq!(file.size().await.expect("a size"), 1_000);
        assert!(file.read_at(1_000, 10).await.expect("a read").is_empty());
        file.set_len(2_000).await.expect("a growth");
        let all = file.read_at(0, 5_000).await.expect("a read");
        assert_eq!(all.len(), 2_000);
        assert!(all[..1_000].iter().all(|byte| *byte == b'd'));
        assert!(all[1_000..].iter().all(|byte| *byte == 0), "what was cut came back");
        file.sync().await.expect("a sync");
        file.set_len(0).await.expect("a cut to nothing");
        assert_eq!(file.size().await.expect("a size"), 0);
    })
    .await;
}

/// A write is visible to every other handle at once.
pub async fn handles_see_each_other(world: &Arc<dyn World>) {
    on_disk(world, "handles", |disk, at| async move {
        let path = format!("{at}/file");
        let writer = create(&disk, &path, b"before").await;
        let reader = disk.open(&path, OpenMode::Read).await.expect("a second handle");
        writer.write_all_at(0, &[Bytes::from_static(b"after!")]).await.expect("a write");
        assert_eq!(reader.read_at(0, 10).await.expect("a read"), "after!");
        writer.write_all_at(6, &[Bytes::from_static(b" more")]).await.expect("a write");
        assert_eq!(reader.size().await.expect("a size"), 11);
    })
    .await;
}

/// Operations on different ranges may be under way together.
pub async fn many_operations_at_once(world: &Arc<dyn World>) {
    let env = world.env(Node::First);
    on_disk(world, "together", |disk, at| async move {
        let file = disk.open(&format!("{at}/file"), OpenMode::Create).await.expect("a file");
        let tasks: Vec<_> = (0..20_u8)
            .map(|number| {
                let file = Arc::clone(&file);
                env.spawn("writer", async move {
                    let offset = u64::from(number) * 700;
                    file.write_all_at(offset, &[vec![number; 700].into()]).await.expect("a write");
                    file.sync().await.expect("a sync");
                    file.read_at(offset, 700).await.expect("a read").iter().all(|byte| *byte == number)
                })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await, Ok(true), "a writer did not read its own bytes");
        }
        let all = file.read_at(0, 20_000).await.expect("a read");
        assert_eq!(all.len(), 14_000);
        assert!(all.iter().enumerate().all(|(index, byte)| usize::from(*byte) == index / 700));
    })
    .await;
}

/// A rename replaces a file of the new name; open handles follow their file, not their name.
pub async fn rename_replaces(world: &Arc<dyn World>) {
    on_disk(world, "rename", |disk, at| async move {
        let (from, to) = (format!("{at}/from"), format!("{at}/to"));
        let moved = create(&disk, &from, b"new").await;
        let replaced = create(&disk, &to, b"old").await;
        disk.rename(&from, &to).await.expect("a rename");
        assert_eq!(content(&disk, &to).await, "new");
        assert_eq!(open_error(&disk, &from, OpenMode::Read).await, ErrorKind::NotFound);
        moved.write_all_at(3, &[Bytes::from_static(b"er")]).await.expect("a write after the rename");
        assert_eq!(content(&disk, &to).await, "newer");
        assert_eq!(replaced.read_at(0, 10).await.expect("a replaced file is readable"), "old");
        let error = disk.rename(&from, &to).await.expect_err("nothing to rename");
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(content(&disk, &to).await, "newer", "a failed rename changes nothing");
    })
    .await;
}

/// A directory takes its files along.
pub async fn directories_are_renamed_whole(world: &Arc<dyn World>) {
    on_disk(world, "whole", |disk, at| async move {
        disk.create_dir_all(&format!("{at}/old/deep")).await.expect("directories");
        let handle = create(&disk, &format!("{at}/old/deep/file"), b"inside").await;
        disk.rename(&format!("{at}/old"), &format!("{at}/new")).await.expect("a rename");
        assert_eq!(content(&disk, &format!("{at}/new/deep/file")).await, "inside");
        let lost = format!("{at}/old/deep/file");
        assert_eq!(open_error(&disk, &lost, OpenMode::Read).await, ErrorKind::NotFound);
        handle.write_all_at(6, &[Bytes::from_static(b"!")]).await.expect("handles go on");
        assert_eq!(content(&disk, &format!("{at}/new/deep/file")).await, "inside!");
    })
    .await;
}

/// A removed file has no name, but whoever has it open can read it; a new file of the name is another one.
pub async fn removed_files_stay_readable(world: &Arc<dyn World>) {
    on_disk(world, "removed", |disk, at| async move {
        let path = format!("{at}/file");
        let handle = create(&disk, &path, b"still here").await;
        disk.remove_file(&path).await.expect("a removal");
        assert_eq!(open_error(&disk, &path, OpenMode::Read).await, ErrorKind::NotFound);
        assert_eq!(handle.read_at(0, 20).await.expect("a read after the removal"), "still here");
        let other = create(&disk, &path, b"another").await;
        assert_eq!(handle.read_at(0, 20).await.expect("a read after the removal"), "still here");
        assert_eq!(other.read_at(0, 20).await.expect("a read"), "another");
        disk.remove_file(&path).await.expect("a removal");
        let error = disk.remove_file(&path).await.expect_err("nothing to remove");
        assert_eq!(error.kind(), ErrorKind::NotFound);
    })
    .await;
}

/// Directories: made with their parents, listed sorted, removed only when empty.
pub async fn directories_are_made_listed_and_removed(world: &Arc<dyn World>) {
    on_disk(world, "directories", |disk, at| async move {
        disk.create_dir_all(&format!("{at}/b/deep")).await.expect("directories");
        disk.create_dir_all(&format!("{at}/b/deep")).await.expect("twice is once");
        create(&disk, &format!("{at}/c"), b"four").await;
        create(&disk, &format!("{at}/a"), b"").await;
        let entry = |name: &str, kind, bytes| DirEntry { name: name.to_owned(), kind, bytes };
        let listed = disk.list(&at).await.expect("a listing");
        let wanted = [
            entry("a", EntryKind::File, 0),
            entry("b", EntryKind::Directory, 0),
            entry("c", EntryKind::File, 4),
        ];
        assert_eq!(listed, wanted);
        assert_eq!(disk.list(&format!("{at}/b/deep")).await.expect("a listing"), []);
        let missing = disk.list(&format!("{at}/none")).await.expect_err("no such directory");
        assert_eq!(missing.kind(), ErrorKind::NotFound);
        let full = disk.remove_dir(&format!("{at}/b")).await.expect_err("not empty");
        assert_eq!(full.kind(), ErrorKind::DirectoryNotEmpty);
        disk.remove_dir(&format!("{at}/b/deep")).await.expect("an empty directory goes");
        disk.remove_dir(&format!("{at}/b")).await.expect("an empty directory goes");
        let gone = disk.remove_dir(&format!("{at}/b")).await.expect_err("gone");
        assert_eq!(gone.kind(), ErrorKind::NotFound);
        assert!(disk.remove_file(&format!("{at}/none")).await.is_err());
    })
    .await;
}

/// Syncs of files and directories work, of changed and unchanged ones.
pub async fn syncs_answer(world: &Arc<dyn World>) {
    on_disk(world, "syncs", |disk, at| async move {
        let file = create(&disk, &format!("{at}/file"), b"durable").await;
        file.sync().await.expect("a sync");
        file.sync().await.expect("a sync of what is clean");
        disk.sync_dir(&at).await.expect("a sync of a directory");
        disk.remove_file(&format!("{at}/file")).await.expect("a removal");
        file.sync().await.expect("a sync of a removed file");
        disk.sync_dir(&at).await.expect("a sync of a directory");
        assert!(disk.sync_dir(&format!("{at}/none")).await.is_err(), "no such directory");
    })
    .await;
}

/// A lock is held once, until it is dropped.
pub async fn a_lock_excludes(world: &Arc<dyn World>) {
    on_disk(world, "lock", |disk, at| async move {
        let path = format!("{at}/.lock");
        let held = disk.lock(&path).await.expect("a free lock");
        let error = disk.lock(&path).await.err().expect("the lock is held");
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        drop(held);
        drop(disk.lock(&path).await.expect("the lock is free again"));
        assert!(disk.open(&path, OpenMode::Read).await.is_ok(), "the lock is a file");
    })
    .await;
}

/// Total and free space are plausible.
pub async fn space_is_told(world: &Arc<dyn World>) {
    on_disk(world, "space", |disk, at| async move {
        let (total, free) = disk.space(&at).await.expect("a file system has a size");
        assert!(total > 0 && free <= total, "{free} bytes of {total} are free");
    })
    .await;
}

/// A full disk answers its own number, keeps what is there, and works again when space is freed.
pub async fn a_full_disk_says_so(world: &Arc<dyn World>) {
    if !world.set_disk_full(Node::First, true) {
        return;
    }
    world.set_disk_full(Node::First, false);
    let at_will = Arc::clone(world);
    on_disk(world, "full", |disk, at| async move {
        let path = format!("{at}/file");
        let file = create(&disk, &path, b"before").await;
        at_will.set_disk_full(Node::First, true);
        let outcome = file.write_all_at(6, &[vec![b'x'; 100_000].into()]).await;
        let error = outcome.expect_err("there is no space");
        assert_eq!(error.raw_os_error(), Some(ENOSPC), "{error}");
        assert_eq!(file.read_at(0, 6).await.expect("reads go on"), "before");
        at_will.set_disk_full(Node::First, false);
        file.set_len(6).await.expect("a cut");
        file.write_all_at(6, &[Bytes::from_static(b" after")]).await.expect("there is space again");
        assert_eq!(content(&disk, &path).await, "before after");
    })
    .await;
}
