//! Why an amount is what it is (E1): a statement's lines and balance, a credit, a share, each down to the events and their
//! positions in the log. Nothing here is stored: it is the computation, shown. `check` recomputes it from that alone.
//!
//! In reading order: `line` (what a plan gives now, less what was recognised before), `measure` (the plan's arithmetic),
//! `credit` (days of facts and shares), `split` and `model` (a share, step by step), `fact` (what a sum consists of),
//! `balance`; `credits` and `attributed` (without a statement); `event` cites, `tree` shows it to people.

mod attributed;
mod balance;
mod book;
mod check;
mod credit;
mod credits;
mod event;
mod fact;
mod line;
mod measure;
mod model;
mod plan;
mod recognised;
mod source;
mod split;
mod tree;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::closing::Line;
use tributary_domain::id::{DealId, Identity, PartnerId, PolicyId};
use tributary_domain::time::Period;
use tributary_log::Position;
use tributary_projector::View;

use crate::entitlement::commissions;
use crate::error::FinanceError;
use crate::statement::{Statement, whole};
use credit::AllEarnings;
use event::Citing;
use line::Lines;
use recognised::Kept;

pub use attributed::{AttributedExplained, InfluencerExplained, ShareExplanation, ShareFilter, explain_shares};
pub use balance::{BalanceExplained, HeldDeal, HoldExplained, MovementExplained};
pub use book::BookExplained;
pub use check::{Mismatch, check};
pub use credit::{CreditExplained, DayExplained};
pub use credits::{CreditExplanation, CreditFilter, explain_credits};
pub use event::EventCited;
pub use fact::{PartExplained, PartOf, RateExplained};
pub use line::{DifferenceExplained, LineExplained};
pub use measure::{
    AccelerationExplained, AllocationExplained, BandExplained, CapExplained, CappedExplained, ClawbackExplained,
    DealExplained, GrowthBandExplained, GrowthExplained, MeasureExplained,
};
pub use model::{
    FirstExplained, HolderExplained, ModelExplained, PartnerShare, RoleExplained, TouchExplained, WeightingExplained,
};
pub use plan::PlanExplained;
pub use recognised::RecognisedBefore;
pub use source::{RegistrationExplained, SourceExplained};
pub use split::{AskedExplained, CandidateExplained, ShareExplained, SplitExplained};
pub use tree::Node;

/// Looks up what identifies the event at a position of the log.
pub type Identify<'a> = dyn Fn(Position) -> Option<Identity> + 'a;

/// Which lines of a statement to explain; none named: all, and the balance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those of a plan.
    pub plan: Option<PolicyId>,
    /// Only those for a period.
    pub of_period: Option<Period>,
    /// Only the parts of a deal.
    pub deal: Option<DealId>,
}

/// A statement and why it says what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The statement.
    pub statement: Statement,
    /// How the book is kept.
    pub book: BookExplained,
    /// Its lines, by period and plan.
    pub lines: Vec<LineExplained>,
    /// Its balance, where all of it is explained.
    pub balance: Option<BalanceExplained>,
}

/// Explains the statement of a partner for a period. The view stands at the statement's own instant: the cutoff of a closed
/// period. `identify` looks up what identifies the event at a position of the log.
pub fn explain(
    view: &View<'_>,
    partner: &PartnerId,
    period: Period,
    filter: &Filter,
    identify: &Identify<'_>,
) -> Result<Explanation, FinanceError> {
    let statement = whole(view, partner, period)?;
    let recognised = statement.recognised();
    let citing = Citing::new(view, identify);
    let kept = Kept::before(&citing, partner, period)?;
    let wanted = |line: &&Line| {
        filter.plan.as_ref().is_none_or(|plan| *plan == line.plan)
            && filter.of_period.is_none_or(|of| of == line.period)
            && filter.deal.as_ref().is_none_or(|deal| line.deals.contains_key(deal))
    };
    let mut lines = Lines {
        citing: &citing,
        partner,
        kept: &kept,
        commissions: commissions(view, partner),
        earnings: AllEarnings::default(),
        only: filter.deal.as_ref(),
    };
    let explained = recognised.iter().filter(wanted).map(|line| lines.explain(line)).collect::<Result<_, _>>()?;
    let balance = (*filter == Filter::default())
        .then(|| balance::explain(&citing, partner, &statement.balance, &recognised, &kept))
        .transpose()?;
    Ok(Explanation { statement: statement.shown(), book: book::explain(&citing), lines: explained, balance })
}
