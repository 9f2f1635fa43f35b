//! A partition's offsets and the value known to stand at each.
//!
//! Offsets of a log are dense in practice, but a broken broker or a hostile file may name any: small pages, found
//! by index near the first offset that was named and through a tree elsewhere, so that one wild offset costs one page.

use crate::history::{NONE, Value};
use std::collections::BTreeMap;

const PAGE: i64 = 64;
const PAGE_LEN: usize = PAGE as usize;
/// Pages kept by index: the first 2^26 offsets.
const NEAR_PAGES: i64 = 1 << 20;
/// How far below the first named offset the indexed pages begin.
const MARGIN: i64 = 1 << 16;

/// Offset to value.
#[derive(Debug, Clone, Default)]
pub(crate) struct OffsetMap {
    base: Option<i64>,
    near: Vec<u32>,
    far: BTreeMap<i64, u32>,
    pages: Vec<[Value; PAGE_LEN]>,
    end: i64,
}

impl OffsetMap {
    /// One past the highest offset that has a value.
    pub(crate) fn end(&self) -> i64 {
        self.end
    }

    pub(crate) fn get(&self, offset: i64) -> Option<Value> {
        let page = self.page(offset)?;
        let value = self.pages[page as usize][offset.rem_euclid(PAGE) as usize];
        (value != NONE).then_some(value)
    }

    fn page(&self, offset: i64) -> Option<u32> {
        let number = offset.div_euclid(PAGE);
        let near = number.checked_sub(self.base?).filter(|near| (0..NEAR_PAGES).contains(near));
        match near {
            Some(near) => self.near.get(near as usize).copied().filter(|&page| page != NONE),
            None => self.far.get(&number).copied(),
        }
    }

    /// Puts a value; offsets are not negative.
    pub(crate) fn set(&mut self, offset: i64, value: Value) {
        let number = offset.div_euclid(PAGE);
        let base = *self.base.get_or_insert((offset - MARGIN).max(0).div_euclid(PAGE));
        let next = self.pages.len() as u32;
        let slot = match number.checked_sub(base).filter(|near| (0..NEAR_PAGES).contains(near)) {
            Some(near) => {
                let near = near as usize;
                if self.near.len() <= near {
                    self.near.resize(near + 1, NONE);
                }
                &mut self.near[near]
            }
            None => self.far.entry(number).or_insert(NONE),
        };
        if *slot == NONE {
            *slot = next;
            self.pages.push([NONE; PAGE_LEN]);
        }
        self.pages[*slot as usize][offset.rem_euclid(PAGE) as usize] = value;
        self.end = self.end.max(offset.saturating_add(1));
    }

    /// Takes out everything from `from` on.
    pub(crate) fn cut(&mut self, from: i64) -> Vec<(i64, Value)> {
        let gone: Vec<(i64, Value)> = self.backwards().take_while(|&(offset, _)| offset >= from).collect();
        for &(offset, _) in &gone {
            let page = self.page(offset).expect("an offset that was just listed has a page");
            self.pages[page as usize][offset.rem_euclid(PAGE) as usize] = NONE;
        }
        let last = self.backwards().next();
        self.end = last.map_or(0, |(offset, _)| offset.saturating_add(1));
        gone
    }

    /// All values, from the highest offset down.
    pub(crate) fn backwards(&self) -> impl Iterator<Item = (i64, Value)> + '_ {
        let base = self.base.unwrap_or_default();
        let near = self.near.iter().enumerate().map(move |(near, &page)| (base + near as i64, page));
        let below = self.far.range(..base).map(|(&number, &page)| (number, page));
        let above = self.far.range(base..).map(|(&number, &page)| (number, page));
        let pages = above.rev().chain(near.rev()).chain(below.rev()).filter(|&(_, page)| page != NONE);
        pages.flat_map(move |(number, page)| {
            let page = &self.pages[page as usize];
            (0..PAGE_LEN)
                .rev()
                .map(move |index| (number * PAGE + index as i64, page[index]))
                .filter(|&(_, value)| value != NONE)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn offset() -> impl Strategy<Value = i64> {
        prop_oneof![0..300_i64, 100_000..100_300_i64, Just(i64::MAX - 1), (1_i64 << 40)..(1 << 40) + 70]
    }

    proptest! {
        #[test]
        fn behaves_like_a_tree(sets in prop::collection::vec((offset(), 0..1000_u32), 0..60), from in offset()) {
            let mut map = OffsetMap::default();
            let mut model = BTreeMap::new();
            for &(offset, value) in &sets {
                map.set(offset, value);
                model.insert(offset, value);
            }
            let backwards = |model: &BTreeMap<i64, u32>| {
                model.iter().rev().map(|(&offset, &value)| (offset, value)).collect::<Vec<_>>()
            };
            prop_assert_eq!(map.backwards().collect::<Vec<_>>(), backwards(&model));
            prop_assert_eq!(map.get(from), model.get(&from).copied());
            let gone = model.split_off(&from);
            prop_assert_eq!(map.cut(from), backwards(&gone));
            prop_assert_eq!(map.backwards().collect::<Vec<_>>(), backwards(&model));
            prop_assert_eq!(map.end(), model.last_key_value().map_or(0, |(&offset, _)| offset + 1));
        }
    }
}
