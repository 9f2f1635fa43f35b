//! What compaction asks of the owner: a picture to work on, and new segments in the place of old ones.
//!
//! The order of the steps, and why it is that one, stands at the head of [`crate::compaction`].
//!
//! Always holds: old segments are replaced only while they all stand in the log as they were seen; the log is never
//! fenced here, for its records are safe in the old files or the new. Where it is not known which names the disk will
//! come back with, nothing is compacted until the log is opened again: a start ends what is under way, and may only
//! ever find the newest of it.

use super::Owner;
use crate::compaction::{Picture, REPLACED_FILES, Swap, Unfinished, cleaned, swapped};
use crate::directory::Raised;
use crate::names::{self, join, offset_file};
use crate::segment::Segment;
use crate::store::{remove_if_there, set_files_aside};
use std::{io, ops::Range, sync::Arc};
use tribunal_env::warn;
use tribunal_wire::types::{Offset, PartitionIndex};

impl Owner {
    /// What a pass works on; `None` where nothing may be compacted.
    pub(super) fn compaction_picture(&self, with_producers: bool) -> Option<Picture> {
        let compaction = self.state.config.compaction?;
        if self.state.fenced || self.swap_is_stuck {
            return None;
        }
        let view = self.shared.view();
        Some(Picture {
            config: self.state.config,
            compaction,
            segments: Arc::clone(&view.segments),
            safe: self.state.last_stable().min(self.state.flushed),
            first_dirty: self.first_dirty.max(self.state.log_start),
            cleaned_until: view.cleaned_until,
            producers: match with_producers {
                true => self.state.producers.iter().map(|(id, state)| (id, *state)).collect(),
                false => Vec::new(),
            },
        })
    }

    /// Puts a new segment into the place of old ones.
    pub(super) async fn swap(&mut self, swap: Swap) -> Result<(), Unfinished> {
        let place = self.place_of(&swap.old).ok_or(Unfinished::Superseded)?;
        let Some(new) = swap.new else {
            return match self.raise_first_dirty(swap.first_dirty).await {
                Raised::Durable => Ok(()),
                Raised::Refused | Raised::Unknown => Err(checkpoint_failed()),
            };
        };
        assert_eq!(new.base, swap.old[0].base, "the new segment begins where the first old one did");
        if let Err(error) = self.rename_all(new.base, cleaned, swapped).await {
            self.take_back_swap(new.base).await;
            return Err(Unfinished::Failed(error));
        }
        match self.raise_first_dirty(swap.first_dirty).await {
            Raised::Durable => {}
            Raised::Refused => {
                self.take_back_swap(new.base).await;
                return Err(checkpoint_failed());
            }
            Raised::Unknown => {
                self.swap_is_stuck = true;
                return Err(checkpoint_failed());
            }
        }
        // From here on the new segment is the log: a start would carry on.
        {
            let mut view = self.shared.view();
            // Readers see the new segment from now on, not what is still in memory of the old ones.
            let end = view.segments[place.end].base;
            view.tail.drop_before(end);
            let (before, after) = (&view.segments[..place.start], &view.segments[place.end..]);
            view.segments = before.iter().chain([&new]).chain(after).cloned().collect();
        }
        match self.settle_swap(new.base, &swap.old).await {
            Ok(aside) => self.remove_later(aside),
            Err(error) => {
                self.swap_is_stuck = true;
                warn!(
                    self.env,
                    "{}: files of compacted segments keep their old names ({error}); the next start mends that, and \
                     until then the log is not compacted",
                    self.shared.path
                );
            }
        }
        Ok(())
    }

    /// Where the segments `old` stand in the log, if they all do, one behind the other, and may be replaced.
    fn place_of(&self, old: &[Arc<Segment>]) -> Option<Range<usize>> {
        if self.state.fenced || self.swap_is_stuck || self.state.config.compaction.is_none() {
            return None;
        }
        let (first, view) = (old.first()?, self.shared.view());
        let start = view.segments.iter().position(|segment| Arc::ptr_eq(segment, first))?;
        let found = view.segments.get(start..start + old.len())?;
        let same = found.iter().zip(old).all(|(found, old)| Arc::ptr_eq(found, old));
        // The active segment is never compacted.
        (same && start + old.len() < view.segments.len()).then_some(start..start + old.len())
    }

    /// Makes it durable that everything before `offset` is compacted.
    async fn raise_first_dirty(&mut self, offset: Offset) -> Raised {
        if offset <= self.first_dirty {
            return Raised::Durable;
        }
        let index = PartitionIndex(self.shared.key.partition);
        let raised = self.directory.raise_first_dirty(&self.shared.topic, index, offset).await;
        if raised == Raised::Durable {
            self.first_dirty = offset;
            let mut view = self.shared.view();
            view.cleaned_until = view.cleaned_until.max(offset);
        }
        raised
    }

    /// Renames the files of the new segment, the log last, durably. The disk keeps no order between names, so the others are
    /// durable before the log's turn comes: what is aborted in it is told by its index alone.
    async fn rename_all(
        &self,
        base: Offset,
        from: fn(&str, Offset, &str) -> String,
        to: fn(&str, Offset, &str) -> String,
    ) -> io::Result<()> {
        let path = &self.shared.path;
        for extension in REPLACED_FILES {
            if extension == names::LOG {
                self.disk.sync_dir(path).await?;
            }
            self.disk.rename(&from(path, base, extension), &to(path, base, extension)).await?;
        }
        self.disk.sync_dir(path).await
    }

    /// Removes the files of a new segment that could not take its place.
    async fn take_back_swap(&mut self, base: Offset) {
        let path = self.shared.path.clone();
        let removed = async {
            // The log goes first, durably: without it a start makes nothing of the rest.
            for extension in REPLACED_FILES.iter().rev() {
                remove_if_there(&*self.disk, &swapped(&path, base, extension)).await?;
                if *extension == names::LOG {
                    self.disk.sync_dir(&path).await?;
                }
            }
            self.disk.sync_dir(&path).await
        };
        if let Err(error) = removed.await {
            self.swap_is_stuck = true;
            warn!(
                self.env,
                "{path}: a compacted segment could not be taken back ({error}); until the next start the log is not \
                 compacted"
            );
        }
    }

    /// Sets the old files aside and gives the new ones their names, durably. The names of the old ones now.
    async fn settle_swap(&self, base: Offset, old: &[Arc<Segment>]) -> io::Result<Vec<String>> {
        let path = &self.shared.path;
        let mut aside = Vec::new();
        for segment in old {
            let mut extensions = REPLACED_FILES.to_vec();
            extensions.reverse();
            if segment.base != base {
                extensions.push(names::SNAPSHOT);
            }
            aside.extend(set_files_aside(&*self.disk, path, segment.base, &extensions).await?);
        }
        self.disk.sync_dir(path).await?;
        let final_name =
            |path: &str, base: Offset, extension: &str| join(path, &offset_file(base, extension));
        self.rename_all(base, swapped, final_name).await?;
        Ok(aside)
    }
}

fn checkpoint_failed() -> Unfinished {
    Unfinished::Failed(io::Error::other("the cleaner checkpoint could not be written"))
}
