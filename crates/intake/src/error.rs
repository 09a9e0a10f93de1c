//! What can go wrong around the events: the log and the file. What is wrong with an event is a `Refusal`.

use tributary_log::LogError;

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
    /// The log did not append. Nothing of the batch is recorded; saying it again is safe.
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
