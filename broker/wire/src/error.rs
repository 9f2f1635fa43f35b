//! The error codes of the protocol, those of Apache Kafka 4.3.
//!
//! Owns number, name, whether a client may try again, and a sentence for people. A message carries the number as an
//! `i16`; code that decides something turns it into an [`ErrorCode`] at its edge. A number that nobody knows reads
//! as [`ErrorCode::UnknownServerError`], as in Kafka's clients.

use std::fmt;

macro_rules! error_codes {
    ($($code:literal $variant:ident $name:literal $retriable:ident $message:literal)*) => {
        /// What went wrong, as the wire says it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(i16)]
        pub enum ErrorCode {
            $(
                #[doc = concat!("Code ", $code, ": ", $message, ".")]
                $variant = $code,
            )*
        }

        impl ErrorCode {
            /// Every code, in the order of the numbers.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant),*];

            /// The error of this number, if the protocol has it.
            #[must_use]
            pub const fn known(code: i16) -> Option<ErrorCode> {
                match code {
                    $($code => Some(ErrorCode::$variant),)*
                    _ => None,
                }
            }

            /// Kafka's name of the error.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(ErrorCode::$variant => $name,)*
                }
            }

            /// Whether the same request may succeed later.
            #[must_use]
            pub const fn is_retriable(self) -> bool {
                match self {
                    $(ErrorCode::$variant => $retriable,)*
                }
            }

            /// What the error means.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self {
                    $(ErrorCode::$variant => $message,)*
                }
            }
        }
    };
}

impl ErrorCode {
    /// The error of this number; a number that nobody knows is an unknown server error.
    #[must_use]
    pub const fn from_code(code: i16) -> ErrorCode {
        match ErrorCode::known(code) {
            Some(error) => error,
            None => ErrorCode::UnknownServerError,
        }
    }

    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// Whether this is no error at all.
    #[must_use]
    pub const fn is_none(self) -> bool {
        matches!(self, ErrorCode::None)
    }
}

impl From<ErrorCode> for i16 {
    fn from(error: ErrorCode) -> i16 {
        error.code()
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({}): {}", self.name(), self.code(), self.message())
    }
}

error_codes! {
    -1 UnknownServerError "UNKNOWN_SERVER_ERROR" false "the server failed in a way it did not expect"
    0 None "NONE" false "no error"
    1 OffsetOutOfRange "OFFSET_OUT_OF_RANGE" false "the offset is outside the range that the server holds"
    2 CorruptMessage "CORRUPT_MESSAGE" true "the record batch is corrupt, too large, or lacks a key that its topic demands"
    3 UnknownTopicOrPartition "UNKNOWN_TOPIC_OR_PARTITION" true "the server does not host this topic or partition"
    4 InvalidFetchSize "INVALID_FETCH_SIZE" false "the fetch size is not valid"
    5 LeaderNotAvailable "LEADER_NOT_AVAILABLE" true "the partition has no leader at the moment"
    6 NotLeaderOrFollower "NOT_LEADER_OR_FOLLOWER" true "this broker is not the leader, or not a replica, as the request demands"
    7 RequestTimedOut "REQUEST_TIMED_OUT" true "the request was not finished in time"
    8 BrokerNotAvailable "BROKER_NOT_AVAILABLE" false "the broker is not available"
    9 ReplicaNotAvailable "REPLICA_NOT_AVAILABLE" true "the replica is not available"
    10 MessageTooLarge "MESSAGE_TOO_LARGE" false "the record batch is larger than the server accepts"
    11 StaleControllerEpoch "STALE_CONTROLLER_EPOCH" false "a newer controller has taken over"
    12 OffsetMetadataTooLarge "OFFSET_METADATA_TOO_LARGE" false "the metadata string of the committed offset is too long"
    13 NetworkException "NETWORK_EXCEPTION" true "the connection ended before the answer came"
    14 CoordinatorLoadInProgress "COORDINATOR_LOAD_IN_PROGRESS" true "the coordinator is still loading its state"
    15 CoordinatorNotAvailable "COORDINATOR_NOT_AVAILABLE" true "the coordinator is not available"
    16 NotCoordinator "NOT_COORDINATOR" true "this broker does not coordinate the group or transaction"
    17 InvalidTopicException "INVALID_TOPIC_EXCEPTION" false "the topic's name is not valid, or the operation is not allowed on it"
    18 RecordListTooLarge "RECORD_LIST_TOO_LARGE" false "the record batch is larger than a segment may be"
    19 NotEnoughReplicas "NOT_ENOUGH_REPLICAS" true "fewer replicas are in sync than the topic demands"
    20 NotEnoughReplicasAfterAppend "NOT_ENOUGH_REPLICAS_AFTER_APPEND" true "the records were appended, but fewer replicas are in sync than the topic demands"
    21 InvalidRequiredAcks "INVALID_REQUIRED_ACKS" false "the required number of acknowledgements is not one of -1, 0 and 1"
    22 IllegalGeneration "ILLEGAL_GENERATION" false "the group's generation is another one"
    23 InconsistentGroupProtocol "INCONSISTENT_GROUP_PROTOCOL" false "the member supports none of the group's protocols, or named none"
    24 InvalidGroupId "INVALID_GROUP_ID" false "the group id is not valid"
    25 UnknownMemberId "UNKNOWN_MEMBER_ID" false "the coordinator does not know this member"
    26 InvalidSessionTimeout "INVALID_SESSION_TIMEOUT" false "the session timeout is outside the range that the broker allows"
    27 RebalanceInProgress "REBALANCE_IN_PROGRESS" false "the group rebalances, and the member has to join again"
    28 InvalidCommitOffsetSize "INVALID_COMMIT_OFFSET_SIZE" false "the committed offsets are too large together"
    29 TopicAuthorizationFailed "TOPIC_AUTHORIZATION_FAILED" false "the principal may not do this to the topic"
    30 GroupAuthorizationFailed "GROUP_AUTHORIZATION_FAILED" false "the principal may not do this to the group"
    31 ClusterAuthorizationFailed "CLUSTER_AUTHORIZATION_FAILED" false "the principal may not do this to the cluster"
    32 InvalidTimestamp "INVALID_TIMESTAMP" false "the record's timestamp is outside the accepted range"
    33 UnsupportedSaslMechanism "UNSUPPORTED_SASL_MECHANISM" false "the broker does not support this SASL mechanism"
    34 IllegalSaslState "ILLEGAL_SASL_STATE" false "the request does not fit the state of the SASL exchange"
    35 UnsupportedVersion "UNSUPPORTED_VERSION" false "the broker does not support this version of the API"
    36 TopicAlreadyExists "TOPIC_ALREADY_EXISTS" false "a topic of this name exists"
    37 InvalidPartitions "INVALID_PARTITIONS" false "the number of partitions is not valid"
    38 InvalidReplicationFactor "INVALID_REPLICATION_FACTOR" false "the replication factor is below 1 or above the number of brokers"
    39 InvalidReplicaAssignment "INVALID_REPLICA_ASSIGNMENT" false "the assignment of replicas is not valid"
    40 InvalidConfig "INVALID_CONFIG" false "the configuration is not valid"
    41 NotController "NOT_CONTROLLER" true "this node is not the active controller"
    42 InvalidRequest "INVALID_REQUEST" false "the request is malformed, or not meant for this broker"
    43 UnsupportedForMessageFormat "UNSUPPORTED_FOR_MESSAGE_FORMAT" false "the topic's message format does not support the request"
    44 PolicyViolation "POLICY_VIOLATION" false "the request breaks a policy of the cluster"
    45 OutOfOrderSequenceNumber "OUT_OF_ORDER_SEQUENCE_NUMBER" false "the sequence number does not follow the last one"
    46 DuplicateSequenceNumber "DUPLICATE_SEQUENCE_NUMBER" false "the sequence number was seen before"
    47 InvalidProducerEpoch "INVALID_PRODUCER_EPOCH" false "the producer's epoch is an old one"
    48 InvalidTxnState "INVALID_TXN_STATE" false "the transaction's state does not allow the operation"
    49 InvalidProducerIdMapping "INVALID_PRODUCER_ID_MAPPING" false "the producer id does not belong to the transactional id"
    50 InvalidTransactionTimeout "INVALID_TRANSACTION_TIMEOUT" false "the transaction timeout is longer than the broker allows"
    51 ConcurrentTransactions "CONCURRENT_TRANSACTIONS" true "another operation on the same transaction is under way"
    52 TransactionCoordinatorFenced "TRANSACTION_COORDINATOR_FENCED" false "a newer transaction coordinator has taken over"
    53 TransactionalIdAuthorizationFailed "TRANSACTIONAL_ID_AUTHORIZATION_FAILED" false "the principal may not use the transactional id"
    54 SecurityDisabled "SECURITY_DISABLED" false "security features are switched off"
    55 OperationNotAttempted "OPERATION_NOT_ATTEMPTED" false "the operation was not tried, because another of the same request failed"
    56 KafkaStorageError "KAFKA_STORAGE_ERROR" true "the broker's disk is full, or failed: the broker's own log says which"
    57 LogDirNotFound "LOG_DIR_NOT_FOUND" false "the broker has no such log directory"
    58 SaslAuthenticationFailed "SASL_AUTHENTICATION_FAILED" false "the client did not prove who it is"
    59 UnknownProducerId "UNKNOWN_PRODUCER_ID" false "the broker knows nothing of this producer id, perhaps because its records have expired"
    60 ReassignmentInProgress "REASSIGNMENT_IN_PROGRESS" false "a reassignment of the partition is under way"
    61 DelegationTokenAuthDisabled "DELEGATION_TOKEN_AUTH_DISABLED" false "delegation tokens are switched off"
    62 DelegationTokenNotFound "DELEGATION_TOKEN_NOT_FOUND" false "the server has no such delegation token"
    63 DelegationTokenOwnerMismatch "DELEGATION_TOKEN_OWNER_MISMATCH" false "the principal is neither owner nor renewer of the delegation token"
    64 DelegationTokenRequestNotAllowed "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED" false "delegation tokens cannot be asked for over this kind of connection"
    65 DelegationTokenAuthorizationFailed "DELEGATION_TOKEN_AUTHORIZATION_FAILED" false "the principal may not do this to the delegation token"
    66 DelegationTokenExpired "DELEGATION_TOKEN_EXPIRED" false "the delegation token has expired"
    67 InvalidPrincipalType "INVALID_PRINCIPAL_TYPE" false "the type of the principal is not supported"
    68 NonEmptyGroup "NON_EMPTY_GROUP" false "the group still has members"
    69 GroupIdNotFound "GROUP_ID_NOT_FOUND" false "there is no group of this id"
    70 FetchSessionIdNotFound "FETCH_SESSION_ID_NOT_FOUND" true "there is no fetch session of this id"
    71 InvalidFetchSessionEpoch "INVALID_FETCH_SESSION_EPOCH" true "the fetch session's epoch is another one"
    72 ListenerNotFound "LISTENER_NOT_FOUND" true "the leader has no listener of the name that the client came through"
    73 TopicDeletionDisabled "TOPIC_DELETION_DISABLED" false "topics cannot be deleted on this cluster"
    74 FencedLeaderEpoch "FENCED_LEADER_EPOCH" true "the leader epoch of the request is older than the broker's"
    75 UnknownLeaderEpoch "UNKNOWN_LEADER_EPOCH" true "the leader epoch of the request is newer than the broker's"
    76 UnsupportedCompressionType "UNSUPPORTED_COMPRESSION_TYPE" false "the client does not support the compression of the partition"
    77 StaleBrokerEpoch "STALE_BROKER_EPOCH" false "the broker's epoch is another one"
    78 OffsetNotAvailable "OFFSET_NOT_AVAILABLE" true "the new leader does not know yet how far the offsets are safe"
    79 MemberIdRequired "MEMBER_ID_REQUIRED" false "the member has to join again with the id it was given"
    80 PreferredLeaderNotAvailable "PREFERRED_LEADER_NOT_AVAILABLE" true "the preferred leader is not available"
    81 GroupMaxSizeReached "GROUP_MAX_SIZE_REACHED" false "the group is full"
    82 FencedInstanceId "FENCED_INSTANCE_ID" false "another member has taken over the static instance id"
    83 EligibleLeadersNotAvailable "ELIGIBLE_LEADERS_NOT_AVAILABLE" true "no eligible leader is available"
    84 ElectionNotNeeded "ELECTION_NOT_NEEDED" true "the partition has the leader that an election would give it"
    85 NoReassignmentInProgress "NO_REASSIGNMENT_IN_PROGRESS" false "no reassignment of the partition is under way"
    86 GroupSubscribedToTopic "GROUP_SUBSCRIBED_TO_TOPIC" false "the group is subscribed to the topic"
    87 InvalidRecord "INVALID_RECORD" false "a record does not pass the broker's validation"
    88 UnstableOffsetCommit "UNSTABLE_OFFSET_COMMIT" true "a transaction that is still open has offsets pending"
    89 ThrottlingQuotaExceeded "THROTTLING_QUOTA_EXCEEDED" true "the quota is used up"
    90 ProducerFenced "PRODUCER_FENCED" false "a newer producer of the same transactional id has taken over"
    91 ResourceNotFound "RESOURCE_NOT_FOUND" false "the request names a resource that does not exist"
    92 DuplicateResource "DUPLICATE_RESOURCE" false "the request names a resource twice"
    93 UnacceptableCredential "UNACCEPTABLE_CREDENTIAL" false "the credential is not acceptable"
    94 InconsistentVoterSet "INCONSISTENT_VOTER_SET" false "sender or receiver is not one of the expected voters"
    95 InvalidUpdateVersion "INVALID_UPDATE_VERSION" false "the new version is not valid"
    96 FeatureUpdateFailed "FEATURE_UPDATE_FAILED" false "the features could not be finalised"
    97 PrincipalDeserializationFailure "PRINCIPAL_DESERIALIZATION_FAILURE" false "the forwarded principal cannot be read"
    98 SnapshotNotFound "SNAPSHOT_NOT_FOUND" false "there is no such snapshot"
    99 PositionOutOfRange "POSITION_OUT_OF_RANGE" false "the position lies outside the snapshot"
    100 UnknownTopicId "UNKNOWN_TOPIC_ID" true "the server does not host a topic of this id"
    101 DuplicateBrokerRegistration "DUPLICATE_BROKER_REGISTRATION" false "another broker has this id"
    102 BrokerIdNotRegistered "BROKER_ID_NOT_REGISTERED" false "no broker of this id is registered"
    103 InconsistentTopicId "INCONSISTENT_TOPIC_ID" true "the log's topic id is not the one of the request"
    104 InconsistentClusterId "INCONSISTENT_CLUSTER_ID" false "the request is meant for another cluster"
    105 TransactionalIdNotFound "TRANSACTIONAL_ID_NOT_FOUND" false "there is no such transactional id"
    106 FetchSessionTopicIdError "FETCH_SESSION_TOPIC_ID_ERROR" true "the fetch session mixes topics with and without ids"
    107 IneligibleReplica "INELIGIBLE_REPLICA" false "the new in-sync set has a replica that may not be in it"
    108 NewLeaderElected "NEW_LEADER_ELECTED" false "the partition's state was changed, and it has another leader now"
    109 OffsetMovedToTieredStorage "OFFSET_MOVED_TO_TIERED_STORAGE" false "the offset has moved to tiered storage"
    110 FencedMemberEpoch "FENCED_MEMBER_EPOCH" false "the member's epoch is fenced: it must give up its partitions and join again"
    111 UnreleasedInstanceId "UNRELEASED_INSTANCE_ID" false "another member still holds the static instance id"
    112 UnsupportedAssignor "UNSUPPORTED_ASSIGNOR" false "the group's coordinator does not have this assignor"
    113 StaleMemberEpoch "STALE_MEMBER_EPOCH" false "the member's epoch is an old one"
    114 MismatchedEndpointType "MISMATCHED_ENDPOINT_TYPE" false "the request came to an endpoint of the wrong type"
    115 UnsupportedEndpointType "UNSUPPORTED_ENDPOINT_TYPE" false "this type of endpoint is not supported"
    116 UnknownControllerId "UNKNOWN_CONTROLLER_ID" false "there is no controller of this id"
    117 UnknownSubscriptionId "UNKNOWN_SUBSCRIPTION_ID" false "the telemetry subscription is unknown or out of date"
    118 TelemetryTooLarge "TELEMETRY_TOO_LARGE" false "the telemetry is larger than the broker accepts"
    119 InvalidRegistration "INVALID_REGISTRATION" false "the controller does not accept the registration"
    120 TransactionAbortable "TRANSACTION_ABORTABLE" false "the transaction can only be aborted"
    121 InvalidRecordState "INVALID_RECORD_STATE" false "the state of the records does not allow the acknowledgement"
    122 ShareSessionNotFound "SHARE_SESSION_NOT_FOUND" true "there is no such share session"
    123 InvalidShareSessionEpoch "INVALID_SHARE_SESSION_EPOCH" true "the share session's epoch is another one"
    124 FencedStateEpoch "FENCED_STATE_EPOCH" false "the state epoch of the share group is another one"
    125 InvalidVoterKey "INVALID_VOTER_KEY" false "the voter's key is not the receiver's"
    126 DuplicateVoter "DUPLICATE_VOTER" false "the voter is in the set of voters already"
    127 VoterNotFound "VOTER_NOT_FOUND" false "the voter is not in the set of voters"
    128 InvalidRegularExpression "INVALID_REGULAR_EXPRESSION" false "the regular expression is not valid"
    129 RebootstrapRequired "REBOOTSTRAP_REQUIRED" false "the client's metadata is stale: it should bootstrap again"
    130 StreamsInvalidTopology "STREAMS_INVALID_TOPOLOGY" false "the topology is not valid"
    131 StreamsInvalidTopologyEpoch "STREAMS_INVALID_TOPOLOGY_EPOCH" false "the topology's epoch is not valid"
    132 StreamsTopologyFenced "STREAMS_TOPOLOGY_FENCED" false "the topology's epoch is an old one"
    133 ShareSessionLimitReached "SHARE_SESSION_LIMIT_REACHED" true "the broker has as many share sessions as it may"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_read_back() {
        for &error in ErrorCode::ALL {
            assert_eq!(ErrorCode::known(error.code()), Some(error));
        }
        assert_eq!(ErrorCode::ALL.len(), 135);
        assert_eq!(ErrorCode::from_code(6), ErrorCode::NotLeaderOrFollower);
        assert_eq!(ErrorCode::from_code(20_000), ErrorCode::UnknownServerError);
        assert_eq!(ErrorCode::None.code(), 0);
        assert_eq!(
            ErrorCode::UnsupportedVersion.to_string(),
            "UNSUPPORTED_VERSION (35): the broker does not support this version of the API"
        );
    }
}
