//! Payouts and returns, posted in the book's currency (P1, L5). A payout in another currency is converted by what is known
//! when it is recorded; a close that knows better posts the difference at its cutoff, so that the balance of a partner's
//! payable is then the statement's (P2).

use std::collections::{BTreeMap, BTreeSet};

use super::{Calendar, Cause, Entry, JournalAccount, Posting, minor_money};
use crate::balance::paid;
use crate::closing::Close;
use crate::currency::Currency;
use crate::event::{Body, Event, Meta, PayoutIssued, Subject};
use crate::id::{Identity, PartnerId, PayoutId};
use crate::money::{Money, Overflow};
use crate::reference::Reference;
use crate::time::Instant;

/// What became of the payouts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Payouts {
    /// What was posted.
    pub entries: Vec<Entry>,
    /// What could not be converted, by partner and payout.
    pub unposted: Vec<Unposted>,
}

/// A payout that stands in no entry: no rate was known when it was recorded nor at any cutoff since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unposted {
    /// To whom.
    pub partner: PartnerId,
    /// Which payout.
    pub payout: PayoutId,
    /// How much.
    pub money: Money,
    /// When it was recorded.
    pub recorded: Instant,
}

/// Posts the payouts and returns among the events of partners, with the reference events and the closes; all in any order.
pub fn payouts<'a>(
    events: impl IntoIterator<Item = &'a Event>,
    reference: impl IntoIterator<Item = &'a Event>,
    closes: &'a [Close],
    calendar: &Calendar,
) -> Result<Payouts, Overflow> {
    let said: Vec<&Event> = events.into_iter().filter(|event| is_payout(&event.body)).collect();
    let paid_in: BTreeSet<Currency> = said.iter().filter_map(|event| currency(&event.body)).collect();
    let mut steps: Vec<Step<'a>> = said.into_iter().map(Step::Said).collect();
    steps.extend(reference.into_iter().filter(|event| converts(&event.body, &paid_in)).map(Step::Learned));
    steps.extend(closes.iter().map(Step::Closed));
    steps.sort_by_key(Step::order);
    let mut books = Books::new(calendar);
    for step in steps {
        match step {
            Step::Learned(event) => books.reference.learn(event),
            Step::Said(event) => books.say(event)?,
            Step::Closed(close) => books.close(close)?,
        }
    }
    Ok(books.finish())
}

fn is_payout(body: &Body) -> bool {
    matches!(body, Body::PayoutIssued(_) | Body::PayoutReturned(_))
}

fn currency(body: &Body) -> Option<Currency> {
    match body {
        Body::PayoutIssued(issued) => Some(issued.money.currency),
        _ => None,
    }
}

/// Whether an event may change how payouts in these currencies are converted.
fn converts(body: &Body, paid_in: &BTreeSet<Currency>) -> bool {
    match body {
        Body::BookConfigured(_) => true,
        Body::RatePublished(rate) => [rate.base, rate.quote].iter().any(|one| paid_in.contains(one)),
        _ => false,
    }
}

/// What happens, in the order in which it becomes known: a close knows everything of its cutoff.
#[derive(Clone, Copy)]
enum Step<'a> {
    Learned(&'a Event),
    Said(&'a Event),
    Closed(&'a Close),
}

impl<'a> Step<'a> {
    fn order(&self) -> (Instant, u8, Option<&'a Identity>) {
        match self {
            Self::Learned(event) => (event.meta.recorded, 0, Some(&event.meta.identity)),
            Self::Said(event) => (event.meta.recorded, 1, Some(&event.meta.identity)),
            Self::Closed(close) => (close.cutoff, 2, None),
        }
    }
}

/// A payout so far.
#[derive(Default)]
struct Payout<'a> {
    issued: Option<(&'a Meta, &'a PayoutIssued)>,
    returned: Option<&'a Identity>,
    /// What stands in the journal.
    posted: Option<Money>,
}

struct Books<'a, 'c> {
    calendar: &'c Calendar,
    reference: Reference,
    payouts: BTreeMap<(&'a PartnerId, &'a PayoutId), Payout<'a>>,
    entries: Vec<Entry>,
}

impl<'a, 'c> Books<'a, 'c> {
    fn new(calendar: &'c Calendar) -> Self {
        Self { calendar, reference: Reference::default(), payouts: BTreeMap::new(), entries: Vec::new() }
    }

    fn say(&mut self, event: &'a Event) -> Result<(), Overflow> {
        let Subject::Partner(partner) = &event.subject else { return Ok(()) };
        match &event.body {
            Body::PayoutIssued(issued) => self.issue(partner, &event.meta, issued),
            Body::PayoutReturned(returned) => self.come_back(partner, &returned.payout, &event.meta),
            _ => Ok(()),
        }
    }

    fn issue(&mut self, partner: &'a PartnerId, meta: &'a Meta, issued: &'a PayoutIssued) -> Result<(), Overflow> {
        let payout = self.payouts.entry((partner, &issued.payout)).or_default();
        let before = payout.issued;
        if before.is_some_and(|(known, _)| known < meta) {
            return Ok(()); // the earliest issue of an id counts
        }
        payout.issued = Some((meta, issued));
        let returned = payout.returned;
        if before.is_some() && returned.is_some() {
            return Ok(()); // it went and came back, however much it was
        }
        let cause =
            Cause::PaidOut { partner: partner.clone(), payout: issued.payout.clone(), by: meta.identity.clone() };
        self.restate(partner, &issued.payout, cause, meta.recorded)?;
        // One that came back before it was learned of comes back now.
        returned.map_or(Ok(()), |by| self.take_back(partner, &issued.payout, by, meta.recorded))
    }

    fn come_back(&mut self, partner: &'a PartnerId, id: &'a PayoutId, meta: &'a Meta) -> Result<(), Overflow> {
        let payout = self.payouts.entry((partner, id)).or_default();
        if payout.returned.is_some() {
            return Ok(());
        }
        payout.returned = Some(&meta.identity);
        self.take_back(partner, id, &meta.identity, meta.recorded)
    }

    fn take_back(
        &mut self,
        partner: &'a PartnerId,
        id: &'a PayoutId,
        by: &Identity,
        booked: Instant,
    ) -> Result<(), Overflow> {
        let payout = self.payouts.entry((partner, id)).or_default();
        let Some(posted) = payout.posted.take() else { return Ok(()) };
        let original = payout.issued.map(|(_, issued)| issued.money);
        let postings = reversal(partner, posted)?;
        let cause = Cause::Returned { partner: partner.clone(), payout: id.clone(), by: by.clone() };
        self.enter(cause, booked, postings, original)
    }

    fn close(&mut self, close: &Close) -> Result<(), Overflow> {
        let standing = self.payouts.iter().filter(|(_, payout)| payout.returned.is_none());
        let keys: Vec<_> = standing.map(|(key, _)| *key).collect();
        for (partner, payout) in keys {
            let cause = Cause::TruedUp { closed: close.period, partner: partner.clone(), payout: payout.clone() };
            self.restate(partner, payout, cause, close.cutoff)?;
        }
        Ok(())
    }

    /// Posts what a payout comes to by what is known now, and takes back what stood for it if that was something else.
    fn restate(
        &mut self,
        partner: &'a PartnerId,
        id: &'a PayoutId,
        cause: Cause,
        booked: Instant,
    ) -> Result<(), Overflow> {
        let payout = self.payouts.entry((partner, id)).or_default();
        let Some((meta, issued)) = payout.issued else { return Ok(()) };
        let (book, rates) = (&self.reference.book, &self.reference.rates);
        let now = match paid(meta, issued, book, rates)?.1 {
            Some(minor) => Some(minor_money(minor, book.currency)?),
            None => None,
        };
        if payout.posted == now {
            return Ok(());
        }
        let mut postings = payout.posted.map_or(Ok(Vec::new()), |before| reversal(partner, before))?;
        if let Some(now) = now {
            let payable = JournalAccount::Payable(partner.clone());
            postings.extend(Posting::transfer(payable, JournalAccount::PayoutCash, now, None)?);
        }
        payout.posted = now;
        self.enter(cause, booked, postings, Some(issued.money))
    }

    fn enter(
        &mut self,
        cause: Cause,
        booked: Instant,
        postings: Vec<Posting>,
        original: Option<Money>,
    ) -> Result<(), Overflow> {
        let was_converted = |said: &Money| postings.iter().any(|posting| posting.money.currency != said.currency);
        let original = original.filter(was_converted);
        let entry = Entry::of(cause, booked, self.calendar.day(booked), postings)?;
        self.entries.extend(entry.map(|entry| Entry { original, ..entry }));
        Ok(())
    }

    fn finish(self) -> Payouts {
        let unposted = self.payouts.iter().filter_map(|((partner, id), payout)| {
            let (meta, issued) = payout.issued.filter(|_| payout.posted.is_none() && payout.returned.is_none())?;
            let (partner, payout) = ((*partner).clone(), (*id).clone());
            Some(Unposted { partner, payout, money: issued.money, recorded: meta.recorded })
        });
        Payouts { unposted: unposted.collect(), entries: self.entries }
    }
}

fn reversal(partner: &PartnerId, posted: Money) -> Result<Vec<Posting>, Overflow> {
    Posting::transfer(JournalAccount::PayoutCash, JournalAccount::Payable(partner.clone()), posted, None)
}
