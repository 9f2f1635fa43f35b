//! A real broker over TCP, asked with raw requests.

mod admin;
mod compaction;
mod data;
mod leftovers;
mod long_polls;
mod retention;
mod support;
