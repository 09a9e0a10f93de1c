//! RocksDB behind a fence: one database, one column family, and no rules. Nothing of the engine's own types gets out.
//!
//! The keys of a database belong to the crate that owns it; [`key`] has the parts they are made of.

mod batch;
mod db;
mod error;
mod inspect;
pub mod key;
mod lock;
mod reader;
mod session;
mod snapshot;
mod tuning;

pub use batch::{Batch, Durability};
pub use db::{Db, MemoryUse};
pub use error::{EngineError, StoreError};
pub use inspect::{FileDamage, inspect};
pub use lock::{DirectoryLock, lock};
pub use reader::{Bounds, Direction, Reader, Row, Rows};
pub use session::Session;
pub use snapshot::Snapshot;
pub use tuning::Tuning;

/// What this crate's operations give.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
