//! Commission of a partner under a plan, for a period (M1–M8). The result is the computation itself, step by step, so that
//! an explanation has nothing to add.

mod accelerator;
mod allocation;
mod base;
mod cap;
mod schedule;

pub use accelerator::Acceleration;
pub use allocation::allocate;
pub use base::passes;
pub use schedule::{BandSlice, scheduled};

use std::collections::BTreeMap;

use crate::attribution::names;
use crate::book::Book;
use crate::credit::CreditKey;
use crate::event::PartnerEnrolled;
use crate::id::{AccountId, DealId, PartnerId, PolicyId};
use crate::money::{Amount, CreditAmount, Overflow};
use crate::policy::{CommissionPlan, Compare, PartnerMatch};
use crate::time::{Day, Period};

/// The credits of one partner in one period.
pub type PeriodCredits = BTreeMap<CreditKey, CreditAmount>;

/// What a plan pays a partner for a period, with every step (M2–M8). Amounts in minor units are of the book's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commission {
    /// The plan.
    pub plan: PolicyId,
    /// The first day in force of its version.
    pub effective_from: Day,
    /// One for the partner, or one for each account, by account.
    pub measures: Vec<MeasureCommission>,
    /// The cap in minor units, where it was exceeded (M5).
    pub capped_at_minor: Option<i128>,
}

/// The commission of one measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureCommission {
    /// The account, where the plan measures accounts.
    pub account: Option<AccountId>,
    /// The base, rounded half-even to 10⁻¹² (M2).
    pub base: Amount,
    /// Which part of the base is paid at which rate (M3).
    pub slices: Vec<BandSlice>,
    /// What the schedule gives (M3).
    pub scheduled: Amount,
    /// The base of the compared period, where the plan compares (M4).
    pub compared: Option<Amount>,
    /// What growth does to it (M4).
    pub acceleration: Option<Acceleration>,
    /// After acceleration, before rounding.
    pub accelerated: Amount,
    /// Rounded to the minor unit (M5).
    pub rounded_minor: i128,
    /// What the cap leaves (M5); the same where there is none.
    pub capped_minor: i128,
    /// By deal (M6, M7).
    pub deals: Vec<DealCommission>,
}

/// What a deal gets of a measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealCommission {
    /// The deal.
    pub deal: DealId,
    /// Its account.
    pub account: AccountId,
    /// Its base, exact (M2).
    pub base: CreditAmount,
    /// How many days after its first term's start it churned, if it did (M7).
    pub churned_after_days: Option<u32>,
    /// Its part of the measure's amount (M6).
    pub allocated_minor: i128,
    /// What an early churn takes back of it (M7).
    pub clawed_back_minor: i128,
}

impl DealCommission {
    /// What is left: the target (M8).
    pub const fn target_minor(&self) -> i128 {
        self.allocated_minor - self.clawed_back_minor
    }
}

/// Whether a plan pays a partner in this state (M1).
pub fn pays(matching: &PartnerMatch, partner: &PartnerId, state: &PartnerEnrolled) -> bool {
    (matching.kinds.is_empty() || matching.kinds.iter().any(|kind| state.kinds.contains(kind)))
        && names(&matching.tracks, state.track.as_ref())
        && names(&matching.tiers, state.tier.as_ref())
        && names(&matching.ids, Some(partner))
}

/// The period that a plan compares with (M4).
pub fn compared_period(plan: &CommissionPlan, period: Period) -> Option<Period> {
    plan.accelerator.as_ref().map(|accelerator| match accelerator.compare {
        Compare::PreviousPeriod => period.previous(),
        Compare::SamePeriodLastYear => period.year_before(),
    })
}

/// Computes what a plan pays for a period's credits (M2–M8). `compared` are the credits of [`compared_period`].
pub fn commission(
    plan: &CommissionPlan,
    credits: &PeriodCredits,
    compared: &PeriodCredits,
    book: &Book,
) -> Result<Commission, Overflow> {
    let compared = base::by_measure(plan, compared)?;
    let mut measures = Vec::new();
    for (account, deals) in base::by_measure(plan, credits)? {
        let before = compared.binary_search_by(|(of, _)| of.cmp(&account)).ok();
        let before = before.map_or(Ok(Amount::ZERO), |at| base::total(&compared[at].1))?;
        measures.push(measure(plan, account, deals, before, book)?);
    }
    let capped_at_minor = cap::apply(plan.cap, &mut measures, book)?;
    for measure in &mut measures {
        allocation::to_deals(measure, plan.clawback, book.rounding)?;
    }
    Ok(Commission { plan: plan.id.clone(), effective_from: plan.effective_from, measures, capped_at_minor })
}

fn measure(
    plan: &CommissionPlan,
    account: Option<AccountId>,
    deals: base::Deals,
    before: Amount,
    book: &Book,
) -> Result<MeasureCommission, Overflow> {
    let base = base::total(&deals)?;
    let (scheduled, slices) = scheduled(&plan.schedule, base)?;
    let acceleration = accelerator::acceleration(plan.accelerator.as_ref(), base, before)?;
    let accelerated = match &acceleration {
        Some(acceleration) => scheduled.times(acceleration.multiplier)?,
        None => scheduled,
    };
    let rounded_minor = book.rounding.to_minor(accelerated, book.currency.decimals())?;
    let deals = deals.into_iter().map(|(deal, of)| DealCommission {
        deal,
        account: of.account,
        base: of.base,
        churned_after_days: of.churned_after_days,
        allocated_minor: 0,
        clawed_back_minor: 0,
    });
    Ok(MeasureCommission {
        account,
        base,
        slices,
        scheduled,
        compared: plan.accelerator.as_ref().map(|_| before),
        acceleration,
        accelerated,
        rounded_minor,
        capped_minor: rounded_minor,
        deals: deals.collect(),
    })
}
