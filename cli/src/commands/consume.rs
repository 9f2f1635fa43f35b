//! `tribunal consume`: records become lines.
//!
//! Always holds: within a partition records come out in order, none left out and none twice; where that cannot be,
//! the command says so and fails. Bytes come out as they are, in JSON as base64 where they are not UTF-8. A closed
//! standard output ends the command quietly, also while no record comes.

use crate::{
    cluster, moment,
    output::{Exit, note, put},
};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde_json::{Map, Value};
use std::{
    collections::BTreeMap,
    io::{self, BufWriter, Write},
    pin::pin,
    time::Duration,
};
use tribunal_client::{
    Admin, AdminError, Client, Consumer, ConsumerConfig, ConsumerRecord, IsolationLevel, OffsetSpec,
    PartitionFailure, Polled, TopicPartition,
};
use tribunal_env::Env;
use tribunal_wire::{ErrorCode, batch::TimestampType, types::Offset};

const EXAMPLES: &str = "\
Examples:
  tribunal consume --bootstrap localhost:9092 --topic greetings                     everything, then what comes
  tribunal consume --bootstrap localhost:9092 --topic greetings --until-end         everything that is there now
  tribunal consume --bootstrap localhost:9092 --topic orders --from end --format key-value
  tribunal consume --bootstrap localhost:9092 --topic orders --partition 0 --from 1200 --count 10
  tribunal consume --bootstrap localhost:9092 --topic orders --from 2026-11-22T10:00:00Z --format json | jq .headers

A JSON line has topic, partition, offset, timestamp (milliseconds), key, value and headers; what is no UTF-8 stands
in key_base64 and value_base64 instead. Ctrl-C stops.";

/// How long one wait for records may be: between two, it is seen whether anybody reads what is written.
const WAIT: Duration = Duration::from_millis(250);

/// The command's arguments.
pub(crate) fn command() -> Command {
    Command::new("consume")
        .about("Read the records of a topic")
        .after_help(EXAMPLES)
        .args(cluster::arguments())
        .arg(Arg::new("topic").long("topic").value_name("TOPIC").required(true).help("The topic"))
        .arg(
            Arg::new("partition")
                .long("partition")
                .value_name("N")
                .action(ArgAction::Append)
                .value_parser(value_parser!(i32).range(0..))
                .help("Read this partition; may be repeated [default: all]"),
        )
        .arg(
            Arg::new("from")
                .long("from")
                .value_name("PLACE")
                .default_value("beginning")
                .value_parser(From::parse)
                .help("beginning, end, an offset, or the first record since a moment: 2026-11-22T10:00:00Z or @MILLISECONDS"),
        )
        .arg(
            Arg::new("count")
                .long("count")
                .value_name("N")
                .value_parser(value_parser!(u64).range(1..))
                .help("Stop after so many records"),
        )
        .arg(
            Arg::new("until-end")
                .long("until-end")
                .action(ArgAction::SetTrue)
                .help("Stop at what is the end of each partition when reading starts"),
        )
        .arg(
            Arg::new("committed")
                .long("committed")
                .action(ArgAction::SetTrue)
                .help("Leave out records of transactions that were aborted or are still open"),
        )
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .value_parser(["value", "key-value", "json"])
                .default_value("value")
                .help("What is printed of a record"),
        )
        .arg(
            Arg::new("key-separator")
                .long("key-separator")
                .value_name("TEXT")
                .default_value("\t")
                .hide_default_value(true)
                .help("What stands between key and value with --format key-value [default: a tab]"),
        )
        .arg(
            Arg::new("output")
                .short('o')
                .long("output")
                .value_name("FORMAT")
                .value_parser(["text", "json"])
                .help("-o json is --format json"),
        )
}

/// Runs the command.
pub(crate) fn run(matches: &ArgMatches) -> Exit {
    cluster::run(|env| async move { consume(&env, matches).await })
}

/// Where reading starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    Beginning,
    End,
    Offset(i64),
    Moment(i64),
}

impl From {
    fn parse(text: &str) -> Result<From, String> {
        match text {
            "beginning" => Ok(From::Beginning),
            "end" => Ok(From::End),
            _ => match text.parse::<i64>() {
                Ok(offset) if offset >= 0 => Ok(From::Offset(offset)),
                _ => moment::parse(text).map(From::Moment).ok_or_else(|| {
                    "give beginning, end, an offset such as 1200, a moment such as 2026-11-22T10:00:00Z, or @MILLISECONDS"
                        .to_owned()
                }),
            },
        }
    }
}

/// How records are printed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Format {
    Value,
    KeyValue(Vec<u8>),
    Json,
}

impl Format {
    fn of(matches: &ArgMatches) -> Format {
        let given = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
        match (given("output"), given("format")) {
            ("json", _) | (_, "json") => Format::Json,
            (_, "key-value") => Format::KeyValue(given("key-separator").as_bytes().to_vec()),
            _ => Format::Value,
        }
    }

    fn write(&self, record: &ConsumerRecord, to: &mut impl Write) -> io::Result<()> {
        let value = record.value.as_deref().unwrap_or_default();
        match self {
            Format::Value => to.write_all(value)?,
            Format::KeyValue(separator) => {
                to.write_all(record.key.as_deref().unwrap_or_default())?;
                to.write_all(separator)?;
                to.write_all(value)?;
            }
            Format::Json => serde_json::to_writer(&mut *to, &json(record))?,
        }
        to.write_all(b"\n")
    }
}

fn json(record: &ConsumerRecord) -> Value {
    let mut object = Map::new();
    object.insert("topic".to_owned(), record.partition.topic.as_ref().into());
    object.insert("partition".to_owned(), record.partition.partition.into());
    object.insert("offset".to_owned(), record.offset.0.into());
    object.insert("timestamp".to_owned(), record.timestamp.into());
    let kind = match record.timestamp_type {
        TimestampType::CreateTime => "CreateTime",
        TimestampType::LogAppendTime => "LogAppendTime",
    };
    object.insert("timestamp_type".to_owned(), kind.into());
    put(&mut object, "key", record.key.as_deref());
    put(&mut object, "value", record.value.as_deref());
    let headers = record.headers.iter().map(|(name, value)| {
        let mut header = Map::new();
        put(&mut header, "key", Some(name));
        put(&mut header, "value", value.as_deref());
        Value::Object(header)
    });
    object.insert("headers".to_owned(), headers.collect());
    Value::Object(object)
}

/// Where reading starts and, if it is to, ends in each partition.
#[derive(Debug, Clone, Copy)]
struct Range {
    start: Offset,
    end: Offset,
}

async fn consume(env: &Env, matches: &ArgMatches) -> Result<Exit, String> {
    let topic = matches.get_one::<String>("topic").map_or("", String::as_str);
    let client = cluster::reach(env, matches).await?;
    let mut config = ConsumerConfig { offset_reset: None, ..ConsumerConfig::default() };
    if matches.get_flag("committed") {
        config.limits.isolation = IsolationLevel::ReadCommitted;
    }
    let isolation = config.limits.isolation;
    let partitions = partitions(&client, matches, topic).await?;
    let from = matches.get_one::<From>("from").copied().unwrap_or(From::Beginning);
    let mut ranges = BTreeMap::new();
    for partition in partitions {
        let range = range(&client, &partition, from, isolation).await?;
        ranges.insert(partition, range);
    }
    let mut consumer = Consumer::new(&client, config);
    consumer.assign(ranges.keys().cloned());
    for (partition, range) in &ranges {
        consumer.seek(partition, range.start);
    }
    let reader = Reader {
        client,
        consumer,
        ends: matches
            .get_flag("until-end")
            .then(|| ranges.iter().map(|(name, range)| (name.clone(), range.end)).collect()),
        left: matches.get_one::<u64>("count").copied().unwrap_or(u64::MAX),
        format: Format::of(matches),
        written: 0,
    };
    reader.run(topic).await
}

/// The partitions to read.
async fn partitions(
    client: &Client,
    matches: &ArgMatches,
    topic: &str,
) -> Result<Vec<TopicPartition>, String> {
    let failed =
        |error: &AdminError| cluster::explain(&format!("topic `{topic}` cannot be read"), topic, error);
    let name = std::sync::Arc::from(topic);
    client
        .refresh_metadata(&[std::sync::Arc::clone(&name)], client.request_deadline())
        .await
        .map_err(|error| failed(&error.into()))?;
    let unknown = ErrorCode::UnknownTopicOrPartition;
    let code = client.metadata(|metadata| metadata.topic_error(topic)).unwrap_or(unknown);
    let count = client.metadata(|metadata| metadata.topic(topic).map(|topic| topic.partitions.len()));
    let count = count
        .and_then(|count| i32::try_from(count).ok())
        .ok_or_else(|| failed(&AdminError::Answer { code: code.code(), message: String::new() }))?;
    let chosen: Vec<i32> = match matches.get_many::<i32>("partition") {
        Some(chosen) => chosen.copied().collect(),
        None => (0..count).collect(),
    };
    match chosen.iter().find(|partition| **partition >= count) {
        Some(partition) => Err(format!(
            "topic `{topic}` has no partition {partition}: it has 0 to {}; `tribunal topic describe {topic}` shows them",
            count - 1
        )),
        None => Ok(chosen
            .into_iter()
            .map(|partition| TopicPartition::new(std::sync::Arc::clone(&name), partition))
            .collect()),
    }
}

async fn range(
    client: &Client,
    partition: &TopicPartition,
    from: From,
    isolation: IsolationLevel,
) -> Result<Range, String> {
    let admin = Admin::new(client);
    let ask = async |spec| {
        let answer = admin.list_offset(partition, spec, isolation).await;
        answer.map_err(|error| {
            cluster::explain(&format!("the offsets of {partition} are not known"), &partition.topic, &error)
        })
    };
    let known = |told: Option<Offset>| {
        told.ok_or_else(|| format!("the leader of {partition} did not tell its offsets"))
    };
    let begin = known(ask(OffsetSpec::Earliest).await?.offset)?;
    let end = known(ask(OffsetSpec::Latest).await?.offset)?;
    let start = match from {
        From::Beginning => begin,
        From::End => end,
        From::Offset(offset) if (begin.0..=end.0).contains(&offset) => Offset(offset),
        From::Offset(offset) => {
            return Err(format!(
                "{partition} has no offset {offset}: it holds {} to {}; give one of those with --from, or name another --partition",
                begin.0, end.0
            ));
        }
        // Nothing is that young: what comes from now on is.
        From::Moment(millis) => ask(OffsetSpec::Timestamp(millis)).await?.offset.unwrap_or(end),
    };
    Ok(Range { start, end })
}

/// Reads and prints.
struct Reader {
    client: Client,
    consumer: Consumer,
    /// Where to stop in each partition, if anywhere.
    ends: Option<BTreeMap<TopicPartition, Offset>>,
    /// Records that may still be printed.
    left: u64,
    format: Format,
    written: u64,
}

impl Reader {
    async fn run(mut self, topic: &str) -> Result<Exit, String> {
        let mut output = BufWriter::with_capacity(64 << 10, io::stdout());
        let mut interrupt = pin!(tribunal_host::stop_requested());
        loop {
            if self.is_done() {
                return Ok(Exit::Ok);
            }
            let polled = tokio::select! {
                biased;
                _ = &mut interrupt => {
                    note(&format!("stopped after {} records", self.written));
                    return Ok(Exit::Ok);
                }
                polled = self.consumer.poll(WAIT) => polled,
            };
            let printed = self.print(&polled, &mut output).and_then(|()| output.flush());
            match printed {
                Ok(()) if nobody_reads() => return Ok(Exit::Ok),
                Ok(()) => {}
                // Whoever read has seen enough.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(Exit::Ok),
                Err(error) => return Err(format!("the output cannot be written: {error}")),
            }
            if let Some(problem) = self.problem(&polled, topic) {
                return Err(format!("{problem} ({} records were read)", self.written));
            }
        }
    }

    fn is_done(&self) -> bool {
        let at_end = self.ends.as_ref().is_some_and(|ends| {
            ends.iter()
                .all(|(name, end)| self.consumer.position(name).is_some_and(|position| position >= *end))
        });
        at_end || self.left == 0
    }

    fn print(&mut self, polled: &Polled, output: &mut impl Write) -> io::Result<()> {
        for record in &polled.records {
            let beyond = |ends: &BTreeMap<TopicPartition, Offset>| {
                ends.get(&record.partition).is_some_and(|end| record.offset >= *end)
            };
            if self.left == 0 || self.ends.as_ref().is_some_and(beyond) {
                continue;
            }
            self.format.write(record, output)?;
            self.left -= 1;
            self.written += 1;
        }
        Ok(())
    }

    /// What keeps the reading from going on, if anything.
    fn problem(&self, polled: &Polled, topic: &str) -> Option<String> {
        if let Some((partition, failure)) = polled.failures.first() {
            let at = self.consumer.position(partition).map_or(0, |position| position.0);
            return Some(match failure {
                PartitionFailure::OffsetOutOfRange => format!(
                    "{partition} does not hold offset {at} any more: its records were deleted, or the log was cut; `tribunal topic describe {topic}` shows what it holds, and --from goes on there"
                ),
                PartitionFailure::LogTruncated { diverging } => format!(
                    "{partition} was cut to offset {} behind what was read: records that were printed are not in the log any more",
                    diverging.0
                ),
                PartitionFailure::Answered(code) => {
                    format!("{partition} cannot be read: {}", ErrorCode::from_code(*code))
                }
                PartitionFailure::Corrupt(offset, what) => format!(
                    "the batch at offset {} of {partition} is broken: {what}; --from {} or later goes on behind it",
                    offset.0,
                    offset.0.saturating_add(1)
                ),
            });
        }
        let error = self.client.metadata(|metadata| metadata.topic_error(topic));
        let gone = matches!(error, Some(ErrorCode::UnknownTopicOrPartition | ErrorCode::UnknownTopicId));
        (polled.is_empty() && gone).then(|| format!("topic `{topic}` was deleted meanwhile"))
    }
}

/// Whether standard output is a pipe that was closed at its other end.
fn nobody_reads() -> bool {
    let stdout = io::stdout();
    let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    poll(&mut watched, Some(&now)).is_ok_and(|ready| ready > 0)
        && watched[0].revents().intersects(PollFlags::ERR | PollFlags::NVAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_words_offsets_and_moments() {
        assert_eq!(From::parse("beginning"), Ok(From::Beginning));
        assert_eq!(From::parse("12"), Ok(From::Offset(12)));
        assert_eq!(From::parse("@12"), Ok(From::Moment(12)));
        assert_eq!(From::parse("1970-01-02"), Ok(From::Moment(86_400_000)));
        for bad in ["", "-1", "start", "1.5"] {
            assert!(From::parse(bad).is_err(), "{bad}");
        }
    }
}
