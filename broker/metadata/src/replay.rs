//! From the records of the log to images: transactions over several batches take effect at their end.
//!
//! A change that does not fit into one atomic batch is bracketed by BeginTransaction and EndTransaction records.
//! Until the end is read nothing of it shows; an AbortTransaction, or the end of the log, drops it.

use crate::image::{ApplyError, Image};
use crate::record::Record;
use std::collections::BTreeSet;
use tribunal_wire::types::TopicId;

/// The image that the records so far make, and the transaction that is open.
#[derive(Debug, Clone)]
pub struct Replay {
    image: Image,
    transaction: Option<Vec<Record>>,
    /// Topics that the log says were removed.
    removed: BTreeSet<TopicId>,
}

impl Replay {
    /// Goes on from an image.
    #[must_use]
    pub fn from_image(image: Image) -> Replay {
        Replay { image, transaction: None, removed: BTreeSet::new() }
    }

    /// The state so far, without what an open transaction will change.
    #[must_use]
    pub fn image(&self) -> &Image {
        &self.image
    }

    /// The state so far, for whoever goes on without the replay.
    #[must_use]
    pub fn into_image(self) -> Image {
        self.image
    }

    /// The topics that were removed on the way.
    #[must_use]
    pub fn removed(&self) -> &BTreeSet<TopicId> {
        &self.removed
    }

    /// Notes how far the log was read.
    pub fn set_offset(&mut self, offset: i64) {
        self.image.set_offset(offset);
    }

    /// Whether records wait for the end of their transaction.
    #[must_use]
    pub fn in_transaction(&self) -> bool {
        self.transaction.is_some()
    }

    /// Takes the next record of the log.
    pub fn apply(&mut self, record: Record) -> Result<(), ApplyError> {
        match (record, &mut self.transaction) {
            (Record::BeginTransaction(_), None) => self.transaction = Some(Vec::new()),
            (Record::EndTransaction(_), Some(_)) => {
                let (mut image, mut removed) = (self.image.clone(), BTreeSet::new());
                for record in self.transaction.take().into_iter().flatten() {
                    image.apply(&record)?;
                    removed.extend(removed_by(&record));
                }
                self.image = image;
                self.removed.append(&mut removed);
            }
            (Record::AbortTransaction(_), Some(_)) => self.transaction = None,
            (Record::BeginTransaction(_) | Record::EndTransaction(_) | Record::AbortTransaction(_), _) => {
                return Err(ApplyError::Transaction);
            }
            (record, Some(waiting)) => waiting.push(record),
            (record, None) => {
                self.image.apply(&record)?;
                self.removed.extend(removed_by(&record));
            }
        }
        Ok(())
    }
}

fn removed_by(record: &Record) -> Option<TopicId> {
    match record {
        Record::RemoveTopic(remove) => Some(TopicId(remove.topic_id)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tribunal_wire::message::{
        AbortTransactionRecord, BeginTransactionRecord, EndTransactionRecord, FeatureLevelRecord,
        RemoveTopicRecord, TopicRecord,
    };

    fn level(feature_level: i16) -> Record {
        FeatureLevelRecord { name: "metadata.version".to_owned(), feature_level }.into()
    }

    #[test]
    fn a_transaction_shows_at_its_end_or_never() {
        let mut replay = Replay::from_image(Image::empty("c"));
        let begin = || Record::from(BeginTransactionRecord::default());
        for record in [begin(), level(30)] {
            replay.apply(record).expect("fits");
        }
        assert!(replay.in_transaction() && replay.image().features().is_empty());
        replay.apply(EndTransactionRecord::default().into()).expect("fits");
        assert_eq!(replay.image().metadata_version().0, 30);
        for record in [begin(), level(29), AbortTransactionRecord::default().into()] {
            replay.apply(record).expect("fits");
        }
        assert_eq!(replay.image().metadata_version().0, 30);
        assert_eq!(replay.apply(EndTransactionRecord::default().into()), Err(ApplyError::Transaction));
    }

    #[test]
    fn removed_topics_are_remembered_once_their_removal_holds() {
        let mut replay = Replay::from_image(Image::empty("c"));
        let mut apply = |record| {
            replay.apply(record).expect("fits");
            replay.removed().clone()
        };
        let id = |number| TopicId([number; 16]);
        let remove = |number| Record::from(RemoveTopicRecord { topic_id: id(number).0 });
        for number in 1..4 {
            apply(TopicRecord { name: format!("t{number}"), topic_id: id(number).0 }.into());
        }
        assert_eq!(apply(remove(1)), BTreeSet::from([id(1)]));
        for end in [AbortTransactionRecord::default().into(), EndTransactionRecord::default().into()] {
            apply(BeginTransactionRecord::default().into());
            assert_eq!(apply(remove(2)), BTreeSet::from([id(1)]));
            apply(end);
        }
        assert_eq!(replay.removed(), &BTreeSet::from([id(1), id(2)]));
    }

    #[test]
    fn transactions_do_not_nest() {
        let mut replay = Replay::from_image(Image::empty("c"));
        replay.apply(BeginTransactionRecord::default().into()).expect("fits");
        assert_eq!(replay.apply(BeginTransactionRecord::default().into()), Err(ApplyError::Transaction));
    }
}
