//! Everything that is wrong with a document, and not only the first thing. The readers of documents that people write report
//! here and read on; an event is refused for the first that they find.

use tributary_domain::id::IdError;

use super::field::{self, At};
use super::word::Words;
use crate::Refusal;

/// What was found wrong so far, in the order in which it was read.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<Refusal>);

impl Problems {
    /// What was read, or nothing and a problem more.
    pub(crate) fn take<T>(&mut self, read: Result<T, Refusal>) -> Option<T> {
        read.map_err(|refusal| self.0.push(refusal)).ok()
    }

    /// A problem more.
    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        self.0.push(refusal);
    }

    /// A part that may be absent, by its reader: nothing only if it is there and wrong.
    pub(crate) fn within<G, T>(
        &mut self,
        given: Option<&G>,
        read: impl FnOnce(&G, &mut Self) -> Option<T>,
    ) -> Option<Option<T>> {
        match given {
            None => Some(None),
            Some(given) => read(given, self).map(Some),
        }
    }

    /// A list of identifiers.
    pub(crate) fn ids<T>(
        &mut self,
        new: fn(&str) -> Result<T, IdError>,
        given: &[String],
        at: At<'_>,
    ) -> Option<Vec<T>> {
        self.each(given, at, |text, at| field::given_id(new, text, at))
    }

    /// Words of a list of the contract.
    pub(crate) fn words<T: Copy + PartialEq>(
        &mut self,
        allowed: Words<T>,
        given: &[String],
        at: At<'_>,
    ) -> Option<Vec<T>> {
        self.each(given, at, |text, at| field::word(allowed, text, at))
    }

    fn each<T>(
        &mut self,
        given: &[String],
        at: At<'_>,
        read: impl Fn(&str, At<'_>) -> Result<T, Refusal>,
    ) -> Option<Vec<T>> {
        let all: Vec<Option<T>> =
            given.iter().enumerate().map(|(index, text)| self.take(read(text, at.index(index)))).collect();
        all.into_iter().collect()
    }

    /// What was read if nothing is wrong with it, else the first thing that is.
    pub(crate) fn first<T>(self, read: Option<T>) -> Result<T, Refusal> {
        self.all(read).map_err(|mut all| all.swap_remove(0))
    }

    /// What was read if nothing is wrong with it, else all that is: at least one thing.
    pub(crate) fn all<T>(self, read: Option<T>) -> Result<T, Vec<Refusal>> {
        match read {
            Some(read) if self.0.is_empty() => Ok(read),
            _ => {
                assert!(!self.0.is_empty(), "a reader gave nothing and did not say why");
                Err(self.0)
            }
        }
    }
}
