//! Two states of what a partner should have, compared: by plan and deal, amounts and bases before and after.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::closing::Entitlement;
use tributary_domain::currency::Currency;
use tributary_domain::id::{AccountId, DealId, PolicyId};
use tributary_domain::money::{CreditAmount, Overflow};
use tributary_events::shape;

use crate::decimal::minor;

/// An amount before and after, and how much more that is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "their names say it")]
pub struct Change {
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub before: String,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub after: String,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub difference: String,
}

/// What differs under a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlanChange {
    /// The plan.
    pub plan: String,
    /// Over all deals, also those that do not differ.
    pub amount: Change,
    /// The sum of their bases.
    pub base: Change,
    /// The deals that differ, by id.
    pub deals: Vec<DealChange>,
}

/// What differs of a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DealChange {
    /// The deal.
    pub deal: String,
    /// Its account.
    pub account: String,
    /// What it earns.
    pub amount: Change,
    /// The credit that it brings.
    pub base: Change,
}

/// Moved units before and after.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Moved {
    pub(crate) before: i128,
    pub(crate) after: i128,
}

impl Moved {
    pub(crate) const fn add(&mut self, other: Self) {
        self.before += other.before;
        self.after += other.after;
    }

    pub(crate) fn change(self, currency: Currency) -> Change {
        let [before, after, difference] =
            [self.before, self.after, self.after - self.before].map(|count| minor(count, currency));
        Change { before, after, difference }
    }
}

/// Compares what a plan gives before and after.
pub(crate) fn of_plan(
    plan: &PolicyId,
    before: &BTreeMap<DealId, Entitlement>,
    after: &BTreeMap<DealId, Entitlement>,
    currency: Currency,
) -> Result<(Moved, PlanChange), Overflow> {
    let mut all = Moved::default();
    let mut deals = Vec::new();
    for deal in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let (was, is) = (before.get(deal), after.get(deal));
        let amount = Moved { before: was.map_or(0, |of| of.amount_minor), after: is.map_or(0, |of| of.amount_minor) };
        all.add(amount);
        let base = base_change(was.map(|of| of.base), is.map(|of| of.base))?;
        if amount.before != amount.after || base.difference != "0" {
            let account = is.or(was).map(|of| &of.account).map_or_else(String::new, AccountId::to_string);
            deals.push(DealChange { deal: deal.to_string(), account, amount: amount.change(currency), base });
        }
    }
    let sum = |deals: &BTreeMap<DealId, Entitlement>| CreditAmount::sum(deals.values().map(|deal| deal.base));
    let base = base_change(Some(sum(before)?), Some(sum(after)?))?;
    Ok((all, PlanChange { plan: plan.to_string(), amount: all.change(currency), base, deals }))
}

fn base_change(before: Option<CreditAmount>, after: Option<CreditAmount>) -> Result<Change, Overflow> {
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let difference = after.minus(before)?;
    Ok(Change { before: before.to_string(), after: after.to_string(), difference: difference.to_string() })
}
