//! What a process used, read from `/proc`.

use std::{fs, io};

/// A process's processor time and memory at one point in time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    /// Processor time so far, in user and system mode, in seconds.
    pub cpu_seconds: f64,
    /// Resident memory in bytes.
    pub resident_bytes: u64,
    /// Bytes that the process caused to be sent to storage.
    pub written_bytes: u64,
    /// System calls of the write family.
    pub write_calls: u64,
}

impl Usage {
    /// What the process `pid` has used.
    ///
    /// # Errors
    /// When there is no such process, or its counters cannot be read.
    pub fn of(pid: u32) -> io::Result<Usage> {
        Usage::read(&pid.to_string())
    }

    /// What this process has used.
    ///
    /// # Errors
    /// When its counters cannot be read.
    pub fn own() -> io::Result<Usage> {
        Usage::read("self")
    }

    fn read(process: &str) -> io::Result<Usage> {
        let file = |name: &str| {
            let path = format!("/proc/{process}/{name}");
            fs::read_to_string(&path)
                .map_err(|error| io::Error::new(error.kind(), format!("{path}: {error}")))
        };
        let odd = |name: &str| io::Error::other(format!("/proc/{process}/{name} does not look as expected"));
        let ticks = cpu_ticks(&file("stat")?).ok_or_else(|| odd("stat"))?;
        let pages = file("statm")?.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
        // The counters of another user's process are not to be seen; nothing depends on them.
        let counters = file("io").unwrap_or_default();
        Ok(Usage {
            cpu_seconds: ticks as f64 / rustix::param::clock_ticks_per_second() as f64,
            resident_bytes: pages.ok_or_else(|| odd("statm"))? * rustix::param::page_size() as u64,
            written_bytes: named(&counters, "write_bytes"),
            write_calls: named(&counters, "syscw"),
        })
    }
}

/// User and system time from `/proc/PID/stat`. The second field, the name, may hold spaces and brackets.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn named(counters: &str, name: &str) -> u64 {
    counters
        .lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(key, _)| *key == name)
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(0)
}

/// Lets all threads of a process run on these cores only. `None` is this process.
///
/// # Errors
/// When there is no such process, or no such core.
pub fn pin(pid: Option<u32>, cores: &[usize]) -> io::Result<()> {
    let process = pid.map_or_else(|| "self".to_owned(), |pid| pid.to_string());
    let mut set = rustix::thread::CpuSet::new();
    for core in cores {
        set.set(*core);
    }
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        let name = thread?.file_name();
        let thread =
            name.to_str().and_then(|name| name.parse().ok()).and_then(rustix::process::Pid::from_raw);
        match rustix::thread::sched_setaffinity(thread, &set) {
            // A thread that ended meanwhile needs no core.
            Ok(()) | Err(rustix::io::Errno::SRCH) => (),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_behind_any_name() {
        let stat = "12 (a ) (b) S 1 2 3 4 5 6 7 8 9 10 700 33 0 0 20 0";
        assert_eq!(cpu_ticks(stat), Some(733));
        assert_eq!(cpu_ticks("12 (cut) S 1 2"), None);
    }

    #[test]
    fn this_process_can_be_measured() {
        let usage = Usage::own().expect("Linux has /proc");
        assert!(usage.resident_bytes > 0);
        assert!(Usage::of(u32::MAX).is_err());
    }
}
