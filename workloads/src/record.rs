//! What a run and a campaign leave behind for machines and for the report: plain data, one JSON object each.
//!
//! Every number is of the run's own clock: virtual nanoseconds in a simulation, monotonic ones over TCP. A field
//! that a target cannot know stays at its default; no field's meaning depends on another's.

use crate::history::Line;
use crate::vacuity::{Vacuity, VacuityCounters};
use serde::{Deserialize, Serialize};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything that was checked is legal.
    #[default]
    Pass,
    /// A promise was broken.
    Violation,
    /// Nothing illegal was seen, but the run did not see enough: a drain did not finish, or it was stopped.
    Incomplete,
    /// A task panicked, or a node stopped in a way that no fault explains.
    Crash,
    /// The run could not be carried out.
    Error,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RunRecord {
    /// The seed; 0 for runs that have none.
    pub seed: u64,
    /// `madsim`, `turmoil`, or `tcp`.
    pub engine: String,
    /// What was on trial: `tribunal` in a simulation, an address over TCP, `file` for a stored history.
    pub target: String,
    /// The workload's name.
    pub workload: String,
    /// Version and commit of the build, where known.
    pub build: String,
    /// A planted bug's name, where one was planted.
    pub planted: Option<String>,
    /// How it ended.
    pub verdict: Verdict,
    /// One sentence on how it ended: a violation's headline, a panic's message, or why it is incomplete.
    pub headline: String,
    /// The running hash over everything that happened, 16 hexadecimal digits; empty where there is none.
    pub hash: String,
    /// Seconds of the run's own clock.
    pub virtual_seconds: f64,
    /// CPU seconds it cost, checking included.
    pub cpu_seconds: f64,
    /// Seconds on the wall.
    pub wall_seconds: f64,
    /// The line that runs it again.
    pub replay: String,
    /// What was drawn from the seed or set by flags: name and value, in the order of drawing.
    pub options: Vec<(String, String)>,
    /// What was promised, as name and value, for people.
    pub promise: Vec<(String, String)>,
    /// Each fault class that was switched on.
    pub faults: Vec<FaultRecord>,
    /// What happened to which node when: power loss, restart, leader, for the time line's lanes.
    pub events: Vec<TimelineEvent>,
    /// What was illegal, the first one first. At most a few of each kind; `violation_counts` has all.
    pub violations: Vec<ViolationRecord>,
    /// `checker/anomaly` and how often it was found.
    pub violation_counts: Vec<(String, u64)>,
    /// Losses and holes that an excuse covers, each with how often it was needed.
    pub excuses_used: Vec<ExcuseRecord>,
    /// What had to happen at least once over a campaign.
    pub vacuity: VacuityCounters,
    /// Operations by kind and outcome.
    pub operations: OperationCounts,
    /// Client RPCs completed: request frames of clients whose answer frame came back to them whole, of every API and
    /// at every attempt, from the first connection to the end of the last drain. 0 where it is not known.
    pub client_rpcs: u64,
    /// Throughput and latency over time: one entry a step of the run's own clock.
    pub series: Vec<SeriesPoint>,
    /// Latency over the whole run, by operation kind.
    pub latencies: Vec<LatencySummary>,
    /// Other numbers worth showing: name, value.
    pub figures: Vec<(String, f64)>,
}

/// A fault class and what it did.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FaultRecord {
    /// The class, as the catalogue of faults names it.
    pub class: String,
    /// How often it was tried.
    pub tried: u64,
    /// How often it changed something: a byte lost, a request delayed, an error returned.
    pub bit: u64,
    /// When it was on, for the time line's bars; instants have equal ends. At most a few hundred.
    pub intervals: Vec<FaultInterval>,
}

/// When a fault was on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FaultInterval {
    /// First nanosecond.
    pub from_ns: u64,
    /// Last nanosecond.
    pub to_ns: u64,
    /// The node it hit; -1 for none or several.
    pub node: i16,
    /// Parameters, for people.
    pub detail: String,
}

/// A moment on the time line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TimelineEvent {
    /// When.
    pub ns: u64,
    /// The lane: a node's or client's name.
    pub lane: String,
    /// What happened, in a few words.
    pub what: String,
    /// Whether the violation is told here: drawn as the red mark.
    pub verdict: bool,
}

/// Something illegal.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ViolationRecord {
    /// The checker, `C03`.
    pub checker: String,
    /// The anomaly's name, `lost`.
    pub anomaly: String,
    /// One sentence: what, where, when.
    pub headline: String,
    /// The promise that it breaks.
    pub promise: String,
    /// The partition's name, `orders-3`, when one is concerned.
    pub partition: Option<String>,
    /// When it could first be known.
    pub ns: u64,
    /// The smallest sub-history that shows it: operations that touch the partition within three offsets, the
    /// writers of what is concerned, and who saw it.
    pub history: Vec<Line>,
    /// What stood at each offset around it.
    pub offsets: Option<OffsetTable>,
}

/// Rows are offsets, columns are who says what stands there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OffsetTable {
    /// Names of the columns: `acknowledged`, a reader's name with its session, a node's platter.
    pub columns: Vec<String>,
    /// One row an offset.
    pub rows: Vec<OffsetRow>,
}

/// A row of an [`OffsetTable`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OffsetRow {
    /// The offset.
    pub offset: i64,
    /// What each column says: a value, `-` for "passed and saw nothing", empty for "did not look".
    pub cells: Vec<String>,
    /// Whether the anomaly is here.
    pub guilty: bool,
}

/// An excuse and how often it was needed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ExcuseRecord {
    /// The partition's name.
    pub partition: String,
    /// Why, for people: `power loss of node 1 at 41.203 s: unsynced from offset 10411`.
    pub reason: String,
    /// How often it was needed.
    pub used: u64,
}

/// How many operations there were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OperationCounts {
    /// Produce requests by partition.
    pub sends: u64,
    /// Records sent.
    pub records_sent: u64,
    /// Records acknowledged.
    pub records_ok: u64,
    /// Records that certainly were not appended.
    pub records_failed: u64,
    /// Records of which nobody knows.
    pub records_unknown: u64,
    /// Reads by partition.
    pub polls: u64,
    /// Records seen, over all readers.
    pub records_seen: u64,
    /// Requests of other kinds.
    pub others: u64,
}

/// One step of throughput and latency.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SeriesPoint {
    /// Start of the step.
    pub ns: u64,
    /// Produce requests completed.
    pub sends: u64,
    /// Polls completed.
    pub polls: u64,
    /// Payload bytes acknowledged.
    pub bytes: u64,
    /// Operations that ended in an error or in silence.
    pub errors: u64,
    /// Median latency of produce requests in nanoseconds; 0 when there was none.
    pub p50_ns: u64,
    /// 99th percentile.
    pub p99_ns: u64,
    /// The longest.
    pub max_ns: u64,
}

/// Latency of one kind of operation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LatencySummary {
    /// `send`, `poll`, `list`, `admin`.
    pub kind: String,
    /// How many.
    pub count: u64,
    /// Percentiles in nanoseconds: (percentile in thousandths of a percent, value).
    pub percentiles: Vec<(u32, u64)>,
}

/// Many runs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CampaignRecord {
    /// `madsim`, `turmoil`, or both.
    pub engine: String,
    /// Version and commit of the build, where known.
    pub build: String,
    /// A planted bug's name, where one was planted.
    pub planted: Option<String>,
    /// The line that starts it again.
    pub replay: String,
    /// Whether it was stopped before its end.
    pub stopped_early: bool,
    /// Wall time in seconds.
    pub wall_seconds: f64,
    /// CPU seconds of all runs.
    pub cpu_seconds: f64,
    /// Virtual seconds of all runs.
    pub virtual_seconds: f64,
    /// One summary a run, in order of seeds.
    pub runs: Vec<RunSummary>,
    /// Fault classes over all runs.
    pub faults: Vec<FaultTotal>,
    /// Operations over all runs.
    pub operations: OperationCounts,
    /// Client RPCs completed over all runs; see [`RunRecord::client_rpcs`].
    pub client_rpcs: u64,
    /// Client RPCs completed for each CPU second, checking included.
    pub client_rpcs_per_cpu_second: f64,
    /// What had to happen at least once, over all runs.
    pub vacuity: VacuityCounters,
    /// What had to happen and never did: not empty fails the campaign.
    pub vacuous: Vec<Vacuity>,
    /// Failures by signature, the most frequent first.
    pub failures: Vec<FailureGroup>,
    /// Latency over all runs, by operation kind.
    pub latencies: Vec<LatencySummary>,
    /// Other numbers worth showing: name, value.
    pub figures: Vec<(String, f64)>,
}

/// A run in one row.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RunSummary {
    /// The seed.
    pub seed: u64,
    /// The engine.
    pub engine: String,
    /// How it ended.
    pub verdict: Verdict,
    /// The running hash.
    pub hash: String,
    /// The first violation's signature, or empty.
    pub signature: String,
    /// Everything that was found: `checker/anomaly`.
    pub findings: Vec<String>,
    /// Fault classes that were on.
    pub faults: Vec<String>,
    /// Seconds of the run's own clock.
    pub virtual_seconds: f64,
    /// CPU seconds it cost.
    pub cpu_seconds: f64,
    /// Operations of the history.
    pub operations: u64,
    /// Client RPCs completed.
    pub client_rpcs: u64,
}

/// A fault class over all runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FaultTotal {
    /// The class.
    pub class: String,
    /// Runs in which it was on.
    pub runs: u64,
    /// How often it was tried.
    pub tried: u64,
    /// How often it bit.
    pub bit: u64,
}

/// Failures that look alike: one bug is one group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FailureGroup {
    /// `checker/anomaly`, or the panic's first line.
    pub signature: String,
    /// The first one's headline.
    pub headline: String,
    /// Seeds that failed so.
    pub seeds: Vec<u64>,
    /// The line that runs the first one again.
    pub replay: String,
}

impl RunRecord {
    /// What this run's failure is grouped by: `checker/anomaly` of the first violation, or the headline of a
    /// crash; empty for a pass.
    pub fn signature(&self) -> String {
        match (self.verdict, self.violations.first()) {
            (Verdict::Pass, _) => String::new(),
            (_, Some(first)) => format!("{}/{}", first.checker, first.anomaly),
            (_, None) => self.headline.lines().next().unwrap_or_default().to_owned(),
        }
    }
}

impl CampaignRecord {
    /// Adds a finished run. `required` names what must happen at least once; see [`CampaignRecord::vacuous`].
    pub fn add(&mut self, run: &RunRecord, required: &[Vacuity]) {
        let signature = run.signature();
        self.cpu_seconds += run.cpu_seconds;
        self.virtual_seconds += run.virtual_seconds;
        self.runs.push(RunSummary {
            seed: run.seed,
            engine: run.engine.clone(),
            verdict: run.verdict,
            hash: run.hash.clone(),
            signature: signature.clone(),
            findings: run.violation_counts.iter().map(|(found, _)| found.clone()).collect(),
            faults: run.faults.iter().map(|fault| fault.class.clone()).collect(),
            virtual_seconds: run.virtual_seconds,
            cpu_seconds: run.cpu_seconds,
            operations: run.operations.sends + run.operations.polls + run.operations.others,
            client_rpcs: run.client_rpcs,
        });
        self.client_rpcs += run.client_rpcs;
        self.client_rpcs_per_cpu_second = per_second(self.client_rpcs, self.cpu_seconds);
        for fault in &run.faults {
            let found = self.faults.iter().position(|total| total.class == fault.class);
            let index = found.unwrap_or_else(|| {
                self.faults.push(FaultTotal { class: fault.class.clone(), ..FaultTotal::default() });
                self.faults.len() - 1
            });
            let total = &mut self.faults[index];
            total.runs += 1;
            total.tried += fault.tried;
            total.bit += fault.bit;
        }
        self.operations.add(&run.operations);
        self.vacuity.add(&run.vacuity);
        self.vacuous = self.vacuity.missing(required);
        if run.verdict != Verdict::Pass {
            match self.failures.iter_mut().find(|group| group.signature == signature) {
                Some(group) => group.seeds.push(run.seed),
                None => self.failures.push(FailureGroup {
                    signature,
                    headline: run.headline.clone(),
                    seeds: vec![run.seed],
                    replay: run.replay.clone(),
                }),
            }
            self.failures.sort_by_key(|group| std::cmp::Reverse(group.seeds.len()));
        }
    }

    /// Puts the runs in order of engine and seed, however they came in.
    pub fn sort(&mut self) {
        self.runs.sort_by(|a, b| (&a.engine, a.seed).cmp(&(&b.engine, b.seed)));
        self.faults.sort_by(|a, b| a.class.cmp(&b.class));
        self.failures.iter_mut().for_each(|group| group.seeds.sort_unstable());
    }
}

/// How often something happened in each second; 0 when no time was measured.
fn per_second(count: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { count as f64 / seconds } else { 0.0 }
}

impl OperationCounts {
    /// Adds another run's counts.
    pub fn add(&mut self, other: &OperationCounts) {
        self.sends += other.sends;
        self.records_sent += other.records_sent;
        self.records_ok += other.records_ok;
        self.records_failed += other.records_failed;
        self.records_unknown += other.records_unknown;
        self.polls += other.polls;
        self.records_seen += other.records_seen;
        self.others += other.others;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(seed: u64, anomaly: Option<&str>) -> RunRecord {
        let violations = anomaly.map(|anomaly| ViolationRecord {
            checker: "C03".to_owned(),
            anomaly: anomaly.to_owned(),
            ..ViolationRecord::default()
        });
        RunRecord {
            seed,
            verdict: if anomaly.is_some() { Verdict::Violation } else { Verdict::Pass },
            violations: violations.into_iter().collect(),
            faults: vec![FaultRecord {
                class: "kill".to_owned(),
                tried: 2,
                bit: 1,
                ..FaultRecord::default()
            }],
            ..RunRecord::default()
        }
    }

    #[test]
    fn a_campaign_groups_failures_and_adds_up() {
        let mut campaign = CampaignRecord::default();
        for record in [run(3, Some("lost")), run(1, None), run(2, Some("torn")), run(4, Some("lost"))] {
            campaign.add(&record, &[Vacuity::SegmentRolled]);
        }
        campaign.sort();
        assert_eq!(campaign.runs.iter().map(|run| run.seed).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(campaign.failures[0].signature, "C03/lost");
        assert_eq!(campaign.failures[0].seeds, [3, 4]);
        assert_eq!(campaign.failures.len(), 2);
        assert_eq!((campaign.faults[0].runs, campaign.faults[0].tried, campaign.faults[0].bit), (4, 8, 4));
        assert_eq!(campaign.vacuous, [Vacuity::SegmentRolled]);
    }

    #[test]
    fn records_read_back_what_they_write() {
        let record = run(7, Some("lost"));
        let text = serde_json::to_string(&record).expect("a record is plain data");
        assert_eq!(serde_json::from_str::<RunRecord>(&text).expect("it was just written"), record);
    }
}
