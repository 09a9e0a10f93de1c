//! An account's events on both axes of time: when each was true, when the ledger learned it, and what it says. Usage is
//! summed up by day and product; a correction shows the amount that stood before it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::book::Book;
use tributary_domain::currency::Currency;
use tributary_domain::event::{Body, Subject};
use tributary_domain::id::{AccountId, DealId, Product};
use tributary_domain::money::{Amount, Money, Overflow};
use tributary_domain::time::{Day, Instant};
use tributary_events::{said, shape};
use tributary_log::Position;
use tributary_projector::{CorrectionLearned, Filed, Learned, ProjectorError, UsageLearned, View};

/// The events of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Timeline {
    /// The account.
    pub account: String,
    /// When it is known.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
    /// Which time orders and bounds it.
    pub by: Axis,
    /// In order.
    pub entries: Vec<Entry>,
}

/// One of the two times of an event (T1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Axis {
    /// When it was true.
    Effective,
    /// When the ledger learned it.
    Recorded,
}

/// An event, or the usage of a product on a day that was recorded on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The effective day; of a correction that of the usage that it restates.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub day: String,
    /// When the ledger learned it; of several the last instant.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub recorded: String,
    /// How many days after the effective day that was; negative for what was said ahead.
    pub late_days: i64,
    /// Whose history it is in.
    pub subject: String,
    /// The CloudEvents type.
    #[serde(rename = "type")]
    pub event_type: &'static str,
    /// What it says, in plain words.
    pub says: String,
    /// How many events.
    pub events: usize,
    /// Where the first one stands in the log.
    pub first: Position,
    /// Where the last one does.
    pub last: Position,
}

/// The events of an account as known at the view's instant, on the days asked for of the axis (none: all).
pub fn timeline(
    view: &View<'_>,
    account: &AccountId,
    by: Axis,
    days: &RangeInclusive<Day>,
) -> Result<Timeline, ProjectorError> {
    let learned = view.learned(account, None, Instant::MIN)?;
    let theirs = subjects(view, account, &learned)?;
    let book = &view.reference().book;
    let mut noted = events(&learned, &theirs, book);
    noted.extend(view.observations(account)?.iter().map(|filed| Noted::one(filed, book)));
    noted.extend(usage(&learned, &theirs, by, book)?);
    let on_axis = |noted: &Noted| match by {
        Axis::Effective => (noted.day, noted.recorded),
        Axis::Recorded => (book.day(noted.recorded), noted.recorded),
    };
    noted.retain(|noted| days.contains(&on_axis(noted).0));
    noted.sort_by_key(|noted| (on_axis(noted), noted.day, noted.first));
    Ok(Timeline {
        account: account.to_string(),
        known_at: view.known_at().to_string(),
        by,
        entries: noted.into_iter().map(|noted| noted.entry(book)).collect(),
    })
}

/// An entry before it is put into words for a document.
pub(crate) struct Noted {
    day: Day,
    recorded: Instant,
    first: Position,
    last: Position,
    events: usize,
    subject: Subject,
    event_type: &'static str,
    says: String,
}

impl Noted {
    pub(crate) fn one(filed: &Filed, book: &Book) -> Self {
        let event = &filed.event;
        Self {
            day: book.day(event.meta.time),
            recorded: event.meta.recorded,
            first: filed.position,
            last: filed.position,
            events: 1,
            subject: event.subject.clone(),
            event_type: event.body.event_type(),
            says: said(&event.body),
        }
    }

    pub(crate) fn entry(self, book: &Book) -> Entry {
        Entry {
            day: self.day.to_string(),
            recorded: self.recorded.to_string(),
            late_days: (book.day(self.recorded) - self.day).num_days(),
            subject: self.subject.to_string(),
            event_type: self.event_type,
            says: self.says,
            events: self.events,
            first: self.first,
            last: self.last,
        }
    }
}

/// The subjects whose histories are the account's, and those that were at some time: of these the links are shown alone.
pub(crate) struct Theirs {
    now: BTreeSet<Subject>,
    ever: BTreeSet<Subject>,
}

pub(crate) fn subjects(view: &View<'_>, account: &AccountId, learned: &Learned) -> Result<Theirs, ProjectorError> {
    let now: BTreeSet<Subject> = view.account(account)?.subjects.iter().cloned().collect();
    let linked = learned
        .events
        .iter()
        .filter(|filed| matches!(&filed.event.body, Body::AliasLinked { account: linked } if linked == account));
    let ever = linked.map(|filed| filed.event.subject.clone()).chain(now.iter().cloned()).collect();
    Ok(Theirs { now, ever })
}

impl Theirs {
    /// Those of either.
    pub(crate) fn joined(mut self, other: Self) -> Self {
        self.now.extend(other.now);
        self.ever.extend(other.ever);
        self
    }

    /// Whether an event belongs to the account: what its histories say, and where its aliases lead.
    pub(crate) fn tells(&self, filed: &Filed) -> bool {
        match filed.event.body {
            Body::AliasLinked { .. } | Body::AliasUnlinked => self.ever.contains(&filed.event.subject),
            _ => self.now.contains(&filed.event.subject),
        }
    }
}

/// Everything but usage and the corrections of known usage.
fn events(learned: &Learned, theirs: &Theirs, book: &Book) -> Vec<Noted> {
    let restating: BTreeSet<Position> = learned.corrections.iter().map(|one| one.correction.position).collect();
    let told = learned.events.iter().filter(|filed| theirs.tells(filed) && !restating.contains(&filed.position));
    told.map(|filed| Noted::one(filed, book)).collect()
}

/// Whose, when used and when learned, of what, for which deal, in which currency.
type Alike = (Subject, Day, (Day, Option<Instant>), Product, Option<DealId>, Currency);

/// Usage summed up, and its corrections one by one. In recorded order only what was learned at one instant is summed: what
/// came later on the same day stays in its place.
fn usage(learned: &Learned, theirs: &Theirs, by: Axis, book: &Book) -> Result<Vec<Noted>, Overflow> {
    let mut alike: BTreeMap<Alike, Vec<&UsageLearned>> = BTreeMap::new();
    for used in learned.usage.iter().filter(|used| theirs.now.contains(&used.subject)) {
        let (row, term) = (&used.row, &used.row.term);
        let instant = (by == Axis::Recorded).then_some(row.recorded);
        let learned_on = (book.day(row.recorded), instant);
        let key = (
            used.subject.clone(),
            book.day(row.time),
            learned_on,
            term.product.clone(),
            term.deal.clone(),
            term.currency,
        );
        alike.entry(key).or_default().push(used);
    }
    let sums = alike.into_iter().map(|(alike, usage)| sum(alike, &usage));
    let corrections = learned.corrections.iter().filter(|one| theirs.now.contains(&one.subject));
    sums.chain(corrections.map(|one| Ok(restated(one, book)))).collect()
}

fn sum((subject, day, _, product, deal, currency): Alike, usage: &[&UsageLearned]) -> Result<Noted, Overflow> {
    let amount = Amount::sum(usage.iter().map(|used| used.row.amount))?;
    let deal = deal.map_or_else(String::new, |deal| format!(" for deal `{deal}`"));
    let money = Money { amount, currency };
    let says = match usage.len() {
        1 => format!("`{product}` used for {money}{deal}"),
        many => format!("`{product}` used {many} times, together for {money}{deal}"),
    };
    let positions = || usage.iter().map(|used| used.row.position);
    let nowhere = Position { partition: 0, offset: 0 };
    Ok(Noted {
        day,
        recorded: usage.iter().map(|used| used.row.recorded).max().unwrap_or(Instant::MIN),
        first: positions().min().unwrap_or(nowhere),
        last: positions().max().unwrap_or(nowhere),
        events: usage.len(),
        subject,
        event_type: "tributary.usage.recorded.v1",
        says,
    })
}

fn restated(one: &CorrectionLearned, book: &Book) -> Noted {
    let CorrectionLearned { subject, usage, before, correction } = one;
    let (product, currency, day) = (&usage.term.product, usage.term.currency, book.day(usage.time));
    Noted {
        day,
        recorded: correction.recorded,
        first: correction.position,
        last: correction.position,
        events: 1,
        subject: subject.clone(),
        event_type: "tributary.usage.corrected.v1",
        says: format!("usage of `{product}` restated: {before} → {} {currency}", correction.amount),
    }
}
