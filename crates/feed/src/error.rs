//! What can go wrong with the feed.

use tributary_events::feed::Unreadable;
use tributary_finance::FinanceError;
use tributary_log::{LogError, LogId};
use tributary_projector::ProjectorError;
use tributary_store::StoreError;
use tributary_store::key::KeyError;

/// Why the feed cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// A topic, or the log, failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The projection failed.
    #[error(transparent)]
    Projector(#[from] ProjectorError),
    /// Statements cannot be computed.
    #[error(transparent)]
    Finance(#[from] FinanceError),
    /// The store of what was read back failed.
    #[error("use the store of what the feed has said")]
    Store(#[from] StoreError),
    /// A row of that store cannot be read.
    #[error("read a row of what the feed has said; remove its folder, and it is read back from the topics")]
    Damaged,
    /// That store was read back from another log's topics, or they had another number of partitions.
    #[error(
        "the store of what the feed has said is of log {found} with {found_partitions} partitions, this is log {log} with {partitions}; remove its folder, and it is read back from the topics"
    )]
    OtherLog {
        /// What the store names.
        found: LogId,
        /// Partitions that it names.
        found_partitions: u32,
        /// The log that there is.
        log: LogId,
        /// Partitions that there are.
        partitions: u32,
    },
    /// The projected topics are not there, or do not belong together.
    #[error("topic `{topic}` has {found} partitions, the others have {expected}; `tributary kafka init` makes them")]
    Partitions {
        /// Which topic.
        topic: &'static str,
        /// How many it has.
        found: u32,
        /// How many it should have.
        expected: u32,
    },
    /// A record of a projected topic is none that the ledger writes.
    #[error("record {offset} of topic `{topic}`, partition {partition}, is none of the ledger's: {reason}")]
    Foreign {
        /// Which topic.
        topic: String,
        /// Which partition.
        partition: u32,
        /// Which record.
        offset: u64,
        /// Why not.
        reason: &'static str,
    },
    /// The value of a record cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

impl From<KeyError> for FeedError {
    fn from(_: KeyError) -> Self {
        Self::Damaged
    }
}

/// What the feed gives back.
pub type Result<T> = std::result::Result<T, FeedError>;
