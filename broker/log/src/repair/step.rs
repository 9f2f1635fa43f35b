//! What a repair tells: its steps as they are done, and what it leaves alone.

use crate::inspect::{Finding, Totals};
use tribunal_wire::types::Offset;

/// The kinds of steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// A file is written that is missing, or in the place of one that is wrong.
    Rebuild,
    /// A file or directory goes that nothing needs.
    Remove,
    /// What is about to be cut off is copied.
    Save,
    /// A segment behind a cut is set aside.
    Move,
    /// A segment is cut.
    Cut,
    /// A checkpoint names a lower offset than before.
    Lower,
}

impl Act {
    /// The step's name for machines: it does not change.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Act::Rebuild => "rebuild",
            Act::Remove => "remove",
            Act::Save => "save",
            Act::Move => "move",
            Act::Cut => "cut",
            Act::Lower => "lower",
        }
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its kind.
    pub act: Act,
    /// The path of the file or directory.
    pub file: String,
    /// The byte that it is about, where there is one.
    pub position: Option<u64>,
    /// The offset that it is about, where there is one.
    pub offset: Option<Offset>,
    /// Why it is done, and what comes of it.
    pub reason: String,
}

impl Step {
    pub(super) fn new(act: Act, file: &str, reason: impl Into<String>) -> Step {
        Step { act, file: file.to_owned(), position: None, offset: None, reason: reason.into() }
    }

    pub(super) fn at(self, position: u64) -> Step {
        Step { position: Some(position), ..self }
    }

    pub(super) fn about(self, offset: Offset) -> Step {
        Step { offset: Some(offset), ..self }
    }

    /// The step that a finding asks for.
    pub(super) fn because(act: Act, file: &str, finding: &Finding) -> Step {
        let Finding { position, offset, meaning, .. } = finding;
        Step { position: *position, offset: *offset, ..Step::new(act, file, meaning.as_str()) }
    }
}

/// Who is told what a repair does, as it goes on.
pub trait Listener: Send {
    /// A step was done; in a dry run it would be.
    fn done(&mut self, step: Step);
    /// A problem stays.
    fn left(&mut self, finding: Finding);
    /// The repair is going on, in `file`.
    fn passed(&mut self, file: &str, totals: &Totals);
}
