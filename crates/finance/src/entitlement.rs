//! What a partner is entitled to for a period under every plan, as known at an instant (M1–M8).

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::closing::{Entitlements, targets};
use tributary_domain::commission::{Commission, PeriodCredits, commission, compared_period, pays};
use tributary_domain::id::{PartnerId, PolicyId};
use tributary_domain::money::Overflow;
use tributary_domain::policy::CommissionPlan;
use tributary_domain::time::Period;
use tributary_projector::{Detail, View};

use crate::error::FinanceError;

/// The commissions of one partner, computed from a view; each period's credits are read once, as sums if no plan asks for more.
pub struct Commissions<'v, 'p> {
    view: &'v View<'p>,
    partner: PartnerId,
    credits: BTreeMap<Period, (Detail, PeriodCredits)>,
    out_of_range: BTreeSet<(Period, PolicyId)>,
}

/// The commissions of a partner, as known at the view's instant.
pub fn commissions<'v, 'p>(view: &'v View<'p>, partner: &PartnerId) -> Commissions<'v, 'p> {
    Commissions { view, partner: partner.clone(), credits: BTreeMap::new(), out_of_range: BTreeSet::new() }
}

impl Commissions<'_, '_> {
    /// The same partner's in another view of the ledger at the same instant. Credits that were read need not be read again if
    /// neither view supposes anything but plans.
    pub(crate) fn under<'v, 'p>(self, view: &'v View<'p>) -> Commissions<'v, 'p> {
        let same = self.view.known_at() == view.known_at()
            && [self.view.supposes_plans_alone(), view.supposes_plans_alone()] == [true; 2];
        let credits = if same { self.credits } else { BTreeMap::new() };
        Commissions { view, partner: self.partner, credits, out_of_range: BTreeSet::new() }
    }

    /// What every plan that applies pays for a period, with every step, by plan (M1–M7).
    pub fn of(&mut self, period: Period) -> Result<Vec<Commission>, FinanceError> {
        let (view, partner) = (self.view, self.partner.clone());
        let reference = view.reference();
        let book = &reference.book;
        let Some(state) = reference.partners.state_on(&partner, period.last_day(), book) else {
            return Ok(Vec::new()); // M1: the plan does not apply
        };
        let mut all = Vec::new();
        for plan in reference.policies.plans_for(period).filter(|plan| pays(&plan.partners, &partner, state)) {
            let compared = compared_period(plan, period);
            for of in [Some(period), compared].into_iter().flatten() {
                self.read(of, detail_asked(plan))?;
            }
            let nothing = PeriodCredits::new();
            let of = |period: Period| self.credits.get(&period).map_or(&nothing, |(_, credits)| credits);
            match commission(plan, of(period), compared.map_or(&nothing, of), book) {
                Ok(commission) => all.push(commission),
                // The plan pays the partner nothing for the period; nobody else has to wait for it.
                Err(Overflow) => {
                    self.out_of_range.insert((period, plan.id.clone()));
                }
            }
        }
        Ok(all)
    }

    /// The targets of several periods (M8).
    pub fn targets(&mut self, periods: impl Iterator<Item = Period>) -> Result<Entitlements, FinanceError> {
        let mut all = Entitlements::new();
        for period in periods {
            for commission in self.of(period)? {
                all.insert((period, commission.plan.clone()), targets(&commission));
            }
        }
        Ok(all)
    }

    /// The plans that paid nothing for a period asked for so far, because a sum left the range of the ledger's integers.
    pub fn out_of_range(&self) -> &BTreeSet<(Period, PolicyId)> {
        &self.out_of_range
    }

    fn read(&mut self, period: Period, detail: Detail) -> Result<(), FinanceError> {
        let held = self.credits.get(&period).map(|(held, _)| *held);
        if held.is_none_or(|held| held == Detail::Summed && detail == Detail::Whole) {
            let credits = self.view.credits_in(detail, &self.partner, period)?;
            self.credits.insert(period, (detail, credits));
        }
        Ok(())
    }
}

/// How far credits have to be told apart for a plan (M2).
fn detail_asked(plan: &CommissionPlan) -> Detail {
    if plan.products.is_empty() && plan.vendors.is_empty() { Detail::Summed } else { Detail::Whole }
}
