//! What can go wrong around the events: the log and the file. What is wrong with an event is a `Refusal`.

use tributary_log::{Cause, LogError};

/// Why events could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The log could not be asked whether it knows the events.
    #[error("look up the identities of {events} events in the log")]
    LookUp {
        /// How many events it was about.
        events: usize,
        /// The cause.
        source: LogError,
    },
    /// The log assigns recorded times itself. Nothing is recorded.
    #[error("take in events with recorded times of their own")]
    Untrusted {
        /// The cause.
        source: LogError,
    },
    /// What was appended since is not in the index of identities, and nobody said how to bring it there.
    #[error("the index of identities does not know what was appended last: bring it up to the log, then say it again")]
    Behind,
    /// The index of identities could not be brought up to the log.
    #[error("bring the index of identities up to the log")]
    CatchUp {
        /// The cause.
        source: Cause,
    },
    /// The log did not append. Nothing of the batch is recorded, or on another machine perhaps a part; saying it again is
    /// safe.
    #[error("append {events} events to the log")]
    Append {
        /// How many events it was about.
        events: usize,
        /// The cause.
        source: LogError,
    },
    /// A file could not be read on. What was read before is recorded; importing it again is safe.
    #[error("read `{name}` after line {line}")]
    Read {
        /// The file.
        name: String,
        /// The last line that was read.
        line: u64,
        /// The cause.
        source: std::io::Error,
    },
}
