//! What is known at an instant: T1, and to which account each event belongs: I3.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::book::Book;
use super::credit::Credit;
use super::deal::{self, Deal};
use super::event::Event;
use super::fact::DailyFact;
use super::fired::Fired;
use super::time::{Day, Instant, Period};

/// The events recorded by `at`, and no others. All lists are in the order of T3.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) at: Instant,
    pub(super) book: Book,
    pub(super) events: Vec<Rc<Event>>,
    /// What was said about each account, under its own name or an alias.
    pub(super) accounts: BTreeMap<String, Vec<Rc<Event>>>,
    /// Subjects that no account is known for, and how many events wait there.
    pub(super) unresolved: BTreeMap<String, u64>,
    pub(super) deals: BTreeMap<String, Deal>,
    /// Facts and credits are asked for again and again. Remembering them changes nothing: they depend on what is known alone.
    pub(super) daily_facts: RefCell<BTreeMap<Period, Rc<Vec<DailyFact>>>>,
    pub(super) credits: RefCell<BTreeMap<Period, Rc<Vec<Credit>>>>,
    fired: Rc<Fired>,
}

impl Known {
    pub(super) fn at(at: Instant, log: &[Rc<Event>], fired: Rc<Fired>) -> Known {
        // T1
        let events: Vec<_> = log.iter().filter(|event| event.recorded <= at).cloned().collect();
        let mut accounts: BTreeMap<String, Vec<Rc<Event>>> = BTreeMap::new();
        let mut unresolved = BTreeMap::new();
        for event in events.iter().filter(|event| speaks_of_an_account(event)) {
            match resolve(event, &events, &fired) {
                Some(account) => accounts.entry(account).or_default().push(event.clone()),
                None => *unresolved.entry(event.subject()).or_default() += 1,
            }
        }
        let book = Book::latest(&events);
        let deals = deal::open(&accounts, &book, &fired);
        Known {
            at,
            book,
            events,
            accounts,
            unresolved,
            deals,
            daily_facts: RefCell::default(),
            credits: RefCell::default(),
            fired,
        }
    }

    pub(super) fn note(&self, rule: &'static str) {
        self.fired.note(rule);
    }

    pub(super) fn day_of(&self, event: &Event) -> Day {
        self.book.day(event.time)
    }

    pub(super) fn all(&self, kind: &str) -> impl DoubleEndedIterator<Item = &Rc<Event>> {
        self.events.iter().filter(move |event| event.is(kind))
    }

    pub(super) fn of_account(&self, account: &str, kind: &str) -> impl DoubleEndedIterator<Item = &Rc<Event>> {
        self.accounts.get(account).into_iter().flatten().filter(move |event| event.is(kind))
    }

    pub(super) fn of_partner(&self, partner: &str, kind: &str) -> impl DoubleEndedIterator<Item = &Rc<Event>> {
        self.all(kind).filter(move |event| event.namespace == "partner" && event.name == partner)
    }

    /// The partner's enrolment of that day. M1
    pub(super) fn enrolment(&self, partner: &str, day: Day) -> Option<&Rc<Event>> {
        self.of_partner(partner, "partner.enrolled").rfind(|event| self.day_of(event) <= day)
    }

    /// A7
    pub(super) fn is_enrolled(&self, partner: &str, day: Day) -> bool {
        self.enrolment(partner, day).is_some()
    }
}

fn speaks_of_an_account(event: &Event) -> bool {
    let nouns =
        ["account.", "lead.", "touch.", "registration.", "deal.", "offer.", "usage.", "charge.", "disbursement."];
    nouns.iter().any(|noun| event.kind.starts_with(noun))
}

/// I3
fn resolve(event: &Event, events: &[Rc<Event>], fired: &Fired) -> Option<String> {
    if event.namespace == "account" {
        return Some(event.name.clone());
    }
    let about = |other: &&Rc<Event>| other.namespace == event.namespace && other.name == event.name;
    let links: Vec<_> = events.iter().filter(|other| other.kind.starts_with("alias.")).filter(about).collect();
    match links.last() {
        Some(link) if link.is("alias.linked") => {
            let relinked =
                links.iter().any(|other| other.is("alias.linked") && other.text("account") != link.text("account"));
            fired.note(if relinked { "I3 relinked" } else { "I3 linked" });
            Some(link.text("account").to_owned())
        }
        Some(_) => {
            fired.note("I3 unlinked");
            None
        }
        None => {
            fired.note("I3 never linked");
            None
        }
    }
}
