//! `tribunal topic`: makes, lists, describes, deletes and alters topics.
//!
//! Each command asks once. What may have been done although no answer came is said to be so.

use crate::{
    cluster,
    output::{Exit, json, line, note, output_argument, wants_json},
};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use serde::Serialize;
use std::collections::BTreeMap;
use tribunal_client::{
    Admin, AdminError, ConfigChange, ConfigEntry, ConfigResource, IsolationLevel, NewTopic, NodeId,
    OffsetSpec, PartitionMetadata, RequestError, TopicMetadata, TopicName, TopicPartition,
};
use tribunal_env::Env;
use tribunal_wire::ErrorCode;

const CREATE_EXAMPLES: &str = "\
Examples:
  tribunal topic create orders --bootstrap localhost:9092
  tribunal topic create orders --bootstrap localhost:9092 --partitions 6 --config flush.messages=1
  tribunal topic create orders --bootstrap localhost:9092 --config retention.ms=60000 --config segment.bytes=1048576 -o json";

const LIST_EXAMPLES: &str = "\
Examples:
  tribunal topic list --bootstrap localhost:9092
  tribunal topic list --bootstrap localhost:9092 -o json | jq -r .topics[].name";

const DESCRIBE_EXAMPLES: &str = "\
Examples:
  tribunal topic describe orders --bootstrap localhost:9092
  tribunal topic describe orders --bootstrap localhost:9092 --all     with every config, the defaults included
  tribunal topic describe orders --bootstrap localhost:9092 -o json | jq .partitions[].end";

const DELETE_EXAMPLES: &str = "\
Examples:
  tribunal topic delete orders --bootstrap localhost:9092

The records of the topic are gone with it.";

const ALTER_EXAMPLES: &str = "\
Examples:
  tribunal topic alter orders --bootstrap localhost:9092 --partitions 12
  tribunal topic alter orders --bootstrap localhost:9092 --config flush.messages=1
  tribunal topic alter orders --bootstrap localhost:9092 --delete-config flush.messages

Configs that are not named stay as they are. Keys may go to another partition once there are more of them.";

/// Where a config's value comes from when it is set on the topic itself.
const SET_ON_TOPIC: i8 = 1;

/// The command's arguments.
pub(crate) fn command() -> Command {
    let name = || Arg::new("name").value_name("TOPIC").required(true).help("The topic's name");
    let config = |help: &'static str| {
        Arg::new("config").long("config").value_name("NAME=VALUE").action(ArgAction::Append).help(help)
    };
    let partitions = |help: &'static str| {
        Arg::new("partitions")
            .long("partitions")
            .value_name("N")
            .value_parser(value_parser!(i32).range(1..))
            .help(help)
    };
    let subcommand = |name: &'static str, about: &'static str, examples: &'static str| {
        Command::new(name).about(about).after_help(examples).args(cluster::arguments()).arg(output_argument())
    };
    let create = subcommand("create", "Make a topic", CREATE_EXAMPLES)
        .arg(name())
        .arg(partitions("How many partitions [default: the cluster's]"))
        .arg(
            Arg::new("replication-factor")
                .long("replication-factor")
                .value_name("N")
                .value_parser(value_parser!(i16).range(1..))
                .help("Copies of each partition [default: the cluster's]"),
        )
        .arg(config("A config of the topic, by Kafka's name; may be repeated"));
    let alter = subcommand("alter", "Add partitions to a topic, set and delete its configs", ALTER_EXAMPLES)
        .arg(name())
        .arg(partitions("How many partitions there are to be: more than now"))
        .arg(config("Set a config; may be repeated"))
        .arg(
            Arg::new("delete-config")
                .long("delete-config")
                .value_name("NAME")
                .action(ArgAction::Append)
                .help("Give a config its default back; may be repeated"),
        );
    Command::new("topic")
        .about("Make, list, describe, delete and alter topics")
        .after_help("Example: tribunal topic create orders --bootstrap localhost:9092 --partitions 3\nMore of them: tribunal topic create --help")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(create)
        .subcommand(subcommand("list", "List the topics", LIST_EXAMPLES))
        .subcommand(
            subcommand("describe", "Show partitions, leaders, offsets and configs", DESCRIBE_EXAMPLES)
                .arg(name())
                .arg(
                    Arg::new("all")
                        .long("all")
                        .action(ArgAction::SetTrue)
                        .help("List the configs at their defaults too"),
                ),
        )
        .subcommand(subcommand("delete", "Delete a topic and its records", DELETE_EXAMPLES).arg(name()))
        .subcommand(alter)
}

/// Runs a subcommand.
pub(crate) fn run(matches: &ArgMatches) -> Exit {
    let Some((name, matches)) = matches.subcommand() else { return Exit::Usage };
    cluster::run(|env| async move {
        match name {
            "create" => create(&env, matches).await,
            "list" => list(&env, matches).await,
            "describe" => describe(&env, matches).await,
            "delete" => delete(&env, matches).await,
            _ => alter(&env, matches).await,
        }
    })
}

fn topic(matches: &ArgMatches) -> &str {
    matches.get_one::<String>("name").map_or("", String::as_str)
}

fn values<'a>(matches: &'a ArgMatches, name: &str) -> impl Iterator<Item = &'a str> {
    matches.get_many::<String>(name).into_iter().flatten().map(String::as_str)
}

fn configs(matches: &ArgMatches) -> Result<Vec<(String, String)>, String> {
    let pair = |text: &str| match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(format!(
            "`{text}` is no config: write --config NAME=VALUE, such as --config flush.messages=1"
        )),
    };
    values(matches, "config").map(pair).collect()
}

/// A topic that was made, changed or deleted, for machines.
#[derive(Serialize)]
struct Changed<'a> {
    topic: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic_id: Option<String>,
    done: &'static str,
}

fn tell(matches: &ArgMatches, changed: &Changed<'_>) -> Result<Exit, String> {
    if wants_json(matches) {
        json(changed)?;
    } else {
        let id = changed.topic_id.as_ref().map_or_else(String::new, |id| format!(", id {id}"));
        line(&format!("{} topic {}{id}", changed.done, changed.topic));
    }
    Ok(Exit::Ok)
}

async fn create(env: &Env, matches: &ArgMatches) -> Result<Exit, String> {
    let name = topic(matches);
    let new = NewTopic {
        name: name.to_owned(),
        partitions: matches.get_one::<i32>("partitions").copied().unwrap_or(-1),
        replication_factor: matches.get_one::<i16>("replication-factor").copied().unwrap_or(-1),
        configs: configs(matches)?,
    };
    let admin = Admin::new(&cluster::reach(env, matches).await?);
    let made = admin.create_topic(&new).await;
    let id = made.map_err(|error| cluster::explain(&format!("topic `{name}` was not made"), name, &error))?;
    tell(matches, &Changed { topic: name, topic_id: Some(id.to_string()), done: "made" })
}

async fn delete(env: &Env, matches: &ArgMatches) -> Result<Exit, String> {
    let name = topic(matches);
    let admin = Admin::new(&cluster::reach(env, matches).await?);
    let deleted = admin.delete_topic(&TopicName::Name(name.to_owned())).await;
    deleted.map_err(|error| cluster::explain(&format!("topic `{name}` was not deleted"), name, &error))?;
    tell(matches, &Changed { topic: name, topic_id: None, done: "deleted" })
}

async fn alter(env: &Env, matches: &ArgMatches) -> Result<Exit, String> {
    let name = topic(matches);
    let partitions = matches.get_one::<i32>("partitions").copied();
    let mut changes: Vec<ConfigChange> =
        configs(matches)?.into_iter().map(|(name, value)| ConfigChange::Set(name, value)).collect();
    changes.extend(values(matches, "delete-config").map(|name| ConfigChange::Delete(name.to_owned())));
    if changes.is_empty() && partitions.is_none() {
        return Err("nothing to change: give --partitions, --config or --delete-config".to_owned());
    }
    let admin = Admin::new(&cluster::reach(env, matches).await?);
    // Configs first: a config that is refused is the likelier mistake, and nothing has been changed then.
    if !changes.is_empty() {
        let changed = admin.alter_configs(&ConfigResource::Topic(name.to_owned()), &changes).await;
        changed.map_err(|error| {
            cluster::explain(&format!("the configs of topic `{name}` were not changed"), name, &error)
        })?;
    }
    if let Some(count) = partitions {
        let added = admin.create_partitions(name, count).await;
        added.map_err(|error| {
            let done = if changes.is_empty() { "" } else { " (the configs were)" };
            cluster::explain(
                &format!("the partitions of topic `{name}` were not changed{done}"),
                name,
                &error,
            )
        })?;
    }
    tell(matches, &Changed { topic: name, topic_id: None, done: "altered" })
}

async fn list(env: &Env, matches: &ArgMatches) -> Result<Exit, String> {
    #[derive(Serialize)]
    struct Row {
        name: String,
        topic_id: String,
        partitions: usize,
        replication_factor: usize,
        internal: bool,
    }
    let admin = Admin::new(&cluster::reach(env, matches).await?);
    let topics =
        admin.list_topics().await.map_err(|error| format!("the topics cannot be listed: {error}"))?;
    let rows: Vec<Row> = topics
        .iter()
        .map(|topic| Row {
            name: topic.name.to_string(),
            topic_id: topic.topic_id.to_string(),
            partitions: topic.partitions.len(),
            replication_factor: topic.partitions.first().map_or(0, |partition| partition.replicas.len()),
            internal: topic.is_internal,
        })
        .collect();
    if wants_json(matches) {
        json(&serde_json::json!({ "topics": rows }))?;
    } else {
        if rows.is_empty() {
            note("there are no topics; `tribunal topic create NAME` makes one");
        }
        let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
        for row in &rows {
            let Row { name, topic_id, partitions, .. } = row;
            let plural = if *partitions == 1 { "" } else { "s" };
            let internal = if row.internal { "  (internal)" } else { "" };
            line(&format!("{name:width$}  {topic_id}  {partitions} partition{plural}{internal}"));
        }
    }
    Ok(Exit::Ok)
}

/// One partition, for machines and for the table.
#[derive(Serialize)]
struct PartitionRow {
    partition: i32,
    leader: Option<i32>,
    leader_epoch: i32,
    replicas: Vec<i32>,
    in_sync_replicas: Vec<i32>,
    /// First offset that can be read; absent when the leader did not tell.
    begin: Option<i64>,
    /// The offset after the last that can be read; absent when the leader did not tell.
    end: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

#[derive(Serialize)]
struct ConfigRow {
    name: String,
    value: Option<String>,
    /// Whether the topic itself sets it; else it is a default.
    set_on_topic: bool,
}

#[derive(Serialize)]
struct Description {
    topic: String,
    topic_id: String,
    internal: bool,
    partitions: Vec<PartitionRow>,
    configs: Vec<ConfigRow>,
}

async fn describe(env: &Env, matches: &ArgMatches) -> Result<Exit, String> {
    let name = topic(matches);
    let admin = Admin::new(&cluster::reach(env, matches).await?);
    let failed =
        |error: AdminError| cluster::explain(&format!("topic `{name}` cannot be described"), name, &error);
    let found = find(&admin, name).await.map_err(failed)?;
    let configs = admin.describe_configs(&ConfigResource::Topic(name.to_owned())).await.map_err(failed)?;
    let (mut partitions, mut silent) = (Vec::new(), BTreeMap::new());
    for partition in &found.partitions {
        partitions.push(offsets(&admin, name, partition, &mut silent).await);
    }
    let all = matches.get_flag("all");
    let description = Description {
        topic: name.to_owned(),
        topic_id: found.topic_id.to_string(),
        internal: found.is_internal,
        partitions,
        configs: config_rows(configs, all),
    };
    if wants_json(matches) {
        json(&description)?;
    } else {
        tell_description(&description, all);
    }
    Ok(Exit::Ok)
}

/// The topic; a broker without DescribeTopicPartitions is asked by Metadata.
async fn find(admin: &Admin, name: &str) -> Result<TopicMetadata, AdminError> {
    match admin.describe_topic(name).await {
        Ok(description) => Ok(description.topic),
        Err(AdminError::Request(RequestError::Unsupported(_))) => {
            let topics = admin.list_topics().await?;
            topics.into_iter().find(|topic| &*topic.name == name).ok_or(AdminError::Answer {
                code: ErrorCode::UnknownTopicOrPartition.code(),
                message: String::new(),
            })
        }
        Err(error) => Err(error),
    }
}

/// Asks the leader where the partition begins and ends. A node that did not answer is not asked again.
async fn offsets(
    admin: &Admin,
    name: &str,
    partition: &PartitionMetadata,
    silent: &mut BTreeMap<NodeId, String>,
) -> PartitionRow {
    let nodes = |nodes: &[NodeId]| nodes.iter().map(|node| node.0).collect();
    let at = TopicPartition::new(name, partition.partition);
    let ask = |spec| admin.list_offset(&at, spec, IsolationLevel::ReadUncommitted);
    let told = match partition.leader {
        None => Err("it has no leader at the moment".to_owned()),
        Some(node) if silent.contains_key(&node) => Err(silent[&node].clone()),
        Some(node) => match (ask(OffsetSpec::Earliest).await, ask(OffsetSpec::Latest).await) {
            (Ok(begin), Ok(end)) => Ok((begin.offset, end.offset)),
            (Err(error), _) | (_, Err(error)) => {
                if matches!(error, AdminError::Request(_)) {
                    silent.insert(node, error.to_string());
                }
                Err(error.to_string())
            }
        },
    };
    let (begin, end) = told.clone().unwrap_or_default();
    PartitionRow {
        partition: partition.partition,
        leader: partition.leader.map(|node| node.0),
        leader_epoch: partition.leader_epoch,
        replicas: nodes(&partition.replicas),
        in_sync_replicas: nodes(&partition.in_sync_replicas),
        begin: begin.map(|offset| offset.0),
        end: end.map(|offset| offset.0),
        problem: told.err(),
    }
}

fn config_rows(entries: Vec<ConfigEntry>, all: bool) -> Vec<ConfigRow> {
    let shown = entries.into_iter().filter(|entry| all || entry.source == SET_ON_TOPIC);
    shown
        .map(|entry| ConfigRow {
            set_on_topic: entry.source == SET_ON_TOPIC,
            name: entry.name,
            value: entry.value,
        })
        .collect()
}

fn tell_description(description: &Description, all: bool) {
    let Description { topic, topic_id, partitions, configs, .. } = description;
    line(&format!("topic {topic}, id {topic_id}{}", if description.internal { ", internal" } else { "" }));
    line("partition  leader  epoch  replicas  in sync       begin         end");
    let number = |number: Option<i64>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    let nodes = |nodes: &[i32]| nodes.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    for row in partitions {
        let problem = row.problem.as_ref().map_or_else(String::new, |problem| format!("  {problem}"));
        line(&format!(
            "{:>9}  {:>6}  {:>5}  {:>8}  {:>7}  {:>10}  {:>10}{problem}",
            row.partition,
            row.leader.map_or_else(|| "none".to_owned(), |node| node.to_string()),
            row.leader_epoch,
            nodes(&row.replicas),
            nodes(&row.in_sync_replicas),
            number(row.begin),
            number(row.end),
        ));
    }
    line(match (configs.is_empty(), all) {
        (true, _) => "no config is set on the topic; --all lists the defaults",
        (false, true) => "configs (* set on the topic)",
        (false, false) => "configs set on the topic",
    });
    for row in configs {
        let star = if all && row.set_on_topic { "*" } else { " " };
        line(&format!("{star} {}={}", row.name, row.value.as_deref().unwrap_or("(not told)")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configs_are_names_and_values() {
        let parse = |text: &str| {
            let matches = command()
                .try_get_matches_from(["topic", "create", "t", "--bootstrap", "h:1", "--config", text])
                .expect("the arguments are known");
            configs(matches.subcommand_matches("create").expect("it was given"))
        };
        assert_eq!(parse("a.b=1=2"), Ok(vec![("a.b".to_owned(), "1=2".to_owned())]));
        assert_eq!(parse("a="), Ok(vec![("a".to_owned(), String::new())]));
        assert!(parse("a").is_err() && parse("=1").is_err());
    }
}
