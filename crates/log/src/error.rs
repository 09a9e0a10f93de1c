//! What can go wrong with a log, by what there is to do about it.

use std::error::Error;
use std::path::PathBuf;

use crate::Position;
use crate::frame::FRAME_BYTES_MAX;

/// An error of the engine below.
pub type Cause = Box<dyn Error + Send + Sync>;

/// Why a log did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The log cannot be reached for now. Try again; what was appended may be durable all the same.
    #[error("could not {operation}: the log cannot be reached, try again")]
    Unavailable {
        /// What was tried, as a verb: `append to partition 0`.
        operation: String,
        /// The engine's reason.
        #[source]
        source: Cause,
    },
    /// The disk or the engine failed. See to it, then open the log again.
    #[error("could not {operation}: see to the disk and the cause below, then open the log again")]
    Storage {
        /// What was tried, as a verb: `append to partition 0`.
        operation: String,
        /// The engine's reason.
        #[source]
        source: Cause,
    },
    /// An append failed earlier, so how much of it is on disk is unknown until the log is opened again.
    #[error("could not append: an earlier append failed and its extent is unknown, open the log again")]
    Failed,
    /// Another process has it open. Stop that one, or talk to it.
    #[error("log `{place}` is open in another process: stop that one or ask it instead")]
    Locked {
        /// Its directory.
        place: PathBuf,
    },
    /// Made by another version of this program. Use that one.
    #[error("log `{place}` has format {found}, this version reads {supported}: open it with the version that wrote it")]
    Format {
        /// Its directory.
        place: PathBuf,
        /// The format it has.
        found: u32,
        /// The format this version reads.
        supported: u32,
    },
    /// Bytes of the log are not what was written. Restore it from a copy.
    #[error("log is damaged at `{position}`: restore it from a copy")]
    Damaged {
        /// The first record that cannot be read.
        position: Position,
        /// What is wrong with its bytes.
        #[source]
        source: FrameError,
    },
    /// It ends before what it acknowledged. Restore it from a copy.
    #[error(
        "log `{place}` has lost events: it ends at `{end}` and had acknowledged all before `{acknowledged}`; restore it from a copy"
    )]
    Lost {
        /// Its directory.
        place: PathBuf,
        /// Where it ends.
        end: Position,
        /// Where it ended when the last append returned.
        acknowledged: Position,
    },
    /// No such partition. Ask for one that exists.
    #[error("partition {partition} does not exist: the log has {partitions}")]
    NoPartition {
        /// The one asked for.
        partition: u32,
        /// How many there are.
        partitions: u32,
    },
    /// The log no longer holds what was asked for. Rebuild from a copy of the log that does.
    #[error(
        "`{position}` is no longer in the log, which starts at offset {start}: read from a copy that goes back further"
    )]
    Trimmed {
        /// The position asked for.
        position: Position,
        /// The first offset it could have.
        start: u64,
    },
    /// One event is larger than a log takes. Split it or send less.
    #[error("event `{id}` takes {bytes} bytes, at most {FRAME_BYTES_MAX} are allowed: send it in parts")]
    TooLarge {
        /// Its id.
        id: String,
        /// What its frame would take.
        bytes: usize,
    },
    /// The log assigns recorded times and cannot keep a file's own. Backfill into a log that can.
    #[error("this log assigns recorded times itself: backfill trusted ones into an embedded log")]
    RecordedNotKept,
}

/// Why bytes are not a frame, or frames not what the log says they are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The bytes end early.
    #[error("`{field}` needs {needed} bytes, {left} are left")]
    Short {
        /// The field that does not fit.
        field: &'static str,
        /// How many bytes it says it has.
        needed: u64,
        /// How many there are.
        left: usize,
    },
    /// Not a varint of at most 64 bits in its shortest form.
    #[error("`{field}` is not a number")]
    Number {
        /// The field.
        field: &'static str,
    },
    /// Not UTF-8.
    #[error("`{field}` is not UTF-8")]
    Text {
        /// The field.
        field: &'static str,
    },
    /// A layout that this version does not know.
    #[error("frame has layout {0}, which this version does not read")]
    Layout(u8),
    /// More bytes than the frame's fields take.
    #[error("frame has {0} bytes after its last field")]
    Trailing(usize),
    /// Offsets do not rise, or a block is missing.
    #[error("offset {found} stands where {expected} belongs")]
    Offset {
        /// The lowest offset it could be.
        expected: u64,
        /// What it is.
        found: u64,
    },
    /// There are more or fewer frames than the log says.
    #[error("{found} frames stand where {expected} belong")]
    Count {
        /// How many there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
}

/// An error and its causes in one line, for lists of what is wrong.
pub fn in_words(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let says = error.to_string();
        // A transparent error says what its cause says.
        if !words.ends_with(&says) {
            words = format!("{words}: {says}");
        }
        cause = error.source();
    }
    words
}
