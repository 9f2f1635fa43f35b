//! How transactions end: the markers in control batches, and a segment's index of those that were aborted.
//!
//! Owns: the meaning of a control record, and the `.txnindex` file in Kafka's format (34 bytes an entry: version i16,
//! producer id, first offset, offset of the marker, last stable offset once it stood; all i64).
//!
//! Why so: a reader who wants committed records only is sent all of them, and with them the aborted transactions that
//! they may belong to. An entry stands with the segment that holds the marker.
//!
//! Always holds: markers grow from entry to entry. A file that does not read so is made again from the log. One that is
//! missing cannot be told from one that has no entries, so it is written before its segment is sealed, or the segment is
//! not sealed.

use tribunal_wire::batch::{Batch, BatchHeader};
use tribunal_wire::types::{Offset, ProducerId};

pub(crate) const TRANSACTION_ENTRY_BYTES: usize = 34;
const TRANSACTION_ENTRY_VERSION: i16 = 0;
/// Far more than a marker takes.
const MARKER_BYTES_MAX: usize = 1 << 16;

/// What a control record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marker {
    Abort,
    Commit,
    /// Nothing about a transaction: it stays for ever.
    Other,
}

impl Marker {
    /// The marker with this record key: a version and a type, both `i16`.
    pub(crate) fn of(key: Option<&[u8]>) -> Marker {
        match key {
            Some([_, _, 0, 0, ..]) => Marker::Abort,
            Some([_, _, 0, 1, ..]) => Marker::Commit,
            _ => Marker::Other,
        }
    }
}

/// The end of a producer's transaction, as its marker tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TransactionEnd {
    pub(crate) is_abort: bool,
    /// The epoch of the coordinator that wrote it, -1 where the marker has none.
    pub(crate) coordinator_epoch: i32,
}

impl TransactionEnd {
    /// What a batch says of the end of its producer's transaction. A marker whose record was compacted away says nothing:
    /// all of its transaction is gone.
    pub(crate) fn of(batch: &Batch) -> Option<TransactionEnd> {
        if !batch.header.attributes.is_control() || !batch.header.has_producer_id() {
            return None;
        }
        let records = batch.records(MARKER_BYTES_MAX).ok()?;
        let record = records.iter().next()?.ok()?;
        let is_abort = match Marker::of(record.key) {
            Marker::Abort => true,
            Marker::Commit => false,
            Marker::Other => return None,
        };
        let epoch = record.value.and_then(|value| value.get(2..6)).and_then(|bytes| bytes.try_into().ok());
        Some(TransactionEnd { is_abort, coordinator_epoch: epoch.map_or(-1, i32::from_be_bytes) })
    }

    /// The same of a batch in a file.
    pub(crate) fn of_bytes(header: &BatchHeader, bytes: &bytes::Bytes) -> Option<TransactionEnd> {
        if !header.attributes.is_control() {
            return None;
        }
        Batch::split_from(&mut bytes.clone()).ok().and_then(|batch| TransactionEnd::of(&batch))
    }
}

/// A transaction that was aborted: an entry of a segment's index of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbortedTransaction {
    /// Whose transaction it was.
    pub producer_id: ProducerId,
    /// Where it began.
    pub first_offset: Offset,
    /// Where its marker stands.
    pub last_offset: Offset,
    /// The last stable offset once the marker stood: where the oldest transaction began that was open then.
    pub last_stable_offset: Offset,
}

impl AbortedTransaction {
    fn encode(&self) -> [u8; TRANSACTION_ENTRY_BYTES] {
        let mut entry = [0; TRANSACTION_ENTRY_BYTES];
        entry[..2].copy_from_slice(&TRANSACTION_ENTRY_VERSION.to_be_bytes());
        let numbers =
            [self.producer_id.0, self.first_offset.0, self.last_offset.0, self.last_stable_offset.0];
        for (index, number) in numbers.iter().enumerate() {
            entry[2 + index * 8..10 + index * 8].copy_from_slice(&number.to_be_bytes());
        }
        entry
    }

    fn parse(entry: &[u8; TRANSACTION_ENTRY_BYTES]) -> Option<AbortedTransaction> {
        let number = |index: usize| {
            let from = 2 + index * 8;
            i64::from_be_bytes(entry[from..from + 8].try_into().expect("eight bytes"))
        };
        let parsed = AbortedTransaction {
            producer_id: ProducerId(number(0)),
            first_offset: Offset(number(1)),
            last_offset: Offset(number(2)),
            last_stable_offset: Offset(number(3)),
        };
        let is_known = i16::from_be_bytes([entry[0], entry[1]]) == TRANSACTION_ENTRY_VERSION;
        let is_sane = parsed.first_offset.0 >= 0 && parsed.last_offset >= parsed.first_offset;
        (is_known && is_sane).then_some(parsed)
    }
}

/// The aborted transactions whose markers stand in one segment, in the order of the markers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct TransactionIndex {
    entries: Vec<AbortedTransaction>,
}

impl TransactionIndex {
    /// Notes a transaction whose marker is the newest.
    pub(crate) fn push(&mut self, entry: AbortedTransaction) {
        assert!(
            self.entries.last().is_none_or(|last| last.last_offset < entry.last_offset),
            "an index grows with its log"
        );
        self.entries.push(entry);
    }

    /// With the entries of `other` for markers that it does not know.
    pub(crate) fn or(mut self, other: &TransactionIndex) -> TransactionIndex {
        let knows = |marker| self.entries.iter().any(|entry| entry.last_offset == marker);
        let missing: Vec<_> =
            other.entries.iter().filter(|entry| !knows(entry.last_offset)).copied().collect();
        self.entries.extend(missing);
        self.entries.sort_by_key(|entry| entry.last_offset);
        self
    }

    pub(crate) fn entries(&self) -> &[AbortedTransaction] {
        &self.entries
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        self.entries.iter().flat_map(AbortedTransaction::encode).collect()
    }

    /// The entries in `bytes`, or the byte at which they stop being any.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Vec<AbortedTransaction>, usize> {
        let (entries, rest) = bytes.as_chunks::<TRANSACTION_ENTRY_BYTES>();
        let parse = |(index, entry): (usize, &[u8; TRANSACTION_ENTRY_BYTES])| {
            AbortedTransaction::parse(entry).ok_or(index * TRANSACTION_ENTRY_BYTES)
        };
        let entries: Vec<_> = entries.iter().enumerate().map(parse).collect::<Result<_, _>>()?;
        if rest.is_empty() { Ok(entries) } else { Err(bytes.len() - rest.len()) }
    }

    /// The index in `bytes` of the segment from `base` to `end`; `None` on any doubt.
    pub(crate) fn parse(bytes: &[u8], base: Offset, end: Offset) -> Option<TransactionIndex> {
        let entries = TransactionIndex::decode(bytes).ok()?;
        let grows = entries.windows(2).all(|pair| pair[0].last_offset < pair[1].last_offset);
        let within = entries.iter().all(|entry| base <= entry.last_offset && entry.last_offset < end);
        (grows && within).then_some(TransactionIndex { entries })
    }

    /// Adds the transactions that records from `from` to before `until` may belong to. Says whether no later segment
    /// can have more of them.
    pub(crate) fn collect(&self, from: Offset, until: Offset, into: &mut Vec<AbortedTransaction>) -> bool {
        for entry in &self.entries {
            if entry.last_offset >= from && entry.first_offset < until {
                into.push(*entry);
            }
            // Whatever is aborted behind this marker began at that offset or later.
            if entry.last_stable_offset >= until {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tribunal_wire::batch::{BatchBuilder, Headers};
    use tribunal_wire::compression::Codec;
    use tribunal_wire::types::ProducerEpoch;

    fn aborted(producer: i64, first: i64, last: i64, stable: i64) -> AbortedTransaction {
        AbortedTransaction {
            producer_id: ProducerId(producer),
            first_offset: Offset(first),
            last_offset: Offset(last),
            last_stable_offset: Offset(stable),
        }
    }

    #[test]
    fn markers_are_told_by_the_second_half_of_their_key() {
        assert_eq!(Marker::of(Some(&[0, 0, 0, 0])), Marker::Abort);
        assert_eq!(Marker::of(Some(&[0, 0, 0, 1])), Marker::Commit);
        assert_eq!(Marker::of(Some(&[0, 0, 0, 2])), Marker::Other);
        assert_eq!((Marker::of(Some(&[0])), Marker::of(None)), (Marker::Other, Marker::Other));
    }

    #[test]
    fn a_marker_tells_the_epoch_of_its_coordinator() {
        let marker = |key: &[u8], value: &[u8]| {
            let mut builder =
                BatchBuilder::new(Codec::None, None).producer(ProducerId(1), ProducerEpoch(0), -1).control();
            builder.push(1, Some(key), Some(value), Headers::NONE);
            TransactionEnd::of(&builder.build())
        };
        let end = |is_abort, coordinator_epoch| Some(TransactionEnd { is_abort, coordinator_epoch });
        assert_eq!(marker(&[0, 0, 0, 0], &[0, 0, 0, 0, 0, 7]), end(true, 7));
        assert_eq!(marker(&[0, 0, 0, 1], &[0, 0]), end(false, -1));
        assert_eq!(marker(&[0, 0, 0, 5], &[0, 0, 0, 0, 0, 7]), None);
    }

    #[test]
    fn an_index_reads_back_and_a_doubtful_one_does_not() {
        let mut index = TransactionIndex::default();
        index.push(aborted(7, 10, 14, 12));
        index.push(aborted(8, 12, 15, 16));
        let bytes = index.encode();
        assert_eq!(bytes.len(), 68);
        let parse = |bytes: &[u8]| TransactionIndex::parse(bytes, Offset(10), Offset(16));
        assert_eq!(parse(&bytes), Some(index));
        assert_eq!(parse(&[]), Some(TransactionIndex::default()));
        assert_eq!(parse(&bytes[..67]), None);
        assert_eq!(
            TransactionIndex::parse(&bytes, Offset(10), Offset(15)),
            None,
            "a marker past the segment"
        );
        assert_eq!(TransactionIndex::parse(&bytes, Offset(15), Offset(16)), None, "a marker before it");
        assert_eq!(parse(&[&bytes[34..], &bytes[..34]].concat()), None, "markers that fall");
        let mut unknown = bytes.clone();
        unknown[35] = 1;
        assert_eq!(TransactionIndex::decode(&unknown), Err(34));
    }

    #[test]
    fn a_search_ends_where_no_later_marker_can_matter() {
        let mut index = TransactionIndex::default();
        index.push(aborted(1, 0, 4, 2));
        index.push(aborted(2, 2, 6, 7));
        index.push(aborted(3, 8, 9, 10));
        let collect = |from, until| {
            let mut found = Vec::new();
            let done = index.collect(Offset(from), Offset(until), &mut found);
            (found.iter().map(|entry| entry.producer_id.0).collect::<Vec<_>>(), done)
        };
        assert_eq!(collect(0, 3), (vec![1, 2], true));
        assert_eq!(collect(5, 8), (vec![2], true), "the third begins no earlier than offset 10");
        assert_eq!(collect(5, 9), (vec![2, 3], true));
        assert_eq!(collect(0, 20), (vec![1, 2, 3], false));
    }
}
