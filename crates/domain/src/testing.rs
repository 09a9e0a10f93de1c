//! Builders for tests: events and policies from short lines of text. No part of the API: a line that cannot be read panics.
//!
//! ```text
//! time[@recorded] subject type [#[source:]id] argument... name=value...
//!
//! 2026-01-05            acme        deal.opened d-1 lead=l-1 lines=warehouse@acme-cloud:consumption
//! 2026-01-09@2026-02-01 acme        deal.won    d-1 2026-01-10..2026-12-31
//! 2026-01-10            aws-buyer/1 usage.recorded #u-1 warehouse 12.5 USD
//! ```
//!
//! A time without a clock time is noon in UTC; recorded is the time where it is not said; source is `test`, id the number
//! of the line. A bare subject is an account. Lists are separated by commas.

mod body;
mod policy;

use std::collections::{BTreeMap, VecDeque};
use std::str::FromStr;

use crate::event::{Draft, Event, Meta, Subject};
use crate::id::{AccountId, EventId, Identity, Source};
use crate::policy::Model;
use crate::time::{Day, Instant, Period, parse_day};

/// The events of a text, one on each line; empty lines count for nothing.
pub fn events(text: &str) -> Vec<Event> {
    let recorded = |draft: Draft| Event {
        meta: Meta { time: draft.time, recorded: draft.recorded.unwrap_or(draft.time), identity: draft.identity },
        subject: draft.subject,
        body: draft.body,
    };
    drafts(text).into_iter().map(recorded).collect()
}

/// The same as drafts that claim their recorded instants.
pub fn drafts(text: &str) -> Vec<Draft> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    (1..).zip(lines).map(|(number, line)| draft(number, line)).collect()
}

fn draft(number: usize, line: &str) -> Draft {
    let mut words = Words::of(line);
    let when = words.next();
    let (time, recorded) = when.split_once('@').unwrap_or((when, when));
    let subject = subject(words.next());
    let event_type = words.next();
    let identity = words.identity.take().map_or_else(|| identity(&format!("e-{number:03}")), identity);
    let body = body::body(event_type, &mut words);
    words.finish();
    Draft { time: instant(time), recorded: Some(instant(recorded)), identity, subject, body }
}

/// `[source:]id`.
pub fn identity(text: &str) -> Identity {
    let (source, id) = text.split_once(':').unwrap_or(("test", text));
    Identity { source: Source::new(source), id: EventId::new(id) }
}

/// A subject; a bare word is an account.
pub fn subject(text: &str) -> Subject {
    if text == "book" || text.contains('/') { read(text) } else { Subject::Account(read_id(AccountId::new, text)) }
}

/// An instant; a date stands for its noon in UTC.
pub fn instant(text: &str) -> Instant {
    if text.len() == 10 { read(&format!("{text}T12:00:00Z")) } else { read(text) }
}

/// A day.
pub fn day(text: &str) -> Day {
    parse_day(text).unwrap_or_else(|error| panic!("`{text}` {error}"))
}

/// A period.
pub fn period(text: &str) -> Period {
    read(text)
}

/// An attribution model: `none`, `roleSplit(msp:0.2,si:0.3)`, `redistribute(msp:0.2)`, `fixed(p-1:0.1)`,
/// `protection(0.5,MODEL)`, `source(0.5,MODEL)`, `touch(linear,180,demo+workshop)`; weightings are `first`, `last`, `linear`,
/// `decay:30` and `position:0.4:0.4`.
pub fn model(text: &str) -> Model {
    policy::model(text)
}

/// Reads a text that has a reader.
pub fn read<T: FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is no {}", std::any::type_name::<T>()))
}

/// Reads an identifier: `read_id(DealId::new, "d-1")`.
pub fn read_id<T, E: std::fmt::Display>(new: impl Fn(&str) -> Result<T, E>, text: &str) -> T {
    new(text).unwrap_or_else(|error| panic!("`{text}` {error}"))
}

/// A list of identifiers.
fn read_ids<T, E: std::fmt::Display>(new: impl Fn(&str) -> Result<T, E>, text: Option<&str>) -> Vec<T> {
    text.map_or_else(Vec::new, |text| text.split(',').map(|one| read_id(&new, one)).collect())
}

/// The value of a table of words.
fn word<T: Copy>(table: &[(&str, T)], text: &str) -> T {
    match table.iter().find(|(name, _)| *name == text) {
        Some((_, value)) => *value,
        None => panic!("`{text}` is none of {:?}", table.iter().map(|(name, _)| name).collect::<Vec<_>>()),
    }
}

/// The words of a line; what is left over at the end is a mistake of the test.
struct Words<'t> {
    line: &'t str,
    identity: Option<&'t str>,
    arguments: VecDeque<&'t str>,
    named: BTreeMap<&'t str, &'t str>,
}

impl<'t> Words<'t> {
    fn of(line: &'t str) -> Self {
        let mut words = Self { line, identity: None, arguments: VecDeque::new(), named: BTreeMap::new() };
        for word in line.split_whitespace() {
            if let Some(identity) = word.strip_prefix('#') {
                words.identity = Some(identity);
            } else if let Some((name, value)) = word.split_once('=') {
                words.named.insert(name, value);
            } else {
                words.arguments.push_back(word);
            }
        }
        words
    }

    fn next(&mut self) -> &'t str {
        self.arguments.pop_front().unwrap_or_else(|| panic!("a word is missing: `{}`", self.line))
    }

    fn named(&mut self, name: &str) -> Option<&'t str> {
        self.named.remove(name)
    }

    fn finish(self) {
        assert!(self.arguments.is_empty() && self.named.is_empty(), "words are left over: `{}`", self.line);
    }
}
