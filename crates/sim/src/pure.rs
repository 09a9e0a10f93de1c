//! The rules by themselves: the domain's functions over a list of events, without log, store, or anything remembered
//! between two questions. It shares the rules with the ledger, and none of the machinery that must not change an answer.

mod account;
mod documents;
mod observed;
mod statement;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tributary_domain::alias::Aliases;
use tributary_domain::closing::{Close, closes};
use tributary_domain::credit::Credits;
use tributary_domain::event::{Event, Meta};
use tributary_domain::id::{Identity, PartnerId};
use tributary_domain::money::Overflow;
use tributary_domain::policy::Basis;
use tributary_domain::reference::Reference;
use tributary_domain::time::{Instant, Period};
use tributary_events::json;

use crate::question::{About, Question, error};

/// A set of events, to be asked.
#[derive(Debug)]
pub struct Pure {
    events: Vec<Event>,
}

/// What is known at an instant.
struct Known<'a> {
    at: Instant,
    events: Vec<&'a Event>,
    reference: Reference,
    aliases: Aliases,
    /// What was asked for already, while one question is answered.
    earned: RefCell<BTreeMap<Period, Credits>>,
}

impl Pure {
    /// From CloudEvents in JSON with their recorded times, in any order. Of several with one identity the first stands
    /// (I1); what breaks a rule of form is left out, as the door would refuse it.
    pub fn new(events: &[Value]) -> Self {
        let mut first: BTreeMap<Identity, Event> = BTreeMap::new();
        for event in events {
            let Ok(draft) = json::read(event.to_string().as_bytes()) else { continue };
            let Some(recorded) = draft.recorded else { continue };
            let meta = Meta { time: draft.time, recorded, identity: draft.identity.clone() };
            first.entry(draft.identity).or_insert(Event { meta, subject: draft.subject, body: draft.body });
        }
        Self { events: first.into_values().collect() }
    }

    /// The document that answers a question, as the ledger gives it.
    pub fn answer(&self, question: &Value) -> Value {
        let Some(Question { about, known_at }) = Question::read(question) else { return error("bad-question") };
        let last = self.events.iter().map(|event| event.meta.recorded).max();
        let Some(known_at) = known_at.or(last) else { return error("nothing-recorded") };
        let known = self.known(known_at);
        let answer = match about {
            About::Statement { partner, period } => self.statement(&known, &partner, period),
            About::Attribution { account, as_of } => Ok(known.attribution(&account, as_of)),
            About::Credits { partner, period } => known.credits_document(&partner, period),
            About::Renewals { account } => Ok(known.renewals(&account)),
            About::Suspense => known.suspense(),
            About::DealRecord { deal, as_of } => known.deal_record(&deal, as_of),
            About::Drift { account, as_of } => known.drift(account.as_ref(), as_of),
        };
        answer.unwrap_or_else(|Overflow| error("amount-overflow"))
    }

    /// Which of the partners is credited with consumption in which of the periods, as known at last: there questions find
    /// something.
    pub fn credited(&self, partners: &[&str], periods: &BTreeSet<Period>) -> Vec<(String, Period)> {
        let Some(last) = self.events.iter().map(|event| event.meta.recorded).max() else { return Vec::new() };
        let known = self.known(last);
        let pairs = periods.iter().flat_map(|period| partners.iter().map(|partner| (*partner, *period)));
        let is_credited = |(partner, period): &(&str, Period)| {
            let credits = PartnerId::new(partner).ok().and_then(|partner| known.credits(&partner, *period).ok());
            credits
                .is_some_and(|all| all.iter().any(|(key, amount)| key.basis == Basis::Consumption && !amount.is_zero()))
        };
        pairs.filter(is_credited).map(|(partner, period)| (partner.to_owned(), period)).collect()
    }

    fn known(&self, at: Instant) -> Known<'_> {
        let events: Vec<&Event> = self.events.iter().filter(|event| event.meta.recorded <= at).collect(); // T1
        let reference = Reference::known(events.iter().copied());
        let aliases = Aliases::known(events.iter().copied());
        Known { at, events, reference, aliases, earned: RefCell::default() }
    }

    /// The valid closes of everything, in order (L1).
    fn closes(&self) -> Vec<Close> {
        closes(&self.events, |cutoff| self.known(cutoff).reference.book.zone).0
    }
}
