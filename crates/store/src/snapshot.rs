//! A view of a database that later writes do not change.

use std::fmt;

use rocksdb::{DB, SnapshotWithThreadMode};

use crate::reader::{Bounds, Direction, Reader, Rows};
use crate::{Result, Session, StoreError};

/// A database as it was when the snapshot was taken. Holds back the removal of what it sees: keep it for a question.
pub struct Snapshot<'a>(pub(crate) SnapshotWithThreadMode<'a, DB>);

impl<'a> Snapshot<'a> {
    /// For many small questions of one thread.
    pub fn session(&'a self) -> Session<'a> {
        Session::new(self)
    }
}

impl Reader for Snapshot<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.0.get(key).map_err(StoreError::engine("read a key"))
    }

    fn multi_get(&self, keys: &[&[u8]]) -> Result<Vec<Option<Vec<u8>>>> {
        self.0.multi_get(keys).into_iter().map(|value| value.map_err(StoreError::engine("read keys"))).collect()
    }

    fn rows(&self, bounds: Bounds, direction: Direction) -> Rows<'_> {
        Rows::new(self.0.raw_iterator_opt(bounds.options()), bounds, direction)
    }
}

impl fmt::Debug for Snapshot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Snapshot").field(&self.0.sequence_number()).finish()
    }
}
