//! Changes that are written together or not at all.

mod order;

use std::fmt;

use rocksdb::{MergeOperands, WriteBatch};

/// Changes to write; later ones win over earlier ones.
#[derive(Default)]
pub struct Batch {
    /// The keys and values of the changes, one after the other: in pieces, so that a large batch is never moved as it grows.
    pieces: Vec<Vec<u8>>,
    bytes: usize,
    changes: Vec<Change>,
}

/// What a piece holds, unless a single change is larger.
const PIECE_BYTES: usize = 1024 * 1024;

/// A change; where its key and value lie in their piece.
#[derive(Debug, Clone, Copy)]
struct Change {
    piece: u32,
    key: u32,
    value: u32,
    end: u32,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Put,
    Extend,
    Delete,
    /// Its value is the key before which it ends.
    DeleteRange,
}

/// How far a write has come when it returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// On disk: in the engine's own log, and that is synced.
    Synced,
    /// In the engine's own log: survives this process, not the machine.
    Logged,
    /// In memory, or in a file if it is large: what is lost before the next flush is lost from the end.
    Unlogged,
}

impl Batch {
    /// No changes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the value of a key.
    pub fn put(&mut self, key: &[u8], value: &[u8]) {
        self.change(key, value, Kind::Put);
    }

    /// Adds bytes at the end of a key's value, which is empty where there is none; needs no read.
    pub fn extend(&mut self, key: &[u8], value: &[u8]) {
        self.change(key, value, Kind::Extend);
    }

    /// Removes a key.
    pub fn delete(&mut self, key: &[u8]) {
        self.change(key, &[], Kind::Delete);
    }

    /// Removes all keys from `from` on and before `to`.
    pub fn delete_range(&mut self, from: &[u8], to: &[u8]) {
        self.change(from, to, Kind::DeleteRange);
    }

    /// The number of changes.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The bytes of its keys and values.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    fn change(&mut self, key: &[u8], value: &[u8], kind: Kind) {
        let bytes = key.len() + value.len();
        if self.pieces.last().is_none_or(|piece| piece.capacity() - piece.len() < bytes) {
            // The first one is small: most batches are.
            let grown = self.pieces.last().map_or(0, Vec::capacity) * 4;
            self.pieces.push(Vec::with_capacity(grown.clamp(256, PIECE_BYTES).max(bytes)));
        }
        let number = self.pieces.len() - 1;
        let piece = &mut self.pieces[number];
        let start = piece.len();
        piece.extend_from_slice(key);
        piece.extend_from_slice(value);
        self.bytes += bytes;
        let at = |place: usize| place as u32; // the engine takes no key or value of 4 GiB
        let (key, value, end) = (at(start), at(start + key.len()), at(start + bytes));
        self.changes.push(Change { piece: at(number), key, value, end, kind });
    }

    fn key(&self, change: &Change) -> &[u8] {
        &self.pieces[change.piece as usize][change.key as usize..change.value as usize]
    }

    fn value(&self, change: &Change) -> &[u8] {
        &self.pieces[change.piece as usize][change.value as usize..change.end as usize]
    }

    /// The same for the engine's memory.
    pub(crate) fn engine(&self) -> WriteBatch {
        let mut batch = WriteBatch::with_capacity_bytes(self.bytes + 12 * self.changes.len() + 12);
        for change in &self.changes {
            match change.kind {
                Kind::Put => batch.put(self.key(change), self.value(change)),
                Kind::Extend => batch.merge(self.key(change), self.value(change)),
                Kind::Delete => batch.delete(self.key(change)),
                Kind::DeleteRange => batch.delete_range(self.key(change), self.value(change)),
            }
        }
        batch
    }

    /// What stands in the end under each key, in the keys' order: its value, or none if it is removed. None if that depends on
    /// what there is already.
    pub(crate) fn sorted(&self) -> Option<impl Iterator<Item = (&[u8], Option<&[u8]>)>> {
        if self.changes.iter().any(|change| matches!(change.kind, Kind::Extend | Kind::DeleteRange)) {
            return None;
        }
        let keys: Vec<&[u8]> = self.changes.iter().map(|change| self.key(change)).collect();
        Some(order::last_of_each(&keys).into_iter().map(|number| {
            let change = &self.changes[number as usize];
            (self.key(change), (change.kind == Kind::Put).then(|| self.value(change)))
        }))
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("len", &self.len()).field("bytes", &self.bytes()).finish()
    }
}

/// The merge behind [`Batch::extend`].
pub(crate) fn extended(_key: &[u8], existing: Option<&[u8]>, operands: &MergeOperands) -> Option<Vec<u8>> {
    let mut value = existing.unwrap_or_default().to_vec();
    operands.iter().for_each(|operand| value.extend_from_slice(operand));
    Some(value)
}
