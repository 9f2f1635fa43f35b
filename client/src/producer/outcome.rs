//! What became of a record, told honestly, and what one attempt's answer means.
//!
//! Three outcomes, never two: *done*, *not done*, and *unknown*. A timeout or a lost connection says nothing about
//! whether the broker appended, so that a failure after such an attempt stays unknown whatever the last answer was.
//!
//! | one attempt ended with | means |
//! | --- | --- |
//! | no error, DUPLICATE_SEQUENCE_NUMBER | done |
//! | an error of [`class_of_code`]'s list, or the request never left | not done |
//! | anything else, unknown codes included | unknown |

use crate::{RequestError, types::NodeId};
use std::{fmt, sync::Arc};
use tokio::sync::SetOnce;
use tribunal_wire::{
    error::ErrorCode,
    types::{Offset, ProducerEpoch, ProducerId, Sequence},
};

/// What one attempt, or all of them, did to the log. The order is that of doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutcomeClass {
    /// The records are in the log.
    Done,
    /// The records are not in the log, and will not be.
    NotDone,
    /// The records may be in the log, or may come to be.
    Unknown,
}

/// Why one attempt did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptError {
    /// The broker answered with this error code.
    Answered(i16),
    /// There was no answer.
    Request(RequestError),
    /// The answer did not speak about this partition.
    NotMentioned,
}

impl AttemptError {
    /// What the attempt did.
    #[must_use]
    pub fn class(&self) -> OutcomeClass {
        match self {
            AttemptError::Answered(code) => class_of_code(*code),
            AttemptError::Request(error) if error.may_have_arrived() => OutcomeClass::Unknown,
            AttemptError::Request(_) => OutcomeClass::NotDone,
            AttemptError::NotMentioned => OutcomeClass::Unknown,
        }
    }

    /// The error code, if the broker answered with one.
    #[must_use]
    pub fn code(&self) -> Option<i16> {
        match self {
            AttemptError::Answered(code) => Some(*code),
            AttemptError::Request(_) | AttemptError::NotMentioned => None,
        }
    }

    /// Whether another attempt may succeed.
    #[must_use]
    pub fn is_retriable(&self) -> bool {
        match self {
            AttemptError::Answered(code) => ErrorCode::from_code(*code).is_retriable(),
            AttemptError::Request(error) => error.is_retriable(),
            AttemptError::NotMentioned => true,
        }
    }

    /// Whether the metadata that led to this attempt is in doubt.
    #[must_use]
    pub fn doubts_metadata(&self) -> bool {
        match self {
            AttemptError::Answered(code) => matches!(
                ErrorCode::from_code(*code),
                ErrorCode::NotLeaderOrFollower
                    | ErrorCode::LeaderNotAvailable
                    | ErrorCode::UnknownTopicOrPartition
                    | ErrorCode::UnknownTopicId
                    | ErrorCode::InconsistentTopicId
                    | ErrorCode::KafkaStorageError
                    | ErrorCode::FencedLeaderEpoch
                    | ErrorCode::UnknownLeaderEpoch
            ),
            AttemptError::Request(_) => true,
            AttemptError::NotMentioned => false,
        }
    }
}

impl fmt::Display for AttemptError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AttemptError::Answered(code) => match ErrorCode::known(*code) {
                Some(error) => error.fmt(formatter),
                None => write!(formatter, "error code {code}, which this client does not know"),
            },
            AttemptError::Request(error) => error.fmt(formatter),
            AttemptError::NotMentioned => formatter.write_str("the answer leaves this partition out"),
        }
    }
}

/// What an error code in a Produce answer says about the log.
#[must_use]
pub fn class_of_code(code: i16) -> OutcomeClass {
    match ErrorCode::known(code) {
        Some(ErrorCode::None | ErrorCode::DuplicateSequenceNumber) => OutcomeClass::Done,
        Some(
            ErrorCode::MessageTooLarge
            | ErrorCode::CorruptMessage
            | ErrorCode::InvalidRecord
            | ErrorCode::InvalidRequiredAcks
            | ErrorCode::TopicAuthorizationFailed
            | ErrorCode::ClusterAuthorizationFailed
            | ErrorCode::UnknownTopicOrPartition
            | ErrorCode::UnknownTopicId
            | ErrorCode::InvalidTopicException
            | ErrorCode::NotEnoughReplicas
            | ErrorCode::InvalidTxnState
            | ErrorCode::InvalidProducerEpoch
            | ErrorCode::ProducerFenced
            | ErrorCode::OutOfOrderSequenceNumber
            | ErrorCode::InvalidTimestamp
            | ErrorCode::UnsupportedCompressionType
            | ErrorCode::RecordListTooLarge,
        ) => OutcomeClass::NotDone,
        Some(_) | None => OutcomeClass::Unknown,
    }
}

/// Why a record's fate is not *done*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FailureReason {
    /// The last attempt failed for good.
    Attempt(AttemptError),
    /// The delivery timeout passed; the error of the last attempt, if there was one.
    DeliveryTimeout(Option<AttemptError>),
    /// With acks=0 no broker says what it did.
    NoAcknowledgement,
    /// The topic was deleted and made again between attempts.
    TopicRecreated,
    /// The producer was closed first.
    Closed,
}

impl fmt::Display for FailureReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FailureReason::Attempt(error) => error.fmt(formatter),
            FailureReason::DeliveryTimeout(None) => formatter.write_str("the delivery timeout passed"),
            FailureReason::DeliveryTimeout(Some(error)) => {
                write!(formatter, "the delivery timeout passed; the last attempt: {error}")
            }
            FailureReason::NoAcknowledgement => formatter.write_str("acks=0: no broker says what it did"),
            FailureReason::TopicRecreated => {
                formatter.write_str("the topic was deleted and made again between two attempts")
            }
            FailureReason::Closed => formatter.write_str("the producer was closed first"),
        }
    }
}

/// What the broker said about an appended batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Appended {
    /// Offset of the first record; `None` when the broker only said that it has the batch already.
    pub(crate) base_offset: Option<Offset>,
    /// The broker's time of append, where the topic's timestamps are that.
    pub(crate) log_append_time: Option<i64>,
}

/// The fate of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the log.
    Done {
        /// Its offset; `None` when the broker only said that it has the batch already.
        offset: Option<Offset>,
        /// Its timestamp in the log: the broker's where the topic says so, else the producer's.
        timestamp: i64,
    },
    /// It is not in the log, and will not be.
    NotDone(FailureReason),
    /// It may be in the log, or may come to be.
    Unknown(FailureReason),
}

impl Outcome {
    /// The outcome without its details.
    #[must_use]
    pub fn class(&self) -> OutcomeClass {
        match self {
            Outcome::Done { .. } => OutcomeClass::Done,
            Outcome::NotDone(_) => OutcomeClass::NotDone,
            Outcome::Unknown(_) => OutcomeClass::Unknown,
        }
    }
}

/// Who numbered a batch, and its first number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The producer's id.
    pub producer_id: ProducerId,
    /// The producer's epoch.
    pub producer_epoch: ProducerEpoch,
    /// Sequence number of the batch's first record.
    pub base_sequence: Sequence,
}

/// How a batch came to its fate: for histories and for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchTrace {
    /// Its numbers of the last attempt; `None` for a producer without idempotence, or before the first attempt.
    pub stamp: Option<Stamp>,
    /// Records in the batch.
    pub records_count: i32,
    /// Attempts that may have reached a broker. A log may hold the batch of a plain producer that often.
    pub attempts: u32,
    /// Why attempts failed, oldest first, the last [`BatchTrace::ERRORS_MAX`] of them.
    pub errors: Vec<AttemptError>,
    /// The most doubtful of the attempts, `None` before the first.
    pub worst_attempt: Option<OutcomeClass>,
    /// The node asked last.
    pub node: Option<NodeId>,
    /// The leader epoch that the client knew at the last attempt, -1 for none.
    pub leader_epoch: i32,
    /// The version of Produce used last.
    pub api_version: i16,
}

impl BatchTrace {
    /// How many errors are kept.
    pub const ERRORS_MAX: usize = 16;

    pub(crate) fn failed(&mut self, error: AttemptError) {
        self.worst_attempt = self.worst_attempt.max(Some(error.class()));
        if self.errors.len() == Self::ERRORS_MAX {
            self.errors.remove(0);
        }
        self.errors.push(error);
    }
}

/// The fate of a batch, shared by its records.
#[derive(Debug, Clone)]
pub(crate) struct BatchResult {
    pub(crate) outcome: Result<Appended, (OutcomeClass, FailureReason)>,
    pub(crate) trace: BatchTrace,
}

/// What became of one record, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its fate.
    pub outcome: Outcome,
    /// The partition that it went to.
    pub partition: i32,
    /// Its position in its batch.
    pub index_in_batch: i32,
    /// The batch that it went with.
    pub batch: BatchTrace,
}

impl Report {
    /// The record's own sequence number.
    #[must_use]
    pub fn sequence(&self) -> Option<Sequence> {
        self.batch.stamp.map(|stamp| stamp.base_sequence.plus(self.index_in_batch))
    }
}

/// A record that the producer took: ask it for the record's fate.
///
/// Dropping it changes nothing for the record.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub(crate) result: Arc<SetOnce<BatchResult>>,
    pub(crate) partition: i32,
    pub(crate) index_in_batch: i32,
    pub(crate) timestamp: i64,
}

impl Delivery {
    /// Waits for the record's fate, which is known at the latest when the delivery timeout has passed, or when
    /// the producer is closed or dropped.
    pub async fn wait(&self) -> Report {
        let result = self.result.wait().await;
        self.report(result)
    }

    /// The record's fate, if it is known.
    #[must_use]
    pub fn try_report(&self) -> Option<Report> {
        self.result.get().map(|result| self.report(result))
    }

    /// The partition that the record went to.
    #[must_use]
    pub fn partition(&self) -> i32 {
        self.partition
    }

    /// The record's create time.
    #[must_use]
    pub fn timestamp(&self) -> i64 {
        self.timestamp
    }

    fn report(&self, result: &BatchResult) -> Report {
        let outcome = match &result.outcome {
            Ok(appended) => Outcome::Done {
                offset: appended.base_offset.map(|base| base.plus(i64::from(self.index_in_batch))),
                timestamp: appended.log_append_time.unwrap_or(self.timestamp),
            },
            Err((OutcomeClass::NotDone, reason)) => Outcome::NotDone(reason.clone()),
            Err((_, reason)) => Outcome::Unknown(reason.clone()),
        };
        Report {
            outcome,
            partition: self.partition,
            index_in_batch: self.index_in_batch,
            batch: result.trace.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_codes_are_definite() {
        for error in ErrorCode::ALL {
            let class = class_of_code(error.code());
            match error {
                ErrorCode::NotLeaderOrFollower
                | ErrorCode::RequestTimedOut
                | ErrorCode::NotEnoughReplicasAfterAppend
                | ErrorCode::KafkaStorageError
                | ErrorCode::UnknownServerError
                | ErrorCode::UnknownProducerId => assert_eq!(class, OutcomeClass::Unknown, "{error}"),
                ErrorCode::None => assert_eq!(class, OutcomeClass::Done),
                ErrorCode::NotEnoughReplicas | ErrorCode::MessageTooLarge => {
                    assert_eq!(class, OutcomeClass::NotDone);
                }
                _ => {}
            }
        }
        assert_eq!(class_of_code(12_345), OutcomeClass::Unknown);
    }

    #[test]
    fn a_record_has_its_own_place_in_the_batch() {
        let delivery = Delivery { result: Arc::default(), partition: 3, index_in_batch: 2, timestamp: 77 };
        assert_eq!(delivery.try_report(), None);
        let stamp = Stamp {
            producer_id: ProducerId(1),
            producer_epoch: ProducerEpoch(0),
            base_sequence: Sequence(i32::MAX),
        };
        let appended = Appended { base_offset: Some(Offset(10)), log_append_time: None };
        let trace = BatchTrace { stamp: Some(stamp), ..BatchTrace::default() };
        delivery.result.set(BatchResult { outcome: Ok(appended), trace }).expect("set once");
        let report = delivery.try_report().expect("it is set");
        assert_eq!(report.outcome, Outcome::Done { offset: Some(Offset(12)), timestamp: 77 });
        assert_eq!(report.sequence(), Some(Sequence(1)));
    }
}
