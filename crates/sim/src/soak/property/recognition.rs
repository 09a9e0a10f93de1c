//! L3: after each close, what it and those before it recognised of every closed period is what one fresh calculation at its
//! cutoff gives. L2, L5: the parts of a statement add up.

use std::collections::BTreeMap;

use serde_json::Value;
use tributary_domain::id::PartnerId;
use tributary_domain::money::{AMOUNT_PLACES, Amount, CreditAmount};
use tributary_domain::time::Period;
use tributary_finance::{Statement, StatementLine, close_pending, commissions};

use super::additivity::names;
use super::{Broken, Case, equal, read};
use crate::soak::SimError;

/// By period, plan and deal.
type Amounts = BTreeMap<(String, String, String), CreditAmount>;

pub(super) fn holds(case: &Case<'_>) -> Result<(), Broken> {
    let projection = &case.ledger.projection;
    close_pending(projection, |_, _, _| {})?;
    let closes = projection.view(None)?.closes();
    for partner in names(case)?.partners {
        let mut recognised = Amounts::new();
        for (at, close) in closes.iter().enumerate() {
            for line in &kept(case, &partner, close.period)? {
                adds_up(line)?;
                for deal in &line.deals {
                    let key = (line.period.clone(), line.plan.clone(), deal.deal.clone());
                    recognised.entry(key).or_default().add(read(&deal.amount)?)?;
                }
            }
            let periods = closes[..=at].iter().map(|close| close.period);
            let what = format!("recognised for {partner} after {}", close.period);
            let fresh = fresh(case, &partner, close.cutoff, periods)?;
            equal(&what, ("the closes", shown(&recognised)), ("a fresh calculation", shown(&fresh)))?;
        }
    }
    Ok(())
}

/// What a close recognised for a partner, with the lines whose deals cancel each other out.
fn kept(case: &Case<'_>, partner: &PartnerId, period: Period) -> Result<Vec<StatementLine>, SimError> {
    match case.ledger.projection.view(None)?.statement(partner, period)? {
        Some(kept) => Ok(serde_json::from_slice::<Statement>(&kept)?.lines),
        None => Ok(Vec::new()),
    }
}

fn fresh(
    case: &Case<'_>,
    partner: &PartnerId,
    cutoff: tributary_domain::time::Instant,
    periods: impl Iterator<Item = Period>,
) -> Result<Amounts, SimError> {
    let view = case.ledger.projection.view(Some(cutoff))?;
    let minor_unit = 10_i128.pow(AMOUNT_PLACES - view.reference().book.currency.decimals());
    let mut fresh = Amounts::new();
    for ((period, plan), deals) in commissions(&view, partner).targets(periods)? {
        for (deal, target) in deals {
            let key = (period.to_string(), plan.to_string(), deal.to_string());
            fresh.insert(
                key,
                Amount::from_units(target.amount_minor * minor_unit).share(tributary_domain::money::Ratio::ONE)?,
            );
        }
    }
    Ok(fresh)
}

/// A line is the sum of its deals.
fn adds_up(line: &StatementLine) -> Result<(), Broken> {
    let mut amount = CreditAmount::ZERO;
    let mut base = CreditAmount::ZERO;
    for deal in &line.deals {
        amount.add(read(&deal.amount)?)?;
        base.add(read(&deal.base)?)?;
    }
    let what = format!("the deals of {} {}", line.plan, line.period);
    equal(&what, ("the line", line.amount.clone()), ("its deals", amount.to_string()))?;
    equal(&what, ("the line", line.base.clone()), ("its deals", base.to_string()))
}

fn shown(all: &Amounts) -> Value {
    let row = |((period, plan, deal), amount): (&(String, String, String), &CreditAmount)| {
        (format!("{period} {plan} {deal}"), Value::from(amount.to_string()))
    };
    all.iter().filter(|(_, amount)| !amount.is_zero()).map(row).collect::<serde_json::Map<_, _>>().into()
}
