//! A statement line: what the plan gives now, step by step, less what earlier closes recognised (L2, M1–M8).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::closing::{Entitlement, Line, LineKind, targets};
use tributary_domain::commission::{Commission, pays};
use tributary_domain::currency::Currency;
use tributary_domain::id::{AccountId, DealId, PartnerId};
use tributary_domain::money::{CreditAmount, Overflow};
use tributary_domain::policy::CommissionPlan;
use tributary_domain::time::Period;
use tributary_events::shape;

use super::credit::AllEarnings;
use super::event::{Citing, EventCited};
use super::measure::{self, CapExplained, MeasureExplained};
use super::plan::PlanExplained;
use super::recognised::{Kept, RecognisedBefore};
use crate::decimal::minor;
use crate::entitlement::Commissions;
use crate::error::FinanceError;

/// A statement line, explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineExplained {
    /// The plan.
    pub plan: String,
    /// The first day in force of its version; none: the plan pays nothing any more.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub effective_from: Option<String>,
    /// The event that published it.
    pub published: Option<EventCited>,
    /// Why the plan pays nothing any more, if it does not (M1).
    #[schemars(extend("enum" = ["noVersionInForce", "partnerNotEnrolled", "partnerDoesNotMatch", null]))]
    pub not_applied: Option<&'static str>,
    /// The enrolment that the plan was matched with: the one in force on the period's last day (M1).
    pub enrolled: Option<EventCited>,
    /// What the version says.
    pub terms: Option<PlanExplained>,
    /// The period that the line is for.
    #[schemars(extend("pattern" = shape::PERIOD))]
    pub period: String,
    /// `accrual` or `adjustment`.
    #[schemars(extend("enum" = [LineKind::Accrual.as_str(), LineKind::Adjustment.as_str()]))]
    pub kind: String,
    /// The amount of the line: what the plan gives now less what was recognised before.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    /// The same of the base.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub base: String,
    /// The same deal by deal: the amount and the base are their sums (L2).
    pub differences: Vec<DifferenceExplained>,
    /// What earlier closes recognised for the same period and plan.
    pub recognised_before: Vec<RecognisedBefore>,
    /// The cap, where it was exceeded (M5).
    pub cap: Option<CapExplained>,
    /// What the plan gives now, by measure.
    pub measures: Vec<MeasureExplained>,
}

/// What a deal is due now, and what it was recognised before (L2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DifferenceExplained {
    /// The deal.
    pub deal: String,
    /// Its account.
    pub account: String,
    /// What the plan gives now (M8).
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub target: String,
    /// What earlier closes recognised.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub recognised_before: String,
    /// The one less the other.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    /// The base now.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub base_now: String,
    /// The base that earlier closes recognised.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub base_before: String,
    /// The one less the other.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub base: String,
}

/// What lines are explained from, beside themselves.
pub(super) struct Lines<'a, 'v, 'p> {
    pub(super) citing: &'a Citing<'a>,
    pub(super) partner: &'a PartnerId,
    pub(super) kept: &'a Kept,
    pub(super) commissions: Commissions<'v, 'p>,
    pub(super) earnings: AllEarnings,
    /// Only this deal of each line.
    pub(super) only: Option<&'a DealId>,
}

impl Lines<'_, '_, '_> {
    pub(super) fn explain(&mut self, line: &Line) -> Result<LineExplained, FinanceError> {
        self.citing.set_new_after(self.kept.cutoff().filter(|_| line.kind == LineKind::Adjustment));
        let explained = self.explain_as_known(line);
        self.citing.set_new_after(None);
        explained
    }

    fn explain_as_known(&mut self, line: &Line) -> Result<LineExplained, FinanceError> {
        let reference = self.citing.view.reference();
        let currency = reference.book.currency;
        let commission = self.commissions.of(line.period)?.into_iter().find(|one| one.plan == line.plan);
        let plan = reference.policies.plans_for(line.period).find(|plan| plan.id == line.plan);
        let mut measures = Vec::new();
        if let (Some(commission), Some(plan)) = (&commission, plan) {
            let capped = commission.capped_at_minor.is_some();
            for one in &commission.measures {
                measures.extend(measure::explain(self, plan, line.period, one, capped)?);
            }
        }
        let enrolment = reference.partners.enrolment_on(self.partner, line.period.last_day(), &reference.book);
        let published = plan.and_then(|plan| reference.policies.plan_published(&plan.id, plan.effective_from));
        let published = published.filter(|_| commission.is_some());
        let differences = self.differences(line, commission.as_ref());
        let amount = differences.values().map(Difference::amounts_minor).map(|[now, before]| now - before).sum();
        let base = differences.values().map(Difference::bases).map(|[now, before]| now.minus(before));
        let base = base.collect::<Result<Vec<_>, _>>()?;
        Ok(LineExplained {
            plan: line.plan.to_string(),
            effective_from: commission.as_ref().map(|commission| commission.effective_from.to_string()),
            published: published
                .and_then(|meta| self.citing.shared(format!("plan `{}` published", line.plan), &meta.identity)),
            not_applied: commission.is_none().then(|| self.not_applied(plan, line.period)),
            enrolled: enrolment
                .and_then(|(meta, _)| self.citing.shared(format!("`{}` enrolled", self.partner), &meta.identity)),
            terms: plan.filter(|_| commission.is_some()).map(PlanExplained::of),
            period: line.period.to_string(),
            kind: line.kind.as_str().to_owned(),
            amount: minor(amount, currency),
            base: CreditAmount::sum(base)?.to_string(),
            recognised_before: self.kept.recognised(self.citing, line.period, &line.plan, self.only),
            cap: commission.as_ref().and_then(|commission| CapExplained::of(commission, currency)),
            differences: differences.iter().map(|(deal, of)| of.explain(deal, currency)).collect::<Result<_, _>>()?,
            measures,
        })
    }

    /// M1: why a plan pays nothing any more.
    fn not_applied(&self, plan: Option<&CommissionPlan>, period: Period) -> &'static str {
        let reference = self.citing.view.reference();
        let state = reference.partners.state_on(self.partner, period.last_day(), &reference.book);
        match (plan, state) {
            (None, _) => "noVersionInForce",
            (_, None) => "partnerNotEnrolled",
            (Some(plan), Some(state)) if !pays(&plan.partners, self.partner, state) => "partnerDoesNotMatch",
            (Some(_), Some(_)) => "noVersionInForce",
        }
    }

    /// What each deal is due now and was recognised before, by deal: those of the line and those that are due the same (L2).
    fn differences(&self, line: &Line, commission: Option<&Commission>) -> BTreeMap<DealId, Difference> {
        let mut all: BTreeMap<DealId, Difference> = BTreeMap::new();
        let now = commission.map(targets).unwrap_or_default();
        for (deal, target) in now {
            let of = all.entry(deal).or_insert_with(|| Difference::of(&target.account));
            of.now = Some(target);
        }
        for (deal, before) in self.kept.of(line.period, &line.plan) {
            let of = all.entry(deal.clone()).or_insert_with(|| Difference::of(&before.account));
            of.before = Some(before.clone());
        }
        for (deal, shown) in &line.deals {
            // A deal that earns nothing any more is shown under the account that it belongs to now.
            all.entry(deal.clone()).or_insert_with(|| Difference::of(&shown.account)).account = shown.account.clone();
        }
        all.retain(|deal, _| self.only.is_none_or(|only| only == deal));
        all
    }
}

/// A deal's target, and what was recognised of it.
struct Difference {
    account: AccountId,
    now: Option<Entitlement>,
    before: Option<Entitlement>,
}

impl Difference {
    fn of(account: &AccountId) -> Self {
        Self { account: account.clone(), now: None, before: None }
    }

    /// Now and before, in minor units.
    fn amounts_minor(&self) -> [i128; 2] {
        [&self.now, &self.before].map(|of| of.as_ref().map_or(0, |of| of.amount_minor))
    }

    /// Now and before.
    fn bases(&self) -> [CreditAmount; 2] {
        [&self.now, &self.before].map(|of| of.as_ref().map_or(CreditAmount::ZERO, |of| of.base))
    }

    fn explain(&self, deal: &DealId, currency: Currency) -> Result<DifferenceExplained, Overflow> {
        let ([now, before], [base_now, base_before]) = (self.amounts_minor(), self.bases());
        Ok(DifferenceExplained {
            deal: deal.to_string(),
            account: self.account.to_string(),
            target: minor(now, currency),
            recognised_before: minor(before, currency),
            amount: minor(now - before, currency),
            base_now: base_now.to_string(),
            base_before: base_before.to_string(),
            base: base_now.minus(base_before)?.to_string(),
        })
    }
}
