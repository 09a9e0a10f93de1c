//! Proving closed periods (E2): what is kept of each is compared with its digest, with what was attested, and with what was
//! computed again: by a fresh projection of the log, or by a replay.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::time::{Instant, Period};
use tributary_events::shape;
use tributary_log::{Position, Record};
use tributary_projector::{Filed, View};

use crate::difference::{Difference, differences};
use crate::error::FinanceError;
use crate::period::{Attestation, Kept, attestations, digest_of, hexadecimal, kept_by_period};

/// What was found of a closed period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeriodProof {
    /// The period.
    #[schemars(extend("pattern" = shape::PERIOD))]
    pub period: String,
    /// What was known by then counts.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub cutoff: String,
    /// How many statements it has.
    pub statements: usize,
    /// The digest of the statements computed again, or of the kept ones if nothing is; none: one cannot be read.
    pub digest: Option<String>,
    /// The digest that is kept; none: the close is not kept.
    pub kept: Option<String>,
    /// The digests that were attested.
    pub attested: Vec<Attestation>,
    /// The statements that differ from the kept ones, by partner.
    pub differences: Vec<Difference>,
    /// Everything that is wrong, in words.
    pub wrong: Vec<String>,
    /// Whether nothing is.
    pub verified: bool,
}

impl PeriodProof {
    /// Holds what is kept of a period, with its digest and attestations, against what was computed again, if anything was.
    pub(crate) fn of(used: &View<'_>, period: Period, cutoff: Instant, kept: &Kept, computed: Option<&Kept>) -> Self {
        let mut wrong = Vec::new();
        let statements = computed.unwrap_or(kept);
        let digest = digest_of(statements).map(|digest| digest.to_hex().to_string());
        let digest = digest.map_err(|error| wrong.push(error.to_string())).ok();
        let close = used.closed().iter().find(|closed| closed.period == period);
        match close {
            None => wrong.push("its close is not kept".to_owned()),
            Some(close) if close.cutoff != cutoff => {
                wrong.push(format!("its kept cutoff is {}, the log's {cutoff}", close.cutoff));
            }
            Some(_) => {}
        }
        let differences = computed.map(|computed| differences(kept, computed)).unwrap_or_default();
        wrong.extend(differences.iter().map(Difference::to_string));
        let kept = close.map(|close| hexadecimal(&close.digest));
        let attested = attestations(used, period, digest.as_deref());
        if let Some(digest) = &digest {
            let other = kept.as_ref().filter(|kept| *kept != digest);
            wrong.extend(other.map(|kept| format!("its digest is kept as {kept}, its statements give {digest}")));
            wrong.extend(attested.iter().filter(|attested| !attested.agrees).map(
                |Attestation { digest: said, at, .. }| {
                    format!("it was attested as {said} at `{}`, its statements give {digest}", at.position)
                },
            ));
        }
        let (period, cutoff, statements) = (period.to_string(), cutoff.to_string(), statements.len());
        let verified = wrong.is_empty();
        Self { period, cutoff, statements, digest, kept, attested, differences, wrong, verified }
    }

    fn find(&mut self, wrong: String) {
        self.wrong.push(wrong);
        self.verified = false;
    }
}

/// Compares what is kept of every closed period with its digest, its attestations and, if a fresh projection of the same log
/// is given, with the statements computed there. Call [`crate::close_pending`] on both before.
pub fn prove(used: &View<'_>, fresh: Option<&View<'_>>) -> Result<Vec<PeriodProof>, FinanceError> {
    let mut kept = kept_by_period(used)?;
    let mut computed = fresh.map(kept_by_period).transpose()?;
    let mut closes: BTreeMap<Period, Instant> = used.closed().iter().map(|of| (of.period, of.cutoff)).collect();
    closes.extend(fresh.into_iter().flat_map(|fresh| fresh.closed()).map(|of| (of.period, of.cutoff)));
    let mut proofs = Vec::new();
    for (period, cutoff) in &closes {
        let kept = kept.remove(period).unwrap_or_default();
        let computed = computed.as_mut().map(|computed| computed.remove(period).unwrap_or_default());
        let mut proof = PeriodProof::of(used, *period, *cutoff, &kept, computed.as_ref());
        if fresh.is_some_and(|fresh| fresh.closed().iter().all(|closed| closed.period != *period)) {
            proof.find("its close does not follow from the log".to_owned());
        }
        proofs.push(proof);
    }
    let attested: BTreeMap<Period, &Filed> =
        used.attestations().into_iter().rev().map(|(filed, attested)| (attested.period, filed)).collect();
    for (period, first) in attested.into_iter().filter(|(period, _)| !closes.contains_key(period)) {
        let mut proof =
            PeriodProof::of(used, period, first.event.meta.recorded, &Kept::default(), Some(&Kept::default()));
        proof.wrong = vec![format!("it was attested at `{}` and is not closed", first.position)];
        proofs.push(proof);
    }
    Ok(proofs)
}

/// What was recorded after each attestation, gathered while the log is read: nothing of it may be in the attested past (I2).
#[derive(Debug, Default)]
pub struct Seals {
    /// Of each attestation in the order of the log: the earliest recorded time from it to the next one, and where.
    since: Vec<(Position, Option<(i64, Position)>)>,
}

impl Seals {
    /// Takes in the next record of the log.
    pub fn see(&mut self, record: &Record<'_>) {
        let seen = (record.recorded_us, record.position);
        if let Some((_, earliest)) = self.since.last_mut() {
            *earliest = Some(earliest.map_or(seen, |earliest| earliest.min(seen)));
        }
        if record.envelope.event_type == "tributary.period.attested.v1" {
            self.since.push((record.position, None));
        }
    }

    /// What was recorded too early, in words.
    pub fn broken(&self, view: &View<'_>) -> Vec<String> {
        let closes = view.closes();
        let mut broken = Vec::new();
        for (filed, attested) in view.attestations() {
            let Some(close) = closes.iter().find(|close| close.period == attested.period) else { continue };
            let since = self.since.iter().filter(|(at, _)| *at >= filed.position);
            if let Some((recorded, at)) = since.filter_map(|(_, earliest)| *earliest).min()
                && recorded <= close.cutoff.micros()
            {
                let (period, recorded) = (close.period, Instant::from_micros(recorded));
                broken.push(format!(
                    "the record at `{at}` says {recorded}, in the past of period {period}, after it was attested"
                ));
            }
        }
        broken
    }
}
