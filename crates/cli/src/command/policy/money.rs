//! What publishing policies would change of the money: adjustments of closed periods in the next close, accruals of open ones.

use std::collections::BTreeMap;

use serde::Serialize;
use tributary_domain::policy::Policy;
use tributary_domain::time::Period;
use tributary_finance::{WhatIf, what_if};
use tributary_projector::View;

use crate::error::CliError;
use crate::grid::{Grid, figure, text};

/// The money that would change.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Money {
    /// Which periods were looked at: the first and the last.
    periods: Option<[String; 2]>,
    currency: String,
    /// The periods in which something would change, in order.
    changes: Vec<PeriodChange>,
}

/// What would change in a period.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PeriodChange {
    period: String,
    /// `adjustment` of a closed period, in the next close; `accrual` of an open one.
    kind: &'static str,
    partners: Vec<PartnerChange>,
}

/// What would change for a partner.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PartnerChange {
    partner: String,
    before: String,
    after: String,
    difference: String,
}

/// Compares the ledger with itself supposing the policies. What is before the first closed period is never recognised, and
/// what is after the last recorded instant has not happened.
pub(super) fn money(view: &View<'_>, policies: &[Policy]) -> Result<Money, CliError> {
    let currency = view.reference().book.currency.to_string();
    let closes = view.closes();
    let begun = policies.iter().map(|policy| Period::of(policy.effective_from())).min();
    let first = begun.map(|begun| closes.first().map_or(begun, |close| close.period.max(begun)));
    let last = Period::of(view.reference().book.day(view.known_at()));
    let Some(first) = first.filter(|first| *first <= last && view.last_recorded().is_some()) else {
        return Ok(Money { periods: None, currency, changes: Vec::new() });
    };
    let compared = what_if(view, &view.supposing(policies), first..=last)?;
    let closed = closes.last().map(|close| close.period.to_string());
    let kind = |period: &str| match &closed {
        Some(closed) if period <= closed.as_str() => "adjustment",
        _ => "accrual",
    };
    let changes = by_period(compared)
        .into_iter()
        .map(|(period, partners)| PeriodChange { kind: kind(&period), period, partners })
        .collect();
    Ok(Money { periods: Some([first.to_string(), last.to_string()]), currency, changes })
}

fn by_period(compared: WhatIf) -> BTreeMap<String, Vec<PartnerChange>> {
    let mut periods: BTreeMap<String, Vec<PartnerChange>> = BTreeMap::new();
    for of in compared.partners {
        for within in of.periods.into_iter().filter(|within| within.amount.difference != "0") {
            let (before, after, difference) = (within.amount.before, within.amount.after, within.amount.difference);
            let change = PartnerChange { partner: of.partner.clone(), before, after, difference };
            periods.entry(within.period).or_default().push(change);
        }
    }
    periods
}

/// A row for each partner and period.
pub(super) fn readable(money: &Money) -> String {
    let Some([first, last]) = &money.periods else {
        return "no money changes: nothing has happened yet in the periods in which it is in force\n".to_owned();
    };
    if money.changes.is_empty() {
        return format!("no money changes in {first} to {last}\n");
    }
    let names = ["period", "kind", "partner"].map(text);
    let figures = ["before", "after", "difference"].map(|name| figure(format!("{name} {}", money.currency)));
    let mut grid = Grid::new(names.into_iter().chain(figures));
    for of in &money.changes {
        for (at, change) in of.partners.iter().enumerate() {
            let (period, kind) = if at == 0 { (of.period.as_str(), of.kind) } else { ("", "") };
            grid.row([period, kind, &change.partner, &change.before, &change.after, &change.difference]);
        }
    }
    grid.render()
}
