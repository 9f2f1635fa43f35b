//! Addresses, files and folders that do not fit: each has its message, says what to do, and exits with 2.

use crate::support::{Broker, path, tribunal};
use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
};

/// A port where nobody listens.
const NOBODY: &str = "127.0.0.1:1";

#[test]
fn an_address_without_a_broker() {
    for command in [
        vec!["topic", "list"],
        vec!["topic", "describe", "t"],
        vec!["produce", "--topic", "t"],
        vec!["consume", "--topic", "t"],
    ] {
        let with = |address: &str| {
            let mut arguments = command.clone();
            arguments.extend(["--bootstrap", address]);
            tribunal(&arguments)
        };
        with(NOBODY).refused(&["no broker was reached at 127.0.0.1:1", "refused", "tribunal serve"]);
        with("localhost").refused(&["`localhost` is no address", "HOST:PORT"]);
        tribunal(&command).refused(&["--bootstrap", "--help"]);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a server that is no broker, outside of any environment")]
fn an_address_where_something_else_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port can be had");
    let address = listener.local_addr().expect("it is bound").to_string();
    let server = std::thread::spawn(move || {
        // The first connection only looks whether somebody listens.
        for stream in listener.incoming().flatten().take(2) {
            let mut stream = stream;
            let mut request = [0; 16];
            if stream.read(&mut request).is_ok_and(|length| length > 0) {
                let _gone = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
            }
        }
    });
    let ended = tribunal(&["topic", "list", "--bootstrap", &address]);
    ended.refused(&["does not answer as a Kafka broker does", "plain-text listener"]);
    server.join().expect("it has served both connections");
}

#[test]
fn serve_says_what_is_in_its_way() {
    let broker = Broker::start();
    let data = broker.path("data");
    let elsewhere = broker.path("other");
    let free = "PLAINTEXT://127.0.0.1:0";
    let taken = format!("PLAINTEXT://{}", broker.address);
    let refused = |arguments: &[&str], words: &[&str]| {
        let mut all = vec!["serve"];
        all.extend(arguments);
        tribunal(&all).refused(words);
    };
    refused(&["--listeners", free, "--log.dirs", &data], &["another", "data"]);
    refused(&["--listeners", &taken, "--log.dirs", &elsewhere], &["in use", "listeners"]);
    refused(&["--config", &broker.path("absent.properties")], &["cannot read", "absent.properties", "check"]);

    let properties = broker.path("server.properties");
    let with = |text: &[u8], words: &[&str]| {
        std::fs::write(&properties, text).expect("the folder can be written");
        refused(&["--config", &properties, "--log.dirs", &elsewhere, "--listeners", free], words);
    };
    with(b"node.id=many\n", &["node.id", "many"]);
    with(b"\xff\xfe\x00\n", &["server.properties", "UTF-8"]);
    refused(&["--listeners", "nonsense", "--log.dirs", &elsewhere], &["listeners", "nonsense"]);
    refused(&["--log-level", "loud"], &["loud"]);
    refused(&["--no.such.property", "1"], &["--no.such.property"]);
    // In a file, which may have been another broker's, a property that nobody knows is a warning.
    std::fs::write(&properties, "no.such.property=1\n").expect("the folder can be written");
    refused(
        &["--config", &properties, "--log.dirs", &elsewhere, "--listeners", &taken],
        &["`no.such.property` is not a setting", "serve --help"],
    );
    // The broker that was in the way all the time did not notice.
    broker.run(&["topic", "list"]).good();
    let file = path(broker.folder.path(), "server.properties");
    refused(&["--listeners", free, "--log.dirs", &file], &["server.properties"]);
}
