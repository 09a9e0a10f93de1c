//! Proving closed periods (E2): what is kept of each is compared with its digest, with what was attested, and with what one
//! fresh computation from the log gives.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::id::PartnerId;
use tributary_domain::time::{Instant, Period};
use tributary_events::shape;
use tributary_log::{Position, Record};
use tributary_projector::View;

use crate::error::FinanceError;
use crate::period::{Kept, digest_of, hexadecimal, kept_by_period};
use crate::statement::Statement;

/// What was found of a closed period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeriodProof {
    /// The period.
    #[schemars(extend("pattern" = shape::PERIOD))]
    pub period: String,
    /// Its cutoff.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub cutoff: String,
    /// The digest that its statements give now.
    pub digest: Option<String>,
    /// How many statements were compared.
    pub statements: usize,
    /// Whether it was attested.
    pub attested: bool,
    /// What is wrong, in words; empty if nothing is.
    pub wrong: Vec<String>,
}

/// Compares what is kept of every closed period with its digest, its attestations and, if a fresh projection of the same log
/// is given, with the statements computed there. Call [`crate::close_pending`] on both before.
pub fn prove(used: &View<'_>, fresh: Option<&View<'_>>) -> Result<Vec<PeriodProof>, FinanceError> {
    let mut kept = kept_by_period(used)?;
    let mut computed = fresh.map(kept_by_period).transpose()?;
    let mut closes: BTreeMap<Period, Instant> = used.closed().iter().map(|of| (of.period, of.cutoff)).collect();
    closes.extend(fresh.into_iter().flat_map(|fresh| fresh.closed()).map(|of| (of.period, of.cutoff)));
    let mut proofs = Vec::new();
    for (period, cutoff) in closes {
        let kept = kept.remove(&period).unwrap_or_default();
        let computed = computed.as_mut().map(|computed| computed.remove(&period).unwrap_or_default());
        proofs.push(prove_period(used, fresh, period, cutoff, &kept, computed.as_ref()));
    }
    for (filed, attested) in used.attestations() {
        if !proofs.iter().any(|proof| proof.period == attested.period.to_string()) {
            let mut proof = unproven(attested.period, filed.event.meta.recorded, 0, true);
            proof.wrong.push(format!("it was attested at `{}` and is not closed", filed.position));
            proofs.push(proof);
        }
    }
    Ok(proofs)
}

fn unproven(period: Period, cutoff: Instant, statements: usize, attested: bool) -> PeriodProof {
    let (period, cutoff) = (period.to_string(), cutoff.to_string());
    PeriodProof { period, cutoff, digest: None, statements, attested, wrong: Vec::new() }
}

fn prove_period(
    used: &View<'_>,
    fresh: Option<&View<'_>>,
    period: Period,
    cutoff: Instant,
    kept: &Kept,
    computed: Option<&Kept>,
) -> PeriodProof {
    let attestations: Vec<_> =
        used.attestations().into_iter().filter(|(_, attested)| attested.period == period).collect();
    let mut proof = unproven(period, cutoff, kept.len(), !attestations.is_empty());
    let held = |view: &View<'_>| view.closed().iter().find(|closed| closed.period == period).copied();
    match (held(used), fresh.map(held)) {
        (Some(used), Some(Some(fresh))) if used.cutoff != fresh.cutoff => {
            proof.wrong.push(format!("its kept cutoff is {}, the log's {}", used.cutoff, fresh.cutoff));
        }
        (None, _) => proof.wrong.push("its close is not kept".to_owned()),
        (Some(_), Some(None)) => proof.wrong.push("its close does not follow from the log".to_owned()),
        _ => {}
    }
    if let Some(computed) = computed {
        compare(kept, computed, &mut proof.wrong);
    }
    let digest = match digest_of(computed.unwrap_or(kept)) {
        Ok(digest) => digest.to_hex().to_string(),
        Err(error) => {
            proof.wrong.push(error.to_string());
            return proof;
        }
    };
    for closed in [held(used), fresh.and_then(held)].into_iter().flatten() {
        let said = hexadecimal(&closed.digest);
        if said != digest {
            proof.wrong.push(format!("its digest is kept as {said}, its statements give {digest}"));
        }
    }
    for (filed, attested) in attestations {
        if attested.digest != digest {
            let (attested, at) = (&attested.digest, filed.position);
            proof.wrong.push(format!("it was attested as {attested} at `{at}`, its statements give {digest}"));
        }
    }
    proof.digest = Some(digest);
    proof
}

/// Byte for byte, by partner.
fn compare(kept: &Kept, computed: &Kept, wrong: &mut Vec<String>) {
    let partners: BTreeSet<&PartnerId> = kept.keys().chain(computed.keys()).collect();
    for partner in partners {
        match (kept.get(partner), computed.get(partner)) {
            (kept, computed) if kept == computed => {}
            (Some(_), None) => wrong.push(format!("partner `{partner}` has a kept statement and should have none")),
            (None, _) => wrong.push(format!("the kept statement of partner `{partner}` is missing")),
            (Some(kept), Some(computed)) => {
                let what = match (Statement::from_bytes(kept), Statement::from_bytes(computed)) {
                    (Ok(kept), Ok(computed)) => first_difference(&kept, &computed),
                    _ => "it cannot be read".to_owned(),
                };
                wrong.push(format!("the kept statement of partner `{partner}` is not what the log gives: {what}"));
            }
        }
    }
}

/// The first line, deal or balance that differs.
fn first_difference(kept: &Statement, computed: &Statement) -> String {
    for line in &computed.lines {
        let named = format!("line of plan `{}` for {}", line.plan, line.period);
        let Some(held) = kept.lines.iter().find(|held| (&held.plan, &held.period) == (&line.plan, &line.period)) else {
            return format!("{named} is missing");
        };
        for deal in &line.deals {
            match held.deals.iter().find(|held| held.deal == deal.deal) {
                None => return format!("{named}, deal `{}` is missing", deal.deal),
                Some(held) if held != deal => {
                    let ours = format!("{} of base {}", held.amount, held.base);
                    return format!(
                        "{named}, deal `{}`: {ours} instead of {} of base {}",
                        deal.deal, deal.amount, deal.base
                    );
                }
                Some(_) => {}
            }
        }
        if held != line {
            return format!("{named}: {} instead of {}", held.amount, line.amount);
        }
    }
    if kept.lines.len() > computed.lines.len() {
        return format!("it has {} lines instead of {}", kept.lines.len(), computed.lines.len());
    }
    if kept.balance != computed.balance {
        return format!("closing balance {} instead of {}", kept.balance.closing, computed.balance.closing);
    }
    "its bytes are others, and its content is the same".to_owned()
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
