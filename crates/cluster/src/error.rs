//! What can go wrong between processes.

use tributary_log::LogError;
use tributary_projector::ProjectorError;

/// Why a node cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// The log or a topic beside it failed.
    #[error("use the log's topics")]
    Log(#[from] LogError),
    /// The projection failed.
    #[error("project the log")]
    Projector(#[from] ProjectorError),
    /// A record between the processes cannot be read.
    #[error("record {offset} of `{topic}` cannot be read; was it written by another version, or by something else?")]
    Unreadable {
        /// The topic, without its prefix.
        topic: &'static str,
        /// Where the record stands.
        offset: u64,
    },
    /// Something cannot be put into words.
    #[error("write a record for `{topic}`")]
    Unwritable {
        /// The topic, without its prefix.
        topic: &'static str,
        /// What the serializer said.
        source: serde_json::Error,
    },
    /// The publisher failed.
    #[error("publish")]
    Publish(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What a node gives back.
pub type Result<T> = std::result::Result<T, ClusterError>;
