//! What can go wrong with the files in which origins are kept.

use std::io;
use std::path::PathBuf;

/// Why origins cannot be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum OriginError {
    /// A file or folder could not be read.
    #[error("read `{}`", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A file or folder could not be written.
    #[error("write `{}`", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A file does not hold what it should.
    #[error("make sense of `{}`; remove its folder and import the file again", path.display())]
    Content {
        /// Which.
        path: PathBuf,
        /// The cause.
        source: serde_json::Error,
    },
}
