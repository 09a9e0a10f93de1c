//! The balance of a partner after a period: opening, accrued, adjusted, paid, closing, held, payable (L5).

use std::collections::{BTreeMap, BTreeSet};

use crate::book::Book;
use crate::closing::{Entitlements, Line, LineKind};
use crate::event::{Body, Event, HoldPlaced, Meta, PayoutIssued};
use crate::fx::{Converted, Rates};
use crate::id::{DealId, HoldId, PayoutId};
use crate::money::{Money, Overflow};
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
    /// The first return of each payout to be learned.
    returned: BTreeMap<PayoutId, Meta>,
    holds: BTreeMap<HoldId, Vec<(Meta, HoldChange)>>,
}

#[derive(Debug, Clone)]
enum HoldChange {
    Placed(HoldPlaced),
    Released,
}

/// A payout, or its return: what moves a balance, and when that was learned (L5).
#[derive(Debug, Clone, Copy)]
pub struct Movement<'a> {
    /// Which payout.
    pub payout: &'a PayoutId,
    /// The event that issued or returned it.
    pub by: &'a Meta,
    /// Whether it came back.
    pub returned: bool,
    /// What was issued.
    pub issued: Money,
    /// The same in the book's currency, at the rate of its day.
    pub converted: Converted,
    /// What was paid by it, in minor units of the book's currency; negative for a return, zero without a rate.
    pub paid_minor: i128,
}

/// A hold that stands (L5).
#[derive(Debug, Clone, Copy)]
pub struct StandingHold<'a> {
    /// Which hold.
    pub hold: &'a HoldId,
    /// The event that placed it.
    pub placed: &'a Meta,
    /// On which deal; none: on everything.
    pub deal: Option<&'a DealId>,
    /// Why.
    pub reason: &'a str,
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
                let by = self.returned.entry(returned.payout.clone()).or_insert_with(|| meta.clone());
                if (meta.recorded, meta) < (by.recorded, &*by) {
                    *by = meta.clone();
                }
            }
            Body::HoldPlaced(placed) => {
                let change = HoldChange::Placed(placed.clone());
                self.holds.entry(placed.hold.clone()).or_default().push((meta.clone(), change));
            }
            Body::HoldReleased(released) => {
                self.holds.entry(released.hold.clone()).or_default().push((meta.clone(), HoldChange::Released));
            }
            _ => {}
        }
    }

    /// The payouts and returns known, by payout. Amounts are those of the payouts: one that came back before it was learned of
    /// moves the balance back to when it came back. A payout in another currency than the book's is converted at the rate of
    /// its day; one without a rate moves nothing.
    pub fn movements(&self, book: &Book, rates: &Rates) -> Result<Vec<Movement<'_>>, Overflow> {
        let mut movements = Vec::new();
        for (payout, (meta, issued)) in &self.payouts {
            let (converted, paid_minor) = paid(meta, issued, book, rates)?;
            let paid_minor = paid_minor.unwrap_or_default();
            let issue = Movement { payout, by: meta, returned: false, issued: issued.money, converted, paid_minor };
            movements.push(issue);
            let returned = self.returned.get(payout);
            movements.extend(returned.map(|by| Movement { by, returned: true, paid_minor: -paid_minor, ..issue }));
        }
        Ok(movements)
    }

    /// The holds placed and not released, as known at an instant, by id.
    pub fn holds_at(&self, known_at: Instant) -> Vec<StandingHold<'_>> {
        let mut holds = Vec::new();
        for (hold, changes) in &self.holds {
            let known = changes.iter().rev().find(|(meta, _)| meta.recorded <= known_at);
            if let Some((placed, HoldChange::Placed(said))) = known {
                holds.push(StandingHold { hold, placed, deal: said.deal.as_ref(), reason: &said.reason });
            }
        }
        holds
    }
}

/// A payout converted at the rate of its day, and in minor units of the book's currency; none without a rate (L5).
pub(crate) fn paid(
    meta: &Meta,
    issued: &PayoutIssued,
    book: &Book,
    rates: &Rates,
) -> Result<(Converted, Option<i128>), Overflow> {
    let money = issued.money;
    let converted = rates.convert(book, money.amount, money.currency, book.day(meta.time))?;
    let minor = converted.amount().map(|amount| book.rounding.to_minor(amount, book.currency.decimals()));
    Ok((converted, minor.transpose()?))
}

/// When a balance is struck: after the previous cutoff, up to this one.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// The previous cutoff; none: since ever.
    pub after: Option<Instant>,
    /// This cutoff.
    pub until: Instant,
}

/// What earlier closes recognised (L2).
#[derive(Debug, Clone, Copy)]
pub struct Carried<'a> {
    /// By deal.
    pub deals: &'a Entitlements,
    /// And what there is beside: of deals that no hold is on.
    pub beside_minor: i128,
}

/// Strikes the balance after a close that recognised `lines` (L5). The opening balance is what is carried over from earlier
/// closes, less what is known to have been paid by then.
pub fn balance(
    lines: &[Line],
    carried: Carried<'_>,
    account: &Account,
    window: Window,
    book: &Book,
    rates: &Rates,
) -> Result<Balance, Overflow> {
    let sum = |kind: LineKind| lines.iter().filter(|line| line.kind == kind).map(Line::amount_minor).sum::<i128>();
    let movements = account.movements(book, rates)?;
    let paid_by = |until: Instant| -> i128 {
        movements.iter().filter(|movement| movement.by.recorded <= until).map(|movement| movement.paid_minor).sum()
    };
    let before = window.after.map_or(0, paid_by);
    let paid_minor = paid_by(window.until) - before;
    let before_lines = || carried.deals.values().flatten();
    let all = carried.beside_minor + before_lines().map(|(_, held)| held.amount_minor).sum::<i128>();
    let opening_minor = all - before;
    let (accrued_minor, adjusted_minor) = (sum(LineKind::Accrual), sum(LineKind::Adjustment));
    let closing_minor = opening_minor + accrued_minor + adjusted_minor - paid_minor;
    let holds = account.holds_at(window.until);
    let held_minor = if holds.iter().any(|hold| hold.deal.is_none()) {
        closing_minor.max(0)
    } else {
        let deals: BTreeSet<&DealId> = holds.iter().filter_map(|hold| hold.deal).collect();
        let recognised = before_lines().chain(lines.iter().flat_map(|line| &line.deals));
        recognised.filter(|(deal, _)| deals.contains(*deal)).map(|(_, held)| held.amount_minor).sum()
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
