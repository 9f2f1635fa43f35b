//! Ranges of versions, and the Rust conditions that test for them.

use std::fmt;

/// An inclusive range of versions; empty when `lowest > highest`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions {
    /// The first version in the range.
    pub lowest: i16,
    /// The last version in the range; `i16::MAX` for an open range.
    pub highest: i16,
}

impl Versions {
    /// No version at all.
    pub const NONE: Versions = Versions { lowest: 0, highest: -1 };

    /// Reads `none`, `3`, `3-7` or `3+`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Versions> {
        if text == "none" {
            return Some(Versions::NONE);
        }
        if let Some(lowest) = text.strip_suffix('+') {
            return Some(Versions { lowest: lowest.parse().ok()?, highest: i16::MAX });
        }
        let (lowest, highest) = text.split_once('-').unwrap_or((text, text));
        Some(Versions { lowest: lowest.parse().ok()?, highest: highest.parse().ok()? })
    }

    /// Whether no version is in the range.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.lowest > self.highest
    }

    /// Whether `version` is in the range.
    #[must_use]
    pub fn contains(self, version: i16) -> bool {
        (self.lowest..=self.highest).contains(&version)
    }

    /// The versions that are in both ranges.
    #[must_use]
    pub fn intersect(self, other: Versions) -> Versions {
        let both =
            Versions { lowest: self.lowest.max(other.lowest), highest: self.highest.min(other.highest) };
        if both.is_empty() { Versions::NONE } else { both }
    }

    /// How a version is tested for being in this range, when it is known to be in `context`.
    #[must_use]
    pub fn condition(self, context: Versions) -> Condition {
        let common = self.intersect(context);
        if common.is_empty() {
            return Condition::Never;
        }
        match (common.lowest > context.lowest, common.highest < context.highest) {
            (false, false) => Condition::Always,
            _ if common.lowest == common.highest => Condition::When(format!("version == {}", common.lowest)),
            (true, false) => Condition::When(format!("version >= {}", common.lowest)),
            (false, true) => Condition::When(format!("version <= {}", common.highest)),
            (true, true) => {
                Condition::When(format!("({}..={}).contains(&version)", common.lowest, common.highest))
            }
        }
    }
}

impl fmt::Display for Versions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.lowest == self.highest {
            write!(formatter, "version {}", self.lowest)
        } else {
            write!(formatter, "versions {} to {}", self.lowest, self.highest)
        }
    }
}

/// A test of the version, or its outcome when that is known beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Every version passes.
    Always,
    /// No version passes.
    Never,
    /// The Rust expression decides.
    When(String),
}

impl Condition {
    /// The condition as a Rust expression.
    #[must_use]
    pub fn expression(&self) -> &str {
        match self {
            Condition::Always => "true",
            Condition::Never => "false",
            Condition::When(expression) => expression,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_say_no_more_than_needed() {
        let check = |range: &str, context: &str, expected: &str| {
            let range = Versions::parse(range).expect("a range");
            let context = Versions::parse(context).expect("a range");
            assert_eq!(range.condition(context).expression(), expected);
        };
        check("0+", "3-13", "true");
        check("0-2", "3-13", "false");
        check("none", "3-13", "false");
        check("5+", "3-13", "version >= 5");
        check("13+", "3-13", "version == 13");
        check("0-12", "3-13", "version <= 12");
        check("4-12", "3-13", "(4..=12).contains(&version)");
    }
}
