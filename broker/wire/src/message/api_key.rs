//! Generated from `schema/` by `tribunal-wire-generator`: the API keys. Do not edit.

#![allow(clippy::too_many_lines, reason = "generated: one line per API")]

/// The APIs of the protocol by their keys, as far as the current protocol has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(i16)]
pub enum ApiKey {
    /// API 0, versions 3 to 13.
    Produce = 0,
    /// API 1, versions 4 to 18.
    Fetch = 1,
    /// API 2, versions 1 to 11.
    ListOffsets = 2,
    /// API 3, versions 0 to 13.
    Metadata = 3,
    /// API 8, versions 2 to 10.
    OffsetCommit = 8,
    /// API 9, versions 1 to 10.
    OffsetFetch = 9,
    /// API 10, versions 0 to 6.
    FindCoordinator = 10,
    /// API 11, versions 0 to 9.
    JoinGroup = 11,
    /// API 12, versions 0 to 4.
    Heartbeat = 12,
    /// API 13, versions 0 to 5.
    LeaveGroup = 13,
    /// API 14, versions 0 to 5.
    SyncGroup = 14,
    /// API 15, versions 0 to 6.
    DescribeGroups = 15,
    /// API 16, versions 0 to 5.
    ListGroups = 16,
    /// API 17, versions 0 to 1.
    SaslHandshake = 17,
    /// API 18, versions 0 to 5.
    ApiVersions = 18,
    /// API 19, versions 2 to 7.
    CreateTopics = 19,
    /// API 20, versions 1 to 6.
    DeleteTopics = 20,
    /// API 21, versions 0 to 2.
    DeleteRecords = 21,
    /// API 22, versions 0 to 6.
    InitProducerId = 22,
    /// API 23, versions 2 to 4.
    OffsetForLeaderEpoch = 23,
    /// API 24, versions 0 to 5.
    AddPartitionsToTxn = 24,
    /// API 25, versions 0 to 4.
    AddOffsetsToTxn = 25,
    /// API 26, versions 0 to 5.
    EndTxn = 26,
    /// API 27, versions 1 to 2.
    WriteTxnMarkers = 27,
    /// API 28, versions 0 to 6.
    TxnOffsetCommit = 28,
    /// API 29, versions 1 to 3.
    DescribeAcls = 29,
    /// API 30, versions 1 to 3.
    CreateAcls = 30,
    /// API 31, versions 1 to 3.
    DeleteAcls = 31,
    /// API 32, versions 1 to 4.
    DescribeConfigs = 32,
    /// API 33, versions 0 to 2.
    AlterConfigs = 33,
    /// API 34, versions 1 to 2.
    AlterReplicaLogDirs = 34,
    /// API 35, versions 1 to 5.
    DescribeLogDirs = 35,
    /// API 36, versions 0 to 2.
    SaslAuthenticate = 36,
    /// API 37, versions 0 to 3.
    CreatePartitions = 37,
    /// API 38, versions 1 to 3.
    CreateDelegationToken = 38,
    /// API 39, versions 1 to 2.
    RenewDelegationToken = 39,
    /// API 40, versions 1 to 2.
    ExpireDelegationToken = 40,
    /// API 41, versions 1 to 3.
    DescribeDelegationToken = 41,
    /// API 42, versions 0 to 3.
    DeleteGroups = 42,
    /// API 43, versions 0 to 2.
    ElectLeaders = 43,
    /// API 44, versions 0 to 1.
    IncrementalAlterConfigs = 44,
    /// API 45, versions 0 to 1.
    AlterPartitionReassignments = 45,
    /// API 46, version 0.
    ListPartitionReassignments = 46,
    /// API 47, version 0.
    OffsetDelete = 47,
    /// API 48, versions 0 to 1.
    DescribeClientQuotas = 48,
    /// API 49, versions 0 to 1.
    AlterClientQuotas = 49,
    /// API 50, version 0.
    DescribeUserScramCredentials = 50,
    /// API 51, version 0.
    AlterUserScramCredentials = 51,
    /// API 52, versions 0 to 2.
    Vote = 52,
    /// API 53, versions 0 to 1.
    BeginQuorumEpoch = 53,
    /// API 54, versions 0 to 1.
    EndQuorumEpoch = 54,
    /// API 55, versions 0 to 2.
    DescribeQuorum = 55,
    /// API 56, versions 2 to 3.
    AlterPartition = 56,
    /// API 57, versions 0 to 2.
    UpdateFeatures = 57,
    /// API 58, version 0.
    Envelope = 58,
    /// API 59, versions 0 to 1.
    FetchSnapshot = 59,
    /// API 60, versions 0 to 2.
    DescribeCluster = 60,
    /// API 61, version 0.
    DescribeProducers = 61,
    /// API 62, versions 0 to 4.
    BrokerRegistration = 62,
    /// API 63, versions 0 to 2.
    BrokerHeartbeat = 63,
    /// API 64, version 0.
    UnregisterBroker = 64,
    /// API 65, version 0.
    DescribeTransactions = 65,
    /// API 66, versions 0 to 2.
    ListTransactions = 66,
    /// API 67, version 0.
    AllocateProducerIds = 67,
    /// API 68, versions 0 to 1.
    ConsumerGroupHeartbeat = 68,
    /// API 69, versions 0 to 1.
    ConsumerGroupDescribe = 69,
    /// API 70, version 0.
    ControllerRegistration = 70,
    /// API 71, version 0.
    GetTelemetrySubscriptions = 71,
    /// API 72, version 0.
    PushTelemetry = 72,
    /// API 73, version 0.
    AssignReplicasToDirs = 73,
    /// API 74, versions 0 to 1.
    ListConfigResources = 74,
    /// API 75, version 0.
    DescribeTopicPartitions = 75,
    /// API 76, version 1.
    ShareGroupHeartbeat = 76,
    /// API 77, version 1.
    ShareGroupDescribe = 77,
    /// API 78, versions 1 to 2.
    ShareFetch = 78,
    /// API 79, versions 1 to 2.
    ShareAcknowledge = 79,
    /// API 80, versions 0 to 1.
    AddRaftVoter = 80,
    /// API 81, version 0.
    RemoveRaftVoter = 81,
    /// API 82, version 0.
    UpdateRaftVoter = 82,
    /// API 83, version 0.
    InitializeShareGroupState = 83,
    /// API 84, version 0.
    ReadShareGroupState = 84,
    /// API 85, versions 0 to 1.
    WriteShareGroupState = 85,
    /// API 86, version 0.
    DeleteShareGroupState = 86,
    /// API 87, versions 0 to 1.
    ReadShareGroupStateSummary = 87,
    /// API 88, versions 0 to 1.
    StreamsGroupHeartbeat = 88,
    /// API 89, versions 0 to 1.
    StreamsGroupDescribe = 89,
    /// API 90, versions 0 to 1.
    DescribeShareGroupOffsets = 90,
    /// API 91, version 0.
    AlterShareGroupOffsets = 91,
    /// API 92, version 0.
    DeleteShareGroupOffsets = 92,
    /// API 93, version 0.
    StreamsGroupTopologyDescriptionUpdate = 93,
    /// API 94, version 0.
    UnregisterController = 94,
}

impl ApiKey {
    /// Every API, in the order of the keys.
    pub const ALL: &'static [ApiKey] = &[
        ApiKey::Produce,
        ApiKey::Fetch,
        ApiKey::ListOffsets,
        ApiKey::Metadata,
        ApiKey::OffsetCommit,
        ApiKey::OffsetFetch,
        ApiKey::FindCoordinator,
        ApiKey::JoinGroup,
        ApiKey::Heartbeat,
        ApiKey::LeaveGroup,
        ApiKey::SyncGroup,
        ApiKey::DescribeGroups,
        ApiKey::ListGroups,
        ApiKey::SaslHandshake,
        ApiKey::ApiVersions,
        ApiKey::CreateTopics,
        ApiKey::DeleteTopics,
        ApiKey::DeleteRecords,
        ApiKey::InitProducerId,
        ApiKey::OffsetForLeaderEpoch,
        ApiKey::AddPartitionsToTxn,
        ApiKey::AddOffsetsToTxn,
        ApiKey::EndTxn,
        ApiKey::WriteTxnMarkers,
        ApiKey::TxnOffsetCommit,
        ApiKey::DescribeAcls,
        ApiKey::CreateAcls,
        ApiKey::DeleteAcls,
        ApiKey::DescribeConfigs,
        ApiKey::AlterConfigs,
        ApiKey::AlterReplicaLogDirs,
        ApiKey::DescribeLogDirs,
        ApiKey::SaslAuthenticate,
        ApiKey::CreatePartitions,
        ApiKey::CreateDelegationToken,
        ApiKey::RenewDelegationToken,
        ApiKey::ExpireDelegationToken,
        ApiKey::DescribeDelegationToken,
        ApiKey::DeleteGroups,
        ApiKey::ElectLeaders,
        ApiKey::IncrementalAlterConfigs,
        ApiKey::AlterPartitionReassignments,
        ApiKey::ListPartitionReassignments,
        ApiKey::OffsetDelete,
        ApiKey::DescribeClientQuotas,
        ApiKey::AlterClientQuotas,
        ApiKey::DescribeUserScramCredentials,
        ApiKey::AlterUserScramCredentials,
        ApiKey::Vote,
        ApiKey::BeginQuorumEpoch,
        ApiKey::EndQuorumEpoch,
        ApiKey::DescribeQuorum,
        ApiKey::AlterPartition,
        ApiKey::UpdateFeatures,
        ApiKey::Envelope,
        ApiKey::FetchSnapshot,
        ApiKey::DescribeCluster,
        ApiKey::DescribeProducers,
        ApiKey::BrokerRegistration,
        ApiKey::BrokerHeartbeat,
        ApiKey::UnregisterBroker,
        ApiKey::DescribeTransactions,
        ApiKey::ListTransactions,
        ApiKey::AllocateProducerIds,
        ApiKey::ConsumerGroupHeartbeat,
        ApiKey::ConsumerGroupDescribe,
        ApiKey::ControllerRegistration,
        ApiKey::GetTelemetrySubscriptions,
        ApiKey::PushTelemetry,
        ApiKey::AssignReplicasToDirs,
        ApiKey::ListConfigResources,
        ApiKey::DescribeTopicPartitions,
        ApiKey::ShareGroupHeartbeat,
        ApiKey::ShareGroupDescribe,
        ApiKey::ShareFetch,
        ApiKey::ShareAcknowledge,
        ApiKey::AddRaftVoter,
        ApiKey::RemoveRaftVoter,
        ApiKey::UpdateRaftVoter,
        ApiKey::InitializeShareGroupState,
        ApiKey::ReadShareGroupState,
        ApiKey::WriteShareGroupState,
        ApiKey::DeleteShareGroupState,
        ApiKey::ReadShareGroupStateSummary,
        ApiKey::StreamsGroupHeartbeat,
        ApiKey::StreamsGroupDescribe,
        ApiKey::DescribeShareGroupOffsets,
        ApiKey::AlterShareGroupOffsets,
        ApiKey::DeleteShareGroupOffsets,
        ApiKey::StreamsGroupTopologyDescriptionUpdate,
        ApiKey::UnregisterController,
    ];

    /// The API of this key.
    #[must_use]
    pub fn from_i16(key: i16) -> Option<ApiKey> {
        match key {
            0 => Some(ApiKey::Produce),
            1 => Some(ApiKey::Fetch),
            2 => Some(ApiKey::ListOffsets),
            3 => Some(ApiKey::Metadata),
            8 => Some(ApiKey::OffsetCommit),
            9 => Some(ApiKey::OffsetFetch),
            10 => Some(ApiKey::FindCoordinator),
            11 => Some(ApiKey::JoinGroup),
            12 => Some(ApiKey::Heartbeat),
            13 => Some(ApiKey::LeaveGroup),
            14 => Some(ApiKey::SyncGroup),
            15 => Some(ApiKey::DescribeGroups),
            16 => Some(ApiKey::ListGroups),
            17 => Some(ApiKey::SaslHandshake),
            18 => Some(ApiKey::ApiVersions),
            19 => Some(ApiKey::CreateTopics),
            20 => Some(ApiKey::DeleteTopics),
            21 => Some(ApiKey::DeleteRecords),
            22 => Some(ApiKey::InitProducerId),
            23 => Some(ApiKey::OffsetForLeaderEpoch),
            24 => Some(ApiKey::AddPartitionsToTxn),
            25 => Some(ApiKey::AddOffsetsToTxn),
            26 => Some(ApiKey::EndTxn),
            27 => Some(ApiKey::WriteTxnMarkers),
            28 => Some(ApiKey::TxnOffsetCommit),
            29 => Some(ApiKey::DescribeAcls),
            30 => Some(ApiKey::CreateAcls),
            31 => Some(ApiKey::DeleteAcls),
            32 => Some(ApiKey::DescribeConfigs),
            33 => Some(ApiKey::AlterConfigs),
            34 => Some(ApiKey::AlterReplicaLogDirs),
            35 => Some(ApiKey::DescribeLogDirs),
            36 => Some(ApiKey::SaslAuthenticate),
            37 => Some(ApiKey::CreatePartitions),
            38 => Some(ApiKey::CreateDelegationToken),
            39 => Some(ApiKey::RenewDelegationToken),
            40 => Some(ApiKey::ExpireDelegationToken),
            41 => Some(ApiKey::DescribeDelegationToken),
            42 => Some(ApiKey::DeleteGroups),
            43 => Some(ApiKey::ElectLeaders),
            44 => Some(ApiKey::IncrementalAlterConfigs),
            45 => Some(ApiKey::AlterPartitionReassignments),
            46 => Some(ApiKey::ListPartitionReassignments),
            47 => Some(ApiKey::OffsetDelete),
            48 => Some(ApiKey::DescribeClientQuotas),
            49 => Some(ApiKey::AlterClientQuotas),
            50 => Some(ApiKey::DescribeUserScramCredentials),
            51 => Some(ApiKey::AlterUserScramCredentials),
            52 => Some(ApiKey::Vote),
            53 => Some(ApiKey::BeginQuorumEpoch),
            54 => Some(ApiKey::EndQuorumEpoch),
            55 => Some(ApiKey::DescribeQuorum),
            56 => Some(ApiKey::AlterPartition),
            57 => Some(ApiKey::UpdateFeatures),
            58 => Some(ApiKey::Envelope),
            59 => Some(ApiKey::FetchSnapshot),
            60 => Some(ApiKey::DescribeCluster),
            61 => Some(ApiKey::DescribeProducers),
            62 => Some(ApiKey::BrokerRegistration),
            63 => Some(ApiKey::BrokerHeartbeat),
            64 => Some(ApiKey::UnregisterBroker),
            65 => Some(ApiKey::DescribeTransactions),
            66 => Some(ApiKey::ListTransactions),
            67 => Some(ApiKey::AllocateProducerIds),
            68 => Some(ApiKey::ConsumerGroupHeartbeat),
            69 => Some(ApiKey::ConsumerGroupDescribe),
            70 => Some(ApiKey::ControllerRegistration),
            71 => Some(ApiKey::GetTelemetrySubscriptions),
            72 => Some(ApiKey::PushTelemetry),
            73 => Some(ApiKey::AssignReplicasToDirs),
            74 => Some(ApiKey::ListConfigResources),
            75 => Some(ApiKey::DescribeTopicPartitions),
            76 => Some(ApiKey::ShareGroupHeartbeat),
            77 => Some(ApiKey::ShareGroupDescribe),
            78 => Some(ApiKey::ShareFetch),
            79 => Some(ApiKey::ShareAcknowledge),
            80 => Some(ApiKey::AddRaftVoter),
            81 => Some(ApiKey::RemoveRaftVoter),
            82 => Some(ApiKey::UpdateRaftVoter),
            83 => Some(ApiKey::InitializeShareGroupState),
            84 => Some(ApiKey::ReadShareGroupState),
            85 => Some(ApiKey::WriteShareGroupState),
            86 => Some(ApiKey::DeleteShareGroupState),
            87 => Some(ApiKey::ReadShareGroupStateSummary),
            88 => Some(ApiKey::StreamsGroupHeartbeat),
            89 => Some(ApiKey::StreamsGroupDescribe),
            90 => Some(ApiKey::DescribeShareGroupOffsets),
            91 => Some(ApiKey::AlterShareGroupOffsets),
            92 => Some(ApiKey::DeleteShareGroupOffsets),
            93 => Some(ApiKey::StreamsGroupTopologyDescriptionUpdate),
            94 => Some(ApiKey::UnregisterController),
            _ => None,
        }
    }

    /// The key.
    #[must_use]
    pub fn as_i16(self) -> i16 {
        self as i16
    }

    /// Kafka's name of the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ApiKey::Produce => "Produce",
            ApiKey::Fetch => "Fetch",
            ApiKey::ListOffsets => "ListOffsets",
            ApiKey::Metadata => "Metadata",
            ApiKey::OffsetCommit => "OffsetCommit",
            ApiKey::OffsetFetch => "OffsetFetch",
            ApiKey::FindCoordinator => "FindCoordinator",
            ApiKey::JoinGroup => "JoinGroup",
            ApiKey::Heartbeat => "Heartbeat",
            ApiKey::LeaveGroup => "LeaveGroup",
            ApiKey::SyncGroup => "SyncGroup",
            ApiKey::DescribeGroups => "DescribeGroups",
            ApiKey::ListGroups => "ListGroups",
            ApiKey::SaslHandshake => "SaslHandshake",
            ApiKey::ApiVersions => "ApiVersions",
            ApiKey::CreateTopics => "CreateTopics",
            ApiKey::DeleteTopics => "DeleteTopics",
            ApiKey::DeleteRecords => "DeleteRecords",
            ApiKey::InitProducerId => "InitProducerId",
            ApiKey::OffsetForLeaderEpoch => "OffsetForLeaderEpoch",
            ApiKey::AddPartitionsToTxn => "AddPartitionsToTxn",
            ApiKey::AddOffsetsToTxn => "AddOffsetsToTxn",
            ApiKey::EndTxn => "EndTxn",
            ApiKey::WriteTxnMarkers => "WriteTxnMarkers",
            ApiKey::TxnOffsetCommit => "TxnOffsetCommit",
            ApiKey::DescribeAcls => "DescribeAcls",
            ApiKey::CreateAcls => "CreateAcls",
            ApiKey::DeleteAcls => "DeleteAcls",
            ApiKey::DescribeConfigs => "DescribeConfigs",
            ApiKey::AlterConfigs => "AlterConfigs",
            ApiKey::AlterReplicaLogDirs => "AlterReplicaLogDirs",
            ApiKey::DescribeLogDirs => "DescribeLogDirs",
            ApiKey::SaslAuthenticate => "SaslAuthenticate",
            ApiKey::CreatePartitions => "CreatePartitions",
            ApiKey::CreateDelegationToken => "CreateDelegationToken",
            ApiKey::RenewDelegationToken => "RenewDelegationToken",
            ApiKey::ExpireDelegationToken => "ExpireDelegationToken",
            ApiKey::DescribeDelegationToken => "DescribeDelegationToken",
            ApiKey::DeleteGroups => "DeleteGroups",
            ApiKey::ElectLeaders => "ElectLeaders",
            ApiKey::IncrementalAlterConfigs => "IncrementalAlterConfigs",
            ApiKey::AlterPartitionReassignments => "AlterPartitionReassignments",
            ApiKey::ListPartitionReassignments => "ListPartitionReassignments",
            ApiKey::OffsetDelete => "OffsetDelete",
            ApiKey::DescribeClientQuotas => "DescribeClientQuotas",
            ApiKey::AlterClientQuotas => "AlterClientQuotas",
            ApiKey::DescribeUserScramCredentials => "DescribeUserScramCredentials",
            ApiKey::AlterUserScramCredentials => "AlterUserScramCredentials",
            ApiKey::Vote => "Vote",
            ApiKey::BeginQuorumEpoch => "BeginQuorumEpoch",
            ApiKey::EndQuorumEpoch => "EndQuorumEpoch",
            ApiKey::DescribeQuorum => "DescribeQuorum",
            ApiKey::AlterPartition => "AlterPartition",
            ApiKey::UpdateFeatures => "UpdateFeatures",
            ApiKey::Envelope => "Envelope",
            ApiKey::FetchSnapshot => "FetchSnapshot",
            ApiKey::DescribeCluster => "DescribeCluster",
            ApiKey::DescribeProducers => "DescribeProducers",
            ApiKey::BrokerRegistration => "BrokerRegistration",
            ApiKey::BrokerHeartbeat => "BrokerHeartbeat",
            ApiKey::UnregisterBroker => "UnregisterBroker",
            ApiKey::DescribeTransactions => "DescribeTransactions",
            ApiKey::ListTransactions => "ListTransactions",
            ApiKey::AllocateProducerIds => "AllocateProducerIds",
            ApiKey::ConsumerGroupHeartbeat => "ConsumerGroupHeartbeat",
            ApiKey::ConsumerGroupDescribe => "ConsumerGroupDescribe",
            ApiKey::ControllerRegistration => "ControllerRegistration",
            ApiKey::GetTelemetrySubscriptions => "GetTelemetrySubscriptions",
            ApiKey::PushTelemetry => "PushTelemetry",
            ApiKey::AssignReplicasToDirs => "AssignReplicasToDirs",
            ApiKey::ListConfigResources => "ListConfigResources",
            ApiKey::DescribeTopicPartitions => "DescribeTopicPartitions",
            ApiKey::ShareGroupHeartbeat => "ShareGroupHeartbeat",
            ApiKey::ShareGroupDescribe => "ShareGroupDescribe",
            ApiKey::ShareFetch => "ShareFetch",
            ApiKey::ShareAcknowledge => "ShareAcknowledge",
            ApiKey::AddRaftVoter => "AddRaftVoter",
            ApiKey::RemoveRaftVoter => "RemoveRaftVoter",
            ApiKey::UpdateRaftVoter => "UpdateRaftVoter",
            ApiKey::InitializeShareGroupState => "InitializeShareGroupState",
            ApiKey::ReadShareGroupState => "ReadShareGroupState",
            ApiKey::WriteShareGroupState => "WriteShareGroupState",
            ApiKey::DeleteShareGroupState => "DeleteShareGroupState",
            ApiKey::ReadShareGroupStateSummary => "ReadShareGroupStateSummary",
            ApiKey::StreamsGroupHeartbeat => "StreamsGroupHeartbeat",
            ApiKey::StreamsGroupDescribe => "StreamsGroupDescribe",
            ApiKey::DescribeShareGroupOffsets => "DescribeShareGroupOffsets",
            ApiKey::AlterShareGroupOffsets => "AlterShareGroupOffsets",
            ApiKey::DeleteShareGroupOffsets => "DeleteShareGroupOffsets",
            ApiKey::StreamsGroupTopologyDescriptionUpdate => "StreamsGroupTopologyDescriptionUpdate",
            ApiKey::UnregisterController => "UnregisterController",
        }
    }

    /// The lowest and highest version that the codec has, unstable ones included, and the first flexible one.
    pub(crate) fn schema_versions(self) -> (i16, i16, i16) {
        match self {
            ApiKey::Produce => (3, 13, 9),
            ApiKey::Fetch => (4, 18, 12),
            ApiKey::ListOffsets => (1, 11, 6),
            ApiKey::Metadata => (0, 13, 9),
            ApiKey::OffsetCommit => (2, 10, 8),
            ApiKey::OffsetFetch => (1, 10, 6),
            ApiKey::FindCoordinator => (0, 6, 3),
            ApiKey::JoinGroup => (0, 9, 6),
            ApiKey::Heartbeat => (0, 4, 4),
            ApiKey::LeaveGroup => (0, 5, 4),
            ApiKey::SyncGroup => (0, 5, 4),
            ApiKey::DescribeGroups => (0, 6, 5),
            ApiKey::ListGroups => (0, 5, 3),
            ApiKey::SaslHandshake => (0, 1, 32767),
            ApiKey::ApiVersions => (0, 5, 3),
            ApiKey::CreateTopics => (2, 7, 5),
            ApiKey::DeleteTopics => (1, 6, 4),
            ApiKey::DeleteRecords => (0, 2, 2),
            ApiKey::InitProducerId => (0, 6, 2),
            ApiKey::OffsetForLeaderEpoch => (2, 4, 4),
            ApiKey::AddPartitionsToTxn => (0, 5, 3),
            ApiKey::AddOffsetsToTxn => (0, 4, 3),
            ApiKey::EndTxn => (0, 5, 3),
            ApiKey::WriteTxnMarkers => (1, 2, 1),
            ApiKey::TxnOffsetCommit => (0, 6, 3),
            ApiKey::DescribeAcls => (1, 3, 2),
            ApiKey::CreateAcls => (1, 3, 2),
            ApiKey::DeleteAcls => (1, 3, 2),
            ApiKey::DescribeConfigs => (1, 4, 4),
            ApiKey::AlterConfigs => (0, 2, 2),
            ApiKey::AlterReplicaLogDirs => (1, 2, 2),
            ApiKey::DescribeLogDirs => (1, 5, 2),
            ApiKey::SaslAuthenticate => (0, 2, 2),
            ApiKey::CreatePartitions => (0, 3, 2),
            ApiKey::CreateDelegationToken => (1, 3, 2),
            ApiKey::RenewDelegationToken => (1, 2, 2),
            ApiKey::ExpireDelegationToken => (1, 2, 2),
            ApiKey::DescribeDelegationToken => (1, 3, 2),
            ApiKey::DeleteGroups => (0, 3, 2),
            ApiKey::ElectLeaders => (0, 2, 2),
            ApiKey::IncrementalAlterConfigs => (0, 1, 1),
            ApiKey::AlterPartitionReassignments => (0, 1, 0),
            ApiKey::ListPartitionReassignments => (0, 0, 0),
            ApiKey::OffsetDelete => (0, 0, 32767),
            ApiKey::DescribeClientQuotas => (0, 1, 1),
            ApiKey::AlterClientQuotas => (0, 1, 1),
            ApiKey::DescribeUserScramCredentials => (0, 0, 0),
            ApiKey::AlterUserScramCredentials => (0, 0, 0),
            ApiKey::Vote => (0, 2, 0),
            ApiKey::BeginQuorumEpoch => (0, 1, 1),
            ApiKey::EndQuorumEpoch => (0, 1, 1),
            ApiKey::DescribeQuorum => (0, 2, 0),
            ApiKey::AlterPartition => (2, 3, 0),
            ApiKey::UpdateFeatures => (0, 2, 0),
            ApiKey::Envelope => (0, 0, 0),
            ApiKey::FetchSnapshot => (0, 1, 0),
            ApiKey::DescribeCluster => (0, 2, 0),
            ApiKey::DescribeProducers => (0, 0, 0),
            ApiKey::BrokerRegistration => (0, 4, 0),
            ApiKey::BrokerHeartbeat => (0, 2, 0),
            ApiKey::UnregisterBroker => (0, 0, 0),
            ApiKey::DescribeTransactions => (0, 0, 0),
            ApiKey::ListTransactions => (0, 2, 0),
            ApiKey::AllocateProducerIds => (0, 0, 0),
            ApiKey::ConsumerGroupHeartbeat => (0, 1, 0),
            ApiKey::ConsumerGroupDescribe => (0, 1, 0),
            ApiKey::ControllerRegistration => (0, 0, 0),
            ApiKey::GetTelemetrySubscriptions => (0, 0, 0),
            ApiKey::PushTelemetry => (0, 0, 0),
            ApiKey::AssignReplicasToDirs => (0, 0, 0),
            ApiKey::ListConfigResources => (0, 1, 0),
            ApiKey::DescribeTopicPartitions => (0, 0, 0),
            ApiKey::ShareGroupHeartbeat => (1, 1, 0),
            ApiKey::ShareGroupDescribe => (1, 1, 0),
            ApiKey::ShareFetch => (1, 2, 0),
            ApiKey::ShareAcknowledge => (1, 2, 0),
            ApiKey::AddRaftVoter => (0, 1, 0),
            ApiKey::RemoveRaftVoter => (0, 0, 0),
            ApiKey::UpdateRaftVoter => (0, 0, 0),
            ApiKey::InitializeShareGroupState => (0, 0, 0),
            ApiKey::ReadShareGroupState => (0, 0, 0),
            ApiKey::WriteShareGroupState => (0, 1, 0),
            ApiKey::DeleteShareGroupState => (0, 0, 0),
            ApiKey::ReadShareGroupStateSummary => (0, 1, 0),
            ApiKey::StreamsGroupHeartbeat => (0, 1, 0),
            ApiKey::StreamsGroupDescribe => (0, 1, 0),
            ApiKey::DescribeShareGroupOffsets => (0, 1, 0),
            ApiKey::AlterShareGroupOffsets => (0, 0, 0),
            ApiKey::DeleteShareGroupOffsets => (0, 0, 0),
            ApiKey::StreamsGroupTopologyDescriptionUpdate => (0, 0, 0),
            ApiKey::UnregisterController => (0, 0, 0),
        }
    }
}
