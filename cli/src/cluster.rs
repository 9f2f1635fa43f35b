//! What commands that talk to a cluster share: where it is, the first contact, and errors that say what to do next.
//!
//! Always holds: nothing is asked of a cluster before one of its brokers has answered, so that a wrong address, a
//! server that is no broker and a request that was refused are three different messages.

use crate::output::{Exit, fail};
use clap::{Arg, ArgMatches};
use std::{future::Future, io, time::Duration};
use tribunal_client::{AdminError, Client, ClientConfig, Connection, RequestError};
use tribunal_env::{Env, Level};
use tribunal_wire::ErrorCode;

/// `--bootstrap` and `--timeout`.
pub(crate) fn arguments() -> [Arg; 2] {
    [
        Arg::new("bootstrap")
            .long("bootstrap")
            .value_name("HOST:PORT")
            .required(true)
            .help("Where the cluster is asked for, one address or several with commas"),
        Arg::new("timeout")
            .long("timeout")
            .value_name("SECONDS")
            .default_value("10")
            .value_parser(clap::value_parser!(u64).range(1..=3600))
            .help("How long a broker may take to accept a connection, and to answer"),
    ]
}

/// What was given with `--bootstrap`.
pub(crate) fn bootstrap(matches: &ArgMatches) -> &str {
    matches.get_one::<String>("bootstrap").map_or("", String::as_str)
}

/// What was given with `--timeout`.
pub(crate) fn timeout(matches: &ArgMatches) -> Duration {
    Duration::from_secs(matches.get_one::<u64>("timeout").copied().unwrap_or(10))
}

/// Runs a command that talks to a cluster; a problem is told and makes exit code 2.
pub(crate) fn run<F>(command: impl FnOnce(Env) -> F) -> Exit
where
    F: Future<Output = Result<Exit, String>>,
{
    match tribunal_host::run(Level::Error, command) {
        Ok(Ok(exit)) => exit,
        Ok(Err(problem)) => fail(&problem),
        Err(error) => fail(&format!("the operating system gives no threads: {error}")),
    }
}

/// A client of the cluster, once one of its brokers has answered.
pub(crate) async fn reach(env: &Env, matches: &ArgMatches) -> Result<Client, String> {
    let patience = timeout(matches);
    let mut config = ClientConfig::new(bootstrap(matches));
    config.connection.connect_timeout = patience;
    config.connection.request_timeout = patience;
    // Asking about a topic does not make it: only producing does.
    config.allow_auto_topic_creation = false;
    let mut problems = Vec::new();
    for address in &config.bootstrap {
        check_address(address)?;
        let late = || Err(io::Error::new(io::ErrorKind::TimedOut, "it took too long"));
        if let Err(error) = env.timeout(patience, env.connect(address)).await.unwrap_or_else(late) {
            problems.push(unreachable(address, &error));
            continue;
        }
        match Connection::open(env, address, config.connection.clone()).await {
            Ok(_) => return Ok(Client::new(env, config)),
            Err(error) => problems.push(no_broker(address, &error)),
        }
    }
    Err(problems.join("; "))
}

fn check_address(address: &str) -> Result<(), String> {
    let parts = address.rsplit_once(':').map(|(host, port)| (host, port.parse::<u16>()));
    match parts {
        Some((host, Ok(port))) if !host.is_empty() && port > 0 => Ok(()),
        _ => Err(format!("`{address}` is no address: give --bootstrap HOST:PORT, such as localhost:9092")),
    }
}

fn unreachable(address: &str, error: &io::Error) -> String {
    format!(
        "no broker was reached at {address}: {error}; is one running there? `tribunal serve` starts one, and the last line that it prints says where it listens"
    )
}

fn no_broker(address: &str, error: &RequestError) -> String {
    format!(
        "what listens at {address} does not answer as a Kafka broker does: {error}; is this its plain-text listener?"
    )
}

/// Why an administrative call failed, and what to do about it.
pub(crate) fn explain(what: &str, topic: &str, error: &AdminError) -> String {
    let mut text = format!("{what}: {error}");
    if let Some(advice) = error.code().and_then(|code| advice(topic, ErrorCode::from_code(code))) {
        text += "; ";
        text += &advice;
    }
    if error.may_have_happened() {
        text += &format!(
            "; it may have been done nevertheless: `tribunal topic describe {topic}` shows how things are"
        );
    }
    text
}

/// What to do about an error of a topic, where there is something.
pub(crate) fn advice(topic: &str, error: ErrorCode) -> Option<String> {
    let advice = match error {
        ErrorCode::UnknownTopicOrPartition | ErrorCode::UnknownTopicId => format!(
            "`tribunal topic list` shows the topics that there are, `tribunal topic create {topic}` makes this one"
        ),
        ErrorCode::InvalidTopicException => {
            "a name has 1 to 249 of the characters a-z A-Z 0-9 . _ - and is neither `.` nor `..`".to_owned()
        }
        ErrorCode::TopicAlreadyExists => format!(
            "`tribunal topic describe {topic}` shows it, `tribunal topic alter {topic}` changes it"
        ),
        ErrorCode::InvalidReplicationFactor => {
            "leave --replication-factor out for the cluster's default; it cannot be more than there are brokers"
                .to_owned()
        }
        ErrorCode::InvalidPartitions => "partitions can be added and never be taken away".to_owned(),
        ErrorCode::InvalidConfig => {
            "`tribunal topic describe TOPIC --all` lists the names and values of every config".to_owned()
        }
        ErrorCode::TopicAuthorizationFailed | ErrorCode::ClusterAuthorizationFailed => {
            "ask whoever runs the cluster for the right to do this".to_owned()
        }
        _ => return None,
    };
    Some(advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_host_and_port() {
        for good in ["localhost:9092", "[::1]:1", "10.0.0.1:65535"] {
            assert_eq!(check_address(good), Ok(()));
        }
        for bad in ["", "localhost", ":9092", "host:", "host:0", "host:70000", "http://host"] {
            let problem = check_address(bad).expect_err(bad);
            assert!(problem.contains("--bootstrap HOST:PORT"), "{problem}");
        }
    }

    #[test]
    fn what_is_unclear_is_said_to_be() {
        let text = explain("topic t was not made", "t", &AdminError::Request(RequestError::TimedOut));
        assert!(text.contains("may have been done"), "{text}");
        let refused =
            AdminError::Answer { code: ErrorCode::TopicAlreadyExists.code(), message: String::new() };
        let text = explain("topic t was not made", "t", &refused);
        assert!(text.contains("topic describe t") && !text.contains("may have been done"), "{text}");
    }
}
