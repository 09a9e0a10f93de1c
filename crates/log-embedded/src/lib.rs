//! The log in a RocksDB of its own: every append synced, several appends in one sync, events stored in blocks.
//!
//! The bytes on disk are described in `row/`, one file per kind of row; the group commit is in `group.rs`, the index of
//! identities in `index.rs`, what is known to be acknowledged in `end_mark.rs`, the check of everything in `verify.rs`.

mod end_mark;
mod error;
mod group;
mod index;
mod log;
mod open;
mod row;
mod verify;

pub use log::EmbeddedLog;
pub use tributary_store::Tuning;
pub use verify::Verified;
