//! Java's property file format, as far as Kafka's configuration files use it.
//!
//! Comments (`#`, `!`), `name=value`, `name: value`, `name value`, and lines continued by a backslash. Escapes other
//! than a continued line are taken literally.

use super::ConfigError;
use std::collections::BTreeMap;

/// Reads a property file's text.
///
/// # Errors
/// Lines that are not a property, each by its number.
pub fn parse_properties(text: &str) -> Result<BTreeMap<String, String>, ConfigError> {
    let mut properties = BTreeMap::new();
    let mut problems = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let mut line = line.trim().to_owned();
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        while line.ends_with('\\') {
            line.pop();
            match lines.next() {
                Some((_, next)) => line.push_str(next.trim()),
                None => break,
            }
        }
        match split(&line) {
            Some((name, value)) => {
                properties.insert(name.to_owned(), value.to_owned());
            }
            None => problems.push(format!("line {}: `{line}` is not `name=value`", index + 1)),
        }
    }
    if problems.is_empty() { Ok(properties) } else { Err(ConfigError { problems }) }
}

fn split(line: &str) -> Option<(&str, &str)> {
    let at =
        line.find(|character: char| character == '=' || character == ':' || character.is_whitespace())?;
    let (name, rest) = line.split_at(at);
    let rest = rest.trim_start();
    let value = rest.strip_prefix(['=', ':']).unwrap_or(rest).trim();
    (!name.is_empty()).then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_kafka_files_hold() {
        let text = "# a comment\nlisteners=PLAINTEXT://:9092\n\nlog.dirs = /data/a\nnum.partitions: 3\nlong=a,\\\n  b\nempty=\n";
        let properties = parse_properties(text).expect("all lines are properties");
        let pairs: Vec<(&str, &str)> = properties.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let expected = [
            ("empty", ""),
            ("listeners", "PLAINTEXT://:9092"),
            ("log.dirs", "/data/a"),
            ("long", "a,b"),
            ("num.partitions", "3"),
        ];
        assert_eq!(pairs, expected);
    }

    #[test]
    fn names_the_lines_that_are_none() {
        let error = parse_properties("good=1\nnonsense\n=value\n").expect_err("two lines are no property");
        assert_eq!(
            error.problems,
            ["line 2: `nonsense` is not `name=value`", "line 3: `=value` is not `name=value`"]
        );
    }
}
