//! What waits, summed: by day and currency, with its first and last day and when the first of it was recorded.

use std::collections::BTreeMap;

use tributary_domain::currency::Currency;
use tributary_domain::money::{Amount, Overflow};
use tributary_domain::time::{Day, Instant};
use tributary_projector::View;

/// A sum of what waits.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    amounts: BTreeMap<(Currency, Day), Amount>,
    span: Option<(Day, Day, Instant)>,
}

impl Waiting {
    /// Something waits since then.
    pub(super) fn since(&mut self, day: Day, recorded: Instant) {
        let (first, last, oldest) = self.span.unwrap_or((day, day, recorded));
        self.span = Some((first.min(day), last.max(day), oldest.min(recorded)));
    }

    /// An amount of it.
    pub(super) fn add(&mut self, day: Day, currency: Currency, amount: Amount) -> Result<(), Overflow> {
        self.amounts.entry((currency, day)).or_default().add(amount)
    }

    /// By currency.
    pub(super) fn amounts(&self) -> Result<BTreeMap<Currency, Amount>, Overflow> {
        let mut all: BTreeMap<Currency, Amount> = BTreeMap::new();
        for ((currency, _), amount) in &self.amounts {
            all.entry(*currency).or_default().add(*amount)?;
        }
        Ok(all)
    }

    /// What of it can be converted, in the book's currency; none if nothing can, or if it leaves the range.
    pub(super) fn worth(&self, view: &View<'_>) -> Option<Amount> {
        let reference = view.reference();
        let convert = |((currency, day), amount): (&(Currency, Day), &Amount)| {
            reference.rates.convert(&reference.book, *amount, *currency, *day).ok()?.amount()
        };
        let converted: Vec<Amount> = self.amounts.iter().filter_map(convert).collect();
        if converted.is_empty() { None } else { Amount::sum(converted).ok() }
    }

    /// The first and the last day, and when the first was recorded.
    pub(super) fn span(&self) -> (Day, Day, Instant) {
        self.span.unwrap_or((Day::MIN, Day::MIN, Instant::MIN))
    }
}

/// Whole days from one instant to another; none is negative.
pub(super) fn days_between(from: Instant, until: Instant) -> i64 {
    (until.micros().saturating_sub(from.micros()) / 86_400_000_000).max(0)
}

/// Most worth first, then the longest wait, then by name.
pub(super) fn rank<T>(items: &mut [(Option<Amount>, T)], age_and_name: impl Fn(&T) -> (i64, String)) {
    let size = |worth: &Option<Amount>| worth.map_or(0, |worth| worth.units().unsigned_abs());
    items.sort_by(|(a_worth, a), (b_worth, b)| {
        let ((a_age, a_name), (b_age, b_name)) = (age_and_name(a), age_and_name(b));
        size(b_worth).cmp(&size(a_worth)).then(b_age.cmp(&a_age)).then(a_name.cmp(&b_name))
    });
}
