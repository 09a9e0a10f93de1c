//! The log in a RocksDB of its own: every append synced, several appends in one sync, events stored in blocks.
//!
//! The bytes on disk are described in `row/`, one file per kind of row; the group commit is in `group.rs`.

mod error;
mod group;
mod log;
mod open;
mod row;

pub use log::EmbeddedLog;
pub use tributary_store::Tuning;
