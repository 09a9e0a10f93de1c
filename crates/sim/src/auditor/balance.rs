//! L5: the balance of a partner after a period.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::closing::Recognition;
use super::event::Event;
use super::known::Known;
use super::number::Number;
use super::time::{Instant, Period};

#[derive(Clone, Debug)]
pub(super) struct Balance {
    pub(super) opening: Number,
    pub(super) accrued: Number,
    pub(super) adjusted: Number,
    pub(super) paid: Number,
    pub(super) closing: Number,
    pub(super) held: Number,
    pub(super) payable: Number,
}

impl Known {
    /// After a period, where `before` was recognised by earlier closes, `now` by this one, and `ever` by all together.
    pub(super) fn balance(
        &self,
        partner: &str,
        period: Period,
        cutoff: Option<Instant>,
        before: &Recognition,
        now: &Recognition,
        ever: &Recognition,
    ) -> Balance {
        let sum = |accrual: bool| -> Number {
            let some = now.iter().filter(|((of, ..), _)| (*of == period) == accrual);
            some.map(|(_, recognised)| recognised.amount.clone()).sum()
        };
        // The previous closing, by the payouts known now: a return may have been recorded before its payout.
        let until_then = |event: &Event| cutoff.is_some_and(|cutoff| event.recorded <= cutoff);
        let recognised: Number = before.values().map(|recognised| recognised.amount.clone()).sum();
        let opening = recognised - self.paid(partner, until_then);
        let paid = self.paid(partner, |event| !until_then(event));
        let (accrued, adjusted) = (sum(true), sum(false));
        let closing = opening.clone() + accrued.clone() + adjusted.clone() - paid.clone();
        let held = self.held(partner, &closing, ever);
        let payable = (closing.clone() - held.clone()).max(Number::zero());
        Balance { opening, accrued, adjusted, paid, closing, held, payable }
    }

    /// Payouts less returns, of those whose recorded instant counts.
    fn paid(&self, partner: &str, counts: impl Fn(&Event) -> bool) -> Number {
        let mut issued: BTreeMap<&str, &Rc<Event>> = BTreeMap::new();
        for payout in self.of_partner(partner, "payout.issued") {
            // Silent: of several issues of one payout the earliest counts.
            issued.entry(payout.text("payout")).or_insert(payout);
        }
        let amount = |payout: &Event| -> Number {
            let currency = payout.text("currency");
            if currency != self.book.currency {
                self.note("L5 payout in another currency");
            }
            // Silent: at the rate of its day, in minor units, and nothing without a rate.
            let converted = self.convert(&payout.number("amount"), currency, self.day_of(payout));
            converted.map_or(Number::zero(), |converted| self.book.to_minor_units(&converted))
        };
        let paid: Number = issued.values().filter(|payout| counts(payout)).map(|payout| amount(payout)).sum();
        let mut returned: BTreeMap<&str, &Rc<Event>> = BTreeMap::new();
        for event in self.of_partner(partner, "payout.returned") {
            // Silent: what comes back twice came back when that was first recorded.
            let first = returned.entry(event.text("payout")).or_insert(event);
            if event.recorded < first.recorded {
                *first = event;
            }
        }
        let back = returned.iter().filter(|(_, event)| counts(event)).filter_map(|(payout, _)| issued.get(payout));
        let back = back.inspect(|_| self.note("L5 payout returned"));
        paid - back.map(|payout| amount(payout)).sum()
    }

    /// What is recognised on deals under a hold, or all of it.
    fn held(&self, partner: &str, closing: &Number, ever: &Recognition) -> Number {
        // Silent: of what was said about one hold the latest decides.
        let mut holds: BTreeMap<&str, &Rc<Event>> = BTreeMap::new();
        for event in self.events.iter().filter(|event| event.is("hold.placed") || event.is("hold.released")) {
            if event.namespace == "partner" && event.name == partner {
                holds.insert(event.text("hold"), event);
            }
        }
        let placed = holds.into_values().filter(|event| event.is("hold.placed"));
        let deals: Vec<&str> = placed.map(|event| event.text("deal")).collect();
        if deals.contains(&"") {
            self.note("L5 all held");
            return closing.clone().max(Number::zero());
        }
        let held = ever.iter().filter(|((.., deal), _)| deals.contains(&deal.as_str()));
        let held = held.inspect(|_| self.note("L5 held"));
        held.map(|(_, recognised)| recognised.amount.clone()).sum()
    }
}
