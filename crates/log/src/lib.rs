//! The log as everybody programs against it: an ordered, durable sequence of recorded events in partitions.
//!
//! Shaped for Kafka from the start: offsets may have gaps, a read may come back empty, recorded times are the log's.
//! The in-memory log lives here; the embedded one and Kafka are crates of their own and pass [`conformance`].

mod batch;
mod clock;
mod envelope;
mod error;
pub mod frame;
mod identity;
mod log;
mod memory;
mod position;
mod varint;

pub mod conformance;

pub use batch::{Batch, Records};
pub use clock::{Clock, system_clock};
pub use envelope::{Envelope, Record};
pub use error::{Cause, FrameError, LogError, in_words};
pub use identity::{ContentHash, IdentityIndex, IdentityKey, Known};
pub use log::{Entry, Log, LogId, ReadLimit};
pub use memory::MemoryLog;
pub use position::Position;

/// What this crate's operations give.
pub type Result<T, E = LogError> = std::result::Result<T, E>;
