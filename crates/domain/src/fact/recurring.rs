//! Recurring lines: so much a month, a day at a time (F2).

use chrono::Datelike;

use super::{Agreed, AgreedPart, FactKey, Visit};
use crate::account::Account;
use crate::event::LineKind;
use crate::money::{Amount, Overflow};
use crate::policy::Basis;
use crate::time::Period;

pub(super) fn visit<'a>(account: &'a Account, period: Period, visit: &mut Visit<'a, '_>) -> Result<(), Overflow> {
    for deal in account.deals.values() {
        for day in period.first_day().iter_days().take(period.day_count() as usize) {
            if deal.term_on(day).is_none() {
                continue;
            }
            for line in deal.lines_on(day) {
                let LineKind::Recurring(monthly) = line.kind else { continue };
                let key = FactKey {
                    basis: Basis::Recurring,
                    deal: Some(deal.id.clone()),
                    product: Some(line.product.clone()),
                    vendor: line.vendor.clone(),
                    day,
                    currency: monthly.currency,
                };
                let amount = part(monthly.amount, day.day(), period.day_count())?;
                visit(AgreedPart { key, amount, from: Agreed::Recurring(line, monthly.amount) })?;
            }
        }
    }
    Ok(())
}

/// What a monthly amount m gives on day j of a month of n days: `floor(m·j/n) − floor(m·(j−1)/n)`, so that a full month adds
/// up to m exactly (F2).
pub fn part(monthly: Amount, day: u32, days: u32) -> Result<Amount, Overflow> {
    let until = |j: u32| {
        let product = monthly.units().checked_mul(j.into()).ok_or(Overflow)?;
        Ok(Amount::from_units(product.div_euclid(days.into())))
    };
    until(day)?.minus(until(day - 1)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn f2_the_days_of_a_full_month_add_up_to_the_monthly_amount(units in -10_i128.pow(20)..10_i128.pow(20), days in 28_u32..=31) {
            let monthly = Amount::from_units(units);
            let sum = Amount::sum((1..=days).map(|day| part(monthly, day, days).expect("in range")));
            prop_assert_eq!(sum, Ok(monthly));
        }
    }
}
