//! The log as everybody programs against it: an ordered, durable sequence of recorded events in partitions.
//!
//! Shaped for Kafka from the start: offsets may have gaps, a read may come back empty, recorded times are the log's.
//! The in-memory log lives here; the embedded one and Kafka are crates of their own and pass [`conformance`].

mod batch;
mod clock;
mod envelope;
mod error;
mod family;
mod filter;
pub mod frame;
mod identity;
mod log;
mod memory;
mod memory_topics;
mod position;
mod topics;
pub mod varint;

pub mod conformance;

pub use batch::{Batch, Records};
pub use clock::{Clock, system_clock};
pub use envelope::{Envelope, Record, UNREADABLE};
pub use error::{Cause, FrameError, LogError, in_words};
pub use family::{Family, Layout};
pub use filter::Filter;
pub use identity::{ContentHash, IdentityIndex, IdentityKey, Known};
pub use log::{Entry, Log, LogId, ReadLimit, Recorded};
pub use memory::MemoryLog;
pub use memory_topics::MemoryTopics;
pub use position::Position;
pub use topics::{Keyed, Read, Stored, Topics, read_to_end, read_until};

/// What this crate's operations give.
pub type Result<T, E = LogError> = std::result::Result<T, E>;
