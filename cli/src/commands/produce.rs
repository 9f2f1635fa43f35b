//! `tribunal produce`: lines become records.
//!
//! Always holds: each line that was read is counted once, as acknowledged, failed, unknown or not sent, and the first
//! of those that were not acknowledged are named with line and reason. Memory is bounded by what is on its way.

use crate::{
    cluster,
    input::Lines,
    output::{Exit, json, line, note, output_argument, wants_json},
};
use bytes::Bytes;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use serde::Serialize;
use std::{
    collections::{BTreeMap, VecDeque},
    pin::pin,
    sync::Arc,
    time::Duration,
};
use tribunal_client::{
    Acks, Client, ClientConfig, Delivery, Outcome, Producer, ProducerConfig, ProducerRecord, Report,
    TopicError,
};
use tribunal_env::Env;
use tribunal_wire::compression::Codec;

const EXAMPLES: &str = "\
Examples:
  echo hello | tribunal produce --bootstrap localhost:9092 --topic greetings
  tribunal produce --bootstrap localhost:9092 --topic orders --file orders.txt --key-separator :
  seq 1000000 | tribunal produce --bootstrap localhost:9092 --topic numbers --compression zstd --linger 20
  tribunal produce --bootstrap localhost:9092 --topic orders --header source=shell --partition 0 -o json < orders.txt

Each line is one record. Ctrl-C stops reading, waits for the records on their way and says what was acknowledged;
a second one stops waiting. Exit codes: 0 every line was acknowledged (with --acks 0: sent), 2 some were not.";

/// Records whose fate is awaited at once.
const AWAITED_MAX: usize = 100_000;
/// Records without acknowledgement that are named.
const TOLD_MAX: usize = 10;
/// How often progress is told.
const PROGRESS_EVERY: Duration = Duration::from_secs(5);

/// The command's arguments.
pub(crate) fn command() -> Command {
    let text = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    Command::new("produce")
        .about("Write lines to a topic, one record a line")
        .after_help(EXAMPLES)
        .args(cluster::arguments())
        .arg(
            text("topic", "TOPIC", "The topic; it is made where the cluster makes topics by itself")
                .required(true),
        )
        .arg(text("file", "FILE", "Read lines from FILE instead of standard input"))
        .arg(text(
            "key-separator",
            "TEXT",
            "Each line is a key, TEXT, and a value; without it there are no keys",
        ))
        .arg(text("null", "TEXT", "A key or value that is TEXT is null; a null value is a tombstone"))
        .arg(
            text("header", "NAME=VALUE", "A header of every record; may be repeated")
                .action(ArgAction::Append),
        )
        .arg(
            text("partition", "N", "Every record goes to this partition [default: by key, else in turn]")
                .value_parser(value_parser!(i32).range(0..)),
        )
        .arg(
            text("timestamp", "MILLISECONDS", "The create time of every record [default: now]")
                .value_parser(value_parser!(i64).range(0..)),
        )
        .arg(
            text("acks", "ACKS", "Who has to have a record: 0 nobody, 1 the leader, all [default: all]")
                .value_parser(["0", "1", "all", "-1"])
                .allow_hyphen_values(true),
        )
        .arg(
            Arg::new("idempotent")
                .long("idempotent")
                .action(ArgAction::SetTrue)
                .conflicts_with("no-idempotence")
                .help("Number the batches, so that a retry never writes twice [default with --acks all]"),
        )
        .arg(
            Arg::new("no-idempotence")
                .long("no-idempotence")
                .action(ArgAction::SetTrue)
                .help("Do not number them"),
        )
        .arg(
            text("compression", "CODEC", "How batches are compressed")
                .value_parser(["none", "gzip", "snappy", "lz4", "zstd"])
                .default_value("none"),
        )
        .arg(
            text("linger", "MILLISECONDS", "How long a batch waits for more records")
                .value_parser(value_parser!(u64).range(0..=60_000))
                .default_value("5"),
        )
        .arg(
            text("delivery-timeout", "SECONDS", "A record that is not acknowledged by then is given up")
                .value_parser(value_parser!(u64).range(1..=3600))
                .default_value("120"),
        )
        .arg(output_argument())
}

/// Runs the command.
pub(crate) fn run(matches: &ArgMatches) -> Exit {
    cluster::run(|env| async move { produce(&env, matches).await })
}

/// What every record has in common, and how a line becomes one.
struct Form {
    topic: Arc<str>,
    partition: Option<i32>,
    timestamp: Option<i64>,
    headers: Vec<(Bytes, Option<Bytes>)>,
    key_separator: Option<String>,
    null: Option<String>,
}

impl Form {
    fn of(matches: &ArgMatches) -> Result<Form, String> {
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        let mut headers = Vec::new();
        for header in matches.get_many::<String>("header").into_iter().flatten() {
            let (name, value) = header
                .split_once('=')
                .ok_or_else(|| format!("`{header}` is no header: write --header NAME=VALUE"))?;
            headers.push((Bytes::from(name.to_owned()), Some(Bytes::from(value.to_owned()))));
        }
        let key_separator = text("key-separator");
        if key_separator.as_ref().is_some_and(String::is_empty) {
            return Err("--key-separator is empty: give the text between key and value, such as :".to_owned());
        }
        Ok(Form {
            topic: text("topic").unwrap_or_default().into(),
            partition: matches.get_one::<i32>("partition").copied(),
            timestamp: matches.get_one::<i64>("timestamp").copied(),
            headers,
            key_separator,
            null: text("null"),
        })
    }

    fn record(&self, line: &Bytes) -> Result<ProducerRecord, String> {
        let (key, value) = match &self.key_separator {
            None => (None, line.clone()),
            Some(separator) => {
                let at = line.windows(separator.len()).position(|window| window == separator.as_bytes());
                let at = at.ok_or_else(|| {
                    format!("there is no `{separator}` between a key and a value; nothing after it was sent")
                })?;
                (Some(line.slice(..at)), line.slice(at + separator.len()..))
            }
        };
        let unless_null =
            |bytes: Bytes| self.null.as_ref().is_none_or(|null| bytes != null.as_bytes()).then_some(bytes);
        Ok(ProducerRecord {
            topic: self.topic.clone(),
            partition: self.partition,
            key: key.and_then(unless_null),
            value: unless_null(value),
            headers: self.headers.clone(),
            timestamp: self.timestamp,
        })
    }
}

fn config(matches: &ArgMatches) -> Result<ProducerConfig, String> {
    let number = |name: &str| matches.get_one::<u64>(name).copied().unwrap_or_default();
    let acks = match matches.get_one::<String>("acks").map(String::as_str) {
        Some("0") => Acks::None,
        Some("1") => Acks::Leader,
        _ => Acks::All,
    };
    if matches.get_flag("idempotent") && acks != Acks::All {
        return Err(
            "--idempotent needs --acks all: a retry can be recognised only where all replicas have it"
                .to_owned(),
        );
    }
    let codec = matches.get_one::<String>("compression").and_then(|name| Codec::from_name(name));
    Ok(ProducerConfig {
        acks,
        idempotent: acks == Acks::All && !matches.get_flag("no-idempotence"),
        codec: codec.unwrap_or(Codec::None),
        linger: Duration::from_millis(number("linger")),
        delivery_timeout: Duration::from_secs(number("delivery-timeout")),
        request_timeout: cluster::timeout(matches),
        block_max: Duration::from_secs(number("delivery-timeout")),
        ..ProducerConfig::default()
    })
}

/// What became of the lines of one partition.
#[derive(Default, Serialize)]
struct PartitionTally {
    records: u64,
    first_offset: Option<i64>,
    last_offset: Option<i64>,
}

/// A line without acknowledgement.
#[derive(Serialize)]
struct Missing {
    line: u64,
    outcome: &'static str,
    reason: String,
}

/// What became of all lines.
#[derive(Default, Serialize)]
struct Tally {
    topic: String,
    /// Lines that were read.
    lines: u64,
    /// Records that are in the log.
    acknowledged: u64,
    /// Records that are not in the log, and will not be.
    failed: u64,
    /// Records that may be in the log.
    unknown: u64,
    /// Lines that were read and never sent.
    not_sent: u64,
    /// Records that nobody was asked to acknowledge: with acks 0 they are of unknown fate by choice.
    unacknowledged: u64,
    /// Whether a signal ended the reading.
    interrupted: bool,
    seconds: f64,
    /// By partition: acknowledged records, and where the first and the last of them lie.
    partitions: BTreeMap<i32, PartitionTally>,
    /// The first that were not acknowledged.
    missing: Vec<Missing>,
    /// Why the reading ended before the end, if it did.
    problem: Option<String>,
}

impl Tally {
    fn missing(&mut self, line: u64, outcome: &'static str, reason: String) {
        if self.missing.len() < TOLD_MAX {
            note(&format!("line {line}: {outcome}: {reason}"));
            self.missing.push(Missing { line, outcome, reason });
        }
    }

    fn count(&mut self, line: u64, report: &Report, asked: bool) {
        match &report.outcome {
            Outcome::Done { offset, .. } => {
                self.acknowledged += 1;
                let partition = self.partitions.entry(report.partition).or_default();
                partition.records += 1;
                if let Some(offset) = offset.map(|offset| offset.0) {
                    partition.first_offset =
                        Some(partition.first_offset.map_or(offset, |first| first.min(offset)));
                    partition.last_offset = partition.last_offset.max(Some(offset));
                }
            }
            Outcome::Unknown(_) if !asked => self.unacknowledged += 1,
            Outcome::NotDone(reason) => {
                self.failed += 1;
                self.missing(line, "failed", reason.to_string());
            }
            Outcome::Unknown(reason) => {
                self.unknown += 1;
                self.missing(line, "unknown", reason.to_string());
            }
        }
    }

    fn exit(&self) -> Exit {
        let lost = self.failed + self.unknown + self.not_sent;
        if lost == 0 && self.problem.is_none() { Exit::Ok } else { Exit::Usage }
    }

    fn tell(&self) {
        let mut text = format!("{} of {} lines acknowledged", self.acknowledged, self.lines);
        if self.unacknowledged > 0 {
            text = format!(
                "{} of {} lines sent, and nobody asked what became of them",
                self.unacknowledged, self.lines
            );
        }
        let others = [
            (self.failed, "failed: not in the log"),
            (self.unknown, "unknown: may be in the log"),
            (self.not_sent, "read and not sent"),
        ];
        for (count, what) in others.into_iter().filter(|(count, _)| *count > 0) {
            text += &format!(", {count} {what}");
        }
        line(&format!("{text} ({:.1} s)", self.seconds));
        for (partition, tally) in &self.partitions {
            let place = match (tally.first_offset, tally.last_offset) {
                (Some(first), Some(last)) if first == last => format!("at offset {first}"),
                (Some(first), Some(last)) => format!("between offsets {first} and {last}"),
                _ => "at offsets that the broker did not tell".to_owned(),
            };
            line(&format!("  {}-{partition}: {} {place}", self.topic, tally.records));
        }
    }
}

async fn produce(env: &Env, matches: &ArgMatches) -> Result<Exit, String> {
    let (form, config) = (Form::of(matches)?, config(matches)?);
    let asked = config.acks != Acks::None;
    let lines = Lines::open(matches.get_one::<String>("file").map(String::as_str))?;
    let client = cluster::reach(env, matches).await?;
    let client =
        Client::new(env, ClientConfig { allow_auto_topic_creation: true, ..client.config().clone() });
    find_topic(&client, &form).await?;
    let producer = Producer::new(&client, config).map_err(|invalid| invalid.to_string())?;
    let began = env.now();
    let mut work = Work {
        env: env.clone(),
        producer,
        form,
        awaited: VecDeque::new(),
        tally: Tally {
            topic: matches.get_one::<String>("topic").cloned().unwrap_or_default(),
            ..Tally::default()
        },
        asked,
    };
    work.run(lines).await;
    let mut tally = work.tally;
    tally.seconds = env.now().since(began).as_secs_f64();
    if let Some(problem) = &tally.problem {
        note(&format!("error: {problem}"));
    }
    if wants_json(matches) {
        json(&tally)?;
    } else {
        tally.tell();
    }
    Ok(tally.exit())
}

/// Looks whether topic and partition are there, before a line is read.
async fn find_topic(client: &Client, form: &Form) -> Result<(), String> {
    let topic = &form.topic;
    let count = client.partition_count(topic, client.request_deadline()).await.map_err(|error| {
        let advice = match &error {
            TopicError::Answer(code) => cluster::advice(topic, *code),
            TopicError::Request(_) => None,
        };
        let advice = advice.map_or_else(String::new, |advice| format!("; {advice}"));
        format!("topic `{topic}` cannot be written: {error}{advice}")
    })?;
    match form.partition {
        Some(partition) if usize::try_from(partition).is_ok_and(|partition| partition >= count) => {
            Err(format!(
                "topic `{topic}` has no partition {partition}: it has 0 to {}; `tribunal topic alter {topic} --partitions N` adds some",
                count - 1
            ))
        }
        _ => Ok(()),
    }
}

/// Reads, sends, and counts.
struct Work {
    env: Env,
    producer: Producer,
    form: Form,
    /// What has no fate yet, and its line.
    awaited: VecDeque<(u64, Delivery)>,
    tally: Tally,
    /// Whether anybody is asked to acknowledge.
    asked: bool,
}

impl Work {
    async fn run(&mut self, mut lines: Lines) {
        let mut interrupt = pin!(tribunal_host::stop_requested());
        let mut told_at = self.env.now();
        loop {
            tokio::select! {
                biased;
                signal = &mut interrupt => {
                    self.tally.interrupted = true;
                    note(&format!(
                        "{}: no more lines are read; waiting for the records on their way",
                        signal.unwrap_or("a signal that cannot be received")
                    ));
                    break;
                }
                read = lines.next() => match read {
                    Ok(Some(line)) => {
                        self.tally.lines += 1;
                        if !self.send(&line, &mut interrupt).await {
                            break;
                        }
                    }
                    Ok(None) => break,
                    Err(error) => {
                        let problem = format!("after line {} the input cannot be read: {error}", self.tally.lines);
                        self.tally.problem = Some(problem);
                        break;
                    }
                },
            }
            self.collect();
            if self.env.now().since(told_at) >= PROGRESS_EVERY {
                told_at = self.env.now();
                note(&format!("{} lines read, {} acknowledged", self.tally.lines, self.tally.acknowledged));
            }
        }
        let left = lines.left();
        self.tally.lines += left;
        self.tally.not_sent += left;
        self.drain().await;
    }

    /// Sends a line; false when it is the last one, because it cannot be sent or somebody wants to stop.
    async fn send<F>(&mut self, line: &Bytes, interrupt: &mut std::pin::Pin<&mut F>) -> bool
    where
        F: Future<Output = std::io::Result<&'static str>>,
    {
        let number = self.tally.lines;
        let record = match self.form.record(line) {
            Ok(record) => record,
            Err(problem) => {
                self.tally.not_sent += 1;
                self.tally.problem = Some(format!("line {number}: {problem}"));
                return false;
            }
        };
        // Waits while the producer's buffer is full.
        let sent = tokio::select! {
            biased;
            sent = self.producer.send(&record) => sent,
            _ = interrupt.as_mut() => {
                self.tally.interrupted = true;
                self.tally.not_sent += 1;
                note("interrupted: no more lines are read; waiting for the records on their way");
                return false;
            }
        };
        match sent {
            Ok(delivery) => self.awaited.push_back((number, delivery)),
            Err(refused) => {
                self.tally.failed += 1;
                self.tally.missing(number, "failed", refused.to_string());
            }
        }
        while self.awaited.len() > AWAITED_MAX {
            tokio::select! {
                biased;
                () = self.first_known() => {}
                _ = interrupt.as_mut() => {
                    self.tally.interrupted = true;
                    return false;
                }
            }
        }
        true
    }

    /// Counts what is known at the front.
    fn collect(&mut self) {
        while let Some((number, delivery)) = self.awaited.front() {
            let Some(report) = delivery.try_report() else { return };
            self.tally.count(*number, &report, self.asked);
            self.awaited.pop_front();
        }
    }

    /// Waits for the fate of the oldest record.
    async fn first_known(&mut self) {
        if let Some((_, delivery)) = self.awaited.front() {
            let _report = delivery.wait().await;
        }
        self.collect();
    }

    /// Waits for every fate, which the delivery timeout bounds, or for another signal.
    async fn drain(&mut self) {
        let producer = self.producer.clone();
        let finished = async {
            producer.close().await;
            while !self.awaited.is_empty() {
                self.first_known().await;
            }
        };
        let ended = tokio::select! {
            biased;
            () = finished => true,
            _ = tribunal_host::stop_requested() => false,
        };
        if !ended {
            note("stopped waiting: what has no answer yet is of unknown fate");
            self.tally.interrupted = true;
            self.collect();
            for (number, delivery) in std::mem::take(&mut self.awaited) {
                match delivery.try_report() {
                    Some(report) => self.tally.count(number, &report, self.asked),
                    None => {
                        self.tally.unknown += 1;
                        self.tally.missing(number, "unknown", "nobody waited for the answer".to_owned());
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(arguments: &[&str]) -> Form {
        let mut all = vec!["produce", "--bootstrap", "h:1", "--topic", "t"];
        all.extend(arguments);
        let matches = command().try_get_matches_from(all).expect("the arguments are known");
        Form::of(&matches).expect("they fit together")
    }

    fn check(arguments: &[&str], line: &str, expected: Option<(Option<&str>, Option<&str>)>) {
        let record = form(arguments).record(&Bytes::from(line.to_owned())).ok();
        let text =
            |bytes: &Option<Bytes>| bytes.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let found = record.map(|record| (text(&record.key), text(&record.value)));
        let expected = expected.map(|(key, value)| (key.map(str::to_owned), value.map(str::to_owned)));
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn lines_become_records() {
        check(&[], "a:b", Some((None, Some("a:b"))));
        check(&[], "", Some((None, Some(""))));
        check(&["--key-separator", ":"], "a:b:c", Some((Some("a"), Some("b:c"))));
        check(&["--key-separator", ":"], ":", Some((Some(""), Some(""))));
        check(&["--key-separator", "=>"], "a=b=>c", Some((Some("a=b"), Some("c"))));
        check(&["--key-separator", ":"], "none", None);
        check(&["--key-separator", ":", "--null", "-"], "-:-", Some((None, None)));
        check(&["--null", "-"], "-", Some((None, None)));
    }

    #[test]
    fn settings_follow_the_flags() {
        let parsed = |arguments: &[&str]| {
            let mut all = vec!["produce", "--bootstrap", "h:1", "--topic", "t"];
            all.extend(arguments);
            config(&command().try_get_matches_from(all).expect("the arguments are known"))
        };
        let idempotent = |arguments: &[&str]| parsed(arguments).map(|config| config.idempotent);
        assert_eq!(idempotent(&[]), Ok(true));
        assert_eq!(idempotent(&["--acks", "1"]), Ok(false));
        assert_eq!(idempotent(&["--no-idempotence"]), Ok(false));
        assert!(idempotent(&["--acks", "0", "--idempotent"]).is_err());
    }
}
