//! The commands of the `tribunal` binary, driven as people drive them: the built program, a real `serve` on a free
//! port with its data in a temporary folder, standard input and output, exit codes, signals.
//!
//! Nothing sleeps, and nothing depends on how fast anything is: what has to have happened is waited for by reading
//! what a program writes.

mod bad_input;
mod bench;
mod consume;
mod log;
mod produce;
mod reading;
mod report;
mod support;
mod topic;
