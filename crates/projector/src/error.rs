//! What can go wrong in the projection, by what there is to do about it.

use tributary_domain::money::Overflow;
use tributary_log::{LogError, LogId, Position};
use tributary_store::StoreError;
use tributary_store::key::KeyError;

/// Why the projection cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ProjectorError {
    /// The log failed.
    #[error("read the log")]
    Log(#[from] LogError),
    /// The store failed.
    #[error("use the store")]
    Store(#[from] StoreError),
    /// A key of the store cannot be read.
    #[error("read a key of the store; `tributary rebuild` makes a new one from the log")]
    Key(#[from] KeyError),
    /// A value of the store cannot be read.
    #[error("row `{row}` of the store is damaged at byte {at}; `tributary rebuild` makes a new one from the log")]
    Damaged {
        /// What kind of row.
        row: &'static str,
        /// How far it could be read.
        at: usize,
    },
    /// The store was made by another version of the layout.
    #[error("the store has layout {found}, this program reads layout {expected}; `tributary rebuild` makes a new one")]
    Layout {
        /// What the store says.
        found: u64,
        /// What this program reads.
        expected: u64,
    },
    /// The store was built from another log.
    #[error(
        "the store was built from log {store}, the data directory holds log {log}; `tributary rebuild` makes a new one"
    )]
    OtherLog {
        /// The log that the store names.
        store: LogId,
        /// The log that is there.
        log: LogId,
    },
    /// The store knows more than the log.
    #[error(
        "the store has read up to {stored}, the log ends at {end}: the log has lost events; restore it, then rebuild"
    )]
    AheadOfLog {
        /// Where the store would read on.
        stored: Position,
        /// Where the log ends.
        end: Position,
    },
    /// An amount is too large to add up.
    #[error("fold account `{account}`")]
    Account {
        /// The account.
        account: String,
        /// What left the range.
        source: Overflow,
    },
    /// An amount is too large to add up.
    #[error(transparent)]
    Overflow(#[from] Overflow),
    /// The file that names the store in use does not name one that is there.
    #[error("`{path}` names no store that is there; `tributary rebuild` makes a new one from the log")]
    NoStore {
        /// The file.
        path: std::path::PathBuf,
    },
    /// A folder of the store cannot be made, moved or removed.
    #[error("{action} `{path}`")]
    Directory {
        /// What was tried.
        action: &'static str,
        /// On which folder or file.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// What the projection gives back.
pub type Result<T, E = ProjectorError> = std::result::Result<T, E>;
