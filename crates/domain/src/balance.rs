//! The balance of a partner after a period: opening, accrued, adjusted, paid, closing, held, payable (L5).

use std::collections::{BTreeMap, BTreeSet};

use crate::book::Book;
use crate::closing::{Entitlements, Line, LineKind};
use crate::event::{Body, Event, Meta, PayoutIssued};
use crate::fx::Rates;
use crate::id::{DealId, HoldId, PayoutId};
use crate::money::Overflow;
use crate::time::Instant;

/// A balance, in minor units of the book's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Balance {
    /// The closing balance of the previous close.
    pub opening_minor: i128,
    /// What this period earned.
    pub accrued_minor: i128,
    /// What earlier periods turned out to have earned more or less.
    pub adjusted_minor: i128,
    /// What was paid out, less what came back.
    pub paid_minor: i128,
    /// Opening + accrued + adjusted − paid.
    pub closing_minor: i128,
    /// What may not be paid out yet.
    pub held_minor: i128,
    /// What may.
    pub payable_minor: i128,
}

/// Payouts and holds of one partner.
#[derive(Debug, Clone, Default)]
pub struct Account {
    payouts: BTreeMap<PayoutId, (Meta, PayoutIssued)>,
    returned: BTreeMap<PayoutId, Instant>,
    holds: BTreeMap<HoldId, Vec<(Meta, HoldChange)>>,
}

#[derive(Debug, Clone)]
enum HoldChange {
    Placed(Option<DealId>),
    Released,
}

/// What may not be paid out.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Held {
    Everything,
    Deals(BTreeSet<DealId>),
}

impl Account {
    /// Folds a partner's events: payouts, returns, holds.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut account = Self::default();
        for event in events {
            account.learn(event);
        }
        account.holds.values_mut().for_each(|changes| changes.sort_by(|a, b| a.0.cmp(&b.0)));
        account
    }

    fn learn(&mut self, event: &Event) {
        let meta = &event.meta;
        match &event.body {
            Body::PayoutIssued(issued) => match self.payouts.get(&issued.payout) {
                Some((known, _)) if known < meta => {}
                _ => {
                    self.payouts.insert(issued.payout.clone(), (meta.clone(), issued.clone()));
                }
            },
            Body::PayoutReturned(returned) => {
                let at = self.returned.entry(returned.payout.clone()).or_insert(meta.recorded);
                *at = meta.recorded.min(*at);
            }
            Body::HoldPlaced(placed) => {
                let change = HoldChange::Placed(placed.deal.clone());
                self.holds.entry(placed.hold.clone()).or_default().push((meta.clone(), change));
            }
            Body::HoldReleased(released) => {
                self.holds.entry(released.hold.clone()).or_default().push((meta.clone(), HoldChange::Released));
            }
            _ => {}
        }
    }

    /// What was paid out by an instant, less what had come back by then, in minor units. Amounts are those of the payouts
    /// that were folded: one that came back before it was learned of moves the balance back to when it came back. A payout
    /// in another currency than the book's is converted at the rate of its day; one without a rate moves nothing.
    fn paid_minor_by(&self, until: Instant, book: &Book, rates: &Rates) -> Result<i128, Overflow> {
        let mut paid = 0;
        for (meta, issued) in self.payouts.values() {
            let money = issued.money;
            let converted = rates.convert(book, money.amount, money.currency, book.day(meta.time))?;
            let Some(amount) = converted.amount() else { continue };
            let minor = book.rounding.to_minor(amount, book.currency.decimals())?;
            if meta.recorded <= until {
                paid += minor;
            }
            if self.returned.get(&issued.payout).is_some_and(|at| *at <= until) {
                paid -= minor;
            }
        }
        Ok(paid)
    }

    /// What is on hold, as known at an instant: placed and not released by then.
    fn held_at(&self, known_at: Instant) -> Held {
        let mut deals = BTreeSet::new();
        for changes in self.holds.values() {
            let known = changes.iter().rev().find(|(meta, _)| meta.recorded <= known_at);
            match known {
                Some((_, HoldChange::Placed(None))) => return Held::Everything,
                Some((_, HoldChange::Placed(Some(deal)))) => {
                    deals.insert(deal.clone());
                }
                Some((_, HoldChange::Released)) | None => {}
            }
        }
        Held::Deals(deals)
    }
}

/// When a balance is struck: after the previous cutoff, up to this one.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// The previous cutoff; none: since ever.
    pub after: Option<Instant>,
    /// This cutoff.
    pub until: Instant,
}

/// Strikes the balance after a close that recognised `lines`; `recognised` is everything recognised so far, these lines
/// included (L5). The opening balance is what had been recognised before, less what is known to have been paid by then.
pub fn balance(
    lines: &[Line],
    recognised: &Entitlements,
    account: &Account,
    window: Window,
    book: &Book,
    rates: &Rates,
) -> Result<Balance, Overflow> {
    let sum = |kind: LineKind| lines.iter().filter(|line| line.kind == kind).map(Line::amount_minor).sum::<i128>();
    let before = window.after.map_or(Ok(0), |after| account.paid_minor_by(after, book, rates))?;
    let paid_minor = account.paid_minor_by(window.until, book, rates)? - before;
    let all: i128 = recognised.values().flatten().map(|(_, held)| held.amount_minor).sum();
    let opening_minor = all - lines.iter().map(Line::amount_minor).sum::<i128>() - before;
    let (accrued_minor, adjusted_minor) = (sum(LineKind::Accrual), sum(LineKind::Adjustment));
    let closing_minor = opening_minor + accrued_minor + adjusted_minor - paid_minor;
    let held_minor = match account.held_at(window.until) {
        Held::Everything => closing_minor.max(0),
        Held::Deals(deals) => {
            let of_plans = recognised.values().flatten();
            of_plans.filter(|(deal, _)| deals.contains(*deal)).map(|(_, held)| held.amount_minor).sum()
        }
    };
    Ok(Balance {
        opening_minor,
        accrued_minor,
        adjusted_minor,
        paid_minor,
        closing_minor,
        held_minor,
        payable_minor: (closing_minor - held_minor).max(0),
    })
}
