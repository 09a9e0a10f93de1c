//! The balance of a statement: what was recognised before, each payout and return, and what is on hold (L5).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::balance::{Movement, StandingHold};
use tributary_domain::closing::Line;
use tributary_domain::id::{DealId, PartnerId};
use tributary_events::shape;
use tributary_projector::Filed;

use super::event::{Citing, EventCited};
use super::fact::{RateExplained, rate};
use super::recognised::{Kept, RecognisedBefore};
use crate::decimal::minor;
use crate::error::FinanceError;
use crate::statement::Balance;

/// What the parts of a balance consist of. Accrued and adjusted are the sums of the statement's lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BalanceExplained {
    /// The balance.
    #[serde(flatten)]
    pub balance: Balance,
    /// The previous cutoff; none: nothing was closed before.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub after: Option<String>,
    /// This cutoff, or the instant asked for.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub until: String,
    /// What earlier closes recognised: the opening balance, less what was paid by then.
    pub recognised: Vec<RecognisedBefore>,
    /// Payouts and returns, by payout: those learned by the previous cutoff count into the opening, the others as paid.
    pub movements: Vec<MovementExplained>,
    /// The holds that stand, by id.
    pub holds: Vec<HoldExplained>,
    /// What is recognised on the deals that are held, unless everything is; by deal.
    pub held_deals: Vec<HeldDeal>,
}

/// A payout, or its return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MovementExplained {
    /// The payout.
    pub payout: String,
    /// Whether it came back.
    pub returned: bool,
    /// What was issued.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub issued: String,
    /// In which currency.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// How it was converted.
    pub rate: Option<RateExplained>,
    /// In the book's currency; none: there is no rate, and it moves nothing.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub converted: Option<String>,
    /// What was paid by it, in the currency's minor unit; negative for a return.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub paid: String,
    /// Which part of the balance it counts into.
    #[schemars(extend("enum" = ["opening", "paid"]))]
    pub counts: &'static str,
    /// The event.
    pub event: Option<EventCited>,
}

/// A hold that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HoldExplained {
    /// The hold.
    pub hold: String,
    /// On which deal; none: on the whole positive closing balance.
    pub deal: Option<String>,
    /// Why.
    pub reason: String,
    /// The event that placed it.
    pub event: Option<EventCited>,
}

/// A deal that is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HeldDeal {
    /// The deal.
    pub deal: String,
    /// What is recognised on it.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    /// What earlier closes recognised of it.
    pub recognised: Vec<RecognisedBefore>,
    /// What this statement recognises.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub now: String,
}

/// Explains the balance of a statement with these lines.
pub(super) fn explain(
    citing: &Citing<'_>,
    partner: &PartnerId,
    balance: &Balance,
    lines: &[Line],
    kept: &Kept,
) -> Result<BalanceExplained, FinanceError> {
    let view = citing.view;
    let reference = view.reference();
    let (events, account) = (view.partner_events(partner)?, view.partner_account(partner)?);
    let movements = account.movements(&reference.book, &reference.rates)?;
    let holds = account.holds_at(view.known_at());
    let held: BTreeMap<&DealId, ()> = holds.iter().filter_map(|hold| hold.deal).map(|deal| (deal, ())).collect();
    let everything = holds.iter().any(|hold| hold.deal.is_none());
    let held_deals = held.keys().filter(|_| !everything).map(|deal| held_deal(citing, lines, kept, deal));
    Ok(BalanceExplained {
        balance: balance.clone(),
        after: kept.cutoff().map(|cutoff| cutoff.to_string()),
        until: view.known_at().to_string(),
        recognised: kept.totals(citing),
        movements: movements.iter().map(|one| movement(citing, &events, kept, one)).collect(),
        holds: holds.iter().map(|one| hold(citing, &events, one)).collect(),
        held_deals: held_deals.collect(),
    })
}

fn held_deal(citing: &Citing<'_>, lines: &[Line], kept: &Kept, deal: &DealId) -> HeldDeal {
    let currency = citing.view.reference().book.currency;
    let now: i128 = lines.iter().filter_map(|line| line.deals.get(deal)).map(|of| of.amount_minor).sum();
    HeldDeal {
        deal: deal.to_string(),
        amount: minor(now + kept.amount_of(deal), currency),
        recognised: kept.recognised_of(citing, deal),
        now: minor(now, currency),
    }
}

fn movement(citing: &Citing<'_>, events: &[Filed], kept: &Kept, movement: &Movement<'_>) -> MovementExplained {
    let by_then = kept.cutoff().is_some_and(|cutoff| movement.by.recorded <= cutoff);
    let what = if movement.returned { "payout returned" } else { "payout issued" };
    let currency = citing.view.reference().book.currency;
    MovementExplained {
        payout: movement.payout.to_string(),
        returned: movement.returned,
        issued: movement.issued.amount.to_string(),
        currency: movement.issued.currency.to_string(),
        rate: rate(citing, movement.issued.currency, &movement.converted),
        converted: movement.converted.amount().map(|amount| amount.to_string()),
        paid: minor(movement.paid_minor, currency),
        counts: if by_then { "opening" } else { "paid" },
        event: cite(citing, events, what, &movement.by.identity),
    }
}

fn hold(citing: &Citing<'_>, events: &[Filed], hold: &StandingHold<'_>) -> HoldExplained {
    HoldExplained {
        hold: hold.hold.to_string(),
        deal: hold.deal.map(ToString::to_string),
        reason: hold.reason.to_owned(),
        event: cite(citing, events, "hold placed", &hold.placed.identity),
    }
}

fn cite(
    citing: &Citing<'_>,
    events: &[Filed],
    what: &str,
    identity: &tributary_domain::id::Identity,
) -> Option<EventCited> {
    let filed = events.iter().find(|filed| filed.event.meta.identity == *identity)?;
    Some(citing.filed(what, filed))
}
