//! The compression codecs of record batches, each with a bound on what it may unfold to.
