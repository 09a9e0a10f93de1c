//! The base: which credit a plan pays for, by measure and deal (M2).

use std::collections::BTreeMap;

use super::PeriodCredits;
use crate::attribution::names;
use crate::credit::CreditKey;
use crate::deal::TermKind;
use crate::id::{AccountId, DealId};
use crate::money::{Amount, CreditAmount, Overflow};
use crate::policy::{CommissionPlan, Measure, Terms};

/// The deals of a measure, by id.
pub(super) type Deals = BTreeMap<DealId, OfDeal>;

/// What a deal brings to a measure.
#[derive(Debug, Clone)]
pub(super) struct OfDeal {
    pub(super) account: AccountId,
    pub(super) base: CreditAmount,
    pub(super) churned_after_days: Option<u32>,
}

/// The credits that pass the plan, by measure (none: the partner's only one) and deal.
pub(super) fn by_measure(
    plan: &CommissionPlan,
    credits: &PeriodCredits,
) -> Result<BTreeMap<Option<AccountId>, Deals>, Overflow> {
    let mut measures: BTreeMap<Option<AccountId>, Deals> = BTreeMap::new();
    let mut passing = credits.iter().filter(|(key, _)| passes(plan, key)).peekable();
    while let Some((key, amount)) = passing.next() {
        // Those of one deal follow one another, for they are of one pool and basis.
        let mut base = *amount;
        while let Some((_, more)) = passing.next_if(|(next, _)| next.deal == key.deal && next.account == key.account) {
            base.add(*more)?;
        }
        let measure = match plan.measure {
            Measure::Partner => None,
            Measure::Account => Some(key.account.clone()),
        };
        let deal = measures.entry(measure).or_default().entry(key.deal.clone()).or_insert_with(|| OfDeal {
            account: key.account.clone(),
            base: CreditAmount::ZERO,
            churned_after_days: key.churned_after_days,
        });
        deal.base.add(base)?;
    }
    Ok(measures)
}

/// Whether a plan pays for a credit (M2).
pub fn passes(plan: &CommissionPlan, key: &CreditKey) -> bool {
    let term = match plan.terms {
        Terms::Any => true,
        Terms::Initial => key.term == Some(TermKind::Initial),
        Terms::Renewal => key.term == Some(TermKind::Renewal),
    };
    let early = plan.months_from_start.is_none_or(|months| key.month_of_deal.is_some_and(|month| month <= months));
    key.pool == plan.pool
        && key.basis == plan.basis
        && names(&plan.roles, Some(&key.role))
        && names(&plan.products, key.product.as_ref())
        && names(&plan.vendors, key.vendor.as_ref())
        && term
        && early
}

/// The sum of the deals, rounded half-even to 10⁻¹² (M2).
pub(super) fn total(deals: &Deals) -> Result<Amount, Overflow> {
    CreditAmount::sum(deals.values().map(|deal| deal.base))?.rounded()
}
