//! The commission of a measure, step by step, and what each deal gets of it (M2–M8).

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::commission::{Commission, DealCommission, MeasureCommission, compared_period, passes};
use tributary_domain::currency::Currency;
use tributary_domain::deal::Deal;
use tributary_domain::id::AccountId;
use tributary_domain::policy::CommissionPlan;
use tributary_domain::time::Period;
use tributary_events::shape;

use super::credit::{self, CreditExplained, Wanted};
use super::event::EventCited;
use super::fact::Earnings;
use super::line::Lines;
use crate::decimal::minor;
use crate::error::FinanceError;

/// The commission of a measure, step by step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeasureExplained {
    /// The account that is measured; none: the partner as a whole.
    pub account: Option<String>,
    /// The base (M2).
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub base: String,
    /// The parts of the base and their rates (M3).
    pub bands: Vec<BandExplained>,
    /// What they give (M3).
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub scheduled: String,
    /// What the base is compared with, if the plan compares (M4).
    pub growth: Option<GrowthExplained>,
    /// What growth does to it (M4).
    pub acceleration: Option<AccelerationExplained>,
    /// After acceleration, before rounding (M4).
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub accelerated: String,
    /// In the currency's minor unit, rounded (M5).
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub rounded: String,
    /// What the plan's cap leaves, where it was exceeded (M5).
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub capped: Option<String>,
    /// How that is allocated to every deal of the measure (M6).
    pub allocation: Vec<AllocationExplained>,
    /// The deals explained: what they are allocated, less clawback (M7).
    pub deals: Vec<DealExplained>,
}

/// A part of the base and its rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BandExplained {
    /// Where the band begins.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub from: String,
    /// Its rate.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub rate: String,
    /// The part of the base; of a negative base, of its size.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub part: String,
}

/// What a base is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GrowthExplained {
    /// The compared period.
    #[schemars(extend("pattern" = shape::PERIOD))]
    pub period: String,
    /// The base of the same measure there.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub base: String,
    /// The growths that multiply, and by how much.
    pub bands: Vec<GrowthBandExplained>,
}

/// A growth that multiplies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GrowthBandExplained {
    /// The growth, as a ratio of the compared base.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub growth: String,
    /// What it multiplies by.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub multiplier: String,
}

/// What growth does to a commission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AccelerationExplained {
    /// The base of the compared period.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub compared: String,
    /// The growth that was reached.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub growth: String,
    /// What it multiplies by.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub multiplier: String,
}

/// A cap that was exceeded, and how it was divided (M5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CapExplained {
    /// The cap, in the currency's minor unit.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    /// Every measure of the plan, by account.
    pub measures: Vec<CappedExplained>,
}

/// A measure under a cap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CappedExplained {
    /// The account that is measured; none: the partner as a whole.
    pub account: Option<String>,
    /// What it came to.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub rounded: String,
    /// What the cap leaves of it.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub capped: String,
}

/// What a deal is allocated (M6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AllocationExplained {
    /// The deal.
    pub deal: String,
    /// Its base.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub base: String,
    /// Its part of the measure.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub allocated: String,
}

/// A deal's part of a measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DealExplained {
    /// The deal.
    pub deal: String,
    /// Its account.
    pub account: String,
    /// Its base: the sum of its credits.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub base: String,
    /// Its part of the measure (M6).
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub allocated: String,
    /// What an early churn takes back (M7).
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub clawed_back: String,
    /// Why, if it takes anything back (M7).
    pub clawback: Option<ClawbackExplained>,
    /// What is left (M8).
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub target: String,
    /// The credits that make the base.
    pub credits: Vec<CreditExplained>,
}

/// An early churn (M7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClawbackExplained {
    /// How many days after the initial term's start the deal churned.
    pub churned_after_days: u32,
    /// Fewer than so many are early.
    pub within_days: u32,
    /// How much of the allocation is taken back.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub share: String,
    /// The initial term and the churn.
    pub because: Vec<EventCited>,
}

/// Explains a measure; none: it holds none of the deals wanted.
pub(super) fn explain(
    lines: &mut Lines<'_, '_, '_>,
    plan: &CommissionPlan,
    period: Period,
    measure: &MeasureCommission,
    capped: bool,
) -> Result<Option<MeasureExplained>, FinanceError> {
    let currency = lines.citing.view.reference().book.currency;
    let (mut deals, only) = (Vec::new(), lines.only);
    for deal in measure.deals.iter().filter(|deal| only.is_none_or(|only| deal.deal == *only)) {
        deals.push(explain_deal(lines, plan, period, deal, currency)?);
    }
    let allocated = |deal: &DealCommission| AllocationExplained {
        deal: deal.deal.to_string(),
        base: deal.base.to_string(),
        allocated: minor(deal.allocated_minor, currency),
    };
    let bands = measure.slices.iter().map(|slice| BandExplained {
        from: slice.band.from.to_string(),
        rate: slice.band.rate.to_string(),
        part: slice.part.to_string(),
    });
    let acceleration = measure.acceleration.map(|acceleration| AccelerationExplained {
        compared: acceleration.compared.to_string(),
        growth: acceleration.growth.to_string(),
        multiplier: acceleration.multiplier.to_string(),
    });
    Ok((!deals.is_empty()).then(|| MeasureExplained {
        account: measure.account.as_ref().map(AccountId::to_string),
        base: measure.base.to_string(),
        bands: bands.collect(),
        scheduled: measure.scheduled.to_string(),
        growth: growth(plan, period, measure),
        acceleration,
        accelerated: measure.accelerated.to_string(),
        rounded: minor(measure.rounded_minor, currency),
        capped: capped.then(|| minor(measure.capped_minor, currency)),
        allocation: measure.deals.iter().map(allocated).collect(),
        deals,
    }))
}

fn growth(plan: &CommissionPlan, period: Period, measure: &MeasureCommission) -> Option<GrowthExplained> {
    let bands = plan.accelerator.iter().flat_map(|accelerator| &accelerator.bands);
    Some(GrowthExplained {
        period: compared_period(plan, period)?.to_string(),
        base: measure.compared?.to_string(),
        bands: bands
            .map(|band| GrowthBandExplained {
                growth: band.growth.to_string(),
                multiplier: band.multiplier.to_string(),
            })
            .collect(),
    })
}

fn explain_deal(
    lines: &mut Lines<'_, '_, '_>,
    plan: &CommissionPlan,
    period: Period,
    of: &DealCommission,
    currency: Currency,
) -> Result<DealExplained, FinanceError> {
    let earnings = lines.earnings.of(lines.citing, &of.account, period)?;
    let wanted =
        Wanted { partner: lines.partner, pool: &plan.pool, deal: Some(&of.deal), passes: &|key| passes(plan, key) };
    let deal = earnings.history.folded.account.deals.get(&of.deal);
    let clawback = deal.and_then(|deal| clawback(lines, plan, &earnings, deal, of));
    Ok(DealExplained {
        deal: of.deal.to_string(),
        account: of.account.to_string(),
        base: of.base.to_string(),
        allocated: minor(of.allocated_minor, currency),
        clawed_back: minor(of.clawed_back_minor, currency),
        clawback,
        target: minor(of.target_minor(), currency),
        credits: credit::explain(lines.citing, &earnings, &wanted)?,
    })
}

/// Why a deal's allocation loses a share of itself, if it does (M7).
fn clawback(
    lines: &Lines<'_, '_, '_>,
    plan: &CommissionPlan,
    earnings: &Earnings,
    deal: &Deal,
    of: &DealCommission,
) -> Option<ClawbackExplained> {
    let clawback = plan.clawback?;
    let churned_after_days = of.churned_after_days.filter(|days| *days < clawback.within_days)?;
    let term = deal.initial_term().map(|term| ("initial term given", &term.given_by));
    let churn = deal.first_churn().map(|(_, identity)| ("deal churned", identity));
    let cite = |(what, identity)| earnings.history.cite(lines.citing, what, identity);
    Some(ClawbackExplained {
        churned_after_days,
        within_days: clawback.within_days,
        share: clawback.share.to_string(),
        because: term.into_iter().chain(churn).filter_map(cite).collect(),
    })
}

impl CapExplained {
    /// None: there is none, or it was not exceeded.
    pub(super) fn of(commission: &Commission, currency: Currency) -> Option<Self> {
        let measure = |measure: &MeasureCommission| CappedExplained {
            account: measure.account.as_ref().map(AccountId::to_string),
            rounded: minor(measure.rounded_minor, currency),
            capped: minor(measure.capped_minor, currency),
        };
        Some(Self {
            amount: minor(commission.capped_at_minor?, currency),
            measures: commission.measures.iter().map(measure).collect(),
        })
    }
}
