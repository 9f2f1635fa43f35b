//! The bytes of one file, in pages that two versions of the file can share.
//!
//! A file on the simulated disk exists twice: as its node sees it and as the platter holds it. Most pages are the
//! same in both, so pages are counted references and are copied only when one side writes. A page of zeros is absent.

use std::sync::Arc;

/// What the platter writes as one, or not at all.
pub const SECTOR_BYTES: u64 = 512;
const SECTORS: u64 = 8;
const PAGE_BYTES: u64 = SECTOR_BYTES * SECTORS;

type Page = [u8; PAGE_BYTES as usize];

/// A file's bytes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Content {
    pages: Vec<Option<Arc<Page>>>,
    bytes: u64,
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("file sizes are bounded far below a usize")
}

/// The parts of `offset..offset + bytes` page by page: page, offset in it, count.
fn spans(offset: u64, bytes: u64) -> impl Iterator<Item = (u64, usize, usize)> {
    let end = offset + bytes;
    let mut at = offset;
    std::iter::from_fn(move || {
        if at >= end {
            return None;
        }
        let (page, inside) = (at / PAGE_BYTES, at % PAGE_BYTES);
        let count = (PAGE_BYTES - inside).min(end - at);
        at += count;
        Some((page, index(inside), index(count)))
    })
}

impl Content {
    /// Length in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Fills `target` from `offset`. What lies beyond the end reads as zeros.
    pub(crate) fn read(&self, offset: u64, target: &mut [u8]) {
        let mut rest = target;
        for (page, inside, count) in spans(offset, rest.len() as u64) {
            let (part, after) = rest.split_at_mut(count);
            match self.pages.get(index(page)).and_then(Option::as_ref) {
                Some(bytes) => part.copy_from_slice(&bytes[inside..inside + count]),
                None => part.fill(0),
            }
            rest = after;
        }
    }

    /// Writes `source` at `offset`, growing as needed.
    pub(crate) fn write(&mut self, offset: u64, source: &[u8]) {
        let mut rest = source;
        for (page, inside, count) in spans(offset, source.len() as u64) {
            let (part, after) = rest.split_at(count);
            self.page_mut(page)[inside..inside + count].copy_from_slice(part);
            rest = after;
        }
        if !source.is_empty() {
            self.bytes = self.bytes.max(offset + source.len() as u64);
        }
    }

    fn page_mut(&mut self, page: u64) -> &mut Page {
        let at = index(page);
        if self.pages.len() <= at {
            self.pages.resize(at + 1, None);
        }
        Arc::make_mut(self.pages[at].get_or_insert_with(|| Arc::new([0; PAGE_BYTES as usize])))
    }

    /// Cuts, or grows with zeros. What is cut reads as zeros if the file grows again.
    pub(crate) fn set_bytes(&mut self, bytes: u64) {
        if bytes < self.bytes {
            self.pages.truncate(index(bytes.div_ceil(PAGE_BYTES)));
            let inside = bytes % PAGE_BYTES;
            if inside > 0 && self.pages.get(index(bytes / PAGE_BYTES)).is_some_and(Option::is_some) {
                self.page_mut(bytes / PAGE_BYTES)[index(inside)..].fill(0);
            }
        }
        self.bytes = bytes;
    }

    /// Takes the sectors `first..end` from `other`, without regard to lengths.
    pub(crate) fn copy_sectors(&mut self, other: &Content, first: u64, end: u64) {
        for (page, inside, count) in spans(first * SECTOR_BYTES, (end - first) * SECTOR_BYTES) {
            let source = other.pages.get(index(page)).and_then(Option::as_ref);
            match source {
                Some(bytes) if inside == 0 && count == index(PAGE_BYTES) => {
                    if self.pages.len() <= index(page) {
                        self.pages.resize(index(page) + 1, None);
                    }
                    self.pages[index(page)] = Some(Arc::clone(bytes));
                }
                Some(bytes) => {
                    self.page_mut(page)[inside..inside + count]
                        .copy_from_slice(&bytes[inside..inside + count]);
                }
                None if self.pages.get(index(page)).is_some_and(Option::is_some) => {
                    self.page_mut(page)[inside..inside + count].fill(0);
                }
                None => {}
            }
        }
        // Lengths are the caller's: a sector may lie beyond the end until the length follows.
        self.bytes = self.bytes.max(other.bytes.min(end * SECTOR_BYTES));
    }

    /// Shares whole pages with `other` wherever the sectors `first..end` touch one. For two versions that differ
    /// nowhere else in these pages.
    pub(crate) fn share_pages(&mut self, other: &Content, first: u64, end: u64) {
        if first == end {
            return;
        }
        let (from, to) = (index(first / SECTORS), index((end - 1) / SECTORS));
        if self.pages.len() <= to {
            self.pages.resize(to + 1, None);
        }
        for page in from..=to {
            self.pages[page] = other.pages.get(page).cloned().flatten();
        }
    }

    /// Whether both hold the same bytes in `from..to`.
    pub(crate) fn same(&self, other: &Content, from: u64, to: u64) -> bool {
        spans(from, to.saturating_sub(from)).all(|(page, inside, count)| {
            let here = self.pages.get(index(page)).and_then(Option::as_ref);
            let there = other.pages.get(index(page)).and_then(Option::as_ref);
            match (here, there) {
                (Some(one), Some(two)) => {
                    Arc::ptr_eq(one, two) || one[inside..inside + count] == two[inside..inside + count]
                }
                (Some(one), None) | (None, Some(one)) => {
                    one[inside..inside + count].iter().all(|byte| *byte == 0)
                }
                (None, None) => true,
            }
        })
    }

    /// All bytes.
    pub(crate) fn to_vec(&self) -> Vec<u8> {
        let mut all = vec![0; index(self.bytes)];
        self.read(0, &mut all);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Clone)]
    enum Step {
        Write(u64, Vec<u8>),
        SetBytes(u64),
        Snapshot,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => (0..20_000_u64, proptest::collection::vec(1..=255_u8, 0..6_000)).prop_map(|(at, data)| Step::Write(at, data)),
            2 => (0..20_000_u64).prop_map(Step::SetBytes),
            1 => Just(Step::Snapshot),
        ];
        proptest::collection::vec(step, 1..20)
    }

    proptest! {
        #[test]
        fn behaves_like_a_vector_and_snapshots_do_not_change(steps in steps()) {
            let (mut content, mut model) = (Content::default(), Vec::<u8>::new());
            let mut kept = Vec::new();
            for step in steps {
                match step {
                    Step::Write(at, data) => {
                        content.write(at, &data);
                        let at = index(at);
                        if !data.is_empty() {
                            model.resize(model.len().max(at + data.len()), 0);
                            model[at..at + data.len()].copy_from_slice(&data);
                        }
                    }
                    Step::SetBytes(bytes) => {
                        content.set_bytes(bytes);
                        model.resize(index(bytes), 0);
                    }
                    Step::Snapshot => kept.push((content.clone(), model.clone())),
                }
                prop_assert_eq!(content.bytes(), model.len() as u64);
                prop_assert_eq!(content.to_vec(), model.clone());
            }
            for (snapshot, expected) in kept {
                prop_assert_eq!(snapshot.to_vec(), expected);
            }
        }
    }

    #[test]
    fn sectors_are_copied_and_nothing_else() {
        let (mut one, mut two) = (Content::default(), Content::default());
        one.write(0, &[1; 20_000]);
        two.write(0, &[2; 20_000]);
        two.copy_sectors(&one, 3, 20);
        let all = two.to_vec();
        assert!(all[..3 * 512].iter().all(|byte| *byte == 2));
        assert!(all[3 * 512..20 * 512].iter().all(|byte| *byte == 1));
        assert!(all[20 * 512..].iter().all(|byte| *byte == 2));
        assert!(two.same(&one, 3 * 512, 20 * 512));
        assert!(!two.same(&one, 3 * 512, 20 * 512 + 1));
    }
}
