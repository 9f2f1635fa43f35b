//! What a run is like: everything is drawn from its seed.
//!
//! Swarm testing: a fault class is wholly off or wholly on in a run. A quarter of the runs have none, a quarter have one,
//! and in the rest each class is on in half of them, because faults hide each other. Knobs (segment size, flush mode, batch
//! size, codec, in-flight, sequence start, timestamp type, retention, compaction) are drawn too. Every draw has a name, so that a run can print what it drew.

use super::compaction::Compacted;
use crate::{
    engine::Options,
    random::{Ratio, Stream},
};
use std::time::Duration;
use tribunal_wire::compression::Codec;
use tribunal_workloads::mixed::MixedOptions;

/// A class of faults that is on or off for a whole run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultClass {
    /// kill -9, and a new start.
    Kill,
    /// The power goes, in one of four ways, and comes back.
    PowerLoss,
    /// A clean stop, and a new start.
    CleanRestart,
    /// The process stands still for a while.
    Pause,
    /// The process gets too little processor time.
    Slow,
    /// Both clocks jump, apart from each other.
    ClockJump,
    /// Both clocks run fast or slow.
    ClockDrift,
    /// A link is slow in one direction.
    LinkDelay,
    /// Nothing passes a link in one direction.
    LinkCut,
    /// All connections are reset, in the middle of whatever they carry.
    Reset,
    /// A Produce arrives and its answer is lost.
    ResponseLost,
    /// A request or an answer is cut in two by a reset.
    FrameCut,
    /// One request waits, with all behind it.
    RequestHeld,
    /// Reads and writes of sockets take only a part.
    ShortIo,
    /// Disk operations stand still for a while.
    DiskStall,
    /// The disk is full, and has room again later.
    DiskFull,
    /// Writes to disk take only a part.
    ShortWrite,
    /// A write of a segment fails.
    WriteError,
    /// A flush of a segment fails, and its data is gone.
    SyncError,
    /// A Produce arrives once more, later: only a hostile or broken middle box does that.
    Replay,
    /// A bit turns over, on the platter and for good.
    Rot,
    /// A sector cannot be read any more.
    LatentSector,
    /// A write lands in another file's sector.
    Misdirected,
}

/// All classes.
pub const FAULT_CLASSES: [FaultClass; 23] = [
    FaultClass::Kill,
    FaultClass::PowerLoss,
    FaultClass::CleanRestart,
    FaultClass::Pause,
    FaultClass::Slow,
    FaultClass::ClockJump,
    FaultClass::ClockDrift,
    FaultClass::LinkDelay,
    FaultClass::LinkCut,
    FaultClass::Reset,
    FaultClass::ResponseLost,
    FaultClass::FrameCut,
    FaultClass::RequestHeld,
    FaultClass::ShortIo,
    FaultClass::DiskStall,
    FaultClass::DiskFull,
    FaultClass::ShortWrite,
    FaultClass::WriteError,
    FaultClass::SyncError,
    FaultClass::Replay,
    FaultClass::Rot,
    FaultClass::LatentSector,
    FaultClass::Misdirected,
];

impl FaultClass {
    /// Its name in flags, histories and reports.
    pub const fn name(self) -> &'static str {
        match self {
            FaultClass::Kill => "kill",
            FaultClass::PowerLoss => "power_loss",
            FaultClass::CleanRestart => "clean_restart",
            FaultClass::Pause => "pause",
            FaultClass::Slow => "slow",
            FaultClass::ClockJump => "clock_jump",
            FaultClass::ClockDrift => "clock_drift",
            FaultClass::LinkDelay => "link_delay",
            FaultClass::LinkCut => "link_cut",
            FaultClass::Reset => "reset",
            FaultClass::ResponseLost => "response_lost",
            FaultClass::FrameCut => "frame_cut",
            FaultClass::RequestHeld => "request_held",
            FaultClass::ShortIo => "short_io",
            FaultClass::DiskStall => "disk_stall",
            FaultClass::DiskFull => "disk_full",
            FaultClass::ShortWrite => "short_write",
            FaultClass::WriteError => "write_error",
            FaultClass::SyncError => "sync_error",
            FaultClass::Replay => "replay",
            FaultClass::Rot => "rot",
            FaultClass::LatentSector => "latent_sector",
            FaultClass::Misdirected => "misdirected",
        }
    }

    /// The class of this name.
    ///
    /// # Errors
    /// A sentence with the names that there are.
    pub fn parse(name: &str) -> Result<FaultClass, String> {
        FAULT_CLASSES.into_iter().find(|class| class.name() == name).ok_or_else(|| {
            let names: Vec<&str> = FAULT_CLASSES.iter().map(|class| class.name()).collect();
            format!("`{name}` is no fault class: use one of {}", names.join(", "))
        })
    }
}

/// The classes that the disk, or a stop of its machine, has a part in.
pub const DISK_CLASSES: [FaultClass; 11] = [
    FaultClass::Kill,
    FaultClass::PowerLoss,
    FaultClass::CleanRestart,
    FaultClass::DiskStall,
    FaultClass::DiskFull,
    FaultClass::ShortWrite,
    FaultClass::WriteError,
    FaultClass::SyncError,
    FaultClass::Rot,
    FaultClass::LatentSector,
    FaultClass::Misdirected,
];

/// Which fault classes a run may have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Scenario {
    /// Drawn from all: none, one, or each with an even chance.
    #[default]
    Mixed,
    /// Drawn from [`DISK_CLASSES`], each with an even chance: the network, the clocks and the processor behave.
    Disk,
    /// These and no others.
    Only(Vec<FaultClass>),
}

/// What the topics of a run keep, and how often the broker looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// `retention.bytes`.
    pub bytes: Option<u64>,
    /// `retention.ms`.
    pub ms: Option<u64>,
    /// `log.retention.check.interval.ms`.
    pub check_interval_ms: u64,
}

impl Kept {
    /// Draws from a stream of its own, so that it disturbs no other draw: most runs keep everything.
    fn draw(seed: u64) -> Option<Kept> {
        let mut draw = Stream::split(seed, "trial", "retention");
        if !draw.chance(Ratio::new(1, 4)) {
            return None;
        }
        let which = draw.range(0, 2);
        let bytes = 2048u64 << draw.range(0, 5);
        let ms = 200u64 << draw.range(0, 5);
        Some(Kept {
            bytes: (which != 1).then_some(bytes),
            ms: (which != 0).then_some(ms),
            check_interval_ms: draw.range(50, 2_000),
        })
    }

    /// The topic configs.
    fn configs(self) -> impl Iterator<Item = (String, String)> {
        let config = |name: &str, value: Option<u64>| value.map(|value| (name.to_owned(), value.to_string()));
        [config("retention.bytes", self.bytes), config("retention.ms", self.ms)].into_iter().flatten()
    }
}

/// Everything that a run is made of.
#[derive(Debug, Clone)]
pub struct TrialOptions {
    /// Fault classes that are on.
    pub faults: Vec<FaultClass>,
    /// What they were chosen from.
    pub scenario: Scenario,
    /// Faults injected before the run heals.
    pub fault_count: u32,
    /// Flush before acknowledge, or page cache.
    pub flush_before_acknowledge: bool,
    /// What is kept; `None`: everything.
    pub kept: Option<Kept>,
    /// How topics are compacted; `None`: none is.
    pub compacted: Option<Compacted>,
    /// Nodes that clients run on.
    pub clients: usize,
    /// The workload.
    pub mixed: MixedOptions,
    /// The world.
    pub engine: Options,
}

impl TrialOptions {
    /// Draws a run from its seed.
    pub fn draw(seed: u64, scenario: &Scenario) -> TrialOptions {
        let mut draw = Stream::split(seed, "trial", "options");
        // Drawn in any case: the rest of the run is the same under every scenario.
        let drawn_faults = draw_faults(&mut draw);
        let flush_before_acknowledge = draw.chance(Ratio::new(1, 2));
        let mut faults = match scenario {
            Scenario::Mixed => drawn_faults,
            Scenario::Disk => draw_disk_faults(seed),
            Scenario::Only(classes) => classes.clone(),
        };
        if !flush_before_acknowledge {
            // A failed flush may lose what the page cache alone was promised to hold: out of the budget.
            faults.retain(|class| *class != FaultClass::SyncError);
        }
        let fault_count = u32::try_from(draw.range(3, 10)).expect("a small range");
        let mut engine = Options { virtual_limit: Duration::from_secs(1_800), ..Options::default() };
        engine.jitter = Ratio::new(u32::try_from(draw.range(1, 4)).expect("a small range"), 8);
        if faults.contains(&FaultClass::ShortIo) {
            engine.short_io = Ratio::new(1, 8);
        }
        let kept = Kept::draw(seed);
        let mut mixed = draw_workload(&mut draw, flush_before_acknowledge);
        mixed.topic_configs.extend(kept.into_iter().flat_map(Kept::configs));
        let compacted = Compacted::draw(seed, mixed.topics, kept.is_some());
        if let Some(compacted) = compacted {
            mixed.compacted_topics = compacted.topics;
            mixed.keys = compacted.keys;
            mixed.compaction_configs = compacted.configs();
        }
        TrialOptions {
            faults,
            scenario: scenario.clone(),
            fault_count,
            flush_before_acknowledge,
            kept,
            compacted,
            clients: 4,
            mixed,
            engine,
        }
    }

    /// What the broker's own properties say beyond its addresses.
    pub(super) fn broker_settings(&self) -> Vec<(&'static str, String)> {
        let check = self.kept.map(|kept| kept.check_interval_ms.to_string());
        let checks = ["log.initial.task.delay.ms", "log.retention.check.interval.ms"];
        let cleaner = self.compacted.map(|compacted| compacted.backoff_ms.to_string());
        let map = self.compacted.and_then(|compacted| compacted.map_bytes).map(|bytes| bytes.to_string());
        let checks = checks.into_iter().filter_map(|name| Some((name, check.clone()?)));
        let cleaner = cleaner.map(|backoff| ("log.cleaner.backoff.ms", backoff));
        let map = map.map(|bytes| ("log.cleaner.dedupe.buffer.size", bytes));
        checks.chain(cleaner).chain(map).collect()
    }

    /// The flags that make this run of its seed: none when everything was drawn.
    pub fn flags(&self) -> String {
        match &self.scenario {
            Scenario::Mixed => String::new(),
            Scenario::Disk => " --scenario disk".to_owned(),
            Scenario::Only(classes) if classes.is_empty() => " --fault none".to_owned(),
            Scenario::Only(classes) => {
                classes.iter().map(|class| format!(" --fault {}", class.name())).collect()
            }
        }
    }

    /// What was drawn, as name and value, for people.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let faults: Vec<&str> = self.faults.iter().map(|class| class.name()).collect();
        let mut pairs = vec![
            ("faults".to_owned(), if faults.is_empty() { "none".to_owned() } else { faults.join(" ") }),
            ("fault count".to_owned(), self.fault_count.to_string()),
            ("flush before acknowledge".to_owned(), self.flush_before_acknowledge.to_string()),
            (
                "schedule jitter".to_owned(),
                format!("{}/{}", self.engine.jitter.numerator, self.engine.jitter.denominator),
            ),
        ];
        if let Some(kept) = self.kept {
            pairs.push(("retention checked every".to_owned(), format!("{} ms", kept.check_interval_ms)));
        }
        if let Some(compacted) = self.compacted {
            pairs.push(("compaction considered every".to_owned(), format!("{} ms", compacted.backoff_ms)));
        }
        pairs.extend(self.mixed.pairs());
        pairs
    }
}

fn draw_faults(draw: &mut Stream) -> Vec<FaultClass> {
    match draw.range(0, 3) {
        0 => Vec::new(),
        1 => vec![FAULT_CLASSES[draw.index(FAULT_CLASSES.len())]],
        _ => FAULT_CLASSES.into_iter().filter(|_| draw.chance(Ratio::new(1, 2))).collect(),
    }
}

fn draw_disk_faults(seed: u64) -> Vec<FaultClass> {
    let mut draw = Stream::split(seed, "trial", "disk faults");
    let mut faults: Vec<FaultClass> =
        DISK_CLASSES.into_iter().filter(|_| draw.chance(Ratio::new(1, 2))).collect();
    if faults.is_empty() {
        faults.push(FaultClass::PowerLoss);
    }
    faults
}

fn draw_workload(draw: &mut Stream, flush_before_acknowledge: bool) -> MixedOptions {
    let mut configs = vec![
        ("internal.segment.bytes".to_owned(), (4096u64 << draw.range(0, 4)).to_string()),
        ("index.interval.bytes".to_owned(), (256u64 << draw.range(0, 4)).to_string()),
    ];
    if flush_before_acknowledge {
        configs.push(("flush.messages".to_owned(), "1".to_owned()));
    }
    if draw.chance(Ratio::new(1, 4)) {
        configs.push(("message.timestamp.type".to_owned(), "LogAppendTime".to_owned()));
    }
    let codecs = [Codec::None, Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd];
    let small =
        |draw: &mut Stream, low: u64, high: u64| u32::try_from(draw.range(low, high)).expect("a small range");
    MixedOptions {
        topics: small(draw, 1, 2),
        partitions: i32::try_from(draw.range(1, 3)).expect("a small range"),
        in_flight_max: small(draw, 1, 5),
        records_per_batch_max: small(draw, 1, 16),
        value_bytes_max: small(draw, 32, 600),
        codec: codecs[draw.index(codecs.len())],
        first_sequence: draw
            .chance(Ratio::new(1, 4))
            .then(|| i32::MAX - i32::try_from(draw.range(1, 200)).expect("small")),
        delete_records: draw.chance(Ratio::new(1, 2)),
        recreate_topics: draw.chance(Ratio::new(1, 4)),
        topic_configs: configs,
        ..MixedOptions::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_run_twice_and_swarms_are_mixed() {
        let runs: Vec<TrialOptions> =
            (0..400).map(|seed| TrialOptions::draw(seed, &Scenario::Mixed)).collect();
        assert_eq!(runs[7].pairs(), TrialOptions::draw(7, &Scenario::Mixed).pairs());
        assert_eq!(runs[7].flags(), "", "what was drawn needs no flag");
        let given = TrialOptions::draw(7, &Scenario::Only(vec![FaultClass::Kill, FaultClass::Pause]));
        assert_eq!(given.flags(), " --fault kill --fault pause");
        assert_eq!(TrialOptions::draw(7, &Scenario::Only(Vec::new())).flags(), " --fault none");
        let disk = TrialOptions::draw(7, &Scenario::Disk);
        assert_eq!(disk.flags(), " --scenario disk");
        assert!(disk.faults.iter().all(|class| DISK_CLASSES.contains(class)));
        assert_eq!(disk.pairs()[4..], runs[7].pairs()[4..], "the rest of the run is the same");
        for (bytes, ms) in [(true, false), (false, true), (true, true)] {
            let kept = |run: &TrialOptions| {
                run.kept.is_some_and(|kept| (kept.bytes.is_some(), kept.ms.is_some()) == (bytes, ms))
            };
            assert!(runs.iter().any(kept), "retention by {bytes} {ms} is never drawn");
        }
        let none = runs.iter().filter(|run| run.faults.is_empty()).count();
        let single = runs.iter().filter(|run| run.faults.len() == 1).count();
        assert!(
            (60..140).contains(&none) && (60..150).contains(&single),
            "{none} without, {single} with one"
        );
        for class in FAULT_CLASSES {
            assert!(runs.iter().any(|run| run.faults.contains(&class)), "{} is never drawn", class.name());
            assert_eq!(FaultClass::parse(class.name()), Ok(class));
        }
    }
}
