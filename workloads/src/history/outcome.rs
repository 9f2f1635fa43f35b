//! What an error code of Produce says about the records: are they in the log, are they not, or is it open?
//!
//! This map is the workload's honesty: a code that is wrongly taken for a definite failure accuses an honest
//! broker of showing failed records, and a code wrongly taken for doubt hides a loss.

use crate::history::Outcome;

/// What is known of one produce request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Certainty {
    /// What became of the records.
    pub outcome: Outcome,
    /// Whether a rule says so. A code that no rule names is taken for doubt, and should be reported.
    pub named: bool,
}

const fn named(outcome: Outcome) -> Certainty {
    Certainty { outcome, named: true }
}

/// What a produce answer's error code says about a single attempt. No answer at all is [`Outcome::Info`].
pub const fn certainty(error: i16) -> Certainty {
    match error {
        // NONE; DUPLICATE_SEQUENCE_NUMBER: the records are there from an earlier attempt.
        0 | 46 => named(Outcome::Ok),
        // CORRUPT_MESSAGE, UNKNOWN_TOPIC_OR_PARTITION, MESSAGE_TOO_LARGE, INVALID_TOPIC_EXCEPTION,
        // RECORD_LIST_TOO_LARGE: found before anything is appended.
        2 | 3 | 10 | 17 | 18
        // NOT_ENOUGH_REPLICAS is checked before the append; INVALID_REQUIRED_ACKS.
        | 19 | 21
        // TOPIC_AUTHORIZATION_FAILED, CLUSTER_AUTHORIZATION_FAILED, INVALID_TIMESTAMP.
        | 29 | 31 | 32
        // OUT_OF_ORDER_SEQUENCE_NUMBER, INVALID_PRODUCER_EPOCH, INVALID_TXN_STATE.
        | 45 | 47 | 48
        // UNSUPPORTED_COMPRESSION_TYPE, INVALID_RECORD, PRODUCER_FENCED, UNKNOWN_TOPIC_ID.
        | 76 | 87 | 90 | 100 => named(Outcome::Fail),
        // UNKNOWN_SERVER_ERROR; NOT_LEADER_OR_FOLLOWER: a leader may append, step down, and answer this while the
        // records live on; REQUEST_TIMED_OUT; NOT_ENOUGH_REPLICAS_AFTER_APPEND; KAFKA_STORAGE_ERROR;
        // UNKNOWN_PRODUCER_ID.
        -1 | 6 | 7 | 20 | 56 | 59 => named(Outcome::Info),
        _ => Certainty { outcome: Outcome::Info, named: false },
    }
}

/// What is known after several attempts of the same records: doubt stays until an attempt succeeds.
pub(crate) const fn over_attempts(last: Outcome, earlier_doubt: bool) -> Outcome {
    match last {
        Outcome::Fail if earlier_doubt => Outcome::Info,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(codes: &[i16], expected: Outcome) {
        for &code in codes {
            assert_eq!(certainty(code), Certainty { outcome: expected, named: true }, "code {code}");
        }
    }

    #[test]
    fn every_listed_code_has_its_certainty() {
        check(&[0, 46], Outcome::Ok);
        check(&[2, 3, 10, 17, 18, 19, 21, 29, 31, 32, 45, 47, 48, 76, 87, 90, 100], Outcome::Fail);
        check(&[-1, 6, 7, 20, 56, 59], Outcome::Info);
    }

    #[test]
    fn an_unlisted_code_is_doubt_and_says_so() {
        assert_eq!(certainty(1234), Certainty { outcome: Outcome::Info, named: false });
    }

    #[test]
    fn a_failure_after_doubt_is_doubt() {
        assert_eq!(over_attempts(Outcome::Fail, true), Outcome::Info);
        assert_eq!(over_attempts(Outcome::Fail, false), Outcome::Fail);
        assert_eq!(over_attempts(Outcome::Ok, true), Outcome::Ok);
        assert_eq!(over_attempts(Outcome::Info, false), Outcome::Info);
    }
}
