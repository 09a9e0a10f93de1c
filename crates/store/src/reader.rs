//! Reading: the same from a database and from a snapshot of it.

use rocksdb::{DB, DBRawIteratorWithThreadMode, ReadOptions};

use crate::{Result, StoreError, key};

/// A key and its value, owned.
pub type Row = (Box<[u8]>, Box<[u8]>);

/// What can be read from: a [`crate::Db`] or a [`crate::Snapshot`].
pub trait Reader {
    /// The value of a key.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>>;

    /// The values of keys, in the order given.
    fn multi_get(&self, keys: &[&[u8]]) -> Result<Vec<Option<Vec<u8>>>>;

    /// The rows whose keys begin with `prefix`, ascending.
    fn prefix(&self, prefix: &[u8]) -> Rows<'_> {
        self.rows(Bounds::of_prefix(prefix), Direction::Ascending)
    }

    /// The rows whose keys begin with `prefix`, descending: its first is the prefix's last.
    fn prefix_descending(&self, prefix: &[u8]) -> Rows<'_> {
        self.rows(Bounds::of_prefix(prefix), Direction::Descending)
    }

    /// The rows from `from` on and before `to`, ascending.
    fn range(&self, from: &[u8], to: &[u8]) -> Rows<'_> {
        self.rows(Bounds::of_range(from, to), Direction::Ascending)
    }

    /// The rows from `from` on and before `to`, descending: its first is the last before `to`.
    fn range_descending(&self, from: &[u8], to: &[u8]) -> Rows<'_> {
        self.rows(Bounds::of_range(from, to), Direction::Descending)
    }

    /// The rows within bounds; what the others are made of.
    fn rows(&self, bounds: Bounds, direction: Direction) -> Rows<'_>;
}

/// The keys that an iteration stays within.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    from: Vec<u8>,
    /// `None`: to the end.
    to: Option<Vec<u8>>,
}

impl Bounds {
    pub(crate) fn of_prefix(prefix: &[u8]) -> Self {
        Self { from: prefix.to_vec(), to: key::after_prefix(prefix) }
    }

    fn of_range(from: &[u8], to: &[u8]) -> Self {
        Self { from: from.to_vec(), to: Some(to.to_vec()) }
    }

    pub(crate) fn options(self) -> ReadOptions {
        let mut options = ReadOptions::default();
        // An upper bound below the lower one is an empty range to us and undefined to the engine.
        if let Some(to) = self.to {
            options.set_iterate_upper_bound(to.max(self.from.clone()));
        }
        options.set_iterate_lower_bound(self.from);
        options
    }
}

/// Which way an iteration goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the smallest key.
    Ascending,
    /// From the largest key.
    Descending,
}

/// Rows in the order of their keys, as of the moment the iteration was made.
///
/// [`Rows::advance`] borrows each row from the engine; the iterator copies them. Both end after the first error.
pub struct Rows<'a> {
    raw: DBRawIteratorWithThreadMode<'a, DB>,
    direction: Direction,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Before,
    Within,
    After,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(raw: DBRawIteratorWithThreadMode<'a, DB>, direction: Direction) -> Self {
        Self { raw, direction, stage: Stage::Before }
    }

    /// The next row, borrowed until the one after it.
    pub fn advance(&mut self) -> Option<Result<(&[u8], &[u8])>> {
        match (self.stage, self.direction) {
            (Stage::After, _) => return None,
            (Stage::Before, Direction::Ascending) => self.raw.seek_to_first(),
            (Stage::Before, Direction::Descending) => self.raw.seek_to_last(),
            (Stage::Within, Direction::Ascending) => self.raw.next(),
            (Stage::Within, Direction::Descending) => self.raw.prev(),
        }
        if self.raw.valid() {
            self.stage = Stage::Within;
            return self.raw.item().map(Ok);
        }
        self.stage = Stage::After;
        self.raw.status().map_err(StoreError::engine("read rows")).err().map(Err)
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Result<Row>> {
        self.advance().map(|row| row.map(|(key, value)| (key.into(), value.into())))
    }
}
