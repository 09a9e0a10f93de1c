//! One account's history, folded: markets, deals, leads, registrations, touches, disbursements (D1, A1, A4–A6, F4).

use std::collections::{BTreeMap, BTreeSet};

use crate::book::Book;
use crate::deal::{Deal, DealEvents};
use crate::disbursement::Disbursements;
use crate::event::{Body, DisbursementReported, Event, Meta, Motion, Touch};
use crate::id::{AccountId, DealId, Identity, Market};
use crate::lead::Leads;
use crate::registration::Registrations;
use crate::time::Day;

/// An account as known at some instant: every event whose subject resolves to it then.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its deals, by id.
    pub deals: BTreeMap<DealId, Deal>,
    /// Its registrations.
    pub registrations: Registrations,
    /// Its leads.
    pub leads: Leads,
    /// What was paid out for it.
    pub disbursements: Disbursements,
    touches: Vec<TouchOn>,
    markets: Vec<(Day, Identity, Vec<Market>)>,
}

/// A touch and its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchOn {
    /// The day on which it happened.
    pub day: Day,
    /// What identifies it.
    pub meta: Meta,
    /// What it was.
    pub touch: Touch,
}

impl Account {
    /// Folds an account. `events` are those known whose subject resolves to it, in any order, each once; `elsewhere` are
    /// the deals whose earliest opening that resolves is another account's (D1): they are not this one's.
    pub fn fold<'e>(
        id: AccountId,
        events: impl IntoIterator<Item = &'e Event>,
        elsewhere: &BTreeSet<DealId>,
        book: &Book,
    ) -> Self {
        let mut ordered: Vec<&Event> = events.into_iter().collect();
        ordered.sort_by(|a, b| a.meta.cmp(&b.meta));
        let leads = Leads::fold(&ordered);
        Self {
            id,
            deals: deals(&ordered, &leads, elsewhere, book),
            registrations: Registrations::fold(&ordered, book),
            disbursements: Disbursements::fold(&ordered),
            leads,
            touches: touches(&ordered, book),
            markets: markets(&ordered, book),
        }
    }

    /// The markets on a day: of the latest opening by then, else of the earliest one (A1).
    pub fn markets_on(&self, day: Day) -> &[Market] {
        self.opening_on(day).map_or(&[], |(_, _, markets)| markets)
    }

    /// The event that gives the markets of a day (A1).
    pub fn markets_given_by(&self, day: Day) -> Option<&Identity> {
        self.opening_on(day).map(|(_, identity, _)| identity)
    }

    /// The deal that a report is for, and the accepted offer that says so if the report does not name the deal itself (F4).
    pub fn disbursed_for<'a>(&'a self, report: &'a DisbursementReported) -> Option<(&'a DealId, Option<&'a Meta>)> {
        let own = |deal: &DealId| self.deals.contains_key(deal);
        let named = report.deal.as_ref().filter(|deal| own(deal)).map(|deal| (deal, None));
        let agreed = || report.agreement.as_ref().and_then(|agreement| self.disbursements.accepted(agreement));
        named.or_else(|| agreed().filter(|(_, deal)| own(deal)).map(|(offer, deal)| (deal, Some(offer))))
    }

    fn opening_on(&self, day: Day) -> Option<&(Day, Identity, Vec<Market>)> {
        self.markets.iter().rev().find(|(from, _, _)| *from <= day).or(self.markets.first())
    }

    /// The touches that may count for a deal: of this deal or of none, in the order of T3 (A6, A8).
    pub fn touches_of<'a>(&'a self, deal: &'a DealId) -> impl Iterator<Item = &'a TouchOn> {
        self.touches.iter().filter(move |on| on.touch.deal.as_ref().is_none_or(|named| named == deal))
    }
}

fn deals(ordered: &[&Event], leads: &Leads, elsewhere: &BTreeSet<DealId>, book: &Book) -> BTreeMap<DealId, Deal> {
    let mut openings = BTreeMap::new();
    let mut others: BTreeMap<&DealId, Vec<&Event>> = BTreeMap::new();
    for event in ordered {
        match &event.body {
            Body::DealOpened(opened) => {
                openings.entry(&opened.deal).or_insert((&event.meta, opened));
            }
            body => {
                if let Some(deal) = named_deal(body) {
                    others.entry(deal).or_default().push(event);
                }
            }
        }
    }
    openings
        .into_iter()
        .filter(|(id, _)| !elsewhere.contains(*id))
        .map(|(id, opening)| {
            let named = others.get(id).map_or(&[] as &[&Event], Vec::as_slice);
            let of_lead = opening.1.lead.as_ref().and_then(|lead| leads.motion(lead));
            let otherwise = if opening.1.registration.is_some() { Motion::PartnerSourced } else { Motion::Direct };
            let events = DealEvents { opening, motion: of_lead.unwrap_or(otherwise), others: named };
            (id.clone(), Deal::fold(&events, book))
        })
        .collect()
}

/// The deal whose terms, lines or roles an event changes.
const fn named_deal(body: &Body) -> Option<&DealId> {
    match body {
        Body::DealRoleAssigned(change) | Body::DealRoleRemoved(change) => Some(&change.deal),
        Body::DealWon(given) | Body::DealRenewed(given) => Some(&given.deal),
        Body::DealChanged(changed) => Some(&changed.deal),
        Body::DealChurned(ended) => Some(&ended.deal),
        _ => None,
    }
}

fn touches(ordered: &[&Event], book: &Book) -> Vec<TouchOn> {
    let touch_on = |event: &&Event| match &event.body {
        Body::TouchRecorded(touch) => {
            Some(TouchOn { day: book.day(event.meta.time), meta: event.meta.clone(), touch: touch.clone() })
        }
        _ => None,
    };
    ordered.iter().filter_map(touch_on).collect()
}

fn markets(ordered: &[&Event], book: &Book) -> Vec<(Day, Identity, Vec<Market>)> {
    let opened = |event: &&Event| match &event.body {
        Body::AccountOpened(opened) => {
            Some((book.day(event.meta.time), event.meta.identity.clone(), opened.markets.clone()))
        }
        _ => None,
    };
    ordered.iter().filter_map(opened).collect()
}
