//! What moved for partners between two instants (L6): the adjustments that the next close would book for closed periods, and
//! the difference of what a period comes to as known at two instants; each with what caused it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::closing::Entitlements;
use tributary_domain::currency::Currency;
use tributary_domain::id::PartnerId;
use tributary_domain::money::Overflow;
use tributary_domain::time::{Instant, Period};
use tributary_events::shape;
use tributary_projector::View;

use crate::carried::recognised_by;
use crate::cause::{Bearing, Cause, Instants, causes};
use crate::change::{Change, Moved, PlanChange, of_plan};
use crate::entitlement::commissions;
use crate::error::FinanceError;

/// The adjustments that the next close would book for closed periods, were it struck at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Adjustments {
    /// The instant.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
    /// The last cutoff by then: what was known at it is recognised.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub cutoff: String,
    /// The book's currency.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// The sum of all adjustments.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    /// In order. Of each change `before` is what is recognised, `after` the target now, `difference` the adjustment.
    pub periods: Vec<PeriodMoved>,
}

/// What a period comes to, as known at two instants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Diff {
    /// The earlier instant.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub from: String,
    /// The later one.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub to: String,
    /// The book's currency.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// What differs.
    #[serde(flatten)]
    pub period: PeriodMoved,
}

/// What moved in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PeriodMoved {
    /// The period.
    #[schemars(extend("pattern" = shape::PERIOD))]
    pub period: String,
    /// Over all partners asked for, also those for whom nothing moved.
    pub amount: Change,
    /// The partners for whom anything moved, by id.
    pub partners: Vec<PartnerMoved>,
}

/// What moved for a partner in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PartnerMoved {
    /// The partner.
    pub partner: String,
    /// Over all plans.
    pub amount: Change,
    /// The plans under which anything moved, by id.
    pub plans: Vec<PlanChange>,
    /// What moved it, in the order of recorded time; their amounts add up to the difference, deal by deal.
    pub causes: Vec<Cause>,
}

/// What the next close would adjust in closed periods, as known at the view's instant. Closes with a later cutoff count as
/// not made yet. At most `changes_max` causes are told apart for each partner and period. Call [`crate::close_pending`]
/// before. `progress` hears partners done and partners in all.
pub fn adjustments(
    view: &View<'_>,
    periods: RangeInclusive<Period>,
    changes_max: usize,
    mut progress: impl FnMut(usize, usize),
) -> Result<Adjustments, FinanceError> {
    view.last_recorded().ok_or(FinanceError::Nothing)?;
    let known_at = view.known_at();
    let made: Vec<_> = view.closes().into_iter().filter(|close| close.cutoff <= known_at).collect();
    let wanted: BTreeSet<Period> =
        (periods.start().ordinal()..=periods.end().ordinal()).map(Period::from_ordinal).collect();
    let open = wanted.iter().find(|period| made.iter().all(|close| close.period != **period));
    let cutoff = match (open, made.last()) {
        (None, Some(last)) => last.cutoff,
        (open, _) => return Err(FinanceError::NotClosed { period: *open.unwrap_or(periods.start()), known_at }),
    };
    let question = Question { view, instants: Instants::of(view), from: cutoff, changes_max };
    let mut moved: BTreeMap<Period, PeriodSum> = wanted.iter().map(|period| (*period, PeriodSum::default())).collect();
    view.look_at_all()?;
    let partners = view.partners()?;
    for (done, partner) in partners.iter().enumerate() {
        progress(done, partners.len());
        let recognised = recognised_by(view, partner, &made)?;
        let targets = commissions(view, partner).targets(wanted.iter().copied())?;
        question.of_partner(partner, &recognised, &targets, &mut moved)?;
    }
    let currency = view.reference().book.currency;
    let mut all = Moved::default();
    moved.values().for_each(|sum| all.add(sum.amount));
    Ok(Adjustments {
        known_at: known_at.to_string(),
        cutoff: cutoff.to_string(),
        currency: currency.to_string(),
        amount: all.change(currency).difference,
        periods: moved.into_iter().map(|(period, sum)| sum.into_document(period, currency)).collect(),
    })
}

/// How what a period comes to differs between an earlier instant and the view's, for a partner or for all of them.
pub fn diff(
    view: &View<'_>,
    only: Option<&PartnerId>,
    period: Period,
    from: Instant,
    changes_max: usize,
) -> Result<Diff, FinanceError> {
    view.last_recorded().ok_or(FinanceError::Nothing)?;
    let question = Question { view, instants: Instants::of(view), from, changes_max };
    let earlier = question.instants.at(from);
    let mut moved = BTreeMap::from([(period, PeriodSum::default())]);
    let partners = only.map_or_else(|| view.partners(), |only| Ok([only.clone()].into()))?;
    for partner in &partners {
        let [before, after] = [&*earlier, view].map(|view| commissions(view, partner).targets([period].into_iter()));
        question.of_partner(partner, &before?, &after?, &mut moved)?;
    }
    let currency = view.reference().book.currency;
    let sum = moved.remove(&period).unwrap_or_default();
    Ok(Diff {
        from: from.to_string(),
        to: view.known_at().to_string(),
        currency: currency.to_string(),
        period: sum.into_document(period, currency),
    })
}

/// Since when what moved is looked into, and how closely.
struct Question<'v, 'a> {
    view: &'v View<'a>,
    instants: Instants<'v, 'a>,
    from: Instant,
    changes_max: usize,
}

/// What moved in a period so far.
#[derive(Default)]
struct PeriodSum {
    amount: Moved,
    partners: Vec<PartnerMoved>,
}

impl PeriodSum {
    fn into_document(self, period: Period, currency: Currency) -> PeriodMoved {
        PeriodMoved { period: period.to_string(), amount: self.amount.change(currency), partners: self.partners }
    }
}

impl Question<'_, '_> {
    /// Compares a partner's periods, and looks for causes where anything moved.
    fn of_partner(
        &self,
        partner: &PartnerId,
        before: &Entitlements,
        after: &Entitlements,
        moved: &mut BTreeMap<Period, PeriodSum>,
    ) -> Result<(), FinanceError> {
        let currency = self.view.reference().book.currency;
        let mut compared = Vec::new();
        for (period, sum) in moved.iter_mut() {
            let (amount, plans) = of_period(*period, before, after, currency)?;
            sum.amount.add(amount);
            if !plans.is_empty() {
                compared.push((*period, amount, plans));
            }
        }
        let periods: BTreeSet<Period> = compared.iter().map(|(period, _, _)| *period).collect();
        if periods.is_empty() {
            return Ok(());
        }
        let bearing = Bearing::on(self.view, partner, &periods, self.from)?;
        for (period, amount, plans) in compared {
            let causes = causes(&self.instants, partner, period, &bearing, self.changes_max)?;
            let amount = amount.change(currency);
            let of_partner = PartnerMoved { partner: partner.to_string(), amount, plans, causes };
            moved.entry(period).or_default().partners.push(of_partner);
        }
        Ok(())
    }
}

/// Before and after over all plans of a period, and the plans under which anything moved.
fn of_period(
    period: Period,
    before: &Entitlements,
    after: &Entitlements,
    currency: Currency,
) -> Result<(Moved, Vec<PlanChange>), Overflow> {
    let nothing = BTreeMap::new();
    let (mut all, mut plans) = (Moved::default(), Vec::new());
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).filter(|(of, _)| *of == period).collect();
    for key in keys {
        let [before, after] = [before, after].map(|targets| targets.get(key).unwrap_or(&nothing));
        let (amount, plan) = of_plan(&key.1, before, after, currency)?;
        all.add(amount);
        plans.extend(Some(plan).filter(|plan| !plan.deals.is_empty()));
    }
    Ok((all, plans))
}
