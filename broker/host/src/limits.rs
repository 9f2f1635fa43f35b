//! What the operating system lets this process have.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Where no limit is set.
const DESCRIPTORS_DEFAULT: u64 = 20_000;

/// How many descriptors idle files may keep: half of what the process may have, the rest is for connections and for files
/// that are in use. The soft limit is raised to the hard one first.
pub(crate) fn descriptors_for_files() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let _as_before = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    let current = getrlimit(Resource::Nofile).current.unwrap_or(DESCRIPTORS_DEFAULT);
    usize::try_from(current / 2).unwrap_or(usize::MAX)
}
