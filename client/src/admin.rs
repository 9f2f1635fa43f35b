//! Administration: topics, partitions, configs, and what a partition's leader knows about it.
//!
//! Each call is one attempt: a second one after an unclear first may meet its own effect (a topic that exists
//! already), and only the caller knows what that means. [`AdminError::may_have_happened`] says whether a failure
//! is certain. Metadata is refreshed before the next call when an answer puts it in doubt.

mod config;
mod partition;
mod topic;

pub use config::{ConfigChange, ConfigEntry, ConfigResource};
pub use partition::{EpochEnd, ListedOffset, LogDirectory, ProducerEntry, ReplicaLog};
pub use topic::{ClusterDescription, NewTopic, TopicDescription, TopicName};

use crate::{
    Client, RequestError, TopicError, client::Target, metadata::Leader, producer::AttemptError,
    types::TopicPartition,
};
use std::{fmt, time::Duration};
use tribunal_wire::{codec::Request, error::ErrorCode};

/// Why an administrative call did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdminError {
    /// The broker answered with this error.
    Answer {
        /// The error code.
        code: i16,
        /// The broker's words, empty for none.
        message: String,
    },
    /// No answer came.
    Request(RequestError),
    /// The answer leaves out what was asked about.
    NotMentioned,
}

impl AdminError {
    /// Whether what was asked for may have been done, or may come to be done.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        match self {
            AdminError::Answer { code, .. } => match ErrorCode::known(*code) {
                // A disk that failed half-way may hold the change, and Apache Kafka changes first and writes later.
                Some(error) => matches!(
                    error,
                    ErrorCode::RequestTimedOut | ErrorCode::UnknownServerError | ErrorCode::KafkaStorageError
                ),
                None => true,
            },
            AdminError::Request(error) => error.may_have_arrived(),
            AdminError::NotMentioned => true,
        }
    }

    /// The error code, if the broker answered with one.
    #[must_use]
    pub fn code(&self) -> Option<i16> {
        match self {
            AdminError::Answer { code, .. } => Some(*code),
            AdminError::Request(_) | AdminError::NotMentioned => None,
        }
    }
}

impl fmt::Display for AdminError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AdminError::Answer { code, message } => {
                AttemptError::Answered(*code).fmt(formatter)?;
                // A broker that has nothing to add sends the words that the code stands for.
                let adds = ErrorCode::known(*code).is_none_or(|error| error.message() != message);
                if adds && !message.is_empty() {
                    write!(formatter, " ({message})")?;
                }
                Ok(())
            }
            AdminError::Request(error) => error.fmt(formatter),
            AdminError::NotMentioned => formatter.write_str("the answer leaves out what was asked about"),
        }
    }
}

impl std::error::Error for AdminError {}

impl From<RequestError> for AdminError {
    fn from(error: RequestError) -> Self {
        AdminError::Request(error)
    }
}

impl From<TopicError> for AdminError {
    fn from(error: TopicError) -> Self {
        match error {
            TopicError::Answer(error) => AdminError::Answer { code: error.code(), message: String::new() },
            TopicError::Request(error) => AdminError::Request(error),
        }
    }
}

/// Ok when `code` is 0.
fn answered(code: i16, message: Option<&str>) -> Result<(), AdminError> {
    match code {
        0 => Ok(()),
        code => Err(AdminError::Answer { code, message: message.unwrap_or_default().to_owned() }),
    }
}

/// Administers a cluster. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Admin {
    client: Client,
    timeout: Duration,
}

impl Admin {
    /// Administers the cluster of `client`.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Admin { client: client.clone(), timeout: client.config().connection.request_timeout }
    }

    /// The client that it works with.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// How long the broker may take, as the protocol writes it: a little less than the client waits, so that the
    /// broker's word has time to arrive.
    fn timeout_ms(&self) -> i32 {
        i32::try_from((self.timeout - self.timeout / 10).as_millis()).unwrap_or(i32::MAX)
    }

    async fn ask<R: Request>(&self, target: Target, request: &R) -> Result<R::Response, AdminError> {
        Ok(self.client.ask(target, request).await?)
    }

    async fn leader(&self, partition: &TopicPartition) -> Result<Leader, AdminError> {
        let deadline = self.client.request_deadline();
        Ok(self.client.leader(&partition.topic, partition.partition, deadline).await?)
    }

    /// Asks the leader of a partition. After an answer that doubts the metadata it is asked for anew, so that the
    /// next call goes to the right node.
    async fn ask_leader<R: Request, T>(
        &self,
        partition: &TopicPartition,
        request: impl FnOnce(Leader) -> R,
        read: impl FnOnce(R::Response) -> Result<T, AdminError>,
    ) -> Result<T, AdminError> {
        let leader = self.leader(partition).await?;
        let answer = self.ask(Target::Node(leader.node), &request(leader)).await.and_then(read);
        let doubtful = match &answer {
            Ok(_) => false,
            Err(AdminError::Answer { code, .. }) => AttemptError::Answered(*code).doubts_metadata(),
            Err(_) => true,
        };
        if doubtful {
            let deadline = self.client.request_deadline();
            let topic = std::slice::from_ref(&partition.topic);
            if let Err(error) = self.client.refresh_metadata(topic, deadline).await {
                tribunal_env::debug!(self.client.env(), "metadata stays in doubt: {error}");
            }
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_certain_only_when_the_broker_cannot_have_begun() {
        let answer = |code: ErrorCode| AdminError::Answer { code: code.code(), message: String::new() };
        for code in [ErrorCode::RequestTimedOut, ErrorCode::UnknownServerError, ErrorCode::KafkaStorageError]
        {
            assert!(answer(code).may_have_happened(), "{code:?}");
        }
        for code in [ErrorCode::OffsetOutOfRange, ErrorCode::PolicyViolation, ErrorCode::TopicAlreadyExists] {
            assert!(!answer(code).may_have_happened(), "{code:?}");
        }
        assert!(AdminError::Answer { code: 9999, message: String::new() }.may_have_happened());
        assert!(AdminError::NotMentioned.may_have_happened());
    }
}
