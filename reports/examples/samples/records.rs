//! Records made up for looking at pages and for testing them: a run that passes, one that lost a record, a
//! campaign of 300 runs, an empty one, and a hunt for planted bugs. Always the same ones.

use tribunal_benches::compare::{
    goals::Judged,
    report::{Cell, Comparison, Machine, Missing, Row},
};
use tribunal_benches::load::{BenchResult, BrokerCost, Latency};
use tribunal_reports::{BugMatrix, BugRow, BugVerdict};
use tribunal_workloads::history::Line;
use tribunal_workloads::record::{
    CampaignRecord, ExcuseRecord, FaultInterval, FaultRecord, LatencySummary, OffsetRow, OffsetTable,
    OperationCounts, RunRecord, SeriesPoint, TimelineEvent, Verdict, ViolationRecord,
};
use tribunal_workloads::vacuity::{self, Vacuity, VacuityCounters};

const SECOND: u64 = 1_000_000_000;
const BUILD: &str = "0.1.0 (4f2c1ab)";

/// A sequence that only looks random.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn fault(class: &str, tried: u64, bit: u64, intervals: &[(u64, u64, i16, &str)]) -> FaultRecord {
    let interval = |&(from, to, node, detail): &(u64, u64, i16, &str)| FaultInterval {
        from_ns: from * SECOND / 1_000,
        to_ns: to * SECOND / 1_000,
        node,
        detail: detail.to_owned(),
    };
    FaultRecord { class: class.to_owned(), tried, bit, intervals: intervals.iter().map(interval).collect() }
}

fn event(ms: u64, lane: &str, what: &str, verdict: bool) -> TimelineEvent {
    TimelineEvent { ns: ms * SECOND / 1_000, lane: lane.to_owned(), what: what.to_owned(), verdict }
}

fn series(numbers: &mut Numbers) -> Vec<SeriesPoint> {
    let point = |index: u64, numbers: &mut Numbers| {
        let down = (82..90).contains(&index);
        let sends = if down { numbers.below(3) } else { 22 + numbers.below(16) };
        let p50_ns = if sends == 0 { 0 } else { 900_000 + numbers.below(500_000) };
        SeriesPoint {
            ns: index * SECOND / 2,
            sends,
            polls: if down { numbers.below(5) } else { 40 + numbers.below(22) },
            bytes: sends * 8_192,
            errors: if down { 4 + numbers.below(9) } else { numbers.below(40) / 39 },
            p50_ns,
            p99_ns: p50_ns * (4 + numbers.below(5)),
            max_ns: p50_ns * if down { 900 } else { 12 + numbers.below(60) },
        }
    };
    (0..120).map(|index| point(index, numbers)).collect()
}

fn latencies() -> Vec<LatencySummary> {
    let summary = |kind: &str, count, values: [u64; 6]| LatencySummary {
        kind: kind.to_owned(),
        count,
        percentiles: [50_000, 90_000, 99_000, 99_900, 99_990, 100_000].into_iter().zip(values).collect(),
    };
    vec![
        summary("send", 3_214, [1_130_000, 2_870_000, 9_400_000, 310_000_000, 1_840_000_000, 2_010_000_000]),
        summary("poll", 6_127, [840_000, 1_900_000, 6_200_000, 120_000_000, 505_000_000, 980_000_000]),
        summary("list", 212, [410_000, 780_000, 2_100_000, 4_800_000, 4_800_000, 4_800_000]),
        summary("admin", 31, [1_900_000, 5_100_000, 12_000_000, 12_000_000, 12_000_000, 12_000_000]),
    ]
}

fn counters(times: [u64; vacuity::ALL.len()]) -> VacuityCounters {
    VacuityCounters::from(vacuity::ALL.into_iter().zip(times).collect::<Vec<_>>())
}

/// A run in which everything was legal, with an excuse that was needed.
pub(crate) fn passing_run() -> RunRecord {
    let mut numbers = Numbers(7);
    RunRecord {
        seed: 7,
        engine: "madsim".to_owned(),
        target: "tribunal".to_owned(),
        workload: "produce-consume".to_owned(),
        build: BUILD.to_owned(),
        hash: "9c41d2e07ab35f18".to_owned(),
        virtual_seconds: 60.0,
        cpu_seconds: 0.412,
        wall_seconds: 0.43,
        replay: "cargo sim replay --seed 7 --engine madsim".to_owned(),
        options: vec![
            pair("segment.bytes", "16384"),
            pair("index.interval.bytes", "512"),
            pair("flush", "page cache"),
            pair("batch.size", "4096"),
            pair("in-flight requests", "5"),
            pair("codec", "zstd"),
            pair("sequence start", "2147483600"),
            pair("timestamp type", "LogAppendTime"),
        ],
        promise: vec![
            pair("durability", "page cache"),
            pair("replicas", "1"),
            pair("min.insync.replicas", "1"),
        ],
        faults: vec![
            fault("power_loss", 2, 2, &[(41_200, 41_200, 0, "18,211 unsynced bytes dropped")]),
            fault("disk_slow", 41, 38, &[(12_000, 19_500, 0, "writes take 40 ms")]),
            fault("response_lost", 300, 17, &[(25_000, 33_000, -1, "one in 20")]),
            fault("clock_jump", 3, 0, &[]),
        ],
        events: vec![
            event(41_200, "node 0", "orders-3 was unsynced from offset 10411 on", false),
            event(43_900, "node 0", "started again", false),
            event(50_000, "run", "healed", false),
            event(60_000, "run", "ended", false),
        ],
        excuses_used: vec![ExcuseRecord {
            partition: "orders-3".to_owned(),
            reason: "power loss of node 0 at t+41.200 s: orders-3 was unsynced from offset 10411 on"
                .to_owned(),
            used: 14,
        }],
        vacuity: counters([2, 17, 9, 44, 1, 0, 3, 0]),
        operations: OperationCounts {
            sends: 3_214,
            records_sent: 25_712,
            records_ok: 25_480,
            records_failed: 0,
            records_unknown: 232,
            polls: 6_127,
            records_seen: 76_903,
            others: 243,
        },
        series: series(&mut numbers),
        latencies: latencies(),
        figures: vec![("requests per CPU second".to_owned(), 23_213.4), ("flushes".to_owned(), 118.0)],
        ..RunRecord::default()
    }
}

fn lost_history() -> Vec<Line> {
    [
        r#"{"op":"send","invoke":[811,41150120000],"complete":[815,41151980000],"process":1,"to":{"topic":"orders","partition":3},"acks":-1,"outcome":"ok","error":0,"base_offset":10408,"leader_epoch":7,"node":0,"producer_id":4001,"producer_epoch":0,"base_sequence":508,"bytes":3072,"records":[[8809,1,0],[8810,2,0],[8811,3,0]]}"#,
        r#"{"op":"send","invoke":[820,41190300000],"complete":[826,41203410000],"process":2,"to":{"topic":"orders","partition":3},"acks":-1,"outcome":"ok","error":0,"attempts":2,"worst_error":"no_answer","base_offset":10411,"leader_epoch":7,"node":0,"producer_id":4002,"producer_epoch":0,"base_sequence":73,"bytes":1024,"records":[[8812,4,0]]}"#,
        r#"{"op":"disk","invoke":[830,41210000000],"node":0,"at":{"topic":"orders","partition":3},"damage":{"lost_from":10411}}"#,
        r#"{"op":"send","invoke":[833,41240000000],"process":1,"to":{"topic":"orders","partition":3},"acks":-1,"producer_id":4001,"producer_epoch":0,"base_sequence":511,"bytes":1024,"records":[[8813,5,0]]}"#,
        r#"{"op":"send","invoke":[840,43950000000],"complete":[844,43951210000],"process":2,"to":{"topic":"orders","partition":3},"acks":-1,"outcome":"ok","error":0,"base_offset":10411,"leader_epoch":8,"node":0,"producer_id":4002,"producer_epoch":0,"base_sequence":74,"bytes":2048,"records":[[8901,6,0],[8902,7,0]]}"#,
        r#"{"op":"session","invoke":[900,52000000000],"complete":[960,52310000000],"process":5,"session":12,"at":{"topic":"orders","partition":3},"from":"earliest","start_offset":0,"reached_end":true}"#,
        r#"{"op":"poll","invoke":[931,52210000000],"complete":[933,52211400000],"session":12,"from_offset":10400,"error":0,"high_watermark":10640,"leader_epoch":8,"node":0,"records":[[10408,8809,null],[10409,8810,null],[10410,8811,null],[10411,8901,null],[10412,8902,null]]}"#,
        r#"{"op":"poll","invoke":[941,52230000000],"complete":[943,52230900000],"session":13,"from_offset":10411,"error":6,"records":[]}"#,
    ]
    .into_iter()
    .map(|line| serde_json::from_str(line).expect("the lines above are of the format"))
    .collect()
}

fn lost_offsets() -> OffsetTable {
    let row = |offset, cells: [&str; 4], guilty| OffsetRow {
        offset,
        cells: cells.map(str::to_owned).to_vec(),
        guilty,
    };
    OffsetTable {
        columns: ["acknowledged", "client 5, session 12", "client 6, session 13", "platter of node 0"]
            .map(str::to_owned)
            .to_vec(),
        rows: vec![
            row(10_408, ["8809", "8809", "", "8809"], false),
            row(10_409, ["8810", "8810", "", "8810"], false),
            row(10_410, ["8811", "8811", "", "8811"], false),
            row(10_411, ["8812", "8901", "8901", "8901"], true),
            row(10_412, ["8902", "8902", "8902", "8902"], false),
            row(10_413, ["8903", "8903", "-", "8903"], false),
        ],
    }
}

/// A run that lost an acknowledged record.
pub(crate) fn failing_run() -> RunRecord {
    let headline = "LOST: value 8812, acknowledged at t+41.203 s (orders-3 at offset 10411, epoch 7), is absent for \
                    2 readers that passed 10411";
    let told = ViolationRecord {
        checker: "C03".to_owned(),
        anomaly: "lost".to_owned(),
        headline: headline.to_owned(),
        promise: "flushed before it is acknowledged: a power loss loses nothing that was acknowledged"
            .to_owned(),
        partition: Some("orders-3".to_owned()),
        ns: 52_211_400_000,
        history: lost_history(),
        offsets: Some(lost_offsets()),
    };
    let second = ViolationRecord {
        checker: "C02".to_owned(),
        anomaly: "diverged".to_owned(),
        headline:
            "DIVERGED: offset 10411 of orders-3 was acknowledged for value 8812 and then for value 8901"
                .to_owned(),
        promise: "an offset stands for one record".to_owned(),
        ns: 43_951_210_000,
        history: Vec::new(),
        offsets: None,
        ..told.clone()
    };
    let passing = passing_run();
    RunRecord {
        seed: 1_043,
        planted: Some("B20, a new segment's folder is never flushed".to_owned()),
        verdict: Verdict::Violation,
        headline: headline.to_owned(),
        hash: "01f7c8d24e90ab63".to_owned(),
        replay: "cargo sim replay --seed 1043 --engine madsim --plant B20".to_owned(),
        promise: vec![
            pair("durability", "flushed before it is acknowledged"),
            pair("replicas", "1"),
            pair("min.insync.replicas", "1"),
        ],
        faults: vec![
            fault("power_loss", 1, 1, &[(41_210, 41_210, 0, "18,211 unsynced bytes dropped")]),
            fault(
                "disk_slow",
                41,
                38,
                &[(12_000, 19_500, 0, "writes take 40 ms"), (39_000, 41_200, 0, "writes take 40 ms")],
            ),
            fault(
                "response_lost",
                300,
                17,
                &[(25_000, 33_000, -1, "one in 20"), (41_000, 41_205, -1, "one in 4")],
            ),
        ],
        events: vec![
            event(41_210, "node 0", "power lost", false),
            event(43_900, "node 0", "started again, epoch 8", false),
            event(50_000, "run", "healed", false),
            event(52_211, "client 5", "violation told", true),
            event(60_000, "run", "ended", false),
        ],
        violations: vec![told, second],
        violation_counts: vec![("C02/diverged".to_owned(), 1), ("C03/lost".to_owned(), 3)],
        excuses_used: Vec::new(),
        ..passing
    }
}

const CLASSES: [&str; 9] = [
    "clock_jump",
    "connection_cut",
    "disk_full",
    "disk_slow",
    "kill",
    "pause",
    "power_loss",
    "response_lost",
    "torn_write",
];

/// A campaign of 300 runs, a few of which failed in several ways.
pub(crate) fn campaign() -> CampaignRecord {
    let mut numbers = Numbers(300);
    let mut campaign = CampaignRecord {
        engine: "madsim".to_owned(),
        build: BUILD.to_owned(),
        replay: "cargo sim campaign --engine madsim --seeds 1000..1300 --jobs 2".to_owned(),
        wall_seconds: 117.2,
        latencies: latencies(),
        figures: vec![("runs checked for the same hash twice".to_owned(), 20.0)],
        ..CampaignRecord::default()
    };
    for seed in 1_000..1_300 {
        let mut run =
            if [1_043, 1_068, 1_103, 1_190, 1_251].contains(&seed) { failing_run() } else { passing_run() };
        run.planted = None;
        run.seed = seed;
        run.cpu_seconds = 0.3 + numbers.below(300) as f64 / 1_000.0;
        run.operations.sends = 3_000 + numbers.below(700);
        run.faults = CLASSES
            .iter()
            .filter(|_| numbers.below(2) == 0)
            .map(|class| {
                fault(class, 10, if *class == "disk_full" { 0 } else { (class.len() as u64) % 11 }, &[])
            })
            .collect();
        if run.verdict == Verdict::Pass {
            run.faults.retain(|_| seed % 4 != 0);
        }
        if seed == 1_177 {
            run.verdict = Verdict::Crash;
            run.headline =
                "node 0 panicked: index entry 0 lies beyond the log's end (log/src/index.rs:211)".to_owned();
        }
        if seed == 1_202 {
            run.verdict = Verdict::Incomplete;
            run.headline = "the drain of orders-1 did not finish within 120 virtual seconds".to_owned();
        }
        run.replay = format!("cargo sim replay --seed {seed} --engine madsim");
        campaign.add(&run, vacuity::required(false));
    }
    campaign.sort();
    campaign
}

/// A campaign of honest runs in which something never happened.
pub(crate) fn vacuous_campaign() -> CampaignRecord {
    let mut campaign = CampaignRecord { engine: "turmoil".to_owned(), ..CampaignRecord::default() };
    (0..30).for_each(|seed| campaign.add(&RunRecord { seed, ..passing_run() }, &[Vacuity::IndexRebuilt]));
    campaign
}

/// A hunt for planted bugs.
pub(crate) fn bugs() -> BugMatrix {
    let row = |bug: &str, cause: &str, expected: &str, found_by: &str, seeds, verdict| BugRow {
        bug: bug.to_owned(),
        cause: cause.to_owned(),
        expected: expected.to_owned(),
        found_by: found_by.to_owned(),
        headline: String::new(),
        first_seed: seeds,
        seeds_to_first: seeds,
        runs: seeds.unwrap_or(300),
        cpu_seconds: seeds.unwrap_or(300) as f64 * 0.4,
        verdict,
        replay: seeds
            .map_or_else(String::new, |seed| format!("cargo sim replay --seed {seed} --plant {bug}")),
    };
    BugMatrix {
        engine: "madsim".to_owned(),
        build: BUILD.to_owned(),
        replay: "cargo sim bugs".to_owned(),
        budget: 300,
        wall_seconds: 640.0,
        clean_runs: 3_000,
        false_alarms: 0,
        bugs: vec![
            row(
                "B14",
                "after a failed write more appends are accepted",
                "C03/lost",
                "C03/lost",
                Some(11),
                BugVerdict::Found,
            ),
            row(
                "B20",
                "a new segment's folder is never flushed",
                "C03/lost",
                "C03/lost",
                Some(4),
                BugVerdict::Found,
            ),
            row(
                "B21",
                "the producer snapshot is closed but not flushed",
                "C05/duplicate",
                "C02/diverged",
                Some(87),
                BugVerdict::FoundByAnother,
            ),
            row("B28", "epoch 0 is not restored on recovery", "C13/epoch", "", None, BugVerdict::Missed),
        ],
    }
}

/// A benchmark of latency at a rate, with one stall.
pub(crate) fn bench() -> BenchResult {
    let latency = |scale: f64| Latency {
        count: 600_000,
        mean_us: 61.0 * scale,
        p50_us: 48.0 * scale,
        p90_us: 90.0 * scale,
        p99_us: 210.0 * scale,
        p999_us: 4_800.0 * scale,
        max_us: 212_000.0,
        percentiles_us: [
            (50.0, 48.0),
            (90.0, 90.0),
            (99.0, 210.0),
            (99.9, 4_800.0),
            (100.0, 212_000.0 / scale),
        ]
        .map(|(percentile, at)| (percentile, at * scale))
        .to_vec(),
    };
    let records_each_second: Vec<u64> =
        (0..30).map(|second| if second == 17 { 15_600 } else { 20_000 }).collect();
    let records = records_each_second.iter().sum();
    BenchResult {
        workload: "latency".to_owned(),
        bootstrap: "localhost:9092".to_owned(),
        topic: "bench-<1>".to_owned(),
        record_bytes: 1024,
        batch_records: 1,
        connections: 4,
        in_flight: 1000,
        acks: -1,
        rate: Some(20_000),
        interrupted: true,
        seconds: 30.0,
        requests: records,
        records,
        bytes: records * 1024,
        errors: 3,
        first_error: Some("NOT_LEADER_OR_FOLLOWER".to_owned()),
        requests_per_second: records as f64 / 30.0,
        records_per_second: records as f64 / 30.0,
        megabytes_per_second: records as f64 * 1024.0 / 30e6,
        records_each_second,
        request_latency: Some(latency(1.0)),
        end_to_end_latency: Some(latency(1.7)),
        broker: Some(BrokerCost {
            cpu_seconds: 11.2,
            cpu_seconds_per_gb: Some(18.4),
            resident_bytes: 31_000_000,
            written_bytes: 640_000_000,
        }),
        client_cpu_seconds: 14.9,
    }
}

pub(crate) fn comparison() -> Comparison {
    let cell = |values: &[f64], ratio| Cell {
        values: values.iter().copied().enumerate().collect(),
        median: values[1],
        min: values[0],
        max: values[2],
        ratio,
    };
    Comparison {
        servers: ["floor", "tribunal", "Apache <Kafka>"].map(str::to_owned).to_vec(),
        references: vec![true, false, false],
        rounds: 5,
        rounds_done: 3,
        seconds: 3.0,
        machine: Machine { cores: 2, memory_bytes: 24 << 30, load_averages: vec![0.1, 1.5, 1.7] },
        rows: vec![Row {
            figure: "produce-1k".to_owned(),
            description: "60 x 1 KiB a request, 8 in flight, one connection".to_owned(),
            metric: "server CPU s/GB".to_owned(),
            more_is_better: false,
            cells: vec![
                Some(cell(&[0.40, 0.44, 0.52], Some(1.0))),
                Some(cell(&[0.46, 0.50, 0.61], Some(1.14))),
                None,
            ],
        }],
        goals: vec![
            Judged {
                figure: "produce-1k".to_owned(),
                metric: "server CPU s/GB".to_owned(),
                goal: "at most 1.25 x the floor program".to_owned(),
                measured: 0.5,
                ratio: Some(1.14),
                met: true,
            },
            Judged {
                figure: "recovery".to_owned(),
                metric: "recovery CPU s/GB".to_owned(),
                goal: "at most 0.2".to_owned(),
                measured: 0.31,
                ratio: None,
                met: false,
            },
        ],
        missing: vec![Missing {
            server: "Apache <Kafka>".to_owned(),
            figure: None,
            reason: "no java: install a JDK".to_owned(),
        }],
    }
}
