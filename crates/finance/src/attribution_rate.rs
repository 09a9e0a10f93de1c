//! The attribution rate (R7): of what was used and paid out, the part that belongs to a deal; the rest is a bucket with a name.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::currency::Currency;
use tributary_domain::disbursement::Disbursements;
use tributary_domain::event::Event;
use tributary_domain::fact::Sum;
use tributary_domain::fx::Converted;
use tributary_domain::money::{Amount, Overflow, Ratio};
use tributary_domain::policy::Basis;
use tributary_domain::time::{Day, Period};
use tributary_events::shape;
use tributary_projector::View;

use crate::error::FinanceError;

/// How much of what was used and paid out belongs to deals, as known at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttributionRates {
    /// When it is known.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
    /// By period, basis and currency.
    pub rates: Vec<AttributionRate>,
}

/// A period, basis and currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttributionRate {
    /// The period.
    #[schemars(extend("pattern" = shape::PERIOD))]
    pub period: String,
    /// What was used, or what marketplaces paid out.
    #[schemars(extend("enum" = [Basis::Consumption.as_str(), Basis::Disbursement.as_str()]))]
    pub basis: &'static str,
    /// The currency.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// What belongs to a deal.
    pub attributed: Bucket,
    /// What of that has no rate to the book's currency (F5).
    pub unconverted: Bucket,
    /// What belongs to no deal of its account (D5, F4).
    pub unattributed: Bucket,
    /// What belongs to no account (I3).
    pub unresolved: Bucket,
    /// The amount attributed, of all; none where that is nothing, or a bucket is below zero.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub rate: Option<String>,
    /// The number attributed, of all; none where there is none.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub rate_by_number: Option<String>,
}

/// How much, and how many usage events or lines of disbursements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Bucket {
    /// How much.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    /// How many.
    pub number: u64,
}

/// Which row something belongs to.
type Place = (Period, Basis, Currency);

/// What a row adds up from.
#[derive(Default)]
struct Row {
    attributed: Sum,
    unconverted: Sum,
    unattributed: Sum,
    unresolved: Sum,
}

/// The attribution rates as known at the view's instant, of all periods or of one.
pub fn attribution_rates(view: &View<'_>, only: Option<Period>) -> Result<AttributionRates, FinanceError> {
    let mut rows: BTreeMap<Place, Row> = BTreeMap::new();
    let wanted = |period: Period| only.is_none_or(|only| only == period);
    for account in view.accounts()? {
        let folded = view.account_once(&account)?;
        for (period, sums) in view.usage_sums(&folded, only)? {
            for (key, sum) in sums.iter() {
                let of = (key.deal.is_some(), key.day);
                add(&mut rows, view, (period, Basis::Consumption, key.currency), of, *sum)?;
            }
        }
        for (_, report) in folded.account.disbursements.standing() {
            let place = (Period::of(report.disbursed_on), Basis::Disbursement, report.currency);
            if wanted(place.0) {
                let of = (folded.account.disbursed_for(report).is_some(), report.disbursed_on);
                add(&mut rows, view, place, of, Sum { amount: report.net, parts: 1 })?;
            }
        }
    }
    unresolved(view, only, &mut rows)?;
    let rates = rows.into_iter().map(|(place, row)| row.rate(place)).collect::<Result<_, Overflow>>()?;
    Ok(AttributionRates { known_at: view.known_at().to_string(), rates })
}

/// Adds a sum of a day, of a deal or of none.
fn add(
    rows: &mut BTreeMap<Place, Row>,
    view: &View<'_>,
    place: Place,
    (has_deal, day): (bool, Day),
    sum: Sum,
) -> Result<(), Overflow> {
    let row = rows.entry(place).or_default();
    if !has_deal {
        return grow(&mut row.unattributed, sum.amount, sum.parts);
    }
    grow(&mut row.attributed, sum.amount, sum.parts)?;
    let reference = view.reference();
    match reference.rates.convert(&reference.book, sum.amount, place.2, day) {
        Ok(Converted::Unconverted) => grow(&mut row.unconverted, sum.amount, sum.parts),
        Ok(_) | Err(Overflow) => Ok(()),
    }
}

/// Adds what waits under subjects that resolve to no account.
fn unresolved(view: &View<'_>, only: Option<Period>, rows: &mut BTreeMap<Place, Row>) -> Result<(), FinanceError> {
    for subject in view.unresolved()?.into_keys() {
        let Ok(subject) = subject.parse() else { continue };
        let mut waiting = Vec::new();
        let events: Vec<Event> = view.events_of(&subject)?.into_iter().map(|filed| filed.event).collect();
        let events: Vec<&Event> = events.iter().collect();
        for (_, report) in Disbursements::fold(&events).standing() {
            waiting.push(((Period::of(report.disbursed_on), Basis::Disbursement, report.currency), report.net));
        }
        view.visit_usage_of(&subject, |used| {
            let period = Period::of(view.reference().book.day(used.time));
            waiting.push(((period, Basis::Consumption, used.currency), used.amount));
        })?;
        for (place, amount) in waiting.into_iter().filter(|(place, _)| only.is_none_or(|only| only == place.0)) {
            grow(&mut rows.entry(place).or_default().unresolved, amount, 1)?;
        }
    }
    Ok(())
}

fn grow(sum: &mut Sum, amount: Amount, parts: u64) -> Result<(), Overflow> {
    sum.parts += parts;
    sum.amount.add(amount)
}

impl Row {
    fn rate(&self, (period, basis, currency): Place) -> Result<AttributionRate, Overflow> {
        let all = [self.attributed, self.unattributed, self.unresolved];
        let amount = Amount::sum(all.map(|sum| sum.amount))?.units();
        let number: u64 = all.iter().map(|sum| sum.parts).sum();
        let rate = |part: i128, whole: i128| part_of(part, whole).map(|rate| rate.to_string());
        // Refunds that are in another bucket than their sales would make a part larger than the whole.
        let is_part = all.iter().all(|sum| sum.amount >= Amount::ZERO);
        Ok(AttributionRate {
            period: period.to_string(),
            basis: basis.as_str(),
            currency: currency.to_string(),
            attributed: Bucket::of(self.attributed),
            unconverted: Bucket::of(self.unconverted),
            unattributed: Bucket::of(self.unattributed),
            unresolved: Bucket::of(self.unresolved),
            rate: rate(self.attributed.amount.units(), amount).filter(|_| is_part),
            rate_by_number: rate(i128::from(self.attributed.parts), i128::from(number)),
        })
    }
}

impl Bucket {
    fn of(sum: Sum) -> Self {
        Self { amount: sum.amount.to_string(), number: sum.parts }
    }
}

/// A part of a whole, rounded down to four places: a rate of 1 is said only of the whole. None where there is no whole.
fn part_of(part: i128, whole: i128) -> Option<Ratio> {
    const PLACES: i128 = 10_000;
    const UNIT: i128 = 1_000_000_000 / PLACES;
    if whole <= 0 {
        return None;
    }
    Some(Ratio::from_units(part.checked_mul(PLACES)?.div_euclid(whole) * UNIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r7_a_rate_is_rounded_down_so_that_one_is_the_whole() {
        for (part, whole, rate) in [
            (9, 10, Some("0.9")),
            (99_999, 100_000, Some("0.9999")),
            (7, 7, Some("1")),
            (0, 7, Some("0")),
            (1, 0, None),
            (1, -1, None),
        ] {
            assert_eq!(part_of(part, whole).map(|rate| rate.to_string()).as_deref(), rate, "{part} of {whole}");
        }
    }
}
