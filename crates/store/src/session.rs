//! Many small questions to one snapshot: iterating costs most when it begins, so an iteration that has ended is used again.
//!
//! One that is used again ends with its tag, and not where a question does: the engine looks for the row after the last. Where many
//! rows were removed, that is far. Such rows are better asked of the snapshot itself.

use std::cell::RefCell;
use std::fmt;

use crate::reader::{Bounds, Direction, Raw, Reader, Rows, Walk};
use crate::{Result, Snapshot};

/// A snapshot for one thread that reads here and there. What is asked in the order of the keys finds its block open.
pub struct Session<'a> {
    snapshot: &'a Snapshot<'a>,
    idle: RefCell<Vec<Kept<'a>>>,
}

/// An iteration over all rows of a tag.
struct Kept<'a> {
    tag: u8,
    raw: Raw<'a>,
}

/// One that is in use, and is kept again after that.
struct Lent<'r, 'a> {
    /// None only while it is being dropped.
    kept: Option<Kept<'a>>,
    idle: &'r RefCell<Vec<Kept<'a>>>,
}

impl<'a> Session<'a> {
    pub(crate) fn new(snapshot: &'a Snapshot<'a>) -> Self {
        Self { snapshot, idle: RefCell::default() }
    }
}

impl Reader for Session<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.snapshot.get(key)
    }

    fn multi_get(&self, keys: &[&[u8]]) -> Result<Vec<Option<Vec<u8>>>> {
        self.snapshot.multi_get(keys)
    }

    fn rows(&self, bounds: Bounds, direction: Direction) -> Rows<'_> {
        let Some(tag) = bounds.tag() else { return self.snapshot.rows(bounds, direction) };
        let mut idle = self.idle.borrow_mut();
        let kept = match idle.iter().position(|kept| kept.tag == tag) {
            Some(place) => idle.swap_remove(place),
            None => Kept { tag, raw: self.snapshot.0.raw_iterator_opt(Bounds::of_prefix(&[tag]).options()) },
        };
        Rows::new(Lent { kept: Some(kept), idle: &self.idle }, bounds, direction)
    }
}

impl Walk for Lent<'_, '_> {
    fn to_first(&mut self, bounds: &Bounds) {
        self.with(|raw| raw.seek(&bounds.from));
    }

    fn to_last(&mut self, bounds: &Bounds) {
        self.with(|raw| match &bounds.to {
            Some(to) => {
                raw.seek_for_prev(to);
                // The bound itself lies beyond.
                if raw.key() == Some(to) {
                    raw.prev();
                }
            }
            None => raw.seek_to_last(),
        });
    }

    fn forward(&mut self) {
        self.with(Raw::next);
    }

    fn back(&mut self) {
        self.with(Raw::prev);
    }

    fn row(&self) -> Option<(&[u8], &[u8])> {
        self.kept.as_ref()?.raw.item()
    }

    fn status(&self) -> Result<(), rocksdb::Error> {
        self.kept.as_ref().map_or(Ok(()), |kept| kept.raw.status())
    }
}

impl<'a> Lent<'_, 'a> {
    fn with(&mut self, step: impl FnOnce(&mut Raw<'a>)) {
        if let Some(kept) = &mut self.kept {
            step(&mut kept.raw);
        }
    }
}

impl Drop for Lent<'_, '_> {
    fn drop(&mut self) {
        self.idle.borrow_mut().extend(self.kept.take());
    }
}

impl fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("snapshot", self.snapshot).finish_non_exhaustive()
    }
}
