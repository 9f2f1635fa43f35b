//! Placeholder front page: written with the crate's first content.
