//! What candidate policies would have given (L6): the targets of periods as they are, and as they would be, by partner and
//! deal. Two computations at one instant, compared; nothing is recorded, and what was recognised plays no part.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::closing::Entitlements;
use tributary_domain::currency::Currency;
use tributary_domain::event::Body;
use tributary_domain::id::PartnerId;
use tributary_domain::money::Overflow;
use tributary_domain::policy::Policy;
use tributary_domain::time::{Day, Period};
use tributary_events::policy::Novelty;
use tributary_events::shape;
use tributary_projector::View;

use crate::change::{Change, Moved, PlanChange, of_plan};
use crate::entitlement::commissions;
use crate::error::FinanceError;
use crate::parallel::on_every_processor;

/// What candidate policies would change of the targets of periods. Amounts are decimals in the book's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhatIf {
    /// When the rest is known.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
    /// The book's currency.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// The policies that are supposed, in the order in which they would be published.
    pub candidates: Vec<Candidate>,
    /// The periods, in order.
    pub periods: Vec<String>,
    /// Over all partners and periods.
    pub amount: Change,
    /// The partners that earn anything, before or after, by id.
    pub partners: Vec<PartnerWhatIf>,
}

/// A policy that is supposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// `attribution` or `commission`.
    #[schemars(extend("enum" = ["attribution", "commission"]))]
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// The first day on which it would be in force.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub effective_from: String,
    /// What publishing it would be.
    pub publication: Novelty,
}

/// What would change for a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PartnerWhatIf {
    /// The partner.
    pub partner: String,
    /// Over all periods.
    pub amount: Change,
    /// The periods in which it earns anything, before or after, in order.
    pub periods: Vec<PeriodWhatIf>,
}

/// What would change for a partner in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PeriodWhatIf {
    /// The period.
    #[schemars(extend("pattern" = shape::PERIOD))]
    pub period: String,
    /// Over all plans.
    pub amount: Change,
    /// The plans under which anything differs, by id.
    pub plans: Vec<PlanChange>,
}

/// Compares the targets of periods in two views of one ledger at one instant: as it is, and supposing policies
/// ([`View::supposing`]). An account is folded once in each view, however many the periods and partners.
pub fn what_if(now: &View<'_>, supposed: &View<'_>, periods: RangeInclusive<Period>) -> Result<WhatIf, FinanceError> {
    now.last_recorded().ok_or(FinanceError::Nothing)?;
    let currency = now.reference().book.currency;
    for view in [now, supposed] {
        view.look_at_all()?;
        view.fold_all(*periods.end())?;
    }
    let partners: Vec<PartnerId> = now.partners()?.union(&supposed.partners()?).cloned().collect();
    let (lent, lent_supposed) = (now.lend(), supposed.lend());
    let compare = |(now, supposed): &(View<'_>, View<'_>), partner: &PartnerId| {
        let mut as_it_is = commissions(now, partner);
        let before = as_it_is.targets(each(&periods))?;
        let mut as_supposed = as_it_is.under(supposed);
        let after = as_supposed.targets(each(&periods))?;
        Ok(of_partner(partner, &before, &after, currency)?)
    };
    let compared = on_every_processor(&partners, || (lent.view(), lent_supposed.view()), compare, |_| {})?;
    let mut all = Moved::default();
    let mut partners = Vec::new();
    for (amount, compared) in compared.into_iter().flatten() {
        all.add(amount);
        partners.push(compared);
    }
    Ok(WhatIf {
        known_at: now.known_at().to_string(),
        currency: currency.to_string(),
        candidates: supposed.supposed().iter().map(|policy| candidate(now, policy)).collect(),
        periods: each(&periods).map(|period| period.to_string()).collect(),
        amount: all.change(currency),
        partners,
    })
}

fn each(periods: &RangeInclusive<Period>) -> impl Iterator<Item = Period> + use<> {
    (periods.start().ordinal()..=periods.end().ordinal()).map(Period::from_ordinal)
}

fn candidate(view: &View<'_>, policy: &Policy) -> Candidate {
    let (kind, id, from) = (policy.kind(), policy.id(), policy.effective_from());
    let known = view.reference_events().filter_map(|filed| match &filed.event.body {
        Body::PolicyPublished(known) if (known.kind(), known.id()) == (kind, id) => Some(known.effective_from()),
        _ => None,
    });
    let known: BTreeSet<Day> = known.collect();
    let publication = match () {
        () if known.contains(&from) => Novelty::Correction,
        () if known.is_empty() => Novelty::New,
        () => Novelty::Version,
    };
    Candidate { kind, id: id.to_string(), effective_from: from.to_string(), publication }
}

/// None if it earns nothing in any period, neither before nor after.
fn of_partner(
    partner: &PartnerId,
    before: &Entitlements,
    after: &Entitlements,
    currency: Currency,
) -> Result<Option<(Moved, PartnerWhatIf)>, Overflow> {
    let nothing = BTreeMap::new();
    let mut periods: BTreeMap<Period, (Moved, Vec<PlanChange>)> = BTreeMap::new();
    for key in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let [before, after] = [before, after].map(|all| all.get(key).unwrap_or(&nothing));
        if before.is_empty() && after.is_empty() {
            continue;
        }
        let (amount, plan) = of_plan(&key.1, before, after, currency)?;
        let (of_period, plans) = periods.entry(key.0).or_default();
        of_period.add(amount);
        plans.extend(Some(plan).filter(|plan| !plan.deals.is_empty()));
    }
    let mut all = Moved::default();
    periods.values().for_each(|(amount, _)| all.add(*amount));
    let period = |(period, (amount, plans)): (Period, (Moved, Vec<PlanChange>))| PeriodWhatIf {
        period: period.to_string(),
        amount: amount.change(currency),
        plans,
    };
    let periods: Vec<PeriodWhatIf> = periods.into_iter().map(period).collect();
    let compared = PartnerWhatIf { partner: partner.to_string(), amount: all.change(currency), periods };
    Ok(Some((all, compared)).filter(|(_, compared)| !compared.periods.is_empty()))
}
