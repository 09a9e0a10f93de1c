//! Many small questions to one snapshot: iterating costs most when it begins, so an iteration that has ended is used again, and
//! one that stands where the next question begins, or just before it, is not even moved there anew.
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

/// Rows that are stepped over before a question is sought from the top: a step costs a tenth of that.
const STEPS_MAX: usize = 4;

/// An iteration over all rows of a tag.
struct Kept<'a> {
    tag: u8,
    raw: Raw<'a>,
    /// No row stands at this key or after it, and before the place; none: nothing is known of that.
    clear_from: Option<Vec<u8>>,
}

impl Kept<'_> {
    /// Goes to the first row from a key on.
    fn seek(&mut self, from: &[u8]) {
        if !self.steps_to(from) {
            self.raw.seek(from);
        }
        let clear = self.clear_from.get_or_insert_default();
        clear.clear();
        clear.extend_from_slice(from);
    }

    /// Whether it stands there after a few steps or none.
    fn steps_to(&mut self, from: &[u8]) -> bool {
        if self.clear_from.as_deref().is_none_or(|clear| clear > from) {
            return false;
        }
        for _ in 0..STEPS_MAX {
            match self.raw.key() {
                Some(key) if key >= from => return true,
                Some(_) => self.raw.next(),
                None => return false,
            }
        }
        self.raw.key().is_some_and(|key| key >= from)
    }

    fn forward(&mut self) {
        match (self.raw.key(), &mut self.clear_from) {
            // The key after a key is the same with a zero.
            (Some(key), Some(clear)) => {
                clear.clear();
                clear.extend_from_slice(key);
                clear.push(0);
            }
            _ => self.clear_from = None,
        }
        self.raw.next();
    }
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
            None => {
                let raw = self.snapshot.0.raw_iterator_opt(Bounds::of_prefix(&[tag]).options());
                Kept { tag, raw, clear_from: None }
            }
        };
        Rows::new(Lent { kept: Some(kept), idle: &self.idle }, bounds, direction)
    }
}

impl Walk for Lent<'_, '_> {
    fn to_first(&mut self, bounds: &Bounds) {
        self.with(|kept| kept.seek(&bounds.from));
    }

    fn to_last(&mut self, bounds: &Bounds) {
        self.with(|kept| {
            kept.clear_from = None;
            match &bounds.to {
                Some(to) => {
                    kept.raw.seek_for_prev(to);
                    // The bound itself lies beyond.
                    if kept.raw.key() == Some(to) {
                        kept.raw.prev();
                    }
                }
                None => kept.raw.seek_to_last(),
            }
        });
    }

    fn forward(&mut self) {
        self.with(Kept::forward);
    }

    fn back(&mut self) {
        self.with(|kept| kept.raw.prev());
    }

    fn row(&self) -> Option<(&[u8], &[u8])> {
        self.kept.as_ref()?.raw.item()
    }

    fn status(&self) -> Result<(), rocksdb::Error> {
        self.kept.as_ref().map_or(Ok(()), |kept| kept.raw.status())
    }
}

impl<'a> Lent<'_, 'a> {
    fn with(&mut self, step: impl FnOnce(&mut Kept<'a>)) {
        if let Some(kept) = &mut self.kept {
            step(kept);
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
