//! Facts without a rate to the book's currency (F5): on which days, and which rates would do.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::currency::Currency;
use tributary_domain::event::FxConvention;
use tributary_domain::fx::Converted;
use tributary_domain::id::AccountId;
use tributary_domain::money::Amount;
use tributary_domain::time::{Day, Period};
use tributary_projector::{Suspended, View, Why};

use super::work::UnconvertedFacts;
use crate::error::FinanceError;

/// What waits for a rate of one currency.
#[derive(Debug, Default)]
struct OfCurrency {
    facts: u64,
    amount: Amount,
    days: BTreeSet<Day>,
}

pub(super) fn unconverted(
    view: &View<'_>,
    suspended: &[(AccountId, Period, Suspended)],
) -> Result<Vec<UnconvertedFacts>, FinanceError> {
    let of = |wanted: fn(&Suspended) -> bool| -> BTreeSet<(&AccountId, Period)> {
        let wanted = suspended.iter().filter(|(_, _, one)| wanted(one));
        wanted.map(|(account, period, _)| (account, *period)).collect()
    };
    let mut all: BTreeMap<Currency, OfCurrency> = BTreeMap::new();
    // Where sums leave the range there are no facts to be read.
    for (account, period) in &of(|one| one.why.is_unconverted()) - &of(|one| one.why == Why::OutOfRange) {
        for fact in view.facts(account, period)? {
            if fact.converted == Converted::Unconverted {
                let waiting = all.entry(fact.key.currency).or_default();
                waiting.facts += fact.sum.parts;
                waiting.amount.add(fact.sum.amount)?;
                waiting.days.insert(fact.key.day);
            }
        }
    }
    let mut items: Vec<UnconvertedFacts> =
        all.iter().filter_map(|(currency, waiting)| item(view, *currency, waiting)).collect();
    items.sort_by(|a, b| b.age_days.cmp(&a.age_days).then_with(|| a.currency.cmp(&b.currency)));
    Ok(items)
}

fn item(view: &View<'_>, currency: Currency, waiting: &OfCurrency) -> Option<UnconvertedFacts> {
    let (first, last) = (*waiting.days.first()?, *waiting.days.last()?);
    let reference = view.reference();
    let book = reference.book.currency;
    let until = match reference.book.fx {
        FxConvention::ServiceDay => first,
        FxConvention::PeriodEnd => Period::of(first).last_day(),
    };
    let known = reference.rates.first_date(currency, book);
    let either = format!("`rate.published` of {currency} in {book}, or of {book} in {currency}");
    Some(UnconvertedFacts {
        currency: currency.to_string(),
        facts: waiting.facts,
        amount: waiting.amount.to_string(),
        days: waiting.days.len() as u64,
        first_day: first.to_string(),
        last_day: last.to_string(),
        age_days: (reference.book.day(view.known_at()) - first).num_days().max(0),
        first_rate: known.map(|date| date.to_string()),
        resolve: match known {
            Some(date) => format!("{either}, dated on or before {until}: the first known is dated {date}"),
            None => format!("{either}, dated on or before {until}"),
        },
    })
}
