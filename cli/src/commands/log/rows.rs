//! Lines of a dump: fields with names, printed as words or as a JSON object.

use crate::output::put;
use bytes::Bytes;
use serde_json::{Map, Value};
use std::fmt::Write as _;
use tribunal_log::ProducerState;
use tribunal_log::inspect::{Content, Damage};
use tribunal_metadata::record::Record as MetadataRecord;
use tribunal_wire::batch::{BatchHeader, Record, TimestampType};
use tribunal_wire::types::ProducerId;

/// One line.
pub(super) struct Row {
    kind: &'static str,
    fields: Map<String, Value>,
    text: String,
}

impl Row {
    pub(super) fn new(kind: &'static str) -> Row {
        Row { kind, fields: Map::new(), text: String::new() }
    }

    /// Adds a field that reads the same for people and machines.
    fn with(mut self, name: &str, value: impl Into<Value>) -> Row {
        let value = value.into();
        let separator = if self.text.is_empty() { "" } else { "  " };
        let told = match &value {
            Value::String(text) => text.clone(),
            Value::Null => "none".to_owned(),
            other => other.to_string(),
        };
        self.text += &format!("{separator}{} {told}", name.replace('_', "-"));
        self.fields.insert(name.to_owned(), value);
        self
    }

    /// Adds a flag, which people see only where it is set.
    fn flag(mut self, name: &str, set: bool) -> Row {
        if set {
            self.text += &format!("  {}", name.replace('_', "-"));
        }
        self.fields.insert(name.to_owned(), set.into());
        self
    }

    /// Adds a field that is for machines alone when there is nothing to it.
    fn with_if(mut self, name: &str, told: bool, value: impl Into<Value>) -> Row {
        if told {
            return self.with(name, value);
        }
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// Adds bytes of a record, at most `most` of them.
    fn bytes(mut self, name: &str, bytes: Option<&[u8]>, most: usize) -> Row {
        let separator = if self.text.is_empty() { "" } else { "  " };
        self.text += &format!("{separator}{name} {}", readable(bytes, most));
        put_short(&mut self.fields, name, bytes, most);
        self
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The line as an object.
    pub(super) fn json(mut self, file: &str) -> String {
        self.fields.insert("type".to_owned(), self.kind.into());
        self.fields.insert("file".to_owned(), file.into());
        Value::Object(self.fields).to_string()
    }
}

/// Text in quotes, anything else in hexadecimal digits.
fn readable(bytes: Option<&[u8]>, most: usize) -> String {
    let Some(bytes) = bytes else { return "null".to_owned() };
    let mut told = match str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(|next| next.is_control() && !matches!(next, '\n' | '\r' | '\t')) => {
            format!("{:?}", &text[..text.floor_char_boundary(most)])
        }
        _ => {
            let mut digits = "0x".to_owned();
            for byte in bytes.iter().take(most) {
                write!(digits, "{byte:02x}").expect("writing into memory does not fail");
            }
            digits
        }
    };
    if bytes.len() > most {
        told += &format!(" (of {} bytes)", bytes.len());
    }
    told
}

fn put_short(fields: &mut Map<String, Value>, name: &str, bytes: Option<&[u8]>, most: usize) {
    let short = bytes.map(|bytes| match str::from_utf8(bytes) {
        Ok(text) => &bytes[..text.floor_char_boundary(most)],
        Err(_) => &bytes[..bytes.len().min(most)],
    });
    put(fields, name, short);
    if let Some(bytes) = bytes.filter(|bytes| bytes.len() > most) {
        fields.insert(format!("{name}_bytes"), bytes.len().into());
    }
}

/// A batch with a right CRC.
pub(super) fn batch(position: u64, header: &BatchHeader) -> Row {
    let attributes = header.attributes;
    let codec = attributes.codec().map_or("unknown", |codec| codec.name());
    let kind = match attributes.timestamp_type() {
        TimestampType::CreateTime => "CreateTime",
        TimestampType::LogAppendTime => "LogAppendTime",
    };
    let (numbered, sequenced) = (header.has_producer_id(), header.base_sequence >= 0);
    Row::new("batch")
        .with("base_offset", header.base_offset.0)
        .with("last_offset", header.last_offset().0)
        .with("records", header.records_count)
        .with("position", position)
        .with("size", header.total_bytes())
        .with("leader_epoch", header.partition_leader_epoch.0)
        .with_if("producer_id", numbered, header.producer_id.0)
        .with_if("producer_epoch", numbered, header.producer_epoch.0)
        .with_if("base_sequence", sequenced, header.base_sequence)
        .with_if("last_sequence", sequenced, header.last_sequence())
        .with("base_timestamp", header.base_timestamp)
        .with("max_timestamp", header.max_timestamp)
        .with("timestamp_type", kind)
        .with("codec", codec)
        .with("crc", header.crc)
        .flag("crc_ok", true)
        .flag("transactional", attributes.is_transactional())
        .flag("control", attributes.is_control())
        .flag("delete_horizon", attributes.has_delete_horizon())
}

/// Bytes that are no valid batch.
pub(super) fn damage(damage: &Damage) -> Row {
    let row = Row::new("damage")
        .with("expected_offset", damage.expected.0)
        .with("next_offset", damage.next.map(|next| next.0))
        .with("position", damage.position)
        .with("size", damage.end - damage.position)
        .flag("crc_ok", false);
    let Row { kind, mut fields, text } = row;
    fields.insert("cause".to_owned(), damage.cause.to_string().into());
    Row { kind, fields, text: format!("DAMAGED  {text}  {}", damage.cause) }
}

/// Something that is told in a sentence.
pub(super) fn broken(position: u64, why: &str) -> Row {
    let row = Row::new("malformed").with("position", position);
    let Row { kind, mut fields, text } = row;
    fields.insert("cause".to_owned(), why.into());
    Row { kind, fields, text: format!("DAMAGED  {text}  {why}") }
}

/// A record.
pub(super) fn record(header: &BatchHeader, record: &Record<'_>, most: usize) -> Row {
    let mut row = head(header, record).bytes("key", record.key, most).bytes("value", record.value, most);
    if record.headers.len() > 0 {
        let mut objects = Vec::new();
        let mut told = Vec::new();
        for next in record.headers {
            let mut object = Map::new();
            put_short(&mut object, "key", Some(next.key), most);
            put_short(&mut object, "value", next.value, most);
            objects.push(Value::Object(object));
            told.push(format!("{}={}", readable(Some(next.key), most), readable(next.value, most)));
        }
        row.text += &format!("  headers {}", told.join(" "));
        row.fields.insert("headers".to_owned(), objects.into());
    }
    row
}

fn head(header: &BatchHeader, record: &Record<'_>) -> Row {
    let timestamp = match header.attributes.timestamp_type() {
        TimestampType::CreateTime => header.base_timestamp.wrapping_add(record.timestamp_delta),
        TimestampType::LogAppendTime => header.max_timestamp,
    };
    Row::new("record")
        .with("offset", header.base_offset.0.wrapping_add(i64::from(record.offset_delta)))
        .with("timestamp", timestamp)
}

/// A record of the metadata log.
pub(super) fn metadata(header: &BatchHeader, record: &Record<'_>, value: &Bytes, most: usize) -> Row {
    match MetadataRecord::decode(value) {
        Ok(decoded) => {
            head(header, record).with("record", decoded.name()).with("content", format!("{decoded:?}"))
        }
        Err(error) => {
            head(header, record).with("problem", error.to_string()).bytes("value", record.value, most)
        }
    }
}

/// A control record: its key is a version and a type.
pub(super) fn control(header: &BatchHeader, record: &Record<'_>, most: usize) -> Row {
    let kind = match record.key {
        Some([_, _, high, low, ..]) => match i16::from_be_bytes([*high, *low]) {
            0 => "abort".to_owned(),
            1 => "commit".to_owned(),
            2 => "leader change".to_owned(),
            3 => "snapshot header".to_owned(),
            4 => "snapshot footer".to_owned(),
            5 => "kraft version".to_owned(),
            6 => "voters".to_owned(),
            other => format!("unknown {other}"),
        },
        _ => "malformed".to_owned(),
    };
    head(header, record).with("control", kind).bytes("value", record.value, most)
}

/// The lines of a small file.
pub(super) fn content(content: &Content) -> Vec<Row> {
    match content {
        Content::OffsetIndex(entries) => entries
            .iter()
            .map(|entry| Row::new("index").with("offset", entry.offset.0).with("position", entry.position))
            .collect(),
        Content::TimeIndex(entries) => entries
            .iter()
            .map(|entry| {
                Row::new("timeindex").with("timestamp", entry.timestamp).with("offset", entry.offset.0)
            })
            .collect(),
        Content::TransactionIndex(entries) => entries
            .iter()
            .map(|entry| {
                Row::new("txnindex")
                    .with("producer_id", entry.producer_id.0)
                    .with("first_offset", entry.first_offset.0)
                    .with("last_offset", entry.last_offset.0)
                    .with("last_stable_offset", entry.last_stable_offset.0)
            })
            .collect(),
        Content::Snapshot(producers) => producers.iter().map(|(id, state)| producer(*id, state)).collect(),
        Content::LeaderEpochs(entries) => entries
            .iter()
            .map(|(epoch, start)| {
                Row::new("epoch").with("leader_epoch", epoch.0).with("start_offset", start.0)
            })
            .collect(),
        Content::Offsets(offsets) => offsets
            .iter()
            .map(|((topic, partition), offset)| {
                Row::new("checkpoint")
                    .with("topic", topic.as_str())
                    .with("partition", partition.0)
                    .with("offset", offset.0)
            })
            .collect(),
        Content::Summaries(summaries) => summaries
            .iter()
            .map(|((topic, partition), summary)| {
                Row::new("summary")
                    .with("topic", topic.as_str())
                    .with("partition", partition.0)
                    .with("topic_id", summary.topic_id.to_string())
                    .with("leader_epoch", summary.leader_epoch.0)
                    .with("log_start", summary.log_start.0)
                    .with("log_end", summary.log_end.0)
                    .with("bytes", summary.bytes)
                    .with("oldest_timestamp", summary.oldest_timestamp)
            })
            .collect(),
        Content::PartitionMetadata(id) => vec![Row::new("partition").with("topic_id", id.to_string())],
        Content::Text(text) => text
            .lines()
            .map(|line| Row { text: line.to_owned(), ..Row::new("line").with("text", line) })
            .collect(),
    }
}

fn producer(id: ProducerId, state: &ProducerState) -> Row {
    let last = state.last();
    Row::new("producer")
        .with("producer_id", id.0)
        .with("producer_epoch", state.epoch.0)
        .with("last_sequence", last.map(|last| last.last_sequence))
        .with("last_offset", last.map(|last| last.last_offset.0))
        .with("offset_delta", last.map(|last| last.offset_delta))
        .with("timestamp", last.map(|last| last.timestamp))
        .with("coordinator_epoch", state.coordinator_epoch)
        .with("transaction_start", state.transaction_start.map(|start| start.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_text_where_they_can_be() {
        assert_eq!(readable(None, 9), "null");
        assert_eq!(readable(Some(b"say \"hi\"\n"), 9), "\"say \\\"hi\\\"\\n\"");
        assert_eq!(readable(Some(&[0, 255]), 9), "0x00ff");
        assert_eq!(readable(Some("gr\u{fc}n".as_bytes()), 3), "\"gr\" (of 5 bytes)");
        assert_eq!(readable(Some(&[1; 5]), 2), "0x0101 (of 5 bytes)");
        let mut fields = Map::new();
        put_short(&mut fields, "value", Some("gr\u{fc}n".as_bytes()), 3);
        assert_eq!(Value::Object(fields).to_string(), r#"{"value":"gr","value_bytes":5}"#);
    }
}
