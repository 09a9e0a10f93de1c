//! A statement line: what the plan gives now, step by step, less what earlier closes recognised (L2, M2–M8).

use serde::Serialize;
use tributary_domain::commission::{Commission, DealCommission, MeasureCommission};
use tributary_domain::currency::Currency;
use tributary_domain::event::Body;
use tributary_domain::id::{AccountId, DealId, Identity, PartnerId};
use tributary_domain::policy::{CommissionPlan, Policy};
use tributary_domain::time::Period;
use tributary_log::Position;
use tributary_projector::View;

use super::credit::{self, CreditExplained};
use super::event::EventCited;
use crate::decimal::minor;
use crate::entitlement::commissions;
use crate::error::FinanceError;
use crate::statement::{Statement, StatementLine};

/// A statement line, explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LineExplained {
    /// The plan.
    pub plan: String,
    /// The first day in force of its version; none: no version applies any more.
    pub effective_from: Option<String>,
    /// The event that published it.
    pub published: Option<EventCited>,
    /// The period that the line is for.
    pub period: String,
    /// `accrual` or `adjustment`.
    pub kind: String,
    /// The amount of the line: what the plan gives now less what was recognised before.
    pub amount: String,
    /// What earlier closes recognised for the same period and plan.
    pub recognised_before: Vec<RecognisedBefore>,
    /// What the plan gives now, by measure.
    pub measures: Vec<MeasureExplained>,
}

/// What an earlier close recognised for a line's period and plan, of the deals explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecognisedBefore {
    /// The period whose close it was.
    pub closed: String,
    /// When that was known.
    pub known_at: String,
    /// How much.
    pub amount: String,
}

/// The commission of a measure, step by step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MeasureExplained {
    /// The account that is measured; none: the partner as a whole.
    pub account: Option<String>,
    /// The base (M2).
    pub base: String,
    /// The parts of the base and their rates (M3).
    pub bands: Vec<BandExplained>,
    /// What they give (M3).
    pub scheduled: String,
    /// What growth does to it (M4).
    pub acceleration: Option<AccelerationExplained>,
    /// In the currency's minor unit, rounded (M5).
    pub rounded: String,
    /// What the plan's cap leaves, where it was exceeded (M5).
    pub capped: Option<String>,
    /// How it is allocated (M6), less clawback (M7).
    pub deals: Vec<DealExplained>,
}

/// A part of the base and its rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BandExplained {
    /// Where the band begins.
    pub from: String,
    /// Its rate.
    pub rate: String,
    /// The part of the base.
    pub part: String,
}

/// What growth does to a commission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccelerationExplained {
    /// The base of the compared period.
    pub compared: String,
    /// The growth that was reached.
    pub growth: String,
    /// What it multiplies by.
    pub multiplier: String,
}

/// A deal's part of a measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DealExplained {
    /// The deal.
    pub deal: String,
    /// Its account.
    pub account: String,
    /// Its base: the sum of its credits.
    pub base: String,
    /// Its part of the measure (M6).
    pub allocated: String,
    /// What an early churn takes back (M7).
    pub clawed_back: String,
    /// What is left (M8).
    pub target: String,
    /// The credits that make the base.
    pub credits: Vec<CreditExplained>,
}

pub(super) fn explain(
    view: &View<'_>,
    partner: &PartnerId,
    shown: &StatementLine,
    statement_period: Period,
    only: Option<&DealId>,
    identify: &dyn Fn(Position) -> Option<Identity>,
) -> Result<LineExplained, FinanceError> {
    let of = shown.period.parse().unwrap_or(statement_period);
    let currency = view.reference().book.currency;
    let commission = commissions(view, partner).of(of)?.into_iter().find(|one| one.plan.as_str() == shown.plan);
    let plan = view.reference().policies.plans_for(of).find(|plan| plan.id.as_str() == shown.plan);
    let mut measures = Vec::new();
    for measure in commission.iter().flat_map(|commission| &commission.measures) {
        let capped = commission.as_ref().is_some_and(|commission| commission.capped_at_minor.is_some());
        let mut explained = explain_measure(measure, capped, currency);
        for deal in measure.deals.iter().filter(|deal| only.is_none_or(|only| deal.deal == *only)) {
            let credits = match plan {
                Some(plan) => credit::of_deal(view, partner, plan, of, deal, identify)?,
                None => Vec::new(),
            };
            explained.deals.push(explain_deal(deal, credits, currency));
        }
        if !explained.deals.is_empty() {
            measures.push(explained);
        }
    }
    Ok(LineExplained {
        plan: shown.plan.clone(),
        effective_from: commission.as_ref().map(|commission| commission.effective_from.to_string()),
        published: commission.as_ref().and_then(|commission| published(view, commission)),
        period: shown.period.clone(),
        kind: shown.kind.clone(),
        amount: amount_of(shown, only),
        recognised_before: recognised_before(view, partner, shown, statement_period, only)?,
        measures,
    })
}

/// The amount of a line, or of one deal's part of it.
fn amount_of(line: &StatementLine, only: Option<&DealId>) -> String {
    match only {
        None => line.amount.clone(),
        Some(only) => {
            let part = line.deals.iter().find(|deal| deal.deal == only.as_str());
            part.map_or_else(|| "0".to_owned(), |deal| deal.amount.clone())
        }
    }
}

/// The event that published the version that was applied.
fn published(view: &View<'_>, commission: &Commission) -> Option<EventCited> {
    let version = |plan: &CommissionPlan| (plan.id.clone(), plan.effective_from);
    let applied = (commission.plan.clone(), commission.effective_from);
    let of_version = view.reference_events().filter(|filed| match &filed.event.body {
        Body::PolicyPublished(policy) => matches!(&**policy, Policy::Commission(plan) if version(plan) == applied),
        _ => false,
    });
    let filed = of_version.max_by_key(|filed| filed.event.meta.clone())?;
    let meta = &filed.event.meta;
    Some(EventCited::at("plan published", Some(&meta.identity), filed.position, meta.recorded))
}

fn recognised_before(
    view: &View<'_>,
    partner: &PartnerId,
    shown: &StatementLine,
    statement_period: Period,
    only: Option<&DealId>,
) -> Result<Vec<RecognisedBefore>, FinanceError> {
    let mut before = Vec::new();
    for (closed, kept) in view.statements_of(partner)? {
        if closed >= statement_period {
            continue;
        }
        let kept = Statement::from_bytes(&kept)
            .map_err(|source| FinanceError::Kept { partner: partner.to_string(), source })?;
        let same = |line: &&StatementLine| line.plan == shown.plan && line.period == shown.period;
        for line in kept.lines.iter().filter(same) {
            let amount = amount_of(line, only);
            before.push(RecognisedBefore { closed: closed.to_string(), known_at: kept.known_at.clone(), amount });
        }
    }
    Ok(before)
}

fn explain_measure(measure: &MeasureCommission, capped: bool, currency: Currency) -> MeasureExplained {
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
    MeasureExplained {
        account: measure.account.as_ref().map(AccountId::to_string),
        base: measure.base.to_string(),
        bands: bands.collect(),
        scheduled: measure.scheduled.to_string(),
        acceleration,
        rounded: minor(measure.rounded_minor, currency),
        capped: capped.then(|| minor(measure.capped_minor, currency)),
        deals: Vec::new(),
    }
}

fn explain_deal(deal: &DealCommission, credits: Vec<CreditExplained>, currency: Currency) -> DealExplained {
    DealExplained {
        deal: deal.deal.to_string(),
        account: deal.account.to_string(),
        base: deal.base.to_string(),
        allocated: minor(deal.allocated_minor, currency),
        clawed_back: minor(deal.clawed_back_minor, currency),
        target: minor(deal.target_minor(), currency),
        credits,
    }
}
