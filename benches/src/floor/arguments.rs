//! The floor program's command line, wherever it is offered.

use super::{FloorOptions, Variant, bind};
use clap::Args;
use std::path::PathBuf;

/// What the floor program is told.
#[derive(Debug, Args)]
pub struct FloorArguments {
    /// Where to listen; port 0 picks a free port
    #[arg(long, default_value = "127.0.0.1:0", value_name = "HOST:PORT")]
    listen: String,
    /// Where the files go (default: a fresh one below the temporary directory)
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,
    /// Threads (default: one for each core)
    #[arg(long)]
    threads: Option<usize>,
    /// Recent records kept in memory, in MiB for each topic
    #[arg(long, default_value_t = 64, value_name = "MIB")]
    tail: usize,
    /// Drop the records instead of writing them
    #[arg(long)]
    null: bool,
    /// Flush the file before each acknowledgement, for one request after the other
    #[arg(long)]
    flush: bool,
    /// With --flush: flush for several requests at the same time
    #[arg(long, requires = "flush")]
    flush_at_once: bool,
    /// Send by sendfile what the tail does not hold, instead of reading it in large pieces
    #[arg(long)]
    sendfile: bool,
}

impl FloorArguments {
    /// Serves until the process ends. `print` is told the address, as the first line.
    ///
    /// # Errors
    /// Why it does not serve, in words.
    pub fn serve(self, print: impl FnOnce(&str)) -> Result<(), String> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let directory = self.directory.unwrap_or_else(|| {
            std::env::temp_dir().join(format!("floor-{}", rustix::process::getpid().as_raw_nonzero()))
        });
        let options = FloorOptions {
            listen: self.listen.clone(),
            directory: directory.clone(),
            threads: self.threads.unwrap_or(cores),
            tail_bytes: self.tail << 20,
            null: self.null,
            flush: self.flush,
            flush_at_once: self.flush_at_once,
            sendfile: self.sendfile,
        };
        let bound = bind(options).map_err(|error| {
            format!("cannot listen on {} with files in {}: {error}", self.listen, directory.display())
        })?;
        print(bound.address());
        bound.serve().map_err(|error| format!("accepting failed: {error}"))
    }
}

impl Variant {
    /// Its name in a table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Variant::Tail => "floor",
            Variant::Reads => "floor, reads",
            Variant::Sendfile => "floor, sendfile",
            Variant::Flush => "floor, flushes",
            Variant::FlushAtOnce => "floor, at once",
        }
    }

    /// The arguments that make it.
    #[must_use]
    pub const fn arguments(self) -> &'static [&'static str] {
        match self {
            Variant::Tail => &[],
            Variant::Reads => &["--tail", "0"],
            Variant::Sendfile => &["--tail", "0", "--sendfile"],
            Variant::Flush => &["--flush"],
            Variant::FlushAtOnce => &["--flush", "--flush-at-once"],
        }
    }

    /// Whether ratios are to it. Flushes at once are no flush for each request any more; how far a broker is from them
    /// is worth knowing all the same.
    #[must_use]
    pub const fn is_reference(self) -> bool {
        !matches!(self, Variant::FlushAtOnce)
    }
}
