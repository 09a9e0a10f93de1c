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
    pub(crate) from: Vec<u8>,
    /// `None`: to the end.
    pub(crate) to: Option<Vec<u8>>,
}

impl Bounds {
    pub(crate) fn of_prefix(prefix: &[u8]) -> Self {
        Self { from: prefix.to_vec(), to: key::after_prefix(prefix) }
    }

    fn of_range(from: &[u8], to: &[u8]) -> Self {
        Self { from: from.to_vec(), to: Some(to.to_vec()) }
    }

    /// The tag that all of its keys begin with, if there is one.
    pub(crate) fn tag(&self) -> Option<u8> {
        let tag = *self.from.first()?;
        let end = key::after_prefix(&[tag]);
        let within = self.to.as_ref().is_some_and(|to| end.is_none_or(|end| *to <= end));
        within.then_some(tag)
    }

    fn hold(&self, key: &[u8]) -> bool {
        *self.from <= *key && self.to.as_ref().is_none_or(|to| *key < **to)
    }

    pub(crate) fn options(&self) -> ReadOptions {
        let mut options = ReadOptions::default();
        // An upper bound below the lower one is an empty range to us and undefined to the engine.
        if let Some(to) = &self.to {
            options.set_iterate_upper_bound(to.max(&self.from).clone());
        }
        options.set_iterate_lower_bound(self.from.clone());
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

/// What the engine iterates with.
pub(crate) type Raw<'a> = DBRawIteratorWithThreadMode<'a, DB>;

/// A place among the keys, whoever it belongs to.
pub(crate) trait Walk {
    fn to_first(&mut self, bounds: &Bounds);
    fn to_last(&mut self, bounds: &Bounds);
    fn forward(&mut self);
    fn back(&mut self);
    /// The row at the place; none beyond the last one.
    fn row(&self) -> Option<(&[u8], &[u8])>;
    fn status(&self) -> std::result::Result<(), rocksdb::Error>;
}

/// One that was made with its bounds.
impl Walk for Raw<'_> {
    fn to_first(&mut self, _bounds: &Bounds) {
        self.seek_to_first();
    }

    fn to_last(&mut self, _bounds: &Bounds) {
        self.seek_to_last();
    }

    fn forward(&mut self) {
        self.next();
    }

    fn back(&mut self) {
        self.prev();
    }

    fn row(&self) -> Option<(&[u8], &[u8])> {
        self.item()
    }

    fn status(&self) -> std::result::Result<(), rocksdb::Error> {
        Raw::status(self)
    }
}

/// Rows in the order of their keys, as of the moment the iteration was made.
///
/// [`Rows::advance`] borrows each row from the engine; the iterator copies them. Both end after the first error.
pub struct Rows<'a> {
    walk: Box<dyn Walk + 'a>,
    bounds: Bounds,
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
    pub(crate) fn new(walk: impl Walk + 'a, bounds: Bounds, direction: Direction) -> Self {
        Self { walk: Box::new(walk), bounds, direction, stage: Stage::Before }
    }

    /// The next row, borrowed until the one after it.
    pub fn advance(&mut self) -> Option<Result<(&[u8], &[u8])>> {
        match (self.stage, self.direction) {
            (Stage::After, _) => return None,
            (Stage::Before, Direction::Ascending) => self.walk.to_first(&self.bounds),
            (Stage::Before, Direction::Descending) => self.walk.to_last(&self.bounds),
            (Stage::Within, Direction::Ascending) => self.walk.forward(),
            (Stage::Within, Direction::Descending) => self.walk.back(),
        }
        match self.walk.row() {
            Some((key, value)) if self.bounds.hold(key) => {
                self.stage = Stage::Within;
                Some(Ok((key, value)))
            }
            Some(_) => {
                self.stage = Stage::After;
                None
            }
            None => {
                self.stage = Stage::After;
                self.walk.status().map_err(StoreError::engine("read rows")).err().map(Err)
            }
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Result<Row>> {
        self.advance().map(|row| row.map(|(key, value)| (key.into(), value.into())))
    }
}
