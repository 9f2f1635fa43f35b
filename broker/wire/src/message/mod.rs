//! Generated from `schema/` by `tribunal-wire-generator`: every message of the protocol. Do not edit.
//!
//! A message stands in the module of its API or group, with its structures; each message is also here by
//! its own name. Where two messages of a module name a structure alike, each has a module inside that one
//! (`request` and `response`).

mod api_key;
/// API 25, AddOffsetsToTxn.
pub mod add_offsets_to_txn;
/// API 24, AddPartitionsToTxn.
pub mod add_partitions_to_txn;
/// API 80, AddRaftVoter.
pub mod add_raft_voter;
/// API 67, AllocateProducerIds.
pub mod allocate_producer_ids;
/// API 49, AlterClientQuotas; request and response in modules of their own.
pub mod alter_client_quotas;
/// API 33, AlterConfigs.
pub mod alter_configs;
/// API 56, AlterPartition; request and response in modules of their own.
pub mod alter_partition;
/// API 45, AlterPartitionReassignments.
pub mod alter_partition_reassignments;
/// API 34, AlterReplicaLogDirs.
pub mod alter_replica_log_dirs;
/// API 91, AlterShareGroupOffsets.
pub mod alter_share_group_offsets;
/// API 51, AlterUserScramCredentials.
pub mod alter_user_scram_credentials;
/// API 18, ApiVersions.
pub mod api_versions;
/// API 73, AssignReplicasToDirs; request and response in modules of their own.
pub mod assign_replicas_to_dirs;
/// API 53, BeginQuorumEpoch; request and response in modules of their own.
pub mod begin_quorum_epoch;
/// API 63, BrokerHeartbeat.
pub mod broker_heartbeat;
/// API 62, BrokerRegistration.
pub mod broker_registration;
/// API 69, ConsumerGroupDescribe.
pub mod consumer_group_describe;
/// API 68, ConsumerGroupHeartbeat; request and response in modules of their own.
pub mod consumer_group_heartbeat;
/// API 70, ControllerRegistration.
pub mod controller_registration;
/// API 30, CreateAcls.
pub mod create_acls;
/// API 38, CreateDelegationToken.
pub mod create_delegation_token;
/// API 37, CreatePartitions.
pub mod create_partitions;
/// API 19, CreateTopics.
pub mod create_topics;
/// API 31, DeleteAcls.
pub mod delete_acls;
/// API 42, DeleteGroups.
pub mod delete_groups;
/// API 21, DeleteRecords.
pub mod delete_records;
/// API 92, DeleteShareGroupOffsets.
pub mod delete_share_group_offsets;
/// API 86, DeleteShareGroupState.
pub mod delete_share_group_state;
/// API 20, DeleteTopics.
pub mod delete_topics;
/// API 29, DescribeAcls.
pub mod describe_acls;
/// API 48, DescribeClientQuotas.
pub mod describe_client_quotas;
/// API 60, DescribeCluster.
pub mod describe_cluster;
/// API 32, DescribeConfigs.
pub mod describe_configs;
/// API 41, DescribeDelegationToken.
pub mod describe_delegation_token;
/// API 15, DescribeGroups.
pub mod describe_groups;
/// API 35, DescribeLogDirs.
pub mod describe_log_dirs;
/// API 61, DescribeProducers.
pub mod describe_producers;
/// API 55, DescribeQuorum; request and response in modules of their own.
pub mod describe_quorum;
/// API 90, DescribeShareGroupOffsets.
pub mod describe_share_group_offsets;
/// API 75, DescribeTopicPartitions; request and response in modules of their own.
pub mod describe_topic_partitions;
/// API 65, DescribeTransactions.
pub mod describe_transactions;
/// API 50, DescribeUserScramCredentials.
pub mod describe_user_scram_credentials;
/// API 43, ElectLeaders.
pub mod elect_leaders;
/// API 54, EndQuorumEpoch; request and response in modules of their own.
pub mod end_quorum_epoch;
/// API 26, EndTxn.
pub mod end_txn;
/// API 58, Envelope.
pub mod envelope;
/// API 40, ExpireDelegationToken.
pub mod expire_delegation_token;
/// API 1, Fetch.
pub mod fetch;
/// API 59, FetchSnapshot; request and response in modules of their own.
pub mod fetch_snapshot;
/// API 10, FindCoordinator.
pub mod find_coordinator;
/// API 71, GetTelemetrySubscriptions.
pub mod get_telemetry_subscriptions;
/// API 12, Heartbeat.
pub mod heartbeat;
/// API 44, IncrementalAlterConfigs.
pub mod incremental_alter_configs;
/// API 22, InitProducerId.
pub mod init_producer_id;
/// API 83, InitializeShareGroupState.
pub mod initialize_share_group_state;
/// API 11, JoinGroup.
pub mod join_group;
/// API 13, LeaveGroup.
pub mod leave_group;
/// API 74, ListConfigResources.
pub mod list_config_resources;
/// API 16, ListGroups.
pub mod list_groups;
/// API 2, ListOffsets.
pub mod list_offsets;
/// API 46, ListPartitionReassignments.
pub mod list_partition_reassignments;
/// API 66, ListTransactions.
pub mod list_transactions;
/// API 3, Metadata.
pub mod metadata;
/// API 8, OffsetCommit.
pub mod offset_commit;
/// API 47, OffsetDelete.
pub mod offset_delete;
/// API 9, OffsetFetch.
pub mod offset_fetch;
/// API 23, OffsetForLeaderEpoch.
pub mod offset_for_leader_epoch;
/// API 0, Produce.
pub mod produce;
/// API 72, PushTelemetry.
pub mod push_telemetry;
/// API 84, ReadShareGroupState.
pub mod read_share_group_state;
/// API 87, ReadShareGroupStateSummary.
pub mod read_share_group_state_summary;
/// API 81, RemoveRaftVoter.
pub mod remove_raft_voter;
/// API 39, RenewDelegationToken.
pub mod renew_delegation_token;
/// API 36, SaslAuthenticate.
pub mod sasl_authenticate;
/// API 17, SaslHandshake.
pub mod sasl_handshake;
/// API 79, ShareAcknowledge.
pub mod share_acknowledge;
/// API 78, ShareFetch.
pub mod share_fetch;
/// API 77, ShareGroupDescribe.
pub mod share_group_describe;
/// API 76, ShareGroupHeartbeat.
pub mod share_group_heartbeat;
/// API 89, StreamsGroupDescribe.
pub mod streams_group_describe;
/// API 88, StreamsGroupHeartbeat; request and response in modules of their own.
pub mod streams_group_heartbeat;
/// API 93, StreamsGroupTopologyDescriptionUpdate.
pub mod streams_group_topology_description_update;
/// API 14, SyncGroup.
pub mod sync_group;
/// API 28, TxnOffsetCommit.
pub mod txn_offset_commit;
/// API 64, UnregisterBroker.
pub mod unregister_broker;
/// API 94, UnregisterController.
pub mod unregister_controller;
/// API 57, UpdateFeatures.
pub mod update_features;
/// API 82, UpdateRaftVoter.
pub mod update_raft_voter;
/// API 52, Vote; request and response in modules of their own.
pub mod vote;
/// API 85, WriteShareGroupState.
pub mod write_share_group_state;
/// API 27, WriteTxnMarkers.
pub mod write_txn_markers;
/// What the protocol calls broker data.
pub mod broker_data;
/// What the protocol calls consumer protocol.
pub mod consumer_protocol;
/// What the protocol calls control record.
pub mod control_record;
/// What the protocol calls group coordinator record.
pub mod group_coordinator_record;
/// What the protocol calls header.
pub mod header;
/// What the protocol calls metadata record.
pub mod metadata_record;
/// What the protocol calls quorum state.
pub mod quorum_state;
/// What the protocol calls share coordinator record.
pub mod share_coordinator_record;
/// What the protocol calls transaction coordinator record.
pub mod transaction_coordinator_record;

pub use api_key::ApiKey;
pub use add_offsets_to_txn::{AddOffsetsToTxnRequest, AddOffsetsToTxnResponse};
pub use add_partitions_to_txn::{AddPartitionsToTxnRequest, AddPartitionsToTxnResponse};
pub use add_raft_voter::{AddRaftVoterRequest, AddRaftVoterResponse};
pub use allocate_producer_ids::{AllocateProducerIdsRequest, AllocateProducerIdsResponse};
pub use alter_client_quotas::{AlterClientQuotasRequest, AlterClientQuotasResponse};
pub use alter_configs::{AlterConfigsRequest, AlterConfigsResponse};
pub use alter_partition::{AlterPartitionRequest, AlterPartitionResponse};
pub use alter_partition_reassignments::{AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse};
pub use alter_replica_log_dirs::{AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse};
pub use alter_share_group_offsets::{AlterShareGroupOffsetsRequest, AlterShareGroupOffsetsResponse};
pub use alter_user_scram_credentials::{AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse};
pub use api_versions::{ApiVersionsRequest, ApiVersionsResponse};
pub use assign_replicas_to_dirs::{AssignReplicasToDirsRequest, AssignReplicasToDirsResponse};
pub use begin_quorum_epoch::{BeginQuorumEpochRequest, BeginQuorumEpochResponse};
pub use broker_heartbeat::{BrokerHeartbeatRequest, BrokerHeartbeatResponse};
pub use broker_registration::{BrokerRegistrationRequest, BrokerRegistrationResponse};
pub use consumer_group_describe::{ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse};
pub use consumer_group_heartbeat::{ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse};
pub use controller_registration::{ControllerRegistrationRequest, ControllerRegistrationResponse};
pub use create_acls::{CreateAclsRequest, CreateAclsResponse};
pub use create_delegation_token::{CreateDelegationTokenRequest, CreateDelegationTokenResponse};
pub use create_partitions::{CreatePartitionsRequest, CreatePartitionsResponse};
pub use create_topics::{CreateTopicsRequest, CreateTopicsResponse};
pub use delete_acls::{DeleteAclsRequest, DeleteAclsResponse};
pub use delete_groups::{DeleteGroupsRequest, DeleteGroupsResponse};
pub use delete_records::{DeleteRecordsRequest, DeleteRecordsResponse};
pub use delete_share_group_offsets::{DeleteShareGroupOffsetsRequest, DeleteShareGroupOffsetsResponse};
pub use delete_share_group_state::{DeleteShareGroupStateRequest, DeleteShareGroupStateResponse};
pub use delete_topics::{DeleteTopicsRequest, DeleteTopicsResponse};
pub use describe_acls::{DescribeAclsRequest, DescribeAclsResponse};
pub use describe_client_quotas::{DescribeClientQuotasRequest, DescribeClientQuotasResponse};
pub use describe_cluster::{DescribeClusterRequest, DescribeClusterResponse};
pub use describe_configs::{DescribeConfigsRequest, DescribeConfigsResponse};
pub use describe_delegation_token::{DescribeDelegationTokenRequest, DescribeDelegationTokenResponse};
pub use describe_groups::{DescribeGroupsRequest, DescribeGroupsResponse};
pub use describe_log_dirs::{DescribeLogDirsRequest, DescribeLogDirsResponse};
pub use describe_producers::{DescribeProducersRequest, DescribeProducersResponse};
pub use describe_quorum::{DescribeQuorumRequest, DescribeQuorumResponse};
pub use describe_share_group_offsets::{DescribeShareGroupOffsetsRequest, DescribeShareGroupOffsetsResponse};
pub use describe_topic_partitions::{DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse};
pub use describe_transactions::{DescribeTransactionsRequest, DescribeTransactionsResponse};
pub use describe_user_scram_credentials::{DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse};
pub use elect_leaders::{ElectLeadersRequest, ElectLeadersResponse};
pub use end_quorum_epoch::{EndQuorumEpochRequest, EndQuorumEpochResponse};
pub use end_txn::{EndTxnRequest, EndTxnResponse};
pub use envelope::{EnvelopeRequest, EnvelopeResponse};
pub use expire_delegation_token::{ExpireDelegationTokenRequest, ExpireDelegationTokenResponse};
pub use fetch::{FetchRequest, FetchResponse};
pub use fetch_snapshot::{FetchSnapshotRequest, FetchSnapshotResponse};
pub use find_coordinator::{FindCoordinatorRequest, FindCoordinatorResponse};
pub use get_telemetry_subscriptions::{GetTelemetrySubscriptionsRequest, GetTelemetrySubscriptionsResponse};
pub use heartbeat::{HeartbeatRequest, HeartbeatResponse};
pub use incremental_alter_configs::{IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse};
pub use init_producer_id::{InitProducerIdRequest, InitProducerIdResponse};
pub use initialize_share_group_state::{InitializeShareGroupStateRequest, InitializeShareGroupStateResponse};
pub use join_group::{JoinGroupRequest, JoinGroupResponse};
pub use leave_group::{LeaveGroupRequest, LeaveGroupResponse};
pub use list_config_resources::{ListConfigResourcesRequest, ListConfigResourcesResponse};
pub use list_groups::{ListGroupsRequest, ListGroupsResponse};
pub use list_offsets::{ListOffsetsRequest, ListOffsetsResponse};
pub use list_partition_reassignments::{ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse};
pub use list_transactions::{ListTransactionsRequest, ListTransactionsResponse};
pub use metadata::{MetadataRequest, MetadataResponse};
pub use offset_commit::{OffsetCommitRequest, OffsetCommitResponse};
pub use offset_delete::{OffsetDeleteRequest, OffsetDeleteResponse};
pub use offset_fetch::{OffsetFetchRequest, OffsetFetchResponse};
pub use offset_for_leader_epoch::{OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse};
pub use produce::{ProduceRequest, ProduceResponse};
pub use push_telemetry::{PushTelemetryRequest, PushTelemetryResponse};
pub use read_share_group_state::{ReadShareGroupStateRequest, ReadShareGroupStateResponse};
pub use read_share_group_state_summary::{ReadShareGroupStateSummaryRequest, ReadShareGroupStateSummaryResponse};
pub use remove_raft_voter::{RemoveRaftVoterRequest, RemoveRaftVoterResponse};
pub use renew_delegation_token::{RenewDelegationTokenRequest, RenewDelegationTokenResponse};
pub use sasl_authenticate::{SaslAuthenticateRequest, SaslAuthenticateResponse};
pub use sasl_handshake::{SaslHandshakeRequest, SaslHandshakeResponse};
pub use share_acknowledge::{ShareAcknowledgeRequest, ShareAcknowledgeResponse};
pub use share_fetch::{ShareFetchRequest, ShareFetchResponse};
pub use share_group_describe::{ShareGroupDescribeRequest, ShareGroupDescribeResponse};
pub use share_group_heartbeat::{ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse};
pub use streams_group_describe::{StreamsGroupDescribeRequest, StreamsGroupDescribeResponse};
pub use streams_group_heartbeat::{StreamsGroupHeartbeatRequest, StreamsGroupHeartbeatResponse};
pub use streams_group_topology_description_update::{StreamsGroupTopologyDescriptionUpdateRequest, StreamsGroupTopologyDescriptionUpdateResponse};
pub use sync_group::{SyncGroupRequest, SyncGroupResponse};
pub use txn_offset_commit::{TxnOffsetCommitRequest, TxnOffsetCommitResponse};
pub use unregister_broker::{UnregisterBrokerRequest, UnregisterBrokerResponse};
pub use unregister_controller::{UnregisterControllerRequest, UnregisterControllerResponse};
pub use update_features::{UpdateFeaturesRequest, UpdateFeaturesResponse};
pub use update_raft_voter::{UpdateRaftVoterRequest, UpdateRaftVoterResponse};
pub use vote::{VoteRequest, VoteResponse};
pub use write_share_group_state::{WriteShareGroupStateRequest, WriteShareGroupStateResponse};
pub use write_txn_markers::{WriteTxnMarkersRequest, WriteTxnMarkersResponse};
pub use broker_data::{AbortedTxn, DefaultPrincipalData};
pub use consumer_protocol::{ConsumerProtocolAssignment, ConsumerProtocolSubscription};
pub use control_record::{ControlRecordTypeSchema, EndTxnMarker, KRaftVersionRecord, LeaderChangeMessage, SnapshotFooterRecord, SnapshotHeaderRecord, VotersRecord};
pub use group_coordinator_record::{LegacyOffsetCommitKey, LegacyOffsetCommitValue, OffsetCommitKey, OffsetCommitValue, GroupMetadataKey, GroupMetadataValue, ConsumerGroupMetadataKey, ConsumerGroupMetadataValue, ConsumerGroupPartitionMetadataKey, ConsumerGroupPartitionMetadataValue, ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue, ConsumerGroupTargetAssignmentMetadataKey, ConsumerGroupTargetAssignmentMetadataValue, ConsumerGroupTargetAssignmentMemberKey, ConsumerGroupTargetAssignmentMemberValue, ConsumerGroupCurrentMemberAssignmentKey, ConsumerGroupCurrentMemberAssignmentValue, ShareGroupMemberMetadataKey, ShareGroupMemberMetadataValue, ShareGroupMetadataKey, ShareGroupMetadataValue, ShareGroupTargetAssignmentMetadataKey, ShareGroupTargetAssignmentMetadataValue, ShareGroupTargetAssignmentMemberKey, ShareGroupTargetAssignmentMemberValue, ShareGroupCurrentMemberAssignmentKey, ShareGroupCurrentMemberAssignmentValue, ShareGroupStatePartitionMetadataKey, ShareGroupStatePartitionMetadataValue, ConsumerGroupRegularExpressionKey, ConsumerGroupRegularExpressionValue, StreamsGroupMetadataKey, StreamsGroupMetadataValue, StreamsGroupMemberMetadataKey, StreamsGroupMemberMetadataValue, StreamsGroupTargetAssignmentMetadataKey, StreamsGroupTargetAssignmentMetadataValue, StreamsGroupTargetAssignmentMemberKey, StreamsGroupTargetAssignmentMemberValue, StreamsGroupCurrentMemberAssignmentKey, StreamsGroupCurrentMemberAssignmentValue, StreamsGroupTopologyKey, StreamsGroupTopologyValue};
pub use header::{RequestHeader, ResponseHeader};
pub use metadata_record::{RegisterBrokerRecord, UnregisterBrokerRecord, TopicRecord, PartitionRecord, ConfigRecord, PartitionChangeRecord, FenceBrokerRecord, UnfenceBrokerRecord, RemoveTopicRecord, DelegationTokenRecord, UserScramCredentialRecord, FeatureLevelRecord, ClientQuotaRecord, ProducerIdsRecord, BrokerRegistrationChangeRecord, AccessControlEntryRecord, RemoveAccessControlEntryRecord, NoOpRecord, ZkMigrationStateRecord, RemoveUserScramCredentialRecord, BeginTransactionRecord, EndTransactionRecord, AbortTransactionRecord, RemoveDelegationTokenRecord, RegisterControllerRecord, ClearElrRecord, UnregisterControllerRecord};
pub use quorum_state::QuorumStateData;
pub use share_coordinator_record::{ShareSnapshotKey, ShareSnapshotValue, ShareUpdateKey, ShareUpdateValue};
pub use transaction_coordinator_record::{TransactionLogKey, TransactionLogValue};

/// Calls a macro with the list of all message types: `callback!(AddOffsetsToTxnRequest, ...)`.
#[macro_export]
macro_rules! for_each_message {
    ($callback:ident) => {
        $callback! {
            AddOffsetsToTxnRequest,
            AddOffsetsToTxnResponse,
            AddPartitionsToTxnRequest,
            AddPartitionsToTxnResponse,
            AddRaftVoterRequest,
            AddRaftVoterResponse,
            AllocateProducerIdsRequest,
            AllocateProducerIdsResponse,
            AlterClientQuotasRequest,
            AlterClientQuotasResponse,
            AlterConfigsRequest,
            AlterConfigsResponse,
            AlterPartitionRequest,
            AlterPartitionResponse,
            AlterPartitionReassignmentsRequest,
            AlterPartitionReassignmentsResponse,
            AlterReplicaLogDirsRequest,
            AlterReplicaLogDirsResponse,
            AlterShareGroupOffsetsRequest,
            AlterShareGroupOffsetsResponse,
            AlterUserScramCredentialsRequest,
            AlterUserScramCredentialsResponse,
            ApiVersionsRequest,
            ApiVersionsResponse,
            AssignReplicasToDirsRequest,
            AssignReplicasToDirsResponse,
            BeginQuorumEpochRequest,
            BeginQuorumEpochResponse,
            BrokerHeartbeatRequest,
            BrokerHeartbeatResponse,
            BrokerRegistrationRequest,
            BrokerRegistrationResponse,
            ConsumerGroupDescribeRequest,
            ConsumerGroupDescribeResponse,
            ConsumerGroupHeartbeatRequest,
            ConsumerGroupHeartbeatResponse,
            ControllerRegistrationRequest,
            ControllerRegistrationResponse,
            CreateAclsRequest,
            CreateAclsResponse,
            CreateDelegationTokenRequest,
            CreateDelegationTokenResponse,
            CreatePartitionsRequest,
            CreatePartitionsResponse,
            CreateTopicsRequest,
            CreateTopicsResponse,
            DeleteAclsRequest,
            DeleteAclsResponse,
            DeleteGroupsRequest,
            DeleteGroupsResponse,
            DeleteRecordsRequest,
            DeleteRecordsResponse,
            DeleteShareGroupOffsetsRequest,
            DeleteShareGroupOffsetsResponse,
            DeleteShareGroupStateRequest,
            DeleteShareGroupStateResponse,
            DeleteTopicsRequest,
            DeleteTopicsResponse,
            DescribeAclsRequest,
            DescribeAclsResponse,
            DescribeClientQuotasRequest,
            DescribeClientQuotasResponse,
            DescribeClusterRequest,
            DescribeClusterResponse,
            DescribeConfigsRequest,
            DescribeConfigsResponse,
            DescribeDelegationTokenRequest,
            DescribeDelegationTokenResponse,
            DescribeGroupsRequest,
            DescribeGroupsResponse,
            DescribeLogDirsRequest,
            DescribeLogDirsResponse,
            DescribeProducersRequest,
            DescribeProducersResponse,
            DescribeQuorumRequest,
            DescribeQuorumResponse,
            DescribeShareGroupOffsetsRequest,
            DescribeShareGroupOffsetsResponse,
            DescribeTopicPartitionsRequest,
            DescribeTopicPartitionsResponse,
            DescribeTransactionsRequest,
            DescribeTransactionsResponse,
            DescribeUserScramCredentialsRequest,
            DescribeUserScramCredentialsResponse,
            ElectLeadersRequest,
            ElectLeadersResponse,
            EndQuorumEpochRequest,
            EndQuorumEpochResponse,
            EndTxnRequest,
            EndTxnResponse,
            EnvelopeRequest,
            EnvelopeResponse,
            ExpireDelegationTokenRequest,
            ExpireDelegationTokenResponse,
            FetchRequest,
            FetchResponse,
            FetchSnapshotRequest,
            FetchSnapshotResponse,
            FindCoordinatorRequest,
            FindCoordinatorResponse,
            GetTelemetrySubscriptionsRequest,
            GetTelemetrySubscriptionsResponse,
            HeartbeatRequest,
            HeartbeatResponse,
            IncrementalAlterConfigsRequest,
            IncrementalAlterConfigsResponse,
            InitProducerIdRequest,
            InitProducerIdResponse,
            InitializeShareGroupStateRequest,
            InitializeShareGroupStateResponse,
            JoinGroupRequest,
            JoinGroupResponse,
            LeaveGroupRequest,
            LeaveGroupResponse,
            ListConfigResourcesRequest,
            ListConfigResourcesResponse,
            ListGroupsRequest,
            ListGroupsResponse,
            ListOffsetsRequest,
            ListOffsetsResponse,
            ListPartitionReassignmentsRequest,
            ListPartitionReassignmentsResponse,
            ListTransactionsRequest,
            ListTransactionsResponse,
            MetadataRequest,
            MetadataResponse,
            OffsetCommitRequest,
            OffsetCommitResponse,
            OffsetDeleteRequest,
            OffsetDeleteResponse,
            OffsetFetchRequest,
            OffsetFetchResponse,
            OffsetForLeaderEpochRequest,
            OffsetForLeaderEpochResponse,
            ProduceRequest,
            ProduceResponse,
            PushTelemetryRequest,
            PushTelemetryResponse,
            ReadShareGroupStateRequest,
            ReadShareGroupStateResponse,
            ReadShareGroupStateSummaryRequest,
            ReadShareGroupStateSummaryResponse,
            RemoveRaftVoterRequest,
            RemoveRaftVoterResponse,
            RenewDelegationTokenRequest,
            RenewDelegationTokenResponse,
            SaslAuthenticateRequest,
            SaslAuthenticateResponse,
            SaslHandshakeRequest,
            SaslHandshakeResponse,
            ShareAcknowledgeRequest,
            ShareAcknowledgeResponse,
            ShareFetchRequest,
            ShareFetchResponse,
            ShareGroupDescribeRequest,
            ShareGroupDescribeResponse,
            ShareGroupHeartbeatRequest,
            ShareGroupHeartbeatResponse,
            StreamsGroupDescribeRequest,
            StreamsGroupDescribeResponse,
            StreamsGroupHeartbeatRequest,
            StreamsGroupHeartbeatResponse,
            StreamsGroupTopologyDescriptionUpdateRequest,
            StreamsGroupTopologyDescriptionUpdateResponse,
            SyncGroupRequest,
            SyncGroupResponse,
            TxnOffsetCommitRequest,
            TxnOffsetCommitResponse,
            UnregisterBrokerRequest,
            UnregisterBrokerResponse,
            UnregisterControllerRequest,
            UnregisterControllerResponse,
            UpdateFeaturesRequest,
            UpdateFeaturesResponse,
            UpdateRaftVoterRequest,
            UpdateRaftVoterResponse,
            VoteRequest,
            VoteResponse,
            WriteShareGroupStateRequest,
            WriteShareGroupStateResponse,
            WriteTxnMarkersRequest,
            WriteTxnMarkersResponse,
            AbortedTxn,
            DefaultPrincipalData,
            ConsumerProtocolAssignment,
            ConsumerProtocolSubscription,
            ControlRecordTypeSchema,
            EndTxnMarker,
            KRaftVersionRecord,
            LeaderChangeMessage,
            SnapshotFooterRecord,
            SnapshotHeaderRecord,
            VotersRecord,
            LegacyOffsetCommitKey,
            LegacyOffsetCommitValue,
            OffsetCommitKey,
            OffsetCommitValue,
            GroupMetadataKey,
            GroupMetadataValue,
            ConsumerGroupMetadataKey,
            ConsumerGroupMetadataValue,
            ConsumerGroupPartitionMetadataKey,
            ConsumerGroupPartitionMetadataValue,
            ConsumerGroupMemberMetadataKey,
            ConsumerGroupMemberMetadataValue,
            ConsumerGroupTargetAssignmentMetadataKey,
            ConsumerGroupTargetAssignmentMetadataValue,
            ConsumerGroupTargetAssignmentMemberKey,
            ConsumerGroupTargetAssignmentMemberValue,
            ConsumerGroupCurrentMemberAssignmentKey,
            ConsumerGroupCurrentMemberAssignmentValue,
            ShareGroupMemberMetadataKey,
            ShareGroupMemberMetadataValue,
            ShareGroupMetadataKey,
            ShareGroupMetadataValue,
            ShareGroupTargetAssignmentMetadataKey,
            ShareGroupTargetAssignmentMetadataValue,
            ShareGroupTargetAssignmentMemberKey,
            ShareGroupTargetAssignmentMemberValue,
            ShareGroupCurrentMemberAssignmentKey,
            ShareGroupCurrentMemberAssignmentValue,
            ShareGroupStatePartitionMetadataKey,
            ShareGroupStatePartitionMetadataValue,
            ConsumerGroupRegularExpressionKey,
            ConsumerGroupRegularExpressionValue,
            StreamsGroupMetadataKey,
            StreamsGroupMetadataValue,
            StreamsGroupMemberMetadataKey,
            StreamsGroupMemberMetadataValue,
            StreamsGroupTargetAssignmentMetadataKey,
            StreamsGroupTargetAssignmentMetadataValue,
            StreamsGroupTargetAssignmentMemberKey,
            StreamsGroupTargetAssignmentMemberValue,
            StreamsGroupCurrentMemberAssignmentKey,
            StreamsGroupCurrentMemberAssignmentValue,
            StreamsGroupTopologyKey,
            StreamsGroupTopologyValue,
            RequestHeader,
            ResponseHeader,
            RegisterBrokerRecord,
            UnregisterBrokerRecord,
            TopicRecord,
            PartitionRecord,
            ConfigRecord,
            PartitionChangeRecord,
            FenceBrokerRecord,
            UnfenceBrokerRecord,
            RemoveTopicRecord,
            DelegationTokenRecord,
            UserScramCredentialRecord,
            FeatureLevelRecord,
            ClientQuotaRecord,
            ProducerIdsRecord,
            BrokerRegistrationChangeRecord,
            AccessControlEntryRecord,
            RemoveAccessControlEntryRecord,
            NoOpRecord,
            ZkMigrationStateRecord,
            RemoveUserScramCredentialRecord,
            BeginTransactionRecord,
            EndTransactionRecord,
            AbortTransactionRecord,
            RemoveDelegationTokenRecord,
            RegisterControllerRecord,
            ClearElrRecord,
            UnregisterControllerRecord,
            QuorumStateData,
            ShareSnapshotKey,
            ShareSnapshotValue,
            ShareUpdateKey,
            ShareUpdateValue,
            TransactionLogKey,
            TransactionLogValue,
        }
    };
}

/// Calls a macro with the list of all request types: `callback!(AddOffsetsToTxnRequest, ...)`.
#[macro_export]
macro_rules! for_each_request {
    ($callback:ident) => {
        $callback! {
            ProduceRequest,
            FetchRequest,
            ListOffsetsRequest,
            MetadataRequest,
            OffsetCommitRequest,
            OffsetFetchRequest,
            FindCoordinatorRequest,
            JoinGroupRequest,
            HeartbeatRequest,
            LeaveGroupRequest,
            SyncGroupRequest,
            DescribeGroupsRequest,
            ListGroupsRequest,
            SaslHandshakeRequest,
            ApiVersionsRequest,
            CreateTopicsRequest,
            DeleteTopicsRequest,
            DeleteRecordsRequest,
            InitProducerIdRequest,
            OffsetForLeaderEpochRequest,
            AddPartitionsToTxnRequest,
            AddOffsetsToTxnRequest,
            EndTxnRequest,
            WriteTxnMarkersRequest,
            TxnOffsetCommitRequest,
            DescribeAclsRequest,
            CreateAclsRequest,
            DeleteAclsRequest,
            DescribeConfigsRequest,
            AlterConfigsRequest,
            AlterReplicaLogDirsRequest,
            DescribeLogDirsRequest,
            SaslAuthenticateRequest,
            CreatePartitionsRequest,
            CreateDelegationTokenRequest,
            RenewDelegationTokenRequest,
            ExpireDelegationTokenRequest,
            DescribeDelegationTokenRequest,
            DeleteGroupsRequest,
            ElectLeadersRequest,
            IncrementalAlterConfigsRequest,
            AlterPartitionReassignmentsRequest,
            ListPartitionReassignmentsRequest,
            OffsetDeleteRequest,
            DescribeClientQuotasRequest,
            AlterClientQuotasRequest,
            DescribeUserScramCredentialsRequest,
            AlterUserScramCredentialsRequest,
            VoteRequest,
            BeginQuorumEpochRequest,
            EndQuorumEpochRequest,
            DescribeQuorumRequest,
            AlterPartitionRequest,
            UpdateFeaturesRequest,
            EnvelopeRequest,
            FetchSnapshotRequest,
            DescribeClusterRequest,
            DescribeProducersRequest,
            BrokerRegistrationRequest,
            BrokerHeartbeatRequest,
            UnregisterBrokerRequest,
            DescribeTransactionsRequest,
            ListTransactionsRequest,
            AllocateProducerIdsRequest,
            ConsumerGroupHeartbeatRequest,
            ConsumerGroupDescribeRequest,
            ControllerRegistrationRequest,
            GetTelemetrySubscriptionsRequest,
            PushTelemetryRequest,
            AssignReplicasToDirsRequest,
            ListConfigResourcesRequest,
            DescribeTopicPartitionsRequest,
            ShareGroupHeartbeatRequest,
            ShareGroupDescribeRequest,
            ShareFetchRequest,
            ShareAcknowledgeRequest,
            AddRaftVoterRequest,
            RemoveRaftVoterRequest,
            UpdateRaftVoterRequest,
            InitializeShareGroupStateRequest,
            ReadShareGroupStateRequest,
            WriteShareGroupStateRequest,
            DeleteShareGroupStateRequest,
            ReadShareGroupStateSummaryRequest,
            StreamsGroupHeartbeatRequest,
            StreamsGroupDescribeRequest,
            DescribeShareGroupOffsetsRequest,
            AlterShareGroupOffsetsRequest,
            DeleteShareGroupOffsetsRequest,
            StreamsGroupTopologyDescriptionUpdateRequest,
            UnregisterControllerRequest,
        }
    };
}
