//! What can go wrong with a database, by what there is to do about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::key::KeyError;

/// Why a database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process, or another part of this one, has it open.
    #[error("another process has the data directory `{path}` open: stop that one or ask it instead")]
    Locked {
        /// The directory.
        path: PathBuf,
    },
    /// Bytes on disk are not what was written.
    #[error("could not {operation}: the data is damaged, restore it or rebuild it from the log")]
    Damaged {
        /// What was tried, as a verb.
        operation: &'static str,
        /// The engine's reason.
        #[source]
        source: EngineError,
    },
    /// The engine failed, mostly because the disk did.
    #[error("could not {operation}: see to the disk and the cause below, then open it again")]
    Engine {
        /// What was tried, as a verb.
        operation: &'static str,
        /// The engine's reason.
        #[source]
        source: EngineError,
    },
    /// A file of it could not be looked at.
    #[error("could not measure `{path}`")]
    Measure {
        /// The directory.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// The files of it could not be read.
    #[error("could not read the files of `{path}`")]
    Inspect {
        /// The directory.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// A key is not what its owner writes.
    #[error("could not read a key")]
    Key(#[from] KeyError),
}

/// What the engine said, in its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineError(rocksdb::Error);

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for EngineError {}

impl StoreError {
    /// Wraps an error of an operation on an open database.
    pub(crate) fn engine(operation: &'static str) -> impl Fn(rocksdb::Error) -> Self {
        move |error| match error.kind() {
            rocksdb::ErrorKind::Corruption => Self::Damaged { operation, source: EngineError(error) },
            _ => Self::Engine { operation, source: EngineError(error) },
        }
    }

    /// Wraps an error of opening: who has it open already is found out from the engine's words, there is no code for it.
    pub(crate) fn opening(path: &Path) -> impl Fn(rocksdb::Error) -> Self {
        move |error| {
            let words: &str = error.as_ref();
            if words.contains("While lock file") || words.contains("lock hold by current process") {
                return Self::Locked { path: path.to_owned() };
            }
            Self::engine("open the database")(error)
        }
    }
}
