//! `listeners` and `advertised.listeners`.

use std::fmt;

/// One listener: a name, a host and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// The listener's name; without a security protocol map it is the protocol.
    pub name: String,
    /// Host name or address; empty for all interfaces.
    pub host: String,
    /// Port; 0 lets the system choose.
    pub port: u16,
}

impl Listener {
    /// What to bind: the host with all interfaces spelled out, and the port.
    pub fn bind_address(&self) -> String {
        let host = if self.host.is_empty() { "0.0.0.0" } else { &self.host };
        address(host, self.port)
    }
}

impl fmt::Display for Listener {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://{}", self.name, address(&self.host, self.port))
    }
}

fn address(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// Whether a client on another machine could connect to `host` when told so.
pub fn reachable_from_elsewhere(host: &str) -> bool {
    !(host == "localhost" || host == "::1" || host.starts_with("127."))
}

pub(super) fn parse(property: &str, text: &str, problems: &mut Vec<String>) -> Vec<Listener> {
    let mut listeners = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        match parse_one(part) {
            Ok(listener) => listeners.push(listener),
            Err(problem) => problems.push(format!("`{property}`: {problem}")),
        }
    }
    if listeners.is_empty() && problems.is_empty() {
        problems.push(format!("`{property}` is empty: write for instance PLAINTEXT://localhost:9092"));
    }
    listeners
}

fn parse_one(text: &str) -> Result<Listener, String> {
    let (name, rest) = text.split_once("://").ok_or_else(|| format!("`{text}` is not NAME://HOST:PORT"))?;
    if matches!(name, "SSL" | "SASL_PLAINTEXT" | "SASL_SSL") {
        return Err(format!("`{text}` asks for {name}, which this broker does not speak yet: use PLAINTEXT"));
    }
    let (host, port) = rest.rsplit_once(':').ok_or_else(|| format!("`{text}` has no port"))?;
    let port = port.parse().map_err(|_| format!("`{text}`: `{port}` is no port (0 to 65535)"))?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    Ok(Listener { name: name.to_owned(), host: host.to_owned(), port })
}

pub(super) fn check_names(listeners: &[Listener], advertised: &[Listener], problems: &mut Vec<String>) {
    for (index, listener) in listeners.iter().enumerate() {
        if listeners[..index].iter().any(|earlier| earlier.name == listener.name) {
            problems.push(format!("`listeners` names {} twice", listener.name));
        }
    }
    for listener in advertised {
        if !listeners.iter().any(|bound| bound.name == listener.name) {
            problems
                .push(format!("`advertised.listeners` names {}, which is not in `listeners`", listener.name));
        }
        if matches!(listener.host.as_str(), "" | "0.0.0.0" | "::") {
            problems.push(format!(
                "`advertised.listeners`: {listener} is no address that a client could connect to: name a host"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, &str>) {
        let mut problems = Vec::new();
        let listeners = parse("listeners", text, &mut problems);
        match expected {
            Ok(bind) => {
                assert_eq!(problems, [""; 0]);
                let bound: Vec<String> = listeners.iter().map(Listener::bind_address).collect();
                assert_eq!(bound.join(" "), bind);
            }
            Err(part) => assert!(problems.iter().any(|problem| problem.contains(part)), "{problems:?}"),
        }
    }

    #[test]
    fn listeners_are_parsed() {
        check("PLAINTEXT://:9092", Ok("0.0.0.0:9092"));
        check("A://localhost:0, B://[::1]:9093", Ok("localhost:0 [::1]:9093"));
        check("", Err("is empty"));
        check("localhost:9092", Err("is not NAME://HOST:PORT"));
        check("PLAINTEXT://localhost", Err("no port"));
        check("PLAINTEXT://localhost:70000", Err("is no port"));
        check("SSL://localhost:1", Err("does not speak yet"));
    }
}
