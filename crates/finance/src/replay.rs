//! Replaying closed periods (L6): what each close recognised, computed again from the history that it knew, and held against
//! what is kept and what was attested. Neither kept statements nor derived credit are relied on, and nothing is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::closing::{Close, Entitlements, add_recognised};
use tributary_domain::id::PartnerId;
use tributary_domain::time::Period;
use tributary_events::shape;
use tributary_projector::{Projection, View};

use crate::closing::{digest, strike_after};
use crate::error::FinanceError;
use crate::replay::difference::first_difference;
use crate::statement::{Statement, Status};

mod difference;

pub use difference::Difference;

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
        let mut statements = BTreeMap::new();
        let partners = then.partners()?;
        for (done, partner) in partners.iter().enumerate() {
            progress(close.period, done, partners.len());
            let before = recognised.entry(partner.clone()).or_default();
            let statement = strike_after(&then, partner, close.period, Status::Closed, &closes[..at], before.clone())?;
            add_recognised(before, &statement.recognised())?;
            if !statement.says_nothing() {
                statements.insert(partner.clone(), statement);
            }
        }
        if periods.contains(&close.period) {
            let digest = digest(&statements).to_hex().to_string();
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
    pub periods: Vec<PeriodVerified>,
}

/// What replaying a closed period found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeriodVerified {
    /// The period.
    #[schemars(extend("pattern" = shape::PERIOD))]
    pub period: String,
    /// What was known by then counts.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub cutoff: String,
    /// How many statements it has.
    pub statements: usize,
    /// The digest of the statements computed again.
    pub digest: String,
    /// The digest that is kept; none: the close is not kept.
    pub kept: Option<String>,
    /// The digests that were attested, as they were recorded.
    pub attested: Vec<Attested>,
    /// Whether all of it agrees.
    pub verified: bool,
    /// The statements that differ from the kept ones, by partner.
    pub differences: Vec<Difference>,
}

/// A digest that was attested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Attested {
    /// The digest.
    pub digest: String,
    /// When the ledger learned it.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub recorded: String,
    /// The partition of the log.
    pub partition: u32,
    /// The offset in it.
    pub offset: u64,
    /// Whether it is the digest computed again.
    pub agrees: bool,
}

/// Replays closed periods and holds them against what is kept and attested. Call [`crate::close_pending`] before.
pub fn verify_closed(
    view: &View<'_>,
    periods: RangeInclusive<Period>,
    progress: impl FnMut(Period, usize, usize),
) -> Result<Verification, FinanceError> {
    let mut found = Vec::new();
    replay_each(view, periods, progress, |replayed| {
        found.push(verified(view, &replayed)?);
        Ok(())
    })?;
    Ok(Verification { verified: found.iter().all(|period| period.verified), periods: found })
}

fn verified(view: &View<'_>, replayed: &Replayed) -> Result<PeriodVerified, FinanceError> {
    let Replayed { close, statements, digest } = replayed;
    let kept = view.closed().iter().find(|kept| kept.period == close.period && kept.cutoff == close.cutoff);
    let kept = kept.map(|kept| blake3::Hash::from_bytes(kept.digest).to_hex().to_string());
    let of_period = view.attestations().into_iter().filter(|(_, attested)| attested.period == close.period);
    let attested = of_period.map(|(filed, said)| Attested {
        digest: said.digest.clone(),
        recorded: filed.event.meta.recorded.to_string(),
        partition: filed.position.partition,
        offset: filed.position.offset,
        agrees: said.digest == *digest,
    });
    let attested: Vec<Attested> = attested.collect();
    let mut differences = Vec::new();
    let stated: BTreeSet<PartnerId> = view.partners()?.into_iter().chain(statements.keys().cloned()).collect();
    for partner in &stated {
        let kept = view.statement(partner, close.period)?;
        differences.extend(first_difference(partner, kept.as_deref(), statements.get(partner)));
    }
    let agree = kept.as_ref() == Some(digest) && attested.iter().all(|attested| attested.agrees);
    Ok(PeriodVerified {
        period: close.period.to_string(),
        cutoff: close.cutoff.to_string(),
        statements: statements.len(),
        digest: digest.clone(),
        kept,
        attested,
        verified: agree && differences.is_empty(),
        differences,
    })
}
