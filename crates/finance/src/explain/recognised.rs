//! What earlier closes recognised (L2), as their kept statements say.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::closing::{Close, Entitlement, Entitlements, Line, add_recognised};
use tributary_domain::currency::Currency;
use tributary_domain::id::{DealId, PartnerId, PolicyId};
use tributary_domain::time::{Instant, Period};
use tributary_events::shape;

use super::event::{Citing, EventCited};
use crate::decimal::minor;
use crate::error::FinanceError;
use crate::statement::Statement;

/// What an earlier close recognised for a line's period and plan, of the deals explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecognisedBefore {
    /// The period whose close it was.
    #[schemars(extend("pattern" = shape::PERIOD))]
    pub closed: String,
    /// When that was known.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
    /// How much.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    /// The close.
    pub close: Option<EventCited>,
}

/// What the closes before a statement recognised for a partner.
pub(super) struct Kept {
    closes: Vec<(Close, Vec<Line>)>,
    currency: Currency,
    all: Entitlements,
}

impl Kept {
    /// Reads what the closes before the statement of a period recognised: before its own close, or all if it is open.
    pub(super) fn before(citing: &Citing<'_>, partner: &PartnerId, period: Period) -> Result<Self, FinanceError> {
        let view = citing.view;
        let mut statements: BTreeMap<Period, Vec<u8>> = view.statements_of(partner)?.into_iter().collect();
        let mut kept = Self { closes: Vec::new(), currency: view.reference().book.currency, all: Entitlements::new() };
        for close in view.closes().into_iter().take_while(|close| close.period != period) {
            let lines = match statements.remove(&close.period) {
                Some(bytes) => Statement::from_bytes(&bytes)
                    .map_err(|source| FinanceError::Kept { partner: partner.to_string(), source })?
                    .recognised(),
                None => Vec::new(),
            };
            add_recognised(&mut kept.all, &lines)?;
            kept.closes.push((close, lines));
        }
        Ok(kept)
    }

    /// The last cutoff before the statement.
    pub(super) fn cutoff(&self) -> Option<Instant> {
        self.closes.last().map(|(close, _)| close.cutoff)
    }

    /// What was recognised for a period and plan, by deal.
    pub(super) fn of(&self, period: Period, plan: &PolicyId) -> impl Iterator<Item = (&DealId, &Entitlement)> {
        self.all.get(&(period, plan.clone())).into_iter().flatten()
    }

    /// Which closes recognised what for a period and plan, of all deals or of one.
    pub(super) fn recognised(
        &self,
        citing: &Citing<'_>,
        period: Period,
        plan: &PolicyId,
        only: Option<&DealId>,
    ) -> Vec<RecognisedBefore> {
        self.by_close(citing, |line| {
            let wanted = |deal: &DealId| only.is_none_or(|only| only == deal);
            let of_line = || line.deals.iter().filter(|(deal, _)| wanted(deal)).map(|(_, of)| of.amount_minor);
            (line.period == period && line.plan == *plan && of_line().next().is_some()).then(|| of_line().sum())
        })
    }

    /// Which closes recognised what for a deal, under every plan.
    pub(super) fn recognised_of(&self, citing: &Citing<'_>, deal: &DealId) -> Vec<RecognisedBefore> {
        self.by_close(citing, |line| line.deals.get(deal).map(|of| of.amount_minor))
    }

    /// What was recognised for a deal, under every plan, in minor units.
    pub(super) fn amount_of(&self, deal: &DealId) -> i128 {
        self.all.values().filter_map(|deals| deals.get(deal)).map(|of| of.amount_minor).sum()
    }

    /// What each close recognised.
    pub(super) fn totals(&self, citing: &Citing<'_>) -> Vec<RecognisedBefore> {
        self.by_close(citing, |line| Some(line.amount_minor()))
    }

    /// The sum over the lines of each close of which anything counts.
    fn by_close(&self, citing: &Citing<'_>, counted: impl Fn(&Line) -> Option<i128>) -> Vec<RecognisedBefore> {
        let mut all = Vec::new();
        for (close, lines) in &self.closes {
            let amounts: Vec<i128> = lines.iter().filter_map(&counted).collect();
            if !amounts.is_empty() {
                all.push(RecognisedBefore {
                    closed: close.period.to_string(),
                    known_at: close.cutoff.to_string(),
                    amount: minor(amounts.iter().sum(), self.currency),
                    close: citing
                        .shared(format!("period {} closed", close.period), &close.meta.identity)
                        .map(|event| EventCited { new: false, ..event }),
                });
            }
        }
        all
    }
}
