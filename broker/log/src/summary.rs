//! What a clean stop knows of each partition, in one file, so that the next start need not look at 10,000 directories.
//!
//! The file stands in the log directory beside Kafka's, which ignores it. Text: a line `0`, a line with the broker epoch,
//! a line with the count, a line `topic partition topic-id leader-epoch log-start log-end bytes oldest-timestamp` for each
//! partition, and a line with the CRC-32C of all that, in hexadecimal.
//!
//! Always holds: it is believed only beside a clean-shutdown mark with the same broker epoch. A broker registers anew at
//! each start, under a higher epoch, so whatever ran in between (Apache Kafka, too) has left another mark or none.

use std::{collections::BTreeMap, fmt::Write as _};
use tribunal_wire::types::{LeaderEpoch, Offset, PartitionIndex, TopicId};

/// A partition as a clean stop left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartitionSummary {
    /// The topic that its directory belongs to.
    pub topic_id: TopicId,
    /// The epoch of its latest leader.
    pub leader_epoch: LeaderEpoch,
    /// The first offset that may be read.
    pub log_start: Offset,
    /// The offset of the next record.
    pub log_end: Offset,
    /// Bytes of the log files.
    pub bytes: u64,
    /// The largest timestamp of the oldest segment; -1 where it has none or it is not known.
    pub oldest_timestamp: i64,
}

/// Summaries by topic and partition.
pub type PartitionSummaries = BTreeMap<(String, PartitionIndex), PartitionSummary>;

/// The content of the file.
pub(crate) fn encode(broker_epoch: i64, summaries: &PartitionSummaries) -> String {
    let mut text = format!("0\n{broker_epoch}\n{}\n", summaries.len());
    for ((topic, partition), summary) in summaries {
        let PartitionSummary { topic_id, leader_epoch, log_start, log_end, bytes, oldest_timestamp } =
            summary;
        writeln!(
            text,
            "{topic} {} {topic_id} {} {} {} {bytes} {oldest_timestamp}",
            partition.0, leader_epoch.0, log_start.0, log_end.0
        )
        .expect("writing into memory does not fail");
    }
    let crc = crc_fast::crc32_iscsi(text.as_bytes());
    writeln!(text, "{crc:08x}").expect("writing into memory does not fail");
    text
}

/// The summaries of a file that was written under `broker_epoch`; `None` when it is not whole, or of another stop.
pub(crate) fn parse(text: &str, broker_epoch: i64) -> Option<PartitionSummaries> {
    parse_any(text).filter(|(epoch, _)| *epoch == broker_epoch).map(|(_, summaries)| summaries)
}

/// The broker epoch and the summaries of a file; `None` when it is not whole.
pub(crate) fn parse_any(text: &str) -> Option<(i64, PartitionSummaries)> {
    let body = text.strip_suffix('\n')?;
    let (before, crc) = body.rsplit_once('\n')?;
    let covered = &text[..before.len() + 1];
    if u32::from_str_radix(crc, 16).ok()? != crc_fast::crc32_iscsi(covered.as_bytes()) {
        return None;
    }
    let mut lines = covered.lines();
    (lines.next()? == "0").then_some(())?;
    let epoch = lines.next()?.parse().ok()?;
    let count: usize = lines.next()?.parse().ok()?;
    let summaries: PartitionSummaries = lines.map(parse_line).collect::<Option<_>>()?;
    (summaries.len() == count).then_some((epoch, summaries))
}

fn parse_line(line: &str) -> Option<((String, PartitionIndex), PartitionSummary)> {
    let mut fields = line.split(' ');
    let topic = fields.next()?.to_owned();
    let partition = PartitionIndex(fields.next()?.parse().ok()?);
    let topic_id = TopicId::parse(fields.next()?)?;
    let leader_epoch = LeaderEpoch(fields.next()?.parse().ok()?);
    let mut offset = || fields.next()?.parse().ok().filter(|&offset: &i64| offset >= 0).map(Offset);
    let (log_start, log_end) = (offset()?, offset()?);
    let bytes = fields.next()?.parse().ok()?;
    let oldest_timestamp = fields.next()?.parse().ok()?;
    let sound = fields.next().is_none() && log_start <= log_end;
    let summary = PartitionSummary { topic_id, leader_epoch, log_start, log_end, bytes, oldest_timestamp };
    sound.then_some(((topic, partition), summary))
}

/// The broker epoch in the text of a clean-shutdown mark, which is Kafka's: `{"version":0,"brokerEpoch":17}`.
pub(crate) fn epoch_of_mark(text: &str) -> Option<i64> {
    let after = text.split_once("\"brokerEpoch\"")?.1.trim_start().strip_prefix(':')?.trim_start();
    let end = after.find(|symbol: char| !symbol.is_ascii_digit() && symbol != '-').unwrap_or(after.len());
    after[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn summaries() -> impl Strategy<Value = PartitionSummaries> {
        let summary = (any::<[u8; 16]>(), 0..9i32, 0..99i64, 0..99i64, any::<u64>(), -1..i64::MAX).prop_map(
            |(id, epoch, start, more, bytes, oldest_timestamp)| PartitionSummary {
                topic_id: TopicId(id),
                leader_epoch: LeaderEpoch(epoch),
                log_start: Offset(start),
                log_end: Offset(start + more),
                bytes,
                oldest_timestamp,
            },
        );
        let name = ("[a-z._-]{1,9}", 0..99i32).prop_map(|(topic, index)| (topic, PartitionIndex(index)));
        proptest::collection::btree_map(name, summary, 0..6)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(summaries in summaries(), epoch in any::<i64>()) {
            let text = encode(epoch, &summaries);
            prop_assert_eq!(parse(&text, epoch), Some(summaries));
            prop_assert_eq!(parse(&text, epoch.wrapping_add(1)), None);
        }

        #[test]
        fn a_damaged_file_is_not_believed(summaries in summaries(), at in any::<usize>(), bit in 0..7u8) {
            let mut bytes = encode(5, &summaries).into_bytes();
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            let text = String::from_utf8_lossy(&bytes);
            // Hexadecimal digits may be of either case.
            prop_assert!(parse(&text, 5).is_none_or(|read| read == summaries));
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC*") {
            let _read = (parse(&text, 0), epoch_of_mark(&text));
        }
    }

    #[test]
    fn a_mark_tells_its_epoch() {
        assert_eq!(epoch_of_mark("{\"version\":0,\"brokerEpoch\":17}"), Some(17));
        assert_eq!(epoch_of_mark("{ \"brokerEpoch\" : -1 }"), Some(-1));
        assert_eq!(epoch_of_mark("{}"), None);
    }
}
