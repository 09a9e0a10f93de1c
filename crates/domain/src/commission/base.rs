//! The base: which credit a plan pays for, by measure and deal (M2).

use super::PeriodCredits;
use crate::attribution::names;
use crate::credit::CreditKey;
use crate::deal::TermKind;
use crate::id::{AccountId, DealId};
use crate::money::{Amount, CreditAmount, Overflow};
use crate::policy::{CommissionPlan, Measure, Terms};

/// The deals of a measure, by id.
pub(super) type Deals = Vec<(DealId, OfDeal)>;

/// The measures, by account (none: the partner's only one).
pub(super) type Measures = Vec<(Option<AccountId>, Deals)>;

/// What a deal brings to a measure.
#[derive(Debug, Clone)]
pub(super) struct OfDeal {
    pub(super) account: AccountId,
    pub(super) base: CreditAmount,
    pub(super) churned_after_days: Option<u32>,
}

/// The credits that pass the plan, by measure and deal.
pub(super) fn by_measure(plan: &CommissionPlan, credits: &PeriodCredits) -> Result<Measures, Overflow> {
    let mut measures = Measures::new();
    // They are of one pool and basis: those of one account follow one another, and of those the ones of one deal.
    let mut passing = credits.iter().filter(|(key, _)| passes(plan, key)).peekable();
    while let Some((key, amount)) = passing.next() {
        let mut base = *amount;
        while let Some((_, more)) = passing.next_if(|(next, _)| next.deal == key.deal && next.account == key.account) {
            base.add(*more)?;
        }
        let account = key.account.clone();
        let deal = OfDeal { account, base, churned_after_days: key.churned_after_days };
        let of_last = match plan.measure {
            Measure::Partner => !measures.is_empty(),
            Measure::Account => measures.last().is_some_and(|(last, _)| last.as_ref() == Some(&key.account)),
        };
        match measures.last_mut().filter(|_| of_last) {
            Some((_, deals)) => deals.push((key.deal.clone(), deal)),
            None => {
                let measure = (plan.measure == Measure::Account).then(|| key.account.clone());
                measures.push((measure, vec![(key.deal.clone(), deal)]));
            }
        }
    }
    measures.iter_mut().try_for_each(|(_, deals)| by_id(deals))?;
    Ok(measures)
}

/// Sorts deals by id, and makes one of those that are the same.
fn by_id(deals: &mut Deals) -> Result<(), Overflow> {
    deals.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut added = Ok(());
    deals.dedup_by(|(id, more), (held, deal)| {
        let same = id == held;
        if same && added.is_ok() {
            added = deal.base.add(more.base);
        }
        same
    });
    added
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
    CreditAmount::sum(deals.iter().map(|(_, deal)| deal.base))?.rounded()
}
