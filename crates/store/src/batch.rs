//! Changes that are written together or not at all.

use std::fmt;

use rocksdb::{MergeOperands, WriteBatch};

/// Changes to write; later ones win over earlier ones.
#[derive(Default)]
pub struct Batch(pub(crate) WriteBatch);

/// How far a write has come when it returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// On disk: in the engine's own log, and that is synced.
    Synced,
    /// In the engine's own log: survives this process, not the machine.
    Logged,
    /// In memory: survives nothing before the next flush. What is lost is lost from the end.
    Unlogged,
}

impl Batch {
    /// No changes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the value of a key.
    pub fn put(&mut self, key: &[u8], value: &[u8]) {
        self.0.put(key, value);
    }

    /// Sets the value of a key that has none, and else changes nothing; needs no read.
    pub fn put_first(&mut self, key: &[u8], value: &[u8]) {
        self.0.merge(key, value);
    }

    /// Removes a key.
    pub fn delete(&mut self, key: &[u8]) {
        self.0.delete(key);
    }

    /// Removes all keys from `from` on and before `to`.
    pub fn delete_range(&mut self, from: &[u8], to: &[u8]) {
        self.0.delete_range(from, to);
    }

    /// The number of changes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes that it takes in memory and in the engine's own log.
    pub fn bytes(&self) -> usize {
        self.0.size_in_bytes()
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("len", &self.len()).field("bytes", &self.bytes()).finish()
    }
}

/// The merge behind [`Batch::put_first`].
pub(crate) fn keep_first(_key: &[u8], existing: Option<&[u8]>, operands: &MergeOperands) -> Option<Vec<u8>> {
    existing.or_else(|| operands.iter().next()).map(<[u8]>::to_vec)
}
