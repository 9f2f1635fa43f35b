//! `tribunal serve`: a broker in this process.

use crate::output::{Exit, fail, line, note};
use clap::{Arg, ArgMatches, Command};
use std::collections::BTreeMap;
use tribunal_env::{Env, Level};
use tribunal_node::{
    Broker,
    config::{BrokerConfig, PROPERTIES, parse_properties},
};

const EXAMPLES: &str = "\
Examples:
  tribunal serve                                     listen on port 9092, keep data in ./tribunal-data
  tribunal serve --listeners PLAINTEXT://127.0.0.1:0 --log.dirs /tmp/trial
  tribunal serve --config server.properties --log-level debug

Settings have Kafka's names. Flags win over the file given with --config.
Ctrl-C or SIGTERM drains connections, flushes and stops cleanly; a second one ends the process at once.";

/// The command's arguments: its own, and one flag for each property.
pub(crate) fn command() -> Command {
    let properties = PROPERTIES.iter().map(|property| {
        let default = property.default.map_or(String::new(), |default| format!(" [default: {default}]"));
        Arg::new(property.name)
            .long(property.name)
            .value_name("VALUE")
            .help(format!("{}{default}", property.documentation))
            .allow_hyphen_values(true)
            .help_heading("Settings")
    });
    Command::new("serve")
        .about("Run a broker")
        .after_help(EXAMPLES)
        .arg(
            Arg::new("config")
                .long("config")
                .value_name("FILE")
                .help("A property file, as Kafka's server.properties"),
        )
        .arg(
            Arg::new("log-level")
                .long("log-level")
                .value_name("LEVEL")
                .default_value("info")
                .help("error, warn, info or debug"),
        )
        .args(properties)
}

/// Serves until a signal says otherwise.
pub(crate) fn run(matches: &ArgMatches) -> Exit {
    let level = match matches.get_one::<String>("log-level").map(|text| text.parse::<Level>()) {
        Some(Ok(level)) => level,
        Some(Err(problem)) => return fail(&problem),
        None => Level::Info,
    };
    let parsed = match properties(matches)
        .and_then(|given| BrokerConfig::from_properties(&given).map_err(|error| error.to_string()))
    {
        Ok(parsed) => parsed,
        Err(problem) => return fail(&problem),
    };
    for warning in &parsed.warnings {
        note(&format!("warn: {warning}"));
    }
    match tribunal_host::run(level, |env| serve(env, parsed.config)) {
        Ok(exit) => exit,
        Err(error) => fail(&format!("the operating system gives no threads: {error}")),
    }
}

/// The properties of the file, and over them those of the flags.
fn properties(matches: &ArgMatches) -> Result<BTreeMap<String, String>, String> {
    let mut given = BTreeMap::new();
    if let Some(path) = matches.get_one::<String>("config") {
        let text = std::fs::read_to_string(path).map_err(|error| {
            format!("cannot read the configuration {path}: {error}; check the path and its permissions")
        })?;
        given = parse_properties(&text).map_err(|error| format!("in {path}: {error}"))?;
    }
    for property in PROPERTIES {
        if let Some(value) = matches.get_one::<String>(property.name) {
            given.insert(property.name.to_owned(), value.clone());
        }
    }
    Ok(given)
}

async fn serve(env: Env, config: BrokerConfig) -> Exit {
    let (node_id, log_dir) = (config.node_id, config.log_dir.clone());
    let broker = match Broker::start(env, config).await {
        Ok(broker) => broker,
        Err(error) => return fail(&error.to_string()),
    };
    for advice in broker.advice() {
        note(&format!("warn: {advice}"));
    }
    let listeners: Vec<String> = broker.bound().iter().map(ToString::to_string).collect();
    note(&format!("node {node_id} of cluster {} keeps its data in {log_dir}", broker.cluster_id()));
    line(&format!("ready: {}", listeners.join(", ")));
    let asked = match tribunal_host::stop_requested().await {
        Ok(signal) => format!("{signal}: finishing what was begun, then stopping; once more ends at once"),
        Err(error) => format!("error: signals cannot be received ({error}); stopping"),
    };
    note(&asked);
    tokio::select! {
        biased;
        () = broker.stop() => {
            note("stopped cleanly");
            Exit::Ok
        }
        _ = tribunal_host::stop_requested() => {
            note("ended at once: the next start will check the logs");
            Exit::Ok
        }
    }
}
