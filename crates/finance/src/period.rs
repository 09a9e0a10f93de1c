//! The state of each period: open, closed, attested; and what may be attested (E2, I2).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::event::PeriodAttested;
use tributary_domain::id::PartnerId;
use tributary_domain::time::Period;
use tributary_events::{Citation, shape};
use tributary_log::Position;
use tributary_projector::{ClosedPeriod, Filed, View};

use crate::closing::digest;
use crate::error::FinanceError;
use crate::statement::Statement;

/// A period and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PeriodState {
    /// The period.
    #[schemars(extend("pattern" = shape::PERIOD))]
    pub period: String,
    /// How far it is.
    pub status: PeriodStatus,
    /// The cutoff of its close.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub cutoff: Option<String>,
    /// The digest of its statements (E2), as lower-case hexadecimal.
    pub digest: Option<String>,
    /// How many statements it has.
    pub statements: usize,
    /// Who attested it to what, as recorded.
    pub attestations: Vec<Attestation>,
}

/// How far a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PeriodStatus {
    /// Its statements may still change.
    Open,
    /// Its statements never change.
    Closed,
    /// And nothing may be recorded in its past any more.
    Attested,
}

/// An attestation as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Attestation {
    /// The digest that was attested.
    pub digest: String,
    /// Whether it is that of the period's statements.
    pub agrees: bool,
    /// Where it stands, and who says it.
    #[serde(flatten)]
    pub at: Citation,
}

/// What was attested of a period whose statements have a digest, by recorded time; nothing agrees with none.
pub(crate) fn attestations(view: &View<'_>, period: Period, digest: Option<&str>) -> Vec<Attestation> {
    let of_period = view.attestations().into_iter().filter(|(_, attested)| attested.period == period);
    let attestation = |(filed, attested): (&Filed, &PeriodAttested)| Attestation {
        digest: attested.digest.clone(),
        agrees: digest == Some(&attested.digest),
        at: Citation::of(filed.position, &filed.event.meta),
    };
    of_period.map(attestation).collect()
}

/// Why a period cannot be attested.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttestError {
    /// It is not closed.
    #[error("period {period} is open: only what is closed can be attested, `tributary close {period}` closes it")]
    Open {
        /// The period.
        period: Period,
    },
    /// It was attested before, and its statements give another digest.
    #[error(
        "period {period} was attested as {attested} at `{position}`, and its statements give {digest}: `tributary verify` says what differs"
    )]
    Differs {
        /// The period.
        period: Period,
        /// What was attested.
        attested: String,
        /// Where.
        position: Position,
        /// What the statements give.
        digest: String,
    },
    /// What is kept of it is not what its close computed.
    #[error(
        "the kept statements of period {period} do not give its digest: `tributary verify` says more, `tributary rebuild` makes them again"
    )]
    Kept {
        /// The period.
        period: Period,
    },
}

/// Every closed period and the open ones up to that of the last recorded instant, in order. Call [`crate::close_pending`]
/// before.
pub fn periods(view: &View<'_>) -> Result<Vec<PeriodState>, FinanceError> {
    let mut kept = kept_by_period(view)?;
    let mut all: Vec<PeriodState> = Vec::new();
    for closed in view.closed() {
        let statements = kept.remove(&closed.period).map_or(0, |statements| statements.len());
        all.push(state(view, closed.period, Some(closed), statements));
    }
    let now = Period::of(view.reference().book.day(view.known_at()));
    let first_open = view.closed().last().map_or(now.ordinal(), |last| last.period.ordinal() + 1);
    let open = (first_open..=now.ordinal()).map(Period::from_ordinal);
    all.extend(open.map(|period| state(view, period, None, 0)));
    Ok(all)
}

fn state(view: &View<'_>, period: Period, closed: Option<&ClosedPeriod>, statements: usize) -> PeriodState {
    let digest = closed.map(|closed| hexadecimal(&closed.digest));
    let attestations = attestations(view, period, digest.as_deref());
    let status = match (closed, attestations.is_empty()) {
        (None, _) => PeriodStatus::Open,
        (Some(_), true) => PeriodStatus::Closed,
        (Some(_), false) => PeriodStatus::Attested,
    };
    PeriodState {
        period: period.to_string(),
        status,
        cutoff: closed.map(|closed| closed.cutoff.to_string()),
        digest,
        statements,
        attestations,
    }
}

/// The attestation that a period's kept statements bear out, and where it stands if it was said before.
pub fn attest(view: &View<'_>, period: Period) -> Result<(PeriodAttested, Option<Position>), FinanceError> {
    let closed = view.closed().iter().find(|closed| closed.period == period).ok_or(AttestError::Open { period })?;
    let mut said = None;
    let digest = hexadecimal(&closed.digest);
    for Attestation { digest: attested, agrees, at } in attestations(view, period, Some(&digest)) {
        if !agrees {
            return Err(AttestError::Differs { period, attested, position: at.position, digest }.into());
        }
        said = said.or(Some(at.position));
    }
    let kept = kept_by_period(view)?.remove(&period).unwrap_or_default();
    if *self::digest_of(&kept)?.as_bytes() != closed.digest {
        return Err(AttestError::Kept { period }.into());
    }
    Ok((PeriodAttested { period, digest }, said))
}

/// The bytes of kept statements by partner.
pub(crate) type Kept = BTreeMap<PartnerId, Vec<u8>>;

pub(crate) fn kept_by_period(view: &View<'_>) -> Result<BTreeMap<Period, Kept>, FinanceError> {
    let mut all: BTreeMap<Period, Kept> = BTreeMap::new();
    for (partner, period, bytes) in view.kept_statements()? {
        all.entry(period).or_default().insert(partner, bytes);
    }
    Ok(all)
}

/// The digest of kept statements (E2).
pub(crate) fn digest_of(kept: &Kept) -> Result<blake3::Hash, FinanceError> {
    let mut statements = BTreeMap::new();
    for (partner, bytes) in kept {
        let statement = Statement::from_bytes(bytes);
        let statement = statement.map_err(|source| FinanceError::Kept { partner: partner.to_string(), source })?;
        statements.insert(partner.clone(), statement);
    }
    Ok(digest(statements.values().map(Statement::canonical_bytes)))
}

pub(crate) fn hexadecimal(digest: &[u8; 32]) -> String {
    blake3::Hash::from_bytes(*digest).to_hex().to_string()
}
