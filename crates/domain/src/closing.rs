//! Closing a period: which closes are valid, and what each recognises (L1–L4, M8).

use std::collections::{BTreeMap, BTreeSet};

use crate::commission::Commission;
use crate::event::{Body, Event, Meta, PeriodClosed};
use crate::id::{AccountId, DealId, PolicyId};
use crate::money::{CreditAmount, Overflow};
use crate::time::{Instant, Period};
use chrono_tz::Tz;

/// A valid close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Close {
    /// The period that it closes.
    pub period: Period,
    /// What is known by then counts.
    pub cutoff: Instant,
    /// The event that says it.
    pub meta: Meta,
}

/// Why a close is invalid (L1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidClose {
    /// The period had not ended.
    #[error("cutoff {cutoff} is before the end of period {period} at {end}")]
    BeforeEnd {
        /// The period.
        period: Period,
        /// The cutoff of the close.
        cutoff: Instant,
        /// When the period ends.
        end: Instant,
    },
    /// Cutoffs rise.
    #[error("cutoff {cutoff} is not after the previous cutoff {previous}")]
    CutoffNotAfter {
        /// The cutoff of the close.
        cutoff: Instant,
        /// The previous one.
        previous: Instant,
    },
    /// A close cannot know the future.
    #[error("recorded {recorded}, before its own cutoff {cutoff}")]
    RecordedBeforeCutoff {
        /// When the close was recorded.
        recorded: Instant,
        /// Its cutoff.
        cutoff: Instant,
    },
    /// Periods close in order.
    #[error("period {period} does not follow {last}, the last closed one")]
    OutOfOrder {
        /// The period of the close.
        period: Period,
        /// The last closed one.
        last: Period,
    },
}

impl InvalidClose {
    /// Its code, fixed for ever.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BeforeEnd { .. } => "close-before-period-end",
            Self::CutoffNotAfter { .. } => "close-cutoff-not-after-previous",
            Self::RecordedBeforeCutoff { .. } => "close-recorded-before-cutoff",
            Self::OutOfOrder { .. } => "close-out-of-order",
        }
    }
}

/// Judges every close, in the order in which they were recorded (L1). `zone_at` gives the book's time zone as known at an
/// instant. Returns the valid ones in order, and the invalid ones with the reason.
pub fn closes<'a>(
    events: impl IntoIterator<Item = &'a Event>,
    zone_at: impl Fn(Instant) -> Tz,
) -> (Vec<Close>, Vec<(&'a Event, InvalidClose)>) {
    let close = |event: &'a Event| match &event.body {
        Body::PeriodClosed(closed) => Some((event, closed)),
        _ => None,
    };
    let mut said: Vec<(&Event, &PeriodClosed)> = events.into_iter().filter_map(close).collect();
    said.sort_by(|(a, _), (b, _)| (a.meta.recorded, &a.meta).cmp(&(b.meta.recorded, &b.meta)));
    let mut valid: Vec<Close> = Vec::new();
    let mut invalid = Vec::new();
    for (event, closed) in said {
        match judge(closed, &event.meta, valid.last(), zone_at(closed.cutoff)) {
            Ok(()) => {
                valid.push(Close { period: closed.period, cutoff: closed.cutoff, meta: event.meta.clone() });
            }
            Err(reason) => invalid.push((event, reason)),
        }
    }
    (valid, invalid)
}

/// Whether a close may follow the last valid one (L1).
pub fn judge(closed: &PeriodClosed, meta: &Meta, last: Option<&Close>, zone: Tz) -> Result<(), InvalidClose> {
    let PeriodClosed { period, cutoff } = *closed;
    let end = period.end_in(zone);
    if cutoff < end {
        return Err(InvalidClose::BeforeEnd { period, cutoff, end });
    }
    if let Some(last) = last.filter(|last| cutoff <= last.cutoff) {
        return Err(InvalidClose::CutoffNotAfter { cutoff, previous: last.cutoff });
    }
    if meta.recorded < cutoff {
        return Err(InvalidClose::RecordedBeforeCutoff { recorded: meta.recorded, cutoff });
    }
    if let Some(last) = last.filter(|last| period != last.period.next()) {
        return Err(InvalidClose::OutOfOrder { period, last: last.period });
    }
    Ok(())
}

/// What a deal's amount is, or was recognised as, for a period under a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlement {
    /// The account of the deal.
    pub account: AccountId,
    /// The base, exact.
    pub base: CreditAmount,
    /// The amount, in minor units of the book's currency.
    pub amount_minor: i128,
}

/// Entitlements of one partner, by period, plan and deal.
pub type Entitlements = BTreeMap<(Period, PolicyId), BTreeMap<DealId, Entitlement>>;

/// The targets that a commission sets (M8).
pub fn targets(commission: &Commission) -> BTreeMap<DealId, Entitlement> {
    let deals = commission.measures.iter().flat_map(|measure| &measure.deals);
    deals
        .map(|deal| {
            let entitlement =
                Entitlement { account: deal.account.clone(), base: deal.base, amount_minor: deal.target_minor() };
            (deal.deal.clone(), entitlement)
        })
        .collect()
}

/// A line of a statement: what a close recognises for one period under one plan (L2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The plan.
    pub plan: PolicyId,
    /// The period that it is for.
    pub period: Period,
    /// Whether that is the period being closed.
    pub kind: LineKind,
    /// By deal; no row is zero in both.
    pub deals: BTreeMap<DealId, Entitlement>,
}

/// What a line is (L2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// Of the period being closed.
    Accrual,
    /// Of an earlier one.
    Adjustment,
}

impl LineKind {
    /// The contract's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accrual => "accrual",
            Self::Adjustment => "adjustment",
        }
    }
}

impl Line {
    /// The sum over its deals, in minor units.
    pub fn amount_minor(&self) -> i128 {
        self.deals.values().map(|deal| deal.amount_minor).sum()
    }

    /// The sum of its deals' bases.
    pub fn base(&self) -> Result<CreditAmount, Overflow> {
        CreditAmount::sum(self.deals.values().map(|deal| deal.base))
    }
}

/// What closing `period` recognises for a partner: its targets less what earlier closes recognised, by (period, plan) (L2).
pub fn recognise(period: Period, targets: &Entitlements, recognised: &Entitlements) -> Result<Vec<Line>, Overflow> {
    let keys: BTreeSet<_> = targets.keys().chain(recognised.keys()).collect();
    let nothing = BTreeMap::new();
    let mut lines = Vec::new();
    for key in keys {
        let deals = differences(targets.get(key).unwrap_or(&nothing), recognised.get(key).unwrap_or(&nothing))?;
        if !deals.is_empty() {
            let kind = if key.0 == period { LineKind::Accrual } else { LineKind::Adjustment };
            lines.push(Line { plan: key.1.clone(), period: key.0, kind, deals });
        }
    }
    Ok(lines)
}

fn differences(
    targets: &BTreeMap<DealId, Entitlement>,
    recognised: &BTreeMap<DealId, Entitlement>,
) -> Result<BTreeMap<DealId, Entitlement>, Overflow> {
    let mut differences = targets.clone();
    for (deal, before) in recognised {
        let now = differences.entry(deal.clone()).or_insert_with(|| Entitlement {
            account: before.account.clone(),
            base: CreditAmount::ZERO,
            amount_minor: 0,
        });
        now.base = now.base.minus(before.base)?;
        now.amount_minor -= before.amount_minor;
    }
    differences.retain(|_, of_deal| of_deal.amount_minor != 0 || !of_deal.base.is_zero());
    Ok(differences)
}

/// Adds what a close recognised to what earlier ones did.
pub fn add_recognised(recognised: &mut Entitlements, lines: &[Line]) -> Result<(), Overflow> {
    for line in lines {
        let of_plan = recognised.entry((line.period, line.plan.clone())).or_default();
        for (deal, difference) in &line.deals {
            let held = of_plan.entry(deal.clone()).or_insert_with(|| Entitlement {
                account: difference.account.clone(),
                base: CreditAmount::ZERO,
                amount_minor: 0,
            });
            held.account = difference.account.clone();
            held.base.add(difference.base)?;
            held.amount_minor += difference.amount_minor;
        }
    }
    Ok(())
}
