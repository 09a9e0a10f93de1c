//! Replaying closed periods (L6): what each close recognised, computed again from the history that it knew, and held against
//! what is kept and what was attested. Neither kept statements nor derived credit are relied on, and nothing is kept.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::closing::{Close, Entitlements, add_recognised};
use tributary_domain::id::PartnerId;
use tributary_domain::time::Period;
use tributary_projector::{Projection, View};

use crate::carried::Carried;
use crate::closing::{digest, strike_after};
use crate::error::FinanceError;
use crate::parallel::on_every_processor;
use crate::period::kept_by_period;
use crate::proof::PeriodProof;
use crate::statement::{Statement, Status};

/// A closed period, computed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// Its close.
    pub close: Close,
    /// The statements that say anything, by partner.
    pub statements: BTreeMap<PartnerId, Statement>,
    /// Their digest (E2), as hexadecimal.
    pub digest: String,
}

/// Computes a closed period again, as known at its cutoff. What the closes before it recognised is computed again too.
pub fn replay(projection: &Projection, period: Period) -> Result<Replayed, FinanceError> {
    let view = projection.view(None)?;
    let mut last = None;
    replay_each(
        &view,
        period..=period,
        |_, _, _| {},
        |replayed| {
            last = Some(replayed);
            Ok(())
        },
    )?;
    last.ok_or(FinanceError::NotClosed { period, known_at: view.known_at() })
}

/// Computes closed periods again and gives each to `hold` in its turn; each close is computed once. `progress` hears period,
/// partners done and partners in all.
fn replay_each(
    view: &View<'_>,
    periods: RangeInclusive<Period>,
    mut progress: impl FnMut(Period, usize, usize),
    mut hold: impl FnMut(Replayed) -> Result<(), FinanceError>,
) -> Result<(), FinanceError> {
    let closes = view.closes();
    let mut wanted = (periods.start().ordinal()..=periods.end().ordinal()).map(Period::from_ordinal);
    if let Some(period) = wanted.find(|period| closes.iter().all(|close| close.period != *period)) {
        return Err(FinanceError::NotClosed { period, known_at: view.known_at() });
    }
    let mut recognised: BTreeMap<PartnerId, Entitlements> = BTreeMap::new();
    for (at, close) in closes.iter().enumerate().take_while(|(_, close)| close.period <= *periods.end()) {
        let then = view.as_known_at(close.cutoff).afresh();
        then.fold_all(close.period)?;
        let mut statements = BTreeMap::new();
        let partners: Vec<PartnerId> = then.partners()?.into_iter().collect();
        progress(close.period, 0, partners.len());
        let lent = then.lend();
        let strike = |then: &View<'_>, partner: &PartnerId| {
            let before = recognised.get(partner).cloned().unwrap_or_default();
            let carried = Carried::whole(before, closes[0].period..=close.period);
            let (last, account) = (closes[..at].last(), then.partner_account(partner)?);
            strike_after(then, partner, close.period, Status::Closed, last, carried, &account)
        };
        let done = |done| progress(close.period, done, partners.len());
        let struck = on_every_processor(&partners, || lent.view(), strike, done)?;
        for (partner, statement) in partners.into_iter().zip(struck) {
            add_recognised(recognised.entry(partner.clone()).or_default(), &statement.recognised())?;
            if !statement.says_nothing() {
                statements.insert(partner, statement);
            }
        }
        if periods.contains(&close.period) {
            let digest = digest(statements.values().map(Statement::canonical_bytes)).to_hex().to_string();
            hold(Replayed { close: close.clone(), statements, digest })?;
        }
    }
    Ok(())
}

/// What replaying closed periods found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Verification {
    /// Whether every period is as it was kept and attested.
    pub verified: bool,
    /// In order.
    pub periods: Vec<PeriodProof>,
}

/// Replays closed periods and holds them against what is kept and attested. Call [`crate::close_pending`] before.
pub fn verify_closed(
    view: &View<'_>,
    wanted: RangeInclusive<Period>,
    progress: impl FnMut(Period, usize, usize),
) -> Result<Verification, FinanceError> {
    let (mut kept, mut periods) = (kept_by_period(view)?, Vec::new());
    replay_each(view, wanted, progress, |replayed| {
        let Replayed { close, statements, .. } = replayed;
        let computed = statements.into_iter().map(|(partner, statement)| (partner, statement.to_bytes())).collect();
        let kept = kept.remove(&close.period).unwrap_or_default();
        periods.push(PeriodProof::of(view, close.period, close.cutoff, &kept, Some(&computed)));
        Ok(())
    })?;
    Ok(Verification { verified: periods.iter().all(|period| period.verified), periods })
}
