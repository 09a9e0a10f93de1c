//! Earning facts: what a deal earned on a day, summed and converted (F1–F5, D5). One file for each basis.

mod bookings;
mod consumption;
mod disbursement;
mod recurring;

use std::collections::{BTreeMap, BTreeSet};

use crate::account::Account;
use crate::currency::Currency;
use crate::event::{DisbursementReported, Line, Meta};
use crate::fx::Converted;
use crate::id::{DealId, Product, Vendor};
use crate::money::{Amount, Money, Overflow};
use crate::policy::Basis;
use crate::reference::Reference;
use crate::time::{Day, Period};

pub use consumption::key as usage_key;
pub use disbursement::disbursed_deal;
pub use recurring::part as recurring_part;

/// A usage event with the correction that stands for it: what F1 makes of the two.
#[derive(Debug, Clone, Copy)]
pub struct Usage<'a> {
    /// The day on which it was used.
    pub day: Day,
    /// What was used.
    pub product: &'a Product,
    /// Whose product it is, where the event says.
    pub vendor: Option<&'a Vendor>,
    /// The deal that the event names.
    pub deal: Option<&'a DealId>,
    /// What it cost, after corrections.
    pub money: Money,
}

/// What the facts of a day are summed by (F5).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FactKey {
    /// What kind of fact it is.
    pub basis: Basis,
    /// The deal that it belongs to; none: unattributed (D5, F4).
    pub deal: Option<DealId>,
    /// The product; a disbursement may name none.
    pub product: Option<Product>,
    /// The vendor, where one is known.
    pub vendor: Option<Vendor>,
    /// The day.
    pub day: Day,
    /// The currency of the amounts.
    pub currency: Currency,
}

/// A part of a daily sum that needs no usage (F2–F4), and what it comes from.
#[derive(Debug, Clone)]
pub struct AgreedPart<'a> {
    /// The sum that it is part of.
    pub key: FactKey,
    /// How much.
    pub amount: Amount,
    /// What it comes from.
    pub from: Agreed<'a>,
}

/// What a part of a daily sum comes from.
#[derive(Debug, Clone, Copy)]
pub enum Agreed<'a> {
    /// A line that recurs, so much a month (F2).
    Recurring(&'a Line, Amount),
    /// A license line (F3).
    License(&'a Line),
    /// A report of what was paid out, with the accepted offer where that names the deal (F4).
    Disbursement(&'a Meta, &'a DisbursementReported, Option<&'a Meta>),
}

/// Visits what needs no usage: recurring lines, bookings, disbursements (F2–F4).
pub fn visit_agreed<'a>(account: &'a Account, period: Period, visit: &mut Visit<'a, '_>) -> Result<(), Overflow> {
    recurring::visit(account, period, visit)?;
    bookings::visit(account, period, visit)?;
    disbursement::visit(account, period, visit)
}

type Visit<'a, 'v> = dyn FnMut(AgreedPart<'a>) -> Result<(), Overflow> + 'v;

/// The sum of a day, and how many parts it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// The sum, in the key's currency.
    pub amount: Amount,
    /// How many facts it sums.
    pub parts: u64,
}

/// Daily sums by key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums(BTreeMap<FactKey, Sum>);

/// A daily fact: the sum of a day, converted to the book's currency (F5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyFact {
    /// What it is the sum of.
    pub key: FactKey,
    /// The sum before conversion.
    pub sum: Sum,
    /// The sum in the book's currency.
    pub converted: Converted,
}

impl Sums {
    /// Adds one usage event (F1).
    pub fn add_usage(&mut self, account: &Account, usage: &Usage<'_>) -> Result<(), Overflow> {
        self.add_usage_sum(account, usage, 1)
    }

    /// Adds several usage events of one day that say the same but for the amount, which is their sum.
    pub fn add_usage_sum(&mut self, account: &Account, usage: &Usage<'_>, parts: u64) -> Result<(), Overflow> {
        self.add(consumption::key(account, usage), usage.money.amount, parts)
    }

    /// Adds what needs no usage: recurring lines, bookings, disbursements (F2–F4).
    pub fn add_agreed(&mut self, account: &Account, period: Period) -> Result<(), Overflow> {
        visit_agreed(account, period, &mut |part| self.add(part.key, part.amount, 1))
    }

    fn add(&mut self, key: FactKey, amount: Amount, parts: u64) -> Result<(), Overflow> {
        let sum = self.0.entry(key).or_default();
        sum.parts += parts;
        sum.amount.add(amount)
    }

    /// The sums, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&FactKey, &Sum)> {
        self.0.iter()
    }

    /// Converts each sum to the book's currency (F5), by key.
    pub fn daily_facts(&self, reference: &Reference) -> Result<Vec<DailyFact>, Overflow> {
        let converted = |(key, sum): (&FactKey, &Sum)| {
            let converted = reference.rates.convert(&reference.book, sum.amount, key.currency, key.day)?;
            Ok(DailyFact { key: key.clone(), sum: *sum, converted })
        };
        self.0.iter().map(converted).collect()
    }
}

/// The periods in which an account has facts that need no usage (F2–F4). Lines that recur in an open-ended term would have
/// them for ever: theirs are named until `until`.
pub fn agreed_periods(account: &Account, until: Period) -> BTreeSet<Period> {
    let mut periods = BTreeSet::new();
    for deal in account.deals.values() {
        for term in &deal.terms {
            periods.insert(Period::of(term.start));
            if deal.recurs() {
                let last = term.last_day().map_or(until, |day| Period::of(day).min(until));
                let months = Period::of(term.start).ordinal()..=last.ordinal();
                periods.extend(months.map(Period::from_ordinal));
            }
        }
    }
    periods.extend(account.disbursements.standing().map(|(_, report)| Period::of(report.disbursed_on)));
    periods
}
