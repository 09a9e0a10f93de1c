//! What can go wrong with Kafka, by what there is to do about it: try again, or stop and see to it.

use rdkafka::error::KafkaError as ClientError;
use rdkafka::types::RDKafkaErrorCode as Code;
use tributary_log::{Cause, LogError};

use crate::making::{Finding, TopicReport};

/// Why something with Kafka did not go as asked.
#[derive(Debug, thiserror::Error)]
pub enum KafkaError {
    /// The brokers do not answer for now. Try again; what was appended may be durable all the same.
    #[error("could not {operation}: the brokers cannot be reached, try again")]
    Unreachable {
        /// What was tried, as a verb.
        operation: String,
        /// The client's reason.
        #[source]
        source: Cause,
    },
    /// The brokers refuse, and will go on to refuse.
    #[error("could not {operation}: the brokers refuse, see to the cause below")]
    Refused {
        /// What was tried, as a verb.
        operation: String,
        /// The client's reason.
        #[source]
        source: Cause,
    },
    /// A topic that is not there.
    #[error("topic `{topic}` does not exist: make the topics with `tributary kafka init`")]
    NoTopic {
        /// Its name, prefix and all.
        topic: String,
    },
    /// More copies of each record are asked for than there are brokers.
    #[error(
        "the cluster has fewer than {replication} brokers to keep each record: ask for fewer, `--replication 1` where there is one"
    )]
    TooFewBrokers {
        /// How many were asked for.
        replication: u16,
    },
    /// A topic that is there and should not be.
    #[error("topic `{topic}` exists already: name one that does not")]
    Exists {
        /// Its name, prefix and all.
        topic: String,
    },
    /// A topic that the ledger cannot be right on.
    #[error("the topics are not safe to use: {}", first(reports))]
    Unsafe {
        /// What is wrong with each; those without findings are in order.
        reports: Vec<TopicReport>,
    },
    /// Records that are asked for are no longer there.
    #[error(
        "`{place}:{from}` is no longer in the log, which starts at offset {start}: read from a copy that goes back further"
    )]
    Trimmed {
        /// The topic, prefix and all, and the partition.
        place: String,
        /// The offset asked for.
        from: u64,
        /// The first offset that is left.
        start: u64,
    },
    /// Topics are not made over this connection.
    #[error(
        "topics cannot be made or judged over OAUTHBEARER with this client: run `tributary kafka init` over TLS or SCRAM"
    )]
    NoAdministration,
    /// The system gave no random bytes.
    #[error("could not give the log an id: no random bytes")]
    NoRandomness,
}

fn first(reports: &[TopicReport]) -> String {
    let mut findings = reports.iter().flat_map(|report| report.findings.iter().map(move |found| (report, found)));
    let Some((report, finding)) = findings.next() else { return "nothing was found".to_owned() };
    let more = findings.count();
    let more = if more > 0 { format!("; and {more} more, see `tributary kafka check`") } else { String::new() };
    format!("`{}`: {finding}{more}", report.topic)
}

impl KafkaError {
    /// One finding about one topic.
    pub(crate) fn found(topic: String, finding: Finding) -> Self {
        Self::Unsafe { reports: vec![TopicReport::of(topic, vec![finding])] }
    }

    /// What the client said, as retry or stop.
    pub(crate) fn of(operation: impl Into<String>, error: ClientError) -> Self {
        let transient = is_transient(&error);
        Self::with(operation, transient, error.into())
    }

    /// What was found without the client saying so itself.
    pub(crate) fn with(operation: impl Into<String>, transient: bool, source: Cause) -> Self {
        let operation = operation.into();
        if transient { Self::Unreachable { operation, source } } else { Self::Refused { operation, source } }
    }
}

impl From<KafkaError> for LogError {
    fn from(error: KafkaError) -> Self {
        match error {
            KafkaError::Unreachable { operation, source } => Self::Unavailable { operation, source },
            KafkaError::Refused { operation, source } => Self::Storage { operation, source },
            other => Self::Storage { operation: "use the topics".to_owned(), source: other.into() },
        }
    }
}

/// Whether trying again may help: everything that a broker's restart, a new leader or a wire may bring about.
pub(crate) fn is_transient(error: &ClientError) -> bool {
    matches!(error, ClientError::Canceled) || error.rdkafka_error_code().is_some_and(is_passing)
}

fn is_passing(code: Code) -> bool {
    matches!(
        code,
        Code::BrokerTransportFailure
            | Code::AllBrokersDown
            | Code::Resolve
            | Code::OperationTimedOut
            | Code::RequestTimedOut
            | Code::MessageTimedOut
            | Code::TimedOutQueue
            | Code::LeaderNotAvailable
            | Code::NotLeaderForPartition
            | Code::BrokerNotAvailable
            | Code::ReplicaNotAvailable
            | Code::NetworkException
            | Code::NotEnoughReplicas
            | Code::NotEnoughReplicasAfterAppend
            | Code::CoordinatorLoadInProgress
            | Code::CoordinatorNotAvailable
            | Code::NotCoordinator
            | Code::WaitingForCoordinator
            | Code::KafkaStorageError
            | Code::FencedLeaderEpoch
            | Code::UnknownLeaderEpoch
            | Code::OffsetNotAvailable
            | Code::PreferredLeaderNotAvailable
            | Code::ThrottlingQuotaExceeded
            | Code::RebalanceInProgress
            | Code::PurgeQueue
            | Code::PurgeInflight
            | Code::DestroyBroker
            | Code::InProgress
    )
}
