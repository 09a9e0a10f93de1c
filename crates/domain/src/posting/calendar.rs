//! The day on which an entry is booked: its instant's, in the book as it was known then, so that no later one moves it.

use crate::book::Book;
use crate::event::{Body, Event};
use crate::reference::Reference;
use crate::time::{Day, Instant};

/// The book as it was known, from instant to instant.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    /// By the instant from which each is known.
    books: Vec<(Instant, Book)>,
}

impl Calendar {
    /// From the events that configure the book, in any order; others say nothing.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let configures = |event: &&Event| matches!(event.body, Body::BookConfigured(_));
        let mut configured: Vec<&Event> = events.into_iter().filter(configures).collect();
        configured.sort_by_key(|event| event.meta.recorded);
        let mut reference = Reference::default();
        let mut books = Vec::new();
        for event in configured {
            reference.learn(event);
            books.push((event.meta.recorded, reference.book.clone()));
        }
        Self { books }
    }

    /// The day of an instant.
    pub fn day(&self, instant: Instant) -> Day {
        let known = self.books.partition_point(|(from, _)| *from <= instant);
        match known.checked_sub(1) {
            Some(at) => self.books[at].1.day(instant),
            None => Book::default().day(instant), // T2
        }
    }
}
